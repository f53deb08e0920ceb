"""`hubdata case`: all that is known about one thing, in one reading order, with its next steps; no logic lives here."""

from typing import Annotated

import typer

from hubdata.desk.commands.command import Answer, Options, command

case_app = typer.Typer()


@command(case_app)
def case(
    options: Options,
    family: Annotated[str | None, typer.Option(help="A family's reference; its record needs a reason.")] = None,
    request: Annotated[str | None, typer.Option(help="A request's reference.")] = None,
    complaint: Annotated[str | None, typer.Option(help="A complaint's reference.")] = None,
    disposal: Annotated[str | None, typer.Option(help="A disposal's reference.")] = None,
    finding: Annotated[
        str | None, typer.Option(help="A finding: its rule, table and row, for example SH01:shares:S000012.")
    ] = None,
    returned: Annotated[str | None, typer.Option("--return", help="The number of a return that waits.")] = None,
) -> Answer:
    """Open one case: all that is known about it, what was done by whom, and the next steps."""
    from hubdata.desk.cases import case as cases
    from hubdata.desk.cases import open as opening

    given = {"family": family, "request": request, "complaint": complaint, "disposal": disposal}
    found = opening.opened(options.hub(), given | {"finding": finding, "returned": returned}, options.by)
    return Answer(found, cases.lines(found))
