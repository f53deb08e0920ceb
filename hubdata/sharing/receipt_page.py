"""An agreement receipt as a page that a family can read and print: one file, no script, no request.

It shows what the JSON receipt says, in the family's words, and nothing that the receipt does not have but the name.
"""

from datetime import date
from functools import cache
from html import escape
from string import Template

from hubdata import places
from hubdata.dates import words
from hubdata.figures.html import facts, shown

TITLE = "Your agreement receipt"
FOOT = ("This is your copy. It shows your part only: other people of your family are counted, not named. "
        "Your agreement to sharing, the lawful basis and the legal power are three different things.")  # fmt: skip
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


def render(receipt: dict, name: str) -> str:
    """The page for one person; every value is escaped."""
    body = "\n".join([_answer(receipt), *_decided(receipt), *_stands(receipt), *_law(receipt), *_rights(receipt)])
    style = (places.TEMPLATES / "report" / "style.css").read_text("utf-8")
    return _template().substitute(title=TITLE, style=style, name=shown(name), body=body, foot=escape(FOOT))


@cache
def _template() -> Template:
    return Template((places.TEMPLATES / "receipt" / "page.html").read_text("utf-8"))


def _day(text: str | None, otherwise: str) -> str:
    return words(date.fromisoformat(text)) if text else otherwise


def _names(receipt: dict, references: list[str]) -> str:
    names = {party["party_id"]: party["party_name"] for party in receipt["parties"]}
    return "; ".join(names.get(one, one) for one in references)


def _answer(receipt: dict) -> str:
    agreement = receipt["agreement"]
    said = SAID[agreement["decision"]]
    on = _day(receipt["event"]["event_time"], "")
    if agreement["given_by"] == "the person":
        return f'<p class="answer">{escape(f"On {on} you {said}.")}</p>'
    decision = agreement["decision"]
    who = agreement["given_by"].lower()
    return f'<p class="answer">{escape(f"On {on} {who} decided for you, and {OF_YOU[decision]}.")}</p>'


def _decided(receipt: dict) -> list[str]:
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
    return ["<h2>What was decided</h2>", facts(rows)]


def _people(number: int) -> str:
    return "other person" if number == 1 else "other people"


def _left_out(receipt: dict) -> list[str]:
    agreement, others = receipt["agreement"], receipt["agreement"]["other_people_excluded"]
    said = [f"{_names(receipt, [one])} is not to be told" for one in agreement["not_to_be_told"]]
    said += agreement["details_left_out"]
    said += ["everything about you"] if agreement["about_this_person_excluded"] else []
    return said + ([f"everything about {others} {_people(others)}"] if others else [])


def _stands(receipt: dict) -> list[str]:
    rows = "".join(
        f'<tr><th scope="row">{shown(_names(receipt, [each["recipient"] or "Everyone"]))}</th>'
        f"<td>{escape(STANDS[each['state']])}</td></tr>\n"
        for each in receipt["states"]
    )
    day = escape(_day(receipt["state_on"], ""))
    head = '<thead><tr><th scope="col">With</th><th scope="col">On this day</th></tr></thead>'
    table = f"<table>\n<caption>Who may be told about you</caption>\n{head}\n<tbody>\n{rows}</tbody></table>"
    return [f"<h2>What holds on {day}</h2>", f'<div class="table">{table}</div>']


def _law(receipt: dict) -> list[str]:
    rows = [
        ("Your agreement", "A promise of our privacy notice: we ask you first. You do not have to agree."),
        ("Lawful basis", receipt["lawful_basis"]["value"]),
        ("Legal power", receipt["legal_power"]["value"]),
        ("Without agreement", "Only where there is a risk to someone or a law requires it; we normally explain it. "
         + receipt["legal_power"]["without_agreement"] + "."),
    ]  # fmt: skip
    return ["<h2>Agreement, lawful basis and legal power</h2>", facts(rows)]


def _rights(receipt: dict) -> list[str]:
    rows = [
        (party["party_name"], "; ".join(filter(None, [party["party_contact"] or "No contact is recorded",
                                                      _policy(party)]))) for party in receipt["parties"]
    ]  # fmt: skip
    rights = "".join(f"<li>{escape(one)}</li>\n" for one in receipt["privacy_rights"])
    kept = f"The Hub keeps its own records for {receipt['retention_period']}."
    return ["<h2>If you change your mind</h2>", f"<p>{escape(receipt['withdrawal_method'])}</p>",
            "<h2>Your rights</h2>", f"<p>{escape(kept)} You have the right:</p>\n<ul class=\"points\">\n{rights}</ul>",
            "<h2>Whom to ask</h2>", facts(rows)]  # fmt: skip


def _policy(party: dict) -> str:
    return f"how it keeps your details: {party['retention_policy']}" if party.get("retention_policy") else ""
