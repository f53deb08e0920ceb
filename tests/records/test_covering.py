"""From when rows are vouched for: an older hub says from which entry on, an upgrade hides nothing, no false alarm."""

import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from typer.testing import CliRunner

from hubdata import moments, places
from hubdata.demo import make as demo
from hubdata.desk import tour
from hubdata.desk.main import app
from hubdata.errors import HubError
from hubdata.records import ledger, store
from hubdata.records.coverage import apart
from hubdata.records.coverage import kept as sums
from hubdata.records.coverage.verify import lines, verify
from hubdata.records.ledger import GENESIS
from hubdata.records.store import Hub, open_hub
from tests.records.test_coverage import LAWFUL, attack, made

OF_A_FAMILY = ("families", "people", "organisations")
BEFORE = "0013"  # the last schema whose rows nothing vouched for
WRITER = """
import sys
from sqlalchemy import text
from hubdata.records.ledger import Act
from hubdata.records.store import open_hub
hub = open_hub(sys.argv[1], sys.argv[2])
for number in range(25):
    family = {"f": f"F{sys.argv[3]}-{number}"}
    with hub.write(Act("writer", "officer", "a test", "test.append")) as connection:
        connection.execute(text("INSERT INTO families (family, hub, opened_on, recorded_at) "
                                "VALUES (:f, 'corby', '2020-01-01', '2020-01-01')"), family)
    with hub.write(Act("writer", "officer", "a test", "test.append")) as connection:
        connection.execute(text("UPDATE families SET hub = 'kettering' WHERE family = :f"), family)
        if number % 3 == 0:
            connection.execute(text("DELETE FROM families WHERE family = :f"), family)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> str:
    return "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


def older(home: Path, address: str, entries: int = 3) -> None:
    """A hub as hubdata made it before rows were vouched for: some entries, the second erased, and a family."""
    home.mkdir(mode=0o700)
    for folder in store.FOLDERS:
        (home / folder).mkdir(mode=0o700)
    engine = store.engine_of(home, address)
    hub = Hub(home, engine.url.render_as_string(hide_password=False), engine)
    config = Config()
    config.set_main_option("script_location", str(places.PACKAGE / "records" / "migrations"))
    with engine.connect().execution_options(hub_write=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        store._begin_erasures(hub, connection, None)
        connection.execute(
            text(
                "INSERT INTO families (family, hub, opened_on, recorded_at) "
                "VALUES ('F1', 'corby', '2020-01-01', '2020-01-01 00:00:00.000000')"
            )
        )
        prev = GENESIS
        for seq in range(1, entries + 1):
            salt, payload = bytes(32), ledger.canonical({"actor": "ann", "reason": "a test", "detail": {}})
            at = moments.now().isoformat(timespec="microseconds")
            meta = ledger.canonical({"action": "test", "actor": "0" * 16, "at": at, "role": "officer"})
            commitment = ledger._commit(salt, payload)
            row = {"seq": seq, "prev": prev, "meta": meta, "commitment": commitment}
            row["hash"] = prev = ledger.link(seq, prev, meta, commitment)
            connection.execute(text("INSERT INTO chain VALUES (:seq, :prev, :meta, :commitment, :hash)"), row)
            said = {"seq": seq, "salt": salt, "payload": payload}
            connection.execute(text("INSERT INTO payloads VALUES (:seq, :salt, :payload)"), said)
        connection.execute(text("DELETE FROM payloads WHERE seq = 2"))
    engine.dispose()


@pytest.fixture
def upgraded(tmp_path: Path, address: str):
    older(tmp_path / "older", address)
    hub = open_hub(tmp_path / "older", address, create=True)
    yield hub
    hub.engine.dispose()


def test_an_older_hub_says_from_which_entry_on_its_rows_are_vouched_for(upgraded: Hub):
    found = verify(upgraded)

    assert found.faults == []
    assert (found.chain.since[0], found.chain.missing, found.chain.erased) == (4, 1, 0)
    assert re.fullmatch(
        r"Rows are vouched for since entry 4 \(.* 20\d\d\): what was done to them before cannot be told, nor why 1 "
        r"entries before it say nothing any more\.",
        lines(found)[-1],
    )


def test_what_is_done_to_an_older_hub_after_its_upgrade_is_found(upgraded: Hub):
    attack(upgraded, "UPDATE families SET hub = 'kettering'", "DELETE FROM payloads WHERE seq = 3")

    assert verify(upgraded).faults == [
        "what entry 3 said was taken away, and no erasure names it",
        "families: row F1 was changed behind the product's back",
    ]


def test_an_upgrade_hides_nothing_that_was_done_before_it(hub: Hub):
    with hub.write(LAWFUL) as connection:
        for table in ("families", "people"):
            connection.execute(sums.watch.TABLES[table].insert(), [made(table, number) for number in range(3)])
    attack(hub, "UPDATE families SET hub = 'kettering' WHERE family = 'famili.family1'", "DELETE FROM people")

    store._migrate(hub, store.SCHEMA)

    said = [(fault.table, fault.what, *fault.rows) for fault in verify(hub).changed]
    assert said == [("families", "changed", "famili.family1"), *[("people", "taken out")] * 3]


def test_a_demo_hub_raises_no_alarm(hub: Hub):
    tour.fill(hub, demo.generate(families=60, seed=7), "tests")

    found = verify(hub)

    assert found.faults == [] and found.rows.rows > 1000


def test_writers_at_once_raise_no_alarm(hub: Hub):
    asked = [sys.executable, "-c", WRITER, str(hub.home), hub.url]
    environment = {**os.environ, "PYTHONPATH": str(places.PACKAGE.parent)}
    running = [subprocess.Popen([*asked, str(n)], stderr=subprocess.PIPE, env=environment) for n in range(4)]

    assert [process.communicate()[1] for process in running] == [b""] * 4

    found = verify(hub)
    assert found.faults == []
    assert found.rows.rows == 1 + 4 * 16


def test_a_failed_statement_lets_nothing_of_its_transaction_through(sqlite_hub: Hub):
    family = (
        "INSERT INTO families (family, hub, opened_on, recorded_at) VALUES (:f, 'corby', '2020-01-01', '2020-01-01')"
    )
    with pytest.raises(HubError, match="nothing was written"), sqlite_hub.write(LAWFUL) as connection:
        connection.execute(text(family), {"f": "F1"})
        try:
            connection.execute(text(family), [{"f": "F2"}, {"f": "F1"}])
        except Exception:  # noqa: BLE001 (a caller that goes on)
            connection.execute(text(family), {"f": "F3"})

    assert verify(sqlite_hub).faults == []
    with sqlite_hub.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM families")).scalar_one() == 0


def test_a_big_hub_is_added_up_by_several_processes_that_find_the_same(sqlite_hub: Hub, monkeypatch):
    tour.fill(sqlite_hub, demo.generate(families=60, seed=7), "tests")
    alone = verify(sqlite_hub)
    monkeypatch.setattr(apart, "MANY", 100)
    monkeypatch.setattr(apart, "PIECE", 70)

    together = verify(sqlite_hub)

    assert (together.faults, together.rows) == ([], alone.rows)
    attack(sqlite_hub, "UPDATE shares SET reason = 'another' WHERE share = (SELECT min(share) FROM shares)")
    [fault] = verify(sqlite_hub).changed
    assert (fault.table, fault.what) == ("shares", "changed")


def test_processes_that_see_another_state_are_not_believed(sqlite_hub: Hub, monkeypatch):
    with sqlite_hub.write(LAWFUL) as connection:
        connection.execute(sums.watch.TABLES["families"].insert(), [made("families", number) for number in range(3)])
        asked, _ = apart.pieces(connection.connection.driver_connection, sums.watch.layouts(connection))

    file = str(sqlite_hub.engine.url.database)
    assert apart.together(file, bytes(32), asked, (1, b"another head")) is None
    monkeypatch.setattr(apart, "MANY", 0)
    monkeypatch.setattr(apart, "together", lambda *_: None)
    assert verify(sqlite_hub).faults == []


FIRST = Path(__file__).with_name("first_release.zip")  # an invented hub of two families, as version 0.1.0 wrote it


@pytest.fixture
def first_release(tmp_path: Path) -> Path:
    """The home of a hub that the first release made."""
    home = tmp_path / "first"
    with zipfile.ZipFile(FIRST) as kept:
        kept.extractall(home)
    for path in [home, *home.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
    for folder in store.FOLDERS:
        (home / folder).mkdir(mode=0o700, exist_ok=True)
    return home


def _rows(database: Path) -> dict[str, list]:
    with closing(sqlite3.connect(database)) as connection:
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in OF_A_FAMILY}


def test_a_hub_of_the_first_release_is_upgraded_after_a_copy_that_is_named(first_release: Path):
    before = _rows(first_release / "hub.db")

    made = CliRunner().invoke(app, ["init", "--home", str(first_release)])

    (copy,) = (first_release / "backups").iterdir()
    assert made.exit_code == 0 and str(copy) in made.output, made.output
    assert _rows(first_release / "hub.db") == before == _rows(copy / "hub.db")
    hub = open_hub(first_release, "sqlite")
    with hub.read() as connection:
        assert [one["backup"] for one in ledger.said(connection, ("backup.make",))] == [copy.name]
        assert store.version(hub.engine) == store.SCHEMA
    assert verify(hub).faults == []
    assert hub.policy.value("retention.stale_after_days", date(2026, 11, 30)) == 200  # its own decision came along
    hub.engine.dispose()


def test_a_hub_newer_than_the_program_is_refused_and_left_as_it_is(first_release: Path):
    with closing(sqlite3.connect(first_release / "hub.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = _rows(first_release / "hub.db")

    refused = CliRunner().invoke(app, ["init", "--home", str(first_release)])

    assert refused.exit_code != 0 and "was made by a newer hubdata (schema 9999" in refused.output
    assert _rows(first_release / "hub.db") == before and not (first_release / "backups").exists()
