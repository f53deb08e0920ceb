"""What was judged before is not judged again, and whatever an answer depends on makes it another question."""

from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa
import pytest

from hubdata import policy
from hubdata.moments import By
from hubdata.records.snapshot import take as snapshots
from hubdata.retention import disposal
from hubdata.rules import findings, judge, remembered
from tests.retention.test_disposal import TODAY, approved, fill
from tests.support import returns
from tests.support.ascii import load
from tests.support.hostile import hub as hostile
from tests.support.hostile.kit import ERAS

DAY = date(2026, 9, 30)


@pytest.fixture
def judgings(monkeypatch):
    """How often DuckDB was asked, from a process that remembers nothing."""
    asked, answer = [], judge.answer
    monkeypatch.setattr(judge, "answer", lambda *given: asked.append(1) or answer(*given))
    remembered.forget()
    yield asked
    remembered.forget()


@pytest.fixture
def filled(hub, tmp_path):
    returns.apply(hub, tmp_path / "return")
    return hub


def found(hub, day=DAY, families=judge.EVERY, **more):
    return findings.list_findings(snapshots.take(hub), day, families, **more)


def test_the_same_rows_on_the_same_day_are_judged_once(filled, judgings):
    first = found(filled)
    once = len(judgings)

    again = found(filled)

    assert again == first
    assert once > 0
    assert len(judgings) == once


@pytest.mark.parametrize(
    "more", [{"day": date(2026, 10, 1)}, {"known_at": date(2026, 9, 1)}], ids=["another day", "as known before"]
)
def test_another_day_and_other_knowledge_are_another_question(filled, judgings, more):
    found(filled, families=("sharing",))
    once = len(judgings)

    found(filled, families=("sharing",), **more)

    assert len(judgings) == once + 1


def test_a_row_more_is_judged_and_what_does_not_read_its_table_is_not(filled, judgings):
    found(filled)
    before = {f.subject for f in found(filled, families=("leads",))}
    once = len(judgings)
    load(
        filled,
        families="""
        family | hub   | opened_on
        F99    | corby | 2026-01-05
    """,
    )

    after = {f.subject for f in found(filled, families=("leads",))}
    anew = len(judgings) - once
    found(filled, families=("partners",))

    assert after == before | {"F99"}
    assert anew == 1
    assert len(judgings) == once + 1


def test_another_value_in_force_is_another_question(filled, judgings):
    shipped, name = policy.load(), "retention.stale_after_days"
    entries = {each: shipped.history(each) for each in shipped.names()}
    entries[name] = [replace(entry, value=10_000) for entry in entries[name]]
    before = len(found(filled, families=("retention",)))

    strict = findings.list_findings(snapshots.take(filled), DAY, ("retention",), policy=policy.Policy(entries))

    assert len(strict) < before
    assert len(judgings) == 2


def test_too_many_rows_are_judged_each_time_and_few_answers_are_kept(monkeypatch):
    monkeypatch.setattr(remembered, "MOST", 100)
    monkeypatch.setattr(remembered, "AT_ONCE", 2)
    few, many = pa.table({"a": ["x"]}), pa.table({"a": ["x" * 200]})
    made = []

    for name in ("one", "two", "three", "one"):
        remembered.answer(name, lambda name=name: made.append(name) or few)
    remembered.answer("one", lambda: made.append("never") or few)
    remembered.answer(None, lambda: made.append("always") or few)

    assert remembered.content({"t": few}) is not None
    assert remembered.content({"t": many}) is None
    assert made == ["one", "two", "three", "one", "always"]


def test_one_content_is_known_again_whoever_holds_it_and_another_type_or_gap_is_another():
    held = remembered.content({"t": pa.table({"a": pa.array(["x", None])})})

    same = remembered.content({"t": pa.table({"a": pa.array(["x", None])})})
    others = [pa.array(["x", ""]), pa.array(["x"]), pa.array([b"x", None]), pa.array([None, "x"])]

    assert held == same
    assert held not in [remembered.content({"t": pa.table({"a": each})}) for each in others]
    assert held != remembered.content({"u": pa.table({"a": pa.array(["x", None])})})


def test_no_rule_reads_a_table_that_is_not_among_what_its_answer_depends_on(sqlite_hub):
    hostile.put(sqlite_hub, hostile.together(hostile.story(0, number) for number in range(40)))
    held, as_at = snapshots.take(sqlite_hub), ERAS[0] + timedelta(days=39)
    differ = []

    for family in judge.FAMILIES:
        text, given = judge.sql(family), judge.bound(judge.sql(family), held.decided, as_at)
        named = {name for name, _ in judge.asked(text, held, held.decided, as_at, given)[-1]}
        others = {name: table.slice(0, 0) for name, table in held.tables.items() if name not in named}
        seen = [judge.connect(each, held.decided, as_at) for each in (held, held.having(**others))]
        whole, without = (sorted(map(str, judge.answer(each, text, given).to_pylist())) for each in seen)
        differ += [family] if not whole or without != whole else []

    assert differ == []


def test_nothing_is_remembered_of_whoever_is_destroyed(hub):
    fill(hub)
    told = {finding.subject for finding in found(hub, TODAY)}
    assert "OLD-1" in told
    assert remembered._answers

    disposal.run(hub, approved(hub, "OLD-1"), By("carl", None, TODAY))

    assert not [answer for answer in remembered._answers.values() if "OLD-1" in str(answer.to_pydict())]
