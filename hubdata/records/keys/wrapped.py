"""Small secrets locked by what a person knows: argon2id makes a key of a passphrase, AES-GCM locks with it; no files.

The cost stands in what is locked, so that a later default can be dearer without shutting anybody out.
"""

import base64
import os

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
KIB, ROUNDS, LANES = 64 * 1024, 3, 1  # 64 MiB and 0.2 s a try on a laptop
MOST_KIB, MOST_ROUNDS = 1024 * 1024, 20  # what somebody altered must not keep the machine busy for an hour


def stretched(passphrase: str, salt: bytes, kib: int, rounds: int, lanes: int) -> bytes:
    """32 bytes that take a fifth of a second to make of a passphrase, and as long for each that somebody tries."""
    return hash_secret_raw(passphrase.encode(), salt, rounds, kib, lanes, 32, Type.ID)


def lock(secret: bytes, key: bytes, about: str) -> bytes:
    """A secret that only the key opens, and only as what it was locked to be (`about`)."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, secret, about.encode())


def opened(locked: bytes, key: bytes, about: str) -> bytes | None:
    """What was locked, or None if the key is another or somebody altered it."""
    try:
        return AESGCM(key).decrypt(locked[:NONCE], locked[NONCE:], about.encode())
    except (InvalidTag, ValueError):
        return None


def wrap(secret: bytes, passphrase: str, about: str) -> dict:
    """A secret locked by a passphrase, as values for a file."""
    salt = os.urandom(16)
    locked = lock(secret, stretched(passphrase, salt, KIB, ROUNDS, LANES), about)
    return {"kib": KIB, "rounds": ROUNDS, "lanes": LANES, "salt": said(salt), "locked": said(locked)}


def unwrap(wrapped: dict, passphrase: str, about: str) -> bytes | None:
    """What was wrapped, or None if the passphrase is another or somebody altered it."""
    try:
        kib, rounds, lanes = (int(wrapped[name]) for name in ("kib", "rounds", "lanes"))
        if not (8 <= kib <= MOST_KIB and 1 <= rounds <= MOST_ROUNDS and 1 <= lanes <= 16):
            return None
        key = stretched(passphrase, base64.b64decode(wrapped["salt"]), kib, rounds, lanes)
        return opened(base64.b64decode(wrapped["locked"]), key, about)
    except (KeyError, TypeError, ValueError):
        return None


def said(content: bytes) -> str:
    """Bytes as text."""
    return base64.b64encode(content).decode()
