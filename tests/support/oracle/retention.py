"""RT01 to RT04: what is past its date, what holds it, and what contradicts the day on which support ended.

Only the shipped rule is known here: five years from the end of the family's support. Readings where the contract is
silent:

  * a family is open before the day of its closing, and closed on it; a reason for closing without a day is RT04;
  * the start of support is a contact;
  * activity counts that had happened by `as_at`; support and a lead that nobody ended go on, whatever was closed;
    opened again after the closing is activity, and so is a contact;
  * held: a hold that is in force, or a request that is still open, on the family itself or on a record that a person
    decided to be of the same family; every hold needs a reason and a day of review;
  * a hold is in force from its first day until the day before its release.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from tests.support.oracle.agreements import Agreements
from tests.support.oracle.requests import is_open
from tests.support.oracle.rows import Found, Records, Row, add_months, current, says

YEARS = 5


def judge(records: Records, as_at: date, stale_after: int) -> Found:
    """The families that retention objects to."""
    return {
        (code, family["family"])
        for family in records["families"]
        if family["opened_on"] <= as_at and (code := _code(records, family, as_at, stale_after))
    }


def is_closed(family: Row, as_at: date) -> bool:
    """Whether support had ended by a day."""
    return family["closed_on"] is not None and family["closed_on"] <= as_at


def is_quiet(records: Records, family: Row, as_at: date, stale_after: int) -> bool:
    """Whether nobody was in contact, and no goal reviewed, for too long."""
    return as_at > max(_contacts(records, family, as_at)) + timedelta(days=stale_after)


def due_on(closed_on: date) -> date:
    """The last day through which a record may be kept."""
    return add_months(closed_on, 12 * YEARS)


def _code(records: Records, family: Row, as_at: date, stale_after: int) -> str | None:
    if family["closed_on"] is None and says(family["closure_reason"]):
        return "RT04"
    if not is_closed(family, as_at):
        return "RT03" if is_quiet(records, family, as_at, stale_after) else None
    if any(family["closed_on"] < day <= as_at for day in active_days(records, family)):
        return "RT04"
    if as_at <= due_on(family["closed_on"]):
        return None
    together = same_family(records, family["family"], as_at)
    holds = [row for row in records["holds"] if row["family"] in together and _in_force(row, as_at)]
    asked = any(row["family"] in together and is_open(records, row, as_at) for row in records["requests"])
    if not holds:
        return None if asked else "RT01"
    return None if all(says(row["reason"]) and row["review_on"] for row in holds) else "RT02"


def _in_force(hold: Row, as_at: date) -> bool:
    return hold["placed_on"] <= as_at and (hold["released_on"] is None or as_at < hold["released_on"])


def same_family(records: Records, family: str, as_at: date) -> set[str]:
    """All records that a person decided to be of one family, this one among them; the latest decision on two counts."""
    latest = {}
    for row in sorted(records["pair_decisions"], key=lambda row: (row["decided_on"], row["recorded_at"])):
        if row["decided_on"] <= as_at:
            latest[frozenset((row["family"], row["other"]))] = row["decision"]
    found, more = set(), {family}
    while more:
        found |= more
        more = {name for pair, said in latest.items() if said == "same" and pair & found for name in pair} - found
    return found


def _contacts(records: Records, family: Row, as_at: date) -> Iterator[date]:
    yield family["opened_on"]
    for row in records["involvements"]:
        if row["family"] == family["family"]:
            yield from (row[day] for day in ("started_on", "last_contact_on") if row[day] and row[day] <= as_at)
    yield from (day for day in _reviews(records, family) if day <= as_at)


def _reviews(records: Records, family: Row) -> list[date]:
    goals = {row["goal"] for row in records["goals"] if row["family"] == family["family"]}
    return [row["reviewed_on"] for row in records["reviews"] if row["goal"] in goals]


def active_days(records: Records, family: Row) -> Iterator[date]:
    """Days on which something happened for a family; the day after its closing where something went on over it."""
    name, closed = family["family"], family["closed_on"]

    def own(table: str) -> list[Row]:
        return [row for row in records[table] if row["family"] == name]

    yield family["opened_on"]
    for row in (*own("involvements"), *own("leads")):
        yield row["started_on"]
        if row["started_on"] <= closed and (row["ended_on"] is None or row["ended_on"] > closed):
            yield closed + timedelta(days=1)
        if row.get("last_contact_on"):
            yield row["last_contact_on"]
    yield from (row["set_on"] for row in own("goals"))
    yield from _reviews(records, family)
    yield from (row["identified_on"] for row in own("needs"))
    agreements = Agreements(records["agreements"])
    yield from (row["decided_on"] for row in own("agreements") if not agreements.is_corrected(row["agreement"]))
    yield from (row["shared_on"] for row in current(records["shares"], "share") if row["family"] == name)
