"""Protects a table so that nobody can work out a small count, and proves it; what is not proved is not shown."""

from dataclasses import dataclass

import numpy as np

from hubdata.errors import HubError
from hubdata.release.disclosure.attack import Attack, Interval, Published, narrowest
from hubdata.release.disclosure.hide import hide
from hubdata.release.disclosure.leeway import Figures
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.disclosure.round import known_of, rounded
from hubdata.release.disclosure.table import TOTAL, Table

HIDDEN = "[c]"
UNAVAILABLE = "[x]"
NOT_APPLICABLE = "[z]"
Shown = tuple[tuple[int | str, ...], ...]
Place = tuple[int, int]


@dataclass(frozen=True)
class Protected:
    """A table as it may be shown, margins last, and what anybody can work out of each figure that is not exact.

    `intervals` are the attacker's, by (row, column) place; `at_risk` those of the small counts among them. `at_risk`
    is for checking only: which of the hidden figures are small must never be shown.
    """

    table: Table
    policy: DisclosurePolicy
    shown: Shown
    intervals: dict[Place, Interval]
    at_risk: frozenset[Place]

    @property
    def rows(self) -> tuple[str, ...]:
        return (*self.table.rows, TOTAL)

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.table.columns, TOTAL)

    @property
    def hidden(self) -> int:
        """How many figures are shown as [c], margins counted too."""
        return sum(figure == HIDDEN for row in self.shown for figure in row)

    @property
    def narrowest(self) -> float | None:
        """The least width of what can be worked out of a hidden figure (or a small one, where all are rounded)."""
        places = [at for at in self.intervals if self.shown[at[0]][at[1]] == HIDDEN or at in self.at_risk]
        return narrowest(self.intervals[at] for at in places)


def protect(table: Table, policy: DisclosurePolicy) -> Protected:
    """The table with as little hidden as keeps every small count unknown; row and column order change nothing.

    Raises HubError if the attacker finds a small count all the same: then nothing may be shown.
    """
    shown = _hide_all_orders_alike(table, policy) if policy.method == "hide" else _round(table, policy)
    found = _proved(table, shown, policy)
    weak = [at for at, interval in found.intervals.items() if _needs_width(found, at) and interval.width < policy.width]
    if weak:
        raise HubError(
            f"{len(weak)} figures could still be worked out to within {policy.width}; show nothing of this table"
        )
    return found


def _needs_width(found: Protected, at: Place) -> bool:
    # [c] stands for small and other counts alike, so that no hidden figure may be narrowed
    return at in found.at_risk or (found.policy.method == "hide" and at in found.intervals)


def _small(table: Table, policy: DisclosurePolicy) -> frozenset[Place]:
    counts = table.with_margins()
    return frozenset((i, j) for i, row in enumerate(counts) for j, n in enumerate(row) if policy.is_small(n))


def _hide_all_orders_alike(table: Table, policy: DisclosurePolicy) -> Shown:
    """Hide as if rows and columns stood in the order of their names, then put them back."""
    down = sorted(range(len(table.rows)), key=lambda i: table.rows[i])
    across = sorted(range(len(table.columns)), key=lambda j: table.columns[j])
    counts = np.array(table.with_margins(), np.int64)
    order = np.ix_([*down, len(down)], [*across, len(across)])
    hidden = np.zeros(counts.shape, bool)
    hidden[order] = hide(two_way(counts[order], policy)).reshape(counts.shape)
    return tuple(
        tuple(HIDDEN if secret else int(n) for n, secret in zip(row, secrets, strict=True))
        for row, secrets in zip(counts, hidden, strict=True)
    )


def two_way(counts: np.ndarray, policy: DisclosurePolicy) -> Figures:
    """A two-way table with its margins last, as figures in lines: every row and every column adds up to its total."""
    high, wide = counts.shape
    at = np.arange(high * wide).reshape(high, wide)
    sign = np.ones((high, wide), np.int64)
    across, down = sign.copy(), sign.copy()
    across[:, -1], down[-1, :] = -1, -1
    lines = np.indices((high, wide))
    values = counts.ravel()
    small = np.array([policy.is_small(int(n)) for n in values])
    return Figures(
        values=values,
        at_line=np.concatenate([lines[0].ravel(), high + lines[1].ravel()]),
        at_figure=np.concatenate([at.ravel(), at.ravel()]),
        sign=np.concatenate([across.ravel(), down.ravel()]),
        must=small,
        can=small | (values >= policy.least_hidden),
        least=policy.least_hidden,
        width=policy.width,
        cost=_costs(counts),
    )


def _costs(counts: np.ndarray) -> np.ndarray:
    """What hiding each figure loses: 1, a tenth more for a total, two for the grand total, and a little for its size.

    No figure costs more than a quarter above another, so that the cheapest set has few figures, too. What comes after
    the fourth decimal only settles ties, by the order of the table.
    """
    margin = np.zeros(counts.shape)
    margin[-1, :] += 0.1
    margin[:, -1] += 0.1
    size = 0.04 * np.log1p(counts) / np.log1p(max(int(counts.max()), 1))
    tie = (np.arange(counts.size) * 7919 % 997).reshape(counts.shape) * 1e-6
    return (np.round(1.0 + margin + size, 4) + tie).ravel()


def _proved(table: Table, shown: Shown, policy: DisclosurePolicy) -> Protected:
    """Attack what is shown, knowing nothing but what everybody sees."""
    small = _small(table, policy)
    high, wide = len(table.rows), len(table.columns)
    places = [(i, j) for i in range(high + 1) for j in range(wide + 1)]
    known = {(i, j): _known(shown[i][j], policy) for i, j in places}
    sums = {at: atoms_of(at, high, wide) for at in places}
    attack = Attack([Published(sums[at], *known[at]) for at in places])
    inexact = [at for at in places if known[at][0] != known[at][1]]
    found = attack.intervals([sums[at] for at in inexact])
    return Protected(table, policy, shown, dict(zip(inexact, found, strict=True)), small)


def _known(shown: int | str, policy: DisclosurePolicy) -> tuple[int, int | None]:
    figure = None if isinstance(shown, str) else shown
    if policy.method != "hide":
        return known_of(figure, policy)
    return (policy.least_hidden, None) if figure is None else (figure, figure)


def atoms_of(at: Place, high: int, wide: int) -> frozenset[Place]:
    """The cells that a figure of a two-way table adds up: itself, or its whole row, column or table."""
    i, j = at
    down = range(high) if i == high else (i,)
    across = range(wide) if j == wide else (j,)
    return frozenset((a, b) for a in down for b in across)


def _round(table: Table, policy: DisclosurePolicy) -> Shown:
    """Round every figure; then hide, round by round, the totals (or else the figures) that give a small count away."""
    counts = table.with_margins()
    secret = {at for at in _small(table, policy) if policy.method == "hide_and_round"}
    while True:
        shown = tuple(
            tuple(HIDDEN if (i, j) in secret else rounded(n, policy.round_to) for j, n in enumerate(row))
            for i, row in enumerate(counts)
        )
        found = _proved(table, shown, policy)
        weak = [at for at in sorted(found.at_risk) if at in found.intervals]
        weak = [at for at in weak if found.intervals[at].width < policy.width]
        more = {place for at in weak if (place := _next_to_hide(at, shown))}
        if not more:
            return shown
        secret |= more


def _next_to_hide(at: Place, shown: Shown) -> Place | None:
    """The figure to hide so that `at` is known less well: its totals, the grand total, or the largest beside it."""
    high, wide = len(shown) - 1, len(shown[0]) - 1
    totals = [place for place in ((at[0], wide), (high, at[1]), (high, wide)) if place != at]
    beside = [(at[0], j) for j in range(wide + 1)] + [(i, at[1]) for i in range(high + 1)]
    beside.sort(key=lambda place: (-_size(shown, place), place))
    return next((p for p in (*totals, *(b for b in beside if b != at)) if _size(shown, p) > 0), None)


def _size(shown: Shown, place: Place) -> int:
    figure = shown[place[0]][place[1]]
    return -1 if isinstance(figure, str) else figure
