"""What each role of a team's database may do, read from two lists: roles.csv and rights.csv; it asks no database.

Whatever does not stand there nobody may do. A right is one verb on one table, or on one column of it.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hubdata import places
from hubdata.records.coverage.watch import COVERED
from hubdata.records.owner import OWNED
from hubdata.records.tables.contract import TABLES

PLACE = places.PACKAGE / "records" / "team"
OWNER = "owner"
EVERY = "every"  # every table of the hub, where rights.csv says so
MIGRATIONS = "alembic_version"
SUMS = ("coverage", "coverage_parts")
BY_HUB = ("families", *sorted(OWNED.keys() - {"families"}), "payloads")  # each row of these is of a hub
BY_PARTNER = ("involvements", "returns")  # of these a partner's clerk sees the partner's own
HUB = "hub"


@dataclass(frozen=True)
class Role:
    """A group of logins: what they do, as what they may enter in the ledger, and what an attribute lets them pass."""

    name: str
    does: str
    enters_as: tuple[str, ...]
    beside: str


@dataclass(frozen=True, order=True)
class Right:
    """That a role may do something to a table, or to one column of it."""

    role: str
    table: str
    verb: str
    column: str = ""


def _read(name: str) -> list[dict[str, str]]:
    with Path(PLACE / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _parts(said: str) -> tuple[str, ...]:
    return tuple(part for part in said.split(";") if part)


@cache
def roles() -> dict[str, Role]:
    """Every role of a login, by its word; the tables' owner is none of them."""
    return {r["role"]: Role(r["role"], r["does"], _parts(r["enters_as"]), r["beside"]) for r in _read("roles.csv")}


@cache
def rights() -> frozenset[Right]:
    """Every right."""
    return frozenset(right for row in _read("rights.csv") for right in _rights(row))


def _rights(row: dict[str, str]) -> Iterator[Right]:
    for role in _parts(row["roles"]):
        for table in everything() if row["tables"] == EVERY else _parts(row["tables"]):
            for column in _columns(table, row["columns"]) or [""]:
                yield Right(role, table, row["verb"], column)


def _columns(table: str, said: str) -> list[str]:
    """The columns that a row of the list means: none named is all of them, `values` is all but the key."""
    if said != "values":
        return list(_parts(said))
    return [column.name for column in TABLES[table].c if not column.primary_key]


def everything() -> list[str]:
    """Every table of a hub's own schema."""
    return sorted([*TABLES, MIGRATIONS])


def owing() -> list[str]:
    """The tables that nobody changes without an entry in the ledger."""
    return sorted([*COVERED, *SUMS, "payloads"])


def may(role: str, table: str) -> set[str]:
    """The verbs that a role may use on a table, or on a part of it."""
    return {right.verb for right in rights() if (right.role, right.table) == (role, table)}
