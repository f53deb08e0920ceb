"""Puts a decision in force and says before whom it moves: the findings that come and go under it, and past reports."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date

from hubdata.dates import words
from hubdata.moments import By
from hubdata.policy import Entry, Policy
from hubdata.records.decisions import make, stands
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.rules.findings import list_findings


@dataclass(frozen=True)
class Moved:
    """Of one rule: how many rows it finds as things are, and how many it would newly find, or find no longer."""

    code: str
    now: int
    more: int
    fewer: int


@dataclass(frozen=True)
class Done:
    """A decision, whom it moves as at which day, the reports of days that it reaches back to; and whether it holds."""

    entry: Entry
    as_at: date
    moves: list[Moved]
    reported: list[str]
    confirmed: bool
    entered: bool


def decide(hub: Hub, action: str, entry: Entry, history: list[Entry], by: By, only_impact: bool) -> Done:
    """Put a value or a confirmation in force, or only say whom it would move.

    Raises Refused with every fault of the value, BadParameter without a reason.
    """
    day = max(by.as_at, entry.valid_from)
    with make.drafted(hub, action, entry, history) as draft:
        moves = moved(snapshots.take(hub, draft.after), day, draft.before, draft.after) if action == stands.SET else []
        past = [] if action == stands.CONFIRM else reported(hub, entry.valid_from)
        if not only_impact:
            make.enter(hub, draft, by, len(past))
        return Done(entry, day, moves, past, action == stands.CONFIRM, not only_impact)


def moved(held: Snapshot, as_at: date, before: Policy, after: Policy) -> list[Moved]:
    """Every rule whose findings as at a day are others under other values."""
    was, will = (_found(held, as_at, each) for each in (before, after))
    now, more, fewer = (Counter(each[0] for each in some) for some in (was, will - was, was - will))
    return [Moved(code, now[code], more[code], fewer[code]) for code in sorted({*more, *fewer})]


def _found(held: Snapshot, as_at: date, under: Policy) -> set[tuple[str, str, str]]:
    return {(one.code, one.table, one.subject) for one in list_findings(held, as_at, policy=under)}


def reported(hub: Hub, start: date) -> list[str]:
    """The reports that the hub has of days from a day on: a decision that starts then says otherwise of their past."""
    found = []
    for path in sorted(hub.home.glob("reports/*/*/*/manifest.json")):
        said = json.loads(path.read_text("utf-8"))
        as_at = said.get("parameters", {}).get("as_at", "")
        if as_at >= start.isoformat():
            found.append(f"{said['report']} as at {words(date.fromisoformat(as_at))}, run {said['run']}")
    return found


def lines(done: Done) -> list[str]:
    """Whom it moves and whether it is in force, for a reader."""
    as_at, entry = words(done.as_at), done.entry
    none = [] if done.confirmed else [f"As at {as_at} no finding comes or goes by it."]
    said = [f"As at {as_at} it moves:"] if done.moves else none
    said += [f"  {one.code}: {one.now:,} now, {one.more:,} more, {one.fewer:,} fewer" for one in done.moves]
    if entry.source == make.UNSOURCED:
        said.append("It has no source: the promise board lists it until it is decided again with one.")
    if done.reported:
        said.append(f"It reaches back to days that were reported, and {len(done.reported):,} reports say otherwise:")
        said += [f"  {one}" for one in done.reported[:10]]
    if entry.name == "retention.rules":
        said.append("`hubdata retention due --impact` says which family moves sooner or later.")
    if not done.entered:
        return [*said, "Nothing was written."]
    what = "confirmed" if done.confirmed else "decided"
    return [*said, f"{entry.name}, from {words(entry.valid_from)}, is {what}; the ledger has it with the reason."]
