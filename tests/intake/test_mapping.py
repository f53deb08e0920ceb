"""A partner's own names, codes and dates become ours as `params/intake` says; what is dropped is counted."""

import json
import shutil

import pytest

from hubdata import places
from hubdata.errors import Refused
from hubdata.intake import take
from hubdata.intake.mapping import read
from hubdata.intake.mapping.apply import Spec
from tests.support import returns

OWN = """
tables:
  families:
    from: [Cases]
    columns: {family: [Family Ref, FamID], opened_on: Start, closed_on: Finish}
    values: {hub: {Corby Town: corby, K: kettering}}
    dates: {opened_on: month_first, closed_on: named_month}
    defaults: {hub: {value: wellingborough, reason: Where we are}}
    dropped: {NHS Number: Not part of the limited record, Notes: Stays with us}
    once: true
left_out: {Guidance: Notes to our staff}
"""
CASES = """FamID,Hub,Start,Finish,NHS Number
F8,Corby Town,12/31/2025,3 Feb 2026,Canary1
F9,,01/13/2026,,
F8,Corby Town,12/31/2025,3 Feb 2026,Canary1
"""


@pytest.fixture
def params(tmp_path, monkeypatch):
    """A params folder of the test's own; what it returns writes a mapping there."""
    folder = tmp_path / "params"
    shutil.copytree(places.params(), folder)
    monkeypatch.setenv("HUBDATA_PARAMS", str(folder))

    def write(text: str, name: str = "nnc.yaml"):
        (folder / "intake" / name).write_text(text, "utf-8")

    return write


def test_columns_codes_dates_and_defaults_become_ours(hub, tmp_path, params):
    params(OWN)
    returns.apply(hub, tmp_path / "first")
    (tmp_path / "Cases.csv").write_text(CASES, "utf-8")
    done = returns.command(hub, "intake", tmp_path / "Cases.csv", "--partner", "NNC", "--json")
    said = json.loads(done.stdout)
    assert said["tables"] == {"families": {"added": 2, "changed": 0, "unchanged": 0}}
    kept = [(r[0], r[1], str(r[2]), str(r[3])) for r in returns.rows(hub, "families") if r[0] in ("F8", "F9")]
    assert kept == [("F8", "corby", "2025-12-31", "2026-02-03"), ("F9", "wellingborough", "2026-01-13", "None")]
    assert [p["code"] for p in said["warnings"]] == ["dropped-column", "default", "repeated-rows", "read-as"]
    assert "2 values" in said["warnings"][0]["message"] and "Canary" not in done.output


def test_a_column_that_is_neither_mapped_nor_dropped_is_refused_for_the_limited_record(sqlite_hub, tmp_path, params):
    params(OWN)
    (tmp_path / "Cases.csv").write_text("FamID,Hub,Start,Diagnosis\nF8,corby,12/31/2025,Canary\n", "utf-8")
    result = take.take(sqlite_hub, tmp_path / "Cases.csv", "NNC", "tester")
    [problem] = [p for p in result.problems if p.code == "unknown-column"]
    assert (problem.column, "P2" in problem.message, "Canary" in problem.message) == ("diagnosis", True, False)


@pytest.mark.parametrize(
    ("headings", "column"),
    [
        ("Start,opened_on", "opened_on"),
        ("Opened On,Start", "opened_on"),
        ("Family Ref,Start", "family"),
        ("Start,START ", "start"),
    ],
)
def test_two_headings_that_mean_one_of_our_columns_are_refused_after_mapping_too(tmp_path, params, headings, column):
    params(OWN)
    (tmp_path / "Cases.csv").write_text(f"FamID,Hub,{headings}\nF8,corby,12/31/2025,12/30/2025\n", "utf-8")

    problems = take.read(tmp_path / "Cases.csv", "NNC").problems

    assert [(p.line, p.column) for p in problems if p.code == "duplicate-column"] == [(1, column)]


def test_a_sheet_that_is_left_out_is_told(tmp_path, params):
    params(OWN)
    (tmp_path / "return").mkdir()
    (tmp_path / "return" / "Guidance.csv").write_text("how,to\na,b\n", "utf-8")
    reading = take.read(tmp_path / "return", "nnc")
    assert [(p.code, p.message) for p in reading.told] == [
        ("left-out", "this was left out, as the mapping says: Notes to our staff")
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[]", "has no list of tables"),
        ("tables: {notes: {}}", "is no table of the limited record"),
        ("tables: {families: {column: {}}}", "unknown key 'column'"),
        ("tables: {families: {columns: {nhs: NHS}}}", "'nhs' is no column of families"),
        ('tables: {families: {dropped: {NHS: ""}}}', "'NHS' needs a reason"),
        ("tables: {families: {dates: {opened_on: guess}}}", "'guess' is none of"),
        ("tables: {families: {lists: {hub: ', '}}}", "write one sign"),
        ("tables: {families: {defaults: {hub: corby}}}", "needs a value and a reason"),
        ("tables: {families: {values: {hub: corby}}}", "write `theirs: ours` lines"),
        ("tables: {families: {}}\nleft_out: {x: }", "x needs a reason"),
        ("tables: {families: {}}\nmore: 1", "unknown key 'more'"),
        ("tables: {families: {values: {hub: {K: kettering, k.: corby}}}}", "'k.' stands twice, for two of ours"),
        ("tables: {families: {dates: {opened_on: [day_first]}}}", "['day_first'] is none of"),
        ("tables: {families: {}}\nleft_out: [Guidance]", "left_out: write `name: …` lines"),
    ],
)
def test_a_fault_of_a_mapping_is_named(params, text, fault):
    params(text)
    with pytest.raises(Refused, match="the mapping has 1 fault") as caught:
        read.load("NNC")
    assert fault in str(caught.value)


def test_a_part_of_a_mapping_that_is_left_empty_says_nothing(params):
    params("tables: {families: {columns: , lists: '', dropped: 0}, people: }\nleft_out: {2026: Why}")
    mapping = read.load("NNC")
    assert mapping.specs[:2] == (Spec("families"), Spec("people"))
    assert mapping.left_out == {"2026": "Why"}


SSD = """earl_episode_id,earl_person_id,earl_episode_start_date,earl_episode_end_date,earl_episode_reason,earl_episode_end_reason,earl_episode_organisation,earl_episode_worker_id
E1,C1,2025-04-01 00:00:00.000,2025-09-30T00:00:00,Reasoncanary,Needs met,NHFT,W2
E2,C1,2026-01-05 00:00:00,,Reasoncanary,,NHFT,W2
"""  # noqa: E501
ANNEX = """Child Unique ID,Gender,Ethnicity,Date of Birth,Age of Child (Years),Assessment start date,Assessment completion date,Organisation completing assessment
C7,a) Female,WBRI,01/02/2019,7,03/04/2026,17/04/2026,NHFT
"""  # noqa: E501


def test_the_standard_safeguarding_datasets_episodes_are_taken_as_they_are(hub, tmp_path):
    returns.apply(hub, tmp_path / "first")
    (tmp_path / "ssd_early_help_episodes.csv").write_text(SSD, "utf-8")
    result = take.take(hub, tmp_path / "ssd_early_help_episodes.csv", "NHFT", "tester")
    assert result.problems == []
    assert {t: c["added"] for t, c in result.tables.items()} == {"families": 2, "involvements": 2, "leads": 2}
    [lead] = [row for row in returns.rows(hub, "leads") if row[0] == "E1"]
    [involved] = [row for row in returns.rows(hub, "involvements") if row[0] == "E1"]
    assert (lead[1], str(lead[2]), str(lead[3])) == ("W2", "2025-04-01", "2025-09-30")
    assert (involved[1], involved[5]) == ("NHFT", "C1")
    assert "Reasoncanary" not in str(result) + str(returns.rows(hub, "families"))


def test_ofsteds_list_of_early_help_assessments_is_taken_as_it_is(hub, tmp_path):
    returns.apply(hub, tmp_path / "first")
    (tmp_path / "Annex A List 2.csv").write_text(ANNEX, "utf-8")
    result = take.take(hub, tmp_path / "Annex A List 2.csv", "NHFT", "tester")
    assert result.problems == []
    [involved] = [row for row in returns.rows(hub, "involvements") if row[0] == "C7"]
    assert (involved[1], str(involved[2]), str(involved[4])) == ("NHFT", "2026-04-03", "2026-04-17")


def test_a_draft_places_what_it_can_asks_for_the_rest_and_shows_no_name(tmp_path, params):
    (tmp_path / "clients.csv").write_text(
        "Child ID,Family Ref,Forename,Surname,DOB,Role,Religion\nP8,F1,Xena,Namecanary,01/02/2019,child,none\n", "utf-8"
    )
    place = tmp_path / "draft.yaml"
    words = ("intake", "map", tmp_path / "clients.csv", "--partner", "NNC")
    done = returns.CliRunner().invoke(returns.app, [*map(str, words), "--json", "--out", str(place)])
    said = json.loads(done.stdout)
    assert done.exit_code == 0 and "amecanary" not in done.output and "2019" not in done.output
    assert said["preview"][0]["given_name"] == "xxxx" and said["preview"][0]["role"] == "child"
    assert [one for one in said["to_decide"] if "religion" in one]
    params(place.read_text("utf-8"))
    with pytest.raises(Refused, match="'religion' needs a reason"):
        read.load("NNC")
    params(place.read_text("utf-8").replace('"religion": ""', '"religion": "Not part of the limited record"'))
    reading = take.read(tmp_path / "clients.csv", "NNC")
    assert reading.problems == []
    assert reading.found["people"].table["family_name"].to_pylist() == ["Namecanary"]


def test_a_draft_never_overwrites_a_mapping(tmp_path):
    (tmp_path / "families.csv").write_text("family,hub,opened_on\nF1,corby,2026-01-01\n", "utf-8")
    (tmp_path / "draft.yaml").write_text("mine", "utf-8")
    words = ["intake", "map", str(tmp_path / "families.csv"), "--partner", "NNC", "--out", str(tmp_path / "draft.yaml")]
    done = returns.CliRunner().invoke(returns.app, words)
    assert done.exit_code == 2 and (tmp_path / "draft.yaml").read_text("utf-8") == "mine"
