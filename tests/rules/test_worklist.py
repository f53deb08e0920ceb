"""What officers say of findings: the latest counts, a waiver hides nothing and ends, all of it goes with the family."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from hubdata import policy
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.coverage.verify import verify
from hubdata.records.people.acting import login
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.retention import disposal, holds
from hubdata.rights.copy import rows as copy_rows
from hubdata.rules import findings, worklist
from hubdata.rules.follow import assign as assigning
from hubdata.rules.follow import changes
from hubdata.rules.follow.assign import Assigned
from hubdata.rules.worklist import Mark, Wanted
from tests.retention.test_disposal import approved, bytes_of, fill
from tests.support import people, returns
from tests.support.ascii import load

TODAY = date.today()  # noqa: DTZ011 (what is said of a finding is said on its day)
LONGEST = policy.load().value("worklist.waiver_days", TODAY)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.fixture
def found(hub: Hub) -> Hub:
    """Two shares that nobody decided about (SH01), and a partner whose policy is not known (PP01)."""
    load(
        hub,
        organisations="""
        organisation | name    | kind    | rights_contact | retention_policy
        GAP          | The Gap | partner |                |
    """,
        people="""
        person | family
        ANN    | F1
        BEN    | F2
    """,
        shares="""
        share | family | about | shared_on
        S1    | F1     | ANN   | 2026-03-02
        S2    | F2     | BEN   | 2026-03-03
    """,
        involvements="""
        family | organisation
        F1     | GAP
    """,
    )
    return hub


def listed(hub: Hub, on: date = TODAY, **wanted) -> dict[tuple[str, str], worklist.Listed]:
    return {(one.code, one.subject): one for one in worklist.listed(hub, on, Wanted(**wanted))}


def mark(
    hub: Hub,
    subject: str = "S1",
    status: str = "in_hand",
    code: str = "SH01",
    on: date = TODAY,
    reason: str | None = "the board decided",
    actor: str = "hana",
    **more,
) -> worklist.Listed:
    (one,) = worklist.mark(hub, Mark(code, (subject,), status, **more), By(actor, reason, on))
    return one


def waive(hub: Hub, subject: str = "S1", until: date | None = None, **more) -> worklist.Listed:
    return mark(hub, subject, "waived", note="the form was lost", until=until or days(30), **more)


def rows(hub: Hub) -> list:
    with hub.read() as connection:
        return connection.execute(text("SELECT * FROM finding_marks")).all()


def test_what_nobody_marked_is_open(found: Hub):
    one = listed(found)["SH01", "S1"]

    assert (one.status, one.note, one.until, one.marked_by, one.marked_at) == ("open", None, None, None, None)
    assert set(listed(found)) == {(f.code, f.subject) for f in findings.list_findings(snapshots.take(found), TODAY)}


def test_the_latest_mark_counts_and_the_earlier_ones_stay_in_the_history(found: Hub):
    mark(found, note="asked the partner")
    waive(found, actor="ivy")
    last = mark(found, status="open", actor="jo")

    assert listed(found)["SH01", "S1"] == last and last.marked_by == "jo"
    assert [(row["status"], row["marked_by"]) for row in worklist.history(found, TODAY)] == [
        ("in_hand", "hana"),
        ("waived", "ivy"),
        ("open", "jo"),
    ]
    assert listed(found)["SH01", "S2"].status == "open"


def test_a_waiver_changes_no_finding_and_no_evidence(found: Hub):
    before = snapshots.take(found)
    was = findings.list_findings(before, TODAY)

    waive(found)

    after = snapshots.take(found)
    assert findings.list_findings(after, TODAY) == was and after.sha256 == before.sha256
    said = worklist.lines(worklist.listed(found, TODAY), TODAY)
    assert "1 waived" in said[0] and "Waived although a promise is broken: 1" in said


def test_a_waiver_holds_through_its_last_day_and_is_open_again_the_day_after(found: Hub):
    waive(found, until=days(30))

    for on, status in {0: "waived", 30: "waived", 31: "open", 400: "open"}.items():
        one = listed(found, days(on))["SH01", "S1"]

        assert (one.status, one.until, one.note) == (status, days(30), "the form was lost")
        assert (("SH01", "S1") in listed(found, days(on), status="waived")) == (status == "waived")


def test_a_waiver_ends_on_a_day_that_the_policy_allows(found: Hub):
    for outside in (-1, LONGEST + 1):
        with pytest.raises(BadParameter, match="a waiver needs its last day: --until, from .* to "):
            waive(found, until=days(outside))
        assert rows(found) == []

    for subject, until in {"S1": 0, "S2": LONGEST}.items():
        assert waive(found, subject, until=days(until)).status == "waived"


def test_what_cannot_be_said_is_refused_with_what_can(found: Hub):
    for given, why in (
        ({"status": "waived", "until": days(1)}, "a waiver needs a reason: say it with --note"),
        ({"status": "waived", "until": days(1), "note": " \n "}, "a waiver needs a reason"),
        ({"status": "waived", "note": "why"}, "a waiver needs its last day"),
        ({"status": "waived", "until": days(1), "note": "why", "reason": " "}, "SH01 is a broken promise.*--reason"),
        ({"status": "in_hand", "until": days(1)}, "--until is the last day of a waiver"),
        ({"status": "done"}, "'done' is no status; allowed are open, in_hand, waived"),
        ({"code": "SH99"}, "'SH99' is no rule code; allowed are SH01"),
        ({"note": "x" * 501}, "501 characters; at most 500"),
    ):
        with pytest.raises(BadParameter, match=why):
            mark(found, **given)
    assert rows(found) == []


def test_what_is_only_to_be_checked_is_waived_without_another_reason(found: Hub):
    assert waive(found, "GAP", code="PP01", reason=None).status == "waived"


def test_a_mark_says_all_that_it_is_about(sqlite_hub: Hub):
    load(
        sqlite_hub,
        involvements="""
        family | organisation | started_on | last_contact_on
        F1     | NHFT         | 2026-01-05 | 2026-01-02
        F1     | SCH          | 2026-01-05 | 2026-01-03
    """,
    )

    done = [mark(sqlite_hub, "F1", code="DQ01")]

    (said,) = (line for line in worklist.marked(done) if line.startswith("It is about"))
    assert "NHFT: last contact on 2 January 2026" in said and "SCH: last contact on 3 January 2026" in said


def test_what_is_not_a_finding_today_is_refused_with_what_is(found: Hub):
    with pytest.raises(Refused, match="SH01 finds nothing about 'S9' on .*; it finds S1, S2"):
        mark(found, "S9")
    with pytest.raises(Refused, match="SH02 finds nothing about 'S1' on .*; it finds nothing"):
        mark(found, code="SH02")
    with pytest.raises(Refused, match="lies ahead"):
        mark(found, on=days(1))
    assert rows(found) == []


def test_what_came_back_is_not_waived_beyond_the_old_waivers_end(found: Hub):
    waive(found, "GAP", code="PP01", until=days(30))
    change = "UPDATE organisations SET rights_contact = :said, retention_policy = :said WHERE organisation = 'GAP'"
    with found.engine.begin() as connection:
        connection.execute(text(change), {"said": "known"})
    assert ("PP01", "GAP") not in listed(found)
    assert [row["subject"] for row in worklist.history(found, TODAY)] == ["GAP"]

    with found.engine.begin() as connection:
        connection.execute(text(change), {"said": None})

    assert listed(found, days(30))["PP01", "GAP"].status == "waived"
    assert listed(found, days(31))["PP01", "GAP"].status == "open"


def test_as_at_an_earlier_day_later_marks_are_not_seen(found: Hub):
    mark(found, on=days(-10))
    waive(found)

    assert listed(found, days(-11))["SH01", "S1"].status == "open"
    assert listed(found, days(-1))["SH01", "S1"].status == "in_hand"
    assert listed(found)["SH01", "S1"].status == "waived"


def test_the_list_can_be_narrowed(found: Hub):
    mark(found)

    assert set(listed(found, status="in_hand")) == {("SH01", "S1")}
    assert set(listed(found, code="SH01")) == {("SH01", "S1"), ("SH01", "S2")}
    assert {code for code, _ in listed(found, rules=("partners",))} == {"PP01"}
    assert {subject for code, subject in listed(found, family="F2") if code == "SH01"} == {"S2"}
    assert listed(found, rules=("partners",), code="SH01") == {}
    with pytest.raises(BadParameter, match="the hub has no family"):
        listed(found, family="F9")


def test_a_mark_belongs_to_the_family_that_the_finding_is_about(found: Hub):
    mark(found)
    mark(found, "GAP", code="PP01")

    assert {row.subject: row.family for row in rows(found)} == {"S1": "F1", "GAP": None}


def test_the_ledger_says_who_marked_what_but_not_the_note(found: Hub):
    waive(found, reason="the board decided")

    with found.read() as connection:
        entry = ledger.entries(connection, 1)[0]
        assert verify(found).faults == []
    own = rows(found)[0].finding_mark
    assert entry["action"] == "worklist.mark" and entry["said"] == {
        "actor": "hana",
        "login": login(),
        "reason": "the board decided",
        "detail": {"mark": own, "code": "SH01", "table": "shares", "subject": "S1", "status": "waived"},
    }


def test_two_officers_at_once_are_both_kept(found: Hub):
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda actor: mark(found, actor=actor), ("hana", "ivy")))

    assert {one.marked_by for one in said} == {row.marked_by for row in rows(found)} == {"hana", "ivy"}
    assert len(rows(found)) == 2


@pytest.mark.parametrize(
    ("statement", "why"),
    [("UPDATE finding_marks SET status = 'open'", "append-only"), ("DELETE FROM finding_marks", "on hold")],
)
def test_what_was_said_stays_as_it_was_said(found: Hub, statement: str, why: str):
    mark(found)
    holds.place_hold(found, "F1", "litigation", By("hana", "a claim", TODAY), None, "the court")

    with pytest.raises(DatabaseError, match=why), found.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_note_that_says_how_to_reach_somebody_is_a_finding(found: Hub):
    mark(found, note="rang her on 01536 400000")

    assert [(one.table, one.subject) for one in worklist.listed(found, TODAY, Wanted(("limits",)))] == [
        ("finding_marks", rows(found)[0].finding_mark)
    ]


def test_marks_go_with_the_family_and_nothing_of_them_is_left(hub: Hub):
    fill(hub)
    mark(hub, "OLD-1", code="RT01", note="Notecanary of the family")
    mark(hub, "OLD-2", code="RT01", note="to be reviewed")

    done = disposal.run(hub, approved(hub, "OLD-1"), By("carl", None, TODAY))

    assert done.status == "certified" and done.problems == []
    assert [row.subject for row in rows(hub)] == ["OLD-2"]
    if hub.dialect == "sqlite":
        assert b"Notecanary" not in bytes_of(hub) and b"OLD-1" not in bytes_of(hub)


def test_a_persons_copy_has_the_marks_about_what_is_theirs(found: Hub):
    load(
        found,
        people="""
        person | family
        AMY    | F1
    """,
        shares="""
        share | family | about | shared_on
        S3    | F1     | AMY   | 2026-03-04
    """,
    )
    mark(found, note="asked")
    mark(found, "S3")

    with found.read() as connection:
        assert [row["subject"] for row in copy_rows.read(connection, "F1", "ANN").tables["finding_marks"]] == ["S1"]
        assert [row["subject"] for row in copy_rows.read(connection, "F1", "AMY").tables["finding_marks"]] == ["S3"]


def test_the_commands_answer_with_the_finding_and_what_was_said(sqlite_hub: Hub):
    load(
        sqlite_hub,
        shares="""
        share | shared_on
        S1    | 2026-03-02
    """,
    )
    said = ("worklist", "mark", "--code", "SH01", "--subject", "S1", "--status", "waived", "--note", "lost", "--until")

    refused = returns.command(sqlite_hub, *said, days(LONGEST + 1).isoformat(), "--reason", "agreed", "--json")
    done = returns.command(sqlite_hub, *said, days(3).isoformat(), "--reason", "agreed", "--json", "--actor", "hana")
    told = returns.command(sqlite_hub, "worklist", "list", "--code", "SH01", "--json")

    assert (refused.exit_code, done.exit_code, told.exit_code) == (2, 0, 0)
    (one,) = json.loads(told.stdout)
    assert one == json.loads(done.stdout)
    assert set(one) == {
        "code",
        "severity",
        "promise",
        "subject",
        "table",
        "message",
        "evidence",
        "first_seen",
        "status",
        "note",
        "until",
        "marked_by",
        "marked_with",
        "marked_at",
        "family",
        "assigned_to",
    }
    assert (one["status"], one["until"], one["marked_by"]) == ("waived", days(3).isoformat(), "hana")


def test_several_are_marked_at_once_with_one_reason_or_none_of_them_is(found: Hub):
    many = Mark("SH01", ("S1", "S2", "S1"), "waived", note="the forms were lost", until=days(9))

    with pytest.raises(Refused, match="SH01 finds nothing about 'S9'"):
        worklist.mark(found, Mark("SH01", ("S1", "S9"), "in_hand"), By("hana", None, TODAY))
    assert rows(found) == []
    made = worklist.mark(found, many, By("hana", "the board decided", TODAY))

    assert [one.subject for one in made] == ["S1", "S2"]
    assert {row.subject: row.family for row in rows(found)} == {"S1": "F1", "S2": "F2"}
    assert len({row.recorded_at for row in rows(found)}) == 1
    with found.read() as connection:
        (entry,) = [one for one in ledger.entries(connection) if one["action"] == "worklist.mark"]
    assert entry["said"]["detail"]["subject"] == "S1;S2" and entry["said"]["reason"] == "the board decided"


def assign(hub: Hub, to: str | None, *subjects: str, on: date = TODAY, code: str = "SH01") -> Assigned:
    return assigning.assign(hub, Assigned(code, subjects, to), By("hana", None, on))


def test_a_finding_is_given_to_somebody_and_back_and_stays_a_finding(found: Hub):
    mark(found, note="asked")
    assign(found, "Ivy", "S1", "S2", on=days(-1))
    assign(found, None, "S2")
    assign(found, "Jo", "GAP", code="PP01")

    assert {s: one.assigned_to for (_, s), one in listed(found, code="SH01").items()} == {"S1": "Ivy", "S2": None}
    assert {one.assigned_to for one in listed(found, days(-1), code="SH01").values()} == {"Ivy"}
    assert set(listed(found, assigned_to="Ivy")) == {("SH01", "S1")}
    assert listed(found)["SH01", "S1"].status == "in_hand" and listed(found)["PP01", "GAP"].family is None
    with found.read() as connection:
        assert verify(found).faults == []
        said = ledger.entries(connection)[0]["said"]["detail"]
    assert (said["code"], said["subject"]) == ("PP01", "GAP") and "Jo" not in str(said)


def test_where_people_are_registered_a_finding_is_given_to_one_of_them(sqlite_hub: Hub):
    load(
        sqlite_hub,
        shares="""
        share | shared_on
        S1    | 2026-03-02
    """,
    )
    with people.cheap():
        people.register(sqlite_hub, cat="officer")

    assert assign(sqlite_hub, "cat  COLLEAGUE", "S1").assigned_to == people.CAT
    for name, why in (
        ("Mallory", "may not act here; those who may are Ann Administrator, Cat Colleague"),
        ("n/a", "names nobody"),
    ):
        with pytest.raises(BadParameter, match=why):
            assign(sqlite_hub, name, "S1")


def test_whose_a_finding_is_cannot_be_changed_and_goes_with_the_family(hub: Hub):
    fill(hub)
    assign(hub, "Assigneecanary", "OLD-1", code="RT01")
    assign(hub, "Ivy", "OLD-2", code="RT01")
    with pytest.raises(DatabaseError, match="append-only"), hub.engine.begin() as connection:
        connection.execute(text("UPDATE finding_assignments SET assigned_to = 'x'"))

    done = disposal.run(hub, approved(hub, "OLD-1"), By("carl", None, TODAY))

    assert done.status == "certified" and done.problems == []
    with hub.read() as connection:
        assert connection.execute(text("SELECT subject FROM finding_assignments")).scalars().all() == ["OLD-2"]


def test_the_gravest_rule_comes_first_and_within_it_a_family_s_findings_together(sqlite_hub: Hub):
    load(
        sqlite_hub,
        organisations="""
        organisation | name    | kind    | rights_contact | retention_policy
        GAP          | The Gap | partner |                |
    """,
        people="""
        person | family
        ANN    | F1
        BEN    | F2
    """,
        shares="""
        share | family | about | shared_on
        S1    | F1     | ANN   | 2026-03-04
        S2    | F2     | BEN   | 2026-03-02
        S3    | F1     | ANN   | 2026-03-01
        S4    | F2     | BEN   | 2026-03-05
    """,
        involvements="""
        family | organisation
        F1     | GAP
    """,
    )
    found = worklist.listed(sqlite_hub, TODAY)

    assert [one.subject for one in found if one.code == "SH01"] == ["S3", "S1", "S2", "S4"]
    order = [one.severity for one in found]
    assert order == sorted(order, key="check".__eq__) and set(order) == {"breach", "check"}


def test_what_changed_is_new_gone_or_still_there(sqlite_hub: Hub):
    load(
        sqlite_hub,
        organisations="""
        organisation | name    | kind    | rights_contact | retention_policy
        GAP          | The Gap | partner |                |
    """,
        people="""
        person | family
        ANN    | F1
    """,
        shares=f"""
        share | family | about | shared_on  | recorded_at
        S1    | F1     | ANN   | 2026-03-02 | 2026-03-02T09:00:00
        S2    | F1     | ANN   | {days(-2)} | {days(-2)}T09:00:00
    """,
        involvements="""
        family | organisation
        F1     | GAP
    """,
    )

    said = changes.changes(snapshots.take(sqlite_hub), TODAY, days(-10), ("sharing", "partners"))

    shown = {one.code: (one.before, one.now, one.new, one.gone, one.still) for one in said.rules}
    assert shown == {"SH01": (1, 2, ["S2"], [], 1), "PP01": (1, 1, [], [], 1)}
    assert [one.code for one in said.rules] == ["SH01", "PP01"]
    assert changes.lines(said)[0].endswith("1 new, 0 gone, 2 still there.")
    with pytest.raises(BadParameter, match="--since is a day before"):
        changes.changes(snapshots.take(sqlite_hub), TODAY, TODAY)
