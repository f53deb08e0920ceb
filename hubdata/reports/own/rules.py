"""Starts a rule of a council's own, and says what one lacks and what it finds; it writes over none.

What a rule is and how it is judged is said in hubdata.rules.own; a name in its text is sought here, where names are.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hubdata.dates import words
from hubdata.errors import BadParameter
from hubdata.records import private
from hubdata.records.snapshot import frozen, names
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.rules.own import run, written

TEMPLATE = """-- Say here why the council wants to know. `hubdata rule check {name}` says of any line what is wrong.
--
-- code: {code}
-- sentence: Support began more than 28 days ago, and no need is recorded
-- promise: P2
-- severity: check
-- to do: Ask the lead what the family needs, and record it.
--
-- What is given on a day, and what the rule then finds. It is not run on the hub's records unless that holds.
-- spec: 2026-09-30
-- given: families
--   family | hub   | opened_on  | closed_on
--   F1     | east  | 2026-07-01 |
--   F2     | east  | 2026-07-01 |
--   F3     | east  | 2026-09-20 |
--   F4     | east  | 2026-07-01 | 2026-09-01
-- given: needs
--   need | family | area   | identified_on | status
--   N1   | F2     | health | 2026-07-05    | unmet
-- finds:
--   subject | since
--   F1      | 2026-07-30
SELECT
  family AS subject, 'families' AS "table", (opened_on + 29)::DATE AS since,
  'supported since ' || strftime(opened_on, '%-d %B %Y') AS evidence
FROM families
WHERE opened_on + 28 < $as_at AND coalesce(closed_on > $as_at, true)
  AND family NOT IN (SELECT family FROM needs WHERE identified_on <= $as_at)
"""


@dataclass(frozen=True)
class Checked:
    """One rule: what it lacks, or how many rows it finds on a day."""

    rule: str
    code: str
    lacks: list[str]
    findings: int | None


def start(name: str, home: Path) -> Path:
    """The new rule's file, with a code that no other has. Raises BadParameter if the name can be none or is taken."""
    file = f"{name}.sql"
    if not written.FILE.fullmatch(file):
        raise BadParameter(
            f"{name!r} can be no rule's name: write lower-case letters, digits and _, a letter first, at most 40"
        )
    folder = private.folder(home / frozen.RULES)
    if (folder / file).exists():
        raise BadParameter(f"there is a rule {name!r} already; choose another name")
    taken = {one.code for one in written.every(frozen.rules(home))}
    code = next(code for number in range(1, 1000) if (code := f"X{number:03}") not in taken)
    private.write(folder / file, TEMPLATE.format(name=name, code=code))
    return folder / file


def check(hub: Hub, name: str | None, as_at: date) -> list[Checked]:
    """What one of the hub's own rules lacks, or all; a rule that lacks nothing is run, and says how much it finds.

    Raises BadParameter, with those that there are, if there is no such rule.
    """
    held = snapshots.take(hub)
    every = written.every(held.own)
    chosen = [one for one in every if name in (None, one.file.removesuffix(".sql"))]
    if not chosen:
        there = ", ".join(one.file.removesuffix(".sql") for one in every) or "none: `hubdata rule new NAME` starts one"
        raise BadParameter(f"there is no own rule {name!r}; there are {there}" if name else f"own rules: {there}")
    sought = names.known(hub)
    return [_checked(one, held, as_at, sought) for one in chosen]


def _checked(rule: written.Written, held: frozen.Snapshot, as_at: date, sought: names.Known) -> Checked:
    lacks = run.lacks(rule, held.decided)
    said = [number for number, line in enumerate(rule.text.splitlines(), 1) if sought.said(line)]
    lacks += [f"line {number}: says the name of somebody whom the hub knows; take it out" for number in said]
    found = None
    if not lacks:
        try:
            found = len(run.found(rule, held, as_at, None, held.decided))
        except run.Fault as fault:
            lacks = [str(fault)]
    return Checked(rule.file.removesuffix(".sql"), rule.code, lacks, found)


def lines(checked: list[Checked], as_at: date) -> list[str]:
    """What was found of each rule, for a reader."""
    said = []
    for one in checked:
        if one.lacks:
            said += [f"{one.rule} is not run:", *(f"  {lack}" for lack in one.lacks)]
        else:
            said.append(f"{one.rule} ({one.code}) holds to its spec, and finds {one.findings:,} as at {words(as_at)}.")
    return said
