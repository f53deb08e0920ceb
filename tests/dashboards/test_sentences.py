"""What a page says of its figures: how much, where it went since last quarter and a year before, where it is worse."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from hubdata.dashboards.catalogue import MEASURES
from hubdata.dashboards.choice import Choice
from hubdata.dashboards.releases import Bin, Released
from hubdata.dashboards.sentences import Told, where
from hubdata.dates import Quarter

EXACT = {"zeros": "shown", "round_to": 0}
KEYED = {"zeros": "kept", "round_to": 0}
NEWEST = Quarter(2026, 3)


def release(quarter: Quarter, table: str, columns: dict[str, str], rows: dict[str, list], disclosure: dict):
    """What a page reads of a release that has one table; the last row and column are all together."""
    of = [Bin(code, label) for code, label in {**columns, "total": "Total"}.items()]
    down = [Bin(code, code.capitalize()) for code in rows]
    shown = {(row, b.code): str(n) for row, ns in rows.items() for b, n in zip(of, ns, strict=True)}
    made = Released(table, "", "", "Hub", "State", (), "", "", tuple(down), tuple(of), shown, {})
    said = {"disclosure": disclosure, "no_clear_change_within": 4 if disclosure is KEYED else 0}
    return SimpleNamespace(quarter=quarter, tables={table: made}, manifest=said, folder=Path("x"))


def told(measure: str, quarters: list[list], columns=None, disclosure=EXACT) -> Told:
    """A measure in some quarters, the newest last; each is its column's total and the total."""
    of, at, past = MEASURES[measure], NEWEST, []
    for figures in reversed(quarters):
        past.append(release(at, of.table, columns or {of.column: "Met"}, {"total": figures}, disclosure))
        at = at.before
    return Told(of, Choice(past[0], {}), past)


def test_an_answer_is_how_much_with_its_direction_since_last_quarter_and_since_a_year_before():
    of = told("past-date", [[30, 400], [9, 400], [9, 400], [12, 400], [14, 400]])

    assert of.answer == (
        "14 records are past their date and not on hold: 2 more than last quarter, 16 fewer than a year before"
    )
    assert of.is_worse


def test_no_clear_change_is_said_once_where_nothing_can_be_told():
    of = told("past-date", [[30, 400]] * 3 + [[28, 400], [29, 400]], disclosure=KEYED)

    assert of.answer == (
        "29 records are past their date and not on hold: no clear change on last quarter or a year before"
    )
    assert not of.is_worse


@pytest.mark.parametrize(
    ("figure", "disclosure", "said"),
    [
        (0, EXACT, "No record is past its date without a hold"),
        (1, EXACT, "1 record is past its date and not on hold"),
        (0, KEYED, "No record, or very few, is past its date without a hold"),
        (1, KEYED, "A few records are past their date and not on hold"),
        ("[c]", EXACT, "Some records are past their date and not on hold (how many is hidden to protect families)"),
        ("[c]", KEYED, "Records past their date, not on hold: hidden to protect families"),
    ],
)
def test_few_none_and_hidden_are_said_as_surely_as_they_are_known(figure, disclosure, said):
    assert told("past-date", [[figure, 400]], disclosure=disclosure).sentence == said


def test_what_is_seldom_is_told_of_four_quarters_against_the_four_before():
    of = told("met", [[5, 15]] * 4 + [[12, 15]] * 4)

    assert of.sentence == "48 of 60 goals closed in the last four quarters were met (80%)"
    assert of.direction == "too few to compare with last quarter, up from 33% in the four quarters before"


def test_no_direction_is_said_of_fewer_than_thirty_goals():
    of = told("met", [[1, 7]] * 4 + [[7, 7]] * 4)

    assert of.direction == "too few to compare with last quarter or the four quarters before"


def test_where_a_share_is_clearly_below_the_rest_is_named_and_nowhere_else():
    rows = {"corby": [10, 60], "rushden": [50, 60], "kettering": [3, 8], "total": [63, 128]}
    past = [release(NEWEST, "reviews", {"in_quarter": "In the quarter"}, rows, EXACT)]

    assert where(("reviewed",), Choice(past[0], {}), past) == (
        "Open goals reviewed in the quarter: Corby (17%) below the rest"
    )
