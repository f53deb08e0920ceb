"""Tells another program that a pack is made, by one POST to the address that the pack names; off where it names none.

It says what a letter says: numbers and the runs' names. As with letters nothing is sent twice, and what a crash leaves
undecided is named for a person; the Idempotency-Key lets the other side tell a call that it has seen.
"""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime

from hubdata.schedule.addresses import SECONDS
from hubdata.schedule.letters import SENT, again, name, waits, write
from hubdata.schedule.state import UNSURE, State

KIND = "webhook"


def wanted(state: State) -> bool:
    """Whether a due run calls for a call that has not been made."""
    said = state.letter(name(state, KIND, state.due.pack.webhook))
    return bool(state.due.pack.webhook) and not state.left and said.get("status") != SENT


def send(state: State, now: datetime) -> list[str]:
    """Make the call, if there is one to make; what a person must know of it."""
    called = name(state, KIND, state.due.pack.webhook)
    before = state.letter(called)
    if not wanted(state) or waits(before, now):
        return []
    if before.get("status") == UNSURE:
        return [f"{state.due.name}: the webhook may or may not have been called; it is not called twice"]
    why = _call(state, called, now)
    return [f"{state.due.name}: the webhook was not called: {why}"] if why else []


def _call(state: State, called: str, now: datetime) -> str:
    reports = {report: {"run": said["run"], "findings": said["findings"]} for report, said in state.reports.items()}
    body = json.dumps({**state.due.key, "status": "done", "reports": reports}).encode()
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Idempotency-Key": called}

    def leaving() -> Iterator[bytes]:
        """The body, asked for once the other side is there and has the call's head: from here on it may arrive."""
        write(state, called, status=UNSURE)
        yield body

    try:
        request = urllib.request.Request(state.due.pack.webhook, leaving(), headers)
        with urllib.request.urlopen(request, timeout=SECONDS):
            write(state, called, status=SENT, at=now.isoformat(timespec="seconds"))
    except urllib.error.HTTPError as refusal:
        return again(state, called, now, f"it answered {refusal.code}")
    except (OSError, http.client.HTTPException, ValueError):
        if state.letter(called).get("status") not in (UNSURE, SENT):
            return again(state, called, now, "it cannot be reached")
        return "the line broke over it; it may or may not have arrived, and is not called twice"
    return ""
