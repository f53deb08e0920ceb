"""The clocks that rules read say of every request what the register says, and cost nothing where there are none."""

from datetime import date, timedelta

import pyarrow as pa
import pytest

from hubdata import policy
from hubdata.demo import make as demo
from hubdata.desk import tour
from hubdata.records.snapshot import take as snapshots
from hubdata.rights import view
from hubdata.rules import clocks, judge
from tests.support.ascii import load

SAME = (
    "request",
    "family",
    "person",
    "kind",
    "received_on",
    "outcome",
    "status",
    "relevant_time",
    "paused_days",
    "notice_by",
    "raw_due",
    "due",
    "alert_on",
    "target_on",
    "extension",
    "days_left",
    "acknowledged_on",
    "ended_on",
    "exemption",
    "same_as",
)


def told(hub, as_at: date) -> dict[str, dict]:
    opened = judge.connect(snapshots.take(hub), policy.load(), as_at)
    return {row["request"]: row for row in opened.sql("SELECT * FROM clocks").to_arrow_table().to_pylist()}


@pytest.mark.parametrize("earlier", [0, 20, 60, 100])
def test_they_say_what_the_register_says(sqlite_hub, earlier):
    tour.fill(sqlite_hub, demo.generate(60, 7), "a test")
    as_at = demo.AS_AT - timedelta(days=earlier)

    with sqlite_hub.read() as connection:
        register = {one.request: [getattr(one, name) for name in SAME] for one in view.read(connection, as_at)}

    assert register
    assert {request: [row[name] for name in SAME] for request, row in told(sqlite_hub, as_at).items()} == register


def test_the_other_columns_say_how_it_was_answered_and_what_it_waits_for(sqlite_hub):
    load(
        sqlite_hub,
        requests="""
        request  | kind
        answered | access
        waits    | access
        paused   | access
        heard    | complaint
    """,
        request_events="""
        request  | what                | happened_on
        answered | received            | 2026-09-01
        answered | id_requested        | 2026-09-02
        answered | id_received         | 2026-09-05
        answered | responded           | 2026-09-20
        waits    | received            | 2026-09-01
        waits    | id_requested        | 2026-09-02
        paused   | received            | 2026-09-01
        paused   | clarification_asked | 2026-09-10
        heard    | received            | 2026-09-01
        heard    | acknowledged        | 2026-09-03
    """,
    )

    found = told(sqlite_hub, date(2026, 9, 30))

    names = ("answered_on", "acknowledged_on", "has_identity", "is_paused", "waiting_days", "status")
    assert {request: tuple(row[name] for name in names) for request, row in found.items()} == {
        "answered": (date(2026, 9, 20), None, True, False, 0, "answered"),
        "waits": (None, None, False, False, 28, "not_started"),
        "paused": (None, None, False, True, 20, "paused"),
        "heard": (None, date(2026, 9, 3), False, False, 0, "answered"),
    }


def test_a_hub_without_requests_has_them_with_the_same_columns(sqlite_hub):
    opened = judge.connect(snapshots.take(sqlite_hub), policy.load(), date(2026, 9, 30))
    empty = opened.sql("SELECT * FROM clocks").to_arrow_table()

    assert empty.num_rows == 0
    assert empty.schema == pa.schema(list(clocks.COLUMNS.items()))
