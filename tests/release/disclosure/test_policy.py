"""The disclosure policies are dated values, and one that hides too little is refused."""

from datetime import date

import pytest

from hubdata import policy
from hubdata.errors import BadParameter, Refused
from hubdata.release.disclosure import policy as disclosure_policy
from hubdata.release.disclosure.policy import DisclosurePolicy, read

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("name", ["public", "sensitive", "rounded", "health"])
def test_each_shipped_policy_makes_sense_and_says_what_it_does(name):
    found = read(name, TODAY)
    assert found.name == name
    assert "[c] means hidden" in found.sentence()
    assert policy.load().entry(f"disclosure.{name}", TODAY).source


@pytest.mark.parametrize(
    "name, does", [("managers", "changed slightly and"), ("every_cell", "rounded up or down to 5,")]
)
def test_a_policy_that_changes_figures_says_so_in_two_sentences_and_never_by_how_much(name, does):
    found = read(name, TODAY)
    said = found.sentence()
    assert found.keyed and found.zeros == "kept" and does in said
    assert said.count(". ") == 1 and "the same families always get the same change" in said


def test_what_anybody_may_see_of_a_year_is_hidden_with_slack_for_later_years():
    found = read("yearly", TODAY)
    assert (found.method, found.width) == ("hide", 8)


def test_the_default_hides_one_to_five_and_shows_zero():
    found = read(None, TODAY)
    assert (found.name, found.method, found.threshold, found.width, found.zeros) == ("public", "hide", 5, 5, "shown")
    assert [n for n in range(9) if found.is_small(n)] == [1, 2, 3, 4, 5]
    assert found.least_hidden == 1
    assert "we hide 1 to 5" in found.sentence() and "0 means none" in found.sentence()


def test_the_sensitive_policy_hides_zero_too():
    found = read("sensitive", TODAY)
    assert [n for n in range(9) if found.is_small(n)] == [0, 1, 2, 3, 4, 5]
    assert found.least_hidden == 0
    assert "we hide 0 to 5" in found.sentence() and "0 is hidden too" in found.sentence()


def test_an_unknown_policy_is_wrong_use_and_lists_those_there_are():
    for name in ("none", "", "disclosure.public"):
        with pytest.raises(
            BadParameter, match="there are every_cell, health, managers, public, rounded, sensitive, yearly"
        ):
            read(name, TODAY)


def test_a_policy_is_used_only_from_its_day_on():
    with pytest.raises(BadParameter, match="no value in force"):
        read("health", date(2018, 8, 31))
    assert read("health", date(2018, 9, 1)).threshold == 7


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 0}, {"threshold": -1}, {"threshold": 101}, {"threshold": True}, {"threshold": 5.0},
        {"threshold": "5"}, {"threshold": None}, {"width": 4}, {"width": 0}, {"width": 1001}, {"width": True},
        {"zeros": "rounded"}, {"zeros": "hidden"}, {"zeros": "small", "width": 5}, {"zeros": "may_hide", "width": 5},
        {"method": "none"}, {"method": ""}, {"method": ["hide"]}, {"audience": "everyone"}, {"round_to": 5},
        {"method": "round"}, {"method": "round", "zeros": "rounded", "round_to": 0, "width": 2},
        {"method": "round", "zeros": "rounded", "round_to": 3, "width": 2},
        {"method": "round", "zeros": "rounded", "round_to": 5, "width": 3},
        {"method": "round", "zeros": "rounded", "round_to": 5, "width": 1},
        {"method": "hide_and_round", "round_to": 10, "width": 5},
        {"method": "hide_and_round", "round_to": 5, "width": 4},
    ],
)  # fmt: skip
def test_a_policy_that_hides_nothing_or_makes_no_sense_is_refused(wrong):
    with pytest.raises(Refused) as refusal:
        DisclosurePolicy(**wrong)
    assert refusal.value.problems


@pytest.mark.parametrize(
    "right",
    [
        {"threshold": 1, "width": 1},
        {"threshold": 100, "width": 100},
        {"width": 1000},
        {"zeros": "small", "width": 6},
        {"method": "round", "zeros": "rounded", "round_to": 10, "width": 4},
        {"method": "hide_and_round", "round_to": 5},
        {"method": "hide_and_round", "round_to": 10, "width": 10},
    ],
)
def test_a_policy_at_its_limits_is_allowed(right):
    DisclosurePolicy(**right)


@pytest.mark.parametrize(
    "value", ["{threshold: 5}", "5", "{method: hide, threshold: 5, width: 5, zeros: shown, audience: public, more: 1}"]
)
def test_a_file_that_says_too_little_or_too_much_is_refused(tmp_path, value):
    (tmp_path / "policy").mkdir()
    row = f"{{value: {value}, from: 2000-01-01, source: Test, last_checked: 2026-01-01}}"
    (tmp_path / "policy" / "disclosure.yaml").write_text(
        f"disclosure.public:\n  unit: policy\n  values:\n    - {row}\n"
    )
    with pytest.raises(Refused, match="must have exactly"):
        disclosure_policy.read(None, TODAY, policy.load(tmp_path))
