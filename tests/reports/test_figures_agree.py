"""Where two pages count what sounds the same, each says what it counts, and where they differ a page says why."""

from datetime import date

from hubdata import policy
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.reports.page import Page, Question
from tests.reports.test_data_rights_report import SEVERAL, STEPS, register
from tests.support.ascii import load

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 31)


def page(hub: Hub, name: str, first: date | None = FIRST, last: date = LAST) -> Page:
    given = {"before": "none", "released": "none"} if name == "promises" else {}
    question = Question(last, None if name in ("promises", "retention") else first)
    return Page(name, question, snapshots.take(hub), policy.load(), given=given)


def said(page: Page, name: str) -> str:
    """A figure's finding, its notes and its cells, as one text."""
    shown = page.figure(name)
    table = getattr(shown, "table", shown)
    cells = [str(cell) for row in table.rows for cell in row]
    return " ".join([table.title, *table.notes, *cells])


def points(page: Page) -> str:
    return str(page.answer()._repr_mimebundle_()["text/plain"])


def test_shares_to_look_at_are_told_from_judgements_to_look_at(sqlite_hub):
    """Four shares above three judgements: one share is about two people, and two only say "consent"."""
    load(
        sqlite_hub,
        people="person | family\nP1 | F1\nP2 | F1",
        agreements="agreement | covers | decided_on | recorded_at\nA1 | P1;P2 | 2026-01-05 | 2026-01-20T09:00:00Z",
        shares="""
        share | about | route             | shared_on  | told_family | told_on    | reason                 | risk_to
        S1    | P1;P2 | within_hub        | 2026-01-10 |             |            |                        |
        S2    | P1    | without_agreement | 2026-01-25 | yes         | 2026-01-25 | with consent of nobody | a child
        S3    | P1    | without_agreement | 2026-01-26 | yes         | 2026-01-26 | consent was not asked  | a child
    """,
    )
    audit = page(sqlite_hub, "sharing_audit")

    assert "3 shares need a person to look, 2 of them only for the word 'consent'" in points(audit)
    assert "2 judgements of 1 share need a person to look" in said(audit, "to_check")
    assert "Shares that say 'consent' have a list of their own" in said(audit, "to_check")


def test_one_share_about_two_people_is_two_broken_promises_in_one_share(sqlite_hub):
    load(
        sqlite_hub,
        people="person | family\nP1 | F1\nP2 | F1",
        shares="share | about | shared_on\nS1 | P1;P2 | 2026-01-10",
    )
    audit = page(sqlite_hub, "sharing_audit")

    assert "1 share of 1 broke a promise" in points(audit)
    assert "2 broken promises in 1 share" in said(audit, "breaches")


def test_answers_of_a_period_are_told_from_all_answers_on_record(sqlite_hub):
    """Two of three in time on the board beside one of one in the report: an answer was before the period."""
    register(sqlite_hub, SEVERAL, STEPS)
    quarter = {"first": date(2026, 7, 1), "last": date(2026, 9, 30)}

    assert "1 of 1 answers of this period were in time" in points(page(sqlite_hub, "data_rights", **quarter))
    board = page(sqlite_hub, "promises", **quarter)
    evidence = str(board.figure("promise", "P9"))
    assert "Of 3 answers to requests on record, 1 was in time; for 1 it cannot be said" in evidence
    assert "The board counts all that is on record up to its day" in said(board, "board")


def test_an_open_family_of_which_it_cannot_be_told_is_told_as_that_beside_the_open_ones(sqlite_hub):
    load(
        sqlite_hub,
        families="""
        family | opened_on  | closed_on  | closure_reason
        F1     | 2026-01-05 |            |
        F2     | 2026-01-05 |            | moved away
        F3     | 2026-01-05 | 2026-01-20 |
    """,
    )
    retention, outcomes = page(sqlite_hub, "retention"), page(sqlite_hub, "outcomes")

    found = said(retention, "states_by_hub")
    assert "1 record is open and 1 is closed; for 1 the date cannot be told, of which 1 has no closing date" in found
    assert "what counts open families by their days alone" in found
    assert "0 of 2 open families have somebody recorded as taking the lead" in said(outcomes, "leads")
    assert "among those of which it cannot be told" in said(outcomes, "leads")
