"""The consistent identifier of a child: sealed, and empty while no regulations specify one (Children Act 2004, s.16LC).

It is no column of a partner's return, and no snapshot carries it: no rule, no report, no search for the same family
twice and no release can read it. It never says that two records are one person's: that a person decides.
"""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from hubdata.records.tables.column import FREE_TEXT, IDENTIFYING, OPEN, REFERENCE, Base, Record, column, recorded

BY_LAW = "P7: what a law requires to be included in what is shared about a child"


class Identifier(Record, Base):
    """A child's consistent identifier, who gave it, why, and by which regulations; none while that is switched off."""

    __tablename__ = "identifiers"
    person: Mapped[str] = column(BY_LAW, REFERENCE, key=True, to="people.person")
    family: Mapped[str] = column(BY_LAW, REFERENCE, to="families.family", required=True)
    identifier: Mapped[str] = column(BY_LAW, IDENTIFYING, required=True, size=40)
    regulations: Mapped[str] = column(BY_LAW, OPEN, required=True, size=200)
    organisation: Mapped[str] = column(BY_LAW, OPEN, to="organisations.organisation", required=True)
    given_on: Mapped[date] = column(BY_LAW, kind="date", required=True)
    reason: Mapped[str] = column(BY_LAW, FREE_TEXT, required=True)
    recorded_at: Mapped[datetime] = recorded()


Index("identifiers_family", Identifier.family)
