"""Disposal from due to certified: nothing held or not due goes, what goes is gone everywhere, and all of it adds up."""

import json
import os
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import text

from hubdata import places
from hubdata.errors import BadParameter, HubError, Refused
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.alone import alone
from hubdata.records.coverage.verify import verify
from hubdata.records.store import Hub, open_hub
from hubdata.retention import certificates, disposal, due, holds, review
from hubdata.retention.review import FamilyDecision
from hubdata.retention.traces import kept as traces_kept
from hubdata.rights import register
from tests.support.ascii import load
from tests.support.clock import Clock

TODAY = date.today()  # noqa: DTZ011 (records are destroyed as at the day that it is)
NEXT_YEAR = TODAY + timedelta(days=365)


def fill(hub: Hub) -> Hub:
    """Three families long past their date, one held, one closed lately and one open; every name is a canary."""
    load(
        hub,
        families="""
        family | opened_on  | closed_on  | closure_reason
        OLD-1  | 2012-01-04 | 2014-03-31 | Reasoncanary
        OLD-2  | 2012-01-04 | 2015-03-31 |
        OLD-3  | 2012-01-04 | 2016-03-31 |
        HELD-1 | 2012-01-04 | 2014-03-31 |
        NEW-1  | 2020-01-06 | 2024-01-31 |
        OPEN-1 | 2020-01-06 |            |
    """,
        people="""
        person | family | role         | given_name     | family_name
        PO-1   | OLD-1  | parent_carer | Xanthecanary   | Onecanary
        PO-2   | OLD-2  | child        | Wilfredcanary  | Twocanary
        PO-3   | OLD-3  | child        | Sharedcanary   | Threecanary
        PH-1   | HELD-1 | child        | Heldcanary     | Fourcanary
        PN-1   | OPEN-1 | child        | Sharedcanary   | Fivecanary
    """,
        involvements="""
        family | organisation | started_on | last_contact_on | partner_reference
        OLD-1  | NHFT         | 2012-02-01 | 2013-02-01      | Refcanary-1
        OPEN-1 | NHFT         | 2020-02-01 | 2026-11-01      |
    """,
        goals="""
        goal | family | set_on
        GO-1 | OLD-1  | 2012-02-01
    """,
        reviews="""
        goal | reviewed_on
        GO-1 | 2012-05-01
    """,
        agreements="""
        agreement | family | given_by | covers | decision | decided_on | supersedes
        AO-1      | OLD-1  | PO-1     | PO-1   | agreed   | 2012-02-01 |
        AO-2      | OLD-1  | PO-1     | PO-1   | agreed   | 2012-02-01 | AO-1
    """,
        shares="""
        share | family | about | shared_on  | agreement
        SO-1  | OLD-1  | PO-1  | 2012-03-01 | AO-2
    """,
    )
    holds.place_hold(hub, "HELD-1", "litigation", By("hana", "a claim", TODAY), None, "the court")
    return hub


@pytest.fixture
def filled(hub: Hub) -> Hub:
    return fill(hub)


def reviewed(hub: Hub, *families: str, **kept: str) -> str:
    """A review that disposes of these families and keeps those named with their reason."""
    decisions = [FamilyDecision(family, "dispose") for family in families]
    decisions += [FamilyDecision(family, "keep", why, NEXT_YEAR) for family, why in kept.items()]
    return review.review(hub, due.preview(hub, TODAY).token, decisions, By("anna", None, TODAY))


def approved(hub: Hub, *families: str) -> str:
    made = reviewed(hub, *families)
    review.approve(hub, made, By("ben", None, TODAY))
    return made


def families(hub: Hub) -> set[str]:
    with hub.read() as connection:
        return set(connection.execute(text("SELECT family FROM families")).scalars())


def bytes_of(hub: Hub) -> bytes:
    """Everything that lies in the hub's home, the database included."""
    files = [path for path in sorted(hub.home.rglob("*")) if path.is_file()]
    return b"\n".join(path.read_bytes() for path in files)


ALL = {"OLD-1", "OLD-2", "OLD-3", "HELD-1", "NEW-1", "OPEN-1"}


def test_what_is_due_reviewed_and_approved_is_destroyed_and_certified(filled: Hub):
    done = disposal.run(filled, approved(filled, "OLD-1", "OLD-2"), By("carl", None, TODAY))

    assert (done.status, done.destroyed, done.kept_back) == ("certified", 2, {})
    assert families(filled) == ALL - {"OLD-1", "OLD-2"}
    (content,) = certificates.listed(filled)
    assert content["families"] == 2 and content["rows"]["people"] == 2 and content["rows"]["agreements"] == 2
    assert (content["reviewed_by"], content["approved_by"], content["destroyed_by"]) == ("anna", "ben", "carl")
    assert content["conservation"] == {"opening": 6, "created": 0, "destroyed": 2, "closing": 4, "holds": True}
    assert content["partners"][0]["organisation"] == "NHFT" and content["partners"][0]["ask"] == "rights@example.org"
    assert certificates.check(filled) == []
    assert verify(filled).faults == []


def test_nothing_of_it_is_left_in_any_file(sqlite_hub: Hub):
    hub = fill(sqlite_hub)
    marks = (b"Xanthecanary", b"Onecanary", b"Reasoncanary", b"Refcanary-1", b"OLD-1", b"PO-1", b"SO-1", b"AO-2")
    assert all(mark in bytes_of(hub) for mark in marks)

    disposal.run(hub, approved(hub, "OLD-1", "OLD-3"), By("carl", None, TODAY))
    hub.engine.dispose()

    left = bytes_of(hub)
    assert [mark for mark in (*marks, b"Threecanary", b"OLD-3") if mark in left] == []
    assert b"Sharedcanary" in left and b"Heldcanary" in left


def test_whoever_quotes_the_reference_is_told_and_nobody_else_can_find_out(filled: Hub):
    disposal.run(filled, approved(filled, "OLD-1"), By("carl", None, TODAY))

    told = certificates.told(filled, "OLD-1")

    assert (told.destroyed, told.destroyed_on, told.certificate) == (
        True,
        TODAY,
        certificates.listed(filled)[0]["certificate"],
    )
    assert not certificates.told(filled, "OLD-2").destroyed
    assert "OLD-1" not in json.dumps(certificates.listed(filled))


def test_keeping_needs_a_reason_and_a_day_and_places_a_hold(filled: Hub):
    with pytest.raises(BadParameter, match="keeping it needs a reason"):
        review.review(
            filled, due.preview(filled, TODAY).token, [FamilyDecision("OLD-2", "keep")], By("anna", None, TODAY)
        )

    reviewed(filled, "OLD-1", **{"OLD-2": "An inquiry is expected"})

    held = {row.family: row for row in due.preview(filled, TODAY).held}
    assert [hold["code"] for hold in held["OLD-2"].holds] == ["kept_on_review"]
    assert held["OLD-2"].holds[0]["review_on"] == NEXT_YEAR


def test_only_what_is_due_can_be_decided(filled: Hub):
    for family, why in {
        "HELD-1": "is on hold",
        "OPEN-1": "is open",
        "NEW-1": "is kept until 31 January 2029",
        "NONE": "the hub has no such family",
    }.items():
        with pytest.raises(Refused, match=f"{family}: {why}"):
            reviewed(filled, "OLD-1", family)


def test_a_stale_token_is_refused_whatever_has_moved(filled: Hub):
    token = due.preview(filled, TODAY).token
    holds.place_hold(filled, "OLD-3", "complaint", By("hana", "a complaint", TODAY), None, None)

    with pytest.raises(Refused, match="the token is not that of the records that are due now"):
        review.review(filled, token, [FamilyDecision("OLD-1", "dispose")], By("anna", None, TODAY))


def test_all_that_is_due_in_one_hub_is_no_more_than_was_looked_at(sqlite_hub: Hub):
    load(
        sqlite_hub,
        families="""
        family | hub       | opened_on  | closed_on
        OLD-1  | corby     | 2012-01-04 | 2014-03-31
        OLD-2  | kettering | 2012-01-04 | 2014-03-31
    """,
    )
    token = due.preview(sqlite_hub, TODAY, of_hub="corby").token

    every = review.decided(sqlite_hub, review.Choices([], True, [], None, None, None), token, TODAY)

    assert [decision.family for decision in every] == ["OLD-1"]
    with pytest.raises(Refused, match="OLD-2: is of kettering, and what was looked at is what is due in corby"):
        review.review(sqlite_hub, token, [FamilyDecision("OLD-2", "dispose")], By("anna", None, TODAY))


def test_the_reviewer_cannot_approve(filled: Hub):
    made = reviewed(filled, "OLD-1")

    for approver in ("anna", " Anna ", "ANNA", "ａnna", "an\u200bna", "an\u00adna", "аnnа", "ánna"):
        with pytest.raises(Refused, match="another person must approve it"):
            review.approve(filled, made, By(approver, None, TODAY))


def test_what_nobody_approved_is_not_destroyed(filled: Hub):
    made = reviewed(filled, "OLD-1")
    with pytest.raises(Refused, match="waiting for another person's approval"):
        disposal.run(filled, made, By("carl", None, TODAY))

    review.approve(filled, made, By("ben", None, TODAY), refuse=True)
    with pytest.raises(Refused, match="nothing was destroyed"):
        disposal.run(filled, made, By("carl", None, TODAY))
    assert families(filled) == ALL


def test_an_approval_forged_in_the_database_does_not_count(filled: Hub):
    made = reviewed(filled, "OLD-1")
    with filled.engine.begin() as connection:
        connection.execute(text("UPDATE disposals SET status = 'approved', approved_by = 'Anna'"))

    with pytest.raises(Refused, match="was not approved by a second person"):
        disposal.run(filled, made, By("carl", None, TODAY))


def test_a_hold_between_review_and_approval_makes_the_review_stale(filled: Hub):
    made = reviewed(filled, "OLD-1", "OLD-2")
    holds.place_hold(filled, "OLD-1", "complaint", By("hana", "a complaint", TODAY), None, None)

    with pytest.raises(Refused, match="OLD-1: is on hold"):
        review.approve(filled, made, By("ben", None, TODAY))


def test_a_hold_between_approval_and_run_wins(filled: Hub):
    made = approved(filled, "OLD-1", "OLD-2")
    holds.place_hold(filled, "OLD-1", "complaint", By("hana", "a complaint", TODAY), None, None)

    done = disposal.run(filled, made, By("carl", None, TODAY))

    assert (done.status, done.destroyed, done.kept_back) == ("certified", 1, {"on hold": 1})
    assert families(filled) == ALL - {"OLD-2"}


def test_a_family_that_came_back_after_approval_is_kept(filled: Hub):
    made = approved(filled, "OLD-1", "OLD-2")
    load(
        filled,
        families="""
        family | opened_on  | closed_on
        OLD-2  | 2012-01-04 |
    """,
    )

    done = disposal.run(filled, made, By("carl", None, TODAY))

    assert (done.destroyed, done.kept_back) == (1, {"open again": 1})


@pytest.mark.parametrize("day", ["2016-05-02", (TODAY + timedelta(days=30)).isoformat()], ids=["since", "ahead"])
def test_a_lead_after_the_closing_keeps_the_record_whenever_it_is_written_down(filled: Hub, day: str):
    made = approved(filled, "OLD-1", "OLD-2")
    load(filled, leads=f"family | started_on\nOLD-2 | {day}")

    done = disposal.run(filled, made, By("carl", None, TODAY))

    assert (done.destroyed, done.kept_back) == (1, {"its date cannot be told": 1})
    assert "OLD-2" in {one.family for one in due.preview(filled, TODAY).cannot_tell}
    with pytest.raises(Refused, match="OLD-2: its date cannot be told"):
        reviewed(filled, "OLD-2")


def test_a_request_keeps_the_other_record_of_the_same_family_too(filled: Hub):
    made = approved(filled, "OLD-1", "OLD-2")
    pair = f"pair_decision | family | other | decision | decided_on\nD1 | OLD-2 | OPEN-1 | same | {TODAY}"
    load(filled, pair_decisions=pair)
    asked = register.log(filled, register.NewRequest("OPEN-1", "rectification", TODAY, "PN-1"), By("hana", None, TODAY))

    done = disposal.run(filled, made, By("carl", None, TODAY))

    assert (done.destroyed, done.kept_back) == (1, {"on hold": 1})
    (kept,) = [one for one in due.preview(filled, TODAY).held if one.family == "OLD-2"]
    assert (kept.requests, kept.linked) == ((asked.request,), ("OPEN-1",))


RESTS_ON = {
    "a share under its agreement": """
        share | family | about | shared_on  | agreement
        SX-1  | OPEN-1 | PN-1  | 2026-03-01 | AO-2
    """,
    "a share about a person of it": """
        share | family | about     | shared_on
        SX-1  | OPEN-1 | PN-1;PO-2 | 2026-03-01
    """,
}


@pytest.mark.parametrize("what", RESTS_ON)
def test_a_record_that_another_familys_record_rests_on_is_kept_and_named_as_such(filled: Hub, what: str):
    made = approved(filled, "OLD-1", "OLD-2")
    load(filled, shares=RESTS_ON[what])

    done = disposal.run(filled, made, By("carl", None, TODAY))

    assert (done.destroyed, done.kept_back) == (1, {"another family's record refers to it": 1})


def test_a_review_refuses_to_destroy_a_person_whom_another_familys_agreement_names(filled: Hub):
    load(
        filled,
        people="""
        person | family | role
        PX-1   | OPEN-1 | child
    """,
        agreements="""
        agreement | family | given_by | covers    | decided_on
        AX-1      | OPEN-1 | PN-1     | PN-1;PX-1 | 2026-02-01
    """,
    )
    assert reviewed(filled, "OLD-1")
    moved = """
        person | family | role
        PX-1   | OLD-2  | child
    """
    load(filled, people=moved)

    with pytest.raises(Refused, match="OLD-2: another family's record refers to it; keep it, or put that right"):
        reviewed(filled, "OLD-2", "OLD-3")


def test_a_destroyed_record_does_not_come_back_in_a_return(filled: Hub):
    disposal.run(filled, approved(filled, "OLD-1"), By("carl", None, TODAY))

    with pytest.raises(AssertionError, match="the record under this reference was destroyed"):
        load(
            filled,
            families="""
            family | opened_on  | closed_on
            OLD-1  | 2012-01-04 | 2014-03-31
        """,
        )


def test_two_runs_at_once_are_refused(filled: Hub):
    made = approved(filled, "OLD-1")

    with alone(filled), pytest.raises(Refused, match="another disposal, replay, backup or restore is running"):
        disposal.run(filled, made, By("carl", None, TODAY))


def test_a_day_ahead_is_refused_everywhere(filled: Hub):
    ahead = TODAY + timedelta(days=1)
    made = approved(filled, "OLD-1")

    with pytest.raises(Refused, match="lies ahead"):
        disposal.run(filled, made, By("carl", None, ahead))
    with pytest.raises(Refused, match="lies ahead"):
        review.review(
            filled, due.preview(filled, ahead).token, [FamilyDecision("OLD-2", "dispose")], By("anna", None, ahead)
        )


def test_a_clock_set_back_is_refused(filled: Hub, monkeypatch: pytest.MonkeyPatch):
    made, clock = approved(filled, "OLD-1"), Clock(monkeypatch)
    clock.stands(days=-40)

    with pytest.raises(Refused, match="clock has been set back"):
        disposal.run(filled, made, By("carl", None, TODAY - timedelta(days=40)))
    with pytest.raises(Refused, match="cannot be carried out as at an earlier day"):
        clock.stands(days=0)
        disposal.run(filled, made, By("carl", None, TODAY - timedelta(days=1)))


def test_an_open_reader_makes_the_run_say_that_it_is_not_complete(sqlite_hub: Hub):
    hub = fill(sqlite_hub)
    made = approved(hub, "OLD-1")
    reader = sqlite3.connect(hub.engine.url.database, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM people").fetchone()

    stopped = disposal.run(hub, made, By("carl", None, TODAY))
    assert stopped.status == "not_complete" and stopped.problems and certificates.listed(hub) == []

    reader.close()
    assert disposal.run(hub, made, By("carl", None, TODAY)).status == "certified"
    assert b"Xanthecanary" not in bytes_of(hub)


def test_a_certified_disposal_is_not_carried_out_again(filled: Hub):
    made = approved(filled, "OLD-1")
    disposal.run(filled, made, By("carl", None, TODAY))

    with pytest.raises(Refused, match="it is certified"):
        disposal.run(filled, made, By("carl", None, TODAY))
    assert len(certificates.listed(filled)) == 1


def test_a_family_that_vanished_past_the_hub_shows_in_the_certificate(filled: Hub):
    made = approved(filled, "OLD-1", "OLD-2")
    with filled.engine.begin() as connection:
        connection.execute(text("UPDATE disposals SET status = 'running', opening = 7, opening_entry = 0"))

    done = disposal.run(filled, made, By("carl", None, TODAY))

    assert any("do not add up" in doubt for doubt in done.problems)


def test_an_error_in_the_middle_leaves_nothing_half_destroyed(filled: Hub, monkeypatch: pytest.MonkeyPatch):
    made = approved(filled, "OLD-1", "OLD-2")
    monkeypatch.setattr(disposal, "delete", lambda *_: (_ for _ in ()).throw(HubError("the disk is full")))
    with pytest.raises(HubError, match="the disk is full"):
        disposal.run(filled, made, By("carl", None, TODAY))
    assert families(filled) == ALL

    monkeypatch.undo()
    assert disposal.run(filled, made, By("carl", None, TODAY)).status == "certified"
    assert certificates.check(filled) == []


def test_a_disposal_whose_every_family_is_kept_back_ends_without_a_certificate(filled: Hub):
    made = approved(filled, "OLD-1")
    holds.place_hold(filled, "OLD-1", "complaint", By("hana", "a complaint", TODAY), None, None)

    done = disposal.run(filled, made, By("carl", None, TODAY))

    assert (done.status, done.certificate, done.kept_back) == ("ended", None, {"on hold": 1})
    assert certificates.listed(filled) == [] and certificates.check(filled) == []
    with pytest.raises(Refused, match="every record in it was kept back"):
        disposal.run(filled, made, By("carl", None, TODAY))


def test_marks_left_by_a_crash_after_the_certificate_go_with_the_next_run(
    sqlite_hub: Hub, monkeypatch: pytest.MonkeyPatch
):
    hub = fill(sqlite_hub)
    first, second = approved(hub, "OLD-1"), approved(hub, "OLD-2")
    monkeypatch.setattr(traces_kept, "forget", lambda *_: None)
    disposal.run(hub, first, By("carl", None, TODAY))
    monkeypatch.undo()
    assert traces_kept.kept(hub, first)

    disposal.run(hub, second, By("carl", None, TODAY))

    assert traces_kept.kept(hub, first) == traces_kept.kept(hub, second) == frozenset()


def test_a_record_is_kept_with_the_held_record_that_rests_on_it(filled: Hub):
    load(
        filled,
        shares="""
        share | family | about | shared_on  | agreement
        SX-1  | OLD-2  | PO-2  | 2014-03-01 | AO-2
    """,
    )
    made = approved(filled, "OLD-1", "OLD-2", "OLD-3")
    holds.place_hold(filled, "OLD-2", "complaint", By("hana", "a complaint", TODAY), None, None)

    done = disposal.run(filled, made, By("carl", None, TODAY))

    assert done.kept_back == {"another family's record refers to it": 1, "on hold": 1}
    assert families(filled) == ALL - {"OLD-3"}


def test_an_answered_access_request_goes_with_the_record_and_an_open_one_keeps_it(filled: Hub):
    day = date(2019, 5, 1)
    asked = [
        register.log(filled, register.NewRequest(f"OLD-{n}", "access", day, f"PO-{n}"), By("olga", None, TODAY)).request
        for n in (1, 2)
    ]
    for what in ("id_requested", "id_received", "responded"):
        step = register.Event("", what, day, "answered")
        register.event(filled, asked[0], step, By("olga", None, TODAY))
    assert {row.family for row in due.preview(filled, TODAY).held} == {"HELD-1", "OLD-2"}

    done = disposal.run(filled, approved(filled, "OLD-1"), By("carl", None, TODAY))

    assert done.status == "certified" and certificates.listed(filled)[0]["rows"]["requests"] == 1
    with pytest.raises(Refused, match="OLD-2: is on hold"):
        reviewed(filled, "OLD-2")


@pytest.mark.disk
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a limit on file sizes needs a process of its own")
@pytest.mark.parametrize("room", [0, 8_192, 100_000])
def test_a_full_disk_stops_the_run_with_nothing_half_destroyed(sqlite_hub: Hub, room: int):
    resource = pytest.importorskip("resource")
    hub = fill(sqlite_hub)
    made = approved(hub, "OLD-1", "OLD-2")
    hub.engine.dispose()
    child = os.fork()
    if child == 0:
        limit = (hub.home / "hub.db").stat().st_size // 2 if room == 100_000 else room
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        code = 9
        try:
            code = 0 if disposal.run(open_hub(hub.home), made, By("carl", None, TODAY)).status == "certified" else 3
        except (HubError, OSError):
            code = 1
        finally:
            os._exit(code)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    again = open_hub(hub.home)
    left = families(again) & {"OLD-1", "OLD-2"}
    with again.read() as connection:
        written = connection.execute(text("SELECT count(*) FROM destroyed")).scalar_one()
    assert ended in (1, 3) and written == 2 - len(left) and len(left) in (0, 2)
    assert disposal.run(again, made, By("carl", None, TODAY)).status == "certified"
    assert certificates.check(again) == [] and b"Xanthecanary" not in bytes_of(again)
    again.engine.dispose()


def test_a_hold_that_is_being_placed_while_the_batch_runs_is_waited_for(postgres_hub: Hub):
    hub = fill(postgres_hub)
    made = approved(hub, "OLD-1", "OLD-2")
    with ThreadPoolExecutor(1) as pool, hub.engine.connect() as other:
        other.detach()
        other.execute(
            text(
                "INSERT INTO holds (hold, family, code, placed_on, recorded_at) "
                "VALUES ('LATE', 'OLD-1', 'complaint', CURRENT_DATE, now())"
            )
        )
        running = pool.submit(disposal.run, hub, made, By("carl", None, TODAY))
        with pytest.raises(TimeoutError):
            running.result(timeout=1)
        other.commit()
        done = running.result(timeout=60)

    assert done.kept_back == {"on hold": 1} and "OLD-1" in families(hub)


def test_an_earlier_day_cannot_destroy_what_came_back_since(filled: Hub):
    made = approved(filled, "OLD-1", "OLD-2")
    load(
        filled,
        families=f"""
        family | opened_on | closed_on
        OLD-2  | {TODAY}   |
    """,
    )

    done = disposal.run(filled, made, By("carl", None, TODAY))

    assert done.kept_back == {"open again": 1} and "OLD-2" in families(filled)


def test_the_day_written_down_is_the_day_that_it_was(filled: Hub):
    earlier = TODAY - timedelta(days=200)
    token = due.preview(filled, earlier).token
    made = review.review(filled, token, [FamilyDecision("OLD-1", "dispose")], By("anna", None, earlier))
    review.approve(filled, made, By("ben", None, earlier))

    disposal.run(filled, made, By("carl", None, earlier))

    assert certificates.told(filled, "OLD-1").destroyed_on == TODAY
    assert certificates.listed(filled)[0]["issued_on"] == str(TODAY)


@pytest.mark.parametrize("status", ["reviewed", "approved", "running"])
def test_a_rule_that_changed_since_keeps_what_is_not_yet_gone(
    filled: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str
):
    earlier = TODAY - timedelta(days=30)
    token = due.preview(filled, earlier).token
    made = review.review(filled, token, [FamilyDecision("OLD-1", "dispose")], By("anna", None, earlier))
    if status != "reviewed":
        review.approve(filled, made, By("ben", None, earlier))
    if status == "running":
        with filled.engine.begin() as connection:
            connection.execute(text("UPDATE disposals SET status = 'running', opening = 6, opening_entry = 1"))
    monkeypatch.setenv("HUBDATA_PARAMS", str(with_years(tmp_path, 60)))

    if status == "running":
        assert disposal.run(filled, made, By("carl", None, earlier)).kept_back == {
            "the rules have changed since the approval": 1
        }
    else:
        with pytest.raises(Refused, match="the retention rules are not those"):
            if status == "reviewed":
                review.approve(filled, made, By("ben", None, earlier))
            disposal.run(filled, made, By("carl", None, earlier))
    assert families(filled) == ALL


def with_years(folder: Path, years: int) -> Path:
    """The house's values, with another period for families since yesterday."""
    params = Path(shutil.copytree(places.params(), folder / "params"))
    file = params / "policy" / "retention.yaml"
    values = yaml.safe_load(file.read_text("utf-8"))
    first = values["retention.rules"]["values"][0]
    family = first["value"]["family"] | {"years": years}
    since = {"value": first["value"] | {"family": family}, "from": TODAY - timedelta(days=1)}
    values["retention.rules"]["values"].append({**first, **since})
    file.write_text(yaml.safe_dump(values, allow_unicode=True), "utf-8")
    return params


def test_counts_and_officers_names_are_no_mention_of_a_family(hub: Hub):
    load(
        hub,
        families="""
        family | opened_on  | closed_on
        1      | 2012-01-04 | 2014-03-31
        2      | 2012-01-04 | 2014-03-31
        NHFT   | 2012-01-04 | 2014-03-31
        4      | 2020-01-06 |
    """,
        people="""
        person | family | role  | given_name | family_name
        11     | 1      | child | Priya      | Madeup
    """,
        involvements="""
        family | organisation | started_on
        1      | NHFT         | 2012-02-01
    """,
    )
    decisions = [FamilyDecision(family, "dispose") for family in ("1", "2", "NHFT")]
    made = review.review(hub, due.preview(hub, TODAY).token, decisions, By("Priya Shah", None, TODAY))
    review.approve(hub, made, By("ben", None, TODAY))

    done = disposal.run(hub, made, By("Priya Shah", None, TODAY))

    (content,) = certificates.listed(hub)
    assert done.problems == [] and content["rows"]["families"] == 3 and content["conservation"]["holds"]
    with hub.read() as connection:
        said = {entry["action"]: entry["said"] for entry in ledger.entries(connection)}
    assert said["retention.review"]["actor"] == said["retention.dispose"]["actor"] == "Priya Shah"


def test_what_an_officer_wrote_about_a_family_goes_with_it(filled: Hub):
    holds.release_hold(filled, _hold_of(filled, "OLD-1"), By("hana", "Xanthecanary Onecanary asked for it", TODAY))

    disposal.run(filled, approved(filled, "OLD-1"), By("carl", "see OLD-1", TODAY))

    with filled.read() as connection:
        said = [str(entry["said"]) for entry in ledger.entries(connection)]
        assert not [one for one in said if "OLD-1" in one or "Xanthecanary" in one]
        assert verify(filled).faults == []


def _hold_of(hub: Hub, family: str) -> str:
    return holds.place_hold(hub, family, "complaint", By("hana", "a complaint", TODAY), None, None)


def test_a_certificate_whose_file_and_line_a_crash_left_out_gets_them(sqlite_hub: Hub, monkeypatch: pytest.MonkeyPatch):
    hub = fill(sqlite_hub)
    first, second = approved(hub, "OLD-1"), approved(hub, "OLD-2")
    monkeypatch.setattr(certificates, "complete", lambda _hub: None)
    issued = disposal.run(hub, first, By("carl", None, TODAY)).certificate
    monkeypatch.undo()
    assert any("has no file" in fault for fault in certificates.check(hub))

    disposal.run(hub, second, By("carl", None, TODAY))

    assert (hub.home / "certificates" / f"{issued}.json").is_file() and certificates.check(hub) == []


def test_a_new_database_in_the_home_of_one_that_is_gone_is_refused(sqlite_hub: Hub):
    hub = fill(sqlite_hub)
    disposal.run(hub, approved(hub, "OLD-1"), By("carl", None, TODAY))
    hub.engine.dispose()
    for path in hub.home.glob("hub.db*"):
        path.unlink()

    with pytest.raises(Refused, match="the erasure list of a database that is gone"):
        open_hub(hub.home, create=True)
