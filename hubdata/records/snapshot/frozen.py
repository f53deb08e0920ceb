"""A snapshot in hand: frozen tables with one hash, saved for a report's kernel and read back; no database here.

It stands apart from `snapshot`, which takes one, so that a kernel need not import SQLAlchemy (0.5 s of processor time).
"""

import csv
import io
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from hubdata import moments, policy

RULES = "rules"  # the folder of a hub's own rules
PARTLY = "partly"
MOST_OF_A_RULE = 256_000  # bytes that are read of one
NEVER_CHANGE = ("agreements", "shares", "withheld", "competences", "requests", "request_events", "returns")


@dataclass(frozen=True)
class Snapshot:
    """Frozen tables by name, the SHA-256 of their content, and the hub's dated values and own rules."""

    tables: dict[str, pa.Table]
    sha256: str
    decided: policy.Policy = field(default_factory=policy.load, compare=False)
    own: dict[str, str] = field(default_factory=dict, compare=False)  # the hub's own rules, each file's text
    partly: str = field(default="", compare=False)  # what must be said of it where a login sees only some hubs' rows

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return {name: table.num_rows for name, table in self.tables.items()}

    def known(self, on: date | None) -> "Snapshot":
        """The same records with only those rows that never change which the hub had at the end of a day.

        These are agreements, shares and what was withheld, competences, returns and requests with their steps; None
        means as known now.
        """
        if on in (None, date.max):
            return self
        end = pa.scalar(moments.end_of(on), pa.timestamp("us"))
        kept = {t: self.tables[t] for t in NEVER_CHANGE if t in self.tables}
        past = {t: rows.filter(pc.less(rows["recorded_at"], end)) for t, rows in kept.items()}
        return replace(self, tables=self.tables | past)

    def having(self, **tables: pa.Table) -> "Snapshot":
        """The same with other tables beside or instead of its own; it carries no hash."""
        return replace(self, tables=self.tables | tables, sha256="")

    def save(self, folder: Path, home: Path | None = None) -> None:
        """Write the tables as private Arrow files, with the decisions of a home; the caller deletes them after use."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, table in self.tables.items():
            with (
                os.fdopen(
                    os.open(folder / f"{name}.arrow", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
                ) as file,
                pa.ipc.new_file(file, table.schema) as writer,
            ):
                writer.write_table(table)
        (folder / "sha256").write_text(self.sha256, "ascii")
        (folder / PARTLY).write_text(self.partly, "utf-8")
        if home and self.decided.decided:
            shutil.copytree(policy.folder_of(home), folder / policy.DECISIONS)
        if self.own:
            (folder / RULES).mkdir(mode=0o700)
        for name, text in self.own.items():
            (folder / RULES / name).write_text(text, "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Snapshot":
        """Read back what `save` wrote, memory mapped."""
        files = sorted(folder.glob("*.arrow"))
        tables = {file.stem: pa.ipc.open_file(pa.memory_map(str(file))).read_all() for file in files}
        said = (folder / PARTLY).read_text("utf-8") if (folder / PARTLY).exists() else ""
        return cls(tables, (folder / "sha256").read_text("ascii"), policy.of(folder), rules(folder), said)


def rules(home: Path) -> dict[str, str]:
    """The text of each own rule of a hub, by its file's name; what is no UTF-8 in it is a sign that says so."""
    found = sorted(path for path in (home / RULES).glob("*.sql") if path.is_file())
    return {path.name: _text(path) for path in found}


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(MOST_OF_A_RULE).decode("utf-8", "replace")


def tabled(columns: dict[str, pa.DataType], rows: Iterable[Iterable[object]]) -> pa.Table:
    """Rows as a table with these columns; None is empty, and so is an empty text. No column may be a list.

    They go through CSV because pa.array and pa.scalar import pandas to recognise a frame: 0.8 s of a command of one.
    """
    return _table([columns, *rows], column_types=columns, strings_can_be_null=True, null_values=[""])


def as_text(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> pa.Table:
    """Rows of texts as a table, an empty text as such; made as `tabled` makes one."""
    names = [*columns]
    return _table([names, *rows], column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)


def texts(said: Iterable[str]) -> pa.ChunkedArray:
    """Texts as a column, an empty one too; made as `tabled` makes a table."""
    return _table([["text"], *([each] for each in said)], column_types={"text": pa.string()}).column(0)


def scalar(said: object, kind: pa.DataType | None = None) -> pa.Scalar:
    """One value by its text, of a type that a text can be cast to; made as `tabled` makes a table."""
    return texts([str(said)]).cast(kind or pa.string())[0]


def _table(rows: list, **convert: object) -> pa.Table:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    alone = arrow_csv.ReadOptions(use_threads=False)  # which may outlive a short process, and abort it
    parse = arrow_csv.ParseOptions(newlines_in_values=True)
    options = arrow_csv.ConvertOptions(**convert)
    return arrow_csv.read_csv(io.BytesIO(text.getvalue().encode()), alone, parse, options)


GAP, NO_LIST = scalar("\x00"), scalar(-1, pa.int32())


def content_hash(tables: dict[str, pa.Table]) -> str:
    """SHA-256 over names, types and values; how the tables are chunked or were stored does not matter."""
    return sha256(b"".join(table_hash(name, tables[name]) for name in sorted(tables))).hexdigest()


def table_hash(name: str, table: pa.Table) -> bytes:
    """What one table adds to `content_hash`."""
    digest = sha256(f"{name} {table.num_rows}\n".encode())
    for column in table.schema:
        digest.update(f"{column.name} {column.type}\n".encode())
        for part in _parts(table[column.name]):
            digest.update(part)
    return digest.digest()


def _parts(column: pa.ChunkedArray) -> list[bytes]:
    """Digests of a column's gaps, lengths and values, each over all chunks in order."""
    hashers = [sha256(), sha256(), sha256(), sha256()]
    for chunk in column.chunks:
        if pa.types.is_list(chunk.type):
            hashers[1].update(_numbers(pc.fill_null(pc.list_value_length(chunk), NO_LIST)))
            chunk = pc.list_flatten(chunk)
        if pa.types.is_string(chunk.type):
            filled = pc.fill_null(chunk, GAP)
            offsets = np.frombuffer(filled.buffers()[1], np.int32)[filled.offset : filled.offset + len(filled) + 1]
            hashers[2].update(np.diff(offsets).astype(np.uint16).tobytes())  # no column is longer than 500 characters
            if len(filled) and filled.buffers()[2]:
                hashers[3].update(memoryview(filled.buffers()[2])[offsets[0] : offsets[-1]])
        else:
            hashers[3].update(_numbers(chunk))
    return [h.digest() for h in hashers]


def _numbers(chunk: pa.Array) -> memoryview:
    """A column's values as they lie in memory, the least number for each gap."""
    physical = {pa.date32(): pa.int32(), pa.timestamp("us"): pa.int64(), pa.bool_(): pa.uint8()}
    plain = chunk.view(physical[chunk.type]) if chunk.type in (pa.date32(), pa.timestamp("us")) else chunk
    plain = plain.cast(physical.get(chunk.type, plain.type))
    least = -(2**31) if pa.types.is_signed_integer(plain.type) else 0
    filled = pc.fill_null(plain, scalar(least, plain.type)) if plain.null_count else plain
    size = filled.type.bit_width // 8  # and not to_numpy, which imports pandas
    values = memoryview(filled.buffers()[1]) if len(filled) else memoryview(b"")
    return values[filled.offset * size : (filled.offset + len(filled)) * size]
