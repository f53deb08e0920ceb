"""A long call says that it goes on where somebody watches; an interrupt ends it at once and leaves the view whole."""

import io
import os
import signal
import sys
from threading import Timer
from types import SimpleNamespace

import IPython
import pytest

from hubdata.reports import board
from hubdata.reports import page as reports
from hubdata.rules import judge
from hubdata.workbench import waiting
from hubdata.workbench.hub import OpenHub
from tests.support import hubs


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "AFTER", 0.01)
    monkeypatch.setattr(waiting, "EVERY", 0.01)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Notebook:
    """A shell as a kernel has it, whose cells can be asked something back or cannot."""

    def __init__(self, watched: bool):
        self.kernel = SimpleNamespace(_allow_stdin=watched)
        self.display_pub, self.shown = self, []

    def publish(self, data, transient, update):
        self.shown.append((data["text/html"], transient["display_id"], update))


def long(share: float = -1) -> None:
    seen = waiting.Event()

    def told() -> float:
        seen.set()
        return share

    with waiting.told("Freezing the records", told):
        seen.wait(5)


def test_a_terminal_gets_a_line_that_is_taken_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setattr(IPython, "get_ipython", lambda: None)

    long(40)

    first, *_, last, end = terminal.getvalue().split("\r")[1:]
    assert first == "Freezing the records: 0 seconds, 40 of 100" and not last.strip() and end == ""


def test_a_notebook_gets_a_bar_with_a_name_which_is_taken_away(monkeypatch: pytest.MonkeyPatch):
    shell = Notebook(watched=True)
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)

    long(40)
    (first, place, _), *_, (last, _, _) = shell.shown

    assert '<progress aria-label="Freezing the records" value="40" max="100">' in first and last == ""
    assert {(at, update) for _, at, update in shell.shown[1:]} == {(place, True)}


def test_nothing_is_shown_where_nobody_watches(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):
    shell = Notebook(watched=False)
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)

    assert waiting.place() is None
    monkeypatch.setattr(IPython, "get_ipython", lambda: None)
    assert waiting.place() is None and capfd.readouterr() == ("", "")


LONG = "SELECT sum(a.range * b.range) AS n FROM range(10000000) a, range(10000000) b"
CALLS = {
    "sql": lambda view: view.sql("SELECT count(*) AS n FROM families"),
    "findings": lambda view: view.findings("sharing"),
    "promises": lambda view: view.promises(),
    "figure": lambda view: view.figure("retention", "holds"),
}


@pytest.mark.parametrize("call", CALLS)
def test_an_interrupt_ends_a_long_call_and_the_view_answers_again(tmp_path, monkeypatch: pytest.MonkeyPatch, call: str):
    with OpenHub(hubs.filled(tmp_path / "hub", 40)) as hub:
        view = hub.as_at("2026-09-30")
        with monkeypatch.context() as endless:
            endless.setattr(judge, "answer", lambda connection, *_: connection.execute(LONG))
            endless.setattr(reports.Page, "figure", lambda page, _: page._database.execute(LONG))
            endless.setattr(board, "rows", lambda page: page._database.execute(LONG))
            before = signal.signal(signal.SIGINT, signal.default_int_handler)
            Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()

            with pytest.raises(KeyboardInterrupt):
                view.sql(LONG) if call == "sql" else CALLS[call](view)

        signal.signal(signal.SIGINT, before)
        assert len(CALLS[call](view)) > 0
