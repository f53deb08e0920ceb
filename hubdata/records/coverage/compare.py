"""Compares the rows with what the audit chain vouches for, and says which were changed, put in or taken out.

It reads everything and changes nothing. A row is named by its own reference, never by what it says.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, text

from hubdata.records.coverage import kept, unseen, watch
from hubdata.records.coverage.element import BETWEEN, PARTS, Layout, Parts, only_place, place_of, plus, total
from hubdata.records.ledger import Verdict

MOST = 20  # rows that are named of one table
FEW = 5  # rows that are named where several of a part differ
BACK = "behind the product's back"
UNNAMED = "; this login may not read which: an officer or the operator can name them"
WORD = re.compile(r"[\w~.-]{1,40}")


@dataclass(frozen=True)
class Fault:
    """What is not as it was recorded: the table, what happened (changed, put in, taken out, mixed, sums), the rows."""

    table: str
    what: str
    rows: tuple[str, ...]
    said: str


@dataclass(frozen=True)
class Compared:
    """How many rows of how many tables were compared, and what was found."""

    rows: int
    tables: int
    faults: list[Fault]


def compare(connection: Connection, secret: bytes, chain: Verdict) -> Compared:
    """Compare every covered table; `chain` is what walking the audit chain to its end has found."""
    counted, faults, there, lines = 0, list[Fault](), set[str](), kept.lines_of(connection)
    for layout, found in watch.sums(connection, secret):
        there.add(layout.table)
        counted += total(found)[0]
        faults += _of(connection, secret, layout, found, lines.get(layout.table), chain.rows.get(layout.table))
    for table in sorted({*chain.rows, *watch.COVERED} - there):
        faults.append(Fault(table, "gone", (), f"{table}: the whole table is gone"))
    if connection.execute(text("SELECT count(*) FROM erasing")).scalar():
        faults.append(Fault("erasing", "put in", (), "an erasure is said to be in progress, and none is"))
    return Compared(counted, len(there), faults)


def _of(
    connection: Connection,
    secret: bytes,
    layout: Layout,
    found: Parts,
    line: kept.Line | None,
    said: tuple[int, str] | None,
) -> list[Fault]:
    table, parts = layout.table, kept.parts_of(connection, layout.table)
    genuine = line is not None and said is not None and (line.entry, kept.code(secret, table, line)) == said
    differing = plus(parts, found, -1)
    if genuine and line is not None:
        if total(found) == line.sums:
            sums = f"{table}: the sums beside the rows were changed {BACK}; the rows are as they were recorded"
            return [Fault(table, "sums", (), sums)] if differing else []
        if not differing:  # the part's sums were put back together with a row: the table's own still tell
            differing = {-1: plus({0: line.sums}, {0: total(found)}, -1)[0]}
        return list(_named(connection, layout, differing))
    when = f" as they were after entry {line.entry}" if line and said and line.entry < said[0] else ""
    sums = (
        f"{table}: what the chain vouches for is not what stands beside the rows: they were put back{when}, or altered"
    )
    return [Fault(table, "sums", (), sums), *_named(connection, layout, differing)]


def _named(connection: Connection, layout: Layout, differing: Parts) -> Iterator[Fault]:
    """Each part that differs, with the rows by which it does."""
    if differing and unseen.blind(connection):
        yield Fault(
            layout.table, "mixed", (), f"{layout.table}: rows were changed, put in or taken out {BACK}{UNNAMED}"
        )
        return
    here = _places(connection, layout, differing.keys())
    lost: list[int] = []
    for number, (part, sums) in enumerate(sorted(differing.items())):
        if number == MOST:
            more = f"{layout.table}: and more of the kind, in {len(differing) - MOST:,} other parts of the table"
            yield Fault(layout.table, "more", (), more)
            break
        place = only_place(sums)
        if place is None or part not in (-1, place % PARTS):
            yield _several(layout.table, sums[0], [key for keys in here.get(part, {}).values() for key in keys])
        elif keys := here.get(part, {}).get(place):
            what = {0: "changed", -1: "put in"}.get(sums[0], "altered")
            yield Fault(layout.table, what, tuple(keys), f"{layout.table}: row {keys[0]} was {what} {BACK}")
        else:
            lost.append(place)
    if lost:
        yield from _lost(connection, layout.table, lost)


def _several(table: str, fewer: int, keys: list[str]) -> Fault:
    among = ", ".join(sorted(keys)[:FEW]) + (f" and {len(keys) - FEW:,} others" if len(keys) > FEW else "")
    counts = f"; {abs(fewer):,} {'fewer' if fewer > 0 else 'more'} than recorded" if fewer else ""
    where = f"among these {len(keys):,}: {among}" if keys else "of which none is left"
    said = f"{table}: several rows were changed, put in or taken out {BACK}, {where}{counts}"
    return Fault(table, "mixed", tuple(sorted(keys)), said)


def _lost(connection: Connection, table: str, places: list[int]) -> Iterator[Fault]:
    known = _remembered(connection, set(places))
    for place in places:
        key = known.get(place)
        which = f"row {key}" if key else "a row, of which nothing is left to name it,"
        yield Fault(table, "taken out", (key,) if key else (), f"{table}: {which} was taken out {BACK}")


def _places(connection: Connection, layout: Layout, parts: Iterable[int]) -> dict[int, dict[int, list[str]]]:
    """The keys of a table's rows in some parts (-1: in all), by part and place."""
    wanted, found = set(parts), dict[int, dict[int, list[str]]]()
    names = ", ".join(layout.key)
    for key in connection.exec_driver_sql(f"SELECT {names} FROM {layout.table}") if wanted else ():
        said = [str(value) for value in key]
        place = _place(connection, BETWEEN.join(said))
        for part in wanted & {-1, place % PARTS}:
            found.setdefault(part, {}).setdefault(place, []).append(" ".join(said))
    return found


def _place(connection: Connection, key: str) -> int:
    spelled = key.encode("utf-8", "surrogatepass")
    if connection.dialect.name == "postgresql":
        return int.from_bytes(sha256(spelled).digest()[:4])
    return place_of(spelled)


def _remembered(connection: Connection, places: set[int]) -> dict[int, str]:
    """References that audit entries mention and that stand at these places: what was taken out is named there."""
    found: dict[int, str] = {}
    rows: Any = connection.exec_driver_sql("SELECT payload FROM payloads")
    for (said,) in rows:
        for word in set(WORD.findall(bytes(said).decode("utf-8", "replace"))):
            place = _place(connection, word)
            if place in places:
                found[place] = word
    return found
