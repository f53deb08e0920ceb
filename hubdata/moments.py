"""What time it is, the one place where this machine's clock is read, and `By`: who acts, why and as at which day.

A rule is always told its day and never asks. A day is England's, wherever the product runs: the rules read days in the
same way (rules/standing.sql).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ENGLAND = ZoneInfo("Europe/London")


def now() -> datetime:
    """This moment, in UTC and saying so."""
    return datetime.now(UTC)


def stamp() -> datetime:
    """This moment as rows keep it in `recorded_at`: UTC, without saying so."""
    return now().replace(tzinfo=None)


def today() -> date:
    """The day that it is in England."""
    return day_of(stamp())


def day_of(recorded_at: datetime) -> date:
    """England's day of a moment as rows keep it (UTC): in summer the day begins an hour earlier."""
    return recorded_at.replace(tzinfo=UTC).astimezone(ENGLAND).date()


def end_of(day: date) -> datetime:
    """The first moment after a day of England's, as rows keep it (UTC)."""
    midnight = datetime.combine(day + timedelta(days=1), time(), ENGLAND)
    return midnight.astimezone(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class By:
    """Who acts, why if they say so, and as at which day: one value, which every write takes."""

    actor: str
    reason: str | None
    as_at: date
