"""The byte scan: proves that nothing of destroyed records is left in the database's files; it changes nothing.

A destroyed "S12" is also seen in the living "S122", because SQLite lays columns side by side. So every byte is compared
with a pristine copy: VACUUM INTO writes what living rows say and nothing else, page for page as VACUUM left it. A page
that the copy has too is the living rows'; any other is searched for every mark. On PostgreSQL the server reads its own
files for us, if it may.
"""

import json
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import IO, Any, cast

from sqlalchemy import text

from hubdata import places
from hubdata.errors import HubError
from hubdata.records import folders
from hubdata.records.store import Hub
from hubdata.retention.traces import files as traces_files
from hubdata.retention.traces import postgresql, settling
from hubdata.retention.traces.found import LEAST, Scan, joined

SUFFIXES = ("", "-wal", "-shm", "-journal")
BEYOND_USE = ("backups",)  # copies of an earlier day, out of use until they are replaced; a restore is replayed first


def scan(hub: Hub, marks: Collection[str]) -> Scan:
    """Look for every mark in the hub's database files and in everything else under its home."""
    sought = sorted({mark for mark in marks if len(mark.encode()) >= LEAST})
    asked = Scan(marks_sought=len(sought), marks_too_short=len(set(marks)) - len(sought))
    if hub.dialect == "postgresql":
        return joined(asked, postgresql.scan(hub, sought), _others(hub, marks))
    main = Path(str(hub.engine.url.database))
    files = [file for suffix in SUFFIXES if (file := Path(f"{main}{suffix}")).exists()]
    with _Child() as child, folders.folder(hub.home) as folder:
        child.tell({"marks": sought, "page": _page(hub)})
        copy = _pristine(hub, folder)  # while the child makes ready to search
        child.tell({"files": [str(file) for file in files], "copy": {str(main): str(copy)}})
        others = _others(hub, marks)
        return joined(asked, _database(child.hear()), others)


def _page(hub: Hub) -> int:
    with hub.engine.connect() as connection:
        return connection.execute(text("PRAGMA page_size")).scalar_one()


def _pristine(hub: Hub, folder: Path) -> Path:
    """A copy of the database that holds what living rows say and nothing else."""
    copy = folder / "pristine.db"
    copy.touch(0o600)
    try:
        with settling.outside_transactions(hub) as cursor:
            cursor.execute("PRAGMA synchronous=0")  # the copy is thrown away
            cursor.execute("VACUUM INTO ?", (str(copy),))
    except hub.engine.dialect.loaded_dbapi.Error:
        raise HubError(
            "there is no room for the copy that the search for what was destroyed needs: make as much room as the "
            "database takes, and run the disposal again"
        ) from None
    return copy


def _database(found: dict[str, dict]) -> Scan:
    """What the hits in the database's files come to."""
    said, unread = [], []
    for name, one in found.items():
        if one["pages"]:
            where = f"{sum(one['pages'].values()):,} traces of destroyed records on {len(one['pages']):,} pages"
            said.append(f"{Path(name).name}: {where}; run the disposal again")
        if one["unread"]:
            unread.append(f"{Path(name).name}: could not be read")
    size = sum(one["bytes"] for one in found.values())
    return Scan(len(found) - len(unread), size, found=tuple(said), not_scanned=tuple(unread))


class _Child:
    """The process that reads bytes: one question and one answer to a line."""

    def __enter__(self) -> "_Child":
        command = [sys.executable, "-m", "hubdata.retention.traces.bytes"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=places.IMPORTED_FROM
        )
        self.asks, self.answers = cast(IO[str], self.process.stdin), cast(IO[str], self.process.stdout)
        return self

    def tell(self, question: dict) -> None:
        self.asks.write(json.dumps(question) + "\n")
        self.asks.flush()

    def hear(self) -> Any:
        return json.loads(self.answers.readline())

    def __exit__(self, *_: object) -> None:
        self.asks.close()
        self.answers.close()
        self.process.wait()


def _others(hub: Hub, marks: Collection[str]) -> Scan:
    """Everything else under the home, read as text where it is text, inside archives too."""
    looked = traces_files.look(hub, marks)
    kept = [
        f"{name}: copies of earlier days; a restore destroys again what the erasure list names"
        for name in BEYOND_USE
        if any((hub.home / name).glob("*"))
    ]
    return Scan(looked.files, looked.bytes, found=tuple(looked.said), not_scanned=(*looked.unread, *kept))
