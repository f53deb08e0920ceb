"""Whose a row is, by its own reference: which family's, and which rows of a table are one's; it reads keys only."""

import json
from collections.abc import Collection

from sqlalchemy import Column, Connection, Select, Table, select, text

from hubdata.records.tables.contract import TABLES

AT_ONCE = 500  # references asked about in one statement


def of_family(connection: Connection, table: str, family: str) -> set[str]:
    """The references of one family's rows in a table."""
    condition, value = bound(connection, [family])
    where = OWNED[table].format(families=condition)
    key = next(iter(TABLES[table].primary_key)).name
    return set(connection.execute(text(f"SELECT {key} FROM {table} WHERE {where}"), {"families": value}).scalars())


def family_of(connection: Connection, table: str, reference: str) -> str | None:
    """The family that a row belongs to; None if there is no such row, it is nobody's, or more than one family's."""
    if table not in OWNED or (asked := _whose(TABLES[table])) is None:
        return None
    key = next(iter(TABLES[table].primary_key))
    found = set(connection.execute(asked.where(key == reference).distinct()).scalars())
    found = {family for family in found if family and not family.startswith("~")}
    return found.pop() if len(found) == 1 else None


def families_of(connection: Connection, table: str, references: Collection[str]) -> dict[str, str]:
    """The family of each of these rows, as `family_of`; a row that is nobody's is left out."""
    if table not in OWNED or (asked := _whose(TABLES[table])) is None:
        return {}
    key, listed = next(iter(TABLES[table].primary_key)), sorted(references)
    found: dict[str, set[str]] = {}
    for start in range(0, len(listed), AT_ONCE):
        some = asked.add_columns(key).where(key.in_(listed[start : start + AT_ONCE]))
        for family, reference in connection.execute(some.distinct()):
            found.setdefault(reference, set()).add(family)
    kept = {
        reference: {each for each in some if each and not each.startswith("~")} for reference, some in found.items()
    }
    return {reference: some.pop() for reference, some in kept.items() if len(some) == 1}


def _whose(table: Table) -> Select | None:
    if "family" in table.c:
        return select(table.c.family)
    above = next((key for key in table.foreign_keys if "family" in key.column.table.c), None)
    if above is None:
        return None
    return select(above.column.table.c.family).join_from(table, above.column.table, above.parent == above.column)


def named(connection: Connection, reference: str) -> set[str]:
    """Every family that has a row of its own under this reference: its record, a person, a goal, a share, a request."""
    tables = [name for name in OWNED if len(keys := list(TABLES[name].primary_key)) == 1 and not keys[0].foreign_keys]
    return {family for name in tables if (family := family_of(connection, name, reference))}


def _owned(table: Table) -> str | None:
    """The condition under which a row belongs to :families, or None if the table's rows belong to no family."""
    # two records compared with each other are named together: such a row is either family's
    own = [c.name for c in table.c if c.name == "family" or _names_a_family(c)]
    if own:
        return "(" + " OR ".join(f"{name} IN {{families}}" for name in own) + ")"
    for column, key in _upward(table):
        return f"{column.name} IN (SELECT {key.name} FROM {key.table.name} WHERE family IN {{families}})"
    return None


def _names_a_family(column: Column) -> bool:
    return any(key.column.table.name == "families" for key in column.foreign_keys)


def _upward(table: Table) -> list[tuple[Column, Column]]:
    """The columns through which a table's rows belong to rows that belong to a family, and the keys they name."""
    keys = [(column, key.column) for column in table.c for key in column.foreign_keys]
    return [(column, key) for column, key in keys if "family" in key.table.c]


OWNED = {name: condition for name, table in TABLES.items() if (condition := _owned(table))}


def bound(connection: Connection, families: Collection[str], name: str = "families") -> tuple[str, object]:
    """How a statement names the families, and the one value that it is given; no table of them is ever written."""
    if connection.dialect.name == "postgresql":
        return f"(SELECT unnest(CAST(:{name} AS varchar[])))", list(families)
    return f"(SELECT value FROM json_each(:{name}))", json.dumps(list(families))
