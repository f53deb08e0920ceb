"""Protects tables that are linked by common totals, together: hides small counts, or changes every count.

A figure that stands in several tables is one figure here: it is hidden in all of them or in none, and changed alike.
What is proved of hiding is that whoever sees all the tables at once can work out no hidden figure to within the
policy's width. What changed figures promise is judged over everything published (release/attack.py).
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np

from hubdata.errors import HubError, Refused
from hubdata.release.cellkey import change
from hubdata.release.counts import Atom, Counted, Grouping
from hubdata.release.disclosure.attack import Attack, Interval, Published
from hubdata.release.disclosure.hide import hide
from hubdata.release.disclosure.leeway import Figures
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.disclosure.protect import HIDDEN

Shown = int | str


@dataclass(frozen=True)
class ProtectedSet:
    """One definition's figures as they may be shown, by the atoms that they add up.

    Of the hidden ones `unsaid` are those of which nothing is said, not even that they are not 0.
    """

    counted: Counted
    shown: dict[frozenset[Atom], Shown]
    intervals: dict[frozenset[Atom], Interval]
    unsaid: frozenset[frozenset[Atom]] = frozenset()

    def grid(self, grouping: Grouping) -> list[list[Shown]]:
        """A table's figures row by row, totals last."""
        high, wide = len(grouping.rows), len(grouping.columns)
        return [[self.shown[grouping.figures[i, j]] for j in range(wide + 1)] for i in range(high + 1)]


def totals(found: ProtectedSet) -> ProtectedSet:
    """The same tables with nothing shown but the totals of rows, of columns and of all."""
    cells = {
        own
        for each in found.counted.groupings
        for (i, j), own in each.figures.items()
        if i < len(each.rows) and j < len(each.columns)
    }
    shown = {own: HIDDEN if own in cells else figure for own, figure in found.shown.items()}
    return replace(found, shown=shown, unsaid=frozenset(cells))


def withheld(counted: Counted) -> ProtectedSet:
    """The same tables with nothing shown."""
    sets = frozenset(atoms for each in counted.groupings for atoms in each.figures.values())
    return ProtectedSet(counted, dict.fromkeys(sets, HIDDEN), {}, sets)


def protect_together(counted: Counted, policy: DisclosurePolicy) -> ProtectedSet:
    """Every table of a definition, with as little hidden as keeps every small count unknown, or with all changed.

    Raises Refused if the policy rounds without keys, HubError if the attacker gets through what is hidden all the same.
    """
    sets = list(dict.fromkeys(atoms for each in counted.groupings for atoms in each.figures.values()))
    if policy.keyed:
        found: dict[frozenset[Atom], Shown] = {
            atoms: change.shown(counted.count(atoms), counted.key(atoms), policy) for atoms in sets
        }
        return ProtectedSet(counted, found, {})
    if policy.method != "hide":
        why = f"disclosure policy {policy.name!r} rounds; a release hides: name another in releases.disclosure"
        raise Refused(why, [why])
    hidden = hide(_figures(counted, sets, policy))
    shown = {atoms: HIDDEN if secret else counted.count(atoms) for atoms, secret in zip(sets, hidden, strict=True)}
    return ProtectedSet(counted, shown, _proved(shown, policy))


def _figures(counted: Counted, sets: list[frozenset[Atom]], policy: DisclosurePolicy) -> Figures:
    values = np.array([counted.count(atoms) for atoms in sets], np.int64)
    small = np.array([policy.is_small(int(n)) for n in values])
    at_line, at_figure, sign = _lines(counted, {atoms: at for at, atoms in enumerate(sets)})
    return Figures(
        values=values,
        at_line=at_line,
        at_figure=at_figure,
        sign=sign,
        must=small,
        can=small | (values >= policy.least_hidden),
        least=policy.least_hidden,
        width=policy.width,
        cost=_costs(counted, sets, values),
    )


def _lines(counted: Counted, number: dict[frozenset[Atom], int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every row and every column of every table adds up to its total; a line that stands twice is one.

    Where there is one row alone, a column is its own total and says nothing.
    """
    lines = {}
    for each in counted.groupings:
        high, wide = len(each.rows), len(each.columns)
        for i in range(high + 1):
            lines[tuple(number[each.figures[i, j]] for j in range(wide + 1))] = None
        for j in range(wide + 1):
            lines[tuple(number[each.figures[i, j]] for i in range(high + 1))] = None
    entries = [
        (line, figure, -1 if at == len(members) - 1 else 1)
        for line, members in enumerate(each for each in lines if each[:-1] != each[-1:])
        for at, figure in enumerate(members)
    ]
    line, figure, sign = (np.array(column, np.int64) for column in zip(*entries, strict=True))
    return line, figure, sign


def _costs(counted: Counted, sets: list[frozenset[Atom]], values: np.ndarray) -> np.ndarray:
    """1, as much again for each margin that it stands on (readers need totals most), a little for size, then ties."""
    depth = dict.fromkeys(sets, 0.0)
    for each in counted.groupings:
        high, wide = len(each.rows), len(each.columns)
        for (i, j), atoms in each.figures.items():
            depth[atoms] = max(depth[atoms], 1.0 * ((i == high) + (j == wide)))
    size = 0.04 * np.log1p(values) / np.log1p(max(int(values.max()), 1))
    tie = (np.arange(len(sets)) * 7919 % 997) * 1e-6
    return np.round(1.0 + np.array([depth[atoms] for atoms in sets]) + size, 4) + tie


def _proved(shown: dict[frozenset[Atom], Shown], policy: DisclosurePolicy) -> dict[frozenset[Atom], Interval]:
    """What can be worked out of each hidden figure from everything shown."""
    secret = [atoms for atoms, figure in shown.items() if figure == HIDDEN]
    nobody: dict[Hashable, tuple[int, int | None]] = {}
    nobody |= {atom: (0, 0) for atoms, figure in shown.items() if figure == 0 for atom in atoms}
    published = (
        Published(atoms, policy.least_hidden, None) if isinstance(figure, str) else Published.exactly(atoms, figure)
        for atoms, figure in shown.items()
    )
    attack = Attack(published, nobody)
    found = dict(zip(secret, attack.intervals(secret), strict=True))
    weak = sum(interval.width < policy.width for interval in found.values())
    if weak:
        raise HubError(f"{weak} figures could still be worked out to within {policy.width}; nothing is published")
    return found
