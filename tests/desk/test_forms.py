"""The officer's desk: every form is its command's own, every command of an officer's day is on it, nothing is kept."""

import ast
import inspect
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import ipywidgets
import nbformat
import pytest
import typer
from nbclient import NotebookClient

from hubdata import moments
from hubdata.dashboards.catalogue import DASHBOARDS, DESK
from hubdata.desk.commands import copy as commands_copy
from hubdata.desk.commands import families, findings, ledger, retention, sharing
from hubdata.desk.commands.command import Answer, Options
from hubdata.desk.forms import answer as forms_answer
from hubdata.desk.forms import show as forms_show
from hubdata.desk.forms.choices import known
from hubdata.desk.forms.form import Field, fields, line, named, shared, words
from hubdata.desk.forms.tasks import READS, TASKS
from hubdata.desk.main import commands
from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.reports import parameters
from hubdata.reports import run as reports
from hubdata.reports.page import REPORTS
from hubdata.retention import holds as retention_holds
from tests.support.ascii import load
from tests.support.clock import Clock
from tests.support.dashboards import HOSTILE

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks" / "desk").glob("*.ipynb"))
ALL = [task for tasks in TASKS.values() for task in tasks]
TODAY = date(2026, 11, 22)
# What issue 7 names: audit, worklist, search, record, holds, disposal, requests, complaints, agreements and shares.
OFFICERS = {
    *(f"report {name}" for name in REPORTS),
    "duplicates list",
    "duplicates decide",
    "duplicates undo",
    "findings",
    "worklist list",
    "worklist mark",
    "family find",
    "family show",
    "leads",
    "recall",
    *(f"retention {each}" for each in ("due", "hold", "holds", "unhold")),
    *(f"retention {each}" for each in ("review", "approve", "dispose", "certificates")),
    *(f"rights {each}" for each in ("log", "event", "list", "clock", "items", "decide", "pack")),
    *(f"complaint {each}" for each in ("log", "acknowledge", "close", "list")),
    *(f"share {each}" for each in ("check", "record", "withhold")),
    *(f"agreement {each}" for each in ("record", "list", "receipt")),
}
CANARY = "Zebedee Quillfeather"
FAMILY = """
family | hub   | opened_on  | closed_on
F1     | corby | 2025-01-01 |
"""

every_task = pytest.mark.parametrize("task", ALL, ids=lambda task: task.words)
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture
def desk_hub(sqlite_hub):
    """The hub that the environment names, with a family in it."""
    load(sqlite_hub, families=FAMILY)
    return sqlite_hub


def form(work) -> forms_show.Form:
    """The form of a command, alone on its page."""
    (task,) = [each for each in ALL if each.work is work]
    return forms_show.Form(task, lambda _form: None)


def fill(made: forms_show.Form, **given: object) -> str:
    """Fill in a form, press its button, and read what it shows."""
    for control in made.controls:
        if control.field.name in given:
            control.one.value = given[control.field.name]
    made.quiet_until = 0.0
    made.press()
    return made.answer.value


@every_task
def test_a_form_has_a_control_for_every_option_of_its_command_and_for_no_other(task):
    found = [field.name for field in task.fields(TODAY)]

    if task.report:
        assert found == list(reports.declared(task.report))
    else:
        own = [name for name in inspect.signature(task.work).parameters if name != "options"]
        assert found == [*own, *task.common]
        parsed = {option.name: option.opts[0] for option in commands()[task.words].params}
        assert {field.name: field.option for field in task.fields(TODAY)}.items() <= parsed.items()


@every_task
def test_a_form_says_what_its_command_says(task):
    made = forms_show.Form(task, lambda _form: None)

    assert task.report or task.says == task.work.__doc__.strip()
    for control in made.controls:
        shown = list(control.boxes.values()) or [control.one]
        assert all(each.description.startswith(control.field.label) for each in shown)
        if control.field.required:
            assert "(optional)" not in shown[0].description


def test_everything_that_an_officer_does_is_on_the_desk_and_is_a_command():
    on_desk = {task.words for task in ALL}

    assert on_desk >= OFFICERS
    assert {each for each in on_desk if not each.startswith("report ")} <= commands().keys()


def test_what_writes_asks_who_when_and_why():
    for task in ALL:
        writes = not task.report and "by" in task.work.__code__.co_names
        assert not writes or task.common != READS, f"{task.words} writes, and its form does not ask why"


def test_every_option_of_every_command_has_a_kind_of_control():
    found = [field for each in ALL if not each.report for field in fields(each.work)]

    assert {field.kind for field in found} <= {str, bool, int, float, list, Path}
    with pytest.raises(TypeError, match="no control for weight"):
        fields(_of_an_unknown_kind)


def _of_an_unknown_kind(options: Options, weight: Annotated[complex, typer.Option(help="Heavy.")]) -> Answer:
    """No command."""


READ = [
    (Field("n", "--n", int, "A number."), " 12 ", 12),
    (Field("n", "--n", str, "A text."), "  ", None),
    (Field("n", "--n", str, "A text.", default="within_hub"), None, "within_hub"),
    (Field("n", "--n", bool, "Yes?"), True, True),
    (Field("n", "--n", list, "Several."), "P1; P2;;", ["P1", "P2"]),
    (Field("n", "--n", list, "Several."), ["a", "b"], ["a", "b"]),
    (Field("n", "--n", str, "Kinds, `;` between."), ["a", "b"], "a;b"),
    (Field("n", "--n", Path, "A file."), "/some/where.csv", Path("/some/where.csv")),
    (Field("n", "--n", float, "A number."), "2.5", 2.5),
]


@pytest.mark.parametrize(("field", "given", "taken"), READ)
def test_what_is_filled_in_is_read_as_the_command_takes_it(field, given, taken):
    assert field.read(given) == taken


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        (Field("review_on", "--review-on", str, "A day.", required=True), " ", "Enter review on"),
        (Field("limit", "--limit", int, "A number."), "many", "Limit must be a whole number"),
        (Field("share", "--share", float, "A number."), "most", "Share must be a number"),
    ],
)
def test_what_cannot_be_read_says_what_to_enter(field, given, said):
    with pytest.raises(BadParameter, match=said):
        field.read(given)


def _choice(work, name: str) -> Field:
    (found,) = [field for field in fields(work) if field.name == name]
    return found


@pytest.mark.parametrize(
    ("work", "name", "codes"),
    [
        (sharing.record_agreement, "method", ["written", "verbal", "electronic"]),
        (sharing.recall, "because", ["withdrawal", "correction", "disposal"]),
        (commands_copy.decide, "because", ["own", "they_agreed", "reasonable"]),
        (findings.list_findings, "status", ["open", "in_hand", "waived"]),
        (sharing.record_share, "because", []),
        (retention.review, "because", []),
        (retention.hold, "family", []),
    ],
)
def test_a_closed_list_is_in_the_options_own_type(work, name, codes):
    offered = known(_choice(work, name), forms_show.at_desk())

    assert list(offered) == codes


def test_the_help_of_a_choice_says_its_codes_or_shows_some():
    own = [field for task in ALL if not task.report for field in fields(task.work) if field.choice]

    short = [field.option for field in own if str(field.choice) not in field.help]
    assert len(own) > 15 and set(short) == {"--kind", "--what"}


def test_words_of_the_glossary_are_offered_by_their_labels():
    code = _choice(retention.hold, "code")

    assert code.choice.labels["litigation"] == "A claim or court case"
    assert code.hint == ""


def test_a_report_is_asked_for_by_its_parameters_cell():
    (task,) = [each for each in ALL if each.report == "sharing_audit"]
    made = {field.name: field for field in task.fields(TODAY)}

    assert made["as_at"].default == "2026-11-22" and made["period_from"].default == "2026-10-01"
    assert made["hub"].default == "all" and made["hub"].label == "Hub"
    given = {name: field.default for name, field in made.items()}
    assert parameters.check(reports.declared("sharing_audit"), given) == given


def test_a_command_line_names_options_and_nothing_that_was_typed():
    family, review, dispose = (
        fields(retention.hold)[0],
        fields(retention.hold)[2],
        Field("all", "--all", bool, ""),
    )

    said = line("retention hold", [(family, CANARY), (review, None), (dispose, True)])

    assert said == "hubdata retention hold --family … --all"


def test_a_refusal_is_led_back_to_the_field_that_it_speaks_of():
    hold = [*fields(retention.hold), *shared("as_at")]

    assert named("--review-on '31/2/2027' is not a day in the calendar", hold).name == "review_on"
    assert named("family 'F9' is not known", hold).name == "family"
    assert named("the hub's database is busy", hold) is None
    assert words(sharing.record_share) == "share record"


def test_pressing_the_button_does_what_the_command_does(desk_hub):
    said = fill(form(retention.hold), family="F1", code="complaint", authority="Ombudsman", reason="Open case")

    (held,) = retention_holds.held(desk_hub, moments.today())
    assert (held.family, held.code, held.authority) == ("F1", "complaint", "Ombudsman")
    assert f"Hold {held.hold} is placed on F1." in said
    assert "hubdata retention hold --family … --code … --authority … --reason …" in said


def test_a_list_is_there_when_its_page_opens_and_a_reason_that_is_needed_is_asked_for(desk_hub, monkeypatch):
    placed = []
    monkeypatch.setattr(forms_show.show, "place", placed.append)
    fill(form(retention.hold), family="F1", code="complaint")

    forms_show.desk("holds")

    _head, place, holds, _release = placed
    assert "F1" in holds.children[-1].value and 'data-said=""' in holds.children[-1].value
    assert place.children[-1].value == ""
    assert "Enter reason" in fill(form(families.find), name=CANARY)


def test_a_list_on_the_page_follows_what_is_written_there(desk_hub, monkeypatch):
    placed, kept = [], []
    monkeypatch.setattr(forms_show.show, "place", placed.append)
    make = forms_show.Form.__init__
    monkeypatch.setattr(forms_show.Form, "__init__", lambda self, *given: (kept.append(self), make(self, *given))[0])
    forms_show.desk("holds")
    before = placed[2].children[-1].value

    fill(kept[0], family="F1", code="complaint")

    assert "F1" not in before
    assert "F1" in placed[2].children[-1].value and 'data-said=""' in placed[2].children[-1].value


def test_a_double_click_does_it_once(desk_hub):
    made = form(retention.hold)
    fill(made, family="F1", code="complaint")
    made.press()

    assert len(retention_holds.held(desk_hub, moments.today())) == 1


def on_a_day(control) -> bool:
    return control.field.name == "as_at"


@every_task
def test_a_form_names_no_command_and_no_pattern_of_a_date(task):
    made = forms_show.Form(task, lambda _form: None)
    shown = [each.description for control in made.controls for each in (control.boxes.values() or [control.one])]

    says = made.shown.children[0].value
    assert not [each for each in (says, *shown) if "`" in each or "YYYY" in each or "--" in each]


@pytest.mark.parametrize("work", [task.work for task in ALL if task.saves])
def test_a_form_that_saved_something_is_empty_again(desk_hub, monkeypatch, work):
    made = form(work)
    begun = [control.one.value if not control.boxes else "" for control in made.controls]
    monkeypatch.setattr(forms_show, "answered", lambda _work, _desk: Answer({}, ["Recorded."], 3))
    for control in made.controls:
        for box in control.boxes.values():
            box.value = True
        if not control.boxes and isinstance(control.one, ipywidgets.Dropdown):
            offered = control.one.options
            control.one.options = offered if len(offered) > 1 else [*offered, ("X1", "X1")]  # as records would
            control.one.value = control.one.options[-1][1]
        elif not control.boxes:
            control.one.value = True if control.field.kind is bool else "2026-01-07" if on_a_day(control) else "7"

    said = fill(made)

    assert "Recorded." in said
    assert [control.one.value if not control.boxes else "" for control in made.controls] == begun
    assert not any(box.value for control in made.controls for box in control.boxes.values())


def test_a_second_click_after_a_save_records_nothing_a_second_time(desk_hub):
    made = form(retention.hold)
    fill(made, family="F1", code="complaint", authority="Ombudsman", reason="Open case")

    said = fill(made)

    assert "Enter family" in said
    assert len(retention_holds.held(desk_hub, moments.today())) == 1


def test_a_search_keeps_what_was_typed_so_that_one_word_can_be_changed(desk_hub):
    made = form(families.find)
    fill(made, name=CANARY, reason="A call")

    assert [control.one.value for control in made.controls if control.field.name in ("name", "reason")] == [
        CANARY,
        "A call",
    ]


def test_a_click_right_after_an_error_is_not_lost(desk_hub):
    made = form(retention.hold)
    fill(made, code="complaint")
    next(control for control in made.controls if control.field.name == "family").one.value = "F1"

    made.press()  # at once, as somebody does who knew what was missing

    assert len(retention_holds.held(desk_hub, moments.today())) == 1


def test_while_a_form_works_no_line_above_its_button_comes_or_goes(desk_hub, monkeypatch):
    made = form(retention.hold)
    fill(made, authority=CANARY)
    heard = [[control.one.description for control in made.controls]]
    monkeypatch.setattr(made, "tell", lambda _said: heard.append([c.one.description for c in made.controls]))
    read = forms_show.Form._read
    monkeypatch.setattr(
        forms_show.Form,
        "_read",
        lambda self: (heard.append([c.one.description for c in self.controls]), read(self))[1],
    )

    fill(made)

    assert heard[0] == heard[1] == heard[2] and "Error: Enter family" in heard[0][0]


def test_what_was_typed_stays_and_each_problem_stands_beside_its_field(desk_hub):
    made = form(retention.hold)
    said = fill(made, authority=CANARY, review_on="31/2/2027")
    controls = {control.field.name: control for control in made.controls}

    assert "There is a problem" in said and 'role="alert"' in said
    assert 'data-field="family"' in said and 'data-field="code"' in said
    assert controls["family"].one.description.endswith("Error: Enter family")
    assert controls["authority"].one.value == CANARY
    said = fill(made, family="F1", code="other")
    assert "Review on “31/2/2027” is not a day in the calendar" in said
    assert "Error" not in controls["family"].one.description
    assert retention_holds.held(desk_hub, moments.today()) == []


def test_a_day_that_is_none_is_refused_beside_its_field(desk_hub):
    said = fill(form(retention.holds), as_at="yesterday")

    assert "As at “yesterday” is not a date" in said and 'data-field="as_at"' in said


def test_a_fault_of_ours_says_where_and_nothing_that_was_in_hand(desk_hub, monkeypatch):
    def breaks(*_given):
        raise KeyError(CANARY)

    monkeypatch.setattr(retention_holds, "place_hold", breaks)
    said = fill(form(retention.hold), family=CANARY, code="other")
    assert "A fault in hubdata (KeyError in test_forms.py" in said and CANARY not in said


@every_task
def test_a_choice_is_never_blank(task):
    chosen = [each.one for each in forms_show.Form(task, lambda _form: None).controls if not each.boxes]

    assert all(one.index == 0 or one.value for one in chosen if isinstance(one, ipywidgets.Dropdown))
    assert not any(value is None for one in chosen if isinstance(one, ipywidgets.Dropdown) for _, value in one.options)


def test_what_the_records_have_is_offered_and_renewed(desk_hub):
    hold, unhold = form(retention.hold), form(retention.unhold)
    fill(hold, family="F1", code="complaint")
    unhold.renew()

    offered = dict(unhold.controls[0].one.options)
    (code,) = [code for code in offered.values() if code]
    assert [said for said in offered if said.startswith(code)] == [f"{code}: F1, complaint"]
    fill(unhold, hold=code)
    assert retention_holds.held(desk_hub, moments.today()) == []


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_in_an_answer_or_a_refusal_are_only_words(hostile):
    answer = Answer([{"name": hostile, hostile: [hostile, {"a": hostile}]}], [hostile], 3)
    said = forms_answer.shown(answer, hostile) + forms_answer.refused([(hostile, None)], hostile, "f")

    assert "<script" not in said and "<img" not in said and "<svg" not in said


def test_records_are_a_table_with_words_for_what_is_inside():
    rows = [
        {"family": "F1", "due_on": "2026-11-22", "held": True, "holds": [{"code": "complaint", "review_on": None}]},
        {"family": "F2", "due_on": None, "held": False, "holds": []},
    ]
    said = forms_answer.table("", rows)

    assert "<caption>2 rows</caption>" in said and '<th scope="col">Due on</th>' in said
    row = '<th scope="row">F1</th><td>22 November 2026</td><td>yes</td>'
    assert f"{row}<td>code A complaint, until its outcome is told</td>" in said


def test_a_long_answer_says_how_much_of_it_is_shown():
    said = forms_answer.table("due", [{"family": str(number)} for number in range(forms_answer.MOST + 1)])

    assert "Due: 201 rows, of which the first 200 are shown" in said
    assert said.count("<tr>") == forms_answer.MOST + 1


def test_where_there_is_no_hub_a_page_says_so_civilly(monkeypatch, tmp_path):
    monkeypatch.setenv("HUBDATA_HOME", str(tmp_path / "none"))
    placed = []
    monkeypatch.setattr(forms_show.show, "place", placed.append)

    forms_show.desk("holds")

    (head,) = placed
    assert "There is no hub here yet" in head.value and "hubdata demo" in head.value


def test_a_page_says_once_and_first_that_the_clock_has_jumped_and_takes_a_confirmation(desk_hub, monkeypatch, capsys):
    placed = []
    monkeypatch.setattr(forms_show.show, "place", placed.append)
    clock = Clock(monkeypatch)
    clock.stands(days=40)
    forms_show.desk("disposal")

    assert placed[0].value.count("clock has jumped ahead") == 1
    assert capsys.readouterr().out == ""  # a notebook's output holds nothing
    told = fill(form(ledger.confirm_day), day=str(moments.today()), actor="ben", reason="the radio says so")
    assert "The day is confirmed by ben" in told


@every_notebook
def test_a_page_of_the_desk_is_a_title_a_sentence_and_one_call(path):
    title, code = json.loads(path.read_text("utf-8"))["cells"]
    (page,) = [each for each in DESK if each.name == path.stem]

    assert "".join(title["source"]) == f"# {page.title}\n\n{page.question}"
    assert "".join(code["source"]) == f'from hubdata.desk.forms.show import desk\n\ndesk("{page.name}")'
    assert code["outputs"] == [] and code["execution_count"] is None
    assert code["metadata"] == {"jupyter": {"source_hidden": True}, "tags": ["nbval-ignore-output"]}


def test_every_page_has_its_notebook_and_start_here_leads_to_it():
    start = (ROOT / "notebooks/desk/START_HERE.md").read_text("utf-8")
    named_there = {each.split("`")[0] for each in start.split("`hubdata ")[1:]}

    assert {path.stem for path in NOTEBOOKS} == {each.name for each in DESK} == TASKS.keys()
    assert all(f"[{each.title}]({each.name}.ipynb)" in start for each in DESK)
    assert {each for each in named_there if each[:1].isalpha()} <= {task.words for task in ALL} | {"lab", "desk"}
    assert not {each.name for each in DESK} & {each.name for each in DASHBOARDS}


def test_what_is_typed_and_shown_is_in_no_output_of_the_notebook(desk_hub, tmp_path):
    notebook = nbformat.read(ROOT / "notebooks/desk/holds.ipynb", 4)
    notebook.cells.append(nbformat.v4.new_code_cell(_PRESSED))
    environment = os.environ | {"HUBDATA_HOME": str(desk_hub.home)}
    NotebookClient(notebook, kernel_name="python3", store_widget_state=False).execute(env=environment)
    nbformat.write(notebook, tmp_path / "saved.ipynb")

    saved = (tmp_path / "saved.ipynb").read_text("utf-8")
    assert "shown on the page" in saved  # the canary was there to be seen
    assert CANARY not in saved and "F1" not in saved
    assert retention_holds.held(desk_hub, moments.today())[0].authority == CANARY


_PRESSED = f"""
import gc
from hubdata.desk.forms import show as forms_show
from hubdata.desk.forms.choices import known
form = next(each for each in gc.get_objects() if isinstance(each, forms_show.Form))
for control in form.controls:
    given = {{"family": "F" + "1", "code": "complaint", "authority": "{CANARY[::-1]}"[::-1]}}
    control.one.value = given.get(control.field.name, control.one.value)
form.press()
form.renew()
"shown on the page" if "placed on F" in form.answer.value else form.answer.value
"""


def test_the_dashboards_process_loads_nothing_that_knows_the_way_to_the_records():
    asked = (
        "import sys, hubdata.dashboards.serve.app, hubdata.dashboards.show; "
        "print([n for n in sys.modules if n.startswith('hubdata')])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    loaded = set(ast.literal_eval(done.stdout))
    assert "hubdata.dashboards.serve.app" in loaded
    assert not {
        each
        for each in loaded
        if "desk" in each or "records" in each or each in ("hubdata.records.store", "hubdata.desk.main")
    }


def test_a_control_shows_nothing_of_itself_to_a_notebook():
    from hubdata.dashboards import show as dashboards_show

    placed = dashboards_show._Placed(ipywidgets.Text(value=CANARY))._repr_mimebundle_()

    assert CANARY not in json.dumps(placed) and placed["text/plain"] == "A form of the officer's desk"


def test_an_audit_tells_each_step_and_then_what_was_found(desk_hub, monkeypatch):
    told = []
    (task,) = [each for each in ALL if each.report == "retention"]
    made = forms_show.Form(task, lambda _form: None)
    monkeypatch.setattr(made, "tell", told.append)
    said = fill(made, as_at="2026-09-30")

    assert "retention.html" in said and (desk_hub.home / "reports" / "retention").is_dir()
    assert any(each.startswith("Running the retention audit: step ") for each in told)


def test_a_notice_is_offered_by_its_own_name_and_not_by_its_first_day():
    made = form(sharing.record_agreement)

    [notice] = [control for control in made.controls if control.field.name == "notice_version"]
    assert [said for said, code in notice.one.options if code] == ["2025-04", "2026-04"]


def disposal_page(hub) -> tuple[forms_show.Form, forms_show.Form]:
    """The list of what is due, as it opens, and the form that reviews it; F2 is due."""
    load(hub, families="family | hub | opened_on | closed_on\nF2 | corby | 2014-01-01 | 2015-01-01\n")
    page: list[forms_show.Form] = []
    for task in TASKS["disposal"]:
        page.append(forms_show.Form(task, lambda _form: None, page))
    for each in page:
        each.begin()
    return page[0], page[1]


def reviewed(hub) -> list[tuple[str, str]]:
    with hub.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT family, decision FROM decisions").all()]


def test_the_list_that_was_looked_at_is_the_one_that_is_reviewed_and_nobody_copies_a_token(desk_hub):
    due, review = disposal_page(desk_hub)

    said = fill(review, dispose="F2", reason="The five years are over")

    assert "token" not in [control.field.name for control in review.controls]
    assert "Token" not in due.answer.value and due.said.token not in due.answer.value
    assert 'class="answer"' in said and "--token …" in said
    assert reviewed(desk_hub) == [("F2", "dispose")]


def test_a_list_that_changed_since_it_was_looked_at_is_not_reviewed(desk_hub):
    """P8: neither where the page has shown the new list since, which nobody asked for."""
    due, review = disposal_page(desk_hub)
    retention_holds.place_hold(desk_hub, "F2", "complaint", By("another", "A complaint", moments.today()), None, None)
    due.again()

    said = fill(review, dispose_all=True, reason="The five years are over")

    assert "There is a problem" in said and "a record, a hold or a rule has changed since they were looked at" in said
    assert reviewed(desk_hub) == []
    fill(due)
    load(desk_hub, families="family | hub | opened_on | closed_on\nF3 | corby | 2014-01-01 | 2015-01-01\n")
    fill(due)
    assert 'class="answer"' in fill(review, dispose_all=True, reason="The five years are over")
    assert reviewed(desk_hub) == [("F3", "dispose")]


def test_a_list_as_at_an_earlier_day_is_reviewed_as_at_that_day(desk_hub):
    due, review = disposal_page(desk_hub)
    fill(due, as_at="2025-06-30")

    assert 'class="answer"' in fill(review, dispose_all=True, reason="The five years are over")

    with desk_hub.read() as connection:
        assert str(connection.exec_driver_sql("SELECT as_at FROM disposals").scalar_one()) == "2025-06-30"


def test_what_shows_no_list_is_no_list_that_was_looked_at(desk_hub):
    due, review = disposal_page(desk_hub)
    fill(due, explain="F2")

    assert "There is a problem" in fill(review, dispose_all=True, reason="The five years are over")
    assert reviewed(desk_hub) == []
