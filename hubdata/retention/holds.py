"""Holds on families' records: placed for a coded reason, released one by one; it never shortens or starts a period.

A hold beats every rule, and ending one destroys nothing. One that a data-rights request placed stays until that request
is closed. Source: notice P8 and P9; Data Protection Act 2018 s.173.
"""

import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, or_, select, text

from hubdata import dates, moments, policy
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.rules import course
from hubdata.rules.asked import corrections
from hubdata.terms import HoldCode

HOLDS = TABLES["holds"]


@dataclass(frozen=True)
class NewHold:
    """A hold to be placed; `scope` names the people it is about, or nobody: then it is about the whole record."""

    family: str
    code: str
    placed_on: date
    reason: str | None = None
    authority: str | None = None
    review_on: date | None = None
    scope: tuple[str, ...] = ()
    request: str | None = None


@dataclass(frozen=True)
class Held:
    """One hold as it stands on a day; `missing` names what a hold should say and this one does not."""

    hold: str
    family: str
    code: str
    placed_on: date
    review_on: date | None
    released_on: date | None
    in_force: bool
    review_due: bool
    authority: str | None
    scope: list[str]
    request: str | None
    missing: list[str]


def place_hold(
    hub: Hub, family: str, code: str, by: By, review_on: str | None, authority: str | None, scope: tuple[str, ...] = ()
) -> str:
    """Place a hold and return its reference.

    Raises BadParameter if the family, a person or the code is unknown, or it would be reviewed before it is placed.
    """
    if code == HoldCode.KEPT_ON_REVIEW:
        raise BadParameter(f"{code} is placed by a disposal review only; use `hubdata retention review`")
    review = dates.parse(review_on, "--review-on") if review_on is not None else None
    new = NewHold(family, code, by.as_at, by.reason, authority, review, tuple(dict.fromkeys(scope)))
    act = Act(by.actor, "officer", policy.meant(by.reason) or f"hold: {code}", "retention.hold", {"family": family})
    with hub.write(act) as connection:
        act.detail["hold"] = place(connection, new)
    return act.detail["hold"]


def place(connection: Connection, new: NewHold) -> str:
    """Place a hold in the caller's transaction, as `place_hold` does."""
    if new.code not in HoldCode._value2member_map_:
        raise BadParameter(f"{new.code!r} is not a reason to hold; allowed are {', '.join(HoldCode)}")
    if new.review_on and new.review_on < new.placed_on:
        raise BadParameter(
            f"--review-on {new.review_on} lies before the hold is placed, {new.placed_on}; correct either"
        )
    if not connection.execute(text("SELECT 1 FROM families WHERE family = :family"), {"family": new.family}).scalar():
        raise BadParameter(f"the hub has no family {new.family!r}")
    people = select(TABLES["people"].c.person).filter_by(family=new.family)
    if strangers := sorted(set(new.scope) - set(connection.execute(people).scalars())):
        raise BadParameter(
            f"{', '.join(strangers)} is not of family {new.family!r}; a hold is about people of its family"
        )
    hold = f"H{secrets.token_hex(5)}"
    connection.execute(
        HOLDS.insert(),
        {
            "hold": hold,
            "family": new.family,
            "code": new.code,
            "reason": new.reason,
            "authority": new.authority,
            "placed_on": new.placed_on,
            "review_on": new.review_on,
            "released_on": None,
            "request": new.request,
            "scope": ";".join(new.scope) or None,
            "recorded_at": moments.stamp(),
        },
    )
    return hold


def missing(reason: object, authority: object, review_on: object) -> list[str]:
    """What a hold should say and does not; it holds all the same."""
    said = {"reason": policy.meant(reason), "authority": policy.meant(authority, numbers=True), "review_on": review_on}
    return [name for name, value in said.items() if not value]


def placed_lines(hold: str, family: str, lacks: list[str]) -> list[str]:
    """That a hold was placed, for a reader."""
    said = [f"Hold {hold} is placed on {family}."]
    if lacks:
        said.append(
            f"It holds, but says no {' and no '.join(n.replace('review_on', 'review date') for n in lacks)}: "
            "past the record's date that is a finding (RT02)."
        )
    return said


def release_hold(hub: Hub, hold: str, by: By) -> None:
    """Release one hold; others on the same family stay.

    Raises BadParameter if there is none of that reference in force, Refused if the day lies ahead or before it was
    placed, or if the request that it belongs to is still open.
    """
    act = Act(by.actor, "officer", by.reason or "the reason has ended", "retention.unhold", {"hold": hold})
    with hub.write(act) as connection:
        if request := _open_request(connection, hold, by.as_at):
            raise Refused(
                f"hold {hold} belongs to request {request}, which is open: what was asked for may not be "
                "destroyed; close the request first, and the hold ends with it"
            )
        release(connection, hold, by.as_at)


def _open_request(connection: Connection, hold: str, as_at: date) -> str | None:
    """The request that a hold belongs to, if no step that stands had ended it by a day."""
    request = connection.execute(select(HOLDS.c.request).filter_by(hold=hold)).scalar()
    if request is None:
        return None
    steps = corrections.steps(connection, [request])
    taken = course.course(steps[request], corrections.of_steps(steps), as_at)
    return request if course.outcome(taken) == "open" else None


def release(connection: Connection, hold: str, released_on: date) -> None:
    """Release one hold in the caller's transaction. Raises as `release_hold`, but does not ask about requests."""
    lock = select(HOLDS.c.placed_on).filter_by(hold=hold, released_on=None).with_for_update()
    placed_on = connection.execute(lock).scalar()
    if placed_on is None:
        raise BadParameter(f"there is no hold {hold!r} in force")
    if released_on > moments.today():
        raise Refused(f"{dates.words(released_on)} lies ahead: a hold is released on the day or later, not in advance")
    if released_on < placed_on:
        raise Refused(
            f"hold {hold} was placed on {dates.words(placed_on)}: it cannot have been released before that day"
        )
    connection.execute(HOLDS.update().filter_by(hold=hold, released_on=None).values(released_on=released_on))


def held(hub: Hub, as_at: date, family: str | None = None, released: bool = False) -> list[Held]:
    """Holds placed by a day, oldest first: those in force on it, or with `released` all."""
    query = select(HOLDS).where(HOLDS.c.placed_on <= as_at).order_by(HOLDS.c.placed_on, HOLDS.c.hold)
    if family:
        query = query.filter_by(family=family)
    if not released:
        query = query.where(or_(HOLDS.c.released_on.is_(None), HOLDS.c.released_on > as_at))
    with hub.read() as connection:
        return [_held(row, as_at) for row in connection.execute(query).mappings()]


def _held(row, as_at: date) -> Held:
    in_force = row["released_on"] is None or row["released_on"] > as_at
    review_due = bool(in_force and row["review_on"] and row["review_on"] <= as_at)
    names = ("hold", "family", "code", "placed_on", "review_on", "released_on", "authority", "request")
    scope = row["scope"].split(";") if row["scope"] else []
    gaps = missing(row["reason"], row["authority"], row["review_on"])
    said = {name: row[name] for name in names}
    return Held(**said, in_force=in_force, review_due=review_due, scope=scope, missing=gaps)


def lines(found: list[Held], as_at: date) -> list[str]:
    """Holds for a reader."""
    if not found:
        return [f"Nothing is on hold on {dates.words(as_at)}."]
    return [f"{len(found):,} {'hold' if len(found) == 1 else 'holds'} as at {dates.words(as_at)}", *map(line, found)]


def line(one: Held) -> str:
    """One hold for a reader."""
    parts = [f"{one.hold}  family {one.family}: {one.code} since {dates.words(one.placed_on)}"]
    parts += [f"about {', '.join(one.scope)}"] if one.scope else []
    parts += [f"request {one.request}"] if one.request else []
    parts += [f"released on {dates.words(one.released_on)}"] if one.released_on else []
    if one.review_on:
        parts.append(f"{'review is due since' if one.review_due else 'review on'} {dates.words(one.review_on)}")
    parts += [f"without {' or '.join(one.missing)}"] if one.missing else []
    return "  " + "; ".join(parts)
