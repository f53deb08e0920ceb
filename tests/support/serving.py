"""A real dashboards' server for tests, visitors who speak HTTP to it, and an attacker on the socket of a page."""

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import nbformat
import psutil
import websocket

from hubdata import places
from hubdata.dashboards.serve import start
from hubdata.dashboards.serve.plan import Plan

LIKE_A_TERMINAL = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
SECRETS = {"HUBDATA_URL": "postgresql://hub:marigold@db/hub", "HUBDATA_HOME": "/marigold", "MYSECRET": "marigold"}
PROBE = """
import html, logging, os, sys
import ipywidgets
from IPython.display import HTML, display

said = ("environment", *sorted(os.environ), "; visitor", os.environ.get("HTTP_X_HUB_USER"), "asked",
        os.environ.get("QUERY_STRING"), "in", os.getcwd())
display(HTML(f"<p>{html.escape(' '.join(map(str, said)))}</p>"))
shown = ipywidgets.Text(value="on screen", disabled=True)
choice = ipywidgets.Dropdown(options=["all", "corby"])

def broken(change):
    person = "Zebedee Quillfeather"
    print("written to stderr about", person, file=sys.stderr)
    logging.getLogger("hubdata.dashboards.show").error("logged in a kernel")
    raise ValueError(f"no such choice for {person}")

choice.observe(broken, "value")
display(shown, choice)
"""
BROKEN = 'person = "Zebedee Quillfeather"\nraise ValueError(f"no figures for {person}")'


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook of code cells behind a heading."""
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(f"# {path.stem}"), *map(nbformat.v4.new_code_cell, cells)],
        metadata={
            "title": path.stem,
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        },
    )
    nbformat.write(made, path)


def write_probes(folder: Path) -> Path:
    """Notebooks that say what they were given, and files that lie beside them and are nobody's business."""
    folder.mkdir(exist_ok=True)
    write_notebook(folder / "probe.ipynb", PROBE)
    write_notebook(folder / "broken.ipynb", BROKEN)
    (folder / "hub.db").write_bytes(b"SQLite marigold")
    for name in ("returns.csv", "notes.py", "picture.png", "picture.svg"):
        (folder / name).write_text("marigold", "utf-8")
    return folder


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass
class Visitor:
    """Somebody with a browser's memory: what it sends each time, and the cookies that it was given."""

    port: int
    sent: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    comes_from: str = "127.0.0.1"

    def ask(self, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
        """One request; its address is sent as it is."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90, source_address=(self.comes_from, 0))
        with contextlib.closing(line):
            line.putrequest(method, path, skip_host="Host" in self.sent | headers)
            extra = {"Content-Length": str(len(body))} if body is not None else {}
            for name, value in (self._headers() | extra | headers).items():
                line.putheader(name, value)
            line.endheaders(body.encode() if body else None)
            reply = line.getresponse()
            text = reply.read().decode("utf-8", "replace")
        for cookie in reply.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(reply.status, reply.headers, text)

    def _headers(self) -> dict[str, str]:
        known = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self.sent | ({"Cookie": known} if known else {})

    def post(self, path: str, **form: str) -> Answer:
        """Send a form."""
        body = "&".join(f"{name}={value}" for name, value in form.items())
        return self.ask(path, "POST", body, **{"Content-Type": "application/x-www-form-urlencoded"})

    def open(self, name: str, query: str = "") -> tuple[str, str]:
        """Open a dashboard: its text and the kernel that it names."""
        reply = self.ask(f"/voila/render/{name}.ipynb{query}", Accept="text/html")
        assert reply.status == 200, reply.text
        return reply.text, re.search(r'"kernelId": "([\w-]+)"', reply.text)[1]

    def listen(self, kernel: str, **headers: str) -> "Line":
        """Connect to a kernel's socket, as its page does. Raises WebSocketBadStatusException if refused."""
        said = self._headers() | headers
        known = [f"{name}: {value}" for name, value in said.items() if name != "Host"]
        address = f"ws://127.0.0.1:{self.port}/api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}"
        host = said.get("Host")
        its = None if host is None or "Origin" in said else f"http://{host}"  # as a page of that name says
        return Line(websocket.create_connection(address, header=known, timeout=30, host=host, origin=its))


@dataclass
class Line:
    """One socket to a kernel; it sends whatever it likes."""

    socket: websocket.WebSocket

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_error) -> None:
        self.socket.close()

    def send(self, kind: str, content: dict, channel: str = "shell", **metadata: str) -> str:
        """Send one message; its number."""
        number = uuid.uuid4().hex
        header = {"msg_id": number, "msg_type": kind, "username": "x", "session": "x", "version": "5.3", "date": ""}
        self.socket.send(
            json.dumps(
                {
                    "header": header,
                    "parent_header": {},
                    "metadata": metadata,
                    "content": content,
                    "channel": channel,
                    "buffers": [],
                }
            )
        )
        return number

    def heard(self, patience: float = 30) -> list[dict]:
        """Everything that comes until the kernel has answered a question asked now."""
        last = self.send("kernel_info_request", {})
        found, until = [], time.monotonic() + patience
        while time.monotonic() < until:
            told = self.socket.recv()
            message = json.loads(told if isinstance(told, str) else told[told.index(b"{") :])
            found.append(message)
            if message["parent_header"].get("msg_id") == last and message["content"].get("execution_state") == "idle":
                return found
        raise TimeoutError("the kernel did not answer")

    def widgets(self) -> dict[str, dict]:
        """The state of every widget in the kernel, shown or not, as the page's own front end asks for it."""
        comm = uuid.uuid4().hex
        self.send(
            "comm_open",
            {"comm_id": comm, "target_name": "jupyter.widget.control", "data": {}, "target_module": None},
            version="1.0.0",
        )
        self.send("comm_msg", {"comm_id": comm, "data": {"method": "request_states"}})
        replies = [each["content"]["data"] for each in self.heard() if each["content"].get("comm_id") == comm]
        return next(each["states"] for each in replies if each.get("method") == "update_states")

    def set(self, widget: str, *states: dict[str, object]) -> list[dict]:
        """Set traits of a widget, one state after the other, whatever its page allows; everything that came of it."""
        for state in states:
            change = {"method": "update", "state": state, "buffer_paths": []}
            self.send("comm_msg", {"comm_id": widget, "data": change})
        return self.heard(patience=60)


@dataclass(frozen=True)
class Server:
    """A running server: its port, its process and what it logged so far."""

    port: int
    process: psutil.Process
    log: Callable[[], str]

    def visitor(self, **sent: str) -> Visitor:
        """Somebody new."""
        return Visitor(self.port, sent)

    def kernels(self) -> list[psutil.Process]:
        """The kernels' processes."""
        return [each for each in self.process.children(recursive=True) if _is_kernel(each)]


def _is_kernel(process: psutil.Process) -> bool:
    try:
        return "ipykernel_launcher" in process.cmdline()
    except psutil.Error:  # it has just ended
        return False


@contextlib.contextmanager
def server(plan: Plan, folder: Path) -> Iterator[Server]:
    """The process that serves, started as the command starts it; its log goes to a file in `folder`."""
    log = folder / f"{uuid.uuid4().hex}.log"
    with log.open("w") as errors:
        child = subprocess.Popen(
            start.CHILD,
            env=start.bare(os.environ | SECRETS, plan.released),
            cwd=plan.folder,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    try:
        child.stdin.write(json.dumps(asdict(plan)) + "\n")
        child.stdin.flush()
        told = json.loads(child.stdout.readline() or "{}")
        assert "port" in told, (told, log.read_text())
        yield Server(told["port"], psutil.Process(child.pid), log.read_text)
    finally:
        child.stdin.close()
        child.stdout.close()
        child.wait(60)


def until(true: Callable[[], object], patience: float = 30) -> bool:
    """Wait until something is so; whether it came to be."""
    end = time.monotonic() + patience
    while not (so := true()) and time.monotonic() < end:
        time.sleep(0.1)
    return bool(so)


@contextlib.contextmanager
def command(log: Path, *words: str, said: str) -> Iterator[str]:
    """A command that serves, until it is interrupted as a terminal does it; what it says of its address."""
    start = f"{LIKE_A_TERMINAL}; from hubdata.desk.main import main; main()"
    with log.open("w") as heard:
        running = subprocess.Popen(
            [sys.executable, "-c", start, *words, "--no-browser"],
            cwd=places.IMPORTED_FROM,
            stderr=heard,
            stdout=heard,
            start_new_session=True,
        )
    try:
        assert until(lambda: running.poll() is not None or re.search(said, log.read_text()), 90)
        assert running.poll() is None, log.read_text()
        yield re.search(said, log.read_text())[0]
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGINT)
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
