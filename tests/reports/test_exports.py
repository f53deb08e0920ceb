"""What leaves as CSV or as a workbook is opened in spreadsheet programs: no cell of it may come alive as a formula."""

import csv
import io
import unicodedata
from datetime import date
from typing import ClassVar

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubdata.dashboards import figure
from hubdata.figures import workbook
from hubdata.figures.table import Column, Table, begins_formula, inert
from hubdata.release.disclosure import policy, protect, words
from hubdata.release.disclosure import table as disclosure_table

SIGNS = "=+-@|%＝＋－＠"
LURKING = [
    "",
    "\t",
    "\r",
    "\n",
    "\0",
    " ",
    "\u00a0",
    "\u3000",
    "\ufeff",
    "\u200b",
    "\u202e",
    "\u00ad",
    "\x1f",
    "\x7f",
    " \t\u00a0",
]


class Said:
    """A release of which only the words about its method are asked."""

    manifest: ClassVar = {"legend": "=Numbers are as they are."}


COVER = workbook.Cover("Exports", ("An answer",), ("About",))
HOSTILE = [f"{before}{sign}cmd|' /C calc'!A0" for before in LURKING for sign in SIGNS]
HIDDEN = st.builds("".join, st.tuples(st.sampled_from(LURKING), st.sampled_from(SIGNS), st.text()))


def comes_alive(cell: str) -> bool:
    """Whether some spreadsheet program might take a cell for a formula, worked out otherwise than the guard does."""
    visible = [c for c in cell if not (c.isspace() or unicodedata.category(c) in ("Cc", "Cf", "Zs", "Zl", "Zp"))]
    return cell[:1] in ("\t", "\r", "\n", "\0") or visible[:1] != [] and visible[0] in SIGNS


def table(label: str) -> Table:
    columns = (Column("label", "Label"), Column("said", "Said"), Column("change", "Change", "number"))
    return Table("labels", label, "a scope", columns, ((label, label, -3),))


@given(st.one_of(st.text(), HIDDEN))
def test_a_label_never_comes_alive_and_is_marked_once(label):
    assert not comes_alive(inert(label))
    assert inert(inert(label)) == inert(label)
    assert inert(label) in (label, f"'{label}")


@pytest.mark.parametrize("label", ["Corby", "[c]", "0", "12 to 15", "'=1+1", "a=b", "under 5", "É", "x\t=y"])
def test_what_is_no_formula_stays_as_it_is(label):
    assert inert(label) == label


@pytest.mark.parametrize("label", HOSTILE)
def test_a_csv_of_figures_reopened_holds_no_live_formula_and_numbers_stay_numbers(label):
    text = figure.tidy([table(label)], Said()).decode("utf-8-sig")

    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert [cell for cell in cells if comes_alive(cell)] == ["-3"]


def test_a_protected_table_reopened_holds_no_live_formula():
    named = tuple(dict.fromkeys(f"{sign}SUM({number})" for number, sign in enumerate(SIGNS)))
    counts = disclosure_table.Table(named, named[:2], tuple((20 + n, 30 + n) for n in range(len(named))))
    found = protect.protect(counts, policy.read(None, date(2026, 9, 30)))

    content = words.tidy_csv(found, ("=A", "\t=B", "＝N")).decode("utf-8-sig")

    cells = [cell for row in csv.reader(io.StringIO(content, newline="")) for cell in row]
    assert [cell for cell in cells if comes_alive(cell)] == []
    assert {cell.removeprefix("'") for cell in cells} >= set(named)


def test_a_workbook_reopened_holds_no_formula_and_says_what_it_said(tmp_path):
    found = [label for label in HOSTILE if label.isprintable()]
    columns = (Column("label", "=Label"), Column("said", "Said"))
    rows = tuple((label, label) for label in found)
    path = tmp_path / "book.xlsx"

    workbook.write(path, COVER, [Table("labels", "=1+1", "@scope", columns, rows, source="+source")], date(2026, 9, 30))

    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert {cell.value for cell in cells} >= set(found)
    alive = [cell for cell in cells if cell.data_type == "s" and begins_formula(str(cell.value))]
    assert len(alive) >= 8 and all((cell.quotePrefix, cell.number_format) == (True, "@") for cell in alive)
    assert not any(cell.quotePrefix for cell in cells if cell not in alive)
