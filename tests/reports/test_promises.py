"""The promise board: what makes each status, on the very day; that unknown is never kept; and what changed since."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hubdata import moments, places, policy
from hubdata.demo import make as demo
from hubdata.desk.main import app
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records.ledger import Act
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.records.witness import take
from hubdata.release.ledger import FILE, ReleaseLedger
from hubdata.reports import board as reports_board
from hubdata.reports import parameters, promises
from hubdata.reports import run as reports
from hubdata.reports.page import Page, Question
from hubdata.rules import findings
from tests.support import hubs
from tests.support.ascii import load
from tests.support.clock import Clock

DAY = date(2026, 3, 1)
LED = {"leads": "family | practitioner | started_on | ended_on\nF1 | W1 | 2026-01-05 | 2026-02-28"}
LATE = {"agreements": "agreement | covers | recorded_at\nA1 | P1 | 2026-01-16T09:00:00Z"}
DISCUSSED = {"shares": "share | about | route | discussed_on\nS1 | P1 | additional_support | 2026-01-16"}
NOT_YET = {"shares": "share | about | route | told_family | told_on\nS1 | P1 | without_agreement | not_yet |"}
TWELVE = [f"P{number}" for number in range(1, 13)]


def board(hub: Hub, as_at: date | str = DAY, **said: str) -> dict[str, dict]:
    """Each promise of a hub's board."""
    day = date.fromisoformat(str(as_at))
    given = {"before": "none", "released": "none", "clock": "none", "ledger": "none", "acts": "none"} | said
    page = Page("promises", Question(day), snapshots.take(hub), policy.load(), given=given)
    return {row["promise"]: row for row in reports_board.rows(page)}


def statuses(hub: Hub, as_at: date | str = DAY, **given: str) -> dict[str, str]:
    return {code: row["status"] for code, row in board(hub, as_at, **given).items()}


def supported(hub: Hub, **more: str) -> None:
    """One open family with nothing wrong: a lead in contact, a reviewed goal, a share under agreement."""
    story = {
        "families": """
            family | opened_on  | recorded_at
            F1     | 2026-01-05 | 2026-01-05T09:00:00Z
        """,
        "involvements": """
            family | organisation | started_on | last_contact_on | recorded_at
            F1     | NNC          | 2026-01-05 | 2026-02-20      | 2026-02-20T09:00:00Z
        """,
        "leads": """
            family | practitioner | started_on
            F1     | W1           | 2026-01-05
        """,
        "reviews": """
            goal | reviewed_on
            G1   | 2026-02-01
        """,
        "agreements": """
            agreement | covers
            A1        | P1
        """,
        "shares": """
            share | about
            S1    | P1
        """,
    }
    load(hub, **{name: text for name, text in (story | more).items() if text})


def test_of_an_empty_hub_nothing_can_be_told(hub):
    found = board(hub)

    assert list(found) == TWELVE
    assert {row["status"] for row in found.values()} == {"cannot_tell"}
    assert all(row["evidence"] and row["findings"] == {} for row in found.values())
    assert found["P3"]["not_run"][0] == {"code": "LD01", "why": "Nothing has been loaded into families."}


def test_a_promise_is_kept_where_all_that_must_be_judged_was_and_nothing_was_found(hub):
    supported(hub)

    found = board(hub)

    assert {code for code, row in found.items() if row["status"] == "kept"} == {
        "P2",
        "P3",
        "P5",
        "P8",
        "P10",
        "P11",
        "P12",
    }
    assert {code for code, row in found.items() if row["status"] == "cannot_tell"} == {"P1", "P4", "P6", "P7", "P9"}
    judged = "(agreements in force with open families: 1; notices in use: 1)"
    assert found["P12"]["evidence"] == f"Nothing found in what was judged {judged}"
    assert found["P7"]["evidence"] == "There are no shares without agreement or by law"


@pytest.mark.parametrize(
    ("promise", "tables", "as_at", "status"),
    [
        ("P3", LED, "2026-02-28", "kept"),
        ("P3", LED, "2026-03-01", "broken"),
        ("P3", {}, "2026-05-02", "kept"),  # the last review is 90 days ago
        ("P3", {}, "2026-05-03", "at_risk"),
        ("P3", {"reviews": "", "goals": ""}, "2026-03-01", "cannot_tell"),
        ("P5", {"agreements": "agreement | covers | expires_on\nA1 | P1 | 2026-01-15"}, "2026-03-01", "kept"),
        ("P5", {"agreements": "agreement | covers | expires_on\nA1 | P1 | 2026-01-14"}, "2026-03-01", "broken"),
        ("P5", {"shares": ""}, "2026-03-01", "cannot_tell"),
        ("P5", {"shares": "share | about | route\nS1 | P1 | without_agreement"}, "2026-03-01", "cannot_tell"),
        ("P5", LATE, "2026-03-01", "at_risk"),
        ("P6", {"shares": "share | about | route\nS1 | P1 | additional_support"}, "2026-03-01", "kept"),
        ("P6", DISCUSSED, "2026-03-01", "broken"),
        ("P7", {"shares": "share | about | route\nS1 | P1 | without_agreement"}, "2026-03-01", "kept"),
        ("P7", {"shares": "share | about | route | risk_to\nS1 | P1 | without_agreement |"}, "2026-03-01", "broken"),
        ("P7", NOT_YET, "2026-02-14", "kept"),
        ("P7", NOT_YET, "2026-02-15", "at_risk"),
        ("P10", {}, "2026-03-22", "kept"),  # the partner's last update is 30 days ago
        ("P10", {}, "2026-03-23", "at_risk"),
        ("P11", {"organisations": "organisation | rights_contact\nNHFT |"}, "2026-03-01", "at_risk"),
        ("P12", {}, "2026-03-31", "kept"),  # the next notice begins on 1 April
        ("P12", {}, "2026-04-01", "at_risk"),
    ],
)
def test_a_status_changes_on_the_very_day(sqlite_hub, promise, tables, as_at, status):
    supported(sqlite_hub, **tables)

    assert statuses(sqlite_hub, as_at)[promise] == status


def test_a_code_of_two_promises_counts_for_both(sqlite_hub):
    supported(sqlite_hub, agreements="")

    found = board(sqlite_hub)

    assert {code for code, row in found.items() if row["status"] == "broken"} == {"P5", "P6"}
    assert found["P5"]["findings"] == found["P6"]["findings"] == {"SH01": 1}
    assert found["P5"]["evidence"] == "Shared without any decision of this person: 1 of 1 shares that need agreement"


@pytest.mark.parametrize(
    ("closed_on", "as_at", "status"),
    [
        ("2021-02-28", "2026-02-28", "kept"),
        ("2021-02-28", "2026-03-01", "broken"),
        ("2020-02-29", "2025-02-28", "kept"),
        ("2020-02-29", "2025-03-01", "broken"),
    ],
)
def test_five_years_are_kept_through_their_last_day(sqlite_hub, closed_on, as_at, status):
    load(sqlite_hub, families=f"family | closed_on\nF1 | {closed_on}")

    assert statuses(sqlite_hub, as_at)["P8"] == status


@pytest.mark.parametrize(("review_on", "status"), [("2026-03-01", "kept"), ("2026-02-28", "at_risk")])
def test_a_hold_whose_day_of_review_has_passed_is_an_overdue_control(sqlite_hub, review_on, status):
    load(sqlite_hub, families="family | closed_on\nF1 | 2020-01-05", holds=f"hold | review_on\nH1 | {review_on}")

    found = board(sqlite_hub)["P8"]

    assert found["status"] == status
    assert ("1 hold has passed the day of review" in found["evidence"]) == (status == "at_risk")


JUMPS = "2026-01-05 to 2029-01-04 confirmed; 2029-01-04 to 2026-01-06"


@pytest.mark.parametrize(
    ("clock", "status"), [("none", "kept"), (JUMPS.split("; ")[0], "kept"), (JUMPS, "at_risk"), ("", "kept")]
)
def test_every_jump_of_the_clock_is_on_the_board_and_one_that_nobody_confirmed_is_a_control_overdue(
    sqlite_hub, clock, status
):
    load(sqlite_hub, families="family | closed_on\nF1 | 2021-02-28")
    found = board(sqlite_hub, "2026-02-28", clock=clock)["P8"]

    assert found["status"] == status
    said = [each["said"] for each in found["controls"] if "clock" in each["said"]]
    assert said == ([] if clock in ("none", "") else [f"This machine's clock has jumped: {IN_WORDS[clock]}"])


@pytest.mark.parametrize(
    ("ledger", "status", "said"),
    [
        ("none", "kept", []),
        (
            "holds, witnessed 2026-02-14 by another hub",
            "kept",
            [
                "Every entry of the ledger holds; it was last witnessed on 14 February 2026 by another hub, within the "
                "31 days that the policy allows"
            ],
        ),
        (
            "holds, witnessed 2026-01-28 by another hub",
            "kept",
            [
                "Every entry of the ledger holds; it was last witnessed on 28 January 2026 by another hub, within the "
                "31 days that the policy allows"
            ],
        ),
        (
            "holds, witnessed 2026-01-27 by another hub",
            "at_risk",
            [
                "Every entry of the ledger holds; it was last witnessed on 27 January 2026 by another hub, longer ago "
                "than the 31 days that the policy allows"
            ],
        ),
        (
            "holds, never witnessed",
            "at_risk",
            [
                "Every entry of the ledger holds; nobody elsewhere has ever witnessed it, so that one written anew "
                "could not be told"
            ],
        ),
        (
            "1 fault, witnessed 2026-02-14 by letter",
            "at_risk",
            [
                "The ledger has 1 fault, which `hubdata ledger verify` names; it was last witnessed on 14 February "
                "2026 by letter, within the 31 days that the policy allows"
            ],
        ),
    ],
)
def test_how_the_ledger_stands_and_when_it_was_last_witnessed_is_on_the_board(sqlite_hub, ledger, status, said):
    load(sqlite_hub, families="family | closed_on\nF1 | 2021-02-28")
    found = board(sqlite_hub, "2026-02-28", ledger=ledger)["P8"]

    assert found["status"] == status
    assert [each["said"] for each in found["controls"] if "ledger" in each["said"]] == said


def test_the_board_looks_up_how_the_ledger_stands(sqlite_hub, tmp_path):
    assert promises.chain_now(sqlite_hub) == "holds, never witnessed"
    place = tmp_path / "elsewhere"
    place.mkdir()
    taken = take.to_folder(sqlite_hub, place, By("ann", None, moments.today()))
    assert promises.chain_now(sqlite_hub) == f"holds, witnessed {moments.today()} in a folder elsewhere"

    taken.file.chmod(0o600)
    taken.file.write_text(taken.file.read_text().replace("\nrows ", "\nrows 1"))
    assert promises.chain_now(sqlite_hub).startswith("1 fault, ")


@pytest.mark.parametrize(
    "text", ["never", "holds", "0 faults, never witnessed", "holds, witnessed 2026-02-30 by letter"]
)
def test_a_state_of_the_ledger_that_is_none_is_refused(text):
    with pytest.raises(BadParameter, match="ledger"):
        promises.stands(text)


@pytest.mark.parametrize(
    ("acts", "status", "said"),
    [
        ("none", "kept", []),
        ("nobody registered", "kept", []),
        (
            "nobody registered; reviews 3 claimed; approvals and refusals 1200 claimed",
            "kept",
            [
                "Who acted: approvals and refusals 1,200 under a typed name, a claim; reviews 3 under a typed name, a "
                "claim; nobody is registered, so that every name is a claim"
            ],
        ),
        (
            "since 2026-02-01; reviews 3 claimed 2 passphrase 1 key",
            "kept",
            [
                "Who acted: reviews 3 under a typed name, a claim and 3 proved; people are registered since 1 February "
                "2026"
            ],
        ),
        (
            "since 2026-02-01; reviews 3 claimed 1 since",
            "at_risk",
            [
                "Who acted: reviews 3 under a typed name, a claim, 1 of them since people are registered; people are "
                "registered since 1 February 2026"
            ],
        ),
    ],
)
def test_what_rests_on_a_typed_name_is_on_the_board_and_since_people_are_registered_a_check(
    sqlite_hub, acts, status, said
):
    load(sqlite_hub, families="family | closed_on\nF1 | 2021-02-28")
    found = board(sqlite_hub, "2026-02-28", acts=acts)["P8"]

    assert found["status"] == status
    assert [each["said"] for each in found["controls"] if "Who acted" in each["said"]] == said


def test_releases_that_rest_on_a_typed_name_stand_at_what_is_published(sqlite_hub):
    found = board(sqlite_hub, "2026-02-28", acts="nobody registered; releases 2 claimed")

    said = "Who acted: releases 2 under a typed name, a claim; nobody is registered, so that every name is a claim"
    assert said in [each["said"] for each in found["P4"]["controls"]]
    assert said not in [each["said"] for each in found["P8"]["controls"]]


@pytest.mark.parametrize(
    "text", ["reviews 3 claimed", "since 2026-02-30", "nobody registered; reviews", "nobody registered; reviews 3 vows"]
)
def test_acts_that_are_none_are_refused(text):
    with pytest.raises(BadParameter, match="acts"):
        promises.acted(text)


FIRST = "from 5 January 2026 to 4 January 2029"
IN_WORDS = {
    JUMPS.split("; ")[0]: FIRST,
    JUMPS: f"{FIRST}; from 4 January 2029 to 6 January 2026, and nobody has confirmed the day",
}


def test_the_board_looks_up_every_jump_of_the_ledger(sqlite_hub, monkeypatch, tmp_path):
    assert promises.clock(sqlite_hub) == "none"
    clock = Clock(monkeypatch)
    since, until = moments.today(), moments.day_of(clock.stands(days=400))
    with sqlite_hub.write(Act("ann", "officer", "a test", "test.append")):
        pass

    values = promises.completed({"as_at": str(since), "before": "", "released": "", "clock": ""}, sqlite_hub, tmp_path)
    assert values["clock"] == f"{since} to {until}"


@pytest.mark.parametrize("text", ["2026-01-01", "2026-01-01 to 2026-02-30", "2026-01-01 to 2026-03-01; yes", "never"])
def test_a_jump_that_is_none_is_refused(text):
    with pytest.raises(BadParameter, match="clock"):
        promises.jumped(text)


@pytest.mark.parametrize(
    ("happened_on", "kind", "as_at", "status"),
    [
        ("2026-01-05", "access", "2026-01-28", "kept"),
        ("2026-01-05", "access", "2026-01-29", "at_risk"),  # seven days before 5 February
        ("2026-01-05", "access", "2026-02-05", "at_risk"),
        ("2026-01-05", "access", "2026-02-06", "broken"),
        ("2026-01-05", "complaint", "2026-01-06", "cannot_tell"),  # of a copy of the data nobody has asked
    ],
)
def test_a_request_moves_its_promise_as_its_date_comes(sqlite_hub, happened_on, kind, as_at, status):
    load(
        sqlite_hub,
        people="person\nP1",
        requests=f"request | kind\nQ1 | {kind}",
        request_events=f"event | request | happened_on\nE1 | Q1 | {happened_on}",
    )

    assert statuses(sqlite_hub, as_at)["P9"] == status


@pytest.mark.parametrize(
    ("opened_on", "released", "as_at", "status"),
    [
        (
            "2026-01-05",
            "none",
            "2026-05-30",
            "cannot_tell",
        ),  # January to March is due by then, and no quarter before it
        ("2026-03-31", "none", "2026-05-31", "at_risk"),
        ("2026-04-01", "none", "2026-05-31", "cannot_tell"),
        ("2026-01-05", "2026-Q1 on 2026-04-15", "2026-04-20", "kept"),
        ("2026-01-05", "2026-Q1 on 2026-05-30", "2026-05-31", "kept"),
        ("2025-12-31", "2025-Q4 on 2026-02-01", "2026-05-30", "kept"),
        ("2025-12-31", "2025-Q4 on 2026-02-01", "2026-05-31", "at_risk"),
        ("2025-12-31", "altered", "2026-05-30", "at_risk"),
        ("2025-12-31", "", "2026-05-30", "cannot_tell"),
    ],
)
def test_a_quarter_s_figures_are_due_sixty_days_after_it(sqlite_hub, opened_on, released, as_at, status):
    load(sqlite_hub, families=f"family | opened_on\nF1 | {opened_on}")

    assert statuses(sqlite_hub, as_at, released=released)["P4"] == status


def test_the_board_is_the_same_on_both_databases(sqlite_hub, postgres_hub):
    supported(sqlite_hub)
    supported(postgres_hub)

    assert board(sqlite_hub) == board(postgres_hub)


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A hub with every fault that the demo plants."""
    hub = hubs.filled(tmp_path_factory.mktemp("board") / "hub", families=60)
    yield hub
    hub.engine.dispose()


def test_every_finding_counts_and_decides_its_promises(full):
    listed = findings.list_findings(snapshots.take(full), demo.AS_AT)
    expected = {code: [f for f in listed if code in f.promise.split(",")] for code in TWELVE}

    found = board(full, demo.AS_AT)

    for code, those in expected.items():
        severities = {f.severity for f in those}
        assert sum(found[code]["findings"].values()) == len(those)
        if severities:
            assert found[code]["status"] == ("broken" if "breach" in severities else "at_risk"), code
    assert {f.code for f in listed} == {code for row in found.values() for code in row["findings"]}


def test_no_check_found_more_than_it_judged(full):
    for row in board(full, demo.AS_AT).values():
        for check in row["checks"]:
            assert check["judged"] >= min(check["findings"], 1), check


@pytest.mark.parametrize(("as_at", "listed"), [("2027-11-21", 0), ("2027-11-22", 1), ("2027-11-30", 2)])
def test_the_board_lists_what_nobody_has_checked_for_twelve_months(sqlite_hub, as_at, listed):
    """Values were read on 22 November 2026, some of them again on 30 November."""
    supported(sqlite_hub)
    day = date.fromisoformat(as_at)
    page = Page("promises", Question(day), snapshots.take(sqlite_hub), policy.load(), given={"before": "none"})

    names = {row["name"] for row in page.listed("unchecked")}

    old = {one.name for one in policy.load().in_force(day) if one.last_checked.day == 22}
    assert names == [set(), old, {one.name for one in policy.load().in_force(day)}][listed]
    said = {one["name"] for row in reports_board.rows(page) for one in row["unchecked"]}
    assert said == names
    last = reports_board.lines(page, day)[-1]
    assert last.startswith("Not checked in time against their sources: " + ", ".join(sorted(names)[:3])) == bool(listed)


def test_no_name_is_on_the_board(full):
    people = demo.generate(families=60, seed=7).tables["people"].to_pylist()
    said = json.dumps(board(full, demo.AS_AT))

    assert not [p for p in people if f"{p['given_name']} {p['family_name']}" in said]


def test_a_check_whose_value_nobody_decided_did_not_run_and_the_others_did(full, tmp_path, monkeypatch):
    shutil.copytree(places.params(), tmp_path / "params")
    file = tmp_path / "params" / "policy" / "freshness.yaml"
    file.write_text(file.read_text("utf-8").replace("from: 2000-01-01", "from: 2030-01-01"), "utf-8")
    monkeypatch.setenv("HUBDATA_PARAMS", str(tmp_path / "params"))

    found = board(full, demo.AS_AT)

    assert found["P10"]["status"] == "at_risk"  # DQ04 and DQ05 ran, and found what is planted
    why = {check["code"]: check["why"] for check in found["P10"]["not_run"]}
    assert why["FR01"].startswith("A value is not decided: freshness.update_within_days has no value in force on 2026")
    assert why.keys() == {"FR01", "DQ01", "DQ02"}
    assert found["P8"]["status"] == "broken"


def test_a_promise_written_wrongly_is_refused_with_every_fault(full, tmp_path, monkeypatch):
    shutil.copytree(places.params(), tmp_path / "params")
    file = tmp_path / "params" / "policy" / "promises.yaml"
    text = file.read_text("utf-8")
    for right, wrong in (("kept_if: [NV01]", "kept_if: NV01"), ("title: A copy", "titel: A copy"), ("[P7]", "P7")):
        text = text.replace(right, wrong)
    file.write_text(text, "utf-8")
    monkeypatch.setenv("HUBDATA_PARAMS", str(tmp_path / "params"))

    with pytest.raises(Refused) as refused:
        board(full, demo.AS_AT)

    assert refused.value.problems == [
        "promise.P12: kept_if must be a list",
        "promise.P9: title must be a text",
        "promise.P9: unknown key 'titel'",
        "notice_and_law.welfare_duty: promises must be a list",
    ]


@pytest.mark.parametrize(
    ("was", "trend"),
    [
        ("kept", "Worse, was kept"),
        ("at_risk", "Worse, was at risk"),
        ("broken", "Unchanged"),
        ("cannot_tell", "Can be told now"),
    ],
)
def test_a_broken_promise_says_what_it_was(sqlite_hub, was, trend):
    supported(sqlite_hub, agreements="")

    found = board(sqlite_hub, before=f"2026-02-28: {was} P5; kept P1")

    assert (found["P5"]["trend"], found["P5"]["before"], found["P5"]["before_on"]) == (trend, was, "2026-02-28")
    assert found["P1"]["trend"] == "Can no longer be told, was kept"
    assert found["P2"]["trend"] == "Not on the board before"


def test_without_a_board_before_there_is_no_trend(sqlite_hub):
    assert {row["trend"] for row in board(sqlite_hub).values()} == {"No earlier board"}


@pytest.mark.parametrize("status", promises.STATUSES)
def test_twelve_statuses_are_said_within_a_parameter_and_read_back(status):
    standing = dict(zip(TWELVE, 3 * promises.STATUSES[:4], strict=True)) | {"P12": status}

    text = promises.said(standing, DAY)

    assert len(text) <= parameters.LONGEST
    assert {row["promise"]: row["status"] for row in promises.earlier(text, date(2026, 3, 2))} == standing


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01: kept P1",
        "2026-03-02: kept P1",
        "2026-02-30: kept P1",
        "2026-02-01",
        "2026-02-01: fine P1",
        "2026-02-01: kept",
        "kept P1",
        "2026-02-01: kept P1\n",
    ],
)
def test_a_board_before_that_is_none_is_refused(text):
    with pytest.raises(BadParameter, match="before"):
        promises.earlier(text, DAY)


@pytest.mark.parametrize("text", ["2026-Q5 on 2026-02-01", "2026-Q1", "2026-Q1 on 2026-02-30", "yes"])
def test_a_release_that_is_none_is_refused(text):
    with pytest.raises(BadParameter, match="released"):
        promises.published(text)


def _kept(folder: Path, day: str, made_at: str, standing: object) -> None:
    place = folder / "promises" / day / f"run-{made_at[-2:]}"
    place.mkdir(parents=True)
    said = {"parameters": {"as_at": day}, "made_at": made_at, "standing": standing}
    (place / "manifest.json").write_text(json.dumps(said), "utf-8")


def test_the_board_before_is_the_newest_of_the_latest_earlier_day(tmp_path):
    _kept(tmp_path, "2026-01-31", "2026-02-09", {"P1": "kept"})
    _kept(tmp_path, "2026-02-28", "2026-03-01", {"P1": "at_risk"})
    _kept(tmp_path, "2026-02-28", "2026-03-02", {"P1": "broken", "P2": "kept"})
    _kept(tmp_path, "2026-03-01", "2026-03-03", {"P1": "kept"})
    _kept(tmp_path, "2026-02-27", "2026-03-04", {"P1": "excellent"})
    (tmp_path / "promises" / "2026-02-28" / "run-02" / "notes.txt").write_text("not a board", "utf-8")
    (tmp_path / "promises" / "2026-01-31" / "run-09" / "manifest.json").write_text("{", "utf-8")

    assert promises.before(tmp_path, DAY) == "2026-02-28: broken P1; kept P2"
    assert promises.before(tmp_path, date(2026, 2, 28)) == "none"


def test_the_newest_quarter_is_the_one_published_by_the_day(sqlite_hub):
    assert promises.released(sqlite_hub, DAY) == "none"
    (sqlite_hub.home / "published").mkdir(exist_ok=True)
    path = sqlite_hub.home / "published" / FILE
    ledger = ReleaseLedger(path, sqlite_hub.key("releases"))
    ledger.append("2025-Q4", "a" * 16, {}, [])
    today = ledger.append("2025-Q3", "b" * 16, {}, []).at[:10]

    assert promises.released(sqlite_hub, date.max) == f"2025-Q4 on {today}"
    assert promises.released(sqlite_hub, DAY) == "none"
    path.write_text(path.read_text("utf-8").replace("2025-Q4", "2026-Q4"), "utf-8")
    assert promises.released(sqlite_hub, date.max) == "altered"


def test_a_report_knows_the_board_before_it_and_can_be_made_again_from_its_manifest(full):
    held = snapshots.take(full)
    first = reports.run("promises", full, {"as_at": "2026-08-31"}, held=held)
    second = reports.run("promises", full, {"as_at": "2026-09-30"}, held=held)

    was, now = (json.loads((run.folder / "manifest.json").read_text("utf-8")) for run in (first, second))
    again = reports.run("promises", full, now["parameters"], held=held)

    given = {
        "before": "none",
        "released": "none",
        "clock": "none",
        "ledger": "holds, never witnessed",
        "acts": "nobody registered",
        "decisions": "as entered",
    }
    assert was["parameters"] == {"as_at": "2026-08-31"} | given
    assert now["parameters"]["before"] == promises.said(was["standing"], date(2026, 8, 31))
    assert now["standing"] == statuses(full, "2026-09-30", before=now["parameters"]["before"])
    for kind in ("html", "ipynb", "xlsx"):
        name = f"promises.{kind}"
        assert (again.folder / name).read_bytes() == (second.folder / name).read_bytes()


def test_the_command_answers_with_the_contract_s_keys_first(full):
    words = ["promises", "--home", str(full.home), "--as-at", "30/09/2026"]

    done = CliRunner().invoke(app, [*words, "--json"])

    rows = json.loads(done.stdout)
    assert done.exit_code == 0
    assert [row["promise"] for row in rows] == TWELVE
    assert list(rows[0])[:5] == ["promise", "sentence", "status", "evidence", "findings"]
    shown = CliRunner().invoke(app, words).stdout
    assert all(f"{row['promise']} {row['title']}: {row['status'].replace('_', ' ').upper()}" in shown for row in rows)


def test_what_was_recorded_later_is_not_known_before(sqlite_hub):
    supported(sqlite_hub, agreements="agreement | covers | recorded_at\nA1 | P1 | 2026-02-20T09:00:00Z")
    words = ["promises", "--home", str(sqlite_hub.home), "--as-at", "2026-03-01", "--json"]

    now, then = (
        json.loads(CliRunner().invoke(app, [*words, *more]).stdout) for more in ([], ["--known-at", "2026-02-19"])
    )

    assert [row["status"] for row in now if row["promise"] == "P5"] == ["at_risk"]
    assert [row["status"] for row in then if row["promise"] == "P5"] == ["broken"]
