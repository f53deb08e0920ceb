"""`hubdata schedule …`; no logic lives here."""

from pathlib import Path
from typing import Annotated

import typer

from hubdata import places
from hubdata.desk.commands.choice import one_of
from hubdata.desk.commands.command import Answer, Options, command

schedule_app = typer.Typer(help="Reports on time, once: what is due, running it, the timer.", no_args_is_help=True)
TIMERS = one_of(("systemd", "cron", "windows"))


@command(schedule_app, "list")
def list_(options: Options) -> Answer:
    """How every pack stands: next, last, late, running, failed."""
    from hubdata.desk.commands import watch as commands_watch
    from hubdata.schedule import plan, said

    home = commands_watch.home(options)
    found = said.standings(home, plan.read(home=home), commands_watch.moment(options))
    return Answer(found, said.lines(found))


@command(schedule_app, "run-due")
def run_due(
    options: Options,
    kernel: Annotated[
        bool, typer.Option("--kernel", help="A kernel of its own for each report, for an audit.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and run what comes due, until stopped.")] = False,
    hubs: Annotated[
        Path | None, typer.Option(help="A YAML file of hubs, each with its home, url, key and decisions.")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(help="With --hubs: `dask` fans them out over processes, or a scheduler's machines."),
    ] = None,
    scheduler: Annotated[str | None, typer.Option(help="With --on dask: an existing one, tls://host:8786.")] = None,
) -> Answer:
    """Make every report that is due and not made yet, each once; what was missed is made up for, in order."""
    from hubdata.desk.commands import watch as commands_watch

    return commands_watch.answer(options, kernel, watch, hubs, on, scheduler)


@command(schedule_app)
def install(
    options: Options,
    print_: Annotated[str, TIMERS, typer.Option("--print", help=f"{TIMERS}.")],
) -> Answer:
    """Print the timer for this machine; nothing is installed."""
    from hubdata.desk.commands import watch as commands_watch
    from hubdata.schedule import timer

    lines = timer.told(print_, commands_watch.home(options), places.params().absolute(), options.url)
    return Answer({"timer": print_, "lines": lines}, lines)
