"""The assurance exports: complete by construction, true to the records and the rules, and the same bytes again."""

import json
import shutil
import stat
from datetime import date

import openpyxl
from typer.testing import CliRunner

from hubdata import places, policy
from hubdata.desk.main import app
from hubdata.figures.table import Table
from hubdata.records import elsewhere
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES, passport
from hubdata.reports import assurance
from hubdata.reports.assurance import EXPORTS
from tests.support.ascii import load

DAY = date(2026, 9, 30)
RECORD, GAPS = EXPORTS
PARTS_OF_ARTICLE_30 = ("controller", "grounds", "people", "details", "recipients", "transfers", "schedule", "measures")


def export(hub: Hub, name: str, as_at: date = DAY) -> assurance.Made:
    return assurance.Made.of(name, EXPORTS[name], as_at, snapshots.take(hub), policy.load())


def table(hub: Hub, name: str, as_at: date = DAY) -> Table:
    of = next(each for each, made in EXPORTS.items() if any(name in section.parts for section in made.sections))
    return next(one for one in export(hub, of, as_at).tables if one.name == name)


def rows(found: Table, *columns: str) -> list[tuple]:
    return list(zip(*(found.values(column) for column in columns), strict=True))


def test_every_column_that_may_exist_is_in_the_data_dictionary(sqlite_hub):
    found = table(sqlite_hub, "dictionary")

    declared = {f"{name}: {column.name}".replace("_", " ") for name, t in TABLES.items() for column in t.c}
    assert {column for (column,) in rows(found, "column")} == declared
    assert len(found.rows) == len(declared)


def test_every_record_with_personal_data_is_in_the_record_of_processing(sqlite_hub):
    listed = {record.lower().replace(" ", "_") for (record,) in rows(table(sqlite_hub, "details"), "record")}

    sensitive = {name for name, t in TABLES.items() for c in t.c if passport(name, c.name).sensitivity != "open"}
    assert sensitive <= listed


def test_every_promise_that_a_passport_names_is_a_purpose(sqlite_hub):
    purposes = rows(table(sqlite_hub, "purposes"), "promise", "why")

    named = {passport(name, c.name).purpose for name, t in TABLES.items() for c in t.c}
    assert len(purposes) == len(named)
    assert purposes[0][0] == "P1"
    assert {"P2", "P3", "P4", "P8", "P9", "P12"} <= {promise for promise, _ in purposes}


def test_every_part_of_article_30_says_something(hub):
    load(
        hub,
        shares="""
        share
        S1
    """,
    )

    found = {one.name: one for one in export(hub, RECORD).tables}

    assert [part for part in PARTS_OF_ARTICLE_30 if not found[part].rows] == []
    assert not [row for part in PARTS_OF_ARTICLE_30 for row in found[part].rows if not any(row)]


def test_what_the_council_must_fill_in_is_counted_until_it_has(sqlite_hub, tmp_path, monkeypatch):
    before = export(sqlite_hub, RECORD).answer.plain

    shutil.copytree(places.params(), tmp_path / "params")
    monkeypatch.setenv("HUBDATA_PARAMS", str(tmp_path / "params"))
    path = tmp_path / "params" / "policy" / "controller.yaml"
    new = """    - value: "1 Made-up Square, Example Town"
      from: 2026-09-30
      source: "The council's own register"
      last_checked: 2026-09-30
controller.data_protection_officer:"""
    path.write_text(path.read_text("utf-8").replace("controller.data_protection_officer:", new, 1), "utf-8")

    assert before.startswith("5 entries of this record must be filled in by the council")
    assert export(sqlite_hub, RECORD).answer.plain.startswith("4 entries of this record")
    assert export(sqlite_hub, RECORD, date(2026, 9, 29)).answer.plain.startswith("5 entries")
    assert ("Contact", "1 Made-up Square, Example Town.") in rows(table(sqlite_hub, "controller"), "fact", "value")


def test_an_assumption_is_loud_beside_the_value_that_rests_on_it(sqlite_hub):
    (transfers,) = [
        value for fact, value in rows(table(sqlite_hub, "transfers"), "fact", "value") if "countries" in fact
    ]

    assert transfers.startswith("None. To be confirmed: Confirm that nobody")


def test_recipients_are_those_of_the_shares_that_stand_and_of_the_agreements(hub):
    load(
        hub,
        organisations="""
        organisation | kind
        CLUB         | outside
        NHFT         | partner
        IDLE         | council_service
    """,
        agreements="""
        agreement | covers | recipients | categories                     | decision
        A1        | P1     | NHFT;CLUB  | contact_details;support_needs  | agreed
        A2        | P1     | IDLE       | contact_details                | refused
    """,
        shares="""
        share | about | to_organisation | categories              | shared_on  | supersedes
        S1    | P1    | NHFT            | contact_details         | 2026-09-30 |
        S2    | P1    | NHFT            | risk_to_person          | 2026-09-29 |
        S3    | P1    | NHFT            | support_needs           | 2026-09-29 | S2
        S4    | P1    | CLUB            | goals_progress          | 2026-10-01 |
    """,
    )

    by_kind = {kind: tuple(rest) for kind, *rest in table(hub, "recipients").rows}
    assert by_kind["An organisation working within the Hub"] == (
        1,
        1,
        2,
        "Contact details; Support needs",
        "Contact details; Support needs",
    )
    assert by_kind["An organisation outside the Hub"] == (1, 0, 0, None, "Contact details; Support needs")
    assert by_kind["Another service of the council, for example housing"] == (1, 0, 0, None, None)
    assert rows(table(hub, "recipients_by_name"), "name", "shares", "agreements") == [
        ("Organisation NHFT", 2, 1),
        ("Organisation CLUB", 0, 1),
    ]


def test_a_sharing_agreement_is_in_force_from_its_first_day_through_its_last(hub):
    load(
        hub,
        organisations="""
        organisation | kind    | sharing_agreement_from | sharing_agreement_to
        STARTS       | partner | 2026-09-30             |
        LATER        | partner | 2026-10-01             |
        ENDS         | partner | 2020-01-01             | 2026-09-30
        ENDED        | partner | 2020-01-01             | 2026-09-29
        NONE         | partner |                        |
        NO_START     | partner |                        | 2030-01-01
    """,
    )

    found = rows(table(hub, "organisations"), "name", "terms", "lacks")

    missing = "sharing agreement in force"
    assert {
        ("Organisation STARTS", "In force, without an end", None),
        ("Organisation LATER", "Starts on 1 October 2026", missing),
        ("Organisation ENDS", "In force until 30 September 2026", None),
        ("Organisation ENDED", "Ended on 29 September 2026", missing),
        ("Organisation NONE", "None on record", missing),
        ("Organisation NO_START", "None on record", missing),
    } <= {*found}
    assert ("Organisation NNC", None, None) in found


def test_what_each_organisation_lacks_is_named_and_the_most_comes_first(sqlite_hub):
    load(
        sqlite_hub,
        organisations="""
        organisation | kind         | duty_class | retention_policy | rights_contact | sharing_agreement_from
        ALL          | partner      |            |                  |                |
        NONE         | partner      | none       | a policy         | a contact      | 2020-01-01
        OUT          | outside      | commissioned |                |                | 2020-01-01
        NNC          | lead_partner | section_11 | a policy         |                |
    """,
    )

    found = rows(table(sqlite_hub, "organisations"), "name", "lacks", "duty")
    everything = "retention policy; rights contact; sharing agreement in force; class under the welfare duty"

    assert found == [
        ("Organisation ALL", everything, None),
        ("Organisation NNC", "rights contact", "A body under section 11 of the Children Act 2004"),
        ("Organisation NONE", None, "Outside the duty to share for a child's welfare"),
        ("Organisation OUT", None, "Provides services arranged by one of those bodies"),
    ]
    assert dict(rows(table(sqlite_hub, "findings"), "code", "found"))["PP01"] == 2


FAMILIES = """
    family | hub       | opened_on  | closed_on
    old    | corby     | 2025-05-01 |
    new    | corby     | 2025-05-01 |
    never  | corby     | 2025-05-01 |
    said no| kettering | 2025-05-01 |
    ended  | kettering | 2025-05-01 | 2026-04-01
    expired| corby     | 2025-05-01 |
    odd    | kettering | 2025-05-01 |
"""
PEOPLE = """
    person | family
    P1     | old
    P2     | new
    P4     | said no
    P5     | ended
    P6     | odd
    P7     | expired
"""
AGREEMENTS = """
    agreement | covers | decision | decided_on | notice_version | expires_on
    A1        | P1     | agreed   | 2025-05-02 | 2025-04        |
    A2        | P2     | agreed   | 2025-05-02 | 2025-04        |
    A3        | P2     | agreed   | 2026-04-01 | 2026-04        |
    A4        | P4     | refused  | 2025-05-02 | 2025-04        |
    A5        | P5     | agreed   | 2025-05-02 | 2025-04        |
    A6        | P6     | agreed   | 2025-05-02 | 2019-01        |
    A7        | P7     | agreed   | 2025-05-02 | 2025-04        | 2026-03-31
"""


def test_families_are_counted_by_the_notice_of_their_latest_agreement_and_by_hub(hub):
    load(hub, families=FAMILIES, people=PEOPLE, agreements=AGREEMENTS)

    found = table(hub, "notices", date(2026, 4, 1))

    assert rows(found, "notice", "state", "hub", "families", "old") == [
        ("2019-01", "Not registered", "Kettering", 1, 0),
        ("2025-04", "Superseded on 1 April 2026", "Corby", 2, 1),
        ("2026-04", "In force", "Corby", 1, 0),
        ("None", "No agreement", "Corby", 1, 0),
        ("None", "No agreement", "Kettering", 1, 0),
    ]
    assert rows(table(hub, "old_notice", date(2026, 4, 1)), "subject", "agreement") == [("old", "A1")]


def test_a_notice_is_old_from_the_first_day_of_the_next_and_not_before(sqlite_hub):
    load(sqlite_hub, families=FAMILIES, people=PEOPLE, agreements=AGREEMENTS)

    assert rows(table(sqlite_hub, "old_notice", date(2026, 3, 31)), "subject") == []
    states = rows(table(sqlite_hub, "notices", date(2026, 3, 31)), "notice", "state", "hub", "families")
    assert ("2025-04", "In force", "Corby", 3) in states
    assert ("2025-04", "In force", "Kettering", 1) in states


def test_families_that_never_agreed_are_listed_with_what_they_decided(sqlite_hub):
    load(sqlite_hub, families=FAMILIES, people=PEOPLE, agreements=AGREEMENTS)

    found = rows(table(sqlite_hub, "without_agreement"), "subject", "decision", "notice")

    assert found == [("never", None, None), ("said no", "Did not agree; a family does not have to", "2025-04")]


def test_an_empty_hub_is_answered_in_words(hub):
    answers = [export(hub, name).answer.plain for name in EXPORTS]
    page = export(hub, GAPS).page()

    assert "0 organisations have received details of families" in answers[0]
    assert answers[1].startswith("Nothing is missing of any organisation, and no open family is under an old notice")
    for said in ("No organisation is on record.", "No family is open in all hubs.", "3 checks did not run"):
        assert said in page
    assert "No organisation is on record, so there is no recipient." in export(hub, RECORD).page()


def test_the_same_records_and_decisions_give_the_same_bytes(hub, tmp_path):
    load(hub, families=FAMILIES, people=PEOPLE, agreements=AGREEMENTS)

    first, again = (assurance.make(hub, DAY, tmp_path / name) for name in ("one", "two"))

    assert first.run == again.run
    assert first.files == again.files
    assert len(first.files) == 7
    for name in set(first.files) - {"manifest.json"}:
        assert (first.folder / name).read_bytes() == (again.folder / name).read_bytes()
    other = assurance.make(hub, date(2026, 9, 29), tmp_path / "one")
    assert other.run != first.run


def test_a_run_that_was_made_before_is_never_overwritten(sqlite_hub):
    first, again = assurance.make(sqlite_hub, DAY), assurance.make(sqlite_hub, DAY)

    assert first.folder.parent == again.folder.parent == sqlite_hub.home / "reports" / "assurance" / "2026-09-30"
    assert again.run == f"{first.run}-2"


def test_no_name_or_free_text_leaves_with_an_export(sqlite_hub):
    load(
        sqlite_hub,
        people="""
        person | given_name | family_name | date_of_birth
        P1     | Zebedee    | Quillfeather | 2019-03-07
    """,
        practitioners="""
        practitioner | name
        W1           | Ottoline Vandersteen
    """,
        shares="""
        share | about | route             | reason        | risk_to
        S1    | P1    | without_agreement | A xylophonist | The xylophonist
    """,
    )

    made = assurance.make(sqlite_hub, DAY)

    texts = [(made.folder / name).read_text("utf-8") for name in made.files if not name.endswith("xlsx")]
    texts += [
        str([[cell.value for cell in row] for sheet in openpyxl.load_workbook(made.folder / name) for row in sheet])
        for name in made.files
        if name.endswith("xlsx")
    ]
    assert not [
        w for w in ("Zebedee", "Quillfeather", "2019-03-07", "Ottoline", "xylophon") if any(w in t for t in texts)
    ]


def test_the_command_says_where_the_exports_are_and_what_was_found(hub, tmp_path):
    load(hub, families=FAMILIES, people=PEOPLE, agreements=AGREEMENTS)
    words = [
        "assurance",
        "--home",
        hub.home,
        "--url",
        hub.url,
        "--as-at",
        "2026-04-01",
        "--json",
        "--out",
        tmp_path / "out",
    ]

    done = CliRunner().invoke(app, [str(word) for word in words])

    said = json.loads(done.stdout)
    assert done.exit_code == 0
    assert said["findings"] == {"NV01": 1}
    folder = tmp_path / "out" / "assurance" / "2026-04-01" / said["run"]
    assert sorted(path.name for path in folder.iterdir()) == said["files"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert [place for _, place, _ in elsewhere.places(hub.home)] == [folder.parent]
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["run"] == said["run"]
    assert set(manifest["files"]) == {*said["files"]} - {"manifest.json"}


def test_the_json_names_the_columns_of_every_row(sqlite_hub):
    load(sqlite_hub, families=FAMILIES, people=PEOPLE, agreements=AGREEMENTS)

    said = json.loads(export(sqlite_hub, GAPS).json())

    assert said["as_at"] == "2026-09-30"
    assert said["tables"]["old_notice"]["rows"][0] == {
        "subject": "old",
        "hub": "Corby",
        "agreement": "A1",
        "notice": "2025-04",
        "since": "2026-04-01",
    }


def test_the_workbook_says_how_it_was_made_on_its_cover_and_has_a_sheet_for_each_table(sqlite_hub):
    load(sqlite_hub, families=FAMILIES, people=PEOPLE, agreements=AGREEMENTS)

    made = assurance.make(sqlite_hub, DAY)

    book = openpyxl.load_workbook(made.folder / "partners-and-notices.xlsx")
    assert book.sheetnames[:3] == ["Cover", "Contents", "Notes"]
    assert "Old notice" in book.sheetnames and "About" not in book.sheetnames
    assert not [sheet.title for sheet in book if sheet.merged_cells.ranges]


def test_the_schedule_has_every_class_of_the_retention_policy_and_the_copies(sqlite_hub):
    found = dict(rows(table(sqlite_hub, "schedule"), "rule", "kept"))

    assert found["FAMILY-5Y"] == "5 years after the end of the Hub's support"
    assert found["retention.backup_days"] == "35 days after they were made"
    assert found["rights.pack_kept_days"] == "30 days after they were made"
    assert len(found) == len(policy.load().value("retention.rules", DAY)) + 2
