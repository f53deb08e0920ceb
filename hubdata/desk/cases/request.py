"""The case of a request about data rights, or of a complaint: its clock, its steps so far, its partners' parts."""

from hubdata.dates import words
from hubdata.desk.cases.case import Case, Part, Step, open_family
from hubdata.desk.cases.done import done
from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.records.store import Hub
from hubdata.rights import view
from hubdata.rights import words as rights_words
from hubdata.rights.view import Standing
from hubdata.terms import RequestKind, RequestStep


def read(hub: Hub, reference: str, by: By) -> Case:
    """A request or complaint as it stands on a day. Raises BadParameter if the register has none of that reference."""
    with hub.read() as connection:
        found = view.read(connection, by.as_at, request=reference)
        entries = done(connection, reference) if found else []
    if not found:
        raise BadParameter("the register has no request or complaint under that reference on that day")
    (one,) = found
    is_complaint = one.kind == RequestKind.COMPLAINT
    hub.look(by, "complaint.list" if is_complaint else "rights.list", one.family)
    return Case(
        "complaint" if is_complaint else "request",
        one.request,
        f"{'Complaint' if is_complaint else 'Request'} {one.request}",
        [(term, said) for term, said in _facts(one) if said],
        _parts(one),
        entries,
        [*(_of_complaint(one) if is_complaint else _of_request(one)), open_family(one.family)],
    )


def _facts(one: Standing) -> list[tuple[str, str]]:
    return [
        ("What was asked", RequestKind(one.kind).label),
        ("About", f"{one.person or 'nobody named'}, family {one.family}"),
        ("Asked by", one.asked_by or ""),
        ("Came on", words(one.received_on)),
        ("How it stands", rights_words.standing(one)),
        ("Its period began on", words(one.relevant_time) if one.relevant_time else ""),
        ("Paused for", f"{one.paused_days:,} days" if one.paused_days else ""),
        ("Tell of an extension by", words(one.notice_by) if one.notice_by and one.outcome == "open" else ""),
        ("Kept by the hold", ", ".join(one.holds)),
        ("Like an earlier one", one.same_as or ""),
    ]


def _parts(one: Standing) -> list[Part]:
    steps = [
        f"{words(each['happened_on'])}: {RequestStep(each['what']).label}"
        + (f" ({each['organisation']})" if each["organisation"] else "")
        for each in one.events
    ]
    parts = [rights_words.part_line(each).strip() for each in one.parts]
    return [
        Part("Its course", steps),
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
