"""What a return would do to the hub: rows to add, to change, to remove, rows that are older than those held.

It writes nothing. An older return never overwrites a newer one: by `recorded_at` row by row, by the last day that the
returns of the same partner say they cover, and by what the held row itself tells of a day after that.
"""

from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
from sqlalchemy import Connection, Date, and_, select, text

from hubdata.intake.about import OWN, About
from hubdata.intake.check import key_column
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.intake.read import keys_of
from hubdata.policy import Policy
from hubdata.records import ledger
from hubdata.records.bulk import SEPARATOR, existing_rows
from hubdata.records.tables.contract import APPEND_ONLY, TABLES

MOST_TOLD = 1_000  # of a table; the line after them says how many more there are
TIE = (
    "nobody can say which came last, so the order of arrival decides nothing: one without an end holds before one that "
    "has ended, otherwise the later value; send the right one with the time of day in recorded_at"
)
ENDS = ("active_to", "closed_on", "died_on", "ended_on")  # empty: it goes on, which keeps a record from destruction


@dataclass
class Difference:
    """How a sheet differs from what the hub holds: row numbers to add and change, how many are the same, and the keys
    of held rows to remove; `older` are rows that a newer one already answers. `ties` are rows recorded at the moment of
    the one held that say otherwise, each with the columns that differ; of them `lost` are those that are passed over,
    and `moved` the changed rows that come with another family or organisation."""

    added: list[int]
    changed: list[int]
    unchanged: int
    removed: list[tuple[str, ...]] = field(default_factory=list)
    older: list[int] = field(default_factory=list)
    ties: dict[int, list[str]] = field(default_factory=dict)
    lost: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)

    def counts(self, complete: bool = False) -> dict[str, int]:
        """The counts as a script reads them; what was removed only where a return may remove."""
        same = self.unchanged + len(self.older) + len(self.lost)
        said = {"added": len(self.added), "changed": len(self.changed), "unchanged": same}
        return said | ({"removed": len(self.removed)} if complete else {})


def compare(connection: Connection | None, table: str, sheet: Sheet) -> Difference:
    """Compare a clean sheet with the hub's rows of the same keys, in the columns that the sheet has."""
    rows = sheet.table
    held = existing_rows(connection, table, rows) if connection is not None else {}
    if not held:
        return Difference(list(range(rows.num_rows)), [], 0)
    columns = [c for c in rows.column_names if c not in keys_of(table)]
    given = list(zip(*(rows[c].to_pylist() for c in columns), strict=True)) or [()] * rows.num_rows
    found = Difference([], [], 0)
    for row, key in enumerate(key_column(table, rows).to_pylist()):
        if (old := held.get(key)) is None:
            found.added.append(row)
            continue
        pairs = zip(columns, given[row], strict=True)
        differ = [c for c, new in pairs if new != old[c] and not (c == "recorded_at" and new is None)]
        if differ:
            _place(found, row, differ, dict(zip(columns, given[row], strict=True)), old, table not in APPEND_ONLY)
    found.unchanged = rows.num_rows - sum(map(len, (found.added, found.changed, found.older, found.lost)))
    return found


def _place(found: Difference, row: int, differ: list[str], new: dict, old: dict, changes: bool) -> None:
    """Say of a row that differs from the one held whether it changes it, is older, or ties with it."""
    at = new.get("recorded_at") if changes else None
    if at is not None and at < old["recorded_at"]:
        found.older.append(row)
    elif at is not None and at == old["recorded_at"]:
        found.ties[row] = differ
        order = sorted(differ, key=lambda column: (column not in ENDS, column))
        (found.changed if _rank(new, order) > _rank(old, order) else found.lost).append(row)
    else:
        found.changed.append(row)


def _rank(row: dict, order: list[str]) -> list[tuple]:
    """What settles a tie whichever row came first: an open end before a day, a later value before an earlier."""
    return [((row[column] is None) == (column in ENDS), row[column] or "") for column in order]


def newest(connection: Connection, partner: str, table: str) -> tuple[date | None, bool]:
    """The last day that an applied return of this partner covered in a table, and whether that return was complete."""
    said = [detail for detail in ledger.said(connection, ("intake.return",)) if detail.get("partner") == partner]
    scopes = [
        s for s in (d.get("scope") or {} for d in said) if s.get("covers_to") and table in (s["tables"] or [table])
    ]
    last = max(scopes, key=lambda scope: (scope["covers_to"], scope["complete"]), default=None)
    return (date.fromisoformat(last["covers_to"]), last["complete"]) if last else (None, False)


def hold_to_scope(
    connection: Connection, table: str, sheet: Sheet, difference: Difference, partner: str, about: About, today: date
) -> None:
    """Keep a return to what it speaks for: nothing over a newer one; what a complete one lacks goes."""
    if about.covers_to is None or (about.tables and table not in about.tables):
        return
    last, complete = newest(connection, partner, table)
    if last is not None and about.covers_to < last:
        difference.older += difference.changed + (difference.added if complete else [])
        difference.changed, difference.added = [], [] if complete else difference.added
    if table not in APPEND_ONLY and difference.changed:
        later = _later(connection, table, rows_of(sheet.table, difference.changed), (about.covers_to, today))
        difference.older += [row for row, late in zip(difference.changed, later, strict=True) if late]
        difference.changed = [row for row, late in zip(difference.changed, later, strict=True) if not late]


def _later(connection: Connection, table: str, rows: pa.Table, between: tuple[date, date]) -> list[bool]:
    """For each row whether the held one tells of a day after what a return covers, up to today; plans do not count."""
    days = [c.name for c in TABLES[table].c if isinstance(c.type, Date)]
    held, (first, last) = existing_rows(connection, table, rows), map(str, between)
    keys = key_column(table, rows).to_pylist()
    return [any(first < (held[key][day] or "") <= last for day in days) for key in keys]


def lacking(connection: Connection, table: str, sheet: Sheet, partner: str, about: About) -> tuple[list, int]:
    """Keys of the partner's own rows of the period that a complete return lacks, and how many a hold keeps."""
    last, _ = newest(connection, partner, table)
    if about.covers_to is None or not about.complete or table not in about.tables or (last and about.covers_to < last):
        return [], 0
    declared = TABLES[table]
    began = declared.c[OWN[table]]
    own = declared.c.organisation == partner if "organisation" in declared.c else _led_by(partner)
    within = and_(began <= about.covers_to, *([began >= about.covers_from] if about.covers_from else []), own)
    keys = [declared.c[name] for name in keys_of(table)]
    sent = set(key_column(table, sheet.table).to_pylist())
    held = {row.family for row in connection.execute(text("SELECT family FROM holds WHERE released_on IS NULL"))}
    found = [tuple(map(str, row)) for row in connection.execute(select(*keys, declared.c.family).where(within))]
    gone = [row for row in found if SEPARATOR.join(row[:-1]) not in sent]
    return [row[:-1] for row in gone if row[-1] not in held], sum(row[-1] in held for row in gone)


def _led_by(partner: str):
    workers = TABLES["practitioners"]
    mine = select(workers.c.practitioner).where(workers.c.organisation == partner)
    return TABLES["leads"].c.practitioner.in_(mine)


def remarks(found: dict[str, Sheet], differences: dict[str, Difference], kept: dict[str, int]) -> list[Problem]:
    """What is told of a return that is applied: rows that were passed over because newer ones are held, or kept."""
    told = []
    for table, difference in differences.items():
        if difference.older:
            sheet, count = found[table], len(difference.older)
            why = f"{count:,} rows of {table} are older than what the hub holds and were passed over; this is the first"
            told.append(sheet.at(min(difference.older), "", "older", why))
        for row, columns in list(difference.ties.items())[:MOST_TOLD]:
            why = f"this row and the one held were recorded at one moment and differ in {', '.join(columns)}; {TIE}"
            told.append(found[table].at(row, columns[0], "recorded-together", why))
        if (left := len(difference.ties) - MOST_TOLD) > 0:
            more = f"{left:,} more rows of {table} were recorded at one moment with those held"
            told.append(found[table].fault(0, "", "recorded-together", more))
        if kept.get(table):
            why = f"{kept[table]:,} rows of {table} are not in this return, but a hold keeps them"
            told.append(found[table].fault(0, "", "on-hold", why))
    return told


def too_much(connection: Connection, differences: dict[str, Difference], policy: Policy, day: date) -> list[str]:
    """Why a person must look first: tables of which one return would touch more than the policy's share."""
    share, least = policy.value("intake.pause_share", day), policy.value("intake.pause_from_rows", day)
    found = []
    for table, difference in differences.items():
        touched = {"add": difference.added, "change": difference.changed, "remove": difference.removed}
        held = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() if any(touched.values()) else 0
        found += [
            f"it would {what} {len(rows):,} rows of {table}, where the hub holds {held:,} (more than {share:.0%})"
            for what, rows in touched.items()
            if held >= least and len(rows) > share * held
        ]
    return found


def rows_of(rows: pa.Table, numbers: list[int]) -> pa.Table:
    """Some rows of a table."""
    return rows.take(pa.array(numbers, pa.int64()))
