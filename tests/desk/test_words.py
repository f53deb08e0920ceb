"""What a command says to whoever typed it, the desk says in words, labels and links, and changes nothing else."""

import re

import pytest

from hubdata.desk.commands.command import Answer
from hubdata.desk.forms import answer as forms_answer
from hubdata.desk.forms.words import Words
from tests.support.dashboards import HOSTILE


@pytest.fixture
def words(tmp_path):
    """A desk that is served, over a hub with one report."""
    report = tmp_path / "reports" / "retention" / "2026-09-30" / "0123" / "retention.html"
    report.parent.mkdir(parents=True)
    report.write_text("<p>", "utf-8")
    return Words(
        home=tmp_path,
        registers={"hub": {"corby": "Corby", "east_northants": "East Northants"}, "categories": {"goals": "Goals"}},
        organisations={"HVS": "Health visiting (HVS)"},
        forms={
            "retention due": ("1. See what is due", "disposal"),
            "rights items": ("1. See what must be decided", "copies"),
        },
        served=True,
    )


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (
            "there is no rule family ['none', 'such']; allowed are retention",
            "there is no rule family none, such; allowed",
        ),
        ("period_from 'then' is not a date", "period from “then” is not a date"),
        ("name them with --categories, or record a refusal", "name them with “Categories”, or record a refusal"),
        ("Write --ask ORGANISATION --because CAUSE, or neither", "Write “Ask” “Because”, or neither"),
        ("A001 agreed; hub_working; given by P1", "A001 agreed; hub working; given by P1"),
        ("F000008  east_northants, since 2 May", "F000008  East Northants, since 2 May"),
        ("recorded at 2026-07-12 10:20:00", "recorded at 12 July 2026 at 11:20"),
        ("a fault in hubdata (KeyError in a_file.py, line 3)", "a fault in hubdata (KeyError in a_file.py, line 3)"),
        ("Due next by month: 2026-12: 3, 2027-01: 5", "Due next by month: December 2026: 3, January 2027: 5"),
        ("under notice 2026-04, decided 2026-07-12", "under notice 2026-04, decided 2026-07-12"),
        ("the family's leads and the partners' goals", "the family's leads and the partners' goals"),
        ("goals/G000038, shares.about/S1", "goals/G000038, shares.about/S1"),
    ],
)
def test_a_line_has_no_python_no_option_and_no_code(words, said, read):
    assert read in words.plain(said)


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("hub", "east_northants", "East Northants"),
        ("code", "litigation", "A claim or court case"),
        ("code", "RT01", "RT01"),
        ("purpose", "hub_working", "So that partners within the Hub can work together"),
        ("recipients", ["HVS", "NEW"], "Health visiting (HVS); NEW"),
        ("missing", ["review_on"], "review on"),
        ("recorded_at", "2026-07-12 10:20:00", "12 July 2026 at 11:20"),
        ("reason", "2026-99-99", "2026-99-99"),
        ("month", "2026-11", "November 2026"),
        ("notice_version", "2026-04", "2026-04"),
        ("reason", "Mother's own_words, as 'said'", "Mother's own_words, as 'said'"),
        ("held", True, "yes"),
        ("due_on", None, ""),
        ("days", 1234, "1,234"),
    ],
)
def test_a_cell_has_its_label_and_what_somebody_wrote_stays(words, name, value, read):
    assert words.text(value, name) == read


def test_a_command_that_is_a_form_is_a_link_to_it_and_another_stays_a_command(words):
    due = '<a href="/voila/render/disposal.ipynb#retention-due">1. See what is due</a>'

    assert words.line("`hubdata retention due` shows what is due now.") == f"{due} shows what is due now."
    assert words.line("Look again: hubdata retention due --hub corby") == f"Look again: {due}"
    assert "<code>hubdata demo --home NEW</code>" in words.line("Make one: `hubdata demo --home NEW`.")


def test_a_file_of_the_hub_is_a_link_that_opens_it(words):
    place = words.home / "reports" / "retention" / "2026-09-30" / "0123" / "retention.html"
    address = "/hub/reports/retention/2026-09-30/0123/retention.html"

    for shown in (words.line(f"retention: {place}"), words.cell("page", str(place))):
        assert f'<a href="{address}" target="_blank" rel="noopener">Open retention.html</a>' in shown
        assert str(words.home) not in shown


def test_in_jupyterlab_which_opens_neither_both_are_named(words):
    apart = Words(words.home, words.registers, words.organisations, words.forms)

    assert apart.line("`hubdata retention due` shows it") == "“1. See what is due” shows it"
    wrote = f"Wrote {words.home / 'work'}/receipts/A1.html."
    assert apart.line(wrote) == "Wrote work/receipts/A1.html in the hub’s folder."


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_stay_words_whatever_becomes_of_them(words, hostile):
    answer = Answer([{"organisation": hostile, "hub": hostile}], [f"`hubdata {hostile}` {words.home}/{hostile}"], 0)
    shown = forms_answer.shown(answer, "c", words=words) + forms_answer.refused(
        [(f"--ask '{hostile}'", None)], "c", "f", words
    )

    assert not re.search(r"<(script|img|svg)", shown)
