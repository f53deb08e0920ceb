"""An agreement receipt as a page that a family can read and print: one file, no script, no request.

It shows what the JSON receipt says, in the family's words, and nothing that the receipt does not have but the name.
"""

from datetime import date

from hubdata.dates import words
from hubdata.figures.html import (
    Html,
    element,
    facts,
    framed,
    header,
    points,
    shown,
    table,
    table_head,
    table_row,
    together,
)

TITLE = "Your agreement receipt"
FOOT = (
    "This is your copy. It shows your part only: other people of your family are counted, not named. "
    "Your agreement to sharing, the lawful basis and the legal power are three different things."
)
SAID = {
    "agreed": "agreed that your details may be shared as this page says",
    "refused": "did not agree that your details are shared",
    "withdrawn": "took an earlier agreement back",
    "no_response": "were asked and have not answered",
    "not_sought": "were not asked",
}
OF_YOU = SAID | {"no_response": "was asked and has not answered", "not_sought": "was not asked"}
STANDS = {
    "agreed": "Your details may be shared",
    "refused": "Not to be shared: refused",
    "withdrawn": "Not to be shared: taken back",
    "expired": "Not to be shared: the agreement has ended",
    "not_named": "Not to be shared: not agreed for this organisation",
    "no_decision": "Not to be shared: nothing is agreed",
}


def render(receipt: dict, name: str) -> Html:
    """The page for one person."""
    body = [_answer(receipt), *_decided(receipt), *_stands(receipt), *_law(receipt), *_rights(receipt)]
    return framed(TITLE, header("Family Hub", together("For ", shown(name)), TITLE), body, FOOT)


def _day(text: str | None, otherwise: str) -> str:
    return words(date.fromisoformat(text)) if text else otherwise


def _names(receipt: dict, references: list[str]) -> str:
    names = {party["party_id"]: party["party_name"] for party in receipt["parties"]}
    return "; ".join(names.get(one, one) for one in references)


def _answer(receipt: dict) -> Html:
    decision, who = receipt["agreement"]["decision"], receipt["agreement"]["given_by"]
    of_another = f"{who.lower()} decided for you, and {OF_YOU[decision]}"
    said = f"you {SAID[decision]}" if who == "the person" else of_another
    return element("p", f"On {_day(receipt['event']['event_time'], '')} {said}.", class_="answer")


def _decided(receipt: dict) -> list[Html]:
    agreement, others = receipt["agreement"], receipt["agreement"]["others_covered"]
    last = receipt["event"]["validity_duration"].partition("/")[2].strip(".")
    details = [one["description"] for one in receipt["pii_information"]]
    unnamed = "Everyone" if agreement["decision"] in ("refused", "withdrawn") else "Nobody is named"
    rows = [
        ("Reference", receipt["record_id"]),
        ("What for", receipt["purposes"][0]["purpose_type"]),
        ("With whom", _names(receipt, agreement["recipients"]) or unnamed),
        ("Which details", "; ".join(details) or "None are named"),
        ("What is left out", "; ".join(_left_out(receipt)) or "Nothing"),
        ("Talked about on", _day(agreement["discussed_on"], "No day is recorded")),
        ("Last day", _day(last, "None: it holds until you change it")),
        ("How", agreement["method"] or "Not recorded"),
        ("Privacy notice", f"version {receipt['privacy_notice']['version']}"),
        ("Whom else it covers", f"{others} {_people(others)} of your family" if others else "Nobody: you alone"),
    ]
    if agreement["superseded_by"]:
        rows.append(("Replaced", f"a newer decision, {agreement['superseded_by']}, takes the place of this one"))
    return [element("h2", "What was decided"), facts(rows)]


def _people(number: int) -> str:
    return "other person" if number == 1 else "other people"


def _left_out(receipt: dict) -> list[str]:
    agreement, others = receipt["agreement"], receipt["agreement"]["other_people_excluded"]
    said = [f"{_names(receipt, [one])} is not to be told" for one in agreement["not_to_be_told"]]
    said += agreement["details_left_out"]
    said += ["everything about you"] if agreement["about_this_person_excluded"] else []
    return said + ([f"everything about {others} {_people(others)}"] if others else [])


def _stands(receipt: dict) -> list[Html]:
    named = ((_names(receipt, [each["recipient"] or "Everyone"]), each["state"]) for each in receipt["states"])
    rows = (table_row([shown(name), STANDS[state]]) for name, state in named)
    told = table("Who may be told about you", table_head(["With", "On this day"]), rows)
    return [element("h2", f"What holds on {_day(receipt['state_on'], '')}"), told]


def _law(receipt: dict) -> list[Html]:
    rows = [
        ("Your agreement", "A promise of our privacy notice: we ask you first. You do not have to agree."),
        ("Lawful basis", receipt["lawful_basis"]["value"]),
        ("Legal power", receipt["legal_power"]["value"]),
        (
            "Without agreement",
            "Only where there is a risk to someone or a law requires it; we normally explain it. "
            + receipt["legal_power"]["without_agreement"]
            + ".",
        ),
    ]
    return [element("h2", "Agreement, lawful basis and legal power"), facts(rows)]


def _rights(receipt: dict) -> list[Html]:
    rows = [
        (
            party["party_name"],
            "; ".join(filter(None, [party["party_contact"] or "No contact is recorded", _policy(party)])),
        )
        for party in receipt["parties"]
    ]
    kept = f"The Hub keeps its own records for {receipt['retention_period']}."
    return [
        element("h2", "If you change your mind"),
        element("p", receipt["withdrawal_method"]),
        element("h2", "Your rights"),
        element("p", f"{kept} You have the right:"),
        points(receipt["privacy_rights"]),
        element("h2", "Whom to ask"),
        facts(rows),
    ]


def _policy(party: dict) -> str:
    return f"how it keeps your details: {party['retention_policy']}" if party.get("retention_policy") else ""
