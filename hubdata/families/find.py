"""Finds a family in the records for a stated reason; every look is in the audit ledger before anything is shown.

The one entry of a search says which fields were searched and how many were found, and no more: a stranger's name would
otherwise stay for ever, and a keyed digest of one could be guessed back. What was typed stands in an entry of each
family that it showed, in the same transaction, and goes with that family's record.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache, partial

from sqlalchemy import Column, ColumnElement, Connection, Row, func, select, text, true

from hubdata import dates, policy, spelling
from hubdata.dates import words
from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.records import owner
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES

SHOWN, LONGEST = 20, 500
PEOPLE, FAMILIES, SUPPORT = TABLES["people"], TABLES["families"], TABLES["involvements"]
# A name with letters beyond ASCII is read here, where accents are known; of any other the database sees whether the
# letters stand in it in this order, whatever the case and whatever stands between them.
BEYOND = {"sqlite": "length(CAST({0} AS BLOB)) <> length({0})", "postgresql": "octet_length({0}) <> length({0})"}
LIKE = {"sqlite": "LIKE", "postgresql": "ILIKE"}
NAMES = ("given_name", "family_name")


@dataclass(frozen=True)
class Sought:
    """What is searched for; a hub only narrows the rest."""

    name: str | None = None
    born: date | None = None
    reference: str | None = None
    hub: str | None = None


@dataclass(frozen=True)
class Member:
    """Somebody of a family that was found."""

    person: str
    role: str
    given_name: str
    family_name: str
    date_of_birth: date | None


@dataclass(frozen=True)
class Family:
    """One family that was found, with those of its people who were searched for."""

    family: str
    hub: str
    opened_on: date
    closed_on: date | None
    people: list[Member]


@dataclass(frozen=True)
class Found:
    """What a search shows, how many families it does not show, and whether a reference was searched for."""

    families: list[Family]
    more: int
    by_reference: bool = False


def find(hub: Hub, sought: Sought, by: By) -> Found:
    """The families that a name, a date of birth or a reference may mean, at most `SHOWN` of them.

    Raises BadParameter if nothing is searched for, or no reason is given; what was typed is never repeated.
    """
    why = needed(by.reason)
    sought = _tidy(sought)
    said = {field: str(value) for field, value in vars(sought).items() if value is not None}
    act = Act(by.actor, "officer", why, "family.find", {"fields": sorted(said)})
    with hub.write(act) as connection:
        people = _people(connection, sought)
        families = _wanted(connection, sought, people)
        shown = [_family(connection, family, people) for family in families[:SHOWN]]
        act.detail.update(found=len(families), shown=len(shown))
        for one in shown:
            detail = {"family": one.family, "people": [each.person for each in one.people], "searched": said}
            act.more.append(Act(by.actor, "officer", why, "family.found", detail))
    return Found(shown, len(families) - len(shown), sought.reference is not None)


def needed(reason: str | None) -> str:
    """Why somebody looks. Raises BadParameter if nothing is said, or only a placeholder."""
    return policy.reason(visible(reason, "--reason"), "a look at a family's record")


def _tidy(sought: Sought) -> Sought:
    """What is searched for as it is compared. Raises BadParameter if it is nothing, or too little or too much."""
    name = visible(sought.name, "--name")
    reference = visible(sought.reference, "--reference")
    if not (name or reference or sought.born):
        raise BadParameter("search for something: --name, --born or --reference; --hub only narrows it")
    if name and max(map(len, spelling.words(name)), default=0) < 2:
        raise BadParameter("--name needs at least two letters of a name")
    return Sought(name or None, sought.born, reference or None, sought.hub)


def birthday(given: str | None) -> date | None:
    """A date of birth as typed, which no message repeats. Raises BadParameter if it is no day."""
    try:
        return dates.parse(given) if given is not None else None
    except BadParameter:
        raise BadParameter("--born is not a day in the calendar; write it as 2026-11-22 or 22/11/2026") from None


def visible(given: str | None, option: str) -> str:
    """A text without signs that nobody sees. Raises BadParameter if it is longer than any that is kept."""
    if given is not None and len(given) > LONGEST:
        raise BadParameter(f"{option} has {len(given):,} characters; at most {LONGEST} are read")
    return "".join(sign for sign in given or "" if sign.isprintable()).strip()


def _people(connection: Connection, sought: Sought) -> dict[str, list[str]] | None:
    """The people who have that name and date of birth, by family; None if neither is searched for."""
    if not sought.name and not sought.born:
        return None
    parts = spelling.words(sought.name or "")
    where = [PEOPLE.c.date_of_birth == sought.born] if sought.born else []
    where += [text(_may_be(connection, len(parts)))] if parts else []
    columns = (PEOPLE.c[name] for name in ("family", "person", *NAMES))
    asked = select(*columns).where(*where, _in_hub(PEOPLE.c.family, sought))
    letters = {f"w{n}": f"%{'%'.join(part)}%" for n, part in enumerate(parts)}
    is_called = cache(partial(_is_called, parts))  # names repeat; they are remembered for this one search
    found: dict[str, list[str]] = {}
    for family, person, given, last in map(tuple, connection.execute(asked, letters)):
        if is_called(given, last):
            found.setdefault(family, []).append(person)
    return found


def _may_be(connection: Connection, parts: int) -> str:
    sql = connection.dialect.name
    likes = (f"{' || '.join(NAMES)} {LIKE[sql]} :w{n}" for n in range(parts))
    return f"({' AND '.join(likes)} OR {' OR '.join(BEYOND[sql].format(name) for name in NAMES)})"


def _is_called(parts: list[str], given_name: str, family_name: str) -> bool:
    """Whether each part is in the given or the family name, or begins the two written together in either order."""
    given, last = spelling.squeezed(given_name), spelling.squeezed(family_name)
    return all(
        part in given or part in last or (given + last).startswith(part) or (last + given).startswith(part)
        for part in parts
    )


def _in_hub(family: Column, sought: Sought) -> ColumnElement[bool]:
    return family.in_(select(FAMILIES.c.family).filter_by(hub=sought.hub)) if sought.hub else true()


def _wanted(connection: Connection, sought: Sought, people: dict[str, list[str]] | None) -> list[str]:
    """The references of every family that is meant, in order."""
    if not sought.reference:
        return sorted(people or ())
    own = select(FAMILIES.c.family).where(FAMILIES.c.family.in_(owner.named(connection, sought.reference)))
    theirs = select(SUPPORT.c.family).where(func.lower(SUPPORT.c.partner_reference) == func.lower(sought.reference))
    found = {
        family
        for asked, column in ((own, FAMILIES.c.family), (theirs, SUPPORT.c.family))
        for family in connection.execute(asked.where(_in_hub(column, sought))).scalars()
    }
    return sorted(found if people is None else found & people.keys())


def _family(connection: Connection, family: str, people: dict[str, list[str]] | None) -> Family:
    row = connection.execute(select(FAMILIES).filter_by(family=family)).one()
    asked = select(PEOPLE).filter_by(family=family).order_by(PEOPLE.c.person)
    members = [member(one) for one in connection.execute(asked) if people is None or one.person in people[family]]
    return Family(family, row.hub, row.opened_on, row.closed_on, members)


def member(row: Row) -> Member:
    """Somebody of a family, with what tells them from another of the same name."""
    return Member(row.person, row.role, row.given_name, row.family_name, row.date_of_birth)


def lines(found: Found) -> list[str]:
    """What was found, for a reader."""
    if not found.families:
        return [
            "No family was found. Try less of the name, or another spelling of it. Whether a record was destroyed "
            "is told by its reference: hubdata retention certificates --family REFERENCE"
        ]
    said = [line for one in found.families for line in _family_lines(one)]
    if found.more:
        said += [f"and {found.more:,} more families; narrow it with --name, --born, --reference or --hub."]
    return said


def _family_lines(one: Family) -> list[str]:
    until = f"closed on {words(one.closed_on)}" if one.closed_on else "open"
    return [f"{one.family}  {one.hub}, since {words(one.opened_on)}, {until}", *map(member_line, one.people)]


def member_line(one: Member) -> str:
    """Somebody of a family, for a reader."""
    born = f", born {words(one.date_of_birth)}" if one.date_of_birth else ""
    return f"  {one.person}  {one.given_name} {one.family_name}, {one.role.replace('_', ' ')}{born}"
