"""A cell becomes clean text in one spelling, or a fault that says what is allowed and repeats nothing personal."""

from datetime import date

import pyarrow as pa
import pytest

from hubdata import policy
from hubdata.intake import cells as intake_cells
from hubdata.records.tables.contract import TABLES, passport

TODAY = date(2026, 11, 22)
LISTS = intake_cells.Lists.of(policy.load(), TODAY)


def clean(column: str, *cells: str | None) -> tuple[list[str | None], list[tuple[int, str, str]]]:
    table, name = column.split(".")
    given = pa.chunked_array([pa.array(cells, pa.string())])
    array, faults = intake_cells.clean(given, passport(table, name), TABLES[table].c[name], LISTS)
    return array.to_pylist(), faults


@pytest.mark.parametrize(
    ("column", "cell", "kept"),
    [
        ("families.opened_on", "2026-11-22", "2026-11-22"),
        ("families.opened_on", "22/11/2026", "2026-11-22"),
        ("families.opened_on", "3/4/2026", "2026-04-03"),
        ("families.opened_on", " 29/02/2024 ", "2024-02-29"),
        ("families.opened_on", "1950-01-01", "1950-01-01"),
        ("families.opened_on", "2027-11-23", "2027-11-23"),
        ("families.closed_on", "  ", None),
        ("people.date_of_birth", "1900-01-01", "1900-01-01"),
        ("people.date_of_birth", "2026-11-22", "2026-11-22"),
        ("agreements.expires_on", "2070-01-01", "2070-01-01"),
        ("families.recorded_at", "2026-11-22", "2026-11-22 00:00:00.000000"),
        ("families.recorded_at", "2026-11-22T09:30:00Z", "2026-11-22 09:30:00.000000"),
        ("families.recorded_at", "2026-07-01T00:30:00+01:00", "2026-06-30 23:30:00.000000"),
        ("families.recorded_at", "2026-11-22 09:30:00.123456", "2026-11-22 09:30:00.123456"),
        ("people.role", "CHILD", "child"),
        ("goals.area", "Secure housing", "housing"),
        ("goals.area", "9", "housing"),
        ("families.hub", "Somewhere New", "Somewhere New"),
        ("reviews.score", "-007", "-7"),
        ("people.given_name", " null ", "null"),
        ("people.given_name", "O'Brien-\u0141ukasz", "O'Brien-\u0141ukasz"),
        ("agreements.covers", " P1 ;P2;; P1", "P1;P2"),
        ("agreements.categories", "Support needs; risk_to_person", "support_needs;risk_to_person"),
        ("families.family", "0012-\u00e9 7", "0012-\u00e9 7"),
    ],
)
def test_a_right_cell_has_one_spelling(column, cell, kept):
    assert clean(column, cell) == ([kept], [])


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("families.opened_on", "31/02/2026", "bad-date"),
        ("families.opened_on", "29/02/2023", "bad-date"),
        ("families.opened_on", "11/22/2026", "bad-date"),
        ("families.opened_on", "03-04-2026", "bad-date"),
        ("families.opened_on", "1/2/26", "bad-date"),
        ("families.opened_on", "2026-1-2", "bad-date"),
        ("families.opened_on", "2026-11-22T00:00", "bad-date"),
        ("families.opened_on", "today", "bad-date"),
        ("families.opened_on", "45000", "bad-date"),
        ("families.opened_on", "\u0662\u0660\u0662\u0660-\u0660\u0661-\u0660\u0661", "bad-date"),
        ("families.opened_on", "0026-01-01", "implausible-date"),
        ("families.opened_on", "1949-12-31", "implausible-date"),
        ("families.opened_on", "2027-11-24", "implausible-date"),
        ("people.date_of_birth", "1899-12-31", "implausible-date"),
        ("people.date_of_birth", "2026-11-23", "implausible-date"),
        ("agreements.expires_on", "2077-01-01", "implausible-date"),
        ("families.recorded_at", "2026-11-24", "implausible-date"),
        ("families.recorded_at", "0001-01-01T00:00:00+14:00", "bad-date"),
        ("families.recorded_at", "9999-12-31T23:59:59-12:00", "bad-date"),
        ("families.recorded_at", "2026-11-22T25:00:00", "bad-date"),
        ("people.role", "uncle", "unknown-code"),
        ("goals.area", "money", "unknown-code"),
        ("agreements.categories", "support_needs;diagnosis", "unknown-code"),
        ("agreements.covers", " ; ", "missing-value"),
        ("agreements.covers", "P1;=cmd", "bad-reference"),
        ("agreements.covers", ";".join(f"P{n:039d}" for n in range(13)), "too-long"),
        ("families.family", "=1+1", "bad-reference"),
        ("families.family", "-F1", "bad-reference"),
        ("families.family", "~F1", "bad-reference"),
        ("families.family", "!!!", "bad-reference"),
        ("families.family", "F1;F2", "bad-reference"),
        ("families.family", "F1\nF2", "bad-reference"),
        ("families.family", "F\u00a01", "bad-reference"),
        ("families.family", "F" * 41, "bad-reference"),
        ("families.hub", "cor\nby", "bad-name"),
        ("families.hub", "@corby", "bad-name"),
        ("families.hub", "c" * 41, "too-long"),
        ("families.hub", " ", "missing-value"),
        ("reviews.score", "3.5", "bad-number"),
        ("reviews.score", "1e3", "bad-number"),
        ("reviews.score", "12345", "bad-number"),
        ("reviews.score", "\u0665", "bad-number"),
        ("people.given_name", "x" * 101, "too-long"),
        ("shares.reason", "x" * 501, "too-long"),
    ],
)
def test_a_wrong_cell_is_a_fault(column, cell, code):
    _, [(row, found, message)] = clean(column, cell)
    assert (row, found) == (0, code)
    assert message and "\n" not in message


def test_a_closed_list_is_said_in_full():
    _, [(_, _, message)] = clean("people.role", "uncle")
    assert message == "'uncle' is not a role; allowed are child, parent_carer, expectant_parent, other_adult"


@pytest.mark.parametrize(
    ("column", "cell", "meant"),
    [
        ("organisations.kind", "Lead partner", "lead_partner"),
        ("organisations.duty_class", "Section 11", "section_11"),
        ("people.role", "Mum", "parent_carer"),
        ("goals.result", "Partly met", "partly_met"),
        ("agreements.decision", "No response", "no_response"),
        ("shares.route", "Legal duty", "legal_duty"),
        ("shares.told_family", "Not yet", "not_yet"),
    ],
)
def test_a_refused_word_of_a_closed_list_comes_with_the_one_that_was_meant(column, cell, meant):
    _, [(_, code, message)] = clean(column, cell)
    assert code == "unknown-code" and message.endswith(f"; did you mean {meant!r}?")


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("people.given_name", "Canary" * 20),
        ("people.family_name", "Canary" * 20),
        ("people.date_of_birth", "31/02/2019"),
        ("people.died_on", "31/02/2019"),
        ("practitioners.work_email", "canary@" * 50),
        ("involvements.partner_reference", "Canary" * 20),
        ("shares.reason", "Canary" * 100),
        ("shares.risk_to", "Canary" * 100),
        ("shares.not_told_reason", "Canary" * 100),
        ("families.closure_reason", "Canary" * 100),
    ],
)
def test_what_may_be_personal_is_not_repeated(column, cell):
    _, [(_, _, message)] = clean(column, cell)
    assert "anary" not in message and "31/02" not in message


def test_every_fault_of_a_column_is_told_with_its_row():
    kept, faults = clean("families.opened_on", "x", "2020-01-01", None, "x", "31/02/2020")
    assert kept == [None, "2020-01-01", None, None, None]
    assert [(row, code) for row, code, _ in faults] == [
        (0, "bad-date"),
        (3, "bad-date"),
        (4, "bad-date"),
        (2, "missing-value"),
    ]


def test_an_empty_column_is_clean():
    assert clean("families.opened_on") == ([], [])


SPOILT = {
    "Zoë": "ZoÃ«",
    "Siân": "SiÃ¢n",
    "Björn": "BjÃ¶rn",
    "Müller": "MÃ¼ller",
    "O’Brien": "Oâ€™Brien",
    "Иван": "Ð˜Ð²Ð°Ð½",
    "Nguyễn": "Nguyá»…n",
    "Siân on a Mac": "Si√¢n",
    "Siân in an old window": "Si├ón",
    "Zoë of a web page": "Zo&euml;",
    "O'Brien of a web page": "O&#39;Brien",
    "Siân in a letter": "Si=C3=A2n",
    "Siân lost": "Si?n",
    "Zoë twice over": "ZoÃƒÂ«",
    "Pietà without its end": "PietÃ",
    "Émilie": "Ã‰milie",
}
RIGHT = (
    "Zoë",
    "Siân",
    "Müller",
    "D’Arcy",
    "RENÉ’S",
    "ANDRÉ–MARIE",
    "JOÃO",
    "Ãngelo",
    "Łukasz",
    "Šárka",
    "ÅSA",
    "Иван",
    "Nguyễn",
    "O'Brien",
    "Smith & Sons",
    "Ngũgĩ",
    "دانا",
    "שרה",
)


@pytest.mark.parametrize("name", SPOILT)
def test_letters_that_an_earlier_program_spoilt_are_seen(name):
    assert intake_cells.spoilt(pa.array([None, "Ann", SPOILT[name]])) == [2]


def test_a_name_as_it_is_written_is_not_taken_for_spoilt():
    assert intake_cells.spoilt(pa.array(RIGHT)) == []
