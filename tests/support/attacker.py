"""An attacker with a calendar, who reads the published CSV files of several quarters and nothing of this product.

What it takes for granted is the notice's own promise, so that anybody may: records are kept for five years, and a
closed family's date does not move. So what is due "in the next quarter" are those that were due "in the three quarters
after it" three quarters, two quarters or one quarter before; records past their date were due before or came due since;
and nobody is counted twice.
"""

import csv
import io
from dataclasses import dataclass, field
from itertools import product

import highspy
import numpy as np

HIDDEN = "[c]"
WHOLE = {"soon": "In the next quarter", "year": "In the three quarters after it", "later": "Longer"}
FAMILIES = {"in_touch": "In touch", "quiet": "No recent contact"}
RETENTION = {
    "open": "Open",
    "kept": "Kept until its date",
    "held": "Past its date, on hold",
    "due": "Past its date",
    "untold": "Cannot tell",
}
REVIEWS = {"in_quarter": "In the quarter", "earlier": "Earlier", "never": "Never"}
Grid = dict[tuple[str, str], str]


def grid(content: bytes) -> Grid:
    """A published table: what is shown, by row and column label."""
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]
    return {(line[0], line[1]): line[2] for line in lines}


@dataclass
class Knowledge:
    """Unknown whole numbers and what is said of their sums; what a sum can be is found by linear programming."""

    numbers: dict = field(default_factory=dict)
    said: list = field(default_factory=list)

    def say(self, plus: list, least: float, most: float, minus: list = ()) -> None:
        """That some unknowns, less others, lie between two numbers."""
        at = [
            (self.numbers.setdefault(each, len(self.numbers)), sign)
            for own, sign in ((plus, 1.0), (minus, -1.0))
            for each in own
        ]
        self.said.append((at, least, most))

    def ranges(self, targets: list[list]) -> list[tuple[float, float]]:
        """The least and the most of each sum."""
        solver, inf = highspy.Highs(), highspy.kHighsInf
        solver.silent()
        size = len(self.numbers)
        solver.addVars(size, np.zeros(size), np.full(size, inf))
        for at, least, most in self.said:
            summed: dict[int, float] = {}
            for column, sign in at:
                summed[column] = summed.get(column, 0.0) + sign
            index = np.array(list(summed), np.int32)
            solver.addRow(least, min(most, inf), len(index), index, np.array(list(summed.values())))
        return [(self._end(solver, own, 1.0), -self._end(solver, own, -1.0)) for own in targets]

    def _end(self, solver, own: list, cost: float) -> float:
        columns = np.array([self.numbers[each] for each in own], np.int32)
        solver.changeColsCost(len(columns), columns, np.full(len(columns), cost))
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kUnbounded:
            found = -np.inf
        else:
            assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, "no counts could have led to this"
            found = round(solver.getInfo().objective_function_value, 6)
        solver.changeColsCost(len(columns), columns, np.zeros(len(columns)))
        return found


def known(release: dict[str, bytes], quarter: int, least: int) -> tuple[Knowledge, dict]:
    """What one quarter's files say, each by itself: unknowns are (quarter, hub, what)."""
    knows, hidden = Knowledge(), {}
    for name, columns in (
        ("families", FAMILIES),
        ("retention", RETENTION),
        ("retention-next", WHOLE),
        ("reviews", REVIEWS),
    ):
        shown = grid(release[f"{name}.csv"])
        hubs = list(dict.fromkeys(row for row, _ in shown if row != "Total"))
        for (row, column), figure in shown.items():
            over = hubs if row == "Total" else [row]
            parts = list(columns) if column == "Total" else [code for code, label in columns.items() if label == column]
            own = [(quarter, hub, part) for hub, part in product(over, parts)]
            if not own:
                continue  # a coarser column
            at = (least, np.inf) if figure == HIDDEN else (float(figure), float(figure))
            knows.say(own, *at)
            if figure == HIDDEN:
                hidden[quarter, name, row, column] = own
        for hub in hubs if name == "retention" else []:
            knows.say([(quarter, hub, "open")], 0, np.inf, [(quarter, hub, "in_touch")])
            knows.say([(quarter, hub, "kept")], 0, 0, [(quarter, hub, part) for part in WHOLE])
            knows.say([(quarter, hub, "open")], 0, 0, [(quarter, hub, "in_touch"), (quarter, hub, "quiet")])
    return knows, hidden


def widths(releases: list[dict[str, bytes]], least: int = 1, time: bool = True) -> dict[tuple, tuple[float, float]]:
    """The least and the most that each hidden figure of consecutive quarters can be, with or without the calendar."""
    every, hidden = Knowledge(), {}
    for quarter, release in enumerate(releases):
        own, of = known(release, quarter, least)
        names = {number: name for name, number in own.numbers.items()}
        for at, low, high in own.said:
            every.say([names[n] for n, sign in at if sign > 0], low, high, [names[n] for n, sign in at if sign < 0])
        hidden |= of
    if time:
        _tell_time(every, len(releases))
    return dict(zip(hidden, every.ranges(list(hidden.values())), strict=True))


def _tell_time(every: Knowledge, quarters: int) -> None:
    hubs = dict.fromkeys(hub for _, hub, _ in every.numbers)
    for hub, now in product(hubs, range(quarters)):
        every.say([(now, hub, "soon")], 0, 0, [("due", hub, now + 1)])
        every.say([(now, hub, "year")], 0, 0, [("due", hub, now + ahead) for ahead in (2, 3, 4)])
        if now + 1 == quarters:
            break
        cohort = ("due", hub, now + 5)
        every.say([(now + 1, hub, "later"), cohort], 0, np.inf, [(now, hub, "later")])
        past = [(now, hub, "held"), (now, hub, "due"), (now, hub, "soon")]
        every.say(past, 0, np.inf, [(now + 1, hub, "held"), (now + 1, hub, "due")])
        seen = [(now, hub, "in_quarter"), (now, hub, "earlier")]
        every.say(seen, 0, np.inf, [(now + 1, hub, "earlier")])
