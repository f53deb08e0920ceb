"""Whole columns go into the hub and come out of it unchanged, on both databases, however many and however spelled."""

import pyarrow as pa
import pytest

from hubdata.records import bulk
from hubdata.records.ledger import Act
from tests.support import returns

STAMP = "2026-01-05 09:00:00.123456"
ODD = [
    "plain",
    'a "quoted" one',
    "a,comma",
    "two\nlines",
    "\\N",
    "\\.",
    "NULL",
    " ",
    "é\U0001f600",
    "'; DROP TABLE families; --",
]


def _families(count: int, reason=lambda _n: None) -> pa.Table:
    names = [f"F{n:05d}" for n in range(count)]
    columns = {
        "family": names,
        "hub": ["corby"] * count,
        "opened_on": ["2020-02-29"] * count,
        "closure_reason": [reason(n) for n in range(count)],
        "recorded_at": [STAMP] * count,
    }
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})


def _do(hub, work, *arguments):
    with hub.write(Act("a", "b", "c", "d")) as connection:
        return work(connection, *arguments)


@pytest.fixture
def many(hub):
    _do(hub, bulk.insert, "families", _families(1203, lambda n: ODD[n % len(ODD)]))
    return hub


def test_what_is_inserted_is_held_as_it_was(many):
    held = _do(many, bulk.existing_rows, "families", _families(1203))
    assert len(held) == 1203
    assert held["F00004"] == {
        "family": "F00004",
        "hub": "corby",
        "opened_on": "2020-02-29",
        "closed_on": None,
        "closure_reason": "\\N",
        "recorded_at": STAMP,
    }
    assert [held[f"F{n:05d}"]["closure_reason"] for n in range(len(ODD))] == ODD


def test_few_rows_are_looked_up_by_their_keys(many):
    assert list(_do(many, bulk.existing_rows, "families", _families(2))) == ["F00000", "F00001"]


def test_known_keys_are_found_beyond_one_statement(many):
    wanted = pa.array([f"F{n:05d}" for n in range(1000, 2100)])
    assert sorted(_do(many, bulk.known_keys, "families", wanted).to_pylist()) == [f"F{n}" for n in ()] + [
        f"F{n:05d}" for n in range(1000, 1203)
    ]


def test_an_update_touches_only_its_rows_and_columns(many):
    changed = _families(2).select(["family", "hub", "opened_on", "recorded_at"])
    changed = changed.set_column(1, "hub", pa.array(["kettering", None][:1] * 2))
    _do(many, bulk.update, "families", changed)
    held = _do(many, bulk.existing_rows, "families", _families(3))
    assert [held[f"F0000{n}"]["hub"] for n in range(3)] == ["kettering", "kettering", "corby"]
    assert held["F00001"]["closure_reason"] == ODD[1]


def test_nothing_is_no_work(hub):
    for work in (bulk.insert, bulk.update):
        _do(hub, work, "families", _families(0))
    assert returns.count(hub, "families") == 0
    assert _do(hub, bulk.existing_rows, "families", _families(1)) == {}
