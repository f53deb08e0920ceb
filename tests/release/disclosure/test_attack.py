"""The attacker finds what can be worked out, no less and no more, from any set of published numbers."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubdata.errors import HubError, Refused
from hubdata.release.disclosure.attack import Attack, Interval, Published, narrowest
from hubdata.release.disclosure.protect import atoms_of
from tests.support.tables_of_counts import tried

C = "[c]"


def attack_on(shown: tuple, least: int = 0) -> dict:
    """What can be worked out of the hidden figures of a two-way table with its margins last."""
    high, wide = len(shown) - 1, len(shown[0]) - 1
    places = [(i, j) for i in range(high + 1) for j in range(wide + 1)]
    sums = {at: atoms_of(at, high, wide) for at in places}
    hidden = [at for at in places if shown[at[0]][at[1]] == C]
    known = [Published(sums[at], least, None) for at in hidden]
    known += [Published.exactly(sums[at], shown[at[0]][at[1]]) for at in places if at not in hidden]
    return dict(zip(hidden, Attack(known).intervals([sums[at] for at in hidden]), strict=True))


def test_fischetti_and_salazars_example_is_reproduced():
    # Investment of enterprises by activity and region (Management Science 47, 2001): 22 is worked out as 5 to 30
    found = attack_on(((20, 50, 10, 80), (C, 19, C, 49), (C, 32, C, 61), (45, 101, 44, 190)))
    assert found[1, 2] == Interval(5, 30)
    assert found == {(1, 0): Interval(0, 25), (1, 2): Interval(5, 30), (2, 0): Interval(0, 25), (2, 2): Interval(4, 29)}


def test_statistics_norways_example_is_worked_out():
    # GaussSuppression's first example (age by country, 20 people): Spain shown, the other two countries hidden
    found = attack_on(((5, C, C, 7), (6, C, C, 13), (11, 5, 4, 20)))
    assert found == {(0, 1): Interval(0, 2), (0, 2): Interval(0, 2), (1, 1): Interval(3, 5), (1, 2): Interval(2, 4)}


@pytest.mark.parametrize(
    ("shown", "exact"),
    [
        (((C, 12, 0, 25, 40), (3, 12, 0, 25, 40)), True),  # one gap in a line is no gap
        (((C, C, 38, 40), (C, C, 38, 40)), True),  # two that are not 0 and add up to 2
        (((C, C, 33, 40), (C, C, 33, 40)), False),
    ],
)
def test_a_figure_that_can_be_pinned_is_pinned(shown, exact):
    found = attack_on(shown, least=1)
    assert (narrowest(found.values()) == 0) == exact


cell = st.integers(0, 4)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(cell, min_size=3, max_size=3), min_size=2, max_size=2),
    st.lists(st.booleans(), min_size=9, max_size=9),
)
def test_it_agrees_with_trying_every_table(rows, secret):
    wide = [(*row, sum(row)) for row in rows]
    whole = (*wide, tuple(map(sum, zip(*wide, strict=True))))
    hide = [secret[:3] + [False], secret[3:6] + [False], secret[6:] + [False]]  # but for the totals of rows
    shown = tuple(tuple(C if s else n for n, s in zip(*pair, strict=True)) for pair in zip(whole, hide, strict=True))
    every = tried(shown, 0, ceiling=12)

    found = attack_on(shown)

    assert found.keys() == every.keys()
    assert all(found[at] == Interval(low, high) for at, (low, high) in every.items())


def test_two_linked_tables_give_away_what_neither_does_alone():
    by_hub = [Published.exactly(["a", "b"], 9), Published.exactly(["c"], 20)]
    by_area = [Published.exactly(["b", "c"], 23), Published.exactly(["a"], 6)]
    assert Attack(by_hub).interval(["a"]) == Interval(0, 9)
    assert Attack([*by_hub, *by_area]).interval(["b"]) == Interval(3, 3)


def test_a_ledger_of_quarters_gives_away_who_came():
    # the count of one age group and of all families below a moving limit, as a slider would ask
    ledger = [Published.exactly(range(limit), 4 * limit + (limit > 6)) for limit in range(2, 12)]
    attack = Attack(ledger)
    assert attack.interval([6]) == Interval(5, 5)
    assert attack.interval([0]) == Interval(0, 8)


def test_rounded_figures_are_attacked_with_what_they_may_have_been():
    shown = [Published(frozenset([atom]), 0, 2) for atom in "abcd"]
    attack = Attack([*shown, Published(frozenset("abcd"), 8, 12)])
    assert attack.interval(["a"]) == Interval(2, 2)


def test_what_is_known_beforehand_narrows_further():
    said = [Published.exactly("abc", 10)]
    assert Attack(said).interval("a") == Interval(0, 10)
    assert Attack(said, prior={"b": (4, 6), "c": (1, None)}).interval("a") == Interval(0, 5)


def test_whole_numbers_narrow_further_than_fractions_would():
    threes = [("a", "b"), ("b", "c"), ("a", "c"), ("d", "e"), ("e", "f"), ("d", "f")]
    pairs = [Published(frozenset(pair), 0, 1) for pair in threes]
    attack = Attack([*pairs, Published(frozenset("abcdef"), 0, 9)])
    assert attack.interval("abcdef") == Interval(0, 2)  # halves would make 3


def test_whole_numbers_that_no_table_has_are_a_contradiction():
    pairs = [Published.exactly(pair, 1) for pair in ("ab", "bc", "ac")]
    with pytest.raises(Refused, match="contradict"):
        Attack(pairs).interval("a")


@pytest.mark.parametrize(
    "said",
    [
        [Published.exactly("a", 3), Published.exactly("a", 4)],
        [Published.exactly("a", 3), Published.exactly("ab", 2)],
        [Published.exactly("a", 3), Published.exactly("b", 3), Published.exactly("ab", 7)],
        [Published.exactly("ab", 3), Published.exactly("ab", 4)],
        [Published.exactly("", 3)],
        [Published.exactly("a", -1)],
        [Published.exactly("abc", 4), Published.exactly("ab", 5)],
    ],
)
def test_numbers_that_contradict_each_other_are_refused(said):
    with pytest.raises(Refused, match="contradict") as refusal:
        Attack(said)
    assert refusal.value.exit_code == 3


def test_unconnected_parts_add_up():
    attack = Attack([Published.exactly("ab", 5), Published.exactly("cd", 7), Published.exactly("e", 4)])
    assert attack.intervals(["ac", "e", "ae", "abcd"]) == [
        Interval(0, 12),
        Interval(4, 4),
        Interval(4, 9),
        Interval(12, 12),
    ]


def test_without_a_limit_there_is_no_highest():
    attack = Attack([Published(frozenset("ab"), 1, None), Published.exactly("bc", 3)])
    assert attack.interval("a") == Interval(0, None)
    assert attack.interval("ac") == Interval(0, None)
    assert attack.interval("b") == Interval(0, 3)
    assert attack.interval("a").width == float("inf")


def test_of_what_was_never_published_nothing_is_said():
    with pytest.raises(HubError, match="nothing was published about 1"):
        Attack([Published.exactly("ab", 5)]).interval("az")


def test_no_intervals_have_no_narrowest():
    assert narrowest([]) is None


def test_large_tables_are_attacked_as_exactly_as_small_ones():
    draw = random.Random(5)
    shown = [[draw.choice([C, 8, 30, 200]) for _ in range(12)] for _ in range(12)]
    whole = [[draw.randint(0, 9) if n == C else n for n in row] for row in shown]
    wide = [[*row, sum(row)] for row in whole]
    full = (*((*s, w[-1]) for s, w in zip(shown, wide, strict=True)), tuple(map(sum, zip(*wide, strict=True))))

    found = attack_on(full)

    one_by_one = {at: attack_on(full)[at] for at in list(found)[:5]}
    assert all(found[at] == interval for at, interval in one_by_one.items())
    assert all(interval.lowest <= whole[i][j] <= interval.highest for (i, j), interval in found.items())
