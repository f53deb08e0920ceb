"""What a service directory adds to the records: which services there were, for what and when; nothing about people."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped

from hubdata.records.tables.column import NEEDED, OPEN, Base, Record, Told, column, recorded

OF_NOBODY: Told = {"access": "exclude: about no person", "retention": "reference"}


class Service(Record, Base):
    """A service that a directory listed: the headline areas it serves, where, and from when until when."""

    __tablename__ = "services"
    service: Mapped[str] = column(NEEDED, OPEN, key=True, **OF_NOBODY)
    name: Mapped[str] = column(NEEDED, OPEN, required=True, size=200, **OF_NOBODY)
    organisation: Mapped[str | None] = column(NEEDED, OPEN, size=200, **OF_NOBODY)
    areas: Mapped[str | None] = column(NEEDED, OPEN, kind="codes", allowed="areas", statistics="breakdown", **OF_NOBODY)
    hubs: Mapped[str | None] = column(NEEDED, OPEN, kind="codes", allowed="hubs", statistics="breakdown", **OF_NOBODY)
    valid_from: Mapped[date | None] = column(NEEDED, OPEN, kind="date", **OF_NOBODY)
    valid_to: Mapped[date | None] = column(NEEDED, OPEN, kind="date", **OF_NOBODY)
    recorded_at: Mapped[datetime] = recorded("reference")
