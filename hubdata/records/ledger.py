"""The audit chain: who did what, when and why, provably unaltered, though what was said may lawfully be erased.

Each entry commits to its payload with a salted HMAC and to its predecessor with SHA-256, so that deleting a payload and
its salt leaves the chain verifying and the payload unguessable. A chain alone cannot show that its tail was cut off or
that all of it was written anew: signed checkpoints kept elsewhere do. Each entry also commits to the rows of the tables
that it touched (coverage/), and is sealed with a key that is not in the database: only the product can write one.
Entries that are older than seals have none. Source: reliability.md 2, C2SP tlog-checkpoint.

    commitment = HMAC-SHA256(salt, payload)        hash = SHA256(0x01 | seq | prev | len(meta) | meta | commitment)
    seal = HMAC-SHA256(key, seq | prev | commitment | the rest of meta), the last thing in meta
"""

import hashlib
import hmac
import json
import os
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, text

from hubdata import moments
from hubdata.records.coverage import unseen
from hubdata.records.coverage.erasing import erasing
from hubdata.records.people.acting import CLAIMED, Acting, login, written
from hubdata.records.team import functional
from hubdata.records.time import entry

GENESIS = b"\x00" * 32
# What shows something held about one family, and the piece of work that a look is part of where no reason is given.
LOOKS = {
    "agreement.list": "what the family decided",
    "complaint.list": "complaints about one record",
    "family.leads": "who takes the lead",
    "family.looked": "who looked",
    "pair.list": "likely duplicates of one family",
    "recall.list": "who holds what was shared",
    "retention.explain": "why the record is kept until its day",
    "retention.holds": "the holds on one record",
    "rights.list": "requests about one record",
    "share.check": "may details be shared",
    "worklist.list": "findings about one record",
}
SEALED, SEAL_LENGTH = b',"seal":"', len(b',"seal":""}') + 32
MORE = "there may be more"
PROOFS = ("rows", "state", "erased", "missing", "up", "seal")  # what an entry is verified by, and nobody reads
_LONG, _SHORT = struct.Struct(">q").pack, struct.Struct(">i").pack


@dataclass(frozen=True)
class Act:
    """Who writes, as what, why, and what they do; `detail` may be filled until the transaction ends.

    `more` are entries of their own that go before it in the same transaction and change no row.
    """

    actor: str
    role: str
    reason: str
    action: str
    detail: dict = field(default_factory=dict)
    erased: list[int] = field(default_factory=list)
    more: list["Act"] = field(default_factory=list)


@dataclass(frozen=True)
class Seal:
    """What makes an entry the product's own: the key, and what says of the rows what the entry does.

    `rows` is given the entry's number and what the last one said of all tables together.
    """

    key: bytes
    rows: Callable[[int, str], tuple[dict[str, str], str]]
    missing: tuple[int, ...] = ()

    def said(self) -> dict:
        """Which entries said nothing any more when rows began to be vouched for."""
        return {"missing": _runs(self.missing)} if self.missing else {}

    def on(self, seq: int, prev: bytes, meta: bytes, commitment: bytes) -> bytes:
        """The entry's meta with its seal."""
        return meta[:-1] + SEALED + seal(self.key, seq, prev, meta, commitment) + b'"}'


def seal(key: bytes, seq: int, prev: bytes, meta: bytes, commitment: bytes) -> bytes:
    """The keyed code, in hex, over an entry whose meta has none yet."""
    return hmac.digest(key, b"seal" + _LONG(seq) + prev + commitment + meta, "sha256").hex()[:32].encode()


def canonical(value: object) -> bytes:
    """The one JSON spelling of a value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def link(seq: int, prev: bytes, meta: bytes, commitment: bytes) -> bytes:
    """The hash of one entry over its predecessor's."""
    return hashlib.sha256(b"\x01" + _LONG(seq) + prev + _SHORT(len(meta)) + meta + commitment).digest()


def _commit(salt: bytes, payload: bytes) -> bytes:
    return hmac.digest(salt, payload, "sha256")


_HEAD = text("SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1")
_CHAIN = "INSERT INTO chain (seq, prev, meta, commitment, hash) VALUES (?, ?, ?, ?, ?)"
_PAYLOAD = "INSERT INTO payloads (seq, salt, payload) VALUES (?, ?, ?)"
_APPEND = "SELECT hub_append(%s, %s, %s, %s)"
_QUEUE = "SELECT pg_advisory_xact_lock(715517)"  # hub_append's own; the last entry is read when nobody else can add one
_LAST = "SELECT seq, meta, hash FROM chain ORDER BY seq DESC LIMIT 1"
_UNSAID = "SELECT c.seq FROM chain c LEFT JOIN payloads p ON p.seq = c.seq WHERE p.seq IS NULL ORDER BY c.seq"


def head(connection: Connection) -> tuple[int, str]:
    """The last entry's number and hash in hex; (0, 64 zeros) for an empty chain."""
    row = connection.execute(_HEAD).one_or_none()
    return (row.seq, bytes(row.hash).hex()) if row else (0, GENESIS.hex())


def digest(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def said(connection: Connection, actions: tuple[str, ...], since: int = 0) -> list[dict]:
    """What the entries of some actions say in detail, oldest first, after a number; erased ones are left out."""
    found = connection.execute(_SAID.execution_options(stream_results=True, yield_per=10_000), {"since": since})
    wanted = tuple(f'"action":"{action}"'.encode() for action in actions)
    read = [bytes(r.payload) for r in found if any(word in bytes(r.meta) for word in wanted)]
    return [json.loads(payload)["detail"] for payload in read]


def holds(connection: Connection, seq: int, hash_: str) -> bool:
    """Whether the chain has this entry (number, hash in hex) as it was; the empty chain's head is in every chain."""
    found = connection.execute(text("SELECT hash FROM chain WHERE seq = :seq"), {"seq": seq}).scalar_one_or_none()
    return seq == 0 or (found is not None and bytes(found).hex() == hash_)


def append(connection: Connection, act: Act, key: bytes, sealing: Seal, acting: Acting | None = None) -> None:
    """Add one entry in the caller's transaction. `key` makes the actor's pseudonym: no name stays in the chain.

    `acting` proves who the actor is; without it their name is a claim. An entry's time is never before that of the last
    one, whatever this machine's clock says; see time/entry.py.
    """
    # the driver's own cursor: all other writers wait while this is written, and SQLAlchemy takes 0.1 ms a statement
    cursor, server = connection.connection.cursor(), connection.dialect.name == "postgresql"
    if server:
        cursor.execute(_QUEUE)
    cursor.execute(_LAST)
    last = cursor.fetchone()
    seq, prev = (last[0] + 1, raw(last[2])) if last else (1, GENESIS)
    before = entry.read(last[0], raw(last[1])) if last else None
    home = connection.get_execution_options().get("hub_home")
    times = entry.stamped(before, moments.now(), moments.running(), home)
    said = {"actor": act.actor, "login": login(), "reason": act.reason, "detail": act.detail}
    payload, salt = canonical(said), os.urandom(32)
    commitment = _commit(salt, payload)
    told = _meta(act, key, sealing.rows(seq, _state(last)), acting) | sealing.said() | times
    meta = sealing.on(seq, prev, canonical(told), commitment)
    if server:
        cursor.execute(_APPEND, (meta, commitment, salt, payload))
    else:
        cursor.execute(_CHAIN, (seq, prev, meta, commitment, link(seq, prev, meta, commitment)))
        cursor.execute(_PAYLOAD, (seq, salt, payload))
    cursor.close()


def _meta(act: Act, key: bytes, rows: tuple[dict[str, str], str], acting: Acting | None) -> dict:
    said: dict = {"action": act.action, "role": act.role, "state": rows[1]} | written(key, act.actor, acting)
    more = {"rows": rows[0], "erased": _runs(act.erased)}
    return said | {name: value for name, value in more.items() if value}


def _state(last: Any) -> str:
    """What the last entry, as it was read, says of all tables together."""
    try:
        return str(json.loads(raw(last[1]))["state"]) if last else ""
    except (ValueError, KeyError, TypeError):
        return ""


def state(connection: Connection) -> str:
    """What the last entry says of all tables together."""
    return _state(connection.exec_driver_sql(_LAST).one_or_none())


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    """Numbers as runs, first and last of each: 1, 2, 3, 7 → [[1, 3], [7, 7]]."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def erase(connection: Connection, act: Act, seqs: list[int]) -> None:
    """Delete what entries say, with their salts, and have the act's own entry name them; they still verify."""
    if seqs and functional.asked(connection):
        functional.forget(connection, seqs)
    elif seqs:
        with erasing(connection):
            connection.execute(text("DELETE FROM payloads WHERE seq = :seq"), [{"seq": s} for s in seqs])
    act.erased.extend(seqs)


def unsaid(connection: Connection) -> tuple[int, ...]:
    """The entries of which nobody knows any more what they said."""
    return tuple(connection.execute(text(_UNSAID)).scalars())


@dataclass(frozen=True)
class Verdict:
    """What verifying found: `faults` names each broken entry; `erased` counts lawfully deleted payloads.

    `since` is the first sealed entry and its time, from which on rows are vouched for; `rows` says, for each table, the
    last entry that touched it and its code for the table's sums; `missing` counts payloads gone before `since`.
    """

    entries: int
    head: str
    erased: int
    faults: list[str]
    missing: int = 0
    since: tuple[int, str] | None = None
    rows: dict[str, tuple[int, str]] = field(default_factory=dict)


_ALL = """SELECT c.seq, c.prev, c.meta, c.commitment, c.hash, p.salt, p.payload
FROM chain c LEFT JOIN payloads p ON p.seq = c.seq WHERE c.seq > {since} ORDER BY c.seq"""
_STRAY = "SELECT p.seq FROM payloads p LEFT JOIN chain c ON c.seq = p.seq WHERE c.seq IS NULL ORDER BY p.seq LIMIT 20"
_SAID = text(
    "SELECT c.meta, p.payload FROM chain c JOIN payloads p ON p.seq = c.seq WHERE c.seq > :since ORDER BY c.seq"
)
_LATEST = text("""SELECT c.seq, c.meta, p.payload
FROM chain c LEFT JOIN payloads p ON p.seq = c.seq ORDER BY c.seq DESC LIMIT :most""")


def raw(value: object) -> bytes:
    """What a column holds; whoever altered it in SQLite may have left text where bytes were."""
    if type(value) is bytes:
        return value
    return bytes(value) if isinstance(value, memoryview) else str(value).encode()


class Walk:
    """One walk along the chain: what each entry must hold, and what it says of those that were erased."""

    def __init__(self, key: bytes, seq: int, prev: bytes) -> None:
        self.key, self.seq, self.prev, self.begun = key, seq, prev, seq
        self.faults: list[str] = []
        self.gone: list[int] = []
        self.named: set[int] = set()
        self.missing: set[int] = set()
        self.rows: dict[str, tuple[int, str]] = {}
        self.since: tuple[int, str] | None = None

    def on(self, found: int, said: Any, meta: Any, commitment: Any, hash_: Any, salt: Any, payload: Any) -> None:
        """Go on to the next entry, as it was read."""
        if found != self.seq + 1:
            self.faults.append(f"entry {self.seq + 1} is missing: the next one is {found}")
        said, meta, commitment, hash_ = raw(said), raw(meta), raw(commitment), raw(hash_)
        if said != self.prev:
            self.faults.append(f"entry {found} does not follow the one before it")
        if link(found, said, meta, commitment) != hash_:
            self.faults.append(f"entry {found} has been altered")
        if payload is None:
            self.gone.append(found)
        elif salt is not True and _commit(raw(salt), raw(payload)) != commitment:
            self.faults.append(f"what entry {found} says has been altered")
        self._sealed(found, said, meta, commitment)
        self.seq, self.prev = found, hash_

    def _sealed(self, seq: int, prev: bytes, meta: bytes, commitment: bytes) -> None:
        rest, tail = meta[:-SEAL_LENGTH] + b"}", meta[-SEAL_LENGTH:]
        sealed = tail.startswith(SEALED)
        try:
            said = json.loads(meta)
        except ValueError:
            said, sealed = {}, False  # it has been altered, and is named for that
        if sealed and hmac.compare_digest(tail[len(SEALED) : -2], seal(self.key, seq, prev, rest, commitment)):
            self.since = self.since or (seq, said["at"])
            self.rows |= {table: (seq, code) for table, code in said.get("rows", {}).items()}
            self.named |= _each(said.get("erased", []))
            self.missing |= _each(said.get("missing", []))
        elif sealed or self.since or self.begun:
            self.faults.append(f"entry {seq} was not written by the product: it does not bear this hub's seal")

    def verdict(self, more: list[str], most: int) -> Verdict:
        """What the walk has found, and what was found besides."""
        gone = set() if MORE in self.faults else set(self.gone)
        wiped = sorted(gone - self.named - self.missing)
        back = sorted(seq for seq in self.named - set(self.gone) if self.begun < seq <= self.seq)
        faults = [
            *self.faults,
            *more,
            *(f"what entry {seq} said was taken away, and no erasure names it" for seq in wiped[:most]),
            *(f"what entry {seq} said was erased, and somebody has put it back" for seq in back[:most]),
        ]
        if self.seq and not (self.begun or self.since or self.faults):
            faults.append("no entry bears this hub's seal: all of them are older than seals, or the key is another's")
        missing = len(gone & self.missing - self.named)
        return Verdict(
            self.seq, self.prev.hex(), len(gone) - missing - len(wiped), faults, missing, self.since, self.rows
        )


def _each(runs: list[list[int]]) -> set[int]:
    return {number for first, last in runs for number in range(first, last + 1)}


def verify(connection: Connection, key: bytes, since: tuple[int, str] = (0, GENESIS.hex()), most: int = 20) -> Verdict:
    """Walk the chain after `since` (a trusted number and hash) and name every entry that does not hold."""
    walk = Walk(key, since[0], bytes.fromhex(since[1]))
    asked = (unseen.ENTRIES if unseen.blind(connection, "entries") else _ALL).format(since=int(since[0]))
    rows = connection.execution_options(stream_results=True, yield_per=10_000).exec_driver_sql(asked)
    read: Iterable[Any] = rows
    if connection.dialect.name == "sqlite":
        read = cast(Any, rows.cursor)  # the driver's own rows; SQLAlchemy's types know only a part of a cursor
    for row in read:
        walk.on(*row)
        if len(walk.faults) >= most:
            walk.faults[most:] = [MORE]
            break
    rows.close()
    stray = connection.execute(text(_STRAY)).scalars().all()
    return walk.verdict([f"something is said for entry {seq}, which does not exist" for seq in stray], most)


def entries(connection: Connection, limit: int = 1000) -> list[dict]:
    """The latest entries, newest first: number, meta, and what was said or None once erased.

    What somebody searched for, which may name a stranger, is masked: only which fields they filled in is shown.
    """
    rows = connection.execute(_LATEST, {"most": limit})
    return [{"seq": r.seq, **_told(json.loads(bytes(r.meta))), "said": r.payload and _masked(r.payload)} for r in rows]


def _masked(payload: bytes) -> dict:
    said = json.loads(bytes(payload))
    if searched := said["detail"].get("searched"):
        said["detail"]["searched"] = sorted(searched)
    return said


def _told(meta: dict) -> dict:
    return {"proof": CLAIMED} | {name: value for name, value in meta.items() if name not in PROOFS}
