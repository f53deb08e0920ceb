"""What only the hub can tell of a return: forbidden successors, ties, moves, references that read alike."""

import itertools
import json
from datetime import date
from pathlib import Path

import pytest

from hubdata.intake import take
from hubdata.intake.take import Result
from hubdata.moments import By
from hubdata.records.ledger import Act
from hubdata.records.store import Hub
from hubdata.sharing import competence
from tests.support import returns
from tests.support.returns import GOOD

AGREEMENTS = GOOD["agreements"].split("\n")[0]
SHARES = GOOD["shares"].split("\n")[0]
TODAY = date(2026, 11, 30)


def _send(hub: Hub, folder: Path, **tables: str) -> Result:
    """Take a return of these tables alone."""
    return take.take(hub, returns.write(folder, **dict.fromkeys(GOOD) | tables), "NNC", "tester")


def _agreement(one: str, supersedes: str, family: str = "F2", decided: str = "2026-01-05") -> str:
    person = {"F1": "P1", "F2": "P3"}[family]
    return f"{one},{family},{person},{person},agreed,hub_working,NHFT,,,{decided},,written,W1,2025-04,{supersedes}\n"


def _share(one: str, supersedes: str, family: str = "F2") -> str:
    person = {"F1": "P1", "F2": "P3"}[family]
    return f"{one},{family},{person},NNC,NHFT,within_hub,hub_working,support_needs,2026-01-05,,,W1,,,,,,{supersedes}\n"


ROWS = {"agreements": (AGREEMENTS, _agreement), "shares": (SHARES, _share)}


@pytest.mark.parametrize("table", ROWS)
@pytest.mark.parametrize(
    ("rows", "faulty"),
    [
        ([("X1", "X1")], {2}),
        ([("X1", "X2"), ("X2", "X1")], {2, 3}),
        ([("X1", "X2"), ("X2", "X3"), ("X3", "X1"), ("X4", "X1"), ("X5", "X4")], {2, 3, 4}),
        ([("X1", "X2"), ("X2", "")], set()),
        ([("X1", "HELD")], set()),
        ([("X1", "OTHER")], {2}),
        ([("X1", "X2", "F1"), ("X2", "", "F2")], {2}),
    ],
)
def test_a_row_supersedes_an_earlier_one_of_its_family_never_itself_and_no_ring(hub, tmp_path, table, rows, faulty):
    """P5: whatever is superseded leaves the findings, so a row that named any other would silence a breach."""
    header, made = ROWS[table]
    returns.apply(hub, tmp_path / "first")
    assert (
        _send(hub, tmp_path / "held", **{table: header + "\n" + made("HELD", "") + made("OTHER", "", "F1")}).problems
        == []
    )
    before = returns.count(hub, table)

    result = _send(hub, tmp_path / "second", **{table: header + "\n" + "".join(made(*row) for row in rows)})

    assert {(p.file, p.line, p.column, p.code) for p in result.problems} == {
        (f"{table}.csv", line, "supersedes", "supersedes") for line in faulty
    }
    assert returns.count(hub, table) - before == (0 if faulty else len(rows))


def test_a_row_does_not_supersede_one_that_was_recorded_after_it(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "first")
    stamped = _agreement("X1", "A1", "F1").strip() + ",2019-01-01T09:00:00Z\n"

    result = _send(sqlite_hub, tmp_path / "second", agreements=f"{AGREEMENTS},recorded_at\n{stamped}")

    assert [(p.line, p.column) for p in result.problems] == [(2, "supersedes")]
    assert "was recorded later than this row" in result.problems[0].message


def test_a_row_of_another_table_is_in_no_row_of_this_one(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "first")

    result = _send(sqlite_hub, tmp_path / "second", shares=SHARES + "\n" + _share("X1", "A2"))

    assert [(p.line, p.column, p.code) for p in result.problems] == [(2, "supersedes", "unknown-reference")]


MOVES = {
    "goals": ("goal,family,area,instrument,set_on\nG2,F1,housing,gbo,2025-04-01\n", "family"),
    "needs": ("need,family,area,identified_on,status\nN2,F1,housing,2025-04-01,unmet\n", "family"),
    "practitioners": ("practitioner,organisation,name\nW2,NNC,Yorick Workcanary\n", "organisation"),
}
PERSON = "person,family,role,given_name,family_name\nP3,F1,expectant_parent,Vesta,Namecanary\n"


@pytest.mark.parametrize("table", MOVES)
def test_what_moves_to_another_family_or_organisation_is_told_by_name(hub, tmp_path, table):
    rows, column = MOVES[table]
    returns.apply(hub, tmp_path / "first")

    result = _send(hub, tmp_path / "second", **{table: rows})

    assert (result.status, result.tables[table]["changed"]) == ("applied", 1)
    [told] = result.warnings
    assert (told.file, told.line, told.column, told.code) == (f"{table}.csv", 2, column, "moved")
    assert f"moves from {column} " in told.message and "anary" not in told.message


def test_a_person_who_moves_to_another_family_waits_for_a_persons_yes(hub, tmp_path):
    """P8: what destroys the new family would destroy the person, whom agreements of the old family name."""
    returns.apply(hub, tmp_path / "first")

    tried = take.take(
        hub, returns.write(tmp_path / "second", **dict.fromkeys(GOOD) | {"people": PERSON}), "NNC", "x", dry_run=True
    )
    result = _send(hub, tmp_path / "second", people=PERSON)

    assert (tried.status, result.status) == ("paused", "paused")
    assert result.paused["why"] == [
        "it would move 1 person to another family (people.csv, line 2); look whether that is so"
    ]
    assert [(p.line, p.column, p.code) for p in result.warnings] == [(2, "family", "moved")]
    assert {row[0]: row[1] for row in returns.rows(hub, "people")}["P3"] == "F2"

    after = take.resume(hub, result.paused["return"], Act("officer", "intake", "They moved in", "intake.return", {}))

    assert (after.status, [p.code for p in after.warnings]) == ("applied", ["moved"])
    assert {row[0]: row[1] for row in returns.rows(hub, "people")}["P3"] == "F1"


def test_a_person_who_stays_is_no_move(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "first")

    result = _send(sqlite_hub, tmp_path / "second", people=PERSON.replace("F1", "F2").replace("Vesta", "Vesna"))

    assert (result.status, result.warnings) == ("applied", [])


CLOSED = "family,hub,opened_on,closed_on,closure_reason,recorded_at\nF9,corby,2019-01-07,2020-02-29,moved,2026-05-01\n"
OPEN = CLOSED.replace("2020-02-29,moved", ",")
LATER = CLOSED.replace("2020-02-29", "2020-03-31")


@pytest.mark.parametrize("order", list(itertools.permutations((CLOSED, OPEN, LATER))))
def test_what_was_recorded_at_one_moment_is_told_and_not_decided_by_arrival(hub, tmp_path, order):
    """P8: exports that know days only gave RT01, a record to destroy, in one order and RT03 in the other."""
    returns.apply(hub, tmp_path / "base")
    results = [_send(hub, tmp_path / str(number), families=rows) for number, rows in enumerate(order)]

    told = [[(p.file, p.line, p.code) for p in result.warnings] for result in results]
    assert told == [[], *[[("families.csv", 2, "recorded-together")]] * 2]
    assert "differ in closed_on" in results[1].warnings[0].message
    assert [row[3:5] for row in returns.rows(hub, "families") if row[0] == "F9"] == [(None, None)]


def test_a_tie_leaves_a_row_whole_and_never_mixes_two(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "base")
    _send(sqlite_hub, tmp_path / "first", families=OPEN.replace("corby", "rushden"))
    result = _send(sqlite_hub, tmp_path / "second", families=CLOSED)

    assert (result.status, result.tables["families"]) == ("unchanged", {"added": 0, "changed": 0, "unchanged": 1})
    assert [row[1] for row in returns.rows(sqlite_hub, "families") if row[0] == "F9"] == ["rushden"]


def test_the_same_row_again_is_no_tie(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "base")
    _send(sqlite_hub, tmp_path / "first", families=CLOSED)
    result = _send(sqlite_hub, tmp_path / "second", families=CLOSED)

    assert (result.status, result.warnings) == ("unchanged", [])


FAMILY = "family,hub,opened_on\n{},corby,2026-01-05\n"


@pytest.mark.parametrize(
    ("held", "new"),
    [("00123", "123"), ("123", "00123"), ("F7", "f7"), ("f7", "F7"), ("0007", "7.0"), ("Ab-é1", "aB-É1"), ("0", "000")],
)
def test_a_reference_that_the_hub_holds_otherwise_written_is_refused(hub, tmp_path, held, new):
    """Excel takes leading zeros; taken as a second family, it would get the first one's closing day and people."""
    returns.apply(hub, tmp_path / "first")
    assert _send(hub, tmp_path / "held", families=FAMILY.format(held)).status == "applied"

    result = _send(hub, tmp_path / "second", families=FAMILY.format(new))

    assert [(p.file, p.line, p.column, p.code) for p in result.problems] == [
        ("families.csv", 2, "family", "reads-alike")
    ]
    assert "leading zeros were lost, or case changed" in result.problems[0].message


@pytest.mark.parametrize("new", ["F70", "0F7", "F07", "1230", "12 3", "F-7"])
def test_a_reference_that_is_another_one_is_taken(sqlite_hub, tmp_path, new):
    returns.apply(sqlite_hub, tmp_path / "first")
    _send(sqlite_hub, tmp_path / "held", families=FAMILY.format("F7") + "00123,corby,2026-01-05\n")

    assert _send(sqlite_hub, tmp_path / "second", families=FAMILY.format(new)).status == "applied"


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("organisations", "organisation,name,kind\nnhft,The Trust,partner\n"),
        ("practitioners", "practitioner,organisation,name\nw2,NHFT,Yorick\n"),
        ("people", "person,family,role,given_name,family_name\np3,F2,child,Vesta,Other\n"),
        ("goals", "goal,family,area,instrument,set_on\ng2,F2,housing,gbo,2025-04-01\n"),
        ("needs", "need,family,area,identified_on,status\nn2,F2,housing,2025-04-01,unmet\n"),
        ("agreements", AGREEMENTS + "\n" + _agreement("a2", "")),
        ("shares", SHARES + "\n" + _share("s2", "")),
    ],
)
def test_so_it_is_for_every_reference_that_begins_a_row(sqlite_hub, tmp_path, table, rows):
    returns.apply(sqlite_hub, tmp_path / "first")

    result = _send(sqlite_hub, tmp_path / "second", **{table: rows})

    assert [(p.file, p.line, p.code) for p in result.problems] == [(f"{table}.csv", 2, "reads-alike")]


def test_within_one_return_the_line_of_the_other_is_named(sqlite_hub, tmp_path):
    rows = FAMILY.format("00123") + "F8,corby,2026-01-05\n123,corby,2026-01-05\nf8,corby,2026-01-05\n"
    returns.apply(sqlite_hub, tmp_path / "first")

    result = _send(sqlite_hub, tmp_path / "second", families=rows)

    assert [(p.line, p.code) for p in result.problems] == [(4, "reads-alike"), (5, "reads-alike")]
    assert "line 2 has '00123'" in result.problems[0].message


def test_rows_that_the_hub_holds_in_both_spellings_can_still_be_brought_up_to_date(sqlite_hub, tmp_path):
    act = Act("spec", "tester", "two spellings from before", "intake.return")
    with sqlite_hub.write(act) as connection:
        connection.exec_driver_sql(
            "INSERT INTO families (family, hub, opened_on, recorded_at) VALUES"
            " ('123', 'corby', '2025-01-05', '2026-01-05 00:00:00'),"
            " ('00123', 'corby', '2025-01-05', '2026-01-05 00:00:00')"
        )
    returns.apply(sqlite_hub, tmp_path / "first")

    result = _send(sqlite_hub, tmp_path / "second", families=FAMILY.format("123") + "00123,rushden,2026-01-05\n")

    assert (result.problems, result.tables["families"]["changed"]) == ([], 2)


def test_the_command_says_who_moves_and_that_it_waits(sqlite_hub, tmp_path):
    returns.apply(sqlite_hub, tmp_path / "first")
    folder = returns.write(tmp_path / "second", **dict.fromkeys(GOOD) | {"people": PERSON})

    done = returns.command(sqlite_hub, "intake", folder, "--partner", "NNC")
    waiting = json.loads(returns.command(sqlite_hub, "intake", "waiting", "--json").stdout)

    assert done.exit_code == 3 and "'P3' moves from family 'F2' to 'F1'" in done.stdout
    assert len(waiting) == 1 and "move 1 person" in waiting[0]["why"][0]


LIVES = """person,family,role,given_name,family_name,date_of_birth,died_on
M1,F2,parent_carer,Tamsin,Namecanary,1988-05-04,2026-01-04
C1,F2,child,Ulric,Namecanary,2020-05-05,
C2,F2,child,Selma,Namecanary,2007-01-05,
C3,F2,child,Odo,Namecanary,2013-01-05,
"""
DECIDED = {  # each decided, or shared, on 5 January 2026
    "agreement,family,given_by,covers,decision,purpose,recipients,categories,decided_on,taken_by,notice_version\n": [
        "X1,F2,M1,M1,agreed,hub_working,NHFT,support_needs,2026-01-05,W1,2025-04",  # line 2: had died
        "X2,F2,P3,P3;M1,agreed,hub_working,NHFT,support_needs,2026-01-05,W1,2025-04",  # about one who had died
        "X3,F2,C1,C1,refused,hub_working,,,2026-01-05,W1,2025-04",  # a child of five, alone
        "X4,F2,P3,P3;C2,agreed,hub_working,NHFT,support_needs,2026-01-05,W1,2025-04",  # 19 years old
        "X5,F2,C3,C3,refused,hub_working,,,2026-01-05,W1,2025-04",  # thirteen on the day
        "X6,F2,P3,P3;C1;C3,agreed,hub_working,NHFT,support_needs,2026-01-05,W1,2025-04",
        "X7,F2,C1,C1,no_response,hub_working,,,2026-01-05,W1,2025-04",  # decided nothing
    ],
}
TOLD = [
    ("agreements.csv", 2, "given_by", "after-death"),
    ("agreements.csv", 3, "covers", "after-death"),
    ("agreements.csv", 4, "given_by", "too-young"),
    ("agreements.csv", 5, "covers", "of-age"),
    ("shares.csv", 2, "about", "after-death"),
]


def _decided() -> dict[str, str]:
    [(header, rows)] = DECIDED.items()
    share = _share("Y1", "").replace(",P3,", ",P3;M1,")
    return {"agreements": header + "\n".join(rows) + "\n", "shares": f"{SHARES}\n{share}{_share('Y2', '')}"}


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_cannot_be_true_of_a_life_is_told_by_the_return_itself(hub, tmp_path, dry_run):
    """P10: a decision after a death, by a child of five, or for somebody who is nineteen; no such day is told."""
    returns.apply(hub, tmp_path / "first")
    folder = returns.write(tmp_path / "second", **dict.fromkeys(GOOD) | {"people": LIVES} | _decided())

    result = take.take(hub, folder, "NNC", "tester", dry_run=dry_run)

    assert result.status == "applied"
    assert sorted((p.file, p.line, p.column, p.code) for p in result.warnings) == TOLD
    said = " ".join(p.message for p in result.warnings)
    assert not any(text in said for text in ("2026", "2007", "2020", "January", "anary"))


def test_a_day_of_death_or_birth_that_comes_later_is_told_with_what_is_held(hub, tmp_path):
    """P10: the month after, the decisions are held and only the day is new."""
    returns.apply(hub, tmp_path / "first")
    living = LIVES.replace("2026-01-04", "").replace("2020-05-05", "").replace("2007-01-05", "2010-01-05")
    assert _send(hub, tmp_path / "second", people=living, **_decided()).warnings == []

    result = _send(hub, tmp_path / "third", people=LIVES)

    told = sorted((p.file, p.line, p.column, p.code, p.message[1:3]) for p in result.warnings)
    assert told == [
        ("people.csv", 2, "died_on", "after-death", "X1"),
        ("people.csv", 2, "died_on", "after-death", "X2"),
        ("people.csv", 2, "died_on", "after-death", "Y1"),
        ("people.csv", 3, "date_of_birth", "too-young", "X3"),
        ("people.csv", 4, "date_of_birth", "of-age", "X4"),
    ]
    assert _send(hub, tmp_path / "again", people=LIVES).warnings == []


def test_what_was_put_right_or_judged_is_not_told(hub, tmp_path):
    """P10: a corrected entry counts as never written, and a worker may judge that a child can decide."""
    returns.apply(hub, tmp_path / "first", people=GOOD["people"] + LIVES.split("\n")[2] + "\n")
    competence.record(hub, "F2", "C1", "W1", date(2026, 1, 5), By("tester", "explained it in their own words", TODAY))
    wrong = _agreement("X1", "").replace("P3,P3", "M1,M1")
    right = _agreement("X2", "X1")
    alone = _agreement("X3", "").replace("P3", "C1")

    result = _send(hub, tmp_path / "second", people=LIVES, agreements=f"{AGREEMENTS}\n{wrong}{right}{alone}")

    assert result.status == "applied"
    assert result.warnings == []
