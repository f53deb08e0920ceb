"""By how much a count is changed: drawn from a fixed table by the cell's key, so that the same records change alike.

A cell's key is the sum of its records' keys, modulo one whole. `changes.csv` has a line for each count up to the bound
(the last is for every larger one, too) and says how many millionths of all keys change it by how much: of all ways that
change a count by nothing on average, with variance 2 and by no more than 5, and never below nothing, the one of the
greatest entropy (the construction of Giessing 2016 and of the ptable package of sdcTools), then rounded to millionths
so that mean and variance are exact. A 0 stays 0. How far a figure can lie from its count is said in no released file.
"""

import csv
from bisect import bisect_right
from functools import cache
from itertools import accumulate
from math import isqrt

from hubdata import places
from hubdata.errors import HubError
from hubdata.release.disclosure.policy import DisclosurePolicy

WHOLE = 1 << 64  # what record keys are parts of
TABLE = places.PACKAGE / "release" / "cellkey" / "changes.csv"
Row = dict[int, int]


@cache
def table() -> dict[int, Row]:
    """For each count the weight of each change."""
    first, *rows = csv.reader(TABLE.read_text("ascii").splitlines())
    by = [int(change) for change in first[1:]]
    return {int(row[0]): {b: int(w) for b, w in zip(by, row[1:], strict=True) if int(w)} for row in rows}


def bound() -> int:
    """The most by which a count is changed."""
    return max(table())


def clear() -> int:
    """By how much two figures must differ before it is said that one is more: two and a half deviations of noise.

    Two figures of equal counts differ by more 5 times in 1,000; beyond two deviations it would be 23 times, and of all
    that was said more than one in a hundred was wrong.
    """
    weights = row(bound())
    variance = sum(weight * by * by for by, weight in weights.items()) // sum(weights.values())
    return isqrt(25 * variance // 2)


def row(count: int) -> Row:
    """The weights of the changes of one count."""
    return table()[min(count, bound())] if count else {0: 1}


def changed(count: int, key: int) -> int:
    """A count as it is shown; `key` is the sum of its records' keys."""
    weights = row(count)
    ends = list(accumulate(weights.values()))
    at = bisect_right(ends, (key % WHOLE) * ends[-1] // WHOLE)
    return count + list(weights)[at]


def rounded(count: int, key: int, base: int) -> int:
    """A count rounded up or down to a multiple by its key, so that it stays what it is on average."""
    down, rest = divmod(count, base)
    return (down + ((key % WHOLE) * base // WHOLE < rest)) * base


def shown(count: int, key: int, policy: DisclosurePolicy) -> int:
    """A count as a keyed policy shows it."""
    if policy.method == "cell_key":
        return changed(count, key)
    if policy.method == "keyed_round":
        return rounded(count, key, policy.round_to)
    raise HubError(f"policy {policy.name!r} needs no record keys")


def known(figure: int, policy: DisclosurePolicy) -> tuple[int, int]:
    """The least and the most that a figure's count can be, for whoever has read this module."""
    far = bound() if policy.method == "cell_key" else policy.round_to - 1
    return (max(1, figure - far), figure + far) if figure else (0, far)


def likelihood(figure: int, count: int, policy: DisclosurePolicy) -> float:
    """How often a count is shown as a figure."""
    if policy.method == "cell_key":
        weights = row(count)
        return weights.get(figure - count, 0) / sum(weights.values())
    up = count % policy.round_to
    at = count - up
    return {at: 1 - up / policy.round_to, at + policy.round_to: up / policy.round_to}.get(figure, 0.0)
