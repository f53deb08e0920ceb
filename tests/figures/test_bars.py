"""How charts look, and what somebody hears who does not see them."""

import re

import pytest

from hubdata.figures.bars import BAR, INK, QUIET, Chart, specification
from hubdata.figures.table import Column, Table

AREAS = (("Secure housing", 12, 0), ("Promoting recovery and reducing harm from substance use", 3, None))


def chart(rows=AREAS, values=("met", "not_met")) -> Chart:
    columns = (Column("area", "Area"), Column("met", "Met", "number"), Column("not_met", "Not met", "number"))
    return Chart(Table("results", "12 goals were met", "Goals, all hubs", columns, rows), "area", values)


def test_a_chart_is_named_for_who_does_not_see_it():
    svg = chart().svg()

    assert svg.startswith('<svg role="img" aria-label="Bar chart. 12 goals were met. Met: most 12 (Secure housing)')
    assert "The table that follows has the figures." in svg


def test_a_chart_is_followed_by_its_figures_as_a_table():
    html = chart().html()

    assert html.index("</figure>") < html.index("<table")
    assert "The same figures as a table: Goals, all hubs" in html
    assert "<figcaption><strong>12 goals were met</strong> <span>Goals, all hubs</span></figcaption>" in html


def test_text_stays_text_and_every_bar_has_its_figure():
    said = re.findall(r"<text[^>]*>([^<]*)</text>", chart().svg())

    assert {"Met", "Not met", "Secure housing", "12", "0", "3", "[x]"} <= set(said)


def test_a_long_label_takes_two_lines():
    said = re.findall(r"<text[^>]*>([^<]*)</text>", chart().svg())

    assert {"Promoting recovery and reducing", "harm from substance use"} <= set(said)


def test_bars_start_at_zero_and_panels_share_a_scale():
    bars = specification(chart((("A", 10, 5),)))["data"][0]["values"]
    lengths = [bar["right"] - bar["x"] for bar in bars]

    assert lengths[0] == pytest.approx(2 * lengths[1], abs=0.2)


def test_rows_keep_the_order_of_the_table():
    said = re.findall(r"<text[^>]*>([^<]*)</text>", chart((("B", 1, 1), ("A", 2, 2))).svg())

    assert said.index("B") < said.index("A")


@pytest.mark.parametrize("values", [(0, 0), (None, None)])
def test_nothing_to_draw_is_still_a_chart(values):
    assert 'role="img"' in chart((("A", *values),)).svg()


def test_what_people_wrote_cannot_leave_the_chart():
    html = chart((('"><script>alert(1)</script>', 1, 2),)).html()

    assert "<script>" not in html


def test_the_same_chart_has_the_same_bytes():
    assert chart().svg() == chart().svg()


def test_a_chart_asks_for_nothing_from_outside():
    assert not re.findall(r'(?:href|src)="|url\(', chart().svg())


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("colour", "ratio"), [(BAR, 3), (INK, 4.5), (QUIET, 4.5)])
def test_colours_stand_out_from_the_page(colour, ratio):
    assert 1.05 / (_luminance(colour) + 0.05) >= ratio
