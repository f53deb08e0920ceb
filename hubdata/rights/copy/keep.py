"""The files of a person's copy: written with the register's entry or not at all, and deleted when their time is over.

They hold everything about one person, so they are private, named by references, and noted where they lie.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from hubdata import moments
from hubdata.dates import words
from hubdata.moments import By
from hubdata.policy import Policy
from hubdata.records import elsewhere, ledger, private
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.records.time import jumps
from hubdata.rights.view import Standing

COPIES = TABLES["packs"]
FOLDER = "packs"
SHOWN = ("pack", "request", "made_on", "delete_on", "page_sha256", "data_sha256")


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
        for path, text in zip(paths, texts.values(), strict=True):
            elsewhere.note(self.home, elsewhere.FILE, path, place)
            self.written.append(path)
            private.write(path, text)
        return Written(paths, hashes)


@contextmanager
def writing(hub: Hub, act: Act, out: Path | None) -> Iterator[tuple[Connection, Files]]:
    """A write transaction and the files that belong to it: if it does not commit, none of them stays."""
    files = Files(hub.home, out or hub.home / "work" / FOLDER)
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


@dataclass(frozen=True)
class Swept:
    """What a sweep did: copies deleted, those whose files were gone already, those out of reach, and those kept.

    `held` says why copies whose time seems over are kept all the same: the clock that says so has jumped.
    """

    deleted: list[str]
    gone_already: list[str]
    unreachable: list[dict]
    kept: list[dict]
    held: str = ""


def sweep(hub: Hub, by: By) -> Swept:
    """Delete every copy whose time is over by a day, and record it in the register and the audit chain."""
    with hub.read() as connection:
        found = connection.execute(
            select(COPIES).where(COPIES.c.deleted_at.is_(None)).order_by(COPIES.c.pack)
        ).mappings()
        rows = [dict(row) for row in found]
        held = jumps.holds(connection, by.actor)
    over = [row for row in rows if row["delete_on"] <= by.as_at]
    left = [row for row in rows if row["delete_on"] > by.as_at]
    if held and over:
        return Swept([], [], [], [{name: row[name] for name in SHOWN} for row in rows], held)
    kept = [{name: row[name] for name in SHOWN} for row in left]
    done: dict[str, bool] = {}
    unreachable = []
    for row in over:
        try:
            done[row["pack"]] = _delete(hub, row["pack"])
        except OSError as error:
            unreachable.append({"pack": row["pack"], "why": f"{error.strerror or error}: {error.filename or ''}"})
    if done:
        act = Act(by.actor, "officer", by.reason or "a copy's time was over", "rights.sweep", {"packs": sorted(done)})
        with hub.write(act) as connection:
            connection.execute(COPIES.update().where(COPIES.c.pack.in_(list(done))).values(deleted_at=moments.stamp()))
    gone = [reference for reference, was_there in done.items() if not was_there]
    return Swept([reference for reference in done if reference not in gone], gone, unreachable, kept)


def _delete(hub: Hub, reference: str) -> bool:
    """Delete a copy's files; whether there were any. Raises OSError for one that cannot be reached or deleted."""
    noted = [
        (place, root)
        for kind, place, root in elsewhere.places(hub.home)
        if kind == elsewhere.FILE and place.stem.endswith(f"-{reference}")
    ]
    for _, root in noted:
        if not root.is_dir():
            raise FileNotFoundError(2, "the folder cannot be reached; plug it in or put it back", str(root))
    inside = hub.home / "work" / FOLDER
    paths = [*(place for place, _ in noted), *(inside.glob(f"*-{reference}.*") if inside.is_dir() else ())]
    there = [path for path in paths if os.path.lexists(path)]
    for path in there:
        path.unlink()
    elsewhere.forget(hub.home, [place for place, _ in noted])
    with suppress(OSError):
        inside.rmdir()  # only if it is empty
    return bool(there)


def lines(swept: Swept) -> list[str]:
    """A sweep for the officer; nothing to say where nothing was over."""
    said = [f"Copy {reference} is deleted: its time was over." for reference in swept.deleted]
    said += [
        f"Copy {reference} was not where it was written; if somebody moved it, delete it there."
        for reference in swept.gone_already
    ]
    said += [f"Copy {one['pack']} could not be deleted: {one['why']}" for one in swept.unreachable]
    return said + ([f"No copy is deleted: {swept.held}."] if swept.held else [])


def kept_lines(swept: Swept) -> list[str]:
    """The copies that there still are."""
    return [
        f"Copy {one['pack']} of request {one['request']} deletes itself on {words(one['delete_on'])}."
        for one in swept.kept
    ]
