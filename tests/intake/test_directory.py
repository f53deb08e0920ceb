"""A service directory in Open Referral UK form: read whole or refused, applied once, and asked about a day."""

import json
from datetime import date
from pathlib import Path

import pytest

from hubdata import policy
from hubdata.errors import BadParameter
from hubdata.intake import directory
from hubdata.records.snapshot import take as snapshots
from hubdata.records.store import Hub
from hubdata.records.tables.contract import passport
from hubdata.reports.page import Page, Question
from tests.support import returns
from tests.support.ascii import load

ADVICE = {
    "id": "ac148810-d857-441c-9679-408f346de14b",
    "name": "Invented Money Advice",
    "description": "Namecanary will see you",
    "email": "namecanary@example.org",
    "status": "active",
    "organization": {"id": "o1", "name": "Invented Advice Charity"},
    "attributes": [{"id": "a1", "taxonomy_term": {"id": "t1", "code": "debt", "name": "Debt"}}],
    "service_areas": [{"id": "s1", "name": "Corby"}, {"id": "s2", "name": "Kettering"}],
    "schedules": [
        {"valid_from": "2025-04-01", "valid_to": "2026-03-31"},
        {"valid_from": "2026-01-01", "valid_to": "2026-08-31"},
    ],
    "contacts": [{"name": "Namecanary"}],
}


def written(folder: Path, content: object) -> Path:
    path = folder / "directory.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def services(hub: Hub) -> list[tuple]:
    table = snapshots.take(hub).tables["services"]
    return [tuple(row[name] for name in directory.COLUMNS) for row in table.to_pylist()]


def faults(hub: Hub, folder: Path, content: object) -> list[tuple[str, str]]:
    result = directory.take(hub, written(folder, content), "tester")
    assert result.status == "refused"
    assert services(hub) == []
    return [(problem.column, problem.code) for problem in result.problems]


def test_of_a_service_the_hub_keeps_what_it_was_for_where_and_when(hub: Hub, tmp_path: Path):
    """P4: "what other services or supports may be required", which needs no word about who works there."""
    result = directory.take(hub, written(tmp_path, {"total_pages": 1, "contents": [ADVICE]}), "tester")

    assert (result.status, result.tables) == ("applied", {"services": {"added": 1, "changed": 0, "unchanged": 0}})
    assert services(hub) == [
        (
            ADVICE["id"],
            "Invented Money Advice",
            "Invented Advice Charity",
            ["financial_stability"],
            ["corby", "kettering"],
            date(2025, 4, 1),
            date(2026, 8, 31),
        )
    ]


def test_the_same_directory_again_changes_nothing_and_a_newer_one_what_differs(hub: Hub, tmp_path: Path):
    first = directory.take(hub, written(tmp_path, [ADVICE, ADVICE | {"id": "2"}]), "tester")
    known = snapshots.take(hub).tables["services"]["recorded_at"].to_pylist()

    again = directory.take(hub, written(tmp_path, [ADVICE]), "tester")
    newer = directory.take(hub, written(tmp_path, [ADVICE | {"name": "Renamed"}]), "tester")

    assert (first.status, again.status, newer.status) == ("applied", "unchanged", "applied")
    assert newer.tables == {"services": {"added": 0, "changed": 1, "unchanged": 0}}
    assert [row[1] for row in services(hub)] == ["Invented Money Advice", "Renamed"]
    assert snapshots.take(hub).tables["services"]["recorded_at"].to_pylist() == known


def test_a_dry_run_writes_nothing(sqlite_hub: Hub, tmp_path: Path):
    result = directory.take(sqlite_hub, written(tmp_path, [ADVICE]), "tester", dry_run=True)

    assert (result.status, services(sqlite_hub)) == ("applied", [])


@pytest.mark.parametrize("content", [ADVICE, [ADVICE], {"content": [ADVICE], "totalPages": 1}, {"services": [ADVICE]}])
def test_a_directory_is_a_page_a_list_or_one_service(content, tmp_path: Path):
    rows, problems = directory.read(written(tmp_path, content), policy.load(), date(2026, 11, 22))

    assert ([row["name"] for row in rows], problems) == (["Invented Money Advice"], [])


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"service_areas": []}, {"hubs": None}),
        ({"service_areas": [{"name": "Corby"}, {"name": "North Northamptonshire"}]}, {"hubs": None}),
        ({"schedules": []}, {"valid_from": None, "valid_to": None}),
        ({"schedules": [{"valid_from": "2025-04-01"}]}, {"valid_from": "2025-04-01", "valid_to": None}),
        (
            {"schedules": [{"valid_to": "2026-01-31"}, {"valid_from": "2025-04-01"}]},
            {"valid_from": None, "valid_to": None},
        ),
        (
            {"valid_from": "2026-01-05T00:00:00Z", "valid_to": "2026-02-28"},
            {"valid_from": "2026-01-05", "valid_to": "2026-02-28"},
        ),
        (
            {"attributes": [{"taxonomy_term": {"name": "Secure housing"}}, {"taxonomy_term": {"name": "Choirs"}}]},
            {"areas": "housing"},
        ),
        ({"attributes": [{"taxonomy_term": {"name": "Choirs"}}]}, {"areas": None}),
        ({"attributes": [], "service_taxonomys": [{"taxonomy": {"name": "Homelessness"}}]}, {"areas": "housing"}),
    ],
)
def test_what_a_directory_leaves_open_stays_open(change: dict, kept: dict, tmp_path: Path):
    [row], problems = directory.read(written(tmp_path, [ADVICE | change]), policy.load(), date(2026, 11, 22))

    assert problems == []
    assert {name: row[name] for name in kept} == kept


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"id": None}, ("id", "missing-value")),
        ({"id": "=1+1"}, ("id", "bad-reference")),
        ({"id": "x" * 41}, ("id", "too-long")),
        ({"name": " "}, ("name", "missing-value")),
        ({"name": "x" * 201}, ("name", "too-long")),
        ({"organization": "Charity"}, ("organization", "bad-service")),
        ({"status": "sleeping"}, ("status", "unknown-code")),
        ({"status": "defunct", "schedules": []}, ("valid_to", "missing-value")),
        ({"valid_from": "2026-02-30"}, ("valid_from", "bad-date")),
        ({"valid_from": "2026-03-01", "valid_to": "2026-02-28"}, ("valid_to", "bad-date")),
        ({"service_areas": [{"name": "Atlantis"}]}, ("service_areas", "unknown-code")),
        ({"service_areas": [{}]}, ("service_areas", "unknown-code")),
        ({"service_areas": "Corby"}, ("service_areas", "bad-service")),
        ({"attributes": [{"taxonomy_term": "debt"}]}, ("taxonomy_term", "bad-service")),
        ({"schedules": [1]}, ("schedules", "bad-service")),
    ],
)
def test_a_service_that_cannot_be_understood_refuses_the_whole_file(sqlite_hub: Hub, tmp_path: Path, change, fault):
    assert faults(sqlite_hub, tmp_path, [ADVICE | {"id": "fine"}, ADVICE | change]) == [fault]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "not-json"),
        ("{", "not-json"),
        ("[NaN]", "not-json"),
        ("[" * 100_000, "not-json"),
        ("[]", "no-services"),
        ("5", "no-services"),
        ("{}", "no-services"),
        ('{"contents": 5}', "no-services"),
        ("[5]", "bad-service"),
        ({"total_pages": 3, "contents": [ADVICE]}, "more-pages"),
        ([ADVICE, ADVICE], "duplicate-row"),
    ],
)
def test_a_file_that_is_no_whole_directory_is_refused(sqlite_hub: Hub, tmp_path: Path, content, code):
    assert [found for _, found in faults(sqlite_hub, tmp_path, content)] == [code]


ORGANISATION = {"id": "o1", "name": "Invented Advice Charity", "description": "Helps", "email": "a@example.org"}
NO_SERVICES = {
    "an organisation": ORGANISATION,
    "a list of organisations": [ORGANISATION, ORGANISATION | {"id": "o2"}],
    "a page of organisations": {"total_pages": 1, "contents": [ORGANISATION]},
    "a page of them in version 1": {"totalPages": 1, "content": [ORGANISATION | {"url": "https://example.org"}]},
    "an organisation with its services": ORGANISATION | {"services": [ADVICE]},
    "organisations with their services": {"contents": [ORGANISATION | {"services": [ADVICE], "status": "active"}]},
    "a charity by its number": [ORGANISATION | {"legal_status": "charity", "tax_id": "1"}],
    "locations": {"contents": [{"id": "l1", "name": "Hall", "latitude": 52.4, "organization": {"id": "o1"}}]},
    "terms": [{"id": "t1", "name": "Debt", "vocabulary": "esdNeeds"}],
    "terms with nothing": [{"id": "t1", "name": "Debt", "code": "debt"}],
}


@pytest.mark.parametrize("name", NO_SERVICES)
def test_an_answer_about_something_else_than_services_is_refused(sqlite_hub: Hub, tmp_path: Path, name: str):
    assert faults(sqlite_hub, tmp_path, NO_SERVICES[name]) == [("", "no-services")]


@pytest.mark.parametrize(
    "said",
    [
        {"total_pages": 3},
        {"total_pages": "3"},
        {"totalPages": 2, "number": 1},
        {"total_pages": 2, "page_number": 2, "last_page": True},
        {"total_items": 2},
        {"totalElements": "120"},
        {"count": 120, "next": None},
        {"total": 2},
        {"last_page": False},
        {"last": "false"},
        {"first_page": False, "last_page": True},
        {"next": "https://directory.example.org/services?page=2"},
        {"links": {"self": "x", "next": "https://directory.example.org/services?page=2"}},
        {"_links": {"prev": {"href": "x"}}},
        {"page": {"size": 1, "totalElements": 9, "totalPages": 9, "number": 0}},
        {"pagination": {"total_pages": 4}},
        {"meta": {"total_items": 7}},
    ],
)
def test_one_page_of_many_is_refused_however_it_says_so(sqlite_hub: Hub, tmp_path: Path, said: dict):
    assert faults(sqlite_hub, tmp_path, said | {"contents": [ADVICE]}) == [("", "more-pages")]


@pytest.mark.parametrize(
    "said",
    [
        {"total_items": 1, "total_pages": 1, "page_number": 1, "size": 50, "first_page": True, "last_page": True},
        {"totalElements": 1, "totalPages": 1, "number": 0, "first": True, "last": True, "empty": False},
        {"count": 1, "next": None, "previous": None},
        {"links": {"self": "x", "next": None, "last": "x"}, "meta": {"total": 1}},
    ],
)
def test_the_only_page_is_the_whole(sqlite_hub: Hub, tmp_path: Path, said: dict):
    result = directory.take(sqlite_hub, written(tmp_path, said | {"contents": [ADVICE]}), "tester")

    assert (result.status, len(services(sqlite_hub))) == ("applied", 1)


def test_a_name_that_stands_twice_in_one_object_is_not_decided_by_the_last(sqlite_hub: Hub, tmp_path: Path):
    twice = json.dumps([ADVICE]).replace('"status": "active"', '"status": "active", "name": "Another"')

    assert faults(sqlite_hub, tmp_path, twice) == [("", "not-json")]


def test_every_fault_of_a_file_is_said_at_once(sqlite_hub: Hub, tmp_path: Path):
    assert len(faults(sqlite_hub, tmp_path, [ADVICE | {"name": ""}, ADVICE | {"status": "odd"}, 5])) == 3


def test_a_file_that_is_larger_than_any_directory_is_not_read(sqlite_hub: Hub, tmp_path: Path):
    path = written(tmp_path, [ADVICE])
    with path.open("ab") as file:
        file.truncate(1 << 30)  # nothing is written: the disk keeps no block of it

    assert [p.code for p in directory.take(sqlite_hub, path, "tester").problems] == ["too-large"]


def test_a_file_that_is_not_there_is_wrong_use(sqlite_hub: Hub, tmp_path: Path):
    with pytest.raises(BadParameter, match="there is no file at"):
        directory.take(sqlite_hub, tmp_path / "none.json", "tester")


def test_the_command_takes_a_return_or_a_directory(sqlite_hub: Hub, tmp_path: Path):
    path = str(written(tmp_path, [ADVICE]))

    applied = returns.command(sqlite_hub, "intake", "--directory", path, "--json")
    refused = returns.command(sqlite_hub, "intake", "--directory", str(written(tmp_path, "[]")), "--json")
    both = returns.command(sqlite_hub, "intake", path, "--directory", path)

    assert (applied.exit_code, json.loads(applied.stdout)["status"]) == (0, "applied")
    assert (refused.exit_code, json.loads(refused.stdout)["problems"][0]["code"]) == (3, "no-services")
    assert both.exit_code == 2


def test_nothing_of_a_service_is_about_a_person():
    cards = [passport("services", name) for name in (*directory.COLUMNS, "recorded_at")]

    assert {card.retention for card in cards} == {"reference"}
    assert not {card.sensitivity for card in cards} & {"identifying", "free_text", "personal"}


@pytest.mark.parametrize(
    ("service", "answer"),
    [
        ({"valid_from": "2026-08-03", "valid_to": "2026-08-03"}, "existed"),
        ({"valid_from": "2026-08-04"}, "none"),
        ({"valid_from": "2026-01-01", "valid_to": "2026-08-02"}, "none"),
        ({"valid_from": "2026-01-01", "service_areas": [{"name": "Kettering"}]}, "none"),
        ({"valid_from": "2026-01-01", "attributes": []}, "none"),
        ({"valid_from": None, "valid_to": None}, "unclear"),  # listed today: since when, nobody says
        ({"valid_from": None, "valid_to": "2026-08-02"}, "none"),
    ],
)
def test_the_directory_says_whether_a_service_existed_that_day(sqlite_hub: Hub, tmp_path: Path, service, answer):
    """P4: "what other services or supports may be required": one that nobody found is another thing than none."""
    load(
        sqlite_hub,
        needs="""
        need | area                | identified_on | status | reason
        N1   | financial_stability | 2026-08-03    | unmet  | no_service
    """,
    )
    base = ADVICE | {"service_areas": [{"name": "Corby"}], "schedules": []}
    directory.take(sqlite_hub, written(tmp_path, [base | service]), "tester")

    page = Page("outcomes", Question(date(2026, 9, 30), date(2026, 7, 1)), snapshots.take(sqlite_hub), policy.load())
    table = page.figure("unmet_directory")

    assert [table.values(name) for name in ("existed", "none", "unclear")] == [
        [int(name == answer)] for name in ("existed", "none", "unclear")
    ]
    assert table.values("doubtful") == [int(answer == "existed")]


def test_without_a_directory_nobody_can_say(sqlite_hub: Hub):
    load(
        sqlite_hub,
        needs="""
        need | area    | identified_on | status | reason
        N1   | housing | 2026-08-03    | unmet  | no_service
    """,
    )

    page = Page("outcomes", Question(date(2026, 9, 30), date(2026, 7, 1)), snapshots.take(sqlite_hub), policy.load())
    table = page.figure("unmet_directory")

    assert (table.title, table.rows) == ("Nobody can say whether a service existed", ())
    assert "hubdata intake --directory" in table.empty
