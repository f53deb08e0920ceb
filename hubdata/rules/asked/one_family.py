"""Which records stand decided to be of one family, asked of the macros of standing.sql; it decides nothing.

Such records share their holds and their requests (contract.md).
"""

from collections.abc import Collection
from datetime import date

import pyarrow as pa
from sqlalchemy import Connection, Row, or_, select

from hubdata.records.snapshot.frozen import tabled
from hubdata.records.tables.contract import TABLES
from hubdata.rules import session

DECISIONS, FAMILIES = TABLES["pair_decisions"], TABLES["families"]
AT_ONCE = 500  # families looked up in one statement
TEXT = pa.string()
COLUMNS = {
    "pair_decision": TEXT,
    "family": TEXT,
    "other": TEXT,
    "decision": TEXT,
    "decided_on": pa.date32(),
    "recorded_at": pa.timestamp("us"),
}


def standing(connection: Connection, as_at: date) -> dict[tuple[str, str], Row]:
    """The decision that stands about each pair of records on a day, whatever it says."""
    rows = {row.pair_decision: row for row in connection.execute(select(DECISIONS))}
    found = [rows[one["pair_decision"]] for one in _asked("FROM standing_pairs($day)", rows.values(), as_at)]
    return {(row.family, row.other): row for row in found}


def together(connection: Connection, families: Collection[str], as_at: date = date.max) -> set[str]:
    """The records that stand decided to be of one family with any of these, directly or in steps; these among them."""
    wanted = set(families)
    found = _asked("FROM of_one_family($day)", about(connection, wanted), as_at)
    return wanted | {row["other"] for row in found if row["family"] in wanted}


def linked(connection: Connection, family: str, as_at: date) -> list[dict]:
    """The records that stand decided to be of the same family as this one: reference, and when each was closed."""
    same = together(connection, [family], as_at) - {family}
    asked = select(FAMILIES.c.family, FAMILIES.c.closed_on).where(FAMILIES.c.family.in_(same))
    return [
        {"family": row.family, "closed_on": row.closed_on if row.closed_on and row.closed_on <= as_at else None}
        for row in connection.execute(asked.order_by(FAMILIES.c.family))
    ]


def about(connection: Connection, families: set[str]) -> list[Row]:
    """Whatever was decided about these records, or about one that was ever decided about with them, in steps."""
    rows, seen, asked = {}, set(), set(families)
    while asked:
        seen |= asked
        part = sorted(asked)[:AT_ONCE]
        asked -= set(part)
        either = or_(DECISIONS.c.family.in_(part), DECISIONS.c.other.in_(part))
        for row in connection.execute(select(DECISIONS).where(either)):
            rows[row.pair_decision] = row
            asked |= {row.family, row.other} - seen
    return list(rows.values())


def _asked(text: str, rows: Collection[Row], as_at: date) -> list[dict]:
    if not rows:
        return []
    table = tabled(COLUMNS, ([row._mapping[name] for name in COLUMNS] for row in rows))
    return session.select(text, {"pair_decisions": table}, {"day": as_at})
