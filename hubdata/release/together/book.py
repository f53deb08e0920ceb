"""Where what was published is kept, and whether all of it is still known: nothing may be given out until it is."""

from pathlib import Path

from hubdata.errors import Refused
from hubdata.records import ledger
from hubdata.records.store import Hub
from hubdata.release.ledger import FILE, QUARTERLY, Line, ReleaseLedger

ACTION, GIVEN = "release.publish", "release.table"
BUSY = "another release is being made; try again when it is done"
LOCK = ".publishing.lock"
NAMED = ("*-Q?", "[0-9]*-[0-9][0-9]")  # what a quarter's and a year's folder are called


def home(hub: Hub) -> Path:
    """The folder of everything that was published."""
    return hub.home / "published"


def book(hub: Hub) -> ReleaseLedger:
    """The hub's release ledger."""
    return ReleaseLedger(home(hub) / FILE, hub.key("releases"))


def trusted(hub: Hub) -> list[Line]:
    """The ledger, if it is as written and as long as the audit chain says. Raises Refused if not."""
    lines = book(hub).lines()
    macs = {line.n: line.mac for line in lines}
    with hub.read() as connection:
        said = [detail["ledger"] for detail in ledger.said(connection, (ACTION, GIVEN)) if detail.get("ledger")]
    lost = [n for n, mac in said if macs.get(n) != mac]
    if lost or (folders(home(hub)) and not lines):
        why = (
            f"the release ledger {FILE} is missing, older than the releases or another hub's: put its newest copy back "
            "into published; nothing can be published until everything that was published is known"
        )
        raise Refused(why, [why])
    return lines


def releases(lines: list[Line], what: str = QUARTERLY) -> list[Line]:
    """The quarters among what was published, or the years; the others are tables that somebody had protected."""
    return [line for line in lines if line.what == what]


def folders(home: Path) -> list[Path]:
    """Every release's folder, of quarters and of years; one that is still being made has a name with a dot."""
    found = (path for each in NAMED for path in home.glob(f"{each}/[!.]*"))
    return sorted(path for path in found if path.is_dir())
