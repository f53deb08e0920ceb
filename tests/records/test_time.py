"""No entry is older than the one before it, and a clock that jumped is believed only when two people know the day.

Both databases; the clock is moved, never waited for (design.md, law 9).
"""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from hubdata import moments, policy
from hubdata.desk import main
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.ledger import Act
from hubdata.records.time import entry, jumps
from hubdata.records.witness import dates, known
from hubdata.sharing import agreements
from tests.support.ascii import load
from tests.support.clock import Clock

YEARS = 3 * 365
DAYS = policy.load().value("clock.jump_days", moments.today())


@pytest.fixture
def clock(monkeypatch) -> Clock:
    return Clock(monkeypatch)


def write(hub, actor: str = "ann") -> dict:
    """One entry, as it then stands in the ledger."""
    with hub.write(Act(actor, "officer", "a test", "test.append")):
        pass
    return entries(hub)[-1]


def entries(hub) -> list[dict]:
    with hub.read() as connection:
        return ledger.entries(connection)[::-1]


def held(hub, actor: str) -> str:
    with hub.read() as connection:
        return jumps.holds(connection, actor)


def confirm(hub, actor: str, reason: str | None = "the church clock and the radio say so"):
    return jumps.confirm(hub, moments.today(), By(actor, reason, moments.today()))


def times(hub) -> jumps.Times:
    with hub.read() as connection:
        return jumps.found(connection)


@pytest.mark.parametrize("days", [-YEARS, -30, -1, -0.01])
def test_no_entry_is_older_than_the_one_before_it_and_what_the_clock_said_stays_known(hub, clock, days):
    before = write(hub)
    said = clock.stands(days=days)
    after = write(hub)

    assert after["at"] == before["at"]
    assert timedelta() <= datetime.fromisoformat(after["clock"]) - said < timedelta(minutes=1)
    assert times(hub).older == []


def test_two_machines_whose_clocks_differ_by_a_minute_hold_nothing(hub, clock):
    write(hub)
    clock.stands(minutes=-1)
    after = write(hub)

    assert "clock" not in after and "jump" not in after
    assert held(hub, "ben") == ""


@pytest.mark.parametrize(
    ("days", "is_held"),
    [(0, False), (DAYS - 0.5, False), (DAYS + 0.5, True), (YEARS, True), (-0.5, True), (-YEARS, True)],
)
def test_what_only_time_makes_due_waits_when_the_clock_moved_by_more_than_the_policy_allows(hub, clock, days, is_held):
    write(hub)
    clock.stands(days=days)

    assert bool(held(hub, "ben")) == is_held


def test_what_is_recorded_on_a_clock_that_jumped_does_not_make_it_right(hub, clock):
    write(hub)
    clock.stands(days=YEARS)
    for _ in range(3):
        write(hub)

    assert "jumped ahead" in held(hub, "ben")
    clock.stands(days=0)
    assert "been set back" in held(hub, "ben")
    write(hub)
    assert "been set back" in held(hub, "ben")


def test_a_second_person_confirms_the_day_and_that_person_is_not_the_one_who_acts(hub, clock):
    write(hub)
    clock.stands(days=40)
    confirm(hub, "ann")

    assert held(hub, "ben") == ""
    assert "ann (claimed: the name was typed) confirmed the day, and so cannot be the one who acts" in held(hub, "Ann ")
    confirm(hub, "ben")
    assert held(hub, "ann") == held(hub, "ben") == held(hub, "carl") == ""


def test_what_was_confirmed_stays_so_until_the_clock_jumps_again(hub, clock):
    write(hub)
    clock.stands(days=YEARS)
    write(hub)
    clock.stands(days=0)
    confirm(hub, "ann")
    for _ in range(3):
        assert held(hub, "ben") == ""
        write(hub)

    clock.stands(days=40)
    assert held(hub, "ben")


def test_the_same_person_under_another_spelling_confirms_once(hub, clock):
    write(hub)
    clock.stands(days=40)
    confirm(hub, "ann")

    with pytest.raises(Refused, match="another person"):
        confirm(hub, " ANN")


@pytest.mark.parametrize("reason", [None, "N/A", "-", "tbc"])
def test_a_word_that_says_nothing_confirms_no_day(hub, clock, reason):
    write(hub)
    clock.stands(days=40)

    with pytest.raises(BadParameter, match="--reason"):
        confirm(hub, "ann", reason)
    assert held(hub, "ben")


def test_another_day_than_the_clock_s_is_no_confirmation_and_neither_is_one_that_nobody_needs(hub, clock):
    write(hub)
    with pytest.raises(BadParameter, match="nothing to confirm"):
        confirm(hub, "ann")
    clock.stands(days=YEARS)
    right = moments.day_of(clock.right())

    with pytest.raises(Refused, match="set the clock right"):
        jumps.confirm(hub, right, By("ann", "the newspaper says so", right))
    assert held(hub, "ben")
    assert not any(each["action"] == entry.CONFIRM for each in entries(hub))


def test_a_confirmation_that_was_erased_confirms_nothing(hub, clock):
    write(hub)
    clock.stands(days=40)
    confirm(hub, "ann")
    act = Act("carl", "disposer", "a test", "test.erase")
    with hub.write(act) as connection:
        ledger.erase(connection, act, [entries_seq(connection, entry.CONFIRM)])

    assert held(hub, "ben")


def entries_seq(connection, action: str) -> int:
    return next(each["seq"] for each in ledger.entries(connection) if each["action"] == action)


def test_every_jump_is_named_with_its_days_and_with_who_confirmed_it(hub, clock):
    write(hub)
    clock.stands(days=YEARS)
    write(hub)
    clock.stands(days=0)
    write(hub)
    found = times(hub)

    assert [(one.kind, one.days in (YEARS - 1, YEARS), one.confirmed_by) for one in found.jumps] == [
        (entry.AHEAD, True, ()),
        (entry.BEHIND, True, ()),
    ]
    confirm(hub, "ann")
    assert [one.confirmed_by for one in times(hub).jumps] == [("ann",), ("ann",)]


def test_a_jump_that_an_older_hubdata_wrote_down_as_none_is_named_too(hub, clock):
    forged(hub, datetime(2019, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))

    assert [(one.kind, one.days) for one in times(hub).jumps][:1] == [(entry.AHEAD, 2557)]
    assert confirm(hub, "ann").confirmed_by == ("ann",)
    assert all(one.confirmed_by for one in times(hub).jumps)


def test_an_entry_of_2024_after_one_of_2026_is_named(hub):
    forged(hub, datetime(2026, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC))
    (older,) = times(hub).older

    assert "is older than the one before it: 1 January 2024" in older


def forged(hub, *days: datetime) -> None:
    """The whole chain, written by somebody who knows how, with entries of these days and no other."""
    with hub.engine.begin() as connection:
        for table, verb in (("chain", "delete"), ("payloads", "delete")):
            on = f" ON {table}" if hub.dialect == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}"))
        connection.execute(text("DELETE FROM payloads"))
        connection.execute(text("DELETE FROM chain"))
        prev = ledger.GENESIS
        for seq, at in enumerate(days, 1):
            said = {"action": "test.forged", "actor": "0" * 16, "at": at.isoformat(timespec="microseconds")}
            meta, commitment = ledger.canonical(said | {"role": "officer"}), bytes(32)
            row = {"seq": seq, "prev": prev, "meta": meta, "commitment": commitment}
            row["hash"] = prev = ledger.link(seq, prev, meta, commitment)
            connection.execute(text("INSERT INTO chain VALUES (:seq, :prev, :meta, :commitment, :hash)"), row)


def test_an_entry_that_somebody_made_unreadable_stops_no_record_and_is_a_jump(hub):
    write(hub)
    with hub.engine.begin() as connection:
        on = " ON chain" if hub.dialect == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER chain_no_update{on}"))
        last = ledger.head(connection)[0]
        connection.execute(text("UPDATE chain SET meta = :meta WHERE seq = :seq"), {"meta": b"no json", "seq": last})

    with hub.write(Act("ann", "officer", "a test", "test.append")):
        pass
    assert held(hub, "ben")


def run(*words: str):
    return CliRunner().invoke(main.app, list(map(str, words)))


def test_the_commands_say_so_go_on_reading_and_take_a_confirmation(sqlite_hub, clock):
    write(sqlite_hub)
    place = ("--home", sqlite_hub.home)
    clock.stands(days=YEARS)
    day = str(moments.today())

    looked = run("retention", "due", *place)
    assert looked.exit_code == 0 and "Look at the clock: this machine's clock has jumped ahead" in looked.output
    verified = run("ledger", "verify", "--json", *place)
    assert json.loads(verified.stdout)["jumps"] == []  # nothing was written on it
    run("ledger", "confirm-day", "--day", day, "--actor", "ann", "--reason", "the radio says so", *place)
    heard = {who: run("retention", "due", "--actor", who, *place).output for who in ("ann", "ben")}
    assert ["Look at the clock" in heard[who] for who in ("ann", "ben")] == [True, False]
    verified = run("ledger", "verify", *place)
    assert (
        verified.exit_code == 0
        and f"{YEARS:,} days; ann (claimed: the name was typed) confirmed the day" in verified.output
    )
    again = run("ledger", "confirm-day", "--day", day, "--actor", "ann", "--reason", "the radio says so", *place)
    assert again.exit_code == 3 and "another person's turn" in again.output
    wrong = run("ledger", "confirm-day", "--day", "2020-01-01", "--actor", "ben", "--reason", "a guess", *place)
    assert wrong.exit_code == 3 and "set the clock right" in wrong.output


def test_verify_asks_for_a_person_while_a_jump_waits(sqlite_hub, clock):
    write(sqlite_hub)
    clock.stands(days=YEARS)
    write(sqlite_hub)
    verified = run("ledger", "verify", "--home", sqlite_hub.home)

    assert verified.exit_code == 3 and "nobody has confirmed the day" in verified.output


@pytest.mark.parametrize("days", [-YEARS, -1, -0.01, 0, 1])
def test_no_row_is_recorded_before_the_ledger_s_last_entry_whatever_the_clock_says(hub, clock, days):
    """The notice's order of decisions is by the day, then by `recorded_at`: a clock set back must not turn it round."""
    before = datetime.fromisoformat(write(hub)["at"])
    clock.stands(days=days)
    with hub.write(Act("ann", "officer", "a test", "test.append")):
        stamped = moments.stamp().replace(tzinfo=UTC)

    assert stamped == before if days < 0 else stamped > before
    assert moments.stamp() == pytest.approx(clock.now().replace(tzinfo=None), abs=timedelta(minutes=1))


def test_an_agreement_that_is_recorded_on_a_clock_set_back_comes_after_the_one_before(sqlite_hub, clock):
    load(sqlite_hub, people="person | family | role\nP1 | F1 | parent_carer", practitioners="practitioner\nW1")
    given = {"family": "F1", "given_by": "P1", "covers": "P1", "purpose": "hub_working", "taken_by": "W1"}
    given |= {"decision": "no_response", "notice_version": "2025-04", "decided_on": "2026-01-05"}
    first = agreements.record(sqlite_hub, given, By("ann", None, moments.today()))
    clock.stands(hours=-5)
    second = agreements.record(sqlite_hub, given, By("ann", None, moments.today()))

    with sqlite_hub.read() as connection:
        at = dict(map(tuple, connection.execute(text("SELECT agreement, recorded_at FROM agreements"))))
    assert at[second.agreement] >= at[first.agreement]


def test_a_clock_that_is_moved_bit_by_bit_is_said_though_no_move_is_a_jump(hub, clock):
    for days in (2, 4, 6, 8):
        clock.stands(days=days)
        write(hub)
    found = times(hub)

    assert found.jumps == [] and [by for _, by in found.moved] == pytest.approx([172800] * 3, abs=5)
    assert "moved by 6 days and 0 hours ahead and 0 days and 0 hours back" in jumps.lines(found)[-1]


def test_a_machine_that_rested_or_was_started_again_moved_no_clock(hub, clock, monkeypatch):
    write(hub)
    clock.stands(days=3)
    monkeypatch.setattr(moments, "running", lambda: ("another start", 60.0))
    write(hub)
    monkeypatch.setattr(moments, "running", lambda: None)
    write(hub)

    assert times(hub).moved == [] and jumps.lines(times(hub)) == []


@pytest.mark.parametrize(
    ("days", "named"), [(3.5, "ran ahead by 3 days"), (-3.5, "was behind by 3 days"), (0.5, ""), (-0.5, ""), (0, "")]
)
def test_a_witness_that_names_another_day_than_the_ledger_is_said(hub, days, named):
    entry_ = write(hub)["seq"]
    known.enter(hub, By("ann", None, moments.today()), known.TIMESTAMP, entry_, moments.now() - timedelta(days=days))
    with hub.read() as connection:
        found = dates.faults(connection)

    assert len(found) == bool(named) and all(named in one for one in found)
