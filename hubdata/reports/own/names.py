"""Looks for the hub's names in what an own report says, before it is kept; what it finds it never repeats.

A person's name in full counts wherever it stands, in either order; a given or family name alone where it is all that a
cell of a table says, for many are words too.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from hubdata.errors import Refused
from hubdata.figures.table import MIME
from hubdata.records.store import Hub

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
TAG = re.compile(r"<[^>]*>")
PEOPLE = "SELECT given_name, family_name FROM people"
WORKERS = "SELECT name FROM practitioners"
PLACES = "SELECT name FROM organisations UNION SELECT hub FROM families"
FEWEST = 3  # letters of a name that is sought alone

Words = tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """The names that the hub has, as words: those sought wherever they stand, and those that are all of a cell."""

    whole: frozenset[Words]
    alone: frozenset[Words]

    def said(self, text: str) -> bool:
        """Whether a text says a name in full."""
        found, lengths = words(text), {len(name) for name in self.whole}
        return any(found[at : at + size] in self.whole for size in lengths for at in range(len(found) - size + 1))


def known(hub: Hub) -> Known:
    """The names of every person, and of every worker, that the hub has."""
    with hub.read() as connection:
        people, workers, places = (connection.exec_driver_sql(query).all() for query in (PEOPLE, WORKERS, PLACES))
    named = [(words(given), words(family)) for given, family in people]
    whole = {order for given, family in named for order in (given + family, family + given)}
    alone = {part for name in named for part in name if sum(map(len, part)) >= FEWEST}
    whole |= {worker for (name,) in workers if len(worker := words(name)) > 1}
    return Known(frozenset(whole), frozenset(alone - {words(name) for (name,) in places}))


def words(text: str) -> Words:
    """The words of a text, whatever stands between them and however they are written."""
    return tuple(word.casefold() for word in WORD.findall(text))


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
