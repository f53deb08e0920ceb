"""Runs a notebook in a fresh kernel of its own, through papermill; the only user of papermill.

It writes no file, lets no error text out (that may hold records) and passes the kernel no password.
"""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL

from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook
from traitlets.config import Config

from hubdata.errors import HubError

ENGINE, KERNEL = "hubdata", "python3"
CONFIG = Config(KernelManager={"transport_encryption": "required"})
QUIET = ["--HistoryManager.enabled=False"]  # what an officer ran is in the audit chain, not in a history file
SECRETS = ("HUBDATA_", "PG")  # of the environment, what tells or opens the database
PACKAGE_HOME = str(Path(__file__).resolve().parents[1])
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
            on_cell_start=lambda cell, cell_index: step(cell_index + 1, cells),  # noqa: ARG005 (their names)
        )
        # What a kernel writes to its own terminal may hold records, and is no part of a report.
        return client.execute(env=kernel_env, cwd=folder, stdout=DEVNULL, stderr=DEVNULL)


def execute(notebook: Path, parameters: dict, records: Path, step: Progress) -> NotebookNode:
    """The executed notebook, with outputs that are results and metadata that is public.

    `records` is the folder of the snapshot that it must read; `step` hears which cell starts, of how many.
    Raises HubError with the cell and the kind of error, and nothing of its text, if the notebook fails.
    """
    papermill_engines.register(ENGINE, KernelEngine)
    settings = {"kernel_env": _environment(records), "folder": str(notebook.parent), "step": step}
    try:
        executed = execute_notebook(
            notebook, None, parameters, engine_name=ENGINE, kernel_name=KERNEL, progress_bar=False, **settings
        )
    except PapermillExecutionError as error:
        raise HubError(
            f"the {notebook.stem} notebook stopped at cell {error.cell_index + 1} ({error.ename}); nothing was kept"
        ) from None
    except (DeadKernelError, RuntimeError) as error:
        raise HubError(
            f"the kernel of the {notebook.stem} notebook stopped ({type(error).__name__}); nothing was kept"
        ) from None
    finally:
        _close_loop()
    return _public(executed, parameters)


def _close_loop() -> None:
    """Close the event loop, and its sockets, that nbclient leaves open in the thread that ran it, if it began one."""
    with suppress(RuntimeError):
        asyncio.get_event_loop().close()


def _environment(records: Path) -> dict[str, str]:
    """The kernel's environment: this one without secrets, this very package, and where the snapshot is."""
    path = os.pathsep.join(filter(None, [PACKAGE_HOME, os.environ.get("PYTHONPATH")]))
    kept = {key: value for key, value in os.environ.items() if not key.startswith(SECRETS)}
    values = {"HUBDATA_PARAMS": os.environ["HUBDATA_PARAMS"]} if "HUBDATA_PARAMS" in os.environ else {}
    return {**kept, **values, "PYTHONPATH": path, "HUBDATA_SNAPSHOT": str(records)}


def _public(notebook: NotebookNode, parameters: dict) -> NotebookNode:
    """The notebook without times, paths and streams, so that the same run gives the same bytes."""
    told = {"papermill": {"parameters": parameters}} if parameters else {}
    kernel = {"kernelspec": notebook.metadata.kernelspec, "language_info": {"name": "python"}}
    notebook.metadata = NotebookNode({**kernel, **told})
    for number, cell in enumerate(notebook.cells):
        cell.metadata = NotebookNode({"tags": cell.metadata.tags} if cell.metadata.get("tags") else {})
        cell.id = f"cell-{number + 1:02d}"
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.output_type in SHOWN]
    return notebook
