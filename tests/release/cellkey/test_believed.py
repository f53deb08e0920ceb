"""What a guesser believes of changed figures is what trying every possible row would give, and it is right as often."""

import itertools
import random
from math import prod

import pytest

from hubdata.release.cellkey import believed, change
from hubdata.release.cellkey.believed import Sum, guesses
from hubdata.release.disclosure.policy import DisclosurePolicy

MANAGERS = DisclosurePolicy("managers", "cell_key", 5, 2, "kept", "internal")


def tried(figures, prior):
    """For each cell of a row and for its total, the likeliest count over every row that could be shown so."""
    *cells, total = figures
    ranges = [range(low, high + 1) for low, high in (change.known(figure, MANAGERS) for figure in cells)]
    found, all_ = [{} for _ in figures], 0.0
    for counts in itertools.product(*ranges):
        each = zip(counts, cells, strict=True)
        chance = prod(prior[n] * change.likelihood(figure, n, MANAGERS) for n, figure in each)
        chance *= change.likelihood(total, sum(counts), MANAGERS)
        all_ += chance
        for at, count in enumerate((*counts, sum(counts))):
            found[at][count] = found[at].get(count, 0.0) + chance
    return [max((chance / all_, count) for count, chance in own.items()) for own in found]


@pytest.mark.parametrize("figures", [[3, 0, 2, 6], [1, 1, 4], [0, 0, 7, 5], [9, 12, 20]])
def test_a_row_is_believed_as_trying_every_row_says(figures):
    *cells, _ = figures
    row = Sum(tuple(range(len(cells))), len(cells))
    found = guesses(figures, [row], MANAGERS)
    expected = tried(figures, believed._prior(cells, MANAGERS))
    assert [guess.count for guess in found] == [count for _, count in expected]
    assert [guess.belief for guess in found] == pytest.approx([belief for belief, _ in expected], rel=1e-6)


def test_a_total_of_one_cell_alone_tells_nothing_that_the_cell_does_not():
    alone, with_total = guesses([4, 30, 8], [], MANAGERS), guesses([4, 0, 4, 30, 8], [Sum((0, 1), 2)], MANAGERS)
    assert with_total[0] == with_total[2]
    assert with_total[0].belief < alone[0].belief + 0.15


def test_what_is_believed_is_right_as_often_as_is_believed():
    draw, counts, rows = random.Random(5), [], []
    for start in range(0, 7 * 60, 7):
        cells = [draw.choice((0, 0, 0, 1, 1, 2, 3, 5, 8, 13)) for _ in range(6)]
        counts += [*cells, sum(cells)]
        rows.append(Sum(tuple(range(start, start + 6)), start + 6))
    found = guesses([change.changed(count, draw.getrandbits(64)) for count in counts], rows, MANAGERS)
    right = sum(guess.count == count for guess, count in zip(found, counts, strict=True)) / len(counts)
    assert right == pytest.approx(sum(guess.belief for guess in found) / len(counts), abs=0.05)


def test_rows_and_columns_are_found_from_where_figures_stand():
    places = [[("t", row, column)] for row in ("a", "b", "total") for column in ("x", "y", "total")]
    found = believed.sums(places)
    assert {(line.cells, line.total) for line in found} == {
        ((0, 1), 2), ((3, 4), 5), ((6, 7), 8), ((0, 3), 6), ((1, 4), 7), ((2, 5), 8),
    }  # fmt: skip
