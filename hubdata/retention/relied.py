"""Which records another family's rows refer to: without them what stays would point at nobody; it writes nothing.

The database itself keeps a row that a foreign key names. People are also named in lists (an agreement's `covers`, a
share's `about`, a hold's scope), which no key guards: a person who moved to another family stays named where they were.
"""

from collections.abc import Collection

from sqlalchemy import Connection, Table, text

from hubdata.records import owner
from hubdata.records.tables.contract import TABLES, metadata, passport

# Families named in the row of another family: each statement gives (family, by_family).
_BY_KEY = tuple(
    f"SELECT DISTINCT p.family AS family, c.family AS by_family FROM {key.column.table.name} p JOIN {child.name} c "
    f"ON c.{key.parent.name} = p.{key.column.name} WHERE p.family IN {{families}} AND c.family <> p.family"
    for child in metadata.sorted_tables
    if "family" in child.c
    for key in sorted(child.foreign_keys, key=lambda key: key.parent.name)
    if "family" in key.column.table.c and key.column.table.name != "families"
)
_EACH = {
    "sqlite": """json_each('[' || replace(json_quote(c.{0}), ';', '","') || ']')""",
    "postgresql": "unnest(string_to_array(c.{0}, ';'))",
}
WHY = "another family's record refers to it"
_NAME = {"sqlite": "n.value", "postgresql": "n"}


def _lists(table: Table) -> list[str]:
    """The columns of a table that name people in a list."""
    cards = {c.name: passport(table.name, c.name) for c in table.c}
    return [name for name, card in cards.items() if card.kind == "references" and card.allowed != "organisations"]


def _statements(dialect: str) -> list[str]:
    named = [(name, column) for name, table in TABLES.items() if "family" in table.c for column in _lists(table)]
    return [
        *_BY_KEY,
        *(
            f"SELECT DISTINCT p.family AS family, c.family AS by_family FROM {name} c "
            f"CROSS JOIN {_EACH[dialect].format(column)} n JOIN people p ON p.person = {_NAME[dialect]} "
            f"WHERE p.family IN {{families}} AND c.family <> p.family"
            for name, column in named
        ),
    ]


def refer(connection: Connection, families: Collection[str]) -> dict[str, set[str]]:
    """The other families whose rows refer to rows of each of these."""
    condition, value = owner.bound(connection, families)
    found: dict[str, set[str]] = {}
    for statement in _statements(connection.dialect.name):
        for family, by in connection.execute(text(statement.format(families=condition)), {"families": value}):
            found.setdefault(family, set()).add(by)
    return found


def kept(connection: Connection, families: Collection[str]) -> set[str]:
    """Those of the families that have to stay because one that stays refers to them, directly or in steps."""
    going, by = set(families), refer(connection, families)
    while more := {family for family in going if by.get(family, set()) - going}:
        going -= more
    return set(families) - going
