"""Makes a seeded, evidently invented hub of any size and lists its faults; it never touches a real one.

The same number of families, seed and day give the same tables. Every promise is kept except where a fault was
planted, and `Demo.planted` lists exactly the findings that the rules must report on that day.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from hubdata.dates import words
from hubdata.demo.faults import rights
from hubdata.demo.faults.faults import FAMILY_FAULTS, held_well
from hubdata.demo.faults.planter import Planter
from hubdata.demo.faults.sharing_faults import SHARING_FAULTS
from hubdata.demo.rows import pool
from hubdata.demo.rows.agreements import agreements, ask
from hubdata.demo.rows.block import make_block
from hubdata.demo.rows.columns import table_of_rows
from hubdata.demo.rows.families import families, involvements, leads, people
from hubdata.demo.rows.goals import goals_and_reviews, needs
from hubdata.demo.rows.partners import organisations, practitioners
from hubdata.demo.rows.plan import HELD, NOTICES, Plan, make_plan
from hubdata.demo.rows.shares import shares
from hubdata.errors import BadParameter
from hubdata.records.tables.contract import CONTRACT_TABLES

AS_AT = date(2026, 9, 30)
EARLIEST = date(2026, 7, 1)  # three months into the current notice: families had time to agree under it
LATEST = date(2090, 12, 31)
FEWEST, MOST = 20, 1_000_000
BLOCK = 50_000  # families written at once: bounds what is in memory besides the result
NAMED = 5  # references that a printed line names before it counts the rest
NUMBERED = {"P": "people", "G": "goals", "A": "agreements", "S": "shares", "W": "practitioners"}


@dataclass(frozen=True)
class Demo:
    """A made-up hub: text tables in the contract's columns, holds and requests, and the findings that must be reported.

    `holds` and `register` (requests and their steps) have dates, not text: they are no part of a partner's return.
    `planted` has one (code, subject) per finding, so a share about two people may stand there twice.
    """

    tables: dict[str, pa.Table]
    holds: list[dict]
    planted: list[tuple[str, str]]
    register: dict[str, list[dict]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Demo of {self.tables['families'].num_rows} families>"


def generate(families: int, seed: int, as_at: date = AS_AT) -> Demo:
    """Make a hub of so many families as it stands on a day.

    Raises BadParameter if the number of families, the seed or the day is out of range.
    """
    _check(families, seed, as_at)
    plan, names = make_plan(families, seed, as_at), pool.names(seed)
    parts = defaultdict(list)
    parts["organisations"].append(organisations(plan))
    parts["practitioners"].append(practitioners(plan, names))
    for first in range(0, families, BLOCK):
        _write_block(plan, names, parts, first, min(first + BLOCK, families))
    planter = Planter(plan, {letter: _next(parts[name]) for letter, name in NUMBERED.items()})
    _plant(planter)
    for name, rows in planter.rows.items():
        parts[name].append(table_of_rows(name, rows))
    tables = {name: pa.concat_tables(parts[name]) for name in CONTRACT_TABLES}
    return Demo(tables, planter.holds, sorted(planter.planted), planter.register)


def _check(families, seed, as_at):
    if not FEWEST <= families <= MOST:
        raise BadParameter(f"--families {families} is out of range; a made-up hub has {FEWEST} to {MOST:,} families")
    if seed < 0:
        raise BadParameter(f"--seed {seed} is out of range; use 0 or a greater whole number")
    if not EARLIEST <= as_at <= LATEST:
        raise BadParameter(
            f"--as-at {words(as_at)} is out of range; a made-up hub can stand on any day "
            f"from {words(EARLIEST)} to {words(LATEST)}"
        )


def _write_block(plan: Plan, names: pool.Names, parts: dict, first: int, end: int) -> None:
    block = make_block(plan, first, end)
    parts["families"].append(families(block))
    parts["people"].append(people(block, names))
    parts["involvements"].append(involvements(block))
    parts["leads"].append(leads(block))
    goals, reviews = goals_and_reviews(block, _next(parts["goals"]))
    parts["goals"].append(goals)
    parts["reviews"].append(reviews)
    parts["needs"].append(needs(block, _next(parts["needs"])))
    answers = ask(block, _next(parts["agreements"]))
    parts["agreements"].append(agreements(block, answers))
    parts["shares"].append(shares(block, answers, _next(parts["shares"])))


def _next(tables: list[pa.Table]) -> int:
    """The number that follows the last row so far."""
    return 1 + sum(table.num_rows for table in tables)


def _plant(planter: Planter) -> None:
    """Write every fault of the plan, and families past their date that are properly held."""
    for code, write in (FAMILY_FAULTS | SHARING_FAULTS).items():
        for turn, family in enumerate(planter.plan.bearers[code]):
            write(planter, family, turn)
    for turn, family in enumerate(planter.plan.bearers[HELD]):
        held_well(planter, family, turn)
    for code, *_ in pool.WITHOUT_POLICY:
        planter.found("PP01", code)
    for version in NOTICES:  # both are in use, and neither says that one may complain
        planter.found("NV02", version)
    rights.plant(planter)


def planted_lines(demo: Demo) -> list[str]:
    """One line per code for a reader: `RT01 past its date, not held: F000012, F000045`."""
    subjects = defaultdict(dict)
    for code, subject in demo.planted:
        subjects[code][subject] = None
    return [
        f"{code} {sentence}: {_some(list(subjects[code]))}"
        for code, sentence in pool.PLANTED.items()
        if code in subjects
    ]


def _some(subjects: list[str]) -> str:
    more = len(subjects) - NAMED
    return ", ".join(subjects[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
