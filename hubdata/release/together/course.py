"""What ties published quarters together, because records go on from one to the next; it reads no record.

Whoever holds several releases knows how records move: a closed family's date does not, so those that come past it
in the next quarter are the ones that were to in the three after it; what is past its date was so before, or came
due; nobody is counted twice. `atoms/*.sql` say it as stages. Each move between two quarters is an unknown number here,
and what stands in a stage is what came into it and what goes out of it: stocks and flows, from the first quarter to the
last, with those between that were never published. A year's edition counts what its four quarters count, and a set may
say from which other set's stage its records come (`comes-from`).

Some records are destroyed, come late, or are corrected: they leave or enter where no stage says so. `gone` and `late`
are how many; an attacker takes each to be none for as long as the figures allow it, and then as few as they allow.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from hubdata.dates import Quarter, Year
from hubdata.errors import Refused
from hubdata.release.disclosure.attack import Attack, Published
from hubdata.release.ledger import QUARTERLY, SIGN, YEARLY, Line
from hubdata.release.tables import Definition, Stage, definitions

GONE = "gone"
Atoms = frozenset


@dataclass
class Course:
    """What is said of moves between quarters, and the atoms for records that were destroyed, or came out of order.

    `ahead` are figures that no release has yet, but that the newest might tell: those of its states that later quarters
    show apart, each with its line and its place.
    """

    said: list[Published] = field(default_factory=list)
    ahead: list[tuple[Line, tuple[str, str, str], Atoms]] = field(default_factory=list)
    gone: set[tuple] = field(default_factory=set)
    late: set[tuple] = field(default_factory=set)

    def known(self, destroyed: bool, late: int | None) -> Iterator[Published]:
        """What an attacker takes for granted, who believes in destroyed records or not, and in so many late ones."""
        yield from self.said
        for atom in () if destroyed else sorted(self.gone):
            yield Published.exactly((atom,), 0)
        if late == 0:
            yield from (Published.exactly((atom,), 0) for atom in sorted(self.late))
        elif late is not None:
            yield Published(Atoms(self.late), 0, late)


def course(lines: Iterable[Line]) -> Course:
    """What ties the quarters of a ledger together."""
    found, lines = Course(), list(lines)
    for definition in (each for each in definitions() if each.stages):
        published = dict(_published(lines, definition.name))
        if len(published) > 1:
            quarters = _every(sorted(published))
            destroyed = {quarter: line.destroyed for quarter, (line, _) in published.items()}
            last = published[quarters[-1]][0]
            for key in sorted({key for _, own in published.values() for key, _ in own}):
                stocks = {quarter: _stock(own, key) for quarter, (_, own) in published.items()}
                own = _Key(definition, key, quarters, stocks, destroyed)
                own.say(found)
                found.ahead += [(last, (definition.name, key, name), atoms) for name, atoms in own.ahead()]
    for definition in (each for each in definitions() if each.yearly):
        _say_years(found, lines, definition.name)
    for definition in (each for each in definitions() if each.comes_from):
        _say_coming(found, lines, definition)
    return found


def _say_years(found: Course, lines: list[Line], name: str) -> None:
    """A year's edition counts what its quarters count, but for what came late and for who takes part by then."""
    quarterly = {line.quarter: _named(line, name) for line in lines if line.what == QUARTERLY}
    for line in lines if any(quarterly.values()) else ():
        if line.what == YEARLY:
            for atom in sorted(_named(line, name)):
                parts = Atoms(
                    f"{quarter}/{name}/{atom}"
                    for quarter in map(str, Year.parse(line.quarter).quarters)
                    if not quarterly.get(quarter) or atom in quarterly[quarter]
                )
                said = f"{line.quarter}/{name}/{atom}"
                late = {way: ("late", name, atom, line.quarter, "", way) for way in ("in", "out")}
                found.late |= set(late.values())
                found.said.append(Published(Atoms({said, late["out"]}), 0, 0, parts | {late["in"]}))


def _say_coming(found: Course, lines: list[Line], definition: Definition) -> None:
    """What a set counts in a quarter left another set's stages in it, but for what was never counted there."""
    name, (of, into) = definition.name, definition.comes_from
    source = next(each for each in definitions() if each.name == of)
    stocks = dict(_published(lines, of))
    keys = sorted({key for _, own in stocks.values() for key, _ in own})
    between = _every(sorted(stocks))[1:] if len(stocks) > 1 else []
    for line in lines:
        if line.what == QUARTERLY and (own := _named(line, name)) and Quarter.parse(line.quarter) in between:
            before = str(Quarter.parse(line.quarter).before)
            left = {
                ("move", of, key, before, stage.name, into)
                for key in keys
                for stage in source.stages
                if stage.states and into in stage.into
            }
            late = {way: ("late", name, into, line.quarter, "", way) for way in ("in", "out")}
            found.late |= set(late.values())
            counted = Atoms(f"{line.quarter}/{name}/{atom}" for atom in own)
            found.said.append(Published(counted | {late["out"]}, 0, 0, Atoms({*left, late["in"]})))


def _named(line: Line, name: str) -> set[str]:
    return {atom for each in line.sets if each["name"] == name and "of" not in each for atom in each["atoms"]}


def _published(lines: list[Line], name: str) -> Iterator[tuple[Quarter, tuple[Line, dict]]]:
    """By quarter the atoms of one set, as the ledger names them, by what a record keeps and its state."""
    for line in lines:
        for each in line.sets if line.what == QUARTERLY else ():
            if each["name"] == name:
                own: dict[tuple[str, str], set[str]] = {}
                for atom in each["atoms"]:
                    key, state, *_ = atom.split(SIGN)
                    own.setdefault((key, state), set()).add(f"{line.quarter}/{name}/{atom}")
                yield Quarter.parse(line.quarter), (line, own)


def _every(known: list[Quarter]) -> list[Quarter]:
    """All quarters from the first to the last."""
    found = known[:1]
    while found[-1] != known[-1]:
        found.append(found[-1].after)
    return found


def _stock(own: dict[tuple[str, str], set[str]], key: str) -> dict[str, set[str]]:
    return {state: atoms for (kept, state), atoms in own.items() if kept == key}


@dataclass(frozen=True)
class _Key:
    """The records of one set that keep one thing, as one hub's, through all quarters."""

    definition: Definition
    key: str
    quarters: list[Quarter]
    stocks: dict[Quarter, dict[str, set[str]]]
    destroyed: dict[Quarter, int]

    @property
    def stages(self) -> list[Stage]:
        return [each for each in self.definition.stages if each.states]

    def say(self, found: Course) -> None:
        """Say how stocks and moves go together."""
        for before, after in pairwise(self.quarters):
            ways = (("out", before), ("in", after))
            found.late |= {self._late(way, quarter, each) for way, quarter in ways for each in self.stages}
            if not self._any_destroyed(before, after):
                found.gone |= {self._move(before, each, GONE) for each in self.stages if GONE in each.into}
        for quarter in self.quarters:
            found.said += self._stock_of(quarter) if quarter in self.stocks else []
            if quarter not in (self.quarters[0], self.quarters[-1]):
                found.said += [
                    Published(self._into(quarter, each), 0, 0, self._out(quarter, each)) for each in self.stages
                ]

    def ahead(self) -> Iterator[tuple[str, Atoms]]:
        """The stages of states that have several, on the last day."""
        for stages in self._groups().values():
            for each in stages if len(stages) > 1 else ():
                yield each.name, self._into(self.quarters[-1], each)

    def _groups(self) -> dict[tuple[str, ...], list[Stage]]:
        """The stages by the states that they share."""
        groups: dict[tuple[str, ...], list[Stage]] = {}
        for each in self.stages:
            groups.setdefault(each.states, []).append(each)
        return groups

    def _stock_of(self, quarter: Quarter) -> Iterator[Published]:
        """What stands in some states is what goes on from their stages, or on the last day what came into them."""
        side = self._into if quarter == self.quarters[-1] else self._out
        for states, stages in self._groups().items():
            standing = Atoms(atom for state in states for atom in self.stocks[quarter].get(state, ()))
            yield Published(standing, 0, 0, Atoms().union(*(side(quarter, each) for each in stages)))

    def _out(self, quarter: Quarter, stage: Stage) -> Atoms:
        return Atoms({*(self._move(quarter, stage, into) for into in stage.into), self._late("out", quarter, stage)})

    def _into(self, quarter: Quarter, stage: Stage) -> Atoms:
        came = (each for each in self.definition.stages if stage.name in each.into)
        before = quarter.before
        return Atoms({*(self._move(before, each, stage.name) for each in came), self._late("in", quarter, stage)})

    def _move(self, quarter: Quarter, stage: Stage, into: str) -> tuple:
        return ("move", self.definition.name, self.key, str(quarter), stage.name, into)

    def _late(self, way: str, quarter: Quarter, stage: Stage) -> tuple:
        return ("late", self.definition.name, self.key, str(quarter), stage.name, way)

    def _any_destroyed(self, before: Quarter, after: Quarter) -> bool:
        """Whether the ledger says that records were destroyed between the releases on either side."""
        last = max(quarter for quarter in self.destroyed if quarter <= before)
        return self.destroyed[last] != self.destroyed[min(quarter for quarter in self.destroyed if quarter >= after)]


def attacked(figures: list[Published], prior: dict, found: Course) -> tuple[Attack, int]:
    """An attack that knows all of it, and how many records at least were late, corrected or destroyed unsaid.

    Raises Refused if the figures contradict each other without any course of records.
    """
    for destroyed in (False, True):
        try:
            return Attack([*figures, *found.known(destroyed, 0)], prior), 0
        except Refused:
            if not found.said:
                raise
    every = Attack([*figures, *found.known(True, None)], prior)
    least = every.interval(found.late).lowest
    return Attack([*figures, *found.known(True, least)], prior), least
