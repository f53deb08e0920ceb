"""Every list of the desk is searched, sorted, filtered, printed and taken away by the same controls."""

import base64
import re
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from hubdata.desk.commands.command import Answer
from hubdata.desk.forms import show as forms_show
from hubdata.desk.forms.tasks import BY_WORDS
from hubdata.desk.forms.words import Words
from hubdata.desk.lists import workbook
from hubdata.desk.lists.rows import Asked, Rows
from tests.support.dashboards import HOSTILE

HOLDS = [
    {"hold": "H1", "family": "F10", "code": "litigation", "since": "2026-03-01", "days": 30, "note": None},
    {"hold": "H2", "family": "F9", "code": "complaint", "since": "2025-12-24", "days": 4, "note": "asked"},
    {"hold": "H3", "family": "F8", "code": "complaint", "since": None, "days": 200, "note": None},
]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (Asked(), ["H1", "H2", "H3"]),
        (Asked("ASKED"), ["H2"]),
        (Asked("march f10"), ["H1"]),
        (Asked("nothing like it"), []),
        (Asked(by="since"), ["H2", "H1", "H3"]),
        (Asked(by="since", backwards=True), ["H1", "H2", "H3"]),
        (Asked(by="days"), ["H2", "H1", "H3"]),
        (Asked(values={"code": "complaint"}, by="days", backwards=True), ["H3", "H2"]),
    ],
    ids=lambda each: str(each) if isinstance(each, list) else None,
)
def test_a_list_is_searched_filtered_and_sorted_by_what_its_values_are(asked, shown):
    rows = Rows(HOLDS, Words())

    assert [HOLDS[at]["hold"] for at in rows.chosen(asked)] == shown
    assert rows.filters() == {"code": {"complaint": 2, "litigation": 1}}


def _page(monkeypatch, records) -> forms_show.Form:
    """The list of holds, which answers these records."""
    made = forms_show.Form(BY_WORDS["retention holds"], lambda _form: None)
    monkeypatch.setattr(forms_show, "answered", lambda _work, _options: Answer(records, ["Some are held."]))
    made.press()
    return made


def test_what_is_asked_of_a_list_changes_what_is_shown_and_says_so(sqlite_hub, monkeypatch):
    made = _page(monkeypatch, HOLDS)
    listing = made.listing

    listing.search.value = "complaint"
    assert "H2" in made.answer.value and "H1" not in made.answer.value
    assert "2 of 3 rows are shown" in listing.told.value and 'data-said="2 of 3' in listing.told.value
    listing.sort.value = "-days"
    assert made.answer.value.index("H3") < made.answer.value.index("H2")
    listing.print.click()
    assert 'data-print="print"' in listing.told.value and "hub-printed" in made.shown._dom_classes
    assert made.said is HOLDS


def test_what_is_no_list_has_no_controls_of_one(sqlite_hub, monkeypatch):
    assert _page(monkeypatch, HOLDS[:1]).listing.shown.children == ()
    assert len(_page(monkeypatch, HOLDS).listing.shown.children) == 6


def test_a_list_is_taken_as_a_workbook_with_days_a_frozen_heading_and_the_officers_mark(sqlite_hub, monkeypatch):
    made = _page(monkeypatch, [{**HOLDS[0], "note": HOSTILE[0]}, *HOLDS[1:]])
    made.listing.search.value = "F"
    made.listing.take.click()

    link = re.search(
        r'href="data:[^,]+,([^"]+)" download="(retention-holds-\d{4}-\d\d-\d\d\.xlsx)"', made.listing.told.value
    )
    assert link is not None
    book = openpyxl.load_workbook(BytesIO(base64.b64decode(link[1])))
    sheet = book.worksheets[-1]
    cells = {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row}
    assert workbook.MARK in [cell.value for cell in book.worksheets[0]["A"]] and workbook.MARK in cells.values()
    assert date(2026, 3, 1) in [getattr(value, "date", lambda: None)() for value in cells.values()]
    (table,) = sheet.tables.values()
    assert table.autoFilter is not None and sheet.freeze_panes is not None
    assert not any(str(value).startswith("=") for value in cells.values())
