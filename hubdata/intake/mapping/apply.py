"""A partner's own column names, codes, lists and dates, mapped to the limited record's as `params/intake` says.

    tables:
      families:
        from: [Episodes]                                  # names of files or sheets
        columns: {family: [Family Ref, FamID], opened_on: Start}
        values: {hub: {Corby Town: corby}}
        lists: {covers: ","}                              # what stands between the parts of a list
        dates: {opened_on: month_first}                   # day_first unless it says otherwise
        defaults: {hub: {value: corby, reason: Our only hub}}
        dropped: {NHS Number: Not part of the limited record (P2)}
        only_if: [closed_on]                              # rows in which one of these is empty are left out
        once: true                                        # rows that say the same of one key count once
    left_out: {Guidance: Notes to our own staff}          # files or sheets that are no table

A column that is neither mapped nor dropped is refused; what is dropped is counted and never stored.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from hubdata.intake.files import tables
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.policy import slug
from hubdata.records.tables.contract import TABLES

TIME = re.compile(r"[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?$")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _month_first(text: str) -> str:
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text, re.ASCII)
    return f"{found[2]}/{found[1]}/{found[3]}" if found else text


def _named_month(text: str) -> str:
    found = re.fullmatch(r"(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4})", text, re.ASCII)
    if found is None or (month := found[2].lower()[:3]) not in MONTHS:
        return text
    return f"{found[1]}/{MONTHS.index(month) + 1}/{found[3]}"


STYLES: dict[str, Callable[[str], str]] = {
    "day_first": str,
    "month_first": _month_first,
    "named_month": _named_month,
    "with_time": lambda text: TIME.sub("", text),
}


@dataclass(frozen=True)
class Spec:
    """How one of our tables is made of a partner's."""

    table: str
    sources: tuple[str, ...] = ()
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, dict[str, str]] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)
    only_if: tuple[str, ...] = ()
    once: bool = False

    def reads(self, title: str) -> bool:
        """Whether this is made of the file or sheet of that name."""
        return slug(title) in self.sources or (not self.sources and tables.table_called(title) == self.table)


@dataclass(frozen=True)
class Mapping:
    """Everything that `params/intake` says for a partner."""

    specs: tuple[Spec, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict)

    def known(self) -> set[str]:
        """Every column name that a header may have, as slugs."""
        aliases = (name for spec in self.specs for names in spec.columns.values() for name in names)
        return tables.COLUMNS.union(aliases, *(spec.dropped for spec in self.specs))

    def of(self, title: str) -> list[Spec]:
        """What a file or sheet of that name is read as: a partner's own words come before those for everyone."""
        found = {}
        for spec in self.specs:
            if spec.reads(title):
                found.setdefault(spec.table, spec)
        return list(found.values())

    def like(self, headings: list[str]) -> list[Spec]:
        """What a sheet with just these headings is read as, whatever it is called this time: it is the list again."""
        theirs = set(map(slug, headings))
        found = {}
        for spec in self.specs:
            named = [set(names) for names in spec.columns.values()]
            known = set(spec.dropped).union(*named)
            if spec.sources and named and theirs <= known and all(one & theirs for one in named):
                found.setdefault(spec.table, spec)
        return list(found.values())


def apply(spec: Spec, sheet: Sheet) -> tuple[Sheet, list[Problem], list[Problem]]:
    """One of our tables made of a partner's sheet, its faults, and what was dropped, filled in and read once."""
    theirs = {slug(name): name for name in sheet.table.column_names}
    taken, used, faults = {}, set(), []
    for ours in (column.name for column in TABLES[spec.table].c):
        names = [alias for alias in spec.columns.get(ours, (slug(ours),)) if alias in theirs]
        if len(names) > 1:
            why = f"{ours} is called {' and '.join(repr(theirs[n]) for n in names)} here; keep one of them"
            faults.append(sheet.fault(sheet.header, ours, "duplicate-column", why))
        if names:
            taken[ours] = theirs[names[0]]
            used.add(names[0])
    dropped = [name for name in spec.dropped if name in theirs and name not in used]
    for name in sorted(theirs.keys() - used - set(dropped)):
        if twice := taken.get(name):
            why = f"{name} is called {twice!r} here, as the mapping says, and {theirs[name]!r} means it too; keep one"
            faults.append(sheet.fault(sheet.header, name, "duplicate-column", why))
        else:
            taken[theirs[name]] = theirs[name]  # refused by the check of columns, which says why
    told = [_dropped(spec, sheet, name, theirs[name]) for name in dropped]
    made = replace(sheet, table=pa.table({ours: sheet.table[name] for ours, name in taken.items()}))
    if sheet.kinds is not None:
        made.kinds = {ours: sheet.kinds[name] for ours, name in taken.items()}
    for ours in [name for name in made.table.column_names if name in TABLES[spec.table].c]:
        if ours in spec.values or ours in spec.lists or ours in spec.dates:
            _put(made, ours, _each(made.table[ours], _change(spec, ours)))
        if spec.dates.get(ours) == "with_time" and made.kinds:
            made.kinds[ours] = pc.replace_substring(made.kinds[ours], "m", "d")
    told += _only_if(spec, made)
    told += [_filled(made, ours, given) for ours, given in spec.defaults.items()]
    if spec.once:
        told += _once(spec, made)
    return made, faults, [one for one in told if one]


def _put(sheet: Sheet, name: str, column: pa.ChunkedArray) -> None:
    if name in sheet.table.column_names:
        sheet.table = sheet.table.set_column(sheet.table.column_names.index(name), name, column)
    else:
        sheet.table = sheet.table.append_column(name, column)


def _each(column: pa.ChunkedArray, change: Callable[[str], str]) -> pa.Array:
    """A column with each different value changed once."""
    encoded = pc.dictionary_encode(column.combine_chunks())
    return pa.array([change(value) for value in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)


def _change(spec: Spec, ours: str) -> Callable[[str], str]:
    values, sign = spec.values.get(ours, {}), spec.lists.get(ours)
    style = STYLES[spec.dates.get(ours, "day_first")]

    def changed(text: str) -> str:
        text = style(text.strip())
        parts = text.split(sign) if sign else [text]
        return ";".join(values.get(slug(part), part) for part in parts)

    return changed


def _dropped(spec: Spec, sheet: Sheet, name: str, theirs: str) -> Problem:
    count = len(sheet.table) - sheet.table[theirs].null_count
    why = f"column {theirs!r} ({count:,} values) was dropped and not stored, as the mapping says: {spec.dropped[name]}"
    return sheet.fault(sheet.header, theirs, "dropped-column", why)


def _filled(sheet: Sheet, ours: str, given: dict[str, str]) -> Problem | None:
    held = sheet.table[ours] if ours in sheet.table.column_names else pa.nulls(len(sheet.table), pa.string())
    empty = held.null_count
    if not empty:
        return None
    _put(sheet, ours, pc.fill_null(held, given["value"]))
    if sheet.kinds is not None:
        before = sheet.kinds.get(ours, pa.array([" "] * len(sheet.table), pa.string()))
        sheet.kinds[ours] = pc.replace_substring(before, " ", "t")
    why = f"{empty:,} cells of {ours} were empty and got {given['value']!r}, as the mapping says: {given['reason']}"
    return sheet.fault(sheet.header, ours, "default", why)


def _once(spec: Spec, sheet: Sheet) -> list[Problem]:
    """Leave out rows that repeat another word for word."""
    rows = list(zip(*(column.to_pylist() for column in sheet.table.columns), strict=True))
    first = sorted({cells: row for row, cells in reversed(list(enumerate(rows)))}.values())
    left = len(rows) - len(first)
    if not left:
        return []
    _keep(sheet, first)
    return [
        sheet.fault(0, "", "repeated-rows", f"{left:,} rows say the same of {spec.table} as another and count once")
    ]


def _only_if(spec: Spec, sheet: Sheet) -> list[Problem]:
    """Leave out rows in which a column is empty that the mapping names: a family without a lead has no row of leads."""
    columns = [sheet.table[name] for name in spec.only_if if name in sheet.table.column_names]
    filled = [pc.not_equal(pc.utf8_trim_whitespace(pc.fill_null(column, "")), "") for column in columns]
    rows = [row for row, full in enumerate(zip(*(one.to_pylist() for one in filled), strict=True)) if all(full)]
    left = len(sheet.table) - len(rows) if columns else 0
    if not left:
        return []
    _keep(sheet, rows)
    rows_left = "1 row" if left == 1 else f"{left:,} rows"
    why = f"{rows_left} without {' or '.join(spec.only_if)} left out of {spec.table}, as the mapping says"
    return [sheet.fault(0, "", "left-out", why)]


def _keep(sheet: Sheet, rows: list[int]) -> None:
    sheet.kept = [sheet.line(row) for row in rows]
    keep = pa.array(rows, pa.int64())
    sheet.table = sheet.table.take(keep)
    sheet.kinds = sheet.kinds and {name: kinds.take(keep) for name, kinds in sheet.kinds.items()}
