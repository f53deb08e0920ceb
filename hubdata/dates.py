"""Calendar arithmetic for people: reading, saying and moving dates; it has no clock of its own.

Source: notice P8 (five years), reliability notes on 29 February. DuckDB's interval arithmetic in the rules agrees
with this module; a test holds them together.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from dateutil.relativedelta import relativedelta

from hubdata.errors import BadParameter, Refused

ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def parse(text: object, name: str = "date") -> date:
    """Read 2026-11-22 or 22/11/2026 (day first), or take a day as it is; nothing else.

    A number that papermill or YAML made of what was written (20261122), or a moment, is no day. Raises BadParameter if
    the text has another form or names a day that does not exist.
    """
    if isinstance(text, date) and not isinstance(text, datetime):
        return text
    said = text.strip() if isinstance(text, str) else ""
    iso, british = ISO.fullmatch(said), BRITISH.fullmatch(said)
    try:
        if iso:
            return date(*map(int, iso.groups()))
        if british:
            day, month, year = map(int, british.groups())
            return date(year, month, day)
    except ValueError:
        raise BadParameter(
            f"{name} {text!r} is not a day in the calendar; write it as 2026-11-22 or 22/11/2026"
        ) from None
    raise BadParameter(f"{name} {text!r} is not a date; write it as 2026-11-22 or 22/11/2026")


def words(day: date) -> str:
    """Say a date in words: 22 November 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def add_years(day: date, years: int) -> date:
    """The same day some calendar years later; 29 February becomes 28 February (never 1 March)."""
    return day + relativedelta(years=years)


def birthday(born: date, years: int) -> date:
    """The day on which somebody turns so old; born on 29 February, on 1 March of a year without that day."""
    leapt = (born.month, born.day) == (2, 29) and monthrange(born.year + years, 2)[1] < 29
    return date(born.year + years, 3, 1) if leapt else born.replace(year=born.year + years)


def age(born: date, on: date) -> int:
    """How old somebody is on a day, in whole years, as records/snapshot/lives.py counts them."""
    return on.year - born.year - (on < birthday(born, on.year - born.year))


def add_months(day: date, months: int) -> date:
    """The same day some calendar months later, or the last day of a shorter month."""
    ahead = day.month - 1 + months  # counted by hand: relativedelta takes ten times as long, and every clock asks
    year, month = day.year + ahead // 12, ahead % 12 + 1
    return date(year, month, day.day if day.day < 29 else min(day.day, monthrange(year, month)[1]))


DAY = timedelta(days=1)


@cache
def england():
    """England's working days: no Saturday, no Sunday, no bank holiday, substitutes and one-off days included."""
    from holidays import country_holidays  # 0.1 s of import that only a date needs

    return country_holidays("GB", subdiv="ENG")


@lru_cache(1 << 15)
def next_working_day(day: date) -> date:
    """The day itself, or the first working day after it."""
    return england().get_nth_working_day(day, 0)


def working_days_after(day: date, number: int) -> date:
    """The so-manieth working day after a day; 0 is the day itself, -1 the last working day on or before it."""
    if number < 0:
        return england().get_nth_working_day(day + DAY, number)
    return england().get_nth_working_day(day, number) if number else day


QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])", re.ASCII)
YEAR = re.compile(r"(\d{4})-(\d\d)", re.ASCII)


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter, of the calendar year: 2026-Q3 is July to September 2026."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Read 2026-Q3. Raises BadParameter for anything else."""
        found = QUARTER.fullmatch(text.strip())
        if not found or int(found[1]) < 1:
            raise BadParameter(f"{text!r} is not a quarter; write the year and the quarter, for example 2026-Q3")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def ended_by(cls, day: date) -> "Quarter":
        """The last quarter that was over on a day; a quarter's own last day is not over yet."""
        now = cls(day.year, (day.month + 2) // 3)
        return cls(now.year, now.number - 1) if now.number > 1 else cls(now.year - 1, 4)

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        month = 3 * self.number
        return date(self.year, 12, 31) if month == 12 else date(self.year, month + 1, 1) - timedelta(1)

    @property
    def after(self) -> "Quarter":
        """The quarter that follows."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @property
    def before(self) -> "Quarter":
        """The quarter that came before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def words(self) -> str:
        """July to September 2026."""
        return f"{MONTHS[self.first.month - 1]} to {MONTHS[self.last.month - 1]} {self.year}"

    def refuse_unless_over(self, today: date) -> None:
        """Raises Refused if the quarter has not ended: its figures could still change."""
        _refuse_unless_over(self, today)


@dataclass(frozen=True, order=True)
class Year:
    """One year of a council's accounts: 2025-26 is April 2025 to March 2026."""

    ends: int

    @classmethod
    def parse(cls, text: str) -> "Year":
        """Read 2025-26. Raises BadParameter for anything else."""
        found = YEAR.fullmatch(text.strip())
        if not found or int(found[1]) < 1 or (int(found[1]) + 1) % 100 != int(found[2]):
            raise BadParameter(f"{text!r} is not a year to March; write both its halves, for example 2025-26")
        return cls(int(found[1]) + 1)

    @classmethod
    def ended_by(cls, day: date) -> "Year":
        """The last year that was over on a day; a year's own last day is not over yet."""
        return cls(day.year if day > date(day.year, 3, 31) else day.year - 1)

    def __str__(self) -> str:
        return f"{self.ends - 1:04}-{self.ends % 100:02}"

    @property
    def first(self) -> date:
        return date(self.ends - 1, 4, 1)

    @property
    def last(self) -> date:
        return date(self.ends, 3, 31)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Its four quarters, oldest first."""
        return (*(Quarter(self.ends - 1, number) for number in (2, 3, 4)), Quarter(self.ends, 1))

    @property
    def words(self) -> str:
        """April 2025 to March 2026."""
        return f"April {self.ends - 1} to March {self.ends}"

    def refuse_unless_over(self, today: date) -> None:
        """Raises Refused if the year has not ended: its figures could still change."""
        _refuse_unless_over(self, today)


def _refuse_unless_over(period: Quarter | Year, today: date) -> None:
    if period.last >= today:
        why = f"{period} ({period.words}) has not ended; it can be published from {words(period.last + timedelta(1))}"
        raise Refused(why, [why])
