"""What we keep (P1 to P4): limited records, who takes the lead, how well the support works, and what else is needed."""

from datetime import date
from pathlib import Path

import pytest

from hubdata import dates
from hubdata.intake import take
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.rules import judge
from tests.support.ascii import findings, load

COPIED = """INSERT INTO shares (share, family, about, from_organisation, to_organisation, route, purpose, categories,
  shared_on, decided_by, recorded_at) SELECT '{}', family, about, from_organisation, to_organisation, {}, {}, {},
  shared_on, decided_by, recorded_at FROM shares WHERE share = 'S1'"""


def _write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def test_the_hub_knows_which_partners_support_a_family_and_not_what_they_wrote(hub: Hub):
    """P1: "Each partner working within the Hub will keep their records of the support they provide … on their
    organisation's system." """
    load(
        hub,
        involvements="""
        family | organisation | started_on | partner_reference
        F1     | NHFT         | 2026-01-05 | 40012
    """,
    )

    kept = snapshots.take(hub).tables["involvements"].column_names

    assert kept == ["family", "organisation", "started_on", "ended_on", "last_contact_on", "recorded_at"]


def test_a_partner_cannot_move_its_case_records_into_the_hub(hub: Hub, tmp_path: Path):
    """P1: "Each partner … will keep their records … on their organisation's system." """
    load(
        hub,
        organisations="""
        organisation
        NHFT
    """,
    )
    sent = _write(tmp_path, case_records="family,seen_on,record\nF1,2026-01-05,A long story\n")

    result = take.take(hub, sent, partner="NHFT", actor="tester")

    assert result.status == "refused"
    assert "'case_records' is not a table of the limited record" in result.problems[0].message


@pytest.mark.parametrize(
    ("header", "cells", "why"),
    [
        ("family,hub,opened_on", "F9,corby,2026-01-05", None),
        ("family,hub,opened_on,notes", "F9,corby,2026-01-05,A long story", "'notes' is not part of families"),
        ("family,hub,opened_on,ethnicity", "F9,corby,2026-01-05,", "'ethnicity' is not part of families"),
    ],
)
def test_nothing_enters_that_the_limited_record_has_no_place_for(
    hub: Hub, tmp_path: Path, header: str, cells: str, why: str | None
):
    """P2: "North Northants keeps limited records" so that partners "can work together effectively"."""
    load(
        hub,
        organisations="""
        organisation
        NHFT
    """,
    )

    result = take.take(hub, _write(tmp_path, families=f"{header}\n{cells}\n"), partner="NHFT", actor="tester")

    families = snapshots.take(hub).tables["families"]["family"].to_pylist()
    assert families == ([] if why else ["F9"])
    assert [why in p.message and "the Hub keeps limited records (P2)" in p.message for p in result.problems] == (
        [True] if why else []
    )


def test_a_name_that_nobody_registered_is_taken_and_checked(hub: Hub):
    """P2: "limited records" are records whose hubs, instruments and notices somebody has registered."""
    load(
        hub,
        families="""
        family | hub
        F1     | corby
        F2     | Corbey
    """,
        goals="""
        goal | instrument
        G1   | gbo
        G2   | star sign
    """,
        agreements="""
        covers | notice_version
        P1     | 2025-04
        P1     | 2024-04
    """,
    )

    assert findings(hub, "names", "2026-02-01") == {("NM01", "Corbey"), ("NM01", "star sign"), ("NM01", "2024-04")}


def test_what_got_past_the_hub_into_its_database_is_found(hub: Hub):
    """P2: "limited records": whatever is held besides is a breach, wherever it came from."""
    load(
        hub,
        families="""
        family
        F1
    """,
        goals="""
        goal
        G1
    """,
        needs="""
        need
        N1
        N2
    """,
        shares="""
        share
        S1
        S2
        S3
    """,
    )

    with hub.engine.begin() as connection:
        for statement in (
            "CREATE TABLE case_notes (note VARCHAR(2000))",
            "INSERT INTO case_notes VALUES ('a story'), ('another')",
            "ALTER TABLE people ADD COLUMN religion VARCHAR(40)",
            "UPDATE goals SET area = 'religion'",
            "UPDATE needs SET status = 'pending' WHERE need = 'N1'",
            *(
                COPIED.format(*cells)
                for cells in (
                    ("S4", "'gossip'", "purpose", "categories"),
                    ("S5", "route", "'curiosity'", "categories"),
                    ("S6", "route", "purpose", "'support_needs;case_notes'"),
                )
            ),
        ):
            connection.exec_driver_sql(statement)

    assert findings(hub, "limits", "2026-02-01") == {
        ("LM01", "case_notes"),
        ("LM01", "people.religion"),
        ("LM01", "G1"),
        ("LM01", "N1"),
        ("LM01", "S4"),
        ("LM01", "S5"),
        ("LM01", "S6"),
    }


def test_free_text_that_says_how_to_reach_or_to_number_a_person_is_found_and_never_repeated(hub: Hub):
    """P2: "limited records": the hub notes that there was a risk, not how to find whom."""
    load(
        hub,
        families="""
        family | opened_on  | closed_on  | closure_reason
        F1     | 2025-01-06 | 2026-01-05 | now at NN14 1ZZ
        F2     | 2025-01-06 | 2026-01-05 | goals met in 2025
    """,
        people="""
        person | family
        P1     | F1
    """,
        shares="""
        share | about | route             | reason                       | not_told_reason       | risk_to
        S1    | P1    | without_agreement | write to nobody@example.org  |                       | a child
        S2    | P1    | without_agreement | a risk since 3 March 2025    | no safe day this week | a child
        S3    | P1    | without_agreement | a risk                       | ring 01632 960001     | a child
        S4    | P1    | without_agreement | a risk                       |                       | a child of 12
        S5    | P1    | without_agreement | known as 999 000 0123        |                       | a child
        S6    | P1    | without_agreement | a risk                       |                       | AB123456C
    """,
    )

    judged = judge.judge("limits", snapshots.take(hub), date(2026, 2, 1)).to_pylist()
    said = {row["subject"]: (row["family"], row["evidence"]) for row in judged}

    assert said == {
        "F1": ("F1", "closure_reason: postcode"),
        "S1": ("F1", "reason: e-mail address"),
        "S3": ("F1", "not_told_reason: telephone number"),
        "S5": ("F1", "reason: number of ten digits"),
        "S6": ("F1", "risk_to: National Insurance number"),
    }
    assert findings(hub, "limits", "2026-02-01") == {("LM01", subject) for subject in ("F1", "S1", "S3", "S5", "S6")}


def test_free_text_is_no_longer_than_its_passport_allows(sqlite_hub: Hub):
    """P2: "limited records"; PostgreSQL takes no longer text, SQLite does."""
    load(
        sqlite_hub,
        needs="""
        need
        N1
        N2
    """,
    )

    with sqlite_hub.engine.begin() as connection:
        for need, length in (("N1", 200), ("N2", 201)):
            connection.exec_driver_sql(f"UPDATE needs SET reason = '{'x' * length}' WHERE need = '{need}'")

    assert findings(sqlite_hub, "limits", "2026-02-01") == {("LM01", "N2")}


def test_every_open_family_knows_who_takes_the_lead(hub: Hub):
    """P3: the council "will keep information about who is taking the lead in supporting you and your family"."""
    load(
        hub,
        families="""
        family                | opened_on  | closed_on
        led                   | 2026-01-05 |
        never led             | 2026-01-05 |
        lead ended on the day | 2026-01-05 |
        lead ended before     | 2026-01-05 |
        lead starts after     | 2026-01-05 |
        opened on the day     | 2026-02-02 |
        opens the day after   | 2026-02-03 |
        closed on the day     | 2026-01-05 | 2026-02-02
        closed the day after  | 2026-01-05 | 2026-02-03
    """,
        leads="""
        family                | started_on | ended_on
        led                   | 2026-02-02 |
        lead ended on the day | 2026-01-05 | 2026-02-02
        lead ended before     | 2026-01-05 | 2026-02-01
        lead starts after     | 2026-02-03 |
    """,
    )

    assert findings(hub, "leads", "2026-02-02") == {
        ("LD01", "never led"),
        ("LD01", "lead ended before"),
        ("LD01", "lead starts after"),
        ("LD01", "opened on the day"),
        ("LD01", "closed the day after"),
    }


def test_two_leads_on_one_day_are_looked_at(hub: Hub):
    """P3: "who is taking the lead": one person, whom the family can name."""
    load(
        hub,
        leads="""
        family                 | practitioner | started_on | ended_on
        handed over next day   | W1           | 2026-01-05 | 2026-01-31
        handed over next day   | W2           | 2026-02-01 |
        handed over on one day | W1           | 2026-01-05 | 2026-02-02
        handed over on one day | W2           | 2026-02-02 |
        both for a while       | W1           | 2025-11-03 | 2026-01-05
        both for a while       | W2           | 2025-12-01 |
        the same worker twice  | W1           | 2026-01-05 |
        the same worker twice  | W1           | 2026-02-02 |
        a second one tomorrow  | W1           | 2026-01-05 |
        a second one tomorrow  | W2           | 2026-02-03 |
        ended before it began  | W1           | 2026-01-05 |
        ended before it began  | W2           | 2026-01-30 | 2025-12-17
    """,
    )

    assert findings(hub, "leads", "2026-02-01") == {("LD02", "both for a while")}
    assert findings(hub, "leads", "2026-02-02") == {("LD02", "both for a while"), ("LD02", "handed over on one day")}


def test_a_lead_who_has_not_been_in_contact_for_ninety_days_is_looked_at(hub: Hub):
    """P3: "who is taking the lead in supporting you": whoever leads is in contact."""
    load(
        hub,
        practitioners="""
        practitioner | organisation
        W1           | NHFT
    """,
        leads="""
        family               | practitioner | started_on
        contact of 3 January | W1           | 2025-01-06
        contact of 4 January | W1           | 2025-01-06
        another's contact    | W1           | 2025-01-06
        contact to come      | W1           | 2025-01-06
        never, since 3 Jan.  | W1           | 2026-01-03
        never, since 4 Jan.  | W1           | 2026-01-04
        no support recorded  | W1           | 2026-01-03
        contact on the day   | W1           | 2025-01-06
        the later of two     | W1           | 2025-01-06
    """,
        involvements="""
        family               | organisation | started_on | last_contact_on
        contact of 3 January | NHFT         | 2025-01-06 | 2026-01-03
        contact of 4 January | NHFT         | 2025-01-06 | 2026-01-04
        another's contact    | NHFT         | 2025-01-06 | 2026-01-03
        another's contact    | NNC          | 2025-01-06 | 2026-04-01
        contact to come      | NHFT         | 2025-01-06 | 2026-04-05
        never, since 3 Jan.  | NHFT         | 2025-01-06 |
        never, since 4 Jan.  | NHFT         | 2025-01-06 |
        contact on the day   | NHFT         | 2024-01-08 | 2026-01-03
        contact on the day   | NHFT         | 2025-01-06 | 2026-04-04
        the later of two     | NHFT         | 2024-01-08 | 2026-01-20
        the later of two     | NHFT         | 2025-01-06 | 2026-01-03
    """,
    )

    assert findings(hub, "leads", "2026-04-03") == set()
    late = ("contact of 3 January", "another's contact", "never, since 3 Jan.", "no support recorded")
    assert findings(hub, "leads", "2026-04-04") == {("LD03", family) for family in late}
    said = judge.judge("leads", snapshots.take(hub), date(2026, 4, 4)).to_pylist()
    assert {row["subject"] for row in said if "never recorded" in (row["evidence"] or "")} == set(late[2:])


def test_a_lead_who_has_left_leads_no_family(hub: Hub):
    """P3: "who is taking the lead": not somebody who no longer works there."""
    load(
        hub,
        families="""
        family          | opened_on  | closed_on
        still led       | 2026-01-05 |
        leaving today   | 2026-01-05 |
        lead has left   | 2026-01-05 |
        closed in time  | 2026-01-05 | 2026-02-02
        handed over     | 2026-01-05 |
    """,
        practitioners="""
        practitioner | active_to
        W1           |
        W2           | 2026-02-02
        W3           | 2026-02-01
    """,
        leads="""
        family          | practitioner | started_on | ended_on
        still led       | W1           | 2026-01-05 |
        leaving today   | W2           | 2026-01-05 |
        lead has left   | W3           | 2026-01-05 |
        closed in time  | W3           | 2026-01-05 |
        handed over     | W3           | 2026-01-05 | 2026-02-01
        handed over     | W1           | 2026-02-02 |
    """,
    )

    assert findings(hub, "leads", "2026-02-02") == {("LD04", "lead has left")}


def test_every_open_goal_is_reviewed_within_ninety_days(hub: Hub):
    """P3: "how well the support is working for you to meet your goals"."""
    load(
        hub,
        families="""
        family | opened_on  | closed_on
        F1     | 2025-12-01 |
        F2     | 2025-12-01 | 2026-04-04
    """,
        goals="""
        goal                | family | set_on     | closed_on
        set 90 days ago     | F1     | 2026-01-04 |
        set 91 days ago     | F1     | 2026-01-03 |
        reviewed in time    | F1     | 2025-12-01 |
        reviewed too early  | F1     | 2025-12-01 |
        reviewed twice      | F1     | 2025-12-01 |
        reviewed on the day | F1     | 2025-12-01 |
        review to come      | F1     | 2025-12-01 |
        closed on the day   | F1     | 2025-12-01 | 2026-04-04
        closed tomorrow     | F1     | 2025-12-01 | 2026-04-05
        of a closed family  | F2     | 2025-12-01 |
    """,
        reviews="""
        goal                | reviewed_on
        reviewed in time    | 2026-01-04
        reviewed too early  | 2026-01-03
        reviewed twice      | 2026-01-03
        reviewed twice      | 2026-01-04
        reviewed on the day | 2026-04-04
        review to come      | 2026-04-05
    """,
    )

    assert findings(hub, "outcomes", "2026-04-04") == {
        ("OC01", "set 91 days ago"),
        ("OC01", "reviewed too early"),
        ("OC01", "review to come"),
        ("OC01", "closed tomorrow"),
    }


def test_needs_that_no_service_met_are_kept_by_area_and_reason_without_a_story(hub: Hub):
    """P4: "to understand what other services or supports may be required"; a placeholder is no reason."""
    load(
        hub,
        needs="""
        need | area    | status | reason
        N1   | housing | unmet  | no_service
        N2   | health  | met    |
        N3   | health  | unmet  | N/A
        N4   | health  | unmet  | tbc
        N5   | health  | unmet  | they moved
        N6   | health  | unmet  | Full
    """,
    )

    needs = snapshots.take(hub).tables["needs"].select(["need", "area", "status", "reason"]).to_pylist()

    assert [tuple(need.values()) for need in needs] == [
        ("N1", "housing", "unmet", "no_service"),
        ("N2", "health", "met", None),
        ("N3", "health", "unmet", None),
        ("N4", "health", "unmet", None),
        ("N5", "health", "unmet", "other"),
        ("N6", "health", "unmet", "full"),
    ]


def taking_part(hub: Hub, as_at: str) -> dict[str, str]:
    """What each family decided about evaluation by a day, where it is `agreed` it takes part in statistics."""
    judged = judge.judge("evaluation", snapshots.take(hub), dates.parse(as_at)).to_pylist()
    assert all(row["takes_part"] == (row["state"] == "agreed") for row in judged)
    return {row["family"]: row["state"] for row in judged}


def test_a_family_takes_part_in_statistics_if_somebody_agreed_and_nobody_says_no(hub: Hub):
    """P4: "to understand how well this model is working": another's silence or expiry changes nothing."""
    load(
        hub,
        people="""
        person | family        | role
        Ann    | one agreed    | parent_carer
        Ben    | one agreed    | parent_carer
        Cat    | one expired   | parent_carer
        Dan    | one expired   | parent_carer
        Eve    | one refused   | parent_carer
        Fay    | one refused   | parent_carer
        Gus    | taken back    | parent_carer
        Hal    | all expired   | parent_carer
        Ida    | no answer     | parent_carer
        Jon    | for work only | parent_carer
        Kim    | child agreed  | child
        Lee    | child covered | child
        Max    | child covered | parent_carer
    """,
        agreements="""
        covers | decision    | purpose     | recipients | decided_on | expires_on | given_by
        Ann    | agreed      | evaluation  | NHFT       | 2026-01-05 | 2026-03-31 | Ann
        Ben    | no_response | evaluation  |            | 2026-01-05 |            | Ben
        Cat    | agreed      | evaluation  | NHFT       | 2026-01-05 |            | Cat
        Dan    | agreed      | evaluation  | NHFT       | 2026-01-05 | 2026-03-30 | Dan
        Eve    | agreed      | evaluation  | NHFT       | 2026-01-05 |            | Eve
        Fay    | refused     | evaluation  |            | 2026-03-31 |            | Fay
        Gus    | agreed      | evaluation  | NHFT       | 2026-01-05 |            | Gus
        Gus    | withdrawn   | evaluation  |            | 2026-03-31 |            | Gus
        Hal    | agreed      | evaluation  | NHFT       | 2026-01-05 | 2026-03-30 | Hal
        Ida    | no_response | evaluation  |            | 2026-01-05 |            | Ida
        Jon    | agreed      | hub_working | NHFT       | 2026-01-05 |            | Jon
        Kim    | agreed      | evaluation  | NHFT       | 2026-01-05 |            | Kim
        Lee    | agreed      | evaluation  | NHFT       | 2026-01-05 |            | Max
    """,
    )

    assert taking_part(hub, "2026-03-31") == {
        "one agreed": "agreed",
        "one expired": "agreed",
        "one refused": "refused",
        "taken back": "withdrawn",
        "all expired": "expired",
        "no answer": "not_asked",
        "for work only": "not_asked",
        "child agreed": "agreed",
        "child covered": "not_asked",
    }
    assert taking_part(hub, "2026-03-30")["taken back"] == "agreed"
    assert taking_part(hub, "2026-03-30")["one refused"] == "agreed"


def test_what_a_family_says_of_one_recipient_of_its_statistics_it_can_say_again(hub: Hub):
    """P4: a no to one of those who would see them is a no, until that one is named again."""
    load(
        hub,
        people="""
        person | family
        Ann    | refused and then named
        Ben    | no to one of two
        Cat    | everyone but one
        Dan    | excluded
    """,
        agreements="""
        covers | decision  | purpose    | recipients  | exclusions | decided_on
        Ann    | refused   | evaluation |             |            | 2026-01-05
        Ann    | agreed    | evaluation | NHFT        |            | 2026-02-05
        Ben    | agreed    | evaluation | NHFT;SCHOOL |            | 2026-01-05
        Ben    | withdrawn | evaluation | SCHOOL      |            | 2026-02-05
        Cat    | agreed    | evaluation | NHFT        |            | 2026-01-05
        Cat    | refused   | evaluation |             |            | 2026-02-05
        Cat    | agreed    | evaluation | SCHOOL      |            | 2026-03-05
        Dan    | agreed    | evaluation | NHFT        | NHFT       | 2026-01-05
    """,
    )

    assert taking_part(hub, "2026-03-31") == {
        "refused and then named": "agreed",
        "no to one of two": "withdrawn",
        "everyone but one": "refused",
        "excluded": "not_asked",
    }


def test_a_decision_about_statistics_that_was_corrected_or_filed_elsewhere_is_read_as_any_other(hub: Hub):
    """P4: what was put right counts as never written, and a refusal counts under whichever family it is filed."""
    load(
        hub,
        people="""
        person | family       | role
        Ann    | corrected    | parent_carer
        Ben    | renewed      | parent_carer
        Cat    | the mother's | parent_carer
        Kid    | the mother's | child
        Dan    | the father's | parent_carer
    """,
        agreements="""
        agreement | family       | given_by | covers  | decision | purpose    | recipients | decided_on | supersedes
        A1        | corrected    | Ann      | Ann     | agreed   | evaluation | NHFT       | 2026-01-05 |
        A2        | corrected    | Ann      | Ann     | refused  | evaluation |            | 2026-01-05 | A1
        B1        | renewed      | Ben      | Ben     | agreed   | evaluation | NHFT       | 2026-01-05 |
        B2        | renewed      | Ben      | Ben     | agreed   | evaluation | NHFT       | 2026-03-05 | B1
        C1        | the mother's | Cat      | Cat;Kid | agreed   | evaluation | NHFT       | 2026-01-05 |
        D1        | the father's | Dan      | Dan;Kid | refused  | evaluation |            | 2026-02-05 |
    """,
    )

    assert taking_part(hub, "2026-02-04") == {
        "corrected": "refused",
        "renewed": "agreed",
        "the mother's": "agreed",
        "the father's": "not_asked",
    }
    assert taking_part(hub, "2026-03-31") == {
        "corrected": "refused",
        "renewed": "agreed",
        "the mother's": "refused",
        "the father's": "refused",
    }
