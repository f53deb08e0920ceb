"""What SQL of a council's own may name: tables of the snapshot, registers, readings; no file, setting or other table.

A rule may name no clock and no chance either; an analyst's question may.

It reads DuckDB's own parse of the statement, and runs nothing of it.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from hubdata.records.snapshot.frozen import Snapshot
from hubdata.rules.judge import REGISTERS
from hubdata.rules.own import closed

# Besides what standing.sql offers, the functions that make rows and reach nothing.
MAKE_ROWS = {"range", "generate_series", "unnest"}
# Words that SQL has for a clock or a user, besides functions.
MOVING = {"current_timestamp", "current_time", "localtime", "localtimestamp", "current_user", "session_user", "user"}
# An analyst's question may also take JSON apart, and look at how tables are made up; it may not ask for settings.
MAKE_MORE = {"json_each", "json_tree", "repeat", "repeat_row"}
SAID_OF_TABLES = "information_schema"
WHERE = ([], ["main"], ["temp", "main"])
SETTINGS = {"current_setting", "write_log"}
EXPLAINED = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*explain\b\s*(?:analyze\b\s*)?(?:\([^)]*\))?", re.IGNORECASE | re.DOTALL
)
ASK = "SELECT function_name, function_type, stability, coalesce(macro_definition, ''), internal FROM duckdb_functions()"
ONE_SELECT = "write one SELECT: a rule reads the records and changes nothing"


def faults(connection: duckdb.DuckDBPyConnection, text: str, tables: set[str]) -> list[str]:
    """Everything that a statement names and may not, each with its line."""
    try:
        statements = connection.extract_statements(text)
    except duckdb.Error as error:
        return [f"line {closed.line(error, text)}: {closed.said(error)}"]
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        return [f"line {_first(text)}: {ONE_SELECT}"]
    nodes = _parsed(connection, text)
    if nodes is None:
        return [f"line {_first(text)}: {ONE_SELECT} (and write a PIVOT out as sums)"]
    known = _Known({*tables, *(f"registered_{name}" for name in REGISTERS), *_named(nodes)}, *_offered(os.getpid()))
    lines, here = [], _first(text)
    for node in nodes:
        at = node.get("query_location", -1)
        here = text.encode()[:at].count(b"\n") + 1 if 0 <= at < len(text.encode()) else here
        lines += [f"line {here}: {why}" for why in known.against(node)]
    return list(dict.fromkeys(lines))


def outside(connection: duckdb.DuckDBPyConnection, text: str, tables: set[str]) -> str:
    """What an analyst's one SELECT, or EXPLAIN of one, names that a view does not have; nothing if it names none."""
    nodes = _parsed(connection, EXPLAINED.sub("", text, count=1) if EXPLAINED.match(text) else text)
    if nodes is None:
        return (
            "this cannot be looked through before it is asked: write one SELECT, and a PIVOT with the values it is for"
        )
    there, makes = {*tables, *_named(nodes)}, _offered(os.getpid())[0] | MAKE_MORE
    return next((why for node in nodes if (why := _outside(node, there, makes))), "")


def _outside(node: dict, tables: set[str], makes: frozenset[str]) -> str:
    """Why a view does not have what one node names."""
    kind = node.get("type")
    if kind == "BASE_TABLE":
        *within, name = [part.lower() for part in node["qualified_name"]["path"]]
        if within != [SAID_OF_TABLES] and (name not in tables or within not in WHERE):
            return f"a view has no table {'.'.join([*within, name])!r}; it has {', '.join(sorted(tables))}"
    if kind == "TABLE_FUNCTION" and (name := node["function"]["function_name"].lower()) not in makes:
        return f"{name} reaches outside the view; ask its tables and nothing else"
    if kind == "SHOW_REF" and not node.get("query") and node["table_name"].strip('"').lower() != "tables":
        return "a view has tables and nothing else: write SHOW TABLES, or DESCRIBE and a table"
    if kind == "FUNCTION" and (name := node["function_name"].lower()) in SETTINGS:
        return f"{name} reaches outside the view; ask its tables and nothing else"
    return ""


def _parsed(connection: duckdb.DuckDBPyConnection, text: str) -> list[dict] | None:
    """Every node of a statement as DuckDB reads it, in the order written; None if it is no SELECT."""
    ((found,),) = connection.execute("SELECT json_serialize_sql($text)", {"text": text}).fetchall()
    parsed = json.loads(found)
    return None if parsed.get("error", True) else list(_nodes(parsed["statements"]))


def _named(nodes: list[dict]) -> set[str]:
    """The tables that a statement names itself, before the question."""
    return {entry["key"].lower() for node in nodes for entry in node.get("cte_map", {}).get("map", [])}


def _first(text: str) -> int:
    """The line on which the statement begins."""
    return next((n for n, line in enumerate(text.splitlines(), 1) if line.strip() and not line.startswith("--")), 1)


def _nodes(part: Any) -> Iterator[dict]:
    """Every node of a parse, in the order written."""
    if isinstance(part, dict):
        yield part
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _nodes(each)


@cache
def _offered(process: int) -> tuple[frozenset[str], frozenset[str]]:
    """The functions of a closed DuckDB that make rows of nothing else, and those that answer otherwise later."""
    every = closed.connect(Snapshot({}, ""), "").execute(ASK).fetchall()
    makes = {name for name, kind, _, _, is_theirs in every if "table" in kind and not is_theirs}
    moving = {name for name, _, how, _, _ in every if how in ("VOLATILE", "CONSISTENT_WITHIN_QUERY")} | MOVING
    words = re.compile(rf"\b({'|'.join(sorted(moving))})\b")
    moving |= {name for name, _, _, text, is_theirs in every if is_theirs and words.search(text)}
    return frozenset(MAKE_ROWS | makes), frozenset(moving)


@dataclass(frozen=True)
class _Known:
    """What a rule may name: tables, and functions that make rows; and what it may not, that answers otherwise later."""

    tables: set[str]
    makes: frozenset[str]
    moving: frozenset[str]

    def against(self, node: dict) -> Iterator[str]:
        """What a rule may not name, of one node."""
        kind = node.get("type")
        if kind == "BASE_TABLE" and (node["schema_name"] or node["table_name"].lower() not in self.tables):
            yield (
                f"there is no table {'.'.join(node['qualified_name']['path'])!r}; a rule reads the tables of a "
                "snapshot, which `hubdata.open().as_at(day).tables` lists, and nothing else"
            )
        if kind == "TABLE_FUNCTION" and (name := node["function"]["function_name"].lower()) not in self.makes:
            yield f"{name} reaches outside the snapshot; a rule reads its tables and nothing else"
        if kind == "SHOW_REF":
            yield ONE_SELECT
        if kind == "FUNCTION" and self._moves(node["function_name"], len(node["arguments"])):
            yield self._moved(node["function_name"])
        if kind == "COLUMN_REF" and self._moves(node["column_names"][-1]) and len(node["column_names"]) == 1:
            yield self._moved(node["column_names"][-1])
        if node.get("sample"):
            yield "a sample is another each time; judge every row"

    def _moves(self, name: str, given: int = 0) -> bool:
        return name.lower() in self.moving or (name.lower() == "age" and given == 1)

    def _moved(self, name: str) -> str:
        return f"{name} reads a clock, chance or a setting, and answers otherwise later; judge as at $as_at"
