"""What is true of an answer: no copy before it is made, nobody asks after their death, and what a refusal must say."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from hubdata.errors import Refused
from hubdata.moments import By
from hubdata.records.store import Hub
from hubdata.retention import holds
from hubdata.rights import register, words
from hubdata.rights.register import Event, NewRequest
from hubdata.terms import HoldCode
from tests.rights.test_copy import ask, filled, items, make, withhold_all
from tests.support import returns

TODAY = date.today()  # noqa: DTZ011 (what is recorded must not lie ahead)
EARLIER = TODAY - timedelta(days=9)


@pytest.fixture
def family(sqlite_hub: Hub) -> Hub:
    return filled(sqlite_hub)


def step(hub: Hub, request: str, what: str, on: date = TODAY, noun: str = "rights", **more):
    return register.event(hub, request, Event("", what, on, **more), By("officer", None, TODAY), noun)


def died(hub: Hub, person: str, on: date) -> None:
    with hub.engine.begin() as connection:
        connection.execute(text("UPDATE people SET died_on = :on WHERE person = :person"), {"on": on, "person": person})


def test_an_access_request_is_answered_by_a_copy_that_was_made_by_then(family: Hub):
    request = ask(family, came=EARLIER)
    for reason in (None, "N/A", " - "):
        with pytest.raises(Refused, match="no whole copy of it was made. Make it with `hubdata rights pack --request"):
            step(family, request, "responded", reason=reason)
    make(family, request)  # a draft is none
    with pytest.raises(Refused, match="no whole copy"):
        step(family, request, "responded")
    withhold_all(family, request)
    make(family, request)
    with pytest.raises(Refused, match="its first whole copy was made on"):
        step(family, request, "responded", TODAY - timedelta(days=1))

    assert step(family, request, "responded").outcome == "responded"


def test_an_answer_in_another_way_is_recorded_with_the_way_and_other_rights_need_no_copy(family: Hub):
    assert step(family, ask(family), "responded", reason="read out at the hub").outcome == "responded"
    erasure = register.log(family, NewRequest("F1", "erasure", TODAY, "P1"), By("officer", None, TODAY)).request
    assert step(family, erasure, "responded").outcome == "responded"


def test_nothing_says_that_an_answered_request_is_open(family: Hub):
    request = ask(family)
    complaint = register.log(family, NewRequest("F1", "complaint", TODAY), By("officer", None, TODAY)).request
    second = ask(family)
    step(family, request, "responded", reason="read out at the hub")
    step(family, complaint, "acknowledged", noun="complaint")
    step(family, complaint, "closed", noun="complaint")

    told = [row[3] for row in returns.rows(family, "holds")]
    told += [HoldCode.ACCESS_REQUEST.label, HoldCode.COMPLAINT.label]
    told += words.lines(register.listed(family, TODAY, False) + register.listed(family, TODAY, True), TODAY)
    told += words.logged(
        next(one for one in register.listed(family, TODAY, False) if one.request == second), family.policy
    )

    assert [line for line in told if "is open" in line] == []
    assert [hold.request for hold in holds.held(family, TODAY) if hold.request] == [second]


def test_an_acknowledged_complaint_says_so_and_how_the_person_was_last_told(family: Hub):
    complaint = register.log(family, NewRequest("F1", "complaint", EARLIER), By("officer", None, TODAY)).request
    step(family, complaint, "acknowledged", EARLIER, noun="complaint")
    done = returns.command(
        family, "complaint", "progress", "--complaint", complaint, "--reason", "we wait for the Trust"
    )

    [one] = register.listed(family, TODAY, True)

    assert done.exit_code == 0 and one.progress_on == TODAY and one.outcome == "open"
    [line, *_] = words.lines([one], TODAY)
    assert f"Acknowledged on {words.words(EARLIER)}; its outcome is still to be told; the person was last told" in line
    assert (
        returns.command(family, "rights", "event", "--request", ask(family), "--what", "progress_told").exit_code == 3
    )


@pytest.mark.parametrize(("person", "asked_by"), [("P1", None), ("B2", "P1"), ("P1", "B2")])
def test_nobody_asks_after_their_death_and_nobodys_copy_is_asked_for_then(family: Hub, person, asked_by):
    died(family, "P1", EARLIER)

    with pytest.raises(Refused, match="P1 died on .* data rights are of the living"):
        ask(family, person, asked_by=asked_by)

    assert returns.rows(family, "requests") == [] == returns.rows(family, "holds")
    assert ask(family, person, came=EARLIER, asked_by=asked_by)  # on the day itself it can be true


def test_a_request_is_not_moved_to_a_day_after_the_death(family: Hub):
    request = ask(family, came=EARLIER)
    died(family, "P1", EARLIER)
    [first] = [row[0] for row in returns.rows(family, "request_events")]

    with pytest.raises(Refused, match="data rights are of the living"):
        step(family, request, "received", TODAY, supersedes=first)


def test_of_somebody_who_died_after_asking_no_copy_is_made_and_the_register_says_so(family: Hub):
    request = ask(family, came=EARLIER)
    died(family, "P1", TODAY)

    with pytest.raises(Refused, match="P1 died on .*record withdrawn or refused"):
        items(family, request)

    [one] = register.listed(family, TODAY, False)
    assert [note for note in one.notes if note.startswith("P1 died on")]
    assert step(family, request, "refused", exemption="right_does_not_apply").notes == []


@pytest.mark.parametrize(
    ("on", "to_the_council"), [(date(2026, 6, 18), False), (date(2026, 6, 19), True), (TODAY, True)]
)
def test_a_refusal_says_why_and_where_to_complain_as_the_law_of_its_day_asks(family: Hub, on, to_the_council):
    """From 19 June 2026 also to the council itself (Article 12(4), section 164A)."""
    request = ask(family, came=on)
    made = step(family, request, "refused", on, exemption="manifestly_unfounded")

    assert made.must_say[0].startswith("We do not do what you asked") and "Article 12(5)" in made.must_say[0]
    assert ("you can complain to us, the council" in made.must_say[1]) == to_the_council
    assert "the regulator" in made.must_say[1] and "a court" in made.must_say[1]
    assert "Information Commissioner's Office" in made.must_say[3]
    assert [line for line in words.stepped(made, "refused") if line.startswith("  Tell the person: ")] != []


def test_what_is_no_refusal_must_say_nothing(family: Hub):
    assert step(family, ask(family), "withdrawn").must_say == []


@pytest.mark.parametrize(("on", "to_the_council"), [(date(2026, 6, 18), False), (date(2026, 6, 19), True)])
def test_a_copy_and_what_it_leaves_out_say_where_to_complain(family: Hub, on, to_the_council):
    request = ask(family, came=on)
    withhold_all(family, request)
    made = make(family, request, on)
    page, said = (Path(path).read_text("utf-8") for path in (made.page, made.data))

    assert ("you can complain to us, the council" in page) == to_the_council
    assert page.count("complain to the regulator") == 2  # beside the rights, and beside what was left out
    assert set(json.loads(said)["must_say"]) == {"copy", "refusal"}


def test_an_erasure_request_is_weighed_by_the_grounds_of_the_law(family: Hub):
    made = register.log(family, NewRequest("F1", "erasure", TODAY, "P1"), By("officer", None, TODAY))

    told = "\n".join(words.logged(made, family.policy))

    assert "Article 17(1)(a)" in told and "Article 17(1)(g), if in force" in told
