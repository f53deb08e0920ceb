"""What data rights add to the records: requests, complaints and every step of them, what was decided about each item of
a person's copy, that the copy was made, and what came from and went to a person by post; rows that never change, but
for the moment when a copy's or a letter's files were deleted.
"""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from hubdata import terms
from hubdata.records.tables.column import FREE_TEXT, OPEN, REFERENCE, SEALED, Base, Record, Told, column, recorded

RIGHTS = "P9: the right to have a copy of your data, and the other data rights"


class Request(Record, Base):
    """A request about data rights, or a complaint: whose, of what kind, and what was then scheduled for disposal."""

    __tablename__ = "requests"
    request: Mapped[str] = column(RIGHTS, REFERENCE, key=True)
    family: Mapped[str] = column(RIGHTS, REFERENCE, to="families.family", required=True)
    person: Mapped[str | None] = column(RIGHTS, REFERENCE, to="people.person")
    asked_by: Mapped[str | None] = column(RIGHTS, REFERENCE, to="people.person")
    kind: Mapped[str] = column(RIGHTS, allowed=terms.RequestKind, required=True, statistics="breakdown")
    method: Mapped[str | None] = column(RIGHTS, allowed=terms.Method, statistics="count")
    same_as: Mapped[str | None] = column(RIGHTS, REFERENCE, kind="reference", allowed="requests")
    scheduled_on: Mapped[date | None] = column(RIGHTS, kind="date")
    scheduled_rule: Mapped[str | None] = column(RIGHTS, OPEN, kind="text", size=40)
    scheduled_state: Mapped[str | None] = column(RIGHTS, OPEN, kind="text", size=40)
    recorded_at: Mapped[datetime] = recorded()


class RequestEvent(Record, Base):
    """One step of a request or complaint; a correction is a new row that supersedes the old."""

    __tablename__ = "request_events"
    event: Mapped[str] = column(RIGHTS, REFERENCE, key=True)
    request: Mapped[str] = column(RIGHTS, REFERENCE, to="requests.request", required=True)
    what: Mapped[str] = column(RIGHTS, allowed=terms.RequestStep, required=True, statistics="count")
    happened_on: Mapped[date] = column(RIGHTS, kind="date", required=True, statistics="quarter")
    reason: Mapped[str | None] = column(RIGHTS, FREE_TEXT)
    exemption: Mapped[str | None] = column(RIGHTS, kind="code", allowed="rights.exemptions", statistics="count")
    organisation: Mapped[str | None] = column(RIGHTS, OPEN, to="organisations.organisation")
    supersedes: Mapped[str | None] = column(RIGHTS, REFERENCE, kind="reference", allowed="request_events")
    recorded_at: Mapped[datetime] = recorded()


ABOUT_OTHERS = "exclude: how it was judged whether other people's details may be given"
OF_THE_FILE: Told = {"access": "exclude: how the copy itself is known again, nothing about the person"}


class ItemDecision(Record, Base):
    """What was decided about one item of a person's copy, which may concern others; a later one supersedes it."""

    __tablename__ = "item_decisions"
    item_decision: Mapped[str] = column(RIGHTS, REFERENCE, key=True)
    request: Mapped[str] = column(RIGHTS, REFERENCE, to="requests.request", required=True)
    item: Mapped[str] = column(RIGHTS, REFERENCE, kind="text", required=True, access=ABOUT_OTHERS, size=300)
    decision: Mapped[str] = column(RIGHTS, allowed=terms.ItemOutcome, required=True, statistics="count")
    exemption: Mapped[str | None] = column(RIGHTS, kind="code", allowed="rights.exemptions", statistics="count")
    because: Mapped[str | None] = column(RIGHTS, kind="code", allowed="rights.disclosing", access=ABOUT_OTHERS)
    factors: Mapped[str | None] = column(RIGHTS, FREE_TEXT, access=ABOUT_OTHERS, size=2000)
    opinion_on: Mapped[date | None] = column(RIGHTS, kind="date")
    opinion_by: Mapped[str | None] = column(RIGHTS, FREE_TEXT, access=ABOUT_OTHERS, size=200)
    known_since: Mapped[date | None] = column(RIGHTS, kind="date", access=ABOUT_OTHERS)
    decided_on: Mapped[date] = column(RIGHTS, kind="date", required=True)
    reason: Mapped[str | None] = column(RIGHTS, FREE_TEXT, access=ABOUT_OTHERS)
    supersedes: Mapped[str | None] = column(RIGHTS, REFERENCE, kind="reference", allowed="item_decisions")
    recorded_at: Mapped[datetime] = recorded()
    words_out: Mapped[str | None] = column(RIGHTS, OPEN, access=ABOUT_OTHERS, size=200)


class MadeCopy(Record, Base):
    """That a person's copy was made: the hash of its page and of its data, and when both files delete themselves."""

    __tablename__ = "packs"
    pack: Mapped[str] = column(RIGHTS, REFERENCE, key=True)
    request: Mapped[str] = column(RIGHTS, REFERENCE, to="requests.request", required=True)
    family: Mapped[str] = column(RIGHTS, REFERENCE, to="families.family", required=True)
    person: Mapped[str] = column(RIGHTS, REFERENCE, to="people.person", required=True)
    made_on: Mapped[date] = column(RIGHTS, kind="date", required=True)
    page_sha256: Mapped[str] = column(RIGHTS, OPEN, required=True, size=64, **OF_THE_FILE)
    data_sha256: Mapped[str | None] = column(RIGHTS, OPEN, size=64, **OF_THE_FILE)
    delete_on: Mapped[date] = column(RIGHTS, kind="date", required=True)
    deleted_at: Mapped[datetime | None] = column(RIGHTS, OPEN, kind="instant")
    recorded_at: Mapped[datetime] = recorded()


WHERE: Told = {"access": "exclude: sealed; whoever it was sent to knows it, and nobody else is shown it"}
THEIR_OWN: Told = {"access": "exclude: sealed; the letter itself, which its writer has; ask to see what we keep of it"}


class Letter(Record, Base):
    """A letter about a request or complaint as it was made: to whom, what it said beside the council's own wording."""

    __tablename__ = "letters"
    letter: Mapped[str] = column(RIGHTS, REFERENCE, key=True)
    request: Mapped[str] = column(RIGHTS, REFERENCE, to="requests.request", required=True)
    family: Mapped[str] = column(RIGHTS, REFERENCE, to="families.family", required=True)
    kind: Mapped[str] = column(RIGHTS, allowed=terms.LetterKind, required=True, statistics="count")
    to_person: Mapped[str | None] = column(RIGHTS, REFERENCE, to="people.person")
    pack: Mapped[str | None] = column(RIGHTS, REFERENCE, to="packs.pack")
    says: Mapped[str | None] = column(RIGHTS, FREE_TEXT, size=2000)
    exemption: Mapped[str | None] = column(RIGHTS, kind="code", allowed="rights.exemptions", statistics="count")
    address: Mapped[str] = column(RIGHTS, SEALED, required=True, size=4000, **WHERE)
    made_on: Mapped[date] = column(RIGHTS, kind="date", required=True)
    page_sha256: Mapped[str] = column(RIGHTS, OPEN, required=True, size=64, **OF_THE_FILE)
    document_sha256: Mapped[str] = column(RIGHTS, OPEN, required=True, size=64, **OF_THE_FILE)
    delete_on: Mapped[date] = column(RIGHTS, kind="date", required=True)
    deleted_at: Mapped[datetime | None] = column(RIGHTS, OPEN, kind="instant")
    recorded_at: Mapped[datetime] = recorded()


class Sending(Record, Base):
    """That a letter, and the copy that goes with it, was sent: when, how, and the hash of what went."""

    __tablename__ = "sendings"
    sending: Mapped[str] = column(RIGHTS, REFERENCE, key=True)
    letter: Mapped[str] = column(RIGHTS, REFERENCE, to="letters.letter", required=True)
    request: Mapped[str] = column(RIGHTS, REFERENCE, to="requests.request", required=True)
    family: Mapped[str] = column(RIGHTS, REFERENCE, to="families.family", required=True)
    sent_on: Mapped[date] = column(RIGHTS, kind="date", required=True, statistics="quarter")
    way: Mapped[str] = column(RIGHTS, allowed=terms.SendingWay, required=True, statistics="count")
    sha256: Mapped[str] = column(RIGHTS, OPEN, required=True, size=64, **OF_THE_FILE)
    reason: Mapped[str | None] = column(RIGHTS, FREE_TEXT)
    recorded_at: Mapped[datetime] = recorded()


class Enclosure(Record, Base):
    """The letter that came, or what came with it, kept encrypted with its request and erased with it."""

    __tablename__ = "enclosures"
    enclosure: Mapped[str] = column(RIGHTS, REFERENCE, key=True)
    request: Mapped[str] = column(RIGHTS, REFERENCE, to="requests.request", required=True)
    family: Mapped[str] = column(RIGHTS, REFERENCE, to="families.family", required=True)
    came_on: Mapped[date] = column(RIGHTS, kind="date", required=True)
    media: Mapped[str] = column(RIGHTS, allowed=terms.Media, required=True, statistics="count")
    size: Mapped[int] = column(RIGHTS, OPEN, kind="score", required=True)
    content: Mapped[str] = column(RIGHTS, SEALED, required=True, size=10_000_000, **THEIR_OWN)
    recorded_at: Mapped[datetime] = recorded()


Index("requests_family", Request.family)
Index("requests_person", Request.person)
Index("request_events_request", RequestEvent.request)
Index("item_decisions_request", ItemDecision.request)
Index("packs_family", MadeCopy.family)
Index("packs_request", MadeCopy.request)
Index("packs_person", MadeCopy.person)
Index("letters_family", Letter.family)
Index("letters_request", Letter.request)
Index("sendings_family", Sending.family)
Index("sendings_request", Sending.request)
Index("sendings_letter", Sending.letter)
Index("enclosures_family", Enclosure.family)
Index("enclosures_request", Enclosure.request)
