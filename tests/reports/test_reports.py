"""Reports: what is refused before anything runs, what a bundle holds, and that a failed run leaves nothing."""

import json
import stat
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256

import nbformat
import openpyxl
import pytest

from hubdata import places
from hubdata.demo import make as demo
from hubdata.errors import BadParameter, HubError
from hubdata.records.snapshot import take as snapshots
from hubdata.reports import bundle, execution, page
from hubdata.reports import run as reports
from tests.support import hubs

RETENTION = {"as_at": "2026-09-30", "hub": "all"}
SHARING = {**RETENTION, "period_from": "2026-07-01"}


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    hub = hubs.filled(tmp_path_factory.mktemp("reports") / "hub", families=60)
    yield hub
    hub.engine.dispose()


@pytest.fixture(scope="module")
def held(hub):
    return snapshots.take(hub)


@pytest.fixture(scope="module")
def steps():
    return []


@pytest.fixture(scope="module")
def pack(hub, held, steps):
    return {run.report: run for run in reports.run_pack(hub, held=held, progress=lambda *step: steps.append(step))}


def test_reports_that_do_not_exist_are_refused_with_those_that_do():
    with pytest.raises(
        BadParameter, match="no report 'retentoin'; allowed are .*promises, quality, retention, sharing_audit"
    ):
        reports.order("retentoin", RETENTION)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({**RETENTION, "hubb": "all"}, "'hubb' is not a parameter; allowed are as_at, hub"),
        ({"hub": "all"}, "as_at is missing; it is the last day covered, YYYY-MM-DD"),
        ({**RETENTION, "as_at": "2026-13-01"}, "as_at '2026-13-01' is not a day in the calendar"),
        ({**RETENTION, "as_at": "soon"}, "as_at 'soon' is not a date"),
        ({**RETENTION, "as_at": 20260930}, "as_at 20260930 is not a date; write it as 2026-11-22"),
        ({**RETENTION, "as_at": None}, "as_at None is not a date"),
        ({**RETENTION, "as_at": datetime(2026, 9, 30, 10, tzinfo=UTC)}, "as_at datetime.* is not a date"),
        ({**RETENTION, "hub": ["corby"]}, r"hub \['corby'\] is not a text"),
        ({**RETENTION, "hub": "corby\nimport os"}, "is not a text"),
        ({**RETENTION, "hub": "x" * 201}, "is not a text"),
    ],
)
def test_wrong_parameters_are_refused_in_one_line(given, said):
    with pytest.raises(BadParameter, match=said) as refused:
        reports.order("retention", given)

    assert "\n" not in str(refused.value)


WRONG = {  # as papermill hands them over: -p makes numbers and truths of what looks like one, -y anything
    "retention": [{"as_at": 20260930}, {"as_at": True}, {"as_at": 2026.09}, {"as_at": None}, {"hub": 5}, {"hub": None}],
    "outcomes": [{"period_from": 20260701}, {"period_from": ""}, {"period_from": ["2026-07-01"]}, {"hub": False}],
    "promises": [{"before": 20260831}, {"before": None}, {"released": 2026.2}, {"released": {"2026-Q2": 1}}],
    "sharing_audit": [{"as_at": 1, "period_from": 2, "hub": 3}],
}


@pytest.mark.parametrize("report, given", [(report, each) for report, some in WRONG.items() for each in some])
def test_a_notebook_refuses_what_papermill_makes_of_a_value_as_the_command_does(report, given):
    values = reports.defaults(report) | given
    with pytest.raises(BadParameter) as by_command:
        reports.order(report, values)

    with pytest.raises(BadParameter) as by_notebook:
        page.open_page(report, **values)

    assert str(by_notebook.value) == str(by_command.value)
    assert all(name in str(by_notebook.value) for name in given)


def test_papermill_itself_ends_in_that_sentence(hub, held, tmp_path, monkeypatch):
    held.save(tmp_path / "snapshot")
    monkeypatch.setenv("HUBDATA_SNAPSHOT", str(tmp_path / "snapshot"))
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(places.NOTEBOOKS / "retention.ipynb"),
        str(tmp_path / "out.ipynb"),
    ]
    ran = subprocess.run([*command, "-p", "as_at", "20260930"], capture_output=True, text=True, check=False)
    last = ran.stderr.strip().splitlines()[-1]
    assert last == "BadParameter: as_at 20260930 is not a date; write it as 2026-11-22 or 22/11/2026"


def test_every_fault_of_the_parameters_is_said_at_once():
    with pytest.raises(BadParameter, match=r"'x' is not.*as_at is missing.*period_from 'then' is not a date"):
        reports.order("outcomes", {"x": 1, "period_from": "then"})


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(BadParameter, match="period_from 1 October 2026 is after as_at 30 September 2026"):
        reports.order("outcomes", {**SHARING, "period_from": "2026-10-01"})


def test_a_hub_that_does_not_exist_is_refused_before_a_kernel_starts(hub, held, steps):
    before = len(steps)

    with pytest.raises(BadParameter, match="hub 'atlantis' is not known; allowed are all, "):
        reports.run("retention", hub, {**RETENTION, "hub": "atlantis"}, held=held, progress=lambda *s: steps.append(s))

    assert len(steps) == before


def test_british_dates_are_the_same_parameters():
    assert reports.order("retention", {"as_at": "30/09/2026"}) == reports.order("retention", RETENTION)


def test_a_value_from_a_parameter_file_may_be_a_yaml_date():
    assert reports.defaults("retention") == RETENTION


def test_a_bundle_is_four_private_files_in_a_private_folder(pack, hub):
    run = pack["sharing_audit"]

    assert run.folder == hub.home / "reports" / "sharing_audit" / "2026-07-01_to_2026-09-30" / run.run
    assert run.files == ["manifest.json", "sharing_audit.html", "sharing_audit.ipynb", "sharing_audit.xlsx"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in run.folder.iterdir()} == {0o600}
    assert stat.S_IMODE(run.folder.stat().st_mode) == 0o700


def test_the_manifest_says_how_the_report_was_made(pack, held):
    manifest = json.loads((pack["retention"].folder / "manifest.json").read_text("utf-8"))

    assert manifest["parameters"] == RETENTION
    assert manifest["snapshot"] == {"sha256": held.sha256, "rows": held.rows}
    assert manifest["policy"][0]["name"] == "retention.rules"
    assert all(entry["source"] for entry in manifest["policy"])
    assert set(manifest["audit_head"]) == {"seq", "hash"}
    assert manifest["packages"]["papermill"]
    assert manifest["findings"] == pack["retention"].findings
    for name, sum_ in manifest["files"].items():
        assert sha256((pack["retention"].folder / name).read_bytes()).hexdigest() == sum_


def test_reports_count_what_the_rules_find(pack):
    found = {}
    for run in pack.values():
        found |= run.findings

    assert {"RT01", "RT02", "RT03", "RT04", "LD01", "LD02", "OC01", "FR01"} <= found.keys()
    assert found["RT01"] == 1


def test_the_same_records_and_parameters_give_the_same_bytes_and_overwrite_nothing(
    monkeypatch, pack, hub, held, tmp_path
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    first = pack["retention"]

    again = reports.run("retention", hub, RETENTION, held=held)

    assert again.run == f"{first.run}-2"
    assert again.folder.parent == first.folder.parent
    for name in ("retention.html", "retention.xlsx", "retention.ipynb"):
        assert (again.folder / name).read_bytes() == (first.folder / name).read_bytes()
    assert list(tmp_path.iterdir()) == []  # of the snapshot that the kernel read, nothing stays


def test_the_executed_notebook_keeps_public_parameters_and_no_trace_of_the_machine(pack, hub):
    path = pack["retention"].folder / "retention.ipynb"
    notebook = nbformat.read(path, 4)

    assert notebook.metadata.papermill == {"parameters": RETENTION}
    assert str(hub.home) not in path.read_text("utf-8")
    assert all(cell.metadata.keys() <= {"tags"} for cell in notebook.cells)
    assert not any(o.output_type in ("error", "stream") for c in notebook.cells for o in c.get("outputs", []))


def test_the_page_does_not_repeat_the_tables_as_data(pack):
    html = (pack["retention"].folder / "retention.html").read_text("utf-8")

    assert "vnd.hubdata" not in html
    assert html.count("records are open") == 1


def test_the_workbook_has_the_page_s_tables(pack):
    book = openpyxl.load_workbook(pack["outcomes"].folder / "outcomes.xlsx")

    assert book.properties.title == "Outcomes, 1 July 2026 to 30 September 2026, all hubs"
    assert book.sheetnames[:4] == ["Cover", "Contents", "Notes", "Short tables"] and len(book.sheetnames) <= 12
    assert {"coverage", "results", "findings"} <= {name for sheet in book for name in sheet.tables}


def test_no_name_is_in_any_file(pack, hub):
    made = demo.generate(families=60, seed=7).tables["people"]
    names = {f"{g} {f}" for g, f in zip(made["given_name"].to_pylist(), made["family_name"].to_pylist(), strict=True)}

    for run in pack.values():
        for kind in ("html", "ipynb"):
            text = (run.folder / f"{run.report}.{kind}").read_text("utf-8")
            assert not [name for name in names if name in text]


def test_progress_names_each_cell(pack, steps):
    cells = [(cell, of) for report, cell, of in steps if report == "retention"]

    assert [cell for cell, _ in cells] == list(range(1, cells[0][1] + 1))


@pytest.fixture
def failing(monkeypatch, tmp_path):
    """The retention notebook, but its last cell fails over a value from the records."""
    notebook = nbformat.read(places.NOTEBOOKS / "retention.ipynb", 4)
    notebook.cells.append(nbformat.v4.new_code_cell("int('Smith of 3 Elm Road')"))
    nbformat.write(notebook, tmp_path / "retention.ipynb")
    monkeypatch.setattr(places, "NOTEBOOKS", tmp_path)
    return len(notebook.cells) + 1  # papermill adds a cell with the parameters


def test_a_failed_run_says_where_and_nothing_of_the_records(failing, hub, held, tmp_path):
    with pytest.raises(HubError) as failed:
        reports.run("retention", hub, RETENTION, out=tmp_path / "out", held=held)

    assert str(failed.value) == f"the retention notebook stopped at cell {failing} (ValueError); nothing was kept"
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__
    assert not (tmp_path / "out").exists()


def test_a_bundle_that_cannot_be_finished_is_not_begun(tmp_path):
    def full(folder):
        (folder / "retention.html").write_text("half a page", "utf-8")
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space left"):
        bundle.build(tmp_path / "retention", "run", full)

    assert list((tmp_path / "retention").iterdir()) == []


def test_a_kernel_gets_no_password(monkeypatch):
    monkeypatch.setenv("HUBDATA_URL", "postgresql+psycopg://hub:secret@localhost/hub")
    monkeypatch.setenv("PGPASSWORD", "secret")

    environment = execution._environment()

    assert "secret" not in " ".join(environment.values())
    assert environment["PYTHONPATH"]
