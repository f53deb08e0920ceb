"""Figures of what is judged of one family: its record as a command and in a warm desk, and what is read for it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from hubdata.demo import make as demo
from hubdata.desk import tour
from hubdata.families import record
from hubdata.moments import By
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub, open_hub
from hubdata.rules import findings
from hubdata.rules.asked import case

BY = By("bench", "a figure", demo.AS_AT)


def lines(families: int, folder: Path, rounds: int) -> Iterator[str]:
    """Medians, with the whole hub's judging in the same run as the reference."""
    hub = open_hub(folder / f"alone-{families}", "sqlite", create=True)
    tour.fill(hub, demo.generate(families, 7), "bench")
    with hub.read() as connection:
        asked = connection.exec_driver_sql("SELECT family FROM shares GROUP BY family LIMIT 20").scalars().all()
    record.show(hub, asked[0], BY)
    whole = _median(lambda: findings.list_findings(snapshots.take(hub), demo.AS_AT), 1)
    each = iter(asked * rounds)
    alone = _median(lambda: findings.list_findings(case.read(hub, next(each)), demo.AS_AT, case.OF_A_FAMILY), rounds)
    yield f"one of {families:,} families judged alone: {alone:.2f} s, the whole hub {whole:.2f} s: {alone / whole:.3f}"
    yield _line("its record in a warm desk", _median(lambda: record.show(hub, next(each), BY), rounds), 1.0)
    yield _line("family show as a command", _median(lambda: _command(hub, next(each)), rounds), 1.0)


def _command(hub: Hub, family: str) -> None:
    words = f"family show --home {hub.home} --family {family} --reason bench --as-at {demo.AS_AT}".split()
    subprocess.run([Path(sys.executable).parent / "hubdata", *words], check=True, capture_output=True)


def _median(run: Callable[[], object], rounds: int) -> float:
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        took.append(time.perf_counter() - start)
    return median(took)


def _line(what: str, found: float, bound: float) -> str:
    return f"{what}: {found:.2f} s (at most {bound} s: {'reached' if found <= bound else 'NOT reached'})"
