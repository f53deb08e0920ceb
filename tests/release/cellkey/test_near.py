"""Two sets that differ by one to four records are told from the same and from others, and nothing more is kept."""

import numpy as np
import pytest

from hubdata.release.cellkey import near

SECRET = b"s" * 32
DRAW = np.random.default_rng(7)


def keys(number):
    return DRAW.integers(0, 1 << 63, number, dtype=np.uint64)


def set_of(*parts):
    return {(f"atom{at}",): np.concatenate([part, np.zeros(0, np.uint64)]) for at, part in enumerate(parts)}


STAYED, OTHERS = keys(300), keys(40)


@pytest.mark.parametrize("left, came", [(0, 1), (1, 0), (1, 1), (4, 0), (0, 4), (2, 2), (4, 4)])
def test_one_to_four_records_that_came_or_left_are_near(left, came):
    before = near.sketch(set_of(STAYED, OTHERS), SECRET)
    now = set_of(np.concatenate([STAYED[left:], keys(came)]), OTHERS)
    assert near.differ(near.sketch(now, SECRET), before) == left + came
    assert near.are_near(now, SECRET, before)


@pytest.mark.parametrize("moved, is_near", [(0, False), (1, True), (4, True), (5, False), (40, False)])
def test_a_record_that_is_counted_elsewhere_now_counts_too(moved, is_near):
    before = near.sketch(set_of(STAYED, OTHERS), SECRET)
    now = set_of(np.concatenate([STAYED, OTHERS[:moved]]), OTHERS[moved:])
    assert near.are_near(now, SECRET, before) == is_near


def test_the_same_records_in_another_order_are_the_same():
    one, other = set_of(STAYED, OTHERS), set_of(STAYED[::-1].copy(), OTHERS)
    assert near.sketch(one, SECRET) == near.sketch(other, SECRET)
    assert not near.are_near(other, SECRET, near.sketch(one, SECRET))


@pytest.mark.parametrize("before, now", [(0, 3), (3, 0), (2, 2), (1, 4), (20, 20)])
def test_two_quarters_that_share_no_record_are_not_near_however_few_they_have(before, now):
    assert not near.are_near(set_of(keys(now)), SECRET, near.sketch(set_of(keys(before)), SECRET))


def test_a_sketch_of_few_records_does_not_say_how_many_they_are():
    nobody, one = (near.sketch(set_of(keys(number)), SECRET) for number in (0, 1))
    nothing = [0] * len(nobody)
    assert near.differ(nobody, nothing) == near.differ(one, nothing) == near.SIZE
