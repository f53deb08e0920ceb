"""The byte scan: finds what deleting leaves, and takes no living row for it; what hinders it is said in words."""

import random
import sqlite3
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from hubdata.records.ledger import Act
from hubdata.records.store import Hub, open_hub
from hubdata.retention.traces import bytes as traces_bytes
from hubdata.retention.traces import marks as traces_marks
from hubdata.retention.traces import scan, settling
from tests.support.ascii import load
from tests.support.destroyed import destroy

FAMILIES = 40
OPENED = {"opened_on": date(2010, 1, 4), "recorded_at": datetime.fromisoformat("2010-01-04T09:00:00")}


def filled(hub: Hub, seed: int = 7) -> Hub:
    """Forty families, numbered without leading zeros: F1 is the start of F12, and half of them stay."""
    words = random.Random(seed)
    names = {n: f"Zeb{words.randrange(10**9):09}" for n in range(1, FAMILIES + 1)}
    load(
        hub,
        families="family | hub\n" + "\n".join(f"F{n} | corby" for n in names),
        people="person | family | given_name | family_name\n"
        + "\n".join(f"P{n} | F{n} | {name} | Canary{n % 3}" for n, name in names.items()),
        shares="share | family | about | route | reason | risk_to | told_family\n"
        + "\n".join(
            f"S{n} | F{n} | P{n} | without_agreement | Fear of numbat {name} | uncle | yes" for n, name in names.items()
        ),
    )
    return hub


def half() -> list[str]:
    return [f"F{n}" for n in range(1, FAMILIES + 1, 2)]


def marks_of(hub: Hub) -> frozenset[str]:
    with hub.read() as connection:
        return traces_marks.gather(connection, half())


def test_rows_that_are_there_are_found_though_each_is_alive_in_the_copy_only(sqlite_hub: Hub):
    filled(sqlite_hub)
    marks = marks_of(sqlite_hub)
    destroy(sqlite_hub, half())

    before = scan.scan(sqlite_hub, marks)
    settled = settling.settle(sqlite_hub)
    after = scan.scan(sqlite_hub, marks)

    assert before.found
    assert settled == []
    assert after.found == ()
    assert after.not_scanned == ()
    assert after.marks_sought + after.marks_too_short == len(marks)
    assert after.bytes >= Path(sqlite_hub.engine.url.database).stat().st_size


def test_what_was_found_is_told_without_saying_it(sqlite_hub: Hub):
    filled(sqlite_hub)
    marks = marks_of(sqlite_hub)
    destroy(sqlite_hub, half())

    said = " ".join(scan.scan(sqlite_hub, marks).found)

    assert "hub.db" in said
    assert not [mark for mark in marks if traces_marks.is_whole(mark, said)]


@pytest.mark.parametrize("seed", range(5))
def test_after_churn_nothing_is_left_though_deleting_securely_leaves_something(sqlite_hub: Hub, seed: int):
    """The mutant: without VACUUM the scan must find what secure_delete leaves in pages that were split and merged."""
    hub, words = sqlite_hub, random.Random(seed)
    filled(hub, seed)
    marks = set(marks_of(hub))
    for turn in range(6):
        tokens = [f"{turn}churn{words.randrange(10**12):012}" for _ in range(400)]
        with hub.write(Act("spec", "tester", "churn", "spec.churn")) as connection:
            rows = [{"family": f"F{token}", "reason": f"{token}{'x' * words.randrange(120)}"} for token in tokens]
            add = "INSERT INTO families (family, hub, opened_on, closure_reason, recorded_at) VALUES "
            connection.execute(
                text(f"{add} (:family, 'corby', '2010-01-04', :reason, '2010-01-04 09:00:00.000000')"), rows
            )
        with hub.write(Act("spec", "tester", "churn", "spec.churn")) as connection:
            gone = [{"family": f"F{token}"} for token in words.sample(tokens, 390)]
            connection.execute(text("DELETE FROM families WHERE family = :family"), gone)
        marks |= {one["family"] for one in gone} | {one["family"][1:] for one in gone}
    destroy(hub, half())
    with settling.outside_transactions(hub) as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    unsettled = scan.scan(hub, marks)
    settling.settle(hub)

    assert any(said.startswith("hub.db") for said in unsettled.found)
    assert scan.scan(hub, marks).found == ()


def test_living_rows_that_contain_a_destroyed_reference_are_no_residue(sqlite_hub: Hub):
    load(
        sqlite_hub,
        people="""
        person | family | given_name | family_name
        P1234  | F1     | Annabel    | Canary
        P123   | F2     | Anna       | Canary
    """,
    )
    with sqlite_hub.read() as connection:
        marks = traces_marks.gather(connection, ["F2"])
    destroy(sqlite_hub, ["F2"])
    settling.settle(sqlite_hub)

    found = scan.scan(sqlite_hub, marks)

    assert {"P123", "Anna"} <= marks
    assert found.found == ()


def test_an_open_reader_is_told_and_what_it_keeps_alive_is_found(sqlite_hub: Hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settling, "PATIENCE", 50)
    filled(sqlite_hub)
    marks = marks_of(sqlite_hub)
    with sqlite_hub.read() as reader:
        reader.execute(text("SELECT count(*) FROM people")).scalar()
        destroy(sqlite_hub, half())
        settled = settling.settle(sqlite_hub)
        found = scan.scan(sqlite_hub, marks)

    assert settled == [settling.READER]
    assert found.found
    assert settling.settle(sqlite_hub) == []
    assert scan.scan(sqlite_hub, marks).found == ()


def test_a_locked_database_is_told(sqlite_hub: Hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settling, "PATIENCE", 50)
    other = sqlite3.connect(sqlite_hub.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    settled = settling.settle(sqlite_hub)

    other.close()
    assert settled == [settling.READER]


def test_a_full_disk_is_told(sqlite_hub: Hub, monkeypatch: pytest.MonkeyPatch):
    filled(sqlite_hub)

    @settling.contextmanager
    def small(hub: Hub):
        """A connection that may not grow, which SQLite reports as a full disk."""
        connection = hub.engine.raw_connection()
        cursor = connection.cursor()
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages}")
        cursor.execute("CREATE TABLE temp.filler (x)")
        yield Full(cursor)
        connection.invalidate()

    monkeypatch.setattr(settling, "outside_transactions", small)

    assert "no room" in settling.settle(sqlite_hub)[0]


class Full:
    """A cursor whose VACUUM fails as SQLite's does on a full disk."""

    def __init__(self, cursor):
        self.cursor = cursor

    def execute(self, statement: str):
        if statement == "VACUUM":
            raise sqlite3.OperationalError("database or disk is full")
        return self.cursor.execute(statement)


def test_the_scan_leaves_the_hubs_own_locks_alone(sqlite_hub: Hub):
    """Reading a live SQLite file in the process that has it open would drop its locks; others could then write."""
    filled(sqlite_hub)
    with sqlite_hub.write(Act("spec", "tester", "a test", "spec.write")) as connection:
        connection.execute(text("UPDATE families SET hub = 'kettering'"))
        with scan._Child() as child:
            child.tell({"marks": ["Canary1"], "page": 4096})
            child.tell({"files": [sqlite_hub.engine.url.database], "copy": {}})
            child.hear()
        other = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
        refused = scan.subprocess.run(
            [scan.sys.executable, "-c", other, sqlite_hub.engine.url.database], capture_output=True, text=True
        )

    assert "locked" in refused.stderr


@pytest.mark.parametrize("at", [0, 5, traces_bytes.PIECE - 3, traces_bytes.PIECE - 9, 2 * traces_bytes.PIECE - 1])
def test_a_mark_that_is_cut_by_two_pieces_is_found_once(tmp_path: Path, at: int):
    content = bytearray(2 * traces_bytes.PIECE + 50)
    content[at : at + 9] = b"Quokka123"
    (tmp_path / "file").write_bytes(content)

    found = traces_bytes.search(tmp_path / "file", traces_bytes.automaton([b"Quokka123", b"nobody"]), 8, 4096)

    assert found == {"bytes": len(content), "living": 0, "marks": 1, "pages": {at // 4096: 1}, "unread": False}


@pytest.mark.parametrize("at", [0, 150, 4090, 5 * 4096, 9 * 4096 - 9])
def test_only_what_differs_from_the_pristine_copy_is_searched_and_all_of_that(tmp_path: Path, at: int):
    """A mark over the border of two pages that differ is found once; the header's counters do not count."""
    living = bytearray(b"Quokka123" * 5000)[: 10 * 4096]
    (tmp_path / "copy").write_bytes(living)
    living[at : at + 9] = b"Numbat456"
    living[24:28] = b"\0\0\0\1"
    (tmp_path / "file").write_bytes(living)

    seek = traces_bytes.automaton([b"Numbat456"])
    found = traces_bytes.search(tmp_path / "file", seek, 8, 4096, tmp_path / "copy")

    expected = {} if at == 0 else {at // 4096: 1}
    assert found["pages"] == expected
    assert found["living"] >= 8 * 4096


def test_a_file_that_still_says_a_mark_is_found(sqlite_hub: Hub):
    filled(sqlite_hub)
    marks = marks_of(sqlite_hub)
    destroy(sqlite_hub, half())
    settling.settle(sqlite_hub)
    (sqlite_hub.home / "certificates" / "C1.json").write_text('{"family": "F1"}')

    assert scan.scan(sqlite_hub, marks).found == ("certificates: 1 files or reports that still say destroyed records",)


def test_backups_are_named_as_beyond_use(sqlite_hub: Hub):
    (sqlite_hub.home / "backups").mkdir()
    (sqlite_hub.home / "backups" / "one.db").write_bytes(b"")

    assert [said for said in scan.scan(sqlite_hub, {"Quokka"}).not_scanned if said.startswith("backups")]


def test_on_postgresql_a_login_without_the_right_is_told_that_rows_prove_it_not_bytes(postgres_hub: Hub):
    filled(postgres_hub)
    marks = marks_of(postgres_hub)
    destroy(postgres_hub, half())

    settled = settling.settle(postgres_hub)
    found = scan.scan(postgres_hub, marks)

    assert settled == []
    assert found.found == ()
    assert scan.postgresql.BY_ROWS in found.not_scanned


@pytest.fixture
def as_superuser(postgres_hub: Hub, server):
    """The same hub, opened by the server's superuser."""
    hub = open_hub(home=postgres_hub.home, url=server.url(postgres_hub.engine.url.database, user="postgres"))
    yield hub
    hub.engine.dispose()


def test_on_postgresql_a_superuser_proves_it_by_bytes(as_superuser: Hub):
    filled(as_superuser)
    marks = marks_of(as_superuser)
    with as_superuser.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
        connection.execute(text("CHECKPOINT"))
    destroy(as_superuser, half())
    with as_superuser.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))

    before = scan.scan(as_superuser, marks)
    settled = settling.settle(as_superuser)
    after = scan.scan(as_superuser, marks)

    assert any("log" in said for said in before.found)
    assert any("file" in said for said in before.found)
    assert settled == []
    assert after.found == ()
    assert after.bytes > 0
