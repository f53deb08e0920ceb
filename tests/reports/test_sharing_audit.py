"""The sharing audit's figures over a few known records: what each counts, and what it must not blame anybody for."""

from datetime import date, datetime

import duckdb
import pytest

from hubdata import policy
from hubdata.records.ledger import Act
from hubdata.records.snapshot import take as snapshots
from hubdata.records.tables.contract import TABLES
from hubdata.reports.page import Page, Question
from hubdata.reports.questions import read
from tests.support.ascii import load


@pytest.fixture
def figure(sqlite_hub):
    """A function that gives the rows of one figure for January 2026, with the columns named; without any, its title."""

    def ask(name: str, *columns: str) -> list[tuple] | str:
        page = Page(
            "sharing_audit", Question(date(2026, 1, 31), date(2026, 1, 1)), snapshots.take(sqlite_hub), policy.load()
        )
        table = page.figure(name)
        if not columns:
            return table.title
        return list(zip(*(table.values(column) for column in columns), strict=True))

    return ask


def test_a_share_that_a_late_withdrawal_made_worse_is_named(sqlite_hub, figure):
    load(
        sqlite_hub,
        agreements="""
        agreement | covers | decision  | decided_on | recorded_at
        A1        | P1     | agreed    | 2026-01-05 | 2026-01-05T09:00:00Z
        A2        | P1     | withdrawn | 2026-01-12 | 2026-01-20T09:00:00Z
    """,
        shares="""
        share  | about | shared_on
        before | P1    | 2026-01-10
        after  | P1    | 2026-01-15
    """,
    )

    now = "Broken promise: shared although the agreement had been withdrawn (SH03)"
    assert figure("known", "before", "now", "number") == [("Covered", now, 1)]
    assert figure("worse", "subject", "before", "now") == [("after", "Covered", now)]


def test_what_was_not_judged_is_counted(sqlite_hub, figure):
    load(
        sqlite_hub,
        people="""
        person | family
        P1     | F1
        P9     | F9
    """,
        shares="""
        share     | family | about | shared_on  | supersedes
        first     | F1     | P1    | 2026-01-15 |
        corrected | F1     | P1    | 2026-01-15 | first
        tomorrow  | F1     | P1    | 2026-02-01 |
    """,
    )

    assert [number for (number,) in figure("unchecked", "number")] == [1, 1, 0, 0, 0]


def test_a_check_with_nothing_to_judge_is_not_shown_as_kept(sqlite_hub, figure):
    load(
        sqlite_hub,
        shares="""
        share | route
        S1    | within_hub
    """,
    )

    idle = {code for (code,) in figure("not_run", "code")}
    assert idle == {"SH10", "SH11", "SH12", "SH13", "SH15"}
    assert not idle & {code for (code,) in figure("findings", "code")}


def test_a_refusal_that_was_kept_to_is_counted_beside_one_that_was_not(sqlite_hub, figure):
    load(
        sqlite_hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
        Cat    | F3
        Dan    | F4
    """,
        agreements="""
        covers | decision | recipients | decided_on
        Ann    | refused  |            | 2026-01-05
        Ben    | refused  | NHFT       | 2026-01-05
        Cat    | refused  | NHFT       | 2025-11-05
        Cat    | agreed   | NHFT       | 2025-12-05
        Dan    | refused  |            | 2026-01-05
    """,
        shares="""
        share | about | route
        S1    | Ben   | within_hub
        S2    | Cat   | within_hub
        S3    | Dan   | without_agreement
    """,
    )

    assert [number for (number,) in figure("honoured", "number")] == [3, 1, 1, 0, 1]


def test_the_register_says_what_is_recorded_and_when_it_is_looked_at_again(sqlite_hub, figure):
    load(
        sqlite_hub,
        shares="""
        share | route             | reason | risk_to | told_family | told_on    | not_told_reason
        S1    | without_agreement | A risk | A child | yes         | 2026-01-16 |
        S2    | legal_duty        | A law  |         | no          |            | Not safe
    """,
    )

    with sqlite_hub.write(Act("spec", "tester", "a day to look again", "spec.look_again")) as connection:
        row = {"share": "S2", "look_again_on": date(2026, 3, 1), "recorded_at": datetime.fromisoformat("2026-01-15")}
        connection.execute(TABLES["look_again"].insert(), row)

    assert figure("without_agreement", "subject", "reason", "risk", "code") == [
        ("S1", "Recorded", "Recorded", None),
        ("S2", "Recorded", "Not recorded", "SH11"),
    ]
    assert figure("telling", "subject", "told", "told_on", "why_not", "look_again_on") == [
        ("S1", "Yes", "2026-01-16", None, None),
        ("S2", "No", None, "Recorded", "2026-03-01"),
    ]
    assert figure("told", "made", "told", "explained", "rate") == [(1, 0, 1, 0), (1, 1, 0, 100)]
    assert figure("telling") == "0 shares of which the family was not told have no day to look again"


def test_a_share_is_late_from_its_first_entry_and_not_from_its_correction(sqlite_hub, figure):
    load(
        sqlite_hub,
        shares="""
        share     | recorded_at          | supersedes
        in time   | 2026-01-20T09:00:00Z |
        late      | 2026-01-21T09:00:00Z |
        first     | 2026-01-16T09:00:00Z |
        corrected | 2026-01-30T09:00:00Z | first
    """,
    )

    assert figure("recording", "shares", "middle", "late") == [(3, 5.0, 1)]


# Source: tables of the Poisson distribution: the least number that is reached or not passed so often.
@pytest.mark.parametrize(
    ("expected", "bounds"), [(0.5, (0, 0, 2, 4)), (1, (0, 0, 3, 5)), (10, (2, 4, 17, 21)), (100, (71, 81, 120, 132))]
)
def test_chance_reaches_as_far_as_the_tables_say(expected, bounds):
    database = duckdb.connect()
    macros = read.preface("common").split("-- How likely")[1].split("-- retention.stale_after_days")[0]
    database.execute(macros[macros.index("CREATE") :])

    parts = ", ".join(f"by_chance({expected}::DOUBLE, {part})" for part in (0.001, 0.025, 0.975, 0.999))
    assert database.execute(f"SELECT {parts}").fetchone() == bounds


def test_a_small_partner_is_not_accused(sqlite_hub, figure):
    many = "\n".join(f"F{n} | COUNTY | 2025-06-01" for n in range(1, 41))
    shares = "\n".join(f"S{n} | F{n} | P{n} | COUNTY | without_agreement" for n in range(1, 5))
    people = "\n".join(f"P{n} | F{n}" for n in range(1, 42))
    load(
        sqlite_hub,
        people=f"person | family\n{people}",
        involvements=f"""
        family | organisation | started_on
        F41 | SMALL | 2025-06-01
        {many}
    """,
        shares=f"""
        share | family | about | from_organisation | route
        S9 | F41 | P41 | SMALL | without_agreement
        {shares}
    """,
    )

    assert figure("rates", "families", "shares", "rate", "reading") == [
        (1, 1, 100.0, "Too few to say"),
        (40, 4, 10.0, "Within what chance explains"),
    ]


def test_a_small_partner_above_its_bound_is_asked_about(sqlite_hub, figure):
    people = "\n".join(f"P{n} | F{n}" for n in range(1, 46))
    involved = "\n".join(f"F{n} | {'SMALL' if n <= 5 else 'COUNTY'} | 2025-06-01" for n in range(1, 46))
    shares = "\n".join(f"S{n} | F{n} | P{n} | SMALL | without_agreement" for n in range(1, 6))
    load(
        sqlite_hub,
        people=f"person | family\n{people}",
        involvements=f"family | organisation | started_on\n{involved}",
        shares=f"share | family | about | from_organisation | route\n{shares}",
    )

    assert figure("rates", "organisation", "families", "shares", "reading") == [
        ("Organisation SMALL", 5, 5, "Higher than chance explains"),
        ("Organisation COUNTY", 40, 0, "Outside the 95% bounds, within what chance explains"),
    ]
