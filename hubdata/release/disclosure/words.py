"""A protected table for a reader, for a script and as a tidy file; it must show nothing but what is protected."""

import csv
import io

from hubdata.figures.table import inert
from hubdata.release.disclosure.attack import Interval
from hubdata.release.disclosure.protect import Protected

MOST_INTERVALS = 40


def said(found: Protected) -> dict:
    """The answer for a script: every figure as it may be shown, and what can be worked out of those that are not.

    `narrowest_interval` is highest less lowest; it and `highest` are null where no published number sets a limit.
    """
    return {
        "cells": [
            {"row": row, "column": column, "shown": found.shown[i][j]}
            for i, row in enumerate(found.rows)
            for j, column in enumerate(found.columns)
        ],
        "hidden": found.hidden,
        "narrowest_interval": _number(found.narrowest),
        "policy": found.policy,
        "intervals": [
            {"row": found.rows[i], "column": found.columns[j], "lowest": each.lowest, "highest": each.highest}
            for (i, j), each in found.intervals.items()
        ],
    }


def _number(width: float | None) -> int | None:
    return None if width is None or width == float("inf") else int(width)


def lines(found: Protected) -> list[str]:
    """The table, its policy in a sentence, and its proof."""
    return [*_grid(found), "", found.policy.sentence(), f"Policy: {found.policy.name}.", *_proof(found)]


def _grid(found: Protected) -> list[str]:
    heads = ["", *found.columns]
    body = [[row, *map(_figure, shown)] for row, shown in zip(found.rows, found.shown, strict=True)]
    widths = [max(map(len, column)) for column in zip(heads, *body, strict=True)]
    return [_aligned(row, widths) for row in (heads, *body)]


def _aligned(row: list[str], widths: list[int]) -> str:
    figures = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
    return "  ".join([row[0].ljust(widths[0]), *figures])


def _figure(shown: int | str) -> str:
    return shown if isinstance(shown, str) else f"{shown:,}"


def _proof(found: Protected) -> list[str]:
    if not found.intervals:
        return ["Nothing had to be hidden: no figure is small."]
    listed = list(found.intervals.items())
    said = [f"  {found.rows[i]} × {found.columns[j]}: {_range(each)}" for (i, j), each in listed[:MOST_INTERVALS]]
    if len(listed) > MOST_INTERVALS:
        said.append(f"  and {len(listed) - MOST_INTERVALS} more (all of them with --json)")
    return [
        f"{found.hidden} of {len(found.rows) * len(found.columns)} figures are hidden. "
        "From everything shown here, anybody can work out no more than this:",
        *said,
        _verdict(found),
    ]


def _verdict(found: Protected) -> str:
    if found.narrowest is None:
        return "No figure is small."
    if found.narrowest == float("inf"):
        return "The narrowest has no upper limit: there are too few people here to say anything."
    return f"The narrowest spans {found.narrowest:.0f}; the policy asks for at least {found.policy.width}."


def _range(interval: Interval) -> str:
    return (
        f"{interval.lowest:,} or more" if interval.highest is None else f"{interval.lowest:,} to {interval.highest:,}"
    )


def tidy_csv(found: Protected, names: tuple[str, str, str]) -> bytes:
    """One line a figure, totals last, UTF-8 with a byte order mark; a name can never be read as a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(inert, names))
    for row, shown in zip(found.rows, found.shown, strict=True):
        writer.writerows(
            [inert(row), inert(column), figure] for column, figure in zip(found.columns, shown, strict=True)
        )
    return text.getvalue().encode("utf-8-sig")
