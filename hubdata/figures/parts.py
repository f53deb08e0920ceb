"""The parts of a report's page that are no plain table: its answer, a list of facts, and a register; they ask nothing.

A register carries every row for the workbook, and shows a page's worth of them: 100,000 rows are more than a browser
opens.
"""

from dataclasses import dataclass, replace
from html import escape

from hubdata.figures.table import MIME, Table

SHOWN = 100  # rows of a register on the page
KEPT = 50_000  # rows of a register in the workbook: about half a minute to write


@dataclass(frozen=True)
class Text:
    """A piece of the page that is no table: its HTML and the same in plain words."""

    html: str
    plain: str

    def _repr_mimebundle_(self, **_wanted) -> dict:
        return {"text/html": self.html, "text/plain": self.plain}


def answer(finding: str, points: list[str]) -> Text:
    """A report's answer in one sentence, and below it what its reader must know first."""
    listed = "".join(f"<li>{escape(point)}</li>\n" for point in points)
    html = f'<p class="answer">{escape(finding)}</p>\n<ul class="points">\n{listed}</ul>'
    return Text(html, "\n".join([finding, *points]))


@dataclass(frozen=True)
class Facts:
    """A table of two columns, shown as a summary list."""

    table: Table

    def html(self) -> str:
        """The facts as terms and descriptions."""
        rows = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>\n" for k, v in self.table.rows)
        return f'<dl class="facts">\n{rows}</dl>'

    def _repr_mimebundle_(self, **_wanted) -> dict:
        return {"text/html": self.html(), "text/plain": self.table.plain(), MIME: self.table.json()}


@dataclass(frozen=True)
class Register:
    """A long list that other figures count: closed until it is opened, and cut on the page; the workbook has it all."""

    table: Table

    def html(self) -> str:
        """What the list is, how much of it is shown, and that much."""
        table = self.table
        if not table.rows:
            return table.html()
        said = f"<p><strong>{escape(table.title)}</strong><br>{escape(table.scope)}. {escape(self.cut())}</p>"
        shown = replace(table, rows=table.rows[:SHOWN])
        summary = f"Show the list: {escape(table.title)}"
        return f"{said}\n<details>\n<summary>{summary}</summary>\n{shown.html()}</details>\n"

    def cut(self) -> str:
        """How many of the rows the page has, and where all are."""
        rows = len(self.table.rows)
        where = f"all {rows:,} are in the workbook" if rows > 1 else "it is in the workbook too"
        return f"The first {SHOWN:,} are listed here; {where}." if rows > SHOWN else f"The list has {rows:,}; {where}."

    def plain(self) -> str:
        """The same cut for a terminal."""
        return replace(self.table, rows=self.table.rows[:SHOWN]).plain()

    def _repr_mimebundle_(self, **_wanted) -> dict:
        return {"text/html": self.html(), "text/plain": self.plain(), MIME: self.table.json()}


def shortened(table: Table, rows: int, where: str) -> Table:
    """A table that has the first of so many rows, saying so and where all of them are."""
    if rows <= len(table.rows):
        return table
    note = f"The first {len(table.rows):,} of {rows:,} are listed. {where}"
    return replace(table, notes=(*table.notes, note))
