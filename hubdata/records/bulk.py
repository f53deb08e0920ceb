"""Moves whole columns into and out of the hub's tables inside a caller's transaction, at the database's own bulk speed.

SQLite takes rows through executemany, PostgreSQL through COPY (measured: 3 to 13 times faster than the ORM,
stack.md 9.5). Values are text in the form that the store keeps; nothing is judged here.
"""

import io
from typing import Any

import pyarrow as pa
from pyarrow import csv as arrow_csv
from sqlalchemy import Connection, CursorResult, Dialect, Table, text

from hubdata.records.coverage import watch
from hubdata.records.tables.contract import TABLES

AT_ONCE = 500  # keys looked up in one statement
SEPARATOR = "\x1f"


def _columns(rows: pa.Table) -> list:
    return [c.to_pylist() for c in rows.columns]


def driven(result: CursorResult) -> Any:
    """The driver's own rows: a quarter of a million in half the time. SQLAlchemy's types know a part of a cursor."""
    return result.cursor


def insert(connection: Connection, table: str, rows: pa.Table) -> None:
    """Add rows. Raises the database's integrity error if a key exists."""
    if not rows.num_rows:
        return
    names = ", ".join(rows.column_names)
    if connection.dialect.name == "postgresql":
        _put(connection, table, names, rows)
        return
    marks = ", ".join("?" * rows.num_columns)
    for batch in rows.to_batches(max_chunksize=50_000):
        columns = _columns(pa.table(batch.columns, names=rows.column_names))
        values = list(zip(*columns, strict=True))
        with watch.put_in(connection, table, rows.column_names, values):
            connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)


SECURED = "SELECT row_security_active(CAST(:table AS text))"


def _put(connection: Connection, table: str, names: str, rows: pa.Table) -> None:
    """COPY the rows; where this login is held to some of a table's rows, COPY refuses, so by way of a place apart."""
    if not connection.execute(text(SECURED), {"table": table}).scalar():
        _copy(connection, f"COPY {table} ({names}) FROM STDIN (FORMAT csv)", rows)
        return
    connection.exec_driver_sql(f"CREATE TEMP TABLE hub_arriving AS SELECT {names} FROM {table} WITH NO DATA")
    _copy(connection, f"COPY pg_temp.hub_arriving ({names}) FROM STDIN (FORMAT csv)", rows)
    connection.exec_driver_sql(f"INSERT INTO {table} ({names}) SELECT {names} FROM pg_temp.hub_arriving")
    connection.exec_driver_sql("DROP TABLE pg_temp.hub_arriving")


def _copy(connection: Connection, statement: str, rows: pa.Table) -> None:
    cursor = connection.connection.cursor()
    with cursor.copy(statement) as copy:
        for batch in rows.to_batches(max_chunksize=50_000):
            sink = io.BytesIO()
            arrow_csv.write_csv(batch, sink, arrow_csv.WriteOptions(include_header=False))
            copy.write(sink.getvalue())


def update(connection: Connection, table: str, rows: pa.Table) -> None:
    """Overwrite the given columns of rows that exist."""
    if not rows.num_rows:
        return
    keys = [c.name for c in TABLES[table].primary_key]
    cast = _casts(TABLES[table], connection.dialect) if connection.dialect.name == "postgresql" else {}
    values = [c for c in rows.column_names if c not in keys]
    assign = ", ".join(f"{c} = {cast.get(c, ':' + c)}" for c in values)
    where = " AND ".join(f"{c} = {cast.get(c, ':' + c)}" for c in keys)
    connection.execute(text(f"UPDATE {table} SET {assign} WHERE {where}"), rows.to_pylist())


def delete(connection: Connection, table: str, keys: list[tuple[str, ...]]) -> None:
    """Delete the rows of these keys. Raises the database's error if a hold protects one."""
    if not keys:
        return
    cast = _casts(TABLES[table], connection.dialect) if connection.dialect.name == "postgresql" else {}
    names = [c.name for c in TABLES[table].primary_key]
    where = " AND ".join(f"{c} = {cast.get(c, ':' + c)}" for c in names)
    connection.execute(text(f"DELETE FROM {table} WHERE {where}"), [dict(zip(names, key, strict=True)) for key in keys])


def _casts(table: Table, dialect: Dialect) -> dict[str, str]:
    return {c.name: f"CAST(:{c.name} AS {c.type.compile(dialect)})" for c in table.c}


def known_keys(connection: Connection, table: str, wanted: pa.Array) -> pa.Array:
    """Those of `wanted` that are keys of the table."""
    key = TABLES[table].primary_key.columns[0]
    found = [
        r[0]
        for part in _parts(wanted.to_pylist())
        for r in connection.execute(key.table.select().with_only_columns(key).where(key.in_(part)))
    ]
    return pa.array(found, pa.string())


def _parts(values: list) -> list[list]:
    return [values[i : i + AT_ONCE] for i in range(0, len(values), AT_ONCE)]


def existing_rows(connection: Connection, table: str, rows: pa.Table) -> dict[str, dict]:
    """The table's rows that may have a key of `rows`: key (its parts joined by U+001F) → column → text as stored."""
    declared = TABLES[table]
    keys = [c.name for c in declared.primary_key]
    count = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
    if not count:
        return {}
    names = [c.name for c in declared.c]
    wanted = sorted(set(rows[keys[0]].to_pylist()))
    found = {}
    for part in [None] if len(wanted) * 3 > count else _parts(wanted):
        query = declared.select() if part is None else declared.select().where(declared.c[keys[0]].in_(part))
        for row in connection.execute(query):
            held = {n: _text(v) for n, v in zip(names, row, strict=True)}
            found[SEPARATOR.join(str(held[k]) for k in keys)] = held
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.isoformat(sep=" ", timespec="microseconds") if hasattr(value, "hour") else str(value)
