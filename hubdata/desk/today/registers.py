"""What waits in the hub's registers and folders: a second person, an answer, a return, a hold, a copy, a report."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import select

from hubdata.dates import words
from hubdata.desk.today.thing import COPIES, DECISIONS, HOLDS, PAUSED, REPORTS, SECOND, UNANSWERED, Thing
from hubdata.errors import HubError
from hubdata.intake import take as returns
from hubdata.moments import By
from hubdata.records.people.acting import shown
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.retention import holds as retention_holds
from hubdata.retention import review
from hubdata.rights import sweep
from hubdata.schedule import plan, said
from hubdata.schedule.calendar import end_of
from hubdata.terms import DisposalStatus, HoldCode

RECALLS, FAMILIES = TABLES["recalls"], TABLES["families"]


def things(hub: Hub, by: By, said: set[str]) -> Iterator[Thing]:
    """Everything that waits, group by group; a hold of a request that is `said` already is not said again."""
    yield from disposals(hub)
    yield from _recalls(hub, by.as_at)
    yield from _returns(hub)
    yield from _holds(hub, by.as_at, said)
    yield from _decisions(hub, by.as_at)
    yield from _copies(hub, by.as_at)
    yield from _reports(hub, by)


def disposals(hub: Hub) -> Iterator[Thing]:
    """Disposals on their way: reviewed and to be approved by another person, or approved and to be carried out."""
    for one in review.listed(hub):
        if one.status not in review.OPEN:
            continue
        is_reviewed = one.status == DisposalStatus.REVIEWED
        who = f"{one.reviewed_by} {shown(one.reviewed_with)}"
        step = "to be approved" if is_reviewed else "to be carried out"
        yield Thing(
            SECOND,
            one.disposal,
            f"Disposal {one.disposal} of {one.to_destroy:,} records, reviewed by {who}, is {step}",
            f"an approver who is not {one.reviewed_by}" if is_reviewed else "a reviewer, an approver or an operator",
            None,
            "Nothing is destroyed, and the records are kept past their date.",
            "retention approve" if is_reviewed else "retention dispose",
            {"disposal": one.disposal},
            "disposal",
        )


def _recalls(hub: Hub, as_at: date) -> Iterator[Thing]:
    asked = select(RECALLS, FAMILIES.c.family.label("there"))
    asked = asked.outerjoin(FAMILIES, FAMILIES.c.family == RECALLS.c.family)
    waiting = asked.where(RECALLS.c.acknowledged_on.is_(None), RECALLS.c.asked_on <= as_at)
    with hub.read() as connection:
        rows = connection.execute(waiting.order_by(RECALLS.c.asked_on, RECALLS.c.recall)).mappings().all()
    for row in rows:
        whose = f"of family {row['there']}" if row["there"] else "of a record that was destroyed"
        yield Thing(
            UNANSWERED,
            row["recall"],
            f"{row['organisation']} was asked on {words(row['asked_on'])} to give up what it holds {whose}",
            row["organisation"],
            None,
            "What was shared stays with them although there is no ground for it any more.",
            "recall",
            {"family": row["there"], "acknowledge": row["organisation"]} if row["there"] else {},
            "family" if row["there"] else "",
        )


def _returns(hub: Hub) -> Iterator[Thing]:
    for one in returns.waiting(hub):
        yield Thing(
            PAUSED,
            one["return"],
            f"Return {one['return']} of {one['partner']}: {'; '.join(one['why'])}",
            "an officer or an operator",
            one["kept_until"],
            "It is erased, and the partner must send it again.",
            "case",
            {"returned": one["return"]},
            "returned",
        )


def _holds(hub: Hub, as_at: date, said: set[str]) -> Iterator[Thing]:
    for one in retention_holds.held(hub, as_at):
        if one.review_due and one.request not in said:
            yield Thing(
                HOLDS,
                one.hold,
                f"Hold {one.hold} on family {one.family}: {HoldCode(one.code).label.lower()}",
                "an officer or a reviewer",
                one.review_on,
                "The record is kept for a reason that nobody has looked at again.",
                "retention unhold",
                {"hold": one.hold, "family": one.family},
                "family",
            )


def _decisions(hub: Hub, as_at: date) -> Iterator[Thing]:
    names = [each.name for each in hub.policy.in_force(as_at) if each.unconfirmed]
    if names:
        count = "1 value is an assumption" if len(names) == 1 else f"{len(names):,} values are assumptions"
        yield Thing(
            DECISIONS,
            "decisions",
            f"{count} until somebody of the council confirms them",
            "an officer",
            None,
            "Every report says that it rests on assumptions.",
            "decisions list",
        )


def _copies(hub: Hub, as_at: date) -> Iterator[Thing]:
    for one in sweep.temporary(hub):
        if one.delete_on <= as_at:
            yield Thing(
                COPIES,
                one.reference,
                f"{one.what} {one.reference} of request {one.request} should be gone",
                "an officer",
                one.delete_on,
                "What is held about one person lies in a file for longer than it is needed.",
                "case",
                {"request": one.request},
                "request",
            )


def _reports(hub: Hub, by: By) -> Iterator[Thing]:
    home = Path(hub.home)
    try:
        late = said.lateness(home, plan.read(home=home), end_of(by.as_at))
    except HubError as error:
        late = [str(error)]
    for line in late:
        what = line.removeprefix("LATE: ")
        yield Thing(
            REPORTS,
            what.partition(",")[0],
            f"{what[:1].upper()}{what[1:]}",
            "an operator",
            None,
            "Nobody can show how the promises stood in that time.",
            "schedule run-due",
        )
