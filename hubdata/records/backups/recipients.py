"""Who may open this hub's backups: public keys, a line each, in a file of the home; every change is in the ledger.

The keys that open are never kept here: whoever has one reads every backup, and without one no backup is any use.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import private
from hubdata.records.backups import age
from hubdata.records.ledger import Act
from hubdata.records.store import Hub

FILE = "recipients.txt"
CHANGE = "backup.recipients"
IN_THE_CLEAR: tuple[str, ...] = ()
NOBODY = (
    "nobody is named who may open the backup, so it would lie open to whoever finds it: make a key with `hubdata "
    "backup key FILE`, or name somebody's with `hubdata backup recipients --add KEY`; or say --in-the-clear with "
    "--reason, which is kept in the ledger"
)


def of(home: Path) -> tuple[str, ...]:
    """Who may open this hub's backups. Raises Refused if a line of the file is no public key."""
    try:
        lines = (home / FILE).read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return ()
    try:
        return tuple(age.recipient(line) for line in lines if line.strip() and not line.startswith("#"))
    except BadParameter as error:
        raise Refused(f"{home / FILE} has a line that is no recipient: {error}") from None


def change(hub: Hub, by: By, add: Sequence[str] = (), remove: Sequence[str] = ()) -> tuple[str, ...]:
    """Name recipients and take some away; returns all. Raises BadParameter if one is no key, or is not there."""
    now, adding, going = of(hub.home), [age.recipient(each) for each in add], [age.recipient(each) for each in remove]
    if unknown := [each for each in going if each not in now]:
        raise BadParameter(f"{unknown[0][:20]}… is no recipient of this hub's backups; see `hubdata backup recipients`")
    wanted = tuple(dict.fromkeys([*(each for each in now if each not in going), *adding]))
    if wanted != now:
        detail = {"added": adding, "removed": going}
        with hub.write(Act(by.actor, "officer", by.reason or "who may open backups", CHANGE, detail)):
            private.write(hub.home / FILE, "".join(f"{each}\n" for each in wanted))
    return wanted


def new_key(hub: Hub, file: Path, by: By) -> str:
    """Make a key in a new private file outside the home, and name its public half as a recipient, which is returned.

    Raises BadParameter if the file is there already or is inside the home, where it would protect nothing.
    """
    file = Path(file).absolute()
    if file.resolve().is_relative_to(hub.home.resolve()):
        raise BadParameter(
            f"{file} is inside the hub's home: whoever took that would have the key with it; name another"
        )
    if not file.parent.is_dir():
        raise BadParameter(f"there is no folder {file.parent} to put the key into")
    secret, public = age.new_key()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadParameter(
            f"{file} is there already, and may be a key that opens older backups: name a new file"
        ) from None
    with os.fdopen(handle, "w", encoding="ascii") as made:
        made.write(f"# opens the backups that are encrypted to {public}\n{secret}\n")
        made.flush()
        os.fsync(made.fileno())
    try:
        change(hub, by, add=[public])
    except BaseException:
        file.unlink()
        raise
    return public


def read_key(file: Path) -> str:
    """What a key's file says. Raises Refused if others can read it, BadParameter if there is none."""
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise Refused(f"{file} can be read by others on this machine; run `chmod go-rwx {file}` and try again")
        return file.read_text("utf-8", "replace")
    except (FileNotFoundError, IsADirectoryError):
        raise BadParameter(f"there is no file {file} with the key that opens the backup") from None
