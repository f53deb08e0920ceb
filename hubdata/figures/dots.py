"""How a dot plot looks: for each row where it began and where it ended, on its group's own scale; it shares no scale.

Scores of different instruments are never drawn against one another: every group has its own line of numbers, and its
rows stand under its name. A row without both values is in the table only. The plot is always followed by its table.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hubdata.figures import svg
from hubdata.figures.bars import LABELS, LOW, MARGIN, Pictured, beside, height, wrapped
from hubdata.figures.html import Html
from hubdata.figures.svg import BAR, PALE

SCALE, FIGURES = 500, 140  # pixels for a scale, and for the figures at its right
RADIUS, PATH = 4.74, 3  # pixels of a dot, and of the line between two
BLANK = "#ffffff"  # the dot where a row began
ABOVE, ENDS = 44, 20  # pixels for what the dots mean, and for the numbers at the ends of a scale


@dataclass(frozen=True)
class Dots(Pictured):
    """A table as pairs of dots: `label` names a row, `group` what shares a scale from `lowest` to `highest`."""

    label: str
    group: str
    first: str
    last: str
    lowest: str
    highest: str

    def svg(self, title: str = "") -> Html:
        """The dots alone; nothing where no row has enough."""
        marks, bottom = [], 0.0
        for name, rows in self.groups().items():
            more, bottom = _group(name, rows, bottom)
            marks += more
        frame = (-LABELS, -ABOVE, LABELS + SCALE + FIGURES + MARGIN, ABOVE + bottom + 4)
        return svg.picture(self.alternative(), frame, [*_legend(), *marks], title) if marks else Html()

    def alternative(self) -> str:
        """What the plot shows, in words: its kind, its finding, each group's widest move, and where the figures are."""
        widest = [_widest(name, rows) for name, rows in self.groups().items()]
        return " ".join(["Dot plot.", self.finding, *widest, "The table that follows has the figures."])

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
            "label": self.table.column(self.label).text(cells[self.label]),
            "first": first,
            "last": last,
            "low": min(0, first, last) if low is None else low,
            "high": max(first, last, 1) if high is None else high,
            "text": " to ".join(self.table.column(name).text(cells[name]) for name in (self.first, self.last)),
        }


def _widest(name: str, rows: list[dict]) -> str:
    most = max(rows, key=lambda row: abs(row["last"] - row["first"]))
    return f"{name}: the widest move is from {most['text']} ({most['label']})."


def _legend() -> Iterator[Html]:
    """What the two kinds of dot mean, above the first group."""
    for x, fill, words in ((0, BLANK, "first"), (60, BAR, "last")):
        yield svg.dot(x, -24, RADIUS, fill)
        yield svg.text(words, x + 10, -24)


def _group(name: str, rows: list[dict], top: float) -> tuple[list[Html], float]:
    """A group's name, the ends of its scale and its rows; and how far down the next group begins."""
    low, high = min(row["low"] for row in rows), max(row["high"] for row in rows)
    marks = [svg.text(name, MARGIN - LABELS, top + LOW / 2, font_weight="bold")]
    marks += [svg.text(f"{end:g}", x, top + LOW + 8, text_anchor="middle") for x, end in ((0, low), (SCALE, high))]
    top += LOW + ENDS
    for row in rows:
        lines = wrapped(row["label"])
        first, last = (round((row[end] - low) * SCALE / ((high - low) or 1), 1) for end in ("first", "last"))
        marks += _row(lines, first, last, row["text"], top + height(lines) / 2)
        top += height(lines)
    return marks, top + LOW


def _row(lines: list[str], first: float, last: float, figures: str, y: float) -> Iterator[Html]:
    """A row's label, its scale, the way from its first dot to its last, and both figures."""
    yield from beside(lines, -12, y)
    yield svg.line((0, y), (SCALE, y), PALE)
    yield svg.line((min(first, last), y), (max(first, last), y), BAR, PATH)
    yield svg.dot(first, y, RADIUS, BLANK)
    yield svg.dot(last, y, RADIUS, BAR)
    yield svg.text(figures, SCALE + 16, y)
