"""How a person's copy says what is held: a heading for each table, a label for each column, each value in words.

A test holds that every column that is given has a label; it decides nothing about what is given.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from hubdata import moments, terms
from hubdata.dates import words
from hubdata.policy import Policy
from hubdata.records.tables.contract import TABLES, passport

CHAPTERS = {
    "you": ("About you", ("people", "identifiers", "families")),
    "lead": ("Who has taken the lead in supporting you", ("leads", "lead_versions")),
    "help": ("Which organisations support you", ("involvements",)),
    "goals": ("Your family's goals, and how they were reviewed", ("goals", "reviews")),
    "needs": ("What support was found to be needed", ("needs",)),
    "agreements": ("What was decided about sharing your details", ("agreements", "competences")),
    "shares": ("Every time your details were shared", ("shares", "look_again", "withheld", "recalls")),
    "requests": (
        "Your requests about your data",
        ("requests", "request_events", "enclosures", "packs", "letters", "sendings"),
    ),
    "found": ("What was found to be wrong, and what was done about it", ("finding_marks",)),
    "kept": ("When your record will be destroyed", ("holds", "decisions")),
}
TITLES = {
    "people": "You",
    "families": "Your family's record",
    "identifiers": "Your number by law",
    "leads": "Lead",
    "lead_versions": "What the record of a lead said before it was changed",
    "involvements": "Support",
    "goals": "Goal",
    "reviews": "Review",
    "needs": "Need",
    "agreements": "Decision",
    "competences": "That you can decide for yourself",
    "shares": "Share",
    "look_again": "When a share without agreement is looked at again",
    "withheld": "A decision not to share",
    "recalls": "An organisation was asked to give up what it holds",
    "requests": "Request",
    "request_events": "Step of a request",
    "packs": "File that was made of your data",
    "letters": "Letter that was written about your request",
    "sendings": "That it was sent",
    "enclosures": "What came with your request",
    "item_decisions": "What was decided about one item of a copy",
    "holds": "A reason to keep the record longer",
    "decisions": "What a review of old records decided",
    "organisations": "Organisation",
    "finding_marks": "What was said about something found to be wrong",
}
OFTEN = {
    "recorded_at": "Written down",
    "family": "Your family's reference",
    "organisation": "Organisation",
    "supersedes": "Takes the place of",
    "supersedes_as": "Corrects or renews it",
    "discussed_on": "Talked about",
    "reason": "Reason",
    "purpose": "What for",
    "categories": "Which kinds of details",
    "method": "How",
    "started_on": "From",
    "ended_on": "Until",
    "request": "Request",
    "practitioner": "Who",
    "goal": "Goal",
    "share": "Share",
}
LABELS = {
    "families": "hub: Your Family Hub; opened_on: Support began; closed_on: Support ended; "
    "closure_reason: Why it ended",
    "people": "person: Your reference; role: Your part in the family; given_name: Given name; "
    "family_name: Family name; date_of_birth: Date of birth; died_on: Date of death",
    "identifiers": "person: Your reference; identifier: Number; regulations: By which law; organisation: Who gave it "
    "to us; given_on: Given",
    "involvements": "last_contact_on: Last contact; partner_reference: Its own reference for you",
    "lead_versions": "replaced_at: Said so until",
    "goals": "area: Area; instrument: How it is measured; set_on: Set; closed_on: Closed; result: Result",
    "reviews": "reviewed_on: Reviewed; score: Score; perspective: Whose view",
    "needs": "need: Reference; area: Area; identified_on: Found; status: What became of it; organisation: Who helped",
    "agreements": "agreement: Reference; given_by: Who decided; covers: About whom; decision: What was decided; "
    "recipients: With whom; exclusions: Left out; decided_on: Decided; expires_on: Last day; "
    "taken_by: Written down by; notice_version: Privacy notice",
    "competences": "competence: Reference; person: Your reference; judged_on: Judged; judged_by: By whom",
    "shares": "about: About whom; from_organisation: From; to_organisation: To; route: On what footing; "
    "shared_on: Shared; agreement: Under which decision; decided_by: Decided by; risk_to: Who was at risk; "
    "told_family: Was the family told; told_on: Told; not_told_reason: Why the family was not told",
    "withheld": "withheld: Reference; about: About whom; from_organisation: From; to_organisation: Asked for by; "
    "decided_on: Decided; decided_by: Decided by",
    "look_again": "look_again_on: Looked at again",
    "recalls": "recall: Reference; because: Because; asked_on: Asked; acknowledged_on: Answered",
    "requests": "person: Whose right; asked_by: Asked by; kind: What was asked; same_as: Same as the earlier request; "
    "scheduled_on: Was to be kept until; scheduled_rule: By the rule; scheduled_state: How it stood then",
    "request_events": "event: Reference; what: What happened; happened_on: On; exemption: Reason in law",
    "packs": "pack: Reference; person: Whose copy; made_on: Made; delete_on: Deletes itself; deleted_at: Deleted",
    "letters": "letter: Reference; kind: What about; to_person: To whom; pack: Went with this copy; says: What it "
    "said of its own; exemption: Reason in law; made_on: Written; delete_on: Deletes itself; deleted_at: Deleted",
    "sendings": "sending: Reference; letter: Letter; sent_on: Sent; way: How",
    "enclosures": "enclosure: Reference; came_on: Came; media: What kind of file; size: How many bytes",
    "holds": "hold: Reference; code: Why; authority: On whose authority; placed_on: Since; review_on: Looked at again; "
    "released_on: Ended; scope: Only what is about; request: Because of the request",
    "finding_marks": "finding_mark: Reference; code: Rule; of_table: Found in; subject: Found about; status: Where it "
    "stands; note: Note; until_on: Accepted until; marked_on: Said on",
    "decisions": "disposal: Review; decision: Decided; due_on: Could be kept until; next_on: Looked at again; "
    "kept_because: Kept because",
    "organisations": "organisation: Short name; name: Name; kind: What it is; "
    "duty_class: Its duty to protect children; sharing_agreement_from: Sharing agreement from; "
    "sharing_agreement_to: Sharing agreement until; rights_contact: Whom to ask there; "
    "retention_policy: How it keeps your details",
    "payloads": "payload: Who looked at your record or changed it, and why",
}
# The family's own reference stands once, on the family's record; every row below it has the same.
REPEATED = "family"


@cache
def labels(table: str) -> dict[str, str]:
    """What the columns of a table are called on a page."""
    said = dict(one.split(": ", 1) for one in LABELS.get(table, "").split("; ") if one)
    return {column.name: said.get(column.name) or OFTEN.get(column.name, "") for column in TABLES[table].c}


@cache
def _terms() -> dict[str, type[terms.Term]]:
    return {each.__name__: each for each in terms.terms()}


@dataclass(frozen=True)
class Words:
    """What values are called on a day: registers, organisations, workers and people who may be named."""

    policy: Policy
    on: date
    names: dict[str, dict[str, str]]  # by table, what a reference to it is called

    def say(self, table: str, column: str, value: object) -> str | None:
        """A cell in words; None where nothing is recorded."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return moments.said(value)
        if isinstance(value, date):
            return words(value)
        card = passport(table, column)
        if card.kind in ("references", "codes"):
            return "; ".join(self._one(card.allowed, one) for one in str(value).split(";"))
        return self._one(card.allowed or (card.named_in if card.kind == "code" else ""), str(value))

    def _one(self, allowed: str, value: str) -> str:
        if allowed in _terms():
            return _terms()[allowed](value).label
        if allowed == "exclusions":
            return next(
                (said[value] for said in (*self.names.values(), self._labels("categories")) if value in said), value
            )
        return self.names.get(allowed, {}).get(value) or self._labels(allowed).get(value, value)

    def _labels(self, register: str) -> dict[str, str]:
        return self.policy.labels(register, self.on) if register in self.policy.names() else {}
