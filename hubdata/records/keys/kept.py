"""What a hub says of where its keys are: beside the records, or locked by a master key that is kept elsewhere.

The note `keys/kept` travels with a backup, and so do the locked keys; the master key never does.
"""

import hmac
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from hubdata.errors import Refused
from hubdata.records import private

NOTE = "kept"  # among the keys, and no key
HOME, FOLDER, PASSPHRASE, KEYSTORE = "home", "folder", "passphrase", "keystore"
KINDS = {
    HOME: "beside the records",
    FOLDER: "in a folder elsewhere",
    PASSPHRASE: "locked by a passphrase",
    KEYSTORE: "in this machine's key store",
}
HOW = "`hubdata ledger keys --move`"


@dataclass(frozen=True)
class Kept:
    """Where the keys are. `check` tells whether a master key is the right one; `moving`, that a move did not end.

    `wrapped` is the master key locked by a passphrase: the only lock, or the spare one of a key store.
    """

    kind: str = HOME
    id: str = ""
    place: str = ""
    check: str = ""
    wrapped: dict = field(default_factory=dict)
    moving: bool = False

    @property
    def beside(self) -> bool:
        """Whether whoever has the hub's folder has its keys."""
        return self.kind == HOME or self.moving

    @property
    def file(self) -> Path:
        """The file in a folder elsewhere."""
        return Path(self.place) / f"hub-{self.id}.key"

    @property
    def said(self) -> str:
        """Where the keys are, in words."""
        where = f": {self.file}" if self.kind == FOLDER else ""
        return f"The hub's keys are {KINDS[self.kind]}{where}."

    @property
    def warns(self) -> str:
        """What that leaves open; empty if they are elsewhere."""
        if self.moving:
            return f"A move of the hub's keys did not end, and some may lie open: run {HOW} again."
        if self.kind == HOME:
            return (
                "Whoever can write to the hub's folder can sign anew what they altered: "
                f"keep the keys elsewhere with {HOW}."
            )
        return ""


def check_of(master: bytes, id_: str) -> str:
    """What tells a master key from another."""
    return hmac.digest(master, b"check\x00" + id_.encode(), "sha256").hex()[:32]


def read(folder: Path) -> Kept:
    """What the note among the keys says. Raises Refused if somebody altered it."""
    try:
        return Kept(**json.loads((folder / NOTE).read_bytes()))
    except FileNotFoundError:
        return Kept()
    except (ValueError, TypeError):
        raise Refused(f"{folder / NOTE} is not as the hub wrote it: put it back from a backup") from None


def write(folder: Path, kept: Kept) -> None:
    """Write the note, or take it away where the keys are beside the records."""
    if kept.kind == HOME and not kept.moving:
        (folder / NOTE).unlink(missing_ok=True)
        private.sync(folder)
    else:
        private.write(folder / NOTE, json.dumps(asdict(kept), indent=1, sort_keys=True) + "\n")
