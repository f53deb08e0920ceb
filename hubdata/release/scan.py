"""Looks through a finished release, byte by byte, for every name, reference and date of birth that the hub has.

What it finds it never says, only where. Single words that the same release would hold if nobody had been counted are
no finding (a family may be called as a hub is), but a full name, a reference and a date of birth always are. A
reference of digits alone looks like a count: it is sought in labels only.
"""

import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from io import BytesIO
from pathlib import Path

from sqlalchemy import String, cast, select

from hubdata import dates
from hubdata.errors import Refused
from hubdata.records.store import Hub
from hubdata.records.tables.contract import IDENTIFYING, REFERENCE, TABLES, passport
from hubdata.release.files import COLUMNS, DATABASE
from hubdata.release.tables import FOLDER
from hubdata.retention.traces.marks import PART
from hubdata.retention.traces.text import Marks, decoded, spellings

AT_ONCE = 200_000  # marks looked for at a time, so that memory stays bounded
LABELS = (("figures", "row_label"), ("figures", "column_label"), ("figures", "row_code"), ("figures", "column_code"))


@dataclass(frozen=True)
class Part:
    """One thing to look through: where it is, its text as written and as read, or its bytes."""

    where: str
    texts: tuple[str, ...] = ()
    content: bytes = b""
    labels: bool = False


@dataclass(frozen=True)
class Contents:
    """Everything that a release's files hold."""

    parts: tuple[Part, ...]

    @classmethod
    def of(cls, folder: Path) -> "Contents":
        """Read every file of a folder, tables column by column and archives member by member."""
        return cls(tuple(part for path in sorted(folder.iterdir()) for part in _parts(path)))

    @cached_property
    def words(self) -> frozenset[str]:
        """Every single word of its texts; no number and nothing that mixes letters and digits."""
        found = (word for part in self.parts for text in part.texts for word in PART.findall(text))
        return frozenset(word for word in found if word.isalpha())

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """Each row of the database as SQLite lays it, cell after cell."""
        return tuple(text for part in self.parts if part.content for text in part.texts)

    def found(self, marks: frozenset[str]) -> dict[str, set[str]]:
        """Which marks are where."""
        ready, numbers = Marks(marks), {mark for mark in marks if mark.isdigit()}
        found: dict[str, set[str]] = {}
        for part in self.parts:
            hits = self._in_bytes(ready, part) if part.content else set()
            if not part.content:
                hits = set().union(*(ready.in_text(text) for text in part.texts)) - (set() if part.labels else numbers)
            if hits:
                found[part.where] = hits
        return found

    def _in_bytes(self, ready: Marks, part: Part) -> set[str]:
        """What is in the file and in none of its rows: rows are looked through cell by cell, as whole words."""
        hits = {mark for mark in ready.in_bytes(part.content) if not mark.isdigit()}
        return {mark for mark in hits if not any(mark in row for row in self.cells)}


def _parts(path: Path) -> Iterator[Part]:
    content = path.read_bytes()
    if path.name == DATABASE:
        yield from _tables(path, content)
    elif zipfile.is_zipfile(BytesIO(content)):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for member in archive.namelist():
                yield _text(f"{path.name}, {member}", archive.read(member))
    else:
        yield _text(path.name, content)


def _text(where: str, content: bytes) -> Part:
    said = decoded(content)
    return Part(where, tuple(spellings(content.decode("latin-1") if said is None else said)))


def _tables(path: Path, content: bytes) -> Iterator[Part]:
    rows = []
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
            quoted = name.replace('"', '""')
            found = file.execute(f'SELECT * FROM "{quoted}"')
            columns, cells = [column[0] for column in found.description], found.fetchall()
            rows += ["".join(_said(cell) for cell in row) for row in cells]
            rows += [sql for (sql,) in file.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,))]
            for at, column in enumerate(columns):
                texts = tuple({_said(row[at]) for row in cells})
                yield Part(f"{path.name}, {name}.{column}", texts, labels=(name, column) in LABELS)
            unlisted = [column for column in columns if column not in COLUMNS.get(name, ())]
            if unlisted:
                why = f"{path.name}, {name}.{unlisted[0]}: the column is not on the list of what may be published"
                raise Refused(why, [why])
    yield Part(path.name, tuple(rows), content)


def _said(cell: object) -> str:
    return cell.decode("latin-1") if isinstance(cell, bytes) else "" if cell is None else str(cell)


def marks(hub: Hub) -> Iterator[tuple[frozenset[str], bool]]:
    """Every mark of the hub, some at a time: names and references, then dates of birth and death, which alone say so.

    Names also in full, as a person would write them.
    """
    with hub.read() as connection:
        for column in _columns():
            of_days = passport(column.table.name, column.name).kind == "date"
            found = connection.execution_options(stream_results=True, yield_per=10_000).execute(
                select(column).where(column.is_not(None)).distinct()
            )
            for some in found.scalars().partitions(AT_ONCE):
                said = (text for value in some for text in (_spelt(value) if of_days else [str(value).strip()]))
                yield frozenset(filter(None, said)), of_days
        people = TABLES["people"].c
        full = select(cast(people.given_name, String) + " " + people.family_name).distinct()
        found = connection.execution_options(stream_results=True, yield_per=10_000).execute(full)
        for some in found.scalars().partitions(AT_ONCE):
            yield frozenset(some), False


def _columns() -> Iterator:
    """The columns that identify somebody, and each table's own references; lists only repeat them."""
    for name, table in TABLES.items():
        for column in table.c:
            card = passport(name, column.name)
            own = card.sensitivity == REFERENCE and column.primary_key and not column.foreign_keys
            if own or card.sensitivity == IDENTIFYING:
                yield column


def _captions() -> frozenset[str]:
    """Every word of the tables' definitions: a title that says less, where figures are hidden, has others."""
    texts = (path.read_text("utf-8") for path in FOLDER.glob("*.sql"))
    return frozenset(word for text in texts for word in PART.findall(text) if word.isalpha())


def _spelt(day: date) -> list[str]:
    return [day.isoformat(), dates.words(day), f"{day:%d/%m/%Y}"]


def refuse_marked(hub: Hub, folder: Path, nobody: Path, days: frozenset[date]) -> int:
    """How many marks were looked for in a release's folder, and not found.

    `nobody` is the same release with nobody counted, `days` those that the release itself is about. Raises Refused,
    saying where and never what.
    """
    contents, own = Contents.of(folder), Contents.of(nobody).words | _captions()
    spelt, sought = {text for day in days for text in _spelt(day)}, 0
    where: set[str] = set()
    for some, of_days in marks(hub):
        sought += len(some)
        for place, hits in contents.found(some).items():
            if hits - (spelt if of_days else own):
                where.add(place)
    if where:
        why = [f"{place} holds a name, a reference or a date of birth that the hub has" for place in sorted(where)]
        raise Refused(f"nothing was published: {'; '.join(why[:5])}", why)
    return sought
