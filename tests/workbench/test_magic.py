"""`%load_ext hubdata`: SQL in a cell, completed and bound to the notebook's variables; an error is a sentence."""

import os
import signal
from collections.abc import Iterator
from threading import Timer

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import CapturedIO, capture_output
from traitlets.config import Config

import hubdata
from hubdata.errors import BadParameter
from hubdata.workbench.answer import Answer
from hubdata.workbench.hub import OpenHub
from tests.support import hubs

QUIET = Config(HistoryManager={"enabled": False}, Completer={"use_jedi": False})


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenHub]:
    with OpenHub(hubs.filled(tmp_path_factory.mktemp("magic") / "hub", 40)) as hub:
        yield hub


@pytest.fixture
def shell(opened: OpenHub) -> InteractiveShell:
    made = InteractiveShell(config=QUIET)
    hubdata.load_ipython_extension(made)
    made.user_ns |= {"view": opened.as_at("2026-09-30"), "hub": "corby"}
    return made


def ran(shell: InteractiveShell, cell: str) -> tuple[object, CapturedIO]:
    shell.display_pub = CapturingDisplayPublisher()
    with capture_output() as shown:
        done = shell.run_cell(cell)
    return done.error_in_exec or done.result, shown


def offered(shell: InteractiveShell, cell: str) -> list[str]:
    with provisionalcompleter():
        return [one.text for one in shell.Completer.completions(cell, len(cell))]


def test_a_cell_of_sql_answers_a_frame_and_takes_the_notebooks_variables(shell: InteractiveShell):
    answer, _ = ran(shell, "%%hubsql\nSELECT count(*) AS n, '$no' AS said FROM families WHERE hub = $hub -- $nor")

    assert isinstance(answer, Answer) and answer["said"].item() == "$no"
    assert answer["n"].item() == (shell.user_ns["view"].families["hub"] == "corby").sum()


def test_a_named_answer_is_kept_and_another_view_is_asked_by_name(shell: InteractiveShell, opened: OpenHub):
    shell.user_ns["before"] = opened.as_at("2026-01-01")

    shown, _ = ran(shell, "%%hubsql kept of before\nSELECT 1 AS one")

    assert shown is None and shell.user_ns["kept"]["one"].item() == 1
    assert "1 January 2026" in shell.user_ns["kept"].caption.scope


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("%%hubsql\nSELECT given_name FROM people", "given_name of people is about a known person, and names never"),
        (
            "%%hubsql\nSELECT reason FROM shares",
            "reason of shares is free text, .* has_reason says whether there is one",
        ),
        ("%%hubsql\nDROP TABLE families", "a view can only be read: write one SELECT"),
        ("%%hubsql\nSELECT $nobody", r"\$nobody has no value; give nobody one in a cell above"),
        ("%%hubsql a b\nSELECT 1", "'a b' says too much"),
        (
            "%%hubsql of nothing\nSELECT 1",
            "there is no view called nothing; there are view: write nothing = hubdata.open",
        ),
    ],
)
def test_an_error_is_one_sentence_with_its_trace_folded(shell: InteractiveShell, cell: str, said: str):
    error, shown = ran(shell, cell)

    assert isinstance(error, BadParameter) and "Traceback" not in shown.stdout and shown.stdout.count("\n") <= 2
    with pytest.raises(BadParameter, match=said):
        raise error
    (folded,) = (one["data"]["text/html"] for one in shell.display_pub.outputs)
    assert folded.startswith("<details><summary>Where it happened</summary>") and "<details open" not in folded


def test_another_error_is_shown_as_ever_and_an_interrupt_says_that_it_stopped(shell: InteractiveShell):
    _, other = ran(shell, "1 / 0")
    _, stopped = ran(shell, "raise KeyboardInterrupt")

    assert "ZeroDivisionError" in other.stdout and "Traceback" in other.stdout
    assert stopped.stdout.startswith("Stopped. Nothing was changed.")


@pytest.mark.parametrize(
    ("cell", "words", "never"),
    [
        ("%%hubsql\nSELECT * FROM fam", ["families"], ["family"]),
        ("%%hubsql\nFROM families SELECT clo", ["closed_on"], []),
        (
            "%%hubsql\nFROM shares AS s JOIN families f USING (family) WHERE f.",
            ["hub", "opened_on"],
            ["purpose", "shares"],
        ),
        ("%%hubsql x\nFROM people SELECT give", [], ["given_name"]),
    ],
)
def test_tables_and_columns_are_completed_and_no_name_is_offered(shell: InteractiveShell, cell, words, never):
    found = offered(shell, cell)

    assert set(words) <= set(found) and not set(never) & set(found)


def _too_long(*_signal: object):
    raise TimeoutError


@pytest.mark.parametrize(
    ("ends", "handler", "raised"),
    [(signal.SIGINT, signal.default_int_handler, KeyboardInterrupt), (signal.SIGUSR1, _too_long, TimeoutError)],
)
def test_a_long_query_is_stopped_at_once_and_the_view_answers_again(shell: InteractiveShell, ends, handler, raised):
    view, before = shell.user_ns["view"], signal.signal(ends, handler)
    Timer(0.3, os.kill, (os.getpid(), ends)).start()

    with pytest.raises(raised):
        view.sql("SELECT sum(a.range * b.range) AS n FROM range(10000000) a, range(10000000) b")

    signal.signal(ends, before)
    assert view.sql("SELECT count(*) AS n FROM families")["n"].item() == 40
