"""The data-rights report's figures over a few known requests: boundary days, what cannot be said, and an empty hub."""

from datetime import date, datetime

import pytest

from hubdata import policy
from hubdata.figures.table import Table
from hubdata.records.ledger import Act
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.reports.page import Page, Question
from hubdata.reports.questions import read
from tests.support.ascii import load

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)


def page(hub: Hub, of_hub: str = "all", last: date = LAST, first: date = FIRST) -> Page:
    return Page("data_rights", Question(last, first, of_hub), snapshots.take(hub), policy.load())


def figure(hub: Hub, name: str, **question) -> Table:
    shown = page(hub, **question).figure(name)
    return getattr(shown, "table", shown)


def rows(table: Table, *columns: str) -> list[tuple]:
    return list(zip(*(table.values(column) for column in columns), strict=True))


def register(hub: Hub, requests: str, steps: str, **tables: str) -> None:
    load(hub, requests=requests, request_events=steps, **tables)


# Received on 3 August 2026 (a Monday): to be answered by 3 September, and an extension told of by that day.
@pytest.mark.parametrize(
    ("answered", "timely"), [("2026-09-02", "in_time"), ("2026-09-03", "in_time"), ("2026-09-04", "late")]
)
def test_an_answer_is_in_time_through_its_last_day(hub, answered, timely):
    register(
        hub,
        """
        request
        Q1
    """,
        f"""
        request | what      | happened_on
        Q1      | received  | 2026-08-03
        Q1      | responded | {answered}
    """,
    )

    (found,) = rows(figure(hub, "in_time"), "answered", "in_time", "late", "cannot_tell", "share")

    assert found == {"in_time": (1, 1, 0, 0, 100), "late": (1, 0, 1, 0, 0)}[timely]
    assert len(figure(hub, "late").rows) == (timely == "late")


SEVERAL = """
    request | kind          | person
    soon    | access        | P1
    past    | rectification | P1
    waits   | access        | P1
    paused  | access        | P1
    refused | erasure       | P1
    unknown | access        | P1
    before  | access        | P1
    after   | access        | P1
    C1      | complaint     |
    C2      | complaint     |
    C3      | complaint     |
"""
# C1 and C2 came on 3 August: to be acknowledged by 2 September, strictly by 1 September.
STEPS = """
    request | what                | happened_on | exemption              | organisation
    soon    | received            | 2026-09-03  |                        |
    past    | received            | 2026-08-03  |                        |
    past    | extended            | 2026-09-04  |                        |
    past    | partner_error       | 2026-08-10  |                        | NHFT
    waits   | received            | 2026-09-01  |                        |
    waits   | id_requested        | 2026-09-10  |                        |
    paused  | received            | 2026-09-01  |                        |
    paused  | clarification_asked | 2026-09-21  |                        |
    refused | received            | 2026-08-03  |                        |
    refused | refused             | 2026-08-13  | right_does_not_apply   |
    unknown | received            | 2026-08-03  |                        |
    unknown | id_requested        | 2026-08-04  |                        |
    unknown | refused             | 2026-09-30  | identity_not_confirmed |
    before  | received            | 2026-05-01  |                        |
    before  | responded           | 2026-06-30  |                        |
    after   | received            | 2026-10-01  |                        |
    C1      | received            | 2026-08-03  |                        |
    C1      | acknowledged        | 2026-09-01  |                        |
    C2      | received            | 2026-08-03  |                        |
    C2      | acknowledged        | 2026-09-02  |                        |
    C2      | closed              | 2026-09-20  |                        |
    C3      | received            | 2026-09-01  |                        |
"""


@pytest.fixture
def several(sqlite_hub):
    register(
        sqlite_hub,
        SEVERAL,
        STEPS,
        involvements="""
        family | organisation | started_on
        F1     | NHFT         | 2026-01-01
        F1     | CLUB         | 2026-09-30
        F1     | LATER        | 2026-10-01
    """,
    )
    return sqlite_hub


def test_what_came_ended_and_is_open_is_counted_by_kind(several):
    found = {kind.split("(")[1]: tuple(rest) for kind, *rest in figure(several, "by_kind").rows}

    assert found == {
        "Article 15)": (4, 1, 3, 0, 2),
        "section 164A)": (3, 1, 2, 0, 0),
        "Article 16)": (1, 0, 1, 1, 0),
        "Article 17)": (1, 1, 0, 0, 0),
    }


def test_an_answer_before_the_clock_ran_is_neither_in_time_nor_late(several):
    table = figure(several, "in_time")

    assert rows(table, "answered", "in_time", "late", "cannot_tell", "share", "overdue") == [
        (1, 0, 0, 1, None, 0),
        (1, 1, 0, 0, 100, 0),
        (0, 0, 0, 0, None, 1),
    ]
    assert table.title == (
        "1 of 1 answers of this period were in time (100 per cent); for 1 it cannot be said; "
        "1 request is past the date without one"
    )
    assert figure(several, "by_month").rows == (
        ("2026-07-01", 0, 0, 0),
        ("2026-08-01", 1, 0, 0),
        ("2026-09-01", 0, 0, 1),
    )


def test_what_is_due_next_stands_in_order_with_both_readings(several):
    found = rows(figure(several, "due_next"), "subject", "alert_on", "days_left", "days_past", "due", "state")

    assert found == [
        ("past", "2026-09-03", None, 27, "2026-09-03", "Past its date"),
        ("C3", "2026-09-30", 1, None, "2026-10-01", "Due soon"),
        ("soon", "2026-10-05", 5, None, "2026-10-05", "Due soon"),
    ]


def test_a_clock_that_stands_still_says_what_it_waits_for_and_how_long(several):
    found = rows(figure(several, "standing_still"), "subject", "waits_for", "since", "days", "elapsed")

    assert found == [
        ("waits", "Proof of who asks", "2026-09-10", 20, 0),
        ("paused", "What the person means", "2026-09-21", 9, 19),
    ]


def test_an_extension_after_the_first_month_is_too_late_and_its_reason_is_asked_for(several):
    found = rows(figure(several, "extensions"), "subject", "notice_by", "result", "reason", "due")

    assert found == [("past", "2026-09-03", "Too late: it has no effect", "Not recorded", "2026-09-03")]


def test_a_late_request_says_what_the_register_shows(several):
    assert rows(figure(several, "late"), "subject", "said_on", "days", "why") == [
        ("past", None, 27, "A partner's part failed; It was extended")
    ]


def test_refusals_are_counted_by_their_reason_in_law(several):
    found = rows(figure(several, "refusals"), "exemption", "what", "number")

    assert [(exemption.split(":")[0], what, number) for exemption, what, number in found] == [
        ("The right does not apply to this lawful basis, or its conditions are not met", "The whole request", 1),
        ("Who asks could not be confirmed", "The whole request", 1),
    ]


def test_a_complaint_acknowledged_between_the_two_readings_is_in_time_and_after_the_strict_day(several):
    found = dict(rows(figure(several, "complaints"), "what", "number"))

    assert found == {
        "Came in the period": 3,
        "Acknowledged in time": 2,
        "Of those, after the day of the strict reading": 1,
        "Acknowledged late": 0,
        "Acknowledged where no law set a time": 0,
        "Not acknowledged yet, and past the day": 0,
        "Not acknowledged yet, within the time": 1,
        "Open now": 2,
        "Closed in the period": 1,
        "Taken back in the period": 0,
    }
    assert rows(figure(several, "complaint_list"), "subject", "days", "acknowledged_on") == [
        ("C1", 58, "2026-09-01"),
        ("C3", 29, None),
    ]


def test_each_partner_has_its_part_from_the_day_on_which_it_supports_the_family(several):
    found = rows(figure(several, "parts"), "name", "complete", "pending", "failed", "suspended", "not_asked")

    assert found == [("Organisation CLUB", 0, 0, 0, 0, 4), ("Organisation NHFT", 0, 0, 1, 0, 3)]
    assert ("past", "Organisation NHFT", "Failed", "2026-08-10") in rows(
        figure(several, "part_list"), "subject", "name", "state", "since"
    )


def test_an_answer_given_without_knowing_who_asks_is_counted(sqlite_hub):
    register(
        sqlite_hub,
        """
        request
        known
        trusted
    """,
        """
        request | what        | happened_on
        known   | received    | 2026-08-03
        known   | id_received | 2026-08-04
        known   | responded   | 2026-08-05
        trusted | received    | 2026-08-03
        trusted | responded   | 2026-08-05
    """,
    )

    numbers = [number for (number,) in rows(figure(sqlite_hub, "care"), "number")]

    assert numbers == [1, 0, 0, 0]


def test_a_corrected_step_counts_as_corrected(sqlite_hub):
    register(
        sqlite_hub,
        """
        request
        Q1
    """,
        """
        event | request | what      | happened_on | supersedes | recorded_at
        E1    | Q1      | received  | 2026-08-03  |            | 2026-08-03 09:00:00
        E2    | Q1      | extended  | 2026-09-04  |            | 2026-09-04 09:00:00
        E3    | Q1      | extended  | 2026-09-03  | E2         | 2026-09-07 09:00:00
    """,
    )

    assert rows(figure(sqlite_hub, "extensions"), "extended_on", "result", "due") == [
        ("2026-09-03", "In time: two further months", "2026-11-03")
    ]


def test_a_hub_sees_its_own_requests_only(sqlite_hub):
    register(
        sqlite_hub,
        """
        request | family | person
        Q1      | F1     | P1
        Q2      | F2     | P2
    """,
        """
        request | what     | happened_on
        Q1      | received | 2026-08-03
        Q2      | received | 2026-08-03
    """,
        families="""
        family | hub
        F1     | corby
        F2     | rushden
    """,
        people="""
        person | family
        P1     | F1
        P2     | F2
    """,
    )

    assert rows(figure(sqlite_hub, "register", of_hub="rushden"), "subject") == [("Q2",)]
    assert page(sqlite_hub, of_hub="kettering").answer().plain.startswith("No request or complaint is open")


def test_how_long_answers_took_leaves_out_what_stood_still(sqlite_hub):
    register(
        sqlite_hub,
        """
        request
        Q1
    """,
        """
        request | what                   | happened_on
        Q1      | received               | 2026-08-03
        Q1      | clarification_asked    | 2026-08-10
        Q1      | clarification_received | 2026-08-17
        Q1      | responded              | 2026-09-10
    """,
    )

    assert rows(figure(sqlite_hub, "speed"), "middle", "longest", "counted_days") == [(38.0, 38, 30)]
    assert rows(figure(sqlite_hub, "in_time"), "in_time", "late") == [(1, 0)]


def test_a_copy_that_outlived_its_day_is_pointed_out(several):
    made = {
        "family": "F1",
        "person": "P1",
        "page_sha256": "0" * 64,
        "data_sha256": "1" * 64,
        "recorded_at": datetime.fromisoformat("2026-08-01"),
    }
    copies = [
        ("K1", date(2026, 8, 1), date(2026, 8, 31), datetime.fromisoformat("2026-08-31")),
        ("K2", date(2026, 8, 2), date(2026, 9, 29), None),
        ("K3", date(2026, 8, 3), date(2026, 9, 30), datetime.fromisoformat("2026-10-01")),
    ]
    with several.write(Act("spec", "tester", "copies", "spec.packs")) as connection:
        for pack, on, until, gone in copies:
            row = made | {"pack": pack, "request": "soon", "made_on": on, "delete_on": until, "deleted_at": gone}
            connection.execute(TABLES["packs"].insert(), row)

    table = figure(several, "copies")

    assert rows(table, "pack", "deleted_on") == [("K3", None), ("K2", None), ("K1", "2026-08-31")]
    assert table.title == "3 copies were made, 1 deleted, and 1 copy is past the day of deletion"


def test_the_report_finds_what_the_rule_finds(several):
    found = dict(rows(figure(several, "findings"), "code", "found"))

    assert found == {"RR01": 1, "RR02": 2, "RR03": 0}
    assert rows(figure(several, "register"), "subject", "code")[0] == ("C1", None)


def test_an_empty_hub_is_answered_in_words(hub):
    shown = page(hub)

    assert shown.answer().plain.split("\n")[:2] == [
        "No request or complaint is open",
        "Of no answer of this period it can be said whether it was in time",
    ]
    for name in read.load("data_rights"):
        table = shown.figure(name)
        table = getattr(table, "table", table)
        assert name == "answer" or table.title
        assert table.rows or table.empty
    assert {code for (code,) in rows(figure(hub, "not_run"), "code")} == {"RR01", "RR02", "RR03"}


def test_a_day_before_the_law_gave_a_period_is_answered_too(sqlite_hub):
    shown = page(sqlite_hub, last=date(2018, 5, 24), first=date(2018, 1, 1))

    for name in read.load("data_rights"):
        shown.figure(name)
    found = shown.figure("not_run")
    assert {code for (code,) in rows(getattr(found, "table", found), "code")} == {"RR01", "RR02", "RR03"}
