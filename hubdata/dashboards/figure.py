"""One figure of a dashboard: its finding as a sentence, its chart, its table, its past and its download.

It shows what releases hold, at most one table by hub or partner and never two chosen at once in one figure.
"""

import csv
import io
from base64 import b64encode
from collections.abc import Iterator

from hubdata.dashboards.bars import bars
from hubdata.dashboards.catalogue import PageFigure
from hubdata.dashboards.choice import BY, TOGETHER, Choice
from hubdata.dashboards.releases import HIDDEN, TOTAL, UNAVAILABLE, Bin, Release, Released
from hubdata.figures.html import Html, element, finished, together
from hubdata.figures.table import Column, Table, inert

QUARTERS = 8  # how far back a figure's past goes
CSV = "text/csv;charset=utf-8"
OF_ALL = "figures are hidden."  # a note that counts the whole table
NOT_SHOWN = {HIDDEN: "some figures are hidden to protect families", UNAVAILABLE: "not available"}


def section(figure: PageFigure, choice: Choice, past: list[Release]) -> Html:
    """A figure as a part of the page; `past` are the releases up to the one chosen, newest first."""
    table = choice.release.tables.get(figure.table)
    if table is None:
        said = f"{figure.counts}: there are no such figures for {choice.release.quarter.words}."
        return element("p", said, class_="empty")
    one = _one(figure, choice)
    row = one or table.row(TOTAL)
    shown = _of_one(table, one) if one else table.table()
    earlier = _past(figure, row, past)
    ident = f"figure-{figure.table.replace('_', '-')}"
    return element(
        "div",
        element("h2", finding(figure, choice), id=ident),
        element("p", shown.scope, class_="scope"),
        _only(figure, choice),
        _drawn(table, one, shown, choice),
        shown.html(f"Table: {shown.title}, {choice.release.quarter.words}"),
        _over_time(earlier, choice.release.manifest.get("no_clear_change_within", 0)) if earlier else Html(),
        download(figure, choice, [shown, *([earlier] if earlier else [])]),
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


def answer(figure: PageFigure, choice: Choice) -> str:
    """The finding as an answer to the page's question; where it has no number, why not."""
    if figure.table not in choice.release.tables:
        return f"{figure.counts}: there are no such figures for {choice.release.quarter.words}"
    said = finding(figure, choice)
    return said if any(map(str.isdigit, said)) else f"{figure.counts}: {NOT_SHOWN[HIDDEN]}"


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


def _drawn(table: Released, one: Bin | None, shown: Table, choice: Choice) -> Html:
    """The chart that came with the release, or bars of the one chosen."""
    if one:
        return _bars(shown.scope, [(label, value) for label, value, _ in shown.rows[:-1]])
    if not table.chart or not table.has_bars():
        return Html()
    return element("figure", finished(choice.release.read(table.chart).decode("utf-8")))


def _bars(of: str, rows: list[tuple[str, int | str]]) -> Html:
    """Bars of what is known; no chart where there is nothing to draw."""
    if not any(isinstance(value, int) and value for _, value in rows):
        return Html()
    hidden = " [c] stands for figures that are hidden to protect families." if HIDDEN in dict(rows).values() else ""
    return element("figure", bars(rows, f"Bar chart. {of}.{hidden} The table that follows has the figures."))


def _past(figure: PageFigure, row: Bin | None, past: list[Release]) -> Table | None:
    """The figure's columns over the quarters, oldest first; None if there is only one."""
    known = [each for each in reversed(past[:QUARTERS]) if figure.table in each.tables]
    if not figure.over_time or row is None or len(known) < 2:
        return None
    latest = known[-1].tables[figure.table]
    there = {each.code for each in latest.columns}
    labels = {
        code: figure.counts if code == TOTAL else latest.label(code) for code in figure.over_time if code in there
    }
    columns = (Column("row", "Quarter"), *(Column(code, label, "number") for code, label in labels.items()))
    rows = tuple(
        (each.quarter.words, *(each.tables[figure.table].at(row.code, code) for code in labels)) for each in known
    )
    place = BY.get(figure.by, BY["hub"]).capitalize() if row.code == TOTAL else row.label
    first, last = known[0].quarter.words, known[-1].quarter.words
    title = f"{', '.join(labels.values())}, by quarter"
    return Table(f"{figure.table}_past", title, f"{place}, {first} to {last}", columns, rows)


def _over_time(earlier: Table, within: int) -> Html:
    """What the figure was in the quarters before: a sentence, bars, and the table.

    Where figures were changed to protect families, a difference `within` so much says nothing.
    """
    first = earlier.columns[1].label
    values = [(quarter, value) for quarter, value, *_ in earlier.rows]
    (when, before), (_, now) = values[-2:]
    figure = f"{now:,}, {moved(before, now, when, within)}" if isinstance(now, int) else NOT_SHOWN[now]
    return together(
        element("h3", f"{first}: {figure}"),
        element("p", earlier.scope, class_="scope"),
        _bars(f"{first}, by quarter. {earlier.scope}", values),
        earlier.html(f"Table: {earlier.title}"),
    )


def moved(before: int | str, now: int, when: str, within: int = 0) -> str:
    """How a figure moved since an earlier quarter, in words."""
    if isinstance(before, str):
        return f"and no figure to compare with for {when}"
    if within and abs(now - before) <= within:
        return f"no clear change since {when}"
    if before == now:
        return f"as in {when}"
    return f"{abs(now - before):,} {'more' if now > before else 'fewer'} than in {when}"


def download(figure: PageFigure, choice: Choice, tables: list[Table]) -> Html:
    """A link that saves what the figure shows, one line a number, with a name that says what it is."""
    content = tidy(tables).encode("utf-8-sig")
    one = [each.code for by, each in choice.chosen.items() if by == figure.by]
    name = "-".join([figure.table, *one, str(choice.release.quarter)]).lower().replace("_", "-") + ".csv"
    return saved("Download these figures", name, CSV, content, "CSV")


def saved(said: str, name: str, kind: str, content: bytes, format_: str) -> Html:
    """A download that needs no server: the file is in the link, and the link says its type and size."""
    size = f"{max(1, round(len(content) / 1024)):,} KB"
    address = f"data:{kind};base64,{b64encode(content).decode('ascii')}"
    return element("p", element("a", f"{said} ({format_}, {size})", href=address, download=name), class_="download")


def tidy(tables: list[Table]) -> str:
    """Every number of some tables on a line of its own."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["What", "Row", "Column", "Figure"])
    writer.writerows(line for table in tables for line in _lines(table))
    return text.getvalue()


def _lines(table: Table) -> Iterator[list[str]]:
    for label, *values in table.rows:
        for column, value in zip(table.columns[1:], values, strict=True):
            figure = inert(value) if isinstance(value, str) else str(value)  # a number may be negative
            yield [inert(f"{table.title}: {table.scope}"), inert(label), inert(column.label), figure]
