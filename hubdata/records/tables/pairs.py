"""What finding the same family twice adds to the records: what officers decided; rows that never change, no names."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from hubdata import terms
from hubdata.records.tables.column import (
    FREE_TEXT,
    OPEN,
    PERSONAL,
    REFERENCE,
    WHO_HELPS,
    Base,
    Record,
    Told,
    column,
    recorded,
)

OF_TWO: Told = {"access": "exclude: names another record, which may be another family's"}


class PairDecision(Record, Base):
    """What an officer decided about two records that may be of one family; the latest counts, and either's end ends it.

    `compared` is a keyed digest of what was compared: when it changes, the decision was about something else.
    """

    __tablename__ = "pair_decisions"
    pair_decision: Mapped[str] = column(WHO_HELPS, REFERENCE, key=True, **OF_TWO)
    family: Mapped[str] = column(WHO_HELPS, REFERENCE, to="families.family", required=True, **OF_TWO)
    other: Mapped[str] = column(WHO_HELPS, REFERENCE, to="families.family", required=True, **OF_TWO)
    decision: Mapped[str] = column(
        WHO_HELPS, allowed=terms.PairOutcome, required=True, statistics="count", access=OF_TWO["access"]
    )
    compared: Mapped[str] = column(WHO_HELPS, PERSONAL, required=True, size=64, **OF_TWO)
    reason: Mapped[str] = column(WHO_HELPS, FREE_TEXT, required=True, **OF_TWO)
    decided_on: Mapped[date] = column(WHO_HELPS, kind="date", required=True, **OF_TWO)
    decided_by: Mapped[str] = column(
        WHO_HELPS, OPEN, required=True, access="exclude: about the work of staff, not about the family", size=200
    )
    recorded_at: Mapped[datetime] = recorded()


Index("pair_decisions_family", PairDecision.family)
Index("pair_decisions_other", PairDecision.other)
