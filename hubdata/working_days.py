"""England's working days, from the pinned `holidays` package; how far ahead they are known is policy, not told here."""

from datetime import date, timedelta
from functools import lru_cache

DAY = timedelta(days=1)


@lru_cache(256)
def bank_holidays(year: int) -> frozenset[date]:
    """England's bank holidays of a year, substitutes and one-off days included."""
    # 0.1 s of import that only a date needs
    from holidays import country_holidays

    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


@lru_cache(1 << 15)
def next_working_day(day: date) -> date:
    """The day itself, or the first after it that is neither Saturday, Sunday nor a bank holiday in England."""
    while day.weekday() > 4 or day in bank_holidays(day.year):
        day += DAY
    return day
