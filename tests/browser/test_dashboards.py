"""The dashboards in a real browser, served by real Voila: readable by everyone, asking nobody, printed whole, inert.

Set HUBDATA_PICTURES to a folder to keep the pictures of the README.
"""

import json
import os
import re
import signal
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from hubdata.dashboards.catalogue import DASHBOARDS
from tests.support import dashboards
from tests.support.chromium import becomes

NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1200, "height": 900}
PATIENCE = 60_000
QUESTIONS = (
    "",
    "hub=corby&quarter=2026-Q2",
    "hub=%3Cscript%3Ealert(1)%3C/script%3E&quarter=2026-Q9&partner=%00",
    "hub=" + "x" * 3000,
    "hub[]=corby&&&=;%ff%fe&" + "a=1&" * 200,
    "quarter=9999-Q1&hub=total&partner=other",
    "template=lab&theme=dark&token=x",
)


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    return dashboards.published(tmp_path_factory.mktemp("dashboards"))


@pytest.fixture(scope="module")
def server(releases, tmp_path_factory):
    with dashboards.voila(releases, tmp_path_factory.mktemp("voila")) as address:
        yield address


@pytest.fixture
def opened(page, server):
    """A function that opens a dashboard and waits until its filters are alive."""

    def open_(name: str, query: str = "", base: str = server):
        page.goto(f"{base}{name}.ipynb{query}")
        page.wait_for_selector(".hub-asked input", state="attached", timeout=PATIENCE)
        return page

    yield open_
    page.goto("about:blank")  # a page that closes ends its kernel


every_dashboard = pytest.mark.parametrize("name", [each.name for each in DASHBOARDS])


@every_dashboard
def test_a_dashboard_is_readable_by_everyone_prints_whole_and_asks_nobody(
    opened, violations, requests_made, server, name
):
    page = opened(name)
    assert violations() == []
    page.select_option("#pick-quarter", "2026-Q2")
    page.click("text=Update")
    page.wait_for_selector(".hub-answered .shown")
    assert page.locator("#status").inner_text().startswith("Figures updated: All hubs, April to June 2026.")
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert violations() == []
    page.set_viewport_size(WIDE)
    assert len(re.findall(rb"/Type /Page\b", page.pdf(format="A4"))) > 1
    host = re.match(r"https?://[^/]+/", server)[0]
    assert [each for each in requests_made if not each.startswith((host, "data:"))] == []


@every_dashboard
def test_a_dashboard_has_its_heading_and_question_before_its_kernel_has_answered(server, name):
    (asked,) = (each for each in DASHBOARDS if each.name == name)
    with urlopen(f"{server}{name}.ipynb") as answer:
        text = answer.read().decode()
        csp = answer.headers["Content-Security-Policy"]
    early = text[: text.index("jupyter-config-data")]
    assert f"<h1>{asked.title}</h1>" in early
    assert asked.question.replace("'", "&#39;") in early
    assert "object-src 'none'" in csp and "'unsafe-hashes'" not in csp
    assert not re.findall(r"https?://(?!www\.w3\.org/)[^\"'\s]+", text.replace(server.split("/voila/")[0], ""))


def test_the_index_lists_every_dashboard_with_its_question(page, server, violations):
    page.goto(server.replace("voila/render/", ""))
    assert page.locator("main li").count() == len(DASHBOARDS)
    for each in DASHBOARDS:
        assert each.question in page.locator("main").inner_text()
    assert violations() == []
    page.click(f"main >> text={DASHBOARDS[1].title}")
    assert page.locator("h1").inner_text() == DASHBOARDS[1].title


def test_an_address_that_is_not_there_is_answered_in_words(page, server, violations):
    answer = page.goto(f"{server}nothing.ipynb")
    assert answer.status == 404
    assert page.locator("h1").inner_text() == "There is no such page"
    assert "Traceback" not in page.content()
    assert violations() == []


def test_every_control_is_reached_and_worked_by_keyboard(opened):
    page = opened("sharing")
    wanted = {"pick-hub", "pick-partner", "pick-quarter", "Update", "Print this page", "Link to this view"}
    first, found = None, []
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        first = first or here
        found.append(here)
        if here == "pick-hub" and found.count(here) == 1:
            page.keyboard.press("ArrowDown")
        if here == "Update":
            page.keyboard.press("Enter")
            page.wait_for_selector(".hub-answered .shown")
            assert page.evaluate("document.activeElement.textContent") == "Update"
    assert first == "Skip to main content"
    assert wanted <= set(found)
    assert any(each.startswith("Figures: ") for each in found)
    assert page.locator("#status").inner_text().startswith("Figures updated: Corby, ")
    assert "hub=corby" in page.url


def test_a_view_has_an_address_that_back_and_the_other_pages_keep(opened):
    page = opened("retention", "?hub=corby")
    assert page.locator("#pick-hub").input_value() == "corby"
    assert page.locator("summary", has_text=re.compile("Corby[:,] ")).count() > 0
    page.select_option("#pick-hub", "kettering")
    page.click("text=Update")
    becomes(page, "document.querySelector('#status').textContent.includes('Kettering')")
    assert "hub=kettering" in page.locator("nav a", has_text="Sharing").get_attribute("href") or "hub=kettering" in (
        page.evaluate("document.querySelector('nav a[data-page=sharing]').search")
    )
    page.go_back()
    becomes(page, "document.querySelector('#status').textContent.includes('Corby')")
    assert page.locator("#pick-hub").input_value() == "corby"


def test_a_choice_is_answered_at_once_and_leaves_place_focus_and_folds_as_they_were(opened):
    page = opened("retention")
    page.locator("#figure-retention summary").click()
    page.focus("#pick-hub")
    above = page.evaluate("scrollY")
    page.select_option("#pick-hub", "corby")
    becomes(page, "document.querySelector('#status').textContent.includes('Corby')")
    assert "hub=corby" in page.url
    assert page.evaluate("document.activeElement.id") == "pick-hub"
    assert page.evaluate("scrollY") == above
    assert page.locator("#figure-retention").get_attribute("open") is not None


@every_dashboard
def test_no_page_is_longer_than_two_screens_before_its_folds(opened, name):
    page = opened(name)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.evaluate("document.querySelector('#figures').getBoundingClientRect().top + scrollY") <= 1600
    assert page.locator("table:visible").count() == 0


def test_a_link_that_is_not_understood_falls_back_and_says_so(opened):
    page = opened("overview", "?hub=atlantis&quarter=never")
    said = page.locator("#status").inner_text()
    assert "We did not recognise the hub in this link, so these figures are for all hubs." in said
    assert "We did not recognise the period in this link" in page.locator("main").inner_text()


@pytest.mark.parametrize("question", QUESTIONS)
def test_any_question_is_answered_with_a_page(server, question):
    try:
        with urlopen(f"{server}overview.ipynb?{question}") as answer:
            text = answer.read().decode()
    except HTTPError as refusal:
        pytest.fail(f"answered {refusal.code}")
    assert 'class="shown"' in text and "<script>alert" not in text and "Traceback" not in text


def test_a_page_whose_kernel_has_ended_says_so_and_can_be_opened_again(opened):
    page = opened("retention", "?hub=corby")
    kernel = json.loads(page.locator("#jupyter-config-data").text_content())["kernelId"]
    os.kill(int(dashboards.process(kernel).name), signal.SIGKILL)
    page.wait_for_selector("#ended p", timeout=PATIENCE)
    assert "not used for a while" in page.locator("#ended").inner_text()
    page.click("text=Open the page again")
    assert "hub=corby" in page.url
    page.wait_for_selector("#first .shown")


@pytest.fixture(scope="module")
def hostile_server(releases, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    with dashboards.voila(dashboards.hostile(releases, folder / "published"), folder) as address:
        yield address


@pytest.mark.parametrize("name", ["overview", "sharing"])
def test_hostile_words_are_shown_and_run_nothing(opened, hostile_server, name):
    page = opened(name, base=hostile_server)
    page.on("dialog", lambda dialog: pytest.fail("something ran"))
    page.select_option("#pick-quarter", "2026-Q2")
    page.click("text=Update")
    page.wait_for_selector(".hub-answered .shown")
    assert "pwned" not in page.title()
    assert page.locator(".hub-answered script, .hub-answered img, #first script, #first img").count() == 0
    assert "<script>document.title" in page.locator("main").inner_text()


@pytest.mark.skipif("HUBDATA_PICTURES" not in os.environ, reason="HUBDATA_PICTURES names no folder")
@every_dashboard
def test_pictures_for_the_readme(opened, name):
    page = opened(name)
    page.set_viewport_size(WIDE)
    page.screenshot(path=Path(os.environ["HUBDATA_PICTURES"]) / f"dashboard-{name}.png")
