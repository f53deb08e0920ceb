"""What a person's copy says: every row and column held about them, less what was decided to be left out, and the rest
that UK GDPR Article 15 asks for; one JSON document, in which nothing stands that the person is not given.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from hubdata import moments
from hubdata.dates import words
from hubdata.records.tables.column import DECIDED, FREE_TEXT
from hubdata.records.tables.contract import TABLES, passport
from hubdata.rights import redaction
from hubdata.rights.copy import law as copy_law
from hubdata.rights.copy.items import Asking, Item, coded, is_own_work
from hubdata.rights.copy.looked import TO_ANSWER, Look
from hubdata.rights.copy.rows import EXCUSED, THROUGH, key, parts
from hubdata.rights.copy.words import TITLES, Words, labels
from hubdata.terms import ItemOutcome

SCHEMA = "hubdata copy of what is held about a person 1"
NOT_DECIDED = "Not decided yet, and so not in this draft"
SOMEONE = "another member of the family"
OWN_WORK = "what was written down to answer this request: it came after what was asked for"


@dataclass(frozen=True)
class Copy:
    """All that a copy is made of; the items that wait for a decision make it a draft, and are left out of it."""

    asking: Asking
    request: dict
    items: list[Item]
    decided: dict[str, dict]
    looks: list[Look]
    due: dict | None
    waiting: frozenset[str] = frozenset()
    is_unseen: bool = False  # it would name other people at whom nobody has looked for the last time

    @property
    def is_draft(self) -> bool:
        """Whether it must not be given out yet."""
        return bool(self.waiting) or self.is_unseen

    @property
    def left_out(self) -> list[Item]:
        """The items that are not given."""
        return [
            one
            for one in self.items
            if one.item in self.waiting or self.decided[one.item]["decision"] != ItemOutcome.DISCLOSE
        ]

    @property
    def words_out(self) -> dict[str, str]:
        """Which words are left out of the texts that are given, by item."""
        gone = {one.item for one in self.left_out}
        said = ((one.item, self.decided[one.item]["words_out"]) for one in self.items if one.item not in gone)
        return {item: words_out for item, words_out in said if words_out}


def content(copy: Copy, reference: str, delete_on: date) -> dict:
    """The JSON document; `reference` is the copy's own."""
    held, on = copy.asking.held, copy.asking.on
    hidden = {one.item for one in copy.left_out}
    tables = Tables(copy.asking, hidden, copy.words_out)
    return {
        "title": "A copy of what the Family Hub keeps about one person",
        "schema": SCHEMA,
        "draft": copy.is_draft,
        "pack": reference,
        "request": copy.request["request"],
        "received_on": _iso(copy.request["received_on"]),
        "family": held.family,
        "person": held.person,
        "made_on": _iso(on),
        "delete_on": _iso(delete_on),
        "asked_by_another": copy.asking.by_another,
        "held": {table: tables.of(table) for table in held.tables},
        "who_looked": list(_looks(copy, hidden)),
        "kept_until": copy_law.kept_until(copy.asking.policy, on, copy.due),
        **copy_law.answers(copy.asking),
        "left_out": _left_out(copy),
        "never_in_a_copy": excused(),
    }


def excused() -> list[dict]:
    """Every kind of detail that is in no copy, and why: of a table as a whole, or of a column by its passport."""
    found = [{"table": table, "column": None, "why": why} for table, why in EXCUSED.items() if table in TABLES]
    found.append({"table": "request_events", "column": "reason", "why": OWN_WORK})
    for table in (name for name in TABLES if name not in EXCUSED):
        for column in TABLES[table].c:
            if not may_be_given(table, column.name):
                why = passport(table, column.name).access.removeprefix("exclude: ")
                found.append({"table": table, "column": column.name, "why": why})
    return found


def may_be_given(table: str, column: str) -> bool:
    """Whether a column is in a copy, or is once that is decided."""
    access = passport(table, column).access
    return access == "include" or DECIDED in access


def _iso(value: object) -> object:
    if isinstance(value, datetime):
        return moments.here(value).isoformat()  # England's time, and saying so
    return value.isoformat() if isinstance(value, date) else value


class Tables:
    """The rows of a copy, each cell with its value and in words, without what is `hidden` or the words left out."""

    def __init__(self, asking: Asking, hidden: set[str], words_out: dict[str, str]):
        self._asking, self._hidden, self._words_out, held = asking, hidden, words_out, asking.held
        names = {row["organisation"]: row["name"] for row in held.tables["organisations"]}
        workers = {name: self._worker(name, row, names) for name, row in held.workers.items()}
        people = {one.person: one.name for one in held.members.values()} | {held.person: "You"}
        agreements = {
            row["agreement"]: f"{row['agreement']}, of {words(row['decided_on'])}" for row in held.tables["agreements"]
        }
        self._words = Words(
            asking.policy,
            asking.on,
            {
                "organisations": names,
                "practitioners": workers,
                "people": people,
                "agreements": agreements,
            },
        )

    def _worker(self, name: str, row: dict, organisations: dict[str, str]) -> str:
        employer = organisations[row["organisation"]]
        hidden = f"practitioners.name/{name}" in self._hidden
        return f"a worker of {employer}" if hidden else f"{row['name']}, {employer}"

    def of(self, table: str) -> dict:
        """A table: what it is called, why each column is kept, and its rows."""
        rows = [row for row in self._asking.held.tables[table] if not self._gone(table, row)]
        why = {
            column.name: passport(table, column.name).purpose
            for column in TABLES[table].c
            if may_be_given(table, column.name)
        }
        left_out = len(self._asking.held.tables[table]) - len(rows)
        return {
            "title": TITLES[table],
            "why": why,
            "rows": [self.row(table, row) for row in rows],
            "left_out": left_out,
        }

    def _gone(self, table: str, row: dict) -> bool:
        table_above, name = THROUGH.get(table, (table, ""))
        above = f"{table_above}/{row[name]}" if name else ""
        return bool({f"{table}/{key(table, row)}", above} & self._hidden)

    def row(self, table: str, row: dict) -> dict:
        """A row's columns, each with its label, its value and the same in words."""
        given = {column: self._cell(table, row, column) for column in row if may_be_given(table, column)}
        if table in ("leads", "lead_versions"):
            given["days"] = self._days(row)
        return given

    def _days(self, row: dict) -> dict:
        """How long somebody led, the first and the last day included."""
        last = min(row["ended_on"] or self._asking.on, self._asking.on)
        days = max((last - row["started_on"]).days + 1, 0)
        return {"label": "For", "value": days, "said": f"{days:,} {'day' if days == 1 else 'days'}"}

    def _cell(self, table: str, row: dict, column: str) -> dict:
        value, where = row[column], f"{table}.{column}/{key(table, row)}"
        told = {"label": labels(table)[column]}
        card = passport(table, column)
        if value is not None and card.sensitivity == FREE_TEXT and is_own_work(self._asking, table, row):
            return told | {"value": None, "said": TO_ANSWER}
        if where in self._hidden:
            return told | {"value": None, "said": None, "left_out": 1}
        if isinstance(value, str) and where in self._words_out:
            given = redaction.without(value, self._words_out[where])
            return told | {"value": given, "said": given, "left_out": 1}
        if card.allowed == "practitioners" and f"practitioners.name/{value}" in self._hidden:
            return told | {"value": None, "said": self._words.say(table, column, value), "left_out": 1}
        if card.kind in ("reference", "references") and card.allowed in ("people", "exclusions"):
            return told | self._people(table, column, where, parts(value))
        code = coded(self._asking.policy, table, column, value) if isinstance(value, str) else None
        return told | {"value": _iso(value), "said": code or self._words.say(table, column, value)}

    def _people(self, table: str, column: str, where: str, named: list[str]) -> dict:
        """References to people: those who are not to be named are counted."""
        shown = [one for one in named if f"{where}/{one}" not in self._hidden]
        others = len(named) - len(shown)
        said = [self._words.say(table, column, one) for one in shown]
        if others:
            said.append(SOMEONE if others == 1 else f"{others} other members of the family")
        left = {"left_out": others} if others else {}
        return {"value": ";".join(shown) or None, "said": "; ".join(filter(None, said)) or None} | left


def _looks(copy: Copy, hidden: set[str]) -> Iterator[dict]:
    for one in copy.looks:
        item = one.item.item if one.item else ""
        reason = None if item in hidden else redaction.without(one.reason, copy.words_out.get(item))
        yield {"at": _iso(one.at), "who": one.role, "what": one.what, "reason": reason}


def _left_out(copy: Copy) -> list[dict]:
    """What was left out: kinds, numbers and the reason in law; never what it was."""
    law = {"": NOT_DECIDED} | copy.asking.policy.labels("rights.exemptions", copy.asking.on)
    counted = Counter(
        (kind(one), "" if one.item in copy.waiting else copy.decided[one.item]["exemption"]) for one in copy.left_out
    )
    some = copy.words_out
    counted += Counter(
        (f"{kind(one)} (words of it)", copy.decided[one.item]["exemption"]) for one in copy.items if one.item in some
    )
    return [
        {"what": what, "number": number, "exemption": code or None, "law": law[code]}
        for (what, code), number in sorted(counted.items())
    ]


def kind(item: Item) -> str:
    """What sort of thing an item is, without saying what."""
    if item.table == "practitioners":
        return "The name of a worker who may not be paid staff"
    if item.table == "payloads":
        return "Why somebody looked, in their own words"
    if item.column is None:
        return TITLES[item.table]
    label = labels(item.table)[item.column]
    return f"{TITLES[item.table]}: {label[0].lower()}{label[1:]}{' (another person)' if item.of else ''}"
