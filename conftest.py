"""What every pytest run needs: where to write, the notebooks' demo hub, and what was not tested."""

import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from tests.support import council, room

HOW = {
    "PostgreSQL": "install version 15 or newer (Debian: apt-get install postgresql) and run make test again",
    "Chromium": "install Chromium (Debian: apt-get install chromium; elsewhere: "
    ".venv/bin/playwright install chromium) and run make test again",
}
# as hubdata.desk.main does, for the same 2.5 s of processor in every worker
sys.modules.setdefault("rfc3987_syntax", ModuleType("rfc3987_syntax"))
BEGAN = time.monotonic()
HUB = pytest.StashKey[tempfile.TemporaryDirectory]()


def _demo_hub(config: pytest.Config) -> str:
    """The home of a made-up hub, as `hubdata demo` makes it; made once in a run that has notebooks."""
    if HUB not in config.stash:
        # a run without notebooks needs no hub, and what fills it takes a second to import
        from tests.support import hubs

        config.stash[HUB] = tempfile.TemporaryDirectory(prefix="hubdata-notebooks-", dir=room.memory())
        hubs.filled(Path(config.stash[HUB].name) / "hub", families=400).engine.dispose()
    return str(Path(config.stash[HUB].name) / "hub")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item):
    """Give a notebook's kernel, which starts here, the demo hub and no other."""
    if item.path.suffix != ".ipynb":
        return (yield)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBDATA_HOME", _demo_hub(item.config))
        council.shipped(patch)  # the demo hub has decided its own facts
        patch.delenv("HUBDATA_URL", raising=False)
        return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Let temporary folders be in memory, make the folder that the run's workers share, and their council."""
    if hasattr(config, "workerinput"):
        return
    if room.memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(room.memory()))
    room.shared()
    council.settle()


def pytest_xdist_auto_num_workers() -> int:
    """One more worker than there are processors: a fifth of the tests' time they wait, for programs, disks and days."""
    return (os.cpu_count() or 1) + 1


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the demo hub, and say last how long a run of several workers took."""
    if HUB in config.stash:
        config.stash[HUB].cleanup()
    workers = None if hasattr(config, "workerinput") else config.getoption("numprocesses", None)
    if workers:
        minutes, seconds = divmod(round(time.monotonic() - BEGAN), 60)
        print(f"{minutes} minutes {seconds} seconds, with {workers} workers on {os.cpu_count()} processors.")


def _reason(report: pytest.TestReport) -> str:
    return report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else "no reason"


def _headings(reports: list) -> str:
    """The notice's headings among these tests, as their files under tests/notice/ name them."""
    files = {Path(report.nodeid.split("::")[0]) for report in reports}
    words = sorted(path.stem.removeprefix("test_").replace("_", " ") for path in files if path.parent.name == "notice")
    return f", among them the promises about {'; '.join(words)}" if words else ""


def pytest_terminal_summary(terminalreporter) -> None:
    """Say in words what was not tested, and how to get it tested."""
    skipped = terminalreporter.stats.get("skipped", [])
    for reason, count in Counter(map(_reason, skipped)).items():
        what, _, why = reason.partition(": ")
        untested = _headings([report for report in skipped if _reason(report) == reason])
        tests = "1 test" if count == 1 else f"{count} tests"
        if what in HOW:
            terminalreporter.line(f"Not tested: {tests} on {what}{untested}, because {why}.")
            terminalreporter.line(f"To test them: {HOW[what]}.")
        else:
            terminalreporter.line(f"Not tested: {tests}{untested}: {reason}.")
