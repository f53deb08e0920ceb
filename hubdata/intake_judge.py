"""`python -m hubdata.intake_judge FORM LIMITS`: reads one zip or workbook from stdin and says on stdout what is in it.

It runs as a process of its own, with bounded memory and time, no further files and so no network, and an empty
environment: what a hostile file can reach is this process. It must import nothing of the hub.
"""

import encodings.cp437
import json
import sys

from hubdata import intake_archive, intake_workbook
from hubdata.intake_archive import Bad

PRELOADED = encodings.cp437  # old zips name their files in it, and nothing can be imported once the limits hold


def _limit(memory: int, seconds: int) -> None:
    """Hold this process to its bounds; Windows has none of the kind."""
    try:
        import resource
    except ImportError:
        return
    for name, most in (("RLIMIT_AS", memory), ("RLIMIT_CPU", seconds), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0),
                       ("RLIMIT_NOFILE", 3)):  # fmt: skip
        number = getattr(resource, name)
        hard = resource.getrlimit(number)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(number, (most, most))


def _answer(form: str, raw: bytes, unpacked: int) -> tuple[dict, list[bytes]]:
    """What is said of a file, and the contents that go with it."""
    try:
        if form == ".zip":
            files = intake_archive.files(raw, unpacked)
            return {"files": [[name, len(content)] for name, content in files]}, [content for _, content in files]
        return {"sheets": list(intake_workbook.sheets(raw, form, unpacked))}, []
    except Bad as bad:
        return {"refused": bad.args}, []
    except (MemoryError, RecursionError):
        return {"refused": ["too-heavy", "it needs more memory than any return does; send CSV files"]}, []


def main() -> None:
    """Read, judge, say."""
    form, limits = sys.argv[1], json.loads(sys.argv[2])
    raw = sys.stdin.buffer.read()
    _limit(limits["memory"], limits["seconds"])
    said, contents = _answer(form, raw, limits["unpacked"])
    out = sys.stdout.buffer
    out.write(json.dumps(said, ensure_ascii=True).encode() + b"\n")
    for content in contents:
        out.write(content)
    out.flush()


if __name__ == "__main__":
    main()
