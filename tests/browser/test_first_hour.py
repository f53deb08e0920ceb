"""The first hour at the desk, in a real browser: from nothing to the first report of one's own list, clicks counted.

Set HUBDATA_PICTURES to a folder to keep the pictures of the guide (docs/guides/first-hour.md).
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from typer.testing import CliRunner

from hubdata.desk.main import app
from tests.support import council
from tests.support.chromium import becomes
from tests.support.serving import command

PATIENCE = 90_000
MOST = 60  # clicks
SETUP, RETURNS = ".hub-form-setup-answer", ".hub-form-take-in"
NOTICE = """What information do we keep about children and families?

Each partner will keep their own records of the support they give you on their organisation's system. Exampleshire keeps
limited records so that partners can work together effectively and provide joined-up support.

With your agreement, we will speak to each other. This will only ever involve sharing limited relevant details.

The records kept at the Hub level are kept for six years. You may complain to the council."""
HEAD = "Our ref,Surname,First name,DOB (dd/mm/yyyy),Relationship,Locality,Date started,Agency,Last seen,Religion\n"
HUBS = ("Harbour", "Mill Lane", "Old Mill")
PHRASE = "correct horse battery staple"


def families(count: int) -> str:
    """An evidently made-up list as a council keeps it: headings and words of its own, and a column that is not ours."""
    return HEAD + "".join(
        f"{n:05},Testname{n},Demo,{n % 28 + 1:02}/03/{2012 + n % 12},{('Son', 'Daughter')[n % 2]},{HUBS[n % 3]},"
        f"{n % 28 + 1:02}/10/2025,Harbour Trust,{n % 28 + 1:02}/11/2025,none\n"
        for n in range(1, count + 1)
    )


class Hand:
    """Somebody at the desk, who fills in, chooses and clicks; every click and every choice of a list counts."""

    def __init__(self, page: Page, violations: Callable[[], list[str]]):
        self.page, self.violations, self.clicks = page, violations, 0

    def click(self, selector: str) -> None:
        """Click one thing."""
        self.clicks += 1
        self.page.click(selector, timeout=PATIENCE)

    def fill(self, form: str, **said: str) -> None:
        """Fill in fields by their names; one chosen from a list is a click."""
        for name, value in said.items():
            field = self.page.locator(f"{form} .hub-field-{name} :is(input, textarea, select)")
            field.wait_for(timeout=PATIENCE)
            if field.evaluate("each => each.tagName") == "SELECT":
                self.clicks += 1
                field.select_option(label=value)
            else:
                field.fill(value)

    def press(self, form: str, label: str, until: str) -> None:
        """Press a button, and wait until the step's heading is that one."""
        self.click(f"{form} button:text-is('{label}')")
        shown = f"document.querySelector('{form} h2')?.textContent.startsWith(`{until}`)"
        becomes(self.page, f"{shown} || !!document.querySelector('{form} .error-summary')", PATIENCE)
        assert self.page.locator(f"{form} .error-summary").count() == 0, self.page.locator(form).inner_text()
        becomes(self.page, f"document.activeElement.textContent.startsWith(`{until}`)")  # where one reads on

    def look(self, name: str) -> None:
        """Nobody is shut out of what is shown, and it is kept as a picture where one is wanted."""
        assert self.violations() == [], name
        if folder := os.environ.get("HUBDATA_PICTURES"):
            self.page.set_viewport_size({"width": 960, "height": 720})
            self.page.screenshot(path=Path(folder) / f"first-hour-{name}.png")
        self.page.set_viewport_size({"width": 320, "height": 640})
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 320, name
        self.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hub of one's own in a new folder, as `hubdata init` leaves it."""
    council.shipped(monkeypatch)
    assert CliRunner().invoke(app, ["init", str(tmp_path / "ours")]).exit_code == 0
    return tmp_path / "ours"


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Iterator[str]:
    """The desk's address, with its token."""
    with command(tmp_path / "log", "desk", "--home", str(home), "--port", "0", said=r"http://\S+") as address:
        yield address


def test_from_nothing_to_the_first_true_report_in_at_most_sixty_clicks(page, desk, tmp_path, violations):
    hand = Hand(page, violations)
    page.goto(desk)
    hand.click(".pages a:text-is('Set up')")
    _who_we_are(hand)
    _partners_and_notice(hand)
    _values_and_person(hand)
    hand.click(f"{SETUP} a:text-is('Go to Returns')")
    (tmp_path / "Families March 2026.csv").write_text(families(300), "utf-8")
    _first_return(hand, tmp_path / "Families March 2026.csv")
    told = _first_report(hand)

    assert re.search(r"\b300 records are open\b", told), told
    assert "Mill Lane" in told and "Harbour" in told
    assert hand.clicks <= MOST
    print(f"{hand.clicks} clicks from nothing to the first report")


def _who_we_are(hand: Hand) -> None:
    hand.fill(SETUP, value="Exampleshire Council", source="Cabinet, 3 March 2026, minute 4", actor="Ann Officer")
    hand.look("1-who-we-are")
    hand.press(SETUP, "Save and go on", "How families reach")
    hand.fill(SETUP, value="Family Hubs, 1 High Street; hub@exampleshire.example.org")
    hand.press(SETUP, "Save and go on", "The data protection officer")
    hand.fill(SETUP, value="The Data Protection Officer, dpo@exampleshire.example.org")
    hand.press(SETUP, "Save and go on", "Where the appropriate")
    hand.press(SETUP, "Back", "The data protection officer")
    hand.press(SETUP, "Later", "Where the appropriate")
    hand.press(SETUP, "Later", "Where the data protection impact")
    hand.press(SETUP, "Later", "What the council does")
    hand.press(SETUP, "Later", "Your hubs")
    hand.fill(SETUP, value="Harbour\nmill: Mill Lane")
    hand.press(SETUP, "Save and go on", "Your own organisation")


def _partners_and_notice(hand: Hand) -> None:
    hand.fill(SETUP, organisation="EXC")
    hand.press(SETUP, "Save and go on", "A partner")
    hand.fill(SETUP, name="Harbour Trust", organisation="HT")
    hand.click(f"{SETUP} button:text-is('Save and go on')")
    becomes(
        hand.page, f"document.querySelector('{SETUP}').textContent.includes('Harbour Trust is on record')", PATIENCE
    )
    hand.press(SETUP, "No more partners", "Your privacy notice")
    hand.fill(SETUP, text=NOTICE, version="2026-04", complaint="Yes", **{"from": "27/4/2026"})
    hand.press(SETUP, "Save and go on", "What your notice promises")
    assert "only yours: six; only here: five" in hand.page.locator(SETUP).inner_text()
    hand.look("2-what-your-notice-promises")
    hand.press(SETUP, "Save and go on", "Agreements: alone")


def _values_and_person(hand: Hand) -> None:
    hand.look("3-a-value-to-confirm")
    hand.press(SETUP, "Confirm it as it is", "Categories")
    hand.press(SETUP, "Leave the other values for later", "The first person")
    hand.fill(SETUP, name="Ann Officer", passphrase=PHRASE, again=PHRASE)
    hand.press(SETUP, "Save and go on", "The first return")


def _first_return(hand: Hand, file: Path) -> None:
    page = hand.page
    hand.fill(RETURNS, partner="Exampleshire Council (EXC)")
    with page.expect_file_chooser() as asked:
        hand.click(f"{RETURNS} .hub-field-file")
    asked.value.set_files(file)
    page.wait_for_selector(f"{RETURNS} >> text=Chosen: {file.name}", timeout=PATIENCE)
    hand.press(RETURNS, "Look at it", "2. What was recognised")
    hand.press(RETURNS, "Map its columns", "3. Map its columns")
    hand.look("4-map-its-columns")
    for word, ours in (("Old Mill", "Mill Lane"), ("Harbour Trust", "Harbour Trust (HT)")):
        hand.clicks += 1
        page.locator(f"{RETURNS} .widget-dropdown:has-text('“{word}” is') select").select_option(label=ours)
    hand.press(RETURNS, "Keep this and preview", "4. Preview")
    hand.look("5-preview")
    hand.press(RETURNS, "Take it in", "5. It is taken in")


def _first_report(hand: Hand) -> str:
    hand.click("a:text-is('The officer’s desk')")
    hand.click(".pages a:text-is('Run an audit')")
    form = ".hub-form-report-retention"
    hand.click(f"{form} button")
    with hand.page.context.expect_page(timeout=PATIENCE) as opening:
        hand.click(f"{form} a:has-text('Open retention.html')")
    return opening.value.locator("main").inner_text()
