"""The audit chain shows every alteration, survives erasure, and loses nothing with four writers."""

import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import text

from hubdata.errors import HubError
from hubdata.records import checkpoints, ledger
from hubdata.records.ledger import GENESIS, Act
from hubdata.records.people.acting import login
from tests.support import returns

GUARDS = (("chain", "no_delete"), ("chain", "no_update"), ("payloads", "no_update"), ("payloads", "no_delete"))
ENTRIES, WRITERS, APPENDS = 12, 4, 200
WRITER = """
import sys
from hubdata.records.ledger import Act
from hubdata.records.store import open_hub
hub = open_hub(sys.argv[1], sys.argv[2])
for number in range(int(sys.argv[3])):
    with hub.write(Act("writer", "officer", "a test", "test.append", {"n": f"{sys.argv[4]}-{number}"})):
        pass
"""


def _append(hub, times: int) -> None:
    for number in range(times):
        with hub.write(Act("Ann Actor", "officer", "a test", "test.append", {"n": number})):
            pass


@pytest.fixture
def told(hub, tmp_path):
    """A hub with some entries and two checkpoints, one in the middle and one at the end."""
    folder = tmp_path / "kept elsewhere"
    folder.mkdir()
    for count in (ENTRIES // 2 - 1, ENTRIES // 2):
        _append(hub, count)
        with hub.read() as connection:
            checkpoints.write(connection, folder, hub.key("checkpoint"))
    return hub, folder


def _faults(hub, folder, public=None) -> tuple[list[str], list[str]]:
    with hub.read() as connection:
        signed = checkpoints.compare(connection, folder, public or checkpoints.public(hub.key("checkpoint")))
        return ledger.verify(connection, hub.key("rows")).faults, signed


def _rewrite(hub, change) -> None:
    """Give somebody with the database's password what they need: triggers off, any rows they like."""
    with hub.engine.begin() as connection:
        chain = [list(row) for row in connection.execute(text("SELECT * FROM chain ORDER BY seq"))]
        payloads = {row[0]: list(row) for row in connection.execute(text("SELECT seq, salt, payload FROM payloads"))}
        for table, guard in GUARDS:
            on = f" ON {table}" if hub.dialect == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER {table}_{guard}{on}"))
        chain, payloads = change(chain, payloads)
        connection.execute(text("DELETE FROM payloads"))
        connection.execute(text("DELETE FROM chain"))
        for seq, prev, meta, commitment, hash_ in chain:
            row = {"seq": seq, "prev": prev, "meta": meta, "commitment": commitment, "hash": hash_}
            connection.execute(text("INSERT INTO chain VALUES (:seq, :prev, :meta, :commitment, :hash)"), row)
        for seq, salt, payload in payloads.values():
            row = {"seq": seq, "salt": salt, "payload": payload}
            connection.execute(text("INSERT INTO payloads VALUES (:seq, :salt, :payload)"), row)


def _linked(chain, payloads):
    """Every hash computed anew, as a forger who has read the source would."""
    prev = GENESIS
    for row in chain:
        row[1] = prev
        if row[0] in payloads:
            row[3] = ledger._commit(bytes(payloads[row[0]][1]), bytes(payloads[row[0]][2]))
        row[4] = prev = ledger.link(row[0], prev, bytes(row[2]), bytes(row[3]))
    return chain, payloads


def _edit_meta(chain, payloads):
    chain[4][2] = bytes(chain[4][2]).replace(b"test.append", b"test.nothing")
    return chain, payloads


def _edit_payload(chain, payloads):
    payloads[5][2] = bytes(payloads[5][2]).replace(b"Ann", b"Eve")
    return chain, payloads


def _swap_salt(chain, payloads):
    payloads[5][1], payloads[6][1] = payloads[6][1], payloads[5][1]
    return chain, payloads


def _delete_row(chain, payloads):
    payloads.pop(5)
    return chain[:4] + chain[5:], payloads


def _reorder(chain, payloads):
    chain[4][1:], chain[5][1:] = chain[5][1:], chain[4][1:]
    return chain, payloads


def _insert(chain, payloads):
    """A new entry 5, rightly linked to entry 4; the later ones move up by one."""
    later = [[row[0] + 1, *row[1:]] for row in chain[4:]]
    moved = {n + (n > 4): [n + (n > 4), *row[1:]] for n, row in payloads.items()}
    forged = [5, chain[3][4], chain[3][2], chain[3][3]]
    return [*chain[:4], [*forged, ledger.link(5, *map(bytes, forged[1:]))], *later], moved


def _forge_one(chain, payloads):
    """Entry 5 says something else and is linked to entry 4 as it should be."""
    payloads[5][2] = b"{}"
    chain[4][3] = ledger._commit(bytes(payloads[5][1]), b"{}")
    chain[4][4] = ledger.link(5, *map(bytes, chain[4][1:4]))
    return chain, payloads


@pytest.mark.parametrize(
    ("mutant", "named"),
    [
        (_edit_meta, "entry 5 has been altered"),
        (_edit_payload, "what entry 5 says has been altered"),
        (_swap_salt, "what entry 5 says has been altered"),
        (_delete_row, "entry 5 is missing: the next one is 6"),
        (_reorder, "entry 5 does not follow the one before it"),
        (_insert, "entry 6 does not follow the one before it"),
        (_forge_one, "entry 6 does not follow the one before it"),
    ],
)
def test_an_altered_chain_names_the_entry(told, mutant, named):
    hub, folder = told
    _rewrite(hub, mutant)
    faults, _ = _faults(hub, folder)
    assert named in faults


def _truncate(chain, payloads):
    return chain[:-2], {n: row for n, row in payloads.items() if n <= len(chain) - 2}


def _old_database(chain, payloads):
    return chain[: ENTRIES // 2], {n: row for n, row in payloads.items() if n <= ENTRIES // 2}


def _rewrite_all(chain, payloads):
    return _linked(*_edit_payload(chain, payloads))


def _empty(_chain, _payloads):
    return [], {}


@pytest.mark.parametrize(
    ("mutant", "named"),
    [
        (_truncate, ["checkpoint 000000000012.txt: entry 12 is gone; the chain has been cut off before it"]),
        (_old_database, ["checkpoint 000000000012.txt: entry 12 is gone; the chain has been cut off before it"]),
        (
            _empty,
            [
                "checkpoint 000000000006.txt: entry 6 is gone; the chain has been cut off before it",
                "checkpoint 000000000012.txt: entry 12 is gone; the chain has been cut off before it",
            ],
        ),
    ],
)
def test_a_chain_that_is_right_in_itself_is_told_by_its_checkpoints(told, mutant, named):
    hub, folder = told
    _rewrite(hub, mutant)
    assert _faults(hub, folder) == ([], named)


def test_a_chain_that_was_written_anew_bears_no_seal_and_no_checkpoint(told):
    hub, folder = told
    _rewrite(hub, _rewrite_all)
    faults, signed = _faults(hub, folder)
    own = "entry {} was not written by the product: it does not bear this hub's seal"
    assert faults == [own.format(number) for number in range(5, ENTRIES + 1)]
    assert signed == [
        "checkpoint 000000000006.txt: entry 6 is not the one signed; the chain has been rewritten",
        "checkpoint 000000000012.txt: entry 12 is not the one signed; the chain has been rewritten",
    ]


def test_another_hub_s_key_opens_no_seal(told):
    hub, _ = told
    with hub.read() as connection:
        faults = ledger.verify(connection, bytes(32)).faults
    assert faults[0].startswith("entry 1 was not written by the product") and len(faults) == ENTRIES


def _wipe(chain, payloads):
    return chain, {number: row for number, row in payloads.items() if number not in (3, 7)}


def test_what_was_wiped_is_told_from_what_was_erased(told):
    hub, folder = told
    act = Act("Ann Actor", "officer", "a test", "test.erase")
    with hub.write(act) as connection:
        ledger.erase(connection, act, [4, 5])
    _rewrite(hub, _wipe)
    with hub.read() as connection:
        verdict = ledger.verify(connection, hub.key("rows"))
    assert verdict.erased == 2
    assert verdict.faults == [f"what entry {n} said was taken away, and no erasure names it" for n in (3, 7)]


def test_what_was_erased_and_is_back_is_named(told):
    hub, _ = told
    kept = {}
    _rewrite(hub, lambda chain, payloads: (chain, kept.update(payloads) or payloads))
    act = Act("Ann Actor", "officer", "a test", "test.erase")
    with hub.write(act) as connection:
        ledger.erase(connection, act, [4])
    with hub.engine.begin() as connection:
        row = {"seq": 4, "salt": kept[4][1], "payload": kept[4][2]}
        connection.execute(text("INSERT INTO payloads VALUES (:seq, :salt, :payload)"), row)
    with hub.read() as connection:
        faults = ledger.verify(connection, hub.key("rows")).faults
    assert faults == ["what entry 4 said was erased, and somebody has put it back"]


def test_a_forged_checkpoint_is_named(told):
    hub, folder = told
    forged = checkpoints.sign((12, "0" * 64), os.urandom(32))
    (folder / "000000000012.txt").write_text(forged, "utf-8")
    named = "checkpoint 000000000012.txt is not signed by this hub's key: somebody altered it"
    assert _faults(hub, folder) == ([], [named])


def test_a_wrong_key_bears_out_no_checkpoint(told):
    hub, folder = told
    _, signed = _faults(hub, folder, checkpoints.public(os.urandom(32)))
    own = checkpoints.sign_of(checkpoints.public(hub.key("checkpoint")))
    whose = f"is not signed by this hub's key, but by the hub whose sign is {own}"
    assert signed == [f"checkpoint {n:012d}.txt {whose}" for n in (6, 12)]


def test_a_deleted_checkpoint_is_made_up_for_by_any_that_is_left(told):
    hub, folder = told
    (folder / "000000000006.txt").unlink()
    _rewrite(hub, _rewrite_all)
    assert [fault.split(":")[0] for fault in _faults(hub, folder)[1]] == ["checkpoint 000000000012.txt"]


def test_an_untouched_chain_holds(told):
    hub, folder = told
    assert _faults(hub, folder) == ([], [])


def test_many_faults_are_cut_short(told):
    hub, folder = told
    _rewrite(hub, lambda chain, payloads: ([[*row[:2], b"{}", *row[3:]] for row in chain], payloads))
    with hub.read() as connection:
        faults = ledger.verify(connection, hub.key("rows"), most=3).faults
    assert len(faults) == 4 and faults[-1] == "there may be more"


def test_erased_entries_keep_verifying(told):
    hub, folder = told
    with hub.read() as connection:
        before = ledger.head(connection)
    act = Act("Ann Actor", "officer", "a test", "test.erase")
    with hub.write(act) as connection:
        ledger.erase(connection, act, list(range(2, ENTRIES, 2)))
    with hub.read() as connection:
        verdict = ledger.verify(connection, hub.key("rows"))
        assert ledger.holds(connection, *before)
    assert (verdict.entries, verdict.erased, verdict.faults) == (ENTRIES + 1, len(range(2, ENTRIES, 2)), [])
    assert _faults(hub, folder)[1] == []


def test_what_was_erased_is_gone_and_the_rest_can_be_read(told):
    hub, _ = told
    act = Act("Ann Actor", "officer", "a test", "test.erase")
    with hub.write(act) as connection:
        ledger.erase(connection, act, [ENTRIES])
    with hub.read() as connection:
        _, last, before = ledger.entries(connection, 3)
    assert (last["seq"], last["said"]) == (ENTRIES, None)
    assert before["said"] == {"actor": "Ann Actor", "detail": {"n": 4}, "login": login(), "reason": "a test"}


def test_no_name_stays_in_the_chain_itself(told):
    hub, _ = told
    with hub.read() as connection:
        metas = [json.loads(bytes(row[0])) for row in connection.execute(text("SELECT meta FROM chain"))]
    named = [tuple(name for name in meta if name != "up") for meta in metas]  # on Linux, how long the machine runs
    assert {*named[1:]} == {("action", "actor", "at", "login", "role", "state", "seal")}
    assert named[0] == ("action", "actor", "at", "login", "role", "rows", "state", "seal")
    assert not any("Ann" in meta["actor"] for meta in metas)


def test_a_chain_verifies_from_a_trusted_entry_on(told):
    hub, folder = told
    note = (folder / "000000000006.txt").read_text("utf-8")
    trusted = checkpoints.read(note, checkpoints.public(hub.key("checkpoint")))
    with hub.read() as connection:
        assert ledger.verify(connection, hub.key("rows"), trusted).faults == []
        assert ledger.verify(connection, hub.key("rows"), (6, "0" * 64)).faults == [
            "entry 7 does not follow the one before it"
        ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE chain SET meta = meta",
        "DELETE FROM chain",
        "UPDATE payloads SET payload = payload",
        "UPDATE agreements SET decision = 'agreed'",
        "UPDATE shares SET route = 'within_hub'",
    ],
)
def test_the_database_itself_refuses_to_overwrite(hub, tmp_path, statement):
    returns.apply(hub, tmp_path / "return")
    before = returns.state(hub)
    with pytest.raises(HubError, match="never overwritten"), hub.write(Act("a", "b", "c", "d")) as connection:
        connection.execute(text(statement))
    assert returns.state(hub) == before


def test_a_server_refuses_to_empty_the_chain(postgres_hub):
    with pytest.raises(HubError), postgres_hub.write(Act("a", "b", "c", "d")) as connection:
        connection.execute(text("TRUNCATE chain CASCADE"))


def test_four_writers_at_once_lose_nothing_and_fork_nothing(hub):
    asked = [sys.executable, "-c", WRITER, str(hub.home), hub.url, str(APPENDS)]
    running = [subprocess.Popen([*asked, str(number)], stderr=subprocess.PIPE) for number in range(WRITERS)]
    said = [process.communicate()[1] for process in running]
    assert said == [b""] * WRITERS
    with hub.read() as connection:
        verdict = ledger.verify(connection, hub.key("rows"))
        told = [entry["said"]["detail"].get("n") for entry in ledger.entries(connection, WRITERS * APPENDS)]
    assert (verdict.entries, verdict.faults) == (1 + WRITERS * APPENDS, [])
    assert sorted(told) == sorted(f"{writer}-{n}" for writer in range(WRITERS) for n in range(APPENDS))
