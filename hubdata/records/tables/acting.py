"""Who may act, and how they prove it: the names of staff, rows that are only added to, and no text of a passphrase."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from hubdata import terms
from hubdata.records.tables.column import EVIDENCE, FREE_TEXT, OPEN, REFERENCE, Base, Record, Told, column, recorded

OF_STAFF: Told = {"access": "exclude: about the work of staff, not about the family", "retention": "ledger"}


class ActorVersion(Record, Base):
    """Who may act here, in which roles and from which day; a change is a new row, the latest counts."""

    __tablename__ = "actors"
    actor_version: Mapped[str] = column(EVIDENCE, OPEN, key=True, **OF_STAFF)
    actor: Mapped[str] = column(EVIDENCE, REFERENCE, kind="reference", required=True, **OF_STAFF)
    name: Mapped[str] = column(EVIDENCE, OPEN, required=True, size=200, **OF_STAFF)
    roles: Mapped[str | None] = column(EVIDENCE, OPEN, kind="codes", allowed=terms.ActingRole, size=200, **OF_STAFF)
    from_on: Mapped[date] = column(EVIDENCE, OPEN, kind="date", required=True, **OF_STAFF)
    ended_on: Mapped[date | None] = column(EVIDENCE, OPEN, kind="date", **OF_STAFF)
    reason: Mapped[str | None] = column(EVIDENCE, FREE_TEXT, **OF_STAFF)
    supersedes: Mapped[str | None] = column(EVIDENCE, OPEN, kind="reference", **OF_STAFF)
    recorded_by: Mapped[str] = column(EVIDENCE, OPEN, required=True, size=200, **OF_STAFF)
    recorded_at: Mapped[datetime] = recorded("ledger")


class ActorProof(Record, Base):
    """How somebody proves who they are; the latest of a kind counts. `verifier` tells a right proof, and gives none."""

    __tablename__ = "actor_proofs"
    actor_proof: Mapped[str] = column(EVIDENCE, OPEN, key=True, **OF_STAFF)
    actor: Mapped[str] = column(EVIDENCE, REFERENCE, kind="reference", required=True, **OF_STAFF)
    kind: Mapped[str] = column(EVIDENCE, OPEN, allowed=terms.ProofKind, required=True, **OF_STAFF)
    digest: Mapped[str] = column(EVIDENCE, OPEN, required=True, size=64, **OF_STAFF)
    verifier: Mapped[str] = column(EVIDENCE, OPEN, required=True, size=4000, **OF_STAFF)
    reset: Mapped[str | None] = column(EVIDENCE, OPEN, kind="reference", **OF_STAFF)
    recorded_at: Mapped[datetime] = recorded("ledger")


class ActorReset(Record, Base):
    """That somebody asked for another's lost passphrase to be set anew, which a second person must agree to."""

    __tablename__ = "actor_resets"
    actor_reset: Mapped[str] = column(EVIDENCE, OPEN, key=True, **OF_STAFF)
    actor: Mapped[str] = column(EVIDENCE, REFERENCE, kind="reference", required=True, **OF_STAFF)
    asked_by: Mapped[str] = column(EVIDENCE, REFERENCE, kind="reference", required=True, **OF_STAFF)
    asked_with: Mapped[str] = column(EVIDENCE, OPEN, required=True, size=200, **OF_STAFF)
    reason: Mapped[str] = column(EVIDENCE, FREE_TEXT, required=True, **OF_STAFF)
    recorded_at: Mapped[datetime] = recorded("ledger")


class ActorTry(Record, Base):
    """That somebody tried to prove who they are, or did; `who` is a keyed digest of the name, registered or not."""

    __tablename__ = "actor_tries"
    actor_try: Mapped[str] = column(EVIDENCE, OPEN, key=True, **OF_STAFF)
    who: Mapped[str] = column(EVIDENCE, OPEN, required=True, size=64, **OF_STAFF)
    outcome: Mapped[str] = column(EVIDENCE, OPEN, allowed=terms.TryOutcome, required=True, **OF_STAFF)
    recorded_at: Mapped[datetime] = recorded("ledger")


Index("actors_actor", ActorVersion.actor)
Index("actor_proofs_actor", ActorProof.actor)
Index("actor_tries_who", ActorTry.who)
