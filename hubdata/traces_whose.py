"""Whose a row is, by its own reference: which family's, and which rows of a table are one's; it reads keys only."""

from sqlalchemy import Connection, Select, Table, select, text

from hubdata import traces
from hubdata.records import TABLES


def of_family(connection: Connection, table: str, family: str) -> set[str]:
    """The references of one family's rows in a table."""
    condition, value = traces.bound(connection, [family])
    where = traces.OWNED[table].format(families=condition)
    key = next(iter(TABLES[table].primary_key)).name
    return set(connection.execute(text(f"SELECT {key} FROM {table} WHERE {where}"), {"families": value}).scalars())


def family_of(connection: Connection, table: str, reference: str) -> str | None:
    """The family that a row belongs to; None if there is no such row, it is nobody's, or more than one family's."""
    if table not in traces.OWNED or (asked := _whose(TABLES[table])) is None:
        return None
    key = next(iter(TABLES[table].primary_key))
    found = set(connection.execute(asked.where(key == reference).distinct()).scalars())
    found = {family for family in found if family and not family.startswith("~")}
    return found.pop() if len(found) == 1 else None


def _whose(table: Table) -> Select | None:
    if "family" in table.c:
        return select(table.c.family)
    above = next((key for key in table.foreign_keys if "family" in key.column.table.c), None)
    if above is None:
        return None
    return select(above.column.table.c.family).join_from(table, above.column.table, above.parent == above.column)


def named(connection: Connection, reference: str) -> set[str]:
    """Every family that has a row of its own under this reference: its record, a person, a goal, a share, a request."""
    tables = [name for name in traces.OWNED if len(keys := list(TABLES[name].primary_key)) == 1
              and not keys[0].foreign_keys]  # fmt: skip
    return {family for name in tables if (family := family_of(connection, name, reference))}
