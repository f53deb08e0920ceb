"""Deletes the files of copies and letters when their time is over, and those that a killed run left without an entry.

Each deletion is in the register and the audit chain; a file that cannot be reached is named, and asked for again.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from hubdata import moments
from hubdata.dates import words
from hubdata.moments import By
from hubdata.records import elsewhere
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.records.time import jumps

KEYS = {"packs": "pack", "letters": "letter"}  # the folder inside `work` is called as the table
FOLDERS = (*KEYS, "enclosed")
CALLED = {"packs": "Copy", "letters": "Letter"}
SHOWN = ("request", "made_on", "delete_on", "page_sha256", "data_sha256", "document_sha256")
OURS = re.compile(r"(?:pack|draft|items|letter)-.+-([KL][0-9a-f]{10})\.(?:html|json|docx)")
# what came, opened for somebody who gave a reason
ENCLOSED = re.compile(r"enclosed-(?P<request>.+)-(?P<enclosure>[^-]+)-until-(?P<last>\d{4}-\d\d-\d\d)\.\w+")
STILL_WRITING = 3600  # seconds in which a file without an entry may belong to a run that has not ended


@dataclass(frozen=True)
class Temporary:
    """A file about somebody that has a last day: a copy, a letter, or what came and was opened for a reason."""

    what: str
    reference: str
    request: str
    made_on: date | None
    delete_on: date


@dataclass(frozen=True)
class Swept:
    """What a sweep did: files deleted, those gone already, those out of reach, and those kept; by their reference.

    `left_behind` are files of a run that was killed. `held` says why what seems over is kept all the same: the clock
    that says so has jumped.
    """

    deleted: list[str]
    gone_already: list[str]
    unreachable: list[dict]
    kept: list[dict]
    held: str = ""
    left_behind: list[str] = field(default_factory=list)


def sweep(hub: Hub, by: By) -> Swept:
    """Delete everything whose time is over by a day, and record it in the register and the audit chain."""
    with hub.read() as connection:
        rows = [row for table in KEYS for row in _rows(connection, table)]
        known = _known(connection)
        held = jumps.holds(connection, by.actor)
    over = [row for row in rows if row["delete_on"] <= by.as_at]
    kept = [_shown(row) for row in rows if held or row["delete_on"] > by.as_at]
    if held:
        return Swept([], [], [], kept, held if over else "")
    done: dict[str, bool] = {}
    unreachable = []
    for row in over:
        try:
            done[row["reference"]] = _delete(hub, row["of"], row["reference"])
        except OSError as error:
            why = f"{error.strerror or error}: {error.filename or ''}"
            unreachable.append({KEYS[row["of"]]: row["reference"], "why": why})
    if done:
        _enter(hub, by, [row for row in over if row["reference"] in done])
    gone = [reference for reference, was_there in done.items() if not was_there]
    left = sorted(_left_behind(hub, known, by.as_at))
    return Swept([each for each in done if each not in gone], gone, unreachable, kept, "", left)


def temporary(hub: Hub) -> list[Temporary]:
    """Every file that deletes itself, whatever it is, and on which day: the next to go first."""
    with hub.read() as connection:
        rows = [row for table in KEYS for row in _rows(connection, table)]
    found = [Temporary(CALLED[r["of"]], r["reference"], r["request"], r["made_on"], r["delete_on"]) for r in rows]
    found += [
        Temporary("Enclosure", name["enclosure"], name["request"], None, last + timedelta(days=1))
        for path in _there(hub)
        if (name := ENCLOSED.fullmatch(path.name)) and path.exists() and (last := date.fromisoformat(name["last"]))
    ]
    return sorted(found, key=lambda one: (one.delete_on, one.reference))


def may_have(home: Path) -> bool:
    """Whether there may be something to delete at all, without asking the register."""
    noted = any(kind == elsewhere.FILE for kind, _, _ in elsewhere.places(home))
    return noted or any((home / "work" / name).is_dir() for name in FOLDERS)


def _rows(connection: Connection, table: str) -> list[dict]:
    """What of a table still has files, each with which table it is of and its own reference."""
    key = KEYS[table]
    asked = select(TABLES[table]).where(TABLES[table].c.deleted_at.is_(None)).order_by(TABLES[table].c[key])
    return [{**row, "of": table, "reference": row[key]} for row in connection.execute(asked).mappings()]


def _known(connection: Connection) -> set[str]:
    return {one for table, key in KEYS.items() for one in connection.execute(select(TABLES[table].c[key])).scalars()}


def _shown(row: dict) -> dict:
    return {KEYS[row["of"]]: row["reference"]} | {name: row[name] for name in SHOWN if name in row}


def _enter(hub: Hub, by: By, rows: list[dict]) -> None:
    detail = {table: sorted(row["reference"] for row in rows if row["of"] == table) for table in KEYS}
    said = {table: listed for table, listed in detail.items() if listed}
    with hub.write(Act(by.actor, "officer", by.reason or "a copy's time was over", "rights.sweep", said)) as connection:
        for table, listed in said.items():
            change = TABLES[table].update().where(TABLES[table].c[KEYS[table]].in_(listed))
            connection.execute(change.values(deleted_at=moments.stamp()))


def files(hub: Hub, table: str, reference: str) -> list[Path]:
    """The files of a copy or a letter that can be reached, wherever they were written."""
    inside = hub.home / "work" / table
    paths = [*(place for place, _ in _noted(hub, reference)), *(inside.glob(f"*-{reference}.*"))]
    return [path for path in dict.fromkeys(paths) if os.path.lexists(path)]


def _noted(hub: Hub, reference: str) -> list[tuple[Path, Path]]:
    """Where files of a reference were written outside the home, each with the folder that was asked for."""
    noted = (each for each in elsewhere.places(hub.home) if each[0] == elsewhere.FILE)
    return [(place, root) for _, place, root in noted if place.stem.endswith(f"-{reference}")]


def _delete(hub: Hub, table: str, reference: str) -> bool:
    """Delete the files of a reference; whether there were any. Raises OSError for one out of reach."""
    noted = _noted(hub, reference)
    for _, root in noted:
        if not root.is_dir():
            raise FileNotFoundError(2, "the folder cannot be reached; plug it in or put it back", str(root))
    there = files(hub, table, reference)
    for path in there:
        path.unlink()
    elsewhere.forget(hub.home, [place for place, _ in noted])
    with suppress(OSError):
        (hub.home / "work" / table).rmdir()  # only if it is empty
    return bool(there)


def _left_behind(hub: Hub, known: set[str], as_at: date) -> Iterator[str]:
    """Delete what a killed run left, in the home or where it was to write, and what came once its day is over."""
    for path in _there(hub):
        if _is_left(path, known, as_at) and path.exists():
            path.unlink(missing_ok=True)
            elsewhere.forget(hub.home, [path])
            yield path.name


def _there(hub: Hub) -> list[Path]:
    """The files of copies, letters and what came, in the home or where they were noted."""
    noted = [place for kind, place, _ in elsewhere.places(hub.home) if kind == elsewhere.FILE]
    folders = [hub.home / "work" / name for name in FOLDERS]
    inside = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())]
    return list(dict.fromkeys([*noted, *inside]))


def _is_left(path: Path, known: set[str], as_at: date) -> bool:
    if found := ENCLOSED.fullmatch(path.name):
        return date.fromisoformat(found["last"]) < as_at
    made = OURS.fullmatch(path.name)
    if not path.name.startswith(".making-") and (made is None or made[1] in known):
        return False
    with suppress(OSError):
        return moments.now().timestamp() - path.stat().st_mtime > STILL_WRITING
    return False


def lines(swept: Swept) -> list[str]:
    """A sweep for the officer; nothing to say where nothing was over."""
    said = [f"{_called(each)} {each} is deleted: its time was over." for each in swept.deleted]
    said += [
        f"{_called(each)} {each} was not where it was written; if somebody moved it, delete it there."
        for each in swept.gone_already
    ]
    said += [
        f"{_called(one.get('pack') or one['letter'])} {one.get('pack') or one['letter']} could not be deleted: "
        f"{one['why']}"
        for one in swept.unreachable
    ]
    said += [f"{name} is deleted: nothing in the register keeps it any more." for name in swept.left_behind]
    return said + ([f"No copy is deleted: {swept.held}."] if swept.held else [])


def _called(reference: str) -> str:
    return CALLED["letters" if reference.startswith("L") else "packs"]


def kept_lines(swept: Swept) -> list[str]:
    """What there still is."""
    return [
        f"{CALLED[table]} {one[key]} of request {one['request']} deletes itself on {words(one['delete_on'])}."
        for table, key in KEYS.items()
        for one in swept.kept
        if key in one
    ]
