"""What lets the audit chain vouch for the rows: sums of tables and their parts, and that an erasure goes on."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from hubdata.records.tables.column import EVIDENCE, OPEN, Base, Passport, Told, column

OF_SUMS: Told = {"access": "exclude: numbers that are about no person", "retention": "ledger"}


def _sum(size: int) -> MappedColumn:
    """A number of many digits, as bytes."""
    card = Passport(EVIDENCE, OPEN, OF_SUMS["access"], "ledger", "none", "text")
    return mapped_column(LargeBinary(size), nullable=False, info=asdict(card))


class Coverage(Base):
    """What the rows of a table come to, as the last entry that touched them has it; the salt is that entry's own."""

    __tablename__ = "coverage"
    of_table: Mapped[str] = column(EVIDENCE, OPEN, key=True, kind="text", size=60, **OF_SUMS)
    held: Mapped[int] = column(EVIDENCE, OPEN, kind="score", required=True, **OF_SUMS)
    total: Mapped[bytes] = _sum(32)
    placed: Mapped[bytes] = _sum(32)
    salt: Mapped[bytes] = _sum(16)
    entry: Mapped[int] = column(EVIDENCE, OPEN, kind="score", required=True, **OF_SUMS)


class CoveragePart(Base):
    """The same for a part of a table, so that a row that was changed can be found; parts without rows have no line."""

    __tablename__ = "coverage_parts"
    of_table: Mapped[str] = column(EVIDENCE, OPEN, key=True, kind="text", size=60, **OF_SUMS)
    part: Mapped[int] = column(EVIDENCE, OPEN, key=True, kind="score", **OF_SUMS)
    held: Mapped[int] = column(EVIDENCE, OPEN, kind="score", required=True, **OF_SUMS)
    total: Mapped[bytes] = _sum(32)
    placed: Mapped[bytes] = _sum(32)


class Erasing(Base):
    """That an erasure is in progress, in its own transaction only: append-only rows may go. Otherwise it is empty."""

    __tablename__ = "erasing"
    since: Mapped[datetime] = column(EVIDENCE, OPEN, key=True, kind="instant", **OF_SUMS)
