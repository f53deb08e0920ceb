"""Whether a new row may supersede the one that it names: an earlier row of its table and family, never itself, no ring.

Whatever is superseded leaves the findings, so a row that could name any other would silence a breach (contract.md).
"""

from collections.abc import Iterator

import pyarrow as pa
from sqlalchemy import Connection

from hubdata import spelling
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.intake.held.weigh import rows_of
from hubdata.intake.read import keys_of
from hubdata.records.bulk import existing_rows
from hubdata.records.tables.contract import APPEND_ONLY

NOW = "9999"  # stands for the moment of intake, which is later than whatever is held


def faults(connection: Connection | None, table: str, sheet: Sheet, added: list[int]) -> list[Problem]:
    """Faults of the new rows of a table that supersede what they may not."""
    if table not in APPEND_ONLY or "supersedes" not in sheet.table.column_names:
        return []
    key = keys_of(table)[0]
    new = rows_of(sheet.table.select(_columns(sheet, key)), added).to_pylist()
    rows = {row[key]: row for row in new}
    rows |= _held(connection, table, key, [row["supersedes"] for row in new if row["supersedes"] not in rows])
    rings = _rings(rows, [row[key] for row in new if row["supersedes"]])
    return [
        sheet.at(number, "supersedes", "supersedes", why)
        for number, row in zip(added, new, strict=True)
        if row["supersedes"] and (why := _why_not(rows, row[key], rings.get(row[key], ())))
    ]


def _columns(sheet: Sheet, key: str) -> list[str]:
    return [name for name in (key, "family", "supersedes", "recorded_at") if name in sheet.table.column_names]


def _held(connection: Connection | None, table: str, key: str, named: list[str | None]) -> dict[str, dict]:
    wanted = [one for one in named if one]
    asked = pa.table({key: pa.array(wanted, pa.string())})
    return existing_rows(connection, table, asked) if wanted and connection is not None else {}


def _rings(rows: dict[str, dict], starts: list[str]) -> dict[str, tuple[str, ...]]:
    """The rows that supersede each other in a ring, each with its ring; every row is walked over once."""
    found, seen = {}, set()
    for start in starts:
        path = dict.fromkeys(_unseen(rows, start, seen))
        seen.update(path)
        last = rows[next(reversed(path))]["supersedes"] if path else None
        if last in path:
            ring = tuple(path)[tuple(path).index(last) :]
            found |= dict.fromkeys(ring, ring)
    return found


def _unseen(rows: dict[str, dict], start: str, seen: set[str]) -> Iterator[str]:
    here, walked = start, set()
    while here in rows and here not in seen and here not in walked:
        walked.add(here)
        yield here
        here = rows[here]["supersedes"]


def _why_not(rows: dict[str, dict], reference: str, ring: tuple[str, ...]) -> str | None:
    row, named = rows[reference], rows[reference]["supersedes"]
    other, shown = rows.get(named, row), spelling.masked(named)
    if named == reference:
        return f"{shown} supersedes itself; name the earlier row that it stands for, or leave the cell empty"
    if ring:
        around = ", ".join(spelling.masked(one) for one in ring[:5])
        return f"these rows supersede each other in a ring: {around}; a row supersedes an earlier one"
    if other["family"] != row["family"]:
        return f"{shown} is a row of another family; a row supersedes an earlier one of its own family"
    if (other.get("recorded_at") or NOW) > (row.get("recorded_at") or NOW):
        return f"{shown} was recorded later than this row, which cannot supersede it; correct supersedes or recorded_at"
    return None
