"""What a measure says in a sentence: how much it is, and its direction since last quarter and since a year before."""

from dataclasses import dataclass
from functools import cached_property

from hubdata.dashboards import readings
from hubdata.dashboards.catalogue import MEASURES, Measure
from hubdata.dashboards.choice import TOGETHER, Choice
from hubdata.dashboards.readings import DOWN, FEW, SAME, UNCLEAR, UNKNOWN, UP, Reading
from hubdata.dashboards.releases import HIDDEN, TOTAL, Bin, Release
from hubdata.dates import Quarter

KEPT = "kept"  # how a release treats 0 where it changes every figure and hides none
ZERO = "shown"  # and where what it hides is known to be 1 or more
OR_FEW = ", or very few,"
LAST, YEAR, BEFORE = "last quarter", "a year before", "the four quarters before"
ALIKE = {
    UNCLEAR: "no clear change on",
    FEW: "too few to compare with",
    SAME: "as many as",
    UNKNOWN: "no figure to compare with for",
}
NOT_SHOWN = {HIDDEN: "hidden to protect families", "[x]": "not available"}


@dataclass(frozen=True)
class Told:
    """A measure as a viewer asked for it; `past` are the releases up to the one chosen, newest first."""

    measure: Measure
    choice: Choice
    past: list[Release]

    @cached_property
    def row(self) -> Bin | None:
        """Whose figures these are: a hub's or all."""
        return readings.row_of(self.measure, self.choice)

    @cached_property
    def quarters(self) -> dict[Quarter, Reading]:
        """The measure in every quarter of which there is one."""
        return readings.read_by(self.past, self.measure, self.row.code) if self.row else {}

    @cached_property
    def years(self) -> dict[Quarter, Reading]:
        """The same of four quarters together, if that is how it is told."""
        return readings.yearly(self.quarters) if self.measure.years else {}

    @property
    def shown(self) -> dict[Quarter, Reading]:
        """What is drawn: quarters, or four at a time where there are such."""
        return self.years or self.quarters

    @property
    def now(self) -> Reading | None:
        """What it is in the quarter chosen."""
        at = self.choice.release.quarter
        return self.years.get(at) or self.quarters.get(at)

    @property
    def whose(self) -> str:
        """Whose figures these are, in words."""
        return self.row.label if self.row and self.row.code != TOTAL else "All hubs"

    @property
    def label(self) -> str:
        """What its column is called."""
        table = self.choice.release.tables.get(self.measure.table)
        return table.label(self.measure.column).lower() if table else ""

    @property
    def title(self) -> str:
        return self.measure.title.format(label=self.label)

    @property
    def sentence(self) -> str:
        """How much it is."""
        now, said = self.now, self.measure
        if now is None:
            return f"{self.title}: {NOT_SHOWN['[x]']}"
        zeros = self.choice.release.manifest["disclosure"]["zeros"]
        kept = zeros == KEPT
        over = "in the last four quarters" if self.choice.release.quarter in self.years else "in the quarter"
        words = {"label": self.label, "over": over, "few": OR_FEW if kept else ""}
        if now.part == HIDDEN and isinstance(now.whole, int) and zeros == ZERO:
            some = said.many.replace(" ({share})", "").format(n="Some", whole=f"{now.whole:,}", **words)
            return f"{some} (how many is {NOT_SHOWN[HIDDEN]})"
        if now.value is None:
            return f"{self.title}: {NOT_SHOWN.get(now.why_not, NOT_SHOWN['[x]'])}"
        if now.part == 0 and said.none:
            return said.none.format(**words)
        n = "A few" if kept and int(now.part) <= readings.within(self.choice.release) else f"{now.part:,}"
        many = said.one if now.part == 1 and said.one and n != "A few" else said.many
        return many.format(n=n, whole=f"{now.whole:,}", share=now.text, **words)

    @cached_property
    def directions(self) -> tuple[str, str]:
        """Where it went since last quarter, and since a year before."""
        at = self.choice.release.quarter
        ago = readings.year_before(at)
        quarter = readings.moved(self.quarters.get(at), self.quarters.get(at.before))
        each = self.years if at in self.years else self.quarters
        return quarter, readings.moved(each.get(at), each.get(ago))

    @property
    def direction(self) -> str:
        """Both directions in words; nothing where there is no figure."""
        if self.now is None or self.now.value is None:
            return ""
        at = self.choice.release.quarter
        of_years = at in self.years
        whens = (LAST, BEFORE if of_years else YEAR)
        quarter, year = self.directions
        if quarter == year and quarter in ALIKE:
            return f"{ALIKE[quarter]} {whens[0]} or {whens[1]}"
        each = self.years if of_years else self.quarters
        said = (
            _moved(quarter, self.quarters.get(at), self.quarters.get(at.before), whens[0]),
            _moved(year, each.get(at), each.get(readings.year_before(at)), whens[1]),
        )
        return ", ".join(said)

    @property
    def answer(self) -> str:
        """How much it is, and where it went."""
        return f"{self.sentence}: {self.direction}" if self.direction else self.sentence

    @property
    def finding(self) -> str:
        """The same in a title's few words."""
        text = self.now.text if self.now else "[x]"
        return f"{self.title}: {', '.join(filter(None, (text, self.direction)))}"

    @property
    def is_worse(self) -> bool:
        """Whether it clearly went where it should not since last quarter."""
        return self.directions[0] == {"fewer": UP, "more": DOWN}.get(self.measure.good)


def told(name: str, choice: Choice, past: list[Release]) -> Told:
    """A measure by its name."""
    return Told(MEASURES[name], choice, past)


def _moved(way: str, now: Reading | None, before: Reading | None, when: str) -> str:
    if way in ALIKE or now is None or before is None or now.value is None or before.value is None:
        return f"{ALIKE.get(way, ALIKE[UNKNOWN])} {when}"
    if now.share:
        return f"{way} from {before.text} {'in ' if when == BEFORE else ''}{when}"
    return f"{abs(now.value - before.value):,.0f} {'more' if way == UP else 'fewer'} than {when}"


def beside(measure: Measure, choice: Choice, past: list[Release]) -> list[tuple[Bin, Reading]]:
    """The measure of every row of its table, the largest first, all together last; none where there is one row only.

    What is told of four quarters is so here too.
    """
    table = choice.release.tables.get(measure.table)
    rows = [row for row in table.rows if row.code not in (TOTAL, TOGETHER)] if table else []
    if len(rows) < 2:
        return []
    found = []
    for row in [*rows, *(each for each in table.rows if each.code == TOTAL)] if table else []:
        at, quarters = choice.release.quarter, readings.read_by(past, measure, row.code)
        one = (readings.yearly(quarters).get(at) if measure.years else None) or quarters.get(at)
        found += [(row, one)] if one else []
    return sorted(found, key=lambda pair: (pair[0].code == TOTAL, -1 if pair[1].value is None else -pair[1].value))


def behind(measure: Measure, rows: list[tuple[Bin, Reading]]) -> list[tuple[Bin, Reading]]:
    """Which rows are clearly worse than the rest of all together, 30 or more being counted on both sides."""
    if not rows:
        return []
    *each, (_, whole) = rows
    found = []
    for row, one in each:
        if all(isinstance(figure, int) for figure in (one.part, one.whole, whole.part, whole.whole)):
            rest = Reading(
                max(0, int(whole.part) - int(one.part)),
                int(whole.whole) - int(one.whole),
                one.share,
                one.noise + whole.noise,
            )
            if readings.moved(one, rest) == (DOWN if measure.good == "more" else UP):
                found.append((row, one))
    return found


def where(names: tuple[str, ...], choice: Choice, past: list[Release]) -> str:
    """Where it is clearly worse than elsewhere, in a sentence."""
    return "; ".join(_where(told(name, choice, past)) for name in names)


def _where(of: Told) -> str:
    rows = beside(of.measure, of.choice, of.past)
    table = of.choice.release.tables.get(of.measure.table)
    each = table.of_rows.lower() if table else "hub"
    if found := behind(of.measure, rows):
        return f"{of.title}: {', '.join(f'{row.label} ({one.text})' for row, one in found)} below the rest"
    if any(one.value is not None and not one.is_few for _, one in rows[:-1]):
        return f"{of.title}: no {each} is clearly below the rest"
    if any(one.value is not None for _, one in rows[:-1]):
        return f"{of.title}: too few in each {each} to compare"
    return f"{of.title}: not shown by {each}"
