"""Mutants of the rules' SQL: one sign of a judgement changed, which the oracle or a spec test must notice.

python -m tests.faults.rules [--mutants 120] [--seed 1] [--least 0.9]

A mutant that changes no verdict of the hostile hubs, where the rules and the oracle agree on every one, is tried on
the spec tests; what they let live too is printed. What can change no verdict of any hub is named in SHOWN and ALIKE,
with the reason, and not counted.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from hubdata import policy
from hubdata.records.snapshot import take as snapshots
from hubdata.rules import judge
from tests.support import hubs
from tests.support.hostile import hub as hostile
from tests.support.hostile.kit import ERAS, JUDGED

PLUGIN = "tests.faults.rules"
MUTANT = "HUBDATA_MUTANT"  # file:start:end:new, for the process that runs the spec tests
SPECS = {  # which spec tests a rule file is held to; the others are held to those of data rights
    "sharing": ("notice/test_sharing.py",),
    "contrary": ("notice/test_sharing.py",),
    "standing": ("notice/test_sharing.py",),
    "basis": ("notice/test_sharing.py",),
    "retention": ("notice/test_how_long.py", "retention/test_clock.py"),
    "leads": ("notice/test_what_we_keep.py",),
    "outcomes": ("notice/test_what_we_keep.py",),
    "names": ("notice/test_what_we_keep.py",),
}
STORIES = 60
FILES = (*(family for family in judge.FAMILIES if family != "limits"), "standing")
OPERATORS = (
    (r"<=", "<"),
    (r">=", ">"),
    (r"(?<![<>=])<(?![=>])", "<="),
    (r"(?<![<>=-])>(?![=])", ">="),
    (r"(?<![<>!:])=(?![=>])", "<>"),
    (r"<>", "="),
    (r"\bAND\b", "OR"),
    (r"\bOR\b(?! REPLACE)", "AND"),
    (r"\bNOT EXISTS\b", "EXISTS"),
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"\bleast\(", "greatest("),
    (r"\bgreatest\(", "least("),
    (r"\b1\b", "2"),
    (r"\b0\b", "1"),
    (r"\bUNION ALL\b", "EXCEPT"),
    (r" \+ ", " - "),
    (r"\bLEFT JOIN\b", "JOIN"),
    (r"\bANTI JOIN\b", "SEMI JOIN"),
    (r"\bbool_or\(", "bool_and("),
    (r"\bbool_and\(", "bool_or("),
)
# Lines of which no verdict takes anything: what they say is shown, and spec tests hold it.
SHOWN = {
    "which days a partner's returns cover": (
        "covers_from > 1 + max(to_on)",
        "PARTITION BY organisation ORDER BY covers_from",
        "coalesce(max(covers_from) FILTER (after_gap)",
        "AS first_day, max(day)",
        "AS known_by",
        "AND covers_to IS NOT NULL",
        "least(covers_to, england_day(recorded_at)) AS to_on",
    ),
    "since when, of what is there": (
        "min(i.started_on) AS started_on",
        "min(greatest(a.started_on, b.started_on)) AS since",
    ),
    "how many families a notice is used for": ("AS first_on, count(DISTINCT a.family) AS families",),
    "which requests keep a record": ("list(DISTINCT request ORDER BY request)",),
    "in which state a family's leads are": ("l.leads IS NULL THEN",),
    "by which rule a record is dated": ("rule_code(1) ELSE rule_code(decided_by(",),
}
# What may be changed without any verdict changing, and why.
ALIKE = {
    "AND l.place [> → >=] a.place": "no decision takes its own place: the next line leaves out what ties with it",
    "[max( → min(]c.place) AS place": "which no is named; that there is one is what counts",
    "[max( → min(]place) FILTER (is_no) AS place": "which no is named; that there is one is what counts",
    "l.who [= → <>] m.family": "more is asked as known then, and answered the same",
    "l.who [= → <>] m.person": "more is asked as known then, and answered the same",
    "l.who = m.family [AND → OR]": "more is asked as known then, and answered the same",
    "l.who = m.person [AND → OR]": "more is asked as known then, and answered the same",
    "m.shared_on [< → <=] l.late_until": "more is asked as known then, and answered the same",
    "[LEFT JOIN → JOIN] families f": "every row is filed under a family that is there",
    "HAVING count(*) [> → >=] 1": "a decision without a twin ties with none",
    "a.place > b.place [AND → OR] list_has_any": "only the later of two decides, and only for whom both cover",
    "len(exclusions) [> → >=] 0": "a list of nothing has nothing in common with another",
    "coalesce(d.ended_on [> → >=] q.shared_on": "what ended it on that day is a decision of the same family",
    "[min( → max(]recorded_at)": "since when a name is used is shown",
    "FROM dated d [LEFT JOIN → JOIN] last_seen": "every family was seen on the day on which it was opened",
    "closed_on [<= → <] $as_at AND active_on": "what came after the closing did not come on its day",
}


@dataclass(frozen=True)
class Mutant:
    """One change of a rule file."""

    file: str
    start: int
    end: int
    new: str

    def text(self) -> str:
        """The file with the change in it."""
        whole = self._whole()
        return whole[: self.start] + self.new + whole[self.end :]

    def __str__(self) -> str:
        """Where it is and what is changed, for a reader."""
        whole = self._whole()
        number, old = whole[: self.start].count("\n") + 1, whole[self.start : self.end].strip()
        return f"{self.file}.sql, line {number}: {self._line(f'[{old} → {self.new.strip()}]')}"

    def alike(self) -> str:
        """Why the change can show in no verdict; empty if it can."""
        line, changed = self._line(self._whole()[self.start : self.end]), str(self)
        shown = [why for why, parts in SHOWN.items() if any(part in line for part in parts)]
        return next(iter([*shown, *(why for part, why in ALIKE.items() if part in changed)]), "")

    def _whole(self) -> str:
        return (judge.FOLDER / f"{self.file}.sql").read_text("utf-8")

    def _line(self, changed: str) -> str:
        whole = self._whole()
        first, last = whole.rfind("\n", 0, self.start) + 1, whole.find("\n", self.end)
        return (whole[first : self.start] + changed + whole[self.end : last]).strip()


def mutants() -> list[Mutant]:
    """Every change of a sign that judges: comments, texts and words of evidence are left alone."""
    return [
        Mutant(name, match.start(), match.end(), new)
        for name in FILES
        for pattern, new in OPERATORS
        for match in re.finditer(pattern, judging((judge.FOLDER / f"{name}.sql").read_text("utf-8")))
    ]


def judging(text: str) -> str:
    """A rule with all that judges nothing blanked, as long as it was: days on which a finding was first seen, too."""

    def blank(found: re.Match) -> str:
        return re.sub(r"[^\n]", "_", found[0])

    text = re.sub(r"--[^\n]*|'[^']*'", blank, text)
    return re.sub(r"(?s)(?:AS code,.*?|CASE (?:c\.)?code\b.*?)?\bAS since,.*?\bFROM ", blank, text)


@dataclass(frozen=True)
class Held:
    """A hub's records, made known to DuckDB once, and a day on which they are judged."""

    connection: duckdb.DuckDBPyConnection
    as_at: date
    known_at: date


def held(folder: Path) -> Iterator[Held]:
    """Hostile hubs of every era, each on three days."""
    for seed, first in enumerate(ERAS):
        hub = hubs.empty(folder / str(seed))
        hostile.put(hub, hostile.together([hostile.story(seed, number) for number in range(STORIES)]))
        taken = snapshots.take(hub)
        hub.engine.dispose()
        for days, known_at in ((60, first + timedelta(days=7)), (JUDGED, None), (39, None)):
            as_at = first + timedelta(days=days)
            yield Held(judge.connect(taken.known(known_at), policy.load(), as_at), as_at, known_at or date.max)


def verdicts(family: str, each: Held) -> Counter[tuple]:
    """What a family of rules says of a hub: every code, and for shares each person's, as known then too."""
    columns = "code, subject, person, known_code" if family == "sharing" else "code, subject"
    text = judge.sql(family)
    given = judge.bound(text, policy.load(), each.as_at, known_at=each.known_at)
    return Counter(each.connection.execute(f"SELECT {columns} FROM ({text})", given).fetchall())


def families(mutant: Mutant) -> list[str]:
    """The rule families that a change may show in."""
    return [family for family in FILES if family != "standing"] if mutant.file == "standing" else [mutant.file]


def tried(mutant: Mutant, hostile_hubs: list[Held], right: dict) -> str:
    """What came of a mutant: it is `noticed`, `refused` by DuckDB, which proves nothing, or `lives`."""
    sql = judge.sql
    judge.sql = lambda family: mutant.text() if family == mutant.file else sql(family)
    try:
        if mutant.file == "standing":
            _stand(mutant.text())
        changed = any(
            verdicts(family, each) != right[family, number]
            for family in families(mutant)
            for number, each in enumerate(hostile_hubs)
        )
        return "noticed" if changed else "lives"
    except duckdb.Error:
        return "refused"
    finally:
        judge.sql = sql
        _stand(sql("standing"))


def _stand(text: str) -> None:
    """Make the macros that every rule reads through, in each DuckDB of this process."""
    for few in (False, True):
        judge.database(few).execute(text)


def specs_notice(mutant: Mutant) -> bool:
    """Whether a spec test fails."""
    said = f"{mutant.file}:{mutant.start}:{mutant.end}:{mutant.new}"
    specs = [f"tests/{path}" for path in SPECS.get(mutant.file, ("notice/test_data_rights.py",))]
    command = [sys.executable, "-m", "pytest", "-p", PLUGIN, "-n", "0", "-x", "-q", "-k", "not postgresql", *specs]
    done = subprocess.run(command, env=os.environ | {MUTANT: said}, capture_output=True, timeout=1_800)
    return done.returncode != 0


def pytest_configure(config: pytest.Config) -> None:
    """Put the mutant that the environment names in the place of its rule, in a run of the spec tests."""
    if said := os.environ.get(MUTANT):
        name, start, end, new = said.split(":", 3)
        mutant, sql = Mutant(name, int(start), int(end), new), judge.sql
        judge.sql = lambda family: mutant.text() if family == name else sql(family)


def main() -> int:
    """Print every mutant that lives, and how many were caught; 1 if they are too few."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.rules", description=__doc__)
    parser.add_argument("--mutants", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=float, default=0.9)
    given = parser.parse_args()
    every = mutants()
    chosen = random.Random(given.seed).sample(every, min(given.mutants, len(every)))
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        hostile_hubs = list(held(Path(folder)))
    right = {(f, n): verdicts(f, each) for f in FILES if f != "standing" for n, each in enumerate(hostile_hubs)}
    counted = [mutant for mutant in chosen if not mutant.alike()]
    came = {mutant: tried(mutant, hostile_hubs, right) for mutant in counted}
    counted = [mutant for mutant in counted if came[mutant] != "refused"]
    left = [mutant for mutant in counted if came[mutant] == "lives"]
    print(f"{len(counted)} of {len(every)} mutants; the oracle lets {len(left)} live", flush=True)
    failing = [name for name in sorted({mutant.file for mutant in left}) if specs_notice(Mutant(name, 0, 0, ""))]
    for name in failing:
        print(f"the spec tests of {name} fail as it stands, and can notice nothing")
    lives = [mutant for mutant in left if mutant.file in failing or not specs_notice(mutant)]
    for mutant in lives:
        print(f"lives: {mutant}", flush=True)
    caught = len(counted) - len(lives)
    print(f"{caught} of {len(counted)} are caught; {len(chosen) - len(counted)} more change no verdict or are no SQL")
    return 0 if caught >= given.least * len(counted) else 1


if __name__ == "__main__":
    sys.exit(main())
