"""`hubdata ledger verify`: the chain, its checkpoints, the rows that it vouches for and the database's own guards.

It also says what only a checkpoint that is kept elsewhere could tell.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hubdata import moments
from hubdata.dates import words
from hubdata.records import checkpoints, ledger
from hubdata.records.coverage import compare, guards
from hubdata.records.coverage.compare import Compared, Fault
from hubdata.records.keys import kept
from hubdata.records.keys.kept import Kept
from hubdata.records.ledger import Verdict
from hubdata.records.store import Hub
from hubdata.records.time import jumps
from hubdata.records.time.jumps import Times
from hubdata.records.witness import against
from hubdata.records.witness.against import Against


@dataclass(frozen=True)
class Verified:
    """What verifying found: of the chain, of its checkpoints, of the guards, and of the rows (None: not compared)."""

    chain: Verdict
    missing: list[str]
    guards: list[str]
    rows: Compared | None
    times: Times
    keys: Kept
    elsewhere: Against

    @property
    def changed(self) -> list[Fault]:
        """What happened to rows behind the product's back."""
        return self.rows.faults if self.rows else []

    @property
    def faults(self) -> list[str]:
        """All that is not as the product left it, in words."""
        broken = [*self.chain.faults, *self.times.older, *self.missing, *self.elsewhere.faults, *self.guards]
        return [*broken, *(fault.said for fault in self.changed)]

    @property
    def well(self) -> bool:
        """Whether nothing waits for a person: no fault, and no jump of the clock that nobody has confirmed."""
        return not self.faults and all(jump.confirmed_by for jump in self.times.jumps)


def verify(hub: Hub, quick: bool = False, given: Path | None = None) -> Verified:
    """Verify the whole hub as it stands at one moment; `quick` leaves out the rows, `given` is kept elsewhere.

    Raises BadParameter if what is given is not there or is no checkpoint.
    """
    key, public = hub.key("rows"), checkpoints.public(hub.key("checkpoint"))
    with hub.read() as connection:
        chain = ledger.verify(connection, key)
        return Verified(
            chain,
            checkpoints.compare(connection, hub.home / "checkpoints", public),
            guards.faults(connection),
            None if quick else compare.compare(connection, key, chain),
            jumps.found(connection),
            kept.read(hub.home / "keys"),
            against.compare(connection, hub.home, public, given),
        )


def said(found: Verified) -> dict:
    """The findings as values."""
    chain, rows = found.chain, found.rows
    return {
        "entries": chain.entries,
        "head": chain.head,
        "erased": chain.erased,
        "missing": chain.missing,
        "integrity": [*chain.faults, *found.times.older],
        "completeness": found.missing,
        "elsewhere": found.elsewhere,
        "guards": found.guards,
        "covered_since": {"entry": chain.since[0], "at": chain.since[1]} if chain.since else None,
        "rows": rows.rows if rows else None,
        "changed": found.changed,
        "jumps": found.times.jumps,
        "moved": found.times.moved,
        "keys": {"kept": found.keys.kind, "beside": found.keys.beside},
    }


def lines(found: Verified) -> list[str]:
    """The findings for a reader."""
    chain, rows = found.chain, found.rows
    counted = [f"{chain.entries:,} entries, {chain.erased:,} of them erased lawfully."]
    if rows:
        counted.append(f"{rows.rows:,} rows in {rows.tables:,} tables were compared with what the chain vouches for.")
    well = ["Every entry holds, and the chain is as every checkpoint signed it."]
    well += ["Every row is as the product wrote it." if rows else "The rows were not compared (--quick)."]
    return [
        *counted,
        *(found.faults or well),
        *found.elsewhere.said,
        *_keys(found.keys),
        *_since(chain),
        *jumps.lines(found.times),
    ]


def _keys(note: Kept) -> list[str]:
    return [note.said, *filter(None, [note.warns])]


def _since(chain: Verdict) -> list[str]:
    if not chain.since or chain.since[0] == 1:
        return []
    day = words(moments.day_of(datetime.fromisoformat(chain.since[1]).replace(tzinfo=None)))
    gone = f", nor why {chain.missing:,} entries before it say nothing any more" if chain.missing else ""
    since = f"Rows are vouched for since entry {chain.since[0]:,} ({day})"
    return [f"{since}: what was done to them before cannot be told{gone}."]
