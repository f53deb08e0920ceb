"""Who may act: registered names, proofs that nobody shares, rows that are only added to (design.md, law 10)."""

import base64
import json
import os
import struct
import subprocess
import time
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import text

from hubdata import moments
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.coverage import verify
from hubdata.records.people import acting, actors, change, claims, proofs, prove, recover, sitting, ssh
from hubdata.records.people.proofs import Given
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.terms import ActingRole, ProofKind
from tests.support import people
from tests.support.people import ANN, BEN, CAT, PHRASES

REVIEWER = ActingRole.REVIEWER


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with people.cheap():
        yield


@pytest.fixture
def staffed(sqlite_hub: Hub) -> Hub:
    return people.register(sqlite_hub, ben="reviewer;approver", cat="officer")


@pytest.fixture
def either(hub: Hub) -> Hub:
    """The same, once on each database."""
    return people.register(hub, ben="reviewer;approver", cat="officer")


def _entries(hub: Hub) -> list[dict]:
    with hub.read() as connection:
        return ledger.entries(connection)


def _rows(hub: Hub) -> str:
    """Whatever the database holds of people, and all that the ledger says, in one text."""
    with hub.read() as connection:
        rows = [connection.execute(table.select()).all() for name, table in TABLES.items() if name.startswith("actor")]
        return f"{rows} {connection.execute(text('SELECT meta, payload FROM chain NATURAL JOIN payloads')).all()}"


def test_the_first_person_may_do_all_but_approve_and_there_is_only_one_first(hub):
    made = change.first(hub, ANN, people.phrase(ANN))

    with pytest.raises(Refused, match="registered here already"):
        change.first(hub, "Mallory", people.phrase(BEN))
    assert set(ActingRole) - set(made.roles) == {ActingRole.APPROVER}
    assert [one["name"] for one in change.listed(hub, whole=False)] == [ANN]


def test_an_entry_says_by_which_proof_and_from_which_login(either):
    hub = people.acting(either, BEN)
    with hub.write(ledger.Act(BEN, "officer", "a test", "test.write")):
        pass
    with either.write(ledger.Act(BEN, "officer", "a test", "test.write")):
        pass

    typed, proved = _entries(either)[:2]
    assert (proved["proof"], typed["proof"]) == (hub.acting.proof, "claimed")
    assert proved["proof"].startswith("passphrase:")
    assert typed["login"] == proved["login"] != typed["actor"]
    assert typed["said"]["login"] == acting.login()


def test_another_s_name_bears_nobody_s_proof(staffed):
    with people.acting(staffed, BEN).write(ledger.Act(CAT, "officer", "a test", "test.write")):
        pass

    assert _entries(staffed)[0]["proof"] == "claimed"


def test_no_variable_of_the_environment_changes_the_login(monkeypatch):
    acting.login.cache_clear()
    before = acting.login()
    for name in ("USER", "LOGNAME", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "mallory")
    acting.login.cache_clear()

    assert acting.login() == before != "mallory"


def test_a_proof_is_right_for_its_own_person_however_the_name_is_spelled(staffed):
    assert prove.prove(staffed, "ben  BOSS", Given(PHRASES[BEN]), "a test").name == BEN
    for name, phrase in ((BEN, PHRASES[CAT]), ("Mallory", PHRASES[BEN]), (BEN, "")):
        with pytest.raises(Refused) as refused:
            prove.prove(staffed, name, Given(phrase), "a test")
        assert str(refused.value) == prove.WRONG


def test_a_name_that_nobody_has_takes_as_long_and_is_written_nowhere(staffed, monkeypatch):
    looked_at = []
    monkeypatch.setattr(proofs, "_is_passphrase", lambda verifier, _: looked_at.append(verifier) or False)
    for name in (BEN, "violet anvil sunday"):  # somebody types their passphrase where the name belongs
        with pytest.raises(Refused, match="do not belong together"):
            prove.prove(staffed, name, Given("wrong wrong wrong"), "a test")

    costs = [verifier.split("$")[1:4] for verifier in looked_at]
    assert costs[0] == costs[1] and len(looked_at) == 2
    assert "violet anvil" not in _rows(staffed)
    assert [entry["action"] for entry in _entries(staffed)[:4]] == [prove.REFUSED, prove.TRY] * 2
    assert _entries(staffed)[0]["said"]["actor"] == prove.NOBODY


@pytest.mark.parametrize("name", [BEN, "Mallory"])
def test_wrong_proofs_are_slowed_whether_or_not_the_name_is_known(either, monkeypatch, name):
    began = moments.now()
    monkeypatch.setattr(moments, "now", lambda: began)
    for _ in range(prove.FREE):
        with pytest.raises(Refused, match="do not belong together"):
            prove.prove(either, name, Given("wrong wrong wrong"), "a test")

    with pytest.raises(Refused, match="too many wrong proofs were given under this name: try again in 2 seconds"):
        prove.prove(either, name, Given(PHRASES[BEN]), "a test")
    monkeypatch.setattr(moments, "now", lambda: began - timedelta(seconds=90))
    with pytest.raises(Refused, match="too many"):  # a clock that is set back waits no less
        prove.prove(either, name, Given(PHRASES[BEN]), "a test")
    monkeypatch.setattr(moments, "now", lambda: began + timedelta(seconds=3))
    if name == BEN:
        assert prove.prove(either, name, Given(PHRASES[BEN]), "a test").name == BEN


def test_the_wait_doubles_and_has_an_end():
    waits = [prove._wait(wrong, timedelta()).total_seconds() for wrong in range(2, 20)]

    assert waits[:5] == [0, 2, 4, 8, 16] and waits[-1] == prove.LONGEST.total_seconds()


def test_no_passphrase_stands_in_the_database_the_ledger_the_home_or_a_message(staffed):
    with pytest.raises(Refused) as refused:
        prove.prove(staffed, BEN, Given("a wrong one of mine"), "a test")
    with pytest.raises(BadParameter) as weak:
        proofs.of_passphrase("aaaaaaaaaaaaaaaa")
    sitting.begin(staffed, people.proved(staffed, CAT))
    texts = [_rows(staffed), str(refused.value), str(weak.value), repr(Given("a wrong one of mine"))]
    texts += [path.read_bytes().decode("latin-1") for path in staffed.home.rglob("*") if path.is_file()]

    for phrase in (*PHRASES.values(), "a wrong one of mine", "aaaaaaaaaaaa"):
        assert not [one for one in texts if phrase in one]


@pytest.mark.parametrize("weak", ["", "short", "aaaaaaaaaaaaaaaaaa", "ababababababab", "x" * 2000])
def test_a_passphrase_that_is_easily_guessed_is_not_taken(weak):
    with pytest.raises(BadParameter, match="at least 12 letters"):
        proofs.of_passphrase(weak)


def test_a_passphrase_is_the_same_on_every_keyboard():
    kept = proofs.of_passphrase("caf\u00e9 au lait monday")

    assert proofs.right([kept], Given("cafe\u0301 au lait monday")) == kept


@pytest.mark.parametrize("name", ["ann administrator", "ANN  Administrator", "Аnn Administrator", "Ánn Administrator"])
def test_two_names_that_read_alike_are_one_person(staffed, name):
    by = people.proved(staffed, ANN)
    with pytest.raises(BadParameter, match="read alike"):
        change.add(staffed, name, [REVIEWER], people.phrase(CAT), moments.today(), by, "a test")


@pytest.mark.parametrize("name", ["", " ", "tbc", "-", "N/A", "x" * 201])
def test_a_word_that_names_nobody_is_not_registered(staffed, name):
    by = people.proved(staffed, ANN)
    with pytest.raises(BadParameter, match="name of the person"):
        change.add(staffed, name, [REVIEWER], people.phrase(CAT), moments.today(), by, "a test")


def test_a_passphrase_or_a_key_of_another_person_is_no_second_person(staffed):
    by = people.proved(staffed, ANN)
    key = change.Proof(proofs.of_key(_public(ed25519.Ed25519PrivateKey.generate())))
    change.renew(staffed, key, by)
    for proof in (people.phrase(ANN), key):
        with pytest.raises(Refused, match="another person's"):
            change.add(staffed, "A. Administrator", [REVIEWER], proof, moments.today(), by, "a test")
        with pytest.raises(Refused, match="another person's"):
            change.renew(staffed, proof, people.proved(staffed, BEN))


def test_whoever_has_ended_keeps_their_proof_to_themselves(staffed):
    by = people.proved(staffed, ANN)
    change.end(staffed, BEN, moments.today(), by, "left the council")

    with pytest.raises(Refused, match="another person's"):
        change.add(staffed, "B. Other", [REVIEWER], people.phrase(BEN), moments.today(), by, "a test")


def test_an_ended_person_s_proof_is_refused_and_a_clock_set_back_revives_nobody(either, monkeypatch):
    by, now = people.proved(either, ANN), moments.now()
    signed_in = people.proved(either, BEN)
    change.end(either, BEN, moments.today(), by, "left the council")

    for moment in (now, now - timedelta(days=3)):
        monkeypatch.setattr(moments, "now", lambda moment=moment: moment)
        with pytest.raises(Refused, match="Ben Boss may act here no longer"):
            people.proved(either, BEN)
        with either.read() as connection:
            assert prove.standing(connection, signed_in.actor, signed_in.proof) is None


def test_nobody_acts_before_their_first_day(staffed):
    by = people.proved(staffed, ANN)
    tomorrow = moments.today() + timedelta(days=1)
    change.end(staffed, CAT, moments.today(), by, "a test")
    new = change.Proof(proofs.of_passphrase("garden wheel friday"), "garden wheel friday")
    change.add(staffed, "Dot Later", [REVIEWER], new, tomorrow, by, "a test")

    with pytest.raises(Refused, match="Dot Later may act here from"):
        prove.prove(staffed, "Dot Later", Given("garden wheel friday"), "a test")


def test_the_last_administrator_cannot_be_removed(either):
    by = people.proved(either, ANN)
    for attempt in (
        lambda: change.end(either, ANN, moments.today(), by, "leaves"),
        lambda: change.end(either, ANN, moments.today() + timedelta(days=30), by, "leaves in a month"),
        lambda: change.roles(either, ANN, [], [ActingRole.ADMINISTRATOR], by, "leaves"),
    ):
        with pytest.raises(Refused, match="last administrator cannot be removed"):
            attempt()
    change.roles(either, BEN, [ActingRole.ADMINISTRATOR], [], by, "a second one")
    assert change.end(either, ANN, moments.today(), by, "leaves").ended_on == moments.today()


def test_what_somebody_was_before_stays_known(either):
    by = people.proved(either, ANN)
    change.roles(either, BEN, [ActingRole.AUDITOR], [ActingRole.APPROVER], by, "other work")
    change.end(either, BEN, moments.today(), by, "left the council")

    history = [(one["roles"], one["reason"]) for one in change.listed(either, whole=True) if one["name"] == BEN]
    assert history == [
        (["reviewer", "approver"], None),
        (["reviewer", "auditor"], "other work"),
        (["reviewer", "auditor"], "left the council"),
    ]


def test_the_rows_of_people_are_vouched_for_and_none_can_be_changed_or_taken_away(either):
    assert verify.verify(either).faults == []
    for table in ("actors", "actor_proofs", "actor_tries"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET recorded_at = recorded_at"):
            with either.engine.connect() as connection, pytest.raises(Exception, match="append-only"):
                connection.execute(text(statement))


def test_a_lost_passphrase_is_set_anew_by_two_people(either):
    ann, ben = people.proved(either, ANN), people.proved(either, BEN)
    new = change.Proof(proofs.of_passphrase("garden wheel friday"), "garden wheel friday")
    change.ask_reset(either, CAT, ben, "forgotten over the summer")
    change.agree_reset(either, CAT, new, ann, "forgotten over the summer")

    assert prove.prove(either, CAT, Given("garden wheel friday"), "a test").name == CAT
    with pytest.raises(Refused):
        people.proved(either, CAT)
    acted = [(entry["action"], entry["said"]["actor"]) for entry in _entries(either)]
    assert ("people.ask_reset", BEN) in acted and ("people.agree_reset", ANN) in acted


def test_no_one_person_sets_a_passphrase_anew(staffed):
    ann, ben, cat = (people.proved(staffed, name) for name in (ANN, BEN, CAT))
    new = change.Proof(proofs.of_passphrase("garden wheel friday"), "garden wheel friday")
    with pytest.raises(Refused, match="nobody has asked"):
        change.agree_reset(staffed, CAT, new, ann, "forgotten")
    with pytest.raises(Refused, match="nobody resets their own"):
        change.ask_reset(staffed, CAT, cat, "forgotten")
    change.ask_reset(staffed, CAT, ann, "forgotten")
    with pytest.raises(Refused, match="another person"):
        change.agree_reset(staffed, CAT, new, ann, "forgotten")
    with pytest.raises(Refused, match="nobody resets their own"):
        change.agree_reset(staffed, CAT, new, cat, "forgotten")
    with pytest.raises(Refused, match="another person's"):
        change.agree_reset(staffed, CAT, people.phrase(BEN), ben, "forgotten")
    change.agree_reset(staffed, CAT, new, ben, "forgotten")
    with pytest.raises(Refused, match="nobody has asked"):  # a request opens one door, once
        change.agree_reset(staffed, CAT, new, ben, "again")


def test_two_who_are_no_administrators_reset_nothing(staffed):
    dot = change.Proof(proofs.of_passphrase("garden wheel friday"), "garden wheel friday")
    change.add(staffed, "Dot Dozen", [REVIEWER], dot, moments.today(), people.proved(staffed, ANN), "a test")
    change.ask_reset(staffed, CAT, people.proved(staffed, BEN), "forgotten")

    with pytest.raises(Refused, match="must be an administrator"):
        by = prove.prove(staffed, "Dot Dozen", Given("garden wheel friday"), "a test")
        change.agree_reset(staffed, CAT, people.phrase(CAT), by, "forgotten")


def test_a_request_for_a_reset_is_forgotten_after_a_week(staffed, monkeypatch):
    change.ask_reset(staffed, CAT, people.proved(staffed, BEN), "forgotten")
    ann, now = people.proved(staffed, ANN), moments.now()

    monkeypatch.setattr(moments, "now", lambda: now + timedelta(days=8))
    with pytest.raises(Refused, match="too long ago"):
        change.agree_reset(staffed, CAT, people.phrase(CAT), ann, "forgotten")


def test_a_sitting_lasts_while_it_is_used_and_no_longer_than_a_day_s_work(sqlite_hub, monkeypatch):
    hub = people.register(sqlite_hub, ben="reviewer")
    path, began = sitting.begin(hub, people.proved(hub, BEN)), moments.now()
    assert path.stat().st_mode & 0o077 == 0 and sitting.current(hub).name == BEN

    minutes = 0
    for minutes in range(14, 599, 14):
        monkeypatch.setattr(moments, "now", lambda minutes=minutes: began + timedelta(minutes=minutes))
        assert sitting.current(hub)
    monkeypatch.setattr(moments, "now", lambda: began + timedelta(minutes=minutes + 13))
    assert sitting.current(hub) is None


@pytest.mark.parametrize("after", [timedelta(minutes=16), timedelta(seconds=-5)])
def test_a_sitting_that_nobody_used_or_that_lies_ahead_is_locked(sqlite_hub, monkeypatch, after):
    hub = people.register(sqlite_hub)
    sitting.begin(hub, people.proved(hub, ANN))
    now = moments.now()

    monkeypatch.setattr(moments, "now", lambda: now + after)
    assert sitting.current(hub) is None


def test_a_sitting_that_somebody_wrote_copied_or_opened_to_others_is_none(sqlite_hub, tmp_path):
    hub = people.register(sqlite_hub, ben="reviewer")
    path = sitting.begin(hub, people.proved(hub, ANN))
    said = json.loads(path.read_text())
    with hub.read() as connection:
        ben = actors.named(connection, BEN)

    path.write_text(json.dumps(said | {"actor": ben.actor}))
    assert sitting.current(hub) is None
    path.write_text(json.dumps(said))
    assert sitting.current(hub).name == ANN
    path.chmod(0o644)
    assert os.name != "posix" or sitting.current(hub) is None


def test_a_sitting_ends_with_the_person_or_their_passphrase(sqlite_hub):
    hub = people.register(sqlite_hub, ben="reviewer")
    by = people.proved(hub, ANN)
    sitting.begin(hub, people.proved(hub, BEN))
    change.roles(hub, BEN, [ActingRole.AUDITOR], [REVIEWER], by, "other work")
    assert sitting.current(hub).roles == (ActingRole.AUDITOR,)

    new = change.Proof(proofs.of_passphrase("garden wheel friday"), "garden wheel friday")
    change.renew(hub, new, people.proved(hub, BEN))
    assert sitting.current(hub) is None
    sitting.begin(hub, prove.prove(hub, BEN, Given("garden wheel friday"), "a test"))
    change.end(hub, BEN, moments.today(), by, "left")
    assert sitting.current(hub) is None


def _public(key) -> str:
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_key_of_one_s_own_signs_what_is_new_each_time(sqlite_hub, tmp_path, kind):
    bits = {"rsa": ["-b", "2048"], "ecdsa": ["-b", "384"]}.get(kind, [])
    subprocess.run(["ssh-keygen", "-q", "-t", kind, *bits, "-N", "", "-f", tmp_path / "key"], check=True)
    hub = people.register(sqlite_hub)
    key = change.Proof(proofs.of_key((tmp_path / "key.pub").read_text()))
    change.add(hub, BEN, [REVIEWER], key, moments.today(), people.proved(hub, ANN), "a test")
    challenge = proofs.challenge()
    given = Given(challenge=challenge, signature=ssh.sign(tmp_path / "key", challenge))

    proved = prove.prove(hub, BEN, given, "a test")

    assert (proved.kind, proved.digest[:7]) == (ProofKind.KEY, "SHA256:")
    for wrong in (replace(given, challenge=proofs.challenge()), replace(given, signature="none")):
        assert proofs.right([key.kept], wrong) is None


def _string(part: bytes) -> bytes:
    return struct.pack(">I", len(part)) + part


def _touched(kind: str, sign, public: list[bytes], flags: int) -> tuple[str, Given]:
    """What a security key makes: its public key, and a signature over a challenge."""
    application, challenge = b"ssh:", proofs.challenge()
    blob = b"".join(map(_string, (kind.encode(), *public, application)))
    signed = b"SSHSIG" + b"".join(map(_string, (b"hubdata", b"", b"sha256", sha256(challenge).digest())))
    said = sha256(application).digest() + struct.pack(">BI", flags, 7) + sha256(signed).digest()
    made = _string(kind.encode()) + _string(sign(said)) + struct.pack(">BI", flags, 7)
    whole = b"SSHSIG" + struct.pack(">I", 1) + b"".join(map(_string, (blob, b"hubdata", b"", b"sha256", made)))
    armour = f"-----BEGIN SSH SIGNATURE-----\n{base64.b64encode(whole).decode()}\n-----END SSH SIGNATURE-----\n"
    return f"{kind} {base64.b64encode(blob).decode()}", Given(challenge=challenge, signature=armour)


@pytest.mark.parametrize(("flags", "is_right"), [(1, True), (0, False), (5, True)])
def test_a_security_key_proves_that_somebody_touched_it(flags, is_right):
    one, other = ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())

    def sign(said: bytes) -> bytes:
        r, s = decode_dss_signature(other.sign(said, ec.ECDSA(SHA256())))
        return b"".join(_string(n.to_bytes(33).lstrip(b"\0") if n >> 255 == 0 else n.to_bytes(33)) for n in (r, s))

    raw = one.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    point = other.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    for made in (
        _touched("sk-ssh-ed25519@openssh.com", one.sign, [raw], flags),
        _touched("sk-ecdsa-sha2-nistp256@openssh.com", sign, [b"nistp256", point], flags),
    ):
        kept = proofs.of_key(made[0])
        assert (proofs.right([kept], made[1]) is not None) == is_right


@pytest.mark.parametrize("text_", ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-dss AAAAB3NzaC1kc3M=", "none of them"])
def test_what_is_no_public_key_is_not_taken(text_):
    with pytest.raises(BadParameter, match="SSH"):
        proofs.of_key(text_)


def test_a_team_s_sign_in_can_be_kept(staffed):
    kept = proofs.of_sign_in("https://sign-in.example.org", "248289761001")
    with staffed.write(ledger.Act("tests", "officer", "a test", "test.write")) as connection:
        actors.keep(connection, actors.known(connection, CAT).actor, kept)

    with staffed.read() as connection:
        cat = actors.known(connection, CAT).actor
        assert {one.kind for one in actors.proofs_of(connection, cat)} == {ProofKind.PASSPHRASE, ProofKind.SIGN_IN}


def test_checking_a_passphrase_costs_64_megabytes_and_less_than_a_second(monkeypatch):
    monkeypatch.setitem(proofs.COST, "memory_cost", 64 * 1024)
    monkeypatch.setitem(proofs.COST, "time_cost", 2)
    kept = proofs.of_passphrase(PHRASES[ANN])
    began = time.process_time()

    assert proofs.right([kept], Given(PHRASES[ANN])) == kept
    assert kept.verifier.startswith("$argon2id$v=19$m=65536,t=2,p=1$")
    assert time.process_time() - began < 1


# The only administrator has lost their proof

NEW = change.Proof(proofs.of_passphrase("garden wheel friday"), "garden wheel friday")


def lost(hub: Hub, days: int, monkeypatch) -> None:
    """Somebody asks for Ann's proof, and days go by."""
    recover.ask(hub, ANN, By("ann", "a test", moments.today()), "forgotten over the summer")
    right = moments.now
    monkeypatch.setattr(moments, "now", lambda: right() + timedelta(days=days))


@pytest.mark.parametrize(("days", "opens"), [(2, False), (3, True), (10, True), (11, False)])
def test_the_only_administrator_s_proof_is_set_anew_after_the_wait_as_a_claim(hub, monkeypatch, days, opens):
    people.register(hub)
    lost(hub, days, monkeypatch)

    with hub.read() as connection:
        assert [one.startswith("somebody at this login asked") for one in recover.told(connection)] == [True]
    if not opens:
        with pytest.raises(Refused, match="that can be done from"):
            recover.set_anew(hub, ANN, NEW, "forgotten")
        return
    recover.set_anew(hub, ANN, NEW, "forgotten")
    assert prove.prove(hub, ANN, Given("garden wheel friday"), "a test").name == ANN
    with hub.read() as connection:
        assert [one.endswith("by whoever had this login, which is a claim") for one in recover.told(connection)] == [
            True
        ]
        acts = claims.found(connection).acts
    assert acts["proofs of the only administrator set anew"] == {"claimed": 1, "since": 1}
    with pytest.raises(Refused, match="nobody has asked"):  # a request opens one door, once
        recover.set_anew(hub, ANN, NEW, "again")


def test_a_colleague_s_proof_spares_the_wait_and_ends_the_claim(staffed, monkeypatch):
    lost(staffed, 4, monkeypatch)
    recover.set_anew(staffed, ANN, NEW, "forgotten")
    cat = people.proved(staffed, CAT)
    recover.set_anew(prove.entering(staffed, cat), ANN, NEW, "she stands beside me", cat)

    with staffed.read() as connection:
        assert recover.told(connection) == []
        assert claims.found(connection).acts["proofs of the only administrator set anew"]["passphrase"] == 1


def test_whoever_still_has_the_proof_ends_the_request_by_using_it(staffed, monkeypatch):
    lost(staffed, 4, monkeypatch)
    ann = people.proved(staffed, ANN)

    with pytest.raises(Refused, match="has proved who they are since"):
        recover.set_anew(staffed, ANN, NEW, "forgotten")
    with pytest.raises(Refused, match="nobody vouches for themselves"):
        recover.set_anew(prove.entering(staffed, ann), ANN, NEW, "forgotten", ann)


def test_no_other_s_proof_is_set_anew_so_and_none_where_two_could_reset_it(staffed):
    by = By("ann", "a test", moments.today())
    with pytest.raises(Refused, match="this is for an administrator"):
        recover.ask(staffed, CAT, by, "forgotten")
    ann = people.proved(staffed, ANN)
    change.roles(prove.entering(staffed, ann), BEN, [ActingRole.ADMINISTRATOR], [], ann, "a test")
    with pytest.raises(Refused, match="another administrator may act"):
        recover.ask(staffed, ANN, by, "forgotten")
