"""Attacks everything that was ever published, all quarters, tables and hubs together; it protects nothing.

The attacker knows every figure of every release, which atoms each adds up, and how each policy protects. Of hidden
figures it finds the least and the most that each can be; of changed ones also how far the likeliest count can be
believed. It knows how records go on from one quarter to the next (together/course.py), and takes it that none came late
or was corrected for as long as the figures allow it: what it says of a figure is what such an attacker can work out.

Who may see a release is its policy's audience: everybody sees what is for the public, and managers inside the council
see that and their own. Each attacks with all that they can see. A figure is promised its width against its audience;
against managers who see more than the public does, it is promised no less than a figure of theirs.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from hubdata.errors import Refused
from hubdata.release.cellkey import believed, change
from hubdata.release.disclosure.attack import CLOSE as CLOSE_IF_HIDDEN
from hubdata.release.disclosure.attack import Interval, Published, narrowest
from hubdata.release.disclosure.policy import AUDIENCES, DisclosurePolicy
from hubdata.release.disclosure.protect import HIDDEN
from hubdata.release.disclosure.round import known_of
from hubdata.release.ledger import TABLE, Line, ReleasedFigure
from hubdata.release.together.course import attacked, course

Said = tuple[Line, ReleasedFigure]
MOST_BELIEVED = 0.95  # of a small count, by anybody
NARROW = 5  # a changed figure that spans less is counted, and there must be few of them
FEW_NARROW = 0.05
INSIDE = 2  # the width that a figure for more people keeps against those who see more
CLOSE = 3  # whole numbers are tried where a changed figure spans no more: a fraction may have hidden that it spans less


@dataclass(frozen=True)
class Weak:
    """A figure that can be worked out too well: where it stood, what is known of it, and by whom."""

    quarter: str
    table: str
    row: str
    column: str
    lowest: int
    highest: int | None
    asked: int
    by: str = AUDIENCES[0]


@dataclass(frozen=True)
class Changed:
    """What can be known of figures that were changed: how narrow their intervals are, and the most that is believed."""

    figures: int
    exact: int
    under_two: int
    under_five: int
    most_believed: float
    believed: int  # small counts of which more than four in five is believed
    small: int

    @property
    def holds(self) -> bool:
        """Whether a small count may still be one of several, and few figures are narrow."""
        few = self.under_five <= FEW_NARROW * self.figures
        return not self.under_two and few and self.most_believed < MOST_BELIEVED


@dataclass(frozen=True)
class Audit:
    """What the attacker found over the whole ledger; `problems` is empty if everything holds.

    `narrowest_interval` is of hidden figures; `changed` of those that record keys changed, by method. `late` is how
    many records, at least, came late, were corrected or left unsaid, as the figures themselves show.
    """

    releases: int
    figures: int
    hidden: int
    narrowest_interval: int | None
    weak: tuple[Weak, ...] = ()
    problems: tuple[str, ...] = field(default=())
    changed: dict[str, Changed] = field(default_factory=dict)
    late: int = 0

    @property
    def holds(self) -> bool:
        return not self.weak and not self.problems


def audiences(lines: Iterable[Line]) -> list[str]:
    """Who has something to see that those before do not, fewest rights first."""
    there = {line.policy["audience"] for line in lines}
    return [each for each in AUDIENCES if each in there]


def sees(viewer: str, line: Line) -> bool:
    """Whether an audience sees a release; a table that was given out travels, and anybody may have it."""
    return line.what == TABLE or AUDIENCES.index(line.policy["audience"]) <= AUDIENCES.index(viewer)


class Attacked:
    """Everything published that an audience sees, as it knows it; ask how well some of its figures are known.

    Raises Refused if the figures contradict each other.
    """

    def __init__(self, lines: Iterable[Line], viewer: str):
        self.viewer = viewer
        self.lines = [line for line in lines if sees(viewer, line)]
        self.said = [(line, figure) for line in self.lines for figure in line.figures()]
        self.moved = [(line, figure) for line, figure in self.said if figure.shown != HIDDEN and _policy(line).keyed]
        ties = course(self.lines)
        self.hidden = [each for each in self.said if each[1].shown == HIDDEN]
        figures = [_published(line, figure) for line, figure in self.said] + list(_ties(self.lines))
        self._known, self.late = attacked(figures, nobody(_exact(self.said)), ties)
        self.ahead = [(line, ReleasedFigure(own, HIDDEN, (place,), True)) for line, place, own in ties.ahead]

    def intervals(self, figures: Iterable[Said]) -> list[Interval]:
        """What can be worked out of each; a changed figure is tried in whole numbers only where it is very narrow."""
        found, asked = {}, list(figures)
        for keyed, close in ((False, CLOSE_IF_HIDDEN), (True, CLOSE)):
            own = [figure.atoms for _, figure in asked if (figure.shown != HIDDEN) == keyed]
            found |= dict(zip(own, self._known.intervals(own, close), strict=True))
        return [found[figure.atoms] for _, figure in asked]

    def weak(self, figures: Iterable[Said]) -> list[tuple[Said, Weak]]:
        """Those that are known too well."""
        asked = list(figures)
        both = zip(asked, self.intervals(asked), strict=True)
        return [(each, self.weak_of(each, interval)) for each, interval in both if self.too_well(each, interval)]

    def own(self, line: Line) -> bool:
        """Whether a release is for this audience, and not for more people too."""
        return line.policy["audience"] == self.viewer

    def asked(self, line: Line) -> int:
        """How wide a release's figures must be for this audience."""
        return line.policy["width"] if self.own(line) else min(INSIDE, line.policy["width"])

    def too_well(self, said: Said, interval: Interval) -> bool:
        """Whether a figure is narrower than promised; if nothing was said of it, whether it is known as few."""
        line, figure = said
        few = 1 <= interval.lowest <= line.policy["threshold"]
        return interval.width < self.asked(line) and (few or not figure.unsaid)

    def weak_of(self, said: Said, interval: Interval) -> Weak:
        """A figure and what is known of it."""
        line, figure = said
        known = (line.quarter, *figure.places[0], interval.lowest, interval.highest)
        return Weak(*known, self.asked(line), self.viewer)


def attack(lines: Iterable[Line]) -> Audit:
    """What each audience can work out of every hidden and of every changed figure from everything that it sees."""
    lines = list(lines)
    said = [figure for line in lines for figure in line.figures()]
    hidden = sum(figure.shown == HIDDEN for figure in said)
    found = Audit(len(lines), len(said), hidden, None)
    for viewer in audiences(lines):
        try:
            found = _with(found, Attacked(lines, viewer))
        except Refused as contradiction:
            found = replace(found, problems=(*found.problems, str(contradiction)))
    return found


def _with(so_far: Audit, found: Attacked) -> Audit:
    """An audit, and what one audience more finds out."""
    asked = [*found.hidden, *found.ahead, *found.moved]
    intervals = found.intervals(asked)
    both = list(zip(asked, intervals, strict=True))
    weak = [found.weak_of(*each) for each in both if found.too_well(*each)]
    secret = [(each, interval) for each, interval in both[: len(found.hidden)] if found.own(each[0])]
    wide = [interval for (_, figure), interval in secret if not figure.unsaid or interval.lowest]
    least = narrowest([*wide, *_spans(so_far.narrowest_interval)])
    own = [(each, interval) for each, interval in both[len(asked) - len(found.moved) :] if found.own(each[0])]
    changed = _changed([line for line in found.lines if found.own(line)], own)
    return replace(
        so_far,
        narrowest_interval=None if least in (None, float("inf")) else int(least),
        weak=(*so_far.weak, *weak),
        problems=(*so_far.problems, *(_said_changed(*each) for each in changed.items() if not each[1].holds)),
        changed={**so_far.changed, **changed},
        late=max(so_far.late, found.late),
    )


def _spans(width: int | None) -> list[Interval]:
    return [] if width is None else [Interval(0, width)]


def nobody(figures: Iterable[ReleasedFigure]) -> dict[Hashable, tuple[int, int | None]]:
    """The atoms that a figure shown as 0 adds up: whoever sees it knows each of them, and need not solve for it."""
    return {atom: (0, 0) for figure in figures if figure.shown == 0 for atom in figure.atoms}


def _exact(said: list[Said]) -> Iterator[ReleasedFigure]:
    """Figures that are shown as they are."""
    return (figure for line, figure in said if not _policy(line).keyed and _policy(line).method != "round")


def _policy(line: Line) -> DisclosurePolicy:
    return DisclosurePolicy(**line.policy)


def _published(line: Line, figure: ReleasedFigure) -> Published:
    policy = _policy(line)
    if figure.shown == HIDDEN:
        return Published(figure.atoms, 0 if figure.unsaid else policy.least_hidden, None)
    if policy.round_to and not policy.keyed:
        return Published(figure.atoms, *known_of(int(figure.shown), policy))
    if policy.keyed:
        return Published(figure.atoms, *change.known(int(figure.shown), policy))
    return Published.exactly(figure.atoms, int(figure.shown))


def _ties(lines: list[Line]) -> Iterator[Published]:
    """Sums of atoms of different tables that count the same records."""
    for each in (each for line in lines for each in line.sets):
        for own, theirs in each.get("ties", ()):
            mine = frozenset(each["of"] + each["atoms"][at] for at in own)
            yield Published(mine, 0, 0, frozenset(theirs))


def _changed(lines: list[Line], moved: list[tuple[Said, Interval]]) -> dict[str, Changed]:
    """For each keyed method what is known of all its figures."""
    found = {}
    for method in dict.fromkeys(line.policy["method"] for (line, _), _ in moved):
        widths = [interval.width for (line, _), interval in moved if line.policy["method"] == method]
        few = [guess for line in lines if line.policy["method"] == method for guess in _small(line)]
        found[method] = Changed(
            figures=len(widths),
            exact=sum(width == 0 for width in widths),
            under_two=sum(width < 2 for width in widths),
            under_five=sum(width < NARROW for width in widths),
            most_believed=round(max((guess.belief for guess in few), default=0.0), 4),
            believed=sum(guess.belief > 0.8 for guess in few),
            small=len(few),
        )
    return found


def _small(line: Line) -> list[believed.Guess]:
    """What can be believed of each figure of a release that is likeliest small."""
    return [guess for each in line.sets for guess in small(each, _policy(line))]


def small(kept: dict, policy: DisclosurePolicy) -> list[believed.Guess]:
    """What can be believed of each figure of a set, as the ledger keeps it, that is likeliest small."""
    shown = [(int(figure), places) for _, figure, places in kept["figures"] if figure != HIDDEN]
    if not shown:
        return []
    lines = believed.sums([tuple(place) for place in places] for _, places in shown)
    guesses = believed.guesses([figure for figure, _ in shown], lines, policy)
    return [guess for guess in guesses if 1 <= guess.count <= policy.threshold]


def _said_changed(method: str, found: Changed) -> str:
    return (
        f"figures that were changed ({method.replace('_', ' ')}) do not hold: {found.under_two} of {found.figures} can "
        f"be narrowed to less than two, {found.under_five} to less than five, and {found.most_believed:.0%} can be "
        "believed of a small count"
    )
