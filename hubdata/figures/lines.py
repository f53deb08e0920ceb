"""How a line over time looks: one figure a quarter, from zero, its first and last written; it computes no figure.

A figure that is not known leaves a gap and its sign. Where a figure lies within limits they are drawn behind it. It is
so narrow that a telephone shows it in its own size. The line is always followed by its table.
"""

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from hubdata.figures import svg
from hubdata.figures.html import Html
from hubdata.figures.svg import BAR, PALEST, QUIET

WIDTH, HEIGHT, LEFT, RIGHT, TOP = 300, 96, 8, 58, 18  # pixels: of all, of the plot, and what is kept free beside it
BELOW, GAP = 24, 10  # pixels for the quarters' names, and around a sheet
HEAD, FOOT = 19, 13  # pixels for a line of words above and below a picture that stands for itself
HEADED, FOOTED = 36, 58  # characters of such a line, in the widest of the fonts that it may be shown in
RADIUS, LINE = 3, 2.5
Height = Callable[[float | None], float]


@dataclass(frozen=True)
class Point:
    """One quarter: its short name, its figure as written, its place on the scale and the limits within which it lies.

    Without a place, `written` says why.
    """

    when: str
    written: str
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Drawing:
    """Marks between two heights, as wide as a telephone: a picture for a page, or a sheet that stands for itself."""

    marks: tuple[Html, ...]
    top: float
    bottom: float

    def picture(self, name: str) -> Html:
        """For a page that says in words what it is; `name` says what it shows to whoever cannot see it."""
        return svg.picture(name, (0, self.top, WIDTH, self.bottom - self.top), self.marks)

    def sheet(self, name: str, head: str, foot: Sequence[str]) -> Html:
        """For a slide or a file: what it shows stands above it, where it comes from and its method below."""
        above, under = textwrap.wrap(head, HEADED), [line for each in foot for line in textwrap.wrap(each, FOOTED)]
        top, bottom = self.top - HEAD * len(above) - GAP, self.bottom + FOOT * len(under) + GAP
        heads = [
            svg.text(words, 0, top + HEAD * (at + 0.5), font_weight="bold", font_size="15")
            for at, words in enumerate(above)
        ]
        feet = [
            svg.text(words, 0, self.bottom + GAP + FOOT * (at + 0.5), font_size="10", fill=QUIET)
            for at, words in enumerate(under)
        ]
        ground = svg.ground(-GAP, top - GAP, WIDTH + 2 * GAP, bottom - top + 2 * GAP)
        frame = (-GAP, top - GAP, WIDTH + 2 * GAP, bottom - top + 2 * GAP)
        return svg.picture(name, frame, [ground, *heads, *self.marks, *feet], head)


def lines(points: Sequence[Point]) -> Drawing:
    """The line of some quarters."""
    return Drawing(tuple(_marks(points)), -TOP, HEIGHT + BELOW)


def _marks(points: Sequence[Point]) -> Iterator[Html]:
    most = max((each.high or each.value or 0 for each in points), default=0) or 1
    step = (WIDTH - LEFT - RIGHT) / max(1, len(points) - 1)
    placed = [(LEFT + at * step, each) for at, each in enumerate(points)]

    def height(value: float | None) -> float:
        return HEIGHT * (1 - (value or 0) / most)

    for known, run in groupby(placed, key=lambda pair: pair[1].value is not None):
        if known:
            yield from _run(list(run), height)
        else:
            yield from (svg.text("[c]", x, HEIGHT - 9, text_anchor="middle", font_size="11") for x, _ in run)
    yield svg.line((LEFT, HEIGHT), (WIDTH - RIGHT, HEIGHT), QUIET)
    yield from _written(placed, height)
    yield svg.text(points[0].when, 0, HEIGHT + 12, font_size="12")
    if len(points) > 1:
        yield svg.text(points[-1].when, WIDTH, HEIGHT + 12, text_anchor="end", font_size="12")


def _run(run: list[tuple[float, Point]], height: Height) -> Iterator[Html]:
    """Figures without a gap: their limits, the line through them, and a dot for each."""
    above = [(x, height(each.high)) for x, each in run if each.high is not None]
    under = [(x, height(each.low)) for x, each in run if each.low is not None]
    if len(above) == len(run) > 1:
        yield svg.area([*above, *reversed(under)])
    elif above:
        yield svg.line(above[0], under[0], PALEST, 6)
    if len(run) > 1:
        yield svg.path([(x, height(each.value)) for x, each in run], BAR, LINE)
    yield from (svg.dot(x, height(each.value), RADIUS, BAR) for x, each in run)


def _written(placed: list[tuple[float, Point]], height: Height) -> Iterator[Html]:
    """The first and the last figure that are known; that of the last quarter stands beside its dot."""
    known = [(x, each) for x, each in placed if each.value is not None]
    for x, each in known[:1] if len(known) < 2 else (known[0], known[-1]):
        if each is placed[-1][1]:
            yield svg.text(each.written, x + 8, height(each.value), font_weight="bold")
        else:
            yield svg.text(each.written, max(0, x - 4), height(each.value) - 13, font_size="12")
