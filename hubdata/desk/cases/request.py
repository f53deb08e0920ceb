"""The case of a request about data rights, or of a complaint: its line in time, its letters, its partners' parts."""

from datetime import date

from hubdata.desk.cases import letters
from hubdata.desk.cases.case import Case, Part, Step, open_family
from hubdata.desk.cases.done import done
from hubdata.desk.cases.page import TODAY
from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.records.store import Hub
from hubdata.rights import view
from hubdata.rights import words as rights_words
from hubdata.rights.view import Standing
from hubdata.terms import RequestKind, RequestStep

NOTICE = "The last day on which the person can be told that it takes longer"
DUE = "The last day of its period"


def read(hub: Hub, reference: str, by: By) -> Case:
    """A request or complaint as it stands on a day. Raises BadParameter if the register has none of that reference."""
    with hub.read() as connection:
        found = view.read(connection, by.as_at, request=reference)
        if not found:
            raise BadParameter("the register has no request or complaint under that reference on that day")
        (one,) = found
        entries, written = done(connection, reference), letters.parts(connection, one)
        by_letter = letters.steps(connection, one)
    is_complaint = one.kind == RequestKind.COMPLAINT
    hub.look(by, "complaint.list" if is_complaint else "rights.list", one.family)
    return Case(
        "complaint" if is_complaint else "request",
        one.request,
        f"{'Complaint' if is_complaint else 'Request'} {one.request}",
        [(term, said) for term, said in _facts(one) if said],
        [*written, *_parts(one)],
        entries,
        [*(_of_complaint(one) if is_complaint else _of_request(one)), *by_letter, open_family(one.family)],
        _days(one, by.as_at),
    )


def _facts(one: Standing) -> list[tuple[str, str]]:
    return [
        ("What was asked", RequestKind(one.kind).label),
        ("About", f"{one.person or 'nobody named'}, family {one.family}"),
        ("Asked by", one.asked_by or ""),
        ("How it stands", rights_words.standing(one)),
        ("Paused for", f"{one.paused_days:,} days" if one.paused_days else ""),
        ("Kept by the hold", ", ".join(one.holds)),
        ("Like an earlier one", one.same_as or ""),
    ]


def _days(one: Standing, as_at: date) -> list[tuple[date, str]]:
    """What happened on which day and what is to happen by which, in one line with today in it."""
    days = [
        (
            each["happened_on"],
            RequestStep(each["what"]).label + (f" ({each['organisation']})" * bool(each["organisation"])),
        )
        for each in one.events
    ]
    if one.relevant_time:
        days.append((one.relevant_time, "Its period begins"))
    if one.outcome == "open":
        days.append((as_at, TODAY))
        days += [(day, what) for day, what in ((one.notice_by, NOTICE), (one.due or one.alert_on, DUE)) if day]
    return sorted(days, key=lambda each: each[0])


def _parts(one: Standing) -> list[Part]:
    parts = [rights_words.part_line(each).strip() for each in one.parts]
    return [
        Part("Partners' parts", parts),
        Part("Look at this", one.notes),
        Part("What the answer must say", one.must_say),
    ]


def _of_request(one: Standing) -> list[Step]:
    if one.outcome != "open":
        return [Step("rights event", "Record a step", {"request": one.request})]
    copy = [
        Step("rights items", "See what must be decided for the copy", {"request": one.request}),
        Step("rights decide", "Decide about an item", {"request": one.request}),
        Step("rights pack", "Make the copy", {"request": one.request}),
    ]
    return [
        *(copy if one.kind == RequestKind.ACCESS else []),
        Step("rights event", "Record that it was answered", {"request": one.request, "what": "responded"}),
        Step("rights event", "Record that it takes longer", {"request": one.request, "what": "extended"}),
        Step("rights event", "Record another step", {"request": one.request}),
    ]


def _of_complaint(one: Standing) -> list[Step]:
    given = {"complaint": one.request}
    acknowledge = [] if one.acknowledged_on else [Step("complaint acknowledge", "Acknowledge it", given)]
    open_ = [
        *acknowledge,
        Step("complaint progress", "Record that the person was told how it goes", given),
        Step("complaint close", "Record its outcome", given),
    ]
    return open_ if one.outcome == "open" else []
