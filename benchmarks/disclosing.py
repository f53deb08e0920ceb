"""Figures of disclosure control: how long protecting and attacking takes, and how near the fewest figures it comes."""

import random
import time
from collections.abc import Iterator
from statistics import median

from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.disclosure.protect import protect
from hubdata.release.disclosure.table import Table

BOUNDS = {20: 0.5, 50: 5.0}
TYPICAL = (8, 20, 60, 200)  # the mean count of a cell: from a table that is nearly all small to one that is hardly


def made(size: int, typical: int, seed: int) -> Table:
    """A square table of counts, most of them below their mean."""
    draw = random.Random(seed)
    names = tuple(f"{at:02}" for at in range(size))
    return Table(names, names, tuple(tuple(int(draw.expovariate(1 / typical)) for _ in names) for _ in names))


def lines(rounds: int) -> Iterator[str]:
    """Per size the median and the worst of several tables, of each kind `rounds`."""
    public = DisclosurePolicy()
    protect(made(3, 9, 0), public)  # the first call loads the solver
    for size, bound in BOUNDS.items():
        took, hidden, small = [], 0, 0
        for typical in TYPICAL:
            for seed in range(rounds):
                start = time.perf_counter()
                found = protect(made(size, typical, seed), public)
                took.append(time.perf_counter() - start)
                hidden, small = hidden + found.hidden, small + len(found.at_risk)
        word = "reached" if median(took) <= bound else "NOT reached"
        yield (
            f"disclosure, {size} × {size} protected and attacked: {median(took):.2f} s, worst {max(took):.2f} s "
            f"(at most {bound} s: {word}); {hidden / small:.2f} figures hidden for each small one"
        )
