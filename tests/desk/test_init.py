"""A hub of one's own begins in a new folder, with a blank return and what comes next; it mixes with nothing there."""

import stat

import pytest
from typer.testing import CliRunner

from hubdata.desk import main


def run(*words: object):
    return CliRunner().invoke(main.app, [str(word) for word in words])


def test_a_new_hub_says_what_comes_next_and_its_blank_return_is_taken(tmp_path):
    made = run("init", tmp_path / "ours")

    tried = run("intake", tmp_path / "ours" / "return-template.xlsx", "--partner", "NNC", "--home", tmp_path / "ours")

    assert made.exit_code == 0 and "Next:" in made.output and "hubdata decisions list" in made.output
    assert tried.exit_code == 3 and "partner 'NNC' is not an organisation of the hub" in tried.output
    kept = [path for path in (tmp_path / "ours").rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert kept == [] and (tmp_path / "ours" / "decisions").is_dir()


@pytest.mark.parametrize("there", ["a hub", "a file in it", "a file"])
def test_a_folder_that_is_something_else_already_is_left_as_it_is(tmp_path, there):
    place = tmp_path / "ours"
    if there == "a hub":
        run("init", place)
    elif there == "a file":
        place.write_text("mine", "utf-8")
    else:
        place.mkdir()
        (place / "mine.txt").write_text("mine", "utf-8")
    before = {path: path.read_bytes() for path in [place, *place.rglob("*")] if path.is_file()}

    refused = run("init", place)

    assert refused.exit_code == 2 and ("is a hub already" in refused.output or "is not empty" in refused.output)
    assert {path: path.read_bytes() for path in [place, *place.rglob("*")] if path.is_file()} == before


def test_a_home_is_named_once(tmp_path):
    assert run("init", tmp_path / "one", "--home", tmp_path / "two").exit_code == 2
    assert run("init", tmp_path / "one", "--home", tmp_path / "one").exit_code == 0
