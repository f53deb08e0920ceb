"""Running what is due: each once, in order, whatever fails, is killed, or is started twice."""

import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import date

import nbformat
import pytest

from hubdata import moments, places
from hubdata.moments import By
from hubdata.records.store import open_hub
from hubdata.records.time import jumps
from hubdata.schedule.calendar import end_of
from hubdata.schedule.round import run
from hubdata.schedule.run import Busy, lock
from hubdata.schedule.said import lines, standings
from tests.support.clock import Clock
from tests.support.scheduled import WHO, bundles, due, entries, forks, halves, home, monthly

JULY = ("monthly", "2026-06", "all", "retention")


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return home(tmp_path_factory.mktemp("filled") / "hub")


@pytest.fixture
def place(filled, tmp_path):
    return shutil.copytree(filled, tmp_path / "hub")


@pytest.fixture
def hub(place):
    hub = open_hub(place)
    yield hub
    hub.engine.dispose()


def test_what_is_due_is_made_once_and_nothing_is_due_after(place, hub):
    said = []
    first = due(place, "2026-07-02", monthly(start="2026-07-01"), log=said.append)
    again = due(place, "2026-07-02", monthly(start="2026-07-01"))

    (made,) = first.reports
    assert (made.status, made.period, made.late, first.exit_code) == ("done", "2026-06", False, 0)
    assert (again.reports, again.lines(), again.exit_code) == ([], ["Nothing is due."], 0)
    assert bundles(place) == entries(hub, "done") == {JULY: 1}
    assert [(line["report"], line["status"], line["run"]) for line in said] == [("retention", "done", made.run)]
    manifest = json.loads((place / made.folder / "manifest.json").read_text("utf-8"))
    assert manifest["parameters"] == {"as_at": "2026-06-30", "hub": "all"}
    assert (place / "reports" / "retention" / "latest").resolve() == (place / made.folder).resolve()


def test_nothing_is_due_on_the_day_before(place):
    assert due(place, "2026-07-01", monthly(start="2026-07-01")).reports == []


def test_what_was_missed_is_made_up_for_in_order_and_named_late(place):
    done = due(place, "2026-05-05", monthly())

    assert [each.period for each in done.reports] == ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04"]
    assert [each.late for each in done.reports] == [True, True, True, True, False]
    assert "(made LATE)" in done.lines()[0]


def test_a_year_in_steps_makes_every_month_once(place, hub):
    for day in ("2026-01-31", "2026-02-01", "2026-03-29", "2026-06-30", "2026-10-25", "2026-12-31", "2026-12-31"):
        due(place, day, monthly())

    assert set(bundles(place).values()) == {1}
    assert bundles(place) == entries(hub, "done")
    assert len(bundles(place)) == 12


@pytest.fixture
def failing(monkeypatch, tmp_path):
    """The retention notebook, but its last cell fails over a value from the records."""
    folder = shutil.copytree(places.NOTEBOOKS, tmp_path / "notebooks")
    notebook = nbformat.read(folder / "retention.ipynb", 4)
    notebook.cells.append(nbformat.v4.new_code_cell("int('Smith of 3 Elm Road')"))
    nbformat.write(notebook, folder / "retention.ipynb")
    monkeypatch.setattr(places, "NOTEBOOKS", folder)


def test_a_report_that_fails_stops_no_other_leaves_nothing_and_waits_before_it_is_tried_again(failing, place, hub):
    pack = monthly("retention", "sharing_audit", start="2026-07-01")
    done = due(place, "2026-07-02", pack)
    twice = due(place, "2026-07-02", pack)
    waits = due(place, "2026-07-02", pack)
    later = due(place, "2026-07-03", pack)

    assert {each.report: each.status for each in done.reports} == {"retention": "failed", "sharing_audit": "done"}
    assert [each.status for each in twice.reports] == ["failed"]
    assert [each.status for each in waits.reports] == ["waiting"]
    assert [each.status for each in later.reports] == ["failed"]
    assert done.exit_code == waits.exit_code == 1
    assert "Smith" not in json.dumps([each.why for each in done.reports])
    assert bundles(place) == {("monthly", "2026-06", "all", "sharing_audit"): 1}
    assert entries(hub, "failed") == {JULY: 3}
    assert halves(place) == []


def test_what_failed_is_made_once_it_can_be(place, hub, request):
    request.getfixturevalue("failing")
    due(place, "2026-07-02", monthly(start="2026-07-01"))
    request.getfixturevalue("monkeypatch").undo()

    done = due(place, "2026-07-03", monthly(start="2026-07-01"))

    assert [each.status for each in done.reports] == ["done"]
    assert bundles(place) == entries(hub, "done") == {JULY: 1}


@pytest.mark.parametrize("lost", ["state", "state and ledger"])
def test_what_a_killed_runner_made_is_found_and_not_made_again(lost, filled, place, hub):
    made = due(place, "2026-07-02", monthly(start="2026-07-01")).reports[0]
    shutil.rmtree(place / "schedule")
    if lost == "state and ledger":  # killed between the bundle and the ledger: the database as it was before
        hub.engine.dispose()
        for name in ("hub.db", "hub.db-wal", "hub.db-shm"):
            (place / name).unlink(missing_ok=True)
            if (filled / name).exists():
                shutil.copy(filled / name, place / name)

    found = due(place, "2026-07-02", monthly(start="2026-07-01")).reports[0]

    assert (found.run, found.status) == (made.run, "done")
    assert bundles(place) == entries(hub, "done") == {JULY: 1}


@pytest.mark.parametrize("damaged", ["", "null", "[1", '{"run": "abc"}', '{"schedule": {}}'])
def test_a_manifest_that_is_none_stops_no_report(damaged, place):
    broken = place / "reports" / "retention" / "2026-06-30" / "abc" / "manifest.json"
    broken.parent.mkdir(parents=True)
    broken.write_text(damaged, "utf-8")

    assert [each.status for each in due(place, "2026-07-02", monthly(start="2026-07-01")).reports] == ["done"]


FITS = '{"reports": {"retention": {"status": "failed", "why": "x", "tries": 1, "again_at": %s}}, "letters": {}}'


@pytest.mark.parametrize(
    "damaged",
    [
        '{"pack":',
        "{}",
        "[]",
        "null",
        '{"reports": [], "letters": {}}',
        FITS % '"soon"',
        FITS % '"2026-07-02"',
        FITS % "3",
    ],
)
def test_a_damaged_state_stops_its_own_run_alone_and_says_so(damaged, place):
    file = place / "schedule" / "monthly" / "2026-06.all.json"
    file.parent.mkdir(parents=True)
    file.write_text(damaged, "utf-8")
    packs = monthly(start="2026-07-01"), monthly("sharing_audit", start="2026-07-01", name="other")
    logged = []

    done = due(place, "2026-07-02", *packs, log=logged.append)
    listed = lines(standings(place, packs, end_of(date(2026, 7, 2))))

    assert {each.pack: each.status for each in done.reports} == {"monthly": "failed", "other": "done"}
    assert done.exit_code == 1
    assert any(f"{file} is damaged" in line for line in done.lines())
    assert any(f"{file} is damaged" in line for line in listed)
    assert f"{file} is damaged" in logged[0]["why"]
    assert file.read_text("utf-8") == damaged


@pytest.mark.parametrize("kept", [True, False])
def test_a_state_that_was_deleted_makes_and_sends_nothing_twice(kept, place, hub):
    pack = monthly(start="2026-07-01", recipients=("a@example.gov.uk",))
    made = due(place, "2026-07-02", pack).reports[0]
    (place / "schedule" / "monthly" / "2026-06.all.json").unlink()
    if not kept:
        shutil.rmtree((place / made.folder).parent)

    rounds = [due(place, "2026-07-02", pack) for _ in range(2)]

    assert [each.run for each in rounds[0].reports] == [made.run]
    assert rounds[1].reports == []
    for each in rounds:
        assert each.told == ["monthly 2026-06 all: a letter (made) may or may not have arrived; it is not sent twice"]
    assert entries(hub, "done") == {JULY: 1}
    assert bundles(place) == ({JULY: 1} if kept else {})


def test_a_second_runner_finds_the_first_at_work(place):
    with lock(place), pytest.raises(Busy, match="another runner is at work"):
        due(place, "2026-07-02", monthly(start="2026-07-01"))

    assert due(place, "2026-07-02", monthly(start="2026-07-01")).reports[0].status == "done"


def test_two_runners_at_once_make_each_report_once(place, hub):
    results = []

    def runner():
        try:
            results.append(due(place, "2026-09-02", monthly(start="2026-07-01")).exit_code)
        except Busy:
            results.append("busy")

    both = [threading.Thread(target=runner) for _ in range(2)]
    [one.start() for one in both]
    [one.join() for one in both]

    assert sorted(map(str, results)) == ["0", "busy"]
    assert set(bundles(place).values()) == {1}
    assert len(bundles(place)) == 3


RUNNER = """
import resource, sys
from pathlib import Path
from tests.support.scheduled import due, monthly
if len(sys.argv) > 3:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
    import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
done = due(Path(sys.argv[1]), sys.argv[2], monthly(start="2026-07-01"))
sys.exit(done.exit_code)
"""


@pytest.mark.disk
def test_a_runner_killed_at_some_moments_leaves_each_report_to_be_made_once(place, hub):
    command = [sys.executable, "-c", RUNNER, str(place), "2026-10-02"]
    for seconds in (1.2, 2.4, 3.5, 5.0):
        runner = subprocess.Popen(command)
        time.sleep(seconds)
        runner.kill()
        runner.wait()

    due(place, "2026-10-02", monthly(start="2026-07-01"))

    assert set(bundles(place).values()) == {1}
    assert len(bundles(place)) == 4
    assert bundles(place) == entries(hub, "done")
    assert halves(place) == []


@pytest.mark.disk
def test_a_disk_that_is_full_leaves_nothing_half_done_and_the_report_is_made_when_there_is_room(place, hub):
    full = subprocess.run([sys.executable, "-c", RUNNER, str(place), "2026-07-02", "60000"], stderr=subprocess.DEVNULL)

    assert full.returncode == 1
    assert bundles(place) == {}
    assert halves(place) == []
    assert due(place, "2026-07-03", monthly(start="2026-07-01")).reports[0].status == "done"
    assert bundles(place) == entries(hub, "done") == {JULY: 1}


def test_a_dead_database_is_said_and_what_is_late_is_named(place):
    dead = "postgresql+psycopg://nobody@/gone?host=/nowhere"
    said = []

    done = due(place, "2026-07-09", monthly(start="2026-07-01"), url=dead, log=said.append)

    assert done.exit_code == 1
    assert "database" in done.error
    assert done.late == ["LATE: Monthly pack, 1 June to 30 June 2026, all hubs, due on 2 July 2026"]
    assert said[0]["status"] == "failed"
    assert due(place, "2026-07-09", monthly(start="2026-07-01")).reports[0].status == "done"


def test_every_hub_of_a_pack_has_its_own_run(place):
    done = due(place, "2026-07-02", monthly(start="2026-07-01", hubs=("all", "corby")))

    assert [each.hub for each in done.reports] == ["all", "corby"]
    assert (place / "reports" / "retention" / "latest-corby").is_dir()


def test_the_list_says_next_last_due_late_and_running(place):
    now = end_of(date(2026, 8, 12))
    due(place, "2026-07-02", monthly(start="2026-07-01"))

    with lock(place):
        (standing,) = standings(place, (monthly(start="2026-07-01"),), now)

    assert (standing.due, standing.late, standing.running) == (["2026-07"], ["2026-07"], True)
    assert standing.next == "2026-09-02T00:00+01:00"
    assert standing.last["period"] == "2026-06"
    assert lines([standing])[:2] == [
        "Monthly pack (monthly), all hubs",
        "  next: 2 September 2026 at 00:00; last: 2026-06, made on 2 July 2026",
    ]


def test_the_page_of_all_runs_says_what_changed_and_links_to_each(place):
    due(place, "2026-08-04", monthly(start="2026-07-01"))

    page = (place / "reports" / "index.html").read_text("utf-8")

    assert stat.S_IMODE(os.stat(place / "reports" / "index.html").st_mode) == 0o600
    assert page.index("1 July to 31 July 2026") < page.index("1 June to 30 June 2026")
    assert "No earlier run" in page
    assert page.count('<a href="retention/2026-0') == 2
    assert "<caption>" in page and 'lang="en-GB"' in page and "http" not in page


def test_bundles_go_when_the_retention_rule_says_so_and_the_run_is_not_made_again(place, hub):
    made = due(place, "2026-07-02", monthly(start="2026-07-01")).reports[0]
    path = place / made.folder / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"made_at": "20', '"made_at": "19'), "utf-8")

    later = due(place, "2026-07-03", monthly(start="2026-07-01"))

    assert (later.deleted, later.reports) == (1, [])
    assert not (place / made.folder).exists()
    assert halves(place) == []
    assert due(place, "2026-07-04", monthly(start="2026-07-01")).reports == []


def test_as_at_a_day_that_lies_ahead_no_bundle_goes(place):
    pack = monthly(start="2026-07-01")
    pack = replace(pack, rule=replace(pack.rule, until=date(2026, 7, 31)))
    due(place, "2026-07-02", pack)

    assert (due(place, "2126-07-02", pack).deleted, sum(bundles(place).values())) == (0, 1)


def test_no_latest_points_at_a_bundle_that_is_gone(place):
    pack = monthly(start="2026-07-01", hubs=("all", "corby"))
    old, kept = due(place, "2026-07-02", pack).reports
    path = place / old.folder / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"made_at": "20', '"made_at": "19'), "utf-8")

    due(place, "2026-07-03", pack)

    links = [each for each in (place / "reports" / "retention").iterdir() if each.is_symlink()]
    assert [each.name for each in links] == ["latest-corby"]
    assert links[0].resolve() == (place / kept.folder).resolve()


def test_a_mark_from_a_later_day_does_not_stop_bundles_from_going(place):
    made = due(place, "2026-07-02", monthly(start="2026-07-01")).reports[0]
    (place / "schedule" / "bundles_looked_over_on").write_text("2036-02-10", "ascii")
    path = place / made.folder / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"made_at": "20', '"made_at": "19'), "utf-8")

    assert due(place, "2026-07-03", monthly(start="2026-07-01")).deleted == 1


@pytest.mark.parametrize("days", [3 * 365, -40])
def test_a_round_on_a_clock_that_jumped_says_so_and_makes_sends_and_deletes_nothing(place, hub, monkeypatch, days):
    clock = Clock(monkeypatch)
    due(place, "2026-07-02", monthly(start="2026-07-01"))
    before = {path: path.stat().st_mtime_ns for path in (place / "reports").rglob("*")}
    clock.stands(days=days)
    wrong = run(place, None, (monthly(start="2026-07-01"),), moments.now(), WHO, lambda _: None, forks)

    assert "Nothing is made, sent or deleted: this machine's clock has" in wrong.lines()[0]
    assert (wrong.exit_code, wrong.reports, wrong.late) == (3, [], [])
    assert {path: path.stat().st_mtime_ns for path in (place / "reports").rglob("*")} == before
    assert bundles(place) == entries(hub, "done") == {JULY: 1}

    clock.stands(days=0)
    assert due(place, "2026-07-02", monthly(start="2026-07-01")).lines() == ["Nothing is due."]


def test_a_round_goes_on_when_somebody_else_has_confirmed_the_day(place, hub, monkeypatch):
    Clock(monkeypatch).stands(days=40)
    assert due(place, "2026-07-02", monthly(start="2026-07-01")).clock
    jumps.confirm(hub, moments.today(), By("ben", "the radio says so", moments.today()))

    assert [each.status for each in due(place, "2026-07-02", monthly(start="2026-07-01")).reports] == ["done"]
