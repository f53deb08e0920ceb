"""The record keys: a keyed digest of what a record is and is called, which only the hub can make; never shown.

The secret is one of the hub's own keys. It travels in its backups, is never rotated and never printed: with another
one the same families would be changed otherwise, and two different changes of one count tell more than one. No day, no
quarter and nothing else that a record says goes into its key, so that it is the same in every table and every release.
"""

import hmac

import duckdb

from hubdata.errors import Refused
from hubdata.records.store import Hub

NAME = "record_keys"
BLOCK = 64  # bytes that SHA-256 takes at a time
SIGNED = b"the record keys of a hub's released figures"
# HMAC-SHA-256 as RFC 2104 writes it, in the engine that holds the records; a test holds it to Python's.
MACRO = """
CREATE TEMP MACRO record_key(kind, name) AS CASE WHEN name IS NOT NULL THEN
    ('0x' || substr(sha256((SELECT outside FROM record_secret) || unhex(sha256((SELECT inside FROM record_secret)
        || encode(kind || '|' || name)))), 1, 16))::UBIGINT END;
"""


def of(hub: Hub, before: list[str]) -> bytes:
    """The hub's secret. `before` says which secrets made what was published; Raises Refused unless it is this one."""
    there = (hub.home / "keys" / NAME).exists()
    if before and not (there and set(before) == {fingerprint(hub.key(NAME))}):
        why = (
            f"the key {NAME} of this hub is {'another' if there else 'missing'} than what earlier figures were made "
            "with: put keys/record_keys back from a backup; with another key the same families would be changed "
            "otherwise, and the two together would tell how many they are"
        )
        raise Refused(why, [why])
    return hub.key(NAME)


def fingerprint(secret: bytes) -> str:
    """What tells one secret from another and says nothing else of it."""
    return hmac.digest(secret, SIGNED, "sha256").hex()[:32]


def prepare(database: duckdb.DuckDBPyConnection, secret: bytes) -> None:
    """Give queries the macro `record_key(kind, name)`."""
    padded = secret.ljust(BLOCK, b"\0")
    sides = {"inside": bytes(each ^ 0x36 for each in padded), "outside": bytes(each ^ 0x5C for each in padded)}
    asked = "CREATE TEMP TABLE record_secret AS SELECT $inside::BLOB AS inside, $outside::BLOB AS outside"
    database.execute(asked, sides)
    database.execute(MACRO)
