"""Partner returns: check the whole of it, explain every fault, apply it once; nothing outside the limited
record enters.

A return is a folder of CSV files (or one file), named after the contract's tables. It is applied in one
transaction with its audit entry, or not at all; the same return twice changes nothing. Rows of agreements and
shares are never changed: a correction is a new row that supersedes the old. Source: contract.md, notice P2 and
P10.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select, text

from hubdata import erasures, policy, values
from hubdata.csvfiles import Problem, Sheet, read
from hubdata.errors import BadParameter, Refused
from hubdata.ledger import Act
from hubdata.records import APPEND_ONLY, CONTRACT_TABLES, TABLES, passport
from hubdata.snapshot import content_hash
from hubdata.store import Hub
from hubdata.writing import existing_rows, insert, known_keys, update

OTHER_FORMS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".numbers", ".txt", ".tsv", ".zip", ".gz")
FORM = ("unknown-column", "missing-column", "duplicate-column")
LIMITED = "the Hub keeps limited records (P2) and has no place for it"


@dataclass
class Result:
    """What a return did: status applied, unchanged or refused; counts by table; every problem."""

    status: str
    tables: dict[str, dict[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def sheets(path: Path) -> tuple[dict[str, Sheet], list[Problem]]:
    """The tables found at a folder or a single CSV file, by table name, and every fault of form.

    Raises BadParameter if there is nothing at `path`.
    """
    if not path.exists():
        raise BadParameter(f"there is no file or folder at {path}")
    files = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
    found, problems = {}, []
    for file in files:
        shown = "".join(c if c.isprintable() else "?" for c in file.name)  # a name that any screen and log can show
        name = file.stem.strip().lower()
        if file.suffix.lower() != ".csv":
            if not path.is_dir() or name in CONTRACT_TABLES or file.suffix.lower() in OTHER_FORMS:
                problems.append(
                    Problem(
                        shown,
                        0,
                        "",
                        "not-a-csv",
                        "only CSV files are taken; save the table as CSV UTF-8 (comma delimited)",
                    )
                )
        elif name not in CONTRACT_TABLES:
            why = f"{name!r} is not a table of the limited record; the tables are {', '.join(CONTRACT_TABLES)}"
            problems.append(Problem(shown, 0, "", "unknown-table", why + _meant(name, CONTRACT_TABLES)))
        elif name in found:
            problems.append(Problem(shown, 0, "", "duplicate-table", f"table {name} comes twice; send one file for it"))
        else:
            sheet, faults = read(file.read_bytes(), shown)
            problems += faults
            if sheet:
                found[name] = sheet
    if not found and not problems:
        why = f"no table was found; send CSV files named {', '.join(t + '.csv' for t in CONTRACT_TABLES)}"
        problems.append(Problem(path.name, 0, "", "no-table", why))
    return found, problems


def _meant(word: str, allowed) -> str:
    close = get_close_matches(word, allowed, 1)
    return f"; did you mean {close[0]!r}?" if close else ""


def check_columns(table: str, sheet: Sheet) -> list[Problem]:
    """Faults of the header against the contract: columns that no passport declares, required ones that are missing."""
    allowed = TABLES[table].c.keys()
    problems = []
    if not set(sheet.table.column_names) & set(allowed):  # then it is a row, whose values are not repeated
        why = (
            f"the first line names no column of {table}; it starts with the line of column names: {', '.join(allowed)}"
        )
        return [Problem(sheet.file, 1, "", "no-header", why)]
    for name in sheet.table.column_names:
        if name not in allowed:
            why = f"column {name!r} is not part of {table}: {LIMITED}; remove it{_meant(name, allowed)}"
            problems.append(Problem(sheet.file, 1, name, "unknown-column", why))
    for column in TABLES[table].c:
        if not column.nullable and column.name != "recorded_at" and column.name not in sheet.table.column_names:
            why = f"column {column.name!r} is missing; {table} needs it"
            problems.append(Problem(sheet.file, 1, column.name, "missing-column", why))
    return problems


def check_values(table: str, sheet: Sheet, lists: values.Lists) -> list[Problem]:
    """Replace every column of the limited record by its cleaned values; return the faults, each with its line."""
    problems = []
    for name in (n for n in sheet.table.column_names if n in TABLES[table].c):
        clean, faults = values.clean(sheet.table[name], passport(table, name), TABLES[table].c[name], lists)
        sheet.table = sheet.table.set_column(sheet.table.column_names.index(name), name, clean)
        problems += [Problem(sheet.file, sheet.line(row), name, code, why) for row, code, why in faults]
    return problems + (_duplicates(table, sheet) if {*keys_of(table)} <= {*sheet.table.column_names} else [])


def keys_of(table: str) -> list[str]:
    """The columns that identify a row."""
    return [c.name for c in TABLES[table].primary_key]


def _key_column(table: str, rows: pa.Table) -> pa.ChunkedArray:
    keys = [rows[k] for k in keys_of(table)]
    return keys[0] if len(keys) == 1 else pc.binary_join_element_wise(*keys, "\x1f")


def _duplicates(table: str, sheet: Sheet) -> list[Problem]:
    column = _key_column(table, sheet.table).combine_chunks()
    if pc.count_distinct(column, mode="all").as_py() == len(column):
        return []
    first, problems = {}, []
    for row, key in enumerate(column.to_pylist()):
        if key is not None and key in first:
            why = f"this row has the same {' and '.join(keys_of(table))} as line {sheet.line(first[key])}; keep one"
            problems.append(Problem(sheet.file, sheet.line(row), keys_of(table)[0], "duplicate-row", why))
        first.setdefault(key, row)
    return problems


def _references(table: str, sheet: Sheet) -> Iterator[tuple[str, list[str], pa.Array]]:
    """(column, tables that may hold the reference, its values) for every reference of a sheet."""
    for name in sheet.table.column_names:
        info = passport(table, name)
        if info.kind == "reference" and info.allowed:
            yield name, [info.allowed], sheet.table[name]
        elif info.kind == "references":
            allowed = ["organisations", "people"] if info.allowed == "exclusions" else [info.allowed]
            yield name, allowed, pc.split_pattern(sheet.table[name], ";")


def check_references(
    connection: Connection | None, found: dict[str, Sheet], lists: values.Lists, broken: set[str] = frozenset()
) -> list[Problem]:
    """Faults where a row refers to something that is neither in the return nor in the hub.

    A table in `broken` came with faults in its references or its form, so nobody can say what it lacks.
    """
    problems = []
    for table, sheet in found.items():
        for name, targets, column in _references(table, sheet):
            if broken.intersection(targets):
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
                why = f"{one!r} is in no row of {' or '.join(targets)}, in this return or the hub; add it or correct it"
                problems.append(Problem(sheet.file, sheet.line(row), name, "unknown-reference", why))
    return problems


@dataclass
class Difference:
    """How a sheet differs from what the hub holds: row numbers to add and to change, and how many are the same."""

    added: list[int]
    changed: list[int]
    unchanged: int


def compare(connection: Connection | None, table: str, sheet: Sheet) -> Difference:
    """Compare a clean sheet with the hub's rows of the same keys, in the columns that the sheet has."""
    rows = sheet.table
    held = existing_rows(connection, table, rows) if connection is not None else {}
    if not held:
        return Difference(list(range(rows.num_rows)), [], 0)
    columns = [c for c in rows.column_names if c not in keys_of(table)]
    given = list(zip(*(rows[c].to_pylist() for c in columns), strict=True)) or [()] * rows.num_rows
    added, changed = [], []
    for row, key in enumerate(_key_column(table, rows).to_pylist()):
        old = held.get(key)
        if old is None:
            added.append(row)
        elif any(
            new != old[c] and not (c == "recorded_at" and new is None)
            for c, new in zip(columns, given[row], strict=True)
        ):
            changed.append(row)
    return Difference(added, changed, rows.num_rows - len(added) - len(changed))


def _append_only(table: str, sheet: Sheet, difference: Difference) -> list[Problem]:
    if table not in APPEND_ONLY:
        return []
    why = f"this row of {table} is already held and is never overwritten; send a new row that supersedes it"
    key = keys_of(table)[0]
    return [Problem(sheet.file, sheet.line(row), key, "append-only", why) for row in difference.changed]


def _destroyed(hub, connection: Connection, found: dict[str, Sheet], differences: dict) -> list[Problem]:
    """Families that a return would bring back although their records were lawfully destroyed (P8)."""
    added = differences["families"].added if "families" in differences else []
    gone = set(connection.execute(select(TABLES["destroyed"].c.digest)).scalars()) if added else set()
    if not gone:
        return []
    sheet, key = found["families"], hub.key("erasures")
    families = sheet.table["family"].take(pa.array(added, pa.int64())).to_pylist()
    back = [row for row, family in zip(added, families, strict=True) if erasures.digest(key, family) in gone]
    why = ("the record under this reference was destroyed; leave it out of the return, and if the family is supported "
           "again give it a new reference")  # fmt: skip
    return [Problem(sheet.file, sheet.line(row), "family", "destroyed", why) for row in back]


def _partner(connection: Connection, partner: str, found: dict[str, Sheet]) -> list[Problem]:
    here = found["organisations"].table["organisation"].to_pylist() if "organisations" in found else []
    if partner in here or len(known_keys(connection, "organisations", pa.array([partner]))):
        return []
    why = (
        f"partner {partner!r} is not an organisation of the hub, nor is it in this return; add it to organisations.csv"
    )
    return [Problem("", 0, "organisation", "unknown-partner", why)]


def check(found: dict[str, Sheet], as_at=None) -> list[Problem]:
    """Faults that can be told without the hub: columns, then values of the sheets whose columns are right."""
    lists = values.Lists.of(policy.load(), as_at or datetime.now(UTC).date())
    problems = []
    for table, sheet in found.items():
        problems += check_columns(table, sheet) + check_values(table, sheet, lists)
    return problems


def take(
    hub: Hub, path: Path, partner: str, actor: str, reason: str = "partner return", dry_run: bool = False
) -> Result:
    """Check and apply the return at `path`. The result says what happened; nothing is written unless it was applied."""
    found, problems = sheets(path)
    problems += check(found)
    return _finish(hub, found, problems, Act(actor, "intake", reason, "intake.return", {"partner": partner}), dry_run)


def load(hub: Hub, tables: dict[str, pa.Table], partner: str, act: Act) -> Result:
    """Check and apply tables of text columns in the contract's form, as if they had come as files."""
    found = {t: Sheet(f"{t}.csv", tables[t]) for t in CONTRACT_TABLES if t in tables}
    act.detail["partner"] = partner
    return _finish(hub, found, check(found), act, dry_run=False)


def single(connection: Connection, table: str, sheet: Sheet) -> pa.Table:
    """One row written at the desk, by the same checks as a return's.

    Raises BadParameter with every value that none of its column can be, Refused with every unknown reference.
    """
    lists = values.Lists.of(policy.load(), datetime.now(UTC).date())
    if bad := check_columns(table, sheet) or check_values(table, sheet, lists):
        raise BadParameter(_sentences(bad))
    if unknown := check_references(connection, {table: sheet}, lists):
        raise Refused(_sentences(unknown), unknown)
    return _stamp(sheet.table, datetime.now(UTC).replace(tzinfo=None))


def _sentences(problems: list[Problem]) -> str:
    return "; ".join(f"{p.column}: {p.message}" for p in problems)


def _finish(hub: Hub, found: dict[str, Sheet], problems: list[Problem], act: Act, dry_run: bool) -> Result:
    if problems or dry_run:
        with hub.read() as connection:
            return _weigh(hub, connection, found, problems, act)[0]
    try:
        with hub.write(act) as connection:
            result, differences = _weigh(hub, connection, found, problems, act)
            if result.status == "refused":
                raise Refused("the return was refused", result.problems)
            _apply(connection, found, differences, act)
    except Refused:
        return result
    return result


def _weigh(hub, connection, found, problems, act) -> tuple[Result, dict[str, Difference]]:
    """What the return would do, with the faults that only the hub can tell."""
    broken, formless = _broken(problems, found)
    sound = {t: s for t, s in found.items() if t not in formless}
    lists = values.Lists.of(policy.load(), datetime.now(UTC).date())
    problems = problems + check_references(connection, sound, lists, broken)
    if "organisations" not in broken:
        problems += _partner(connection, act.detail["partner"], found)
    if problems:
        return Result("refused", {}, problems), {}
    differences = {t: compare(connection, t, s) for t, s in found.items()}
    for table, difference in differences.items():
        problems += _append_only(table, found[table], difference)
    problems += _destroyed(hub, connection, found, differences)
    if problems:
        return Result("refused", {}, problems), {}
    counts = {
        t: {"added": len(d.added), "changed": len(d.changed), "unchanged": d.unchanged} for t, d in differences.items()
    }
    same = not any(d.added or d.changed for d in differences.values())
    return Result("unchanged" if same else "applied", counts), differences


def _broken(problems: list[Problem], found: dict[str, Sheet]) -> tuple[set[str], set[str]]:
    """(tables of which nobody can say which rows they have, those of them whose columns are wrong)."""
    faulty = [(Path(p.file).stem.strip().lower(), p) for p in problems]
    formless = {table for table, p in faulty if p.code in FORM or not p.column}
    keyless = {t for t, p in faulty if t in found and p.column == keys_of(t)[0] and p.code != "duplicate-row"}
    misnamed = any(p.code in ("unknown-table", "not-a-csv") for p in problems)
    return formless | keyless | (set(CONTRACT_TABLES) - found.keys() if misnamed else set()), formless


def _apply(connection: Connection, found: dict[str, Sheet], differences: dict[str, Difference], act: Act) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    dated = any("recorded_at" in t.column_names and t["recorded_at"].null_count < len(t) for t in _tables(found))
    act.detail["content"] = content_hash({t: s.table for t, s in found.items()})
    act.detail["tables"] = {}
    for table in CONTRACT_TABLES:
        if table in found:
            rows, difference = found[table].table, differences[table]
            stamped = _stamp(rows, now)
            whole = len(difference.added) == rows.num_rows
            insert(connection, table, stamped if whole else stamped.take(pa.array(difference.added, pa.int64())))
            update(connection, table, stamped.take(pa.array(difference.changed, pa.int64())))
            act.detail["tables"][table] = [
                len(difference.added),
                len(difference.changed),
                difference.unchanged,
            ]
    if not dated:
        _register(connection, act.detail["partner"], act.detail["content"], now)


def _tables(found: dict[str, Sheet]) -> list[pa.Table]:
    return [sheet.table for sheet in found.values()]


def _register(connection: Connection, partner: str, content: str, now: datetime) -> None:
    returns = TABLES["returns"]
    number = connection.execute(select(text("coalesce(max(received), 0) + 1")).select_from(returns)).scalar_one()
    connection.execute(
        returns.insert(),
        {"received": number, "organisation": partner, "content": content, "recorded_at": now},
    )


def _stamp(rows: pa.Table, now: datetime) -> pa.Table:
    stamp = now.isoformat(sep=" ", timespec="microseconds")
    if "recorded_at" not in rows.column_names:
        return rows.append_column("recorded_at", pa.array([stamp] * rows.num_rows, pa.string()))
    at = rows.column_names.index("recorded_at")
    return rows.set_column(at, "recorded_at", pc.fill_null(rows["recorded_at"], stamp))


def lines(result: Result, dry_run: bool = False, most: int = 200) -> list[str]:
    """The result for a reader: what was done, or every problem with its file and line."""
    if result.status == "refused":
        count = len(result.problems)
        said = [f"The return was refused: {count:,} {'problem' if count == 1 else 'problems'}. Nothing was written."]
        said += [_sentence(p) for p in result.problems[:most]]
        return said + ([f"and {count - most:,} more (--json lists them all)"] if count > most else [])
    done = {"applied": "The return would be applied." if dry_run else "The return was applied.",
            "unchanged": "The hub already holds all of this return: nothing changed."}[result.status]  # fmt: skip
    counts = [
        f"  {t}: {c['added']:,} added, {c['changed']:,} changed, {c['unchanged']:,} unchanged"
        for t, c in result.tables.items()
    ]
    return [done, *counts]


def _sentence(problem: Problem) -> str:
    where = [problem.file] * bool(problem.file) + [f"line {problem.line}"] * bool(problem.line)
    return ", ".join([*where, *([problem.column] if problem.column else [])]) + f": {problem.message}"
