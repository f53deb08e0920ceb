"""Many hubs: a file checked as a whole, each hub on its own, on Dask too; only a protected summary leaves."""

import os
import shutil
import signal
import time
from datetime import date
from pathlib import Path

import pytest

from hubdata import disclosure_policy, schedule_fleet, schedule_hubs
from hubdata.errors import Refused
from hubdata.schedule import Ran, forked
from hubdata.schedule_calendar import end_of
from hubdata.schedule_round import Round
from tests.scheduled import WHO, bundles, home, monthly

NOW = end_of(date(2026, 7, 2))
WORK = ((monthly(start="2026-07-01"),), NOW, WHO)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return home(tmp_path_factory.mktemp("filled") / "hub")


@pytest.fixture
def members(filled, tmp_path):
    return [schedule_fleet.Member(n, shutil.copytree(filled, tmp_path / n)) for n in ("corby", "rushden")]


def test_every_fault_of_the_file_is_said_before_anything_runs(filled, tmp_path):
    (tmp_path / "open.key").write_text("secret", "utf-8")
    (tmp_path / "open.key").chmod(0o644)
    (tmp_path / "hubs.yaml").write_text(
        f"""hubs:
  a: {{home: {filled}, url: postgresql://x@y/z}}
  b: {{home: {tmp_path}/nowhere, colour: red}}
  c: {{home: {tmp_path}, url: "postgresql://x:pw@y/z", key: {tmp_path}/gone}}
  d: {{home: {tmp_path}, url: "postgresql://x@y/z", key: {tmp_path}/open.key}}
  e: 3
  f: {{home: {tmp_path}}}
""",
        "utf-8",
    )

    with pytest.raises(Refused) as refused:
        schedule_fleet.read(tmp_path / "hubs.yaml")

    said = refused.value.problems
    for line, words in (
        (1, "two hubs have the home"),
        (2, "a: it has no key"),
        (3, "unknown key 'colour'; allowed are home, url, key"),
        (3, "there is no hub at"),
        (4, "the password belongs in key's file"),
        (4, "it has no key: there is no file"),
        (5, "can be read by others"),
        (6, "write it as {home: FOLDER"),
        (7, "has no key: its keys folder"),
    ):
        assert any(p.startswith(f"hubs.yaml, line {line}: ") and words in p for p in said), words
    assert "pw" not in "".join(said)


def test_a_password_is_read_from_its_file_and_stands_in_no_other(tmp_path):
    (tmp_path / "key").write_text("p@ss:word\n", "utf-8")
    member = schedule_fleet.Member("corby", tmp_path, "postgresql+psycopg://hub@db/hub", tmp_path / "key")

    assert member.address() == "postgresql+psycopg://hub:p%40ss%3Aword@db/hub"
    assert "p@ss" not in repr(member)


def test_a_hub_that_cannot_be_opened_stops_no_other(members):
    broken = schedule_fleet.Member("broken", members[0].home.parent / "nothing")

    done = dict(schedule_hubs._here([broken, *members], WORK, False))

    assert "there is no hub at" in done["broken"].error
    assert [done[m.name].exit_code for m in members] == [0, 0]
    assert [set(bundles(m.home).values()) for m in members] == [{1}, {1}]


def _round(**findings: int) -> Round:
    return Round([Ran("monthly", "2026-06", "all", "retention", "done", findings=findings)])


def test_the_summary_across_hubs_hides_small_numbers():
    rounds = {
        "corby": _round(RT01=3, RT03=40),
        "rushden": _round(RT01=60, RT03=50),
        "thrapston": _round(RT01=70, RT03=30),
    }

    found = schedule_hubs.summary(rounds, disclosure_policy.read(None, date(2026, 7, 2)))

    assert "[c]" in found.shown[0]
    assert not found.at_risk & {at for at, i in found.intervals.items() if i.width < found.policy.width}


def test_a_hub_s_own_numbers_are_not_in_what_is_said_of_it():
    assert all(not each["findings"] for each in schedule_hubs._said(_round(RT01=3))["reports"])


def _children() -> list[int]:
    """The processes of this one's local cluster that run hubs."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            said = path.read_bytes()
            parent = int((path.parent / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if b"spawn_main" in said and parent == os.getpid():
            found.append(int(path.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="Dask's workers are found in /proc")
@pytest.mark.filterwarnings("default")
def test_on_dask_a_lost_worker_s_reports_are_made_once(members):
    pytest.importorskip("distributed")
    import threading

    killed = []

    def kill():
        until = time.monotonic() + 60
        while time.monotonic() < until and not any((m.home / "schedule").is_dir() for m in members):
            time.sleep(0.05)
        time.sleep(0.5)
        for child in _children()[:1]:
            os.kill(child, signal.SIGKILL)
            killed.append(child)

    killer = threading.Thread(target=kill)
    killer.start()
    done = dict(schedule_hubs._on_dask(members, WORK, False, None))
    killer.join()

    assert killed
    assert [done[m.name].error for m in members] == ["", ""]
    assert [sum(bundles(m.home).values()) for m in members] == [1, 1]


def test_forks_end_though_another_process_has_a_copy_of_their_socket():
    with forked() as server:
        copy = os.dup(server._control.fileno())
    os.close(copy)

    assert server._control.fileno() == -1


def test_forks_end_with_their_context():
    with forked() as server:
        assert server is not None
