"""Writes the committed notebooks' outputs again, from the demo hub, after a wanted change.

Run it with `python -m tests.support.outputs`.

nbval holds the notebooks to these outputs, so that a change of a figure, a rule or the demo is seen before it ships.
"""

import tempfile
from pathlib import Path

import nbformat

from hubdata import places
from hubdata.demo import make as demo
from hubdata.desk import tour
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import open_hub
from hubdata.reports import execution
from hubdata.reports.page import REPORTS

EXAMPLES = places.NOTEBOOKS / "examples"


def write(path: Path, records: Path) -> None:
    """Execute one notebook with its own defaults and keep what it shows."""
    path.write_text(nbformat.writes(execution.execute(path, {}, records, lambda _cell, _cells: None)) + "\n", "utf-8")


def main() -> None:
    """Write all of them."""
    with tempfile.TemporaryDirectory() as folder:
        hub = open_hub(Path(folder) / "hub", url="sqlite", create=True)
        tour.fill(hub, demo.generate(families=400, seed=7), "notebook outputs")
        snapshots.take(hub).save(Path(folder) / "snapshot", hub.home)
        for path in (*(places.NOTEBOOKS / f"{report}.ipynb" for report in REPORTS), *EXAMPLES.glob("*.ipynb")):
            write(path, Path(folder) / "snapshot")


if __name__ == "__main__":
    main()
