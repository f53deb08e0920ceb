"""The schedule on either database, and what is left of it when a disk is full or a copy takes a lost hub's place."""

import os
import shutil
import subprocess
import sys
from datetime import date

import pytest

from hubdata.demo import make as demo
from hubdata.desk import tour
from hubdata.moments import By
from hubdata.records.backups import make, recipients, restore
from tests.support import postgresql
from tests.support.scheduled import bundles, due, entries, halves, home, monthly

pytestmark = pytest.mark.disk
JUNE = ("monthly", "2026-06", "all", "retention")
CAN_MOUNT = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("mount") is not None

RUNNER = """
import sys
from pathlib import Path
from tests.support.scheduled import due, monthly
sys.exit(due(Path(sys.argv[1]), "2026-07-02", monthly(start="2026-07-01")).exit_code)
"""


@pytest.fixture
def filled(hub, monkeypatch):
    """A filled hub, once on each database."""
    if folder := postgresql.programs():
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    tour.fill(hub, demo.generate(families=20, seed=7), "schedule tests")
    return hub


def test_what_is_due_is_made_once_on_either_database(filled):
    pack = monthly(start="2026-07-01")
    done, again = (due(filled.home, "2026-07-02", pack, url=filled.url) for _ in range(2))

    assert ([each.status for each in done.reports], done.exit_code) == (["done"], 0)
    assert again.reports == []
    assert bundles(filled.home) == entries(filled, "done") == {JUNE: 1}


def test_a_restored_copy_remembers_what_was_made_and_which_letters_were_sent(filled, request, tmp_path):
    hub = filled
    pack = monthly(start="2026-07-01")
    made = due(hub.home, "2026-07-02", pack, url=hub.url)
    state = hub.home / "schedule" / "monthly" / "2026-06.all.json"
    said = state.read_text("utf-8").replace('"letters": {}', '"letters": {"made-1": {"status": "sent"}}')
    state.write_text(said, "utf-8")
    copy = make.backup(hub, None, By("olga", "nightly", date(2026, 7, 2)), recipients.IN_THE_CLEAR).folder

    new = tmp_path / "new machine"
    url = request.getfixturevalue("new_database")() if hub.dialect == "postgresql" else None
    restore.restore(new, url, copy, By("olga", "the disk broke", date(2026, 7, 3)), list_from_backup=True)
    again = due(new, "2026-07-03", pack, url=url)

    assert [each.status for each in made.reports] == ["done"]
    assert (again.reports, again.exit_code) == ([], 0)
    assert (new / state.relative_to(hub.home)).read_bytes() == state.read_bytes()
    assert not (new / "paused").exists()


@pytest.fixture
def small_disk(tmp_path):
    """A home on a disk of its own, with hardly any room; only the machine's administrator can mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64m,mode=0700", "tmpfs", str(place)]
    if not CAN_MOUNT or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("room", [0, 40_000, 150_000, 300_000, 450_000])
def test_a_full_disk_leaves_nothing_half_done_and_the_report_is_made_when_there_is_room(small_disk, room):
    place = home(small_disk / "hub")
    ballast = small_disk / "ballast"
    free = os.statvfs(small_disk)
    with ballast.open("wb") as file:
        file.write(bytes(free.f_bavail * free.f_frsize - room))
    pack = monthly(start="2026-07-01")

    runner = subprocess.run([sys.executable, "-c", RUNNER, str(place)], capture_output=True, text=True)
    left = halves(place)
    ballast.unlink()
    later = due(place, "2026-07-03", pack)

    assert (runner.returncode, runner.stderr[-600:], left) == (1, "", [])
    assert [each.status for each in later.reports] == ["done"]
    assert bundles(place) == {JUNE: 1}
