"""One recipient, one letter, one copy: what is looked at before it goes, that it went, and its files go in time."""

import json
import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from hubdata import moments, policy
from hubdata.errors import BadParameter, HubError, Refused
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.keys import sealed
from hubdata.records.store import Hub
from hubdata.retention.traces import files
from hubdata.retention.traces import marks as traces_marks
from hubdata.rights import register, sweep
from hubdata.rights.letters import send
from hubdata.rights.letters.send import Sent
from hubdata.schedule import round as round_
from hubdata.schedule.run import Who
from tests.rights.test_copy import ask, decide, filled, make, step, withhold_all
from tests.rights.test_letters import ADDRESS, OFFICER, complain, letter
from tests.support import returns

TODAY = date.today()  # noqa: DTZ011 (what is recorded must not lie ahead)


@pytest.fixture
def family(hub: Hub) -> Hub:
    return filled(hub)


@pytest.fixture
def on_sqlite(sqlite_hub: Hub) -> Hub:
    return filled(sqlite_hub)


def sent(hub: Hub, made, noun: str = "rights", on: date = TODAY, by: By = OFFICER, again: bool = False) -> send.Sending:
    looked = send.check(hub, made.letter, by, noun)
    return send.sent(hub, made.letter, Sent(on, "post", looked.checked, again), by, noun)


def with_copy(hub: Hub) -> tuple[str, str]:
    """A request whose copy, which names Bertram, is whole."""
    request = ask(hub)
    withhold_all(hub, request)
    decide(hub, request, "shares.about/S1/B2", "disclose", because="they_agreed")
    return request, make(hub, request, seen=("B2",)).pack


def test_the_last_look_says_the_address_back_and_who_is_named_and_who_must_not_see_it(family: Hub):
    request, pack = with_copy(family)
    made = letter(family, request, "send")

    looked = send.check(family, made.letter, OFFICER)

    assert looked.address == ["12 Larch Lane", "Corby", "NN17 1AA"] and looked.name == "Anneliese Canary"
    assert [one.person for one in looked.named] == ["B2"] and looked.pack == pack
    [watched] = looked.must_not_see
    assert watched.person == "B2" and watched.why == ["decision A1 leaves them out", "another adult of the family"]
    with family.read() as connection:
        entry = ledger.entries(connection, 1)[0]
    assert entry["action"] == "rights.check" and entry["said"]["detail"]["looked_at"] == "address"
    assert "Larch" not in str(entry)


def test_a_copy_is_sent_once_with_its_hash_and_ends_the_request(family: Hub):
    request, pack = with_copy(family)
    made = letter(family, request, "send")

    done = sent(family, made)

    assert (done.takes, done.outcome, done.sha256, done.pack) == ("responded", "responded", made.document_sha256, pack)
    assert register.listed(family, TODAY, False)[0].holds == []
    with family.read() as connection:
        said = ledger.entries(connection, 1)[0]["said"]["detail"]
    assert (said["sha256"], said["pack"], said["person"]) == (made.document_sha256, pack, "P1") and said["data_sha256"]
    with pytest.raises(Refused, match=f"letter {made.letter} was sent to P1 on .*Is it to go again"):
        sent(family, made)
    with pytest.raises(BadParameter, match="what is sent again needs a reason"):
        sent(family, made, again=True)
    assert sent(family, made, by=replace(OFFICER, reason="it came back"), again=True).takes is None


def test_the_same_copy_to_another_recipient_asks_first(on_sqlite: Hub):
    request = ask(on_sqlite, "C1", asked_by="P1")
    withhold_all(on_sqlite, request)
    make(on_sqlite, request)
    first = letter(on_sqlite, request, "send")
    sent(on_sqlite, first)

    second = letter(on_sqlite, request, "send", to="C1")

    assert send.check(on_sqlite, second.letter, OFFICER).already
    with pytest.raises(Refused, match="was sent to P1"):
        sent(on_sqlite, second)


def test_two_parents_get_two_copies_each_without_the_other(on_sqlite: Hub):
    """Each asks for their child: each has a request, a copy and a letter of their own."""
    pages = {}
    for parent in ("P1", "B2"):
        request = ask(on_sqlite, "C1", asked_by=parent)
        step(on_sqlite, request, "id_received")
        withhold_all(on_sqlite, request)
        made = make(on_sqlite, request)
        looked = send.check(on_sqlite, letter(on_sqlite, request, "send").letter, OFFICER)
        pages[parent] = Path(made.page).read_text("utf-8") + Path(made.data).read_text("utf-8")
        assert looked.to_person == parent and looked.named == []
    assert "Bertram" not in pages["P1"] and "Anneliese" not in pages["B2"]
    assert "Larch" not in pages["P1"] + pages["B2"]
    assert [one for one in looked.must_not_see if one.person == "P1"][0].why[0].startswith("asked for a copy in Q")


@pytest.mark.parametrize("what", ["the letter", "the address", "the decisions", "the copy"])
def test_what_changed_since_the_last_look_is_looked_at_again(on_sqlite: Hub, what: str):
    request, pack = with_copy(on_sqlite)
    made = letter(on_sqlite, request, "send")
    checked = send.check(on_sqlite, made.letter, OFFICER).checked
    if what == "the letter":
        checked = send.check(on_sqlite, letter(on_sqlite, request, "acknowledge").letter, OFFICER).checked
    elif what == "the address":
        with on_sqlite.engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER letters_no_update")
            connection.execute(
                text("UPDATE letters SET address = :other"),
                {"other": sealed.seal(on_sqlite, made.letter, b"1 Elm Row")},
            )
    elif what == "the decisions":
        decide(on_sqlite, request, "agreements.covers/A1/C1", "disclose", because="they_agreed")
    else:
        [page] = [path for path in sweep.files(on_sqlite, "packs", pack) if path.suffix == ".html"]
        page.write_text("Bertram", "utf-8")

    with pytest.raises(Refused, match="was not checked as it is now|decided anew after|is not as it was made"):
        send.sent(on_sqlite, made.letter, Sent(TODAY, "post", checked), OFFICER)
    assert returns.rows(on_sqlite, "sendings") == []


def test_sending_takes_the_step_with_what_the_letter_said(on_sqlite: Hub):
    request = ask(on_sqlite)
    made = letter(on_sqlite, request, "clarify", says="Which of the two hubs do you mean?")
    assert sent(on_sqlite, made).takes == "clarification_asked"
    assert register.listed(on_sqlite, TODAY, False)[0].status == "paused"
    made = letter(on_sqlite, request, "refuse", exemption="crime", says="x y " * 400)
    assert sent(on_sqlite, made).outcome == "refused"
    told = register.listed(on_sqlite, TODAY, False)[0]
    assert told.exemption == "crime" and told.holds == []
    complaint = complain(on_sqlite)
    assert (
        sent(on_sqlite, letter(on_sqlite, complaint, "acknowledge", "complaint"), "complaint").takes == "acknowledged"
    )


def test_an_extension_written_in_time_and_sent_too_late_is_refused(on_sqlite: Hub):
    came = TODAY - timedelta(days=40)
    request = ask(on_sqlite, came=came)
    made = letter(on_sqlite, request, "extend", on=came + timedelta(days=20), says="There is much.")

    with pytest.raises(Refused, match="the extension comes too late"):
        sent(on_sqlite, made)
    assert register.listed(on_sqlite, TODAY, False)[0].extension == "none"
    assert sent(on_sqlite, made, on=came + timedelta(days=25)).takes == "extended"


def test_a_document_that_was_changed_by_hand_is_sent_with_the_hash_that_it_has(on_sqlite: Hub):
    made = letter(on_sqlite, ask(on_sqlite), "acknowledge")
    Path(made.document).write_bytes(b"another")

    done = sent(on_sqlite, made)

    assert done.sha256 == ledger.digest(b"another") and "was changed after it was written" in done.notes[0]


CANNOT_BE = (
    (Sent(TODAY, "pigeon", ""), "--way 'pigeon' is none; allowed are post, by_hand, electronic"),
    (Sent(TODAY + timedelta(days=1), "post", ""), "lies ahead"),
    (Sent(TODAY, "post", ""), "was not checked as it is now"),
)


def test_a_sending_that_cannot_be_is_refused(on_sqlite: Hub):
    made = letter(on_sqlite, ask(on_sqlite), "acknowledge")

    for given, why in CANNOT_BE:
        with pytest.raises((BadParameter, Refused), match=why):
            send.sent(on_sqlite, made.letter, given, OFFICER)
    for noun, reference in (("complaint", made.letter), ("rights", "L0")):
        with pytest.raises(BadParameter, match="there is no letter"):
            send.check(on_sqlite, reference, OFFICER, noun)


def test_an_address_opens_with_its_own_row_and_unaltered_only(on_sqlite: Hub):
    kept = sealed.seal(on_sqlite, "L1", b"12 Larch Lane")

    assert sealed.opened(on_sqlite, "L1", kept) == b"12 Larch Lane" and "Larch" not in kept
    for of, other in (("L2", kept), ("L1", kept[:-8] + "AAAAAAA="), ("L1", "not sealed"), ("L1", "")):
        with pytest.raises(HubError, match="has been altered"):
            sealed.opened(on_sqlite, of, other)


def test_letters_and_what_a_killed_run_left_are_deleted_in_time(on_sqlite: Hub, tmp_path: Path):
    request = ask(on_sqlite)
    made = letter(on_sqlite, request, "acknowledge")
    folder = Path(made.page).parent
    left = [folder / f"letter-{request}-L0123456789.docx", folder / ".making-abc", tmp_path / "mine.docx"]
    young = folder / f"letter-{request}-L9876543210.docx"
    for path in (*left, young):
        path.write_text("x", "utf-8")
    for path in left:
        os.utime(path, (0, 0))

    first = sweep.sweep(on_sqlite, OFFICER)
    last = sweep.sweep(on_sqlite, replace(OFFICER, as_at=made.delete_on))

    assert first.left_behind == [".making-abc", left[0].name] and [one["letter"] for one in first.kept] == [made.letter]
    assert last.deleted == [made.letter] and sorted(folder.iterdir()) == [young] and left[2].exists()
    assert returns.rows(on_sqlite, "letters")[0][-2] is not None
    with pytest.raises(Refused, match="has deleted itself"):
        send.check(on_sqlite, made.letter, OFFICER)


def test_the_schedule_deletes_letters_and_copies_whose_time_is_over(on_sqlite: Hub):
    place = on_sqlite.home / policy.DECISIONS / "rights.pack_kept_days.yaml"
    kept = "{value: 0, from: 2020-01-01, source: the board of 3 March, last_checked: 2026-11-30}"
    place.write_text(f"rights.pack_kept_days:\n  unit: days\n  values:\n    - {kept}\n", "utf-8")
    request = ask(on_sqlite)
    written = letter(on_sqlite, request, "acknowledge"), make(on_sqlite, request)

    done = round_.run(on_sqlite.home, "sqlite", (), moments.now(), Who("runner"), lambda _: None)

    assert (done.deleted, done.error) == (2, "") and not [one for one in written if Path(one.page).exists()]
    assert round_.run(on_sqlite.home, "sqlite", (), moments.now(), Who("runner"), lambda _: None).deleted == 0


def test_a_disposal_finds_a_letter_by_the_name_in_its_document(on_sqlite: Hub):
    made = letter(on_sqlite, ask(on_sqlite), "acknowledge")
    with on_sqlite.read() as connection:
        marks = traces_marks.gather(connection, ["F1"])

    files.erase_files(on_sqlite, marks)

    assert not Path(made.page).exists() and not Path(made.document).exists()


def test_the_commands_ask_for_the_address_look_first_and_then_record(on_sqlite: Hub):
    request = ask(on_sqlite)
    words = ("rights", "letter", "--request", request, "--kind", "acknowledge", "--address", ADDRESS, "--json")
    made = json.loads(returns.command(on_sqlite, *words).stdout)

    looked = returns.command(on_sqlite, "rights", "sent", "--letter", made["letter"], "--json")
    told = returns.command(on_sqlite, "rights", "sent", "--letter", made["letter"])
    checked = json.loads(looked.stdout)["checked"]
    done = returns.command(on_sqlite, "rights", "sent", "--letter", made["letter"], "--checked", checked, "--json")

    assert looked.exit_code == told.exit_code == 3 and done.exit_code == 0
    assert f"--checked {checked}" in told.stdout and "NN17 1AA" in told.stdout and "Bertram" not in told.stdout
    assert json.loads(done.stdout)["sha256"] == made["document_sha256"]
