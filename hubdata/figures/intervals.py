"""How figures beside each other look: for each a dot, and the limits within which it lies; it computes no figure.

All stand on one scale from zero. A figure that is not known has no dot, and its sign. Each label stands above its dot,
so that a telephone shows the picture in its own size. It is always followed by its table.
"""

import textwrap
from collections.abc import Iterator, Sequence

from hubdata.figures import svg
from hubdata.figures.html import Html
from hubdata.figures.lines import WIDTH, Drawing, Point
from hubdata.figures.svg import BAR, PALE, QUIET

STEP, SCALE, EDGE = 34, 27, 7  # pixels from row to row, down to a row's scale, and free at both ends of it
LINE, WIDE, BOLD = 14, 7.6, 8.2  # pixels of a line, and of a letter of the widest of the fonts that may show it
ENDS = 22  # pixels for the numbers at the ends of the scale


def intervals(rows: Sequence[Point], most: float, ends: tuple[str, str]) -> Drawing:
    """Some rows on a scale from zero to `most`; `ends` is what is written at both of its ends."""
    marks: list[Html] = []
    height = 0
    for each in rows:
        label = textwrap.wrap(each.when, int((WIDTH - BOLD * len(each.written) - EDGE) / WIDE)) or ["[x]"]
        marks += _row(each, label, height, most)
        height += STEP + LINE * (len(label) - 1)
    marks += [
        svg.text(ends[0], 0, height + 12, font_size="12", fill=QUIET),
        svg.text(ends[1], WIDTH, height + 12, font_size="12", fill=QUIET, text_anchor="end"),
    ]
    return Drawing(tuple(marks), -2, height + ENDS)


def _row(row: Point, label: list[str], top: float, most: float) -> Iterator[Html]:
    """A label and its figure on one line, and below it the scale with limits and dot."""
    middle, wide = top + SCALE + LINE * (len(label) - 1), WIDTH - 2 * EDGE
    for at, words in enumerate(label):
        yield svg.text(words, 0, top + 10 + LINE * at, font_size="13")
    yield svg.text(row.written, WIDTH, top + 10, text_anchor="end", font_size="13", font_weight="bold")
    yield svg.line((EDGE, middle), (WIDTH - EDGE, middle), PALE)
    if row.value is None:
        return
    if row.low is not None and row.high is not None:
        yield svg.line(_at(row.low, most, middle), _at(row.high, most, middle), QUIET, 3)
    yield svg.dot(EDGE + wide * min(1, row.value / most), middle, 5, BAR)


def _at(value: float, most: float, middle: float) -> tuple[float, float]:
    return EDGE + (WIDTH - 2 * EDGE) * min(1, value / most), middle
