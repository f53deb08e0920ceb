"""Opens JupyterLab on fresh copies of the desk's notebooks, in a private folder of the hub's home, on loopback only.

The repository's notebooks are never written to. What an officer types and sees is in widgets, which Lab does not save;
the folder is emptied when Lab starts and when it ends, and a disposal searches it like every other folder of the home.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from hubdata.dashboards.serve import start
from hubdata.desk.serve.start import FOLDER
from hubdata.errors import HubError
from hubdata.records import folders
from hubdata.records.private import folder

HOST = "127.0.0.1"
FIRST = "START_HERE.md"
LOCK = "lab.lock"  # a disposal passes locks over
TOOLS = "jupyter"  # settings, sessions and whatever else Jupyter keeps
BUSY = "JupyterLab is open on this hub already; use that one, or end it first"
# What JupyterLab does differently here: it asks nobody, shows words as words, and keeps nothing of what it showed.
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "doNotDisturbMode": True,
        "fetchNews": "false",
    },
    "@jupyterlab/docmanager-extension:plugin": {
        "defaultViewers": {"markdown": "Markdown Preview"},
        "maxNumberRecents": 0,
    },
    "@jupyterlab/notebook-extension:tracker": {
        "kernelShutdown": True,
        "recordTiming": False,
        "autoStartDefaultKernel": True,
    },
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False},
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": False},
}
OPENED = {
    "data": {
        "layout-restorer:data": {
            "main": {
                "dock": {"type": "tab-area", "currentIndex": 0, "widgets": [f"markdownviewer-widget:{FIRST}"]},
                "current": f"markdownviewer-widget:{FIRST}",
            },
            "left": {"collapsed": False, "visible": True, "current": "filebrowser", "widgets": ["filebrowser"]},
            "right": {"collapsed": True, "visible": True, "widgets": []},
        },
        f"markdownviewer-widget:{FIRST}": {"data": {"path": FIRST, "factory": "Markdown Preview"}},
    },
    "metadata": {"id": "default"},
}
HISTORY = {"HistoryManager": {"enabled": False}}  # what is typed into cells is not written down
SERVER = {
    "ServerApp": {
        "ip": HOST,
        "port_retries": 0,
        "answer_yes": True,
        "quit_button": True,
        "allow_remote_access": False,
        "terminals_enabled": False,
        "allow_root": True,
        "jpserver_extensions": {"voila.server_extension": False},
    },
    "MappingKernelManager": {"transport_encryption": "required"},
    "LabApp": {"expose_app_in_browser": False, "extension_manager": "readonly", "news_url": None},
}


def run(home: Path, url: str | None, port: int, say: Callable[[str], None], browser: bool = True) -> int:
    """Run JupyterLab until it is ended. Raises Refused if it is open already, HubError if the port is taken."""
    place = folder(home / "lab")
    with folders.only_one(place / LOCK, BUSY):
        _refuse_busy(port)
        try:
            prepare(place)
            say(f"JupyterLab opens on the officer's desk, at port {port} (stop with Ctrl-C).")
            child = subprocess.Popen(command(place, port, browser), env=environment(place, home, url, os.environ))
            signal.signal(signal.SIGTERM, lambda *_: child.terminate())
            return _wait(child)
        finally:
            _empty(place)


def _wait(child: subprocess.Popen) -> int:
    while True:
        with suppress(KeyboardInterrupt):  # it has heard that too, and ends
            return child.wait()


def prepare(place: Path) -> None:
    """Fresh notebooks without outputs, and Jupyter's own settings, in a folder that held others or none."""
    _empty(place)
    shutil.copytree(FOLDER, place / "notebooks", ignore=shutil.ignore_patterns(".*", "__pycache__"))
    written = {
        "config/labconfig/default_setting_overrides.json": SETTINGS,
        "config/jupyter_server_config.json": SERVER,
        "workspaces/default-37a8.jupyterlab-workspace": OPENED,
        "ipython/profile_default/ipython_kernel_config.json": HISTORY,
    }
    for name, content in written.items():
        path = place / TOOLS / name
        folder(path.parent)
        path.touch(0o600)
        path.write_text(json.dumps(content), "utf-8")
    for each in (place / "notebooks", *(place / "notebooks").rglob("*")):
        each.chmod(0o700 if each.is_dir() else 0o600)


def command(place: Path, port: int, browser: bool) -> tuple[str, ...]:
    """How JupyterLab is started."""
    tools = place / TOOLS
    return (
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={place / 'notebooks'}",
        f"--ServerApp.port={port}",
        f"--LabApp.workspaces_dir={tools / 'workspaces'}",
        f"--LabApp.user_settings_dir={tools / 'settings'}",
        *(() if browser else ("--no-browser",)),
    )


def environment(place: Path, home: Path, url: str | None, given: Mapping[str, str]) -> dict[str, str]:
    """The officer's own environment, with the hub that was asked for and nothing kept outside its home."""
    tools = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
    }
    kept = {name: str(folder(place / TOOLS / each)) for name, each in tools.items()}
    return {**given, **kept, "HUBDATA_HOME": str(home)} | ({"HUBDATA_URL": url} if url else {})


def _refuse_busy(port: int) -> None:
    try:
        with socket.create_server((HOST, port)):
            pass
    except OSError as error:
        raise HubError(start.refusal(HOST, port, error.strerror or str(error))) from None


def _empty(place: Path) -> None:
    for each in place.iterdir():
        if each.name != LOCK:
            shutil.rmtree(each) if each.is_dir() else each.unlink()
