"""The promises as plain SQL over a snapshot, one file per promise family, and the few lines that run them in DuckDB.

A rule never reads a clock: `as_at` is always given. Every parameter is bound by name; policy values are named as in
`params/policy` with an underscore for the dot.
"""

import os
import re
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import date
from functools import cache

import duckdb
import pyarrow as pa

from hubdata import periods, places
from hubdata.errors import BadParameter
from hubdata.periods import Rule, in_force
from hubdata.policy import Policy
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.rules import clocks, kept, remembered

FOLDER = places.PACKAGE / "rules"
FAMILIES = (
    "retention",
    "sharing",
    "leads",
    "outcomes",
    "freshness",
    "quality",
    "partners",
    "notices",
    "wording",
    "contrary",
    "belonging",
    "lifetimes",
    "names",
    "basis",
    "rights",
    "limits",
)
OWN = "own"  # the council's own rules, which are in no file here: hubdata.rules.own
EVERY = (*FAMILIES, OWN)
REGISTERS = ("hubs", "instruments", "notice_versions", "need_reasons", "areas", "categories", "share_purposes")
ALONE = {"enable_external_access": False, "autoload_known_extensions": False, "async_threads": 0}
# Values without which only some of a family's codes cannot judge; without any other, none of its family's can.
PARTLY = {
    "sharing.not_yet_told_days": ("SH13",),
    "retention.stale_after_days": ("RT03", "DQ02"),
    "leads.contact_within_days": ("LD03",),
    "freshness.untouched_after_days": ("DQ02",),
    "rights.due_soon_days": ("RR02",),
}
STANDING = {  # the macros of standing.sql that read tables of their own accord
    "standing_shares": ("shares",),
    "standing_steps": ("request_events",),
    "standing_agreements": ("agreements",),
    "decisions": ("agreements",),
    "words_on": ("agreements",),
    "too_young": ("agreements", "untimely", "competences"),
    "standing_pairs": ("pair_decisions",),
    "of_one_family": ("pair_decisions",),
    "against_a_life": ("agreements", "untimely", "competences"),
}
AHEAD: dict[bool, duckdb.DuckDBPyConnection] = {}  # made before it is needed, by a process that others are forked from
FEW = 5_000  # rows up to which a plan is made as a session makes it: sharing and retention 90 -> 66 ms on a small hub
# What of DuckDB's work on a plan pays for a few rows; all the rest is for many, and is done anew for each statement.
WORTH_IT = ("filter_pushdown", "unused_columns", "deliminator", "cte_inlining", "build_side_probe_side")
COPIED = (
    100_000  # rows up to which a copy of the answer costs less than planning it twice (50 ms; 0.25 s a million rows)
)
# Where somebody waits who may want to stop it: the connections that were opened for what they asked.
OPENED: ContextVar[list[duckdb.DuckDBPyConnection] | None] = ContextVar("opened", default=None)
OBJECTIONS = 'SELECT code, subject, "table", evidence, since FROM ({}) WHERE code IS NOT NULL ORDER BY 1, 2, 4'
JUDGED = ("subject", "table", "code", "since", "family", "hub", "evidence")


def choose(names: str | None) -> tuple[str, ...]:
    """The rule families named, separated by commas; all if none. Raises BadParameter if one is unknown."""
    if not names:
        return EVERY
    chosen = tuple(name.strip() for name in names.split(",") if name.strip())
    unknown = [name for name in chosen if name not in EVERY]
    if unknown or not chosen:
        raise BadParameter(f"there is no rule family {unknown}; allowed are {', '.join(EVERY)}")
    return chosen


def database(few: bool = False) -> duckdb.DuckDBPyConnection:
    """This process's one DuckDB, which sees nothing and knows the macros of standing.sql; a fork makes its own.

    There is one more for a `few` rows. Neither has threads beside its processors' (none, if that is one).
    """
    return AHEAD.get(few) or _database(os.getpid(), few)


@cache
def _database(process: int, few: bool) -> duckdb.DuckDBPyConnection:  # opening one costs as much as a rule's judging
    made = duckdb.connect(config=ALONE)
    if few:
        plan_quickly(made)
    # with the default threshold DuckDB chose a loop join over Arrow tables: 157 s instead of 0.6 s (stack.md 0.6)
    made.execute("SET GLOBAL asof_loop_join_threshold = 0; SET GLOBAL TimeZone = 'UTC'")
    made.execute(sql("standing"))
    return made


def plan_quickly(connection: duckdb.DuckDBPyConnection) -> None:
    """Let a whole DuckDB do only what is worth it for a few rows; what it answers stays the same."""
    known = connection.execute("SELECT name FROM duckdb_optimizers()").fetchall()
    skipped = ",".join(name for (name,) in known if name not in WORTH_IT)
    connection.execute(f"SET GLOBAL disabled_optimizers = '{skipped}'")


def connect(
    snapshot: Snapshot, policy: Policy, as_at: date, rule: Rule | None = None, text: str | None = None
) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection that sees the snapshot's tables, and the registers in force, by name; nothing else.

    `rule` is the families' retention rule to judge by, if not the one in force. `text` is all that is going to be run,
    if that is known: only what it names is made known (a tenth of a report's time, and of that mostly for clocks).
    """
    few = max(snapshot.rows.values(), default=0) <= FEW
    connection = database(few).cursor()  # what is made known to it, no other connection sees
    if (opened := OPENED.get()) is not None:
        opened.append(connection)
    words = _named(text or "")
    for name, table in snapshot.tables.items():
        if text is None or name in words:
            connection.register(name, table)
    for name in REGISTERS:
        if text is None or f"registered_{name}" in words:
            register(connection, name, policy.value(name, as_at))
    if text is None or words & kept.NAMES:
        kept.prepare(connection, rule or in_force(policy, as_at))
    if text is None or "clocks" in words:
        clocks.prepare(connection, snapshot, policy, as_at)
    return connection


def _named(text: str) -> set[str]:
    """Every word of a text, and the tables that what it calls reads of its own accord."""
    words = set(re.findall(r"\w+", text))
    words |= kept.READ if words & kept.NAMES else set()
    words |= {"requests", "request_events"} if "clocks" in words else set()
    return words | {table for macro, tables in STANDING.items() if macro in words for table in tables}


def asked(
    text: str, snapshot: Snapshot, policy: Policy, as_at: date, given: dict[str, object], rule: Rule | None = None
) -> tuple | None:
    """All that an answer depends on, for `remembered`: the words, the values, and the rows of each table that is read.

    None where there are too many rows.
    """
    words = _named(text)
    read = remembered.content({name: table for name, table in snapshot.tables.items() if name in words})
    if read is None:
        return None
    registers = repr([policy.value(name, as_at) for name in REGISTERS if f"registered_{name}" in words])
    by_rule = (rule or in_force(policy, as_at)) if words & kept.NAMES else None
    whole = policy if "clocks" in words else None  # a clock asks for whatever the law was on the day of the request
    return (text, as_at, repr(sorted(given.items())), registers, by_rule, whole, read)


def register(connection: duckdb.DuckDBPyConnection, name: str, codes: dict) -> None:
    """Make the codes of a register known to a connection, each with the day from which it holds.

    registered_notice_versions   code    from_on
                                 2024-1  2024-01-01
    """
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
    return {n: given[n] if n in given else policy.value(policies.get(n, n), as_at) for n in parameters(text)}


def unset(family: str, policy: Policy, as_at: date) -> dict[str, str]:
    """Why a family of rules, or some of its codes, cannot judge on a day: by name, each value with none in force."""
    text = sql(family)
    words = set(re.findall(r"\w+", text))
    values = {name.replace(".", "_"): name for name in policy.names()}
    named = [values[name] for name in sorted(parameters(text)) if name in values]
    named += [name for name in REGISTERS if f"registered_{name}" in words]
    named += [periods.NAME] if words & kept.NAMES else []
    return {name: why for name in named if (why := policy.unset(name, as_at))}


def parameters(text: str) -> set[str]:
    return set(re.findall(r"\$(\w+)", re.sub(r"--[^\n]*", "", text)))


def judge(
    family: str,
    snapshot: Snapshot,
    as_at: date,
    known_at: date | None = None,
    policy: Policy | None = None,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> pa.Table:
    """Everything that one family of rules judged as at a day: a row each, with `code` null where nothing was found.

    `known_at` judges agreements, shares and requests as the hub knew them at the end of that day.

        subject  table     code  since       family  hub    evidence
        F1       families  RT01  2025-03-01  F1      corby  closed 29 February 2020, kept until 28 February 2025
    """
    policy = policy or snapshot.decided
    text = sql(family)
    connection = connection or connect(snapshot.known(known_at), policy, as_at, None, text)
    given = bound(text, policy, as_at, known_at=known_at or date.max)
    if max(snapshot.rows.values(), default=0) > COPIED:
        return connection.sql(text, params=given).to_arrow_table()
    return answer(connection, text, given)


def answer(connection: duckdb.DuckDBPyConnection, text: str, given: dict[str, object]) -> pa.Table:
    """What a statement answers, planned once: a relation with parameters is planned twice, a third of its time."""
    connection.execute(_parsed(f"CREATE OR REPLACE TEMP TABLE answer AS {text}"), given)
    return connection.sql("FROM answer").to_arrow_table()


@cache
def _parsed(text: str) -> duckdb.Statement:
    """One statement, read once a process: reading a rule takes 5 to 13 ms."""
    (statement,) = duckdb.extract_statements(text)
    return statement


def put(
    family: str,
    connection: duckdb.DuckDBPyConnection,
    policy: Policy,
    as_at: date,
    statement: str = "CREATE TEMP TABLE judged_{family} AS {text}",
    **more: object,
) -> None:
    """As `judge`, as known now, into a table of the connection itself: planned once, and copied nowhere.

    Codes that have no value in force on the day find nothing, as in `found`.
    """
    text = sql(family)
    given = nothing(unset(family, policy, as_at).keys() & PARTLY.keys()) | more
    connection.execute(_parsed(statement.format(family=family, text=text)), bound(text, policy, as_at, **given))


def found(
    families: tuple[str, ...],
    snapshot: Snapshot,
    as_at: date,
    known_at: date | None = None,
    policy: Policy | None = None,
) -> list[pa.Table]:
    """What families of rules object to: as `judge`, but only the rows with a code, and of them what a finding says.

    All are judged in one DuckDB: one for each cost more than the judging (13 of 30 ms a family in a small hub).
    What has no value in force on the day does not judge, and `findings.not_run` says so.
    """
    policy = policy or snapshot.decided
    families = tuple(family for family in families if family != OWN)
    missing = {family: unset(family, policy, as_at) for family in families}
    texts = [(family, sql(family)) for family in families if missing[family].keys() <= PARTLY.keys()]
    held, known_at = snapshot.known(known_at), known_at or date.max
    given = [bound(text, policy, as_at, known_at=known_at, **nothing(missing[name])) for name, text in texts]
    wanted = [OBJECTIONS.format(text) for _, text in texts]
    connected = cache(lambda: connect(held, policy, as_at, None, " ".join(wanted)))  # not before something is judged
    return [
        once(text, held, policy, as_at, values, connected=connected) for text, values in zip(wanted, given, strict=True)
    ]


def once(
    text: str,
    held: Snapshot,
    policy: Policy,
    as_at: date,
    given: dict[str, object],
    rule: Rule | None = None,
    connected: Callable[[], duckdb.DuckDBPyConnection] | None = None,
) -> pa.Table:
    """What a statement answers over these records, judged now or remembered; by `rule` as `connect` has it."""
    made = connected or (lambda: connect(held, policy, as_at, rule, text))
    return remembered.answer(asked(text, held, policy, as_at, given, rule), lambda: answer(made(), text, given))


def nothing(missing: Iterable[str]) -> dict[str, None]:
    """Parameters that have no value: a rule that needs one of them then finds nothing."""
    return {name.replace(".", "_"): None for name in missing}
