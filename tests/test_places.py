"""A command that needs what an extra brings says in one sentence what to install; every other command works without."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from typer.testing import CliRunner

from hubdata import places
from hubdata.desk.main import app
from hubdata.errors import HubError
from hubdata.records.store import Hub
from hubdata.schedule.fleet import run as fleet

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = {name: [Requirement(each).name for each in some] for name, some in PROJECT["optional-dependencies"].items()}


def test_each_extra_brings_the_package_that_is_looked_for():
    assert all(package in EXTRAS[extra] for package, extra in places.BRINGS.items())
    assert {*places.BRINGS.values()} == EXTRAS.keys()


@pytest.mark.parametrize(
    ("package", "words"),
    [
        ("jupyterlab", ["lab", "--no-browser"]),
        ("splink", ["duplicates", "list"]),
        ("psycopg", ["findings", "--url", "postgresql://somebody@localhost/hub"]),
        ("reportlab", ["publish", "--site", "nowhere", "--slides"]),
    ],
    ids=lambda given: given if isinstance(given, str) else None,
)
def test_a_command_whose_extra_is_missing_says_what_to_install(
    sqlite_hub: Hub, monkeypatch: pytest.MonkeyPatch, package: str, words: list[str]
):
    monkeypatch.setitem(sys.modules, package, None)  # as where it is not installed

    found = CliRunner().invoke(app, [*words, "--home", str(sqlite_hub.home)])

    assert found.exit_code == 1
    assert re.search(rf"needs {package}, .* its extra \[{places.BRINGS[package]}\]", found.stderr), found.stderr
    assert len(found.stderr.strip().splitlines()) == 1


def test_a_fleet_on_dask_says_so_before_any_hub_is_asked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(HubError, match=r"needs distributed, .* its extra \[fleet\]"):
        next(fleet.run_on_dask([], ((), None, None), False, "tcp://127.0.0.1:1"))


def test_a_hub_is_served_without_any_of_them(sqlite_hub: Hub, monkeypatch: pytest.MonkeyPatch):
    for package in places.BRINGS:
        monkeypatch.setitem(sys.modules, package, None)

    found = CliRunner().invoke(app, ["findings", "--json", "--home", str(sqlite_hub.home)])

    assert (found.exit_code, found.stdout.strip()) == (0, "[]")
