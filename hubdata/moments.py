"""What time it is, the one place where this machine's clock is read, and `By`: who acts, why and as at which day.

A rule is always told its day and never asks. A day is England's, wherever the product runs: the rules read days in the
same way (rules/standing.sql).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as day_time
from functools import cache
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from hubdata.dates import words

ENGLAND = ZoneInfo("Europe/London")


def now() -> datetime:
    """This moment, in UTC and saying so."""
    return datetime.now(UTC)


_EARLIEST: ContextVar[datetime | None] = ContextVar("earliest", default=None)


@contextmanager
def not_before(moment: datetime) -> Iterator[None]:
    """Within the block rows are stamped with no earlier moment, whatever this machine's clock says."""
    token = _EARLIEST.set(moment)
    try:
        yield
    finally:
        _EARLIEST.reset(token)


def stamp() -> datetime:
    """This moment as rows keep it in `recorded_at`: UTC, without saying so, and never before `not_before`."""
    moment = now()
    return max(moment, _EARLIEST.get() or moment).replace(tzinfo=None)


@cache
def _boot() -> str:
    """Which start of this machine this is, told apart from others and saying nothing; empty where it cannot be told."""
    try:
        return sha256(Path("/proc/sys/kernel/random/boot_id").read_bytes()).hexdigest()[:8]
    except OSError:
        return ""


def running() -> tuple[str, float] | None:
    """How long this machine runs, its sleep counted: what no clock that is set can alter; None where nobody counts."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return (_boot(), time.clock_gettime(clock)) if clock is not None and _boot() else None


def today() -> date:
    """The day that it is in England, by this machine's clock."""
    return day_of(now())


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
    midnight = datetime.combine(day + timedelta(days=1), day_time(), ENGLAND)
    return midnight.astimezone(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class By:
    """Who acts, why if they say so, and as at which day: one value, which every write takes."""

    actor: str
    reason: str | None
    as_at: date
