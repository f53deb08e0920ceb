"""Adds up the rows of a big SQLite hub in processes of their own, so that a machine's other processors help; it writes
nothing and imports nothing that takes long.

Each reads the file through a connection of its own and says at which head of the audit chain it did: whoever asked
takes the sums only if that is the head that it sees itself.
"""

import os
import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from hubdata import places
from hubdata.records.coverage.element import Layout, Parts, add_rows, plus

MANY = 400_000  # rows from which on another process is worth its start
PIECE = 200_000  # rows that one is given at a time
HEAD = "SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1"


@dataclass(frozen=True)
class Piece:
    """Some rows of a table, from one number of a row to another (inclusive)."""

    layout: Layout
    first: int
    last: int


def pieces(driver: Any, layouts: dict[str, Layout]) -> tuple[list[Piece], int]:
    """All rows of the tables, cut into pieces, and how many they are."""
    found, rows = [], 0
    for table, layout in layouts.items():
        try:
            many, low, high = driver.execute(f"SELECT count(*), min(rowid), max(rowid) FROM {table}").fetchone()
        except sqlite3.OperationalError:  # somebody made the table anew, without numbers of rows
            return [], 0
        rows += many
        if high is not None:
            # numbers far apart are nobody's doing but somebody's who gave them: then the table is one piece
            step = PIECE if high - low < 2 * many + PIECE else high - low + 1
            found += [Piece(layout, at, min(at + step - 1, high)) for at in range(low, high + 1, step)]
    return found, rows


def summed(driver: Any, secret: bytes, layout: Layout, rows: tuple[int, int] | None = None) -> Parts:
    """The sums over a table's rows, or some of them; what was put in as a text and is none is read all the same."""
    try:
        return _added(driver, secret, layout, rows)
    except sqlite3.OperationalError as error:
        if "decode" not in str(error):
            raise
    driver.text_factory = lambda said: said.decode("utf-8", "surrogateescape")
    try:
        return _added(driver, secret, layout, rows)
    finally:
        driver.text_factory = str


def _added(driver: Any, secret: bytes, layout: Layout, rows: tuple[int, int] | None) -> Parts:
    parts: Parts = {}
    some = " WHERE rowid BETWEEN ? AND ?" if rows else ""
    read = driver.execute(f"SELECT {', '.join(layout.columns)} FROM {layout.table}{some}", rows or ())
    add_rows(layout, secret, parts, read)
    return parts


def together(file: str, secret: bytes, asked: list[Piece], head: tuple) -> dict[str, Parts] | None:
    """The sums of every table, added up by several processes; None if the hub was written to meanwhile."""
    many = min(os.cpu_count() or 1, 4)
    running = [_started(file, secret, asked[number::many]) for number in range(many)]
    found: dict[str, Parts] = {}
    same = True
    for process in running:
        said, _ = process.communicate()
        if process.returncode:
            return None
        for table, its_head, parts in pickle.loads(said):
            found[table] = plus(found.get(table, {}), parts)
            same = same and its_head == head
    return found if same else None


def _started(file: str, secret: bytes, asked: list[Piece]) -> subprocess.Popen:
    """A process with its work; the key goes through a pipe, where no other user sees it."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": places.IMPORTED_FROM},
    )
    if process.stdin:
        process.stdin.write(pickle.dumps((file, secret, asked)))
        process.stdin.close()
        process.stdin = None
    return process


def _work(file: str, secret: bytes, asked: list[Piece]) -> Iterator[tuple[str, tuple, Parts]]:
    with closing(sqlite3.connect(f"file:{quote(file)}?mode=ro", uri=True, isolation_level=None)) as driver:
        driver.execute("BEGIN")
        head = driver.execute(HEAD).fetchone()
        for piece in asked:
            yield piece.layout.table, head, summed(driver, secret, piece.layout, (piece.first, piece.last))


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(list(_work(*pickle.load(sys.stdin.buffer)))))
