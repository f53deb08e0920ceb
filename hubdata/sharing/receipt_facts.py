"""What an agreement receipt says, with the fields of ISO/IEC TS 27560:2023 as W3C's DPV guide maps them.

It shows one person's part: others of the family are counted, never named or referred to. Agreement, lawful basis and
legal power stay three separate fields. Mandatory fields that the hub does not hold are named as such.
"""

from dataclasses import dataclass
from datetime import date

from hubdata import periods
from hubdata.policy import Policy
from hubdata.rules import standing
from hubdata.terms import Method, Purpose, Role

SCHEMA = (
    "hubdata agreement receipt 1; fields of ISO/IEC TS 27560:2023, https://w3id.org/dpv/schema/dpv-27560#receipt-record"
)
NOT_HELD = ("party_address", "geographic_restrictions", "codes_of_conduct", "impact_assessment")
RIGHTS = (
    "to have a copy of your data",
    "to have mistakes put right",
    "to ask that use is limited",
    "to object",
    "to complain to us and to the regulator",
)


@dataclass(frozen=True)
class Part:
    """One person's part of a decision, with what is needed to say it."""

    row: dict
    person: str
    name: str
    giver: str
    states: list[standing.State]
    organisations: dict[str, dict]
    policy: Policy
    as_at: date
    superseded_by: str | None


def content(part: Part) -> dict:
    """The JSON receipt, in the order of the standard's sections; a test holds its fields to the standard's."""
    row = part.row
    return {
        "title": "Agreement receipt",
        "schema_version": SCHEMA,
        "receipt_id": f"{row['agreement']}/{part.person}/{part.as_at}",
        "record_id": row["agreement"],
        "pii_principal_id": part.person,
        "agreement": _agreement(part),
        "lawful_basis": _decided(part, f"lawful_basis.{row['purpose']}"),
        "legal_power": _decided(part, f"legal_power.{row['purpose']}")
        | {"without_agreement": _value(part, "legal_power.welfare")},
        **_processing(part),
        "parties": _parties(part),
        "event": _event(part),
        "states": [{"recipient": s.recipient, "state": s.state, "agreement": s.agreement} for s in part.states],
        "state_on": part.as_at.isoformat(),
        "not_held": list(NOT_HELD),
    }


def _value(part: Part, name: str) -> str:
    return part.policy.value(name, part.as_at)


def _decided(part: Part, name: str) -> dict:
    entry = part.policy.entry(name, part.as_at)
    return {"value": entry.value, "source": entry.source, "to_confirm": entry.assumption}


def _agreement(part: Part) -> dict:
    """The decision itself: what was said, about which of this person's details, with whom and with what left out."""
    row, labels = part.row, part.policy.labels("categories", part.as_at)
    exclusions = row["exclusions"] or []
    return {
        "decision": row["decision"],
        "given_by": _giver(part),
        "others_covered": len(row["covers"]) - 1,
        "method": Method(row["method"]).label if row["method"] else None,
        "discussed_on": _iso(row["discussed_on"]),
        "recipients": row["recipients"] or [],
        "not_to_be_told": [one for one in exclusions if one in part.organisations],
        "details_left_out": [labels[one] for one in exclusions if one in labels],
        "about_this_person_excluded": part.person in exclusions,
        "other_people_excluded": len({*exclusions} - {*part.organisations, *labels, part.person}),
        "superseded_by": part.superseded_by,
    }


def _giver(part: Part) -> str:
    return "the person" if part.row["given_by"] == part.person else Role(part.giver).label


def _processing(part: Part) -> dict:
    row, day = part.row, part.as_at
    labels = part.policy.labels("categories", day)
    notices = part.policy.value("notice_versions", day)
    first_day = notices.get(row["notice_version"])
    return {
        "privacy_notice": {"version": row["notice_version"], "in_force_from": _iso(first_day)},
        "language": "en-GB",
        "purposes": [{"purpose": row["purpose"], "purpose_type": Purpose(row["purpose"]).label}],
        "pii_information": [{"pii_type": one, "description": labels.get(one, one)} for one in row["categories"] or []],
        "pii_controllers": [o for o, found in part.organisations.items() if found["kind"] == "lead_partner"],
        "collection_method": "from the family, by the worker who supports it",
        "processing_method": "shared between the organisations named, so that they can support the family",
        "storage_locations": [_value(part, "receipt.storage_location")],
        "retention_period": str(periods.in_force(part.policy, day)),
        "jurisdiction": "GB",
        "recipient_third_parties": row["recipients"] or [],
        "withdrawal_method": _value(part, "receipt.withdrawal_method"),
        "privacy_rights": list(RIGHTS),
        "authority_party": "regulator",
    }


def _parties(part: Part) -> list[dict]:
    named = {*(part.row["recipients"] or []), *(part.row["exclusions"] or [])}
    shown = [o for o in part.organisations.values() if o["kind"] == "lead_partner" or o["organisation"] in named]
    parties = [
        {
            "party_id": o["organisation"],
            "party_name": o["name"],
            "party_contact": o["rights_contact"],
            "party_address": None,
            "party_role": "controller" if o["kind"] == "lead_partner" else "recipient",
            "party_type": o["kind"],
            "retention_policy": o["retention_policy"],
        }
        for o in shown
    ]
    contact = _value(part, "regulator.contact")
    return [
        *parties,
        {
            "party_id": "regulator",
            "party_name": _value(part, "regulator.name"),
            "party_contact": contact,
            "party_address": None,
            "party_role": "authority",
            "party_type": "regulator",
        },
    ]


def _event(part: Part) -> dict:
    row = part.row
    return {
        "event_time": _iso(row["decided_on"]),
        "validity_duration": f"{_iso(row['decided_on'])}/{_iso(row['expires_on']) or '..'}",
        "entity_id": part.person if row["given_by"] == part.person else _giver(part),
        "event_type": "agreement to sharing under the privacy notice; not a lawful basis",
        "event_state": row["decision"],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
