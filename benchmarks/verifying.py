"""Figures of what vouches for the rows: comparing all of a big hub, and what a single write takes."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from benchmarks.timing import seconds
from hubdata.demo import make as demo
from hubdata.desk import tour
from hubdata.records.coverage.verify import verify
from hubdata.records.ledger import Act
from hubdata.records.store import Hub, open_hub

ROWS, SECONDS = 5_000_000, 20  # what verifying may take
WRITES = 200
FAMILY = "INSERT INTO families (family, hub, opened_on, recorded_at) VALUES (:f, 'corby', '2020-01-01', '2020-01-01')"


def lines(families: int, folder: Path) -> Iterator[str]:
    """Verifying a hub of so many families with all their rows, and single writes to it."""
    hub = open_hub(folder / "vouched", "sqlite", create=True)
    tour.fill(hub, demo.generate(families, 7), "bench")
    start = time.perf_counter()
    found = verify(hub)
    took, rows = time.perf_counter() - start, found.rows.rows if found.rows else 0
    most = SECONDS * rows / ROWS
    word = "reached" if took <= most and not found.faults else "NOT reached"
    yield f"ledger verify: {rows:,} rows compared in {took:.1f} s (at most {most:.1f} s: {word})"
    taken = [seconds(lambda number=number: _write(hub, number)) * 1000 for number in range(WRITES)]
    yield f"a single write, its entry and sums included: {statistics.median(taken):.1f} ms, the first {taken[0]:.1f} ms"
    hub.engine.dispose()


def _write(hub: Hub, number: int) -> None:
    with hub.write(Act("bench", "bench", "figures", "bench.write")) as connection:
        connection.execute(text(FAMILY), {"f": f"BENCH{number}"})
