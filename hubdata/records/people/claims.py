"""Which acts rest on a name that somebody typed, and which on a proof, and since when people are in force.

It counts what the ledger's entries say of themselves, and judges nothing. What an entry said may have been erased: how
whoever wrote it was proved stays.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select, text

from hubdata import moments
from hubdata.dates import words
from hubdata.records.people.acting import CLAIMED, kind
from hubdata.records.people.actors import ACTORS
from hubdata.terms import ProofKind

# What is counted, and which entries it is.
ACTS = {
    "reviews": ("retention.review",),
    "approvals and refusals": ("retention.approve", "retention.refuse"),
    "holds": ("retention.hold", "retention.unhold"),
    "disposals": ("retention.certify",),
    "releases": ("release.publish",),
    "confirmed days": ("clock.confirm",),
    "restores": ("backup.restore",),
    "proofs of the only administrator set anew": ("people.recover",),
}
SINCE = "since"  # of the claims those that were made although people were registered
_OF = {action: act for act, actions in ACTS.items() for action in actions}
# the database looks for the words themselves: a hub has a million entries, and few of these
_NAMED = {"sqlite": "instr(meta, {}) > 0", "postgresql": "position({} IN meta) > 0"}


@dataclass(frozen=True)
class Claims:
    """How many acts of each kind rest on what: a claim, those of them since people are in force, each kind of proof."""

    since: date | None
    acts: dict[str, dict[str, int]]

    def of(self, what: str) -> int:
        """How many acts rest on one thing, of all kinds together."""
        return sum(numbers.get(what, 0) for numbers in self.acts.values())

    @property
    def said(self) -> str:
        """The same as the promise board takes it: since 2026-11-01; reviews 3 claimed 1 since 2 passphrase."""
        begun = f"since {self.since}" if self.since else "nobody registered"
        acts = (f"{act} " + " ".join(f"{n} {what}" for what, n in found.items()) for act, found in self.acts.items())
        return "; ".join([begun, *acts])


def found(connection: Connection, until: date = date.max) -> Claims:
    """Every such act that was entered by the end of a day."""
    begun = in_force(connection)
    counted: dict[str, Counter[str]] = {}
    named = [f'"action":"{action}"'.encode() for action in _OF]
    given = {f"a{place}": word for place, word in enumerate(named)}
    has = " OR ".join(_NAMED[connection.dialect.name].format(f":{name}") for name in given)
    for (raw,) in connection.execute(text(f"SELECT meta FROM chain WHERE {has} ORDER BY seq"), given):
        meta = _read(raw)
        at = datetime.fromisoformat(meta["at"]).replace(tzinfo=None) if meta else None
        if meta is None or at is None or moments.day_of(at) > until:
            continue
        what, of_act = kind(meta.get("proof")), counted.setdefault(_OF[meta["action"]], Counter())
        of_act[what] += 1
        if what == CLAIMED and begun is not None and at > begun:
            of_act[SINCE] += 1
    order = (CLAIMED, SINCE, *ProofKind)
    acts = {act: {what: counted[act][what] for what in order if counted[act][what]} for act in ACTS if act in counted}
    since = moments.day_of(begun) if begun else None
    return Claims(since if since and since <= until else None, acts)


def _read(raw: Any) -> dict | None:
    """What an entry says of itself; one that somebody made unreadable counts nowhere: walking the chain names it."""
    try:
        meta = json.loads(bytes(raw))
        return meta if meta["action"] in _OF and meta["at"] else None
    except (ValueError, KeyError, TypeError):
        return None


def in_force(connection: Connection) -> datetime | None:
    """Since when people are registered, so that a name alone is not believed (UTC); None if nobody is."""
    return connection.execute(select(func.min(ACTORS.c.recorded_at))).scalar()


def of_entries(proofs: Iterable[str | None]) -> list[str]:
    """What entries that are listed rest on, for a reader."""
    numbers = Counter(map(kind, proofs))
    told = {what: numbers[what] for what in (CLAIMED, *ProofKind) if numbers[what]}
    return [f"Of these {numbers.total():,} entries: {rests(told)}."] if told else []


def lines(counted: Claims) -> list[str]:
    """The same for a reader."""
    begun = f"Since {words(counted.since)} people are registered, and prove who acts" if counted.since else NOBODY
    told = [f"  {act}: {rests(numbers)}" for act, numbers in counted.acts.items()]
    return [f"{begun}{':' if told else '.'}", *told]


NOBODY = "Nobody is registered: every name is a claim"


def rests(numbers: dict[str, int]) -> str:
    """What acts of one kind rest on, in words."""
    parts = [_on(what, number, numbers.get(SINCE, 0)) for what, number in numbers.items() if what != SINCE]
    return ", ".join(parts)


def _on(what: str, number: int, since: int) -> str:
    if what != CLAIMED:
        return f"{number:,} proved by {ProofKind(what).label.lower()}"
    return f"{number:,} under a typed name, a claim" + (f" ({since:,} since people are registered)" if since else "")
