"""From a path to the contract's tables: every file read, named and mapped; it judges no value and asks no hub."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import pyarrow as pa

from hubdata.intake import about as intake_about
from hubdata.intake.about import About
from hubdata.intake.files import child, tables
from hubdata.intake.files import found as files_found
from hubdata.intake.files.archive import Bad
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.intake.files.found import Bounds, shown
from hubdata.intake.mapping import apply
from hubdata.intake.mapping.apply import Mapping, Spec
from hubdata.policy import slug
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES

NEEDED = [{c.name for c in TABLES[table].c if not c.nullable and c.name != "recorded_at"} for table in CONTRACT_TABLES]


@dataclass
class Reading:
    """A return as read: its tables, what it says of itself, faults, what is told, and tables whose file is broken."""

    found: dict[str, Sheet] = field(default_factory=dict)
    about: About = field(default_factory=About)
    problems: list[Problem] = field(default_factory=list)
    told: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    came: dict[str, str] = field(default_factory=dict)  # in which file each table came
    misnamed: bool = False


@dataclass(frozen=True)
class Source:
    """A file or sheet as it came."""

    file: str
    title: str
    sheet: Sheet | None
    faults: list[Problem]
    told: list[Problem]
    name: str = ""  # of the sheet in a workbook
    aside: bool = False  # called as what explains a return, and none of its tables

    def is_table(self) -> bool:
        """Whether it has every column that some table needs, whatever it is called."""
        here = {slug(name) for name in self.sheet.table.column_names} if self.sheet else set()
        return any(here.issuperset(needed) for needed in NEEDED)


def read(path: Path, mapping: Mapping, bounds: Bounds) -> Reading:
    """Read a return. Raises BadParameter if there is nothing at `path`."""
    files = files_found.found(path, bounds)
    reading = Reading(problems=files.problems, told=files.told)
    reading.misnamed = bool(files.problems)
    if files.about is not None:
        reading.about, faults = intake_about.of_text(files.about, files_found.ABOUT[0])
        reading.problems += faults
    if not child.BOUNDED and any(suffix != ".csv" for _, suffix, _ in files.files):
        why = "this system does not bound the memory of the process that looks into workbooks; only its time is bounded"
        reading.told.append(Problem("", 0, "", "unbounded", why))
    for source in sources(files, mapping.known(), bounds, reading.problems):
        enter(reading, source, mapping)
    if not reading.found and not reading.problems:
        why = f"no table was found; send CSV files named {', '.join(t + '.csv' for t in CONTRACT_TABLES)}"
        reading.problems.append(Problem(shown(path.name), 0, "", "no-table", why))
    return reading


def sources(files: files_found.Files, known: set[str], bounds: Bounds, problems: list[Problem]) -> Iterator[Source]:
    """Every CSV file and every sheet; a workbook that is refused adds to `problems`."""
    while files.files:  # each is let go when it has been read
        file, suffix, raw = files.files.pop(0)
        if suffix == ".csv":
            title = Path(file).stem
            yield Source(shown(file), title, *tables.of_csv(file, raw, known), aside=slug(title) in bounds.aside)
            continue
        try:
            said, _ = child.judge(suffix, raw, bounds.book)
        except Bad as bad:
            problems.append(_whole(shown(file), *bad.args))
            continue
        sheets = said["sheets"]
        if not sheets:
            problems.append(
                Problem(shown(file), 0, "", "empty-file", "the workbook has no cells; send at least the header")
            )
        for each in sheets:
            if not each["lines"]:
                why = "this sheet has formats but no value, and was passed over"
                bare = _whole(shown(file), "not-read", why, each["name"])
                yield Source(shown(file), each["name"], None, [], [bare], shown(each["name"]))
                continue
            title = tables.title_of(file, each["name"], len(sheets) == 1)
            read_as = tables.of_sheet(file, each, known)
            yield Source(shown(file), title, *read_as, shown(each["name"]), slug(title) in bounds.aside)


def _whole(file: str, code: str, why: str, sheet: str = "") -> Problem:
    return Sheet(file, pa.table({}), sheet=shown(sheet)).fault(0, "", code, why)


def enter(reading: Reading, source: Source, mapping: Mapping) -> None:
    """Add a source to the return, as every table that it is read as."""
    blank = source.sheet or Sheet(source.file, pa.table({}), sheet=source.name)
    if source.sheet is None and not source.faults:
        reading.told += source.told
        return
    if slug(source.title) == "about" and source.name:
        _about(reading, source)
        return
    if reason := mapping.left_out.get(slug(source.title)):
        reading.told.append(blank.fault(0, "", "left-out", f"this was left out, as the mapping says: {reason}"))
        return
    table = tables.table_called(source.title)
    headings = source.sheet.table.column_names if source.sheet is not None else []
    specs = mapping.of(source.title) or mapping.like(headings) or ([Spec(table)] if table else [])
    if not specs and source.aside and not source.is_table():
        why = "this was passed over: by its name it explains the return and is no table of it"
        reading.told.append(blank.fault(0, "", "not-read", why))
        return
    if not specs:
        word = slug(source.title)
        why = f"{source.title[:60]!r} is not a table of the limited record; the tables are {', '.join(CONTRACT_TABLES)}"
        reading.problems.append(blank.fault(0, "", "unknown-table", shown(why) + meant(word, CONTRACT_TABLES)))
        reading.misnamed = True
        return
    reading.problems += source.faults
    reading.told += source.told
    for spec in specs:
        _enter(reading, source, spec, blank)


def _enter(reading: Reading, source: Source, spec: Spec, blank: Sheet) -> None:
    if spec.table in reading.found or spec.table in reading.broken:
        where = sorted({reading.came[spec.table], _called(source)})
        files = f" in {' and '.join(where)}" if len(where) > 1 else " under one name"
        why = f"table {spec.table} comes twice,{files}; which of them is meant nobody can say: send one"
        reading.problems.append(blank.fault(0, "", "duplicate-table", why))
        return
    reading.came[spec.table] = _called(source)
    if source.sheet is None:
        reading.broken.add(spec.table)
    else:
        made, faults, told = apply.apply(spec, source.sheet)
        reading.found[spec.table] = made
        reading.problems += faults
        reading.told += told
        if source.faults or faults:
            reading.broken.add(spec.table)
        if source.title.strip().lower() != spec.table:
            why = f"{shown(source.title)[:60]!r} was read as {spec.table}"
            reading.told.append(blank.fault(0, "", "read-as", why))


def _called(source: Source) -> str:
    return f"{source.file}, sheet {source.name}" if source.name else source.file


def _about(reading: Reading, source: Source) -> None:
    sheet = source.sheet
    if sheet is None or sheet.table.num_columns != 2:
        why = "the sheet about has two columns: tables, covers_from, covers_to, complete, and what each is"
        reading.problems.append(Problem(source.file, 0, "", "bad-about", why))
        return
    rows = zip(*(column.to_pylist() for column in sheet.table.columns), strict=True)
    said = [(slug(str(k)), str(v or "")) for k, v in [tuple(sheet.table.column_names), *rows] if k]
    pairs = [(key, value) for key, value in said if key in intake_about.KEYS]
    about, faults = intake_about.of_pairs(dict(pairs), source.file)
    twice = sorted({key for key, _ in pairs if [other for other, _ in pairs].count(key) > 1})
    faults += [sheet.fault(0, key, "bad-about", f"{key} stands here twice; keep one") for key in twice]
    if reading.about != About():
        faults.append(sheet.fault(0, "", "bad-about", "the return says in two places what it covers; keep one"))
    reading.about = about
    reading.problems += faults


def meant(word: str, allowed) -> str:
    """What a word may have been meant to be, as the end of a sentence."""
    close = get_close_matches(word, allowed, 1)
    return f"; did you mean {close[0]!r}?" if close else ""


def keys_of(table: str) -> list[str]:
    """The columns that identify a row."""
    return [c.name for c in TABLES[table].primary_key]
