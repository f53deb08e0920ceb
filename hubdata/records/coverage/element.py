"""What stands for one row in the sums of its table: a number that nobody without the key can make; it reads no row.

A row's number is a keyed BLAKE2b over its table, the table's columns and its values, so that no value moves to another
row, column, table or kind unseen. Numbers are added modulo a prime, once as they are and once times the row's place:
the first says whether anything differs, and the two together which row does, where one row of a part differs.

    part of a row = its place modulo PARTS      place = the first four bytes of a digest of its key
"""

import hashlib
import marshal
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zlib import crc32

PRIME = 2**256 - 189
PARTS = 4096
BETWEEN = "\x1f"
SPELLING = 2  # marshal's plain form: kind, length, value; a test holds it to the bytes that every Python wrote so far

Parts = dict[int, list[int]]  # part of the table → rows, sum, sum times place


@dataclass(frozen=True)
class Layout:
    """A table as the database has it: its columns in order, and which of them are its key."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    def begun(self, secret: bytes) -> "hashlib._Hash":
        """The keyed hash that every row of the table goes on from."""
        said = BETWEEN.join((self.table, *self.columns)).encode()
        return hashlib.blake2b(said, key=secret, digest_size=32)  # pyright: ignore[reportReturnType]

    def keyed(self) -> Callable[[tuple], bytes]:
        """What makes the bytes of a row's key out of its values."""
        places = [self.columns.index(name) for name in self.key]
        if len(places) == 1:
            place = places[0]
            return lambda row: str(row[place]).encode("utf-8", "surrogatepass")
        return lambda row: BETWEEN.join(str(row[place]) for place in places).encode("utf-8", "surrogatepass")


def place_of(key: bytes) -> int:
    """Where a row of this key stands in its table."""
    return crc32(key)


def add_rows(layout: Layout, secret: bytes, parts: Parts, rows: Iterable[tuple], sign: int = 1) -> None:
    """Add rows, given as their values, to the sums of their table, or take them away if `sign` is -1."""
    begun, keyed, dumps, number_of = layout.begun(secret), layout.keyed(), marshal.dumps, int.from_bytes
    for row in rows:
        one = begun.copy()
        one.update(dumps(row, SPELLING))
        number, place = sign * number_of(one.digest()), crc32(keyed(row))
        part = parts.get(place & 4095)  # PARTS - 1
        if part is None:
            parts[place & 4095] = [sign, number, number * place]
        else:
            part[0] += sign
            part[1] += number
            part[2] += number * place


def add_said(begun: "hashlib._Hash", parts: Parts, sign: int, place: int, said: bytes) -> None:
    """Add a row that the database itself has digested, or take it away if `sign` is -1."""
    one = begun.copy()
    one.update(said)
    number = sign * int.from_bytes(one.digest())
    part = parts.setdefault(place % PARTS, [0, 0, 0])
    part[0] += sign
    part[1] += number
    part[2] += number * place


def reduced(parts: Parts) -> Parts:
    """The sums modulo the prime; parts that come to nothing are left out."""
    rest = {part: [rows, total % PRIME, placed % PRIME] for part, (rows, total, placed) in parts.items()}
    return {part: sums for part, sums in rest.items() if sums != [0, 0, 0]}


def total(parts: Parts) -> list[int]:
    """The sums of a whole table."""
    whole = [sum(one[at] for one in parts.values()) for at in range(3)]
    return [whole[0], whole[1] % PRIME, whole[2] % PRIME]


def plus(parts: Parts, more: Parts, sign: int = 1) -> Parts:
    """The sums of two together, or their difference if `sign` is -1."""
    both = {part: [*parts.get(part, (0, 0, 0))] for part in parts.keys() | more.keys()}
    for part, sums in more.items():
        both[part] = [one + sign * other for one, other in zip(both[part], sums, strict=True)]
    return reduced(both)


def only_place(difference: list[int]) -> int | None:
    """The place of the one row by which sums differ, or None if more rows than one differ."""
    _, number, placed = difference
    if not number % PRIME:
        return None
    place = placed * pow(number, -1, PRIME) % PRIME
    return place if place < 2**32 else None
