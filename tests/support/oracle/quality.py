"""DQ02 to DQ05 and FR01: contradictions between decisions, people of another family, the dead, and what is out of date.

Readings where the contract is silent:

  * DQ03 names both decisions; a refusal and a withdrawal are not contrary, both say no;
  * DQ04 looks at every row that stands, and at whom an exclusion names unless that is an organisation; records that
    were decided to be one family are one; a request counts from the day on which it came, or else was recorded;
  * DQ05 looks at decisions, shares and requests, on days after the death, under whichever family they are filed;
  * support without any contact on record is counted from the day on which it began; of a family that is quiet for
    everybody (RT03), of a lead's own organisation (LD03), and where the last contact contradicts the beginning (DQ01),
    DQ02 says nothing more;
  * what a partner "updated" is its returns, the rows about its own support, the needs that name it, and its shares; a
    return of days that had ended too long before it came updates no further than to the last of them; as known at an
    earlier day, support and families that were last recorded later are not known.
"""

from datetime import date, timedelta
from itertools import combinations

from tests.support.oracle.agreements import DECISIONS, Agreements
from tests.support.oracle.leads import is_open
from tests.support.oracle.requests import steps
from tests.support.oracle.retention import is_quiet, same_family
from tests.support.oracle.rows import Found, Records, Row, before_end, by_key, current, listed, recorded_on, says

WHOSE = {  # the columns that name people, in rows that are filed under a family
    "agreements": ("given_by", "covers", "exclusions"),
    "shares": ("about",),
    "withheld": ("about",),
    "requests": ("person", "asked_by"),
    "holds": ("scope",),
    "competences": ("person",),
}
KEYS = {
    "agreements": "agreement",
    "shares": "share",
    "withheld": "withheld",
    "requests": "request",
    "holds": "hold",
    "competences": "competence",
}
DAYS = {
    "agreements": "decided_on",
    "shares": "shared_on",
    "withheld": "decided_on",
    "holds": "placed_on",
    "competences": "judged_on",
}


def _standing(records: Records, table: str) -> list[Row]:
    if table == "agreements":
        agreements = Agreements(records["agreements"])
        return [row for row in records[table] if not agreements.is_corrected(row["agreement"])]
    return current(records[table], KEYS[table]) if table == "shares" else records[table]


def _happened_on(records: Records, table: str, row: Row) -> date:
    if table == "requests":
        return min((day for day, what in steps(records, row) if what == "received"), default=date.max)
    return row[DAYS[table]]


def contrary(records: Records, as_at: date) -> Found:
    """DQ03: decisions of one person for one purpose and recipient that no order tells apart."""
    agreements = Agreements(records["agreements"])
    standing = [row for row in agreements.standing if row["decided_on"] <= as_at and agreements.ever(row)]
    return {
        ("DQ03", row["agreement"])
        for one, two in combinations(standing, 2)
        if _contrary(one, two)
        for row in (one, two)
    }


def _contrary(one: Row, two: Row) -> bool:
    agreed, other = sorted((one, two), key=lambda row: row["decision"] != "agreed")
    named, refused = listed(agreed["recipients"]), listed(other["recipients"])
    return (
        all(one[name] == two[name] for name in ("purpose", "decided_on", "recorded_at"))
        and agreed["decision"] == "agreed" != other["decision"]
        and bool(listed(one["covers"]) & listed(two["covers"]))
        and bool(named & refused if refused else named)
    )


def of_another_family(records: Records, as_at: date) -> Found:
    """DQ04: rows that name a person of another family."""
    home = {row["person"]: row["family"] for row in records["people"]}
    organisations = {row["organisation"] for row in records["organisations"]}
    found = set()
    for table, columns in WHOSE.items():
        for row in _standing(records, table):
            named = set().union(*(listed(row[name]) for name in columns)) - organisations
            own = same_family(records, row["family"], as_at)
            strays = {name for name in named & home.keys() if home[name] not in own}
            day = _happened_on(records, table, row)
            if strays and (recorded_on(row) if day == date.max else day) <= as_at:
                found.add(("DQ04", row[KEYS[table]]))
    return found


def after_death(records: Records, as_at: date, youngest: int) -> Found:
    """DQ05: done by or for somebody who had died, or decided alone by a child who was too young."""
    people = by_key(records["people"], "person")
    found = set()
    for table in ("agreements", "shares", "requests"):
        for row in _standing(records, table):
            day, names = _happened_on(records, table, row), set(WHOSE[table]) - {"exclusions"}
            named = set().union(*(listed(row[name]) for name in names))
            dead = any(people[name]["died_on"] and people[name]["died_on"] < day for name in named)
            decided = table == "agreements" and row["decision"] in DECISIONS
            young = decided and _too_young(records, people[row["given_by"]], day, youngest)
            if day <= as_at and (dead or young):
                found.add(("DQ05", row[KEYS[table]]))
    return found


def _too_young(records: Records, person: Row, day: date, youngest: int) -> bool:
    born = person["date_of_birth"]
    able = any(
        row["person"] == person["person"] and row["judged_on"] <= day and says(row["reason"])
        for row in records["competences"]
    )
    return (
        born is not None
        and not able
        and day.year - born.year - ((day.month, day.day) < (born.month, born.day)) < youngest
    )


def untouched(records: Records, as_at: date, after: int, stale_after: int) -> Found:
    """DQ02: said to support an open family that others still see, and without contact for too long."""
    workers = by_key(records["practitioners"], "practitioner")
    leading = {
        (row["family"], workers[row["practitioner"]]["organisation"])
        for row in records["leads"]
        if before_end(row, as_at, "started_on", "ended_on")
    }
    seen = {
        row["family"]
        for row in records["families"]
        if is_open(row, as_at) and not is_quiet(records, row, as_at, stale_after)
    }
    return {
        ("DQ02", row["family"])
        for row in _supporting(records, as_at)
        if row["family"] in seen
        and (row["family"], row["organisation"]) not in leading
        and (row["last_contact_on"] or row["started_on"]) >= row["started_on"]
        and as_at > (row["last_contact_on"] or row["started_on"]) + timedelta(days=after)
    }


def _supporting(records: Records, as_at: date) -> list[Row]:
    return [row for row in records["involvements"] if before_end(row, as_at, "started_on", "ended_on")]


def late_partners(records: Records, as_at: date, known_at: date | None, within: int) -> Found:
    """FR01: partners that support an open family and have updated nothing in time."""
    end = min(as_at, known_at or as_at)

    def known(row: Row) -> bool:
        return known_at is None or recorded_on(row) <= known_at

    supported = {row["family"] for row in records["families"] if is_open(row, as_at) and known(row)}
    support = [row for row in _supporting(records, as_at) if row["family"] in supported and known(row)]
    partners = {row["organisation"] for row in support}
    return {("FR01", name) for name in partners if (as_at - _updated(records, name, end, within)).days > within}


def _updated(records: Records, partner: str, end: date, within: int) -> date:
    days = [_told_until(row, within) for row in records["returns"] if _is_of(row, "organisation", partner, end)]
    for table, column in (("involvements", "organisation"), ("needs", "organisation"), ("shares", "from_organisation")):
        days += [recorded_on(row) for row in records[table] if _is_of(row, column, partner, end)]
    return max(days, default=date(1900, 1, 1))


def _is_of(row: Row, column: str, partner: str, end: date) -> bool:
    return row[column] == partner and recorded_on(row) <= end


def _told_until(row: Row, within: int) -> date:
    last, came = row["covers_to"], recorded_on(row)
    return last if last and came > last + timedelta(days=within) else came
