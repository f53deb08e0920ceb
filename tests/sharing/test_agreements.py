"""Decisions typed at the desk: recorded as evidence, never over another one, and refused where they cannot be true.

The family: Ann and Bob are its parents, Cat and Dan its children, Eve another adult; Zoe is of another family. Ann
agreed on 5 January 2026, for herself and Cat, that NHFT and SCHOOL may be told (tests.support.made_up fills in
the rest).
"""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.store import Hub
from hubdata.sharing import agreements, competence, receipt
from tests.support import returns
from tests.support.ascii import behind, findings, load, supersede

DAY = date(2026, 2, 1)
AGREED = {"decision": "agreed", "recipients": "NHFT", "categories": "support_needs"}


@pytest.fixture
def family(hub: Hub) -> Hub:
    """A hub that knows the family and Ann's agreement."""
    load(
        hub,
        people="""
        person | family | role         | date_of_birth
        Ann    | F1     | parent_carer |
        Bob    | F1     | parent_carer |
        Cat    | F1     | child        | 2020-05-05
        Dan    | F1     | child        | 2009-05-05
        Eve    | F1     | other_adult  |
        Zoe    | F2     | parent_carer |
    """,
        agreements="""
        agreement | given_by | covers  | recipients  | expires_on
        A1        | Ann      | Ann;Cat | NHFT;SCHOOL | 2026-06-30
    """,
    )
    return hub


def record(hub: Hub, as_at: date = DAY, **given: str) -> agreements.Recorded:
    """Record a decision: a withdrawal of Ann's for herself, unless told otherwise."""
    usual = {
        "family": "F1",
        "given_by": "Ann",
        "covers": "Ann",
        "decision": "withdrawn",
        "purpose": "hub_working",
        "taken_by": "W1",
        "notice_version": "2025-04",
    }
    return agreements.record(hub, usual | given, By("tester", None, as_at))


def judged_able(hub: Hub, person: str) -> None:
    """A worker judged a child of F1 able to decide for themselves."""
    competence.record(hub, "F1", person, "W1", DAY, By("tester", "explained it in their own words", DAY))


def states(done: agreements.Recorded) -> dict[tuple[str, str | None], str]:
    """The state by person and recipient."""
    return {(state.person, state.recipient): state.state for state in done.states}


def refusals(hub: Hub, as_at: date = DAY, **given: str) -> set[tuple[str, str]]:
    """The (column, code) of every reason why a decision is refused; nothing may have been written."""
    before = returns.state(hub)
    with pytest.raises(Refused) as refused:
        record(hub, as_at, **given)
    assert returns.state(hub) == before
    return {(problem.column, problem.code) for problem in refused.value.problems}


def test_a_decision_is_a_new_row_and_leaves_the_earlier_one_as_it_was(family: Hub):
    (before,) = returns.rows(family, "agreements")

    done = record(family, recipients="SCHOOL")

    held = returns.rows(family, "agreements")
    assert len(held) == 2 and before in held
    assert states(done) == {("Ann", "SCHOOL"): "withdrawn"}
    assert states(record(family, given_by="Ann", covers="Ann", **AGREED)) == {("Ann", "NHFT"): "agreed"}


def test_a_withdrawal_of_everything_says_what_holds_for_everyone(family: Hub):
    done = record(family)

    assert states(done) == {("Ann", "NHFT"): "withdrawn", ("Ann", "SCHOOL"): "withdrawn", ("Ann", None): "withdrawn"}
    assert {state.agreement for state in done.states} == {done.agreement}


def test_a_decision_is_committed_with_its_audit_entry_which_names_nobody(family: Hub):
    done = record(family)

    with family.read() as connection:
        last = ledger.entries(connection, 1)[0]
    said = {"agreement": done.agreement, "family": "F1", "decision": "withdrawn", "purpose": "hub_working"}
    assert last["action"] == "agreement.record"
    assert last["said"]["detail"] == said | {"supersedes": None}
    assert "Made" not in json.dumps(last)


def test_two_parents_can_differ(family: Hub):
    """Bob's refusal is Bob's: what Ann agreed to stays in force."""
    record(family, given_by="Bob", covers="Bob", decision="refused")

    held = {(s.person, s.recipient): s.state for s in agreements.listed(family, "F1", DAY)["states"]}

    assert held == {
        ("Ann", "NHFT"): "agreed",
        ("Ann", "SCHOOL"): "agreed",
        ("Cat", "NHFT"): "agreed",
        ("Cat", "SCHOOL"): "agreed",
        ("Bob", None): "refused",
    }


def test_two_parents_who_differ_about_a_child_are_both_kept_and_the_recorder_is_told(family: Hub):
    done = record(family, given_by="Bob", covers="Cat", decision="refused")

    assert states(done)["Cat", "NHFT"] == "refused"
    assert done.warnings == [
        "A1 was another person's decision about the same child and differs; both are kept, the latest holds."
    ]
    assert states(record(family, given_by="Bob", covers="Bob", **AGREED))["Bob", "NHFT"] == "agreed"


def test_a_competent_young_person_can_agree_or_refuse_for_themselves(family: Hub):
    assert states(record(family, given_by="Dan", covers="Dan", **AGREED)) == {("Dan", "NHFT"): "agreed"}
    judged_able(family, "Cat")
    assert states(record(family, given_by="Cat", covers="Cat", decision="refused"))["Cat", "NHFT"] == "refused"


def test_what_is_recorded_is_what_the_rules_judge_by(family: Hub):
    record(family, decided_on="2026-01-20")
    load(
        family,
        shares="""
        share     | about | to_organisation | shared_on
        before    | Ann   | NHFT            | 2026-01-19
        after     | Ann   | NHFT            | 2026-01-20
        the child | Cat   | NHFT            | 2026-01-20
    """,
    )

    assert findings(family, "sharing", "2026-02-01") == {("SH03", "after")}


IMPOSSIBLE = [
    (("decision", "nothing-to-withdraw"), {"covers": "Bob", "given_by": "Bob"}),  # who never agreed
    (("decision", "nothing-to-withdraw"), {"recipients": "NNC"}),  # who was never named
    (("decision", "nothing-to-withdraw"), {"purpose": "evaluation"}),
    (("decision", "nothing-to-withdraw"), {"decided_on": "2026-01-04"}),  # the day before it was given
    (("expires_on", "expires-before-decided"), {"expires_on": "2026-01-31"}),
    (("discussed_on", "discussed-after-decided"), {"discussed_on": "2026-02-02"}),
    (("decided_on", "future-decision"), {"decided_on": "2026-02-02"}),
    (("covers", "not-of-the-family"), {"given_by": "Zoe", "covers": "Zoe"}),
    (("given_by", "not-of-the-family"), {"given_by": "Zoe", "covers": "Cat"}),
    (("covers", "adult-for-adult"), {"covers": "Ann;Bob"}),
    (("covers", "adult-for-adult"), {"covers": "Eve"}),
    (("covers", "adult-for-adult"), {"given_by": "Dan", "covers": "Ann"}),
    (("covers", "child-for-other"), {"given_by": "Dan", "covers": "Dan;Cat"}),
    (("given_by", "too-young"), {"given_by": "Cat", "covers": "Cat", "decision": "refused"}),
    (("supersedes", "unknown-reference"), {"supersedes": "A9"}),
    (("supersedes", "itself"), {"agreement": "A9", "supersedes": "A9"}),
    (("supersedes", "not-of-the-family"), {"family": "F2", "given_by": "Zoe", "covers": "Zoe", "supersedes": "A1"}),
    (("recipients", "agrees-to-nothing"), {"decision": "agreed", "categories": "support_needs"}),
    (("categories", "agrees-to-nothing"), {"decision": "agreed", "recipients": "NHFT"}),
    (("decision", "was-asked"), {"decision": "not_sought"}),
    (("agreement", "append-only"), {"agreement": "A1"}),
    (("covers", "unknown-reference"), {"covers": "Nobody"}),
    (("taken_by", "unknown-reference"), {"taken_by": "Nobody"}),
    (("recipients", "unknown-reference"), {"recipients": "NOBODY"}),
]


def test_an_impossible_decision_is_refused_and_nothing_is_written(family: Hub):
    assert [(found, given) for found, given in IMPOSSIBLE if found not in refusals(family, **given)] == []


def test_every_reason_is_said_at_once_with_what_to_do(family: Hub):
    given = AGREED | {"covers": "Bob;Zoe", "recipients": "", "expires_on": "2026-01-01", "discussed_on": "2026-02-02"}

    with pytest.raises(Refused, match="each adult decides for themselves; record Bob's own decision") as refused:
        record(family, **given)

    assert [problem.code for problem in refused.value.problems] == [
        "expires-before-decided",
        "discussed-after-decided",
        "not-of-the-family",
        "adult-for-adult",
        "adult-for-adult",
        "agrees-to-nothing",
    ]


def test_a_second_withdrawal_withdraws_nothing(family: Hub):
    record(family, recipients="SCHOOL")

    assert refusals(family, recipients="SCHOOL") == {("decision", "nothing-to-withdraw")}
    record(family)  # NHFT was still agreed
    assert refusals(family) == {("decision", "nothing-to-withdraw")}


def test_a_withdrawal_for_two_needs_something_agreed_by_each(family: Hub):
    record(family, covers="Ann")

    with pytest.raises(Refused, match="Ann has nothing agreed in force .* leave Ann out") as refused:
        record(family, covers="Ann;Cat")

    assert len(refused.value.problems) == 1
    assert states(record(family, covers="Cat"))["Cat", "NHFT"] == "withdrawn"


@pytest.mark.parametrize(("day", "holds"), [(date(2026, 6, 30), True), (date(2026, 7, 1), False)])
def test_an_agreement_can_be_withdrawn_on_its_last_day_but_not_on_the_day_after(family: Hub, day: date, holds: bool):
    if holds:
        assert states(record(family, day))["Ann", "NHFT"] == "withdrawn"
    else:
        with pytest.raises(Refused, match="expired"):
            record(family, day)


def test_an_agreement_can_be_withdrawn_on_the_day_it_was_given(family: Hub):
    assert states(record(family, decided_on="2026-01-05"))["Ann", "SCHOOL"] == "withdrawn"


def test_a_refusal_in_force_is_not_repeated_but_a_young_person_may_give_their_own(family: Hub):
    refusal = {"decision": "refused", "covers": "Cat"}
    record(family, **refusal)

    assert refusals(family, **refusal) == {("decision", "already-refused")}
    assert refusals(family, **refusal, recipients="NHFT") == {("decision", "already-refused")}
    judged_able(family, "Cat")
    assert states(record(family, **refusal | {"given_by": "Cat"}))["Cat", "NHFT"] == "refused"


def test_a_refusal_is_new_again_once_something_was_agreed(family: Hub):
    for decision in ("refused", "agreed", "refused"):
        record(family, **AGREED | {"decision": decision})


def test_a_correction_is_judged_without_the_row_that_it_corrects(family: Hub):
    """Ann had withdrawn for SCHOOL only; that everyone was meant had been written down by mistake."""
    wrong = record(family)

    right = record(family, recipients="SCHOOL", supersedes=wrong.agreement)

    assert states(right) == {("Ann", "SCHOOL"): "withdrawn"}
    listed = {(s.person, s.recipient): s.state for s in agreements.listed(family, "F1", DAY)["states"]}
    assert listed["Ann", "NHFT"] == "agreed"
    assert refusals(family, supersedes=wrong.agreement) == {("supersedes", "already-superseded")}


def test_a_change_of_mind_leaves_the_earlier_decision_in_force_until_then(family: Hub):
    record(family, supersedes="A1", covers="Ann;Cat")

    held = agreements.listed(family, "F1", DAY - timedelta(days=1))
    assert {state.state for state in held["states"]} == {"agreed"}
    assert {row["agreement"]: row["superseded_by"] is None for row in held["decisions"]} == {"A1": False}


def test_a_decision_that_takes_its_own_place_or_anothers_in_a_ring_is_not_said_to_replace_one(family: Hub, tmp_path):
    """P5: the list and the receipt say what the audit reads, where no decision took another's place."""
    load(family, agreements="agreement | given_by | covers\nA2 | Ann | Ann\nA3 | Ann | Ann")
    supersede(family, "agreements", A1="A1", A2="A3", A3="A2")

    held = agreements.listed(family, "F1", DAY)
    written = receipt.make(family, "A2", "Ann", By("tester", None, DAY), tmp_path)

    assert {row["agreement"]: row["superseded_by"] for row in held["decisions"]} == dict.fromkeys(("A1", "A2", "A3"))
    assert '"superseded_by": null' in Path(written.receipt).read_text("utf-8")


def test_a_decision_takes_the_place_of_none_that_was_recorded_after_it(family: Hub):
    """P5: it would be judged as replacing nothing, without a word."""
    behind(family, "agreements", "UPDATE agreements SET recorded_at = '2126-01-05 09:00:00.000000'")

    assert refusals(family, supersedes="A1") == {("supersedes", "recorded-later")}


@pytest.mark.parametrize(
    ("given", "warning"),
    [
        ({"notice_version": "2019-x"}, "Notice version 2019-x is not registered; there are 2025-04, 2026-04."),
        ({"exclusions": "support_needs"}, "support_needs is both agreed and excluded: the exclusion wins."),
        ({"covers": "Ann;Dan"}, "Dan is old enough to decide for themselves; ask them too."),
        (
            {"given_by": "Eve", "covers": "Cat"},
            "Eve is not recorded as a parent or carer; confirm that they may decide for a child.",
        ),
    ],
)
def test_what_may_be_right_is_recorded_with_a_warning(family: Hub, given: dict, warning: str):
    assert record(family, **AGREED | given).warnings == [warning]


def test_nobody_decides_after_their_death_or_for_somebody_of_age(family: Hub):
    load(
        family,
        people="""
        person | family | role         | died_on    | date_of_birth
        Fay    | F1     | parent_carer | 2026-01-31 |
        Gus    | F1     | child        | 2026-01-31 |
        Hal    | F1     | child        |            | 2008-02-01
        Ida    | F1     | child        |            | 2008-02-02
    """,
    )

    assert refusals(family, **AGREED | {"given_by": "Fay", "covers": "Cat"}) == {("given_by", "after-death")}
    assert refusals(family, **AGREED | {"covers": "Ann;Gus"}) == {("covers", "after-death")}
    assert refusals(family, **AGREED | {"covers": "Ann;Hal"}) == {("covers", "of-age")}
    assert record(family, **AGREED | {"covers": "Ann;Gus", "decided_on": "2026-01-31"})
    assert record(family, **AGREED | {"covers": "Ann;Ida"})
    assert record(family, **AGREED | {"given_by": "Hal", "covers": "Hal"})


def test_a_child_who_was_judged_able_decides_alone_from_that_day_on(family: Hub):
    own = AGREED | {"given_by": "Cat", "covers": "Cat"}
    words = ("agreement", "competence", "--family", "F1", "--person", "Cat", "--judged-by", "W1", "--on", "2026-02-01")

    assert returns.command(family, *words).exit_code == returns.command(family, *words, "--reason", "-").exit_code == 2
    assert refusals(family, **own) == {("given_by", "too-young")}
    done = returns.command(family, *words, "--reason", "Explained it in her own words")
    assert done.stdout == "Cat can decide alone from 1 February 2026 on, as W1 judged.\n"

    assert record(family, **own)
    assert refusals(family, **own | {"decided_on": "2026-01-31"}) == {("given_by", "too-young")}
    assert findings(family, "lifetimes", "2026-02-01") == set()
    assert returns.command(family, *words, "--reason", "Again").exit_code == 3


@pytest.mark.parametrize(
    ("given", "stands", "warned"),
    [
        ({"recipients": "NHFT"}, "not_named", ["SCHOOL"]),
        ({"recipients": "NHFT;SCHOOL"}, "agreed", []),
        ({"recipients": "NHFT", "supersedes_as": "correction"}, "not_named", []),
    ],
)
def test_what_a_renewal_leaves_out_ends_with_it_and_its_recorder_is_told(family: Hub, given, stands, warned):
    done = record(family, **AGREED | {"covers": "Ann;Cat", "supersedes": "A1"} | given)

    held = {(s.person, s.recipient): s.state for s in agreements.listed(family, "F1", DAY)["states"]}
    assert held["Ann", "SCHOOL"] == stands
    said = "A1 stood until 1 February 2026: what it said of {} ends with it; record that too if it still holds."
    assert done.warnings == [said.format(one) for one in warned]
    before = agreements.listed(family, "F1", DAY - timedelta(days=1))["states"]
    renewed = "supersedes_as" not in given
    assert ({s.state for s in before if s.recipient == "SCHOOL"} == {"agreed"}) is renewed


def test_a_decision_cannot_be_of_tomorrow_whatever_day_is_asked_about(family: Hub):
    ahead = date.today() + timedelta(days=7)  # noqa: DTZ011 (the user's day)

    assert ("decided_on", "future-decision") in refusals(family, as_at=ahead)


def test_bad_values_are_told_as_intake_tells_them_all_at_once(family: Hub):
    with pytest.raises(BadParameter) as wrong:
        record(family, decision="perhaps", decided_on="30/02/2026", categories="secrets", purpose="")

    said = str(wrong.value)
    assert "--decision: 'perhaps' is not a decision; allowed are agreed, refused" in said
    assert "--decided-on: '30/02/2026' is not a day" in said and "--categories: 'secrets'" in said
    assert "--purpose: purpose is empty" in said


def test_a_family_that_the_hub_does_not_have_is_wrong_use(family: Hub):
    for ask in (lambda: record(family, family="F9"), lambda: agreements.listed(family, "F9", DAY)):
        with pytest.raises(BadParameter, match="the hub has no family 'F9'"):
            ask()


COMMAND = ("agreement", "record", "--family", "F1", "--given-by", "Ann", "--covers", "Ann", "--purpose", "hub_working",
           "--taken-by", "W1", "--notice-version", "2025-04", "--as-at", "2026-02-01", "--decision")  # fmt: skip


def test_the_command_answers_in_json_and_with_the_contracts_exit_codes(family: Hub):
    done = returns.command(family, *COMMAND, "withdrawn", "--recipients", "NHFT", "--json")

    said = json.loads(done.stdout)
    assert done.exit_code == 0
    assert list(said) == ["agreement", "family", "decision", "as_at", "states", "warnings"]
    assert said["states"] == [
        {
            "person": "Ann",
            "purpose": "hub_working",
            "recipient": "NHFT",
            "state": "withdrawn",
            "agreement": said["agreement"],
        }
    ]
    again = returns.command(family, *COMMAND, "withdrawn", "--recipients", "NHFT", "--json")
    assert again.exit_code == 3
    assert [problem["code"] for problem in json.loads(again.stdout)["problems"]] == ["nothing-to-withdraw"]
    assert returns.command(family, *COMMAND, "perhaps").exit_code == 2


def test_the_command_says_days_in_words_and_points_to_the_recall(family: Hub):
    said = returns.command(family, *COMMAND, "withdrawn").stdout

    assert "As at 1 February 2026:" in said and "Ann, hub_working, everyone else: withdrawn (A" in said
    assert "`hubdata recall --family F1`" in said and "Made" not in said


def test_the_list_has_every_decision_and_what_holds(family: Hub):
    returns.command(family, *COMMAND, "refused", "--agreement", "A2")

    said = json.loads(returns.command(family, "agreement", "list", "--family", "F1", "--json").stdout)
    told = returns.command(family, "agreement", "list", "--family", "F1", "--as-at", "2026-01-31").stdout

    assert [row["agreement"] for row in said["decisions"]] == ["A1", "A2"]
    assert {"agreement", "covers", "decision", "decided_on", "superseded_by"} <= set(said["decisions"][0])
    assert "A2" not in told and "Cat, hub_working, NHFT: agreed, in force (A1)" in told
