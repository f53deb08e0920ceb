"""Reads one zip or workbook from stdin and says on stdout what is in it: `python -m hubdata.intake.files.judge`.

It runs as a process of its own, with bounded memory and time, no further files and so no network, and an empty
environment: what a hostile file can reach is this process. It must import nothing of the hub.
"""

import encodings.cp437
import json
import sys
from typing import BinaryIO

from hubdata.intake.files import archive as files_archive
from hubdata.intake.files import workbook
from hubdata.intake.files.archive import Bad

REFUSED = 3
PRELOADED = encodings.cp437  # old zips name their files in it, and nothing can be imported once the limits hold


def _limit(memory: int, seconds: int) -> None:
    """Hold this process to its bounds; Windows has none of the kind."""
    try:
        import resource  # Windows has none
    except ImportError:
        return
    for name, most in (
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", 3),
    ):
        number = getattr(resource, name)
        hard = resource.getrlimit(number)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(number, (most, most))


def _say(form: str, raw: bytes, unpacked: int, out: BinaryIO) -> None:
    """Say what is in a file: one line of JSON, and after it the contents of a zip. Raises Bad."""
    if form == ".zip":
        archive, entries = files_archive.files(raw, unpacked)
        sizes = (entry.file_size for entry in entries)
        out.write(_line({"files": list(zip(files_archive.names(entries), sizes, strict=True))}))
        for entry in entries:
            out.writelines(files_archive.pieces(archive, entry))
    else:
        out.write(_line({"sheets": list(workbook.sheets(raw, form, unpacked))}))
    out.flush()


def _line(said: object) -> bytes:
    return json.dumps(said).encode() + b"\n"


def main() -> int:
    """Read, judge, say; what is refused is said on stderr."""
    form, limits = sys.argv[1], json.loads(sys.argv[2])
    raw = sys.stdin.buffer.read()
    _limit(limits["memory"], limits["seconds"])
    try:
        _say(form, raw, limits["unpacked"], sys.stdout.buffer)
    except Bad as bad:
        refused = bad.args
    except (MemoryError, RecursionError):
        refused = ("too-heavy", "it needs more memory than any return does; send CSV files")
    else:
        return 0
    sys.stderr.buffer.write(_line(refused))
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
