"""Whether two steps are two people's: the one answer for whatever takes two; it asks nobody and changes nothing.

Where people are registered they are told apart by who they are among those: a proof is one person's, and never was
another's; a name that was only typed counts for nobody. Where nobody is registered there are only names, and two
spellings of one are one person. Source: design.md, law 10.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from hubdata.errors import Refused
from hubdata.records.people import actors, proofs
from hubdata.records.people.acting import Acting, shown
from hubdata.spelling import same_person

UNPROVED = "people are registered here: {} needs the proof of one of them"


@dataclass(frozen=True)
class Party:
    """Who took a step: the name as it was given, and the proof as rows keep it; without one the name is a claim."""

    name: str
    proof: str | None = None

    @property
    def said(self) -> str:
        """The name, and how it is to be read."""
        return f"{self.name} {shown(self.proof)}"


def acts(connection: Connection, name: str) -> Party:
    """Whoever acts in this transaction under a name, with the proof that they entered the hub with."""
    acting: Acting | None = connection.get_execution_options().get("hub_acting")
    return Party(name, acting.proof if acting and acting.name == name else None)


def counts(connection: Connection, party: Party) -> bool:
    """Whether a step was taken by somebody: proved, where anybody is registered; a name alone, where nobody is."""
    return bool(_prover(connection, party)) or not actors.registered(connection)


def same(connection: Connection, one: Party, other: Party) -> bool:
    """Whether two steps were taken by one person, or may have been: by proof, by name, or by who bore the names."""
    if same_person(one.name, other.name) or proofs.same(one.proof, other.proof):
        return True
    return bool(_who(connection, one) & _who(connection, other))


def are_two(connection: Connection, one: Party, other: Party) -> bool:
    """Whether two steps were taken by two people, each of whom counts."""
    return all(counts(connection, each) for each in (one, other)) and not same(connection, one, other)


def refuse_unproved(connection: Connection, party: Party, what: str) -> None:
    """Raises Refused if people are registered and this is none of them, as far as is proved."""
    if not counts(connection, party):
        raise Refused(UNPROVED.format(what))


def apart(connection: Connection, parties: list[Party]) -> tuple[Party, ...]:
    """Each person once, of those who count: the first of their steps."""
    found: list[Party] = []
    for party in parties:
        if counts(connection, party) and not any(same(connection, party, one) for one in found):
            found.append(party)
    return tuple(found)


def _prover(connection: Connection, party: Party) -> set[str]:
    """Whose the proof is, if it is anybody's."""
    kept = actors.all_proofs(connection) if party.proof else ()
    return {actor for actor, one in kept if proofs.same(f"{one.kind}:{one.digest}", party.proof)}


def _who(connection: Connection, party: Party) -> set[str]:
    """Who of the people it is: whose proof it is, or else whoever bears or bore the name."""
    named = {one.actor for one in actors.history(connection) if same_person(one.name, party.name)}
    return _prover(connection, party) or named
