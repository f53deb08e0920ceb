"""Drafts a partner's mapping from a file of theirs, and shows masked what its first rows become; it stores nothing.

A list of families is drafted as every table that it tells of. Columns that it cannot place stand under `dropped`
without a reason: a person writes one, or the mapping is refused.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow.compute as pc

from hubdata import moments
from hubdata.errors import BadParameter, Refused
from hubdata.intake import read as intake_read
from hubdata.intake.files import found
from hubdata.intake.files import tables as files_tables
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.intake.files.found import Bounds
from hubdata.intake.mapping import apply, propose
from hubdata.intake.mapping import read as mapping_read
from hubdata.intake.mapping.apply import Spec
from hubdata.intake.mapping.headings import Headings
from hubdata.intake.mapping.propose import Proposal
from hubdata.policy import Policy, slug
from hubdata.records.tables.contract import FREE_TEXT, IDENTIFYING, REFERENCE, TABLES, passport

ROWS = 5
SOME_HAVE = {"involvements": "organisation", "leads": "practitioner"}  # in a list of families, not every row has one


@dataclass
class Draft:
    """A drafted mapping: its text, what the first rows become (masked), and what a person must still decide."""

    partner: str
    text: str
    preview: list[dict] = field(default_factory=list)
    to_decide: list[str] = field(default_factory=list)

    def decide(self, *more: str) -> None:
        """Note what a person must still decide, each once."""
        self.to_decide += [one for one in dict.fromkeys(more) if one not in self.to_decide]

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


@dataclass(frozen=True)
class Part:
    """One table that a sheet is drafted as: which heading is which of our columns, and what its cells want."""

    table: str
    title: str
    sheet: Sheet
    placed: dict[str, str]
    proposals: dict[str, Proposal]
    kept: dict[str, str]  # headings that another table of this sheet keeps, or decides about, and which
    one_of_several: bool

    @property
    def only_if(self) -> tuple[str, ...]:
        """Columns without which a row of a list says nothing to this table."""
        name = SOME_HAVE.get(self.table, "")
        column = self.sheet.table[self.placed[name]] if self.one_of_several and name in self.placed else None
        return (name,) if column is not None and column.null_count else ()

    @property
    def needed(self) -> list[str]:
        """Columns that every row of the table needs and that no heading is placed for; keys come first."""
        columns = TABLES[self.table].c
        lacking = [c for c in columns if not c.nullable and c.name not in self.placed and c.name != "recorded_at"]
        return [c.name for c in sorted(lacking, key=lambda c: not c.primary_key)]

    @property
    def left(self) -> list[str]:
        """Headings that are placed for no column of the table."""
        return [name for name in self.sheet.table.column_names if name not in self.placed.values()]

    def may_default(self, name: str) -> bool:
        """Whether one value could stand for a column in every row: not for what alone tells its rows apart."""
        return [name] != [key.name for key in TABLES[self.table].primary_key]

    def spec(self) -> Spec:
        """The mapping of this table, as far as it is drafted."""
        said = self.proposals
        return Spec(
            self.table,
            columns={ours: (slug(theirs),) for ours, theirs in self.placed.items()},
            values={ours: {slug(k): v for k, v in one.values.items()} for ours, one in said.items() if one.values},
            lists={ours: one.sign for ours, one in said.items() if one.sign},
            dates={ours: one.style for ours, one in said.items() if one.style},
            dropped=dict.fromkeys(map(slug, self.left), "drafted"),
            only_if=self.only_if,
            once=self.one_of_several,
        )

    def lines(self) -> Iterator[str]:
        """The mapping of this table in YAML."""
        yield f"  {self.table}:"
        yield f"    from: [{_quoted(self.title)}]"
        yield from _block("columns", {ours: f"[{_quoted(theirs)}]" for ours, theirs in self.placed.items()})
        values = {ours: one.values for ours, one in self.proposals.items() if one.values}
        yield from _block("values", {ours: _quoted(pairs) for ours, pairs in values.items()})
        yield from _block("lists", {ours: _quoted(one.sign) for ours, one in self.proposals.items() if one.sign})
        yield from _block("dates", {ours: one.style for ours, one in self.proposals.items() if one.style})
        yield from _block("dropped", {_quoted(name): _quoted(self.kept.get(name, "")) for name in self.left})
        yield from _block("defaults", dict.fromkeys(filter(self.may_default, self.needed), '{value: "", reason: ""}'))
        if self.only_if:
            yield f"    only_if: [{', '.join(self.only_if)}]"
        if self.one_of_several:
            yield "    once: true"


def draft(path: Path, partner: str, decided: Policy) -> Draft:
    """Draft a mapping for what is at `path`. Raises BadParameter or Refused if nothing can be read."""
    day = moments.today()
    bounds, headings = Bounds.of(decided, day), Headings.of(decided, day)
    files = found.found(path, bounds)
    problems: list[Problem] = files.problems
    known = files_tables.COLUMNS.union(headings.written, mapping_read.load(partner).known())
    drafted, tables = Draft(partner, ""), []
    for source in intake_read.sources(files, known, bounds, problems):
        problems += source.faults
        aside = source.aside and not source.is_table()
        if source.sheet is not None and source.sheet.table.column_names and not aside:
            for part in _parts(source.title, source.sheet, headings, decided, day):
                tables += part.lines()
                _note(part, drafted)
    if not tables:
        raise Refused("nothing could be read to draft a mapping from", problems)
    drafted.text = "\n".join([f"about: Drafted on {day}; read it through", "tables:", *tables]) + "\n"
    return drafted


def save(drafted: Draft, place: Path) -> None:
    """Write the draft to a new file. Raises BadParameter if there is one already."""
    try:
        with place.open("x", encoding="utf-8") as file:
            file.write(drafted.text)
    except FileExistsError:
        raise BadParameter(f"{place} is there already; name a new file, so that no mapping is overwritten") from None


def _parts(title: str, sheet: Sheet, headings: Headings, decided: Policy, day: date) -> list[Part]:
    chosen = headings.tables(files_tables.table_called(title), sheet.table.column_names)
    first = next(iter(chosen))
    if "people" in chosen and "person" not in chosen["people"] and _tells_apart(sheet, chosen["people"].get("family")):
        chosen["people"] = {"person": chosen["people"]["family"], **chosen["people"]}
    kept = {theirs: f"Kept in {table}" for table in reversed(chosen) for theirs in chosen[table].values()}
    parts = []
    for table, placed in chosen.items():
        others = {} if table == first else dict.fromkeys(sheet.table.column_names, f"Decided in {first}")
        cells = {
            ours: propose.of(decided, day, table, ours, theirs, sheet.table[theirs]) for ours, theirs in placed.items()
        }
        parts.append(Part(table, title, sheet, placed, cells, others | kept, len(chosen) > 1))
    return parts


def _tells_apart(sheet: Sheet, heading: str | None) -> bool:
    """Whether every row has a reference of its own under a heading."""
    column = sheet.table[heading] if heading else None
    return column is not None and pc.count_distinct(column, mode="all").as_py() == len(column)


def _note(part: Part, drafted: Draft) -> None:
    """What a person must still decide of one table, and what its first rows become."""
    title, table = part.title, part.table
    asked = [name for name in part.left if name not in part.kept]
    drafted.decide(
        *(f"{title}: why {name!r} is dropped, or which of our columns it is" for name in asked),
        *(f"{title}: {_lacks(part, name)}" for name in part.needed),
        *(f"{title}: {why}" for one in part.proposals.values() for why in one.to_decide),
    )
    if table == "people" and part.placed.get("person") == part.placed.get("family") is not None:
        drafted.decide(f"{title}: person is {part.placed['person']!r} too; is each row one person, and that for good?")
    made, _, _ = apply.apply(part.spec(), part.sheet)
    rows = made.table.slice(0, ROWS).to_pylist()
    drafted.preview += [{"table": table} | {n: masked(table, n, row[n]) for n in part.placed} for row in rows]


def _lacks(part: Part, name: str) -> str:
    if part.may_default(name):
        return f"what stands for {name}, which every row of {part.table} needs"
    return f"no heading is {name}, which tells the rows of {part.table} apart; add a column of it that stays the same"


def _block(name: str, pairs: dict[str, str]) -> Iterator[str]:
    if pairs:
        yield f"    {name}:"
        yield from (f"      {key}: {value}" for key, value in pairs.items())


def _quoted(said: object) -> str:
    return json.dumps(said, ensure_ascii=False)


def masked(table: str, column: str, text: str | None) -> str | None:
    """A value as a preview shows it: of one that may be personal only its shape."""
    if text is None or passport(table, column).sensitivity not in (IDENTIFYING, FREE_TEXT, REFERENCE):
        return text
    return re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", text))[:40]
