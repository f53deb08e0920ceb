"""A finished release is looked through for every name, reference and date of birth of the hub, wherever they hide."""

import csv
import shutil
import sqlite3
import zipfile
from contextlib import closing
from xml.sax.saxutils import escape

import pytest

from hubdata import policy
from hubdata.dates import Quarter
from hubdata.errors import Refused
from hubdata.records.snapshot.take import take
from hubdata.records.store import open_hub
from hubdata.release import files, scan
from hubdata.release.counts import counted
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.finish import Edition, finish
from hubdata.release.protect import protect_together
from tests.support import hubs
from tests.support.ascii import load

QUARTER = Quarter.parse("2026-Q1")
PEOPLE = """
    person     | family | given_name | family_name  | date_of_birth
    PERSON_ONE | F_HOME | Zebedee    | Quillfeather | 2015-02-28
    PERSON_TWO | F_HOME | Corby      | Report       | 2026-03-31
    41         | F_HOME | Marc       | Total        |
    P1         | F_HOME | Yorick     | Quibble      | 2026-01-20
    A1         | F1     | Xanthe     | Quibble      | 1990-01-05
    2026-Q1    | F1     | Anne-Marie | Quibble      | 1990-01-05
"""
PARTNERS = """
    organisation | name         | kind
    SCH          | Lane Primary | partner
"""
INVOLVEMENTS = """
    family | organisation | started_on | last_contact_on | recorded_at
    F_HOME | SCH          | 2026-01-05 | 2026-01-19      | 2026-01-20T09:00:00Z
"""
PROMISES = (("P1", "Limited records", "We keep limited records.", "kept"), ("P2", "No more", "No more.", "kept"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A hub with a few people, and a folder with a release of it and the same release with nobody counted.

    One partner's last update is a day on which somebody was born.
    """
    place = tmp_path_factory.mktemp("scanned")
    hub = hubs.empty(place / "hub")
    load(hub, organisations=PARTNERS, people=PEOPLE, involvements=INVOLVEMENTS)
    policies = policy.load()
    edition = Edition(QUARTER, "0" * 64, DisclosurePolicy(), (policies.entry("hubs", QUARTER.last),), PROMISES)
    tables = []
    for each in counted(take(hub), policies, QUARTER, b"k"):
        tables += finish(protect_together(each, DisclosurePolicy()), edition)
    for name in ("release", "nobody"):
        (place / name).mkdir()
        files.write(place / name, edition, tables)
    hub.engine.dispose()
    return place


@pytest.fixture
def made(finished, tmp_path):
    """A copy of the hub, of its release and of the release with nobody counted, to spoil."""
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    hub = open_hub(home=tmp_path / "hub")
    yield hub, tmp_path / "release", tmp_path / "nobody"
    hub.engine.dispose()


def into_csv(folder, mark):
    with (folder / "leads.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow([mark, "One person", 7])


def into_a_cell(folder, mark):
    with closing(sqlite3.connect(folder / "release.sqlite")) as file:
        file.execute("UPDATE figures SET row_label = ? WHERE rowid = 3", (mark,))
        file.commit()


def into_a_deleted_row(folder, mark):
    with closing(sqlite3.connect(folder / "release.sqlite")) as file:
        file.execute("PRAGMA secure_delete = 0")
        file.execute("INSERT INTO symbols VALUES (?, 'gone')", (mark,))
        file.commit()
        file.execute("DELETE FROM symbols WHERE meaning = 'gone'")
        file.commit()


def into_the_workbook(folder, mark):
    with zipfile.ZipFile(folder / "release.xlsx", "a") as book:
        book.writestr("xl/comments1.xml", f"<comments><t>seen by {escape(mark)}.</t></comments>")


def into_a_drawing(folder, mark):
    path = folder / "leads.svg"
    path.write_text(path.read_text("utf-8").replace("</svg>", f"<desc>{escape(mark)}</desc></svg>"), "utf-8")


def notes(folder):
    with closing(sqlite3.connect(folder / "release.sqlite")) as file:
        return " ".join(said for (said,) in file.execute("SELECT notes FROM tables"))


HIDE = {
    into_csv: "leads.csv",
    into_a_cell: "release.sqlite, figures.row_label",
    into_a_deleted_row: "release.sqlite holds",
    into_the_workbook: "release.xlsx, xl/comments1.xml",
    into_a_drawing: "leads.svg",
}


def test_our_own_words_days_cells_and_promises_are_no_marks_whatever_people_are_called(made):
    hub, folder, mirror = made
    assert "Lane Primary 20 January 2026" in notes(folder)
    assert scan.refuse_marked(hub, folder, mirror) >= 20


MARKS = {
    "Zebedee": "given name of people PERSON_ONE",
    "PERSON_ONE": "reference of people PERSON_ONE",
    "28 February 2015": "date of birth of people PERSON_ONE",
    "Corby Report": "full name of people PERSON_TWO",
    "2015-02-28": "date of birth of people PERSON_ONE",
    "20/01/2026": "date of birth of people P1",
    "2026-Q1": "reference of people 2026-Q1",
    "Anne-Marie": "given name of people 2026-Q1",
}


@pytest.mark.parametrize(
    "mark, hide",
    [*((mark, hide) for mark in list(MARKS)[:4] for hide in HIDE), *((mark, into_a_cell) for mark in list(MARKS)[4:])],
)
def test_a_mark_is_found_wherever_it_is_and_the_row_is_said_but_not_the_mark(made, mark, hide):
    hub, folder, mirror = made
    row = MARKS[mark]
    hide(folder, mark)
    with pytest.raises(Refused, match="nothing was published") as refused:
        scan.refuse_marked(hub, folder, mirror)
    said = " ".join([str(refused.value), *refused.value.problems])
    assert HIDE[hide] in said and row in said
    assert mark not in said.replace(row, "")


@pytest.mark.parametrize("hide", [hide for hide in HIDE if hide is not into_a_deleted_row])
@pytest.mark.parametrize("mark", ["P1", "20 January 2026"])
def test_what_our_own_words_also_say_is_found_where_they_do_not_say_it(made, hide, mark):
    hub, folder, mirror = made
    hide(folder, mark)
    with pytest.raises(Refused) as refused:
        scan.refuse_marked(hub, folder, mirror)
    assert HIDE[hide] in str(refused.value)


def test_a_reference_of_digits_is_sought_where_no_count_can_stand(made):
    hub, folder, mirror = made
    into_csv(folder, "41")
    assert scan.refuse_marked(hub, folder, mirror)
    into_a_cell(folder, "41")
    with pytest.raises(Refused, match="figures.row_label"):
        scan.refuse_marked(hub, folder, mirror)


def test_a_partner_who_is_called_as_a_person_is_found_although_nobody_was_counted(made):
    hub, folder, mirror = made
    for place in (folder, mirror):
        into_a_cell(place, "Zebedee Quillfeather")
    load(hub, organisations=PARTNERS.replace("SCH ", "CHI ").replace("Lane Primary", "Zebedee Quillfeather"))
    with pytest.raises(Refused, match="full name of people PERSON_ONE .see the name of CHI."):
        scan.refuse_marked(hub, folder, mirror)


@pytest.mark.parametrize("name", ["P1 Nursery", "Zebedee House", "Unit 41", "Anne-Marie Centre"])
def test_a_partner_whose_name_has_a_word_of_a_person_is_no_finding(made, name):
    hub, folder, mirror = made
    for place in (folder, mirror):
        into_a_cell(place, name)
    assert scan.refuse_marked(hub, folder, mirror)


def test_a_file_that_is_called_as_somebody_is_found(made):
    hub, folder, mirror = made
    (folder / "leads-Zebedee.csv").write_text("", "utf-8")
    with pytest.raises(Refused, match="the name of a file holds the given name of people PERSON_ONE"):
        scan.refuse_marked(hub, folder, mirror)


def test_rows_beyond_the_first_three_are_counted(made):
    hub, folder, mirror = made
    load(hub, people="\n".join(["person | given_name", *(f"TWIN{n} | Ottoline" for n in range(5))]))
    into_csv(folder, "Ottoline")
    with pytest.raises(Refused, match="people TWIN0, TWIN1, TWIN2 and 2 more"):
        scan.refuse_marked(hub, folder, mirror)


def test_a_table_or_column_that_is_not_on_the_list_is_refused(made):
    hub, folder, mirror = made
    with closing(sqlite3.connect(folder / "release.sqlite")) as file:
        file.execute("ALTER TABLE figures ADD COLUMN family TEXT")
    with pytest.raises(Refused, match="figures.family: the column is not on the list"):
        scan.refuse_marked(hub, folder, mirror)
