"""How the lead went on (P3): spans, gaps, overlaps and handovers, and who led on a day as it was known on another."""

from datetime import date

import pytest

from hubdata.errors import BadParameter
from hubdata.families import leads, record
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.rules import judge
from tests.support.ascii import load

DAY = date(2026, 3, 31)
FAMILIES = (
    "the next day",
    "together",
    "with a gap",
    "nobody",
    "one worker",
    "closed",
    "there and back",
    "both throughout",
    "led from before",
    "ended yesterday",
    "led when closed",
)


def who(told: leads.Lead) -> list[str]:
    return [lead.practitioner for lead in told.leads]


def said(stretches: list[leads.Stretch]) -> list[tuple[str, str, int]]:
    return [(str(each.first), str(each.last), each.days) for each in stretches]


@pytest.fixture
def led(hub: Hub) -> Hub:
    load(
        hub,
        families="""
        family          | opened_on  | closed_on
        the next day    | 2026-01-05 |
        together        | 2026-01-05 |
        with a gap      | 2026-01-05 |
        nobody          | 2026-03-25 |
        one worker      | 2026-01-05 |
        closed          | 2026-01-05 | 2026-02-02
        there and back  | 2026-01-05 |
        both throughout | 2026-01-05 |
        led from before | 2026-01-05 |
        ended yesterday | 2026-01-05 |
        led when closed | 2026-01-05 | 2026-02-02
    """,
        leads="""
        family          | practitioner | started_on | ended_on
        the next day    | W1           | 2026-01-05 | 2026-01-31
        the next day    | W2           | 2026-02-01 |
        together        | W1           | 2026-01-05 | 2026-02-10
        together        | W2           | 2026-02-01 |
        with a gap      | W1           | 2026-01-07 | 2026-01-31
        with a gap      | W2           | 2026-02-08 |
        one worker      | W1           | 2026-01-05 | 2026-02-10
        one worker      | W1           | 2026-02-11 | 2026-03-01
        one worker      | W1           | 2026-02-20 |
        closed          | W1           | 2026-01-05 |
        there and back  | W1           | 2026-01-05 | 2026-01-31
        there and back  | W2           | 2026-02-01 | 2026-02-10
        there and back  | W1           | 2026-02-11 |
        both throughout | W1           | 2026-01-05 |
        both throughout | W2           | 2026-01-05 |
        led from before | W1           | 2025-12-01 |
        ended yesterday | W1           | 2026-01-05 | 2026-03-30
        led when closed | W1           | 2026-01-05 | 2026-02-01
        led when closed | W2           | 2026-02-06 |
    """,
    )
    return hub


def test_gaps_overlaps_and_handovers_are_counted_to_the_day(led: Hub):
    read = {family: leads.read(led, family, DAY) for family in FAMILIES}

    told = {
        family: (
            said(one.gaps),
            said(one.overlaps),
            [(str(h.on), h.from_practitioner, h.to_practitioner, h.days) for h in one.handovers],
        )
        for family, one in read.items()
    }

    assert told == {
        "the next day": ([], [], [("2026-02-01", "W1", "W2", 0)]),
        "together": ([], [("2026-02-01", "2026-02-10", 10)], [("2026-02-01", "W1", "W2", 10)]),
        "with a gap": (
            [("2026-01-05", "2026-01-06", 2), ("2026-02-01", "2026-02-07", 7)],
            [],
            [("2026-02-08", "W1", "W2", -7)],
        ),
        "nobody": ([("2026-03-25", "2026-03-31", 7)], [], []),
        "one worker": ([], [], []),
        "closed": ([], [], []),
        "there and back": ([], [], [("2026-02-01", "W1", "W2", 0), ("2026-02-11", "W2", "W1", 0)]),
        "both throughout": ([], [("2026-01-05", "2026-03-31", 86)], []),
        "led from before": ([], [], []),
        "ended yesterday": ([("2026-03-31", "2026-03-31", 1)], [], []),
        "led when closed": ([], [], []),
    }


@pytest.mark.parametrize(
    ("family", "on", "leading"),
    [
        ("the next day", "2026-01-31", ["W1"]),
        ("the next day", "2026-02-01", ["W2"]),
        ("together", "2026-02-10", ["W1", "W2"]),
        ("together", "2026-02-11", ["W2"]),
        ("with a gap", "2026-02-07", []),
        ("closed", "2026-02-01", ["W1"]),
        ("closed", "2026-02-02", ["W1"]),
        ("led when closed", "2026-02-05", []),
        ("led when closed", "2026-02-06", ["W2"]),
        ("led from before", "2026-01-05", ["W1"]),
    ],
)
def test_who_led_on_a_day(led: Hub, family: str, on: str, leading: list[str]):
    assert who(leads.read(led, family, date.fromisoformat(on))) == leading


def test_a_family_that_was_not_yet_open_is_wrong_use(led: Hub):
    with pytest.raises(BadParameter, match="no family 'nobody' that was open by 24 March 2026"):
        leads.read(led, "nobody", date(2026, 3, 24))


def test_who_led_is_told_as_it_was_known_before_a_correction_and_after_it(hub: Hub):
    load(
        hub,
        leads="""
        family | practitioner | started_on | ended_on | recorded_at
        F1     | W1           | 2026-01-05 |          | 2026-01-06
    """,
    )
    load(
        hub,
        leads="""
        family | practitioner | started_on | ended_on   | recorded_at
        F1     | W1           | 2026-01-05 | 2026-01-31 | 2026-03-02
        F1     | W2           | 2026-02-01 |            | 2026-03-02
    """,
    )

    def known(at: str | None) -> list[str]:
        return who(leads.read(hub, "F1", date(2026, 2, 15), date.fromisoformat(at) if at else None))

    assert {at: known(at) for at in ("2026-01-05", "2026-01-06", "2026-03-01", "2026-03-02", None)} == {
        "2026-01-05": [],
        "2026-01-06": ["W1"],
        "2026-03-01": ["W1"],
        "2026-03-02": ["W2"],
        None: ["W2"],
    }
    assert [span.ended_on for span in leads.read(hub, "F1", DAY, date(2026, 3, 1)).spans] == [None]


def test_a_change_by_another_program_leaves_what_was_known_until_then(hub: Hub):
    load(
        hub,
        leads="""
        family | practitioner | started_on | recorded_at
        F1     | W1           | 2026-01-05 | 2026-01-06
    """,
    )

    with hub.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE leads SET ended_on = '2026-01-31'")

    assert who(leads.read(hub, "F1", DAY, date(2026, 3, 1))) == ["W1"]
    assert who(leads.read(hub, "F1", DAY)) == []


def test_the_answer_for_a_reader_names_references_only(led: Hub):
    assert leads.lines(leads.read(led, "with a gap", DAY)) == [
        "Taking the lead for with a gap on 31 March 2026: W2 (NNC).",
        "  Their name, and how they are reached, is told for a reason: --reason; it is kept in the ledger.",
        "  W1 (NNC): 7 January 2026 to 31 January 2026",
        "  W2 (NNC): 8 February 2026 to now",
        "  nobody led: 5 January 2026 to 6 January 2026, 2 days",
        "  nobody led: 1 February 2026 to 7 February 2026, 7 days",
        "  handed over on 8 February 2026 from W1 to W2: nobody led for 7 days",
    ]
    assert leads.lines(leads.read(led, "nobody", DAY, DAY))[0] == (
        "Taking the lead for nobody on 31 March 2026, as the hub knew it on 31 March 2026: nobody."
    )


def test_who_asks_for_a_reason_is_told_the_leads_name_and_the_ledger_knows(led: Hub):
    """P3: "who is taking the lead in supporting you and your family"."""
    reference = leads.read(led, "with a gap", DAY)
    with pytest.raises(BadParameter, match="needs a reason"):
        leads.named(led, reference, By("officer", " ", DAY))

    told = leads.named(led, reference, By("officer", "the school rang", DAY))

    assert [(span.practitioner, span.name) for span in told.leads] == [("W2", "Worker W2")]
    assert "Worker W2" in leads.lines(told)[0] and "--reason" not in "".join(leads.lines(told))
    assert {span.name for span in reference.spans} == {None}
    with led.read() as connection:
        [entry] = ledger.entries(connection, 1)
    assert (entry["action"], entry["said"]["reason"]) == ("family.lead", "the school rang")
    assert entry["said"]["detail"] == {"family": "with a gap"}


def test_the_familys_record_is_shown_for_a_reason_and_names_the_lead(led: Hub):
    shown = record.show(led, "with a gap", By("officer", "the school rang", DAY))

    assert [span.name for span in shown.leads.leads] == ["Worker W2"]
    assert "Worker W2" in "\n".join(record.lines(shown))


def test_a_whole_hub_is_told_as_one_family_is(led: Hub):
    told = judge.judge("continuity", snapshots.take(led), DAY).to_pylist()

    for family in FAMILIES:
        alone = leads.read(led, family, DAY)
        counted = [
            len([row for row in told if (row["family"], row["kind"]) == (family, kind)])
            for kind in ("record", "lead", "gap", "overlap", "handover")
        ]
        assert counted == [1, len(alone.spans), len(alone.gaps), len(alone.overlaps), len(alone.handovers)]
