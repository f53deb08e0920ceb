"""A rule's spec: made-up rows as a snapshot, and whether the rule finds of them what its file says; it judges none."""

import json
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from hubdata import dates
from hubdata.errors import BadParameter
from hubdata.policy import Policy
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot, tabled
from hubdata.rules.own.written import Rows, Spec

FINDS = ("subject", "table", "since", "evidence")
YES, NO = ("yes", "true"), ("no", "false")
SHOWN = 5  # rows that a fault repeats


def faults(spec: Spec) -> Iterator[str]:
    """Every fault of what a spec gives and finds: a table, column or value that a snapshot does not have."""
    for rows in spec.given:
        if rows.name not in snapshots.SNAPSHOT_TABLES:
            yield f"line {rows.line}: there is no table {rows.name!r}; `hubdata.open().as_at(day).tables` lists them"
            continue
        if rows.name in {other.name for other in spec.given if other is not rows and other.line < rows.line}:
            yield f"line {rows.line}: {rows.name} is given twice; write its rows below each other"
        kinds = {field.name: field.type for field in snapshots.fields(rows.name)}
        (first, names), *body = rows.cells
        yield from (f"line {first}: {why}" for why in _strangers(rows.name, names, kinds))
        for number, cells in body:
            for name, cell in zip(names, cells, strict=False):
                if cell and name in kinds and not _fits(cell, kinds[name]):
                    yield f"line {number}: {name} {cell!r} is not {_noun(kinds[name])}"
    if spec.finds and spec.finds.cells:
        number, names = spec.finds.cells[0]
        if wrong := [name for name in names if name not in FINDS] or ([] if "subject" in names else ["no subject"]):
            yield f"line {number}: {wrong[0]!r}: a spec finds {', '.join(FINDS)}, of these at least the subject"


def _strangers(table: str, names: list[str], kinds: dict[str, pa.DataType]) -> Iterator[str]:
    for name in names:
        if name not in kinds:
            yield f"a snapshot's {table} has no column {name!r}; it has {', '.join(kinds)}"


def _noun(kind: pa.DataType) -> str:
    nouns = {pa.date32(): "a day such as 2026-09-30", pa.bool_(): "yes or no", pa.int64(): "a whole number"}
    return nouns.get(kind, "a moment such as 2026-09-30 09:00:00")


def _fits(cell: str, kind: pa.DataType) -> bool:
    if kind == pa.bool_():
        return cell in YES + NO
    if kind == pa.int64():
        return cell.lstrip("-").isdecimal()
    if kind in (pa.date32(), pa.timestamp("us")):
        try:
            dates.parse(cell.partition(" ")[0])
        except BadParameter:
            return False
    return True


def given(spec: Spec, decided: Policy) -> Snapshot:
    """What a spec gives, as a snapshot: what it does not say is empty, and every row was recorded on its day."""
    said = {rows.name: rows for rows in spec.given}
    tables = {name: _table(name, said.get(name), f"{spec.day} 00:00:00") for name in snapshots.SNAPSHOT_TABLES}
    return Snapshot(tables, "", decided)


def _table(name: str, rows: Rows | None, recorded: str) -> pa.Table:
    if rows is None:
        return snapshots.empty(name)
    fields = snapshots.fields(name)
    (_, names), *body = rows.cells
    unsaid = {"recorded_at": recorded}
    read = [{**unsaid, **dict(zip(names, cells, strict=True))} for _, cells in body]
    cells = ([_cell(row.get(field.name, ""), field.type) for field in fields] for row in read)
    plain = {field.name: pa.string() if pa.types.is_list(field.type) else field.type for field in fields}
    made = tabled(plain, cells)
    for place, field in enumerate(fields):
        if pa.types.is_list(field.type):
            made = made.set_column(place, field.name, pc.split_pattern(made.column(place), ";"))
    return made


def _cell(said: str, kind: pa.DataType) -> str:
    if kind == pa.bool_():
        return "true" if said in YES else "false"
    if kind == pa.date32() and said:
        return dates.parse(said).isoformat()
    return said


def missed(spec: Spec, found: Iterable[dict]) -> Iterator[str]:
    """Where a rule does not find of a spec what it says: rows it should find, and rows it should not."""
    if spec.finds is None:
        return
    (line, names), *body = spec.finds.cells
    wanted = {tuple(_said(name, cell) for name, cell in zip(names, cells, strict=True)) for _, cells in body}
    there = {tuple(_said(name, row[name]) for name in names) for row in found}
    for rows, what in ((wanted - there, "finds no"), (there - wanted, "finds, and should not,")):
        listed = [" | ".join(row) for row in sorted(rows)]
        more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
        if listed:
            yield f"line {line}: the spec of {dates.words(spec.day)} does not hold: it {what} {_listed(listed)}{more}"


def _listed(rows: list[str]) -> str:
    return ", ".join(json.dumps(row, ensure_ascii=False) for row in rows[:SHOWN])


def _said(name: str, value: object) -> str:
    """A cell as it is compared: days in one spelling, nothing as an empty text."""
    text = "" if value is None else str(value)
    if name == "since" and text:
        try:
            return dates.parse(text).isoformat()
        except BadParameter:
            return text
    return text
