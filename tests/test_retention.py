"""Holds are placed for a coded reason and released one by one, each with its audit entry."""

from datetime import date

import pytest

from hubdata import ledger, retention
from hubdata.errors import BadParameter
from tests import returns

DAY = date(2026, 11, 22)


@pytest.fixture
def filled(hub, tmp_path):
    returns.apply(hub, tmp_path / "return")
    return hub


def _hold(hub, family="F1", code="complaint", review_on="22/11/2027"):
    return retention.place_hold(hub, family, code, DAY, review_on, "Ombudsman", "officer", "a complaint")


def test_a_hold_is_kept_with_its_reason_and_review_date(filled):
    hold = _hold(filled)
    [row] = returns.rows(filled, "holds")
    assert row[:8] == (hold, "F1", "complaint", "a complaint", "Ombudsman", DAY, date(2027, 11, 22), None)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"family": "F9"}, "the hub has no family 'F9'"),
        ({"code": "because"}, "'because' is not a reason to hold; allowed are access_request, complaint"),
        ({"review_on": "31/02/2027"}, "--review-on '31/02/2027' is not a day in the calendar"),
        ({"review_on": ""}, "--review-on '' is not a date"),
    ],
)
def test_a_wrong_hold_is_refused_and_nothing_is_written(filled, wrong, said):
    before = returns.state(filled)
    with pytest.raises(BadParameter, match=said):
        _hold(filled, **wrong)
    assert returns.state(filled) == before


def test_a_hold_is_released_alone_and_once(filled):
    first, second = _hold(filled), _hold(filled)
    retention.release_hold(filled, first, DAY, "officer", None)
    assert {row[0]: row[7] for row in returns.rows(filled, "holds")} == {first: DAY, second: None}
    before = returns.state(filled)
    for hold in (first, "H0"):
        with pytest.raises(BadParameter, match=f"there is no hold '{hold}' in force"):
            retention.release_hold(filled, hold, DAY, "officer", None)
    assert returns.state(filled) == before


def test_holding_and_releasing_are_in_the_chain(filled):
    retention.release_hold(filled, _hold(filled), DAY, "officer", None)
    with filled.read() as connection:
        actions = [entry["action"] for entry in ledger.entries(connection, 2)]
    assert actions == ["retention.unhold", "retention.hold"]
