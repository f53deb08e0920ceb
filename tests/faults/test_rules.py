"""The mutants of the rules are tried as they say: each notices what it should, and nothing stays changed behind it."""

import pytest

from hubdata.rules import judge
from tests.faults import rules
from tests.faults.rules import ALIKE, SHOWN, Mutant


def _mutant(part: str) -> Mutant:
    (found,) = [mutant for mutant in rules.mutants() if part in str(mutant)]
    return found


def test_what_is_said_to_change_no_verdict_stands_in_a_rule():
    every = rules.mutants()
    lines = [str(mutant) for mutant in every if mutant.alike()]

    assert [part for part in ALIKE if not any(part in line for line in lines)] == []
    shown = [part for parts in SHOWN.values() for part in parts]
    assert [part for part in shown if not any(part in judge.sql(name) for name in rules.FILES)] == []


def test_neither_words_nor_the_day_of_first_sight_are_changed():
    text = "SELECT 1 AS code, 2 + 1 AS since, 'a AND b' -- AND c\nFROM d WHERE e AND f"

    assert [text[at] for at, sign in enumerate(rules.judging(text)) if sign not in "_\n "] == [
        *"SELECT1",
        *"dWHEREeANDf",
    ]


@pytest.mark.parametrize(
    "part",
    [
        "WHEN NOT person_decided [AND → OR] others_decided THEN 'SH07'",  # in a rule
        # in what every rule reads through
        "[ANTI JOIN → SEMI JOIN] (SELECT supersedes AS share FROM superseding(of_table)",
    ],
)
def test_a_changed_rule_is_noticed_and_stands_again_afterwards(tmp_path, monkeypatch, part):
    monkeypatch.setattr(rules, "STORIES", 8)
    one = next(rules.held(tmp_path))
    right = {(family, 0): rules.verdicts(family, one) for family in rules.families(_mutant(part))}

    assert rules.tried(_mutant(part), [one], right) == "noticed"
    assert rules.verdicts("sharing", one) == right["sharing", 0]
