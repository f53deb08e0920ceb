"""Protected figures as tables that people read: titles, notes, percentages; it knows what may be shown and no more."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from hubdata import dates
from hubdata.dates import Quarter, Year
from hubdata.figures.bars import Chart
from hubdata.figures.table import Column, Table
from hubdata.policy import Entry
from hubdata.release.counts import Grouping
from hubdata.release.disclosure.derived import percentage
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.disclosure.protect import HIDDEN, UNAVAILABLE
from hubdata.release.protect import ProtectedSet, Shown
from hubdata.release.tables import Bin

TOTAL = Bin("total", "Total", ())
SOURCE = "Hub records"
HELD_BACK = (
    "[c] means hidden: so few records changed since an earlier release that what moved would point at them, or a small "
    "count could have been worked out nearly for certain."
)
TAKEN_BACK = (
    "Where [c] stands for a whole part of this table, it says nothing, not even whether there was anybody: together "
    "with an earlier quarter a small count could have been worked out."
)


@dataclass(frozen=True)
class Edition:
    """What every part of one release shares."""

    quarter: Quarter | Year
    snapshot: str
    disclosure: DisclosurePolicy
    policy: tuple[Entry, ...]
    promises: tuple[tuple[str, ...], ...] = ()
    decisions: str = ""  # the hash of what the hub had decided, nothing where it decided nothing

    @property
    def words(self) -> dict[str, str]:
        """How captions name the quarter, or the year."""
        return dict.fromkeys(("quarter", "year"), self.quarter.words) | {"last_day": dates.words(self.quarter.last)}

    @property
    def made_on(self) -> date:
        return self.quarter.last


@dataclass(frozen=True)
class ReleasedChart(Chart):
    """A chart that calls no figure the most or the fewest: a hidden one could be more, or fewer; it says its method."""

    method: str = ""

    def alternative(self) -> str:
        hidden = any(None in self.table.values(name) for name in self.values)
        marks = " [c] stands for figures that are hidden to protect families." if hidden else ""
        return f"Bar chart. {self.table.title}.{marks} {self.method} The table that goes with it has the figures."


@dataclass(frozen=True)
class Finished:
    """One table of a release: its grouping, its figures row by row with totals last, and its percentages."""

    grouping: Grouping
    grid: tuple[tuple[Shown, ...], ...]
    percentages: tuple[tuple[float | str, ...], ...]
    table: Table
    method: str

    @property
    def name(self) -> str:
        return self.grouping.spec.name

    @property
    def file(self) -> str:
        """What its files are called, without their endings."""
        return self.name.replace("_", "-")

    @property
    def rows(self) -> tuple[Bin, ...]:
        return (*self.grouping.rows, TOTAL)

    @property
    def columns(self) -> tuple[Bin, ...]:
        return (*self.grouping.columns, TOTAL)

    @property
    def hidden(self) -> int:
        return sum(figure == HIDDEN for row in self.grid for figure in row)

    @cached_property
    def svg(self) -> str:
        """Its bars, without totals and without rows of which nothing is known; empty if nothing can be drawn."""
        rows = tuple(row for row in self.table.rows[:-1] if UNAVAILABLE not in row)
        spec = self.grouping.spec
        if not rows or not spec.chart:
            return ""
        drawn = Table(self.table.name, self.table.title, self.table.scope, self.table.columns, rows)
        chart = ReleasedChart(drawn, "row", spec.chart, self.method)
        return chart.svg(title=f"{self.table.title}. {self.table.scope}") + "\n"


def finish(found: ProtectedSet, edition: Edition) -> list[Finished]:
    """Every table of a protected set, ready to be written."""
    return [_finished(found, grouping, edition) for grouping in found.counted.groupings]


def _finished(found: ProtectedSet, grouping: Grouping, edition: Edition) -> Finished:
    unheard = found.counted.unheard if grouping.spec.rows.of_list == "hubs" else frozenset()
    codes = [*(bin_.code for bin_ in grouping.rows), TOTAL.code]
    grid = tuple(
        tuple(UNAVAILABLE for _ in row) if code in unheard else tuple(row)
        for code, row in zip(codes, found.grid(grouping), strict=True)
    )
    current = found.counted.current if grouping.spec.rows.of_list == "partners" else {}
    taken = any(own in found.unsaid for own in grouping.figures.values())
    table = _table(grouping, grid, edition, current, taken)
    return Finished(grouping, grid, _percentages(grouping, grid, edition), table, edition.disclosure.sentence())


def _percentages(grouping: Grouping, grid: tuple, edition: Edition) -> tuple[tuple[float | str, ...], ...]:
    if not grouping.spec.percent:
        return ()
    return tuple(tuple(percentage(figure, row[-1], edition.disclosure) for figure in row[:-1]) for row in grid)


def _table(grouping: Grouping, grid: tuple, edition: Edition, current: dict[str, date], taken: bool) -> Table:
    spec = grouping.spec
    bins = (*grouping.columns, TOTAL)
    columns = [Column("row", spec.rows.label), *(Column(b.code, b.label, "number", missing=HIDDEN) for b in bins)]
    rows = [
        (bin_.label, *(None if figure == HIDDEN else figure for figure in row))
        for bin_, row in zip((*grouping.rows, TOTAL), grid, strict=True)
    ]
    return Table(
        name=spec.name,
        title=_title(grouping, grid),
        scope=spec.scope.format(**edition.words),
        columns=tuple(columns),
        rows=tuple(rows),
        source=f"{SOURCE}, release of {edition.quarter}",
        notes=(*spec.notes, *_current(grouping, current), *_notes(grid, edition, taken)),
    )


def _current(grouping: Grouping, current: dict[str, date]) -> list[str]:
    """How current each partner's figures are: the last day on which anything of its own was recorded."""
    said = [f"{bin_.label} {dates.words(current[bin_.code])}" for bin_ in grouping.rows if bin_.code in current]
    return [f"Each partner's figures are current as of: {'; '.join(said)}."] if said else []


def _title(grouping: Grouping, grid: tuple) -> str:
    """The finding, if every total that it needs is shown; what the table is about, if not."""
    codes = [*(bin_.code for bin_ in grouping.columns), TOTAL.code]
    said = {code: f"{n:,}" for code, n in zip(codes, grid[-1], strict=True) if isinstance(n, int)}
    try:
        return grouping.spec.finding.format(**said)
    except KeyError:
        return grouping.spec.plain


def _notes(grid: tuple, edition: Edition, taken: bool) -> list[str]:
    hidden = sum(figure == HIDDEN for row in grid for figure in row)
    unknown = any(UNAVAILABLE in row for row in grid)
    of = sum(len(row) for row in grid)
    said = [f"{hidden} of {of} figures are hidden. {edition.disclosure.sentence()}"] if hidden else []
    if edition.disclosure.keyed:
        said = [*([HELD_BACK] if hidden else []), edition.disclosure.sentence()]
    elif taken:
        said.append(TAKEN_BACK)
    if unknown:
        said.append("[x] means unavailable: the Hub has no family record from there, which is not the same as none.")
    return said
