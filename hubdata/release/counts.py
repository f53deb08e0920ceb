"""Counts the atoms of every released table from one snapshot; its counts are not protected and must not be shown."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import duckdb
import numpy as np

from hubdata.dates import Quarter, Year
from hubdata.errors import HubError
from hubdata.policy import Policy
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.release.cellkey import keys
from hubdata.release.cellkey.change import WHOLE
from hubdata.release.tables import Bin, Definition, Side, Spec, common, definitions
from hubdata.rules import judge
from hubdata.rules.findings import CODES

JUDGED = ("retention", "leads", "sharing", "freshness", "evaluation")
REGISTERS = {
    "hubs": {"other": "Another hub"},
    "areas": {"other": "Another area"},
    "need_reasons": {"other": "Another reason", "none": "No reason recorded"},
    "partners": {"other": "Another organisation"},
}
UNLISTED = "other"  # what no register has; its bin is left out while nothing is in it
NAMED = ("lead_partner", "partner", "council_service")
REST = ("*",)  # what no other bin of a side has
RESERVED = (UNLISTED, "total")  # codes with a meaning of their own
Atom = tuple[str, ...]


@dataclass(frozen=True)
class Grouping:
    """A table's bins, and by (row, column) place, margins last, the atoms that each figure adds up."""

    spec: Spec
    rows: tuple[Bin, ...]
    columns: tuple[Bin, ...]
    figures: dict[tuple[int, int], frozenset[Atom]]


@dataclass(frozen=True)
class Counted:
    """One definition's atoms, each with its count, and its tables as groupings.

    `records` has the keys of the records that each atom counts. `unheard` hubs have no record; `current` has the day on
    which each partner last updated its part.
    """

    name: str
    atoms: dict[Atom, int]
    groupings: tuple[Grouping, ...]
    records: dict[Atom, np.ndarray] = field(default_factory=dict)
    unheard: frozenset[str] = frozenset()
    current: dict[str, date] = field(default_factory=dict)
    coarser: tuple[Grouping, ...] = ()

    def coarse(self) -> "Counted":
        """The same counts in the coarser form of their tables."""
        return replace(self, groupings=self.coarser)

    def small(self, threshold: int) -> float:
        """Which share of the cells that are not 0 is small; all of it where there is none."""
        cells = [n for each in self.groupings for n in self._cells(each) if n]
        return sum(n <= threshold for n in cells) / len(cells) if cells else 1.0

    def _cells(self, each: Grouping) -> Iterator[int]:
        high, wide = len(each.rows), len(each.columns)
        return (self.count(own) for (i, j), own in each.figures.items() if i < high and j < wide)

    def count(self, atoms: frozenset[Atom]) -> int:
        return sum(self.atoms[atom] for atom in atoms)

    def key(self, atoms: frozenset[Atom]) -> int:
        """The sum of the keys of all the records that some atoms count, modulo one whole."""
        return sum(self._keys[atom] for atom in atoms) % WHOLE

    @cached_property
    def _keys(self) -> dict[Atom, int]:
        return {atom: int(own.sum(dtype=np.uint64)) for atom, own in self.records.items()}


def counted(records: Snapshot, policy: Policy, period: Quarter | Year, secret: bytes) -> list[Counted]:
    """Every definition's counts as at the period's last day; `secret` makes the records' keys.

    Of a year only what the yearly edition has is counted.
    """
    with judge.connect(records, policy, period.last) as database:
        for family in JUDGED:
            judge.put(family, database, policy, period.last)
        keys.prepare(database, secret)
        partners = _partners(records)
        words = _prepared(database, policy, period, partners)
        heard = {hub for (hub,) in database.execute("SELECT DISTINCT hub FROM families").fetchall()}
        unheard = frozenset(bin_.code for bin_ in words["hubs"] if bin_.code not in {*heard, UNLISTED})
        updated = "SELECT subject, last_update_on FROM judged_freshness WHERE last_update_on IS NOT NULL"
        current = {code: day for code, day in database.execute(updated).fetchall() if code in partners}
        asked = [each for each in definitions() if each.yearly or isinstance(period, Quarter)]
        if isinstance(period, Year):
            asked = [replace(each, tables=each.yearly, coarser=each.yearly) for each in asked]
        return [replace(_counted(database, each, words, unheard), current=current) for each in asked]


def _partners(records: Snapshot) -> dict[str, str]:
    """The Hub's and the council's organisations by name; an outside one may be one person, and is never named."""
    rows = records.tables["organisations"].select(["organisation", "name", "kind"]).to_pylist()
    named = (row for row in rows if row["kind"] in NAMED and row["organisation"] not in RESERVED)
    return dict(sorted((row["organisation"], row["name"]) for row in named))


def _prepared(
    database: duckdb.DuckDBPyConnection, policy: Policy, period: Quarter | Year, partners: dict[str, str]
) -> dict[str, list[Bin]]:
    """Give the queries their period and their lists; the lists' bins in the order of the registers."""
    database.execute(
        "CREATE TEMP TABLE asked AS SELECT $first::DATE AS first, $last::DATE AS last",
        {"first": period.first, "last": period.last},
    )
    known = {name: partners if name == "partners" else policy.labels(name, period.last) for name in REGISTERS}
    words = {name: list(_bins(known[name], more)) for name, more in REGISTERS.items()}
    pairs = [(name, bin_.code) for name, bins in words.items() for bin_ in bins]
    _table(database, "words", {"list": "VARCHAR", "code": "VARCHAR"}, pairs)
    graveness = [(code, str(check.severity)) for code, check in CODES.items()]
    _table(database, "checks", {"code": "VARCHAR", "severity": "VARCHAR"}, graveness)
    instruments = policy.value("instruments", period.last)
    changes = [(code, each["meaningful_change"]) for code, each in instruments.items() if "meaningful_change" in each]
    _table(database, "thresholds", {"instrument": "VARCHAR", "meaningful_change": "BIGINT"}, changes)
    database.execute(common())
    return words


def _bins(labels: dict[str, str], more: dict[str, str]) -> Iterator[Bin]:
    """A register's own codes, then what stands for all that it has not."""
    for code, label in {**labels, **{code: label for code, label in more.items() if code not in labels}}.items():
        yield Bin(code, label, (code,))


def _table(database: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str], rows: list[tuple]) -> None:
    cells = ", ".join(f"unnest(${column}::{kind}[]) AS {column}" for column, kind in columns.items())
    given = {column: [row[at] for row in rows] for at, column in enumerate(columns)}
    database.execute(f"CREATE TEMP TABLE {name} AS SELECT {cells}", given)


def _counted(database, definition: Definition, words: dict[str, list[Bin]], unheard: frozenset[str]) -> Counted:
    found = database.sql(definition.sql).to_arrow_table()
    *dims, last, own = found.column_names
    rows = list(zip(*(found[name].to_pylist() for name in dims), strict=True))
    atoms = dict(zip(rows, map(int, found[last].to_pylist()), strict=True))
    ends = np.cumsum([0, *atoms.values()])
    every = found[own].combine_chunks().flatten().to_numpy(zero_copy_only=False).astype(np.uint64)
    if definition.atoms and list(definition.atoms) != dims[: len(definition.atoms)]:
        raise HubError(f"atoms/{definition.name}.sql says that its columns are others than they are")
    if (last, own) != ("n", "records") or len(atoms) != len(rows) or any(None in atom for atom in atoms):
        raise HubError(f"atoms/{definition.name}.sql does not name each atom once, with its count as n and its records")
    if len(every) != ends[-1]:
        raise HubError(f"atoms/{definition.name}.sql counts something else than its records")
    used = _without_unlisted(atoms)
    each = {atom: every[start:end] for atom, start, end in zip(atoms, ends[:-1], ends[1:], strict=True)}
    fine, coarse = (
        tuple(_grouping(spec, dims, used, words) for spec in specs) for specs in (definition.tables, definition.coarser)
    )
    return Counted(definition.name, used, fine, {atom: each[atom] for atom in used}, unheard, coarser=coarse)


def _without_unlisted(atoms: dict[Atom, int]) -> dict[Atom, int]:
    """Leave out, dimension by dimension, the bin of what no register has, if it is empty and not all there is."""
    for at in range(len(next(iter(atoms)))):
        listed = {atom: n for atom, n in atoms.items() if atom[at] != UNLISTED}
        if listed and not sum(n for atom, n in atoms.items() if atom[at] == UNLISTED):
            atoms = listed
    return atoms


def _grouping(spec: Spec, dims: list[str], atoms: dict[Atom, int], words: dict[str, list[Bin]]) -> Grouping:
    down, across = dims.index(spec.rows.name), dims.index(spec.columns.name)
    rows = _side_bins(spec.rows, words, {atom[down] for atom in atoms})
    columns = _side_bins(spec.columns, words, {atom[across] for atom in atoms})
    row_of = {code: i for i, bin_ in enumerate(rows) for code in bin_.codes}
    column_of = {code: j for j, bin_ in enumerate(columns) for code in bin_.codes}
    cells: dict[tuple[int, int], set[Atom]] = {}
    for atom in atoms:
        i, j = row_of.get(atom[down]), column_of.get(atom[across])
        if i is None or j is None:
            continue
        for place in ((i, j), (i, len(columns)), (len(rows), j), (len(rows), len(columns))):
            cells.setdefault(place, set()).add(atom)
    return Grouping(spec, rows, columns, {place: frozenset(found) for place, found in sorted(cells.items())})


def _side_bins(side: Side, words: dict[str, list[Bin]], codes: set[str]) -> tuple[Bin, ...]:
    if side.bins:
        placed = {code for bin_ in side.bins for code in bin_.codes}
        rest = tuple(sorted(codes - placed))
        return tuple(replace(bin_, codes=rest) if bin_.codes == REST else bin_ for bin_ in side.bins)
    return tuple(bin_ for bin_ in words[side.of_list] if bin_.code in codes)
