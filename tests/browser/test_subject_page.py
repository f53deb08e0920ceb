"""A person's copy in a browser: readable by everyone, asking for nothing, whole on paper, and hostile names inert."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from hubdata.moments import By
from hubdata.records.store import Hub
from hubdata.rights.copy import decide as copy_decide
from tests.rights.test_copy import TODAY, ask, decide, filled, items, make

HOSTILE = "<img src=x onerror=alert(1)><script>document.title='x'</script>\u202eevil\u2066" + "w" * 2000


@pytest.fixture
def addresses(sqlite_hub: Hub) -> tuple[str, str]:
    """The page of a copy, and the officer's list, of people with hostile names."""
    hub = filled(sqlite_hub)
    with hub.engine.begin() as connection:
        for table, column in (("people", "family_name"), ("practitioners", "name"), ("organisations", "name")):
            connection.execute(text(f"UPDATE {table} SET {column} = :name"), {"name": HOSTILE})
    request = ask(hub)
    page = copy_decide.listed(hub, request, By("officer", None, TODAY))[1]
    for name, item in items(hub, request).items():
        known = {"known_since": TODAY} if "health" in item.grounds else {}
        half = {"decision": "withhold"} if item.of else {"decision": "disclose", "because": "own", **known}
        decide(hub, request, name, **half)
    return Path(make(hub, request).page).as_uri(), Path(page).as_uri()


@pytest.mark.parametrize("which", [0, 1])
def test_the_pages_are_readable_by_everyone(page: Page, violations: Callable[[], list[str]], addresses, which: int):
    page.goto(addresses[which])

    assert page.title() == page.locator("h1").inner_text() != "x"
    assert violations() == []


@pytest.mark.parametrize("which", [0, 1])
def test_a_page_asks_for_nothing_runs_nothing_and_fits_a_telephone(page: Page, requests_made, addresses, which: int):
    said = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(addresses[which])

    assert requests_made == [addresses[which]] and said == []
    assert page.locator("main script, main img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_every_chapter_can_be_reached_and_is_printed(page: Page, addresses):
    page.goto(addresses[0])
    links = page.locator("nav a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    hidden = "[...document.querySelectorAll('main *')].filter(e => getComputedStyle(e).display === 'none').length"

    headed = page.locator("main h2[id]").evaluate_all("all => all.map(one => '#' + one.id)")
    assert len(links) >= 14 and links == [one for one in headed if one != "#contents"]
    page.emulate_media(media="print")
    assert page.evaluate(hidden) == 0 and page.locator("details").count() == 0
    assert page.pdf().count(b"/Type /Page\n") > 1
