"""The attacker: what anybody can work out from published numbers; it must know nothing of how they were protected.

Unknown are the atoms, whole numbers of families that no published number splits. Published is that the sum of some
atoms, or how far it is above another sum, is a value or lies between two. The least and the most that any atom, or any
sum of atoms, can be are found by linear programming over everything published together: one table, tables that share
cells, or a ledger of releases.
"""

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import highspy
import numpy as np

from hubdata.errors import HubError, Refused

NEAR = 1e-6
CLOSE = 12  # an interval this narrow or narrower is found again in whole numbers, if a fraction was used to reach it


@dataclass(frozen=True)
class Published:
    """That the atoms, less those of `less`, add up to at least `least` and at most `most` (None: nobody knows)."""

    atoms: frozenset[Hashable]
    least: int
    most: int | None
    less: frozenset[Hashable] = frozenset()

    @classmethod
    def exactly(cls, atoms: Iterable[Hashable], value: int) -> "Published":
        """A number published as it is."""
        return cls(frozenset(atoms), value, value)


@dataclass(frozen=True)
class Interval:
    """What can be worked out of a number: it is at least `lowest` and at most `highest` (None: no limit)."""

    lowest: int
    highest: int | None

    @property
    def width(self) -> float:
        """Highest less lowest; 0 means that it is known exactly."""
        return math.inf if self.highest is None else self.highest - self.lowest


def narrowest(intervals: Iterable[Interval]) -> float | None:
    """The least width of all, or None if there are no intervals."""
    return min((interval.width for interval in intervals), default=None)


class Attack:
    """Everything that an attacker knows; ask it what a sum of atoms can be.

    `prior` says what is known of single atoms beforehand, (least, most or None); of all others only that they are
    whole numbers and not negative. Raises Refused if no numbers at all could have been published so.
    """

    def __init__(self, published: Iterable[Published], prior: Mapping[Hashable, tuple[int, int | None]] | None = None):
        self._bounds = {
            atom: [least, math.inf if most is None else most] for atom, (least, most) in (prior or {}).items()
        }
        sums = {}
        for said in published:
            least, most = sums.get((said.atoms, said.less), (said.least, math.inf))
            limits = max(least, said.least), min(most, math.inf if said.most is None else said.most)
            sums[said.atoms, said.less] = limits
        for (atoms, less), (least, most) in sums.items():
            for atom in atoms | less:
                self._bounds.setdefault(atom, [0, math.inf])
            if len(atoms) == 1 and not less:
                bounds = self._bounds[next(iter(atoms))]
                bounds[:] = max(bounds[0], least), min(bounds[1], most)
        self._check_bounds()
        self._part = {}
        self._join([(*own, *limits) for own, limits in sums.items() if len(own[0]) != 1 or own[1]])

    def _check_bounds(self) -> None:
        if any(least > most for least, most in self._bounds.values()):
            raise _contradiction()

    def _join(self, sums: list[tuple[frozenset, frozenset, float, float]]) -> None:
        """Split the unknown atoms into parts that no published number connects."""
        leader = {atom: atom for atom, (least, most) in self._bounds.items() if least < most}

        def find(atom: Hashable) -> Hashable:
            while leader[atom] != atom:
                leader[atom] = leader[leader[atom]]
                atom = leader[atom]
            return atom

        open_sums = []
        for atoms, less, least, most in sums:
            plus, minus = ([atom for atom in own if atom in leader] for own in (atoms, less))
            known = sum(self._bounds[atom][0] for atom in atoms if atom not in leader)
            known -= sum(self._bounds[atom][0] for atom in less if atom not in leader)
            open_sums.append(_Sum(plus, minus, least - known, most - known))
            for atom in open_sums[-1].unknown[1:]:
                leader[find(atom)] = find(open_sums[-1].unknown[0])
        members, rows = {}, {}
        for atom in leader:
            members.setdefault(find(atom), []).append(atom)
        for each in open_sums:
            if each.unknown:
                rows.setdefault(find(each.unknown[0]), []).append(each)
            elif not each.least <= 0 <= each.most:
                raise _contradiction()
        for top, atoms in members.items():
            part = _Part(atoms, [self._bounds[a] for a in atoms], rows.get(top, []))
            self._part |= dict.fromkeys(atoms, part)

    def interval(self, atoms: Iterable[Hashable]) -> Interval:
        """What can be worked out of the sum of some atoms."""
        return self.intervals([atoms])[0]

    def intervals(self, targets: Iterable[Iterable[Hashable]], close: int = CLOSE) -> list[Interval]:
        """The same for several sums; quicker than one by one. Those as narrow as `close` are found in whole numbers."""
        wanted = [self._split(frozenset(atoms)) for atoms in targets]
        by_part = {}
        for _, pieces in wanted:
            for part, atoms in pieces.items():
                by_part.setdefault(part, {}).setdefault(atoms)
        found = {
            part: dict(zip(asked, part.ranges(list(asked), close), strict=True)) for part, asked in by_part.items()
        }
        return [_total(known, [found[p][atoms] for p, atoms in pieces.items()]) for known, pieces in wanted]

    def _split(self, atoms: frozenset) -> tuple[int, dict["_Part", frozenset]]:
        unheard = [atom for atom in atoms if atom not in self._bounds]
        if unheard:
            raise HubError(f"nothing was published about {len(unheard)} of the atoms asked for")
        known, pieces = 0, {}
        for atom in atoms:
            if atom in self._part:
                pieces.setdefault(self._part[atom], set()).add(atom)
            else:
                known += self._bounds[atom][0]
        return known, {part: frozenset(own) for part, own in pieces.items()}


def _contradiction() -> Refused:
    why = "the published numbers contradict each other: no counts of families could have led to them"
    return Refused(why, [why])


def _total(known: int, pieces: list[tuple[int, float]]) -> Interval:
    highest = known + sum(high for _, high in pieces)
    return Interval(known + sum(low for low, _ in pieces), None if highest == math.inf else int(highest))


@dataclass(frozen=True)
class _Sum:
    """What is said of unknown atoms: some, less others, add up to between two numbers."""

    plus: list
    minus: list
    least: float
    most: float

    @property
    def unknown(self) -> list:
        return self.plus + self.minus


class _Part:
    """Atoms that published numbers connect, as one linear programme of which only the costs ever change."""

    def __init__(self, atoms: list, bounds: list, sums: list[_Sum]):
        self.at = {atom: index for index, atom in enumerate(atoms)}
        self.low, self.high = (np.array([float(b[side]) for b in bounds]) for side in (0, 1))
        plain, self.apart = [each for each in sums if not each.minus], [each for each in sums if each.minus]
        self.sums = [(self._columns(each.plus), each.least, each.most) for each in plain]
        self.said = {own.tobytes(): (low, high) for own, low, high in self.sums}
        self.solver = self._model(whole=False)
        self._run(self.solver)

    def _columns(self, atoms: list) -> np.ndarray:
        return np.array(sorted(self.at[atom] for atom in atoms), np.int32)

    def _rows(self) -> Iterator[tuple[np.ndarray, np.ndarray, float, float]]:
        """Every line of the programme: its columns, their signs, and between what they add up."""
        for own, least, most in self.sums:
            yield own, np.ones(len(own)), least, most
        for each in self.apart:
            plus, minus = self._columns(each.plus), self._columns(each.minus)
            signs = np.repeat([1.0, -1.0], [len(plus), len(minus)])
            yield np.concatenate([plus, minus]), signs, each.least, each.most

    def _model(self, whole: bool) -> highspy.Highs:
        model, size, rows = highspy.HighsLp(), len(self.low), list(self._rows())
        model.num_col_, model.num_row_ = size, len(rows)
        model.col_cost_, model.col_lower_, model.col_upper_ = np.zeros(size), self.low, self.high
        model.row_lower_ = np.array([low for _, _, low, _ in rows], float)
        model.row_upper_ = np.array([high for _, _, _, high in rows], float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(own) for own, _, _, _ in rows)]).astype(np.int32)
        model.a_matrix_.index_ = np.concatenate([np.zeros(0, np.int32), *(own for own, _, _, _ in rows)])
        model.a_matrix_.value_ = np.concatenate([np.zeros(0), *(signs for _, signs, _, _ in rows)])
        if whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * size
        solver = highspy.Highs()
        solver.silent()
        options = {"threads": 1, "random_seed": 0, "mip_rel_gap": 0.0, "mip_abs_gap": 0.0}
        # after a change of costs the last table is still possible: the primal simplex goes on from there
        options |= {} if whole else {"presolve": "off", "simplex_strategy": 4}
        for name, value in options.items():
            solver.setOptionValue(name, value)
        solver.passModel(model)
        return solver

    def _run(self, solver: highspy.Highs) -> bool:
        """Solve; whether there is an optimum (else there is no limit). Raises if there is no solution at all."""
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return True
        if status == highspy.HighsModelStatus.kUnbounded:
            return False
        if status == highspy.HighsModelStatus.kInfeasible:
            raise _contradiction()
        raise HubError(f"the attack did not come to an end ({solver.modelStatusToString(status)}); publish nothing")

    def ranges(self, targets: list[frozenset], close: int) -> list[tuple[int, float]]:
        """The least and the most of each sum of atoms, in whole numbers."""
        columns = [np.array(sorted(self.at[atom] for atom in target), np.int32) for target in targets]
        seen = _Seen(columns, len(self.low))
        return [self._range(at, own, seen, close) for at, own in enumerate(columns)]

    def _range(self, at: int, own: np.ndarray, seen: "_Seen", close: int) -> tuple[int, float]:
        lowest, highest = self._outer(own)
        if seen.low[at] > lowest + NEAR:
            lowest = self._extreme(own, 1.0, seen)
        if seen.high[at] < highest - NEAR:
            highest = -self._extreme(own, -1.0, seen)
        low, high = math.ceil(lowest - NEAR), math.inf if highest == math.inf else math.floor(highest + NEAR)
        # a whole table was seen at both ends, or else the end may be out of reach of whole numbers
        reached = seen.whole_low[at] <= low and (high == math.inf or seen.whole_high[at] >= high)
        if reached or high - low > close:
            return low, high
        return int(self._whole(own, 1.0)), -self._whole(own, -1.0)

    def _outer(self, own: np.ndarray) -> tuple[float, float]:
        """Limits that one published number gives; where a possible table reaches them, nothing is left to find."""
        if len(own) > 1:
            least, most = self.said.get(own.tobytes(), (0.0, math.inf))
            return max(float(self.low[own].sum()), least), min(float(self.high[own].sum()), most)
        atom, high = own[0], self.high[own[0]]
        for sum_, _, most in self._having[atom]:
            high = min(high, most - (self.low[sum_].sum() - self.low[atom]))
        return float(self.low[atom]), float(high)

    @property
    def _having(self) -> dict[int, list]:
        if not hasattr(self, "_sums_of"):
            self._sums_of = {atom: [] for atom in range(len(self.low))}
            for said in self.sums:
                for atom in said[0]:
                    self._sums_of[int(atom)].append(said)
        return self._sums_of

    def _extreme(self, own: np.ndarray, cost: float, seen: "_Seen") -> float:
        """The least of a sum (cost 1), or its most with the sign turned (cost -1)."""
        self.solver.changeColsCost(len(own), own, np.full(len(own), cost))
        bounded = self._run(self.solver)
        if bounded:
            found = np.array(self.solver.getSolution().col_value)
            seen.note(found)
        self.solver.changeColsCost(len(own), own, np.zeros(len(own)))
        return cost * float(found[own].sum()) if bounded else -math.inf

    def _whole(self, own: np.ndarray, cost: float) -> float:
        solver = self._model(whole=True)
        solver.changeColsCost(len(own), own, np.full(len(own), cost))
        if not self._run(solver):
            return -math.inf
        return round(solver.getInfo().objective_function_value)


class _Seen:
    """The least and the most of each target over the possible tables that were met so far."""

    def __init__(self, columns: list[np.ndarray], size: int):
        self.owner = np.repeat(np.arange(len(columns)), [len(own) for own in columns])
        self.columns = np.concatenate(columns)
        self.low, self.whole_low = np.full(len(columns), math.inf), np.full(len(columns), math.inf)
        self.high, self.whole_high = -self.low, -self.low

    def note(self, found: np.ndarray) -> None:
        """Take another possible table into account."""
        totals = np.bincount(self.owner, found[self.columns], len(self.low))
        self.low, self.high = np.minimum(self.low, totals), np.maximum(self.high, totals)
        if np.all(np.abs(found - np.round(found)) < NEAR):
            self.whole_low = np.minimum(self.whole_low, np.round(totals))
            self.whole_high = np.maximum(self.whole_high, np.round(totals))
