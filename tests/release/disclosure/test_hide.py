"""As few figures are hidden as can be: never more than a quarter above the fewest, found here by trying every set."""

import itertools
import random

import numpy as np
import pytest

from hubdata.demo import make as demo
from hubdata.errors import Refused
from hubdata.release.disclosure.attack import Attack, Published
from hubdata.release.disclosure.hide import _mended, _thinned, hide
from hubdata.release.disclosure.leeway import Figures, cornered
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.disclosure.protect import _costs, atoms_of, protect, two_way
from hubdata.release.disclosure.table import Table
from tests.support.tables_of_counts import table

PUBLIC = DisclosurePolicy()


def _safe(whole: list, hidden: set) -> bool:
    """Whether the attacker leaves every small count its width."""
    high, wide = len(whole) - 1, len(whole[0]) - 1
    places = [(i, j) for i in range(high + 1) for j in range(wide + 1)]
    said = [
        Published(atoms_of(at, high, wide), 1, None)
        if at in hidden
        else Published.exactly(atoms_of(at, high, wide), whole[at[0]][at[1]])
        for at in places
    ]
    small = [at for at in places if 1 <= whole[at[0]][at[1]] <= 5]
    return all(found.width >= 5 for found in Attack(said).intervals([atoms_of(at, high, wide) for at in small]))


def _fewest(whole: list) -> int:
    places = [(i, j) for i, row in enumerate(whole) for j, n in enumerate(row) if n > 0]
    small = {(i, j) for i, j in places if whole[i][j] <= 5}
    others = [at for at in places if at not in small]
    sets = (small | set(more) for k in range(len(others) + 1) for more in itertools.combinations(others, k))
    return len(next(chosen for chosen in sets if _safe(whole, chosen)))


@pytest.mark.parametrize("seed", range(25))
def test_no_set_of_fewer_figures_would_do(seed):
    draw = random.Random(seed)
    high, wide = draw.choice([(2, 2), (2, 3), (3, 2), (3, 3)])
    rows = [[int(draw.expovariate(1 / draw.choice([6, 15, 30]))) for _ in range(wide)] for _ in range(high)]

    found = protect(table(*rows), PUBLIC)

    assert found.hidden <= 1.25 * _fewest([list(row) for row in found.table.with_margins()])


def test_an_inner_figure_is_hidden_rather_than_a_total():
    found = protect(table([3, 12, 25], [30, 31, 32], [33, 34, 35]), PUBLIC)
    assert found.hidden == 4
    assert all(figure != "[c]" for figure in found.shown[-1])
    assert all(row[-1] != "[c]" for row in found.shown)


def test_of_two_ways_the_one_that_tells_less_is_hidden():
    found = protect(table([3, 20, 900], [20, 20, 20]), PUBLIC)
    assert found.shown[0] == ("[c]", "[c]", 900, 923)


def test_no_figure_costs_more_than_a_quarter_above_another():
    costs = _costs(np.array(Table(("a",), ("b", "c"), ((1, 100_000_000),)).with_margins()))
    assert costs.min() >= 1 and costs.max() <= 1.25
    assert len(set(costs)) == costs.size


def test_a_total_costs_more_than_a_cell_and_the_grand_total_most():
    costs = _costs(np.full((3, 4), 20))
    assert costs[[3, 7, 8, 9, 10]].min() > costs[[0, 1, 2, 4, 5, 6]].max() + 0.09
    assert costs[11] > costs[[3, 7, 8, 9, 10]].max() + 0.09


def _line(values: list[int], must: list[bool], can: list[bool]) -> Figures:
    """One line: the last figure is the total of the others."""
    sign = np.array([1] * (len(values) - 1) + [-1])
    at = np.arange(len(values))
    return Figures(np.array(values), at * 0, at, sign, np.array(must), np.array(can), 1, 5, np.ones(len(values)))


def test_what_is_published_already_is_not_hidden():
    chosen = hide(_line([3, 20, 30, 53], [True, False, False, False], [True, False, True, True]))
    assert not chosen[1] and chosen[0] and chosen.sum() == 2


def test_a_small_count_that_is_given_away_already_is_refused():
    with pytest.raises(Refused, match="published already"):
        hide(_line([3, 20, 23], [True, False, False], [True, False, False]))


def test_a_figure_that_could_differ_by_enough_is_not_cornered():
    figures = two_way(np.array(table([3, 12, 25], [30, 31, 32]).with_margins()), PUBLIC)
    alone = figures.must
    square = alone.copy()
    square[[1, 4, 5]] = True
    assert [cut.of for cut in cornered(figures, alone)] == [0]
    assert cornered(figures, square) == []
    assert cornered(figures, np.zeros(len(alone), bool)) == []


def test_mending_hides_no_more_than_the_width_asks():
    figures = two_way(np.array(table([3, 6, 8], [30, 31, 32]).with_margins()), PUBLIC)
    mended, cuts = _mended(figures, figures.must)
    assert mended.sum() == 4 and mended[[0, 1, 4, 5]].all()
    assert {cut.of for cut in cuts} >= {0}


def test_what_mending_hid_in_vain_is_shown_again():
    figures = two_way(np.array(table([3, 6, 8], [30, 31, 32]).with_margins()), PUBLIC)
    fewer = _thinned(figures, figures.can, figures.must)
    assert fewer.sum() < figures.can.sum() and cornered(figures, fewer) == []


def test_large_tables_are_hidden_with_few_figures_more():
    draw = random.Random(2)
    rows = [[int(draw.expovariate(1 / 60)) for _ in range(20)] for _ in range(20)]
    found = protect(table(*rows), PUBLIC)
    assert found.narrowest >= 5
    assert found.hidden <= 2 * len(found.at_risk)


@pytest.mark.parametrize("seed", range(50))
def test_no_hub_gives_a_small_count_away(seed):
    made = demo.generate(60 + 5 * seed, seed).tables
    hubs = dict(zip(*(made["families"][name].to_pylist() for name in ("family", "hub")), strict=True))
    needs = list(zip(*(made["needs"][name].to_pylist() for name in ("family", "area")), strict=True))
    rows, columns = sorted(set(hubs.values())), sorted({area for _, area in needs})
    counts = {(row, column): 0 for row in rows for column in columns}
    for family, area in needs:
        counts[hubs[family], area] += 1
    asked = Table(tuple(rows), tuple(columns), tuple(tuple(counts[r, c] for c in columns) for r in rows))

    found = protect(asked, PUBLIC)

    assert found.at_risk, "a made-up hub of this size has small counts"
    assert found.narrowest >= PUBLIC.width
    hidden = {at for at in found.intervals if found.shown[at[0]][at[1]] == "[c]"}
    assert found.at_risk <= hidden and _safe([list(row) for row in asked.with_margins()], hidden)
