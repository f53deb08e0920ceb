"""`hubdata dashboards`; no logic lives here."""

from pathlib import Path
from typing import Annotated

import typer

from hubdata import places
from hubdata.desk.commands.command import Answer, Options, command

serve_app = typer.Typer()


@command(serve_app)
def dashboards(
    options: Options,
    host: Annotated[
        str, typer.Option(help="The address to listen on; beyond loopback only with a way to sign in.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; one that is busy is refused, no other is tried.")] = 8866,
    released: Annotated[
        Path | None, typer.Option(help="The folder of releases (default: published in the hub's home).")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
    token_file: Annotated[
        Path | None, typer.Option(help="A file that holds one long token: whoever gives it is let in for a day.")
    ] = None,
    identity_header: Annotated[
        str | None, typer.Option(help="The header in which a reverse proxy names who asks; needs --proxy.")
    ] = None,
    proxy: Annotated[
        str | None, typer.Option(help="The only address whose word on who asks, and on TLS, is believed.")
    ] = None,
    roles: Annotated[
        Path | None, typer.Option(help="A JSON file of those who may look (default: everybody who is named).")
    ] = None,
    kernels: Annotated[int, typer.Option(help="How many pages may be open at once.")] = 20,
) -> Answer:
    """Serve the dashboards from what was published; the process that serves has no way to the records."""
    from hubdata.dashboards.serve import plan as serve_plan
    from hubdata.dashboards.serve import start as dashboards_start

    plan = serve_plan.Plan(
        host=host,
        port=port,
        kernels=kernels,
        header=identity_header,
        proxy=proxy,
        released=str((released or (options.home or places.home()) / "published").absolute()),
        token=serve_plan.read_token(token_file) if token_file else None,
        names=serve_plan.read_roles(roles) if roles else None,
        name=None if token_file or identity_header else serve_plan.new_name(),
    )
    ended = dashboards_start.serve(serve_plan.checked(plan), options.say, browser)
    return Answer({"status": "stopped"}, ["The dashboards have stopped."], 1 if ended else 0)


desk_app = typer.Typer()

BROWSER = Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")]


@command(desk_app)
def lab(
    options: Options,
    port: Annotated[int, typer.Option(help="The port; one that is busy is refused, no other is tried.")] = 8888,
    browser: BROWSER = True,
) -> Answer:
    """Open the officer's desk in JupyterLab, on this machine only, with fresh notebooks in the hub's home."""
    from hubdata.desk.serve import lab as serve_lab
    from hubdata.records.keys.lend import lent

    with lent(options.home or places.home()):
        hub = options.hub()
        ended = serve_lab.run(hub.home, options.url, port, options.say, browser)
    return Answer(
        {"status": "stopped"}, ["JupyterLab has stopped; nothing of its notebooks is kept."], 1 if ended else 0
    )


@command(desk_app, "desk")
def serve_forms(
    options: Options,
    host: Annotated[
        str, typer.Option(help="The address to listen on: this machine's own, never another.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; one that is busy is refused, no other is tried.")] = 8867,
    browser: BROWSER = True,
) -> Answer:
    """Open the officer's desk by itself, on this machine only, for whoever has the token that is said."""
    from hubdata.desk.serve import start as desk_start
    from hubdata.records.keys.lend import lent

    plan = desk_start.plan(host, port)
    with lent(options.home or places.home()):
        hub = options.hub()
        ended = desk_start.run(hub.home, options.url, plan, options.say, browser)
    return Answer({"status": "stopped"}, ["The desk has stopped."], 1 if ended else 0)
