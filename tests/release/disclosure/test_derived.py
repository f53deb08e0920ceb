"""Percentages and complements of hidden or small figures are hidden with them."""

import pytest

from hubdata.errors import BadParameter
from hubdata.release.disclosure.derived import complement, percentage, percentages
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.disclosure.protect import protect
from tests.support.tables_of_counts import table

PUBLIC = DisclosurePolicy()


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (47, 50, "[c]"),  # leaves 3
        (44, 50, 88.0), (45, 50, "[c]"), (5, 50, "[c]"), (6, 50, 12.0), (1, 8, "[c]"), (0, 50, 0.0), (50, 50, 100.0),
        (5, 5, "[c]"), (0, 5, "[c]"), (0, 0, "[z]"), (7, 16, 43.8), (10, 160, 6.3), ("[c]", 50, "[c]"),
        (20, "[c]", "[c]"), ("[x]", 50, "[x]"), (20, "[x]", "[x]"), ("[c]", "[x]", "[c]"), ("[z]", 3, "[z]"),
    ],
)  # fmt: skip
def test_a_percentage_is_hidden_with_its_part_its_whole_or_what_is_left(part, whole, shown):
    assert percentage(part, whole, PUBLIC) == shown


@pytest.mark.parametrize(("part", "whole", "left"), [(47, 50, "[c]"), (44, 50, 6), (50, 50, 0), (3, "[c]", "[c]")])
def test_a_complement_is_hidden_if_it_is_small(part, whole, left):
    assert complement(part, whole, PUBLIC) == left


@pytest.mark.parametrize(("part", "whole"), [(-1, 5), (8, -5), (9, 8), ("c", 8), (8, ""), (True, 8), (float("nan"), 8)])
def test_what_is_no_count_is_wrong_use(part, whole):
    with pytest.raises(BadParameter):
        percentage(part, whole, PUBLIC)


def test_percentages_of_a_table_come_from_what_is_shown_only():
    found = protect(table([3, 12, 0, 25], [60, 90, 50, 0]), PUBLIC)
    of_rows = percentages(found)
    assert of_rows[0] == ("[c]", "[c]", 0.0, 62.5, 100.0)
    assert of_rows[1] == ("[c]", "[c]", 25.0, 0.0, 100.0)
    assert percentages(found, "column")[0] == ("[c]", "[c]", 0.0, 100.0, 16.7)
    assert percentages(found, "table")[2][4] == 100.0
    assert percentages(protect(table([0, 0]), PUBLIC))[0] == ("[z]", "[z]", "[z]")
    with pytest.raises(BadParameter):
        percentages(found, "cell")


def test_a_part_that_rounding_made_larger_than_its_whole_is_all_of_it():
    rounded = DisclosurePolicy("rounded", method="round", width=2, zeros="rounded", round_to=5)
    found = protect(table([13, 4, 4]), rounded)
    assert all(share == "[c]" or share == "[z]" or 0 <= share <= 100 for row in percentages(found) for share in row)
