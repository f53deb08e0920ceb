"""Walks a workbook's XML one tag at a time, in one pass and without what XML can hide: entities and other encodings.

It opens no file, and imports nothing that is heavy: it runs in the limited process that judges a return.
"""

import re
from collections.abc import Callable
from xml.parsers import expat

from hubdata.intake.files.archive import Bad

ENCODING = re.compile(rb"""^<\?xml[^>]*\bencoding=["']([^"']+)["']""")
BROKEN = ("not-a-workbook", "a part of the workbook is not as the format has it; open it in Excel and save it again")


def checked(part: bytes) -> bytes:
    """A part as plain UTF-8 without a document type. Raises Bad if it is none."""
    part = part.removeprefix(b"\xef\xbb\xbf")
    said = ENCODING.match(part[:200])
    if not part.lstrip()[:1] == b"<" or (said and said[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")):
        raise Bad(*BROKEN)
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise Bad("xml-entities", "the workbook's XML declares entities, as no spreadsheet program does; save it again")
    return part


class _Tags(dict):
    """What to call for a tag, found once for each spelling of it."""

    def __missing__(self, name: str) -> Callable:
        plain = name.rpartition(":")[2]
        found = self[name] = self[plain] if plain != name and plain in self else _nothing
        return found


def _nothing(*_: object) -> None:
    pass


class Walk:
    """One pass over a part: what to call when a tag starts (with its attributes) or ends, by its plain name."""

    def __init__(self, starts: dict[str, Callable[[dict], None]], ends: dict[str, Callable[[], None]] | None = None):
        self._said: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        started, ended = _Tags(starts), _Tags(ends or {})
        self._parser.StartElementHandler = lambda name, attributes: started[name](attributes)
        if ends:
            self._parser.EndElementHandler = lambda name: ended[name]()

    def listen(self) -> None:
        """Gather the text that follows."""
        self._said.clear()
        self._parser.CharacterDataHandler = self._said.append

    def heard(self) -> str:
        """The text since `listen`; nothing more is gathered."""
        self._parser.CharacterDataHandler = None
        return "".join(self._said)

    def over(self, part: bytes) -> None:
        """Walk over a part. Raises Bad if it is broken."""
        try:
            self._parser.Parse(checked(part), True)
        except (expat.ExpatError, ValueError, KeyError):
            raise Bad(*BROKEN) from None


def plain_attributes(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes by their names without prefixes."""
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}
