"""Opens JupyterLab on fresh copies of the desk's notebooks, in a private folder of the hub's home, on loopback only.

The repository's notebooks are never written to; the hub's own are, for there an analyst writes. What an officer types
and sees is in widgets, which Lab does not save; the folder is emptied when Lab starts and when it ends, and a disposal
searches it like every other folder of the home.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from hubdata import places
from hubdata.dashboards.serve import start
from hubdata.dashboards.serve.plan import new_name
from hubdata.desk.commands import today as commands_today
from hubdata.desk.commands.command import answered
from hubdata.desk.forms.asked import at_desk
from hubdata.desk.serve.start import FOLDER
from hubdata.desk.today import said
from hubdata.desk.today.thing import Today
from hubdata.errors import HubError
from hubdata.records import folders
from hubdata.records.private import folder
from hubdata.reports.own import catalogue

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
# What is typed into cells is not written down; `%%hubsql` is there without being loaded.
KERNEL = {"HistoryManager": {"enabled": False}, "InteractiveShellApp": {"extensions": ["hubdata"]}}
EXAMPLES = places.NOTEBOOKS / "examples"
OWN = "own"  # the way to the hub's own notebooks, which stay where they are
SERVER: dict[str, dict[str, Any]] = {
    "ServerApp": {
        "ip": HOST,
        "port_retries": 0,
        "answer_yes": True,
        "quit_button": True,
        "allow_remote_access": False,
        "identity_provider_class": "hubdata.desk.serve.named.Named",
        "log_level": "WARN",
        "terminals_enabled": False,
        "allow_root": True,
        "jpserver_extensions": {"voila.server_extension": False},
    },
    "MappingKernelManager": {"transport_encryption": "required"},
    "LabApp": {"expose_app_in_browser": False, "extension_manager": "readonly", "news_url": None},
}


def run(home: Path, url: str | None, port: int, say: Callable[[str], None], browser: bool = True) -> int:
    """Run JupyterLab until it is ended. Raises Refused if it is open, HubError if it or its port is not to be had."""
    places.need("jupyterlab")
    place = folder(home / "lab")
    with folders.only_one(place / LOCK, BUSY):
        port = _free(port)
        try:
            token, name = secrets.token_urlsafe(32), new_name()
            prepare(place, name)
            _say_own(place / "notebooks")
            _say_today(place / "notebooks" / FIRST, home, url)
            address = f"http://{name}:{port}/lab?token={token}"
            given = environment(place, home, url, os.environ) | {"JUPYTER_TOKEN": token}
            child = subprocess.Popen(command(place, port), env=given, umask=0o077)
            signal.signal(signal.SIGTERM, lambda *_: child.terminate())
            if _listens(child, port):
                say(f"JupyterLab is at {address} (stop with Ctrl-C).")
                say("That address lets in whoever has it: keep it to yourself.")
                if browser:
                    webbrowser.open(start.leading(place / TOOLS, address).as_uri())
            return _wait(child)
        finally:
            _empty(place)


def _wait(child: subprocess.Popen) -> int:
    while True:
        with suppress(KeyboardInterrupt):  # it has heard that too, and ends
            return child.wait()


def prepare(place: Path, name: str = "") -> None:
    """Fresh notebooks without outputs, and Jupyter's own settings, in a folder that held others or none.

    `name` is the only one by which a browser may ask. The hub's own notebooks are there too, as they are.
    """
    _empty(place)
    for source, copied in ((FOLDER, place / "notebooks"), (EXAMPLES, place / "notebooks" / EXAMPLES.name)):
        shutil.copytree(source, copied, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    written = {
        "config/labconfig/default_setting_overrides.json": SETTINGS,
        "config/jupyter_server_config.json": SERVER | {"ServerApp": SERVER["ServerApp"] | {"local_hostnames": [name]}},
        "workspaces/default-37a8.jupyterlab-workspace": OPENED,
        "ipython/profile_default/ipython_kernel_config.json": KERNEL,
    }
    for name, content in written.items():
        path = place / TOOLS / name
        folder(path.parent)
        path.touch(0o600)
        path.write_text(json.dumps(content), "utf-8")
    for each in (place / "notebooks", *(place / "notebooks").rglob("*")):
        each.chmod(0o700 if each.is_dir() else 0o600)
    with suppress(OSError):  # Windows lets not everybody make a link
        (place / "notebooks" / OWN).symlink_to(folder(place.parent / catalogue.FOLDER), target_is_directory=True)


def _say_own(pages: Path) -> None:
    """Put the hub's own notebooks at the foot of START HERE, and how to begin one."""
    found = [path.name for path in sorted((pages / OWN).glob("*.ipynb"))]
    listed = "".join(f"- [{name.removesuffix('.ipynb')}]({OWN}/{quote(name)})\n" for name in found)
    how = f"`hubdata report new NAME` starts one, which is then in the folder `{OWN}`."
    with (pages / FIRST).open("a", encoding="utf-8") as start:
        start.write(
            f"\n## Your own notebooks\n\n{listed}\n{how}\n" if listed else f"\n## Your own notebooks\n\n{how}\n"
        )


def _say_today(start: Path, home: Path, url: str | None) -> None:
    """Put what needs somebody at the head of START HERE, as at the moment when JupyterLab is opened."""
    found = answered(commands_today.today, at_desk(words="today", home=home, url=url)).said
    if isinstance(found, Today):
        title, rest = start.read_text("utf-8").split("\n", 1)
        now = f"## Today\n\n{said.markdown(found)}\n\n[Look again, or open one](today.ipynb)\n\n## All pages"
        start.write_text(f"{title}\n\n{now}\n{rest}", "utf-8")


def _listens(child: subprocess.Popen, port: int) -> bool:
    """Wait until JupyterLab answers; whether it does before it ends."""
    while child.poll() is None:
        with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return True
        time.sleep(0.2)
    return False


def command(place: Path, port: int) -> tuple[str, ...]:
    """How JupyterLab is started: it opens no browser, and all users may see this."""
    tools = place / TOOLS
    return (
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={place / 'notebooks'}",
        f"--ServerApp.port={port}",
        f"--LabApp.workspaces_dir={tools / 'workspaces'}",
        f"--LabApp.user_settings_dir={tools / 'settings'}",
        "--no-browser",
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


def _free(port: int) -> int:
    """The port, or for 0 one that is free. Raises HubError if something else listens there."""
    try:
        with socket.create_server((HOST, port)) as found:
            return found.getsockname()[1]
    except OSError as error:
        raise HubError(start.refusal(HOST, port, error.strerror or str(error))) from None


def _empty(place: Path) -> None:
    for each in place.iterdir():
        if each.name != LOCK:
            shutil.rmtree(each) if each.is_dir() else each.unlink()
