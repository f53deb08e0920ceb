"""Rows that a return moves to another family or organisation, each told: all that was said of them goes with them.

A person who moves waits for a yes (contract.md): what destroys the new family would destroy the person, whom agreements
of the old one name.
"""

from sqlalchemy import Connection

from hubdata import spelling
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.intake.held.weigh import Difference, rows_of
from hubdata.intake.read import keys_of
from hubdata.records.bulk import existing_rows

WHOSE = {"people": "family", "goals": "family", "needs": "family", "practitioners": "organisation"}
WAITS = "people"
MEANING = {
    "people": "agreements, shares and rights of the old family name them; look whether it is the same person",
    "goals": "its reviews go with it, and earlier figures change; a goal of another family has a reference of its own",
    "needs": "earlier figures change; a need of another family has a reference of its own",
    "practitioners": "what they led before reads as led by the new one; who changes post has a new reference",
}
MOST_TOLD = 1_000  # the line after them says how many more there are


def moves(connection: Connection, found: dict[str, Sheet], differences: dict[str, Difference]) -> list[Problem]:
    """What is told of every changed row that comes with another family, or organisation, than it is held with."""
    told = []
    for table, whose in WHOSE.items():
        difference = differences.get(table)
        if difference and difference.changed and whose in found[table].table.column_names:
            told += _moved(connection, table, whose, found[table], difference)
    return told


def _moved(connection: Connection, table: str, whose: str, sheet: Sheet, difference: Difference) -> list[Problem]:
    rows, key = rows_of(sheet.table, difference.changed), keys_of(table)[0]
    held = existing_rows(connection, table, rows)
    named = zip(difference.changed, rows[key].to_pylist(), rows[whose].to_pylist(), strict=True)
    moved = [(row, one, to) for row, one, to in named if held[one][whose] != to]
    difference.moved = [row for row, _, _ in moved]
    told = []
    for row, one, to in moved[:MOST_TOLD]:
        shown = [spelling.masked(text) for text in (one, held[one][whose], to)]
        why = f"{shown[0]} moves from {whose} {shown[1]} to {shown[2]}: {MEANING[table]}"
        told.append(sheet.at(row, whose, "moved", why))
    if left := moved[MOST_TOLD:]:
        told.append(sheet.at(left[0][0], whose, "moved", f"{len(left):,} more rows of {table} move, from here on"))
    return told


def waits(found: dict[str, Sheet], differences: dict[str, Difference]) -> list[str]:
    """Why a person must say yes first: people whom the return would move to another family."""
    rows = differences[WAITS].moved if WAITS in differences else []
    if not rows:
        return []
    first = found[WAITS].at(rows[0], "", "moved", "")
    who = "1 person" if len(rows) == 1 else f"{len(rows):,} people"
    return [f"it would move {who} to another family ({first.file}, line {first.line}); look whether that is so"]
