"""A small hub and schedules for tests: one report a month, and what a home must hold after it has been run."""

import atexit
import json
import os
from collections import Counter
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import date
from functools import cache
from pathlib import Path

from hubdata.records import ledger
from hubdata.records.store import Hub
from hubdata.schedule.calendar import Rule, end_of
from hubdata.schedule.plan import Pack, Part
from hubdata.schedule.round import Round, run
from hubdata.schedule.run import Who, forked
from tests.support import hubs

WHO = Who("olga", "a test")


def home(place: Path) -> Path:
    """A home with a filled hub on SQLite."""
    hubs.filled(place, families=20).engine.dispose()
    return place


def monthly(*reports: str, start: str = "2026-01-01", hubs=("all",), recipients=(), name: str = "monthly") -> Pack:
    """A pack that is due on the second working day after every month."""
    parts = tuple(Part(report, "last_full_month") for report in reports or ("retention",))
    rule = Rule("month", working_day=2, start=date.fromisoformat(start))
    return Pack(name, "Monthly pack", rule, 3, tuple(hubs), parts, tuple(recipients))


def due(place: Path, day: str, *packs: Pack, log=lambda _: None, url: str | None = None) -> Round:
    """One round at the end of a day."""
    return run(place, url, packs, end_of(date.fromisoformat(day)), WHO, log, forks)


def forks() -> AbstractContextManager:
    """What this process forks all its reports from: begun once, while the values in force are those that are shipped.

    A round of the command begins one of its own and ends it, a second of each; what runs the command shows that.
    """
    return forked() if "HUBDATA_PARAMS" in os.environ else nullcontext(_server())


@cache
def _server():
    running = ExitStack()
    atexit.register(running.close)
    return running.enter_context(forked())


def bundles(place: Path) -> Counter:
    """How often each pack, period, hub and report has a whole bundle."""
    found = [json.loads(path.read_text("utf-8")) for path in place.glob("reports/*/*/*/manifest.json")]
    found = [
        said
        for path, said in zip(place.glob("reports/*/*/*/manifest.json"), found, strict=True)
        if not path.parts[-3].startswith("latest")
    ]
    return Counter((*said["schedule"].values(), said["report"]) for said in found if "schedule" in said)


def entries(hub: Hub, status: str) -> Counter:
    """How often the ledger says that a report of a pack, period and hub ended so."""
    with hub.read() as connection:
        said = ledger.said(connection, ("schedule.run",))
    return Counter((s["pack"], s["period"], s["hub"], s["report"]) for s in said if s["status"] == status)


def halves(place: Path) -> list[Path]:
    """What a run that was cut short must not leave."""
    return [*place.glob("reports/**/.making-*"), *place.glob("schedule/**/.making-*"), *place.glob("work/run-*/*")]
