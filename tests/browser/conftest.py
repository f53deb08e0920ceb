"""A headless Chromium for the tests of pages; it must not reach anything beyond this machine."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support import chromium
from tests.support.lengths import WHOLE

PATIENCE = 90_000  # a page begins a kernel, and other tests are at work
# the way to all that is not this machine
NOWHERE = {"server": "http://127.0.0.1:9", "bypass": "127.0.0.1,localhost,*.localhost"}
LOOK = Path(__file__).with_name("look.js").read_text("utf-8")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the run; what needs it is skipped where there is none."""
    program = chromium.program()
    if program is None:
        pytest.skip(chromium.MISSING)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, proxy=NOWHERE)
        yield running
        running.close()


@pytest.fixture(scope="module")
def kept(browser: Browser) -> Iterator[BrowserContext]:
    """What a module's pages share: the scripts that the browser has read already, and nothing that a page left."""
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    context.set_default_navigation_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def requests_made() -> list[str]:
    """Every address that `page` asked for, refused ones included, in order."""
    return []


@pytest.fixture
def page(kept: BrowserContext, requests_made: list[str]) -> Iterator[Page]:
    """A new page that nobody is signed in on; requests that would leave this machine are noted and refused."""
    kept.clear_cookies()
    page = kept.new_page()
    page.on("request", lambda request: requests_made.append(request.url))
    yield page
    page.close()


def found_by_axe(page: Page) -> list[str]:
    """What axe finds wrong on a page, one line per element."""
    page.evaluate(Axe().axe_script)
    return page.evaluate(LOOK, [RULES, WHOLE])


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """A function that lists what axe finds wrong on a page, one line per element."""
    return found_by_axe


@pytest.fixture
def violations(page: Page) -> Callable[[], list[str]]:
    """As `axe`, of `page`."""
    return lambda: found_by_axe(page)
