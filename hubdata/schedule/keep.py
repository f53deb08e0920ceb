"""How long report bundles are kept, as the retention rule of the class `reports` says, and deleting older ones.

A bundle counts from the day on which it was made, whoever asked for it. It goes whole: it leaves its place in one step.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from hubdata import dates, moments, periods
from hubdata.periods import Term
from hubdata.policy import Policy
from hubdata.records import folders
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.time import jumps

CLASS = "reports"


@dataclass(frozen=True)
class Bundle:
    """A bundle on the disk, and the day on which it was made."""

    folder: Path
    report: str
    run: str
    made_on: date


def kept_until(rule: periods.Rule, made_on: date) -> date:
    """The last day on which a bundle made on a day is kept."""
    ends = [_end(term, made_on) for term in rule.terms.terms]
    last = min(ends) if rule.terms.combined == "earlier_of" else max(ends)
    last = max(last, _end(rule.terms.floor, made_on)) if rule.terms.floor else last
    return min(last, _end(rule.terms.ceiling, made_on)) if rule.terms.ceiling else last


def _end(term: Term, day: date) -> date:
    if term.end_of:
        april = 4 if term.end_of == "financial_year" else 1
        day = date(day.year + (day.month >= april), april, 1) - timedelta(1)
    return dates.add_months(day, term.months) + timedelta(term.days)


def bundles(root: Path) -> Iterator[Bundle]:
    """Every whole bundle under a folder of reports; what is none is passed over."""
    for path in sorted(root.glob("*/*/*/manifest.json")):
        try:
            said = json.loads(path.read_text("utf-8"))
            made_on = moments.day_of(said["made_at"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        yield Bundle(path.parent, path.parts[-4], path.parent.name, made_on)


def too_old(home: Path, policy: Policy, today: date) -> tuple[periods.Rule | None, list[Bundle]]:
    """The rule for report bundles in force on a day, and every bundle of this home that it says to delete."""
    if CLASS not in policy.value(periods.NAME, today):
        return None, []
    rule = periods.in_force(policy, today, CLASS)
    if rule.action != "delete":
        return rule, []
    return rule, [each for each in bundles(home / "reports") if kept_until(rule, each.made_on) < today]


def delete(hub: Hub, rule: periods.Rule, old: list[Bundle], actor: str) -> None:
    """Write into the ledger that these bundles go, and delete them. Raises Refused on a clock that jumped."""
    detail = {"rule": rule.code, "bundles": [{"report": each.report, "run": each.run} for each in old]}
    with hub.write(Act(actor, "scheduler", f"{rule.code}: {rule}", "schedule.delete_bundles", detail)) as connection:
        jumps.refuse(connection, actor)
    with folders.folder(hub.home) as away:  # out of their places in one step each; a crash then leaves none in part
        for number, each in enumerate(old):
            each.folder.rename(away / str(number))
            if not any(each.folder.parent.iterdir()):
                each.folder.parent.rmdir()
    for place in {each.folder.parents[1] for each in old}:
        for latest in place.glob("latest*"):
            said = latest.readlink() if latest.is_symlink() else latest.read_text("utf-8").strip()  # so on Windows
            if not (place / said).exists():
                latest.unlink()
