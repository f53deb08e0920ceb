"""Files about one person: readable by their owner alone, whole or not there, and named by references, not names."""

import os
import re
import tempfile
from hashlib import sha256
from pathlib import Path


def folder(place: Path) -> Path:
    """A folder for them, and every folder above that is missing, 0700."""
    if not place.is_dir():
        folder(place.parent)
        place.mkdir(mode=0o700, exist_ok=True)
    return place


def plain(reference: str) -> str:
    """A reference as part of a file's name; one with other signs than letters and digits is told apart by a hash."""
    plain = re.sub(r"[^A-Za-z0-9_.]", "_", reference)
    return plain if plain == reference else f"{plain}.{sha256(reference.encode()).hexdigest()[:8]}"


def write(path: Path, text: str) -> None:
    """Write a whole private text, on the disk when this returns, or leave what was there."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a whole private file, on the disk when this returns, or leave what was there."""
    handle, whole = tempfile.mkstemp(prefix=".making-", dir=path.parent)  # 0600 from the start
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(whole, path)
    except BaseException:
        Path(whole).unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(place: Path) -> None:
    """See on the disk what a folder's files are called; where a folder cannot be opened (Windows) it needs no such."""
    if os.name == "posix":
        handle = os.open(place, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
