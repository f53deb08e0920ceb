"""Today: what is late, waits or was newly broken, each with whose it is, by when and what happens otherwise."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from hubdata import moments
from hubdata.desk import child
from hubdata.desk.forms import links
from hubdata.desk.forms import show as forms_show
from hubdata.desk.today import calendar, gather, said, seen
from hubdata.desk.today.thing import BROKEN, COPIES, DECISIONS, GROUPS, HOLDS, LATE, REPORTS, SECOND, UNANSWERED, WEEK
from hubdata.moments import By
from hubdata.records.ledger import Act
from hubdata.records.tables.contract import TABLES
from hubdata.retention import due, review
from hubdata.rights import register, sweep
from hubdata.rights.letters import enclose, write
from hubdata.rights.register import NewRequest
from hubdata.rules import worklist
from hubdata.sharing import recall
from tests.support import returns
from tests.support.ascii import load

TODAY = date(2026, 11, 22)
ALWAYS = {DECISIONS, REPORTS}  # what a new hub has not decided, and the packs that nobody has run
FAMILY = """
family | hub   | opened_on  | closed_on
F1     | corby | 2025-01-01 |
"""


def today(hub, as_at=TODAY, since=None):
    return gather.gather(hub, By("officer", None, as_at), since)


def groups(hub, **when):
    return {one.group for one in today(hub, **when).things} - ALWAYS


def log(hub, kind="access", came=date(2026, 9, 1)):
    return register.log(hub, NewRequest("F1", kind, came, "P1"), By("officer", None, TODAY)).request


@pytest.fixture
def filled(hub, tmp_path):
    returns.apply(hub, tmp_path / "return")
    return hub


@pytest.fixture
def desk_hub(sqlite_hub, tmp_path):
    """The hub that the environment names."""
    returns.apply(sqlite_hub, tmp_path / "return")
    return sqlite_hub


@pytest.mark.parametrize(
    ("kind", "came", "group", "command"),
    [
        ("access", date(2026, 9, 1), LATE, "rights event"),
        ("access", date(2026, 10, 26), WEEK, "rights event"),
        ("access", date(2026, 11, 20), None, None),
        ("complaint", date(2026, 9, 1), LATE, "complaint acknowledge"),
    ],
    ids=["late", "due soon", "in time", "complaint"],
)
def test_a_request_is_late_or_due_where_the_rules_say_so_and_opens_its_next_step(filled, kind, came, group, command):
    request = log(filled, kind, came)

    found = [one for one in today(filled).things if one.about == request]
    assert [(one.group, one.command) for one in found] == ([(group, command)] if group else [])
    assert all(one.by and one.whose and one.otherwise and request in one.given.values() for one in found)


def test_a_hold_whose_review_is_due_and_a_partner_who_has_not_answered_are_named(hub):
    load(
        hub,
        families=FAMILY,
        agreements="agreement | family | given_by | decision | decided_on\nA1 | F1 | P1 | agreed | 2025-06-01\n"
        "A2 | F1 | P1 | withdrawn | 2026-01-10",
        shares="share | family | about | to_organisation | shared_on\nS1 | F1 | P1 | HVS | 2025-07-01",
        holds="hold | family | code | placed_on | review_on | reason | authority\n"
        "H1 | F1 | litigation | 2026-01-01 | 2026-11-22 | a claim | the court",
    )
    recall.ask(hub, "F1", "HVS", "withdrawal", By("officer", None, date(2026, 11, 1)))

    found = {one.group: one for one in today(hub).things}
    assert found[HOLDS].about == "H1" and found[HOLDS].by == TODAY
    assert found[UNANSWERED].whose == "HVS" and "1 November 2026" in found[UNANSWERED].what
    recall.acknowledge(hub, "F1", "HVS", By("officer", None, TODAY))
    assert UNANSWERED not in groups(hub)


def test_what_is_past_its_date_waits_for_a_reviewer_and_then_for_another_person(hub):
    as_at = moments.today()
    load(hub, families="family | hub | opened_on | closed_on\nF1 | corby | 2015-01-01 | 2016-02-01")

    (past,) = [one for one in today(hub, as_at).things if one.group == LATE]
    assert past.command == "retention review" and "1 record is past the date" in past.what
    by = By("ann", "looked at", as_at)
    token = due.preview(hub, as_at).token
    made = review.review(hub, token, [review.FamilyDecision("F1", "dispose")], by)
    (waits,) = [one for one in today(hub, as_at).things if one.group == SECOND]
    assert waits.given == {"disposal": made} and "not ann" in waits.whose
    assert LATE not in groups(hub, as_at=as_at)


def test_what_broke_since_the_last_look_is_newly_broken_and_the_rest_is_not(hub):
    load(
        hub,
        shares="share | family | about | agreement | shared_on\n"
        "S1 | F1 | P1 | | 2026-03-01\nS2 | F1 | P1 | | 2026-11-20",
        agreements="agreement | family | given_by | decision | decided_on\nA1 | F1 | P1 | refused | 2025-06-01",
    )

    (new,) = [one for one in today(hub, since=date(2026, 11, 19)).things if one.group == BROKEN]
    assert (new.about, new.given["code"]) == ("S2", "SH02")
    assert BROKEN not in groups(hub, since=date(2026, 11, 21))


def test_a_copy_whose_time_is_over_is_to_be_deleted(desk_hub):
    request = log(desk_hub, came=date(2026, 11, 10))
    row = {"pack": "C1", "request": request, "family": "F1", "person": "P1", "made_on": date(2026, 11, 1),
           "delete_on": TODAY, "recorded_at": moments.stamp(), "page_sha256": "0" * 64}  # fmt: skip
    with desk_hub.write(Act("spec", "tester", "a copy", "rights.pack", {"pack": "C1"})) as connection:
        connection.execute(TABLES["packs"].insert(), row)

    assert COPIES in groups(desk_hub)
    assert COPIES not in groups(desk_hub, as_at=TODAY - timedelta(days=1))


def test_a_letter_and_an_enclosure_that_was_opened_have_last_days_too(desk_hub, tmp_path):
    request = log(desk_hub, came=date(2026, 11, 10))
    by = By("officer", "to answer it", date(2026, 11, 2))
    letter = write.write(desk_hub, write.Wanted(request, "acknowledge", "1 Low Street;Corby"), replace(by, as_at=TODAY))
    (tmp_path / "came.txt").write_text("I ask for a copy.", "utf-8")
    kept = enclose.enclose(desk_hub, request, tmp_path / "came.txt", replace(by, as_at=TODAY), "rights", TODAY)
    opened = enclose.show(desk_hub, kept.enclosure, replace(by, as_at=TODAY), "rights", None)

    there = {one.reference: one.delete_on for one in sweep.temporary(desk_hub)}
    assert there == {letter.letter: letter.delete_on, kept.enclosure: opened.delete_on}
    for reference, last in there.items():
        on = {one.about for one in today(desk_hub, as_at=last).things if one.group == COPIES}
        before = {one.about for one in today(desk_hub, as_at=last - timedelta(days=1)).things if one.group == COPIES}
        assert reference in on and reference not in before
    assert "An enclosure that was opened deletes itself" in calendar.made(desk_hub, TODAY)


def test_what_is_waived_stands_where_it_stood_and_says_so(hub):
    load(
        hub,
        families="family | opened_on | closed_on\nF1 | 2025-01-01 |\nF2 | 2015-01-01 | 2016-01-01",
        people="person | family\nP1 | F1",
        shares="share | family | about | agreement | shared_on\nS2 | F1 | P1 | | 2026-11-20",
        agreements="agreement | family | given_by | decision | decided_on\nA1 | F1 | P1 | refused | 2025-06-01",
    )
    request = log(hub)
    before = {(one.group, one.about) for one in today(hub, since=date(2026, 11, 19)).things}

    for code, subject in (("RT01", "F2"), ("RR01", request), ("SH02", "S2")):
        said_of = worklist.Mark(code, (subject,), "waived", "the board knows", TODAY + timedelta(days=9))
        worklist.mark(hub, said_of, By("officer", "the board decided", TODAY))

    after = today(hub, since=date(2026, 11, 19)).things
    assert {(one.group, one.about) for one in after} == before
    waived = {one.about for one in after if "waived until 1 December 2026" in one.what}
    assert waived == {"retention", request, "S2"}


def test_where_nothing_is_due_it_is_calm(sqlite_hub):
    load(sqlite_hub, families=FAMILY, leads="family | practitioner | started_on | ended_on\nF1 | W1 | 2025-01-01 |")

    found = today(sqlite_hub)
    calm = said.Today(found.as_at, found.since, [], 0, [])
    assert said.lines(calm)[0].endswith(said.CALM)
    assert {one.group for one in found.things} <= ALWAYS
    assert all(one.whose and one.otherwise and one.what for one in found.things)


def test_the_last_look_is_of_an_earlier_day_and_of_whoever_looks(sqlite_hub):
    ann, ben = (By(name, None, TODAY) for name in ("Ann", "ben"))
    seen.note(sqlite_hub, By("ann", None, TODAY - timedelta(days=3)))
    seen.note(sqlite_hub, ann)

    assert seen.before(sqlite_hub, ann) == TODAY - timedelta(days=3)
    assert seen.before(sqlite_hub, ben) is None
    kept = (sqlite_hub.home / "sittings/looks.json").read_text()
    assert "ann" not in kept.lower()


def test_the_command_and_the_first_page_say_the_same(desk_hub):
    request = log(desk_hub)
    told = returns.command(desk_hub, "today", "--json")
    drawn = str(child.drawn())

    named = {one["about"] for one in json.loads(told.stdout)["things"]}
    assert request in named
    assert f"{links.PAGES}case.ipynb?request={request}" in drawn
    assert all(f"<h2>{GROUPS[group]}" in drawn for group in (LATE, DECISIONS))


def test_the_calendar_is_well_formed_the_same_each_time_and_names_nobody(desk_hub, tmp_path):
    requests = {log(desk_hub), log(desk_hub, "complaint")}
    made = calendar.made(desk_hub, TODAY)

    assert made == calendar.made(desk_hub, TODAY)
    assert made.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:") and made.endswith("END:VCALENDAR\r\n")
    assert "\n" not in made.replace("\r\n", "") and all(len(line.encode()) <= 75 for line in made.split("\r\n"))
    events = re.findall("BEGIN:VEVENT\r\n(.*?)END:VEVENT\r\n", made, re.DOTALL)
    uids = [re.search("UID:(.+)\r\n", event)[1] for event in events]
    assert len(set(uids)) == len(uids) >= 3
    assert all(re.search(r"DTSTAMP:\d{8}T000000Z\r\nDTSTART;VALUE=DATE:\d{8}\r\nDTEND;", event) for event in events)
    names = {"F1", "P1", *requests, *(row[3] for row in returns.rows(desk_hub, "people"))}
    assert not [each for each in names if re.search(rf"\b{re.escape(str(each))}\b", made)]


@pytest.mark.parametrize("line", ["SUMMARY:" + "é" * 80, "x" * 75, "x" * 76, "\N{FAMILY}" * 40, ""], ids=range(5))
def test_a_folded_line_is_the_same_when_it_is_unfolded(line):
    parts = calendar.folded(line).split("\r\n")

    assert all(len(part.encode()) <= 75 for part in parts) and all(part.startswith(" ") for part in parts[1:])
    assert "\r\n".join(parts).replace("\r\n ", "") == line


def test_an_address_fills_in_references_and_never_a_name_or_a_reason(sqlite_hub):
    asked = links.asked("family=F1&name=Zebedee&born=2020-01-01&reason=because&request=<script>&person=P1&as_at=2026")

    assert asked == {"family": "F1", "person": "P1"}
    assert links.to_form("holds", "retention-hold", {"family": "F1", "name": "Z"}).endswith("?family=F1#retention-hold")


def test_a_page_that_is_reached_by_a_thing_has_its_form_filled_in(desk_hub, monkeypatch):
    request, placed = log(desk_hub), []
    monkeypatch.setattr(forms_show.show, "place", placed.append)
    monkeypatch.setenv("QUERY_STRING", f"request={request}&what=responded&reason=no")
    forms = []
    monkeypatch.setattr(forms_show, "_begin", lambda made, walks: forms.extend(made))
    forms_show.desk("requests")

    (event,) = [form for form in forms if form.task.words == "rights event"]
    filled_in = {control.field.name: control.one.value for control in event.controls}
    assert (filled_in["request"], filled_in["what"], filled_in["reason"]) == (request, "responded", "")
