"""The disk under a folder: what kind it is, whether this machine encrypts it, and how much room it has."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from hubdata.records.doctor.fact import NO, PERHAPS, YES, Fact

# Disks of other machines: their locks cannot be relied upon, and they decide themselves who may read.
SHARES = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "afpfs", "webdav", "ceph", "glusterfs", "fuse.sshfs"}
SHARES |= {"fuse.rclone", "fuse.davfs", "fuse.s3fs", "fuse.glusterfs", "davfs", "coda"}
LENT = {"9p", "virtiofs", "vboxsf", "prl_fs", "fuse.vmhgfs-fuse", "drvfs"}  # of the machine that this one runs in
ENCRYPTING = {"ecryptfs", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs"}
IN_MEMORY = {"tmpfs", "ramfs"}
SYNCHRONISED = re.compile(r"^(OneDrive|Dropbox|Google ?Drive|iCloud|Box Sync|Nextcloud|CloudStorage)", re.IGNORECASE)
LEAST = 64 << 20  # bytes, below which not even a ledger's entry is sure of its place
COPIES = 3  # of the database: a snapshot, a backup, and what a disposal makes anew


@dataclass(frozen=True)
class Mount:
    """A file system as this machine has it: where, of which kind, from what, and its device's number."""

    place: str
    kind: str
    source: str
    device: str


def mount_of(folder: Path, root: Path = Path("/")) -> Mount | None:
    """The file system that a folder is on; None where this cannot be told."""
    if sys.platform == "darwin":
        return _listed(folder)
    try:
        said = (root / "proc/self/mountinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    found = [mount for line in said if (mount := _read(line)) and folder.is_relative_to(mount.place)]
    return max(reversed(found), key=lambda mount: len(mount.place), default=None)  # the last of one place lies on top


def _read(line: str) -> Mount | None:
    before, _, after = line.partition(" - ")
    first, last = before.split(), after.split()
    if len(first) < 5 or len(last) < 2:
        return None
    return Mount(_plain(first[4]), last[0], _plain(last[1]), first[2])


def _plain(name: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), name)


def _listed(folder: Path) -> Mount | None:
    """macOS: `/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled)`."""
    rows = re.findall(r"^(.+?) on (.+?) \((\w+)", _said("mount"), re.MULTILINE)
    found = [Mount(place, kind, source, "") for source, place, kind in rows if folder.is_relative_to(place)]
    return max(found, key=lambda mount: len(mount.place), default=None)


def _said(*asked: str) -> str:
    """What a program of the system says; nothing if there is none or it does not answer."""
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(asked, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL).stdout
    return ""


def encrypted(folder: Path, root: Path = Path("/")) -> bool | None:
    """Whether this machine encrypts what is in a folder; None where that cannot be told."""
    if os.name == "nt":
        said = _said("manage-bde", "-status", PureWindowsPath(folder).drive)
        return True if "Protection On" in said else False if "Protection Off" in said else None
    mount = mount_of(folder, root)
    if sys.platform == "darwin":
        said = _said("fdesetup", "status")
        return True if "FileVault is On" in said else False if "FileVault is Off" in said else None
    if mount is None or mount.kind in SHARES | LENT | IN_MEMORY:
        return None
    return True if mount.kind in ENCRYPTING else _encrypted(root / "sys/dev/block" / _number(mount), root)


def _number(mount: Mount) -> str:
    """The device's number; some file systems (btrfs) have none of their own, but name what they are made from."""
    if mount.device.startswith("0:") and mount.source.startswith("/dev/"):
        with suppress(OSError):
            number = os.stat(mount.source).st_rdev
            return f"{os.major(number)}:{os.minor(number)}"
    return mount.device


def _encrypted(device: Path, root: Path) -> bool | None:
    """Whether a device, or everything that it is made of, is encrypted by dm-crypt."""
    if not device.exists():
        return None
    with suppress(OSError):
        if (device / "dm/uuid").read_text("utf-8").startswith("CRYPT-"):
            return True
    with suppress(OSError):
        return encrypted(Path((device / "loop/backing_file").read_text("utf-8").strip()), root)
    under = [_encrypted(each, root) for each in (device / "slaves").glob("*")]
    if not under:
        return False
    return True if all(under) else False if False in under else None


def facts(home: Path, database: Path | None) -> list[Fact]:
    """What can be said of the disk under a home, and of the one under a database that is elsewhere."""
    place = next(each for each in (home, *home.parents) if each.exists()).resolve()
    return [*_kind(place, database is not None), _encryption(place, database), *_room(place, database)]


def _kind(place: Path, sqlite: bool) -> list[Fact]:
    mount = mount_of(place)
    kind = mount.kind if mount else ""
    elsewhere = "keep the hub's home on a disk of this machine (--home, HUBDATA_HOME), or the records in PostgreSQL"
    if kind in SHARES or str(place).startswith("\\\\"):
        said = f"the hub's home is on a network share ({kind or 'a path of another machine'}): its locks cannot be "
        said += "relied upon, and whoever keeps it decides who may read"
        return [Fact("disk", said, YES if sqlite else PERHAPS, elsewhere)]
    found = []
    if kind in LENT:
        said = f"the hub's home is in a folder that another system lends to this one ({kind})"
        found.append(Fact("disk", said, PERHAPS, f"see that nobody opens it from there; else {elsewhere}"))
    if kind in IN_MEMORY:
        found.append(Fact("disk", "the hub's home is in memory: it is gone when the machine stops", PERHAPS, elsewhere))
    if any(SYNCHRONISED.match(part) for part in place.parts):
        said = "the hub's home is in a folder that is synchronised: copies of the records leave this machine"
        found.append(Fact("disk", said, YES, "move the home out of it"))
    return found


def _encryption(place: Path, database: Path | None) -> Fact:
    found = {encrypted(each) for each in {place, *([database.parent.resolve()] if database else [])}}
    if found == {True}:
        return Fact("disk", "this machine encrypts the disk under the hub")
    if False in found:
        said = "this machine does not encrypt the disk under the hub: whoever takes the disk reads the records"
        do = "have it encrypted (LUKS, BitLocker, FileVault), unless whoever runs the machine does so beneath it"
        return Fact("disk", said, PERHAPS, do)
    said = "it cannot be told whether the disk under the hub is encrypted"
    return Fact("disk", said, PERHAPS, "ask whoever runs this machine, and write down what they say")


def _room(place: Path, database: Path | None) -> list[Fact]:
    places = {place: 0}
    with suppress(OSError):
        if database is not None and database.is_file():
            places[database.parent.resolve()] = database.stat().st_size
    return [_free(each, size) for each, size in places.items()] + _writable(place)


def _free(place: Path, size: int) -> Fact:
    try:
        free = shutil.disk_usage(place).free
    except OSError as error:
        return Fact("disk", f"the disk does not say how much room it has ({type(error).__name__})", PERHAPS)
    said = f"{free / 1e9:,.1f} GB are free on the disk of {place.name or place}"
    if free < LEAST:
        return Fact("disk", said, YES, "make room: nothing can be recorded on a full disk")
    if free < COPIES * size:
        need = f"{COPIES * size / 1e9:,.1f} GB"
        return Fact("disk", said, PERHAPS, f"make room: a report, a backup and a disposal together need {need}")
    return Fact("disk", said, NO)


def _writable(place: Path) -> list[Fact]:
    if os.access(place, os.W_OK):
        return []
    return [Fact("disk", "this user may not write where the hub's home is", YES, "see whose it is, or name another")]
