"""Whether a new row may supersede the one that it names, as the rules read it, in words for whoever sent it."""

from datetime import datetime

import pyarrow as pa
from sqlalchemy import Connection

from hubdata import spelling
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.intake.held.weigh import rows_of
from hubdata.intake.read import keys_of
from hubdata.records.bulk import existing_rows
from hubdata.records.tables.contract import APPEND_ONLY
from hubdata.rules.asked import corrections

SAID = {
    "itself": "{named} supersedes itself; name the earlier row that it stands for, or leave the cell empty",
    "ring": "these rows supersede each other in a ring: {around}; a row supersedes an earlier one",
    "another": "{named} is a row of another family; a row supersedes an earlier one of its own family",
    "later": "{named} was recorded later than this row, which cannot supersede it; correct supersedes or recorded_at",
}
SHOWN = 5  # rows of a ring


def faults(connection: Connection | None, table: str, sheet: Sheet, added: list[int]) -> list[Problem]:
    """Faults of the new rows of a table that supersede what they may not."""
    if table not in APPEND_ONLY or "supersedes" not in sheet.table.column_names:
        return []
    key = keys_of(table)[0]
    new = rows_of(sheet.table.select(_columns(sheet, key)), added).to_pylist()
    names = {row[key]: row["supersedes"] for row in new}
    held = _held(connection, table, key, [one for one in names.values() if one and one not in names])
    why = corrections.why_not(_row(key, row) for row in [*held.values(), *new])
    return [
        sheet.at(number, "supersedes", "supersedes", _said(why[row[key]], names, row[key]))
        for number, row in zip(added, new, strict=True)
        if row[key] in why
    ]


def _columns(sheet: Sheet, key: str) -> list[str]:
    return [name for name in (key, "family", "supersedes", "recorded_at") if name in sheet.table.column_names]


def _held(connection: Connection | None, table: str, key: str, named: list[str]) -> dict[str, dict]:
    asked = pa.table({key: pa.array(named, pa.string())})
    return existing_rows(connection, table, asked) if named and connection is not None else {}


def _row(key: str, row: dict) -> corrections.Row:
    at = row.get("recorded_at")
    return corrections.Row(row[key], row["family"], row["supersedes"], datetime.fromisoformat(at) if at else None)


def _said(fault: str, names: dict[str, str | None], reference: str) -> str:
    around, named = [reference], names[reference] or ""
    while fault == "ring" and (following := names[around[-1]]) and following != reference:
        around.append(following)
    ring = ", ".join(spelling.masked(one) for one in around[:SHOWN])
    return SAID[fault].format(named=spelling.masked(named), around=ring)
