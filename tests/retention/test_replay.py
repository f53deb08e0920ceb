"""A restored copy cannot bring back what was destroyed: it stays closed until its erasures have been done again."""

import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from hubdata.errors import HubError, Refused
from hubdata.moments import By
from hubdata.records import erasures
from hubdata.records.coverage.erasing import erasing
from hubdata.records.coverage.verify import verify
from hubdata.records.store import Hub, open_hub
from hubdata.retention import certificates, disposal, holds, replay, review
from tests.retention.test_disposal import ALL, TODAY, approved, bytes_of, families, fill
from tests.support.ascii import load


def copied(hub: Hub, folder: Path) -> Path:
    """A copy of the database as it is, as any program might have made it."""
    hub.engine.dispose()
    return Path(shutil.copy(hub.home / "hub.db", folder / "old.db"))


def put_back(hub: Hub, copy: Path) -> None:
    hub.engine.dispose()
    for path in hub.home.glob("hub.db*"):
        path.unlink()
    shutil.copy(copy, hub.home / "hub.db")
    (hub.home / "hub.db").chmod(0o600)


@pytest.fixture
def restored(sqlite_hub: Hub, tmp_path: Path) -> Hub:
    """A hub whose database was put back to before OLD-1 and OLD-2 were destroyed, by two disposals."""
    hub = fill(sqlite_hub)
    copy = copied(hub, tmp_path)
    disposal.run(hub, approved(hub, "OLD-1"), By("carl", None, TODAY))
    disposal.run(hub, approved(hub, "OLD-2"), By("carl", None, TODAY))
    put_back(hub, copy)
    return hub


def again(hub: Hub) -> replay.Replayed:
    return replay.run(hub.home, None, By("olga", None, TODAY))


def test_a_restored_copy_does_not_open_and_says_what_to_do(restored: Hub):
    with pytest.raises(Refused, match="older than its own erasures.*hubdata retention replay"):
        open_hub(restored.home)
    with pytest.raises(Refused, match="older than its own erasures"):
        open_hub(restored.home, create=True)


def test_a_replay_destroys_again_and_leaves_no_byte(restored: Hub):
    done = again(restored)

    assert (done.lines, done.destroyed, done.problems) == (2, 2, [])
    hub = open_hub(restored.home)
    assert families(hub) == ALL - {"OLD-1", "OLD-2"}
    assert certificates.check(hub) == [] and len(certificates.listed(hub)) == 2
    assert certificates.told(hub, "OLD-2").certificate
    assert verify(hub).faults == []
    hub.engine.dispose()
    assert b"Xanthecanary" not in bytes_of(hub) and b"Twocanary" not in bytes_of(hub)
    assert again(restored).lines == 0


def test_a_hold_that_had_been_released_does_not_stop_a_replay(sqlite_hub: Hub, tmp_path: Path):
    hub = fill(sqlite_hub)
    hold = holds.place_hold(hub, "OLD-1", "complaint", By("hana", "a complaint", TODAY), None, None)
    copy = copied(hub, tmp_path)
    holds.release_hold(hub, hold, By("hana", None, TODAY))
    disposal.run(hub, approved(hub, "OLD-1"), By("carl", None, TODAY))
    put_back(hub, copy)

    assert again(hub).destroyed == 1


def test_families_added_since_the_copy_are_no_matter_of_the_replay(restored: Hub):
    again(restored)
    hub = open_hub(restored.home)
    load(
        hub,
        families="""
        family | opened_on
        NEXT-1 | 2026-01-05
    """,
    )

    assert families(hub) == ALL - {"OLD-1", "OLD-2"} | {"NEXT-1"}
    hub.engine.dispose()


def test_a_missing_list_refuses_and_so_does_a_replay_without_it(restored: Hub):
    for path in (restored.home / "erasures").iterdir():
        path.unlink()

    with pytest.raises(Refused, match="erasure list .* is missing"):
        open_hub(restored.home)
    with pytest.raises(Refused, match="erasure list .* is missing"):
        again(restored)


def test_a_replay_that_stops_halfway_still_keeps_the_hub_closed(restored: Hub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(replay, "_follow", lambda *_: (_ for _ in ()).throw(HubError("the disk is full")))
    with pytest.raises(HubError, match="the disk is full"):
        again(restored)
    with pytest.raises(Refused, match="older than its own erasures"):
        open_hub(restored.home)

    monkeypatch.undo()
    assert again(restored).problems == []
    assert b"Xanthecanary" not in bytes_of(restored)


def test_an_older_list_than_the_database_refuses(sqlite_hub: Hub):
    hub = fill(sqlite_hub)
    (path,) = (hub.home / "erasures").iterdir()
    before = path.read_bytes()
    disposal.run(hub, approved(hub, "OLD-1"), By("carl", None, TODAY))
    path.write_bytes(before)

    with pytest.raises(Refused, match="the erasure list is older than the database"):
        open_hub(hub.home)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: [*lines[:-1], lines[-1].replace(b"certificate", b"certifikate", 1)],
        lambda lines: [lines[0], *lines[2:]],
        lambda lines: [*lines[:-2], lines[-1]],
        lambda lines: [],
    ],
)
def test_an_altered_list_refuses(sqlite_hub: Hub, spoil):
    hub = fill(sqlite_hub)
    disposal.run(hub, approved(hub, "OLD-1"), By("carl", None, TODAY))
    (path,) = (hub.home / "erasures").iterdir()
    path.write_bytes(b"".join(spoil(path.read_bytes().splitlines(keepends=True))))

    with pytest.raises(Refused, match="erasure list"), hub.read() as connection:
        open_hub(hub.home)
        list(erasures.ErasureList(path, hub.key("erasures")).lines())
        connection.close()


def test_a_line_that_a_crash_cut_short_is_passed_over_and_written_anew(sqlite_hub: Hub):
    hub = fill(sqlite_hub)
    (path,) = (hub.home / "erasures").iterdir()
    with path.open("ab") as file:
        file.write(b'{"digests":["cut short by a cra')

    open_hub(hub.home).engine.dispose()
    disposal.run(hub, approved(hub, "OLD-1"), By("carl", None, TODAY))

    whose = erasures.ErasureList(path, hub.key("erasures"))
    assert [line.what for line in whose.lines()] == ["began", "intent", "done", "certificate"]


def test_the_list_names_nobody(sqlite_hub: Hub):
    hub = fill(sqlite_hub)
    disposal.run(hub, approved(hub, "OLD-1"), By("carl", None, TODAY))

    (path,) = (hub.home / "erasures").iterdir()

    assert b"OLD-1" not in path.read_bytes() and path.stat().st_mode & 0o777 == 0o600


def test_a_copy_from_before_there_was_a_list_is_tied_to_the_homes_own(sqlite_hub: Hub, tmp_path: Path):
    hub = fill(sqlite_hub)
    copy = copied(hub, tmp_path)
    disposal.run(hub, approved(hub, "OLD-1"), By("carl", None, TODAY))
    connection = sqlite3.connect(copy)
    connection.execute("UPDATE alembic_version SET version_num = '0002'")
    for table in (
        "services",
        "decisions",
        "disposals",
        "destroyed",
        "certificates",
        "erasures",
        "request_events",
        "request_partners",
        "requests",
        "lead_versions",
        "sendings",
        "letters",
        "enclosures",
        "item_decisions",
        "packs",
        "finding_marks",
        "finding_assignments",
        "pair_decisions",
        "identifiers",
        "competences",
        "coverage",
        "coverage_parts",
        "erasing",
        "actors",
        "actor_proofs",
        "actor_resets",
        "actor_tries",
    ):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for index in ("agreements_given_by", "agreements_supersedes", "shares_agreement", "shares_supersedes"):
        connection.execute(f"DROP INDEX {index}")
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE name LIKE '%\\_held\\_%' ESCAPE '\\' "
        "OR type = 'trigger' AND (sql LIKE '%lead_versions%' OR sql LIKE '%FROM erasing%' OR tbl_name LIKE 'actor%' "
        "OR name LIKE '%_not_replaced' OR name IN ('look_again_no_update', 'returns_no_update'))"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for table, column in (
        ("holds", "scope"),
        ("holds", "request"),
        ("returns", "covers_from"),
        ("returns", "covers_to"),
        ("agreements", "supersedes_as"),
    ):
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    connection.commit()
    connection.close()
    put_back(hub, copy)

    with pytest.raises(Refused, match="older than its own erasures"):
        open_hub(hub.home, create=True)
    assert again(hub).destroyed == 1


def test_on_postgresql_too(postgres_hub: Hub):
    hub = fill(postgres_hub)
    tables = ("families", "people", "closing")
    with hub.engine.begin() as connection:  # what a restored dump would bring back
        connection.execute(text(f"CREATE TABLE kept AS SELECT * FROM {tables[0]} WHERE family = 'OLD-2'"))
        connection.execute(text(f"CREATE TABLE whose AS SELECT * FROM {tables[1]} WHERE family = 'OLD-2'"))
    disposal.run(hub, approved(hub, "OLD-2"), By("carl", None, TODAY))
    with hub.engine.begin() as connection:
        connection.execute(text("INSERT INTO families SELECT * FROM kept"))
        connection.execute(text("INSERT INTO people SELECT * FROM whose"))
        for table in ("kept", "whose"):
            connection.execute(text(f"DROP TABLE {table}"))
        with erasing(connection):
            connection.execute(text("DELETE FROM erasures WHERE line > 1"))
            connection.execute(text("DELETE FROM destroyed"))
            connection.execute(text("DELETE FROM certificates"))
    with pytest.raises(Refused, match="older than its own erasures"):
        open_hub(hub.home, hub.url)

    done = replay.run(hub.home, hub.url, By("olga", None, TODAY))

    assert done.destroyed == 1 and families(hub) == ALL - {"OLD-2"}
    assert certificates.told(hub, "OLD-2").destroyed_on == date.today()  # noqa: DTZ011


def test_what_a_replay_keeps_back_is_not_called_destroyed(sqlite_hub: Hub, tmp_path: Path):
    hub = fill(sqlite_hub)
    made = approved(hub, "OLD-1", "OLD-2")
    hold = holds.place_hold(hub, "OLD-1", "complaint", By("hana", "a complaint", TODAY), None, None)
    copy = copied(hub, tmp_path)
    holds.release_hold(hub, hold, By("hana", None, TODAY))
    with pytest.MonkeyPatch.context() as patch:  # a crash after the commit, before the list says so
        patch.setattr(disposal, "settle_list", lambda _hub: None)
        patch.setattr(disposal, "_prove", lambda *_: None)
        disposal.run(hub, made, By("carl", None, TODAY))
    put_back(hub, copy)

    done = again(hub)

    assert (done.destroyed, done.kept_back, done.problems) == (1, 1, [])
    opened = open_hub(hub.home)
    assert families(opened) == ALL - {"OLD-2"}
    assert not certificates.told(opened, "OLD-1").destroyed and certificates.told(opened, "OLD-2").destroyed
    holds.release_hold(opened, hold, By("hana", None, TODAY))
    review.approve(opened, made, By("ben", None, TODAY), refuse=True)
    assert disposal.run(opened, approved(opened, "OLD-1"), By("carl", None, TODAY)).status == "certified"
    opened.engine.dispose()
