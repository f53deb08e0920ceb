"""The figure of the reports: a whole pack against plain papermill runs of an empty notebook with the same imports."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat

from benchmarks.timing import Figure, compare
from hubdata.reports.orders import PACKS

SOURCE = "import duckdb\nimport pyarrow\nimport pyarrow.compute"


def figures(rounds: int) -> Iterator[Figure]:
    """`hubdata pack` on the demo hub, pages and workbooks included, against as many plain `papermill` commands."""
    with tempfile.TemporaryDirectory() as folder:
        place, program, reports = Path(folder), Path(sys.executable).parent, len(PACKS["all"])
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SOURCE)]), place / "empty.ipynb")
        run = {"check": True, "capture_output": True}
        subprocess.run([program / "hubdata", "demo", "--home", place / "hub"], **run)

        def plain():
            for number in range(reports):
                command = [program / "papermill", place / "empty.ipynb", place / f"{number}.ipynb", "-k", "python3"]
                subprocess.run(command, **run)

        def pack():
            subprocess.run([program / "hubdata", "pack", "--home", place / "hub", "--as-at", "2026-09-30"], **run)

        yield compare(f"the pack of {reports} reports, against as many plain papermill runs", pack, plain, 0.6, rounds)
