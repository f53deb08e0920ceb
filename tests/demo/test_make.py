"""The made-up hub: the same every time, complete, evidently invented, with every fault planted and none on another."""

import re
from collections import Counter
from datetime import date

import pyarrow.compute as pc
import pytest

from hubdata.demo import make as demo
from hubdata.errors import BadParameter
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES, passport
from hubdata.rules import course
from hubdata.rules.course import Case, Event
from hubdata.rules.findings import CODES
from hubdata.terms import HoldCode, RequestKind

SIZES = [20, 99, 100, 400, 5000]
HUBS = {"corby", "kettering", "wellingborough", "rushden", "east_northants"}
OF_A_DECISION = {"DQ03", "DQ04", "DQ05"}  # planted beside another fault: about a decision that changes nothing else
ONE_PER_FAMILY = re.compile(r"RT|LD")


@pytest.fixture(scope="module", params=SIZES)
def hub(request):
    return demo.generate(request.param, seed=7)


def values(table, column):
    """Every value of a column, lists taken apart, empty cells left out."""
    cells = table[column].drop_null().to_pylist()
    return [part for cell in cells for part in cell.split(";")]


@pytest.mark.parametrize("families", [20, 400])
def test_the_same_seed_gives_the_same_hub(families):
    first, again = demo.generate(families, seed=3), demo.generate(families, seed=3)
    assert first.tables == again.tables
    assert (first.holds, first.planted) == (again.holds, again.planted)


def test_another_seed_gives_another_hub():
    first, other = demo.generate(400, seed=3), demo.generate(400, seed=4)
    assert all(first.tables[name] != other.tables[name] for name in CONTRACT_TABLES if name != "organisations")
    assert first.tables["organisations"] == other.tables["organisations"]


def test_a_hub_of_several_blocks_is_the_same_every_time_too(monkeypatch):
    monkeypatch.setattr(demo, "BLOCK", 64)
    first, again = demo.generate(200, seed=3), demo.generate(200, seed=3)
    assert first.tables == again.tables
    assert first.tables["shares"]["share"].to_pylist() == sorted(set(values(first.tables["shares"], "share")))


def test_tables_have_the_contracts_columns_as_text(hub):
    assert tuple(hub.tables) == CONTRACT_TABLES
    for name, table in hub.tables.items():
        assert table.column_names == [column.name for column in TABLES[name].columns]
        assert {str(type_) for type_ in table.schema.types} == {"string"}
        assert not any(pc.any(pc.equal(column, "")).as_py() for column in table.columns)


def test_required_cells_are_filled_and_keys_are_unique(hub):
    for name, table in hub.tables.items():
        required = [c.name for c in TABLES[name].columns if not c.nullable]
        assert {c: table[c].null_count for c in required} == dict.fromkeys(required, 0)
        keys = list(zip(*(table[c.name].to_pylist() for c in TABLES[name].primary_key), strict=True))
        assert len(keys) == len(set(keys))


def test_the_size_is_what_was_asked_for():
    for families in SIZES:
        assert demo.generate(families, seed=1).tables["families"].num_rows == families


def test_every_reference_leads_somewhere(hub):
    known = {name: set(values(table, table.column_names[0])) for name, table in hub.tables.items()}
    for name, table in hub.tables.items():
        for column in TABLES[name].columns:
            for key in column.foreign_keys:
                target = key.column.table.name
                assert set(values(table, column.name)) <= known[target], f"{name}.{column.name}"
            if passport(name, column.name).kind == "references":
                both = known["people"] | known["organisations"]
                assert set(values(table, column.name)) <= both, f"{name}.{column.name}"
    assert {hold["family"] for hold in hub.holds} <= known["families"]


def test_people_decide_and_are_spoken_about_within_their_own_family(hub):
    people = hub.tables["people"]
    home = dict(zip(people["person"].to_pylist(), people["family"].to_pylist(), strict=True))
    stray = set()
    for name, column in [("agreements", "covers"), ("agreements", "given_by"), ("shares", "about")]:
        for key, cell, family in zip(*(hub.tables[name][c].to_pylist() for c in (0, column, "family")), strict=True):
            stray |= {key} if {home[person] for person in cell.split(";")} != {family} else set()
    assert stray == {subject for code, subject in hub.planted if code == "DQ04"}


def test_nothing_was_recorded_after_the_day(hub):
    for table in hub.tables.values():
        assert pc.max(table["recorded_at"]).as_py() < "2026-09-30T23:59:59Z"
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:00Z", v) for v in table["recorded_at"].to_pylist())


def test_every_rule_code_is_planted(hub):
    assert {code for code, _ in hub.planted} == set(CODES)


def test_each_fault_takes_both_its_forms_in_a_larger_hub():
    planted = Counter(code for code, _ in demo.generate(5000, seed=7).planted)
    assert all(count >= 2 for code, count in planted.items() if code not in ("FR01", "NM01", "LB01"))


def test_faults_are_about_three_families_in_a_thousand_of_a_large_hub():
    planted = demo.generate(100_000, seed=7).planted
    assert 250 <= len(planted) <= 350


@pytest.mark.parametrize("families", [100, 400, 5000])
def test_no_family_bears_two_faults(families):
    made = demo.generate(families, seed=7)
    family_of = {}
    for name in ("families", "goals", "agreements", "shares"):
        table = made.tables[name]
        family_of |= dict(zip(values(table, table.column_names[0]), table["family"].to_pylist(), strict=True))
    planted = {(code, subject) for code, subject in made.planted if code not in OF_A_DECISION}
    borne = Counter(family_of[subject] for _, subject in planted if subject in family_of)
    assert set(borne.values()) == {1}


def test_in_the_smallest_hub_only_sharing_faults_live_together():
    made = demo.generate(20, seed=7)
    alone = [subject for code, subject in made.planted if ONE_PER_FAMILY.match(code)]
    shares = made.tables["shares"]
    family_of = dict(zip(shares["share"].to_pylist(), shares["family"].to_pylist(), strict=True))
    together = {family_of[subject] for code, subject in made.planted if code.startswith("SH")}
    assert len(alone) == len(set(alone)) and not together & set(alone)


def test_holds_name_a_known_code_and_dates(hub):
    assert {hold["code"] for hold in hub.holds} <= set(HoldCode)
    assert all(isinstance(hold["placed_on"], date) for hold in hub.holds)
    badly_held = {subject for code, subject in hub.planted if code == "RT02"}
    properly = [h for h in hub.holds if h["reason"] and h["review_on"] and not h["released_on"]]
    assert properly and not badly_held & {hold["family"] for hold in properly}


def test_names_are_evidently_invented(hub):
    invented = re.compile(r"(Example|Sample|Testcase|Made-Up|Pretend|Invented)-")
    assert all(map(invented.match, hub.tables["people"]["family_name"].to_pylist()))
    assert all(map(invented.search, hub.tables["practitioners"]["name"].to_pylist()))
    assert all(name.endswith("(made up)") for name in hub.tables["organisations"]["name"].to_pylist())
    contacts = values(hub.tables["practitioners"], "work_email") + values(hub.tables["organisations"], "rights_contact")
    assert all(contact.endswith("@example.org") for contact in contacts)


def test_references_say_nothing(hub):
    for name, letter in [("families", "F"), ("people", "P"), ("goals", "G"), ("agreements", "A"), ("shares", "S")]:
        keys = values(hub.tables[name], hub.tables[name].column_names[0])
        assert all(re.fullmatch(rf"{letter}\d{{6,7}}", key) for key in keys)


def test_it_looks_like_a_hub():
    tables = demo.generate(5000, seed=7).tables
    families = tables["families"]
    evaluation = tables["agreements"].filter(pc.equal(tables["agreements"]["purpose"], "evaluation"))
    asked = set(values(evaluation, "family"))  # once each, though some agreed again under the present notice
    agreed = len(set(values(evaluation.filter(pc.equal(evaluation["decision"], "agreed")), "family"))) / len(asked)
    assert set(values(families, "hub")) == HUBS
    assert families["closed_on"].null_count == 3000
    assert 4.5 < tables["shares"].num_rows / families.num_rows < 5.5
    assert 0.65 < agreed < 0.75
    assert len(set(values(tables["goals"], "area"))) == 10


def test_planted_lines_name_codes_and_references_only():
    made = demo.generate(5000, seed=7)
    lines = demo.planted_lines(made)
    subjects = [subject for code, subject in made.planted if code == "RT01"]
    assert f"RT01 past its date, not held: {', '.join(subjects)}" in lines
    assert [line.split()[0] for line in lines] == list(dict.fromkeys(line.split()[0] for line in lines))
    assert {line.split()[0] for line in lines} == set(CODES)


def test_long_lines_count_the_rest():
    made = demo.generate(20, seed=7)
    many = demo.Demo(made.tables, [], [("RT01", f"F{n:06}") for n in range(1, 1008)])
    assert demo.planted_lines(many) == [
        "RT01 past its date, not held: F000001, F000002, F000003, F000004, F000005 and 1,002 more"
    ]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"families": 19}, "--families 19 is out of range; a made-up hub has 20 to 1,000,000 families"),
        ({"families": 1_000_001}, "--families 1000001 is out of range"),
        ({"seed": -1}, "--seed -1 is out of range"),
        ({"as_at": date(2026, 6, 30)}, "--as-at 30 June 2026 is out of range"),
    ],
)
def test_what_is_out_of_range_is_refused(asked, said):
    with pytest.raises(BadParameter) as refused:
        demo.generate(**({"families": 20, "seed": 7} | asked))
    assert said in str(refused.value)


def test_requests_take_steps_that_the_register_takes_and_are_held_as_there(hub):
    steps, holds = {}, {hold["request"]: hold for hold in hub.holds if hold["request"]}
    for row in hub.register["request_events"]:
        event = Event(*(row[name] for name in ("event", "what", "happened_on", "reason", "exemption", "organisation")))
        steps.setdefault(row["request"], []).append(event)
    for request in hub.register["requests"]:
        taken = steps[request["request"]]
        for number, event in enumerate(taken[1:], 1):
            assert course.problems(Case(request["kind"]), taken[:number], event, {}) == []
        hold = holds.get(request["request"])
        assert (hold and hold["code"]) == course.HOLD.get(request["kind"])
        ended = course.outcome(taken) != "open" and request["kind"] != "restriction"
        assert not hold or (hold["released_on"] is not None) == ended
    assert {row["kind"] for row in hub.register["requests"]} == set(RequestKind)
