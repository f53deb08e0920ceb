"""The program itself: its version and what it stands on, this machine's clock, which decisions nobody confirmed."""

import platform
import re
import sys
from collections.abc import Iterator
from datetime import date
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

from hubdata import moments, policy
from hubdata.dates import words
from hubdata.errors import HubError
from hubdata.records.doctor.fact import NO, PERHAPS, YES, Fact


def versions() -> list[Fact]:
    """Which hubdata and which Python, and whether everything that it needs is installed."""
    try:
        ours = metadata.version("hubdata")
        missing = sorted(name for name in _needed() if not _installed(name))
    except metadata.PackageNotFoundError:
        said = "hubdata is not installed, only lying here: what it needs cannot be told"
        return [Fact("versions", said, PERHAPS, "install it (README.md), so that its parts are those that were tested")]
    here = f"hubdata {ours} on Python {platform.python_version()}, {platform.system() or sys.platform}"
    if missing:
        return [Fact("versions", f"{here}: not installed are {', '.join(missing)}", YES, "install hubdata again")]
    return [Fact("versions", here)]


def _needed() -> Iterator[str]:
    """The packages that hubdata always needs here: none of an extra's, none of another system's."""
    for line in metadata.requires("hubdata") or []:
        name, _, marker = line.partition(";")
        other = "win32" in marker and sys.platform != "win32"
        if "extra" not in marker and not other:
            yield re.split(r"[\s<>=!~\[(]", name.strip(), maxsplit=1)[0]


def _installed(name: str) -> bool:
    try:
        return bool(metadata.version(name))
    except metadata.PackageNotFoundError:
        return False


def decisions(home: Path | None = None) -> list[Fact]:
    """The values that people decide: are they readable, and which has nobody of the hub of this home confirmed."""
    try:
        decided = policy.of(home)
    except (HubError, OSError) as error:
        problems = getattr(error, "problems", None) or [str(error)]
        said = f"the values that people decide cannot be read: {'; '.join(map(str, problems[:3]))}"
        return [Fact("decisions", said, YES, "put the file right; HUBDATA_PARAMS names the folder")]
    in_force = decided.in_force(moments.today())
    open_ = [entry.name for entry in in_force if entry.unconfirmed]
    if open_:
        some = ", ".join(open_[:3]) + (", …" if len(open_) > 3 else "")
        said = f"{len(open_):,} of {len(in_force):,} values rest on an assumption that no officer has confirmed: {some}"
        return [
            Fact("decisions", said, PERHAPS, "docs/law.md lists them; confirm each with the data protection officer")
        ]
    return [Fact("decisions", f"every one of {len(in_force):,} values is confirmed or given by law")]


def clock() -> list[Fact]:
    """What the clock says, and whether that can be: the product's own values were checked on a day that has been."""
    try:
        today, latest = moments.today(), _checked()
    except ZoneInfoNotFoundError:
        said = "this machine does not know England's time"
        return [Fact("clock", said, YES, "install the package tzdata")]
    said = f"this machine's clock says that it is {words(today)} in England"
    if latest and today < latest:
        return [Fact("clock", f"{said}, which is before this hubdata was made", YES, "set the clock right")]
    return [Fact("clock", said, NO)]


def _checked() -> date | None:
    """The newest day on which a shipped value was checked."""
    try:
        decided = policy.load()
    except (HubError, OSError):
        return None
    return max((entry.last_checked for name in decided.names() for entry in decided.history(name)), default=None)
