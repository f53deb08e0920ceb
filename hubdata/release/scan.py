"""Looks through a finished release, byte by byte, for every name, reference and date of birth that the hub has.

What it finds it never says, only where, and which row of the records to look at. Beside the release stands its mirror:
the same release with nobody counted. What both say equally often in the same place is our own words (P1 is a promise,
A1 a cell, 20 September 2026 the day of a partner's last return) and gives nobody away; what the release says more often
does. Where people wrote what is published (labels of the registers and of partners, policy values), the mirror says it
too: there a full name, an address or a reference that nobody writes by chance is found all the same. Digits alone look
like a count and are sought in labels only.
"""

import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path

from sqlalchemy import Connection

from hubdata import places
from hubdata.errors import Refused
from hubdata.records.store import Hub
from hubdata.release import marks
from hubdata.release.files import COLUMNS, DATABASE
from hubdata.release.tables import FOLDER
from hubdata.retention.traces.marks import PART, is_whole
from hubdata.retention.traces.text import Marks, decoded, spellings

LABELS = (("figures", "row_label"), ("figures", "column_label"), ("figures", "row_code"), ("figures", "column_code"))
WRITTEN = (*LABELS[:2], ("policy", "value"), ("policy", "source"), ("policy", "assumption"))


@dataclass(frozen=True)
class Part:
    """One thing to look through: where it is, its text as written and as read, or its bytes.

    Numbers are sought among `labels`; `written` is what people wrote, and no word of ours.
    """

    where: str
    texts: tuple[str, ...] = ()
    content: bytes = b""
    labels: bool = False
    written: bool = False

    def times(self, mark: str) -> int:
        """How often it says a mark; in bytes, how often beyond the rows, which are looked through cell by cell."""
        if self.content:
            said = mark.encode()
            return max(0, self.content.count(said) - sum(row.encode().count(said) for row in self.texts))
        return max((_times(mark, text) for text in self.texts), default=0)


def _times(mark: str, said: str) -> int:
    said, mark = " ".join(said.split()), " ".join(mark.split())
    places = (found.start() for found in re.finditer(re.escape(mark), said))
    # with what stands beside it, which says whether it is whole
    return sum(is_whole(mark, said[max(at - 2, 0) : at + len(mark) + 2]) for at in places)


@dataclass(frozen=True)
class Contents:
    """Everything that a release's files hold."""

    parts: tuple[Part, ...]

    @classmethod
    def of(cls, folder: Path) -> "Contents":
        """Read every file of a folder, tables column by column and archives member by member."""
        paths = sorted(folder.iterdir())
        named = Part("the name of a file", ("\n".join(path.stem.replace("-", " ") for path in paths),))
        return cls((named, *(part for path in paths for part in _parts(path))))

    @cached_property
    def words(self) -> frozenset[str]:
        """Every single word of its texts; no number and nothing that mixes letters and digits."""
        return _words(text for part in self.parts for text in part.texts)

    def found(self, sought: frozenset[str]) -> dict[Part, set[str]]:
        """Which marks are in which part."""
        ready, numbers = Marks(sought), {mark for mark in sought if marks.NUMBER.fullmatch(mark)}
        found: dict[Part, set[str]] = {}
        for part in self.parts:
            if part.content:
                hits = {mark for mark in ready.in_bytes(part.content) - numbers if part.times(mark)}
            else:
                hits = set().union(*map(ready.in_text, part.texts)) - (set() if part.labels else numbers)
            if hits:
                found[part] = hits
        return found

    def times(self, mark: str, where: str) -> int:
        """How often a place says a mark."""
        return sum(part.times(mark) for part in self.parts if part.where == where)


def _words(texts: Iterator[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in PART.findall(text) if word.isalpha())


def _parts(path: Path) -> Iterator[Part]:
    content = path.read_bytes()
    if path.name == DATABASE:
        yield from _tables(path, content)
    elif zipfile.is_zipfile(BytesIO(content)):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for member in archive.infolist():
                yield _text(f"{path.name}, {member.filename}", archive.read(member))
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
                text, place = " | ".join(_said(row[at]) for row in cells), (name, column)
                yield Part(f"{path.name}, {name}.{column}", (text,), labels=place in LABELS, written=place in WRITTEN)
            unlisted = [column for column in columns if column not in COLUMNS.get(name, ())]
            if unlisted:
                why = f"{path.name}, {name}.{unlisted[0]}: the column is not on the list of what may be published"
                raise Refused(why, [why])
    yield Part(path.name, tuple(rows), content)


def _said(cell: object) -> str:
    return cell.decode("latin-1") if isinstance(cell, bytes) else "" if cell is None else str(cell)


@cache
def _captions() -> frozenset[str]:
    """Every word of the tables' definitions: a title that says less, where figures are hidden, has others."""
    return _words(path.read_text("utf-8") for path in FOLDER.glob("*.sql"))


@cache
def _shipped() -> str:
    """The values that ship with the product, as they are written there: none of them was written about anybody."""
    return "\n".join(path.read_text("utf-8") for path in sorted(places.shipped("params").rglob("*.yaml")))


def refuse_marked(hub: Hub, folder: Path, mirror: Path) -> int:
    """How many marks were looked for in a release's folder, and not found.

    `mirror` is the same release with nobody counted. Raises Refused, saying where and which row of the records to look
    at, and never what.
    """
    release, nobody, sought = Contents.of(folder), Contents.of(mirror), 0
    found: list[tuple[Part, marks.Source, list]] = []
    with hub.read() as connection:
        for source in marks.sources():
            for some in marks.read(connection, source):
                sought += len(some)
                for part, hits in release.found(frozenset(some)).items():
                    guilty = {some[mark] for mark in hits if _gives_away(mark, source, part, nobody)}
                    found += [(part, source, sorted(guilty, key=str))] if guilty else []
        said = [(part.where, _whose(connection, source, values, part)) for part, source, values in found]
    if said:
        where = sorted(dict(said))
        why = [f"{place} holds {'; '.join(whose for at, whose in said if at == place)}" for place in where]
        raise Refused(f"nothing was published: {'. '.join(why[:5])}", why)
    return sought


def _gives_away(mark: str, source: marks.Source, part: Part, nobody: Contents) -> bool:
    """Whether a mark that a part says gives somebody away there."""
    if mark in nobody.words or mark in _captions():
        return False
    if part.times(mark) > nobody.times(mark, part.where):
        return True
    return part.written and not source.by_chance(mark) and not is_whole(mark, _shipped())


def _whose(connection: Connection, source: marks.Source, values: list, part: Part) -> str:
    """Whose it is, and the organisation whose name says it, if one does."""
    said = f"the {source.called} of {marks.rows(connection, source, values)}"
    named = marks.named_so(connection, values) if part.written else []
    return f"{said} (see the name of {', '.join(named)})" if named else said
