"""A draft proposes what a partner's headings and words may be, from a list that is data; a person decides the rest."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from hubdata import places, policy
from hubdata.errors import Refused
from hubdata.intake import draft as drafts
from hubdata.intake import take
from hubdata.intake.mapping import read
from hubdata.intake.mapping.headings import Headings
from hubdata.moments import today
from hubdata.policy import slug
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES
from tests.support import returns, workbooks

LIST = """Corby Family Hub,as at 03/11/2026
Our ref,Surname,First name,DOB (dd/mm/yyyy),Relationship,Locality,Date started,Lead worker,Agency,Last seen,Religion
00101,Canary,Ann,03/01/2019,Daughter,Corby,04/02/2026,W2,NHFT,03/11/2026,none
00102,Canary,Ben,13/01/1988,Mum,East Northants,14/02/2026,,,,
"""


@pytest.fixture
def params(tmp_path, monkeypatch):
    """A params folder of the test's own; what it returns is where mappings stand."""
    shutil.copytree(places.params(), tmp_path / "params")
    monkeypatch.setenv("HUBDATA_PARAMS", str(tmp_path / "params"))
    return tmp_path / "params" / "intake"


def _drafted(folder: Path, name: str, text: str) -> tuple[dict, drafts.Draft]:
    (folder / name).write_text(text, "utf-8")
    drafted = drafts.draft(folder / name, "NNC", policy.load())
    return yaml.safe_load(drafted.text)["tables"], drafted


def test_an_ordinary_list_of_families_becomes_four_tables(hub, tmp_path, params):
    returns.apply(hub, tmp_path / "first")
    _, drafted = _drafted(tmp_path, "Families 2026.csv", LIST)
    (params / "nnc.yaml").write_text(drafted.text.replace('"religion": ""', '"religion": "Not in the record"'), "utf-8")

    result = take.take(hub, tmp_path / "Families 2026.csv", "NNC", "tester")

    added = {table: said["added"] for table, said in result.tables.items()}
    assert result.problems == []
    assert added == {"families": 2, "people": 2, "involvements": 1, "leads": 1}
    assert [row[:2] for row in returns.rows(hub, "families") if row[0].startswith("00")] == [
        ("00101", "corby"),
        ("00102", "east_northants"),
    ]
    assert [row[2] for row in returns.rows(hub, "people") if row[0].startswith("00")] == ["child", "parent_carer"]
    assert "1 row without practitioner left out of leads" in str(result.warnings)


def test_what_it_cannot_place_it_asks_once_and_shows_no_name(tmp_path, params):
    _, drafted = _drafted(tmp_path, "list.csv", LIST)

    shown = "\n".join(drafted.lines(None))
    assert len([one for one in drafted.to_decide if "religion" in one]) == 1
    assert [one for one in drafted.to_decide if "is each row one person" in one]
    assert "anary" not in shown and "1988" not in shown
    (params / "nnc.yaml").write_text(drafted.text, "utf-8")
    with pytest.raises(Refused, match="'religion' needs a reason"):
        read.load("NNC")


def test_what_tells_people_apart_has_no_default_and_families_of_several_rows_count_once(tmp_path, params):
    rows = "Our ref,Surname,First name,Date opened,Hub\n" + "C1,Canary,Ann,01/02/2026,corby\n" * 2
    found, drafted = _drafted(tmp_path, "cases.csv", rows)

    assert "person" not in found["people"]["defaults"] and "role" in found["people"]["defaults"]
    assert [one for one in drafted.to_decide if "no heading is person" in one]
    assert [row["table"] for row in drafted.preview].count("families") == 1


HEADS = {
    "given_name": "First name;FIRSTNAME;Forename(s);Child's First Name;Christian name",
    "family_name": "Surname;Last Name;last-name;Child surname",
    "date_of_birth": "DOB;D.O.B.;Date of birth:;DOB (dd/mm/yyyy);Birth date;DateOfBirth",
    "person": "Person ID;Child ID;Client Ref;Mosaic ID",
    "role": "Relationship;Role in family",
}


@pytest.mark.parametrize(("ours", "heading"), [(ours, one) for ours, all_ in HEADS.items() for one in all_.split(";")])
def test_common_headings_of_people_are_proposed(tmp_path, params, ours, heading):
    columns = {"person": "person", "family": "family", "role": "role", "given_name": "given_name"} | {ours: heading}
    header = ",".join(f'"{one}"' for one in columns.values())
    found, _ = _drafted(tmp_path, "people.csv", header + "\n" + ",".join("x" for _ in columns) + "\n")

    assert found["people"]["columns"][ours] == [heading.lower()]


@pytest.mark.parametrize(
    ("table", "ours", "heading"),
    [
        ("families", "family", "Our ref"),
        ("families", "opened_on", "Date started"),
        ("families", "opened_on", "Case opened"),
        ("families", "closed_on", "Date closed"),
        ("families", "hub", "Children's Centre"),
        ("involvements", "organisation", "Agency"),
        ("involvements", "started_on", "Start date"),
        ("involvements", "last_contact_on", "Date last seen"),
        ("leads", "practitioner", "Lead worker"),
        ("leads", "practitioner", "Key Worker"),
        ("leads", "ended_on", "End date"),
        ("goals", "set_on", "Date set"),
        ("reviews", "reviewed_on", "Date of review"),
        ("needs", "identified_on", "Date identified"),
        ("agreements", "decided_on", "Date signed"),
        ("shares", "to_organisation", "Shared with"),
        ("practitioners", "name", "Worker name"),
        ("organisations", "kind", "Type of organisation"),
    ],
)
def test_common_headings_of_every_table_are_known(table, ours, heading):
    assert Headings.of(policy.load(), today()).placed(table, [heading]).get(ours) == heading


def test_the_list_of_headings_names_only_our_columns_and_no_heading_twice():
    columns = {f"{table}.{c.name}" for table in CONTRACT_TABLES for c in TABLES[table].c}
    names = columns | {one.split(".")[1] for one in columns}
    said = policy.load().value("intake.headings", today())

    assert [name for name in said if name not in names] == []
    assert [name for name, ways in said.items() if len(set(map(slug, ways))) < len(ways)] == []


@pytest.mark.parametrize(
    ("file", "header", "cells", "ours", "values"),
    [
        ("families.csv", "family,hub,opened_on", "F1,Corby,2026-01-01", "hub", {"Corby": "corby"}),
        (
            "families.csv",
            "family,hub,opened_on",
            "F1,EAST NORTHANTS,2026-01-01",
            "hub",
            {"EAST NORTHANTS": "east_northants"},
        ),
        ("organisations.csv", "organisation,name,kind", "X,Y,Lead partner", "kind", {"Lead partner": "lead_partner"}),
        (
            "organisations.csv",
            "organisation,name,kind",
            "X,Y,council-service",
            "kind",
            {"council-service": "council_service"},
        ),
        (
            "organisations.csv",
            "organisation,name,kind,duty_class",
            "X,Y,partner,Section 11",
            "duty_class",
            {"Section 11": "section_11"},
        ),
        (
            "people.csv",
            "person,family,role,given_name,family_name",
            "P,F,A parent or carer,x,y",
            "role",
            {"A parent or carer": "parent_carer"},
        ),
        (
            "goals.csv",
            "goal,family,area,instrument,set_on,result",
            "G,F,Secure housing,gbo,2026-01-01,Partly met",
            "result",
            {"Partly met": "partly_met"},
        ),
        (
            "goals.csv",
            "goal,family,area,instrument,set_on",
            "G,F,Secure housing,Goal based outcomes,2026-01-01",
            "instrument",
            {"Goal based outcomes": "gbo"},
        ),
        (
            "goals.csv",
            "goal,family,area,instrument,set_on",
            "G,F,Secure housing,gbo,2026-01-01",
            "area",
            {"Secure housing": "housing"},
        ),
        (
            "needs.csv",
            "need,family,area,identified_on,status",
            "N,F,housing,2026-01-01,Not met",
            "status",
            {"Not met": "unmet"},
        ),
        (
            "shares.csv",
            "share,family,told_family,shared_on",
            "S,F,Not yet,2026-01-01",
            "told_family",
            {"Not yet": "not_yet"},
        ),
        ("shares.csv", "share,family,told_family,shared_on", "S,F,Y,2026-01-01", "told_family", {"Y": "yes"}),
        (
            "shares.csv",
            "share,family,route,shared_on",
            "S,F,Legal duty,2026-01-01",
            "route",
            {"Legal duty": "legal_duty"},
        ),
        (
            "agreements.csv",
            "agreement,family,decision,decided_on",
            "A,F,No response,2026-01-01",
            "decision",
            {"No response": "no_response"},
        ),
    ],
)
def test_words_beside_the_codes_of_a_closed_list_are_proposed(tmp_path, params, file, header, cells, ours, values):
    found, _ = _drafted(tmp_path, file, f"{header}\n{cells}\n")

    assert found[file.removesuffix(".csv")]["values"][ours] == values


def test_a_word_that_is_none_of_a_list_is_counted_and_not_repeated(tmp_path, params):
    _, drafted = _drafted(
        tmp_path, "families.csv", "family,hub,opened_on\nF1,Canarytown,2026-01-01\nF2,corby,2026-01-01\n"
    )

    [why] = [one for one in drafted.to_decide if "hub" in one]
    assert "1 word is no hub of ours" in why and "kettering" in why and "anary" not in why


@pytest.mark.parametrize(
    ("days", "style"),
    [
        (["12/31/2025", "01/02/2026"], "month_first"),
        (["31/12/2025", "01/02/2026"], None),
        (["01/02/2026", ""], None),
        (["3 Feb 2026", "12 March 2026"], "named_month"),
        (["2026-01-02 00:00:00", "2026-02-03T00:00:00.000"], "with_time"),
    ],
)
def test_the_one_way_in_which_all_dates_are_written_is_proposed(tmp_path, params, days, style):
    rows = "".join(f"F{n},corby,{day}\n" for n, day in enumerate(days))
    found, _ = _drafted(tmp_path, "families.csv", "family,hub,Date opened\n" + rows)

    assert found["families"].get("dates") == (style and {"opened_on": style})


def test_dates_of_no_one_way_are_left_to_a_person(tmp_path, params):
    _, drafted = _drafted(
        tmp_path, "families.csv", "family,hub,Date opened\nF1,corby,31/12/2025\nF2,corby,12/31/2025\n"
    )

    assert [one for one in drafted.to_decide if "no one way" in one]


def test_what_stands_between_the_parts_of_a_list_is_proposed(tmp_path, params):
    header = "agreement,family,given_by,covers,categories,decided_on\n"
    found, _ = _drafted(
        tmp_path, "agreements.csv", header + 'A1,F1,P1,"P1, P2","Support needs, Appointments",2026-01-01\n'
    )

    assert found["agreements"]["lists"] == {"covers": ",", "categories": ","}
    assert found["agreements"]["values"]["categories"] == {
        "Support needs": "support_needs",
        "Appointments": "appointments",
    }


def test_lists_and_guidance_of_a_workbook_are_not_drafted(tmp_path, params):
    book = workbooks.xlsx(
        {"Lists": [["role"], ["child"]], "README": [["How to"]], "Cases": [["Our ref", "Date opened"], ["F1", "x"]]}
    )
    (tmp_path / "return.xlsx").write_bytes(book)

    found = yaml.safe_load(drafts.draft(tmp_path / "return.xlsx", "NNC", policy.load()).text)["tables"]

    assert [said["from"] for said in found.values()] == [["Cases"]]


def test_a_refusal_says_which_of_our_columns_a_heading_may_be(sqlite_hub, tmp_path):
    header = "person,family,role,First name,Surname,Shoe size\nP9,F1,child,Ann,Canary,9\n"
    (tmp_path / "people.csv").write_text(header, "utf-8")

    done = returns.command(sqlite_hub, "intake", tmp_path / "people.csv", "--partner", "NNC", "--json")

    told = {p["column"]: p["message"] for p in json.loads(done.stdout)["problems"] if p["code"] == "unknown-column"}
    assert "may be our 'given_name'" in told["first name"] and "intake map" in told["surname"]
    assert "P2" in told["shoe size"]


@pytest.mark.parametrize("part", ["only_if: [closed]", "only_if: {closed_on: x}", "only_if: [closed_on, nhs]"])
def test_a_row_is_left_out_only_for_a_column_of_ours(params, part):
    (params / "nnc.yaml").write_text(f"tables: {{families: {{{part}}}}}", "utf-8")

    with pytest.raises(Refused, match="only_if"):
        read.load("NNC")
