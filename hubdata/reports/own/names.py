"""Looks for the hub's names in what an own report says, before it is kept; what it finds it never repeats."""

import json
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from hubdata.errors import Refused
from hubdata.figures.table import MIME
from hubdata.records.snapshot.names import Known, words

TAG = re.compile(r"<[^>]*>")


def refuse(sought: Known, report: str, notebook: NotebookNode) -> None:
    """Raises Refused, with the cells to look at, if an executed notebook says a name of the hub's."""
    found = [number for number, cell in enumerate(notebook.cells, 1) if _says(sought, cell)]
    if found:
        listed = ", ".join(map(str, found))
        what = f"cell {listed}" if len(found) == 1 else f"cells {listed}"
        raise Refused(
            f"the {report} report says the name of somebody whom the hub knows ({what}), so nothing was kept; take it "
            "out: a name is looked up at the desk, with a reason",
            found,
        )


def _says(sought: Known, cell: NotebookNode) -> bool:
    shown = list(_shown(cell))
    alone = {words(piece) for pieces in shown for piece in pieces}
    return bool(alone & sought.alone) or any(sought.said(" ".join(pieces)) for pieces in [[cell.source], *shown])


def _shown(cell: NotebookNode) -> Iterator[list[str]]:
    """What a cell shows, each in its pieces: a table's cells, what stands between tags, or a text as it is."""
    for output in cell.get("outputs", []):
        for kind, said in output.get("data", {}).items():
            if kind == MIME:
                yield [str(value) for row in said["rows"] for value in row]
            else:
                yield TAG.split(said if isinstance(said, str) else json.dumps(said))
