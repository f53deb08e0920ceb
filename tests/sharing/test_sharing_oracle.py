"""Holds the sharing rules' SQL to an independent reading of contract.md, over thousands of made-up histories.

It must not repeat what tests/notice says case by case: this looks for the case that nobody thought of.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hubdata import policy
from hubdata.intake import take
from hubdata.records.ledger import Act
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.rules import judge
from hubdata.rules.findings import CODES
from tests.support import histories, hubs, oracle
from tests.support.histories import COUNCIL, Histories
from tests.support.lengths import length

FAMILIES = 500
MOST = length(10_000, 30_000)  # more histories than this, each a share and a person, are judged in every run
Verdicts = dict[tuple[str, str], str | None]
# A batch is made from one number, and only its smallest difference is reported: hypothesis has nothing to shrink.
BATCHES = settings(
    max_examples=length(4, 12),
    deadline=None,
    phases=(Phase.generate,),
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _load(hub: Hub, made: Histories) -> None:
    tables = {
        name: pa.table({column: pa.array([row[column] for row in rows], pa.string()) for column in rows[0]})
        for name, rows in vars(made).items()
    }
    result = take.load(hub, tables, COUNCIL, Act("oracle", "tester", "made-up histories", "intake.return"))
    assert result.status == "applied", [problem.message for problem in result.problems[:5]]


def _by_sql(taken: Snapshot, as_at: date, known_at: date | None) -> Verdicts:
    judged = judge.judge("sharing", taken, as_at, known_at, policy.load())
    columns = [judged[name].to_pylist() for name in ("subject", "person", "code")]
    verdicts = {(share, person): code for share, person, code in zip(*columns, strict=True)}
    assert len(verdicts) == judged.num_rows, "a share was judged twice for one person"
    return verdicts


def _by_oracle(made: Histories, as_at: date, known_at: date | None) -> Verdicts:
    return oracle.judge(made.agreements, made.shares, made.organisations, as_at, known_at)


def _days(random: Random) -> Iterator[tuple[date, date | None]]:
    """As at a day in between, as known on one, and as at a day when only some families had been told too late."""
    yield histories.day(random), None
    yield histories.FIRST + timedelta(days=60), histories.day(random)
    yield histories.FIRST + timedelta(days=30 + random.randint(8, histories.DAYS)), None


def _told(made: Histories, share: str) -> list[str]:
    """A share and its family's decisions, for the reader of a failure."""
    family = next(row["family"] for row in made.shares if row["share"] == share)
    rows = [row for row in made.agreements if row["family"] == family] + [
        row for row in made.shares if share in (row["share"], row["supersedes"])
    ]
    return [", ".join(f"{name} {cell}" for name, cell in row.items() if cell) for row in rows]


def _compare(hub: Hub, seed: int, families: int = FAMILIES) -> Verdicts:
    """Load one batch into an empty hub and hold both readings to each other; returns what they found at the end."""
    random = Random(seed)
    made = histories.generate(random, families)
    _load(hub, made)
    taken = snapshots.take(hub)
    for as_at, known_at in _days(random):
        sql, expected = _by_sql(taken, as_at, known_at), _by_oracle(made, as_at, known_at)
        different = [case for case in sql.keys() | expected.keys() if sql.get(case, "-") != expected.get(case, "-")]
        if different:
            case = min(different, key=lambda case: (len("".join(_told(made, case[0]))), case))
            said = f"SQL says {sql.get(case, 'nothing')}, the oracle {expected.get(case, 'nothing')}"
            where = f"seed {seed}, as at {as_at}, known at {known_at}: {len(different)} of {len(expected)} differ"
            pytest.fail("\n".join([where, f"of {case} {said}:", *_told(made, case[0])]))
    return expected


@pytest.fixture
def new_sqlite_hub(tmp_path: Path) -> Iterator[Callable[[], Hub]]:
    """A function that makes one empty hub after another."""
    made = []

    def make() -> Hub:
        made.append(hubs.empty(tmp_path / f"hub{len(made)}"))
        return made[-1]

    yield make
    for hub in made:
        hub.engine.dispose()


@BATCHES
@given(seed=st.integers(0, 2**32))
def test_the_rules_and_the_oracle_agree_on_every_history(new_sqlite_hub: Callable[[], Hub], seed: int):
    found = _compare(new_sqlite_hub(), seed)

    assert len(found) > MOST / BATCHES.max_examples
    assert set(found.values()) == {None, *(code for code, rule in CODES.items() if rule.family == "sharing")}


def test_they_agree_on_what_was_known_on_the_day_of_each_share(sqlite_hub: Hub):
    made, as_at = histories.generate(Random(5), FAMILIES), histories.FIRST + timedelta(days=60)
    _load(sqlite_hub, made)

    judged = judge.judge("sharing", snapshots.take(sqlite_hub), as_at, None, policy.load()).to_pylist()

    assert {(row["subject"], row["person"]): row["known_code"] for row in judged} == _as_known_then(made, as_at)


def _as_known_then(made: Histories, as_at: date) -> Verdicts:
    gone = {share["supersedes"] for share in made.shares}
    verdicts = {}
    for share in made.shares:
        if share["share"] not in gone:
            # the decisions as known on the day; that the share was made is known, whenever it was recorded
            seen = share | {"recorded_at": "2020-01-01T00:00:00Z"}
            family = [row for row in made.agreements if row["family"] == share["family"]]
            verdicts |= oracle.judge(family, [seen], made.organisations, as_at, date.fromisoformat(share["shared_on"]))
    return verdicts


def test_they_agree_on_postgresql(postgres_hub: Hub):
    assert len(_compare(postgres_hub, seed=7)) > 1_000


def test_a_rule_that_reads_the_notice_another_way_is_noticed(sqlite_hub: Hub, monkeypatch: pytest.MonkeyPatch):
    wrong = judge.sql("sharing").replace("shared_on > expires_on", "shared_on >= expires_on")
    monkeypatch.setattr(judge, "sql", lambda family: wrong)

    with pytest.raises(pytest.fail.Exception, match="SQL says SH04"):
        _compare(sqlite_hub, seed=7)
