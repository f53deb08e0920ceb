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

from hubdata.retention.traces import marks
from hubdata.retention.traces.found import LEAST

# where drawings and sheets have letters with numbers that are no reference: paths (A1,1), cells (r="G12"), formulas,
# and pictures written as letters
NOISE = re.compile(
    r"""\s(?:d|points|transform|style|class|r|s|ref|sqref|activeCell|topLeftCell|spans)=\\?(["'])[^"'<>]*?\\?\1"""
    r"""|<(c:)?f\b[^<>]*>[^<>]*</(?:c:)?f>|[A-Za-z0-9+/]{200,}={0,2}"""
)
TAG = re.compile(r"<[^<>]*>")
ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
DEEPEST = 3  # an archive in an archive in an archive
LARGEST = 1 << 30
NAME_PART = re.compile(r"[^\W_]+")
QUOTED = re.compile(r"""["']\s*(\d+)\s*["']""")


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

    def in_text(self, said: str, numbers: bool = True) -> set[str]:
        """The marks that a text says as a whole; without `numbers`, those of digits only where they are quoted."""
        words = set(marks.PART.findall(said))
        found = {mark for mark in words & self.all if marks.is_whole(mark, said)}
        if not numbers:
            found -= {mark for mark in found if mark.isdigit()} - set(QUOTED.findall(said))
        spaced = " ".join(said.split())
        for word in words & self.phrases.keys():
            found.update(mark for mark in self.phrases[word] if marks.is_whole(" ".join(mark.split()), spaced))
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

    def in_file(self, path: Path) -> set[str]:
        """The marks that a file says, by its content or its name. Raises Unreadable if it cannot be looked at."""
        try:
            if path.stat().st_size > LARGEST:
                raise Unreadable("too large to look into")
            content = path.read_bytes()
        except OSError as error:
            raise Unreadable(type(error).__name__) from None
        return self.in_name(path.name) | self._in(content, path.suffix.lower(), 0)

    def _in(self, content: bytes, suffix: str, depth: int) -> set[str]:
        if content[:2] == b"\x1f\x8b":
            try:
                content = gzip.decompress(content)
            except (OSError, EOFError):
                raise Unreadable("a compressed file that is not whole") from None
        if content[:4] == b"PK\x03\x04":
            return self._in_archive(content, depth)
        text = decoded(content)
        if text is None:
            return self.in_bytes(content) | self.in_bytes(content.replace(b"\0", b""))
        notebook = suffix in (".json", ".ipynb")
        return set().union(*(self.in_text(said, not notebook) for said in spellings(text)))

    def _in_archive(self, content: bytes, depth: int) -> set[str]:
        if depth == DEEPEST:
            raise Unreadable("archives in archives, deeper than is looked")
        found: set[str] = set()
        try:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                for member in archive.infolist():
                    found |= self.in_name(member.filename)
                    found |= self._in(archive.read(member), Path(member.filename).suffix.lower(), depth + 1)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError):
            raise Unreadable("an archive that does not open") from None
        return found


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
    if "&" in said:
        said = html.unescape(said)
        found.append(said)
    if "<" in said:
        found.append(TAG.sub("", said))
    if "%" in said:
        found.append(unquote(said))
    return found
