"""Figures of the front door: frames against a bare read, SQL against bare DuckDB, a view, own rules, and the import."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import adbc_driver_sqlite.dbapi as adbc
import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.data import kept
from benchmarks.timing import Figure, compare, seconds
from hubdata.demo import make as demo
from hubdata.desk import tour
from hubdata.records.store import open_hub
from hubdata.reports.own.rules import TEMPLATE
from hubdata.rules import findings
from hubdata.workbench import frames
from hubdata.workbench.hub import OpenHub
from hubdata.workbench.view import View

ASK = """SELECT to_organisation, purpose, count(*) AS shares, min(shared_on) AS first_on
FROM shares WHERE shared_on <= DATE '2026-09-30' GROUP BY ALL ORDER BY ALL"""
FAMILIES = 400
EMPTY = ""


def lines(rows: int, folder: Path, rounds: int) -> Iterator[Figure | str]:
    """A table of shares of so many rows, repeated from a made-up hub's; then a hub of 400 families."""
    held = kept(FAMILIES, 7, folder)
    shares = held.tables["shares"]
    many = pa.concat_tables([shares] * (rows // shares.num_rows + 1)).slice(0, rows).combine_chunks()
    view, place = View(None, held.having(shares=many), demo.AS_AT, None), folder / "bare.db"
    _store(many, place)
    codes = frames.closed("shares", held.decided, demo.AS_AT)
    what = f"a frame of {rows:,} shares"
    yield compare(f"{what}, against ADBC", lambda: view.shares, lambda: _bare(place, many.schema, codes), 1.3, rounds)
    yield compare(f"{what}, against pandas.read_sql", lambda: view.shares, lambda: _slow(place), 5, rounds, faster=True)
    bare = duckdb.connect()
    bare.register("shares", many)
    yield compare(
        f"SQL over {rows:,} shares, against bare DuckDB", lambda: view.sql(ASK), lambda: bare.sql(ASK).df(), 1.1, rounds
    )
    yield from _hub(folder, rounds)


def _hub(folder: Path, rounds: int) -> Iterator[str]:
    hub = open_hub(folder / "workbench", "sqlite", create=True)
    tour.fill(hub, demo.generate(FAMILIES, 7), "bench")
    opened = OpenHub(hub)
    opened.as_at(demo.AS_AT)
    yield _said(
        f"a view of {FAMILIES} families", [seconds(lambda: opened.as_at(demo.AS_AT)) for _ in range(rounds)], 0.5
    )
    (hub.home / "rules").mkdir()
    (hub.home / "rules" / "no_need.sql").write_text(TEMPLATE.format(name="no_need", code="X001"), "utf-8")
    held = opened.as_at(demo.AS_AT)._whole
    findings.list_findings(held, demo.AS_AT, ("own",))
    own = [seconds(lambda: findings.list_findings(held, demo.AS_AT, ("own",))) for _ in range(rounds)]
    yield _said("an own rule and its spec", own, 0.1)
    empty, door = ([_started(what) for _ in range(rounds)] for what in ("pass", "import hubdata"))
    yield _said("import hubdata", [max(median(door) - median(empty), 0)], 0.1)


def _started(what: str) -> float:
    return seconds(lambda: subprocess.run([sys.executable, "-c", what], check=True))


def _store(table: pa.Table, place: Path) -> None:
    """The table as the records have it: days and moments as text, lists with semicolons."""
    plain = {name: _text(table[name]) for name in table.column_names}
    with adbc.connect(str(place)) as connection, connection.cursor() as cursor:
        cursor.adbc_ingest("shares", pa.table(plain), mode="create")
        connection.commit()


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_list(column.type):
        return pc.binary_join(column, ";")
    return column.cast(pa.string())


def _bare(place: Path, schema: pa.Schema, codes: dict[str, list[str]]) -> pd.DataFrame:
    """The same pandas types by ADBC, Arrow's casts and nothing of ours that reads."""
    with adbc.connect(str(place)) as connection, connection.cursor() as cursor:
        # as ADBC wants it: where a column's first values are NULL it takes its type from them, and fails later
        cursor.execute(f"SELECT {', '.join(f'coalesce({n}, {EMPTY!r}) AS {n}' for n in schema.names)} FROM shares")
        read = cursor.fetch_arrow_table()
    typed = {field.name: _typed(read[field.name], field.type) for field in schema}
    return frames.frame(pa.table(typed), codes)


def _typed(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    text = pc.if_else(pc.equal(column, EMPTY), None, column)
    return pc.split_pattern(text, ";") if pa.types.is_list(kind) else text.cast(kind)


def _slow(place: Path) -> pd.DataFrame:
    connection = sqlite3.connect(place)
    try:
        return pd.read_sql("SELECT * FROM shares", connection)
    finally:
        connection.close()


def _said(what: str, found: list[float], bound: float) -> str:
    reached = "reached" if median(found) <= bound else "NOT reached"
    return f"{what}: {median(found):.3f} s (at most {bound} s: {reached})"
