"""A blank return: a workbook with a sheet a table, that intake takes as it is; made of the passports and the lists."""

from datetime import date
from pathlib import Path

from hubdata.errors import BadParameter
from hubdata.figures import blank
from hubdata.figures.blank import Blank, Book
from hubdata.policy import Policy
from hubdata.records import dictionary
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES, passport
from hubdata.terms import terms

NAME = "return-template.xlsx"
OWN = "recorded_at"  # the hub fills it in: the moment of intake
ABOUT = [
    "Fill in the sheets that you have something to say of, and leave the others as they are: empty sheets are fine.",
    "A heading in white on blue must be filled in for every row. Click on a cell to see what it holds.",
    "Change no heading and no sheet's name, and add no column: the Hub keeps limited records and refuses any other.",
    "Write days as 22/11/2026. Where a cell has a list, choose from it; the sheet Lists says what each word means.",
    "Several references or words in one cell have a ; between them.",
    "A reference is yours or the Hub's own: letters and digits that name nobody. Names stand in the sheet people only.",
    "Send the file as the council asked you to, never by open e-mail: it is about families.",
]


def make(path: Path, policy: Policy, day: date, partner: str | None = None) -> list[str]:
    """Write the workbook to a new file; the tables that it has. Raises BadParameter if there is a file already."""
    if path.exists():
        raise BadParameter(
            f"there is a file at {path} already; choose another name with --out, so that nothing is lost"
        )
    if not path.parent.is_dir():
        raise BadParameter(f"there is no folder {path.parent}; make it, or choose another with --out")
    lists = {name: words for name, words in _lists(policy, day).items() if words}
    title = f"A return to the Family Hub{f' from {partner}' if partner else ''}"
    rows = [f"{table}: {dictionary.tables()[table].partition(chr(10))[0]}" for table in CONTRACT_TABLES]
    tables = {table: _columns(table, lists) for table in CONTRACT_TABLES}
    blank.write(path, Book(title, [*ABOUT, "", *rows], tables, lists), day)
    return list(tables)


def _lists(policy: Policy, day: date) -> dict[str, list[tuple[str, str]]]:
    found = {term.__name__.lower(): [(one.value, one.label) for one in term] for term in terms()}
    cards = [passport(table, column.name) for table in CONTRACT_TABLES for column in TABLES[table].c]
    for name in dict.fromkeys(card.register for card in cards if card.register):
        found[name] = (
            [] if policy.unset(name, day) else [(str(c), str(label)) for c, label in policy.labels(name, day).items()]
        )
    used = {_list_of(card.allowed, card.register) for card in cards}
    return {name: words for name, words in found.items() if name in used}


def _list_of(allowed: str, register: str) -> str:
    return register or allowed.lower()


def _columns(table: str, lists: dict) -> list[Blank]:
    """The columns to fill in: a closed list where one word is written, a hint where several are."""
    made = []
    for name, needed, holds, why, *_ in dictionary.columns(table):
        card = passport(table, name)
        if name == OWN:
            continue
        kind = {"date": "date", "score": "number"}.get(card.kind, "text")
        chosen = _list_of(card.allowed, card.register) if card.kind == "code" and not card.named_in else ""
        several = " Several have a ; between them." if card.kind in ("codes", "references") else ""
        hint = f"{holds[:1].upper()}{holds[1:]}.{several} {why}"
        made.append(Blank(name, bool(needed), hint, kind, chosen if chosen in lists else ""))
    return made
