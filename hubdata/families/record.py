"""One family's record as an officer sees it, for a stated reason; the look is in the audit ledger before it is shown.

It judges nothing: who leads, why it is kept, what was agreed and what was found are the answers of the modules that
say so elsewhere. The people of the family, and whoever took the lead for it, are the only ones who are named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from sqlalchemy import Connection, select

from hubdata.dates import words
from hubdata.errors import BadParameter
from hubdata.families import leads as families_leads
from hubdata.families.find import FAMILIES, PEOPLE, Member, member, member_line, needed, visible
from hubdata.families.leads import Lead
from hubdata.moments import By
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.retention import certificates, explain
from hubdata.retention import holds as retention_holds
from hubdata.retention.explain import Explanation
from hubdata.retention.holds import Held
from hubdata.rights import register
from hubdata.rules import standing, worklist
from hubdata.rules.asked import current
from hubdata.rules.worklist import Listed, Wanted, finding_line
from hubdata.sharing import agreements as sharing_agreements

Rows = list[dict]
OF_SUPPORT = ("organisation", "started_on", "ended_on", "last_contact_on")
CURRENCY = ("last_update_on", "covers_from", "covers_to")
OF_SHARES = (
    "share",
    "shared_on",
    "from_organisation",
    "to_organisation",
    "route",
    "purpose",
    "categories",
    "about",
    "agreement",
    "told_family",
)
OF_GOALS = ("goal", "area", "set_on", "closed_on", "result")
OF_REVIEWS = ("reviewed_on", "score", "perspective")
OF_NEEDS = ("need", "area", "identified_on", "status", "organisation")
OF_REQUESTS = ("request", "kind", "person", "received_on", "status", "due")


@dataclass(frozen=True)
class Record:
    """What the hub holds about one family on a day; the latest support, share, goal and need first."""

    family: str
    hub: str
    as_at: date
    opened_on: date
    closed_on: date | None
    closure_reason: str | None
    people: list[Member]
    leads: Lead
    support: Rows
    kept: Explanation
    holds: list[Held]
    agreements: list[standing.State]
    shares: Rows
    goals: Rows
    needs: Rows
    requests: Rows
    findings: list[Listed]


def show(hub: Hub, family: str, by: By) -> Record:
    """One family's record as at a day.

    Raises BadParameter if no reason is given, or the hub has no such record on that day; of a destroyed one it says so.
    """
    family = visible(family, "--family")
    act = Act(by.actor, "officer", needed(by.reason), "family.show", {"family": family})
    with hub.read() as connection:
        there = _opened(connection, family, by.as_at)
    if not there:
        raise BadParameter(_gone(hub, family))
    with hub.write(act) as connection:
        if not _opened(connection, family, by.as_at):
            raise BadParameter(_gone(hub, family))
    return _record(hub, family, by.as_at)


def _opened(connection: Connection, family: str, as_at: date) -> bool:
    asked = select(FAMILIES.c.family).where(FAMILIES.c.family == family, FAMILIES.c.opened_on <= as_at)
    return connection.execute(asked).first() is not None


def _gone(hub: Hub, family: str) -> str:
    told = certificates.told(hub, family)
    if told.destroyed:
        return certificates.told_lines(told)[0]
    return "the hub has no record under that reference on that day; search for it with `hubdata family find`"


def _record(hub: Hub, family: str, as_at: date) -> Record:
    found = worklist.listed(hub, as_at, Wanted(family=family))
    led = families_leads.read(hub, family, as_at)
    with hub.read() as connection:
        (row,) = connection.execute(select(FAMILIES).filter_by(family=family)).all()
        people = connection.execute(select(PEOPLE).filter_by(family=family).order_by(PEOPLE.c.person)).all()
        support = _rows(connection, "involvements", family, "started_on", OF_SUPPORT, as_at)
        said = current.read(connection, {one["organisation"] for one in support}, as_at, hub.policy)
        shares = _rows(connection, "shares", family, "shared_on", OF_SHARES, as_at)
        goals = _rows(connection, "goals", family, "set_on", OF_GOALS, as_at)
        needs = _rows(connection, "needs", family, "identified_on", OF_NEEDS, as_at)
        lead = families_leads.with_names(connection, led)
        reviewed = {one["goal"]: _reviews(connection, one["goal"], as_at) for one in goals}
    codes = {
        one["share"]: [f.code for f in found if (f.table, f.subject) == ("shares", one["share"])] for one in shares
    }
    return Record(
        family,
        row.hub,
        as_at,
        row.opened_on,
        row.closed_on,
        row.closure_reason,
        [member(one) for one in people],
        lead,
        [one | _currency(said.get(one["organisation"])) for one in support],
        explain.explain(hub, family, as_at),
        retention_holds.held(hub, as_at, family),
        sharing_agreements.listed(hub, family, as_at)["states"],
        [one | {"codes": codes[one["share"]]} for one in shares],
        [
            one | {"reviews": len(reviewed[one["goal"]]), "latest": next(iter(reviewed[one["goal"]]), None)}
            for one in goals
        ],
        needs,
        _requests(hub, family, as_at),
        found,
    )


def _rows(connection: Connection, name: str, family: str, day: str, columns: tuple[str, ...], as_at: date) -> Rows:
    table = TABLES[name]
    asked = select(table).where(table.c.family == family, table.c[day] <= as_at)
    rows = connection.execute(asked).mappings().all()
    return sorted(({column: row[column] for column in columns} for row in rows), key=itemgetter(day), reverse=True)


def _currency(said: dict | None) -> dict:
    """Up to which day the hub has heard from an organisation, and which days it has told of (rules/freshness.sql)."""
    return {name: said[name] if said else None for name in CURRENCY}


def _reviews(connection: Connection, goal: str, as_at: date) -> Rows:
    reviews = TABLES["reviews"]
    asked = select(*(reviews.c[name] for name in OF_REVIEWS)).where(
        reviews.c.goal == goal, reviews.c.reviewed_on <= as_at
    )
    latest = asked.order_by(reviews.c.reviewed_on.desc(), reviews.c.perspective)
    return [dict(row) for row in connection.execute(latest).mappings()]


def _requests(hub: Hub, family: str, as_at: date) -> Rows:
    found = [one for complaints in (False, True) for one in register.listed(hub, as_at, complaints, family, True)]
    return [{name: getattr(one, name) for name in OF_REQUESTS} for one in found]


SHOWN = 10


def lines(one: Record) -> list[str]:
    """One family's record for a reader."""
    until = f"closed on {words(one.closed_on)}" if one.closed_on else "open"
    why = f" ({one.closure_reason})" if one.closure_reason else ""
    said = [f"Family {one.family}, {one.hub}, as at {words(one.as_at)}: since {words(one.opened_on)}, {until}{why}."]
    said += [*_part("People", map(member_line, one.people)), "", *families_leads.lines(one.leads)]
    said += _part("Who supports them", map(_support, one.support))
    said += ["", "Why it is kept", f"  {one.kept.text}"]
    said += _part("Holds", (retention_holds.line(hold) for hold in one.holds))
    said += _part("What was agreed", map(sharing_agreements.state_line, one.agreements))
    said += _part("What was shared", map(_share, one.shares))
    said += _part("Goals", map(_goal, one.goals))
    said += _part("Needs", map(_need, one.needs))
    said += _part("Open requests and complaints", map(_request, one.requests))
    return said + _part("What is found about it", map(finding_line, one.findings))


def _part(title: str, found: Iterator[str]) -> list[str]:
    listed = list(found)
    more = len(listed) - SHOWN
    return [
        "",
        f"{title}: {len(listed):,}" if listed else f"{title}: none",
        *listed[:SHOWN],
        *([f"  and {more:,} more (--json lists them all)"] if more > 0 else []),
    ]


def _support(row: dict) -> str:
    until = f" to {words(row['ended_on'])}" if row["ended_on"] else ""
    seen = f"; last contact {words(row['last_contact_on'])}" if row["last_contact_on"] else ""
    current = f"current as of {words(row['last_update_on'])}" if row["last_update_on"] else "never updated"
    covers = f", covers {words(row['covers_from'])} to {words(row['covers_to'])}" if row["covers_from"] else ""
    return f"  {row['organisation']}, since {words(row['started_on'])}{until}{seen}; {current}{covers}"


def _share(row: dict) -> str:
    found = f"; {', '.join(row['codes'])}" if row["codes"] else ""
    whence = f"{row['from_organisation']} to {row['to_organisation']}, {row['route'].replace('_', ' ')}"
    what = f"about {_list(row['about'])}: {_list(row['categories'])}"
    return f"  {row['share']}  {words(row['shared_on'])}, {whence}, {what}{found}"


def _list(cell: str) -> str:
    return cell.replace(";", ", ")


def _goal(row: dict) -> str:
    state = f"closed on {words(row['closed_on'])}" if row["closed_on"] else "open"
    said = [f"  {row['goal']}  {row['area']}, set on {words(row['set_on'])}, {state}"]
    said += [row["result"].replace("_", " ")] if row["result"] else []
    latest = row["latest"]
    said += (
        [
            f"reviewed {row['reviews']} times, last on {words(latest['reviewed_on'])}: {latest['score']} by the "
            f"{latest['perspective']}"
        ]
        if latest
        else ["never reviewed"]
    )
    return "; ".join(said)


def _need(row: dict) -> str:
    by = f", {row['organisation']}" if row["organisation"] else ""
    return f"  {row['need']}  {row['area']}, found on {words(row['identified_on'])}: {row['status']}{by}"


def _request(row: dict) -> str:
    due = f", due {words(row['due'])}" if row["due"] else ""
    return f"  {row['request']}  {row['kind']}, received on {words(row['received_on'])}: {row['status']}{due}"
