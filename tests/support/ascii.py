"""Small ASCII tables as spec tests' data; it must not put anything into a hub that a rule objects to unasked.

    load(hub, shares='''
        share | about | told_family | not_told_reason
        S1    | P1    | no          |
    ''')

A column that is left out does not matter to the test and gets a value with nothing wrong in it; an empty cell
stays empty. Families, people, workers and organisations that are only referred to are made up.
"""

from datetime import date, datetime

import pyarrow as pa
from sqlalchemy import Table

from hubdata import dates, policy
from hubdata.intake import take
from hubdata.records.ledger import Act
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES
from hubdata.rules import judge
from tests.support.made_up import COUNCIL, Row, complete


def rows(table: str) -> list[Row]:
    """Read a table with ` | ` between its columns and the names in its first line; an empty cell is None.

    Raises ValueError if a row is not as wide as the header.
    """
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines() if line.strip(" -+|")]
    names, *body = lines
    return [dict(zip(names, (cell or None for cell in line), strict=True)) for line in body]


def load(hub: Hub, **tables: str) -> None:
    """Put tables into a hub through intake; `holds` and `returns`, which partners do not send, directly.

    Raises AssertionError with every problem if intake refuses them.
    """
    read = {name: rows(text) for name, text in tables.items()}
    ours = {name: read.pop(name) for name in list(read) if name not in CONTRACT_TABLES}
    story = complete(read, ours, _held(hub))
    arrow = {name: _arrow(story[name]) for name in CONTRACT_TABLES if story[name]}
    act = Act("spec", "tester", "a spec test's tables", "intake.return")
    result = take.load(hub, arrow, partner=COUNCIL, act=act)
    assert result.status != "refused", "\n".join(f"{p.file} {p.column}: {p.message}" for p in result.problems)
    for name, found in ours.items():
        _insert(hub, name, found)


def findings(hub: Hub, family: str, as_at: str, known_at: str | None = None) -> set[tuple[str, str]]:
    """The (code, subject) of everything that one rule family objects to on a day."""
    known = dates.parse(known_at) if known_at else None
    judged = judge.judge(family, snapshots.take(hub), dates.parse(as_at), known, policy.load())
    return {(row["code"], row["subject"]) for row in judged.to_pylist() if row["code"]}


def behind(hub: Hub, table: str, *statements: str) -> None:
    """Change rows that are never changed, behind the hub's back: what no door of the hub lets in."""
    with hub.engine.begin() as connection:
        if hub.dialect == "sqlite":
            connection.exec_driver_sql(f"DROP TRIGGER {table}_no_update")
        else:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            connection.exec_driver_sql(statement)


def supersede(hub: Hub, table: str, **earlier: str) -> None:
    """Say of rows, behind the hub's back, that they supersede others."""
    key = next(iter(TABLES[table].primary_key)).name
    said = "UPDATE {} SET supersedes = '{}' WHERE {} = '{}'"
    behind(hub, table, *(said.format(table, named, key, later) for later, named in earlier.items()))


def _held(hub: Hub) -> dict[str, set[str]]:
    """The keys that the hub holds already, by table, so that nothing is made up over them."""
    first_key = {name: next(iter(TABLES[name].primary_key)).name for name in CONTRACT_TABLES}
    asked = " UNION ALL ".join(f"SELECT '{name}', {key} FROM {name}" for name, key in first_key.items())
    held = {name: set() for name in CONTRACT_TABLES}
    with hub.read() as connection:
        for name, key in connection.exec_driver_sql(asked):
            held[name].add(key)
    return held


def _arrow(found: list[Row]) -> pa.Table:
    names = list(dict.fromkeys(name for row in found for name in row))
    return pa.table({name: pa.array([row.get(name) for row in found], pa.string()) for name in names})


def _typed(table: Table, row: Row) -> dict:
    read = {date: date.fromisoformat, datetime: datetime.fromisoformat, int: int, str: str}
    return {name: cell and read[table.c[name].type.python_type](cell) for name, cell in row.items()}


def _insert(hub: Hub, name: str, found: list[Row]) -> None:
    with hub.write(Act("spec", "tester", "a spec test's tables", f"spec.{name}")) as connection:
        connection.execute(TABLES[name].insert(), [_typed(TABLES[name], row) for row in found])
