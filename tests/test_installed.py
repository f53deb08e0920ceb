"""The wheel holds all that runs: outside the checkout it makes a hub, its reports and everything that is served.

The environment is new; the other packages are lent to it from the one that runs the tests, so that nothing is fetched.
"""

import os
import re
import signal
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from tests.support import dashboards
from tests.support.lengths import length
from tests.support.serving import Visitor

ROOT = Path(__file__).parents[1]
LARGEST = 2_000_000
ADDRESS = re.compile(r"http://([\w.-]+:(\d+))(/\S*)")
WHERE = "from hubdata import places; print(places.PACKAGE, places.NOTEBOOKS, places.DASHBOARDS, places.params())"


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it, and a folder to be in that is no checkout."""

    prefix: Path
    outside: Path

    @property
    def program(self) -> Path:
        return self.prefix / "bin" / "hubdata"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "HUBDATA"))}
        return kept | {"BROWSER": "true"}

    def run(self, *words: str | Path) -> subprocess.CompletedProcess:
        return subprocess.run(words, cwd=self.outside, env=self.environment, capture_output=True, text=True)

    @contextmanager
    def serving(self, *words: str) -> Iterator[tuple[Visitor, str]]:
        """A command that serves, until it is interrupted: who was told its address, and what they ask first."""
        running = subprocess.Popen(
            [self.program, *words, "--no-browser", "--port", "0"],
            cwd=self.outside,
            env=self.environment,
            text=True,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            said = iter(running.stderr.readline, "")
            found = next(filter(None, (ADDRESS.search(line) for line in said)), None)
            assert found, f"{words} ended and named no address"
            yield Visitor(int(found[2]), {"Host": found[1]}), found[3]
        finally:
            os.killpg(running.pid, signal.SIGINT)
            running.communicate(timeout=30)


def _build(folder: Path) -> Path:
    uv = [
        sys.executable,
        "-m",
        "uv",
        "build",
        "--quiet",
        "--offline",
        "--no-build-isolation",
        "--python",
        sys.executable,
    ]
    subprocess.run([*uv, "--wheel", "--out-dir", folder, ROOT], check=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, as it is built to be installed."""
    return _build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A new environment that has the wheel, and all other packages and their files lent."""
    place = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place / "own"], check=True)
    python = place / "own" / "bin" / "python"
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--compile-bytecode"]
    subprocess.run([*uv, "--python", python, wheel], check=True)
    (packages,) = (place / "own" / "lib").glob("python*/site-packages")
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    _lend(Path(sys.prefix, "share", "jupyter"), place / "own" / "share" / "jupyter")
    (place / "outside").mkdir()
    return Installed(place / "own", place / "outside")


def _lend(theirs: Path, own: Path) -> None:
    """What other packages put beside the package: everything that is not there yet."""
    own.mkdir(parents=True, exist_ok=True)
    for each in theirs.iterdir():
        if not (own / each.name).exists():
            (own / each.name).symlink_to(each)
        elif each.is_dir() and not (own / each.name).is_symlink():
            _lend(each, own / each.name)


def test_the_same_checkout_gives_the_same_wheel_and_a_small_one(wheel: Path, tmp_path: Path):
    again = _build(tmp_path)

    assert sha256(again.read_bytes()).digest() == sha256(wheel.read_bytes()).digest()
    assert wheel.stat().st_size <= LARGEST


def test_the_wheel_has_everything_that_stands_in_the_checkout_and_no_more(wheel: Path):
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True).stdout.split("\0")
    if listed == [""]:
        pytest.skip("there is no git that says which files travel")
    beside = ("notebooks/", "dashboards/", "params/")
    there = {name for name in listed if name.startswith("hubdata/") and (ROOT / name).is_file()}
    there |= {f"hubdata/shipped/{name}" for name in listed if name.startswith(beside) and (ROOT / name).is_file()}

    packed = {name for name in zipfile.ZipFile(wheel).namelist() if not re.match(r"hubdata-[\d.]+\.d", name)}

    assert there - packed == set()
    assert not [name for name in packed if not name.startswith("hubdata/")]


def test_an_installed_hubdata_finds_its_own_files_and_makes_a_hub_and_its_reports(installed: Installed):
    told = installed.run(installed.prefix / "bin" / "python", "-c", WHERE)
    assert told.returncode == 0, told.stderr
    assert all(Path(each).is_relative_to(installed.prefix) for each in told.stdout.split()), told.stdout

    made = installed.run(installed.program, "demo", "--families", "20")

    assert made.returncode == 0, made.stdout + made.stderr
    assert (installed.outside / "hub" / "hub.db").is_file()
    pages = [path.stem for path in (installed.outside / "hub" / "reports").rglob("*.html")]
    assert {"promises", "retention", "sharing_audit", "outcomes", "data_rights", "quality"} <= {*pages}


# each takes ten seconds and more; all three are started from a checkout by tests of their own rooms
@pytest.mark.parametrize("words", length(["desk"], ["desk", "lab", "dashboards"]))
def test_an_installed_hubdata_serves(installed: Installed, words: str, tmp_path: Path):
    if words == "dashboards":
        dashboards.published(tmp_path)
    else:
        assert installed.run(installed.program, "init", "--home", str(tmp_path / "hub")).returncode == 0

    with installed.serving(words, "--home", str(tmp_path / "hub")) as (visitor, first):
        answer = visitor.ask(first)
        page = {"desk": "holds", "dashboards": "overview"}.get(words)
        shown = visitor.open(page)[0] if page else ""

    assert answer.status in (200, 302), answer.text
    assert not page or ("<h1" in shown and "there is a problem" not in shown)
