"""How a dot plot looks: for each row where it began and where it ended, on its group's own scale; it shares no scale.

Scores of different instruments are never drawn against one another: every group has its own line of numbers, and its
rows stand under its name. A row without both values is in the table only. The plot is always followed by its table.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from hubdata.figures import svg as figures_svg
from hubdata.figures.bars import BAR, LABEL_CHARACTERS, LABELS, LINE, LOW, SCHEMA, TALL, _marks, _words
from hubdata.figures.table import MIME, Table

SCALE, FIGURES = 500, 140  # pixels for a scale, and for the figures at its right
DOT = 90  # square pixels of a dot


@dataclass(frozen=True)
class Dots:
    """A table as pairs of dots: `label` names a row, `group` what shares a scale from `lowest` to `highest`."""

    table: Table
    label: str
    group: str
    first: str
    last: str
    lowest: str
    highest: str

    def svg(self) -> str:
        """The dots alone: text stays text, and `alternative` is their name for a screen reader."""
        drawn = figures_svg.svg(specification(self))
        named = f'<svg role="img" aria-label="{escape(self.alternative())}" focusable="false" '
        return drawn.replace("<svg ", named, 1)

    def alternative(self) -> str:
        """What the plot shows, in words: its kind, its finding, each group's widest move, and where the figures are."""
        finding = self.table.title + ("" if self.table.title.endswith((".", "?", "!")) else ".")
        widest = [_widest(name, rows) for name, rows in self.groups().items()]
        return " ".join(["Dot plot.", finding, *widest, "The table that follows has the figures."])

    def groups(self) -> dict[str, list[dict]]:
        """The rows that have both values, by group, in the table's order."""
        found: dict[str, list[dict]] = {}
        for row in self.table.rows:
            cells = dict(zip((column.name for column in self.table.columns), row, strict=True))
            if cells[self.first] is not None and cells[self.last] is not None:
                found.setdefault(str(cells[self.group]), []).append(self._row(cells))
        return found

    def _row(self, cells: dict) -> dict:
        """One row as the drawing needs it; a scale that nobody registered runs from 0 to the higher score."""
        first, last = cells[self.first], cells[self.last]
        low, high = cells[self.lowest], cells[self.highest]
        return {
            "label": self.table.column(self.label).text(cells[self.label]), "first": first, "last": last,
            "low": min(0, first, last) if low is None else low, "high": max(first, last, 1) if high is None else high,
            "text": " to ".join(self.table.column(name).text(cells[name]) for name in (self.first, self.last)),
        }  # fmt: skip

    def html(self) -> str:
        """Headline, measure, dots, and the same figures as a table; only the table where no row has enough."""
        if not self.groups():
            return self.table.html()
        headline = f"<strong>{escape(self.table.title)}</strong> <span>{escape(self.table.scope)}</span>"
        figure = f"<figure>\n<figcaption>{headline}</figcaption>\n{self.svg()}\n</figure>\n"
        return figure + self.table.html(caption=f"The same figures as a table: {self.table.scope}")

    def _repr_mimebundle_(self, **_wanted) -> dict:
        return {"text/html": self.html(), "text/plain": self.table.plain(), MIME: self.table.json()}


def _widest(name: str, rows: list[dict]) -> str:
    most = max(rows, key=lambda row: abs(row["last"] - row["first"]))
    return f"{name}: the widest move is from {most['text']} ({most['label']})."


def _placed(dots: Dots) -> dict[str, list[dict]]:
    """Where everything stands, in pixels from the left end of the scales and from the top."""
    found: dict[str, list[dict]] = {k: [] for k in ("heads", "names", "ends", "lines", "paths", "from", "to", "texts")}
    top = 0.0
    for name, rows in dots.groups().items():
        low, high = min(row["low"] for row in rows), max(row["high"] for row in rows)
        found["heads"].append({"x": -LABELS + 10, "y": top + LOW / 2, "text": name})
        found["ends"] += [{"x": x, "y": top + LOW + 8, "text": f"{end:g}"} for x, end in ((0, low), (SCALE, high))]
        top += LOW + 20
        for row in rows:
            top = _place_row(found, row, top, SCALE / ((high - low) or 1), low)
        top += LOW
    found["bottom"] = [{"y": top}]
    return found


def _place_row(found: dict[str, list[dict]], row: dict, top: float, scale: float, low: float) -> float:
    lines = textwrap.wrap(row["label"], LABEL_CHARACTERS) or ["[x]"]
    step = TALL if len(lines) > 1 else LOW
    y, first, last = top + step / 2, *(round((row[end] - low) * scale, 1) for end in ("first", "last"))
    found["names"] += [
        {"x": -12, "y": y + (number - (len(lines) - 1) / 2) * LINE, "text": text} for number, text in enumerate(lines)
    ]
    found["lines"].append({"x": 0, "y": y, "right": SCALE})
    found["paths"].append({"x": min(first, last), "y": y, "right": max(first, last)})
    found["from"].append({"x": first, "y": y})
    found["to"].append({"x": last, "y": y})
    found["texts"].append({"x": SCALE + 16, "y": y, "text": row["text"]})
    return top + step


def _legend() -> Iterator[tuple[str, dict]]:
    yield "from", {"x": 0, "y": -24}
    yield "texts", {"x": 10, "y": -24, "text": "first"}
    yield "to", {"x": 60, "y": -24}
    yield "texts", {"x": 70, "y": -24, "text": "last"}


def specification(dots: Dots) -> dict:
    """The plot as a Vega specification, every length given."""
    places = _placed(dots)
    height = places.pop("bottom")[0]["y"]
    for name, place in _legend():
        places[name].append(place)
    return {
        "$schema": SCHEMA,
        "autosize": "none",
        "padding": {"left": LABELS, "right": 10, "top": 44, "bottom": 4},
        "width": SCALE + FIGURES,
        "height": height,
        "background": None,
        "data": [{"name": name, "values": values} for name, values in places.items()],
        "marks": [
            _marks("rule", "lines", x2={"field": "right"}, stroke={"value": "#bfbfbf"}),
            _marks("rule", "paths", x2={"field": "right"}, stroke={"value": BAR}, strokeWidth={"value": 3}),
            _dot("from", fill="#ffffff"),
            _dot("to", fill=BAR),
            _words("texts"),
            _words("names", align={"value": "right"}),
            _words("ends", align={"value": "center"}),
            _words("heads", fontWeight={"value": "bold"}),
        ],
    }


def _dot(places: str, fill: str) -> dict:
    look = {"fill": fill, "stroke": BAR, "strokeWidth": 2, "size": DOT, "shape": "circle"}
    return _marks("symbol", places, **{name: {"value": value} for name, value in look.items()})
