"""Sharing (P5 to P7): with agreement, with limited details, and without agreement only where somebody is at risk.

Unless a table says otherwise, a share is about P1, goes from the council to NHFT within the Hub on 15 January 2026 and
is recorded that day; a decision is taken on 5 January 2026 about working together within the Hub.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hubdata import policy
from hubdata.intake import take
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.rules import judge
from tests.support.ascii import findings, load, supersede

TODAY = "2026-02-01"


def test_no_partner_hears_of_a_person_who_has_not_decided(hub: Hub):
    """P5: "with your agreement, we will speak to each other"."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
        Cat    | F3
        Dan    | F4
        Eve    | F5
    """,
        agreements="""
        covers | decision    | decided_on
        Ben    | agreed      | 2026-01-15
        Cat    | agreed      | 2026-01-16
        Dan    | no_response | 2026-01-05
        Eve    | not_sought  | 2026-01-05
    """,
        shares="""
        share                     | about
        never asked               | Ann
        agreed on the day         | Ben
        agreed the day after      | Cat
        asked and did not answer  | Dan
        known to be unasked       | Eve
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH01", "never asked"),
        ("SH01", "agreed the day after"),
        ("SH01", "asked and did not answer"),
        ("SH01", "known to be unasked"),
    }


def test_silence_ends_no_decision_and_begins_none(hub: Hub):
    """P5: "with your agreement": who does not answer, or is not asked, has said nothing new."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
        Cat    | F3
        Dan    | F4
    """,
        agreements="""
        agreement | covers | decision    | decided_on | recipients | exclusions | supersedes
        A1        | Ann    | agreed      | 2026-01-05 | NHFT       |            |
        A2        | Ann    | no_response | 2026-01-12 | NHFT       | NHFT       |
        B1        | Ben    | refused     | 2026-01-05 |            |            |
        B2        | Ben    | not_sought  | 2026-01-12 | NHFT       |            |
        C1        | Cat    | agreed      | 2026-01-05 | NHFT       |            |
        C2        | Cat    | no_response | 2026-01-12 | NHFT       |            | C1
        D1        | Dan    | agreed      | 2026-01-05 | NHFT       |            |
        D2        | Dan    | no_response | 2026-01-05 | NHFT       |            | D1
    """,
        shares="""
        share                                  | about
        asked again and did not answer         | Ann
        had refused and was not asked again    | Ben
        had agreed and did not answer a second | Cat
        never had agreed: the entry was wrong  | Dan
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH02", "had refused and was not asked again"),
        ("SH01", "never had agreed: the entry was wrong"),
    }


def test_a_refusal_holds_from_its_day_and_for_whom_it_names(hub: Hub):
    """P5: "You don't have to agree to this"."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
        Cat    | F3
        Dan    | F4
    """,
        agreements="""
        covers | decision | decided_on | recipients  | recorded_at
        Ann    | agreed   | 2026-01-05 | NHFT;SCHOOL | 2026-01-05T09:00:00Z
        Ann    | refused  | 2026-01-15 | SCHOOL      | 2026-01-15T09:00:00Z
        Ben    | agreed   | 2026-01-05 | NHFT;SCHOOL | 2026-01-05T09:00:00Z
        Ben    | refused  | 2026-01-16 |             | 2026-01-16T09:00:00Z
        Cat    | agreed   | 2026-01-15 | NHFT        | 2026-01-15T09:00:00Z
        Cat    | refused  | 2026-01-15 |             | 2026-01-15T09:01:00Z
        Dan    | refused  | 2026-01-15 |             | 2026-01-15T09:00:00Z
        Dan    | agreed   | 2026-01-15 | NHFT        | 2026-01-15T09:01:00Z
    """,
        shares="""
        share                               | about | to_organisation
        with one that was not refused       | Ann   | NHFT
        with the one that was refused       | Ann   | SCHOOL
        the day before everyone was refused | Ben   | NHFT
        refused later that day              | Cat   | NHFT
        agreed later that day               | Dan   | NHFT
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH02", "with the one that was refused"),
        ("SH02", "refused later that day"),
    }


def test_of_contrary_decisions_of_one_moment_the_more_protective_holds(hub: Hub):
    """P5: "You don't have to agree to this": where nobody can say which came last, it is not the references that do."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
        Cat    | F3
        Dan    | F4
    """,
        agreements="""
        agreement | covers | decision  | recorded_at
        A1        | Ann    | agreed    | 2026-01-05T09:00:00Z
        A2        | Ann    | refused   | 2026-01-05T09:00:00Z
        B9        | Ben    | agreed    | 2026-01-05T09:00:00Z
        B10       | Ben    | withdrawn | 2026-01-05T09:00:00Z
        C1        | Cat    | withdrawn | 2026-01-05T09:00:00Z
        C2        | Cat    | refused   | 2026-01-05T09:00:00Z
        D1        | Dan    | refused   | 2026-01-05T09:00:00Z
        D2        | Dan    | agreed    | 2026-01-05T09:00:00.000001Z
    """,
        shares="""
        share                     | about
        agreed or refused         | Ann
        agreed or withdrawn       | Ben
        withdrawn or refused      | Cat
        agreed a moment later     | Dan
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH02", "agreed or refused"),
        ("SH03", "agreed or withdrawn"),
        ("SH03", "withdrawn or refused"),
    }


def test_of_two_agreements_of_one_moment_neither_adds_to_the_other(hub: Hub):
    """P5: "limited relevant details": where nobody can say which came last, what either leaves out is left out."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
        Cat    | F3
        Dan    | F4
    """,
        agreements="""
        agreement | covers | recipients  | categories                 | exclusions | expires_on | recorded_at
        A1        | Ann    | NHFT        | support_needs              |            |            | 2026-01-05T09:00:00Z
        A2        | Ann    | NHFT        | support_needs;appointments |            |            | 2026-01-05T09:00:00Z
        B1        | Ben    | NHFT        | support_needs              |            | 2026-01-14 | 2026-01-05T09:00:00Z
        B2        | Ben    | NHFT        | support_needs              |            |            | 2026-01-05T09:00:00Z
        C1        | Cat    | SCHOOL      | support_needs              | NHFT       |            | 2026-01-05T09:00:00Z
        C2        | Cat    | NHFT        | support_needs              |            |            | 2026-01-05T09:00:00Z
        D1        | Dan    | SCHOOL      | appointments               |            |            | 2026-01-05T09:00:00Z
        D2        | Dan    | NHFT        | support_needs              |            |            | 2026-01-05T09:00:00Z
    """,
        shares="""
        share                   | about | categories
        in both                 | Ann   | support_needs
        in one                  | Ann   | appointments
        one had expired         | Ben   | support_needs
        excluded in one         | Cat   | support_needs
        one is about a school   | Dan   | support_needs
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH06", "in one"),
        ("SH04", "one had expired"),
        ("SH05", "excluded in one"),
    }


def test_refusing_is_nothing_to_be_found_for(hub: Hub):
    """P5: "You don't have to agree to this": who refuses has done nothing wrong, and nobody has."""
    load(
        hub,
        agreements="""
        decision
        refused
    """,
    )

    assert findings(hub, "sharing", TODAY) == set()


def test_a_withdrawal_holds_from_its_day_until_the_family_agrees_again(hub: Hub):
    """P5: "with your agreement": it can be taken back on any day."""
    load(
        hub,
        agreements="""
        decision  | decided_on | recipients
        agreed    | 2026-01-05 | NHFT;SCHOOL
        withdrawn | 2026-01-12 |
        agreed    | 2026-01-15 | NHFT
    """,
        shares="""
        share                                | to_organisation | shared_on
        the day before                       | NHFT            | 2026-01-11
        the same day                         | NHFT            | 2026-01-12
        the day before it agreed again       | NHFT            | 2026-01-14
        the day it agreed again              | NHFT            | 2026-01-15
        with another than it agreed to again | SCHOOL          | 2026-01-15
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH03", "the same day"),
        ("SH03", "the day before it agreed again"),
        ("SH03", "with another than it agreed to again"),
    }


def test_a_withdrawal_that_names_a_recipient_leaves_the_others(hub: Hub):
    """P5: "with your agreement": families choose whom they take it back from."""
    load(
        hub,
        agreements="""
        decision  | decided_on | recipients
        agreed    | 2026-01-05 | NHFT;SCHOOL
        withdrawn | 2026-01-12 | SCHOOL
    """,
        shares="""
        share           | to_organisation
        with the named  | SCHOOL
        with the others | NHFT
    """,
    )

    assert findings(hub, "sharing", TODAY) == {("SH03", "with the named")}


def test_an_agreement_holds_through_its_last_day(hub: Hub):
    """P5: "with your agreement", for as long as the family gave it."""
    load(
        hub,
        agreements="""
        decided_on | expires_on
        2025-02-28 | 2026-02-28
    """,
        shares="""
        share         | shared_on
        the last day  | 2026-02-28
        the day after | 2026-03-01
    """,
    )

    assert findings(hub, "sharing", "2026-02-28") == set()
    assert findings(hub, "sharing", "2026-03-01") == {("SH04", "the day after")}


def test_details_go_only_to_those_whom_the_family_named(hub: Hub):
    """P5: "with your agreement, we will speak to each other": to those whom the family agreed to."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
        Cat    | F3
        Dan    | F3
        Eve    | F4
    """,
        agreements="""
        covers  | decided_on | recipients  | exclusions
        Ann     | 2026-01-05 | NHFT        |
        Ben     | 2026-01-05 | NHFT;SCHOOL | SCHOOL
        Cat;Dan | 2026-01-05 | NHFT        | Dan
        Eve     | 2026-01-05 |             |
    """,
        shares="""
        share                        | about | to_organisation
        with the named               | Ann   | NHFT
        with another                 | Ann   | SCHOOL
        with one named and excluded  | Ben   | SCHOOL
        beside one that is excluded  | Ben   | NHFT
        about the person agreed for  | Cat   | NHFT
        about the person excluded    | Dan   | NHFT
        where nobody was named       | Eve   | NHFT
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH05", "with another"),
        ("SH05", "with one named and excluded"),
        ("SH05", "about the person excluded"),
        ("SH05", "where nobody was named"),
    }


def test_an_exclusion_stands_until_the_family_names_the_one_excluded_again(hub: Hub):
    """P5: "with your agreement": exclusions always win, until the family itself ends them."""
    load(
        hub,
        agreements="""
        decided_on | recipients  | exclusions
        2026-01-05 | NHFT;SCHOOL |
        2026-01-07 | NHFT        | SCHOOL
        2026-01-12 | NHFT        |
        2026-01-15 | SCHOOL      |
    """,
        shares="""
        share                             | to_organisation | shared_on
        before it was excluded            | SCHOOL          | 2026-01-06
        the day it was excluded           | SCHOOL          | 2026-01-07
        a later decision does not name it | SCHOOL          | 2026-01-14
        named again                       | SCHOOL          | 2026-01-15
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH05", "the day it was excluded"),
        ("SH05", "a later decision does not name it"),
    }


def test_only_the_categories_that_were_agreed_are_shared(hub: Hub):
    """P5: sharing will "only ever involve sharing limited relevant details"."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
        Cat    | F3
    """,
        agreements="""
        covers | categories                | exclusions
        Ann    | appointments;lead_worker  |
        Ben    | appointments;lead_worker  | lead_worker
        Cat    |                           |
    """,
        shares="""
        share                      | about | categories
        one of those agreed        | Ann   | appointments
        all of those agreed        | Ann   | appointments;lead_worker
        one more than agreed       | Ann   | appointments;support_needs
        agreed but excluded        | Ben   | lead_worker
        the one not excluded       | Ben   | appointments
        agreed to no category      | Cat   | appointments
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH06", "one more than agreed"),
        ("SH06", "agreed but excluded"),
        ("SH06", "agreed to no category"),
    }


def test_details_outside_the_closed_list_cannot_even_be_recorded(hub: Hub, tmp_path: Path):
    """P5: "only ever involve sharing limited relevant details"."""
    load(
        hub,
        agreements="""
        covers
        P1
    """,
    )
    (tmp_path / "shares.csv").write_text(
        "share,family,about,from_organisation,to_organisation,route,purpose,categories,shared_on,decided_by\n"
        "S1,F1,P1,NNC,NHFT,within_hub,hub_working,whole_file,2026-01-15,W1\n",
        "utf-8",
    )

    result = take.take(hub, tmp_path, partner="NNC", actor="tester")

    assert result.status == "refused"
    assert "'whole_file' is not one of the categories; allowed are contact_details" in result.problems[0].message
    assert snapshots.take(hub).rows["shares"] == 0


def test_one_adult_cannot_agree_for_another(hub: Hub):
    """P5: "with your agreement": of every person whom the details are about."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F1
        Cat    | F2
        Dan    | F2
    """,
        agreements="""
        covers | decision    | decided_on
        Ann    | agreed      | 2026-01-15
        Cat    | no_response | 2026-01-05
    """,
        shares="""
        share                                | about   | shared_on
        about the one who agreed             | Ann     | 2026-01-15
        about the other                      | Ben     | 2026-01-15
        about both                           | Ann;Ben | 2026-01-15
        before anybody of the family decided | Ben     | 2026-01-14
        where nobody answered                | Dan     | 2026-01-15
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH07", "about the other"),
        ("SH07", "about both"),
        ("SH01", "before anybody of the family decided"),
        ("SH01", "where nobody answered"),
    }


def test_an_agreement_to_one_purpose_is_none_to_another(hub: Hub):
    """P5, P6: "with your agreement": to what the family was asked about."""
    load(
        hub,
        agreements="""
        purpose            | decided_on
        evaluation         | 2026-01-05
        hub_working        | 2026-01-15
    """,
        shares="""
        share                         | purpose            | shared_on
        decided on evaluation only    | hub_working        | 2026-01-14
        decided on this purpose too   | hub_working        | 2026-01-15
        decided on evaluation         | evaluation         | 2026-01-14
        not decided on referrals      | additional_support | 2026-01-15
        nobody agrees to safeguarding | safeguarding       | 2026-01-15
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH08", "decided on evaluation only"),
        ("SH08", "not decided on referrals"),
        ("SH08", "nobody agrees to safeguarding"),
    }


def test_an_agreement_that_was_recorded_after_the_share_is_looked_at(hub: Hub):
    """P5: "with your agreement": what was written down afterwards may have been asked afterwards."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
        Cat    | F3
        Dan    | F4
        Eve    | F5
    """,
        agreements="""
        covers | decided_on | recorded_at
        Ann    | 2026-01-15 | 2026-01-15T23:59:59Z
        Ben    | 2026-01-15 | 2026-01-16T00:00:00Z
        Cat    | 2026-01-15 | 2026-01-16T00:30:00+01:00
        Dan    | 2026-07-15 | 2026-07-15T22:59:59Z
        Eve    | 2026-07-15 | 2026-07-15T23:00:00Z
    """,
        shares="""
        share                                   | about | shared_on
        recorded late that evening              | Ann   | 2026-01-15
        recorded the next day                   | Ben   | 2026-01-15
        recorded that day as UTC has it         | Cat   | 2026-01-15
        recorded late that summer evening       | Dan   | 2026-07-15
        recorded the next day, in summer        | Eve   | 2026-07-15
    """,
    )

    assert findings(hub, "sharing", "2026-08-01") == {
        ("SH09", "recorded the next day"),
        ("SH09", "recorded the next day, in summer"),
    }
    assert findings(hub, "sharing", "2026-08-01", known_at="2026-07-15") == {
        ("SH09", "recorded the next day"),
        ("SH01", "recorded the next day, in summer"),
    }


def test_as_known_on_the_day_of_the_share_a_late_record_was_no_agreement(hub: Hub):
    """P5: "with your agreement": both answers stay true, what was so and what was known."""
    load(
        hub,
        agreements="""
        recorded_at
        2026-01-20T09:00:00Z
    """,
        shares="""
        share          | recorded_at
        recorded then  | 2026-01-15T09:00:00Z
        recorded later | 2026-01-19T09:00:00Z
    """,
    )

    assert findings(hub, "sharing", TODAY, known_at="2026-01-14") == set()
    assert findings(hub, "sharing", TODAY, known_at="2026-01-18") == {("SH01", "recorded then")}
    assert findings(hub, "sharing", TODAY, known_at="2026-01-19") == {
        ("SH01", "recorded then"),
        ("SH01", "recorded later"),
    }
    assert findings(hub, "sharing", TODAY) == {("SH09", "recorded then"), ("SH09", "recorded later")}


def test_a_correction_takes_the_place_of_what_it_corrects_and_a_change_of_mind_does_not(hub: Hub):
    """P5: "with your agreement": a wrong entry is put right, and history is not rewritten."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
        Cat    | F3
        Dan    | F4
        Eve    | F5
    """,
        agreements="""
        agreement | covers | decision  | decided_on | supersedes | supersedes_as
        A1        | Ann    | agreed    | 2026-01-05 |            |
        A2        | Ann    | refused   | 2026-01-05 | A1         |
        A3        | Ben    | agreed    | 2026-01-05 |            |
        A4        | Ben    | withdrawn | 2026-01-16 | A3         |
        A5        | Cat    | agreed    | 2026-01-05 |            |
        A6        | Cat    | agreed    | 2026-01-16 | A5         | correction
        A7        | Dan    | agreed    | 2026-01-05 |            |
        A8        | Dan    | refused   | 2026-01-16 | A7         | correction
        A9        | Eve    | agreed    | 2026-01-05 |            |
        A10       | Eve    | refused   | 2026-01-05 | A9         |
        A11       | Eve    | agreed    | 2026-01-05 | A10        |
    """,
        shares="""
        share                                 | about | shared_on
        it was a refusal all along            | Ann   | 2026-01-15
        it still agreed                       | Ben   | 2026-01-15
        it no longer agreed                   | Ben   | 2026-01-16
        it had agreed a day later than it was | Cat   | 2026-01-15
        nothing was decided yet               | Dan   | 2026-01-15
        corrected twice                       | Eve   | 2026-01-15
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH02", "it was a refusal all along"),
        ("SH03", "it no longer agreed"),
        ("SH01", "it had agreed a day later than it was"),
        ("SH01", "nothing was decided yet"),
    }


def test_a_renewal_leaves_the_time_before_it_as_it_was(hub: Hub):
    """P5: "with your agreement": who agrees for another year had agreed for the year before."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
        Cat    | F3
        Dan    | F3
        Eve    | F4
        Fay    | F5
    """,
        agreements="""
        agreement | covers  | decision | decided_on | expires_on | recipients  | supersedes | supersedes_as
        A1        | Ann     | agreed   | 2025-01-10 | 2026-01-09 | NHFT        |            |
        A2        | Ann     | agreed   | 2026-01-09 | 2027-01-09 | NHFT        | A1         |
        B1        | Ben     | agreed   | 2025-01-10 |            | NHFT;SCHOOL |            |
        B2        | Ben     | agreed   | 2026-01-09 |            | NHFT        | B1         |
        C1        | Cat;Dan | agreed   | 2025-01-10 |            | NHFT        |            |
        C2        | Cat     | agreed   | 2026-01-09 |            | NHFT        | C1         |
        D1        | Eve     | agreed   | 2025-01-10 |            | NHFT        |            |
        D2        | Eve     | agreed   | 2025-01-10 | 2025-02-10 | NHFT        | D1         | renewal
        E1        | Fay     | agreed   | 2025-01-10 |            | NHFT;SCHOOL |            |
        E2        | Fay     | agreed   | 2025-01-10 |            | NHFT        | E1         | renewal
        E3        | Fay     | agreed   | 2026-01-09 |            | NHFT        | E2         | correction
    """,
        shares="""
        share                                     | about | to_organisation | shared_on
        in the year before                        | Ann   | NHFT            | 2025-12-01
        on the last day before                    | Ann   | NHFT            | 2026-01-08
        in the year after                         | Ann   | NHFT            | 2026-01-15
        named before                              | Ben   | SCHOOL          | 2026-01-08
        no longer named                           | Ben   | SCHOOL          | 2026-01-09
        covered before                            | Dan   | NHFT            | 2026-01-08
        no longer covered                         | Dan   | NHFT            | 2026-01-09
        renewed that very day, and expired        | Eve   | NHFT            | 2026-01-15
        before the day it was really renewed      | Fay   | SCHOOL          | 2026-01-08
        after the day it was really renewed       | Fay   | SCHOOL          | 2026-01-09
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH05", "no longer named"),
        ("SH07", "no longer covered"),
        ("SH04", "renewed that very day, and expired"),
        ("SH05", "after the day it was really renewed"),
    }


def test_a_slip_put_right_after_a_share_does_not_make_it_late(hub: Hub):
    """P5: what an entry already covered, that was corrected later, was known since it was recorded."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
        Cat    | F3
        Dan    | F4
        Eve    | F5
    """,
        agreements="""
        agreement | covers | decided_on | recipients  | categories                 | supersedes | recorded_at
        A1        | Ann    | 2026-01-05 | NHFT        | support_needs              |            | 2026-01-05T09:00:00Z
        A2        | Ann    | 2026-01-04 | NHFT        | support_needs              | A1         | 2026-01-20T09:00:00Z
        A3        | Ann    | 2026-01-03 | NHFT        | support_needs              | A2         | 2026-01-21T09:00:00Z
        B1        | Ben    | 2026-01-05 | SCHOOL      | support_needs              |            | 2026-01-05T09:00:00Z
        B2        | Ben    | 2026-01-05 | SCHOOL;NHFT | support_needs              | B1         | 2026-01-20T09:00:00Z
        C1        | Cat    | 2026-01-05 | NHFT        | appointments               |            | 2026-01-05T09:00:00Z
        C2        | Cat    | 2026-01-05 | NHFT        | appointments;support_needs | C1         | 2026-01-20T09:00:00Z
        D1        | Dan    | 2026-01-16 | NHFT        | support_needs              |            | 2026-01-05T09:00:00Z
        D2        | Dan    | 2026-01-05 | NHFT        | support_needs              | D1         | 2026-01-20T09:00:00Z
        E1        | Eve    | 2026-01-05 | NHFT        | support_needs              |            | 2026-01-16T09:00:00Z
        E2        | Eve    | 2026-01-04 | NHFT        | support_needs              | E1         | 2026-01-20T09:00:00Z
    """,
        shares="""
        share                                       | about
        the day was a slip, twice                   | Ann
        the recipient had not been named            | Ben
        the category had not been named             | Cat
        the first entry began after the share  | Dan
        the first entry was late itself             | Eve
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH09", "the recipient had not been named"),
        ("SH09", "the category had not been named"),
        ("SH09", "the first entry began after the share"),
        ("SH09", "the first entry was late itself"),
    }


def test_no_row_silences_a_breach_by_naming_itself_a_ring_or_another_family(hub: Hub):
    """P5: what nobody corrected is judged, whatever a row says of itself."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
    """,
        agreements="""
        covers | decision
        Ann    | refused
        Ben    | refused
    """,
        shares="""
        share | about | recorded_at
        S1    | Ann   | 2026-01-15T09:00:00Z
        S2    | Ann   | 2026-01-15T09:00:00Z
        S3    | Ann   | 2026-01-15T09:00:00Z
        S4    | Ben   | 2026-01-15T09:00:00Z
        S5    | Ann   | 2026-01-15T09:00:00Z
        S6    | Ann   | 2026-01-15T09:00:00Z
        S7    | Ann   | 2026-01-15T09:00:00Z
        S8    | Ann   | 2026-01-15T09:00:00Z
        S9    | Ann   | 2026-01-16T09:00:00Z
        S10   | Ann   | 2026-01-16T09:00:00Z
        S11   | Ann   | 2026-01-15T09:00:00Z
    """,
    )
    named = {
        "S1": "S1",
        "S2": "S3",
        "S3": "S2",
        "S5": "S4",
        "S6": "S7",
        "S7": "S3",
        "S8": "S9",
        "S9": "S8",
        "S11": "S10",
    }
    supersede(hub, "shares", **named)

    judged = findings(hub, "sharing", TODAY)

    # S6 corrects S7, which corrects one of a ring: those two were corrected, if by a row that was corrected itself;
    # S9 was recorded after S8, but two that name each other say nothing; S11 names one that was recorded after it
    assert judged == {("SH02", share) for share in ("S1", "S2", "S4", "S5", "S6", "S8", "S9", "S10", "S11")}


def test_no_decision_goes_away_by_naming_itself_a_ring_or_another_family(hub: Hub):
    """P5: "You don't have to agree to this": a refusal stands until this family's own correction."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
        Cat    | F3
        Dan    | F4
    """,
        agreements="""
        agreement | covers | decision
        A1        | Ann    | refused
        B1        | Ben    | refused
        B2        | Ben    | refused
        C1        | Cat    | refused
        D1        | Dan    | agreed
    """,
        shares="""
        share     | about
        about Ann | Ann
        about Ben | Ben
        about Cat | Cat
        about Dan | Dan
    """,
    )
    supersede(hub, "agreements", A1="A1", B1="B2", B2="B1", D1="C1")

    assert findings(hub, "sharing", TODAY) == {("SH02", f"about {who}") for who in ("Ann", "Ben", "Cat")}


def test_a_refusal_holds_under_whichever_family_it_is_filed(hub: Hub):
    """P5: "You don't have to agree to this": a father's refusal about his child may stand in his own record."""
    load(
        hub,
        people="""
        person | family       | role
        Ann    | the mother's | parent_carer
        Kid    | the mother's | child
        Dan    | the father's | parent_carer
    """,
        agreements="""
        family       | given_by | covers  | decision | decided_on
        the mother's | Ann      | Ann;Kid | agreed   | 2026-01-05
        the father's | Dan      | Dan;Kid | refused  | 2026-01-06
    """,
        shares="""
        share            | about
        about the mother | Ann
        about the child  | Kid
    """,
    )

    assert findings(hub, "sharing", TODAY) == {("SH02", "about the child")}


def test_a_share_that_was_corrected_is_judged_as_corrected(hub: Hub):
    """P5: "limited relevant details": a wrong entry of what was shared is put right by a new one."""
    load(
        hub,
        agreements="""
        categories
        appointments
    """,
        shares="""
        share          | categories    | supersedes
        as first noted | support_needs |
        as corrected   | appointments  | as first noted
        another one    | support_needs |
    """,
    )

    assert findings(hub, "sharing", TODAY) == {("SH06", "another one")}


def test_additional_support_is_discussed_by_the_day_of_the_referral(hub: Hub):
    """P6: it "will always be discussed between you and your support worker and be done with your agreement"."""
    load(
        hub,
        agreements="""
        purpose            | recipients   | discussed_on
        additional_support | HOUSING      |
        additional_support | SCHOOL       | 2026-01-05
        additional_support | CLINIC       | 2026-01-16
        hub_working        | NHFT         |
    """,
        shares="""
        share                          | route              | to_organisation | discussed_on
        discussed on the day           | additional_support | HOUSING         | 2026-01-15
        discussed the day after        | additional_support | HOUSING         | 2026-01-16
        discussion not recorded        | additional_support | HOUSING         |
        discussed when they agreed     | additional_support | SCHOOL          |
        so, and again the day after    | additional_support | SCHOOL          | 2026-01-16
        both discussed the day after   | additional_support | CLINIC          | 2026-01-16
        no referral, not discussed     | within_hub         | NHFT            |
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH10", "discussed the day after"),
        ("SH10", "discussion not recorded"),
        ("SH10", "both discussed the day after"),
    }


def test_a_referral_needs_an_agreement_as_well_as_a_discussion(hub: Hub):
    """P6: "always be discussed … and be done with your agreement"."""
    load(
        hub,
        agreements="""
        covers | purpose     | recipients
        P1     | hub_working | HOUSING
    """,
        shares="""
        share                    | route              | to_organisation | discussed_on
        agreed to Hub work only  | additional_support | HOUSING         | 2026-01-15
    """,
    )

    assert findings(hub, "sharing", TODAY) == {("SH08", "agreed to Hub work only")}


@pytest.mark.parametrize("route", ["without_agreement", "legal_duty"])
def test_sharing_without_agreement_says_why_and_who_is_at_risk(hub: Hub, route: str):
    """P7: "Occasionally … only where they are concerned that there is a risk to someone"."""
    load(
        hub,
        shares=f"""
        share     | route   | reason | risk_to
        both said | {route} | A risk | A child
        no reason | {route} |        | A child
        nobody    | {route} | A risk |
    """,
    )

    assert findings(hub, "sharing", TODAY) == {("SH11", "no reason"), ("SH11", "nobody")}


SAYS_NOTHING = ("N/A", "n / a", "none.", "-", "…", "tbc", "To be confirmed", "unknown", "xxx", "?!", "tbc - tbc")


def test_a_word_that_says_nothing_is_no_reason_to_share_and_nobody_at_risk(hub: Hub):
    """P7: "only where they are concerned that there is a risk to someone … will normally explain this to you"."""
    told = "".join(
        f"""
        all said {at}        | without_agreement | A risk    | 1004      | no          | Not safe
        no reason {at}       | without_agreement | {nothing} | A child   | yes         |
        nobody at risk {at}  | without_agreement | A risk    | {nothing} | yes         |
        no word why not {at} | legal_duty        | A risk    | A child   | no          | {nothing}"""
        for at, nothing in enumerate(SAYS_NOTHING)
    )
    load(hub, shares=f"share | route | reason | risk_to | told_family | not_told_reason{told}")

    faults = {"no reason": "SH11", "nobody at risk": "SH11", "no word why not": "SH12"}
    assert findings(hub, "sharing", TODAY) == {
        (code, f"{what} {at}") for what, code in faults.items() for at in range(len(SAYS_NOTHING))
    }


def test_sharing_without_agreement_is_explained_or_it_is_recorded_why_not(hub: Hub):
    """P7: "the partner will normally explain this to you"."""
    load(
        hub,
        shares="""
        share                  | route             | told_family | told_on    | not_told_reason
        explained              | without_agreement | yes         | 2026-01-15 |
        not safe to explain    | without_agreement | no          |            | Not safe
        not explained          | without_agreement | no          |            |
        nothing recorded       | without_agreement |             |            |
        to be explained        | without_agreement | not_yet     |            |
        a duty, not explained  | legal_duty        | no          |            |
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH12", "not explained"),
        ("SH12", "nothing recorded"),
        ("SH12", "a duty, not explained"),
    }


def test_a_family_that_is_still_to_be_told_is_told_within_thirty_days(hub: Hub):
    """P7: "the partner will normally explain this to you"."""
    load(
        hub,
        shares="""
        share         | route             | shared_on  | told_family
        on 15 January | without_agreement | 2026-01-15 | not_yet
        on 16 January | without_agreement | 2026-01-16 | not_yet
        told          | without_agreement | 2026-01-15 | yes
    """,
    )

    assert findings(hub, "sharing", "2026-02-14") == set()
    assert findings(hub, "sharing", "2026-02-15") == {("SH13", "on 15 January")}


def test_a_recipient_without_a_sharing_agreement_in_force_is_looked_at(hub: Hub):
    """P5: partners "working within the Hub" "speak to each other" under terms that they have signed."""
    load(
        hub,
        organisations="""
        organisation         | sharing_agreement_from | sharing_agreement_to
        signed on the day    | 2026-01-15             |
        signed the next day  | 2026-01-16             |
        never signed         |                        |
        ended on the day     | 2025-01-15             | 2026-01-15
        ended the day before | 2025-01-15             | 2026-01-14
    """,
        shares="""
        share | to_organisation
        S1    | signed on the day
        S2    | signed the next day
        S3    | never signed
        S4    | ended on the day
        S5    | ended the day before
    """,
        agreements="""
        covers
        P1
    """,
    )

    assert findings(hub, "sharing", TODAY) == {("SH14", "S2"), ("SH14", "S3"), ("SH14", "S5")}


def test_going_against_a_refusal_or_withdrawal_is_recorded_and_looked_at_and_never_blocked(hub: Hub):
    """P7: "only where they are concerned that there is a risk to someone", which may outweigh what a person said."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
        Cat    | F3
        Dan    | F4
        Eve    | F5
        Fay    | F6
        Gus    | F7
        Hal    | F8
        Ida    | F9
    """,
        agreements="""
        covers | decision  | decided_on | recipients | exclusions | purpose
        Ann    | refused   | 2026-01-15 |            |            | hub_working
        Ben    | refused   | 2026-01-16 |            |            | hub_working
        Cat    | withdrawn | 2026-01-15 |            |            | hub_working
        Dan    | refused   | 2026-01-05 |            |            | hub_working
        Dan    | agreed    | 2026-01-15 | NHFT       |            | hub_working
        Eve    | agreed    | 2026-01-05 |            | NHFT       | hub_working
        Eve    | refused   | 2026-01-15 |            |            | hub_working
        Fay    | refused   | 2026-01-05 |            |            | evaluation
        Fay    | agreed    | 2026-01-15 | NHFT       |            | hub_working
        Gus    | refused   | 2026-01-05 | SCHOOL     |            | additional_support
        Ida    | refused   | 2026-01-05 |            |            | hub_working
        Ida    | agreed    | 2026-01-06 |            | Ida        | hub_working
        Hal    | refused   | 2026-01-05 |            |            | hub_working
        Hal    | agreed    | 2026-01-06 | SCHOOL     | NHFT       | hub_working
    """,
        shares="""
        share                                 | about | route
        refused on the day                    | Ann   | without_agreement
        a duty although refused               | Ann   | legal_duty
        refused the day after                 | Ben   | without_agreement
        withdrawn                             | Cat   | without_agreement
        refused and then agreed               | Dan   | without_agreement
        excluded first and then all refused   | Eve   | without_agreement
        refused for another purpose           | Fay   | without_agreement
        refused for another recipient         | Gus   | without_agreement
        refused all and then excluded         | Hal   | without_agreement
        excluded herself and named nobody     | Ida   | without_agreement
    """,
    )

    assert snapshots.take(hub).rows["shares"] == 10
    assert findings(hub, "sharing", TODAY) == {
        ("SH15", "refused on the day"),
        ("SH15", "a duty although refused"),
        ("SH15", "withdrawn"),
        ("SH15", "excluded first and then all refused"),
        ("SH15", "refused for another purpose"),
        ("SH15", "refused all and then excluded"),
        ("SH15", "excluded herself and named nobody"),
    }


def test_the_first_code_that_applies_is_the_one_found(hub: Hub):
    """P5 to P7: one answer for each share and person, the most serious first."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F1
        Cat    | F2
        Dan    | F3
    """,
        organisations="""
        organisation | sharing_agreement_from
        NHFT         |
    """,
        agreements="""
        covers | decision | recipients  | categories   | exclusions | expires_on | recorded_at
        Ann    | agreed   | NHFT;SCHOOL | appointments | SCHOOL     | 2026-01-14 | 2026-01-20T09:00:00Z
        Cat    | refused  |             |              | SCHOOL     |            |
        Dan    | agreed   | NHFT        | appointments |            |            | 2026-01-20T09:00:00Z
    """,
        shares="""
        share                         | about   | route              | to_organisation | categories    | discussed_on
        not decided before excluded   | Ben     | additional_support | SCHOOL          | support_needs |
        excluded before expired       | Ann     | additional_support | SCHOOL          | support_needs |
        each person for themselves    | Ann;Ben | additional_support | NHFT            | support_needs |
        excluded before refused       | Cat     | additional_support | SCHOOL          | support_needs |
        refused before not discussed  | Cat     | additional_support | NHFT            | support_needs |
        category before not discussed | Dan     | additional_support | NHFT            | support_needs |
        not discussed before late     | Dan     | additional_support | NHFT            | appointments  |
        late before no terms          | Dan     | additional_support | NHFT            | appointments  | 2026-01-15
    """,
    )

    assert findings(hub, "sharing", TODAY) == {
        ("SH07", "not decided before excluded"),
        ("SH05", "excluded before expired"),
        ("SH07", "each person for themselves"),
        ("SH04", "each person for themselves"),
        ("SH05", "excluded before refused"),
        ("SH02", "refused before not discussed"),
        ("SH06", "category before not discussed"),
        ("SH10", "not discussed before late"),
        ("SH09", "late before no terms"),
    }


def test_without_agreement_too_the_first_code_that_applies_is_the_one_found(hub: Hub):
    """P7: "only where … there is a risk to someone … the partner will normally explain this to you"."""
    load(
        hub,
        agreements="""
        decision
        refused
    """,
        shares="""
        share                    | route             | reason | told_family
        no reason before no word | without_agreement |        | no
        no word before refused   | without_agreement | A risk | no
        not yet before refused   | without_agreement | A risk | not_yet
        refused                  | without_agreement | A risk | yes
    """,
    )

    assert findings(hub, "sharing", "2026-03-31") == {
        ("SH11", "no reason before no word"),
        ("SH12", "no word before refused"),
        ("SH13", "not yet before refused"),
        ("SH15", "refused"),
    }


def test_agreement_is_not_called_consent(hub: Hub):
    """P5: "with your agreement": what a family agrees to and what the law calls a basis are different things."""
    load(
        hub,
        shares="""
        share                  | route             | reason                          | not_told_reason
        as the basis           | without_agreement | Parent gave CONSENT             |
        first word             | without_agreement | Consented on the telephone      |
        within brackets        | without_agreement | Risk of harm (consent given)    |
        for not telling        | without_agreement | Risk of harm                    | Father's consent/no answer
        two words, one hyphen  | without_agreement | Non-consent                     |
        within another word    | without_agreement | The parents' disconsent         |
        no such word           | without_agreement | The parent agreed               |
        no reason to look into | within_hub        |                                 |
    """,
    )

    assert findings(hub, "basis", TODAY) == {
        ("LB01", "as the basis"),
        ("LB01", "first word"),
        ("LB01", "within brackets"),
        ("LB01", "for not telling"),
        ("LB01", "two words, one hyphen"),
    }


def test_consent_is_called_consent_where_it_is_the_lawful_basis(sqlite_hub: Hub):
    """P5: "with your agreement": some councils do rely on consent, for one purpose and not for another."""
    load(
        sqlite_hub,
        shares="""
        share           | route             | purpose     | reason
        to work jointly | within_hub        | hub_working | Consent given
        for a risk      | without_agreement | welfare     | Consent given
    """,
    )
    consent = _with_basis("lawful_basis.hub_working", "Article 6(1)(a), consent")

    judged = judge.judge("basis", snapshots.take(sqlite_hub), date(2026, 3, 1), None, consent).to_pylist()

    assert {(row["code"], row["subject"]) for row in judged} == {(None, "to work jointly"), ("LB01", "for a risk")}


def test_a_share_that_was_corrected_or_comes_later_is_not_read_for_its_words(hub: Hub):
    """P5: "with your agreement": a correction takes the place of what was written in the wrong words."""
    load(
        hub,
        shares="""
        share         | route             | reason        | supersedes     | shared_on
        first written | without_agreement | Consent given |                | 2026-01-15
        corrected     | without_agreement | Risk of harm  | first written  | 2026-01-15
        later         | without_agreement | Consent given |                | 2026-02-02
    """,
    )

    assert findings(hub, "basis", TODAY) == set()


def _with_basis(name: str, value: str) -> policy.Policy:
    """The policy, but with another value under one name."""
    values = policy.load()
    entries = {n: [values.entry(n, date.max)] for n in values.names()}
    return policy.Policy(entries | {name: [replace(entries[name][0], value=value)]})


def test_contrary_decisions_of_one_moment_are_told(hub: Hub):
    """P5: "with your agreement": a person says which came last, since no reference can."""
    load(
        hub,
        people="""
        person | family
        Ann    | F1
        Ben    | F2
        Cat    | F3
        Dan    | F4
        Eve    | F5
        Fay    | F6
        Gus    | F6
        Hal    | F7
    """,
        agreements="""
        agreement | covers  | decision  | recipients  | purpose     | recorded_at          | supersedes
        A1        | Ann     | agreed    | NHFT;SCHOOL | hub_working | 2026-01-05T09:00:00Z |
        A2        | Ann     | refused   | SCHOOL      | hub_working | 2026-01-05T09:00:00Z |
        B9        | Ben     | agreed    | NHFT        | hub_working | 2026-01-05T09:00:00Z |
        B10       | Ben     | withdrawn |             | hub_working | 2026-01-05T09:00:00Z |
        C1        | Cat     | agreed    | NHFT        | hub_working | 2026-01-05T09:00:00Z |
        C2        | Cat     | refused   | SCHOOL      | hub_working | 2026-01-05T09:00:00Z |
        C3        | Cat     | refused   |             | evaluation  | 2026-01-05T09:00:00Z |
        D1        | Dan     | agreed    | NHFT        | hub_working | 2026-01-05T09:00:00Z |
        D2        | Dan     | refused   |             | hub_working | 2026-01-05T09:00:00Z | D1
        E1        | Eve     | agreed    | NHFT        | hub_working | 2026-01-05T09:00:00Z |
        E2        | Eve     | refused   |             | hub_working | 2026-01-05T09:00:01Z |
        F1        | Fay     | agreed    | NHFT        | hub_working | 2026-01-05T09:00:00Z |
        F2        | Gus     | refused   |             | hub_working | 2026-01-05T09:00:00Z |
        H1        | Hal     | refused   |             | hub_working | 2026-01-05T09:00:00Z |
        H2        | Hal     | withdrawn |             | hub_working | 2026-01-05T09:00:00Z |
    """,
    )

    assert findings(hub, "contrary", "2026-01-04") == set()
    assert findings(hub, "contrary", "2026-01-05") == {
        ("DQ03", "A1"),
        ("DQ03", "A2"),
        ("DQ03", "B9"),
        ("DQ03", "B10"),
    }
