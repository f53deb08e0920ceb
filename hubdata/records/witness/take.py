"""Takes a checkpoint out of the home: into a folder that it never overwrites in, or onto a page for paper."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import checkpoints
from hubdata.records.checkpoints import Note
from hubdata.records.store import Hub
from hubdata.records.witness import known, letter

PROBE = ".can-it-be-removed"


@dataclass(frozen=True)
class Taken:
    """A checkpoint that left: its file, the entry that it is of, and whether this hub could still alter it there."""

    file: Path
    entry: int
    rewritable: bool = False


def signed(hub: Hub) -> tuple[str, Note]:
    """The checkpoint of the chain as it stands, kept in the home too, as text and as what it says."""
    with hub.read() as connection:
        text = checkpoints.made(connection, hub.key("checkpoint"))
    note = checkpoints.parsed(text)
    if note is None:
        raise Refused("the checkpoint could not be read back: nothing was written")
    home = hub.home / "checkpoints" / checkpoints.name_of(note.seq)
    home.write_text(text, "utf-8")
    home.chmod(0o600)
    return text, note


def home_file(hub: Hub) -> Path:
    """A checkpoint that stays in the home, for whoever copies it."""
    return hub.home / "checkpoints" / checkpoints.name_of(signed(hub)[1].seq)


def to_folder(hub: Hub, folder: Path, by: By) -> Taken:
    """Put a checkpoint into a folder outside the home, and enter it in the ledger.

    Raises BadParameter if there is no such folder, Refused if it has another checkpoint of the same name.
    """
    place = outside(hub, folder)
    if not place.is_dir():
        raise BadParameter(f"there is no folder {folder}: plug in its disk, or make it first")
    text, note = signed(hub)
    path = place / f"{short(note.public or b'')}-{checkpoints.name_of(note.seq)}"
    new(path, text.encode())
    open_ = _rewritable(path)
    known.note_folder(hub.home, place)
    known.enter(hub, by, known.FOLDER, note.seq, place=str(place), rewritable=open_)
    return Taken(path, note.seq, open_)


def to_letter(hub: Hub, path: Path) -> Taken:
    """Write the page for paper; it is a witness once somebody has typed it back."""
    outside(hub, path)
    _, note = signed(hub)
    new(path, letter.page(note).encode())
    return Taken(path, note.seq)


def typed_back(hub: Hub, said: str, by: By) -> known.Witnessed:
    """Enter that somebody who has the letter typed it back, as it was printed.

    Raises BadParameter if it is no letter or was mistyped, Refused if the chain is not the one on it.
    """
    found = letter.read(said)
    if found is None:
        raise BadParameter(
            "that is no letter: type the line with the entry's number, then the four lines, with numbers"
        )
    with hub.read() as connection:
        fault = letter.fault(connection, "the letter", found)
    if fault:
        raise Refused(fault, [fault])
    return known.enter(hub, by, known.LETTER, found.seq)


def new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet. Raises Refused if it is there and says something else."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    except FileExistsError:
        if path.read_bytes() == content:
            return
        raise Refused(f"{path} is there already and says something else: nothing is ever overwritten there") from None
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def outside(hub: Hub, path: Path) -> Path:
    """The place, if it is not in the hub's home. Raises BadParameter if it is."""
    whole = path.resolve()
    if whole.is_relative_to(hub.home.resolve()):
        raise BadParameter(f"{path} is inside the hub's home: name a place that whoever runs the hub cannot change")
    return whole


def short(public: bytes) -> str:
    """How the files of a hub's checkpoints begin, where those of others may lie beside them."""
    return checkpoints.sign_of(public).replace(" ", "-")[:9]


def _rewritable(path: Path) -> bool:
    """Whether this hub could alter what it has just written, or take it away."""
    with suppress(OSError):
        path.open("r+b").close()
        return True
    probe = path.with_name(PROBE)
    if probe.exists():
        return False  # it could not be removed the last time
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def lines(taken: Taken) -> list[str]:
    """A checkpoint in a folder, for a reader."""
    said = [f"Signed up to entry {taken.entry:,}: {taken.file}."]
    if taken.rewritable:
        said.append(
            "This hub can still alter or delete what is there: better is a folder where it may add files and change "
            "none (a share of another person's, a disk that is taken away), a letter, or another hub."
        )
    return said
