"""Outcomes and unmet need (P3, P4): paired scores, coverage before outcome, intervals, and no rate where few stand."""

import shutil
from datetime import date

import pytest

from hubdata import places, policy
from hubdata.figures.table import Table
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.reports.page import Page, Question
from tests.support.ascii import load

QUARTER = (date(2026, 7, 1), date(2026, 9, 30))
FEW = "too few to say"


def figure(hub: Hub, name: str, of_hub: str = "all", first: date | None = QUARTER[0], last: date = QUARTER[1]) -> Table:
    page = Page("outcomes", Question(last, first, of_hub), snapshots.take(hub), policy.load())
    shown = page.figure(name)
    return getattr(shown, "table", shown)


def rows(table: Table, *columns: str) -> list[tuple]:
    return list(zip(*(table.values(column) for column in columns), strict=True))


def many(line: str, count: int, first: int = 1) -> str:
    return "\n".join(line.replace("#", str(number)) for number in range(first, first + count))


def test_a_change_is_between_scores_of_one_goal_by_one_person_on_two_days(sqlite_hub: Hub):
    """P3: "how well the support is working for you to meet your goals"."""
    load(
        sqlite_hub,
        goals="""
        goal                     | set_on
        both by the family       | 2026-07-01
        family, then worker      | 2026-07-01
        one score                | 2026-07-01
        score after the last day | 2026-07-01
    """,
        reviews="""
        goal                     | reviewed_on | score | perspective
        both by the family       | 2026-07-02  | 3     | family
        both by the family       | 2026-09-30  | 6     | family
        family, then worker      | 2026-07-02  | 3     | family
        family, then worker      | 2026-09-30  | 9     | worker
        one score                | 2026-07-02  | 3     | family
        score after the last day | 2026-07-02  | 3     | family
        score after the last day | 2026-10-01  | 9     | family
    """,
    )

    change = figure(sqlite_hub, "change")

    assert rows(change, "scale", "goals", "better") == [("Goal based outcomes, scored by the family", 1, 1)]


@pytest.mark.parametrize(
    ("instrument", "first", "last", "counted"),
    [
        ("gbo", 4, 7, "better"),
        ("gbo", 4, 6, "same"),
        ("gbo", 5, 3, "same"),
        ("gbo", 5, 2, "worse"),
        ("family_star_plus_2", 4, 5, "better"),
        ("family_star_plus_2", 4, 4, "same"),
        ("family_star_plus_2", 4, 3, "worse"),
    ],
)
def test_each_instrument_has_its_own_change_that_counts(sqlite_hub: Hub, instrument, first, last, counted):
    load(
        sqlite_hub,
        goals=f"""
        goal | instrument   | set_on
        G1   | {instrument} | 2026-07-01
    """,
        reviews=f"""
        goal | reviewed_on | score
        G1   | 2026-07-02  | {first}
        G1   | 2026-09-01  | {last}
    """,
    )

    [found] = rows(figure(sqlite_hub, "change"), "better", "same", "worse")

    assert found == tuple(int(counted == name) for name in ("better", "same", "worse"))


def test_instruments_editions_and_people_are_never_put_together(sqlite_hub: Hub):
    load(
        sqlite_hub,
        goals="""
        goal | instrument         | set_on
        G1   | gbo                | 2026-07-01
        G2   | family_star_plus_2 | 2026-07-01
        G3   | family_star_plus   | 2026-07-01
    """,
        reviews="""
        goal | reviewed_on | score | perspective
        G1   | 2026-07-02  | 1     | family
        G1   | 2026-09-01  | 5     | family
        G1   | 2026-07-02  | 1     | worker
        G1   | 2026-09-01  | 9     | worker
        G2   | 2026-07-02  | 1     | family
        G2   | 2026-09-01  | 5     | family
        G3   | 2026-07-02  | 1     | family
        G3   | 2026-09-01  | 5     | family
    """,
    )

    assert rows(figure(sqlite_hub, "change"), "scale", "goals", "better") == [
        ("Family Star Plus, edition 2, scored by the family", 1, 1),
        ("Goal based outcomes, scored by the family", 1, 1),
        ("Goal based outcomes, scored by the worker", 1, 1),
        ("family_star_plus, scored by the family", 1, None),  # nobody registered what change counts
    ]


def test_a_score_that_is_not_on_its_scale_is_left_out_and_counted(sqlite_hub: Hub):
    load(
        sqlite_hub,
        goals="""
        goal | set_on
        G1   | 2026-07-01
    """,
        reviews="""
        goal | reviewed_on | score
        G1   | 2026-07-02  | 5
        G1   | 2026-09-01  | 50
    """,
    )

    scores = [row for row in rows(figure(sqlite_hub, "coverage"), "what", "number", "of") if "scale" in row[0]]

    assert figure(sqlite_hub, "change").rows == ()
    assert scores == [("Scores on their instrument's scale; others are left out", 1, 2)]


def test_coverage_counts_what_is_missing_before_any_outcome(sqlite_hub: Hub):
    load(
        sqlite_hub,
        families="""
        family        | opened_on  | closed_on
        with goals    | 2026-01-05 |
        without goals | 2026-01-05 |
    """,
        goals="""
        goal | family     | set_on
        G1   | with goals | 2026-07-01
        G2   | with goals | 2026-07-01
    """,
        reviews="""
        goal | reviewed_on
        G1   | 2026-07-02
    """,
    )

    coverage = figure(sqlite_hub, "coverage")

    assert coverage.title == "1 of 2 goals had a review; 1 had none"
    assert rows(coverage, "number", "of", "missing")[:4] == [(1, 2, 1), (0, 2, 2), (1, 1, 0), (1, 2, 1)]
    assert coverage.values("share")[:4] == [None] * 4  # of two goals, nobody can say a percentage


@pytest.mark.parametrize(
    ("met", "of", "shown"),
    [(0, 10, (0, 0, 28)), (5, 10, (50, 24, 76)), (10, 10, (100, 72, 100)), (8, 9, (None, None, None))],
)
def test_a_rate_has_wilsons_interval_or_is_not_said(sqlite_hub: Hub, met: int, of: int, shown: tuple):
    """Wilson, 95 %: 0 of 10 is 0 to 27.8 %, 5 of 10 is 23.7 to 76.3 %, 10 of 10 is 72.2 to 100 %."""
    header = "goal | area | set_on | closed_on | result\n"
    good = many("M# | housing | 2026-01-05 | 2026-09-01 | met", met)
    bad = many("N# | housing | 2026-01-05 | 2026-09-01 | not_met", of - met)
    load(sqlite_hub, goals=f"{header}{good}\n{bad}")

    results = figure(sqlite_hub, "results")

    assert rows(results, "area", "share", "low", "high")[0] == ("Secure housing", *shown)
    assert (FEW in results.html()) is True  # nine areas have no goals: too few to say, and not 0 %


def test_a_result_that_nobody_recorded_is_not_a_goal_not_met(sqlite_hub: Hub):
    load(
        sqlite_hub,
        goals="""
        goal | area    | set_on     | closed_on  | result
        G1   | housing | 2026-01-05 | 2026-09-01 |
        G2   | housing | 2026-01-05 | 2026-09-01 | withdrawn
    """,
    )

    assert rows(figure(sqlite_hub, "results"), "not_met", "withdrawn", "unknown")[0] == (0, 1, 1)


def test_who_began_at_an_end_of_the_scale_is_counted(sqlite_hub: Hub):
    load(
        sqlite_hub,
        goals="""
        goal | instrument         | set_on
        G1   | gbo                | 2026-07-01
        G2   | gbo                | 2026-07-01
        G3   | family_star_plus_2 | 2026-07-01
    """,
        reviews="""
        goal | reviewed_on | score
        G1   | 2026-07-02  | 10
        G2   | 2026-07-02  | 0
        G3   | 2026-07-02  | 1
    """,
    )

    assert rows(figure(sqlite_hub, "floor_and_ceiling"), "goals", "best", "worst") == [(2, 1, 1), (1, 0, 1)]


def test_a_goal_is_looked_at_again_six_months_after_the_family_was_closed(sqlite_hub: Hub):
    """Closed on 31 March 2026, so from 30 September 2026."""
    load(
        sqlite_hub,
        families="""
        family  | opened_on  | closed_on
        due     | 2025-01-06 | 2026-03-31
        not due | 2025-01-06 | 2026-04-01
    """,
        goals="""
        goal            | family  | set_on     | closed_on  | result
        held            | due     | 2025-02-03 | 2026-03-31 | met
        lost            | due     | 2025-02-03 | 2026-03-31 | met
        scored too soon | due     | 2025-02-03 | 2026-03-31 | met
        other person    | due     | 2025-02-03 | 2026-03-31 | met
        not reached     | due     | 2025-02-03 | 2026-03-31 | not_met
        of not due      | not due | 2025-02-03 | 2026-03-31 | met
    """,
        reviews="""
        goal            | reviewed_on | score | perspective
        held            | 2026-03-30  | 8     | family
        held            | 2026-09-30  | 6     | family
        lost            | 2026-03-30  | 8     | family
        lost            | 2026-09-30  | 5     | family
        scored too soon | 2026-03-30  | 8     | family
        scored too soon | 2026-09-29  | 8     | family
        other person    | 2026-03-30  | 8     | family
        other person    | 2026-09-30  | 8     | worker
        of not due      | 2026-09-30  | 8     | family
    """,
    )

    sustained = figure(sqlite_hub, "sustained")

    assert sustained.title == "1 goal of 3 looked at again still held"
    assert rows(sustained, "goals", "looked", "held", "lost", "unclear", "missing") == [(4, 3, 1, 1, 1, 1)]


def test_support_that_ended_and_began_again_within_a_year_is_re_opening(sqlite_hub: Hub):
    load(
        sqlite_hub,
        families="""
        family               | opened_on  | closed_on
        came back in a year  | 2024-01-08 |
        came back too late   | 2024-01-08 |
        never came back      | 2024-01-08 | 2025-01-10
        next day is no end   | 2024-01-08 |
        ended too lately     | 2024-01-08 | 2025-10-01
    """,
        involvements="""
        family               | organisation | started_on | ended_on
        came back in a year  | NHFT         | 2024-01-08 | 2025-01-10
        came back in a year  | NNC          | 2026-01-10 |
        came back too late   | NHFT         | 2024-01-08 | 2025-01-10
        came back too late   | NNC          | 2026-01-11 |
        never came back      | NHFT         | 2024-01-08 |
        next day is no end   | NHFT         | 2024-01-08 | 2025-01-10
        next day is no end   | NNC          | 2025-01-11 |
        ended too lately     | NHFT         | 2024-01-08 | 2025-10-01
    """,
    )

    assert rows(figure(sqlite_hub, "reopened"), "families", "again") == [(3, 1)]


def test_how_long_a_lead_and_a_first_review_took_is_said_with_who_still_waits(sqlite_hub: Hub):
    families = many("F# | 2026-07-06 |", 11)
    leads = "\n".join(f"F{n} | 2026-07-{5 + n:02} |" for n in range(1, 11))
    load(
        sqlite_hub,
        families=f"family | opened_on | closed_on\n{families}",
        leads=f"family | started_on | ended_on\n{leads}",
    )

    waits = figure(sqlite_hub, "waits")

    assert rows(waits, "families", "reached", "waiting", "lower", "median", "upper") == [
        (11, 10, 1, 2.3, 4.5, 6.8),
        (11, 0, 11, None, None, None),
    ]
    assert waits.title == "Half of the families had a lead within 5 days"


def test_organisations_involved_on_the_day_are_counted_for_each_open_family(sqlite_hub: Hub):
    load(
        sqlite_hub,
        families="""
        family | opened_on
        none   | 2026-01-05
        one    | 2026-01-05
    """,
        involvements="""
        family | organisation | started_on | ended_on
        none   | NHFT         | 2026-01-05 | 2026-09-29
        one    | NHFT         | 2026-01-05 | 2026-09-30
        one    | NNC          | 2026-10-01 |
    """,
    )

    assert rows(figure(sqlite_hub, "partners_per_family"), "families")[:3] == [(1,), (1,), (0,)]


def test_how_the_lead_went_on_is_counted_by_hub_for_families_that_are_open(sqlite_hub: Hub):
    load(
        sqlite_hub,
        families=f"""
        family  | hub       | opened_on  | closed_on
        gap     | kettering | 2026-01-05 |
        both    | corby     | 2026-01-05 |
        nobody  | corby     | 2026-01-05 |
        closed  | corby     | 2026-01-05 | 2026-09-01
        led on  | corby     | 2026-01-05 | 2026-09-01
        {many("F# | corby | 2026-01-05 |", 10)}
    """,
        leads=f"""
        family | practitioner | started_on | ended_on
        gap    | W1           | 2026-01-05 | 2026-01-31
        gap    | W2           | 2026-02-08 |
        both   | W1           | 2026-01-05 | 2026-02-10
        both   | W2           | 2026-02-01 |
        closed | W1           | 2026-01-05 | 2026-01-31
        closed | W2           | 2026-02-01 | 2026-08-31
        led on | W1           | 2026-01-05 |
        led on | W2           | 2026-02-01 |
        {many("F# | W1 | 2026-01-05 |", 10)}
    """,
        involvements="""
        family | organisation | started_on | last_contact_on
        both   | NNC          | 2026-01-05 | 2026-09-01
    """,
    )

    leads = figure(sqlite_hub, "leads")

    columns = ("hub", "families", "led", "without", "unknown", "changes", "each", "handover", "gaps", "doubled")
    assert rows(leads, *columns) == [
        ("Corby", 12, 11, 1, 10, 1, 0.08, None, 1, 1),
        ("Kettering", 1, 1, 0, 1, 1, None, None, 1, 0),
    ]
    assert leads.title == "12 of 13 open families have somebody recorded as taking the lead"
    doubled = figure(sqlite_hub, "no_lead")
    assert rows(doubled, "subject", "code") == [("nobody", "LD01"), ("both", "LD02")]
    assert doubled.title == "2 open families have nobody recorded as taking the lead, or had two people on one day"


def test_half_a_day_between_is_not_rounded_away(sqlite_hub: Hub):
    load(
        sqlite_hub,
        goals=f"""
        goal | set_on
        {many("G# | 2025-01-06", 10)}
    """,
        reviews=f"""
        goal | reviewed_on | score
        {many("G# | 2025-01-06 | 3", 10)}
        {many("G# | 2026-05-19 | 5", 5)}
        {chr(10).join(f"G{n} | 2026-05-20 | 5" for n in range(6, 11))}
    """,
    )

    assert rows(figure(sqlite_hub, "change"), "goals", "days") == [(10, 498.5)]


def test_only_who_agreed_to_evaluation_would_be_counted_outside_the_hub(sqlite_hub: Hub):
    """P4 uses records "to understand how well this model is working"; leaving the Hub needs the family's agreement."""
    names = ("agreed", "refused", "back", "ended", "lasting", "unasked", "two", "later", "corrected")
    load(
        sqlite_hub,
        families="family\n" + "\n".join(names),
        people="person | family\n" + "\n".join(f"P {name} | {name}" for name in names) + "\nQ two | two",
        goals="goal | family | set_on\n" + "\n".join(f"G {name} | {name} | 2026-07-01" for name in names),
        agreements="""
        agreement | family    | covers      | purpose    | decision  | decided_on | expires_on | supersedes
        A1        | agreed    | P agreed    | evaluation | agreed    | 2026-09-30 |            |
        A2        | refused   | P refused   | evaluation | refused   | 2026-07-01 |            |
        A3        | back      | P back      | evaluation | agreed    | 2026-07-01 |            |
        A4        | back      | P back      | evaluation | withdrawn | 2026-07-02 |            |
        A5        | ended     | P ended     | evaluation | agreed    | 2026-07-01 | 2026-09-29 |
        A6        | lasting   | P lasting   | evaluation | agreed    | 2026-07-01 | 2026-09-30 |
        A7        | two       | P two       | evaluation | agreed    | 2026-07-01 |            |
        A8        | two       | Q two       | evaluation | refused   | 2026-07-01 |            |
        A9        | later     | P later     | evaluation | agreed    | 2026-10-01 |            |
        B1        | corrected | P corrected | evaluation | agreed    | 2026-07-09 |            |
        B2        | corrected | P corrected | evaluation | refused   | 2026-07-09 |            | B1
    """,
    )

    evaluation = figure(sqlite_hub, "evaluation")

    assert rows(evaluation, "families", "leaves") == [(2, "Yes"), (3, "No"), (1, "No"), (1, "No"), (2, "No")]
    assert evaluation.title == "7 families of 9 would be left out of statistics that leave the Hub"


def test_what_no_service_could_meet_comes_first(sqlite_hub: Hub):
    """P4: "to understand what other services or supports may be required"."""
    load(
        sqlite_hub,
        needs="""
        need | area    | identified_on | status   | reason
        N1   | housing | 2026-07-01    | unmet    | no_service
        N2   | housing | 2026-09-30    | unmet    | full
        N3   | health  | 2026-08-03    | declined | refused_by_family
        N4   | health  | 2026-08-03    | unmet    | lost_in_referral
        N5   | health  | 2026-08-03    | declined | declined_by_service
        N6   | safety  | 2026-08-03    | unmet    |
        N7   | safety  | 2026-08-03    | met      | full
        N8   | housing | 2026-10-01    | unmet    | full
        N9   | housing | 2026-06-30    | unmet    | full
    """,
    )

    unmet, reasons = figure(sqlite_hub, "unmet"), figure(sqlite_hub, "unmet_reasons")

    assert unmet.title == "Secure housing: 2 needs without a service"
    assert rows(unmet, "area", "wanting", "lost_in_referral", "refused_by_family", "other", "identified") == [
        ("Secure housing", 2, 0, 0, 0, 2),
        ("Improved mental and physical health", 1, 1, 1, 0, 3),
        ("Children safe from abuse and exploitation", 0, 0, 0, 1, 2),
    ]
    assert [row[1:] for row in reasons.rows] == [
        (1, 1, 0, 0, 0, 0, 0, 0),
        (0, 0, 0, 0, 1, 1, 1, 0),
        (0, 0, 0, 0, 0, 0, 0, 1),
    ]


def test_areas_that_want_a_service_equally_often_are_said_to(sqlite_hub: Hub):
    load(
        sqlite_hub,
        needs="""
        need | area    | identified_on | status | reason
        N1   | housing | 2026-07-01    | unmet  | full
        N2   | health  | 2026-07-01    | unmet  | too_far
    """,
    )

    assert figure(sqlite_hub, "unmet").title == "2 areas have the most needs without a service: 1 each"
    assert figure(sqlite_hub, "unmet_reasons").title == "The commonest reason is: the service was full"


def test_the_trend_starts_with_the_first_record_and_names_a_quarter_that_is_not_over(sqlite_hub: Hub):
    load(
        sqlite_hub,
        needs="""
        need | identified_on | status | reason
        N1   | 2026-03-31    | unmet  | full
        N2   | 2026-08-14    | unmet  | full
        N3   | 2026-08-16    | unmet  | full
    """,
    )

    trend = figure(sqlite_hub, "unmet_quarters", last=date(2026, 8, 15))

    assert rows(trend, "quarter", "wanting", "share") == [
        ("January to March 2026", 1, None),
        ("April to June 2026", 0, None),
        ("July to September 2026, so far", 1, None),
    ]


def test_hubs_stand_beside_each_other_and_a_report_of_one_hub_has_that_alone(sqlite_hub: Hub):
    load(
        sqlite_hub,
        families="""
        family | hub       | opened_on
        F1     | corby     | 2026-01-05
        F2     | kettering | 2026-08-03
    """,
        needs="""
        need | family | identified_on | status | reason
        N1   | F1     | 2026-06-01    | unmet  | full
        N2   | F2     | 2026-08-04    | unmet  | full
    """,
    )

    both, one = figure(sqlite_hub, "unmet_hubs"), figure(sqlite_hub, "unmet_hubs", of_hub="kettering")

    assert rows(both, "hub", "quarter", "wanting") == [
        ("Corby", "April to June 2026", 1),
        ("Corby", "July to September 2026", 0),
        ("Kettering", "July to September 2026", 1),
    ]
    assert rows(one, "hub", "wanting") == [("Kettering", 1)]


@pytest.mark.parametrize("name", ["change", "change_by_area", "unmet", "sustained", "reopened", "results"])
def test_no_data_is_said_and_is_no_zero(sqlite_hub: Hub, name: str):
    load(
        sqlite_hub,
        families="""
        family
        F1
    """,
    )

    table = figure(sqlite_hub, name)

    assert table.rows == ()
    assert table.title.startswith(("No ", "Nobody"))
    assert table.html().startswith('<p class="empty">No ')


def test_every_rate_has_its_interval_and_every_change_its_caveat():
    from hubdata.reports.questions.read import load as figures_of

    rates = {
        name: [column.name for column in figure.columns]
        for name, figure in figures_of("outcomes").items()
        if any(column.unit == "%" for column in figure.columns)
    }
    notes = {name: " ".join(figure.notes) for name, figure in figures_of("outcomes").items()}

    assert len(rates) > 8
    assert [
        name
        for name, columns in rates.items()
        if sum(c.endswith("share") for c in columns) != sum(c.endswith("low") for c in columns)
        or not any(c.endswith("high") for c in columns)
    ] == []
    assert "does not show that support caused it" in notes["change"]
    assert "not proof of impact" in notes["change_by_area"]


def test_where_a_lower_score_is_better_falling_is_better(sqlite_hub: Hub, monkeypatch, tmp_path):
    folder = shutil.copytree(places.params(), tmp_path / "params")
    register = folder / "policy" / "registers.yaml"
    register.write_text(register.read_text("utf-8").replace("better: higher", "better: lower"), "utf-8")
    monkeypatch.setenv("HUBDATA_PARAMS", str(folder))
    load(
        sqlite_hub,
        goals="""
        goal | set_on
        G1   | 2026-07-01
        G2   | 2026-07-01
    """,
        reviews="""
        goal | reviewed_on | score
        G1   | 2026-07-02  | 10
        G1   | 2026-09-01  | 7
        G2   | 2026-07-02  | 0
        G2   | 2026-09-01  | 2
    """,
    )

    assert rows(figure(sqlite_hub, "change"), "better", "same", "worse", "median") == [(1, 1, 0, None)]
    assert rows(figure(sqlite_hub, "floor_and_ceiling"), "best", "worst") == [(1, 1)]
