"""Finds marks in files of any kind: text, pages, notebooks, archives and what is in them; it changes no file.

In text a mark counts as a whole word only, so that F1 is not seen in F12. In files that are not text, where columns lie
side by side, it counts wherever its bytes are, if it has at least four.
"""

import gzip
import html
import re
import zipfile
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

from hubdata.retention.traces import marks, ours
from hubdata.retention.traces.found import LEAST

# where drawings and sheets have letters with numbers that are no reference: paths (A1,1), cells (r="G12"), formulas,
# and pictures written as letters
NOISE = re.compile(
    r"""\s(?:d|points|transform|style|class|r|s|ref|sqref|activeCell|topLeftCell|spans)=\\?(["'])[^"'<>]*?\\?\1"""
    r"""|<(c:)?f\b[^<>]*>[^<>]*</(?:c:)?f>|[A-Za-z0-9+/]{200,}={0,2}"""
)
TAG = re.compile(r"<[^<>]*>")
ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
KINDS = {"quoted": (".json", ".ipynb"), "cells": (".html", ".htm", ".xml", ".rels", ".svg")}
MANIFEST, LIST = "manifest.json", "xl/sharedStrings.xml"
DEEPEST = 3  # an archive in an archive in an archive
LARGEST = 1 << 30
NAME_PART = re.compile(r"[^\W_]+")
# where a reference of digits alone is told from a count, by the kind of text: quoted, a cell's whole text, on its own
NUMBERS = {
    "quoted": re.compile(r"""["']\s*(\d+)\s*["']"""),
    "cells": re.compile(r"[>;]\s*(\d+)\s*(?=[<;])"),
}
# a number in a workbook's cell may say where its text stands in a list
PLACED = re.compile(r"""<c\b[^<>]*\bt="s"[^<>]*>\s*<v>\d+</v>""")
# where a report says which row it is about, at the head of it: in a page's table, a notebook's and a workbook's
HEADS = re.compile(r"""<th\b[^<>]*\bscope=\\?["']row\\?["'][^<>]*>\s*(\d+)\s*<|\[\s*"(\d+)"\s*,""")
FIRST = re.compile(r"""<c r="A\d+"[^<>]*\bt="s"[^<>]*>\s*<v>(\d+)</v>""")
INLINE = re.compile(r"""<c r="A\d+"[^<>]*>\s*<is>\s*<t\b[^<>]*>\s*(\d+)\s*</t>""")
SHARED = re.compile(r"<si>(.*?)</si>", re.DOTALL)
NAMED = re.compile(r"""["']\s*:\s*\[?\s*["']""")  # between the name of a value and the value, in JSON


class Unreadable(Exception):
    """A file whose content could not be looked at."""


@dataclass(frozen=True)
class Marks:
    """Marks made ready for looking: those of more than one word by the longest of them."""

    all: frozenset[str]

    @cached_property
    def phrases(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for mark in self.all:
            if not mark.isalnum():
                found.setdefault(marks.longest(mark), []).append(mark)
        return found

    @cached_property
    def automaton(self):
        from ahocorasick_rs import BytesAhoCorasick  # 20 ms, only where a file is not text

        return BytesAhoCorasick([mark.encode() for mark in self.long])

    @cached_property
    def long(self) -> list[str]:
        return sorted(mark for mark in self.all if len(mark.encode()) >= LEAST)

    def in_text(self, said: str, numbers: str = "anywhere") -> set[str]:
        """The marks that a text says as a whole; those of digits where they stand as NUMBERS has it, or nowhere."""
        words = set(marks.PART.findall(said))
        found = {mark for mark in words & self.all if marks.is_whole(mark, said)}
        if numbers != "anywhere":
            found -= {m for m in found if m.isdigit()} - set(NUMBERS[numbers].findall(said) if numbers else ())
        spaced = " ".join(said.split())
        for word in words & self.phrases.keys():
            for mark in self.phrases[word]:  # a number that begins the next cell or line is no part of one
                if marks.is_whole(" ".join(mark.split()), said if mark.rpartition(" ")[2].isdigit() else spaced):
                    found.add(mark)
        return found

    def in_name(self, name: str) -> set[str]:
        """The marks that a file's name says, whatever signs stand between its parts; numbers are no marks there."""
        parts = [part.span() for part in NAME_PART.finditer(name)]
        spans = {name[start:end] for i, (start, _) in enumerate(parts) for _, end in parts[i:]}
        return {mark for mark in spans & self.all if not mark.isdigit()}

    def in_bytes(self, content: bytes) -> set[str]:
        """The marks whose bytes are anywhere in a content."""
        if not self.long:
            return set()
        return {self.long[i] for i, _, _ in self.automaton.find_matches_as_indexes(content, overlapping=True)}

    def in_file(self, path: Path, of_report: bool = False) -> set[str]:
        """The marks that a file says, by its content or its name. Raises Unreadable if it cannot be looked at.

        A report says promises, rules and quarters by their codes, and counts: such a mark is none there by itself.
        """
        try:
            if path.stat().st_size > LARGEST:
                raise Unreadable("too large to look into")
            content = path.read_bytes()
        except OSError as error:
            raise Unreadable(type(error).__name__) from None
        found = self._in(content, path.suffix.lower(), of_report, 0)
        if of_report:
            found = {mark for mark in found if not ours.is_ours(mark)}
            found -= {mark for mark in found if mark.isdigit()} if path.name == MANIFEST else set()
        return self.in_name(path.name) | found

    def _in(self, content: bytes, suffix: str, of_report: bool, depth: int) -> set[str]:
        if content[:2] == b"\x1f\x8b":
            try:
                content = gzip.decompress(content)
            except (OSError, EOFError):
                raise Unreadable("a compressed file that is not whole") from None
        if content[:4] == b"PK\x03\x04":
            return self._in_archive(content, of_report, depth)
        text = decoded(content)
        if text is None:
            return self.in_bytes(content) | self.in_bytes(content.replace(b"\0", b""))
        kind = next((kind for kind, suffixes in KINDS.items() if suffix in suffixes), "anywhere")
        if kind == "cells":
            text = PLACED.sub(" ", text)
        if of_report:
            return set().union(*map(self._in_report, spellings(text)))
        return set().union(*(self.in_text(said, kind) for said in spellings(text)))

    def _in_report(self, said: str) -> set[str]:
        """The marks that a text of a report says: no tag says one, and one of digits counts at the head of a row."""
        heads = {number for found in HEADS.findall(said) for number in found}
        return self.in_text(TAG.sub(" ", said), "") | (heads & self.all)

    def _in_archive(self, content: bytes, of_report: bool, depth: int) -> set[str]:
        if depth == DEEPEST:
            raise Unreadable("archives in archives, deeper than is looked")
        found: set[str] = set()
        try:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                if of_report:
                    found |= {mark for mark in _first_cells(archive) & self.all if mark.isdigit()}
                for member in archive.infolist():
                    found |= set() if of_report else self.in_name(member.filename)
                    found |= self._in(archive.read(member), Path(member.filename).suffix.lower(), of_report, depth + 1)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError):
            raise Unreadable("an archive that does not open") from None
        return found


def _first_cells(archive: zipfile.ZipFile) -> set[str]:
    """What stands as text in the first column of a workbook's sheets."""
    sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    listed = archive.read(LIST).decode() if LIST in archive.namelist() else ""
    every = [TAG.sub("", text).strip() for text in SHARED.findall(listed)]
    places = (int(place) for sheet in sheets for place in FIRST.findall(sheet))
    found = {every[place] for place in places if place < len(every)}
    return found.union(*map(INLINE.findall, sheets))


def decoded(content: bytes) -> str | None:
    """A content as text, or None if it is none."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    if b"\0" in content[:65_536]:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None if _is_binary(content[:65_536]) else content.decode("cp1252", "replace")


def _is_binary(start: bytes) -> bool:
    return sum(byte < 9 or 13 < byte < 32 for byte in start) > len(start) // 100


def spellings(said: str) -> list[str]:
    """A text as written, and as read: without JSON's escapes, HTML's entities, tags and web addresses' signs."""
    said = NOISE.sub(" ", said)
    found = [said]
    if "\\" in said:
        said = ESCAPE.sub(lambda sign: chr(int(sign[1], 16)), said)
        said = said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        said = said.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"').replace("\\/", "/")
        found.append(said.replace("\\\\", "\\"))
    if NAMED.search(said):
        found.append(NAMED.sub(" ", said))
    if "&" in said:
        said = html.unescape(said)
        found.append(said)
    if "<" in said:
        found.append(TAG.sub("", said))
    if "%" in said:
        found.append(unquote(said))
    return found
