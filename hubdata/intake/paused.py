"""Returns that wait for a person: kept whole and encrypted under the hub's own key, erased when decided or too old.

Nothing of them is ever in clear on the disk; a disposal looks into them, and erases those that name what it destroys.
"""

import io
import json
import os
import re
import struct
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hubdata import moments
from hubdata.errors import BadParameter, HubError
from hubdata.records.store import Hub
from hubdata.records.time import jumps

FOLDER, SUFFIX, NONCE = "paused", ".sealed", 12
NAME = re.compile(r"R[0-9]{8}-[0-9a-f]{8}")
LENGTH = struct.Struct(">I")


def keep(hub: Hub, head: dict, tables: dict[str, pa.Table]) -> str:
    """Seal a return; its number is returned when it is on the disk."""
    number = f"R{moments.today():%Y%m%d}-{os.urandom(4).hex()}"
    folder = hub.home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    nonce = os.urandom(NONCE)
    sealed = nonce + AESGCM(hub.key("returns")).encrypt(nonce, _packed(head, tables), number.encode())
    making = folder / f".{number}"
    with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    os.replace(making, folder / f"{number}{SUFFIX}")
    return number


def _packed(head: dict, tables: dict[str, pa.Table]) -> bytes:
    parts = [json.dumps(head | {"tables": list(tables)}, default=str).encode()]
    for table in tables.values():
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        parts.append(sink.getvalue())
    return zlib.compress(b"".join(LENGTH.pack(len(part)) + part for part in parts), 1)


def opened(hub: Hub, number: str) -> tuple[dict, dict[str, pa.Table]]:
    """A paused return. Raises BadParameter if there is none of that number, HubError if it has been altered."""
    head, *parts = _parts(unsealed(hub, _path(hub, number)))
    said = json.loads(head)
    return said, {name: pa.ipc.open_stream(part).read_all() for name, part in zip(said["tables"], parts, strict=True)}


def text(hub: Hub, path: Path) -> str:
    """Everything that a paused return says, a cell to a line: for a disposal that looks for what it destroyed."""
    _, tables = opened(hub, path.stem)
    columns = (column for table in tables.values() for column in table.columns)
    return "\n".join(cell.replace(";", "\n") for column in columns for cell in column.drop_null().to_pylist())


def unsealed(hub: Hub, path: Path) -> bytes:
    """What a sealed file says. Raises HubError if it has been altered."""
    sealed = path.read_bytes()
    try:
        return zlib.decompress(AESGCM(hub.key("returns")).decrypt(sealed[:NONCE], sealed[NONCE:], path.stem.encode()))
    except (InvalidTag, ValueError):
        raise HubError(f"the paused return {path.stem} has been altered; discard it and have it sent again") from None


def _parts(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        (size,) = LENGTH.unpack_from(content, at)
        yield content[at + LENGTH.size : at + LENGTH.size + size]
        at += LENGTH.size + size


def _path(hub: Hub, number: str) -> Path:
    path = hub.home / FOLDER / f"{number}{SUFFIX}"
    if not NAME.fullmatch(number) or not path.is_file():
        waiting = ", ".join(numbers(hub)) or "none"
        raise BadParameter(f"no paused return has the number {number[:40]!r}; waiting: {waiting}")
    return path


def numbers(hub: Hub) -> list[str]:
    """The numbers of the returns that wait, oldest first."""
    return sorted(path.stem for path in (hub.home / FOLDER).glob(f"R*{SUFFIX}"))


def drop(hub: Hub, number: str) -> None:
    """Erase a paused return."""
    _path(hub, number).unlink()


def expire(hub: Hub, days: int, actor: str) -> list[str]:
    """Erase the returns that waited for longer than so many days, and what a dead process left; say which.

    On a clock that jumped nothing has waited too long.
    """
    with hub.read() as connection:
        if jumps.holds(connection, actor):
            return []
    before = moments.now().timestamp() - timedelta(days=days).total_seconds()
    gone = []
    for path in sorted((hub.home / FOLDER).glob("*R*")):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone.append(path.stem)
    return gone
