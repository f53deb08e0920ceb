"""How a table of results looks: a value that knows its HTML, plain text and JSON; it computes no figure.

A cell is None when it is unknown or does not apply; which of the two is said by its column, never by a zero.

    Table.rows of "states_by_hub":
    | hub    | open | due |
    | Corby  | 82   | 3   |
    | Rushden| 40   | 0   |
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hubdata import dates
from hubdata.figures.html import Html, block, element, lined, table_head, table_row, together

MIME = "application/vnd.hubdata.table+json"
SHORTHAND = {
    "[c]": "[c] means confidential: the figure is hidden to protect families",
    "[x]": "[x] means unavailable: the records do not say",
    "[z]": "[z] means not applicable",
}
NUMBERS = ("number", "decimal")
# What some spreadsheet program takes for the beginning of a formula, whatever blank or invisible signs stand before it;
# and what it drops from the beginning of a cell.
FORMULA, DROPPED = "=+-@|%\uff1d\uff0b\uff0d\uff20", ("\t", "\r", "\n", "\0")


@dataclass(frozen=True)
class Column:
    """One column. `kind` is text, tag, number, decimal, date or month; `missing` is what an empty cell shows."""

    name: str
    label: str
    kind: str = "text"
    unit: str = ""
    missing: str = "[x]"

    @property
    def heading(self) -> str:
        """The label with its unit, as written above the column."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    def text(self, value: Any) -> str:
        """A cell as a reader sees it: dates in words, thousands with commas, 0 as 0, unknown as shorthand."""
        if value is None:
            return self.missing
        if self.kind == "date":
            return dates.words(date.fromisoformat(value)) if value not in SHORTHAND else value
        if self.kind == "month":
            return dates.words(date.fromisoformat(value)).split(" ", 1)[1]
        if self.kind in NUMBERS and not isinstance(value, str):
            return f"{value:,.1f}" if self.kind == "decimal" else f"{value:,}"
        return str(value)


@dataclass(frozen=True)
class Table:
    """A finished table. `title` states the finding, `scope` says what was measured, where and when."""

    name: str
    title: str
    scope: str
    columns: tuple[Column, ...]
    rows: tuple[tuple, ...]
    source: str = ""
    notes: tuple[str, ...] = ()
    empty: str = "There is nothing to show."
    shorthand: tuple[str, ...] = field(init=False)

    def __post_init__(self):
        cells = (pair for row in self.rows for pair in zip(self.columns, row, strict=True))
        shown = {column.text(value) for column, value in cells}
        object.__setattr__(self, "shorthand", tuple(sorted(shown & SHORTHAND.keys())))

    @property
    def legend(self) -> str:
        """What the shorthand in this table means, as one sentence, or nothing if it uses none."""
        return "; ".join(SHORTHAND[mark] for mark in self.shorthand) + "." if self.shorthand else ""

    def column(self, name: str) -> Column:
        """The column called `name`."""
        return next(column for column in self.columns if column.name == name)

    def values(self, name: str) -> list:
        """Every value of one column, in row order."""
        index = [column.name for column in self.columns].index(name)
        return [row[index] for row in self.rows]

    def html(self, caption: str = "") -> Html:
        """The table as accessible HTML; `caption` replaces title and scope where a chart has said them."""
        if not self.rows:
            return element("p", self.empty, class_="empty")
        ident = "table-" + self.name.replace("_", "-")
        said = caption or together(self.title, " ", element("span", self.scope))
        kinds = [_class(column) for column in self.columns]
        parts = (
            element("caption", said, id=ident),
            table_head((column.heading for column in self.columns), kinds),
            block("tbody", (table_row(self._cells(each), kinds) for each in self.rows)),
        )
        table = block("table", parts, aria_describedby=f"{ident}-legend" if self.shorthand else None)
        region = block("div", [table], class_="table", role="region", tabindex="0", aria_labelledby=ident)
        return lined([region, *self._below(ident)])

    def _cells(self, row: tuple) -> Iterator[str]:
        """What a row's cells show; a tag has its word as a class too, so that a style sheet can colour it."""
        for at, (column, value) in enumerate(zip(self.columns, row, strict=True)):
            said, is_tag = column.text(value), at and column.kind == "tag"
            yield element("strong", said, class_=said.lower().replace(" ", "-")) if is_tag else said

    def _below(self, ident: str) -> Iterator[Html]:
        if self.shorthand:
            said = f"Some shorthand is used in this table: {self.legend}"
            yield element("p", said, class_="note", id=f"{ident}-legend")
        yield from (element("p", note, class_="note") for note in self.notes)

    def json(self) -> dict:
        """Everything of the table in JSON's own types; `read` makes the same table of it again."""
        fields = {name: value for name, value in vars(self).items() if name != "shorthand"}
        return fields | {"columns": [dict(vars(column)) for column in self.columns]}

    def plain(self) -> str:
        """The table for a terminal: its finding and tab-separated rows."""
        lines = ["\t".join(c.text(v) for c, v in zip(self.columns, row, strict=True)) for row in self.rows]
        head = ["\t".join(column.heading for column in self.columns)] if self.rows else [self.empty]
        return "\n".join([self.title, *head, *lines])

    def _repr_mimebundle_(self, **_wanted) -> dict:
        return {"text/html": self.html(), "text/plain": self.plain(), MIME: self.json()}


def read(content: dict) -> Table:
    """The table that `Table.json` described."""
    columns = tuple(Column(**column) for column in content["columns"])
    rows = tuple(tuple(row) for row in content["rows"])
    return Table(**{**content, "columns": columns, "rows": rows, "notes": tuple(content["notes"])})


def begins_formula(label: str) -> bool:
    """Whether some spreadsheet program takes a label for a formula, at once or when somebody edits its cell."""
    seen = next((sign for sign in label if unicodedata.category(sign)[0] not in "CZ"), " ")
    return seen in FORMULA or label.startswith(DROPPED)


def inert(label: str) -> str:
    """A label that no spreadsheet program takes for a formula."""
    return f"'{label}" if begins_formula(label) else label


def _class(column: Column) -> str | None:
    kind = "number" if column.kind in NUMBERS else column.kind
    return None if kind == "text" else kind
