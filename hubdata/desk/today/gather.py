"""Gathers what needs somebody from the rules and registers that know it; a thing is late where a rule says so.

A waiver hides nothing here either: what is waived stands where it would stand, and says that it is.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from hubdata.dates import words
from hubdata.desk.today import registers, seen
from hubdata.desk.today.thing import BROKEN, LATE, WEEK, Thing, Today
from hubdata.moments import By
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.rights import view
from hubdata.rights.view import Standing
from hubdata.rules import worklist
from hubdata.rules.findings import known, list_findings
from hubdata.rules.worklist import Listed
from hubdata.terms import FindingStatus, RequestKind, Severity

FIRST = timedelta(days=7)  # what a first look compares with
OF_RIGHTS = {"RR01": LATE, "RR02": WEEK, "RR03": LATE}
BREACHED = "A promise that families were given stays broken, and the promise board says so."


def gather(hub: Hub, by: By, since: date | None = None) -> Today:
    """Everything that needs somebody on a day, by the rules as at that day and since the look before.

    Raises BadParameter as the rules and registers do.
    """
    since = since or seen.before(hub, by) or by.as_at - FIRST
    held = snapshots.take(hub)
    found, unjudged = worklist.answered(hub, by.as_at, None, held)
    asked = list(_rights(hub, by.as_at, found))
    things = [
        *asked,
        *_past(hub, found),
        *_broken(held, found, since),
        *registers.things(hub, by, {one.about for one in asked}),
    ]
    still = sum(one.status == FindingStatus.OPEN for one in found)
    return Today(by.as_at, since, things, still, unjudged)


def _rights(hub: Hub, as_at: date, found: list[Listed]) -> Iterator[Thing]:
    """Requests and complaints that the rules say are late or due soon, with the day that their clock gives."""
    said = {one.subject: one for one in found if one.code in OF_RIGHTS}
    with hub.read() as connection:
        standing = {one.request: one for one in view.read(connection, as_at)} if said else {}
    for reference, one in said.items():
        if reference in standing:
            yield _request(one, standing[reference])


def _request(one: Listed, of: Standing) -> Thing:
    is_complaint = of.kind == RequestKind.COMPLAINT
    noun = "complaint" if is_complaint else "request"
    what = "complaint" if is_complaint else f"{of.kind} request"
    command = "complaint acknowledge" if is_complaint else "rights event"
    return Thing(
        OF_RIGHTS[one.code],
        of.request,
        f"{what[:1].upper()}{what[1:]} {of.request} of family {of.family}, received on {words(of.received_on)}"
        f"{_waived([one])}",
        "an officer",
        of.due or of.alert_on,
        "The person may complain to the regulator, and the promise of data rights is broken.",
        command,
        {noun: of.request},
        noun,
    )


def _past(hub: Hub, found: list[Listed]) -> Iterator[Thing]:
    """Records past their date and not held, as one thing: a review takes them together."""
    past = [one for one in found if one.code == "RT01"]
    disposals = [row.about for row in registers.disposals(hub)]
    if past and not disposals:
        first = min((one.first_seen for one in past if one.first_seen), default=None)
        yield Thing(
            LATE,
            "retention",
            f"{_records(len(past))} past the date and not held{_waived(past)}",
            "a reviewer",
            date.fromisoformat(first) - timedelta(days=1) if first else None,
            "Records are kept longer than families were told.",
            "retention review",
        )


def _records(number: int) -> str:
    return "1 record is" if number == 1 else f"{number:,} records are"


def _broken(held: Snapshot, found: list[Listed], since: date) -> Iterator[Thing]:
    """Broken promises that the rules find now and did not as at, and as known on, the day of the look before."""
    late = ("RT01", *OF_RIGHTS)  # they stand among what is late
    now = [one for one in found if one.severity == Severity.BREACH and one.code not in late]
    rules = known(held)
    asked = tuple(dict.fromkeys(rules[one.code].family for one in now))
    then = {(o.code, o.table, o.subject) for o in list_findings(held, since, asked, since)} if now else set()
    new = [one for one in now if (one.code, one.table, one.subject) not in then]
    for code in sorted({one.code for one in new}):
        yield _newly(code, [one for one in new if one.code == code], rules[code].what_to_do)


def _newly(code: str, new: list[Listed], to_do: str) -> Thing:
    one = new[0]
    alone = len(new) == 1
    return Thing(
        BROKEN,
        one.subject if alone else code,
        (f"{one.message}: {one.subject} ({one.evidence})" if alone else f"{one.message}: {len(new):,} ({code})")
        + _waived(new),
        "an officer",
        None,
        f"{BREACHED} {to_do}",
        "worklist mark" if alone else "worklist list",
        {"code": code} | (_row(one) if alone else {}),
        "finding" if alone else "",
    )


def _waived(found: list[Listed]) -> str:
    """That all of these findings are waived, or how many."""
    waived = [one for one in found if one.status == FindingStatus.WAIVED]
    last = max((one.until for one in waived if one.until), default=None)
    if not waived or last is None:
        return ""
    some = f"{len(waived):,} of them waived, the last" if len(found) > 1 else "waived"
    return f"; {some} until {words(last)}"


def _row(one: Listed) -> dict[str, str]:
    """What names a finding's row, and its case."""
    return {"subject": one.subject, "table": one.table, "finding": f"{one.code}:{one.table}:{one.subject}"}
