"""Records that a worker judged a child able to decide about sharing for themselves; it judges nobody itself.

Understanding decides, not age: a child younger than `agreements.alone_from_years` decides alone only from that day on.
"""

import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from hubdata import moments, policy
from hubdata.dates import words
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records.decisions import read as decisions
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.terms import Role

COMPETENCES, PEOPLE, PRACTITIONERS = TABLES["competences"], TABLES["people"], TABLES["practitioners"]


@dataclass(frozen=True)
class Competence:
    """Which child, judged by whom, from which day on; no name and no reason."""

    competence: str
    family: str
    person: str
    judged_by: str
    judged_on: date


def record(hub: Hub, family: str, person: str, judged_by: str, judged_on: date, by: By) -> Competence:
    """Record that a child can decide alone from a day on, and why.

    Raises BadParameter for who is unknown or without a reason, Refused for a day ahead or for what is on record.
    """
    reason = policy.reason(by.reason, "a judgement that a child can decide", kept="with the record")
    if judged_on > moments.today():
        raise Refused(f"{words(judged_on)} lies ahead: what was judged is recorded on its day or later")
    made = Competence(f"C{secrets.token_hex(5)}", family, person, judged_by, judged_on)
    said = {"competence": made.competence, "family": family, "person": person}
    with hub.write(Act(by.actor, "officer", reason, "agreement.competence", said)) as connection:
        _refuse(connection, made)
        row = {**vars(made), "reason": reason, "recorded_at": moments.stamp()}
        connection.execute(COMPETENCES.insert(), row)
    return made


def _refuse(connection: Connection, made: Competence) -> None:
    who = connection.execute(select(PEOPLE.c.role).filter_by(person=made.person, family=made.family)).scalar()
    if who != Role.CHILD:
        raise BadParameter(f"{made.person!r} is no child of family {made.family!r}; check both references")
    if not connection.execute(select(PRACTITIONERS.c.practitioner).filter_by(practitioner=made.judged_by)).first():
        raise BadParameter(f"the hub has no practitioner {made.judged_by!r}; check the reference")
    before = since(connection, [made.person]).get(made.person)
    if before and before <= made.judged_on:
        raise Refused(f"it is on record that {made.person} can decide, from {words(before)} on")


def since(connection: Connection, people: list[str]) -> dict[str, date]:
    """From which day on each of these people was judged able to decide; who never was is left out."""
    asked = select(COMPETENCES.c.person, COMPETENCES.c.judged_on).where(COMPETENCES.c.person.in_(people))
    found = connection.execute(asked.order_by(COMPETENCES.c.judged_on.desc()))
    return {row.person: row.judged_on for row in found}


def judged(connection: Connection, people: list[str]) -> list[dict]:
    """Whom of these people somebody judged able to decide, from when on, and whether a reason is given for it."""
    asked = select(COMPETENCES.c.person, COMPETENCES.c.judged_on, COMPETENCES.c.reason)
    decided = decisions.of(connection)
    return [
        {
            "person": row.person,
            "judged_on": row.judged_on,
            "has_reason": str(policy.meant(row.reason, decided=decided) is not None).lower(),
        }
        for row in connection.execute(asked.where(COMPETENCES.c.person.in_(people)))
    ]


def lines(made: Competence) -> list[str]:
    """What was recorded, for a reader."""
    return [f"{made.person} can decide alone from {words(made.judged_on)} on, as {made.judged_by} judged."]
