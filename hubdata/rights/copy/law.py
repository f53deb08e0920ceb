"""What UK GDPR Article 15 asks a copy to say beside the data: why, on what basis, from where, how long, which rights.

All of it comes from policy values and live records; none is typed here but the sentences that join them.
"""

from datetime import date

from hubdata import periods
from hubdata.dates import words
from hubdata.policy import Policy
from hubdata.rights import view
from hubdata.rights.copy.items import Asking
from hubdata.rights.copy.rows import Held
from hubdata.terms import OrganisationKind, Purpose, RequestKind, ShareRoute

AUTOMATED = "No decision about you is made by a computer alone."
SEARCHED = (
    "We searched the Hub's own records and the history of who used them. Each partner keeps its own records of the "
    "support it gives, on its own system: those are not in this copy. Ask the partner for them."
)
WELFARE = "To protect someone at risk, or because a law requires it, without your agreement"
WITHOUT = {ShareRoute.WITHOUT_AGREEMENT, ShareRoute.LEGAL_DUTY}
PROVING = "To keep, destroy and prove what we promised, and to answer you"
RIGHTS = {
    RequestKind.ACCESS: "to have a copy of your data, which this is",
    RequestKind.RECTIFICATION: "to have what is wrong put right",
    RequestKind.ERASURE: "to have your data erased",
    RequestKind.RESTRICTION: "to ask that your data is kept but not used",
    RequestKind.OBJECTION: "to object to how your data is used",
    RequestKind.PORTABILITY: "to take what you gave us to another service",
}
WORTH = {"applies": "yes", "limited": "within limits", "does_not_apply": "no", "cannot_tell": "not settled: ask us"}


def kept_until(decided: Policy, on: date, due: dict | None) -> dict:
    """Until when the record is kept, as the retention rule says."""
    if due is None:
        return {"state": "cannot_tell", "due_on": None, "rule": None, "said": "The date cannot be told."}
    return {
        "state": due["state"],
        "due_on": due["due_on"].isoformat() if due["due_on"] else None,
        "rule": due["rule"],
        "said": _kept(due, str(periods.in_force(decided, on))),
    }


def _kept(due: dict, rule: str) -> str:
    until = words(due["due_on"]) if due["due_on"] else ""
    said = {
        "open": f"Your family's support has not ended. The Hub's record is kept for {rule}, and then destroyed.",
        "kept": f"The Hub's record of your family is kept until {until}, and then destroyed ({rule}).",
        "due": f"The Hub's record of your family was to be kept until {until} and is now to be destroyed ({rule}).",
        "held": f"The Hub's record of your family was to be kept until {until} ({rule}), but is kept longer: the "
        "reasons stand below.",
    }
    if due["state"] in said and (until or due["state"] == "open"):
        return said[due["state"]]
    return f"Until when the Hub's record of your family is kept cannot be told: {due['evidence']}. The rule: {rule}."


def answers(asking: Asking) -> dict:
    """The other answers of Article 15, in the order of the page."""
    held, value = asking.held, lambda name: asking.policy.value(name, asking.on)
    return {
        "searched": SEARCHED,
        "partners": _partners(held),
        "purposes": _purposes(asking),
        "recipients": sorted({row["to_organisation"] for row in held.tables["shares"]}),
        "source": value("controller.source"),
        "sent_by": sorted(
            {row["organisation"] for row in held.tables["involvements"]}
            | {row["from_organisation"] for row in held.tables["shares"]}
        ),
        "automated_decisions": AUTOMATED,
        "transfers": value("controller.transfers"),
        "kept_in": value("receipt.storage_location"),
        "rights": _rights(asking),
        "contacts": contacts(asking),
        "must_say": value("rights.must_say"),
    }


def _partners(held: Held) -> list[dict]:
    """Every organisation but the council that has something of its own: why, and whom to ask there (P9, P11)."""
    supports = {row["organisation"] for row in held.tables["involvements"]}
    given = {row["to_organisation"] for row in held.tables["shares"]}
    reasons = (("supports your family", supports), ("was given details about you", given))
    return [
        {
            "organisation": row["organisation"],
            "name": row["name"],
            "contact": row["rights_contact"],
            "policy": row["retention_policy"],
            "because": [said for said, whom in reasons if row["organisation"] in whom],
        }
        for row in held.tables["organisations"]
        if row["organisation"] in supports | given and row["kind"] != OrganisationKind.LEAD_PARTNER
    ]


def _purposes(asking: Asking) -> list[dict]:
    value = lambda name: asking.policy.value(name, asking.on)  # noqa: E731 (a short name for one page)
    found = [
        {
            "purpose": str(one),
            "said": one.label,
            "lawful_basis": value(f"lawful_basis.{one}"),
            "legal_power": value(f"legal_power.{one}"),
        }
        for one in Purpose
    ]
    if {row["route"] for row in asking.held.tables["shares"]} & WITHOUT:
        found.append(
            {"purpose": "welfare", "said": WELFARE, "lawful_basis": None, "legal_power": value("legal_power.welfare")}
        )
    return [
        *found,
        {
            "purpose": "accountability",
            "said": PROVING,
            "legal_power": None,
            "lawful_basis": value("controller.accountability_basis"),
        },
    ]


def _rights(asking: Asking) -> list[dict]:
    """Each right, and what it is worth for what the data is used for."""
    found = []
    for kind, said in RIGHTS.items():
        answers = {one.answer for one in view.applies(asking.policy, kind, asking.on)}
        worth = ", ".join(told for answer, told in WORTH.items() if answer in answers)
        depends = "it depends on what your details are used for: " if len(answers) > 1 else ""
        found.append({"right": str(kind), "said": said, "applies": f"{depends}{worth}"})
    return found


def contacts(asking: Asking) -> list[dict]:
    """Whom to complain to: the council first, then the regulator."""
    value = lambda name: asking.policy.value(name, asking.on)  # noqa: E731 (a short name for one page)
    council = [row for row in asking.held.tables["organisations"] if row["kind"] == OrganisationKind.LEAD_PARTNER]
    ways = view.reached(asking.policy, asking.on)
    ways += [row["rights_contact"] for row in council if row["rights_contact"]]
    return [
        {
            "name": value("controller.name"),
            "role": "controller",
            "contact": "; ".join(ways) or "Ask the person who supports you how to reach the council",
        },
        {"name": value("regulator.name"), "role": "regulator", "contact": value("regulator.contact")},
    ]
