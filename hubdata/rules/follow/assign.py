"""Gives findings to somebody to put right, or takes them back: rows added with their entry; no finding changes."""

import secrets
from dataclasses import dataclass

from hubdata import moments, policy
from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.records.ledger import Act
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.rules.findings import known
from hubdata.rules.follow import whose
from hubdata.rules.worklist import STILL, chosen, place
from hubdata.spelling import plain


@dataclass(frozen=True)
class Assigned:
    """Whose findings of one rule are now; None is nobody's."""

    code: str
    subjects: tuple[str, ...]
    assigned_to: str | None
    table: str | None = None


def assign(hub: Hub, given: Assigned, by: By) -> Assigned:
    """Say of findings of the day whose they are to put right: all of them or none.

    Raises BadParameter for a rule or a person that is not known, Refused if nothing of that kind is found.
    """
    held = snapshots.take(hub)
    rules = known(held)
    if given.code not in rules:
        raise BadParameter(f"{given.code!r} is no rule code; allowed are {', '.join(rules)}")
    found = chosen(held, rules[given.code], given.subjects, by.as_at, given.table)
    with hub.read() as connection:
        name = _named(whose.people(connection), given.assigned_to)
    owns = [f"T{secrets.token_hex(5)}" for _ in found]
    said = {"assignment": ";".join(owns), "code": given.code, "subject": ";".join(one.subject for one in found)}
    reason = policy.meant(by.reason) or f"finding: {'given to somebody' if name else 'taken back'}"
    with hub.write(Act(by.actor, "officer", reason, "worklist.assign", said)) as connection:
        told = {
            "assigned_to": name,
            "assigned_on": by.as_at,
            "assigned_by": by.actor,
            "recorded_at": moments.stamp(),
        }
        for own, one in zip(owns, found, strict=True):
            row = {"finding_assignment": own, **place(connection, one, rules[given.code]), **told}
            connection.execute(whose.ASSIGNED.insert(), row)
    return Assigned(given.code, tuple(one.subject for one in found), name, given.table)


def _named(people: whose.People, given: str | None) -> str | None:
    """The person as they are registered, or the name as it was given where nobody is; nobody if none was."""
    if given is None or not given.strip():
        return None
    if (name := policy.meant(given)) is None:
        raise BadParameter(f"--to {given!r} names nobody; leave it out to give the finding back")
    if not people.registered:
        return name
    known_as = {plain(each): each for each in people.names}
    if plain(name) not in known_as:
        raise BadParameter(f"--to {name!r} may not act here; those who may are {', '.join(people.names)}")
    return known_as[plain(name)]


def lines(done: Assigned) -> list[str]:
    """Whose the findings are now, for a reader."""
    has = f"{done.assigned_to} now has" if done.assigned_to else "Nobody has"
    return [f"{has} {done.code} about {', '.join(done.subjects)}. {STILL}"]
