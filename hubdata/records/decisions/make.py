"""Adds to what a hub decided: a new dated value, or a confirmation; with a ledger entry that has the file's hash.

The file takes its place once the entry is committed, so a file that the ledger does not know was written by somebody
else (stands.py). What ships for a name that was decided is shown beside it, and takes no place of itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from hubdata import moments, policy
from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.policy import Entry, Policy
from hubdata.records import folders, private
from hubdata.records.decisions import entries, stands
from hubdata.records.ledger import Act
from hubdata.records.store import Hub

UNSOURCED = "No source was given"


@dataclass(frozen=True)
class Draft:
    """What would be decided: the value, all values as they are and as they would be, and the file that says so."""

    action: str
    entry: Entry
    before: Policy
    after: Policy
    file: bytes


@contextmanager
def drafted(hub: Hub, action: str, entry: Entry, history: list[Entry]) -> Iterator[Draft]:
    """A draft in a folder of its own, read back as the product reads it. Raises Refused with every fault of it."""
    with folders.folder(hub.home) as place:
        file = entries.lay(hub.policy, place, entry.name, history)
        yield Draft(action, entry, hub.policy, policy.of(place), file)


def value(hub: Hub, entry: Entry, by: By) -> tuple[Entry, list[Entry]]:
    """A new dated value of a name, decided by whoever acts, and all its values. Raises BadParameter if it cannot be.

    Where no source is given that says something, that is what its source says, and the board lists it.
    """
    history = _history(hub, entry.name)
    source, today = policy.meant(entry.source, decided=hub.policy) or UNSOURCED, moments.today()
    by_whom = {"source": source, "confirmed_by": by.actor, "confirmed_on": today}
    new = replace(entry, unit=history[0].unit, last_checked=today, **by_whom)
    return new, entries.added(history, new)


def confirmation(hub: Hub, name: str, by: By) -> tuple[Entry, list[Entry]]:
    """The value in force as at a day, confirmed by whoever acts, and all values of its name.

    Raises BadParameter if the name is unknown, nothing is in force, it is confirmed already, or only to be filled in.
    """
    history = entries.confirmed(_history(hub, name), by.as_at, by.actor, moments.today())
    entry = [each for each in history if each.holds_from <= by.as_at][-1]
    if entry.undecided:
        raise BadParameter(f"{name} says nothing yet that could be confirmed; say it with `hubdata decisions set`")
    return entry, history


def _history(hub: Hub, name: str) -> list[Entry]:
    if name not in hub.policy.names():
        raise BadParameter(f"nothing is called {name!r}; `hubdata decisions list` has every name")
    return hub.policy.history(name)


def enter(hub: Hub, draft: Draft, by: By, reported: int = 0) -> Path:
    """Put a draft in force: its ledger entry first, then its file, whose path is returned. Needs a reason.

    `reported` is how many reports there are of days that it reaches back to.
    """
    name, start = draft.entry.name, draft.entry.valid_from
    why = policy.reason(by.reason, "a decision")
    detail: dict[str, object] = {"decision": name, "from": str(start), "file": sha256(draft.file).hexdigest()}
    detail |= {"reported": reported} if reported else {}
    detail |= {"unsourced": True} if draft.entry.source == UNSOURCED else {}
    with hub.write(Act(by.actor, "officer", why, draft.action, detail)):
        pass
    path = policy.folder_of(hub.home) / f"{name}.yaml"
    private.write(path, draft.file.decode())
    stands.seal(hub)
    return path


def touched(hub: Hub) -> list[tuple[Entry, Entry]]:
    """What ships for a day of a name that was decided, and is not among its values: with what holds on that day."""
    shipped, found = policy.load(), []
    for name in sorted(hub.policy.decided):
        have = {(each.valid_from, repr(each.value)) for each in hub.policy.history(name)}
        news = [each for each in shipped.history(name) if (each.valid_from, repr(each.value)) not in have]
        found += [(each, _on(hub.policy.history(name), each.valid_from)) for each in news]
    return found


def _on(history: list[Entry], day: date) -> Entry:
    """The value that holds on a day, or the first that ever does."""
    return next((each for each in reversed(history) if each.holds_from <= day), history[0])
