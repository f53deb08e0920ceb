"""Which of the contract's tables a file or sheet is, and where its header stands; what was read as what is always said.

Names are matched leniently (case, spaces, prefixes, singular), but only where one table can be meant.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from hubdata.intake.files import csv as files_csv
from hubdata.intake.files.csv import HIDDEN, OnSheet, Problem, Sheet
from hubdata.intake.files.found import shown
from hubdata.policy import slug
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES

TITLE_ROWS = 20
TITLE_CELLS = 2  # a row of more cells above the header is no title
SINGULAR = {table.removesuffix("s"): table for table in CONTRACT_TABLES} | {"family": "families", "person": "people"}
NAMELESS = re.compile(r"(?:sheet|tabelle|feuille|data|table|export)_?\d*")
COLUMNS = {slug(column.name) for table in CONTRACT_TABLES for column in TABLES[table].c}
FORMULAS = "cells are formulas; their values as last calculated were taken"


def table_called(title: str) -> str | None:
    """The one table that a file's or sheet's name can mean."""
    name = slug(title)
    if name in CONTRACT_TABLES:
        return name
    words = name.split("_")
    meant = {SINGULAR.get(word, word) for word in words} & set(CONTRACT_TABLES)
    return meant.pop() if len(meant) == 1 else None


def lines_above(rows: Iterable[tuple[int, list[str]]], known: set[str]) -> int:
    """How many lines of titles stand above the header, which is the first row with two known names."""
    rows = list(rows)
    for number, (line, cells) in enumerate(rows):
        if len({slug(cell) for cell in cells} & known) >= 2:
            fullest = max((sum(bool(c.strip()) for c in above) for _, above in rows[:number]), default=0)
            return line - 1 if 0 < fullest <= TITLE_CELLS else 0
    return 0


def of_csv(file: str, raw: bytes, known: set[str]) -> tuple[Sheet | None, list[Problem], list[Problem]]:
    """A CSV file's sheet, its faults and what is to be told."""
    above = lines_above(files_csv.first_rows(raw, TITLE_ROWS), known)
    sheet, faults = files_csv.read(raw, shown(file), above)
    told = [_titles(Problem, shown(file), above)] if above else []
    return sheet, faults, told + (sheet.told if sheet else [])


def _titles(kind: type[Problem], file: str, above: int, *sheet: str) -> Problem:
    what = "the line" if above == 1 else f"{above} lines"
    return kind(
        file, 1, "", "title-rows", f"{what} above the header {'was' if above == 1 else 'were'} passed over", *sheet
    )


def of_sheet(file: str, said: dict, known: set[str]) -> tuple[Sheet | None, list[Problem], list[Problem]]:
    """A workbook's sheet as its judge read it, its faults and what is to be told."""
    file, name = shown(file), shown(said["name"])
    lines, rows, kinds = said["lines"], said["rows"], said["kinds"]
    above = lines_above(zip(lines[:TITLE_ROWS], rows, strict=False), known)
    start = next((n for n, line in enumerate(lines) if line > above), 0)
    head = [re.sub(r"\s+", " ", cell).strip().lower() for cell in rows[start]] if rows else []
    width = max((n for n, cell in enumerate(head, 1) if cell), default=0)
    width = max([width, *(len(kind.rstrip()) for kind in kinds[start + 1 :])])
    head = (head + [""] * width)[:width]
    used = [n for n in range(width) if head[n] or any(kind[n : n + 1].strip() for kind in kinds[start + 1 :])]
    head = [head[n] for n in used]
    blank = Sheet(file, pa.table({}), sheet=name)
    faults = [
        blank.fault(lines[start] if p.line else 0, p.column, p.code, p.message)
        for p in files_csv.header_faults(file, head)
    ]
    faults = faults or _hidden(blank, said, lines[start], width)
    if faults:
        return None, faults, []
    columns = [_column([row[at : at + 1] for row in rows[start + 1 :]]) for at in used]
    sheet = Sheet(file, pa.table(columns, names=head), kept=lines[start + 1 :], sheet=name, header=lines[start])
    sheet.kinds = {
        column: pa.array([kind[at : at + 1] or " " for kind in kinds[start + 1 :]], pa.string())
        for at, column in zip(used, head, strict=True)
    }
    told = [_titles(OnSheet, file, above, name)] if above else []
    if said["formulas"]:
        told.append(sheet.fault(0, "", "formulas", f"{said['formulas']:,} {FORMULAS}"))
    return sheet, _unseen(sheet), told


def _column(cells: list[list[str]]) -> pa.Array:
    """A column of cells, each in a list that is empty where the row is too short."""
    return pa.array([(cell[0] or None) if cell else None for cell in cells], pa.string())


def _hidden(sheet: Sheet, said: dict, header: int, width: int) -> list[Problem]:
    """What a sheet hides, or lays over several cells: nobody can say whether it was meant to be sent."""
    found = []
    if said["hidden"]:
        found.append(sheet.fault(0, "", "hidden-sheet", "this sheet is hidden; show it, or delete it"))
    if rows := [line for line in said["hidden_rows"] if line >= header]:
        why = f"{len(rows):,} rows are hidden, this is the first; clear the filter and show all rows, or delete them"
        found.append(sheet.fault(rows[0], "", "hidden-rows", why))
    if columns := [at for at in said["hidden_columns"] if at <= width]:
        why = f"column {columns[0]} is hidden; show it, or delete it"
        found.append(sheet.fault(header, "", "hidden-column", why))
    for first, left, last, _ in said["merged"]:
        if last >= header and left <= width:
            found.append(sheet.fault(first, "", "merged-cells", "cells are merged here; undo it and fill in every row"))
    return found


def _unseen(sheet: Sheet) -> list[Problem]:
    """Control characters and what only turns letters, in any cell or in the header."""
    faults = [
        sheet.fault(0, "", "hidden-character", "a column's name has an invisible character; type it again")
        for name in sheet.table.column_names
        if HIDDEN.search(name)
    ]
    for name in sheet.table.column_names:
        cells = sheet.table[name].to_pylist()
        if not HIDDEN.search("\n".join(filter(None, cells))):
            continue
        for row, cell in enumerate(cells):
            if cell and (hidden := HIDDEN.search(cell)):
                why = f"there is an invisible control character (U+{ord(hidden[0]):04X}) here; correct it at its source"
                faults.append(sheet.at(row, name, "hidden-character", why))
    return faults


def title_of(file: str, sheet: str, alone: bool) -> str:
    """What names a sheet: its own name, or the file's where it is the only one and its name says nothing."""
    return Path(file).stem if not sheet or (alone and NAMELESS.fullmatch(slug(sheet))) else sheet
