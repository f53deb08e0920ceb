"""A report of a hub's own: started, checked, run, made again and scheduled like ours; never kept with a name in it."""

import json
import re
import zipfile
from datetime import date
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from hubdata.errors import BadParameter, Refused
from hubdata.records.snapshot import names as hub_names
from hubdata.records.store import Hub
from hubdata.reports import again, orders
from hubdata.reports import run as reports
from hubdata.reports.own import catalogue, check, names, new
from hubdata.reports.page import REPORTS
from hubdata.schedule import plan
from tests.support import hubs

DAY = date(2026, 9, 30)
AS_AT = 'as_at: str = "2026-09-30"  # required: last day covered, YYYY-MM-DD'
PACK = """packs:
  own:
    title: Our own
    every: month
    due: {working_day: 2}
    from: 2026-07-01
    hubs: [all]
    reports: [ours_alone]
    late_after_working_days: 2
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    hub = hubs.filled(tmp_path_factory.mktemp("own") / "hub", 40)
    new.start("ours_alone", hub.home, DAY)
    return hub


def write(home: Path, name: str, *cells: str, opening: str = "# Title\n\nWhat is asked?") -> Path:
    """A notebook of an opening, the parameters in the first cell of code, and more code; its parameters beside it."""
    code = [v4.new_code_cell(cell) for cell in cells]
    code[0].metadata["tags"] = ["parameters"]
    path = home / catalogue.FOLDER / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_text(nbformat.writes(v4.new_notebook(cells=[v4.new_markdown_cell(opening), *code])), "utf-8")
    path.with_suffix(".yaml").write_text("as_at: 2026-09-30\n", "utf-8")
    return path


def test_the_catalogue_knows_our_reports_without_loading_what_makes_them():
    assert set(catalogue.OURS) == set(REPORTS)


def test_a_report_that_was_started_runs_as_it_is_and_is_made_again_to_the_byte(made: Hub):
    assert check.lacks("ours_alone", made.home) == []

    done = reports.run("ours_alone", made)
    manifest = json.loads((done.folder / "manifest.json").read_text("utf-8"))
    once_more = again.run(made, done.run)

    assert done.files == ["manifest.json", "ours_alone.html", "ours_alone.ipynb", "ours_alone.xlsx"]
    assert list(manifest["code"]["own"]) == ["ours_alone.ipynb"] and manifest["parameters"]["hub"] == "all"
    assert "families are supported" in (done.folder / "ours_alone.html").read_text("utf-8")
    assert not once_more.different and not once_more.altered


def test_a_notebook_that_changed_is_not_made_again_and_says_so(made: Hub, tmp_path):
    path = write(made.home, "changing", AS_AT, "1 + 1")
    done = reports.run("changing", made)
    write(made.home, "changing", AS_AT, "1 + 2")

    with pytest.raises(Refused, match=r"the report's own changing\.ipynb changed since"):
        again.run(made, done.run)
    path.unlink()
    with pytest.raises(BadParameter, match="there is no report 'changing'"):
        again.run(made, done.run)


@pytest.mark.parametrize("shown", ["{given} {family}", "{family}, {given}", "<td>{family}</td>", "{GIVEN}  {FAMILY}"])
@pytest.mark.parametrize("how", ["print", "html", "typed"])
def test_a_report_that_says_a_name_of_the_hub_is_not_kept(made: Hub, shown: str, how: str):
    with made.read() as connection:
        given, family = connection.exec_driver_sql("SELECT given_name, family_name FROM people LIMIT 1").one()
    said = shown.format(given=given, family=family, GIVEN=given.upper(), FAMILY=family.upper())
    cell = v4.new_markdown_cell(said) if how == "typed" else v4.new_code_cell("1")
    kind = "text/html" if how == "html" or "<td>" in said else "text/plain"
    if how != "typed":
        cell.outputs = [v4.new_output("display_data", {kind: said})]
    elif "<td>" in said:
        return  # what is typed alone may be a word

    with pytest.raises(Refused, match=r"says the name of somebody whom the hub knows \(cell 1\)") as refused:
        names.refuse(hub_names.known(made), "ours_alone", v4.new_notebook(cells=[cell]))

    assert given not in str(refused.value) and family not in str(refused.value)


def test_two_figures_of_one_title_and_none_at_all_make_a_workbook(made: Hub):
    show = "import hubdata, pandas\nhubdata.open().show(pandas.DataFrame({'a': [1]}), title='The same title')"
    path = write(made.home, "doubled", AS_AT, show, show, "pandas.DataFrame()")

    done = reports.run("doubled", made)

    with zipfile.ZipFile(done.folder / "doubled.xlsx") as book:
        assert '"Own the same title 2"' in book.read("xl/workbook.xml").decode()
    path.unlink()


def test_an_own_report_with_a_name_leaves_no_bundle(made: Hub):
    with made.read() as connection:
        given, family = connection.exec_driver_sql("SELECT given_name, family_name FROM people LIMIT 1").one()
    path = write(made.home, "naming", AS_AT, f"'{given} ' + '{family}'")

    with pytest.raises(Refused, match="so nothing was kept"):
        reports.run("naming", made)

    assert not list((made.home / "reports").glob("naming/*/*"))
    path.unlink()


@pytest.mark.parametrize(
    ("cells", "opening", "lack"),
    [
        ([AS_AT], "No title", r"cell 1: open with a text whose first line is `# Title`"),
        ([AS_AT], "# Title", r"cell 1: say below the title which question"),
        (["hub: str = 'all'  # code of one hub"], "# T\n\nWhat?", r"declare as_at"),
        (["as_at = '2026-09-30'"], "# T\n\nWhat?", r"is not written as name: type = value  # what it is"),
        ([AS_AT + "\narea: str = 'x'  # required: an area"], "# T\n\nWhat?", r"area"),
        ([AS_AT, "open('/mnt/share/x.csv')"], "# T\n\nWhat?", r"cell 3: names a path of this machine"),
        ([AS_AT, r"open('C:\\x.csv')"], "# T\n\nWhat?", r"cell 3: names a path of this machine"),
        ([AS_AT, "import datetime\ndatetime.date.today()"], "# T\n\nWhat?", r"cell 3: reads a clock"),
        ([AS_AT, "pd.Timestamp.now()"], "# T\n\nWhat?", r"cell 3: reads a clock"),
        ([AS_AT, "hub.show(frame)"], "# T\n\nWhat?", r"cell 3: shows a figure without a title"),
        ([AS_AT, "this is no Python"], "# T\n\nWhat?", r"cell 3: cannot be read as Python"),
    ],
)
def test_what_a_notebook_lacks_to_be_a_report_is_said_with_its_cell(tmp_path, cells, opening, lack):
    write(tmp_path, "mine", *cells, opening=opening)

    assert [said for said in check.lacks("mine", tmp_path) if re.search(lack, said)]


@pytest.mark.parametrize("name", ["Mine", "../mine", "a b", "", "again", "retention", "9lives", "x" * 41])
def test_a_name_that_can_be_no_reports_is_refused(tmp_path, name):
    with pytest.raises(BadParameter, match="can be no report's name|there is a report"):
        new.start(name, tmp_path, DAY)


def test_nothing_is_written_over_and_a_wrong_kind_is_refused_before_a_kernel_starts(made: Hub):
    with pytest.raises(BadParameter, match="there is a report 'ours_alone' already"):
        new.start("ours_alone", made.home, DAY)
    with pytest.raises(BadParameter, match="as_at"):
        reports.run("ours_alone", made, {"as_at": 20260930})
    with pytest.raises(BadParameter, match=r"there is no report 'nothing'; allowed are .*sharing_audit, .*ours_alone"):
        reports.run("nothing", made)


def test_a_pack_and_a_schedule_take_own_reports(made: Hub, tmp_path):
    asked = orders.pack("all", DAY, made.home)
    (tmp_path / "schedule.yaml").write_text(PACK, "utf-8")

    (pack,) = plan.read(tmp_path / "schedule.yaml", made.home)

    assert {order.report for order in asked} == {*REPORTS, "ours_alone"}
    assert pack.parts[0].parameters(date(2026, 8, 4), "all") == {"as_at": "2026-07-31", "hub": "all"}
    with pytest.raises(Refused, match="there is no report 'ours_alone'"):
        plan.read(tmp_path / "schedule.yaml")
