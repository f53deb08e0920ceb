"""That a worker judged a child able to decide for themselves; rows that never change, no names, no story."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from hubdata.records.tables.column import AGREE, FREE_TEXT, REFERENCE, Base, Record, column, recorded


class Competence(Record, Base):
    """That a child was judged able to decide about sharing for themselves, from a day on, by whom and why."""

    __tablename__ = "competences"
    competence: Mapped[str] = column(AGREE, REFERENCE, key=True)
    family: Mapped[str] = column(AGREE, REFERENCE, to="families.family", required=True)
    person: Mapped[str] = column(AGREE, REFERENCE, to="people.person", required=True)
    judged_on: Mapped[date] = column(AGREE, kind="date", required=True)
    judged_by: Mapped[str] = column(AGREE, REFERENCE, to="practitioners.practitioner", required=True)
    reason: Mapped[str] = column(AGREE, FREE_TEXT, required=True)
    recorded_at: Mapped[datetime] = recorded()


Index("competences_family", Competence.family)
Index("competences_person", Competence.person)
