"""The sums that stand beside the rows, and what an audit entry says of them; a write moves them in its own transaction.

    coverage        a table's rows and sums, the salt under which the last entry that touched it committed to them
    coverage_parts  the same for each part of the table that has rows, to say where a difference is

The entry holds a keyed code over a table's line in `coverage`. The salt is renewed with every write, and the old one is
gone: whoever has the key and an older entry cannot try out what an erased row may have said.
"""

import hmac
import os
from typing import Any

from sqlalchemy import Connection, text

from hubdata.records.coverage import watch
from hubdata.records.coverage.element import Parts, plus, reduced, total
from hubdata.records.coverage.watch import Changes

FEW = 200  # parts looked up one by one; more are read with all of the table's
LINE = "SELECT held, total, placed, salt, entry FROM coverage WHERE of_table = {0}"
PARTS_OF = "SELECT part, held, total, placed FROM coverage_parts WHERE of_table = {0}"
PUT_LINE = (
    "INSERT INTO coverage (of_table, held, total, placed, salt, entry) VALUES ({0}, {0}, {0}, {0}, {0}, {0}) "
    "ON CONFLICT (of_table) DO UPDATE SET held = excluded.held, total = excluded.total, placed = excluded.placed, "
    "salt = excluded.salt, entry = excluded.entry"
)
PUT_PART = (
    "INSERT INTO coverage_parts (of_table, part, held, total, placed) VALUES ({0}, {0}, {0}, {0}, {0}) ON CONFLICT "
    "(of_table, part) DO UPDATE SET held = excluded.held, total = excluded.total, placed = excluded.placed"
)
DROP_PART = "DELETE FROM coverage_parts WHERE of_table = {0} AND part = {0}"


class Line:
    """A table's line in `coverage`: rows, sums, the salt of its last commitment, and the entry that made it."""

    def __init__(self, held: int, sum_: bytes, placed: bytes, salt: bytes, entry: int) -> None:
        self.sums = [held, int.from_bytes(sum_), int.from_bytes(placed)]
        self.salt, self.entry = bytes(salt), entry


def code(secret: bytes, table: str, line: Line) -> str:
    """What an entry says of a table: nobody without the key can make it, and it gives nothing away."""
    held, sum_, placed = line.sums
    said = b"\x1f".join((b"rows", table.encode(), b"%d %d" % (line.entry, held), _bytes(sum_), _bytes(placed)))
    return hmac.digest(secret, line.salt + said, "sha256").hex()[:32]


def _bytes(number: int) -> bytes:
    return number.to_bytes(32)


def enter(connection: Connection, changed: Changes, secret: bytes, entry: int) -> dict[str, str]:
    """Move the sums by what a transaction changed; the codes that its entry holds, one for each table it touched."""
    return {table: _move(connection, table, parts, secret, entry) for table, parts in sorted(changed.items())}


def _move(connection: Connection, table: str, moved: Parts, secret: bytes, entry: int) -> str:
    cursor, mark = _cursor(connection)
    found = line_of(connection, table)
    before = found.sums if found else [0, 0, 0]
    moved = reduced(moved)
    _put_parts(cursor, mark, table, moved)
    whole = total({0: before, 1: total(moved)})
    line = Line(whole[0], _bytes(whole[1]), _bytes(whole[2]), os.urandom(16), entry)
    cursor.execute(PUT_LINE.format(mark), (table, whole[0], *map(_bytes, whole[1:]), line.salt, entry))
    cursor.close()
    return code(secret, table, line)


def _put_parts(cursor: Any, mark: str, table: str, moved: Parts) -> None:
    asked = PARTS_OF.format(mark)
    if len(moved) <= FEW:
        asked += f" AND part IN ({', '.join(map(str, moved)) or '-1'})"
    cursor.execute(asked, (table,))
    old = {part: [held, *map(_number, sums)] for part, held, *sums in cursor.fetchall()}
    new = plus({part: old[part] for part in moved if part in old}, moved)
    put = [(table, part, held, *map(_bytes, sums)) for part, (held, *sums) in new.items()]
    if put:
        cursor.executemany(PUT_PART.format(mark), put)
    if gone := [(table, part) for part in moved if part in old and part not in new]:
        cursor.executemany(DROP_PART.format(mark), gone)


def _number(value: Any) -> int:
    return int.from_bytes(bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode())


def _cursor(connection: Connection) -> tuple[Any, str]:
    """The driver's own cursor, and how it marks a value: every writer waits while an entry is written."""
    return connection.connection.cursor(), "%s" if connection.dialect.name == "postgresql" else "?"


def line_of(connection: Connection, table: str) -> Line | None:
    """A table's line, None if it has none or it is not as the product writes it."""
    cursor, mark = _cursor(connection)
    cursor.execute(LINE.format(mark), (table,))
    found = cursor.fetchone()
    cursor.close()
    try:
        return Line(int(found[0]), bytes(found[1]), bytes(found[2]), bytes(found[3]), int(found[4])) if found else None
    except (TypeError, ValueError):
        return None


def parts_of(connection: Connection, table: str) -> Parts:
    """The sums of a table's parts as they stand beside it."""
    cursor, mark = _cursor(connection)
    cursor.execute(PARTS_OF.format(mark), (table,))
    found = {part: [held, *map(_number, sums)] for part, held, *sums in cursor.fetchall()}
    cursor.close()
    return found


def differences(connection: Connection, secret: bytes) -> Changes:
    """What stands beside each table less what its rows come to: nothing, unless somebody changed either."""
    found = {
        layout.table: plus(parts_of(connection, layout.table), parts, -1)
        for layout, parts in watch.sums(connection, secret)
    }
    return {table: parts for table, parts in found.items() if parts}


def begin(connection: Connection, secret: bytes, entry: int, differing: Changes) -> dict[str, str]:
    """Cover every row as it is now, when the tables were made or changed; what differed before goes on differing."""
    connection.execute(text("DELETE FROM coverage_parts"))
    connection.execute(text("DELETE FROM coverage"))
    found = {
        layout.table: plus(parts, differing.get(layout.table, {})) for layout, parts in watch.sums(connection, secret)
    }
    return enter(connection, found, secret, entry)
