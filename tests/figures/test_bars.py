"""How charts look, and what somebody hears who does not see them."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubdata.figures.bars import Chart
from hubdata.figures.html import REPLACED
from hubdata.figures.svg import BAR, INK, QUIET, number, written
from hubdata.figures.table import Column, Table

SVG = "{http://www.w3.org/2000/svg}"
AREAS = (("Secure housing", 12, 0), ("Promoting recovery and reducing harm from substance use", 3, None))


def chart(rows=AREAS, values=("met", "not_met")) -> Chart:
    columns = (Column("area", "Area"), Column("met", "Met", "number"), Column("not_met", "Not met", "number"))
    return Chart(Table("results", "12 goals were met", "Goals, all hubs", columns, rows), "area", values)


def marks(svg: str, kind: str) -> list[ElementTree.Element]:
    """The marks of one kind in a picture, which any reader of XML must understand."""
    return list(ElementTree.fromstring(svg).iter(SVG + kind))


def test_a_chart_is_named_for_who_does_not_see_it():
    svg = chart().svg()

    assert svg.startswith('<svg role="img" aria-label="Bar chart. 12 goals were met. Met: most 12 (Secure housing)')
    assert "The table that follows has the figures." in svg


def test_a_chart_is_followed_by_its_figures_as_a_table_that_is_closed_until_it_is_opened():
    html = chart().html()

    assert html.index("</figure>") < html.index("<details><summary>The same figures as a table</summary>")
    assert html.index("<details>") < html.index("<table") < html.index("</details>")
    assert '<caption id="table-results">Goals, all hubs</caption>' in html
    assert "<figcaption><strong>12 goals were met</strong> <span>Goals, all hubs</span></figcaption>" in html


def test_text_stays_text_and_every_bar_has_its_figure():
    said = re.findall(r"<text[^>]*>([^<]*)</text>", chart().svg())

    assert {"Met", "Not met", "Secure housing", "12", "0", "3", "[x]"} <= set(said)


def test_a_long_label_takes_two_lines():
    said = re.findall(r"<text[^>]*>([^<]*)</text>", chart().svg())

    assert {"Promoting recovery and reducing", "harm from substance use"} <= set(said)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=9))
def test_bars_start_at_zero_and_are_as_long_as_their_figures_on_one_scale(counts):
    svg = chart(tuple((f"Area {number}", *pair) for number, pair in enumerate(counts))).svg()
    bars, figures = marks(svg, "rect"), [value for column in zip(*counts, strict=True) for value in column]
    longest = max(float(bar.get("width")) for bar in bars)

    assert [float(bar.get("x")) for bar in bars] == [0] * len(counts) + [320] * len(counts)
    for bar, value in zip(bars, figures, strict=True):
        assert float(bar.get("width")) == pytest.approx(longest * value / (max(figures) or 1), abs=0.1)
        assert float(bar.get("width")) < 320


def test_a_figure_too_wide_for_its_panel_still_has_its_bar_to_the_right_of_zero():
    svg = chart((("A", 10**40, 5),)).svg()

    assert all(float(bar.get("width")) >= 0 for bar in marks(svg, "rect"))


def test_none_is_a_bar_without_length_and_an_unknown_figure_is_no_bar():
    svg = chart((("A", 0, None),)).svg()

    assert [bar.get("width") for bar in marks(svg, "rect")] == ["0"]
    assert {"0", "[x]"} < {each.text for each in marks(svg, "text")}


def test_a_hidden_figure_says_so_and_has_no_bar():
    columns = (Column("hub", "Hub"), Column("due", "Due", "number", missing="[c]"))
    svg = Chart(Table("due", "Due", "All hubs", columns, (("Corby", None), ("Rushden", 6))), "hub", ("due",)).svg()

    assert [each.text for each in marks(svg, "text")] == ["[c]", "6", "Corby", "Rushden"]
    assert len(marks(svg, "rect")) == 1


HOSTILE = (
    "",
    " \t\r\n ",
    "<script>alert(1)</script>",
    "\"'><svg onload=x>]]>&amp;&#0;",
    "\0\x01\x0c\x1b\x1c\x7f\x85\u2028",
    "\ufffe\uffff\ud800",
    "\u202e\u05d0\u05d1\u05d2 \u0627\u0644\u0639",
    "e\u0301" * 40,
    "long " * 400,
    "x" * 2000,
)


@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_a_label_holds_stays_text(words):
    holds_any_words(words)


@given(st.text(st.characters(codec=None)))
def test_whatever_people_write_stays_text(words):
    holds_any_words(words)


def holds_any_words(words: str):
    """Holds that labels, panels and titles of these words make a picture's own marks, and nothing but text of them."""
    columns = (Column("area", "Area"), Column("met", words, "number"), Column("not_met", "Not met", "number"))
    shown = Chart(Table("results", words, words, columns, ((words, 2, 1),)), "area", ("met", "not_met"))
    svg = shown.svg(title=words)
    root = ElementTree.fromstring(svg.encode())
    label = "".join(each.text for each in marks(svg, "text") if each.get("text-anchor") == "end")

    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {"svg", "title", "g", "rect", "line", "text"}
    assert not [name for each in root.iter() for name in each.attrib if name.startswith("on") or "href" in name]
    assert letters(root.get("aria-label")) == letters(written(shown.alternative()))
    assert letters(label) == letters(written(words)) or (label == "[x]" and not letters(words))
    assert shown.svg(title=words) == svg


def letters(words: str) -> str:
    """Words without what XML and the wrapping of lines may change: blanks, and what stands for a character."""
    return "".join(words.replace(REPLACED, "").split())


@pytest.mark.parametrize(
    ("words", "kept"), [("Ünïcode & 𝄞\t<b>", "Ünïcode & 𝄞\t<b>"), ("\0a\x0b\ud800\uffff", "\ufffda" + 3 * "\ufffd")]
)
def test_only_what_no_xml_can_hold_is_replaced(words, kept):
    assert written(words) == kept


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


@pytest.mark.parametrize(
    ("length", "spelled"),
    [
        (0, "0"),
        (-0.0, "0"),
        (-0.001, "0"),
        (10, "10"),
        (100.0, "100"),
        (2.5, "2.5"),
        (0.1 + 0.2, "0.3"),
        (-14.256, "-14.26"),
        (1e6, "1000000"),
    ],
)
def test_a_length_has_one_spelling(length, spelled):
    assert number(length) == spelled


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("colour", "ratio"), [(BAR, 3), (INK, 4.5), (QUIET, 4.5)])
def test_colours_stand_out_from_the_page(colour, ratio):
    assert 1.05 / (_luminance(colour) + 0.05) >= ratio
