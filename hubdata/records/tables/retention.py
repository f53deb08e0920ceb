"""What retention adds to the records: holds, disposals and what is left of them; digests here, never a name."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from hubdata import terms
from hubdata.records.tables.column import (
    EVIDENCE,
    FREE_TEXT,
    KEPT,
    OPEN,
    REFERENCE,
    Base,
    Record,
    Told,
    column,
    recorded,
)


class Hold(Record, Base):
    """A reason to keep a family's records past their date; never part of a partner's return."""

    __tablename__ = "holds"
    hold: Mapped[str] = column(KEPT, REFERENCE, key=True)
    family: Mapped[str] = column(KEPT, REFERENCE, to="families.family", required=True)
    code: Mapped[str] = column(KEPT, allowed=terms.HoldCode, required=True, statistics="breakdown")
    reason: Mapped[str | None] = column(KEPT, FREE_TEXT)
    authority: Mapped[str | None] = column(KEPT, OPEN, size=200)
    placed_on: Mapped[date] = column(KEPT, kind="date", required=True)
    review_on: Mapped[date | None] = column(KEPT, kind="date")
    released_on: Mapped[date | None] = column(KEPT, kind="date")
    recorded_at: Mapped[datetime] = recorded()
    scope: Mapped[str | None] = column(KEPT, REFERENCE, kind="references", allowed="people")
    request: Mapped[str | None] = column(KEPT, REFERENCE, kind="reference")


OF_STAFF: Told = {"access": "exclude: about the work of staff, not about the family", "retention": "certificates"}
OF_NOBODY: Told = {"access": "exclude: about no person", "retention": "certificates"}


class Disposal(Record, Base):
    """One review of records that are due, on its way from reviewed to certified."""

    __tablename__ = "disposals"
    disposal: Mapped[str] = column(KEPT, OPEN, key=True, **OF_NOBODY)
    token: Mapped[str] = column(KEPT, OPEN, required=True, size=64, **OF_NOBODY)
    as_at: Mapped[date] = column(KEPT, OPEN, kind="date", required=True, **OF_NOBODY)
    rules: Mapped[str] = column(KEPT, OPEN, required=True, **OF_NOBODY)
    status: Mapped[str] = column(
        KEPT, OPEN, allowed=terms.DisposalStatus, required=True, statistics="count", **OF_NOBODY
    )
    reviewed_by: Mapped[str] = column(KEPT, OPEN, required=True, size=200, **OF_STAFF)
    reviewed_at: Mapped[datetime] = column(KEPT, OPEN, kind="instant", required=True, **OF_STAFF)
    approved_by: Mapped[str | None] = column(KEPT, OPEN, size=200, **OF_STAFF)
    approved_at: Mapped[datetime | None] = column(KEPT, OPEN, kind="instant", **OF_STAFF)
    opening: Mapped[int | None] = column(KEPT, OPEN, kind="score", **OF_NOBODY)
    opening_entry: Mapped[int | None] = column(KEPT, OPEN, kind="score", **OF_NOBODY)
    recorded_at: Mapped[datetime] = recorded("certificates")
    reviewed_proof: Mapped[str | None] = column(KEPT, OPEN, size=200, **OF_STAFF)
    reviewed_login: Mapped[str | None] = column(KEPT, OPEN, size=200, **OF_STAFF)
    approved_proof: Mapped[str | None] = column(KEPT, OPEN, size=200, **OF_STAFF)
    approved_login: Mapped[str | None] = column(KEPT, OPEN, size=200, **OF_STAFF)


class ReviewDecision(Record, Base):
    """What a review decided about one family's record; it goes when the record goes."""

    __tablename__ = "decisions"
    disposal: Mapped[str] = column(KEPT, OPEN, key=True, to="disposals.disposal")
    family: Mapped[str] = column(KEPT, REFERENCE, key=True, to="families.family")
    decision: Mapped[str] = column(KEPT, allowed=terms.ReviewOutcome, required=True, statistics="count")
    due_on: Mapped[date] = column(KEPT, kind="date", required=True)
    reason: Mapped[str | None] = column(KEPT, FREE_TEXT)
    next_on: Mapped[date | None] = column(KEPT, kind="date")
    kept_because: Mapped[str | None] = column(KEPT, OPEN, size=200)
    recorded_at: Mapped[datetime] = recorded()


class Destroyed(Record, Base):
    """That a record was destroyed: a keyed digest of its reference, so that a family that quotes it can be told."""

    __tablename__ = "destroyed"
    digest: Mapped[str] = column(KEPT, OPEN, key=True, size=64, **OF_NOBODY)
    disposal: Mapped[str] = column(KEPT, OPEN, kind="reference", required=True, **OF_NOBODY)
    due_on: Mapped[date | None] = column(KEPT, OPEN, kind="date", statistics="quarter", **OF_NOBODY)
    destroyed_on: Mapped[date] = column(KEPT, OPEN, kind="date", required=True, statistics="quarter", **OF_NOBODY)
    line: Mapped[int] = column(KEPT, OPEN, kind="score", required=True, **OF_NOBODY)
    recorded_at: Mapped[datetime] = recorded("certificates")


class Certificate(Record, Base):
    """The certificate of a disposal as issued, in canonical JSON: counts, rule, days and actors, no personal data."""

    __tablename__ = "certificates"
    certificate: Mapped[str] = column(KEPT, OPEN, key=True, **OF_NOBODY)
    disposal: Mapped[str] = column(KEPT, OPEN, kind="reference", required=True, **OF_NOBODY)
    content: Mapped[str] = column(KEPT, OPEN, required=True, size=100_000, **OF_NOBODY)
    recorded_at: Mapped[datetime] = recorded("certificates")


class Erasure(Record, Base):
    """How far this database has followed the erasure list, which is kept outside it."""

    __tablename__ = "erasures"
    line: Mapped[int] = column(EVIDENCE, OPEN, key=True, kind="score", **OF_NOBODY)
    mac: Mapped[str] = column(EVIDENCE, OPEN, required=True, size=64, **OF_NOBODY)
    recorded_at: Mapped[datetime] = recorded("certificates")


Index("holds_family", Hold.family)
Index("decisions_family", ReviewDecision.family)
Index("destroyed_disposal", Destroyed.disposal)
