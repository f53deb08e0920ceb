"""When packs are due: periods, England's working days, the clock's two changes, and calendars that cannot be."""

from datetime import UTC, date, datetime, time
from itertools import islice

import pytest

from hubdata.dates import working_days_after
from hubdata.errors import BadParameter, Refused
from hubdata.moments import day_of
from hubdata.schedule.calendar import Rule, containing, covered, end_of
from hubdata.schedule.plan import read
from hubdata.schedule.said import page

START = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("kind", "day", "name", "first", "last"),
    [
        ("week", "2026-01-01", "2026-W01", "2025-12-29", "2026-01-04"),
        ("month", "2024-02-29", "2024-02", "2024-02-01", "2024-02-29"),
        ("quarter", "2026-12-31", "2026-Q4", "2026-10-01", "2026-12-31"),
        ("financial_year", "2026-03-31", "2025-to-2026", "2025-04-01", "2026-03-31"),
        ("financial_year", "2026-04-01", "2026-to-2027", "2026-04-01", "2027-03-31"),
        ("calendar_year", "2026-04-01", "2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_day_lies_in_one_period_of_each_kind(kind, day, name, first, last):
    span = containing(kind, date.fromisoformat(day))

    assert (span.name, str(span.first), str(span.last)) == (name, first, last)


@pytest.mark.parametrize(
    ("day", "number", "found"),
    [
        ("2026-03-31", 2, "2026-04-02"),  # before Good Friday, 3 April
        ("2026-03-31", 3, "2026-04-07"),  # after Easter Monday
        ("2025-12-31", 1, "2026-01-02"),
        ("2026-08-31", -1, "2026-08-28"),  # the summer bank holiday is no working day
        ("2026-09-30", 0, "2026-09-30"),
    ],
)
def test_working_days_are_englands(day, number, found):
    assert working_days_after(date.fromisoformat(day), number) == date.fromisoformat(found)


@pytest.mark.parametrize(
    ("covers", "due", "first", "last"),
    [
        ("last_full_quarter", "2026-10-02", "2026-07-01", "2026-09-30"),
        ("last_full_quarter", "2026-09-30", "2026-04-01", "2026-06-30"),  # its own last day: the quarter is not over
        ("last_4_full_quarters", "2026-10-02", "2025-10-01", "2026-09-30"),
        ("last_full_financial_year", "2026-04-01", "2025-04-01", "2026-03-31"),
        ("quarter_to_date", "2026-10-01", "2026-07-01", "2026-09-30"),
        ("quarter_to_date", "2026-10-02", "2026-10-01", "2026-10-01"),
    ],
)
def test_what_a_pack_covers_is_over_when_it_is_due(covers, due, first, last):
    span = covered(covers, date.fromisoformat(due))

    assert (str(span.first), str(span.last)) == (first, last)


@pytest.mark.parametrize(
    "covers", ["next_full_quarter", "this_quarter", "last_full_fortnight", "last_0_full_months", ""]
)
def test_a_period_that_is_not_over_is_refused(covers):
    with pytest.raises(BadParameter, match="is no period that is over when the pack is due"):
        covered(covers, date(2026, 11, 22))


def test_the_second_working_day_after_each_quarter_of_a_year():
    rule = Rule("quarter", working_day=2, start=START)

    assert [str(day) for _, day in islice(rule.dues(), 4)] == ["2026-01-05", "2026-04-02", "2026-07-02", "2026-10-02"]


def test_a_calendar_ends_with_its_until():
    rule = Rule("month", day=1, start=START, until=date(2026, 3, 1))

    assert [span.name for span, _ in rule.dues()] == ["2025-12", "2026-01", "2026-02"]


@pytest.mark.parametrize(
    ("due", "at", "moment"),
    [
        ("2026-03-28", "01:30", "2026-03-28T01:30"),
        ("2026-03-29", "01:30", "2026-03-29T01:30"),  # an hour that does not exist: half past two, summer time
        ("2026-03-29", "02:30", "2026-03-29T01:30"),
        ("2026-03-30", "06:00", "2026-03-30T05:00"),
        ("2026-10-25", "01:30", "2026-10-25T00:30"),  # twice that night: the first counts
        ("2026-10-26", "06:00", "2026-10-26T06:00"),
    ],
)
def test_times_are_englands_through_both_changes_of_the_clock(due, at, moment):
    rule = Rule("month", day=1, at=time.fromisoformat(at), start=START)

    assert rule.moment(date.fromisoformat(due)) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_an_evening_in_summer_belongs_to_englands_day():
    assert day_of(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == date(2026, 7, 1)
    assert end_of(date(2026, 6, 30)) == datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)


BAD = """packs:
  monthly:
    title: Monthly
    every: month
    due: {day: 31}
    at: "25:00"
    from: 2026-11-01
    covers: next_full_quarter
    hubs: [all, atlantis]
    late_after_working_days: 99
    reports: [retentoin, {report: retention, parameters: {as_at: 2030-01-01, x: 1}}]
    recipients: [nobody]
    webhook: http://example.org
  Bad: 3
  empty:
    every: fortnight
    colour: red
"""


def test_every_fault_of_a_schedule_is_said_at_once_with_file_line_and_what_is_allowed(tmp_path):
    (tmp_path / "schedule.yaml").write_text(BAD, "utf-8")

    with pytest.raises(Refused) as refused:
        read(tmp_path / "schedule.yaml")

    said = "\n".join(refused.value.problems)
    for line, words in (
        (5, "day 31 is impossible for a month; allowed are 1 to 28"),
        (6, "at '25:00' is no time of day"),
        (8, "covers 'next_full_quarter' is no period that is over"),
        (9, "hub 'atlantis' is not registered; allowed are all, corby"),
        (10, "late_after_working_days must be 0 to 60"),
        (11, "there is no report 'retentoin'; allowed are "),
        (11, "retention: as_at is set by `covers`"),
        (11, "'x' is not a parameter; allowed are as_at, hub"),
        (12, "recipient 1 is not one e-mail address"),
        (13, "a webhook is an https:// address"),
        (14, "a pack's name is lower-case letters"),
        (16, "every 'fortnight' is no period of the calendar; allowed are week, month"),
        (17, "unknown key 'colour'; allowed are title, every"),
        (15, "title is missing"),
    ):
        assert any(p.startswith(f"schedule.yaml, line {line}: ") and words in p for p in said.splitlines()), words


MONTH_END = """packs:
  end:
    {title: Month's end, every: month, due: {working_day: -1}, from: 2026-08-01, hubs: [all], reports: [quality],
     late_after_working_days: 3 MORE}
"""


@pytest.mark.parametrize(
    ("more", "days", "aside"),
    [
        ("", "2026-08-01 2026-08-27", " (1 August to 27 August 2026)"),
        (", covers: last_full_month", "2026-07-01 2026-07-31", " (1 July to 31 July 2026)"),
    ],
)
def test_a_pack_due_within_its_period_covers_what_is_over_of_it_and_names_the_days(more, days, aside, tmp_path):
    (tmp_path / "schedule.yaml").write_text(MONTH_END.replace(" MORE", more), "utf-8")

    (pack,) = read(tmp_path / "schedule.yaml")
    span, due = next(pack.rule.dues())

    assert (span.name, str(due)) == ("2026-08", "2026-08-28")
    found = covered(pack.parts[0].covers, due)
    assert f"{found.first} {found.last}" == days
    assert f"Quality{aside}</td>" in page(tmp_path, (pack,), end_of(due))


GOOD = """packs:
  end:
    title: A pack
    every: month
    due: {day: 1}
    from: 2026-08-01
    until: 2026-12-31
    hubs: [all]
    reports: [quality]
    late_after_working_days: 3
    recipients: [ig.lead+hub@corby.example.gov.uk]
    webhook: https://hooks.example:8443/a?b=c
"""
TITLE, YEARS = "title must be 1 to 120 characters on one line", "is not in the years that are allowed, 2000 to 2200"
PERSON, HOOK = "recipient 1 is not one e-mail address", "a webhook is an https:// address"


@pytest.mark.parametrize(
    ("line", "written", "fault"),
    [
        (3, 'title: "  "', TITLE),
        (3, f"title: {'x' * 121}", TITLE),
        (3, r'title: "A\nBcc: x"', TITLE),
        (3, r'title: "A\u2028B"', TITLE),
        (3, r'title: "A\x00"', TITLE),
        (6, "from: 9999-12-31", YEARS),
        (6, "from: 1999-12-31", YEARS),
        (7, "until: 2201-01-01", YEARS),
        (7, "until: 2027-02-29", "'2027-02-29' looks like a day or a number and is none"),
        (11, "recipients: [é@example.gov.uk]", PERSON),
        (11, "recipients: [a@...]", PERSON),
        (11, "recipients: [a..b@example]", PERSON),
        (11, "recipients: [a@-x.uk]", PERSON),
        (11, r'recipients: ["a@example.uk\n"]', PERSON),
        (11, f"recipients: [{'a' * 65}@example.uk]", PERSON),
        (12, 'webhook: "https://"', HOOK),
        (12, "webhook: https://a..b/x", HOOK),
        (12, "webhook: https://me:pw@host/", HOOK),
        (12, "webhook: https://host:99999/", HOOK),
        (12, 'webhook: "https://ho st/"', HOOK),
        (12, "webhook: https://host/é", HOOK),
        (12, "webhook: https:///x", HOOK),
    ],
)
def test_what_could_not_be_sent_or_reached_is_a_fault_with_its_line(line, written, fault, tmp_path):
    (tmp_path / "good.yaml").write_text(GOOD, "utf-8")
    lines = GOOD.splitlines()
    lines[line - 1] = f"    {written}"
    (tmp_path / "schedule.yaml").write_text("\n".join(lines), "utf-8")

    with pytest.raises(Refused) as refused:
        read(tmp_path / "schedule.yaml")

    assert any(p.startswith(f"schedule.yaml, line {line}: ") and fault in p for p in refused.value.problems)
    assert [pack.title for pack in read(tmp_path / "good.yaml")] == ["A pack"]


@pytest.mark.parametrize("text", ["", "packs: {}", "packs: [1]", "pack: {}", "packs: {a: {}}\nmore: 1"])
def test_a_schedule_that_is_none_is_refused(text, tmp_path):
    (tmp_path / "schedule.yaml").write_text(text, "utf-8")

    with pytest.raises(Refused, match=r"schedule.yaml, line 1: write `packs:`"):
        read(tmp_path / "schedule.yaml")


def test_the_schedule_that_is_shipped_has_no_fault():
    assert {pack.name for pack in read()} == {"monthly", "quarterly", "yearly"}
