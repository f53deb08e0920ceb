"""Bench data: a made-up hub's tables as a snapshot, without passing through a database."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from hubdata.demo import make as demo
from hubdata.policy import load
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot


def snapshot_of(made: demo.Demo) -> Snapshot:
    """The snapshot of a hub with these made-up tables; what partners do not send (holds and the like) is empty."""
    empty = {name: _empty(name) for name in snapshots.SNAPSHOT_TABLES}
    return snapshots.of_text(empty | {name: _text(name, table) for name, table in made.tables.items()}, load())


def _empty(name: str) -> pa.Table:
    return pa.table({f.name: pa.array([], pa.string()) for f in snapshots.fields(name)})


def _text(name: str, table: pa.Table) -> pa.Table:
    return pa.table({f.name: _column(table, f) for f in snapshots.fields(name)})


def _column(table: pa.Table, field: snapshots.Field) -> pa.ChunkedArray:
    if field.name == "says_consent":
        said = [pc.match_substring_regex(table[name], r"(?i)\bconsent") for name in ("reason", "not_told_reason")]
        return pc.if_else(pc.or_(*(pc.fill_null(one, False) for one in said)), "true", "false")
    if field.type == pa.bool_():
        return pc.if_else(pc.is_valid(table[field.name.removeprefix("has_")]), "true", "false")
    if field.name == "recorded_at":
        return pc.utf8_rtrim(table[field.name], "Z")
    return table[field.name]


def kept(families: int, seed: int, folder: Path) -> Snapshot:
    """The snapshot of a made-up hub, made once into `folder` and read from there afterwards."""
    place = folder / f"hub-{families}-{seed}"
    if not (place / "sha256").exists():
        snapshot_of(demo.generate(families, seed)).save(place)
    return Snapshot.load(place)
