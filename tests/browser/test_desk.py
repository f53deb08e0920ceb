"""The officer's desk in a real browser: `hubdata desk` and `hubdata lab` as they are run, worked as an officer does.

Set HUBDATA_PICTURES to a folder to keep the pictures of the README.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import websocket

from hubdata.dashboards.catalogue import DESK
from hubdata.desk.forms.tasks import TASKS
from tests.support import dashboards, hubs
from tests.support.ascii import load
from tests.support.chromium import becomes
from tests.support.serving import Visitor, command

PATIENCE = 60_000
CANARY = "Zebedee Quillfeather"
PLACED = ".hub-form-retention-hold"
every_page = pytest.mark.parametrize("name", [each.name for each in DESK])


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A made-up hub, with an organisation whose name somebody chose to do harm."""
    hub = hubs.filled(tmp_path_factory.mktemp("desk") / "hub", families=40)
    names = "".join(f"X{at} | {each.replace('|', '/')} | outside\n" for at, each in enumerate(dashboards.HOSTILE))
    load(hub, organisations=f"organisation | name | kind\n{names}")
    hub.engine.dispose()
    return hub.home


@pytest.fixture(scope="module")
def served(home, tmp_path_factory):
    """The desk's address, with its token."""
    log = tmp_path_factory.mktemp("served") / "log"
    with command(log, "desk", "--home", str(home), "--port", "0", said=r"http://\S+") as address:
        yield address


@pytest.fixture
def opened(page, served):
    """A function that opens a page of the desk and waits until its forms are there."""
    page.goto(served)

    def open_(name: str):
        page.goto(f"{served.split('?')[0]}voila/render/{name}.ipynb")
        page.wait_for_selector(f".hub-form-{TASKS[name][-1].name} button", timeout=PATIENCE)
        becomes(page, "document.querySelector('#status').textContent === ''")
        return page

    yield open_
    page.goto("about:blank")  # a page that closes ends its kernel
    page.wait_for_timeout(500)  # what it sends to end it goes with the browser, if that closes at once


def press(page, form: str) -> str:
    """Press a form's button and wait for its answer."""
    page.wait_for_timeout(600)  # no double click
    page.evaluate(f"document.querySelector('{form} :is(.answer, .error-summary)')?.remove()")
    page.click(f"{form} button")
    page.wait_for_selector(f"{form} :is(.answer, .error-summary)", timeout=PATIENCE)
    return page.locator(f"{form} :is(.answer, .error-summary)").inner_text()


@every_page
def test_a_page_of_the_desk_is_readable_by_everyone_and_asks_nobody(opened, violations, requests_made, served, name):
    page = opened(name)
    assert violations() == []
    assert page.locator(".hub-form:not(.hub-walk) h2").count() == len(TASKS[name])
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    host = served.split("?")[0]
    assert [each for each in requests_made if not each.startswith((host, "data:", "about:"))] == []


def test_start_here_leads_to_every_page(page, served, violations):
    page.goto(served)
    assert "token" not in page.url
    assert page.locator("main .pages li").count() == len(DESK)
    assert violations() == []
    page.click(".pages a:text-is('Holds')")
    assert page.locator("h1").inner_text() == "Holds"


def test_nobody_gets_in_without_the_token(page, served, violations):
    host = served.split("?")[0]
    stranger = Visitor(int(re.search(r":(\d+)/", host)[1]))
    token = "?" + served.split("?")[1]
    assert [stranger.ask(path).status for path in ("/", f"/{token}", "/voila/static/voila.js")] == [403] * 3
    visitor = Visitor(stranger.port, {"Host": host.split("/")[2]})
    for path in ("/", "/voila/render/holds.ipynb", "/api/kernels/x", "/voila/static/voila.js"):
        assert visitor.ask(path).status == 403
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        visitor.listen("x")
    page.goto(host)
    assert page.locator("h1").inner_text() == "You are not signed in"
    assert violations() == []
    page.fill("#token", served.split("token=")[1])
    page.click("text=Sign in")
    assert page.locator("h1").inner_text() == "Start here"


def test_the_desk_is_for_this_machine_only(home):
    start = [sys.executable, "-c", "from hubdata.desk.main import main; main()"]
    found = subprocess.run([*start, "desk", "--home", home, "--host", "0.0.0.0"], capture_output=True, text=True)
    assert found.returncode == 2 and "this machine only" in found.stderr


def test_every_control_is_reached_and_worked_by_keyboard(opened):
    page = opened("holds")
    placed, first = False, None
    for _ in range(120):
        page.keyboard.press("Tab")
        first = first or page.evaluate("document.activeElement.textContent.trim()")
        page.evaluate("document.activeElement.dataset.reached = 'yes'")
        if page.evaluate(f"!!document.activeElement.closest('{PLACED} .hub-field-family')"):
            page.keyboard.type("F000004")
        if page.evaluate(f"!!document.activeElement.closest('{PLACED} .hub-field-code')"):
            page.keyboard.press("ArrowDown")
        if page.evaluate(f"document.activeElement.matches('{PLACED} button')") and not placed:
            page.keyboard.press("Enter")
            page.wait_for_selector(f"{PLACED} .answer", timeout=PATIENCE)
            page.locator(f"{PLACED} button").focus()
            placed = True
    assert first == "Skip to main content"
    # the list of holds is drawn anew when one was placed, with the controls that it has
    controls = page.locator(".hub-form :is(input, select, button)")
    left_out = page.locator(".hub-form :is(input, select, button):not([data-reached])")
    assert controls.count() > 20 and left_out.evaluate_all("them => them.map(each => each.outerHTML)") == []
    assert "is placed on F000004" in page.locator(f"{PLACED} .answer").inner_text()


def test_a_problem_takes_the_focus_leads_to_its_field_and_keeps_what_was_typed(opened, violations):
    page = opened("holds")
    page.fill(f"{PLACED} .hub-field-authority input", CANARY)
    said = press(page, PLACED)
    assert "There is a problem" in said and "Enter family" in said and "Choose code" in said
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.title().startswith("Error: ") and page.locator("#status").inner_text() == "There is a problem."
    assert page.locator(f"{PLACED} .hub-field-authority input").input_value() == CANARY
    assert "Error: Enter family" in page.locator(f"{PLACED} .hub-field-family label").inner_text()
    assert violations() == []
    page.click(f"{PLACED} .error-summary >> text=Enter family")
    assert page.evaluate(f"!!document.activeElement.closest('{PLACED} .hub-field-family')")


def test_a_family_is_held_seen_and_audited(opened):
    page = opened("holds")
    page.fill(f"{PLACED} .hub-field-family input", "F000003")
    page.select_option(f"{PLACED} .hub-field-code select", label="A claim or court case")
    page.fill(f"{PLACED} .hub-field-review-on input", "27/3/2027")
    page.fill(f"{PLACED} .hub-field-reason input", "Claim received")
    assert "is placed on F000003" in press(page, PLACED)
    assert "F000003" in press(page, ".hub-form-retention-holds")
    page = opened("audit")
    page.evaluate("""() => {
      window.steps = new Set();
      new MutationObserver(() => window.steps.add(document.querySelector('#status').textContent))
        .observe(document.querySelector('#status'), {childList: true});
    }""")
    said = press(page, ".hub-form-report-data_rights")
    assert "data_rights.html" in said and "RR01" in said
    assert any("Running the data rights audit: step " in each for each in page.evaluate("[...window.steps]"))


def test_a_form_that_saved_is_empty_and_one_that_did_not_takes_the_next_click(opened):
    page = opened("holds")
    page.click(f"{PLACED} button")
    page.wait_for_selector(f"{PLACED} .error-summary", timeout=PATIENCE)
    page.fill(f"{PLACED} .hub-field-family input", "F000005")
    page.select_option(f"{PLACED} .hub-field-code select", label="A complaint, until its outcome is told")
    page.click(f"{PLACED} button")
    page.wait_for_selector(f"{PLACED} .answer", timeout=PATIENCE)
    assert "is placed on F000005" in page.locator(f"{PLACED} .answer").inner_text()
    typed = f"[...document.querySelectorAll('{PLACED} :is(input, select)')].map(each => each.value)"
    becomes(page, f"{typed}.every(each => ['', 'Choose one'].includes(each))", timeout=PATIENCE)
    assert "Error" not in page.locator(f"{PLACED}").inner_text()


def test_a_button_that_moves_away_under_a_click_is_pressed_all_the_same(opened):
    page = opened("holds")
    button = page.locator(f"{PLACED} button")
    button.scroll_into_view_if_needed()
    at = button.bounding_box()
    page.mouse.move(at["x"] + 9, at["y"] + 9)
    page.mouse.down()
    page.evaluate(
        f"document.querySelector('{PLACED}').prepend(Object.assign(document.createElement('div'), "
        "{style: 'height: 90px'}))"
    )
    page.mouse.up()
    page.wait_for_selector(f"{PLACED} .error-summary", timeout=PATIENCE)
    page.mouse.move(at["x"] + 300, at["y"] + 99)
    page.mouse.down()
    page.mouse.move(at["x"] + 9, at["y"] + 99)
    page.evaluate(f"document.querySelector('{PLACED} .error-summary').remove()")
    page.mouse.up()
    page.wait_for_timeout(1500)
    assert page.locator(f"{PLACED} .error-summary").count() == 0  # begun elsewhere, it is no click


def test_what_a_command_wrote_opens_from_its_answer_and_nothing_else_of_the_hub_does(opened, served, home):
    page = opened("audit")
    press(page, ".hub-form-report-retention")
    link = page.locator(".hub-form-report-retention a:has-text('Open retention.html')")
    address = link.get_attribute("href")
    assert str(home) not in page.locator(".hub-form-report-retention").inner_text()
    with page.context.expect_page() as opening:
        link.click()
    assert "Retention" in opening.value.locator("h1").inner_text()
    stranger = Visitor(int(re.search(r":(\d+)/", served)[1]), {"Host": served.split("/")[2]})
    visitor = Visitor(stranger.port, stranger.sent, {each["name"]: each["value"] for each in page.context.cookies()})
    sent = visitor.ask(address)
    assert sent.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in sent.headers["content-security-policy"]
    beside = address.rsplit("/", 1)[0]
    for other in (
        "/hub/hub.db",
        "/hub/keys/",
        f"{beside}/%2e%2e/%2e%2e/%2e%2e/%2e%2e/hub.db",
        "/hub/reports/",
        beside,
        f"{beside}/retention.ipynb",
        "/hub/work/",
        "/hub/reports/..%2f..%2fhub.db",
    ):
        assert visitor.ask(other).status == 404, other
    assert stranger.ask(address).status == 403


def test_hostile_names_are_only_words(opened):
    page = opened("shares")
    page.on("dialog", lambda dialog: pytest.fail("something ran"))
    offered = page.locator(".hub-form-share-check .hub-field-to select").inner_text()
    assert "<script>document.title" in offered
    page.fill(".hub-form-share-check .hub-field-family input", dashboards.HOSTILE[0])
    said = press(page, ".hub-form-share-check")
    assert "There is a problem" in said and "pwned" not in page.title()
    assert page.locator(".hub-form script, .hub-form img, .hub-form svg").count() == 0


def test_a_page_whose_kernel_has_ended_says_so(opened):
    page = opened("holds")
    kernel = json.loads(page.locator("#jupyter-config-data").text_content())["kernelId"]
    os.kill(int(dashboards.process(kernel).name), signal.SIGKILL)
    page.wait_for_selector("#ended p", timeout=PATIENCE)
    page.click("text=Open the page again")
    page.wait_for_selector(f"{PLACED} button", timeout=PATIENCE)


def test_lab_opens_start_here_and_saves_nothing_that_was_typed(page, home, requests_made, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    started = ("lab", "--home", str(home), "--port", port)
    with command(tmp_path / "log", *started, said=r"http://\S+token=\S+") as address:
        page.goto(address)
        page.wait_for_selector(".jp-MarkdownViewer h1:has-text('Start here')", timeout=PATIENCE)
        page.click(".jp-MarkdownViewer a:has-text('Holds')")
        page.wait_for_selector("#jp-main-statusbar >> text='Python 3 (ipykernel) | Idle'", timeout=PATIENCE)
        page.wait_for_timeout(1000)  # its session follows its name
        page.click(".lm-MenuBar-itemLabel:text-is('Run')")
        page.click(".lm-Menu-itemLabel:text-is('Run All Cells')")
        page.wait_for_selector(f"{PLACED} button", timeout=PATIENCE)
        page.fill(f"{PLACED} .hub-field-family input", "F000002")
        page.fill(f"{PLACED} .hub-field-authority input", CANARY)
        page.select_option(f"{PLACED} .hub-field-code select", label="A complaint, until its outcome is told")
        page.click(f"{PLACED} button")
        page.wait_for_selector(f"{PLACED} .answer", timeout=PATIENCE)
        page.keyboard.press("Control+s")
        page.wait_for_timeout(3000)
        notebook = home / "lab" / "notebooks" / "holds.ipynb"
        saved = json.loads(notebook.read_text("utf-8"))
        assert saved["cells"][1]["execution_count"] == 1 and saved["cells"][1]["outputs"]
        assert "widgets" not in saved["metadata"]
        kept = [path for path in (home / "lab").rglob("*") if path.is_file()]
        said = {path: set(re.split(rb"\W", path.read_bytes())) for path in kept}
        assert [path for path in kept if b"Quillfeather" in said[path]] == []
        # the list of what needs somebody names families that the desk lists anyhow, by reference
        assert [p for p in kept if b"F000002" in said[p] and not p.name.startswith("START_HERE")] == []
        assert (home / "lab").stat().st_mode & 0o777 == 0o700
        busy = subprocess.run(
            [sys.executable, "-c", "from hubdata.desk.main import main; main()", "lab", "--home", home, "--port", port],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert busy.returncode == 3 and "JupyterLab is open on this hub already" in busy.stderr + busy.stdout
    assert faults == []
    host = address.split("lab?")[0]
    assert [each for each in requests_made if not each.startswith((host, "data:", "blob:", "about:"))] == []
    assert not notebook.exists()


@pytest.mark.skipif("HUBDATA_PICTURES" not in os.environ, reason="HUBDATA_PICTURES names no folder")
def test_pictures_of_the_desk_for_the_readme(opened):
    page = opened("holds")
    page.set_viewport_size({"width": 1200, "height": 900})
    page.screenshot(path=Path(os.environ["HUBDATA_PICTURES"]) / "desk-holds.png")
