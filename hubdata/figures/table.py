"""How a table of results looks: a value that knows its HTML, plain text and JSON; it computes no figure.

A cell is None when it is unknown or does not apply; which of the two is said by its column, never by a zero.

    Table.rows of "states_by_hub":
    | hub    | open | due |
    | Corby  | 82   | 3   |
    | Rushden| 40   | 0   |
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from html import escape

from hubdata import dates

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

    def text(self, value: object) -> str:
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

    def html(self, caption: str = "") -> str:
        """The table as accessible HTML; `caption` replaces title and scope where a chart has said them."""
        if not self.rows:
            return f'<p class="empty">{escape(self.empty)}</p>'
        ident = "table-" + self.name.replace("_", "-")
        described = f' aria-describedby="{ident}-legend"' if self.shorthand else ""
        said = escape(caption) or f"{escape(self.title)} <span>{escape(self.scope)}</span>"
        return (
            f'<div class="table" role="region" tabindex="0" aria-labelledby="{ident}">\n'
            f'<table{described}>\n<caption id="{ident}">{said}</caption>\n'
            f"<thead><tr>{''.join(map(_heading, self.columns))}</tr></thead>\n"
            f"<tbody>\n{''.join(map(self._row, self.rows))}</tbody>\n</table>\n</div>\n{self._below(ident)}"
        )

    def _row(self, row: tuple) -> str:
        first, *rest = zip(self.columns, row, strict=True)
        cells = "".join(f"<td{_class(column)}>{_marked(column, column.text(value))}</td>" for column, value in rest)
        return f'<tr><th scope="row">{escape(first[0].text(first[1]))}</th>{cells}</tr>\n'

    def _below(self, ident: str) -> str:
        said = f"Some shorthand is used in this table: {self.legend}"
        legend = f'<p class="note" id="{ident}-legend">{escape(said)}</p>\n'
        notes = "".join(f'<p class="note">{escape(note)}</p>\n' for note in self.notes)
        return (legend if self.shorthand else "") + notes

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


def inert(label: str) -> str:
    """A label that no spreadsheet program takes for a formula."""
    seen = next((sign for sign in label if unicodedata.category(sign)[0] not in "CZ"), " ")
    return f"'{label}" if seen in FORMULA or label.startswith(DROPPED) else label


def _marked(column: Column, text: str) -> str:
    """A cell's text as HTML; a tag has its word as a class too, so that a style sheet can colour it."""
    said = escape(text)
    return f'<strong class="{said.lower().replace(" ", "-")}">{said}</strong>' if column.kind == "tag" else said


def _class(column: Column) -> str:
    kind = "number" if column.kind in NUMBERS else column.kind
    return "" if kind == "text" else f' class="{kind}"'


def _heading(column: Column) -> str:
    return f'<th scope="col"{_class(column)}>{escape(column.heading)}</th>'
