"""Moves a hub's keys: out of the folder that they sign, into another place, or back; what it leaves it overwrites.

A move that was cut off leaves every key readable, open or locked, and the next one ends it. The keys stay the same:
what they signed goes on holding, and whoever copied them before has them still.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import folders, ledger
from hubdata.records.keys import asked, kept, keystore, ring, wrapped
from hubdata.records.keys.kept import FOLDER, HOME, KEYSTORE, KINDS, NOTE, PASSPHRASE, Kept
from hubdata.records.ledger import Act
from hubdata.records.store import Hub

LOCK = "keys.lock"
BUSY = "the hub's keys are being moved by another command: wait until it has ended"
MOVED = "ledger.keys"


@dataclass(frozen=True)
class Moved:
    """A move: from where, to where, and the copies of the hub that still have the keys as they lay before."""

    before: str
    now: Kept
    copies: list[str]


def move(hub: Hub, kind: str, place: Path | None, by: By) -> Moved:
    """Keep the hub's keys in another place from now on, and enter it in the ledger.

    Raises BadParameter if there is no such place, Refused if it cannot keep them; the keys are then where they were.
    """
    if kind not in KINDS:
        raise BadParameter(f"--move {kind!r} is no place for keys; it is one of {', '.join(KINDS)}")
    folder = hub.home / "keys"
    with folders.only_one(hub.home / "work" / LOCK, BUSY):
        before, out = kept.read(folder), dict[str, bytes]()
        held = _held(folder, before, out)
        now = _placed(hub.home, kind, place, before, out)
        act = Act(by.actor, "officer", by.reason or "keys kept elsewhere", MOVED, {"from": before.kind, "to": kind})
        with hub.write(act):
            pass
        held |= _held(folder, before, out)  # the first entry of an old hub may have made one
        _rewritten(folder, before, now, held, out)
        _left(before, now)
    return Moved(before.kind, now, _copies(hub.home) if before.beside else [])


def _held(folder: Path, note: Kept, out: dict[str, bytes]) -> dict[str, bytes]:
    """Every key by its name, taken out of its file."""
    names = [path.name for path in sorted(folder.iterdir()) if path.is_file() and "." not in path.name]
    return {name: ring.key(folder, name, out) for name in names if name != NOTE}


def _placed(home: Path, kind: str, place: Path | None, before: Kept, out: dict[str, bytes]) -> Kept:
    """Put the master key where it is to be kept from now on, and say where that is."""
    if place is not None and kind != FOLDER:
        raise BadParameter(f"only a folder has a path: leave {place} away, or say --move folder")
    if kind == HOME:
        return Kept()
    id_ = before.id or os.urandom(8).hex()
    secret = out.get(ring.MASTER) or os.urandom(ring.SIZE)
    out[ring.MASTER] = secret
    now = Kept(kind, id_, check=kept.check_of(secret, id_))
    if kind == FOLDER:
        return _in_folder(home, place, now, secret)
    if (file := asked.from_file()) and file.resolve().is_relative_to(home.resolve()):
        raise BadParameter(f"{file} is inside the hub's home, beside what the passphrase locks: keep it elsewhere")
    if kind == KEYSTORE:
        keystore.backend()
    now = replace(now, wrapped=wrapped.wrap(secret, asked.new(), id_))
    if kind == KEYSTORE:
        keystore.put(id_, secret)
    return now


def _in_folder(home: Path, place: Path | None, now: Kept, secret: bytes) -> Kept:
    if place is None:
        raise BadParameter("name the folder: hubdata ledger keys --move folder /a/folder/outside/the/hub")
    whole = place.resolve()
    if whole.is_relative_to(home.resolve()):
        raise BadParameter(f"{place} is inside the hub's home, where the keys are now: name a folder elsewhere")
    whole.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix" and whole.stat().st_mode & 0o077:
        raise Refused(f"{whole} can be read by others on this machine: run `chmod go-rwx {whole}`, or name another")
    now = replace(now, place=str(whole))
    ring.put(now.file, secret)
    return now


def _rewritten(folder: Path, before: Kept, now: Kept, held: dict[str, bytes], out: dict[str, bytes]) -> None:
    """Lock every key, or open it; while that goes on the note says so, and both kinds are read."""
    if now.kind == HOME or before.beside:
        kept.write(folder, replace(before if now.kind == HOME else now, moving=True))
        for name, secret in held.items():
            content = secret if now.kind == HOME else ring.locked(secret, name, now, out[ring.MASTER])
            _exchange(folder / name, content)
    kept.write(folder, now)


def _exchange(path: Path, content: bytes) -> None:
    """Put a key's new form in its place, then overwrite what the old one left on the disk."""
    new = path.with_name(f"{path.name}.new")
    ring.put(new, content)
    with path.open("r+b") as old:
        os.replace(new, path)
        _overwrite(old)


def _overwrite(file) -> None:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    file.write(os.urandom(size))
    file.flush()
    os.fsync(file.fileno())


def _left(before: Kept, now: Kept) -> None:
    """Destroy the master key in the place that was left."""
    if before.kind == FOLDER and (now.kind != FOLDER or now.file != before.file) and before.file.exists():
        with before.file.open("r+b") as old:
            _overwrite(old)
        before.file.unlink()
    if before.kind == KEYSTORE and now.kind != KEYSTORE:
        keystore.forget(before.id)


def _copies(home: Path) -> list[str]:
    """The hub's own copies, made while the keys lay open: they have them so."""
    return sorted(path.parent.parent.name for path in (home / "backups").glob("*/keys/actors"))


def begun(hub: Hub, ask: Callable[[str], str | None], by: By) -> list[str]:
    """Lock a new hub's keys where somebody can be asked or a passphrase's file is named, and say where they are."""
    note = kept.read(hub.home / "keys")
    with hub.read() as connection:
        new = ledger.head(connection)[0] == 1
    if new and note.kind == HOME and (asked.from_file() or (sys.stdin.isatty() and _agreed(ask))):
        kind = KEYSTORE if sys.stdin.isatty() and keystore.usable() else PASSPHRASE
        return lines(move(hub, kind, None, by))
    return [note.said, *filter(None, [note.warns])]


def _agreed(ask: Callable[[str], str | None]) -> bool:
    question = "Lock the hub's keys with a passphrase, so that nobody alters records unseen? (Enter: yes, n: not yet)"
    return (ask(question) or "y").lower() != "n"


def lines(done: Moved) -> list[str]:
    """A move for a reader."""
    said = [done.now.said, *filter(None, [done.now.warns])]
    if done.now.kind == FOLDER:
        said.append("Keep a copy of that file in a safe: without it nobody can open this hub or a backup of it.")
    if done.now.kind in (PASSPHRASE, KEYSTORE):
        said.append("Keep the passphrase in a safe, away from the backups: without it nobody can open them.")
    if done.copies:
        said.append(
            f"{len(done.copies):,} backups were made while the keys lay open: {', '.join(done.copies)}. "
            "Make a new backup and delete those."
        )
    return said
