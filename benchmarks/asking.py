"""Figures of "may I share this?": warm in one process, and as a command."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from hubdata import demo, sharing, tour
from hubdata.store import Hub, open_hub


def _question(hub: Hub) -> sharing.Question:
    with hub.read() as connection:
        family, person, to = connection.exec_driver_sql(
            "SELECT family, given_by, recipients FROM agreements WHERE decision = 'agreed' LIMIT 1"
        ).one()
    return sharing.Question(family, [person], to.split(";")[0], ["lead_worker"], "hub_working", demo.AS_AT)


def lines(families: int, rounds: int) -> Iterator[str]:
    """Medians; the first warm question, which prepares the rule, is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        hub = open_hub(Path(folder) / "hub", "sqlite", create=True)
        tour.fill(hub, demo.generate(families, 7), "bench")
        asked = _question(hub)
        sharing.check(hub, asked)
        warm = []
        for _ in range(rounds * 10):
            start = time.perf_counter()
            sharing.check(hub, asked)
            warm.append(1000 * (time.perf_counter() - start))
        yield _line("share check in a warm process", median(warm), 50, "ms")
        given = f"--family {asked.family} --about {asked.about[0]} --to {asked.to} --category lead_worker"
        words = f"share check --home {hub.home} {given} --purpose hub_working".split()
        command = [Path(sys.executable).parent / "hubdata", *words]
        cold = []
        for _ in range(rounds):
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            cold.append(time.perf_counter() - start)
        yield _line("share check as a command", median(cold), 1.5, "s")


def _line(what: str, found: float, bound: float, unit: str) -> str:
    return f"{what}: {found:.2f} {unit} (at most {bound} {unit}: {'reached' if found <= bound else 'NOT reached'})"
