"""The register of requests about data rights and of complaints: every step a new row, nothing is ever overwritten.

An open request for access, portability or restriction, and an open complaint, keeps the family's record by a hold that
is placed in the same transaction; what was scheduled for disposal that day is kept as evidence. It judges no deadline:
that is `clock`'s. Source: notice P9; Data Protection Act 2018 s.173.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, Select, select

from hubdata import moments, policy
from hubdata.dates import add_months, words
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records.decisions import read as decisions
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.retention import due
from hubdata.retention import holds as retention_holds
from hubdata.rights import view
from hubdata.rights.view import REQUESTS, Standing
from hubdata.rules import clock, course
from hubdata.rules.asked import corrections
from hubdata.rules.asked.corrections import EVENTS
from hubdata.rules.course import Case, Event
from hubdata.terms import Method, RequestKind, RequestStep, Role

AUTHORITY = {
    "access_request": "Data Protection Act 2018, section 173: what was asked for may not be destroyed",
    "restriction": "UK GDPR, Article 18: kept, and not used",
    "complaint": "Data Protection Act 2018, section 164A: evidence of an open complaint",
}
NEED_PERSON = "--person is missing: the right belongs to one person; log one request for each member of the family"


@dataclass(frozen=True)
class NewRequest:
    """A request or complaint as it came."""

    family: str
    kind: str
    received_on: date
    person: str | None = None
    asked_by: str | None = None
    method: str | None = None


def log(hub: Hub, asked: NewRequest, by: By) -> Standing:
    """Add a request or complaint, and the hold that it needs; returns how it stands on `by.as_at`.

    Raises BadParameter for an unknown family, person or kind, Refused for a day that lies ahead.
    """
    _check(asked, hub.policy)
    request = f"Q{secrets.token_hex(5)}"
    said = {"request": request, "family": asked.family, "kind": str(asked.kind)}
    act = Act(by.actor, "officer", by.reason or f"{asked.kind} received", f"{_noun(asked.kind)}.log", said)
    with hub.write(act) as connection:
        _people(connection, asked)
        before = view.read(connection, asked.received_on, family=asked.family)
        row = {
            "request": request,
            "family": asked.family,
            "person": asked.person,
            "asked_by": asked.asked_by,
            "kind": asked.kind,
            "method": asked.method,
            "same_as": _same(before, asked),
            "recorded_at": moments.stamp(),
            **_scheduled(connection, asked),
        }
        connection.execute(REQUESTS.insert(), row)
        _add(connection, request, Event(_event(), RequestStep.RECEIVED, asked.received_on, by.reason))
        act.detail["hold"] = _hold(connection, request, asked)
        return _one(connection, request, max(by.as_at, asked.received_on))


def _noun(kind: str) -> str:
    return "complaint" if kind == RequestKind.COMPLAINT else "rights"


def _event() -> str:
    return f"E{secrets.token_hex(5)}"


def right(kind: str) -> str:
    """The kind of a data right. Raises BadParameter if it is none."""
    if kind not in course.RIGHTS:
        allowed = ", ".join(one for one in RequestKind if one in course.RIGHTS)
        raise BadParameter(f"--kind {kind!r} is not a data right; allowed are {allowed}")
    return kind


def _check(asked: NewRequest, decided: policy.Policy) -> None:
    if asked.kind != RequestKind.COMPLAINT:
        right(asked.kind)
    if asked.method is not None and asked.method not in Method._value2member_map_:
        raise BadParameter(f"--method {asked.method!r} is none; allowed are {', '.join(Method)}")
    if asked.person is None and asked.kind != RequestKind.COMPLAINT:
        raise BadParameter(NEED_PERSON)
    refuse_ahead(asked.received_on)
    clock.law(decided, asked.received_on)


def refuse_ahead(day: date) -> None:
    """Raises Refused for a day that lies ahead."""
    if day > moments.today():
        raise Refused(f"{words(day)} lies ahead: what happened is recorded on its day or later")


def _people(connection: Connection, asked: NewRequest) -> None:
    families, people = TABLES["families"], TABLES["people"]
    if not connection.execute(select(families.c.family).filter_by(family=asked.family)).first():
        raise BadParameter(f"the hub has no family {asked.family!r}; check the reference")
    rows = connection.execute(select(people.c.person, people.c.died_on).filter_by(family=asked.family))
    members: dict[str, date | None] = {row.person: row.died_on for row in rows}
    for name, person in (("--person", asked.person), ("--asked-by", asked.asked_by)):
        if person is not None and person not in members:
            raise BadParameter(f"{name} {person!r} is not of family {asked.family!r}; check both references")
        _refuse_after_death(person, members.get(person or ""), asked.received_on)


def _refuse_after_death(person: str | None, died_on: date | None, day: date) -> None:
    """Raises Refused for what somebody is said to have asked, or to have a right to, on a day after their death."""
    if died_on is not None and died_on < day:
        raise Refused(
            f"{person} died on {words(died_on)}, and the request came on {words(day)}: data rights are of the living, "
            "and nobody asks after their death. Check both days; what relatives or the court ask for is no data right"
        )


def _same(before: list[Standing], asked: NewRequest) -> str | None:
    """The first open request of the same person and kind; a duplicate is linked to it and runs its own course."""
    same = (one for one in before if one.outcome == "open" and (one.person, one.kind) == (asked.person, asked.kind))
    return next((one.request for one in same), None) if asked.person else None


def _scheduled(connection: Connection, asked: NewRequest) -> dict:
    found = due.state_of(connection, [asked.family], asked.received_on)
    row = found[0] if found else {}
    return {"scheduled_on": row.get("due_on"), "scheduled_rule": row.get("rule"), "scheduled_state": row.get("state")}


def _add(connection: Connection, request: str, event: Event) -> None:
    names = ("event", "what", "happened_on", "reason", "exemption", "organisation", "supersedes")
    row = {name: getattr(event, name) for name in names}
    connection.execute(EVENTS.insert(), row | {"request": request, "recorded_at": moments.stamp()})


def _hold(connection: Connection, request: str, asked: NewRequest) -> str | None:
    code = course.HOLD.get(asked.kind)
    if code is None:
        return None
    law = clock.law(decisions.of(connection), asked.received_on)
    told = clock.read(clock.RequestDays(asked.received_on, str(asked.kind)), law, asked.received_on)
    about = (asked.person,) if asked.person and asked.kind == RequestKind.RESTRICTION else ()
    new = retention_holds.NewHold(
        asked.family,
        code,
        asked.received_on,
        f"{_words(asked.kind)} {request}, received on {words(asked.received_on)}",
        AUTHORITY[code],
        told.alert_on or add_months(asked.received_on, law.months),
        about,
        request,
    )
    return retention_holds.place(connection, new)


def _words(kind: str) -> str:
    return "complaint" if kind == RequestKind.COMPLAINT else f"{kind} request"


def _one(connection: Connection, request: str, as_at: date) -> Standing:
    return view.read(connection, as_at, request=request)[0]


def event(hub: Hub, request: str, given: Event, by: By, noun: str = "rights") -> Standing:
    """Add one step; what ends a request releases its hold, and no other. Returns how it stands on `by.as_at`.

    Raises BadParameter for an unknown request, step, partner or exemption, Refused if the step cannot be taken.
    """
    _known(given, hub.policy)
    said = {"request": request, "what": str(given.what)}
    act = Act(by.actor, "officer", given.reason or str(given.what), f"{noun}.event", said)
    with hub.write(act) as connection:
        return take(connection, found(connection, request, noun), given, by, act.detail)


def take(connection: Connection, row: dict, given: Event, by: By, detail: dict) -> Standing:
    """Add one step to a row of the register in the caller's transaction, whose entry's `detail` says what it released.

    Raises Refused if the step cannot be taken.
    """
    request = row["request"]
    new = replace(given, event=_event(), recorded_at=moments.stamp())
    steps = [*corrections.steps(connection, [request])[request], new]
    corrects = corrections.of_steps({request: steps})
    if wrong := course.problems(case(connection, row), steps[:-1], new, corrects):
        raise Refused(f"The step was not recorded. {'. '.join(wrong)}.", wrong)
    _organisation(connection, given.organisation)
    _refuse_untrue(connection, row, new)
    clock_of = course.asked(row["kind"], course.course(steps, corrects))
    clock.read(clock_of, clock.law(decisions.of(connection), clock_of.received), by.as_at)
    _add(connection, request, new)
    if new.what in course.ENDS and not new.supersedes:
        detail["released"] = _release(connection, row, new)
    return _one(connection, request, max(by.as_at, clock_of.received))


def _known(given: Event, decided: policy.Policy) -> None:
    if given.what not in RequestStep._value2member_map_ or given.what == RequestStep.RECEIVED and not given.supersedes:
        allowed = ", ".join(what for what in RequestStep if what != RequestStep.RECEIVED)
        raise BadParameter(f"--what {given.what!r} is no step; allowed are {allowed}")
    exemptions = decided.value("rights.exemptions", given.happened_on)
    if given.exemption is not None and given.exemption not in exemptions:
        raise BadParameter(f"--exemption {given.exemption!r} is none; allowed are {', '.join(exemptions)}")
    refuse_ahead(given.happened_on)


def found(connection: Connection, request: str, noun: str) -> dict:
    """A request's or complaint's row, which nobody else may change now. Raises BadParameter if there is none."""
    return _row(connection, request, noun, select(REQUESTS).filter_by(request=request).with_for_update())


def there(connection: Connection, request: str, noun: str) -> dict:
    """A request's or complaint's row as it is read. Raises BadParameter if there is none."""
    return _row(connection, request, noun, select(REQUESTS).filter_by(request=request))


def _row(connection: Connection, request: str, noun: str, asked: Select) -> dict:
    row = connection.execute(asked).mappings().first()
    if row is None or _noun(row["kind"]) != noun:
        what = "complaint" if noun == "complaint" else "request"
        raise BadParameter(f"the register has no {what} {request!r}; `hubdata {noun} list` shows those it has")
    return dict(row)


def case(connection: Connection, row: dict) -> Case:
    """What must be shown before anything is given upon a request."""
    by = row["asked_by"]
    adult = bool(by and by != row["person"]) and row["person"] is not None
    if adult:
        role = select(TABLES["people"].c.role).filter_by(person=row["person"])
        adult = connection.execute(role).scalar_one() != Role.CHILD
    return Case(row["kind"], bool(row["same_as"]), adult)


def _refuse_untrue(connection: Connection, row: dict, new: Event) -> None:
    """Raises Refused for an answer by a copy that was not made by then, and for a request moved to after a death."""
    if new.what == RequestStep.RECEIVED:
        died = select(TABLES["people"].c.person, TABLES["people"].c.died_on)
        for person, died_on in connection.execute(
            died.filter(TABLES["people"].c.person.in_([row["person"], row["asked_by"]]))
        ):
            _refuse_after_death(person, died_on, new.happened_on)
    if row["kind"] != RequestKind.ACCESS or new.what != RequestStep.RESPONDED or policy.meant(new.reason):
        return
    copies = TABLES["packs"]
    whole = select(copies.c.made_on).filter_by(request=row["request"]).where(copies.c.data_sha256.is_not(None))
    made = sorted(connection.execute(whole).scalars())
    if made and made[0] <= new.happened_on:
        return
    why = f"its first whole copy was made on {words(made[0])}" if made else "no whole copy of it was made"
    raise Refused(
        f"The step was not recorded. The answer to an access request is a copy, and on {words(new.happened_on)} "
        f"there was none: {why}. Make it with `hubdata rights pack --request {row['request']}`, or, if it was answered "
        "in another way, say in which with --reason"
    )


def _organisation(connection: Connection, organisation: str | None) -> None:
    known = select(TABLES["organisations"].c.organisation).filter_by(organisation=organisation)
    if organisation is not None and not connection.execute(known).first():
        raise BadParameter(f"the hub has no organisation {organisation!r}; check the reference")


def _release(connection: Connection, row: dict, new: Event) -> list[str]:
    """End the request's own hold; a restriction that was granted is kept until an officer lifts it."""
    if row["kind"] == RequestKind.RESTRICTION and new.what == RequestStep.RESPONDED:
        return []
    holds = TABLES["holds"]
    own = list(connection.execute(select(holds.c.hold).filter_by(request=row["request"], released_on=None)).scalars())
    for hold in own:
        retention_holds.release(connection, hold, new.happened_on)
    return own


def listed(
    hub: Hub, as_at: date, complaints: bool, family: str | None = None, still_open: bool = False
) -> list[Standing]:
    """The register on a day, the oldest first."""
    where = {"family": family} if family else {}
    with hub.read() as connection:
        found = view.read(connection, as_at, **where)
    kept = (one for one in found if (one.kind == RequestKind.COMPLAINT) == complaints)
    return [one for one in kept if one.outcome == "open" or not still_open]
