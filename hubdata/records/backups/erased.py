"""Which erasure list a restored database must follow: this hub's own, and none that is older than what it knows.

Nothing is restored beside a list that is missing: what was destroyed after the backup was made would come back unseen.
"""

from pathlib import Path

from hubdata.errors import Refused
from hubdata.records import erasures
from hubdata.records.backups.folder import Manifest
from hubdata.records.erasures import ErasureList
from hubdata.records.keys import ring

OTHER = (
    "this is a backup of another hub: nothing was changed. If this home was made only to restore into, name a new "
    "folder with --home and let `hubdata restore` make it"
)
OLDER = (
    "the erasure list is older than {}, or is another's, so what was destroyed since would come back: put the "
    "newest copy of it into {}; nothing was changed"
)


def lines_of(home: Path, folder: Path, manifest: Manifest, from_backup: bool) -> dict[int, str]:
    """The signature of each line of the list. Raises Refused if it is not there, another hub's, altered or older."""
    _refuse_missing(home, erasures.name(manifest.list), from_backup)
    place = (folder if from_backup else home) / "erasures" / erasures.name(manifest.list)
    macs = {line.n: line.mac for line in ErasureList(place, _key(home, folder)).lines()}
    if macs.get(1) != manifest.list:
        raise Refused(OTHER)
    if macs.get(manifest.line) != manifest.mac:
        raise Refused(OLDER.format("the backup", home / "erasures"))
    return macs


def _refuse_missing(home: Path, whose: str, from_backup: bool) -> None:
    ours = {path.name for path in (home / "erasures").glob("*.jsonl")}
    if ours and from_backup:
        raise Refused(
            "this home has an erasure list of its own, which is newer than the backup's: leave --list-from-backup away"
        )
    if ours and whose not in ours:
        raise Refused(OTHER)
    if not ours and not from_backup:
        raise Refused(
            "this home has no erasure list, so nobody can say what was destroyed after the backup was made: put the "
            f"newest copy of {whose} into {home / 'erasures'} first. If there is none but the backup's own, say so "
            "with --list-from-backup: what was destroyed after the backup was made is then back, and nobody is told"
        )


def _key(home: Path, folder: Path) -> bytes:
    for place in (home, folder):
        if (place / "keys" / "erasures").exists():
            return ring.key(place / "keys", "erasures", {})
    raise Refused(
        "the key that signs the erasure list is neither in this home nor in the backup; put it back into "
        f"{home / 'keys'}"
    )
