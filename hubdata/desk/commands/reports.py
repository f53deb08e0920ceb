"""`hubdata assurance`; no logic lives here."""

from pathlib import Path
from typing import Annotated

import typer

from hubdata.desk.commands.command import Answer, Options, command
from hubdata.errors import BadParameter

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
            help="retention, sharing_audit, outcomes, data_rights, quality or promises; or `again` with a run."
        ),
    ],
    again: Annotated[str | None, typer.Argument(metavar="RUN", help="The run to make again from its manifest.")] = None,
    params: Annotated[Path | None, typer.Option(help="A YAML file of parameters.")] = None,
    param: Annotated[list[str] | None, typer.Option(help="One parameter, NAME=VALUE; may be repeated.")] = None,
    out: Annotated[Path | None, typer.Option(help="The folder for the bundle (default: reports/ in the hub).")] = None,
) -> Answer:
    """Run one report notebook into a bundle: notebook, web page, workbook and manifest; or make a bundle again."""
    from hubdata.reports import again as reports_again
    from hubdata.reports import orders
    from hubdata.reports import run as reports

    if (name == "again") != bool(again) or (again and (params or param or out)):
        raise BadParameter("write `hubdata report NAME` with its options, or `hubdata report again RUN`")
    if again:
        made = reports_again.run(options.hub(), again, options.step)
        return Answer(made, made.lines(), 3 if made.different or made.altered else 0)
    given = orders.given(name, params, _pairs(param), options.as_at if options.as_at_given else None, options.as_at)
    asked = reports.order(name, given)
    run = reports.run_pack(options.hub(), [asked], out, progress=options.step)[0]
    return Answer(run, orders.lines(run))


@command(report_app)
def pack(
    options: Options,
    name: Annotated[str, typer.Argument(help="The pack; `all` is every report that it has.")] = "all",
    out: Annotated[Path | None, typer.Option(help="The folder for the bundles (default: reports/ in the hub).")] = None,
) -> Answer:
    """Run a pack of reports over one snapshot."""
    from hubdata.reports import orders
    from hubdata.reports import run as reports

    runs = reports.run_pack(options.hub(), orders.pack(name, options.as_at), out, progress=options.step)
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
