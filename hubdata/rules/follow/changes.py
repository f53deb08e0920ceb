"""What changed among the findings since a day: what is new, what is gone, and what is still there, rule by rule."""

from dataclasses import dataclass, field
from datetime import date

from hubdata.dates import add_months, words
from hubdata.errors import BadParameter
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.rules import judge
from hubdata.rules.findings import Finding, answered, known
from hubdata.terms import Severity

SHOWN = 10
Place = tuple[str, str, str]  # code, table, subject


@dataclass(frozen=True)
class Changed:
    """One rule's findings of two days: how many each found, and what came and went between them."""

    code: str
    severity: str
    promise: str
    message: str
    before: int
    now: int
    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    @property
    def still(self) -> int:
        """How many were there then and are there now."""
        return self.now - len(self.new)


@dataclass(frozen=True)
class Changes:
    """What changed between two days, the gravest rule first; and which rules did not run."""

    as_at: date
    since: date
    rules: list[Changed]
    unjudged: list[str]


def changes(held: Snapshot, as_at: date, since: date | None = None, families: tuple[str, ...] = judge.EVERY) -> Changes:
    """What the rules find as at a day, beside what they found as at an earlier one, as the hub knew it then.

    `since` is a month before if it is left out. Raises BadParameter if it does not come before the day.
    """
    then = since or add_months(as_at, -1)
    if then >= as_at:
        raise BadParameter(f"--since is a day before {words(as_at)}")
    now, unjudged = answered(held, as_at, families)
    earlier, not_then = answered(held, then, families, then)
    rules = known(held)
    codes = {one.code for one in [*now, *earlier]}
    found = [_changed(_of(now, code), _of(earlier, code)) for code in codes]
    order = sorted(found, key=lambda one: (rules[one.code].severity != Severity.BREACH, -one.now, one.code))
    return Changes(as_at, then, order, list(dict.fromkeys([*unjudged, *not_then])))


def _of(found: list[Finding], code: str) -> dict[Place, Finding]:
    return {(one.code, one.table, one.subject): one for one in found if one.code == code}


def _changed(now: dict[Place, Finding], then: dict[Place, Finding]) -> Changed:
    one = next(iter((now or then).values()))
    new = [now[place].subject for place in now.keys() - then.keys()]
    gone = [then[place].subject for place in then.keys() - now.keys()]
    said = (one.code, one.severity, one.promise, one.message)
    return Changed(*said, len(then), len(now), sorted(new), sorted(gone))


def lines(said: Changes) -> list[str]:
    """The changes for a reader."""
    new, gone = (sum(len(getattr(one, name)) for one in said.rules) for name in ("new", "gone"))
    still = sum(one.still for one in said.rules)
    first = f"From {words(said.since)} to {words(said.as_at)}: {new:,} new, {gone:,} gone, {still:,} still there."
    return [first, *(line for one in said.rules for line in _rule(one)), *said.unjudged]


def _rule(one: Changed) -> list[str]:
    counts = f"{one.before:,} then, {one.now:,} now"
    return [
        f"{one.code}  {one.message} ({one.severity}, {one.promise}): {counts}",
        *(f"  {name}: {_some(rows)}" for name, rows in (("new", one.new), ("gone", one.gone)) if rows),
    ]


def _some(rows: list[str]) -> str:
    more = f" and {len(rows) - SHOWN:,} more (--json lists them all)" if len(rows) > SHOWN else ""
    return ", ".join(rows[:SHOWN]) + more
