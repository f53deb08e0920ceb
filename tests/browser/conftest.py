"""A headless Chromium for the tests of pages; it must not reach anything beyond this machine."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.support import chromium

HERE = re.compile(r"(file|data|blob|about):|https?://(127\.0\.0\.1|localhost)[:/]")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the run; what needs it is skipped where there is none."""
    program = chromium.program()
    if program is None:
        pytest.skip(chromium.MISSING)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program)
        yield running
        running.close()


@pytest.fixture
def requests_made() -> list[str]:
    """Every address that `page` asked for, refused ones included, in order."""
    return []


@pytest.fixture
def page(browser: Browser, requests_made: list[str]) -> Iterator[Page]:
    """A new page without history; requests that would leave this machine are noted and refused."""

    def judge(route: Route) -> None:
        requests_made.append(route.request.url)
        if HERE.match(route.request.url):
            route.continue_()
        else:
            route.abort()

    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    context.route("**/*", judge)
    yield context.new_page()
    context.close()


@pytest.fixture
def violations(page: Page) -> Callable[[], list[str]]:
    """A function that lists what axe finds wrong on `page`, one line per element."""

    def look() -> list[str]:
        options = {"runOnly": {"type": "tag", "values": list(RULES)}}
        found = Axe().run(page, options=options).response["violations"]
        return [f"{rule['id']}: {rule['help']}: {node['html']}" for rule in found for node in rule["nodes"]]

    return look
