"""A checkpoint is a signed note in C2SP's form; nothing but this hub's own signature makes one."""

import stat

import pytest

from hubdata.records import checkpoints

KEY = bytes(range(32))
HEAD = (12, "ab" * 32)
NOTE = checkpoints.sign(HEAD, KEY)


def test_a_note_vouches_for_its_head():
    assert checkpoints.read(NOTE, checkpoints.public(KEY)) == HEAD


def test_a_note_has_the_form_of_a_signed_note():
    origin, size, hash_, blank, signature, end = NOTE.split("\n")
    assert (origin, size, blank, end) == ("family-hub/ledger", "12", "", "")
    assert len(hash_) == 44 and signature.startswith("— family-hub/ledger ")


@pytest.mark.parametrize(
    "spoilt",
    [
        "",
        NOTE.replace("12", "13"),
        NOTE.replace("12", "012"),
        NOTE.rstrip("\n"),
        NOTE + "\n",
        NOTE.replace("—", "-"),
        NOTE.replace("family-hub", "other-hub"),
        NOTE[:60] + NOTE[61:],
        checkpoints.sign(HEAD, bytes(32)),
        "\ufffd" * 40,
    ],
)
def test_a_spoilt_note_vouches_for_nothing(spoilt):
    assert checkpoints.read(spoilt, checkpoints.public(KEY)) is None


def test_the_same_head_gives_the_same_private_file(hub):
    folder = hub.home / "checkpoints"
    with hub.read() as connection:
        first = checkpoints.write(connection, folder, KEY)
        before = first.read_bytes()
        assert checkpoints.write(connection, folder, KEY) == first
    assert first.read_bytes() == before
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["000000000001.txt"]
