"""The near end of the process that reports are forked from: starts it, hands it notebooks, ends it."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection

from hubdata import charts_draw

# One thread: a process with several cannot be forked safely, and two reports at a time fill two processors. (DuckDB
# asks how many processors a batch job was given by that name.)
ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "SLURM_CPUS_ON_NODE": "1",
         "ARROW_DEFAULT_MEMORY_POOL": "system"}  # fmt: skip
CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")


class ForkServer:
    """A running server; every notebook that it is given has a process of its own."""

    def __init__(self, control: socket.socket):
        self._control = control

    def run(self, cells: list[str], environment: dict[str, str], folder: str) -> Iterator[dict]:
        """What each code cell showed, as it ends: count, outputs, and the kind of error that stopped it.

        Raises EOFError or OSError if its process has died.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [b"1"], [theirs.fileno()])
        with Connection(ours.detach()) as child:
            child.send_bytes(json.dumps({"cells": cells, "environment": environment, "folder": folder}).encode())
            for _ in cells:
                yield json.loads(child.recv_bytes())


@contextmanager
def server(environment: dict[str, str]) -> Iterator[ForkServer | None]:
    """A server with this environment until the block is left; None where processes cannot be forked (Windows)."""
    if not CAN_FORK:
        yield None
        return
    with _started("hubdata.charts_draw", environment) as drawer:
        drawn_by = {charts_draw.DRAWER: str(drawer.fileno())}
        with _started("hubdata.execution_server", environment | ALONE | drawn_by, drawer) as control:
            yield ForkServer(control)


@contextmanager
def _started(module: str, environment: dict[str, str], *inherited: socket.socket) -> Iterator[socket.socket]:
    """The socket to a module that runs as a process of its own, which ends when the socket closes."""
    ours, theirs = socket.socketpair()
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with ours:
        command = [sys.executable, "-m", module, str(theirs.fileno())]
        handles = [theirs.fileno(), *(each.fileno() for each in inherited)]
        process = subprocess.Popen(command, env=environment, pass_fds=handles, **quiet)
        theirs.close()
        try:
            yield ours
        finally:
            with suppress(OSError):  # it may have died
                ours.shutdown(socket.SHUT_RDWR)  # a copy that some other process has inherited keeps nobody waiting
            process.wait()
