"""Working folders: private, inside the hub's home, locked by who uses them and gone afterwards; never anywhere else.

A process that dies leaves its folder behind, but not its lock: that is how a leftover is told from a folder in use.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hubdata.errors import Refused

PREFIX = "run-"
ALONE = "disposal.lock"  # of whoever destroys, backs up or restores; see alone.py
RESTORING = ".restoring"  # behind the database's name, while a restore makes the new one ready beside it
UNFINISHED = ".unfinished-"  # before a backup's folder, until it is whole


@contextmanager
def folder(home: Path) -> Iterator[Path]:
    """A private folder under the home's `work`, held by a lock until it is left and deleted."""
    work = home / "work"
    work.mkdir(mode=0o700, exist_ok=True)
    lock, handle = _locked(work)
    place = lock.with_suffix("")
    try:
        place.mkdir(mode=0o700)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        _unlock(lock, handle)


@contextmanager
def only_one(path: Path, busy: str) -> Iterator[None]:
    """Hold a lock that only one process has at a time, however it ends. Raises Refused, saying `busy`, if one has."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _take(handle):
            raise Refused(busy)
        yield
    finally:
        os.close(handle)


def running(place: Path) -> bool:
    """Whether a process that is alive holds this working folder."""
    try:
        handle = os.open(_lock_of(place), os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not _take(handle)
    finally:
        os.close(handle)


def leftovers(home: Path) -> tuple[list[Path], list[Path]]:
    """The working folders that dead processes left, and those that live ones hold."""
    found = sorted(path for path in (home / "work").glob(f"{PREFIX}*") if path.is_dir())
    held = [path for path in found if running(path)]
    return [path for path in found if path not in held], held


def sweep(home: Path, database: str | None) -> None:
    """Destroy the whole copies of the hub that killed processes left: whoever opens a hub does so, without a word.

    What a live process has, and what cannot be deleted, stays; a disposal names it.
    """
    for place in leftovers(home)[0]:
        with suppress(OSError):
            remove(place)
    live = Path(database or home / "hub.db")
    copies = [*live.parent.glob(f"{live.name}{RESTORING}*"), *(home / "backups").glob(f"{UNFINISHED}*")]
    if not copies:
        return
    with suppress(Refused, OSError), only_one(home / "work" / ALONE, ""):
        for place in copies:
            shutil.rmtree(place) if place.is_dir() else place.unlink()


def remove(place: Path) -> None:
    """Delete a leftover and its lock. Raises OSError if it cannot be deleted."""
    shutil.rmtree(place)
    _lock_of(place).unlink(missing_ok=True)


def _lock_of(place: Path) -> Path:
    return place.with_name(f"{place.name}.lock")


def _locked(work: Path) -> tuple[Path, int]:
    """A new lock file, held. It is there before its folder, so that no folder in use is ever seen without one."""
    while True:
        handle, name = tempfile.mkstemp(prefix=PREFIX, suffix=".lock", dir=work)
        if _take(handle) and os.path.exists(name):
            return Path(name), handle
        os.close(handle)


def _unlock(lock: Path, handle: int) -> None:
    if os.name == "nt":  # there an open file cannot be deleted; elsewhere it goes while still held
        os.close(handle)
        lock.unlink(missing_ok=True)
    else:
        lock.unlink(missing_ok=True)
        os.close(handle)


def _take(handle: int) -> bool:
    """Lock an open file if nobody has; the lock ends with its holder, however that ends."""
    if os.name == "nt":
        import msvcrt  # Windows only

        with suppress(OSError):
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            return True
        return False
    import fcntl  # Windows has none

    with suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
