"""A backup is one whole state of the hub, and no restored copy brings back what was destroyed."""

import json
import os
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from hubdata import moments, policy
from hubdata.errors import BadParameter, HubError, NewerSchema, Refused
from hubdata.moments import By
from hubdata.records import ledger, store
from hubdata.records.alone import alone
from hubdata.records.backups import folder as backups_folder
from hubdata.records.backups import make, recipients, restore
from hubdata.records.backups import postgresql as backups_postgresql
from hubdata.records.backups import swap as backups_swap
from hubdata.records.coverage.verify import verify
from hubdata.records.ledger import Act
from hubdata.records.store import open_hub
from hubdata.records.tables.contract import TABLES
from hubdata.records.time import jumps
from hubdata.retention import disposal, replay
from tests.support import killed, postgresql, returns
from tests.support.clock import Clock

pytestmark = pytest.mark.disk

DAY = date(2026, 11, 22)
ACT = ("tester", "officer", "a test", "test.write")
SCRIPT = Path(sys.executable).with_name("hubdata")
BACKUP = ("backup", "--in-the-clear", "--reason", "a disk that nobody else has")
FAMILY = "INSERT INTO families (family, hub, opened_on, recorded_at) VALUES (:f, 'corby', '2020-01-01', '2020-01-01')"
WRITER = """
import sys
from sqlalchemy import text
from hubdata.records.ledger import Act
from hubdata.records.store import open_hub
hub = open_hub(sys.argv[1], sys.argv[2])
number = 0
while True:
    with hub.write(Act("writer", "officer", "a test", "test.family", {})) as connection:
        connection.execute(text(sys.argv[3]), {"f": f"X{number}"})
    number += 1
    if number == 5:
        print("going", flush=True)
"""
READER = """
import sys
from hubdata.records.store import open_hub
hub = open_hub(*sys.argv[1:3])
with hub.read() as connection:
    pass
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def programs_are_found(monkeypatch):
    if folder := postgresql.programs():
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def filled(hub, tmp_path):
    returns.apply(hub, tmp_path / "return")
    return hub


def _add(hub, family: str) -> None:
    with hub.write(Act(*ACT)) as connection:
        connection.execute(text(FAMILY), {"f": family})


def _make(hub, out=None) -> make.Made:
    return make.backup(hub, out, By("officer", "nightly", DAY), recipients.IN_THE_CLEAR)


def _restore(hub, folder, **more) -> restore.Restored:
    hub.engine.dispose()
    return restore.restore(hub.home, hub.url, folder, By("officer", "a test", DAY), **more)


def _records(hub) -> dict:
    """Every row but the audit chain's, to which each restore adds an entry."""
    return {table: rows for table, rows in returns.state(hub)[1].items() if table not in ("chain", "payloads")}


def _opened(home: Path, url: str | None) -> list[tuple]:
    """The families of a hub that opens."""
    hub = open_hub(home, url)
    rows = returns.rows(hub, "families")
    hub.engine.dispose()
    return rows


def _whole(hub) -> None:
    """The database is whole, and its audit chain holds."""
    with hub.read() as connection:
        if hub.dialect == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert verify(hub).faults == []


def _modes(folder: Path) -> set[tuple[bool, int]]:
    return {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in (folder, *folder.rglob("*"))}


def _destroy(hub, family: str) -> None:
    """What a batch of a disposal does."""
    act = Act("tester", "disposer", "a test", "retention.dispose", {"disposal": "D1"})
    with hub.write(act) as connection:
        disposal.destroy(hub, connection, "D1", {family: None}, DAY, act)
    with hub.read() as connection:
        store.erasure_list(hub, connection).append("done")


def _elsewhere(hub, tmp_path, request) -> tuple[Path, str | None]:
    """A home that does not exist yet, and a database for it."""
    url = request.getfixturevalue("new_database")() if hub.dialect == "postgresql" else None
    return tmp_path / "new machine", url


def test_a_restored_hub_is_row_by_row_what_it_was(filled):
    folder = _make(filled).folder
    (entries, _), before = returns.state(filled)
    _add(filled, "F8")
    done = _restore(filled, folder)
    after = returns.state(filled)[1]
    for table in ("chain", "payloads"):
        assert len(after[table]) == entries + 1
        after[table] = [row for row in after[table] if row[0] <= entries]
    assert after == before
    assert (done.before, done.lost, done.closed) == (entries + 1, 1, False)
    _whole(filled)


def test_the_restore_is_in_the_chain_with_what_was_lost_and_which_checkpoints_it_outlives(filled):
    folder = _make(filled).folder
    _add(filled, "F8")
    later = _make(filled)
    done = _restore(filled, folder)
    with filled.read() as connection:
        [entry] = ledger.entries(connection, 1)
    assert (entry["action"], entry["said"]["reason"]) == ("backup.restore", "a test")
    assert entry["said"]["detail"]["lost"] == 2
    assert entry["said"]["detail"]["checkpoints"] == done.checkpoints == [f"{later.entries:012d}.txt"]
    verified = returns.command(filled, "ledger", "verify")
    assert verified.exit_code == 3 and done.checkpoints[0] in verified.stdout
    assert any(done.checkpoints[0] in line for line in restore.lines(done))


def test_a_copy_knows_of_itself_and_of_its_checkpoint(filled):
    made = _make(filled)
    manifest = json.loads((made.folder / "backup.json").read_text("utf-8"))
    with filled.read() as connection:
        [entry] = ledger.entries(connection, 1)
        assert list(ledger.head(connection)) == manifest["head"]
    assert (entry["action"], entry["said"]["detail"]["backup"]) == ("backup.make", made.folder.name)
    assert (made.folder / "checkpoints" / f"{made.entries:012d}.txt").exists()
    assert manifest["rows"] == {table: returns.count(filled, table) for table in manifest["rows"]}
    assert set(manifest["rows"]) >= set(TABLES)


def test_everything_is_private_whatever_the_umask(filled, tmp_path):
    before = os.umask(0)
    try:
        places = [_make(filled).folder, _make(filled, tmp_path / "away" / "deep").folder]
        _restore(filled, places[0])
        open_hub(filled.home, filled.url).engine.dispose()
    finally:
        os.umask(before)
    assert [_modes(place) for place in places] == [{(True, 0o700), (False, 0o600)}] * 2
    assert _modes(filled.home) == {(True, 0o700), (False, 0o600)}


def test_the_key_that_seals_copies_is_in_none(filled):
    names = {path.name for path in (_make(filled).folder / "keys").iterdir()}
    assert names == {path.name for path in (filled.home / "keys").iterdir()} - {"backups"}


@pytest.mark.timeout(120)
def test_a_copy_made_under_a_running_writer_is_one_state(filled, tmp_path, request):
    asked = [sys.executable, "-c", WRITER, filled.home, filled.url, FAMILY]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "going\n"
        made = [_make(filled, tmp_path / "away").folder for _ in range(3)]
        alive = writer.poll() is None
        writer.kill()
    assert alive, "the writer stopped too soon"
    home, url = _elsewhere(filled, tmp_path, request)
    restore.restore(home, url, made[-1], By("officer", None, DAY), list_from_backup=True)
    copy = open_hub(home, url)
    with copy.read() as connection:
        last = json.loads((made[-1] / "backup.json").read_text())["head"][0]
        said = [
            entry
            for entry in ledger.entries(connection, 1_000_000)
            if entry["action"] == "test.family" and entry["seq"] <= last
        ]
        added = connection.execute(text("SELECT count(*) FROM families WHERE family LIKE 'X%'")).scalar_one()
    _whole(copy)
    assert added == len(said) >= 5
    live = {row[0] for row in returns.rows(filled, "families")}
    assert {row[0] for row in returns.rows(copy, "families")} <= live
    copy.engine.dispose()


def test_deleted_bytes_are_not_in_the_copy(sqlite_hub):
    with sqlite_hub.engine.connect() as connection:  # as a program would that has not asked for it
        connection.exec_driver_sql("PRAGMA secure_delete=OFF")
        for start in range(0, 4000, 1000):
            for n in range(start, start + 1000):
                connection.exec_driver_sql(FAMILY.replace(":f", f"'Canary{n:04d}'"))
            connection.exec_driver_sql(f"DELETE FROM families WHERE family < 'Canary{start + 990:04d}'")
        connection.exec_driver_sql("DELETE FROM families")
        connection.commit()
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert (sqlite_hub.home / "hub.db").read_bytes().count(b"Canary") > 1000
    assert (_make(sqlite_hub).folder / "hub.db").read_bytes().count(b"Canary") == 0


def _spoil(change):
    def spoilt(folder: Path) -> None:
        path = next(path for path in (folder / "hub.db", folder / "hub.dump") if path.exists())
        path.write_bytes(change(path.read_bytes()))

    return spoilt


def _resummed(folder: Path) -> None:
    """As somebody would who has read how it is made: alter, then count the sums anew."""
    _spoil(lambda b: b + b"x")(folder)
    said = json.loads((folder / "backup.json").read_text())
    said["files"] = backups_folder.sums(folder)
    (folder / "backup.json").write_text(json.dumps(said))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_spoil(lambda b: b[:5000] + bytes([b[5000] ^ 1]) + b[5001:]), "has been altered"),
        (_spoil(lambda b: b[: len(b) // 2]), "has been altered"),
        (lambda folder: next(folder.glob("hub.d*")).unlink(), "is missing"),
        (lambda folder: next(folder.glob("erasures/*")).write_bytes(b""), "erasures/.* has been altered"),
        (lambda folder: (folder / "keys" / "more").write_bytes(b"x"), "keys/more: does not belong to the backup"),
        (lambda folder: (folder / "keys" / "link").symlink_to("/etc/hostname"), "keys/link: does not belong"),
        (_resummed, "is not sealed with this hub's own key"),
        (lambda folder: (folder / "backup.json").write_text("{}"), "backup.json has been altered or cut"),
        (lambda folder: (folder / "backup.json").write_text("[1"), "backup.json has been altered or cut"),
        (lambda folder: (folder / "backup.json").unlink(), "is no backup: it has no backup.json"),
    ],
)
def test_an_altered_backup_is_refused_and_nothing_is_changed(filled, spoil, said):
    folder = _make(filled).folder
    _add(filled, "F8")
    before = returns.state(filled)
    spoil(folder)
    with pytest.raises(Refused, match=said):
        _restore(filled, folder)
    assert returns.state(filled) == before


def test_a_backup_of_another_hub_is_refused(filled, tmp_path, request):
    home, url = _elsewhere(filled, tmp_path, request)
    other = open_hub(home, url, create=True)
    folder = _make(other).folder
    other.engine.dispose()
    shutil.rmtree(home / "keys")
    before = returns.state(filled)
    for _ in range(2):
        with pytest.raises(Refused, match="not sealed with this hub's own key|this is a backup of another hub"):
            _restore(filled, folder)
        (filled.home / "keys" / "backups").unlink(missing_ok=True)
    assert returns.state(filled) == before


def test_a_hub_in_the_same_home_is_not_replaced_by_another_of_that_home(sqlite_hub, tmp_path):
    second = open_hub(sqlite_hub.home, f"sqlite:///{tmp_path / 'second.db'}", create=True)
    folder = _make(second).folder
    second.engine.dispose()
    with pytest.raises(Refused, match="this is a backup of another hub"):
        _restore(sqlite_hub, folder)


def test_a_hub_that_is_open_elsewhere_is_not_replaced(filled):
    folder = _make(filled).folder
    _add(filled, "F8")
    before = returns.state(filled)
    asked = [sys.executable, "-c", READER, filled.home, filled.url]
    with subprocess.Popen(asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout.readline() == "open\n"
        with pytest.raises(Refused, match="the hub is open elsewhere"):
            _restore(filled, folder)
    assert returns.state(filled) == before
    assert _restore(filled, folder).lost == 1


def test_neither_is_done_while_records_are_destroyed(filled):
    folder = _make(filled).folder
    before = returns.state(filled)
    with alone(filled):
        with pytest.raises(Refused, match="wait until it has ended"):
            _make(filled)
        with pytest.raises(Refused, match="wait until it has ended"):
            restore.restore(filled.home, filled.url, folder, By("officer", None, DAY))
    assert returns.state(filled) == before
    assert list((filled.home / "backups").iterdir()) == [folder]


def test_what_was_destroyed_since_does_not_come_back(filled):
    folder = _make(filled).folder
    _destroy(filled, "F1")
    assert _restore(filled, folder).closed
    with pytest.raises(Refused, match="`hubdata retention replay`"):
        open_hub(filled.home, filled.url)
    filled.engine.dispose()
    done = replay.run(filled.home, filled.url, By("officer", "a test", DAY))
    assert (done.destroyed, done.problems) == (1, [])
    assert [row[0] for row in _opened(filled.home, filled.url)] == ["F2"]


def test_the_command_says_that_it_stays_closed_or_replays_at_once(filled):
    folder = _make(filled).folder
    _destroy(filled, "F1")
    filled.engine.dispose()
    closed = returns.command(filled, "restore", folder)
    assert closed.exit_code == 3 and "the hub stays closed until `hubdata retention replay`" in closed.stdout
    replayed = returns.command(filled, "restore", folder, "--replay", "--json")
    assert replayed.exit_code == 0, replayed.output
    assert json.loads(replayed.stdout)["replayed"]["destroyed"] == 1
    assert [row[0] for row in returns.rows(filled, "families")] == ["F2"]


def test_without_its_erasure_list_nothing_is_restored(filled):
    folder = _make(filled).folder
    _destroy(filled, "F1")
    before = returns.state(filled)
    [whose] = (filled.home / "erasures").glob("*.jsonl")
    newest = whose.read_bytes()
    whose.unlink()
    with pytest.raises(Refused, match=f"has no erasure list.*newest copy of {whose.name}.*--list-from-backup"):
        _restore(filled, folder)
    with pytest.raises(Refused, match="the erasure list is older than the hub's database"):
        _restore(filled, folder, list_from_backup=True)
    whose.write_bytes((folder / "erasures" / whose.name).read_bytes())
    with pytest.raises(Refused, match="the erasure list is older than the hub's database"):
        _restore(filled, folder)
    whose.write_bytes(newest)
    assert returns.state(filled) == before
    with pytest.raises(Refused, match="leave --list-from-backup away"):
        _restore(filled, folder, list_from_backup=True)


def test_a_list_older_than_the_backup_is_refused(filled, tmp_path, request):
    [whose] = (filled.home / "erasures").glob("*.jsonl")
    old = whose.read_bytes()
    _destroy(filled, "F1")
    folder = _make(filled).folder
    home, url = _elsewhere(filled, tmp_path, request)
    (home / "erasures").mkdir(parents=True)
    (home / "erasures" / whose.name).write_bytes(old)
    with pytest.raises(Refused, match="the erasure list is older than the backup"):
        restore.restore(home, url, folder, By("officer", None, DAY))


def test_on_a_new_machine_the_newest_list_is_put_back_first(filled, tmp_path, request):
    folder = _make(filled).folder
    _destroy(filled, "F1")
    home, url = _elsewhere(filled, tmp_path, request)
    with pytest.raises(Refused, match="this home has no erasure list"):
        restore.restore(home, url, folder, By("officer", None, DAY))
    assert not home.exists()
    home.mkdir(0o700)
    shutil.copytree(filled.home / "erasures", home / "erasures")
    assert restore.restore(home, url, folder, By("officer", None, DAY)).closed
    assert replay.run(home, url, By("officer", None, DAY)).destroyed == 1
    assert [row[0] for row in _opened(home, url)] == ["F2"]


def test_on_a_new_machine_with_nothing_but_the_backup_it_must_be_said(filled, tmp_path, request):
    made = _make(filled)
    home, url = _elsewhere(filled, tmp_path, request)
    done = restore.restore(home, url, made.folder, By("officer", None, DAY), list_from_backup=True)
    new = open_hub(home, url)
    assert _records(new) == _records(filled)
    assert (done.before, done.lost, done.checkpoints, done.closed) == (None, None, [], False)
    assert new.key("erasures") == filled.key("erasures")
    assert returns.command(new, "ledger", "verify").exit_code == 0
    assert _modes(home) == {(True, 0o700), (False, 0o600)}
    new.engine.dispose()


def test_a_damaged_database_is_replaced(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "return")
    folder = _make(sqlite_hub).folder
    before = _records(sqlite_hub)
    sqlite_hub.engine.dispose()
    live = sqlite_hub.home / "hub.db"
    for damage in (b"no database " * 1000, live.read_bytes()[:8192] + bytes(60_000), b""):
        live.write_bytes(damage)
        for suffix in ("-wal", "-journal"):
            live.with_name(f"hub.db{suffix}").write_bytes(b"torn" * 500)
        assert _restore(sqlite_hub, folder).closed is False
        assert _records(sqlite_hub) == before
        _whole(sqlite_hub)


def test_another_programs_database_is_not_replaced(sqlite_hub, postgres_hub):
    for hub in (sqlite_hub, postgres_hub):
        folder = _make(hub).folder
        with hub.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE alembic_version")
        with pytest.raises(HubError, match="it is no hub; nothing was changed"):
            _restore(hub, folder)


def test_an_older_backup_is_upgraded_over_a_newer_schema(filled):
    folder = _make(filled).folder
    with filled.engine.begin() as connection:  # what a newer hubdata may have added
        connection.exec_driver_sql("CREATE TABLE newer (family VARCHAR(40) REFERENCES families (family))")
        connection.exec_driver_sql("INSERT INTO newer VALUES ('F1')")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = _records(filled)
    _restore(filled, folder)
    again = open_hub(filled.home, filled.url)
    assert _records(again) == before
    again.engine.dispose()


def test_a_backup_of_a_newer_hubdata_is_refused(filled):
    folder = _make(filled).folder
    said = json.loads((folder / "backup.json").read_text())
    del said["seal"]
    (folder / "backup.json").unlink()
    backups_folder.write(folder, backups_folder.Manifest(**said | {"schema": "9999"}), filled.key("backups"))
    with pytest.raises(NewerSchema, match="install that version"):
        _restore(filled, folder)


def test_a_backup_goes_back_into_the_kind_of_database_that_it_was_made_of(filled, tmp_path):
    folder = _make(filled).folder
    other = "postgresql://me:pass-word@127.0.0.1:1/x" if filled.dialect == "sqlite" else f"sqlite:///{tmp_path}/x.db"
    with pytest.raises(BadParameter, match=f"was made of a hub in {filled.dialect}") as error:
        restore.restore(filled.home, other, folder, By("officer", None, DAY))
    assert "pass-word" not in str(error.value)


def test_copies_older_than_the_policy_are_deleted_and_nothing_else(filled, tmp_path):
    place = filled.home / "backups"
    old, late = _make(filled).folder, _make(filled).folder
    days = policy.load().value("retention.backup_days", DAY)
    for folder, made_on in ((old, "2020-01-01"), (late, f"{moments.today()}")):
        said = json.loads((folder / "backup.json").read_text())
        (folder / "backup.json").write_text(json.dumps(said | {"made_at": f"{made_on}T00:00:00+00:00"}))
    (place / "by hand").mkdir()
    (place / "by hand" / "backup.json").write_text("{}")
    shutil.copytree(old, place / "renamed")
    made = _make(filled)
    assert made.deleted == [old.name] and days == 35
    assert {path.name for path in place.iterdir()} == {late.name, made.folder.name, "by hand", "renamed"}
    with filled.read() as connection:
        assert ledger.entries(connection, 1)[0]["said"]["detail"]["deletes"] == [old.name]


def test_no_copy_is_too_old_on_a_clock_that_jumped(filled, monkeypatch):
    old = _make(filled).folder
    Clock(monkeypatch).stands(days=3 * 365)

    assert _make(filled).deleted == [] and old.is_dir()
    jumps.confirm(filled, moments.today(), By("ben", "the radio says so", moments.today()))
    assert _make(filled).deleted[0] == old.name


def test_what_is_kept_is_beyond_use_until_the_last_copy_goes(filled, tmp_path):
    assert make.kept(filled) == make.Kept(0, 0, None, None, None)
    _make(filled), _make(filled, tmp_path / "away")
    kept = make.kept(filled)
    today = moments.today()
    assert (kept.count, kept.outside, kept.oldest, kept.newest) == (1, 1, today, today)
    assert (kept.beyond_use_until - kept.newest).days == 35


def test_a_copy_was_made_on_englands_day(filled):
    """An hour after midnight in summer is the day before in UTC, and a copy would be deleted a day too soon."""
    folder = _make(filled).folder
    said = json.loads((folder / "backup.json").read_text())
    (folder / "backup.json").write_text(json.dumps(said | {"made_at": "2026-06-30T23:30:00+00:00"}))

    assert make.kept(filled).newest == date(2026, 7, 1)


def test_a_copy_is_not_put_where_a_disposal_would_look_for_reports(filled):
    with pytest.raises(BadParameter, match="inside the hub's home"):
        _make(filled, filled.home / "reports")


def test_what_a_crash_left_of_a_backup_goes_with_the_next(filled):
    place = filled.home / "backups"
    [name] = {path.stem for path in (filled.home / "erasures").iterdir()}
    (place / f".unfinished-{name}").mkdir(parents=True)
    (place / f".unfinished-{name}" / "hub.db").write_bytes(b"half")
    made = _make(filled)
    assert list(place.iterdir()) == [made.folder]


@pytest.mark.timeout(300)
def test_a_restore_killed_at_any_step_leaves_one_whole_database(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "return")
    folder = _make(sqlite_hub).folder
    old, step, seen = _records(sqlite_hub), 0, set()
    dies = True
    while dies:
        step += 1
        if "F8" not in {row[0] for row in returns.rows(sqlite_hub, "families")}:
            _add(sqlite_hub, "F8")
        new = returns.state(sqlite_hub)
        sqlite_hub.engine.dispose()
        dies = killed.at(step, killed.restore, sqlite_hub.home, sqlite_hub.url, folder)
        _whole(sqlite_hub)
        now = returns.state(sqlite_hub)
        assert now == new or _records(sqlite_hub) == old
        with sqlite_hub.read() as connection:
            if now != new:  # never the copy without the entry that says how it came here
                assert ledger.entries(connection, 1)[0]["action"] == "backup.restore"
        seen.add(now == new)
    assert seen == {True, False} and step > 5
    assert not list(sqlite_hub.home.glob("*.restoring*"))


@pytest.mark.timeout(300)
def test_a_backup_killed_at_any_step_leaves_a_whole_backup_or_none(sqlite_hub):
    place, step = sqlite_hub.home / "backups", 0
    sqlite_hub.engine.dispose()
    while killed.at(step := step + 1, killed.backup, sqlite_hub.home, sqlite_hub.url):
        for folder in place.glob("2*"):
            backups_folder.check(folder, backups_folder.read(folder, sqlite_hub.key("backups")))
        shutil.rmtree(sqlite_hub.home / "checkpoints")  # else each run has one file more to copy than the last
        (sqlite_hub.home / "checkpoints").mkdir(0o700)
    assert step > 10
    assert not [path for path in place.iterdir() if path.name.startswith(".")]


def _alone(hub):
    """Wait until the server has seen the end of every other connection, and taken back what was not committed."""
    asked = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    end = time.monotonic() + 30
    with hub.engine.connect() as connection:
        while connection.execute(asked).scalar_one():
            assert time.monotonic() < end, "the server still has a connection of the process that was killed"
            connection.rollback()
            time.sleep(0.05)
    hub.engine.dispose()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("passed_on", [0, 500, 5_000, 20_000, 60_000, 10**9])
def test_a_restore_on_a_server_killed_on_its_way_changes_nothing(postgres_hub, tmp_path, passed_on):
    returns.apply(postgres_hub, tmp_path / "return")
    folder = _make(postgres_hub).folder
    _add(postgres_hub, "F8")
    before = returns.state(postgres_hub)
    postgres_hub.engine.dispose()
    assert killed.after(passed_on, killed.restore, postgres_hub.home, postgres_hub.url, folder)
    _alone(postgres_hub)
    assert returns.state(postgres_hub) == before
    _whole(postgres_hub)
    assert _restore(postgres_hub, folder).lost == 1


@pytest.mark.parametrize("rows", [{"families": 3}, {"missing": 0}])
def test_a_restore_that_lacks_rows_changes_nothing(postgres_hub, tmp_path, rows):
    returns.apply(postgres_hub, tmp_path / "return")
    dump = _make(postgres_hub).folder / "hub.dump"
    _add(postgres_hub, "F8")
    before = returns.state(postgres_hub)
    postgres_hub.engine.dispose()
    with pytest.raises(HubError, match="the copy was not put back: .*; the hub is as it was"):
        backups_postgresql.load(postgres_hub.engine, dump, rows, 15)
    assert returns.state(postgres_hub) == before


def _small(limit: int):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def _command(hub, *words, limit: int | None = None) -> subprocess.CompletedProcess:
    asked = [SCRIPT, *words, "--home", hub.home, "--url", hub.url]
    return subprocess.run(asked, capture_output=True, text=True, preexec_fn=limit and _small(limit))


def test_a_full_disk_leaves_nothing_half_made(hub, tmp_path):
    many = returns.GOOD["families"] + "".join(f"X{n},corby,2020-01-01,,\n" for n in range(5000))
    returns.apply(hub, tmp_path / "return", families=many)
    hub.engine.dispose()
    limit = 1 << 19 if hub.dialect == "sqlite" else 1 << 16
    full = _command(hub, *BACKUP, limit=limit)
    assert (full.returncode, full.stdout) == (1, ""), full.stderr
    assert len(full.stderr.splitlines()) == 1
    assert list((hub.home / "backups").iterdir()) == []
    assert _command(hub, *BACKUP).returncode == 0
    [folder] = (hub.home / "backups").iterdir()
    if hub.dialect == "sqlite":
        before = returns.state(hub)
        hub.engine.dispose()
        full = _command(hub, "restore", folder, limit=limit)
        assert (full.returncode, full.stdout) == (1, ""), full.stderr
        assert returns.state(hub) == before
        assert not list(hub.home.glob("*.restoring*"))
    hub.engine.dispose()
    assert _command(hub, "restore", folder).returncode == 0


def test_a_missing_or_old_program_is_said_with_the_package(postgres_hub, tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("hubdata.records.backups.postgresql.DEBIAN", str(tmp_path / "none"))
    with pytest.raises(HubError, match="pg_dump is not on this machine: install .* package postgresql-client-1"):
        _make(postgres_hub)
    (tmp_path / "bin" / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    (tmp_path / "bin" / "pg_dump").chmod(0o700)
    with pytest.raises(
        HubError, match="pg_dump 9 is older than what is needed: install .* package postgresql-client-1"
    ):
        _make(postgres_hub)
    assert list((postgres_hub.home / "backups").iterdir()) == []


def test_no_password_stands_on_a_command_line(postgres_hub, tmp_path, monkeypatch):
    real = restore.postgresql._program("pg_dump", 15)[0]
    wrapper = tmp_path / "bin" / "pg_dump"
    wrapper.parent.mkdir()
    wrapper.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/seen\necho "$PGPASSWORD" >> {tmp_path}/told\nexec {real} "$@"\n'
    )
    wrapper.chmod(0o700)
    monkeypatch.setenv("PATH", f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}")
    url = postgres_hub.url.replace("officer@", "officer:pass-word@")
    hub = open_hub(postgres_hub.home, url)
    _make(hub)
    hub.engine.dispose()
    assert "--snapshot" in (tmp_path / "seen").read_text() and "pass-word" not in (tmp_path / "seen").read_text()
    assert "pass-word" in (tmp_path / "told").read_text()


def test_who_waits_for_the_old_file_cannot_write_beside_the_new_one(sqlite_hub):
    new, live = sqlite_hub.home / "new.db", sqlite_hub.home / "hub.db"
    sqlite_hub.engine.dispose()
    shutil.copy(live, new)
    late = sqlite3.connect(live, timeout=0, isolation_level=None)  # opens the file, reads nothing yet
    with backups_swap.held(live) as (_, swap):
        swap(new)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        late.execute("PRAGMA journal_mode=wal").fetchone()
    late.close()
    _whole(sqlite_hub)


def test_rows_of_a_restored_backup_are_vouched_for_and_what_is_done_to_them_is_found(hub, tmp_path):
    returns.apply(hub, tmp_path / "return")
    made = make.backup(hub, tmp_path / "away", By("olga", "a copy", DAY), recipients.IN_THE_CLEAR)
    returns.apply(hub, tmp_path / "later", families=returns.GOOD["families"] + "F9,corby,2020-01-01,,\n")
    hub.engine.dispose()

    restore.restore(hub.home, hub.url, made.folder, By("olga", "a copy back", DAY))

    again = open_hub(hub.home, hub.url)
    assert verify(again).faults == [] and returns.count(again, "families") == 2
    with again.engine.begin() as connection:
        connection.execute(text("UPDATE families SET opened_on = '2019-01-02' WHERE family = 'F1'"))
    assert verify(again).faults == ["families: row F1 was changed behind the product's back"]
    again.engine.dispose()
