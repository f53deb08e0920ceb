"""A hold in the database itself: neither a held family's rows nor the hold can be taken away, whatever program asks."""

import contextlib

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from hubdata.moments import By
from hubdata.records.store import Hub
from hubdata.retention import holds
from tests.retention.test_disposal import TODAY
from tests.support.ascii import load

ROWS = {
    "families": "family = 'F1'",
    "people": "person = 'P1'",
    "involvements": "family = 'F1'",
    "leads": "family = 'F1'",
    "goals": "goal = 'G1'",
    "reviews": "goal = 'G1'",
    "needs": "need = 'N1'",
    "agreements": "agreement = 'A1'",
    "shares": "share = 'S1'",
    "withheld": "withheld = 'W1'",
    "look_again": "share = 'S1'",
    "lead_versions": "family = 'F1'",
}
BEGUN, OVER = ("INSERT INTO erasing VALUES ('2020-01-01 00:00:00.000000')",), ("DELETE FROM erasing",)
MOVED = {"reviews": "goal = 'G2'", "look_again": "share = 'S2'"}


@pytest.fixture
def held(hub: Hub) -> Hub:
    """F1 is held, F2 is not; each has a row in every table."""
    load(
        hub,
        families="""
        family | opened_on
        F1     | 2020-01-06
        F2     | 2020-01-06
    """,
        people="""
        person | family
        P1     | F1
        P2     | F2
    """,
        involvements="""
        family | organisation | started_on
        F1     | NHFT         | 2020-02-03
        F2     | NHFT         | 2020-02-03
    """,
        leads="""
        family | practitioner | started_on
        F1     | W9           | 2020-02-03
        F2     | W9           | 2020-02-03
    """,
        goals="""
        goal | family | set_on
        G1   | F1     | 2020-02-03
        G2   | F2     | 2020-02-03
    """,
        reviews="""
        goal | reviewed_on
        G1   | 2020-05-04
        G2   | 2020-05-05
    """,
        needs="""
        need | family | identified_on
        N1   | F1     | 2020-02-03
        N2   | F2     | 2020-02-03
    """,
        agreements="""
        agreement | family | given_by | covers | decision | decided_on
        A1        | F1     | P1       | P1     | agreed   | 2020-02-03
        A2        | F2     | P2       | P2     | agreed   | 2020-02-03
    """,
        shares="""
        share | family | about | shared_on
        S1    | F1     | P1    | 2020-03-02
        S2    | F2     | P2    | 2020-03-02
    """,
    )
    with hub.engine.begin() as connection:
        for number in (1, 2):
            given = {"key": f"W{number}", "family": f"F{number}", "about": f"P{number}", "share": f"S{number}"}
            connection.execute(
                text(
                    "INSERT INTO withheld (withheld, family, about, from_organisation, to_organisation, purpose, "
                    "categories, decided_on, decided_by, reason, recorded_at) SELECT :key, :family, :about, 'NNC', "
                    "'NHFT', 'hub_working', 'support_needs', shared_on, 'W9', 'a reason', recorded_at FROM shares "
                    "WHERE share = :share"
                ),
                given,
            )
            connection.execute(
                text(
                    "INSERT INTO look_again (share, look_again_on, recorded_at) "
                    "SELECT share, shared_on, recorded_at FROM shares WHERE share = :share"
                ),
                given,
            )
        connection.execute(text("UPDATE leads SET ended_on = '2020-06-01'"))
    holds.place_hold(hub, "F1", "litigation", By("hana", "a claim", TODAY), None, "the court")
    return hub


def raw(hub: Hub, *statements: str) -> None:
    """Run statements as any program may that can open the database, without the checks that may be switched off."""
    with hub.engine.connect() as connection:
        if hub.dialect == "sqlite":
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN")
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()
        connection.invalidate()


def state(hub: Hub) -> dict[str, list]:
    with hub.read() as connection:
        found = {
            table: connection.execute(text(f"SELECT * FROM {table}")).all() for table in (*ROWS, "holds", "recalls")
        }
    return {table: sorted(map(repr, rows)) for table, rows in found.items()}


@pytest.mark.parametrize("table", ROWS)
def test_a_held_row_cannot_be_deleted(held: Hub, table: str):
    before = state(held)

    with pytest.raises(DatabaseError, match="on hold: release the hold first"):
        raw(held, *BEGUN, f"DELETE FROM {table} WHERE {ROWS[table]}")

    assert state(held) == before


@pytest.mark.parametrize("table", ROWS)
def test_a_held_row_cannot_be_moved_out_from_under_the_hold(held: Hub, table: str):
    before = state(held)

    with pytest.raises(DatabaseError, match="on hold: release the hold first|is append-only"):
        raw(held, f"UPDATE {table} SET {MOVED.get(table, 'family = ' + repr('F2'))} WHERE {ROWS[table]}")

    assert state(held) == before


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM holds",
        "UPDATE holds SET family = 'F2'",
        "UPDATE holds SET hold = 'H0'",
        "DELETE FROM families",
    ],
)
def test_the_hold_itself_stays(held: Hub, statement: str):
    before = state(held)

    with pytest.raises(DatabaseError, match="on hold: release the hold first"):
        raw(held, statement)

    assert state(held) == before


@pytest.mark.parametrize("table", ["people", "goals", "needs", "agreements", "shares", "withheld"])
def test_a_held_row_cannot_be_replaced_away(held: Hub, table: str):
    if held.dialect != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    before = state(held)
    with held.read() as connection:
        columns = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
    values = ["'F2'" if name == "family" else name for name in columns]

    with pytest.raises(DatabaseError, match="on hold: release the hold first|is append-only"):
        raw(held, f"INSERT OR REPLACE INTO {table} SELECT {', '.join(values)} FROM {table} WHERE {ROWS[table]}")

    assert state(held) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE OR REPLACE families SET family = 'F1' WHERE family = 'F2'",
        "UPDATE OR REPLACE people SET person = 'P1' WHERE person = 'P2'",
        "UPDATE OR REPLACE involvements SET family = 'F1' WHERE family = 'F2'",
        "UPDATE OR REPLACE leads SET family = 'F1' WHERE family = 'F2'",
        "UPDATE OR REPLACE goals SET goal = 'G1' WHERE goal = 'G2'",
        "UPDATE OR REPLACE reviews SET goal = 'G1', reviewed_on = '2020-05-04' WHERE goal = 'G2'",
        "UPDATE OR REPLACE needs SET need = 'N1' WHERE need = 'N2'",
        "UPDATE OR REPLACE look_again SET share = 'S1' WHERE share = 'S2'",
        "UPDATE OR REPLACE holds SET hold = (SELECT hold FROM holds WHERE released_on IS NULL) WHERE hold = 'RELEASED'",
        "DELETE FROM recalls",
        "INSERT OR REPLACE INTO recalls SELECT recall, 'F2', organisation, because, asked_on, "
        "acknowledged_on, recorded_at FROM recalls",
    ],
)
def test_a_held_row_cannot_be_overwritten(held: Hub, statement: str):
    if held.dialect != "sqlite":
        pytest.skip("OR REPLACE is SQLite's")
    raw(
        held,
        "INSERT INTO holds (hold, family, code, placed_on, released_on, recorded_at) "
        "VALUES ('RELEASED', 'F2', 'other', '2020-01-01', '2020-02-01', '2020-01-01 00:00:00.000000')",
        "INSERT INTO recalls (recall, family, organisation, because, asked_on, recorded_at) "
        "VALUES ('R1', 'F1', 'NHFT', 'correction', '2020-01-01', '2020-01-01 00:00:00.000000')",
    )
    before = state(held)

    with pytest.raises(DatabaseError, match="on hold: release the hold first|is append-only"):
        raw(held, statement)

    assert state(held) == before


@pytest.mark.parametrize("table", [*ROWS, "holds"])
def test_a_table_with_held_rows_cannot_be_truncated(held: Hub, table: str):
    if held.dialect != "postgresql":
        pytest.skip("TRUNCATE is PostgreSQL's")
    before = state(held)

    with pytest.raises(DatabaseError, match="on hold: release the hold first"):
        raw(held, f"TRUNCATE {table} CASCADE")

    assert state(held) == before


def test_what_is_not_held_or_no_longer_held_may_go(held: Hub):
    raw(held, *BEGUN, "DELETE FROM look_again WHERE share = 'S2'", "DELETE FROM shares WHERE share = 'S2'", *OVER)
    (hold,) = [row.hold for row in _holds(held)]
    holds.release_hold(held, hold, By("hana", None, TODAY))

    gone = ("look_again WHERE share = 'S1'", "shares WHERE share = 'S1'", "holds")
    raw(held, *BEGUN, *(f"DELETE FROM {rows}" for rows in gone), *OVER)

    assert not [row for row in state(held)["shares"] if "S1" in row or "S2" in row] and not _holds(held)


def test_one_of_two_holds_is_enough(held: Hub):
    holds.place_hold(held, "F1", "complaint", By("hana", "a complaint", TODAY), None, None)
    first = min(row.hold for row in _holds(held))
    holds.release_hold(held, first, By("hana", None, TODAY))

    with pytest.raises(DatabaseError, match="on hold"), contextlib.suppress(AssertionError):
        raw(held, "DELETE FROM needs WHERE need = 'N1'")


def _holds(hub: Hub) -> list:
    with hub.read() as connection:
        return connection.execute(text("SELECT hold, released_on FROM holds")).all()
