"""The tables that may be published: fixed bins, each family counted where it belongs, nobody who did not agree."""

from datetime import date

import pytest

from hubdata import policy
from hubdata.dates import Quarter
from hubdata.records.snapshot import take as snapshots
from hubdata.release.counts import counted
from hubdata.release.tables import definitions
from hubdata.reports.page import Page, Question
from tests.notice.test_sharing import supersede
from tests.support.ascii import load

QUARTER = Quarter.parse("2026-Q1")


def cells(hub, name):
    """A table's counts, unprotected: {(row, column): number} without zeros and totals."""
    for each in counted(snapshots.take(hub), policy.load(), QUARTER, b"k"):
        for grouping in each.groupings:
            if grouping.spec.name == name:
                high, wide = len(grouping.rows), len(grouping.columns)
                found = {
                    (grouping.rows[i].code, grouping.columns[j].code): each.count(atoms)
                    for (i, j), atoms in grouping.figures.items()
                    if i < high and j < wide
                }
                return {place: number for place, number in found.items() if number}
    raise KeyError(name)


def test_every_figure_of_every_table_has_atoms_and_every_total_is_its_cells(sqlite_hub):
    for each in counted(snapshots.take(sqlite_hub), policy.load(), QUARTER, b"k"):
        for grouping in each.groupings:
            high, wide = len(grouping.rows), len(grouping.columns)
            for i in range(high):
                parts = [grouping.figures[i, j] for j in range(wide)]
                assert frozenset().union(*parts) == grouping.figures[i, wide]
                assert sum(map(len, parts)) == len(grouping.figures[i, wide]), grouping.spec.name
            assert sum(len(grouping.figures[i, wide]) for i in range(high)) == len(grouping.figures[high, wide])


def test_tables_of_one_set_share_whole_columns_or_rows_so_that_no_difference_is_left_unprotected(sqlite_hub):
    for each in counted(snapshots.take(sqlite_hub), policy.load(), QUARTER, b"k"):
        figures = {atoms for grouping in each.groupings for atoms in grouping.figures.values()}
        for one in figures:
            for other in figures:
                if one < other:  # what is left of the larger is a figure, or made of figures, of some table
                    rest = other - one
                    assert rest == frozenset().union(*(figure for figure in figures if figure <= rest)), each.name


def test_names_files_and_columns_of_tables_are_given_once_and_every_chart_draws_columns_that_are_there():
    names = [spec.name for each in definitions() for spec in each.tables]
    assert len(names) == len(set(names))
    for each in definitions():
        for spec in each.tables:
            codes = {bin_.code for bin_ in spec.columns.bins} | {"total"}
            assert set(spec.chart) <= codes and 0 < len(spec.chart) <= 4, spec.name


EVALUATION = """
    agreement | family | given_by | covers | decision | purpose    | decided_on | expires_on
    A1        | F1     | P1       | P1     | agreed   | evaluation | 2026-01-05 |
    A2        | F2     | P2       | P2     | refused  | evaluation | 2026-01-05 |
    A3        | F3     | P3       | P3     | agreed   | evaluation | 2026-01-05 |
    A4        | F3     | P3       | P3     | withdrawn| evaluation | 2026-03-31 |
    A5        | F4     | P4       | P4     | agreed   | evaluation | 2026-01-05 | 2026-03-30
    A6        | F5     | P5       | P5     | agreed   | evaluation | 2026-01-05 | 2026-03-31
    A7        | F6     | P6       | P6;P7  | agreed   | evaluation | 2026-01-05 |
    A8        | F6     | P7       | P7     | refused  | evaluation | 2026-01-06 |
    A9        | F7     | P8       | P8     | agreed   | hub_working| 2026-01-05 |
    A10       | F8     | P9       | P9     | refused  | evaluation | 2026-01-05 |
    A11       | F8     | P9       | P9     | agreed   | evaluation | 2026-02-05 |
    A12       | F9     | P10      | P10    | agreed   | evaluation | 2026-04-01 |
"""
AGREED = "\n".join(EVALUATION.splitlines()[:3])
PEOPLE = """
    person | family
    P1     | F1
    P2     | F2
    P3     | F3
    P4     | F4
    P5     | F5
    P6     | F6
    P7     | F6
    P8     | F7
    P9     | F8
    P10    | F9
"""


def test_only_families_whose_every_word_on_evaluation_is_yes_are_counted(hub):
    needs = "\n".join(f"N{n} | F{n} | housing | 2026-02-03 | unmet | full" for n in range(1, 10))
    load(
        hub,
        people=PEOPLE,
        agreements=EVALUATION,
        needs=f"need | family | area | identified_on | status | reason\n{needs}",
    )
    assert cells(hub, "unmet_hubs") == {("corby", "housing"): 3}  # F1, F5 (its last day) and F8


SAID = """
    agreement | family | given_by | covers | decision    | decided_on | expires_on | supersedes | supersedes_as
    B1        | F1     | P1       | P1     | agreed      | 2026-01-05 |            |            |
    B2        | F1     | P1       | P1     | refused     | 2026-01-05 |            | B1         | correction
    B3        | F2     | P2       | P2     | refused     | 2026-01-05 |            |            |
    B4        | F2     | P2       | P2     | agreed      | 2026-01-06 |            | B3         | correction
    B5        | F3     | P3       | P3     | agreed      | 2025-03-01 | 2026-02-28 |            |
    B6        | F3     | P3       | P3     | agreed      | 2026-03-01 |            | B5         | renewal
    B7        | F4     | P4       | P4     | agreed      | 2026-01-05 |            |            |
    B8        | F4     | P4       | P4     | no_response | 2026-03-05 |            |            |
    B9        | F6     | P6       | P6     | agreed      | 2026-01-05 |            |            |
    B10       | F6     | P7       | P7     | agreed      | 2025-01-05 | 2026-01-04 |            |
    B11       | F7     | P8       | P8     | agreed      | 2026-01-05 |            |            |
"""


def on_evaluation(table):
    first, *rest = table.strip().splitlines()
    return "\n".join([f"{first} | purpose", *(f"{line} | evaluation" for line in rest)])


def test_who_takes_part_is_read_as_every_rule_reads_decisions_and_the_report_says_the_same(hub):
    needs = "\n".join(f"N{n} | F{n} | housing | 2026-02-03 | unmet | full" for n in range(1, 10))
    goals = "\n".join(f"G{n} | F{n} | housing | gbo | 2026-01-05 | 2026-02-05 | met" for n in range(1, 10))
    load(
        hub,
        people=PEOPLE,
        agreements=on_evaluation(SAID),
        needs=f"need | family | area | identified_on | status | reason\n{needs}",
        goals=f"goal | family | area | instrument | set_on | closed_on | result\n{goals}",
    )

    supersede(hub, "agreements", B11="B11")

    assert cells(hub, "unmet_hubs") == {("corby", "housing"): 5}  # all but F1, which refused, and those never asked
    assert cells(hub, "goals_results") == {("housing", "met"): 5}
    asked = Question(QUARTER.last, QUARTER.first)
    told = Page("outcomes", asked, snapshots.take(hub), policy.load()).figure("evaluation").rows
    assert {decision: families for decision, families, leaves in told if leaves == "Yes"} == {"Agreed": 5}


def test_the_release_counts_the_decisions_that_the_audit_counts(hub):
    load(
        hub,
        people=PEOPLE,
        agreements="""
            agreement | family | given_by | covers | decision    | purpose     | decided_on | supersedes | supersedes_as
            A1        | F1     | P1       | P1     | agreed      | hub_working | 2026-01-05 |            |
            A2        | F1     | P1       | P1     | withdrawn   | hub_working | 2026-02-05 | A1         |
            A3        | F2     | P2       | P2     | agreed      | evaluation  | 2025-01-05 |            |
            A4        | F2     | P2       | P2     | agreed      | evaluation  | 2026-01-05 | A3         | renewal
            A5        | F3     | P3       | P3     | agreed      | hub_working | 2026-01-05 |            |
            A6        | F3     | P3       | P3     | refused     | hub_working | 2026-01-05 | A5         | correction
            A7        | F4     | P4       | P4     | agreed      | hub_working | 2026-01-05 |            |
            A8        | F5     | P5       | P5     | agreed      | hub_working | 2026-01-05 |            |
        """,
    )
    supersede(hub, "agreements", A7="A7", A8="A7")

    counted_ = cells(hub, "agreements")
    assert counted_ == {
        ("hub_working", "agreed"): 3,
        ("hub_working", "refused"): 1,
        ("hub_working", "withdrawn"): 1,
        ("evaluation", "agreed"): 1,
    }
    asked = Question(QUARTER.last, QUARTER.first)
    told = Page("sharing_audit", asked, snapshots.take(hub), policy.load()).figure("choices").rows
    assert [sum(row[at] for row in told) for at in (2, 3, 4)] == [4, 1, 1]


SHARES_IN_RINGS = """
    share | family | about | shared_on  | route
    S1    | F1     | P1    | 2026-01-15 | within_hub
    S2    | F1     | P1    | 2026-01-15 | within_hub
    S3    | F1     | P1    | 2026-01-15 | within_hub
    S4    | F2     | P2    | 2026-01-15 | within_hub
"""


def test_a_share_that_names_itself_a_ring_or_another_family_hides_nothing_from_a_release(hub):
    load(hub, people=PEOPLE, shares=SHARES_IN_RINGS)
    supersede(hub, "shares", S1="S1", S2="S3", S3="S2", S4="S1")
    assert cells(hub, "shares") == {("corby", "within_hub"): 4}
    assert sum(cells(hub, "shares_judged").values()) == 4


NEEDS = """
    need | family | area    | identified_on | status   | reason
    N1   | F1     | housing | 2025-12-31    | unmet    | full
    N2   | F1     | housing | 2026-01-01    | unmet    | full
    N3   | F1     | housing | 2026-03-31    | unmet    |
    N4   | F1     | housing | 2026-04-01    | unmet    | full
    N5   | F1     | safety  | 2026-02-01    | declined | full
    N6   | F1     | safety  | 2026-02-01    | unmet    | said something long
"""


def test_a_need_is_counted_in_the_quarter_in_which_it_was_identified(hub):
    load(hub, people="person | family\nP1 | F1", agreements=AGREED, needs=NEEDS)
    assert cells(hub, "unmet_reasons") == {
        ("housing", "full"): 1,
        ("housing", "none"): 1,
        ("safety", "other"): 1,
    }


GOALS = """
    goal | family | area    | instrument         | set_on     | closed_on  | result
    G1   | F1     | housing | gbo                | 2026-01-05 | 2026-03-31 | met
    G2   | F1     | housing | gbo                | 2026-01-05 | 2026-03-31 | partly_met
    G3   | F1     | housing | family_star_plus_2 | 2026-01-05 | 2026-01-31 | not_met
    G4   | F1     | safety  | gbo                | 2026-01-05 | 2026-01-31 | withdrawn
    G5   | F1     | safety  | gbo                | 2026-01-05 | 2026-04-01 | met
    G6   | F1     | safety  | unheard_of         | 2026-01-05 | 2026-01-31 | met
"""
REVIEWS = """
    goal | reviewed_on | score | perspective
    G1   | 2026-01-10  | 2     | family
    G1   | 2026-03-10  | 5     | family
    G1   | 2026-03-20  | 0     | worker
    G2   | 2026-01-10  | 2     | worker
    G2   | 2026-03-10  | 4     | worker
    G3   | 2026-01-10  | 5     | child
    G3   | 2026-01-20  | 4     | child
    G3   | 2026-01-05  | 9     | family
    G4   | 2026-01-10  | 2     | family
    G4   | 2026-01-12  | 9     | worker
    G6   | 2026-01-10  | 2     | family
    G6   | 2026-01-12  | 9     | family
"""


def test_goals_are_counted_by_result_and_by_change_on_one_perspective_and_the_instruments_own_threshold(hub):
    load(hub, people="person | family\nP1 | F1", agreements=AGREED, goals=GOALS, reviews=REVIEWS)
    assert cells(hub, "goals_results") == {
        ("housing", "met"): 1,
        ("housing", "partly_met"): 1,
        ("housing", "not_met"): 1,
        ("safety", "withdrawn"): 1,
        ("safety", "met"): 1,
    }
    assert cells(hub, "goals_change") == {
        ("housing", "higher"): 1,
        ("housing", "same"): 1,
        ("housing", "lower"): 1,
        ("safety", "untold"): 2,
    }


FAMILIES = """
    family | hub       | opened_on  | closed_on
    F1     | corby     | 2025-01-04 |
    F2     | corby     | 2025-01-04 |
    F3     | kettering | 2010-01-04 |
    F4     | kettering | 2010-01-04 | 2021-03-30
    F5     | kettering | 2010-01-04 | 2021-03-31
    F6     | kettering | 2010-01-04 | 2020-01-31
    F7     | corby     | 2026-04-01 |
"""
HOLDS = """
    hold | family | code      | reason | placed_on  | review_on  | recorded_at
    H1   | F6     | complaint | asked  | 2025-01-31 | 2026-12-31 | 2025-01-31T09:00:00
"""
LEADS = """
    family | practitioner | started_on
    F1     | W1           | 2025-01-04
    F2     | W1           | 2025-01-04
    F2     | W2           | 2025-02-04
"""


def test_families_records_and_leads_are_as_on_the_quarters_last_day(hub):
    load(hub, families=FAMILIES, leads=LEADS, holds=HOLDS)
    assert cells(hub, "families") == {("corby", "stale"): 2, ("kettering", "stale"): 1}
    assert cells(hub, "leads") == {("corby", "one"): 1, ("corby", "two"): 1, ("kettering", "none"): 1}
    assert cells(hub, "retention") == {
        ("corby", "open"): 2,
        ("kettering", "open"): 1,
        ("kettering", "due"): 1,
        ("kettering", "kept"): 1,
        ("kettering", "held"): 1,
    }


def test_records_that_are_kept_are_counted_by_the_time_left_after_the_quarters_last_day(hub):
    closed = ("2021-04-01", "2021-06-30", "2021-07-01", "2022-03-31", "2022-04-01")
    load(
        hub,
        families="family | hub | opened_on | closed_on\n"
        + "\n".join(f"F{n} | corby | 2010-01-04 | {day}" for n, day in enumerate(closed)),
    )
    assert cells(hub, "retention_next") == {("corby", "soon"): 1, ("corby", "year"): 2, ("corby", "later"): 2}
    assert cells(hub, "retention") == {("corby", "kept"): 5}


def test_a_share_counts_once_as_its_gravest_finding_and_an_outside_organisation_is_not_named(hub):
    load(
        hub,
        organisations="""
            organisation | name            | kind
            NHFT         | Made-up Health  | partner
            SOLO         | Jane Invented   | outside
        """,
        people="person | family\nP1 | F1\nP2 | F1",
        agreements="""
            agreement | family | given_by | covers | decision | purpose     | recipients | decided_on
            A1        | F1     | P1       | P1     | agreed   | hub_working | SOLO       | 2026-01-01
        """,
        shares="""
            share | family | about | from_organisation | to_organisation | route      | shared_on
            S1    | F1     | P1    | NHFT              | SOLO            | within_hub | 2026-01-15
            S2    | F1     | P1;P2 | SOLO              | NHFT            | within_hub | 2026-01-16
        """,
    )
    judged = cells(hub, "shares_judged")
    assert sum(judged.values()) == 2 and judged["corby", "breach"] == 1
    assert cells(hub, "shares_partners") == {("NHFT", "within_hub"): 1, ("other", "within_hub"): 1}


def test_a_corrected_share_and_a_corrected_decision_count_once(hub):
    load(
        hub,
        shares="""
            share | family | about | shared_on  | route              | supersedes
            S1    | F1     | P1    | 2026-01-15 | within_hub         |
            S2    | F1     | P1    | 2026-01-15 | additional_support | S1
        """,
        agreements="""
            agreement | family | given_by | covers | decision | purpose     | decided_on | supersedes
            A1        | F1     | P1       | P1     | agreed   | hub_working | 2026-01-05 |
            A2        | F1     | P1       | P1     | refused  | hub_working | 2026-01-05 | A1
        """,
    )
    assert cells(hub, "shares") == {("corby", "additional_support"): 1}
    assert cells(hub, "agreements") == {("hub_working", "refused"): 1}


@pytest.mark.parametrize(
    "day, quarter", [("2026-01-01", "2025-Q4"), ("2026-03-31", "2025-Q4"), ("2026-04-01", "2026-Q1")]
)
def test_a_quarter_is_over_the_day_after_its_last(day, quarter):
    assert str(Quarter.ended_by(date.fromisoformat(day))) == quarter
