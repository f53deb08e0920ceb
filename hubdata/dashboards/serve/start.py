"""Starts the process that serves the dashboards, with an environment that knows no way to the records.

The process that starts it opens no records either; all that it hands over is a plan: where the releases are, where to
listen, who may come in. Source: design.md, the managers' boundary.
"""

import json
import os
import subprocess
import sys
import tempfile
import webbrowser
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, cast

from hubdata.dashboards.serve.plan import Plan
from hubdata.errors import HubError
from hubdata.figures.html import DOCTYPE, element, together

# What a Python process needs to start at all. No address, no home, no key, whatever this process has.
PASSED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "PATHEXT", "TEMP", "TMP", "LD_LIBRARY_PATH")
CHILD = (sys.executable, "-P", "-m", "hubdata.dashboards.serve.main")


def bare(given: Mapping[str, str], released: str) -> dict[str, str]:
    """Of an environment what the process that serves may have."""
    return {name: given[name] for name in PASSED if name in given} | {"HUBDATA_RELEASES": released}


def serve(plan: Plan, say: Callable[[str], None], browser: bool = True) -> int:
    """Serve until interrupted. Raises HubError if the port is taken or the process did not start."""

    with tempfile.TemporaryDirectory(prefix="hub-opening-") as place:

        def listening(address: str) -> None:
            say(f"The dashboards are at {address} (stop with Ctrl-C).")
            if browser:
                webbrowser.open(leading(Path(place), address).as_uri())

        return run(plan, CHILD, bare(os.environ, plan.released), listening)


def leading(place: Path, address: str) -> Path:
    """A private page in a private folder that leads to an address: all users see what a browser is started with."""
    path = place / "open.html"
    path.touch(0o600)
    leads = element("meta", http_equiv="refresh", content=f"0;url={address}")
    title = element("title", "The Family Hub")
    path.write_text(together(DOCTYPE, element("meta", charset="utf-8"), title, leads), "utf-8")
    return path


def run(plan: Plan, command: tuple[str, ...], environment: dict[str, str], listening: Callable[[str], None]) -> int:
    """A process that serves a plan, until it is interrupted; `listening` is told its address."""
    child = subprocess.Popen(  # its stderr is ours: that is the log
        command,
        env=environment,
        cwd=plan.folder,
        text=True,
        encoding="utf-8",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        return _run(child, plan, listening)
    except KeyboardInterrupt:
        return 0
    finally:
        with suppress(OSError):
            cast(IO[str], child.stdin).close()
        child.wait()


def _run(child: subprocess.Popen, plan: Plan, listening: Callable[[str], None]) -> int:
    told, heard = cast(IO[str], child.stdin), cast(IO[str], child.stdout)  # `run` asked for both
    told.write(json.dumps(asdict(plan)) + "\n")
    told.flush()
    answer = json.loads(heard.readline() or "{}")
    if "port" not in answer:
        raise HubError(refusal(plan.host, plan.port, answer.get("refused")))
    host = plan.name or (f"[{plan.host}]" if ":" in plan.host else plan.host)
    listening(f"http://{host}:{answer['port']}/")
    return child.wait()


def refusal(host: str, port: int, why: str | None) -> str:
    """What is said where nothing can be served."""
    if why is None:
        return "the process that serves ended before it listened; what it said is above"
    return (
        f"{host} port {port} cannot be listened on ({why}): end what uses it, or choose another with "
        "--port; no other port was tried"
    )
