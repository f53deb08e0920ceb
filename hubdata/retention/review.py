"""Due records on their way to destruction: what one person reviewed and another approved; it destroys nothing.

A review is bound to what its preview showed: the set, the rule and the holds. If any of them has moved since, it is
refused and must be looked at again. Source: notice P8, domain.md 4 (management approval before deleting).
"""

import secrets
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, text

from hubdata import dates, moments, policy
from hubdata.dates import words
from hubdata.errors import BadParameter, Refused
from hubdata.intake.files import csv as files_csv
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.decisions.read import of as policy_of
from hubdata.records.ledger import Act
from hubdata.records.people import two
from hubdata.records.people.acting import ONE_LOGIN, kind, login, shown
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.records.time import jumps
from hubdata.retention import due, relied, two_people
from hubdata.terms import DisposalStatus, HoldCode, ReviewOutcome

DISPOSALS, DECISIONS, HOLDS = TABLES["disposals"], TABLES["decisions"], TABLES["holds"]
OPEN = (DisposalStatus.REVIEWED, DisposalStatus.APPROVED, DisposalStatus.RUNNING)
SHOWN = 20


@dataclass(frozen=True)
class FamilyDecision:
    """What a reviewer decides about one family that is due; keeping needs a reason and the day to look again."""

    family: str
    decision: str
    reason: str | None = None
    next_on: date | None = None


def refuse_clock(connection: Connection, by: By) -> None:
    """Raises Refused if the day lies ahead, or this machine's clock jumped and nobody else has confirmed the day."""
    if by.as_at > moments.today():
        raise Refused(f"{words(by.as_at)} lies ahead: records are reviewed and destroyed as at today or an earlier day")
    jumps.refuse(connection, by.actor)


def rules_version(decided: policy.Policy, as_at: date) -> str:
    """Which retention rules are in force on a day: from when, and a hash of what they say."""
    entry = decided.entry("retention.rules", as_at)
    said = ledger.digest(ledger.canonical({"value": entry.value, "from": str(entry.valid_from)}))
    return f"in force from {entry.valid_from}, {said[:16]}"


def review(hub: Hub, token: str, decisions: list[FamilyDecision], by: By) -> str:
    """Record what was decided about each family; returns the disposal's reference, which another person approves.

    Raises Refused if what `token` stands for is no longer what the hub holds, or a family cannot be decided.
    """
    seen = due.looked_at(hub, token, by.as_at)
    if seen is None:
        raise Refused(
            "the token is not that of the records that are due now: a record, a hold or a rule has changed since they "
            "were looked at, or the day is another; look at `hubdata retention due` again"
        )
    disposal = f"D{secrets.token_hex(5)}"
    counts = {outcome: sum(d.decision == outcome for d in decisions) for outcome in ReviewOutcome}
    act = Act(
        by.actor, "reviewer", by.reason or "disposal review", "retention.review", {"disposal": disposal, **counts}
    )
    with hub.write(act) as connection:
        refuse_clock(connection, by)
        found = due.state_of(connection, [d.family for d in decisions], moments.today())
        judged = {row["family"]: row for row in found}
        _refuse(connection, decisions, judged, by.as_at, seen.hub)
        now = moments.stamp()
        reviewed = {
            "disposal": disposal,
            "token": token,
            "as_at": by.as_at,
            "rules": rules_version(hub.policy, by.as_at),
            "reviewed_by": by.actor,
            "status": DisposalStatus.REVIEWED,
            "reviewed_at": now,
            "recorded_at": now,
            "reviewed_proof": two.acts(connection, by.actor).proof,
            "reviewed_login": login(),
        }
        connection.execute(DISPOSALS.insert(), reviewed)
        due_on = {family: row["due_on"] for family, row in judged.items()}
        rows = [asdict(d) | {"due_on": due_on[d.family]} for d in decisions]
        connection.execute(DECISIONS.insert(), [row | {"disposal": disposal, "recorded_at": now} for row in rows])
        kept = [_hold(disposal, d, by.as_at, now) for d in decisions if d.decision == ReviewOutcome.KEEP]
        if kept:
            connection.execute(HOLDS.insert(), kept)
    return disposal


def _hold(disposal: str, kept: FamilyDecision, as_at: date, now: datetime) -> dict:
    return {
        "hold": f"H{secrets.token_hex(5)}",
        "family": kept.family,
        "code": HoldCode.KEPT_ON_REVIEW,
        "reason": kept.reason,
        "authority": f"disposal review {disposal}",
        "placed_on": as_at,
        "review_on": kept.next_on,
        "released_on": None,
        "recorded_at": now,
    }


def _refuse(
    connection: Connection, decisions: list[FamilyDecision], judged: dict[str, dict], as_at: date, of_hub: str | None
) -> None:
    """Raises BadParameter or Refused with every decision that cannot be taken upon a list, of all hubs or of one."""
    families = [d.family for d in decisions]
    faults = [f"{family}: is decided twice" for family, times in Counter(families).items() if times > 1]
    faults += [f"{d.family}: {why}" for d in decisions for why in _incomplete(d, as_at)]
    if faults or not decisions:
        raise BadParameter("; ".join(faults[:SHOWN]) or "nothing is decided: name families to dispose of or to keep")
    cap = policy_of(connection).value("retention.disposal_cap", as_at)
    if (many := sum(d.decision == ReviewOutcome.DISPOSE for d in decisions)) > cap:
        raise Refused(
            f"{many:,} families in one disposal are more than the {cap:,} that the policy allows: review fewer"
        )
    moved = [f"{family}: {_why(judged.get(family))}" for family in families if not _is_due(judged.get(family))]
    beyond = [judged[family] for family in families if of_hub and family in judged and judged[family]["hub"] != of_hub]
    moved += [
        f"{row['family']}: is of {row['hub']}, and what was looked at is what is due in {of_hub}" for row in beyond
    ]
    moved += _decided(connection, families)
    going = [d.family for d in decisions if d.decision == ReviewOutcome.DISPOSE]
    moved += [
        f"{family}: {relied.WHY}; keep it, or put that right" for family in sorted(relied.kept(connection, going))
    ]
    if moved:
        raise Refused(f"{len(moved):,} of the records cannot be decided: " + "; ".join(moved[:SHOWN]), moved)


def _incomplete(decision: FamilyDecision, as_at: date) -> list[str]:
    if decision.decision not in ReviewOutcome._value2member_map_:
        return [f"{decision.decision!r} is no decision; allowed are {', '.join(ReviewOutcome)}"]
    if decision.decision == ReviewOutcome.DISPOSE:
        return []
    said = [] if policy.meant(decision.reason) else ["keeping it needs a reason"]
    ahead = decision.next_on is not None and decision.next_on > as_at
    return said + ([] if ahead else ["keeping it needs a day after today on which it is looked at again"])


def _is_due(row: dict | None) -> bool:
    return row is not None and row["state"] == "due"


def _why(row: dict | None) -> str:
    if row is None:
        return "the hub has no such family"
    return {
        "held": "is on hold",
        "kept": f"is kept until {row['due_on'] and words(row['due_on'])}",
        "cannot_tell": "its date cannot be told",
    }.get(row["state"], "is open")


def _decided(connection: Connection, families: list[str]) -> list[str]:
    query = text(
        "SELECT c.family, c.disposal FROM decisions c JOIN disposals d ON d.disposal = c.disposal "
        "WHERE d.status IN :open AND c.decision = 'dispose' AND c.kept_because IS NULL"
    ).bindparams(bindparam("open", expanding=True))
    wanted, open_now = set(families), connection.execute(query, {"open": [str(status) for status in OPEN]})
    return [f"{row.family}: is decided in disposal {row.disposal}" for row in open_now if row.family in wanted]


def find(connection: Connection, disposal: str) -> dict:
    """One disposal's row. Raises BadParameter if there is none."""
    row = connection.execute(DISPOSALS.select().filter_by(disposal=disposal)).mappings().one_or_none()
    if row is None:
        raise BadParameter(f"there is no disposal {disposal!r}; `hubdata retention certificates` lists all")
    return dict(row)


def approve(hub: Hub, disposal: str, by: By, refuse: bool = False) -> int:
    """Approve a review, or refuse it, as another person; returns how many families it is about.

    Raises Refused if the approver reviewed it, or if what was reviewed is no longer due, is held or has another rule.
    """
    status = DisposalStatus.REFUSED if refuse else DisposalStatus.APPROVED
    said = {"disposal": disposal, "status": status}
    action = "retention.refuse" if refuse else "retention.approve"
    act = Act(by.actor, "approver", by.reason or f"disposal {status}", action, said)
    with hub.write(act) as connection:
        if not refuse:  # refusing keeps the records, whatever the clock says
            refuse_clock(connection, by)
        row = find(connection, disposal)
        if row["status"] not in (
            DisposalStatus.REVIEWED,
            DisposalStatus.APPROVED if refuse else DisposalStatus.REVIEWED,
        ):
            raise Refused(f"disposal {disposal} is {row['status']}: {DisposalStatus(row['status']).label.lower()}")
        two_people.refuse_one(connection, row, by.actor, refuse)
        families = to_dispose(connection, disposal)
        if not refuse:
            _refuse_stale(connection, row, families)
        now = moments.stamp()
        by_whom = {
            "approved_by": by.actor,
            "approved_proof": two.acts(connection, by.actor).proof,
            "approved_login": login(),
        }
        connection.execute(
            DISPOSALS.update().filter_by(disposal=disposal).values(status=status, approved_at=now, **by_whom)
        )
    return len(families)


def to_dispose(connection: Connection, disposal: str) -> list[str]:
    """The families of a disposal that are still to be destroyed, in order."""
    query = text(
        "SELECT family FROM decisions WHERE disposal = :disposal AND decision = 'dispose' "
        "AND kept_because IS NULL ORDER BY family"
    )
    return list(connection.execute(query, {"disposal": disposal}).scalars())


def _refuse_stale(connection: Connection, row: dict, families: list[str]) -> None:
    if not families:
        raise Refused(f"disposal {row['disposal']} has nothing to destroy: every family in it is kept")
    if rules_version(policy_of(connection), moments.today()) != row["rules"]:
        raise Refused("the retention rules are not those that the review saw: refuse this disposal and review again")
    judged = {found["family"]: found for found in due.state_of(connection, families, moments.today())}
    moved = [f"{family}: {_why(judged.get(family))}" for family in families if not _is_due(judged.get(family))]
    if moved:
        raise Refused(
            f"{len(moved):,} of the reviewed records have moved since, so the review is stale: refuse it "
            "with --refuse and review again; " + "; ".join(moved[:SHOWN]),
            moved,
        )


@dataclass(frozen=True)
class Disposal:
    """One disposal and how far it is; counts, never references."""

    disposal: str
    status: str
    as_at: date
    rules: str
    reviewed_by: str
    reviewed_with: str
    approved_by: str | None
    approved_with: str | None
    one_login: bool
    to_destroy: int
    kept_by_review: int
    kept_back: int
    destroyed: int


def listed(hub: Hub) -> list[Disposal]:
    """Every disposal, newest first."""
    query = text("""
      SELECT d.disposal, d.status, d.as_at, d.rules, d.reviewed_by, d.approved_by,
        d.reviewed_proof, d.approved_proof, d.reviewed_login = d.approved_login AS one_login,
        (SELECT count(*) FROM decisions c WHERE c.disposal = d.disposal AND c.decision = 'dispose'
          AND c.kept_because IS NULL) AS to_destroy,
        (SELECT count(*) FROM decisions c WHERE c.disposal = d.disposal AND c.decision = 'keep') AS kept_by_review,
        (SELECT count(*) FROM decisions c WHERE c.disposal = d.disposal AND c.kept_because IS NOT NULL) AS kept_back,
        (SELECT count(*) FROM destroyed x WHERE x.disposal = d.disposal) AS destroyed
      FROM disposals d ORDER BY d.reviewed_at DESC, d.disposal""").columns(as_at=DISPOSALS.c.as_at.type)
    with hub.read() as connection:
        return [_listed(dict(row)) for row in connection.execute(query).mappings()]


def _listed(row: dict[str, Any]) -> Disposal:
    reviewed, approved = row.pop("reviewed_proof"), row.pop("approved_proof")
    row["reviewed_with"], row["one_login"] = kind(reviewed), bool(row["one_login"])
    row["approved_with"] = kind(approved) if row["approved_by"] else None
    return Disposal(**row)


@dataclass(frozen=True)
class Choices:
    """Decisions as a command line gives them: families named, the rest of what is due, or a file."""

    dispose: list[str]
    dispose_all: bool
    keep: list[str]
    because: str | None
    until: str | None
    file: Path | None


def decided(hub: Hub, asked: Choices, token: str, as_at: date) -> list[FamilyDecision]:
    """The decisions that were asked for; all the rest is what the list that the token is of shows as due.

    Raises BadParameter if the file or the day cannot be read.
    """
    until = dates.parse(asked.until, "--until") if asked.until is not None else None
    made = _of_file(asked.file) if asked.file else []
    made += [FamilyDecision(family, ReviewOutcome.KEEP, asked.because, until) for family in asked.keep]
    made += [FamilyDecision(family, ReviewOutcome.DISPOSE) for family in asked.dispose]
    if asked.dispose_all:
        named = {decision.family for decision in made}
        seen = due.looked_at(hub, token, as_at)
        rest = [row.family for row in seen.due if row.family not in named] if seen else []
        made += [FamilyDecision(family, ReviewOutcome.DISPOSE) for family in rest]
    return made


COLUMNS = ("family", "decision", "reason", "next_on")


def _of_file(path: Path) -> list[FamilyDecision]:
    if not path.is_file():
        raise BadParameter(f"there is no file of decisions at {path}")
    sheet, problems = files_csv.read(path.read_bytes(), path.name)
    if problems or sheet is None:
        raise Refused(f"{path.name} cannot be read: " + "; ".join(p.message for p in problems[:SHOWN]), problems)
    unknown = set(sheet.table.column_names) - set(COLUMNS)
    if unknown or not {"family", "decision"} <= set(sheet.table.column_names):
        raise BadParameter(f"{path.name} must have the columns {', '.join(COLUMNS)} and no other")
    rows = sheet.table.to_pylist()
    return [
        FamilyDecision(
            row["family"] or "",
            (row["decision"] or "").strip().lower(),
            row.get("reason"),
            dates.parse(row["next_on"], f"{path.name}, next_on") if row.get("next_on") else None,
        )
        for row in rows
    ]


def lines(found: list[Disposal]) -> list[str]:
    """Disposals for a reader."""
    return [
        f"Disposal {one.disposal}, as at {words(one.as_at)}: {DisposalStatus(one.status).label}. To destroy "
        f"{one.to_destroy:,}, destroyed {one.destroyed:,}, kept on review {one.kept_by_review:,}, kept back "
        f"{one.kept_back:,}; reviewed by {one.reviewed_by} {shown(one.reviewed_with)}"
        + (f", decided by {one.approved_by} {shown(one.approved_with)}" if one.approved_by else "")
        + (f"; {ONE_LOGIN}" if one.one_login else "")
        for one in found
    ]
