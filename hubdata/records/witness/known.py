"""Who has witnessed the ledger, and when: entries of the ledger itself, and the folders that checkpoints were put into.

The folders are noted outside the database, so that one which was put back to an earlier day does not forget them.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, text

from hubdata import moments
from hubdata.dates import words
from hubdata.moments import By
from hubdata.records import ledger, private
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.time.entry import Entry, read

WITNESS = "ledger.witness"
FOLDERS = "folders"  # in the home's checkpoints: where more of them are
FOLDER, LETTER, COSIGNED, TIMESTAMP = "folder", "letter", "cosigned", "timestamp"
WORDS = {
    FOLDER: "in a folder elsewhere",
    LETTER: "by letter",
    COSIGNED: "by another hub",
    TIMESTAMP: "by a timestamp authority",
}


@dataclass(frozen=True)
class Witnessed:
    """One witness: how, which entry of the chain it has, the moment that it names, and more of that kind."""

    kind: str
    entry: int
    at: datetime
    more: dict
    entered: Entry | None = None

    @property
    def on(self) -> date:
        """The day."""
        return moments.day_of(self.at)

    @property
    def said(self) -> str:
        """When and how, in words."""
        open_ = ", which this hub can still write to" if self.more.get("rewritable") else ""
        return f"on {words(self.on)} {WORDS[self.kind]}{open_}"


def enter(hub: Hub, by: By, kind: str, entry: int, at: datetime | None = None, **more: object) -> Witnessed:
    """Enter in the ledger that the chain up to an entry is witnessed."""
    at = at or moments.now()
    detail = {"kind": kind, "entry": entry, "at": at.isoformat(timespec="seconds"), **more}
    with hub.write(Act(by.actor, "officer", by.reason or "a witness of the ledger", WITNESS, detail)):
        pass
    return Witnessed(kind, entry, at, more)


_NAMED = f'"action":"{WITNESS}"'.encode()
# the database looks for the word itself: a hub has a million entries, and few witnesses
_ALL = {
    name: text(
        f"SELECT c.seq, c.meta, p.payload FROM chain c JOIN payloads p ON p.seq = c.seq WHERE {has} ORDER BY c.seq"
    )
    for name, has in (("sqlite", "instr(c.meta, :named) > 0"), ("postgresql", "position(:named IN c.meta) > 0"))
}


def witnesses(connection: Connection) -> list[Witnessed]:
    """Every witness that the ledger knows of, in the order in which they were entered.

    An entry that somebody altered is none: whoever walks the chain names it.
    """
    found = []
    for row in connection.execute(_ALL[connection.dialect.name], {"named": _NAMED}):
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            meta, detail = ledger.raw(row.meta), json.loads(ledger.raw(row.payload))["detail"]
            kind, entry, at = (detail.pop(name) for name in ("kind", "entry", "at"))
            if kind in WORDS and type(entry) is int:
                found.append(Witnessed(kind, entry, _moment(at), detail, read(row.seq, meta)))
    return found


def _moment(said: str) -> datetime:
    return datetime.fromisoformat(said).astimezone(UTC)


def latest(connection: Connection) -> Witnessed | None:
    """The latest witness; None if there was none."""
    return max(witnesses(connection), key=lambda one: one.at, default=None)


def note_folder(home: Path, folder: Path) -> None:
    """Remember a folder that checkpoints are put into."""
    there = folders(home)
    if folder not in there:
        private.write(home / "checkpoints" / FOLDERS, json.dumps([str(one) for one in [*there, folder]]) + "\n")


def folders(home: Path) -> list[Path]:
    """The folders that checkpoints were put into."""
    try:
        return [Path(one) for one in json.loads((home / "checkpoints" / FOLDERS).read_text("utf-8"))]
    except (FileNotFoundError, ValueError, TypeError):
        return []
