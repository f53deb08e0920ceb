"""What not every hub installs, and which extra of the package brings it; none of it is imported here."""

from importlib.util import find_spec

from hubdata.errors import HubError

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
