"""A backup's folder: private files, a sealed manifest with the sum of each, whole or not there; it opens no database.

The seal is made with a key that no copy holds, so that whoever has a copy cannot alter it unseen by the hub it is of.
"""

import hmac
import json
import os
import stat
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

from hubdata.errors import Refused
from hubdata.records.ledger import canonical

MANIFEST = "backup.json"  # not manifest.json: a disposal destroys a report's bundle that names a destroyed family
SEAL = "backups"  # the key that stays at home
KEPT = ("keys", "erasures", "checkpoints", "certificates", "decisions")
DONE = "schedule/*/*.json"  # which scheduled reports were made and which letters sent, so that neither happens again
DATABASES = {"sqlite": "hub.db", "postgresql": "hub.dump"}


@dataclass(frozen=True)
class Manifest:
    """What a copy says of itself: when and of which hub it was made, which state it is, and the sum of each file."""

    backup: str
    made_at: str
    database: str
    program: int | None
    schema: str
    list: str
    line: int
    mac: str
    head: Sequence
    rows: dict[str, int]
    files: dict[str, str]
    recipients: Sequence[str] = ()  # whose keys open it; nobody's are needed for a copy in the clear
    sealed: dict[str, str] = field(default_factory=dict)  # the sum of each file as it lies there, encrypted


def write(folder: Path, manifest: Manifest, key: bytes) -> str:
    """Write and seal the manifest; returns its SHA-256."""
    said = asdict(manifest)
    content = json.dumps(said | {"seal": _seal(said, key)}, indent=1, ensure_ascii=False).encode() + b"\n"
    put(folder / MANIFEST, content)
    return sha256(content).hexdigest()


def _seal(said: dict, key: bytes) -> str:
    return hmac.digest(key, b"backup\x00" + canonical(said), sha256).hex()


def read(folder: Path, key: bytes | None = None) -> Manifest:
    """The manifest of a folder, its seal checked if there is a key. Raises Refused if it is none, or altered."""
    try:
        said = json.loads((folder / MANIFEST).read_bytes())
        seal = said.pop("seal")
        manifest = Manifest(**said)
        sealed = key is None or hmac.compare_digest(seal, _seal(said, key))
    except FileNotFoundError:
        raise Refused(
            f"{folder} is no backup: it has no {MANIFEST}; name the folder that `hubdata backup` made"
        ) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Refused(f"{folder / MANIFEST} has been altered or cut; take another backup") from None
    if not sealed:
        raise Refused(
            f"{folder} is not sealed with this hub's own key: it has been altered, or it was made on another "
            "machine. If you know where it comes from, restore it into a new home (--home)"
        )
    return manifest


def check(folder: Path, manifest: Manifest) -> None:
    """Raises Refused with every file that is missing, altered or not the backup's."""
    found, wanted = sums(folder), manifest.sealed or manifest.files
    faults = [f"{name}: is missing" for name in sorted(wanted.keys() - found)]
    faults += [f"{name}: does not belong to the backup" for name in sorted(found.keys() - wanted)]
    faults += [f"{name}: has been altered" for name, sum_ in wanted.items() if found.get(name, sum_) != sum_]
    if DATABASES.get(manifest.database) not in manifest.files:
        faults.append("it holds no database")
    if faults:
        raise Refused(f"{folder} is not the backup that was made; take another one: {'; '.join(faults)}", faults)


def sums(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file but the manifest, by its path inside; anything but a plain file has none."""
    inside = [path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir()]
    return {path.relative_to(folder).as_posix(): _sum(path) for path in inside if path != folder / MANIFEST}


def _sum(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as file:
        digest = sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def copied(source: Path, target: Path) -> str:
    """Copy a file into a private one, see it on the disk, and return the SHA-256 of what was written."""
    digest = sha256()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as old, os.fdopen(handle, "wb") as new:
        while block := old.read(1 << 20):
            digest.update(block)
            new.write(block)
        new.flush()
        os.fsync(handle)
    return digest.hexdigest()


def put(path: Path, content: bytes) -> None:
    """Write a private file that is not there yet, and see it on the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def synced(path: Path) -> None:
    """See a file or the names in a folder on the disk."""
    if os.name == "posix" or path.is_file():
        handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
        os.fsync(handle)
        os.close(handle)


def refuse_open(folder: Path) -> None:
    """Raises Refused if the disk cannot keep the folder from others (a stick in FAT has no owners)."""
    if os.name == "posix" and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        raise Refused(f"files in {folder.parent} can be read by others whatever we do; name another disk with --out")
