"""Where a run of the tests writes: in memory where this machine has room for it, and one folder that its workers share.

What is about the disk itself (it is full, or a program is killed as it writes) is marked `disk` and stays on it.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 4 << 30  # bytes; four workers need about half of it
SHARED = "HUBDATA_TESTS_SHARED"


def memory() -> Path | None:
    """The folder in memory, if there is one with room enough whose programs may be run."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return None
    found = os.statvfs(MEMORY)
    return MEMORY if found.f_bavail * found.f_frsize >= ENOUGH and not found.f_flag & os.ST_NOEXEC else None


def folder(prefix: str) -> Path:
    """A new folder, in memory where that is possible; whoever asks removes it."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=memory()))


def shared() -> Path:
    """The folder that a run and its workers and programs share, until the process ends that asked first."""
    if SHARED not in os.environ:
        os.environ[SHARED] = str(folder("hubdata-shared-"))
        atexit.register(_remove, os.environ[SHARED], os.getpid())
    return Path(os.environ[SHARED])


def _remove(place: str, owner: int) -> None:
    if os.getpid() == owner:  # and no fork of it
        shutil.rmtree(place, ignore_errors=True)


def once(name: str, make: Callable[[Path], None]) -> Path:
    """What `make` puts where it is told to: made once in a run, by the first of its workers that asks.

    Nobody writes there afterwards; a test works on a copy.
    """
    place = shared() / name
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            making = place.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            make(making)
            making.rename(place)
    return place
