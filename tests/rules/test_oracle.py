"""Holds every rule to the oracle over hostile hubs; what one family promises case by case stands in tests/notice.

`make test` judges 240 hubs, `make test-all` ten times as many.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

import pytest

from hubdata import policy
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import Snapshot
from hubdata.records.store import Hub
from hubdata.rules import judge
from hubdata.rules.findings import CODES, list_findings
from tests.support.hostile import hub as hostile
from tests.support.hostile.kit import ERAS
from tests.support.lengths import length
from tests.support.oracle import judge as oracle
from tests.support.oracle import leads, sharing
from tests.support.oracle.rows import Found, Records

SEEDS = range(length(4, 40))  # each with so many hubs in one database:
STORIES = 60


@dataclass(frozen=True)
class Day:
    """As at which day, and as known at the end of which."""

    as_at: date
    known_at: date | None = None


def _days(seed: int) -> Iterator[Day]:
    first = ERAS[seed % len(ERAS)]
    yield Day(first + timedelta(days=8))
    yield Day(first + timedelta(days=39))
    yield Day(first + timedelta(days=60), first + timedelta(days=7))


def _found(taken: Snapshot, day: Day) -> Found:
    found = list_findings(taken, day.as_at, known_at=day.known_at, policy=policy.load())
    return {(finding.code, finding.subject) for finding in found}


def _expected(stories: list[hostile.Tables], day: Day) -> Found:
    """What the oracle finds in each story by itself: what is beside it in the database changes nothing."""
    return {case for story in stories for case in oracle.judge(Records(story), day.as_at, day.known_at)}


@cache
def _stories(seed: int) -> list[hostile.Tables]:
    return [hostile.story(seed, number) for number in range(STORIES)]


def _hold(taken: Snapshot, stories: list[hostile.Tables], day: Day, seed: int) -> None:
    """Fail with the rows of one story that the rules and the oracle judge differently."""
    found, expected = _found(taken, day), _expected(stories, day)
    if found != expected:
        pytest.fail(_told(seed, day, found - expected, expected - found))


def _told(seed: int, day: Day, more: Found, fewer: Found) -> str:
    first = min(more | fewer, key=lambda case: (len(_rows(seed, case[1])), case))
    return "\n".join(
        [
            f"seed {seed}, as at {day.as_at}, known at {day.known_at or 'now'}",
            f"only the rules find {sorted(more)[:20]}, only the oracle {sorted(fewer)[:20]}; of {first[1]}:",
            *_rows(seed, first[1]),
        ]
    )


def _rows(seed: int, subject: str) -> list[str]:
    """The rows of the story that a reference comes from, for the reader of a failure."""
    number = re.match(r"H(\d+)", subject)
    story = hostile.story(seed, int(number[1])) if number else {}
    return [
        f"{table}: " + ", ".join(f"{name} {cell}" for name, cell in row.items() if cell is not None)
        for table, rows in story.items()
        for row in rows
    ]


def _put(hub: Hub, stories: list[hostile.Tables], shuffled: Random | None = None) -> Snapshot:
    hostile.put(hub, hostile.together(stories), shuffled)
    return snapshots.take(hub)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rules_and_the_oracle_agree_on_every_hub(sqlite_hub: Hub, seed: int):
    stories = _stories(seed)
    taken = _put(sqlite_hub, stories)

    for day in _days(seed):
        _hold(taken, stories, day, seed)
        _hold_each_person(taken, stories, day)


def _hold_each_person(taken: Snapshot, stories: list[hostile.Tables], day: Day) -> None:
    """Each share and each of its people has one code, as known now and as known on the day of the share."""
    judged = judge.judge("sharing", taken, day.as_at, day.known_at, policy.load()).to_pylist()
    within = policy.load().value("sharing.not_yet_told_days", day.as_at)
    for column, reading in (("code", sharing.judge), ("known_code", sharing.as_known_then)):
        found = {(row["subject"], row["person"]): row[column] for row in judged}
        assert len(found) == len(judged), "a share was judged twice for one person"
        expected = {
            case: code
            for story in stories
            for case, code in reading(Records(story).known(day.known_at), day.as_at, within).items()
        }
        assert found == expected


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_they_agree_on_postgresql(postgres_hub: Hub, seed: int):
    stories, first = _stories(seed), ERAS[seed]
    taken = _put(postgres_hub, stories)

    _hold(taken, stories, Day(first + timedelta(days=60), first + timedelta(days=7)), seed)


def test_the_hubs_have_every_fault_that_a_rule_knows():
    met = {code for seed in range(4) for day in _days(seed) for code, _ in _expected(_stories(seed), day)}

    assert CODES.keys() <= met


def test_the_order_of_rows_changes_nothing(sqlite_hub: Hub, postgres_hub: Hub):
    one = _put(sqlite_hub, _stories(1), Random(1))
    other = _put(postgres_hub, _stories(1), Random(2))

    assert one.sha256 == other.sha256


def test_the_same_story_four_years_later_is_judged_the_same(sqlite_hub: Hub, postgres_hub: Hub):
    stories, day, later = _stories(0), ERAS[0] + timedelta(days=39), timedelta(days=1461)

    before = _put(sqlite_hub, stories)
    after = _put(postgres_hub, [hostile.moved(story, later) for story in stories])

    changed = ("RR", "NV")  # the law and the notice did, in between
    assert {case for case in _found(before, Day(day)) if not case[0].startswith(changed)} == {
        case for case in _found(after, Day(day + later)) if not case[0].startswith(changed)
    }


def test_a_reading_that_differs_is_told_with_its_rows(sqlite_hub: Hub, monkeypatch: pytest.MonkeyPatch):
    taken = _put(sqlite_hub, _stories(1))
    monkeypatch.setattr(leads, "is_open", lambda family, as_at: family["opened_on"] < as_at)

    with pytest.raises(pytest.fail.Exception, match="families: family H"):
        _hold(taken, _stories(1), Day(ERAS[1] + timedelta(days=8)), 1)
