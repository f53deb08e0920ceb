"""age, which encrypts files to the public keys of those who may open them; the one door to it, and it keeps no key.

A recipient is an age key (age1…) or an SSH one (ssh-ed25519 …, ssh-rsa …); the key that opens is theirs alone. Whole
files pass through in small pieces, so that the largest needs no more memory than the smallest.
"""

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import pyrage
from pyrage import ssh, x25519

from hubdata.errors import BadParameter, HubError, Refused

SUFFIX = ".age"
SECRET = "AGE-SECRET-KEY-"
WRITTEN = (
    "write an age key (age1…), or an SSH public key (ssh-ed25519 AAAA…, ssh-rsa AAAA…), as its owner gave it to you"
)
ALTERED = "{} is cut off or has been altered: take another backup; nothing was changed"


def new_key() -> tuple[str, str]:
    """A fresh key: the secret half, which opens, and the public half, which is the recipient."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipient(line: str) -> str:
    """A recipient as it is kept, without the comment behind an SSH key, which often names somebody.

    Raises BadParameter if it is none.
    """
    words = line.split()
    if any(word.upper().startswith(SECRET) for word in words):
        raise BadParameter(f"this is the secret half of a key, which is nobody's to see: {WRITTEN}")
    said = " ".join(words[: 2 if words and words[0].startswith("ssh-") else None])
    _public(said)
    return said


def _public(said: str) -> x25519.Recipient | ssh.Recipient:
    kind = ssh.Recipient if said.startswith("ssh-") else x25519.Recipient
    try:
        return kind.from_str(said)
    except pyrage.RecipientError:
        raise BadParameter(f"{said[:20]!r} is no recipient: {WRITTEN}") from None


def identities(text: str) -> list[x25519.Identity | ssh.Identity]:
    """The keys that a key file, or what somebody typed, holds. Raises BadParameter if it holds none."""
    try:
        if "-----BEGIN" in text:
            return [ssh.Identity.from_buffer(text.encode())]
        lines = [line.strip() for line in text.splitlines()]
        found = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (pyrage.IdentityError, ValueError):
        found = []
    if not found:
        raise BadParameter(
            f"this is no key that opens a backup: it begins with {SECRET}1, or is the file of an SSH key without a "
            "passphrase (`ssh-keygen -p` takes one off a copy); nothing was changed"
        )
    return [*found]


class _Summed:
    """A file that is read, and the SHA-256 of what was."""

    def __init__(self, file: BinaryIO):
        self.file, self.digest = file, sha256()

    def read(self, size: int = -1) -> bytes:
        """The next piece."""
        piece = self.file.read(size)
        self.digest.update(piece)
        return piece


def encrypted(source: Path, target: Path, to: Sequence[str]) -> str:
    """Encrypt a file into a new private one, see it on the disk, and return the SHA-256 of what went in.

    Raises HubError if the disk does not take it.
    """
    keys = [_public(each) for each in to]
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source.open("rb") as old, os.fdopen(handle, "wb") as new:
        read = _Summed(old)
        try:
            pyrage.encrypt_io(read, new, keys)
            new.flush()
            os.fsync(handle)
        except (OSError, pyrage.EncryptError):
            raise HubError(
                "the copy could not be made (the disk is full or did not take it): nothing is left of it; the hub is "
                "as it was"
            ) from None
    return read.digest.hexdigest()


def decrypted(source: Path, target: Path, keys: list[x25519.Identity | ssh.Identity]) -> None:
    """Decrypt a file into a new private one. Raises Refused, leaving none, if the key is another's or it is altered."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with source.open("rb") as old, os.fdopen(handle, "wb") as new:
            pyrage.decrypt_io(old, new, keys)
    except pyrage.DecryptError as error:
        target.unlink()
        if "matching" in str(error):
            raise Refused("this key opens another backup, not this one: nothing was changed") from None
        raise Refused(ALTERED.format(source)) from None
    except OSError as error:
        target.unlink()
        if error.errno:
            raise
        raise Refused(ALTERED.format(source)) from None
