"""The clock of every request and complaint as the table `clocks` that rights.sql reads; it judges nothing.

clocks   request  kind    received_on  outcome  status   due         alert_on    days_left
         Q1       access  2026-11-03   open     running  2026-12-03  2026-12-03  11
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations

import duckdb
import pyarrow as pa

from hubdata.errors import BadParameter
from hubdata.policy import Policy
from hubdata.records.snapshot.frozen import Snapshot, tabled
from hubdata.rules import clock, course
from hubdata.rules.course import Event
from hubdata.terms import RequestStep

DAY, TEXT, NUMBER, YES = pa.date32(), pa.string(), pa.int64(), pa.bool_()
COLUMNS = {
    "request": TEXT, "family": TEXT, "person": TEXT, "kind": TEXT, "received_on": DAY, "outcome": TEXT, "status": TEXT,
    "relevant_time": DAY, "paused_days": NUMBER, "notice_by": DAY, "raw_due": DAY, "due": DAY, "alert_on": DAY,
    "target_on": DAY, "extension": TEXT, "days_left": NUMBER, "waiting_days": NUMBER, "elapsed_days": NUMBER,
    "answered_on": DAY, "acknowledged_on": DAY, "ended_on": DAY, "exemption": TEXT, "same_as": TEXT,
    "has_identity": YES, "is_paused": YES, "progress_on": DAY,
}  # fmt: skip
PARTS = (  # what may be left out where days cannot be true together
    {"clarifications": ()},
    {"extended_on": None},
    {f"{what}_{verb}": None for what in ("id", "authority", "fee") for verb in ("requested", "received")},
)
SUBSETS = tuple(left for count in range(len(PARTS) + 1) for left in combinations(PARTS, count))
CORRECTS = "FROM superseding('request_events', of_owner := '^request$')"
STEPS = ("event", "what", "happened_on", "exemption", "organisation", "supersedes", "recorded_at")


def prepare(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, policy: Policy, as_at: date) -> None:
    """Make the table known to a connection: a row for each request and complaint received by a day."""
    corrects = dict(connection.execute(CORRECTS).fetchall()) if snapshot.rows.get("requests") else {}
    connection.register("clocks", tabled(COLUMNS, _rows(snapshot, corrects, policy, as_at)))


def _rows(snapshot: Snapshot, corrects: dict[str, str], policy: Policy, as_at: date) -> Iterator[list]:
    if not snapshot.rows.get("requests"):
        return
    steps = _steps(snapshot.tables["request_events"])
    for row in snapshot.tables["requests"].to_pylist():
        taken = course.course(steps.get(row["request"], ()), corrects, as_at)
        if any(event.what == RequestStep.RECEIVED for event in taken):
            yield _row(row, taken, policy, as_at)


def _steps(events: pa.Table) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    columns = (events[name].to_pylist() for name in ("request", *STEPS))
    for request, *values in zip(*columns, strict=True):
        found.setdefault(request, []).append(Event(**dict(zip(STEPS, values, strict=True))))
    return found


def _row(row: dict, taken: list[Event], policy: Policy, as_at: date) -> list:
    asked, outcome = course.asked(row["kind"], taken), course.outcome(taken)
    told = read_what_holds(asked, policy, as_at)
    status = outcome if outcome in (RequestStep.WITHDRAWN, RequestStep.CLOSED) else told.status
    waits_for = told.due if outcome == "open" and not told.answered else None
    last = next((event for event in taken if event.what in course.ENDS), None)
    is_complaint = row["kind"] == clock.COMPLAINT
    return [
        row["request"], row["family"], row["person"], row["kind"], asked.received, outcome, status, told.relevant_time,
        told.paused_days, told.notice_by, told.raw_due, told.due, told.alert_on, told.target_on, told.extension,
        (waits_for - as_at).days if waits_for else None, told.waiting_days, told.elapsed_days,
        None if is_complaint else asked.answered_on, asked.answered_on if is_complaint else None,
        last and last.happened_on, last and last.exemption, row["same_as"],
        any(event.what == RequestStep.ID_RECEIVED for event in taken), status == "paused", asked.progress_on,
    ]  # fmt: skip


def read_what_holds(asked: clock.RequestDays, policy: Policy, as_at: date) -> clock.Clock:
    """What the clock says of days that may contradict each other: the fewest are left out, and before the law all."""
    for left_out in SUBSETS:
        try:
            without = {name: value for part in left_out for name, value in part.items()}
            return clock.read(replace(asked, **without), clock.law(policy, asked.received), as_at)
        except BadParameter:
            continue
    return clock.Clock(None, 0, None, None, None, "answered" if asked.answered_on else "cannot_tell")
