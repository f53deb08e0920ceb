"""Figures of changed releases: how useful they are and what can be known of them, over eight quarters of made-up hubs.

It repeats the main rows of the study behind decision 20 with the shipped code: every count beside what is shown of it,
every rate and every sentence beside the true one, the attack over all quarters together, and how often the likeliest
count is right. A share of each quarter's rows comes late: it is not there yet when its quarter is published, and is
when the next one is. What is asked of each figure stands in `ASKED`.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.data import snapshot_of
from hubdata import places, policy
from hubdata.dashboards import catalogue, readings
from hubdata.dashboards.readings import DOWN, UP, Reading
from hubdata.dates import Quarter
from hubdata.demo import make as demo
from hubdata.release import attack, sets
from hubdata.release.cellkey import believed, change
from hubdata.release.counts import counted
from hubdata.release.disclosure import policy as disclosure_policy
from hubdata.release.disclosure.protect import HIDDEN
from hubdata.release.ledger import Line
from hubdata.release.protect import ProtectedSet
from hubdata.release.together import lesser

QUARTERS, SURE, LARGE, WIDE = 8, 0.8, 20, 0.95
LATE = 0.05  # of a quarter's closings, needs and shares
DATED = {"families": "closed_on", "goals": "closed_on", "needs": "identified_on", "shares": "shared_on"}
WITH_CLOSING = {"families": ("closed_on", "closure_reason"), "goals": ("closed_on", "result")}
RATES = {"met in four quarters": "met", "reviewed": "reviewed", "shares without agreement": "at-risk"}
ASKED = {
    "off": 0.10,
    "met in four quarters": 8.0,
    "reviewed": 2.0,
    "shares without agreement": 1.5,
    "wrong": 0.01,
    "under_five": 0.05,
    "guessed": 0.50,
    "sure": 0.05,
    "most": 0.95,
}
Counts = list[tuple[int, int | str]]
Read = dict[tuple[str, str], dict[Quarter, tuple[Reading, Reading]]]  # by measure and row: the true one, and the shown


@dataclass
class Tally:
    """What was measured of some hubs together."""

    counts: Counts = field(default_factory=list)
    small: int = 0
    right: int = 0
    sure: int = 0
    most: float = 0.0
    figures: int = 0
    exact: int = 0
    under_two: int = 0
    under_five: int = 0
    said: int = 0
    wrong: int = 0
    of_few: int = 0
    late: int = 0
    took: float = 0.0
    rates: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in RATES})

    def __iadd__(self, other: "Tally") -> "Tally":
        for name, value in vars(other).items():
            mine = getattr(self, name)
            if name == "rates":
                value = {each: mine[each] + value[each] for each in mine}
            setattr(self, name, max(mine, value) if name == "most" else value if name == "rates" else mine + value)
        return self


def lines(families: tuple[int, ...], seeds: int) -> Iterator[str]:
    """A line a hub, then one for each size."""
    for number in families:
        whole = Tally()
        for seed in range(1, seeds + 1):
            own = _hub(number, seed)
            whole += own
            yield _said(f"{number} families, seed {seed}", own)
        yield _said(f"{number} families, {seeds} seeds together", whole)
        missed = ", ".join(_missed(whole)) or "nothing"
        yield f"changed figures, {number} families, {seeds} seeds: not reached: {missed}"


def council() -> policy.Policy:
    """The shipped decisions, with what the made-up council decided."""
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / policy.DECISIONS).mkdir()
        shutil.copy(places.COUNCIL, Path(home) / policy.DECISIONS)
        return policy.of(Path(home))


def known(made: demo.Demo, quarter: Quarter, seed: int) -> dict[str, pa.Table]:
    """The tables as they are when a quarter is published: a share of what happened in it is not recorded yet."""
    draw, found = np.random.default_rng((seed, quarter.year, quarter.number)), dict(made.tables)
    for name, column in DATED.items():
        rows = found[name]
        days = pc.cast(rows[column], pa.date32())
        within = pc.and_kleene(pc.greater_equal(days, quarter.first), pc.less_equal(days, quarter.last))
        late = pc.and_kleene(pc.fill_null(within, False), pa.array(draw.random(len(rows)) < LATE))
        for each in WITH_CLOSING.get(name, ()):
            at = rows.column_names.index(each)
            rows = rows.set_column(at, each, pc.if_else(late, pa.scalar(None, rows[each].type), rows[each]))
        found[name] = rows if name in WITH_CLOSING else rows.filter(pc.invert(late))
    return found


def _hub(families: int, seed: int) -> Tally:
    made_up, policies, secret = demo.generate(families, seed), council(), os.urandom(32)
    last = Quarter.ended_by(demo.AS_AT)
    chosen = disclosure_policy.read("managers", last.last, policies)
    quarters = [last]
    while len(quarters) < QUARTERS:
        quarters.insert(0, quarters[0].before)
    past = counted(snapshot_of(made_up), policies, quarters[0].before, secret)
    forms = sets.chosen(past, chosen, policies.value("releases.coarser_above", last.last))
    book: list[Line] = []
    found, read = Tally(), Read()
    for quarter in quarters:
        records = snapshot_of(replace(made_up, tables=known(made_up, quarter, seed)))
        made = sets.made(counted(records, policies, quarter, secret), chosen, secret, book, forms)
        made, _ = lesser.held(made, book, str(quarter), "hide_more")
        book.append(made.line(str(quarter)))
        for each, kept in zip(made.protected, made.kept, strict=True):
            pairs = [(each.counted.count(own), shown) for own, shown in each.shown.items()]
            found.counts += pairs
            _guess(found, pairs, kept, chosen)
            _read(read, quarter, each)
    _attacked(found, book)
    _rates(found, read)
    for (name, _), each in read.items():
        _sentences(found, catalogue.MEASURES[name], each)
    return found


def _guess(found: Tally, pairs: Counts, kept: dict, chosen: disclosure_policy.DisclosurePolicy) -> None:
    """Of each small count that is shown changed, whether it was guessed, and guessed with more than four in five."""
    shown = [(count, figure, places) for (count, _), (_, figure, places) in zip(pairs, kept["figures"], strict=True)]
    shown = [each for each in shown if each[1] != HIDDEN]
    if not shown:
        return
    rows = believed.sums([tuple(place) for place in places] for _, _, places in shown)
    guesses = believed.guesses([int(figure) for _, figure, _ in shown], rows, chosen)
    for (count, _, _), guess in zip(shown, guesses, strict=True):
        if 1 <= count <= chosen.threshold:
            found.small, found.right = found.small + 1, found.right + (guess.count == count)
            found.sure += guess.count == count and guess.belief > SURE
            found.most = max(found.most, guess.belief if guess.count == count else 0.0)


def _attacked(found: Tally, book: list[Line]) -> None:
    start = time.process_time()
    whole = attack.attack(book)
    of = whole.changed["cell_key"]
    found.took, found.late = time.process_time() - start, whole.late
    found.figures, found.exact, found.under_two, found.under_five = of.figures, of.exact, of.under_two, of.under_five


def _read(read: Read, quarter: Quarter, each: ProtectedSet) -> None:
    """Every measure that a page watches, in every row of its table: as it is, and as it is shown."""
    noise = change.clear() ** 2 / 8
    for grouping in each.counted.groupings:
        columns = {bin_.code: at for at, bin_ in enumerate(grouping.columns)} | {"total": len(grouping.columns)}
        for measure in catalogue.MEASURES.values():
            if measure.table == grouping.spec.name and measure.column in columns:
                for at, row in enumerate([*(bin_.code for bin_ in grouping.rows), "total"]):
                    own = [grouping.figures[at, columns[code]] for code in (measure.column, "total")]
                    true = Reading(*map(each.counted.count, own), measure.share)
                    shown = Reading(*(each.shown[atoms] for atoms in own), measure.share, noise)
                    read.setdefault((measure.name, row), {})[quarter] = (true, shown)


def _both(measure: catalogue.Measure, of: dict[Quarter, tuple[Reading, Reading]]) -> list[dict[Quarter, Reading]]:
    """The true and the shown readings by quarter, four together where a page adds four."""
    sides = [{quarter: both[side] for quarter, both in of.items()} for side in (0, 1)]
    return [readings.yearly(side) for side in sides] if measure.years else sides


def _rates(found: Tally, read: Read) -> None:
    for what, name in RATES.items():
        true, shown = _both(catalogue.MEASURES[name], read.get((name, "total"), {}))
        pairs = [(true[quarter].value, shown[quarter].value) for quarter in true]
        found.rates[what] += [100 * abs(one - other) for one, other in pairs if one is not None and other is not None]


def _sentences(found: Tally, measure: catalogue.Measure, of: dict[Quarter, tuple[Reading, Reading]]) -> None:
    """Every direction that a page would say against the quarter and the year before, and those that are not true."""
    true, shown = _both(measure, of)
    for quarter in shown:
        for before in {readings.year_before(quarter), *(() if measure.years else (quarter.before,))} & shown.keys():
            how = readings.moved(shown[quarter], shown[before])
            now, then = true[quarter].value, true[before].value
            if how not in (UP, DOWN) or now is None or then is None:
                continue
            found.said += 1
            found.wrong += (now <= then) if how == UP else (now >= then)
            found.of_few += (
                measure.share and min(int(shown[each].whole) for each in (quarter, before)) < readings.FEWEST
            )


def _off(found: Tally) -> list[float]:
    return [abs(int(shown) - count) / count for count, shown in found.counts if count >= LARGE and shown != HIDDEN]


def _wide(values: list[float]) -> float:
    return float(np.quantile(values, WIDE)) if values else 0.0


def _missed(found: Tally) -> Iterator[str]:
    """What is above what was asked."""
    small, figures = max(found.small, 1), max(found.figures, 1)
    got = {
        "off": _wide(_off(found)),
        "wrong": found.wrong / max(found.said, 1),
        "under_five": found.under_five / figures,
        "guessed": found.right / small,
        "sure": found.sure / small,
        "most": found.most,
    }
    got |= {name: _wide(each) for name, each in found.rates.items()}
    yield from (f"{name} {got[name]:.3g} (asked {asked})" for name, asked in ASKED.items() if got[name] > asked)
    yield from (f"{name} {getattr(found, name)}" for name in ("exact", "under_two", "of_few") if getattr(found, name))


def _said(what: str, found: Tally) -> str:
    hidden = sum(shown == HIDDEN for _, shown in found.counts) / len(found.counts)
    off, small = _off(found), max(found.small, 1)
    rates = ", ".join(f"{name} {_wide(each):.1f} of {len(each)}" for name, each in found.rates.items())
    return (
        f"changed figures, {what}, {QUARTERS} quarters: {hidden:.1%} hidden; counts of {LARGE} and more off by "
        f"{np.median(off):.1%}, 95 in 100 by at most {_wide(off):.1%}; rates off by points, 95 in 100: {rates}; "
        f"{found.said} directions said, {found.wrong} wrong, {found.of_few} of few; {found.exact} exact, "
        f"{found.under_two} under two, {found.under_five / max(found.figures, 1):.1%} of {found.figures} under five; "
        f"of {found.small} small counts {found.right / small:.0%} guessed, {found.sure / small:.1%} with more than "
        f"{SURE}; most believed {found.most:.3f}; {LATE:.0%} of a quarter's rows late, {found.late} at least as the "
        f"figures show; attack {found.took:.1f} s"
    )
