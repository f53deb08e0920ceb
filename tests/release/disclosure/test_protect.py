"""Small counts are hidden so that nobody can work them out, with as little else hidden as possible, always alike."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubdata.errors import HubError
from hubdata.release.disclosure import protect as disclosure_protect
from hubdata.release.disclosure.attack import Interval
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.disclosure.protect import HIDDEN, protect
from hubdata.release.disclosure.table import Table
from tests.support.tables_of_counts import table, tried

PUBLIC = DisclosurePolicy()
SENSITIVE = DisclosurePolicy("sensitive", width=6, zeros="small")
MAY_HIDE = DisclosurePolicy("may_hide", width=6, zeros="may_hide")
ROUNDED = DisclosurePolicy("rounded", method="round", width=2, zeros="rounded", round_to=5)
HEALTH = DisclosurePolicy("health", method="hide_and_round", threshold=7, width=5, round_to=5)
C = HIDDEN
counts = st.one_of(st.integers(0, 7), st.integers(0, 60))
tables = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda size: st.lists(st.lists(counts, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0])
)


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ([3, 12, 0, 25], (C, C, 0, 25, 40)),
        ([3, 4, 33], (C, C, 33, 40)),  # they add up to 7, which is not small
        ([1, 1, 38], (C, C, C, 40)),  # two would add up to 2, and neither is 0: both would be known
        ([1, 2, 37], (C, C, C, 40)),
        ([2, 4, 34], (C, C, C, 40)),  # two would add up to 6: both would be known to be small
        ([5, 5, 30], (C, C, 30, 40)),
        ([2], (C, C)),
        ([6, 7, 8], (6, 7, 8, 21)),
        ([5, 6], (C, C, 11)),  # 5 is small and 6 is not
        ([0, 0, 0], (0, 0, 0, 0)),
        ([0, 4, 0], (0, C, 0, C)),
    ],
)
def test_a_single_row_is_protected_as_the_worked_examples_say(row, shown):
    found = protect(table(row), PUBLIC)
    assert found.shown == (shown, shown)  # the only row is also the row of totals


def test_a_small_row_takes_a_second_row_with_it():
    found = protect(table([3, 0, 40], [20, 30, 50], [60, 70, 80]), PUBLIC)
    assert found.hidden == 4
    assert found.shown[0][0] == C and found.shown[0][1] == 0


@pytest.mark.parametrize(
    "rows",
    [
        [[1, 1], [1, 1]],  # too few to say anything
        [[0, 0, 2], [0, 0, 0]],  # one cell only
        [[2], [2], [2]],
        [[5, 0], [0, 5]],
        [[1, 1, 9], [9, 9, 9]],  # two hidden cells of one line add up to 2
        [[1, 6], [6, 1]],
        [[100_000_000, 1], [2, 100_000_000]],
    ],
)
@pytest.mark.parametrize("policy", [PUBLIC, SENSITIVE, MAY_HIDE])
def test_no_hidden_figure_can_be_narrowed_in_tables_that_are_hard_to_hide(rows, policy):
    found = protect(table(*rows), policy)
    small = {(i, j) for i, r in enumerate(found.table.with_margins()) for j, n in enumerate(r) if policy.is_small(n)}
    assert found.at_risk == small
    assert all(found.shown[i][j] == C for i, j in small)
    assert found.narrowest >= policy.width


@settings(max_examples=60, deadline=None)
@given(tables, st.sampled_from([PUBLIC, SENSITIVE, MAY_HIDE]))
def test_nobody_can_narrow_a_hidden_figure_of_any_table(rows, policy):
    found = protect(table(*rows), policy)
    whole = found.table.with_margins()
    for i, j in itertools.product(range(len(whole)), range(len(whole[0]))):
        if policy.is_small(whole[i][j]):
            assert found.shown[i][j] == C
        if found.shown[i][j] == C:
            interval = found.intervals[i, j]
            assert interval.width >= policy.width
            assert interval.lowest <= whole[i][j] <= (interval.highest or whole[i][j])
        else:
            assert found.shown[i][j] == whole[i][j]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from([0, 1, 3, 6]), min_size=2, max_size=2), min_size=2, max_size=2),
    st.sampled_from([PUBLIC, MAY_HIDE]),
)
def test_trying_every_table_finds_no_less_than_the_policy_promises(rows, policy):
    found = protect(table(*rows), policy)
    ceiling = max([8, *(figure for row in found.shown for figure in row if figure != C)])
    for at, (low, high) in tried(found.shown, policy.least_hidden, ceiling).items():
        assert high - low >= policy.width
        proved = found.intervals[at]
        assert proved.lowest == low
        assert proved.highest == high if proved.highest is not None else high >= ceiling


def test_the_order_of_rows_and_columns_changes_nothing():
    draw = random.Random(3)
    rows = [[draw.choice([0, 1, 2, 4, 7, 9, 20, 31]) for _ in range(6)] for _ in range(7)]
    first = protect(table(*rows), PUBLIC)
    cells = {
        (first.rows[i], first.columns[j]): figure for i, row in enumerate(first.shown) for j, figure in enumerate(row)
    }
    down, across = draw.sample(range(7), 7), draw.sample(range(6), 6)
    names = first.table
    moved = Table(
        tuple(names.rows[i] for i in down),
        tuple(names.columns[j] for j in across),
        tuple(tuple(names.counts[i][j] for j in across) for i in down),
    )

    second = protect(moved, PUBLIC)

    assert {
        (second.rows[i], second.columns[j]): figure
        for i, row in enumerate(second.shown)
        for j, figure in enumerate(row)
    } == cells


def test_of_many_ways_that_lose_as_much_the_names_decide():
    rows = [[3, 20, 20, 20], [20, 20, 20, 20], [20, 20, 20, 20], [20, 20, 20, 20]]
    first = protect(table(*rows), PUBLIC)
    names = first.table
    for down in [(3, 2, 1, 0), (1, 0, 3, 2), (2, 3, 0, 1)]:
        moved = Table(tuple(names.rows[i] for i in down), names.columns, tuple(names.counts[i] for i in down))
        second = protect(moved, PUBLIC)
        assert [second.shown[down.index(i)] for i in range(4)] == list(first.shown[:4])


def test_the_same_table_always_has_the_same_answer():
    draw = random.Random(11)
    rows = [[int(draw.expovariate(1 / 25)) for _ in range(15)] for _ in range(15)]
    assert len({protect(table(*rows), PUBLIC).shown for _ in range(3)}) == 1


def test_what_an_attacker_narrows_is_not_shown(monkeypatch):
    monkeypatch.setattr(disclosure_protect, "hide", lambda figures: figures.must)  # as if only small counts were hidden
    with pytest.raises(HubError, match="show nothing"):
        protect(table([3, 12, 25], [20, 30, 40]), PUBLIC)


@pytest.mark.parametrize(("width", "kept"), [(12, True), (13, True), (14, False)])
def test_the_width_is_reached_or_nothing_is_shown(monkeypatch, width, kept):
    square = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0]], bool)  # 3 + 12: either is 1 to 14
    monkeypatch.setattr(disclosure_protect, "hide", lambda figures: square.ravel())
    asked = table([3, 12, 25], [30, 31, 32])
    policy = DisclosurePolicy("wide", width=width)
    if kept:
        assert protect(asked, policy).narrowest == 13
    else:
        with pytest.raises(HubError, match="4 figures could still be worked out to within 14"):
            protect(asked, policy)


def test_a_figure_hidden_beside_small_ones_has_the_same_width(monkeypatch):
    # 20 is not small, but [c] stands for small figures too: nobody may tell which it is
    row = np.array([[0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], bool)
    monkeypatch.setattr(disclosure_protect, "hide", lambda figures: row.ravel())
    with pytest.raises(HubError, match="1 figures"):
        protect(table([30, 20, 25], [30, 31, 32]), PUBLIC)


def test_sensitive_tables_hide_zeros_too():
    found = protect(table([0, 9, 20], [8, 30, 40]), SENSITIVE)
    assert found.shown[0][0] == C
    assert found.narrowest >= 6
    assert found.intervals[0, 0].lowest == 0


def test_a_zero_may_hide_a_small_count_only_where_the_policy_says_so():
    rows = [[3, 0, 0, 10], [0, 0, 0, 0], [9, 0, 0, 9]]
    public = protect(table(*rows), PUBLIC)
    assert all(public.shown[i][j] == 0 for i, row in enumerate(rows) for j, n in enumerate(row) if n == 0)
    assert protect(table(*rows), MAY_HIDE).narrowest >= 6


def test_rounding_is_to_the_nearest_and_each_total_on_its_own():
    found = protect(table([3, 8, 24], [12, 17, 31]), ROUNDED)
    assert found.shown == ((5, 10, 25, 35), (10, 15, 30, 60), (15, 25, 55, 95))
    assert found.intervals[0, 0].lowest >= 1 and found.narrowest >= 2


def test_what_rounding_gives_away_is_hidden():
    rows = [[2, 2, 2, 2]]  # shown as 0 0 0 0 and 10: only four times 2 comes near

    found = protect(table(*rows), ROUNDED)

    assert found.hidden > 0
    assert found.narrowest >= 2


@settings(max_examples=40, deadline=None)
@given(tables, st.sampled_from([ROUNDED, HEALTH]))
def test_rounding_leaves_no_small_count_narrower_than_promised(rows, policy):
    found = protect(table(*rows), policy)
    for i, j in found.at_risk:
        assert found.intervals[i, j].width >= policy.width
    for i, row in enumerate(found.table.with_margins()):
        for j, n in enumerate(row):
            assert found.shown[i][j] == C or abs(found.shown[i][j] - n) <= 2
            if policy is HEALTH:
                assert (found.shown[i][j] == 0) == (n == 0)
                assert found.shown[i][j] == C or not policy.is_small(n)


def test_the_hospital_example_is_reproduced():
    assert protect(table([3, 8, 24, 0]), HEALTH).shown[0] == (C, 10, 25, 0, 35)


def test_the_proof_counts_only_what_is_hidden():
    found = protect(table([6, 7], [8, 9]), PUBLIC)
    assert (found.hidden, found.narrowest, found.intervals) == (0, None, {})


def test_a_table_of_few_people_has_no_upper_limit():
    found = protect(table([2]), PUBLIC)
    assert found.intervals[0, 0] == Interval(1, None)
    assert found.narrowest == float("inf")
