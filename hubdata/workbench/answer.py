"""An answer: a pandas frame that shows itself well in Jupyter; whatever is made of it is a plain frame.

view.findings()          a caption, columns with their units, the first rows, how many there are, and notes
view.findings().head(3)  a pandas frame like any other
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from hubdata import dates, moments
from hubdata.errors import BadParameter
from hubdata.figures.html import Html, element, lined, shown, style, table, table_head, table_row, together

SHOWN = 20  # rows that a page shows of a frame; `.head(100)` is pandas' own way to more
UNKNOWN = "[x]"


class NotHere(BadParameter, KeyError):
    """A name or a free text was asked for, which nobody gets through this door."""

    def __str__(self) -> str:
        return BadParameter.__str__(self)  # and not KeyError's, which quotes a sentence as if it were a key


@dataclass(frozen=True)
class Caption:
    """What an answer says of itself: its title, what was measured, its columns' units, and what to know besides."""

    title: str
    scope: str = ""
    units: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    withheld: dict[str, str] = field(default_factory=dict)  # columns that a snapshot does not carry, and why


class Answer(pd.DataFrame):
    """A frame with a caption. To pandas it is a plain frame, and so is everything that pandas makes of it."""

    _metadata = ["caption"]
    _internal_names = [*pd.DataFrame._internal_names, "caption"]  # pyright: ignore[reportAttributeAccessIssue]
    caption: Caption

    def __init__(self, frame: pd.DataFrame, caption: Caption):
        super().__init__(frame)
        object.__setattr__(self, "caption", caption)

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    def __getitem__(self, key: Any) -> Any:
        """As pandas does. Raises NotHere, a KeyError, for a column of names or free text."""
        refuse(self.caption.withheld, [key] if isinstance(key, str) else key if isinstance(key, list) else [])
        return super().__getitem__(key)

    def __getattr__(self, name: str) -> Any:
        if name not in ("caption", "_caption"):
            refuse(self.caption.withheld, [name])
        return super().__getattr__(name)

    def _repr_html_(self) -> Html:
        return page(self, self.caption)

    def __repr__(self) -> str:
        return f"{self.caption.title}\n{pd.DataFrame(self)!r}"


def refuse(withheld: dict[str, str], asked: Iterable[Any]) -> None:
    """Raises NotHere if one of the columns asked for is withheld."""
    found = [name for name in asked if isinstance(name, str) and name in withheld]
    if found:
        raise NotHere(withheld[found[0]])


def page(frame: pd.DataFrame, caption: Caption, most: int = SHOWN) -> Html:
    """A frame as an accessible table: caption, headings with units, the first `most` rows, and the notes below it."""
    title = together(caption.title, ": ", element("span", caption.scope)) if caption.scope else together(caption.title)
    if not len(frame):
        return styled([element("p", title, class_="answer"), element("p", "There are no rows.")])
    kinds = ["number" if is_numeric_dtype(kind) and not is_bool_dtype(kind) else None for kind in frame.dtypes]
    heads = [f"{name} ({caption.units[name]})" if name in caption.units else str(name) for name in frame.columns]
    first = frame.head(most).itertuples(index=False, name=None)
    rows = [table_row(map(cell, row), kinds) for row in first]
    return styled([table(title, table_head(heads, kinds), rows, caption.title), *_notes(len(frame), caption, most)])


def styled(pieces: Iterable[Html]) -> Html:
    """Pieces of one answer, with the little style that a notebook's page does not have."""
    return element("div", element("style", style("workbench/answer.css")), lined(pieces), class_="hubdata")


def _notes(rows: int, caption: Caption, most: int) -> Iterator[Html]:
    if rows > most:
        yield element("p", f"The first {most} of {rows:,} rows.", class_="note")
    yield from (element("p", note, class_="note") for note in caption.notes)


def cell(value: Any) -> Html:
    """A cell as a reader sees it: days in words, thousands with commas, lists with semicolons, unknown as shorthand."""
    if isinstance(value, list | tuple) or (hasattr(value, "tolist") and getattr(value, "ndim", 0)):
        return shown("; ".join(str(each) for each in value)) if len(value) else shown("none")
    if pd.isna(value):
        return shown(UNKNOWN)
    if isinstance(value, datetime) and (value.hour or value.minute or value.second or value.microsecond):
        return shown(moments.said(value))
    if isinstance(value, date):
        return shown(dates.words(value.date() if isinstance(value, datetime) else value))
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return shown("yes" if value else "no")
    if isinstance(value, int):
        return shown(f"{value:,}")
    return shown(f"{value:,.4g}" if isinstance(value, float) and not value.is_integer() else _plain(value))


def _plain(value: Any) -> str:
    return f"{int(value):,}" if isinstance(value, float) else str(value)
