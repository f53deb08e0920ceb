"""The charts of a page, all in one look: a measure over time, hubs or areas beside each other, what a whole is made of.

Each is a finding, its picture, and folded below it the same figures as a table with the files of both. It shows what
releases hold, and sums of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hubdata.dashboards.catalogue import Dashboard, Measure
from hubdata.dashboards.choice import TOGETHER, Choice
from hubdata.dashboards.figure import CSV, method, saved, tidy
from hubdata.dashboards.readings import Reading, percent, within
from hubdata.dashboards.releases import HIDDEN, TOTAL, Release
from hubdata.dashboards.sentences import Told, beside, told
from hubdata.dates import MONTHS, Quarter
from hubdata.figures.html import Html, element
from hubdata.figures.intervals import intervals
from hubdata.figures.lines import Drawing, Point, lines
from hubdata.figures.table import Column, Table

SVG = "image/svg+xml"
STEPS = (0.05, 0.1, 0.25, 0.5, 1.0)  # where the scale of shares may end
DOTS = "The line through a dot shows within what its figure lies 95 times in 100"
FEW = "too few"
NOTHING = "Nothing can be drawn: these figures are hidden to protect families."
MOST = 7  # rows of a picture; the table has all


@dataclass(frozen=True)
class Card:
    """One chart: the name of its files, its finding, what it measures, its picture, and its figures."""

    name: str
    finding: str
    scope: str
    drawn: Drawing | None
    kind: str
    table: Table

    def alternative(self) -> str:
        """What the picture says to whoever cannot see it."""
        marks = " [c] stands for figures that are hidden to protect families." if self.has_hidden() else ""
        return f"{self.kind}. {self.finding}.{marks} The table that follows has the figures."

    def has_hidden(self) -> bool:
        """Whether a figure of it is hidden."""
        return any(HIDDEN in row for row in self.table.rows)

    def sheet(self, release: Release) -> Html:
        """The picture as a file that stands for itself, with its method; nothing where there is none."""
        foot = (f"{self.scope}.", method(release), f"Source: {self.table.source}.")
        return self.drawn.sheet(self.alternative(), f"{self.finding}.", foot) if self.drawn else Html()


def cards(page: Dashboard, choice: Choice, past: list[Release]) -> list[Card]:
    """Every chart of a page, in order; one of which no release has anything is left out."""
    found = [_trend(told(name, choice, past)) for name in page.trends]
    found += [_beside(told(name, choice, past)) for name in page.beside]
    found += [_split(name, choice) for name in page.split]
    return [each for each in found if each is not None]


def shown(each: Card, choice: Choice) -> Html:
    """A chart on a page."""
    files = [saved("Figures", f"{each.name}.csv", CSV, tidy([each.table], choice.release), "CSV", choice)]
    if each.drawn:
        sheet = each.sheet(choice.release)
        files.append(saved("Picture", f"{each.name}.svg", SVG, f"{sheet}\n".encode(), "SVG", choice))
        if choice.links.slide and not choice.chosen:
            slide = choice.links.slide(sheet)
            files.append(saved("Picture for slides", f"{each.name}.png", "image/png", slide, "PNG", choice))
    drawn = each.drawn.picture(each.alternative()) if each.drawn else element("p", NOTHING, class_="note")
    return element(
        "figure",
        element("figcaption", element("h3", each.finding), element("p", each.scope, class_="scope")),
        drawn,
        element(
            "details",
            element("summary", f"Figures: {each.table.title.split(':')[0]}"),
            each.table.html(f"Table: {each.table.title}. {each.scope}"),
            *files,
            id=f"card-{each.table.name}",
        ),
    )


def _trend(of: Told) -> Card | None:
    """A measure over all quarters."""
    quarters = list(of.shown.items())
    if not quarters:
        return None
    points = [_point(_when(at, bool(of.years)), one) for at, one in quarters]
    (first, _), (last, _) = quarters[0], quarters[-1]
    each = "four quarters together" if of.years else "by quarter"
    scope = f"{of.whose}, {each}, {_when(first, bool(of.years))} to {_when(last, bool(of.years))}"
    rows = [(_when(at, bool(of.years)), *_cells(one)) for at, one in quarters]
    source = _source(of.choice.release)
    table = _table(f"{of.measure.name}-trend", of.title, scope, "Quarters", rows, of.measure.share, source)
    drawable = any(each.value is not None for each in points)
    return Card(
        _file(of.measure.name, "trend", of.choice),
        of.finding,
        scope,
        lines(points) if drawable else None,
        "Line chart",
        table,
    )


def _beside(of: Told) -> Card | None:
    """A measure for each hub, area or partner."""
    rows = beside(of.measure, of.choice, of.past)
    table = of.choice.release.tables.get(of.measure.table)
    if not rows or table is None:
        return None
    scope = f"By {table.of_rows.lower()}, {_over(of)}"
    if of.measure.share or any(one.noise for _, one in rows):
        scope += f". {DOTS}"
    each = [(row.label if row.code != TOTAL else "All", one) for row, one in rows]
    cells = [(label, *_cells(one)) for label, one in each]
    name = f"{of.measure.name}-by-{table.of_rows.split()[0].lower()}"
    own = _table(
        name,
        f"{of.title} by {table.of_rows.lower()}",
        scope,
        table.of_rows,
        cells,
        of.measure.share,
        _source(of.choice.release),
    )
    dots = each if of.measure.share else each[:-1]
    if len(dots) > MOST:
        dots = [*dots[:MOST], *(each[-1:] if of.measure.share else [])]
        scope += f". The first {MOST} of {len(each) - 1} are drawn"
    drawn = _dots(dots, of.measure)
    return Card(_file(name, "", of.choice), own.title, scope, drawn, "Dot plot", own)


def _split(name: str, choice: Choice) -> Card | None:
    """The columns of a table beside each other, for the hub chosen or all."""
    table = choice.release.tables.get(name)
    hub = choice.chosen.get("hub")
    if table is None:
        return None
    row = (table.row(hub.code) if hub and not table.row(TOGETHER) else None) or table.row(TOTAL)
    if row is None:
        return None
    noise = within(choice.release) ** 2 / 8
    each = [
        (column.label, Reading(table.at(row.code, column.code), 0, False, noise))
        for column in table.columns
        if column.code != TOTAL
    ]
    whose = "All hubs" if row.code == TOTAL else row.label
    scope = f"{whose}. {table.scope}"
    own = _table(
        f"{name}-split",
        table.title,
        scope,
        table.of_columns,
        [(label, *_cells(one)) for label, one in each],
        False,
        _source(choice.release),
    )
    return Card(_file(name, "parts", choice), table.title, scope, _dots(each, None), "Dot plot", own)


def _dots(each: list[tuple[str, Reading]], measure: Measure | None) -> Drawing | None:
    """Dots on one scale; a share of too few has none, and says so."""
    points = [_point(label, one, few=True) for label, one in each]
    known = [point.high or point.value for point in points if point.value is not None]
    if not known:
        return None
    if measure and measure.share:
        most = next((step for step in STEPS if step >= max(known)), 1.0)
        return intervals(points, most, ("0%", percent(most)))
    most = max(1.0, *known)
    return intervals(points, most, ("0", f"{most:,.0f}"))


def _point(label: str, one: Reading, few: bool = False) -> Point:
    limits = one.limits()
    if one.value is None:
        return Point(label, f"{one.text} hidden" if one.text == HIDDEN and few else one.text)
    if few and one.is_few:
        return Point(label, f"{FEW} ({one.whole:,})")
    of = f" of {one.whole:,}" if few and one.share else ""
    return Point(label, one.text + of, one.value, *(limits or (None, None)))


def _cells(one: Reading) -> Iterator[int | str]:
    """Of a reading the cells of its row: how many, of how many and which share, from where to where."""
    limits = one.limits()
    yield one.part
    if one.share:
        yield one.whole
        yield one.text
    write = percent if one.share else lambda value: f"{value:,.0f}"
    yield (
        "exact"
        if limits is None and one.value is not None
        else one.text
        if limits is None
        else " to ".join(map(write, limits))
    )


def _table(name: str, title: str, scope: str, of_rows: str, rows: list[tuple], share: bool, source: str) -> Table:
    columns = [Column("row", of_rows), Column("part", "Figure", "number")]
    columns += [Column("whole", "Of", "number"), Column("share", "Share", "number")] if share else []
    columns += [Column("within", "Within", "number")]
    return Table(name, title, scope, tuple(columns), tuple(rows), source)


def _when(quarter: Quarter, years: bool) -> str:
    """A quarter in a few letters: Jul–Sep 2026, or the year that ends with it."""
    first, last = MONTHS[quarter.first.month - 1][:3], MONTHS[quarter.last.month - 1][:3]
    return f"year to {last} {quarter.year}" if years else f"{first}–{last} {quarter.year}"


def _over(of: Told) -> str:
    """Which quarters a figure is of."""
    at = of.choice.release.quarter
    return f"four quarters to {at.words.split(' to ')[1]}" if at in of.years else at.words


def _source(release: Release) -> str:
    return f"Hub records, releases to {release.quarter}"


def _file(name: str, kind: str, choice: Choice) -> str:
    hubs = [each.code for by, each in choice.chosen.items() if by == "hub"]
    return "-".join(filter(None, [name, kind, *hubs, str(choice.release.quarter)])).lower().replace("_", "-")
