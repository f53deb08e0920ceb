"""A real Voila for the tests of dashboards, started as `voila dashboards/` is; releases for it to show, hostile too."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.request import urlopen

from hubdata import moments
from hubdata.moments import By
from hubdata.release import publish
from hubdata.reports import board
from tests.support import hubs
from tests.support.room import once

ROOT = Path(__file__).parents[2]
QUARTERS = ("2026-Q2", "2026-Q3")
HOSTILE = (
    '<script>document.title="pwned"</script>',
    '"><img src=x onerror=\'document.title="pwned"\'>',
    "<svg onload='document.title=\"pwned\"'>",
    "'-document.write(1)-'{{7*7}}",
    "=cmd|'/c calc'!A1",
)
ROOMY = ("--Kernels.most=60",)
WORDS = {
    "tables": ("title", "scope", "rows", "columns", "notes", "source"),
    "promises": ("title", "sentence"),
    "figures": ("row_label", "column_label"),
}


def published(folder: Path) -> Path:
    """The releases of a small made-up hub, made once in a run; they lie in the hub's home."""
    return shutil.copytree(once("published", _publish), folder / "hub") / "published"


def _publish(home: Path) -> None:
    hub = hubs.filled(home, families=60)
    for quarter in QUARTERS:
        publish.publish(hub, quarter, By("dashboard tests", None, moments.today()), standing=board.standing)
    hub.engine.dispose()


def hostile(releases: Path, folder: Path) -> Path:
    """The same releases, every word of which somebody chose to do harm; their names are made to fit."""
    shutil.copytree(releases, folder)
    for manifest in list(folder.glob("*/*/manifest.json")):
        place = manifest.parent
        place.chmod(0o700)
        for path in place.iterdir():
            path.chmod(0o600)
        with closing(sqlite3.connect(place / "release.sqlite", isolation_level=None)) as file:
            for table, columns in WORDS.items():
                for at, column in enumerate(columns):
                    file.execute(f"UPDATE {table} SET {column} = ? || {column}", (HOSTILE[at % len(HOSTILE)],))
        said = json.loads(manifest.read_text("utf-8"))
        said["files"]["release.sqlite"] = sha256((place / "release.sqlite").read_bytes()).hexdigest()
        manifest.write_text(json.dumps(said), "utf-8")
        place.rename(place.with_name(sha256(manifest.read_bytes()).hexdigest()[:16]))
    return folder


@contextmanager
def voila(releases: Path, folder: Path, *options: str, served: str = "dashboards/", ours: bool = True) -> Iterator[str]:
    """Plain Voila on a port of its own, in the checkout; `ours` with our template and settings. Gives its address."""
    folder.mkdir(exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    templates = folder / "voila" / "templates"
    templates.mkdir(parents=True, exist_ok=True)
    if not (templates / "hub").exists():
        (templates / "hub").symlink_to(ROOT / "hubdata" / "templates" / "voila" / "hub", target_is_directory=True)
    own = (
        {"JUPYTER_PATH": str(folder), "JUPYTER_CONFIG_PATH": str(ROOT / "dashboards")}
        if ours
        else {"JUPYTER_NO_CONFIG": "1"}
    )
    environment = os.environ | own | {"HUBDATA_RELEASES": str(releases), "JUPYTER_CONFIG_DIR": str(folder / "none")}
    with open(folder / f"voila-{port}.log", "w") as log:
        running = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "voila",
                served,
                "--no-browser",
                f"--port={port}",
                "--Voila.ip=127.0.0.1",
                *(ROOMY if ours else ()),
                *options,
            ],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/", running)
            yield f"http://127.0.0.1:{port}/voila/render/"
        finally:
            running.terminate()
            running.wait()


def process(kernel: str) -> Path:
    """What /proc says of a kernel's process, found by the name of its connection file."""
    (found,) = (
        path.parent
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if f"kernel-{kernel}.json".encode() in path.read_bytes()
    )
    return found


def memory(kernel: str) -> float:
    """Megabytes of memory that only this kernel's process holds."""
    said = (process(kernel) / "smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in said if line.startswith("Private_")) / 1024


def _wait(address: str, running: subprocess.Popen) -> None:
    for _ in range(900):
        if running.poll() is not None:
            raise RuntimeError("Voila ended before it listened")
        try:
            urlopen(address).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("Voila did not listen within a minute and a half")
