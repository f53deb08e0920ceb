"""A count is changed by nothing on average, by a little and never below nothing; one key always changes it alike."""

import random
from collections import Counter

import pytest

from hubdata.release.cellkey import change
from hubdata.release.disclosure.policy import DisclosurePolicy

MANAGERS = DisclosurePolicy("managers", "cell_key", 5, 2, "kept", "internal")
EVERY_CELL = DisclosurePolicy("every_cell", "keyed_round", 5, 2, "kept", "public", 5)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 400])
def test_the_table_changes_a_count_by_nothing_on_average_with_variance_two_and_never_below_nothing(count):
    weights = change.row(count)
    of = sum(weights.values())
    assert sum(by * weight for by, weight in weights.items()) == 0
    assert sum(by * by * weight for by, weight in weights.items()) == 2 * of
    assert all(weight > 0 for weight in weights.values())
    assert min(weights) == max(-count, -5) and max(weights) == 5


def test_nobody_stays_nobody_whatever_the_key():
    assert {
        change.shown(0, key, policy) for key in (0, 1 << 63, (1 << 64) - 1) for policy in (MANAGERS, EVERY_CELL)
    } == {0}


@pytest.mark.parametrize("count", [1, 3, 5, 31])
def test_keys_that_are_spread_evenly_change_a_count_as_often_as_the_table_says(count):
    draw = random.Random(count)
    found = Counter(change.changed(count, draw.getrandbits(64)) - count for _ in range(20_000))
    of = sum(change.row(count).values())
    for by, weight in change.row(count).items():
        assert found[by] / 20_000 == pytest.approx(weight / of, abs=0.015)


@pytest.mark.parametrize("count", range(12))
def test_rounding_by_keys_goes_up_or_down_and_stays_right_on_average(count):
    keys = [step << 56 for step in range(256)]
    found = [change.shown(count, key, EVERY_CELL) for key in keys]
    assert all(figure % 5 == 0 and abs(figure - count) < 5 for figure in found)
    assert sum(found) / len(found) == pytest.approx(count, abs=0.05)


@pytest.mark.parametrize("policy", [MANAGERS, EVERY_CELL], ids=lambda policy: policy.method)
@pytest.mark.parametrize("figure", [0, 1, 4, 5, 10, 30])
def test_what_is_known_of_a_figure_is_every_count_that_is_ever_shown_so(policy, figure):
    low, high = change.known(figure, policy)
    could = [count for count in range(60) if change.likelihood(figure, count, policy) > 0]
    assert not could or low <= could[0] and could[-1] <= high


def test_two_figures_of_equal_counts_are_seldom_said_to_differ():
    weights = change.row(change.bound())
    both = [(one - other, weights[one] * weights[other]) for one in weights for other in weights]
    every, apart = sum(weight for _, weight in both), sum(weight for by, weight in both if abs(by) > change.clear())
    assert change.clear() == 5 and 0 < apart / every < 0.01
