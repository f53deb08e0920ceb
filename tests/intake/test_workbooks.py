"""Workbooks and zips are read cell by cell as they were meant, or refused with sheet, row and column; never guessed."""

# ruff: noqa: DTZ001 (the times of a sheet have no zone; a fault a line)
import csv
import io
import json
from datetime import date, datetime, time

import pytest
from typer.testing import CliRunner

from hubdata import policy
from hubdata.desk.main import app
from hubdata.intake import said as intake_said
from hubdata.intake import take
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES
from tests.support import returns, workbooks
from tests.support.returns import GOOD

HEAD = ["family", "hub", "opened_on", "closed_on", "closure_reason"]
SHEETS = {table: list(csv.reader(io.StringIO(content))) for table, content in GOOD.items()}
WRITERS = {".xlsx": workbooks.xlsx, ".ods": workbooks.ods}


def _read(tmp_path, content: bytes, name: str = "return.xlsx") -> take.Reading:
    path = tmp_path / name
    path.write_bytes(content)
    return take.read(path, "NNC")


def _families(tmp_path, *rows, suffix=".xlsx", **more) -> tuple[list[tuple], list[tuple]]:
    """(the rows as they would be stored, the faults) of one sheet of families."""
    reading = _read(tmp_path, WRITERS[suffix]({"families": [HEAD, *rows]}, **more), f"return{suffix}")
    found = [] if "families" not in reading.found else reading.found["families"].table.select(HEAD[:4]).to_pylist()
    return [tuple(row.values()) for row in found], [(p.sheet, p.line, p.column, p.code) for p in reading.problems]


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_workbook_of_all_tables_gives_what_the_csv_files_give(hub, tmp_path, suffix):
    path = tmp_path / f"return{suffix}"
    path.write_bytes(WRITERS[suffix](SHEETS))
    done = returns.command(hub, "intake", path, "--partner", "NNC", "--json")
    said = json.loads(done.stdout)
    again = returns.apply(hub, tmp_path / "return")
    assert (done.exit_code, said["status"], said["problems"]) == (0, "applied", [])
    assert (again.status, again.problems) == ("unchanged", [])


@pytest.mark.parametrize("suffix", WRITERS)
def test_what_is_exported_to_a_workbook_and_taken_in_again_is_the_same(hub, tmp_path, suffix):
    returns.apply(hub, tmp_path / "return")
    before = {table: returns.rows(hub, table) for table in CONTRACT_TABLES}
    sheets = {
        table: [TABLES[table].c.keys(), *([_plain(cell) for cell in row] for row in rows)]
        for table, rows in before.items()
    }
    path = tmp_path / f"export{suffix}"
    path.write_bytes(WRITERS[suffix](sheets))
    result = take.take(hub, path, "NNC", "tester")
    assert (result.status, result.problems) == ("unchanged", [])
    assert {table: returns.rows(hub, table) for table in CONTRACT_TABLES} == before


def _plain(cell):
    return str(cell) if isinstance(cell, datetime) else cell


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize(
    ("row", "kept"),
    [
        (["F9", "corby", date(2026, 1, 2)], ("F9", "corby", "2026-01-02", None)),
        (["F9", "corby", "02/01/2026"], ("F9", "corby", "2026-01-02", None)),
        ([123, "corby", date(1960, 2, 29)], ("123", "corby", "1960-02-29", None)),
        ([123.0, "corby", date(2026, 1, 2)], ("123", "corby", "2026-01-02", None)),
        (["00123", "corby", date(2026, 1, 2), date(2026, 3, 4)], ("00123", "corby", "2026-01-02", "2026-03-04")),
        ([" F9 ", "corby", date(2026, 1, 2)], ("F9", "corby", "2026-01-02", None)),
    ],
)
def test_a_right_cell_is_read_as_it_was_meant(tmp_path, suffix, row, kept):
    assert _families(tmp_path, row, suffix=suffix) == ([kept], [])


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ([1.5, "corby", date(2026, 1, 2)], "family", "cell-type"),
        ([1234567890123456, "corby", date(2026, 1, 2)], "family", "cell-type"),
        ([date(2026, 3, 1), "corby", date(2026, 1, 2)], "family", "cell-type"),
        ([True, "corby", date(2026, 1, 2)], "family", "cell-type"),
        (["F9", date(2026, 3, 1), date(2026, 1, 2)], "hub", "cell-type"),
        (["F9", "corby", 46024], "opened_on", "cell-type"),
        (["F9", "corby", datetime(2026, 1, 2, 14, 30)], "opened_on", "cell-type"),
        (["F9", "corby", True], "opened_on", "cell-type"),
        (["#N/A", "corby", date(2026, 1, 2)], "family", "bad-reference"),
        (["F9", "corby", date(2026, 1, 2), "", "#N/A"], "closure_reason", "error-value"),
        (["1.23457E+11", "corby", date(2026, 1, 2)], "family", "shortened-number"),
        (["F\u0410", "corby", date(2026, 1, 2)], "family", "look-alike"),
        (["F\uff11", "corby", date(2026, 1, 2)], "family", "look-alike"),
        (["F9", "corby", date(2026, 1, 2), "", "a\u202eb"], "closure_reason", "hidden-character"),
        (["F9", "corby", "01/13/2026"], "opened_on", "bad-date"),
        (["=F9", "corby", date(2026, 1, 2)], "family", "bad-reference"),
    ],
)
def test_what_excel_may_have_changed_is_refused(tmp_path, suffix, row, column, code):
    _, faults = _families(tmp_path, ["F1", "corby", date(2026, 1, 2)], row, suffix=suffix)
    assert faults == [("families", 3, column, code)]


def _set(**cells):
    """A change of one sheet's cells: value, and the number format if one is given."""

    def change(book):
        for ref, (value, form) in cells.items():
            cell = book.worksheets[0][ref]
            cell.value = value
            if form:
                cell.number_format = form

    return change


ROW = ["F1", "corby", date(2026, 1, 2)]
CHANGES = {
    "an error value": (_set(E2=("#N/A", None)), [("families", 2, "closure_reason", "cell-type")]),
    "a formula that was never calculated": (_set(A2=("=1+1", None)), [("families", 2, "family", "cell-type")]),
    "a percentage": (_set(A2=(5, "0%")), [("families", 2, "family", "cell-type")]),
    "letters that a format adds": (_set(A2=(5, '"FH"0000')), [("families", 2, "family", "cell-type")]),
    "a day that Excel miscounts": (_set(C2=(59, "DD/MM/YYYY")), [("families", 2, "opened_on", "cell-type")]),
    "a time of day": (_set(C2=(time(6, 0), None)), [("families", 2, "opened_on", "cell-type")]),
    "a duration": (_set(C2=(1.5, "[h]:mm")), [("families", 2, "opened_on", "cell-type")]),
    "merged cells": (lambda book: book.worksheets[0].merge_cells("A2:A3"), [("families", 2, "", "merged-cells")]),
    "a column twice": (_set(E1=("Family", None)), [("families", 1, "family", "duplicate-column")]),
    "a column twice, otherwise written": (
        _set(E1=("Opened on:", None), E2=(date(2026, 1, 3), "DD/MM/YYYY")),
        [("families", 1, "opened_on", "duplicate-column")],
    ),
    "cells without a header": (_set(F2=("x", None)), [("families", 1, "", "unnamed-column")]),
    "a column outside the record": (
        _set(F1=("notes", None), F2=("x", None)),
        [("families", 1, "notes", "unknown-column")],
    ),
}


PARTS = (
    "mmm-yy",
    "d-mmm",
    "yyyy",
    "mmmm yyyy",
    "m/yyyy",
    "dd/mm",
    "dddd",
    "ddd yyyy",
    "mmmmm-dd-yy",
    "h:mm",
    "h:mm AM/PM",
    '[$-809]mmm"-"yy;@',
    "[Red]d/m",
    "mm:ss.0",
    "dd hh:mm yyyy",
    "dd/mm/yyyy;mmm-yy",
)
WHOLE = (
    "dd/mm/yyyy",
    "d-mmm-yy",
    "yyyy-mm-dd",
    "dd/mm/yyyy;@",
    "[$-F800]dddd, mmmm dd, yyyy",
    "dd/mm/yyyy hh:mm",
    "d mmmm yyyy",
    'd" day of "mmm yyyy',
    "[$-809]dd mmmm yyyy;@",
    "dd\\.mm\\.yy",
    "yyyy/m/d h:mm AM/PM",
)


@pytest.mark.parametrize("form", PARTS)
def test_a_day_of_which_the_cell_shows_only_a_part_is_not_read_as_a_whole_day(tmp_path, form):
    _, faults = _families(tmp_path, ROW, change=_set(C2=(date(2020, 1, 20), form)))
    assert faults == [("families", 2, "opened_on", "cell-type")]


@pytest.mark.parametrize("form", WHOLE)
def test_a_day_that_the_cell_shows_whole_is_read_however_it_is_laid_out(tmp_path, form):
    assert _families(tmp_path, ROW, change=_set(C2=(date(2020, 1, 20), form)))[0] == [
        ("F1", "corby", "2020-01-20", None)
    ]


def _shown_in_ods(said: str, style: str = "", day: str = "2020-01-20") -> str:
    named = f' table:style-name="{style}"' if style else ""
    return (
        f'<table:table-cell{named} office:value-type="date" office:date-value="{day}">'
        f"<text:p>{said}</text:p></table:table-cell>"
    )


@pytest.mark.parametrize(
    "said", ["Jan-20", "20-Jan", "2020", "January 2020", "20/01", "Monday", "1/2020", "20.1.", "14:30"]
)
def test_nor_is_one_of_an_ods_workbook(tmp_path, said):
    _, faults = _families(tmp_path, [*ROW[:2], _shown_in_ods(said)], suffix=".ods")
    assert faults == [("families", 2, "opened_on", "cell-type")]


@pytest.mark.parametrize(
    "said", ["20/01/2020", "20 January 2020", "Monday, 20 January 2020", "1/20/20", "20-Jan-20", "2020-01-20", ""]
)
def test_a_whole_day_of_an_ods_workbook_is_read(tmp_path, said):
    stored, faults = _families(tmp_path, [*ROW[:2], _shown_in_ods(said)], suffix=".ods")
    assert (stored, faults) == ([("F1", "corby", "2020-01-20", None)], [])


def test_what_a_style_of_an_ods_workbook_shows_counts_too(tmp_path):
    styles = (
        '<office:automatic-styles><number:date-style style:name="N1"><number:month number:textual="true"/>'
        '<number:text>-</number:text><number:year/></number:date-style><style:style style:name="ce1" '
        'style:family="table-cell" style:data-style-name="N1"/></office:automatic-styles><office:body>'
    )
    book = workbooks.with_part(
        workbooks.ods({"families": [HEAD, [*ROW[:2], _shown_in_ods("20/01/2020", "ce1")]]}),
        "content.xml",
        lambda part: part.replace(b"<office:body>", styles.encode()).replace(
            b"xmlns:text=", b'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:text='
        ),
    )
    assert [p.code for p in _read(tmp_path, book, "return.ods").problems] == ["cell-type"]


def test_a_format_that_shows_nothing_at_all_is_refused(tmp_path):
    assert _families(tmp_path, ROW, change=_set(A2=(5, ";;;")))[1] == [("families", 2, "family", "cell-type")]


def _formatted(**refs):
    """A change that gives cells a format and no value, on a sheet of its own or the first."""

    def change(book):
        for name, ref in refs.items():
            sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
            sheet[ref].number_format = "DD/MM/YYYY"

    return change


def test_a_sheet_that_goes_too_far_is_named_even_where_its_cells_are_blank(tmp_path):
    path = tmp_path / "return.xlsx"
    path.write_bytes(workbooks.xlsx({"people": [["person"]], "families": [HEAD, ROW]}, _formatted(families="XFD9")))
    [problem] = take.read(path, "NNC").problems
    assert (problem.sheet, problem.code) == ("families", "too-wide")
    assert "blank cells that carry a format" in problem.message


def test_a_sheet_of_nothing_but_formats_is_passed_over_and_told(tmp_path):
    reading = _read(tmp_path, workbooks.xlsx({"families": [HEAD, ROW]}, _formatted(people="C5")))
    assert (reading.problems, list(reading.found)) == ([], ["families"])
    assert [(p.sheet, p.code) for p in reading.told] == [("people", "not-read")]


@pytest.mark.parametrize("suffix", WRITERS)
def test_rows_of_blanks_in_a_sheet_are_no_rows(tmp_path, suffix):
    rows, faults = _families(tmp_path, ROW, ["  ", " ", "\t"], ["F2", *ROW[1:]], suffix=suffix)
    assert ([row[0] for row in rows], faults) == (["F1", "F2"], [])


EXPLAIN = ("Lists", "README", "Read me", "Guidance", "Drop-downs", "LOOKUPS", "Notes")


@pytest.mark.parametrize("name", EXPLAIN)
@pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
def test_a_sheet_that_explains_the_return_is_passed_over_and_told(tmp_path, name, state):
    lists = [["role", "area"], ["child", "housing"], ["parent_carer"]]
    change = lambda book: setattr(book[name], "sheet_state", state)  # noqa: E731
    reading = _read(tmp_path, workbooks.xlsx({"families": [HEAD, ROW], name: lists}, change))
    assert (reading.problems, list(reading.found)) == ([], ["families"])
    assert [(p.sheet, p.code) for p in reading.told] == [(name, "not-read")]


def test_a_table_is_not_passed_over_whatever_it_is_called(tmp_path):
    reading = _read(tmp_path, workbooks.xlsx({"families": [HEAD, ROW], "Lists": [HEAD, ["F2", *ROW[1:]]]}))
    assert [(p.sheet, p.code) for p in reading.problems] == [("Lists", "unknown-table")]


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_sheet_shows_otherwise_than_it_stores_is_refused(tmp_path, name):
    change, wanted = CHANGES[name]
    _, faults = _families(tmp_path, ROW, change=change)
    assert faults == wanted


HIDING = {
    "hidden-rows": lambda sheet: setattr(sheet.row_dimensions[2], "hidden", True),
    "hidden-column": lambda sheet: setattr(sheet.column_dimensions["B"], "hidden", True),
    "hidden-sheet": lambda sheet: (
        sheet.parent.create_sheet("organisations"),
        setattr(sheet, "sheet_state", "veryHidden"),
    ),
}


@pytest.mark.parametrize("code", HIDING)
def test_what_is_hidden_is_refused_because_nobody_can_say_whether_it_was_meant(tmp_path, code):
    _, faults = _families(tmp_path, ROW, change=lambda book: HIDING[code](book.worksheets[0]))
    assert [fault[3] for fault in faults] == [code]


def test_zeros_that_only_a_format_shows_are_kept(tmp_path):
    assert _families(tmp_path, ROW, change=_set(A2=(123, "00000")))[0] == [("00123", "corby", "2026-01-02", None)]
    shown = '<table:table-cell office:value-type="float" office:value="123"><text:p>00123</text:p></table:table-cell>'
    assert _families(tmp_path, [shown, *ROW[1:]], suffix=".ods")[0] == [("00123", "corby", "2026-01-02", None)]


def test_a_number_among_references_with_leading_zeros_has_lost_its_own(tmp_path):
    _, faults = _families(tmp_path, ["00123", *ROW[1:]], [124, *ROW[1:]])
    assert faults == [("families", 3, "family", "lost-zeros")]


def test_both_calendars_of_excel_give_the_same_day(tmp_path):
    def since_1904(book):
        book.epoch = datetime(1904, 1, 1)

    assert _families(tmp_path, ROW, change=since_1904) == ([("F1", "corby", "2026-01-02", None)], [])


def test_a_formula_with_its_value_is_taken_and_told(tmp_path):
    book = workbooks.with_part(
        workbooks.xlsx({"families": [HEAD, ["", *ROW[1:]]]}, _set(A2=("=1+1", None))),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b"<v />", b"<v>7</v>").replace(b"<v/>", b"<v>7</v>"),
    )
    book = workbooks.with_part(book, "xl/workbook.xml", lambda part: part.replace(b'fullCalcOnLoad="1"', b""))
    reading = _read(tmp_path, book)
    assert reading.found["families"].table["family"].to_pylist() == ["7"]
    assert [(p.code, p.message) for p in reading.told] == [
        ("formulas", "1 cells are formulas; their values as last calculated were taken")
    ]


@pytest.mark.parametrize("suffix", WRITERS)
def test_titles_above_the_header_are_passed_over_and_told(tmp_path, suffix):
    rows = [["Return of NHFT, autumn"], [], [None, "as at 22/11/2026"], [" Family ", "HUB", "Opened\u00a0On"], ROW]
    reading = _read(tmp_path, WRITERS[suffix]({"families": rows}), f"return{suffix}")
    assert reading.problems == []
    assert reading.found["families"].table.to_pylist() == [{"family": "F1", "hub": "corby", "opened_on": "2026-01-02"}]
    assert [(p.line, p.code) for p in reading.told] == [(1, "title-rows")]
    assert reading.found["families"].line(0) == 5


def test_a_csv_file_with_titles_keeps_its_line_numbers(tmp_path):
    path = tmp_path / "families.csv"
    path.write_text('Return of NHFT\n\n"as at\n22/11/2026"\nfamily,hub,opened_on\nF1,corby,31/02/2026\n', "utf-8")
    reading = take.read(path, "NNC")
    assert [(p.line, p.code) for p in reading.problems] == [(6, "bad-date")]


@pytest.mark.parametrize(
    ("file", "sheet", "table"),
    [
        ("Families.xlsx", "Sheet1", "families"),
        ("return.xlsx", " Family ", "families"),
        ("return.xlsx", "NHFT families 2026 Q3", "families"),
        ("NNC_Families-2026.xlsx", "Data", "families"),
    ],
)
def test_what_was_read_as_what_is_said(tmp_path, file, sheet, table):
    reading = _read(tmp_path, workbooks.xlsx({sheet: [HEAD, ROW]}), file)
    assert list(reading.found) == [table] and reading.problems == []
    told = [p.message for p in reading.told if p.code == "read-as"]
    assert told == [] if file == "Families.xlsx" else told[0].endswith("was read as families")


@pytest.mark.parametrize("sheet", ["families and people", "Notes", "persons"])
def test_a_name_that_can_mean_two_tables_or_none_is_refused(tmp_path, sheet):
    reading = _read(tmp_path, workbooks.xlsx({sheet: [HEAD, ROW]}))
    assert [(p.sheet, p.code) for p in reading.problems] == [(sheet, "unknown-table")]


def test_a_zip_is_taken_like_the_folder_that_it_is(hub, tmp_path):
    files = {f"return/{table}.csv": content for table, content in GOOD.items() if table not in ("people", "goals")}
    files["return/rest.xlsx"] = workbooks.xlsx({table: SHEETS[table] for table in ("people", "goals")})
    path = tmp_path / "return.zip"
    path.write_bytes(workbooks.zipped(files | {"__MACOSX/._x": b"x", "return/.DS_Store": b"x"}))
    assert take.take(hub, path, "NNC", "tester").problems == []
    assert returns.apply(hub, tmp_path / "again").status == "unchanged"


def test_faults_of_a_workbook_name_sheet_and_row_in_json_and_words(sqlite_hub, tmp_path):
    path = tmp_path / "return.xlsx"
    path.write_bytes(workbooks.xlsx(SHEETS | {"families": [HEAD, ["F1", "corby", "31/02/2026"]]}))
    done = returns.command(sqlite_hub, "intake", path, "--partner", "NNC", "--json")
    first = json.loads(done.stdout)["problems"][0]
    assert (first["file"], first["sheet"], first["line"], first["column"]) == (
        "return.xlsx",
        "families",
        2,
        "opened_on",
    )
    assert (
        "return.xlsx, sheet families, row 2, opened_on: "
        in returns.command(sqlite_hub, "intake", path, "--partner", "NNC").stdout
    )


def test_check_only_gives_a_verdict_for_each_file_and_opens_no_hub(tmp_path):
    folder = returns.write(tmp_path / "return", needs="need,family\nN1\n")
    (folder / "other.csv").write_text("a,b\n1,2\n", "utf-8")
    done = CliRunner().invoke(app, ["intake", str(folder), "--check-only", "--json", "--home", str(tmp_path / "none")])
    verdicts = {one["file"]: (one["form"], one["verdict"], one["rows"]) for one in json.loads(done.stdout)}
    assert done.exit_code == 3 and not (tmp_path / "none").exists()
    assert verdicts["families.csv"] == ("whole", "loads", 2)
    assert verdicts["needs.csv"][:2] == ("refused", "refused")
    assert verdicts["other.csv"] == ("whole", "refused", 1)


def test_check_only_says_of_what_is_passed_over_that_it_is_not_read(tmp_path):
    book = workbooks.xlsx({"families": [HEAD, ROW], "Lists": [["role"], ["child"]]}, _formatted(people="C5"))
    (tmp_path / "return.xlsx").write_bytes(book)

    verdicts = {
        one["sheet"]: (one["verdict"], [p.code for p in one["problems"]])
        for one in intake_said.of(tmp_path / "return.xlsx", "NNC", policy.load())
    }

    assert verdicts == {
        "families": ("loads", []),
        "Lists": ("not read", ["not-read"]),
        "people": ("not read", ["not-read"]),
    }
