"""Who looked at a family's record, at a person's or by what name, when and why: read from the ledger, itself a look.

What somebody searched for is masked, because it may name a stranger; it is shown to who says why they need it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from hubdata import moments, policy
from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.records import owner
from hubdata.records.ledger import LOOKS
from hubdata.records.people.acting import kind, shown
from hubdata.records.store import Hub
from hubdata.retention.traces import marks
from hubdata.rights.copy.looked import ACTIONS, mentioning, strings

SEEN = {  # and what shows a record only to who says why, or as a part of work on it
    *LOOKS,
    "agreement.receipt",
    "pair.look",
    "retention.review",
    "rights.items",
    "rights.pack",
    "family.found",
    "family.show",
    "family.lead",
}
PERSON = text("SELECT family FROM people WHERE person = :person")


@dataclass(frozen=True)
class Wanted:
    """Whose looks: at a family, at a person of one, by somebody, from and to which day; None is not asked."""

    family: str | None = None
    person: str | None = None
    actor: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Look:
    """One look: the entry's number and moment (UTC), what was done, by whom and why, and what was searched for."""

    seq: int
    at: datetime
    action: str
    what: str
    actor: str
    proof: str
    role: str
    reason: str
    searched: dict[str, str] | list[str] | None


def looked(hub: Hub, wanted: Wanted, by: By) -> list[Look]:
    """Every look that was wanted, the oldest first; that somebody asks is entered after them.

    Raises BadParameter if nobody is asked about, or the hub has no such family or person.
    """
    if not (wanted.family or wanted.person or wanted.actor):
        raise BadParameter("say whose looks: --family, --person or --by")
    why = policy.meant(by.reason)
    with hub.read() as connection:
        family = _family(connection, wanted)
        found = [_look(*entry, bool(why)) for entry in _entries(connection, wanted, family)]
    hub.look(by, "family.looked", family)
    return [look for look in found if _within(look, wanted)]


def _family(connection: Connection, wanted: Wanted) -> str | None:
    if wanted.person:
        found = connection.execute(PERSON, {"person": wanted.person}).scalar()
        if found is None or wanted.family not in (None, found):
            raise BadParameter("the hub has no such person in that family; check the reference")
        return found
    if wanted.family and not owner.of_family(connection, "families", wanted.family):
        raise BadParameter("the hub has no record under that reference; what was destroyed leaves no look behind")
    return wanted.family


def _entries(connection: Connection, wanted: Wanted, family: str | None) -> list[tuple[int, dict, dict]]:
    refs = set(marks.references(connection, [family])) if family else set()
    people = owner.of_family(connection, "people", family) if family else set()
    found = []
    for seq, said, meta in mentioning(connection, refs or {"actor"}):
        about = set(strings(said["detail"])) & refs
        others = (about & people) - {wanted.person}
        is_theirs = not wanted.person or wanted.person in about or (bool(about) and not others)
        if meta["action"] in SEEN and (about or not refs) and is_theirs:
            found.append((seq, said, meta))
    return found


def _look(seq: int, said: dict, meta: dict, is_shown: bool) -> Look:
    action, at = str(meta["action"]), datetime.fromisoformat(meta["at"]).replace(tzinfo=None)
    searched = said["detail"].get("searched")
    masked = sorted(searched) if searched and not is_shown else searched
    return Look(
        seq,
        at,
        action,
        ACTIONS.get(action, action),
        said["actor"],
        kind(meta.get("proof")),
        str(meta["role"]),
        str(said["reason"] or ""),
        masked,
    )


def _within(look: Look, wanted: Wanted) -> bool:
    day = moments.day_of(look.at)
    by_them = wanted.actor is None or look.actor.casefold() == wanted.actor.casefold()
    return by_them and (wanted.first or day) <= day <= (wanted.last or day)


def lines(found: list[Look]) -> list[str]:
    """The same for a reader, a line a look."""
    if not found:
        return ["Nobody looked, or what said so was destroyed with the record."]
    return [
        f"{moments.said(each.at)}  {each.actor} {shown(each.proof)}  {each.what}{_searched(each)}: {each.reason}"
        for each in found
    ]


def _searched(look: Look) -> str:
    if look.searched is None:
        return ""
    said = look.searched if isinstance(look.searched, list) else [f"{k} {v}" for k, v in look.searched.items()]
    return f" (by {', '.join(said)})"
