"""What a measure was in a quarter, how sure that is, and whether it moved: no direction that could be the other way.

Two things make a figure unsure. Where a release changes figures to protect families, `no_clear_change_within` says by
how much two of them must differ before one is more. And of few goals or shares a share says little: its limits are
Wilson's, and two shares differ if Newcombe's interval of their difference leaves 0 out, each of 30 or more.
"""

from dataclasses import dataclass
from math import sqrt

from hubdata.dashboards.catalogue import Measure
from hubdata.dashboards.choice import TOGETHER, Choice
from hubdata.dashboards.releases import HIDDEN, TOTAL, UNAVAILABLE, Bin, Release
from hubdata.dates import Quarter

FEWEST = 30  # goals or shares of which a share may be said to move, or to differ from another
YEAR = 4  # quarters
SURE = 1.96  # standard deviations within which 95 of 100 lie
UP, DOWN, SAME, UNCLEAR, FEW, UNKNOWN = "up", "down", "same", "unclear", "few", "unknown"


@dataclass(frozen=True)
class Reading:
    """So many, of so many where it is a share; `noise` is the variance that protecting it gave to each of the two."""

    part: int | str
    whole: int | str
    share: bool
    noise: float = 0.0

    @property
    def why_not(self) -> str:
        """Why there is no value: hidden or unavailable; empty if there is one."""
        unknown = [each for each in (self.part, self.whole if self.share else 0) if isinstance(each, str)]
        return max(unknown, default="" if self.whole or not self.share else UNAVAILABLE)

    @property
    def value(self) -> float | None:
        """The count, or the share as a part of one; None where it is not known."""
        if self.why_not:
            return None
        return min(1.0, int(self.part) / int(self.whole)) if self.share else float(self.part)

    @property
    def text(self) -> str:
        """The value as people write it."""
        if self.value is None:
            return self.why_not
        return percent(self.value) if self.share else f"{self.part:,}"

    @property
    def is_few(self) -> bool:
        """Whether too few were counted to say that a share moved."""
        return self.share and isinstance(self.whole, int) and self.whole < FEWEST

    def limits(self) -> tuple[float, float] | None:
        """Within which it lies 95 times in 100; None where it is exactly known, or not at all."""
        value = self.value
        if value is None or not (self.share or self.noise):
            return None
        if not self.share:
            far = 2 * sqrt(self.noise)
            return max(0.0, value - far), value + far
        n, changed = int(self.whole), 2 * sqrt(self.noise * (1 + value * value)) / int(self.whole)
        middle = (value + SURE**2 / (2 * n)) / (1 + SURE**2 / n)
        wide = SURE * sqrt(value * (1 - value) / n + SURE**2 / (4 * n * n)) / (1 + SURE**2 / n)
        low, high = max(0.0, value - middle + wide), max(0.0, middle + wide - value)
        return max(0.0, value - sqrt(low**2 + changed**2)), min(1.0, value + sqrt(high**2 + changed**2))


def percent(share: float) -> str:
    """A share as a whole number of per cent."""
    return "under 1%" if 0 < share < 0.005 else f"{int(share * 100 + 0.5)}%"


def within(release: Release) -> float:
    """By how much two figures of a release may differ without one being more."""
    said = release.manifest
    base = said["disclosure"].get("round_to") or 1  # each of two rounded figures may lie nearly a base away
    return max(said.get("no_clear_change_within", 0), 2 * (base - 1))


def row_of(measure: Measure, choice: Choice) -> Bin | None:
    """The hub chosen, if the measure's table has it; else all hubs together."""
    table = choice.release.tables.get(measure.table)
    if table is None:
        return None
    hub = choice.chosen.get("hub")
    return (table.row(hub.code) if hub and not table.row(TOGETHER) else None) or table.row(TOTAL)


def read(measure: Measure, release: Release, row: str) -> Reading | None:
    """A measure in one quarter; None if its release has no such column."""
    table = release.tables.get(measure.table)
    if table is None or table.row(row) is None or measure.column not in {each.code for each in table.columns}:
        return None
    part, whole = table.at(row, measure.column), table.at(row, TOTAL)
    return Reading(part, whole, measure.share, within(release) ** 2 / 8)


def together(each: list[Reading]) -> Reading:
    """Several quarters added; what is not known of one is not known of all."""

    def added(figures: list[int | str]) -> int | str:
        unknown = [figure for figure in figures if isinstance(figure, str)]
        return max(unknown) if unknown else sum(int(figure) for figure in figures)

    parts, wholes = added([one.part for one in each]), added([one.whole for one in each])
    return Reading(parts, wholes, each[0].share, sum(one.noise for one in each))


def read_by(found: list[Release], measure: Measure, row: str) -> dict[Quarter, Reading]:
    """A measure in every quarter of which there is one, oldest first; `found` are releases, newest first."""
    read_ = ((each.quarter, read(measure, each, row)) for each in reversed(found))
    return {quarter: one for quarter, one in read_ if one is not None}


def yearly(quarters: dict[Quarter, Reading]) -> dict[Quarter, Reading]:
    """Four quarters together, for each that ends four without a gap."""
    found = {}
    for last in quarters:
        own = [last]
        while len(own) < YEAR:
            own.append(own[-1].before)
        if all(each in quarters for each in own):
            found[last] = together([quarters[each] for each in own])
    return found


def moved(now: Reading | None, before: Reading | None) -> str:
    """Whether a measure went up or down, stayed as it was, or cannot be said to have moved."""
    if now is None or before is None or now.value is None or before.value is None:
        return UNKNOWN
    if now.share:
        return FEW if now.is_few or before.is_few else _apart(now, before)
    change = now.value - before.value
    if now.noise or before.noise:
        return UNCLEAR if abs(change) <= 2 * sqrt(now.noise + before.noise) else UP if change > 0 else DOWN
    return SAME if not change else UP if change > 0 else DOWN


def _apart(now: Reading, before: Reading) -> str:
    """Newcombe: the difference of two shares, by the limits of both."""
    one, other = now.limits(), before.limits()
    if one is None or other is None or now.value is None or before.value is None:
        return UNKNOWN
    change = now.value - before.value
    low = change - sqrt((now.value - one[0]) ** 2 + (other[1] - before.value) ** 2)
    high = change + sqrt((one[1] - now.value) ** 2 + (before.value - other[0]) ** 2)
    return UP if low > 0 else DOWN if high < 0 else UNCLEAR


def year_before(quarter: Quarter) -> Quarter:
    """The same quarter of the year before."""
    return Quarter(quarter.year - 1, quarter.number)


def hidden(reading: Reading | None) -> bool:
    """Whether it is hidden to protect families."""
    return reading is not None and reading.why_not == HIDDEN
