"""What data rights add to the records: requests, complaints and every step of them, what was decided about each item of
a person's copy, and that the copy was made; rows that never change, but for the moment when a copy was deleted.
"""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from hubdata import terms
from hubdata.records.tables.column import FREE_TEXT, OPEN, REFERENCE, Base, Record, Told, column, recorded

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


Index("requests_family", Request.family)
Index("requests_person", Request.person)
Index("request_events_request", RequestEvent.request)
Index("item_decisions_request", ItemDecision.request)
Index("packs_family", MadeCopy.family)
Index("packs_request", MadeCopy.request)
Index("packs_person", MadeCopy.person)
