"""An own rule in the hub: started, checked, on the board apart, in manifests by its hash, and never with a name."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hubdata.errors import BadParameter, Refused
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.reports import again
from hubdata.reports import run as reports
from hubdata.reports.own import new, rules
from hubdata.reports.page import Page, Question
from hubdata.rules import findings
from tests.support import hubs

DAY = date(2026, 9, 30)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    hub = hubs.filled(tmp_path_factory.mktemp("own") / "hub", 40)
    rules.start("no_need", hub.home)
    return hub


def test_a_rule_that_was_started_holds_to_its_spec_and_finds_what_findings_lists(made: Hub):
    (checked,) = rules.check(made, "no_need", DAY)

    found = findings.list_findings(snapshots.take(made), DAY, ("own",))
    assert checked == rules.Checked("no_need", "X001", [], len(found)) and found
    assert rules.lines([checked], DAY) == [
        f"no_need (X001) holds to its spec, and finds {len(found)} as at 30 September 2026."
    ]


def test_the_next_rule_has_the_next_code_and_nothing_is_written_over(made: Hub, tmp_path: Path):
    rules.start("first", tmp_path)

    assert "-- code: X002" in rules.start("second", tmp_path).read_text("utf-8")
    assert (tmp_path / "rules" / "second.sql").stat().st_mode & 0o077 == 0
    for name in ("first", "Bad", "../first", "", "x" * 41):
        with pytest.raises(BadParameter, match="there is a rule|can be no rule's name"):
            rules.start(name, tmp_path)
    with pytest.raises(BadParameter, match="there is no own rule 'nothing'; there are no_need"):
        rules.check(made, "nothing", DAY)


def test_a_name_of_the_hub_in_a_rule_is_found_and_not_repeated(made: Hub):
    with made.read() as connection:
        given, family = connection.exec_driver_sql("SELECT given_name, family_name FROM people LIMIT 1").one()
    path = rules.start("naming", made.home)
    path.write_text(path.read_text("utf-8").replace("'supported since ", f"'{given} {family} since "), "utf-8")

    (checked,) = rules.check(made, "naming", DAY)
    path.unlink()

    assert checked.lacks == ["line 25: says the name of somebody whom the hub knows; take it out"]
    assert given not in str(rules.lines([checked], DAY))


def test_the_board_shows_own_rules_apart_and_no_promise_moves_by_them(made: Hub):
    held, asked = snapshots.take(made), {"before": "", "released": "", "clock": "", "ledger": ""}
    broken = rules.start("broken", made.home)
    broken.write_text(broken.read_text("utf-8").replace("F1      | 2026-07-30", "F1      | 2026-07-31"), "utf-8")
    with_own = Page("promises", Question(DAY), snapshots.take(made), held.decided, given=asked)
    without = Page("promises", Question(DAY), replace(held, own={}), held.decided, given=asked)
    broken.unlink()

    shown = with_own.figure("own_rules")

    assert [row[0] for row in shown.rows] == ["X001", "X002 (broken.sql)"]
    assert shown.rows[0][2] > 0 and shown.rows[1][2] is None and "does not hold" in shown.rows[1][1]
    assert shown.title.endswith("; 1 rule did not run") and "no promise" in " ".join(shown.notes).lower()
    assert with_own.figure("board").rows == without.figure("board").rows


def test_a_manifest_has_the_rules_hashes_and_another_rule_is_said_when_it_is_made_again(made: Hub):
    new.start("ours_alone", made.home, DAY)
    done = reports.run("ours_alone", made)
    own = json.loads((done.folder / "manifest.json").read_text("utf-8"))["code"]["own"]
    path = made.home / "rules" / "no_need.sql"
    before = path.read_text("utf-8")
    path.write_text(before + "\n-- another\n", "utf-8")

    with pytest.raises(Refused, match=r"the report's own rules/no_need\.sql changed since"):
        again.run(made, done.run)
    path.write_text(before, "utf-8")

    assert list(own) == ["ours_alone.ipynb", "rules/no_need.sql"]
