"""Percentages and complements of protected figures; they say nothing that the figures shown do not say already.

A figure that is `[c]` makes everything worked out from it `[c]`; `[x]` (unavailable) and `[z]` (not applicable, as a
share of nobody) stay what they are.
"""

from typing import cast

from hubdata.errors import BadParameter
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.disclosure.protect import HIDDEN, NOT_APPLICABLE, UNAVAILABLE, Protected

Value = int | float | str
MARKS = (HIDDEN, UNAVAILABLE, NOT_APPLICABLE)


def _known(*figures: Value) -> tuple[float, ...] | str:
    """The figures, or what stands instead of an answer: hidden before unavailable: neither tells of the other."""
    unknown = [f for f in figures if isinstance(f, str) and f not in MARKS]
    if unknown:
        raise BadParameter(f"{unknown[0]!r} is neither a figure nor one of {', '.join(MARKS)}")
    if any(isinstance(f, bool) or (not isinstance(f, str) and not f >= 0) for f in figures):
        raise BadParameter("a count must be 0 or more")
    counts = tuple(f for f in figures if not isinstance(f, str))
    return counts if len(counts) == len(figures) else next(mark for mark in MARKS if mark in figures)


def complement(part: Value, whole: Value, policy: DisclosurePolicy) -> Value:
    """The whole less the part, hidden if that is small (47 of 50 leaves 3)."""
    if isinstance(known := _known(part, whole), str):
        return known
    part, whole = known
    if part > whole:
        raise BadParameter("a part cannot be more than its whole")
    rest = whole - part
    return HIDDEN if policy.is_small(rest) else rest


def percentage(part: Value, whole: Value, policy: DisclosurePolicy) -> Value:
    """The part in per cent of the whole, to one decimal; hidden if part, whole or complement is hidden or small.

    Of figures that a keyed policy shows none is small: their share is worked out from what is shown and nothing else.
    """
    if policy.keyed:
        return _share(part, whole)
    rest = complement(part, whole, policy)
    if isinstance(rest, str):
        return rest
    part, whole = cast(tuple[float, float], (part, whole))  # there is a rest of numbers only
    if policy.is_small(part):
        return HIDDEN
    # in tenths of a per cent, halves upward: the same on every machine
    return NOT_APPLICABLE if whole == 0 else (2000 * part + whole) // (2 * whole) / 10


def percentages(found: Protected, of: str = "row") -> tuple[tuple[Value, ...], ...]:
    """Each shown figure in per cent of its row's, its column's or the table's total, margins last.

    They are worked out from shown figures only, and therefore need no attack of their own. In a rounded table a part
    may look larger than its whole; it is then given as 100.
    """
    if of not in ("row", "column", "table"):
        raise BadParameter(f"percentages are of a row, a column or the table, not of {of!r}")
    wholes = {"row": lambda i, j: found.shown[i][-1], "column": lambda i, j: found.shown[-1][j]}
    whole = wholes.get(of, lambda i, j: found.shown[-1][-1])
    return tuple(
        tuple(_share(figure, whole(i, j)) for j, figure in enumerate(row)) for i, row in enumerate(found.shown)
    )


def _share(part: Value, whole: Value) -> Value:
    if isinstance(known := _known(part, whole), str):
        return known
    part, whole = known
    return NOT_APPLICABLE if whole == 0 else min(100.0, (2000 * part + whole) // (2 * whole) / 10)
