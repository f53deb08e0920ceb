"""Dates mean what was written, and the years that rules add are the years that Python adds."""

from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from hubdata import dates
from hubdata.errors import BadParameter
from hubdata.records.snapshot import lives


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-22", date(2026, 11, 22)),
        ("22/11/2026", date(2026, 11, 22)),
        ("3/4/2026", date(2026, 4, 3)),
        (" 2024-02-29 ", date(2024, 2, 29)),
        (date(2026, 1, 1), date(2026, 1, 1)),
    ],
)
def test_two_spellings_are_read(text, day):
    assert dates.parse(text) == day


@pytest.mark.parametrize(
    "text",
    ["", " ", "31/02/2026", "2026-02-29", "11/22/2026", "2026-1-2", "22-11-2026", "22.11.2026", "22/11/26", "today",
     "2026-11-22T00:00", "20261122", "0/1/2026", "2026-13-01", "0000-01-01", "٢٠٢٦-١١-٢٢", "２２/11/2026"],
)  # fmt: skip
def test_nothing_else_is(text):
    with pytest.raises(BadParameter, match=r"^--as-at .* write it as 2026-11-22 or 22/11/2026$") as error:
        dates.parse(text, "--as-at")
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    "value", [20261122, 2026.11, True, None, ["2026-11-22"], datetime(2026, 11, 22, 9, tzinfo=UTC)]
)
def test_what_is_no_text_is_no_day_either(value):
    with pytest.raises(BadParameter, match=r"^as_at .* is not a date; write it as 2026-11-22 or 22/11/2026$"):
        dates.parse(value, "as_at")


@pytest.mark.parametrize(
    ("day", "said"), [(date(2026, 11, 22), "22 November 2026"), (date(2024, 2, 1), "1 February 2024")]
)
def test_a_day_is_said_in_words(day, said):
    assert dates.words(day) == said


@pytest.mark.parametrize(
    ("day", "years", "wanted"),
    [
        (date(2020, 2, 29), 5, date(2025, 2, 28)),
        (date(2020, 2, 29), 4, date(2024, 2, 29)),
        (date(2019, 2, 28), 5, date(2024, 2, 28)),
        (date(2020, 3, 1), 5, date(2025, 3, 1)),
        (date(2096, 2, 29), 4, date(2100, 2, 28)),
        (date(2025, 2, 28), -5, date(2020, 2, 28)),
    ],
)
def test_years_are_calendar_years(day, years, wanted):
    assert dates.add_years(day, years) == wanted


@pytest.mark.parametrize("born", [date(2008, 2, 29), date(2008, 2, 28), date(2008, 3, 1), date(2008, 12, 31)])
@pytest.mark.parametrize("on", [date(2026, 2, 28), date(2026, 3, 1), date(2024, 2, 28), date(2024, 2, 29)])
def test_an_age_is_as_the_database_reads_it(born, on):
    """P10: one desk took who was born on 29 February for a year older on 28 February, and the audit on 1 March."""
    asked = f"SELECT {lives.YEARS} FROM (SELECT DATE '{born}' AS date_of_birth) p, (SELECT DATE '{on}' AS decided_on) a"
    [(years,)] = duckdb.sql(asked).fetchall()

    assert dates.age(born, on) == years
    assert dates.birthday(born, years) <= on < dates.birthday(born, years + 1)


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_a_month_ends_with_its_last_day(day, months, wanted):
    assert dates.add_months(day, months) == wanted


@pytest.mark.parametrize("years", [1, 4, 5, 6, 100])
def test_the_rules_engine_adds_the_same_years_and_months(years):
    days = [date(1950, 1, 1) + timedelta(n) for n in range((date(2101, 1, 1) - date(1950, 1, 1)).days)]
    ends = [day for day in days if (day + timedelta(1)).day == 1 or (day.month, day.day) == (2, 28)]
    query = "SELECT CAST(d + to_years(?) AS DATE), CAST(d + to_months(?) AS DATE) FROM (SELECT unnest(?::DATE[]) AS d)"
    found = duckdb.sql(query, params=[years, years, ends]).fetchall()
    assert found == [(dates.add_years(day, years), dates.add_months(day, years)) for day in ends]
