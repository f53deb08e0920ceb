"""Whether who approves a disposal is another person than who reviewed it, as records/people/two.py tells people apart.

It changes nothing. Where nobody is registered names are claims, and what then rests on one is said. Source: design.md,
law 10.
"""

from sqlalchemy import Connection

from hubdata.errors import Refused
from hubdata.records.people import two
from hubdata.records.people.two import Party
from hubdata.terms import DisposalStatus

CLAIM = (
    "disposal {} was {} under a name that was typed, which is a claim: refuse it with --refuse and review again as a "
    "registered person"
)


def refuse_one(connection: Connection, row: dict, actor: str, refuse: bool) -> None:
    """Raises Refused if reviewer and approver are one person, or one of them has not proved who they are.

    Refusing a disposal keeps the records, and needs no proof.
    """
    disposal, reviewer, approver = row["disposal"], _reviewer(row), two.acts(connection, actor)
    if two.same(connection, reviewer, approver):
        raise Refused(f"disposal {disposal} was reviewed by {reviewer.said}: another person must approve it")
    if refuse:
        return
    two.refuse_unproved(connection, approver, "an approval")
    if not two.counts(connection, reviewer):
        raise Refused(CLAIM.format(disposal, "reviewed"))


def refuse_approved_by_one(connection: Connection, row: dict) -> None:
    """Raises Refused if one person stands behind an approved disposal; what has begun is carried to its end."""
    reviewer, approver = _reviewer(row), Party(row["approved_by"] or "", row["approved_proof"])
    if not row["approved_by"] or two.same(connection, reviewer, approver):
        raise Refused(f"disposal {row['disposal']} was not approved by a second person")
    for party, what in ((reviewer, "reviewed"), (approver, "approved")):
        if row["status"] == DisposalStatus.APPROVED and not two.counts(connection, party):
            raise Refused(CLAIM.format(row["disposal"], what))


def _reviewer(row: dict) -> Party:
    return Party(row["reviewed_by"], row["reviewed_proof"])
