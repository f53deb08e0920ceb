"""Who moves sooner and who later when the families' rule changes, before it does; it changes and confirms nothing."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hubdata import periods, policy
from hubdata.errors import BadParameter
from hubdata.periods import Rule
from hubdata.policy import Entry, Policy
from hubdata.records.store import Hub
from hubdata.retention import due
from hubdata.rules import judge, readings

MOVED = """
  CREATE TEMP TABLE moved AS
  SELECT b.family, b.hub, b.rule AS was_rule, a.rule, b.due_on AS was, a.due_on AS becomes,
    way(b.state, b.due_on, a.state, a.due_on) AS way
  FROM judged_before b JOIN judged_after a USING (family)"""
SHOWN = "SELECT * EXCLUDE way FROM moved WHERE way = $way ORDER BY becomes NULLS LAST, family"
COUNTED = """
  SELECT count(*) FILTER (way = 'unchanged') AS unchanged,
    count(*) FILTER (becomes < $day AND coalesce(was >= $day, true)) AS past_at_once,
    count(*) FILTER (was < $day AND coalesce(becomes >= $day, true)) AS no_longer_past
  FROM moved"""
WAYS = ("sooner", "later", "cannot_tell", "tellable")


@dataclass(frozen=True)
class Impact:
    """What a change of rule would do to the records as they are at `as_at`; the lists are of references and dates.

    `past_at_once` counts those that would be past their date on the new rule's first day (`starts_on`) and are not
    under the old, `no_longer_past` the reverse.
    """

    as_at: date
    starts_on: date
    before: dict
    after: dict
    sooner: tuple[dict, ...]
    later: tuple[dict, ...]
    cannot_tell: tuple[dict, ...]
    tellable: tuple[dict, ...]
    unchanged: int
    past_at_once: int
    no_longer_past: int


def impact(
    hub: Hub, as_at: date, on: date | None = None, draft: Path | None = None, decided: Policy | None = None
) -> Impact:
    """What would move if the next dated rule, that in force `on` a day, or a draft folder's were in force.

    Raises BadParameter if there is no other rule to compare with, Refused with every fault of a draft.
    """
    decided = decided or hub.policy
    before = decided.entry(periods.NAME, as_at)
    after = _after(policy.load(draft) if draft else decided, before, on, draft)
    judged = [periods.rule(entry.value["family"]) for entry in (before, after)]
    return _compared(hub, as_at, (before, after), judged, policy.load(draft) if draft else decided, decided)


def _after(source: Policy, before: Entry, on: date | None, draft: Path | None) -> Entry:
    if periods.NAME not in source.names():
        raise BadParameter(f"the draft has no {periods.NAME}; write it in policy/retention.yaml of {draft}")
    if on is not None:
        return source.entry(periods.NAME, on)
    history = source.history(periods.NAME)
    if draft:
        return history[-1]
    later = [entry for entry in history if entry.valid_from > before.valid_from]
    if not later:
        raise BadParameter(f"no later value of {periods.NAME} is recorded; add one, or name a folder with --draft")
    return later[0]


def _compared(
    hub: Hub, as_at: date, entries: tuple[Entry, Entry], judged: list[Rule], needing: Policy, decided: Policy
) -> Impact:
    held = due.read(hub, judged, needing if periods.needs_lives(needing) else decided)
    opened = [judge.connect(held, decided, as_at, rule, judge.sql("retention")) for rule in judged]
    tables = [judge.judge("retention", held, as_at, None, decided, each) for each in opened]
    database = judge.connect(held, decided, as_at, text=" ".join((readings.WAY, MOVED, SHOWN, COUNTED)))
    for name, table in zip(("judged_before", "judged_after"), tables, strict=True):
        database.register(name, table)
    database.execute(readings.WAY)
    database.execute(MOVED)
    starts_on = max(as_at, entries[1].valid_from)
    ways = {way: tuple(due.rows(database.execute(SHOWN, {"way": way}))) for way in WAYS}
    (counts,) = due.rows(database.execute(COUNTED, {"day": starts_on}))
    return Impact(as_at, starts_on, due.said(entries[0]), due.said(entries[1]), **ways, **counts)
