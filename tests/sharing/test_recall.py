"""Who holds what about a family, why it is recalled, and who has answered; by reference only."""

import json
from datetime import date

import pytest
from sqlalchemy import text

from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records.coverage.erasing import erasing
from hubdata.records.store import Hub
from hubdata.sharing import recall
from tests.support import returns
from tests.support.ascii import load

DAY = date(2026, 3, 1)


@pytest.fixture
def family(hub: Hub) -> Hub:
    """Ann agreed for herself and Cat; by March she has withdrawn for SCHOOL, and a share with HOUSING was corrected."""
    load(
        hub,
        organisations="""
        organisation | name       | retention_policy           | rights_contact
        SCHOOL       | The School | https://example.org/school |
    """,
        people="""
        person | family | role
        Ann    | F1     | parent_carer
        Cat    | F1     | child
        Zoe    | F2     | parent_carer
    """,
        agreements="""
        agreement | given_by | covers  | decision  | decided_on | recipients          | recorded_at
        A1        | Ann      | Ann;Cat | agreed    | 2026-01-05 | NHFT;SCHOOL;HOUSING | 2026-01-05T09:00:00Z
        A2        | Ann      | Ann;Cat | withdrawn | 2026-02-10 | SCHOOL              | 2026-02-10T09:00:00Z
    """,
        shares="""
        share | about   | to_organisation | route             | shared_on  | categories      | agreement | supersedes
        S1    | Ann     | NHFT            | within_hub        | 2026-01-15 | support_needs   | A1        |
        S2    | Ann;Cat | NHFT            | within_hub        | 2026-01-20 | contact_details |           |
        S3    | Cat     | SCHOOL          | within_hub        | 2026-01-21 | support_needs   |           |
        S4    | Ann     | HOUSING         | within_hub        | 2026-01-22 | support_needs   |           |
        S5    | Ann     | NHFT            | within_hub        | 2026-01-23 | support_needs   |           | S4
        S6    | Cat     | POLICE          | without_agreement | 2026-01-24 | risk_to_person  |           |
    """,
    )
    return hub


def held(hub: Hub, as_at: date = DAY) -> dict[str, recall.Holding]:
    """What each organisation holds of F1."""
    return {holding.organisation: holding for holding in recall.holders(hub, "F1", as_at)}


def ask(hub: Hub, organisation: str, because: str, as_at: date = DAY) -> str:
    return recall.ask(hub, "F1", organisation, because, By("tester", None, as_at))


def acknowledge(hub: Hub, organisation: str, as_at: date = DAY) -> int:
    return recall.acknowledge(hub, "F1", organisation, By("tester", None, as_at))


def test_everyone_who_was_told_is_listed_with_what_since_when_and_under_which_agreement(family: Hub):
    nhft = held(family)["NHFT"]

    assert (nhft.categories, nhft.people) == (["contact_details", "support_needs"], 2)
    assert (nhft.first_shared_on, nhft.last_shared_on) == (date(2026, 1, 15), date(2026, 1, 23))
    assert (nhft.agreements, nhft.shares) == (["A1"], ["S1", "S2", "S5"])
    assert (nhft.state, nhft.recall_because) == ("agreed", [])


def test_a_withdrawal_a_correction_and_no_agreement_are_told_apart(family: Hub):
    found = {name: (holding.state, holding.recall_because) for name, holding in held(family).items()}

    assert found == {
        "NHFT": ("agreed", []),
        "SCHOOL": ("withdrawn", ["withdrawal"]),
        "HOUSING": ("agreed", ["correction"]),
        "POLICE": ("without_agreement", []),
    }


def test_a_corrected_share_had_still_gone_out(family: Hub):
    assert held(family)["HOUSING"].shares == ["S4"]


@pytest.mark.parametrize(
    ("as_at", "state"),
    [(date(2026, 2, 9), "agreed"), (date(2026, 2, 10), "withdrawn"), (date(2026, 2, 11), "withdrawn")],
)
def test_the_state_is_that_of_the_day_asked_about(family: Hub, as_at: date, state: str):
    assert held(family, as_at)["SCHOOL"].state == state


def test_nobody_holds_anything_before_it_was_shared(family: Hub):
    assert set(held(family, date(2026, 1, 14))) == set()
    assert set(held(family, date(2026, 1, 15))) == {"NHFT"}
    assert recall.lines([], "F1", DAY) == ["Nobody was given details of family F1 by 1 March 2026."]


def test_an_expired_and_a_refused_agreement(hub: Hub):
    load(
        hub,
        agreements="""
        decision | decided_on | expires_on | recipients | recorded_at
        agreed   | 2026-01-05 | 2026-01-31 | NHFT       | 2026-01-05T09:00:00Z
        agreed   | 2026-01-05 |            | SCHOOL     | 2026-01-05T09:00:00Z
        refused  | 2026-01-20 |            | SCHOOL     | 2026-01-20T09:00:00Z
    """,
        shares="""
        share | to_organisation
        S1    | NHFT
        S2    | SCHOOL
    """,
    )

    found = {name: (holding.state, holding.recall_because) for name, holding in held(hub).items()}
    assert found == {"NHFT": ("expired", []), "SCHOOL": ("refused", ["withdrawal"])}


def test_what_is_asked_and_answered_is_followed_with_the_days_waiting(family: Hub):
    ask(family, "SCHOOL", "withdrawal", date(2026, 2, 20))

    waiting = held(family)["SCHOOL"]
    assert (waiting.asked_on, waiting.acknowledged_on, waiting.days_waiting) == (date(2026, 2, 20), None, 9)
    assert acknowledge(family, "SCHOOL", date(2026, 3, 5)) == 1
    answered = held(family, date(2026, 3, 5))["SCHOOL"]
    assert (answered.acknowledged_on, answered.days_waiting) == (date(2026, 3, 5), None)
    assert held(family, date(2026, 3, 4))["SCHOOL"].days_waiting == 12  # as it stood on the day before the answer
    assert held(family, date(2026, 2, 19))["SCHOOL"].asked_on is None


def test_what_happens_after_the_ask_is_to_be_asked_again(family: Hub):
    assert held(family)["SCHOOL"].to_ask == ["withdrawal"]
    ask(family, "SCHOOL", "withdrawal", date(2026, 2, 10))
    acknowledge(family, "SCHOOL", date(2026, 2, 11))
    assert held(family)["SCHOOL"].to_ask == []

    load(
        family,
        shares="""
        share | about | to_organisation | shared_on
        S7    | Ann   | SCHOOL          | 2026-02-12
    """,
    )

    assert (held(family)["SCHOOL"].to_ask, held(family)["SCHOOL"].acknowledged_on) == (
        ["withdrawal"],
        date(2026, 2, 11),
    )
    ask(family, "SCHOOL", "withdrawal", date(2026, 2, 12))
    assert (held(family)["SCHOOL"].to_ask, held(family)["SCHOOL"].days_waiting) == ([], 17)


def test_of_two_asks_the_longest_waiting_counts(family: Hub):
    load(
        family,
        shares="""
        share | about | to_organisation | shared_on  | supersedes
        S8    | Cat   | SCHOOL          | 2026-01-25 | S3
    """,
    )
    ask(family, "SCHOOL", "withdrawal", date(2026, 2, 20))
    ask(family, "SCHOOL", "correction", date(2026, 2, 25))

    waiting = held(family)["SCHOOL"]

    assert (waiting.asked_because, waiting.days_waiting) == (["correction", "withdrawal"], 9)
    assert acknowledge(family, "SCHOOL") == 2


def test_asking_again_after_an_answer_is_followed_anew(family: Hub):
    ask(family, "HOUSING", "correction", date(2026, 2, 1))
    acknowledge(family, "HOUSING", date(2026, 2, 2))

    ask(family, "HOUSING", "correction", date(2026, 2, 20))

    assert (held(family)["HOUSING"].asked_on, held(family)["HOUSING"].days_waiting) == (date(2026, 2, 20), 9)


def test_impossible_steps_are_refused_and_nothing_is_written(family: Hub):
    before = returns.state(family)
    for step, why in (
        (lambda: acknowledge(family, "SCHOOL"), "had not been asked by 1 March 2026"),
        (lambda: acknowledge(family, "NOBODY"), "had not been asked"),
        (
            lambda: ask(family, "NNC", "withdrawal"),
            "NNC holds nothing of family F1 .*; HOUSING, NHFT, POLICE, SCHOOL does",
        ),
        (lambda: ask(family, "NHFT", "withdrawal"), "nothing that NHFT holds calls for a withdrawal"),
        (lambda: ask(family, "POLICE", "correction"), "state: without agreement"),
        (lambda: ask(family, "SCHOOL", "disposal"), "family F1 is open on 1 March 2026"),
        (lambda: ask(family, "SCHOOL", "withdrawal", date(2126, 1, 1)), "lies ahead"),
        (lambda: acknowledge(family, "SCHOOL", date(2126, 1, 1)), "lies ahead"),
    ):
        with pytest.raises(Refused, match=why):
            step()
    assert returns.state(family) == before


def test_a_partner_is_not_asked_twice_nor_answers_twice(family: Hub):
    ask(family, "SCHOOL", "withdrawal")

    with pytest.raises(Refused, match="was asked on 1 March 2026 because of the withdrawal and has not answered yet"):
        ask(family, "SCHOOL", "withdrawal")
    acknowledge(family, "SCHOOL")
    with pytest.raises(Refused, match="nothing is waiting"):
        acknowledge(family, "SCHOOL")


def test_an_answer_cannot_come_before_the_question(family: Hub):
    ask(family, "SCHOOL", "withdrawal")

    with pytest.raises(Refused, match="had not been asked by 28 February 2026"):
        acknowledge(family, "SCHOOL", date(2026, 2, 28))


def test_wrong_use_says_what_is_allowed(family: Hub):
    with pytest.raises(BadParameter, match="no family 'F9'"):
        recall.holders(family, "F9", DAY)
    with pytest.raises(BadParameter, match="allowed are withdrawal, correction, disposal"):
        ask(family, "SCHOOL", "whim")


def test_a_closed_familys_partners_are_asked_because_of_its_disposal(hub: Hub):
    load(
        hub,
        families="""
        family | closed_on
        F1     | 2026-02-01
    """,
        agreements="""
        agreement
        A1
    """,
        shares="""
        share
        S1
    """,
    )

    ask(hub, "NHFT", "disposal")

    assert held(hub)["NHFT"].recall_because == ["disposal"]


def test_recalls_stand_alone_when_the_shares_are_gone(family: Hub):
    ask(family, "SCHOOL", "withdrawal", date(2026, 2, 20))
    with family.engine.begin() as connection, erasing(connection):
        connection.execute(text("DELETE FROM shares"))

    (left,) = held(family).values()

    assert (left.organisation, left.state, left.shares, left.days_waiting) == ("SCHOOL", "cannot_tell", [], 9)
    assert left.rights_contact is None and left.retention_policy == "https://example.org/school"
    assert "SCHOOL: shares no longer on record" in "\n".join(recall.lines([left], "F1", DAY))
    assert acknowledge(family, "SCHOOL") == 1


RECALL = ("recall", "--family", "F1", "--as-at", "2026-03-01")
KEYS = [
    "organisation",
    "categories",
    "people",
    "first_shared_on",
    "last_shared_on",
    "agreements",
    "shares",
    "state",
    "recall_because",
    "to_ask",
    "asked_because",
    "asked_on",
    "acknowledged_on",
    "days_waiting",
    "retention_policy",
    "rights_contact",
]


def test_the_command_lists_asks_and_takes_the_answer(family: Hub):
    asked = returns.command(family, *RECALL, "--ask", "SCHOOL", "--because", "withdrawal", "--json")
    answered = returns.command(family, *RECALL, "--acknowledge", "SCHOOL")

    said = json.loads(asked.stdout)
    assert (asked.exit_code, answered.exit_code) == (0, 0)
    assert all(list(row) == KEYS for row in said)
    assert [row["asked_on"] for row in said] == [None, None, None, "2026-03-01"]
    assert "asked on 1 March 2026 because of: withdrawal; acknowledged on 1 March 2026" in answered.stdout
    assert "HOUSING: since 22 January 2026, under A1; now agreed, in force" in answered.stdout
    assert "Made" not in asked.output + answered.output


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--ask", "SCHOOL"), 2),
        (("--because", "withdrawal"), 2),
        (("--ask", "SCHOOL", "--because", "withdrawal", "--acknowledge", "SCHOOL"), 2),
        (("--ask", "SCHOOL", "--because", "whim"), 2),
        (("--acknowledge", "SCHOOL"), 3),
        (("--ask", "NHFT", "--because", "withdrawal"), 3),
    ],
)
def test_the_command_ends_with_the_contracts_exit_codes(family: Hub, more: tuple, code: int):
    assert returns.command(family, *RECALL, *more).exit_code == code
