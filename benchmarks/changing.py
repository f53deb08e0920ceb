"""Figures of changed releases: how useful they are and what can be known of them, over eight quarters of made-up hubs.

It repeats the main rows of the study behind decision 20 with the shipped code: every count beside what is shown of it,
the attack over all quarters together, and how often the likeliest count is right. A share of each quarter's rows comes
late: it is not there yet when its quarter is published, and is when the next one is.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.data import snapshot_of
from hubdata import policy
from hubdata.dates import Quarter
from hubdata.demo import make as demo
from hubdata.release import attack, sets
from hubdata.release.cellkey import believed
from hubdata.release.counts import counted
from hubdata.release.disclosure import policy as disclosure_policy
from hubdata.release.disclosure.protect import HIDDEN
from hubdata.release.ledger import Line
from hubdata.release.together import lesser

QUARTERS, SURE = 8, 0.8
LATE = 0.05  # of a quarter's closings, needs and shares
DATED = {"families": "closed_on", "goals": "closed_on", "needs": "identified_on", "shares": "shared_on"}
WITH_CLOSING = {"families": ("closed_on", "closure_reason"), "goals": ("closed_on", "result")}
Counts = list[tuple[int, int | str]]


def lines(families: tuple[int, ...], seeds: int) -> Iterator[str]:
    """A line a hub."""
    for number in families:
        for seed in range(1, seeds + 1):
            yield _hub(number, seed)


def _known(made: demo.Demo, quarter: Quarter, seed: int) -> dict[str, pa.Table]:
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


def _hub(families: int, seed: int) -> str:
    made_up = demo.generate(families, seed)
    policies, records, secret = policy.load(), snapshot_of(made_up), os.urandom(32)
    last = Quarter.ended_by(demo.AS_AT)
    chosen = disclosure_policy.read("managers", last.last, policies)
    quarters = [last]
    while len(quarters) < QUARTERS:
        quarters.insert(0, quarters[0].before)
    past = counted(records, policies, quarters[0].before, secret)
    forms = sets.chosen(past, chosen, policies.value("releases.coarser_above", last.last))
    book: list[Line] = []
    truth: Counts = []
    small, right, sure = 0, 0, 0
    for quarter in quarters:
        records = snapshot_of(replace(made_up, tables=_known(made_up, quarter, seed)))
        made = sets.made(counted(records, policies, quarter, secret), chosen, secret, book, forms)
        made, _ = lesser.held(made, book, str(quarter), "hide_more")
        book.append(made.line(str(quarter)))
        for each, kept in zip(made.protected, made.kept, strict=True):
            pairs = [(each.counted.count(own), shown) for own, shown in each.shown.items()]
            truth += pairs
            told = _guessed(pairs, kept, chosen)
            small, right, sure = small + len(told), right + sum(ok for ok, _ in told), sure + sum(s for _, s in told)
    return _said(f"{families} families, seed {seed}", truth, book, (small, right, sure))


def _guessed(pairs: Counts, kept: dict, chosen: disclosure_policy.DisclosurePolicy) -> list[tuple[bool, bool]]:
    """Of each small count that is shown changed, whether it was guessed, and guessed with more than four in five."""
    shown = [(count, figure, places) for (count, _), (_, figure, places) in zip(pairs, kept["figures"], strict=True)]
    shown = [each for each in shown if each[1] != HIDDEN]
    rows = believed.sums([tuple(place) for place in places] for _, _, places in shown)
    guesses = believed.guesses([int(figure) for _, figure, _ in shown], rows, chosen) if shown else []
    both = zip(shown, guesses, strict=True)
    of_small = [(count, guess) for (count, _, _), guess in both if 1 <= count <= chosen.threshold]
    return [(guess.count == count, guess.count == count and guess.belief > SURE) for count, guess in of_small]


def _said(what: str, truth: Counts, book: list[Line], guessed: tuple[int, int, int]) -> str:
    start = time.process_time()
    whole = attack.attack(book)
    found, took = whole.changed["cell_key"], time.process_time() - start
    hidden = sum(shown == HIDDEN for _, shown in truth) / len(truth)
    off = [abs(int(shown) - count) / count for count, shown in truth if count >= 20 and shown != HIDDEN]
    small, right, sure = guessed
    return (
        f"changed figures, {what}, {QUARTERS} quarters: {hidden:.0%} hidden; counts of 20 and more off by "
        f"{np.median(off):.1%}, 95 in 100 by at most {np.quantile(off, 0.95):.1%}; {found.exact} exact, "
        f"{found.under_two} under two, {found.under_five / found.figures:.1%} under five; "
        f"of {small} small counts {right / small:.0%} guessed, "
        f"{sure / small:.1%} with more than {SURE}; most believed {found.most_believed}; "
        f"{LATE:.0%} of a quarter's rows late, {whole.late} at least as the figures show; attack {took:.1f} s"
    )
