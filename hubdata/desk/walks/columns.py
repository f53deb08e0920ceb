"""A partner's columns as questions: for each of ours a list of theirs with values beside, for each word one of ours.

Of values that may be personal only their shape is shown, as in a draft; what is chosen becomes a mapping's choices.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from hubdata.desk.setup.questions import YES_OR_NO
from hubdata.desk.setup.questions import Part as Asked
from hubdata.desk.walks.piece import Said
from hubdata.intake.draft import Part, masked
from hubdata.intake.mapping import propose
from hubdata.policy import Policy
from hubdata.records.tables.contract import IDENTIFYING, TABLES, passport

SAMPLES = 3  # values beside a heading
MOST = 30  # words that are asked about under one column; of more it was the wrong column
TELLS = {
    "families": "families: whose record is open, in which hub, since when",
    "people": "people: who belongs to each family",
    "involvements": "involvements: which organisation supports a family",
    "leads": "leads: who takes the lead",
}
WHY_NOT = {
    "Not part of the limited record (P2)": "Not part of the limited record (P2)",
    "The partner keeps it in its own record (P1)": "The partner keeps it in its own record (P1)",
    "It follows from another column": "It follows from another column",
}


@dataclass
class Columns:
    """The fields of a mapping, and which choice each of them is: an option of `hubdata intake map`, and its name."""

    fields: list[Said] = field(default_factory=list)
    means: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, option: str, name: str, asked: Asked) -> None:
        """One more field."""
        called = f"map-{len(self.fields)}"
        self.means[called] = (option, name)
        self.fields.append(Said(asked, called))

    def options(self) -> dict[str, list[str]]:
        """What was chosen, as the command takes it."""
        found: dict[str, list[str]] = {}
        for each in self.fields:
            option, name = self.means[each.name]
            if option == "leave":
                found.setdefault(option, []).extend([name] if each.value == "no" else [])
            elif option == "column" or each.value:
                found.setdefault(option, []).append(f"{name}={each.value}")
        return found


def of(parts: list[Part], decided: Policy, day: date, organisations: Mapping[str, str]) -> Columns:
    """The questions about every table that a list was drafted as."""
    made = Columns()
    for part in parts:
        _table(made, part, decided, day, organisations)
    asked = set()
    for part in parts:
        for heading in part.left:
            reason = part.kept.get(heading, "")
            if heading not in asked and not reason.startswith(("Kept in", "Decided in")):
                asked.add(heading)
                label = f"Why “{heading}” is not taken"
                given = reason or next(iter(WHY_NOT))
                made.add("drop", heading, Asked(heading, label, _samples(part, heading), True, given, WHY_NOT))
    return made


def _table(made: Columns, part: Part, decided: Policy, day: date, organisations: Mapping[str, str]) -> None:
    says = (f"{part.title}: {TELLS.get(part.table, part.table)}",)
    if part.one_of_several:
        label = f"Does the list tell of {part.table}?"
        made.add("leave", part.table, Asked(part.table, label, "", True, "yes", YES_OR_NO, says=says))
        says = ()
    theirs = {name: f"{name}: {_samples(part, name)}" for name in part.sheet.table.column_names}
    for ours in [column.name for column in TABLES[part.table].c if column.name != "recorded_at"]:
        given, needed = part.placed.get(ours, ""), not TABLES[part.table].c[ours].nullable
        label = f"{part.table}: {ours.replace('_', ' ')}"
        made.add("column", f"{part.table}.{ours}", Asked(ours, label, "", needed, given, theirs, says=says))
        says = ()
        if ours in part.needed and part.may_default(ours):
            offers = _codes(decided, day, part.table, ours) or (organisations if ours == "organisation" else {})
            said = f"{label}, the same in every row"
            made.add(
                "every",
                f"{part.table}.{ours}",
                Asked(ours, said, "Where no column has it", False, part.every.get(ours, ""), offers),
            )
        for word, offers in _words(part, ours, decided, day, organisations):
            made.add("word", f"{part.table}.{ours}.{word}", Asked(word, f"{label}: “{word}” is", "", True, "", offers))


def _words(
    part: Part, ours: str, decided: Policy, day: date, organisations: Mapping[str, str]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The words under a column that are none of ours, each with what it may be."""
    proposal = part.proposals.get(ours)
    offers = _codes(decided, day, part.table, ours) or (organisations if ours == "organisation" else {})
    if proposal is None or not offers or len(proposal.unknown) > MOST:
        return
    for word in proposal.unknown:
        if word not in proposal.values and word not in offers and "=" not in word:
            yield word, offers


def _codes(decided: Policy, day: date, table: str, ours: str) -> dict[str, str]:
    """Our codes of a closed list with their labels; none where a column has no list."""
    codes = dict.fromkeys(propose.written(decided, day, table, ours).values())
    named = passport(table, ours).named_in or ""
    labels = decided.labels(named, day) if named in decided.names() else {}
    return {code: labels.get(code, code.replace("_", " ")) for code in codes}


def _samples(part: Part, heading: str) -> str:
    """Some values under a heading; of one that may be personal, or is nobody's yet, only their shape."""
    said = [text.strip() for text in part.sheet.table[heading].slice(0, 50).to_pylist() if text and text.strip()]
    ours = next((ours for ours, theirs in part.placed.items() if theirs == heading), None)
    table, name = (part.table, ours) if ours else HIDDEN
    shapes = dict.fromkeys(str(masked(table, name, text)) for text in said)
    return "; ".join(list(shapes)[:SAMPLES]) or "no values"


HIDDEN = next(
    (t, c.name) for t in TABLES for c in TABLES[t].c if c.info and passport(t, c.name).sensitivity == IDENTIFYING
)
