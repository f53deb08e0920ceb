"""A report made again from its manifest: the same bytes, or exactly which input has gone."""

import json
import shutil

import pytest
from sqlalchemy import text

from hubdata import reports, reports_again
from hubdata.errors import BadParameter, Refused
from hubdata.ledger import Act
from hubdata.store import open_hub
from tests.scheduled import due, home, monthly


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

    assert (again.run, again.different) == (f"{filled[1].run}-2", [])
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
    path.write_text(json.dumps(said), "utf-8")
    monkeypatch.setattr(reports, "code", lambda: "0" * 64)

    with pytest.raises(Refused) as refused:
        reports_again.run(hub, filled[1].run)

    assert "retention.stale_after_days" in refused.value.problems[0]
    assert "the code has changed" in refused.value.problems[1]
    assert len(refused.value.problems) == 2


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
