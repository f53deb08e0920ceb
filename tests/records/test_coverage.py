"""The audit chain vouches for the rows: whatever is done to them behind the product's back is found, and named."""

import marshal
import sqlite3
from contextlib import closing
from datetime import date, datetime

import psycopg
import pytest
from sqlalchemy import Date, DateTime, Integer, text
from sqlalchemy.engine import make_url

from hubdata.records.coverage import verify as verifying
from hubdata.records.coverage import watch
from hubdata.records.coverage.element import SPELLING
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES, metadata

ORDER = [table.name for table in metadata.sorted_tables if table.name in watch.COVERED]
LAWFUL = Act("tester", "officer", "a test", "test.write")


def _value(table, column, number: int):
    for key in column.foreign_keys:
        if key.column.table.name != table.name:
            return _value(key.column.table, key.column, number)
        return None
    if isinstance(column.type, Date):
        return date(2024, 1, number + 1)
    if isinstance(column.type, DateTime):
        return datetime(2024, 1, number + 1, 9)  # noqa: DTZ001 (as rows keep it)
    if isinstance(column.type, Integer):
        return number + 10
    return f"{table.name[:6]}.{column.name[:6]}{number}"


def made(table: str, number: int) -> dict:
    """A made-up row of any table, its references those of the other tables' rows of that number."""
    declared = TABLES[table]
    return {column.name: _value(declared, column, number) for column in declared.c}


@pytest.fixture
def kept(hub: Hub) -> Hub:
    """A hub with three rows in every table, all written by the product."""
    with hub.write(LAWFUL) as connection:
        for table in ORDER:
            connection.execute(TABLES[table].insert(), [made(table, number) for number in range(3)])
    return hub


def attack(hub: Hub, *statements: str) -> None:
    """What the database's owner can do with plain SQL: guards aside, any statement, and the guards back again."""
    if hub.dialect == "postgresql":
        address = make_url(hub.url).set(drivername="postgresql", username="postgres")
        with psycopg.connect(address.render_as_string(hide_password=False)) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                connection.execute(statement)
        return
    with closing(sqlite3.connect(hub.engine.url.database)) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, made_with in guards:
            connection.execute(made_with)
        connection.commit()


def found(hub: Hub) -> dict[str, set[tuple[str, str]]]:
    """What verifying says of rows: by table, what happened to which row."""
    verified = verifying.verify(hub)
    assert verified.chain.faults == verified.guards == verified.missing == []
    said: dict[str, set[tuple[str, str]]] = {}
    for fault in verified.changed:
        said.setdefault(fault.table, set()).add((fault.what, " ".join(fault.rows)))
    return said


def literal(value) -> str:
    """A value in SQL, as SQLite's driver would write it too."""
    if value is None:
        return "NULL"
    if isinstance(value, datetime):
        return f"'{value:%Y-%m-%d %H:%M:%S.%f}'"
    return str(value) if isinstance(value, int) else f"'{value}'"


def key_of(table: str) -> list[str]:
    return [column.name for column in TABLES[table].primary_key]


def where(table: str, row: dict) -> str:
    return " AND ".join(f"{name} = {literal(row[name])}" for name in key_of(table))


def reference(hub: Hub, table: str, row: dict) -> str:
    """A row's key as verifying names it."""
    as_kept = [literal(row[name]).strip("'") for name in key_of(table)]
    if hub.dialect == "postgresql":
        as_kept = [str(row[name]) for name in key_of(table)]
    return " ".join(as_kept)


def other(table: str) -> str:
    """A column that is no part of the key."""
    return next(column.name for column in reversed(TABLES[table].c) if column.name not in key_of(table))


def put(table: str, row: dict) -> str:
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(map(literal, row.values()))})"


def test_rows_that_the_product_wrote_are_vouched_for(kept: Hub):
    verified = verifying.verify(kept)

    assert verified.faults == []
    assert verified.rows.rows == 3 * len(ORDER) + 1  # and the first line of the erasure list
    assert verified.chain.since[0] == 1


def test_an_edited_row_is_named(kept: Hub):
    first = {table: made(table, 0) for table in ORDER}
    attack(
        kept,
        *(
            f"UPDATE {table} SET {other(table)} = {literal(made(table, 7)[other(table)])} WHERE {where(table, row)}"
            for table, row in first.items()
        ),
    )

    assert found(kept) == {table: {("changed", reference(kept, table, row))} for table, row in first.items()}


def test_a_deleted_row_is_counted_as_taken_out(kept: Hub):
    first = {table: made(table, 1) for table in ORDER}
    attack(kept, *(f"DELETE FROM {table} WHERE {where(table, row)}" for table, row in first.items()))

    said = found(kept)

    assert {table: [what for what, _ in faults] for table, faults in said.items()} == {t: ["taken out"] for t in ORDER}


def test_a_row_that_was_put_in_is_named(kept: Hub):
    new = {table: made(table, 8) for table in ORDER}
    attack(kept, *(put(table, row) for table, row in new.items()))

    assert found(kept) == {table: {("put in", reference(kept, table, row))} for table, row in new.items()}


def test_a_replaced_row_is_named(kept: Hub):
    replaced = {table: made(table, 2) | {other(table): made(table, 9)[other(table)]} for table in ORDER}
    statements = []
    for table, row in replaced.items():
        if kept.dialect == "postgresql":
            statements += [f"DELETE FROM {table} WHERE {where(table, row)}", put(table, row)]
        else:
            statements.append(put(table, row).replace("INSERT", "INSERT OR REPLACE", 1))
    attack(kept, *statements)

    assert found(kept) == {table: {("changed", reference(kept, table, row))} for table, row in replaced.items()}


def test_values_that_two_rows_exchanged_name_both(kept: Hub):
    statements = []
    for table in ORDER:
        for one, two in ((0, 1), (1, 0)):
            value = literal(made(table, two)[other(table)])
            statements.append(f"UPDATE {table} SET {other(table)} = {value} WHERE {where(table, made(table, one))}")
    attack(kept, *statements)

    both = {table: {("changed", reference(kept, table, made(table, n))) for n in (0, 1)} for table in ORDER}
    assert found(kept) == both


def test_a_row_moved_to_another_table_is_missed_in_one_and_found_in_the_other(kept: Hub):
    attack(
        kept,
        "INSERT INTO lead_versions SELECT family, practitioner, started_on, ended_on, recorded_at, "
        "'2024-05-05 09:00:00.000000' FROM leads WHERE started_on = '2024-01-01'",
        "DELETE FROM leads WHERE started_on = '2024-01-01'",
    )

    said = found(kept)

    assert {table: [what for what, _ in faults] for table, faults in said.items()} == {
        "lead_versions": ["put in"],
        "leads": ["taken out"],
    }


def test_an_older_copy_of_a_row_put_back_is_named(kept: Hub):
    with kept.write(LAWFUL) as connection:
        connection.execute(text("UPDATE families SET hub = 'kettering' WHERE family = 'famili.family0'"))
    attack(kept, f"UPDATE families SET hub = {literal(made('families', 0)['hub'])} WHERE family = 'famili.family0'")

    assert found(kept) == {"families": {("changed", "famili.family0")}}


def test_sums_put_back_with_the_rows_that_they_were_made_of_are_found(kept: Hub):
    with kept.read() as connection:
        before = {
            table: connection.execute(text(f"SELECT * FROM {table} WHERE of_table = 'families'")).mappings().all()
            for table in ("coverage", "coverage_parts")
        }
    with kept.write(LAWFUL) as connection:
        connection.execute(text("UPDATE families SET hub = 'kettering' WHERE family = 'famili.family0'"))
    undone = [f"UPDATE families SET hub = {literal(made('families', 0)['hub'])} WHERE family = 'famili.family0'"]
    blob = "'\\x{}'" if kept.dialect == "postgresql" else "x'{}'"
    for table, rows in before.items():
        undone.append(f"DELETE FROM {table} WHERE of_table = 'families'")
        for row in rows:
            values = [
                blob.format(bytes(v).hex()) if isinstance(v, bytes | memoryview) else literal(v) for v in row.values()
            ]
            undone.append(f"INSERT INTO {table} VALUES ({', '.join(values)})")

    attack(kept, *undone[:1], *undone[3:])  # with the parts' sums only
    assert found(kept) == {"families": {("changed", "famili.family0")}}

    attack(kept, *undone)
    assert found(kept) == {"families": {("sums", "")}}
    [fault] = verifying.verify(kept).changed
    assert "put back as they were after entry 2" in fault.said


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM coverage WHERE of_table = 'shares'",
        "UPDATE coverage SET held = held + 1 WHERE of_table = 'shares'",
        "DELETE FROM coverage_parts WHERE of_table = 'shares'",
    ],
)
def test_sums_that_were_changed_are_told(kept: Hub, statement: str):
    attack(kept, statement)

    assert found(kept) == {"shares": {("sums", "")}}


def test_no_entry_vouches_for_sums_that_somebody_moved_along_with_a_row(kept: Hub):
    first = "family = 'famili.family0'"
    with kept.read() as connection:
        was = connection.execute(text("SELECT total, placed FROM coverage WHERE of_table = 'families'")).one()
    with kept.write(LAWFUL) as connection:  # whoever watches a lawful change and its undoing knows what to add
        connection.execute(text(f"UPDATE families SET hub = 'kettering' WHERE {first}"))
    with kept.read() as connection:
        now = connection.execute(text("SELECT total, placed FROM coverage WHERE of_table = 'families'")).one()
        parts = connection.execute(text("SELECT part, total, placed FROM coverage_parts ORDER BY part")).all()
    with kept.write(LAWFUL) as connection:
        connection.execute(text(f"UPDATE families SET hub = {literal(made('families', 0)['hub'])} WHERE {first}"))
    assert bytes(was.total) != bytes(now.total) and parts
    blob = "'\\x{}'" if kept.dialect == "postgresql" else "x'{}'"
    total, placed = (blob.format(bytes(value).hex()) for value in now)
    attack(
        kept,
        f"UPDATE families SET hub = 'kettering' WHERE {first}",
        f"UPDATE coverage SET total = {total}, placed = {placed} WHERE of_table = 'families'",
    )

    with kept.write(LAWFUL) as connection:
        connection.execute(text("UPDATE families SET hub = 'corby' WHERE family = 'famili.family2'"))

    assert ("sums", "") in found(kept)["families"]


@pytest.mark.parametrize("value", ["''", "x'6b'", "CAST('k' AS BLOB)"])
def test_the_kind_of_a_value_counts(sqlite_hub: Hub, value: str):
    with sqlite_hub.write(LAWFUL) as connection:
        connection.execute(TABLES["families"].insert(), made("families", 0) | {"closure_reason": None, "hub": "k"})
    column = "closure_reason" if value == "''" else "hub"
    attack(sqlite_hub, f"UPDATE families SET {column} = {value}")

    assert found(sqlite_hub) == {"families": {("changed", "famili.family0")}}


def test_a_text_that_is_none_is_found_too(sqlite_hub: Hub):
    with sqlite_hub.write(LAWFUL) as connection:
        connection.execute(TABLES["families"].insert(), made("families", 0))
    attack(sqlite_hub, "UPDATE families SET hub = CAST(x'ff' AS TEXT)")

    assert found(sqlite_hub) == {"families": {("changed", "famili.family0")}}


def test_rows_that_are_gone_without_a_trace_are_counted(kept: Hub):
    attack(kept, "DELETE FROM families")

    said = [fault.said for fault in verifying.verify(kept).changed]

    assert said == ["families: a row, of which nothing is left to name it, was taken out behind the product's back"] * 3


def test_a_row_s_spelling_is_the_same_on_every_python():
    row = ("S1", None, 5, -(2**40), 2.5, b"\x00\xff", "Zoë\x1f")

    assert marshal.dumps(row, SPELLING).hex() == (
        "2807000000750200000053314e69050000006cfdffffff000000000004670000000000000440730200000000ff75050000005a6fc3ab1f"
    )
