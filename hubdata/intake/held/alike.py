"""New references that only differ from one held in leading zeros or case: Excel took the zeros, or somebody retyped it.

Taken as new they would make a second family of one, and what is said of it would go there.
"""

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select

from hubdata import spelling
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.intake.held.weigh import rows_of
from hubdata.intake.read import keys_of
from hubdata.records.tables.contract import TABLES

OWN = {"organisations", "practitioners", "families", "people", "goals", "needs", "agreements", "shares"}
NUMBER = r"^0*([0-9]+?)(?:\.0+)?$"


def faults(connection: Connection | None, table: str, sheet: Sheet, added: list[int]) -> list[Problem]:
    """Faults of new rows whose reference reads like one that the hub holds, or like another of the same sheet."""
    if table not in OWN or not added:
        return []
    key = keys_of(table)[0]
    problems = _within(sheet, key, set(added))
    known = TABLES[table].c[key]
    held = connection.execute(select(known)).scalars().all() if connection is not None else []
    if held:
        problems += _against(sheet, key, added, pa.array(held, pa.string()))
    return problems


def _read(column: pa.Array) -> pa.Array:
    """References as they read without case and leading zeros: 00123 and 123.0 are 123."""
    lower = pc.utf8_lower(column if pc.all(pc.string_is_ascii(column)).as_py() else pc.utf8_normalize(column, "NFKC"))
    return pc.replace_substring_regex(lower, NUMBER, r"\1", max_replacements=1)


def _within(sheet: Sheet, key: str, added: set[int]) -> list[Problem]:
    read = _read(sheet.table[key].combine_chunks())
    if pc.count_distinct(read).as_py() == len(read):
        return []
    first, problems, written = {}, [], sheet.table[key]
    for row, one in enumerate(read.to_pylist()):
        other = first.setdefault(one, row)
        if other != row and (row in added or other in added):
            where = f"line {sheet.line(other)} has {spelling.masked(written[other].as_py())}"
            problems.append(_fault(sheet, row, key, where))
    return problems


def _against(sheet: Sheet, key: str, added: list[int], held: pa.Array) -> list[Problem]:
    read, new = _read(held), rows_of(sheet.table.select([key]), added)[key].combine_chunks()
    like = pc.index_in(_read(new), read)
    problems = []
    for number in pc.indices_nonzero(pc.is_valid(like)).to_pylist():
        other = held[like[number].as_py()].as_py()
        problems.append(_fault(sheet, added[number], key, f"the hub holds {spelling.masked(other)}"))
    return problems


def _fault(sheet: Sheet, row: int, key: str, where: str) -> Problem:
    shown = spelling.masked(sheet.table[key][row].as_py())
    why = f"{shown} would be new, and {where}: leading zeros were lost, or case changed"
    return sheet.at(
        row, key, "reads-alike", f"{why}; write it as it is there, or give it a reference that differs more"
    )
