"""Records at one instant as frozen, pseudonymous Arrow tables with one hash; names and free text never enter.

SQLite is first copied by SQLite's own backup call and read through ADBC from the copy, because a second SQLite
library on the live file silently loses commits (stack.md 0.1). PostgreSQL is exported by COPY inside one
repeatable-read transaction. Both give the same tables and so the same hash.

    families   family  hub    opened_on   closed_on   has_closure_reason  recorded_at
               F1      corby  2019-01-07  2020-02-29  true                2020-03-01 09:00:00
"""

import os
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv
from sqlalchemy import Connection

from hubdata.frozen import Snapshot
from hubdata.records import CONTRACT_TABLES, FREE_TEXT, IDENTIFYING, TABLES, Passport, passport
from hubdata.store import Hub

SNAPSHOT_TABLES = (*CONTRACT_TABLES, "holds", "returns")
CODED = ("needs.reason",)  # free text to the partner, but a short code where it is used well; rules need the code
TYPES = {
    "date": pa.date32(),
    "instant": pa.timestamp("us"),
    "score": pa.int64(),
    "references": pa.list_(pa.string()),
    "codes": pa.list_(pa.string()),
}


@dataclass(frozen=True)
class Field:
    """One snapshot column: its name, its Arrow type, and the SQL that reads it as text."""

    name: str
    type: pa.DataType
    sql: str


def fields(table: str) -> list[Field]:
    """The columns of a table that a snapshot carries, by their passports."""
    found = []
    for column in TABLES[table].c:
        card: Passport = passport(table, column.name)
        if card.sensitivity == FREE_TEXT and f"{table}.{column.name}" not in CODED:
            found.append(
                Field(f"has_{column.name}", pa.bool_(), f"CASE WHEN {column.name} IS NULL THEN 'false' ELSE 'true' END")
            )
        elif card.sensitivity != IDENTIFYING:
            sql = column.name if TYPES.get(card.kind) is None else f"CAST({column.name} AS VARCHAR(500))"
            sql = sql if not column.nullable else f"COALESCE({sql}, '')"
            found.append(Field(column.name, TYPES.get(card.kind, pa.string()), sql))
    return found


def take(hub: Hub) -> Snapshot:
    """The hub's records as they are now."""
    read = _from_sqlite if hub.dialect == "sqlite" else _from_postgresql
    return of_text(read(hub))


def of_text(texts: dict[str, pa.Table]) -> Snapshot:
    """The snapshot of tables whose columns are text as the store keeps it, in the order of `fields`."""
    tables = {name: _sorted(name, _typed(name, texts[name])) for name in SNAPSHOT_TABLES}
    return Snapshot(tables, content_hash(tables))


def _select(table: str) -> str:
    return f"SELECT {', '.join(f.sql for f in fields(table))} FROM {table}"


def _from_sqlite(hub: Hub) -> dict[str, pa.Table]:
    # a tenth of a second of import that only a snapshot of SQLite needs
    import adbc_driver_sqlite.dbapi as adbc

    folder = Path(tempfile.mkdtemp(dir=hub.home / "work"))
    try:
        copy = folder / "copy.db"
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        source, target = sqlite3.connect(hub.engine.url.database), sqlite3.connect(copy)
        source.backup(target)
        target.close()
        source.close()
        with adbc.connect(str(copy)) as connection, connection.cursor() as cursor:
            return {table: cursor.execute(_select(table)).fetch_arrow_table() for table in SNAPSHOT_TABLES}
    finally:
        shutil.rmtree(folder)


def _from_postgresql(hub: Hub) -> dict[str, pa.Table]:
    with hub.read() as connection:
        return {table: _copied(connection, table) for table in SNAPSHOT_TABLES}


def _copied(connection: Connection, table: str) -> pa.Table:
    names = [f.name for f in fields(table)]
    sink = pa.BufferOutputStream()
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY ({_select(table)}) TO STDOUT (FORMAT csv)") as copy:
        for block in copy:
            sink.write(block)
    source = sink.getvalue()
    if not source.size:
        return pa.table([pa.array([], pa.string()) for _ in names], names=names)
    read = arrow_csv.ReadOptions(column_names=names, block_size=1 << 24)
    convert = arrow_csv.ConvertOptions(column_types={n: pa.string() for n in names}, strings_can_be_null=False)
    parse = arrow_csv.ParseOptions(newlines_in_values=True)
    return arrow_csv.read_csv(pa.BufferReader(source), read, parse, convert)


def _typed(table: str, texts: pa.Table) -> pa.Table:
    columns = [_cast(texts.column(i), field.type) for i, field in enumerate(fields(table))]
    return pa.table(columns, names=[f.name for f in fields(table)])


def _cast(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    column = column.cast(pa.string())
    if wanted == pa.bool_():
        return pc.equal(column, "true")
    empty = pc.equal(column, "")
    if pc.any(empty).as_py():
        column = pc.if_else(empty, pa.scalar(None, pa.string()), column)
    if pa.types.is_list(wanted):
        return pc.split_pattern(column, ";")
    return column if wanted == pa.string() else column.cast(wanted)


def _sorted(table: str, rows: pa.Table) -> pa.Table:
    keys = [c.name for c in TABLES[table].primary_key]
    first = rows[keys[0]].combine_chunks() if rows.num_rows else rows[keys[0]]
    if len(keys) == 1 and (len(first) < 2 or pc.all(pc.less_equal(first[:-1], first[1:])).as_py()):
        return rows
    return rows.take(pc.sort_indices(rows, sort_keys=[(k, "ascending") for k in keys]))


def content_hash(tables: dict[str, pa.Table]) -> str:
    """SHA-256 over names, types and values; how the tables are chunked or were stored does not matter."""
    digest = sha256()
    for name in sorted(tables):
        digest.update(f"{name} {tables[name].num_rows}\n".encode())
        for column in tables[name].schema:
            digest.update(f"{column.name} {column.type}\n".encode())
            for part in _parts(tables[name][column.name]):
                digest.update(part)
    return digest.hexdigest()


def _parts(column: pa.ChunkedArray) -> list[bytes]:
    """Digests of a column's gaps, lengths and values, each over all chunks in order."""
    hashers = [sha256(), sha256(), sha256(), sha256()]
    for chunk in column.chunks:
        if pa.types.is_list(chunk.type):
            hashers[1].update(_numbers(pc.fill_null(pc.list_value_length(chunk), -1), np.int32).tobytes())
            chunk = pc.list_flatten(chunk)
        if pa.types.is_string(chunk.type):
            filled = pc.fill_null(chunk, "\x00")
            offsets = np.frombuffer(filled.buffers()[1], np.int32)[filled.offset : filled.offset + len(filled) + 1]
            hashers[2].update(np.diff(offsets).tobytes())
            if len(filled) and filled.buffers()[2]:
                hashers[3].update(memoryview(filled.buffers()[2])[offsets[0] : offsets[-1]])
        else:
            hashers[3].update(_numbers(chunk, np.int64).tobytes())
    return [h.digest() for h in hashers]


def _numbers(chunk: pa.Array, kind: type) -> np.ndarray:
    physical = {pa.date32(): pa.int32(), pa.timestamp("us"): pa.int64(), pa.bool_(): pa.uint8()}
    plain = chunk.view(physical[chunk.type]) if chunk.type in (pa.date32(), pa.timestamp("us")) else chunk
    plain = plain.cast(physical.get(chunk.type, plain.type))
    least = -(2**31) if pa.types.is_signed_integer(plain.type) else 0
    return pc.fill_null(plain, pa.scalar(least, plain.type)).to_numpy(zero_copy_only=False).astype(kind)
