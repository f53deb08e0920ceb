"""A finished release is looked through for every name, reference and date of birth of the hub, wherever they hide."""

import csv
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import date
from xml.sax.saxutils import escape

import pytest

from hubdata import policy
from hubdata.dates import Quarter
from hubdata.errors import Refused
from hubdata.records.snapshot.take import take
from hubdata.release import files, scan
from hubdata.release.counts import counted
from hubdata.release.disclosure.policy import DisclosurePolicy
from hubdata.release.finish import Edition, finish
from hubdata.release.protect import protect_together
from tests.support import hubs
from tests.support.ascii import load

QUARTER = Quarter.parse("2026-Q1")
DAYS = frozenset({QUARTER.first, QUARTER.last})
PEOPLE = """
    person     | family | given_name | family_name  | date_of_birth
    PERSON_ONE | F_HOME | Zebedee    | Quillfeather | 2015-02-28
    PERSON_TWO | F_HOME | Corby      | Report       | 2026-03-31
    41         | F_HOME | Marc       | Total        |
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A hub with three people, and a folder with a release of it and the same release with nobody counted."""
    place = tmp_path_factory.mktemp("scanned")
    hub = hubs.empty(place / "hub")
    load(hub, people=PEOPLE)
    policies = policy.load()
    edition = Edition(QUARTER, "0" * 64, DisclosurePolicy(), (policies.entry("hubs", QUARTER.last),))
    tables = []
    for each in counted(take(hub), policies, QUARTER):
        tables += finish(protect_together(each, DisclosurePolicy()), edition)
    for name in ("release", "nobody"):
        (place / name).mkdir()
        files.write(place / name, edition, tables)
    yield hub, place
    hub.engine.dispose()


@pytest.fixture
def made(finished, tmp_path):
    """The hub, a copy of its release to spoil, and the release with nobody counted."""
    hub, place = finished
    return hub, shutil.copytree(place / "release", tmp_path / "release"), place / "nobody"


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


HIDE = {
    into_csv: "leads.csv",
    into_a_cell: "release.sqlite, figures.row_label",
    into_a_deleted_row: "release.sqlite holds",
    into_the_workbook: "release.xlsx, xl/comments1.xml",
    into_a_drawing: "leads.svg",
}


def test_a_release_without_marks_passes_even_if_people_are_called_as_hubs_and_headings_are(made):
    hub, folder, nobody = made
    assert scan.refuse_marked(hub, folder, nobody, DAYS) >= 12


@pytest.mark.parametrize("hide", HIDE)
@pytest.mark.parametrize("mark", ["Zebedee", "PERSON_ONE", "28 February 2015", "Corby Report"])
def test_a_mark_is_found_wherever_it_is_and_is_not_said(made, hide, mark):
    hub, folder, nobody = made
    hide(folder, mark)
    with pytest.raises(Refused, match="nothing was published") as refused:
        scan.refuse_marked(hub, folder, nobody, DAYS)
    said = " ".join([str(refused.value), *refused.value.problems])
    assert HIDE[hide] in said
    assert mark not in said


def test_a_reference_of_digits_is_sought_where_no_count_can_stand(made):
    hub, folder, nobody = made
    into_csv(folder, "41")
    assert scan.refuse_marked(hub, folder, nobody, DAYS)
    into_a_cell(folder, "41")
    with pytest.raises(Refused, match="figures.row_label"):
        scan.refuse_marked(hub, folder, nobody, DAYS)


def test_a_birth_on_a_day_that_the_release_is_about_is_no_finding_but_on_another_it_is(made):
    hub, folder, nobody = made
    with pytest.raises(Refused):
        scan.refuse_marked(hub, folder, nobody, frozenset({date(2026, 1, 1)}))


def test_a_table_or_column_that_is_not_on_the_list_is_refused(made):
    hub, folder, nobody = made
    with closing(sqlite3.connect(folder / "release.sqlite")) as file:
        file.execute("ALTER TABLE figures ADD COLUMN family TEXT")
    with pytest.raises(Refused, match="figures.family: the column is not on the list"):
        scan.refuse_marked(hub, folder, nobody, DAYS)
