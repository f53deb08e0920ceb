"""`hubdata doctor` says in words what stands in the way, reads only, and names nobody."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import namedtuple
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from typer.testing import CliRunner

from hubdata.desk.main import app
from hubdata.moments import By
from hubdata.records import folders
from hubdata.records.backups import make, recipients
from hubdata.records.doctor import disk, fact, home, program
from hubdata.records.doctor.examine import examine
from hubdata.records.doctor.fact import NO, PERHAPS, YES
from hubdata.records.keys import kept
from hubdata.records.keys.kept import Kept
from hubdata.records.store import Hub
from tests.support import returns
from tests.support.clock import Clock

WRITES_AND_DIES = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("CREATE TABLE written_last (one)")
connection.commit()
os._exit(9)
"""


def asked(hub: Hub, *words: str) -> tuple[list[dict], int]:
    """What the command says in JSON, and its exit code."""
    done = CliRunner().invoke(app, ["doctor", "--json", "--home", str(hub.home), "--url", hub.url, *words])
    return json.loads(done.stdout), done.exit_code


def of(found: list[fact.Fact], about: str) -> list[tuple[str, str]]:
    """What was found about one thing, and whether it stands in the way."""
    return [(each.fact, each.in_the_way) for each in found if each.about == about]


def everything(folder: Path) -> dict:
    """Every file of a home with its content and the moment of its last change."""
    return {str(path): (path.stat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in folder.rglob("*")}


def test_of_a_hub_that_works_each_thing_is_a_fact_and_nothing_stands_in_the_way(hub):
    found, code = asked(hub)

    assert [set(each) for each in found] == [{"about", "fact", "in_the_way", "to_do"}] * len(found)
    assert list(dict.fromkeys(each["about"] for each in found)) == list(fact.ABOUT)
    assert {each["in_the_way"] for each in found} == {NO, PERHAPS} and code == 3
    assert all(each["to_do"] for each in found if each["in_the_way"] != NO)


def test_it_reads_only(sqlite_hub):
    sqlite_hub.engine.dispose()
    subprocess.run([sys.executable, "-c", WRITES_AND_DIES, str(sqlite_hub.home / "hub.db")], check=False)
    before = everything(sqlite_hub.home)

    examine(sqlite_hub.home, None, "tester")

    after = everything(sqlite_hub.home)
    assert after.keys() == before.keys() and str(sqlite_hub.home / "hub.db-wal") in after
    assert {name for name in before if after[name] != before[name]} <= {str(sqlite_hub.home / "hub.db-shm")}


def test_where_there_is_no_hub_it_says_so_and_makes_none(tmp_path):
    done = CliRunner().invoke(app, ["doctor", "--home", str(tmp_path / "none")])

    assert done.exit_code == 1 and "! database     there is no hub at" in done.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is an empty file"),
        (b"SQLite format 3\0" + b"x" * 5000, "it is damaged, or it is no database"),
        (b"an old letter" * 500, "it is damaged, or it is no database"),
    ],
)
def test_a_broken_database_stands_in_the_way(sqlite_hub, content, said):
    sqlite_hub.engine.dispose()
    (sqlite_hub.home / "hub.db").write_bytes(content)

    found = of(examine(sqlite_hub.home, None, "tester"), "database")

    assert [way for _, way in found] == [YES] and said in found[0][0]


def test_a_page_of_the_database_that_is_damaged_is_found(sqlite_hub):
    sqlite_hub.engine.dispose()
    with (sqlite_hub.home / "hub.db").open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xff" * 4096 * 8)

    found = of(examine(sqlite_hub.home, None, "tester"), "database")

    assert found[0][1] == YES and "is damaged" in found[0][0]


@pytest.mark.parametrize(
    ("schema", "said", "do"),
    [("9999", "a newer hubdata made this hub", "install that version"), ("0003", "are older than", "`hubdata init`")],
)
def test_a_hub_of_another_version_says_which_to_use(hub, schema, said, do):
    with hub.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :schema"), {"schema": schema})
    hub.engine.dispose()

    found = [each for each in examine(hub.home, hub.url, "tester") if each.in_the_way == YES]

    assert [each.about for each in found] == ["versions"]
    assert said in found[0].fact and do in found[0].to_do


def test_a_home_that_others_can_read_stands_in_the_way(sqlite_hub):
    sqlite_hub.home.chmod(0o755)

    found = [each for each in examine(sqlite_hub.home, None, "tester") if each.about == "permissions"]

    assert found[0].in_the_way == YES and "others on this machine can read the hub's home" in found[0].fact
    assert found[0].to_do == f"run `chmod -R go-rwx {sqlite_hub.home}`"


def test_one_key_that_others_could_read_is_counted_and_not_named(sqlite_hub):
    (sqlite_hub.home / "keys" / "rows").chmod(0o640)

    found = of(examine(sqlite_hub.home, None, "tester"), "permissions")

    assert found == [("files in the hub's home could be read by others if they left it: keys (1)", YES)]


@pytest.mark.parametrize("lost", ["missing", "empty"])
def test_a_key_that_is_gone_stands_in_the_way_before_a_new_one_is_made(sqlite_hub, lost):
    sqlite_hub.engine.dispose()
    key = sqlite_hub.home / "keys" / "rows"
    key.unlink() if lost == "missing" else key.write_bytes(b"")

    found = of(examine(sqlite_hub.home, None, "tester"), "keys")[:1]

    assert found == [("keys are missing or empty: rows", YES)]
    assert not key.exists() or not key.stat().st_size


@pytest.mark.parametrize(
    ("note", "said", "way"),
    [
        (Kept("passphrase", "a1"), "the hub's keys are locked by a passphrase", NO),
        (Kept("folder", "a1", "/media/none"), "should be in /media/none/hub-a1.key, and is not there", YES),
        (Kept("passphrase", "a1", moving=True), "the hub's keys are locked by a passphrase", PERHAPS),
        (Kept(), "the hub's keys are beside the records", PERHAPS),
    ],
)
def test_where_the_keys_are_is_said_and_no_key_is_asked_for(sqlite_hub, note, said, way):
    kept.write(sqlite_hub.home / "keys", note)

    found = of(examine(sqlite_hub.home, None, "tester"), "keys")

    assert said in found[0][0] and found[0][1] == way


def _machine(root: Path, kind: str, device: str, source: str = "/dev/x") -> Path:
    """A machine whose only file system is of a kind and on a device."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/mountinfo").write_text(f"22 1 {device} / / rw shared:1 - {kind} {source} rw\n")
    for name, uuid, under in (("8:1", None, []), ("252:0", "CRYPT-LUKS2-0a1b-home", []), ("252:1", "LVM-0a1b", ["a"])):
        place = root / "sys/dev/block" / name
        (place / "slaves").mkdir(parents=True)
        if uuid:
            (place / "dm").mkdir()
            (place / "dm/uuid").write_text(f"{uuid}\n")
        for each in under:
            (place / "slaves" / each).symlink_to(root / "sys/dev/block/252:0")
    return root


@pytest.mark.skipif(sys.platform != "linux", reason="it asks /proc and /sys")
@pytest.mark.parametrize(
    ("kind", "device", "wanted"),
    [
        ("ext4", "8:1", False),
        ("ext4", "252:0", True),
        ("xfs", "252:1", True),
        ("fuse.gocryptfs", "0:40", True),
        ("ext4", "9:9", None),
        ("overlay", "0:30", None),
        ("zfs", "0:31", None),
        ("nfs4", "0:32", None),
        ("tmpfs", "0:33", None),
    ],
)
def test_whether_the_disk_is_encrypted_is_told_or_it_is_said_that_nobody_can_tell(tmp_path, kind, device, wanted):
    root = _machine(tmp_path / "machine", kind, device, "pool")

    assert disk.encrypted(Path("/srv/officer/hub"), root) is wanted


@pytest.mark.parametrize(
    ("name", "platform", "program", "says", "wanted"),
    [
        ("nt", "win32", "manage-bde", "Volume C: [OSDisk]\r\n    Protection Status:    Protection On\r\n", True),
        ("nt", "win32", "manage-bde", "Volume C: [OSDisk]\r\n    Protection Status:    Protection Off\r\n", False),
        ("nt", "win32", "manage-bde", "ERROR: An attempt to access a required resource was denied.\r\n", None),
        ("nt", "win32", "manage-bde", "", None),
        ("posix", "darwin", "fdesetup", "FileVault is On.\n", True),
        ("posix", "darwin", "fdesetup", "FileVault is Off.\n", False),
        ("posix", "darwin", "fdesetup", "FileVault is On, but needs to be restarted to finish.\n", True),
        ("posix", "darwin", "fdesetup", "", None),
    ],
)
def test_windows_and_macos_are_asked_by_their_own_program(monkeypatch, name, platform, program, says, wanted):
    answers = {program: says, "mount": "/dev/disk3s5 on /Library (apfs, local, journaled)\n"}
    monkeypatch.setattr(disk, "_said", lambda *asked: answers[asked[0]])
    monkeypatch.setattr(disk, "os", namedtuple("System", "name")(name))
    monkeypatch.setattr(sys, "platform", platform)

    assert disk.encrypted(Path("/Library/hub")) is wanted


@pytest.mark.parametrize(
    ("place", "kind"),
    [("/Library/hub", "apfs"), ("/Volumes/hub/records", "smbfs"), ("/private/hub", "apfs"), ("/Vol", "apfs")],
)
def test_on_macos_the_nearest_of_the_disks_that_mount_lists_is_the_one(monkeypatch, place, kind):
    listed = """/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)
//officer@server/hub on /Volumes/hub (smbfs, nodev, nosuid, mounted by officer)
"""
    monkeypatch.setattr(disk, "_said", lambda *asked: listed if asked == ("mount",) else "")
    monkeypatch.setattr(sys, "platform", "darwin")

    mount = disk.mount_of(Path(place))

    assert mount and mount.kind == kind


@pytest.mark.parametrize(
    ("kind", "place", "said", "way"),
    [
        ("cifs", "hub", "is on a network share (cifs)", YES),
        ("nfs4", "hub", "is on a network share (nfs4)", YES),
        ("9p", "hub", "that another system lends to this one", PERHAPS),
        ("tmpfs", "hub", "is in memory", PERHAPS),
        ("ext4", "OneDrive - A Council/hub", "is synchronised", YES),
    ],
)
def test_a_share_or_a_synchronised_folder_is_no_place_for_a_hub(tmp_path, monkeypatch, kind, place, said, way):
    (tmp_path / place).mkdir(parents=True)
    monkeypatch.setattr(disk, "mount_of", lambda *_: disk.Mount("/", kind, "server:/homes", "0:50"))

    found = disk.facts(tmp_path / place, tmp_path / place / "hub.db")

    assert said in found[0].fact and found[0].in_the_way == way


def test_on_a_full_disk_it_answers_and_says_so(sqlite_hub, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 0))

    found = of(examine(sqlite_hub.home, None, "tester"), "disk")

    assert ("0.0 GB are free on the disk of hub", YES) in found


def test_a_clock_that_jumped_is_said_and_one_older_than_the_product_stands_in_the_way(hub, monkeypatch):
    clock = Clock(monkeypatch)

    clock.stands(days=400)
    jumped = of(examine(hub.home, hub.url, "tester"), "clock")
    clock.stands(days=-4000)
    early = of(examine(hub.home, hub.url, "tester"), "clock")

    assert jumped[0][1] == NO and jumped[1][1] == YES and "this machine's clock has jumped ahead" in jumped[1][0]
    assert early[0][1] == YES and "which is before this hubdata was made" in early[0][0]


def test_copies_that_lie_open_are_counted(sqlite_hub):
    (sqlite_hub.home / "work" / f"{folders.PREFIX}dead").mkdir()
    (sqlite_hub.home / f"hub.db{folders.RESTORING}").write_bytes(b"rows")

    found = of(examine(sqlite_hub.home, None, "tester"), "open copies")

    assert found == [("killed runs left 2 copies of the records", PERHAPS)]


def test_who_may_open_backups_and_which_lie_in_the_clear_is_said(sqlite_hub, tmp_path):
    by = By("olga", "the safe is encrypted itself", date(2026, 11, 30))
    make.backup(sqlite_hub, None, by, recipients.IN_THE_CLEAR)
    nobody = examine(sqlite_hub.home, None, "tester")
    recipients.new_key(sqlite_hub, tmp_path / "key", by)
    make.backup(sqlite_hub, None, by)

    found = examine(sqlite_hub.home, None, "tester")

    assert any(said.startswith("nobody is named who may open backups") for said, _ in of(nobody, "keys"))
    assert ("backups are encrypted to 1 key", NO) in of(found, "keys")
    assert ("1 backups in the hub's home are in the clear", PERHAPS) in of(found, "open copies")


@pytest.mark.parametrize(
    ("granted", "said", "way"),
    [("SELECT", "and may not write to", PERHAPS), ("USAGE", "but this login may not read", YES)],
)
def test_what_a_login_may_not_do_on_a_server_is_said(postgres_hub, server, granted, said, way):
    role = f"reader_{granted.lower()}"
    database = make_url(postgres_hub.url).database
    server.run(f"CREATE ROLE {role} LOGIN")
    try:
        with postgres_hub.engine.begin() as connection:
            connection.execute(text(f"GRANT SELECT ON alembic_version, chain, payloads TO {role}"))
            if granted == "SELECT":
                connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"))

        found = of(examine(postgres_hub.home, server.url(database, role), "tester"), "database")
    finally:
        with postgres_hub.engine.begin() as connection:
            connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"))
        server.run(f"DROP ROLE {role}")

    assert said in found[0][0] and found[0][1] == way


@pytest.mark.parametrize("url", ["mysql://h/x", "postgresql+psycopg://nobody@127.0.0.1:1/x", "sqlite:////none/hub.db"])
def test_an_address_that_leads_nowhere_is_a_fact_and_the_rest_is_said_too(sqlite_hub, url):
    found, code = asked(sqlite_hub, "--url", url)

    assert code == 1 and "decisions" in {each["about"] for each in found}
    assert [each["in_the_way"] for each in found if each["about"] == "database"] == [YES]


def test_values_that_cannot_be_read_are_said_with_the_line(tmp_path, monkeypatch):
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "own.yaml").write_text("a: [")
    monkeypatch.setenv("HUBDATA_PARAMS", str(tmp_path))

    found = program.decisions()

    assert found[0].in_the_way == YES and "own.yaml, line" in found[0].fact


def test_it_names_nobody(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "return")
    (sqlite_hub.home / "reports" / "Zoe Quillfeather.html").write_text("hers")
    (sqlite_hub.home / "reports" / "Zoe Quillfeather.html").chmod(0o644)
    with sqlite3.connect(sqlite_hub.home / "hub.db") as connection:
        names = {name for row in connection.execute("SELECT given_name, family_name FROM people") for name in row}

    said = "\n".join(fact.lines(examine(sqlite_hub.home, None, "tester")))

    assert "reports (1)" in said
    assert not [name for name in {*names, "Zoe", "Quillfeather"} if name in said]


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
def test_a_home_of_another_user_is_said(sqlite_hub, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: sqlite_hub.home.stat().st_uid + 1)

    assert "belongs to another user" in home.permissions(sqlite_hub.home)[0].fact
