"""Judges a snapshot by the council's own rules: each that is without fault and whose spec holds; the others it says.

Every rule has a connection of its own to a closed DuckDB, and a limit of time and of memory. What it finds must be rows
that there are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from threading import Timer
from typing import Any

import duckdb
import pyarrow as pa

from hubdata.errors import BadParameter
from hubdata.policy import Policy
from hubdata.records.snapshot import withheld
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.tables.contract import TABLES
from hubdata.rules import judge
from hubdata.rules.own import closed, reads, spec, written
from hubdata.rules.own.written import Written

SECONDS = 30.0  # that one rule may take
MOST = 1_000_000  # findings of one rule
BATCH = 100_000  # rows fetched at a time
LONGEST = 200  # characters of a finding's evidence
COLUMNS = {"subject": pa.string(), "table": pa.string(), "since": pa.date32(), "evidence": pa.string()}


class Fault(BadParameter):
    """Why one rule could not be run, in a sentence with its line."""


@dataclass(frozen=True)
class Judged:
    """What own rules found: the rules that ran, their findings as rows with the code, and why the others did not run.

    code  subject  table     since       evidence
    X001  F1       families  2026-07-30  no need is recorded since 2 July 2026
    """

    rules: tuple[Written, ...]
    rows: list[dict]
    not_run: list[str]


def judge_all(records: Snapshot, as_at: date, known_at: date | None = None, policy: Policy | None = None) -> Judged:
    """Every own rule of the hub over its records, as at a day and as known at the end of another."""
    if not records.own:
        return Judged((), [], [])
    policy, ran, rows, not_run = policy or records.decided, [], [], []
    known = records.known(known_at)
    for rule in written.every(records.own):
        why = lacks(rule, policy)
        if not why:
            try:
                rows += found(rule, known, as_at, known_at, policy)
                ran.append(rule)
                continue
            except Fault as fault:
                why = [str(fault)]
        not_run.append(f"{rule.called} did not run: {'; '.join(why)}.")
    return Judged(tuple(ran), rows, not_run)


def lacks(rule: Written, policy: Policy) -> list[str]:
    """Everything that keeps a rule from being run: how it is written, what it reads, where its spec does not hold."""
    faults = [*rule.faults, *(fault for one in rule.specs for fault in spec.faults(one))] if rule.text else rule.faults
    if faults:
        return list(faults)
    for one in rule.specs:
        try:
            held = spec.given(one, policy)
            faults = list(spec.missed(one, found(rule, held, one.day, None, policy)))
        except Fault as fault:
            faults = [str(fault)]
        if faults:
            return faults
    return []


def found(rule: Written, records: Snapshot, as_at: date, known_at: date | None, policy: Policy) -> list[dict]:
    """What one rule finds, a row each, in order. Raises Fault for what keeps it from answering."""
    connection = closed.connect(records, rule.text)
    try:
        if faults := reads.faults(connection, rule.text, {*records.tables}):
            raise Fault("; ".join(faults))
        given = _given(rule, connection, policy, as_at, known_at or date.max)
        table = _answer(connection, rule.text, given)
    finally:
        connection.close()
    rows = sorted(_checked(table, records), key=lambda row: (row["subject"], row["table"], row["evidence"]))
    return [{"code": rule.code, **row} for row in rows]


def _given(rule: Written, connection, policy: Policy, as_at: date, known_at: date) -> dict[str, object]:
    """The values that a rule names, and the registers, of those in force on the day."""
    try:
        for name in judge.REGISTERS:
            if f"registered_{name}" in rule.text:
                judge.register(connection, name, policy.value(name, as_at))
        return judge.bound(rule.text, policy, as_at, known_at=known_at)
    except BadParameter as error:
        raise Fault(str(error)) from None


def _answer(connection: duckdb.DuckDBPyConnection, text: str, given: dict[str, Any]) -> pa.Table:
    """What a statement answers within its time, or one row more than it may."""
    try:
        with _limited(connection):
            reader, batches, rows = connection.sql(text, params=given or None).to_arrow_reader(BATCH), [], 0
            _shaped(reader.schema)
            while rows <= MOST and (batch := next(reader, None)) is not None:
                batches.append(batch)
                rows += batch.num_rows
            return pa.Table.from_batches(batches, reader.schema)
    except duckdb.InterruptException:
        raise Fault(f"it took longer than {SECONDS:g} seconds and was stopped; ask for less") from None
    except duckdb.OutOfMemoryException:
        raise Fault(f"it wanted more than {closed.MEMORY} of memory and was stopped; ask for less") from None
    except duckdb.Error as error:
        why = closed.asked(error, withheld.named(text)) or closed.said(error)
        raise Fault(f"line {closed.line(error, text)}: {why}") from None


@contextmanager
def _limited(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    timer = Timer(SECONDS, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _shaped(schema: pa.Schema) -> None:
    """Raises Fault where the columns of an answer are not those of a finding."""
    there = dict(zip(schema.names, schema.types, strict=True))
    wrong = [f"there is no column {name}" for name in COLUMNS if name not in there]
    wrong += [f"{name!r} is no column of a finding" for name in there if name not in COLUMNS]
    wrong += [f"{n} must be {COLUMNS[n]}, not {k}" for n, k in there.items() if n in COLUMNS and k != COLUMNS[n]]
    if wrong or len(schema.names) != len(COLUMNS):
        said = "; ".join(wrong) or "a column stands there twice"
        raise Fault(f'{said}: a rule answers subject, "table", since (a day, or NULL::DATE) and evidence')


def _checked(table: pa.Table, records: Snapshot) -> list[dict]:
    """The rows of an answer, each once. Raises Fault for one that is about no row that there is, or says too much."""
    if table.num_rows > MOST:
        raise Fault(f"it found more than {MOST:,} rows; one finding a row of the records is meant")
    rows = [dict(each) for each in dict.fromkeys(tuple(row.items()) for row in table.to_pylist())]
    keys = {name: _references(name, records) for name in {row["table"] for row in rows}}
    if strange := sorted(str(name)[:LONGEST] for name, references in keys.items() if references is None):
        raise Fault(f"it found something in {strange[0]!r}, which is no table of the records")
    for row in rows:
        if row["subject"] not in (keys[row["table"]] or ()):
            raise Fault(f"a subject that it found is no key of {row['table']!r}: name the row's own reference")
        evidence = row["evidence"] or ""
        if not 0 < len(evidence) <= LONGEST or not evidence.isprintable():
            raise Fault(f"the evidence of a finding must be a line of 1 to {LONGEST} characters")
    return rows


def _references(name: str, records: Snapshot) -> set[str] | None:
    """The references of a table's rows; None if there is no such table."""
    if name not in TABLES or name not in records.tables or key(name) not in records.tables[name].column_names:
        return None
    return set(records.tables[name][key(name)].to_pylist())


def key(name: str) -> str:
    """The column of a table by which a finding names one of its rows."""
    return next(iter(TABLES[name].primary_key)).name
