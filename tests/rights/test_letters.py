"""Letters about requests and complaints: what the law asks of them on their day, whoever worded them."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hubdata import policy
from hubdata.dates import words
from hubdata.errors import BadParameter, Refused
from hubdata.moments import By
from hubdata.records import ledger
from hubdata.records.store import Hub
from hubdata.rights import register
from hubdata.rights.letters import document, wording, write
from hubdata.rights.letters.wording import MUST, Worded
from hubdata.rights.letters.write import Wanted
from hubdata.rights.register import Event, NewRequest
from hubdata.terms import LetterKind
from tests.rights.test_copy import ask, filled, make, step, withhold_all
from tests.support import returns

TODAY = date.today()  # noqa: DTZ011 (what is recorded must not lie ahead)
ADDRESS = "12 Larch Lane; Corby; NN17 1AA"
OFFICER = By("Hana Officer", None, TODAY)
HOSTILE = "Robert\u202e </w:t>\x00{due} & Søn \U0001f600"


@pytest.fixture
def family(hub: Hub) -> Hub:
    return filled(hub)


@pytest.fixture
def on_sqlite(sqlite_hub: Hub) -> Hub:
    return filled(sqlite_hub)


def letter(hub: Hub, request: str, kind: str, noun: str = "rights", on: date = TODAY, **more) -> write.Letter:
    return write.write(hub, Wanted(request, kind, ADDRESS, **more), replace(OFFICER, as_at=on), noun)


def said_in(made: write.Letter) -> str:
    """What the document says, a paragraph to a line; the page says the same."""
    with zipfile.ZipFile(made.document) as archive:
        root = ElementTree.fromstring(archive.read("word/document.xml"))
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    said = "\n".join("".join(each.itertext()) for each in root.iter(f"{name}p"))
    page = re.sub(r"<[^>]*>", "", Path(made.page).read_text("utf-8"))
    plain = page.replace("&#x27;", "'").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    assert not [line for line in said.splitlines() if line not in plain]
    return said


def complain(hub: Hub, came: date = TODAY, person: str | None = "P1") -> str:
    return register.log(hub, NewRequest("F1", "complaint", came, person), OFFICER).request


def test_every_letter_says_what_the_law_asks_for_on_its_day(family: Hub):
    request = ask(family)
    acknowledged = letter(family, request, "acknowledge")
    due = words(register.listed(family, TODAY, False)[0].due)
    clarified = letter(family, request, "clarify", says="Which of the two hubs do you mean?")
    extended = letter(family, request, "extend", says="You asked for nine people's records.")
    refused = letter(family, request, "refuse", exemption="manifestly_unfounded", says="It is the fifth this week.")
    withhold_all(family, request)
    copy = make(family, request)
    given = letter(family, request, "send")

    told = said_in(acknowledged)
    assert f"We must answer you by {due} at the latest." in told and "ask@council" in told
    told = said_in(clarified)
    assert "Which of the two hubs do you mean?" in told and "do not count towards the time" in told and due not in told
    told = said_in(extended)
    three = words(register.clock.next_working_day(register.add_months(TODAY, 3)))
    assert "nine people's records" in told and f"We must answer you by {three}" in told and "Article 12A(3)" in told
    told = said_in(refused)
    assert "Manifestly unfounded or excessive: UK GDPR, Article 12(5)." in told and "the fifth this week" in told
    for each in (extended, refused, given):
        assert "you can complain to us, the council" in said_in(each) and "ico.org.uk" in said_in(each)
    assert "you can ask a court to decide" in told
    told = said_in(given)
    assert copy.pack in told and "Some things were left out" in told and "Trust: ask the person" in told
    assert "you can ask a court to decide" in told  # something was left out, which is a refusal of that part
    assert given.pack == copy.pack and given.takes == "responded" and acknowledged.takes is None


def test_a_complaint_is_acknowledged_told_how_it_goes_and_told_its_outcome(on_sqlite: Hub):
    complaint = complain(on_sqlite)
    acknowledged = letter(on_sqlite, complaint, "acknowledge", "complaint")
    with pytest.raises(Refused, match="closed on .*: acknowledged comes first"):
        letter(on_sqlite, complaint, "outcome", "complaint", says="We were wrong.")
    register.event(on_sqlite, complaint, Event("", "acknowledged", TODAY), OFFICER, "complaint")
    progress = letter(on_sqlite, complaint, "progress", "complaint", says="We have asked the trust.")
    outcome = letter(on_sqlite, complaint, "outcome", "complaint", says="We were wrong, and put it right.")

    assert words(TODAY) in said_in(acknowledged) and "We tell you at least every 30 days" in said_in(acknowledged)
    assert "We have asked the trust." in said_in(progress) and "as soon as there is one" in said_in(progress)
    told = said_in(outcome)
    assert "put it right" in told and "complain to the regulator, and you can ask a court" in told
    assert [each.takes for each in (acknowledged, progress, outcome)] == ["acknowledged", "progress_told", "closed"]
    with pytest.raises(BadParameter, match="no request"):
        letter(on_sqlite, complaint, "acknowledge")


def test_a_letter_says_what_is_waited_for_and_that_the_clock_waits(on_sqlite: Hub):
    request = ask(on_sqlite)
    step(on_sqlite, request, "id_requested")

    told = said_in(letter(on_sqlite, request, "acknowledge"))

    assert "We have asked you for proof of who you are" in told
    assert "begins on the day on which proof of who you are comes" in told and "We must answer" not in told


def test_an_extension_that_comes_too_late_is_refused(on_sqlite: Hub):
    came = TODAY - timedelta(days=40)
    request = ask(on_sqlite, came=came)

    with pytest.raises(Refused, match="An extension must be told by .*: it has no effect"):
        letter(on_sqlite, request, "extend", says="There is much.")
    in_time = letter(on_sqlite, request, "extend", on=came + timedelta(days=20), says="There is much.")
    assert "There is much." in said_in(in_time)
    late = letter(on_sqlite, request, "acknowledge")
    assert late.notes and "a day that has passed" in said_in(late)


WRONG = (
    ("greet", {}, "--kind 'greet' is none; allowed are acknowledge, clarify, extend, refuse, send"),
    ("outcome", {"says": "done"}, "--kind 'outcome' is none"),
    ("clarify", {}, "says what the person is asked: write it with --says"),
    ("extend", {}, "says why it takes longer"),
    ("extend", {"says": "N/A"}, "--says 'N/A' says nothing"),
    ("extend", {"says": "x" * 2001}, "2,001 characters"),
    ("refuse", {"says": "because"}, r"a refusal needs its reason in law \(--exemption\)"),
    ("refuse", {"exemption": "tiresome"}, "--exemption 'tiresome' is none; there are third_party"),
    ("acknowledge", {"exemption": "crime"}, "leave it out of any other letter"),
    ("acknowledge", {"to": "B2"}, "--to 'B2' neither asked nor is the person whose right it is; it goes to P1"),
)


def test_what_is_missing_or_unknown_is_refused_with_words(on_sqlite: Hub):
    request = ask(on_sqlite)

    for kind, more, why in WRONG:
        with pytest.raises(BadParameter, match=why):
            letter(on_sqlite, request, kind, **more)
    assert returns.rows(on_sqlite, "letters") == [] and not list((on_sqlite.home / "work").rglob("letter-*"))


def test_a_letter_that_the_state_does_not_allow_is_refused(on_sqlite: Hub):
    request = ask(on_sqlite)
    with pytest.raises(Refused, match="There is no whole copy that it could go with"):
        letter(on_sqlite, request, "send")
    step(on_sqlite, request, "refused", exemption="crime")

    for kind, more, why in (
        ("acknowledge", {}, "is refused: there is nothing to acknowledge"),
        ("extend", {"says": "There is much."}, "it was refused on"),
        ("refuse", {"exemption": "statistics"}, "refused on .* for another reason in law"),
    ):
        with pytest.raises(Refused, match=why):
            letter(on_sqlite, request, kind, **more)
    again = letter(on_sqlite, request, "refuse")
    assert "Prevention or detection of crime" in said_in(again) and again.takes is None and again.notes


def test_an_address_is_asked_for_and_never_repeated(on_sqlite: Hub):
    request = ask(on_sqlite)

    for typed in ("", " ; ;", "N/A", "-", "x" * 101, ";".join("abcdefghij")):
        with pytest.raises(BadParameter) as refused:
            write.write(on_sqlite, Wanted(request, "acknowledge", typed), OFFICER)
        assert "xxx" not in str(refused.value) and "address" in str(refused.value)


def test_a_letter_names_nobody_but_whom_it_goes_to_and_says_nothing_of_the_machine(on_sqlite: Hub):
    request = ask(on_sqlite)
    made = letter(on_sqlite, request, "acknowledge")
    again = letter(on_sqlite, request, "acknowledge")

    content = Path(made.document).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {one.filename: archive.read(one).decode() for one in archive.infolist()}
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    for text in parts.values():
        ElementTree.fromstring(text)
        assert not [name for name in ("Bertram", "Caspian", "Hana", "Officer", "Stella") if name in text]
    assert not re.search(r"creator|lastModifiedBy|created|modified|\d\d:\d\d", "".join(parts.values()))
    assert 'w:val="Heading1"' in parts["word/document.xml"] and "en-GB" in parts["docProps/core.xml"]
    assert Path(again.document).read_bytes() == content and again.document_sha256 == made.document_sha256
    for path in (made.page, made.document):
        assert Path(path).stat().st_mode & 0o777 == 0o600
        assert Path(path).name.startswith(f"letter-{request}-L") and "Anneliese" not in Path(path).name
    with on_sqlite.read() as connection:
        entry = ledger.entries(connection, 1)[0]
    assert entry["said"]["detail"]["document_sha256"] == again.document_sha256
    held = str(returns.rows(on_sqlite, "letters")) + str(entry)
    assert not [said for said in ("Larch", "NN17", "Anneliese") if said in held]


def test_hostile_names_and_words_stay_text(on_sqlite: Hub):
    with on_sqlite.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE people SET family_name = ? WHERE person = 'P1'", (HOSTILE,))
    request = ask(on_sqlite)

    told = said_in(letter(on_sqlite, request, "clarify", says=f"Do you mean {{request}}? {HOSTILE}\ud800"))

    assert "</w:t>" in told and "{due}" in told and "Do you mean {request}?" in told
    assert "\x00" not in told and "\u202e" not in told and "\ufffd" in told


def test_the_child_is_named_to_the_parent_who_asks_and_the_parent_not_to_the_child(on_sqlite: Hub):
    request = ask(on_sqlite, "C1", asked_by="P1")

    to_parent, to_child = letter(on_sqlite, request, "acknowledge"), letter(on_sqlite, request, "acknowledge", to="C1")

    assert to_parent.to_person == "P1" and "held about Caspian Canary" in said_in(to_parent)
    told = said_in(to_child)
    assert "held about you" in told and "by another member of your family" in told and "Anneliese" not in told


UNLAWFUL = (
    (["By {duedate}.", "{why}", "{answer_by}"], r"letters.extend, paragraph 1: \{duedate\} is no placeholder"),
    (["We answer by {due", "{why}", "{answer_by}"], "a brace stands alone"),
    (["It takes longer. {answer_by}"], r"leaves out \{why\}: UK GDPR, Article 12A\(4\)"),
    (["{why} {answer_by} {copy}"], r"\{copy\} is not known on this day"),
    ([], "must have a title and says"),
    ("{why} {answer_by}", "must have a title and says"),
    ([3, "{why}", "{answer_by}"], "must have a title and says"),
)


def worded(hub: Hub, body: dict) -> None:
    """Let a hub decide its own wording of an extension."""
    (hub.home / policy.DECISIONS / "letters.extend.yaml").write_text(
        f"letters.extend:\n  unit: a letter\n  values:\n    - {{value: {body!r}, from: 2020-01-01, source: the "
        "board of 3 March, last_checked: 2026-11-30}\n",
        "utf-8",
    )


def test_a_councils_own_wording_without_what_the_law_asks_for_is_refused(on_sqlite: Hub):
    request = ask(on_sqlite)

    for says, why in UNLAWFUL:
        worded(on_sqlite, {"title": "Longer", "says": says})
        with pytest.raises(Refused, match=why):
            letter(on_sqlite, request, "extend", says="There is much.")


def test_a_councils_own_wording_is_what_the_letter_says(on_sqlite: Hub):
    request = ask(on_sqlite)
    says = ["Dear reader, {why}", "{waits}", "By {due}. {answer_by}"]
    worded(on_sqlite, {"title": "It takes {request} longer", "says": says})

    told = said_in(letter(on_sqlite, request, "extend", says="there is much."))

    assert f"It takes {request} longer" in told and "Dear reader, there is much." in told and "{" not in told


def test_a_letter_in_the_name_of_no_council_is_refused(on_sqlite: Hub):
    request, place = ask(on_sqlite), on_sqlite.home / policy.DECISIONS / "controller.name.yaml"
    nobody = "{value: Not decided yet, from: 2020-01-01, source: none, last_checked: 2026-11-30}"
    place.write_text(f"controller.name:\n  unit: a name\n  values:\n    - {nobody}\n", "utf-8")

    with pytest.raises(Refused, match="controller.name is not decided yet, and a letter says it"):
        letter(on_sqlite, request, "acknowledge")


def test_every_kind_of_letter_has_a_template_that_says_what_the_law_asks_for():
    decided = policy.load()
    for name, must in MUST.items():
        for entry in decided.history(f"letters.{name}"):
            there = {one for part in entry.value["says"] for one in wording.PLACEHOLDER.findall(part)}
            assert must.keys() <= there and entry.assumption, name
    kinds = {wording.name(kind, False, access) for kind in LetterKind for access in (True, False)}
    assert {"acknowledge", "clarify", "extend", "refuse", "send", "done"} == kinds & MUST.keys()


def test_a_document_of_the_same_words_has_the_same_bytes():
    one = Worded("Title", ("One.", "Two."))

    assert document.made(["To"], one, ["By"]) == document.made(["To"], one, ["By"]) != document.made([], one, ["By"])
