"""`hubdata assurance`; no logic lives here."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from hubdata.desk.commands.command import Answer, Options, command
from hubdata.errors import BadParameter

ABOUT = ("again", "new", "check")  # what is done with a run or an own report, and so no report's name
report_app = typer.Typer()
assurance_app = typer.Typer()


@command(assurance_app)
def assurance(
    options: Options,
    out: Annotated[Path | None, typer.Option(help="The folder for the exports (default: reports/ in the hub).")] = None,
) -> Answer:
    """Write the record of processing activities with the data dictionary, and what partners and notices lack."""
    from hubdata.reports import assurance as exports

    made = exports.make(options.hub(), options.as_at, out)
    return Answer(made, exports.lines(made))


promises_app = typer.Typer()


@command(promises_app)
def promises(
    options: Options,
    known_at: Annotated[
        str | None, typer.Option(help="As the hub knew agreements, shares and requests at the end of this day.")
    ] = None,
) -> Answer:
    """Show the promise board: each promise of the notice, whether it is kept, and the evidence."""
    from hubdata import dates
    from hubdata.reports import board as reports_board

    known = dates.parse(known_at, "--known-at") if known_at is not None else None
    board = reports_board.opened(options.hub(), options.as_at, known)
    return Answer(reports_board.rows(board), reports_board.lines(board, options.as_at))


def _pairs(params: list[str] | None) -> dict[str, str]:
    pairs = {}
    for text in params or []:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise BadParameter(f"--param {text!r} is not NAME=VALUE")
        pairs[name.strip()] = value.strip()
    return pairs


@command(report_app)
def report(
    options: Options,
    name: Annotated[
        str,
        typer.Argument(
            help="retention, sharing_audit, outcomes, data_rights, quality or promises, or one of your own; or `again` "
            "with a run, `new` or `check` with a name."
        ),
    ],
    again: Annotated[
        str | None, typer.Argument(metavar="RUN", help="The run to make again, or the own report to start or check.")
    ] = None,
    params: Annotated[Path | None, typer.Option(help="A YAML file of parameters.")] = None,
    param: Annotated[list[str] | None, typer.Option(help="One parameter, NAME=VALUE; may be repeated.")] = None,
    out: Annotated[Path | None, typer.Option(help="The folder for the bundle (default: reports/ in the hub).")] = None,
) -> Answer:
    """Run one report notebook into a bundle: notebook, web page, workbook and manifest; or make a bundle again."""
    from hubdata.reports import again as reports_again
    from hubdata.reports import orders
    from hubdata.reports import run as reports

    if (name in ABOUT) != bool(again) or (again and (params or param or out)):
        raise BadParameter(
            "write `hubdata report NAME` with its options, or `hubdata report again RUN`, `new` or `check`"
        )
    if again and name == "again":
        made = reports_again.run(options.hub(), again, options.step)
        return Answer(made, made.lines(), 3 if made.different or made.altered else 0)
    hub = options.hub()
    if again:
        return _own(name, again, hub.home, options.as_at)
    on = options.as_at if options.as_at_given else None
    given = orders.given(name, params, _pairs(param), on, options.as_at, hub.home)
    run = reports.run_pack(hub, [reports.order(name, given, hub.home)], out, progress=options.step)[0]
    return Answer(run, orders.lines(run))


def _own(what: str, name: str, home: Path, day: date) -> Answer:
    """Start a report of one's own, or say what it lacks."""
    from hubdata.reports.own import check, new

    if what == "new":
        path = new.start(name, home, day)
        said = [
            f"{path} is a report that runs: `hubdata lab` has it in the folder `own`, write your own question into it,"
        ]
        return Answer(
            {"report": name, "notebook": path},
            [*said, f"then `hubdata report check {name}` and `hubdata report {name}`."],
        )
    lacks = check.lacks(name, home)
    said = lacks or [f"{name} can be run, scheduled and made again like ours."]
    return Answer({"report": name, "lacks": lacks}, said, 3 if lacks else 0)


@command(report_app)
def pack(
    options: Options,
    name: Annotated[str, typer.Argument(help="The pack; `all` is every report that it has.")] = "all",
    out: Annotated[Path | None, typer.Option(help="The folder for the bundles (default: reports/ in the hub).")] = None,
) -> Answer:
    """Run a pack of reports over one snapshot."""
    from hubdata.reports import orders
    from hubdata.reports import run as reports

    hub = options.hub()
    runs = reports.run_pack(hub, orders.pack(name, options.as_at, hub.home), out, progress=options.step)
    return Answer(runs, [line for run in runs for line in orders.lines(run)])


@command(report_app)
def demo(
    options: Options,
    families: Annotated[int, typer.Option(help="How many families, 20 to 1,000,000.")] = 400,
    seed: Annotated[int, typer.Option(help="The same seed makes the same hub.")] = 7,
) -> Answer:
    """Make a made-up hub with planted faults, run the whole pack, and say what to do next."""
    from hubdata.desk import tour

    return tour.show(options, families, seed)
