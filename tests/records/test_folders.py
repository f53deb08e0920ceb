"""Working folders: private, gone afterwards, and a dead process's leftover is told from a folder in use."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hubdata.records import folders
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub

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


def test_a_folder_in_use_by_this_very_process_is_in_use(home: Path):
    with folders.folder(home) as folder:
        assert folders.leftovers(home) == ([], [folder])


def test_a_snapshot_leaves_nothing_in_the_hubs_home(hub: Hub):
    snapshots.take(hub)

    assert not any((hub.home / "work").iterdir())
