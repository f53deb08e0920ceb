"""How the officer's desk is started: on this machine only, with its own way to the records, in a private folder."""

import json
import os
import re
import socket
import stat
from datetime import date

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager

from hubdata.dashboards.serve import start as dashboards_start
from hubdata.dashboards.serve.kernels import allowed
from hubdata.desk.serve import lab
from hubdata.desk.serve import start as desk_start
from hubdata.errors import BadParameter, HubError, Refused
from hubdata.records import folders
from hubdata.reports.own import new
from hubdata.retention.traces import files
from tests.support.ascii import load
from tests.support.serving import SECRETS

FAMILY = """
family | hub   | opened_on
F1     | corby | 2025-01-01
"""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "example.org", "192.168.1.5", ""])
def test_the_desk_is_never_served_to_others(host):
    with pytest.raises(BadParameter, match="this machine only"):
        desk_start.plan(host, 0)


def test_the_desk_always_asks_for_a_token_that_is_new_each_time():
    one, other = (desk_start.plan("127.0.0.1", 0) for _ in range(2))

    assert len(one.token) >= 32 and one.token != other.token and not one.own_use
    assert one.name != other.name
    assert re.fullmatch(r"hub-[0-9a-f]{32}\.localhost", one.name)


def test_the_desk_is_given_its_hub_and_the_dashboards_never_are(tmp_path):
    given = SECRETS | {"PATH": "/bin", "PGPASSWORD": "marigold", "HUBDATA_PARAMS": "/params"}

    desk = desk_start.environment(tmp_path, "postgresql://db/hub", given)
    assert (desk["HUBDATA_HOME"], desk["HUBDATA_URL"]) == (str(tmp_path), "postgresql://db/hub")
    assert desk["HUBDATA_PARAMS"] == "/params" and not {"MYSECRET", "PGPASSWORD"} & desk.keys()
    assert not {"HUBDATA_HOME", "HUBDATA_URL"} & (dashboards_start.bare(given, "/r").keys() | allowed(given).keys())


def test_the_page_that_leads_a_browser_in_is_private_and_goes(sqlite_hub):
    with desk_start._pages(sqlite_hub.home) as written:
        path = written("http://127.0.0.1:1/?token=marigold")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600 and "marigold" in path.read_text()

    assert not path.exists()


def test_lab_gets_fresh_notebooks_and_private_folders(tmp_path):
    place = lab.folder(tmp_path / "lab")
    (place / "notebooks").mkdir()
    (place / "notebooks" / "old.ipynb").write_text("of an earlier day")
    lab.prepare(place)

    copied = {path.name for path in (place / "notebooks").iterdir()}
    assert copied == {path.name for path in lab.FOLDER.iterdir() if not path.name.startswith(".")} | {"examples", "own"}
    assert (place / "notebooks" / "examples" / "ten_steps.ipynb").is_file()
    assert all(path.stat().st_mode & 0o077 == 0 for path in (place, *place.rglob("*")))
    settings = json.loads((place / "jupyter/config/labconfig/default_setting_overrides.json").read_text("utf-8"))
    assert settings["@jupyter-widgets/jupyterlab-manager:plugin"] == {"saveState": False}


def test_lab_leads_to_the_hubs_own_notebooks_and_never_deletes_them(tmp_path):
    mine = new.start("waiting_times", tmp_path, date(2026, 9, 30))
    place = lab.folder(tmp_path / "lab")
    lab.prepare(place)
    lab._say_own(place / "notebooks")
    contents = LargeFileManager(root_dir=str(place / "notebooks"))

    found = contents.get("own/waiting_times.ipynb")
    found["content"]["cells"][0]["source"] = "# Waiting"
    contents.save(found, "own/waiting_times.ipynb")

    assert "(own/waiting_times.ipynb)" in (place / "notebooks" / lab.FIRST).read_text("utf-8")
    assert nbformat.read(mine, 4).cells[0].source == "# Waiting" and stat.S_IMODE(mine.stat().st_mode) == 0o600
    lab.prepare(place)
    lab._empty(place)
    assert mine.is_file() and not (place / "notebooks").exists()


def test_labs_kernels_get_the_hub_and_keep_nothing_outside_it(tmp_path):
    given = lab.environment(tmp_path / "lab", tmp_path, "sqlite:///x", {"PATH": "/bin"})

    assert given["HUBDATA_HOME"] == str(tmp_path) and given["HUBDATA_URL"] == "sqlite:///x"
    kept = [given[name] for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")]
    assert all(each.startswith(str(tmp_path / "lab")) for each in kept)


def test_lab_refuses_a_busy_port_and_to_be_opened_twice(sqlite_hub):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HubError, match=f"port {port} cannot be listened on"):
            lab.run(sqlite_hub.home, None, port, print, browser=False)
    with (
        folders.only_one(sqlite_hub.home / "lab" / lab.LOCK, "busy"),
        pytest.raises(Refused, match="open on this hub already"),
    ):
        lab.run(sqlite_hub.home, None, 0, print, browser=False)


def test_a_disposal_searches_labs_folder_too(sqlite_hub):
    load(sqlite_hub, families=FAMILY)
    lab.prepare(lab.folder(sqlite_hub.home / "lab"))
    marks = {"Quillfeather"}
    assert files.look(sqlite_hub, marks).said == []

    (sqlite_hub.home / "lab" / "notebooks" / "own.ipynb").write_text('{"typed": "Quillfeather"}')
    assert files.look(sqlite_hub, marks).said == ["lab: 1 files or reports that still say destroyed records"]
    files.erase_files(sqlite_hub, marks)
    assert not (sqlite_hub.home / "lab" / "notebooks" / "own.ipynb").exists()
    assert os.path.exists(sqlite_hub.home / "lab" / "notebooks" / "START_HERE.md")


def test_a_disposal_looks_at_an_own_notebook_once_while_lab_is_open(sqlite_hub):
    load(sqlite_hub, families=FAMILY)
    mine = new.start("mine", sqlite_hub.home, date(2026, 9, 30))
    mine.write_text(mine.read_text("utf-8").replace("How many", "Quillfeather? How many"), "utf-8")
    lab.prepare(lab.folder(sqlite_hub.home / "lab"))

    looked = files.look(sqlite_hub, {"Quillfeather"})
    assert looked.said == ["notebooks: 1 files or reports that still say destroyed records"] and not looked.unread
    files.erase_files(sqlite_hub, {"Quillfeather"})
    assert not mine.exists() and mine.with_suffix(".yaml").exists()


def test_a_disposal_takes_what_an_own_notebook_showed_and_leaves_what_was_written(sqlite_hub):
    load(sqlite_hub, families=FAMILY)
    mine = new.start("mine", sqlite_hub.home, date(2026, 9, 30))
    written, executed = mine.read_bytes(), nbformat.read(mine, 4)
    executed.cells[2].outputs = [nbformat.v4.new_output("stream", text="Quillfeather")]
    mine.write_text(nbformat.writes(executed), "utf-8")

    gone = files.erase_files(sqlite_hub, {"Quillfeather"})

    assert gone.files == {"notebooks": 1} and nbformat.read(mine, 4) == nbformat.reads(written, 4)
    assert files.look(sqlite_hub, {"Quillfeather"}).said == []
