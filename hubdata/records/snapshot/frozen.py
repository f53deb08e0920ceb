"""A snapshot in hand: frozen tables with one hash, saved for a report's kernel and read back; no database here.

It stands apart from `snapshot`, which takes one, so that a kernel need not import SQLAlchemy (0.5 s of processor time).
"""

import csv
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from hubdata import moments

NEVER_CHANGE = ("agreements", "shares", "requests", "request_events", "returns")


@dataclass(frozen=True)
class Snapshot:
    """Frozen tables by name, and the SHA-256 of their content."""

    tables: dict[str, pa.Table]
    sha256: str

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return {name: table.num_rows for name, table in self.tables.items()}

    def known(self, on: date | None) -> "Snapshot":
        """The same records with only those rows that never change which the hub had at the end of a day.

        These are agreements, shares, returns and requests with their steps; None means as known now.
        """
        if on in (None, date.max):
            return self
        end = pa.scalar(moments.end_of(on), pa.timestamp("us"))
        kept = {t: self.tables[t] for t in NEVER_CHANGE if t in self.tables}
        past = {t: rows.filter(pc.less(rows["recorded_at"], end)) for t, rows in kept.items()}
        return replace(self, tables=self.tables | past)

    def save(self, folder: Path) -> None:
        """Write the tables as private Arrow files; the caller deletes them after use."""
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

    @classmethod
    def load(cls, folder: Path) -> "Snapshot":
        """Read back what `save` wrote, memory mapped."""
        files = sorted(folder.glob("*.arrow"))
        tables = {file.stem: pa.ipc.open_file(pa.memory_map(str(file))).read_all() for file in files}
        return cls(tables, (folder / "sha256").read_text("ascii"))


def tabled(columns: dict[str, pa.DataType], rows: Iterable[Iterable[object]]) -> pa.Table:
    """Rows as a table with these columns; None is empty, and so is an empty text. No column may be a list.

    They go through CSV because pa.array imports pandas to recognise a frame: half a second of a command of one.
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows([columns, *rows])
    convert = arrow_csv.ConvertOptions(column_types=columns, strings_can_be_null=True, null_values=[""])
    alone = arrow_csv.ReadOptions(use_threads=False)  # which may outlive a short process, and abort it
    return arrow_csv.read_csv(io.BytesIO(text.getvalue().encode()), alone, convert_options=convert)
