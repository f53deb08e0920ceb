"""The family's copy: one person's part of a decision, as a page and as JSON, private, and naming nobody else."""

import json
import re
import stat
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hubdata.errors import BadParameter
from hubdata.moments import By
from hubdata.records import ledger, private
from hubdata.records.store import Hub
from hubdata.rules import standing
from hubdata.sharing import receipt, receipt_page
from hubdata.terms import Decision
from tests.support import returns
from tests.support.ascii import load

DAY = date(2026, 3, 1)
# ISO/IEC TS 27560:2023, the fields of a record that W3C's DPV guide lists as mandatory, by section
MANDATORY = {
    "": "schema_version record_id receipt_id pii_principal_id privacy_notice language purposes pii_information "
    "pii_controllers storage_locations retention_period jurisdiction recipient_third_parties withdrawal_method",
    "pii_information": "pii_type",
    "parties": "party_id party_address party_name party_contact party_type",
    "event": "event_time validity_duration entity_id event_type event_state",
}
VOID = {"meta", "br"}


class Outline(HTMLParser):
    """The tags of a page, each with its attributes; fails on a tag that is not closed in order."""

    def __init__(self, text: str):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.open += [tag] * (tag not in VOID)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def family(hub: Hub) -> Hub:
    """Anneliese agreed for herself and her child Caspian, and withdrew for SCHOOL; Bertram refused."""
    load(
        hub,
        organisations="""
        organisation | name
        NHFT         | Trust & <Partners>
        HOUSING      | Homes
    """,
        people="""
        person | family | role         | given_name | family_name | date_of_birth
        P1     | F1     | parent_carer | Anneliese  | Canary      | 1988-05-04
        P2     | F1     | parent_carer | Bertram    | Finch       | 1987-05-04
        C1     | F1     | child        | Caspian    | <b>Canary   | 2015-05-04
    """,
        agreements="""
        agreement | given_by | covers | decision  | decided_on | recipients  | exclusions               | expires_on
        A1        | P1       | P1;C1  | agreed    | 2026-01-05 | NHFT;SCHOOL | risk_to_person;HOUSING;P2 | 2026-12-31
        A2        | P1       | P1     | withdrawn | 2026-02-10 | SCHOOL      |                          |
        A3        | P2       | P2     | refused   | 2026-01-05 |             |                          |
    """,
    )
    return hub


def make(
    hub: Hub, agreement: str = "A1", person: str = "P1", reason: str | None = None, **more
) -> tuple[str, dict, receipt.Written]:
    """The page and the JSON of a receipt, and what was said about them."""
    made = receipt.make(hub, agreement, person, By("tester", reason, DAY), **more)
    return Path(made.page).read_text("utf-8"), json.loads(Path(made.receipt).read_text("utf-8")), made


def test_the_receipt_has_every_mandatory_field_of_the_standard(family: Hub):
    _, said, _ = make(family)

    for section, fields in MANDATORY.items():
        found = said[section] if section else said
        for one in found if isinstance(found, list) else [found]:
            assert set(fields.split()) <= set(one), section
    missing = {field for party in said["parties"] for field, value in party.items() if value is None}
    assert missing & set(MANDATORY["parties"].split()) <= set(said["not_held"])


def test_agreement_lawful_basis_and_legal_power_are_three_fields(family: Hub):
    _, said, _ = make(family)

    assert said["agreement"]["decision"] == "agreed"
    assert said["lawful_basis"]["value"] == "Article 6(1)(e), public task: a task of the controller's own"
    assert said["legal_power"]["value"].startswith("Children Act 2004")
    assert said["lawful_basis"]["to_confirm"] and said["legal_power"]["to_confirm"]
    assert said["event"]["event_type"].endswith("not a lawful basis")


def test_the_lawful_basis_and_the_regulator_are_those_in_force_on_the_day(family: Hub):
    then = receipt.make(family, "A1", "P1", By("tester", None, date(2026, 9, 29)))
    before = json.loads(Path(then.receipt).read_text("utf-8"))["legal_power"]["without_agreement"]
    now = receipt.make(family, "A1", "P1", By("tester", None, date(2026, 9, 30)))
    after = json.loads(Path(now.receipt).read_text("utf-8"))["legal_power"]["without_agreement"]

    assert "16LA" in after and "16LA" not in before


def test_what_was_decided_and_what_holds_now_are_both_told(family: Hub):
    page, said, _ = make(family)

    assert said["event"] == {
        "event_time": "2026-01-05",
        "validity_duration": "2026-01-05/2026-12-31",
        "entity_id": "P1",
        "event_type": "agreement to sharing under the privacy notice; not a lawful basis",
        "event_state": "agreed",
    }
    assert {each["recipient"]: each["state"] for each in said["states"]} == {"NHFT": "agreed", "SCHOOL": "withdrawn"}
    assert "On 5 January 2026 you agreed" in page and "What holds on 1 March 2026" in page
    assert "Not to be shared: taken back" in page and "31 December 2026" in page


def test_what_is_left_out_is_told_without_saying_who_else(family: Hub):
    page, said, _ = make(family)

    assert (said["agreement"]["not_to_be_told"], said["agreement"]["details_left_out"]) == (
        ["HOUSING"],
        ["Risk to a person"],
    )
    assert (said["agreement"]["others_covered"], said["agreement"]["other_people_excluded"]) == (1, 1)
    assert "1 other person of your family" in page and "everything about 1 other person" in page


@pytest.mark.parametrize(("person", "others"), [("P1", ("C1", "P2")), ("C1", ("P1", "P2"))])
def test_nobody_else_of_the_family_is_named_or_referred_to(family: Hub, person: str, others: tuple):
    page, said, made = make(family, person=person)

    names = {"P1": "Anneliese", "P2": "Bertram", "C1": "Caspian"}
    for other in others:
        assert names[other] not in page + json.dumps(said)
        assert not re.search(rf"\b{other}\b", page + json.dumps(said))
    assert names[person] in page and names[person] not in json.dumps(said) + json.dumps(vars(made))


def test_a_child_is_told_who_decided_by_role_only(family: Hub):
    page, said, _ = make(family, person="C1")

    assert said["event"]["entity_id"] == "A parent or carer"
    assert "a parent or carer decided for you, and agreed" in page


def test_a_refusal_of_everyone_is_a_receipt_too(family: Hub):
    page, said, _ = make(family, "A3", "P2")

    assert said["states"] == [{"recipient": None, "state": "refused", "agreement": "A3"}]
    assert "you did not agree" in page and '<th scope="row"><bdi>Everyone</bdi></th>' in page


def test_the_page_is_whole_alone_and_escaped(family: Hub):
    page, _, _ = make(family, person="C1")

    tags = Outline(page).tags
    names = [tag for tag, _ in tags]
    assert ("html", {"lang": "en-GB"}) in tags and names.count("h1") == names.count("main") == 1
    assert not {"script", "img", "link", "iframe", "form"} & set(names)
    assert [attrs["href"] for _, attrs in tags if "href" in attrs] == ["#content"]
    assert not [attrs for _, attrs in tags if "src" in attrs or any(name.startswith("on") for name in attrs)]
    assert "url(" not in page and "@import" not in page and "@media print" in page
    assert "&lt;b&gt;Canary" in page and "Trust &amp; &lt;Partners&gt;" in page


def test_agreement_is_the_word_on_the_page(family: Hub):
    assert "consent" not in make(family)[0].lower()


def test_both_files_are_private_and_named_by_references(family: Hub, tmp_path: Path):
    _, _, made = make(family, out=tmp_path / "for" / "P1")

    for path in map(Path, (made.page, made.receipt)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.stem == "receipt-A1-P1"
    assert stat.S_IMODE((tmp_path / "for").stat().st_mode) == 0o700
    assert {path.suffix for path in (tmp_path / "for" / "P1").iterdir()} == {".html", ".json"}
    assert make(family)[2].page.startswith(str(family.home / "work" / "receipts"))


def test_an_older_file_that_others_could_read_is_replaced_by_a_private_one(family: Hub, tmp_path: Path):
    old = tmp_path / "receipt-A1-P1.html"
    old.write_text("old")
    old.chmod(0o644)

    make(family, out=tmp_path)

    assert stat.S_IMODE(old.stat().st_mode) == 0o600 and old.read_text("utf-8") != "old"


@pytest.mark.parametrize("reference", ["A/1", "..", "A 1", "É1"])
def test_a_reference_is_no_path(reference: str):
    plain = private.plain(reference)

    assert re.fullmatch(r"[A-Za-z0-9_.]+\.[0-9a-f]{8}|\.\.", plain) and "/" not in plain
    assert plain != private.plain(reference.lower() + "x")


def test_the_look_at_the_name_is_an_audit_entry_that_does_not_repeat_it(family: Hub):
    make(family, reason="asked for at the desk")

    with family.read() as connection:
        last = ledger.entries(connection, 1)[0]
    assert (last["action"], last["said"]["reason"]) == ("agreement.receipt", "asked for at the desk")
    assert last["said"]["detail"] == {"agreement": "A1", "person": "P1", "looked_at": "name"}
    make(family)
    with family.read() as connection:
        assert ledger.entries(connection, 1)[0]["said"]["reason"] == receipt.REASON


@pytest.mark.parametrize(
    ("agreement", "person", "why"),
    [
        ("A9", "P1", "no decision 'A9'"),
        ("A1", "P2", "does not cover 'P2'; it covers P1, C1"),
        ("A1", "P9", "covers P1, C1"),
    ],
)
def test_wrong_use_writes_nothing_and_says_what_is_allowed(family: Hub, agreement: str, person: str, why: str):
    before = returns.state(family)

    with pytest.raises(BadParameter, match=why):
        make(family, agreement, person)

    assert returns.state(family) == before and not (family.home / "work" / "receipts").exists()


def test_the_command_shows_places_and_no_name(family: Hub, tmp_path: Path):
    command = ("agreement", "receipt", "--agreement", "A1", "--out", tmp_path, "--person")

    done = returns.command(family, *command, "P1", "--json")
    told = returns.command(family, *command, "P1")

    said = json.loads(done.stdout)
    assert (done.exit_code, list(said)) == (0, ["agreement", "person", "receipt_id", "page", "receipt"])
    assert Path(said["page"]).exists() and Path(said["receipt"]).exists()
    assert "Anneliese" not in done.output + told.output
    assert returns.command(family, *command, "P2").exit_code == 2


def test_every_decision_and_state_has_its_words():
    assert set(receipt_page.SAID) == set(receipt_page.OF_YOU) == {*Decision}
    assert set(receipt_page.STANDS) == set(standing.STATES)
