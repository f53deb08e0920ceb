"""`hubdata duplicates …`: the same family twice: suggested, decided, taken back; no logic lives here."""

# ruff: noqa: B008, D103
from typing import Annotated

import typer

from hubdata.desk import Answer, Desk, command

duplicates_app = typer.Typer(
    help="The same family twice: likely duplicates and moves, for a person to decide.", no_args_is_help=True
)

FAMILY = Annotated[str, typer.Option(help="One record's family reference.")]
OTHER = Annotated[str, typer.Option(help="The other record's family reference.")]


@command(duplicates_app, "list")
def list_(
    desk: Desk,
    hub: Annotated[str | None, typer.Option(help="Only pairs with a record at this hub.")] = None,
    family: Annotated[str | None, typer.Option(help="Only pairs with this family.")] = None,
    threshold: Annotated[
        float | None, typer.Option(help="Least probability, 0.5 to below 1 (default: the policy's).")
    ] = None,
    limit: Annotated[int, typer.Option(help="How many pairs are shown.")] = 100,
) -> Answer:
    """List records that may be of one family, with the evidence; names are shown only to who says why."""
    from hubdata import duplicates, duplicates_said

    opened = desk.hub()
    found = duplicates.find(opened, duplicates.Asked(hub, family, threshold, limit), desk.as_at)
    if desk.reason is not None:
        found = duplicates.named(opened, found, desk.actor, desk.reason)
    return Answer(duplicates_said.as_json(found), duplicates_said.lines(found))


@command(duplicates_app)
def decide(
    desk: Desk,
    family: FAMILY,
    other: OTHER,
    decision: Annotated[str, typer.Option(help="same, different or unsure.")],
) -> Answer:
    """Remember whether two records are of one family; nothing is merged, moved or deleted."""
    from hubdata import duplicates_decided, duplicates_said

    done = duplicates_decided.decide(desk.hub(), (family, other), decision, desk.as_at, desk.actor, desk.reason)
    return Answer(done, duplicates_said.decided_lines(done))


@command(duplicates_app)
def undo(desk: Desk, family: FAMILY, other: OTHER) -> Answer:
    """Take back what was decided about two records; the old decision stays in the register."""
    from hubdata import duplicates_decided, duplicates_said

    done = duplicates_decided.undo(desk.hub(), (family, other), desk.as_at, desk.actor, desk.reason)
    return Answer(done, duplicates_said.decided_lines(done))
