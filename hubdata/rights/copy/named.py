"""The last look at a copy: every other person whom it would name, and where; it decides nothing and writes nothing.

People named by reference are found where a decision gives them; in texts that are given, the other members of the
family are found by their names and references. Whoever is of no family on record is not found: somebody
reads the texts themselves.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hubdata import spelling
from hubdata.records.tables.column import FREE_TEXT
from hubdata.records.tables.contract import passport
from hubdata.retention.traces import marks
from hubdata.rights import redaction
from hubdata.rights.copy.content import Copy, kind
from hubdata.rights.copy.items import Item
from hubdata.rights.copy.rows import Held, key, parts

SHORTEST = 2  # letters of a word that may be a name


@dataclass(frozen=True)
class Named:
    """Another person whom a copy would name: their reference, what they are, and each place."""

    person: str
    who: str
    where: list[str]


def find(copy: Copy) -> list[Named]:
    """Every other person whom the decisions let a copy name, by reference; paid staff are named without a decision."""
    found: dict[str, list[str]] = {}
    hidden = {one.item for one in copy.left_out}
    for item in copy.items:
        if item.item not in hidden:
            for person in _named(copy, item):
                found.setdefault(person, []).append(f"{kind(item)} ({item.item})")
    members = copy.asking.held.members
    return [
        Named(person, "another member of the family" if person in members else "a worker", list(dict.fromkeys(where)))
        for person, where in sorted(found.items())
        if person != copy.asking.asked_by
    ]


def _named(copy: Copy, item: Item) -> Iterator[str]:
    held = copy.asking.held
    if item.of:
        yield item.of
        return
    if item.table == "payloads":
        reason = next(look.reason for look in copy.looks if str(look.seq) == item.row)
        yield from _in_text(held, redaction.without(reason, copy.words_out.get(item.item)))
        return
    row = next(row for row in held.tables[item.table] if key(item.table, row) == item.row)
    for column, cell in row.items() if item.column is None else [(item.column, row[item.column])]:
        card = passport(item.table, column)
        if cell is None:
            continue
        if card.sensitivity == FREE_TEXT:
            yield from _in_text(held, redaction.without(cell, copy.words_out.get(item.item)))
        elif card.allowed in ("people", "exclusions") and card.kind in ("reference", "references"):
            yield from (one for one in parts(cell) if one in held.others)


def _in_text(held: Held, text: str) -> Iterator[str]:
    """The other members of the family whom a text speaks of, by a name that is not also the person's own."""
    words, own = _words(text), _words(held.members[held.person].name)
    for person in sorted(held.others):
        names = {word for word in _words(held.members[person].name) - own if len(word) >= SHORTEST}
        if names & words or marks.is_whole(person, text):
            yield person


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", spelling.plain(text)))
