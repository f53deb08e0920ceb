"""What data rights add to the records: requests, complaints and every step of them, as rows that never change."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from hubdata import terms
from hubdata.records_base import FREE_TEXT, OPEN, REFERENCE, Base, Record, column, recorded

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


Index("requests_family", Request.family)
Index("requests_person", Request.person)
Index("request_events_request", RequestEvent.request)
