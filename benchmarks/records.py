"""Figures of the records: intake against bare inserts, snapshots against read_sql, and the ledger's speed."""

import csv
import multiprocessing
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv
from sqlalchemy import create_engine, select

from benchmarks.timing import Figure, compare, seconds
from hubdata.demo import make as demo
from hubdata.intake import take
from hubdata.records import ledger
from hubdata.records.ledger import Act, Seal
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import PRAGMAS, Hub, open_hub
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES


def written(tables: dict[str, pa.Table], folder: Path) -> None:
    """The tables as a partner would send them."""
    for name, table in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(table.column_names)
            writer.writerows(zip(*(c.to_pylist() for c in table.columns), strict=True))


def _rows(tables: dict[str, pa.Table]) -> dict[str, list[tuple]]:
    return {t: list(zip(*(c.to_pylist() for c in tables[t].columns), strict=True)) for t in CONTRACT_TABLES}


def _executemany(tables: dict[str, pa.Table], rows: dict[str, list[tuple]], home: Path) -> float:
    connection = sqlite3.connect(open_hub(home, "sqlite", create=True).home / "hub.db", isolation_level=None)
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")

    def insert():
        connection.execute("BEGIN IMMEDIATE")
        for name in CONTRACT_TABLES:
            marks = ",".join("?" * tables[name].num_columns)
            connection.executemany(
                f"INSERT INTO {name} ({','.join(tables[name].column_names)}) VALUES ({marks})", rows[name]
            )
        connection.execute("COMMIT")

    return seconds(insert)


def _copy(tables: dict[str, pa.Table], blobs: dict[str, bytes], home: Path, url: str) -> float:
    hub = open_hub(home, url, create=True)

    def copy():
        with hub.engine.begin() as connection:
            for name in CONTRACT_TABLES:
                columns = ",".join(tables[name].column_names)
                with connection.connection.cursor().copy(f"COPY {name} ({columns}) FROM STDIN (FORMAT csv)") as stream:
                    stream.write(blobs[name])

    return seconds(copy)


def _blob(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    arrow_csv.write_csv(table, sink, arrow_csv.WriteOptions(include_header=False))
    return sink.getvalue().to_pybytes()


def intake_figures(families: int, databases: Iterator[str], rounds: int) -> Iterator[Figure]:
    """Intake of a whole hub, checks and audit included, against bare executemany and bare COPY of the same rows."""
    tables = demo.generate(families, 7).tables
    with tempfile.TemporaryDirectory() as folder:
        sent = Path(folder) / "return"
        sent.mkdir()
        written(tables, sent)
        rows, blobs = _rows(tables), {name: _blob(tables[name]) for name in CONTRACT_TABLES}
        count = sum(len(r) for r in rows.values())
        for place in ("sqlite", "postgresql"):
            ours, bare = [], []
            for number in range(rounds):
                home = Path(folder) / f"{place}{number}"
                if place == "sqlite":
                    bare.append(_executemany(tables, rows, home / "bare"))
                    hub = open_hub(home / "ours", "sqlite", create=True)
                else:
                    bare.append(_copy(tables, blobs, home / "bare", next(databases)))
                    hub = open_hub(home / "ours", next(databases), create=True)
                ours.append(seconds(lambda hub=hub: take.take(hub, sent, "NNC", "bench")))
            reference = "executemany" if place == "sqlite" else "COPY"
            name = f"intake of {families:,} families ({count:,} rows) on {place}, against bare {reference}"
            yield Figure(name, sorted(ours)[rounds // 2], sorted(bare)[rounds // 2], 3)


def snapshot_figures(families: int, rounds: int) -> Iterator[Figure]:
    """A snapshot of about 1,000,000 rows against pandas.read_sql of the same tables through SQLAlchemy."""
    with tempfile.TemporaryDirectory() as folder:
        hub = open_hub(Path(folder) / "hub", "sqlite", create=True)
        take.load(hub, demo.generate(families, 7).tables, "NNC", Act("bench", "bench", "figures", "bench.fill"))
        engine = create_engine(hub.url)
        count = sum(snapshots.take(hub).rows.values())

        def read_all():
            with engine.connect() as connection:
                for name in [name for name in snapshots.SNAPSHOT_TABLES if name in TABLES]:
                    pd.read_sql(select(TABLES[name]), connection)

        what = f"snapshot of {count:,} rows, copy and hash included, against pandas.read_sql"
        yield compare(what, lambda: snapshots.take(hub), read_all, 5, rounds, faster=True)


def _append(home: str, url: str, count: int, together) -> None:
    hub = open_hub(home, url)
    together.wait()  # the clock starts when every writer is ready, not with Python
    for _ in range(count):
        with hub.write(Act("bench", "bench", "figures", "bench.append")):
            pass


def _appended(hub: Hub, writers: int, each: int) -> float:
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(writers + 1)
    processes = [context.Process(target=_append, args=(str(hub.home), hub.url, each, together)) for _ in range(writers)]
    for process in processes:
        process.start()
    together.wait()
    took = seconds(lambda: [process.join() for process in processes])
    with hub.read() as connection:
        assert ledger.head(connection)[0] == writers * each + 1, "appends were lost"
    return writers * each / took


def ledger_lines(databases: Iterator[str], each: int, entries: int) -> Iterator[str]:
    """Durable appends a second with four writers, and verifying a long chain."""
    with tempfile.TemporaryDirectory() as folder:
        for place, url in (("sqlite", "sqlite"), ("postgresql", next(databases))):
            hub = open_hub(Path(folder) / place, url, create=True)
            speed = _appended(hub, 4, each)
            word = "reached" if speed >= 1000 else "NOT reached"
            yield f"ledger on {place}: {speed:,.0f} durable appends a second with four writers (at least 1,000: {word})"
        hub = open_hub(Path(folder) / "long", "sqlite", create=True)
        _lengthen(hub, entries)
        with hub.read() as connection:
            start = time.perf_counter()
            verdict = ledger.verify(connection, hub.key("rows"))
        took = time.perf_counter() - start
        word = "reached" if took <= 15 and not verdict.faults else "NOT reached"
        yield f"ledger: {verdict.entries:,} entries verified in {took:.1f} s (at most 15 s: {word})"


def _lengthen(hub: Hub, entries: int) -> None:
    act, key = Act("bench", "bench", "figures", "bench.append"), hub.key("actors")
    seal = Seal(hub.key("rows"), lambda _entry, last: ({}, last))
    with hub.write(act) as connection:
        for _ in range(entries - 2):
            ledger.append(connection, act, key, seal)
