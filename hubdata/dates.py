"""Calendar arithmetic for people: reading, saying and moving dates; it has no clock of its own.

Source: notice P8 (five years), reliability notes on 29 February. DuckDB's interval arithmetic in the rules agrees
with this module; a test holds them together.
"""

import re
from calendar import monthrange
from datetime import date

from dateutil.relativedelta import relativedelta

from hubdata.errors import BadParameter

ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


def parse(text: str, name: str = "date") -> date:
    """Read 2026-11-22 or 22/11/2026 (day first), nothing else.

    Raises BadParameter if the text has another form or names a day that does not exist.
    """
    if isinstance(text, date):
        return text
    iso, british = ISO.fullmatch(text.strip()), BRITISH.fullmatch(text.strip())
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


def add_months(day: date, months: int) -> date:
    """The same day some calendar months later, or the last day of a shorter month."""
    ahead = day.month - 1 + months  # counted by hand: relativedelta takes ten times as long, and every clock asks
    year, month = day.year + ahead // 12, ahead % 12 + 1
    return date(year, month, day.day if day.day < 29 else min(day.day, monthrange(year, month)[1]))
