"""Plants requests about data rights and complaints in every state, three kinds of them past or near their date.

The steps are such as the register takes, and holds follow from them as they do there. Odd turns plant the second form.
"""

from datetime import date, datetime, time, timedelta
from hashlib import sha256

import numpy as np

from hubdata.demo.faults.faults import EPOCH, hold
from hubdata.demo.faults.planter import family_reference
from hubdata.demo.rows.columns import NEVER
from hubdata.demo.rows.plan import KINDS, PLAIN, SMALL

COMPLAINTS_FROM = (date(2026, 6, 19) - EPOCH).days  # before, no law set a time to acknowledge one
KNOWN_SINCE = 420  # a family was open for so long that it may have asked for each of these
FEWEST, FOR_EACH = 24, 50  # requests besides the faults: so many, and one more for so many families
HOLDS = {
    "access": "access_request",
    "portability": "access_request",
    "restriction": "restriction",
    "complaint": "complaint",
}
ENDS = ("responded", "refused", "withdrawn", "closed")
METHODS = ("electronic", "written", "verbal")
# The kind, how many days ago it came, and each step with how many days after that it was taken.
FAULTS = {
    "RR01": (("access", 45, {}), ("rectification", 70, {"extended": 50})),
    "RR02": (("access", 28, {}), ("complaint", 25, {})),
    "RR03": (("complaint", 40, {}), ("complaint", 30, {})),
}
OPEN = (
    ("access", 80, {"extended": 20}),
    ("access", 30, {"clarification_asked": 10}),
    ("access", 50, {"id_requested": 2}),
    ("access", 26, {"clarification_asked": 5, "clarification_received": 15}),
    ("access", 20, {"id_requested": 1, "id_received": 6, "partner_pending": 7, "partner_complete": 12}),
    ("rectification", 12, {"partner_pending": 3, "partner_error": 8}),
    ("restriction", 9, {"partner_suspended": 4}),
    ("complaint", 20, {"acknowledged": 3}),
    ("complaint", 8, {}),
)
ENDED = (
    ("access", 120, {"responded": 21}),
    ("access", 100, {"id_requested": 1, "id_received": 4, "responded": 33}),
    ("access", 88, {"responded": 45}),
    ("access", 150, {"extended": 25, "responded": 70}),
    ("erasure", 90, {"refused": 20}),
    ("objection", 140, {"responded": 25}),
    ("portability", 70, {"refused": 6}),
    ("restriction", 60, {"responded": 10}),
    ("rectification", 110, {"responded": 14}),
    ("access", 65, {"withdrawn": 8}),
    ("complaint", 75, {"acknowledged": 5, "closed": 40}),
    ("complaint", 95, {"acknowledged": 36, "closed": 60}),
)
REASONS = {
    "extended": "Several years of records are to be searched",
    "received": "Asked at the hub",
    "clarification_asked": "Which years are meant",
}
SAYS = {"refused": {"exemption": "right_does_not_apply"}} | {
    f"partner_{state}": {"organisation": "HVS"} for state in ("pending", "complete", "error", "suspended")
}
KEPT_DAYS = 30  # a person's copy is kept for so long


def plant(planter) -> None:
    """Write the register: every fault in both its forms, then requests that nothing is wrong with."""
    families = _families(planter.plan)
    planter.register = {"requests": [], "request_events": [], "packs": []}
    for code, forms in FAULTS.items():
        for form in forms:
            request = _ask(planter, families, form)
            if form[0] != "complaint" or planter.plan.as_at - form[1] >= COMPLAINTS_FROM:
                planter.found(code, request)
    for turn in range(FEWEST + planter.plan.families // FOR_EACH):
        whole, place = divmod(turn, len(OPEN) + len(ENDED))
        kind, ago, steps = (*OPEN, *ENDED)[place]
        _ask(planter, families, (kind, ago + (23 * whole % 200 if place >= len(OPEN) else 0), steps))


def _families(plan) -> list[int]:
    is_open = (plan.closed == NEVER) & (plan.opened <= plan.as_at - KNOWN_SINCE)
    if plan.families >= SMALL:
        is_open &= plan.kind == KINDS.index(PLAIN)
    return np.flatnonzero(is_open).tolist()


def _ask(planter, families: list[int], form: tuple) -> str:
    kind, ago, steps = form
    number = len(planter.register["requests"]) + 1
    family, request = families[number * 7 % len(families)], f"Q{number:06}"
    received = planter.plan.as_at - ago
    person = planter.person(family, 0 if kind == "complaint" else number % 2)
    planter.register["requests"].append(
        {
            "request": request,
            "family": family_reference(family),
            "person": person,
            "asked_by": planter.person(family),
            "kind": kind,
            "method": METHODS[number % len(METHODS)],
            "same_as": None,
            "scheduled_on": None,
            "scheduled_rule": None,
            "scheduled_state": "open",
            "recorded_at": _at(received),
        }
    )
    for what, after in ({"received": 0} | steps).items():
        _step(planter, request, what, received + after)
    if kind == "access" and "responded" in steps:
        _copy(planter, received + steps["responded"])
    _keep(planter, family, request, form)
    return request


def _copy(planter, made: int) -> None:
    """The copy that answered the latest request; it has deleted itself if its days are over."""
    request, gone = planter.register["requests"][-1], made + KEPT_DAYS
    planter.register["packs"].append(
        {
            "pack": f"K{request['request'][1:]}",
            "made_on": _at(made).date(),
            "delete_on": _at(gone).date(),
            "deleted_at": _at(gone) if gone <= planter.plan.as_at else None,
            "recorded_at": _at(made),
            **{name: request[name] for name in ("request", "family", "person")},
            **{name: sha256(f"{name} {made}".encode()).hexdigest() for name in ("page_sha256", "data_sha256")},
        }
    )


def _step(planter, request: str, what: str, day: int) -> None:
    events = planter.register["request_events"]
    said = {"exemption": None, "organisation": None} | SAYS.get(what, {})
    events.append(
        {
            "event": f"E{len(events) + 1:06}",
            "request": request,
            "what": what,
            "happened_on": _at(day).date(),
            "reason": REASONS.get(what),
            **said,
            "supersedes": None,
            "recorded_at": _at(day),
        }
    )


def _keep(planter, family: int, request: str, form: tuple) -> None:
    """The hold that the register places with it, and releases when it ends; a granted restriction stays."""
    kind, ago, steps = form
    if kind not in HOLDS:
        return
    ended = next((ago - after for what, after in steps.items() if what in ENDS), None)
    if kind == "restriction" and "responded" in steps:
        ended = None
    hold(
        planter,
        family,
        code=HOLDS[kind],
        placed_before=ago,
        review_in=30 - ago,
        released_before=ended,
        reason=f"The family's {kind} {request} is open",
        request=request,
    )


def _at(day: int) -> datetime:
    return datetime.combine(EPOCH + timedelta(days=day), time(10, 20))
