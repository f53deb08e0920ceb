"""The plain files of the dashboards in a real browser, opened from a folder: readable by everyone, asking nobody."""

import pytest

from hubdata.dashboards.catalogue import DASHBOARDS
from hubdata.dashboards.site import pages as site
from tests.support import dashboards


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("site")
    return site.write(place / "pages", dashboards.published(place)).folder


@pytest.mark.parametrize("name", ["index", *(each.name for each in DASHBOARDS)])
def test_a_plain_page_is_readable_by_everyone_and_asks_nobody(page, folder, violations, requests_made, name):
    page.goto((folder / f"{name}.html").as_uri())
    assert violations() == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for each in page.locator("details > summary").all():
        each.click()
    assert violations() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert [each for each in requests_made if not each.startswith(("file:", "data:"))] == []


def test_a_filter_is_a_link_that_the_keyboard_opens_and_follows(page, folder):
    page.goto((folder / "retention.html").as_uri())
    page.focus("nav[aria-label='Choose figures'] summary")
    page.keyboard.press("Enter")
    page.click("text=Corby >> visible=true")
    page.wait_for_url("**/retention-corby-2026-q3.html")
    page.click("nav >> text=Sharing")
    assert "sharing" in page.url and page.locator("h1").inner_text() == "Sharing"
