"""Hubs on SQLite for the tests, copied from some that are made once in a run: an empty one, and ones with families.

Copies have the same keys and begin with the same ledger; a test that needs two strangers makes one of its own.
"""

import shutil
from pathlib import Path

from hubdata.demo import make as demo
from hubdata.desk import tour
from hubdata.records.store import Hub, open_hub
from tests.support.room import once


def _make(home: Path, families: int = 0, seed: int = 7) -> None:
    hub = open_hub(home, url="sqlite", create=True)
    if families:
        tour.fill(hub, demo.generate(families=families, seed=seed), "tests")
    hub.engine.dispose()


def _copy(made: Path, home: Path) -> Hub:
    shutil.copytree(made, home)
    return open_hub(home, url="sqlite")


def empty(home: Path) -> Hub:
    """A new hub without a record."""
    return _copy(once("hub", _make), home)


def filled(home: Path, families: int, seed: int = 7) -> Hub:
    """A new hub as `hubdata demo` fills it."""
    return _copy(once(f"hub-{families}-{seed}", lambda place: _make(place, families, seed)), home)
