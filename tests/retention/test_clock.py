"""Nothing is reviewed, approved or destroyed on a clock that jumped, until a second person has confirmed the day.

The red team's case: a clock three years ahead destroyed 106 records where 6 were due (design.md, law 9).
"""

from datetime import date

import pytest
from sqlalchemy import text

from hubdata import moments
from hubdata.errors import Refused
from hubdata.moments import By
from hubdata.policy import Policy
from hubdata.records.store import Hub
from hubdata.records.time import jumps
from hubdata.retention import disposal, due, review
from hubdata.retention.review import FamilyDecision
from tests.support.ascii import load
from tests.support.clock import Clock

YEARS = 3 * 365


@pytest.fixture
def clock(monkeypatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def closed(hub: Hub) -> Hub:
    """Six families past their date, and a hundred that will be within three years."""
    today = moments.today()
    gone, soon = date(today.year - 7, 1, 15), date(today.year - 4, 1, 15)
    rows = [f"OLD-{n} | 2012-01-04 | {gone}" for n in range(6)] + [
        f"SOON-{n} | 2012-01-04 | {soon}" for n in range(100)
    ]
    load(hub, families="\n".join(["family | opened_on | closed_on", *rows]))
    with hub.read() as connection:  # the ledger begins today
        assert jumps.standing(connection) is None
    return hub


def families(hub: Hub) -> int:
    with hub.read() as connection:
        return connection.execute(text("SELECT count(*) FROM families")).scalar_one()


def by(actor: str, reason: str | None = None) -> By:
    return By(actor, reason, moments.today())


def reviewed(hub: Hub) -> str:
    shown = due.preview(hub, moments.today())
    return review.review(hub, shown.token, [FamilyDecision(one.family, "dispose") for one in shown.due], by("anna"))


def test_a_clock_three_years_ahead_destroys_nothing_where_six_are_due(closed, clock):
    made = reviewed(closed)
    review.approve(closed, made, by("ben"))
    clock.stands(days=YEARS)

    with pytest.raises(Refused, match="jumped ahead"):
        disposal.run(closed, made, by("carl"))
    with pytest.raises(Refused, match="jumped ahead"):
        reviewed(closed)
    assert len(due.preview(closed, moments.today()).due) == 106  # it can be looked at
    assert families(closed) == 106

    clock.stands(days=0)
    assert disposal.run(closed, made, by("carl")).destroyed == 6


def test_what_was_reviewed_is_not_approved_on_a_clock_that_jumped_but_may_be_refused(closed, clock):
    made = reviewed(closed)
    clock.stands(days=YEARS)

    with pytest.raises(Refused, match="nothing is approved, destroyed, swept or published"):
        review.approve(closed, made, by("ben"))
    assert review.approve(closed, made, by("ben"), refuse=True) == 6


def test_whoever_confirmed_the_day_may_not_act_on_it_and_others_may(closed, clock):
    clock.stands(days=40)
    jumps.confirm(closed, moments.today(), by("ben", "the radio says so"))
    made = reviewed(closed)

    with pytest.raises(Refused, match=r"ben \(claimed: the name was typed\) confirmed the day"):
        review.approve(closed, made, by("Ben"))
    review.approve(closed, made, by("dora"))
    with pytest.raises(Refused, match=r"ben \(claimed: the name was typed\) confirmed the day"):
        disposal.run(closed, made, by("ben"))
    assert disposal.run(closed, made, by("carl")).destroyed == 6


def test_a_clock_that_jumps_between_two_batches_stops_the_rest(closed, clock, monkeypatch):
    made = reviewed(closed)
    review.approve(closed, made, by("ben"))
    whole = disposal.keep_back

    def jumping(*given):
        clock.stands(days=YEARS)
        return whole(*given)

    monkeypatch.setattr(disposal, "keep_back", jumping)
    read = Policy.value
    monkeypatch.setattr(Policy, "value", lambda of, name, day: 2 if name.endswith("_batch") else read(of, name, day))
    with pytest.raises(Refused, match="jumped ahead"):
        disposal.run(closed, made, by("carl"))

    assert families(closed) == 104
