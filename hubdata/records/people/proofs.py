"""How somebody proves who they are: what is kept of a proof, and whether one that is given is right.

A passphrase is kept as argon2id alone, which no one can turn back; neither it nor a key's private half is in any row,
entry, message or file. A proof says nothing of a name: whether the two belong together is asked elsewhere.
"""

import hmac
import json
import secrets
import unicodedata
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from hubdata.errors import BadParameter
from hubdata.records.ledger import canonical
from hubdata.records.people import ssh
from hubdata.terms import ProofKind

# argon2id over 64 MiB, 0.2 s of processor. Source: RFC 9106, OWASP Password Storage
COST = {"time_cost": 2, "memory_cost": 64 * 1024, "parallelism": 1}
NOBODY = ((b"nobody", 16), (b"nobody's", 32))
LEAST, MOST = 12, 1000  # letters of a passphrase


@dataclass(frozen=True)
class Given:
    """A proof as it is given, for one check: a passphrase, or a key's signature over a challenge made for it."""

    passphrase: str = field(default="", repr=False)
    challenge: bytes = field(default=b"", repr=False)
    signature: str = field(default="", repr=False)


@dataclass(frozen=True)
class Kept:
    """What is kept of a proof: its kind, a digest that tells it from others, and what verifies it."""

    kind: ProofKind
    digest: str
    verifier: str = field(repr=False)


def challenge() -> bytes:
    """What a key is asked to sign: new each time, so that no signature can be given twice."""
    return b"to prove who acts in a family hub: " + secrets.token_hex(32).encode()


def spelled(passphrase: str) -> str:
    """A passphrase as every keyboard gives it."""
    return unicodedata.normalize("NFKC", passphrase)


def of_passphrase(passphrase: str) -> Kept:
    """A new passphrase as it is kept. Raises BadParameter if it is too easy to guess, without repeating it."""
    passphrase = spelled(passphrase)
    if not LEAST <= len(passphrase) <= MOST or len(set(passphrase.casefold())) < 5:
        raise BadParameter(f"a passphrase needs at least {LEAST} letters, not always the same: three words will do")
    return _kept(ProofKind.PASSPHRASE, _hasher().hash(passphrase))


def of_key(public_key: str) -> Kept:
    """A public key as it is kept. Raises BadParameter if it cannot be verified here."""
    key = ssh.public(public_key)
    return Kept(ProofKind.KEY, ssh.fingerprint(key), key)


def of_sign_in(issuer: str, subject: str) -> Kept:
    """The identity that a team's sign-in gives, as it is kept."""
    return _kept(ProofKind.SIGN_IN, json.dumps({"issuer": issuer, "subject": subject}, sort_keys=True))


def _kept(kind: ProofKind, verifier: str) -> Kept:
    return Kept(kind, sha256(canonical([kind, verifier])).hexdigest()[:32], verifier)


def right(kept: list[Kept], given: Given) -> Kept | None:
    """Which of the proofs that are kept the given one is; it takes as long where none is, or of another kind."""
    if given.signature:
        keys = [one for one in kept if one.kind == ProofKind.KEY]
        return next((one for one in keys if _is_signed(one.verifier, given)), None)
    phrases = [one for one in kept if one.kind == ProofKind.PASSPHRASE]
    (one,) = phrases or [_kept(ProofKind.PASSPHRASE, _nobodys())]
    is_right = _is_passphrase(one.verifier, given.passphrase)
    return one if is_right and phrases else None


def _is_signed(verifier: str, given: Given) -> bool:
    """Whether a key signed the challenge, or the line that it is, as a shell may have given it."""
    lines = (given.challenge, given.challenge + b"\n", given.challenge + b"\r\n")
    return any(ssh.verifies(verifier, line, given.signature) for line in lines)


def same_passphrase(kept: list[Kept], passphrase: str) -> bool:
    """Whether one of these passphrases is this one."""
    return any(_is_passphrase(one.verifier, passphrase) for one in kept if one.kind == ProofKind.PASSPHRASE)


def _is_passphrase(verifier: str, passphrase: str) -> bool:
    try:
        return _hasher().verify(verifier, spelled(passphrase))
    except (Argon2Error, InvalidHashError, UnicodeEncodeError):
        return False


def _hasher() -> PasswordHasher:
    return PasswordHasher(COST["time_cost"], COST["memory_cost"], COST["parallelism"])


def _nobodys() -> str:
    """What a passphrase is held against where nobody's is kept, at the same cost: no passphrase is known to make it."""
    salt, hashed = (b64encode(sha256(part).digest()[:size]).decode().rstrip("=") for part, size in NOBODY)
    return f"$argon2id$v=19$m={COST['memory_cost']},t={COST['time_cost']},p={COST['parallelism']}${salt}${hashed}"


def same(one: str | None, other: str | None) -> bool:
    """Whether two proofs as rows keep them are one."""
    return bool(one and other) and hmac.compare_digest(str(one).encode(), str(other).encode())
