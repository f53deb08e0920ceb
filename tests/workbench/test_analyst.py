"""An analyst who has read the guide and nothing else: a session, a report by schedule, the same after an upgrade."""

import re
import zipfile
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config
from typer.testing import CliRunner

from hubdata.desk.main import app
from hubdata.records import store
from hubdata.records.store import Hub
from hubdata.reports import again
from hubdata.reports.own import check, new
from hubdata.schedule import plan
from hubdata.schedule.calendar import end_of
from hubdata.schedule.round import run
from tests.support.ascii import load
from tests.support.scheduled import WHO, forks

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "analyst.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(python|yaml)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
*SESSION, REPORT = [text for kind, text in BLOCKS if kind == "python"]
(PACK,) = [text for kind, text in BLOCKS if kind == "yaml"]
DAY = pd.Timestamp("2026-10-05").date()
FIRST = ROOT / "tests" / "records" / "first_release.zip"


def fill(hub: Hub) -> None:
    load(
        hub,
        organisations="""
        organisation | name        | kind
        NNC          | The Council | lead_partner
    """,
        families="""
        family | hub    | opened_on  | closed_on
        F1     | corby  | 2026-01-05 |
        F2     | corby  | 2026-02-05 |
        F3     | corby  | 2019-01-07 | 2020-02-29
    """,
    )


def written(home: Path) -> None:
    """The report and its pack, as the guide says."""
    path = new.start("waiting_times", home, DAY)
    notebook = nbformat.read(path, 4)
    notebook.cells[-1].source = REPORT
    path.write_text(nbformat.writes(notebook), "utf-8")
    (path.parent / "schedule.yaml").write_text(PACK, "utf-8")


def made(home: Path, url: str | None) -> tuple[str, str]:
    """The one report of the guide's pack on its day: how it ended, and its run."""
    packs = [pack for pack in plan.read(home=home) if pack.name == "waiting"]
    (report,) = run(home, url, packs, end_of(DAY), WHO, lambda _: None, forks).reports
    return report.status, report.run


def test_the_guides_session_runs_cell_by_cell(hub: Hub, monkeypatch: pytest.MonkeyPatch):
    fill(hub)
    monkeypatch.setenv("HUBDATA_HOME", str(hub.home))
    monkeypatch.setenv("HUBDATA_URL", hub.url)
    shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))

    for cell in SESSION:
        with capture_output() as shown:
            done = shell.run_cell(cell)
        assert done.success, (cell, shown.stdout)

    assert shell.user_ns["open_ones"]["families"].tolist() == [2]
    assert set(shell.user_ns["found"]["code"]) >= {"LD01"}
    shell.user_ns["hub"].close()


def test_the_guides_report_is_made_by_the_schedule_and_made_again(hub: Hub):
    fill(hub)
    written(hub.home)

    assert check.lacks("waiting_times", hub.home) == []
    status, name = made(hub.home, hub.url)

    assert status == "done"
    if hub.dialect == "sqlite":  # a kernel of its own, and the same on both
        once_more = again.run(hub, name)
        assert not once_more.different and not once_more.altered


def test_the_guides_report_is_made_on_a_hub_of_the_first_release_once_that_is_upgraded(tmp_path: Path):
    home = tmp_path / "first"
    with zipfile.ZipFile(FIRST) as kept:
        kept.extractall(home)
    for path in [home, *home.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
    for folder in store.FOLDERS:
        (home / folder).mkdir(mode=0o700, exist_ok=True)
    written(home)

    assert CliRunner().invoke(app, ["init", "--home", str(home)]).exit_code == 0
    status, _ = made(home, None)

    assert status == "done"
    (copy,) = (home / "backups").iterdir()
    assert (copy / "notebooks" / "waiting_times.ipynb").read_bytes() == (
        home / "notebooks" / "waiting_times.ipynb"
    ).read_bytes()


def test_a_hubs_own_pack_takes_the_place_of_one_of_the_same_name(tmp_path: Path):
    written(tmp_path)
    shipped = plan.read()
    (tmp_path / "notebooks" / "schedule.yaml").write_text(PACK.replace("  waiting:", "  monthly:"), "utf-8")

    packs = plan.read(home=tmp_path)

    assert [pack.name for pack in packs] == [pack.name for pack in shipped]
    assert {pack.name: pack.title for pack in packs}["monthly"] == "How long families wait"
