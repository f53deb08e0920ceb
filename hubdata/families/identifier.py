"""A child's consistent identifier: kept only once regulations specify one, with who gave it and why; refused till then.

It is asked for apart from the command line, and no message, entry or list repeats it. Nothing is ever matched by it.
Source: Children Act 2004, sections 16LC and 16LD; `identifier.consistent` in params/policy.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from hubdata import moments, policy
from hubdata.errors import BadParameter, Refused
from hubdata.families.find import needed
from hubdata.moments import By
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.column import longest
from hubdata.records.tables.contract import TABLES
from hubdata.terms import Role

IDENTIFIERS, PEOPLE, ORGANISATIONS = (TABLES[name] for name in ("identifiers", "people", "organisations"))
LONGEST = longest(IDENTIFIERS.c.identifier)


@dataclass(frozen=True)
class Given:
    """Whose identifier, from whom, on which day."""

    family: str
    person: str
    organisation: str
    on: date


def regulations(decided: policy.Policy, on: date) -> str:
    """The regulations that specify one. Raises Refused while none do: then nobody may keep one."""
    entry = decided.entry("identifier.consistent", on)
    said = entry.value
    if said.get("is") != "on" or said.get("regulations") in (None, "none"):
        raise Refused(
            "No consistent identifier is kept: identifier.consistent is off, because no regulations specify one "
            f"({entry.source}). When some do, add a value that names them; the Hub keeps limited records (P2)"
        )
    return str(said["regulations"])


def keep(hub: Hub, given: Given, identifier: str, by: By) -> Given:
    """Keep a child's identifier, once; returns what may be said of it, which is not the identifier.

    Raises Refused while the switch is off or one is kept already, BadParameter for what is unknown or without a reason.
    """
    by_law, why = regulations(hub.policy, given.on), needed(by.reason)
    if not 0 < len(identifier.strip()) <= LONGEST:
        raise BadParameter(f"an identifier has 1 to {LONGEST} signs; what was typed is not repeated here")
    said = {"family": given.family, "person": given.person, "organisation": given.organisation, "regulations": by_law}
    act = Act(by.actor, "officer", why, "family.identifier", said)
    with hub.write(act) as connection:
        who = connection.execute(select(PEOPLE).filter_by(person=given.person, family=given.family)).first()
        if who is None or who.role != Role.CHILD:
            raise BadParameter(f"{given.person!r} is no child of family {given.family!r}; check both references")
        if not connection.execute(select(ORGANISATIONS).filter_by(organisation=given.organisation)).first():
            raise BadParameter(f"the hub has no organisation {given.organisation!r}; check the reference")
        if connection.execute(select(IDENTIFIERS.c.person).filter_by(person=given.person)).first():
            raise Refused(f"an identifier of {given.person} is kept already; it is never replaced")
        row = {
            "person": given.person,
            "family": given.family,
            "identifier": identifier.strip(),
            "regulations": by_law,
            "organisation": given.organisation,
            "given_on": given.on,
            "reason": why,
            "recorded_at": moments.stamp(),
        }
        connection.execute(IDENTIFIERS.insert(), row)
    return given


def lines(kept: Given) -> list[str]:
    """That it is kept, for a reader."""
    return [
        f"The identifier of {kept.person} (family {kept.family}), given by {kept.organisation}, is kept, and sealed."
    ]
