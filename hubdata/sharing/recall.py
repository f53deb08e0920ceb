"""Who holds what about a family, why it should be given up, and whether they were asked and have answered.

It stands on references alone, so that it can outlive the family's own record: it must never hold or show a name.
Source: notice P5 and P11, UK GDPR Art 19.
"""

import secrets
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from sqlalchemy import Connection, select, update

from hubdata import moments
from hubdata.dates import words
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import erasures
from hubdata.records.decisions import read as decisions
from hubdata.records.ledger import Act
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.rules import judge, standing
from hubdata.terms import RecallCause

RECALLS, FAMILIES = TABLES["recalls"], TABLES["families"]
BY_AGREEMENT = ("within_hub", "additional_support")
SAID = {
    "agreed": "agreed, in force",
    "withdrawn": "withdrawn",
    "refused": "refused",
    "expired": "expired",
    "without_agreement": "without agreement",
    "cannot_tell": "no longer on record",
}


@dataclass(frozen=True)
class Holding:
    """What one organisation holds about a family, and how far its recall is."""

    organisation: str
    categories: list[str]
    people: int
    first_shared_on: date | None
    last_shared_on: date | None
    agreements: list[str]
    shares: list[str]
    state: str
    recall_because: list[str]
    to_ask: list[str]
    asked_because: list[str]
    asked_on: date | None
    acknowledged_on: date | None
    days_waiting: int | None
    retention_policy: str | None
    rights_contact: str | None


def holders(hub: Hub, family: str, as_at: date) -> list[Holding]:
    """Every organisation that holds details of the family, as at a day.

    Raises BadParameter if there is no such family.
    """
    with hub.read() as connection:
        return _holders(connection, _names(hub, family), as_at)


def _names(hub: Hub, family: str) -> list[str]:
    """What a family is called in recalls: by its reference, and by a digest once its record has been destroyed."""
    return [family, erasures.outliving(hub.key("erasures"), family)]


def _holders(connection: Connection, names: list[str], as_at: date) -> list[Holding]:
    family = names[0]
    asks = connection.execute(select(RECALLS).where(RECALLS.c.family.in_(names))).mappings().all()
    record = standing.read(connection, family)
    about = {person for row in record.tables["shares"].to_pylist() for person in row["about"] or []}
    record = standing.read(connection, family, about)
    if not record.tables["families"].num_rows and not asks:
        raise BadParameter(f"the hub has no family {family!r}, nor any recall of one; check the reference")
    judged = _judged(record, as_at)
    seen = record.having(**judged, recalls=standing.table("recalls", asks))
    values, text = decisions.of(connection), judge.sql("holders")
    database = judge.connect(seen, values, as_at, text=text)
    found = judge.answer(database, text, judge.bound(text, values, as_at))
    return [Holding(**row | {"people": len(row["people"])}) for row in found.to_pylist()]


def _judged(record: Snapshot, as_at: date) -> dict[str, pa.Table]:
    """The sharing rule's verdicts on every share that went out, corrected or not: on its day, and as if made today."""
    made = [row | {"supersedes": None} for row in record.tables["shares"].to_pylist()]
    agreed = [row for row in made if row["route"] in BY_AGREEMENT]
    again = [row | {"shared_on": as_at, "route": "within_hub"} for row in agreed if row["shared_on"] <= as_at]
    asked = {"judged_then": agreed, "judged_now": again}
    return {name: _verdicts(record, rows, as_at) for name, rows in asked.items()}


def _verdicts(record: Snapshot, shares: list[dict], as_at: date) -> pa.Table:
    return judge.judge("sharing", record.having(shares=standing.table("shares", shares)), as_at)


def ask(hub: Hub, family: str, organisation: str, because: str | None, by: By) -> str:
    """Record that a partner was asked to give up what it holds; returns the recall's reference.

    Raises BadParameter for an unknown family or cause, Refused if there is nothing to ask for.
    """
    if because is None or because not in RecallCause._value2member_map_:
        raise BadParameter(f"--because {because!r} is no reason to recall; allowed are {', '.join(RecallCause)}")
    recall = f"R{secrets.token_hex(5)}"
    row = {
        "recall": recall,
        "family": family,
        "organisation": organisation,
        "because": because,
        "asked_on": by.as_at,
        "acknowledged_on": None,
    }
    _refuse_ahead(by.as_at)
    said = {"family": family, "organisation": organisation, "because": because, "recall": recall}
    with hub.write(Act(by.actor, "officer", by.reason or f"recall: {because}", "recall.ask", said)) as connection:
        _refuse_ask(connection, _names(hub, family), organisation, because, by.as_at)
        connection.execute(RECALLS.insert(), {**row, "recorded_at": moments.stamp()})
    return recall


def _refuse_ahead(day: date) -> None:
    if day > moments.today():
        raise Refused(f"{words(day)} lies ahead: what was asked or answered is recorded on its day or later")


def _refuse_ask(connection: Connection, names: list[str], organisation: str, because: str, as_at: date) -> None:
    family = names[0]
    held = {holding.organisation: holding for holding in _holders(connection, names, as_at) if holding.shares}
    if organisation not in held:
        known = ", ".join(held) or "nobody"
        raise Refused(f"{organisation} holds nothing of family {family} by {words(as_at)}; {known} does")
    waiting = RECALLS.c.acknowledged_on.is_(None)
    same = (
        select(RECALLS.c.asked_on).filter_by(family=family, organisation=organisation, because=because).where(waiting)
    )
    if asked_on := connection.execute(same).scalar():
        raise Refused(
            f"{organisation} was asked on {words(asked_on)} because of the {because} and has not answered "
            f"yet; record its answer with --acknowledge {organisation}"
        )
    if because == RecallCause.DISPOSAL:
        closed_on = connection.execute(select(FAMILIES.c.closed_on).filter_by(family=family)).scalar()
        if not closed_on or closed_on > as_at:
            raise Refused(
                f"family {family} is open on {words(as_at)}: its record is not to be destroyed, so not recalled"
            )
    elif because not in held[organisation].recall_because:
        found = ", ".join(held[organisation].recall_because) or "no reason"
        raise Refused(
            f"nothing that {organisation} holds calls for a {because} by {words(as_at)} (found: {found}; "
            f"state: {SAID[held[organisation].state]}); record the decision or share first"
        )


def acknowledge(hub: Hub, family: str, organisation: str, by: By) -> int:
    """Record that a partner says it has given up what it was asked for; returns how many asks that answers.

    Raises BadParameter for an unknown family, Refused if the partner was not asked, or has answered.
    """
    _refuse_ahead(by.as_at)
    said = {"family": family, "organisation": organisation}
    act = Act(by.actor, "officer", by.reason or "the partner acknowledged the recall", "recall.acknowledge", said)
    with hub.write(act) as connection:
        names = _names(hub, family)
        held = {holding.organisation: holding for holding in _holders(connection, names, by.as_at)}
        asked = held[organisation].asked_on if organisation in held else None
        if not asked:
            raise Refused(
                f"{organisation} had not been asked by {words(by.as_at)}; record the asking first with "
                f"--ask {organisation} --because REASON"
            )
        answer = update(RECALLS).where(RECALLS.c.family.in_(names), RECALLS.c.organisation == organisation)
        answer = answer.where(RECALLS.c.acknowledged_on.is_(None), RECALLS.c.asked_on <= by.as_at)
        answered = connection.execute(answer.values(acknowledged_on=by.as_at)).rowcount
        if not answered:
            raise Refused(f"{organisation} has acknowledged what it was asked on {words(asked)}; nothing is waiting")
    return answered


def lines(found: list[Holding], family: str, as_at: date) -> list[str]:
    """Who holds what, for a reader."""
    if not found:
        return [f"Nobody was given details of family {family} by {words(as_at)}."]
    said = [f"As at {words(as_at)}, details of family {family} are held by:"]
    for holding in found:
        said += ["", *_holding(holding)]
    return said


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _answer(holding: Holding) -> str:
    if holding.acknowledged_on:
        return f"acknowledged on {words(holding.acknowledged_on)}"
    return f"waiting for {_count(holding.days_waiting or 0, 'day', 'days')}"


def _holding(holding: Holding) -> list[str]:
    since = f"since {words(holding.first_shared_on)}" if holding.first_shared_on else "shares no longer on record"
    under = f"under {', '.join(holding.agreements)}" if holding.agreements else "under no agreement"
    said = [f"{holding.organisation}: {since}, {under}; now {SAID[holding.state]}"]
    if holding.shares:
        about, sent = _count(holding.people, "person", "people"), _count(len(holding.shares), "share", "shares")
        said.append(f"  {', '.join(holding.categories)} about {about}, in {sent}")
    if holding.asked_on:
        asked = f"asked on {words(holding.asked_on)} because of: {', '.join(holding.asked_because)}"
        said.append(f"  {asked}; {_answer(holding)}")
    if holding.to_ask:
        said.append(f"  recall it because of: {', '.join(holding.to_ask)}; not asked yet")
    contact = holding.rights_contact or "no contact on record"
    return [*said, f"  its own policy: {holding.retention_policy or 'not on record'}; contact: {contact}"]
