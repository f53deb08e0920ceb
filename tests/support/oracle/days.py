"""DQ01: dates that cannot both be true, of support, of leads and of goals.

The contract names no pairs. These were chosen: an end before its beginning; a goal reviewed before it was set; a
contact before the support began, after it ended, or still to come both when it was recorded and on the day; support, a
lead or a goal that began after the family's support had ended. A family closed before it was opened is told by RT04.
"""

from collections.abc import Iterator
from datetime import date
from itertools import chain

from tests.support.oracle.rows import Found, Records, by_key, recorded_on

Pair = tuple[str, date | None, date | None]  # the row, the day that must come first, the day that must not be before it
SPANS = {
    "involvements": ("family", "started_on", "ended_on"),
    "leads": ("family", "started_on", "ended_on"),
    "goals": ("goal", "set_on", "closed_on"),
}
AFTER_ALL = {"involvements": "started_on", "leads": "started_on", "goals": "set_on"}


def judge(records: Records, as_at: date) -> Found:
    """The rows whose dates contradict each other, or another row's; it shows from the earlier day on."""
    pairs = chain(_spans(records), _contacts(records), _reviews(records), _to_come(records, as_at))
    found = {("DQ01", name) for name, first, then in pairs if first and then and then < first and then <= as_at}
    return found | {("DQ01", name) for name, ended, start in _after_all(records) if ended and ended < start <= as_at}


def _spans(records: Records) -> Iterator[Pair]:
    for table, (key, start, end) in SPANS.items():
        yield from ((row[key], row[start], row[end]) for row in records[table])


def _contacts(records: Records) -> Iterator[Pair]:
    for row in records["involvements"]:
        family, contact = row["family"], row["last_contact_on"]
        yield from ((family, row["started_on"], contact), (family, contact, row["ended_on"]))


def _to_come(records: Records, as_at: date) -> Iterator[Pair]:
    for row in records["involvements"]:
        if row["last_contact_on"] and row["last_contact_on"] > as_at:
            yield row["family"], row["last_contact_on"], recorded_on(row)


def _reviews(records: Records) -> Iterator[Pair]:
    goals = by_key(records["goals"], "goal")
    yield from ((row["goal"], goals[row["goal"]]["set_on"], row["reviewed_on"]) for row in records["reviews"])


def _after_all(records: Records) -> Iterator[Pair]:
    ended = {row["family"]: row["closed_on"] for row in records["families"]}
    for table, start in AFTER_ALL.items():
        yield from ((row[SPANS[table][0]], ended[row["family"]], row[start]) for row in records[table])
