"""How long (P8): five years at the Hub level, and what stops, delays or hides the end of them."""

from pathlib import Path

import pytest

from hubdata.store import Hub
from tests import schedule
from tests.ascii import findings, load


def test_records_are_kept_through_the_last_day_of_five_years_and_no_longer(hub: Hub):
    """P8: "The records kept at the Hub level are kept for five years." """
    load(hub, families="""
        family                   | opened_on  | closed_on
        closed 31 March          | 2018-01-08 | 2020-03-31
        closed 29 February       | 2018-01-08 | 2020-02-29
        closed before a leap day | 2018-01-08 | 2019-02-28
        closed when it opened    | 2020-03-31 | 2020-03-31
    """)  # fmt: skip

    leap, spring = ("RT01", "closed before a leap day"), ("RT01", "closed 29 February")

    assert findings(hub, "retention", "2024-02-28") == set()
    assert findings(hub, "retention", "2024-02-29") == {leap}
    assert findings(hub, "retention", "2025-02-28") == {leap}
    assert findings(hub, "retention", "2025-03-01") == {leap, spring}
    assert findings(hub, "retention", "2025-03-31") == {leap, spring}
    assert findings(hub, "retention", "2025-04-01") == {
        leap, spring, ("RT01", "closed 31 March"), ("RT01", "closed when it opened"),
    }  # fmt: skip


def test_the_five_years_do_not_run_while_a_family_is_open(hub: Hub):
    """P8: "kept for five years" are counted from the day on which the family's Hub support ends."""
    load(hub, families="""
        family            | opened_on  | closed_on
        open              | 2018-01-08 |
        closing next week | 2018-01-08 | 2026-02-08
    """, involvements="""
        family            | last_contact_on
        open              | 2026-01-20
        closing next week | 2026-01-20
    """)  # fmt: skip

    assert findings(hub, "retention", "2026-02-01") == set()


def test_a_family_that_comes_back_stops_its_clock_and_starts_it_anew_when_it_leaves(hub: Hub):
    """P8: "kept for five years": a re-opened family is supported again."""
    load(hub, families="""
        family | closed_on
        back   | 2020-03-31
        gone   | 2020-03-31
    """, involvements="""
        family | last_contact_on
        back   | 2026-01-20
    """)  # fmt: skip
    assert findings(hub, "retention", "2026-02-01") == {("RT01", "back"), ("RT01", "gone")}

    load(hub, families="""
        family | closed_on
        back   |
    """)  # fmt: skip
    assert findings(hub, "retention", "2026-02-01") == {("RT01", "gone")}

    load(hub, families="""
        family | closed_on
        back   | 2026-01-31
    """)  # fmt: skip
    assert findings(hub, "retention", "2031-01-31") == {("RT01", "gone")}
    assert findings(hub, "retention", "2031-02-01") == {("RT01", "gone"), ("RT01", "back")}


def test_a_hold_keeps_a_record_that_is_due_from_its_first_day_until_it_is_released(hub: Hub):
    """P8: "kept for five years", unless the law needs a record for longer."""
    load(hub, families="""
        family                 | closed_on
        held                   | 2020-03-31
        placed on the day      | 2020-03-31
        placed the day after   | 2020-03-31
        released the day after | 2020-03-31
        released on the day    | 2020-03-31
    """, holds="""
        family                 | placed_on  | released_on
        held                   | 2025-01-06 |
        placed on the day      | 2026-02-02 |
        placed the day after   | 2026-02-03 |
        released the day after | 2025-01-06 | 2026-02-03
        released on the day    | 2025-01-06 | 2026-02-02
    """)  # fmt: skip

    assert findings(hub, "retention", "2026-02-02") == {
        ("RT01", "placed the day after"),
        ("RT01", "released on the day"),
    }


def test_a_hold_past_the_date_says_why_and_until_when(hub: Hub):
    """P8: "kept for five years": whoever keeps a record for longer gives a reason and a day to look again."""
    load(hub, families="""
        family             | closed_on
        both said          | 2020-03-31
        no reason          | 2020-03-31
        no review          | 2020-03-31
        one of two said    | 2020-03-31
        unsaid and ended   | 2020-03-31
        on its last day    | 2021-02-02
    """, holds="""
        family             | reason              | review_on  | released_on
        both said          | A claim is expected | 2026-06-30 |
        no reason          |                     | 2026-06-30 |
        no review          | A claim is expected |            |
        one of two said    | A claim is expected | 2026-06-30 |
        one of two said    |                     | 2026-06-30 |
        unsaid and ended   |                     |            | 2026-01-31
        unsaid and ended   | A claim is expected | 2026-06-30 |
        on its last day    |                     |            |
    """)  # fmt: skip

    assert findings(hub, "retention", "2026-02-02") == {
        ("RT02", "no reason"), ("RT02", "no review"), ("RT02", "one of two said"),
    }  # fmt: skip


def test_an_open_record_that_nobody_has_touched_for_a_year_is_looked_at(hub: Hub):
    """P8: "kept for five years": a record that nobody closes would be kept for ever."""
    load(hub, families="""
        family            | opened_on  | closed_on
        quiet             | 2024-05-01 |
        contact           | 2024-05-01 |
        new partner       | 2024-05-01 |
        goal reviewed     | 2024-05-01 |
        contact to come   | 2024-05-01 |
        closed on the day | 2024-05-01 | 2025-05-02
    """, involvements="""
        family            | started_on | last_contact_on
        contact           | 2024-05-01 | 2024-05-02
        new partner       | 2024-05-02 |
        contact to come   | 2024-05-01 | 2025-05-03
    """, goals="""
        goal | family        | set_on
        G1   | goal reviewed | 2024-05-01
    """, reviews="""
        goal | reviewed_on
        G1   | 2024-05-02
    """)  # fmt: skip

    never_seen_again = {("RT03", "quiet"), ("RT03", "contact to come")}

    assert findings(hub, "retention", "2025-05-01") == set()
    assert findings(hub, "retention", "2025-05-02") == never_seen_again
    assert findings(hub, "retention", "2025-05-03") == {
        ("RT03", "quiet"), ("RT03", "contact"), ("RT03", "new partner"), ("RT03", "goal reviewed"),
    }  # fmt: skip


def test_a_record_whose_end_cannot_be_told_is_named_and_not_guessed(hub: Hub):
    """P8: "kept for five years": without a day to count from, nobody can say when they end."""
    load(hub, families="""
        family                    | opened_on  | closed_on  | closure_reason
        reason and no day         | 2026-01-05 |            | moved away
        closed before it opened   | 2026-01-05 | 2026-01-04 | moved away
        closed on the day         | 2026-01-05 | 2026-01-05 | moved away
        closed without a reason   | 2026-01-05 | 2026-01-06 |
        open                      | 2026-01-05 |            |
    """)  # fmt: skip

    assert findings(hub, "retention", "2026-02-01") == {
        ("RT04", "reason and no day"), ("RT04", "closed before it opened"),
    }  # fmt: skip


def test_the_period_in_force_on_the_day_decides(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """P8: "five years" is what the notice says today; another notice may say another number from its first day."""
    six = schedule.value({"trigger": "closure", "years": 6}, "2026-04-01")
    params = schedule.folder(tmp_path, schedule.value(schedule.FIVE), six)
    monkeypatch.setenv("HUBDATA_PARAMS", str(params))
    load(hub, families="""
        family | closed_on
        F1     | 2020-09-30
        F2     | 2020-03-31
    """)  # fmt: skip

    assert findings(hub, "retention", "2026-03-31") == {("RT01", "F1"), ("RT01", "F2")}
    assert findings(hub, "retention", "2026-04-01") == {("RT01", "F2")}
