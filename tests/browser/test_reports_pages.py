"""The report pages in a real browser: nothing for axe to find, nothing asked of anybody, all of it printed."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

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


@dataclass(frozen=True)
class Shown:
    """A report's page as a browser shows it, what it is of, and every address that was asked for."""

    report: str
    file: Path
    page: Page
    asked: list[str]


@pytest.fixture(scope="module", params=list(reports.REPORTS))
def shown(pages, kept, request):
    """A report's page, opened once and looked at by test after test."""
    file, asked = pages[request.param], []
    page = kept.new_page()
    page.on("request", lambda made: asked.append(made.url))
    page.goto(file.as_uri(), wait_until="networkidle")
    yield Shown(request.param, file, page, asked)
    page.close()


def test_a_page_has_no_accessibility_violation_with_all_its_lists_open(shown, axe):
    shown.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert axe(shown.page) == []
    shown.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = false })")


def test_a_page_asks_for_nothing_but_itself(shown):
    assert shown.asked == [shown.file.as_uri()]


def test_a_page_has_no_script_and_one_heading_above_all(shown):
    assert shown.page.locator("script").count() == 0
    assert shown.page.locator("h1").count() == 1
    assert shown.page.locator("html").get_attribute("lang") == "en-GB"
    assert shown.page.title().startswith(reports.REPORTS[shown.report].title)


def test_every_table_has_a_caption_and_every_chart_a_name(shown):
    page = shown.page
    assert page.locator("table").count() == page.locator("table > caption").count() > 5
    assert page.locator("svg").count() == page.locator("svg[role=img][aria-label]").count() > 0


def test_the_whole_page_is_printed_what_is_folded_too(shown):
    page = shown.page
    page.emulate_media(media="print")
    heights = page.evaluate("[...document.querySelectorAll('details table')].map(each => each.offsetHeight)")
    assert heights and min(heights) > 0

    printed = page.pdf(format="A4")
    page.emulate_media(media="screen")
    assert len(re.findall(rb"/Type /Page\b", printed)) > 2


def test_a_page_fits_a_narrow_window(shown, axe):
    shown.page.set_viewport_size(NARROW)

    assert shown.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert axe(shown.page) == []


def test_the_first_key_press_offers_to_skip_to_the_content(pages, page):
    page.goto(pages["retention"].as_uri())

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")
