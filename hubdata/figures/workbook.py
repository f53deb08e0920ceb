"""Tables as an accessible .xlsx in the Analysis Function's layout; it writes what they hold and no more.

A cover, a list of contents, the notes, then one table to a sheet. The same tables give the same bytes. Whatever
stands in a cell, a link, a formula or a lone dash, is text: what people wrote can neither act nor stop a workbook. What
begins like a formula is marked as text too, or it would become one as soon as somebody edits its cell.
"""

import zipfile
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from io import BytesIO
from math import ceil
from pathlib import Path

from hubdata.figures.table import NUMBERS, Column, Table, begins_formula

AUTHOR = "hubdata"
SHEET_CHARACTERS = 31
WIDEST = 700  # pixels of a column; what is longer is wrapped
DATES = "Dates are written year-month-day, for example 2026-09-30, so that they sort."
ONE_TABLE = "This worksheet contains one table."
NOTES = "Some cells may refer to notes, which can be found on the notes worksheet."
FONT = {"font_name": "Arial", "font_size": 12}
TEXT = {"num_format": "@", "quote_prefix": True}
HEADING = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
LOOKS = {
    "title": {"bold": True, "font_size": 16},
    "subtitle": {"font_size": 14},
    "line": {},
    "cover_title": {"bold": True, "font_size": 16, "text_wrap": True},
    "cover_heading": {"bold": True, "font_size": 14, "text_wrap": True},
    "cover_line": {"text_wrap": True},
    "heading": {**HEADING, "align": "left"},
    "number_heading": {**HEADING, "align": "right"},
    "first": {"bold": True, "text_wrap": True, "align": "left"},
    "cell": {"text_wrap": True, "align": "left"},
    "number": {"text_wrap": True, "align": "right"},
    "link": {"underline": True, "font_color": "blue", "text_wrap": True, "align": "left"},
}


@dataclass(frozen=True)
class Cover:
    """The first sheet: what the workbook is, then one line for each fact about how it was made."""

    title: str
    intro: tuple[str, ...]
    about: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A sheet with one table: its name, the lines above the table with how each looks, and the table's cells."""

    name: str
    table: str
    above: tuple[tuple[str, str], ...]
    headings: tuple[str, ...]
    rows: list[list]
    looks: tuple[str, ...]  # of each column


def write(path: Path, cover: Cover, tables: list[Table], made_on: date) -> None:
    """Write the workbook; a table without rows has no sheet, and the cover says what it would have said."""
    from xlsxwriter import Workbook  # 0.2 s, where something is written

    shown = [table for table in tables if table.rows]
    nothing = [f"{table.title}. {table.empty}" for table in tables if not table.rows]
    content = BytesIO()
    with Workbook(content, {"in_memory": True, "nan_inf_to_errors": True}) as book:
        looks = _Looks(book)
        _cover(book, looks, cover, [*cover.intro, DATES, *nothing])
        for sheet in _sheets(shown):
            _write(book, looks, sheet)
        created = datetime.combine(made_on, time())
        book.set_properties({"title": cover.title, "author": AUTHOR, "created": created})
    path.write_bytes(settled(content))


class _Looks(dict):
    """How cells look, each by its name and whether it must be marked as text, made when a cell first looks so."""

    def __init__(self, book):
        super().__init__({(name, False): book.add_format(FONT | look) for name, look in LOOKS.items()})
        self.book = book

    def __missing__(self, key: tuple[str, bool]):
        self[key] = self.book.add_format(FONT | LOOKS[key[0]] | TEXT)
        return self[key]

    def of(self, look: str, value: object):
        """How a cell that says this looks."""
        return self[look, isinstance(value, str) and begins_formula(value)]


def _cover(book, looks: _Looks, cover: Cover, intro: list[str]) -> None:
    lines = [("cover_title", cover.title), ("cover_heading", "Introductory information")]
    lines += [("cover_line", line) for line in intro]
    lines += [("cover_heading", "About these data"), *(("cover_line", line) for line in cover.about)]
    page = book.add_worksheet("Cover")
    page.hide_gridlines(2)
    page.set_column(0, 0, 85)
    for row, (look, said) in enumerate(lines):
        page.write_string(row, 0, said, looks.of(look, said))


def _sheets(tables: list[Table]) -> list[Sheet]:
    """The contents, the notes if there are any, and each table, whose title names its notes by number."""
    notes, sheets = [], []
    for table in tables:
        numbers = range(len(notes) + 1, len(notes) + 1 + len(table.notes))
        notes += [[number, note] for number, note in zip(numbers, table.notes, strict=True)]
        sheets.append(_apart(_sheet(table, "".join(f"[note {number}]" for number in numbers)), sheets))
    listed = [[sheet.name, table.title] for sheet, table in zip(sheets, tables, strict=True)]
    heads = ("Sheet name", "Table description")
    front = [_list("Contents", "Table of contents", heads, listed, ("link", "cell"))] if listed else []
    if notes:
        front.append(_list("Notes", "Notes", ("Note number", "Note text"), notes, ("cell", "cell")))
    return front + sheets


def _apart(sheet: Sheet, others: list[Sheet]) -> Sheet:
    """A sheet whose names no other has: two figures of an own report may have one title."""
    names, tables = {"contents", "cover", "notes"}, {other.table for other in others}
    names |= {other.name.casefold() for other in others}
    apart, number = sheet, 1
    while apart.name.casefold() in names or apart.table in tables:
        number += 1
        name = f"{sheet.name[: SHEET_CHARACTERS - len(str(number)) - 1]} {number}"
        apart = replace(sheet, name=name, table=f"{sheet.table}_{number}")
    return apart


def _list(name: str, title: str, headings: tuple[str, ...], rows: list[list], looks: tuple[str, ...]) -> Sheet:
    return Sheet(name, f"{name.lower()}_table", (("title", title), ("line", ONE_TABLE)), headings, rows, looks)


def _sheet(table: Table, marks: str) -> Sheet:
    legend = [f"Some shorthand is used in this table: {table.legend}"] if table.shorthand else []
    lines = [f"{ONE_TABLE} {NOTES}", *legend, *([table.source] if table.source else [])]
    above = (("title", table.title + marks), ("subtitle", table.scope), *(("line", line) for line in lines))
    rows = [[_cell(c, value) for c, value in zip(table.columns, row, strict=True)] for row in table.rows]
    looks = tuple("number" if column.kind in NUMBERS else "cell" for column in table.columns[1:])
    name = table.name.replace("_", " ").capitalize()[:SHEET_CHARACTERS]
    return Sheet(name, table.name, above, tuple(c.heading for c in table.columns), rows, ("first", *looks))


def _cell(column: Column, value: object) -> object:
    """A number stays a number, a date keeps the form that sorts, an empty cell says why it is empty."""
    if value is None:
        return column.missing
    return value if column.kind in NUMBERS else str(value)[: 7 if column.kind == "month" else None]


def _write(book, looks: _Looks, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    page.hide_gridlines(2)
    for row, (look, said) in enumerate(sheet.above):
        page.write_string(row, 0, said, looks.of(look, said))
    top, last = len(sheet.above), len(sheet.headings) - 1
    over = ["number_heading" if look == "number" else "heading" for look in sheet.looks]
    named = zip(sheet.headings, over, strict=True)
    columns = [{"header": said, "header_format": looks.of(look, said)} for said, look in named]
    page.add_table(
        top,
        0,
        top + len(sheet.rows),
        last,
        {"name": sheet.table, "style": None, "autofilter": False, "columns": columns},
    )
    for number, look in enumerate(sheet.looks):
        cells = [row[number] for row in sheet.rows]
        for row, value in enumerate(cells, top + 1):
            if look == "link":
                page.write_url(row, number, f"internal:'{value}'!A1", looks.of(look, value), value)
            elif isinstance(value, str):
                page.write_string(row, number, value, looks.of(look, value))
            else:
                page.write_number(row, number, value, looks.of(look, value))
        page.set_column_pixels(number, number, _width(sheet.headings[number], cells, look))


def _width(heading: str, cells: list, look: str) -> int:
    """Pixels of a column: its longest line, at the size and weight in which it is written."""
    from xlsxwriter.utility import cell_autofit_width  # 0.2 s, where something is written

    longest = max((line for cell in cells for line in str(cell).split("\n")), key=len)
    bold = 1.1 if look == "first" else 1.0
    widest = max(cell_autofit_width(heading) * 1.1, cell_autofit_width(longest) * bold)
    return min(WIDEST, ceil(widest * 1.15))  # it measures at 11 points, in small letters


def settled(content: BytesIO) -> bytes:
    """The workbook with its language stated, and with nothing of the clock in its archive."""
    settled = BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                language = b"<dc:language>en-GB</dc:language></cp:coreProperties>"
                part = part.replace(b"</cp:coreProperties>", language)
            new.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return settled.getvalue()
