"""Today's findings with what officers said of each: open, in hand, or waived for a reason until a day.

A mark changes no finding: a waived one is still found, counted and shown on the promise board and in every report.
Nobody can mark one as settled: it goes when the rule no longer finds it. A waiver is about one rule and one row, and
holds through its last day, whether or not the finding went and came back meanwhile. To waive a breach, the audit entry
must say why too. The gravest come first: broken promises before checks, then the rule that finds most, then the oldest.
"""

import secrets
from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from hubdata import moments, policy
from hubdata.dates import words
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import owner
from hubdata.records.ledger import Act
from hubdata.records.people import two, wrote
from hubdata.records.people.acting import kind, shown
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.records.tables.column import longest
from hubdata.records.tables.contract import TABLES
from hubdata.rules import findings, judge
from hubdata.rules.asked import case
from hubdata.rules.findings import CODES, Finding, Rule, known
from hubdata.rules.follow.order import gravest_first
from hubdata.rules.follow.whose import Place, with_whose
from hubdata.spelling import masked
from hubdata.terms import FindingStatus, Severity

MARKS = TABLES["finding_marks"]
LONGEST = longest(MARKS.c.note)
SHOWN = 20
OF_NO_ROW = ("names", "limits", "wording")  # their findings may be about a word, or a table, that is no row of a family


@dataclass(frozen=True)
class Listed(Finding):
    """A finding with its latest mark, whose record it is about, and whose it is to put right.

    An ended waiver is open again and still says until when it held.
    """

    status: str = FindingStatus.OPEN
    note: str | None = None
    until: date | None = None
    marked_by: str | None = None
    marked_at: datetime | None = None
    marked_with: str | None = None
    family: str | None = None
    assigned_to: str | None = None


@dataclass(frozen=True)
class Wanted:
    """Which findings: of these rule families, this status, code or family, assigned to whom; None means any."""

    rules: tuple[str, ...] = judge.EVERY
    status: str | None = None
    code: str | None = None
    family: str | None = None
    assigned_to: str | None = None


@dataclass(frozen=True)
class Mark:
    """What an officer says of one finding of a rule, or the same of several."""

    code: str
    subjects: tuple[str, ...]
    status: str
    note: str | None = None
    until: date | None = None
    table: str | None = None


def listed(hub: Hub, as_at: date, wanted: Wanted | None = None, held: Snapshot | None = None) -> list[Listed]:
    """Every finding as at a day with the latest mark made by then. `held` is a snapshot already taken.

    Raises BadParameter if the status or code is unknown, or the hub has no such family.
    """
    return answered(hub, as_at, wanted, held)[0]


def answered(
    hub: Hub, as_at: date, wanted: Wanted | None = None, held: Snapshot | None = None
) -> tuple[list[Listed], list[str]]:
    """As `listed`, and which rules did not run, each with why."""
    wanted = wanted or Wanted()
    _known("status", wanted.status, FindingStatus)
    alone = wanted.family if held is None else None
    held = held or (case.read(hub, alone) if alone is not None else snapshots.take(hub))
    rules = known(held)
    _known("rule code", wanted.code, rules)
    families = tuple(
        one for one in ((rules[wanted.code].family,) if wanted.code else wanted.rules) if one in wanted.rules
    )
    if alone is not None:
        found, unjudged = case.judged(hub, held, as_at, families)
    else:
        found, unjudged = findings.answered(held, as_at, families)
    with hub.read() as connection:
        if wanted.family is not None:
            found = _of_family(connection, found, wanted.family)
        said_of = [] if wanted.family is None else [MARKS.c.subject.in_({one.subject for one in found})]
        latest = {_place(row): row for row in _marks(hub, connection, MARKS.c.marked_on <= as_at, *said_of)}
        joined = [_joined(one, latest.get((one.code, one.table, one.subject)), as_at) for one in found]
        joined = with_whose(connection, joined, as_at)
    chosen = ((wanted.code, "code"), (wanted.status, "status"), (wanted.assigned_to, "assigned_to"))
    said = [one for one in joined if all(value in (None, getattr(one, name)) for value, name in chosen)]
    return gravest_first(said), unjudged


def _known(what: str, given: str | None, allowed) -> None:
    if given is not None and given not in list(allowed):
        raise BadParameter(f"{given!r} is no {what}; allowed are {', '.join(allowed)}")


def _place(row) -> Place:
    return row["code"], row["of_table"], row["subject"]


def _marks(hub: Hub, connection: Connection, *where) -> list[dict]:
    """Marks, the latest last, each with what the name of whoever made it rests on."""
    order = MARKS.c.marked_on, MARKS.c.recorded_at, MARKS.c.finding_mark
    rows = connection.execute(select(MARKS).where(*where).order_by(*order)).mappings().all()
    kinds = wrote.kinds(hub, connection, MARKS.name, rows)
    return [{**row, "marked_with": kind} for row, kind in zip(rows, kinds, strict=True)]


def _joined(one: Finding, mark, as_at: date) -> Listed:
    if mark is None:
        return Listed(**asdict(one))
    over = mark["status"] == FindingStatus.WAIVED and mark["until_on"] < as_at
    status = FindingStatus.OPEN if over else FindingStatus(mark["status"])
    said = {name: mark[name] for name in ("note", "marked_by", "marked_with")}
    return Listed(**asdict(one), status=str(status), until=mark["until_on"], marked_at=mark["recorded_at"], **said)


def _of_family(connection: Connection, found: list[Finding], family: str) -> list[Finding]:
    if not connection.execute(select(TABLES["families"].c.family).filter_by(family=family)).first():
        raise BadParameter(f"the hub has no family {masked(family)}; check the reference")
    tables = {one.table for one in found} & owner.OWNED.keys()
    own = {(table, ref) for table in tables for ref in owner.of_family(connection, table, family)}
    return [one for one in found if (one.table, one.subject) in own]


def mark(hub: Hub, given: Mark, by: By) -> list[Listed]:
    """Add a mark to findings of the day, which it does not change; returns them with it, all marked or none.

    Raises BadParameter for what cannot be said, Refused if nothing of that kind is found, or the day lies ahead.
    """
    _known("status", given.status, FindingStatus)
    held = snapshots.take(hub)
    rules = known(held)
    _known("rule code", given.code, rules)
    reason, rule = policy.meant(by.reason), rules[given.code]
    _check(given, rule, by.as_at, reason, hub.policy)
    found = chosen(held, rule, given.subjects, by.as_at, given.table)
    said = {
        "mark": ";".join(owns := [f"M{secrets.token_hex(5)}" for _ in found]),
        "code": given.code,
        "table": ";".join(sorted({one.table for one in found})),
        "subject": ";".join(one.subject for one in found),
        "status": given.status,
    }
    act = Act(by.actor, "officer", reason or f"finding: {given.status}", "worklist.mark", said)
    told = {
        "status": given.status,
        "until_on": given.until,
        "note": policy.meant(given.note, numbers=True),
        "marked_on": by.as_at,
        "marked_by": by.actor,
    }
    with hub.write(act) as connection:
        told["recorded_at"] = moments.stamp()
        for own, one in zip(owns, found, strict=True):
            row = {"finding_mark": own, **place(connection, one, rule), **told}
            connection.execute(MARKS.insert(), row)
        told["marked_with"] = kind(two.acts(connection, by.actor).proof)
        return with_whose(connection, [_joined(one, told, by.as_at) for one in found], by.as_at)


def _check(given: Mark, rule: Rule, as_at: date, reason: str | None, decided: policy.Policy) -> None:
    note = (given.note or "").strip()
    if len(note) > LONGEST:
        raise BadParameter(f"the note has {len(note):,} characters; at most {LONGEST} are kept")
    if given.status != FindingStatus.WAIVED:
        if given.until is not None:
            raise BadParameter("--until is the last day of a waiver; leave it out, or give --status waived")
        return
    last = as_at + timedelta(days=decided.value("worklist.waiver_days", as_at))
    policy.reason(note, "a waiver", "--note", "with the finding")
    if given.until is None or not as_at <= given.until <= last:
        raise BadParameter(f"a waiver needs its last day: --until, from {words(as_at)} to {words(last)}")
    if rule.severity == Severity.BREACH:
        policy.reason(reason, f"{given.code} is a broken promise, and waiving it")


def chosen(held: Snapshot, rule: Rule, subjects: tuple[str, ...], as_at: date, table: str | None) -> list[Finding]:
    """A rule's findings about these rows, one each.

    Raises BadParameter if none is named, Refused if one of them is not found or stands in two tables.
    """
    if as_at > moments.today():
        raise Refused(f"{words(as_at)} lies ahead: what is said of a finding is recorded on its day or later")
    if not subjects:
        raise BadParameter("name what the finding is about: --subject, the row's own reference")
    there = findings.list_findings(held, as_at, (rule.family,))
    same = [one for one in there if one.code == rule.code]
    return [_one_of(same, rule.code, subject, as_at, table) for subject in dict.fromkeys(subjects)]


def _one_of(same: list[Finding], code: str, subject: str, as_at: date, table: str | None) -> Finding:
    here = [one for one in same if one.subject == subject and table in (None, one.table)]
    if not here:
        about = ", ".join(dict.fromkeys(one.subject for one in same[:SHOWN])) or "nothing"
        more = f" and {len(same) - SHOWN:,} more" if len(same) > SHOWN else ""
        raise Refused(f"{code} finds nothing about {masked(subject)} on {words(as_at)}; it finds {about}{more}")
    if len(tables := sorted({one.table for one in here})) > 1:
        raise Refused(f"{code} finds {subject!r} in {' and '.join(tables)}; say which with --table")
    return replace(here[0], evidence="; ".join(dict.fromkeys(one.evidence for one in here)))


def place(connection: Connection, one: Finding, rule: Rule) -> dict[str, str | None]:
    """Where a finding is, as rows about it keep it. Raises Refused if its row went meanwhile."""
    return {
        "family": _whose(connection, one, rule),
        "code": one.code,
        "of_table": one.table,
        "subject": one.subject,
    }


def _whose(connection: Connection, one: Finding, rule: Rule) -> str | None:
    family = owner.family_of(connection, one.table, one.subject)
    if family is None and one.table in owner.OWNED and rule.family not in OF_NO_ROW:
        raise Refused(f"{one.subject!r} is no longer in the hub; list the findings again")
    return family


def history(hub: Hub, as_at: date, wanted: Wanted | None = None) -> list[dict]:
    """Every mark made by a day, the oldest first, also those about what is no longer found."""
    wanted = wanted or Wanted()
    chosen = {"code": wanted.code, "status": wanted.status, "family": wanted.family}
    where = [MARKS.c[name] == value for name, value in chosen.items() if value is not None]
    with hub.read() as connection:
        rows = _marks(hub, connection, MARKS.c.marked_on <= as_at, *where)
    said = {"mark": "finding_mark", "table": "of_table", "until": "until_on", "marked_at": "recorded_at"}
    said |= {name: name for name in ("code", "subject", "status", "note", "marked_on", "marked_by", "marked_with")}
    return [
        {name: row[column] for name, column in said.items()}
        for row in rows
        if (CODES[row["code"]].family if row["code"] in CODES else judge.OWN) in wanted.rules
    ]


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
        said += [] if code in CODES or findings.APART in said else ["", findings.APART]
        said += ["", f"{code}  {rows[0].message} ({rows[0].severity}, {rows[0].promise}): {len(rows):,}"]
        said += [f"  {_about(one)}: {one.evidence}{_said(one)}" for one in rows[:SHOWN]]
        said += [f"  and {len(rows) - SHOWN:,} more (--json lists them all)"] if len(rows) > SHOWN else []
    waived = [one for one in found if one.status == FindingStatus.WAIVED and one.severity == Severity.BREACH]
    if waived:
        said += ["", f"Waived although a promise is broken: {len(waived):,}"]
        said += [
            f"  {one.code} {one.subject}, until {one.until and words(one.until)}, by {_who(one)}: {one.note}"
            for one in waived
        ]
    return said


def _who(one: Listed) -> str:
    return f"{one.marked_by} {shown(one.marked_with)}"


def _about(one: Listed) -> str:
    return one.subject if one.family in (None, one.subject) else f"{one.subject} of family {one.family}"


def _said(one: Listed) -> str:
    has = f" [{one.assigned_to} has it]" if one.assigned_to else ""
    if one.marked_at is None:
        return has
    standing = one.status.replace("_", " ")
    if one.until:
        over = one.status == FindingStatus.OPEN
        standing = f"{'open again: was waived' if over else 'waived'} until {words(one.until)}"
    note = f": {one.note}" if one.note else ""
    return f" [{standing}, said on {words(moments.day_of(one.marked_at))} by {_who(one)}{note}]{has}"


def finding_line(one: Listed) -> str:
    """One finding for a reader, with what was said of it."""
    return f"  {one.code} {one.subject}: {one.message}; {one.evidence}{_said(one)}"


def marked(found: list[Listed]) -> list[str]:
    """That findings were marked, for a reader."""
    one = found[0]
    about = ", ".join(each.subject for each in found)
    standing = f"{one.status.replace('_', ' ')}{f' until {words(one.until)}' if one.until else ''}"
    over = f"; the day after {'it is' if len(found) == 1 else 'they are'} open again" if one.until else ""
    if len(found) > 1:
        return [f"{one.code} about {len(found):,} rows is {standing}{over}: {about}. {STILL}"]
    return [f"{one.code} about {about} is {standing}{over}. {STILL}", f"It is about: {one.evidence}."]


def history_lines(rows: list[dict]) -> list[str]:
    """Every mark for a reader, the oldest first."""
    return [_marked_then(row) for row in rows] or ["Nothing was said of any finding of that kind."]


def _marked_then(row: dict) -> str:
    until = f" until {words(row['until'])}" if row["until"] else ""
    note = f": {row['note']}" if row["note"] else ""
    return (
        f"{words(row['marked_on'])}  {row['code']} {row['subject']} ({row['table']}): "
        f"{row['status'].replace('_', ' ')}{until}, by {row['marked_by']} {shown(row['marked_with'])}{note}"
    )
