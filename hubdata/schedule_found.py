"""What earlier runs made, for a runner that comes after one that was killed or whose files were lost.

A bundle's manifest and the ledger say so, each for itself; what neither of them knows has still to be made.
"""

import json
from pathlib import Path

from hubdata.schedule_state import DONE, State

RAN = "schedule.run"


def begun(hub, states: list[State]) -> list[dict]:
    """What the ledger says of runs so far; a run that it knows and whose file is gone forgets what letters it sent."""
    from hubdata import ledger

    with hub.read() as connection:
        known = ledger.said(connection, (RAN,))
    for state in states:
        if state.is_new:
            if any(state.due.key.items() <= detail.items() for detail in known):
                state.forget()
            state.save()  # from here on, a file that is not there was lost
    return known


def made(home: Path, order):
    """What an earlier runner made, and died before it wrote that down: the run whose manifest says so, or None."""
    from hubdata.reports import Run

    for path in sorted((home / "reports" / order.report / order.period).glob("*/manifest.json")):
        try:
            said = json.loads(path.read_text("utf-8"))
            if said["schedule"] == order.scheduled:
                files = sorted(file.name for file in path.parent.iterdir())
                return Run(path.parent.name, order.report, DONE, path.parent, files, dict(said["findings"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # no whole bundle, or no scheduled one
    return None


def told(home: Path, order, known: list[dict]):
    """What the ledger knows as made, though its bundle is kept no longer, or None."""
    from hubdata.reports import Run

    for detail in known:
        if {**order.scheduled, "report": order.report, "status": DONE}.items() <= detail.items():
            folder = home / "reports" / order.report / order.period / detail["run"]
            return Run(detail["run"], order.report, DONE, folder, [], detail["findings"])
    return None
