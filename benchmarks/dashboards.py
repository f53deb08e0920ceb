"""Figures of the dashboards, in Chromium, against plain Voila serving a notebook that only prints, in the same run."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.timing import Figure
from tests.support import chromium, dashboards

VIEWERS = 10
PATIENCE = 120_000
REPAINT = 0.15
PAINTED = """() => Math.max(...["figures", "first-contentful-paint"].map(
    (name) => performance.getEntriesByName(name)[0]?.startTime ?? 0))"""
PRINTS = {
    "cells": [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "a",
            "metadata": {},
            "outputs": [],
            "source": ["print('printed')"],
        }
    ],
    "metadata": {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}


def _until(browser: Browser, address: str, *shown: str) -> list[float]:
    """Seconds from asking for a page, with nothing in the cache, until each thing is visible."""
    page = browser.new_context().new_page()
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    found = []
    for each in shown:
        page.wait_for_selector(each, timeout=PATIENCE)
        found.append(time.perf_counter() - start)
    _close(page)
    return found


def _close(page: Page) -> None:
    page.goto("about:blank")
    page.context.close()


def _repaints(browser: Browser, address: str, rounds: int) -> list[float]:
    """Seconds, as the page itself counts them, from a choice to the first frame with the new figures."""
    page = browser.new_context().new_page()
    page.goto(address)
    page.wait_for_selector(".hub-asked input", state="attached", timeout=PATIENCE)
    found = []
    for number in range(rounds + 1):
        took = page.evaluate(
            """(index) => new Promise((done) => {
                const start = performance.now();
                new MutationObserver((_, self) => {
                    self.disconnect();
                    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
                }).observe(document.querySelector(".hub-answered"), {childList: true, subtree: true});
                const pick = document.querySelector("#pick-hub");
                pick.selectedIndex = index;
                pick.dispatchEvent(new Event("change", {bubbles: true}));
            })""",
            1 + number % 2,
        )
        found.append(took / 1000)
    _close(page)
    return found[1:]


def _crowd(browser: Browser, address: str) -> float:
    """Seconds until the slowest of several viewers who ask at once has painted the first figure, by its own clock."""
    pages = [browser.new_context().new_page() for _ in range(VIEWERS)]
    for page in pages:
        page.evaluate("address => { setTimeout(() => { location.href = address }, 0) }", address)
    for page in pages:
        page.wait_for_selector("#first h2", timeout=PATIENCE)
    took = [page.evaluate(PAINTED) for page in pages]
    for page in pages:
        _close(page)
    return max(took) / 1000


def _memory(browser: Browser, address: str, ready: str) -> float:
    """Megabytes that a page's kernel holds for itself."""
    page = browser.new_context().new_page()
    page.goto(address)
    page.wait_for_selector(ready, state="attached", timeout=PATIENCE)
    kernel = json.loads(page.locator("#jupyter-config-data").text_content())["kernelId"]
    found = dashboards.memory(kernel)
    _close(page)
    return found


def lines(folder: Path, rounds: int) -> Iterator[Figure | str]:
    """First figure, first sentence, a filter, a crowd, and memory."""
    program = chromium.program()
    if program is None:
        yield chromium.MISSING
        return
    (folder / "plain").mkdir()
    (folder / "plain" / "prints.ipynb").write_text(json.dumps(PRINTS), "utf-8")
    released = dashboards.published(folder)
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=program)
        stack.callback(browser.close)
        plain = stack.enter_context(dashboards.voila(released, folder / "b", served=str(folder / "plain"), ours=False))
        ours = stack.enter_context(dashboards.voila(released, folder / "a"))
        yield from _measured(browser, f"{ours}retention.ipynb", f"{plain}prints.ipynb", rounds)


def _measured(browser: Browser, ours: str, plain: str, rounds: int) -> Iterator[Figure | str]:
    pairs = [
        (_until(browser, plain, "text=printed")[0], _until(browser, ours, "h1 + p", "#first h2")) for _ in range(rounds)
    ]
    reference = median(cold for cold, _ in pairs)
    sentence, figure = (median(of[at] for _, of in pairs) for at in (0, 1))
    yield Figure("a dashboard's first figure against a page that prints", figure, reference, 1.1)
    yield Figure("a dashboard's heading and question against a page that prints", sentence, reference, 0.3)
    repaint = median(_repaints(browser, ours, rounds))
    word = "reached" if repaint <= REPAINT else "NOT reached"
    yield f"a filter to a repainted page: {repaint * 1000:.0f} ms (at most {REPAINT * 1000:.0f} ms: {word})"
    crowd = median(_crowd(browser, ours) for _ in range(min(rounds, 3)))
    yield Figure(f"{VIEWERS} viewers at once, the slowest, against one of a page that prints", crowd, reference, 2.0)
    held, bare = _memory(browser, ours, ".hub-asked input"), _memory(browser, plain, "text=printed")
    word = "reached" if held <= 1.25 * bare else "NOT reached"
    ratio = f"{held / bare:.2f} (at most 1.25: {word})"
    yield f"memory of a viewer's kernel against a bare one: {ratio}; ours {held:.0f} MB, reference {bare:.0f} MB"
