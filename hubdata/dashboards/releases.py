"""What dashboards read: the releases in one folder, each checked against its own name; never the records."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from hubdata.dates import QUARTER, Quarter
from hubdata.errors import HubError
from hubdata.figures.table import SHORTHAND, Column, Table

TOTAL, HIDDEN, UNAVAILABLE = "total", "[c]", "[x]"
WIDE = 7  # columns that a sheet of paper holds
ABOUT = ("name", "title", "scope", "rows", "columns", "notes", "source", "chart")


@dataclass(frozen=True)
class Bin:
    """A row or a column: its code and its label."""

    code: str
    label: str


@dataclass(frozen=True)
class Released:
    """One released table: its words, its rows and columns with totals last, and what is shown at each place."""

    name: str
    title: str
    scope: str
    of_rows: str
    of_columns: str
    notes: tuple[str, ...]
    source: str
    chart: str
    rows: tuple[Bin, ...]
    columns: tuple[Bin, ...]
    shown: dict[tuple[str, str], str]
    percent: dict[tuple[str, str], str]

    def row(self, code: str) -> Bin | None:
        """The row with this code, or None."""
        return next((row for row in self.rows if row.code == code), None)

    def label(self, column: str) -> str:
        """What a column is called."""
        return next((each.label for each in self.columns if each.code == column), column)

    def at(self, row: str, column: str) -> int | str:
        """One figure."""
        return plain(self.shown.get((row, column), UNAVAILABLE))

    def has_bars(self) -> bool:
        """Whether its chart has anything to draw: a figure above 0 in a row that is no total."""
        return any(
            self.at(row.code, each.code) not in (0, HIDDEN, UNAVAILABLE)
            for row in self.rows[:-1]
            for each in self.columns
        )

    def table(self) -> Table:
        """The whole table; one that is wide and not as long is turned, so that a sheet of paper holds it."""
        turned = len(self.columns) > max(WIDE, len(self.rows))
        down, across = (self.columns, self.rows) if turned else (self.rows, self.columns)
        of_rows, of_columns = (self.of_columns, self.of_rows) if turned else (self.of_rows, self.of_columns)
        cells = [[self.at(*((b.code, a.code) if turned else (a.code, b.code))) for b in across] for a in down]
        columns = (Column("row", of_rows), *(Column(each.code, each.label, "number") for each in across))
        rows = tuple((row.label, *line) for row, line in zip(down, cells, strict=True))
        title = f"{of_rows} by {of_columns.lower()}"
        return Table(self.name, title, self.scope, columns, rows, self.source, self.notes)


@dataclass(frozen=True)
class Release:
    """One quarter as it was published. Raises HubError where a file is not as it was made."""

    quarter: Quarter
    folder: Path

    @cached_property
    def manifest(self) -> dict:
        """What the release says of itself; its name is the beginning of its hash."""
        content = (self.folder / "manifest.json").read_bytes()
        if not sha256(content).hexdigest().startswith(self.folder.name):
            raise HubError(f"the release of {self.quarter} has been altered")
        return json.loads(content)

    def read(self, file: str) -> bytes:
        """One of its files."""
        content = (self.folder / file).read_bytes()
        if self.manifest["files"].get(file) != sha256(content).hexdigest():
            raise HubError(f"{file} of the release of {self.quarter} has been altered")
        return content

    @cached_property
    def tables(self) -> dict[str, Released]:
        """Its tables by name."""
        with self._opened() as file:
            said = file.execute(f"SELECT {', '.join(ABOUT)} FROM tables ORDER BY place").fetchall()
            return {about[0]: _released(file, about) for about in said}

    @cached_property
    def promises(self) -> list[tuple[str, str, str, str]]:
        """How each promise stood on its last day: promise, title, sentence and status; empty if it has none."""
        with self._opened() as file:
            if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'promises'").fetchone():
                return []
            return file.execute("SELECT promise, title, sentence, status FROM promises").fetchall()

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Its database, in memory: the bytes that were checked are the bytes that are read."""
        with closing(sqlite3.connect(":memory:")) as file:
            file.deserialize(self.read("release.sqlite"))
            yield file


def _released(file: sqlite3.Connection, about: tuple) -> Released:
    name, title, scope, of_rows, of_columns, notes, source, chart = about
    cells = file.execute(
        "SELECT row_code, row_label, column_code, column_label, shown, percent FROM figures WHERE table_name = ? "
        "ORDER BY row_place, column_place",
        (name,),
    ).fetchall()
    rows, columns = ({cell[at]: Bin(cell[at], cell[at + 1]) for cell in cells} for at in (0, 2))
    shown = {(cell[0], cell[2]): cell[4] for cell in cells}
    percent = {(cell[0], cell[2]): cell[5] for cell in cells if cell[5]}
    return Released(
        name,
        title,
        scope,
        of_rows,
        of_columns,
        tuple(filter(None, notes.split("\n"))),
        source,
        chart,
        tuple(rows.values()),
        tuple(columns.values()),
        shown,
        percent,
    )


def plain(shown: str) -> int | str:
    """A figure as a table holds it: a number, or the shorthand of one that is not shown."""
    return shown if shown in SHORTHAND else int(shown)


def folder() -> Path:
    """Where releases are: HUBDATA_RELEASES, or `published` in the hub's home, beside the folder that is served."""
    if given := os.environ.get("HUBDATA_RELEASES"):
        return Path(given)
    home = os.environ.get("HUBDATA_HOME") or "hub"
    places = [Path(base) / home / "published" for base in (".", "..")]
    return next((place for place in places if place.is_dir()), places[0])


def releases(place: Path) -> list[Release]:
    """Every release, newest first; a folder that is still being made has a name with a dot."""
    found = (path for path in _listed(place) if path.is_dir() and QUARTER.fullmatch(path.name))
    made = [_release(Quarter.parse(path.name), own) for path in found for own in _listed(path)]
    return sorted(made, key=lambda each: each.quarter, reverse=True)


@cache
def _release(quarter: Quarter, place: Path) -> Release:
    """A release is read once: it never changes."""
    return Release(quarter, place)


def _listed(place: Path) -> Iterable[Path]:
    return sorted(path for path in place.iterdir() if path.name[0] != ".") if place.is_dir() else ()
