"""Compares the ledger with what is kept of it elsewhere, and says in words what nobody can tell without that."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import Connection

from hubdata import moments
from hubdata.errors import BadParameter
from hubdata.records import checkpoints
from hubdata.records.checkpoints import Note
from hubdata.records.witness import dates, known, letter
from hubdata.records.witness.take import short

CANNOT = (
    "cannot be told: a database that was put back to an earlier day, entries cut off at the end, and a chain that was "
    "written anew by whoever has the keys"
)
HOW = "`hubdata ledger checkpoint --to FOLDER`, `--letter FILE` or `--request FILE`"


@dataclass(frozen=True)
class Against:
    """What was compared: how many checkpoints kept elsewhere, the newest entry that they are of, and what was found."""

    compared: int = 0
    newest: int = 0
    on: str = ""
    faults: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    @property
    def said(self) -> list[str]:
        """What it proves and what it leaves open, in words."""
        gone = [
            f"{place}, where checkpoints are, is not there: nothing was compared with them." for place in self.absent
        ]
        if not self.compared:
            return [
                *gone,
                f"No checkpoint that is kept elsewhere was compared, so this {CANNOT}. Take one away: {HOW}.",
            ]
        day = f" ({self.on})" if self.on else ""
        many = "1 checkpoint" if self.compared == 1 else f"{self.compared:,} checkpoints"
        return [
            f"The chain was compared with {many} kept elsewhere, the newest of entry {self.newest:,}{day}; of what was "
            f"entered after it, this {CANNOT}.",
            *gone,
        ]


def compare(connection: Connection, home: Path, public: bytes, given: Path | None) -> Against:
    """Compare with a file or folder that is given, else with every folder into which checkpoints were put.

    Days that a witness contradicts are found too.

    Raises BadParameter if what is given is not there, or is no checkpoint.
    """
    if given is not None and not given.exists():
        raise BadParameter(f"there is no {given} to compare with")
    dated = dates.faults(connection)
    if given is not None and not given.is_dir():
        found = _file(connection, given, public)
        return replace(found, faults=[*found.faults, *dated])
    places = [given] if given is not None else known.folders(home)
    there = [place for place in places if place.is_dir()]
    files = [path for place in there for path in sorted(place.glob("*.txt"))]
    own, faults = _own(files, public)
    if given is not None and not own and not faults:
        raise BadParameter(f"{given} has no checkpoint of this hub, which is a .txt file")
    faults += [fault for path, note in own if (fault := checkpoints.fault(connection, path.name, note, public))]
    faults += dated
    newest = max((note for _, note in own), key=lambda note: note.seq, default=None)
    absent = [str(place) for place in places if place not in there]
    return Against(len(own), newest.seq if newest else 0, _day(newest), faults, absent)


def _own(files: list[Path], public: bytes) -> tuple[list[tuple[Path, Note]], list[str]]:
    """Of some files this hub's checkpoints, and those that were altered; other hubs may use the same folder."""
    read = [(path, checkpoints.parsed(checkpoints.text_of(path))) for path in files]
    notes = [(path, note) for path, note in read if note]
    spoilt = [
        f"checkpoint {path.name} is no checkpoint any more: somebody altered or cut it"
        for path, note in read
        if note is None and path.name.startswith(f"{short(public)}-")
    ]
    own = [(path, note) for path, note in notes if note.public in (public, None) or not note.signed_by(note.public)]
    if notes and not own:
        spoilt.append(f"none of the {len(notes):,} checkpoints beside {notes[0][0].name} is signed by this hub's key")
    return own, spoilt


def _day(note: Note | None) -> str:
    return moments.said(note.said["at"]) if note and "at" in note.said else ""


def _file(connection: Connection, path: Path, public: bytes) -> Against:
    said = checkpoints.text_of(path)
    note = checkpoints.parsed(said)
    if note is None and (typed := letter.read(said)):
        fault = letter.fault(connection, path.name, typed)
        return Against(1, typed.seq, "", [fault] if fault else [])
    fault = checkpoints.fault(connection, path.name, note, public)
    return Against(1, note.seq if note else 0, _day(note), [fault] if fault else [])
