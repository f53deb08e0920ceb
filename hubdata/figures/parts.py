"""The parts of a report's page that are no plain table: its answer, a list of facts, and a register; they ask nothing.

A register carries every row for the workbook, where it can be sorted, and shows a screenful: nobody reads further on
a page, and 100,000 rows are more than a browser opens.
"""

from dataclasses import dataclass, replace

from hubdata.figures.html import Html, element, facts, lined, points, together
from hubdata.figures.table import MIME, Table

SOURCE = "application/vnd.hubdata.source+json"
SHOWN = 30  # rows of a register on the page: a screenful; who goes through them all does so in the workbook
KEPT = 50_000  # rows of a register in the workbook: about half a minute to write


@dataclass(frozen=True)
class Text:
    """A piece of the page that is no table: its HTML and the same in plain words."""

    html: Html
    plain: str

    def _repr_mimebundle_(self, **_wanted) -> dict:
        return {"text/html": self.html, "text/plain": self.plain}


def answer(finding: str, must_know: list[str]) -> Text:
    """A report's answer in one sentence, and below it what its reader must know first."""
    html = together(element("p", finding, class_="answer"), "\n", points(must_know))
    return Text(html, "\n".join([finding, *must_know]))


@dataclass(frozen=True)
class Source:
    """The query that a figure asks, folded until it is opened; it is no part of a workbook."""

    name: str
    sql: str

    def _repr_mimebundle_(self, **_wanted) -> dict:
        said = f"The SQL of the figure {self.name}"
        html = element("details", element("summary", said), element("pre", self.sql, class_="source"))
        return {"text/html": html, "text/plain": f"{said} is in the notebook.", SOURCE: {"name": self.name}}


@dataclass(frozen=True)
class Facts:
    """A table of two columns, shown as a summary list."""

    table: Table

    def html(self) -> Html:
        """The facts as terms and descriptions."""
        return facts(self.table.rows, cell=str)

    def _repr_mimebundle_(self, **_wanted) -> dict:
        return {"text/html": self.html(), "text/plain": self.table.plain(), MIME: self.table.json()}


@dataclass(frozen=True)
class Register:
    """A long list that other figures count: closed until it is opened, and cut on the page; the workbook has it all."""

    table: Table

    def html(self) -> Html:
        """What the list is, how much of it is shown, and that much."""
        table = self.table
        if not table.rows:
            return table.html()
        said = element("p", element("strong", table.title), element("br"), f"{table.scope}. {self.cut()}")
        shown = replace(table, rows=table.rows[:SHOWN])
        summary = element("summary", f"Show the list: {table.title}")
        return lined([said, element("details", "\n", summary, "\n", shown.html())])

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
