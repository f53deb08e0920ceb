"""The reports' figures: named queries in *.sql, each with its caption, read into tables; it judges nothing.

A file is a list of figures. Each opens with its name and what its reader needs to know, then one query:

    -- figure: by_hub
    -- finding: counted(sum(due), 'record is', 'records are') || ' past the date'
    -- scope: Records by hub, {hub}, at {as_at}
    -- column: hub | Hub
    -- column: due | Past the date | number
    -- chart: hub: due
    -- empty: There are no records.
    SELECT hub, count(*) AS due FROM retention GROUP BY ALL ORDER BY ALL;

`finding` is SQL over the query's own rows, called `figure`, so that a title cannot say other than its table.
A column is name | label | kind | unit | what an empty cell shows. `source`, `shown_as` (facts, register) and `note`
may follow. `dots` names the columns of a dot plot: label, group, first, last, lowest, highest.
"""

from dataclasses import dataclass
from functools import cache

from hubdata import places
from hubdata.figures import captions
from hubdata.figures.table import Column, Table

FOLDER = places.PACKAGE / "reports" / "questions"
ONCE = ("chart", "dots", "shown_as", "empty", "source")
KEYS = ("figure", "finding", "scope", "column", "note", *ONCE)


@dataclass(frozen=True)
class ReportFigure:
    """One named query and its caption, before it has been asked of any records."""

    name: str
    finding: str
    scope: str
    columns: tuple[Column, ...]
    sql: str
    chart: str = ""
    dots: str = ""
    shown_as: str = ""
    empty: str = "There is nothing to show."
    source: str = ""
    notes: tuple[str, ...] = ()

    @property
    def bars(self) -> tuple[str, tuple[str, ...]] | None:
        """For a chart, the column that labels its rows and the columns drawn as bars."""
        label, _, values = self.chart.partition(": ")
        return (label, tuple(values.split(", "))) if self.chart else None

    @property
    def marks(self) -> dict[str, str]:
        """For a dot plot, the columns that label its rows, group them, and have both values and the scale's ends."""
        return dict(zip(("label", "group", "first", "last", "lowest", "highest"), self.dots.split(", "), strict=True))

    def table(self, title: str, rows: list[tuple], words: dict[str, str]) -> Table:
        """The figure as a finished table; `words` fills in the hub and the dates that its scope names."""
        said = {"scope": self.scope.format(**words), "empty": self.empty.format(**words)}
        return Table(
            self.name, title, columns=self.columns, rows=tuple(rows), source=self.source, notes=self.notes, **said
        )


@cache
def load(report: str) -> dict[str, ReportFigure]:
    """The figures of one report by name, in the order written."""
    figures = [_figure(block) for block in _blocks(report)[1:]]
    return {figure.name: figure for figure in figures}


def preface(report: str) -> str:
    """What stands before a file's first figure: the macros and views that its figures share."""
    return _blocks(report)[0]


def text(report: str) -> str:
    """One file of figures."""
    return (FOLDER / f"{report}.sql").read_text("utf-8")


def _blocks(report: str) -> list[str]:
    return captions.blocks(text(report), "figure")


def _figure(block: str) -> ReportFigure:
    caption = captions.read(block, KEYS)
    return ReportFigure(
        name=caption.one("figure"),
        finding=caption.one("finding"),
        scope=caption.one("scope"),
        columns=tuple(_column(line) for line in caption.all("column")),
        sql=caption.sql,
        notes=tuple(caption.all("note")),
        **caption.some(*ONCE),
    )


def _column(line: str) -> Column:
    given = dict(zip(("name", "label", "kind", "unit", "missing"), captions.parts(line), strict=False))
    return Column(**{key: value for key, value in given.items() if value})
