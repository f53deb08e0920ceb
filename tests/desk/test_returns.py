"""The page Returns: a list is recognised, mapped by choosing, previewed and taken in, and known the next time."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from hubdata.desk.main import app
from hubdata.desk.walks import returns as walks
from hubdata.errors import HubError
from hubdata.intake.mapping import kept, read
from hubdata.records.decisions import entries, stands
from hubdata.records.store import Hub
from tests.support import council, returns
from tests.support.ascii import load

ORGANISATIONS = """
organisation | name                 | kind
EXC          | Exampleshire Council | lead_partner
HT           | Harbour Trust        | partner
"""
HEAD = "Our ref,Surname,First name,DOB,Relationship,Locality,Date started,Agency,Last seen,Religion\n"
LIST = HEAD + "".join(
    f"{n:05},Canary,Quill,0{n}/02/2019,Son,{place},04/02/2026,Harbour Trust,03/11/2026,none\n"
    for n, place in enumerate(("Corby", "Old Mill", "Corby"), 1)
)


@pytest.fixture
def hub(sqlite_hub: Hub) -> Hub:
    """A hub with its council and a partner."""
    load(sqlite_hub, organisations=ORGANISATIONS)
    return sqlite_hub


def _page(name: str, text: str) -> walks.Returns:
    """The page with a file chosen and looked at."""
    page = walks.Returns(lambda: None)
    page.begin()
    page.step.fields[0].control.value = "EXC"
    _choose(page, name, text)
    page.look()
    return page


def _choose(page: walks.Returns, name: str, text: str) -> None:
    page.file = SimpleNamespace(value=[{"name": name, "content": text.encode()}])
    page._came(None)


def _answer(page: walks.Returns, **said: str) -> None:
    """Choose what is asked under these labels."""
    for each in page.columns.fields:
        for label, value in said.items():
            if label.replace("_", " ") in each.part.label:
                each.control.value = value


def _mapped(name: str = "Families March 2026.csv", text: str = LIST) -> walks.Returns:
    page = _page(name, text)
    page.map()
    _answer(page, Old_Mill="kettering", Harbour_Trust="HT")
    page.save()
    return page


def test_a_list_of_one_s_own_is_mapped_by_choosing_and_taken_into_three_tables(hub: Hub):
    page = _page("Families March 2026.csv", LIST)
    recognised = page.step.head.value
    page.map()
    asked = {each.part.label: each for each in page.columns.fields}
    shown = "".join(str(each.part) for each in page.columns.fields)
    page.save()
    wants = page.step.answer.value
    _answer(page, Old_Mill="kettering", Harbour_Trust="HT")

    page.save()
    preview, before = page.step.head.value, returns.rows(hub, "families")
    page.take()

    assert "not yet the hub" in recognised and "locality: Corby; Old Mill" in str(asked["families: hub"].part.offers)
    assert "Canary" not in shown and "Quill" not in shown and "Xxxx" not in asked
    assert "There is a problem" in wants and "choose below which of ours it is" in wants
    assert "4. Preview" in preview and "Nothing is wrong with it." in preview and before == []
    assert "5. It is taken in" in page.step.head.value
    assert {row[1] for row in returns.rows(hub, "families")} == {"corby", "kettering"}
    assert [len(returns.rows(hub, table)) for table in ("families", "people", "involvements")] == [3, 3, 3]


def test_the_mapping_is_kept_for_the_partner_sealed_and_used_next_time_by_whatever_name_the_list_comes(
    hub: Hub, tmp_path: Path
):
    _mapped()
    again = tmp_path / "Families April 2026.csv"
    again.write_text(LIST, "utf-8")

    done = CliRunner().invoke(app, ["intake", str(again), "--partner", "EXC", "--home", str(hub.home)])
    file = hub.home / "decisions" / "mappings" / "exc.yaml"
    whole, seal = stands.standing(hub), stands.at_opening(hub)
    file.write_text(file.read_text("utf-8") + "# mine\n", "utf-8")

    assert done.exit_code == 0 and "families: 3 added" in done.output
    assert whole == stands.ENTERED and seal == [] and file.stat().st_mode & 0o077 == 0
    assert "mapping.exc.yaml was edited behind the product's back" in stands.at_opening(hub)
    assert read.load("HT", hub.home).of("Families April 2026") == []


def test_what_cannot_be_taken_is_listed_with_its_row_and_nothing_is_written(hub: Hub):
    page = _mapped(text=LIST.replace("04/02/2026", "31/02/2026"))

    assert "things must be put right first" in page.step.head.value or "There is a problem" in page.step.answer.value
    assert not any("Take it in" in str(each) for each in page.step.shown.children)
    assert returns.rows(hub, "families") == []


def test_a_page_without_a_partner_or_a_file_says_which_and_a_report_is_written_for_the_clerk(hub: Hub):
    page = walks.Returns(lambda: None)
    page.begin()
    page.look()
    lacking = page.step.answer.value
    page = _mapped(text=LIST.replace("Son", "Grandfather"))
    page.report()

    written = sorted(path.name for path in (hub.home / "work" / "returns").rglob("*.*"))
    assert "Choose whose return it is" in lacking and "choose a file" in lacking
    assert written == ["return-report.html", "return-report.xlsx"]
    assert not any(b"Canary" in path.read_bytes() for path in (hub.home / "work" / "returns").rglob("*.html"))


def test_the_same_is_chosen_on_a_command_line(hub: Hub, tmp_path: Path):
    file = tmp_path / "list.csv"
    file.write_text(LIST, "utf-8")
    words = ["intake", "map", str(file), "--partner", "EXC", "--home", str(hub.home), "--save"]
    chosen = ["--word", "families.hub.Old Mill=kettering", "--word", "involvements.organisation.Harbour Trust=HT"]

    refused = CliRunner().invoke(app, words)
    saved = CliRunner().invoke(app, [*words, *chosen, "--drop", "religion=Not part of the limited record (P2)"])
    done = CliRunner().invoke(app, ["intake", str(file), "--partner", "EXC", "--home", str(hub.home)])

    assert refused.exit_code == 3 and "'religion' needs a reason" in refused.output
    assert saved.exit_code == 0 and done.exit_code == 0, saved.output + done.output


def test_from_nothing_to_the_board_of_three_hundred_families_of_one_s_own_takes_eight_commands_and_no_editor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    council.shipped(monkeypatch)
    home, file = str(tmp_path / "ours"), tmp_path / "Families March 2026.csv"
    row = "{0:05},Testname{0},Demo,01/02/2019,Son,Mill Lane,04/02/2026,EXC,03/11/2026\n"
    file.write_text(HEAD.replace(",Religion", "") + "".join(map(row.format, range(1, 301))), "utf-8")
    mine, by = {"value": "Exampleshire Council"}, ["--source", "Cabinet, minute 4", "--home", home]
    own = {"name": "Exampleshire Council", "organisation": "EXC"}
    hour = [
        ["init", home],
        *(
            ["setup", "answer", key, *(f"--say={name}={value}" for name, value in said.items()), *by]
            for key, said in {"controller.name": mine, "hubs": {"value": "mill: Mill Lane"}, "own": own}.items()
        ),
        ["intake", "map", str(file), "--partner", "EXC", "--save", "--home", home],
        ["intake", str(file), "--partner", "EXC", "--dry-run", "--home", home],
        ["intake", str(file), "--partner", "EXC", "--home", home],
        ["promises", "--home", home],
    ]

    done = [CliRunner().invoke(app, words) for words in hour]

    assert [each.exit_code for each in done] == [0] * len(hour), "".join(each.output for each in done)
    assert len(hour) <= 12 and "families: 300 added" in done[-2].output and "P8" in done[-1].output


BAD = [
    ({"columns": ["families.nothing=Area"]}, "is no column of ours"),
    ({"columns": ["families.hub"]}, "is not written as NAME=WHAT"),
    ({"left": ["houses"]}, "is no table"),
]


@pytest.mark.parametrize(("given", "said"), BAD, ids=[said for _, said in BAD])
def test_a_choice_that_is_none_is_refused(given: dict, said: str):
    none: dict = dict.fromkeys(("columns", "words", "every", "drops", "left"), [])

    with pytest.raises(HubError, match=said):
        kept.chosen(**(none | given))


def test_a_value_keeps_its_kind_as_it_is_written_again():
    for value in (30, "Cabinet: minute 4", ["a", "b"], {"a": 1}, {"a": {"label": "A"}}):
        assert entries.typed(entries.plain(value), value) == value
