"""`hubdata retention …`: due, held, reviewed, approved, destroyed, certified; no logic lives here."""

# ruff: noqa: B008, D103
from pathlib import Path
from typing import Annotated

import typer

from hubdata import dates
from hubdata.desk import Answer, Desk, command
from hubdata.errors import BadParameter

retention_app = typer.Typer(help="Five years, holds and disposal.", no_args_is_help=True)


@command(retention_app)
def due(
    desk: Desk,
    hub: Annotated[str | None, typer.Option(help="Only this hub; the token stays that of all hubs.")] = None,
    explain: Annotated[str | None, typer.Option(help="A family: why its record is kept until when.")] = None,
    impact: Annotated[bool, typer.Option("--impact", help="Who moves sooner or later under the next rule.")] = False,
    on: Annotated[str | None, typer.Option(help="With --impact: under the rule in force on this day instead.")] = None,
    draft: Annotated[
        Path | None, typer.Option(help="With --impact: under the rule of this params folder instead.")
    ] = None,
) -> Answer:
    """Show what is past its date, held, or cannot be told, with a token of exactly that; nothing is written."""
    from hubdata import due as found
    from hubdata import due_explain, due_impact, due_said

    if sum((hub is not None, explain is not None, impact)) > 1:
        raise BadParameter("--hub, --explain and --impact ask different things; give one of them")
    if not impact and (on is not None or draft is not None):
        raise BadParameter("--on and --draft say which rule --impact compares with; give --impact too")
    if explain is not None:
        told = due_explain.explain(desk.hub(), explain, desk.as_at)
        return Answer(told, [told.text])
    if impact:
        moved = due_impact.impact(desk.hub(), desk.as_at, dates.parse(on, "--on") if on is not None else None, draft)
        return Answer(moved, due_said.impact(moved))
    shown = found.preview(desk.hub(), desk.as_at, of_hub=hub)
    return Answer(shown, due_said.preview(shown))


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
    about: Annotated[
        list[str] | None, typer.Option(help="Only these people's part, may be repeated (default: the whole record).")
    ] = None,
) -> Answer:
    """Keep a family's records past their date, for a stated reason."""
    from hubdata import retention

    hub, scope = desk.hub(), tuple(part for one in about or [] for part in one.split(";") if part)
    placed = retention.place_hold(hub, family, code, desk.as_at, review_on, authority, desk.actor, desk.reason, scope)
    lacks = retention.missing(desk.reason, authority, review_on)
    return Answer({"hold": placed, "missing": lacks}, retention.placed_lines(placed, family, lacks))


@command(retention_app)
def unhold(desk: Desk, hold: Annotated[str, typer.Option(help="The hold's reference.")]) -> Answer:
    """Release one hold; others on the same family stay."""
    from hubdata import retention

    retention.release_hold(desk.hub(), hold, desk.as_at, desk.actor, desk.reason)
    next_ = "Nothing is destroyed by this; `hubdata retention due` shows what is due now."
    return Answer({"hold": hold}, [f"Hold {hold} is released. {next_}"])


@command(retention_app)
def holds(
    desk: Desk,
    family: Annotated[str | None, typer.Option(help="Only this family's.")] = None,
    released: Annotated[bool, typer.Option("--released", help="Also those that were released.")] = False,
) -> Answer:
    """List the holds in force, with what each lacks and whether its review is due."""
    from hubdata import retention

    found = retention.held(desk.hub(), desk.as_at, family, released)
    return Answer(found, retention.lines(found, desk.as_at))
