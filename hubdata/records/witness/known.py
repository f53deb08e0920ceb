"""Who has witnessed the ledger, and when: entries of the ledger itself, and the folders that checkpoints were put into.

The folders are noted outside the database, so that one which was put back to an earlier day does not forget them.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
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


_ALL = text("SELECT c.seq, c.meta, p.payload FROM chain c JOIN payloads p ON p.seq = c.seq ORDER BY c.seq")
_NAMED = f'"action":"{WITNESS}"'.encode()


def witnesses(connection: Connection) -> list[Witnessed]:
    """Every witness that the ledger knows of, in the order in which they were entered."""
    found = []
    for row in connection.execute(_ALL.execution_options(stream_results=True, yield_per=10_000)):
        if _NAMED in (meta := ledger.raw(row.meta)):
            detail = json.loads(ledger.raw(row.payload))["detail"]
            kind, entry, at = (detail.pop(name) for name in ("kind", "entry", "at"))
            found.append(Witnessed(kind, entry, datetime.fromisoformat(at), detail, read(row.seq, meta)))
    return found


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
