"""Rule files bind what they name, know the registers, see nothing else, and read no clock."""

import re
from dataclasses import replace
from datetime import date

import duckdb
import pytest

from hubdata import policy
from hubdata.errors import BadParameter
from hubdata.records.snapshot import take as snapshots
from hubdata.rules import findings, judge
from tests.support import hubs, returns
from tests.support.ascii import load

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    """A snapshot of a small return, which nothing changes."""
    folder = tmp_path_factory.mktemp("judged")
    hub = hubs.empty(folder / "hub")
    returns.apply(hub, folder / "return")
    held = snapshots.take(hub)
    hub.engine.dispose()
    return held


@pytest.mark.parametrize("family", judge.FAMILIES)
def test_a_family_judges_with_the_columns_that_findings_need(taken, family):
    judged = judge.judge(family, taken, DAY)
    assert tuple(judged.column_names[: len(judge.JUDGED)]) == judge.JUDGED
    codes = set(judged["code"].to_pylist()) - {None}
    assert codes <= {code for code, rule in findings.CODES.items() if rule.family == family}


@pytest.mark.parametrize("family", judge.FAMILIES)
def test_a_rule_reads_no_clock_and_opens_with_its_promise(family):
    text = judge.sql(family)
    assert re.match(r"-- P\d+", text)
    code = re.sub(r"--[^\n]*", "", text).lower()
    assert not re.search(r"\b(now\(|today\(|current_date|current_timestamp|get_current)", code)


@pytest.mark.parametrize("family", judge.FAMILIES)
def test_an_empty_hub_is_judged_without_findings(sqlite_hub, family):
    assert len(judge.judge(family, snapshots.take(sqlite_hub), DAY)["code"].drop_null()) == 0


def test_findings_before_a_value_is_in_force_answer_what_can_be_judged_and_say_what_cannot(sqlite_hub):
    load(
        sqlite_hub,
        families=" family | opened_on | closed_on\n F1 | 2010-01-04 | 2010-02-01\n F2 | 2010-01-04 |",
        shares=" share | about | shared_on | route | told_family\n S1 | P1 | 2010-01-15 | within_hub |",
        requests=" request | family\n R1 | F2",
        request_events=" request | happened_on\n R1 | 2010-01-15",
    )
    known = snapshots.take(sqlite_hub)

    found = {one.code for one in findings.list_findings(known, date(2017, 3, 1))}

    assert {"RT01", "SH01"} <= found and "RR02" not in found
    why = "rights.due_soon_days has no value in force on 2017-03-01; its first value starts on 2018-05-25."
    assert findings.not_run(judge.FAMILIES, date(2017, 3, 1)) == [f"RR02 did not run: {why}"]
    assert findings.not_run(("sharing",), date(2017, 3, 1)) == findings.not_run(judge.FAMILIES, DAY) == []


def test_what_has_always_been_decided_judges_a_day_long_ago(sqlite_hub):
    load(sqlite_hub, families=" family | opened_on | closed_on\n F1 | 1980-01-04 | 1990-02-01")

    found = findings.list_findings(snapshots.take(sqlite_hub), date(1999, 12, 31))

    assert [one.code for one in found] == ["RT01"]
    assert [said.split(" did")[0] for said in findings.not_run(judge.FAMILIES, date(1999, 12, 31))] == ["RR02"]


def test_a_day_before_any_value_finds_nothing_and_says_so(sqlite_hub):
    load(sqlite_hub, families=" family | opened_on | closed_on\n F1 | 1980-01-04 | 1990-02-01")
    shipped, day = policy.load(), date(2018, 12, 31)
    first = {name: shipped.history(name)[0] for name in shipped.names()}
    later = policy.Policy({name: [replace(entry, valid_from=date(2019, 1, 1))] for name, entry in first.items()})

    assert findings.list_findings(snapshots.take(sqlite_hub), day, policy=later) == []
    assert [said.split(" did")[0] for said in findings.not_run(("retention", "sharing"), day, later)] == [
        "RT03",
        "RT01, RT02, RT03, RT04",
        "SH13",
    ]


def test_judging_twice_is_judging_once(taken):
    for family in judge.FAMILIES:
        first, again = (judge.judge(family, taken, DAY).to_pylist() for _ in range(2))
        assert sorted(map(str, first)) == sorted(map(str, again))


def test_many_rows_are_judged_as_a_few_are(monkeypatch, tmp_path):
    held = snapshots.take(hubs.filled(tmp_path / "hub", families=60))

    def judged():
        return {family: sorted(map(str, judge.judge(family, held, DAY).to_pylist())) for family in judge.FAMILIES}

    few = judged()
    monkeypatch.setattr(judge, "FEW", -1)
    many = judged()

    assert few == many
    assert judge.database(few=True) is not judge.database()  # whose plans differ


@pytest.mark.parametrize(
    ("names", "chosen"), [(None, judge.EVERY), ("leads", ("leads",)), (" leads , sharing", ("leads", "sharing"))]
)
def test_families_are_chosen_by_name(names, chosen):
    assert judge.choose(names) == chosen


@pytest.mark.parametrize("names", ["x", "leads,x", ",", "RT01"])
def test_an_unknown_family_is_wrong_use(names):
    with pytest.raises(BadParameter, match="allowed are retention, sharing"):
        judge.choose(names)


@pytest.mark.parametrize(
    "statement", ["SELECT * FROM 'README.md'", "COPY (SELECT 1) TO 'x.csv'", "INSTALL httpfs", "ATTACH 'x.db'"]
)
def test_a_rule_reaches_nothing_outside_the_snapshot(taken, statement):
    with pytest.raises(duckdb.Error):
        judge.connect(taken, policy.load(), DAY).execute(statement)


def test_every_code_has_a_sentence_an_action_and_a_promise():
    assert all(
        r.sentence and r.what_to_do and re.fullmatch(r"P\d+(,P\d+)*", r.promise) for r in findings.CODES.values()
    )
