"""A moment is England's to whoever reads it, and one function says it, whatever the rows and the ledger keep."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from hubdata import moments
from hubdata.desk.forms.words import Words
from hubdata.records.snapshot import certificates
from hubdata.schedule.said import Standing, lines

PACKAGE = Path(moments.__file__).parent
# What is no time for a person: a file's name that says its zone, and two statements in the databases' own spelling.
FOR_MACHINES = {
    "desk/walks/returns.py",
    "records/backups/make.py",
    "retention/replay.py",
    "records/migrations/versions/0006_lead_versions.py",
    "records/migrations/versions/0014_coverage.py",
}
LATE = "1 July 2026 at 00:30"  # an hour that begins the day in England, where it is still June in UTC


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 6, 30, 23, 30), LATE),  # noqa: DTZ001 (UTC, as rows keep it)
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), LATE),
        (datetime(2026, 7, 1, 1, 30, tzinfo=timezone(timedelta(hours=2))), LATE),
        ("2026-06-30T23:30:59+00:00", LATE),
        ("2026-06-30T23:30:59Z", LATE),
        ("2026-06-30 23:30:59.123456", LATE),
        ("2026-07-01T00:30+01:00", LATE),
        ("20260630T233059Z", LATE),
        ("2026-11-30T23:30:00Z", "30 November 2026 at 23:30"),
    ],
)
def test_a_moment_is_said_by_englands_clock(at, said):
    assert moments.said(at) == said
    assert moments.day_of(at) == moments.here(at).date()


def test_no_other_place_writes_a_time():
    """UTC was shown on the schedule's page, in a person's copy and at the desk, where each wrote a time of its own."""
    written = [
        f"{path.relative_to(PACKAGE)}, line {number}: {line.strip()}"
        for path in sorted(PACKAGE.rglob("*"))
        if path.suffix in (".py", ".sql", ".html") and path.name != "moments.py"
        if str(path.relative_to(PACKAGE)) not in FOR_MACHINES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"%H\b|%-?[HI][:%]|%-?I ?%p|\(UTC\)\"", line) and "recorded_at as" not in line
    ]

    assert not written, "\n".join(written)


def test_the_schedule_says_englands_time_of_what_is_next_made_and_tried_again():
    failed = [
        {"report": "retention", "period": "June", "tries": 2, "why": "it stopped", "again_at": "2026-06-30T23:30Z"}
    ]
    last = {"period": "May", "at": "2026-06-30T23:30:00+00:00", "findings": {}}

    said = " ".join(lines([Standing("monthly", "Monthly", "all", "2026-07-01T00:30+01:00", last, failed=failed)]))

    assert f"next: {LATE}; last: May, made on 1 July 2026" in said
    assert f"again after {LATE}" in said


@pytest.mark.parametrize("kept", ["2026-06-30 23:30:00", "2026-06-30T23:30:00.5+00:00", "2026-07-01T00:30+01:00"])
def test_the_desk_says_englands_time_of_what_the_records_keep(kept):
    assert Words().plain(f"recorded at {kept}, by W1") == f"recorded at {LATE}, by W1"
    assert Words().text(kept, "recorded_at") == LATE


def test_a_certificate_was_reviewed_on_englands_day():
    [said] = certificates.unfolded(
        certificates.pa.table(
            {"certificate": ["C1"], "disposal": ["D1"], "content": ['{"reviewed_at": "2026-06-30T23:30:00Z"}']}
        )
    ).to_pylist()

    assert said["reviewed_at"] == str(date(2026, 7, 1))
