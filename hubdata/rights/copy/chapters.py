"""The chapters of a person's copy: rows as facts and why they are kept, who looked, partners, rights, the rest."""

from collections.abc import Iterator
from datetime import date

from hubdata import moments
from hubdata.dates import words
from hubdata.figures.html import Html, element, facts, finished, points, shown, table, table_head, table_row
from hubdata.rights.copy.words import REPEATED

NOTHING = "Nothing is recorded."
UNRECORDED = "Not recorded"
HELD_BACK = "Left out; see the end of this page"
NARROW = 8  # columns that a page can show side by side
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


def heading(anchor: str, title: str) -> Html:
    """A chapter's heading."""
    return element("h2", title, id=anchor)


def day(text: str) -> str:
    """A day in words."""
    return words(date.fromisoformat(text))


def table_of(held: dict, name: str) -> Iterator[Html]:
    """Every row of a table, as a table if it is narrow and else as a list of facts each; and why they are kept."""
    columns = [one for one in held["why"] if one != REPEATED or name == "families"]
    if not held["rows"]:
        yield element("h3", held["title"])
        yield Html() if held["left_out"] else element("p", NOTHING)
    elif len(held["rows"]) > 1 and len(columns) <= NARROW:
        yield _grid(held, [one for one in held["rows"][0] if one in columns or one not in held["why"]])
    else:
        yield from _lists(held, columns)
    if held["left_out"]:
        more = "more " if held["rows"] else ""
        yield element("p", f"{held['left_out']:,} {more}left out; the end of this page says why.")
    yield purposes(held) if held["rows"] else Html()


def _grid(held: dict, columns: list[str]) -> Html:
    head = [held["rows"][0][name]["label"] for name in columns]
    rows = [[_cell(row[name]) or UNRECORDED for name in columns] for row in held["rows"]]
    return grid(f"{held['title']}: {len(rows)} in all", head, rows)


def grid(caption: str, head: list[str], rows: list[list[str]], number: int | None = None) -> Html:
    """A table that can be scrolled and reached by the keyboard; `number` is the column of numbers, if there is one."""
    kinds = ["number" if at == number else None for at in range(len(head))]
    body = (table_row(map(shown, cells), kinds) for cells in rows)
    return table(caption, table_head(head, kinds), body, name=caption)


def _lists(held: dict, columns: list[str]) -> Iterator[Html]:
    for number, row in enumerate(held["rows"], 1):
        several = f" {number} of {len(held['rows'])}" if len(held["rows"]) > 1 else ""
        yield element("h3", held["title"] + several)
        rows = [
            (cell["label"], _cell(cell)) for name, cell in row.items() if name in columns or name not in held["why"]
        ]
        yield facts([(label, value) for label, value in rows if value is not None])
        if empty := [label for label, value in rows if value is None]:
            yield element("p", f"{UNRECORDED}: {', '.join(map(_lower, empty))}.", class_="note")


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]


def _cell(cell: dict) -> str | None:
    if cell.get("left_out") and cell["said"] is None:
        return HELD_BACK
    return cell["said"]


def purposes(held: dict) -> Html:
    """Which of the details serve which promise of the notice."""
    by_why: dict[str, list[str]] = {}
    for column, why in held["why"].items():
        label = held["rows"][0][column]["label"]
        by_why.setdefault(why.split(": ", 1)[1], []).append(_lower(label))
    rows = [(why[0].upper() + why[1:], ", ".join(dict.fromkeys(listed))) for why, listed in by_why.items()]
    said = element("p", element("b", "Why we keep these details"))
    return element("div", said, "\n", facts(rows), class_="why")


def _looked(said: dict) -> Iterator[Html]:
    if not said["who_looked"]:
        yield element("p", NOTHING)
        return
    rows = [
        [moments.said(one["at"]), one["what"], one["who"], HELD_BACK if one["reason"] is None else one["reason"]]
        for one in said["who_looked"]
    ]
    yield grid("Uses of your record that concern you", ["When", "What was done", "Who", "Reason given"], rows)
    why = "Staff are shown by their role. Why we keep this: every change must have a record."
    yield element("p", why, class_="note")


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
