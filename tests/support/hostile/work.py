"""Goals, reviews, needs, holds, requests and what officers decided about two records, of one small story."""

from datetime import date, timedelta

from tests.support.hostile.decided import members_of
from tests.support.hostile.household import Cast
from tests.support.hostile.kit import Kit

STEPS = ("id_requested", "id_received", "authority_requested", "authority_received", "clarification_asked")
MORE_STEPS = ("clarification_received", "extended", "fee_requested", "fee_received")


def tell(kit: Kit, cast: Cast) -> None:
    """Add each family's goals and needs, what is held back, and what was asked for."""
    for family in cast.families:
        if family not in cast.ended:
            _goals(kit, family)
        if kit.chance(4):  # of those for which all had ended, too
            _need(kit, cast, family)
        _holds(kit, cast, family)
        if kit.chance(2):
            _request(kit, cast, family)
    if len(cast.families) > 1 and kit.chance(2):
        _pair(kit, cast)


def _goals(kit: Kit, family: str) -> None:
    row = next(row for row in kit.made["families"] if row["family"] == family)
    for number in range(kit.pick(0, 0, 1, 2)):
        day = kit.pick(kit.about(90), kit.about(365), kit.day(), row["opened_on"])
        closed = kit.rarely(kit.day(), 4)
        kit.add(
            "goals",
            goal=f"{family}G{number}",
            family=family,
            area="health",
            instrument=kit.pick("gbo", "gbo", "gbo", "abacus"),
            set_on=day,
            closed_on=closed,
            result="met" if closed else None,
            recorded_at=kit.recorded(day),
        )
        for review in {kit.about(90), kit.about(365), kit.day()} if kit.chance(2) else ():
            kit.add(
                "reviews",
                goal=f"{family}G{number}",
                reviewed_on=review,
                score=5,
                perspective="family",
                recorded_at=kit.recorded(review),
            )


def _need(kit: Kit, cast: Cast, family: str) -> None:
    row = next(row for row in kit.made["families"] if row["family"] == family)
    day = kit.pick(row["opened_on"], kit.day(), kit.day(), row["closed_on"] or kit.day())
    kit.add(
        "needs",
        need=f"{family}N0",
        family=family,
        area="health",
        identified_on=day,
        status="unmet",
        reason="no_service",
        organisation=kit.pick(None, *cast.organisations),
        recorded_at=kit.recorded(day),
    )


def _holds(kit: Kit, cast: Cast, family: str) -> None:
    for number in range(kit.pick(0, 0, 1, 1, 2, 2)):
        placed = kit.pick(kit.about(200), kit.day())
        kit.add(
            "holds",
            hold=f"{family}H{number}",
            family=family,
            code="litigation",
            reason=kit.reason(),
            authority=None,
            placed_on=placed,
            review_on=kit.mostly(placed + timedelta(days=kit.pick(30, 400)), 3),
            released_on=kit.rarely(kit.day(), 3),
            recorded_at=kit.recorded(placed),
            scope=kit.rarely(kit.some(members_of(kit, cast, family), 1), 4),
            request=None,
        )


def _request(kit: Kit, cast: Cast, family: str) -> None:
    name, kind = f"{family}R0", kit.pick("access", "access", "access", "erasure", "complaint", "complaint")
    long_ago = kit.pick(kit.about(30), kit.about(30), kit.about(60), kit.about(92))
    received = kit.day() if kit.chance(2 if kind == "complaint" else 5) else long_ago
    person = kit.pick(*cast.people[family], *cast.people[kit.pick(*cast.families)])
    kit.add(
        "requests",
        request=name,
        family=family,
        person=person,
        asked_by=kit.pick(None, person, cast.people[family][0]),
        kind=kind,
        method="written",
        same_as=None,
        scheduled_on=None,
        scheduled_rule=None,
        scheduled_state=None,
        recorded_at=kit.recorded(received),
    )
    steps = ["acknowledged", "closed"] if kind == "complaint" else [*STEPS, *MORE_STEPS, *STEPS[4:], *MORE_STEPS[:1]]
    ends = [] if kind == "complaint" else [kit.pick("responded", "refused", "withdrawn")]
    chosen = kit.random.sample(steps, kit.random.randint(0, min(4, len(steps)))) + (ends if kit.chance(3) else [])
    chosen = [what for number, what in enumerate(chosen) if _may_come(what, chosen[:number])]
    days = sorted(received + timedelta(days=kit.random.randint(0, 40)) for _ in chosen)
    steps = list(zip(["received", *chosen], [received, *days], strict=True))
    for number, (what, day) in enumerate(steps):
        _step(kit, name, f"{name}E{number}", what, day)
        if kit.chance(8):
            _step(kit, name, f"{name}E{number}b", what, day - timedelta(days=0 if number else 2), f"{name}E{number}")


def _step(kit: Kit, request: str, event: str, what: str, day: date, supersedes: str | None = None) -> None:
    kit.add(
        "request_events",
        event=event,
        request=request,
        what=what,
        happened_on=day,
        reason="Much to look for",
        exemption=None,
        organisation=None,
        supersedes=supersedes,
        recorded_at=kit.recorded(day) + timedelta(days=20 if supersedes else 0),
    )


def _may_come(what: str, before: list[str]) -> bool:
    """An answer comes to a question; only a clarification may come that nobody asked for."""
    kind, _, done = what.rpartition("_")
    return done != "received" or kind == "clarification" or f"{kind}_requested" in before


def _pair(kit: Kit, cast: Cast) -> None:
    one, other = kit.random.sample(cast.families, 2)
    for number in range(kit.pick(1, 1, 2)):
        day = kit.day()
        kit.add(
            "pair_decisions",
            pair_decision=f"{kit.name}D{number}",
            family=one,
            other=other,
            decision=kit.pick("same", "same", "different", "unsure", "undone"),
            compared="0" * 64,
            reason="Seen",
            decided_on=day,
            decided_by="officer",
            recorded_at=kit.recorded(day),
        )
