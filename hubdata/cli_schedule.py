"""`hubdata schedule …`; no logic lives here."""

# ruff: noqa: B008, D103
from pathlib import Path
from typing import Annotated

import typer

from hubdata import places
from hubdata.desk import Answer, Desk, command

schedule_app = typer.Typer(help="Reports on time, once: what is due, running it, the timer.", no_args_is_help=True)


@command(schedule_app, "list")
def list_(desk: Desk) -> Answer:
    """How every pack stands: next, last, late, running, failed."""
    from hubdata import schedule_plan, schedule_said, schedule_watch

    found = schedule_said.standings(schedule_watch.home(desk), schedule_plan.read(), schedule_watch.moment(desk))
    return Answer(found, schedule_said.lines(found))


@command(schedule_app, "run-due")
def run_due(
    desk: Desk,
    kernel: Annotated[
        bool, typer.Option("--kernel", help="A kernel of its own for each report, for an audit.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and run what comes due, until stopped.")] = False,
    hubs: Annotated[Path | None, typer.Option(help="A YAML file of hubs, each with its home, url and key.")] = None,
    on: Annotated[
        str | None, typer.Option(help="With --hubs: `dask` fans them out over processes or machines.")
    ] = None,
    scheduler: Annotated[str | None, typer.Option(help="With --on dask: an existing one, tcp://host:8786.")] = None,
) -> Answer:
    """Make every report that is due and not made yet, each once; what was missed is made up for, in order."""
    from hubdata import schedule_watch

    return schedule_watch.answer(desk, kernel, watch, hubs, on, scheduler)


@command(schedule_app)
def install(
    desk: Desk,
    print_: Annotated[str, typer.Option("--print", help="systemd, cron or windows.")],
) -> Answer:
    """Print the timer for this machine; nothing is installed."""
    from hubdata import schedule_timer, schedule_watch

    lines = schedule_timer.told(print_, schedule_watch.home(desk), places.params().absolute(), desk.url)
    return Answer({"timer": print_, "lines": lines}, lines)
