"""One released table of a dashboard, folded: its finding as a sentence, its table and its files.

It shows what releases hold, at most one table by hub or partner and never two chosen at once in one figure.
"""

import csv
import io
from collections.abc import Iterator

from hubdata.dashboards.catalogue import PageFigure
from hubdata.dashboards.choice import BY, TOGETHER, Choice
from hubdata.dashboards.releases import HIDDEN, TOTAL, UNAVAILABLE, Bin, Release, Released
from hubdata.figures.html import Html, element
from hubdata.figures.table import Column, Table, inert

CSV, SVG = "text/csv;charset=utf-8", "image/svg+xml"
OF_ALL = "figures are hidden."  # a note that counts the whole table
NOT_SHOWN = {HIDDEN: "some figures are hidden to protect families", UNAVAILABLE: "not available"}


def section(figure: PageFigure, choice: Choice) -> Html:
    """A figure as a part of the page, folded: its finding, its table and its files."""
    table = choice.release.tables.get(figure.table)
    if table is None:
        said = f"{figure.counts}: there are no such figures for {choice.release.quarter.words}."
        return element("p", said, class_="empty")
    one = _one(figure, choice)
    shown = _of_one(table, one) if one else table.table()
    ident = f"figure-{figure.table.replace('_', '-')}"
    return element(
        "details",
        element("summary", finding(figure, choice)),
        element("p", shown.scope, class_="scope"),
        _only(figure, choice),
        shown.html(f"Table: {shown.title}, {choice.release.quarter.words}"),
        download(figure, choice, [shown]),
        _picture(table, choice) if not one else Html(),
        id=ident,
        class_="figure",
    )


def finding(figure: PageFigure, choice: Choice) -> str:
    """What the figure says in one sentence: the release's own, or of the one chosen."""
    table = choice.release.tables[figure.table]
    one = _one(figure, choice)
    if one is None:
        return table.title
    cells = {each.code: table.at(one.code, each.code) for each in table.columns}
    needed = [value for code, value in cells.items() if f"{{{code}}}" in figure.one and isinstance(value, str)]
    if needed:
        return f"{one.label}, {figure.counts.lower()}: {NOT_SHOWN[max(needed)]}"
    return f"{one.label}: " + figure.one.format(**{code: f"{n:,}" for code, n in cells.items() if isinstance(n, int)})


def _one(figure: PageFigure, choice: Choice) -> Bin | None:
    """The hub or partner chosen, unless the release has them all together in this table."""
    one = choice.chosen.get(figure.by)
    return None if choice.release.tables[figure.table].row(TOGETHER) else one


def _only(figure: PageFigure, choice: Choice) -> Html:
    """That a figure does not follow what was chosen, because no release breaks it down so."""
    lost = [by for by in choice.chosen if by != figure.by or _one(figure, choice) is None]
    if not lost:
        return Html()
    said = " and ".join(BY[by] for by in lost)
    return element("p", f"These figures are for {said}: they are not published by {' or '.join(lost)}.", class_="note")


def _of_one(table: Released, one: Bin) -> Table:
    """The row chosen, beside all: a row for each column of the release's table."""
    columns = (Column("row", table.of_columns), Column("one", one.label, "number"), Column("all", "All", "number"))
    rows = tuple((each.label, *(table.at(code, each.code) for code in (one.code, TOTAL))) for each in table.columns)
    title, scope = f"{one.label} by {table.of_columns.lower()}", f"{one.label}. {table.scope}"
    notes = tuple(note for note in table.notes if OF_ALL not in note)
    return Table(table.name, title, scope, columns, rows, table.source, notes)


def _picture(table: Released, choice: Choice) -> Html:
    """The bars that came with the release, as a file."""
    if not table.chart or not table.has_bars():
        return Html()
    name = f"{table.chart.removesuffix('.svg')}-{choice.release.quarter}.svg".lower()
    return saved("Bars of these figures", name, SVG, choice.release.read(table.chart), "SVG", choice)


def download(figure: PageFigure, choice: Choice, tables: list[Table]) -> Html:
    """A link that saves what the figure shows, one line a number, with a name that says what it is."""
    content = tidy(tables, choice.release)
    one = [each.code for by, each in choice.chosen.items() if by == figure.by]
    name = "-".join([figure.table, *one, str(choice.release.quarter)]).lower().replace("_", "-") + ".csv"
    return saved("Download these figures", name, CSV, content, "CSV", choice)


def saved(said: str, name: str, kind: str, content: bytes, format_: str, choice: Choice) -> Html:
    """A link to a file that says its type and size."""
    size = f"{max(1, round(len(content) / 1024)):,} KB"
    address = choice.links.file(name, kind, content)
    return element("p", element("a", f"{said} ({format_}, {size})", href=address, download=name), class_="download")


def method(release: Release) -> str:
    """What was done to the figures of a release, in a sentence that goes with them wherever they go."""
    said = release.manifest
    return said.get("legend") or small(said["disclosure"])


def small(disclosure: dict) -> str:
    """How small numbers are hidden, in the deck's words."""
    least = 0 if disclosure["zeros"] == "small" else 1
    return (
        f"[c] means this figure is hidden. We hide numbers from {least} to {disclosure['threshold']}, and sometimes "
        f"another number so the first cannot be worked out. 0 {'is hidden too' if least == 0 else 'means none'}."
    )


def tidy(tables: list[Table], release: Release) -> bytes:
    """Every number of some tables on a line of its own, each with how it was protected; as spreadsheets want it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["What", "Row", "Column", "Figure", "How figures are protected"])
    said = inert(method(release))
    writer.writerows([*line, said] for table in tables for line in _lines(table))
    return text.getvalue().encode("utf-8-sig")


def _lines(table: Table) -> Iterator[list[str]]:
    for label, *values in table.rows:
        for column, value in zip(table.columns[1:], values, strict=True):
            figure = inert(value) if isinstance(value, str) else str(value)  # a number may be negative
            yield [inert(f"{table.title}: {table.scope}"), inert(label), inert(column.label), figure]
