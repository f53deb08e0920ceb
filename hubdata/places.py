"""Where the files that travel with the product stand; no other module asks where it is itself.

They are found from the package, so that it makes no difference whether it was installed or checked out, and without
`importlib.resources`, which costs every start 15 ms and answers the same for a package that is a folder.
"""

import os
from pathlib import Path

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
