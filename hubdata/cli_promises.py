"""`hubdata promises`: a few lines that call the module which does the work; no logic lives here."""

# ruff: noqa: D103
from typing import Annotated

import typer

from hubdata.desk import Answer, Desk, command

promises_app = typer.Typer()


@command(promises_app)
def promises(
    desk: Desk,
    known_at: Annotated[
        str | None, typer.Option(help="As the hub knew agreements, shares and requests at the end of this day.")
    ] = None,
) -> Answer:
    """Show the promise board: each promise of the notice, whether it is kept, and the evidence."""
    from hubdata import dates, promises_board

    known = dates.parse(known_at, "--known-at") if known_at is not None else None
    board = promises_board.opened(desk.hub(), desk.as_at, known)
    return Answer(promises_board.rows(board), promises_board.lines(board, desk.as_at))
