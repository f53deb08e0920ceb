"""`hubdata doctor`, `hubdata init`, `hubdata backup` and `restore`, `hubdata ledger …`; no logic lives here."""

from pathlib import Path
from typing import Annotated

import typer

from hubdata import dates, moments
from hubdata.desk.commands.command import Answer, Options, command

init_app = typer.Typer()
backup_app = typer.Typer()
doctor_app = typer.Typer()


@command(doctor_app)
def doctor(options: Options) -> Answer:
    """Say what stands in the way: clock, permissions, keys, disk, database, versions, open copies, decisions."""
    from hubdata.records.doctor import examine, fact

    found = examine.examine(options.home, options.url, options.by.actor)
    return Answer(found, fact.lines(found), fact.exit_code(found))


@command(backup_app)
def backup(
    options: Options,
    out: Annotated[
        Path | None, typer.Option(help="The folder for the copy's own folder (default: backups/ in the hub).")
    ] = None,
) -> Answer:
    """Copy the hub, whole and as at one moment, while it is in use; delete copies older than the policy allows."""
    from hubdata.records.backups import make

    made = make.backup(options.hub(), out, options.by)
    return Answer(made, make.lines(made))


@command(backup_app)
def restore(
    options: Options,
    folder: Annotated[Path, typer.Argument(help="The folder that `hubdata backup` made.")],
    list_from_backup: Annotated[
        bool,
        typer.Option("--list-from-backup", help="On a new machine: there is no newer erasure list than the copy's."),
    ] = False,
    replay: Annotated[
        bool, typer.Option("--replay", help="Destroy again at once what was destroyed after the copy was made.")
    ] = False,
) -> Answer:
    """Put a copy in the hub's place; what was destroyed since stays destroyed, or the hub stays closed."""
    from hubdata.records.backups import restore as backups_restore
    from hubdata.retention import replay as replays

    done = backups_restore.restore(options.home, options.url, folder, options.by, list_from_backup)
    if not (done.closed and replay):
        return Answer({"restored": done, "replayed": None}, backups_restore.lines(done), 3 if done.closed else 0)
    again = replays.run(options.home, options.url, options.by)
    lines = [*backups_restore.lines(done), *replays.lines(again)]
    return Answer({"restored": done, "replayed": again}, lines, 3 if again.problems else 0)


ledger_app = typer.Typer(help="The audit chain: verify it, sign a checkpoint, export it.", no_args_is_help=True)


@command(init_app)
def init(options: Options) -> Answer:
    """Make an empty hub, or upgrade an older one."""
    hub = options.hub(create=True)
    return Answer(
        {"home": str(hub.home), "database": hub.dialect}, [f"The hub is ready at {hub.home} ({hub.dialect})."]
    )


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
