"""The retention report on a hub where everything has happened: each number leads to references, and nobody is named."""

import json
from collections import Counter
from datetime import date, timedelta

import openpyxl
import pytest
from sqlalchemy import text

from hubdata import dates, policy
from hubdata.figures import parts, workbook
from hubdata.figures.parts import Register
from hubdata.figures.table import MIME, Column, Table, read
from hubdata.moments import By
from hubdata.records.ledger import Act
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.reports import run as reports
from hubdata.reports.page import ALL, Page, Question
from hubdata.reports.questions import read as questions_read
from hubdata.retention import certificates, disposal, due, review
from hubdata.retention.review import FamilyDecision
from hubdata.terms import HoldCode
from tests.support import hubs, schedule
from tests.support.ascii import load

TODAY = date.today()  # noqa: DTZ011 (records are destroyed as at the day that it is)
STATES = {
    "Past the date, not held": "due",
    "Past the date, held": "held",
    "Cannot tell": "cannot_tell",
    "Open, quiet for too long": "stale",
    "Closed, within the period": "kept",
}


def away(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


RECENT = away(-700)  # a closing day within the period: due three years and a bit from now
SOON = dates.add_years(TODAY, -5) + timedelta(days=40)  # closed then, it falls due in forty days


def rows(made) -> list[dict]:
    """A figure's rows by column name."""
    table = getattr(made, "table", made)
    return [dict(zip([c.name for c in table.columns], row, strict=True)) for row in table.rows]


def open_page(hub: Hub, as_at: date = TODAY, of_hub: str = ALL, decided: policy.Policy | None = None) -> Page:
    decided = decided or policy.load()
    return Page("retention", Question(as_at, None, of_hub), snapshots.take(hub, decided), decided)


def fill(hub: Hub) -> None:
    """A hub with a family in every state that the report tells apart; every actor is a canary."""
    load(
        hub,
        families=f"""
        family | hub       | opened_on  | closed_on  | closure_reason
        GONE-1 | corby     | 2012-01-04 | 2014-03-31 |
        GONE-2 | kettering | 2012-01-04 | 2015-03-31 |
        WAIT   | corby     | 2012-01-04 | 2016-03-31 |
        READY  | corby     | 2012-01-04 | 2017-03-31 |
        DUE    | kettering | 2012-01-04 | 2013-03-31 |
        TWICE  | corby     | 2012-01-04 | 2014-03-31 |
        KEPT   | corby     | 2012-01-04 | 2014-05-31 |
        NEXT   | corby     | 2012-01-04 | {SOON} |
        HELD-N | corby     | 2012-01-04 | {SOON} |
        NEW    | kettering | {away(-1200)} | {RECENT} |
        ODD    | kettering | 2020-01-06 |            | moved away
        QUIET  | corby     | 2020-01-06 |            |
        OPEN   | corby     | {away(-30)} |            |
    """,
        involvements=f"""
        family | organisation | started_on | last_contact_on
        GONE-1 | NHFT         | 2012-02-01 | 2013-02-01
        NEW    | NHFT         | {away(-1100)} | {away(-720)}
        QUIET  | SCHOOL       | 2020-02-01 | 2020-03-01
    """,
        organisations="""
        organisation | name   | kind    | rights_contact     | retention_policy
        NHFT         | Nurses | partner | rights@example.org | Ten years after the last contact
        SCHOOL       | School | partner |                    |
    """,
        holds=f"""
        hold | family | code                | reason | authority | placed_on    | review_on   | recorded_at
        H1   | TWICE  | litigation          | why    | the court | 2019-01-04   | {away(-3)}  | 2019-01-04T09:00:00
        H2   | TWICE  | inquiry             | why    |           | 2020-01-04   | {away(90)}  | 2020-01-04T09:00:00
        H3   | KEPT   | kept_on_review      | why    | review D0 | 2020-01-04   | {away(-40)} | 2020-01-04T09:00:00
        H4   | HELD-N | complaint           |        | the desk  | {away(-50)}  | {away(20)}  | 2020-01-04T09:00:00
        H5   | OPEN   | access_request      | why    | the desk  | {away(-5)}   | {away(30)}  | 2020-01-04T09:00:00
    """,
    )
    done = _reviewed(hub, "GONE-1", "GONE-2")
    review.approve(hub, done, By("Bencanary", None, TODAY))
    assert disposal.run(hub, done, By("Carlcanary", None, TODAY)).status == "certified"
    _reviewed(hub, "WAIT")
    review.approve(hub, _reviewed(hub, "READY"), By("Bencanary", None, TODAY))


def _reviewed(hub: Hub, *families: str) -> str:
    decisions = [FamilyDecision(family, "dispose") for family in families]
    return review.review(hub, due.preview(hub, TODAY).token, decisions, By("Annacanary", None, TODAY))


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    hub = hubs.empty(tmp_path_factory.mktemp("report") / "hub")
    fill(hub)
    yield hub
    hub.engine.dispose()


@pytest.fixture(scope="module")
def page(filled):
    return open_page(filled)


def test_every_number_of_the_states_is_the_number_of_references_in_the_register(page):
    register = rows(page.figure("register"))
    counted = Counter(STATES[row["stands"]] for row in register if row["stands"] != "Open")

    total = {state: sum(row[state] for row in rows(page.figure("states_by_hub"))) for state in STATES.values()}
    assert total == counted == {"due": 3, "held": 2, "cannot_tell": 1, "stale": 1, "kept": 3}
    assert len({row["subject"] for row in register}) == len(register)


@pytest.mark.parametrize(
    ("figure", "state"), [("overdue", "due"), ("held", "held"), ("cannot_tell", "cannot_tell"), ("stale", "stale")]
)
def test_each_list_has_exactly_the_references_of_its_state(page, figure, state):
    registered = {row["subject"] for row in rows(page.figure("register")) if STATES.get(row["stands"]) == state}

    assert {row["subject"] for row in rows(page.figure(figure))} == registered


def test_what_is_due_is_oldest_first_and_says_how_far_its_disposal_is(page):
    table = page.figure("overdue")

    assert table.title == "3 records are due for disposal review now"
    assert [(row["subject"], row["due_on"]) for row in rows(table)] == [
        ("DUE", "2018-03-31"),
        ("WAIT", "2021-03-31"),
        ("READY", "2022-03-31"),
    ]
    assert [row["stage"].split(" in ")[0] for row in rows(table)] == ["Not reviewed", "Reviewed", "Approved"]


def test_every_hold_is_listed_those_due_for_review_first(page):
    table = page.figure("holds")

    assert table.title == "5 holds are in force on 4 families; 2 are due for review"
    assert [(row["hold"], row["look"], row["on_family"]) for row in rows(table)] == [
        ("H3", "Review due", 1),
        ("H1", "Review due", 2),
        ("H4", "No reason recorded", 1),
        ("H5", "No", 1),
        ("H2", "No", 2),
    ]
    assert [row["authority"] for row in rows(table)][-1] is None
    assert "Not recorded" in table.html()


def test_what_is_kept_beyond_its_date_says_why_and_which_next_dates_have_passed(page):
    table = page.figure("held")

    assert table.title == "2 records are kept beyond the date; 2 need a look"
    kept, twice = rows(table)
    assert (kept["subject"], kept["reasoned"], kept["review_on"], kept["look"]) == (
        "KEPT",
        "Yes",
        away(-40),
        "Review due",
    )
    assert kept["why"].startswith("A disposal review decided to keep it")
    assert twice["why"] == "A claim or court case; A public inquiry asked for records to be kept"


def test_what_was_destroyed_has_its_certificate_and_its_proof(page, filled):
    (content,) = certificates.listed(filled)

    (row,) = rows(page.figure("destroyed"))
    assert page.figure("destroyed").title == "2 records have been destroyed, under 1 certificate"
    assert row["certificate"] == content["certificate"] and row["families"] == content["families"] == 2
    assert row["rows"] == sum(content["rows"].values())
    assert (row["issued_on"], row["due_from"], row["due_to"]) == (TODAY.isoformat(), "2019-03-31", "2020-03-31")
    (proof,) = rows(page.figure("proof"))
    assert (proof["sums"], proof["adds_up"]) == ("13 + 0 − 2 = 11", "Yes")
    assert proof["searched"].startswith(f"{content['proof']['bytes_scanned']:,} bytes in ")
    assert proof["unsearched"] == 0


def test_disposals_that_are_not_finished_say_what_is_next(page):
    table = page.figure("unfinished")

    found = sorted((row["stage"], row["to_destroy"], row["destroyed"], row["next"]) for row in rows(table))
    assert table.title == "2 disposals are not finished"
    assert found == [
        ("Approved, and not yet carried out", 1, 0, "Carry it out"),
        (
            "Reviewed, and waiting for another person's approval",
            1,
            0,
            "Another person than the reviewer approves it, or refuses",
        ),
    ]


def test_what_cannot_be_told_says_what_is_missing(page):
    (row,) = rows(page.figure("cannot_tell"))

    assert (row["subject"], row["evidence"]) == ("ODD", "a closure reason is recorded but no closing date")


def test_a_quiet_record_says_since_when(page):
    (row,) = rows(page.figure("stale"))

    assert (row["subject"], row["last_seen_on"]) == ("QUIET", "2020-03-01")
    assert row["days"] == (TODAY - date(2020, 3, 1)).days


def test_the_load_adds_up_month_by_month(page):
    months = rows(page.figure("due_by_month"))

    assert len(months) == 24
    due_in = date(SOON.year + 5, SOON.month, 1).isoformat()
    assert {row["month"]: (row["records"], row["held"]) for row in months if row["records"]} == {due_in: (2, 1)}
    waiting = 3
    for row in months:
        waiting += row["records"] - row["held"]
        assert row["waiting"] == waiting
    assert rows(page.figure("load"))[-1]["waiting"] == waiting == 4


def test_other_readings_are_counted_beside_the_one_in_force_and_lead_to_references(page):
    counts = {row["counted_from"]: row for row in rows(page.figure("readings"))}
    listed = Counter((row["counted_from"], row["change"]) for row in rows(page.figure("reading_list")))

    created = counts["The opening of the record"]
    assert counts["The end of the Hub's support"]["due"] == 3
    assert (created["due"], created["more"], created["fewer"]) == (4, 1, 0)  # NEXT was opened long before it closed
    for name, row in counts.items():
        assert (row["more"], row["fewer"]) == (listed[(name, "be due")], listed[(name, "not be due")])
    contact = counts["The last contact or review"]
    assert (contact["due"], contact["cannot_tell"], contact["fewer"]) == (0, 8, 3)  # only NEW had contact


def test_a_confirmed_rule_has_no_other_reading(filled, tmp_path):
    confirmed = {"trigger": "closure", "years": 5, "other_readings": ["creation"]}
    folder = schedule.folder(
        tmp_path, schedule.value(confirmed, assumption="x", confirmed_by="officer", confirmed_on="2026-01-05")
    )

    shown = open_page(filled, decided=policy.load(folder))
    assert shown.figure("readings").title == "No other reading of the notice waits to be settled"
    assert [row["reading"] for row in rows(shown.figure("readings"))] == ["In force"]


def test_the_next_rule_says_who_moves_before_it_starts(filled, tmp_path):
    ten = {"trigger": "closure", "years": 10}
    folder = schedule.folder(tmp_path, schedule.value(schedule.FIVE), schedule.value(ten, "2099-01-01"))

    shown = open_page(filled, decided=policy.load(folder))
    assert shown.figure("next_rule").title == "The rule changes on 1 January 2099: 0 sooner, 8 later"
    assert {row["change"]: row["records"] for row in rows(shown.figure("next_rule"))} == {
        "Reach their date later": 8,
        "Keep their date": 3,
    }
    moved = rows(shown.figure("next_rule_list"))
    assert len(moved) == 8 and ("DUE", "2018-03-31", "2023-03-31") in {
        (r["subject"], r["was"], r["becomes"]) for r in moved
    }


def test_a_record_may_be_kept_on_its_last_day_which_is_no_load_at_its_end(sqlite_hub: Hub):
    as_at = date(2026, 1, 15)
    load(
        sqlite_hub,
        families="""
        family       | closed_on
        the 30th     | 2021-03-30
        the last day | 2021-03-31
    """,
    )

    shown = Page("retention", Question(as_at, None, ALL), snapshots.take(sqlite_hub), policy.load())
    months = {row["month"]: row["waiting"] for row in rows(shown.figure("due_by_month"))}
    assert [months[month] for month in ("2026-02-01", "2026-03-01", "2026-04-01")] == [0, 1, 2]
    assert [row["waiting"] for row in rows(shown.figure("load"))][:2] == [1, 2]


def test_a_record_that_a_record_of_the_same_family_keeps_says_by_what(sqlite_hub: Hub):
    load(
        sqlite_hub,
        families="""
        family | closed_on
        F1     | 2020-03-31
        F2     | 2020-03-31
        F3     | 2020-03-31
    """,
        holds="""
        hold | family
        H1   | F2
    """,
        requests="""
        request | family
        Q1      | F2
    """,
        request_events="""
        request | happened_on
        Q1      | 2026-01-12
    """,
        pair_decisions="""
        pair_decision | family | other | decision | decided_on
        D1            | F1     | F2    | same     | 2026-01-12
    """,
    )

    shown = Page("retention", Question(date(2026, 2, 1), None, ALL), snapshots.take(sqlite_hub), policy.load())
    label = HoldCode("complaint").label
    assert {row["subject"]: row["why"] for row in rows(shown.figure("held"))} == {
        "F1": f"{label} (on F2, the same family); Request Q1 is open",
        "F2": f"{label}; Request Q1 is open",
    }
    assert [row["subject"] for row in rows(shown.figure("overdue"))] == ["F3"]
    assert len(rows(shown.figure("holds"))) == 1


def test_open_records_whose_date_cannot_be_told_are_counted_apart_and_said_to_be(page):
    assert page.figure("states_by_hub").title == (
        "2 records are open and 8 are closed; for 1 the date cannot be told, of which 1 has no closing date"
    )


def test_no_recorded_change_is_said(page):
    assert "no date will move" in page.figure("next_rule").html()


def test_partners_own_policies_are_named_and_never_computed(page):
    table = page.figure("partners")

    school, nurses = rows(table)
    assert table.title == "For 1 organisation the policy or the contact is not on record"
    assert (school["name"], school["worked"], school["policy"]) == ("School", 1, None)
    assert (nurses["worked"], nurses["policy"]) == (1, "Ten years after the last contact")
    assert "neither computes nor destroys" in table.html() and table.html().count("Not on record") == 2


def test_nobody_is_named_in_any_figure_nor_in_the_snapshot(page, filled):
    taken = snapshots.take(filled)
    everything = str({name: table.to_pydict() for name, table in taken.tables.items()})
    shown = [page.figure(name) for name in questions_read.load("retention") if name != "answer"]

    everything += "".join(made._repr_mimebundle_()["text/html"] for made in shown) + page.answer().html
    assert "WAIT" in everything
    assert not [name for name in ("Annacanary", "Bencanary", "Carlcanary") if name in everything]


def test_the_answer_says_first_what_must_be_done(page):
    assert page.answer().plain.splitlines() == [
        "5 records are past their five-year date, 2 of them held",
        "3 records have no hold and must be reviewed for disposal",
        "2 more records reach the date in the next three months",
        "For 1 record the date cannot be told",
        "2 holds are due for review",
        "2 disposals are not finished",
        "2 records have been destroyed in all hubs so far, under 1 certificate",
    ]


def test_one_hub_has_only_its_own_records(filled):
    shown = open_page(filled, of_hub="kettering")

    assert {row["subject"] for row in rows(shown.figure("register"))} == {"DUE", "NEW", "ODD"}
    assert rows(shown.figure("holds")) == [] and rows(shown.figure("held")) == []
    assert [row["subject"] for row in rows(shown.figure("overdue"))] == ["DUE"]
    assert [row["name"] for row in rows(shown.figure("partners"))] == ["Nurses"]
    assert shown.figure("destroyed").rows and "all hubs" in shown.figure("destroyed").scope


def test_what_was_destroyed_later_than_the_day_is_not_in_the_report(filled):
    shown = open_page(filled, as_at=TODAY - timedelta(days=1))

    assert shown.figure("destroyed").rows == () and shown.figure("unfinished").rows == ()


def test_a_report_as_at_a_day_before_a_destruction_says_what_was_destroyed_since(filled):
    before, (content,) = TODAY - timedelta(days=1), certificates.listed(filled)
    said = (
        f"2 family records were destroyed after {dates.words(before)} under {content['certificate']} and are not "
        "counted here"
    )

    def answer(name: str, as_at: date) -> list[str]:
        given = {"before": "none", "released": "none"} if name == "promises" else {}
        first = as_at - timedelta(days=30)
        page = Page(name, Question(as_at, first, ALL), snapshots.take(filled), policy.load(), given=given)
        return page.answer().plain.splitlines()

    for name in ("retention", "outcomes", "quality", "promises", "sharing_audit"):
        assert answer(name, before)[-1] == said, name
        assert said not in answer(name, TODAY), name
    assert certificates.since(filled, TODAY) == []
    (line,) = certificates.since(filled, before)
    assert line.startswith("2 family records were destroyed after") and content["certificate"] in line


def test_the_boards_trend_knows_what_was_destroyed_since_the_board_before(filled):
    given = {"before": f"{away(-30)}: kept P8; broken P3", "released": "none"}
    page = Page("promises", Question(TODAY, None, ALL), snapshots.take(filled), policy.load(), given=given)

    trends = {row["promise"].split()[0]: row["trend"] for row in rows(page.figure("board"))}
    assert trends["P8"] == "Worse, was kept; 2 family records were destroyed since"
    assert "2 family records were destroyed since then" in page.answer().plain


def test_an_empty_hub_says_so_in_every_figure(sqlite_hub):
    shown = open_page(sqlite_hub)

    assert shown.answer().plain.startswith("No records are past their five-year date")
    for name in questions_read.load("retention"):
        made = shown.figure(name) if name != "answer" else shown.answer()
        assert made._repr_mimebundle_()["text/html"]
    lists = ("overdue", "holds", "held", "destroyed", "unfinished", "register")
    assert [rows(shown.figure(name)) for name in lists] == [[]] * len(lists)


def test_a_disposal_that_stopped_half_way_and_a_certificate_that_does_not_add_up_are_seen(hub: Hub):
    retention_day = date(2026, 1, 5)
    said = {
        "issued_on": "2026-01-05",
        "families": 3,
        "rows": {"families": 3},
        "due_from": "None",
        "due_to": "None",
        "conservation": {"opening": 5, "created": 0, "destroyed": 3, "closing": 2, "holds": True},
        "proof": {"bytes_scanned": 10, "files_scanned": 1, "not_scanned": ["elsewhere"]},
    }
    with hub.write(Act("spec", "tester", "a spec test's tables", "spec.destroyed")) as connection:
        for number, (name, of) in enumerate([("D1", 2), ("D2", 1)]):
            for each in range(of):
                connection.execute(
                    text("INSERT INTO destroyed VALUES (:digest, :disposal, NULL, :day, 1, :at)"),
                    {"digest": f"{number}{each}", "disposal": name, "day": retention_day, "at": "2026-01-05 09:00:00"},
                )
        connection.execute(
            text("INSERT INTO certificates VALUES ('C1', 'D1', :said, '2026-01-05 09:00:00')"),
            {"said": json.dumps(said)},
        )

    shown = open_page(hub)
    (proof,) = rows(shown.figure("proof"))
    assert (proof["adds_up"], proof["unsearched"]) == ("No", 1)  # three are certified, two were destroyed
    assert shown.figure("proof").title == "1 certificate does not add up; 1 could not search every place"
    (left,) = rows(shown.figure("unfinished"))
    assert (left["disposal"], left["destroyed"], left["since"]) == ("D2", 1, "2026-01-05")


def test_both_databases_give_the_same_snapshot_of_disposals(sqlite_hub, postgres_hub):
    taken = []
    for hub in (sqlite_hub, postgres_hub):
        load(
            hub,
            families="""
            family | opened_on  | closed_on  | recorded_at
            F1     | 2012-01-04 | 2014-03-31 | 2014-04-01T09:00:00Z
        """,
        )
        with hub.write(Act("spec", "tester", "a spec test's tables", "spec.destroyed")) as connection:
            for statement in STORED:
                connection.execute(text(statement))
        taken.append(snapshots.take(hub, only=("disposals", "decisions", "destroyed", "certificates")))

    assert taken[0].tables == taken[1].tables and taken[0].sha256 == taken[1].sha256
    assert {name: taken[0].rows[name] for name in ("disposals", "decisions", "destroyed", "certificates")} == {
        "disposals": 1,
        "decisions": 1,
        "destroyed": 2,
        "certificates": 2,
    }
    assert "canary" not in str({name: table.to_pydict() for name, table in taken[0].tables.items()})
    (first, broken) = taken[0].tables["certificates"].to_pylist()
    assert (first["families"], first["rows"], first["issued_on"]) == (2, 7, date(2026, 1, 5))
    assert broken["families"] is None and broken["adds_up"] is False


SAID = json.dumps(
    {
        "issued_on": "2026-01-05",
        "families": 2,
        "rows": {"families": 2, "people": 5},
        "reviewed_by": 'canary, "x"',
        "reviewed_at": "2026-01-04T09:00:00Z",
    }
)
STORED = (
    "INSERT INTO disposals (disposal, token, as_at, rules, status, reviewed_by, reviewed_at, recorded_at) VALUES "
    "('D1', 't', '2026-01-04', 'in force', 'reviewed', 'canary', '2026-01-04 09:00:00.5', '2026-01-04 09:00:00.5')",
    "INSERT INTO decisions (disposal, family, decision, due_on, reason, recorded_at) VALUES "
    "('D1', 'F1', 'keep', '2019-03-31', 'canary reason', '2026-01-04 09:00:00')",
    "INSERT INTO destroyed VALUES ('a', 'D0', '2019-03-31', '2026-01-05', 1, '2026-01-05 09:00:00')",
    "INSERT INTO destroyed VALUES ('b', 'D0', NULL, '2026-01-05', 1, '2026-01-05 09:00:00')",
    f"INSERT INTO certificates VALUES ('C1', 'D0', '{SAID}', '2026-01-05 09:00:00')",
    "INSERT INTO certificates VALUES ('C2', 'D0', 'no certificate', '2026-01-05 09:00:00')",
)


def long_register(count: int) -> Register:
    return Register(
        Table(
            "register",
            "Many family records",
            "All hubs",
            (Column("subject", "Family"),),
            tuple((f"F{number}",) for number in range(count)),
        )
    )


def test_a_long_register_is_cut_on_the_page_and_whole_in_the_workbook(tmp_path):
    bundle = long_register(2_000)._repr_mimebundle_()

    assert bundle["text/html"].count("<tr>") == 1 + parts.SHOWN
    assert "The first 30 are listed here; all 2,000 are in the workbook" in bundle["text/html"]
    assert len(bundle["text/html"]) < 20_000 and len(bundle["text/plain"].splitlines()) < 110
    cover = workbook.Cover("Retention", (), ())
    workbook.write(tmp_path / "r.xlsx", cover, [read(bundle[MIME])], TODAY)
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx")["Register"]
    assert [row[0].value for row in sheet.iter_rows()][-1] == "F1999"


def test_the_bundle_of_a_filled_hub_names_nobody_and_has_a_table_for_each_figure(filled, tmp_path):
    run = reports.run("retention", filled, {"as_at": TODAY.isoformat(), "hub": "all"}, out=tmp_path)

    book = openpyxl.load_workbook(run.folder / "retention.xlsx")
    assert {
        "overdue",
        "due_by_month",
        "holds",
        "held",
        "destroyed",
        "proof",
        "unfinished",
        "readings",
        "partners",
        "register",
    } <= {name for sheet in book for name in sheet.tables}
    made = (run.folder / "retention.html").read_text("utf-8") + str(
        [cell.value for sheet in book for line in sheet.iter_rows() for cell in line]
    )
    assert not [name for name in ("Annacanary", "Bencanary", "Carlcanary") if name in made]
