"""A report's bundle: the executed notebook as a page, a workbook and a manifest, in a folder that is whole or absent.

Everything in it comes from the notebook's own outputs; nothing is asked of the records a second time.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from hubdata import places
from hubdata.figures import workbook
from hubdata.figures.parts import SOURCE
from hubdata.figures.table import MIME, Table, read


@dataclass(frozen=True)
class Heading:
    """What the page and the workbook are called, and the last day that they cover."""

    title: str
    as_at: date


def tables(notebook: NotebookNode) -> list[Table]:
    """Every table that the notebook shows, in order."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [read(output.data[MIME]) for output in outputs if MIME in output.data]


def findings(shown: list[Table]) -> dict[str, int]:
    """How often each check found something, by code, for the codes that did."""
    counted = [table for table in shown if table.name == "findings"]
    pairs = [(row[0], row[2]) for table in counted for row in table.rows]
    return {code: number for code, number in sorted(pairs) if number}


def standing(shown: list[Table]) -> dict[str, dict[str, str]]:
    """The status of each promise, if the notebook shows the promise board."""
    board = [row for table in shown if table.name == "board" for row in table.rows]
    said = {row[0].split(" ")[0]: row[1].lower().replace(" ", "_") for row in board}
    return {"standing": said} if said else {}


def page(notebook: NotebookNode, heading: Heading) -> str:
    """The notebook as one self-contained HTML page in the house's own template."""
    exporter = _exporter()
    title = exporter._init_resources({"title": heading.title})
    # As TemplateExporter alone: HTMLExporter reads the page a second time, for images and cells that ours never has.
    html, _ = super(HTMLExporter, exporter).from_notebook_node(notebook, title)
    return html


def write(folder: Path, name: str, notebook: NotebookNode, heading: Heading, manifest: dict) -> list[Path]:
    """Write the four files of a bundle into `folder`; the manifest has the SHA-256 of the other three."""
    shown = tables(notebook)
    paths = {kind: folder / f"{name}.{kind}" for kind in ("ipynb", "html", "xlsx")}
    paths["ipynb"].write_text(nbformat.writes(notebook) + "\n", "utf-8")
    paths["html"].write_text(page(notebook, heading), "utf-8")
    workbook.write(paths["xlsx"], _cover(notebook, heading, shown), _sheets(shown), heading.as_at, working=True)
    sums = {path.name: sha256(path.read_bytes()).hexdigest() for path in paths.values()}
    said = folder / "manifest.json"
    content = {**manifest, "findings": findings(shown), **standing(shown), "files": sums}
    said.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return [*paths.values(), said]


def build(parent: Path, run: str, fill: Callable[[Path], list[Path]], beside: Path | None = None) -> Path:
    """A folder `run` under `parent`, filled privately beside its place and then put there in one step.

    `beside` is another folder on the same disk to fill it in: one that is cleared away should this process die.
    If the same run was made before, the new one gets a number: evidence is never overwritten.
    """
    private(parent)
    hidden = Path(tempfile.mkdtemp(prefix=".making-", dir=beside or parent))
    try:
        for path in fill(hidden):
            _settle(path)
        return _place(hidden, parent, run)
    except BaseException:
        shutil.rmtree(hidden)
        raise


def private(folder: Path) -> None:
    """Make a folder, and those above it that are missing, so that only its owner can look inside."""
    if not folder.is_dir():
        private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _place(hidden: Path, parent: Path, run: str) -> Path:
    place, number = parent / run, 1
    while True:
        try:
            hidden.rename(place)  # refuses to replace a folder that has files, on every system
            return place
        except OSError:
            if not place.exists():
                raise
            number += 1
            place = parent / f"{run}-{number}"


def _settle(path: Path) -> None:
    """Make a file private and see it on the disk before its folder gets its name."""
    path.chmod(0o600)
    handle = os.open(path, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _sheets(shown: list[Table]) -> list[Table]:
    return [table for table in shown if table.name != "about"]


def _cover(notebook: NotebookNode, heading: Heading, shown: list[Table]) -> workbook.Cover:
    """The answer and the facts of the report, as the workbook's first sheet says them."""
    every = [output.data for cell in notebook.cells for output in cell.get("outputs", [])]
    answers = [said.get("text/plain", "") for said in every if MIME not in said and SOURCE not in said]
    about = [f"{fact}: {value}" for table in shown if table.name == "about" for fact, value in table.rows]
    return workbook.Cover(heading.title, tuple("\n".join(answers).splitlines()), tuple(about))


@cache
def _exporter() -> HTMLExporter:
    """One exporter for the whole process: making it costs four times as much as using it."""
    basics = {"template_name": "report", "extra_template_basedirs": [str(places.TEMPLATES)]}
    # No preprocessors: each would copy the whole notebook, to change nothing in what `execution` made public.
    return HTMLExporter(**basics, default_preprocessors=[], exclude_anchor_links=True, embed_images=True)
