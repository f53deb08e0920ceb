"""The hub's home: whose it is and who may read it, where its keys are, and which copies of the records lie open."""

import os
import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hubdata.errors import HubError
from hubdata.records import elsewhere, folders
from hubdata.records.backups import folder as backups_folder
from hubdata.records.backups import recipients
from hubdata.records.doctor.fact import NO, PERHAPS, YES, Fact
from hubdata.records.keys import kept

NEEDED = ("actors", "erasures", "rows")  # the keys without which a hub cannot prove itself
MOST = 50_000  # files that are looked at


def permissions(home: Path) -> list[Fact]:
    """Who else on this machine may read the home, or anything in it."""
    if os.name != "posix":
        said = "it cannot be told who else on this machine may read the hub's home"
        return [
            Fact("permissions", said, PERHAPS, "look at its properties, Security: nobody but you should stand there")
        ]
    found = home.stat()
    if found.st_uid != os.geteuid():
        said = "the hub's home belongs to another user of this machine"
        stops = PERHAPS if os.access(home, os.R_OK | os.W_OK | os.X_OK) else YES
        return [Fact("permissions", said, stops, "work as that user, or have the folder given to you")]
    if mode := stat.S_IMODE(found.st_mode) & 0o077:
        said = f"others on this machine can {'write to' if mode & 0o022 else 'read'} the hub's home"
        return [Fact("permissions", said, YES, f"run `chmod -R go-rwx {home}`")]
    return [_inside(home)]


def _inside(home: Path) -> Fact:
    open_, links, seen = Counter(), 0, 0
    for path, found in _every(home):
        seen += 1
        links += stat.S_ISLNK(found.st_mode)
        if not stat.S_ISLNK(found.st_mode) and stat.S_IMODE(found.st_mode) & 0o077:
            open_[path.relative_to(home).parts[0]] += 1
    if open_:
        named = ", ".join(f"{name} ({count:,})" for name, count in sorted(open_.items()))
        stops = YES if any(name.startswith(("hub.db", "keys")) for name in open_) else PERHAPS
        said = f"files in the hub's home could be read by others if they left it: {named}"
        return Fact("permissions", said, stops, f"run `chmod -R go-rwx {home}`")
    more = f"; the first {MOST:,} files were looked at" if seen >= MOST else ""
    return Fact("permissions", f"nobody but you can read the hub's home and its {seen:,} files{more}")


def _every(home: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """What is in a home, up to MOST; what goes away meanwhile, or may not be read, is passed over."""
    seen = 0
    for folder, _, names in os.walk(home):
        for name in names:
            if seen >= MOST:
                return
            with suppress(OSError):
                yield Path(folder, name), os.lstat(Path(folder, name))
                seen += 1


def keys(home: Path, works: bool) -> list[Fact]:
    """Where the keys are, and whether those are there that a hub needs whose database works; none is taken out."""
    place = home / "keys"
    if not place.is_dir():
        return []
    empty = [path.name for path in sorted(place.glob("*")) if path.is_file() and not path.stat().st_size]
    needed = [*NEEDED, *(["checkpoint"] if any((home / "checkpoints").glob("*.txt")) else [])]
    missing = [name for name in needed if not (place / name).is_file()] if works else []
    if missing or empty:
        said = f"keys are missing or empty: {', '.join(sorted({*missing, *empty}))}"
        return [Fact("keys", said, YES, f"put them back into {place} from a backup before anything is written")]
    try:
        note = kept.read(place)
    except HubError as error:
        return [Fact("keys", str(error), YES, "until then nothing opens the hub")]
    if note.kind == kept.FOLDER and not note.file.is_file():
        said = f"the key that opens the hub's keys should be in {note.file}, and is not there"
        return [Fact("keys", said, YES, "bring the disk or stick that has it, or put its copy back")]
    said = f"{note.said[:1].lower()}{note.said[1:].rstrip('.')}"
    return [Fact("keys", said, PERHAPS if note.warns else NO, note.warns.rstrip("."))]


def backups(home: Path) -> list[Fact]:
    """Whether somebody is named who may open backups, and whether any lies in the clear."""
    named, plain = len(recipients.of(home)), 0
    for manifest in (home / "backups").glob(f"*/{backups_folder.MANIFEST}"):
        with suppress(HubError):
            plain += not backups_folder.read(manifest.parent).recipients
    if named:
        found = [Fact("keys", f"backups are encrypted to {named} {'key' if named == 1 else 'keys'}")]
    else:
        said = "nobody is named who may open backups, so one can only be made in the clear"
        found = [Fact("keys", said, PERHAPS, "make a key with `hubdata backup key FILE`, kept away from this machine")]
    if plain:
        said = f"{plain:,} backups in the hub's home are in the clear"
        found.append(Fact("open copies", said, PERHAPS, "delete them once there is an encrypted one"))
    return found


def copies(home: Path) -> list[Fact]:
    """Copies of the records that lie open: what killed runs left, what runs now, and what was written elsewhere."""
    dead, live = folders.leftovers(home)
    half = [*home.glob(f"*{folders.RESTORING}*"), *(home / "backups").glob(f"{folders.UNFINISHED}*")]
    found = []
    if dead or half:
        said = f"killed runs left {len(dead) + len(half):,} copies of the records"
        found.append(Fact("open copies", said, PERHAPS, "run any command on this hub: it destroys them first"))
    if live:
        found.append(Fact("open copies", f"{len(live):,} programs are at work with a copy of the records now"))
    outside = len({root for _, _, root in elsewhere.places(home)})
    if outside:
        said = f"reports or receipts were written to {outside:,} folders outside the hub's home"
        found.append(
            Fact("open copies", said, PERHAPS, f"see that they are still wanted there: {home / elsewhere.REGISTER}")
        )
    return found or [Fact("open copies", "no copy of the records lies open", NO)]
