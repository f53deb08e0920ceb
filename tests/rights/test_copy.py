"""A person's copy: whole by construction, their own only, given when everything in it is decided, and gone in time."""

import html
import json
import os
import re
import stat
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from hubdata import moments, places, policy
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES, passport
from hubdata.records.time import jumps
from hubdata.retention import holds
from hubdata.retention.traces import files
from hubdata.retention.traces import marks as traces_marks
from hubdata.rights import register, sweep
from hubdata.rights.copy import content as copy_content
from hubdata.rights.copy import decide as copy_decide
from hubdata.rights.copy import items as copy_items
from hubdata.rights.copy import keep, looked, rows, words
from hubdata.rights.copy import make as copy_make
from hubdata.rights.copy.decide import ItemDecision
from hubdata.rights.copy.make import Whose
from hubdata.rights.register import Event, NewRequest
from hubdata.sharing import shares
from tests.support import returns
from tests.support.ascii import load
from tests.support.clock import Clock

TODAY = date.today()  # noqa: DTZ011 (what is recorded must not lie ahead)
WRITTEN = datetime(2024, 1, 8, 9)  # noqa: DTZ001 (UTC, as the database keeps it)
OTHERS = ("Bertram", "Finch", "Caspian", "Daffodil", "numbat", "wombat", "quokka", "echidna", "Vera Volunteer")
ALL_FIVE = tuple((name, "looked at") for name in ("kind", "confidence", "asked", "able", "refused"))


def filled(hub: Hub) -> Hub:
    """Anneliese, whose copy it is, Bertram, and their child Caspian."""
    load(
        hub,
        organisations="""
        organisation | name                | kind            | duty_class | rights_contact | retention_policy | sharing_agreement_to
        NNC          | The Council         | lead_partner    | section_11 | ask@council    | its own policy   | 2030-01-01
        NHFT         | Trust               | partner         | section_11 |                |                  |
        VCS          | Charity             | outside         | none       | ask@charity    | its policy       |
    """,  # noqa: E501
        practitioners="""
        practitioner | organisation | name           | work_email
        W1           | NHFT         | Stella Staff   | stella@example.org
        V1           | VCS          | Vera Volunteer | vera@example.org
    """,
        families="""
        family | opened_on  | closed_on  | closure_reason
        F1     | 2024-01-08 |            | the numbat bit Bertram
        F2     | 2024-01-08 |            |
    """,
        people="""
        person | family | role         | given_name | family_name | date_of_birth | died_on
        P1     | F1     | parent_carer | Anneliese  | Canary      | 1988-05-04    |
        B2     | F1     | parent_carer | Bertram    | Finch       | 1987-05-04    |
        C1     | F1     | child        | Caspian    | Canary      | 2015-05-04    |
        D9     | F2     | parent_carer | Daffodil   | Elsewhere   | 1988-05-04    |
    """,
        involvements="""
        family | organisation | started_on | ended_on   | last_contact_on | partner_reference
        F1     | NHFT         | 2024-01-08 | 2025-01-08 | 2025-01-07      | REF-77
    """,
        leads="""
        family | practitioner | started_on | ended_on
        F1     | W1           | 2024-01-08 | 2024-01-10
        F1     | V1           | 2024-01-11 |
    """,
        goals="""
        goal | family | area    | set_on     | closed_on  | result
        G1   | F1     | housing | 2024-02-01 | 2025-02-01 | met
        G2   | F1     | health  | 2024-02-01 |            |
    """,
        reviews="""
        goal | reviewed_on | score | perspective
        G1   | 2024-03-01  | 6     | family
        G1   | 2024-03-01  | 7     | child
        G2   | 2024-03-02  | 2     | worker
    """,
        needs="""
        need | family | area    | identified_on | status | reason     | organisation
        N1   | F1     | housing | 2024-02-01    | unmet  | full       | NHFT
        N2   | F1     | housing | 2024-02-01    | unmet  | the wombat |
    """,
        agreements="""
        agreement | given_by | covers | decision | recipients | exclusions | discussed_on | decided_on | expires_on | supersedes | supersedes_as
        A1        | P1       | P1;C1  | agreed   | NHFT;VCS   | VCS;B2     | 2024-02-01   | 2024-02-02 | 2030-01-01 |            |
        A2        | P1       | P1     | agreed   | NHFT       |            | 2024-02-01   | 2024-02-03 | 2030-01-01 | A1         | renewal
        A3        | B2       | B2     | refused  |            |            |              | 2024-02-02 |            |            |
    """,  # noqa: E501
        shares="""
        share | about | to_organisation | route             | shared_on  | agreement | reason     | risk_to     | told_family | told_on    | not_told_reason | discussed_on | supersedes | decided_by
        S1    | P1;B2 | NHFT            | within_hub        | 2024-03-01 | A2        |            |             |             |            |                 | 2024-02-02   |            | W1
        S2    | P1    | VCS             | without_agreement | 2024-03-02 |           | the quokka | the echidna | not_yet     | 2024-03-05 | the numbat      |              | S1         | W1
        S3    | B2    | NHFT            | within_hub        | 2024-03-02 |           |            |             |             |            |                 |              |            | W1
    """,  # noqa: E501
    )
    return hub


@pytest.fixture
def family(hub: Hub) -> Hub:
    return filled(hub)


@pytest.fixture
def on_sqlite(sqlite_hub: Hub) -> Hub:
    return filled(sqlite_hub)


def ask(hub: Hub, person: str = "P1", came: date = TODAY, **more) -> str:
    return register.log(hub, NewRequest("F1", "access", came, person, **more), By("officer", None, TODAY)).request


def step(hub: Hub, request: str, what: str, **more):
    return register.event(hub, request, Event("", what, TODAY, **more), By("officer", None, TODAY))


def make(hub: Hub, request: str, on: date = TODAY, **more) -> copy_make.Made:
    return copy_make.make(hub, Whose(request), By("officer", None, on), **more)


def decide(hub: Hub, request: str, item: str, decision: str, on: date = TODAY, **more):
    return copy_decide.decide(hub, request, [item], ItemDecision(decision, **more), By("officer", None, on))


def withhold_all(hub: Hub, request: str) -> None:
    decide(hub, request, "*", "withhold")


def items(hub: Hub, request: str, on: date = TODAY) -> dict[str, copy_items.Item]:
    with hub.read() as connection:
        got = copy_make.gather(connection, copy_make.find(connection, Whose(request), on), on)
    return {one.item: one for one in got.items}


def given(hub: Hub, request: str, **more) -> tuple[str, dict, copy_make.Made]:
    made = make(hub, request, **more)
    return Path(made.page).read_text("utf-8"), json.loads(Path(made.data).read_text("utf-8")), made


READ = {*rows.OF_FAMILY, *rows.OF_PERSON, *rows.NAMING, *rows.THROUGH, rows.OF_FINDINGS}
READ |= {"people", "requests", "organisations"}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_table_is_read_or_excused_with_a_reason(table: str):
    """A table that is added later is neither, and fails here."""
    assert (table in READ | {"payloads"}) != bool(rows.EXCUSED.get(table))


@pytest.mark.parametrize("table", sorted(READ))
def test_every_column_that_is_read_has_its_label_and_its_table_a_chapter(table: str):
    chapters = {name for _, tables in words.CHAPTERS.values() for name in tables} | {"organisations"}
    wanted = {column.name for column in TABLES[table].c if copy_content.may_be_given(table, column.name)}

    assert table in chapters and words.TITLES[table]
    assert wanted == {name for name, label in words.labels(table).items() if label and name in wanted}


def everything(hub: Hub, request: str) -> None:
    """Disclose all of it, each item for the reason that it takes."""
    for name, item in items(hub, request).items():
        known = {"known_since": TODAY} if "health" in item.grounds else {}
        decide(hub, request, name, "disclose", because="they_agreed", **known)


def more_rows(hub: Hub, request: str) -> None:
    """What partners do not send: a row in every other table that is read."""
    share = {
        "family": "F1",
        "about": "P1",
        "from_organisation": "NNC",
        "to_organisation": "VCS",
        "reason": "no need",
        "purpose": "hub_working",
        "categories": "support_needs",
        "decided_on": "2024-04-01",
        "decided_by": "W1",
    }
    shares.withhold(hub, share, By("officer", None, TODAY))
    holds.place_hold(hub, "F1", "litigation", By("officer", "a claim", TODAY), TODAY, "the court")
    statements = (
        "INSERT INTO identifiers VALUES ('P1', 'F1', '1234', 'SI 2030/1', 'NHFT', '2024-04-01', 'sent with it', "
        "'2024-04-01 09:00:00.000000')",
        "INSERT INTO competences VALUES ('K9', 'F1', 'P1', '2024-04-01', 'W1', 'the ocelot', "
        "'2024-04-01 09:00:00.000000')",
        "INSERT INTO look_again VALUES ('S2', '2024-06-01', '2024-03-02 09:00:00.000000')",
        "INSERT INTO recalls VALUES ('R1', 'F1', 'NHFT', 'correction', '2024-06-01', '2024-06-02', "
        "'2024-06-01 09:00:00.000000')",
        "UPDATE holds SET scope = 'P1', released_on = '2999-01-01'",
        "UPDATE families SET closed_on = '2999-01-01'",
        "UPDATE leads SET ended_on = '2999-01-01' WHERE practitioner = 'V1'",
        "INSERT INTO lead_versions VALUES ('F1', 'W1', '2024-01-08', '2024-01-09', '2024-01-08 09:00:00.000000', "
        "'2024-01-09 09:00:00.000000')",
        "UPDATE people SET died_on = '2999-01-01' WHERE person = 'P1'",
        "INSERT INTO disposals VALUES ('D1', 't', '2026-01-01', 'r', 'reviewed', 'x', '2026-01-01 09:00:00.000000', "
        "NULL, NULL, NULL, NULL, '2026-01-01 09:00:00.000000', NULL, NULL, NULL, NULL)",
        "INSERT INTO decisions VALUES ('D1', 'F1', 'keep', '2026-01-01', 'a reason', '2027-01-01', 'not due', "
        "'2026-01-01 09:00:00.000000')",
        "INSERT INTO finding_marks VALUES ('M1', 'F1', 'SH12', 'shares', 'S2', 'waived', 'a note', '2026-02-01', "
        "'2026-01-01', 'x', '2026-01-01 09:00:00.000000')",
        f"INSERT INTO packs VALUES ('K1', '{request}', 'F1', 'P1', '2026-01-01', 'x', 'y', '2999-01-01', "
        "'2026-02-01 09:00:00.000000', '2026-01-01 09:00:00.000000')",
        f"INSERT INTO letters VALUES ('L1', '{request}', 'F1', 'refuse', 'P1', 'K1', 'as was said', 'crime', 'x', "
        "'2026-01-01', 'x', 'y', '2999-01-01', '2026-02-01 09:00:00.000000', '2026-01-01 09:00:00.000000')",
        f"INSERT INTO sendings VALUES ('S9', 'L1', '{request}', 'F1', '2026-01-01', 'post', 'x', 'a reason', "
        "'2026-01-01 09:00:00.000000')",
        f"INSERT INTO enclosures VALUES ('A9', '{request}', 'F1', '2026-01-01', 'pdf', 12, 'x', "
        "'2026-01-01 09:00:00.000000')",
        f"INSERT INTO request_events VALUES ('E1', '{request}', 'partner_pending', '{TODAY}', 'a word', 'crime', "
        f"'NHFT', 'E0', '{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}')",
    )
    with hub.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


EMPTY = {
    ("requests", "same_as"),
    ("requests", "asked_by"),
    ("requests", "method"),
    ("requests", "scheduled_on"),
    ("families", "closed_on"),
    ("letters", "says"),
    ("sendings", "reason"),
    ("request_events", "reason"),  # this request's own steps: the officers' work, tests/rights/test_copy_final.py
}


def test_every_column_with_its_value_is_in_the_copy_and_on_the_page_with_why_it_is_kept(on_sqlite: Hub):
    request = ask(on_sqlite, method="written", asked_by="P1")
    more_rows(on_sqlite, request)
    everything(on_sqlite, request)

    page, said, _ = given(on_sqlite, request)

    plain = html.unescape(re.sub(r"<[^>]*>", "", page))
    for table in READ:
        held = said["held"][table]
        for column in (each for each in TABLES[table].c if copy_content.may_be_given(table, each.name)):
            assert held["why"][column.name] == passport(table, column.name).purpose
            cells = [row[column.name] for row in held["rows"]]
            assert cells, f"{table} has no row here"
            if (table, column.name) not in EMPTY:
                assert any(cell["value"] is not None for cell in cells), f"{table}.{column.name} is empty here"
            for cell in cells:
                assert cell["label"].lower() in plain.lower()
                assert cell["said"] is None or cell["said"] in plain, (table, column.name)
    assert said["left_out"] == []


def test_what_is_in_nobodys_copy_is_said_with_its_reason(on_sqlite: Hub):
    said = {(one["table"], one["column"]): one["why"] for one in copy_content.excused()}

    for table in TABLES:
        for column in TABLES[table].c:
            in_copy = table in READ and copy_content.may_be_given(table, column.name)
            if not in_copy and (table, column.name) != ("payloads", "payload"):
                assert said.get((table, None)) or said[table, column.name]


def test_what_may_concern_others_is_marked_each_on_its_own(family: Hub):
    assert set(items(family, ask(family))) == {
        "families.closure_reason/F1",
        "goals/G2",
        "needs.reason/N2",
        "agreements.covers/A1/C1",
        "agreements.exclusions/A1/B2",
        "shares.about/S1/B2",
        "shares.reason/S2",
        "shares.risk_to/S2",
        "shares.not_told_reason/S2",
        "practitioners.name/V1",
    }


def test_while_something_is_undecided_the_copy_is_a_draft_without_it(family: Hub, tmp_path: Path):
    request = ask(family)

    page, said, made = given(family, request)

    assert {one["item"] for one in made.undecided} == set(items(family, request)) and len(made.undecided) == 10
    assert Path(made.page).name.startswith("draft-") and made.data_sha256 is None and said["draft"]
    assert "This is a draft" in page and page.count("Not to be given out") == 2
    assert not [name for name in OTHERS if name in page + json.dumps(said) + str(made)]
    assert {(one["exemption"], one["law"]) for one in said["left_out"]} == {(None, copy_content.NOT_DECIDED)}


def test_what_is_withheld_is_counted_with_the_reason_in_law_and_is_not_in_the_copy(family: Hub):
    request = ask(family)
    withhold_all(family, request)

    page, said, made = given(family, request)

    everything_said = page + json.dumps(said)
    assert not [name for name in OTHERS if name.lower() in everything_said.lower()]
    assert not re.search(r"\b(B2|C1|A3|S3|V1|G2|F2|D9)\b", everything_said)
    assert {(one["what"], one["number"], one["exemption"]) for one in said["left_out"]} == {
        ("Your family's record: why it ended", 1, "third_party"),
        ("Goal", 1, "health_no_opinion"),
        ("Need: reason", 1, "third_party"),
        ("Decision: about whom (another person)", 1, "third_party"),
        ("Decision: left out (another person)", 1, "third_party"),
        ("Share: about whom (another person)", 1, "third_party"),
        ("Share: reason", 1, "third_party"),
        ("Share: who was at risk", 1, "third_party"),
        ("Share: why the family was not told", 1, "third_party"),
        ("The name of a worker who may not be paid staff", 1, "third_party"),
    }
    assert "Anneliese" in page and "Stella Staff" in page and "10 things were left out" in page
    assert not [name for name in ("Anneliese", *OTHERS) if name in str(made)]


def test_where_all_rows_are_left_out_the_page_does_not_say_that_nothing_is_recorded(on_sqlite: Hub):
    with on_sqlite.engine.begin() as connection:
        connection.execute(text("UPDATE needs SET area = 'safety'"))
    request = ask(on_sqlite)
    withhold_all(on_sqlite, request)

    page, said, _ = given(on_sqlite, request)

    chapter = page.split('id="needs"')[1].split("<h2")[0]
    assert "2 left out; the end of this page says why" in chapter and "Nothing is recorded" not in chapter
    assert said["held"]["needs"]["left_out"] == 2 and "1 more left out" in page  # a goal


def test_redacting_deletes_nothing(family: Hub):
    tables = ("people", "shares", "agreements", "families", "goals", "reviews", "needs", "practitioners")
    before = {table: returns.rows(family, table) for table in tables}
    request = ask(family)
    withhold_all(family, request)

    make(family, request)

    assert {table: returns.rows(family, table) for table in tables} == before


def test_what_is_disclosed_is_in_the_copy_and_nothing_beside_it(family: Hub):
    request = ask(family)
    withhold_all(family, request)
    decide(family, request, "shares.risk_to/S2", "disclose", because="own")
    decide(family, request, "practitioners.name/V1", "disclose", because="they_agreed")

    page, said, _ = given(family, request)

    assert "the echidna" in page and "Vera Volunteer" in page
    assert not [name for name in ("quokka", "numbat", "Bertram", "Caspian") if name in page + json.dumps(said)]


def test_who_led_is_said_with_the_days_the_first_and_last_included(family: Hub):
    request = ask(family)
    withhold_all(family, request)

    _, said, _ = given(family, request)

    days = {row["started_on"]["value"]: row["days"]["value"] for row in said["held"]["leads"]["rows"]}
    assert days == {"2024-01-08": 3, "2024-01-11": (TODAY - date(2024, 1, 10)).days}


@pytest.mark.parametrize(
    ("kind", "duty_class", "is_item"),
    [
        ("lead_partner", "none", False),
        ("council_service", "none", False),
        ("partner", "section_11", False),
        ("outside", "education_childcare", False),
        ("outside", "commissioned", False),
        ("partner", "none", True),
        ("outside", None, True),
    ],
)
def test_paid_staff_of_public_bodies_are_named_and_others_are_decided(on_sqlite: Hub, kind, duty_class, is_item):
    with on_sqlite.engine.begin() as connection:
        connection.execute(
            text("UPDATE organisations SET kind = :kind, duty_class = :duty WHERE organisation = 'VCS'"),
            {"kind": kind, "duty": duty_class},
        )

    assert ("practitioners.name/V1" in items(on_sqlite, ask(on_sqlite))) == is_item


@pytest.mark.parametrize(
    ("opinion_on", "relied_on", "stands"),
    [
        ("2026-05-22", "2026-11-22", False),
        ("2026-05-23", "2026-11-22", True),
        ("2026-11-22", "2026-11-22", True),
        ("2026-11-23", "2026-11-22", False),
        ("2025-08-28", "2026-02-28", False),
        ("2025-08-29", "2026-02-28", True),
        ("2026-02-28", "2026-08-31", False),
        ("2026-03-01", "2026-08-31", True),
        ("2023-08-29", "2024-02-29", False),
        ("2023-08-30", "2024-02-29", True),
    ],
)
def test_an_opinion_is_relied_on_for_six_months_that_end_on_the_day(opinion_on: str, relied_on: str, stands: bool):
    """Schedule 3, paragraph 6: the period of six months ending with the day relied on."""
    item = copy_items.Item("goals/G2", "goals", None, "G2", None, ("health",), WRITTEN)
    said = {
        "decision": "disclose",
        "because": None,
        "known_since": None,
        "opinion_on": date.fromisoformat(opinion_on),
        "recorded_at": WRITTEN,
        "exemption": None,
    }

    why = copy_items.undecided(item, said, date.fromisoformat(relied_on), 6)

    assert (why is None) == stands
    assert said["opinion_on"] <= date.fromisoformat(relied_on) or "lies after" in why


def test_health_data_is_given_upon_an_opinion_or_if_the_person_knows_it(on_sqlite: Hub):
    request = ask(on_sqlite)
    with pytest.raises(Refused) as refused:
        decide(on_sqlite, request, "goals/G2", "disclose", because="own")
    assert "needs the opinion of a health professional" in refused.value.problems[0]["why"]
    with pytest.raises(Refused):
        decide(on_sqlite, request, "goals/G2", "withhold", exemption="serious_harm_health")
    with pytest.raises(BadParameter, match="belong together"):
        decide(on_sqlite, request, "goals/G2", "disclose", because="own", opinion_on=TODAY)

    decide(on_sqlite, request, "goals/G2", "disclose", because="own", opinion_on=TODAY, opinion_by="health visitor")
    decide(
        on_sqlite,
        request,
        "goals/G2",
        "withhold",
        exemption="serious_harm_health",
        opinion_on=TODAY,
        opinion_by="health visitor",
    )
    decide(on_sqlite, request, "goals/G2", "disclose", because="own", known_since=date(2024, 2, 1))


def test_an_opinion_that_has_become_too_old_opens_the_item_again(on_sqlite: Hub):
    came = TODAY - timedelta(days=20)
    request = ask(on_sqlite, came=came)
    old = copy_items.add_months(came, -6) + timedelta(days=1)
    withhold_all(on_sqlite, request)
    decide(on_sqlite, request, "goals/G2", "disclose", on=came, because="own", opinion_on=old, opinion_by="a nurse")

    [only] = make(on_sqlite, request).undecided

    assert only["item"] == "goals/G2" and "is too old on" in only["why"]
    assert not make(on_sqlite, request, on=came).undecided


def test_giving_without_their_agreement_takes_all_five_factors(on_sqlite: Hub):
    request = ask(on_sqlite)

    with pytest.raises(Refused) as refused:
        decide(on_sqlite, request, "shares.about/S1/B2", "disclose", because="reasonable", factors=ALL_FIVE[:4])
    assert "--factor refused=" in refused.value.problems[0]["why"]
    with pytest.raises(BadParameter, match="--factor 'mood' is none"):
        decide(on_sqlite, request, "shares.about/S1/B2", "disclose", because="reasonable", factors=(("mood", "x"),))
    decide(on_sqlite, request, "shares.about/S1/B2", "disclose", because="reasonable", factors=ALL_FIVE)

    row = returns.rows(on_sqlite, "item_decisions")[0]
    assert row[6].splitlines() == [f"{name}: looked at" for name, _ in ALL_FIVE]


@pytest.mark.parametrize(
    ("item", "decision", "more", "why"),
    [
        ("shares.about/S3/B2", "withhold", {}, "no item of this request"),
        ("nothing*", "withhold", {}, "no item"),
        ("goals/G2", "maybe", {}, "--decision 'maybe' is none; allowed are disclose, withhold"),
        ("goals/G2", "withhold", {"exemption": "secret"}, "--exemption 'secret' is none"),
        ("goals/G2", "withhold", {"because": "own"}, "--because is a reason to give"),
        ("goals/G2", "disclose", {"because": "luck"}, "--because 'luck' is none"),
        ("goals/G2", "disclose", {"exemption": "crime"}, "--exemption is a reason to withhold"),
    ],
)
def test_a_decision_that_cannot_be_is_not_recorded(on_sqlite: Hub, item: str, decision: str, more: dict, why: str):
    request = ask(on_sqlite)

    with pytest.raises(BadParameter, match=re.escape(why)):
        decide(on_sqlite, request, item, decision, **more)

    assert returns.rows(on_sqlite, "item_decisions") == []


def test_the_latest_decision_stands_and_the_earlier_one_is_kept(family: Hub):
    request = ask(family)
    withhold_all(family, request)
    decide(family, request, "shares.reason/S2", "disclose", because="own")
    assert "quokka" in given(family, request)[0]
    decide(family, request, "shares.reason/S2", "withhold", exemption="crime")

    page, said, _ = given(family, request)

    assert "quokka" not in page and {"crime"} < {one["exemption"] for one in said["left_out"]}
    assert sum(row[2] == "shares.reason/S2" for row in returns.rows(family, "item_decisions")) == 3
    with pytest.raises(DatabaseError, match="append-only"), family.engine.begin() as connection:
        connection.execute(text("UPDATE item_decisions SET decision = 'disclose'"))


def test_what_was_changed_after_its_decision_is_decided_again(on_sqlite: Hub):
    request = ask(on_sqlite)
    withhold_all(on_sqlite, request)
    decide(on_sqlite, request, "needs.reason/N2", "disclose", because="own")
    load(
        on_sqlite,
        needs="""
        need | family | area    | identified_on | status | reason
        N2   | F1     | housing | 2024-02-01    | unmet  | Daffodil next door
    """,
    )

    [only] = make(on_sqlite, request).undecided

    assert (only["item"], only["why"]) == ("needs.reason/N2", "what it says was changed after the decision")


def test_what_a_child_gave_is_decided_before_a_parent_has_it(family: Hub):
    load(
        family,
        agreements="""
        agreement | given_by | covers | decision | decided_on
        A4        | C1       | C1     | refused  | 2024-05-01
    """,
    )
    born(family, 11)
    request = ask(family, "C1", asked_by="P1")

    found = items(family, request)
    expected = {name: one.grounds for name, one in found.items() if "child_expectation" in one.grounds}
    assert set(expected) == {"agreements/A4", "reviews/G1/2024-03-01/child"}
    with pytest.raises(Refused, match="they_agreed"):
        decide(family, request, "agreements/A4", "disclose", because="own")
    decide(family, request, "agreements/A4", "disclose", because="they_agreed")
    decide(family, request, "reviews/*", "withhold")
    for name in found.keys() - expected.keys():
        decide(family, request, name, "withhold")
    _, said, made = given(family, request)
    assert [row["agreement"]["value"] for row in said["held"]["agreements"]["rows"]] == ["A1", "A4"]
    assert [row["perspective"]["value"] for row in said["held"]["reviews"]["rows"]] == ["family"]
    assert ("Review", "child_expectation") in {(one["what"], one["exemption"]) for one in said["left_out"]}
    assert said["asked_by_another"] and made.notes == []


def born(hub: Hub, years: int | None, days: int = 0) -> None:
    """Caspian had this birthday so many days ago."""
    day = str(copy_items.add_months(TODAY, -12 * years) - timedelta(days=days)) if years else None
    with hub.engine.begin() as connection:
        connection.execute(text("UPDATE people SET date_of_birth = :day WHERE person = 'C1'"), {"day": day})


@pytest.mark.parametrize(
    ("years", "asked_by", "note"),
    [
        (11, None, "C1 is 11: judge whether they understand what they ask (a prompt, not a rule)"),
        (12, None, None),
        (11, "P1", None),
        (12, "P1", "C1 is 12: ask them whether they agree that their parent is given this (a prompt)"),
        (None, "P1", "C1 is a child whose age is not recorded: judge whether they understand what is asked"),
    ],
)
def test_a_childs_understanding_is_a_reminder_to_the_officer_and_no_bar(on_sqlite: Hub, years, asked_by, note):
    born(on_sqlite, years)
    request = ask(on_sqlite, "C1", asked_by=asked_by)
    withhold_all(on_sqlite, request)

    made = make(on_sqlite, request)

    assert made.notes == ([note] if note else [])
    assert any(name.startswith("reviews") for name in items(on_sqlite, request)) == bool(asked_by)


def test_a_grown_up_childs_parent_needs_their_authority(on_sqlite: Hub):
    born(on_sqlite, 18)
    request = ask(on_sqlite, "C1", asked_by="P1")
    with pytest.raises(Refused, match="is of age and somebody else asks"):
        items(on_sqlite, request)

    step(on_sqlite, request, "authority_received")

    assert items(on_sqlite, request)


def test_without_an_open_access_request_no_copy_is_made_and_it_is_said_what_to_do(family: Hub):
    with pytest.raises(Refused, match="rights log --family F1 --person P1 --kind access"):
        copy_make.make(family, Whose(None, "F1", "P1"), By("officer", None, TODAY))
    with pytest.raises(BadParameter, match="is not of family"):
        copy_make.make(family, Whose(None, "F1", "D9"), By("officer", None, TODAY))
    with pytest.raises(BadParameter, match="no request 'Q0'"):
        make(family, "Q0")
    with pytest.raises(BadParameter, match="name the --request"):
        copy_make.make(family, Whose(), By("officer", None, TODAY))
    other = register.log(family, NewRequest("F1", "erasure", TODAY, "P1"), By("officer", None, TODAY)).request
    with pytest.raises(Refused, match="is no request for a copy"):
        make(family, other)
    request = ask(family)
    with pytest.raises(BadParameter, match="leave --family and --person out"):
        copy_make.make(family, Whose(request, "F1", "B2"), By("officer", None, TODAY))
    step(family, request, "responded", reason="read out at the hub")
    with pytest.raises(Refused, match="is responded, and a copy is made while it is open"):
        make(family, request)


def test_a_day_that_lies_ahead_is_refused(on_sqlite: Hub):
    with pytest.raises(Refused, match="lies ahead"):
        make(on_sqlite, ask(on_sqlite), on=TODAY + timedelta(days=1))


def test_who_asks_is_settled_first_as_the_register_demands(on_sqlite: Hub):
    request = ask(on_sqlite)
    withhold_all(on_sqlite, request)
    step(on_sqlite, request, "id_requested")
    with pytest.raises(Refused, match="identity was asked for and has not come"):
        make(on_sqlite, request)
    step(on_sqlite, request, "id_received")
    assert make(on_sqlite, request)
    with pytest.raises(Refused, match="record id_received"):
        make(on_sqlite, ask(on_sqlite))  # a duplicate never skips it
    with pytest.raises(Refused, match="one adult asks for another"):
        make(on_sqlite, ask(on_sqlite, "B2", asked_by="P1"))


def test_another_members_request_and_its_hold_are_not_given_away(family: Hub):
    theirs = ask(family, "B2")
    complaint = register.log(family, NewRequest("F1", "complaint", TODAY), By("officer", None, TODAY)).request
    request = ask(family)
    held = {row[0]: row[10] for row in returns.rows(family, "holds")}
    marked = {name for name in items(family, request) if name.startswith(("holds/", "requests/"))}
    assert marked == {f"requests/{complaint}", *(f"holds/{hold}" for hold, of in held.items() if of != request)}
    withhold_all(family, request)

    page, said, _ = given(family, request)

    assert theirs not in page + json.dumps(said) and complaint not in page + json.dumps(said)
    assert [row["request"]["value"] for row in said["held"]["holds"]["rows"]] == [request]


def test_who_used_the_record_is_told_by_role_and_only_where_it_concerns_the_person(family: Hub):
    ask(family, "B2")
    holds.place_hold(family, "F1", "litigation", By("Hana Officer", "a claim of Daffodil", TODAY), TODAY, "the court")
    request = ask(family)
    typed = [name for name in items(family, request) if name.startswith("payloads")]
    withhold_all(family, request)

    page, said, _ = given(family, request)

    assert [(one["what"], one["reason"]) for one in said["who_looked"]] == [
        ("Recorded a reason to keep the record", None),
        ("Recorded a request", "access received"),
        ("Decided whether something that may concern others is given", "items of a copy are decided"),
    ]
    assert len(typed) == 1 and "Daffodil" not in page and "Hana Officer" not in page + json.dumps(said)
    assert {"An information governance officer"} == {one["who"] for one in said["who_looked"]}


def test_each_action_that_the_ledger_has_is_told_in_words():
    source = "".join(path.read_text("utf-8") for path in places.PACKAGE.rglob("*.py"))
    written = set(re.findall(r'"((?:agreement|share|recall|rights|complaint)\.[a-z]+)"', source))

    assert {one for one in written if one.split(".")[1] not in ("csv", "sql")} <= looked.ACTIONS.keys() | {
        "rights.exemptions",
        "rights.applies",
        "rights.factors",
        "rights.disclosing",
    }


def test_both_files_are_private_named_by_references_and_known_by_their_hash(family: Hub, tmp_path: Path):
    request = ask(family)
    withhold_all(family, request)

    made = make(family, request, out=tmp_path / "for" / "them")

    for path, said in ((made.page, made.page_sha256), (made.data, made.data_sha256)):
        assert sha256(Path(path).read_bytes()).hexdigest() == said
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        assert Path(path).stem == f"pack-{request}-{made.pack}"
    assert stat.S_IMODE((tmp_path / "for").stat().st_mode) == 0o700
    [row] = returns.rows(family, "packs")
    assert row[:8] == (made.pack, request, "F1", "P1", TODAY, made.page_sha256, made.data_sha256, made.delete_on)
    with family.read() as connection:
        last = ledger.entries(connection, 1)[0]
    assert last["action"] == "rights.pack" and last["said"]["detail"]["page_sha256"] == made.page_sha256
    assert ledger_is_free_of_names(last)


def ledger_is_free_of_names(entry: dict) -> bool:
    return not [name for name in ("Anneliese", *OTHERS) if name in json.dumps(entry)]


def test_a_copy_that_could_not_be_written_leaves_nothing_behind(on_sqlite: Hub, tmp_path: Path, monkeypatch):
    request = ask(on_sqlite)
    withhold_all(on_sqlite, request)
    before = returns.state(on_sqlite)
    written = keep.private.write_bytes

    def full(path: Path, content: str) -> None:
        if path.suffix == ".json":
            raise OSError(28, "No space left on device")
        written(path, content)

    monkeypatch.setattr(keep.private, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        make(on_sqlite, request, out=tmp_path / "out")

    assert returns.state(on_sqlite) == before and list((tmp_path / "out").iterdir()) == []


def test_no_copy_deletes_itself_on_a_clock_that_jumped(family: Hub, monkeypatch):
    request = ask(family)
    withhold_all(family, request)
    made, clock = make(family, request), Clock(monkeypatch)
    clock.stands(days=3 * 365)
    swept = sweep.sweep(family, By("officer", None, moments.today()))

    assert Path(made.page).exists() and swept.deleted == []
    assert "No copy is deleted: this machine's clock has jumped ahead" in "".join(sweep.lines(swept))
    jumps.confirm(family, moments.today(), By("ben", "the radio says so", moments.today()))
    assert sweep.sweep(family, By("officer", None, moments.today())).deleted == [made.pack]


@pytest.mark.parametrize("inside", [True, False])
def test_a_copy_deletes_itself_on_its_day_and_the_register_and_the_ledger_say_so(family: Hub, tmp_path, inside: bool):
    request = ask(family)
    withhold_all(family, request)
    made = make(family, request, out=None if inside else tmp_path / "stick")
    days = policy.load().value("rights.pack_kept_days", TODAY)
    assert made.delete_on == TODAY + timedelta(days=days)

    before = sweep.sweep(family, By("officer", None, made.delete_on - timedelta(days=1)))
    assert Path(made.page).exists() and [one["pack"] for one in before.kept] == [made.pack]
    swept = sweep.sweep(family, By("officer", None, made.delete_on))

    assert (swept.deleted, swept.gone_already, swept.kept) == ([made.pack], [], [])
    assert not Path(made.page).exists() and not Path(made.data).exists()
    [row] = returns.rows(family, "packs")
    assert row[8] is not None and row[5] == made.page_sha256
    with family.read() as connection:
        assert ledger.entries(connection, 1)[0]["action"] == "rights.sweep"
    assert sweep.sweep(family, By("officer", None, made.delete_on)).deleted == []


def test_a_copy_that_is_gone_already_or_out_of_reach_is_said(on_sqlite: Hub, tmp_path: Path):
    request = ask(on_sqlite)
    withhold_all(on_sqlite, request)
    made = make(on_sqlite, request)
    away = make(on_sqlite, request, out=tmp_path / "stick")
    Path(made.page).unlink()
    Path(made.data).unlink()
    (tmp_path / "stick").rename(tmp_path / "unplugged")

    swept = sweep.sweep(on_sqlite, By("officer", None, away.delete_on))

    assert (swept.deleted, swept.gone_already) == ([], [made.pack])
    assert [one["pack"] for one in swept.unreachable] == [away.pack]
    (tmp_path / "unplugged").rename(tmp_path / "stick")
    assert sweep.sweep(on_sqlite, By("officer", None, away.delete_on)).deleted == [away.pack]


def test_a_disposal_finds_the_copy_wherever_it_was_written(on_sqlite: Hub, tmp_path: Path):
    request = ask(on_sqlite)
    withhold_all(on_sqlite, request)
    paths = [
        Path(p)
        for out in (None, tmp_path / "stick")
        for m in [make(on_sqlite, request, out=out)]
        for p in (m.page, m.data)
    ]
    with on_sqlite.read() as connection:
        marks = traces_marks.gather(connection, ["F1"])
    with on_sqlite.engine.connect() as raw:  # what remains says nothing of them
        raw.exec_driver_sql("ROLLBACK")
    files.erase_files(on_sqlite, marks - {"Canary"})

    assert not [path for path in paths if path.exists()]


def test_the_officers_list_says_what_each_item_says_and_goes_the_same_way(family: Hub):
    request = ask(family)

    found, page = copy_decide.listed(family, request, By("officer", None, TODAY))

    said = Path(page).read_text("utf-8")
    assert all(word in said for word in ("Bertram Finch", "the echidna", "Vera Volunteer", "the wombat"))
    assert "Not to be given out" in said and not [name for name in OTHERS if name in str(found)]
    assert {one.state for one in found} == {"undecided"} and stat.S_IMODE(os.stat(page).st_mode) == 0o600
    assert len(sweep.sweep(family, By("officer", None, TODAY + timedelta(days=400))).deleted) == 1
    assert not Path(page).exists()


HOSTILE = "<script>alert(1)</script>\u202e$name" + "x" * 60


def test_hostile_names_are_inert(on_sqlite: Hub):
    with on_sqlite.engine.begin() as connection:
        connection.execute(text("UPDATE people SET given_name = :name WHERE person = 'P1'"), {"name": HOSTILE})
        connection.execute(text("UPDATE organisations SET name = :name WHERE organisation = 'NHFT'"), {"name": HOSTILE})
    request = ask(on_sqlite)
    withhold_all(on_sqlite, request)

    page, said, _ = given(on_sqlite, request)

    assert "<script" not in page and "\u202e" not in page and "&lt;script&gt;" in page
    assert said["held"]["people"]["rows"][0]["given_name"]["value"] == HOSTILE  # the data are given as they are held


def test_the_copy_can_be_made_by_naming_the_person(on_sqlite: Hub):
    request = ask(on_sqlite)
    withhold_all(on_sqlite, request)

    assert copy_make.make(on_sqlite, Whose(None, "F1", "P1"), By("officer", None, TODAY)).request == request


def test_the_register_of_copies_and_decisions_stays_as_it_was_written(family: Hub):
    request = ask(family)
    withhold_all(family, request)
    make(family, request)

    for statement, why in {
        "DELETE FROM item_decisions": "on hold",
        "DELETE FROM packs": "on hold",
        "UPDATE packs SET page_sha256 = 'x'": "append-only",
        "UPDATE packs SET delete_on = '2999-01-01'": "append-only",
        "UPDATE item_decisions SET item = 'x'": "append-only",
    }.items():
        with pytest.raises(DatabaseError, match=why), family.engine.begin() as connection:
            connection.execute(text(statement))


def test_a_decision_cannot_be_replaced_away(on_sqlite: Hub):
    request = ask(on_sqlite)
    withhold_all(on_sqlite, request)

    for table, key in (("item_decisions", "item_decision"),):
        columns = [column.name for column in TABLES[table].c]
        values = ", ".join("'disclose'" if name == "decision" else name for name in columns)
        with pytest.raises(DatabaseError, match="on hold"), on_sqlite.engine.begin() as connection:
            connection.execute(text(f"INSERT OR REPLACE INTO {table} SELECT {values} FROM {table} ORDER BY {key}"))


def test_a_record_decided_to_be_of_the_same_family_is_in_the_copy(on_sqlite: Hub):
    load(
        on_sqlite,
        goals="""
        goal | family | area      | set_on
        G9   | F2     | education | 2024-02-01
    """,
        pair_decisions="""
        pair_decision | family | other | decision | decided_on
        D1            | F1     | F2    | same     | 2026-01-12
    """,
    )
    request = ask(on_sqlite)
    withhold_all(on_sqlite, request)

    made = make(on_sqlite, request)

    with on_sqlite.read() as connection:
        got = copy_make.gather(connection, copy_make.find(connection, Whose(request), TODAY), TODAY)
    assert {row["family"] for row in got.asking.held.tables["families"]} == {"F1", "F2"}
    assert "G9" in {row["goal"] for row in got.asking.held.tables["goals"]}
    assert "Daffodil" not in Path(made.page).read_text()
    assert [note for note in made.notes if note.startswith("F2 was decided to be of the same family")]
