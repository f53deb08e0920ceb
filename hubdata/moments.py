"""What time it is, the one place where this machine's clock is read, and `By`: who acts, why and as at which day.

A rule is always told its day and never asks. A day is England's, wherever the product runs: the rules read days in the
same way (rules/standing.sql).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hubdata.dates import words

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


def here(at: datetime | str) -> datetime:
    """A moment by England's clock; one that does not say its zone is UTC, as rows and the ledger keep it."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(ENGLAND)


def day_of(at: datetime | str) -> date:
    """England's day of a moment: in summer the day begins an hour earlier than in UTC."""
    return here(at).date()


def said(at: datetime | str) -> str:
    """A moment as people say it: 22 November 2026 at 14:30, by England's clock; the one form that a person is shown."""
    moment = here(at)
    return f"{words(moment.date())} at {moment:%H:%M}"


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
