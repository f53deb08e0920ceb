"""What the findings worklist adds to the records: what officers said of a finding, and whose it is; no row changes."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from hubdata import terms
from hubdata.records.tables.column import FREE_TEXT, OPEN, REFERENCE, Base, Record, column, recorded

FOLLOWED = "Law 1: what a rule found wrong is followed up until the record is put right"
OF_STAFF = "exclude: about the work of staff, not about the family"


class FindingMark(Record, Base):
    """What an officer said about a finding on a day; the latest counts. What is about no family outlives them all."""

    __tablename__ = "finding_marks"
    finding_mark: Mapped[str] = column(FOLLOWED, REFERENCE, key=True)
    family: Mapped[str | None] = column(FOLLOWED, REFERENCE, to="families.family")
    code: Mapped[str] = column(FOLLOWED, kind="text", required=True, statistics="breakdown", size=40)
    of_table: Mapped[str] = column(FOLLOWED, OPEN, kind="text", required=True, statistics="breakdown", size=200)
    subject: Mapped[str] = column(FOLLOWED, REFERENCE, kind="text", required=True, size=200)
    status: Mapped[str] = column(FOLLOWED, allowed=terms.FindingStatus, required=True, statistics="count")
    note: Mapped[str | None] = column(FOLLOWED, FREE_TEXT)
    until_on: Mapped[date | None] = column(FOLLOWED, kind="date")
    marked_on: Mapped[date] = column(FOLLOWED, kind="date", required=True)
    marked_by: Mapped[str] = column(FOLLOWED, OPEN, required=True, access=OF_STAFF, size=200)
    recorded_at: Mapped[datetime] = recorded()


class FindingAssignment(Record, Base):
    """Whose it is to put a finding right; the latest counts, and one without a name gives it back to nobody."""

    __tablename__ = "finding_assignments"
    finding_assignment: Mapped[str] = column(FOLLOWED, REFERENCE, key=True)
    family: Mapped[str | None] = column(FOLLOWED, REFERENCE, to="families.family")
    code: Mapped[str] = column(FOLLOWED, kind="text", required=True, statistics="breakdown", size=40)
    of_table: Mapped[str] = column(FOLLOWED, OPEN, kind="text", required=True, statistics="breakdown", size=200)
    subject: Mapped[str] = column(FOLLOWED, REFERENCE, kind="text", required=True, size=200)
    assigned_to: Mapped[str | None] = column(FOLLOWED, OPEN, access=OF_STAFF, size=200)
    assigned_on: Mapped[date] = column(FOLLOWED, kind="date", required=True)
    assigned_by: Mapped[str] = column(FOLLOWED, OPEN, required=True, access=OF_STAFF, size=200)
    recorded_at: Mapped[datetime] = recorded()


Index("finding_marks_family", FindingMark.family)
Index("finding_marks_subject", FindingMark.subject)
Index("finding_assignments_family", FindingAssignment.family)
Index("finding_assignments_subject", FindingAssignment.subject)
