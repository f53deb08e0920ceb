"""A council's own rule: held to its spec, run wherever ours run, or refused in words, with the line of the fault."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.rules import findings, judge, worklist
from hubdata.rules.own import run, written
from hubdata.workbench.hub import OpenHub
from tests.support.ascii import load

DAY = date(2026, 9, 30)
HEAD = """-- code: X001
-- sentence: Support began more than 28 days ago, and no need is recorded
-- promise: P2
-- severity: check
-- to do: Ask the lead what the family needs.
"""
SPEC = """-- spec: 2026-09-30
-- given: families
--   family | hub   | opened_on
--   F1     | corby | 2026-07-01
--   F2     | corby | 2026-07-01
--   F3     | corby | 2026-09-20
-- given: needs
--   need | family | area   | identified_on
--   N1   | F2     | health | 2026-07-05
-- finds:
--   subject | since
--   F1      | 2026-07-30
"""
SQL = """SELECT family AS subject, 'families' AS "table", (opened_on + 29)::DATE AS since,
  'supported since ' || strftime(opened_on, '%-d %B %Y') AS evidence
FROM families
WHERE opened_on + 28 < $as_at AND coalesce(closed_on > $as_at, true)
  AND family NOT IN (SELECT family FROM needs WHERE identified_on <= $as_at)
"""
RULE = HEAD + SPEC + SQL
ONE = """SELECT family AS subject, 'families' AS "table", opened_on AS since, 'x' AS evidence FROM families"""
FOUND_ALL = """-- spec: 2026-09-30
-- given: families
--   family | hub   | opened_on
--   F1     | corby | 2026-07-01
-- finds:
--   subject
--   F1
"""


def put(hub: Hub, **files: str) -> None:
    """Write rules into a hub's folder."""
    (hub.home / "rules").mkdir(exist_ok=True)
    for name, text in files.items():
        (hub.home / "rules" / f"{name}.sql").write_text(text, "utf-8")


@pytest.fixture
def told(hub: Hub) -> Hub:
    load(
        hub,
        families="family | hub | opened_on\nF1 | corby | 2026-06-01\nF2 | corby | 2026-06-01\nF3 | corby | 2026-09-20",
        needs="need | family | identified_on | status\nN1 | F2 | 2026-07-01 | met",
    )
    put(hub, no_need=RULE)
    return hub


def not_run(text: str, **others: str) -> list[str]:
    """Why a rule is not run, over records without rows."""
    taken = Snapshot({name: snapshots.empty(name) for name in snapshots.SNAPSHOT_TABLES}, "")
    return run.judge_all(replace(taken, own={"mine.sql": text, **others}), DAY).not_run


def test_what_it_finds_stands_among_the_findings_after_the_notices_and_under_its_own_code(told: Hub):
    listed = findings.list_findings(snapshots.take(told), DAY)
    lines = findings.lines(listed, DAY)

    own = [one for one in listed if one.code.startswith("X")]
    assert [(one.code, one.subject, one.table, one.first_seen) for one in own] == [
        ("X001", "F1", "families", "2026-06-30")
    ]
    assert own[0].message.startswith("Support began") and own[0].evidence == "supported since 1 June 2026"
    assert listed[-1] == own[0] and lines.index(findings.APART) < lines.index("  F1: supported since 1 June 2026")
    assert findings.list_findings(snapshots.take(told), DAY, judge.choose("own")) == own
    assert findings.list_findings(snapshots.take(told), date(2026, 6, 29), ("own",)) == []


def test_a_notebook_asks_it_has_it_explained_and_sees_its_sql(told: Hub):
    view = OpenHub(told).as_at(DAY)

    found, why = view.findings("own"), view.explain("X001", "F1", "A test")

    assert found["subject"].tolist() == ["F1"] and view.findings("leads")["code"].str.startswith("X").sum() == 0
    assert why.finding == "X001 on 30 September 2026: Support began more than 28 days ago, and no need is recorded."
    assert why.family == "F1" and why.row["family"].item() == "F1" and "opened_on + 28" in why.sql
    assert view.rule(RULE)["subject"].tolist() == ["F1"]
    with pytest.raises(BadParameter, match="rule.sql did not run: line 1: there is no code"):
        view.rule("SELECT 1")
    with pytest.raises(BadParameter, match="X001 judged no row 'F2' on 30 September 2026"):
        view.explain("X001", "F2")
    with pytest.raises(BadParameter, match="there is no rule 'X999'; allowed are SH01, .*, X001"):
        view.explain("X999", "F2")


def test_an_officer_marks_it_on_the_worklist_and_the_mark_outlives_the_rule(told: Hub):
    by = By("officer", "A test", DAY)
    worklist.mark(told, worklist.Mark("X001", ("F1",), "in_hand", "Asked the lead"), by)

    listed = worklist.listed(told, DAY, worklist.Wanted(code="X001"))
    (told.home / "rules" / "no_need.sql").unlink()

    assert [(one.subject, one.status) for one in listed] == [("F1", "in_hand")]
    assert [one["code"] for one in worklist.history(told, DAY)] == ["X001"]
    with pytest.raises(BadParameter, match="'X001' is no rule code"):
        worklist.listed(told, DAY, worklist.Wanted(code="X001"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (RULE.replace("-- sentence: Support", "-- sentense: Support"), "line 1: there is no sentence; write `-- sent"),
        (RULE.replace("X001", "SH01"), "line 1: 'SH01' can be no code; write `-- code: X001`"),
        (RULE.replace("promise: P2", "promise: P13"), "line 3: 'P13' can be no promise"),
        (RULE.replace("severity: check", "severity: grave"), "line 4: 'grave' can be no severity"),
        (RULE.replace("-- to do", "-- code: X002\n-- to do"), "line 5: `code` stands there twice"),
        (HEAD + SQL, "line 1: there is no spec"),
        (RULE.replace("2026-09-30", "30 Sept"), "line 6: the day of the spec '30 Sept' is not a date"),
        (RULE.replace("-- finds:", "-- found:"), "line 6: the spec does not say what the rule finds"),
        (RULE.replace("--   F1      | 2026-07-30\n", ""), "line 6: no spec finds anything"),
        (RULE.replace("given: needs", "given: wants"), "line 12: there is no table 'wants'"),
        (
            RULE.replace("| hub   |", "| hat   |"),
            "line 8: a snapshot's families has no column 'hat'; it has family, hub",
        ),
        (
            RULE.replace("F3     | corby | 2026-09-20", "F3     | corby | soon"),
            "line 11: opened_on 'soon' is not a day",
        ),
        (RULE.replace("F3     | corby |", "F3     |"), "line 11: 2 cells stand below 3 columns"),
        (RULE.replace("subject | since\n", "person | since\n"), "line 16: 'person': a spec finds subject, table"),
        (RULE.replace("F1      | 2026-07-30", "F1      | 2026-07-29"), 'it finds no "F1 | 2026-07-29"'),
        (
            RULE.replace("F1      | 2026-07-30", "F1      | 2026-07-30\n--   F3 | 2026-10-19"),
            'it finds no "F3 | 2026-10',
        ),
        (RULE.replace("opened_on + 28 <", "opened_on + 1 <"), 'it finds, and should not, "F3 | 2026-10-19"'),
        ("", "line 1: there is no code"),
        ("\ufffd", "line 1: the file is no text in UTF-8"),
        (RULE + "--" + "x" * 64_000, "line 1: the file is longer than 64,000 characters"),
    ],
    ids=lambda value: value[:40] if len(value) < 200 else str(len(value)),
)
def test_a_rule_that_is_not_written_as_one_is_not_run_and_its_line_is_said(text: str, said: str):
    (why,) = not_run(text)

    assert said in why and "mine.sql" in why and " did not run: " in why


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM families", "line 13: write one SELECT"),
        ("INSERT INTO families SELECT * FROM families", "line 13: write one SELECT"),
        (f"{ONE}; DROP TABLE families", "line 13: write one SELECT"),
        ("COPY families TO '/tmp/x.csv'", "line 13: write one SELECT"),
        ("ATTACH '/tmp/x.db'", "line 13: write one SELECT"),
        ("PIVOT families ON hub USING count(*)", "line 13: write one SELECT"),
        ("SUMMARIZE families", "line 13: write one SELECT"),
        ("SELEC family", "line 13: Parser Error"),
        (f"{ONE}\nWHERE family IN (SELECT content FROM read_text('/etc/hostname'))", "line 14: read_text reaches"),
        (f"{ONE}\nWHERE hub IN (FROM 'x.csv')", "line 14: there is no table 'x.csv'"),
        (f"{ONE}\nWHERE hub IN (FROM 'https://example.org/x.parquet')", "line 14: there is no table 'https"),
        (f"{ONE}\nWHERE hub IN (SELECT path FROM duckdb_databases())", "line 14: duckdb_databases reaches"),
        (f"{ONE}\nWHERE hub IN (SELECT table_name FROM information_schema.tables)", "line 14: there is no table 'info"),
        (f"{ONE}\nWHERE hub IN (FROM query('SELECT 1'))", "line 14: query reaches"),
        (f"{ONE}\nWHERE hub IN (SELECT name FROM sqlite_scan('x', 'y'))", "line 14: sqlite_scan reaches"),
        (f"{ONE}\nWHERE family IN (SELECT f FROM nowhere)", "line 14: there is no table 'nowhere'"),
        (f"{ONE}\nWHERE opened_on < today()", "line 14: today reads a clock"),
        (f"{ONE}\nWHERE opened_on < current_date", "line 14: current_date reads a clock"),
        (f"{ONE}\nWHERE opened_on < now()::DATE", "line 14: now reads a clock"),
        (f"{ONE}\nWHERE opened_on < CURRENT_TIMESTAMP", "line 14: CURRENT_TIMESTAMP reads a clock"),
        (f"{ONE}\nWHERE age(opened_on) > INTERVAL 1 YEAR", "line 14: age reads a clock"),
        (f"{ONE}\nWHERE opened_on < ago(INTERVAL 1 DAY)", "line 14: ago reads a clock"),
        (f"{ONE}\nWHERE random() > 2", "line 14: random reads a clock, chance"),
        (f"{ONE}\nWHERE current_setting('threads') IS NULL", "line 14: current_setting reads a clock"),
        (f"{ONE}\nUSING SAMPLE 10%", "a sample is another each time"),
        (ONE.replace("opened_on", "given_name").replace("families", "people"), "names never travel"),
        (ONE.replace("'x'", "closure_reason"), "line 13: closure_reason of families is free text"),
        (ONE.replace("'x'", "nothing"), 'Referenced column "nothing" not found'),
        (ONE.replace("AS since", "AS started"), "there is no column since"),
        (ONE.replace("opened_on AS", "opened_on::VARCHAR AS"), "since must be date32[day], not string"),
        (ONE.replace("'x' AS evidence", "'x' AS evidence, hub"), "'hub' is no column of a finding"),
        (ONE.replace("family AS subject", "hub AS subject"), "a subject that it found is no key of 'families'"),
        (
            ONE.replace("'families' AS", "'nowhere' AS"),
            "it found something in 'nowhere', which is no table of the records",
        ),
        (ONE.replace("'x'", "repeat('x', 201)"), "a line of 1 to 200 characters"),
        (ONE.replace("'x'", "'a' || chr(10)"), "a line of 1 to 200 characters"),
        (f"{ONE}\nWHERE $retention_never_said > 1", "retention_never_said"),
    ],
    ids=lambda value: value[:60].replace("/", "_"),
)
def test_a_rule_that_reaches_writes_or_answers_what_it_may_not_is_not_run(sql: str, said: str):
    (why,) = not_run(HEAD + FOUND_ALL + sql)

    assert said in why and why.startswith("X001 (mine.sql) did not run: ")


def test_a_rule_that_runs_for_ever_is_stopped_and_the_others_run(told: Hub, monkeypatch):
    monkeypatch.setattr(run, "SECONDS", 0.3)
    endless = ONE + " WHERE (SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b) > 0"
    put(told, endless=(HEAD + FOUND_ALL + endless).replace("X001", "X002"))

    found, said = findings.answered(snapshots.take(told), DAY, ("own",))

    assert [one.code for one in found] == ["X001"]
    assert said == ["X002 (endless.sql) did not run: it took longer than 0.3 seconds and was stopped; ask for less."]


def test_two_rules_of_one_code_are_neither_run_and_a_file_must_have_a_rules_name():
    said = not_run(RULE, **{"other.sql": RULE, "Anna Example.sql": RULE.replace("X001", "X003")})

    assert len(said) == 3 and "can be no rule's file" in said[0]
    assert said[1].endswith("line 1: other.sql has the code X001 too; every rule has its own.")
    assert said[2].startswith("X001 (other.sql) did not run: line 1: mine.sql has the code X001 too")


def test_it_is_judged_as_known_on_a_day_and_by_what_was_decided(told: Hub):
    asked = "SELECT share AS subject, 'shares' AS \"table\", shared_on AS since, 'seen' AS evidence FROM shares"
    spec = FOUND_ALL.replace("families", "shares").replace("family | hub   | opened_on", "share | shared_on")
    spec = spec.replace("F1     | corby | 2026-07-01", "S1 | 2026-07-01").replace("F1", "S1")
    put(told, seen=(HEAD + spec + asked + " WHERE $retention_stale_after_days > 0").replace("X001", "X005"))
    load(told, shares="share | family | about | shared_on\nS7 | F1 | P1 | 2026-08-01")

    held = snapshots.take(told)

    assert findings.answered(held, DAY, ("own",), date(2020, 1, 1))[1] == []
    assert "X005" in {one.code for one in findings.list_findings(held, DAY, ("own",))}
    assert "X005" not in {one.code for one in findings.list_findings(held, DAY, ("own",), date(2020, 1, 1))}


def test_a_saved_snapshot_keeps_the_rules_and_its_hash_does_not_know_them(told: Hub, tmp_path: Path):
    held = snapshots.take(told)
    held.save(tmp_path / "saved", told.home)
    (told.home / "rules" / "no_need.sql").unlink()

    assert Snapshot.load(tmp_path / "saved").own == held.own == {"no_need.sql": RULE}
    assert snapshots.take(told).sha256 == held.sha256 and snapshots.take(told).own == {}


def test_the_example_of_the_docstring_is_a_rule_but_for_its_query():
    example = "\n".join(line.removeprefix("    ") for line in (written.__doc__ or "").splitlines() if "    " in line)

    assert written.read("example.sql", example).faults == ()
