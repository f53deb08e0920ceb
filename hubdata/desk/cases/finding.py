"""The case of a finding: what the rule objects to, what was said of it, whose row it is, and what can be done."""

from hubdata import moments
from hubdata.dates import words
from hubdata.desk.cases.case import Case, Part, Step, open_family
from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.records import owner
from hubdata.records.people.acting import shown
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.rules import worklist
from hubdata.rules.findings import known
from hubdata.rules.worklist import Listed, Wanted
from hubdata.terms import FindingStatus, Severity

HISTORY = "What was said of it"


def read(hub: Hub, named: str, by: By) -> Case:
    """A finding as at a day. Raises BadParameter if the rule finds nothing there on that day."""
    code, table, subject = (named.split(":", 2) + ["", ""])[:3]
    held = snapshots.take(hub)
    rules = known(held)
    if code not in rules:
        raise BadParameter("name a finding by its rule, table and row, for example SH01:shares:S000012")
    found = [
        o for o in worklist.listed(hub, by.as_at, Wanted(code=code), held) if (o.table, o.subject) == (table, subject)
    ]
    if not found:
        raise BadParameter(f"{code} finds nothing there on {words(by.as_at)}: it was put right, or the row is gone")
    one = found[0]
    with hub.read() as connection:
        family = owner.family_of(connection, table, subject)
    hub.look(by, "worklist.list", family)
    evidence = list(dict.fromkeys(each.evidence for each in found))
    said = [one for one in worklist.history(hub, by.as_at, Wanted(code=code)) if one["subject"] == subject]
    parts = [Part("Evidence", evidence), Part(HISTORY, worklist.history_lines(said) if said else [])]
    facts = [(term, what) for term, what in _facts(one, family, rules[code].what_to_do) if what]
    return Case("finding", named, f"{code} about {subject}", facts, parts, [], _steps(one, family))


def _facts(one: Listed, family: str | None, to_do: str) -> list[tuple[str, str]]:
    return [
        ("What was found", one.message),
        ("How grave", Severity(one.severity).label),
        ("Promise", one.promise),
        ("Found since", one.first_seen or ""),
        ("How it stands", FindingStatus(one.status).label),
        ("Whose it is", one.assigned_to or "nobody's yet"),
        (
            "Said last",
            f"{moments.said(one.marked_at)}, by {one.marked_by} {shown(one.marked_with)}" if one.marked_at else "",
        ),
        ("What to do", to_do),
        ("Family", family or ""),
    ]


def _steps(one: Listed, family: str | None) -> list[Step]:
    given = {"code": one.code, "subject": one.subject, "table": one.table}
    steps = [
        Step("worklist mark", "Say that it is in hand", given | {"status": "in_hand"}),
        Step("worklist assign", "Give it to somebody", given),
        Step("worklist mark", "Waive it for a reason, until a day", given | {"status": "waived"}),
    ]
    return [*steps, *([open_family(family)] if family else [])]
