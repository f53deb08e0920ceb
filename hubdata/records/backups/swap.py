"""Puts one SQLite file in the place of another that nobody may have open: the old one or the new one, never half.

A program that waits for the old file meanwhile must not write to it once it has no name: its log would bear the name
of the new one's. So the old file is made unreadable before its lock is given up.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import StaticPool

from hubdata.errors import HubError, Refused
from hubdata.records.backups.folder import synced

LOGS = ("-wal", "-shm", "-journal")
# leaving WAL folds the log into the file, and succeeds only if nobody else has it open; the lock then stays
ALONE = ("PRAGMA journal_mode=DELETE", "PRAGMA locking_mode=EXCLUSIVE", "BEGIN EXCLUSIVE", "COMMIT")


@contextmanager
def held(live: Path) -> Iterator[tuple[Engine | None, Callable[[Path], None]]]:
    """Nobody else opens the database: what reads it (None if it is damaged or not there), and what replaces it.

    Raises Refused if somebody has it open.
    """
    if not live.exists():
        yield None, lambda new: _replace(new, live)
        return
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, creator=lambda: sqlite3.connect(live, timeout=0, isolation_level=None)
    )
    old = os.open(live, os.O_RDWR) if os.name == "posix" else None
    try:
        yield (engine if _alone(engine) else None), lambda new: _swap(new, live, engine, old)
    finally:
        engine.dispose()
        if old is not None:
            os.close(old)


def _alone(engine: Engine) -> bool:
    """Whether the file could be locked; a damaged one cannot."""
    try:
        with engine.connect() as connection:
            for statement in ALONE:
                connection.exec_driver_sql(statement)
    except OperationalError as error:
        if "locked" in str(error.orig):
            raise Refused(
                "the hub is open elsewhere: close notebooks, dashboards and commands that use it, and try "
                "again; nothing was changed"
            ) from None
        raise HubError(f"the hub's database could not be locked ({error.orig}): nothing was changed") from None
    except DatabaseError:
        return False
    return True


def _swap(new: Path, live: Path, engine: Engine, old: int | None) -> None:
    if old is None:  # Windows: a file that is open keeps its name, and nobody can wait for it
        engine.dispose()
    _replace(new, live)
    if old is not None:
        os.pwrite(old, bytes(100), 0)


def _replace(new: Path, live: Path) -> None:
    synced(new)
    for suffix in LOGS:
        live.with_name(live.name + suffix).unlink(missing_ok=True)
    os.replace(new, live)
    synced(live.parent)


def remove(new: Path) -> None:
    """Delete what was made ready and not needed, with its log."""
    for suffix in ("", *LOGS):
        new.with_name(new.name + suffix).unlink(missing_ok=True)
