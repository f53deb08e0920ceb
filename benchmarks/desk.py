"""Clicks, keys and seconds of an officer's jobs at the desk, in Chromium, each from the desk's first page.

A field that is typed into is a click and its keys, one of a list two clicks, a box or a button one. What is awaited is
the answer, so that seconds are the product's and not the officer's.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.support import chromium, hubs

PATIENCE = 120_000
LIKE_A_TERMINAL = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
START = f"{LIKE_A_TERMINAL}; from hubdata.desk.main import main; main()"


class Counted:
    """A page that counts what an officer does on it."""

    def __init__(self, page: Page, start: str):
        self.page, self.start, self.clicks, self.keys, self.began = page, start, 0, 0, time.perf_counter()

    def press(self, selector: str, shows: str = "") -> None:
        """Click, and wait until what it shows is there."""
        self.clicks += 1
        self.page.click(selector, timeout=PATIENCE)
        if shows:
            self.page.wait_for_selector(shows, timeout=PATIENCE)

    def type(self, selector: str, said: str) -> None:
        """Click into a field and type."""
        self.clicks, self.keys = self.clicks + 1, self.keys + len(said)
        self.page.fill(f"{selector} input", said, timeout=PATIENCE)
        self.page.press(f"{selector} input", "Tab")

    def choose(self, selector: str, at: int = 1) -> None:
        """Open a list and choose one of it."""
        self.clicks += 2
        self.page.select_option(f"{selector} select", index=at, timeout=PATIENCE)

    def opened(self, title: str, form: str) -> None:
        """From the desk's first page to one of its pages, until its form can be used."""
        self.page.goto(self.start, timeout=PATIENCE)
        self.press(f".pages a:has-text('{title}')", f".hub-form-{form} button")
        chromium.becomes(self.page, "document.querySelector('#status').textContent === ''", PATIENCE)

    def found(self) -> None:
        """A family's record, by a reference that somebody quotes."""
        self.opened("Find a family", "family-find")
        self.type(".hub-form-family-find .hub-field-reference", "F000004")
        self.type(".hub-form-family-find .hub-field-reason", "A parent rang")
        self.press(".hub-form-family-find button", ".hub-next")
        self.press("button:has-text('Open family F000004')", ".case")


def family(does: Counted) -> None:
    """Find and open a family."""
    does.found()


def share(does: Counted) -> None:
    """Record a share."""
    does.found()
    form = ".hub-form-share-record"
    does.press("button:has-text('Record a share')", f"{form} button")
    does.press(f"{form} .hub-field-about input >> nth=0")
    does.choose(f"{form} .hub-field-from-organisation", 1)
    does.choose(f"{form} .hub-field-to", 2)
    does.press(f"{form} .hub-field-category input >> nth=0")
    does.choose(f"{form} .hub-field-purpose")
    does.choose(f"{form} .hub-field-decided-by")
    does.press(f"{form} button", f"{form} .answer")


def request(does: Counted) -> None:
    """Log an access request."""
    does.found()
    form = ".hub-form-rights-log"
    does.press("button:has-text('Record a request')", f"{form} button")
    does.choose(f"{form} .hub-field-person")
    does.choose(f"{form} .hub-field-kind")
    does.press(f"{form} button", f"{form} .answer")


def disposal(does: Counted) -> None:
    """A disposal by two people."""
    does.opened("Disposal", "retention-review")
    does.press(".hub-form-retention-review .hub-field-dispose-all input")
    does.type(".hub-form-retention-review .hub-field-actor", "ann")
    does.press(".hub-form-retention-review button", ".hub-form-retention-review .answer")
    does.type(".hub-form-retention-approve .hub-field-actor", "ben")
    does.press(".hub-form-retention-approve button", ".hub-form-retention-approve .answer")
    does.press(".hub-form-retention-dispose button", ".hub-form-retention-dispose .answer")


JOBS: tuple[Callable[[Counted], None], ...] = (family, request, share, disposal)


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The desk's address over a hub."""
    words = [sys.executable, "-c", START, "desk", "--home", str(home), "--port", "0", "--no-browser"]
    running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield next(found[0] for line in running.stdout or () if (found := re.search(r"http://\S+", line)))
    finally:
        running.terminate()
        running.wait()


def lines(families: int, folder: Path) -> Iterator[str]:
    """A line a job: its clicks, keys and seconds."""
    hub = hubs.filled(folder / "desk", families)
    hub.engine.dispose()
    program = chromium.program()
    if program is None:
        yield chromium.MISSING
        return
    with served(hub.home) as address, sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"]).new_page()
        page.goto(address, timeout=PATIENCE)
        yield f"the first page shows what needs somebody: {page.locator('.today li').count()} things"
        for job in JOBS:
            does = Counted(page, address.split("?")[0])
            job(does)
            seconds = time.perf_counter() - does.began
            what = (job.__doc__ or "").rstrip(".")
            yield f"{what}: {does.clicks} clicks, {does.keys} keys, {seconds:.1f} s"
