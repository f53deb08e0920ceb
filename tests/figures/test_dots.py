"""How the dot plot of change looks, and what somebody hears who does not see it."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubdata.figures.dots import BLANK, Dots
from hubdata.figures.svg import BAR
from hubdata.figures.table import Column, Table

ROWS = (
    ("Secure housing", "Instrument A", 4.0, 7.0, 0.0, 10.0),
    ("Promoting recovery and reducing harm from substance use", "Instrument A", 5.0, 4.5, 0.0, 10.0),
    ("Secure housing", "Instrument B", 1.0, 5.0, 1.0, 5.0),
    ("Too few here", "Instrument B", None, None, 1.0, 5.0),
)
FEW = "too few to say"


def plot(rows=ROWS) -> Dots:
    columns = (
        Column("area", "Area"),
        Column("scale", "Scale"),
        Column("first", "First", "decimal", missing=FEW),
        Column("last", "Last", "decimal", missing=FEW),
        Column("lowest", "From", "decimal"),
        Column("highest", "To", "decimal"),
    )
    table = Table("change_by_area", "Two scores went up", "Middle scores, all hubs", columns, rows)
    return Dots(table, "area", "scale", "first", "last", "lowest", "highest")


def _dots(fill: str, rows=ROWS) -> list[float]:
    """Where the dots of one kind stand, without the one above all groups that says what they mean."""
    found = ElementTree.fromstring(plot(rows).svg()).iter("{http://www.w3.org/2000/svg}circle")
    return [float(each.get("cx")) for each in found if each.get("fill") == fill][1:]


def test_a_plot_is_named_for_who_does_not_see_it():
    svg = plot().svg()

    assert svg.startswith('<svg role="img" aria-label="Dot plot. Two scores went up. Instrument A: the widest move')
    assert "4.0 to 7.0 (Secure housing). Instrument B: the widest move is from 1.0 to 5.0" in svg
    assert "The table that follows has the figures." in svg


def test_a_plot_is_followed_by_all_of_its_figures_as_a_table():
    html = plot().html()

    assert html.index("</figure>") < html.index("<table")
    assert "<figcaption><strong>Two scores went up</strong>" in html
    assert "Too few here" in html[html.index("<table") :]


def test_each_instrument_is_drawn_on_its_own_scale():
    assert _dots(BLANK) == [200.0, 250.0, 0.0]
    assert _dots(BAR) == [350.0, 225.0, 500.0]


def test_a_row_without_enough_scores_has_no_dots_and_no_zero():
    said = re.findall(r"<text[^>]*>([^<]*)</text>", plot().svg())

    assert {"Instrument A", "Instrument B", "first", "last", "4.0 to 7.0", "0", "10", "1", "5"} <= set(said)
    assert "Too few here" not in said
    assert len(_dots(BAR)) == 3


def test_with_too_few_everywhere_there_is_the_table_alone():
    html = plot(ROWS[3:]).html()

    assert "<svg" not in html
    assert FEW in html


def test_a_scale_that_nobody_registered_holds_its_scores():
    assert _dots(BAR, (("Area", "Unknown", 3.0, 12.0, None, None),)) == [500.0]


@given(st.lists(st.floats(0, 10), min_size=1, max_size=9))
def test_a_dot_stands_as_far_along_its_scale_as_its_score(scores):
    rows = tuple((f"Area {number}", "Instrument A", 0.0, score, 0.0, 10.0) for number, score in enumerate(scores))

    assert _dots(BAR, rows) == pytest.approx([50 * score for score in scores], abs=0.06)


@given(st.text(st.characters(codec=None)))
def test_whatever_people_write_stays_text(words):
    svg = plot(((words, words, 1.0, 2.0, 0.0, 10.0),)).svg()

    root = ElementTree.fromstring(svg.encode())
    assert {each.tag.rpartition("}")[2] for each in root.iter()} == {"svg", "g", "text", "line", "circle"}
    assert plot(((words, words, 1.0, 2.0, 0.0, 10.0),)).svg() == svg


def test_what_people_wrote_cannot_leave_the_plot_and_the_same_plot_has_the_same_bytes():
    odd = plot((('"><script>alert(1)</script>', "<b>", 1.0, 2.0, 0.0, 10.0),))

    assert "<script>" not in odd.html()
    assert plot().svg() == plot().svg()
