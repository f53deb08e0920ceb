"""Whether whoever a listing names had proved who they are: what the ledger's entry says that wrote the row or decision.

A name whose entry is not found, or was not kept, is a claim; so is one that several entries may have written, of which
one bears no proof. It judges nothing, and is the one place that a listing asks.
"""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from hubdata.errors import Refused
from hubdata.policy import Entry
from hubdata.records.people import actors
from hubdata.records.people.acting import CLAIMED, kind, pseudonym
from hubdata.records.store import Hub

# Which column of a table names the member of staff who wrote the row, and is shown.
WRITERS = {"actors": "recorded_by", "finding_marks": "marked_by", "pair_decisions": "decided_by"}
DECIDED = ('"action":"decisions.set"', '"action":"decisions.confirm"')
_HAS = {"sqlite": "instr(c.meta, {}) > 0", "postgresql": "position({} IN c.meta) > 0"}
_ENTRIES = "SELECT c.meta{} FROM chain c{} WHERE {} ORDER BY c.seq"
Entered = dict[str, list[tuple[datetime, str]]]  # by who stands for a name in the ledger: when, and what it rests on


def kinds(hub: Hub, connection: Connection, table: str, rows: Sequence[Mapping]) -> list[str]:
    """What the writer's name of each row rests on, in the rows' order: a kind of proof, or `claimed`."""
    named = [row[WRITERS[table]] for row in rows]
    if not any(named) or not actors.registered(connection):
        return [CLAIMED] * len(rows)
    try:
        key = hub.key("actors")
    except Refused:  # the keys are locked: without them no name is known in the ledger
        return [CLAIMED] * len(rows)
    entered = _entered(connection, table)
    return [
        _rests(entered.get(pseudonym(key, name or ""), []), row["recorded_at"])
        for name, row in zip(named, rows, strict=True)
    ]


def _entered(connection: Connection, table: str) -> Entered:
    """Every entry that touched the table."""
    found: Entered = defaultdict(list)
    for (meta,) in _asked(connection, (f'"{table}":"',), payload=False):
        if table in meta.get("rows", {}):
            at = datetime.fromisoformat(meta["at"]).replace(tzinfo=None)
            found[meta["actor"]].append((at, kind(meta.get("proof"))))
    return found


def _rests(entered: list[tuple[datetime, str]], recorded_at: datetime) -> str:
    """The entry that wrote a row is the first of its writer's that is not older: rows are stamped, then entered."""
    entered = sorted(entered)
    at = bisect_left(entered, (recorded_at, ""))
    same = {what for moment, what in entered[at:] if moment == entered[at][0]}
    return same.pop() if len(same) == 1 else CLAIMED


def confirmed(connection: Connection, entries: Sequence[Entry]) -> list[str | None]:
    """What the name rests on of whoever confirmed each dated value, in their order; None where nobody did."""
    found = {}
    if any(entry.confirmed_by for entry in entries):
        for meta, said in _asked(connection, DECIDED, payload=True):
            told = said["detail"]
            found[told["decision"], told["from"], said["actor"]] = kind(meta.get("proof"))
    return [
        found.get((each.name, str(each.valid_from), each.confirmed_by), CLAIMED) if each.confirmed_by else None
        for each in entries
    ]


def _asked(connection: Connection, words: tuple[str, ...], payload: bool) -> Iterator[tuple[dict, ...]]:
    """What entries say that have one of some words in what they say of themselves, the oldest first."""
    given = {f"w{place}": word.encode() for place, word in enumerate(words)}
    has = " OR ".join(_HAS[connection.dialect.name].format(f":{name}") for name in given)
    more = (", p.payload", " JOIN payloads p ON p.seq = c.seq") if payload else ("", "")
    for row in connection.execute(text(_ENTRIES.format(*more, has)), given):
        try:
            read = tuple(json.loads(bytes(each)) for each in row)
        except (ValueError, TypeError):  # somebody made it unreadable: walking the chain names it
            continue
        yield read
