"""Lets rows of append-only tables go, for as long as an erasure takes and in its own transaction; nothing else does."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from hubdata import moments


@contextmanager
def erasing(connection: Connection) -> Iterator[None]:
    """An erasure is in progress within the block; nobody else sees it, and an error undoes it with everything."""
    connection.execute(text("INSERT INTO erasing (since) VALUES (:now)"), {"now": moments.stamp()})
    yield
    connection.execute(text("DELETE FROM erasing"))
