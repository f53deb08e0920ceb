"""Figures in lines, and by how much those that are hidden could differ; it must not choose what to hide."""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from hubdata.errors import HubError

STEADY = {"threads": 1, "parallel": "off", "random_seed": 0}


def solver(**options: Any) -> highspy.Highs:
    """A silent solver, with more options."""
    made = highspy.Highs()
    made.silent()
    for name, value in (STEADY | options).items():
        made.setOptionValue(name, value)
    return made


def linear(
    entries: tuple[np.ndarray, np.ndarray, np.ndarray], lines: int, lower: np.ndarray, upper: np.ndarray
) -> highspy.Highs:
    """A linear programme without costs in which every line adds up to 0; entries are (line, column, sign)."""
    line, column, sign = entries
    order = np.lexsort((line, column))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(lower), lines
    model.col_cost_, model.col_lower_, model.col_upper_ = np.zeros(len(lower)), lower, upper
    model.row_lower_ = model.row_upper_ = np.zeros(lines)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    starts = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=len(lower)))])
    model.a_matrix_.start_ = starts.astype(np.int32)
    model.a_matrix_.index_, model.a_matrix_.value_ = line[order].astype(np.int32), sign[order].astype(float)
    # costs change and the last answer stays possible, so the primal simplex goes on from there
    made = solver(presolve="off", simplex_strategy=4)
    made.passModel(model)
    return made


NEAR = 1e-6


@dataclass(frozen=True)
class Figures:
    """Figures in lines: `at_line`, `at_figure`, `sign` list every figure of every line.

    `must` are to be hidden, `can` may be hidden too; `least` is what a hidden figure is known to be at least; `cost`
    is positive and says what is lost by hiding it.
    """

    values: np.ndarray
    at_line: np.ndarray
    at_figure: np.ndarray
    sign: np.ndarray
    must: np.ndarray
    can: np.ndarray
    least: int
    width: int
    cost: np.ndarray

    @property
    def fall(self) -> np.ndarray:
        """By how much each could be less, were it hidden; never more than the width, as no more is needed."""
        return np.minimum(self.values - self.least, self.width).astype(float)

    @property
    def lines(self) -> int:
        return int(self.at_line.max()) + 1 if len(self.at_line) else 0


@dataclass(frozen=True)
class Cut:
    """That figure `of`, if hidden, needs others: the weights of what is hidden add up to `width` at least."""

    of: int
    weights: np.ndarray


class Leeway:
    """By how much hidden figures can differ together, as one linear programme of which only the costs change."""

    def __init__(self, figures: Figures, hidden: np.ndarray):
        self.figures, self.at = figures, np.flatnonzero(hidden)
        place = np.full(len(hidden), -1)
        place[self.at] = np.arange(len(self.at))
        kept = hidden[figures.at_figure]
        entries = (figures.at_line[kept], place[figures.at_figure[kept]], figures.sign[kept])
        limits = (-figures.fall[self.at], np.full(len(self.at), float(figures.width)))
        self.solver = linear(entries, figures.lines, *limits)
        self.low, self.high = np.zeros(len(self.at)), np.zeros(len(self.at))

    def sample(self) -> None:
        """A few tables far from the real one show at once that most figures are free."""
        every = np.arange(len(self.at), dtype=np.int32)
        for step in (2, 3, 5, 7):
            pattern = np.where(every % step < step / 2, 1.0, -1.0)
            for signs in (pattern, -pattern):
                self.solver.changeColsCost(len(every), every, signs)
                self._note()
        self.solver.changeColsCost(len(every), every, np.zeros(len(every)))

    def _note(self) -> None:
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise HubError("the leeway of hidden figures was not found; publish nothing")
        found = np.array(self.solver.getSolution().col_value)
        self.low, self.high = np.minimum(self.low, found), np.maximum(self.high, found)

    def width(self, place: int) -> float:
        """What is known so far."""
        return self.high[place] - self.low[place]

    def is_free(self, place: int) -> bool:
        return self.width(place) >= self.figures.width - NEAR

    def prices(self, place: int) -> list[np.ndarray]:
        """Push one figure up, then down; what each figure of all costs, in the solver's dual prices."""
        found = []
        for cost in (-1.0, 1.0):
            self.solver.changeColCost(place, cost)
            self._note()
            price = np.array(self.solver.getSolution().row_dual)
            carried = -self.figures.sign * price[self.figures.at_line]
            reduced = np.bincount(self.figures.at_figure, carried, len(self.figures.values))
            reduced[self.at[place]] += cost
            found.append(reduced)
        self.solver.changeColCost(place, 0.0)
        return found


def cornered(figures: Figures, hidden: np.ndarray) -> list[Cut]:
    """A cut for every hidden figure that could be narrowed to less than the width."""
    if not hidden.any():
        return []
    leeway, cuts = Leeway(figures, hidden), []
    leeway.sample()
    for place, of in enumerate(leeway.at):
        if leeway.is_free(place):
            continue
        prices = leeway.prices(place)
        if not leeway.is_free(place):
            cuts.append(Cut(int(of), np.sum([_weights(figures, price) for price in prices], axis=0)))
    return cuts


def _weights(figures: Figures, price: np.ndarray) -> np.ndarray:
    return np.maximum(-price, 0.0) * figures.width + np.maximum(price, 0.0) * figures.fall
