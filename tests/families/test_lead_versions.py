"""What a lead's record said before a change is kept by the database, whoever changes it and however."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.retention import disposal
from tests.support.ascii import load

FIRST = """
    family | practitioner | started_on | ended_on | recorded_at
    F1     | W1           | 2026-01-05 |          | 2026-01-06
"""
LATER = """
    family | practitioner | started_on | ended_on   | recorded_at
    F1     | W1           | 2026-01-05 | 2026-02-27 | 2026-03-02
"""


def versions(hub: Hub) -> list[tuple]:
    """What is kept: the lead, the last day it said, and the days on which the hub learned of it and of the next."""
    columns = "practitioner, ended_on, recorded_at, replaced_at"
    with hub.read() as connection:
        found = connection.execute(text(f"SELECT {columns} FROM lead_versions ORDER BY replaced_at")).all()
    return [tuple(str(cell)[:10] if cell else None for cell in row) for row in found]


def change(hub: Hub, *statements: str) -> None:
    with hub.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_a_partners_correction_keeps_what_was_said_and_when(hub: Hub):
    load(hub, leads=FIRST)
    load(hub, leads=LATER)

    assert versions(hub) == [("W1", None, "2026-01-06", "2026-03-02")]


def test_the_same_return_again_keeps_nothing_more(hub: Hub):
    load(hub, leads=FIRST)
    load(hub, leads=FIRST)

    assert versions(hub) == []


def test_a_change_that_does_not_say_when_is_known_from_its_own_moment(hub: Hub):
    load(hub, leads=FIRST)

    change(hub, "UPDATE leads SET ended_on = '2026-02-27'")
    with hub.read() as connection:
        since, now = connection.execute(text("SELECT replaced_at, CURRENT_TIMESTAMP FROM lead_versions")).one()

    assert versions(hub)[0][:3] == ("W1", None, "2026-01-06")
    assert str(since)[:10] == str(now)[:10]


def test_a_change_of_the_day_or_the_worker_keeps_the_old_row(hub: Hub):
    load(hub, leads=FIRST + "F2 | W2 | 2026-01-05 | | 2026-01-06")

    change(hub, "UPDATE leads SET practitioner = 'W2' WHERE family = 'F1'")
    change(hub, "UPDATE leads SET started_on = '2026-01-07' WHERE family = 'F2'")

    assert [row[0] for row in versions(hub)] == ["W1", "W2"]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO leads SELECT family, practitioner, started_on, '2026-02-27', recorded_at FROM leads",
        "INSERT INTO leads SELECT family, practitioner, started_on, '2026-02-27', recorded_at FROM leads WHERE true "
        "ON CONFLICT DO UPDATE SET ended_on = excluded.ended_on",
    ],
)
def test_a_row_that_is_replaced_is_kept_too(sqlite_hub: Hub, statement: str):
    load(sqlite_hub, leads=FIRST)

    change(sqlite_hub, statement)

    assert [row[:3] for row in versions(sqlite_hub)] == [("W1", None, "2026-01-06")]


def test_a_row_that_another_takes_the_place_of_is_kept_too(sqlite_hub: Hub):
    load(sqlite_hub, leads=FIRST + "F1 | W1 | 2026-01-07 | 2026-01-09 | 2026-01-08")

    change(sqlite_hub, "UPDATE OR REPLACE leads SET started_on = '2026-01-05' WHERE started_on = '2026-01-07'")

    assert {row[:3] for row in versions(sqlite_hub)} == {("W1", None, "2026-01-06"), ("W1", "2026-01-09", "2026-01-08")}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE lead_versions SET ended_on = '2026-01-09'",
        "INSERT OR REPLACE INTO lead_versions SELECT family, practitioner, started_on, '2026-01-09', recorded_at, "
        "replaced_at FROM lead_versions",
    ],
)
def test_what_was_kept_is_never_changed(hub: Hub, statement: str):
    if "REPLACE" in statement and hub.dialect != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    load(hub, leads=FIRST)
    load(hub, leads=LATER)

    with pytest.raises(DatabaseError, match="append-only"):
        change(hub, statement)

    assert versions(hub) == [("W1", None, "2026-01-06", "2026-03-02")]


def test_what_was_kept_is_destroyed_with_its_family(hub: Hub):
    load(hub, leads=FIRST)
    load(hub, leads=LATER)

    with hub.write(Act("tester", "tester", "a test", "spec.delete")) as connection:
        gone = disposal.delete(connection, ["F1"], hub.key("erasures"))

    assert (gone["lead_versions"], gone["leads"], gone["families"]) == (1, 1, 1)
    assert versions(hub) == []
