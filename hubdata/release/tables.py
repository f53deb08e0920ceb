"""The tables that may be published, read from atoms/*.sql: fixed bins, approved before anybody is counted.

A file is one set of people or things counted, split into atoms that none of its tables splits further; every table of
the file is a grouping of the same atoms, so that tables with common margins are protected together.

    -- about: Unmet needs identified in the quarter
    -- table: unmet_reasons
    -- plain: Unmet needs by headline area and reason      its title where a figure of the finding is hidden
    -- finding: {total} needs were recorded as unmet       its title; {code} is a column's total
    -- scope: …, {quarter}
    -- rows: area | Headline area | areas                  a column of the query, its label, its list of codes
    -- columns: reason | Reason | need_reasons             or no list, and a line for each bin:
    -- column: none | No reason recorded | none, other     code, label, the query's codes (default: the code)
    -- chart: total                                        columns drawn as bars
    SELECT area, reason, hub, n, records …                 every atom, also those with nobody, and its records' keys

Where numbers are small, a set is shown by its coarser form: `coarse-` before a key says what then takes its place.

    -- coarse-columns: reason | Reason
    -- coarse-column: no_service | There is no such service
    -- coarse-column: rest | Another reason | *           every code that no other bin has

A table that says `year-scope:` stands in the yearly edition for everybody too, in its coarser form and about {year}.

`row:` does for rows what `column:` does for columns. `percent: row` adds each figure's share of its row. A query may
not read anything that has not been judged or recorded by the quarter's last day.

Where what is counted stands in one quarter and again in the next, the file says how it goes on, because whoever reads
both quarters knows it: `atoms` names the query's columns, what a record keeps first and then what changes.

    -- atoms: hub | state
    -- stage: second_quarter | kept_year | soon                 a stage, its states, and where it is a quarter later
    -- stage: new | | open                                no state: it was not counted before
    -- stage: over | held, due | over, gone               `gone`: it was destroyed; any other name: counted no more
    -- comes-from: reviews | closed                       what is counted here left that set, into that name
"""

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from hubdata import places
from hubdata.figures import captions
from hubdata.figures.captions import parts

FOLDER = places.PACKAGE / "release" / "atoms"
ABOUT = ("about", "atoms", "stage", "comes-from")
KEYS = ("table", "plain", "finding", "scope", "rows", "row", "columns", "column", "chart", "percent", "note")
COARSE, YEARLY = "coarse-", "year-scope"
COARSER = ("plain", "finding", "scope", "rows", "row", "columns", "column", "chart")
COARSER_SAID = (
    "This table puts places, areas or answers together, because the numbers in it are small: so it was decided once, "
    "from the sizes of an earlier quarter."
)
YEARLY_SAID = (
    "This table is of the whole council and a whole year: what is hidden stays so, whatever is published later."
)
COMMON = "common"


@dataclass(frozen=True)
class Bin:
    """One row or column: its code, its label, and the query's codes that it puts together."""

    code: str
    label: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """The rows or the columns of a table: the query's column, its label, and its bins or the list they come from."""

    name: str
    label: str
    of_list: str = ""
    bins: tuple[Bin, ...] = ()


@dataclass(frozen=True)
class Spec:
    """One table that may be published."""

    name: str
    plain: str
    finding: str
    scope: str
    rows: Side
    columns: Side
    chart: tuple[str, ...] = ()
    percent: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage:
    """Where a record can stand on a quarter's last day, in which states, and where it may stand a quarter later."""

    name: str
    states: tuple[str, ...]
    into: tuple[str, ...]


@dataclass(frozen=True)
class Definition:
    """One file: a query of atoms, the tables that group them, and how records go on from quarter to quarter."""

    name: str
    about: str
    sql: str
    tables: tuple[Spec, ...] = field(default=())
    coarser: tuple[Spec, ...] = field(default=())
    yearly: tuple[Spec, ...] = field(default=())
    atoms: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    comes_from: tuple[str, ...] = ()

    def specs(self, coarse: bool) -> tuple[Spec, ...]:
        """Its tables in one form or the other."""
        return self.coarser if coarse else self.tables


@cache
def definitions() -> tuple[Definition, ...]:
    """Every definition, in the order of their names."""
    return tuple(_definition(path) for path in sorted(FOLDER.glob("*.sql")) if path.stem != COMMON)


def common() -> str:
    """What every query may use: views and macros."""
    return (FOLDER / f"{COMMON}.sql").read_text("utf-8")


def _definition(path: Path) -> Definition:
    text = path.read_text("utf-8")
    _, *blocks = captions.blocks(text, "table")
    whole = captions.read(text, (*ABOUT, *KEYS, YEARLY, *(COARSE + key for key in COARSER)))
    fine, coarse = (tuple(_spec(block, of) for block in blocks) for of in (False, True))
    atoms = tuple(parts(whole.one("atoms"))) if "atoms" in whole.said else ()
    stages = tuple(_stage(*parts(line)) for line in whole.all("stage"))
    yearly = tuple(_yearly(block, spec) for block, spec in zip(blocks, coarse, strict=True) if YEARLY in block)
    comes_from = tuple(parts(whole.one("comes-from"))) if "comes-from" in whole.said else ()
    return Definition(path.stem, whole.one("about"), whole.sql, fine, coarse, yearly, atoms, stages, comes_from)


def _yearly(block: str, spec: Spec) -> Spec:
    """A table as the yearly edition has it."""
    notes = (*(note for note in spec.notes if note != COARSER_SAID), YEARLY_SAID)
    return replace(spec, scope=captions.read(block, (YEARLY,)).one(YEARLY), notes=notes)


def _stage(name: str, states: str, into: str) -> Stage:
    return Stage(name, *(tuple(filter(None, parts(line, ","))) for line in (states, into)))


def _spec(block: str, coarse: bool) -> Spec:
    caption = captions.read(block, KEYS)
    other = captions.read(block, [COARSE + key for key in COARSER]).said if coarse else {}
    if other:
        other = {key.removeprefix(COARSE): lines for key, lines in other.items()}
        replaced = {side for side in ("row", "column") if {side, f"{side}s"} & other.keys()}
        kept = {key: lines for key, lines in caption.said.items() if key not in replaced}
        caption = captions.Captioned(kept | other, caption.sql)
    return Spec(
        name=caption.one("table"),
        rows=_side(caption.one("rows"), caption.all("row")),
        columns=_side(caption.one("columns"), caption.all("column")),
        chart=tuple(parts(caption.one("chart"), ",")) if "chart" in caption.said else (),
        percent="percent" in caption.said,
        notes=(*caption.all("note"), *([COARSER_SAID] if other else [])),
        **caption.some("plain", "finding", "scope"),
    )


def _side(line: str, bins: list[str]) -> Side:
    return Side(*parts(line), bins=tuple(_bin(*parts(one)) for one in bins))


def _bin(code: str, label: str, codes: str = "") -> Bin:
    return Bin(code, label, tuple(parts(codes or code, ",")))
