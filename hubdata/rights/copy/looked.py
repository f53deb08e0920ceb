"""Who looked at a person's record or changed it, and why: roles and reasons from the audit ledger, never who acted.

An entry about another member of the family, or a row that is only about them, is not the person's; what an officer
typed as a reason may name others, so it is decided before it is given. What was done to answer the very request is told
as that: its reasons came after what was asked for, and deciding about them would never end.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ahocorasick_rs import BytesAhoCorasick
from sqlalchemy import Connection, text

from hubdata.records.bulk import driven
from hubdata.records.ledger import LOOKS
from hubdata.retention.traces import marks
from hubdata.rights.copy.items import Item
from hubdata.rights.copy.rows import Held, key

EVERY = text("SELECT p.seq, p.payload, c.meta FROM payloads p JOIN chain c ON c.seq = p.seq ORDER BY p.seq")
ACTIONS = {
    "agreement.record": "Recorded a decision about sharing",
    "agreement.competence": "Recorded that somebody was judged able to decide for themselves",
    "agreement.list": "Looked at what was decided about sharing",
    "agreement.receipt": "Made a copy of a decision about sharing",
    "share.record": "Recorded that details were shared",
    "share.check": "Asked whether details may be shared",
    "share.withhold": "Recorded a decision not to share",
    "pair.list": "Looked whether a family is on record twice",
    "pair.look": "Looked whether a family is on record twice",
    "pair.decide": "Decided whether two records are of one family",
    "recall.list": "Looked who holds what was shared",
    "recall.ask": "Asked an organisation to give up what it holds",
    "recall.acknowledge": "Recorded that an organisation answered",
    "retention.holds": "Looked at reasons to keep the record",
    "retention.explain": "Looked how long the record is kept",
    "retention.hold": "Recorded a reason to keep the record",
    "retention.unhold": "Recorded that a reason to keep the record has ended",
    "retention.review": "Looked whether the record is to be destroyed",
    "rights.list": "Looked at requests about the record",
    "rights.log": "Recorded a request",
    "rights.event": "Recorded a step of a request",
    "rights.items": "Looked at what may concern others, to decide whether it is given",
    "rights.decide": "Decided whether something that may concern others is given",
    "rights.pack": "Made a copy of everything held",
    "rights.sweep": "Deleted a copy whose time was over",
    "rights.letter": "Wrote a letter about a request",
    "rights.check": "Looked at a letter, its address and who is named, before it was sent",
    "rights.sent": "Recorded that a letter was sent",
    "rights.enclose": "Kept what came with a request",
    "rights.enclosed": "Looked at what came with a request",
    "family.found": "Was shown the family in a search for its record",
    "family.show": "Looked at the family's record",
    "family.leads": "Looked who takes the lead",
    "family.lead": "Was shown who takes the lead, by name",
    "family.looked": "Looked who had looked at the record",
    "worklist.list": "Looked what was found to be wrong",
    "worklist.mark": "Recorded what is done about something found to be wrong",
    "worklist.assign": "Said who puts right something found to be wrong",
    "complaint.list": "Looked at complaints about the record",
    "complaint.log": "Recorded a complaint",
    "complaint.event": "Recorded a step of a complaint",
    "complaint.letter": "Wrote a letter about a complaint",
    "complaint.check": "Looked at a letter about a complaint and its address, before it was sent",
    "complaint.sent": "Recorded that a letter about a complaint was sent",
    "complaint.enclose": "Kept what came with a complaint",
    "complaint.enclosed": "Looked at what came with a complaint",
}
ROLES = {
    "officer": "An information governance officer",
    "reviewer": "A reviewer of old records",
    "approver": "An approver of disposals",
    "disposer": "Whoever destroys old records",
    "intake": "Whoever takes in partners' returns",
    "system": "The system itself",
}
TO_ANSWER = "To answer this request"
# Reasons that the program gives where nobody types one; anything else may name somebody.
OURS = re.compile(
    "|".join(map(re.escape, LOOKS.values())) + "|"
    r"a share was made|decided not to share|the family's decision|receipt for the person|the reason has ended|"
    r"the partner acknowledged the recall|disposal review|a copy for the person|items of a copy are decided|"
    r"a copy's time was over|a letter is (written|sent)|what came is kept|(hold|recall|finding): \w+|"
    r"\w+ received|[a-z]+_[a-z]+|responded|refused|extended|withdrawn|acknowledged|closed"
)


@dataclass(frozen=True)
class Look:
    """One entry that concerns the person."""

    seq: int
    at: datetime
    role: str
    what: str
    reason: str
    is_own_work: bool = False  # done to answer the request whose copy this is

    @property
    def item(self) -> Item | None:
        """What is to be decided of it: a reason that somebody typed."""
        if self.is_own_work or OURS.fullmatch(self.reason):
            return None
        where = f"payloads.payload/{self.seq}"
        return Item(where, "payloads", "payload", str(self.seq), None, ("third_party",), self.at)


def read(connection: Connection, held: Held, of_others: set[str], request: str) -> list[Look]:
    """Every entry that concerns the person, the oldest first; `of_others` are rows that may be about another.

    `request` is the one that is answered.
    """
    every = set(marks.references(connection, [held.family, *held.linked]))
    own = {key(table, row) for table, rows in held.tables.items() if table != "organisations" for row in rows}
    own -= of_others
    answering = {request, *(row["pack"] for row in held.tables["packs"] if row["request"] == request)}
    return [_look(*row, answering) for row in mentioning(connection, every) if _concerns(held, own, every, row[1])]


def mentioning(connection: Connection, refs: set[str]) -> Iterator[tuple[int, dict, dict]]:
    """Entries that say any of these references: a search of bytes leaves few to be read."""
    seek = BytesAhoCorasick([json.dumps(ref, ensure_ascii=False)[1:-1].encode() for ref in sorted(refs)])
    rows = connection.execute(EVERY.execution_options(stream_results=True, yield_per=10_000))
    for seq, payload, meta in driven(rows) if connection.dialect.name == "sqlite" else rows:
        if seek.find_matches_as_indexes(payload if type(payload) is bytes else bytes(payload)):
            yield seq, json.loads(bytes(payload)), json.loads(bytes(meta))
    rows.close()


def _concerns(held: Held, own: set[str], every: set[str], entry: dict) -> bool:
    said = set(strings(entry["detail"])) & every
    said |= {ref for ref in every if marks.is_whole(ref, str(entry["reason"] or ""))}
    if held.person in said:
        return True
    return bool(said) and said <= own


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from value.split(";")
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def _look(seq: int, entry: dict, meta: dict, answering: set[str]) -> Look:
    action, role = str(meta["action"]), str(meta["role"])
    at = datetime.fromisoformat(meta["at"]).replace(tzinfo=None)
    reason = str(entry["reason"] or "")
    own_work = action.startswith("rights.") and bool(answering & set(strings(entry["detail"])))
    own_work = own_work or any(marks.is_whole(ref, reason) for ref in answering)
    reason = TO_ANSWER if own_work and not OURS.fullmatch(reason) else reason
    return Look(seq, at, ROLES.get(role, role.capitalize()), ACTIONS.get(action, action), reason, own_work)
