"""Records at one instant as frozen, pseudonymous Arrow tables with one hash; names and free text never enter.

SQLite is first copied by SQLite's own backup call and read through ADBC from the copy, because a second SQLite
library on the live file silently loses commits (stack.md 0.1). PostgreSQL is exported by COPY inside one
repeatable-read transaction. Both give the same tables and so the same hash.

    families   family  hub    opened_on   closed_on   has_closure_reason  recorded_at
               F1      corby  2019-01-07  2020-02-29  true                2020-03-01 09:00:00
"""

import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv
from sqlalchemy import Connection

from hubdata import periods
from hubdata.errors import HubError
from hubdata.policy import Policy
from hubdata.records import folders
from hubdata.records.snapshot import certificates, free_text, lives
from hubdata.records.snapshot import outside as snapshot_outside
from hubdata.records.snapshot.frozen import Snapshot, rules, scalar, table_hash, tabled
from hubdata.records.store import Hub
from hubdata.records.tables.contract import CONTRACT_TABLES, FREE_TEXT, IDENTIFYING, TABLES, Passport, passport
from hubdata.records.team import seen

OF_DISPOSALS = ("disposals", "decisions", "destroyed", "certificates")  # without the people who acted
OUTSIDE = "outside"  # read last, from the others and from what the database says of itself
OF_RIGHTS = ("requests", "request_events", "item_decisions", "packs")
SNAPSHOT_TABLES = (
    *CONTRACT_TABLES,
    "holds",
    "returns",
    "withheld",
    "look_again",
    "services",
    "lead_versions",
    "pair_decisions",
    "lives",
    "competences",
    "untimely",
    *OF_RIGHTS,
    *OF_DISPOSALS,
    OUTSIDE,
)
# Whether a login of a team's database may read nothing but what a snapshot carries; it is given that as views.
REPORTS = """SELECT coalesce((SELECT has_table_privilege(c.oid, 'SELECT') FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'reporting' AND c.relname = 'families'), false)
  AND NOT has_table_privilege('people', 'SELECT')"""
AT_ONCE = 2  # tables read or hashed at a time; both release Python's lock
TYPES = {
    "date": pa.date32(),
    "instant": pa.timestamp("us"),
    "score": pa.int64(),
    "references": pa.list_(pa.string()),
    "codes": pa.list_(pa.string()),
}

EMPTY = scalar("")
NONE = pa.nulls(1, pa.string())[0]


@dataclass(frozen=True)
class Field:
    """One snapshot column: its name, its Arrow type, and the SQL that reads it as text, empty where there is none."""

    name: str
    type: pa.DataType
    sql: str


def _columns(**types: pa.DataType) -> list[Field]:
    return [Field(name, kind, name) for name, kind in types.items()]


# Tables that a snapshot does not carry as they are stored: their columns here, and what they are read from.
OWN = {
    "lives": _columns(
        family=pa.string(), youngest_born_on=pa.date32(), last_died_on=pa.date32(), has_unknown_birth=pa.bool_()
    ),
    "untimely": _columns(
        of_table=pa.string(), reference=pa.string(), person=pa.string(), what=pa.string(), years=pa.int64()
    ),
    "disposals": _columns(
        disposal=pa.string(),
        as_at=pa.date32(),
        rules=pa.string(),
        status=pa.string(),
        opening=pa.int64(),
        reviewed_at=pa.timestamp("us"),
        approved_at=pa.timestamp("us"),
    ),
    "destroyed": _columns(disposal=pa.string(), destroyed_on=pa.date32(), due_on=pa.date32(), families=pa.int64()),
    "certificates": _columns(**certificates.COLUMNS),
    OUTSIDE: _columns(**snapshot_outside.COLUMNS),
}
SOURCES = {
    "lives": f"({lives.LIVES}) AS lives",
    "untimely": f"({lives.UNTIMELY}) AS untimely",
    "destroyed": "(SELECT disposal, destroyed_on, due_on, COUNT(*) AS families FROM destroyed "
    "GROUP BY disposal, destroyed_on, due_on) AS gone",
}
KEYS = {
    "untimely": ["of_table", "reference", "person", "what"],
    "lives": ["family"],
    "destroyed": ["disposal", "destroyed_on", "due_on"],
    OUTSIDE: [*snapshot_outside.COLUMNS],
}


@cache
def fields(table: str) -> list[Field]:
    """The columns of a table that a snapshot carries, by their passports; nobody changes the list."""
    if table in OWN:
        return OWN[table]
    found = []
    for column in TABLES[table].c:
        card: Passport = passport(table, column.name)
        if card.sensitivity == FREE_TEXT and not card.named_in:
            found.append(Field(f"has_{column.name}", pa.bool_(), free_text.begins(column.name)))
        elif card.sensitivity != IDENTIFYING:
            found.append(Field(column.name, TYPES.get(card.kind, pa.string()), column.name))
    said = free_text.SAYS.get(table, ())
    return [*found, *(Field(name, pa.bool_(), free_text.says(word, columns)) for name, word, columns in said)]


def take(hub: Hub, decided: Policy | None = None, only: Collection[str] = SNAPSHOT_TABLES) -> Snapshot:
    """The hub's records as they are now; `only` some tables, the others empty, are read and hashed in less time."""
    decided = decided or hub.policy
    left_out = "" if periods.needs_lives(decided) else "lives"
    wanted = [name for name in SNAPSHOT_TABLES if name in only and name != left_out]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = (_from_sqlite if hub.dialect == "sqlite" else _from_postgresql)(hub, wanted, pool, decided)
    return replace(made, own=rules(hub.home))


def empty(table: str) -> pa.Table:
    """A table of a snapshot without rows."""
    # from no batches: to make empty arrays imports pandas, half a second of a command
    return pa.Table.from_batches([], pa.schema([(f.name, f.type) for f in fields(table)]))


def of_text(texts: dict[str, pa.Table], decided: Policy) -> Snapshot:
    """The snapshot of tables whose columns are text as the store keeps it, in the order of `fields`."""
    return whole({name: _freeze(name, texts[name], decided) for name in SNAPSHOT_TABLES}, decided)


def _freeze(name: str, text: pa.Table, decided: Policy) -> tuple[pa.Table, bytes]:
    """One table, typed and in key order, and its hash."""
    if not text.num_rows:
        return _rowless(name)
    table = _sorted(name, _typed(name, text, decided))
    return table, table_hash(name, table)


@cache
def _rowless(name: str) -> tuple[pa.Table, bytes]:
    """A table without rows and its hash: of a small hub's many tables most are so, and typing one costs 3 ms."""
    table = empty(name)
    return table, table_hash(name, table)


def whole(
    read: dict[str, tuple[pa.Table, bytes]],
    decided: Policy,
    outside: list[tuple] | None = None,
    died: dict[str, str] | None = None,
) -> Snapshot:
    """Tables that were read, each with its hash, as a snapshot; those that were not are empty."""
    tables = {name: table for name, (table, _) in read.items()}
    completed: dict[str, Iterable[tuple]] = {}
    if died:
        known = {tuple(row.values()) for row in tables["untimely"].to_pylist()}
        completed["untimely"] = known.union(lives.named(died, tables))
    if outside is not None:
        completed[OUTSIDE] = [*outside, *snapshot_outside.unlisted(tables)]
    for name, rows in completed.items():
        table = _sorted(name, tabled({f.name: f.type for f in OWN[name]}, rows))
        read |= {name: (table, table_hash(name, table))}
    parts = read | {name: _rowless(name) for name in SNAPSHOT_TABLES if name not in read}
    digest = sha256(b"".join(parts[name][1] for name in sorted(parts)))
    return Snapshot({name: parts[name][0] for name in SNAPSHOT_TABLES}, digest.hexdigest(), decided)


def stored(table: str) -> list[Field]:
    """The columns to read: a certificate is stored as one text."""
    return _columns(**dict.fromkeys(certificates.READ)) if table == "certificates" else fields(table)


def read_text(table: str, text: pa.Table, decided: Policy) -> tuple[pa.Table, bytes]:
    """One table of texts as the store keeps them, typed and in key order, and its hash."""
    return _freeze(table, certificates.unfolded(text) if table == "certificates" else text, decided)


@cache
def _select_from_sqlite(table: str) -> str:
    # ADBC takes a column's type from its first values and fails where they are all NULL (stack.md 0.5): no NULL comes
    sure = {c.name for c in TABLES[table].c if not c.nullable} if table in TABLES else {"family"}
    made = [f.name for f in fields(table) if f.type == pa.bool_()]
    columns = ", ".join(f.sql if f.name in sure or f.name in made else f"COALESCE({f.sql}, '')" for f in stored(table))
    return f"SELECT {columns} FROM {SOURCES.get(table, table)}"


def _from_sqlite(hub: Hub, wanted: list[str], pool: ThreadPoolExecutor, decided: Policy) -> Snapshot:
    # a tenth of a second of import that only a snapshot of SQLite needs; `dbapi` beside it would import pandas, 0.8 s
    import adbc_driver_manager as adbc
    import adbc_driver_sqlite

    def read(table: str) -> tuple[pa.Table, bytes]:
        connection = free.pop()
        try:
            with adbc.AdbcStatement(connection) as statement:
                statement.set_options(**{"adbc.sqlite.query.batch_rows": "65536"})
                statement.set_sql_query(_select_from_sqlite(table))
                stream, _ = statement.execute_query()
                return read_text(table, pa.RecordBatchReader.from_stream(stream).read_all(), decided)
        finally:
            free.append(connection)

    with folders.folder(hub.home) as folder, ExitStack() as opened:
        copy = folder / "copy.db"
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(str(hub.engine.url.database))) as source, closing(sqlite3.connect(copy)) as target:
            try:
                source.backup(target)
            except sqlite3.OperationalError as error:
                said = f"no snapshot could be taken in {folder.parent} ({error}); make room there and try again"
                raise HubError(said) from None
        address = f"file:{quote(str(copy))}?immutable=1"  # so that two readers of a copy in WAL mode take no lock
        # one connection a reader and not a table: each parses the hub's whole schema, 3 ms
        databases = [opened.enter_context(adbc_driver_sqlite.connect(address)) for _ in range(AT_ONCE)]
        free = [opened.enter_context(adbc.AdbcConnection(database)) for database in databases]
        longest_first = [name for name in wanted[::-1] if name != OUTSIDE]
        running = {name: pool.submit(read, name) for name in longest_first}
        opened.callback(wait, running.values())
        with closing(sqlite3.connect(address, uri=True)) as copied:
            beside = _beside(lambda query: copied.execute(query).fetchall(), "sqlite", wanted)
        return whole({name: reading.result() for name, reading in running.items()}, decided, *beside)


def _from_postgresql(hub: Hub, wanted: list[str], pool: ThreadPoolExecutor, decided: Policy) -> Snapshot:
    with hub.read() as connection:
        reports = connection.exec_driver_sql(REPORTS).scalar_one()
        said = seen.partly(connection)
        read = {name: _copied(connection, name, reports) for name in wanted if name != OUTSIDE}
        running = {name: pool.submit(read_text, name, text, decided) for name, text in read.items()}
        if reports:
            beside = _told(connection) if OUTSIDE in wanted else None, None
        else:
            beside = _beside(lambda query: connection.exec_driver_sql(query).all(), "postgresql", wanted)
    made = whole({table: freezing.result() for table, freezing in running.items()}, decided, *beside)
    return replace(made, partly=said)


def _told(connection: Connection) -> list[tuple]:
    return [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM reporting.{OUTSIDE}").all()]


def _beside(
    ask: Callable[[str], Sequence], dialect: str, wanted: Collection[str]
) -> tuple[list[tuple] | None, dict[str, str] | None]:
    """What completes tables that were read: of what the database says of itself, and of who had died."""
    outside = snapshot_outside.read(ask, dialect) if OUTSIDE in wanted else None
    return outside, lives.dead(ask) if {"untimely", "agreements", "shares"} <= set(wanted) else None


def _copied(connection: Connection, table: str, reports: bool) -> pa.Table:
    names, columns = [f.name for f in stored(table)], ", ".join(f.sql for f in stored(table))
    asked = f"SELECT {columns} FROM {SOURCES.get(table, table)}"
    if reports:
        asked = f"SELECT {', '.join(names)} FROM reporting.{table}"
    sink, cursor = pa.BufferOutputStream(), connection.connection.cursor()
    with cursor.copy(f"COPY ({asked}) TO STDOUT (FORMAT csv)") as copy:
        for block in copy:
            sink.write(block)
    source = sink.getvalue()
    if not source.size:
        return pa.table([pa.nulls(0, pa.string()) for _ in names], names=names)
    read = arrow_csv.ReadOptions(column_names=names, block_size=1 << 24, use_threads=source.size > 1 << 24)
    convert = arrow_csv.ConvertOptions(column_types={n: pa.string() for n in names}, strings_can_be_null=False)
    parse = arrow_csv.ParseOptions(newlines_in_values=True)
    return arrow_csv.read_csv(pa.BufferReader(source), read, parse, convert)


def _typed(table: str, texts: pa.Table, decided: Policy) -> pa.Table:
    typed = {}
    for at, field in enumerate(fields(table)):
        is_asked = field.type == pa.bool_() and field.name.startswith("has_")
        column = free_text.meant(field.name, texts.column(at), decided) if is_asked else texts.column(at)
        typed[field.name] = _cast(column, field.type)
    for name, register in free_text.coded_by(table).items():
        typed[name] = free_text.coded(typed[name], register, decided)
    return pa.table(typed)


def _cast(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    column = column.cast(pa.string())
    if wanted == pa.bool_():
        return pc.equal(column, free_text.TRUE)
    empty = pc.equal(column, EMPTY)
    if pc.any(empty).as_py():
        column = pc.if_else(empty, NONE, column)
    if pa.types.is_list(wanted):
        return pc.split_pattern(column, ";")
    return column if wanted == pa.string() else column.cast(wanted)


def _sorted(table: str, rows: pa.Table) -> pa.Table:
    keys = KEYS.get(table) or [c.name for c in TABLES[table].primary_key]
    first = rows[keys[0]].combine_chunks() if rows.num_rows else rows[keys[0]]
    if len(keys) == 1 and (len(first) < 2 or pc.all(pc.less_equal(first[:-1], first[1:])).as_py()):
        return rows
    return rows.take(pc.sort_indices(rows, sort_keys=[(k, "ascending") for k in keys]))
