"""`hubdata dashboards` as it is run: by its options, on a busy port, without permission on the records, and plainly."""

import contextlib
import html
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from hubdata.dashboards.catalogue import DASHBOARDS
from hubdata.dashboards.serve import plan as serve_plan
from hubdata.dashboards.serve import start
from hubdata.dashboards.serve.plan import Plan
from hubdata.errors import BadParameter
from tests.support import dashboards
from tests.support.serving import SECRETS, Visitor, server, until

SOMEBODY = 65534
NUMBER = re.compile(r"\d+")
HOSTILE = (
    "hub=../../hub.db&quarter=' OR 1=1 --",
    -1,
    {"a": [None]},
    "{0.__class__.__mro__}",
    "/etc/passwd",
    "hub=total&hub=corby\x00",
    "hub=*&partner=%25&quarter=_",
    None,
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a made-up hub that has published two quarters."""
    return dashboards.published(tmp_path_factory.mktemp("command")).parent


@dataclass(frozen=True)
class Run:
    """A command that serves: where, and its process."""

    address: str
    process: subprocess.Popen

    @property
    def port(self) -> int:
        return int(self.address.rstrip("/").rpartition(":")[2])

    def visitor(self) -> Visitor:
        """Somebody new, who was told the address."""
        return Visitor(self.port, {"Host": self.address.split("/")[2]})


# as from a terminal: what starts tests in the background may have left interrupts ignored, and a child inherits that
LIKE_A_TERMINAL = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"


def _command(*options: str) -> list[str]:
    return [
        sys.executable,
        "-c",
        f"{LIKE_A_TERMINAL}; from hubdata.desk.main import main; main()",
        "dashboards",
        *options,
    ]


@contextlib.contextmanager
def _run(*options: str, before: tuple[str, ...] = (), **environment: str) -> Iterator[Run]:
    """The command on a free port, until it is interrupted as a terminal does it."""
    running = subprocess.Popen(
        [*before, *_command("--port", "0", *options)],
        env=os.environ | SECRETS | environment,
        text=True,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        said = running.stderr.readline()
        found = re.search(r"http://[\w.-]+:\d+/", said)
        assert found, said + running.stderr.read()
        yield Run(found[0], running)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGINT)
        try:
            running.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.communicate()
            raise


def _text(markup: str) -> str:
    return html.unescape(re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", " ", markup))


def _has_figures(page: str) -> bool:
    return "<table" in page and "there is a problem" not in page


def test_a_busy_port_is_refused_and_no_other_is_tried(home: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        busy = _command("--port", port, "--home", str(home), "--no-browser")
        found = subprocess.run(busy, capture_output=True, text=True, timeout=60)

    assert found.returncode == 1
    assert f"127.0.0.1 port {port} cannot be listened on" in found.stderr and "--port" in found.stderr
    assert "Traceback" not in found.stderr


def test_the_browser_is_opened_at_the_address_and_not_with_no_browser(home: Path, tmp_path: Path):
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    # what the browser was started with, and the page that it was given
    program = f'echo "$1" > {opened}.part; cat "${{1#file://}}" >> {opened}.part; mv {opened}.part {opened}'
    browser.write_text(f"#!/bin/sh\n{program}\n")
    browser.chmod(0o700)

    with _run("--home", str(home), "--no-browser", BROWSER=f"{browser} %s"):
        pass
    assert not opened.exists()
    with _run("--home", str(home), BROWSER=f"{browser} %s") as run:
        assert until(opened.exists)
        given, page = opened.read_text().split("\n", 1)
        assert given.startswith("file://") and run.address not in given  # every user sees a command line
        assert f"url={run.address}" in page


def test_another_port_s_page_and_whoever_was_not_told_the_address_get_nothing(home: Path):
    with _run("--home", str(home), "--no-browser") as run:
        told, stranger = run.visitor(), Visitor(run.port)
        assert told.ask("/").status == 200
        for name in (None, f"127.0.0.1:{run.port}", f"localhost:{run.port}", f"hub-{'0' * 32}.localhost:{run.port}"):
            asked = {"Host": name} if name else {}
            assert stranger.ask("/", **asked).status == 403
            assert stranger.ask("/voila/render/overview.ipynb", **asked).status == 403
        stolen = Visitor(run.port, cookies=told.cookies)
        assert stolen.ask("/").status == 403
        assert told.ask("/", **{"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "empty"}).status == 403
        assert run.address not in " ".join(word for each in _all(run) for word in each.cmdline())


def _all(run: Run) -> list[psutil.Process]:
    command = psutil.Process(run.process.pid)
    return [command, *command.children(recursive=True)]


def test_an_interrupt_ends_the_command_and_every_process_of_it(home: Path):
    with _run("--home", str(home), "--no-browser") as run:
        run.visitor().open("overview")
        family = psutil.Process(run.process.pid).children(recursive=True)

    assert run.process.returncode == 0
    assert len(family) >= 2
    assert until(lambda: not any(each.is_running() for each in family))


def test_the_process_that_serves_knows_no_way_to_the_records(home: Path):
    with _run("--home", str(home), "--no-browser") as run:
        run.visitor().open("overview")
        command = psutil.Process(run.process.pid)
        family = command.children(recursive=True)
        held = [each.path for process in (command, *family) for each in process.open_files()]
        given = [process.environ() for process in family]

    assert not [path for path in held if path.startswith(str(home)) and "/published/" not in path]
    assert all(each["HUBDATA_RELEASES"] == str(home / "published") for each in given)
    assert not [name for each in given for name in each if name in SECRETS]


def test_the_records_may_be_broken_and_the_dashboards_still_work(home: Path, tmp_path: Path):
    shutil.copytree(home / "published", tmp_path / "published")
    (tmp_path / "hub.db").write_text("no database at all")

    with _run("--home", str(tmp_path), "--no-browser") as run:
        assert _has_figures(run.visitor().open("overview")[0])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root")
def test_somebody_without_permission_on_the_records_can_serve_everything(home: Path, tmp_path: Path):
    # root without a single capability is one user among others: it may not enter a home of somebody else's
    without = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
    released, records = tmp_path / "released", tmp_path / "hub"
    shutil.copytree(home / "published", released, ignore=shutil.ignore_patterns("ledger.jsonl"))
    shutil.copytree(home, records)
    for path in (records, *records.rglob("*")):
        os.chown(path, SOMEBODY, SOMEBODY)
    assert records.stat().st_mode & 0o777 == 0o700
    assert subprocess.run([*without, "cat", records / "hub.db"], capture_output=True).returncode != 0

    with _run("--released", str(released), "--no-browser", before=without, HUBDATA_HOME=str(records)) as run:
        visitor = run.visitor()
        assert all(each.title in visitor.ask("/").text for each in DASHBOARDS)
        for each in DASHBOARDS:
            text, kernel = visitor.open(each.name)
            assert each.question in html.unescape(text) and _has_figures(text)
            with visitor.listen(kernel) as line:
                assert line.widgets()
        family = psutil.Process(run.process.pid).children(recursive=True)
        assert len(family) > len(DASHBOARDS)
        assert not any(re.search(r"CapEff:\s+0*[1-9a-f]", _status(each)) for each in family)


def _status(process: psutil.Process) -> str:
    return Path("/proc", str(process.pid), "status").read_text()


def test_an_attacker_who_sets_every_trait_learns_only_what_is_published(home: Path, tmp_path: Path):
    published = set(NUMBER.findall(" ".join(path.read_text("utf-8-sig") for path in home.glob("published/*/*/*.csv"))))
    with server(Plan("127.0.0.1", 0, str(home / "published")), tmp_path) as running:
        for each in DASHBOARDS:
            visitor = running.visitor()
            text, kernel = visitor.open(each.name)
            on_screen = published | set(NUMBER.findall(_text(text)))

            learned = _attack(visitor, kernel)

            assert not re.search(rf"Traceback|Zebedee|FAM[A-Z0-9]|{home}|hub\.db\b(?!&)|HUBDATA|marigold", learned)
            assert set(NUMBER.findall(learned)) <= on_screen


def _attack(visitor: Visitor, kernel: str) -> str:
    """Set every trait of every widget, and its value to much more; all text that the kernel then says."""
    said = []
    with visitor.listen(kernel) as line:
        for widget, state in line.widgets().items():
            values = [{"value": each} for each in HOSTILE] if "value" in state["state"] else []
            for each in line.set(widget, *({trait: HOSTILE[0]} for trait in state["state"]), *values):
                if each["header"]["msg_type"] == "comm_msg":
                    said.append(_text(str(each["content"]["data"].get("state", {}).get("value", ""))))
                said.append(str(each["content"].get("evalue", "")).split("reference")[0])
    own = {str(value) for value in HOSTILE}
    return " ".join(each for each in said if each.strip() and each.strip() not in own)


WRONG = [
    ({"host": "0.0.0.0"}, "others can reach --host '0.0.0.0'"),
    ({"host": "::"}, "others can reach --host '::'"),
    ({"host": "example.org"}, "others can reach --host 'example.org'"),
    ({"port": 65536}, "--port 65536 is no port"),
    ({"port": -1}, "--port -1 is no port"),
    ({"kernels": 0}, "--kernels 0 is out of range"),
    ({"header": "X-User"}, "--proxy IP belong together"),
    ({"proxy": "127.0.0.1"}, "--proxy IP belong together"),
    ({"header": "X-User", "proxy": "proxy.example"}, "--proxy 'proxy.example' is not an IP address"),
    ({"header": "X-User", "proxy": "127.0.0.1", "token": "x" * 32}, "--token-file or --identity-header, not both"),
    ({"names": ("ann",)}, "--roles needs names"),
    ({"released": "/nowhere"}, "there are no releases at /nowhere"),
    ({"folder": "/nowhere"}, "there are no dashboards at /nowhere"),
]


@pytest.mark.parametrize(("asked", "said"), WRONG)
def test_what_cannot_be_served_safely_is_refused_before_anything_starts(tmp_path: Path, asked: dict, said: str):
    with pytest.raises(BadParameter, match=re.escape(said)):
        serve_plan.checked(Plan(**{"host": "127.0.0.1", "port": 8866, "released": str(tmp_path)} | asked))


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"host": "::1"},
        {"host": "localhost"},
        {"host": "127.9.9.9"},
        {"host": "0.0.0.0", "token": "x" * 32},
        {"host": "0.0.0.0", "header": "X-User", "proxy": "10.0.0.5"},
    ],
)
def test_what_can_be_served_safely_is_not(tmp_path: Path, asked: dict):
    plan = Plan(**{"host": "127.0.0.1", "port": 8866, "released": str(tmp_path)} | asked)

    assert serve_plan.checked(plan) == plan


def test_a_token_file_must_be_long_and_private(tmp_path: Path):
    path = tmp_path / "token"
    for content, mode in (("x" * 31, 0o600), ("x " * 32, 0o600), ("é" * 40, 0o600), ("x" * 32, 0o604), ("", 0o600)):
        path.write_text(content, "utf-8")
        path.chmod(mode)
        with pytest.raises(BadParameter, match="--token-file"):
            serve_plan.read_token(path)
    path.write_text("x" * 32 + "\n")
    path.chmod(0o640)

    assert serve_plan.read_token(path) == "x" * 32
    with pytest.raises(BadParameter, match="cannot be read"):
        serve_plan.read_token(tmp_path / "none")


@pytest.mark.parametrize(
    "content", ["", "[]", '{"managers": "ann"}', '{"managers": [1]}', '{"viewers": ["ann"]}', "\xff"]
)
def test_a_file_of_roles_that_is_not_one_is_refused(tmp_path: Path, content: str):
    path = tmp_path / "roles.json"
    path.write_text(content, "latin-1")

    with pytest.raises(BadParameter, match="--roles"):
        serve_plan.read_roles(path)


def test_a_file_of_roles_says_who_may_look(tmp_path: Path):
    path = tmp_path / "roles.json"
    path.write_text('{"managers": ["bob", "ann"], "officers": ["ann"]}')

    plan = Plan("127.0.0.1", 1, "", header="X-User", proxy="127.0.0.1", names=serve_plan.read_roles(path))

    assert plan.names == ("ann", "bob")
    assert plan.admits("ann") and not plan.admits("eve")


def test_a_bare_environment_is_a_list_of_what_is_needed():
    given = SECRETS | {"PATH": "/bin", "PYTHONSTARTUP": "x"}

    assert start.bare(given, "/r") == {"PATH": "/bin", "HUBDATA_RELEASES": "/r"}
