"""What is shown of a release where all of it, together with what was published before, would tell too much.

A set's tables are taken back one after the other, first their cells and then their totals, those first in which most
could be worked out. What is taken back is `[c]` without saying that it is at least one, so that it says nothing at all.
What was known without this release is no reason to show less of it, since showing less takes nothing back. A council
may decide that such a release is refused instead (`releases.if_time_tells`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from hubdata.errors import Refused
from hubdata.release import said
from hubdata.release.attack import FEW_NARROW, NARROW, Attacked, Audit, Said, Weak, attack, audiences, sees
from hubdata.release.counts import Atom
from hubdata.release.disclosure.protect import HIDDEN
from hubdata.release.ledger import Line, as_set
from hubdata.release.protect import ProtectedSet, withheld
from hubdata.release.sets import Made
from hubdata.release.tables import definitions

CELLS, WHOLE = 1, 2  # of a table: its cells are taken back, or its totals as well
REFUSE = "refuse"


def held(made: Made, lines: list[Line], quarter: str, otherwise: str) -> tuple[Made, Audit]:
    """The sets as they may be published, and what the attack on everything finds. Raises Refused if it gets through."""
    found = attack([*lines, made.line(quarter)])
    if not found.holds and otherwise != REFUSE:
        made = safe(made, lines, quarter, narrow=bool(found.problems))
        found = attack([*lines, made.line(quarter)])
    if found.holds:
        return made, found
    nothing = replace(made, kept=[own | as_set(withheld(each.counted)) for each, own in _both(made)])
    before = attack([*lines, nothing.line(quarter)])
    weak, problems = newly(found.weak, before.weak), [each for each in found.problems if each not in before.problems]
    if weak or problems:
        why = [*problems, *map(said.weak, weak)]
        raise Refused(f"nothing was published: {'; '.join(why[:3])}", why)
    return made, found


def _both(made: Made) -> Iterator[tuple[ProtectedSet, dict]]:
    return zip(made.protected, made.kept, strict=True)


def safe(made: Made, lines: list[Line], quarter: str, narrow: bool = False) -> Made:
    """The same sets, with as much taken back as it takes that nothing more can be worked out over all quarters.

    `narrow`: and that few of each set's changed figures are narrow.
    """
    protected, kept = [], []
    for found, own in _both(made):
        tied = _tied(own["name"])
        before = [_only(line, tied) for line in lines]
        beside = tuple(each for each in kept if each["name"] in tied)
        of = _Set(found, own, [line for line in before if line.sets], made.line(quarter), beside)
        less, of_less = of.safe(narrow)
        protected.append(less)
        kept.append(of_less)
    return replace(made, protected=protected, kept=kept)


def newly(weak: Iterable[Weak], before: Iterable[Weak]) -> tuple[Weak, ...]:
    """Those that are not as well known before."""
    known = {_place(each): (each.lowest, each.highest) for each in before}
    return tuple(each for each in weak if known.get(_place(each)) != (each.lowest, each.highest))


def _place(weak: Weak) -> tuple[str, ...]:
    return (weak.by, weak.quarter, weak.table, weak.row, weak.column)


def _tied(name: str) -> set[str]:
    """A set and those from which its records come, or to which they go."""
    pairs = [{each.name, each.comes_from[0]} for each in definitions() if each.comes_from]
    return {name}.union(*(pair for pair in pairs if name in pair))


def _only(line: Line, names: set[str]) -> Line:
    return replace(line, sets=tuple(each for each in line.sets if each["name"] in names))


class _Set:
    """One set of a release, everything published of it before, and what of the release stands `beside` it."""

    def __init__(self, found: ProtectedSet, kept: dict, lines: list[Line], new: Line, beside: tuple[dict, ...]):
        self.found, self.kept, self.lines, self.new, self.beside = found, kept, lines, new, beside
        self.taken = {each.spec.name: 0 for each in found.counted.groupings}

    def safe(self, narrow: bool) -> tuple[ProtectedSet, dict]:
        """The set with as little taken back as is enough, and what the ledger keeps of it."""
        less, kept = self.found, self.kept
        told = self._told(kept, None) if self.lines else []
        base = [weak for _, weak in self._told(self._with(withheld(self.found.counted)), told)] if told else []
        while weak := [*newly((weak for _, weak in told), base), *(self._narrow(kept) if narrow else ())]:
            table = self._next(weak)
            if table is None:
                break
            self.taken[table] += 1
            less = self._without()
            kept = self._with(less)
            told = self._told(kept, told) if told else []
        return less, kept

    def _narrow(self, kept: dict) -> list[Weak]:
        """The changed figures that are narrow, if they are more than a few."""
        new = replace(self.new, sets=(*self.beside, kept))
        found = Attacked([*self.lines, new], new.policy["audience"])
        own = [each for each in found.moved if each[0] is new and each[1].places[0][0] in self.taken]
        both = zip(own, found.intervals(own), strict=True)
        few = [found.weak_of(each, interval) for each, interval in both if interval.width < NARROW]
        return few if len(few) > FEW_NARROW * len(own) else []

    def _with(self, less: ProtectedSet) -> dict:
        return self.kept | as_set(less)

    def _told(self, kept: dict, before: list[tuple[Said, Weak]] | None) -> list[tuple[Said, Weak]]:
        """What is known too well; of figures that were well enough hidden before more was taken back, none is asked."""
        new = replace(self.new, sets=(*self.beside, kept))
        lines = [*self.lines, new]
        seeing = [Attacked(lines, each) for each in audiences(lines) if sees(each, new)]
        return [each for found in seeing for each in self._of(found, new, before)]

    def _of(self, found: Attacked, new: Line, before: list[tuple[Said, Weak]] | None) -> list[tuple[Said, Weak]]:
        if before is None:
            return found.weak([*found.hidden, *found.ahead, *found.moved])
        again = {figure.atoms for (_, figure), weak in before if weak.by == found.viewer}
        own = [each for each in found.hidden if each[0] is new]
        return found.weak(
            [*(each for each in found.hidden + found.moved if each[1].atoms in again), *own, *found.ahead]
        )

    def _next(self, weak: Iterable[Weak]) -> str | None:
        """The table to take back next: the one in which most is weak, or else the last; None if nothing is left."""
        tables = Counter(each.table for each in weak)
        left = [table for table, step in self.taken.items() if step < WHOLE]
        return max(left, key=lambda table: (tables[table], list(self.taken).index(table)), default=None)

    def _without(self) -> ProtectedSet:
        """The set without what was taken back, but with what of it stands in another of its tables too."""
        back: set[frozenset[Atom]] = set()
        stays: set[frozenset[Atom]] = set()
        for each in self.found.counted.groupings:
            high, wide, step = len(each.rows), len(each.columns), self.taken[each.spec.name]
            for (i, j), own in each.figures.items():
                gone = step == WHOLE or (step == CELLS and i < high and j < wide)
                (back if gone else stays).add(own)
        hidden = frozenset(back - stays)
        shown = {own: HIDDEN if own in hidden else figure for own, figure in self.found.shown.items()}
        return replace(self.found, shown=shown, unsaid=hidden | self.found.unsaid)
