"""The byte scan on PostgreSQL: the server reads its own files for us, where this login may ask it to.

The server's files hold living rows beside what is left of dead ones. A hit is a living row's if a living row says the
mark with the same byte before it and after; the byte before a value is its length, so S12 in S122 is told from S12.
The system's own tables are passed over, except the statistics, which repeat values.
"""

from collections.abc import Iterator

from ahocorasick_rs import BytesAhoCorasick
from sqlalchemy import Connection, text

from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.retention.traces.found import Scan

PIECE = 8 << 20
BY_ROWS = "the database server's files: this login may not read them, so rows prove it there, bytes do not"
ELSEWHERE = "the database server's own backups, archived log and message log: beyond use until they expire"
MAY = """SELECT bool_and(has_function_privilege(f, 'EXECUTE')) FROM unnest(ARRAY['pg_ls_dir(text)',
  'pg_stat_file(text,boolean)', 'pg_read_binary_file(text,bigint,bigint,boolean)', 'pg_ls_waldir()']) AS f"""
# a relation's file is its number, with .1 and so on after each gigabyte, or _fsm and _vm, which hold no values
SYSTEM = """SELECT pg_relation_filenode(c.oid)::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'pg_catalog' AND c.relname NOT LIKE 'pg_statistic%' AND pg_relation_filenode(c.oid) IS NOT NULL"""
Window = tuple[int, int | None, int | None]  # a mark, the byte before it and the byte after; None: any


def scan(hub: Hub, marks: list[str]) -> Scan:
    """Look for the marks in the database's files and the server's log."""
    with hub.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text(MAY)).scalar_one():
            return Scan(not_scanned=(BY_ROWS, ELSEWHERE))
        patterns = [mark.encode() for mark in marks]
        seek = BytesAhoCorasick(patterns)
        overlap = max(map(len, patterns), default=1) + 1
        hits: dict[str, dict[Window, int]] = {}
        size, files = 0, _files(connection)
        for name in files:
            hits[name], length = _look(connection, name, seek, overlap)
            size += length
    said = {window[0] for found in hits.values() for window in found}
    with hub.read() as connection:
        living = _living(connection, {mark: patterns[mark] for mark in said}) if said else set()
    dead = {name: sum(n for w, n in found.items() if not _explained(w, living)) for name, found in hits.items()}
    found = [f"{_kind(name)}: {n:,} traces of destroyed records" for name, n in dead.items() if n]
    return Scan(len(files), size, found=tuple(found), not_scanned=(ELSEWHERE,))


def _kind(name: str) -> str:
    return f"the server's log ({name})" if name.startswith("pg_wal") else f"the server's file {name}"


def _files(connection: Connection) -> list[str]:
    system = set(connection.execute(text(SYSTEM)).scalars())
    base = connection.execute(
        text("SELECT 'base/' || oid FROM pg_database WHERE datname = current_database()")
    ).scalar_one()
    names = connection.execute(text("SELECT pg_ls_dir(:base)"), {"base": base}).scalars()
    ours = [f"{base}/{name}" for name in names if name[0].isdigit() and name.partition(".")[0] not in system]
    log = connection.execute(text("SELECT name FROM pg_ls_waldir()")).scalars()
    return [name for name in ours if "_" not in name] + [f"pg_wal/{name}" for name in log]


def _pieces(connection: Connection, name: str, overlap: int) -> Iterator[tuple[bytes, int]]:
    """The file in pieces that overlap, and how much of each is known already."""
    at, tail = 0, b""
    read = text("SELECT pg_read_binary_file(:name, :at, :most, true)")
    while block := connection.execute(read, {"name": name, "at": at, "most": PIECE}).scalar_one():
        yield tail + block, len(tail)
        at += len(block)
        tail = (tail + block)[-overlap:]


def _look(connection: Connection, name: str, seek: BytesAhoCorasick, overlap: int) -> tuple[dict[Window, int], int]:
    found: dict[Window, int] = {}
    size = 0
    for block, known in _pieces(connection, name, overlap):
        size += len(block) - known
        for mark, start, end in seek.find_matches_as_indexes(block, overlapping=True):
            if end >= known:  # its following byte came with this piece; a hit that ends before was counted in the last
                window = (mark, block[start - 1] if start else None, block[end] if end < len(block) else None)
                found[window] = found.get(window, 0) + 1
    return found, size


def _explained(window: Window, living: set[Window]) -> bool:
    mark, before, after = window
    return not living.isdisjoint({window, (mark, before, None), (mark, None, after), (mark, None, None)})


def _living(connection: Connection, patterns: dict[int, bytes]) -> set[Window]:
    """Every window in which living rows say these marks, as their values would lie in the server's files."""
    numbers = list(patterns)
    seek = BytesAhoCorasick(list(patterns.values()))
    windows: set[Window] = set()
    for name, table in TABLES.items():
        columns = ", ".join(f'"{column.name}"' for column in table.c)
        rows = connection.execution_options(stream_results=True, yield_per=5_000).execute(
            text(f"SELECT {columns} FROM {name}")
        )
        for row in rows:
            lying, edges = _lying(row)
            for i, start, end in seek.find_matches_as_indexes(lying, overlapping=True):
                before = lying[start - 1] if start else None
                after = lying[end] if end < len(lying) and end not in edges else None
                windows.add((numbers[i], before, after))
                if start in edges:  # in an index or in statistics the length before a value takes more bytes
                    windows.add((numbers[i], 0, after))
    return windows


def _lying(row: tuple) -> tuple[bytes, set[int]]:
    """A row's texts as they lie side by side, a length before each, and where values start and end."""
    lying, edges = bytearray(), set()
    for value in row:
        said = value.encode() if isinstance(value, str) else bytes(value) if isinstance(value, bytes) else None
        if said is None:
            lying += b"\xff"  # not a text: stands between two
            continue
        lying.append((len(said) * 2 + 3) & 0xFF if len(said) < 127 else 0)
        edges.add(len(lying))
        lying += said
        edges.add(len(lying))
    return bytes(lying), edges
