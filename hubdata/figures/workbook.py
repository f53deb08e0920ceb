"""Tables as an accessible .xlsx in the Analysis Function's layout; it writes what they hold and no more.

A cover, a list of contents, the notes, then one table to a sheet. The same tables give the same bytes. Whatever
stands in a cell, a link, a formula or a lone dash, is text: what people wrote can neither act nor stop a workbook. What
begins like a formula is marked as text too, or it would become one as soon as somebody edits its cell.

What is published keeps to the guidance: a table to a sheet, and no filter or frozen pane, of which a screen reader says
nothing. What officers work in has both, and its short tables share one sheet, so that a report has twelve at most.
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
SHORT = "Short tables"  # the sheet of those that share one
DAYS = ("date", "month")
MOST = 12  # sheets of a workbook to work in
FIRST = date(1900, 3, 1)  # spreadsheets count days from here on alike; an earlier one is text
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
    "first_cell": {"bold": True, "text_wrap": True, "align": "left"},
    "first_number": {"bold": True, "text_wrap": True, "align": "left"},
    "cell": {"text_wrap": True, "align": "left"},
    "number": {"text_wrap": True, "align": "right"},
    "first_date": {"bold": True, "align": "left", "num_format": "yyyy-mm-dd"},
    "date": {"align": "left", "num_format": "yyyy-mm-dd"},
    "first_month": {"bold": True, "align": "left", "num_format": "yyyy-mm"},
    "month": {"align": "left", "num_format": "yyyy-mm"},
    "link": {"underline": True, "font_color": "blue", "text_wrap": True, "align": "left"},
}


@dataclass(frozen=True)
class Cover:
    """The first sheet: what the workbook is, then one line for each fact about how it was made."""

    title: str
    intro: tuple[str, ...]
    about: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A table on a sheet: its name, the lines above it with how each looks, and its cells."""

    table: str
    above: tuple[tuple[str, str], ...]
    headings: tuple[str, ...]
    rows: list[list]
    looks: tuple[str, ...]  # of each column


@dataclass(frozen=True)
class Sheet:
    """A sheet with one table, or several one below the other."""

    name: str
    parts: tuple[Part, ...]


def write(path: Path, cover: Cover, tables: list[Table], made_on: date, working: bool = False) -> None:
    """Write the workbook, as `made` makes it."""
    path.write_bytes(made(cover, tables, made_on, working))


def made(cover: Cover, tables: list[Table], made_on: date, working: bool = False) -> bytes:
    """The workbook; a table without rows has no sheet, and the cover says what it would have said.

    `working` is one that officers work in and that is not published: headings stay in sight, lists can be filtered.
    """
    from xlsxwriter import Workbook  # 0.2 s, where something is written

    shown = [table for table in tables if table.rows]
    nothing = [f"{table.title}. {table.empty}" for table in tables if not table.rows]
    content = BytesIO()
    with Workbook(content, {"in_memory": True, "nan_inf_to_errors": True}) as book:
        looks = _Looks(book)
        _cover(book, looks, cover, [*cover.intro, DATES, *nothing])
        for sheet in _sheets(shown, working):
            _write(book, looks, sheet, working)
        created = datetime.combine(made_on, time())
        book.set_properties({"title": cover.title, "author": AUTHOR, "created": created})
    return settled(content)


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


def _sheets(tables: list[Table], working: bool) -> list[Sheet]:
    """The contents, the notes if there are any, and each table, whose title names its notes by number."""
    notes, sheets = [], []
    for table in tables:
        numbers = range(len(notes) + 1, len(notes) + 1 + len(table.notes))
        notes += [[number, note] for number, note in zip(numbers, table.notes, strict=True)]
        sheets.append(_apart(_sheet(table, "".join(f"[note {number}]" for number in numbers)), sheets))
    short = _short(sheets, MOST - 2 - bool(notes)) if working else []  # beside the cover and the contents
    listed = [
        [SHORT if sheet in short else sheet.name, table.title] for sheet, table in zip(sheets, tables, strict=True)
    ]
    heads = ("Sheet name", "Table description")
    front = [_list("Contents", "Table of contents", heads, listed, ("link", "cell"))] if listed else []
    if notes:
        front.append(_list("Notes", "Notes", ("Note number", "Note text"), notes, ("cell", "cell")))
    shared = [Sheet(SHORT, tuple(_below(sheet.parts[0]) for sheet in short))] if short else []
    return [*front, *shared, *(sheet for sheet in sheets if sheet not in short)]


def _short(sheets: list[Sheet], most: int) -> list[Sheet]:
    """The shortest sheets, in their order: so many that with one for them all there are at most so many."""
    longest = sorted(sheets, key=lambda sheet: -len(sheet.parts[0].rows))
    return [sheet for sheet in sheets if sheet not in longest[: most - 1]] if len(sheets) > most else []


def _below(part: Part) -> Part:
    """A table as it stands among others: without the line that there is but one."""
    above = ((look, said.removeprefix(ONE_TABLE).strip()) for look, said in part.above)
    return replace(part, above=tuple((look, said) for look, said in above if said))


def _apart(sheet: Sheet, others: list[Sheet]) -> Sheet:
    """A sheet whose names no other has: two figures of an own report may have one title."""
    names, tables = {"contents", "cover", "notes", SHORT.casefold()}, {other.parts[0].table for other in others}
    names |= {other.name.casefold() for other in others}
    apart, number = sheet, 1
    while apart.name.casefold() in names or apart.parts[0].table in tables:
        number += 1
        name = f"{sheet.name[: SHEET_CHARACTERS - len(str(number)) - 1]} {number}"
        apart = Sheet(name, (replace(sheet.parts[0], table=f"{sheet.parts[0].table}_{number}"),))
    return apart


def _list(name: str, title: str, headings: tuple[str, ...], rows: list[list], looks: tuple[str, ...]) -> Sheet:
    return Sheet(name, (Part(f"{name.lower()}_table", (("title", title), ("line", ONE_TABLE)), headings, rows, looks),))


def _sheet(table: Table, marks: str) -> Sheet:
    legend = [f"Some shorthand is used in this table: {table.legend}"] if table.shorthand else []
    lines = [f"{ONE_TABLE} {NOTES}", *legend, *([table.source] if table.source else [])]
    above = (("title", table.title + marks), ("subtitle", table.scope), *(("line", line) for line in lines))
    rows = [[_cell(c, value) for c, value in zip(table.columns, row, strict=True)] for row in table.rows]
    looks = (("first_" if at == 0 else "") + _look(column) for at, column in enumerate(table.columns))
    name = table.name.replace("_", " ").capitalize()[:SHEET_CHARACTERS]
    return Sheet(name, (Part(table.name, above, tuple(c.heading for c in table.columns), rows, tuple(looks)),))


def _look(column: Column) -> str:
    return column.kind if column.kind in DAYS else "number" if column.kind in NUMBERS else "cell"


def _cell(column: Column, value: object) -> object:
    """A number stays a number and a day a day, an empty cell says why it is empty."""
    if value is None:
        return column.missing
    if column.kind in DAYS and (day := _day(str(value))):
        return day
    return value if column.kind in NUMBERS else str(value)[: 7 if column.kind == "month" else None]


def _day(said: str) -> date | None:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return None
    return day if day >= FIRST else None


def _write(book, looks: _Looks, sheet: Sheet, working: bool) -> None:
    page = book.add_worksheet(sheet.name)
    page.hide_gridlines(2)
    alone, top = len(sheet.parts) == 1, 0
    for part in sheet.parts:
        heading = _put(page, looks, part, top, working and alone)
        top = heading + len(part.rows) + 2  # a row that is empty parts it from the next
        if working and alone:
            page.freeze_panes(heading + 1, 0)
    widths = [_widths(part) for part in sheet.parts]
    for number in range(max(map(len, widths))):
        page.set_column_pixels(number, number, max(one[number] for one in widths if number < len(one)))


def _put(page, looks: _Looks, part: Part, top: int, filtered: bool) -> int:
    """Write one table with the lines above it from a row on, and say in which row its headings stand."""
    for row, (look, said) in enumerate(part.above, top):
        page.write_string(row, 0, said, looks.of(look, said))
    heading, last = top + len(part.above), len(part.headings) - 1
    over = ["number_heading" if look == "number" else "heading" for look in part.looks]
    columns = [{"header": h, "header_format": looks.of(look, h)} for h, look in zip(part.headings, over, strict=True)]
    asked = {"name": part.table, "style": None, "autofilter": filtered, "columns": columns}
    page.add_table(heading, 0, heading + len(part.rows), last, asked)
    for row, cells in enumerate(part.rows, heading + 1):
        for number, (look, value) in enumerate(zip(part.looks, cells, strict=True)):
            _put_cell(page, looks, (row, number), look, value)
    return heading


def _put_cell(page, looks: _Looks, at: tuple[int, int], look: str, value: object) -> None:
    if look == "link":
        page.write_url(*at, f"internal:'{value}'!A1", looks.of(look, value), value)
    elif isinstance(value, date):
        page.write_datetime(*at, value, looks.of(look, value))
    elif isinstance(value, str):
        page.write_string(*at, value, looks.of(look, value))
    else:
        page.write_number(*at, value, looks.of(look, value))


def _widths(part: Part) -> list[int]:
    return [
        _width(heading, [row[number] for row in part.rows], part.looks[number])
        for number, heading in enumerate(part.headings)
    ]


def _width(heading: str, cells: list, look: str) -> int:
    """Pixels of a column: its longest line, at the size and weight in which it is written."""
    from xlsxwriter.utility import cell_autofit_width  # 0.2 s, where something is written

    longest = max((line for cell in cells for line in str(cell).split("\n")), key=len)
    bold = 1.1 if look.startswith("first") else 1.0
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
