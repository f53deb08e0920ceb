"""A copy becomes final: officers' own work adds no item, nobody is given away in bulk, all named are seen."""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from hubdata.errors import BadParameter, Refused
from hubdata.families import record
from hubdata.moments import By
from hubdata.records.store import Hub
from hubdata.rights.copy import decide as copy_decide
from hubdata.rights.copy import looked
from tests.rights.test_copy import ALL_FIVE, ask, decide, filled, given, items, make, step, withhold_all
from tests.support import returns
from tests.support.ascii import load

TODAY = date.today()  # noqa: DTZ011 (what is recorded must not lie ahead)
OWN = {"because": "own"}


@pytest.fixture
def family(hub: Hub) -> Hub:
    return filled(hub)


@pytest.fixture
def on_sqlite(sqlite_hub: Hub) -> Hub:
    return filled(sqlite_hub)


def command(hub: Hub, request: str, verb: str, *words: str) -> tuple[int, dict | list]:
    done = returns.command(hub, "rights", verb, "--request", request, *words, "--json")
    return done.exit_code, json.loads(done.stdout)


def test_decisions_each_with_a_reason_of_its_own_leave_nothing_to_decide(family: Hub):
    """Each reason was a new item once, so that a copy whose decisions had reasons never became final."""
    request = ask(family)
    before = set(items(family, request))
    for name in before:
        words = ("--item", name, "--decision", "withhold", "--reason", f"Bertram asked for {name} to stay out")
        assert command(family, request, "decide", *words)[0] == 0
    command(family, request, "items", "--reason", "what does Bertram say")

    assert set(items(family, request)) == before
    code, made = command(family, request, "pack", "--reason", "for Anneliese, as Bertram said")
    assert (code, made["undecided"], made["is_draft"]) == (0, [], False)
    assert command(family, request, "pack", "--reason", "once more, Bertram")[0] == 0


def test_steps_of_this_request_are_in_the_copy_and_their_reasons_are_the_officers_own_work(on_sqlite: Hub):
    request = ask(on_sqlite)
    step(on_sqlite, request, "extended", reason="Bertram was asked and has not answered")
    before = set(items(on_sqlite, request))
    withhold_all(on_sqlite, request)

    page, said, made = given(on_sqlite, request)

    assert not [name for name in before if request in name or "request_events" in name] and not made.is_draft
    reasons = {row["what"]["value"]: row["reason"] for row in said["held"]["request_events"]["rows"]}
    assert (reasons["extended"]["value"], reasons["extended"]["said"]) == (None, looked.TO_ANSWER)
    assert "Bertram" not in page + json.dumps(said)
    assert {one["reason"] for one in said["who_looked"] if one["what"] == "Recorded a step of a request"} == {
        looked.TO_ANSWER
    }


def test_a_look_at_the_record_whose_reason_names_the_request_is_work_on_it(on_sqlite: Hub):
    request = ask(on_sqlite)
    before = set(items(on_sqlite, request))

    record.show(on_sqlite, "F1", By("officer", f"to answer {request}: is Bertram in it", TODAY))
    assert set(items(on_sqlite, request)) == before
    record.show(on_sqlite, "F1", By("officer", "Bertram rang", TODAY))
    assert len(set(items(on_sqlite, request)) - before) == 1


def test_the_work_on_an_earlier_request_of_the_person_is_held_and_is_decided(on_sqlite: Hub):
    earlier = ask(on_sqlite)
    step(on_sqlite, earlier, "responded", reason="read out while Bertram waited")
    request = ask(on_sqlite)

    reasons = [name for name in items(on_sqlite, request) if name.startswith(("request_events", "payloads"))]

    assert sorted(name.split("/")[0] for name in reasons) == ["payloads.payload", "request_events.reason"]


def test_what_may_be_about_others_is_never_given_in_bulk_as_the_persons_own(family: Hub):
    request = ask(family)

    with pytest.raises(Refused, match="may be about other people") as refused:
        decide(family, request, "*", "disclose", **OWN)

    assert {one["item"] for one in refused.value.problems} == set(items(family, request))
    assert returns.rows(family, "item_decisions") == []
    for pattern in ("shares.*", "shares.r*", "families.closure_reason/?1"):
        with pytest.raises(Refused, match="look at each"):
            decide(family, request, pattern, "disclose", **OWN)
    decide(family, request, "families.closure_reason/F1", "disclose", **OWN)
    decide(family, request, "shares.*", "withhold")
    assert len(returns.rows(family, "item_decisions")) == 5


@pytest.mark.parametrize("item", ["shares.about/S1/B2", "practitioners.name/V1", "agreements.covers/A1/C1"])
def test_what_names_another_person_is_never_the_persons_own_not_even_alone(on_sqlite: Hub, item: str):
    request = ask(on_sqlite)

    with pytest.raises(Refused, match="--because they_agreed or reasonable"):
        decide(on_sqlite, request, item, "disclose", **OWN)
    decide(on_sqlite, request, item, "disclose", because="they_agreed")


def test_each_ground_says_what_it_means_and_what_giving_in_spite_of_it_takes(on_sqlite: Hub):
    request = ask(on_sqlite)

    found = {one.item: one.means for one in copy_decide.listed(on_sqlite, request, By("officer", None, TODAY))[0]}

    assert found["shares.about/S1/B2"] == [
        "it names another person. To give it takes they_agreed (whom it is about, or who gave it, agreed that it is "
        "given), or reasonable (it is reasonable to give it without their agreement, all five factors considered)"
    ]
    assert "own (it is about the person who asks, and about nobody else)" in found["shares.reason/S2"][0]
    assert [one.split(".")[0] for one in found["goals/G2"]] == [
        "it may be about health",
        "it may concern another person",
    ]
    assert "the opinion of a health professional" in found["goals/G2"][0]
    told = returns.command(on_sqlite, "rights", "items", "--request", request).stdout
    assert "own (it is about the person who asks, and about nobody else)" in told


def test_a_last_look_lists_everybody_else_whom_the_copy_names_before_it_is_final(family: Hub):
    request = ask(family)
    withhold_all(family, request)
    decide(family, request, "shares.about/S1/B2", "disclose", because="reasonable", factors=ALL_FIVE)
    decide(family, request, "practitioners.name/V1", "disclose", because="they_agreed")

    first = make(family, request)

    assert first.is_draft and first.data_sha256 is None and first.undecided == []
    assert {one.person: (one.who, one.where) for one in first.names} == {
        "B2": ("another member of the family", ["Share: about whom (another person) (shares.about/S1/B2)"]),
        "V1": ("a worker", ["The name of a worker who may not be paid staff (practitioners.name/V1)"]),
    }
    page = Path(first.page).read_text("utf-8")
    assert (
        "The last look" in page
        and "Bertram Finch, another member of the family" in page
        and page.count("Not to be given out") == 2
    )
    assert make(family, request, seen=("B2",)).is_draft
    with pytest.raises(BadParameter, match="--named D9: the copy would not name them; it names B2, V1"):
        make(family, request, seen=("B2", "D9"))
    final = make(family, request, seen=("V1", "B2"))
    assert not final.is_draft and final.data_sha256 and "The last look" not in Path(final.page).read_text("utf-8")


@pytest.mark.parametrize(
    ("says", "names"),
    [
        ("the numbat bit Bertram", {"B2"}),
        ("BERTRAM'S numbat", {"B2"}),
        ("Mr Finch moved", {"B2"}),
        ("as C1 asked", {"C1"}),
        ("Anneliese Canary moved", set()),
        ("Bertrams Lane", set()),
        ("Caspian and Bertram", {"B2", "C1"}),
    ],
)
def test_a_text_that_speaks_of_another_member_is_found_by_name_or_reference(on_sqlite: Hub, says: str, names: set[str]):
    with on_sqlite.engine.begin() as connection:
        connection.execute(text("UPDATE families SET closure_reason = :says WHERE family = 'F1'"), {"says": says})
    request = ask(on_sqlite)
    withhold_all(on_sqlite, request)
    decide(on_sqlite, request, "families.closure_reason/F1", "disclose", **OWN)

    assert {one.person for one in make(on_sqlite, request).names} == names


def test_a_decision_after_the_last_look_that_names_another_asks_for_a_new_look(on_sqlite: Hub):
    request = ask(on_sqlite)
    withhold_all(on_sqlite, request)
    decide(on_sqlite, request, "shares.about/S1/B2", "disclose", because="they_agreed")
    assert not make(on_sqlite, request, seen=("B2",)).is_draft

    decide(on_sqlite, request, "agreements.covers/A1/C1", "disclose", because="they_agreed")

    assert make(on_sqlite, request, seen=("B2",)).is_draft


def test_the_command_lists_who_is_named_without_a_name_and_takes_them_back(on_sqlite: Hub):
    request = ask(on_sqlite)
    withhold_all(on_sqlite, request)
    decide(on_sqlite, request, "shares.about/S1/B2", "disclose", because="they_agreed")

    told = returns.command(on_sqlite, "rights", "pack", "--request", request)

    assert told.exit_code == 3 and "--named B2" in told.output and "Bertram" not in told.output
    assert command(on_sqlite, request, "pack", "--named", "B2")[0] == 0


def test_a_row_that_a_child_gave_shows_no_other_member_undecided(on_sqlite: Hub):
    """The whole row is decided for the child's sake; whoever else stands in it, for theirs."""
    load(
        on_sqlite,
        agreements="""
        agreement | given_by | covers | exclusions | decided_on
        A4        | C1       | C1     | B2         | 2024-05-01
    """,
    )
    request = ask(on_sqlite, "C1", asked_by="P1")

    found = set(items(on_sqlite, request))

    assert {"agreements/A4", "agreements.exclusions/A4/B2"} <= found
