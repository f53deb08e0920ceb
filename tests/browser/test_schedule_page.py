"""The page of scheduled runs in a browser: readable by everyone, links that lead somewhere, and it asks for nothing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page

from hubdata.schedule import said
from hubdata.schedule.calendar import end_of
from hubdata.schedule.state import DONE, Due, State, dues
from tests.support.scheduled import monthly

NOW = end_of(date(2026, 9, 30))


@pytest.fixture
def address(tmp_path: Path) -> str:
    """The page of a home where three months were made, one report failed, and one is late."""
    pack = monthly("retention", "outcomes", start="2026-05-01")
    quiet = monthly(name="yearly", start="2027-01-01")
    for number, due in enumerate(dues([pack], NOW)[:4]):
        _made(tmp_path, due, number)
    (tmp_path / "reports").mkdir(exist_ok=True)
    return said.write(tmp_path, (pack, quiet), NOW).as_uri()


def _made(home: Path, due: Due, number: int) -> None:
    state = State.read(home, due)
    folder = home / "reports" / "retention" / due.span.name / "abc"
    folder.mkdir(parents=True)
    (folder / "retention.html").write_text("<!doctype html><title>Retention</title>", "utf-8")
    at = due.moment.isoformat()
    state.done(
        "retention", {"run": "abc", "folder": str(folder.relative_to(home)), "findings": {"RT01": number}, "at": at}
    )
    if number < 3:
        state.reports["outcomes"] = {**state.reports["retention"], "status": DONE, "folder": "reports/gone"}
        state.save()
    else:
        state.failed("outcomes", "the outcomes notebook stopped at cell 3 (ValueError)", NOW)


def test_the_page_of_runs_is_readable_by_everyone(page: Page, violations: Callable[[], list[str]], address: str):
    page.goto(address)

    assert page.locator("h1").inner_text() == "Scheduled reports"
    assert page.locator("h2").count() == 2
    assert "Late: failed once" in page.locator("table").inner_text()
    assert "RT01 +1" in page.locator("table").inner_text()
    assert violations() == []


def test_the_page_of_runs_links_to_the_reports_that_are_there(page: Page, address: str):
    page.goto(address)

    assert page.locator("table a").count() == 4
    page.locator("table a").first.click()
    assert page.title() == "Retention"


def test_the_page_of_runs_asks_for_nothing_and_fits_a_telephone(page: Page, requests_made: list[str], address: str):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address)

    assert requests_made == [address]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
