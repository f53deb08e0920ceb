"""DQ01: dates that cannot both be true.

The contract names no pairs. These were chosen: an end before its beginning (of a family's support, a partner's, a lead,
a goal, an agreement, a worker's post, a sharing agreement between partners); a goal reviewed before it was set; a
contact before the support began, after it ended, or still to come when it was recorded; a lead, a goal or a partner's
support that began after the family's support had ended; a decision or a share recorded before it happened.
"""

from collections.abc import Iterator
from datetime import date
from itertools import chain

from tests.support.oracle.agreements import Agreements
from tests.support.oracle.rows import Found, Records, Row, by_key, current, recorded_on

Pair = tuple[str, date | None, date | None]  # the row, the day that must come first, the day that must not be before it
SPANS = {
    "organisations": ("organisation", "sharing_agreement_from", "sharing_agreement_to"),
    "practitioners": ("practitioner", "active_from", "active_to"),
    "families": ("family", "opened_on", "closed_on"),
    "involvements": ("family", "started_on", "ended_on"),
    "leads": ("family", "started_on", "ended_on"),
    "goals": ("goal", "set_on", "closed_on"),
    "agreements": ("agreement", "decided_on", "expires_on"),
}
AFTER_ALL = {"involvements": "started_on", "leads": "started_on", "goals": "set_on"}


def judge(records: Records, as_at: date) -> Found:
    """The rows whose dates contradict each other, or another row's; it shows from the earlier day on."""
    pairs = chain(_spans(records), _contacts(records), _reviews(records), _early(records))
    found = {("DQ01", name) for name, first, then in pairs if first and then and then < first and then <= as_at}
    return found | {("DQ01", name) for name, ended, start in _after_all(records) if ended and ended < start <= as_at}


def _spans(records: Records) -> Iterator[Pair]:
    for table, (key, start, end) in SPANS.items():
        yield from ((row[key], row[start], row[end]) for row in _standing(records, table))


def _contacts(records: Records) -> Iterator[Pair]:
    for row in records["involvements"]:
        family, contact = row["family"], row["last_contact_on"]
        yield from ((family, row["started_on"], contact), (family, contact, row["ended_on"]))
        yield family, contact, recorded_on(row)


def _reviews(records: Records) -> Iterator[Pair]:
    goals = by_key(records["goals"], "goal")
    yield from ((row["goal"], goals[row["goal"]]["set_on"], row["reviewed_on"]) for row in records["reviews"])


def _early(records: Records) -> Iterator[Pair]:
    for table, key, day in (("agreements", "agreement", "decided_on"), ("shares", "share", "shared_on")):
        yield from ((row[key], row[day], recorded_on(row)) for row in _standing(records, table))


def _after_all(records: Records) -> Iterator[Pair]:
    ended = {row["family"]: row["closed_on"] for row in records["families"]}
    for table, start in AFTER_ALL.items():
        yield from ((row[SPANS[table][0]], ended[row["family"]], row[start]) for row in records[table])


def _standing(records: Records, table: str) -> list[Row]:
    if table == "agreements":
        agreements = Agreements(records["agreements"])
        return [row for row in records["agreements"] if not agreements.is_corrected(row["agreement"])]
    return current(records["shares"], "share") if table == "shares" else records[table]
