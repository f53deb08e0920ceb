"""`hubdata doctor`, `hubdata init`, `hubdata backup` and `restore`, `hubdata ledger …`; no logic lives here."""

from pathlib import Path
from typing import Annotated

import typer

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


@command(init_app)
def init(options: Options) -> Answer:
    """Make an empty hub, or upgrade an older one; at a terminal, lock a new hub's keys."""
    from hubdata.records.keys import move

    hub = options.hub(create=True)
    said = [f"The hub is ready at {hub.home} ({hub.dialect}).", *move.begun(hub, options.ask, options.by)]
    return Answer({"home": str(hub.home), "database": hub.dialect}, said)
