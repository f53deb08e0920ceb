"""Finding a family: by any spelling of a name, never without a reason, and in the ledger before anything is shown."""

import json
from datetime import date

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from hubdata.desk.main import app
from hubdata.errors import BadParameter, HubError
from hubdata.families import find as families_find
from hubdata.families import record
from hubdata.families.find import Sought
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.coverage.verify import verify
from hubdata.records.people.acting import login
from hubdata.records.store import Hub
from hubdata.retention import disposal
from hubdata.rights.copy import looked, rows
from hubdata.rules import worklist
from hubdata.rules.worklist import Mark
from tests.retention.test_disposal import approved, bytes_of, fill
from tests.support import returns
from tests.support.ascii import load

TODAY = date.today()  # noqa: DTZ011 (a look is on its day)
SPELLINGS = """
    person | family | given_name  | family_name   | date_of_birth
    P1     | F1     | Zoë         | O'Brien-Canary | 1988-05-04
    P2     | F1     | Łukasz      | Canary        | 2015-05-04
    P3     | F2     | Anne Marie  | De La Cruz    | 1988-05-04
    P4     | F3     | 伟          | 李            |
    P5     | F4     | Annemarie   | Smith         |
    P6     | F4     | Ελένη       | Smithson      |
"""


@pytest.fixture
def known(hub: Hub) -> Hub:
    load(
        hub,
        families="""
        family | hub       | opened_on  | closed_on
        F1     | corby     | 2024-01-08 |
        F2     | corby     | 2024-01-08 | 2025-02-03
        F3     | kettering | 2024-01-08 |
        F4     | kettering | 2024-01-08 |
    """,
        people=SPELLINGS,
        involvements="""
        family | organisation | partner_reference
        F2     | NHFT         | Ref-77
    """,
        goals="""
        goal | family
        G3   | F3
    """,
    )
    return hub


def find(hub: Hub, reason: str | None = "the family rang", /, **sought) -> dict[str, list[str]]:
    found = families_find.find(hub, Sought(**sought), By("hana", reason, TODAY))
    return {one.family: [each.person for each in one.people] for one in found.families}


def entries(hub: Hub) -> list[dict]:
    with hub.read() as connection:
        return [one for one in ledger.entries(connection) if one["action"].startswith("family.")]


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("zoe", "P1"),
        ("ZOË", "P1"),
        ("obrien", "P1"),
        ("o’brien", "P1"),
        ("O Brien Canary", "P1"),
        ("canary zoe", "P1"),
        ("anar", "P1 P2"),
        ("lukasz", "P2"),
        ("Łuk", "P2"),
        ("zoeobrien", "P1"),
        ("anne-marie", "P3 P5"),
        ("anne marie", "P3 P5"),
        ("delacruz", "P3"),
        ("cruz, anne", "P3"),
        ("李伟", "P4"),
        ("smith", "P5 P6"),
        ("ελενη", "P6"),
        ("smith an", "P5"),
        ("Zo\u202eë", "P1"),
        ("zoe smith", ""),
        ("xx", ""),
    ],
)
def test_a_name_is_found_however_it_is_written(known: Hub, name: str, people: str):
    assert sorted(one for found in find(known, name=name).values() for one in found) == people.split()


@pytest.mark.parametrize(
    ("sought", "families"),
    [
        ({"born": date(1988, 5, 4)}, ["F1", "F2"]),
        ({"born": date(1988, 5, 4), "name": "anne"}, ["F2"]),
        ({"born": date(1988, 5, 4), "hub": "kettering"}, []),
        ({"name": "canary", "hub": "corby"}, ["F1"]),
        ({"reference": "F3"}, ["F3"]),
        ({"reference": " P4 "}, ["F3"]),
        ({"reference": "G3"}, ["F3"]),
        ({"reference": "ref-77"}, ["F2"]),
        ({"reference": "ref-77", "hub": "kettering"}, []),
        ({"reference": "F1", "name": "anne"}, []),
        ({"reference": "F"}, []),
    ],
)
def test_a_date_of_birth_a_reference_and_a_hub_find_or_narrow(known: Hub, sought: dict, families: list[str]):
    assert list(find(known, **sought)) == families


def test_what_is_shown_is_who_was_searched_for_and_of_a_reference_the_whole_family(known: Hub):
    assert find(known, name="zoe") == {"F1": ["P1"]}
    assert find(known, reference="F1") == {"F1": ["P1", "P2"]}


@pytest.mark.parametrize(
    "name",
    [
        "%%",
        "__",
        "%a%",
        "a%",
        "*",
        "' OR 1=1 --",
        "\\",
        "'; DROP TABLE people; --",
        "😀😀",
        "\x00\x01",
        "\u202e\u202e",
        "a",
        " ",
        "é",
        "\udc80\udc80",
        "a" * 10_000,
        "<script>",
    ],
)
def test_no_sign_means_more_than_itself_and_no_message_repeats_it(known: Hub, name: str):
    try:
        found = find(known, name=name)
    except BadParameter as refusal:
        assert not [one for one in (name.strip(), name[:20]) if len(one) > 1 and one in str(refusal)]
        return
    assert found == {}


@pytest.mark.parametrize("reference", ["%", "_1", "F_", "\x00", "F1' OR '1'='1", "\udc80", "😀", "~"])
def test_a_reference_means_itself(known: Hub, reference: str):
    try:
        assert find(known, reference=reference) == {}
    except BadParameter as refusal:
        assert "search for something" in str(refusal)


@pytest.mark.parametrize("reason", [None, "", "  \n", "N/A", "-", "tbc", "xxx"])
def test_nobody_looks_without_a_reason(known: Hub, reason: str | None):
    with pytest.raises(BadParameter, match="needs a reason: say it with --reason"):
        find(known, reason, name="zoe")
    with pytest.raises(BadParameter, match="needs a reason"):
        record.show(known, "F1", By("hana", reason, TODAY))
    assert entries(known) == []


@pytest.mark.parametrize("sought", [{}, {"hub": "corby"}, {"name": " "}, {"reference": ""}])
def test_a_search_for_nothing_is_refused(known: Hub, sought: dict):
    with pytest.raises(BadParameter, match="search for something: --name, --born or --reference"):
        find(known, **sought)


def test_the_ledger_has_what_was_searched_and_shown_by_whom_and_why(known: Hub):
    find(known, name="Canary", hub="corby")

    search, shown = entries(known)
    assert (search["action"], search["role"]) == ("family.find", "officer")
    assert search["said"] == {
        "actor": "hana",
        "login": login(),
        "reason": "the family rang",
        "detail": {"fields": ["hub", "name"], "found": 1, "shown": 1},
    }
    assert shown["action"] == "family.found" and shown["said"]["reason"] == "the family rang"
    detail = {"family": "F1", "people": ["P1", "P2"]}
    assert shown["said"]["detail"] == detail | {"searched": ["hub", "name"]}  # a list of entries masks a search
    with known.read() as connection:
        assert ledger.said(connection, ("family.found",)) == [detail | {"searched": {"name": "Canary", "hub": "corby"}}]
    assert verify(known).faults == []


def test_a_search_that_found_nobody_keeps_no_name(known: Hub):
    find(known, name="Strangercanary", born=date(1971, 2, 3))

    (search,) = entries(known)
    assert search["said"]["detail"] == {"fields": ["born", "name"], "found": 0, "shown": 0}
    if known.dialect == "sqlite":
        assert b"strangercanary" not in bytes_of(known).lower() and b"1971-02-03" not in bytes_of(known)


def test_without_its_entry_nothing_is_shown(known: Hub):
    drop = {"sqlite": "ALTER TABLE payloads RENAME TO away", "postgresql": "ALTER TABLE payloads RENAME TO away"}
    with known.engine.begin() as connection:
        connection.execute(text(drop[known.dialect]))

    with pytest.raises(HubError):
        find(known, name="zoe")
    with pytest.raises(HubError):
        record.show(known, "F1", By("hana", "the family rang", TODAY))


def test_twenty_are_shown_and_the_rest_are_counted(hub: Hub):
    people = "\n".join(f"P{n:02} | F{n:02} | Ann | Many" for n in range(23))
    load(hub, people=f"person | family | given_name | family_name\n{people}")

    found = families_find.find(hub, Sought(name="many"), By("hana", "a look", TODAY))

    assert (len(found.families), found.more) == (20, 3)
    assert "and 3 more families; narrow it" in families_find.lines(found)[-1]
    assert sum(one["action"] == "family.found" for one in entries(hub)) == 20


def test_a_search_for_a_name_is_not_readable_when_its_record_is_destroyed(hub: Hub):
    fill(hub)
    for name in ("Onecanary", "onecan", "XANTHE", "xanthecanary onecanary"):
        find(hub, name=name)
    find(hub, reference="Refcanary-1")
    find(hub, name="sharedcanary")
    record.show(hub, "OLD-1", By("hana", "before it goes", TODAY))

    done = disposal.run(hub, approved(hub, "OLD-1"), By("carl", None, TODAY))

    assert done.status == "certified" and done.problems == []
    with hub.read() as connection:
        assert verify(hub).faults == []
        said = f"{ledger.entries(connection)} {ledger.said(connection, ('family.found',))}".lower()
    assert not [word for word in ("onecan", "xanthe", "refcanary", "old-1") if word in said]
    assert "sharedcanary" in said  # of families that are there
    if hub.dialect == "sqlite":
        everything = bytes_of(hub).lower()
        assert not [word for word in (b"onecan", b"xanthe", b"refcanary") if word in everything]
    assert find(hub, name="onecanary") == {}


def test_a_person_is_told_who_looked_for_them_but_not_for_others(known: Hub):
    find(known, name="zoe")
    find(known, name="lukasz")
    record.show(known, "F1", By("hana", "the family rang", TODAY))

    with known.read() as connection:
        looks = looked.read(connection, rows.read(connection, "F1", "P1"), set(), "Q1")

    assert [look.what for look in looks] == [
        "Was shown the family in a search for its record",
        "Looked at the family's record",
    ]


def test_a_record_is_shown_with_why_it_is_kept_who_leads_and_what_was_agreed_shared_and_found(hub: Hub):
    load(
        hub,
        families="""
        family | opened_on  | closed_on  | closure_reason
        F1     | 2024-01-08 | 2025-02-03 | moved away
    """,
        people="""
        person | family | given_name | family_name
        P1     | F1     | Zoë        | Canary
    """,
        leads="""
        family | practitioner | started_on | ended_on
        F1     | W1           | 2024-01-08 | 2025-02-03
    """,
        involvements="""
        family | organisation | started_on | ended_on   | last_contact_on | recorded_at
        F1     | NHFT         | 2024-02-01 | 2024-12-01 | 2024-12-01      | 2025-01-02T09:00:00Z
        F1     | VCS          | 2024-01-08 | 2024-06-30 |                 | 2024-07-01T09:00:00Z
    """,
        goals="""
        goal | family | area    | set_on     | closed_on  | result
        G1   | F1     | housing | 2024-02-01 | 2025-02-01 | met
        G2   | F1     | housing | 2024-02-02 | 2025-02-01 | met
    """,
        reviews="""
        goal | reviewed_on | score
        G1   | 2024-05-01  | 4
        G1   | 2024-08-01  | 7
    """,
        needs="""
        need | family | area    | identified_on | status | organisation
        N1   | F1     | housing | 2024-02-01    | met    | NHFT
    """,
        agreements="""
        agreement | family | given_by | covers | decision | recipients | decided_on | recorded_at          | expires_on
        A1        | F1     | P1       | P1     | agreed   | NHFT       | 2024-02-01 | 2024-02-01T09:00:00Z | 2030-01-01
    """,
        shares="""
        share | family | about | to_organisation | shared_on  | agreement
        S1    | F1     | P1    | NHFT            | 2024-03-01 | A1
        S2    | F1     | P1    | VCS             | 2024-03-02 |
    """,
    )
    worklist.mark(hub, Mark("SH05", ("S2",), "in_hand", "asked"), By("hana", None, TODAY))

    one = record.show(hub, "F1", By("hana", "the family rang", TODAY))

    assert [person.given_name for person in one.people] == ["Zoë"]
    assert [(row["organisation"], row["covers_from"], row["covers_to"]) for row in one.support] == [
        ("NHFT", date(2024, 2, 1), date(2024, 12, 1)),
        ("VCS", date(2024, 1, 8), date(2024, 6, 30)),
    ]
    assert one.support[1]["last_update_on"] == date(2024, 7, 1)
    assert one.leads.spans[0].practitioner == "W1" and one.kept.due_on == date(2030, 2, 3)
    assert ("P1", "NHFT", "agreed") in [(said.person, said.recipient, said.state) for said in one.agreements]
    assert [(row["share"], row["codes"]) for row in one.shares] == [("S2", ["SH05"]), ("S1", [])]
    assert [(row["goal"], row["reviews"], row["latest"] and row["latest"]["score"]) for row in one.goals] == [
        ("G2", 0, None),
        ("G1", 2, 7),
    ]
    assert [row["need"] for row in one.needs] == ["N1"]
    assert [(found.code, found.status) for found in one.findings if found.table == "shares"] == [("SH05", "in_hand")]
    said = "\n".join(record.lines(one))
    assert "moved away" in said and "What was shared: 2" in said and "Open requests and complaints: none" in said
    assert "  VCS, since 8 January 2024 to 30 June 2024; current as of 1 July 2024, covers 8 January 2024 to" in said
    (look,) = entries(hub)
    assert (look["action"], look["said"]["detail"]) == ("family.show", {"family": "F1"})


def test_a_reference_that_is_not_there_or_not_yet_is_answered_civilly(known: Hub):
    for family, on in (
        ("F9", TODAY),
        ("F1", date(2024, 1, 7)),
        ("Zoe Canary", TODAY),
        ("\udc80", TODAY),
        ("\x00", TODAY),
    ):
        with pytest.raises(BadParameter, match="the hub has no record under that reference on that day"):
            record.show(known, family, By("hana", "the family rang", on))
    assert entries(known) == []


def test_a_destroyed_record_says_when_and_under_which_certificate(hub: Hub):
    fill(hub)
    done = disposal.run(hub, approved(hub, "OLD-1"), By("carl", None, TODAY))

    with pytest.raises(BadParameter, match=f"was destroyed on .*, under certificate {done.certificate}"):
        record.show(hub, "OLD-1", By("hana", "the family rang", TODAY))


def test_the_commands_answer_in_json_and_say_what_is_missing(sqlite_hub: Hub):
    load(
        sqlite_hub,
        people="""
        person | family | given_name | family_name | date_of_birth
        P1     | F1     | Zoë        | Canary      | 1988-05-04
    """,
    )
    why = ("--reason", "the family rang", "--json")

    found = returns.command(sqlite_hub, "family", "find", "--name", "zoe", "--born", "04/05/1988", *why)
    shown = returns.command(sqlite_hub, "family", "show", "--family", "F1", *why)
    bare = returns.command(sqlite_hub, "family", "find", "--name", "zoe")
    odd = returns.command(sqlite_hub, "family", "find", "--born", "4 May canary", *why)

    assert (found.exit_code, shown.exit_code, bare.exit_code, odd.exit_code) == (0, 0, 2, 2)
    (one,) = json.loads(found.stdout)["families"]
    assert one["family"] == "F1" and one["people"][0]["given_name"] == "Zoë" and json.loads(found.stdout)["more"] == 0
    assert json.loads(shown.stdout)["people"][0]["person"] == "P1"
    assert "Canary" not in bare.output and "canary" not in odd.output and "--born is not a day" in odd.output


def test_a_name_is_read_from_standard_input_a_line_each(sqlite_hub: Hub):
    load(sqlite_hub, families="family\nF1", people="person | given_name | family_name\nP1 | Zoe | Quillfeather")
    command = ["family", "find", "--json", "--reason", "she rang", "--home", str(sqlite_hub.home)]

    found = CliRunner().invoke(app, command, input="quill zoe\n\n")
    assert [one["family"] for one in json.loads(found.stdout)["families"]] == ["F1"]
    nothing = CliRunner().invoke(app, command, input="")
    assert nothing.exit_code == 2 and "search for something" in nothing.output
