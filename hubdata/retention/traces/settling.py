"""Makes the database give up the bytes of deleted rows; what hinders it is said in words, and nothing is raised.

SQLite keeps copies in free pages, in slack and in its log; PostgreSQL in dead rows, in statistics and in its log.
Source: reliability.md 3.2 and 3.3, measured.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from hubdata.records.owner import OWNED
from hubdata.records.store import Hub
from hubdata.records.team import functional

PATIENCE = 5_000  # milliseconds: long enough for another program's short reading, too short for one that stays
CARRIERS = (*OWNED, "payloads", "coverage", "coverage_parts")  # the last two: salts and sums of rows that are gone
READER = (
    "another program is reading the hub, so copies of destroyed records stay in its log: close the other programs "
    "and notebooks that have the hub open, and run the disposal again"
)


def settle(hub: Hub) -> list[str]:
    """Rewrite what lost rows and empty the log; returns what stood in the way, an empty list if nothing did."""
    return _sqlite(hub) if hub.dialect == "sqlite" else _postgresql(hub)


def _sqlite(hub: Hub) -> list[str]:
    try:
        with outside_transactions(hub) as cursor:
            cursor.execute(f"PRAGMA busy_timeout={PATIENCE}")
            cursor.execute("VACUUM")
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except hub.engine.dialect.loaded_dbapi.Error as error:
        return [_hindrance(str(error))]
    log = Path(f"{hub.engine.url.database}-wal")
    return [READER] if busy or (log.exists() and log.stat().st_size) else []


@contextmanager
def outside_transactions(hub: Hub) -> Iterator:
    """A cursor outside any transaction: VACUUM runs in none."""
    connection = hub.engine.raw_connection()
    try:
        cursor = connection.cursor()
        yield cursor
        cursor.close()
    finally:
        connection.invalidate()  # its settings go with it


def _hindrance(said: str) -> str:
    if "locked" in said or "busy" in said:
        return READER
    if "full" in said:
        return (
            "the disk has no room to rewrite the database, so copies of destroyed records stay in it: make as much "
            "room as the database takes, and run the disposal again"
        )
    return "the database could not be rewritten, so copies of destroyed records may stay in it; check the disk"


def _postgresql(hub: Hub) -> list[str]:
    try:
        with hub.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET lock_timeout = '30s'"))
            asks = functional.asked(connection)
            for table in CARRIERS:
                if asks:
                    functional.settle(connection, table)
                else:
                    connection.execute(text(f"VACUUM FULL {table}"))
                    connection.execute(text(f"ANALYZE {table}"))
            if is_superuser(connection):
                _server(connection)
            connection.execute(text("RESET lock_timeout"))
    except DBAPIError as error:
        said = str(error.orig).partition("\n")[0]
        return [READER if "lock" in said else _hindrance("full" if "space" in said else said)]
    return []


def is_superuser(connection: Connection) -> bool:
    """Whether this login may tidy the server's own tables and log."""
    return connection.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar_one()


def _server(connection: Connection) -> None:
    """The server's statistics, which repeat values, and its log, whose segments are written over one by one."""
    connection.execute(text("VACUUM FULL pg_statistic"))
    segments = connection.execute(text("SELECT count(*) FROM pg_ls_waldir()")).scalar_one()
    for _ in range(segments + 2):
        connection.execute(text("CHECKPOINT"))
        connection.execute(text("SELECT pg_switch_wal()"))
    connection.execute(text("CHECKPOINT"))
