"""Attacks everything that was ever published, all quarters, tables and hubs together; it protects nothing.

The attacker knows every figure of every release, which atoms each adds up, and what the policy says of hidden figures.
Atoms of different quarters are different unless a line of the ledger says that a figure spans them.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from hubdata.errors import Refused
from hubdata.release.disclosure.attack import Attack, Interval, Published, narrowest
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.disclosure.protect import HIDDEN
from hubdata.release.ledger import Line, ReleasedFigure


@dataclass(frozen=True)
class Weak:
    """A hidden figure that can be worked out too well: where it stood, and what is known of it."""

    quarter: str
    table: str
    row: str
    column: str
    lowest: int
    highest: int | None
    asked: int


@dataclass(frozen=True)
class Audit:
    """What the attacker found over the whole ledger; `problems` is empty if everything holds."""

    releases: int
    figures: int
    hidden: int
    narrowest_interval: int | None
    weak: tuple[Weak, ...] = ()
    problems: tuple[str, ...] = field(default=())

    @property
    def holds(self) -> bool:
        return not self.weak and not self.problems


def attack(lines: Iterable[Line]) -> Audit:
    """What can be worked out of every hidden figure from everything published."""
    lines = list(lines)
    said = [(line, figure) for line in lines for figure in line.figures()]
    secret = [(line, figure) for line, figure in said if figure.shown == HIDDEN]
    try:
        known = Attack((_published(line, figure) for line, figure in said), nobody(figure for _, figure in said))
        intervals = known.intervals([figure.atoms for _, figure in secret])
    except Refused as contradiction:
        return Audit(len(lines), len(said), len(secret), None, problems=(str(contradiction),))
    weak = [
        _weak(line, figure, interval)
        for (line, figure), interval in zip(secret, intervals, strict=True)
        if interval.width < line.policy["width"]
    ]
    least = narrowest(intervals)
    width = None if least in (None, float("inf")) else int(least)
    return Audit(len(lines), len(said), len(secret), width, tuple(weak))


def nobody(figures: Iterable[ReleasedFigure]) -> dict[Hashable, tuple[int, int | None]]:
    """The atoms that a figure shown as 0 adds up: whoever sees it knows each of them, and need not solve for it."""
    return {atom: (0, 0) for figure in figures if figure.shown == 0 for atom in figure.atoms}


def _published(line: Line, figure: ReleasedFigure) -> Published:
    if figure.shown == HIDDEN:
        return Published(figure.atoms, DisclosurePolicy(**line.policy).least_hidden, None)
    return Published.exactly(figure.atoms, int(figure.shown))


def _weak(line: Line, figure: ReleasedFigure, interval: Interval) -> Weak:
    table, row, column = figure.places[0]
    return Weak(line.quarter, table, row, column, interval.lowest, interval.highest, line.policy["width"])
