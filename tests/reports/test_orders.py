"""What a command line asks of a report becomes its parameters; the notebook itself is not run here."""

from datetime import date

import pytest

from hubdata.errors import BadParameter
from hubdata.reports import orders

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("asked", "pairs", "first", "last"),
    [
        (None, {}, "2026-10-01", "2026-11-30"),
        (date(2026, 9, 30), {}, "2026-07-01", "2026-09-30"),
        (None, {"as_at": "2026-09-30"}, "2026-07-01", "2026-09-30"),
        (None, {"as_at": "30/09/2026"}, "2026-07-01", "30/09/2026"),
        (None, {"as_at": "2026-09-30", "period_from": "2025-10-01"}, "2025-10-01", "2026-09-30"),
        (date(2026, 9, 30), {"as_at": "1999-03-31"}, "1999-01-01", "1999-03-31"),
    ],
)
def test_a_report_whose_last_day_alone_is_given_begins_with_that_day_s_quarter(asked, pairs, first, last):
    given = orders.given("outcomes", None, pairs, asked, TODAY)

    assert (given["period_from"], given["as_at"]) == (first, last)


def test_a_last_day_that_is_none_is_told_as_such():
    with pytest.raises(BadParameter, match="as_at"):
        orders.given("outcomes", None, {"as_at": "20260930"}, None, TODAY)
