"""`hubdata lab` and `hubdata desk`: the officer's forms, in JupyterLab or by themselves; no logic lives here."""

# ruff: noqa: B008, D103
from typing import Annotated

import typer

from hubdata.desk import Answer, Desk, command

desk_app = typer.Typer()

BROWSER = Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")]


@command(desk_app)
def lab(
    desk: Desk,
    port: Annotated[int, typer.Option(help="The port; one that is busy is refused, no other is tried.")] = 8888,
    browser: BROWSER = True,
) -> Answer:
    """Open the officer's desk in JupyterLab, on this machine only, with fresh notebooks in the hub's home."""
    from hubdata import serve_lab

    hub = desk.hub()
    ended = serve_lab.run(hub.home, desk.url, port, desk.say, browser)
    return Answer(
        {"status": "stopped"}, ["JupyterLab has stopped; nothing of its notebooks is kept."], 1 if ended else 0
    )


@command(desk_app, "desk")
def serve_forms(
    desk: Desk,
    host: Annotated[
        str, typer.Option(help="The address to listen on: this machine's own, never another.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; one that is busy is refused, no other is tried.")] = 8867,
    browser: BROWSER = True,
) -> Answer:
    """Open the officer's desk by itself, on this machine only, for whoever has the token that is said."""
    from hubdata import serve_desk

    plan, hub = serve_desk.plan(host, port), desk.hub()
    ended = serve_desk.run(hub.home, desk.url, plan, desk.say, browser)
    return Answer({"status": "stopped"}, ["The desk has stopped."], 1 if ended else 0)
