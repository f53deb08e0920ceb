"""When a pack is due and which days it covers: periods of the calendar and England's working days; it reads no clock.

    every: quarter, due: {working_day: 2}     2026-Q3 is due on 2 October 2026, the second working day after it
    covers: last_full_quarter                as at that day, 1 July to 30 September 2026

Working days are those of England and Wales. Moments are England's own time: an hour that the spring leaves out counts
as reached when the clocks have moved past it, and one that the autumn has twice counts the first time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hubdata.dates import DAY, MONTHS, add_months, words, working_days_after
from hubdata.errors import BadParameter
from hubdata.moments import ENGLAND

MONTHS_OF = {"month": 1, "quarter": 3, "financial_year": 12, "calendar_year": 12}
KINDS = ("week", *MONTHS_OF)
FIRST_MONTH = {"financial_year": 4}
# How far after its end a period's day may lie, so that it comes before the next one ends: working days, calendar days.
FURTHEST = {
    "week": (3, 6),
    "month": (18, 28),
    "quarter": (57, 89),
    "financial_year": (245, 364),
    "calendar_year": (245, 364),
}
FULL = re.compile(r"last_full_(?P<kind>[a-z_]+)|last_(?P<many>[1-9]\d?)_full_(?P<kinds>[a-z_]+)s")
SO_FAR = re.compile(r"(?P<kind>[a-z_]+)_to_date")


@dataclass(frozen=True)
class Span:
    """Some days on end, first and last included, and the name that folders and files give them."""

    name: str
    first: date
    last: date

    @property
    def words(self) -> str:
        """1 July to 30 September 2026."""
        year = "" if self.first.year == self.last.year else f" {self.first.year}"
        return f"{self.first.day} {MONTHS[self.first.month - 1]}{year} to {words(self.last)}"


def containing(kind: str, day: date) -> Span:
    """The week, month, quarter or year that a day lies in."""
    if kind == "week":
        year, week, weekday = day.isocalendar()
        first = day - timedelta(weekday - 1)
        return Span(f"{year}-W{week:02}", first, first + timedelta(6))
    months = MONTHS_OF[kind]
    gone = (day.month - FIRST_MONTH.get(kind, 1)) % months
    first = add_months(day.replace(day=1), -gone)
    return Span(_name(kind, first), first, add_months(first, months) - DAY)


def _name(kind: str, first: date) -> str:
    names = {
        "month": f"{first:%Y-%m}",
        "quarter": f"{first.year}-Q{(first.month + 2) // 3}",
        "financial_year": f"{first.year}-to-{first.year + 1}",
        "calendar_year": f"{first.year}",
    }
    return names[kind]


def covered(covers: str, due: date) -> Span:
    """The days that `covers` means for what is due on a day; all of them are over by then.

    Raises BadParameter if the words mean no such period.
    """
    full, so_far = FULL.fullmatch(covers), SO_FAR.fullmatch(covers)
    if full and (kind := full["kind"] or full["kinds"]) in KINDS:
        last = first = containing(kind, containing(kind, due).first - DAY)
        for _ in range(int(full["many"] or 1) - 1):
            first = containing(kind, first.first - DAY)
        return Span(last.name, first.first, last.last)
    if so_far and so_far["kind"] in KINDS:
        now = containing(so_far["kind"], due - DAY)
        return Span(now.name, now.first, due - DAY)
    raise BadParameter(
        f"covers {covers!r} is no period that is over when the pack is due; allowed are "
        f"last_full_KIND, last_4_full_KINDs and KIND_to_date with KIND one of {', '.join(KINDS)}"
    )


@dataclass(frozen=True)
class Rule:
    """A pack's calendar: for each period a day, counted after its end or, below zero, back from its last day."""

    every: str
    working_day: int = 0
    day: int = 0
    at: time = time(0)
    start: date = date.min
    until: date = date.max

    def fault(self) -> str:
        """Why there is no such calendar, or empty."""
        working, calendar = FURTHEST[self.every]
        for name, value, most, least in (
            ("working_day", self.working_day, working, -5),
            ("day", self.day, calendar, 1),
        ):
            if value and not least <= value <= most:
                below = " (below 0: counted back from the period's last day)" if least < 0 else ""
                return f"{name} {value} is impossible for a {self.every}; allowed are {least} to {most}{below}"
        return "" if self.start <= self.until else f"until {self.until} is before from {self.start}"

    def due_on(self, span: Span) -> date:
        """The day on which the pack of a period is due."""
        if self.day:
            return span.last + timedelta(self.day)
        return working_days_after(span.last, self.working_day)

    def dues(self) -> Iterator[tuple[Span, date]]:
        """Every period with its due day, in order, for ever or until the calendar ends."""
        span = containing(self.every, containing(self.every, self.start).first - DAY)
        while (due := self.due_on(span)) <= self.until:
            if due >= self.start:
                yield span, due
            span = containing(self.every, span.last + DAY)

    def moment(self, due: date) -> datetime:
        """When on its day it is due, in UTC: moments of one zone are otherwise compared as if no clock ever moved."""
        return datetime.combine(due, self.at, ENGLAND).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The last moment of a day in England, in UTC."""
    return datetime.combine(day, time(23, 59, 59), ENGLAND).astimezone(UTC)
