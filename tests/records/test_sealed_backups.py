"""A backup is encrypted to those who may open it, and to nobody else; a wrong key or a cut file puts nothing back."""

import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hubdata.desk.main import app, given_away
from hubdata.errors import BadParameter, HubError, Refused
from hubdata.moments import By
from hubdata.records import ledger, store
from hubdata.records.backups import age, make, recipients, restore
from hubdata.records.coverage.verify import verify
from hubdata.records.ledger import Act
from hubdata.records.store import open_hub
from hubdata.retention import disposal, replay
from tests.support import postgresql, returns

pytestmark = pytest.mark.disk

DAY = date(2026, 11, 22)
BY = By("olga", "nightly", DAY)
NAMES = (b"Quokka", b"Wombat", b"given_name", b"SQLite format 3", b"PGDMP")


@pytest.fixture(autouse=True)
def programs_are_found(monkeypatch):
    if folder := postgresql.programs():
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def filled(hub, tmp_path):
    """A hub with records, whose backups a key in `key` opens."""
    returns.apply(hub, tmp_path / "return")
    recipients.new_key(hub, tmp_path / "key", BY)
    return hub


def _key(tmp_path: Path):
    return lambda: recipients.read_key(tmp_path / "key")


def _restore(hub, folder, key, **more) -> restore.Restored:
    hub.engine.dispose()
    return restore.restore(hub.home, hub.url, folder, BY, key=key, **more)


def _run(hub, *words, **more):
    return CliRunner().invoke(app, [*map(str, words), "--home", str(hub.home), "--url", hub.url], **more)


def _left(home: Path) -> list[Path]:
    """Plain copies that a run left behind."""
    return [*(home / "work").glob("run-*"), *home.glob("*.restoring*")]


def test_a_backup_tells_nothing_to_whoever_has_no_key(filled, tmp_path):
    made = make.backup(filled, tmp_path / "stick", BY)

    files = {path.relative_to(made.folder).as_posix(): path.read_bytes() for path in made.folder.rglob("*.*")}
    assert {name for name in files if not name.endswith(".age")} == {"backup.json"}
    assert {"keys/rows.age", "recipients.txt.age"} <= files.keys() and any("erasures/" in name for name in files)
    assert not [(name, said) for name, content in files.items() for said in NAMES if said in content]
    assert _left(filled.home) == [] and not list((tmp_path / "stick").glob(".unfinished*"))


def test_a_backup_is_put_back_with_its_key_verifies_and_brings_back_nothing_destroyed(filled, tmp_path):
    made = make.backup(filled, None, BY)
    act = Act("tester", "disposer", "a test", "retention.dispose", {"disposal": "D1"})
    with filled.write(act) as connection:
        disposal.destroy(filled, connection, "D1", {"F1": None}, DAY, act)
    with filled.read() as connection:
        store.erasure_list(filled, connection).append("done")

    done = _restore(filled, made.folder, _key(tmp_path))

    assert done.closed and _left(filled.home) == []
    with pytest.raises(Refused, match="older than its own erasures"):
        open_hub(filled.home, filled.url)
    replay.run(filled.home, filled.url, BY)
    again = open_hub(filled.home, filled.url)
    assert [row[0] for row in returns.rows(again, "families")] == ["F2"]
    assert [one for one in verify(again).faults if "checkpoint" not in one] == []
    again.engine.dispose()


def test_on_a_new_machine_the_key_alone_brings_all_of_it_back(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "return")
    recipients.new_key(sqlite_hub, tmp_path / "key", BY)
    made = make.backup(sqlite_hub, tmp_path / "stick", BY)
    sqlite_hub.engine.dispose()

    restore.restore(tmp_path / "new", None, made.folder, BY, list_from_backup=True, key=_key(tmp_path))

    again = open_hub(tmp_path / "new")
    assert verify(again).faults == [] and returns.count(again, "families") == 2
    assert recipients.of(tmp_path / "new") == recipients.of(sqlite_hub.home)
    again.engine.dispose()


def _cell(source: str | list[str], *outputs: dict) -> dict:
    code = {"cell_type": "code", "id": "a", "metadata": {}, "source": source}
    return code | {"outputs": [*outputs], "execution_count": 3 if outputs else None}


def _write(home: Path, name: str, *cells: dict) -> Path:
    path = home / "notebooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
    return path


def test_what_the_council_wrote_itself_comes_back_without_outputs_and_without_a_name(filled, tmp_path):
    with filled.read() as connection:
        given, family = connection.exec_driver_sql("SELECT given_name, family_name FROM people LIMIT 1").one()
    shown = {"output_type": "stream", "name": "stdout", "text": f"F1 {given} {family}"}
    plain = _write(filled.home, "plain.ipynb", _cell("1 + 1"))
    _write(filled.home, "shown.ipynb", _cell("print(names)", shown))
    _write(filled.home, "typed.ipynb", _cell([f"# of {given}\n", f"{family} only"]))
    (filled.home / "notebooks" / "plain.yaml").write_text("as_at: 2026-09-30\n", "utf-8")
    (filled.home / "notebooks" / "people.csv").write_text("whatever this is, it is no report\n", "utf-8")
    (filled.home / "rules").mkdir()
    (filled.home / "rules" / "mine.sql").write_text("-- code: X001\n", "utf-8")
    (filled.home / "rules" / "naming.sql").write_text(f"-- {family}, {given}\n", "utf-8")

    made = make.backup(filled, tmp_path / "stick", BY)
    before = plain.read_bytes()
    for name in ("notebooks", "rules"):
        shutil.rmtree(filled.home / name)
    _restore(filled, made.folder, _key(tmp_path))

    back = {path.name: path.read_bytes() for name in ("notebooks", "rules") for path in (filled.home / name).iterdir()}
    assert back.keys() == {"plain.ipynb", "plain.yaml", "shown.ipynb", "mine.sql"} and back["plain.ipynb"] == before
    assert json.loads(back["shown.ipynb"])["cells"] == [_cell("print(names)")]
    assert made.left_out == ["notebooks/typed.ipynb", "rules/naming.sql"]
    assert "2 of this hub's own notebooks or rules say the name" in "\n".join(make.lines(made))


def test_an_own_notebook_that_is_there_is_newer_than_its_copy_and_stays(filled, tmp_path):
    path = _write(filled.home, "mine.ipynb", _cell("1"))
    made = make.backup(filled, tmp_path / "stick", BY)
    _write(filled.home, "mine.ipynb", _cell("2"))

    _restore(filled, made.folder, _key(tmp_path))

    assert json.loads(path.read_bytes())["cells"] == [_cell("2")]


def _cut(folder: Path) -> None:
    """The file ends early, and whoever cut it wrote the manifest's sums anew."""
    database = next(folder.glob("hub.d*.age"))
    database.write_bytes(database.read_bytes()[:-1000])


def _tampered(folder: Path) -> None:
    database = next(folder.glob("hub.d*.age"))
    content = bytearray(database.read_bytes())
    content[-500] ^= 1
    database.write_bytes(content)


def _swapped(folder: Path) -> None:
    shutil.copy(folder / "keys" / "actors.age", folder / "keys" / "rows.age")


@pytest.mark.parametrize("do", [_cut, _tampered, _swapped])
@pytest.mark.parametrize("sums_too", [False, True])
def test_what_was_cut_altered_or_swapped_puts_nothing_back(sqlite_hub, tmp_path, monkeypatch, do, sums_too):
    returns.apply(sqlite_hub, tmp_path / "return")
    recipients.new_key(sqlite_hub, tmp_path / "key", BY)
    made = make.backup(sqlite_hub, tmp_path / "stick", BY)
    do(made.folder)
    if sums_too:  # as somebody could who has the sealing key
        monkeypatch.setattr(restore.backups_folder, "check", lambda *_: None)
    before = returns.state(sqlite_hub)

    with pytest.raises(Refused, match="take another") as refused:
        _restore(sqlite_hub, made.folder, _key(tmp_path))

    assert str(refused.value).count("\n") == 0 and refused.value.exit_code == 3
    assert returns.state(sqlite_hub) == before and _left(sqlite_hub.home) == []


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        pytest.param(age.new_key()[0], 3, "this key opens another backup, not this one", id="another"),
        ("AGE-SECRET-KEY-1NONSENSE", 2, "this is no key that opens a backup"),
        ("", 2, "this is no key that opens a backup"),
        ("hunter2", 2, "this is no key that opens a backup"),
    ],
)
def test_a_wrong_key_is_one_sentence_and_a_new_home_is_not_left_behind(sqlite_hub, tmp_path, typed, code, said):
    recipients.new_key(sqlite_hub, tmp_path / "key", BY)
    made = make.backup(sqlite_hub, tmp_path / "stick", BY)
    sqlite_hub.engine.dispose()

    words = ["restore", str(made.folder), "--home", str(tmp_path / "new"), "--url", "sqlite", "--list-from-backup"]
    done = CliRunner().invoke(app, words, input=f"{typed}\n")

    assert done.exit_code == code and said in done.output and done.output.count("\n") == 1
    assert not typed or typed not in done.output
    assert not (tmp_path / "new").exists()


def test_the_key_is_read_from_a_file_that_only_its_owner_can_read_or_from_standard_input(sqlite_hub, tmp_path):
    assert _run(sqlite_hub, "backup", "key", tmp_path / "key").exit_code == 0
    [secret] = [line for line in (tmp_path / "key").read_text().splitlines() if not line.startswith("#")]
    assert _run(sqlite_hub, "backup").exit_code == 0
    [folder] = (sqlite_hub.home / "backups").iterdir()

    sqlite_hub.engine.dispose()
    assert _run(sqlite_hub, "restore", folder, input=f"{secret}\n").exit_code == 0
    assert _run(sqlite_hub, "restore", folder, "--identity", tmp_path / "key").exit_code == 0
    (tmp_path / "key").chmod(0o644)
    refused = _run(sqlite_hub, "restore", folder, "--identity", tmp_path / "key")

    assert refused.exit_code == 3 and "can be read by others" in refused.output
    assert given_away(["restore", "x", "--identity", secret]).startswith("a key that opens backups stands there")


def test_without_anybody_who_may_open_it_a_backup_is_refused_or_in_the_clear_with_a_reason(sqlite_hub):
    refused = _run(sqlite_hub, "backup")
    without = _run(sqlite_hub, "backup", "--in-the-clear")
    done = _run(sqlite_hub, "backup", "--in-the-clear", "--reason", "the safe is encrypted itself")

    assert refused.exit_code == 3 and "`hubdata backup key FILE`" in refused.output
    assert without.exit_code == 2 and "a backup in the clear needs a reason" in without.output
    assert done.exit_code == 0 and "It is in the clear" in done.output
    with sqlite_hub.read() as connection:
        [entry] = [one for one in ledger.entries(connection, 9) if one["action"] == "backup.make"]
    assert entry["said"]["reason"] == "the safe is encrypted itself" and entry["said"]["detail"]["recipients"] == []
    assert len(list((sqlite_hub.home / "backups").iterdir())) == 1


def test_who_may_open_backups_is_in_the_ledger_and_an_ssh_key_is_kept_without_its_owner_s_name(sqlite_hub, tmp_path):
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "zoe@council", "-f", tmp_path / "id"], check=True
    )
    public = (tmp_path / "id.pub").read_text().strip()
    first = recipients.new_key(sqlite_hub, tmp_path / "key", BY)

    both = recipients.change(sqlite_hub, BY, add=[public])
    made = make.backup(sqlite_hub, None, BY)
    assert both == (first, public.removesuffix(" zoe@council"))
    assert _restore(sqlite_hub, made.folder, lambda: recipients.read_key(tmp_path / "id")).backup == made.folder.name
    again = open_hub(sqlite_hub.home)
    assert recipients.change(again, BY, remove=[first]) == both[1:]

    with again.read() as connection:
        said = [one["said"]["detail"] for one in ledger.entries(connection, 20) if one["action"] == recipients.CHANGE]
    again.engine.dispose()
    assert {(tuple(one["added"]), tuple(one["removed"])) for one in said} == {
        ((first,), ()),
        (both[1:], ()),
        ((), (first,)),
    }
    assert "zoe" not in (sqlite_hub.home / recipients.FILE).read_text()


@pytest.mark.parametrize(
    "word",
    ["age1nonsense", "ssh-ed25519 AAAA", "", pytest.param(age.new_key()[0], id="secret"), "ssh-dss AAAAB3NzaC1kc3M="],
)
def test_what_is_no_public_key_is_refused_and_a_secret_one_is_not_repeated(sqlite_hub, word):
    with pytest.raises(BadParameter) as refused:
        recipients.change(sqlite_hub, BY, add=[word])

    assert not word.startswith(age.SECRET) or word not in str(refused.value)
    assert recipients.of(sqlite_hub.home) == ()


def test_a_key_is_made_where_the_hub_is_not_and_over_nothing(sqlite_hub, tmp_path):
    (tmp_path / "older").write_text("a key")

    for place in (sqlite_hub.home / "key", tmp_path / "older", tmp_path / "none" / "key"):
        with pytest.raises(BadParameter):
            recipients.new_key(sqlite_hub, place, BY)

    assert (tmp_path / "older").read_text() == "a key" and recipients.of(sqlite_hub.home) == ()
    recipients.new_key(sqlite_hub, tmp_path / "key", BY)
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


def test_a_full_disk_leaves_no_encrypted_half_and_no_plain_copy(sqlite_hub, tmp_path, monkeypatch):
    recipients.new_key(sqlite_hub, tmp_path / "key", BY)
    monkeypatch.setattr(age, "os", _Full(age.os))

    with pytest.raises(HubError, match="the disk is full or did not take it"):
        make.backup(sqlite_hub, tmp_path / "stick", BY)

    assert list((tmp_path / "stick").iterdir()) == [] and _left(sqlite_hub.home) == []


class _Full:
    """The operating system, with a disk that takes nothing when it is asked to keep it."""

    def __init__(self, real):
        self.real = real

    def __getattr__(self, name):
        return getattr(self.real, name)

    def fsync(self, _handle):
        raise OSError(28, "No space left on device")
