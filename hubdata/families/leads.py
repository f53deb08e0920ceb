"""Who took the lead for one family, on a day and as the hub knew it on another, with gaps and handovers.

It judges nothing: what it says is the answer of rules/continuity.sql; practitioners are named by reference only.
Source: notice P3.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from hubdata.dates import words
from hubdata.errors import BadParameter
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.rules import judge, standing

OF_FAMILY = ("families", "leads", "lead_versions")


@dataclass(frozen=True)
class Span:
    """One practitioner's time in the lead; `ended_on` is the last day, None where none is recorded."""

    practitioner: str
    organisation: str
    started_on: date
    ended_on: date | None


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
    """Who led a family on a day, and everything up to it."""

    family: str
    hub: str
    on: date
    known_at: date | None
    leads: list[Span]
    spans: list[Span]
    gaps: list[Stretch]
    overlaps: list[Stretch]
    handovers: list[Handover]


def read(hub: Hub, family: str, on: date, known_at: date | None = None) -> Lead:
    """Who led the family on a day, and everything up to it, as known at the end of `known_at` (None: as known now).

    Raises BadParameter if there is no such family, or it was opened later.
    """
    told = sorted(judge.judge("continuity", _seen(hub, family), on, known_at).to_pylist(), key=_place)
    if not told:
        raise BadParameter(f"the hub has no family {family!r} that was open by {words(on)}; check the reference")
    spans = {kind: [row for row in told if row["kind"] == kind] for kind in ("lead", "gap", "overlap", "handover")}
    return Lead(
        family,
        told[0]["hub"],
        on,
        known_at,
        [_span(row) for row in spans["lead"] if row["is_now"]],
        [_span(row) for row in spans["lead"]],
        [_stretch(row) for row in spans["gap"]],
        [_stretch(row) for row in spans["overlap"]],
        [Handover(row["from_on"], row["predecessor"], row["practitioner"], row["days"]) for row in spans["handover"]],
    )


def _place(row: dict) -> tuple:
    return row["from_on"], row["to_on"] or date.max, row["practitioner"] or ""


def _span(row: dict) -> Span:
    return Span(row["practitioner"], row["organisation"], row["from_on"], row["to_on"])


def _stretch(row: dict) -> Stretch:
    return Stretch(row["from_on"], row["to_on"], row["days"])


def _seen(hub: Hub, family: str) -> Snapshot:
    """One family's leads and their practitioners, as a snapshot has them; it carries no hash."""
    practitioners = TABLES["practitioners"]
    with hub.read() as connection:
        found = {
            name: connection.execute(select(TABLES[name]).filter_by(family=family)).mappings().all()
            for name in OF_FAMILY
        }
        who = {row["practitioner"] for name in OF_FAMILY[1:] for row in found[name]}
        asked = select(practitioners).where(practitioners.c.practitioner.in_(who))
        found["practitioners"] = connection.execute(asked).mappings().all()
    return Snapshot({name: standing.table(name, rows) for name, rows in found.items()}, "")


def lines(told: Lead) -> list[str]:
    """The answer for a reader: who leads on the day, then how the lead went on up to it."""
    known = f", as the hub knew it on {words(told.known_at)}" if told.known_at else ""
    who = " and ".join(map(_who, told.leads)) or "nobody"
    said = [f"Taking the lead for {told.family} on {words(told.on)}{known}: {who}."]
    said += [f"  {_who(span)}: {words(span.started_on)} to {_until(span)}" for span in told.spans]
    for stretches, what in ((told.gaps, "nobody led"), (told.overlaps, "more than one led")):
        said += [f"  {what}: {words(each.first)} to {words(each.last)}, {_days(each.days)}" for each in stretches]
    return said + [
        f"  handed over on {words(each.on)} from {each.from_practitioner} to {each.to_practitioner}: "
        f"{_handed(each.days)}"
        for each in told.handovers
    ]


def _who(span: Span) -> str:
    return f"{span.practitioner} ({span.organisation})"


def _until(span: Span) -> str:
    return words(span.ended_on) if span.ended_on else "now"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"


def _handed(days: int) -> str:
    if days > 0:
        return f"both led for {_days(days)}"
    return f"nobody led for {_days(-days)}" if days else "the next day"
