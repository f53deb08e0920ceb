"""Notes what a write transaction puts into tables and takes out of them, whatever statement does it; it judges nothing.

The database tells it row by row. On SQLite by triggers of this connection's own (TEMP), which call functions of this
process; with recursive triggers on, REPLACE tells of the row that it takes away too. On PostgreSQL by triggers that the
migrations made, which write digests to a table of the session's own; other sessions have none, and lose nothing by it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Integer
from sqlalchemy.engine import ExceptionContext

from hubdata.errors import HubError
from hubdata.records.coverage import apart, unseen
from hubdata.records.coverage.element import BETWEEN, Layout, Parts, add_rows, add_said, reduced
from hubdata.records.tables.contract import TABLES

# The chain holds itself, the sums are held by it, and what an erasure says of itself is gone before it is committed.
UNCOVERED = ("chain", "payloads", "coverage", "coverage_parts", "erasing")
COVERED = tuple(sorted(TABLES.keys() - set(UNCOVERED)))
FOLLOWED = {"leads": ("lead_versions",)}  # what a table's own triggers write, whoever changes it
Changes = dict[str, Parts]
LONGEST = 20_000  # characters of a statement in which it has named what it changes
COLUMNS = {
    "sqlite": "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' "
    "ORDER BY m.name, c.cid",
    "postgresql": "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
    "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 "
    "AND NOT a.attisdropped ORDER BY c.relname, a.attnum",
}
THERE = "SELECT to_regclass('pg_temp.hub_changes') IS NOT NULL"
# No other session reaches a temporary table; a function of the tables' owner must write to it as well.
SESSION = (
    "CREATE TEMP TABLE hub_changes (of_table text, put boolean, place text, said text) ON COMMIT DELETE ROWS; "
    "GRANT INSERT ON pg_temp.hub_changes TO PUBLIC"
)
AS_WRITTEN = "SET LOCAL datestyle = 'ISO, YMD'"  # as the triggers' function has it: a row's text depends on it
SIGNS = {"NEW": 1, "OLD": -1}
VERBS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def layouts(connection: Connection) -> dict[str, Layout]:
    """The covered tables as this database has them."""
    cursor = connection.connection.cursor()
    cursor.execute(COLUMNS[connection.dialect.name])
    columns: dict[str, list[str]] = {}
    for table, name in cursor.fetchall():
        columns.setdefault(table, []).append(name)
    cursor.close()
    return {table: _layout(table, tuple(columns[table])) for table in COVERED if table in columns}


def _layout(table: str, columns: tuple[str, ...]) -> Layout:
    return Layout(table, columns, tuple(c.name for c in TABLES[table].primary_key if c.name in columns))


class Notes:
    """What one SQLite connection tells of its write transaction: sums by table, and how many rows it told of."""

    def __init__(self) -> None:
        self.changed: Changes = {}
        self.rows = self.before = 0
        self.told: set[str] = set()

    def one(self, layout: Layout | None, secret: bytes, signs: tuple[int, ...]) -> Callable[..., None]:
        """A function for a trigger to call with the values of a row, or of a row as it was and as it is."""
        if layout is None:
            return self._count
        parts, size = self.changed.setdefault(layout.table, {}), len(layout.columns)

        def note(*values: object) -> None:
            self.rows += 1
            for at, sign in enumerate(signs):
                add_rows(layout, secret, parts, (values[at * size : (at + 1) * size],), sign)

        return note

    def _count(self) -> None:
        self.rows += 1


def ready(connection: Connection) -> None:
    """Have this connection note a new write transaction; it must not be in one yet."""
    connection.info.pop("hub_doubted", None)
    if connection.dialect.name != "sqlite":
        return
    notes: Notes = connection.info.setdefault("hub_notes", Notes())
    driver: Any = connection.connection.driver_connection
    notes.told = {name for (name,) in driver.execute("SELECT tbl_name FROM sqlite_temp_master WHERE type = 'trigger'")}
    notes.rows, notes.before = 0, driver.total_changes
    for parts in notes.changed.values():
        parts.clear()


def before(connection: Connection, secret: bytes, statement: str) -> None:
    """Have every table that a statement may change tell of it: a trigger costs 0.1 ms to make, so only when it is."""
    notes: Notes = connection.info["hub_notes"]
    if statement.lstrip()[:6].upper() == "SELECT":
        return
    named = TABLES.keys() & set(re.findall(r"\w+", statement[:LONGEST]))
    for table in {*named, *(each for name in named for each in FOLLOWED.get(name, ()))} - notes.told:
        _tell(connection, secret, notes, table)
        notes.told.add(table)


def _tell(connection: Connection, secret: bytes, notes: Notes, table: str) -> None:
    driver: Any = connection.connection.driver_connection
    columns = tuple(row[1] for row in driver.execute(f"PRAGMA table_info({table})")) if table in COVERED else ()
    layout = _layout(table, columns) if columns else None
    for verb, rows in VERBS.items():
        note = notes.one(layout, secret, tuple(SIGNS[row] for row in rows))
        driver.create_function(f"hub_{verb}_{table}", len(columns) * len(rows), note)
        driver.execute(_trigger(verb, table, columns))


def _trigger(verb: str, table: str, columns: tuple[str, ...]) -> str:
    values = ", ".join(f"{row}.{name}" for row in VERBS[verb] for name in columns)
    return (
        f"CREATE TEMP TRIGGER IF NOT EXISTS hub_{verb}_{table} AFTER {verb} ON main.{table} "
        f"BEGIN SELECT hub_{verb}_{table}({values}); END"
    )


@contextmanager
def put_in(connection: Connection, table: str, names: list[str], rows: list[tuple]) -> Iterator[None]:
    """Note many rows at once that the block puts into a table of SQLite's: its trigger would take 15 µs a row."""
    secret = connection.get_execution_options().get("hub_key")
    if secret is None:
        yield
        return
    before(connection, secret, f"INSERT INTO {table}")
    notes: Notes = connection.info["hub_notes"]
    driver: Any = connection.connection.driver_connection
    columns = tuple(row[1] for row in driver.execute(f"PRAGMA table_info({table})"))
    driver.execute(f"DROP TRIGGER hub_INSERT_{table}")
    yield
    driver.execute(_trigger("INSERT", table, columns))
    add_rows(_layout(table, columns), secret, notes.changed[table], _kept(table, columns, names, rows))
    notes.rows += len(rows)


def _kept(table: str, columns: tuple[str, ...], names: list[str], rows: list[tuple]) -> Iterable[tuple]:
    """Rows as the table keeps them: its columns in order, whole numbers as such."""
    given = dict(zip(names, zip(*rows, strict=True), strict=True))
    for name in names:
        if isinstance(TABLES[table].c[name].type, Integer):
            given[name] = tuple(value if value is None else int(value) for value in given[name])
    return zip(*(given.get(name, (None,) * len(rows)) for name in columns), strict=True)


def doubt(context: ExceptionContext) -> None:
    """A statement failed: what it had told of before is undone, so nothing of this transaction may be committed."""
    if context.connection is not None and not context.connection.invalidated:
        context.connection.info["hub_doubted"] = True


def begin(connection: Connection) -> None:
    """On PostgreSQL, have a place for the notes of the transaction that begins."""
    if connection.dialect.name != "sqlite" and not connection.exec_driver_sql(THERE).scalar():
        connection.exec_driver_sql(SESSION)


def changes(connection: Connection, secret: bytes) -> Changes:
    """What the transaction has changed so far: for each table, what was put in less what was taken out."""
    if connection.info.get("hub_doubted"):
        raise HubError("a part of the change was refused by the database: nothing was written")
    if connection.dialect.name == "sqlite":
        notes: Notes = connection.info["hub_notes"]
        driver: Any = connection.connection.driver_connection
        if driver.total_changes - notes.before > notes.rows:
            raise HubError("a change was made past the audit chain: nothing was written")
        return {table: dict(parts) for table, parts in notes.changed.items() if parts}
    noted: Changes = {}
    if "hub_layouts" not in connection.info:
        connection.info["hub_layouts"] = layouts(connection)
    begun = {table: layout.begun(secret) for table, layout in connection.info["hub_layouts"].items()}
    for table, put, place, said in _copied(connection, "COPY pg_temp.hub_changes TO STDOUT"):
        name = table.decode()
        add_said(begun[name], noted.setdefault(name, {}), 1 if put == b"t" else -1, int(place, 16), said)
    return noted


def sums(connection: Connection, secret: bytes) -> Iterator[tuple[Layout, Parts]]:
    """The sums over every covered table's rows as they are now."""
    found = layouts(connection)
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        driver.execute(AS_WRITTEN)
        asked = unseen.ROWS if unseen.blind(connection) else "SELECT {digested} FROM {table} r"
        yield from ((layout, _told(connection, secret, layout, asked)) for layout in found.values())
        return
    (asked, rows), helped = apart.pieces(driver, found), None
    if rows > apart.MANY:
        head = driver.execute(apart.HEAD).fetchone()
        helped = apart.together(str(connection.engine.url.database), secret, asked, head)
    for table, layout in found.items():
        yield layout, reduced(apart.summed(driver, secret, layout)) if helped is None else helped.get(table, {})


def _told(connection: Connection, secret: bytes, layout: Layout, asked: str) -> Parts:
    parts: Parts = {}
    begun = layout.begun(secret)
    query = asked.format(digested=digested(layout), table=layout.table)
    for place, said in _copied(connection, f"COPY ({query}) TO STDOUT"):
        add_said(begun, parts, 1, int(place, 16), said)
    return reduced(parts)


def digested(layout: Layout) -> str:
    """What PostgreSQL says of a row `r`: the place of its key and a digest of all of it, in hex; no value leaves it."""
    key = f"concat_ws(chr({ord(BETWEEN)}), {', '.join(f'r.{name}' for name in layout.key)})"
    return (
        f"encode(substr(sha256(convert_to({key}, 'UTF8')), 1, 4), 'hex'), "
        "encode(sha256(convert_to(r::text, 'UTF8')), 'hex')"
    )


def _copied(connection: Connection, statement: str) -> Iterator[list[bytes]]:
    driver: Any = connection.connection.driver_connection
    rest = b""
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            *lines, rest = (rest + bytes(block)).split(b"\n")
            yield from (line.split(b"\t") for line in lines)
