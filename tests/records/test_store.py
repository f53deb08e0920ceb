"""The store keeps files private, refuses what is no hub, and writes nothing without its audit entry."""

import os
import re
import resource
import sqlite3
import stat
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url, text
from typer.testing import CliRunner

from hubdata.desk.main import app
from hubdata.errors import BadParameter, HubError, NewerSchema, NoPassword, Refused, WrongAddress
from hubdata.records.bulk import insert
from hubdata.records.ledger import Act
from hubdata.records.opening import address
from hubdata.records.store import FOLDERS, open_hub
from hubdata.records.tables.contract import TABLES
from tests.support import returns

ACT = ("tester", "officer", "a test", "test.write")
SCRIPT = Path(sys.executable).with_name("hubdata")
FAMILY = "INSERT INTO families (family, hub, opened_on, recorded_at) VALUES (:f, 'corby', '2020-01-01', '2020-01-01')"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("pragma", "wanted"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)]
)
def test_sqlite_is_set_to_keep_its_promises(sqlite_hub, pragma, wanted):
    with sqlite_hub.read() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == wanted


def test_files_are_private_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        hub = open_hub(tmp_path / "home", create=True)
        returns.apply(hub, tmp_path / "return")
        found = [path for path in hub.home.rglob("*") if path.is_file()]
        wrong = [path for path in found if _mode(path) != 0o600]
        hub.engine.dispose()
    finally:
        os.umask(before)
    assert {path.name for path in found} >= {"hub.db", "hub.db-wal", "hub.db-shm", "actors"}
    assert not wrong
    assert {_mode(hub.home), *(_mode(hub.home / folder) for folder in FOLDERS)} == {0o700}


def test_a_database_elsewhere_is_private_too(tmp_path):
    before = os.umask(0)
    try:
        open_hub(tmp_path / "home", f"sqlite:///{tmp_path / 'other.db'}", create=True).engine.dispose()
    finally:
        os.umask(before)
    assert _mode(tmp_path / "other.db") == 0o600
    (tmp_path / "other.db").chmod(0o644)
    with pytest.raises(Refused, match="chmod go-rwx .*other.db"):
        open_hub(tmp_path / "home", f"sqlite:///{tmp_path / 'other.db'}")


@pytest.mark.parametrize(("path", "mode"), [(".", 0o755), (".", 0o710), ("hub.db", 0o644), ("hub.db", 0o660)])
def test_what_others_can_read_is_refused_with_what_to_do(sqlite_hub, path, mode):
    (sqlite_hub.home / path).chmod(mode)
    with pytest.raises(Refused, match="can be read by others on this machine; run `chmod go-rwx ") as refusal:
        open_hub(sqlite_hub.home)
    assert refusal.value.exit_code == 3


@pytest.mark.parametrize("name", ["a b", "what?x=1", "50%41", "hash#tag", "é"])
def test_a_home_may_have_any_name(tmp_path, name):
    open_hub(tmp_path / name, create=True).engine.dispose()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "hub.db").stat().st_size > 0


def test_a_newer_schema_is_refused(hub):
    with hub.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchema, match="newer hubdata .*schema 9999.*install that version"):
        open_hub(hub.home, hub.url, create=True)


def test_no_hub_is_made_where_none_was_asked_for(tmp_path):
    (tmp_path / "empty").mkdir(mode=0o700)
    for home in ("missing", "empty"):
        with pytest.raises(HubError, match="there is no hub at .* run `hubdata init`"):
            open_hub(tmp_path / home)
    assert [path.name for path in tmp_path.rglob("*")] == ["empty"]


@pytest.mark.parametrize("create", [False, True])
def test_a_file_that_is_no_database_is_refused_untouched(tmp_path, create):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "hub.db").write_bytes(b"a diary, not a database " * 100)
    (home / "hub.db").chmod(0o600)
    with pytest.raises(HubError, match="did not open .* is it a hub"):
        open_hub(home, create=create)
    assert (home / "hub.db").read_bytes() == b"a diary, not a database " * 100


@pytest.mark.parametrize("create", [False, True])
def test_a_database_of_something_else_is_refused_untouched(tmp_path, create):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with sqlite3.connect(home / "hub.db") as other:
        other.execute("CREATE TABLE recipes (name)")
    other.close()
    (home / "hub.db").chmod(0o600)
    with pytest.raises(HubError, match="holds other tables: it is no hub"):
        open_hub(home, create=create)


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://user:pass-word@host/x", "sqlite://", "sqlite:///:memory:", "postgresql:/x:pass-word"]
)
def test_an_address_that_is_none_is_wrong_use_and_not_repeated(tmp_path, url):
    with pytest.raises(BadParameter) as error:
        open_hub(tmp_path / "home", url, create=True)
    assert "pass-word" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgres://me:pass-word@h/x", "a hub lives in SQLite or PostgreSQL"),
        ("postgresql+psycopg2://me:pass-word@h/x", "driver 'psycopg2' is not the one"),
        ("postgresql+asyncpg://me:pass-word@h/x", "driver 'asyncpg' is not the one"),
        ("sqlite+aiosqlite:////tmp/x.db", "driver 'aiosqlite' is not the one"),
        ("postgresql://me:pass-word@h:port/x", "port that is no number"),
        ("postgresql://me:pass-word@h:65536/x", "port that is not 1 to 65535"),
        ("postgresql://me:pass-word@h:0/x", "port that is not 1 to 65535"),
        ("postgresql://me:pass-word@h", "names no database"),
        ("postgresql://me:pass-word@h/", "names no database"),
        (
            "postgresql://me:pass-word@no-such-host.invalid/x?sslmode=verify-full&sslrootcert=system",
            "no host of that name",
        ),
        ("postgresql://me:pass-word@db.example/x", "without proof of the server"),
        ("postgresql://me:pass-word@db.example/x?sslmode=require&sslrootcert=system", "without proof of the server"),
        ("postgresql://me:pass-word@db.example/x?sslmode=verify-full", "without proof of the server"),
        ("postgresql://me:pass-word@127.0.0.1,db.example/x", "without proof of the server"),
        ("postgresql://me:pass-word@localhost/x?hostaddr=192.0.2.7", "without proof of the server"),
        ("postgresql://me:pass-word@127.0.0.1:1/x?colour=red", "option that does not exist"),
        ("postgresql:///x?service=no-such-service", "service"),
        ("sqlite:///{folder}", "names a folder"),
        ("sqlite:///{folder}/none/hub.db", "folder that does not exist"),
        ("sqlite:///{folder}/hub.db?colour=red", "option that does not exist"),
        ("sqlite:///file:{folder}/hub.db?uri=true", "kept in a file"),
        ("hub.db", "the database's address is none"),
        ("", "the database's address is none"),
    ],
)
def test_an_address_that_is_wrong_is_wrong_use_and_said_in_a_sentence(tmp_path, url, said):
    command = ["init", "--home", str(tmp_path / "home"), "--url", url.format(folder=tmp_path) or " "]
    told = CliRunner().invoke(app, command)

    assert told.exit_code == 2, told.output
    assert said in told.output and "fault in hubdata" not in told.output
    assert "pass-word" not in told.output and len(told.output.splitlines()) == 1


def test_a_file_that_is_not_there_is_not_made_by_looking_for_it(tmp_path):
    (tmp_path / "home").mkdir(mode=0o700)
    told = CliRunner().invoke(
        app, ["retention", "due", "--home", str(tmp_path / "home"), "--url", f"sqlite:///{tmp_path}/typo.db"]
    )

    assert told.exit_code == 2 and "there is no hub in the file" in told.output
    assert not (tmp_path / "typo.db").exists()


@pytest.mark.parametrize(
    ("part", "wrong", "said"),
    [("database", "no_such_hub", "no database of that name"), ("username", "nobody_here", "no such user")],
)
def test_what_a_server_does_not_know_is_wrong_use(postgres_url, tmp_path, part, wrong, said):
    url = make_url(postgres_url).set(**{part: wrong}).render_as_string(hide_password=False)
    told = CliRunner().invoke(app, ["init", "--home", str(tmp_path / "home"), "--url", url])

    assert (told.exit_code, said in told.output) == (2, True), told.output


@pytest.mark.parametrize(
    ("told", "kind", "said"),
    [
        ("fe_sendauth: no password supplied", NoPassword, "none was given"),
        ('FATAL:  password authentication failed for user "x"', WrongAddress, "the password is another"),
        ('FATAL:  no pg_hba.conf entry for host "1.2.3.4"', WrongAddress, "does not let this user in"),
        ('invalid sslmode value: "yes"', WrongAddress, "TLS settings"),
        ("connection failed: Connection refused", HubError, "nothing answers"),
    ],
)
def test_what_a_driver_says_is_put_into_words(told, kind, said):
    error = address.unopened(RuntimeError(told))

    assert type(error) is kind and said in str(error)


def test_a_server_that_does_not_answer_is_said_without_its_password(tmp_path):
    with pytest.raises(HubError, match="did not open") as error:
        open_hub(tmp_path / "home", "postgresql://me:pass-word@127.0.0.1:1/x", create=True)
    assert "pass-word" not in str(error.value)


def test_a_write_and_its_entry_are_one(hub):
    with hub.write(Act(*ACT)) as connection:
        connection.execute(text(FAMILY), {"f": "F1"})
    assert (returns.count(hub, "families"), returns.count(hub, "chain"), returns.count(hub, "payloads")) == (1, 2, 2)


def _no_more_entries(hub) -> None:
    with hub.engine.begin() as connection:
        if hub.dialect == "sqlite":
            connection.exec_driver_sql(
                "CREATE TRIGGER stop BEFORE INSERT ON chain BEGIN SELECT RAISE(ABORT, 'no more'); END"
            )
        else:
            connection.exec_driver_sql("CREATE RULE stop AS ON INSERT TO payloads DO INSTEAD SELECT 1/0")


def test_a_write_whose_entry_fails_is_undone(hub):
    _no_more_entries(hub)
    before = returns.state(hub)
    with pytest.raises(HubError, match="nothing was written"), hub.write(Act(*ACT)) as connection:
        connection.execute(text(FAMILY), {"f": "F1"})
    assert returns.state(hub) == before


def test_a_write_that_stops_halfway_leaves_nothing(hub):
    before = returns.state(hub)
    with pytest.raises(RuntimeError), hub.write(Act(*ACT)) as connection:
        connection.execute(text(FAMILY), {"f": "F1"})
        raise RuntimeError
    assert returns.state(hub) == before


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["add", "again", "fail", "nothing"]), max_size=12))
def test_there_are_as_many_entries_as_writes(hub, operations):
    before, done = returns.count(hub, "chain"), 0
    for number, operation in enumerate(operations):
        try:
            with hub.write(Act(*ACT)) as connection:
                if operation in ("add", "again"):
                    family = {"f": "same" if operation == "again" else f"F{before}-{number}"}
                    connection.execute(text(FAMILY), family)
                if operation == "fail":
                    raise KeyError
            done += 1
        except (HubError, KeyError):
            continue
    assert returns.count(hub, "chain") == before + done


def test_readers_cannot_write_on_a_server(postgres_hub):
    with pytest.raises(HubError), postgres_hub.read() as connection:
        connection.execute(text(FAMILY), {"f": "F1"})


@pytest.mark.disk
def test_a_full_disk_is_one_sentence_and_nothing_half_done(sqlite_hub, tmp_path):
    with sqlite_hub.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
    before = returns.state(sqlite_hub)
    many = returns.GOOD["families"] + "".join(f"X{n},corby,2020-01-01,,\n" for n in range(5000))
    with pytest.raises(HubError, match=r"^the disk is full: nothing was written; make room .*$") as error:
        returns.apply(sqlite_hub, tmp_path / "return", families=many)
    assert error.value.exit_code == 1
    assert returns.state(sqlite_hub) == before


def _one_megabyte() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


@pytest.mark.disk
def test_the_command_says_so_too_and_works_once_there_is_room(sqlite_hub, tmp_path):
    many = returns.GOOD["families"] + "".join(f"X{n},corby,2020-01-01,,\n" for n in range(20_000))
    asked = [SCRIPT, "intake", returns.write(tmp_path / "return", families=many), "--partner", "NNC"]
    asked += ["--home", sqlite_hub.home]
    before = returns.state(sqlite_hub)
    full = subprocess.run(asked, capture_output=True, text=True, preexec_fn=_one_megabyte)
    assert (full.returncode, full.stdout) == (1, "")
    assert re.fullmatch(r"the disk [^\n]*nothing was written; [^\n]*\n", full.stderr), full.stderr
    assert returns.state(sqlite_hub) == before
    again = subprocess.run(asked, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr


def test_neither_errors_nor_messages_repeat_what_was_written(hub):
    personal = {"f": "Namecanary " * 20, "n": None}
    statement = text("INSERT INTO people (person, given_name, family_name) VALUES (:f, :f, :n)")
    with pytest.raises(HubError) as plain, hub.write(Act(*ACT)) as connection:
        connection.execute(statement, personal)
    assert "Namecanary" not in repr(plain.value) + str(plain.value)
    assert plain.value.__suppress_context__
    assert "Namecanary" not in repr(hub) + repr(hub.engine)


def test_a_bulk_load_that_the_database_refuses_is_said_plainly(hub):
    people = pa.table(
        {
            "person": ["P1"],
            "family": ["none"],
            "role": ["child"],
            "given_name": ["Namecanary"],
            "family_name": ["Namecanary"],
            "recorded_at": ["2020-01-01 00:00:00.000000"],
        }
    )
    said = r"^the database refused the change \(\w+\): nothing was written$"
    with pytest.raises(HubError, match=said), hub.write(Act(*ACT)) as connection:
        insert(connection, "people", people)


def test_a_key_is_made_once_and_whole(sqlite_hub):
    first = sqlite_hub.key("test")
    assert sqlite_hub.key("test") == first and len(first) == 32
    names = sorted(path.name for path in (sqlite_hub.home / "keys").iterdir())
    assert names == ["actors", "checkpoint", "erasures", "rows", "test"]


def test_foreign_keys_hold(hub):
    row = {"goal": "G1", "family": "none", "area": "health", "instrument": "gbo", "set_on": date(2020, 1, 1)}
    with pytest.raises(HubError), hub.write(Act(*ACT)) as connection:
        connection.execute(TABLES["goals"].insert(), row | {"recorded_at": datetime(2020, 1, 1)})  # noqa: DTZ001 (UTC)
