"""Working folders: private, gone afterwards, and a dead process's leftover is told from a folder in use."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hubdata.desk.main import app
from hubdata.records import folders
from hubdata.records.alone import alone
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub, open_hub

HOLDS = """
import sys, time
from pathlib import Path
from hubdata.records import folders
with folders.folder(Path(sys.argv[1])) as folder:
    (folder / "snapshot").write_text("F1")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    return tmp_path


@pytest.fixture
def other(home: Path):
    """Another process that is in the middle of its work, and its folder."""
    process = subprocess.Popen([sys.executable, "-c", HOLDS, str(home)], stdout=subprocess.PIPE, text=True)
    yield process, Path(process.stdout.readline().strip())
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_working_folder_is_private_and_gone_afterwards(home: Path):
    with folders.folder(home) as folder:
        mode = stat.S_IMODE(folder.stat().st_mode)
        (folder / "copy.db").write_text("F1")

    assert mode == 0o700
    assert not any((home / "work").iterdir())


def test_a_working_folder_is_gone_after_a_fault_too(home: Path):
    with pytest.raises(ZeroDivisionError), folders.folder(home) as folder:
        (folder / "copy.db").write_text(str(1 / 0))

    assert not any((home / "work").iterdir())


def test_the_folder_of_a_living_process_is_in_use(home: Path, other):
    _, folder = other

    assert folders.leftovers(home) == ([], [folder])


@pytest.mark.disk
def test_the_folder_of_a_killed_process_is_a_leftover_that_can_be_removed(home: Path, other):
    process, folder = other
    process.kill()
    process.wait()

    left, held = folders.leftovers(home)
    folders.remove(left[0])

    assert (left, held) == ([folder], [])
    assert not any((home / "work").iterdir())


COPY = "a whole copy of the database"


@pytest.mark.disk
def test_whoever_opens_a_hub_next_destroys_what_killed_processes_left(sqlite_hub: Hub):
    home = sqlite_hub.home
    process = subprocess.Popen([sys.executable, "-c", HOLDS, str(home)], stdout=subprocess.PIPE, text=True)
    folder = Path(process.stdout.readline().strip())
    kept = home / "backups" / "20261122T000000Z"
    kept.mkdir(parents=True)
    unfinished = home / "backups" / ".unfinished-hub"
    unfinished.mkdir()
    copies = [home / "hub.db.restoring", home / "hub.db.restoring-wal", unfinished / "hub.db"]
    for copy in copies:
        copy.write_text(COPY)

    open_hub(home).engine.dispose()
    assert (folder / "snapshot").exists()  # a living process has it
    process.kill()
    process.wait()
    process.stdout.close()
    open_hub(home).engine.dispose()

    assert not any(path.exists() for path in (folder, unfinished, *copies))
    assert kept.is_dir()


def test_a_copy_that_somebody_makes_just_now_stays(sqlite_hub: Hub):
    copy = sqlite_hub.home / "hub.db.restoring"
    copy.write_text(COPY)

    with alone(sqlite_hub):
        open_hub(sqlite_hub.home).engine.dispose()
        assert copy.exists()
    open_hub(sqlite_hub.home).engine.dispose()
    assert not copy.exists()


def test_a_command_destroys_what_killed_processes_left(sqlite_hub: Hub):
    copy = sqlite_hub.home / "hub.db.restoring"
    copy.write_text(COPY)

    assert CliRunner().invoke(app, ["retention", "holds", "--home", str(sqlite_hub.home)]).exit_code == 0
    assert not copy.exists()


def test_a_folder_in_use_by_this_very_process_is_in_use(home: Path):
    with folders.folder(home) as folder:
        assert folders.leftovers(home) == ([], [folder])


def test_a_snapshot_leaves_nothing_in_the_hubs_home(hub: Hub):
    snapshots.take(hub)

    assert not any((hub.home / "work").iterdir())
