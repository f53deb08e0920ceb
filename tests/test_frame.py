"""The frame holds together: one list of dependencies, hashed pins, thin make targets, files that travel."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
DEPENDENCIES = [Requirement(text) for some in (PROJECT["project"]["dependencies"], *EXTRAS.values()) for text in some]
CARD = {"jupyterlab", "voila", "ipywidgets", "pandas", "sqlalchemy", "papermill", "nbval"}
LOCKS = ("requirements.lock", "tests/support/postgresql.lock")
BUILT = {
    ".venv",
    ".git",
    "hub",
    "__pycache__",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    "build",
    "dist",
}


def _pins(lock: str) -> dict[str, list[str]]:
    """The versions of each package in a lock, and with each its hashes, as one block of text."""
    blocks = re.split(r"^(?=[a-z0-9])", (ROOT / lock).read_text("utf-8"), flags=re.MULTILINE)
    pins = {}
    for block in filter(str.strip, blocks):
        name, _, rest = block.partition("==")
        pins.setdefault(name, []).append(rest)
    return pins


def _files() -> list[Path]:
    """The files that travel: those that git tracks, or all but what is built where there is no git."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0 and listed.stdout:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not BUILT & set(path.relative_to(ROOT).parts)]
    return [path for path in found if path.is_file()]


def _texts() -> dict[str, str]:
    return {str(p.relative_to(ROOT)): p.read_text("utf-8", errors="ignore") for p in _files()}


def test_conda_gets_the_versions_of_pyproject():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    packages = {entry for entry in listed["dependencies"] if isinstance(entry, str)} - {"pip"}
    conda = {Requirement(entry).name: Requirement(entry).specifier for entry in packages}
    assert conda.pop("python") == PROJECT["project"]["requires-python"]
    assert conda == {each.name: each.specifier for each in DEPENDENCIES if each.name in CARD}
    assert conda.keys() == CARD


def test_conda_gets_the_package_and_so_the_rest_by_pip():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    assert listed["channels"] == ["conda-forge", "nodefaults"]
    assert listed["dependencies"][-1] == {"pip": [f"--editable .[{','.join(EXTRAS)}]"]}


def test_the_lock_satisfies_every_dependency():
    pins = _pins("requirements.lock")
    wanted = DEPENDENCIES + [Requirement(text) for text in PROJECT["dependency-groups"]["dev"]]
    for each in wanted:
        versions = [rest.split()[0] for rest in pins[canonicalize_name(each.name)]]
        assert all(each.specifier.contains(pin) for pin in versions), f"{each} is locked at {versions}: make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_hash(lock: str):
    bare = [name for name, blocks in _pins(lock).items() for block in blocks if "--hash=sha256:" not in block]
    assert not bare


def test_no_list_of_packages_names_an_address():
    lists = [*LOCKS, "environment.yml", "pyproject.toml", ".pre-commit-config.yaml"]
    named = [name for name in lists if re.search(r"://|index-url|find-links|\bfile:", _texts()[name])]
    assert not named


def test_no_file_names_a_registry():
    registry = re.compile(r"--(?:extra-)?index-url|pythonhosted[.]org|pypi[.]org/simple")
    assert not [name for name, text in _texts().items() if registry.search(text)]


def test_no_file_names_a_place_on_somebodys_machine():
    private = re.compile(r"(?<![\w.:/-])/(?:root|work|Users/\w+|home/\w+|tmp/\w+)/" + "|" + re.escape(f"{ROOT}/"))
    named = {name: found[0] for name, text in _texts().items() if (found := private.search(text))}
    assert not named


@pytest.mark.parametrize("target", ["demo", "test", "lab", "bench", "lock"])
def test_a_make_target_exists_and_help_names_it(target: str):
    text = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(rf"^{target}: \$\(READY\)$", text, re.MULTILINE)
    assert f"make {target}" in text.split("help:")[1]


def test_the_build_server_runs_what_everybody_runs():
    assert (ROOT / ".ci/run").stat().st_mode & 0o100
    assert (ROOT / ".ci/run").read_text("utf-8").rstrip().endswith("\nmake test")


@pytest.mark.parametrize(
    "asked",
    [["check", "--output-format=concise"], ["format", "--check", "--output-format=concise"]],
    ids=["lint", "format"],
)
def test_ruff_has_nothing_to_say(asked: list[str]):
    done = subprocess.run([sys.executable, "-m", "ruff", *asked, "."], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_changelog_speaks_about_this_version():
    assert f"\n## {PROJECT['project']['version']} " in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_what_contributing_and_the_decisions_name_is_there():
    pages = [ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/decisions/*.md")]
    told = "\n".join(page.read_text("utf-8") for page in pages)
    paths = re.findall(r"`((?:benchmarks|docs|hubdata|notebooks|params|tests)/[^`\s]+)`", told)
    tests = "\n".join(text for name, text in _texts().items() if name.startswith("tests/"))

    missing = {each for each in paths if not list(ROOT.glob(re.sub("FAMILY|NAME", "*", each)))}
    missing |= {name for name in re.findall(r"`(test_\w+)`", told) if f"def {name}(" not in tests}
    assert not missing
