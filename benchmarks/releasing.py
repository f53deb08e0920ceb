"""Figures of releases: how long auditing a ledger of years takes, and publishing one quarter."""

import random
import time
from collections.abc import Iterator
from dataclasses import asdict

from hubdata.release.attack import attack
from hubdata.release.counts import Atom, Counted, Grouping
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.ledger import Line, as_set
from hubdata.release.protect import protect_together
from hubdata.release.tables import Bin, Side, Spec

QUARTERS, HUBS, PAIRS = 12, 6, 6  # three years; six pairs of linked tables are twelve tables
BOUND = 60.0
AREAS, REASONS = 10, 8


def _bins(letter: str, number: int) -> tuple[Bin, ...]:
    return tuple(Bin(f"{letter}{n}", f"{letter}{n}", (f"{letter}{n}",)) for n in range(number))


def _grouping(name: str, atoms: dict[Atom, int], sides: tuple, down: int, across: int) -> Grouping:
    rows, columns = sides[down], sides[across]
    row_of, column_of = ({bin_.code: at for at, bin_ in enumerate(side)} for side in (rows, columns))
    cells: dict[tuple[int, int], set[Atom]] = {}
    for atom in atoms:
        for i in (row_of[atom[down]], len(rows)):
            for j in (column_of[atom[across]], len(columns)):
                cells.setdefault((i, j), set()).add(atom)
    spec = Spec(name, name, name, name, Side("row", "Row"), Side("column", "Column"))
    return Grouping(spec, rows, columns, {place: frozenset(own) for place, own in sorted(cells.items())})


def made(pair: int, seed: int) -> Counted:
    """Two tables that share a margin: hub × area and area × reason, most of their counts small."""
    draw = random.Random(seed)
    sides = _bins("h", HUBS), _bins("a", AREAS), _bins("r", REASONS)
    atoms = {
        (hub.code, area.code, reason.code): int(draw.expovariate(1 / draw.choice((0.3, 1, 4))))
        for hub in sides[0]
        for area in sides[1]
        for reason in sides[2]
    }
    tables = tuple(_grouping(f"{name}{pair}", atoms, sides, *of) for name, of in (("x", (0, 1)), ("y", (1, 2))))
    return Counted(f"pair{pair}", atoms, tables)


def synthetic() -> list[Line]:
    """A ledger of three years of twelve tables over six hubs, each pair of tables protected together."""
    public = DisclosurePolicy()
    lines = []
    for quarter in range(QUARTERS):
        sets = [as_set(protect_together(made(pair, 100 * quarter + pair), public)) for pair in range(PAIRS)]
        name = f"{2024 + quarter // 4}-Q{quarter % 4 + 1}"
        lines.append(Line(quarter + 1, name, "0" * 16, "", asdict(public), tuple(sets)))
    return lines


def lines() -> Iterator[str]:
    """How long the attack over the whole ledger takes."""
    start = time.perf_counter()
    book = synthetic()
    protecting = time.perf_counter() - start
    start = time.perf_counter()
    found = attack(book)
    took = time.perf_counter() - start
    word = "reached" if took <= BOUND and found.holds else "NOT reached"
    yield (
        f"releases, {QUARTERS} quarters × {2 * PAIRS} tables × {HUBS} hubs ({found.figures:,} figures, "
        f"{found.hidden:,} hidden) audited together: {took:.1f} s (at most {BOUND:.0f} s: {word}); "
        f"narrowest {found.narrowest_interval}; protecting all of them took {protecting:.0f} s"
    )
