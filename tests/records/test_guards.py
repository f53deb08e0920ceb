"""What is only ever added to: the database itself refuses to lose or overwrite it, and missing guards are noticed.

HUBDATA_DRAW=1 python -m pytest tests/records/test_guards.py writes the list of guards again.
"""

import ast
import csv
import os
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from hubdata.errors import HubError
from hubdata.records.coverage import guards, watch
from hubdata.records.coverage.erasing import erasing
from hubdata.records.coverage.verify import verify
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from tests.records.test_coverage import LAWFUL, kept, other, where  # noqa: F401 (a fixture)
from tests.records.test_coverage import made as made_row

ADDED = (
    *("actor_proofs", "actor_resets", "actor_tries", "actors"),
    *("agreements", "certificates", "competences", "destroyed", "erasures", "finding_marks", "identifiers"),
    *(
        "enclosures",
        "finding_assignments",
        "item_decisions",
        "lead_versions",
        "letters",
        "look_again",
        "packs",
        "pair_decisions",
    ),
    *("request_events", "requests", "returns", "sendings", "shares", "withheld"),
)
COLUMNS = {name: [column.name for column in table.c] for name, table in TABLES.items()}
PACKAGE = Path(guards.__file__).parents[2]
REFUSED = "is append-only"


def _plain(hub: Hub, statement: str) -> None:
    """Run a statement as another program would: no reference checked, no trigger within a trigger."""
    with hub.engine.connect() as connection:
        if hub.dialect == "sqlite":
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("PRAGMA recursive_triggers = OFF")
            connection.exec_driver_sql("BEGIN")
        try:
            connection.exec_driver_sql(statement)
            connection.commit()
        finally:
            connection.invalidate()


def _rows(hub: Hub, table: str) -> list:
    with hub.read() as connection:
        return sorted(map(repr, connection.execute(text(f"SELECT * FROM {table}")).all()))


@pytest.mark.parametrize("verb", ["DELETE", "UPDATE", "TRUNCATE", "INSERT OR REPLACE", "by its number"])
def test_what_is_only_added_to_is_never_taken_away_or_overwritten(kept: Hub, verb: str):  # noqa: F811
    if (verb == "TRUNCATE") != (kept.dialect == "postgresql") and verb not in ("DELETE", "UPDATE"):
        pytest.skip(f"{verb} is the other database's")
    let_through = []
    numbered = ("erasures", "returns") if verb == "by its number" else ()  # their key is their number
    for table in sorted({*ADDED} - {*numbered}):
        before, row = _rows(kept, table), where(table, made_row(table, 0))
        columns, changed = ", ".join(COLUMNS[table]), other(table)
        changed = "family" if table in ("packs", "letters") else changed
        same = ", ".join("'x'" if name == changed else name for name in COLUMNS[table])
        statement = {
            "DELETE": f"DELETE FROM {table} WHERE {row}",
            "UPDATE": f"UPDATE {table} SET {changed} = {changed} WHERE {row}",
            "TRUNCATE": f"TRUNCATE {table} CASCADE",
            "INSERT OR REPLACE": f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {same} FROM {table} WHERE {row}",
            "by its number": f"INSERT OR REPLACE INTO {table} (rowid, {columns}) SELECT rowid, "
            f"{', '.join(repr('y') if n in row else n for n in COLUMNS[table])} FROM {table} WHERE {row}",
        }[verb]
        try:
            with pytest.raises(DatabaseError, match=REFUSED):
                _plain(kept, statement)
        except BaseException:  # noqa: BLE001 (pytest's own failure)
            let_through.append(table)
        if _rows(kept, table) != before:
            let_through.append(f"{table}, which is not as it was")

    assert let_through == []
    assert verify(kept).faults == []


def test_what_entries_say_goes_by_an_erasure_only(kept: Hub):  # noqa: F811
    with pytest.raises(DatabaseError, match=REFUSED):
        _plain(kept, "DELETE FROM payloads")

    assert verify(kept).faults == []


def test_an_erasure_lets_rows_go_and_the_chain_vouches_for_what_is_left(kept: Hub):  # noqa: F811
    with kept.write(LAWFUL) as connection, erasing(connection):
        connection.execute(text("DELETE FROM pair_decisions"))
        connection.execute(text("DELETE FROM withheld"))

    assert _rows(kept, "withheld") == _rows(kept, "erasing") == []
    assert verify(kept).faults == []


def test_an_erasure_that_somebody_left_open_is_told(kept: Hub):  # noqa: F811
    _plain(kept, "INSERT INTO erasing VALUES ('2026-01-01 00:00:00.000000')")

    assert verify(kept).faults == ["an erasure is said to be in progress, and none is"]


def test_no_column_but_the_key_is_unique_so_that_no_other_can_be_replaced_by(hub: Hub):
    with hub.read() as connection:
        looked = inspect(connection)
        unique = {table: looked.get_unique_constraints(table) for table in (*ADDED, "chain", "payloads")}
        indexes = [i for table in unique for i in looked.get_indexes(table) if i["unique"]]

    assert not any(unique.values()) and not indexes


@pytest.mark.parametrize(
    ("on_sqlite", "on_postgresql", "said"),
    [
        (
            "DROP TRIGGER shares_no_update",
            "DROP TRIGGER shares_no_update ON shares",
            "shares: the guard shares_no_update is missing",
        ),
        (
            "CREATE TRIGGER quiet AFTER INSERT ON shares BEGIN SELECT 1; END",
            "CREATE TRIGGER quiet AFTER INSERT ON shares EXECUTE FUNCTION hub_append_only()",
            "shares: the guard quiet is none of the product's",
        ),
        (
            None,
            "ALTER TABLE shares DISABLE TRIGGER shares_no_update",
            "shares: the guard shares_no_update is switched off",
        ),
        (
            None,
            "CREATE RULE quiet AS ON DELETE TO shares DO INSTEAD NOTHING",
            "shares: the rule quiet is none of the product's",
        ),
    ],
)
def test_a_guard_that_was_tampered_with_is_named(hub: Hub, on_sqlite: str | None, on_postgresql: str, said: str):
    if hub.dialect == "sqlite" and on_sqlite is None:
        pytest.skip("SQLite has no such thing")
    _plain(hub, on_sqlite if hub.dialect == "sqlite" and on_sqlite else on_postgresql)

    assert verify(hub).guards == [said] and verify(hub, quick=True).guards == [said]


def test_a_guard_that_does_something_else_is_named(postgres_hub: Hub):
    _plain(
        postgres_hub,
        "CREATE OR REPLACE FUNCTION hub_only_in_an_erasure() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN OLD; END $$",
    )

    assert set(verify(postgres_hub).guards) == {
        f"{table}: the guard {table}_no_delete is not as the product made it" for table in (*ADDED, "payloads")
    }


def test_every_guard_is_listed(sqlite_hub: Hub, postgres_hub: Hub):
    rows = []
    for one in (sqlite_hub, postgres_hub):
        with one.read() as connection:
            rows += [(one.dialect, *where_, digest) for where_, digest in guards.found(connection).items()]
    if os.environ.get("HUBDATA_DRAW"):
        with guards.LIST.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("database", "table", "guard", "digest"))
            writer.writerows(sorted(rows))
        guards.wanted.cache_clear()

    listed = {(name, *key): digest for name in ("sqlite", "postgresql") for key, digest in guards.wanted(name).items()}
    assert listed == {(database, table, guard): digest for database, table, guard, digest in rows}


OPENS = {"connect", "begin", "raw_connection"}
# who opens a database other than through Hub.read and Hub.write, and that it writes no record there
OPENED = {
    "records/alone.py": "takes a lock of the server",
    "records/backups/database.py": "copies the whole file, and reads the copy",
    "records/backups/postgresql.py": "asks the server for its version",
    "records/backups/restore.py": "reads what is about to be replaced",
    "records/backups/swap.py": "locks the file that is about to be replaced",
    "records/coverage/apart.py": "reads the file, which it may not write to",
    "records/doctor/database.py": "reads the file, which it may not write to",
    "records/snapshot/take.py": "copies the file, and reads the copy",
    "records/store.py": "is the one place: Hub.read, Hub.write, and the migrations, after which all is covered anew",
    "retention/traces/postgresql.py": "reads the server's files",
    "retention/traces/scan.py": "reads the server's files",
    "retention/traces/settling.py": "rewrites the file without a change to any row",
}


def test_every_writer_goes_through_the_one_place_that_moves_the_sums():
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in OPENS:
                owner = ast.unparse(node.func)
                if (
                    "engine" in owner
                    or owner.startswith("sqlite3")
                    or (
                        ".begin" in owner
                        and "form" not in owner
                        and owner not in ("sitting.begin", "self.begin", "self.used.begin", "walk.begin")
                    )
                ):
                    found.add(str(path.relative_to(PACKAGE)))

    elsewhere = {"release/files.py", "release/scan.py", "dashboards/releases.py"}  # releases, which are no records
    assert found - elsewhere == OPENED.keys()


def test_a_change_that_nobody_noted_is_not_committed(sqlite_hub: Hub):
    with pytest.raises(HubError, match="past the audit chain"), sqlite_hub.write(LAWFUL) as connection:
        connection.connection.cursor().execute(
            "INSERT INTO families (family, hub, opened_on, recorded_at) "
            "VALUES ('F1', 'corby', '2020-01-01', '2020-01-01')"
        )

    assert _rows(sqlite_hub, "families") == []


def test_what_a_table_s_own_triggers_write_is_noted(sqlite_hub: Hub):
    with sqlite_hub.read() as connection:
        made_by = connection.exec_driver_sql("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    followed = {
        (table, name)
        for table, said in made_by
        for name in TABLES
        if f"INSERT INTO {name} " in said or f"UPDATE {name} " in said or f"DELETE FROM {name} " in said
    }

    assert followed == {(table, name) for table, names in watch.FOLLOWED.items() for name in names}
