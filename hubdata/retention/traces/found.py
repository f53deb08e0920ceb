"""What a byte scan found, in counts and file names; never a mark itself."""

from dataclasses import dataclass
from dataclasses import replace as replaced

LEAST = 4  # bytes: three or fewer occur by chance in any file, and are proved gone by rows


@dataclass(frozen=True)
class Scan:
    """What was looked at, what was found, and what could not be looked at: then rows prove it, bytes do not."""

    files: int = 0
    bytes: int = 0
    marks_sought: int = 0
    marks_too_short: int = 0
    found: tuple[str, ...] = ()
    not_scanned: tuple[str, ...] = ()


def joined(*scans: Scan) -> Scan:
    """Several scans as one; the first says which marks were sought."""
    return replaced(
        scans[0],
        files=sum(one.files for one in scans),
        bytes=sum(one.bytes for one in scans),
        found=tuple(said for one in scans for said in one.found),
        not_scanned=tuple(said for one in scans for said in one.not_scanned),
    )
