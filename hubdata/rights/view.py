"""How requests and complaints stand on a day: the clock, what the right is worth, and each partner's part.

The council answers for the Hub's own limited record only; a partner's part is asked of the partner (P9, P11).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, select, text

from hubdata.dates import words
from hubdata.policy import Policy
from hubdata.records.decisions import read as decisions
from hubdata.records.tables.contract import TABLES
from hubdata.rules import clocks, course
from hubdata.rules.asked import corrections
from hubdata.rules.course import Event
from hubdata.terms import OrganisationKind, RequestKind, RequestStep

REQUESTS = TABLES["requests"]
POINT = re.compile(r"6\(1\)\(\w+\)")
TELLS_RECIPIENTS = (RequestKind.RECTIFICATION, RequestKind.ERASURE, RequestKind.RESTRICTION)  # UK GDPR Art 19
AT_ONCE = 500
SAID = ("event", "what", "happened_on", "organisation", "exemption")
SUPPORTS = """SELECT DISTINCT i.family, i.organisation, 'supports the family' AS why FROM involvements i
JOIN organisations o ON o.organisation = i.organisation
WHERE i.family IN :families AND i.started_on <= :as_at AND o.kind <> :lead"""
RECEIVED = """SELECT DISTINCT s.family, s.to_organisation AS organisation, 'received details' AS why FROM shares s
JOIN organisations o ON o.organisation = s.to_organisation
WHERE s.family IN :families AND s.shared_on <= :as_at AND o.kind <> :lead"""


@dataclass(frozen=True)
class Applies:
    """What the right is worth for one purpose, by the lawful basis that the processing rests on."""

    purpose: str
    basis: str
    answer: str  # applies, limited, does_not_apply or cannot_tell


@dataclass(frozen=True)
class Part:
    """One organisation's part: why it has one, how far it is, and whom to ask."""

    organisation: str
    why: str
    state: str  # pending, complete, error or suspended
    since: date | None
    rights_contact: str | None
    retention_policy: str | None


@dataclass(frozen=True)
class Standing:
    """One request or complaint on a day; references only."""

    request: str
    family: str
    person: str | None
    asked_by: str | None
    kind: str
    method: str | None
    received_on: date
    outcome: str  # open, responded, refused, withdrawn or closed
    status: str
    relevant_time: date | None
    paused_days: int
    notice_by: date | None
    raw_due: date | None
    due: date | None
    alert_on: date | None
    target_on: date | None
    days_left: int | None
    extension: str
    acknowledged_on: date | None
    ended_on: date | None
    exemption: str | None
    same_as: str | None
    holds: list[str]
    scheduled: dict
    applies: list[Applies]
    parts: list[Part]
    notes: list[str]
    events: list[dict]
    progress_on: date | None  # a complaint: when the person was last told how it is going
    must_say: list[str]  # what the answer must tell the person beside the answer itself


def applies(values: Policy, kind: str, on: date) -> list[Applies]:
    """What the right is worth for each purpose, by the values in force on a day; nothing for a complaint."""
    table = values.value("rights.applies", on).get(kind, {})
    bases = {
        name.partition(".")[2]: values.value(name, on) for name in values.names() if name.startswith("lawful_basis.")
    }
    return [Applies(purpose, basis, _answer(table, basis)) for purpose, basis in bases.items()] if table else []


def _answer(table: dict[str, str], basis: str) -> str:
    point = POINT.search(basis)
    return table.get(point.group(), "cannot_tell") if point else "cannot_tell"


def read(connection: Connection, as_at: date, **where: str) -> list[Standing]:
    """Every request and complaint received by a day, or those of one family, person or reference; the oldest first."""
    rows = connection.execute(select(REQUESTS).filter_by(**where)).mappings().all()
    steps = corrections.steps(connection, [row["request"] for row in rows])
    corrects = corrections.of_steps(steps)
    courses = {row["request"]: course.course(steps[row["request"]], corrects, as_at) for row in rows}
    rows = [row for row in rows if courses[row["request"]]]
    parts = _parts(connection, rows, courses, as_at)
    holds = _holds(connection, [row["request"] for row in rows], as_at)
    died = _died(connection, rows, as_at)
    values = decisions.of(connection)
    of = {row["request"]: (courses[row["request"]], parts[row["request"]]) for row in rows}
    found = [_standing(row, *of[row["request"]], holds.get(row["request"], []), died, values, as_at) for row in rows]
    return sorted(found, key=lambda one: (one.received_on, one.request))


def _split(values: Iterable[str]) -> list[list[str]]:
    values = list(dict.fromkeys(values))
    return [values[at : at + AT_ONCE] for at in range(0, len(values), AT_ONCE)]


def _holds(connection: Connection, requests: list[str], as_at: date) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    holds = TABLES["holds"]
    for part in _split(requests):
        asked = select(holds).where(holds.c.request.in_(part)).order_by(holds.c.hold)
        for row in connection.execute(asked).mappings():
            if row["released_on"] is None or row["released_on"] > as_at:
                found.setdefault(row["request"], []).append(row["hold"])
    return found


def _died(connection: Connection, rows: list, as_at: date) -> dict[str, date]:
    """Who of those that ask, or are asked for, had died by a day."""
    people, found = TABLES["people"].c, {}
    for part in _split(row[name] for row in rows for name in ("person", "asked_by") if row[name]):
        dead = select(people.person, people.died_on).where(people.person.in_(part), people.died_on <= as_at)
        found |= {row.person: row.died_on for row in connection.execute(dead)}
    return found


def _parts(connection: Connection, rows: list, courses: dict[str, list[Event]], as_at: date) -> dict[str, list[Part]]:
    contacts = {
        row.organisation: row
        for row in connection.execute(text("SELECT organisation, rights_contact, retention_policy FROM organisations"))
    }
    supports = _concerned(connection, SUPPORTS, rows, as_at)
    received = _concerned(connection, RECEIVED, [r for r in rows if r["kind"] in TELLS_RECIPIENTS], as_at)
    found = {}
    for row in rows:
        why = {} if row["kind"] == RequestKind.COMPLAINT else supports.get(row["family"], {})
        if row["kind"] in TELLS_RECIPIENTS:
            why = received.get(row["family"], {}) | why
        said = {e.organisation: e for e in courses[row["request"]] if e.organisation and e.what in course.PARTS}
        why = dict.fromkeys(said, "named in the register") | why
        found[row["request"]] = [_part(name, why[name], said.get(name), contacts[name]) for name in sorted(why)]
    return found


def _concerned(connection: Connection, statement: str, rows: list, as_at: date) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    query = text(statement).bindparams(bindparam("families", expanding=True))
    given = {"as_at": as_at, "lead": str(OrganisationKind.LEAD_PARTNER)}
    for part in _split(row["family"] for row in rows):
        for row in connection.execute(query, given | {"families": part}):
            found.setdefault(row.family, {})[row.organisation] = row.why
    return found


def _part(organisation: str, why: str, said: Event | None, contact) -> Part:
    state = course.PARTS[said.what] if said else "pending"
    since = said.happened_on if said else None
    return Part(organisation, why, state, since, contact.rights_contact, contact.retention_policy)


def _standing(
    row, taken: list[Event], parts: list[Part], holds: list[str], died: dict, values: Policy, as_at: date
) -> Standing:
    asked = course.asked(row["kind"], taken)
    told = clocks.read_what_holds(asked, values, as_at)
    outcome, last = course.outcome(taken), next((e for e in taken if e.what in course.ENDS), None)
    is_open = outcome == "open"
    due = told.due if is_open and not told.answered else None
    return Standing(
        request=row["request"],
        family=row["family"],
        person=row["person"],
        asked_by=row["asked_by"],
        kind=row["kind"],
        method=row["method"],
        received_on=asked.received,
        outcome=outcome,
        status=outcome if outcome in ("withdrawn", "closed") else told.status,
        relevant_time=told.relevant_time,
        paused_days=told.paused_days,
        notice_by=told.notice_by,
        raw_due=told.raw_due,
        due=told.due,
        alert_on=told.alert_on,
        target_on=told.target_on,
        days_left=(due - as_at).days if due else None,
        extension=told.extension,
        acknowledged_on=asked.answered_on if row["kind"] == RequestKind.COMPLAINT else None,
        ended_on=last.happened_on if last else None,
        exemption=last.exemption if last else None,
        same_as=row["same_as"],
        holds=holds,
        scheduled={"due_on": row["scheduled_on"], "rule": row["scheduled_rule"], "state": row["scheduled_state"]},
        applies=applies(values, row["kind"], asked.received),
        parts=parts,
        notes=[*told.notes, *(_after_death(row, died) if is_open else ())],
        events=[{name: getattr(event, name) for name in SAID} for event in taken],
        progress_on=asked.progress_on,
        must_say=must_say(values, last),
    )


def _after_death(row, died: dict[str, date]) -> Iterator[str]:
    for person in dict.fromkeys(one for one in (row["person"], row["asked_by"]) if one in died):
        yield (
            f"{person} died on {words(died[person])}: data rights are of the living; ask the data protection officer, "
            "and record that it was withdrawn, or refuse it because the right does not apply"
        )


def must_say(values: Policy, last: Event | None) -> list[str]:
    """What a refusal must tell the person: the reason in law, where to complain, and who that is; else nothing."""
    if last is None or last.what != RequestStep.REFUSED:
        return []
    on = last.happened_on
    why = values.labels("rights.exemptions", on).get(last.exemption or "", "the reason in law")
    return [
        f"We do not do what you asked, for this reason in law: {why}.",
        values.value("rights.must_say", on)["refusal"],
        f"The council: {'; '.join([values.value('controller.name', on), *reached(values, on)])}.",
        f"The regulator: {values.value('regulator.name', on)}, {values.value('regulator.contact', on)}.",
    ]


def reached(values: Policy, on: date) -> list[str]:
    """How the council is reached about data rights, as far as somebody has entered it."""
    ways = (values.entry(f"controller.{name}", on) for name in ("data_protection_officer", "contact"))
    return [way.value for way in ways if not way.undecided]
