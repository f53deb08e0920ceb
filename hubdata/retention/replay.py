"""Destroys again, in a database restored from a copy, what its erasure list says was destroyed; it asks nobody anew.

What the list has as done was due, reviewed and approved when it was carried out, so a hold that the copy still knows
was released by then. An intent that a crash left open is judged again like any disposal. Source: reliability.md 3.5.
"""

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Connection, text

from hubdata import moments
from hubdata.moments import By
from hubdata.records import bulk, erasures, ledger, owner, store
from hubdata.records.alone import alone
from hubdata.records.erasures import Line
from hubdata.records.ledger import Act
from hubdata.records.people.acting import Acting
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.records.time import jumps
from hubdata.retention import certificates, disposal
from hubdata.retention.traces import kept as traces_kept
from hubdata.retention.traces import marks
from hubdata.terms import DisposalStatus

AT_ONCE = 20_000
RESTORED = "the database was restored from a copy"
MARKS = "replay"  # whose marks are kept until nothing of the families is left
CERTIFICATES = TABLES["certificates"]
ERASURES, DISPOSALS = TABLES["erasures"], TABLES["disposals"]


@dataclass(frozen=True)
class Replayed:
    """What a replay did: lines of the list followed, families destroyed again, and what still stands in the way."""

    lines: int
    destroyed: int
    kept_back: int
    problems: list[str]


def run(home: Path | None, url: str | None, by: By, acting: Acting | None = None) -> Replayed:
    """Bring a restored database up to its erasure list, and prove it.

    Raises Refused if the list is missing or broken.
    """
    hub = replace(store.open_hub(home, url, replaying=True), acting=acting)
    try:
        with alone(hub):
            return _replay(hub, by)
    finally:
        hub.engine.dispose()


def _replay(hub: Hub, by: By) -> Replayed:
    intents, open_intent = _missed(hub)
    spared = _spared(hub)
    by_digest = {digest: line for line in intents for digest in line.body["digests"] if digest not in spared}
    families, kept = _found(hub, by_digest), []
    for start in range(0, len(families), AT_ONCE):
        act = Act(by.actor, "disposer", disposal.CARRYING_OUT, "retention.replay", {"disposal": MARKS})
        with hub.write(act) as connection:
            part = dict(families[start : start + AT_ONCE])
            kept += _again(hub, connection, part, by_digest, open_intent, by.as_at, act)
    if intents:
        act = Act(by.actor, "disposer", by.reason or RESTORED, "retention.follow", {"lines": len(intents)})
        with hub.write(act) as connection:
            _follow(hub, connection, intents, set(kept))
        if open_intent:
            with hub.read() as connection:
                whose = store.erasure_list(hub, connection)
            whose.append("done")
            if kept:
                whose.append("spared", digests=sorted(kept))
        certificates.complete(hub)
    return Replayed(len(intents), len(families) - len(kept), len(kept), _finish(hub, by.actor))


def _missed(hub: Hub) -> tuple[list[Line], Line | None]:
    """The intents that this database has not carried out, and among them the one of which nobody knows if it was."""
    with hub.read() as connection:
        whose, (followed, _) = store.erasure_list(hub, connection), store.followed(connection)
        waiting: Line | None = None
        missed = []
        for line in whose.lines():
            if line.what == "done" and waiting:
                missed.append(waiting)
            waiting = line if line.what == "intent" else None
        here = waiting is not None and ledger.holds(connection, *waiting.body["head"])
    missed = [line for line in missed if line.n > followed]
    if waiting is None or here or waiting.n <= followed:
        return missed, None  # an open intent whose head this database has is for `dispose` to go on with
    return [*missed, waiting], waiting


def _spared(hub: Hub) -> set[str]:
    """What an earlier replay found not destroyed although an intent names it."""
    with hub.read() as connection:
        lines = store.erasure_list(hub, connection).lines()
        return {digest for line in lines if line.what == "spared" for digest in line.body["digests"]}


def _found(hub: Hub, by_digest: dict[str, Line]) -> list[tuple[str, str]]:
    """The families of this database that the list has as destroyed, each with its digest."""
    key = hub.key("erasures")
    if not by_digest:
        return []
    with hub.read() as connection:
        families = connection.execute(text("SELECT family FROM families ORDER BY family")).all()
        digests = ((family, erasures.digest(key, family)) for (family,) in families)
        return [(family, digest) for family, digest in digests if digest in by_digest]


def _again(
    hub: Hub,
    connection: Connection,
    part: dict[str, str],
    by_digest: dict[str, Line],
    open_intent: Line | None,
    as_at: date,
    act: Act,
) -> list[str]:
    """Destroy a part again, all but what was never known to be gone and may not go now: the digests of that."""
    doubted = [family for family, digest in part.items() if open_intent and by_digest[digest].n == open_intent.n]
    kept = disposal.keep_back(connection, doubted, as_at) if doubted else {}
    if why := jumps.holds(connection, act.actor):
        kept = dict.fromkeys(doubted, why)
    going = [family for family in part if family not in kept]
    condition, value = owner.bound(connection, going)
    release = f"UPDATE holds SET released_on = :day WHERE family IN {condition} AND {_UNRELEASED}"
    connection.execute(text(release), {"day": moments.today(), "families": value})  # the trigger's own clock
    traces_kept.keep(hub, MARKS, marks.gather(connection, going))
    act.detail["rows"] = disposal.delete(connection, going, hub.key("erasures"))
    act.detail["kept_back"] = len(kept)
    return [part[family] for family in kept]


_UNRELEASED = "(released_on IS NULL OR released_on > :day)"


def _follow(hub: Hub, connection: Connection, intents: list[Line], kept: set[str]) -> None:
    """Write down that the list has been followed, what it says was destroyed, and the certificates issued since."""
    now = moments.stamp()
    known = set(connection.execute(text("SELECT digest FROM destroyed")).scalars()) | kept
    said_at = f"{now:%Y-%m-%d %H:%M:%S.%f}"
    rows = [
        (digest, line.body["disposal"], line.body["on"], str(line.n), said_at)
        for line in intents
        for digest in line.body["digests"]
        if digest not in known
    ]
    names = ("digest", "disposal", "destroyed_on", "line", "recorded_at")
    columns = zip(*rows, strict=True) if rows else [[]] * len(names)
    bulk.insert(connection, "destroyed", pa.table([pa.array(c, pa.string()) for c in columns], names=list(names)))
    connection.execute(ERASURES.insert(), [{"line": i.n, "mac": i.mac, "recorded_at": now} for i in intents])
    here = set(connection.execute(text("SELECT certificate FROM certificates")).scalars())
    for path in sorted((hub.home / "certificates").glob("C*.json")):
        content = json.loads(path.read_text("utf-8"))["content"]
        if content["certificate"] not in here:
            connection.execute(
                CERTIFICATES.insert(),
                {
                    "certificate": content["certificate"],
                    "disposal": content["disposal"],
                    "recorded_at": now,
                    "content": ledger.canonical(content).decode(),
                },
            )
            done = DISPOSALS.update().filter_by(disposal=content["disposal"])
            connection.execute(done.values(status=DisposalStatus.CERTIFIED))


def _finish(hub: Hub, actor: str) -> list[str]:
    if not traces_kept.kept(hub, MARKS):
        return []
    act = Act(actor, "disposer", disposal.CARRYING_OUT, "retention.erase", {"disposal": MARKS})
    _, problems = disposal.prove(hub, MARKS, act)
    if not problems:
        traces_kept.forget(hub, MARKS)
    return problems


def lines(done: Replayed) -> list[str]:
    """A replay for a reader."""
    if not done.lines and not done.problems:
        return ["The database has followed its erasure list to the end: there was nothing to do."]
    said = [f"{done.destroyed:,} family records of {done.lines:,} lines of the erasure list were destroyed again."]
    said += [
        f"{done.kept_back:,} are kept: whether they had been destroyed is not known, and they are not due now."
    ] * bool(done.kept_back)
    if done.problems:
        return [
            *said,
            "Something of them may be left. Mend this, then run `hubdata retention replay` again:",
            *(f"  {problem}" for problem in done.problems),
        ]
    return [*said, "Nothing of them is left; the hub opens again."]
