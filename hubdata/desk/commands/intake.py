"""`hubdata intake …`: a partner's return, or a service directory; mappings; returns that wait; no logic lives here."""

from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from hubdata import places
from hubdata.desk.commands.command import Answer, Options, command
from hubdata.errors import BadParameter

REPORT = "Also write what is wrong, and how to put it right, as .xlsx and .html into this folder."


class PathOrCommand(TyperGroup):
    """`hubdata intake PATH` is `hubdata intake return PATH`; a path that is called like a command is written ./map."""

    default = "return"

    def parse_args(self, ctx, args: list[str]) -> list[str]:
        if args and args[0] != "--help" and args[0] not in self.commands:
            args = [self.default, *args]
        return super().parse_args(ctx, args)


intake_app = typer.Typer(
    help="A partner's return: `hubdata intake PATH --partner CODE` checks it and applies it once, or says every fault.",
    no_args_is_help=True,
    cls=PathOrCommand,
)
PARTNER = Annotated[str | None, typer.Option(help="The organisation whose return this is.")]
NUMBER = Annotated[str, typer.Argument(metavar="RETURN", help="The paused return's number.")]


@command(intake_app, "return")
def take(
    options: Options,
    path: Annotated[
        Path | None, typer.Argument(help="A folder, a .zip, an .xlsx or .ods workbook, or one CSV file.")
    ] = None,
    partner: PARTNER = None,
    directory: Annotated[
        Path | None, typer.Option(help="Instead of a return: a service directory, JSON in Open Referral UK form.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and compare only; write nothing.")] = False,
    check_only: Annotated[
        bool, typer.Option("--check-only", help="Only say of each file whether it would load; no hub is opened.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help=REPORT)] = None,
) -> Answer:
    """Check a partner's return, or a service directory, and apply it once, or say every fault."""
    from hubdata.intake import directory as directories
    from hubdata.intake import report as intake_report
    from hubdata.intake import said as intake_said
    from hubdata.intake import take as returns

    asked = path or directory
    if asked is None or bool(directory) == bool(path and (partner or check_only)) or (directory and (path or partner)):
        raise BadParameter("give a return and its --partner, or a service directory with --directory FILE.json")
    if not asked.exists():
        raise BadParameter(f"there is no file or folder at {asked}")
    if check_only and report:
        raise BadParameter("--check-only opens no hub and writes no report; use --dry-run with --report FOLDER")
    if check_only:
        verdicts = intake_said.of(asked, partner or "", options.policy, options.home or places.home())
        return Answer(verdicts, intake_said.files_lines(verdicts), 3 if intake_said.refused(verdicts) else 0)
    hub, by = options.hub(create=not dry_run), options.by
    if directory:
        result = directories.take(hub, directory, by.actor, by.reason, dry_run)
    else:
        result = returns.take(hub, asked, str(partner), by.actor, by.reason or "partner return", dry_run, options.count)
    written = intake_report.write(hub, result, asked, report, dry_run) if report else []
    said = intake_said.lines(result, dry_run) + [f"Written: {place}" for place in written]
    return Answer(result.said(), said, 3 if result.status in ("refused", "paused") else 0)


@command(intake_app, "map")
def draft(
    options: Options,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A partner's file, or a folder of them.")],
    partner: PARTNER = None,
    out: Annotated[Path | None, typer.Option(help="Write the draft to this new file instead of showing it.")] = None,
    column: Annotated[list[str] | None, typer.Option(help="A column's heading: families.hub=Area.")] = None,
    word: Annotated[list[str] | None, typer.Option(help="A word as ours: families.hub.North Side=north.")] = None,
    every: Annotated[list[str] | None, typer.Option(help="What stands in every row: families.hub=north.")] = None,
    drop: Annotated[
        list[str] | None, typer.Option(help="A heading that is not taken, and why: Religion=REASON.")
    ] = None,
    leave: Annotated[list[str] | None, typer.Option(help="A table that the list does not tell of.")] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Keep it for this partner in the hub's decisions; the next return uses it.")
    ] = False,
) -> Answer:
    """Draft how a partner's columns map to ours, and show masked what its first rows become; `--save` keeps it."""
    from hubdata.intake import draft as intake_draft
    from hubdata.intake.mapping import kept

    if not partner:
        raise BadParameter("name the partner with --partner: the mapping is kept under its code")
    chosen = kept.chosen(column or [], word or [], every or [], drop or [], leave or [])
    drafted = intake_draft.draft(path, partner, options.policy, chosen, options.home or places.home())
    if out:
        intake_draft.save(drafted, out)
    saved = kept.save(options.hub(), partner, drafted, options.by) if save else None
    return Answer(drafted, drafted.lines(saved or out))


@command(intake_app)
def template(
    options: Options,
    partner: PARTNER = None,
    out: Annotated[
        Path | None, typer.Option(help="The new file (default: return-template.xlsx in this folder).")
    ] = None,
) -> Answer:
    """Write a workbook for a partner to fill in: a sheet a table, pick-lists, date checks; intake takes it as it is."""
    from hubdata.intake import template as intake_template

    path = out or Path(intake_template.NAME)
    tables = intake_template.make(path, options.policy, options.as_at, partner)
    return Answer(
        {"file": path, "tables": tables},
        [f"{path} has a sheet for each of {len(tables)} tables, and says how to fill them in."],
    )


@command(intake_app)
def waiting(options: Options) -> Answer:
    """List the returns that wait for a person: how much each would touch, and until when it is kept."""
    from hubdata.intake import take as returns

    found = returns.waiting(options.hub())
    shown = [
        f"{one['return']}  {one['partner']}  kept until {one['kept_until']}: {'; '.join(one['why'])}" for one in found
    ]
    return Answer(found, shown or ["No return waits."])


@command(intake_app)
def resume(options: Options, number: NUMBER) -> Answer:
    """Apply a paused return after all, with a reason."""
    from hubdata.intake import said as intake_said
    from hubdata.intake import take as returns

    result = returns.resume(options.hub(), number, returns.decided("resume", options.by.actor, options.by.reason))
    return Answer(result.said(), intake_said.lines(result), 3 if result.status == "refused" else 0)


@command(intake_app)
def discard(options: Options, number: NUMBER) -> Answer:
    """Erase a paused return without applying it, with a reason."""
    from hubdata.intake import take as returns

    returns.discard(options.hub(), number, returns.decided("discard", options.by.actor, options.by.reason, number))
    return Answer({"return": number, "status": "discarded"}, [f"{number} was erased; nothing of it was applied."])
