"""Who destroys, backs up or restores does so alone: on this machine, and on every one whose records are on that server.

A module of its own, so that who only needs a working folder does not load SQLAlchemy.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from hubdata.errors import Refused
from hubdata.records.folders import ALONE, only_one
from hubdata.records.store import Hub

LOCK = 715518  # PostgreSQL's advisory lock for whoever destroys


@contextmanager
def alone(hub: Hub) -> Iterator[None]:
    """Nobody else destroys meanwhile. Raises Refused if somebody does."""
    busy = "another disposal, replay, backup or restore is running on this hub: wait until it has ended"
    with only_one(hub.home / "work" / ALONE, busy):
        if hub.dialect == "sqlite":
            yield
            return
        with hub.engine.connect() as connection:
            connection.detach()  # it outlives the pool, which is emptied before the proof
            if not connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}).scalar():
                raise Refused(busy)
            connection.commit()
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
                connection.commit()
