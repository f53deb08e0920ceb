"""The audit chain: who did what, when and why, provably unaltered, though what was said may lawfully be erased.

Each entry commits to its payload with a salted HMAC and to its predecessor with SHA-256, so that deleting a payload and
its salt leaves the chain verifying and the payload unguessable. A chain alone cannot show that its tail was cut off or
that all of it was written anew: signed checkpoints kept elsewhere do. Source: reliability.md 2, C2SP tlog-checkpoint.

    commitment = HMAC-SHA256(salt, payload)        hash = SHA256(0x01 | seq | prev | len(meta) | meta | commitment)
"""

import hashlib
import hmac
import json
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, text

from hubdata import moments
from hubdata.records.time import entry

GENESIS = b"\x00" * 32
_LONG, _SHORT = struct.Struct(">q").pack, struct.Struct(">i").pack


@dataclass(frozen=True)
class Act:
    """Who writes, as what, why, and what they do; `detail` may be filled until the transaction ends."""

    actor: str
    role: str
    reason: str
    action: str
    detail: dict = field(default_factory=dict)


def canonical(value: object) -> bytes:
    """The one JSON spelling of a value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def link(seq: int, prev: bytes, meta: bytes, commitment: bytes) -> bytes:
    """The hash of one entry over its predecessor's."""
    return hashlib.sha256(b"\x01" + _LONG(seq) + prev + _SHORT(len(meta)) + meta + commitment).digest()


def _commit(salt: bytes, payload: bytes) -> bytes:
    return hmac.digest(salt, payload, "sha256")


_HEAD = text("SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1")
_LAST = "SELECT seq, meta, hash FROM chain ORDER BY seq DESC LIMIT 1"
_QUEUE = "SELECT pg_advisory_xact_lock(715517)"  # hub_append's own; the last entry is read when nobody else can add one
_CHAIN = "INSERT INTO chain (seq, prev, meta, commitment, hash) VALUES (?, ?, ?, ?, ?)"
_PAYLOAD = "INSERT INTO payloads (seq, salt, payload) VALUES (?, ?, ?)"
_APPEND = "SELECT hub_append(%s, %s, %s, %s)"


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


def append(connection: Connection, act: Act, key: bytes) -> None:
    """Add one entry in the caller's transaction. `key` makes the actor's pseudonym: no name stays in the chain.

    Its time is never before that of the last entry, whatever this machine's clock says; see time/entry.py.
    """
    pseudonym = hmac.new(key, act.actor.encode(), hashlib.sha256).hexdigest()[:16]
    payload = canonical({"actor": act.actor, "reason": act.reason, "detail": act.detail})
    salt = os.urandom(32)
    commitment = _commit(salt, payload)
    # the driver's own cursor: all other writers wait while this is written, and SQLAlchemy takes 0.1 ms a statement
    cursor = connection.connection.cursor()
    server = connection.dialect.name == "postgresql"
    if server:
        cursor.execute(_QUEUE)
    cursor.execute(_LAST)
    last = cursor.fetchone()
    times = entry.stamped(entry.read(last[0], raw(last[1])) if last else None, moments.now())
    meta = canonical({"action": act.action, "actor": pseudonym, "role": act.role, **times})
    if server:
        cursor.execute(_APPEND, (meta, commitment, salt, payload))
    else:
        seq, prev = (last[0] + 1, last[2]) if last else (1, GENESIS)
        cursor.execute(_CHAIN, (seq, prev, meta, commitment, link(seq, prev, meta, commitment)))
        cursor.execute(_PAYLOAD, (seq, salt, payload))
    cursor.close()


def erase(connection: Connection, seqs: list[int]) -> None:
    """Delete what entries say, with their salts; the entries stay and still verify."""
    if seqs:
        connection.execute(text("DELETE FROM payloads WHERE seq = :seq"), [{"seq": s} for s in seqs])


@dataclass(frozen=True)
class Verdict:
    """What verifying found: `faults` names each broken entry; `erased` counts lawfully deleted payloads."""

    entries: int
    head: str
    erased: int
    faults: list[str]


_ALL = """SELECT c.seq, c.prev, c.meta, c.commitment, c.hash, p.salt, p.payload
FROM chain c LEFT JOIN payloads p ON p.seq = c.seq WHERE c.seq > {since} ORDER BY c.seq"""
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


def verify(connection: Connection, since: tuple[int, str] = (0, GENESIS.hex()), most: int = 20) -> Verdict:
    """Walk the chain after `since` (a trusted number and hash) and name every entry that does not hold."""
    seq, prev = since[0], bytes.fromhex(since[1])
    faults, erased = [], 0
    rows = connection.execution_options(stream_results=True, yield_per=10_000).exec_driver_sql(
        _ALL.format(since=int(seq))
    )
    read: Iterable[Any] = rows
    if connection.dialect.name == "sqlite":
        read = cast(Any, rows.cursor)  # the driver's own rows; SQLAlchemy's types know only a part of a cursor
    for found, said, meta, commitment, hash_, salt, payload in read:
        if found != seq + 1:
            faults.append(f"entry {seq + 1} is missing: the next one is {found}")
        said, hash_, commitment = raw(said), raw(hash_), raw(commitment)
        if said != prev:
            faults.append(f"entry {found} does not follow the one before it")
        if link(found, said, raw(meta), commitment) != hash_:
            faults.append(f"entry {found} has been altered")
        if payload is None:
            erased += 1
        elif _commit(raw(salt), raw(payload)) != commitment:
            faults.append(f"what entry {found} says has been altered")
        seq, prev = found, hash_
        if len(faults) >= most:
            faults.append("there may be more")
            break
    rows.close()
    return Verdict(seq, prev.hex(), erased, faults)


def entries(connection: Connection, limit: int = 1000) -> list[dict]:
    """The latest entries, newest first: number, meta, and what was said or None once erased.

    What somebody searched for, which may name a stranger, is masked: only which fields they filled in is shown.
    """
    rows = connection.execute(_LATEST, {"most": limit})
    return [{"seq": r.seq, **json.loads(bytes(r.meta)), "said": r.payload and _masked(r.payload)} for r in rows]


def _masked(payload: bytes) -> dict:
    said = json.loads(bytes(payload))
    if searched := said["detail"].get("searched"):
        said["detail"]["searched"] = sorted(searched)
    return said


def doubted(entry: dict) -> str:
    """What a reader of an entry must know of its time: what the clock said, where `at` could not be that."""
    return f"  (its clock said {entry['clock']})" if "clock" in entry else ""
