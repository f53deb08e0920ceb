"""Organisations, workers, families and people of one small story, and who supports and leads whom."""

from dataclasses import dataclass, field
from datetime import timedelta

from tests.support.hostile.kit import DAYS, Kit

YEARS = 5


@dataclass
class Cast:
    """Who appears in one story, by reference."""

    organisations: list[str] = field(default_factory=list)
    workers: list[str] = field(default_factory=list)
    families: list[str] = field(default_factory=list)
    people: dict[str, list[str]] = field(default_factory=dict)  # by family
    ended: list[str] = field(default_factory=list)  # families for which nothing happened after they were closed


def tell(kit: Kit) -> Cast:
    """Add one to four families with all that surrounds them."""
    cast = Cast()
    _organisations(kit, cast)
    for number in range(kit.pick(1, 1, 2, 2, 3, 4)):
        _family(kit, cast, f"{kit.name}F{number}")
    for family in cast.families:
        (_ended if family in cast.ended else _support)(kit, cast, family)
        _return(kit, cast)
    return cast


def _organisations(kit: Kit, cast: Cast) -> None:
    since = kit.first - timedelta(days=3000)
    for letter, first, last in (
        ("A", since, None),
        ("B", kit.day(), kit.first + timedelta(days=kit.pick(3, 7, 9, DAYS))),
        ("N", None, None),
    ):
        cast.organisations.append(name := f"{kit.name}O{letter}")
        kit.add(
            "organisations",
            organisation=name,
            name=f"Made-up {name}",
            kind=kit.pick("partner", "partner", "council_service", "outside", "lead_partner"),
            duty_class="section_11",
            sharing_agreement_from=first,
            sharing_agreement_to=last,
            rights_contact=kit.mostly("rights@example.org"),
            retention_policy=kit.mostly("https://example.org/retention"),
            recorded_at=kit.recorded(since),
        )
        cast.workers.append(worker := f"{kit.name}W{letter}")
        kit.add(
            "practitioners",
            practitioner=worker,
            organisation=name,
            name=f"Worker {worker}",
            active_from=since,
            active_to=kit.rarely(kit.day(), 4),
            recorded_at=kit.recorded(since),
        )


def _family(kit: Kit, cast: Cast, name: str) -> None:
    story = kit.pick("open", "open", "open", "quiet", "new", "due", "due", "due", "closed", "wrong")
    opened = {"quiet": kit.about(365), "new": kit.day()}.get(story, kit.first - timedelta(days=2500))
    closed = {"due": _years_before(kit), "closed": kit.day(), "wrong": opened - timedelta(days=kit.pick(0, 1, 40))}
    cast.families.append(name)
    if story in ("due", "closed", "wrong") and not kit.chance(3):
        cast.ended.append(name)
    kit.add(
        "families",
        family=name,
        hub=kit.pick("corby", "corby", "corby", "kettering", "atlantis"),
        opened_on=opened,
        closed_on=closed.get(story),
        closure_reason=kit.rarely("Support ended"),
        recorded_at=kit.recorded(opened),
    )
    cast.people[name] = [f"{name}P{number}" for number in range(kit.random.randint(1, 3))]
    for number, person in enumerate(cast.people[name]):
        _person(kit, name, person, number)
        if kit.chance(6):
            _competence(kit, cast, name, person)


def _years_before(kit: Kit):
    day = kit.day()
    return day.replace(year=day.year - YEARS, day=min(day.day, 28)) + timedelta(days=kit.pick(0, 0, 1))


def _person(kit: Kit, family: str, person: str, number: int) -> None:
    child = number > 0 and kit.chance(2)
    born = kit.about(kit.pick(*(365 * years + years // 4 for years in (4, 12, 13, 16, 18)))) if child else None
    kit.add(
        "people",
        person=person,
        family=family,
        role="child" if child else kit.pick("parent_carer", "other_adult", "expectant_parent"),
        given_name="Made",
        family_name=f"Up {person}",
        date_of_birth=born or kit.rarely(kit.about(12000), 2),
        died_on=kit.rarely(kit.day(), 8),
        recorded_at=kit.recorded(kit.first),
    )


def _competence(kit: Kit, cast: Cast, family: str, person: str) -> None:
    day = kit.day()
    kit.add(
        "competences",
        competence=f"{person}C",
        family=family,
        person=person,
        judged_on=day,
        judged_by=cast.workers[0],
        reason=kit.reason() or "Understands what it means",
        recorded_at=kit.recorded(day),
    )


def _support(kit: Kit, cast: Cast, family: str) -> None:
    row = next(row for row in kit.made["families"] if row["family"] == family)
    end = row["closed_on"]
    for number in range(kit.pick(0, 1, 1, 2, 3)):
        started = row["opened_on"] + timedelta(days=kit.pick(0, 0, 3, 40) + number)
        kit.add(
            "involvements",
            family=family,
            organisation=kit.pick(*cast.organisations[:2]),  # one partner's support may begin again
            started_on=started,
            ended_on=kit.pick(end, end, end, kit.day(), started - timedelta(days=1), None),
            last_contact_on=kit.pick(
                None, kit.day(), kit.about(30), kit.about(90), kit.about(90), kit.about(365), kit.about(365), end
            ),
            partner_reference=None,
            recorded_at=kit.recorded(kit.pick(started, kit.about(30), kit.about(30), kit.about(0), kit.about(-8))),
        )
    for _ in range(kit.pick(0, 1, 1, 1, 2, 3)):
        started = kit.pick(row["opened_on"], row["opened_on"], kit.day(), kit.day(), kit.about(90))
        kit.add(
            "leads",
            family=family,
            practitioner=kit.pick(*cast.workers),
            started_on=started,
            ended_on=kit.pick(end, end, None, kit.day(), kit.day(), started - timedelta(days=kit.pick(1, 5))),
            recorded_at=kit.recorded(started),
        )


def _ended(kit: Kit, cast: Cast, family: str) -> None:
    row = next(row for row in kit.made["families"] if row["family"] == family)
    first, last = row["opened_on"], row["closed_on"]
    recorded = {"started_on": first, "recorded_at": kit.recorded(last)}
    until = kit.pick(last, last, last, None)
    contact = kit.pick(None, last, first)
    kit.add(
        "involvements",
        family=family,
        organisation=cast.organisations[0],
        last_contact_on=contact,
        ended_on=until,
        partner_reference=None,
        **recorded,
    )
    kit.add("leads", family=family, practitioner=kit.pick(*cast.workers), ended_on=last, **recorded)


def _return(kit: Kit, cast: Cast) -> None:
    if not kit.chance(2):
        return
    recorded = kit.recorded(kit.pick(kit.about(30), kit.about(30), kit.day()))
    covered = kit.rarely(recorded.date() - timedelta(days=kit.pick(0, 3, 20, 30, 31, 32, 90)), 2)
    kit.add(
        "returns",
        received=None,
        organisation=cast.organisations[0],
        content="0" * 64,
        covers_from=covered and covered - timedelta(days=30),
        covers_to=covered,
        recorded_at=recorded,
    )
