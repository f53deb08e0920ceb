"""Everything that `hubdata doctor` looks at, in one list; nothing is opened for writing, made, locked or swept."""

import os
from collections.abc import Callable
from pathlib import Path

from hubdata import places
from hubdata.errors import HubError
from hubdata.records.doctor import database, disk, home, program
from hubdata.records.doctor.fact import ABOUT, YES, Fact
from hubdata.records.opening import address


def examine(place: Path | None, url: str | None, actor: str) -> list[Fact]:
    """What stands in the way of working with the hub in a folder, as the one who acts would meet it."""
    folder = Path(place).absolute() if place else places.home()
    found = [*program.clock(), *program.versions(), *_hub(folder, url, actor), *program.decisions(folder)]
    return sorted(found, key=lambda each: ABOUT.index(each.about))


def _hub(folder: Path, url: str | None, actor: str) -> list[Fact]:
    try:
        at = address.checked(address.address_of(folder, url or os.environ.get("HUBDATA_URL") or None))
    except HubError as error:
        return [Fact("database", str(error), YES, "put --url or HUBDATA_URL right, or leave it out")]
    file = database.file_of(at)
    if not folder.is_dir():
        none = Fact(
            "database", f"there is no hub at {folder}", YES, "run `hubdata init` or `hubdata demo`, or see --home"
        )
        return [none, *disk.facts(folder, file)]
    records = _safely(lambda: database.facts(folder, at, actor), "the hub's database")
    works = all(fact.in_the_way != YES for fact in records)
    return [
        *_safely(lambda: home.permissions(folder), "the hub's home"),
        *_safely(lambda: home.keys(folder, works), "the folder of the hub's keys"),
        *_safely(lambda: home.backups(folder) if works else [], "the folder of the hub's backups"),
        *_safely(lambda: disk.facts(folder, file), "the disk"),
        *records,
        *_safely(lambda: home.copies(folder), "what lies in the hub's home"),
    ]


def _safely(look: Callable[[], list[Fact]], what: str) -> list[Fact]:
    """What a look finds; what this user may not read, or a disk does not give, is a fact as well."""
    try:
        return look()
    except HubError as error:
        return [Fact("keys", str(error).rstrip("."), YES, "put it right, and run `hubdata doctor` again")]
    except OSError as error:
        said = f"{what} cannot be read ({error.strerror or type(error).__name__})"
        return [Fact("permissions", said, YES, "see whose it is, and who may read it")]
