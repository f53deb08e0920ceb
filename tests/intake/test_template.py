"""The blank return: a sheet a table with pick-lists and date checks, which intake takes empty and filled in."""

import re
import zipfile
from datetime import date
from pathlib import Path

import pytest

from hubdata import policy
from hubdata.errors import BadParameter
from hubdata.intake import take, template
from hubdata.records.tables.contract import CONTRACT_TABLES
from tests.support.ascii import load

DAY = date(2026, 9, 30)
CELL = '<c r="{place}" t="inlineStr"><is><t>{said}</t></is></c>'


@pytest.fixture
def blank(tmp_path) -> Path:
    template.make(tmp_path / "blank.xlsx", policy.load(), DAY, "NNC")
    return tmp_path / "blank.xlsx"


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as book:
        return book.read(name).decode()


def sheet_of(path: Path, table: str) -> str:
    """The part of the workbook that a sheet is in."""
    names = re.findall(r'<sheet name="(\w+)"', part(path, "xl/workbook.xml"))
    return f"xl/worksheets/sheet{names.index(table) + 1}.xml"


def fill(path: Path, table: str, *cells: str) -> None:
    """Write cells into a sheet's second row, as a spreadsheet program that saves the file would."""
    row = "".join(CELL.format(place=f"{chr(65 + at)}2", said=said) for at, said in enumerate(cells) if said)
    where = sheet_of(path, table)
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts[where] = parts[where].replace(b"</sheetData>", f'<row r="2">{row}</row></sheetData>'.encode())
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)


def test_a_blank_return_is_taken_as_it_is_and_changes_nothing(sqlite_hub, blank):
    load(sqlite_hub, organisations="organisation | name | kind\nNNC | The Council | lead_partner")

    result = take.take(sqlite_hub, blank, "NNC", "clerk")

    assert result.problems == [] and result.status == "unchanged"


def test_a_return_that_was_filled_in_is_applied(sqlite_hub, blank):
    fill(blank, "organisations", "NNC", "The Council", "lead_partner")
    fill(blank, "families", "F1", "corby", "05/01/2026")
    fill(blank, "people", "P1", "F1", "parent_carer", "Quillon", "Madeup")

    result = take.take(sqlite_hub, blank, "NNC", "clerk")

    assert result.status == "applied", result.problems
    assert {table: said["added"] for table, said in result.said()["tables"].items() if said["added"]} == {
        "organisations": 1,
        "families": 1,
        "people": 1,
    }


def test_every_table_has_a_sheet_and_every_closed_list_its_words_with_what_they_mean(blank):
    names = re.findall(r'<sheet name="(\w+)"', part(blank, "xl/workbook.xml"))
    shared = part(blank, "xl/sharedStrings.xml")
    people = part(blank, sheet_of(blank, "people"))

    assert names == ["README", *CONTRACT_TABLES, "Lists"]
    assert "expectant_parent" in shared and "A parent expecting a child" in shared
    assert 'type="list"' in people and "list_role" in people and 'type="date"' in people
    assert "recorded_at" not in shared


def test_the_same_lists_give_the_same_bytes_and_no_file_is_written_over(tmp_path, blank):
    template.make(tmp_path / "again.xlsx", policy.load(), DAY, "NNC")

    assert (tmp_path / "again.xlsx").read_bytes() == blank.read_bytes()
    with pytest.raises(BadParameter, match="there is a file at .* already"):
        template.make(blank, policy.load(), DAY)
    with pytest.raises(BadParameter, match="there is no folder"):
        template.make(tmp_path / "nowhere" / "x.xlsx", policy.load(), DAY)
