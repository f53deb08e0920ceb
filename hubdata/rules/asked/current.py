"""How current some organisations' parts of the record are, asked of rules/freshness.sql without reading a hub.

Of all that an organisation has recorded, the rule asks for nothing but the latest moment and the first and last day by
a day: so each table gives a row for each of these, found in the database, and the rule judges those.
"""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import Column, ColumnElement, Connection, func, select

from hubdata import moments
from hubdata.policy import Policy
from hubdata.records.snapshot import take
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.tables.contract import TABLES
from hubdata.rules import judge, standing

SAYS = {  # where an organisation says something: by which column, and of which days
    "involvements": ("organisation", ("started_on", "last_contact_on", "ended_on")),
    "practitioners": ("organisation", ()),
    "needs": ("organisation", ("identified_on",)),
    "shares": ("from_organisation", ("shared_on",)),
}
RETURNS = TABLES["returns"]


def read(connection: Connection, organisations: Collection[str], as_at: date, decided: Policy) -> dict[str, dict]:
    """What the rule says of each organisation that it says something of: the last update, and the days covered."""
    found = {name: standing.table(name, [*_said(connection, name, organisations, as_at)]) for name in SAYS}
    returns = connection.execute(select(RETURNS).where(RETURNS.c.organisation.in_(organisations))).mappings().all()
    found["returns"] = standing.table("returns", returns)
    judged = judge.judge("freshness", Snapshot(found | {"families": take.empty("families")}, "", decided), as_at)
    return {row["subject"]: row for row in judged.to_pylist()}


def _said(connection: Connection, name: str, organisations: Collection[str], as_at: date) -> Iterator[dict]:
    table, (whose, days) = TABLES[name], SAYS[name]
    by, at = table.c[whose], table.c.recorded_at
    edges = [edge for day in days for edge in _edges(table.c[day], as_at)]
    asked = select(by, func.max(at), *edges).where(by.in_(organisations), at < moments.end_of(as_at)).group_by(by)
    for found in map(list, connection.execute(asked)):
        row = {whose: found[0], "recorded_at": found[1]}
        yield row
        for number, day in enumerate(found[2:]):
            yield row | {days[number // 2]: day}


def _edges(day: Column, as_at: date) -> Iterator[ColumnElement]:
    known = day <= as_at
    yield func.min(day).filter(known)
    yield func.max(day).filter(known)
