"""The report pages in a real browser: nothing for axe to find, nothing asked of anybody, all of it printed."""

import re

import pytest

from hubdata.records.snapshot import take as snapshots
from hubdata.reports import run as reports
from tests.support import hubs, scheduled

NARROW = {"width": 320, "height": 640}  # WCAG 1.4.10: 1280 pixels at 400 per cent


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    hub = hubs.filled(tmp_path_factory.mktemp("pages") / "hub", families=60)
    orders = [reports.order(report) for report in reports.REPORTS]
    with scheduled.forks() as server:
        runs = [run for _, run in reports.finished(hub, orders, snapshots.take(hub), server=server)]
    made = {run.report: run.folder / f"{run.report}.html" for run in runs}
    hub.engine.dispose()
    return made


every_page = pytest.mark.parametrize("report", list(reports.REPORTS))


@every_page
def test_a_page_has_no_accessibility_violation(pages, page, violations, report):
    page.goto(pages[report].as_uri())

    assert violations() == []


@every_page
def test_a_page_asks_for_nothing_but_itself(pages, page, requests_made, report):
    page.goto(pages[report].as_uri(), wait_until="networkidle")

    assert requests_made == [pages[report].as_uri()]


@every_page
def test_a_page_has_no_script_and_one_heading_above_all(pages, page, report):
    page.goto(pages[report].as_uri())

    assert page.locator("script").count() == 0
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "en-GB"
    assert page.title().startswith(reports.REPORTS[report].title)


@every_page
def test_every_table_has_a_caption_and_every_chart_a_name(pages, page, report):
    page.goto(pages[report].as_uri())

    assert page.locator("table").count() == page.locator("table > caption").count() > 5
    assert page.locator("svg").count() == page.locator("svg[role=img][aria-label]").count() > 0


@every_page
def test_a_page_fits_a_narrow_window(pages, page, violations, report):
    page.set_viewport_size(NARROW)
    page.goto(pages[report].as_uri())

    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert violations() == []


@every_page
def test_the_whole_page_is_printed(pages, page, report):
    page.goto(pages[report].as_uri())

    printed = page.pdf(format="A4")
    assert len(re.findall(rb"/Type /Page\b", printed)) > 2


def test_the_first_key_press_offers_to_skip_to_the_content(pages, page):
    page.goto(pages["retention"].as_uri())

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")
