"""The process that serves, from its start: one plan on stdin, one answer on stdout; it ends when stdin does.

It is started with a bare environment, keeps to folders of its own, and must know nothing of the records.
"""

import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from tornado.netutil import bind_sockets

from hubdata import places
from hubdata.dashboards.serve.plan import Plan

# What a kernel logs goes to the log, and not with its output to the page, where nobody may see it.
KERNEL = {
    "IPKernelApp": {
        "capture_fd_output": False,
        "exec_lines": [
            "import logging, sys",
            "logging.basicConfig(stream=sys.__stderr__, format='%(asctime)s %(levelname)s %(message)s')",
            "del logging, sys",
        ],
    }
}
TEMPLATES = places.TEMPLATES / "voila"


def main(serve: Callable[[Plan, list], None]) -> None:
    """Listen, say on which port or why not, and serve."""
    # jsonschema makes a grammar of addresses of it, 2.5 s of processor, to check what no schema of Jupyter's asks
    sys.modules.setdefault("rfc3987_syntax", ModuleType("rfc3987_syntax"))
    plan = Plan(**json.loads(sys.stdin.readline()))
    try:
        sockets = bind_sockets(plan.port, plan.host)
    except OSError as error:
        print(json.dumps({"refused": error.strerror or str(error)}), flush=True)
        return
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    with tempfile.TemporaryDirectory(prefix="hub-dashboards-") as own:
        _keep_to(Path(own))
        serve(plan, sockets)


def dashboards(plan: Plan, sockets: list) -> None:
    """Serve the dashboards; `hubdata.desk.serve.start` serves the officer's desk."""
    # Voila takes a second to import: a busy port is answered before. What it imports reads the environment set here.
    from hubdata.dashboards.serve.app import Dashboards

    Dashboards.serve(plan, sockets)


def _keep_to(own: Path) -> None:
    """Look for settings, templates, kernels and profiles in our own places only, never in those of the user."""
    for name in ("config", "data", "ipython/profile_default"):
        (own / name).mkdir(parents=True)
    (own / "ipython/profile_default/ipython_kernel_config.json").write_text(json.dumps(KERNEL), "utf-8")
    shutil.copytree(TEMPLATES, own / "voila" / "templates")
    os.environ |= {
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_PATH": str(own),
        "IPYTHONDIR": str(own / "ipython"),
        "TMPDIR": str(own),
    }
    tempfile.tempdir = str(own)


if __name__ == "__main__":
    main(dashboards)
