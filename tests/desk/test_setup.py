"""A hub is set up one thing at a time: by a file of answers or by what is typed, and taken up where it was left."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from hubdata import policy
from hubdata.desk.main import app
from hubdata.desk.setup import answers, beside, open, questions, walk
from hubdata.desk.walks import setup as walks
from hubdata.errors import BadParameter, HubError
from hubdata.moments import By
from hubdata.records.decisions import entries, stands
from hubdata.records.store import Hub
from tests.support import council

DAY = date(2026, 11, 30)
TEXT = """We want you to know what we do. The records kept at the Hub level are kept for six years.

We will speak to each other with your agreement and share only limited relevant details.
You may complain to the council. You can get a copy of your data."""
BY = By("Ann Officer", "set-up", DAY)
OWN = {"name": "Exampleshire Council", "organisation": "EXC"}


@pytest.fixture
def hub(sqlite_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A new hub that has decided nothing."""
    council.shipped(monkeypatch)
    return sqlite_hub


def _asked(hub: Hub, *words: str | Path):
    return CliRunner().invoke(app, ["init", "--home", str(hub.home), *map(str, words)])


def _answers(folder: Path, **more: object) -> Path:
    said = {
        "source": "Cabinet, minute 4",
        "controller.name": "Exampleshire Council",
        "hubs": {"harbour": "Harbour", "mill": "Mill Lane"},
        "partners": [{"organisation": "EXC", "name": "Exampleshire Council", "kind": "lead_partner"}],
        "notice": {"version": "2026-04", "from": date(2026, 4, 1), "file": "n.txt", "sentences": {"P8": "Six years."}},
        "confirm": ["sharing.record_within_days"],
    }
    (folder / "n.txt").write_text(TEXT, "utf-8")
    (folder / "answers.yaml").write_text(yaml.safe_dump(said | more), "utf-8")
    return folder / "answers.yaml"


def test_what_is_open_is_a_number_that_falls_as_a_file_of_answers_is_taken(hub: Hub, tmp_path: Path):
    first = json.loads(_asked(hub, "--open", "--json").stdout)["open"]

    done = _asked(hub, "--answers", _answers(tmp_path))
    again = _asked(hub, "--answers", tmp_path / "answers.yaml")
    left = json.loads(_asked(hub, "--open", "--json").stdout)["open"]

    assert done.exit_code == again.exit_code == 0, done.output + again.output
    assert "hubs is decided." in done.output and "hubs is decided." not in again.output
    assert first - left == 7 and f"{left:,} things are still open." in again.output
    assert hub.policy.labels("hubs", DAY) == {"harbour": "Harbour", "mill": "Mill Lane"}
    assert hub.policy.value("notice.wording", DAY) == TEXT and hub.policy.value("notice.sentences", DAY) == {
        "P8": "Six years."
    }
    assert hub.policy.entry("hubs", DAY).source == "Cabinet, minute 4"
    assert stands.standing(hub) == stands.ENTERED


def test_an_answer_that_nothing_asks_for_is_refused_before_anything_is_decided(hub: Hub, tmp_path: Path):
    refused = _asked(hub, "--answers", _answers(tmp_path, council="Exampleshire"))

    assert refused.exit_code == 2 and "answers.yaml has council; allowed are source," in refused.output
    assert not hub.policy.decided


def test_the_same_is_asked_one_thing_at_a_time_and_left_and_taken_up(hub: Hub, tmp_path: Path):
    (tmp_path / "n.txt").write_text(TEXT, "utf-8")
    facts = {"The council's name": "Exampleshire Council", "Your hubs": "mill: Mill Lane", "Its name": ""}
    own = {"Its name": "Exampleshire Council", "A short code": "EXC", "Whom families ask": "hub@exc.example.org"}
    notice = {
        "The whole notice": str(tmp_path / "n.txt"),
        "The name of this": "2026-04",
        "The first day": "2026-04-01",
        "Does it say": "yes",
    }
    told: list[str] = []

    def walked(said: dict[str, str], *choices: str) -> list[str]:
        asked, chosen = [], iter([*choices, "stop"])

        def ask(question: str) -> str:
            asked.append(question)
            if question.startswith("confirm, change"):
                return next(chosen)
            return next((said.pop(key) for key in list(said) if question.startswith(key)), "")

        walk.asked(walk.Walk(answers.Taker(hub, BY, "Cabinet"), ask, told.append))
        return asked

    first = walked(facts)
    left = [one.name for one in open.weighed(hub.policy, DAY)]
    again = walked(own | notice | dict.fromkeys(["P1 ", "P2 ", "P3 ", "P5 "], "-"), "confirm", "later")

    assert any(question.startswith("Your hubs") for question in first)
    assert not [question for question in again if question.startswith(("The council's name", "Your hubs"))]
    assert {"controller.name", "hubs"}.isdisjoint(left) and "controller.contact" in left
    assert hub.policy.value("notice.sentences", DAY) == {
        "P8": "The records kept at the Hub level are kept for six years."
    }
    assert hub.policy.value("notices.say_complaint", DAY) == ["2026-04"]
    assert any("only yours: six; only here: five" in line for line in told)
    assert len(open.weighed(hub.policy, DAY)) == len(left) - 5


def _page(hub: Hub) -> walks.SetUp:
    """The page's walk on a hub, at its first question."""
    page = walks.SetUp(lambda: None)
    page.begin()
    return page


def _fill(page: walks.SetUp, **said: str) -> str:
    """Fill in what is asked, save it, and read the page's head."""
    for each in page.step.fields:
        if each.name in said:
            each.control.value = said[each.name]
    page.save()
    return page.step.head.value


def test_the_page_asks_what_the_terminal_asks_and_a_refusal_keeps_what_was_typed(hub: Hub):
    page = _page(hub)
    asked = [each.key for each in questions.every(hub, DAY)]

    empty = _fill(page, source="Cabinet", actor="Ann Officer")
    kept = page.step.given()
    named = _fill(page, value="Exampleshire Council")

    assert asked[0] == "controller.name" and "Step 1 of 7: Who we are" in empty
    assert "Enter the council" in page.step.answer.value or kept["source"] == "Cabinet"
    assert "How families reach the council" in named and "controller.name is decided." in named
    assert page.step.given()["source"] == "Cabinet" and page.step.given()["actor"] == "Ann Officer"
    assert hub.policy.entry("controller.name", DAY).confirmed_by == "Ann Officer"


def test_back_shows_what_was_said_and_a_walk_that_was_left_goes_on_where_it_was(hub: Hub):
    page = _page(hub)
    _fill(page, value="Exampleshire Council")

    page.back()
    shown, before = page.step.head.value, page.step.given()["value"]
    anew = _page(hub)

    assert "The council" in shown and before == "Exampleshire Council"
    assert "How families reach the council" in anew.step.head.value


def test_what_was_left_for_later_is_still_open_and_asked_again_once_all_else_was(hub: Hub):
    page = _page(hub)
    for _ in range(len(questions.every(hub, DAY))):
        page.pass_over()

    assert "That is all for now" in page.step.head.value and "things are still open" in page.step.head.value
    page.anew()
    assert "The council" in page.step.head.value


def test_another_value_says_whom_it_moves_before_it_is_in_force_and_only_then_can_be(hub: Hub):
    page = _page(hub)
    page.show("sharing.record_within_days")
    page.change(questions.one(hub, "sharing.record_within_days", DAY))
    before = hub.policy.value("sharing.record_within_days", DAY)
    page.step.fields[0].control.value = str(before + 1)

    page.look(lambda: None)
    told, still = page.step.answer.value, hub.policy.value("sharing.record_within_days", DAY)
    page.save({"choice": "change"})

    assert "Nothing is in force yet" in told and still == before
    assert hub.policy.value("sharing.record_within_days", date.max) == before + 1


def test_the_first_person_is_registered_and_signed_in_and_the_passphrase_is_nowhere(hub: Hub):
    page = _page(hub)
    page.show(questions.FIRST)
    phrase = "correct horse battery staple"

    _fill(page, name="Ann Officer", passphrase=phrase, again="another one altogether")
    wrong = page.step.answer.value
    done = _fill(page, passphrase=phrase, again=phrase)

    assert "were not the same" in wrong and "Ann Officer is registered, and signed in." in done
    assert phrase not in done and phrase not in str(page.step.given())
    assert all(phrase.encode() not in file.read_bytes() for file in hub.home.rglob("*") if file.is_file())


BAD = [
    ("hubs", {"value": "mill: "}, "is no hub"),
    ("hubs", {"value": "Mill Lane\nmill lane"}, "two hubs have the code"),
    ("own", {"name": "Exampleshire", "organisation": ""}, "organisation: enter a short code"),
    ("partner", OWN | {"kind": "partner"}, "nothing is asked"),
    ("notice", {"text": "We keep it.", "version": "1", "from": "31/4/2026", "complaint": "no"}, "from"),
    ("notice.sentences", {}, "says nothing yet"),
    ("person", {"name": "Ann", "passphrase": "short", "again": "short"}, "at least 12 letters"),
    ("nothing.so", {}, "nothing is asked"),
    ("sharing.record_within_days", {"choice": "change", "value": "many"}, "is a int"),
]


@pytest.mark.parametrize(("key", "given", "said"), BAD, ids=[f"{key}-{said}" for key, _, said in BAD])
def test_what_cannot_be_taken_is_said_and_nothing_is_recorded(hub: Hub, key: str, given: dict, said: str):
    before = sorted(hub.home.rglob("*"))

    with pytest.raises(HubError, match=said):
        answers.said(answers.Taker(hub, BY, "Cabinet"), key, given)

    assert not hub.policy.decided and sorted(hub.home.rglob("*")) == before


def test_a_code_names_one_organisation_for_good(hub: Hub):
    taker = answers.Taker(hub, BY, "Cabinet")
    answers.said(taker, "own", OWN)

    with pytest.raises(BadParameter, match="EXC is the code of Exampleshire Council already"):
        answers.said(taker, "partner", {"name": "Harbour Trust", "organisation": "EXC", "kind": "partner"})


def test_two_values_for_one_day_are_not_taken(hub: Hub):
    taker, change = answers.Taker(hub, BY, "Cabinet"), {"choice": "change", "value": "40", "from": "1/12/2026"}
    answers.said(taker, "sharing.record_within_days", change)

    with pytest.raises(BadParameter, match="has a value from 2026-12-01 already, which is never edited"):
        answers.said(taker, "sharing.record_within_days", change | {"value": "50"})


SHIPPED = [each for each in policy.load().in_force(DAY) if isinstance(each.value, list | dict) and each.value]


def test_lists_and_maps_are_offered_as_lines_and_read_back_as_they_were():
    lines = {each.name: entries.plain(each.value) for each in SHIPPED}

    read = {each.name: entries.typed(lines[each.name], each.value) for each in SHIPPED}

    assert read == {each.name: each.value for each in SHIPPED}
    assert "family_members: " in lines["categories"]
    assert not [name for name, said in lines.items() if "\n- " in said or "\n  " in said]


def test_a_row_more_is_of_the_kind_of_its_neighbours_and_one_that_is_none_is_refused():
    like = {"a": {"label": "A", "years": 3, "also": ["x"]}}

    more = entries.typed("a > label: A\na > years: 3\nb > label: 12\nb > years: 4\nb > also: y\nb > also: z", like)

    assert more == {"a": {"label": "A", "years": 3}, "b": {"label": "12", "years": 4, "also": ["y", "z"]}}
    for wrong in ("a", "a > label: A\na > label: B", "a: A\na > label: B", " > x: 1"):
        with pytest.raises(BadParameter, match="^value: "):
            entries.typed(wrong, like)


def test_a_passphrase_stands_on_no_command_line(hub: Hub):
    words = ["setup", "answer", "person", "--say", "name=Ann", "--say", "passphrase=correct horse", "--say", "again=x"]
    refused = CliRunner().invoke(app, [*words, "--home", str(hub.home)])

    assert refused.exit_code == 2 and "stands on no command line" in refused.output


def test_a_notice_is_read_from_a_page_as_a_browser_saves_it(tmp_path: Path):
    page = tmp_path / "notice.html"
    page.write_text("<html><style>p{}</style><p>We keep it for <b>six</b> years &amp; a day.</p></html>", "utf-8")

    assert " ".join(walk.text_of(page).split()) == "We keep it for six years & a day."


@pytest.mark.parametrize("given", ["mill: ", ": Mill Lane", " ; "])
def test_a_hub_needs_a_name(given: str):
    with pytest.raises(BadParameter, match="name"):
        answers.hubs(given)


def test_a_promise_is_offered_the_sentence_that_is_most_like_it_or_none():
    found = beside.sentences(TEXT)

    assert beside.nearest('"The records kept at the Hub level are kept for five years."', found)[0].endswith(
        "six years."
    )
    assert (
        beside.nearest("Each partner will keep its own records on its own system.", ["We like cake very much indeed."])[
            0
        ]
        == ""
    )
