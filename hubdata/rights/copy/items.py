"""What of a person's copy is decided one by one before it is given, and what is decided of it; it writes nothing.

An item is a cell, a person or worker named in one, or a whole row. Nothing undecided is ever given. Grounds:

    third_party         may concern another person: given if it is the person's own, they agreed, or it is reasonable;
                        what names another person is never the person's own
    child_expectation   a child gave it, a parent asks: given if the child agrees
    health              about health, and the council is no health professional: given if the person knows it already,
                        or upon a health professional's opinion of the last six months

Source: Data Protection Act 2018, Schedule 2, paragraphs 16 and 17; Schedule 3, paragraphs 5, 6 and 10.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from hubdata import policy
from hubdata.dates import add_months, age, words
from hubdata.policy import Policy
from hubdata.records.tables.column import DECIDED, FREE_TEXT
from hubdata.records.tables.contract import TABLES, passport
from hubdata.rights.copy.rows import Held, key, parts
from hubdata.rules.asked import corrections
from hubdata.terms import HoldCode, ItemOutcome, Role

DECISIONS = TABLES["item_decisions"]
EXEMPTION = {"third_party": "third_party", "child_expectation": "child_expectation", "health": "health_no_opinion"}
ANSWERS = {"third_party": ("own", "they_agreed", "reasonable"), "child_expectation": ("they_agreed",)}
GROUNDS = {
    "third_party": "it may concern another person",
    "health": "it may be about health",
    "child_expectation": "the child may have expected that it is not passed on",
}
OPINION = (
    "a day on which the person knew it already (--known-since), or the opinion of a health professional of the last "
    "months (--opinion-on, --opinion-by)"
)
NEEDS_OPINION = "serious_harm_health"  # to withhold on the ground of harm also takes a health professional's opinion
OF_AGE = 18  # Schedule 3, paragraph 10 speaks of a person under 18
OF_SOMEONE = (HoldCode.ACCESS_REQUEST, HoldCode.COMPLAINT, HoldCode.RESTRICTION)


@dataclass(frozen=True)
class Item:
    """One thing to be decided: where it stands, on what grounds, and when what it says was recorded."""

    item: str
    table: str
    column: str | None  # None: the whole row
    row: str
    of: str | None  # the person or worker named
    grounds: tuple[str, ...]
    since: datetime

    def answers(self, ground: str) -> tuple[str, ...]:
        """Why it may be given although a ground stands against it; as the person's own only if it names nobody."""
        return tuple(answer for answer in ANSWERS[ground] if answer != "own" or self.of is None)


@dataclass(frozen=True)
class Asking:
    """In whose copy, on which day, for whom: what the items depend on."""

    held: Held
    asked_by: str | None
    on: date
    policy: Policy
    request: str = ""  # the request that is answered

    def value(self, name: str) -> Any:
        """A policy value in force on the day."""
        return self.policy.value(f"rights.{name}", self.on)

    def meaning(self, item: Item, ground: str) -> str:
        """A ground in words, and what each way of giving the item in spite of it means."""
        said = self.policy.labels("rights.disclosing", self.on)
        ways = [OPINION] if ground == "health" else [f"{code} ({_lower(said[code])})" for code in item.answers(ground)]
        names = "it names another person" if item.of and ground == "third_party" else GROUNDS[ground]
        return f"{names}. To give it takes {', or '.join(ways)}"

    @property
    def age(self) -> int | None:
        """How old the person is on the day, in years; None if it is not known."""
        born = self.held.tables["people"][0]["date_of_birth"]
        return born and age(born, self.on)

    @property
    def is_child(self) -> bool:
        """Whether the family's record has the person as a child, who is not known to be of age."""
        of_age = self.age is not None and self.age >= OF_AGE
        return self.held.members[self.held.person].role == Role.CHILD and not of_age

    @property
    def by_another(self) -> bool:
        """Whether somebody else of the family asks for the person."""
        return self.asked_by not in (None, self.held.person)


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]


def find(asking: Asking) -> list[Item]:
    """Every item of a person's copy, in the order of tables and rows."""
    found: dict[str, Item] = {}
    for table, rows in asking.held.tables.items():
        for row in rows:
            for one in _of_row(asking, table, row):
                found.setdefault(one.item, one)
    return [*found.values(), *_workers(asking)]


def _of_row(asking: Asking, table: str, row: dict) -> Iterator[Item]:
    name = key(table, row)
    if grounds := _whole(asking, table, row):
        yield Item(f"{table}/{name}", table, None, name, None, grounds, row["recorded_at"])
        if "third_party" in grounds:
            return
    for column, cell in row.items():
        card = passport(table, column)
        if cell is None or (card.access != "include" and DECIDED not in card.access):
            continue
        if is_own_work(asking, table, row) and card.sensitivity == FREE_TEXT:
            continue
        where = f"{table}.{column}/{name}"
        if card.sensitivity == FREE_TEXT and not _is_ours(table, row) and not coded(asking.policy, table, column, cell):
            yield Item(where, table, column, name, None, ("third_party",), row["recorded_at"])
        elif card.kind in ("reference", "references") and card.allowed in ("people", "exclusions"):
            for one in parts(cell):
                if one in asking.held.others - {asking.asked_by} and row.get("asked_by") != asking.held.person:
                    yield Item(f"{where}/{one}", table, column, name, one, ("third_party",), row["recorded_at"])


def is_own_work(asking: Asking, table: str, row: dict) -> bool:
    """Whether a row was written in answering this very request, which asked for what was held before it."""
    return table in ("request_events", "letters", "sendings") and row["request"] == asking.request


def _is_ours(table: str, row: dict) -> bool:
    """Whether a text was written by this program: that a request is open."""
    return table == "holds" and row["request"] is not None


def coded(decided: Policy, table: str, column: str, cell: str) -> str | None:
    """The label of a free text that is one of the registered codes."""
    if not (register := passport(table, column).named_in):
        return None
    code = decided.codes(register, date.max).get(policy.slug(cell))
    return decided.labels(register, date.max)[code] if code else None


def _whole(asking: Asking, table: str, row: dict) -> tuple[str, ...]:
    """The grounds on which a whole row is decided; nothing for most."""
    held, for_a_child = asking.held, asking.by_another and asking.is_child
    if table in ("goals", "needs"):
        grounds = asking.value("gated_areas").get(row["area"], [])
        return tuple(ground for ground in grounds if ground != "third_party" or held.others)
    if for_a_child and (table, row.get("perspective")) == ("reviews", "child"):
        return ("child_expectation",)
    if for_a_child and table == "agreements" and row["given_by"] == held.person:
        return ("child_expectation",)
    if table == "holds" and held.others and _is_of_another(held, row):
        return ("third_party",)
    if table == "requests" and held.person not in (row["person"], row["asked_by"]):
        return ("third_party",)
    return ()


def _is_of_another(held: Held, hold: dict) -> bool:
    if hold["request"]:
        own = {row["request"] for row in held.tables["requests"] if held.person in (row["person"], row["asked_by"])}
        return hold["request"] not in own
    scope = parts(hold["scope"])
    return held.person not in scope if scope else hold["code"] in OF_SOMEONE


def _workers(asking: Asking) -> Iterator[Item]:
    """Workers who may be volunteers: those of paid staff of public bodies are named without a decision."""
    employers = {row["organisation"]: row for row in asking.held.tables["organisations"]}
    named = asking.value("staff_named")
    for name, row in sorted(asking.held.workers.items()):
        employer = employers[row["organisation"]]
        if not any(employer[column] in listed for column, listed in named.items()):
            yield Item(
                f"practitioners.name/{name}", "practitioners", "name", name, name, ("third_party",), row["recorded_at"]
            )


def decisions(connection: Connection, request: str) -> dict[str, dict]:
    """What stands decided upon a request, by item."""
    found = connection.execute(select(DECISIONS).filter_by(request=request)).mappings().all()
    names = ("item_decision", "request", "supersedes", "recorded_at")
    corrected = set(corrections.taken(corrections.Row(*(row[name] for name in names)) for row in found).values())
    return {row["item"]: dict(row) for row in found if row["item_decision"] not in corrected}


def undecided(item: Item, said: dict | None, on: date, months: int) -> str | None:
    """Why an item is not decided, or no longer; None if it is. `months`: how old an opinion may be on the day."""
    if said is None:
        return "not decided yet"
    if said["recorded_at"] < item.since:
        return "what it says was changed after the decision"
    if said["exemption"] == NEEDS_OPINION and (why := _opinion(said, on, months)):
        return why
    if said["decision"] == ItemOutcome.WITHHOLD:
        return None
    for ground in item.grounds:
        if ground == "health":
            if said["known_since"] is None and (why := _opinion(said, on, months)):
                return why
        elif said["because"] not in item.answers(ground):
            return f"to give it needs --because {' or '.join(item.answers(ground))}"
    return None


def _opinion(said: dict, on: date, months: int) -> str | None:
    """Why the opinion of a health professional cannot be relied on, on a day; None if it can."""
    given = said["opinion_on"]
    if given is None:
        return "it is about health: needs the opinion of a health professional (--opinion-on, --opinion-by)"
    first = add_months(on, -months)
    if given > on:
        return f"the opinion of {words(given)} lies after {words(on)}"
    if given <= first:
        return f"the opinion of {words(given)} is too old on {words(on)}: it must be later than {words(first)}"
    return None
