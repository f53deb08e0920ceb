"""The case of a family: its record, read once from top to bottom for a stated reason, and what is done for it next."""

from itertools import groupby

from sqlalchemy import Connection, select

from hubdata.desk.cases.case import Case, Part, Step
from hubdata.desk.cases.done import done
from hubdata.families import record as families_record
from hubdata.families.record import Record
from hubdata.moments import By
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.terms import Role

WORKERS, ORGANISATIONS = TABLES["practitioners"].c, TABLES["organisations"].c
MOST = 300  # workers to choose from in one list
PEOPLE = ("person", "about", "asked_by", "covers", "given_by", "risk_to")


def read(hub: Hub, reference: str, by: By) -> Case:
    """A family's record as at a day. Raises BadParameter as `families.record.show`: without a reason, or a record."""
    record = families_record.show(hub, reference, by)
    with hub.read() as connection:
        entries = done(connection, reference)
        workers = _workers(connection)
        asked = select(ORGANISATIONS.name, ORGANISATIONS.organisation).order_by(ORGANISATIONS.name)
        organisations = {one.organisation: f"{one.name} ({one.organisation})" for one in connection.execute(asked)}
    title, *parts = _parts(families_record.lines(record))
    return Case(
        "family", reference, title.title.rstrip("."), [], parts, entries, _steps(record, workers, organisations)
    )


def _parts(said: list[str]) -> list[Part]:
    """The record's lines, a part from each empty line on."""
    blocks = [list(block) for is_said, block in groupby(said, key=bool) if is_said]
    return [Part(first, rest) for first, *rest in blocks]


def _workers(connection: Connection) -> dict[str, str]:
    """Everybody who works with families, by name; nobody where there are too many to choose from, and one is typed."""
    asked = select(WORKERS.name, WORKERS.practitioner, WORKERS.organisation)
    found = connection.execute(asked.order_by(WORKERS.name, WORKERS.practitioner).limit(MOST + 1)).all()
    shown = {one.practitioner: f"{one.name}, {one.organisation} ({one.practitioner})" for one in found}
    return shown if len(shown) <= MOST else {}


def _steps(record: Record, workers: dict[str, str], organisations: dict[str, str]) -> list[Step]:
    family = {"family": record.family}
    people = {
        each.person: f"{each.given_name} {each.family_name}, {Role(each.role).label.lower()} ({each.person})"
        for each in record.people
    }
    offers = dict.fromkeys(PEOPLE, people)
    offers |= {"decided_by": workers, "taken_by": workers, "recipients": organisations}
    offers["agreement"] = {a: a for a in sorted({each.agreement for each in record.agreements if each.agreement})}
    offers["supersedes"] = {each["share"]: f"{each['share']}, shared on {each['shared_on']}" for each in record.shares}
    decided = {name: each for name, each in offers.items() if name != "supersedes"}
    begins = _as_before(record)
    return [
        Step("share check", "May we share?", family, offers, begins),
        Step("share record", "Record a share", family, offers, begins),
        Step("rights log", "Record a request", family, offers),
        Step("complaint log", "Record a complaint", family, offers),
        Step("agreement record", "Record what they decided", family, decided),
        Step("retention hold", "Place a hold", family, offers),
        Step("recall", "See who holds what was shared", family),
        Step("looked", "See who looked", family),
    ]


def _as_before(record: Record) -> dict[str, str]:
    """What a share begins with: as the last one that was agreed, or as the family agreed, by whoever leads.

    Which details are shared is never filled in: it is decided each time, and kept to what is needed.
    """
    agreed = [each for each in record.agreements if each.state == "agreed" and each.recipient]
    last = next((each for each in record.shares if each["agreement"]), {})
    to, purpose = last.get("to_organisation"), last.get("purpose")
    if not last and agreed:
        to, purpose = agreed[0].recipient, agreed[0].purpose
    about = last.get("about") or ";".join(one.person for one in agreed if (one.recipient, one.purpose) == (to, purpose))
    lead = record.leads.leads[0] if record.leads.leads else None
    begins = {
        "to": to,
        "purpose": purpose,
        "about": about,
        "route": last.get("route"),
        "from_organisation": lead.organisation if lead else last.get("from_organisation"),
        "decided_by": lead.practitioner if lead else None,
    }
    return {name: value for name, value in begins.items() if value}
