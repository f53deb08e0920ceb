"""What each rule code means: its sentence, its severity, the promise that it guards, and what to do about it.

A finding points at a row by the row's own reference, never by a name. Source: contract.md, rule codes.
"""

import re
from dataclasses import dataclass
from datetime import date

from hubdata import policy as policies
from hubdata.dates import words
from hubdata.policy import Policy
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.rules import judge
from hubdata.rules.own import run as own
from hubdata.rules.own.written import Written, every
from hubdata.terms import Severity


@dataclass(frozen=True)
class Rule:
    """One rule code, as the contract has it."""

    code: str
    severity: Severity
    promise: str
    family: str
    words: str
    what_to_do: str

    @property
    def sentence(self) -> str:
        """What was found, with the number that ships where it speaks of one."""
        return self.under(policies.load())

    def under(self, policy: Policy) -> str:
        """What was found, with the number that was decided last where it speaks of one."""
        return re.sub(r"\{(.+?)\}", lambda name: str(policy.value(name[1], date.max)), self.words)


_ASK = "Ask the partner for the agreement; if there is none, tell the family, record it, and stop sharing until they agree."
_CORRECT = "Correct the record, or record why it is as it is."
_TABLE = (
    ("SH01", "breach", "P5,P6", "sharing", "Shared without any decision of this person", _ASK),
    ("SH02", "breach", "P5", "sharing", "Shared although the person had refused", "Stop, tell the family, and treat it as a data breach."),
    ("SH03", "breach", "P5", "sharing", "Shared although the agreement had been withdrawn", "Stop, tell the family, and recall what was shared."),
    ("SH04", "breach", "P5", "sharing", "Shared after the agreement had expired", "Ask the family again before anything more is shared."),
    ("SH05", "breach", "P5", "sharing", "Shared with a recipient who was not named, or was excluded", "Stop, tell the family, and ask the recipient to delete it."),
    ("SH06", "breach", "P5", "sharing", "Shared a category of details outside what was agreed", "Ask the recipient to delete what was not agreed."),
    ("SH07", "breach", "P5", "sharing", "Others of the family decided, but not this person", "Ask this person; one adult cannot agree for another."),
    ("SH08", "breach", "P5,P6", "sharing", "The person decided for another purpose only", "Ask the family about this purpose."),
    ("SH09", "check", "P5", "sharing", "Covered, but the decision was recorded on a later day than the share", "Confirm with the worker that the family had agreed by the day."),
    ("SH10", "breach", "P6", "sharing", "Additional support was not discussed by the day of the share", "Discuss the referral with the family and record the day."),
    ("SH11", "breach", "P7", "sharing", "Shared without agreement, with no reason or nobody named at risk", "Have the decider record the reason and who was at risk."),
    ("SH12", "breach", "P7", "sharing", "Shared without agreement; the family was not told and no reason is given", "Explain it to the family, or record why that is not safe."),
    ("SH13", "check", "P7", "sharing", "Shared without agreement; the family is still to be told", "Explain it to the family now, or record why not."),
    ("SH14", "check", "P5", "sharing", "Covered, but the recipient has no sharing agreement in force", "Sign or renew the sharing agreement with the recipient."),
    ("SH15", "check", "P7", "sharing", "Shared without agreement although the person had refused or withdrawn", "Review the decision: was the risk enough to go against what the person had said?"),
    ("RT01", "breach", "P8", "retention", "Past its date and not held", "Review for disposal, or place a hold with a reason."),
    ("RT02", "check", "P8", "retention", "Held past its date without a reason and a review date", "Record the hold's reason and review date, or release it."),
    ("RT03", "check", "P8", "retention", "Open, but no contact or review for longer than the policy allows", "Ask the lead whether support has ended, and close the record."),
    ("RT04", "check", "P8", "retention", "Cannot tell when it is due: no trigger date, or something went on after it", "Find out when support ended; record the closing date, and the end of what went on."),
    ("LD01", "breach", "P3", "leads", "Open family without a lead", "Agree a lead with the family and record who it is."),
    ("LD02", "check", "P3", "leads", "Two leads on one day", _CORRECT),
    ("LD03", "check", "P3", "leads", "The lead's last contact is too old, or none was ever recorded", "Ask the lead to be in contact, or to update the record."),
    ("LD04", "breach", "P3", "leads", "The lead has left", "Agree a new lead with the family."),
    ("OC01", "check", "P3", "outcomes", "Goal without a review in time", "Ask the lead to review the goal with the family."),
    ("FR01", "check", "P10", "freshness", "Partner has not updated in time", "Ask the partner for its return."),
    ("DQ01", "check", "P10", "quality", "Dates that cannot both be true", "Ask the partner which date is right, and take in the corrected row."),
    ("DQ02", "check", "P10", "quality", "Said to support the family, but without contact for longer than the policy allows", "Ask the partner for its last contact, or for the day on which its support ended."),
    ("DQ03", "check", "P5", "contrary", "Contrary decisions on one day", "Ask the family which came last, and record it as a new decision that supersedes the other."),
    ("DQ04", "check", "P10", "belonging", "A row names a person of another family", "Put the reference right; if both records are of one family, say so with `hubdata duplicates decide`."),
    ("DQ05", "check", "P9,P10", "lifetimes", "Done by or for a person after their death, or decided alone by a child too young to", "Check both days; if the child can decide, record who judged so with `hubdata agreement competence`."),
    ("LM01", "breach", "P2", "limits", "Something is held outside the limited record", "Take it out of the hub: it belongs on the partner's own system, or nowhere."),
    ("RR01", "breach", "P9", "rights", "A request is past its date", "Answer it now, tell the person why it is late, and record the day."),
    ("RR02", "check", "P9", "rights", "A request or complaint is due within {rights.due_soon_days} days", "Finish the answer, or tell the person in time why it takes longer."),
    ("RR03", "check", "P9", "rights", "A complaint was not acknowledged in time", "Acknowledge it now, and say when an outcome will follow."),
    ("PP01", "check", "P11", "partners", "Partner's own retention policy or rights contact is unknown", "Ask the partner for both."),
    ("NV01", "check", "P12", "notices", "Agreement under a superseded notice", "Give the family the present notice and ask again."),
    ("NV02", "check", "P12", "wording", "A notice in use does not say that one may complain to the controller", "Add how to complain to the council to the notice, register the new version, and name it as one that says so (`hubdata decisions set notices.say_complaint`)."),
    ("NM01", "check", "P2", "names", "A hub, instrument or notice version that is not registered", "Register the name with `hubdata decisions set`, or correct it."),
    ("LB01", "check", "P5", "basis", "Basis of a share written as 'consent': agreement and lawful basis are different things", "Ask the decider which it was, and correct the record: what the family agreed to, and the lawful basis, each in its own words."),
)  # fmt: skip
CODES = {row[0]: Rule(row[0], Severity(row[1]), *row[2:]) for row in _TABLE}


@dataclass(frozen=True)
class Finding:
    """One finding. `first_seen` is the first day on which the rule could have found it in these records."""

    code: str
    severity: str
    promise: str
    subject: str
    table: str
    message: str
    evidence: str
    first_seen: str | None


def known(held: Snapshot) -> dict[str, Rule]:
    """Every rule that can find something in these records: the notice's, and those of the council's own."""
    return CODES | {rule.code: _own(rule) for rule in every(held.own) if not rule.faults}


def _own(rule: Written) -> Rule:
    return Rule(rule.code, Severity(rule.severity), rule.promise, judge.OWN, rule.sentence, rule.to_do)


def finding(row: dict, policy: Policy, rules: dict[str, Rule] = CODES) -> Finding:
    """A judged row that has a code, as a finding."""
    rule = rules[row["code"]]
    since = row["since"].isoformat() if row["since"] else None
    return Finding(
        rule.code,
        str(rule.severity),
        rule.promise,
        row["subject"],
        row["table"],
        rule.under(policy),
        row["evidence"],
        since,
    )


def list_findings(
    snapshot: Snapshot,
    as_at: date,
    families: tuple[str, ...] = judge.EVERY,
    known_at: date | None = None,
    policy: Policy | None = None,
) -> list[Finding]:
    """Every finding of the rule families named, as at a day and as known at the end of another (None: as known now).

    Those of the council's own rules come last.
    """
    return answered(snapshot, as_at, families, known_at, policy)[0]


def answered(
    snapshot: Snapshot,
    as_at: date,
    families: tuple[str, ...] = judge.EVERY,
    known_at: date | None = None,
    policy: Policy | None = None,
) -> tuple[list[Finding], list[str]]:
    """As `list_findings`, and what they are not about: other hubs, and rules that did not run, each with why."""
    policy = policy or snapshot.decided
    judged = judge.found(families, snapshot, as_at, known_at, policy)
    found = [finding(row, policy) for table in judged for row in table.to_pylist()]
    said = [*([snapshot.partly] if snapshot.partly else []), *not_run(families, as_at, policy)]
    if judge.OWN in families:
        ours = own.judge_all(snapshot, as_at, known_at, policy)
        rules = {rule.code: _own(rule) for rule in ours.rules}
        found += [finding(row, policy, rules) for row in ours.rows]
        said += ours.not_run
    return found, said


def not_run(families: tuple[str, ...], as_at: date, policy: Policy | None = None) -> list[str]:
    """Which rules of the notice did not run on a day, each with the value that has none in force; it is no error."""
    policy, said = policy or policies.load(), []
    for family in (each for each in families if each != judge.OWN):
        codes = [rule.code for rule in CODES.values() if rule.family == family]
        for name, why in judge.unset(family, policy, as_at).items():
            those = [code for code in judge.PARTLY.get(name, codes) if code in codes]
            said.append(f"{', '.join(those)} did not run: {why}.")
    return said


APART = "By the council's own rules, which are none of the notice's:"


def lines(found: list[Finding], as_at: date) -> list[str]:
    """The findings for a reader: how many, then each rule with its rows."""
    if not found:
        return [f"Nothing was found as at {words(as_at)}."]
    said = [f"{len(found):,} {'finding' if len(found) == 1 else 'findings'} as at {words(as_at)}"]
    for code in dict.fromkeys(f.code for f in found):
        rows = [f for f in found if f.code == code]
        said += [] if code in CODES or APART in said else ["", APART]
        said += ["", f"{code}  {rows[0].message} ({rows[0].severity}, {rows[0].promise}): {len(rows):,}"]
        said += [f"  {f.subject}: {f.evidence}" for f in rows[:20]]
        said += [f"  and {len(rows) - 20:,} more (--json lists them all)"] if len(rows) > 20 else []
    return said
