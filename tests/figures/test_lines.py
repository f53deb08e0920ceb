"""How a line over time and dots beside each other look, and what somebody hears who does not see them."""

from xml.etree import ElementTree

import pytest

from hubdata.figures.intervals import intervals
from hubdata.figures.lines import WIDTH, Point, lines

SPACE = "{http://www.w3.org/2000/svg}"
QUARTERS = (
    Point("Jan–Mar 2026", "12", 12, 8, 16),
    Point("Apr–Jun 2026", "[c]"),
    Point("Jul–Sep 2026", "1,020", 1020, 1016, 1024),
)


def drawn(picture: str, tag: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(picture).iter(SPACE + tag))


def test_a_line_writes_its_first_and_last_figure_and_its_first_and_last_quarter():
    words = [each.text for each in drawn(lines(QUARTERS).picture("Line chart."), "text")]

    assert {"12", "1,020", "Jan–Mar 2026", "Jul–Sep 2026"} <= set(words) and "Apr–Jun 2026" not in words


def test_a_figure_that_is_not_known_leaves_a_gap_and_its_sign():
    picture = lines(QUARTERS).picture("Line chart.")

    assert len(drawn(picture, "circle")) == 2 and drawn(picture, "polyline") == []
    assert "[c]" in [each.text for each in drawn(picture, "text")]


def test_a_scale_begins_at_zero_and_twice_as_much_stands_twice_as_high():
    picture = lines([Point("a", "10", 10), Point("b", "20", 20)]).picture("Line chart.")
    zero = max(float(each.get("y1")) for each in drawn(picture, "line"))
    ten, twenty = (zero - float(each.get("cy")) for each in drawn(picture, "circle"))

    assert twenty == pytest.approx(2 * ten)


def test_a_picture_has_its_name_and_a_sheet_its_finding_its_method_and_paper_too():
    drawing = lines(QUARTERS)
    picture, sheet = drawing.picture("What it shows."), drawing.sheet("What it shows.", "It rose.", ["How."])

    assert 'role="img"' in picture and 'aria-label="What it shows."' in picture and "How." not in picture
    assert "It rose." in sheet and "How." in sheet and "<title>It rose.</title>" in sheet and 'fill="#ffffff"' in sheet


def test_dots_stand_on_one_scale_within_their_limits_and_what_is_hidden_has_none():
    rows = [Point("Corby", "40%", 0.4, 0.3, 0.5), Point("Rushden", "[c] hidden"), Point("All", "50%", 0.5)]
    picture = intervals(rows, 1.0, ("0%", "100%")).picture("Dot plot.")
    corby, everybody = (float(each.get("cx")) for each in drawn(picture, "circle"))
    limits = [(float(each.get("x1")), float(each.get("x2"))) for each in drawn(picture, "line")]

    assert len(limits) == 4 and any(low < corby < high for low, high in limits[1:2])
    assert corby < everybody < WIDTH


@pytest.mark.parametrize("label", ["Safe", "Children safe from abuse and exploitation, " * 3, "", "<b>&"])
def test_a_long_label_takes_more_lines_and_none_is_lost(label):
    picture = intervals([Point(label, "[c] hidden")], 1, ("0", "1")).picture("Dot plot.")
    said = " ".join(each.text or "" for each in drawn(picture, "text"))

    assert set(label.split()) <= set(said.split())
