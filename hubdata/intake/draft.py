"""Drafts a partner's mapping from a file of theirs, and shows masked what its first rows become; it stores nothing.

Columns that it cannot place stand under `dropped` without a reason: a person writes one, or the mapping is refused.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from hubdata import moments, policy
from hubdata.errors import BadParameter, Refused
from hubdata.intake import read as intake_read
from hubdata.intake.files import found
from hubdata.intake.files import tables as files_tables
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.intake.files.found import Bounds
from hubdata.intake.mapping import apply
from hubdata.intake.mapping import read as mapping_read
from hubdata.intake.mapping.apply import Spec
from hubdata.policy import slug
from hubdata.records.tables.contract import CONTRACT_TABLES, FREE_TEXT, IDENTIFYING, REFERENCE, TABLES, passport

ROWS = 5
# What our columns are called elsewhere; a name that could be two columns is left to a person.
ALSO = {
    "family": ("family_id", "family_ref", "family_reference", "case_id", "case_ref", "household_id"),
    "person": ("person_id", "person_ref", "child_id", "client_id", "child_unique_id", "person_reference"),
    "given_name": ("forename", "first_name", "christian_name"),
    "family_name": ("surname", "last_name"),
    "date_of_birth": ("dob", "birth_date", "d_o_b"),
    "died_on": ("date_of_death",),
    "opened_on": ("start_date", "open_date", "date_opened", "opened"),
    "closed_on": ("end_date", "date_closed", "closed"),
    "started_on": ("start_date", "date_started", "start", "from"),
    "ended_on": ("end_date", "date_ended", "end", "to"),
    "organisation": ("organization", "agency", "provider", "partner"),
    "practitioner": ("worker", "worker_id", "lead_worker"),
    "hub": ("locality", "family_hub", "centre"),
    "last_contact_on": ("last_contact", "last_seen", "last_contact_date"),
    "partner_reference": ("our_reference", "local_id", "system_id"),
    "reviewed_on": ("review_date",),
    "identified_on": ("date_identified",),
    "set_on": ("date_set", "goal_date"),
    "score": ("rating",),
}


@dataclass
class Draft:
    """A drafted mapping: its text, what the first rows become (masked), and what a person must still decide."""

    partner: str
    text: str
    preview: list[dict] = field(default_factory=list)
    to_decide: list[str] = field(default_factory=list)

    def lines(self, saved: Path | None) -> list[str]:
        """The draft for a reader."""
        shown = (
            [f"The draft is in {saved}."] if saved else ["# A draft; nothing has been stored.", *self.text.splitlines()]
        )
        rows = [json.dumps(row, ensure_ascii=False) for row in self.preview]
        return [
            *shown,
            "",
            "The first rows become (masked):",
            *rows,
            "",
            *(f"To decide: {one}" for one in self.to_decide),
        ]


def draft(path: Path, partner: str) -> Draft:
    """Draft a mapping for what is at `path`. Raises BadParameter or Refused if nothing can be read."""
    bounds = Bounds.of(policy.load(), moments.today())
    files = found.found(path, bounds)
    problems: list[Problem] = files.problems
    known = files_tables.COLUMNS.union(*ALSO.values(), *mapping_read.load(partner).known())
    drafted, tables = Draft(partner, ""), []
    for source in intake_read.sources(files, known, bounds, problems):
        problems += source.faults
        if source.sheet is not None and len(source.sheet.table.column_names):
            tables += _drafted(source.title, source.sheet, drafted)
    if not tables:
        raise Refused("nothing could be read to draft a mapping from", problems)
    drafted.text = "\n".join([f"about: Drafted on {moments.today()}; read it through", "tables:", *tables]) + "\n"
    return drafted


def save(drafted: Draft, place: Path) -> None:
    """Write the draft to a new file. Raises BadParameter if there is one already."""
    try:
        with place.open("x", encoding="utf-8") as file:
            file.write(drafted.text)
    except FileExistsError:
        raise BadParameter(f"{place} is there already; name a new file, so that no mapping is overwritten") from None


def _drafted(title: str, sheet: Sheet, drafted: Draft) -> Iterator[str]:
    table = files_tables.table_called(title) or _likeliest(sheet)
    placed = dict(_placed(table, sheet))
    left = [name for name in sheet.table.column_names if name not in placed.values()]
    yield f"  {table}:"
    yield f"    from: [{_quoted(title)}]"
    yield "    columns:"
    yield from (f"      {ours}: [{_quoted(theirs)}]" for ours, theirs in placed.items())
    if left:
        yield "    dropped:"
        yield from (f'      {_quoted(name)}: ""' for name in left)
        drafted.to_decide += [f"{title}: why {name!r} is dropped, or which of our columns it is" for name in left]
    needed = [c.name for c in TABLES[table].c if not c.nullable and c.name not in placed and c.name != "recorded_at"]
    if needed:
        yield "    defaults:"
        yield from (f'      {name}: {{value: "", reason: ""}}' for name in needed)
        drafted.to_decide += [f"{title}: what stands for {name}, which every row of {table} needs" for name in needed]
    spec = Spec(table, columns={ours: (slug(theirs),) for ours, theirs in placed.items()})
    made, _, _ = apply.apply(spec, sheet)
    drafted.preview += [
        {"table": table} | {n: masked(table, n, row[n]) for n in placed}
        for row in made.table.slice(0, ROWS).to_pylist()
    ]


def _likeliest(sheet: Sheet) -> str:
    """The table of which most required columns are there."""
    return max(
        CONTRACT_TABLES, key=lambda table: sum(not TABLES[table].c[ours].nullable for ours, _ in _placed(table, sheet))
    )


def _placed(table: str, sheet: Sheet) -> Iterator[tuple[str, str]]:
    """(our column, theirs) for every column whose name can mean one of ours."""
    theirs = {slug(name): name for name in sheet.table.column_names}
    for column in TABLES[table].c:
        ours = column.name
        names = [n for n in (ours, *ALSO.get(ours, ())) if n in theirs] or get_close_matches(ours, theirs, 1, 0.85)
        if names:
            yield ours, theirs.pop(names[0])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def masked(table: str, column: str, text: str | None) -> str | None:
    """A value as a preview shows it: of one that may be personal only its shape."""
    if text is None or passport(table, column).sensitivity not in (IDENTIFYING, FREE_TEXT, REFERENCE):
        return text
    return re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", text))[:40]
