"""The register of data rights: steps that cannot be are refused, and an open request keeps the family's record."""

import json
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from hubdata import terms
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.coverage.erasing import erasing
from hubdata.records.ledger import Act
from hubdata.retention import holds as retention_holds
from hubdata.rights import register
from hubdata.rights.register import Event, NewRequest
from hubdata.rules import course
from hubdata.terms import RequestKind, RequestStep
from tests.support import returns

CAME, TODAY = date(2026, 11, 3), date(2026, 11, 22)


@pytest.fixture
def filled(hub, tmp_path):
    returns.apply(hub, tmp_path / "return")
    return hub


def log(hub, kind="access", family="F1", person="P1", came=CAME, **more):
    return register.log(hub, NewRequest(family, kind, came, person, **more), By("officer", None, TODAY))


def step(hub, request, what, on=TODAY, reason="because", noun="rights", **more):
    return register.event(hub, request, Event("", what, on, reason, **more), By("officer", None, TODAY), noun)


def holds(hub):
    return {row[0]: (row[2], row[7]) for row in returns.rows(hub, "holds")}


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("access", "access_request"),
        ("portability", "access_request"),
        ("restriction", "restriction"),
        ("complaint", "complaint"),
        ("rectification", None),
        ("erasure", None),
        ("objection", None),
    ],
)
def test_a_request_places_the_hold_that_its_kind_needs(filled, kind, code):
    made = log(filled, kind)

    assert [row[:6] for row in returns.rows(filled, "holds")] == (
        []
        if code is None
        else [(made.holds[0], "F1", code, returns.rows(filled, "holds")[0][3], register.AUTHORITY[code], CAME)]
    )


def test_the_hold_says_which_request_why_and_until_when(filled):
    made = log(filled)

    [held] = retention_holds.held(filled, TODAY)
    assert (held.request, held.missing, held.review_on) == (made.request, [], date(2026, 12, 3))
    assert returns.rows(filled, "holds")[0][3] == f"access request {made.request}, received on 3 November 2026"


def test_the_hold_and_the_request_are_written_together_or_not_at_all(filled, monkeypatch):
    before = returns.state(filled)
    monkeypatch.setitem(course.HOLD, RequestKind.ACCESS, "no such code")

    with pytest.raises((BadParameter, KeyError)):
        log(filled)

    assert returns.state(filled) == before


def test_what_was_scheduled_for_disposal_is_kept_as_evidence(filled):
    made = log(filled)

    assert made.scheduled == {"due_on": date(2025, 2, 28), "rule": made.scheduled["rule"], "state": "due"}
    assert made.scheduled["rule"]
    assert log(filled, family="F2", person="P3").scheduled["state"] == "open"


@pytest.mark.parametrize(
    ("what", "more"), [("responded", {}), ("refused", {"exemption": "nothing_held"}), ("withdrawn", {})]
)
def test_what_ends_a_request_releases_its_hold_and_no_other(filled, what, more):
    first, second = log(filled), log(filled, "portability")
    other = retention_holds.place_hold(filled, "F1", "litigation", By("officer", None, CAME), None, None)

    step(filled, first.request, what, **more)

    assert holds(filled) == {
        first.holds[0]: ("access_request", TODAY),
        second.holds[0]: ("access_request", None),
        other: ("litigation", None),
    }


def test_a_granted_restriction_stays_until_an_officer_lifts_it(filled):
    made = log(filled, "restriction")

    assert step(filled, made.request, "responded").holds == made.holds
    retention_holds.release_hold(filled, made.holds[0], By("officer", "lifted", TODAY))
    assert retention_holds.held(filled, TODAY) == []


@pytest.mark.parametrize("kind", ["access", "restriction", "complaint"])
def test_the_hold_of_an_open_request_cannot_be_released_by_hand(filled, kind):
    made = log(filled, kind)
    before = returns.state(filled)

    with pytest.raises(Refused, match=f"belongs to request {made.request}, which is open.*close the request first"):
        retention_holds.release_hold(filled, made.holds[0], By("officer", None, TODAY))

    assert returns.state(filled) == before


def test_the_database_itself_keeps_the_register_of_a_held_family(filled):
    log(filled)

    for statement in (
        "DELETE FROM requests",
        "DELETE FROM request_events",
        "UPDATE requests SET family = 'F2'",
        "UPDATE request_events SET happened_on = '2020-01-01'",
        "DELETE FROM families WHERE family = 'F1'",
    ):
        with pytest.raises(DatabaseError, match="on hold|append-only"), filled.engine.begin() as connection:
            connection.execute(text(statement))


def test_an_ended_request_can_be_destroyed_with_its_family(filled):
    made = log(filled)
    step(filled, made.request, "responded")

    with filled.write(Act("tester", "tester", "a test", "spec.delete")) as connection, erasing(connection):
        connection.execute(text("DELETE FROM request_events"))
        connection.execute(text("DELETE FROM requests"))

    assert returns.count(filled, "requests") == 0


COURSES = {  # steps that may follow each other, and one that may not follow them
    "an end is an end": ("access", ["responded"], "id_requested", "nothing follows that"),
    "once": ("access", ["id_requested"], "id_requested", "is recorded already"),
    "identity first": ("access", ["id_requested"], "responded", "identity was asked for and has not come"),
    "authority first": ("access", ["authority_requested"], "responded", "authority was asked for and has not come"),
    "fee first": ("access", ["fee_requested"], "responded", "the fee was asked for and has not come"),
    "no fee unasked": ("access", [], "fee_received", "fee_requested comes first"),
    "no answer unasked": ("access", [], "clarification_received", "clarification_asked comes first"),
    "an answer to each": (
        "access",
        ["clarification_asked", "clarification_received"],
        "clarification_received",
        "clarification_asked comes first",
    ),
    "no pause of erasure": ("erasure", [], "clarification_asked", "is no step of a erasure"),
    "not a complaint": ("access", [], "acknowledged", "is no step of a access"),
    "refused for a reason": ("access", [], "refused", "refused needs the reason in law"),
    "acknowledged first": ("complaint", [], "closed", "acknowledged comes first"),
    "no extension of a complaint": ("complaint", [], "extended", "is no step of a complaint"),
    "no answer to a complaint": ("complaint", [], "responded", "is no step of a complaint"),
}


@pytest.mark.parametrize("name", COURSES)
def test_a_step_that_cannot_follow_is_refused_and_nothing_is_written(sqlite_hub, tmp_path, name):
    kind, before, then, said = COURSES[name]
    returns.apply(sqlite_hub, tmp_path / "return")
    noun = "complaint" if kind == "complaint" else "rights"
    made = log(sqlite_hub, kind)
    for what in before:
        step(sqlite_hub, made.request, what, noun=noun)
    held = returns.state(sqlite_hub)

    with pytest.raises(Refused, match=said) as refusal:
        step(sqlite_hub, made.request, then, noun=noun)

    assert refusal.value.problems
    assert returns.state(sqlite_hub) == held


def test_every_step_has_its_place_in_the_table_and_a_right_to_end():
    assert set(course.STEPS) == set(RequestStep)
    assert all(set(course.steps(kind)) & set(course.ENDS) for kind in RequestKind)
    assert all(len(terms.RequestStep(what).label) > 10 for what in RequestStep)


def test_an_extension_says_why(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "return")
    made = log(sqlite_hub)

    with pytest.raises(Refused, match="extended needs a reason"):
        step(sqlite_hub, made.request, "extended", reason=None)

    assert step(sqlite_hub, made.request, "extended").due == date(2027, 2, 3)


def test_a_late_extension_is_recorded_and_has_no_effect(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "return")
    made = log(sqlite_hub, came=date(2026, 9, 1))

    late = step(sqlite_hub, made.request, "extended", date(2026, 10, 2))

    assert (late.extension, late.due, late.status, late.days_left) == ("too_late", date(2026, 10, 1), "overdue", -52)


def test_a_step_is_placed_by_its_day_not_by_when_it_is_written_down(filled):
    made = log(filled)
    step(filled, made.request, "responded", date(2026, 11, 20))

    late = step(filled, made.request, "id_received", date(2026, 11, 10))

    assert (late.relevant_time, late.outcome) == (date(2026, 11, 10), "responded")


def test_a_wrong_day_is_corrected_by_a_step_that_supersedes(filled):
    made = log(filled)
    received = made.events[0]["event"]

    corrected = step(filled, made.request, "received", date(2026, 11, 2), supersedes=received)

    assert (corrected.received_on, corrected.due) == (date(2026, 11, 2), date(2026, 12, 2))
    assert returns.count(filled, "request_events") == 2
    with pytest.raises(Refused, match="no step of this request that stands"):
        step(filled, made.request, "received", date(2026, 11, 4), supersedes=received)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"family": "F9"}, "no family 'F9'"),
        ({"person": "P3"}, "'P3' is not of family 'F1'"),
        ({"person": None}, "the right belongs to one person"),
        ({"kind": "everything"}, "'everything' is not a data right"),
        ({"method": "smoke"}, "'smoke' is none"),
        ({"came": date(2018, 5, 24)}, "no value in force"),
    ],
)
def test_a_wrong_request_is_refused_and_nothing_is_written(sqlite_hub, tmp_path, wrong, said):
    returns.apply(sqlite_hub, tmp_path / "return")
    before = returns.state(sqlite_hub)

    with pytest.raises(BadParameter, match=said):
        log(sqlite_hub, **wrong)

    assert returns.state(sqlite_hub) == before


def test_what_lies_ahead_is_not_recorded(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "return")
    tomorrow = date.fromordinal(date.today().toordinal() + 1)  # noqa: DTZ011

    with pytest.raises(Refused, match="lies ahead"):
        log(sqlite_hub, came=tomorrow)
    with pytest.raises(Refused, match="lies ahead"):
        step(sqlite_hub, log(sqlite_hub).request, "responded", tomorrow)


def test_a_duplicate_is_linked_and_does_not_skip_the_identity_step(filled):
    first = log(filled)
    step(filled, first.request, "id_received")

    second = log(filled, came=date(2026, 11, 10))

    assert second.same_as == first.request
    assert second.holds != first.holds
    with pytest.raises(Refused, match="who asks must be confirmed for this one too"):
        step(filled, second.request, "responded")
    step(filled, second.request, "id_received")
    assert step(filled, second.request, "responded").outcome == "responded"


@pytest.mark.parametrize(("more", "ended"), [({"person": "P2"}, False), ({"kind": "erasure"}, False), ({}, True)])
def test_another_person_another_kind_or_an_ended_request_is_no_duplicate(sqlite_hub, tmp_path, more, ended):
    returns.apply(sqlite_hub, tmp_path / "return")
    first = log(sqlite_hub, came=date(2026, 11, 1))
    if ended:
        step(sqlite_hub, first.request, "responded", date(2026, 11, 2))

    assert log(sqlite_hub, **more).same_as is None


def test_one_adult_asks_for_another_with_written_authority_only(sqlite_hub, tmp_path):
    people = returns.GOOD["people"] + "P4,F1,other_adult,Otto,Namecanary,1980-01-01,\n"
    returns.apply(sqlite_hub, tmp_path / "return", people=people)
    child, adult = log(sqlite_hub, person="P2", asked_by="P1"), log(sqlite_hub, person="P4", asked_by="P1")

    assert step(sqlite_hub, child.request, "responded").outcome == "responded"
    with pytest.raises(Refused, match="one adult asks for another"):
        step(sqlite_hub, adult.request, "responded")


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("access", "applies"),
        ("rectification", "applies"),
        ("restriction", "applies"),
        ("erasure", "limited"),
        ("portability", "does_not_apply"),
        ("objection", "applies"),
    ],
)
def test_what_a_right_is_worth_follows_from_the_lawful_basis(sqlite_hub, tmp_path, kind, answer):
    returns.apply(sqlite_hub, tmp_path / "return")

    worth = {one.purpose: one.answer for one in log(sqlite_hub, kind).applies}

    assert worth["hub_working"] == answer
    assert worth["legal_duty"] == (
        "applies" if kind in ("access", "rectification", "restriction") else "does_not_apply"
    )


def test_each_partner_has_its_part_and_says_whom_to_ask(filled):
    made = log(filled)
    assert [(part.organisation, part.state, part.rights_contact) for part in made.parts] == [("NHFT", "pending", None)]

    for what in ("partner_error", "partner_suspended", "partner_complete"):
        said = step(filled, made.request, what, organisation="NHFT")

    assert [(part.state, part.since) for part in said.parts] == [("complete", TODAY)]
    with pytest.raises(Refused, match="needs the partner"):
        step(filled, made.request, "partner_complete")
    with pytest.raises(BadParameter, match="no organisation 'NOBODY'"):
        step(filled, made.request, "partner_complete", organisation="NOBODY")


def test_recipients_are_told_of_a_correction_but_not_of_a_copy(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "return")

    parts = {
        kind: [(p.organisation, p.why) for p in log(sqlite_hub, kind, "F2", "P3").parts]
        for kind in ("access", "rectification", "erasure", "restriction")
    }

    told = [("HOME", "received details")]
    assert parts == {"access": [], "rectification": told, "erasure": told, "restriction": told}


def test_a_complaint_is_acknowledged_then_closed(filled):
    made = log(filled, "complaint", person=None, came=date(2026, 10, 1))
    assert (made.alert_on, made.due, made.status) == (date(2026, 10, 30), date(2026, 11, 2), "overdue")

    said = step(filled, made.request, "acknowledged", date(2026, 10, 20), noun="complaint")
    assert (said.status, said.outcome, said.acknowledged_on) == ("answered", "open", date(2026, 10, 20))

    closed = step(filled, made.request, "closed", noun="complaint")
    assert (closed.status, closed.holds) == ("closed", [])


def test_the_register_is_read_as_it_stood_on_a_day(filled):
    made = log(filled)
    step(filled, made.request, "clarification_asked", date(2026, 11, 10))
    step(filled, made.request, "clarification_received", date(2026, 11, 17))

    def on(day):
        return [(one.status, one.due) for one in register.listed(filled, day, complaints=False)]

    assert on(date(2026, 11, 2)) == []
    assert on(date(2026, 11, 9)) == [("running", date(2026, 12, 3))]
    assert on(date(2026, 11, 12)) == [("paused", None)]
    assert on(TODAY) == [("running", date(2026, 12, 11))]


def test_every_write_is_in_the_chain_without_a_name(filled):
    made = log(filled)
    step(filled, made.request, "responded")

    with filled.read() as connection:
        entries = ledger.entries(connection, 2)
    assert [entry["action"] for entry in entries] == ["rights.event", "rights.log"]
    assert "canary" not in str(entries)


def test_the_commands_speak_of_references_only(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "return")
    words = ("--family", "F1", "--person", "P1", "--kind", "access", "--received", "2026-11-03", "--json")
    made = json.loads(returns.command(sqlite_hub, "rights", "log", *words).stdout)
    said = returns.command(
        sqlite_hub,
        *("rights", "event", "--request", made["request"], "--what", "responded", "--on", "2026-11-20"),
        *("--reason", "read out at the hub"),
    )
    complaint = json.loads(returns.command(sqlite_hub, "complaint", "log", "--family", "F1", "--json").stdout)
    for verb in ("acknowledge", "close"):
        assert returns.command(sqlite_hub, "complaint", verb, "--complaint", complaint["complaint"]).exit_code == 0
    listed = returns.command(sqlite_hub, "rights", "list")
    complaints = json.loads(returns.command(sqlite_hub, "complaint", "list", "--json").stdout)

    assert (said.exit_code, listed.exit_code) == (0, 0)
    assert [one["outcome"] for one in complaints] == ["closed"]
    assert "No step says how it was known who asks" in said.stdout
    assert "canary" not in (said.output + listed.output + str(made)).lower()


def test_the_clock_command_answers_in_the_contracts_keys(sqlite_hub):
    words = [
        "rights",
        "clock",
        "--received",
        "3/11/2026",
        "--clarification-asked",
        "2026-11-10",
        "--clarification-received",
        "2026-11-17",
        "--as-at",
        "2026-11-22",
    ]
    said = json.loads(returns.command(sqlite_hub, *words, "--json").stdout)

    assert {name: said[name] for name in ("relevant_time", "paused_days", "notice_by", "raw_due", "due", "status")} == {
        "relevant_time": "2026-11-03",
        "paused_days": 8,
        "notice_by": "2026-12-11",
        "raw_due": "2026-12-11",
        "due": "2026-12-11",
        "status": "running",
    }
    assert "To be answered by 11 December 2026." in returns.command(sqlite_hub, *words).stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--received", "2026-11-03", "--kind", "erasure", "--clarification-asked", "2026-11-10"], 2),
        (["--received", "2026-11-03", "--clarification-received", "2026-11-10"], 2),
        (["--received", "31/11/2026"], 2),
        (["--received", "9999-12-31"], 2),
        (["--received", "2026-11-03", "--kind", "everything"], 2),
        (["--received", "2035-01-05"], 3),
        (["--received", "2026-11-03"], 0),
    ],
)
def test_the_clock_command_ends_as_the_contract_says(sqlite_hub, words, code):
    assert returns.command(sqlite_hub, "rights", "clock", *words).exit_code == code
