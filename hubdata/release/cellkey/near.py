"""Whether two sets of counted records differ by so few that what they show together points at those few.

A set is kept as a sketch: the sums of the powers of its records' marks in a prime field. The sketch of a difference is
the difference of the sketches, and the rank of the matrix that it fills is the number of records that differ, up to as
many as it has room for (Prony; set reconciliation after Minsky, Trachtenberg and Zippel 2003). Nothing leads back from
a sketch to a record, and constant marks that the secret gives keep it from saying how many there are.
"""

import hmac
from hashlib import sha256

import numpy as np

PRIME = (1 << 31) - 1  # squares fit 64 bits
FEW = 4  # records: one that was counted here and is counted there differs twice
SIZE = 2 * FEW + 1
PADDING = 2 * SIZE
Sketch = list[int]
Records = dict[tuple[str, ...], np.ndarray]


def sketch(records: Records, secret: bytes) -> Sketch:
    """The sketch of a set of record keys, each with the atom in which it is counted."""
    pads = [hmac.digest(secret, b"padding %d" % n, "sha256") for n in range(PADDING)]
    own = [int.from_bytes(each[:8], "big") % (PRIME - 1) + 1 for each in pads]
    marks, power, sums = np.concatenate([_marks(records), np.array(own, np.uint64)]), np.uint64(1), []
    for _ in range(2 * SIZE - 1):
        power = power * marks % np.uint64(PRIME)
        sums.append(int(power.sum(dtype=np.uint64) % np.uint64(PRIME)))
    return sums


def _marks(records: Records) -> np.ndarray:
    """Records in their atoms as numbers of the field; well mixed (splitmix64), or sums of powers would say little."""
    parts = [keys ^ np.uint64(_number(atom)) for atom, keys in records.items()]
    mixed = np.concatenate([np.zeros(0, np.uint64), *parts])
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return (mixed ^ (mixed >> np.uint64(31))) % np.uint64(PRIME - 1) + np.uint64(1)


def _number(atom: tuple[str, ...]) -> int:
    return int.from_bytes(sha256("|".join(atom).encode()).digest()[:8], "big")


def differ(one: Sketch, other: Sketch) -> int:
    """How many marks are in one and not in the other; `SIZE` stands for so many or more."""
    return len(_solved(_between(one, other))[1])


def _between(one: Sketch, other: Sketch) -> list[int]:
    return [(a - b) % PRIME for a, b in zip(one, other, strict=True)]


def _solved(between: list[int]) -> tuple[list[list[int]], list[int]]:
    """The matrix of a difference in echelon form, and which of its columns are independent."""
    rows, columns = [[between[i + j] for j in range(SIZE)] for i in range(SIZE)], []
    for column in range(SIZE):
        rank = len(columns)
        pivot = next((at for at in range(rank, SIZE) if rows[at][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        turned = pow(rows[rank][column], -1, PRIME)
        rows[rank] = [each * turned % PRIME for each in rows[rank]]
        for at in range(SIZE):
            if at != rank and (times := rows[at][column]):
                rows[at] = [(a - times * b) % PRIME for a, b in zip(rows[at], rows[rank], strict=True)]
        columns.append(column)
    return rows, columns


def are_near(records: Records, secret: bytes, other: Sketch) -> bool:
    """Whether one to four records differ between a set and one of which the sketch was kept, and others are in both.

    Which of the set's own marks are in the difference is seen from the polynomial of which they are the roots.
    """
    rows, columns = _solved(_between(sketch(records, secret), other))
    size = len(columns)
    if not 0 < size < SIZE:
        return False
    marks = _marks(records)
    value = np.zeros(len(marks), np.uint64)
    for factor in (1, *(PRIME - rows[at][size] for at in reversed(range(size)))):
        value = (value * marks + np.uint64(factor % PRIME)) % np.uint64(PRIME)
    return bool((value != 0).any())  # some of it was there before


def weighed(counts: dict[str, int], secret: bytes) -> Sketch:
    """The sketch of counts that have names: the same with each mark taken as often as it is counted."""
    pads = {f"padding {n}": _weight(secret, n) for n in range(PADDING)}
    marks = {name: _named(secret, name) for name in (*counts, *pads)}
    every, sums, powers = counts | pads, [], dict.fromkeys(marks, 1)
    for _ in range(2 * SIZE - 1):
        powers = {name: power * marks[name] % PRIME for name, power in powers.items()}
        sums.append(sum(every[name] * power for name, power in powers.items()) % PRIME)
    return sums


def _named(secret: bytes, name: str) -> int:
    return int.from_bytes(hmac.digest(secret, b"name " + name.encode(), "sha256")[:8], "big") % (PRIME - 1) + 1


def _weight(secret: bytes, n: int) -> int:
    return int.from_bytes(hmac.digest(secret, b"weight %d" % n, "sha256")[:8], "big") % PRIME


def moved(counts: dict[str, int], secret: bytes, other: Sketch) -> int:
    """How many records came, went or moved between counts of which a sketch was kept and these, of the same names.

    `FEW + 1` stands for so many or more. One that was counted here and is counted there is one.
    """
    between = _between(weighed(counts, secret), other)
    rows, columns = _solved(between)
    size = len(columns)
    marks = [mark for mark in (_named(secret, name) for name in counts) if size < SIZE and not _value(rows, size, mark)]
    if size and len(marks) != size:
        return FEW + 1
    changes = [each if each <= PRIME // 2 else each - PRIME for each in _weights(marks, between)]
    came, went = sum(each for each in changes if each > 0), -sum(each for each in changes if each < 0)
    return min(max(came, went), FEW + 1)


def _value(rows: list[list[int]], size: int, mark: int) -> int:
    """The value at a mark of the polynomial of which the marks of the difference are the roots."""
    value = 0
    for factor in (1, *(-rows[at][size] for at in reversed(range(size)))):
        value = (value * mark + factor) % PRIME
    return value


def _weights(marks: list[int], between: list[int]) -> list[int]:
    """How often each mark is in a difference: as many sums of powers as there are marks, solved."""
    size = len(marks)
    rows = [[pow(mark, k + 1, PRIME) for mark in marks] + [between[k]] for k in range(size)]
    for at in range(size):
        pivot = next(row for row in range(at, size) if rows[row][at])
        rows[at], rows[pivot] = rows[pivot], rows[at]
        turned = pow(rows[at][at], -1, PRIME)
        rows[at] = [each * turned % PRIME for each in rows[at]]
        for row in range(size):
            if row != at and (times := rows[row][at]):
                rows[row] = [(a - times * b) % PRIME for a, b in zip(rows[row], rows[at], strict=True)]
    return [row[size] for row in rows]
