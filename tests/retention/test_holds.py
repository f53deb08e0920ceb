"""Holds are placed for a coded reason and released one by one, each with its audit entry."""

import json
from datetime import date, timedelta

import pytest

from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.retention import holds
from tests.support import returns
from tests.support.ascii import load

DAY = date(2026, 11, 22)


@pytest.fixture
def filled(hub, tmp_path):
    returns.apply(hub, tmp_path / "return")
    return hub


def _hold(hub, family="F1", code="complaint", review_on="22/11/2027"):
    return holds.place_hold(hub, family, code, By("officer", "a complaint", DAY), review_on, "Ombudsman")


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
    holds.release_hold(filled, first, By("officer", None, DAY))
    assert {row[0]: row[7] for row in returns.rows(filled, "holds")} == {first: DAY, second: None}
    before = returns.state(filled)
    for hold in (first, "H0"):
        with pytest.raises(BadParameter, match=f"there is no hold '{hold}' in force"):
            holds.release_hold(filled, hold, By("officer", None, DAY))
    assert returns.state(filled) == before


def test_holding_and_releasing_are_in_the_chain(filled):
    holds.release_hold(filled, _hold(filled), By("officer", None, DAY))
    with filled.read() as connection:
        actions = [entry["action"] for entry in ledger.entries(connection, 2)]
    assert actions == ["retention.unhold", "retention.hold"]


@pytest.mark.parametrize(
    ("day", "said"),
    [(DAY - timedelta(1), "was placed on 22 November 2026"), (date(2126, 1, 1), "1 January 2126 lies ahead")],
)
def test_a_hold_is_released_neither_before_it_was_placed_nor_in_advance(filled, day, said):
    hold = _hold(filled)
    before = returns.state(filled)
    with pytest.raises(Refused, match=said):
        holds.release_hold(filled, hold, By("officer", None, day))
    assert returns.state(filled) == before


ENDED = "E2    | Q1      | responded | 2026-10-20  |            | 2026-10-20 09:00:00"
STEPS = f"""
    event | request | what      | happened_on | supersedes | recorded_at
    E1    | Q1      | received  | 2026-10-12  |            | 2026-10-12 09:00:00
    {ENDED}
"""


@pytest.mark.parametrize(
    ("later", "is_open"),
    [
        ("", False),
        ("E3 | Q1 | responded | 2026-12-20 | E2 | 2026-10-21 09:00:00", True),
        ("E3 | Q1 | partner_pending | 2026-10-20 | E2 | 2026-10-21 09:00:00", True),
        ("E3 | Q1 | partner_pending | 2026-10-20 | E2 | 2026-10-19 09:00:00", False),
        ("E3 | Q1 | partner_pending | 2026-10-20 | E3 | 2026-10-21 09:00:00", False),
    ],
)
def test_a_hold_of_a_request_stays_until_a_step_that_stands_has_ended_it(hub, later, is_open):
    """P9: an answer that was put right as never given, or as later, ends nothing; a step out of place undoes none."""
    holds_ = "hold | family | code           | placed_on  | request\nH1   | F1     | access_request | 2026-10-12 | Q1"
    load(hub, requests="request | family\nQ1 | F1", request_events=STEPS + later, holds=holds_)

    if is_open:
        with pytest.raises(Refused, match="request Q1, which is open"):
            holds.release_hold(hub, "H1", By("officer", None, DAY))
    else:
        holds.release_hold(hub, "H1", By("officer", None, DAY))

    assert {row[0]: row[7] for row in returns.rows(hub, "holds")} == {"H1": None if is_open else DAY}


def test_a_hold_can_be_about_some_people_only(filled):
    holds.place_hold(filled, "F1", "litigation", By("officer", None, DAY), None, None, ("P1", "P2", "P1"))

    assert [held.scope for held in holds.held(filled, DAY)] == [["P1", "P2"]]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"scope": ("P3",)}, "P3 is not of family 'F1'"),
        ({"code": "kept_on_review"}, "is placed by a disposal review only"),
        ({"review_on": "2026-11-21"}, "lies before"),
    ],
)
def test_a_hold_that_cannot_be_is_refused(sqlite_hub, tmp_path, wrong, said):
    returns.apply(sqlite_hub, tmp_path / "return")
    given = {"code": "other", "review_on": None, "authority": None} | wrong
    with pytest.raises(BadParameter, match=said):
        holds.place_hold(sqlite_hub, "F1", by=By("officer", None, DAY), **given)
    assert returns.count(sqlite_hub, "holds") == 0


def test_holds_are_listed_as_they_stood_on_a_day(filled):
    first, second = _hold(filled, review_on="2026-11-22"), _hold(filled, family="F2", review_on=None)
    holds.release_hold(filled, first, By("officer", None, DAY))

    assert holds.held(filled, DAY - timedelta(1)) == []
    [left] = holds.held(filled, DAY)
    assert (left.hold, left.missing, left.review_due) == (second, ["review_on"], False)
    assert [(one.hold, one.in_force) for one in holds.held(filled, DAY, "F1", released=True)] == [(first, False)]


def test_the_commands_place_list_and_release_several_holds_one_by_one(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "return")
    words = ("retention", "hold", "--family", "F1", "--code", "litigation")
    bare = returns.command(sqlite_hub, *words, "--json")
    full = returns.command(
        sqlite_hub,
        *words,
        "--reason",
        "a claim",
        "--authority",
        "County court",
        "--review-on",
        "2027-01-01",
        "--about",
        "P1;P2",
    )
    said = json.loads(bare.stdout)

    assert said["missing"] == ["reason", "authority", "review_on"]
    assert "says no reason and no authority and no review date" in bare.stderr
    assert "says no" not in full.stdout
    assert returns.command(sqlite_hub, "retention", "unhold", "--hold", said["hold"]).exit_code == 0
    listed = returns.command(sqlite_hub, "retention", "holds").stdout
    assert "1 hold as at" in listed and "about P1, P2" in listed
