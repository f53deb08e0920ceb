"""The family's copy of one decision: a page and a JSON receipt for one person, showing that person's part only.

What it writes is readable by its owner alone, and is named by references; a look at a name is an audit entry.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, select

from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.records import elsewhere, private
from hubdata.records.decisions import read as decisions
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.rules import standing
from hubdata.rules.asked import corrections
from hubdata.sharing import receipt_facts, receipt_page
from hubdata.sharing.receipt_facts import Part

REASON = "receipt for the person"


@dataclass(frozen=True)
class Written:
    """A receipt as written: references and places, never a name."""

    agreement: str
    person: str
    receipt_id: str
    page: str
    receipt: str


def make(hub: Hub, agreement: str, person: str, by: By, out: Path | None = None) -> Written:
    """Write one person's receipt as a page and as JSON; the look at the name is an audit entry.

    Raises BadParameter if there is no such decision, or it does not cover the person.
    """
    said = {"agreement": agreement, "person": person, "looked_at": "name"}
    with hub.write(Act(by.actor, "officer", by.reason or REASON, "agreement.receipt", said)) as connection:
        part = _part(connection, agreement, person, by.as_at)
    facts = receipt_facts.content(part)
    folder = private.folder(out or hub.home / "work" / "receipts")
    stem = f"receipt-{private.plain(agreement)}-{private.plain(person)}"
    page, receipt = (folder / f"{stem}.{kind}" for kind in ("html", "json"))
    for path in (page, receipt):
        elsewhere.note(hub.home, elsewhere.FILE, path, folder)
    private.write(page, receipt_page.render(facts, part.name))
    private.write(receipt, json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
    return Written(agreement, person, facts["receipt_id"], str(page), str(receipt))


def _part(connection: Connection, agreement: str, person: str, as_at: date) -> Part:
    family = connection.execute(select(TABLES["agreements"].c.family).filter_by(agreement=agreement)).scalar()
    if family is None:
        raise BadParameter(
            f"the hub has no decision {agreement!r}; `hubdata agreement list --family F` lists a family's"
        )
    record = standing.read(connection, family, [person])
    rows = record.tables["agreements"].to_pylist()
    row = next(row for row in rows if row["agreement"] == agreement)
    if person not in row["covers"]:
        raise BadParameter(f"decision {agreement} does not cover {person!r}; it covers {', '.join(row['covers'])}")
    people = TABLES["people"].c
    given, family_name = connection.execute(
        select(people.given_name, people.family_name).where(people.person == person)
    ).one()
    giver = connection.execute(select(people.role).where(people.person == row["given_by"])).scalar_one()
    asked = [(person, row["purpose"], one) for one in row["recipients"] or [standing.ANYONE]]
    replacing = corrections.of_table(record.tables["agreements"], "agreement")
    newer = next((new for new, old in replacing.items() if old == agreement), None)
    organisations = {o["organisation"]: o for o in record.tables["organisations"].to_pylist()}
    return Part(
        row,
        person,
        f"{given} {family_name}",
        giver,
        standing.ask(record, asked, as_at),
        organisations,
        decisions.of(connection),
        as_at,
        newer,
    )
