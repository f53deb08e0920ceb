"""A CSV file is read as it is written or refused with the line of every fault; nothing is guessed."""

import csv
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubdata.intake.files import csv as files_csv

HEAD = "family,hub,opened_on\n"
PIECES = ['"', '""', ",", "\n", "\r\n", "\r", "a", "b c", "é", '"x"', '"x,y"', '"x\ny"', '"q""q"', " ", "\t", ";", "\\"]


def faults(text: str | bytes) -> list[tuple[int, str]]:
    sheet, problems = files_csv.read(text.encode() if isinstance(text, str) else text, "families.csv")
    wide = {p.code for p in problems} == {"row-width"}  # then the rows that are right are judged too
    assert (sheet is None) == (bool(problems) and not wide)
    assert all(p.file == "families.csv" and p.message for p in problems)
    return [(p.line, p.code) for p in problems]


def cells(text: str | bytes) -> list[list[str | None]]:
    sheet, problems = files_csv.read(text.encode() if isinstance(text, str) else text, "families.csv")
    assert not problems
    return [list(row.values()) for row in sheet.table.to_pylist()]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (HEAD + "F1,corby,2020-01-01\n", [["F1", "corby", "2020-01-01"]]),
        (HEAD + "F1,corby,2020-01-01", [["F1", "corby", "2020-01-01"]]),
        ("\ufeff" + HEAD + "F1,corby,2020-01-01\n\n\n", [["F1", "corby", "2020-01-01"]]),
        (HEAD.replace("\n", "\r\n") + "F1,corby,2020-01-01\r\n", [["F1", "corby", "2020-01-01"]]),
        (HEAD.replace("\n", "\r") + "F1,corby,2020-01-01\r", [["F1", "corby", "2020-01-01"]]),
        (HEAD + '"F1","c ""o"" r,by","20\n20"\n', [["F1", 'c "o" r,by', "20\n20"]]),
        (HEAD + '00123,NA,null\n,"",1E5\n', [["00123", "NA", "null"], [None, None, "1E5"]]),
        (' Family , HUB,"opened_on"\nF1,x,y\n', [["F1", "x", "y"]]),
        ('"family\n",hub,opened_on\nF1,x,y\n', [["F1", "x", "y"]]),
        (HEAD, []),
        (HEAD.strip(), []),
        (HEAD + ",,\nF1,x,y\n ,\t,\n", [["F1", "x", "y"]]),
        (HEAD + "F1,x,y\n,,,,,\n,\n", [["F1", "x", "y"]]),
        (HEAD + 'F1,"x\nz",y\n"","",""\n', [["F1", "x\nz", "y"]]),
        ("family,hub,opened_on,,\nF1,x,y,,\nF2,x,y, ,\n", [["F1", "x", "y"], ["F2", "x", "y"]]),
    ],
)
def test_what_is_csv_is_read_as_it_stands(text, rows):
    assert cells(text) == rows


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"", [(0, "empty-file")]),
        (b" \r\n\t\n", [(0, "empty-file")]),
        (b"\xef\xbb\xbf\n", [(0, "empty-file")]),
        (HEAD.encode("utf-16"), [(1, "not-utf8")]),
        ((HEAD * 3).encode("utf-16-le"), [(1, "not-utf8")]),
        (HEAD.encode() + b"F1,caf\xe9,2020-01-01\n", [(2, "not-utf8")]),
        (HEAD + "F1,co\x00rby,2020-01-01\n", [(2, "hidden-character")]),
        (HEAD + "F1,x,y\nF2\u200b,x,y\n", [(3, "hidden-character")]),
        (HEAD + "F1,\u202egnp,y\n", [(2, "hidden-character")]),
        (HEAD + "F1,Ren\ufffd,y\n", [(2, "hidden-character")]),
        (HEAD + "F1,it\x92s,y\n", [(2, "hidden-character")]),
        ("\n" + HEAD, [(1, "no-header")]),
        ("family;hub;opened_on\nF1;x;y\n", [(1, "not-comma")]),
        ("family\thub\nF1\tx\n", [(1, "not-comma")]),
        ("family,hub,family\nF1,x,y\n", [(1, "duplicate-column")]),
        ("family,Hub,hub \nF1,x,y\n", [(1, "duplicate-column")]),
        ("family,,hub\nF1,x,y\n", [(1, "unnamed-column")]),
        ("family,,hub\nF1,x,y\nF2,,y\n", [(1, "unnamed-column")]),
        ("family,closed_on,Closed On\nF1,x,y\n", [(1, "duplicate-column")]),
        ("family,exclusions,Exclusions:\nF1,x,y\n", [(1, "duplicate-column")]),
        ("Family ID,family-id,FAMILY_ID\nF1,x,y\n", [(1, "duplicate-column")]),
        (HEAD + "F1,x\nF2,x,y\nF3,x,y,z\n", [(2, "row-width"), (4, "row-width")]),
        (HEAD + "F1,x,y\n\nF2,x,y\n", [(3, "row-width")]),
        ("family\nF1\n\nF2\n", [(3, "row-width")]),
        (HEAD + '"F1\n1",x,y\nF2,x\n', [(4, "row-width")]),
        (HEAD + 'F1,"x\n\ny",z\nF2,st"ray,y\nF3,"a",b\n', [(5, "stray-quote")]),
        (HEAD + 'F1,"open,y\nF2,x,y\n', [(2, "stray-quote")]),
        (HEAD + 'F1, "x",y\nF2,"x" ,y\n', [(2, "stray-quote"), (3, "stray-quote")]),
        (HEAD + 'F1,"x"y",z\n', [(2, "stray-quote")]),
        (",".join(f"c{n}" for n in range(201)) + "\n", [(1, "too-many-columns")]),
        (",".join(["x" * 140_000, "hub"]) + "\n", [(0, "not-csv")]),
    ],
)
def test_what_is_none_is_refused_with_every_line(text, found):
    assert faults(text) == found


@pytest.mark.parametrize("widths", [",,", ",,,,,", ","])
def test_rows_of_nothing_but_commas_are_told_once_and_move_no_line(widths):
    text = "A title\n" + HEAD + f'{widths}\nF1,"x\nz",y\n' + f"{widths}\n" * 3 + "F2,x,y\n"

    sheet, problems = files_csv.read(text.encode(), "families.csv", above=1)

    assert problems == [] and [sheet.line(row) for row in range(2)] == [4, 9]
    assert [(p.line, p.code, p.message) for p in sheet.told] == [
        (3, "blank-rows", "4 rows hold no value and were passed over; this is the first")
    ]


def test_two_headings_that_mean_one_column_are_named_as_they_are_written():
    _, [problem] = files_csv.read(b"family,closed_on,Closed On\nF1,2026-01-01,2026-02-01\n", "families.csv")

    assert problem.message == "'closed_on' and 'closed on' in the header mean one column; keep one"


def test_a_column_that_has_neither_name_nor_value_is_told():
    sheet, _ = files_csv.read((HEAD.strip() + ",,\nF1,x,y,,\n").encode(), "families.csv")

    assert sheet.table.column_names == ["family", "hub", "opened_on"]
    assert [(p.line, p.code, p.message) for p in sheet.told] == [
        (1, "blank-columns", "column 4 has no name and no value, nor have 1 more; they were passed over")
    ]


def test_the_right_rows_of_a_file_with_wrong_ones_keep_their_lines():
    text = HEAD + 'F1,"two\nlines",y\nF2,x\n\nF3,x,y\n'
    sheet, problems = files_csv.read(text.encode(), "families.csv")
    assert [p.line for p in problems] == [4, 5]
    assert (sheet.table["family"].to_pylist(), sheet.line(0), sheet.line(1)) == (["F1", "F3"], 2, 6)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_row_knows_its_line(end):
    text = end.join(["family,hub,opened_on", f'F1,"two{end}lines",y', "F2,x,y", f'"F3{end}{end}",x,y', "F4,x,y", ""])
    sheet, _ = files_csv.read(text.encode(), "families.csv")
    assert [sheet.line(row) for row in range(4)] == [2, 4, 5, 8]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.sampled_from(["a", "a,b", "a,b,c"]))
def test_what_is_accepted_is_what_a_strict_reader_reads(body, names):
    text = f"{names}\n{body}"
    sheet, problems = files_csv.read(text.encode(), "x.csv")
    if not problems:
        wanted = list(csv.reader(io.StringIO(text.rstrip("\r\n") + "\n", newline=""), strict=True))[1:]
        wanted = [row for row in wanted if any(cell.strip(" \t\r\n") for cell in row)]  # the others are told instead
        assert [[cell or "" for cell in row.values()] for row in sheet.table.to_pylist()] == wanted


@pytest.mark.parametrize(
    "body",
    [
        ',"a""' * 100_000,
        '"' + ',""a' * 100_000,
        '"' + '""' * 200_000,
        ',"' * 100_001,
        '"' + '\n"""' * 50_001,
        "F1,x\n" * 50_000,
        'F1,"x\n\n",y,z\n' * 20_000,
    ],
)
def test_a_hostile_file_costs_one_pass(body):
    began = time.process_time()
    assert faults(HEAD + body)
    assert time.process_time() - began < 5


def test_a_very_long_field_is_read_or_refused_but_never_a_fault_of_ours():
    assert cells(HEAD + 'F1,"' + "x" * 300_000 + '",y\nF2,x,y\n')[1] == ["F2", "x", "y"]
    late = HEAD + "F1,x,y\n" * 1000 + 'F2,"' + "x" * (40 << 20) + '",y\n'
    assert faults(late) in ([], [(0, "not-csv")])
