"""Lends the desk's own processes the passphrase that an officer typed: a private file in memory, while the desk serves.

Nobody can be asked inside a page. A machine without such a place in memory is told to name a file.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hubdata.errors import Refused
from hubdata.records.keys import asked, kept, ring

IN_MEMORY = ("/dev/shm",)  # after the folder that a login has there for itself


@contextmanager
def lent(home: Path) -> Iterator[None]:
    """Whatever is started within the block opens the hub's keys too. Raises Refused if nobody can be asked."""
    if asked.from_file() or kept.read(home / "keys").kind != kept.PASSPHRASE:
        yield
        return
    said = asked.passphrase()
    folder = Path(tempfile.mkdtemp(prefix="hubdata-", dir=_place()))
    try:
        ring.put(folder / "passphrase", said.encode())
        os.environ[asked.FILE] = str(folder / "passphrase")
        yield
    finally:
        os.environ.pop(asked.FILE, None)
        shutil.rmtree(folder, ignore_errors=True)


def _place() -> str:
    for place in (os.environ.get("XDG_RUNTIME_DIR"), *IN_MEMORY):
        if place and os.access(place, os.W_OK | os.X_OK):
            return place
    raise Refused(asked.NONE)
