"""LD01 to LD04 and OC01: who leads, whether they are still there and in contact, and goals without a review.

Readings where the contract is silent:

  * a family without a lead, and with one who has left, is told of by its own reference, and so is an old contact;
  * LD02 looks at every day up to `as_at` of families that were opened by then, closed ones too; one practitioner with
    two rows is one lead;
  * the lead's contact is that of their organisation with the family; where none was ever recorded, it is counted from
    the first day of the lead; one after `as_at` has taken the place of an earlier one that nobody knows any more;
  * a goal is looked at until its family is closed, from the day on which it was set.
"""

from datetime import date, timedelta

from tests.support.oracle.retention import is_closed
from tests.support.oracle.rows import Found, Records, Row, before_end, by_key

FOREVER = date.max


def judge(records: Records, as_at: date, contact_within: int) -> Found:
    """What is wrong with leads on a day."""
    found = set()
    for family in records["families"]:
        leads = [row for row in records["leads"] if row["family"] == family["family"]]
        if family["opened_on"] <= as_at and _two_on_one_day(leads, as_at):
            found.add(("LD02", family["family"]))
        if is_open(family, as_at):
            found |= {(code, family["family"]) for code in _now(records, leads, as_at, contact_within)}
    return found


def is_open(family: Row, as_at: date) -> bool:
    """Whether a family is supported on a day."""
    return family["opened_on"] <= as_at and not is_closed(family, as_at)


def _two_on_one_day(leads: list[Row], as_at: date) -> bool:
    spans = [(row["practitioner"], row["started_on"], min(row["ended_on"] or FOREVER, as_at)) for row in leads]
    spans = [span for span in spans if span[1] <= span[2]]
    return any(
        one[0] != two[0] and max(one[1], two[1]) <= min(one[2], two[2])
        for number, one in enumerate(spans)
        for two in spans[number + 1 :]
    )


def _now(records: Records, leads: list[Row], as_at: date, contact_within: int) -> set[str]:
    workers = by_key(records["practitioners"], "practitioner")
    leading = [row for row in leads if before_end(row, as_at, "started_on", "ended_on")]
    if not leading:
        return {"LD01"}
    found = set()
    for row in leading:
        worker = workers[row["practitioner"]]
        if worker["active_to"] and worker["active_to"] < as_at:
            found.add("LD04")
        if as_at > _last_contact(records, row, worker) + timedelta(days=contact_within):
            found.add("LD03")
    return found


def _last_contact(records: Records, lead: Row, worker: Row) -> date:
    days = [
        row["last_contact_on"]
        for row in records["involvements"]
        if row["family"] == lead["family"] and row["organisation"] == worker["organisation"] and row["last_contact_on"]
    ]
    return max(days, default=lead["started_on"])


def goals(records: Records, as_at: date, review_within: int) -> Found:
    """OC01: open goals without a review in time."""
    supported = {row["family"] for row in records["families"] if not is_closed(row, as_at)}
    return {
        ("OC01", row["goal"])
        for row in records["goals"]
        if row["family"] in supported
        and row["set_on"] <= as_at
        and (row["closed_on"] is None or row["closed_on"] > as_at)
        and as_at > _last_look(records, row, as_at) + timedelta(days=review_within)
    }


def _last_look(records: Records, goal: Row, as_at: date) -> date:
    reviews = [row["reviewed_on"] for row in records["reviews"] if row["goal"] == goal["goal"]]
    return max([goal["set_on"], *(day for day in reviews if day <= as_at)])
