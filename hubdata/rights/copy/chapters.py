"""The chapters of a person's copy beside the data: who looked, partners, why, rights, and what was left out."""

from collections.abc import Iterator
from datetime import datetime

from hubdata.dates import words
from hubdata.figures.html import Html, element, facts, finished, points, shown
from hubdata.rights.copy.parts import HELD_BACK, NOTHING, grid, purposes

UNKNOWN = {
    "rights_contact": "Not known to us: ask the person who supports you, or the council",
    "retention_policy": "Not known to us: the partner must tell you if you ask",
}
ANSWERS = finished("The council answers for the Hub's own record only. For what a partner keeps, ask the partner.")
NEVER = finished("Kinds of detail that are in nobody's copy")
APART = (
    "Three things are kept apart: your agreement to sharing, which our notice promises to ask for; the lawful basis on "
    "which we keep and use your details; and the legal power to share them."
)
UNSETTLED = "It depends on the risk or the law: ask the council"


def _looked(said: dict) -> Iterator[Html]:
    if not said["who_looked"]:
        yield element("p", NOTHING)
        return
    rows = [
        [_moment(one["at"]), one["what"], one["who"], HELD_BACK if one["reason"] is None else one["reason"]]
        for one in said["who_looked"]
    ]
    yield grid("Uses of your record that concern you", ["When (UTC)", "What was done", "Who", "Reason given"], rows)
    why = "Staff are shown by their role. Why we keep this: every change must have a record."
    yield element("p", why, class_="note")


def _moment(text: str) -> str:
    at = datetime.fromisoformat(text)
    return f"{words(at.date())}, {at:%H:%M}"


def _partners(said: dict) -> Iterator[Html]:
    yield element("p", ANSWERS)
    held, partners = said["held"]["organisations"], {one["organisation"]: one for one in said["partners"]}
    for row in held["rows"]:
        partner = partners.get(row["organisation"]["value"])
        why = " and ".join(partner["because"]) if partner else "is named on this page"
        unknown = UNKNOWN if partner else {}
        cells = [(cell["label"], cell["said"] or unknown.get(name)) for name, cell in row.items() if name != "name"]
        yield element("h3", shown(row["name"]["said"]))
        yield facts([("Why it is here", f"It {why}"), *((label, told) for label, told in cells if told)])
    yield purposes(held) if held["rows"] else element("p", NOTHING)


def _named(said: dict, references: list[str]) -> str:
    names = {row["organisation"]["value"]: row["name"]["said"] for row in said["held"]["organisations"]["rows"]}
    return "; ".join(names.get(one, one) for one in references) or NOTHING


def _why(said: dict) -> Iterator[Html]:
    yield element("p", APART)
    for one in said["purposes"]:
        power = [("Legal power", one["legal_power"])] if one["legal_power"] else []
        yield element("h3", one["said"])
        yield facts([("Lawful basis", one["lawful_basis"] or UNSETTLED), *power])
    yield element("h3", "From where, to whom, and how")
    yield facts(
        [
            ("Where the details come from", said["source"]),
            ("Who may have sent some of them", _named(said, said["sent_by"])),
            ("Who was given some of them", _named(said, said["recipients"])),
            ("Kept in", said["kept_in"]),
            ("Sent to other countries", said["transfers"]),
            ("Decisions by computer", said["automated_decisions"]),
        ]
    )


def _rights(said: dict) -> Iterator[Html]:
    yield element("p", "You have these rights. For some uses of your details the law limits them.")
    yield facts([(one["said"][0].upper() + one["said"][1:], one["applies"].capitalize()) for one in said["rights"]])
    yield element("p", said["must_say"]["copy"])
    whom = {"controller": "The council", "regulator": "The regulator"}
    yield facts([(whom[one["role"]], f"{one['name']}: {one['contact']}") for one in said["contacts"]])


def _left(said: dict) -> Iterator[Html]:
    if said["left_out"]:
        rows = [[one["what"], f"{one['number']:,}", one["law"]] for one in said["left_out"]]
        head = ["What kind of thing", "How many", "Why: the reason in law"]
        yield grid("What was left out of this copy", head, rows, number=1)
        yield element("p", "It was not deleted.")
        yield element("p", said["must_say"]["refusal"])
    else:
        yield element("p", "Nothing that is about you was left out.")
    yield element("h3", NEVER)
    whys = dict.fromkeys(one["why"] for one in said["never_in_a_copy"])
    yield points(why[0].upper() + why[1:] for why in whys)


CHAPTERS = {
    "looked": ("Who has used your record, and why", _looked),
    "partners": ("Records that our partners keep", _partners),
    "why": ("Why we keep your details and use them", _why),
    "rights": ("Your rights, and how to complain", _rights),
    "left": ("What was left out, and why", _left),
}
