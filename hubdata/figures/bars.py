"""How a chart looks: horizontal bars as SVG in the Analysis Function's style.

A specification is a plain dict, so that a kernel loads no charting package but the renderer, and every length
is laid out here, so that a machine's fonts cannot change a byte. A chart is always followed by its table.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape

from hubdata.figures import svg as figures_svg
from hubdata.figures.look import BAR, FONT, INK, QUIET
from hubdata.figures.table import MIME, Column, Table

SCHEMA = "https://vega.github.io/schema/vega/v6.json"
LABELS, PLOT = 250, 640  # pixels for the labels on the left and for the bars
LABEL_CHARACTERS, LINE = 34, 16
LOW, TALL = 26, 40  # pixels for a row whose label takes one line, or two


@dataclass(frozen=True)
class Chart:
    """A table as bars: a row for each `label`, and a panel, all on one scale, for each column in `values`."""

    table: Table
    label: str
    values: tuple[str, ...]

    def svg(self) -> str:
        """The bars alone: text stays text, and `alternative` is their name for a screen reader."""
        drawn = figures_svg.svg(specification(self))
        named = f'<svg role="img" aria-label="{escape(self.alternative())}" focusable="false" '
        return drawn.replace("<svg ", named, 1)

    def alternative(self) -> str:
        """What the chart shows, in words: its kind, its finding, its extremes, and where the figures are."""
        extremes = [_extremes(column, self.table.values(column.name), self.labels()) for column in self.panels()]
        finding = self.table.title + ("" if self.table.title.endswith((".", "?", "!")) else ".")
        return " ".join(["Bar chart.", finding, *filter(None, extremes), "The table that follows has the figures."])

    def html(self) -> str:
        """Headline, measure, bars, and the same figures as a table."""
        if not self.table.rows:
            return self.table.html()
        headline = f"<strong>{escape(self.table.title)}</strong> <span>{escape(self.table.scope)}</span>"
        figure = f"<figure>\n<figcaption>{headline}</figcaption>\n{self.svg()}\n</figure>\n"
        return figure + self.table.html(caption=f"The same figures as a table: {self.table.scope}")

    def panels(self) -> list[Column]:
        """The columns drawn, left to right."""
        return [self.table.column(name) for name in self.values]

    def labels(self) -> list[str]:
        """What stands beside each row of bars."""
        column = self.table.column(self.label)
        return [column.text(value) for value in self.table.values(self.label)]

    def _repr_mimebundle_(self, **_wanted) -> dict:
        return {"text/html": self.html(), "text/plain": self.table.plain(), MIME: self.table.json()}


@dataclass(frozen=True)
class Layout:
    """Where everything stands, in pixels from the left end of the first zero line and from the top."""

    chart: Chart

    @cached_property
    def lines(self) -> list[list[str]]:
        return [textwrap.wrap(text, LABEL_CHARACTERS) or ["[x]"] for text in self.chart.labels()]

    @cached_property
    def step(self) -> int:
        return TALL if any(len(lines) > 1 for lines in self.lines) else LOW

    @property
    def height(self) -> int:
        return self.step * len(self.lines)

    @property
    def panel(self) -> int:
        return PLOT // len(self.chart.values)

    @cached_property
    def scale(self) -> float:
        """Pixels for one unit, the same in every panel, leaving room for the longest figure."""
        cells = [(column, value) for column in self.chart.panels() for value in self._values(column)]
        longest = max(len(column.text(value)) for column, value in cells)
        return (self.panel - 20 - 9 * longest) / (max((value or 0 for _, value in cells), default=0) or 1)

    def bars(self) -> Iterator[dict]:
        """One bar for each cell, from its panel's zero line; an unknown value has a figure but no bar."""
        for number, column in enumerate(self.chart.panels()):
            for row, value in enumerate(self._values(column)):
                left, top = number * self.panel, row * self.step
                end = left + round((value or 0) * self.scale, 1)
                middle = top + self.step / 2
                yield {"x": left, "right": end, "y": top + 3, "bottom": top + self.step - 3,
                       "after": end + 6, "middle": middle, "text": column.text(value)}  # fmt: skip

    def names(self) -> list[dict]:
        """The lines of each row's label, about the middle of their row."""
        return [
            {"x": -8, "y": (row + 0.5) * self.step + (number - (len(lines) - 1) / 2) * LINE, "text": text}
            for row, lines in enumerate(self.lines)
            for number, text in enumerate(lines)
        ]

    def heads(self) -> list[dict]:
        """The name of each panel, above its zero line; a single panel is named by the chart's own title."""
        heads = [{"x": n * self.panel, "y": -14, "text": c.label} for n, c in enumerate(self.chart.panels())]
        return heads if len(heads) > 1 else []

    def zeros(self) -> list[dict]:
        return [{"x": number * self.panel, "y": 0, "bottom": self.height} for number in range(len(self.chart.values))]

    def _values(self, column: Column) -> list:
        return self.chart.table.values(column.name)


def specification(chart: Chart) -> dict:
    """The chart as a Vega specification, every length given."""
    layout = Layout(chart)
    bars, heads = list(layout.bars()), layout.heads()
    places = {
        "bars": bars,
        "zeros": layout.zeros(),
        "figures": [{"x": bar["after"], "y": bar["middle"], "text": bar["text"]} for bar in bars],
        "names": layout.names(),
        "heads": heads,
    }
    return {
        "$schema": SCHEMA,
        "autosize": "none",
        "padding": {"left": LABELS, "right": 10, "top": 30 if heads else 4, "bottom": 4},
        "width": PLOT,
        "height": layout.height,
        "background": None,
        "data": [{"name": name, "values": values} for name, values in places.items()],
        "marks": [
            _marks("rect", "bars", x2={"field": "right"}, y2={"field": "bottom"}, fill={"value": BAR}),
            _marks("rule", "zeros", y2={"field": "bottom"}, stroke={"value": QUIET}),
            _words("figures"),
            _words("names", align={"value": "right"}),
            _words("heads", fontWeight={"value": "bold"}),
        ],
    }


def _marks(kind: str, places: str, **look: dict) -> dict:
    """Marks at their places; silent to a screen reader, which hears the chart's own name instead."""
    enter = {"x": {"field": "x"}, "y": {"field": "y"}, **look}
    return {"type": kind, "from": {"data": places}, "aria": False, "encode": {"enter": enter}}


def _words(places: str, **look: dict) -> dict:
    type_ = {"font": FONT, "fontSize": 14, "fill": INK, "baseline": "middle"}
    fixed = {name: {"value": value} for name, value in type_.items()}
    return _marks("text", places, text={"field": "text"}, **fixed, **look)


def _extremes(column: Column, values: list, labels: list[str]) -> str:
    known = [(value, label) for value, label in zip(values, labels, strict=True) if value is not None]
    if not known:
        return ""
    high, low = max(known, key=lambda pair: pair[0]), min(known, key=lambda pair: pair[0])
    most, fewest = f"most {column.text(high[0])} ({high[1]})", f"fewest {column.text(low[0])} ({low[1]})"
    return f"{column.label}: {most}, {fewest}."
