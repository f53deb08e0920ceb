"""The two assurance pages in a real browser: nothing for axe to find, nothing asked of anybody, narrow windows too."""

from datetime import date

import pytest

from hubdata.reports import assurance
from tests.support import hubs

NARROW = {"width": 320, "height": 640}  # WCAG 1.4.10: 1280 pixels at 400 per cent


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    hub = hubs.filled(tmp_path_factory.mktemp("assurance") / "hub", families=60)
    yield assurance.make(hub, date(2026, 9, 30)).folder
    hub.engine.dispose()


@pytest.mark.parametrize("name", ["record-of-processing", "partners-and-notices"])
def test_an_assurance_page_is_accessible_whole_and_asks_for_nothing(folder, page, violations, requests_made, name):
    address = (folder / f"{name}.html").as_uri()
    page.goto(address, wait_until="networkidle")

    assert violations() == []
    assert requests_made == [address]
    assert page.locator("h1").count() == 1
    assert page.locator("table").count() == page.locator("table > caption").count() > 5
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert violations() == []
