"""All that the rules ask of the records about one family, read by its keys; they judge it by the same SQL as a hub.

Its rows stand where a statement of a snapshot names a whole table (`WITH people AS …`): they are read, typed and looked
through by the very text that reads a hub. Beside them stands whatever a rule looks at across families: decisions filed
elsewhere about the same people, rows that a chain of corrections passes through, holds and requests of records that
were ever decided about with it, and whose each person is who is named. A snapshot of it carries no hash.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from functools import cache

import pyarrow as pa
from sqlalchemy import Connection, select, text

from hubdata import periods
from hubdata.policy import Policy
from hubdata.records import owner
from hubdata.records.snapshot import lives, take
from hubdata.records.snapshot import outside as outsides
from hubdata.records.snapshot.frozen import Snapshot, as_text, rules
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.records.team import seen
from hubdata.rules import findings, judge, standing
from hubdata.rules.asked import one_family
from hubdata.rules.findings import Finding

# What finds nothing about a family's own row: it judges organisations, notices and names over every family's rows.
OF_THE_HUB = ("freshness", "partners", "wording", "names")
OF_A_FAMILY = tuple(name for name in judge.FAMILIES if name not in OF_THE_HUB)
NAMING = {  # where a family's rows name people
    "people": ("person",),
    "agreements": ("given_by", "covers", "exclusions"),
    "shares": ("about",),
    "withheld": ("about",),
    "requests": ("person", "asked_by"),
    "holds": ("scope",),
    "competences": ("person",),
}
DECIDED_ABOUT = (("people", "person"), ("agreements", "covers"), ("shares", "about"))
UNREAD = ("disposals", "decisions", "destroyed", "certificates", "returns", "services", "outside")
# Rows to which a chain of corrections leads from these, of whatever family: a ring through another one is a ring too.
CHAINED = """WITH RECURSIVE reached(id) AS (SELECT {key} FROM {of} WHERE {own}
  UNION SELECT a.supersedes FROM {of} a JOIN reached r ON a.{key} = r.id WHERE a.supersedes IS NOT NULL)
SELECT * FROM {of} WHERE {key} IN (SELECT id FROM reached)"""
SOME = "SELECT * FROM {of} WHERE {own}"
AND_NAMED = "SELECT * FROM {of} WHERE family IN {families} UNION SELECT * FROM {of} WHERE person IN {people}"
LEADING = "SELECT * FROM {of} WHERE practitioner IN (SELECT practitioner FROM leads WHERE family IN {families})"


class Case:
    """One family as a connection sees it."""

    def __init__(self, connection: Connection, family: str):
        self._connection, self._on = connection, connection.dialect.name
        named = self._named(family)
        covered = {name for place in DECIDED_ABOUT for name in named[place]}
        about = one_family.about(connection, {family})
        listed = {
            "families": {family},
            "people": {name for names in named.values() for name in names},
            "filed": {family, *standing.elsewhere(connection, family, covered)},
            "linked": {family} | {name for row in about for name in (row.family, row.other)},
        }
        bound = {name: owner.bound(connection, sorted(some), name) for name, some in listed.items()}
        self._values = {name: value for name, (_, value) in bound.items()}
        self._rows = _rows(self._on, tuple((name, condition) for name, (condition, _) in bound.items()))

    def _named(self, family: str) -> dict[tuple[str, str], set[str]]:
        """Who is named in the family's rows, by where."""
        found: dict[tuple[str, str], set[str]] = {}
        for name, columns in NAMING.items():
            table = TABLES[name]
            rows = self._connection.execute(
                select(*(table.c[c] for c in columns)).where(table.c.family == family)
            ).all()
            for at, column in enumerate(columns):
                found[name, column] = {one for row in rows for one in (row[at] or "").split(";") if one}
        return found

    def ask(self, statement: str) -> list[tuple]:
        """What a statement about whole tables answers of this family's rows."""
        words = set(re.findall(r"\w+", statement))
        placed = ", ".join(f"{name} AS ({rows})" for name, rows in self._rows.items() if name in words)
        given = {name: value for name, value in self._values.items() if re.search(rf":{name}\b", placed)}
        told = statement.replace(":", "\\:")  # in a statement no colon names a value
        if placed:
            told = f"WITH {placed}" + (f", {told[5:]}" if told.startswith("WITH ") else f" {told}")
        return [tuple(row) for row in self._connection.execute(text(told), given)]

    def outside(self) -> Iterator[tuple]:
        """Free text of this family's rows that says too much."""
        return outsides.said(self.ask, _texts(self._on))


@cache
def _texts(dialect: str) -> list[tuple[str, str]]:
    return list(outsides.written(dialect, owner.OWNED))


@cache
def _rows(dialect: str, bound: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """What stands in the place of each table; SQLite would take a table's name there for the one that stands there."""
    lists = dict(bound)
    stored = "main." if dialect == "sqlite" else ""
    own = {name: condition.format(families=lists["families"]) for name, condition in owner.OWNED.items()}
    own |= dict.fromkeys(("holds", "requests"), f"family IN {lists['linked']}")
    own["pair_decisions"] = f"family IN {lists['linked']} OR other IN {lists['linked']}"
    own["request_events"] = f"request IN (SELECT request FROM {stored}requests WHERE {own['requests']})"
    own["agreements"] = f"family IN {lists['filed']}"
    how = {
        **dict.fromkeys(("agreements", "shares", "request_events"), CHAINED),
        **dict.fromkeys(("people", "competences"), AND_NAMED),
        "practitioners": LEADING,
    }
    return {
        name: how.get(name, SOME).format(
            of=stored + name, own=own.get(name), key=next(iter(TABLES[name].primary_key)).name, **lists
        )
        for name in (*own, "practitioners")
    }


def read(hub: Hub, family: str) -> Snapshot:
    """What the rules of a family read about one; of whoever may read no more than a snapshot carries, all of it."""
    with hub.read() as connection:
        if hub.dialect == "postgresql" and connection.exec_driver_sql(take.REPORTS).scalar_one():
            return take.take(hub)
        return replace(of(connection, family, hub.policy), own=rules(hub.home), partly=seen.partly(connection))


def judged(hub: Hub, held: Snapshot, as_at: date, families: Collection[str]) -> tuple[list[Finding], list[str]]:
    """As `findings.answered`, of one family's records as `read` gives them, without what is judged of the hub alone.

    The council's own rules may look at every family together: they are judged over the whole hub, if there are any.
    """
    found, _ = findings.answered(held, as_at, tuple(one for one in families if one in OF_A_FAMILY))
    said = [*([held.partly] if held.partly else []), *findings.not_run(tuple(families), as_at, held.decided)]
    if judge.OWN in families and held.own:
        ours, not_run = findings.answered(replace(take.take(hub), partly=""), as_at, (judge.OWN,))
        return found + ours, said + not_run
    return found, said


def of(connection: Connection, family: str, decided: Policy) -> Snapshot:
    """As `read`, in the caller's own transaction and without the council's own rules."""
    case = Case(connection, family)
    unread = (*UNREAD, *(() if periods.needs_lives(decided) else ("lives",)))
    read = {name: _table(case, name, decided) for name in take.SNAPSHOT_TABLES if name not in unread}
    made = take.whole(read, decided, [*case.outside()], lives.dead(case.ask))
    return replace(made, sha256="")


def _table(case: Case, name: str, decided: Policy) -> tuple[pa.Table, bytes]:
    fields = take.stored(name)
    columns = ", ".join(f"COALESCE(CAST({field.sql} AS VARCHAR), '')" for field in fields)
    rows = case.ask(f"SELECT {columns} FROM {take.SOURCES.get(name, name)}")
    return take.read_text(name, as_text([field.name for field in fields], rows), decided)
