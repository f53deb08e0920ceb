"""What a return would do and what is told of it: the verdict on the whole, with the faults that only the hub can tell.

It writes nothing.
"""

from dataclasses import dataclass, field

import pyarrow as pa
from sqlalchemy import Connection, select

from hubdata import dates, moments
from hubdata.intake import cells
from hubdata.intake.check import check_references
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.intake.held import alike, lived, moved, supersedes
from hubdata.intake.held.weigh import Difference, compare, hold_to_scope, lacking, remarks, rows_of, too_much
from hubdata.intake.read import Reading, keys_of
from hubdata.records import erasures
from hubdata.records.bulk import known_keys
from hubdata.records.ledger import Act
from hubdata.records.snapshot.frozen import content_hash
from hubdata.records.tables.contract import APPEND_ONLY, CONTRACT_TABLES, TABLES

FORM = ("unknown-column", "missing-column", "duplicate-column")


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


@dataclass
class Return:
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


def weigh(hub, connection, sent: Return) -> tuple[Result, dict[str, Difference]]:
    """What the return would do, with the faults that only the hub can tell."""
    reading, found, decided = sent.reading, sent.found, hub.policy
    broken, formless = _broken(reading)
    sound = {t: s for t, s in found.items() if t not in formless}
    problems = reading.problems + check_references(connection, sound, cells.Lists.of(decided, moments.today()), broken)
    if "organisations" not in broken:
        problems += _partner(connection, sent.partner, found)
    if problems:
        return Result("refused", {}, problems, reading.told, _not_run(broken, reading)), {}
    differences, kept = _differences(connection, sent)
    for table, difference in differences.items():
        problems += _append_only(table, found[table], difference)
        problems += alike.faults(connection, table, found[table], difference.added)
        problems += supersedes.faults(connection, table, found[table], difference.added)
    problems += _destroyed(hub, connection, found, differences)
    if problems:
        return Result("refused", {}, problems, reading.told), {}
    told = reading.told + remarks(found, differences, kept)
    sent.act.detail["content"] = content_hash({t: s.table for t, s in found.items()})
    told += _again(connection, sent, differences)
    told += moved.moves(connection, found, differences)
    told += lived.told(connection, found, differences, decided, moments.today())
    return _verdict(connection, sent, differences, told, decided), differences


def _verdict(connection, sent: Return, differences: dict[str, Difference], told: list, decided) -> Result:
    counts = {t: d.counts(sent.reading.about.complete) for t, d in differences.items()}
    same = not any(d.added or d.changed or d.removed for d in differences.values())
    why = []
    if sent.may_pause and not same:
        why = moved.waits(sent.found, differences) + too_much(connection, differences, decided, moments.today())
    status = "unchanged" if same else "paused" if why else "applied"
    return Result(status, counts, [], told, paused={"why": why} if why else {})


def _differences(connection: Connection, sent: Return) -> tuple[dict[str, Difference], dict[str, int]]:
    """How every table differs, held to what the return may say, and how many rows a hold keeps from removal."""
    about, differences, kept = sent.reading.about, {}, {}
    for table, sheet in sent.found.items():
        differences[table] = difference = compare(connection, table, sheet)
        hold_to_scope(connection, table, sheet, difference, sent.partner, about, moments.today())
        if about.complete and table in about.tables:
            difference.removed, kept[table] = lacking(connection, table, sheet, sent.partner, about)
    return differences, kept


def _again(connection: Connection, sent: Return, differences: dict[str, Difference]) -> list[Problem]:
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
    day = dates.words(moments.day_of(before))
    why = (
        f"this very return was taken in on {day}, and {touched:,} of its rows have changed since: they "
        "stay as they are; to say the old again, send it with recorded_at"
    )
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
    why = (
        "the record under this reference was destroyed; leave it out of the return, and if the family is supported "
        "again give it a new reference"
    )
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


def _not_run(broken: set[str], reading: Reading) -> list[str]:
    """The checks that could not be made."""
    came = sorted(broken & (reading.found.keys() | reading.broken), key=CONTRACT_TABLES.index)
    said = [f"whether references to {table} are known: {table} came with faults" for table in came]
    if reading.misnamed:
        said.append("whether references to tables that did not come are known: a file has the name of no table")
    return [*said, "what would be added, changed or removed: a return is compared once it has no faults"]
