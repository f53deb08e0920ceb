"""`hubdata retention …`: due, held, reviewed, approved, destroyed, certified; no logic lives here."""

# ruff: noqa: B008, D103
from typing import Annotated

import typer

from hubdata.desk import Answer, Desk, command

retention_app = typer.Typer(help="Five years, holds and disposal.", no_args_is_help=True)


@command(retention_app)
def hold(
    desk: Desk,
    family: Annotated[str, typer.Option(help="The family's reference.")],
    code: Annotated[
        str,
        typer.Option(help="access_request, complaint, litigation, inquiry, safeguarding_review, restriction or other."),
    ],
    review_on: Annotated[str | None, typer.Option(help="The day on which the hold is looked at again.")] = None,
    authority: Annotated[str | None, typer.Option(help="Who or what requires it.")] = None,
) -> Answer:
    """Keep a family's records past their date, for a stated reason."""
    from hubdata import retention

    placed = retention.place_hold(desk.hub(), family, code, desk.as_at, review_on, authority, desk.actor, desk.reason)
    return Answer({"hold": placed}, [f"Hold {placed} is placed on {family}."])


@command(retention_app)
def unhold(desk: Desk, hold: Annotated[str, typer.Option(help="The hold's reference.")]) -> Answer:
    """Release one hold; others on the same family stay."""
    from hubdata import retention

    retention.release_hold(desk.hub(), hold, desk.as_at, desk.actor, desk.reason)
    return Answer({"hold": hold}, [f"Hold {hold} is released."])
