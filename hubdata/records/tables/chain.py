"""The audit chain's own two tables: its links, which hold nobody's data, and what each says, which may be erased."""

from dataclasses import asdict

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from hubdata.records.tables.column import EVIDENCE, OPEN, PERSONAL, Base, Passport, Told, column

CHAIN: Told = {"access": "exclude: given to the person as a readable history, not as hashes", "retention": "ledger"}
LINK = Passport(EVIDENCE, OPEN, CHAIN["access"], CHAIN["retention"], "none", "text")
SAID = Passport(EVIDENCE, PERSONAL, "include", "family", "none", "text")


def _raw(passport: Passport = LINK, size: int | None = None) -> MappedColumn:
    return mapped_column(LargeBinary(size), nullable=False, info=asdict(passport))


class Entry(Base):
    """One link of the audit chain; holds no personal data and is never changed or deleted."""

    __tablename__ = "chain"
    seq: Mapped[int] = column(EVIDENCE, OPEN, key=True, kind="score", **CHAIN)
    prev: Mapped[bytes] = _raw(size=32)
    meta: Mapped[bytes] = _raw()
    commitment: Mapped[bytes] = _raw(size=32)
    hash: Mapped[bytes] = _raw(size=32)


class Payload(Base):
    """What an audit entry says in full, with the salt that binds it; erasable without breaking the chain."""

    __tablename__ = "payloads"
    seq: Mapped[int] = column(EVIDENCE, OPEN, key=True, kind="score", to="chain.seq", **CHAIN)
    salt: Mapped[bytes] = _raw(size=32)
    payload: Mapped[bytes] = _raw(SAID)
