"""The council's partners as somebody names them, taken in as a return is: checked whole, applied once."""

import csv

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
QUESTION = (
    f"An organisation, as {'; '.join(COLUMNS[:6])}. First your own, as lead_partner (nothing: no more). "
    f"Kinds are {', '.join(OrganisationKind)}"
)


def row(given: str) -> dict[str, str]:
    """One organisation as it was typed, its parts with a ; between them."""
    parts = [part.strip() for part in given.split(";")]
    if len(parts) < 3 or len(parts) > len(COLUMNS):
        raise BadParameter(f"write an organisation as {'; '.join(COLUMNS[:6])}; the first three are needed")
    return dict(zip(COLUMNS, parts, strict=False))


def add(hub: Hub, rows: list[dict], by: By) -> str:
    """Take them in under the lead partner's code; how it went, in words. Raises Refused with every fault of them."""
    unknown = sorted({key for each in rows for key in each} - set(COLUMNS))
    if unknown:
        raise BadParameter(f"a partner has {', '.join(unknown)}; allowed are {', '.join(COLUMNS)}")
    lead = next((each["organisation"] for each in rows if each.get("kind") == OrganisationKind.LEAD_PARTNER), "")
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
        faults = [problem.message for problem in result.problems]
        raise Refused(f"the partners have {len(faults)} fault(s): {'; '.join(faults)}", faults)
    return f"{len(rows)} organisations: {result.status}."
