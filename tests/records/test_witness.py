"""What is kept of the ledger elsewhere finds a database put back, a cut tail and a chain written anew with the key."""

import datetime
import shutil
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from sqlalchemy import text
from typer.testing import CliRunner

from hubdata import moments
from hubdata.desk import main
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import checkpoints, ledger
from hubdata.records.coverage import verify as verifying
from hubdata.records.ledger import Act
from hubdata.records.store import open_hub
from hubdata.records.witness import against, cosign, known, letter, stamp, take

BY = By("ann", None, moments.today())
GUARDS = (("chain", "no_delete"), ("chain", "no_update"), ("payloads", "no_update"), ("payloads", "no_delete"))


def write(hub, times=1):
    for number in range(times):
        with hub.write(Act("ann", "officer", "a test", "test.append", {"n": number})):
            pass


def run(*words, typed=None):
    return CliRunner().invoke(main.app, [str(word) for word in words], input=typed)


def faults(hub, given=None):
    return verifying.verify(hub, True, given).faults


def cut(hub, after):
    """Take the last entries away, as whoever owns the database can."""
    with hub.engine.begin() as connection:
        for table, guard in GUARDS:
            on = f" ON {table}" if hub.dialect == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER {table}_{guard}{on}"))
        for table in ("payloads", "chain"):
            connection.execute(text(f"DELETE FROM {table} WHERE seq > {after}"))


def head(hub):
    with hub.read() as connection:
        return ledger.head(connection)


def without_home(hub):
    """Whoever puts a database back puts back, or takes away, what of its checkpoints is in the home."""
    for path in (hub.home / "checkpoints").glob("*.txt"):
        path.unlink()


@pytest.fixture
def kept(tmp_path):
    place = tmp_path / "elsewhere"
    place.mkdir()
    return place


@pytest.fixture
def other(tmp_path):
    """A hub with keys of its own."""
    made = open_hub(tmp_path / "other hub", "sqlite", create=True)
    yield made
    made.engine.dispose()


def test_without_a_checkpoint_elsewhere_verify_says_what_nobody_can_tell(sqlite_hub):
    verified = run("ledger", "verify", "--quick", "--home", sqlite_hub.home)

    assert verified.exit_code == 0
    assert "No checkpoint that is kept elsewhere was compared, so this cannot be told" in verified.stdout


def test_a_checkpoint_in_a_folder_is_compared_from_then_on_unasked(hub, kept):
    write(hub, 3)
    taken = take.to_folder(hub, kept, BY)
    write(hub)
    found = verifying.verify(hub, True)

    assert (found.faults, found.elsewhere.compared, found.elsewhere.newest) == ([], 1, taken.entry)
    assert "of entry 4" in found.elsewhere.said[0] and "entered after it" in found.elsewhere.said[0]


def test_a_tail_that_was_cut_off_is_found_by_it(hub, kept):
    write(hub, 5)
    taken = take.to_folder(hub, kept, BY)
    cut(hub, after=3)
    without_home(hub)

    assert [one for one in faults(hub) if "cut off" in one] == [
        f"checkpoint {taken.file.name}: entry {taken.entry} is gone; the chain has been cut off before it"
    ]


def test_a_database_that_was_put_back_with_its_whole_home_is_found_by_what_is_given(sqlite_hub, kept, tmp_path):
    write(sqlite_hub, 2)
    sqlite_hub.engine.dispose()
    shutil.copytree(sqlite_hub.home, tmp_path / "old")
    hub = open_hub(sqlite_hub.home, "sqlite")
    write(hub, 2)
    taken = take.to_folder(hub, kept, BY)
    hub.engine.dispose()
    shutil.rmtree(sqlite_hub.home)
    shutil.move(tmp_path / "old", sqlite_hub.home)
    back = open_hub(sqlite_hub.home, "sqlite")

    assert faults(back) == []  # nothing that is in the home can tell
    assert [one.partition(":")[2] for one in faults(back, kept)] == [
        f" entry {taken.entry} is gone; the chain has been cut off before it"
    ]
    assert faults(back, taken.file) == faults(back, kept)
    back.engine.dispose()


def test_a_chain_that_was_written_anew_with_the_key_beside_it_is_found_by_it(hub, kept):
    """Entries are cut off and written anew by the product itself, so that every seal and sum holds."""
    write(hub, 3)
    cut_at = head(hub)[0]
    write(hub, 2)
    taken = take.to_folder(hub, kept, BY)
    cut(hub, cut_at)
    without_home(hub)
    write(hub, 5)

    found = [one for one in faults(hub) if "checkpoint" in one]
    assert found == [
        f"checkpoint {taken.file.name}: entry {taken.entry} is not the one signed; the chain has been rewritten"
    ]


def test_sums_that_somebody_with_the_key_moved_at_the_same_entry_are_found(sqlite_hub, kept):
    taken = take.to_folder(sqlite_hub, kept, BY)
    cut(sqlite_hub, taken.entry)
    with sqlite_hub.engine.begin() as connection:
        connection.execute(text("UPDATE coverage SET salt = zeroblob(16) WHERE of_table = 'families'"))

    assert any("not those that were signed" in one for one in faults(sqlite_hub))


def test_a_checkpoint_of_another_hub_is_told_and_never_taken_for_ours(sqlite_hub, other, kept):
    swapped = take.to_folder(other, kept, BY).file

    [said] = faults(sqlite_hub, swapped)
    assert "not signed by this hub's key, but by the hub whose sign is" in said
    assert "none of the 1 checkpoints" in faults(sqlite_hub, kept)[0]


def test_two_hubs_may_use_one_folder(sqlite_hub, other, kept):
    take.to_folder(other, kept, BY)
    take.to_folder(sqlite_hub, kept, BY)

    assert faults(sqlite_hub) == faults(other) == []


@pytest.mark.parametrize("spoil", [lambda said: said.replace("\nrows ", "\nrows 1"), lambda said: said[:40], str.upper])
def test_a_checkpoint_that_was_altered_elsewhere_is_named(sqlite_hub, kept, spoil):
    path = take.to_folder(sqlite_hub, kept, BY).file
    path.chmod(0o600)
    path.write_text(spoil(path.read_text()))

    assert any(path.name in one for one in faults(sqlite_hub))
    assert any(path.name in one for one in faults(sqlite_hub, path))


def test_a_folder_is_never_written_over_and_one_that_could_be_is_said_to_be(sqlite_hub, kept):
    taken = take.to_folder(sqlite_hub, kept, BY)
    assert taken.rewritable and "can still alter" in take.lines(taken)[1]

    cut(sqlite_hub, taken.entry)
    again = kept / taken.file.name
    again.chmod(0o600)
    again.write_text("something else")
    with pytest.raises(Refused, match="nothing is ever overwritten"):
        take.to_folder(sqlite_hub, kept, BY)
    assert again.read_text() == "something else"


def test_a_folder_in_the_home_is_not_elsewhere_and_one_that_is_not_there_is_not_made(sqlite_hub, tmp_path):
    for place in (sqlite_hub.home / "checkpoints", tmp_path / "unplugged"):
        with pytest.raises(BadParameter):
            take.to_folder(sqlite_hub, place, BY)
    assert not (tmp_path / "unplugged").exists()


def test_a_folder_that_is_not_there_any_more_is_said_and_is_no_fault(sqlite_hub, kept):
    take.to_folder(sqlite_hub, kept, BY)
    shutil.rmtree(kept)
    found = verifying.verify(sqlite_hub, True)

    assert found.faults == []
    assert "is not there: nothing was compared" in found.elsewhere.said[0]


def test_the_upgrade_of_an_older_checkpoint_still_compares(sqlite_hub, kept):
    """Before, a checkpoint was of the chain's head alone."""
    old = kept / "000000000001.txt"
    old.write_text(checkpoints.sign(head(sqlite_hub), sqlite_hub.key("checkpoint")))
    assert faults(sqlite_hub, kept) == []

    write(sqlite_hub, 2)
    old.write_text(checkpoints.sign((2, "ab" * 32), sqlite_hub.key("checkpoint")))
    assert "entry 2 is not the one signed" in faults(sqlite_hub, kept)[0]


def _letter(hub, tmp_path):
    path = tmp_path / "letter.txt"
    take.to_letter(hub, path)
    return path


def _typed(page):
    """What a person types of a page: the number and the groups."""
    lines = [line.strip() for line in page.splitlines()]
    number = next(line for line in lines if line.startswith("Entry number")).rpartition(":")[2].strip()
    return (
        "\n".join([number, *(line.partition(":")[2] for line in lines if line[:2] in ("1:", "2:", "3:", "4:"))]) + "\n"
    )


def test_a_letter_is_typed_back_and_witnesses_then(sqlite_hub, tmp_path):
    write(sqlite_hub, 3)
    page = _letter(sqlite_hub, tmp_path).read_text()
    assert known_of(sqlite_hub) == []
    done = run("ledger", "witness", "--home", sqlite_hub.home, typed=_typed(page).upper())

    assert done.exit_code == 0 and "by letter" in done.stdout
    assert [(one.kind, one.entry) for one in known_of(sqlite_hub)] == [("letter", 4)]


def known_of(hub):
    with hub.read() as connection:
        return known.witnesses(connection)


def test_a_letter_finds_what_a_checkpoint_finds(hub, tmp_path):
    write(hub, 3)
    path = _letter(hub, tmp_path)
    assert faults(hub, path) == []

    cut(hub, 3)
    without_home(hub)
    assert any("entry 4 is gone" in one for one in faults(hub, path))
    write(hub, 2)
    assert any("entry 4 is not the one on the letter" in one for one in faults(hub, path))


@pytest.mark.parametrize("line", [1, 2, 3, 4])
def test_a_letter_that_was_edited_or_mistyped_names_the_line(sqlite_hub, tmp_path, line):
    page = _letter(sqlite_hub, tmp_path).read_text()
    row = next(one for one in page.splitlines() if one.strip().startswith(f"{line}:"))
    at = row.index(":") + 3
    swapped = row[:at] + ("b" if row[at] == "a" else "a") + row[at + 1 :]

    with pytest.raises(BadParameter, match=f"line {line} of the letter"):
        letter.read(page.replace(row, swapped))
    with pytest.raises(BadParameter, match="line 1 and 2 and 3 and 4 .*number of the entry"):
        letter.read(page.replace("Entry number: 1\n", "Entry number: 2\n"))


def test_a_letter_that_was_forged_with_checks_that_hold_is_not_this_chain_s(sqlite_hub, tmp_path):
    note = checkpoints.parsed(checkpoints.sign((1, "ab" * 32), sqlite_hub.key("checkpoint")))
    forged = tmp_path / "forged.txt"
    forged.write_text(letter.page(note))

    assert "is not the one on the letter" in faults(sqlite_hub, forged)[0]
    refused = run("ledger", "witness", "--home", sqlite_hub.home, typed=_typed(forged.read_text()))
    assert refused.exit_code == 3 and known_of(sqlite_hub) == []


def _cosigned(hub, other, tmp_path, name="back.txt"):
    sent = take.home_file(hub)
    back = tmp_path / name
    cosign.cosign(other, sent, back, BY)
    return back


def sign(hub):
    return checkpoints.sign_of(checkpoints.public(hub.key("checkpoint")))


def test_another_hub_signs_and_its_answer_is_taken_in_once_its_sign_was_read_aloud(sqlite_hub, other, tmp_path):
    back = _cosigned(sqlite_hub, other, tmp_path)
    with pytest.raises(Refused, match=f"whose sign is {sign(other)}, which nobody here has vouched for"):
        cosign.taken_in(sqlite_hub, back, None, BY)
    cosign.taken_in(sqlite_hub, back, sign(other).upper(), BY)
    write(sqlite_hub)
    again = cosign.taken_in(sqlite_hub, _cosigned(sqlite_hub, other, tmp_path, "again.txt"), None, BY)

    assert again.said.endswith("by another hub")
    assert [(one.kind, one.entry) for one in known_of(sqlite_hub)] == [("cosigned", 1), ("cosigned", 3)]
    assert faults(sqlite_hub) == []


def test_a_co_signer_s_forged_answer_is_refused(sqlite_hub, other, tmp_path):
    back = _cosigned(sqlite_hub, other, tmp_path)
    whole, line = back.read_text().rstrip("\n").rsplit("\n", 1)
    write(sqlite_hub)
    newer = checkpoints.text_of(take.home_file(sqlite_hub))
    forged = [
        f"{whole}\n{line[:-8]}AAAAAA==\n",  # another signature
        f"{newer}{line}\n",  # a real one, moved below another checkpoint
        newer,  # none
    ]
    for said in forged:
        back.write_text(said)
        with pytest.raises(Refused, match="no other hub's signature that holds"):
            cosign.taken_in(sqlite_hub, back, sign(other), BY)
    back.write_text(f"{whole.replace('family-hub/ledger', 'family-hub/ledges', 1)}\n{line}\n")
    with pytest.raises(Refused):
        cosign.taken_in(sqlite_hub, back, sign(other), BY)
    assert known_of(sqlite_hub) == []


def test_a_hub_does_not_witness_itself_nor_sign_an_altered_or_older_state(sqlite_hub, other, tmp_path):
    write(sqlite_hub, 3)
    with pytest.raises(Refused, match="this very hub"):
        cosign.cosign(sqlite_hub, take.home_file(sqlite_hub), tmp_path / "own.txt", BY)
    _cosigned(sqlite_hub, other, tmp_path)
    cut(sqlite_hub, 3)
    with pytest.raises(Refused, match="older state or of another line of events"):
        _cosigned(sqlite_hub, other, tmp_path, "older.txt")
    write(sqlite_hub)
    with pytest.raises(Refused, match="another line of events"):
        _cosigned(sqlite_hub, other, tmp_path, "anew.txt")
    altered = tmp_path / "altered.txt"
    altered.write_text(take.home_file(sqlite_hub).read_text().replace("\nrows ", "\nrows 1"))
    with pytest.raises(Refused, match="somebody altered it"):
        cosign.cosign(other, altered, tmp_path / "no.txt", BY)


class Authority:
    """A time-stamping authority of the test's own, with openssl's `ts` behind it."""

    def __init__(self, place, days=(-1, 1)):
        place.mkdir()
        self.place, self.root = place, place / "root.pem"
        now = datetime.datetime.now(datetime.UTC)
        key, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Test authority {place.name}")])
        leaf = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test time stamps")])

        def made(subject, public):
            return (
                x509.CertificateBuilder()
                .subject_name(subject)
                .issuer_name(name)
                .public_key(public)
                .serial_number(x509.random_serial_number())
                .not_valid_before(now + datetime.timedelta(days=days[0]))
                .not_valid_after(now + datetime.timedelta(days=days[1]))
            )

        root = made(name, key.public_key()).add_extension(x509.BasicConstraints(True, None), True)
        stamps = made(leaf, own.public_key()).add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True
        )
        self.root.write_bytes(root.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
        (place / "own.pem").write_bytes(stamps.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
        private = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (place / "own.key").write_bytes(private)
        (place / "serial").write_text("01\n")
        (place / "ts.cnf").write_text(
            f"[t]\nserial={place}/serial\nsigner_digest=sha256\ndefault_policy=1.2.3.4\ndigests=sha256\n"
            "ess_cert_id_alg=sha256\n"
        )

    def answer(self, request):
        """Its answer to a request, in a file."""
        made = request.with_suffix(f".{self.place.name}.tsr")
        words = ["openssl", "ts", "-reply", "-config", self.place / "ts.cnf", "-section", "t", "-queryfile", request]
        words += ["-signer", self.place / "own.pem", "-inkey", self.place / "own.key", "-out", made]
        subprocess.run([str(word) for word in words], check=True, capture_output=True)
        return made


needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl stands in for an authority")


def _requested(hub, tmp_path, name="ask.tsq"):
    stamp.request(hub, tmp_path / name)
    return tmp_path / name


@needs_openssl
def test_an_authority_s_answer_is_taken_in_with_its_moment(sqlite_hub, tmp_path):
    authority = Authority(tmp_path / "trusted")
    answer = authority.answer(_requested(sqlite_hub, tmp_path))
    done = run("ledger", "witness", answer, "--authority", authority.root, "--home", sqlite_hub.home)

    assert done.exit_code == 0 and "by a timestamp authority" in done.stdout
    [found] = known_of(sqlite_hub)
    assert (found.kind, found.entry, found.on) == ("timestamp", 1, moments.today())


@needs_openssl
def test_a_foreign_authority_an_expired_certificate_and_another_s_answer_are_refused(sqlite_hub, other, tmp_path):
    trusted, foreign = Authority(tmp_path / "trusted"), Authority(tmp_path / "foreign")
    expired = Authority(tmp_path / "expired", days=(-9, -2))
    asked = _requested(sqlite_hub, tmp_path)
    another = _requested(other, tmp_path, "other.tsq")
    again = tmp_path / "again.tsq"  # the same checkpoint with another number: somebody else's request
    again.write_bytes(stamp.TimestampRequestBuilder().data(b"something else").build().as_bytes())

    for answer, root in (
        (foreign.answer(asked), trusted.root),
        (trusted.answer(asked), foreign.root),
        (expired.answer(asked), expired.root),
    ):
        with pytest.raises(Refused, match="does not hold"):
            stamp.taken_in(sqlite_hub, answer, root, BY)
    with pytest.raises(Refused, match="answers no request"):
        stamp.taken_in(sqlite_hub, trusted.answer(another), trusted.root, BY)
    with pytest.raises(BadParameter, match="no answer"):
        stamp.taken_in(sqlite_hub, asked, trusted.root, BY)
    with pytest.raises(BadParameter, match="no certificate"):
        stamp.taken_in(sqlite_hub, trusted.answer(asked), asked, BY)
    assert known_of(sqlite_hub) == []


@needs_openssl
def test_an_authority_s_answer_does_not_witness_a_chain_that_was_cut_since(sqlite_hub, tmp_path):
    write(sqlite_hub, 3)
    authority = Authority(tmp_path / "trusted")
    answer = authority.answer(_requested(sqlite_hub, tmp_path))
    cut(sqlite_hub, 2)

    with pytest.raises(Refused, match="cut off"):
        stamp.taken_in(sqlite_hub, answer, authority.root, BY)


def test_nothing_to_compare_with_is_wrong_use(sqlite_hub, tmp_path, kept):
    for given in (tmp_path / "nothing", kept):
        with pytest.raises(BadParameter):
            faults(sqlite_hub, given)
    assert against.Against().compared == 0


@pytest.mark.parametrize(
    "said", ["{}", '{"detail":{}}', '{"detail":[]}', "no json", '{"detail":{"kind":"x","entry":1,"at":"x"}}']
)
def test_an_entry_about_a_witness_that_was_altered_is_named_and_witnesses_nothing(hub, kept, said):
    take.to_folder(hub, kept, BY)
    entry = head(hub)[0]
    with hub.engine.begin() as connection:
        on = " ON payloads" if hub.dialect == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER payloads_no_update{on}"))
        connection.execute(
            text("UPDATE payloads SET payload = :said WHERE seq = :seq"), {"said": said.encode(), "seq": entry}
        )

    assert any(f"what entry {entry} says has been altered" in one for one in faults(hub))
    assert known_of(hub) == []
