"""Tables as an accessible .xlsx in the Analysis Function's layout; it writes what they hold and no more.

A cover, a list of contents, the notes, then one table to a sheet. The same tables give the same bytes.
"""

import warnings
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

from hubdata.tables import NUMBERS, Table

AUTHOR = "hubdata"
# A cell that starts with = or looks like a link stays what it is: text.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
SHEET_CHARACTERS = 31
DATES = "Dates are written year-month-day, for example 2026-09-30, so that they sort."


@dataclass(frozen=True)
class Cover:
    """The first sheet: what the workbook is, then one line for each fact about how it was made."""

    title: str
    intro: tuple[str, ...]
    about: tuple[str, ...]


def write(path: Path, cover: Cover, tables: list[Table], made_on: date) -> None:
    """Write the workbook; a table without rows has no sheet, and the cover says what it would have said."""
    shown = [table for table in tables if table.rows]
    nothing = [f"{table.title}. {table.empty}" for table in tables if not table.rows]
    notes = [(f"{table.name}-{n}", note) for table in shown for n, note in enumerate(table.notes, 1)]
    content = BytesIO()
    with warnings.catch_warnings():  # gptables 2.0.2 leaves a file open and uses calls that pandas 4 will drop
        warnings.simplefilter("ignore")
        # gptables brings pandas: 1 s that nothing else here, and no kernel, must pay.
        import gptables
        import pandas

        book = gptables.produce_workbook(
            content,
            {_sheet_name(table): _gptable(gptables, pandas, table) for table in shown},
            cover=gptables.Cover(cover.title, intro=[*cover.intro, DATES, *nothing], about=list(cover.about)),
            notes_table=pandas.DataFrame(notes, columns=["Note reference", "Note text"]) if notes else None,
            workbook_options=OPTIONS,
        )
        created = datetime.combine(made_on, time())
        book.set_properties({"title": cover.title, "author": AUTHOR, "created": created})
        book.close()
    path.write_bytes(_settled(content))


def _gptable(gptables, pandas, table: Table):
    frame = pandas.DataFrame(
        [
            [_cell(column.kind, column.missing, value) for column, value in zip(table.columns, row, strict=True)]
            for row in table.rows
        ],
        columns=[column.heading for column in table.columns],
    ).astype(object)
    marks = "".join(f"$${table.name}-{number}$$" for number in range(1, len(table.notes) + 1))
    return gptables.GPTable(
        table=frame,
        table_name=table.name,
        title=table.title + marks,
        subtitles=[table.scope],
        source=table.source or None,
        legend=[f"Some shorthand is used in this table: {table.legend}"] if table.shorthand else [],
        index_columns={1: 0},
    )


def _cell(kind: str, missing: str, value: object) -> object:
    """A number stays a number, a date keeps the form that sorts, an empty cell says why it is empty."""
    if value is None:
        return missing
    return value if kind in NUMBERS else str(value)[: 7 if kind == "month" else None]


def _sheet_name(table: Table) -> str:
    return table.name.replace("_", " ").capitalize()[:SHEET_CHARACTERS]


def _settled(content: BytesIO) -> bytes:
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
