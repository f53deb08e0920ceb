"""The sums that stand beside the rows, and what an audit entry says of them; a write moves them in its own transaction.

    coverage        a table's rows and sums, the salt under which the last entry that touched it committed to them
    coverage_parts  the same for each part of the table that has rows, to say where a difference is

The entry holds a keyed code over a table's line in `coverage`, and one over all lines. A write first compares this one
with what the entry before it says: on lines that somebody altered no entry ever vouches again. The salt is renewed with
every write, and the old one is gone: whoever has the key and an older entry cannot try out what an erased row said.
"""

import hmac
import os
from contextlib import suppress
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, text

from hubdata.records.coverage import watch
from hubdata.records.coverage.element import Parts, plus, reduced, total
from hubdata.records.coverage.watch import Changes

FEW = 200  # parts looked up one by one; more are read with all of the table's
LINES = "SELECT of_table, held, total, placed, salt, entry FROM coverage"
NOTHING = ""  # what an entry says where somebody altered the lines
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


Said = tuple[dict[str, str], str]  # of each table that an entry touched, and of all tables


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


def state(secret: bytes, lines: dict[str, Line]) -> str:
    """What an entry says of all tables together."""
    return hmac.digest(
        secret, "".join(code(secret, t, line) for t, line in sorted(lines.items())).encode(), "sha256"
    ).hex()[:32]


def _bytes(number: int) -> bytes:
    return number.to_bytes(32)


def enter(connection: Connection, changed: Changes, secret: bytes, entry: int, last: str) -> Said:
    """Move the sums by what a transaction changed; what its entry says, given what the last one said of all tables."""
    if not changed:
        return {}, last
    lines = lines_of(connection)
    genuine = hmac.compare_digest(state(secret, lines), last)
    return _entered(connection, changed, secret, entry, lines, genuine)


def _entered(
    connection: Connection, changed: Changes, secret: bytes, entry: int, lines: dict[str, Line], genuine: bool
) -> Said:
    moved = {t: _move(connection, t, parts, entry, lines.get(t)) for t, parts in sorted(changed.items())}
    if not genuine:
        return dict.fromkeys(moved, NOTHING), NOTHING
    return {table: code(secret, table, line) for table, line in moved.items()}, state(secret, lines | moved)


def _move(connection: Connection, table: str, moved: Parts, entry: int, found: Line | None) -> Line:
    cursor, mark = _cursor(connection)
    moved = reduced(moved)
    _put_parts(cursor, mark, table, moved)
    whole = total({0: found.sums if found else [0, 0, 0], 1: total(moved)})
    line = Line(whole[0], _bytes(whole[1]), _bytes(whole[2]), os.urandom(16), entry)
    cursor.execute(PUT_LINE.format(mark), (table, whole[0], *map(_bytes, whole[1:]), line.salt, entry))
    cursor.close()
    return line


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


def lines_of(connection: Connection) -> dict[str, Line]:
    """Every table's line; one that is not as the product writes it is left out."""
    cursor, _ = _cursor(connection)
    cursor.execute(LINES)
    found: dict[str, Line] = {}
    for table, held, sum_, placed, salt, entry in cursor.fetchall():
        with suppress(TypeError, ValueError):
            found[str(table)] = Line(int(held), bytes(sum_), bytes(placed), bytes(salt), int(entry))
    cursor.close()
    return found


def genuine(connection: Connection, secret: bytes, last: str) -> bool:
    """Whether all lines are as the last entry says."""
    return hmac.compare_digest(state(secret, lines_of(connection)), last)


def digest(connection: Connection) -> tuple[int, str]:
    """How many rows the sums are over, and a digest of all lines, salts included: later no row can be guessed by it."""
    lines = sorted(lines_of(connection).items())
    said = ["{} {} {} {} {} {}\n".format(table, *line.sums, line.salt.hex(), line.entry) for table, line in lines]
    return sum(line.sums[0] for _, line in lines), sha256("".join(said).encode()).hexdigest()


def parts_of(connection: Connection, table: str) -> Parts:
    """The sums of a table's parts as they stand beside it."""
    cursor, mark = _cursor(connection)
    cursor.execute(PARTS_OF.format(mark), (table,))
    found = {p: [held, *map(_number, sums)] for p, held, *sums in cursor.fetchall() if type(p) is type(held) is int}
    cursor.close()
    return found


def differences(connection: Connection, secret: bytes) -> Changes:
    """What stands beside each table less what its rows come to: nothing, unless somebody changed either."""
    found = {
        layout.table: plus(parts_of(connection, layout.table), parts, -1)
        for layout, parts in watch.sums(connection, secret)
    }
    return {table: parts for table, parts in found.items() if parts}


def begin(connection: Connection, secret: bytes, entry: int, differing: Changes, vouched: bool) -> Said:
    """Cover every row as it is now, when the tables were made or changed; what differed before goes on differing.

    Where the lines were not `vouched` for before, they are not from now on either.
    """
    connection.execute(text("DELETE FROM coverage_parts"))
    connection.execute(text("DELETE FROM coverage"))
    found = {
        layout.table: plus(parts, differing.get(layout.table, {})) for layout, parts in watch.sums(connection, secret)
    }
    return _entered(connection, found, secret, entry, {}, vouched)
