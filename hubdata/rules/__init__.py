"""The promises as plain SQL over a snapshot, one file per promise family, and the few lines that run them in DuckDB.

A rule never reads a clock: `as_at` is always given. Every parameter is bound by name; policy values are named as in
`params/policy` with an underscore for the dot.
"""

import re
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from hubdata import policy as policies
from hubdata.errors import BadParameter
from hubdata.frozen import Snapshot
from hubdata.periods import Rule, in_force
from hubdata.policy import Policy
from hubdata.rules import clocks, kept

FOLDER = Path(__file__).parent
FAMILIES = ("retention", "sharing", "leads", "outcomes", "freshness", "quality", "partners", "notices", "names",
            "basis", "rights", "limits")  # fmt: skip
REGISTERS = ("hubs", "instruments", "notice_versions", "need_reasons", "areas", "categories", "share_purposes")
JUDGED = ("subject", "table", "code", "since", "family", "hub", "evidence")


def choose(names: str | None) -> tuple[str, ...]:
    """The rule families named, separated by commas; all if none. Raises BadParameter if one is unknown."""
    if not names:
        return FAMILIES
    chosen = tuple(name.strip() for name in names.split(",") if name.strip())
    unknown = [name for name in chosen if name not in FAMILIES]
    if unknown or not chosen:
        raise BadParameter(f"there is no rule family {unknown}; allowed are {', '.join(FAMILIES)}")
    return chosen


def connect(
    snapshot: Snapshot, policy: Policy, as_at: date, rule: Rule | None = None, text: str | None = None
) -> duckdb.DuckDBPyConnection:  # fmt: skip
    """A DuckDB connection that sees the snapshot's tables, and the registers in force, by name; nothing else.

    `rule` is the families' retention rule to judge by, if not the one in force. `text` is the one statement to be run,
    if there is just one: the clocks of requests (a tenth of a millisecond each) are read only if it asks for them.
    """
    connection = duckdb.connect(config={"enable_external_access": False, "autoload_known_extensions": False})
    # with the default threshold DuckDB chose a loop join over Arrow tables: 157 s instead of 0.6 s (stack.md 0.6)
    connection.execute("SET asof_loop_join_threshold = 0")
    connection.execute("SET TimeZone = 'UTC'")
    for name, table in snapshot.tables.items():
        connection.register(name, table)
    for name in REGISTERS:
        _register(connection, name, policy.value(name, as_at))
    kept.prepare(connection, rule or in_force(policy, as_at))
    if text is None or "clocks" in text:
        clocks.prepare(connection, snapshot, policy, as_at)
    return connection


def _register(connection: duckdb.DuckDBPyConnection, name: str, codes: dict) -> None:
    # lists bound in SQL: making an Arrow array would import pandas, half a second of every kernel
    rows = "SELECT unnest($codes::VARCHAR[]) AS code, unnest($days::DATE[]) AS from_on"
    days = [v if isinstance(v, date) else None for v in codes.values()]
    connection.execute(
        f"CREATE TEMP TABLE registered_{name} AS {rows}", {"codes": [str(code) for code in codes], "days": days}
    )


def sql(family: str) -> str:
    """The text of one rule file."""
    return (FOLDER / f"{family}.sql").read_text("utf-8")


def bound(text: str, policy: Policy, as_at: date, **more: object) -> dict[str, object]:
    """The parameters that a statement names, each from `more`, `as_at` or the policy in force on that day.

    `known_at` is the last of all days, as known now, if it is not among `more`.
    """
    policies = {name.replace(".", "_"): name for name in policy.names()}
    given = {"as_at": as_at, "known_at": date.max} | more
    wanted = set(re.findall(r"\$(\w+)", re.sub(r"--[^\n]*", "", text)))
    return {n: given[n] if n in given else policy.value(policies.get(n, n), as_at) for n in wanted}


def judge(
    family: str, snapshot: Snapshot, as_at: date, known_at: date | None = None, policy: Policy | None = None,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> pa.Table:  # fmt: skip
    """Everything that one family of rules judged as at a day: a row each, with `code` null where nothing was found.

    `known_at` judges agreements, shares and requests as the hub knew them at the end of that day.

        subject  table     code  since       family  hub    evidence
        F1       families  RT01  2025-03-01  F1      corby  closed 29 February 2020, kept until 28 February 2025
    """
    policy = policy or policies.load()
    text = sql(family)
    connection = connection or connect(snapshot.known(known_at), policy, as_at, None, text)
    return connection.sql(text, params=bound(text, policy, as_at, known_at=known_at or date.max)).to_arrow_table()


def found(
    family: str, snapshot: Snapshot, as_at: date, known_at: date | None = None, policy: Policy | None = None
) -> pa.Table:
    """What a family of rules objects to: as `judge`, but only the rows with a code, and of them what a finding says."""
    policy = policy or policies.load()
    text = sql(family)
    wanted = f'SELECT code, subject, "table", evidence, since FROM ({text}) WHERE code IS NOT NULL ORDER BY 1, 2, 4'
    connection = connect(snapshot.known(known_at), policy, as_at, None, text)
    return connection.sql(wanted, params=bound(text, policy, as_at)).to_arrow_table()
