"""What was done about a case and by whom: the ledger's entries that name it; looks have a page of their own."""

from sqlalchemy import Connection

from hubdata import moments
from hubdata.families.looked import SEEN
from hubdata.records.people.acting import kind, shown
from hubdata.rights.copy.looked import ACTIONS, mentioning, strings


def done(connection: Connection, reference: str) -> list[str]:
    """Every entry that names a reference, the oldest first: when, who and how they proved it, what, why."""
    return [
        _line(said, meta)
        for _, said, meta in mentioning(connection, {reference})
        if reference in strings(said["detail"]) and (meta["action"] not in SEEN or meta["action"] == "retention.review")
    ]


def _line(said: dict, meta: dict) -> str:
    what = ACTIONS.get(meta["action"], str(meta["action"]).replace(".", " "))
    why = f": {said['reason']}" if said["reason"] else ""
    return f"{moments.said(meta['at'])}, {said['actor']} {shown(kind(meta.get('proof')))}: {what}{why}"
