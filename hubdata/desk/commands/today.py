"""`hubdata today`: what needs somebody now, and the deadlines as a calendar file; no logic lives here."""

from pathlib import Path
from typing import Annotated

import typer

from hubdata.desk.commands.command import Answer, Options, command

today_app = typer.Typer()


@command(today_app)
def today(
    options: Options,
    since: Annotated[
        str | None, typer.Option(help="Newly broken since this day (default: your last look on an earlier day).")
    ] = None,
    calendar: Annotated[
        Path | None, typer.Option(help="Also write every deadline to this .ics file, without a name or a reference.")
    ] = None,
) -> Answer:
    """Say what needs somebody now: whose it is, by when, what happens otherwise, and the form that does it."""
    from hubdata import dates
    from hubdata.desk.today import calendar as calendars
    from hubdata.desk.today import gather, said, seen

    hub = options.hub()
    found = gather.gather(hub, options.by, dates.parse(since, "--since") if since else None)
    if not options.as_at_given:
        seen.note(hub, options.by)
    lines = said.lines(found)
    if calendar is not None:
        calendar.write_bytes(calendars.made(hub, options.as_at).encode())
        lines.append(f"The deadlines are in {calendar}, for a calendar to read.")
    return Answer(found, lines)
