"""Pictures for slides and papers for meetings: the same marks as on a page, the same bytes, and words inside."""

import struct

import pytest

from hubdata.figures.lines import Point, lines
from hubdata.figures.slides.marks import read
from hubdata.figures.slides.paper import Paper, Part, TooMuch, pdf
from hubdata.figures.slides.png import png

DRAWING = lines([Point("Jan–Mar 2026", "12", 12, 8, 16), Point("Jul–Sep 2026", "20", 20, 16, 24)])
SHEET = DRAWING.sheet("Line chart. It rose.", "It rose.", ["Every figure was changed slightly."])
PAPER = Paper(
    "Hubs", "All hubs", [Part("Questions", [("Is it?", "It is.")])], [("It rose", SHEET)], ["Changed slightly."]
)


def test_every_mark_of_a_picture_is_read_back():
    found = read(SHEET)

    assert {mark.kind for mark in found.marks} == {"area", "line", "dot", "text"}
    assert found.title == "It rose." and found.alternative.startswith("Line chart.")


def test_a_picture_is_a_png_wide_enough_for_a_slide_that_says_what_it_shows():
    made = png(SHEET)
    width, height = struct.unpack(">II", made[16:24])

    assert made == png(SHEET) and made.startswith(b"\x89PNG") and width >= 1280 > height
    assert b"Line chart. It rose." in made


def test_a_paper_is_one_page_whose_method_and_language_are_in_it():
    made = pdf(PAPER)

    assert made == pdf(PAPER) and made.startswith(b"%PDF") and made.count(b"/Type /Page\n") == 1
    assert b"Changed slightly." in made and b"(en-GB)" in made


def test_a_paper_that_would_need_two_pages_is_none():
    with pytest.raises(TooMuch):
        pdf(Paper("Hubs", "", [Part("Much", [("", "word " * 5000)])], [("It rose", SHEET)], []))
