"""A two-way table of counts with its margins: read strictly from tidy rows, or every fault said; nothing is guessed."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from hubdata.errors import BadParameter, Refused

TOTAL = "Total"
LOOKS_LIKE_TOTAL = {
    "all",
    "totals",
    "grand total",
    "grandtotal",
    "sum",
    "overall",
    "all rows",
    "all columns",
    "subtotal",
}
MOST = 100_000_000  # no count of families comes near, and arithmetic stays exact
MOST_CELLS = 10_000
LONGEST = 200
WHOLE = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True)
class Table:
    """Counts by row and column, without their margins. Raises Refused if it is none."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def __post_init__(self):
        if faults := list(_shape_faults(self)):
            raise Refused(faults[0], faults)

    def with_margins(self) -> tuple[tuple[int, ...], ...]:
        """The counts with a last column and a last row of totals."""
        wide = [(*row, sum(row)) for row in self.counts]
        return (*wide, tuple(sum(column) for column in zip(*wide, strict=True)))


def _shape_faults(table: Table) -> Iterator[str]:
    if not table.rows or not table.columns:
        yield "the table has no cells; nothing can be protected"
    elif len(table.rows) * len(table.columns) > MOST_CELLS:
        size = f"{len(table.rows)} × {len(table.columns)}"
        yield f"the table is {size}; at most {MOST_CELLS:,} cells can be proved at once: group some"
    elif [len(row) for row in table.counts] != [len(table.columns)] * len(table.rows):
        yield "the counts do not fill the table's rows and columns"
    elif any(type(n) is not int or not 0 <= n <= MOST for row in table.counts for n in row):
        yield f"a count is not a whole number from 0 to {MOST:,}"
    for what, names in (("row", table.rows), ("column", table.columns)):
        yield from _name_faults(what, names)


def _name_faults(what: str, names: tuple[str, ...]) -> Iterator[str]:
    seen = {}
    for name in names:
        plain = plain_name(name)
        if plain in seen:
            yield f"{what}s {seen[plain]!r} and {name!r} are one name in two spellings; spell it one way"
        seen[plain] = name
        if fault := _label_fault(name):
            yield f"{what} {name!r} {fault}"
        elif plain == plain_name(TOTAL) or plain in LOOKS_LIKE_TOTAL:
            yield f"{what} {name!r} looks like a total; call it {TOTAL} or leave it out: totals are worked out here"


def plain_name(name: str) -> str:
    """A name's plain spelling, to tell whether two are the same: without case, width and spare spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _label_fault(name: str) -> str:
    if not name.strip():
        return "has no name"
    if len(name) > LONGEST:
        return f"has a name longer than {LONGEST} letters"
    if any(unicodedata.category(letter)[0] == "C" or letter in "\u2028\u2029" for letter in name):
        return "holds a control character; remove it"
    return ""


@dataclass(frozen=True)
class _Cell:
    line: int
    row: str
    column: str
    count: int


def tidy(frame: pa.Table, rows: str, columns: str, value: str, line: Callable[[int], int] = lambda at: at + 2) -> Table:
    """The table in a tidy frame of text: one line a cell, named by two columns, counted in a third.

    A combination that is missing is a fault, because no line is not a 0. Rows or columns called Total must add up.
    Raises BadParameter if a column is not there, Refused with every fault and its line.
    """
    chosen = [name.strip().lower() for name in (rows, columns, value)]
    missing = [name for name in chosen if name not in frame.column_names]
    if missing or len(set(chosen)) < 3:
        what = f"there is no column {missing[0]!r}" if missing else "rows, columns and value must be three columns"
        raise BadParameter(f"{what}; the file has {', '.join(map(repr, frame.column_names))}")
    faults, cells = [], []
    for at, (row, column, count) in enumerate(zip(*(frame[n].to_pylist() for n in chosen), strict=True)):
        found = list(_cell_faults(chosen, row, column, count))
        faults += [f"line {line(at)}: {fault}" for fault in found]
        if not found:
            cells.append(_Cell(line(at), _name(row), _name(column), int(count.strip())))
    others = [name for name in frame.column_names if name not in chosen]
    faults += _doubled(cells, others)
    if not faults and not cells:
        faults = ["the file has no lines below its header; nothing can be protected"]
    if faults:
        raise _refused(faults)
    return _table({(cell.row, cell.column): cell for cell in cells})


def _refused(faults: list[str]) -> Refused:
    shown = "; ".join(faults[:5]) + (f"; and {len(faults) - 5} more" if len(faults) > 5 else "")
    return Refused(f"the table cannot be protected: {shown}", faults)


def _name(label: str) -> str:
    name = label.strip()
    return TOTAL if plain_name(name) == plain_name(TOTAL) else name


def _cell_faults(names: list[str], row: str | None, column: str | None, count: str | None) -> Iterator[str]:
    for name, label in zip(names, (row, column), strict=False):
        if fault := _label_fault(label or ""):
            yield f"column {name!r} {fault}"
    if count is None or not count.strip():
        yield f"column {names[2]!r} is empty; write 0 if nobody was counted, and leave the table out if nobody knows"
    elif not WHOLE.fullmatch(count.strip()) or int(count) > MOST:
        yield f"column {names[2]!r} has {count.strip()[:20]!r}, which is not a whole number from 0 to {MOST:,}"


def _doubled(cells: list[_Cell], others: list[str]) -> Iterator[str]:
    first = {}
    for cell in cells:
        earlier = first.setdefault((cell.row, cell.column), cell)
        if earlier is not cell:
            hint = f"; the file also has {', '.join(others)}: keep the lines of one of its values" if others else ""
            yield f"line {cell.line}: {cell.row!r} × {cell.column!r} stands already on line {earlier.line}{hint}"


def _table(cells: dict[tuple[str, str], _Cell]) -> Table:
    rows = tuple(dict.fromkeys(row for row, _ in cells if row != TOTAL))
    columns = tuple(dict.fromkeys(column for _, column in cells if column != TOTAL))
    absent = [
        f"there is no line for {row!r} × {column!r}; write one, with 0 if nobody was counted"
        for row in rows
        for column in columns
        if (row, column) not in cells
    ]
    if absent:
        raise _refused(absent)
    table = Table(rows, columns, tuple(tuple(cells[row, column].count for column in columns) for row in rows))
    found = dict(zip(_names(rows, columns), (n for row in table.with_margins() for n in row), strict=True))
    wrong = [
        f"line {cell.line}: {at[0]!r} × {at[1]!r} says {cell.count:,}, but its cells add up to {found[at]:,}"
        for at, cell in cells.items()
        if cell.count != found[at]
    ]
    if wrong:
        raise _refused(wrong)
    return table


def _names(rows: tuple[str, ...], columns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    return ((row, column) for row in (*rows, TOTAL) for column in (*columns, TOTAL))
