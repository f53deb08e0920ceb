"""Partner returns: check the whole of it, explain every fault, apply it once; nothing outside the limited
record enters.

A return is a folder, a zip, a workbook or one CSV file, named after the contract's tables or mapped to them. It is
applied in one transaction with its audit entry, or not at all; the same return twice changes nothing. One that would
touch too much waits for a person. Rows of agreements and shares are never changed: a correction is a new row that
supersedes the old. Source: contract.md, notice P2 and P10.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select, text

from hubdata import erasures, intake_about, intake_mapping, intake_paused, intake_read, policy, values
from hubdata.csvfiles import Problem, Sheet
from hubdata.errors import BadParameter, Refused
from hubdata.intake_about import About
from hubdata.intake_check import check, check_columns, check_references, check_values
from hubdata.intake_check import remarks as told_of
from hubdata.intake_files import Bounds
from hubdata.intake_read import Reading, keys_of
from hubdata.intake_weigh import Difference, compare, hold_to_scope, lacking, remarks, rows_of, too_much
from hubdata.ledger import Act
from hubdata.records import APPEND_ONLY, CONTRACT_TABLES, TABLES
from hubdata.snapshot import content_hash
from hubdata.store import Hub
from hubdata.writing import delete, insert, known_keys, update

FORM = ("unknown-column", "missing-column", "duplicate-column")
Progress = Callable[[int, int], None]


@dataclass
class Result:
    """What a return did: status applied, unchanged, refused or paused; counts by table; every problem; what is told."""

    status: str
    tables: dict[str, dict[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)
    paused: dict = field(default_factory=dict)

    def said(self) -> dict:
        """The result for a script; what is told beside status, tables and problems only where there is any."""
        always = {"status": self.status, "tables": self.tables, "problems": self.problems}
        more = {"warnings": self.warnings, "not_run": self.not_run, "paused": self.paused}
        return always | {name: value for name, value in more.items() if value}


class _Paused(Exception):
    """Leaves the transaction of a return that a person must look at first."""


@dataclass
class _Return:
    """A return on its way: what was read of it, and for whom."""

    reading: Reading
    act: Act
    may_pause: bool = True

    @property
    def partner(self) -> str:
        return self.act.detail["partner"]

    @property
    def found(self) -> dict[str, Sheet]:
        return self.reading.found


def today():
    """The day of intake."""
    return datetime.now(UTC).date()


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
    reading = read(path, partner, progress)
    sent = _Return(reading, Act(actor, "intake", reason, "intake.return", {"partner": partner}))
    if not dry_run:
        intake_paused.expire(hub, policy.load().value("intake.paused_days", today()))
    return _finish(hub, sent, dry_run)


def read(path: Path, partner: str, progress: Progress = lambda *_: None) -> Reading:
    """A return read, mapped and checked as far as the hub need not be asked."""
    decided = policy.load()
    reading = intake_read.read(path, intake_mapping.load(partner), Bounds.of(decided, today()))
    lists = values.Lists.of(decided, today())
    rows = sum(len(sheet.table) for sheet in reading.found.values())
    done = 0
    for table, sheet in reading.found.items():
        reading.problems += check({table: sheet}, lists)
        reading.told += told_of(table, sheet)
        done += len(sheet.table)
        progress(done, rows)
    return reading


def load(hub: Hub, tables: dict[str, pa.Table], partner: str, act: Act) -> Result:
    """Check and apply tables of text columns in the contract's form, as if they had come as files."""
    found = {t: Sheet(f"{t}.csv", tables[t]) for t in CONTRACT_TABLES if t in tables}
    act.detail["partner"] = partner
    faults = check(found, values.Lists.of(policy.load(), today()))
    return _finish(hub, _Return(Reading(found, problems=faults), act, may_pause=False), dry_run=False)


def single(connection: Connection, table: str, sheet: Sheet) -> pa.Table:
    """One row written at the desk, by the same checks as a return's.

    Raises BadParameter with every value that none of its column can be, Refused with every unknown reference.
    """
    lists = values.Lists.of(policy.load(), today())
    if bad := check_columns(table, sheet) or check_values(table, sheet, lists):
        raise BadParameter(_sentences(bad))
    if unknown := check_references(connection, {table: sheet}, lists):
        raise Refused(_sentences(unknown), unknown)
    return _stamp(sheet.table, datetime.now(UTC).replace(tzinfo=None))


def resume(hub: Hub, number: str, act: Act) -> Result:
    """Apply a paused return, by the same checks against the hub as it is now; then it is erased."""
    head, tables = intake_paused.opened(hub, number)
    found = {name: Sheet(f"{name} of {number}", table) for name, table in tables.items()}
    about, _ = intake_about.of_pairs(head["about"], number)
    act.detail.update(partner=head["partner"], paused=number)
    result = _finish(hub, _Return(Reading(found, about), act, may_pause=False), dry_run=False)
    if result.status in ("applied", "unchanged"):
        intake_paused.drop(hub, number)
    return result


def discard(hub: Hub, number: str, act: Act) -> None:
    """Erase a paused return without applying it."""
    intake_paused.opened(hub, number)
    with hub.write(act):
        pass
    intake_paused.drop(hub, number)


def decided(what: str, actor: str, reason: str | None, number: str = "") -> Act:
    """The act of deciding about a paused return. Raises BadParameter without a reason."""
    if not (reason or "").strip():
        raise BadParameter("say why with --reason: what is decided about a paused return stays in the audit chain")
    action = "intake.return" if what == "resume" else f"intake.{what}"
    return Act(actor, "intake", reason, action, {"paused": number} if number else {})


def waiting(hub: Hub) -> list[dict]:
    """The returns that wait for a person, oldest first."""
    days, found = policy.load().value("intake.paused_days", today()), []
    for number in intake_paused.numbers(hub):
        head, _ = intake_paused.opened(hub, number)
        kept_until = datetime.strptime(number[1:9], "%Y%m%d").date() + timedelta(days=days)  # noqa: DTZ007 (a day)
        found.append({"return": number, "partner": head["partner"], "why": head["why"], "kept_until": kept_until})
    return found


def _sentences(problems: list[Problem]) -> str:
    return "; ".join(f"{p.column}: {p.message}" for p in problems)


def _finish(hub: Hub, sent: _Return, dry_run: bool) -> Result:
    if sent.reading.problems or dry_run:
        with hub.read() as connection:
            return _weigh(hub, connection, sent)[0]
    result = None
    try:
        with hub.write(sent.act) as connection:
            result, differences = _weigh(hub, connection, sent)
            if result.status == "refused":
                raise Refused("the return was refused", result.problems)
            if result.status == "paused":
                raise _Paused
            _apply(connection, sent, differences)
    except Refused:
        if result is None:
            raise
    except _Paused:
        _pause(hub, sent, result)
    return result


def _pause(hub: Hub, sent: _Return, result: Result) -> None:
    about = {
        name: "; ".join(v) if isinstance(v, list) else str(v).lower() for name, v in sent.reading.about.said().items()
    }
    head = {"partner": sent.partner, "about": {name: v for name, v in about.items() if v}, "why": result.paused["why"]}
    number = intake_paused.keep(hub, head, {t: s.table for t, s in sent.found.items()})
    result.paused = {"return": number, **result.paused}
    with hub.write(
        Act(sent.act.actor, "intake", sent.act.reason, "intake.pause", {"partner": sent.partner} | result.paused)
    ):
        pass


def _weigh(hub, connection, sent: _Return) -> tuple[Result, dict[str, Difference]]:
    """What the return would do, with the faults that only the hub can tell."""
    reading, found, decided = sent.reading, sent.found, policy.load()
    broken, formless = _broken(reading)
    sound = {t: s for t, s in found.items() if t not in formless}
    problems = reading.problems + check_references(connection, sound, values.Lists.of(decided, today()), broken)
    if "organisations" not in broken:
        problems += _partner(connection, sent.partner, found)
    if problems:
        return Result("refused", {}, problems, reading.told, _not_run(broken, found)), {}
    differences, kept = _differences(connection, sent)
    for table, difference in differences.items():
        problems += _append_only(table, found[table], difference)
    problems += _destroyed(hub, connection, found, differences)
    if problems:
        return Result("refused", {}, problems, reading.told), {}
    told = reading.told + remarks(found, differences, kept)
    sent.act.detail["content"] = content_hash({t: s.table for t, s in found.items()})
    told += _again(connection, sent, differences)
    return _verdict(connection, sent, differences, told, decided), differences


def _verdict(connection, sent: _Return, differences: dict[str, Difference], told: list, decided) -> Result:
    counts = {t: d.counts(sent.reading.about.complete) for t, d in differences.items()}
    same = not any(d.added or d.changed or d.removed for d in differences.values())
    why = too_much(connection, differences, decided, today()) if sent.may_pause and not same else []
    status = "unchanged" if same else "paused" if why else "applied"
    return Result(status, counts, [], told, paused={"why": why} if why else {})


def _differences(connection: Connection, sent: _Return) -> tuple[dict[str, Difference], dict[str, int]]:
    """How every table differs, held to what the return may say, and how many rows a hold keeps from removal."""
    about, differences, kept = sent.reading.about, {}, {}
    for table, sheet in sent.found.items():
        differences[table] = difference = compare(connection, table, sheet)
        hold_to_scope(connection, table, difference, sent.partner, about)
        if about.complete and table in about.tables:
            difference.removed, kept[table] = lacking(connection, table, sheet, sent.partner, about)
    return differences, kept


def _again(connection: Connection, sent: _Return, differences: dict[str, Difference]) -> list[Problem]:
    """A return that was taken in before, word for word, is not applied over what came after it."""
    returns = TABLES["returns"]
    same = (returns.c.organisation == sent.partner) & (returns.c.content == sent.act.detail["content"])
    before = connection.execute(select(returns.c.recorded_at).where(same)).scalars().first()
    touched = sum(len(d.added) + len(d.changed) + len(d.removed) for d in differences.values())
    if before is None or not touched or "paused" in sent.act.detail:
        return []
    for difference in differences.values():
        difference.unchanged += len(difference.added) + len(difference.changed)
        difference.added, difference.changed, difference.removed = [], [], []
    why = (f"this very return was taken in on {before:%d/%m/%Y}, and {touched:,} of its rows have changed since: they "
           "stay as they are; to say the old again, send it with recorded_at")  # fmt: skip
    return [Problem("", 0, "", "taken-before", why)]


def _append_only(table: str, sheet: Sheet, difference: Difference) -> list[Problem]:
    if table not in APPEND_ONLY:
        return []
    why = f"this row of {table} is already held and is never overwritten; send a new row that supersedes it"
    return [sheet.at(row, keys_of(table)[0], "append-only", why) for row in difference.changed]


def _destroyed(hub, connection: Connection, found: dict[str, Sheet], differences: dict) -> list[Problem]:
    """Families that a return would bring back although their records were lawfully destroyed (P8)."""
    added = differences["families"].added if "families" in differences else []
    gone = set(connection.execute(select(TABLES["destroyed"].c.digest)).scalars()) if added else set()
    if not gone:
        return []
    sheet, key = found["families"], hub.key("erasures")
    families = rows_of(sheet.table, added)["family"].to_pylist()
    back = [row for row, family in zip(added, families, strict=True) if erasures.digest(key, family) in gone]
    why = ("the record under this reference was destroyed; leave it out of the return, and if the family is supported "
           "again give it a new reference")  # fmt: skip
    return [sheet.at(row, "family", "destroyed", why) for row in back]


def _partner(connection: Connection, partner: str, found: dict[str, Sheet]) -> list[Problem]:
    here = found["organisations"].table["organisation"].to_pylist() if "organisations" in found else []
    if partner in here or len(known_keys(connection, "organisations", pa.array([partner]))):
        return []
    why = (
        f"partner {partner!r} is not an organisation of the hub, nor is it in this return; add it to organisations.csv"
    )
    return [Problem("", 0, "organisation", "unknown-partner", why)]


def _broken(reading: Reading) -> tuple[set[str], set[str]]:
    """(tables of which nobody can say which rows they have, those of them whose columns are wrong)."""
    places = {}
    for table, sheet in reading.found.items():
        places.setdefault((sheet.file, sheet.sheet), []).append(table)
    faulty = [(table, p) for p in reading.problems for table in places.get((p.file, p.sheet), ())]
    formless = reading.broken | {table for table, p in faulty if p.code in FORM or not p.column}
    keyless = {t for t, p in faulty if p.column == keys_of(t)[0] and p.code != "duplicate-row"}
    return formless | keyless | (set(CONTRACT_TABLES) - reading.found.keys() if reading.misnamed else set()), formless


def _not_run(broken: set[str], found: dict[str, Sheet]) -> list[str]:
    """The checks that could not be made."""
    unsure = sorted(broken & (found.keys() | broken), key=CONTRACT_TABLES.index)
    said = [f"whether references to {table} are known: {table} came with faults" for table in unsure]
    return [*said, "what would be added, changed or removed: a return is compared once it has no faults"]


def _apply(connection: Connection, sent: _Return, differences: dict[str, Difference]) -> None:
    now, act = datetime.now(UTC).replace(tzinfo=None), sent.act
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
        _register(connection, sent.partner, act.detail["content"], now)


def _write(connection: Connection, table: str, rows: pa.Table, difference: Difference) -> None:
    whole = len(difference.added) == rows.num_rows
    delete(connection, table, difference.removed)
    insert(connection, table, rows if whole else rows_of(rows, difference.added))
    update(connection, table, rows_of(rows, difference.changed))


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
