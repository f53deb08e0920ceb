"""A list as a workbook to work in: days are days, its heading stays in sight; it says that it is for officers only."""

import re
from datetime import date

from hubdata.desk.forms.words import heading
from hubdata.desk.lists.rows import Rows
from hubdata.figures import workbook
from hubdata.figures.table import Column, Table

MARK = "For officers only: it may say something about families. It is not in the release ledger, so do not pass it on."
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def made(name: str, rows: Rows, chosen: list[int], made_on: date, asked: str) -> bytes:
    """The rows that are shown as one workbook, with what was asked of the list on its cover."""
    columns = tuple(_column(rows, column) for column in rows.columns)
    cells = tuple(tuple(_cell(rows, at, column) for column in columns) for at in chosen)
    said = f"{len(chosen):,} of {len(rows.records):,} rows; {asked}"
    table = Table(name.replace("-", "_"), heading(name.replace("-", " ")), said, columns, cells, source=MARK)
    cover = workbook.Cover(table.title, (MARK,), (said,))
    return workbook.made(cover, [table], made_on, working=True)


def _column(rows: Rows, name: str) -> Column:
    values = [one.get(name) for one in rows.records if one.get(name) not in (None, "")]
    if values and all(isinstance(value, str) and DAY.fullmatch(value) for value in values):
        return Column(name, heading(name), "date", missing="none")
    number = values and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    return Column(name, heading(name), "number" if number else "text", missing="none")


def _cell(rows: Rows, at: int, column: Column) -> object:
    value = rows.records[at].get(column.name)
    if value in (None, "", [], {}):
        return None
    return value if column.kind in ("date", "number") else rows.text(at, column.name)
