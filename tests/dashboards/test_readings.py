"""Whether a figure moved: no direction that protecting it, or chance in so few, could turn round."""

import random

import pytest

from hubdata.dashboards.readings import DOWN, FEW, SAME, UNCLEAR, UNKNOWN, UP, Reading, moved, together, yearly
from hubdata.dates import Quarter
from hubdata.release.cellkey import change
from hubdata.release.cellkey.change import WHOLE

CHANGED = change.clear() ** 2 / 8  # the variance that changing a figure gives to it
ROUNDED = 8**2 / 8


def count(part, noise=0.0) -> Reading:
    return Reading(part, 0, False, noise)


def share(part, whole, noise=0.0) -> Reading:
    return Reading(part, whole, True, noise)


@pytest.mark.parametrize(
    ("before", "now", "way"),
    [
        (count(7), count(8), UP),
        (count(8), count(8), SAME),
        (count(20, CHANGED), count(25, CHANGED), UNCLEAR),
        (count(20, CHANGED), count(26, CHANGED), UP),
        (count(26, CHANGED), count(20, CHANGED), DOWN),
        (count("[c]"), count(8), UNKNOWN),
        (None, count(8), UNKNOWN),
        (share(10, 40), share(30, 40), UP),
        (share(30, 40), share(10, 40), DOWN),
        (share(18, 40), share(22, 40), UNCLEAR),
        (share(5, 29), share(29, 29), FEW),
        (share(1, 30), share(29, 29), FEW),
        (share(10, "[c]"), share(30, 40), UNKNOWN),
        (share(0, 0), share(30, 40), UNKNOWN),
    ],
)
def test_a_figure_moved_or_it_is_said_why_that_cannot_be_told(before, now, way):
    assert moved(now, before) == way


def test_a_direction_of_changed_figures_is_wrong_at_most_once_in_a_hundred():
    draw, wrong, trials = random.Random(18), 0, 6000
    for _ in range(trials):
        before = draw.randrange(0, 60)
        now = max(0, before + draw.randrange(-6, 7))
        seen = [count(change.changed(n, draw.randrange(WHOLE)), CHANGED) for n in (before, now)]
        way = moved(seen[1], seen[0])
        wrong += (way == UP and now <= before) or (way == DOWN and now >= before)

    assert wrong / trials <= 0.01


def test_a_direction_of_a_changed_share_is_wrong_at_most_once_in_a_hundred():
    draw, wrong, trials = random.Random(18), 0, 3000
    for _ in range(trials):
        wholes = [draw.randrange(30, 120) for _ in range(2)]
        parts = [draw.randrange(0, whole + 1) for whole in wholes]
        noisy = [[change.changed(n, draw.randrange(WHOLE)) for n in pair] for pair in zip(parts, wholes, strict=True)]
        way = moved(share(*noisy[1], CHANGED), share(*noisy[0], CHANGED))
        rise = parts[1] * wholes[0] - parts[0] * wholes[1]
        wrong += (way == UP and rise <= 0) or (way == DOWN and rise >= 0)

    assert wrong / trials <= 0.01


def test_no_direction_of_figures_rounded_by_keys_can_be_turned_round():
    for before in range(26):
        for now in range(26):
            for one in {before // 5 * 5, -(-before // 5) * 5}:
                for other in {now // 5 * 5, -(-now // 5) * 5}:
                    way = moved(count(other, ROUNDED), count(one, ROUNDED))
                    assert not (way == UP and now <= before) and not (way == DOWN and now >= before)


def test_a_share_lies_within_limits_that_hold_it_and_are_wider_where_figures_were_changed():
    low, high = share(3, 60).limits()
    lower, higher = share(3, 60, CHANGED).limits()

    assert 0 <= lower < low < 0.05 < high < higher <= 1
    assert share(0, 60).limits()[0] == 0 and share(60, 60).limits()[1] == 1
    assert count(5).limits() is None and count(1, CHANGED).limits()[0] == 0


def test_four_quarters_are_added_only_where_there_is_no_gap_and_nothing_is_hidden():
    first = Quarter(2025, 1)
    each = {first: share(3, 10), first.after: share(4, 10)}
    third = first.after.after
    whole = each | {third: share(5, 10), third.after: share(6, 10)}

    assert yearly(each) == {}
    assert yearly(whole) == {third.after: share(18, 40)}
    assert together([share(3, 10), share("[c]", 10)]).why_not == "[c]"
