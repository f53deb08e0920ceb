"""The erasure list: what has been destroyed, kept outside the database so that no restored copy can bring it back.

It is a private file of lines, each signed over the one before with the hub's own key, written and synced before the
database commits: it may run ahead of the database, never behind. It holds keyed digests, never a reference or a name.

    began        the hub's database was made (line 1)
    intent       these digests are about to be destroyed, at this head of the audit chain
    done         they were                                   void    they were not: nothing was committed
    spared       a replay found that these were not       certificate  a disposal was certified, with its SHA-256

Every line but the first says `of`: the last intent that was carried out by then, or 1. A database that has followed
fewer intents than that is older than its own erasures. Source: reliability.md 3.5.
"""

import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hubdata import moments
from hubdata.errors import Refused
from hubdata.records import signed

TAIL = 65_536
AT_A_GLANCE = 500_000  # bytes that are checked whole on every opening, a few milliseconds
REPLAY = "run `hubdata retention replay`, which destroys again what the list says was destroyed"


def digest(key: bytes, family: str) -> str:
    """The keyed digest of a family's reference: the same for the same hub, and for nobody else."""
    return hmac.digest(key, b"family\x00" + family.encode(), "sha256").hex()


def outliving(key: bytes, family: str) -> str:
    """What stands for a family in a row that outlives its record: opened by `~`, so that it is never a reference."""
    return "~" + digest(key, family)[:39]


def name(mac: str) -> str:
    """The file name of the list whose first line has this signature."""
    return f"{mac[:16]}.jsonl"


@dataclass(frozen=True)
class Line:
    """One line of the list as read, its signature checked."""

    n: int
    what: str
    mac: str
    body: dict


@dataclass(frozen=True)
class ErasureList:
    """One database's list: the file and the key that signs it."""

    path: Path
    key: bytes

    @classmethod
    def begin(cls, folder: Path, key: bytes, database: str) -> "ErasureList":
        """Start the list of a new database; the file's name is the first line's own signature."""
        folder.mkdir(mode=0o700, exist_ok=True)
        body = {"n": 1, "what": "began", "database": database, "nonce": os.urandom(16).hex()}
        line = cls(folder, key)._signed(body, "")
        begun = cls(folder / name(line.mac), key)
        signed.write(begun.path, line.body, line.mac, 0)
        if os.name == "posix":
            handle = os.open(folder, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)
        return begun

    def append(self, what: str, **said: object) -> Line:
        """Add a signed line and see it on the disk; only one process at a time may.

        Raises Refused if the list has been broken, OSError if it cannot be written, and then leaves it as it was.
        """
        last, size = self._end()
        line = self._signed({"n": last.n + 1, "what": what, "of": self._carried_out(last, what), **said}, last.mac)
        signed.write(self.path, line.body, line.mac, size)
        return line

    def last(self) -> Line:
        """The last whole line. Raises Refused if the file is gone or its end is not as it was written."""
        return self._end()[0]

    def looked_over(self) -> Line:
        """The last line; a list that is read in a moment is checked from its first line on."""
        last = self.last()
        if self.path.stat().st_size < AT_A_GLANCE:
            *_, last = self.lines()
        return last

    def _end(self) -> tuple[Line, int]:
        """The last whole line and where it ends; a line that a crash cut short was never relied on."""
        with _opened(self.path) as file:
            size = file.seek(0, os.SEEK_END)
            for back in (TAIL, size):
                at = max(size - back, 0)
                file.seek(at)
                whole, newline, torn = file.read().rpartition(b"\n")
                lines = whole.split(b"\n") if newline else []
                if len(lines) > 2 or at == 0:
                    break
        if not lines:
            raise Refused(f"the erasure list {self.path.name} is empty; restore it from its own copy")
        before = self._mac_of(lines[-2]) if len(lines) > 1 else ""
        return self._checked(lines[-1], before), size - len(torn)

    def _mac_of(self, text: bytes) -> str:
        try:
            return str(json.loads(text)["mac"])
        except (ValueError, KeyError, TypeError):
            raise self._broken() from None

    def _carried_out(self, last: Line, what: str) -> int:
        if what == "done":
            return last.n
        return last.body.get("of", 1)

    def lines(self) -> Iterator[Line]:
        """Every line from the first, each checked against the one before. Raises Refused at the first that is wrong."""
        mac = ""
        with _opened(self.path) as file:
            for number, text in enumerate(file, 1):
                if not text.endswith(b"\n"):
                    return
                line = self._checked(text, mac)
                if line.n != number:
                    raise Refused(f"the erasure list {self.path.name} lacks line {number}; restore it from its copy")
                mac = line.mac
                yield line

    def _signed(self, body: dict, before: str) -> Line:
        body |= {"at": moments.now().isoformat(timespec="seconds")}
        return Line(body["n"], body["what"], signed.mac(self.key, before, body), body)

    def _checked(self, text: bytes, before: str) -> Line:
        found = signed.body_of(text, self.key, before)
        if found is None or not {"n", "what"} <= found[0].keys():
            raise self._broken()
        body, mac = found
        return Line(body["n"], body["what"], mac, body)

    def _broken(self) -> Refused:
        return Refused(f"the erasure list {self.path.name} has been altered or cut; restore it from its own copy")


def _opened(path: Path):
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise Refused(
            f"the erasure list {path.name} is missing, so nobody can say what must not come back: put it back from its "
            f"own copy into {path.parent}"
        ) from None
