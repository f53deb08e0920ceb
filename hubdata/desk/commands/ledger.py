"""`hubdata ledger`: the audit chain, its witnesses and its keys; no logic lives here."""

from pathlib import Path
from typing import Annotated

import typer

from hubdata import dates, moments
from hubdata.desk.commands.choice import one_of
from hubdata.desk.commands.command import Answer, Options, command

ledger_app = typer.Typer(help="The audit chain: verify it, sign a checkpoint, export it.", no_args_is_help=True)
PLACES = one_of(("keystore", "passphrase", "folder", "home"))


@command(ledger_app)
def verify(
    options: Options,
    quick: Annotated[
        bool, typer.Option("--quick", help="The audit chain and its checkpoints alone, not the rows.")
    ] = False,
) -> Answer:
    """Verify the audit chain and its checkpoints, compare every row with it, and name every jump of the clock."""
    from hubdata.records.coverage import verify as verifying

    found = verifying.verify(options.hub(), quick)
    return Answer(verifying.said(found), verifying.lines(found), 0 if found.well else 3)


@command(ledger_app, "confirm-day")
def confirm_day(
    options: Options,
    day: Annotated[str, typer.Option(help="The day that it is, as you know it from elsewhere than this machine.")],
) -> Answer:
    """Say which day it is, after this machine's clock jumped: then others may approve, destroy and publish again."""
    from hubdata.records.time import jumps

    confirmed = jumps.confirm(options.hub(), dates.parse(day, "--day"), options.by)
    return Answer(
        confirmed,
        [f"The day is confirmed by {options.by.actor}.", f"{confirmed.said[:1].upper()}{confirmed.said[1:]}."],
    )


@command(ledger_app)
def checkpoint(options: Options) -> Answer:
    """Sign the chain's head; keep the file where the hub's owner cannot change it."""
    from hubdata.records import checkpoints

    hub = options.hub()
    with hub.read() as connection:
        path = checkpoints.write(connection, hub.home / "checkpoints", hub.key("checkpoint"))
    return Answer({"checkpoint": str(path)}, [f"Signed {path}. Copy it to a place that this hub cannot write to."])


@command(ledger_app)
def export(
    options: Options, limit: Annotated[int, typer.Option(help="How many of the latest entries.")] = 1000
) -> Answer:
    """List the latest entries: when, by whom, what, and what was said unless it has been erased."""
    from hubdata.records import ledger

    hub, act = options.hub(), ledger.Act(options.by.actor, "officer", options.by.reason or "an audit", "ledger.export")
    act.detail["limit"] = limit
    with hub.write(act):
        pass
    with hub.read() as connection:
        found = ledger.entries(connection, limit)
    said = (
        f"{e['seq']}  {moments.said(e['at'])}  {e['action']}  {e['role']} {e['actor']}{ledger.doubted(e)}"
        for e in found
    )
    return Answer(found, [*said])


@command(ledger_app)
def keys(
    options: Options,
    move: Annotated[str | None, PLACES, typer.Option(help=f"Keep them elsewhere from now on: {PLACES}.")] = None,
    path: Annotated[Path | None, typer.Argument(help="With --move folder: the folder, outside the hub's home.")] = None,
) -> Answer:
    """Say where the hub's keys are, or move them; what they leave is overwritten."""
    from hubdata.records.keys import kept
    from hubdata.records.keys import move as keys_move

    hub = options.hub()
    if move is None:
        found = kept.read(hub.home / "keys")
        said = {"kept": found.kind, "place": found.place or None, "beside": found.beside}
        return Answer(said, [found.said, *filter(None, [found.warns])])
    moved = keys_move.move(hub, move, path, options.by)
    said = {"kept": moved.now.kind, "place": moved.now.place or None, "before": moved.before, "copies": moved.copies}
    return Answer(said, keys_move.lines(moved))
