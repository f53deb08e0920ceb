"""Faults of a return's tables against the contract: columns, values, rows twice, references to nothing (P2).

A value that may be personal is never repeated in a fault.
"""

from collections.abc import Collection, Iterator

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from hubdata import spelling
from hubdata.intake import cells
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.intake.read import keys_of, meant
from hubdata.policy import slug
from hubdata.records.bulk import known_keys
from hubdata.records.tables.contract import FREE_TEXT, IDENTIFYING, TABLES, passport

LIMITED = "the Hub keeps limited records (P2) and has no place for it"
DRAFT = "`hubdata intake map FILE --partner CODE` drafts how your columns are read"
MOST_TOLD = 1_000  # of a column; the line after them says how many more there are
SPOILT = "an earlier program spoilt letters here, as in SiÃ¢n for Siân; correct it at its source and save as CSV UTF-8"
SAYS_WHY = ("reason", "risk_to", "not_told_reason")
PLACEHOLDER = "this says nothing, and counts as no reason; say what it was, or leave the cell empty"
DISGUISED = "a word here mixes alphabets or has letters that stand for others; look whether it is what it seems"
# What a cell of a workbook may be (intake.files.workbook), by the kind of column that it stands in.
FITTING = {"date": "td", "instant": "tdm", "score": "tn"}
NUMBERS_TOO = "tn"
UNFIT = {
    "n": "a number",
    "f": "a number with a fraction, or of more digits than Excel keeps",
    "d": "a day",
    "m": "a day with a time",
    "b": "a yes or no (TRUE, FALSE)",
    "o": "a time or a duration",
    "p": "a day that the cell shows only in part (Jan-20, 3-Mar, 2019), so nobody can say which day was meant",
    "x": "a day before 1 March 1900, which Excel miscounts",
    "e": "an error (such as #N/A)",
    "u": "a formula whose value was never calculated; open the workbook in Excel and save it",
    "s": "a number that is shown in another form than it is stored",
}


def check(found: dict[str, Sheet], lists: cells.Lists) -> list[Problem]:
    """Faults that can be told without the hub: columns, then values of the columns that there are."""
    problems = []
    for table, sheet in found.items():
        problems += check_columns(table, sheet, lists) + check_values(table, sheet, lists)
    return problems


def check_columns(table: str, sheet: Sheet, lists: cells.Lists | None = None) -> list[Problem]:
    """Faults of the header against the contract: columns that no passport declares, required ones that are missing."""
    allowed, problems, line = TABLES[table].c.keys(), [], sheet.header
    if not set(sheet.table.column_names) & set(allowed):  # then it is a row, whose values are not repeated
        why = f"this line names no column of {table}; it starts with the line of column names: {', '.join(allowed)}"
        if sum(_common(table, name, lists) is not None for name in sheet.table.column_names) > 1:
            why = (
                f"this line names no column of {table} as the Hub calls it, but some that are common elsewhere; {DRAFT}"
            )
        return [sheet.fault(line, "", "no-header", why)]
    for name in sheet.table.column_names:
        if name not in allowed:
            why = f"column {name!r} is not part of {table}: {LIMITED}; remove it{meant(name, allowed)}"
            if ours := _common(table, name, lists):
                why = f"column {name!r} is not part of {table}, but may be our {ours!r}; {DRAFT}"
            problems.append(sheet.fault(line, name, "unknown-column", why))
    for column in TABLES[table].c:
        if not column.nullable and column.name != "recorded_at" and column.name not in sheet.table.column_names:
            why = f"column {column.name!r} is missing; {table} needs it"
            problems.append(sheet.fault(line, column.name, "missing-column", why))
    return problems


def _common(table: str, name: str, lists: cells.Lists | None) -> str | None:
    return lists.headings.meant(table, name) if lists and lists.headings else None


def check_values(table: str, sheet: Sheet, lists: cells.Lists) -> list[Problem]:
    """Replace every column of the limited record by its cleaned values; return the faults, each with its line."""
    problems = []
    for name in (n for n in sheet.table.column_names if n in TABLES[table].c):
        unfit = _unfit(table, name, sheet)
        clean, faults = cells.clean(sheet.table[name], passport(table, name), TABLES[table].c[name], lists)
        sheet.table = sheet.table.set_column(sheet.table.column_names.index(name), name, clean)
        problems += unfit
        odd = {problem.line for problem in unfit}
        problems += [p for p in (sheet.at(row, name, code, why) for row, code, why in faults) if p.line not in odd]
    return problems + (_duplicates(table, sheet) if {*keys_of(table)} <= {*sheet.table.column_names} else [])


def _is_a_name(table: str, column: str) -> bool:
    """Whether a column has names of a register, and takes others too."""
    card = passport(table, column) if column in TABLES[table].c else None
    return card is not None and bool(card.named_in) and card.kind == "code"


def remarks(table: str, sheet: Sheet, lists: cells.Lists) -> list[Problem]:
    """What is told of a table: spoilt letters, a disguise, reasons that say nothing, names beside registered ones."""
    told = []
    for name in [name for name in sheet.table.column_names if _is_a_name(table, name)]:
        ways = lists.ways(table, name)
        for text in pc.unique(sheet.table[name]).drop_null().to_pylist():
            if (meant := ways.get(slug(text), text)) != text:
                rows = pc.indices_nonzero(pc.equal(sheet.table[name], text)).to_pylist()
                why = f"{text!r} is not registered, and reads like {meant!r} ({len(rows):,} rows); write it so"
                told.append(sheet.at(rows[0], name, "registered-name", why))
    for name in (c.name for c in TABLES[table].c if c.name in sheet.table.column_names):
        card, column = passport(table, name), sheet.table[name].combine_chunks()
        if card.kind != "text" or not (card.sensitivity in (IDENTIFYING, FREE_TEXT) or name == "name"):
            continue
        spoilt = cells.spoilt(column)
        told += _looks(sheet, name, spoilt, SPOILT)
        if name in SAYS_WHY:
            told += _looks(sheet, name, cells.placeholders(column, name == "risk_to"), PLACEHOLDER, "placeholder")
        if card.sensitivity == IDENTIFYING:
            told += _looks(sheet, name, sorted({*cells.disguised(column)} - {*spoilt}), DISGUISED)
    return told


def _looks(sheet: Sheet, name: str, rows: list[int], why: str, code: str = "look-alike") -> list[Problem]:
    told = [sheet.at(row, name, code, why) for row in rows[:MOST_TOLD]]
    if left := len(rows) - len(told):
        told.append(sheet.at(rows[MOST_TOLD], name, code, f"{why} (and {left:,} more rows from here on)"))
    return told


def _unfit(table: str, name: str, sheet: Sheet) -> list[Problem]:
    """Cells of a workbook that are something else than their column holds: Excel may have changed them."""
    if not sheet.kinds:
        return []
    kind, kinds = passport(table, name).kind, sheet.kinds[name]
    wrong = pc.invert(pc.is_in(kinds, pa.array([*FITTING.get(kind, NUMBERS_TOO), " "])))
    faults = [
        sheet.at(
            row,
            name,
            "cell-type",
            f"{name} is {UNFIT[kinds[row].as_py()]} here; format the column as text and type it again",
        )
        for row in pc.indices_nonzero(wrong).to_pylist()
    ]
    if kind == "reference":
        padded = pc.and_(pc.equal(kinds, "t"), pc.match_substring_regex(pc.fill_null(sheet.table[name], ""), r"^0\d+$"))
        if pc.any(padded).as_py():
            why = (
                f"{name} is a number here and text with leading zeros elsewhere; its own may be lost: format it as text"
            )
            lost = pc.indices_nonzero(pc.equal(kinds, "n")).to_pylist()
            zeros = sheet.table[name].to_pylist()
            faults += [sheet.at(row, name, "lost-zeros", why) for row in lost if not zeros[row].startswith("0")]
    return faults


def key_column(table: str, rows: pa.Table) -> pa.ChunkedArray:
    """The key of each row, its parts joined by U+001F."""
    keys = [rows[k] for k in keys_of(table)]
    return keys[0] if len(keys) == 1 else pc.binary_join_element_wise(*keys, "\x1f")


def _duplicates(table: str, sheet: Sheet) -> list[Problem]:
    column = key_column(table, sheet.table).combine_chunks()
    if pc.count_distinct(column, mode="all").as_py() == len(column):
        return []
    first, problems = {}, []
    for row, key in enumerate(column.to_pylist()):
        if key is not None and key in first:
            why = f"this row has the same {' and '.join(keys_of(table))} as line {sheet.line(first[key])}; keep one"
            problems.append(sheet.at(row, keys_of(table)[0], "duplicate-row", why))
        first.setdefault(key, row)
    return problems


def _references(table: str, sheet: Sheet) -> Iterator[tuple[str, list[str], pa.Array]]:
    """(column, tables that may hold the reference, its values) for every reference of a sheet."""
    for name in (n for n in sheet.table.column_names if n in TABLES[table].c):
        info = passport(table, name)
        if info.kind == "reference" and info.allowed:
            yield name, [info.allowed], sheet.table[name]
        elif info.kind == "references":
            allowed = ["organisations", "people"] if info.allowed == "exclusions" else [info.allowed]
            yield name, allowed, pc.split_pattern(sheet.table[name], ";")


def check_references(
    connection: Connection, found: dict[str, Sheet], lists: cells.Lists, broken: Collection[str] = ()
) -> list[Problem]:
    """Faults where a row refers to something that is neither in the return nor in the hub.

    A table in `broken` came with faults in its references or its form, so nobody can say what it lacks.
    """
    problems = []
    for table, sheet in found.items():
        for name, targets, column in _references(table, sheet):
            if any(target in broken for target in targets):
                continue
            flat = pc.list_flatten(column) if pa.types.is_list(column.type) else column
            unknown = pc.unique(flat).drop_null()
            for target in targets:
                if target in found:
                    unknown = unknown.filter(pc.invert(pc.is_in(unknown, found[target].table[keys_of(target)[0]])))
                unknown = unknown.filter(pc.invert(pc.is_in(unknown, known_keys(connection, target, unknown))))
            if name == "exclusions":
                unknown = unknown.filter(pc.invert(pc.is_in(unknown, pa.array(lists.categories, pa.string()))))
            if len(unknown):
                problems += _unknown_reference(sheet, name, targets, column, unknown)
    return problems


def _unknown_reference(sheet: Sheet, name: str, targets: list[str], column, unknown: pa.Array) -> list[Problem]:
    missing = set(unknown.to_pylist())
    problems = []
    for row, value in enumerate(column.to_pylist()):
        for one in value if isinstance(value, list) else [value]:
            if one in missing:
                what = f"{spelling.masked(one)} is in no row of {' or '.join(targets)}"
                why = f"{what}, in this return or the hub; add it or correct it"
                problems.append(sheet.at(row, name, "unknown-reference", why))
    return problems
