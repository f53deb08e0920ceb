"""The files of a person's copy and of letters: written with the register's entry or not at all.

They hold everything about one person, so they are private, named by references, and noted where they lie; sweep.py
deletes them when their time is over.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection

from hubdata import moments
from hubdata.policy import Policy
from hubdata.records import elsewhere, ledger, private
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.rights.view import Standing

COPIES = TABLES["packs"]
FOLDER = "packs"


@dataclass(frozen=True)
class Written:
    """Where the files of one copy are, and their hashes by column of the register."""

    paths: list[Path]
    hashes: dict[str, str]


@dataclass
class Files:
    """The files that one transaction writes."""

    home: Path
    folder: Path
    written: list[Path] = field(default_factory=list)

    def add(
        self,
        connection: Connection,
        reference: str,
        standing: Standing,
        on: date,
        delete_on: date,
        texts: dict[str, str],
        what: str = "pack",
    ) -> Written:
        """Write the files of a copy, a draft or an officer's list, and enter them; of a copy alone its data's hash."""
        columns = {"html": "page_sha256"} | ({"json": "data_sha256"} if what == "pack" else {})
        hashes = {name: ledger.digest(texts[kind].encode()) for kind, name in columns.items()}
        place = private.folder(self.folder)
        stem = f"{what}-{private.plain(standing.request)}-{reference}"
        paths = [place / f"{stem}.{kind}" for kind in texts]
        connection.execute(
            COPIES.insert(),
            {
                "pack": reference,
                "request": standing.request,
                "family": standing.family,
                "person": standing.person,
                "made_on": on,
                "delete_on": delete_on,
                "recorded_at": moments.stamp(),
                **hashes,
            },
        )
        self.put({path: text.encode() for path, text in zip(paths, texts.values(), strict=True)})
        return Written(paths, hashes)

    def put(self, contents: dict[Path, bytes]) -> None:
        """Write private files, each noted where it lies before it is there."""
        for path, content in contents.items():
            elsewhere.note(self.home, elsewhere.FILE, path, path.parent)
            self.written.append(path)
            private.write_bytes(path, content)


@contextmanager
def writing(hub: Hub, act: Act, out: Path | None, inside: str = FOLDER) -> Iterator[tuple[Connection, Files]]:
    """A write transaction and the files that belong to it: if it does not commit, none of them stays.

    They go to `out`, or to the folder called so `inside` the hub's work.
    """
    files = Files(hub.home, out or hub.home / "work" / inside)
    try:
        with hub.write(act) as connection:
            yield connection, files
    except BaseException:
        for path in files.written:
            path.unlink(missing_ok=True)
        raise


def last_day(decided: Policy, on: date) -> date:
    """The day on which a file made on a day deletes itself."""
    return on + timedelta(days=int(decided.value("rights.pack_kept_days", on)))
