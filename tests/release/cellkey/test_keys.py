"""A record's key is a keyed digest of what it is and is called, and of nothing else; only the hub can make it."""

import hmac

import duckdb
import pytest

from hubdata.errors import Refused
from hubdata.release.cellkey import keys


def made(secret, kind, name):
    with duckdb.connect() as database:
        keys.prepare(database, secret)
        return database.execute("SELECT record_key($kind, $name)", {"kind": kind, "name": name}).fetchone()[0]


@pytest.mark.parametrize("name", ["FAM00812", "G1", "É|é", ""])
def test_a_key_is_the_digest_that_python_makes_too(name):
    secret = b"\x01\xff" * 16
    whole = hmac.digest(secret, f"family|{name}".encode(), "sha256")
    assert made(secret, "family", name) == int.from_bytes(whole[:8], "big")


def test_another_secret_another_kind_and_another_name_make_another_key_and_no_name_none():
    assert (
        len({made(secret, kind, name) for secret in (b"a", b"b") for kind in ("goal", "need") for name in ("1", "2")})
        == 8
    )
    assert made(b"a", "goal", None) is None


def test_a_key_that_is_lost_or_another_is_refused_and_none_is_made_in_its_place(sqlite_hub):
    first = keys.of(sqlite_hub, [])
    assert keys.of(sqlite_hub, [keys.fingerprint(first)]) == first
    with pytest.raises(Refused, match="another than what earlier figures were made with: put keys/record_keys back"):
        keys.of(sqlite_hub, [keys.fingerprint(b"another")])
    place = sqlite_hub.home / "keys" / keys.NAME
    place.unlink()
    with pytest.raises(Refused, match="missing"):
        keys.of(sqlite_hub, [keys.fingerprint(first)])
    assert not place.exists()
