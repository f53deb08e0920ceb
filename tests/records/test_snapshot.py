"""A snapshot is the same on both databases, carries no name, and its hash depends on content alone."""

from datetime import date

import pyarrow as pa
import pytest

from hubdata import policy
from hubdata.records.snapshot import take as snapshots
from hubdata.records.snapshot.frozen import content_hash
from hubdata.records.tables.contract import CONTRACT_TABLES
from tests.support import returns, schedule
from tests.support.ascii import load

CANARIES = ("Namecanary", "Workcanary", "Reasoncanary", "Riskcanary", "Whycanary", "REFCANARY", "happily", 'O"Name')
DATES = ("1988-05-04", "2015-06-04", "1999-02-28")
KNOWN = """family,hub,opened_on,recorded_at
F1,corby,2019-01-07,2020-01-01
F2,kettering,2025-03-01,2026-01-01
"""


def _dated(table: str) -> dict[str, str]:
    head, *rows = returns.GOOD[table].splitlines()
    return {table: "\n".join([f"{head},recorded_at", *(f"{row},2026-01-05T23:59:59Z" for row in rows)]) + "\n"}


def _fixed() -> dict[str, str]:
    dated = {}
    for table in CONTRACT_TABLES:
        dated |= _dated(table) if table != "families" else {"families": KNOWN}
    return dated


def _narrow(taken: snapshots.Snapshot) -> dict[str, pa.Table]:
    return {name: taken.tables[name] for name in CONTRACT_TABLES}


def test_both_databases_give_the_same_tables_and_hash(sqlite_hub, postgres_hub, tmp_path):
    taken = []
    for hub in (sqlite_hub, postgres_hub):
        assert returns.apply(hub, tmp_path / hub.dialect, **_fixed()).status == "applied"
        taken.append(snapshots.take(hub))
    assert taken[0].tables == taken[1].tables
    assert taken[0].sha256 == taken[1].sha256


def test_no_name_date_of_birth_or_free_text_is_in_a_snapshot(hub, tmp_path):
    returns.apply(hub, tmp_path / "return")
    taken = snapshots.take(hub)
    everything = str({name: table.to_pydict() for name, table in taken.tables.items()})
    assert "F1" in everything and "True" in everything
    assert not [word for word in CANARIES if word.lower() in everything.lower()]
    born = [day for day in DATES if date.fromisoformat(day) in sum(taken.tables["people"].to_pydict().values(), [])]
    assert not born


def test_births_and_deaths_are_in_a_snapshot_only_if_a_rule_asks_for_them(sqlite_hub, postgres_hub, tmp_path):
    birth = {"later_of": [schedule.FIVE, {"trigger": "birth", "years": 25}]}
    asking = policy.load(schedule.folder(tmp_path, schedule.value(schedule.FIVE), schedule.value(birth, "2030-01-01")))
    people = """
        person | family | role         | date_of_birth | died_on
        P1     | F1     | child        | 2015-02-28    | 2026-01-05
        P2     | F1     | parent_carer |               |
        P3     | F2     | child        | 2015-02-28    |
        P4     | F2     | child        |               |
        P5     | F3     | other_adult  | 1990-02-28    |
        P6     | F3     | other_adult  |               |
        P7     | F4     | other_adult  | 1990-02-28    | 2025-01-05
    """
    taken = []
    for hub in (sqlite_hub, postgres_hub):
        load(hub, people=people)
        assert snapshots.take(hub).rows["lives"] == 0
        taken.append(snapshots.take(hub, asking).tables["lives"])
    assert taken[0] == taken[1]
    assert [tuple(row.values()) for row in taken[0].to_pylist()] == [
        ("F1", date(2015, 2, 28), date(2026, 1, 5), False),
        ("F2", date(2015, 2, 28), None, True),
        ("F3", date(1990, 2, 28), None, True),
        ("F4", date(1990, 2, 28), date(2025, 1, 5), False),
    ]


def test_a_snapshot_of_some_tables_has_the_others_empty_and_a_hash_of_its_own(hub, tmp_path):
    returns.apply(hub, tmp_path / "return")
    some, whole = snapshots.take(hub, only=("families", "holds")), snapshots.take(hub)
    assert {name for name, rows in some.rows.items() if rows} == {"families"}
    assert some.tables["families"] == whole.tables["families"] and some.tables.keys() == whole.tables.keys()
    assert some.sha256 == content_hash(some.tables) != whole.sha256


def test_nothing_is_left_beside_the_hub(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "return")
    snapshots.take(sqlite_hub)
    assert list((sqlite_hub.home / "work").iterdir()) == []


def test_an_empty_hub_has_a_snapshot_with_the_same_types(hub, tmp_path):
    empty = snapshots.take(hub)
    returns.apply(hub, tmp_path / "return")
    assert set(empty.rows.values()) == {0}
    assert {n: t.schema for n, t in empty.tables.items()} == {
        n: t.schema for n, t in snapshots.take(hub).tables.items()
    }


def test_types_are_what_rules_need(sqlite_hub):
    schema = snapshots.take(sqlite_hub).tables["shares"].schema
    assert schema.field("shared_on").type == pa.date32()
    assert schema.field("recorded_at").type == pa.timestamp("us")
    assert schema.field("about").type == pa.list_(pa.string())
    assert schema.field("has_reason").type == pa.bool_()


def test_that_a_word_stands_in_free_text_is_known_without_the_text(hub, tmp_path):
    head, row = returns.GOOD["shares"].splitlines()[:2]
    cells = dict(zip(head.split(","), row.split(","), strict=True))
    said = {"A1": "CONSENT", "A2": "with\tconsent", "A3": "the 'consent' form", "A4": "disconsent", "A5": ""}
    rows = [",".join((cells | {"share": key, "reason": why}).values()) for key, why in said.items()]
    returns.apply(hub, tmp_path / "return", shares="\n".join([head, *rows]) + "\n")
    shares = snapshots.take(hub).tables["shares"]
    found = dict(zip(shares["share"].to_pylist(), shares["says_consent"].to_pylist(), strict=True))
    assert found == {"A1": True, "A2": True, "A3": True, "A4": False, "A5": False}


def test_another_value_is_another_hash(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "return", **_fixed())
    tables = _narrow(snapshots.take(sqlite_hub))
    hashes = {content_hash(tables)}
    for name, table in tables.items():
        for column in table.column_names:
            for gap in (pa.nulls(table.num_rows, table[column].type), table[column].take([0] * table.num_rows)):
                changed = table.set_column(table.column_names.index(column), column, gap)
                if changed != table:
                    hashes.add(content_hash(tables | {name: changed}))
    assert len(hashes) > 100


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([["a"], ["b"]], [["a", "b"], []]),
        ([["a", "b"]], [["ab"]]),
        ([None, ["a"]], [[], ["a"]]),
        (["ab", "c"], ["a", "bc"]),
        ([None], [""]),
        ([None, "a"], ["a", None]),
        ([0, None], [None, 0]),
        ([True, False], [False, True]),
        ([date(1970, 1, 1)], [None]),
    ],
)
def test_contents_that_look_alike_have_different_hashes(one, other):
    kind = pa.array([*one, *other]).type
    hashes = {content_hash({"t": pa.table({"c": pa.array(cells, kind)})}) for cells in (one, other)}
    assert len(hashes) == 2


def test_chunks_do_not_matter(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "return")
    whole = _narrow(snapshots.take(sqlite_hub))
    parts = {n: pa.concat_tables([t.slice(i, 1) for i in range(t.num_rows)]) for n, t in whole.items()}
    assert content_hash(parts) == content_hash(whole)


def test_the_order_of_rows_in_a_return_does_not_matter(sqlite_hub, postgres_hub, tmp_path):
    fixed = _fixed() | {"families": KNOWN}
    turned = {}
    for table, content in fixed.items():
        head, *rows = content.rstrip("\n").split("\n")
        turned[table] = "\n".join([head, *reversed(rows)]) + "\n"
    returns.apply(sqlite_hub, tmp_path / "one", **fixed)
    returns.apply(postgres_hub, tmp_path / "two", **turned)
    assert snapshots.take(sqlite_hub).sha256 == snapshots.take(postgres_hub).sha256


def test_what_is_saved_is_loaded_and_private(hub, tmp_path):
    returns.apply(hub, tmp_path / "return")
    taken = snapshots.take(hub)
    taken.save(tmp_path / "saved")
    loaded = snapshots.Snapshot.load(tmp_path / "saved")
    assert (loaded.tables, loaded.sha256, loaded.rows) == (taken.tables, taken.sha256, taken.rows)
    assert content_hash(loaded.tables) == taken.sha256
    arrows = list((tmp_path / "saved").glob("*.arrow"))
    assert arrows and not [path for path in arrows if path.stat().st_mode & 0o077]


@pytest.mark.parametrize(
    ("on", "left"), [(date(2026, 1, 4), 0), (date(2026, 1, 5), 2), (date(2026, 1, 6), 2), (None, 2)]
)
def test_what_was_known_at_the_end_of_a_day(hub, tmp_path, on, left):
    returns.apply(hub, tmp_path / "return", **_fixed())
    known = snapshots.take(hub).known(on)
    assert (known.rows["agreements"], known.rows["shares"], known.rows["families"]) == (left, left, 2)
