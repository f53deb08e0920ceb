"""A report made again from its manifest: the same bytes, or exactly which input has gone."""

import json
import shutil

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from hubdata.desk.main import app
from hubdata.errors import BadParameter, Refused
from hubdata.records.ledger import Act
from hubdata.records.store import open_hub
from hubdata.reports import again as reports_again
from hubdata.reports import run as reports
from tests.support.scheduled import due, home, monthly


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A hub with one scheduled run; its home and the run."""
    place = home(tmp_path_factory.mktemp("again") / "hub")
    made = due(place, "2026-07-02", monthly(start="2026-07-01")).reports[0]
    return place, made


@pytest.fixture
def hub(filled, tmp_path):
    hub = open_hub(shutil.copytree(filled[0], tmp_path / "hub", symlinks=True))
    yield hub
    hub.engine.dispose()


def test_a_scheduled_run_from_a_fork_is_made_again_in_a_kernel_to_the_byte(hub, filled):
    again = reports_again.run(hub, filled[1].run)

    assert (again.run, again.different, again.altered) == (f"{filled[1].run}-2", [], [])
    assert again.same == ["retention.ipynb", "retention.html", "retention.xlsx"]


def test_what_has_changed_in_the_records_is_said(hub, filled):
    with hub.write(Act("olga", "officer", "a test", "test")) as connection:
        connection.execute(text("UPDATE families SET hub = 'rushden' WHERE hub <> 'rushden'"))

    with pytest.raises(Refused) as refused:
        reports_again.run(hub, filled[1].run)

    (why,) = refused.value.problems
    assert (
        "snapshots are not kept, and the records have changed since (rows were changed, none added or removed)" in why
    )


def test_other_code_and_other_decisions_are_said_all_at_once(hub, filled, monkeypatch):
    path = hub.home / filled[1].folder / "manifest.json"
    said = json.loads(path.read_text("utf-8"))
    said["policy"][1]["value"] = 99
    said["run"] = reports.run_id(said)
    path.write_text(json.dumps(said), "utf-8")
    path.parent.rename(path.parent.with_name(said["run"]))
    monkeypatch.setattr(reports, "code", lambda: "0" * 64)

    with pytest.raises(Refused) as refused:
        reports_again.run(hub, said["run"])

    assert "retention.stale_after_days" in refused.value.problems[0]
    assert "the code has changed" in refused.value.problems[1]
    assert len(refused.value.problems) == 2


def test_an_old_file_that_was_altered_is_named_and_is_not_said_to_be_the_same(hub, filled):
    with (hub.home / filled[1].folder / "retention.html").open("a", encoding="utf-8") as file:
        file.write("x")
    (hub.home / filled[1].folder / "retention.xlsx").unlink()

    done = CliRunner().invoke(app, ["report", "again", filled[1].run, "--home", str(hub.home), "--json"])

    said = json.loads(done.stdout)
    assert done.exit_code == 3
    assert said["altered"] == ["retention.html", "retention.xlsx"]
    assert (said["same"], said["different"]) == (["retention.ipynb"], [])


def test_findings_that_the_report_does_not_have_are_an_altered_manifest(hub, filled):
    path = hub.home / filled[1].folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"findings": {}}), "utf-8")

    again = reports_again.run(hub, filled[1].run)

    assert (again.altered, again.different, len(again.same)) == (["manifest.json"], [], 3)


@pytest.mark.parametrize("key", ["parameters", "snapshot", "policy", "code", "run"])
def test_a_manifest_whose_inputs_were_altered_is_refused_before_anything_is_made(key, hub, filled):
    path = hub.home / filled[1].folder / "manifest.json"
    said = json.loads(path.read_text("utf-8"))
    said[key] = {"parameters": {"as_at": "2026-06-29", "hub": "all"}, "policy": [], "run": "0" * 12}.get(key, {})
    path.write_text(json.dumps(said), "utf-8")
    before = sorted(hub.home.glob("reports/*/*/*"))

    with pytest.raises(Refused, match="the manifest was altered"):
        reports_again.run(hub, filled[1].run)

    assert sorted(hub.home.glob("reports/*/*/*")) == before


@pytest.mark.parametrize("key", ["run", "report", "parameters", "snapshot", "policy", "code", "files"])
@pytest.mark.parametrize("wrong", [None, 3])
def test_a_manifest_of_the_wrong_shape_is_refused_by_what_it_lacks(key, wrong, hub, filled):
    path = hub.home / filled[1].folder / "manifest.json"
    said = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**said, key: wrong} if wrong else {k: v for k, v in said.items() if k != key}), "utf-8")

    with pytest.raises(Refused, match=f"of the right kind, for {key}; put the bundle back"):
        reports_again.run(hub, filled[1].run)


@pytest.mark.parametrize("text_", ["", "{", "[]", "null"])
def test_a_manifest_that_is_none_is_refused(text_, hub, filled):
    (hub.home / filled[1].folder / "manifest.json").write_text(text_, "utf-8")

    with pytest.raises(Refused, match=r"manifest\.json is no JSON object"):
        reports_again.run(hub, filled[1].run)


def test_a_bundle_that_retention_took_is_named_as_gone(hub, filled):
    manifest = hub.home / filled[1].folder / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"made_at": "20', '"made_at": "19'), "utf-8")
    hub.engine.dispose()
    due(hub.home, "2026-07-03", monthly(start="2026-07-01"))

    with pytest.raises(Refused, match="was deleted under the retention rule REPORT-2Y"):
        reports_again.run(hub, filled[1].run)


def test_a_run_that_never_was_is_refused(hub):
    with pytest.raises(BadParameter, match="there is no run 'nothing'"):
        reports_again.run(hub, "nothing")


def test_a_report_that_stood_on_other_decisions_is_not_made_again(hub, filled):
    row = "{value: 10, from: 2026-01-01, source: The board, last_checked: 2026-01-01}"
    decision = hub.home / "decisions" / "worklist.waiver_days.yaml"
    decision.write_text(f"worklist.waiver_days:\n  unit: days\n  values: [{row}]\n", "utf-8")

    with pytest.raises(Refused, match=r"decisions are not those that it stood on \([0-9a-f]{12}, now"):
        reports_again.run(hub, filled[1].run)
