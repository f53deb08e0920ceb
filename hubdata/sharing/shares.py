"""May we share this, and what we did share: advice from the sharing rule itself, and shares recorded as they happened.

Advice never blocks: a share without agreement is recorded first and justified later (design law 7). It must never judge
in a second way; every verdict here comes from `rules/sharing.sql`.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
from sqlalchemy import Connection, select, text

from hubdata import moments, policy
from hubdata.dates import birthday, words
from hubdata.errors import BadParameter, Refused
from hubdata.intake import take
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.moments import By
from hubdata.records.bulk import insert
from hubdata.records.decisions import read as decisions
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.rules import session, standing
from hubdata.rules.asked import one_family
from hubdata.rules.findings import CODES, Finding, finding
from hubdata.terms import Severity, ShareRoute

PEOPLE, SHARES = TABLES["people"], TABLES["shares"]
AGREED_ROUTES = (ShareRoute.WITHIN_HUB, ShareRoute.ADDITIONAL_SUPPORT)


@dataclass(frozen=True)
class Question:
    """A share that nobody has made yet."""

    family: str
    about: list[str]
    to: str
    categories: list[str]
    purpose: str
    on: date
    route: str = ShareRoute.WITHIN_HUB
    discussed_on: date | None = None

    def row(self) -> dict:
        """The share as a snapshot would have it, with all that a share without agreement must record."""
        return {
            "share": "asked",
            "family": self.family,
            "about": self.about,
            "to_organisation": self.to,
            "from_organisation": None,
            "route": str(self.route),
            "purpose": self.purpose,
            "categories": self.categories,
            "shared_on": self.on,
            "discussed_on": self.discussed_on,
            "agreement": None,
            "decided_by": None,
            "reason": "asked",
            "risk_to": "asked",
            "told_family": "yes",
            "told_on": self.on,
            "not_told_reason": None,
            "supersedes": None,
            "recorded_at": datetime.combine(self.on, datetime.min.time()),
        }


@dataclass(frozen=True)
class Advice:
    """Yes, no, or None where an agreement cannot be the answer; the codes that apply; why, in sentences."""

    allowed: bool | None
    codes: list[str]
    reasons: list[str]


def check(hub: Hub, question: Question) -> Advice:
    """What the family's decisions say of a share before it is made.

    Raises BadParameter if the family, a person, the organisation, a category, the purpose or the route is unknown.
    """
    with hub.read() as connection:
        question = _known(connection, question)
        family = standing.read(connection, question.family, question.about)
        grown = _grown_up(connection, question)
    asked = family.having(shares=standing.table("shares", [question.row()]))
    judged = sorted(session.ask("sharing", asked, question.on, hub.policy), key=lambda row: row["person"])
    codes = list(dict.fromkeys(row["code"] for row in judged if row["code"]))
    agreements = {row["agreement"]: row for row in family.tables["agreements"].to_pylist()}
    reasons = [_reason(question, row, agreements.get(row["agreement"])) for row in judged]
    reasons += [
        f"{row['person']} came of age on {words(grown[row['person']])}, and the decision is another's: ask them too."
        for row in judged
        if row["agreement"] and agreements[row["agreement"]]["given_by"] != row["person"] and row["person"] in grown
    ]
    if question.route not in AGREED_ROUTES:
        return Advice(None, codes, [*reasons, _WITHOUT])
    breaches = [row for row in judged if row["code"] and CODES[row["code"]].severity == Severity.BREACH]
    return Advice(not breaches, codes, [*reasons, *_ways(question, judged, breaches, agreements)])


def _grown_up(connection: Connection, question: Question) -> dict[str, date]:
    """Since when those who were children are of age, where they are on the day of the share."""
    years = decisions.of(connection).value("agreements.of_age_years", question.on)
    born = select(PEOPLE.c.person, PEOPLE.c.date_of_birth).where(PEOPLE.c.person.in_(question.about))
    days = {one.person: birthday(one.date_of_birth, years) for one in connection.execute(born) if one.date_of_birth}
    return {person: day for person, day in days.items() if day <= question.on}


_WITHOUT = (
    "An agreement is not what this route rests on. If someone is at risk, share what is needed now; record the reason, "
    "who is at risk, and whether the family was told or why not."
)


def _known(connection: Connection, question: Question) -> Question:
    """The question in the register's spelling. Raises BadParameter with every part that is unknown."""
    registers = decisions.of(connection)
    categories = registers.codes("categories", question.on)
    purposes = registers.codes("share_purposes", question.on)
    faults = [
        f"{c!r} is not a category; allowed are {_listed(categories)}"
        for c in question.categories
        if policy.slug(c) not in categories
    ]
    if policy.slug(question.purpose) not in purposes:
        faults.append(f"{question.purpose!r} is not a purpose; allowed are {_listed(purposes)}")
    if question.route not in ShareRoute._value2member_map_:
        faults.append(f"{question.route!r} is not a route; allowed are {', '.join(ShareRoute)}")
    if not _one(connection, "SELECT 1 FROM families WHERE family = :key", question.family):
        faults.append(f"the hub has no family {question.family!r}")
    if not _one(connection, "SELECT 1 FROM organisations WHERE organisation = :key", question.to):
        faults.append(f"the hub has no organisation {question.to!r}")
    faults += strangers(connection, question.family, question.about)
    if not question.about or not question.categories:
        faults.append("name at least one person with --about and one category with --category")
    if faults:
        raise BadParameter("; ".join(faults))
    spelled = [categories[policy.slug(c)] for c in question.categories]
    return Question(
        question.family,
        question.about,
        question.to,
        spelled,
        purposes[policy.slug(question.purpose)],
        question.on,
        question.route,
        question.discussed_on,
    )


def strangers(connection: Connection, family: str, people: list[str]) -> list[str]:
    """Why some people cannot be meant: the hub does not have them, or has them in the record of another family."""
    known = connection.execute(select(PEOPLE.c.person, PEOPLE.c.family).where(PEOPLE.c.person.in_(people)))
    whose, own = {row.person: row.family for row in known}, {family}
    if any(whose.get(person, family) != family for person in people):
        own |= {row["family"] for row in one_family.linked(connection, family, moments.today())}
    return [
        f"{person} is not of family {family}: ask and record under the family whose record has this person"
        if person in whose
        else f"the hub has no person {person!r}"
        for person in people
        if whose.get(person) not in own
    ]


def _listed(spellings: dict[str, str]) -> str:
    return ", ".join(dict.fromkeys(spellings.values()))


def _one(connection: Connection, statement: str, key: str) -> bool:
    return connection.execute(text(statement), {"key": key}).scalar() is not None


def _reason(question: Question, row: dict, agreement: dict | None) -> str:
    """One sentence on one person: yes or no, because of which decision, of which day."""
    said = (
        f"decision {agreement['agreement']} ({agreement['decision']}) of {words(agreement['decided_on'])}"
        if agreement
        else ""
    )
    if question.route not in AGREED_ROUTES:
        return (
            f"{row['person']}: {CODES[row['code']].sentence}."
            if row["code"]
            else f"{row['person']}: no refusal stands against it."
        )
    if row["code"] is None:
        until = f", which holds until {words(agreement['expires_on'])}" if agreement and agreement["expires_on"] else ""
        return f"{row['person']}: yes, covered by {said}{until}."
    rule = CODES[row["code"]]
    answer = "yes, but check" if rule.severity == Severity.CHECK else "no"
    return f"{row['person']}: {answer}. {rule.sentence} ({rule.code}){'; ' + said if said else ''}."


def _ways(question: Question, judged: list[dict], breaches: list[dict], agreements: dict[str, dict]) -> list[str]:
    """What may be left out, or done first, to make it a yes."""
    ways = []
    for row in (r for r in breaches if r["code"] == "SH06"):
        agreement = agreements[row["agreement"]]
        agreed = set(agreement["categories"] or []) - set(agreement["exclusions"] or [])
        out = [c for c in question.categories if c not in agreed]
        rest = "" if len(out) < len(question.categories) else " (nothing would be left)"
        ways.append(f"Leave out {', '.join(out)}: not agreed for {row['person']}{rest}.")
    if any(row["code"] == "SH10" for row in breaches):
        ways.append("Discuss the referral with the family first, and record the day.")
    people = [row["person"] for row in breaches if row["code"] not in ("SH06", "SH10")]
    if people and len(people) < len(judged):
        ways.append(f"Leave out what is about {', '.join(people)}, or ask them.")
    elif people:
        ways.append(f"Ask {', '.join(people)} first.")
    return ways


def record(hub: Hub, given: dict[str, str | None], by: By, look_again_on: date | None = None) -> str:
    """Record a share that was made, as intake would, and return its reference; no verdict holds it back.

    Raises BadParameter with every value that cannot be, Refused with every unknown reference.
    """
    share = given.get("share") or f"S{secrets.token_hex(5)}"
    said = {"share": share, "family": given["family"]}
    act = Act(by.actor, "officer", by.reason or "a share was made", "share.record", said)
    with hub.write(act) as connection:
        rows = checked(connection, "shares", given | {"share": share})
        insert(connection, "shares", rows)
        if look_again_on:
            row = {
                "share": share,
                "look_again_on": look_again_on,
                "recorded_at": moments.stamp(),
            }
            connection.execute(TABLES["look_again"].insert(), row)
    return share


def judged(hub: Hub, family: str, share: str, as_at: date) -> list[Finding]:
    """What the rule finds about one recorded share of a family as at a day."""
    with hub.read() as connection:
        about = connection.execute(select(SHARES.c.about).filter_by(share=share)).scalar_one()
        held = standing.read(connection, family, about.split(";"))
    rows = session.ask("sharing", held, as_at, hub.policy)
    return [finding(row, hub.policy) for row in rows if row["code"] and row["subject"] == share]


def withhold(hub: Hub, given: dict[str, str | None], by: By) -> str:
    """Record a decision not to share and return its reference.

    Raises BadParameter without a reason, Refused with every fault.
    """
    policy.reason(given.get("reason"), "a decision not to share", "--because", "with the decision")
    withheld = f"N{secrets.token_hex(5)}"
    said = {"withheld": withheld, "family": given["family"]}
    act = Act(by.actor, "officer", by.reason or "decided not to share", "share.withhold", said)
    with hub.write(act) as connection:
        insert(connection, "withheld", checked(connection, "withheld", given | {"withheld": withheld}))
    return withheld


def checked(connection: Connection, table: str, given: dict[str, str | None]) -> pa.Table:
    """One row in the store's form, judged by intake's own checks. Raises Refused with every fault."""
    sheet = Sheet(table, pa.table({name: pa.array([value], pa.string()) for name, value in given.items() if value}))
    rows = take.single(connection, table, sheet)
    if found := strangers(connection, rows["family"][0].as_py(), rows["about"][0].as_py().split(";")):
        raise Refused("; ".join(found), [Problem("", 0, "about", "not-of-the-family", why) for why in found])
    return rows
