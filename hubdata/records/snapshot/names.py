"""The names that a hub has, to look for in what somebody wrote beside its records; what is found is never repeated.

A person's name in full counts wherever it stands, in either order; a given or family name alone where it is all that a
cell of a table says, for many are words too.
"""

import re
from dataclasses import dataclass

from hubdata.records.store import Hub

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
PEOPLE = "SELECT given_name, family_name FROM people"
WORKERS = "SELECT name FROM practitioners"
PLACES = "SELECT name FROM organisations UNION SELECT hub FROM families"
FEWEST = 3  # letters of a name that is sought alone

Words = tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """The names that the hub has, as words: those sought wherever they stand, and those that are all of a cell."""

    whole: frozenset[Words]
    alone: frozenset[Words]

    def said(self, text: str) -> bool:
        """Whether a text says a name in full."""
        found, lengths = words(text), {len(name) for name in self.whole}
        return any(found[at : at + size] in self.whole for size in lengths for at in range(len(found) - size + 1))


def known(hub: Hub) -> Known:
    """The names of every person, and of every worker, that the hub has."""
    with hub.read() as connection:
        people, workers, places = (connection.exec_driver_sql(query).all() for query in (PEOPLE, WORKERS, PLACES))
    named = [(words(given), words(family)) for given, family in people]
    whole = {order for given, family in named for order in (given + family, family + given)}
    alone = {part for name in named for part in name if sum(map(len, part)) >= FEWEST}
    whole |= {worker for (name,) in workers if len(worker := words(name)) > 1}
    return Known(frozenset(whole), frozenset(alone - {words(name) for (name,) in places}))


def words(text: str) -> Words:
    """The words of a text, whatever stands between them and however they are written."""
    return tuple(word.casefold() for word in WORD.findall(text))
