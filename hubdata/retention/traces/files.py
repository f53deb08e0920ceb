"""What destroyed families left in files: reports, receipts, copies, working files, in the home and where --out wrote.

A report goes whole, with its manifest. The database, the keys, the audit's checkpoints, the erasure list, certificates,
decisions and backups are not touched here: other modules answer for them.
"""

import shutil
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hubdata.errors import HubError
from hubdata.intake import paused
from hubdata.records import elsewhere, private
from hubdata.records import folders as records_folders
from hubdata.records.backups import own
from hubdata.records.store import Hub
from hubdata.retention.traces import kept, ours
from hubdata.retention.traces import marks as traces_marks
from hubdata.retention.traces.text import Marks, Unreadable

MANIFEST, MAKING = "manifest.json", ".making-"
OURS = ("checkpoints", "certificates", "decisions")
NOT_LOOKED_AT = (*elsewhere.OURS, "work")  # folders of the home of which not everything is
LIVE = "a report is running; run the disposal again when it has ended"
AWAY = "cannot be reached; plug it in or put it back (if it was destroyed, make an empty folder there) and run again"


@dataclass(frozen=True)
class Erased:
    """How many files went, by the folder that they were in, and what could not be reached and why."""

    files: dict[str, int] = field(default_factory=dict)
    unreachable: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Looked:
    """What a second look found: files that still say a mark, by count and folder, and files it could not read."""

    files: int
    bytes: int
    said: list[str]
    unread: list[str]


@dataclass(frozen=True)
class Unit:
    """What goes together: a report's bundle, or one file."""

    place: Path
    files: tuple[Path, ...]
    where: str

    @property
    def is_report(self) -> bool:
        """Whether this program wrote all of it, so that it says promises and rules by their codes, and counts."""
        return self.where in OURS or any(path.name == MANIFEST for path in self.files) or MAKING in self.place.name


def erase_files(hub: Hub, marks: Collection[str]) -> Erased:
    """Delete every file that says a mark, and every working file that a dead process left."""
    gone, unreachable = Counter(), []
    for place in _leftovers(hub, unreachable):
        gone["work"] += sum(path.is_file() for path in place.rglob("*"))
        _delete(place, unreachable)
    carriers, _, unread = _carriers(hub, marks, [*_units(hub), *_outside(hub, unreachable)])
    shown = [unit for unit in carriers if _forgets(hub, unit)]
    typed = _carriers(hub, marks, shown)[0]
    gone.update(unit.where for unit in shown if unit not in typed)
    for unit in [*(unit for unit in carriers if unit not in shown), *typed]:
        if _delete(unit.place, unreachable):
            gone[unit.where] += len(unit.files)
    return Erased(dict(gone), [*unreachable, *unread])


def look(hub: Hub, marks: Collection[str]) -> Looked:
    """Look again, through the same files and those that other modules answer for; nothing is deleted."""
    units = [*_units(hub), *_answered_for(hub), *_outside(hub, [])]
    carriers, looked, unread = _carriers(hub, marks, units)
    still = Counter(unit.where for unit in carriers)
    said = [f"{where}: {number:,} files or reports that still say destroyed records" for where, number in still.items()]
    return Looked(len(looked), sum(looked.values()), said, unread)


def _carriers(hub: Hub, marks: Collection[str], units: list[Unit]) -> tuple[list[Unit], dict[Path, int], list[str]]:
    """The units that say a mark, every file looked at with its size, and what could not be read."""
    ready, said, looked, unread = Marks(frozenset(marks)), {}, {}, []
    for unit in units:
        for path in unit.files:
            try:
                found = _said_in(hub, ready, path, unit.is_report)
            except Unreadable as error:
                unread.append(f"{unit.where}: a file could not be looked at ({error})")
                continue
            looked[path] = path.stat().st_size
            said.setdefault(unit, set()).update(found)
    sure = _sure(hub, set().union(*said.values()))
    return [unit for unit, found in said.items() if found & sure], looked, unread


def _said_in(hub: Hub, ready: Marks, path: Path, of_report: bool) -> set[str]:
    """The marks that a file says; a return that waits is encrypted, and is asked for what it says."""
    if path.parent != hub.home / paused.FOLDER or path.suffix != paused.SUFFIX:
        return ready.in_file(path, of_report)
    try:
        return ready.in_text(paused.text(hub, path))
    except HubError:
        raise Unreadable("a paused return that has been altered") from None


def _sure(hub: Hub, said: set[str]) -> set[str]:
    """The marks that give somebody away: neither said by a row that remains, nor a word of this program's own."""
    if not said:
        return set()
    with hub.read() as connection:
        return said - traces_marks.still_said(connection, said) - (ours.words() & said)


def _units(hub: Hub) -> Iterator[Unit]:
    """Everything of the home but the database and what other modules answer for."""
    for path in sorted(hub.home.iterdir()):
        if path.is_dir() and path.name not in elsewhere.OURS:
            yield from _within(path, path.name, hub.home)
        elif path.is_file() and path.name != elsewhere.REGISTER and not _is_database(hub, path):
            yield Unit(path, (path,), "home")


def _answered_for(hub: Hub) -> Iterator[Unit]:
    for name in OURS:  # the erasure list is lines of keyed digests, each signed
        for path in _files(hub.home / name):
            yield Unit(path, (path,), name)


def _is_database(hub: Hub, path: Path) -> bool:
    names = {"hub.db", Path(hub.engine.url.database or "hub.db").name} if hub.dialect == "sqlite" else {"hub.db"}
    return any(path.name == f"{name}{suffix}" for name in names for suffix in ("", "-wal", "-shm", "-journal"))


def _within(folder: Path, where: str, home: Path) -> Iterator[Unit]:
    """The bundles and single files of a folder; a bundle that was never finished counts as one."""
    if where == "work" and (folder.name == kept.FOLDER or folder.name.startswith(records_folders.PREFIX)):
        return
    if (folder / MANIFEST).is_file() or folder.name.startswith(MAKING):
        yield Unit(folder, tuple(_files(folder)), where)
        return
    for path in sorted(folder.iterdir()):
        if path.is_symlink() and _is_looked_at(path, home):
            continue  # another name for what is looked at anyway: a report's `latest`, Lab's way to own notebooks
        if path.is_symlink() or path.is_file():
            if not path.name.endswith(".lock"):
                yield Unit(path, (path,), where)
        elif path.is_dir():
            yield from _within(path, where, home)


def _is_looked_at(link: Path, home: Path) -> bool:
    """Whether what a link leads to is in a folder of the home that is looked through by its own name."""
    home, leads = home.resolve(), link.resolve()
    return leads.is_relative_to(home) and not {*NOT_LOOKED_AT} & {*leads.relative_to(home).parts[:1]} and leads != home


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _outside(hub: Hub, unreachable: list[str]) -> Iterator[Unit]:
    """What was written outside the home, where it can be reached."""
    for kind, place, root in elsewhere.places(hub.home):
        if not root.is_dir():
            if (said := f"{root} {AWAY}") not in unreachable:
                unreachable.append(said)
        elif kind == elsewhere.FILE and place.is_file():
            yield Unit(place, (place,), "outside the home")
        elif kind == elsewhere.BUNDLES and place.is_dir():
            made = (path for path in sorted(place.iterdir()) if path.is_dir())
            yield from (unit for path in made for unit in _bundle(path))


def _bundle(path: Path) -> Iterator[Unit]:
    if (path / MANIFEST).is_file() or path.name.startswith(MAKING):
        yield Unit(path, tuple(_files(path)), "outside the home")


def _forgets(hub: Hub, unit: Unit) -> bool:
    """Take out of an own notebook what its cells showed, which can be shown again; whether there was anything.

    What somebody wrote into it is looked at after that, and it goes if that says a mark.
    """
    if not unit.place.is_relative_to(hub.home / "notebooks") or unit.place.suffix != ".ipynb" or unit.is_report:
        return False
    content = unit.place.read_bytes()
    bare = own.bare(content)
    if bare != content:
        private.write_bytes(unit.place, bare)
    return bare != content


def _leftovers(hub: Hub, unreachable: list[str]) -> list[Path]:
    left, held = records_folders.leftovers(hub.home)
    if held:
        unreachable.append(LIVE)
    return left


def _delete(place: Path, unreachable: list[str]) -> bool:
    try:
        if place.name.startswith(records_folders.PREFIX):
            records_folders.remove(place)
        elif place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink()
    except OSError as error:
        unreachable.append(f"a file in {place.parent} could not be deleted ({type(error).__name__}); delete it by hand")
        return False
    return True
