"""A frame of one's own as a figure like ours: a captioned table, with bars if wanted; it is in the workbook too."""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_float_dtype, is_numeric_dtype

from hubdata.errors import BadParameter
from hubdata.figures.bars import Chart
from hubdata.figures.table import Column, Table
from hubdata.policy import slug

CHARTS = ("bars",)
LONGEST = 200  # signs of a title


def show(
    frame: pd.DataFrame,
    title: str,
    scope: str = "",
    chart: str | None = None,
    notes: str | Iterable[str] = (),
    units: dict[str, str] | None = None,
    source: str = "",
) -> Table | Chart:
    """A frame as a figure; `title` says what was found, `scope` what was measured, where and when.

        hub.show(counted, title="82 records are open in Corby", scope="Open records by hub", chart="bars")

    With chart="bars" the first column labels the bars and every column of numbers is drawn. Raises BadParameter if
    there is no title, no such chart, or nothing to draw.
    """
    if not isinstance(frame, pd.DataFrame):
        raise BadParameter(f"show takes a frame, not {type(frame).__name__}")
    if not title.strip() or len(title) > LONGEST:
        raise BadParameter(f"title must say what was found, in 1 to {LONGEST} characters")
    if chart is not None and chart not in CHARTS:
        raise BadParameter(f"there is no chart {chart!r}; allowed are {', '.join(CHARTS)}, or none")
    named = [(str(name), values) for name, values in frame.items()]
    columns = tuple(_column(name, values, (units or {}).get(name, "")) for name, values in named)
    cells = [[_plain(value) for value in values.tolist()] for _, values in named]
    rows = tuple(zip(*cells, strict=True))
    said = (notes,) if isinstance(notes, str) else tuple(notes)
    table = Table(f"own_{slug(title)[:40]}", title, scope, columns, rows, source, said)
    numbers = tuple(column.name for column in columns[1:] if column.kind in ("number", "decimal"))
    if chart and not numbers:
        raise BadParameter("bars want a first column that labels them and, after it, a column of numbers")
    return Chart(table, columns[0].name, numbers) if chart else table


def _column(name: str, values: pd.Series, unit: str) -> Column:
    kind = "text"
    if is_datetime64_any_dtype(values.dtype):
        kind = "date"
    elif is_numeric_dtype(values.dtype) and not is_bool_dtype(values.dtype):
        kind = "decimal" if is_float_dtype(values.dtype) else "number"
    return Column(name, name.replace("_", " ").capitalize(), kind, unit)


def _plain(value: Any) -> Any:
    """A cell in JSON's own types; what is unknown is None."""
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    return value.date().isoformat() if isinstance(value, datetime) else str(value)
