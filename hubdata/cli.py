"""`hubdata …`: the commands, each a few lines that call the module which does the work; no logic lives here.

Heavy packages are imported inside the command that needs them: `hubdata --help` takes 0.3 s instead of 2 s.
"""

# ruff: noqa: B008, D103
import sys
from pathlib import Path
from typing import Annotated

import typer

from hubdata import (
    cli_assurance,
    cli_backups,
    cli_desk,
    cli_disclosure,
    cli_disposal,
    cli_duplicates,
    cli_family,
    cli_intake,
    cli_pack,
    cli_promises,
    cli_release,
    cli_rights,
    cli_schedule,
    cli_serve,
    cli_sharing,
    cli_worklist,
)
from hubdata.desk import Answer, Desk, command
from hubdata.errors import BadParameter

app = typer.Typer(
    name="hubdata",
    help="The Family Hub's workbench: prove on any day that the privacy notice is being kept.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip
ledger_app = typer.Typer(help="The audit chain: verify it, sign a checkpoint, export it.", no_args_is_help=True)
app.add_typer(cli_intake.intake_app, name="intake")
app.add_typer(ledger_app, name="ledger")
app.add_typer(cli_duplicates.duplicates_app, name="duplicates")
app.add_typer(cli_sharing.share_app, name="share")
app.add_typer(cli_disposal.retention_app, name="retention")
app.add_typer(cli_sharing.agreement_app, name="agreement")
app.add_typer(cli_sharing.recall_app)
app.add_typer(cli_pack.rights_app, name="rights")
app.add_typer(cli_rights.complaint_app, name="complaint")
app.add_typer(cli_disclosure.disclosure_app)
app.add_typer(cli_backups.backup_app)
app.add_typer(cli_release.publish_app)
app.add_typer(cli_promises.promises_app)
app.add_typer(cli_serve.serve_app)
app.add_typer(cli_desk.desk_app)
app.add_typer(cli_schedule.schedule_app, name="schedule")
app.add_typer(cli_assurance.assurance_app)
app.add_typer(cli_worklist.worklist_app, name="worklist")
app.add_typer(cli_family.family_app, name="family")
app.add_typer(cli_release.release_app, name="release")


SEVERAL = ("--about", "--category", "--param", "--dispose", "--keep", "--clarification-asked",
           "--clarification-received", "--item", "--factor")  # fmt: skip
WITH_VALUE = {"--home", "--url", "--as-at", "--actor", "--reason"}


def _pairs(params: list[str] | None) -> dict[str, str]:
    pairs = {}
    for text in params or []:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise BadParameter(f"--param {text!r} is not NAME=VALUE")
        pairs[name.strip()] = value.strip()
    return pairs


@command(app)
def init(desk: Desk) -> Answer:
    """Make an empty hub, or upgrade an older one."""
    hub = desk.hub(create=True)
    return Answer(
        {"home": str(hub.home), "database": hub.dialect}, [f"The hub is ready at {hub.home} ({hub.dialect})."]
    )


@command(app)
def findings(
    desk: Desk,
    rules: Annotated[str | None, typer.Option(help="Rule families, separated by commas (default: all).")] = None,
    known_at: Annotated[
        str | None, typer.Option(help="As the hub knew agreements, shares and requests at the end of this day.")
    ] = None,
) -> Answer:
    """List every finding as at a day: the rule, the promise, the row's reference and the evidence."""
    from hubdata import dates, snapshot
    from hubdata import findings as found
    from hubdata import rules as families

    chosen = families.choose(rules)
    known = dates.parse(known_at, "--known-at") if known_at is not None else None
    listed = found.list_findings(snapshot.take(desk.hub()), desk.as_at, chosen, known)
    return Answer(listed, found.lines(listed, desk.as_at))


@command(app)
def leads(
    desk: Desk,
    family: Annotated[str, typer.Option(help="The family's reference.")],
    on: Annotated[str | None, typer.Option(help="The day asked about (default: --as-at).")] = None,
    known_at: Annotated[str | None, typer.Option(help="As the hub knew it at the end of this day.")] = None,
) -> Answer:
    """Who took the lead for a family on a day, and every span, gap, overlap and handover up to it."""
    from hubdata import dates
    from hubdata import leads as took

    day = dates.parse(on, "--on") if on else desk.as_at
    said = took.read(desk.hub(), family, day, dates.parse(known_at, "--known-at") if known_at else None)
    return Answer(said, took.lines(said))


@command(app)
def report(
    desk: Desk,
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
    from hubdata import orders, reports, reports_again

    if (name == "again") != bool(again) or (again and (params or param or out)):
        raise BadParameter("write `hubdata report NAME` with its options, or `hubdata report again RUN`")
    if again:
        made = reports_again.run(desk.hub(), again, desk.step)
        return Answer(made, made.lines(), 3 if made.different or made.altered else 0)
    given = orders.given(name, params, _pairs(param), desk.as_at if desk.as_at_given else None, desk.as_at)
    asked = reports.order(name, given)
    run = reports.run_pack(desk.hub(), [asked], out, progress=desk.step)[0]
    return Answer(run, orders.lines(run))


@command(app)
def pack(
    desk: Desk,
    name: Annotated[str, typer.Argument(help="The pack; `all` is every report that it has.")] = "all",
    out: Annotated[Path | None, typer.Option(help="The folder for the bundles (default: reports/ in the hub).")] = None,
) -> Answer:
    """Run a pack of reports over one snapshot."""
    from hubdata import orders, reports

    runs = reports.run_pack(desk.hub(), orders.pack(name, desk.as_at), out, progress=desk.step)
    return Answer(runs, [line for run in runs for line in orders.lines(run)])


@command(app)
def demo(
    desk: Desk,
    families: Annotated[int, typer.Option(help="How many families, 20 to 1,000,000.")] = 400,
    seed: Annotated[int, typer.Option(help="The same seed makes the same hub.")] = 7,
) -> Answer:
    """Make a made-up hub with planted faults, run the whole pack, and say what to do next."""
    from hubdata import tour

    return tour.show(desk, families, seed)


@command(ledger_app)
def verify(desk: Desk) -> Answer:
    """Walk the audit chain, and compare it with every signed checkpoint."""
    from hubdata import checkpoints, ledger

    hub = desk.hub()
    with hub.read() as connection:
        verdict = ledger.verify(connection)
        missing = checkpoints.compare(connection, hub.home / "checkpoints", checkpoints.public(hub.key("checkpoint")))
    said = {"entries": verdict.entries, "head": verdict.head, "erased": verdict.erased,
            "integrity": verdict.faults, "completeness": missing}  # fmt: skip
    faults = [*verdict.faults, *missing]
    lines = [f"{verdict.entries:,} entries, {verdict.erased:,} of them erased lawfully.",
             *(faults or ["Every entry holds, and the chain is as every checkpoint signed it."])]  # fmt: skip
    return Answer(said, lines, 3 if faults else 0)


@command(ledger_app)
def checkpoint(desk: Desk) -> Answer:
    """Sign the chain's head; keep the file where the hub's owner cannot change it."""
    from hubdata import checkpoints

    hub = desk.hub()
    with hub.read() as connection:
        path = checkpoints.write(connection, hub.home / "checkpoints", hub.key("checkpoint"))
    return Answer({"checkpoint": str(path)}, [f"Signed {path}. Copy it to a place that this hub cannot write to."])


@command(ledger_app)
def export(desk: Desk, limit: Annotated[int, typer.Option(help="How many of the latest entries.")] = 1000) -> Answer:
    """List the latest entries: when, by whom, what, and what was said unless it has been erased."""
    from hubdata import ledger

    with desk.hub().read() as connection:
        found = ledger.entries(connection, limit)
    return Answer(found, [f"{e['seq']}  {e['at']}  {e['action']}  {e['role']} {e['actor']}" for e in found])


def behind(words: list[str]) -> list[str]:
    """Common options written before the command, moved behind it: `--home H findings` as `findings --home H`."""
    at = 0
    while at < len(words) and words[at].partition("=")[0] in WITH_VALUE | {"--json"}:
        at += 2 if words[at] in WITH_VALUE else 1
    return words[at:] + words[:at]


def spread(words: list[str]) -> list[str]:
    """`--about P1 P2` as `--about P1 --about P2`: options that may be repeated also take several values at once."""
    spoken, option = [], None
    for word in words:
        if word.startswith("-"):
            option = word if word in SEVERAL else None
        elif option and spoken[-1] != option:
            spoken.append(option)
        spoken.append(word)
    return spoken


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # a screen that lacks a letter is no reason to stop
    app(spread(behind(sys.argv[1:])))
