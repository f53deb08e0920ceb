"""An older return never overwrites a newer one, a return speaks for what it declares, and too large a one waits."""

import itertools
import json
import os
import shutil
from datetime import UTC, date, datetime, timedelta

import pytest

from hubdata import places
from hubdata.intake import paused, take
from hubdata.intake.files import child
from hubdata.retention.traces import files
from tests.support import returns, workbooks
from tests.support.clock import Clock

BOTH = "tables: involvements; leads\ncovers_from: 2025-01-01\ncovers_to: {}\ncomplete: yes\n"
HEAD = "family,organisation,started_on,ended_on,last_contact_on\n"


@pytest.fixture
def filled(hub, tmp_path):
    returns.apply(hub, tmp_path / "first")
    return hub


def _take(hub, folder, about: str = "", partner: str = "NNC", **tables: str):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in tables.items():
        (folder / f"{name}.csv").write_text(content, "utf-8")
    if about:
        (folder / "return.yaml").write_text(about, "utf-8")
    return take.take(hub, folder, partner, "tester")


def _stamped(hub_: str, day: str) -> str:
    return f"family,hub,opened_on,recorded_at\nF2,{hub_},2025-03-01,{day}T12:00:00Z\n"


@pytest.mark.parametrize("order", list(itertools.permutations(["2026-09-01", "2026-10-01", "2026-11-01"])))
def test_returns_in_any_order_leave_the_newest(sqlite_hub, tmp_path, order):
    returns.apply(
        sqlite_hub,
        tmp_path / "first",
        families=_stamped("corby", "2026-08-01").replace("F2", "F1") + "F2,x,2025-03-01,2026-08-01\n",
    )
    for day in order:
        assert _take(sqlite_hub, tmp_path / "next", families=_stamped(f"hub{day[5:7]}", day)).problems == []
    assert returns.rows(sqlite_hub, "families")[1][1] == "hub11"


def test_an_older_row_is_passed_over_and_told(filled, tmp_path):
    result = _take(filled, tmp_path / "old", families=_stamped("corby", "2026-01-01"))
    assert (result.status, [p.code for p in result.warnings]) == ("unchanged", ["older"])
    assert returns.rows(filled, "families")[1][1] == "kettering"


def test_a_return_that_was_taken_in_before_is_not_applied_over_what_came_after(filled, tmp_path):
    for name in ("corby", "rushden"):
        assert (
            _take(filled, tmp_path / "next", families=f"family,hub,opened_on\nF2,{name},2025-03-01\n").status
            == "applied"
        )
    result = _take(filled, tmp_path / "next", families="family,hub,opened_on\nF2,corby,2025-03-01\n")
    assert (result.status, [p.code for p in result.warnings]) == ("unchanged", ["taken-before"])
    assert returns.rows(filled, "families")[1][1] == "rushden"


def test_an_earlier_period_does_not_change_what_a_later_one_said(filled, tmp_path):
    new = HEAD + "F2,NNC,2025-03-01,,2026-11-20\n"
    assert _take(filled, tmp_path / "a", "covers_to: 2026-11-20\n", involvements=new).status == "applied"
    old = HEAD + "F2,NNC,2025-03-01,,2026-09-01\nF1,NNC,2019-03-01,,\n"
    result = _take(filled, tmp_path / "b", "covers_to: 2026-09-30\n", involvements=old)
    assert result.tables == {"involvements": {"added": 1, "changed": 0, "unchanged": 1}}
    assert [str(row[4]) for row in returns.rows(filled, "involvements") if row[0] == "F2"] == ["2026-11-20"]


@pytest.mark.parametrize(
    ("held", "ahead", "status", "stands"),
    [
        ("2026-10-05", None, "unchanged", "2026-10-05"),
        ("2026-03-05", 60, "applied", "2026-03-07"),
    ],
)
def test_what_a_row_tells_of_a_day_after_a_declared_period_stands(held, ahead, status, stands, filled, tmp_path):
    end = datetime.now(UTC).date() + timedelta(ahead) if ahead else ""  # a plan is nothing that was seen
    assert _take(filled, tmp_path / "a", involvements=HEAD + f"F2,NNC,2025-03-01,{end},{held}\n").status == "applied"

    old = HEAD + "F2,NNC,2025-03-01,,2026-03-07\n"
    result = _take(filled, tmp_path / "b", "covers_to: 2026-03-31\n", involvements=old)

    assert result.status == status
    assert [str(row[4]) for row in returns.rows(filled, "involvements") if row[0] == "F2"] == [stands]


def test_a_complete_return_removes_the_partners_own_rows_of_its_period_and_no_others(filled, tmp_path):
    more = HEAD + "F1,NNC,2025-06-01,,\nF2,NHFT,2025-06-01,,\nF1,NNC,2024-01-01,,\n"
    assert _take(filled, tmp_path / "a", involvements=more).status == "applied"
    about = BOTH.format("2026-11-22").replace("; leads", "")
    result = _take(filled, tmp_path / "b", about, involvements=HEAD + "F2,NNC,2025-03-01,,2026-11-01\n")
    left = sorted((r[0], r[1], str(r[2])) for r in returns.rows(filled, "involvements"))
    assert result.tables == {"involvements": {"added": 0, "changed": 0, "unchanged": 1, "removed": 1}}
    assert left == [
        ("F1", "NHFT", "2019-02-01"),
        ("F1", "NNC", "2024-01-01"),
        ("F2", "NHFT", "2025-06-01"),
        ("F2", "NNC", "2025-03-01"),
    ]


def test_without_a_scope_nothing_is_ever_removed(filled, tmp_path):
    result = _take(filled, tmp_path / "a", involvements=HEAD + "F1,NNC,2025-06-01,,\n")
    assert result.tables == {"involvements": {"added": 1, "changed": 0, "unchanged": 0}}
    assert returns.count(filled, "involvements") == 3


def test_a_hold_keeps_a_row_that_a_complete_return_lacks(filled, tmp_path):
    returns.command(
        filled,
        "retention",
        "hold",
        "--family",
        "F2",
        "--code",
        "inquiry",
        "--reason",
        "checked by telephone",
        "--review-on",
        "2027-01-01",
    )
    about = BOTH.format("2026-11-22").replace("; leads", "")
    result = _take(filled, tmp_path / "b", about, involvements=HEAD + "F1,NNC,2025-06-01,,\n")
    assert (result.tables["involvements"]["removed"], [p.code for p in result.warnings]) == (0, ["on-hold"])
    assert returns.count(filled, "involvements") == 3


@pytest.mark.parametrize(
    "about",
    [
        "tables: families\ncovers_to: 2026-11-01\ncomplete: yes\n",
        "complete: yes\n",
        "covers_to: November\n",
        "all: yes\n",
        "complete: maybe\n",
        "covers_from: 2026-02-01\ncovers_to: 2026-01-01\n",
        "nonsense\n",
        "tables: secrets\n",
    ],
)
def test_a_scope_that_is_none_or_is_not_one_partners_is_refused(sqlite_hub, tmp_path, about):
    result = _take(sqlite_hub, tmp_path / "a", about, involvements=HEAD)
    assert "bad-about" in [p.code for p in result.problems]


@pytest.fixture
def strict(tmp_path, monkeypatch):
    """A policy under which a table of two rows pauses."""
    folder = tmp_path / "params"
    shutil.copytree(places.params(), folder)
    path = folder / "policy" / "intake.yaml"
    path.write_text(path.read_text("utf-8").replace("value: 100\n", "value: 2\n"), "utf-8")
    monkeypatch.setenv("HUBDATA_PARAMS", str(folder))


LARGE = "family,hub,opened_on\nF7,corby,2026-01-01\nF8,corby,2026-01-01\n"


def _pause(hub, tmp_path) -> str:
    (tmp_path / "families.csv").write_text(LARGE, "utf-8")
    done = returns.command(hub, "intake", tmp_path / "families.csv", "--partner", "NNC", "--json")
    said = json.loads(done.stdout)
    assert (done.exit_code, said["status"], said["problems"]) == (3, "paused", [])
    return said["paused"]["return"]


def test_too_large_a_return_waits_encrypted_until_a_person_applies_it(filled, tmp_path, strict):
    before = {table: returns.rows(filled, table) for table in ("families", "returns")}
    number = _pause(filled, tmp_path)
    kept = b"".join(path.read_bytes() for path in (filled.home / "paused").iterdir())
    assert {table: returns.rows(filled, table) for table in before} == before
    assert b"F7" not in kept and b"corby" not in kept
    assert [one["return"] for one in json.loads(returns.command(filled, "intake", "waiting", "--json").stdout)] == [
        number
    ]
    assert returns.command(filled, "intake", "resume", number, "--actor", "T").exit_code == 2
    done = returns.command(filled, "intake", "resume", number, "--actor", "T", "--reason", "a new hub opened", "--json")
    assert json.loads(done.stdout)["tables"] == {"families": {"added": 2, "changed": 0, "unchanged": 0}}
    assert (returns.count(filled, "families"), list((filled.home / "paused").iterdir())) == (4, [])


def test_a_discarded_return_leaves_nothing_but_the_decision(filled, tmp_path, strict):
    number = _pause(filled, tmp_path)
    done = returns.command(filled, "intake", "discard", number, "--actor", "T", "--reason", "sent by mistake")
    chained = str(returns.rows(filled, "payloads"))
    assert (done.exit_code, returns.count(filled, "families"), paused.numbers(filled)) == (0, 2, [])
    assert "intake.discard" in str(returns.rows(filled, "chain")) and "sent by mistake" in chained
    assert returns.command(filled, "intake", "resume", number, "--reason", "checked by telephone").exit_code == 2


def test_a_dry_run_says_that_it_would_wait_and_keeps_nothing(filled, tmp_path, strict):
    (tmp_path / "families.csv").write_text(LARGE, "utf-8")
    before = returns.state(filled)
    result = take.take(filled, tmp_path / "families.csv", "NNC", "tester", dry_run=True)
    assert (result.status, (filled.home / "paused").exists(), returns.state(filled)) == ("paused", False, before)


def test_a_paused_return_is_judged_again_by_the_hub_as_it_is_then(filled, tmp_path, strict):
    number = _pause(filled, tmp_path)
    assert _take(filled, tmp_path / "a", families=LARGE.rsplit("F8", 1)[0]).status == "applied"
    done = returns.command(filled, "intake", "resume", number, "--reason", "checked by telephone", "--json")
    assert json.loads(done.stdout)["tables"] == {"families": {"added": 1, "changed": 0, "unchanged": 1}}


def test_a_paused_return_is_erased_when_nobody_decides(filled, tmp_path, strict):
    number = _pause(filled, tmp_path)
    [path] = (filled.home / "paused").iterdir()
    long_ago = (datetime.now(UTC) - timedelta(days=15)).timestamp()
    os.utime(path, (long_ago, long_ago))
    assert paused.expire(filled, 14, "olga") == [number] and not path.exists()


def test_a_paused_return_waits_on_a_clock_that_jumped(filled, tmp_path, strict, monkeypatch):
    number = _pause(filled, tmp_path)
    Clock(monkeypatch).stands(days=3 * 365)
    assert paused.expire(filled, 14, "olga") == [] and paused.numbers(filled) == [number]


def test_a_paused_return_that_names_a_destroyed_family_is_erased_with_it(filled, tmp_path, strict):
    number = _pause(filled, tmp_path)
    assert files.erase_files(filled, ["F999"]).files == {}
    assert files.erase_files(filled, ["F8"]).files == {"paused": 1}
    assert number not in paused.numbers(filled)


def test_an_altered_paused_return_is_not_applied(filled, tmp_path, strict):
    number = _pause(filled, tmp_path)
    [path] = (filled.home / "paused").iterdir()
    raw = bytearray(path.read_bytes())
    raw[40] ^= 1
    path.write_bytes(raw)
    done = returns.command(filled, "intake", "resume", number, "--reason", "checked by telephone")
    assert done.exit_code == 1 and "altered" in done.stderr


def test_a_sheet_called_about_declares_the_scope(filled, tmp_path):
    head, row = HEAD.strip().split(","), ["F2", "NNC", "2025-03-01", None, "2026-11-01"]
    about = [
        ["tables", "involvements"],
        ["Covers from", "01/01/2025"],
        ["covers_to", date(2026, 11, 22)],
        ["complete", "Yes"],
    ]
    for suffix, write in ((".xlsx", workbooks.xlsx), (".ods", workbooks.ods)):
        path = tmp_path / f"return{suffix}"
        path.write_bytes(write({"About": about, "involvements": [head, row]}))
        reading = take.read(path, "NNC")
        assert reading.problems == []
        said = (
            reading.about.tables,
            str(reading.about.covers_from),
            str(reading.about.covers_to),
            reading.about.complete,
        )
        assert said == (("involvements",), "2025-01-01", "2026-11-22", True)


def test_where_nothing_bounds_a_process_it_is_told(tmp_path, monkeypatch):
    (tmp_path / "families.xlsx").write_bytes(workbooks.xlsx({"families": [["family", "hub", "opened_on"]]}))
    monkeypatch.setattr(child, "BOUNDED", False)
    assert "unbounded" in [p.code for p in take.read(tmp_path / "families.xlsx", "NNC").told]


def test_what_a_return_says_of_itself_twice_is_refused(tmp_path):
    folder = tmp_path / "return"
    folder.mkdir()
    (folder / "families.csv").write_text("family,hub,opened_on\nF1,corby,2026-01-01\n", "utf-8")
    (folder / "return.yaml").write_text("covers_to: 2026-09-30\ncovers_to: 2026-06-30\n", "utf-8")
    once = take.read(folder, "NNC").problems
    (folder / "return.yml").write_text("covers_to: 2026-09-30\n", "utf-8")
    (folder / "return.yaml").write_text("covers_to: 2026-09-30\n", "utf-8")
    twice = take.read(folder, "NNC").problems

    assert [(p.file, p.line, p.code) for p in once] == [("return.yaml", 2, "bad-about")]
    assert [(p.file, p.code) for p in twice] == [("return.yml", "bad-about")]
