"""The hub's keys need not lie beside what they sign: elsewhere they open for whoever may, and for nobody else."""

import json
import os
import shutil
from pathlib import Path

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from hubdata import moments
from hubdata.desk import main
from hubdata.desk.serve.app import told
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records.backups import make, recipients, restore
from hubdata.records.coverage import verify as verifying
from hubdata.records.doctor.examine import examine
from hubdata.records.keys import asked, kept, keystore, lend, move, ring, wrapped
from hubdata.records.ledger import Act
from hubdata.records.store import open_hub

PHRASE = "four words nobody guesses"
BY = By("ann", "a test of keys", moments.today())
KINDS = ("folder", "passphrase", "keystore")


class Memory(keyring.backend.KeyringBackend):
    """A key store that is one, for as long as a test lasts."""

    priority = 5

    def __init__(self):
        super().__init__()
        self.kept = {}

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def delete_password(self, service, username):
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setattr(wrapped, "KIB", 64)
    monkeypatch.setattr(wrapped, "ROUNDS", 1)


@pytest.fixture
def store(monkeypatch):
    found = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: found)
    return found


@pytest.fixture
def phrase(tmp_path, monkeypatch):
    """The file with the passphrase."""
    return _phrase(tmp_path / "phrase", PHRASE, monkeypatch)


def _phrase(path, said, monkeypatch, mode=0o600):
    path.write_text(f"{said}\n")
    path.chmod(mode)
    monkeypatch.setenv(asked.FILE, str(path))
    return path


def _moved(hub, kind, tmp_path):
    return move.move(hub, kind, tmp_path / "safe" if kind == "folder" else None, BY)


def _files(hub):
    return {path.name: path.read_bytes() for path in (hub.home / "keys").iterdir()}


def _again(hub, home=None):
    """The hub as another process opens it."""
    return open_hub(home or hub.home, hub.url if home is None else None)


def run(*words):
    return CliRunner().invoke(main.app, [str(word) for word in words])


def test_a_hub_that_nobody_set_up_keeps_its_keys_beside_the_records_and_says_so(sqlite_hub):
    said = run("ledger", "keys", "--home", sqlite_hub.home)
    verified = run("ledger", "verify", "--home", sqlite_hub.home)

    for each in (said, verified):
        assert each.exit_code == 0
        assert "The hub's keys are beside the records." in each.stdout
        assert "can sign anew what they altered" in each.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_keys_that_moved_are_not_beside_what_they_sign_and_what_they_signed_goes_on_holding(
    hub, kind, tmp_path, phrase, store
):
    before = _files(hub)
    _moved(hub, kind, tmp_path)
    after, again = _files(hub), _again(hub)
    verified = verifying.verify(again)

    assert before.keys() | {"kept"} == after.keys()
    assert not any(secret in content for secret in before.values() for content in after.values())
    assert (again.key("rows"), verified.faults) == (before["rows"], [])
    assert verified.keys.kind == kind and not verified.keys.beside
    again.engine.dispose()


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_key_is_locked_as_the_others_are_and_all_can_come_back(sqlite_hub, kind, tmp_path, phrase, store):
    _moved(sqlite_hub, kind, tmp_path)
    made = _again(sqlite_hub).key("made later")
    locked = _files(sqlite_hub)["made later"]
    move.move(sqlite_hub, "home", None, BY)

    assert made not in locked
    assert _files(sqlite_hub)["made later"] == made
    assert "kept" not in _files(sqlite_hub) and list(tmp_path.glob("safe/*")) == [] and store.kept == {}


def test_a_move_is_in_the_ledger(sqlite_hub, tmp_path):
    _moved(sqlite_hub, "folder", tmp_path)
    with sqlite_hub.read() as connection:
        meta, said = connection.execute(
            text("SELECT meta, payload FROM chain JOIN payloads USING (seq) ORDER BY seq DESC")
        ).first()

    assert b'"action":"ledger.keys"' in meta
    assert json.loads(said)["detail"] == {"from": "home", "to": "folder"}


@pytest.mark.parametrize(("first", "second"), [(one, other) for one in KINDS for other in KINDS if one != other])
def test_keys_move_from_any_place_to_any_other_and_the_old_one_is_emptied(
    sqlite_hub, first, second, tmp_path, phrase, store
):
    rows = sqlite_hub.key("rows")
    _moved(sqlite_hub, first, tmp_path)
    _moved(sqlite_hub, second, tmp_path)

    assert _again(sqlite_hub).key("rows") == rows
    assert len(list(tmp_path.glob("safe/*"))) == (second == "folder")
    assert len(store.kept) == (second == "keystore")


def test_what_the_old_place_held_is_overwritten_and_not_only_unlinked(sqlite_hub, tmp_path):
    old = os.open(sqlite_hub.home / "keys" / "rows", os.O_RDONLY)
    rows = sqlite_hub.key("rows")
    _moved(sqlite_hub, "folder", tmp_path)

    assert rows not in os.pread(old, 100, 0)
    os.close(old)


@pytest.mark.parametrize("stopped_at", ["actors", "erasures", "rows"])
@pytest.mark.parametrize("way", ["out", "back"])
def test_a_move_that_was_cut_off_leaves_every_key_readable_and_the_next_one_ends_it(
    sqlite_hub, tmp_path, monkeypatch, stopped_at, way
):
    keys = {name: sqlite_hub.key(name) for name in ("actors", "erasures", "rows", "checkpoint")}
    if way == "back":
        _moved(sqlite_hub, "folder", tmp_path)
    kind = {"out": "folder", "back": "home"}[way]
    real = move._exchange

    def cut(path, content):
        if path.name == stopped_at:
            raise KeyboardInterrupt
        real(path, content)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(move, "_exchange", cut)
        move.move(sqlite_hub, kind, tmp_path / "safe" if way == "out" else None, BY)
    between = _again(sqlite_hub)

    assert {name: between.key(name) for name in keys} == keys
    assert "did not end" in run("ledger", "keys", "--home", sqlite_hub.home).stdout
    move.move(between, kind, tmp_path / "safe" if way == "out" else None, BY)
    assert {name: _again(sqlite_hub).key(name) for name in keys} == keys
    assert not kept.read(sqlite_hub.home / "keys").moving


def test_a_wrong_passphrase_opens_nothing_and_the_right_one_still_does(sqlite_hub, tmp_path, phrase, monkeypatch):
    _moved(sqlite_hub, "passphrase", tmp_path)
    _phrase(tmp_path / "other", "another passphrase", monkeypatch)
    refused = run("findings", "--home", sqlite_hub.home)

    assert refused.exit_code == 3 and "not the passphrase" in refused.output
    assert "another passphrase" not in refused.output
    _phrase(phrase, PHRASE, monkeypatch)
    assert run("ledger", "verify", "--home", sqlite_hub.home).exit_code == 0


@pytest.mark.parametrize(
    ("content", "mode", "named"),
    [
        (PHRASE, 0o640, "can be read by others"),
        (PHRASE, 0o604, "can be read by others"),
        ("", 0o600, "does not hold a passphrase"),
        ("two\nlines of words", 0o600, "does not hold a passphrase"),
        ("x" * 5000, 0o600, "does not hold a passphrase"),
    ],
)
def test_a_passphrase_in_a_file_that_others_read_or_that_is_none_is_refused(
    tmp_path, monkeypatch, content, mode, named
):
    _phrase(tmp_path / "phrase", content, monkeypatch, mode)
    with pytest.raises(Refused, match=named):
        asked.passphrase()


def test_without_anybody_to_ask_a_locked_hub_says_how_a_passphrase_is_given(sqlite_hub, tmp_path, phrase, monkeypatch):
    _moved(sqlite_hub, "passphrase", tmp_path)
    monkeypatch.delenv(asked.FILE)
    refused = run("findings", "--home", sqlite_hub.home)

    assert refused.exit_code == 3
    assert asked.FILE in refused.output and "LoadCredential" in refused.output


def test_systemd_may_give_the_passphrase(sqlite_hub, tmp_path, phrase, monkeypatch):
    _moved(sqlite_hub, "passphrase", tmp_path)
    monkeypatch.delenv(asked.FILE)
    given = tmp_path / "credentials"
    given.mkdir()
    shutil.copy2(phrase, given / asked.CREDENTIAL)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))

    assert _again(sqlite_hub).key("rows") == sqlite_hub.key("rows")


def test_a_short_passphrase_locks_nothing(sqlite_hub, tmp_path, monkeypatch):
    before = _files(sqlite_hub)
    _phrase(tmp_path / "phrase", "hunter2", monkeypatch)
    with pytest.raises(BadParameter, match="fewer than 12"):
        _moved(sqlite_hub, "passphrase", tmp_path)

    assert _files(sqlite_hub) == before


def test_the_spare_passphrase_opens_what_a_lost_key_store_did(sqlite_hub, tmp_path, phrase, store, monkeypatch):
    rows = sqlite_hub.key("rows")
    _moved(sqlite_hub, "keystore", tmp_path)
    store.kept.clear()
    assert _again(sqlite_hub).key("rows") == rows

    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)
    assert _again(sqlite_hub).key("rows") == rows
    _phrase(phrase, "another passphrase", monkeypatch)
    with pytest.raises(Refused, match="not the passphrase"):
        _again(sqlite_hub)


@pytest.mark.parametrize("kind", ["fail", "null"])
def test_a_stand_in_is_no_key_store(sqlite_hub, tmp_path, phrase, monkeypatch, kind):
    stand_in = {"fail": keyring.backends.fail.Keyring, "null": keyring.backends.null.Keyring}[kind]
    monkeypatch.setattr(keyring, "get_keyring", stand_in)

    assert not keystore.usable()
    before = _files(sqlite_hub)
    with pytest.raises(Refused, match="no key store"):
        _moved(sqlite_hub, "keystore", tmp_path)
    assert _files(sqlite_hub) == before


def test_a_key_store_in_plain_text_and_one_that_forgets_are_none(monkeypatch, sqlite_hub, tmp_path, phrase):
    class PlaintextKeyring(Memory):
        pass

    class Forgets(Memory):
        def set_password(self, service, username, password):
            pass

    for kind, named in ((PlaintextKeyring, "no key store"), (Forgets, "did not keep")):
        monkeypatch.setattr(keyring, "get_keyring", kind)
        with pytest.raises(Refused, match=named):
            _moved(sqlite_hub, "keystore", tmp_path)


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda home, safe: (home / "keys" / "rows").write_bytes(os.urandom(32)), "lies open although"),
        (lambda home, safe: (home / "keys" / "kept").unlink(), "is gone: put it back"),
        (lambda home, safe: (home / "keys" / "kept").write_text("{"), "not as the hub wrote it"),
        (lambda home, safe: shutil.copy(home / "keys" / "actors", home / "keys" / "rows"), "has been altered"),
        (lambda home, safe: safe.unlink(), "should be in"),
        (lambda home, safe: safe.write_bytes(os.urandom(32)), "another hub's keys"),
        (lambda home, safe: safe.chmod(0o644), "can be read by others"),
    ],
)
def test_a_key_that_was_swapped_altered_lost_or_laid_open_is_refused_in_words(sqlite_hub, tmp_path, spoil, named):
    moved = _moved(sqlite_hub, "folder", tmp_path)
    spoil(sqlite_hub.home, moved.now.file)

    with pytest.raises(Refused, match=named):
        _again(sqlite_hub).key("rows")


@pytest.mark.parametrize("place", [None, "hub/keys/elsewhere", "hub"])
def test_a_folder_inside_the_home_is_not_elsewhere(sqlite_hub, tmp_path, place):
    before = _files(sqlite_hub)
    with pytest.raises(BadParameter):
        move.move(sqlite_hub, "folder", place and tmp_path / place, BY)
    assert _files(sqlite_hub) == before


def test_a_passphrase_s_file_beside_what_it_locks_locks_nothing(sqlite_hub, tmp_path, monkeypatch):
    _phrase(sqlite_hub.home / "phrase", PHRASE, monkeypatch)
    with pytest.raises(BadParameter, match="beside what the passphrase locks"):
        _moved(sqlite_hub, "passphrase", tmp_path)
    assert kept.read(sqlite_hub.home / "keys").kind == "home"


def test_a_folder_that_others_read_keeps_no_keys(sqlite_hub, tmp_path):
    (tmp_path / "open").mkdir(mode=0o755)
    with pytest.raises(Refused, match="can be read by others"):
        move.move(sqlite_hub, "folder", tmp_path / "open", BY)


def test_who_has_the_whole_folder_but_not_the_passphrase_seals_no_entry(sqlite_hub, tmp_path, phrase, monkeypatch):
    """The attack that a chain written anew with the key beside it is, once the key is not beside it."""
    _moved(sqlite_hub, "passphrase", tmp_path)
    stolen = tmp_path / "stolen"
    shutil.copytree(sqlite_hub.home, stolen)
    monkeypatch.delenv(asked.FILE)

    with pytest.raises(Refused):
        open_hub(stolen, "sqlite")
    assert all(ring.is_locked(content) for name, content in _files(sqlite_hub).items() if name != "kept")


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_has_the_keys_locked_and_another_machine_opens_it_with_what_opens_them(
    sqlite_hub, tmp_path, kind, phrase, store
):
    _moved(sqlite_hub, kind, tmp_path)
    made = make.backup(sqlite_hub, tmp_path / "stick", BY, recipients.IN_THE_CLEAR)
    held = {path.name: path.read_bytes() for path in (made.folder / "keys").iterdir()}
    store.kept.clear()  # the other machine's key store knows nothing of it; the spare passphrase does
    new = tmp_path / "new machine"
    restore.restore(new, None, made.folder, BY, list_from_backup=True)

    assert not any(sqlite_hub.key(name) in content for name in held for content in held.values() if name != "kept")
    assert verifying.verify(_again(sqlite_hub, new)).faults == []


def test_backups_that_were_made_while_the_keys_lay_open_are_named(sqlite_hub, tmp_path):
    made = make.backup(sqlite_hub, None, BY, recipients.IN_THE_CLEAR)
    moved = _moved(sqlite_hub, "folder", tmp_path)

    assert moved.copies == [made.folder.name]
    assert any(made.folder.name in line for line in move.lines(moved))


def test_a_hub_made_with_a_passphrase_s_file_is_locked_from_the_start(tmp_path, phrase, monkeypatch):
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.fail.Keyring)
    made = run("init", "--home", tmp_path / "made")

    assert made.exit_code == 0 and "locked by a passphrase" in made.stdout
    assert kept.read(tmp_path / "made" / "keys").kind == "passphrase"


def test_a_schedule_at_night_opens_a_hub_whose_key_is_in_a_folder_elsewhere(sqlite_hub, tmp_path):
    _moved(sqlite_hub, "folder", tmp_path)
    unattended = _again(sqlite_hub)
    with unattended.write(Act("a schedule", "system", "a test", "test.append")):
        pass

    assert verifying.verify(unattended).faults == []


def test_the_doctor_says_where_the_keys_are_without_opening_them(sqlite_hub, tmp_path, phrase, monkeypatch):
    def found():
        return [(one.in_the_way, one.fact) for one in examine(sqlite_hub.home, None, "ann") if one.about == "keys"]

    beside = found()
    _moved(sqlite_hub, "passphrase", tmp_path)
    monkeypatch.delenv(asked.FILE)

    assert beside[0][0] == "perhaps" and "beside the records" in beside[0][1]
    assert found()[0] == ("no", "the hub's keys are locked by a passphrase")
    (sqlite_hub.home / "keys" / "kept").write_text("{")
    assert found()[0][0] == "yes"


def test_the_desk_s_own_processes_are_lent_a_typed_passphrase_while_it_serves(
    sqlite_hub, tmp_path, phrase, monkeypatch
):
    _moved(sqlite_hub, "passphrase", tmp_path)
    monkeypatch.delenv(asked.FILE)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda question: PHRASE)
    with lend.lent(sqlite_hub.home):
        path = Path(told(os.environ)[asked.FILE])
        mode, opened = path.stat().st_mode & 0o777, _again(sqlite_hub).key("rows")

    assert (mode, opened) == (0o600, sqlite_hub.key("rows"))
    assert not path.parent.exists() and asked.FILE not in os.environ


def test_nobody_is_asked_for_keys_that_no_passphrase_locks(sqlite_hub):
    with lend.lent(sqlite_hub.home):
        assert asked.FILE not in os.environ
