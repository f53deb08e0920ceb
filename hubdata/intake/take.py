"""Partner returns: check the whole of it, explain every fault, apply it once; nothing outside the limited
record enters.

A return is a folder, a zip, a workbook or one CSV file, named after the contract's tables or mapped to them. It is
applied in one transaction with its audit entry, or not at all; the same return twice changes nothing. One that would
touch too much waits for a person. Rows of agreements and shares are never changed: a correction is a new row that
supersedes the old. Source: contract.md, notice P2 and P10.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select, text

from hubdata import moments, policy
from hubdata.errors import BadParameter, Refused
from hubdata.intake import about as intake_about
from hubdata.intake import cells, paused
from hubdata.intake import read as intake_read
from hubdata.intake.about import About
from hubdata.intake.check import check, check_columns, check_references, check_values
from hubdata.intake.check import remarks as told_of
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.intake.files.found import Bounds
from hubdata.intake.held import supersedes
from hubdata.intake.held.weigh import Difference, rows_of
from hubdata.intake.mapping import read as mapping_read
from hubdata.intake.read import Reading
from hubdata.intake.verdict import Result, Return, weigh
from hubdata.records.bulk import delete, insert, update
from hubdata.records.decisions import read as decisions
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES

Progress = Callable[[int, int], None]


class _Paused(Exception):
    """Leaves the transaction of a return that a person must look at first."""


def take(
    hub: Hub,
    path: Path,
    partner: str,
    actor: str,
    reason: str = "partner return",
    dry_run: bool = False,
    progress: Progress = lambda *_: None,
) -> Result:
    """Check and apply the return at `path`. The result says what happened; nothing is written unless it was applied."""
    reading = read(path, partner, progress, hub.policy, hub.home)
    sent = Return(reading, Act(actor, "intake", reason, "intake.return", {"partner": partner}))
    if not dry_run:
        paused.expire(hub, hub.policy.value("intake.paused_days", moments.today()), actor)
    return _finish(hub, sent, dry_run)


def read(
    path: Path,
    partner: str,
    progress: Progress = lambda *_: None,
    values: policy.Policy | None = None,
    home: Path | None = None,
) -> Reading:
    """A return read, mapped and checked as far as the hub need not be asked; by its values, or those that ship."""
    decided = values or policy.load()
    reading = intake_read.read(path, mapping_read.load(partner, home), Bounds.of(decided, moments.today()))
    lists = cells.Lists.of(decided, moments.today())
    rows = sum(len(sheet.table) for sheet in reading.found.values())
    done = 0
    for table, sheet in reading.found.items():
        reading.problems += check({table: sheet}, lists)
        reading.told += told_of(table, sheet, lists)
        done += len(sheet.table)
        progress(done, rows)
    return reading


def load(hub: Hub, tables: dict[str, pa.Table], partner: str, act: Act) -> Result:
    """Check and apply tables of text columns in the contract's form, as if they had come as files."""
    found = {t: Sheet(f"{t}.csv", tables[t]) for t in CONTRACT_TABLES if t in tables}
    act.detail["partner"] = partner
    faults = check(found, cells.Lists.of(hub.policy, moments.today()))
    return _finish(hub, Return(Reading(found, problems=faults), act, may_pause=False), dry_run=False)


def single(connection: Connection, table: str, sheet: Sheet) -> pa.Table:
    """One row written at the desk, by the same checks as a return's.

    Raises BadParameter with every value that none of its column can be, Refused with every reference that is unknown or
    may not be superseded.
    """
    lists = cells.Lists.of(decisions.of(connection), moments.today())
    if bad := check_columns(table, sheet, lists) or check_values(table, sheet, lists):
        raise BadParameter(_sentences(bad))
    unknown = check_references(connection, {table: sheet}, lists)
    if bad := unknown or supersedes.faults(connection, table, sheet, [0]):
        raise Refused(_sentences(bad), bad)
    return _stamp(sheet.table, moments.stamp())


def resume(hub: Hub, number: str, act: Act) -> Result:
    """Apply a paused return, by the same checks against the hub as it is now; then it is erased."""
    head, tables = paused.opened(hub, number)
    found = {name: Sheet(f"{name} of {number}", table) for name, table in tables.items()}
    about, _ = intake_about.of_pairs(head["about"], number)
    act.detail.update(partner=head["partner"], paused=number)
    result = _finish(hub, Return(Reading(found, about), act, may_pause=False), dry_run=False)
    if result.status in ("applied", "unchanged"):
        paused.drop(hub, number)
    return result


def discard(hub: Hub, number: str, act: Act) -> None:
    """Erase a paused return without applying it."""
    paused.opened(hub, number)
    with hub.write(act):
        pass
    paused.drop(hub, number)


def decided(what: str, actor: str, reason: str | None, number: str = "") -> Act:
    """The act of deciding about a paused return. Raises BadParameter without a reason."""
    why = policy.reason(reason, "what is decided about a paused return")
    action = "intake.return" if what == "resume" else f"intake.{what}"
    return Act(actor, "intake", why, action, {"paused": number} if number else {})


def waiting(hub: Hub) -> list[dict]:
    """The returns that wait for a person, oldest first."""
    days, found = hub.policy.value("intake.paused_days", moments.today()), []
    for number in paused.numbers(hub):
        head, _ = paused.opened(hub, number)
        kept_until = datetime.strptime(number[1:9], "%Y%m%d").date() + timedelta(days=days)  # noqa: DTZ007 (a day)
        found.append({"return": number, "partner": head["partner"], "why": head["why"], "kept_until": kept_until})
    return found


def _sentences(problems: list[Problem]) -> str:
    return "; ".join(f"{p.column}: {p.message}" for p in problems)


def _finish(hub: Hub, sent: Return, dry_run: bool) -> Result:
    if sent.reading.problems or dry_run:
        with hub.read() as connection:
            return weigh(hub, connection, sent)[0]
    result: Result | None = None
    try:
        with hub.write(sent.act) as connection:
            result, differences = weigh(hub, connection, sent)
            if result.status == "refused":
                raise Refused("the return was refused", result.problems)
            if result.status == "paused":
                raise _Paused
            _apply(connection, sent, differences)
    except Refused:
        if result is None:
            raise
    except _Paused:
        _pause(hub, sent, cast(Result, result))
    return cast(Result, result)  # it was weighed: whatever stops before is raised


def _pause(hub: Hub, sent: Return, result: Result) -> None:
    about = {
        name: "; ".join(v) if isinstance(v, list) else str(v).lower() for name, v in sent.reading.about.said().items()
    }
    head = {"partner": sent.partner, "about": {name: v for name, v in about.items() if v}, "why": result.paused["why"]}
    number = paused.keep(hub, head, {t: s.table for t, s in sent.found.items()})
    result.paused = {"return": number, **result.paused}
    with hub.write(
        Act(sent.act.actor, "intake", sent.act.reason, "intake.pause", {"partner": sent.partner} | result.paused)
    ):
        pass


def _apply(connection: Connection, sent: Return, differences: dict[str, Difference]) -> None:
    now, act = moments.stamp(), sent.act
    about = sent.reading.about
    act.detail["tables"] = {}
    for table in CONTRACT_TABLES:
        if table in sent.found:
            difference = differences[table]
            _write(connection, table, _stamp(sent.found[table].table, now), difference)
            act.detail["tables"][table] = [*difference.counts(about.complete).values()]
    if about != About():
        act.detail["scope"] = about.said()
    if removed := {table: d.removed for table, d in differences.items() if d.removed}:
        act.detail["removed"] = removed
    if not any("recorded_at" in t.column_names and t["recorded_at"].null_count < len(t) for t in _tables(sent.found)):
        _register(connection, sent, now)


def _write(connection: Connection, table: str, rows: pa.Table, difference: Difference) -> None:
    whole = len(difference.added) == rows.num_rows
    delete(connection, table, difference.removed)
    insert(connection, table, rows if whole else rows_of(rows, difference.added))
    update(connection, table, rows_of(rows, difference.changed))


def _tables(found: dict[str, Sheet]) -> list[pa.Table]:
    return [sheet.table for sheet in found.values()]


def _register(connection: Connection, sent: Return, now: datetime) -> None:
    returns, about = TABLES["returns"], sent.reading.about
    number = connection.execute(select(text("coalesce(max(received), 0) + 1")).select_from(returns)).scalar_one()
    said = {"organisation": sent.partner, "content": sent.act.detail["content"], "recorded_at": now}
    covers = {"covers_from": about.covers_from, "covers_to": about.covers_to}
    connection.execute(returns.insert(), {"received": number, **said, **covers})


def _stamp(rows: pa.Table, now: datetime) -> pa.Table:
    stamp = now.isoformat(sep=" ", timespec="microseconds")
    if "recorded_at" not in rows.column_names:
        return rows.append_column("recorded_at", pa.array([stamp] * rows.num_rows, pa.string()))
    at = rows.column_names.index("recorded_at")
    return rows.set_column(at, "recorded_at", pc.fill_null(rows["recorded_at"], stamp))
