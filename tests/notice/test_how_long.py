"""How long (P8): five years at the Hub level, and what stops, delays or hides the end of them."""

# ruff: noqa: E501 (a rule of the schedule a line)

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from hubdata import dates
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.rules import judge
from tests.support import schedule
from tests.support.ascii import findings, load


def test_records_are_kept_through_the_last_day_of_five_years_and_no_longer(hub: Hub):
    """P8: "The records kept at the Hub level are kept for five years." """
    load(
        hub,
        families="""
        family                   | opened_on  | closed_on
        closed 31 March          | 2018-01-08 | 2020-03-31
        closed 29 February       | 2018-01-08 | 2020-02-29
        closed before a leap day | 2018-01-08 | 2019-02-28
        closed when it opened    | 2020-03-31 | 2020-03-31
    """,
    )

    leap, spring = ("RT01", "closed before a leap day"), ("RT01", "closed 29 February")

    assert findings(hub, "retention", "2024-02-28") == set()
    assert findings(hub, "retention", "2024-02-29") == {leap}
    assert findings(hub, "retention", "2025-02-28") == {leap}
    assert findings(hub, "retention", "2025-03-01") == {leap, spring}
    assert findings(hub, "retention", "2025-03-31") == {leap, spring}
    assert findings(hub, "retention", "2025-04-01") == {
        leap,
        spring,
        ("RT01", "closed 31 March"),
        ("RT01", "closed when it opened"),
    }


def test_the_five_years_do_not_run_while_a_family_is_open(hub: Hub):
    """P8: "kept for five years" are counted from the day on which the family's Hub support ends."""
    load(
        hub,
        families="""
        family            | opened_on  | closed_on
        open              | 2018-01-08 |
        closing next week | 2018-01-08 | 2026-02-08
    """,
        involvements="""
        family            | last_contact_on
        open              | 2026-01-20
        closing next week | 2026-01-20
    """,
    )

    assert findings(hub, "retention", "2026-02-01") == set()


def test_a_family_that_comes_back_stops_its_clock_and_starts_it_anew_when_it_leaves(hub: Hub):
    """P8: "kept for five years": a re-opened family is supported again."""
    load(
        hub,
        families="""
        family | closed_on
        back   | 2020-03-31
        gone   | 2020-03-31
    """,
    )
    assert findings(hub, "retention", "2026-02-01") == {("RT01", "back"), ("RT01", "gone")}

    load(
        hub,
        families="""
        family | closed_on
        back   |
    """,
        involvements="""
        family | started_on | ended_on   | last_contact_on
        back   | 2026-01-05 | 2026-01-31 | 2026-01-20
    """,
    )
    assert findings(hub, "retention", "2026-02-01") == {("RT01", "gone")}

    load(
        hub,
        families="""
        family | closed_on
        back   | 2026-01-31
    """,
    )
    assert findings(hub, "retention", "2031-01-31") == {("RT01", "gone")}
    assert findings(hub, "retention", "2031-02-01") == {("RT01", "gone"), ("RT01", "back")}


def test_a_hold_keeps_a_record_that_is_due_from_its_first_day_until_it_is_released(hub: Hub):
    """P8: "kept for five years", unless the law needs a record for longer."""
    load(
        hub,
        families="""
        family                 | closed_on
        held                   | 2020-03-31
        placed on the day      | 2020-03-31
        placed the day after   | 2020-03-31
        released the day after | 2020-03-31
        released on the day    | 2020-03-31
    """,
        holds="""
        family                 | placed_on  | released_on
        held                   | 2025-01-06 |
        placed on the day      | 2026-02-02 |
        placed the day after   | 2026-02-03 |
        released the day after | 2025-01-06 | 2026-02-03
        released on the day    | 2025-01-06 | 2026-02-02
    """,
    )

    assert findings(hub, "retention", "2026-02-02") == {
        ("RT01", "placed the day after"),
        ("RT01", "released on the day"),
    }


def test_a_hold_past_the_date_says_why_and_until_when(hub: Hub):
    """P8: "kept for five years": whoever keeps a record for longer gives a reason and a day to look again."""
    load(
        hub,
        families="""
        family             | closed_on
        both said          | 2020-03-31
        no reason          | 2020-03-31
        no review          | 2020-03-31
        one of two said    | 2020-03-31
        unsaid and ended   | 2020-03-31
        on its last day    | 2021-02-02
        a placeholder      | 2020-03-31
    """,
        holds="""
        family             | reason              | review_on  | released_on
        both said          | A claim is expected | 2026-06-30 |
        no reason          |                     | 2026-06-30 |
        no review          | A claim is expected |            |
        one of two said    | A claim is expected | 2026-06-30 |
        one of two said    |                     | 2026-06-30 |
        unsaid and ended   |                     |            | 2026-01-31
        unsaid and ended   | A claim is expected | 2026-06-30 |
        on its last day    |                     |            |
        a placeholder      | N/A                 | 2026-06-30 |
    """,
    )

    assert findings(hub, "retention", "2026-02-02") == {
        ("RT02", "no reason"),
        ("RT02", "no review"),
        ("RT02", "one of two said"),
        ("RT02", "a placeholder"),
    }


def test_an_open_record_that_nobody_has_touched_for_a_year_is_looked_at(hub: Hub):
    """P8: "kept for five years": a record that nobody closes would be kept for ever."""
    load(
        hub,
        families="""
        family            | opened_on  | closed_on
        quiet             | 2024-05-01 |
        contact           | 2024-05-01 |
        new partner       | 2024-05-01 |
        goal reviewed     | 2024-05-01 |
        contact to come   | 2024-05-01 |
        closed on the day | 2024-05-01 | 2025-05-02
    """,
        involvements="""
        family            | started_on | last_contact_on
        contact           | 2024-05-01 | 2024-05-02
        new partner       | 2024-05-02 |
        contact to come   | 2024-05-01 | 2025-05-03
    """,
        goals="""
        goal | family        | set_on
        G1   | goal reviewed | 2024-05-01
    """,
        reviews="""
        goal | reviewed_on
        G1   | 2024-05-02
    """,
    )

    never_seen_again = {("RT03", "quiet"), ("RT03", "contact to come")}

    assert findings(hub, "retention", "2025-05-01") == set()
    assert findings(hub, "retention", "2025-05-02") == never_seen_again
    assert findings(hub, "retention", "2025-05-03") == {
        ("RT03", "quiet"),
        ("RT03", "contact"),
        ("RT03", "new partner"),
        ("RT03", "goal reviewed"),
    }


def test_a_record_whose_end_cannot_be_told_is_named_and_not_guessed(hub: Hub):
    """P8: "kept for five years": without a day to count from, nobody can say when they end."""
    load(
        hub,
        families="""
        family                    | opened_on  | closed_on  | closure_reason
        reason and no day         | 2026-01-05 |            | moved away
        closed before it opened   | 2026-01-05 | 2026-01-04 | moved away
        closed on the day         | 2026-01-05 | 2026-01-05 | moved away
        closed without a reason   | 2026-01-05 | 2026-01-06 |
        open, and no reason given | 2026-01-05 |            | N/A
        open                      | 2026-01-05 |            |
    """,
    )

    assert findings(hub, "retention", "2026-02-01") == {
        ("RT04", "reason and no day"),
        ("RT04", "closed before it opened"),
    }


WENT_ON = {
    "support began": ("involvements", "family | started_on | ended_on", "2020-04-01 | 2020-05-01"),
    "support went on": ("involvements", "family | started_on | ended_on", "2019-01-07 | 2020-04-01"),
    "support never ended": ("involvements", "family | started_on | ended_on", "2019-01-07 |"),
    "a contact": ("involvements", "family | ended_on | last_contact_on", "2020-03-31 | 2020-04-01"),
    "a lead began": ("leads", "family | started_on | ended_on", "2020-04-01 | 2020-05-01"),
    "a lead ended before it began": ("leads", "family | started_on | ended_on", "2020-04-01 | 2020-01-06"),
    "a lead never ended": ("leads", "family | started_on | ended_on", "2019-01-07 |"),
    "a goal": ("goals", "family | set_on", "2020-04-01"),
    "a need": ("needs", "family | identified_on", "2020-04-01"),
    "an agreement": ("agreements", "family | decided_on | decision", "2020-04-01 | refused"),
    "nobody asked": ("agreements", "family | decided_on | decision", "2020-04-01 | not_sought"),
    "a share": ("shares", "family | shared_on", "2020-04-01"),
}


@pytest.mark.parametrize("what", WENT_ON)
def test_a_closed_record_with_which_something_went_on_cannot_be_told(hub: Hub, what: str):
    """P8: "kept for five years" from the end of support, which nobody can tell where the record shows support later."""
    table, columns, cells = WENT_ON[what]
    load(hub, families="family | closed_on\n F1 | 2020-03-31", **{table: f"{columns}\n F1 | {cells}"})

    assert findings(hub, "retention", "2020-03-31") == set()
    assert findings(hub, "retention", "2020-04-01") == {("RT04", "F1")}
    assert findings(hub, "retention", "2026-02-01") == {("RT04", "F1")}


def test_a_review_after_the_end_of_support_cannot_be_told_either(hub: Hub):
    """P8: "kept for five years" from the end of support."""
    load(
        hub,
        families="""
        family | closed_on
        F1     | 2020-03-31
        F2     | 2020-03-31
    """,
        goals="""
        goal | family | set_on
        G1   | F1     | 2019-01-07
        G2   | F2     | 2019-01-07
    """,
        reviews="""
        goal | reviewed_on
        G1   | 2020-04-01
        G2   | 2020-03-31
    """,
    )

    assert findings(hub, "retention", "2026-02-01") == {("RT04", "F1"), ("RT01", "F2")}


def test_what_ended_by_the_closing_or_was_corrected_stops_no_period(hub: Hub):
    """P8: "kept for five years" from the end of support."""
    load(
        hub,
        families="""
        family | closed_on
        F1     | 2020-03-31
        F2     | 2020-03-31
    """,
        involvements="""
        family | started_on | ended_on   | last_contact_on
        F1     | 2019-01-07 | 2020-03-31 | 2020-03-31
    """,
        leads="""
        family | started_on | ended_on
        F1     | 2019-01-07 | 2020-03-31
    """,
        shares="""
        share | family | about | shared_on  | supersedes | route             | recorded_at
        S1    | F1     | P1    | 2021-03-31 |            | without_agreement | 2021-04-05T09:00:00Z
        S2    | F1     | P1    | 2020-03-31 | S1         | without_agreement | 2021-04-06T09:00:00Z
        S3    | F2     | P2    | 2020-03-30 |            | without_agreement | 2020-04-06T09:00:00Z
    """,
    )
    shares = TABLES["shares"]
    with hub.engine.begin() as connection:  # another program's: intake refuses a row that supersedes itself
        made = connection.execute(select(shares).filter_by(share="S3")).mappings().one()
        itself = {"share": "S4", "supersedes": "S4", "shared_on": date(2021, 3, 31)}
        connection.execute(shares.insert(), dict(made) | itself)

    assert findings(hub, "retention", "2026-02-01") == {("RT01", "F1"), ("RT04", "F2")}


ONE_FAMILY = """
        pair_decision | family | other | decision | decided_on
        D1            | F1     | F2    | same     | 2026-01-12
        D2            | F2     | F3    | same     | 2026-01-12
        D3            | F4     | F5    | same     | 2026-01-12
        D4            | F4     | F5    | undone   | 2026-01-13
    """


def test_records_that_are_one_family_are_kept_by_each_others_holds(hub: Hub):
    """P8: "kept for five years", unless the law needs a record for longer: of the same family, wherever it stands."""
    load(
        hub,
        families="\n".join(["family | closed_on", *(f"F{n} | 2020-03-31" for n in range(1, 6))]),
        holds="""
        hold | family | placed_on
        H1   | F1     | 2026-01-05
        H2   | F4     | 2026-01-05
    """,
        pair_decisions=ONE_FAMILY,
    )

    assert findings(hub, "retention", "2026-01-11") == {("RT01", name) for name in ("F2", "F3", "F5")}
    assert findings(hub, "retention", "2026-01-12") == set()
    assert findings(hub, "retention", "2026-01-13") == {("RT01", "F5")}


def test_a_request_keeps_a_record_though_its_steps_name_each_other_or_themselves(hub: Hub):
    """P8: "kept for five years", and longer while somebody's request is open: no entry takes a request away."""
    load(
        hub,
        families="""
        family     | closed_on
        itself     | 2020-03-31
        ring       | 2020-03-31
        later      | 2020-03-31
        of another | 2020-03-31
        answered   | 2020-03-31
        not so     | 2020-03-31
    """,
        requests="""
        request | family
        Q1      | itself
        Q2      | ring
        Q3      | later
        Q4      | of another
        Q5      | answered
        Q6      | not so
    """,
        request_events="""
        event | request | what      | happened_on | supersedes | recorded_at
        E1    | Q1      | received  | 2026-01-12  | E1         | 2026-01-12 09:00:00
        E2    | Q2      | received  | 2026-01-12  | E3         | 2026-01-12 09:00:00
        E3    | Q2      | received  | 2026-01-12  | E2         | 2026-01-12 09:00:00
        E4    | Q3      | received  | 2026-01-12  |            | 2026-01-12 09:00:00
        E5    | Q3      | extended  | 2026-01-12  | E4         | 2026-01-11 09:00:00
        E6    | Q4      | received  | 2026-01-12  |            | 2026-01-12 09:00:00
        E7    | Q5      | received  | 2026-01-12  | E6         | 2026-01-12 09:00:00
        E8    | Q5      | responded | 2026-01-20  |            | 2026-01-20 09:00:00
        E9    | Q6      | received  | 2026-01-12  |            | 2026-01-12 09:00:00
        E10   | Q6      | responded | 2026-01-20  |            | 2026-01-20 09:00:00
        E11   | Q6      | extended  | 2026-01-20  | E10        | 2026-01-21 09:00:00
    """,
    )

    assert findings(hub, "retention", "2026-02-01") == {("RT01", "answered")}


def test_records_that_are_one_family_are_kept_while_a_request_of_either_is_open(hub: Hub):
    """P9: "the right to have a copy": nothing of it is destroyed before the answer."""
    load(
        hub,
        families="\n".join(["family | closed_on", *(f"F{n} | 2020-03-31" for n in range(1, 6))]),
        requests="""
        request | family
        Q1      | F3
        Q2      | F5
    """,
        request_events="""
        request | what      | happened_on
        Q1      | received  | 2026-01-12
        Q1      | responded | 2026-02-02
        Q2      | received  | 2026-01-12
    """,
        pair_decisions=ONE_FAMILY,
    )

    assert findings(hub, "retention", "2026-02-01") == {("RT01", "F4")}
    assert findings(hub, "retention", "2026-02-02") == {("RT01", name) for name in ("F1", "F2", "F3", "F4")}


def test_the_period_in_force_on_the_day_decides(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """P8: "five years" is what the notice says today; another notice may say another number from its first day."""
    six = schedule.value({"trigger": "closure", "years": 6}, "2026-04-01")
    params = schedule.folder(tmp_path, schedule.value(schedule.FIVE), six)
    monkeypatch.setenv("HUBDATA_PARAMS", str(params))
    load(
        hub,
        families="""
        family | closed_on
        F1     | 2020-09-30
        F2     | 2020-03-31
    """,
    )

    assert findings(hub, "retention", "2026-03-31") == {("RT01", "F1"), ("RT01", "F2")}
    assert findings(hub, "retention", "2026-04-01") == {("RT01", "F2")}


RECORDS = {
    "families": """
        family | hub       | opened_on  | closed_on  | recorded_at
        F1     | corby     | 2019-04-01 | 2020-02-29 | 2020-03-02T09:00:00Z
        F2     | kettering | 2019-04-01 | 2020-03-31 | 2020-04-06T09:00:00Z
        F3     | corby     | 2019-04-01 | 2020-04-01 | 2020-04-02T09:00:00Z
        OPEN   | corby     | 2019-04-01 |            | 2019-04-02T09:00:00Z
    """,
    "people": """
        person | family | role         | date_of_birth | died_on    | recorded_at
        C1     | F1     | child        | 2010-02-28    |            | 2019-04-02T09:00:00Z
        C2     | F1     | child        | 2016-02-29    |            | 2019-04-02T09:00:00Z
        A1     | F1     | parent_carer |               | 2025-05-01 | 2020-06-01T09:00:00Z
        C3     | F2     | child        | 2016-02-29    |            | 2019-04-02T09:00:00Z
        C4     | F2     | child        |               |            | 2019-04-02T09:00:00Z
        A2     | F3     | parent_carer | 1990-06-15    |            | 2019-04-02T09:00:00Z
    """,
    "involvements": """
        family | started_on | last_contact_on | recorded_at
        F1     | 2019-04-01 | 2020-02-15      | 2020-06-01T09:00:00Z
        F2     | 2019-04-01 |                 | 2019-04-02T09:00:00Z
        OPEN   | 2019-04-01 | 2019-05-01      | 2019-04-02T09:00:00Z
    """,
    "goals": """
        goal | family | set_on     | recorded_at
        G3   | F3     | 2019-05-01 | 2019-05-01T09:00:00Z
    """,
    "reviews": """
        goal | reviewed_on | recorded_at
        G3   | 2020-03-20  | 2020-07-01T09:00:00Z
    """,
    "needs": """
        family | status | identified_on | recorded_at
        F3     | unmet  | 2019-06-01    | 2019-06-01T09:00:00Z
    """,
    "shares": """
        share | family | about | route             | shared_on  | recorded_at
        S1    | F2     | C3    | without_agreement | 2020-01-15 | 2020-01-15T09:00:00Z
    """,
}
FIVE, TWENTY_FIVE = {"trigger": "closure", "years": 5}, {"trigger": "birth", "years": 25}
LONGER = {"code": "LONGER", "why": "A test's reason", "trigger": "closure", "years": 15}
SCHEDULES = [
    # what the rule says                                                        F1            F2            F3
    (FIVE,                                                                      "2025-02-28", "2025-03-31", "2025-04-01"),
    ({"trigger": "closure", "months": 18},                                      "2021-08-29", "2021-09-30", "2021-10-01"),
    ({"trigger": "closure", "years": 1, "months": 1, "days": 1},                "2021-03-30", "2021-05-01", "2021-05-02"),
    ({"trigger": "last_contact", "years": 5},                                   "2025-02-15", "cannot_tell", "2025-03-20"),
    ({"trigger": "creation", "years": 6},                                       "2025-04-01", "2025-04-01", "2025-04-01"),
    ({"trigger": "last_change", "years": 6},                                    "2026-06-01", "2026-04-06", "2026-07-01"),
    (TWENTY_FIVE,                                                               "2041-02-28", "cannot_tell", "2015-06-15"),
    ({"trigger": "death", "years": 7},                                          "2032-05-01", "kept",       "kept"),
    (FIVE | {"end_of": "financial_year"},                                       "2025-03-31", "2025-03-31", "2026-03-31"),
    (FIVE | {"end_of": "calendar_year"},                                        "2025-12-31", "2025-12-31", "2025-12-31"),
    ({"later_of": [FIVE, {"trigger": "creation", "years": 6}]},                 "2025-04-01", "2025-04-01", "2025-04-01"),
    ({"earlier_of": [FIVE, {"trigger": "creation", "years": 6}]},               "2025-02-28", "2025-03-31", "2025-04-01"),
    ({"later_of": [FIVE, TWENTY_FIVE]},                                         "2041-02-28", "cannot_tell", "2025-04-01"),
    ({"later_of": [FIVE, {"trigger": "death", "years": 7}]},                    "2032-05-01", "2025-03-31", "2025-04-01"),
    ({"earlier_of": [FIVE, {"trigger": "death", "years": 7}]},                  "2025-02-28", "2025-03-31", "2025-04-01"),
    (FIVE | {"floor": {"trigger": "creation", "years": 6}},                     "2025-04-01", "2025-04-01", "2025-04-01"),
    (FIVE | {"ceiling": {"trigger": "creation", "months": 71}},                 "2025-02-28", "2025-03-01", "2025-03-01"),
    (FIVE | {"floor": {"trigger": "closure", "years": 8}, "ceiling": {"trigger": "creation", "years": 7}},
                                                                                "2026-04-01", "2026-04-01", "2026-04-01"),
    ({"trigger": "death", "years": 7, "floor": {"trigger": "closure", "years": 5}},
                                                                                "2032-05-01", "kept",       "kept"),
    ({"trigger": "death", "years": 7, "ceiling": {"trigger": "closure", "years": 5}},
                                                                                "2025-02-28", "2025-03-31", "2025-04-01"),
    (FIVE | {"floor": {"trigger": "birth", "years": 9}},                        "2025-02-28", "cannot_tell", "2025-04-01"),
    (FIVE | {"escalations": [LONGER | {"when": "shared_without_agreement"}]},   "2025-02-28", "2035-03-31", "2025-04-01"),
    (FIVE | {"escalations": [LONGER | {"when": "person_died"}]},                "2035-02-28", "2025-03-31", "2025-04-01"),
    (FIVE | {"escalations": [LONGER | {"when": "had_unmet_need"}]},             "2025-02-28", "2025-03-31", "2035-04-01"),
    (FIVE | {"escalations": [LONGER | {"when": "hub_is", "hub": "corby"}]},     "2035-02-28", "2025-03-31", "2035-04-01"),
    (FIVE | {"escalations": [LONGER | {"when": "hub_is", "hub": "corby", "years": 1}]},
                                                                                "2025-02-28", "2025-03-31", "2025-04-01"),
    (FIVE | {"escalations": [{"code": "L", "why": "x", "when": "person_died", "trigger": "birth", "years": 25},
                             LONGER | {"when": "hub_is", "hub": "corby"}]},     "2041-02-28", "2025-03-31", "2035-04-01"),
]  # fmt: skip


def test_each_rule_of_the_schedule_gives_the_date_that_it_says(hub: Hub, in_force):
    """P8: "kept for five years" is one rule among those that a schedule may have; none runs while support does."""
    load(hub, **RECORDS)
    found = []

    for rule, *_ in SCHEDULES:
        in_force(schedule.value(rule))
        found.append((rule, kept_until(hub, "2026-11-22")))

    assert found == [(rule, {"F1": f1, "F2": f2, "F3": f3, "OPEN": "stale"}) for rule, f1, f2, f3 in SCHEDULES]


def test_a_record_is_past_its_date_only_on_the_day_after_whatever_the_rule(hub: Hub, in_force):
    """P8: "kept for five years": through the last day of the period and no longer."""
    load(hub, **RECORDS)
    in_force(schedule.value({"later_of": [FIVE, {"trigger": "last_contact", "years": 6}]}))

    assert findings(hub, "retention", "2026-02-15") >= {("RT04", "F2")}
    assert ("RT01", "F1") not in findings(hub, "retention", "2026-02-15")
    assert ("RT01", "F1") in findings(hub, "retention", "2026-02-16")


def test_what_happened_after_the_day_asked_about_does_not_count(hub: Hub, in_force):
    """P8: "kept for five years": on any day, by what had happened by then."""
    load(hub, **RECORDS)

    in_force(schedule.value({"earlier_of": [{"trigger": "death", "years": 1}, {"trigger": "closure", "years": 9}]}))
    assert (kept_until(hub, "2025-04-30")["F1"], kept_until(hub, "2025-05-01")["F1"]) == ("2029-02-28", "2026-05-01")

    in_force(schedule.value({"trigger": "last_contact", "years": 5}))
    assert (kept_until(hub, "2020-02-28")["F1"], kept_until(hub, "2020-02-29")["F1"]) == ("open", "2025-02-15")


def test_a_rule_that_waits_for_nothing_that_is_recorded_says_so_and_expires_nothing(hub: Hub, in_force):
    """P8: "kept for five years": without a day to count from, nobody can say when they end."""
    load(hub, **RECORDS)
    in_force(schedule.value({"earlier_of": [{"trigger": "birth", "months": 1}, {"trigger": "closure", "days": 1}]}))

    assert findings(hub, "retention", "2020-05-01") == {
        ("RT01", "F1"),
        ("RT04", "F2"),
        ("RT01", "F3"),
        ("RT03", "OPEN"),
    }


def test_a_family_that_comes_back_stops_its_clock_under_any_rule(hub: Hub, in_force):
    """P8: "kept for five years": a re-opened family is supported again."""
    load(hub, **RECORDS)
    in_force(schedule.value({"trigger": "creation", "months": 1}))
    assert kept_until(hub, "2026-11-22")["F1"] == "2019-05-01"

    load(
        hub,
        families="""
        family | hub   | opened_on  | closed_on
        F1     | corby | 2019-04-01 |
    """,
    )

    assert ("RT01", "F1") not in findings(hub, "retention", "2026-11-22")
    assert kept_until(hub, "2026-11-22")["F1"] in ("open", "stale")


def test_the_rule_that_decided_is_named(hub: Hub, in_force):
    """P8: "kept for five years", or longer under a rule that says when and why."""
    load(hub, **RECORDS)
    in_force(schedule.value(FIVE | {"escalations": [LONGER | {"when": "hub_is", "hub": "corby"}]}))

    judged = judge.judge("retention", snapshots.take(hub), dates.parse("2026-11-22")).to_pylist()

    assert {row["family"]: row["rule"] for row in judged} == {
        "F1": "LONGER",
        "F2": "FAMILY",
        "F3": "LONGER",
        "OPEN": "FAMILY",
    }


@pytest.fixture
def in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A function that puts dated values of the schedule in force."""

    def put(*values: dict) -> None:
        params = schedule.folder(tmp_path / f"schedule{len(list(tmp_path.iterdir()))}", *values)
        monkeypatch.setenv("HUBDATA_PARAMS", str(params))

    return put


def kept_until(hub: Hub, as_at: str) -> dict[str, str]:
    """Each family's date, or its state where it has none."""
    judged = judge.judge("retention", snapshots.take(hub), dates.parse(as_at)).to_pylist()
    return {row["family"]: str(row["due_on"] or row["state"]) for row in judged}
