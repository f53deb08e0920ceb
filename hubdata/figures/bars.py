"""How a chart looks: horizontal bars as SVG in the Analysis Function's style; it computes no figure.

Every length is laid out here, so that the same table gives the same bytes. A chart is always followed by its table.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from hubdata.figures import svg
from hubdata.figures.html import Html, block, element, together
from hubdata.figures.svg import QUIET
from hubdata.figures.table import MIME, Column, Table

LABELS, PLOT = 250, 640  # pixels for the labels on the left and for the bars
TABLE = "The same figures as a table"
MARGIN = 10  # pixels at the right
LABEL_CHARACTERS, LINE = 32, 16  # of the widest of the fonts that a page may be shown in
LOW, TALL = 26, 40  # pixels for a row whose label takes one line, or two


@dataclass(frozen=True)
class Pictured:
    """A table with a picture of it; of a kind, how it is drawn and what it says in words is its own."""

    table: Table

    def svg(self, title: str = "") -> Html:
        """The picture alone, or nothing; text stays text, and `alternative` is its name for a screen reader."""
        raise NotImplementedError

    def alternative(self) -> str:
        """What the picture shows, in words."""
        raise NotImplementedError

    @property
    def finding(self) -> str:
        """The table's title as a sentence."""
        return self.table.title + ("" if self.table.title.endswith((".", "?", "!")) else ".")

    def html(self) -> Html:
        """Headline, measure, picture, and behind it its table; the table alone where nothing can be drawn."""
        drawn = self.svg()
        if not drawn:
            return self.table.html()
        said = element("strong", self.table.title), " ", element("span", self.table.scope)
        figure = block("figure", [element("figcaption", *said), drawn])
        table = self.table.html(caption=self.table.scope)
        return together(figure, "\n", element("details", element("summary", TABLE), "\n", table))

    def _repr_mimebundle_(self, **_wanted) -> dict:
        return {"text/html": self.html(), "text/plain": self.table.plain(), MIME: self.table.json()}


@dataclass(frozen=True)
class Chart(Pictured):
    """A table as bars: a row for each `label`, and a panel, all on one scale, for each column in `values`."""

    label: str
    values: tuple[str, ...]

    def svg(self, title: str = "") -> Html:
        """The bars alone."""
        if not self.table.rows:
            return Html()
        layout = Layout(self)
        return svg.picture(self.alternative(), layout.frame(), layout.marks(), title)

    def alternative(self) -> str:
        """What the chart shows, in words: its kind, its finding, its extremes, and where the figures are."""
        extremes = [_extremes(column, self.table.values(column.name), self.labels()) for column in self.panels()]
        return " ".join(
            ["Bar chart.", self.finding, *filter(None, extremes), "The table that follows has the figures."]
        )

    def panels(self) -> list[Column]:
        """The columns drawn, left to right."""
        return [self.table.column(name) for name in self.values]

    def labels(self) -> list[str]:
        """What stands beside each row of bars."""
        column = self.table.column(self.label)
        return [column.text(value) for value in self.table.values(self.label)]


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in pixels from the left end of the first zero line and from the top of the bars."""

    chart: Chart

    @cached_property
    def lines(self) -> list[list[str]]:
        return [wrapped(label) for label in self.chart.labels()]

    @cached_property
    def step(self) -> int:
        return max(map(height, self.lines))

    @property
    def height(self) -> int:
        return self.step * len(self.lines)

    @property
    def panel(self) -> int:
        return PLOT // len(self.chart.values)

    @cached_property
    def scale(self) -> float:
        """Pixels for one unit, the same in every panel, leaving room for the longest figure."""
        cells = [(column, value) for column in self.chart.panels() for value in self.chart.table.values(column.name)]
        longest = max(len(column.text(value)) for column, value in cells)
        room = max(1, self.panel - 20 - 9 * longest)
        return room / (max(value or 0 for _, value in cells) or 1)

    def frame(self) -> tuple[float, float, float, float]:
        """What of it is seen: left, top, width and height; several panels have their names above the bars."""
        above = 30 if len(self.chart.values) > 1 else 4
        return -LABELS, -above, LABELS + PLOT + MARGIN, above + self.height + 4

    def marks(self) -> Iterator[Html]:
        """Everything drawn, in the order in which it is laid down."""
        yield from self._bars()
        for number in range(len(self.chart.values)):
            yield svg.line((number * self.panel, 0), (number * self.panel, self.height), QUIET)
        for row, lines in enumerate(self.lines):
            yield from beside(lines, -8, (row + 0.5) * self.step)
        yield from self._heads()

    def _bars(self) -> Iterator[Html]:
        """For each cell its bar, from its panel's zero line, and its figure; an unknown value has no bar."""
        for number, column in enumerate(self.chart.panels()):
            for row, value in enumerate(self.chart.table.values(column.name)):
                left, top, length = number * self.panel, row * self.step, round((value or 0) * self.scale, 1)
                if value is not None:
                    yield svg.rect(left, top + 3, length, self.step - 6)
                yield svg.text(column.text(value), left + length + 6, top + self.step / 2)

    def _heads(self) -> Iterator[Html]:
        """The name of each panel, above its zero line; a single panel is named by the chart's own title."""
        panels = self.chart.panels()
        for number, column in enumerate(panels if len(panels) > 1 else ()):
            yield svg.text(column.label, number * self.panel, -14, font_weight="bold")


def wrapped(label: str) -> list[str]:
    """A row's label in lines; one that says nothing is unknown."""
    return textwrap.wrap(label, LABEL_CHARACTERS) or ["[x]"]


def height(lines: list[str]) -> int:
    """The pixels that a row with such a label needs."""
    return TALL if len(lines) > 1 else LOW


def beside(lines: list[str], right: float, middle: float) -> Iterator[Html]:
    """The lines of a row's label, which end at `right` and stand about `middle`."""
    first = middle - (len(lines) - 1) / 2 * LINE
    for number, words in enumerate(lines):
        yield svg.text(words, right, first + number * LINE, text_anchor="end")


def _extremes(column: Column, values: list, labels: list[str]) -> str:
    known = [(value, label) for value, label in zip(values, labels, strict=True) if value is not None]
    if not known:
        return ""
    high, low = max(known, key=lambda pair: pair[0]), min(known, key=lambda pair: pair[0])
    most, fewest = f"most {column.text(high[0])} ({high[1]})", f"fewest {column.text(low[0])} ({low[1]})"
    return f"{column.label}: {most}, {fewest}."
