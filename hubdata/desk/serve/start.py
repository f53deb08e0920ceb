"""Serves the officer's desk: the same hardened Voila, on loopback, behind a token, and with a way to the records.

It shares no process and no environment with the dashboards, which must never have that way: `hubdata dashboards` starts
another module, and the one that is started here (desk/child.py) serves no dashboard.
"""

import os
import secrets
import sys
import tempfile
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hubdata import places
from hubdata.dashboards.serve import start
from hubdata.dashboards.serve.plan import Plan, is_loopback, new_name
from hubdata.desk.serve.app import told
from hubdata.errors import BadParameter
from hubdata.records.private import folder

FOLDER = places.NOTEBOOKS / "desk"
CHILD = (sys.executable, "-P", "-m", "hubdata.desk.child")


def plan(host: str, port: int) -> Plan:
    """What is served where: with a new token, to one officer. Raises BadParameter if others could reach it."""
    if not is_loopback(host):
        raise BadParameter(f"others can reach --host {host!r}; the desk is for this machine only: 127.0.0.1 or ::1")
    token, name = secrets.token_urlsafe(32), new_name()
    return Plan(host, port, released=str(FOLDER), folder=str(FOLDER), token=token, name=name)


def environment(home: Path, url: str | None, given: Mapping[str, str]) -> dict[str, str]:
    """Of an environment what the desk may have, with the hub that was asked for."""
    kept = {name: given[name] for name in start.PASSED if name in given}
    return kept | told(given) | {"HUBDATA_HOME": str(home)} | ({"HUBDATA_URL": url} if url else {})


def run(home: Path, url: str | None, asked: Plan, say: Callable[[str], None], browser: bool = True) -> int:
    """Serve until interrupted. Raises HubError if the port is taken or the process did not start."""
    with _pages(home) as written:

        def listening(address: str) -> None:
            signed_in = f"{address}?token={asked.token}"
            say(f"The desk is at {signed_in} (stop with Ctrl-C).")
            say("That address lets in whoever has it: keep it to yourself.")
            say("If your browser finds nothing there, take Chrome, Edge or Firefox.")
            if browser:
                webbrowser.open(written(signed_in).as_uri())

        return start.run(asked, CHILD, environment(home, url, os.environ), listening)


@contextmanager
def _pages(home: Path) -> Iterator[Callable[[str], Path]]:
    """A function that writes a private page which leads to an address: all users see what a browser is started with."""
    with tempfile.TemporaryDirectory(prefix="opening-", dir=folder(home / "work")) as place:
        yield lambda address: start.leading(Path(place), address)
