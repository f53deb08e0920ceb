"""Turns arrays of numbers into the text columns of a made-up hub; it knows no families and draws no lots."""

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hubdata.records.tables.contract import TABLES

NEVER = -1_000_000  # a day that did not come: an empty cell
FIRST_DAY, LAST_DAY = np.datetime64("1950-01-01"), np.datetime64("2101-01-01")
TIMES = ("T08:40:00Z", "T09:15:00Z", "T11:05:00Z", "T14:30:00Z")
FIRST = int(FIRST_DAY.astype(int))


@cache
def _calendar() -> pa.Array:
    return pa.array(np.datetime_as_string(np.arange(FIRST_DAY, LAST_DAY)).tolist(), pa.string())


@cache
def _clock() -> pa.Array:
    every_day = _calendar().take(pa.array(np.repeat(np.arange(len(_calendar())), len(TIMES))))
    times = pa.array(TIMES).take(pa.array(np.tile(np.arange(len(TIMES)), len(_calendar()))))
    return pc.binary_join_element_wise(every_day, times, "")


def iso(day: int) -> str | None:
    """One day as text, for rows written one by one."""
    return None if day == NEVER else _calendar()[day - FIRST].as_py()


def days(values: np.ndarray) -> pa.Array:
    """Days since 1970 as ISO dates; NEVER becomes empty."""
    return _calendar().take(pa.array(values - FIRST, pa.int32(), mask=values == NEVER))


def instants(values: np.ndarray) -> pa.Array:
    """Days since 1970 as instants within office hours, always the same for the same rows."""
    slot = np.arange(len(values)) % len(TIMES)
    return _clock().take(pa.array((values - FIRST) * len(TIMES) + slot, pa.int32(), mask=values == NEVER))


def words(choices, index: np.ndarray) -> pa.Array:
    """The word at each index; a negative index is an empty cell."""
    index = np.asarray(index)
    values = choices if isinstance(choices, pa.Array) else pa.array(choices, pa.string())
    return values.take(pa.array(index, pa.int32(), mask=index < 0))


def references(prefix: str, numbers: np.ndarray) -> pa.Array:
    """F000123 and the like; a number below 1 is an empty cell."""
    text = pc.utf8_lpad(pc.cast(pa.array(numbers, mask=numbers < 1), pa.string()), 6, "0")
    return pc.binary_join_element_wise(prefix, text, "")


def joined(left, right, between: str = "") -> pa.Array:
    """Two texts as one, row by row; either may be a plain word."""
    return pc.binary_join_element_wise(left, right, between)


def lists(values: pa.Array, counts: np.ndarray) -> pa.Array:
    """Consecutive values put into lists of the given lengths, written with semicolons."""
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32())
    return pc.binary_join(pa.ListArray.from_arrays(offsets, values), ";")


def table(name: str, rows: int, /, **columns) -> pa.Table:
    """A table in the contract's columns; a plain word fills its column, what is not given stays empty."""
    arrays = []
    for column in columns_of(name):
        given = columns.pop(column, None)
        if given is None:
            given = pa.nulls(rows, pa.string())
        arrays.append(pa.repeat(given, rows) if isinstance(given, str) else given)
    if columns:
        raise TypeError(f"{name} has no column {', '.join(columns)}")
    return pa.table(arrays, names=columns_of(name))


def table_of_rows(name: str, rows: list[dict]) -> pa.Table:
    """The same from rows written one by one."""
    return pa.table({c: pa.array([row.get(c) for row in rows], pa.string()) for c in columns_of(name)})


@cache
def columns_of(name: str) -> list[str]:
    """The contract's columns of a table, in order."""
    return [column.name for column in TABLES[name].columns]


def stacked(frames: list[dict], empty: dict) -> dict[str, np.ndarray]:
    """Rows of several kinds under each other; what a kind does not say has the value in `empty`.

    Every frame has an array `family`; its other facts are arrays as long, or single values.
    """
    facts = dict.fromkeys(fact for frame in frames for fact in frame)
    return {
        fact: np.concatenate([np.broadcast_to(f[fact] if fact in f else empty[fact], len(f["family"])) for f in frames])
        for fact in facts
    }
