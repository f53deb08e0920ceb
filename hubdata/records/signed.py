"""Files of lines, each signed over the one before with the hub's own key: only added to, and no line can be altered.

A line is canonical JSON with its `mac`. Who keeps such a file knows what its lines mean; it is not known here.
"""

import hmac
import json
import os
from pathlib import Path

from hubdata.records.ledger import canonical


def mac(key: bytes, before: str, body: dict) -> str:
    """The signature of a line's body over the signature of the line before it, in hex."""
    return hmac.digest(key, before.encode() + canonical(body), "sha256").hex()


def body_of(text: bytes, key: bytes, before: str) -> tuple[dict, str] | None:
    """What a line says and its signature, or None if it is not as it was written."""
    try:
        body = json.loads(text)
        said = body.pop("mac")
        return (body, said) if hmac.compare_digest(said, mac(key, before, body)) else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def write(path: Path, body: dict, signature: str, size: int) -> None:
    """Put a whole line at `size`, where the last whole line ended, and sync it, or leave the file as it was."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(handle, size)
        os.lseek(handle, size, os.SEEK_SET)
        text = canonical(body | {"mac": signature}) + b"\n"
        while text:
            text = text[os.write(handle, text) :]
        os.fsync(handle)
    except BaseException:
        os.ftruncate(handle, size)
        raise
    finally:
        os.close(handle)
