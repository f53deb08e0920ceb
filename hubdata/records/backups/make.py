"""Copies of the hub that can be restored, and that cannot bring back what was destroyed.

A copy holds every record and the hub's keys: it is as private as the hub. It still has what is destroyed after it was
made, until it is deleted; that is beyond use, because no restored copy opens before it has followed the erasure list.
Reports are not copied, for they can be made again, nor are paused returns, which the partner still has.

It is encrypted to those who may open it (recipients.py), file by file; what is plain is made inside the home and gone.

    hub/backups/20261122T193005Z/   hub.db or hub.dump · keys · erasures · checkpoints · certificates · schedule
                                    rules · notebooks
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from hubdata import moments, policy
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import checkpoints, elsewhere, folders, ledger, private, store
from hubdata.records.alone import alone
from hubdata.records.backups import age, database, own, recipients
from hubdata.records.backups import folder as backups_folder
from hubdata.records.backups.folder import DATABASES, KEPT, SEAL, Manifest
from hubdata.records.ledger import Act
from hubdata.records.snapshot import names
from hubdata.records.store import Hub
from hubdata.records.time import jumps

DAYS = "retention.backup_days"
MAKE = "backup.make"


@dataclass(frozen=True)
class Made:
    """A backup as made: its folder, its manifest's SHA-256, which state it is, and the older ones that were deleted.

    `left_out` are the council's own files that are not in it, because they say a name.
    """

    folder: Path
    sha256: str
    entries: int
    erasure_line: int
    rows: int
    bytes: int
    deleted: list[str]
    recipients: list[str]
    left_out: list[str]


@dataclass(frozen=True)
class Kept:
    """The copies that there are, and the day by which the last of them is to be deleted."""

    count: int
    outside: int
    oldest: date | None
    newest: date | None
    beyond_use_until: date | None


def backup(hub: Hub, out: Path | None, by: By, to: Sequence[str] | None = None) -> Made:
    """Copy the hub, one state of it, into a new folder, whole or not at all; then delete copies that are too old.

    `to` may open it: the hub's recipients, or IN_THE_CLEAR. On a clock that jumped no copy is called too old.

    Raises Refused while records are being destroyed or nobody may open the copy, HubError if it cannot be made.
    """
    to = _may_open(hub, by, to)
    database.refuse_partial(hub)
    parent = _parent(hub, out)
    with alone(hub):
        now = moments.now()
        with hub.read() as connection:
            held = jumps.holds(connection, by.actor)
        folder, old = _new(parent, now), [] if held else _old(hub, {parent, hub.home / "backups"}, now)
        outside = parent != hub.home / "backups"
        gone = sorted(path.name for path in old)
        detail = {"backup": folder.name, "outside": outside, "deletes": gone, "recipients": to}
        with hub.write(Act(by.actor, "officer", by.reason or "backup", MAKE, detail)):
            pass
        with hub.read() as connection:
            checkpoints.write(connection, hub.home / "checkpoints", hub.key("checkpoint"))
        made = _copied(hub, folder, now, to)
        for path in old:
            shutil.rmtree(path)
    return replace(made, deleted=gone)


def before_upgrade(hub: Hub) -> Made:
    """A copy of a hub whose tables are older than this program, which can enter nothing in its ledger yet."""
    now, parent = moments.now(), _parent(hub, None)
    with alone(hub):
        return _copied(hub, _new(parent, now), now, list(recipients.of(hub.home)))


def _copied(hub: Hub, folder: Path, now: datetime, to: list[str]) -> Made:
    """One state of the hub in a new folder, whole or not at all."""
    with _whole(folder, _list_name(hub)) as unfinished:
        manifest, left_out = _fill(hub, unfinished, folder.name, now, to)
        sum_ = backups_folder.write(unfinished, manifest, hub.key(SEAL))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Made(folder, sum_, manifest.head[0], manifest.line, sum(manifest.rows.values()), size, [], to, left_out)


def _may_open(hub: Hub, by: By, to: Sequence[str] | None) -> list[str]:
    """Whose keys will open it. Raises Refused if nobody is named, BadParameter if no reason is given for nobody."""
    named = recipients.of(hub.home) if to is None else tuple(age.recipient(each) for each in to)
    if to is None and not named:
        raise Refused(recipients.NOBODY)
    if not named:
        policy.reason(by.reason, "a backup in the clear")
    return list(named)


def _parent(hub: Hub, out: Path | None) -> Path:
    ours = hub.home / "backups"
    parent = Path(out).absolute() if out else ours
    if parent != ours and parent.resolve().is_relative_to(hub.home.resolve()):
        raise BadParameter(f"--out {parent} is inside the hub's home; name a folder elsewhere, or leave --out away")
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return parent


def _new(parent: Path, now: datetime) -> Path:
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    names = [stamp, *(f"{stamp}-{number}" for number in range(2, 1000))]
    return next(parent / name for name in names if not (parent / name).exists())


def _list_name(hub: Hub) -> str:
    with hub.read() as connection:
        return store.erasure_list(hub, connection).path.stem


@contextmanager
def _whole(folder: Path, hub_name: str) -> Iterator[Path]:
    """A folder built beside and renamed into place once all of it is on the disk; what a crash left goes first."""
    unfinished = folder.with_name(folders.UNFINISHED + hub_name)
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(mode=0o700)
    try:
        backups_folder.refuse_open(unfinished)
        yield unfinished
        for place in (*(path for path in unfinished.rglob("*") if path.is_dir()), unfinished):
            backups_folder.synced(place)
        os.rename(unfinished, folder)
        backups_folder.synced(folder.parent)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _fill(hub: Hub, folder: Path, name: str, now: datetime, to: list[str]) -> tuple[Manifest, list[str]]:
    """Copy the database first and the erasure list after it: the list may run ahead, never behind.

    Returns what the copy says of itself, and what of the council's own was left out.
    """
    state, files = _database(hub, folder, to)
    for each in (*KEPT, *own.FOLDERS):
        (folder / each).mkdir(mode=0o700)
    for path in _beside(hub.home):
        within = path.relative_to(hub.home).as_posix()
        private.folder((folder / within).parent)
        files[within] = _put(path, folder / within, to)
    written, left_out = _own(hub, folder, to)
    files |= written
    sealed = backups_folder.sums(folder) if to else {}
    made_at = now.isoformat(timespec="seconds")
    return Manifest(name, made_at, hub.dialect, files=files, recipients=to, sealed=sealed, **asdict(state)), left_out


def _own(hub: Hub, folder: Path, to: list[str]) -> tuple[dict[str, str], list[str]]:
    """Copy what the council wrote itself; returns the sums of what was copied, and what was left out."""
    copied, left_out, found = {}, [], own.files(hub.home)
    if not found:
        return copied, left_out
    sought = names.known(hub)
    with folders.folder(hub.home) as work:
        for path in found:
            within, content = path.relative_to(hub.home).as_posix(), own.bare(path.read_bytes())
            if own.names(path, content, sought):
                left_out.append(within)
                continue
            private.write_bytes(work / path.name, content)
            copied[within] = _put(work / path.name, folder / within, to)
    return copied, left_out


def _database(hub: Hub, folder: Path, to: list[str]) -> tuple[database.State, dict[str, str]]:
    """The database's own copy; one that will be encrypted is made inside the home, where it is no more open than it."""
    name = DATABASES[hub.dialect]
    if not to:
        state = database.copy(hub, folder / name)
        backups_folder.synced(folder / name)
        return state, backups_folder.sums(folder)
    with folders.folder(hub.home) as work:
        state = database.copy(hub, work / name)
        return state, {name: _put(work / name, folder / name, to)}


def _beside(home: Path) -> list[Path]:
    """The home's files that belong to a copy, but for the database."""
    found = [path for each in KEPT for path in _files(home / each)]
    found += sorted(home.glob(backups_folder.DONE))
    return found + [home / name for name in (elsewhere.REGISTER, recipients.FILE) if (home / name).exists()]


def _put(source: Path, target: Path, to: list[str]) -> str:
    """Copy a file, encrypted if anybody is named to open it; returns the SHA-256 of what it says in clear."""
    if to:
        return age.encrypted(source, target.with_name(f"{target.name}{age.SUFFIX}"), to)
    return backups_folder.copied(source, target)


def _files(folder: Path) -> list[Path]:
    """What is kept of a folder of the home: no half-made key, and not the key that seals copies."""
    half = folder.name == "keys"
    return [
        path
        for path in sorted(folder.glob("*"))
        if path.is_file() and not (half and ("." in path.name or path.name == SEAL))
    ]


def _old(hub: Hub, parents: set[Path], now: datetime) -> list[Path]:
    """This hub's own copies that are older than the policy allows."""
    limit = now - timedelta(days=hub.policy.value(DAYS, moments.day_of(now)))
    made = [(path, manifest) for parent in sorted(parents) for path, manifest in _made(hub, parent)]
    return [path for path, manifest in made if datetime.fromisoformat(manifest.made_at) < limit]


def _made(hub: Hub, parent: Path) -> Iterator[tuple[Path, Manifest]]:
    """The copies in a folder that this hub made; whatever else is there is left alone."""
    name = _list_name(hub)
    for path in sorted(parent.glob("*/" + backups_folder.MANIFEST)):
        try:
            manifest = backups_folder.read(path.parent)
        except Refused:
            continue
        if manifest.list.startswith(name) and manifest.backup == path.parent.name:
            yield path.parent, manifest


def kept(hub: Hub) -> Kept:
    """The copies that may still hold what has been destroyed since: they are beyond use until they are deleted."""
    here = [moments.day_of(manifest.made_at) for _, manifest in _made(hub, hub.home / "backups")]
    with hub.read() as connection:
        said = [one for one in ledger.said(connection, (MAKE,)) if one["outside"]]
    away = [moments.day_of(one["backup"].split("-")[0]) for one in said]
    values = hub.policy
    today = moments.today()
    away = [day for day in away if day + timedelta(days=values.value(DAYS, day)) >= today]
    days = sorted(here + away)
    until = days[-1] + timedelta(days=values.value(DAYS, days[-1])) if days else None
    return Kept(len(here), len(away), days[0] if days else None, days[-1] if days else None, until)


def lines(made: Made) -> list[str]:
    """A backup for a reader."""
    gone = [f"  too old and deleted: {name}" for name in made.deleted]
    size = f"{made.rows:,} rows, {made.entries:,} audit entries, {made.bytes:,} bytes"
    return [
        f"The hub is copied to {made.folder}: {size}.",
        f"  its manifest has the SHA-256 {made.sha256}",
        *gone,
        *own.lines(made.left_out),
        _opens(made.recipients),
    ]


def _opens(named: list[str]) -> str:
    if not named:
        return "It is in the clear, with every record and the hub's keys: keep it where nobody but you can read it."
    whose = f"{len(named)} keys, any of which opens" if len(named) > 1 else "one key, which alone opens"
    return f"It is encrypted to {whose} it: see that the key is kept elsewhere, and that somebody else has one too."
