"""Fills in what a spec test's tables leave out, with nothing wrong in it; it must not touch what they say."""

from hubdata.dates import parse
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES, passport

Row = dict[str, str | None]
Story = dict[str, list[Row]]

COUNCIL, PARTNER = "NNC", "NHFT"
OPENED, AGREED, SHARED = "2010-01-04", "2026-01-05", "2026-01-15"
CATEGORIES = "contact_details;family_members;lead_worker;support_needs;goals_progress;service_involvement;appointments"
PURPOSE = {
    "within_hub": "hub_working",
    "additional_support": "additional_support",
    "without_agreement": "safeguarding",
    "legal_duty": "legal_duty",
}


def _first(cell: str | None) -> str:
    return (cell or "P1").split(";")[0]


def _home(story: Story, person: str) -> str:
    return next((row.get("family") or "F1" for row in story["people"] if row["person"] == person), "F1")


def _opened(story: Story, family: str) -> str:
    return next((row.get("opened_on") or OPENED for row in story["families"] if row["family"] == family), OPENED)


def _ended(story: Story, row: Row) -> str | None:
    """The day on which the family's support ended, if this had begun by then."""
    closed = next((each.get("closed_on") for each in story["families"] if each["family"] == row["family"]), None)
    started = row.get("started_on") or _opened(story, row["family"])
    seen = row.get("last_contact_on") or started
    return closed if closed and max(parse(started), parse(seen)) <= parse(closed) else None


def _instant(day: str) -> str:
    return f"{parse(day).isoformat()}T09:00:00Z"


def _organisation(_story: Story, row: Row) -> Row:
    kind = "lead_partner" if row["organisation"] == COUNCIL else "partner"
    return {
        "name": f"Organisation {row['organisation']}",
        "kind": kind,
        "duty_class": "section_11",
        "sharing_agreement_from": OPENED,
        "rights_contact": "rights@example.org",
        "retention_policy": "https://example.org/retention",
    }


def _practitioner(_story: Story, row: Row) -> Row:
    return {"organisation": COUNCIL, "name": f"Worker {row['practitioner']}", "active_from": OPENED}


def _family(_story: Story, _row: Row) -> Row:
    return {"hub": "corby", "opened_on": OPENED}


def _person(_story: Story, row: Row) -> Row:
    return {
        "family": "F1",
        "role": "parent_carer",
        "given_name": "Made",
        "family_name": f"Up {row['person']}",
    }


def _involvement(story: Story, row: Row) -> Row:
    return {"organisation": PARTNER, "started_on": _opened(story, row["family"]), "ended_on": _ended(story, row)}


def _lead(story: Story, row: Row) -> Row:
    return {"practitioner": "W1", "started_on": _opened(story, row["family"]), "ended_on": _ended(story, row)}


def _goal(_story: Story, row: Row) -> Row:
    result = "met" if row.get("closed_on") else None
    return {
        "family": "F1",
        "area": "health",
        "instrument": "gbo",
        "set_on": AGREED,
        "result": result,
    }


def _review(_story: Story, _row: Row) -> Row:
    return {"goal": "G1", "reviewed_on": SHARED, "score": "5", "perspective": "family"}


def _need(_story: Story, _row: Row) -> Row:
    return {"family": "F1", "area": "health", "identified_on": AGREED, "status": "met"}


def _agreement(story: Story, row: Row) -> Row:
    covers = row.get("covers") or "P1"
    everyone = {row.get("to_organisation") or PARTNER for row in story["shares"]} | {PARTNER}
    agreed = row.get("decision", "agreed") == "agreed"
    routes = {each.get("route") for each in story["shares"]}
    decided = row.get("decided_on") or AGREED
    return {
        "family": _home(story, _first(covers)),
        "given_by": _first(covers),
        "covers": covers,
        "decision": "agreed",
        "purpose": "additional_support" if routes == {"additional_support"} else "hub_working",
        "recipients": ";".join(sorted(everyone)) if agreed else None,
        "categories": CATEGORIES if agreed else None,
        "decided_on": decided,
        "method": "written",
        "taken_by": "W1",
        "notice_version": "2025-04",
        "recorded_at": _instant(decided),
    }


def _share(story: Story, row: Row) -> Row:
    about = row.get("about") or "P1"
    route = row.get("route") or "within_hub"
    shared = row.get("shared_on") or SHARED
    filled = {
        "family": _home(story, _first(about)),
        "about": about,
        "from_organisation": COUNCIL,
        "to_organisation": PARTNER,
        "route": route,
        "purpose": PURPOSE.get(route),
        "categories": "support_needs",
        "shared_on": shared,
        "decided_by": "W1",
        "recorded_at": _instant(shared),
    }
    if route == "additional_support":
        return filled | {"discussed_on": shared}
    if route in ("without_agreement", "legal_duty"):
        return filled | {"reason": "A risk", "risk_to": "A child", "told_family": "yes", "told_on": shared}
    return filled


def _withheld(story: Story, row: Row) -> Row:
    day = row.get("decided_on") or SHARED
    return {
        "family": _home(story, _first(row.get("about"))),
        "about": "P1",
        "from_organisation": COUNCIL,
        "to_organisation": PARTNER,
        "purpose": "hub_working",
        "categories": "support_needs",
        "decided_on": day,
        "decided_by": "W1",
        "reason": "They said no",
        "recorded_at": f"{day} 09:00:00",
    }


def _hold(_story: Story, _row: Row) -> Row:
    placed = {
        "code": "complaint",
        "reason": "A complaint is open",
        "placed_on": AGREED,
        "review_on": "2027-01-05",
    }
    return {"family": "F1", "recorded_at": f"{AGREED} 09:00:00"} | placed


def _return(_story: Story, _row: Row) -> Row:
    return {
        "organisation": PARTNER,
        "content": "0" * 64,
        "recorded_at": f"{AGREED} 09:00:00",
    }


def _request(_story: Story, row: Row) -> Row:
    person = None if row.get("kind") == "complaint" else "P1"
    return {"family": "F1", "person": person, "kind": "access", "recorded_at": f"{AGREED} 09:00:00"}


def _competence(_story: Story, row: Row) -> Row:
    judged = row.get("judged_on") or AGREED
    return {
        "family": "F1",
        "judged_on": judged,
        "judged_by": "W1",
        "reason": "Understands",
        "recorded_at": f"{judged} 09:00:00",
    }


def _step(_story: Story, row: Row) -> Row:
    return {"what": "received", "recorded_at": f"{row['happened_on']} 09:00:00"}


def _pair(_story: Story, row: Row) -> Row:
    said = {"compared": "0" * 64, "reason": "The same children", "decided_by": "spec"}
    return said | {"recorded_at": f"{row['decided_on']} 09:00:00"}


FILL = {
    "organisations": _organisation,
    "practitioners": _practitioner,
    "families": _family,
    "people": _person,
    "involvements": _involvement,
    "leads": _lead,
    "goals": _goal,
    "reviews": _review,
    "needs": _need,
    "agreements": _agreement,
    "shares": _share,
    "withheld": _withheld,
    "holds": _hold,
    "returns": _return,
    "requests": _request,
    "request_events": _step,
    "competences": _competence,
    "pair_decisions": _pair,
}
MADE_UP = ("organisations", "practitioners", "families", "people", "goals")


def complete(read: Story, ours: Story, held: dict[str, set[str]]) -> Story:
    """The contract's tables, every row complete and every reference there; fills the rows of `ours` too."""
    story = {name: read.get(name, []) for name in CONTRACT_TABLES}
    for name, found in (story | ours).items():
        _number(name, found)
    for name, found in ours.items():
        _fill(story, held, name, found)
    for name in reversed(CONTRACT_TABLES):  # a table refers only to tables before it
        if name == "organisations":
            _add(story, held, name, COUNCIL, {})
        _fill(story, held, name, story[name])
    return story


def _number(name: str, found: list[Row]) -> None:
    """Give rows without a reference of their own one: S1 for the first share, A2 for the second agreement."""
    key, *more = (column.name for column in TABLES[name].primary_key)
    letter = "" if name == "returns" else name[0].upper()
    for number, row in enumerate(found, 1):
        if not more:
            row.setdefault(key, f"{letter}{number}")


def _fill(story: Story, held: dict[str, set[str]], name: str, found: list[Row]) -> None:
    for row in found:
        row.update(FILL[name](story, row) | row)
        for column in TABLES[name].c:
            info = passport(name, column.name)
            if info.kind in ("reference", "references") and info.allowed in MADE_UP:
                for key in filter(None, (row.get(column.name) or "").split(";")):
                    _add(story, held, info.allowed, key, row)


def _add(story: Story, held: dict[str, set[str]], name: str, key: str, referring: Row) -> None:
    """Make up what a row refers to, unless the story or the hub has it."""
    column = next(iter(TABLES[name].primary_key)).name
    if key in held[name] or any(row.get(column) == key for row in story[name]):
        return
    home = {"family": referring.get("family", "F1")} if name in ("people", "goals") else {}
    story[name].append({column: key} | home)
