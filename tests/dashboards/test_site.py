"""The dashboards as plain files: the same words as the live pages, nothing but links, whole or not at all."""

import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest

from hubdata.dashboards.catalogue import DASHBOARDS, dashboard
from hubdata.dashboards.page import content
from hubdata.dashboards.releases import releases
from hubdata.dashboards.site import pages as site
from hubdata.errors import HubError, Refused
from tests.support import dashboards


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    return dashboards.published(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def written(released, tmp_path_factory):
    """A site in a folder of its own."""
    return site.write(tmp_path_factory.mktemp("pages") / "site", released).folder


def words(markup: str) -> str:
    """What a reader sees."""
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", markup).split()))


def files(folder) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "question", "file"),
    [
        *((page.name, "", f"{page.name}.html") for page in DASHBOARDS),
        ("retention", "hub=corby&quarter=2026-Q2", "retention-corby-2026-q2.html"),
        ("outcomes", "hub=east_northants", "outcomes-east-northants-2026-q3.html"),
    ],
)
def test_a_plain_page_says_what_the_live_page_says_and_offers_the_same_choices(written, released, name, question, file):
    found = releases(released)
    live = content(dashboard(name), question, found, found[0].quarter.last)
    still = (written / file).read_text("utf-8")

    form, figures = live.split('<div class="shown"')
    options = re.findall(r"<option[^>]*>([^<]*)", form)
    own = re.findall(
        r"<li><a[^>]*>([^<]*)", still[still.index("Choose figures") :][: still.index('<div class="shown"')]
    )
    assert words(figures) == words(still.split('<div class="shown"')[1].split("</main>")[0])
    assert own == options
    assert f"<h1>{dashboard(name).title}</h1>" in still


class _Links(HTMLParser):
    """Every address on a page, and every element that could do something."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []
        self.acting: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("href", "src", "action")]
        named = [name for name, _ in attrs if name.startswith("on")]
        self.acting += [tag] * (tag in ("script", "iframe", "form", "object")) + named


def test_every_link_is_relative_and_leads_to_a_file_and_no_page_needs_a_script(written):
    there = files(written)
    for name in [name for name in there if name.endswith(".html")]:
        parser = _Links()
        parser.feed(there[name].decode())
        assert parser.acting == []
        for link in parser.found:
            assert link.startswith(("#", "data:,")) or link in there, f"{name}: {link}"


def test_every_file_beside_the_pages_says_how_its_figures_are_protected(written):
    kept = {name: content for name, content in files(written).items() if name.startswith(site.FILES)}

    assert {name.rpartition(".")[2] for name in kept} == {"csv", "svg", "xlsx"}
    for name, own in kept.items():
        if name.endswith((".csv", ".svg")):
            said = own.decode("utf-8-sig")
            assert "we hide 1 to 5" in said or "we hide 1 to 5" in words(said), name  # a picture's lines are wrapped


def test_the_same_releases_give_the_same_bytes_over_what_was_there(written, released):
    before = files(written)
    site.write(written, released)

    assert files(written) == before
    assert not [path for path in written.parent.iterdir() if path != written]


def test_a_folder_that_holds_something_else_is_refused_and_left_as_it_is(released, tmp_path):
    (tmp_path / "budget.xlsx").write_text("ours")

    with pytest.raises(Refused, match="holds something else"):
        site.write(tmp_path, released)
    assert files(tmp_path) == {"budget.xlsx": b"ours"}


def test_a_file_that_somebody_laid_beside_the_pages_is_not_lost(written, released):
    (written / "notes.txt").write_text("mine")
    try:
        with pytest.raises(Refused, match=r"notes\.txt"):
            site.write(written, released)
        assert (written / "notes.txt").read_text() == "mine"
    finally:
        (written / "notes.txt").unlink()


def test_a_site_that_cannot_be_written_leaves_the_old_one(written, released, monkeypatch):
    before, rename = files(written), site.Path.rename

    def broken(self, target):
        if self.name == "site" and self.parent.name.startswith("."):
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(site.Path, "rename", broken)
    with pytest.raises(HubError, match="as it was"):
        site.write(written, released)
    assert files(written) == before
    assert not [path for path in written.parent.iterdir() if path != written]


def test_a_folder_in_the_hubs_own_home_is_refused(tmp_path):
    with pytest.raises(Refused, match="outside it"):
        site.refuse_others(tmp_path / "hub" / "site", tmp_path / "hub")


def test_where_nothing_is_published_no_site_is_written(tmp_path):
    with pytest.raises(Refused, match="nothing has been published"):
        site.write(tmp_path / "site", tmp_path / "none")
    assert not (tmp_path / "site").exists()


def test_the_list_of_a_sites_files_is_beside_them(written):
    listed = json.loads((written / site.LISTED).read_text("utf-8"))

    assert set(listed["files"]) | {site.LISTED} == set(files(written))
    assert set(listed["releases"]) == {"2026-Q2", "2026-Q3"}


@pytest.mark.parametrize("code", ["Con/../x", "A b", "é", "<script>"])
def test_a_code_becomes_a_name_that_every_system_takes_and_no_other_code_has(code):
    assert re.fullmatch(r"[a-z0-9-]+", site.plain(code))
    assert site.plain(code) != site.plain(code.lower() + "x")
    assert site.plain("east_northants") == "east-northants" and site.plain("BEN") == "ben"
