"""Who took the lead for one family, on a day and as the hub knew it on another, with gaps and handovers.

It judges nothing: what it says is the answer of rules/continuity.sql. Practitioners are known by reference; who asks
for a reason is told their name and how they are reached, once that is in the ledger. Source: notice P3.
"""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from hubdata.dates import words
from hubdata.errors import BadParameter
from hubdata.families.find import needed
from hubdata.moments import By
from hubdata.records.ledger import Act
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.rules import judge, standing

PRACTITIONERS = TABLES["practitioners"]
OF_FAMILY = ("families", "leads", "lead_versions")  # and the practitioners whom these name


@dataclass(frozen=True)
class Span:
    """One practitioner's time in the lead; `ended_on` is the last day, None where none is recorded."""

    practitioner: str
    organisation: str
    started_on: date
    ended_on: date | None
    name: str | None = None  # only for a stated reason
    contact: str | None = None


@dataclass(frozen=True)
class Stretch:
    """Days on which nobody led, or more than one did; both ends included."""

    first: date
    last: date
    days: int


@dataclass(frozen=True)
class Handover:
    """From one practitioner to the next: the days on which both led, less than 0 where nobody did."""

    on: date
    from_practitioner: str
    to_practitioner: str
    days: int


@dataclass(frozen=True)
class Lead:
    """Who led a family on a day, and everything up to it; `closed_on` where its support had ended by then."""

    family: str
    hub: str
    on: date
    known_at: date | None
    closed_on: date | None
    leads: list[Span]
    spans: list[Span]
    gaps: list[Stretch]
    overlaps: list[Stretch]
    handovers: list[Handover]


def read(hub: Hub, family: str, on: date, known_at: date | None = None) -> Lead:
    """Who led the family on a day, and everything up to it, as known at the end of `known_at` (None: as known now).

    Raises BadParameter if there is no such family, or it was opened later.
    """
    return of(_seen(hub, family), family, on, known_at)


def of(seen: Snapshot, family: str, on: date, known_at: date | None = None) -> Lead:
    """As `read`, of one family's records that are in hand."""
    told = sorted(judge.judge("continuity", seen, on, known_at).to_pylist(), key=_place)
    if not told:
        raise BadParameter(f"the hub has no family {family!r} that was open by {words(on)}; check the reference")
    spans = {kind: [row for row in told if row["kind"] == kind] for kind in ("lead", "gap", "overlap", "handover")}
    return Lead(
        family,
        told[0]["hub"],
        on,
        known_at,
        told[0]["closed_on"],
        [_span(row) for row in spans["lead"] if row["is_now"]],
        [_span(row) for row in spans["lead"]],
        [_stretch(row) for row in spans["gap"]],
        [_stretch(row) for row in spans["overlap"]],
        [Handover(row["from_on"], row["predecessor"], row["practitioner"], row["days"]) for row in spans["handover"]],
    )


def named(hub: Hub, told: Lead, by: By) -> Lead:
    """The same with each lead's name and contact; that they were shown, and why, is in the ledger first.

    Raises BadParameter if no reason is given.
    """
    act = Act(by.actor, "officer", needed(by.reason), "family.lead", {"family": told.family})
    with hub.write(act) as connection:
        return with_names(connection, told)


def with_names(connection: Connection, told: Lead) -> Lead:
    """The same with each lead's name and contact, for who has entered in the ledger that they look, and why."""
    asked = select(PRACTITIONERS).where(PRACTITIONERS.c.practitioner.in_({span.practitioner for span in told.spans}))
    known = {row.practitioner: row for row in connection.execute(asked)}

    def call(span: Span) -> Span:
        row = known[span.practitioner]
        return replace(span, name=row.name, contact=row.work_email)

    return replace(told, leads=[*map(call, told.leads)], spans=[*map(call, told.spans)])


def _place(row: dict) -> tuple:
    return row["from_on"], row["to_on"] or date.max, row["practitioner"] or ""


def _span(row: dict) -> Span:
    return Span(row["practitioner"], row["organisation"], row["from_on"], row["to_on"])


def _stretch(row: dict) -> Stretch:
    return Stretch(row["from_on"], row["to_on"], row["days"])


def _seen(hub: Hub, family: str) -> Snapshot:
    """One family's leads and their practitioners, as a snapshot has them; it carries no hash."""
    with hub.read() as connection:
        found = {
            name: connection.execute(select(TABLES[name]).filter_by(family=family)).mappings().all()
            for name in OF_FAMILY
        }
        who = {row["practitioner"] for name in OF_FAMILY[1:] for row in found[name]}
        asked = select(PRACTITIONERS).where(PRACTITIONERS.c.practitioner.in_(who))
        found["practitioners"] = connection.execute(asked).mappings().all()
    return Snapshot({name: standing.table(name, rows) for name, rows in found.items()}, "", hub.policy)


def lines(told: Lead) -> list[str]:
    """The answer for a reader: who leads on the day, then how the lead went on up to it."""
    known = f", as the hub knew it on {words(told.known_at)}" if told.known_at else ""
    who = " and ".join(map(_who, told.leads)) or "nobody"
    said = [f"Taking the lead for {told.family} on {words(told.on)}{known}: {who}."]
    if told.closed_on:
        went_on = ", yet a lead is recorded for this day" if told.leads else ""
        said.append(f"  The family's support ended on {words(told.closed_on)}{went_on}.")
    if told.leads and told.leads[0].name is None:
        said.append("  Their name, and how they are reached, is told for a reason: --reason; it is kept in the ledger.")
    said += [f"  {_who(span)}: {words(span.started_on)} to {_until(span)}" for span in told.spans]
    for stretches, what in ((told.gaps, "nobody led"), (told.overlaps, "more than one led")):
        said += [f"  {what}: {words(each.first)} to {words(each.last)}, {_days(each.days)}" for each in stretches]
    return said + [
        f"  handed over on {words(each.on)} from {each.from_practitioner} to {each.to_practitioner}: "
        f"{_handed(each.days)}"
        for each in told.handovers
    ]


def _who(span: Span) -> str:
    if span.name is None:
        return f"{span.practitioner} ({span.organisation})"
    reached = f", {span.contact}" if span.contact else ""
    return f"{span.name}{reached} ({span.practitioner}, {span.organisation})"


def _until(span: Span) -> str:
    return words(span.ended_on) if span.ended_on else "now"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"


def _handed(days: int) -> str:
    if days > 0:
        return f"both led for {_days(days)}"
    return f"nobody led for {_days(-days)}" if days else "the next day"
