"""The council's partners as somebody names them, taken in as a return is: checked whole, applied once."""

import csv

from sqlalchemy import text

from hubdata.errors import BadParameter, Refused
from hubdata.intake import take
from hubdata.moments import By
from hubdata.records import folders, private
from hubdata.records.store import Hub
from hubdata.terms import OrganisationKind

COLUMNS = (
    "organisation",
    "name",
    "kind",
    "rights_contact",
    "retention_policy",
    "sharing_agreement_from",
    "sharing_agreement_to",
    "duty_class",
)


def recorded(hub: Hub) -> dict[str, tuple[str, str]]:
    """The name and kind of each organisation on record, by its code."""
    with hub.read() as connection:
        rows = connection.execute(text("SELECT organisation, name, kind FROM organisations ORDER BY name")).all()
    return {code: (name, kind) for code, name, kind in rows}


def add(hub: Hub, rows: list[dict], by: By) -> str:
    """Take them in under the lead partner's code; how it went, in words. Raises Refused with every fault of them."""
    unknown = sorted({key for each in rows for key in each} - set(COLUMNS))
    if unknown:
        raise BadParameter(f"a partner has {', '.join(unknown)}; allowed are {', '.join(COLUMNS)}")
    lead = next((each["organisation"] for each in rows if each.get("kind") == OrganisationKind.LEAD_PARTNER), "")
    there = recorded(hub)
    lead = lead or next((code for code, (_, kind) in there.items() if kind == OrganisationKind.LEAD_PARTNER), "")
    if not lead:
        raise BadParameter("name your own organisation among the partners, of the kind lead_partner")
    with folders.folder(hub.home) as place:
        file = place / "organisations.csv"
        private.write(file, "")
        with file.open("w", encoding="utf-8", newline="") as out:
            written = csv.DictWriter(out, COLUMNS, restval="")
            written.writeheader()
            written.writerows(rows)
        result = take.take(hub, file, lead, by.actor, by.reason or "the partners of the Hub")
    if result.status == "refused":
        faults = [f"{problem.column}: {problem.message}" for problem in result.problems]
        raise Refused(f"the partners have {len(faults)} fault(s): {'; '.join(faults)}", faults)
    return f"{len(rows)} organisations: {result.status}."
