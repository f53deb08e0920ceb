"""A case: everything about one thing in one reading order, and its next steps with the forms filled in already."""

import json
from datetime import date

import pytest

from hubdata import moments
from hubdata.desk.cases import open as opening
from hubdata.desk.cases.case import Case, Step, lines
from hubdata.desk.forms import links, locked
from hubdata.desk.forms import show as forms_show
from hubdata.desk.forms.locked import People
from hubdata.desk.forms.steps import of_page
from hubdata.desk.forms.tasks import BY_WORDS, TASKS
from hubdata.desk.forms.words import Words
from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.retention import due, review
from hubdata.rights import register
from hubdata.rights.register import NewRequest
from tests.support import returns
from tests.support.ascii import load
from tests.support.dashboards import HOSTILE

TODAY = date(2026, 11, 22)
OF_RIGHTS = ("rights letter", "rights enclose")
BY = By("officer", "a parent rang", TODAY)
OWN = """-- code: X001
-- sentence: The family has a record
-- promise: P2
-- severity: check
-- to do: Ask the lead what the family needs.
-- spec: 2026-09-30
-- given: families
--   family | hub   | opened_on
--   F1     | corby | 2026-07-01
-- finds:
--   subject
--   F1
SELECT family AS subject, 'families' AS "table", opened_on AS since, 'x' AS evidence FROM families
"""


@pytest.fixture
def filled(hub, tmp_path):
    returns.apply(hub, tmp_path / "return")
    return hub


@pytest.fixture
def desk_hub(sqlite_hub, tmp_path):
    """The hub that the environment names."""
    returns.apply(sqlite_hub, tmp_path / "return")
    return sqlite_hub


def log(hub, kind="access"):
    return register.log(hub, NewRequest("F1", kind, date(2026, 11, 3), "P1"), BY).request


def steps(case: Case) -> set[str]:
    return {step.command for step in case.steps}


@pytest.mark.parametrize(
    ("kind", "next_"),
    [
        ("access", {"rights items", "rights decide", "rights pack", "rights event", *OF_RIGHTS, "case"}),
        ("erasure", {"rights event", *OF_RIGHTS, "case"}),
        (
            "complaint",
            {f"complaint {each}" for each in ("acknowledge", "progress", "close", "letter", "enclose")} | {"case"},
        ),
    ],
)
def test_a_request_s_case_has_its_clock_its_course_and_the_steps_of_its_kind(filled, kind, next_):
    request = log(filled, kind)
    found = opening.opened(filled, {"request": request}, BY)

    facts = dict(found.facts)
    assert "by" in facts["How it stands"] and found.days == sorted(found.days, key=lambda each: each[0])
    assert found.days[0][0] == date(2026, 11, 3) and (TODAY, "Today") in found.days and found.days[-1][0] > TODAY
    assert steps(found) == next_
    assert all(request in step.given.values() or step.command == "case" for step in found.steps)
    assert len(found.done) == 1 and "a parent rang" in found.done[0]


def test_a_disposal_s_case_leads_from_the_review_to_another_person_s_approval(hub):
    load(hub, families="family | hub | opened_on | closed_on\nF1 | corby | 2015-01-01 | 2016-02-01")
    as_at = moments.today()
    token = due.preview(hub, as_at).token
    made = review.review(hub, token, [review.FamilyDecision("F1", "dispose")], By("ann", "looked", as_at))
    case = opening.opened(hub, {"disposal": made}, BY)

    assert [(step.command, step.given) for step in case.steps] == [("retention approve", {"disposal": made})]
    assert dict(case.facts)["Reviewed by"].startswith("ann")
    assert case.parts[0].said == ["Family F1"]
    review.approve(hub, made, By("ben", "agreed", as_at))
    assert steps(opening.opened(hub, {"disposal": made}, BY)) == {"retention dispose"}


def test_a_finding_s_case_has_its_evidence_and_leads_to_its_family(hub):
    load(
        hub,
        shares="share | family | about | agreement | shared_on\nS1 | F1 | P1 | | 2026-03-01",
        agreements="agreement | family | given_by | decision | decided_on\nA1 | F1 | P1 | refused | 2025-06-01",
    )
    case = opening.opened(hub, {"finding": "SH02:shares:S1"}, BY)

    assert dict(case.facts)["Family"] == "F1"
    assert case.steps[-1].given == {"family": "F1"}
    assert case.steps[0].given == {"code": "SH02", "subject": "S1", "table": "shares", "status": "in_hand"}


def test_a_family_s_case_needs_a_reason_and_then_offers_its_people_by_name(filled):
    with pytest.raises(BadParameter, match="reason"):
        opening.opened(filled, {"family": "F1"}, By("officer", None, TODAY))
    case = opening.opened(filled, {"family": "F1"}, BY)

    share = next(step for step in case.steps if step.command == "share record")
    named = {row[0]: row[3] for row in returns.rows(filled, "people") if row[1] == "F1"}
    assert share.offers["about"].keys() == named.keys()
    assert all(named[person] in said for person, said in share.offers["about"].items())
    with filled.read() as connection:
        assert ledger.said(connection, ("family.show",)) == [{"family": "F1"}]


@pytest.mark.parametrize(
    "given",
    [{}, {"family": "F1", "request": "Q1"}, {"request": "Q0"}, {"disposal": "D0"}, {"finding": "SH01"},
     {"finding": "XX:shares:S1"}, {"returned": "R0"}, {"family": "F0"}],
    ids=str,
)  # fmt: skip
def test_a_case_that_is_not_there_is_said_and_nothing_is_shown(sqlite_hub, given):
    with pytest.raises(BadParameter):
        opening.opened(sqlite_hub, given, BY)


def test_every_step_of_every_case_is_a_command_and_takes_what_it_is_given(desk_hub):
    cases = [opening.opened(desk_hub, {"request": log(desk_hub, kind)}, BY) for kind in ("access", "complaint")]
    cases += [opening.opened(desk_hub, {"family": "F1"}, BY)]

    for step in (step for case in cases for step in case.steps):
        takes = {field.name for field in BY_WORDS[step.command].fields(TODAY)}
        assert step.given.keys() <= takes, step.command
    assert "hubdata rights pack --request" in "\n".join(lines(cases[0]))


def test_a_search_leads_to_the_record_and_on_to_a_form_with_nothing_to_copy(desk_hub):
    search = forms_show.Form(BY_WORDS["family find"], lambda _form: None)
    for control in search.controls:
        control.one.value = {"reference": "F1", "reason": "a parent rang"}.get(control.field.name, control.one.value)
    search.press()
    assert [button.description for button in search.steps.buttons] == ["Open family F1"]
    record = search.steps.used  # one that was named by its reference is open

    assert record.controls == [] and "People" in record.answer.value
    share = next(button for button in record.steps.buttons if button.description == "Record a share")
    share.click()
    shown = [control.field.name for control in record.steps.used.controls]
    assert "family" not in shown and "about" in shown
    assert len(record.steps.used.controls[shown.index("about")].boxes) > 1


def test_a_name_that_one_family_has_opens_nothing_before_somebody_asks(desk_hub):
    search = forms_show.Form(BY_WORDS["family find"], lambda _form: None)
    search.fill({"name": returns.rows(desk_hub, "people")[0][3], "reason": "a parent rang"})
    search.press()

    assert search.steps.used is None and search.steps.buttons


def test_may_we_share_is_answered_and_recorded_in_one_go_and_only_the_details_are_chosen(desk_hub):
    given = of_page(links.CASE, TASKS["case"][0], {"family": "F1"})
    case = forms_show.Form(TASKS["case"][0], lambda _form: None, about=given)
    case.fill({"reason": "a parent rang"})
    case.press()
    case.steps.buttons[0].click()
    asked = case.steps.used
    boxes = {control.field.name: control.boxes for control in asked.controls}
    assert not any(box.value for box in boxes["category"].values())
    next(iter(boxes["category"].values())).value = True
    asked.press()
    recorded = asked.steps.used
    recorded.fill({"decided_by": "W1"})  # nobody leads a family whose support has ended
    before = len(returns.rows(desk_hub, "shares"))
    recorded.press()

    assert "is recorded" in recorded.answer.value and len(returns.rows(desk_hub, "shares")) == before + 1
    assert not {"family", "about", "to", "category", "purpose"} & {each.field.name for each in recorded.controls}
    assert recorded.said["share"] in case.answer.value  # the case says it at once
    assert asked.steps.used is recorded  # and what was answered stays


def test_what_was_recorded_is_as_whoever_is_signed_in_also_in_a_next_step(desk_hub, monkeypatch):
    monkeypatch.setattr(locked, "who", lambda: "Ann Officer")
    people = People(registered=True)
    log_ = forms_show.Form(BY_WORDS["complaint log"], lambda _form: None, people=people)
    log_.steps.open(Step("retention hold", "Place a hold", {"family": "F1"}))

    assert "Ann Officer" in log_.steps.used.by.value


def test_what_a_step_recorded_is_in_the_case_at_once(desk_hub):
    request = log(desk_hub, "complaint")
    given = of_page(links.CASE, TASKS["case"][0], {"complaint": request})
    case = forms_show.Form(TASKS["case"][0], lambda _form: None, about=given)
    case.begin()
    case.steps.buttons[0].click()
    case.steps.used.press()

    assert "Record the acknowledgement" not in [button.description for button in case.steps.buttons]
    assert "acknowledged" in case.answer.value.lower()


def test_a_case_s_page_is_named_by_a_reference_alone_and_says_only_words(desk_hub, monkeypatch):
    monkeypatch.setenv("QUERY_STRING", "family=F1&reason=because&name=Zebedee")
    placed = []
    monkeypatch.setattr(forms_show.show, "place", placed.append)
    forms_show.desk("case")
    form = placed[1]

    assert "hub-step" in form._dom_classes
    hostile = Case("request", HOSTILE[0], HOSTILE[0], [("What", HOSTILE[0])], [], [HOSTILE[0]], [])
    assert "<script" not in TASKS["case"][0].drawn(hostile, Words())


def test_references_in_tables_lead_to_their_cases():
    served = Words(served=True)

    assert served.cell("request", "Q1") == '<a href="/voila/render/case.ipynb?request=Q1">Q1</a>'
    assert "finding=SH01%3Ashares%3AS1" in served.subject({"code": "SH01", "table": "shares", "subject": "S1"})
    assert Words().cell("request", "Q1") == "Q1"


def test_the_command_says_the_case_too(desk_hub):
    request = log(desk_hub)
    said = json.loads(returns.command(desk_hub, "case", "--request", request, "--json").stdout)

    assert (said["kind"], said["reference"]) == ("request", request)


def test_a_finding_of_the_council_s_own_rule_has_a_case_too(hub):
    load(hub, families="family | hub | opened_on\nF1 | corby | 2026-06-01")
    (hub.home / "rules").mkdir()
    (hub.home / "rules" / "own.sql").write_text(OWN, "utf-8")

    case = opening.opened(hub, {"finding": "X001:families:F1"}, BY)
    assert dict(case.facts)["What to do"] == "Ask the lead what the family needs."
    assert case.steps[-1].given == {"family": "F1"}


def test_the_very_same_within_a_minute_is_asked_about_first(desk_hub):
    form = forms_show.Form(BY_WORDS["retention hold"], lambda _form: None)
    given = {"family": "F1", "code": "litigation", "authority": "the court"}

    said = []
    for _ in range(3):
        form.fill(given)
        form.quiet_until = 0.0
        form.press()
        said.append("less than a minute ago" in form.answer.value)
    assert said == [False, True, False]
    assert len(returns.rows(desk_hub, "holds")) == 2


def test_what_an_answer_names_is_filled_in_where_the_page_needs_it_next(desk_hub):
    log_, event = (BY_WORDS[words] for words in ("complaint log", "complaint close"))
    forms = []
    forms += [forms_show.Form(task, lambda done: forms_show._renew(forms, done), forms) for task in (log_, event)]
    forms[0].fill({"family": "F1"})
    forms[0].press()

    (complaint,) = [control.one.value for control in forms[1].controls if control.field.name == "complaint"]
    assert complaint == returns.rows(desk_hub, "requests")[0][0]


def test_the_worklist_is_grouped_by_rule_and_leads_to_several_at_once(desk_hub):
    page = forms_show.Form(BY_WORDS["worklist list"], lambda _form: None)
    page.press()
    shares = next(button for button in page.steps.buttons if button.description.startswith("SH"))
    code = shares.description.split(":")[0]
    assert f"{code}: " in page.answer.value and "Whose it is" in page.answer.value

    shares.click()
    rule = page.steps.used
    (_, give) = rule.steps.buttons
    give.click()
    form = rule.steps.used
    boxes = next(control.boxes for control in form.controls if control.field.name == "subject")
    for box in boxes.values():
        box.value = True
    next(control for control in form.controls if control.field.name == "assignee").one.value = "Ivy"
    form.press()

    assert {one.subject: one.assigned_to for one in rule.said} == dict.fromkeys(boxes, "Ivy")
    assert "Ivy" in rule.answer.value


def press(form, **given):
    """Fill in a form and press its button; the form itself."""
    for control in form.controls:
        if control.field.name in given:
            control.one.value = given[control.field.name]
    form.quiet_until = 0.0
    form.press()
    return form


def opened(form, label: str):
    """The form of a next step."""
    next(button for button in form.steps.buttons if button.description.startswith(label)).click()
    return form.steps.used


def case_of(kind: str, reference: str):
    task = TASKS["case"][0]
    made = forms_show.Form(task, lambda _form: None, about=of_page(links.CASE, task, {kind: reference}))
    made.begin()
    return made


@pytest.mark.parametrize(("kind", "group"), [("access", "request"), ("complaint", "complaint")])
def test_a_letter_goes_from_its_case_to_the_envelope_and_no_reference_is_typed(desk_hub, kind, group):
    case = case_of(group, log(desk_hub, kind))

    letter = press(opened(case, "Write: it came"), address="1 Low Street; Corby")
    look = letter.steps.used  # it is there as soon as the letter is written
    assert "1 Low Street" in look.answer.value
    sent = press(opened(look, "All of it is right"))

    typed = {control.field.name for form in (letter, look, sent) for control in form.controls}
    assert not typed & {"request", "complaint", "letter", "checked", "kind"}
    assert "was sent on" in sent.answer.value and "not sent" not in case.answer.value
    assert "sent on" in case.answer.value.split("Letters")[1]
