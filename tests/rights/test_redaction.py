"""Words left out of a text that is given: chosen by number, one mark for each run, the original as it was."""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from hubdata.errors import BadParameter
from hubdata.families import record
from hubdata.moments import By
from hubdata.records.store import Hub
from hubdata.rights import redaction
from hubdata.rights.copy import decide as copy_decide
from tests.rights.test_copy import ask, decide, filled, given, items, make, withhold_all
from tests.support import returns

TODAY = date.today()  # noqa: DTZ011 (what is recorded must not lie ahead)
ITEM = "families.closure_reason/F1"  # the numbat bit Bertram


@pytest.fixture
def on_sqlite(sqlite_hub: Hub) -> Hub:
    return filled(sqlite_hub)


def without(hub: Hub, request: str, words_out: str, item: str = ITEM, **more) -> list[copy_decide.Listed]:
    return decide(hub, request, item, "disclose", because="own", words_out=words_out, **more)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("2", "one [left out] three,  four\nfive"),
        ("2-3", "one [left out]  four\nfive"),
        ("1;5", "[left out] two three,  four\n[left out]"),
        (" 3-4 ; 2 ; 3", "one [left out]\nfive"),
        ("1-4", "[left out]\nfive"),
    ],
)
def test_a_run_of_words_leaves_one_mark_that_tells_nothing_of_its_length(said: str, shown: str):
    written = "one two three,  four\nfive"

    assert redaction.without(written, redaction.spans(said, written)) == shown


@pytest.mark.parametrize("said", ["", ";", "0", "6", "2-9", "3-2", "Bertram", "1;x", "-1", "1-5", "99999", "٢"])
def test_what_names_no_word_or_every_word_is_refused_and_not_repeated(said: str):
    with pytest.raises(BadParameter) as refused:
        redaction.spans(said, "one two three four five")

    assert "Bertram" not in str(refused.value)


def test_of_another_text_than_was_decided_about_nothing_is_shown():
    assert redaction.without("two words", "2;7-9") == redaction.MARK


def test_the_copy_shows_a_mark_and_neither_names_nor_lists_whom_the_words_were_about(on_sqlite: Hub):
    request = ask(on_sqlite)
    withhold_all(on_sqlite, request)
    [done] = without(on_sqlite, request, "2-4")

    page, said, made = given(on_sqlite, request)

    assert made.names == [] and "the [left out]" in page and "Bertram" not in page + json.dumps(said)
    assert "numbat" not in page + json.dumps(said) and (done.words_out, done.exemption) == ("2-4", "third_party")
    assert done.law.startswith("Would identify another person")
    [left] = [one for one in said["left_out"] if one["what"].endswith("(words of it)")]
    assert left["number"] == 1 and left["law"] == done.law
    assert returns.rows(on_sqlite, "families")[0][4] == "the numbat bit Bertram"


def test_a_reason_that_somebody_typed_is_given_without_its_words_too(on_sqlite: Hub):
    record.show(on_sqlite, "F1", By("officer", "Bertram rang about her", TODAY))
    request = ask(on_sqlite)
    [typed] = [name for name in items(on_sqlite, request) if name.startswith("payloads.")]
    withhold_all(on_sqlite, request)
    without(on_sqlite, request, "1", typed)

    page, said, made = given(on_sqlite, request)

    assert "[left out] rang about her" in page and "Bertram" not in page + json.dumps(said) and made.names == []


def test_words_are_of_one_text_that_is_named_and_given(on_sqlite: Hub):
    request = ask(on_sqlite)

    for item, decision, more, why in (
        ("families.closure_reason/*", "disclose", {"because": "own"}, "is of one text: name it"),
        ("goals/G2", "disclose", {"because": "own"}, "is of one text: name it"),
        ("shares.about/S1/B2", "disclose", {"because": "they_agreed"}, "is of one text: name it"),
        (ITEM, "withhold", {}, "is of a text that is given"),
        (ITEM, "disclose", {"because": "own", "exemption": "tiresome"}, "--exemption 'tiresome' is none"),
    ):
        with pytest.raises(BadParameter, match=why):
            decide(on_sqlite, request, item, decision, words_out="2", **more)
    assert returns.rows(on_sqlite, "item_decisions") == []


def test_a_text_that_was_changed_is_decided_anew_before_anything_of_it_is_given(on_sqlite: Hub):
    request = ask(on_sqlite)
    withhold_all(on_sqlite, request)
    without(on_sqlite, request, "4")
    with on_sqlite.engine.begin() as connection:
        connection.execute(
            text("UPDATE families SET closure_reason = 'Bertram bit it', recorded_at = '2999-01-01 09:00:00.000000'")
        )

    made = make(on_sqlite, request)

    assert made.is_draft and "Bertram" not in Path(made.page).read_text("utf-8")


def test_the_officer_sees_each_item_with_its_words_by_number(on_sqlite: Hub):
    request = ask(on_sqlite)

    shown = {one.item.item: one for one in copy_decide.contents(on_sqlite, request, By("officer", None, TODAY))}
    _, page = copy_decide.listed(on_sqlite, request, By("officer", None, TODAY))

    assert shown[ITEM].words == ["the", "numbat", "bit", "Bertram"] and shown["goals/G2"].words == []
    assert "1 the  2 numbat  3 bit  4 Bertram" in Path(page).read_text("utf-8")
    assert shown.keys() == items(on_sqlite, request).keys()


def test_the_command_takes_the_words_by_number(on_sqlite: Hub):
    request = ask(on_sqlite)
    words = ("rights", "decide", "--request", request, "--item", ITEM, "--decision", "disclose", "--because", "own")

    done = returns.command(on_sqlite, *words, "--words-out", "2;4")

    assert done.exit_code == 0 and "without the words 2;4 (Would identify another person" in done.stdout
    assert "Bertram" not in done.output
