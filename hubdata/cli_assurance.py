"""`hubdata assurance`; no logic lives here."""

# ruff: noqa: B008, D103
from pathlib import Path
from typing import Annotated

import typer

from hubdata.desk import Answer, Desk, command

assurance_app = typer.Typer()


@command(assurance_app)
def assurance(
    desk: Desk,
    out: Annotated[Path | None, typer.Option(help="The folder for the exports (default: reports/ in the hub).")] = None,
) -> Answer:
    """Write the record of processing activities with the data dictionary, and what partners and notices lack."""
    from hubdata import assurance as exports

    made = exports.make(desk.hub(), desk.as_at, out)
    return Answer(made, exports.lines(made))
