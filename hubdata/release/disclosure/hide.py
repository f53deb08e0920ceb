"""Chooses which figures to hide besides the small ones: as few as possible, then those that tell least.

Figures (cells and totals alike) stand in lines, in which signed figures add up to 0. A set of hidden figures will do
if each of them could differ by at least the policy's width while everything shown stays as it is and no hidden figure
falls below what everybody knows. That demand is put as cuts, one for each way in which a figure can be cornered, and
the cheapest set that meets all cuts found so far is sought again until no figure is cornered.

Source of the method: Fischetti and Salazar, Solving the Cell Suppression Problem on Tabular Data with Linear
Constraints, Management Science 47 (2001). It must not decide whether a table is safe: the attacker does.
"""

from typing import cast

import highspy
import numpy as np

from hubdata.errors import HubError, Refused
from hubdata.release.disclosure.leeway import Cut, Figures, Leeway, cornered, linear, solver

NEAR = 1e-6
SMALL_ENOUGH = 40  # figures that could be hidden in addition: up to here no set has fewer than the one found
ROUNDS = ((SMALL_ENOUGH, 60, 60), (170, 4, 40))  # up to so many such figures: so often, and so often if far off
ROUNDS_IF_LARGE = 2, 6
FAR_OFF = 0.2  # of the bound
ENOUGH = 0.5  # no set of fewer figures can be that near to the bound
ENOUGH_IF_LARGE = 0.08  # of the bound
GAP_IF_LARGE = 0.01
MOST_NODES = 20_000


def hide(figures: Figures) -> np.ndarray:
    """Which figures to hide. The same figures have the same answer. Raises Refused if there is no way."""
    if not figures.must.any():
        return figures.must.copy()
    more = int((figures.can & ~figures.must).sum())
    small, rounds = more <= SMALL_ENOUGH, next((n for most, *n in ROUNDS if more <= most), ROUNDS_IF_LARGE)
    master = _Master(figures, 0.0 if small else GAP_IF_LARGE)
    master.add([cut for of in np.flatnonzero(figures.can) for cut in _one_line_cuts(figures, int(of))])
    best: np.ndarray | None = None
    for number in range(1, rounds[1] + 1):
        hidden = master.best()
        mended, cuts = _mended(figures, hidden)
        if not cuts:
            return hidden
        master.add(cuts)
        mended = _thinned(figures, mended, figures.must | hidden)
        if best is None or figures.cost[mended].sum() < figures.cost[best].sum():
            best = mended
        off = figures.cost[best].sum() - master.bound
        if off <= max(ENOUGH, 0.0 if small else ENOUGH_IF_LARGE * master.bound):
            break
        if number >= rounds[0] and off <= FAR_OFF * master.bound:
            break
    return cast(np.ndarray, best)  # there is a first round


def _one_line_cuts(figures: Figures, of: int) -> list[Cut]:
    """A figure can rise only if, in each of its lines, others fall or the line's other side rises."""
    cuts = []
    for line in figures.at_line[figures.at_figure == of]:
        entries = figures.at_line == line
        others, signs = figures.at_figure[entries], figures.sign[entries]
        weights = np.zeros(len(figures.values))
        weights[others] = np.where(signs == signs[others == of], figures.fall[others], figures.width)
        weights[of] = figures.fall[of]
        cuts.append(Cut(of, weights))
    return cuts


class _Master:
    """The cheapest set that meets every cut found so far; rows are only ever added."""

    def __init__(self, figures: Figures, gap: float):
        self.figures, size = figures, len(figures.values)
        self.solver = solver(mip_rel_gap=gap, mip_abs_gap=1e-7, mip_max_nodes=MOST_NODES)
        self.solver.addVars(size, figures.must.astype(float), figures.can.astype(float))
        every = np.arange(size, dtype=np.int32)
        self.solver.changeColsCost(size, every, figures.cost)
        self.solver.changeColsIntegrality(size, every, np.full(size, highspy.HighsVarType.kInteger))

    def add(self, cuts: list[Cut]) -> None:
        """Demand more: the weights add up to the width wherever the cut's figure is hidden."""
        for cut in cuts:
            weights, needed = np.where(self.figures.can, cut.weights, 0.0), float(self.figures.width)
            own, weights[cut.of] = weights[cut.of], 0.0
            needed = max(needed - own, 0.0)
            weights = np.minimum(weights, needed)
            if self.figures.must[cut.of]:
                bound = needed
            else:
                bound, weights[cut.of] = 0.0, -needed
            index = np.flatnonzero(np.abs(weights) > NEAR).astype(np.int32)
            if needed > NEAR:
                self.solver.addRow(bound, highspy.kHighsInf, len(index), index, weights[index])

    def best(self) -> np.ndarray:
        """The cheapest set; the same cuts have the same answer."""
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise _no_way()
        if self.solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise HubError("no set of figures to hide was found; publish nothing")
        self.bound = self.solver.getInfo().mip_dual_bound
        return np.array(self.solver.getSolution().col_value) > 0.5


def _mended(figures: Figures, hidden: np.ndarray) -> tuple[np.ndarray, list[Cut]]:
    """Hide what the cheapest shift of each cornered figure needs, one after the other, until none is cornered.

    Also the cuts met on the way, which hold for every set.
    """
    hidden, met = hidden.copy(), []
    while cuts := cornered(figures, hidden):
        met, before = met + cuts, int(hidden.sum())
        for cut in cuts:
            leeway = Leeway(figures, hidden)
            place = int(np.searchsorted(leeway.at, cut.of))
            leeway.prices(place)
            if not leeway.is_free(place):
                hidden |= _cheapest_shift(figures, hidden, cut.of, leeway.low[place])
        if int(hidden.sum()) == before:
            if hidden[figures.can].all():
                raise _no_way()
            hidden = figures.can.copy()
    return hidden, met


def _no_way() -> Refused:
    why = "there is no way to hide the small counts: too much has been published already"
    return Refused(why, [why])


def _cheapest_shift(figures: Figures, hidden: np.ndarray, of: int, low: float) -> np.ndarray:
    """The figures that must be hidden too so that one can rise as far as the width asks; `low` is how far it falls."""
    size, rise = len(hidden), figures.width + low
    usable = figures.can.astype(float)
    ups, downs = usable * figures.width, usable * np.maximum(figures.fall, 0.0)
    ups[of] = downs[of] = 0.0
    entries = (
        np.concatenate([figures.at_line] * 2),
        np.concatenate([figures.at_figure, figures.at_figure + size]),
        np.concatenate([figures.sign, -figures.sign]),
    )
    lower, upper = np.zeros(2 * size), np.concatenate([ups, downs])
    lower[of] = upper[of] = rise
    model = linear(entries, figures.lines, lower, upper)
    each = np.where(hidden, 0.0, figures.cost)
    costs = np.concatenate([each / figures.width, each / np.maximum(figures.fall, 1.0)])
    model.changeColsCost(2 * size, np.arange(2 * size, dtype=np.int32), costs)
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return figures.can
    moved = np.array(model.getSolution().col_value)
    return (moved[:size] > NEAR) | (moved[size:] > NEAR)


def _thinned(figures: Figures, hidden: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Show again, dearest first, what mending hid and what turns out not to be needed."""
    added = np.flatnonzero(hidden & ~before)
    for of in added[np.argsort(-figures.cost[added], kind="stable")]:
        fewer = hidden.copy()
        fewer[of] = False
        if not cornered(figures, fewer):
            hidden = fewer
    return hidden
