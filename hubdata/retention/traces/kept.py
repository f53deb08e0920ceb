"""Keeps a disposal's marks until it is certified, so that a run that crashed can still look for them; never in clear.

Once rows are gone nobody knows what to look for. Each batch's marks are written and synced before the batch commits,
encrypted under a key of the disposal's own; the file goes when the disposal is done.
"""

import hmac
import os
import re
import struct
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hubdata.errors import HubError
from hubdata.records.store import Hub

FOLDER = "disposals"
LENGTH, NONCE = struct.Struct(">Q"), 12


def keep(hub: Hub, disposal: str, marks: Collection[str]) -> None:
    """Add marks to what a disposal will look for; they are on the disk when this returns.

    Raises OSError if the disk does not take them.
    """
    path = _path(hub, disposal)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        end = _whole(handle)
        nonce = os.urandom(NONCE)
        sealed = nonce + AESGCM(_key(hub, disposal)).encrypt(nonce, "\0".join(sorted(marks)).encode(), _said(end))
        os.ftruncate(handle, end)  # what a crash cut short belongs to a batch that never committed
        os.lseek(handle, end, os.SEEK_SET)
        _write(handle, LENGTH.pack(len(sealed)) + sealed)
        os.fsync(handle)
    finally:
        os.close(handle)
    if new and os.name == "posix":
        _sync(path.parent)


def kept(hub: Hub, disposal: str) -> frozenset[str]:
    """Every mark kept for a disposal; none if it never began or is done.

    Raises HubError if the file is not as it was written.
    """
    try:
        content = _path(hub, disposal).read_bytes()
    except FileNotFoundError:
        return frozenset()
    marks: set[str] = set()
    for at, sealed in _records(content):
        try:
            opened = AESGCM(_key(hub, disposal)).decrypt(sealed[:NONCE], sealed[NONCE:], _said(at))
        except InvalidTag:
            raise HubError("what this disposal was to look for has been altered; restore work/disposals") from None
        marks.update(opened.decode().split("\0"))
    return frozenset(mark for mark in marks if mark)


def forget(hub: Hub, disposal: str) -> None:
    """Delete what was kept for a disposal."""
    path = _path(hub, disposal)
    path.unlink(missing_ok=True)
    if os.name == "posix" and path.parent.is_dir():
        _sync(path.parent)


def _path(hub: Hub, disposal: str) -> Path:
    plain = re.sub(r"[^A-Za-z0-9-]", "_", disposal)
    plain = plain if plain == disposal else f"{plain}.{sha256(disposal.encode()).hexdigest()[:8]}"
    return hub.home / "work" / FOLDER / f"{plain}.marks"


def _key(hub: Hub, disposal: str) -> bytes:
    return hmac.digest(hub.key("erasures"), b"marks\x00" + disposal.encode(), sha256)


def _said(at: int) -> bytes:
    """What binds a record to its place in the file."""
    return LENGTH.pack(at)


def _records(content: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at + LENGTH.size <= len(content):
        end = at + LENGTH.size + LENGTH.unpack_from(content, at)[0]
        if end > len(content):
            break
        found.append((at, content[at + LENGTH.size : end]))
        at = end
    return found


def _whole(handle: int) -> int:
    """Where the last whole record ends."""
    size, at = os.fstat(handle).st_size, 0
    while at + LENGTH.size <= size:
        os.lseek(handle, at, os.SEEK_SET)
        end = at + LENGTH.size + LENGTH.unpack(os.read(handle, LENGTH.size))[0]
        if end > size:
            break
        at = end
    return at


def _write(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
