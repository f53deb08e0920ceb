"""Figures of changed releases: how useful they are and what can be known of them, over eight quarters of made-up hubs.

It repeats the main rows of the study behind decision 20 with the shipped code: every count beside what is shown of it,
the attack over all quarters together, and how often the likeliest count is right.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from hubdata import policy
from hubdata.dates import Quarter
from hubdata.demo import make as demo
from hubdata.desk import tour
from hubdata.records.snapshot import take
from hubdata.records.store import open_hub
from hubdata.release import attack, sets
from hubdata.release.cellkey import believed
from hubdata.release.counts import counted
from hubdata.release.disclosure import policy as disclosure_policy
from hubdata.release.disclosure.protect import HIDDEN
from hubdata.release.ledger import Line

QUARTERS, SURE = 8, 0.8
Counts = list[tuple[int, int | str]]


def lines(families: tuple[int, ...], seeds: int, folder: Path) -> Iterator[str]:
    """A line a hub."""
    for number in families:
        for seed in range(1, seeds + 1):
            yield _hub(number, seed, folder / f"changed-{number}-{seed}")


def _hub(families: int, seed: int, home: Path) -> str:
    hub = open_hub(home, url="sqlite", create=True)
    tour.fill(hub, demo.generate(families, seed), "benchmark")
    policies, records, secret = policy.load(), take.take(hub), os.urandom(32)
    hub.engine.dispose()
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
        made = sets.made(counted(records, policies, quarter, secret), chosen, secret, book, forms)
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
    found = attack.attack(book).changed["cell_key"]
    took = time.process_time() - start
    hidden = sum(shown == HIDDEN for _, shown in truth) / len(truth)
    off = [abs(int(shown) - count) / count for count, shown in truth if count >= 20 and shown != HIDDEN]
    small, right, sure = guessed
    return (
        f"changed figures, {what}, {QUARTERS} quarters: {hidden:.0%} hidden; counts of 20 and more off by "
        f"{np.median(off):.1%}, 95 in 100 by at most {np.quantile(off, 0.95):.1%}; {found.exact} exact, "
        f"{found.under_two} under two, {found.under_five / found.figures:.1%} under five; "
        f"of {small} small counts {right / small:.0%} guessed, "
        f"{sure / small:.1%} with more than {SURE}; most believed {found.most_believed}; attack {took:.1f} s"
    )
