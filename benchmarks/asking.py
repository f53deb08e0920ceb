"""Figures of "may I share this?": warm in one process, and as a command."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from hubdata.demo import make as demo
from hubdata.desk import tour
from hubdata.records.store import Hub, open_hub
from hubdata.sharing import shares


def _questions(hub: Hub) -> list[shares.Question]:
    """Twenty questions about as many families."""
    statement = "SELECT family, given_by, recipients FROM agreements WHERE decision = 'agreed' GROUP BY family LIMIT 20"
    with hub.read() as connection:
        found = connection.exec_driver_sql(statement).all()
    return [shares.Question(f, [p], to.split(";")[0], ["lead_worker"], "hub_working", demo.AS_AT) for f, p, to in found]


def lines(families: int, rounds: int) -> Iterator[str]:
    """Medians; the first warm question, which prepares the rule, is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        hub = open_hub(Path(folder) / "hub", "sqlite", create=True)
        tour.fill(hub, demo.generate(families, 7), "bench")
        questions = _questions(hub)
        asked, warm = questions[0], []
        shares.check(hub, asked)
        for question in questions * rounds:
            start = time.perf_counter()
            shares.check(hub, question)
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
