"""`hubdata schedule` as an operator and other people's scripts meet it: exit codes, log lines, timers, the long run."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.dom import minidom

import pytest
from typer.testing import CliRunner

from hubdata import places
from hubdata.desk.commands.command import Options
from hubdata.desk.main import app
from hubdata.moments import By, day_of
from hubdata.schedule.round import Round
from tests.support.scheduled import bundles, home

PROGRAM = Path(sys.executable).with_name("hubdata")
PACK = """packs:
  monthly: {title: Monthly pack, every: month, due: {working_day: 2}, from: 2026-07-01, hubs: [all],
            late_after_working_days: 3, reports: [REPORT]}
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return home(tmp_path_factory.mktemp("filled") / "hub")


@pytest.fixture
def place(filled, tmp_path):
    return shutil.copytree(filled, tmp_path / "hub")


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A function that writes the schedule, with a report by name."""
    folder = shutil.copytree(places.params(), tmp_path / "params")
    monkeypatch.setenv("HUBDATA_PARAMS", str(folder))
    return lambda report: (folder / "schedule.yaml").write_text(PACK.replace("REPORT", report), "utf-8")


def run(*words: object):
    return CliRunner().invoke(app, ["schedule", *map(str, words)])


def test_a_round_says_one_structured_line_for_each_report_and_nothing_after_it(place, written):
    written("retention")
    command = [PROGRAM, "schedule", "run-due", "--home", place, "--as-at", "2026-07-02"]

    first, again = (subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2))

    (line,) = [json.loads(line) for line in first.stderr.splitlines()]
    assert line.keys() >= {"at", "pack", "period", "hub", "report", "status", "run", "folder"}
    assert (line["report"], line["period"], line["status"]) == ("retention", "2026-06", "done")
    assert line["folder"] in first.stdout
    assert (again.stdout, again.stderr) == ("Nothing is due.\n", "")


def test_a_report_that_is_made_late_needs_no_person_but_one_that_is_missing_does(place, written):
    written("retention")

    assert run("run-due", "--home", place, "--as-at", "2026-07-20").exit_code == 0
    assert run("run-due", "--home", place.parent / "nowhere", "--as-at", "2026-07-20").exit_code == 1


def test_a_look_that_finds_nothing_due_loads_neither_the_records_nor_a_solver(tmp_path, written):
    written("retention")
    file = tmp_path / "params" / "schedule.yaml"
    file.write_text(file.read_text("utf-8").replace("2026-07-01", "2099-01-01"), "utf-8")
    asked = (
        "import sys; from hubdata.desk.main import main\n"
        "try: main()\n"
        "except SystemExit as end: print(end.code, {'sqlalchemy', 'pandas', 'duckdb', 'numpy'} & sys.modules.keys())"
    )
    command = [sys.executable, "-c", asked, "--home", str(tmp_path / "hub"), "schedule", "run-due"]
    (tmp_path / "hub").mkdir(mode=0o700)

    # the first look of a day also looks over the bundles that are kept
    first, second = (subprocess.run(command, capture_output=True, text=True) for _ in range(2))

    assert first.returncode == second.returncode == 0, second.stderr
    assert second.stdout.splitlines()[-1] == "0 set()"


def test_a_schedule_with_a_fault_is_refused_before_anything_runs(place, written):
    written("retentoin")
    refused = run("run-due", "--home", place, "--as-at", "2026-07-02")

    assert refused.exit_code == 3
    assert "schedule.yaml, line 3" in refused.output
    assert "there is no report 'retentoin'; allowed are" in refused.output
    assert not (place / "schedule").exists()
    assert bundles(place) == {}


@pytest.mark.parametrize(
    "words",
    [
        ("run-due", "--watch", "--as-at", "2026-07-02"),
        ("run-due", "--on", "dask"),
        ("run-due", "--hubs", "hubs.yaml", "--on", "moon"),
        ("run-due", "--hubs", "nowhere.yaml"),
        ("install", "--print", "moon"),
    ],
)
def test_wrong_use_is_told_apart(words, place, written):
    written("retention")

    assert run(*words, "--home", place).exit_code == 2


def test_that_a_day_lies_ahead_is_said(place, written):
    written("retention")
    days = [day_of(datetime.now(UTC)) + timedelta(number) for number in (0, 1)]

    today, ahead = (run("run-due", "--home", place, "--as-at", day) for day in days)

    assert "lies ahead" not in today.stderr
    assert '"status": "ahead"' in ahead.stderr and "lies ahead" in ahead.stderr


def test_the_long_run_logs_what_a_person_must_know_once_and_outlives_any_round(place, written, monkeypatch, capsys):
    from hubdata.desk.commands import watch

    written("retention")
    late = Round(late=["LATE: Monthly pack"], told=["monthly: nobody was told (late)"])
    rounds = iter([late, KeyError("Smith of 3 Elm Road"), Round(late=late.late, told=late.told, deleted=2)])

    def next_round(*_):
        if isinstance(found := next(rounds, None), Round):
            return found
        if found is None:
            signal.raise_signal(signal.SIGTERM)
            return Round()
        raise found

    monkeypatch.setattr(watch, "SECONDS", 0)
    monkeypatch.setattr(watch, "_round", next_round)
    before = [signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)]
    try:
        watch.answer(Options(place, None, False, By("olga", None, date(2026, 7, 2))), False, True, None, None, None)
    finally:
        [signal.signal(name, one) for name, one in zip((signal.SIGTERM, signal.SIGINT), before, strict=True)]

    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [{k: v for k, v in each.items() if k != "at"} for each in said] == [
        {"status": "late", "why": "LATE: Monthly pack"},
        {"status": "told", "why": "monthly: nobody was told (late)"},
        {"status": "failed", "why": "KeyError"},
        {"status": "deleted", "bundles": 2},
    ]


@pytest.mark.parametrize(
    "at",
    ["hello", "", "tcp://h", "tcp://h:x", "tcp://h:0", "tcp://h:65536", "http://h:1", "tcp://h:1/x", "tcp://h:8786"],
)
def test_a_scheduler_s_address_has_a_port(at, written):
    written("retention")
    wrong = run("run-due", "--hubs", "hubs.yaml", "--on", "dask", "--scheduler", at)

    assert wrong.exit_code == 2
    assert "--scheduler is an address with a port, tls://host:8786" in wrong.output


def test_the_long_run_makes_what_is_due_and_ends_when_it_is_told_to(place, written):
    written("retention")
    runner = subprocess.Popen(
        [PROGRAM, "schedule", "run-due", "--watch", "--home", place],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 120
    while not bundles(place) and time.monotonic() < until:
        time.sleep(0.2)
    runner.send_signal(signal.SIGTERM)
    said, _ = runner.communicate(timeout=120)

    assert (runner.returncode, said) == (0, "The runner has stopped.\n")
    assert set(bundles(place).values()) == {1}


def test_a_timer_names_this_hub_these_values_and_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("HUBDATA_PARAMS", str(tmp_path / "50% & more"))
    said = {
        kind: run("install", "--print", kind, "--home", tmp_path / "a hub").output
        for kind in ("systemd", "cron", "windows")
    }

    assert "Persistent=true" in said["systemd"]
    assert f'"{tmp_path}/a hub"' in said["systemd"]
    assert "50%% & more" in said["systemd"]
    (line,) = [line for line in said["cron"].splitlines() if not line.startswith("#")]
    assert "50\\% & more" in line
    assert f"'{tmp_path}/a hub'" in line
    task = ElementTree.fromstring(said["windows"])
    assert any("run-due" in (each.text or "") for each in task.iter())


def _timer(kind: str, *words: object) -> str:
    said = run("install", "--print", kind, *words)
    assert said.exit_code == 0
    return said.output


@pytest.mark.parametrize("kind", ["systemd", "cron", "windows"])
@pytest.mark.parametrize("given", ["--url", "HUBDATA_URL"])
def test_a_timer_says_where_the_address_and_the_mail_server_go_and_no_password(kind, given, tmp_path, monkeypatch):
    url = "postgresql://hub:hidden@db:5433/hub?sslpassword=hidden"
    if given == "HUBDATA_URL":
        monkeypatch.setenv(given, url)

    said = _timer(kind, "--home", tmp_path, *(["--url", url] if given == "--url" else []))

    assert "postgresql+psycopg://hub:***@db:5433/hub" in said
    assert "hidden" not in said
    for name in ("HUBDATA_SMTP", "HUBDATA_SMTP_FROM", "HUBDATA_SMTP_PASSWORD_FILE", "HUBDATA_LINK"):
        assert name in said
    assert kind == "windows" or "/etc/hubdata/environment, of the hub's own user and mode 0600" in said


def test_a_timer_is_not_told_of_an_address_that_is_none(tmp_path):
    for url in ("hello", "postgresql://u@h:x/d"):
        assert run("install", "--print", "cron", "--home", tmp_path, "--url", url).exit_code == 2


def test_systemd_does_not_start_without_the_file_that_holds_the_address(tmp_path):
    assert "\nEnvironmentFile=-/etc" in _timer("systemd", "--home", tmp_path)
    assert "\nEnvironmentFile=/etc" in _timer("systemd", "--home", tmp_path, "--url", "postgresql://u@h/d")


@pytest.mark.skipif(os.name != "posix", reason="cron's shell")
@pytest.mark.parametrize("there", [True, False])
def test_what_cron_is_told_reads_the_file_of_settings(there, tmp_path, monkeypatch):
    monkeypatch.setenv("HUBDATA_PARAMS", str(tmp_path / "50% & more"))
    (tmp_path / "program").write_text("#!/bin/sh\nprintenv HUBDATA_URL HUBDATA_PARAMS\nprintf '%s|' \"$@\"", "utf-8")
    (tmp_path / "program").chmod(0o700)
    if there:
        (tmp_path / "file").write_text("HUBDATA_URL='postgresql://u:$a@h/d'\n", "utf-8")
    (line,) = [
        s
        for s in _timer("cron", "--home", tmp_path / "a hub", "--url", "postgresql://u@h/d").splitlines()
        if not s.startswith("#")
    ]
    for old, new in {
        "\\%": "%",
        "/etc/hubdata/environment": f"{tmp_path}/file",
        str(PROGRAM): f"{tmp_path}/program",
        "logger -t hubdata-schedule": "cat",
    }.items():
        line = line.replace(old, new)

    said = subprocess.run(["/bin/sh", "-c", line.split(" ", 5)[5]], capture_output=True, text=True, check=True).stdout

    whole = f"postgresql://u:$a@h/d\n{tmp_path}/50% & more\nschedule|run-due|--home|{tmp_path}/a hub|"
    assert said == whole if there else "schedule" not in said


def test_windows_reads_the_task_whatever_signs_the_paths_have(tmp_path, monkeypatch):
    monkeypatch.setenv("HUBDATA_PARAMS", str(tmp_path / "a -- b & <c>"))

    task = minidom.parseString(_timer("windows", "--home", tmp_path / "my -- & hub"))

    (about,), (arguments,) = (task.getElementsByTagName(name) for name in ("Description", "Arguments"))
    assert f'\nsetx HUBDATA_PARAMS "{tmp_path}/a -- b & <c>"\n' in about.firstChild.data
    assert arguments.firstChild.data == f'schedule run-due --home "{tmp_path}/my -- & hub"'


def test_nothing_is_installed(tmp_path):
    run("install", "--print", "cron", "--home", tmp_path / "hub")

    assert os.listdir(tmp_path) == []
