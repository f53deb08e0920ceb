"""What changes nothing: the order of rows and of returns, and how rows are called; no finding, due date or release."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from random import Random

import pyarrow as pa
import pytest

from hubdata import policy
from hubdata.demo import make as demo
from hubdata.intake import take
from hubdata.moments import By
from hubdata.records.ledger import Act
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.records.tables.contract import CONTRACT_TABLES, REFERENCE, TABLES, passport
from hubdata.release import publish
from hubdata.rules import judge
from hubdata.rules.findings import list_findings
from tests.support import hubs
from tests.support.hostile import hub as hostile
from tests.support.hostile.kit import ERAS
from tests.support.lengths import length
from tests.support.releases import bytes_of

FAMILIES, PARTS = length(60, 120), 3
FIRST = ("organisations", "practitioners", "families", "people")  # what the others refer to, whoever's return it is
OURS = ("holds", "requests", "request_events", "packs")
ACT = Act("spec", "tester", "a made-up hub", "spec.fill")
Rows = dict[str, list[dict]]  # by table


@dataclass(frozen=True)
class Told:
    """What may not change: findings with their first day, dates of retention, and a release's files."""

    findings: set[tuple]
    due: set[tuple]
    release: dict[str, bytes]


def names_for(tables: Rows) -> dict[str, str]:
    """Another reference, sorted otherwise, for each by which a family, a person or any row of theirs is called."""
    keys = {name: list(TABLES[name].primary_key)[0].name for name in tables if len(TABLES[name].primary_key) == 1}
    own = {name: key for name, key in keys.items() if passport(name, key).sensitivity == REFERENCE}
    old = {row[key] for name, key in own.items() for row in tables[name]}
    return {reference: f"R{sha256(reference.encode()).hexdigest()[:12]}" for reference in old}


def called(tables: Rows, names: dict[str, str]) -> Rows:
    """The same rows with other references wherever one stands."""
    return {
        name: [{column: _called(name, column, cell, names) for column, cell in row.items()} for row in rows]
        for name, rows in tables.items()
    }


def _called(table: str, column: str, cell: object, names: dict[str, str]) -> object:
    of = TABLES[table].c.get(column)
    if of is None or not isinstance(cell, str):
        return cell
    stands = of.foreign_keys or of.primary_key or passport(table, column).kind in ("reference", "references")
    return ";".join(names.get(part, part) for part in cell.split(";")) if stands else cell


def made_up() -> Rows:
    """The demo hub's rows, holds and requests among them."""
    made = demo.generate(families=FAMILIES, seed=11)
    holds = [hold | {"recorded_at": datetime.combine(hold["placed_on"], time(9))} for hold in made.holds]
    return {name: table.to_pylist() for name, table in made.tables.items()} | {"holds": holds} | made.register


def _returns(tables: Rows) -> Iterator[Rows]:
    """What the others refer to, then each third of the families with all that belongs to it."""
    yield {name: tables[name] for name in FIRST}
    part = {row["family"]: number % PARTS for number, row in enumerate(tables["families"])}
    home = {row["goal"]: row["family"] for row in tables["goals"]}
    for wanted in range(PARTS):
        yield {
            name: [row for row in tables[name] if part[row.get("family") or home[row["goal"]]] == wanted]
            for name in CONTRACT_TABLES
            if name not in FIRST
        }


def load(hub: Hub, tables: Rows, mixed: Random | None = None) -> None:
    """Load the rows in one return, or mixed, in several, which come in any order."""
    sent = {name: tables[name] for name in CONTRACT_TABLES}
    first, *others = _returns(sent) if mixed else [sent]
    if mixed:
        mixed.shuffle(others)
    for each in (first, *others):
        if mixed:
            each = {name: mixed.sample(rows, len(rows)) for name, rows in each.items()}
        result = take.load(hub, {name: _arrow(rows) for name, rows in each.items() if rows}, "NNC", ACT)
        assert result.status == "applied", result.problems[:3]
    with hub.write(replace(ACT, detail={})) as connection:
        for name in OURS:
            rows = tables[name]
            connection.execute(TABLES[name].insert(), mixed.sample(rows, len(rows)) if mixed else rows)


def _arrow(rows: list[dict]) -> pa.Table:
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]})


def _found(taken: Snapshot, as_at: date, known_at: date | None = None) -> set[tuple]:
    found = list_findings(taken, as_at, known_at=known_at, policy=policy.load())
    return {(each.code, each.table, each.subject, each.first_seen) for each in found}


def told(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Told:
    """All that may not change; a release's own mention of the records' hash, which their names do change, is set."""
    taken = snapshots.take(hub)
    due = judge.judge("retention", taken, demo.AS_AT, policy=policy.load()).to_pylist()
    with monkeypatch.context() as patch:
        patch.setattr(publish.snapshots, "take", lambda *_: replace(taken, sha256="0" * 64))
        made = publish.publish(hub, "2026-Q3", By("spec", None, date(2026, 11, 22)))
    dates = {(row["family"], row["due_on"], row["state"]) for row in due}
    return Told(_found(taken, demo.AS_AT), dates, bytes_of(made.folder))


def _renamed(said: set[tuple], names: dict[str, str]) -> set[tuple]:
    return {tuple(names.get(cell, cell) if isinstance(cell, str) else cell for cell in each) for each in said}


@pytest.fixture(scope="module")
def as_it_came(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What is told of the made-up hub, its rows as they came."""
    hub = hubs.empty(tmp_path_factory.mktemp("came") / "hub")
    load(hub, made_up())
    with pytest.MonkeyPatch.context() as patch:
        found = told(hub, patch)
    hub.engine.dispose()
    return found


@pytest.mark.parametrize(("other_names", "mixed"), length([(True, True)], [(True, True), (True, False), (False, True)]))
def test_neither_how_rows_are_called_nor_their_order_or_returns_changes_anything(
    as_it_came: Told, postgres_hub: Hub, monkeypatch: pytest.MonkeyPatch, other_names: bool, mixed: bool
):
    tables = made_up()
    names = names_for(tables) if other_names else {}
    load(postgres_hub, called(tables, names), Random(2) if mixed else None)

    other = told(postgres_hub, monkeypatch)

    assert other == Told(_renamed(as_it_came.findings, names), _renamed(as_it_came.due, names), as_it_came.release)
    assert len(other.findings) > 30 and len(other.due) == FAMILIES and other.release


@pytest.mark.parametrize("seed", range(length(1, 4)))
def test_no_finding_of_a_hostile_hub_hangs_on_how_rows_are_called_or_lie(sqlite_hub: Hub, postgres_hub: Hub, seed: int):
    tables = hostile.together([hostile.story(seed, number) for number in range(30)])
    names, first = names_for(tables), ERAS[seed]
    hostile.put(sqlite_hub, tables)
    hostile.put(postgres_hub, called(tables, names), Random(seed))

    one, other = snapshots.take(sqlite_hub), snapshots.take(postgres_hub)

    for day, known in ((first + timedelta(days=8), None), (first + timedelta(days=60), first + timedelta(days=7))):
        assert _found(other, day, known) == _renamed(_found(one, day, known), names)
