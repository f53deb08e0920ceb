"""Data rights (P9 to P12): copies, records kept up to date, partners' own policies, and the notice that applied."""

from dataclasses import replace
from datetime import date

import pytest

from hubdata import policy
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.records.tables.contract import CONTRACT_TABLES, TABLES, passport
from hubdata.rules import judge
from tests.support.ascii import findings, load


def test_everything_kept_about_a_person_is_in_the_copy_or_says_why_not():
    """P9: "the right to have a copy of your data", "any personally identifiable data they hold"."""
    cards = {f"{table}.{c.name}": passport(table, c.name) for table in CONTRACT_TABLES for c in TABLES[table].c}

    left_out = {name for name, card in cards.items() if card.access != "include"}

    assert left_out == {"practitioners.name", "practitioners.work_email", "shares.risk_to"}
    assert all(cards[name].access.startswith("exclude: ") for name in left_out)


@pytest.mark.parametrize(
    ("as_at", "found"),
    [
        ("2026-11-03", set()),
        ("2026-11-25", set()),
        ("2026-11-26", {("RR02", "Q1")}),
        ("2026-12-03", {("RR02", "Q1")}),
        ("2026-12-04", {("RR01", "Q1")}),
        ("2027-11-03", {("RR01", "Q1")}),
        ("2026-11-02", set()),
    ],
)
def test_a_request_is_pointed_out_in_the_week_before_its_date_and_is_a_breach_after_it(hub: Hub, as_at, found):
    """P9: "the right to have a copy of your data": within a month, and the last day is still in time."""
    load(
        hub,
        requests="""
        request | kind
        Q1      | access
    """,
        request_events="""
        request | what     | happened_on
        Q1      | received | 2026-11-03
    """,
    )

    assert findings(hub, "rights", as_at) == found


def test_only_a_request_that_nobody_has_answered_and_that_waits_for_nobody_is_past_its_date(hub: Hub):
    """P9: the clock says what is past its date; one that was answered late asks nothing more."""
    load(
        hub,
        requests="""
        request          | kind
        unanswered       | access
        erasure          | erasure
        in time          | access
        late             | access
        refused late     | erasure
        taken back       | access
        paused           | access
        pause ended      | access
        identity waits   | access
        identity came    | access
        extended         | access
        extended late    | access
        corrected        | access
        answered tomorrow | access
        nothing happened | access
    """,
        request_events="""
        event | request          | what                   | happened_on | exemption    | supersedes
        E1    | unanswered       | received               | 2026-09-03  |              |
        E2    | erasure          | received               | 2026-09-03  |              |
        E3    | in time          | received               | 2026-09-03  |              |
        E4    | in time          | responded              | 2026-10-05  |              |
        E5    | late             | received               | 2026-09-03  |              |
        E6    | late             | responded              | 2026-10-06  |              |
        E7    | refused late     | received               | 2026-09-03  |              |
        E8    | refused late     | refused                | 2026-10-06  | nothing_held |
        E9    | taken back       | received               | 2026-09-03  |              |
        E10   | taken back       | withdrawn              | 2026-10-20  |              |
        E11   | paused           | received               | 2026-09-03  |              |
        E12   | paused           | clarification_asked    | 2026-09-10  |              |
        E13   | pause ended      | received               | 2026-09-03  |              |
        E14   | pause ended      | clarification_asked    | 2026-09-10  |              |
        E15   | pause ended      | clarification_received | 2026-09-11  |              |
        E16   | identity waits   | received               | 2026-09-03  |              |
        E17   | identity waits   | id_requested           | 2026-09-04  |              |
        E18   | identity came    | received               | 2026-09-03  |              |
        E19   | identity came    | id_requested           | 2026-09-04  |              |
        E20   | identity came    | id_received            | 2026-10-26  |              |
        E21   | extended         | received               | 2026-09-03  |              |
        E22   | extended         | extended               | 2026-10-03  |              |
        E23   | extended late    | received               | 2026-09-03  |              |
        E24   | extended late    | extended               | 2026-10-04  |              |
        E25   | corrected        | received               | 2026-09-03  |              |
        E26   | corrected        | received               | 2026-10-26  |              | E25
        E27   | answered tomorrow | received              | 2026-09-03  |              |
        E28   | answered tomorrow | responded             | 2026-11-02  |              |
    """,
    )

    assert findings(hub, "rights", "2026-11-01") == {
        ("RR01", "unanswered"),
        ("RR01", "erasure"),
        ("RR01", "pause ended"),
        ("RR01", "extended late"),
        ("RR01", "answered tomorrow"),
    }


@pytest.mark.parametrize(
    ("as_at", "found"),
    [
        ("2026-07-22", set()),
        ("2026-07-23", {("RR02", "C1")}),
        ("2026-07-30", {("RR02", "C1")}),
        ("2026-07-31", {("RR03", "C1")}),
        ("2026-08-01", {("RR03", "C1")}),
    ],
)
def test_a_complaint_is_acknowledged_within_thirty_days_and_the_stricter_count_of_them_alerts(hub: Hub, as_at, found):
    """P9: whoever complains hears within thirty days: guidance counts from the next day, the alert from the day."""
    load(
        hub,
        requests="""
        request | kind
        C1      | complaint
        C2      | complaint
        C3      | complaint
        C4      | complaint
    """,
        request_events="""
        request | what         | happened_on
        C1      | received     | 2026-07-01
        C2      | received     | 2026-06-01
        C3      | received     | 2026-07-01
        C3      | acknowledged | 2026-07-20
        C4      | received     | 2026-06-20
        C4      | acknowledged | 2026-07-22
    """,
    )

    assert findings(hub, "rights", as_at) == found


def test_what_was_due_is_also_told_as_it_was_known_then(hub: Hub):
    """P9: an answer that was recorded later than it was given."""
    load(
        hub,
        requests="""
        request | kind   | recorded_at
        Q1      | access | 2026-09-03 09:00:00
    """,
        request_events="""
        request | what      | happened_on | recorded_at
        Q1      | received  | 2026-09-03  | 2026-09-03 09:00:00
        Q1      | responded | 2026-09-20  | 2026-10-20 09:00:00
    """,
    )

    assert findings(hub, "rights", "2026-10-10") == set()
    assert findings(hub, "rights", "2026-10-10", known_at="2026-10-19") == {("RR01", "Q1")}
    assert findings(hub, "rights", "2026-10-10", known_at="2026-10-20") == set()


def test_steps_that_cannot_all_be_true_count_from_the_receipt(hub: Hub):
    """P9: a date that nobody can work out is no reason to wait."""
    load(
        hub,
        requests="""
        request | kind
        Q1      | erasure
    """,
        request_events="""
        request | what                | happened_on
        Q1      | received            | 2026-09-03
        Q1      | clarification_asked | 2026-09-10
    """,
    )

    assert findings(hub, "rights", "2026-10-06") == {("RR01", "Q1")}


def test_every_partner_that_supports_a_family_keeps_the_hub_up_to_date(hub: Hub):
    """P10: the council "keeps some high-level data about all the children and families the Hub supports, and all
    partners will ensure that this is updated"."""
    load(
        hub,
        families="""
        family | opened_on  | closed_on
        F1     | 2025-11-03 |
        F2     | 2025-11-03 | 2026-02-01
    """,
        involvements="""
        family | organisation       | started_on | ended_on   | recorded_at
        F1     | 30 DAYS AGO        | 2025-11-03 |            | 2026-01-02T23:59:59Z
        F1     | 31 DAYS AGO        | 2025-11-03 |            | 2026-01-01T23:59:59Z
        F1     | A LATER RETURN     | 2025-11-03 |            | 2025-11-03T09:00:00Z
        F1     | AN OLD PERIOD      | 2025-11-03 |            | 2025-11-03T09:00:00Z
        F1     | A LAST PERIOD      | 2025-11-03 |            | 2025-11-03T09:00:00Z
        F1     | A LATER NEED       | 2025-11-03 |            | 2025-11-03T09:00:00Z
        F1     | A LATER SHARE      | 2025-11-03 |            | 2025-11-03T09:00:00Z
        F1     | SUPPORT ENDED      | 2025-11-03 | 2026-01-31 | 2025-11-03T09:00:00Z
        F1     | ENDS TODAY         | 2025-11-03 | 2026-02-01 | 2025-11-03T09:00:00Z
        F2     | FAMILY CLOSED      | 2025-11-03 |            | 2025-11-03T09:00:00Z
        F1     | HEARD OF TODAY     | 2025-11-03 |            | 2026-02-01T23:59:59Z
        F1     | HEARD OF TOMORROW  | 2025-11-03 |            | 2026-02-02T09:00:00Z
        F1     | JOINED A MONTH AGO | 2026-01-02 |            | 2026-02-02T09:00:00Z
    """,
        needs="""
        family | organisation | recorded_at
        F1     | A LATER NEED | 2026-01-02T09:00:00Z
    """,
        shares="""
        family | from_organisation | recorded_at
        F1     | A LATER SHARE     | 2026-01-02T09:00:00Z
    """,
        returns="""
        received | organisation   | recorded_at         | covers_to
        1        | A LATER RETURN | 2026-01-02 09:00:00 |
        2        | AN OLD PERIOD  | 2026-01-30 09:00:00 | 2025-12-30
        3        | A LAST PERIOD  | 2026-01-30 09:00:00 | 2025-12-31
    """,
    )

    assert findings(hub, "freshness", "2026-02-01") == {
        ("FR01", "AN OLD PERIOD"),
        ("FR01", "31 DAYS AGO"),
        ("FR01", "ENDS TODAY"),
        ("FR01", "HEARD OF TOMORROW"),
    }


def test_no_partner_is_accused_of_a_time_from_which_the_hub_has_no_record(hub: Hub):
    """P10: "all partners will ensure that this is updated": from the day on which there was something to update."""
    load(
        hub,
        involvements="""
        family | organisation | started_on | recorded_at
        F1     | NHFT         | 2024-01-08 | 2026-01-05T09:00:00Z
    """,
    )

    assert findings(hub, "freshness", "2025-06-30") == set()
    assert findings(hub, "freshness", "2026-02-04") == set()
    assert findings(hub, "freshness", "2026-02-05") == {("FR01", "NHFT")}


def test_dates_that_cannot_both_be_true_are_found_and_not_lost(hub: Hub):
    """P10: "all partners will ensure that this is updated": what contradicts itself comes in and is shown."""
    load(
        hub,
        families="""
        family        | closed_on
        IN ORDER      |
        ON ONE DAY    |
        ENDED FIRST   |
        SEEN FIRST    |
        SEEN AFTER    |
        SEEN LATER    |
        SEEN TOMORROW |
        NO CONTACT    |
        NOT BEGUN     |
        LEAD          |
        TOO LATE      | 2026-01-04
        ON ITS END    | 2026-01-05
        AHEAD         | 2026-01-04
        SEEN NEXT     |
        NOT YET SAID  |
    """,
        involvements="""
        family        | organisation | started_on | ended_on   | last_contact_on | recorded_at
        IN ORDER      | NHFT         | 2026-01-05 | 2026-01-31 | 2026-01-12      | 2026-02-01T09:00:00Z
        ON ONE DAY    | NHFT         | 2026-01-05 | 2026-01-05 | 2026-01-05      | 2026-01-05T09:00:00Z
        ENDED FIRST   | NHFT         | 2026-01-05 | 2026-01-04 |                 | 2026-01-20T09:00:00Z
        SEEN FIRST    | NHFT         | 2026-01-05 |            | 2026-01-04      | 2026-01-20T09:00:00Z
        SEEN AFTER    | NHFT         | 2026-01-05 | 2026-01-20 | 2026-01-21      | 2026-01-25T09:00:00Z
        SEEN LATER    | NHFT         | 2026-01-05 |            | 2026-02-02      | 2026-02-02T09:00:00Z
        SEEN TOMORROW | NHFT         | 2026-01-05 |            | 2026-02-02      | 2026-01-25T09:00:00Z
        NO CONTACT    | NHFT         | 2026-01-05 |            |                 | 2026-01-20T09:00:00Z
        NOT BEGUN     | NHFT         | 2026-02-03 |            | 2026-02-02      | 2026-02-03T09:00:00Z
        TOO LATE      | NHFT         | 2026-01-05 |            |                 | 2026-02-01T09:00:00Z
        ON ITS END    | NHFT         | 2026-01-05 |            |                 | 2026-02-01T09:00:00Z
        AHEAD         | NHFT         | 2026-02-02 |            | 2026-02-02      | 2026-02-02T09:00:00Z
        SEEN NEXT     | NHFT         | 2026-02-03 |            | 2026-02-04      | 2026-01-25T09:00:00Z
        NOT YET SAID  | NHFT         | 2026-01-05 |            | 2026-02-03      | 2026-02-02T09:00:00Z
    """,
        leads="""
        family | started_on | ended_on
        LEAD   | 2026-01-05 | 2026-01-04
    """,
        goals="""
        goal        | family   | set_on     | closed_on
        GOAL        | IN ORDER | 2026-01-05 | 2026-01-04
        ON ITS DAY  | IN ORDER | 2026-01-05 | 2026-01-05
        TOO SOON    | IN ORDER | 2026-01-05 |
        ON THE DAY  | IN ORDER | 2026-01-05 |
    """,
        reviews="""
        goal       | reviewed_on
        TOO SOON   | 2026-01-04
        TOO SOON   | 2026-01-12
        ON THE DAY | 2026-01-05
    """,
    )

    assert findings(hub, "quality", "2026-02-01") == {
        ("DQ01", "ENDED FIRST"),
        ("DQ01", "SEEN FIRST"),
        ("DQ01", "SEEN AFTER"),
        ("DQ01", "SEEN TOMORROW"),
        ("DQ01", "SEEN NEXT"),
        ("DQ01", "LEAD"),
        ("DQ01", "GOAL"),
        ("DQ01", "TOO LATE"),
        ("DQ01", "TOO SOON"),
    }


def test_support_that_is_said_to_go_on_without_any_contact_is_looked_at_after_a_year(hub: Hub):
    """P10: "all partners will ensure that this is updated": an entry that nobody has touched may no longer be true."""
    load(
        hub,
        families="""
        family   | opened_on  | closed_on
        YEAR     | 2024-01-08 |
        LONGER   | 2024-01-08 |
        UNTOLD   | 2024-01-08 |
        NEVER    | 2024-01-08 |
        ENDED    | 2024-01-08 |
        CLOSED   | 2024-01-08 | 2026-02-01
        QUIET    | 2024-01-08 |
        REVIEWED | 2024-01-08 |
        LED      | 2024-01-08 |
    """,
        practitioners="""
        practitioner | organisation
        W1           | NNC
        W2           | NHFT
    """,
        involvements="""
        family   | organisation | started_on | ended_on   | last_contact_on
        YEAR     | NNC          | 2024-01-08 |            | 2026-01-31
        YEAR     | NHFT         | 2024-01-08 |            | 2025-02-01
        LONGER   | NNC          | 2024-01-08 |            | 2026-01-31
        LONGER   | NHFT         | 2024-01-08 |            | 2025-01-31
        UNTOLD   | NNC          | 2024-01-08 |            | 2026-01-31
        UNTOLD   | NHFT         | 2025-02-01 |            |
        NEVER    | NNC          | 2024-01-08 |            | 2026-01-31
        NEVER    | NHFT         | 2025-01-31 |            |
        ENDED    | NNC          | 2024-01-08 |            | 2026-01-31
        ENDED    | NHFT         | 2024-01-08 | 2026-01-31 | 2025-01-31
        CLOSED   | NNC          | 2024-01-08 |            | 2026-01-31
        CLOSED   | NHFT         | 2024-01-08 |            | 2025-01-31
        QUIET    | NHFT         | 2024-01-08 |            | 2025-01-31
        REVIEWED | NHFT         | 2024-01-08 |            | 2025-01-31
        LED      | NNC          | 2024-01-08 |            | 2026-01-31
        LED      | NHFT         | 2024-01-08 |            | 2025-01-31
    """,
        leads="""
        family | practitioner | started_on
        LED    | W2           | 2024-01-08
    """,
        goals="""
        goal | family   | set_on
        G1   | REVIEWED | 2024-01-15
    """,
        reviews="""
        goal | reviewed_on
        G1   | 2026-01-15
    """,
    )

    assert findings(hub, "quality", "2026-01-31") == set()
    late = {("DQ02", "LONGER"), ("DQ02", "REVIEWED"), ("DQ02", "NEVER")}
    assert findings(hub, "quality", "2026-02-01") == late
    assert ("RT03", "QUIET") in findings(hub, "retention", "2026-02-01")
    assert ("LD03", "LED") in findings(hub, "leads", "2026-02-01")


def test_each_partners_own_policy_and_rights_contact_are_known(hub: Hub):
    """P11: "how they manage your data and how long they keep it"."""
    load(
        hub,
        organisations="""
        organisation      | kind            | retention_policy | rights_contact
        BOTH KNOWN        | partner         | on its website   | rights@example.org
        NO POLICY         | partner         |                  | rights@example.org
        NO CONTACT        | council_service | on its website   |
        NEITHER           | lead_partner    |                  |
        NOT WITHIN US     | outside         |                  |
    """,
    )

    assert findings(hub, "partners", "2026-02-01") == {
        ("PP01", "NO POLICY"),
        ("PP01", "NO CONTACT"),
        ("PP01", "NEITHER"),
    }


def test_an_open_family_that_agreed_under_an_older_notice_is_told_of_the_present_one(hub: Hub):
    """P12: data rights are described in the notice: families must be told which one applied to them."""
    load(
        hub,
        families="""
        family | opened_on  | closed_on
        F1     | 2025-11-03 |
        F2     | 2025-11-03 |
        F3     | 2025-11-03 |
        F4     | 2025-11-03 | 2026-04-01
        F5     | 2025-11-03 |
    """,
        people="""
        person | family
        P1     | F1
        P2     | F2
        P3     | F3
        P4     | F4
        P5     | F5
    """,
        agreements="""
        agreement           | covers | decision | decided_on | notice_version
        under the old       | P1     | agreed   | 2026-01-05 | 2025-04
        under the new       | P2     | agreed   | 2026-04-01 | 2026-04
        first under the old | P3     | agreed   | 2026-01-05 | 2025-04
        then under the new  | P3     | agreed   | 2026-04-01 | 2026-04
        support has ended   | P4     | agreed   | 2026-01-05 | 2025-04
        never agreed        | P5     | refused  | 2026-01-05 | 2025-04
    """,
    )

    assert findings(hub, "notices", "2026-03-31") == set()
    assert findings(hub, "notices", "2026-04-01") == {("NV01", "under the old")}


def test_every_agreement_in_force_is_under_the_present_notice_not_only_the_latest(hub: Hub):
    """P12: each person, each purpose and each recipient: one agreement that was renewed speaks for no other."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F1
        Cat    | F2
        Dan    | F3
        Eve    | F4
        Fay    | F5
        Gus    | F6
    """,
        agreements="""
        agreement           | covers | purpose     | recipients  | exclusions | decided_on | notice_version | supersedes
        of the mother       | Ann    | hub_working | NHFT        |            | 2026-01-05 | 2025-04        |
        of the father       | Ben    | hub_working | NHFT        |            | 2026-04-02 | 2026-04        |
        for another purpose | Cat    | evaluation  | NHFT        |            | 2026-01-05 | 2025-04        |
        for this purpose    | Cat    | hub_working | NHFT        |            | 2026-04-02 | 2026-04        |
        for two             | Dan    | hub_working | NHFT;SCHOOL |            | 2026-01-05 | 2025-04        |
        for one of the two  | Dan    | hub_working | NHFT        |            | 2026-04-02 | 2026-04        |
        all of it           | Eve    | hub_working | NHFT;SCHOOL |            | 2026-01-05 | 2025-04        |
        renewed with less   | Eve    | hub_working | NHFT        |            | 2026-04-02 | 2026-04        | all of it
        for nobody          | Fay    | hub_working | NHFT        | NHFT       | 2026-01-05 | 2025-04        |
        one of two tied     | Gus    | hub_working | NHFT        |            | 2026-03-28 | 2025-04        |
        the other of them   | Gus    | hub_working | NHFT        |            | 2026-03-28 | 2026-04        |
    """,
    )

    assert findings(hub, "notices", "2026-05-01") == {
        ("NV01", "of the mother"),
        ("NV01", "for another purpose"),
        ("NV01", "for two"),
        ("NV01", "one of two tied"),
    }


def test_an_agreement_that_is_no_longer_one_is_under_no_notice(hub: Hub):
    """P12: a family is asked again about what it still agrees to, and counts by its latest agreement."""
    load(
        hub,
        families="""
        family
        F1
        F2
        F3
        F4
        F5
        F6
        F7
    """,
        people="""
        person | family
        P1     | F1
        P2     | F2
        P3     | F3
        P4     | F4
        P5     | F5
        P6     | F6
        P7     | F7
        P8     | F7
    """,
        agreements="""
        agreement          | covers | decision  | recipients | decided_on | expires_on | notice_version | supersedes
        expired            | P1     | agreed    | NHFT       | 2026-01-05 | 2026-04-30 | 2025-04        |
        expires today      | P2     | agreed    | NHFT       | 2026-01-05 | 2026-05-01 | 2025-04        |
        taken back         | P3     | agreed    | NHFT       | 2026-01-05 |            | 2025-04        |
        the taking back    | P3     | withdrawn |            | 2026-04-15 |            | 2026-04        |
        taken back for one | P4     | agreed    | NHFT       | 2026-01-05 |            | 2025-04        |
        for that one       | P4     | withdrawn | NNC        | 2026-04-15 |            | 2026-04        |
        corrected          | P5     | agreed    | NHFT       | 2026-01-06 |            | 2025-04        |
        the correction     | P5     | agreed    | NHFT       | 2026-01-06 |            | 2026-04        | corrected
        late under the old | P6     | agreed    | NHFT       | 2026-04-20 |            | 2025-04        |
        of one adult       | P7     | agreed    | NHFT       | 2026-01-05 |            | 2025-04        |
        another took back  | P8     | withdrawn |            | 2026-04-15 |            | 2026-04        |
    """,
    )

    assert findings(hub, "notices", "2026-05-01") == {
        ("NV01", "expires today"),
        ("NV01", "taken back for one"),
        ("NV01", "late under the old"),
        ("NV01", "of one adult"),
    }


def test_a_notice_before_the_last_but_one_is_superseded_and_one_that_is_not_registered_is_no_notice_of_ours(hub: Hub):
    """P12: whichever notice it was; a version that nobody registered is NM01's."""
    load(
        hub,
        families="""
        family
        F1
        F2
    """,
        people="""
        person | family
        P1     | F1
        P2     | F2
    """,
        agreements="""
        agreement    | covers | decided_on | notice_version
        old          | P1     | 2025-04-01 | 2025-04
        unregistered | P2     | 2025-04-01 | 2024-04
    """,
    )

    assert findings(hub, "notices", "2026-03-31") == set()
    assert findings(hub, "notices", "2030-01-01") == {("NV01", "old")}


@pytest.mark.parametrize(
    ("as_at", "found"),
    [
        ("2026-06-18", set()),
        ("2026-06-19", {("NV02", "2025-04"), ("NV02", "2026-04")}),
        ("2026-07-01", {("NV02", "2025-04"), ("NV02", "2026-04")}),
        ("2026-07-02", {("NV02", "2026-04")}),
    ],
)
def test_a_notice_in_use_says_that_one_may_complain_to_the_council(hub: Hub, as_at, found):
    """P12: the notice that applied; from 19 June 2026 it says so itself (UK GDPR, Articles 13(2)(ca) and 14(2)(da))."""
    load(
        hub,
        families="""
        family  | opened_on  | closed_on
        open    | 2024-01-08 |
        other   | 2024-01-08 |
        closed  | 2024-01-08 | 2026-05-01
        """,
        agreements="""
        agreement | family | decision | decided_on | expires_on | notice_version
        A1        | open   | agreed   | 2025-05-01 | 2026-07-01 | 2025-04
        A2        | other  | agreed   | 2026-05-01 |            | 2026-04
        A3        | closed | agreed   | 2026-04-02 |            | 2026-04
        A4        | other  | agreed   | 2026-05-02 |            | not registered
        A5        | other  | refused  | 2025-05-02 |            | 2025-04
        """,
    )

    assert findings(hub, "wording", as_at) == found


def test_a_notice_that_is_named_as_one_that_says_so_is_in_order(hub: Hub):
    """P12: which version says so is decided and dated, as every value is."""
    load(
        hub,
        agreements="""
        agreement | notice_version | expires_on
        A1        | 2026-04        |
        """,
    )
    shipped = policy.load()
    history = {name: shipped.history(name) for name in shipped.names()}
    [entry] = history["notices.say_complaint"]
    history["notices.say_complaint"] = [entry, replace(entry, value=["2026-04"], valid_from=date(2026, 9, 1))]
    decided = policy.Policy(history)
    held = snapshots.take(hub)

    def codes(day: date) -> list:
        return judge.judge("wording", held, day, policy=decided).column("code").to_pylist()

    assert codes(date(2026, 8, 31)) == ["NV02"]
    assert codes(date(2026, 9, 1)) == [None]


def test_an_answer_to_a_question_that_is_not_on_record_starts_and_ends_nothing(hub: Hub):
    """P9: one request that contradicts itself is no reason to tell nothing of the others."""
    load(
        hub,
        requests="""
        request          | kind
        no question      | access
        one too many     | access
        answered before  | access
        other            | access
    """,
        request_events="""
        request         | what                   | happened_on
        no question     | received               | 2026-09-03
        no question     | clarification_received | 2026-09-20
        one too many    | received               | 2026-09-03
        one too many    | clarification_asked    | 2026-09-10
        one too many    | clarification_received | 2026-09-11
        one too many    | clarification_received | 2026-10-20
        answered before | received               | 2026-09-03
        answered before | clarification_received | 2026-09-09
        answered before | clarification_asked    | 2026-09-10
        other           | received               | 2026-09-03
    """,
    )

    assert findings(hub, "rights", "2026-10-06") == {
        ("RR01", "no question"),
        ("RR01", "one too many"),
        ("RR01", "other"),
    }


def test_a_row_that_names_a_person_of_another_family_is_looked_at(hub: Hub):
    """P10: "all partners will ensure that this is updated": who is meant is asked, whatever the row is about."""
    load(
        hub,
        families="""
        family
        F1
        F2
        F3
    """,
        people="""
        person | family
        Ann    | F1
        Kid    | F1
        Ben    | F2
        Col    | F3
    """,
        organisations="""
        organisation
        Ben & Co
    """,
        agreements="""
        agreement       | family | given_by | covers  | decision    | exclusions    | decided_on | supersedes
        of their own    | F1     | Ann      | Ann;Kid | agreed      |               | 2026-01-12 |
        given by        | F1     | Ben      | Kid     | agreed      |               | 2026-01-12 |
        covers          | F1     | Ann      | Ann;Ben | refused     |               | 2026-01-12 |
        nobody answered | F1     | Ann      | Ben     | no_response |               | 2026-01-12 |
        leaves out      | F1     | Ann      | Ann     | agreed      | Kid;Ben       | 2026-01-12 |
        no person       | F1     | Ann      | Ann     | agreed      | Ben & Co      | 2026-01-12 |
        of one family   | F1     | Col      | Col     | agreed      |               | 2026-01-12 |
        slip            | F1     | Ann      | Ben     | agreed      |               | 2026-01-12 |
        put right       | F1     | Ann      | Ann     | agreed      |               | 2026-01-12 | slip
        tomorrow        | F1     | Ann      | Ben     | agreed      |               | 2026-02-02 |
    """,
        shares="""
        share       | family | about   | shared_on
        of this one | F1     | Ann;Kid | 2026-01-12
        and another | F1     | Kid;Ben | 2026-02-01
    """,
        withheld="""
        withheld    | family | about | decided_on
        held back   | F1     | Ben   | 2026-01-12
    """,
        requests="""
        request      | family | person | asked_by | recorded_at
        by another   | F1     | Ann    | Ben      | 2026-01-12 09:00:00
        for another  | F1     | Ben    |          | 2026-01-12 09:00:00
        for herself  | F1     | Ann    | Ann      | 2026-01-12 09:00:00
        not come yet | F1     | Ben    |          | 2026-01-12 09:00:00
    """,
        request_events="""
        request      | what     | happened_on
        by another   | received | 2026-01-12
        for herself  | received | 2026-01-12
        not come yet | received | 2026-02-02
    """,
        holds="""
        hold      | family | code  | scope   | placed_on
        for them  | F1     | other | Ann;Ben | 2026-01-12
        for her   | F1     | other | Ann     | 2026-01-12
        for all   | F1     | other |         | 2026-01-12
    """,
        competences="""
        competence | family | person | judged_on
        judged     | F1     | Ben    | 2026-01-12
    """,
        pair_decisions="""
        family | other | decision | decided_on
        F3     | F1    | same     | 2026-01-12
    """,
    )

    assert findings(hub, "belonging", "2026-01-11") == set()
    assert findings(hub, "belonging", "2026-02-01") == {
        ("DQ04", "given by"),
        ("DQ04", "covers"),
        ("DQ04", "nobody answered"),
        ("DQ04", "leaves out"),
        ("DQ04", "and another"),
        ("DQ04", "held back"),
        ("DQ04", "by another"),
        ("DQ04", "for another"),
        ("DQ04", "for them"),
        ("DQ04", "judged"),
    }


def test_a_person_who_moved_is_found_where_they_were_named_before(hub: Hub):
    """P10: as at a day, by the family whose record has them now, and by what was decided about two records by then."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
    """,
        shares="""
        share | family | about | shared_on  | recorded_at
        S1    | F1     | Ben   | 2026-01-12 | 2026-01-20T09:00:00Z
    """,
        pair_decisions="""
        family | other | decision  | decided_on
        F1     | F2    | same      | 2026-02-02
        F1     | F2    | different | 2026-02-04
    """,
    )

    found = {day: findings(hub, "belonging", f"2026-{day}") for day in ("02-01", "02-02", "02-03", "02-04")}

    moved = {("DQ04", "S1")}
    assert found == {"02-01": moved, "02-02": set(), "02-03": set(), "02-04": moved}
    assert findings(hub, "belonging", "2026-02-01", known_at="2026-01-19") == set()
    assert findings(hub, "belonging", "2026-02-01", known_at="2026-01-20") == moved


def test_nothing_is_done_by_or_for_a_person_after_their_death(hub: Hub):
    """P9, P10: a decision, a share or a request of somebody who had died has a wrong day, or a wrong person."""
    load(
        hub,
        people="""
        person | family | role         | died_on
        Ann    | F1     | parent_carer | 2026-01-10
        Kid    | F1     | child        |
        Ben    | F2     | parent_carer |
        Dan    | F2     | other_adult  | 2026-01-10
    """,
        agreements="""
        agreement                  | given_by | covers  | decision | decided_on | supersedes
        given on the day           | Ann      | Ann;Kid | agreed   | 2026-01-10 |
        given on the day after     | Ann      | Kid     | agreed   | 2026-01-11 |
        covers on the day after    | Kid      | Ann;Kid | agreed   | 2026-01-11 |
        about the child alone      | Kid      | Kid     | refused  | 2026-01-11 |
        corrected                  | Ann      | Kid     | agreed   | 2026-01-12 |
        the correction             | Kid      | Kid     | agreed   | 2026-01-12 | corrected
        covers another on the day  | Kid      | Kid;Dan | agreed   | 2026-01-10 |
        covers another thereafter  | Kid      | Kid;Dan | agreed   | 2026-01-11 |
    """,
        shares="""
        share             | family | about   | shared_on
        on the day        | F1     | Ann     | 2026-01-10
        on the day after  | F1     | Ann;Kid | 2026-01-11
        about the child   | F1     | Kid     | 2026-01-11
        about another     | F1     | Dan     | 2026-01-11
    """,
        requests="""
        request | family | person | asked_by
        R1      | F1     | Ann    | Ann
        R2      | F1     | Kid    | Ann
        R3      | F1     | Ann    | Ann
        R4      | F2     | Ben    | Ben
    """,
        request_events="""
        event | request | what     | happened_on
        E1    | R1      | received | 2026-01-11
        E2    | R2      | received | 2026-01-11
        E3    | R3      | received | 2026-01-10
        E4    | R4      | received | 2026-01-11
    """,
    )

    assert findings(hub, "lifetimes", "2026-01-10") == set()
    assert findings(hub, "lifetimes", "2026-02-01") == {
        ("DQ05", "given on the day after"),
        ("DQ05", "covers on the day after"),
        ("DQ05", "covers another thereafter"),
        ("DQ05", "about another"),
        ("DQ05", "on the day after"),
        ("DQ05", "R1"),
        ("DQ05", "R2"),
    }


def test_steps_that_name_each_other_or_themselves_still_ask_after_a_death(hub: Hub):
    """P9, P10: what takes no other step's place silences nothing; a day that was put right is as it was put right."""
    load(
        hub,
        people="""
        person | family | role         | died_on
        Ann    | F1     | parent_carer | 2026-01-10
    """,
        requests="""
        request   | family | person | asked_by
        itself    | F1     | Ann    | Ann
        ring      | F1     | Ann    | Ann
        later     | F1     | Ann    | Ann
        corrected | F1     | Ann    | Ann
        wrongly   | F1     | Ann    | Ann
    """,
        request_events="""
        event | request   | what     | happened_on | supersedes | recorded_at
        E1    | itself    | received | 2026-01-11  | E1         | 2026-01-12 09:00:00
        E2    | ring      | received | 2026-01-11  | E3         | 2026-01-12 09:00:00
        E3    | ring      | received | 2026-01-11  | E2         | 2026-01-12 09:00:00
        E4    | later     | received | 2026-01-11  |            | 2026-01-12 09:00:00
        E5    | later     | extended | 2026-01-11  | E4         | 2026-01-11 09:00:00
        E6    | corrected | received | 2026-01-11  |            | 2026-01-12 09:00:00
        E7    | corrected | received | 2026-01-09  | E6         | 2026-01-13 09:00:00
        E8    | wrongly   | received | 2026-01-09  |            | 2026-01-12 09:00:00
        E9    | wrongly   | received | 2026-01-11  | E8         | 2026-01-13 09:00:00
    """,
    )

    assert findings(hub, "lifetimes", "2026-02-01") == {
        ("DQ05", request) for request in ("itself", "ring", "later", "wrongly")
    }


def test_a_child_too_young_to_decide_does_not_decide_alone(hub: Hub):
    """P10: from thirteen on, or where a worker has judged that they can; an unknown age is not judged."""
    load(
        hub,
        people="""
        person | family | role         | date_of_birth
        Amy    | F1     | child        | 2022-01-15
        Bob    | F1     | child        | 2013-01-15
        Cam    | F1     | child        | 2013-01-16
        Dee    | F1     | child        |
        Eli    | F1     | child        | 2016-05-05
        Fay    | F1     | child        | 2016-05-05
        Mum    | F1     | parent_carer | 1990-05-05
    """,
        agreements="""
        agreement         | given_by | covers  | decision    | decided_on
        of a child of 4   | Amy      | Amy     | agreed      | 2026-01-15
        13 on the day     | Bob      | Bob     | refused     | 2026-01-15
        13 tomorrow       | Cam      | Cam     | refused     | 2026-01-15
        age not known     | Dee      | Dee     | agreed      | 2026-01-15
        by a parent       | Mum      | Mum;Amy | agreed      | 2026-01-15
        did not answer    | Amy      | Amy     | no_response | 2026-01-15
        judged on the day | Eli      | Eli     | agreed      | 2026-01-15
        before that day   | Eli      | Eli     | agreed      | 2026-01-14
        judged, no reason | Fay      | Fay     | agreed      | 2026-01-15
    """,
        competences="""
        person | judged_on  | reason
        Eli    | 2026-01-15 | Understands
        Fay    | 2026-01-15 | N/A
    """,
    )

    assert findings(hub, "lifetimes", "2026-02-01") == {
        ("DQ05", "of a child of 4"),
        ("DQ05", "13 tomorrow"),
        ("DQ05", "before that day"),
        ("DQ05", "judged, no reason"),
    }


def test_a_step_that_takes_its_own_place_or_anothers_in_a_ring_is_judged_all_the_same(hub: Hub):
    """P9: no row makes a request vanish from what is late."""
    load(
        hub,
        requests="""
        request   | kind
        itself    | access
        ring      | access
        after all | access
        later one | access
    """,
        request_events="""
        event | request   | what      | happened_on | supersedes | recorded_at
        E1    | itself    | received  | 2026-09-03  | E1         | 2026-09-03 09:00:00
        E2    | ring      | received  | 2026-09-03  | E3         | 2026-09-03 09:00:00
        E3    | ring      | received  | 2026-09-03  | E2         | 2026-09-03 09:00:00
        E4    | after all | received  | 2026-09-03  | E5         | 2026-09-03 09:00:00
        E5    | after all | received  | 2026-09-03  | E4         | 2026-09-03 09:00:00
        E6    | after all | received  | 2026-09-04  | E5         | 2026-09-04 09:00:00
        E7    | later one | received  | 2026-09-03  |            | 2026-09-05 09:00:00
        E8    | later one | received  | 2026-10-20  | E7         | 2026-09-04 09:00:00
    """,
    )

    found = findings(hub, "rights", "2026-10-08")

    assert found == {("RR01", "itself"), ("RR01", "ring"), ("RR01", "after all"), ("RR01", "later one")}
