"""What a hub decided holds for this hub alone, whatever ships and whatever another hub of the same process decided."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hubdata import places, policy
from hubdata.desk.main import app
from hubdata.errors import Refused
from hubdata.records import ledger
from hubdata.records.decisions import stands
from hubdata.records.doctor import database
from hubdata.records.doctor import fact as fact_
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.reports import board
from hubdata.retention import due
from hubdata.rules.findings import list_findings
from tests.support import council, hubs
from tests.support.ascii import load

DAY = date(2026, 11, 30)
STALE = "retention.stale_after_days"
FAMILY = """
    family | hub   | opened_on
    F1     | corby | 2026-01-05
"""
CONTACT = """
    family | organisation | started_on | last_contact_on
    F1     | NNC          | 2026-01-05 | 2026-10-01
"""


@pytest.fixture
def two(tmp_path: Path) -> tuple[Hub, Hub]:
    """Two hubs with the same family, of which only the second decided anything: thirty days without contact."""
    first, second = (hubs.empty(tmp_path / name) for name in ("first", "second"))
    for hub in (first, second):
        load(hub, families=FAMILY, involvements=CONTACT)
    written(second, STALE, 30)
    yield first, second
    for hub in (first, second):
        hub.engine.dispose()


def written(hub: Hub, name: str, value: object, start: str = "2026-01-01") -> Path:
    """A decision as a file of the hub's home."""
    path = hub.home / policy.DECISIONS / f"{name}.yaml"
    text = f"{{value: {value}, from: {start}, source: The board, last_checked: {start}}}"
    path.write_text(f"{name}:\n  unit: days\n  values:\n    - {text}\n", "utf-8")
    return path


def test_two_hubs_of_one_process_read_two_sets(two: tuple[Hub, Hub]):
    first, second = two

    found = [[one.code for one in list_findings(snapshots.take(hub), DAY, ("retention",))] for hub in two]

    assert found == [[], ["RT03"]]
    assert first.policy.value(STALE, DAY) == policy.load().value(STALE, DAY) != second.policy.value(STALE, DAY) == 30


def test_what_is_judged_of_a_few_rows_is_judged_by_the_hubs_own_decisions(two: tuple[Hub, Hub]):
    rule = "code: OURS, title: Ours, trigger: closure, years: 1, action: review, approver: somebody"
    written(two[1], "retention.rules", f"{{family: {{{rule}}}}}")
    told = []
    for hub in two:
        with hub.read() as connection:
            told.append(due.state_of(connection, ["F1"], DAY)[0]["rule"])

    assert told[1] == "OURS" != told[0]


def test_a_snapshot_takes_its_hubs_decisions_along_to_the_process_of_a_report(two: tuple[Hub, Hub], tmp_path: Path):
    for hub in two:
        snapshots.take(hub).save(tmp_path / "saved" / hub.home.name, hub.home)

    first, second = (Snapshot.load(tmp_path / "saved" / hub.home.name).decided for hub in two)

    assert (first.digest, second.value(STALE, DAY)) == ("", 30)
    assert second.digest == two[1].policy.digest


ONE = "{value: 1, from: 2026-01-01, source: x, last_checked: 2026-01-01}"


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("nobody.knows", ONE, "nothing is called so"),
        (STALE, "{value: 1, from: 2026-01-01, last_checked: 2026-01-01}", "source is missing"),
        (STALE, f"{ONE}, {ONE}", "two values start on 2026-01-01"),
    ],
    ids=["unknown", "no source", "one day twice"],
)
def test_a_decision_that_cannot_hold_is_refused_and_said(sqlite_hub: Hub, name: str, values: str, said: str):
    (sqlite_hub.home / policy.DECISIONS / "x.yaml").write_text(
        f"{name}:\n  unit: days\n  values: [{values}]\n", "utf-8"
    )

    with pytest.raises(Refused, match=said):
        sqlite_hub.policy.value(STALE, DAY)


def _asked(hub: Hub, *words: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["decisions", *words, "--home", str(hub.home)])
    return found.exit_code, found.stdout + found.stderr


def test_a_decision_says_whom_it_moves_before_it_holds_and_is_added_to_those_before(sqlite_hub: Hub):
    load(sqlite_hub, families=FAMILY, involvements=CONTACT)
    decide = (
        "set",
        STALE,
        "--value",
        "30",
        "--from",
        "2026-01-01",
        "--source",
        "Board, minute 7",
        "--reason",
        "decided",
    )

    told = _asked(sqlite_hub, *decide, "--as-at", "2026-11-30", "--impact")
    before = sqlite_hub.policy.value(STALE, DAY)
    done = _asked(sqlite_hub, *decide, "--as-at", "2026-11-30", "--actor", "Ann Officer")

    assert told[0] == done[0] == 0, done
    assert "RT03: 0 now, 1 more, 0 fewer" in told[1] and "Nothing was written" in told[1]
    assert before == 365 and [one.value for one in sqlite_hub.policy.history(STALE)] == [365, 30]
    assert sqlite_hub.policy.entry(STALE, DAY).confirmed_by == "Ann Officer"
    with sqlite_hub.read() as connection:
        (entry,) = ledger.said(connection, stands.ACTIONS)
    assert (entry["decision"], entry["from"]) == (STALE, "2026-01-01")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--value", "30", "--from", "2026-01-01", "--source", "Board", "--reason", "N/A"), "needs a reason"),
        (("--value", "soon", "--from", "2026-01-01", "--source", "Board", "--reason", "decided"), "is a int"),
        (("--value", "30", "--from", "2000-01-01", "--source", "Board", "--reason", "decided"), "never edited"),
        (("--from", "2026-01-01", "--source", "Board", "--reason", "decided"), "give the value"),
    ],
    ids=["reason", "kind", "day", "value"],
)
def test_a_decision_that_lacks_something_is_not_taken(sqlite_hub: Hub, words: tuple[str, ...], said: str):
    code, told = _asked(sqlite_hub, "set", STALE, *words)

    assert code == 2 and said in told, told
    assert not list((sqlite_hub.home / policy.DECISIONS).iterdir())


def test_a_confirmed_value_is_the_councils_own_and_once(sqlite_hub: Hub):
    confirm = ("confirm", "sharing.record_within_days", "--actor", "Ann Officer", "--reason", "agreed with the DPO")

    first, again = _asked(sqlite_hub, *confirm), _asked(sqlite_hub, *confirm)

    assert first[0] == 0 and (again[0], "confirmed already; `hubdata decisions" in again[1]) == (2, True)
    assert not sqlite_hub.policy.entry("sharing.record_within_days", DAY).unconfirmed
    assert _asked(sqlite_hub, "confirm", "controller.contact", "--reason", "agreed")[0] == 2


def test_what_ships_otherwise_than_was_decided_is_shown_beside_it_and_changes_nothing(
    sqlite_hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    _asked(sqlite_hub, "confirm", STALE, "--actor", "Ann Officer", "--reason", "agreed with the DPO")
    newer = Path(shutil.copytree(places.params(), tmp_path / "newer"))
    file = newer / "policy" / "retention.yaml"
    file.write_text(file.read_text("utf-8").replace("value: 365", "value: 180"), "utf-8")
    monkeypatch.setenv("HUBDATA_PARAMS", str(newer))

    code, told = _asked(sqlite_hub, "changes")

    assert code == 3 and "ships as 180" in told and "what was decided holds: 365" in told
    assert policy.load().value(STALE, DAY) == 180 and sqlite_hub.policy.value(STALE, DAY) == 365


def test_a_file_of_decisions_that_was_edited_put_in_or_taken_out_by_hand_is_named(sqlite_hub: Hub):
    for name in (STALE, "sharing.record_within_days"):
        _asked(sqlite_hub, "confirm", name, "--actor", "Ann Officer", "--reason", "agreed with the DPO")
    folder = sqlite_hub.home / policy.DECISIONS
    (folder / f"{STALE}.yaml").write_text((folder / f"{STALE}.yaml").read_text("utf-8").replace("365", "30"), "utf-8")
    (folder / "sharing.record_within_days.yaml").unlink()
    written(sqlite_hub, "worklist.waiver_days", 10)

    code, told = _asked(sqlite_hub, "changes")

    assert code == 3
    assert f"{STALE}.yaml was edited" in told and "record_within_days.yaml is gone" in told
    assert "waiver_days.yaml was put in" in told


def test_a_hand_edited_decision_is_said_wherever_the_hub_is_opened_by_the_board_and_by_doctor(sqlite_hub: Hub):
    _asked(sqlite_hub, "confirm", STALE, "--actor", "Ann Officer", "--reason", "agreed with the DPO")
    calm = _asked(sqlite_hub, "list", "--name", STALE)[1], stands.standing(sqlite_hub)
    file = sqlite_hub.home / policy.DECISIONS / f"{STALE}.yaml"
    file.write_text(file.read_text("utf-8").replace("365", "30"), "utf-8")

    told = _asked(sqlite_hub, "list", "--name", STALE)[1]
    with sqlite_hub.read() as connection:
        facts = database._decided(sqlite_hub.home, connection)
    rows = {each["promise"]: each for each in board.rows(board.opened(sqlite_hub, DAY))}

    assert "Look at the decisions" not in calm[0] and calm[1] == stands.ENTERED
    assert f"Look at the decisions: {STALE}.yaml was edited" in told
    assert [fact.in_the_way for fact in facts] == [fact_.PERHAPS]
    assert rows["P8"]["status"] == "at_risk" and "Changed behind the product's back" in rows["P8"]["evidence"]
    assert "Changed behind" in rows["P10"]["evidence"] and "Changed behind" not in rows["P5"]["evidence"]


def test_a_decision_without_a_source_or_for_days_that_were_reported_is_listed_on_the_board(sqlite_hub: Hub):
    kept = sqlite_hub.home / "reports" / "retention" / "2026-09-30" / "abc"
    kept.mkdir(parents=True)
    (kept / "manifest.json").write_text('{"report": "retention", "run": "abc", "parameters": {"as_at": "2026-09-30"}}')
    decide = ("set", STALE, "--value", "30", "--from", "2026-04-01", "--reason", "decided")

    code, told = _asked(sqlite_hub, *decide)
    rows = {each["promise"]: each for each in board.rows(board.opened(sqlite_hub, DAY))}

    assert code == 0 and "It has no source" in told and "It reaches back to days that were reported" in told
    assert stands.standing(sqlite_hub) == f"back {STALE} 2026-04-01; unsourced {STALE} 2026-04-01"
    said = [control["said"] for control in rows["P8"]["controls"]]
    assert "Decided without a source: Retention: stale after days from 1 April 2026" in said
    assert "Decided for days that had been reported: Retention: stale after days from 1 April 2026" in said


def test_what_wants_a_look_fits_into_a_report_s_parameter_however_much_it_is():
    items = [f"back sharing.record_within_days 2026-01-{day:02}" for day in range(1, 30)]

    said = stands._short(items)

    assert len(said) <= 200 and said.endswith("; more 25")


def test_what_ships_for_a_fact_that_was_not_decided_gives_its_place_to_what_is_decided(
    sqlite_hub: Hub, monkeypatch: pytest.MonkeyPatch
):
    council.shipped(monkeypatch)
    decide = (
        "set",
        "hubs",
        "--value",
        "{mill: Mill Lane}",
        "--from",
        "2000-01-01",
        "--source",
        "Cabinet",
        "--reason",
        "ours",
    )

    first, again = _asked(sqlite_hub, *decide), _asked(sqlite_hub, *decide)

    assert first[0] == 0 and (again[0], "never edited" in again[1]) == (2, True)
    assert [one.value for one in sqlite_hub.policy.history("hubs")] == [{"mill": "Mill Lane"}]


@pytest.mark.parametrize("value", ["{P13: We do.}", "{P1: 5}", '{P1: " "}'])
def test_a_notice_s_sentences_are_texts_for_the_twelve_promises(sqlite_hub: Hub, value: str):
    decide = ("--from", "2026-04-01", "--source", "Cabinet", "--reason", "ours")

    code, told = _asked(sqlite_hub, "set", "notice.sentences", "--value", value, *decide)

    assert code == 3 and "must be a text for each of P1 to P12" in told
