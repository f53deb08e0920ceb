"""The same family twice: found among look-alikes, shown without names, decided by people, and never put together."""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from typer.testing import CliRunner

from hubdata import places, policy
from hubdata.demo import make as demo
from hubdata.desk import tour
from hubdata.desk.main import app
from hubdata.errors import BadParameter, HubError, Refused
from hubdata.families.twice import compare, decided
from hubdata.families.twice import pairs as twice_pairs
from hubdata.families.twice import said as twice_said
from hubdata.families.twice import weights as twice_weights
from hubdata.families.twice.pairs import Found, Pair, Search
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.coverage.verify import verify
from hubdata.records.store import Hub
from hubdata.retention import disposal, explain
from tests.retention.test_disposal import TODAY, approved, fill
from tests.support import returns, twice
from tests.support.ascii import load
from tests.support.destroyed import destroy

DAY = date(2026, 11, 22)
STORY = """
    case             | family | hub       | opened_on  | closed_on
    typo             | A1     | corby     | 2026-01-05 |
    typo             | B1     | corby     | 2026-02-02 |
    day and month    | A2     | corby     | 2025-01-06 | 2025-06-30
    day and month    | B2     | kettering | 2025-07-14 |
    names swapped    | A3     | corby     | 2025-01-06 | 2025-06-30
    names swapped    | B3     | corby     | 2026-01-12 |
    spelling         | A4     | rushden   | 2026-01-05 |
    spelling         | B4     | corby     | 2026-02-02 |
    day not known    | A5     | corby     | 2026-01-05 |
    day not known    | B5     | corby     | 2026-02-02 |
    twin elsewhere   | A6     | corby     | 2026-01-05 |
    twin elsewhere   | B6     | corby     | 2026-02-02 |
    parent and child | A7     | corby     | 2026-01-05 |
    parent and child | B7     | corby     | 2026-02-02 |
    other day        | A8     | corby     | 2026-01-05 |
    other day        | B8     | corby     | 2026-02-02 |
    parents apart    | A9     | corby     | 2026-01-05 |
    parents apart    | B9     | corby     | 2026-02-02 |
"""
EXPECTED = {
    ("A1", "B1"): "duplicate",
    ("A2", "B2"): "move",
    ("A3", "B3"): "return",
    ("A4", "B4"): "duplicate",
    ("A5", "B5"): "duplicate",
    ("A9", "B9"): "shared",
}
PEOPLE = """
    person | family | role         | given_name | family_name    | date_of_birth
    A1a    | A1     | parent_carer | Jon        | Testcase       | 1988-05-04
    A1b    | A1     | child        | Wilfred    | Testcase       | 2015-06-04
    B1a    | B1     | parent_carer | John       | Testcase       | 1988-05-04
    B1b    | B1     | child        | Wilfred    | Testcase       | 2015-06-04
    A2a    | A2     | parent_carer | Vesta      | Sampleton      | 1990-03-07
    A2b    | A2     | child        | Quill      | Sampleton      | 2018-11-21
    B2a    | B2     | parent_carer | Vesta      | Sampleton      | 1990-07-03
    B2b    | B2     | child        | Quill      | Sampleton      | 2018-11-21
    A3a    | A3     | parent_carer | Ottoline   | Pretendham     | 1985-01-30
    A3b    | A3     | child        | Basil      | Pretendham     | 2012-02-28
    B3a    | B3     | parent_carer | Pretendham | Ottoline       | 1985-01-30
    B3b    | B3     | child        | Basil      | Pretendham     | 2012-02-28
    A4a    | A4     | parent_carer | Zoë        | O'Made-Up      | 1991-09-15
    A4b    | A4     | child        | Søren      | Łukmade        | 2019-12-01
    B4a    | B4     | parent_carer | ZOE        | OMade Up       | 1991-09-15
    B4b    | B4     | child        | Soren      | Lukmade-Up     | 2019-12-01
    A5a    | A5     | parent_carer | Perpetua   | Inventedby     | 1979-08-08
    A5b    | A5     | child        | Ignatius   | Inventedby     |
    B5a    | B5     | parent_carer | Perpetua   | Inventedby     |
    B5b    | B5     | child        | Ignatius   | Inventedby     | 2011-04-17
    A6a    | A6     | parent_carer | Marigold   | Falsefield     | 1983-02-11
    A6b    | A6     | child        | Castor     | Twinwick       | 2014-10-10
    A6c    | A6     | child        | Pollux     | Twinwick       | 2014-10-10
    B6a    | B6     | parent_carer | Hyacinth   | Fictionley     | 1981-12-24
    B6b    | B6     | child        | Apollo     | Twinwick       | 2014-10-10
    A7a    | A7     | parent_carer | Absalom    | Madeupthorpe   | 1975-05-05
    B7a    | B7     | parent_carer | Beatrix    | Otherwise      | 1996-06-06
    B7b    | B7     | child        | Absalom    | Madeupthorpe   | 2021-07-07
    A8a    | A8     | parent_carer | Clementine | Exampleworth   | 1986-03-14
    A8b    | A8     | child        | Barnaby    | Exampleworth   | 2017-01-19
    B8a    | B8     | parent_carer | Clementine | Exampleworth   | 1994-11-02
    B8b    | B8     | child        | Barnaby    | Exampleworth   | 2022-08-30
    A9a    | A9     | parent_carer | Demetrius  | Apartley       | 1984-04-01
    A9b    | A9     | child        | Persephone | Apartley       | 2016-05-25
    B9a    | B9     | parent_carer | Philippa   | Elsewhere      | 1987-10-13
    B9b    | B9     | child        | Persephone | Apartley       | 2016-05-25
"""
NAMES = ("Wilfred", "Sampleton", "Ottoline", "Zoë", "Persephone", "1988", "4 May")


@pytest.fixture
def told(hub: Hub) -> Hub:
    """Nine pairs of records that look alike for different reasons."""
    return tell(hub)


@pytest.fixture
def on_sqlite(sqlite_hub: Hub) -> Hub:
    return tell(sqlite_hub)


def tell(hub: Hub) -> Hub:
    families = "\n".join(line.partition("|")[2] for line in STORY.strip().splitlines())
    load(hub, families=families, people=PEOPLE)
    return hub


def found(hub: Hub, as_at: date = DAY, **asked: object) -> Found:
    return twice_pairs.find(hub, Search(**asked), as_at)


def pairs(hub: Hub, as_at: date = DAY, **asked: object) -> dict[tuple[str, str], Pair]:
    return {(pair.family, pair.other): pair for pair in found(hub, as_at, **asked).pairs}


def decide(hub: Hub, decision: str = "different", pair: tuple[str, str] = ("A1", "B1"), as_at: date = DAY):
    return decided.decide(hub, pair, decision, By("ola", "seen both files", as_at))


def correct(hub: Hub, statement: str, **values: object) -> None:
    with hub.write(ledger.Act("spec", "tester", "a correction", "spec.change")) as connection:
        connection.execute(text(statement), values)


def test_records_of_one_family_are_found_and_told_from_look_alikes(told: Hub):
    assert {pair: one.kind for pair, one in pairs(told).items()} == EXPECTED


def test_the_evidence_says_how_each_comparison_came_out(on_sqlite: Hub):
    said = {pair: [twice_said.evidence(match) for match in one.matches] for pair, one in pairs(on_sqlite).items()}

    assert said["A1", "B1"][0] == (
        "A1a and B1a: given name nearly the same; family name the same; day of birth the same; role the same"
    )
    assert "day of birth day and month swapped" in said["A2", "B2"][0]
    assert "given name swapped with the other name" in said["A3", "B3"][0]
    assert "family name the same" in said["A4", "B4"][0] and "one is part of the other" in said["A4", "B4"][1]
    assert "day of birth not on both records" in said["A5", "B5"][0]


@pytest.mark.parametrize("families", [400, 3000])
def test_most_families_that_are_recorded_twice_are_found_and_hardly_any_other(
    sqlite_hub: Hub, families: int, capsys: pytest.CaptureFixture
):
    story = twice.made(families, seed=families)
    twice.load(sqlite_hub, story)

    got = pairs(sqlite_hub, shown=10_000)

    kinds = {pair: one.kind for pair, one in got.items()}
    real = {pair for pair, kind in story.planted.items() if kind != "shared"}
    suggested = {pair for pair, kind in kinds.items() if kind != "shared"}
    precision, recall = len(suggested & real) / len(suggested), len(real & kinds.keys()) / len(real)
    right = sum(kinds[pair] == story.planted[pair] for pair in real & kinds.keys()) / len(real & kinds.keys())
    with capsys.disabled():
        print(f" {families:,} families: precision {precision:.3f}, recall {recall:.3f}, kind right {right:.3f}", end="")
    assert precision >= 0.95 and recall >= 0.95 and right >= 0.95


def test_the_same_records_give_the_same_answer_on_either_database_and_in_any_order(sqlite_hub: Hub, postgres_hub: Hub):
    story = twice.made(300, seed=5, twice=0.05)
    twice.load(sqlite_hub, story)
    for rows in (story.families, story.people, story.involvements):
        rows.reverse()
    twice.load(postgres_hub, story)

    first, second, third = found(sqlite_hub), found(sqlite_hub), found(postgres_hub)

    assert len(first.pairs) >= 15
    assert first == second == third


def test_the_made_up_hub_has_one_of_each_to_find(sqlite_hub: Hub):
    tour.fill(sqlite_hub, demo.generate(400, 7), "tester")

    assert sorted(one.kind for one in pairs(sqlite_hub, demo.AS_AT).values()) == ["duplicate", "move", "return"]


def test_a_disposal_is_certified_though_a_decision_names_what_goes_and_what_stays(sqlite_hub: Hub):
    hub = fill(sqlite_hub)
    decide(hub, "same", ("OLD-1", "OLD-2"), DAY)

    done = disposal.run(hub, approved(hub, "OLD-1"), By("carl", None, TODAY))

    assert (done.status, done.destroyed) == ("certified", 1) and returns.rows(hub, "pair_decisions") == []


def test_two_records_with_one_partner_reference_are_likelier_of_one_family(on_sqlite: Hub):
    load(
        on_sqlite,
        families="""
        family | hub   | opened_on
        A10    | corby | 2026-01-05
        B10    | corby | 2026-02-02
    """,
        people="""
        person | family | role         | given_name | family_name | date_of_birth
        A10a   | A10    | parent_carer | Ursula     | Doubtful    |
        B10a   | B10    | child        | Ursula     | Doubtful    |
    """,
    )
    before = pairs(on_sqlite, threshold=0.5)["A10", "B10"].probability
    load(
        on_sqlite,
        involvements="""
        family | organisation | started_on | partner_reference
        A10    | NHFT         | 2026-01-05 | REF-77
        B10    | NHFT         | 2026-02-02 | REF-77
    """,
    )

    got = found(on_sqlite)

    assert before < 0.95 and {(p.family, p.other): p.same_reference_at for p in got.pairs}["A10", "B10"] == ["NHFT"]
    assert "REF-77" not in json.dumps(twice_said.as_json(got), default=str)


@pytest.mark.parametrize(("as_at", "kind"), [("2025-07-13", None), ("2025-07-14", "move")])
def test_a_record_that_is_opened_later_is_not_compared_yet(on_sqlite: Hub, as_at: str, kind: str | None):
    pair = pairs(on_sqlite, date.fromisoformat(as_at)).get(("A2", "B2"))

    assert (pair and pair.kind) == kind


@pytest.mark.parametrize(
    ("closed_on", "as_at", "kind"),
    [
        ("2025-08-14", "2026-01-01", "move"),
        ("2025-08-15", "2026-01-01", "duplicate"),
        ("2025-07-20", "2025-07-19", "duplicate"),
        ("2025-07-20", "2025-07-20", "move"),
    ],
)
def test_a_move_has_a_month_for_its_hand_over(on_sqlite: Hub, closed_on: str, as_at: str, kind: str):
    correct(on_sqlite, "UPDATE families SET closed_on = :day WHERE family = 'A2'", day=closed_on)

    assert pairs(on_sqlite, date.fromisoformat(as_at))["A2", "B2"].kind == kind


def test_a_family_whose_partners_all_change_at_one_hub_has_moved(on_sqlite: Hub):
    load(
        on_sqlite,
        involvements="""
        family | organisation | started_on
        A3     | NHFT         | 2025-01-06
        B3     | SCHOOL       | 2026-01-12
    """,
    )

    assert pairs(on_sqlite)["A3", "B3"].kind == "move"


def test_pairs_can_be_narrowed_to_a_hub_or_a_family_and_the_rest_is_counted(on_sqlite: Hub):
    assert pairs(on_sqlite, of_hub="kettering").keys() == {("A2", "B2")}
    assert pairs(on_sqlite, family="B5").keys() == {("A5", "B5")}
    assert (len(found(on_sqlite, shown=2).pairs), found(on_sqlite, shown=2).more) == (2, 4)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"of_hub": "nowhere"}, "hub 'nowhere' is not known; allowed are corby"),
        ({"family": "F99"}, "no family 'F99'"),
        ({"threshold": 0.2}, "at least 0.5"),
        ({"threshold": 1.0}, "below 1"),
        ({"shown": 0}, "at least 1"),
    ],
)
def test_a_wrong_question_is_told_what_is_allowed(on_sqlite: Hub, asked: dict, why: str):
    with pytest.raises(BadParameter, match=why):
        found(on_sqlite, **asked)


@pytest.mark.parametrize("families", ["", "F1", "F1;F2"])
def test_a_hub_with_nobody_to_compare_says_so(sqlite_hub: Hub, families: str):
    if families:
        rows = "\n".join(f"{one} | corby | 2026-01-05" for one in families.split(";"))
        load(sqlite_hub, families=f"family | hub | opened_on\n{rows}")

    got = found(sqlite_hub)

    assert (got.pairs, got.families) == ([], len([one for one in families.split(";") if one]))
    assert "compared as at 22 November 2026" in twice_said.lines(got)[0]


@pytest.mark.parametrize("born", [True, False])
def test_where_everybody_has_one_name_the_work_stays_bounded_and_who_is_left_out_is_said(sqlite_hub: Hub, born: bool):
    story = twice.made(2000, twice=0)
    for number, one in enumerate(story.people):
        one |= {"given_name": "Sam", "family_name": "Sample"} | ({} if born else {"date_of_birth": None})
        one["role"] = "child" if number % 2 else "parent_carer"
    twice.load(sqlite_hub, story)

    start = time.monotonic()
    got = found(sqlite_hub)

    assert time.monotonic() - start < 60
    assert got.not_compared == (0 if born else len(story.people)) or born
    assert born or "people were not compared: too many share their names" in twice_said.lines(got)[-1]


HOSTILE = [
    "Robert'); DROP TABLE people;--",
    '=HYPERLINK("x")',
    "x" * 500,
    "\u202eeht\u202c Left",
    "{person}%s$1",
    "';--",
    "\N{ZERO WIDTH SPACE}",
    "🙂",
    "NULL",
    "a\x00b",
]


def test_hostile_names_are_compared_like_any_other_and_do_nothing(sqlite_hub: Hub):
    load(
        sqlite_hub,
        families="family | hub | opened_on\n"
        + "\n".join(f"{side}{n} | corby | 2026-01-05" for n in range(len(HOSTILE)) for side in "AB"),
    )
    columns = "person, family, role, given_name, family_name, date_of_birth, recorded_at"
    values = ":family || 'x', :family, 'child', :name, :name, '2015-06-04', '2026-01-05 09:00:00.000000'"
    insert = f"INSERT INTO people ({columns}) VALUES ({values})"
    for n, name in enumerate(HOSTILE):
        for side in "AB":
            correct(sqlite_hub, insert, family=f"{side}{n}", name=name)
    before = returns.rows(sqlite_hub, "people")

    got = twice_pairs.named(sqlite_hub, found(sqlite_hub, threshold=0.5), By("ola", "looking", DAY))

    assert returns.rows(sqlite_hub, "people") == before
    assert {("A0", "B0"), ("A2", "B2"), ("A3", "B3")} <= {(pair.family, pair.other) for pair in got.pairs}
    assert not any(sign in line for line in twice_said.lines(got) for sign in "\u202e\u202c\x00")


def test_nobodys_name_is_shown_without_a_reason(on_sqlite: Hub):
    before = ledger_head(on_sqlite)

    said = command(on_sqlite, "list") + command(on_sqlite, "list", "--json")

    assert "A1a" in said and not [name for name in NAMES if name in said]
    assert ledger_head(on_sqlite) == before


def test_a_look_at_names_is_in_the_ledger_with_its_reason_and_no_name(on_sqlite: Hub):
    said = command(on_sqlite, "list", "--family", "A1", "--reason", "is it one family?")

    assert "given name nearly the same (Jon, John)" in said and "(4 May 1988)" in said
    with on_sqlite.read() as connection:
        entry = ledger.entries(connection, 1)[0]
    assert (entry["action"], entry["said"]["reason"]) == ("pair.look", "is it one family?")
    assert entry["said"]["detail"] == {"families": ["A1", "B1"]}


@pytest.mark.parametrize("reason", ["", " ", "N/A"])
def test_an_empty_reason_is_none(on_sqlite: Hub, reason: str):
    before = ledger_head(on_sqlite)

    said = command(on_sqlite, "list", "--reason", reason)

    assert "A1a" in said and not [name for name in NAMES if name in said]
    assert ledger_head(on_sqlite) == before
    with pytest.raises(BadParameter, match="needs a reason"):
        twice_pairs.named(on_sqlite, found(on_sqlite), By("ola", reason, DAY))


def ledger_head(hub: Hub) -> tuple[int, str]:
    with hub.read() as connection:
        return ledger.head(connection)


def words(hub: Hub, *more: str) -> list[str]:
    return ["duplicates", *more, "--home", str(hub.home), "--as-at", "2026-11-22", "--actor", "ola"]


def command(hub: Hub, *more: str) -> str:
    result = CliRunner().invoke(app, words(hub, *more))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_nothing_personal_is_logged_printed_or_left_in_a_file(
    on_sqlite: Hub,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    monkeypatch.setenv("TMPDIR", str(empty))

    with caplog.at_level(logging.DEBUG):
        assert pairs(on_sqlite)

    assert not [name for name in NAMES if name in caplog.text + "".join(capfd.readouterr())]
    assert not list(empty.rglob("*")) and not left_behind(on_sqlite)


def left_behind(hub: Hub) -> list[Path]:
    """Files outside the database that say a name."""
    files = [path for path in hub.home.rglob("*") if path.is_file() and not path.name.startswith("hub.db")]
    return [path for path in files if any(name.encode() in path.read_bytes() for name in NAMES)]


def test_too_little_memory_is_said_without_a_value_and_nothing_is_written_to_a_disk(
    sqlite_hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    twice.load(sqlite_hub, twice.made(1000))
    monkeypatch.chdir(tmp_path)
    before = {path for path in tmp_path.rglob("*") if "hub.db" not in path.name}
    monkeypatch.setattr(compare, "PRIVATE", compare.PRIVATE | {"memory_limit": "2MB"})

    with pytest.raises(HubError, match="not enough memory") as error:
        found(sqlite_hub)

    assert error.value.__cause__ is None and error.value.__suppress_context__
    assert {path for path in tmp_path.rglob("*") if "hub.db" not in path.name} - before <= {
        sqlite_hub.home / "keys" / "duplicates"
    }


@pytest.mark.disk
def test_a_run_that_is_killed_leaves_nobody_behind(on_sqlite: Hub, tmp_path: Path):
    place = tmp_path / "place"
    place.mkdir()
    script = (
        "import sys; from datetime import date; from hubdata.families.twice import pairs; "
        "from hubdata.records.store import "
        "open_hub\nprint('began', flush=True)\n"
        "while True: pairs.find(open_hub(sys.argv[1]), pairs.Search(), date(2026, 11, 22))"
    )
    for wait in (1.0, 3.0):
        environment = os.environ | {"TMPDIR": str(place), "PYTHONPATH": str(Path(__file__).parents[2])}
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(on_sqlite.home)],
            cwd=place,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        process.stdout.readline()
        time.sleep(wait)
        process.kill()

        assert process.wait() == -signal.SIGKILL
        process.stdout.close()
        assert not list(place.rglob("*")) and not left_behind(on_sqlite)


def test_a_pair_that_is_decided_to_be_two_families_is_not_suggested_again(told: Hub):
    done = decide(told, "different", ("B1", "A1"))

    got = found(told)

    assert (done.family, done.other) == ("A1", "B1")
    assert ("A1", "B1") not in {(pair.family, pair.other) for pair in got.pairs} and got.different == 1
    assert "stands decided to be different families" in "\n".join(twice_said.lines(got))


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ("UPDATE people SET given_name = 'Jonathan' WHERE person = 'A1a'", True),
        ("UPDATE people SET date_of_birth = '1988-05-05' WHERE person = 'A1a'", True),
        ("UPDATE people SET given_name = 'JON' WHERE person = 'A1a'", False),
        ("UPDATE families SET closed_on = '2026-03-01' WHERE family = 'A1'", False),
    ],
)
def test_it_is_suggested_again_only_when_what_was_compared_has_changed(on_sqlite: Hub, change: str, again: bool):
    decide(on_sqlite)
    correct(on_sqlite, change)

    pair = pairs(on_sqlite).get(("A1", "B1"))

    assert (pair is not None) == again
    assert not again or "decided before on other details: different, on 22 November 2026" in "\n".join(
        twice_said.lines(found(on_sqlite))
    )


def test_one_family_decided_is_listed_as_linked_and_nothing_is_merged(told: Hub):
    before = {table: returns.rows(told, table) for table in ("families", "people", "involvements")}
    done = decide(told, "same")

    got = found(told)

    assert [(one.family, one.other) for one in got.linked] == [("A1", "B1")]
    assert ("A1", "B1") not in {(pair.family, pair.other) for pair in got.pairs}
    assert "Nothing was merged" in "\n".join(twice_said.decided_lines(done))
    assert {table: returns.rows(told, table) for table in before} == before


def test_why_a_record_is_kept_names_the_other_record_of_the_family(on_sqlite: Hub):
    decide(on_sqlite, "same", ("A2", "B2"))
    decide(on_sqlite, "different", ("A1", "B1"))

    said = explain.explain(on_sqlite, "A2", DAY).text
    assert "that B2, open, is of the same family: a hold on either" in said
    assert "keeps both; the period of each is its own." in said
    assert "that A2, closed on 30 June 2025, is of" in explain.explain(on_sqlite, "B2", DAY).text
    assert explain.explain(on_sqlite, "A1", DAY).linked == ()


def test_the_latest_decision_counts_and_every_one_is_kept(told: Hub):
    for decision in ("unsure", "same", "different"):
        decide(told, decision)

    assert found(told).different == 1 and found(told).linked == []
    rows = returns.rows(told, "pair_decisions")
    assert [row[3] for row in sorted(rows, key=lambda row: row[-1])] == ["unsure", "same", "different"]
    assert {row[5] for row in rows} == {"seen both files"} and {row[7] for row in rows} == {"ola"}


def test_what_cannot_be_told_stays_on_the_list(on_sqlite: Hub):
    decide(on_sqlite, "unsure")

    assert "could not be told on 22 November 2026" in "\n".join(twice_said.lines(found(on_sqlite)))


def test_a_decision_can_be_taken_back(told: Hub):
    decide(told, "same")
    decided.undo(told, ("A1", "B1"), By("ola", "the wrong file", DAY))

    assert found(told).linked == [] and ("A1", "B1") in pairs(told)
    with pytest.raises(Refused, match="nothing stands decided"):
        decided.undo(told, ("A1", "B1"), By("ola", "again", DAY))


def test_a_decision_stands_from_its_day(on_sqlite: Hub):
    decide(on_sqlite, as_at=date(2026, 11, 20))

    assert ("A1", "B1") in pairs(on_sqlite, date(2026, 11, 19))
    assert ("A1", "B1") not in pairs(on_sqlite, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("pair", "decision", "reason", "why"),
    [
        (("A1", "F99"), "same", "seen", "no family 'F99'"),
        (("A1", "A1"), "same", "seen", "name two"),
        (("A1", "B1"), "merged", "seen", "allowed are same, different, unsure"),
        (("A1", "B1"), "undone", "seen", "allowed are"),
        (("A1", "B1"), "same", " ", "needs a reason"),
        (("A1", "B1"), "same", "x" * 501, "at most 500"),
    ],
)
def test_a_wrong_decision_writes_nothing(on_sqlite: Hub, pair: tuple, decision: str, reason: str, why: str):
    before = ledger_head(on_sqlite)

    with pytest.raises(BadParameter, match=why):
        decided.decide(on_sqlite, pair, decision, By("ola", reason, DAY))

    assert returns.rows(on_sqlite, "pair_decisions") == [] and ledger_head(on_sqlite) == before


def test_a_decision_cannot_be_dated_ahead(on_sqlite: Hub):
    with pytest.raises(Refused, match="lies ahead"):
        decide(on_sqlite, as_at=date(2999, 1, 1))


def test_a_decision_cannot_be_dated_before_one_that_stands(on_sqlite: Hub):
    decide(on_sqlite, "same", as_at=date(2026, 11, 1))

    with pytest.raises(Refused, match="on 1 November 2026 already"):
        decide(on_sqlite, "different", as_at=date(2026, 10, 20))
    assert decide(on_sqlite, "different", as_at=date(2026, 11, 1)).decision == "different"


@pytest.mark.parametrize(("born", "together"), [("1991-03-04", True), ("1990-03-04", False), ("1980-03-04", False)])
def test_a_parent_and_a_child_of_one_name_are_two_people(born: str, together: bool, sqlite_hub: Hub):
    load(
        sqlite_hub,
        people=f"""
        person | family | role         | given_name | family_name | date_of_birth
        P1     | F1     | parent_carer | Absalom    | Madeupzed   | {"1981" if together else "1960"}-03-04
        P2     | F2     | parent_carer | Absalom    | Madeupzed   | {born}
    """,
    )

    assert bool(pairs(sqlite_hub)) == together


def test_a_decision_on_the_command_line_says_what_follows(on_sqlite: Hub):
    given = ("--family", "A1", "--other", "B1", "--reason", "seen both files")

    assert "They are not suggested again" in command(on_sqlite, "decide", *given, "--decision", "different")
    assert "no longer stands" in command(on_sqlite, "undo", *given)
    assert json.loads(command(on_sqlite, "list", "--json"))["pairs"][0]["next"]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE pair_decisions SET decision = 'same'", "UPDATE pair_decisions SET compared = ''"],
)
def test_a_decision_is_never_overwritten(told: Hub, statement: str):
    decide(told)

    with pytest.raises(DatabaseError, match="append-only"), told.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_decision_cannot_be_replaced_away(on_sqlite: Hub):
    decide(on_sqlite)

    with pytest.raises(DatabaseError, match="append-only"), on_sqlite.engine.begin() as connection:
        connection.execute(text("INSERT OR REPLACE INTO pair_decisions SELECT * FROM pair_decisions"))


HOLD = "hold | family | code | reason | placed_on | review_on\n"


@pytest.mark.parametrize("gone", ["A1", "B1"])
def test_a_decision_goes_with_either_family_even_if_the_other_is_on_hold(told: Hub, gone: str):
    decide(told)
    kept = {"A1": "B1", "B1": "A1"}[gone]
    load(told, holds=f"{HOLD} H1 | {kept} | litigation | a claim | 2026-01-10 | 2999-01-01")

    destroy(told, [gone])

    assert returns.rows(told, "pair_decisions") == []


def test_a_decision_about_two_families_on_hold_is_not_deleted(told: Hub):
    decide(told)
    load(
        told,
        holds=f"{HOLD} H1 | A1 | litigation | a claim | 2026-01-10 | 2999-01-01\n"
        "H2 | B1 | litigation | a claim | 2026-01-10 | 2999-01-01",
    )

    with pytest.raises(DatabaseError, match="on hold"), told.engine.begin() as connection:
        connection.execute(text("DELETE FROM pair_decisions"))


def test_decisions_at_one_moment_are_all_kept_and_one_stands(told: Hub):
    choices = ["same", "different", "unsure", "same", "different", "unsure"]

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: decide(told, one), choices))

    assert len(returns.rows(told, "pair_decisions")) == len(choices)
    with told.read() as connection:
        assert decided.standing(told, connection, DAY)["A1", "B1"].decision in choices
        assert verify(told).faults == []


def test_broken_weights_are_refused_with_every_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copytree(places.params(), tmp_path / "params")
    path = tmp_path / "params" / "policy" / "duplicates.yaml"
    weights = path.read_text("utf-8")
    path.write_text(
        weights.replace("{m: 0.98, u: 0.52}", "{m: 1.5, u: 0.52}").replace("value: 0.15", "value: 7"), "utf-8"
    )

    with pytest.raises(Refused) as refused:
        twice_weights.in_force(policy.load(tmp_path / "params"), DAY)

    assert len(refused.value.problems) == 2
    assert "role, same must have m and u" in str(refused.value) and "duplicates.unmatched" in str(refused.value)
