"""What is due is shown under a token that changes with it and nothing else, and explained; a change is told first."""

# ruff: noqa: E501 (a rule a line)
import json
import os
import subprocess
import sys
from datetime import date

import pytest
from sqlalchemy import text

from hubdata import policy
from hubdata.errors import BadParameter, Refused
from hubdata.records.ledger import Act
from hubdata.retention import due, explain, impact, said
from tests.support import schedule
from tests.support.ascii import load

DAY = date(2026, 2, 2)
FIVE = schedule.FIVE
FAMILIES = """
    family  | hub       | opened_on  | closed_on  | closure_reason | recorded_at
    DUE     | corby     | 2018-01-08 | 2020-03-31 |                | 2020-04-01T09:00:00Z
    HELD    | corby     | 2018-01-08 | 2020-02-29 |                | 2020-04-01T09:00:00Z
    LATER   | kettering | 2018-01-08 | 2021-02-02 |                | 2021-02-03T09:00:00Z
    OPEN    | kettering | 2018-01-08 |            |                | 2018-01-08T09:00:00Z
    UNKNOWN | kettering | 2018-01-08 |            | moved away     | 2018-01-08T09:00:00Z
"""
HOLDS = """
    hold | family | code      | authority | reason  | placed_on  | review_on  | released_on
    H1   | HELD   | complaint | Ombudsman | Because | 2025-01-06 | 2026-06-30 |
    H2   | HELD   | other     |           | Because | 2025-01-06 |            | 2025-02-01
"""


@pytest.fixture
def filled(hub):
    load(hub, families=FAMILIES, holds=HOLDS)
    return hub


def _does(hub, statement: str) -> None:
    with hub.write(Act("test", "tester", "a test's change", "test.change")) as connection:
        connection.execute(text(statement))


def _policy(tmp_path, *values) -> policy.Policy:
    place = tmp_path / f"schedule{len(list(tmp_path.iterdir()))}"
    return policy.load(schedule.folder(place, *values))


def test_a_preview_has_each_family_once_with_its_date_and_its_holds(filled):
    seen = due.preview(filled, DAY)

    [found], [held], [unknown] = seen.due, seen.held, seen.cannot_tell
    assert (found.family, found.hub, found.rule, found.due_on, found.days_past) == (
        "DUE",
        "corby",
        "FAMILY-5Y",
        date(2025, 3, 31),
        308,
    )
    assert (held.family, held.due_on) == ("HELD", date(2025, 2, 28))
    assert [(hold["hold"], hold["code"], hold["review_on"]) for hold in held.holds] == [
        ("H1", "complaint", date(2026, 6, 30))
    ]
    assert (unknown.family, unknown.due_on) == ("UNKNOWN", None)
    assert len(seen.next) == 24 and seen.next[0] == {"month": "2026-02", "records": 1}
    assert sum(month["records"] for month in seen.next) == 1


def test_a_record_may_be_kept_through_its_date_and_is_due_the_day_after(filled):
    assert [row.family for row in due.preview(filled, DAY).due] == ["DUE"]
    assert [row.family for row in due.preview(filled, date(2026, 2, 3)).due] == ["DUE", "LATER"]


def test_a_preview_writes_nothing(filled):
    with filled.read() as connection:
        before = connection.execute(text("SELECT count(*) FROM chain")).scalar()
    due.preview(filled, DAY)
    with filled.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM chain")).scalar() == before


def test_one_hub_is_shown_under_a_token_of_its_own(filled):
    whole, corby, kettering = (due.preview(filled, DAY, of_hub=hub) for hub in (None, "corby", "kettering"))

    assert len({whole.token, corby.token, kettering.token}) == 3
    assert [due.looked_at(filled, seen.token, DAY).hub for seen in (whole, corby)] == [None, "corby"]
    assert due.looked_at(filled, corby.token, date(2026, 2, 1)) is None
    assert said.preview(corby)[-1] == f"Token, of what is due in corby alone: {corby.token}"
    assert ([row.family for row in corby.due], [row.family for row in kettering.due]) == (["DUE"], [])
    assert sum(month["records"] for month in corby.next) == 0
    with pytest.raises(BadParameter, match="hub 'Corby' is not known; allowed are corby"):
        due.preview(filled, DAY, of_hub="Corby")


CHANGES = {
    "a hold placed on a family that is not due": "INSERT INTO holds (hold, family, code, placed_on, recorded_at) "
    "VALUES ('H9', 'OPEN', 'other', '2026-01-01', '2026-01-01 09:00:00')",
    "a hold released": "UPDATE holds SET released_on = '2026-02-01' WHERE hold = 'H1'",
    "a hold's review moved": "UPDATE holds SET review_on = '2026-07-01' WHERE hold = 'H1'",
    "a due family re-opened": "UPDATE families SET closed_on = NULL WHERE family = 'DUE'",
    "a due family's date moved": "UPDATE families SET closed_on = '2020-03-30' WHERE family = 'DUE'",
    "another family became due": "UPDATE families SET closed_on = '2021-02-01' WHERE family = 'LATER'",
}
NO_CHANGES = {
    "a family that stays within its period": "UPDATE families SET closed_on = '2021-02-03' WHERE family = 'LATER'",
    "a hub's name": "UPDATE organisations SET name = 'Another name'",
    "a hold released long ago": "UPDATE holds SET authority = 'x' WHERE hold = 'H2'",
}


@pytest.mark.parametrize(("change", "moves"), [*((c, True) for c in CHANGES), *((c, False) for c in NO_CHANGES)])
def test_the_token_changes_with_what_a_disposal_would_do_and_with_nothing_else(filled, change, moves):
    before = due.preview(filled, DAY).token

    _does(filled, (CHANGES | NO_CHANGES)[change])

    assert (due.preview(filled, DAY).token != before) is moves


def test_the_token_changes_with_the_day_and_with_the_rule_and_its_version(filled, tmp_path):
    values = [
        schedule.value(FIVE),
        schedule.value(FIVE | {"years": 6}),
        schedule.value(FIVE, source="Another"),
        schedule.value(FIVE, "2001-01-01"),
        schedule.value(FIVE, assumption="x"),
        schedule.value(FIVE, assumption="x", confirmed_by="Officer", confirmed_on="2026-01-01"),
    ]
    rules = [_policy(tmp_path, value) for value in values]
    tokens = [due.preview(filled, DAY, decided).token for decided in rules]

    assert len({*tokens, due.preview(filled, date(2026, 2, 1), rules[0]).token}) == len(values) + 1
    later = _policy(tmp_path, values[0], schedule.value(FIVE | {"years": 9}, "2030-01-01"))
    assert due.preview(filled, DAY, later).token == tokens[0]


def test_the_order_of_the_records_does_not_matter(sqlite_hub, postgres_url, tmp_path):
    from hubdata.records.store import open_hub

    other = open_hub(home=tmp_path / "other", url=postgres_url, create=True)
    head, *rows = FAMILIES.strip().splitlines()
    load(sqlite_hub, families=FAMILIES, holds=HOLDS)
    load(other, families="\n".join([head, *reversed(rows)]), holds=HOLDS)

    tokens = {due.preview(hub, DAY).token for hub in (sqlite_hub, other)}
    other.engine.dispose()
    assert len(tokens) == 1


def test_a_hold_that_begins_later_keeps_the_record_already(filled):
    _does(
        filled,
        CHANGES["a hold placed on a family that is not due"]
        .replace("OPEN", "DUE")
        .replace("2026-01-01'", "2026-03-01'", 1),
    )

    assert due.preview(filled, DAY).due == ()
    with filled.read() as connection:
        assert [row["state"] for row in due.state_of(connection, ["DUE"], DAY)] == ["held"]


def test_a_few_families_are_judged_through_the_connection_given(filled):
    act = Act("test", "tester", "a test's change", "test.change")
    with filled.write(act) as connection:
        connection.execute(text("UPDATE families SET closed_on = NULL WHERE family = 'DUE'"))
        inside = due.state_of(connection, ["DUE", "HELD", "NOBODY"], DAY)
        outside = {row.family for row in due.preview(filled, DAY).due} if filled.dialect == "sqlite" else {"DUE"}

    assert [(row["family"], row["state"], row["held"]) for row in inside] == [
        ("DUE", "open", False),
        ("HELD", "held", True),
    ]
    assert outside == {"DUE"}


SCHEDULES = [
    FIVE,
    {"trigger": "last_contact", "years": 5},
    {"trigger": "last_change", "years": 5},
    {"later_of": [FIVE, {"trigger": "birth", "years": 10}], "ceiling": {"trigger": "death", "years": 1}},
    FIVE
    | {
        "escalations": [
            {"code": f"L{n}", "when": when, "why": "x", "trigger": "closure", "years": 6 + n} | more
            for n, (when, more) in enumerate(
                [
                    ("shared_without_agreement", {}),
                    ("person_died", {}),
                    ("had_unmet_need", {}),
                    ("hub_is", {"hub": "corby"}),
                ]
            )
        ]
    },
]


def test_a_few_and_all_are_judged_alike_under_any_rule(hub, tmp_path):
    load(
        hub,
        families=FAMILIES,
        holds=HOLDS,
        people="""
        person | family | role  | date_of_birth | died_on
        P1     | DUE    | child | 2009-03-01    |
        P2     | HELD   | child | 2014-01-01    | 2021-03-01
        P3     | LATER  | child |               |
    """,
        involvements="""
        family | last_contact_on
        DUE    | 2020-05-31
        HELD   | 2020-01-31
    """,
        needs="""
        family | status
        LATER  | unmet
    """,
        shares="""
        family | about | route
        DUE    | P1    | without_agreement
    """,
    )
    families = ["DUE", "HELD", "LATER", "OPEN", "UNKNOWN"]

    for terms in SCHEDULES:
        decided = _policy(tmp_path, schedule.value(terms))
        whole = due.preview(hub, DAY, decided)
        with hub.read() as connection:
            few = {row["family"]: row for row in due.state_of(connection, families, DAY, decided)}
        for state in ("due", "held", "cannot_tell"):
            shown = {(row.family, row.due_on, row.rule) for row in getattr(whole, state)}
            assert shown == {(f, few[f]["due_on"], few[f]["rule"]) for f in few if few[f]["state"] == state}, terms


def test_an_explanation_says_until_when_why_under_what_and_what_partners_keep(hub):
    load(
        hub,
        families=FAMILIES,
        holds=HOLDS,
        organisations="""
        organisation | name    | kind         | retention_policy | rights_contact
        NHFT         | Nursing | partner      | on its website   | rights@example.org
        SCH          | School  | partner      |                  |
        NNC          | Council | lead_partner | x                | x
    """,
        involvements="""
        family | organisation | last_contact_on
        HELD   | NHFT         | 2020-01-31
        HELD   | SCH          |
        HELD   | NNC          |
    """,
    )

    told = explain.explain(hub, "HELD", DAY)

    for sentence in (
        "HELD (corby) could be kept until 28 February 2025",
        "339 days past that date, but a hold keeps it",
        "Rule FAMILY-5Y keeps it for 5 years after the end of the Hub's support",
        "29 February 2020",
        "in force since 1 January 2000",
        "five years.' (P8)",
        "No officer has confirmed",
        "The notice does not say",
        "Read instead as 5 years after the last contact or review, it would be kept until 31 January 2025.",
        "Read instead as 5 years after the opening of the record, it would be kept until 8 January 2023.",
        "Hold H1 keeps it whatever its date: a complaint, until its outcome is told, by Ombudsman, since 6 January 2025, "
        "to be reviewed by 30 June 2026.",
        "Nursing (policy: on its website, ask: rights@example.org); School (policy: not on record, ask: not on record)",
    ):
        assert sentence in told.text
    assert "H2" not in told.text and "Council" not in told.text and "Because" not in told.text
    assert told.counted_from == {"closure": date(2020, 2, 29)}


def test_an_explanation_opens_with_what_is_so(filled):
    for family, opening in {
        "DUE": "308 days past that date and it must be reviewed for disposal.",
        "LATER": "The Hub's record of LATER (kettering) is kept until 2 February 2026.",
        "OPEN": "The Hub's record of OPEN (kettering) is open since 8 January 2018, so no period runs yet.",
        "UNKNOWN": "Until when the Hub's record of UNKNOWN (kettering) is kept cannot be told: a closure reason",
    }.items():
        assert opening in explain.explain(filled, family, DAY).text


def test_a_family_that_the_hub_does_not_have_has_no_explanation(filled):
    for family, day in (("NOBODY", DAY), ("DUE", date(2018, 1, 7))):
        with pytest.raises(BadParameter, match=f"the hub has no record of family '{family}' that was open by {day}"):
            explain.explain(filled, family, day)


def test_longer_rules_are_explained_and_a_confirmed_reading_has_no_other(hub, tmp_path):
    load(
        hub,
        families=FAMILIES,
        people="""
        person | family | role  | date_of_birth | died_on
        P1     | DUE    | child | 2011-07-23    | 2020-05-05
    """,
    )
    longer = [
        {"code": "DEATH-15Y", "when": "person_died", "why": "an inquest", "trigger": "closure", "years": 15},
        {"code": "CORBY-6Y", "when": "hub_is", "hub": "corby", "why": "a pilot", "trigger": "birth", "years": 9},
        {"code": "NEED-9Y", "when": "had_unmet_need", "why": "research", "trigger": "closure", "years": 9},
    ]
    confirmed = {"assumption": "Counted so", "confirmed_by": "A. Officer", "confirmed_on": "2026-01-05"}
    decided = _policy(
        tmp_path, schedule.value(FIVE | {"escalations": longer, "other_readings": ["creation"]}, **confirmed)
    )

    told = explain.explain(hub, "DUE", DAY, decided)

    assert told.text.startswith("The Hub's record of DUE (corby) is kept until 31 March 2035. Rule DEATH-15Y keeps it")
    assert "confirmed by A. Officer (claimed: the name was typed) on 5 January 2026" in told.text
    assert "Read instead" not in told.text
    assert "Longer rule DEATH-15Y (a member has died: an inquest) applies." in told.text
    assert "Longer rule CORBY-6Y (the hub is corby: a pilot) applies too, and gives 23 July 2020" in told.text
    assert "Longer rule NEED-9Y (a need went unmet: research) was considered and does not apply." in told.text
    assert [each.applies for each in told.escalations] == [True, True, False]
    assert "2011" not in told.text and "5 May" not in told.text


def test_a_change_of_rule_says_who_moves_before_it_starts(filled, tmp_path):
    decided = _policy(
        tmp_path,
        schedule.value(FIVE),
        schedule.value(FIVE | {"years": 4}, "2026-02-03"),
        schedule.value({"trigger": "last_contact", "years": 9}, "2027-01-01"),
    )

    next_, far = (
        impact.impact(filled, DAY, decided=decided),
        impact.impact(filled, DAY, date(2027, 1, 1), None, decided),
    )

    assert [(m["family"], m["was"], m["becomes"]) for m in next_.sooner] == [
        ("HELD", date(2025, 2, 28), date(2024, 2, 29)),
        ("DUE", date(2025, 3, 31), date(2024, 3, 31)),
        ("LATER", date(2026, 2, 2), date(2025, 2, 2)),
    ]
    assert (next_.later, next_.cannot_tell, next_.unchanged, next_.starts_on) == ((), (), 2, date(2026, 2, 3))
    assert {m["family"] for m in far.cannot_tell} == {"DUE", "HELD", "LATER"}
    assert (far.past_at_once, far.no_longer_past) == (0, 3)
    assert (
        due.preview(filled, DAY, decided).token
        == due.preview(filled, DAY, _policy(tmp_path, schedule.value(FIVE))).token
    )


def test_a_draft_is_tried_out_without_being_in_force(filled, tmp_path):
    draft = schedule.folder(tmp_path / "draft", schedule.value(FIVE | {"years": 7}))

    moved = impact.impact(filled, DAY, draft=draft)

    assert [(m["family"], m["becomes"]) for m in moved.later] == [
        ("HELD", date(2027, 2, 28)),
        ("DUE", date(2027, 3, 31)),
        ("LATER", date(2028, 2, 2)),
    ]
    assert (moved.before["code"], moved.after["code"], moved.no_longer_past) == ("FAMILY-5Y", "FAMILY", 2)
    assert [row.family for row in due.preview(filled, DAY).due] == ["DUE"]


def test_without_another_rule_there_is_no_impact_and_a_faulty_draft_is_refused(filled, tmp_path):
    with pytest.raises(BadParameter, match="no later value of retention.rules is recorded"):
        impact.impact(filled, DAY)
    with pytest.raises(Refused, match="a period of nothing"):
        impact.impact(filled, DAY, draft=schedule.folder(tmp_path, schedule.value(FIVE | {"years": 0})))


def _hubdata(hub, *words) -> tuple[int, str]:
    environment = os.environ | {"HUBDATA_HOME": str(hub.home)}
    command = [
        sys.executable,
        "-c",
        "from hubdata.desk.main import main; main()",
        "retention",
        "due",
        "--as-at",
        str(DAY),
        *words,
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return done.returncode, done.stdout


def test_the_command_says_what_is_due_and_refuses_questions_that_exclude_each_other(sqlite_hub):
    load(sqlite_hub, families=FAMILIES, holds=HOLDS)

    code, said = _hubdata(sqlite_hub, "--json")
    shown = json.loads(said)
    assert code == 0 and shown["token"] == due.preview(sqlite_hub, DAY).token
    assert [row["family"] for row in shown["due"]] == ["DUE"] and shown["due"][0]["due_on"] == "2025-03-31"
    assert _hubdata(sqlite_hub, "--explain", "NOBODY")[0] == 2
    assert _hubdata(sqlite_hub, "--explain", "DUE", "--impact")[0] == 2
    assert _hubdata(sqlite_hub, "--on", "2027-01-01")[0] == 2


def test_judging_a_few_families_loads_no_pandas(sqlite_hub):
    load(sqlite_hub, families=FAMILIES, holds=HOLDS)
    script = f"""
import sys
from datetime import date
from hubdata.retention import due
from hubdata.records.store import open_hub
with open_hub({str(sqlite_hub.home)!r}).read() as connection:
    print([row["state"] for row in due.state_of(connection, ["DUE", "HELD"], date(2026, 2, 2))], "pandas" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['due', 'held'] False"
