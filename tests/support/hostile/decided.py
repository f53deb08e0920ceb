"""Decisions about sharing and shares of one small story: rings, ties, renewals, typos, the dead and other families."""

from datetime import date, timedelta

from tests.support.hostile.household import Cast
from tests.support.hostile.kit import Kit, Row

PURPOSES = ("hub_working",) * 4 + ("additional_support",) * 3 + ("evaluation",)
OTHER_PURPOSES = ("safeguarding", "welfare", "legal_duty")
DECISIONS = ("agreed",) * 8 + ("refused", "refused", "withdrawn", "withdrawn", "no_response", "not_sought")
ROUTES = ("within_hub",) * 5 + ("additional_support",) * 4 + ("without_agreement",) * 3 + ("legal_duty",)
CATEGORIES = ("contact_details", "support_needs", "appointments")
DAY = timedelta(days=1)
MEANS = ("correction", "renewal", None, None, None, None)


def tell(kit: Kit, cast: Cast) -> None:
    """Add what each family decided and what was shared about it."""
    decided: list[Row] = []
    going_on = [family for family in cast.families if family not in cast.ended]
    for family in going_on:
        for number in range(kit.pick(0, 1, 2, 3, 4, 6)):
            decided.append(_agreement(kit, cast, family, f"{family}A{number}", decided))
        if kit.chance(4):
            decided += _twins(kit, cast, family)
    _tangle(kit, decided, "agreement")
    shared: list[Row] = []
    for family in going_on:
        for number in range(kit.random.randint(0, 5)):
            shared.append(row := _share(kit, cast, family, f"{family}S{number}", shared))
            if decided and kit.chance(2):
                _fit(kit, row, kit.pick(*decided))
        if kit.chance(3):
            _withheld(kit, cast, family)
    _tangle(kit, shared, "share")
    # ids say nothing about the order in which rows came
    kit.random.shuffle(kit.made.get("agreements", []))


def members_of(kit: Kit, cast: Cast, family: str) -> list[str]:
    """The family's people; seldom somebody of another family among them."""
    return [*cast.people[family], *kit.pick([], [], [], [], cast.people[kit.pick(*cast.families)][:1])]


def _agreement(kit: Kit, cast: Cast, family: str, name: str, before: list[Row]) -> Row:
    members = members_of(kit, cast, family)
    day, decision = kit.day(), kit.pick(*DECISIONS)
    named = decision == "agreed" or kit.chance(3)
    row = kit.add(
        "agreements",
        agreement=name,
        family=family,
        given_by=kit.pick(members[0], members[0], *members),
        covers=kit.some(members, 1),
        decision=decision,
        purpose=kit.pick(*PURPOSES),
        recipients=kit.some(cast.organisations, 1 if kit.chance(2) else 0) if named else None,
        categories=kit.pick(";".join(CATEGORIES), ";".join(CATEGORIES), kit.some(CATEGORIES)),
        exclusions=kit.rarely(_exclusions(kit, cast, members), 4) if decision == "agreed" else None,
        discussed_on=kit.pick(None, None, kit.day(), day),
        decided_on=day,
        expires_on=kit.rarely(day + timedelta(days=kit.pick(0, 1, 3, 6, -1)), 4) if decision == "agreed" else None,
        method="written",
        taken_by=cast.workers[0],
        notice_version=kit.pick("2025-04", "2025-04", "2026-04", "2019-01"),
        supersedes=None,
        supersedes_as=None,
        recorded_at=kit.recorded(day),
    )
    if before and kit.chance(3):
        _after(kit, row, kit.pick(*before))
    return row


def _twins(kit: Kit, cast: Cast, family: str) -> list[Row]:
    """Some decisions of one moment that agree to nearly the same: nobody can say which came last."""
    first = _agreement(kit, cast, family, f"{family}T0", [])
    first |= {"decision": "agreed", "recipients": ";".join(cast.organisations), "expires_on": None}
    twins = [_agreement(kit, cast, family, f"{family}T{number}", []) for number in (1, 2)]
    for twin in twins:
        same = ("covers", "decision", "purpose", "recipients", "decided_on", "recorded_at")
        twin |= {column: first[column] for column in same}
        twin["expires_on"] = kit.rarely(first["decided_on"] + timedelta(days=kit.pick(0, 1, 2)))
    return [first, *twins]


def _exclusions(kit: Kit, cast: Cast, members: list[str]) -> str | None:
    among = kit.pick((*cast.organisations, *CATEGORIES), members)
    return kit.pick(kit.pick(*among), kit.some(among, 1))


def _after(kit: Kit, row: Row, old: Row) -> None:
    """A row that has much in common with an older one: it renews it, corrects it, contradicts it, or ties with it."""
    story = kit.pick("renews", "corrects", "ties", "contradicts", "anything", "puts right")
    kept = {"renews": ("covers", "purpose", "recipients", "categories"), "anything": ()}
    for column in kept.get(story, ("covers", "purpose", "recipients", "categories", "decided_on", "expires_on")):
        if row["family"] == old["family"]:
            row[column] = old[column]
    if story in ("ties", "contradicts"):
        row["recorded_at"], row["decided_on"] = old["recorded_at"], old["decided_on"]
    if story == "contradicts" and row["decision"] in ("refused", "withdrawn"):
        row["recipients"] = kit.pick(old["recipients"], None)
    if story == "ties":
        row["decision"], row["exclusions"] = old["decision"], kit.pick(old["exclusions"], row["exclusions"])
        row["categories"] = kit.pick(old["categories"], kit.some(CATEGORIES))
        row["expires_on"] = kit.pick(old["expires_on"], old["decided_on"] + timedelta(days=kit.pick(0, 2, 4)))
    if story == "puts right":  # a slip of the pen, found some days later
        row["decision"], row["exclusions"] = old["decision"], kit.pick(old["exclusions"], None)
        row["supersedes"], row["supersedes_as"] = old["agreement"], kit.pick("correction", None)
        row["recorded_at"] = old["recorded_at"] + timedelta(days=kit.pick(2, 4, 6))
        row["decided_on"] = kit.pick(old["decided_on"], old["decided_on"] - DAY, row["recorded_at"].date())
        row["categories"] = kit.pick(old["categories"], old["categories"], kit.some(CATEGORIES))
        row["expires_on"] = kit.pick(old["expires_on"], None)
    if story in ("renews", "corrects", "anything"):
        row["supersedes"], row["supersedes_as"] = old["agreement"], kit.pick(*MEANS)
        if story == "corrects":
            row["recorded_at"] = old["recorded_at"] + timedelta(days=kit.pick(0, 1, 3))
        if story == "renews":
            row["decided_on"] = old["decided_on"] + timedelta(days=kit.pick(0, 1, 4))
            row["covers"] = kit.pick(old["covers"], old["covers"], row["given_by"])
            row["recorded_at"] = kit.recorded(row["decided_on"])


def _share(kit: Kit, cast: Cast, family: str, name: str, before: list[Row]) -> Row:
    route = kit.pick(*ROUTES)
    usual = {"within_hub": "hub_working", "additional_support": "additional_support"}.get(route, "safeguarding")
    day: date = max(kit.day(), kit.day())
    told = kit.pick("yes", "yes", "no", "not_yet", "not_yet", None)
    return kit.add(
        "shares",
        share=name,
        family=family,
        about=kit.some(members_of(kit, cast, family), 1),
        from_organisation=cast.organisations[0],
        to_organisation=kit.pick(*cast.organisations),
        route=route,
        purpose=kit.rarely(kit.pick(*PURPOSES, *OTHER_PURPOSES)) or usual,
        categories=kit.some(CATEGORIES, 1),
        shared_on=day,
        discussed_on=kit.mostly(day + timedelta(days=kit.pick(-3, -1, 0, 0, 0, 1)), 4),
        agreement=None,
        decided_by=cast.workers[0],
        reason=kit.pick(kit.reason(), kit.reason(), "With her consent", "She consented to it", "Dissent only"),
        risk_to=kit.reason(),
        told_family=told,
        told_on=day if told == "yes" else None,
        not_told_reason=kit.reason(),
        supersedes=kit.rarely(kit.pick(*before)["share"], 6) if before else None,
        recorded_at=kit.recorded(day),
    )


def _fit(kit: Kit, share: Row, decision: Row) -> None:
    """Let a share stand on a decision, but for what is seldom wrong: then the last of the rules have their turn."""
    purposes = {"hub_working": "within_hub", "additional_support": "additional_support"}
    if share["family"] != decision["family"] or share["purpose"] in OTHER_PURPOSES:
        return
    share["purpose"] = decision["purpose"]
    share["route"] = purposes.get(decision["purpose"], share["route"])
    share["about"] = decision["covers"]
    share["to_organisation"] = (
        kit.pick(share["to_organisation"], *(decision["recipients"] or "").split(";")) or share["to_organisation"]
    )
    share["categories"] = kit.pick(*(decision["categories"] or share["categories"]).split(";"))
    share["shared_on"] = decision["decided_on"] + timedelta(days=kit.pick(0, 1, 1, 2, 3, 4))
    share["discussed_on"] = kit.rarely(share["shared_on"] + timedelta(days=kit.pick(-1, 0, 1)), 3)
    share["recorded_at"] = kit.recorded(share["shared_on"])


def _withheld(kit: Kit, cast: Cast, family: str) -> None:
    day = kit.day()
    kit.add(
        "withheld",
        withheld=f"{family}X0",
        family=family,
        about=kit.some(members_of(kit, cast, family), 1),
        from_organisation=cast.organisations[0],
        to_organisation=kit.pick(*cast.organisations),
        purpose="safeguarding",
        categories=kit.some(CATEGORIES, 1),
        decided_on=day,
        decided_by=cast.workers[0],
        reason="She said no",
        recorded_at=kit.recorded(day),
    )


def _tangle(kit: Kit, rows: list[Row], key: str) -> None:
    """Make rows stand in for themselves, for each other, for a later one, or for another family's."""
    if not rows or not kit.chance(3):
        return
    first, second, third = kit.pick(*rows), kit.pick(*rows), kit.pick(*rows)
    story = kit.pick("itself", "two", "three", "any")
    first["supersedes"] = first[key] if story == "itself" else second[key]
    if story in ("two", "three"):
        second["supersedes"] = first[key] if story == "two" else third[key]
    if story == "three":
        third["supersedes"] = first[key]
    if story in ("two", "three") and kit.chance(2):
        second["recorded_at"] = third["recorded_at"] = first["recorded_at"]
