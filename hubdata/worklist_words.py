"""How the findings worklist reads: how many are open, in hand and waived, then each with what was said of it."""

from collections import Counter
from datetime import date

from hubdata.dates import words
from hubdata.findings import CODES
from hubdata.terms import FindingStatus, Severity
from hubdata.worklist import SHOWN, Listed

STILL = "It is still a finding, counted on the promise board and in every report until the record is put right."


def lines(found: list[Listed], as_at: date) -> list[str]:
    """The worklist for a reader; waived breaches stand once more at the end, on their own."""
    if not found:
        return [f"Nothing of that kind was found as at {words(as_at)}."]
    counted = Counter(one.status for one in found)
    shares = ", ".join(f"{counted[status]:,} {status.replace('_', ' ')}" for status in FindingStatus)
    said = [f"{len(found):,} {'finding' if len(found) == 1 else 'findings'} as at {words(as_at)}: {shares}."]
    for code in dict.fromkeys(one.code for one in found):
        rows = [one for one in found if one.code == code]
        said += ["", f"{code}  {CODES[code].sentence} ({CODES[code].severity}, {CODES[code].promise}): {len(rows):,}"]
        said += [f"  {one.subject}: {one.evidence}{_said(one)}" for one in rows[:SHOWN]]
        said += [f"  and {len(rows) - SHOWN:,} more (--json lists them all)"] if len(rows) > SHOWN else []
    waived = [one for one in found if one.status == FindingStatus.WAIVED and one.severity == Severity.BREACH]
    if waived:
        said += ["", f"Waived although a promise is broken: {len(waived):,}"]
        said += [
            f"  {one.code} {one.subject}, until {words(one.until)}, by {one.marked_by}: {one.note}" for one in waived
        ]
    return said


def _said(one: Listed) -> str:
    if one.marked_at is None:
        return ""
    standing = one.status.replace("_", " ")
    if one.until:
        over = one.status == FindingStatus.OPEN
        standing = f"{'open again: was waived' if over else 'waived'} until {words(one.until)}"
    note = f": {one.note}" if one.note else ""
    return f" [{standing}, said on {words(one.marked_at.date())} by {one.marked_by}{note}]"


def finding_line(one: Listed) -> str:
    """One finding for a reader, with what was said of it."""
    return f"  {one.code} {one.subject}: {one.message}; {one.evidence}{_said(one)}"


def marked(one: Listed) -> list[str]:
    """That a finding was marked, for a reader."""
    until = f" until {words(one.until)}; the day after it is open again" if one.until else ""
    found = f"It is about: {one.evidence}."
    return [f"{one.code} about {one.subject} is {one.status.replace('_', ' ')}{until}. {STILL}", found]


def history(rows: list[dict]) -> list[str]:
    """Every mark for a reader, the oldest first."""
    return [_marked_then(row) for row in rows] or ["Nothing was said of any finding of that kind."]


def _marked_then(row: dict) -> str:
    until = f" until {words(row['until'])}" if row["until"] else ""
    note = f": {row['note']}" if row["note"] else ""
    return (f"{words(row['marked_on'])}  {row['code']} {row['subject']} ({row['table']}): "
            f"{row['status'].replace('_', ' ')}{until}, by {row['marked_by']}{note}")  # fmt: skip
