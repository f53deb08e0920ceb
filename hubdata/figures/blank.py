"""A workbook to be filled in: a sheet a table, with Excel's own pick-lists and date checks; it knows no table."""

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from hubdata.figures.workbook import FONT, settled

ROWS = 5_000  # rows of a sheet that are checked while somebody types
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
NAME = {"bold": True, "bottom": 1, "bg_color": "#E8EEF4"}
NEEDED = {"bold": True, "bottom": 1, "bg_color": "#12436D", "font_color": "#FFFFFF"}
LONGEST = {"input_title": 32, "input_message": 255, "error_title": 32, "error_message": 255}
WIDEST = 40


@dataclass(frozen=True)
class Blank:
    """One column to fill in: `kind` is text, date or number; `choices` names a list; `hint` stands beside the cell."""

    name: str
    needed: bool
    hint: str
    kind: str = "text"
    choices: str = ""


@dataclass(frozen=True)
class Book:
    """What is to be filled in: the lines of the first sheet, columns by table, and lists of (word, what it means)."""

    title: str
    about: list[str]
    tables: dict[str, list[Blank]]
    lists: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def write(path: Path, book: Book, made_on: date) -> None:
    """Write the workbook; the same book gives the same bytes."""
    from xlsxwriter import Workbook  # 0.2 s, where something is written

    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as made:
        looks = {n: made.add_format(FONT | look) for n, look in (("name", NAME), ("needed", NEEDED), ("line", {}))}
        looks |= {"wrapped": made.add_format(FONT | {"text_wrap": True, "valign": "top"})}
        looks |= {
            "date": made.add_format(FONT | {"num_format": "dd/mm/yyyy"}),
            "text": made.add_format({"num_format": "@"}),
        }
        first = made.add_worksheet("README")
        first.set_column(0, 0, 100)
        for row, line in enumerate([book.title, "", *book.about]):
            first.write_string(row, 0, line, looks["name" if not row else "wrapped"])
        sheets = {table: made.add_worksheet(table) for table in book.tables}
        _lists(made, looks, book.lists)
        for table, columns in book.tables.items():
            _sheet(sheets[table], looks, columns)
        made.set_properties({"title": book.title, "author": "Family Hub", "created": made_on})
    path.write_bytes(settled(content))


def _lists(made, looks: dict, lists: dict[str, list[tuple[str, str]]]) -> None:
    """The closed lists, two columns each: the word to write and what it means; each is a name that cells refer to."""
    page = made.add_worksheet("Lists")
    page.freeze_panes(1, 0)
    for place, (name, words) in enumerate(lists.items()):
        at = 2 * place
        page.write_string(0, at, name, looks["name"])
        page.write_string(0, at + 1, f"what {name} means", looks["name"])
        for row, (word, means) in enumerate(words, 1):
            page.write_string(row, at, word, looks["line"])
            page.write_string(row, at + 1, means, looks["line"])
        page.set_column(at, at, 24)
        page.set_column(at + 1, at + 1, WIDEST)
        made.define_name(f"list_{name}", f"=Lists!{_span(at, 1, len(words))}")


def _span(column: int, first: int, last: int) -> str:
    from xlsxwriter.utility import xl_range_abs  # 0.2 s, where something is written

    return xl_range_abs(first, column, last, column)


def _sheet(page, looks: dict, columns: list[Blank]) -> None:
    page.freeze_panes(1, 1)
    for at, column in enumerate(columns):
        page.write_string(0, at, column.name, looks["needed" if column.needed else "name"])
        width = min(WIDEST, max(14, len(column.name) + 4))
        page.set_column(
            at, at, width, looks["date" if column.kind == "date" else "text" if column.kind == "text" else "line"]
        )
        page.data_validation(1, at, ROWS, at, _check(column))


def _check(column: Blank) -> dict:
    """What Excel asks of a cell, and what it says beside it."""
    needed = "Must be filled in. " if column.needed else ""
    said: dict[str, Any] = {
        "input_title": column.name,
        "input_message": needed + column.hint,
        "error_title": column.name,
    }
    if column.choices:
        said |= {"validate": "list", "source": f"=list_{column.choices}", "error_message": "Choose a word of the list."}
    elif column.kind == "date":
        said |= {"validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
        said |= {"error_message": "Write a day: 22/11/2026."}
    elif column.kind == "number":
        said |= {"validate": "decimal", "criteria": "between", "minimum": -1000, "maximum": 1000}
        said |= {"error_message": "Write a number."}
    else:
        said |= {"validate": "any"}
    return {name: value[: LONGEST[name]] if name in LONGEST else value for name, value in said.items()}
