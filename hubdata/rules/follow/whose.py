"""Whose a finding is to put right, as was said last by a day, and who may be asked to; it writes nothing."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from hubdata.moments import today
from hubdata.records import owner
from hubdata.records.people import actors
from hubdata.records.tables.contract import TABLES
from hubdata.rules.follow.order import Found

ASSIGNED = TABLES["finding_assignments"]
FEW = 500  # rows asked about by their references; of more, what was said of all is read
Place = tuple[str, str, str]  # code, table, subject


@dataclass(frozen=True)
class People:
    """Who may be asked to put something right; where nobody is registered, any name will do."""

    registered: bool
    names: tuple[str, ...]


def latest(connection: Connection, as_at: date, of: Collection[str] | None = None) -> dict[Place, str | None]:
    """By the finding's place, who has it; None where it was taken from somebody and given to nobody.

    `of` are the rows that are asked about, if not all.
    """
    order = ASSIGNED.c.assigned_on, ASSIGNED.c.recorded_at, ASSIGNED.c.finding_assignment
    asked = select(ASSIGNED).where(ASSIGNED.c.assigned_on <= as_at).order_by(*order)
    if of is not None:
        asked = asked.where(ASSIGNED.c.subject.in_(of))
    rows = connection.execute(asked).mappings()
    return {(row["code"], row["of_table"], row["subject"]): row["assigned_to"] for row in rows}


def people(connection: Connection) -> People:
    """Everybody who may act here today, by name."""
    found = [one for one in actors.everybody(connection) if not one.barred(today())]
    return People(actors.registered(connection), tuple(one.name for one in found))


def with_whose(connection: Connection, found: list[Found], as_at: date) -> list[Found]:
    """The findings with the family that each is about, and whoever has it."""
    subjects = {one.subject for one in found}
    has = latest(connection, as_at, subjects if len(subjects) <= FEW else None)
    references: dict[str, set[str]] = {}
    for one in found:
        references.setdefault(one.table, set()).add(one.subject)
    families = {table: owner.families_of(connection, table, some) for table, some in references.items()}
    return [
        replace(
            one,
            family=families[one.table].get(one.subject),
            assigned_to=has.get((one.code, one.table, one.subject)),
        )
        for one in found
    ]
