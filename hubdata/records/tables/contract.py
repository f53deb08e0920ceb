"""The hub's limited records: every table and column that may exist, each column with its passport.

How a column is declared is in `column`; the audit chain, holds and disposals, requests about data rights, a service
directory, officers' work on findings, and what they decided about two records of one family stand beside this module.
"""

from datetime import date, datetime
from functools import cache

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from hubdata import terms
from hubdata.records.tables import (  # noqa: F401 (their tables belong to the hub too)
    acting,
    chain,
    competence,
    coverage,
    directory,
    identifier,
    pairs,
    retention,
    rights,
    worklist,
)
from hubdata.records.tables.column import (
    AGREE,
    DECIDED,
    FREE_TEXT,
    IDENTIFYING,
    KEPT,
    LEAD,
    NEEDED,
    OPEN,
    OWN_POLICY,
    REFERENCE,
    SHARED,
    STAFF_CONTACT,
    STAFF_NAME,
    WELL,
    WHO_HELPS,
    Base,
    Passport,
    Record,
    Told,
    column,
    recorded,
)


class Organisation(Record, Base):
    """An organisation that works within the Hub, or that details are shared with."""

    __tablename__ = "organisations"
    organisation: Mapped[str] = column(WHO_HELPS, OPEN, key=True, statistics="breakdown", retention="reference")
    name: Mapped[str] = column(WHO_HELPS, OPEN, required=True, statistics="breakdown", retention="reference", size=200)
    kind: Mapped[str] = column(WHO_HELPS, OPEN, allowed=terms.OrganisationKind, required=True, retention="reference")
    duty_class: Mapped[str | None] = column(SHARED, OPEN, allowed=terms.DutyClass, retention="reference")
    sharing_agreement_from: Mapped[date | None] = column(SHARED, OPEN, kind="date", retention="reference")
    sharing_agreement_to: Mapped[date | None] = column(SHARED, OPEN, kind="date", retention="reference")
    rights_contact: Mapped[str | None] = column(OWN_POLICY, OPEN, retention="reference")
    retention_policy: Mapped[str | None] = column(OWN_POLICY, OPEN, retention="reference")
    recorded_at: Mapped[datetime] = recorded("reference")


class Practitioner(Record, Base):
    """A worker who may take the lead for a family."""

    __tablename__ = "practitioners"
    practitioner: Mapped[str] = column(LEAD, REFERENCE, key=True, retention="reference")
    organisation: Mapped[str] = column(
        LEAD, OPEN, to="organisations.organisation", required=True, retention="reference"
    )
    name: Mapped[str] = column(LEAD, IDENTIFYING, required=True, access=STAFF_NAME, retention="reference", size=200)
    work_email: Mapped[str | None] = column(LEAD, IDENTIFYING, access=STAFF_CONTACT, retention="reference", size=254)
    active_from: Mapped[date | None] = column(LEAD, OPEN, kind="date", retention="reference")
    active_to: Mapped[date | None] = column(LEAD, OPEN, kind="date", retention="reference")
    recorded_at: Mapped[datetime] = recorded("reference")


class Family(Record, Base):
    """A family that the Hub supports or supported."""

    __tablename__ = "families"
    family: Mapped[str] = column(WHO_HELPS, REFERENCE, key=True)
    hub: Mapped[str] = column(WHO_HELPS, OPEN, kind="code", named_in="hubs", required=True, statistics="breakdown")
    opened_on: Mapped[date] = column(KEPT, kind="date", required=True, statistics="quarter")
    closed_on: Mapped[date | None] = column(KEPT, kind="date", statistics="quarter")
    closure_reason: Mapped[str | None] = column(KEPT, FREE_TEXT, size=200)
    recorded_at: Mapped[datetime] = recorded()


class Person(Record, Base):
    """A member of a family; names live here and nowhere else."""

    __tablename__ = "people"
    person: Mapped[str] = column(WHO_HELPS, REFERENCE, key=True)
    family: Mapped[str] = column(WHO_HELPS, REFERENCE, to="families.family", required=True)
    role: Mapped[str] = column(WHO_HELPS, allowed=terms.Role, required=True, statistics="breakdown")
    given_name: Mapped[str] = column(WHO_HELPS, IDENTIFYING, required=True, size=100)
    family_name: Mapped[str] = column(WHO_HELPS, IDENTIFYING, required=True, size=100)
    date_of_birth: Mapped[date | None] = column(WHO_HELPS, IDENTIFYING, kind="date")
    died_on: Mapped[date | None] = column(KEPT, IDENTIFYING, kind="date")
    recorded_at: Mapped[datetime] = recorded()


class Involvement(Record, Base):
    """That an organisation supports a family: no case detail, which stays with the partner (P1)."""

    __tablename__ = "involvements"
    family: Mapped[str] = column(WHO_HELPS, REFERENCE, key=True, to="families.family")
    organisation: Mapped[str] = column(WHO_HELPS, OPEN, key=True, to="organisations.organisation", statistics="count")
    started_on: Mapped[date] = column(WHO_HELPS, key=True, kind="date", statistics="quarter")
    ended_on: Mapped[date | None] = column(WHO_HELPS, kind="date")
    last_contact_on: Mapped[date | None] = column("P10: high-level data is kept up to date", kind="date")
    partner_reference: Mapped[str | None] = column("P1: where the partner's own record is", IDENTIFYING, size=60)
    recorded_at: Mapped[datetime] = recorded()


class Lead(Record, Base):
    """Who takes the lead in supporting a family, from the first to the last day (inclusive)."""

    __tablename__ = "leads"
    family: Mapped[str] = column(LEAD, REFERENCE, key=True, to="families.family")
    practitioner: Mapped[str] = column(LEAD, REFERENCE, key=True, to="practitioners.practitioner")
    started_on: Mapped[date] = column(LEAD, key=True, kind="date")
    ended_on: Mapped[date | None] = column(LEAD, kind="date")
    recorded_at: Mapped[datetime] = recorded()


class LeadVersion(Record, Base):
    """What the record of a lead said until it was changed; the database itself keeps it, whoever writes."""

    __tablename__ = "lead_versions"
    family: Mapped[str] = column(LEAD, REFERENCE, key=True, to="families.family")
    practitioner: Mapped[str] = column(LEAD, REFERENCE, key=True, to="practitioners.practitioner")
    started_on: Mapped[date] = column(LEAD, key=True, kind="date")
    ended_on: Mapped[date | None] = column(LEAD, kind="date")
    recorded_at: Mapped[datetime] = recorded()
    replaced_at: Mapped[datetime] = column("Law 2: what was known when", OPEN, key=True, kind="instant")


class Goal(Record, Base):
    """A goal that the family set, in one of the ten headline areas."""

    __tablename__ = "goals"
    goal: Mapped[str] = column(WELL, REFERENCE, key=True)
    family: Mapped[str] = column(WELL, REFERENCE, to="families.family", required=True)
    area: Mapped[str] = column(WELL, allowed="areas", kind="code", required=True, statistics="breakdown")
    instrument: Mapped[str] = column(
        WELL, OPEN, kind="code", named_in="instruments", required=True, statistics="breakdown"
    )
    set_on: Mapped[date] = column(WELL, kind="date", required=True, statistics="quarter")
    closed_on: Mapped[date | None] = column(WELL, kind="date", statistics="quarter")
    result: Mapped[str | None] = column(WELL, allowed=terms.GoalResult, statistics="count")
    recorded_at: Mapped[datetime] = recorded()


class Review(Record, Base):
    """A score given for a goal on a day, by the family, the child or the worker."""

    __tablename__ = "reviews"
    goal: Mapped[str] = column(WELL, REFERENCE, key=True, to="goals.goal")
    reviewed_on: Mapped[date] = column(WELL, key=True, kind="date", statistics="quarter")
    score: Mapped[int] = column(WELL, kind="score", required=True, statistics="measure")
    perspective: Mapped[str] = column(WELL, key=True, allowed=terms.Perspective, kind="code", statistics="breakdown")
    recorded_at: Mapped[datetime] = recorded()


class Need(Record, Base):
    """A need identified with the family, and whether a service met it."""

    __tablename__ = "needs"
    need: Mapped[str] = column(NEEDED, REFERENCE, key=True)
    family: Mapped[str] = column(NEEDED, REFERENCE, to="families.family", required=True)
    area: Mapped[str] = column(NEEDED, allowed="areas", kind="code", required=True, statistics="breakdown")
    identified_on: Mapped[date] = column(NEEDED, kind="date", required=True, statistics="quarter")
    status: Mapped[str] = column(NEEDED, allowed=terms.NeedStatus, required=True, statistics="count")
    reason: Mapped[str | None] = column(NEEDED, FREE_TEXT, named_in="need_reasons", statistics="breakdown", size=200)
    organisation: Mapped[str | None] = column(NEEDED, OPEN, to="organisations.organisation", statistics="breakdown")
    recorded_at: Mapped[datetime] = recorded()


class Agreement(Record, Base):
    """A family's decision about sharing, kept as evidence: a correction is a new row that supersedes the old."""

    __tablename__ = "agreements"
    agreement: Mapped[str] = column(AGREE, REFERENCE, key=True)
    family: Mapped[str] = column(AGREE, REFERENCE, to="families.family", required=True)
    given_by: Mapped[str] = column(AGREE, REFERENCE, to="people.person", required=True)
    covers: Mapped[str] = column(AGREE, REFERENCE, kind="references", allowed="people", required=True)
    decision: Mapped[str] = column(AGREE, allowed=terms.Decision, required=True, statistics="count")
    purpose: Mapped[str] = column(AGREE, allowed=terms.Purpose, required=True, statistics="breakdown")
    recipients: Mapped[str | None] = column(AGREE, OPEN, kind="references", allowed="organisations")
    categories: Mapped[str | None] = column(AGREE, kind="codes", allowed="categories")
    exclusions: Mapped[str | None] = column(AGREE, kind="references", allowed="exclusions")
    discussed_on: Mapped[date | None] = column(AGREE, kind="date")
    decided_on: Mapped[date] = column(AGREE, kind="date", required=True, statistics="quarter")
    expires_on: Mapped[date | None] = column(AGREE, kind="date")
    method: Mapped[str | None] = column(AGREE, allowed=terms.Method)
    taken_by: Mapped[str] = column(AGREE, REFERENCE, to="practitioners.practitioner", required=True)
    notice_version: Mapped[str] = column(
        "P12: which notice applied to the family", OPEN, kind="code", named_in="notice_versions", required=True
    )
    supersedes: Mapped[str | None] = column(AGREE, REFERENCE, to="agreements.agreement")
    supersedes_as: Mapped[str | None] = column(AGREE, allowed=terms.SupersedesAs)
    recorded_at: Mapped[datetime] = recorded()


class Share(Record, Base):
    """That details were shared: what kind, about whom, with whom, why; never the details themselves."""

    __tablename__ = "shares"
    share: Mapped[str] = column(SHARED, REFERENCE, key=True)
    family: Mapped[str] = column(SHARED, REFERENCE, to="families.family", required=True)
    about: Mapped[str] = column(SHARED, REFERENCE, kind="references", allowed="people", required=True)
    from_organisation: Mapped[str] = column(
        SHARED, OPEN, to="organisations.organisation", required=True, statistics="breakdown"
    )
    to_organisation: Mapped[str] = column(
        SHARED, OPEN, to="organisations.organisation", required=True, statistics="breakdown"
    )
    route: Mapped[str] = column(SHARED, allowed=terms.ShareRoute, required=True, statistics="breakdown")
    purpose: Mapped[str] = column(SHARED, allowed="share_purposes", kind="code", required=True, statistics="breakdown")
    categories: Mapped[str] = column(SHARED, kind="codes", allowed="categories", required=True)
    shared_on: Mapped[date] = column(SHARED, kind="date", required=True, statistics="quarter")
    discussed_on: Mapped[date | None] = column(SHARED, kind="date")
    agreement: Mapped[str | None] = column(SHARED, REFERENCE, to="agreements.agreement")
    decided_by: Mapped[str] = column(SHARED, REFERENCE, to="practitioners.practitioner", required=True)
    reason: Mapped[str | None] = column(SHARED, FREE_TEXT)
    risk_to: Mapped[str | None] = column(
        SHARED, FREE_TEXT, access=f"exclude: names who may be at risk; {DECIDED}", size=200
    )
    told_family: Mapped[str | None] = column(SHARED, allowed=terms.Told, statistics="count")
    told_on: Mapped[date | None] = column(SHARED, kind="date")
    not_told_reason: Mapped[str | None] = column(SHARED, FREE_TEXT)
    supersedes: Mapped[str | None] = column(SHARED, REFERENCE, to="shares.share")
    recorded_at: Mapped[datetime] = recorded()


class Withheld(Record, Base):
    """A decision not to share, recorded like a share; never part of a partner's return."""

    __tablename__ = "withheld"
    withheld: Mapped[str] = column(SHARED, REFERENCE, key=True)
    family: Mapped[str] = column(SHARED, REFERENCE, to="families.family", required=True)
    about: Mapped[str] = column(SHARED, REFERENCE, kind="references", allowed="people", required=True)
    from_organisation: Mapped[str] = column(SHARED, OPEN, to="organisations.organisation", required=True)
    to_organisation: Mapped[str] = column(SHARED, OPEN, to="organisations.organisation", required=True)
    purpose: Mapped[str] = column(SHARED, allowed="share_purposes", kind="code", required=True)
    categories: Mapped[str] = column(SHARED, kind="codes", allowed="categories", required=True)
    decided_on: Mapped[date] = column(SHARED, kind="date", required=True, statistics="quarter")
    decided_by: Mapped[str] = column(SHARED, REFERENCE, to="practitioners.practitioner", required=True)
    reason: Mapped[str] = column(SHARED, FREE_TEXT, required=True)
    recorded_at: Mapped[datetime] = recorded()


class LookAgain(Record, Base):
    """The day on which a decision to share without agreement, or not to tell the family, is looked at again."""

    __tablename__ = "look_again"
    share: Mapped[str] = column(SHARED, REFERENCE, key=True, to="shares.share")
    look_again_on: Mapped[date] = column(SHARED, key=True, kind="date")
    recorded_at: Mapped[datetime] = recorded()


class Recall(Record, Base):
    """That an organisation was asked to give up what it holds about a family, and whether it has said it did."""

    __tablename__ = "recalls"
    recall: Mapped[str] = column(SHARED, REFERENCE, key=True)
    family: Mapped[str] = column(SHARED, REFERENCE, kind="reference", required=True)  # outlives it, as a digest
    organisation: Mapped[str] = column(SHARED, OPEN, to="organisations.organisation", required=True)
    because: Mapped[str] = column(SHARED, allowed=terms.RecallCause, required=True, statistics="count")
    asked_on: Mapped[date] = column(SHARED, kind="date", required=True, statistics="quarter")
    acknowledged_on: Mapped[date | None] = column(SHARED, kind="date")
    recorded_at: Mapped[datetime] = recorded()


FRESH = "P10: partners keep the hub's data up to date"
OF_NOBODY: Told = {"access": "exclude: about no person", "retention": "reference"}


class Return(Record, Base):
    """That a partner's return arrived, and the days that it says it covers: its content hash, never its content."""

    __tablename__ = "returns"
    received: Mapped[int] = column(FRESH, OPEN, key=True, kind="score", **OF_NOBODY)
    organisation: Mapped[str] = column(FRESH, OPEN, to="organisations.organisation", required=True, **OF_NOBODY)
    content: Mapped[str] = column(FRESH, OPEN, required=True, size=64, **OF_NOBODY)
    covers_from: Mapped[date | None] = column(FRESH, OPEN, kind="date", **OF_NOBODY)
    covers_to: Mapped[date | None] = column(FRESH, OPEN, kind="date", **OF_NOBODY)
    recorded_at: Mapped[datetime] = recorded("reference")


Index("people_family", Person.family)
Index("goals_family", Goal.family)
Index("needs_family", Need.family)
Index("agreements_family", Agreement.family)
Index("shares_family", Share.family)
# a deleted row's references are looked up: without these, each costs a walk over the whole table
Index("agreements_given_by", Agreement.given_by)
Index("agreements_supersedes", Agreement.supersedes)
Index("shares_agreement", Share.agreement)
Index("shares_supersedes", Share.supersedes)
Index("withheld_family", Withheld.family)
Index("recalls_family", Recall.family)
metadata = Base.metadata
TABLES = {t.name: t for t in metadata.tables.values()}
CONTRACT_TABLES = (
    "organisations",
    "practitioners",
    "families",
    "people",
    "involvements",
    "leads",
    "goals",
    "reviews",
    "needs",
    "agreements",
    "shares",
)
APPEND_ONLY = ("agreements", "shares", "withheld")


@cache
def registers() -> dict[str, str]:
    """The register that says what a column's codes are called, by the column's name where all of that name have one."""
    found: dict[str, set[str]] = {}
    for table in TABLES.values():
        for each in table.c:
            found.setdefault(each.name, set()).add(passport(table.name, each.name).register)
    return {name: next(iter(each)) for name, each in found.items() if len(each) == 1 and each != {""}}


def passport(table: str, name: str) -> Passport:
    """The passport of one column. Raises KeyError if the table or column does not exist."""
    return Passport(**TABLES[table].c[name].info)
