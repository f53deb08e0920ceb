"""Waiting for a long call: after a second a bar in a notebook, a line in a terminal; an interrupt stops what was asked.

Nothing is shown where nobody watches: a report's run, papermill, nbval, nbconvert and Voila keep no bar in an output.
"""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from threading import Event, Thread
from typing import IO, Any, Protocol, TypeVar
from uuid import uuid4

import duckdb

from hubdata.figures.html import element
from hubdata.rules import judge

AFTER, EVERY = 1.0, 0.5  # seconds until a wait is shown, and between two looks at it
AGAIN = 0.05  # seconds between two interrupts: DuckDB does not hear one that comes between two statements
Share = Callable[[], float]  # of a hundred, or less than 0 where nobody can tell
Answered = TypeVar("Answered")


class Place(Protocol):
    """Where a wait is shown."""

    def show(self, what: str, seconds: int, share: float) -> None:
        """Show it, or show it anew."""

    def end(self) -> None:
        """Leave nothing of it."""


class Bar:
    """A bar below a notebook's cell. It is plain HTML: no widget is left behind that a saved notebook cannot draw."""

    def __init__(self, shell: Any):
        self._shell, self._id, self._is_there = shell, uuid4().hex, False

    def show(self, what: str, seconds: int, share: float) -> None:
        said = f"{what}: {_lasted(seconds)}"
        known = {"value": f"{share:.0f}", "max": "100"} if share >= 0 else {}
        self._put(str(element("p", element("progress", aria_label=what, **known), " ", said)), said)

    def end(self) -> None:
        self._put("", "")

    def _put(self, html: str, text: str) -> None:
        found = {"text/html": html, "text/plain": text}
        self._shell.display_pub.publish(found, transient={"display_id": self._id}, update=self._is_there)
        self._is_there = True


class Line:
    """A line in a terminal, which is written over and taken back."""

    def __init__(self, stream: IO[str]):
        self._stream, self._width = stream, 0

    def show(self, what: str, seconds: int, share: float) -> None:
        done = f", {share:.0f} of 100" if share >= 0 else ""
        self._put(f"{what}: {_lasted(seconds)}{done}")

    def end(self) -> None:
        self._put("")
        self._stream.write("\r")
        self._stream.flush()

    def _put(self, said: str) -> None:
        self._stream.write(f"\r{said.ljust(self._width)}")
        self._stream.flush()
        self._width = len(said)


def _lasted(seconds: int) -> str:
    return "1 second" if seconds == 1 else f"{seconds:,} seconds"


def place() -> Place | None:
    """Where this process's waits are shown; None if nobody watches, as where a cell cannot be asked anything back."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    kernel = getattr(shell, "kernel", None)
    if kernel is not None:
        return Bar(shell) if getattr(kernel, "_allow_stdin", False) else None
    return Line(sys.stderr) if sys.stderr is not None and sys.stderr.isatty() else None


@contextmanager
def told(what: str, share: Share | None = None) -> Iterator[None]:
    """Say after a second, and until the block ends, that something goes on; `share` says how much of it is done."""
    found = place()
    if found is None:
        yield
        return
    ended = Event()
    teller = Thread(target=_tell, args=(found, what, share, ended), daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()


def _tell(found: Place, what: str, share: Share | None, ended: Event) -> None:
    seconds = AFTER
    if ended.wait(AFTER):
        return
    try:
        found.show(what, int(seconds), share() if share else -1)
        while not ended.wait(EVERY):
            seconds += EVERY
            found.show(what, int(seconds), share() if share else -1)
    finally:
        found.end()


def stoppable(
    what: str,
    work: Callable[[], Answered],
    opened: list[duckdb.DuckDBPyConnection] | None = None,
    share: Share | None = None,
) -> Answered:
    """What the work answers. An interrupt, or whatever else ends the wait, stops what it asks of DuckDB.

    It has a thread of its own: DuckDB in the thread that is interrupted hears it after 0.3 to 10 seconds, as it comes.
    `opened` are connections that it uses already; those that it opens join them. Raises KeyboardInterrupt once it has
    stopped.
    """
    used = [] if opened is None else opened

    def listened() -> Answered:
        judge.OPENED.set(used)
        return work()

    with told(what, share), ThreadPoolExecutor(1) as pool:
        waited = pool.submit(copy_context().run, listened)
        try:
            return waited.result()
        finally:
            while not waited.done():
                for connection in used:
                    connection.interrupt()
                wait([waited], AGAIN)
