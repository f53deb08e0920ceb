"""The quality report over a few known partners: who is up to date, what is covered, what is missing or at odds."""

import sqlite3
from contextlib import closing
from datetime import date

import pytest

from hubdata import policy
from hubdata.figures.table import Table
from hubdata.intake import take
from hubdata.moments import By
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.release import files, publish
from hubdata.reports.page import Page, Question
from hubdata.reports.questions import read
from hubdata.rules import judge
from tests.support import returns
from tests.support.ascii import load

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)


def page(hub: Hub, of_hub: str = "all", report: str = "quality") -> Page:
    return Page(report, Question(LAST, FIRST, of_hub), snapshots.take(hub), policy.load())


def figure(hub: Hub, name: str, **asked) -> Table:
    shown = page(hub, **asked).figure(name)
    return getattr(shown, "table", shown)


def rows(table: Table, *columns: str) -> list[tuple]:
    return list(zip(*(table.values(column) for column in columns), strict=True))


@pytest.fixture
def several(sqlite_hub: Hub) -> Hub:
    load(
        sqlite_hub,
        organisations="""
        organisation | name
        NNC          | Council
        NHFT         | Health visiting
        SCH          | School
        YTH          | Youth charity
    """,
        families="""
        family | hub       | opened_on  | closed_on
        F1     | corby     | 2025-11-03 |
        F2     | kettering | 2025-11-03 |
        F3     | corby     | 2025-01-06 | 2026-03-02
    """,
        practitioners="""
        practitioner | organisation | recorded_at
        W1           | NHFT         | 2026-09-10T09:00:00Z
        W2           | YTH          | 2026-08-30T09:00:00Z
    """,
        involvements="""
        family | organisation | started_on | ended_on   | last_contact_on | recorded_at
        F1     | NHFT         | 2025-11-03 |            | 2026-09-07      | 2026-09-10T09:00:00Z
        F1     | SCH          | 2025-11-10 |            |                 | 2026-08-01T09:00:00Z
        F2     | NHFT         | 2025-11-03 |            | 2025-10-01      | 2026-09-10T09:00:00Z
        F3     | SCH          | 2025-01-06 |            | 2026-02-02      | 2026-08-01T09:00:00Z
        F3     | NHFT         | 2025-01-06 | 2026-03-02 | 2026-02-02      | 2026-09-10T09:00:00Z
    """,
        leads="""
        family | practitioner | started_on
        F1     | W1           | 2025-11-03
        F2     | W2           | 2025-11-03
    """,
        returns="""
        received | organisation | recorded_at         | covers_from | covers_to
        1        | NHFT         | 2026-06-30 09:00:00 | 2026-01-01  | 2026-05-31
        2        | NHFT         | 2026-09-10 09:00:00 | 2026-06-01  | 2026-12-31
        3        | NHFT         | 2026-10-01 09:00:00 | 2020-01-01  | 2026-09-30
    """,
    )
    return sqlite_hub


def test_the_answer_says_who_is_up_to_date_and_who_contradicts_itself(several):
    said = page(several).answer().plain.splitlines()

    assert said[0] == "1 of 2 partners is up to date; 1 has entries that contradict themselves"
    assert said[1:3] == ["Late: School", "Next to update: Health visiting, by 10 October 2026"]


def test_each_partner_says_how_current_it_is_and_which_days_it_covers(several):
    found = rows(
        figure(several, "partners"), "name", "state", "last_update_on", "due_on", "covers_from", "covers_to", "known"
    )

    assert found == [
        ("School", "Late", "2026-08-01", "2026-08-31", "2025-01-06", "2026-02-02", "Entries"),
        # by its returns, of which none can cover what was still to come, and by no return of a later day
        ("Health visiting", "Up to date", "2026-09-10", "2026-10-10", "2026-01-01", "2026-09-10", "Returns"),
        ("Youth charity", "Not due", "2026-08-30", None, None, None, "Not known"),
    ]


def test_gaps_are_counted_by_partner(several):
    columns = ("name", "supports", "at_odds", "untouched", "no_contact", "not_ended", "lone_leads", "share")

    assert rows(figure(several, "gaps"), *columns) == [
        ("Health visiting", 2, 1, 0, 0, 0, 0, 100),
        ("School", 1, 0, 0, 1, 1, 0, 0),
        ("Youth charity", 0, 0, 0, 0, 0, 1, None),
    ]


def test_what_contradicts_itself_is_listed_with_what_was_found(several):
    found = rows(figure(several, "contradictions"), "name", "subject", "what", "evidence")

    evidence = "NHFT: last contact on 1 October 2025, before it started on 3 November 2025"
    assert found == [("Health visiting", "F2", "Support", evidence)]
    assert dict(rows(figure(several, "kinds"), "kind", "entries")) == {
        "Ended before it started": 0,
        "Contact before it started": 1,
        "Contact after it ended": 0,
        "Contact still to come": 0,
        "Reviewed before it was set": 0,
        "Started after the support had ended": 0,
    }


def test_returns_are_counted_in_the_period_with_the_days_that_the_latest_says(several):
    found = rows(figure(several, "returns"), "name", "arrived", "in_all", "last_on", "says")

    assert found == [("Health visiting", 1, 2, "2026-09-10", "1 June 2026 to 31 December 2026")]


def test_one_hub_s_report_has_its_partners_only(several):
    assert figure(several, "partners", of_hub="kettering").values("name") == ["Health visiting"]
    assert figure(several, "untouched", of_hub="kettering").rows == ()


@pytest.mark.parametrize(
    ("report", "name", "partner", "columns"),
    [
        ("outcomes", "partners", "organisation", ("last_update_on", "covers")),
        ("retention", "partners", "name", ("current_on", "covers")),
    ],
)
def test_other_reports_say_the_same_beside_a_partner(several, report, name, partner, columns):
    found = rows(figure(several, name, report=report), partner, *columns)

    assert ("Health visiting", "2026-09-10", "1 January 2026 to 10 September 2026") in found


def test_a_released_table_by_partner_says_how_current_each_is(several):
    published = publish.publish(several, "2026-Q2", By("hubdata", None, date(2026, 7, 1)))

    with closing(sqlite3.connect(published.folder / files.DATABASE)) as tables:
        notes = dict(tables.execute("SELECT name, notes FROM tables").fetchall())
    said = [name for name, text in notes.items() if "current as of" in text]
    assert said == ["shares_partners"]
    assert "Health visiting 30 June 2026." in notes["shares_partners"] and "School" not in notes["shares_partners"]


def test_the_period_that_a_return_declares_is_kept(sqlite_hub, tmp_path):
    folder = returns.write(tmp_path / "return")
    (folder / "return.yaml").write_text("covers_from: 2026-01-01\ncovers_to: 2026-09-30\n", "utf-8")

    assert take.take(sqlite_hub, folder, "NNC", "hana").status == "applied"

    (kept,) = snapshots.take(sqlite_hub).tables["returns"].to_pylist()
    assert (kept["covers_from"], kept["covers_to"]) == (date(2026, 1, 1), date(2026, 9, 30))


def test_an_empty_hub_has_every_figure_and_says_that_there_is_nothing(sqlite_hub):
    shown = page(sqlite_hub)

    for name in read.load("quality"):
        if name != "answer":
            shown.figure(name)
    assert shown.answer().plain.startswith("No partner supports an open family; none has entries")


@pytest.mark.parametrize(
    ("third", "covers_from"),
    [
        ("2026-04-01 | 2026-06-30", "2026-01-01"),
        ("2026-03-01 | 2026-07-31", "2026-01-01"),
        ("2026-04-02 | 2026-06-30", "2026-04-02"),
        ("2026-04-01 | 2026-06-29", "2026-07-01"),
        ("           | 2026-06-30", "2026-01-01"),
    ],
)
def test_coverage_reaches_back_to_the_last_gap_between_returns(third, covers_from, sqlite_hub):
    load(
        sqlite_hub,
        involvements="""
        family | organisation | started_on | recorded_at
        F1     | NHFT         | 2025-11-03 | 2025-11-03T09:00:00Z
    """,
        returns=f"""
        received | organisation | recorded_at         | covers_from | covers_to
        1        | NHFT         | 2026-04-01 09:00:00 | 2026-01-01  | 2026-03-31
        2        | NHFT         | 2026-10-01 09:00:00 | 2026-07-01  | 2026-09-30
        3        | NHFT         | 2026-10-02 09:00:00 | {third}
    """,
    )

    judged = judge.judge("freshness", snapshots.take(sqlite_hub), date(2026, 10, 31)).to_pylist()

    (found,) = (row for row in judged if row["subject"] == "NHFT")
    assert (str(found["covers_from"]), str(found["covers_to"])) == (covers_from, "2026-09-30")
