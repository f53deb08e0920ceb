"""Has a zip or workbook judged in a limited process of its own; no byte of it is looked into here.

On Windows the process has no bound but the clock, and `BOUNDED` says so.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

from hubdata import places
from hubdata.intake.files.archive import Bad

BOUNDED = os.name == "posix"
KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH")  # without the first, Windows starts nothing
WAIT = 4  # the clock may run so many times as long as the processor before the process is stopped
REFUSED = 3
HEAVY = ("too-heavy", "it takes more time or memory than any return does, and was given up; send CSV files")


@dataclass(frozen=True)
class Limits:
    """What a file may cost: bytes of memory, seconds of the processor, bytes that it unpacks to."""

    memory: int
    seconds: int
    unpacked: int


def environment() -> dict[str, str]:
    """All that the process knows of where it runs."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {"PYTHONPATH": places.IMPORTED_FROM, "MALLOC_ARENA_MAX": "1", "PYTHONHASHSEED": "0"}


def judge(form: str, raw: bytes, limits: Limits) -> tuple[dict, list[tuple[str, bytes]]]:
    """What the process says of a file (`sheets`, or `files` with their contents). Raises Bad with why it is refused."""
    command = [sys.executable, "-s", "-P", "-B", "-m", "hubdata.intake.files.judge", form, json.dumps(vars(limits))]
    try:
        done = subprocess.run(
            command,
            input=raw,
            capture_output=True,
            env=environment(),
            cwd=os.path.abspath(os.sep),
            timeout=limits.seconds * WAIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Bad(*HEAVY) from None
    if done.returncode == REFUSED:
        raise Bad(*json.loads(done.stderr))
    if done.returncode:
        raise Bad(*HEAVY)
    first = done.stdout.index(b"\n") + 1
    said, files, at = json.loads(done.stdout[:first]), [], first
    for name, size in said.get("files", []):
        files.append((name, done.stdout[at : at + size]))
        at += size
    return said, files
