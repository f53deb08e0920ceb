"""What is still open before a hub is its council's own: facts nobody said, values nobody confirmed, first steps."""

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from sqlalchemy import Connection, text

from hubdata.policy import Entry, Policy
from hubdata.records.backups import recipients
from hubdata.records.people import actors
from hubdata.records.store import Hub
from hubdata.reports import promises

SHOWN = 12  # that are listed before the rest is counted
ADD, KEY = "hubdata init --first-person NAME", "hubdata backup key FILE"
FACT, VALUE, STEP = "Only the council can say", "Ships as a default, and nobody has confirmed it", "First steps"
FIRST = (
    (
        "organisations",
        "no organisation is on record",
        "hubdata init --answers FILE, or intake of an organisations sheet",
    ),
    ("families", "no family is on record", "hubdata intake FILE --partner CODE"),
)


@dataclass(frozen=True)
class Open:
    """One thing that is open: what it is, what it does, and the command that settles it."""

    what: str
    why: str
    do: str
    kind: str


def weighed(decided: Policy, day: date) -> list[Entry]:
    """Every value that waits for an officer, of most weight first: facts, then what most promises stand on."""
    patterns = [pattern for each in promises.read(decided, day) for pattern in each["stands_on"]]
    waiting = [entry for entry in decided.in_force(day) if entry.unconfirmed]
    weight = {one.name: sum(fnmatchcase(one.name, pattern) for pattern in patterns) for one in waiting}
    return sorted(waiting, key=lambda one: (not one.undecided, -weight[one.name], one.name))


def found(hub: Hub, day: date) -> list[Open]:
    """Everything that is open, the first steps last."""
    listed = [_value(entry) for entry in weighed(hub.policy, day)]
    with hub.read() as connection:
        listed += [Open(what, "", do, STEP) for table, what, do in FIRST if not _any(connection, table)]
        if not actors.registered(connection):
            listed.append(Open("nobody is registered", "a name is a claim until then", ADD, STEP))
    if not recipients.of(hub.home):
        listed.append(Open("nobody may open a backup", "it could only be made in the clear", KEY, STEP))
    return listed


def _value(entry: Entry) -> Open:
    do = "decisions set" if entry.undecided else "decisions confirm"
    shown = "not decided yet" if entry.undecided else f"{entry.unit}: {_said(entry.value)}"
    return Open(
        f"{entry.name} ({shown})", entry.unconfirmed, f"hubdata {do} {entry.name}", FACT if entry.undecided else VALUE
    )


def _said(value: object) -> str:
    return f"{len(value)} listed" if isinstance(value, list | dict) else str(value)


def _any(connection: Connection, table: str) -> bool:
    return connection.execute(text(f"SELECT 1 FROM {table} LIMIT 1")).first() is not None


def lines(listed: list[Open], every: bool = False) -> list[str]:
    """What is open, its number first, for a reader."""
    if not listed:
        return ["Nothing is open: this hub is its council's own."]
    said = [f"{len(listed):,} things are still open."]
    for one in listed if every else listed[:SHOWN]:
        said += [f"  {one.what}: {one.do}", *([f"    {one.why}"] if one.why else [])]
    more = 0 if every else len(listed) - SHOWN
    return [*said, *([f"  and {more:,} more: `hubdata init --open` lists them all"] if more > 0 else [])]
