"""Data rights (P9 to P12): copies, records kept up to date, partners' own policies, and the notice that applied."""

from hubdata.records import CONTRACT_TABLES, TABLES, passport
from hubdata.store import Hub
from tests.ascii import findings, load


def test_everything_kept_about_a_person_is_in_the_copy_or_says_why_not():
    """P9: "the right to have a copy of your data", "any personally identifiable data they hold"."""
    cards = {f"{table}.{c.name}": passport(table, c.name) for table in CONTRACT_TABLES for c in TABLES[table].c}

    left_out = {name for name, card in cards.items() if card.access != "include"}

    assert left_out == {"practitioners.name", "practitioners.work_email", "shares.risk_to"}
    assert all(cards[name].access.startswith("exclude: ") for name in left_out)


def test_every_partner_that_supports_a_family_keeps_the_hub_up_to_date(hub: Hub):
    """P10: the council "keeps some high-level data about all the children and families the Hub supports, and all
    partners will ensure that this is updated"."""
    load(hub, families="""
        family | opened_on  | closed_on
        F1     | 2025-11-03 |
        F2     | 2025-11-03 | 2026-02-01
    """, involvements="""
        family | organisation       | started_on | ended_on   | recorded_at
        F1     | 30 DAYS AGO        | 2025-11-03 |            | 2026-01-02T23:59:59Z
        F1     | 31 DAYS AGO        | 2025-11-03 |            | 2026-01-01T23:59:59Z
        F1     | A LATER RETURN     | 2025-11-03 |            | 2025-11-03T09:00:00Z
        F1     | A LATER NEED       | 2025-11-03 |            | 2025-11-03T09:00:00Z
        F1     | A LATER SHARE      | 2025-11-03 |            | 2025-11-03T09:00:00Z
        F1     | SUPPORT ENDED      | 2025-11-03 | 2026-01-31 | 2025-11-03T09:00:00Z
        F1     | ENDS TODAY         | 2025-11-03 | 2026-02-01 | 2025-11-03T09:00:00Z
        F2     | FAMILY CLOSED      | 2025-11-03 |            | 2025-11-03T09:00:00Z
        F1     | HEARD OF TODAY     | 2025-11-03 |            | 2026-02-01T23:59:59Z
        F1     | HEARD OF TOMORROW  | 2025-11-03 |            | 2026-02-02T09:00:00Z
        F1     | JOINED A MONTH AGO | 2026-01-02 |            | 2026-02-02T09:00:00Z
    """, needs="""
        family | organisation | recorded_at
        F1     | A LATER NEED | 2026-01-02T09:00:00Z
    """, shares="""
        family | from_organisation | recorded_at
        F1     | A LATER SHARE     | 2026-01-02T09:00:00Z
    """, returns="""
        received | organisation   | recorded_at
        1        | A LATER RETURN | 2026-01-02 09:00:00
    """)  # fmt: skip

    assert findings(hub, "freshness", "2026-02-01") == {
        ("FR01", "31 DAYS AGO"), ("FR01", "ENDS TODAY"), ("FR01", "HEARD OF TOMORROW"),
    }  # fmt: skip


def test_no_partner_is_accused_of_a_time_from_which_the_hub_has_no_record(hub: Hub):
    """P10: "all partners will ensure that this is updated": from the day on which there was something to update."""
    load(hub, involvements="""
        family | organisation | started_on | recorded_at
        F1     | NHFT         | 2024-01-08 | 2026-01-05T09:00:00Z
    """)  # fmt: skip

    assert findings(hub, "freshness", "2025-06-30") == set()
    assert findings(hub, "freshness", "2026-02-04") == set()
    assert findings(hub, "freshness", "2026-02-05") == {("FR01", "NHFT")}


def test_each_partners_own_policy_and_rights_contact_are_known(hub: Hub):
    """P11: "how they manage your data and how long they keep it"."""
    load(hub, organisations="""
        organisation      | kind            | retention_policy | rights_contact
        BOTH KNOWN        | partner         | on its website   | rights@example.org
        NO POLICY         | partner         |                  | rights@example.org
        NO CONTACT        | council_service | on its website   |
        NEITHER           | lead_partner    |                  |
        NOT WITHIN US     | outside         |                  |
    """)  # fmt: skip

    assert findings(hub, "partners", "2026-02-01") == {
        ("PP01", "NO POLICY"),
        ("PP01", "NO CONTACT"),
        ("PP01", "NEITHER"),
    }


def test_an_open_family_that_agreed_under_an_older_notice_is_told_of_the_present_one(hub: Hub):
    """P12: data rights are described in the notice: families must be told which one applied to them."""
    load(hub, families="""
        family | opened_on  | closed_on
        F1     | 2025-11-03 |
        F2     | 2025-11-03 |
        F3     | 2025-11-03 |
        F4     | 2025-11-03 | 2026-04-01
        F5     | 2025-11-03 |
    """, people="""
        person | family
        P1     | F1
        P2     | F2
        P3     | F3
        P4     | F4
        P5     | F5
    """, agreements="""
        agreement           | covers | decision | decided_on | notice_version
        under the old       | P1     | agreed   | 2026-01-05 | 2025-04
        under the new       | P2     | agreed   | 2026-04-01 | 2026-04
        first under the old | P3     | agreed   | 2026-01-05 | 2025-04
        then under the new  | P3     | agreed   | 2026-04-01 | 2026-04
        support has ended   | P4     | agreed   | 2026-01-05 | 2025-04
        never agreed        | P5     | refused  | 2026-01-05 | 2025-04
    """)  # fmt: skip

    assert findings(hub, "notices", "2026-03-31") == set()
    assert findings(hub, "notices", "2026-04-01") == {("NV01", "under the old")}
