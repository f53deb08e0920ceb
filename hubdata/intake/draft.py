"""Drafts a partner's mapping from a file of theirs, and shows masked what its first rows become; it stores nothing.

A list of families is drafted as every table that it tells of. Columns that it cannot place stand under `dropped`
without a reason: a person writes one, or the mapping is refused.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
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
EVERY = "The list has no column of it; whoever mapped it says that it is so in every row"
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
class Chosen:
    """What somebody chose of a draft: it comes before what the list of headings proposes."""

    columns: Mapping[tuple[str, str], str] = field(default_factory=dict)  # of a table's column the heading, or none
    words: Mapping[tuple[str, str, str], str] = field(default_factory=dict)  # of a word under a column our code
    every: Mapping[tuple[str, str], str] = field(default_factory=dict)  # what stands in every row of a column
    dropped: dict[str, str] = field(default_factory=dict)  # headings that are not taken, and why
    left: frozenset[str] = frozenset()  # tables that the list does not tell of

    def placed(self, proposed: dict[str, dict[str, str]], headings: list[str]) -> dict[str, dict[str, str]]:
        """The headings of each table's columns, as they were chosen and otherwise as proposed.

        Raises BadParameter if a heading was chosen that is not there, or nothing is left.
        """
        if odd := sorted(set(self.columns.values()) - {"", *headings}):
            raise BadParameter(f"there is no heading {odd[0]!r}; there are {', '.join(headings)}")
        wanted = {**proposed, **{table: proposed.get(table, {}) for (table, _), said in self.columns.items() if said}}
        found = {}
        for table in [each for each in wanted if each not in self.left]:
            said = {ours: heading for (of, ours), heading in self.columns.items() if of == table}
            merged = wanted[table] | said
            found[table] = {c.name: merged[c.name] for c in TABLES[table].c if merged.get(c.name)}
        if not found:
            raise BadParameter("every table was left out: a list tells at least of one")
        return found

    def worded(self, table: str, ours: str, proposed: Proposal) -> Proposal:
        """What is proposed for a column's cells, with the words that were chosen."""
        said = {theirs: code for (of, name, theirs), code in self.words.items() if (of, name) == (table, ours) and code}
        return replace(proposed, values=proposed.values | said, to_decide=[] if said else proposed.to_decide)


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
    every: dict[str, str] = field(default_factory=dict)  # what stands in every row of a column that has no heading

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

    def _default(self, name: str) -> str:
        said = self.every.get(name, "")
        return f"{{value: {_quoted(said)}, reason: {_quoted(EVERY if said else '')}}}"

    def spec(self) -> Spec:
        """The mapping of this table, as far as it is drafted."""
        said = self.proposals
        return Spec(
            self.table,
            columns={ours: (slug(theirs),) for ours, theirs in self.placed.items()},
            values={ours: {slug(k): v for k, v in one.values.items()} for ours, one in said.items() if one.values},
            lists={ours: one.sign for ours, one in said.items() if one.sign},
            dates={ours: one.style for ours, one in said.items() if one.style},
            defaults={ours: {"value": said, "reason": EVERY} for ours, said in self.every.items()},
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
        yield from _block("defaults", {name: self._default(name) for name in filter(self.may_default, self.needed)})
        if self.only_if:
            yield f"    only_if: [{', '.join(self.only_if)}]"
        if self.one_of_several:
            yield "    once: true"


def draft(path: Path, partner: str, decided: Policy, chosen: Chosen = Chosen(), home: Path | None = None) -> Draft:
    """Draft a mapping for what is at `path`. Raises BadParameter or Refused if nothing can be read."""
    drafted, tables = Draft(partner, ""), []
    for part in parts(path, partner, decided, chosen, home):
        tables += part.lines()
        _note(part, drafted)
    drafted.text = "\n".join([f"about: Drafted on {moments.today()}; read it through", "tables:", *tables]) + "\n"
    return drafted


def parts(path: Path, partner: str, decided: Policy, chosen: Chosen = Chosen(), home: Path | None = None) -> list[Part]:
    """Every table that each sheet at `path` is drafted as, with what somebody has chosen of it.

    Raises BadParameter or Refused if nothing can be read.
    """
    day = moments.today()
    bounds, headings = Bounds.of(decided, day), Headings.of(decided, day)
    files = found.found(path, bounds)
    problems: list[Problem] = files.problems
    known = files_tables.COLUMNS.union(headings.written, mapping_read.load(partner, home).known())
    drafted: list[Part] = []
    for source in intake_read.sources(files, known, bounds, problems):
        problems += source.faults
        aside = source.aside and not source.is_table()
        if source.sheet is not None and source.sheet.table.column_names and not aside:
            drafted += _parts(source.title, source.sheet, headings, decided, chosen)
    if not drafted:
        raise Refused("nothing could be read to draft a mapping from", problems)
    return drafted


def save(drafted: Draft, place: Path) -> None:
    """Write the draft to a new file. Raises BadParameter if there is one already."""
    try:
        with place.open("x", encoding="utf-8") as file:
            file.write(drafted.text)
    except FileExistsError:
        raise BadParameter(f"{place} is there already; name a new file, so that no mapping is overwritten") from None


def _parts(title: str, sheet: Sheet, headings: Headings, decided: Policy, chosen: Chosen) -> list[Part]:
    placed_in = headings.tables(files_tables.table_called(title), sheet.table.column_names)
    people = placed_in.get("people", {})
    if people and "person" not in people and _tells_apart(sheet, people.get("family")):
        placed_in["people"] = {"person": people["family"], **people}
    placed_in = chosen.placed(placed_in, sheet.table.column_names)
    first, drafted = next(iter(placed_in)), []
    kept = {theirs: f"Kept in {table}" for table in reversed(placed_in) for theirs in placed_in[table].values()}
    for table, placed in placed_in.items():
        others = {} if table == first else dict.fromkeys(sheet.table.column_names, f"Decided in {first}")
        cells = {
            ours: chosen.worded(table, ours, propose.of(decided, moments.today(), table, ours, theirs, column))
            for ours, theirs in placed.items()
            for column in [sheet.table[theirs]]
        }
        every = {ours: said for (of, ours), said in chosen.every.items() if of == table and ours not in placed}
        why = chosen.dropped | others | kept
        drafted.append(Part(table, title, sheet, placed, cells, why, len(placed_in) > 1, every))
    return drafted


def _tells_apart(sheet: Sheet, heading: str | None) -> bool:
    """Whether every row has a reference of its own under a heading."""
    column = sheet.table[heading] if heading else None
    return column is not None and pc.count_distinct(column, mode="all").as_py() == len(column)


def _note(part: Part, drafted: Draft) -> None:
    """What a person must still decide of one table, and what its first rows become."""
    title, table = part.title, part.table
    asked = [name for name in part.left if not part.kept.get(name)]
    drafted.decide(
        *(f"{title}: why {name!r} is dropped, or which of our columns it is" for name in asked),
        *(f"{title}: {_lacks(part, name)}" for name in part.needed if name not in part.every),
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
