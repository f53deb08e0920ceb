"""What time it is: the one place where this machine's clock is read; a rule is always told its day and never asks."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """This moment, in UTC and saying so."""
    return datetime.now(UTC)


def stamp() -> datetime:
    """This moment as rows keep it in `recorded_at`: UTC, without saying so."""
    return now().replace(tzinfo=None)


def today() -> date:
    """The day that it is where the product runs, which is the day its user goes by."""
    return date.today()  # noqa: DTZ011 (the user's day)
