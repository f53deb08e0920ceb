"""What each command asks of whoever uses it, once people are registered: which proof, and one of which roles.

roles.csv is the one table of it, of commands and so of forms; what does not stand there nobody may do.

    none      it writes nothing and shows nobody's record      sitting   signed in, within the policy's minutes
    fresh     a proof of its own each time                     own       the command asks, where it comes to it
    signed    whoever is signed in, and if nobody is, a claim: it must not wait for anybody
"""

import csv
from dataclasses import dataclass
from functools import cache

from hubdata import places
from hubdata.terms import ActingRole

NONE, SITTING, FRESH, OWN, SIGNED = "none", "sitting", "fresh", "own", "signed"
ANY = "any"
TABLE = places.PACKAGE / "desk" / "commands" / "roles.csv"


@dataclass(frozen=True)
class Rule:
    """What one command asks."""

    command: str
    proof: str
    roles: tuple[ActingRole, ...]


@cache
def rules() -> dict[str, Rule]:
    """Every command's rule, by its words."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        return {
            row["command"]: Rule(row["command"], row["proof"], _roles(row["roles"])) for row in csv.DictReader(file)
        }


def _roles(said: str) -> tuple[ActingRole, ...]:
    return tuple(ActingRole) if said == ANY else tuple(ActingRole(role) for role in said.split(";") if role)


def rule(command: str) -> Rule:
    """What a command asks; one that is not in the table asks for what nobody has."""
    return rules().get(command, Rule(command, FRESH, ()))
