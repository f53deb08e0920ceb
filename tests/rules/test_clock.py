"""The clock answers every dated example of the law's guidance, and agrees with a calendar walked day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubdata import policy
from hubdata.dates import england, next_working_day
from hubdata.errors import BadParameter
from hubdata.rules import clock, clocks
from hubdata.rules.clock import Clock, RequestDays

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def read(received: str, as_at: str | date = TODAY, **days: object) -> Clock:
    given_ = {name: day(said) if isinstance(said, str) and name != "kind" else said for name, said in days.items()}
    given_["clarifications"] = tuple(
        (day(first), then and day(then)) for first, then in given_.get("clarifications", ())
    )
    asked = RequestDays(day(received), **given_)
    return clock.read(asked, clock.law(policy.load(), asked.received), as_at if isinstance(as_at, date) else day(as_at))


@pytest.mark.parametrize(
    ("received", "raw", "due"),
    [
        ("2026-01-01", "2026-02-01", "2026-02-02"),  # received on a bank holiday; due on a Sunday
        ("2025-01-01", "2025-02-01", "2025-02-03"),
        ("2024-11-25", "2024-12-25", "2024-12-27"),
        ("2024-01-31", "2024-02-29", "2024-02-29"),
        ("2025-01-31", "2025-02-28", "2025-02-28"),
        ("2026-01-31", "2026-02-28", "2026-03-02"),
        ("2019-03-31", "2019-04-30", "2019-04-30"),
        ("2026-03-31", "2026-04-30", "2026-04-30"),
        ("2027-03-31", "2027-04-30", "2027-04-30"),
        ("2022-03-31", "2022-04-30", "2022-05-03"),  # a Saturday before a bank holiday Monday
        ("2026-03-03", "2026-04-03", "2026-04-07"),  # Good Friday to Tuesday
        ("2026-11-25", "2026-12-25", "2026-12-29"),
        ("2026-11-26", "2026-12-26", "2026-12-29"),
        ("2026-11-27", "2026-12-27", "2026-12-29"),
        ("2026-11-28", "2026-12-28", "2026-12-29"),  # the substitute for Boxing Day
        ("2026-11-22", "2026-12-22", "2026-12-22"),  # received on a Sunday
        ("2025-09-03", "2025-10-03", "2025-10-03"),
        ("2025-08-01", "2025-09-01", "2025-09-01"),
        ("2025-09-02", "2025-10-02", "2025-10-02"),
        ("2026-09-21", "2026-10-21", "2026-10-21"),
        ("2026-08-31", "2026-09-30", "2026-09-30"),
        ("2023-01-30", "2023-02-28", "2023-02-28"),
        ("2025-04-01", "2025-05-01", "2025-05-01"),
        ("2022-08-19", "2022-09-19", "2022-09-20"),  # the State Funeral
        ("2023-04-08", "2023-05-08", "2023-05-09"),  # the Coronation
    ],
)
def test_the_date_is_the_same_day_of_the_next_month_or_the_next_working_day(received, raw, due):
    said = read(received)

    assert (said.relevant_time, said.raw_due, said.due) == (day(received), day(raw), day(due))
    assert said.notice_by == day(raw), "the day to tell of an extension never moves"


def test_identity_starts_the_clock_anew():
    said = read("2026-11-03", id_requested="2026-11-04", id_received="2026-11-20")

    assert (said.relevant_time, said.raw_due, said.due) == (day("2026-11-20"), day("2026-12-20"), day("2026-12-21"))


def test_the_latest_of_identity_authority_and_fee_starts_the_clock():
    said = read(
        "2026-11-03",
        id_requested="2026-11-04",
        id_received="2026-11-06",
        authority_requested="2026-11-04",
        authority_received="2026-11-12",
        fee_requested="2026-11-05",
        fee_received="2026-11-09",
    )

    assert said.relevant_time == day("2026-11-12")


@pytest.mark.parametrize("what", ["id", "authority", "fee"])
def test_a_clock_that_waits_has_not_started_and_says_for_how_long(what):
    said = read("2026-11-03", **{f"{what}_requested": "2026-11-05"})

    assert (said.status, said.relevant_time, said.raw_due, said.due, said.notice_by) == ("not_started", *[None] * 4)
    assert said.waiting_days == 17
    assert "5 November 2026" in said.notes[0]


def test_identity_asked_for_while_the_clock_stands_still_is_asked_for_in_time():
    """Nothing has passed its date while the person has not said what they mean."""
    asked = {"id_requested": "2026-10-10", "id_received": "2026-10-12"}
    open_ = read("2026-09-01", "2026-10-15", clarifications=[("2026-09-05", None)], **asked)
    answered = read("2026-09-01", "2026-10-21", clarifications=[("2026-09-05", "2026-10-20")], **asked)

    assert (open_.relevant_time, open_.status, open_.due, open_.notes) == (day("2026-10-12"), "paused", None, ())
    assert (answered.relevant_time, answered.raw_due) == (day("2026-10-12"), day("2026-11-21"))


def test_a_clarification_asked_for_after_the_date_keeps_no_clock_still():
    said = read(
        "2026-09-01", clarifications=[("2026-10-02", None)], id_requested="2026-10-10", id_received="2026-10-12"
    )

    assert (said.relevant_time, said.status) == (day("2026-09-01"), "overdue")


@pytest.mark.parametrize("first", ["authority", "fee"])
def test_what_was_asked_for_first_has_moved_the_date_for_what_was_asked_for_next(first):
    """The authority came on 20 September, so identity asked for on 10 October is within the month."""
    waits = {f"{first}_requested": "2026-09-02", f"{first}_received": "2026-09-20"}
    late = {"id_requested": "2026-10-10", "id_received": "2026-10-12"}

    assert read("2026-09-01", **waits, **late).relevant_time == day("2026-10-12")
    del waits[f"{first}_received"]
    waiting = read("2026-09-01", **waits, **late)
    assert (waiting.status, len(waiting.notes)) == ("not_started", 1) and first in waiting.notes[0]


def test_what_came_unasked_after_the_date_starts_no_new_clock():
    """Who asks is known one day; that it is written down makes no late request one that is in time."""
    late = read("2026-09-01", id_received="2026-10-20")
    in_time = read("2026-09-01", id_received="2026-09-20")

    assert (late.relevant_time, late.status) == (day("2026-09-01"), "overdue")
    assert "came without being asked for on 20 October 2026, after the date" in late.notes[0]
    assert (in_time.relevant_time, in_time.notes) == (day("2026-09-20"), ())


@pytest.mark.parametrize(
    ("kind", "days", "due"),
    [
        ("erasure", {"extended_on": "2024-02-04", "clarifications": [("2024-03-01", None)]}, "2024-05-01"),
        (
            "erasure",
            {"id_requested": "2024-02-05", "id_received": "2024-02-20", "clarifications": [("2024-02-06", None)]},
            "2024-03-20",
        ),
        ("access", {"extended_on": "2024-02-04", "clarifications": [("2024-01-20", None)]}, "2024-05-01"),
        ("access", {"extended_on": "2024-01-04", "clarifications": [("2024-02-20", "2024-02-21")]}, "2024-03-04"),
        (
            "access",
            {"id_requested": "2024-02-05", "id_received": "2024-02-03", "extended_on": "2024-02-04"},
            "2024-05-01",
        ),
    ],
)
def test_of_days_that_contradict_each_other_all_but_the_fewest_hold(kind, days, due):
    """A rule judges what it meets: what cannot be is left out, and the extension and the identity check stand."""
    pairs = tuple((day(first), then and day(then)) for first, then in days.pop("clarifications", ()))
    asked = RequestDays(
        day("2024-02-01"), kind, clarifications=pairs, **{name: day(said) for name, said in days.items()}
    )

    with pytest.raises(BadParameter):
        clock.read(asked, clock.law(policy.load(), asked.received), TODAY)
    assert clocks.read_what_holds(asked, policy.load(), day("2024-02-22")).due == day(due)


def test_identity_asked_for_after_the_date_starts_no_new_clock():
    said = read("2026-09-01", id_requested="2026-10-02", id_received="2026-11-20")

    assert (said.relevant_time, said.due, said.status) == (day("2026-09-01"), day("2026-10-01"), "overdue")
    assert "it starts no new clock" in said.notes[0]


@pytest.mark.parametrize(
    ("pauses", "days", "due"),
    [
        ([("2026-11-10", "2026-11-17")], 8, "2026-12-11"),
        ([("2026-11-10", "2026-11-10")], 1, "2026-12-04"),
        ([("2026-11-03", "2026-11-03")], 1, "2026-12-04"),  # asked on the day of receipt
        ([("2026-11-10", "2026-11-17"), ("2026-11-12", "2026-11-19")], 10, "2026-12-14"),  # overlapping
        ([("2026-11-12", "2026-11-13"), ("2026-11-10", "2026-11-17")], 8, "2026-12-11"),  # one inside the other
        ([("2026-11-10", "2026-11-12"), ("2026-11-12", "2026-11-13")], 4, "2026-12-07"),  # they share a day
        ([("2026-11-10", "2026-11-11"), ("2026-11-12", "2026-11-13")], 4, "2026-12-07"),
        ([("2026-12-03", "2026-12-04")], 2, "2026-12-07"),  # asked on the last day: 5 December is a Saturday
        ([("2026-12-04", "2026-12-10")], 0, "2026-12-03"),  # asked a day late
    ],
)
def test_clarification_stops_the_clock_both_end_days_included(pauses, days, due):
    said = read("2026-11-03", clarifications=pauses)

    assert (said.paused_days, said.due) == (days, day(due))
    assert said.notice_by == said.raw_due == day("2026-12-03") + days * DAY


def test_a_pause_that_starts_after_the_date_has_no_effect_and_is_pointed_out():
    said = read("2026-09-01", clarifications=[("2026-10-02", None)])

    assert (said.due, said.status) == (day("2026-10-01"), "overdue")
    assert "2 October 2026 came after the date: it has no effect" in said.notes[0]


def test_days_before_the_clock_started_are_not_paused_days():
    said = read(
        "2026-11-03",
        id_requested="2026-11-03",
        id_received="2026-11-12",
        clarifications=[("2026-11-05", "2026-11-06"), ("2026-11-10", "2026-11-14")],
    )

    assert (said.relevant_time, said.paused_days, said.raw_due) == (day("2026-11-12"), 3, day("2026-12-15"))


def test_an_open_pause_has_no_date_and_says_what_has_elapsed():
    said = read("2026-11-03", clarifications=[("2026-11-10", None)])

    assert (said.status, said.raw_due, said.due, said.notice_by) == ("paused", None, None, None)
    assert (said.paused_days, said.elapsed_days, said.waiting_days) == (13, 6, 12)


@pytest.mark.parametrize("kind", ["rectification", "erasure", "restriction", "objection", "portability", "complaint"])
def test_only_an_access_request_can_be_paused(kind):
    with pytest.raises(BadParameter, match=f"clarification stops the clock of an access request only, not of {kind}"):
        read("2026-11-03", kind=kind, clarifications=[("2026-11-10", "2026-11-17")])


@pytest.mark.parametrize(
    ("received", "days", "note"),
    [
        ("2020-10-20", 0, "asking for clarification did not stop the clock"),
        ("2020-10-21", 3, "the pause rested on guidance"),
        ("2026-02-04", 3, "the pause rested on guidance"),
        ("2026-02-05", 3, None),
    ],
)
def test_a_pause_is_what_the_law_of_the_day_of_receipt_made_of_it(received, days, note):
    asked = day(received) + 4 * DAY

    said = read(received, clarifications=[(str(asked), str(asked + 2 * DAY))])

    assert said.paused_days == days
    assert (note in said.notes[0]) if note else not said.notes


@pytest.mark.parametrize(
    ("extended_on", "extension", "due"),
    [("2026-11-30", "valid", "2027-02-01"), ("2026-12-01", "too_late", "2026-11-30")],
)
def test_an_extension_counts_only_if_told_in_the_first_month(extended_on, extension, due):
    said = read("2026-10-31", extended_on=extended_on)

    assert (said.extension, said.due, said.notice_by) == (extension, day(due), day("2026-11-30"))
    assert bool(said.notes) == (extension == "too_late")


def test_the_day_to_tell_of_an_extension_moves_with_a_pause_but_not_with_a_weekend():
    late = read("2026-01-31", extended_on="2026-03-01")  # 28 February is a Saturday

    paused = read("2026-11-03", clarifications=[("2026-11-10", "2026-11-17")], extended_on="2026-12-11")

    assert (late.extension, late.due) == ("too_late", day("2026-03-02"))
    assert (paused.extension, paused.raw_due) == ("valid", day("2027-02-11"))


def test_a_pause_in_the_second_month_moves_the_date_but_not_the_day_to_tell():
    said = read("2026-03-10", extended_on="2026-04-01", clarifications=[("2026-05-01", "2026-05-05")])

    assert (said.notice_by, said.raw_due) == (day("2026-04-10"), day("2026-06-15"))


@pytest.mark.parametrize(
    ("as_at", "status"),
    [
        ("2026-11-02", "not_started"),
        ("2026-11-03", "running"),
        ("2026-11-25", "running"),
        ("2026-11-26", "due_soon"),
        ("2026-12-03", "due_soon"),
        ("2026-12-04", "overdue"),
    ],
)
def test_the_status_is_judged_on_the_day_asked_about(as_at, status):
    assert read("2026-11-03", as_at).status == status


@pytest.mark.parametrize(("answered_on", "status"), [("2026-12-03", "answered"), ("2026-12-04", "answered_late")])
def test_an_answer_is_in_time_through_the_date(answered_on, status):
    assert read("2026-11-03", "2027-01-01", answered_on=answered_on).status == status


def test_the_hubs_own_target_is_never_after_the_date():
    assert all(read(str(one)).target_on <= read(str(one)).raw_due for one in (TODAY + n * DAY for n in range(400)))


@pytest.mark.parametrize(
    ("received", "due", "strict"),
    [
        ("2026-07-01", "2026-07-31", "2026-07-30"),
        ("2026-11-22", "2026-12-22", "2026-12-21"),
        ("2026-11-25", "2026-12-29", "2026-12-24"),
    ],
)
def test_a_complaint_is_acknowledged_by_the_day_of_the_guidance_and_the_strict_day_alerts(received, due, strict):
    said = read(received, kind="complaint")

    assert (said.due, said.alert_on) == (day(due), day(strict))
    assert read(received, day(strict), kind="complaint").status == "due_soon"
    between = read(received, day(strict) + DAY, kind="complaint")
    assert between.status == "due_soon" and "read strictly, the last day to acknowledge was" in between.notes[0]
    assert read(received, day(due), kind="complaint", answered_on=due).status == "answered"
    assert read(received, day(due) + DAY, kind="complaint").status == "overdue"
    assert read(received, TODAY, kind="complaint", answered_on=str(day(due) + DAY)).status != "answered"


@pytest.mark.parametrize(
    ("days", "as_at", "note"),
    [
        ({"answered_on": "2026-07-10"}, "2026-08-09", None),
        (
            {"answered_on": "2026-07-10"},
            "2026-08-10",
            "last told on 10 July 2026 how the complaint is going, 31 days ago",
        ),
        ({"answered_on": "2026-07-10", "progress_on": "2026-08-01"}, "2026-08-31", None),
        ({"answered_on": "2026-07-10", "progress_on": "2026-08-01"}, "2026-09-01", "last told on 1 August 2026"),
        ({"answered_on": "2026-07-10", "is_over": True}, "2026-10-10", None),
    ],
)
def test_that_nobody_has_told_for_a_month_how_an_open_complaint_goes_is_pointed_out(days, as_at, note):
    said = read("2026-07-01", as_at, kind="complaint", **days)

    assert [note in one for one in said.notes] == ([True] if note else [])


def test_before_the_act_no_law_set_a_time_to_acknowledge_a_complaint():
    said = read("2026-06-18", kind="complaint")

    assert (said.due, said.status) == (None, "running")
    assert "no law set a time" in said.notes[0]
    assert read("2026-06-19", kind="complaint").due == day("2026-07-20")  # 19 July is a Sunday


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"id_requested": "2026-11-02"}, "identity was asked for on 2 November 2026, before the request came"),
        ({"id_requested": "2026-11-05", "id_received": "2026-11-04"}, "before it was asked for"),
        ({"extended_on": "2026-11-02"}, "an extension of 2 November 2026 lies before the request came"),
        ({"answered_on": "2026-11-02"}, "an answer of 2 November 2026 lies before the request came"),
        ({"clarifications": [("2026-11-02", None)]}, "before the request came"),
        ({"clarifications": [("2026-11-05", "2026-11-04")]}, "before it was asked for"),
        ({"kind": "complaint", "extended_on": "2026-11-05"}, "cannot be extended"),
    ],
)
def test_days_that_cannot_be_true_together_are_refused(days, said):
    with pytest.raises(BadParameter, match=said):
        read("2026-11-03", **days)


def test_a_date_beyond_the_known_bank_holidays_is_pointed_out():
    assert not clock.uncertain(read("2028-11-20"))
    assert clock.uncertain(read("2028-12-20"))


# Source: gov.uk/bank-holidays (England and Wales) and the proclamations of one-off days; typed by hand.
KNOWN = {
    2011: "01-03 04-22 04-25 04-29 05-02 05-30 08-29 12-26 12-27",
    2012: "01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26",
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
}


@pytest.mark.parametrize("year", KNOWN)
def test_englands_bank_holidays_are_the_published_ones(year):
    days = (date(year, 1, 1) + timedelta(number) for number in range(366))
    on_weekdays = {one for one in days if one.year == year and one.weekday() < 5 and next_working_day(one) != one}

    assert on_weekdays == {day(f"{year}-{one}") for one in KNOWN[year].split()}


def test_bank_holidays_are_known_as_far_as_the_policy_says():
    assert policy.load().value("rights.bank_holidays_known_until", date.max).year == max(KNOWN)


def _walk(start: date, months: int, still: set[date]) -> date:
    """The last day, found by living through every day: a month has passed when its date comes round again."""
    goal, passed = start, 0
    while passed < months:
        goal += DAY
        passed += goal.day == start.day or ((goal + DAY).day == 1 and goal.day < start.day)
    left, today = (goal - start).days + 1, start
    while True:
        left -= today not in still
        if not left:
            return today
        today += DAY


def _roll(last: date) -> date:
    while last.weekday() >= 5 or last in england():
        last += DAY
    return last


LENGTHS = st.tuples(st.integers(0, 130), st.integers(0, 20))


@given(
    st.dates(date(2026, 2, 5), date(2028, 6, 30)),
    st.integers(0, 40),
    st.lists(LENGTHS, max_size=4),
    st.none() | st.integers(0, 90),
)
def test_the_clock_agrees_with_a_calendar_walked_day_by_day(received, wait, lengths, told_after):
    start = received + wait * DAY
    pauses = tuple((received + first * DAY, received + (first + long) * DAY) for first, long in lengths)
    told = None if told_after is None else received + told_after * DAY
    asked = RequestDays(received, id_requested=received, id_received=start, clarifications=pauses, extended_on=told)

    said = clock.read(asked, clock.law(policy.load(), received), received)

    still = {first + n * DAY for first, then in pauses for n in range((then - first).days + 1)}
    notice_by = _walk(start, 1, still)
    last = _walk(start, 3 if told and told <= notice_by else 1, still)
    assert (said.relevant_time, said.notice_by, said.raw_due, said.due) == (start, notice_by, last, _roll(last))
    assert said.due == next_working_day(said.raw_due) >= said.notice_by
