"""Many hubs: a file checked as a whole, each hub on its own, on Dask too; only a protected summary leaves."""

import asyncio
import json
import os
import shutil
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import psutil
import pytest

from hubdata.errors import HubError, Refused
from hubdata.release.disclosure import policy
from hubdata.schedule.calendar import end_of
from hubdata.schedule.fleet import hubs as fleet_hubs
from hubdata.schedule.fleet import run
from hubdata.schedule.round import Round
from hubdata.schedule.run import Ran, forked
from tests.support.scheduled import WHO, bundles, home, monthly

NOW = end_of(date(2026, 7, 2))
STALE = "retention.stale_after_days"
WORK = ((monthly(start="2026-07-01"),), NOW, WHO)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return home(tmp_path_factory.mktemp("filled") / "hub")


@pytest.fixture
def members(filled, tmp_path):
    return [fleet_hubs.Member(n, shutil.copytree(filled, tmp_path / n)) for n in ("corby", "rushden")]


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
        fleet_hubs.read(tmp_path / "hubs.yaml")

    said = refused.value.problems
    for line, words in (
        (5, "c and d have one home"),
        (7, "c and f have one home"),
        (2, "a: it has no key"),
        (3, "unknown key 'colour'; allowed are home, url, key, decisions"),
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
    member = fleet_hubs.Member("corby", tmp_path, "postgresql+psycopg://hub@db/hub", tmp_path / "key")

    assert member.address() == "postgresql+psycopg://hub:p%40ss%3Aword@db/hub"
    assert "p@ss" not in repr(member)


def test_a_hub_without_an_address_is_in_its_home_whatever_the_environment_says(tmp_path):
    assert fleet_hubs.Member("corby", tmp_path).address() == "sqlite"


def _keys(home: Path) -> Path:
    """A home that has its keys."""
    (home / "keys").mkdir(parents=True)
    (home / "keys" / "actors").touch()
    return home


def _refused(folder: Path, *hubs: str) -> list[str]:
    """What is said of hubs, one on each line from the second on; %h is a good home, %k a good key."""
    _keys(folder / "hub")
    (folder / "key").write_text("secret", "utf-8")
    for path in folder.glob("*key"):
        path.chmod(0o600)
    said = "\n".join(["hubs:", *(f"  {hub}" for hub in hubs)])
    (folder / "hubs.yaml").write_text(said.replace("%h", f"{folder}/hub").replace("%k", f"{folder}/key"), "utf-8")
    with pytest.raises(Refused) as refused:
        fleet_hubs.read(folder / "hubs.yaml")
    return refused.value.problems


@pytest.mark.parametrize("url", ["", 'url: "sqlite:////srv/hub.db", ', "url: sqlite, "])
def test_a_password_beside_sqlite_is_refused(url, tmp_path):
    (said,) = _refused(tmp_path, f"a: {{home: %h, {url}key: %k}}")

    assert said.startswith("hubs.yaml, line 2: a: a hub on SQLite has no password; take key out")


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("hello", "is no address"),
        ("mongo://u@h/d", "a kind of database that holds no hub"),
        ("postgresql+psycopg2://u@h/d", "a kind of database that holds no hub"),
        ("postgresql://u@/d", "names no host"),
        ("postgresql://u@h", "names no database"),
        ("postgresql://u@h/", "names no database"),
        ("postgresql://h/d", "names no user"),
        ("postgresql://u@h:abc/d", "port is no number"),
        ("postgresql://u@h:65536/d", "port is not 1 to 65535"),
        ("postgresql://u:hidden@h/d", "holds a password"),
        ("postgresql://u@h/d?password=hidden", "holds a password"),
    ],
)
def test_an_address_that_no_hub_can_have_is_refused(url, fault, tmp_path):
    (said,) = _refused(tmp_path, f'a: {{home: %h, url: "{url}", key: %k}}')

    assert said.startswith("hubs.yaml, line 2: a: the url")
    assert fault in said
    assert "write the address as postgresql+psycopg://USER@HOST:PORT/NAME" in said
    assert "hidden" not in said


def test_every_key_that_is_unknown_or_no_text_is_said(tmp_path):
    said = _refused(tmp_path, "a: {home: %h, key: 5, url: [], colour: red}")

    assert [each.removeprefix("hubs.yaml, line 2: a: ") for each in said] == [
        "unknown key 'colour'; allowed are home, url, key, decisions",
        "url must be a text",
        "key must be a text",
    ]


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_hub_in_memory_is_refused(url, tmp_path):
    (said,) = _refused(tmp_path, f'a: {{home: %h, url: "{url}"}}')

    assert "line 2: a: the url names no file" in said


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"one\ntwo\n"])
def test_a_key_is_one_line_of_text(content, tmp_path):
    (tmp_path / "bad.key").write_bytes(content)

    (said,) = _refused(tmp_path, f'a: {{home: %h, url: "postgresql://u@h/d", key: {tmp_path}/bad.key}}')

    assert "line 2: a: it has no key" in said
    assert "must hold one line of text in UTF-8" in said


@pytest.mark.parametrize("name", ['"a b"', '"../a"', "a" * 41, "2026", "true", '"a\\nb"', "é"])
def test_a_hub_has_a_short_plain_name(name, tmp_path):
    (said,) = _refused(tmp_path, f"{name}: {{home: %h}}")

    assert said.startswith(("hubs.yaml, line 2: this hub: a hub's name is letters, digits", "hubs.yaml, line 1: this"))


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ("home: %h", "home: %h/", "home"),
        ("home: %h", "home: %h-link", "home"),
        ("home: %h", 'home: %h-2, url: "sqlite:///%h/../hub-link/hub.db"', "database"),
        (
            'home: %h, url: "postgresql://u@H:5432/d", key: %k',
            'home: %h-2, url: "postgresql://v@h/d", key: %k',
            "database",
        ),
        (
            'home: %h, url: "postgresql://u@x/d?host=h", key: %k',
            'home: %h-2, url: "postgresql://u@h/d", key: %k',
            "database",
        ),
    ],
)
def test_two_hubs_in_one_place_are_refused_by_their_names(one, other, what, tmp_path):
    (tmp_path / "hub-link").symlink_to(tmp_path / "hub")
    _keys(tmp_path / "hub-2")

    (said,) = _refused(tmp_path, f"a: {{{one}}}", f"b: {{{other}}}")

    assert said == f"hubs.yaml, line 3: b: a and b have one {what}; every hub has its own"


def test_hubs_in_places_of_their_own_are_read(tmp_path):
    for name in ("a", "b"):
        _keys(tmp_path / name)
    (tmp_path / "key").write_text("secret", "utf-8")
    (tmp_path / "key").chmod(0o600)
    address = "postgresql://u@/d?host=/run/postgresql"
    (tmp_path / "hubs.yaml").write_text(
        f"""hubs:
  a-1: {{home: {tmp_path}/a}}
  B_2: {{home: {tmp_path}/b, url: "{address}", key: {tmp_path}/key}}
""",
        "utf-8",
    )

    a, b = fleet_hubs.read(tmp_path / "hubs.yaml")

    assert a.address() == "sqlite"
    assert b.address() == "postgresql+psycopg://u:secret@/d?host=%2Frun%2Fpostgresql"


def test_a_hub_that_cannot_be_opened_stops_no_other(members):
    broken = fleet_hubs.Member("broken", members[0].home.parent / "nothing")

    done = dict(run.run_here([broken, *members], WORK, False))

    assert "there is no hub at" in done["broken"].error
    assert [done[m.name].exit_code for m in members] == [0, 0]
    assert [set(bundles(m.home).values()) for m in members] == [{1}, {1}]


def test_every_hub_of_a_fleet_is_judged_by_the_decisions_that_the_list_names_for_it(members, tmp_path):
    elsewhere = tmp_path / "decided"
    elsewhere.mkdir()
    days = "{value: 1, from: 2026-01-01, source: The board, last_checked: 2026-01-01}"
    (elsewhere / f"{STALE}.yaml").write_text(f"{STALE}:\n  unit: days\n  values:\n    - {days}\n", "utf-8")
    corby, rushden = members[0], replace(members[1], decisions=elsewhere)

    done = dict(run.run_here([corby, rushden], WORK, False))

    stale = {name: sum(each.findings.get("RT03", 0) for each in of.reports) for name, of in done.items()}
    stood = {each.name: _manifest(each.home)["decisions"] for each in (corby, rushden)}
    assert all(each.error == "" for each in done.values())
    assert stale["rushden"] > stale["corby"]
    assert stood["corby"] != stood["rushden"]


def _manifest(home: Path) -> dict:
    (path,) = home.glob("reports/*/*/*/manifest.json")
    return json.loads(path.read_text("utf-8"))


def test_decisions_lie_in_a_folder_of_the_hub_s_own(tmp_path):
    (tmp_path / "there").mkdir()
    _keys(tmp_path / "hub-2")

    said = _refused(
        tmp_path,
        f"a: {{home: %h, decisions: {tmp_path}/there}}",
        f"b: {{home: %h-2, decisions: {tmp_path}/there}}",
        f"c: {{home: %h-2, decisions: {tmp_path}/gone}}",
    )

    assert any("line 3: b: a and b have one folder of decisions" in each for each in said), said
    assert any(f"line 4: c: there is no folder of decisions at {tmp_path}/gone" in each for each in said), said


def _round(**findings: int) -> Round:
    return Round([Ran("monthly", "2026-06", "all", "retention", "done", findings=findings)])


def test_the_summary_across_hubs_hides_small_numbers():
    rounds = {
        "corby": _round(RT01=3, RT03=40),
        "rushden": _round(RT01=60, RT03=50),
        "thrapston": _round(RT01=70, RT03=30),
    }

    found = run.summary(rounds, policy.read(None, date(2026, 7, 2)))

    assert "[c]" in found.shown[0]
    assert not found.at_risk & {at for at, i in found.intervals.items() if i.width < found.policy.width}


def test_a_hub_s_own_numbers_are_not_in_what_is_said_of_it():
    assert all(not each["findings"] for each in run.said_of(_round(RT01=3))["reports"])


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


def _listening() -> set[tuple[str, int]]:
    """Where this process and those that it started take connections."""
    us = psutil.Process()
    found = set()
    for process in (us, *us.children(recursive=True)):
        with suppress(psutil.Error):
            found |= {tuple(one.laddr) for one in process.net_connections() if one.status == psutil.CONN_LISTEN}
    return found


@pytest.mark.disk
def test_side_by_side_nothing_listens(members):
    before, seen, done = _listening(), set(), threading.Event()

    def look() -> None:
        while not done.wait(0.05):
            seen.update(_listening())

    looking = threading.Thread(target=look)
    looking.start()
    rounds = dict(run.run_on_dask(members, WORK, False, None))
    done.set()
    looking.join()

    assert {name: each.error for name, each in rounds.items()} == {"corby": "", "rushden": ""}
    assert seen - before == set()


@pytest.mark.disk
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the workers are found in /proc")
def test_side_by_side_a_lost_worker_s_reports_are_made_once(members):
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
    done = dict(run.run_on_dask(members, WORK, False, None))
    killer.join()

    assert killed
    assert [done[m.name].error for m in members] == ["", ""]
    assert [sum(bundles(m.home).values()) for m in members] == [1, 1]


@pytest.mark.parametrize("place", ["tcp://127.0.0.1:1", "tls://127.0.0.1:1", "mute"])
def test_a_scheduler_that_does_not_answer_is_named_soon(place, tmp_path):
    pytest.importorskip("distributed")
    started = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}" if place == "mute" else place
        with pytest.raises(HubError, match=f"no Dask scheduler answers at {address} ") as error:
            list(run.run_on_dask([fleet_hubs.Member("a", tmp_path)], WORK, False, address))

    assert error.value.exit_code == 1
    assert time.monotonic() - started < 25  # Dask itself would wait for 30


def test_a_scheduler_is_asked_from_within_a_running_loop_too(tmp_path):
    pytest.importorskip("distributed")

    async def ask() -> None:
        list(run.run_on_dask([fleet_hubs.Member("a", tmp_path)], WORK, False, "tcp://127.0.0.1:1"))

    # In a thread of its own: a browser of another test's may hold a loop running in this one.
    with (
        ThreadPoolExecutor(1) as thread,
        pytest.raises(HubError, match="no Dask scheduler answers at tcp://127.0.0.1:1 "),
    ):
        thread.submit(asyncio.run, ask()).result()


def test_forks_end_though_another_process_has_a_copy_of_their_socket():
    with forked() as server:
        copy = os.dup(server._control.fileno())
    os.close(copy)

    assert server._control.fileno() == -1


def test_forks_end_with_their_context():
    with forked() as server:
        assert server is not None
