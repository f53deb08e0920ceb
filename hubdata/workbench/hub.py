"""The front door: a hub opened for reading, and its records as at a day.

hub = hubdata.open()
view = hub.as_at("2026-09-30", known_at="2026-10-07")
"""

import os
from datetime import date
from pathlib import Path

from hubdata import moments
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records.people import sitting
from hubdata.records.people.acting import login
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub, open_hub
from hubdata.release.disclosure.protect import Protected
from hubdata.release.together import given
from hubdata.reports import page
from hubdata.workbench import shown, states, waiting
from hubdata.workbench.view import View


class OpenHub:
    """A hub that is open for reading. It closes with its `with` block, or when the notebook's kernel ends."""

    def __init__(self, hub: Hub | None):
        self._hub = hub

    def as_at(self, day: str | date, known_at: str | date | None = None) -> View:
        """The records as they are now, frozen, to be judged as at `day`: 2026-11-22, 22/11/2026 or a date.

        `known_at` leaves out agreements, shares, requests and returns that the hub learned of after the end of that
        day. What is written after this call is not in the view. Raises BadParameter for a day that is none.
        """
        asked, known = states.day(day, "day"), None if known_at is None else states.day(known_at, "known_at")
        with waiting.told("Freezing the records"):
            held = page.records() if self._hub is None else snapshots.take(self._hub)
        return View(self._hub, held, asked, known)

    def give(self, found: Protected, reason: str | None = None) -> str:
        """Enter a protected table in the release ledger as given out by whoever asks; what that means, in a sentence.

        Raises Refused if it would tell a small count together with an earlier one, or in a report's run.
        """
        if self._hub is None:
            raise Refused("a report's run has no ledger to enter a table in; leave `hub` out")
        hub = sitting.entered(self._hub)
        given.give(hub, found, By(hub.acting.name if hub.acting else login(), reason, moments.today()))
        return given.ENTERED

    show = staticmethod(shown.show)

    def close(self) -> None:
        """Close the database."""
        if self._hub is not None:
            self._hub.engine.dispose()

    def __enter__(self) -> "OpenHub":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        where = "of this report's run" if self._hub is None else self._hub.home
        return f"Hub {where}; `.as_at(day)` gives its records"


def open(home: str | Path | None = None, url: str | None = None) -> OpenHub:
    """Open a hub: its folder (default HUBDATA_HOME or ./hub) and database (default HUBDATA_URL or the SQLite in it).

    In a report's run it is the snapshot that the run was given, and nothing is opened. Raises HubError, in a sentence,
    if there is no hub, or it cannot be opened.
    """
    if os.environ.get("HUBDATA_SNAPSHOT"):
        return OpenHub(None)
    if not isinstance(home, str | Path | None):
        raise BadParameter(f"home is a folder, not {type(home).__name__}: write hubdata.open('ours')")
    return OpenHub(open_hub(None if home is None else Path(home), url))
