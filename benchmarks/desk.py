"""Clicks, keys and seconds of an officer's ten jobs at the desk, in Chromium, each from the desk's first page.

A field that is typed into is a click and its keys, one of a list two clicks, a box, a file or a button one. What is
awaited is the answer, so that seconds are the product's and not the officer's. First content and first field are
measured against a page of plain Voila that prints, in the same run.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from benchmarks.dashboards import PRINTS, _until
from benchmarks.timing import Figure
from tests.support import chromium, dashboards, hubs, returns

PATIENCE = 120_000
ANSWER = 0.5  # seconds that an answer to a form may take
LIKE_A_TERMINAL = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
START = f"{LIKE_A_TERMINAL}; from hubdata.desk.main import main; main()"
OF_CHOICE = """SELECT families.family FROM families JOIN shares ON shares.family = families.family
JOIN leads ON leads.family = families.family
WHERE families.closed_on IS NULL AND leads.ended_on IS NULL AND shares.agreement IS NOT NULL ORDER BY 1 LIMIT 1"""


class Counted:
    """A page that counts what an officer does on it."""

    def __init__(self, page: Page, start: str, family: str, folder: Path):
        self.page, self.start, self.family, self.folder = page, start, family, folder
        self.clicks, self.keys, self.began = 0, 0, time.perf_counter()
        self.answers: list[float] = []

    def press(self, selector: str, shows: str = "") -> None:
        """Click, and wait until what it shows is there."""
        self.clicks += 1
        start = time.perf_counter()
        self.page.click(selector, timeout=PATIENCE)
        if shows:
            self.page.wait_for_selector(shows, timeout=PATIENCE)
            self.answers.append(time.perf_counter() - start)

    def step(self, label: str, shows: str) -> None:
        """Click the button of a next step."""
        self.press(f"button:has-text('{label}') >> nth=0", shows)

    def send(self, form: str, at: str = "") -> None:
        """Press a form's button, and wait for its answer."""
        self.page.wait_for_timeout(600)  # no double click; an officer's hand takes as long
        self.press(f"{form} button >> nth=0", f"{form} :is(.answer, .error-summary)")
        said = self.page.locator(f"{form} :is(.answer, .error-summary)").first.inner_text()
        if "There is a problem" in said:
            raise RuntimeError(f"{form}: {' / '.join(said.split(chr(10)))}")

    def type(self, selector: str, said: str) -> None:
        """Click into a field and type."""
        self.clicks, self.keys = self.clicks + 1, self.keys + len(said)
        self.page.fill(f"{selector} input", said, timeout=PATIENCE)
        self.page.press(f"{selector} input", "Tab")

    def tick(self, selector: str) -> None:
        """Tick a box."""
        self.press(f"{selector} input >> nth=0")

    def choose(self, selector: str, at: int = 1) -> None:
        """Open a list and choose one of it."""
        self.clicks += 2
        self.page.select_option(f"{selector} select", index=at, timeout=PATIENCE)

    def opened(self, title: str, form: str) -> None:
        """From the desk's first page to one of its pages, until its form can be used."""
        self.page.goto(self.start, timeout=PATIENCE)
        self.press(f".pages a:text-is('{title}')", f".hub-form-{form} button")
        chromium.becomes(self.page, "document.querySelector('#status').textContent === ''", PATIENCE)
        self.answers.clear()  # a page that opens is measured by itself

    def found(self) -> None:
        """A family's record, by a reference that somebody quotes."""
        self.opened("Find a family", "family-find")
        self.type(".hub-form-family-find .hub-field-reference", self.family)
        self.type(".hub-form-family-find .hub-field-reason", "A parent rang")
        self.press(".hub-form-family-find button", ".case")

    def letter(self, label: str) -> None:
        """Write a letter, look at it for the last time and record that it was sent."""
        self.step(label, LETTER)
        self.type(f"{LETTER} .hub-field-address", "1 Low Street; Corby")
        self.send(LETTER)
        self.step("All of it is right", f"{SENT} .hub-field-way")
        self.send(f"{SENT}:has(.hub-field-way)")


LETTER, SENT = ".hub-form-rights-letter", ".hub-form-rights-sent"


def family(does: Counted) -> None:
    """Find and open a family."""
    does.found()


def request(does: Counted) -> None:
    """An access request, from its log to the copy that was sent."""
    does.found()
    form = ".hub-form-rights-log"
    does.step("Record a request", f"{form} button")
    does.choose(f"{form} .hub-field-person")
    does.choose(f"{form} .hub-field-kind")
    does.send(form)
    does.step("Open request", ".case >> text=Its line in time")
    does.letter("Write: it came")
    _copied(does)
    does.letter("Write: the answer")


def _copied(does: Counted) -> None:
    """Decide about the items of a copy, and make it."""
    items, decide, pack = (f".hub-form-rights-{each}" for each in ("items", "decide", "pack"))
    does.step("See what must be decided", f"{items} .answer")
    if does.page.locator("button:has-text('Decide about these')").count():
        does.step("Decide about these", f"{decide} button")
        for box in does.page.locator(f"{decide} .hub-field-item input").all():
            box.check()
            does.clicks += 1
        does.choose(f"{decide} .hub-field-decision", 2)
        does.type(f"{decide} .hub-field-reason", "The worker said no")
        does.send(decide)
    does.step("Make the copy", f"{pack} button")
    does.send(pack)
    if does.page.locator("button:has-text('They may be named')").count():
        does.step("They may be named", f"{pack} .hub-field-named input")
        for box in does.page.locator(f"{pack} .hub-field-named input").all():
            box.check()
            does.clicks += 1
        does.send(f"{pack}:has(.hub-field-named)")


def share(does: Counted) -> None:
    """Ask whether something may be shared, as last time, and record it."""
    does.found()
    ask, record = ".hub-form-share-check", ".hub-form-share-record"
    does.step("May we share?", f"{ask} button")
    does.tick(f"{ask} .hub-field-category")
    does.press(f"{ask} button", f"{record} button")
    does.send(record)


def disposal(does: Counted) -> None:
    """A disposal by two people."""
    does.opened("Disposal", "retention-review")
    does.tick(".hub-form-retention-review .hub-field-dispose-all")
    does.type(".hub-form-retention-review .hub-field-actor", "ann")
    does.send(".hub-form-retention-review")
    does.type(".hub-form-retention-approve .hub-field-actor", "ben")
    does.send(".hub-form-retention-approve")
    does.send(".hub-form-retention-dispose")


def returned(does: Counted) -> None:
    """A return with three faults: see them all, then take the mended one in."""
    form, good = ".hub-form-take-in", returns.GOOD["families"]
    faulty = good.replace("corby", "nowhere", 1).replace("2019-01-07", "yesterday", 1).replace("F1,", ",", 1)
    does.opened("Returns", "intake-waiting")
    does.choose(f"{form} .hub-field-partner")
    for text, until in ((faulty, "put right"), (good, "Nothing is wrong")):
        path = does.folder / "families.csv"
        path.write_text(text, "utf-8")
        does.clicks += 1
        with does.page.expect_file_chooser() as asked:
            does.page.click(f"{form} .hub-field-file")
        asked.value.set_files(path)
        does.page.wait_for_selector(f"{form} >> text=Chosen: families.csv", timeout=PATIENCE)
        does.step("Look at it", f"{form} >> text=2. What was recognised")
        does.step("Preview", f"{form} >> text={until}")
        if text is faulty:
            does.step("Back", f"{form} >> text=1. Choose a file")
    does.step("Take it in", f"{form} >> text=5. ")


def finding(does: Counted) -> None:
    """Say the same of several findings of the worklist."""
    listed, mark = ".hub-form-worklist-list", ".hub-form-worklist-mark"
    does.opened("Findings worklist", "worklist-list")
    does.press(".hub-go-on button >> nth=0", f".hub-step{listed} .answer")
    does.step("Say the same of several", f".hub-step{mark} button")
    does.tick(f".hub-step{mark} .hub-field-subject")
    does.choose(f".hub-step{mark} .hub-field-status")
    does.type(f".hub-step{mark} .hub-field-reason", "The partner was asked")
    does.send(f".hub-step{mark}")


def hold(does: Counted) -> None:
    """Place a hold on a family."""
    does.found()
    form = ".hub-form-retention-hold"
    does.step("Place a hold", f"{form} button")
    does.choose(f"{form} .hub-field-code", 2)
    does.type(f"{form} .hub-field-reason", "Claim received")
    does.send(form)


def decision(does: Counted) -> None:
    """Record what a family decided."""
    does.found()
    form = ".hub-form-agreement-record"
    does.step("Record what they decided", f"{form} button")
    does.choose(f"{form} .hub-field-given-by")
    does.tick(f"{form} .hub-field-covers")
    for each in ("decision", "purpose", "taken-by"):
        does.choose(f"{form} .hub-field-{each}")
    does.choose(f"{form} .hub-field-notice-version")
    for each in ("recipients", "categories"):
        does.tick(f"{form} .hub-field-{each}")
    does.send(form)


def complaint(does: Counted) -> None:
    """A complaint, logged and acknowledged."""
    does.found()
    form, step = ".hub-form-complaint-log", ".hub-form-complaint-acknowledge"
    does.step("Record a complaint", f"{form} button")
    does.send(form)
    does.step("Open complaint", ".case >> text=Its line in time")
    does.step("Acknowledge it", f"{step} button")
    does.send(step)


def audit(does: Counted) -> None:
    """Run an audit and open its report."""
    form = ".hub-form-report-retention"
    does.opened("Run an audit", "report-retention")
    does.send(form)
    does.clicks += 1
    with does.page.context.expect_page(timeout=PATIENCE) as opening:
        does.page.click(f"{form} a:has-text('Open retention.html')")
    opening.value.close()


@dataclass(frozen=True)
class Job:
    """What is done, and the most clicks that it may take, where that was promised."""

    work: Callable[[Counted], None]
    most: int = 0


JOBS = (
    Job(family, 4),
    Job(request, 35),
    Job(share, 8),
    Job(disposal, 12),
    Job(returned, 12),
    Job(finding),
    Job(hold),
    Job(decision),
    Job(complaint),
    Job(audit),
)


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


def lines(families: int, folder: Path) -> Iterator[Figure | str]:
    """A line a job: its clicks, keys and seconds; then how soon a page is there."""
    hub = hubs.filled(folder / "desk", families)
    with hub.read() as connection:
        chosen = connection.exec_driver_sql(OF_CHOICE).scalar_one()
    hub.engine.dispose()
    program = chromium.program()
    if program is None:
        yield chromium.MISSING
        return
    with served(hub.home) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address, timeout=PATIENCE)
        yield f"the first page shows what needs somebody: {page.locator('.today li').count()} things"
        for job in JOBS:
            yield _done(job, Counted(page, address.split("?")[0], chosen, folder))
        yield from _first(browser, address, folder)


def _done(job: Job, does: Counted) -> str:
    """One job, counted; one that cannot be done is said, and the others go on."""
    what = (job.work.__doc__ or "").rstrip(".")
    try:
        job.work(does)
    except (PlaywrightError, RuntimeError) as error:
        return f"{what}: NOT done after {does.clicks} clicks: {str(error).splitlines()[0]}"
    seconds = time.perf_counter() - does.began
    slowest = max(does.answers, default=0.0)
    word = "reached" if does.clicks <= job.most else "NOT reached"
    bound = f" (at most {job.most}: {word})" if job.most else ""
    return f"{what}: {does.clicks} clicks{bound}, {does.keys} keys, {seconds:.1f} s, slowest answer {slowest:.2f} s"


def _first(browser: Browser, address: str, folder: Path, rounds: int = 3) -> Iterator[Figure]:
    """How soon a page of the desk shows something, and its first field, against a page that only prints."""
    (folder / "plain").mkdir()
    (folder / "plain" / "prints.ipynb").write_text(json.dumps(PRINTS), "utf-8")
    place = f"{address.split('?')[0]}voila/render/family.ipynb?{address.split('?')[1]}"
    with dashboards.voila(folder / "plain", folder / "b", served=str(folder / "plain"), ours=False) as plain:
        pairs = [
            (
                _until(browser, f"{plain}prints.ipynb", "text=printed")[0],
                _until(browser, place, "h1", ".hub-form input"),
            )
            for _ in range(rounds)
        ]
    reference = median(each for each, _ in pairs)
    for at, what, bound in ((0, "first content", 1.0), (1, "first field", 1.5)):
        yield Figure(
            f"a desk page's {what} against a page that prints", median(o[at] for _, o in pairs), reference, bound
        )
