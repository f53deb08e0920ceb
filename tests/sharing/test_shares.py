"""Advice before a share is the rule's own verdict in plain words, and recording a share is never held back."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from hubdata.desk.main import app, behind, spread
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records.snapshot import take as snapshots
from hubdata.records.time import jumps
from hubdata.rules.findings import list_findings
from hubdata.sharing import shares
from tests.support import ascii
from tests.support.clock import Clock

# ruff: noqa: E501
DAY = date(2026, 4, 2)
BY = By("officer", None, DAY)
AGREED = """
 agreement | family | given_by | covers | decision | purpose     | recipients | categories                  | decided_on | expires_on
 A1        | F1     | P1       | P1;P2  | agreed   | hub_working | SCH        | support_needs;lead_worker   | 2026-03-01 | 2026-06-30
"""
PARTNERS = """
 organisation | kind    | sharing_agreement_from
 SCH          | partner | 2020-01-01
 GP           | partner | 2020-01-01
"""
PEOPLE = """
 person | family
 P1     | F1
 P2     | F1
 P3     | F1
"""


@pytest.fixture
def told(hub):
    ascii.load(hub, agreements=AGREED, organisations=PARTNERS, people=PEOPLE)
    return hub


def ask(hub, on="2026-04-01", about=("P1",), to="SCH", categories=("support_needs",), **more):
    return shares.check(
        hub, shares.Question("F1", list(about), to, list(categories), "hub_working", date.fromisoformat(on), **more)
    )


def test_the_answer_is_the_rules(told):
    for asked, allowed, codes in (
        ({}, True, []),
        ({"on": "2026-03-01"}, True, []),
        ({"on": "2026-02-28"}, False, ["SH01"]),
        ({"on": "2026-06-30"}, True, []),
        ({"on": "2026-07-01"}, False, ["SH04"]),
        ({"to": "GP"}, False, ["SH05"]),
        ({"categories": ("support_needs", "goals_progress")}, False, ["SH06"]),
        ({"about": ("P1", "P3")}, False, ["SH07"]),
        ({"route": "additional_support"}, False, ["SH10"]),
        ({"route": "additional_support", "discussed_on": date(2026, 4, 1)}, True, []),
        ({"route": "without_agreement"}, None, []),
    ):
        advice = ask(told, **asked)
        assert (advice.allowed, advice.codes) == (allowed, codes), asked


def test_the_answer_says_which_decision_of_which_day(told):
    assert ask(told).reasons == [
        "P1: yes, covered by decision A1 (agreed) of 1 March 2026, which holds until 30 June 2026."
    ]


def test_the_answer_says_what_to_leave_out(told):
    assert (
        "Leave out goals_progress: not agreed for P1."
        in ask(told, categories=("support_needs", "goals_progress")).reasons
    )
    assert "Leave out what is about P3, or ask them." in ask(told, about=("P1", "P3")).reasons


def test_one_question_leaves_nothing_behind_for_the_next(told):
    assert ask(told, to="GP").codes == ["SH05"]
    assert ask(told).codes == []
    assert snapshots.take(told).rows["shares"] == 0


def test_a_question_about_what_the_hub_does_not_know_names_every_part(told):
    with pytest.raises(
        BadParameter, match="no family 'F9'; the hub has no organisation 'X'; the hub has no person 'P9'"
    ):
        shares.check(told, shares.Question("F9", ["P9"], "X", ["lead_worker"], "hub_working", date(2026, 4, 1)))


def test_a_person_of_another_family_is_never_asked_about_or_recorded(staffed):
    ascii.load(staffed, people=" person | family\n P7 | F7")
    why = "P7 is not of family F1: ask and record under the family whose record has this person"
    with pytest.raises(BadParameter, match=why):
        ask(staffed, about=("P1", "P7"))
    with pytest.raises(Refused, match=why):
        shares.record(staffed, share(route="within_hub", about="P1;P7"), BY)
    withheld = share(about="P1;P7", reason="not needed", decided_on="2026-04-01")
    del withheld["shared_on"]
    with pytest.raises(Refused, match=why):
        shares.withhold(staffed, withheld, BY)
    assert snapshots.take(staffed).rows["shares"] == snapshots.take(staffed).rows["withheld"] == 0


def test_an_agreement_of_a_parent_says_that_the_child_came_of_age(told):
    ascii.load(told, people=" person | family | date_of_birth\n P2 | F1 | 2008-04-02")
    said = "P2 came of age on 2 April 2026, and the decision is another's: ask them too."

    assert said not in ask(told, on="2026-04-01", about=("P1", "P2")).reasons
    assert said in ask(told, on="2026-04-02", about=("P1", "P2")).reasons


REFUSED_ELSEWHERE = """
 agreement | family | given_by | covers | decision | purpose     | recipients | categories | decided_on
 A7        | F7     | P7       | P1;P7  | refused  | hub_working |            |            | 2026-03-02
"""


def test_the_answer_before_a_share_is_the_finding_after_it(staffed):
    """The father refused for the child too; his decision stands in the record of his own family."""
    ascii.load(staffed, people=" person | family\n P7 | F7", agreements=REFUSED_ELSEWHERE)
    made = {"route": "within_hub", "purpose": "hub_working", "categories": "support_needs"}

    advice = ask(staffed)
    recorded = shares.record(staffed, share(**made), BY)

    assert (advice.allowed, advice.codes) == (False, ["SH02"])
    assert "A7 (refused) of 2 March 2026" in advice.reasons[0]
    assert [found.code for found in shares.judged(staffed, "F1", recorded, DAY)] == ["SH02"]
    (found,) = list_findings(snapshots.take(staffed), DAY, ("sharing",))
    assert (found.code, found.subject) == ("SH02", recorded)


def share(**more):
    return {
        "family": "F1",
        "about": "P1",
        "from_organisation": "GP",
        "to_organisation": "SCH",
        "purpose": "safeguarding",
        "categories": "risk_to_person",
        "shared_on": "2026-04-01",
        "decided_by": "W1",
        **more,
    }


@pytest.fixture
def staffed(told):
    ascii.load(told, practitioners=" practitioner\n W1")
    return told


def test_a_share_without_agreement_is_recorded_first_and_shows_what_it_lacks(staffed):
    made = shares.record(staffed, share(route="without_agreement"), By("officer", None, DAY), date(2026, 5, 1))
    (found,) = shares.judged(staffed, "F1", made, date(2026, 4, 2))
    assert (found.code, found.subject) == ("SH11", made)


def test_a_correction_that_gives_the_reason_settles_it(staffed):
    made = shares.record(staffed, share(route="without_agreement"), By("officer", None, DAY))
    more = {"reason": "a child was at risk", "risk_to": "P2", "told_family": "yes", "supersedes": made}
    later = shares.record(staffed, share(route="without_agreement", **more), By("officer", "justified", DAY))
    assert (
        shares.judged(staffed, "F1", made, date(2026, 4, 2))
        == shares.judged(staffed, "F1", later, date(2026, 4, 2))
        == []
    )


def test_a_recorded_share_is_checked_as_intake_checks_it(staffed):
    with pytest.raises(BadParameter, match="categories: 'gossip' is not one of.*route: 'by pigeon' is not a route"):
        shares.record(staffed, share(route="by pigeon", categories="gossip"), By("officer", None, DAY))
    with pytest.raises(Refused, match="'P9' is in no row of people"):
        shares.record(staffed, share(route="without_agreement", about="P9"), By("officer", None, DAY))
    assert snapshots.take(staffed).rows["shares"] == 0


def test_a_decision_not_to_share_is_recorded_too(staffed):
    given = {k: v for k, v in share(reason="not needed").items() if k != "shared_on"} | {"decided_on": "2026-04-01"}
    withheld = shares.withhold(staffed, given, By("officer", None, DAY))
    with staffed.read() as connection:
        assert connection.exec_driver_sql("SELECT withheld FROM withheld").scalar_one() == withheld


def test_the_command_answers_in_the_contracts_words(told):
    words = [
        "share",
        "check",
        "--family",
        "F1",
        "--about",
        "P1;P2",
        "--to",
        "SCH",
        "--category",
        "lead_worker",
        "--purpose",
        "hub_working",
        "--on",
        "01/04/2026",
        "--json",
        "--home",
        str(told.home),
        "--url",
        told.url,
    ]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert (answer["allowed"], answer["codes"], len(answer["reasons"])) == (True, [], 2)


def test_several_values_may_follow_one_option():
    assert spread(["--about", "P1", "P2", "--to", "SCH", "--category", "a"]) == [
        "--about",
        "P1",
        "--about",
        "P2",
        "--to",
        "SCH",
        "--category",
        "a",
    ]


def test_common_options_may_stand_before_the_command():
    assert behind(["--json", "--home", "h", "findings", "--rules", "leads"]) == [
        "findings",
        "--rules",
        "leads",
        "--json",
        "--home",
        "h",
    ]
    assert behind(["findings", "--json"]) == ["findings", "--json"]


@pytest.mark.parametrize("days", [3 * 365, -40])
def test_a_share_is_recorded_on_any_clock_and_the_clock_is_named(staffed, monkeypatch, days):
    """Safeguarding is never blocked (law 7)."""
    clock = Clock(monkeypatch)
    clock.stands(days=days)
    made = shares.record(staffed, share(route="without_agreement"), By("officer", None, DAY))

    with staffed.read() as connection:
        assert made and len(jumps.found(connection).jumps) == 1
