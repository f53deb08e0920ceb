"""What rests on a name that was typed is counted and said, beside what rests on a proof (design.md, law 10)."""

import ast
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta

import pytest

from hubdata import moments, places
from hubdata.families.twice import decided, pairs
from hubdata.families.twice import said as twice_said
from hubdata.moments import By
from hubdata.records.decisions import make, stands
from hubdata.records.decisions import said as decisions_said
from hubdata.records.doctor.examine import examine
from hubdata.records.doctor.fact import NO, PERHAPS
from hubdata.records.ledger import Act
from hubdata.records.people import change, claims
from hubdata.records.people.claims import Claims
from hubdata.records.people.wrote import WRITERS
from hubdata.records.store import Hub
from hubdata.records.tables.contract import TABLES
from hubdata.records.witness import known
from hubdata.reports import assurance, promises
from hubdata.retention import said
from hubdata.rules import worklist
from hubdata.rules.worklist import Mark
from tests.support import people
from tests.support.ascii import load
from tests.support.people import ANN, BEN
from tests.support.returns import command


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with people.cheap():
        yield


def enter(hub: Hub, action: str, actor: str = "Anna") -> None:
    with hub.write(Act(actor, "officer", "a test", action)):
        pass


def counted(hub: Hub, until: date = date.max) -> Claims:
    with hub.read() as connection:
        return claims.found(connection, until)


@pytest.fixture
def mixed(hub: Hub) -> Hub:
    """Two reviews and an approval under typed names; people; a review and a release with a proof, a hold without."""
    for action in ("retention.review", "retention.review", "retention.approve", "test.other"):
        enter(hub, action)
    people.register(hub, ben="reviewer;publisher")
    ben = people.acting(hub, BEN)
    for action in ("retention.review", "release.publish"):
        enter(ben, action, BEN)
    enter(hub, "retention.hold")
    return hub


def test_acts_are_counted_by_what_they_rest_on_and_claims_since_people_are_registered_apart(mixed):
    found = counted(mixed)

    assert found.since == moments.today()
    assert found.acts == {
        "reviews": {"claimed": 2, "passphrase": 1},
        "approvals and refusals": {"claimed": 1},
        "holds": {"claimed": 1, "since": 1},
        "releases": {"passphrase": 1},
    }
    assert counted(mixed, moments.today() - timedelta(days=1)) == Claims(None, {})


def test_what_the_board_is_told_is_what_it_reads(mixed):
    begun, acts = promises.acted(promises.acts_by(mixed, moments.today()))

    assert begun == [{"since": moments.today()}]
    assert acts[2] == {"act": "holds", "claimed": 1, "since": 1, "passphrase": 0, "key": 0, "sign_in": 0}
    assert promises.acted(claims.Claims(None, {}).said) == ([{"since": None}], [])


def test_the_listing_of_the_ledger_says_in_numbers_what_rests_on_a_claim(sqlite_hub):
    enter(sqlite_hub, "retention.review")
    listed = command(sqlite_hub, "ledger", "export", "--actor", "Anna").stdout
    people.register(sqlite_hub, ben="auditor")
    enter(people.acting(sqlite_hub, BEN), "retention.review", BEN)
    proof = sqlite_hub.home.parent / "phrase"
    proof.touch(mode=0o600)
    proof.write_text(people.PHRASES[BEN], "utf-8")
    later = command(sqlite_hub, "ledger", "export", "--actor", BEN, "--proof", proof, "--limit", "2").stdout

    assert "Nobody is registered: every name is a claim:\n  reviews: 1 under a typed name, a claim\n" in listed
    assert "reviews: 1 under a typed name, a claim, 1 proved by a passphrase" in later
    assert "Of these 2 entries: 2 proved by a passphrase." in later


def test_the_assurance_report_has_them_as_a_table(mixed):
    made = assurance.make(mixed, moments.today())
    told = json.loads((made.folder / "record-of-processing.json").read_text("utf-8"))["tables"]["acts"]

    assert told["title"] == "4 acts rest on a typed name, 2 on a proof"
    assert {"act": "Holds", "claimed": 1, "since": 1, "passphrase": 0, "key": 0, "sign_in": 0} in told["rows"]


CERTIFICATE = {
    "certificate": "C1",
    "issued_on": "2026-11-30",
    "families": 1,
    "rows": {"families": 1},
    "rule": {"code": "HUB-01", "version": "1"},
    "conservation": {"holds": True, "opening": 1, "created": 0, "destroyed": 1, "closing": 0},
    "proof": {"bytes_scanned": 1, "files_scanned": 1, "marks_sought": 1, "not_scanned": [], "backups": None},
    "partners": [],
    "reviewed_by": "Anna",
    "approved_by": "Bert",
    "destroyed_by": "Carl",
}


@pytest.mark.parametrize(
    ("kinds", "since", "wanted"),
    [
        ({}, None, "3 of 3 steps rest on a typed name, which is a claim: the review, the approval, the carrying out"),
        ({"reviewed_with": "passphrase", "approved_with": "key"}, "2026-11-01", "1 of 3 steps rests on a typed name"),
        (dict.fromkeys(("reviewed_with", "approved_with", "destroyed_with"), "key"), "2026-11-01", "all 3 steps are"),
    ],
)
def test_a_certificate_says_how_many_of_its_steps_rest_on_a_claim_and_since_when_people_are_registered(
    kinds, since, wanted
):
    lines = said.certificate(CERTIFICATE | kinds | ({"people_since": since} if since else {}))

    (told,) = [line.strip() for line in lines if wanted in line]
    assert told.endswith("people are registered since 1 November 2026" if since else "nobody was registered")


# Wherever somebody's name is shown it is said what it rests on

OPEN = """
    family | hub   | opened_on
    F1     | corby | 2019-01-01
    F2     | corby | 2019-01-01
    F3     | corby | 2019-01-01
    F4     | corby | 2019-01-01
"""
TILDA = "Tilda Typed"


def say(hub: Hub, name: str, pair: tuple[str, str], value: str) -> None:
    """Somebody says something in each way that a listing shows under the name of whoever did."""
    by = By(name, "they said why", moments.today())
    worklist.mark(hub, Mark("LD01", (pair[0],), "in_hand"), by)
    decided.decide(hub, pair, "same", by)
    entry, history = make.confirmation(hub, value, by)
    with make.drafted(hub, stands.CONFIRM, entry, history) as draft:
        make.enter(hub, draft, by)


def listings(hub: Hub) -> Iterator[tuple[list[dict], list[str]]]:
    """What each of those listings shows: its rows, and its lines for a reader."""
    day = moments.today()
    found = worklist.listed(hub, day)
    yield [asdict(one) for one in found if one.marked_by], worklist.lines(found, day)
    yield (marks := worklist.history(hub, day)), worklist.history_lines(marks)
    suggested = pairs.find(hub, pairs.Search(), day)
    yield twice_said.as_json(suggested)["linked"], twice_said.lines(suggested)
    yield (values := decisions_said.listed(hub, day, "sharing.")), decisions_said.lines(values, day)


def test_every_listing_says_of_each_name_whether_it_is_proved_or_a_claim(hub):
    load(hub, families=OPEN)
    say(hub, TILDA, ("F1", "F2"), "sharing.record_within_days")
    people.register(hub, ben="officer;reviewer")
    say(people.acting(hub, BEN), BEN, ("F3", "F4"), "sharing.not_yet_told_days")

    for rows, lines in listings(hub):
        rests = [(row[key], row[f"{key[:-3]}_with"]) for row in rows for key in row if key.endswith("_by") and row[key]]
        assert sorted(rests) == [(BEN, "passphrase"), (TILDA, "claimed")]
        for name, rest in ((BEN, "proved by a passphrase"), (TILDA, "claimed: the name was typed")):
            said_ = [line for line in lines if name in line]
            assert said_ and all(f"{name} ({rest})" in line for line in said_)


def test_who_registered_whom_is_a_claim_for_the_first_and_proved_for_the_others(hub):
    people.register(hub, ben="officer")

    assert {one["name"]: one["recorded_with"] for one in change.listed(hub, whole=True)} == {
        ANN: "claimed",
        BEN: "passphrase",
    }
    assert f"registered by {ANN} (proved by a passphrase)" in "".join(change.lines(change.listed(hub, whole=False)))


def test_a_row_that_somebody_put_under_a_registered_name_is_a_claim(sqlite_hub):
    load(sqlite_hub, families=OPEN)
    people.register(sqlite_hub, ben="officer")
    with people.acting(sqlite_hub, BEN).write(Act("Somebody Else", "officer", "a test", "worklist.mark")) as connection:
        row = {"code": "LD01", "of_table": "families", "subject": "F1", "status": "in_hand", "marked_by": BEN}
        days = {"marked_on": moments.today(), "recorded_at": moments.stamp()}
        connection.execute(worklist.MARKS.insert(), {"finding_mark": "M1", "family": "F1", **row, **days})

    (one,) = [one for one in worklist.listed(sqlite_hub, moments.today()) if one.marked_by]
    assert one.marked_with == "claimed"


NAMES = {*WRITERS.values(), "reviewed_by", "approved_by", "confirmed_by", "destroyed_by", "actor"}
OTHERWISE = {  # where a sentence has such a name, and what stands instead of the word
    "desk/commands/ledger.py": "whoever has just confirmed the day",
    "desk/today/registers.py": "its first line says it",
    "records/time/jumps.py": "a refusal to whoever has just said their name",
}


def _named(node: ast.AST) -> bool:
    keys = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    keys |= {
        str(each.slice.value)
        for each in ast.walk(node)
        if isinstance(each, ast.Subscript) and isinstance(each.slice, ast.Constant)
    }
    return bool(keys & NAMES)


def test_no_sentence_of_the_product_has_such_a_name_without_what_it_rests_on():
    bare = {
        str(path.relative_to(places.PACKAGE).as_posix())
        for path in places.PACKAGE.rglob("*.py")
        if any(name in (text := path.read_text("utf-8")) for name in NAMES)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.JoinedStr) and _named(node) and "shown(" not in ast.unparse(node)
    }

    assert bare == OTHERWISE.keys()


def test_every_column_that_names_who_wrote_a_row_is_looked_up_or_has_its_proof_beside_it():
    about_staff = {
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.c
        if column.name.endswith("_by") and "about the work of staff" in str(column.info.get("access", ""))
    }

    beside = {(table, name) for table, name in about_staff if f"{name[:-3]}_proof" in TABLES[table].c}
    never_shown = {("actor_resets", "asked_by"), ("finding_assignments", "assigned_by")}
    assert about_staff - beside - never_shown == set(WRITERS.items())


# What `hubdata doctor` says of it, and of the newest witness


def about_keys(hub: Hub) -> dict[str, str]:
    return {each.fact: each.in_the_way for each in examine(hub.home, hub.url, ANN) if each.about == "keys"}


def test_doctor_says_that_names_are_claims_and_that_one_administrator_is_too_few(hub):
    assert about_keys(hub)["nobody is registered: whoever acts is a name that was typed, a claim"] == PERHAPS
    people.register(hub, ben="administrator")
    (said_,) = [(fact, way) for fact, way in about_keys(hub).items() if "people are registered since" in fact]
    assert said_[0].endswith("and prove who acts") and said_[1] == NO


def test_doctor_says_that_a_single_administrator_could_lose_everything(sqlite_hub):
    people.register(sqlite_hub, ben="officer")

    assert [way for fact, way in about_keys(sqlite_hub).items() if "one administrator alone" in fact] == [PERHAPS]


@pytest.mark.parametrize(
    ("ago", "wanted", "way"),
    [
        (None, "nobody elsewhere has ever witnessed the ledger", PERHAPS),
        (31, "within the 31 days that the policy asks for", NO),
        (32, "longer ago than 31 days", PERHAPS),
    ],
)
def test_doctor_says_whether_the_newest_witness_is_kept_late_or_was_never(sqlite_hub, ago, wanted, way):
    if ago is not None:
        at = moments.now() - timedelta(days=ago)
        known.enter(sqlite_hub, By("ann", "a test", moments.today()), known.LETTER, 1, at)

    assert [found for fact, found in about_keys(sqlite_hub).items() if wanted in fact] == [way]
