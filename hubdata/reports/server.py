"""The process that reports are forked from: it loads once what every notebook needs, and itself runs none.

`python -m hubdata.reports.server FD` listens on the socket FD; each request is a socket of its own, for which one
child is forked. The child runs a notebook's cells in IPython's shell and says the outputs; of an error only its kind
leaves it. Server and children end when who asked has gone. Started with an environment that holds no secret.
"""

import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from multiprocessing.connection import Connection

from IPython.core.displayhook import CapturingDisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from hubdata.errors import HubError
from hubdata.policy import load as load_policy
from hubdata.rules import judge

QUIET = Config(HistoryManager={"enabled": False}, InteractiveShell={"colors": "nocolor", "xmode": "Minimal"})
PRELOADED = ("hubdata.reports.page", "duckdb", "pyarrow.compute", "holidays.countries")


class Shown(list):
    """What one cell shows, in order, as a notebook writes it."""

    def __init__(self, count: int):
        super().__init__()
        self.number = count

    def append(self, said: dict) -> None:
        """Take what IPython formatted: by `display`, which says what may be updated, or as the cell's own value."""
        kind = {"output_type": "display_data"}
        if "transient" not in said:
            kind = {"output_type": "execute_result", "execution_count": self.number}
        super().append(kind | {"data": said["data"], "metadata": said["metadata"] or {}})


def main() -> None:
    """Load, then fork for every request until the socket closes."""
    for name in PRELOADED:
        __import__(name)
    shell = InteractiveShell(config=QUIET)
    with suppress(HubError):  # values that cannot be read are for each report to say
        load_policy()
    judge.AHEAD |= {few: judge.database(few) for few in (False, True)}  # every child takes its own copies
    gc.collect()
    gc.freeze()  # what is here stays: a child that looks through it for garbage would copy it all
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that no child that has ended stays behind
    while True:
        said, handles, _, _ = socket.recv_fds(control, 1, 1)
        if not said:
            return
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                _serve(Connection(handles[0]), shell)
            finally:
                os._exit(0)
        os.close(handles[0])


def _serve(who: Connection, shell: InteractiveShell) -> None:
    """Run one notebook: a message as each cell ends, until one fails."""
    asked = json.loads(who.recv_bytes())
    os.environ |= asked["environment"]
    os.chdir(asked["folder"])
    sys.path.insert(0, asked["folder"])  # as a kernel's is
    for source in asked["cells"]:
        ended = _run(shell, source)
        who.send_bytes(json.dumps(ended, default=str).encode())
        if ended["error"]:
            return


def _run(shell: InteractiveShell, source: str) -> dict:
    count = shell.execution_count
    shown = Shown(count)
    shell.display_pub = CapturingDisplayPublisher()
    shell.display_pub.outputs = shown
    shell.displayhook = CapturingDisplayHook(shell, shown)  # pyright: ignore[reportAttributeAccessIssue] (IPython's own way)
    shell.display_trap.hook = shell.displayhook
    done = shell.run_cell(source, store_history=True)
    error = done.error_before_exec or done.error_in_exec
    return {"count": count, "outputs": shown, "error": type(error).__name__ if error else ""}


if __name__ == "__main__":
    main()
