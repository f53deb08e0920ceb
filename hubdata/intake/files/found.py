"""The files of a return: of a folder, a zip, or one file; each by what it is and not by what it is called.

Links are not followed and nothing is unpacked to the disk. What is no part of a return is named, never passed over.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hubdata.errors import BadParameter
from hubdata.intake.files import child
from hubdata.intake.files.archive import LEFT_BY_OPENING, LEFT_BY_SYSTEMS, Bad
from hubdata.intake.files.child import Limits
from hubdata.intake.files.csv import Problem
from hubdata.policy import Policy, slug
from hubdata.records.tables.contract import CONTRACT_TABLES

FORMS = (".csv", ".xlsx", ".ods", ".zip")
OTHER_FORMS = (
    ".xlsm",
    ".xlsb",
    ".xls",
    ".xltx",
    ".xltm",
    ".numbers",
    ".txt",
    ".tsv",
    ".gz",
    ".7z",
    ".rar",
    ".tar",
    ".json",
    ".xml",
)
ABOUT = ("return.yaml", "return.yml")
LOCKED_OR_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAVE_AS = (
    "CSV files, .xlsx and .ods workbooks and zips of them are taken; save the table as CSV UTF-8 (comma delimited)"
)


@dataclass
class Files:
    """What was found: files to read (name, ending, content), what the return says of itself, and what to tell."""

    files: list[tuple[str, str, bytes]] = field(default_factory=list)
    about: bytes | None = None
    problems: list[Problem] = field(default_factory=list)
    told: list[Problem] = field(default_factory=list)

    def refuse(self, name: str, code: str, why: str) -> None:
        self.problems.append(Problem(shown(name), 0, "", code, why))

    def tell(self, name: str, why: str) -> None:
        self.told.append(Problem(shown(name), 0, "", "not-read", why))


@dataclass(frozen=True)
class Bounds:
    """What a file may weigh, and the names of those that are no table, from params/policy/intake.yaml."""

    largest: int
    book: Limits
    archive: Limits
    aside: frozenset[str] = frozenset()

    @classmethod
    def of(cls, policy: Policy, today) -> "Bounds":
        """The bounds in force on a day."""
        value = {
            n: policy.value(f"intake.{n}", today) for n in ("largest_mb", "unpacked_mb", "judge_mb", "judge_seconds")
        }
        memory, seconds = value["judge_mb"] << 20, value["judge_seconds"]
        largest = value["largest_mb"] << 20
        book, archive = Limits(memory, seconds, value["unpacked_mb"] << 20), Limits(memory, seconds, largest)
        return cls(largest, book, archive, frozenset(slug(str(n)) for n in policy.value("intake.passed_over", today)))


def shown(name: str) -> str:
    """A name that any screen and log can show."""
    return "".join(c if c.isprintable() else "?" for c in name)


def found(path: Path, bounds: Bounds) -> Files:
    """The files of a return. Raises BadParameter if there is nothing at `path` that can be read to its end."""
    if not path.exists():
        raise BadParameter(f"there is no file or folder at {path}")
    if not (path.is_dir() or path.is_file()):
        raise BadParameter(f"{path} is neither a file nor a folder, but a device, pipe or socket; give the file itself")
    files = Files()
    for place in _places(path, files):
        raw = _content(place, bounds.largest)
        if raw is None:
            files.refuse(
                place.name, "too-large", f"the file is larger than {bounds.largest >> 20:,} MB; send it in parts"
            )
        else:
            _add(files, place.name, raw, bounds, alone=not path.is_dir())
    return files


def _content(place: Path, most: int) -> bytes | None:
    """What is in a file, None if that is more than is taken; a file that grows meanwhile is read no further."""
    with place.open("rb") as file:
        raw = file.read(min(place.stat().st_size, most) + 1)
        return raw + file.read(most) if len(raw) <= most else None


def _places(path: Path, files: Files) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for place in sorted(path.iterdir()):
        if LEFT_BY_OPENING.search(place.name):
            _left(files, place.name)
        elif place.is_symlink():
            files.refuse(place.name, "link", "this is a link to another file; send the file itself")
        elif place.is_file() and (place.stat().st_size <= 1 << 20 or _suffix(place.name) in FORMS):
            yield place
        elif place.is_dir() and not LEFT_BY_SYSTEMS.search(f"{place.name}/"):
            files.tell(place.name, "a folder was not looked into; send it instead if the tables are in it")
        elif not place.is_dir() and not LEFT_BY_SYSTEMS.search(place.name):
            files.tell(place.name, "this is of no use to a return, and was not looked into")


def _left(files: Files, name: str) -> None:
    files.tell(name, "this was left by a program that has a file open, and was passed over; save and close that file")


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _add(files: Files, name: str, raw: bytes, bounds: Bounds, alone: bool, inside: bool = False) -> None:
    suffix, plain = _suffix(name), name.rpartition("/")[2].lower()
    if LEFT_BY_SYSTEMS.search(name):
        return
    if LEFT_BY_OPENING.search(name):
        _left(files, name)
    elif plain in ABOUT and files.about is not None:
        files.refuse(name, "bad-about", "two files say what the return covers; keep one")
    elif plain in ABOUT:
        files.about = raw
    elif suffix not in FORMS:
        _other(files, name, suffix, alone, bounds.aside)
    elif raw[:8] == LOCKED_OR_OLD:
        files.refuse(
            name, "encrypted", "it is locked with a password or in the format of 2003; save it as .xlsx without one"
        )
    elif suffix == ".csv" and raw[:4] == b"PK\x03\x04":
        files.refuse(
            name, "wrong-extension", "it is no CSV file but a workbook or a zip; give it the ending that it has"
        )
    elif suffix != ".csv" and raw[:4] not in (b"PK\x03\x04", b"PK\x05\x06"):
        files.refuse(name, "not-a-csv", f"what is in it is no {suffix[1:]}: {SAVE_AS}")
    elif suffix != ".zip":
        files.files.append((name, suffix, raw))
    elif inside:
        files.refuse(name, "nested-zip", "a zip inside a zip is not opened; put the files into one")
    else:
        _unpack(files, name, raw, bounds)


def _other(files: Files, name: str, suffix: str, alone: bool, aside: frozenset[str]) -> None:
    word = slug(Path(name).stem)
    if alone or word in CONTRACT_TABLES:
        files.refuse(name, "not-a-csv", SAVE_AS)
    elif suffix in OTHER_FORMS and word not in aside:
        files.refuse(name, "not-a-csv", f"{SAVE_AS}, or remove the file if it is no part of the return")
    else:
        files.tell(name, f"this file was not read: {SAVE_AS}")


def _unpack(files: Files, name: str, raw: bytes, bounds: Bounds) -> None:
    try:
        _, members = child.judge(".zip", raw, bounds.archive)
    except Bad as bad:
        files.refuse(name, *bad.args)
        return
    for member, content in members:
        _add(files, member, content, bounds, alone=False, inside=True)
