"""A hub is set up one thing at a time: by a file of answers or by what is typed, and taken up where it was left."""

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from hubdata.desk.main import app
from hubdata.desk.setup import notice, open, walk
from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.records.decisions import stands
from hubdata.records.store import Hub
from tests.support import council

DAY = date(2026, 11, 30)
TEXT = """We want you to know what we do. The records kept at the Hub level are kept for six years.

We will speak to each other with your agreement and share only limited relevant details.
You may complain to the council. You can get a copy of your data."""
OURS = """EXC; Exampleshire Council; lead_partner; hub@exampleshire.example.org; Schedule 4; 2025-04-01"""


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
    first = iter(["Exampleshire Council", "", "", "mill: Mill Lane", OURS, "", "", "stop"])
    typed = ["", "", "", str(tmp_path / "n.txt"), "2026-04", "2026-04-01"]
    sentences = [*["-"] * 7, "", *["-"] * 4]
    second, asked, told = iter([*typed, *sentences, "confirm", "later", "stop"]), [], []

    def ask(question: str) -> str:
        asked.append(question)
        return next(second if len(asked) > 100 else first)

    going = walk.Walk(hub, By("Ann Officer", "set-up", DAY), ask, told.append, "Cabinet")
    walk.asked(going)
    left = [one.name for one in open.weighed(hub.policy, DAY)]
    asked += [""] * 100
    walk.asked(going)

    assert not [question for question in asked[101:] if question.startswith(("The council's name", "Your hubs"))]
    assert {"controller.name", "hubs"}.isdisjoint(left) and "controller.contact" in left
    assert hub.policy.value("notice.sentences", DAY) == {
        "P8": "The records kept at the Hub level are kept for six years."
    }
    assert hub.policy.value("notices.say_complaint", DAY) == ["2026-04"]
    assert any("only yours: six; only here: five" in line for line in told)
    assert len(open.weighed(hub.policy, DAY)) == len(left) - 5


@pytest.mark.parametrize("given", ["mill", "mill: ", ": Mill Lane"])
def test_a_hub_needs_a_code_and_a_name(given: str):
    with pytest.raises(BadParameter, match="code: Name"):
        walk._hubs(given)


def test_a_promise_is_offered_the_sentence_that_is_most_like_it_or_none():
    found = notice.sentences(TEXT)

    assert notice.nearest('"The records kept at the Hub level are kept for five years."', found)[0].endswith(
        "six years."
    )
    assert (
        notice.nearest("Each partner will keep its own records on its own system.", ["We like cake very much indeed."])[
            0
        ]
        == ""
    )
