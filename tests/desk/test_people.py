"""Who may use which command: one table of roles, a proof where people are registered, claims said where nobody is."""

import csv
import html
import json
import re
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hubdata import moments
from hubdata.desk.commands import roles, watch
from hubdata.desk.commands.command import Options, answered
from hubdata.desk.forms import locked, show
from hubdata.desk.forms.tasks import TASKS
from hubdata.desk.main import app, commands
from hubdata.errors import Refused
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.people import change, proofs, prove, sitting
from hubdata.retention import due, review
from hubdata.terms import ActingRole
from tests.support import hubs, people
from tests.support.people import ANN, BEN, CAT, PHRASES
from tests.support.returns import command

REFUSED = 3


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with people.cheap():
        yield


@pytest.fixture
def staffed(sqlite_hub):
    return people.register(sqlite_hub, ben="reviewer;approver", cat="officer")


def proof(hub, name: str, phrase: str = "") -> tuple[str, str, str, Path]:
    """The options with which a person proves who they are."""
    place = hub.home.parent / f"{name.split()[0]}.txt"
    place.touch(mode=0o600)
    place.write_text(f"{phrase or PHRASES[name]}\n", "utf-8")
    return "--actor", name, "--proof", place


def test_every_command_stands_in_the_one_table_of_roles_and_nothing_else_does():
    with roles.TABLE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert sorted(row["command"] for row in rows) == sorted(commands())
    for rule in roles.rules().values():
        assert rule.proof in (roles.NONE, roles.SITTING, roles.FRESH, roles.OWN, roles.SIGNED)
        assert bool(rule.roles) == (rule.proof != roles.NONE), rule
    assert {role for rule in roles.rules().values() for role in rule.roles} == set(ActingRole)


def test_what_is_in_no_table_nobody_may_do():
    assert roles.rule("retention burn").roles == () and roles.rule("").proof == roles.FRESH


def test_every_form_asks_what_its_command_asks():
    forms = {task.words for tasks in TASKS.values() for task in tasks if not task.report}

    assert forms <= roles.rules().keys()


def test_the_second_person_and_whoever_says_who_may_act_prove_it_each_time():
    fresh = {name for name, rule in roles.rules().items() if rule.proof == roles.FRESH}

    assert fresh >= {"retention approve", "ledger confirm-day", "people add", "people role", "people end"}
    assert set(roles.rule("retention approve").roles) == {ActingRole.APPROVER}


def test_no_command_that_asks_for_a_proof_is_begun_without_one(staffed):
    begun = []
    for name in roles.rules():
        by = By(ANN, "to see whether it works", date(2026, 11, 30))
        options = Options(staffed.home, staffed.url, True, by, words=name, named=ANN)
        answer = answered(lambda _, name=name: begun.append(name), options)
        if name not in begun:
            assert (answer.exit_code, "must prove who acts" in answer.lines[0]) == (REFUSED, True), name

    waits_for_nobody = (roles.NONE, roles.OWN, roles.SIGNED)
    assert set(begun) == {name for name, rule in roles.rules().items() if rule.proof in waits_for_nobody}


def test_signing_in_once_is_enough_for_all_but_what_needs_two(staffed):
    assert command(staffed, "people", "sign-in", *proof(staffed, BEN)).exit_code == 0

    assert command(staffed, "people", "list").exit_code == 0
    assert command(staffed, "retention", "due").exit_code == 0
    approving = command(staffed, "retention", "approve", "--disposal", "D1")
    assert approving.exit_code == REFUSED and "Ben Boss must prove" in approving.output
    assert command(staffed, "people", "sign-out").exit_code == 0
    assert command(staffed, "people", "list").exit_code == REFUSED


def test_a_role_decides(staffed):
    sitting.begin(staffed, people.proved(staffed, BEN))

    done = command(staffed, "family", "find", "--reference", "F1", "--reason", "to see whether it works")

    assert done.exit_code == REFUSED
    assert "is for the role officer; Ben Boss has reviewer, approver" in done.output


def test_another_name_than_whoever_is_signed_in_is_proved_anew(staffed):
    sitting.begin(staffed, people.proved(staffed, BEN))

    done = command(staffed, "people", "list", "--actor", CAT)

    assert done.exit_code == REFUSED and "Cat Colleague must prove" in done.output


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_passphrase_that_others_can_read_is_refused(staffed, mode):
    options = proof(staffed, ANN)
    options[3].chmod(mode)

    done = command(staffed, "people", "list", *options)

    assert done.exit_code == REFUSED and "can be read by others" in done.output


def test_a_passphrase_where_the_file_s_name_belongs_is_not_repeated(staffed):
    done = command(staffed, "people", "list", "--actor", ANN, "--proof", PHRASES[ANN])

    assert done.exit_code == 2 and "anvil" not in done.output


def test_a_passphrase_comes_from_standard_input_too(staffed):
    words = ["people", "list", "--home", str(staffed.home), "--url", staffed.url, "--actor", ANN, "--proof", "-"]
    assert CliRunner().invoke(app, words, input=f"{PHRASES[ANN]}\n").exit_code == 0
    assert CliRunner().invoke(app, words, input="something else\n").exit_code == REFUSED


def test_the_first_person_is_made_by_init_and_registers_the_others(sqlite_hub):
    hub = sqlite_hub
    ann, ben = proof(hub, ANN), proof(hub, BEN)

    assert command(hub, "init", "--first-person", ANN, "--passphrase-file", ann[3]).exit_code == 0
    assert command(hub, "init", "--first-person", CAT, "--passphrase-file", ben[3]).exit_code == REFUSED
    added = command(hub, "people", "add", "--name", BEN, "--role", "approver", "--passphrase-file", ben[3], *ann)
    listed = json.loads(command(hub, "people", "list", "--json", *ann).stdout)

    assert added.exit_code == 0, added.output
    assert [(one["name"], one["roles"][-1], one["proves_by"]) for one in listed] == [
        (ANN, "operator", ["passphrase"]),
        (BEN, "approver", ["passphrase"]),
    ]
    assert "$argon2" not in json.dumps(listed)


def test_only_an_administrator_says_who_may_act(staffed):
    given = ("--passphrase-file", proof(staffed, CAT)[3])
    for words in (
        ("add", "--name", "Dot", "--role", "officer", *given),
        ("role", "--name", CAT, "--give", "administrator"),
        ("end", "--name", ANN),
    ):
        done = command(staffed, "people", *words, "--reason", "because", *proof(staffed, BEN))
        assert done.exit_code == REFUSED and "for the role administrator" in done.output


def test_a_lost_passphrase_is_reset_by_two_with_commands(staffed):
    new = proof(staffed, CAT, "garden wheel friday")[3]
    asked = command(staffed, "people", "reset", "--name", CAT, "--reason", "forgotten", *proof(staffed, BEN))
    agreed = command(
        *(staffed, "people", "reset", "--name", CAT, "--agree", "--passphrase-file", new),
        *("--reason", "forgotten", *proof(staffed, ANN)),
    )

    assert (asked.exit_code, agreed.exit_code) == (0, 0), agreed.output
    assert command(staffed, "people", "list", "--actor", CAT, "--proof", new).exit_code == 0


def test_the_only_administrator_comes_back_beside_a_colleague_with_commands(staffed):
    new = proof(staffed, ANN, "garden wheel friday")[3]
    words = (staffed, "people", "recover", "--name", ANN, "--reason", "forgotten")
    asked, early = command(*words), command(*words, "--set", "--passphrase-file", new)
    done = command(*words, "--set", "--passphrase-file", new, *proof(staffed, BEN))

    assert (asked.exit_code, early.exit_code, done.exit_code) == (0, REFUSED, 0), done.output
    assert "can be done from" in asked.output and f"{BEN} vouched for it" in done.output
    assert command(staffed, "people", "list", "--actor", ANN, "--proof", new).exit_code == 0


# Review and approval


@pytest.fixture
def filled(tmp_path):
    """A hub with records that are due, and three people."""
    hub = hubs.filled(tmp_path / "filled", 60)
    yield people.register(hub, ben="reviewer;approver", cat="officer;reviewer;approver")
    hub.engine.dispose()


def _review(hub, *who: object) -> str:
    token = due.preview(hub, date(2026, 11, 30)).token
    done = command(
        hub, "retention", "review", "--json", "--token", token, "--dispose-all", "--as-at", "2026-11-30", *who
    )
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["disposal"]


def _approve(hub, disposal: str, *who: object):
    return command(hub, "retention", "approve", "--disposal", disposal, *who)


def test_two_people_with_two_proofs_review_and_approve_and_it_is_said_how(filled, monkeypatch):
    disposal = _review(filled, *proof(filled, BEN))

    for who in (proof(filled, BEN), ("--actor", CAT), proof(filled, CAT, PHRASES[BEN]), proof(filled, ANN)):
        assert _approve(filled, disposal, *who).exit_code == REFUSED
    done = _approve(filled, disposal, *proof(filled, CAT))

    assert done.exit_code == 0, done.output
    assert (
        "reviewed by Ben Boss (proved by a passphrase), decided by Cat Colleague (proved by a passphrase)"
        in done.stdout
    )
    assert "both came from one login of this machine's operating system" in done.stdout
    with filled.read() as connection:
        entries = {one["action"]: one["proof"] for one in ledger.entries(connection)}
    assert entries["retention.review"] != entries["retention.approve"]
    assert {kind.partition(":")[0] for kind in (entries["retention.review"], entries["retention.approve"])} == {
        "passphrase"
    }


def test_what_was_reviewed_under_a_typed_name_is_reviewed_again_once_people_are_registered(tmp_path):
    hub = hubs.filled(tmp_path / "filled", 60)
    disposal = _review(hub, "--actor", BEN)
    people.register(hub, cat="approver")

    done = _approve(hub, disposal, *proof(hub, CAT))

    assert done.exit_code == REFUSED and "which is a claim" in done.output
    assert _approve(hub, disposal, "--refuse", *proof(hub, CAT)).exit_code == 0
    hub.engine.dispose()


def test_where_nobody_is_registered_one_officer_works_at_once_and_what_rests_on_a_claim_is_said(tmp_path):
    hub = hubs.filled(tmp_path / "filled", 60)
    disposal = _review(hub, "--actor", "Anna")
    approved = _approve(hub, disposal, "--actor", "Bert")
    carried = command(hub, "retention", "dispose", "--disposal", disposal, "--actor", "Carl", "--as-at", "2026-11-30")
    certificates = command(hub, "retention", "certificates").stdout

    assert (
        "reviewed by Anna (claimed: the name was typed), decided by Bert (claimed: the name was typed)"
        in approved.stdout
    )
    assert carried.exit_code == 0, carried.output
    assert "reviewed by Anna (claimed: the name was typed), approved by Bert (claimed" in certificates
    assert "both came from one login" in certificates
    hub.engine.dispose()


def test_the_scheduled_round_acts_as_an_operator_with_a_proof_of_its_own(staffed):
    night = "Night Round"
    _, _, _, file = proof(staffed, night, "garden wheel friday")
    added = command(
        *(staffed, "people", "add", "--name", night, "--role", "operator", "--passphrase-file", file),
        *proof(staffed, ANN),
    )

    entered = watch.entered("night round", file, staffed)

    assert added.exit_code == 0 and entered.acting.name == night
    for named, given in ((None, None), (night, None), (BEN, proof(staffed, BEN)[3])):  # Ben is no operator
        with pytest.raises(Refused):
            watch.entered(named, given, staffed)


def test_a_round_of_a_hub_where_nobody_is_registered_needs_no_proof(sqlite_hub):
    assert watch.entered(None, None, sqlite_hub) is sqlite_hub


# The desk


@pytest.fixture
def desk(monkeypatch, filled):
    """What a page of the desk shows: the disposal's, on a hub with people."""
    monkeypatch.setenv("HUBDATA_HOME", str(filled.home))
    monkeypatch.delenv("HUBDATA_URL", raising=False)
    placed, locks = [], []
    monkeypatch.setattr(show.show, "place", placed.append)
    monkeypatch.setattr(locked.Locked, "_watch", lambda lock: locks.append(lock))
    show.desk("disposal")
    monkeypatch.setattr(type(placed[-1]), "lock", locks[0], raising=False)
    return placed[-1]


def _inside(control) -> list:
    return [control, *(each for child in getattr(control, "children", ()) for each in _inside(child))]


def _sign_in(page, name: str, phrase: str) -> str:
    """Fill in the sign-in, press its one button, and read what it says."""
    asked = page.children[0].children
    asked[1].value, asked[2].value = name, phrase
    asked[3].click()
    assert asked[2].value == ""
    return str(asked[4].value)


def test_the_desk_shows_nothing_until_somebody_signs_in(desk):
    before = [type(each).__name__ for each in _inside(desk) if type(each).__name__ not in ("VBox", "HTML")]
    refused = _sign_in(desk, BEN, "something else again")

    assert before == ["Text", "Password", "Button"]
    assert "do not belong together" in refused and "something else" not in refused
    assert _sign_in(desk, BEN, PHRASES[BEN]) == ""
    assert len(desk.children) == len(TASKS["disposal"])


def test_the_desk_locks_when_nobody_uses_it_and_keeps_what_was_typed(desk, filled, monkeypatch):
    _sign_in(desk, BEN, PHRASES[BEN])
    forms, now = desk.children, moments.now()
    text = next(each for each in _inside(forms[1]) if type(each).__name__ == "Text")
    text.value = "kept because"
    monkeypatch.setattr(moments, "now", lambda: now + timedelta(minutes=16))

    desk.lock.look()
    hidden = [type(each).__name__ for each in _inside(desk)]
    _sign_in(desk, BEN, PHRASES[BEN])

    assert hidden.count("Button") == 1 and "Password" in hidden
    assert desk.children == forms and text.value == "kept because"


def test_an_approval_at_the_desk_takes_the_second_person_s_passphrase_and_no_click_more(desk, filled):
    disposal = _review(filled, *proof(filled, BEN))
    _sign_in(desk, BEN, PHRASES[BEN])
    approval = desk.children[2]
    secrets = [each for form in desk.children for each in _inside(form) if type(each).__name__ == "Password"]
    buttons = [each for each in _inside(approval) if type(each).__name__ == "Button"]
    choice = next(each for each in _inside(approval) if type(each).__name__ == "Dropdown")
    actor = next(
        each for each in _inside(approval) if str(getattr(each, "description", "")).startswith("Who does this")
    )

    for name, phrase in ((BEN, PHRASES[BEN]), (CAT, PHRASES[BEN]), (CAT, "")):
        choice.value, actor.value, secrets[0].value = disposal, name, phrase
        buttons[0].click()
        assert _status(filled, disposal) == "reviewed" and secrets[0].value == ""
    choice.value, actor.value, secrets[0].value = disposal, CAT, PHRASES[CAT]
    buttons[0].click()

    assert len(secrets) == 2  # an approval, and a day that is confirmed
    assert len(buttons) == 1
    assert _status(filled, disposal) == "approved"


def _described(control, first: str) -> list:
    """The controls inside one whose label begins so."""
    return [each for each in _inside(control) if str(getattr(each, "description", "")).startswith(first)]


def test_after_signing_in_no_form_asks_who_records_it_and_each_says_it(desk, filled):
    _sign_in(desk, BEN, PHRASES[BEN])

    assert _described(desk, "Recorded by") == []
    assert len(_described(desk, "Who does this")) == 2  # an approval, and a day that is confirmed
    said = [str(each.value) for each in _inside(desk.children[1]) if "Recorded by" in str(getattr(each, "value", ""))]
    assert said == ['<p class="group">Recorded by <strong>Ben Boss</strong>, who is signed in.</p>']
    token = due.preview(filled, moments.today()).token
    family = due.preview(filled, moments.today()).due[0].family
    review_form = desk.lock.forms.args[1].args[1][1]
    for name, value in (("token", token), ("dispose", family), ("reason", "due")):
        found = [each for each in review_form.controls if each.field.name == name]
        if found:
            found[0].one.value = value
    review_form.page[0].press()
    review_form.press()
    with filled.read() as connection:
        (made,) = connection.execute(review.DISPOSALS.select()).mappings().all()
    assert (made["reviewed_by"], made["reviewed_proof"].partition(":")[0]) == (BEN, "passphrase")


def test_the_next_who_signs_in_is_whom_the_forms_say(desk, filled, monkeypatch):
    _sign_in(desk, BEN, PHRASES[BEN])
    now = moments.now()
    monkeypatch.setattr(moments, "now", lambda: now + timedelta(minutes=16))
    desk.lock.look()
    _sign_in(desk, CAT, PHRASES[CAT])

    said = {str(each.value) for each in _inside(desk) if "Recorded by" in str(getattr(each, "value", ""))}
    assert said == {'<p class="group">Recorded by <strong>Cat Colleague</strong>, who is signed in.</p>'}


def test_where_nobody_is_registered_a_form_asks_for_a_name_and_says_that_it_is_a_claim(sqlite_hub, monkeypatch):
    monkeypatch.setenv("HUBDATA_HOME", str(sqlite_hub.home))
    placed = []
    monkeypatch.setattr(show.show, "place", placed.append)
    show.desk("requests")

    asked = [each.description for page in placed for each in _described(page, "Recorded by")]
    assert asked and all("is a claim (default: the login name)" in each for each in asked)


@pytest.fixture
def key(tmp_path) -> Path:
    """An SSH key of somebody's own; the public half lies beside it."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "id")], check=True)
    return tmp_path / "id"


def _signed(controls: list, key: Path) -> str:
    """What the command that the desk shows prints, run where the key is."""
    shown = next(str(each.value) for each in controls if "ssh-keygen" in str(getattr(each, "value", "")))
    line = html.unescape(re.search(r"<code>(.*?)</code>", shown)[1]).replace("~/.ssh/id_ed25519", str(key))
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True).stdout


def test_a_key_s_holder_approves_at_the_desk_by_a_signature_over_a_challenge_that_is_asked_once(
    filled, key, monkeypatch, request
):
    by = people.proved(filled, CAT)
    change.renew(prove.entering(filled, by), change.Proof(proofs.of_key(key.with_suffix(".pub").read_text())), by)
    disposal = _review(filled, *proof(filled, BEN))
    desk = request.getfixturevalue("desk")
    asked = desk.children[0].children  # signing in takes a key too
    asked[1].value, asked[4].value = BEN, _signed(asked, key)
    asked[5].click()
    assert "do not belong together" in str(asked[6].value)  # Cat's key is not Ben's
    asked[1].value, asked[2].value = BEN, PHRASES[BEN]
    asked[5].click()
    approval = desk.children[2]
    choice = next(each for each in _inside(approval) if type(each).__name__ == "Dropdown")
    (who,), (signature,) = _described(approval, "Who does this"), _described(approval, "Signature")
    (button,) = [each for each in _inside(approval) if type(each).__name__ == "Button"]
    once = _signed(_inside(approval), key)

    choice.value, who.value, signature.value = disposal, BEN, once
    button.click()
    assert _status(filled, disposal) == "reviewed" and signature.value == ""
    choice.value, who.value, signature.value = disposal, CAT, once  # asked once: it is old by now
    button.click()
    assert _status(filled, disposal) == "reviewed"
    choice.value, who.value, signature.value = disposal, CAT, _signed(_inside(approval), key)
    button.click()

    assert _status(filled, disposal) == "approved"
    with filled.read() as connection:
        assert review.find(connection, disposal)["approved_proof"].startswith("key:SHA256:")


def _status(hub, disposal: str) -> str:
    with hub.read() as connection:
        return review.find(connection, disposal)["status"]
