"""Carries out an approved disposal: destroys what is still due and not held, erases what it left, proves it, certifies.

It decides nothing: what is due is the retention rule's verdict, asked again inside each batch's own transaction. A run
that stops anywhere is resumed by running it again. Order within a batch, so that no crash can break a promise:

    judge again → delete → marks kept (encrypted) → erasure list, synced → commit with the audit entry → list: done

Source: notice P8; reliability.md 3.4, 3.5.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection, Row, select, text

from hubdata import moments
from hubdata.errors import Refused
from hubdata.moments import By
from hubdata.policy import Policy
from hubdata.records import erasures, ledger, owner, store
from hubdata.records.alone import alone
from hubdata.records.coverage.erasing import erasing
from hubdata.records.decisions import read as decisions
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES, metadata
from hubdata.records.team import functional
from hubdata.records.time import jumps
from hubdata.retention import certificates, due, relied, review, two_people
from hubdata.retention.traces import files, scan, settling
from hubdata.retention.traces import kept as traces_kept
from hubdata.retention.traces import marks as traces_marks
from hubdata.rules import remembered
from hubdata.terms import DisposalStatus

PATIENCE = 3  # times that a residue is looked for before it is called one
CARRYING_OUT = "an approved disposal is carried out"  # the entry's counts are kept, so its reason names nobody
DISPOSALS, DECISIONS, DESTROYED, ERASURES = (TABLES[t] for t in ("disposals", "decisions", "destroyed", "erasures"))

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """How a run ended: certified, ended with nothing to destroy, or not_complete with what stands in the way.

    `problems` need a person; `notes` say what the proof could not look at.
    """

    disposal: str
    status: str
    destroyed: int
    kept_back: dict[str, int]
    certificate: str | None = None
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def run(hub: Hub, disposal: str, by: By, progress: Progress | None = None, copies: object = None) -> Outcome:
    """Carry out an approved disposal, or go on with one that stopped; `copies` says which backups there still are.

    Raises Refused if it is not approved, its rules or the clock have moved, or another run holds the lock.
    """
    with alone(hub):
        settle_list(hub)
        _forget_done(hub)
        certificates.complete(hub)
        _start(hub, disposal, by)
        by = replace(by, as_at=moments.today())
        size = int(hub.policy.value("retention.disposal_batch", by.as_at))
        with hub.read() as connection:
            families = review.to_dispose(connection, disposal)
        for start in range(0, len(families), size):
            if progress:
                progress(start, len(families))
            _carry_out(hub, disposal, families[start : start + size], by)
        return _prove(hub, disposal, by, copies)


def _carrying_out(by: By, action: str, disposal: str) -> Act:
    return Act(by.actor, "disposer", CARRYING_OUT, action, {"disposal": disposal})


def settle_list(hub: Hub) -> None:
    """Say of an intent that a crash left open whether it was carried out: the database knows."""
    with hub.read() as connection:
        whose, (line, _) = store.erasure_list(hub, connection), store.followed(connection)
        last = whose.last()
    if last.what == "intent":
        whose.append("done" if line == last.n else "void")


def _forget_done(hub: Hub) -> None:
    """Delete what was kept for disposals that ended just before a crash."""
    over = (DisposalStatus.CERTIFIED, DisposalStatus.ENDED)
    with hub.read() as connection:
        done = connection.execute(select(DISPOSALS.c.disposal).where(DISPOSALS.c.status.in_(over))).scalars().all()
    for name in done:
        traces_kept.forget(hub, name)


def _start(hub: Hub, disposal: str, by: By) -> None:
    act = Act(by.actor, "disposer", by.reason or "disposal", "retention.start", {"disposal": disposal})
    with hub.write(act) as connection:
        review.refuse_clock(connection, by)
        row = review.find(connection, disposal)
        _refuse_unapproved(connection, row, by.as_at, hub.policy)
        if row["status"] != DisposalStatus.APPROVED:
            _keep_under_new_rules(connection, row)
            return
        opening = connection.execute(text("SELECT count(*) FROM families")).scalar_one()
        began = {"status": DisposalStatus.RUNNING, "opening": opening, "opening_entry": ledger.head(connection)[0]}
        connection.execute(DISPOSALS.update().filter_by(disposal=disposal).values(**began))


def _refuse_unapproved(connection: Connection, row: dict, as_at: date, decided: Policy) -> None:
    disposal, status = row["disposal"], DisposalStatus(row["status"])
    if status not in (DisposalStatus.APPROVED, DisposalStatus.RUNNING, DisposalStatus.PROVING):
        raise Refused(f"disposal {disposal} cannot be carried out; it is {status}: {status.label.lower()}")
    two_people.refuse_approved_by_one(connection, row)
    if as_at < row["as_at"]:
        raise Refused(f"the disposal was reviewed as at {row['as_at']}: it cannot be carried out as at an earlier day")
    if status == DisposalStatus.APPROVED and review.rules_version(decided, moments.today()) != row["rules"]:
        raise Refused(
            "the retention rules are not those that were approved: refuse this disposal with "
            f"`hubdata retention approve --disposal {disposal} --refuse` and review again"
        )


def _keep_under_new_rules(connection: Connection, row: dict) -> None:
    """Of a run that stopped, what is left stays if the rules have changed since; what is gone is still certified."""
    rules = review.rules_version(decisions.of(connection), moments.today())
    if row["status"] == DisposalStatus.RUNNING and rules != row["rules"]:
        left = review.to_dispose(connection, row["disposal"])
        _note_kept(connection, row["disposal"], dict.fromkeys(left, "the rules have changed since the approval"))


def _carry_out(hub: Hub, disposal: str, families: list[str], by: By) -> None:
    act = _carrying_out(by, "retention.dispose", disposal)
    try:
        with hub.write(act) as connection:
            jumps.refuse(connection, by.actor)
            _batch(hub, connection, disposal, families, by.as_at, act)
    finally:
        settle_list(hub)


def _batch(hub: Hub, connection: Connection, disposal: str, families: list[str], as_at: date, act: Act) -> None:
    """One batch inside its transaction: what is still due goes, what is not is kept back with its reason."""
    kept = keep_back(connection, families, as_at)
    _note_kept(connection, disposal, kept)
    going = [family for family in families if family not in kept]
    act.detail.update({"kept_back": dict(Counter(kept.values())), "families": len(going)})
    if not going:
        return
    wanted = DECISIONS.c.disposal == disposal, DECISIONS.c.family.in_(going)
    due_on = dict(connection.execute(select(DECISIONS.c.family, DECISIONS.c.due_on).where(*wanted)).all())
    destroy(hub, connection, disposal, {family: due_on[family] for family in going}, as_at, act)


def destroy(
    hub: Hub, connection: Connection, disposal: str, due_on: dict[str, date | None], on: date, act: Act
) -> None:
    """Delete families' rows, and write ahead what is about to be gone; the caller's transaction commits it."""
    going, key, whose = list(due_on), hub.key("erasures"), store.erasure_list(hub, connection)
    act.detail["partners"] = certificates.partners(connection, going)
    traces_kept.keep(hub, disposal, traces_marks.gather(connection, going))
    act.detail["rows"] = delete(connection, going, key, disposal)
    digests, now = [erasures.digest(key, family) for family in going], moments.stamp()
    line = whose.append("intent", disposal=disposal, on=str(on), head=list(ledger.head(connection)), digests=digests)
    connection.execute(
        DESTROYED.insert(),
        [
            {
                "digest": digest,
                "disposal": disposal,
                "due_on": day,
                "destroyed_on": on,
                "line": line.n,
                "recorded_at": now,
            }
            for digest, day in zip(digests, due_on.values(), strict=True)
        ],
    )
    connection.execute(ERASURES.insert(), {"line": line.n, "mac": line.mac, "recorded_at": now})
    act.detail.update({"line": line.n, "digests": ledger.digest(ledger.canonical(sorted(digests)))})


def _rows(connection: Connection, statement: str, families: list[str], **more: object) -> Sequence[Row]:
    condition, value = owner.bound(connection, families)
    return connection.execute(text(statement.format(families=condition)), {"families": value, **more}).all()


def keep_back(connection: Connection, families: list[str], as_at: date) -> dict[str, str]:
    """Those of the families that may not be destroyed now, with the reason; judged in the caller's transaction."""
    lock = " FOR UPDATE" if connection.dialect.name == "postgresql" else ""
    there = {
        row.family
        for row in _rows(connection, "SELECT family FROM families WHERE family IN {families}" + lock, families)
    }
    kept = dict.fromkeys(set(families) - there, "no longer in the hub")
    judged = {row["family"]: row["state"] for row in due.state_of(connection, sorted(there), as_at)}
    states = {family: judged.get(family, "open") for family in there}  # no verdict: it was opened later
    kept |= {family: _NOT_DUE.get(state, "open again") for family, state in states.items() if state != "due"}
    going = [family for family in families if family not in kept]
    return kept | dict.fromkeys(relied.kept(connection, going), relied.WHY)


_NOT_DUE = {"held": "on hold", "kept": "not due", "cannot_tell": "its date cannot be told"}


def _note_kept(connection: Connection, disposal: str, kept: dict[str, str]) -> None:
    change = text("UPDATE decisions SET kept_because = :why WHERE disposal = :disposal AND family = :family")
    for family, why in kept.items():
        connection.execute(change, {"why": why, "disposal": disposal, "family": family})


def delete(connection: Connection, families: list[str], key: bytes, disposal: str = "") -> dict[str, int]:
    """Delete every row of the families, children first; how many by table. Recalls outlive them, by digest.

    In a team's database no login deletes: its owner's function does, where `disposal` was approved by another login.
    """
    remembered.forget()
    if functional.asked(connection):
        return functional.destroy(connection, disposal, families, [erasures.outliving(key, one) for one in families])
    for row in _rows(connection, "SELECT DISTINCT family FROM recalls WHERE family IN {families}", families):
        change = text("UPDATE recalls SET family = :digest WHERE family = :family")
        connection.execute(change, {"digest": erasures.outliving(key, row.family), "family": row.family})
    gone = {}
    condition, value = owner.bound(connection, families)
    with erasing(connection):
        for name in [table.name for table in reversed(metadata.sorted_tables) if table.name in owner.OWNED]:
            where = owner.OWNED[name].format(families=condition)
            gone[name] = connection.execute(text(f"DELETE FROM {name} WHERE {where}"), {"families": value}).rowcount
    return gone


def _prove(hub: Hub, disposal: str, by: By, copies: object) -> Outcome:
    with hub.read() as connection:
        kept = _kept_back(connection, disposal)
        destroyed = connection.execute(_GONE, {"disposal": disposal}).scalar_one()
    if not destroyed:
        return _end(hub, disposal, kept, _carrying_out(by, "retention.end", disposal))
    act = _carrying_out(by, "retention.erase", disposal)
    proof, problems = prove(hub, disposal, act)
    notes = list(proof["not_scanned"])
    if problems:
        return Outcome(disposal, "not_complete", destroyed, kept, None, problems, notes)
    issued = certificates.issue(hub, disposal, proof | {"backups": copies}, by)
    traces_kept.forget(hub, disposal)
    return Outcome(disposal, DisposalStatus.CERTIFIED, destroyed, kept, issued.certificate, issued.doubts, notes)


def _end(hub: Hub, disposal: str, kept: dict[str, int], act: Act) -> Outcome:
    with hub.write(act) as connection:
        connection.execute(DISPOSALS.update().filter_by(disposal=disposal).values(status=DisposalStatus.ENDED))
    traces_kept.forget(hub, disposal)
    return Outcome(disposal, DisposalStatus.ENDED, 0, kept)


_GONE = text("SELECT count(*) FROM destroyed WHERE disposal = :disposal")


def prove(hub: Hub, disposal: str, act: Act) -> tuple[dict, list[str]]:
    """Erase what is said elsewhere, then look for every mark: what was done, and what stands in the way.

    `act` is the audit entry under which other entries lose what they say about the families; they still verify.
    """
    with hub.write(act) as connection:
        connection.execute(DISPOSALS.update().filter_by(disposal=disposal).values(status=DisposalStatus.PROVING))
        marks = traces_kept.kept(hub, disposal) - traces_marks.gather(connection, _spared(connection, disposal))
        marks -= traces_marks.still_said(connection, marks)
        said = traces_marks.mentions(connection, dict.fromkeys(marks, disposal))
        ledger.erase(connection, act, sorted(said))
        act.detail["entries"] = len(said)
    erased = files.erase_files(hub, marks)
    problems = [f"{number:,} rows of {name} still carry what was destroyed" for name, number in _left(hub).items()]
    for _ in range(PATIENCE):
        settled, scanned = settling.settle(hub), scan.scan(hub, marks)
        if not scanned.found:  # what others write meanwhile looks like a residue until it is written out
            break
    proof = {
        "files_erased": erased.files,
        "files_scanned": scanned.files,
        "bytes_scanned": scanned.bytes,
        "marks_sought": scanned.marks_sought,
        "marks_too_short": scanned.marks_too_short,
        "not_scanned": scanned.not_scanned,
    }
    return proof, [*erased.unreachable, *settled, *problems, *scanned.found]


def _spared(connection: Connection, disposal: str) -> list[str]:
    """Families of a disposal that are still there: a batch that a crash rolled back may have kept their marks."""
    wanted = select(DECISIONS.c.family).where(DECISIONS.c.disposal == disposal)
    return list(connection.execute(wanted).scalars())


def _left(hub: Hub) -> dict[str, int]:
    """Rows that should be gone, by table, as a new connection sees them: of destroyed families, or of none at all."""
    left = traces_marks.remaining(hub)
    with hub.read() as connection:
        gone = set(connection.execute(select(DESTROYED.c.digest)).scalars())
        there, key = connection.execute(text("SELECT family FROM families")).all(), hub.key("erasures")
    back = sum(erasures.digest(key, family) in gone for (family,) in there)
    return left | ({"families": back} if back else {})


def _kept_back(connection: Connection, disposal: str) -> dict[str, int]:
    query = text(
        "SELECT kept_because, count(*) AS n FROM decisions WHERE disposal = :disposal "
        "AND kept_because IS NOT NULL GROUP BY kept_because ORDER BY 1"
    )
    return {row.kept_because: row.n for row in connection.execute(query, {"disposal": disposal})}


def lines(outcome: Outcome) -> list[str]:
    """A run for a reader."""
    count = f"{outcome.destroyed:,} {'family record is' if outcome.destroyed == 1 else 'family records are'} destroyed."
    said = [count, *(f"  kept back, {why}: {number:,}" for why, number in outcome.kept_back.items())]
    if outcome.status == "not_complete":
        again = f"Mend this, then run the same command again: hubdata retention dispose --disposal {outcome.disposal}"
        return [
            *said,
            "The disposal is NOT complete: something of the records may be left.",
            *(f"  {problem}" for problem in outcome.problems),
            again,
        ]
    issued = [f"Certificate {outcome.certificate} is issued."] if outcome.certificate else []
    doubts = [f"  look at this: {doubt}" for doubt in outcome.problems]
    return [*said, *issued, *doubts, *(f"  not searched: {note}" for note in outcome.notes)]
