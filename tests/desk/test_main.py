"""Every command has help, the promised shapes and exit codes, and shows no traceback."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from hubdata import places, policy
from hubdata.desk import reference
from hubdata.desk.main import app, commands, given_away
from tests.support import returns

SCRIPT = Path(sys.executable).with_name("hubdata")
COMMANDS = commands()


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def filled(hub, tmp_path):
    returns.apply(hub, tmp_path / "return")
    return hub


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_each_of_its_options_has_help(name):
    found = COMMANDS[name]
    assert found.help and all(getattr(each, "help", None) or each.name == "help" for each in found.params)
    assert run(*name.split(), "--help").exit_code == 0
    assert {"home", "url", "json", "as_at", "actor", "reason"} <= {each.name for each in found.params}


@pytest.mark.parametrize(
    "words",
    [
        ["findings", "--as-at", "31/02/2026"],
        ["findings", "--as-at", "tomorrow"],
        ["findings", "--as-at", ""],
        ["findings", "--known-at", ""],
        ["findings", "--rules", "none"],
        ["report", "none"],
        ["report", "retention", "--param", "none=1"],
        ["report", "retention", "--param", "none"],
        ["report", "retention", "--param", "as_at=31/02/2026"],
        ["pack", "none"],
        ["demo", "--families", "0"],
        ["retention", "unhold", "--hold", "H0"],
        ["findings", "--url", "nonsense"],
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(sqlite_hub, words):
    home = [] if "--url" in words else ["--url", sqlite_hub.url]
    done = run(*words, "--home", sqlite_hub.home, *home)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1 and len(done.stderr) > 20


# Whatever cannot be done without saying why, each up to the option that says it.
NEED_A_REASON = [
    "family find --name Xanthe --reason",
    "family show --family F1 --reason",
    "duplicates decide --family F1 --other F2 --decision same --reason",
    "duplicates undo --family F1 --other F2 --reason",
    "agreement competence --family F1 --person P2 --judged-by W1 --reason",
    "share withhold --family F1 --about P1 --from NNC --to NHFT --category support_needs --purpose hub_working "
    "--decided-by W1 --because",
    "intake resume R20261130-1 --reason",
    "intake discard R20261130-1 --reason",
    "worklist mark --code DQ02 --subject F2 --status waived --until 2026-12-20 --note",
]


@pytest.mark.parametrize("words", NEED_A_REASON)
def test_a_word_that_says_nothing_is_no_reason_for_any_command(sqlite_hub, tmp_path, words):
    """Law 11, in one sentence for all: what it is for, how it is said, where it is kept."""
    returns.apply(sqlite_hub, tmp_path / "return")
    before = returns.state(sqlite_hub)
    option = words.split()[-1]

    for nothing in ("", "N/A", "-", "tbc", "xx", " . ", "\u200b", "ТВС", "Ν/Α", "none - none"):
        refused = run(*words.split(), nothing, "--url", sqlite_hub.url, "--as-at", "2026-11-30")

        assert (refused.exit_code, refused.stdout) == (2, ""), nothing
        assert f" needs a reason: say it with {option}; it is kept " in refused.stderr
        assert 'a placeholder such as "N/A" is none' in refused.stderr
        assert returns.state(sqlite_hub) == before


@pytest.mark.parametrize("nobody", ["tbc", "-", "N/A", "xx"])
def test_a_word_that_names_nobody_acts_as_nobody(sqlite_hub, nobody):
    """Law 10: an entry of the ledger is somebody's."""
    refused = run("ledger", "checkpoint", "--actor", nobody, "--url", sqlite_hub.url)

    assert refused.exit_code == 2
    assert f"--actor {nobody!r} names nobody" in refused.stderr


@pytest.mark.parametrize("words", [["none"], ["findings", "--none"], ["intake"], ["--home", "x", "findings"]])
def test_what_the_command_line_does_not_know_is_exit_code_2(words):
    assert run(*words).exit_code == 2


def test_both_spellings_of_a_day_give_the_same_and_are_said_in_words(filled):
    one, other = (returns.command(filled, "findings", "--as-at", day) for day in ("2026-11-22", "22/11/2026"))
    assert one.stdout == other.stdout
    assert one.exit_code == 0 and "as at 22 November 2026" in one.stdout


def test_findings_have_the_contracts_shape(filled):
    said = json.loads(returns.command(filled, "findings", "--json", "--as-at", "2026-11-22").stdout)
    keys = ["code", "severity", "promise", "subject", "table", "message", "evidence", "first_seen"]
    assert said and all(list(row) == keys for row in said)
    assert {row["severity"] for row in said} <= {"breach", "check"}
    assert all(row["first_seen"] is None or date.fromisoformat(row["first_seen"]) for row in said)


def test_intake_has_the_contracts_shape(sqlite_hub, tmp_path):
    folder = returns.write(tmp_path / "return")
    said = json.loads(returns.command(sqlite_hub, "intake", folder, "--partner", "NNC", "--json").stdout)
    assert list(said) == ["status", "tables", "problems"]
    assert all(list(counts) == ["added", "changed", "unchanged"] for counts in said["tables"].values())
    folder = returns.write(tmp_path / "return", families="family\n")
    said = json.loads(returns.command(sqlite_hub, "intake", folder, "--partner", "NNC", "--json").stdout)
    assert all(list(problem) == ["file", "line", "column", "code", "message"] for problem in said["problems"])


def test_the_ledger_is_verified_signed_and_listed(filled):
    assert returns.command(filled, "ledger", "checkpoint").exit_code == 0
    said = json.loads(returns.command(filled, "ledger", "verify", "--json").stdout)
    assert (said["entries"], said["integrity"], said["completeness"]) == (2, [], [])
    assert len(json.loads(returns.command(filled, "ledger", "export", "--json", "--limit", "1").stdout)) == 1


def test_an_altered_ledger_is_exit_code_3(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "return")
    with sqlite_hub.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER chain_no_update"))
        connection.execute(text("UPDATE chain SET meta = '{}' WHERE seq = 1"))
    done = returns.command(sqlite_hub, "ledger", "verify")
    assert done.exit_code == 3 and "entry 1 has been altered" in done.stdout


def test_an_unexpected_fault_shows_no_traceback_and_no_value(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "return")
    with sqlite_hub.engine.begin() as connection:
        connection.execute(text("UPDATE families SET opened_on = 'Namecanary'"))
    done = returns.command(sqlite_hub, "findings")
    assert done.exit_code == 1 and done.stdout == "" and done.stderr.count("\n") == 1
    assert "Traceback" not in done.output and "Namecanary" not in done.output


def test_the_script_works_without_a_hub_and_on_a_poor_screen(tmp_path):
    environment = {"PATH": "", "PYTHONIOENCODING": "ascii", "HUBDATA_HOME": str(tmp_path / "none")}
    done = subprocess.run([SCRIPT, "findings", "--json"], capture_output=True, text=True, env=environment)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"].startswith("there is no hub at ")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("name", reference.PAGES)
def test_the_reference_is_as_the_code_has_it(name):
    written = (reference.FOLDER / name).read_text("utf-8")
    assert written == reference.PAGES[name](), "run `python -m hubdata.desk.reference` and commit docs/"


def test_the_page_on_the_law_has_every_dated_value_with_its_source_and_what_is_not_verified():
    page, dated = reference.law(), policy.load(places.shipped("params"))
    entries = [one for name in dated.names() if not name.startswith("promise.") for one in dated.history(name)]

    lines = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(lines) == len(entries)
    for one in entries:
        said = (
            " ".join(text.split()).replace("|", "\\|") for text in (one.unit, one.source, one.seen, one.unconfirmed)
        )
        assert any(f"`{one.name}`" in line and all(text in line for text in said) for line in lines), one.name
        assert f"| {one.last_checked} |" in page


def test_help_says_what_it_is_for():
    assert "privacy notice" in run("--help").stdout
    assert isinstance(app, typer.Typer)


@pytest.mark.parametrize(
    "start",
    [
        "from hubdata.desk.main import main; sys.argv = ['hubdata', '--help']; main()",
        "from hubdata.dashboards.serve.main import main; sys.stdin = io.StringIO(PLAN); main(lambda *_: None)",
    ],
)
def test_a_start_makes_no_grammar_of_addresses_that_no_schema_asks_for(start):
    plan = json.dumps({"host": "127.0.0.1", "port": 0, "released": "."})
    script = f"import contextlib, io, sys\nPLAN = {plan!r}\nwith contextlib.suppress(SystemExit):\n    {start}\n"
    told = subprocess.run(
        [sys.executable, "-c", f"{script}import nbformat; print('made' if 'lark' in sys.modules else 'not made')"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.splitlines()[-1] == "not made"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["findings", "--url", "postgresql://me:pass-word@h/x"], "--url holds a password"),
        (["--url=postgresql+psycopg://me:pass-word@h:5432/x", "findings"], "--url holds a password"),
        (["findings", "--url", "postgresql:///x?password=pass-word"], "--url holds a password"),
        (["findings", "--url", "postgresql://me:1/pass-word@h/x"], "--url holds a password"),
        (["family", "find", "--name", "Zoe Quillfeather", "--reason", "she rang"], "--name names somebody"),
        (["--home", "h", "family", "find", "--born=04/05/1988", "--reason", "she rang"], "--born names somebody"),
        (["findings", "--url", "postgresql://me@h:5432/x?options=a@b"], ""),
        (["report", "--name", "retention"], ""),
        (["family", "find", "--reference", "F1", "--reason", "the family rang"], ""),
    ],
)
def test_what_no_other_user_may_read_stands_on_no_command_line(words, said):
    told = given_away(words)

    assert told.startswith(said) and bool(told) == bool(said)
    assert not any(secret in told for secret in ("pass-word", "Quillfeather", "1988"))


def test_the_program_refuses_a_secret_on_its_command_line_in_json_too():
    run = "from hubdata.desk.main import main; main()"
    command = [sys.executable, "-c", run, "findings", "--json", "--url", "postgresql://me:pass-word@h/x"]
    told = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    assert told.returncode == 2 and "--url holds a password" in json.loads(told.stdout)["error"]
    assert "pass-word" not in told.stdout + told.stderr
