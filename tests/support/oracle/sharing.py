"""SH01 to SH15 and LB01: each share judged for each person, one code each; the first that applies.

Readings where the contract is silent:

  * a share is judged from its own day on; one that another share corrects is not judged;
  * "others of the family decided": a decision that stands, is filed under the share's family and is not about this one;
  * "had refused or withdrawn" (SH15) is the state on the day for that recipient, whatever the purpose; an
    agreement that excludes the recipient is no refusal, nor is one that leaves out a person whom it covers;
  * as known on the day of a share, rows that a later one closed to a ring are one already;
  * a family that nobody says was told was not told; "told" on a day after `as_at` is told by then all the same.
"""

import re
from datetime import date, timedelta

from tests.support.oracle.agreements import Agreements
from tests.support.oracle.rows import Found, Records, Row, by_key, current, listed, says

Verdicts = dict[tuple[str, str], str | None]  # (share, person): code
ROUTES = ("within_hub", "additional_support")
CONSENT = re.compile(r"\bconsent", re.IGNORECASE)


def judge(records: Records, as_at: date, told_within: int) -> Verdicts:
    """What is wrong with each share, for each person that it is about."""
    agreements = Agreements(records["agreements"])
    return {
        (share["share"], person): _code(records, agreements, share, person, as_at, told_within)
        for share in _judged(records, as_at)
        for person in listed(share["about"])
    }


def as_known_then(records: Records, as_at: date, told_within: int) -> Verdicts:
    """The same as the decisions were known at the end of the day of each share."""
    found = {}
    for share in _judged(records, as_at):
        agreements = Agreements(records.known(share["shared_on"])["agreements"], records["agreements"])
        for person in listed(share["about"]):
            found[share["share"], person] = _code(records, agreements, share, person, as_at, told_within)
    return found


def consent(records: Records, as_at: date) -> Found:
    """LB01: the word is written as the basis of a share."""
    return {
        ("LB01", share["share"])
        for share in _judged(records, as_at)
        if any(CONSENT.search(share[name] or "") for name in ("reason", "not_told_reason"))
    }


def _judged(records: Records, as_at: date) -> list[Row]:
    return [share for share in current(records["shares"], "share") if share["shared_on"] <= as_at]


def _code(records: Records, agreements: Agreements, share: Row, person: str, as_at: date, told_within: int):
    if share["route"] in ROUTES:
        return _with_agreement(records, agreements, share, person)
    return _without_agreement(agreements, share, person, as_at, told_within)


def _with_agreement(records: Records, agreements: Agreements, share: Row, person: str) -> str | None:
    day, purpose, recipient = share["shared_on"], share["purpose"], share["to_organisation"]
    decided = agreements.of(person, day)
    if not decided:
        return "SH07" if agreements.of_others(share["family"], person, day) else "SH01"
    if not any(row["purpose"] == purpose for row in decided):
        return "SH08"
    state = agreements.state(person, purpose, recipient, day)
    if not state or agreements.excluded(person, purpose, recipient, day):
        return "SH05"
    return _first(_objections(records, agreements, share, person, row) for row in state)


def _first(each) -> str | None:
    order = ("SH05", "SH02", "SH03", "SH04", "SH06", "SH10", "SH09", "SH14")
    return min(filter(None, each), key=order.index, default=None)


def _objections(records: Records, agreements: Agreements, share: Row, person: str, row: Row) -> str | None:
    if person in listed(row["exclusions"]):  # of a refusal too: exclusions always win, and SH05 comes first
        return "SH05"
    if row["decision"] in ("refused", "withdrawn"):
        return "SH02" if row["decision"] == "refused" else "SH03"
    if row["expires_on"] and share["shared_on"] > row["expires_on"]:
        return "SH04"
    if listed(share["categories"]) - (listed(row["categories"]) - listed(row["exclusions"])):
        return "SH06"
    discussed = [each for each in (share["discussed_on"], row["discussed_on"]) if each]
    if share["route"] == "additional_support" and not any(each <= share["shared_on"] for each in discussed):
        return "SH10"
    if agreements.known_since(row, lambda other: _covers(other, share, person)) > share["shared_on"]:
        return "SH09"
    return None if _signed(records, share) else "SH14"


def _covers(row: Row, share: Row, person: str) -> bool:
    day = share["shared_on"]
    return (
        row["decision"] == "agreed"
        and row["purpose"] == share["purpose"]
        and person in listed(row["covers"]) - listed(row["exclusions"])
        and share["to_organisation"] in listed(row["recipients"]) - listed(row["exclusions"])
        and listed(share["categories"]) <= listed(row["categories"]) - listed(row["exclusions"])
        and row["decided_on"] <= day <= (row["expires_on"] or day)
    )


def _signed(records: Records, share: Row) -> bool:
    recipient = by_key(records["organisations"], "organisation")[share["to_organisation"]]
    first, last = recipient["sharing_agreement_from"], recipient["sharing_agreement_to"]
    return first is not None and first <= share["shared_on"] <= (last or share["shared_on"])


def _without_agreement(agreements: Agreements, share: Row, person: str, as_at: date, told_within: int) -> str | None:
    day, recipient = share["shared_on"], share["to_organisation"]
    if not (says(share["reason"]) and says(share["risk_to"])):
        return "SH11"
    if share["told_family"] in ("no", None) and not says(share["not_told_reason"]):
        return "SH12"
    if share["told_family"] == "not_yet" and as_at > day + timedelta(days=told_within):
        return "SH13"
    purposes = {row["purpose"] for row in agreements.of(person, day)}
    states = [row for purpose in purposes for row in agreements.state(person, purpose, recipient, day)]
    said_no = any(row["decision"] != "agreed" for row in states)
    return "SH15" if said_no else None
