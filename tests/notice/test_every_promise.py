"""Every promise of the notice stands on the board in its own words, and nothing that guards one is left out."""

import re
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import nbformat
import pytest

from hubdata import policy
from hubdata.reports import promises
from hubdata.rules import findings, judge

DAY = date(2026, 11, 22)
# Source: the privacy notice, "What information do we keep about children and families?".
NOTICE = """
P1 | "Each partner working within the Hub will keep their records of the support they provide … on their organisation's system." | What we keep
P2 | "North Northants keeps limited records" so that partners "can work together effectively and provide … joined-up support". | What we keep
P3 | As Lead Partner the council "will keep information about who is taking the lead in supporting you and your family and how well the support is working for you to meet your goals". | What we keep
P4 | Used also "to understand how well this model is working to meet the needs of children and families, as well as to understand what other services or supports may be required". | What we keep
P5 | Sharing within the Hub: "with your agreement, we will speak to each other … only ever involve sharing limited relevant details … You don't have to agree to this". | Sharing
P6 | Additional support: referral to "other Council services (for example, housing) or outside organisations … will always be discussed between you and your support worker and be done with your agreement". | Sharing
P7 | Without agreement: "Occasionally … only where they are concerned that there is a risk to someone … the partner will normally explain this to you". | Sharing
P8 | "The records kept at the Hub level are kept for five years." Partners keep theirs under their own policies. | How long
P9 | "the right to have a copy of your data": ask the person supporting you, or ask the council for "any personally identifiable data they hold about you and your family". | Data rights
P10 | The council "keeps some high-level data about all the children and families the Hub supports, and all partners will ensure that this is updated". | Data rights
P11 | Families can ask the person helping them for a copy of "how they manage your data and how long they keep it": each partner's own policy must be known to the Hub. | What we keep, How long
P12 | Data rights are described on the council's service privacy notice page: families must be told which notice applied to them. | Data rights
"""  # noqa: E501 (sentences are quoted whole)
# They concern every promise, and the board says so.
OF_ALL = ("promises.owners", "controller.*", "worklist.*", "people.*", "law.check_within_months")
SENTENCES = {line.split(" | ")[0]: tuple(line.split(" | ")[1:]) for line in NOTICE.strip().splitlines()}
DECIDED = policy.load()
BOARD = {each["promise"]: each for each in promises.read(DECIDED, DAY)}


def test_the_board_has_the_twelve_promises_in_the_notice_s_order_and_words():
    assert list(BOARD) == [f"P{number}" for number in range(1, 13)]
    assert {code: (each["sentence"], each["heading"]) for code, each in BOARD.items()} == SENTENCES


def test_every_promise_has_an_owner_and_a_control():
    for code, each in BOARD.items():
        assert each["owner"], code
        assert each["control"].endswith("."), code


def test_every_rule_code_counts_for_a_promise_of_the_board():
    for rule in findings.CODES.values():
        assert set(rule.promise.split(",")) <= BOARD.keys(), rule.code


def test_a_promise_that_no_rule_sees_says_who_could_tell():
    seen = {promise for rule in findings.CODES.values() for promise in rule.promise.split(",")}

    assert BOARD.keys() - seen == {"P1", "P4"}
    assert all(BOARD[code]["who_could_tell"] for code in BOARD.keys() - seen)


def test_kept_asks_for_a_check_of_the_promise_itself():
    for code, each in BOARD.items():
        assert each["kept_if"] or code in ("P1", "P4")
        assert all(code in findings.CODES[check].promise.split(",") for check in each["kept_if"]), code


@pytest.mark.parametrize("family", judge.FAMILIES)
def test_a_promise_names_every_value_that_its_rules_are_judged_by(family):
    used = judge.bound(judge.sql(family), DECIDED, DAY).keys() - {"as_at"}
    names = [name for name in DECIDED.names() if name.replace(".", "_") in used]
    codes = [rule for rule in findings.CODES.values() if rule.family == family]
    guarded = {promise for rule in codes for promise in rule.promise.split(",")}

    patterns = [pattern for promise in guarded for pattern in BOARD[promise]["stands_on"]]
    assert [name for name in names if not any(fnmatchcase(name, pattern) for pattern in patterns)] == []


def test_every_value_that_waits_for_an_officer_is_shown_under_a_promise():
    patterns = [*OF_ALL, *(pattern for each in BOARD.values() for pattern in each["stands_on"])]
    waiting = [entry.name for entry in DECIDED.in_force(DAY) if entry.unconfirmed]

    assert [name for name in waiting if not any(fnmatchcase(name, pattern) for pattern in patterns)] == []


def test_every_pattern_finds_a_value():
    for code, each in BOARD.items():
        for pattern in each["stands_on"]:
            assert [name for name in DECIDED.names() if fnmatchcase(name, pattern)], f"{code}: {pattern}"


def test_where_notice_and_law_differ_is_dated_sourced_and_about_a_promise():
    found = [entry for entry in DECIDED.in_force(DAY) if entry.name.startswith(promises.DIFFERENCE)]

    assert len(found) >= 3
    for entry in found:
        assert set(entry.value["promises"]) <= BOARD.keys()
        assert all(entry.value[key] for key in ("notice", "law", "so")) and entry.source


def test_the_duty_to_share_for_welfare_differs_from_the_notice_from_its_first_day():
    days = {day: _about(DECIDED, day, "P7") for day in (date(2026, 9, 29), date(2026, 9, 30))}

    assert days[date(2026, 9, 29)] == []
    assert "welfare" in days[date(2026, 9, 30)][0]


def _about(decided: policy.Policy, day: date, promise: str) -> list[str]:
    _, rows = promises.tables(decided, day)["differences"]
    return [row["law"] for row in rows if row["promise"] == promise]


def test_the_notebook_quotes_no_notice_and_every_section_says_what_the_hub_s_own_says():
    cells = nbformat.read(Path(__file__).parents[2] / "notebooks" / "promises.ipynb", 4).cells
    above = {cell.source: cells[at - 1].source for at, cell in enumerate(cells) if cell.cell_type == "code"}

    for code, (_, heading) in SENTENCES.items():
        section = re.sub(r"\s+", " ", above[f'page.figure("promise", of="{code}")'])
        assert section == f"## {code} {BOARD[code]['title']} From the privacy notice, {heading} ({code})."
