"""What families' rows say that could give them away, gathered before they are destroyed; it must never print any of it.

A mark is one such text: a reference, a name, a partner's own reference, a free text. Which columns say marks is read
from their passports, so a column that is added later is covered. A date of birth alone is shared by thousands and is
sought only together with the name beside it.
"""

import json
import re
import string
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, text

from hubdata.records.bulk import driven
from hubdata.records.owner import OWNED, _upward, bound
from hubdata.records.store import Hub
from hubdata.records.tables.contract import FREE_TEXT, IDENTIFYING, REFERENCE, TABLES, Passport, passport
from hubdata.retention.traces import ours

GIVES_AWAY = (REFERENCE, IDENTIFYING, FREE_TEXT)
# How findings and pages lead up to a reference, besides the name of its column.
SAYING = {"people": ("about", "names", "death of"), "agreements": ("decision", "agreed in")}
PART = re.compile(r"\w+")
GOES_ON = re.compile(r"\w|-\w|\.\d")
GOES_ON_BEFORE = re.compile(r"\w\Z|\w-\Z|\d\.\Z")  # $ would look past the end of a line


@dataclass(frozen=True)
class Source:
    """Where rows say marks: a table, the SQL of what is said, and which of these are lists with `;` between."""

    table: str
    said: tuple[str, ...]
    lists: tuple[bool, ...]


def _through(table: Table) -> str:
    """The family of a row that belongs to one through another table."""
    column, key = _upward(table)[0]
    return f"(SELECT family FROM {key.table.name} above WHERE above.{key.name} = {table.name}.{column.name})"


def _is_said(column: Column, card: Passport) -> bool:
    if card.retention != "family" or card.sensitivity not in GIVES_AWAY or card.kind in ("date", "instant", "score"):
        return False
    # what points into a family's table is said by that table's own key; what points elsewhere is not the family's
    return not column.foreign_keys


def _source(name: str) -> Source:
    table = TABLES[name]
    cards = {column.name: passport(name, column.name) for column in table.c}
    said = [column.name for column in table.c if _is_said(column, cards[column.name])]
    lists = [cards[column].kind in ("references", "codes") for column in said]
    names = [c for c in said if cards[c].sensitivity == IDENTIFYING]
    dates = [c for c, card in cards.items() if card.sensitivity == IDENTIFYING and card.kind == "date"]
    if len(names) > 1:  # a name in full, and as SQLite lays it beside the date of birth
        said += [" || ' ' || ".join(names), " || ".join([*names, *(f"CAST({c} AS VARCHAR)" for c in dates[:1])])]
        lists += [False, False]
    return Source(name, tuple(said), tuple(lists))


def _sources() -> list[Source]:
    return [source for source in map(_source, OWNED) if source.said]


def _rows(connection: Connection, statement: str, **values: object) -> list[tuple]:
    return driven(connection.execute(text(statement), values)).fetchall()


def read(connection: Connection, families: Collection[str]) -> tuple[frozenset[str], dict[str, str]]:
    """Every mark that the rows of these families say, and every reference of their own with the family it belongs to.

    One reading of each table for both.
    """
    marks: set[str] = set()
    refs = {family: family for family in families}
    condition, value = bound(connection, families)
    for source in _sources():
        key, whose = _key(source.table)
        columns = ", ".join([*source.said, *([key, whose] if key else [])])
        where = OWNED[source.table].format(families=condition)
        rows = _rows(connection, f"SELECT {columns} FROM {source.table} WHERE {where}", families=value)
        said = list(zip(*rows, strict=True))
        for is_list, values in zip(source.lists, said, strict=False):
            marks.update(_split(values) if is_list else values)
        if key and said:
            refs.update(zip(*said[-2:], strict=True))
            marks.update(_told(said[-2], (key, *SAYING.get(source.table, ()))))
    marks.update(_told(families, ("family",)))
    return frozenset(mark.strip() for mark in marks if mark and mark.strip()), refs


def _told(references: Iterable[str], words: Iterable[str]) -> Iterator[str]:
    """What says whose a reference is, where the reference alone may be a word of ours or a count."""
    little = [reference for reference in references if ours.says_little(reference)]
    return (f"{word} {reference}" for reference in little for word in words)


def _key(name: str) -> tuple[str, str]:
    """The column that is a table's own reference, and the SQL of whose it is; empty where its rows have none."""
    table = TABLES[name]
    keys = list(table.primary_key)
    if len(keys) != 1 or keys[0].foreign_keys or name == "families":
        return "", ""
    return keys[0].name, f"{name}.family" if "family" in table.c else _through(table)


def gather(connection: Connection, families: Collection[str]) -> frozenset[str]:
    """Every mark that the rows of these families say."""
    return read(connection, families)[0]


def references(connection: Connection, families: Collection[str]) -> dict[str, str]:
    """Every reference of these families' own (a person's, a goal's, a share's …) with the family that it belongs to."""
    return read(connection, families)[1]


def _split(values: Iterable[str | None]) -> Iterator[str]:
    return (part.strip() for value in set(values) if value for part in value.split(";"))


FEW = 2_000  # up to so many marks are looked up; more are compared with all that living rows say


def still_said(connection: Connection, marks: Collection[str]) -> frozenset[str]:
    """Those marks that rows which remain say too, word for word: a common first name gives nobody away.

    What a row is called by is its own, so keys are not asked.
    """
    sought, said = frozenset(marks), set()
    if not sought:
        return sought
    condition, value = bound(connection, sought if len(sought) <= FEW else [])
    for source in _sources():
        keys = [key.name for key in TABLES[source.table].primary_key]
        for column, is_list in zip(source.said, source.lists, strict=True):
            if column in keys:
                continue
            few = f"{column} IN {condition}" + (f" OR {column} LIKE '%;%'" if is_list else "")
            where = few if len(sought) <= FEW else f"{column} IS NOT NULL"
            given = {"families": value} if len(sought) <= FEW else {}
            rows = _rows(connection, f"SELECT DISTINCT {column} FROM {source.table} WHERE {where}", **given)
            values = [row[0] for row in rows]
            said.update(sought.intersection(_split(values) if is_list else values))
    return frozenset(said)


def mentions(connection: Connection, refs: dict[str, str]) -> dict[int, set[str]]:
    """Entries of the audit ledger that mention these references, each as a whole word, and whose they are.

    `refs` says which family a reference belongs to. One that is a word of ours too, or a number, is mentioned only
    where an entry gives a reference. One pass over the ledger; what it says stays there.
    """
    every = text("SELECT p.seq, p.payload, c.meta FROM payloads p JOIN chain c ON c.seq = p.seq ORDER BY p.seq")
    rows = connection.execute(every.execution_options(stream_results=True, yield_per=10_000))
    placed = {ref for ref in refs if ours.says_little(ref)}
    plain = {ref for ref in refs if ref.replace("_", "").isalnum()} - placed
    others: dict[str, list[str]] = {}
    for ref in refs.keys() - plain - placed:
        others.setdefault(longest(ref), []).append(ref)
    found: dict[int, set[str]] = {}
    for seq, payload, meta in driven(rows) if connection.dialect.name == "sqlite" else rows:
        if any(action in bytes(meta) for action in COUNTS_ONLY):
            continue
        entry = json.loads(bytes(payload))
        said = _said(entry)
        words = set(PART.findall(said))
        hits = {refs[word] for word in words & plain if is_whole(word, said)}
        hits |= {refs[ref] for word in words & others.keys() for ref in others[word] if is_whole(ref, said)}
        hits |= {refs[ref] for ref in placed.intersection(_split(_placed(entry.get("detail"))))} if placed else set()
        if hits:
            found[seq] = hits
    rows.close()
    return found


SIGNS = {ord(sign): " " for sign in string.punctuation if sign != "_"}


def longest(mark: str) -> str:
    """The longest word of a mark: a text that says the mark has it too."""
    words = mark.translate(SIGNS).split() if mark.isascii() else PART.findall(mark)  # a fifth of the time, for most
    return max(words, key=len, default="")


COUNTS_ONLY = tuple(f'"action":"{action}"'.encode() for action in ("retention.dispose", "retention.replay"))
OF_OTHERS = ("partner", "tables", "rows", "partners", "kept_back", "content", "digests")  # counts, codes and hashes


def _said(entry: dict) -> str:
    """What an entry says about families: its reason and detail, not who acted, nor counts, codes and hashes."""
    return "\n".join([str(entry.get("reason") or ""), *_strings(entry.get("detail"))])


REFERENCES = {"about", "covers", "given_by", "asked_by", "scope", "subject", "other", "same_as", "supersedes"}
REFERENCES |= OWNED.keys() | {keys[0].name for name in OWNED if len(keys := [*TABLES[name].primary_key]) == 1}


def _placed(value: object, of: str = "") -> Iterator[str]:
    """What a detail gives as references: every text under the name of a row's key, or of a table."""
    if isinstance(value, str):
        yield from [value] if of in REFERENCES else []
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from [key] if of in REFERENCES else []
            yield from _placed(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _placed(inner, of)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in OF_OTHERS:
                yield key
                yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def is_whole(mark: str, said: str) -> bool:
    """Whether a text says a mark as a whole: F1 is not said by F12, F1-2 or F1.2, but it is by "F1;F3" and "(F1)."."""
    at = said.find(mark)
    while at >= 0:
        end = at + len(mark)
        if not (GOES_ON_BEFORE.search(said[max(at - 2, 0) : at]) or GOES_ON.match(said, end)):
            return True
        at = said.find(mark, at + 1)
    return False


def remaining(hub: Hub) -> dict[str, int]:
    """How many rows belong to a family that is not there, by table, as a new connection sees it; none are left out."""
    hub.engine.dispose()  # so that the connection is new, and no transaction of ours lends it its view
    with hub.read() as connection:
        counted = {name: _rows(connection, f"SELECT COUNT(*) FROM {name} WHERE {_lost(name)}")[0][0] for name in OWNED}
    return {name: number for name, number in counted.items() if number}


def _lost(name: str) -> str:
    """The condition under which a row's family is not there; what outlives a family says so by its opening `~`."""
    table = TABLES[name]
    if "family" in table.c:
        return "family NOT IN (SELECT family FROM families) AND family NOT LIKE '~%'"
    column, key = _upward(table)[0]
    return f"{column.name} NOT IN (SELECT {key.name} FROM {key.table.name})"
