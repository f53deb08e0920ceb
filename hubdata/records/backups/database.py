"""One state of the hub's database, copied out of it whole while others write; deleted bytes never come along.

SQLite writes the copy itself by VACUUM INTO (Connection.backup() copies deleted rows, reliability.md 3.2); PostgreSQL's
pg_dump reads the very snapshot whose head and counts are noted.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from hubdata.errors import HubError, Refused
from hubdata.records import ledger, store
from hubdata.records.backups import postgresql
from hubdata.records.store import Hub


@dataclass(frozen=True)
class State:
    """Which state a copy is: schema, erasure list and place in it, head of the audit chain, rows by table."""

    schema: str
    list: str
    line: int
    mac: str
    head: Sequence
    rows: dict[str, int]
    program: int | None = None


HIDDEN = """SELECT count(*) FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
  AND c.relkind IN ('r', 'p') AND row_security_active(c.oid)"""


def refuse_partial(hub: Hub) -> None:
    """Raises Refused if this login sees only some rows of a table: a copy without the others would look like one."""
    if hub.dialect == "sqlite":
        return
    with hub.read() as connection:
        if connection.exec_driver_sql(HIDDEN).scalar():
            raise Refused(
                "this login of the database sees the rows of some hubs only, and a copy must hold all of them: take "
                "backups with the operator's login (docs/team.md); nothing was copied"
            )


def copy(hub: Hub, to: Path) -> State:
    """Copy the database into a private file. Raises HubError if it cannot be made, Refused if it is not whole."""
    to.touch(0o600, exist_ok=False)
    return _sqlite(hub, to) if hub.dialect == "sqlite" else _postgresql(hub, to)


def _sqlite(hub: Hub, to: Path) -> State:
    connection = hub.engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(to),))
    except sqlite3.Error as error:
        full = "full" in str(error) or "I/O" in str(error)
        why = "the disk is full or did not take it" if full else f"{type(error).__name__}; is the database whole?"
        raise HubError(f"the copy could not be made ({why}): nothing is left of it; the hub is as it was") from None
    finally:
        connection.close()
    return check_sqlite(to)


def check_sqlite(copied: Path) -> State:
    """The state of a copy that nobody else has open. Raises Refused if it is not whole."""
    address = f"file:{quote(str(copied))}?immutable=1"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=StaticPool)
    try:
        with engine.connect() as connection:
            whole = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
            if not whole or connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise Refused(
                    "the database in the copy is damaged: keep the older backups, and restore the newest whole one"
                )
            return state(connection)
    except DatabaseError:
        raise Refused("the copy holds no whole database of a hub: take another backup") from None
    finally:
        engine.dispose()


def _postgresql(hub: Hub, to: Path) -> State:
    with hub.read() as connection:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        found = state(connection)
        program = postgresql.dump(connection, snapshot, to)
    return State(**{**vars(found), "program": program})


def state(connection: Connection) -> State:
    """What the database says of itself in this transaction."""
    tables = sorted(inspect(connection).get_table_names())
    mac = connection.execute(text("SELECT mac FROM erasures WHERE line = 1")).scalar_one()
    counts = {name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() for name in tables}
    schema = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    return State(schema, mac, *store.followed(connection), list(ledger.head(connection)), counts)
