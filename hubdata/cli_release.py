"""`hubdata publish` and `hubdata release audit`; no logic lives here."""

# ruff: noqa: B008, D103
from typing import Annotated

import typer

from hubdata.desk import Answer, Desk, command

publish_app = typer.Typer()
release_app = typer.Typer(help="What was published: attack all of it together.", no_args_is_help=True)


@command(publish_app)
def publish(
    desk: Desk,
    quarter: Annotated[
        str | None, typer.Option(help="A quarter that is over, 2026-Q3 (default: the last one by --as-at).")
    ] = None,
) -> Answer:
    """Publish a quarter's figures for managers, once and for all, if nobody can work out a small count from them."""
    from hubdata import promises_board, release

    made = release.publish(desk.hub(), quarter, desk.as_at, desk.actor, desk.reason, promises_board.standing)
    return Answer(made, release.lines_of(made))


@command(release_app)
def audit(desk: Desk) -> Answer:
    """Attack everything ever published, all quarters, tables and hubs together."""
    from hubdata import release

    found = release.audit(desk.hub())
    said = {"holds": found.holds, **vars(found)}
    return Answer(said, release.audit_lines(found), 0 if found.holds else 3)
