"""Whether who approves a disposal is another person than who reviewed it: by name, and by proof; it changes nothing.

Where nobody is registered names are claims, and what then rests on one is said. Source: design.md, law 10.
"""

from sqlalchemy import Connection

from hubdata.errors import Refused
from hubdata.moments import By
from hubdata.records.people import actors, proofs
from hubdata.records.store import Hub
from hubdata.spelling import same_person


def refuse_one(hub: Hub, connection: Connection, row: dict, by: By, refuse: bool) -> None:
    """Raises Refused if reviewer and approver are one person, by name or by proof, or prove less than the hub asks."""
    disposal = row["disposal"]
    if same_person(by.actor, row["reviewed_by"]):
        raise Refused(f"disposal {disposal} was reviewed by {by.actor}: another person must approve it")
    if hub.acting and proofs.same(hub.acting.proof, row["reviewed_proof"]):
        raise Refused(f"disposal {disposal} was reviewed with this same proof: another person must approve it")
    if refuse or not actors.registered(connection):
        return
    if hub.acting is None:
        raise Refused("people are registered here: an approval needs the proof of one of them")
    if row["reviewed_proof"] is None:
        raise Refused(
            f"disposal {disposal} was reviewed under a name that was typed, which is a claim: refuse it with --refuse "
            "and review again as a registered person"
        )


def are_two(row: dict) -> bool:
    """Whether two people stand behind a disposal's row, as far as names and proofs tell."""
    by_name = row["approved_by"] and not same_person(row["approved_by"], row["reviewed_by"])
    return bool(by_name) and not proofs.same(row["approved_proof"], row["reviewed_proof"])
