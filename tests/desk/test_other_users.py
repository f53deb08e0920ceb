"""Another user of the same machine gets nothing of the desk: not its port, its folders, its command lines, its files.

A child that gives up its rights is that other user; without root there is none, and these tests say so.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from hubdata import places
from hubdata.records.people import sitting
from hubdata.records.store import Hub
from tests.support import hubs, people
from tests.support.serving import Visitor, until

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
pytestmark = pytest.mark.skipif(not ROOT, reason="only root can become another user: run these tests as root in CI")
# What the other user does: asks the port in every way without the address, and reads whatever it may of /proc and home.
OTHER = """
import glob, http.client, json, os, sys
"read before the rights are gone".encode("idna")
os.setgroups([]); os.setgid(65534); os.setuid(65534)
port, home = int(sys.argv[1]), sys.argv[2]
said = {"answers": [], "read": [], "lines": []}
for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"hub-{'0' * 32}.localhost", "evil.example"):
    for path in ("/", "/voila/render/holds.ipynb", "/lab", "/api/contents", "/api/kernels", "/hub/reports/x"):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        line.request("GET", path, headers={"Host": host})
        reply = line.getresponse()
        said["answers"].append([path, reply.status, reply.read().decode("utf-8", "replace")[:2000]])
        line.close()
for folder, _, names in os.walk(home):
    said["read"] += [os.path.join(folder, name) for name in names if os.access(os.path.join(folder, name), os.R_OK)]
for place in glob.glob(os.path.join(sys.argv[3], "hub-*")):
    said["read"] += [place] if os.access(place, os.R_OK | os.X_OK) else []
for process in filter(str.isdigit, os.listdir("/proc")):
    try:
        said["lines"].append(open(f"/proc/{process}/cmdline", "rb").read().decode("utf-8", "replace"))
    except OSError:
        pass
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    hub = hubs.empty(tmp_path_factory.mktemp("mine") / "hub")
    hub.engine.dispose()
    return hub.home


@pytest.fixture(params=["desk", "lab"])
def served(request: pytest.FixtureRequest, home: Path, tmp_path: Path) -> Iterator[str]:
    """The address of what an officer has open, with everything in it that lets somebody in."""
    log = tmp_path / "log"
    port = "0" if request.param == "desk" else "18899"
    program = [sys.executable, "-c", "from hubdata.desk.main import main; main()", request.param]
    options = ["--home", str(home), "--port", port, "--no-browser"]
    with log.open("w") as heard:
        running = subprocess.Popen([*program, *options], stdout=heard, stderr=heard)
    try:
        assert until(lambda: running.poll() is not None or "token=" in log.read_text(), 90), log.read_text()
        address = re.search(r"http://\S+", log.read_text())[0]
        at, process = int(address.split("/")[2].rpartition(":")[2]), psutil.Process(running.pid)
        assert until(lambda: _listens(process, at), 60), log.read_text()
        yield address
    finally:
        with suppress(psutil.Error):
            for each in psutil.Process(running.pid).children(recursive=True):
                each.terminate()
        running.terminate()
        running.wait(30)


def _listens(process: psutil.Process, port: int) -> bool:
    family = (process, *process.children(recursive=True))
    return any(one.laddr.port == port for each in family for one in each.net_connections() if one.status == "LISTEN")


def test_another_user_reads_no_file_no_secret_and_no_page(served: str, home: Path):
    place, token = served.split("/")[2], served.split("token=")[1]
    name, _, port = place.rpartition(":")
    command = [sys.executable, "-c", OTHER, port, str(home), tempfile.gettempdir()]
    asked = subprocess.run(command, capture_output=True, text=True)
    assert asked.returncode == 0, asked.stderr
    said = json.loads(asked.stdout)

    let_in = [each for each in said["answers"] if each[1] == 200 and "login" not in each[2].lower()]
    assert let_in == []
    assert said["read"] == []
    assert [path for path in home.rglob("*") if path.stat().st_mode & 0o077] == []  # Jupyter's own files too
    assert not [line for line in said["lines"] if name in line or token in line]
    mine, first = Visitor(int(port), {"Host": place}), "lab" if "/lab" in served else ""
    assert mine.ask(f"/{first}?token={token}").status in (200, 302)
    assert Visitor(int(port), cookies=mine.cookies).ask(f"/{first}").status in (302, 403)


# What the other user tries with somebody's sitting: its file, its folder, a command and the desk's own question.
TRIES = """
import json, os, sys
from typer.testing import CliRunner
from hubdata.desk.forms import locked
from hubdata.desk.main import app
home, file = sys.argv[1:]
os.environ["HUBDATA_HOME"] = home
asked = (["people", "list"], ["retention", "due"], ["ledger", "export"], ["people", "sign-out"])
run = lambda words: CliRunner().invoke(app, words)
owner = [run(words).exit_code for words in asked[:3]] + [locked.signed_in()]  # loads everything, too
os.setgroups([]); os.setgid(65534); os.setuid(65534)
reach = [place for place in (file, os.path.dirname(file)) if os.access(place, os.R_OK) or os.access(place, os.X_OK)]
done = [run(words) for words in asked]
try:
    desk = locked.signed_in()
except Exception as error:
    desk = type(error).__name__
print(json.dumps({"owner": owner, "reach": reach, "codes": [each.exit_code for each in done], "desk": desk,
                  "said": " ".join(each.output for each in done)}))
"""


@pytest.fixture(params=["home", "runtime"])
def sat(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Hub, Path]]:
    """A hub where somebody is signed in, in a folder that everybody may walk through, and the sitting's file."""
    with tempfile.TemporaryDirectory() as folder, people.cheap():
        Path(folder).chmod(0o711)
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
        if request.param == "runtime":
            (Path(folder) / "run").mkdir(mode=0o700)
            monkeypatch.setenv("XDG_RUNTIME_DIR", str(Path(folder) / "run"))
        hub = people.register(hubs.empty(Path(folder) / "hub"), ben="officer")
        yield hub, sitting.begin(hub, people.proved(hub, people.BEN))
        hub.engine.dispose()


def test_another_user_gets_nothing_of_a_sitting_by_its_file_a_command_or_the_desk(sat: tuple[Hub, Path]):
    hub, file = sat
    tried = subprocess.run(
        [sys.executable, "-c", TRIES, str(hub.home), str(file)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": places.IMPORTED_FROM},
    )
    assert tried.returncode == 0, tried.stderr
    said = json.loads(tried.stdout)

    assert said["owner"] == [0, 0, 0, True]
    assert said["reach"] == [] and said["desk"] in ("PermissionError", "HubError", "Refused")
    assert 0 not in said["codes"] and "Ben" not in said["said"]
    assert said["said"].count("Permission denied") == len(said["codes"]), said
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert sitting.lasts(hub)  # nor did they sign anybody out


@pytest.mark.parametrize(
    "spoil", [lambda file: os.chown(file, 65534, -1), lambda file: file.chmod(0o644)], ids=["theirs", "open"]
)
def test_a_sitting_that_another_user_wrote_or_could_have_read_is_none(sat: tuple[Hub, Path], spoil):
    hub, file = sat
    spoil(file)

    assert sitting.current(hub) is None
