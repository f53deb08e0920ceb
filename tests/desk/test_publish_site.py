"""`hubdata publish --site FOLDER`: the pages as plain files beside a release, in one command, whole or not."""

import json

import pytest
from typer.testing import CliRunner

from hubdata.desk.main import app
from tests.support import dashboards


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The home of a hub with two releases."""
    return dashboards.published(tmp_path_factory.mktemp("home")).parent


def said(home, *words: str):
    return CliRunner().invoke(app, ["publish", "--home", str(home), "--quarter", "2026-Q3", *words])


def test_a_site_with_slides_is_written_beside_the_release_and_said(home, tmp_path):
    found = said(home, "--site", str(tmp_path / "site"), "--slides", "--json")

    answer = json.loads(found.stdout)
    assert found.exit_code == 0 and answer["status"] == "frozen" and answer["site"] == str(tmp_path / "site")
    files = {path.name for path in (tmp_path / "site" / "files").iterdir()}
    assert (tmp_path / "site" / "index.html").exists() and "family-hub-brief-2026-q3.pdf" in files
    assert {name.rpartition(".")[2] for name in files} == {"csv", "svg", "png", "pdf", "xlsx"}
    assert 'href="files/family-hub-brief-2026-q3.pdf"' in (tmp_path / "site" / "overview.html").read_text("utf-8")


@pytest.mark.parametrize("inside", [True, False], ids=["in the home", "beside a file"])
def test_a_folder_that_may_not_be_used_is_refused_before_anything_is_published(home, tmp_path, inside):
    folder = home / "site" if inside else tmp_path
    (tmp_path / "minutes.txt").write_text("ours")

    found = said(home, "--site", str(folder))

    assert found.exit_code == 3 and "was published" not in found.stdout
    assert not (home / "site").exists() and [path.name for path in tmp_path.iterdir()] == ["minutes.txt"]


def test_slides_without_a_site_are_wrong_use(home):
    assert said(home, "--slides").exit_code == 2
