"""`hubdata deploy …`: what a team's installation needs; no logic lives here."""

from pathlib import Path
from typing import Annotated

import typer

from hubdata.desk.commands.command import Answer, Options, command
from hubdata.errors import BadParameter

deploy_app = typer.Typer(help="A team's installation: what the database must be told.", no_args_is_help=True)


@deploy_app.callback()
def _several() -> None:
    """Keep the word `postgresql` a command of its own: a group of one would take its place."""


@command(deploy_app)
def postgresql(
    options: Options,
    printed: Annotated[bool, typer.Option("--print", help="Write the SQL to standard output; nothing is run.")] = False,
    people: Annotated[
        Path | None, typer.Option(help="A CSV of logins: login, role, hubs, partner, from, until (docs/team.md).")
    ] = None,
    roles: Annotated[str, typer.Option(help="What the roles' names begin with on this server.")] = "hub",
    schema: Annotated[str, typer.Option(help="The schema of the hub's tables.")] = "public",
) -> Answer:
    """Write the SQL that gives a hub on PostgreSQL its roles, their rights and the rows that each login sees."""
    from hubdata.records.team import logins, script

    if not printed:
        raise BadParameter("this command runs nothing: --print writes the SQL, for psql as a superuser of the server")
    made = script.script(roles, schema, options.policy, logins.read(people) if people else None)
    return Answer({"sql": made}, made.splitlines())
