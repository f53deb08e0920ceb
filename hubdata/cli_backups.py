"""`hubdata backup` and `hubdata restore`; no logic lives here."""

# ruff: noqa: B008, D103
from pathlib import Path
from typing import Annotated

import typer

from hubdata.desk import Answer, Desk, command

backup_app = typer.Typer()


@command(backup_app)
def backup(
    desk: Desk,
    out: Annotated[
        Path | None, typer.Option(help="The folder for the copy's own folder (default: backups/ in the hub).")
    ] = None,
) -> Answer:
    """Copy the hub, whole and as at one moment, while it is in use; delete copies older than the policy allows."""
    from hubdata import backups

    made = backups.backup(desk.hub(), out, desk.actor, desk.reason)
    return Answer(made, backups.lines(made))


@command(backup_app)
def restore(
    desk: Desk,
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
    from hubdata import backups_restore
    from hubdata import replay as replays

    done = backups_restore.restore(desk.home, desk.url, folder, desk.actor, desk.reason, list_from_backup)
    if not (done.closed and replay):
        return Answer({"restored": done, "replayed": None}, backups_restore.lines(done), 3 if done.closed else 0)
    again = replays.run(desk.home, desk.url, desk.as_at, desk.actor, desk.reason)
    lines = [*backups_restore.lines(done), *replays.lines(again)]
    return Answer({"restored": done, "replayed": again}, lines, 3 if again.problems else 0)
