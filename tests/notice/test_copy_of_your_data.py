"""The copy of your data (P9): "the right to have a copy of your data"; ask the council for "any personally identifiable
data they hold about you and your family".
"""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from hubdata.families import find, record
from hubdata.moments import By
from hubdata.records.store import Hub
from hubdata.rights import register
from hubdata.rights.copy import decide, make
from hubdata.rights.copy.decide import ItemDecision
from hubdata.rights.copy.make import Whose
from hubdata.rights.register import NewRequest
from hubdata.rules import worklist
from tests.support.ascii import load

TODAY = date.today()  # noqa: DTZ011 (a request is recorded on its day or later)


def asked(hub: Hub, person: str) -> str:
    return register.log(hub, NewRequest("F1", "access", TODAY, person), By("officer", None, TODAY)).request


def copy(hub: Hub, request: str) -> tuple[str, dict]:
    """The page and the data of a copy, all that may concern others withheld."""
    withhold = ItemDecision("withhold")
    if decide.listed(hub, request, By("officer", None, TODAY))[0]:
        decide.decide(hub, request, ["*"], withhold, By("officer", None, TODAY))
    made = make.make(hub, Whose(request), By("officer", None, TODAY))
    return Path(made.page).read_text("utf-8"), json.loads(Path(made.data).read_text("utf-8"))


def test_a_person_has_a_copy_of_everything_held_about_them_and_why(hub: Hub):
    """P9: "the right to have a copy of your data"."""
    load(
        hub,
        people="""
        person | family | given_name | family_name | date_of_birth
        ANN    | F1     | Anneliese  | Canary      | 1988-05-04
    """,
        leads="""
        family | practitioner | started_on
        F1     | LOUIS        | 2024-01-08
    """,
        goals="""
        goal | family | area    | set_on
        G1   | F1     | housing | 2024-02-01
    """,
        agreements="""
        agreement | given_by | covers | decided_on | recipients
        A1        | ANN      | ANN    | 2024-02-02 | NHFT
    """,
        shares="""
        share | about | to_organisation | shared_on  | agreement | categories
        S1    | ANN   | NHFT            | 2024-03-01 | A1        | support_needs
    """,
    )

    page, said = copy(hub, asked(hub, "ANN"))

    told = (
        "Anneliese",
        "4 May 1988",
        "Worker LOUIS",
        "Secure housing",
        "Agreed to the sharing",
        "Support needs",
        "Between partners of the Hub, with agreement",
        "A1, of 2 February 2024",
    )
    assert [words for words in told if words not in page] == []
    assert said["held"]["people"]["why"]["date_of_birth"].startswith("P2: ")
    assert "Records are kept for five years" in page and "Article 6(1)(e), public task" in page


def test_the_copy_is_of_one_person_and_not_of_the_others_in_the_family(hub: Hub):
    """P9: "any personally identifiable data they hold about you": other people's is decided one by one."""
    load(
        hub,
        people="""
        person | family | given_name | family_name
        ANN    | F1     | Anneliese  | Canary
        BERT   | F1     | Bertram    | Finch
    """,
        agreements="""
        agreement | given_by | covers
        A1        | ANN      | ANN
        A2        | BERT     | BERT
    """,
        shares="""
        share | about    | agreement
        S1    | ANN;BERT | A1
        S2    | BERT     | A2
    """,
    )
    request = asked(hub, "ANN")
    undecided = make.make(hub, Whose(request), By("officer", None, TODAY)).undecided
    assert [one["item"] for one in undecided] == ["shares.about/S1/BERT"]

    page, said = copy(hub, request)

    assert not re.search(r"Bertram|Finch|\b(BERT|A2|S2)\b", page + json.dumps(said))
    assert "You; another member of the family" in page
    assert "Would identify another person: Data Protection Act 2018, Schedule 2, paragraph 16" in page


def test_the_copy_says_whom_to_ask_for_what_partners_keep_or_that_it_is_unknown(hub: Hub):
    """P9, P11: ask the partner for "how they manage your data and how long they keep it"."""
    load(
        hub,
        organisations="""
        organisation | name        | rights_contact  | retention_policy
        NHFT         | The Trust   | ask@example.org | Six years
        SCHOOL       | The Academy |                 |
    """,
        people="""
        person | family
        ANN    | F1
    """,
        involvements="""
        family | organisation
        F1     | NHFT
        F1     | SCHOOL
    """,
    )

    page, said = copy(hub, asked(hub, "ANN"))

    assert {one["name"]: (one["contact"], one["policy"]) for one in said["partners"]} == {
        "The Trust": ("ask@example.org", "Six years"),
        "The Academy": (None, None),
    }
    assert "Not known to us: ask the person who supports you, or the council" in page


@pytest.mark.parametrize(
    ("closed_on", "words"),
    [("", "support has not ended"), ("2024-02-29", "is kept until 28 February 2029"), ("2019-06-03", "is kept longer")],
)
def test_the_copy_says_when_the_record_will_be_destroyed(hub: Hub, closed_on: str, words: str):
    """P8: "The records kept at the Hub level are kept for five years"; a hold that keeps them is said plainly."""
    load(
        hub,
        families=f"""
        family | opened_on  | closed_on
        F1     | 2018-01-08 | {closed_on}
    """,
        people="""
        person | family
        ANN    | F1
    """,
    )

    page, _ = copy(hub, asked(hub, "ANN"))

    assert words in page and "An access request, until it is answered" in page


def test_the_copy_says_who_searched_for_the_person_and_looked_at_the_record(hub: Hub):
    """P9: "any personally identifiable data they hold about you and your family": every look at it is on record too."""
    load(
        hub,
        people="""
        person | family | given_name | family_name
        ANN    | F1     | Anneliese  | Canary
    """,
    )
    find.find(hub, find.Sought(name="anneliese"), By("officer", "rang_the_council", TODAY))
    record.show(hub, "F1", By("officer", "rang_the_council", TODAY))

    page, _ = copy(hub, asked(hub, "ANN"))

    assert "Was shown the family in a search for its record" in page and "Looked at the family&#x27;s record" in page


def test_the_copy_says_what_was_found_wrong_and_what_was_done_about_it(hub: Hub):
    """P9: "any personally identifiable data they hold about you and your family"."""
    load(
        hub,
        people="""
        person | family
        ANN    | F1
    """,
        shares="""
        share | family | about | shared_on
        S1    | F1     | ANN   | 2026-03-02
    """,
    )
    worklist.mark(hub, worklist.Mark("SH01", ("S1",), "in_hand"), By("officer", None, TODAY))

    page, said = copy(hub, asked(hub, "ANN"))

    (row,) = said["held"]["finding_marks"]["rows"]
    assert (row["subject"]["value"], row["status"]["said"]) == ("S1", "Somebody is putting it right")
    assert "What was found to be wrong, and what was done about it" in page
