"""Runs a notebook through papermill, in a fresh kernel or a fresh fork of its own; the only user of papermill.

Both ways give the same notebook. A kernel starts from nothing, as an auditor would start it; a fork has its imports
already (`server`), which is most of a report's time. It writes no file, lets no error text out (that may hold
records) and passes what runs a notebook no password.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode, from_dict
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook
from traitlets.config import Config

from hubdata import places
from hubdata.errors import HubError

# One thread: a process with several cannot be forked safely, and two reports at a time fill two processors. (DuckDB
# asks how many processors a batch job was given by that name.)
ALONE = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "SLURM_CPUS_ON_NODE": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
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
    ours, theirs = socket.socketpair()
    nowhere = subprocess.DEVNULL
    with ours:
        command = [sys.executable, "-m", "hubdata.reports.server", str(theirs.fileno())]
        passed = [theirs.fileno()]
        process = subprocess.Popen(
            command, env=environment | ALONE, pass_fds=passed, stdin=nowhere, stdout=nowhere, stderr=nowhere
        )
        theirs.close()
        try:
            yield ForkServer(ours)
        finally:
            with suppress(OSError):  # it may have died
                ours.shutdown(socket.SHUT_RDWR)  # a copy that some other process has inherited keeps nobody waiting
            process.wait()


ENGINE, FORKED, KERNEL = "hubdata", "hubdata-fork", "python3"
PYTHON = {"display_name": "Python 3", "language": "python", "name": KERNEL}  # for an own notebook that names no kernel
CONFIG = Config(KernelManager={"transport_encryption": "required"})
QUIET = ["--HistoryManager.enabled=False"]  # what an officer ran is in the audit chain, not in a history file
SECRETS = ("HUBDATA_", "PG")  # of the environment, what tells or opens the database
SHOWN = ("execute_result", "display_data")

Progress = Callable[[int, int], None]


class KernelEngine(NBClientEngine):
    """papermill's own engine, with the kernel's traffic encrypted and its environment and folder given."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, *, kernel_env, folder, step, **_settings):
        """Run the notebook that `nb_man` holds; called by papermill."""
        cells = len(nb_man.nb.cells)
        client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            config=CONFIG,
            extra_arguments=QUIET,
            startup_timeout=60,
            on_cell_start=lambda cell, cell_index: step(cell_index + 1, cells),
        )
        # What a kernel writes to its own terminal may hold records, and is no part of a report.
        return client.execute(env=kernel_env, cwd=folder, stdout=DEVNULL, stderr=DEVNULL)


class ForkEngine(Engine):
    """A papermill engine that has each notebook run by a fresh fork of a process with the imports done."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, *, kernel_env, folder, step, server, **_settings):
        """Run the notebook that `nb_man` holds; called by papermill. Of an error it keeps the kind alone."""
        cells = nb_man.nb.cells
        ended = server.run([cell.source for cell in cells if cell.cell_type == "code"], kernel_env, folder)
        for index, cell in enumerate(cells):
            nb_man.cell_start(cell, index)
            step(index + 1, len(cells))
            said = next(ended) if cell.cell_type == "code" else {}
            cell.update(_shown(said))
            if said.get("error"):
                nb_man.cell_exception(cell, index)
            nb_man.cell_complete(cell, index)
            if said.get("error"):
                return nb_man.nb
        return nb_man.nb


def _shown(said: dict) -> Any:
    """What a code cell's run adds to it, as nodes of a notebook; nothing for a text."""
    if not said:
        return NotebookNode()
    failed = [{"output_type": "error", "ename": said["error"], "evalue": "", "traceback": []}] if said["error"] else []
    return from_dict({"execution_count": said["count"], "outputs": said["outputs"] + failed})


@contextmanager
def forks() -> Iterator[ForkServer | None]:
    """What `execute` forks from, until the block is left; None where it cannot, and every report has a kernel."""
    with server(_environment()) as running:
        yield running


def execute(
    notebook: Path, parameters: dict, records: Path, step: Progress, server: ForkServer | None = None
) -> NotebookNode:
    """The executed notebook, with outputs that are results and metadata that is public.

    `records` is the folder of the snapshot that it must read; `step` hears which cell starts, of how many; without a
    `server` to fork from it has a kernel of its own.
    Raises HubError with the cell and the kind of error, and nothing of its text, if the notebook fails.
    """
    papermill_engines.register(ENGINE, KernelEngine)
    papermill_engines.register(FORKED, ForkEngine)
    settings = {"kernel_env": _environment() | {"HUBDATA_SNAPSHOT": str(records)}, "folder": str(notebook.parent)}
    if server:
        settings["server"] = server
    try:
        executed = execute_notebook(
            notebook,
            None,
            parameters,
            engine_name=FORKED if server else ENGINE,
            kernel_name=KERNEL,
            language="python",  # of an own notebook that does not say so
            progress_bar=False,
            step=step,
            **settings,
        )
    except PapermillExecutionError as error:
        raise HubError(
            f"the {notebook.stem} notebook stopped at cell {error.cell_index + 1} ({error.ename}); nothing was kept"
        ) from None
    except (DeadKernelError, RuntimeError, EOFError, ConnectionError) as error:
        raise HubError(
            f"the process of the {notebook.stem} notebook stopped ({type(error).__name__}); nothing was kept"
        ) from None
    finally:
        if not server:
            _close_loop()
    return _public(executed, parameters)


def _close_loop() -> None:
    """Close the event loop, and its sockets, that nbclient leaves open in the thread that ran it, if it began one."""
    with suppress(RuntimeError):
        asyncio.get_event_loop().close()


def _environment() -> dict[str, str]:
    """The environment of what runs notebooks: this one without secrets, and this very package."""
    path = os.pathsep.join(filter(None, [places.IMPORTED_FROM, os.environ.get("PYTHONPATH")]))
    kept = {key: value for key, value in os.environ.items() if not key.startswith(SECRETS)}
    values = {"HUBDATA_PARAMS": os.environ["HUBDATA_PARAMS"]} if "HUBDATA_PARAMS" in os.environ else {}
    return {**kept, **values, "PYTHONPATH": path}


def _public(notebook: NotebookNode, parameters: dict) -> NotebookNode:
    """The notebook without times, paths and streams, so that the same run gives the same bytes."""
    told = {"papermill": {"parameters": parameters}} if parameters else {}
    kernel = {"kernelspec": notebook.metadata.get("kernelspec", PYTHON), "language_info": {"name": "python"}}
    notebook.metadata = NotebookNode({**kernel, **told})
    for number, cell in enumerate(notebook.cells):
        cell.metadata = NotebookNode({"tags": cell.metadata.tags} if cell.metadata.get("tags") else {})
        cell.id = f"cell-{number + 1:02d}"
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.output_type in SHOWN]
    return notebook
