"""Everything that the hub holds about one person, read by the family's indexes; it judges nothing and writes nothing.

Rows that are only about another member of the family are never read into it. A table is read in one of these ways, or
is excused with its reason; a test holds that no table and no column is neither.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, or_, select

from hubdata.records.tables.contract import TABLES, passport
from hubdata.terms import OrganisationKind

EXCUSED = {
    "practitioners": "about the worker; a worker is named where they took the lead or a decision",
    "disposals": "about the work of staff, not about the family",
    "actors": "about staff: who may act here, as what, and since when",
    "actor_proofs": "about staff: how those who act prove who they are",
    "actor_resets": "about staff: whose lost passphrase was replaced, and by whom",
    "actor_tries": "about staff: when somebody tried to prove who they are, and could not",
    "services": "about no person: which services a directory listed",
    "returns": "about no person: that a partner's return arrived",
    "destroyed": "about records that are no longer held",
    "certificates": "about no person: counts and days of what was destroyed",
    "erasures": "about no person: how far the list of what was destroyed is followed",
    "item_decisions": "about how others' details were weighed; what was left out, and why, is said in numbers",
    "finding_assignments": "about the work of staff; what was found, and what was said of it, is given",
    "pair_decisions": "about two records, of which the other may be another family's; of one family both are read",
    "chain": "given as a history that can be read: who looked, and why",
    "coverage": "numbers that prove that rows were not altered, about no person",
    "coverage_parts": "numbers that prove that rows were not altered, about no person",
    "erasing": "about no person, and empty but for the moment of an erasure",
}
OF_FAMILY = ("families", "involvements", "leads", "lead_versions", "goals", "needs", "holds", "decisions", "recalls")
OF_PERSON = ("identifiers", "competences")
NAMING = {"agreements": ("covers", "given_by", "exclusions"), "shares": ("about",), "withheld": ("about",)}
THROUGH = {
    "reviews": ("goals", "goal"),
    "look_again": ("shares", "share"),
    "request_events": ("requests", "request"),
    "packs": ("requests", "request"),
    "letters": ("requests", "request"),
    "sendings": ("requests", "request"),
    "enclosures": ("requests", "request"),
}
OF_FINDINGS = "finding_marks"  # those about rows that are read
AT_ONCE = 500


@dataclass(frozen=True)
class Member:
    """Somebody of the family; the name is for a page only."""

    person: str
    role: str
    name: str


@dataclass(frozen=True)
class Held:
    """What is held about one person: rows by table, and who else is spoken of in them."""

    family: str
    person: str
    tables: dict[str, list[dict]]
    members: dict[str, Member]
    workers: dict[str, dict]
    linked: tuple[str, ...] = ()  # records that an officer decided to be of the same family; theirs is read too

    @property
    def others(self) -> set[str]:
        """Every other member of the family."""
        return self.members.keys() - {self.person}


def read(connection: Connection, family: str, person: str, linked: tuple[str, ...] = ()) -> Held:
    """Everything held about one person of a family, whichever of its records it stands in."""
    ours = (family, *linked)
    tables = {name: _rows(connection, name, TABLES[name].c.family.in_(ours)) for name in OF_FAMILY}
    people = _rows(connection, "people", TABLES["people"].c.family.in_(ours))
    tables["people"] = [row for row in people if row["person"] == person]
    for name in OF_PERSON:
        tables[name] = _rows(connection, name, TABLES[name].c.person == person)
    for name, columns in NAMING.items():
        rows = _rows(connection, name, TABLES[name].c.family.in_(ours))
        tables[name] = [row for row in rows if any(person in parts(row[column]) for column in columns)]
    asked = TABLES["requests"].c
    mine = or_(asked.person == person, asked.asked_by == person, asked.person.is_(None))
    tables["requests"] = _rows(connection, "requests", asked.family.in_(ours), mine)
    for name, (above, link) in THROUGH.items():
        tables[name] = list(_few(connection, name, link, {row[link] for row in tables[above]}))
    read_here = {(name, key(name, row)) for name, rows in tables.items() for row in rows}
    marks = _rows(connection, OF_FINDINGS, TABLES[OF_FINDINGS].c.family.in_(ours))
    tables[OF_FINDINGS] = [row for row in marks if (row["of_table"], row["subject"]) in read_here]
    named = {
        row["person"]: Member(row["person"], row["role"], f"{row['given_name']} {row['family_name']}") for row in people
    }
    found = _few(connection, "practitioners", "practitioner", referred(tables, "practitioners"))
    workers = {row["practitioner"]: row for row in found}
    tables["organisations"] = _organisations(connection, tables, {row["organisation"] for row in workers.values()})
    return Held(family, person, tables, named, workers, linked)


def key(table: str, row: dict) -> str:
    """A row's own reference; of one with several parts, all of them."""
    return "/".join(str(row[column.name]) for column in TABLES[table].primary_key)


def parts(cell: str | None) -> list[str]:
    """The references in a cell."""
    return cell.split(";") if cell else []


def referred(tables: dict[str, list[dict]], to: str) -> set[str]:
    """Every reference that these rows make to a table."""
    found = ((table, row) for table, rows in tables.items() for row in rows)
    return {
        one for table, row in found for name, cell in row.items() if _points(table, name, to) for one in parts(cell)
    }


def _points(table: str, column: str, to: str) -> bool:
    card = passport(table, column)
    return card.allowed == to and card.kind in ("reference", "references") and to != table


def _rows(connection: Connection, name: str, *where: ColumnElement[bool]) -> list[dict]:
    table = TABLES[name]
    found = select(table).where(*where).order_by(*table.primary_key)
    return [dict(row) for row in connection.execute(found).mappings()]


def _few(connection: Connection, name: str, column: str, wanted: set[str]) -> Iterator[dict]:
    listed = sorted(wanted)
    for start in range(0, len(listed), AT_ONCE):
        yield from _rows(connection, name, TABLES[name].c[column].in_(listed[start : start + AT_ONCE]))


def _organisations(connection: Connection, tables: dict[str, list[dict]], employers: set[str]) -> list[dict]:
    """Those that the rows name, those whose workers they name, and the council."""
    left_out = {one for row in tables["agreements"] for one in parts(row["exclusions"])}
    wanted = referred(tables, "organisations") | left_out | employers
    found = list(_few(connection, "organisations", "organisation", wanted))
    lead = TABLES["organisations"].c.kind == OrganisationKind.LEAD_PARTNER
    return found + [row for row in _rows(connection, "organisations", lead) if row not in found]
