"""Where the files that travel with the product stand; no other module asks where it is itself.

They are found from the package, so that it makes no difference whether it was installed or checked out, and without
`importlib.resources`, which costs every start 15 ms and answers the same for a package that is a folder.
"""

import os
from importlib.util import find_spec
from pathlib import Path

from hubdata.errors import HubError

PACKAGE = Path(__file__).resolve().parent
IMPORTED_FROM = str(PACKAGE.parent)  # what a process of ours needs on its path


def shipped(name: str) -> Path:
    """A folder that ships with the product: inside the package once that is installed, beside it in a checkout."""
    inside = PACKAGE / "shipped" / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def params() -> Path:
    """The values that people decide: HUBDATA_PARAMS, or those that ship."""
    return Path(os.environ.get("HUBDATA_PARAMS") or shipped("params"))


def home() -> Path:
    """Where the hub is that a command names no home for: HUBDATA_HOME, or ./hub."""
    return Path(os.environ.get("HUBDATA_HOME") or "hub").absolute()


COUNCIL = PACKAGE / "demo" / "council.yaml"  # the facts of the made-up council
TEMPLATES = PACKAGE / "figures" / "templates"
NOTEBOOKS, DASHBOARDS = shipped("notebooks"), shipped("dashboards")

# The extras of pyproject.toml, by the package that is looked for.
BRINGS = {
    "jupyterlab": "lab",
    "distributed": "fleet",
    "splink": "linkage",
    "psycopg": "postgresql",
    "reportlab": "slides",
}


def need(package: str) -> None:
    """Raises HubError, saying in a sentence what to install, if a package that an extra brings is not there."""
    if find_spec(package) is None:
        raise HubError(
            f"this needs {package}, which is not installed: install hubdata again with its extra "
            f"[{BRINGS[package]}], as README.md says; nothing was changed"
        )
