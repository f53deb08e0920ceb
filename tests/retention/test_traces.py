"""What destroyed families left: gathered by rows, erased from files, kept for a run that crashed; never printed."""

import gzip
import html
import json
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import text

from hubdata.errors import BadParameter, HubError
from hubdata.moments import By
from hubdata.records import elsewhere, folders, ledger
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import FREE_TEXT, IDENTIFYING, REFERENCE, TABLES, passport
from hubdata.retention.traces import files
from hubdata.retention.traces import kept as traces_kept
from hubdata.retention.traces import marks as traces_marks
from hubdata.sharing import receipt
from tests.support.ascii import load
from tests.support.destroyed import destroy

ACT = Act("Dana Desk", "officer", "a test", "spec.write")
NAME = "Zebulon Made-Up-O'Canary"  # what files say of the family that goes


@pytest.fixture
def two(hub: Hub) -> Hub:
    """F1 goes, F12 stays; they share a first name."""
    return filled(hub)


@pytest.fixture
def two_on_sqlite(sqlite_hub: Hub) -> Hub:
    """The same, where files alone matter."""
    return filled(sqlite_hub)


def filled(hub: Hub) -> Hub:
    load(
        hub,
        families="""
        family | closed_on  | closure_reason
        F1     | 2015-03-04 | zebra-moved-abroad
        F12    |            |
    """,
        people="""
        person | family | given_name | family_name     | date_of_birth
        P1     | F1     | Zebulon    | Made-Up-O'Canary | 1988-05-04
        P2     | F1     | Alma       | Quokka-Canary   | 2010-05-04
        P12    | F12    | Alma       | Stays-Here      | 2011-06-05
    """,
        involvements="""
        family | organisation | started_on | partner_reference
        F1     | NHFT         | 2012-01-05 | CANARY/77-1
    """,
        goals="""
        goal | family
        G1   | F1
        G12  | F12
    """,
        reviews="""
        goal | reviewed_on
        G1   | 2013-02-03
    """,
        needs="""
        need | family | reason
        N1   | F1     | wombat-waiting-list
    """,
        agreements="""
        agreement | family | given_by | covers
        A1        | F1     | P1       | P1;P2
        A12       | F12    | P12      | P12
    """,
        shares="""
        share | family | about | agreement | route             | reason             | risk_to         | told_family
        S1    | F1     | P1;P2 | A1        | within_hub        |                    |                 |
        S2    | F1     | P2    |           | without_agreement | Fear of a numbat   | Zebulon's uncle | yes
        S12   | F12    | P12   | A12       | within_hub        |                    |                 |
    """,
        holds="""
        hold | family | code  | reason         | placed_on  | released_on | recorded_at
        H1   | F1     | other | echidna asked  | 2014-01-05 | 2014-05-06  | 2014-01-05T09:00:00
    """,
    )
    return hub


def gathered(hub: Hub, family: str = "F1") -> frozenset[str]:
    with hub.read() as connection:
        return traces_marks.gather(connection, [family])


def test_marks_are_everything_that_the_familys_rows_say_and_nothing_of_others(two: Hub):
    marks = gathered(two)

    assert marks >= {
        "F1", "P1", "P2", "G1", "N1", "A1", "S1", "S2", "H1", "Zebulon", "Made-Up-O'Canary", "Alma", "Quokka-Canary",
        "Zebulon Made-Up-O'Canary", "CANARY/77-1", "zebra-moved-abroad", "wombat-waiting-list", "Fear of a numbat",
        "Zebulon's uncle", "echidna asked",
    }  # fmt: skip
    assert not marks & {"F12", "P12", "S12", "Stays-Here", "NHFT", "NNC", "corby", "P1;P2", "", None}
    assert not any("W" in mark and mark[1:].isdigit() for mark in marks)  # workers are not the family's


def test_every_table_that_says_something_of_a_family_is_gathered_from():
    """A column that is added later is covered by its passport alone."""
    said = {(s.table, column) for s in traces_marks._sources() for column in s.said}
    for name, table in TABLES.items():
        for column in table.c:
            card = passport(name, column.name)
            if card.retention != "family" or card.sensitivity not in (REFERENCE, IDENTIFYING, FREE_TEXT):
                continue
            pointing = column.foreign_keys or card.kind in ("date", "instant", "score")
            assert pointing or (name, column.name) in said, f"{name}.{column.name} is gathered by nothing"


def test_references_are_told_with_the_family_that_they_belong_to(two: Hub):
    with two.read() as connection:
        found = traces_marks.references(connection, ["F1"])

    assert set(found.values()) == {"F1"}
    assert set(found) == {"F1", "P1", "P2", "G1", "N1", "A1", "S1", "S2", "H1"}


def test_what_rows_that_remain_say_word_for_word_gives_nobody_away(two: Hub):
    marks = gathered(two)
    destroy(two, ["F1"])

    with two.read() as connection:
        said = traces_marks.still_said(connection, marks)

    assert said == {"Alma"}


def test_rows_that_belong_to_nobody_any_more_are_counted(two: Hub):
    assert traces_marks.remaining(two) == {}
    if two.dialect == "postgresql":
        return  # there no owner of a table can switch its references off
    whole = two.engine.connect()
    whole.exec_driver_sql("ROLLBACK")
    whole.exec_driver_sql("PRAGMA foreign_keys = OFF")
    for table, column, value in (("families", "family", "F1"), ("goals", "goal", "G1"), ("holds", "family", "F1")):
        whole.exec_driver_sql(f"DELETE FROM {table} WHERE {column} = '{value}'")
    whole.commit()
    whole.close()

    assert traces_marks.remaining(two) == {
        "people": 2,
        "involvements": 1,
        "reviews": 1,
        "needs": 1,
        "agreements": 1,
        "shares": 2,
    }


@pytest.mark.parametrize(
    ("said", "mentioned"),
    [
        ({"family": "F1"}, True),
        ({"families": ["F9", "F1"]}, True),
        ({"about": "P9;P1"}, True),
        ({"note": "as agreed for (F1)."}, True),
        ({"note": "F1, again"}, True),
        ({"note": "line\nF1"}, True),
        ({"F1": 1}, True),
        ({"note": "“F1”"}, True),
        ({"family": "F12"}, False),
        ({"note": "XF1"}, False),
        ({"note": "F1-2"}, False),
        ({"note": "F1.2"}, False),
        ({"note": "F_1 f1"}, False),
        ({}, False),
    ],
)
def test_the_ledger_mentions_a_reference_only_as_a_whole_word(hub: Hub, said: dict, mentioned: bool):
    with hub.write(Act("Dana Desk", "officer", "a test", "spec.write", said)):
        pass

    with hub.read() as connection:
        found = traces_marks.mentions(connection, {"F1": "F1", "P1": "F1"})

    assert list(found.values()) == ([{"F1"}] if mentioned else [])


def test_the_ledger_mentions_references_of_several_parts_and_in_reasons(hub: Hub):
    with hub.write(Act("Dana Desk", "officer", "asked by NNC/F-1 and F-2.", "spec.write")):
        pass

    with hub.read() as connection:
        found = traces_marks.mentions(connection, {"NNC/F-1": "NNC/F-1", "F-2": "F-2", "NNC/F": "x", "F-22": "y"})

    assert list(found.values()) == [{"NNC/F-1", "F-2"}]


def bundle(hub: Hub, name: str, content: dict[str, str]) -> Path:
    folder = hub.home / "reports" / "retention" / "2026-09-30" / name
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    for file, said in content.items():
        (folder / file).write_text(said)
    return folder


def workbook(path: Path, said: str) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = said
    book.save(path)


def zipped(path: Path, said: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.json", json.dumps({"name": said}))


def nested(path: Path, said: str) -> None:
    zipped(path.with_name("inner.zip"), said)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path.with_name("inner.zip"))
    path.with_name("inner.zip").unlink()


KINDS = {
    "page.html": lambda p, s: p.write_text(f"<p>{html.escape(s)}</p>"),
    "entities.html": lambda p, s: p.write_text("".join(f"&#{ord(c)};" for c in s)),
    "tags.html": lambda p, s: p.write_text(f"<p><b>{s[0]}</b>{s[1:]}</p>"),
    "plain.csv": lambda p, s: p.write_text(f"a,b\n1,{s}\n"),
    "windows.csv": lambda p, s: p.write_text(f"{s};Zoë", "cp1252"),
    "excel.csv": lambda p, s: p.write_text(s, "utf-16"),
    "notebook.ipynb": lambda p, s: p.write_text(json.dumps({"cells": [{"source": [f"<td>{html.escape(s)}</td>"]}]})),
    "escaped.json": lambda p, s: p.write_text("".join(f"\\u{ord(c):04x}" for c in s)),
    "table.xlsx": workbook,
    "pack.zip": zipped,
    "deep.zip": nested,
    "text.gz": lambda p, s: p.write_bytes(gzip.compress(s.encode())),
    "binary.sqlite": lambda p, s: p.write_bytes(b"\0\1parent" + s.encode() + b"1988-05-04\0"),
    "note.md": lambda p, s: p.write_text(f"# About\n{s} asked."),
}


PLACES = ["work/receipts", "quarantine", "exports/2026", "."]


@pytest.mark.parametrize(("kind", "where"), [*((k, "reports/a") for k in KINDS), *(("note.md", p) for p in PLACES)])
def test_a_file_of_any_kind_and_place_that_says_a_name_goes(two_on_sqlite: Hub, kind: str, where: str):
    two = two_on_sqlite
    marks = gathered(two)
    destroy(two, ["F1"])
    folder = two.home / where
    folder.mkdir(parents=True, exist_ok=True)
    KINDS[kind](folder / kind, NAME)
    KINDS[kind](folder / f"stays-{kind}", "Alma Stays-Here")

    erased = files.erase_files(two, marks)

    assert not (folder / kind).exists()
    assert (folder / f"stays-{kind}").exists()
    assert sum(erased.files.values()) == 1
    assert erased.unreachable == []


def test_a_report_that_names_the_family_goes_whole_and_one_that_names_another_stays(two: Hub):
    marks = gathered(two)
    destroy(two, ["F1"])
    gone = bundle(two, "aaa", {"retention.html": "<td>F12</td><td>F1</td>", "retention.ipynb": '"no reference"'})
    kept = bundle(two, "bbb", {"retention.html": "<td>F12</td> Alma May", "retention.ipynb": '"S12;P12"'})

    erased = files.erase_files(two, marks)

    assert not gone.exists()
    assert len(list(kept.iterdir())) == 3
    assert erased.files == {"reports": 3}


def test_a_name_that_is_a_word_of_every_report_does_not_take_them_all(hub: Hub):
    load(
        hub,
        people="""
        person | family | given_name | family_name
        P1     | F1     | May        | Quokka-Canary
    """,
    )
    marks = gathered(hub)
    destroy(hub, ["F1"])
    kept = bundle(hub, "aaa", {"retention.html": "<p>As at 4 May 2026</p>"})
    gone = bundle(hub, "bbb", {"retention.html": "<p>May Quokka-Canary</p>"})

    files.erase_files(hub, marks)

    assert kept.exists()
    assert not gone.exists()


def test_a_reference_of_digits_only_is_told_from_a_count(hub: Hub):
    load(hub, families="family | opened_on\n417 | 2010-01-04")
    marks = gathered(hub, "417")
    destroy(hub, ["417"])
    kept = bundle(hub, "aaa", {"r.ipynb": '{"rows": [["due", 417]]}'})
    gone = bundle(hub, "bbb", {"r.ipynb": '{"rows": [["417", 3]]}'})

    files.erase_files(hub, marks)

    assert kept.exists()
    assert not gone.exists()


LIKE_OURS = ["P1", "P12", "SH01", "N", "1", "10", "417", "2026-Q3", "2026-09-30", "2025-04", "section_11", "h1"]


def called(hub: Hub, person: str) -> frozenset[str]:
    """The marks of a family, now destroyed, of a person who is called so; another one stays."""
    load(
        hub,
        families="""
        family | closed_on
        Fgone  | 2015-03-04
        Fstays |
    """,
        people=f"""
        person   | family | given_name | family_name
        {person} | Fgone  | Zebulon    | Made-Up-O'Canary
        Pstays   | Fstays | Alma       | Stays-Here
    """,
    )
    marks = gathered(hub, "Fgone")
    destroy(hub, ["Fgone"])
    return marks


REPORT = {
    "manifest.json": """{"parameters": {"as_at": "2026-09-30"}, "rows": {"people": 1, "families": 417},
      "policy": [{"name": "areas", "also": ["1", "10"], "source": "P1 to P12; 2026-Q3"}, {"value": ["2025-04"]}]}""",
    "promises.html": """<style>h1 {margin: 1px}</style><h1>30 September 2026</h1><p>1 of 417 shares, 10 families</p>
      <table><tr><th scope="row">SH01</th><td>P1, P12</td><td class="number">1</td><td class="number">417</td></tr>
      <p>Published: 2026-Q3, to 2026-09-30, notice 2025-04, N</p>""",
    "chart.html": """<svg><text x="1">1</text><text>417</text><text>10</text></svg><dl><dt>N</dt><dd>417</dd></dl>""",
    "promises.ipynb": """{"rows": [["SH01", "P1, P12", 1, 417, 10], ["section_11", "2026-09-30", null, 1]],
      "facts": [["Families", "417"], ["Shares", "10"]],
      "source": ["page.figure(\\"promise\\", of=\\"P1\\")"], "text": "N of 10"}""",
}


@pytest.mark.parametrize("person", LIKE_OURS)
def test_a_report_that_only_says_what_all_reports_say_stays_whatever_somebody_was_called(sqlite_hub: Hub, person: str):
    marks = called(sqlite_hub, person)
    kept = bundle(sqlite_hub, "aaa", REPORT)

    erased = files.erase_files(sqlite_hub, marks)

    assert kept.exists() and erased.files == {}
    assert files.look(sqlite_hub, marks).said == []


@pytest.mark.parametrize("person", LIKE_OURS)
@pytest.mark.parametrize(
    "said",
    [
        "<p>shared on 3 March 2026 about {} with NHFT</p>",
        "<p>A7: decided on 3 March 2026, names {} of F9</p>",
        "<p>after the death of <b>{}</b></p>",
        "<p>about Pstays</p><p>Zebulon Made-Up-O&#x27;Canary</p>",
    ],
)
def test_a_report_that_says_whose_such_a_reference_is_goes(sqlite_hub: Hub, person: str, said: str):
    marks = called(sqlite_hub, person)
    gone = bundle(sqlite_hub, "aaa", REPORT | {"more.html": said.format(person)})
    other = bundle(sqlite_hub, "bbb", REPORT | {"more.html": "<p>shared about Pstays with NHFT</p>"})

    files.erase_files(sqlite_hub, marks)

    assert not gone.exists()
    assert other.exists()


@pytest.mark.parametrize("column", ["A", "B"])
def test_a_register_in_a_reports_workbook_says_whose_rows_it_has_in_its_first_column(sqlite_hub: Hub, column: str):
    load(sqlite_hub, families="family | opened_on\n417 | 2010-01-04")
    marks = gathered(sqlite_hub, "417")
    destroy(sqlite_hub, ["417"])
    made = bundle(sqlite_hub, "aaa", {"r.html": "<p>417 families</p>"})
    book = openpyxl.Workbook()
    book.active["A1"], book.active[f"{column}2"] = "Family", "417"
    book.save(made / "r.xlsx")

    files.erase_files(sqlite_hub, marks)

    assert made.exists() == (column == "B")


@pytest.mark.parametrize("person", LIKE_OURS)
def test_what_is_no_report_goes_with_any_reference_that_stands_in_it(sqlite_hub: Hub, person: str):
    marks = called(sqlite_hub, person)
    (sqlite_hub.home / "exports").mkdir()
    gone, kept = (sqlite_hub.home / "exports" / name for name in ("gone.json", "kept.json"))
    gone.write_text(json.dumps({"person": person, "role": "child"}))
    kept.write_text(json.dumps({"person": "Pstays", "role": "child", "shares": 417}))

    files.erase_files(sqlite_hub, marks)

    assert not gone.exists()
    assert kept.exists()


@pytest.mark.parametrize("person", LIKE_OURS)
def test_the_ledger_loses_what_it_says_of_a_person_and_keeps_what_it_says_of_our_own(sqlite_hub: Hub, person: str):
    marks = called(sqlite_hub, person)
    ours = {"code": person, "promise": person, "rows": {"shares": 1}, "note": f"as {person} has it, 1 of 417"}
    theirs = ({"person": person}, {"about": f"Pstays;{person}"}, {"people": ["Pstays", person]}, {"subject": person})
    for said in (ours, *theirs):
        with sqlite_hub.write(Act("Dana Desk", "officer", f"{person} said so", "spec.write", said)):
            pass

    with sqlite_hub.read() as connection:
        last, _ = ledger.head(connection)
        found = traces_marks.mentions(connection, dict.fromkeys(marks, "Fgone"))

    assert [seq for seq in sorted(found) if seq > last - 5] == [last - 3, last - 2, last - 1, last]


@pytest.mark.parametrize(
    "drawn",
    [
        '<path d="M0,0A1,1,0,1,1 5,5"/>',
        '<c r="A1" t="s"><f>SUM(G1:G9)</f><v>3</v></c>',
        '"<path d=\\"M0,0A1,1\\"/>"',
        "data:image/png;base64," + "iVBORw0KGgo" * 30 + "/F1+",
        '<circle class="mark F1" r="1"/>',
    ],
)
def test_signs_of_drawings_and_sheets_are_no_references(two_on_sqlite: Hub, drawn: str):
    marks = gathered(two_on_sqlite)
    destroy(two_on_sqlite, ["F1"])
    kept = bundle(two_on_sqlite, "aaa", {"retention.html": f"<p>12 families</p>{drawn}<p>due</p>"})

    files.erase_files(two_on_sqlite, marks)

    assert kept.exists()


def test_a_receipt_of_the_family_goes_and_anothers_stays(two: Hub):
    for agreement, person in (("A1", "P1"), ("A12", "P12")):
        receipt.make(two, agreement, person, By("Dana Desk", None, date(2026, 3, 1)))
    marks = gathered(two)
    destroy(two, ["F1"])

    files.erase_files(two, marks)

    left = sorted(path.name for path in (two.home / "work" / "receipts").iterdir())
    assert left == ["receipt-A12-P12.html", "receipt-A12-P12.json"]


def test_a_receipt_written_outside_the_home_is_followed(two: Hub, tmp_path: Path):
    for agreement, person in (("A1", "P1"), ("A12", "P12")):
        receipt.make(two, agreement, person, By("Dana Desk", None, date(2026, 3, 1)), out=tmp_path / "stick")
    (tmp_path / "stick" / "of-the-user.txt").write_text(NAME)
    marks = gathered(two)
    destroy(two, ["F1"])

    erased = files.erase_files(two, marks)

    left = {path.name for path in (tmp_path / "stick").iterdir()}
    assert left == {"receipt-A12-P12.html", "receipt-A12-P12.json", "of-the-user.txt"}
    assert erased.files == {"outside the home": 2}


def test_a_report_written_outside_the_home_is_followed(two: Hub, tmp_path: Path):
    root = tmp_path / "stick"
    elsewhere.note(two.home, elsewhere.BUNDLES, root / "retention" / "2026-09-30", root)
    for name, said in (("aaa", "F1"), ("bbb", "F12")):
        made = root / "retention" / "2026-09-30" / name
        made.mkdir(parents=True)
        (made / "manifest.json").write_text("{}")
        (made / "retention.html").write_text(said)
    marks = gathered(two)
    destroy(two, ["F1"])

    files.erase_files(two, marks)

    assert [path.name for path in (root / "retention" / "2026-09-30").iterdir()] == ["bbb"]


def test_a_place_outside_that_is_not_there_is_named_as_out_of_reach(two: Hub, tmp_path: Path):
    receipt.make(two, "A1", "P1", By("Dana Desk", None, date(2026, 3, 1)), out=tmp_path / "stick")
    marks = gathered(two)
    destroy(two, ["F1"])
    (tmp_path / "stick").rename(tmp_path / "pulled out")

    erased = files.erase_files(two, marks)

    assert len(erased.unreachable) == 1
    assert str(tmp_path / "stick") in erased.unreachable[0]
    assert "plug it in" in erased.unreachable[0]


def test_places_inside_the_home_need_no_register(two: Hub):
    receipt.make(two, "A1", "P1", By("Dana Desk", None, date(2026, 3, 1)))

    assert elsewhere.places(two.home) == []
    assert not (two.home / elsewhere.REGISTER).exists()


def test_what_a_dead_process_left_goes_whatever_it_says(two: Hub):
    left = two.home / "work" / "run-dead"
    left.mkdir()
    (left / "people.arrow").write_bytes(b"\xff\0compressed")

    erased = files.erase_files(two, frozenset({"nobody"}))

    assert not left.exists()
    assert erased.unreachable == []


def test_a_report_that_is_running_is_left_alone_and_makes_the_disposal_incomplete(two: Hub):
    with folders.folder(two.home) as folder:
        erased = files.erase_files(two, frozenset({"nobody"}))

        assert folder.is_dir()
    assert erased.unreachable == [files.LIVE]


def test_an_archive_that_does_not_open_makes_the_disposal_incomplete(two: Hub):
    (two.home / "reports" / "pack.zip").write_bytes(b"PK\x03\x04 torn")

    erased = files.erase_files(two, frozenset({"nobody"}))

    assert any("could not be looked at" in said for said in erased.unreachable)


def test_what_other_modules_answer_for_is_not_touched(two: Hub):
    marks = gathered(two)
    destroy(two, ["F1"])
    for name in elsewhere.OURS:
        (two.home / name).mkdir(exist_ok=True)
        (two.home / name / "canary.txt").write_text(NAME)

    files.erase_files(two, marks)

    assert all((two.home / name / "canary.txt").exists() for name in elsewhere.OURS)
    assert [said.partition(":")[0] for said in files.look(two, marks).said] == [
        "checkpoints",
        "certificates",
        "decisions",
    ]


def test_a_place_beside_the_home_is_noted_however_its_path_is_written(sqlite_hub: Hub, tmp_path: Path):
    beside = sqlite_hub.home / ".." / "exports"
    (tmp_path / "link").symlink_to(tmp_path)

    for root in (beside, tmp_path / "link" / "others"):
        elsewhere.note(sqlite_hub.home, elsewhere.BUNDLES, root / "retention", root)
    elsewhere.note(sqlite_hub.home, elsewhere.BUNDLES, sqlite_hub.home / "mine", sqlite_hub.home / "mine")

    noted = [place for _, place, _ in elsewhere.places(sqlite_hub.home)]
    assert noted == [tmp_path.resolve() / name / "retention" for name in ("exports", "others")]


@pytest.mark.parametrize("name", elsewhere.OURS)
def test_nothing_is_written_where_the_hub_keeps_its_proof(sqlite_hub: Hub, name: str):
    root = sqlite_hub.home / name

    with pytest.raises(BadParameter, match="name another folder"):
        elsewhere.note(sqlite_hub.home, elsewhere.BUNDLES, root / "retention", root)


def test_marks_are_kept_for_a_run_that_crashed_and_nobody_can_read_them(two: Hub):
    traces_kept.keep(two, "D1", {"Zebulon", "Fear of a numbat"})
    traces_kept.keep(two, "D1", {"P1"})

    content = b"".join(p.read_bytes() for p in (two.home / "work" / "disposals").iterdir())
    assert traces_kept.kept(two, "D1") == {"Zebulon", "Fear of a numbat", "P1"}
    assert traces_kept.kept(two, "D2") == frozenset()
    assert b"Zebulon" not in content
    assert b"numbat" not in content


@pytest.mark.parametrize("torn", [1, 7, 8, 9, 30])
def test_a_batch_that_a_crash_cut_short_is_not_counted_and_the_next_one_is(two: Hub, torn: int):
    traces_kept.keep(two, "D1", {"Zebulon"})
    (path,) = (two.home / "work" / "disposals").iterdir()
    whole = path.stat().st_size
    traces_kept.keep(two, "D1", {"Alma", "Quokka-Canary"})
    path.write_bytes(path.read_bytes()[: whole + torn])

    after_crash = traces_kept.kept(two, "D1")
    traces_kept.keep(two, "D1", {"P1"})

    assert after_crash == {"Zebulon"}
    assert traces_kept.kept(two, "D1") == {"Zebulon", "P1"}


def test_kept_marks_that_were_altered_are_refused(two: Hub):
    traces_kept.keep(two, "D1", {"Zebulon"})
    (path,) = (two.home / "work" / "disposals").iterdir()
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    with pytest.raises(HubError, match="altered"):
        traces_kept.kept(two, "D1")


def test_kept_marks_go_when_the_disposal_is_done_and_not_before(two: Hub):
    traces_kept.keep(two, "D1", gathered(two))
    destroy(two, ["F1"])
    files.erase_files(two, traces_kept.kept(two, "D1"))
    survived = traces_kept.kept(two, "D1")

    traces_kept.forget(two, "D1")

    assert "Zebulon" in survived
    assert traces_kept.kept(two, "D1") == frozenset()
    assert not any((two.home / "work" / "disposals").iterdir())


def test_gathering_writes_nothing(two: Hub):
    with two.read() as connection:
        temporary = (
            "SELECT count(*) FROM sqlite_temp_master"
            if two.dialect == "sqlite"
            else "SELECT count(*) FROM pg_class WHERE relpersistence = 't'"
        )
        before = connection.execute(text(temporary)).scalar()  # what watches every write is there already
        traces_marks.gather(connection, ["F1"])
        assert connection.execute(text(temporary)).scalar() == before
