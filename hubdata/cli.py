"""`hubdata …`: the commands, each a few lines that call the module which does the work; no logic lives here.

Heavy packages are imported inside the command that needs them: `hubdata --help` takes 0.3 s instead of 2 s.
"""

# ruff: noqa: B008, D103
import sys

import typer

from hubdata import (
    cli_assurance,
    cli_backups,
    cli_family,
    cli_intake,
    cli_pack,
    cli_release,
    cli_retention,
    cli_rights,
    cli_schedule,
    cli_serve,
    cli_sharing,
    cli_worklist,
)
from hubdata.cli_backups import ledger_app

app = typer.Typer(
    name="hubdata",
    help="The Family Hub's workbench: prove on any day that the privacy notice is being kept.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip
app.add_typer(cli_backups.init_app)
app.add_typer(cli_worklist.findings_app)
app.add_typer(cli_family.leads_app)
app.add_typer(cli_assurance.report_app)
app.add_typer(cli_intake.intake_app, name="intake")
app.add_typer(ledger_app, name="ledger")
app.add_typer(cli_family.duplicates_app, name="duplicates")
app.add_typer(cli_sharing.share_app, name="share")
app.add_typer(cli_retention.retention_app, name="retention")
app.add_typer(cli_sharing.agreement_app, name="agreement")
app.add_typer(cli_sharing.recall_app)
app.add_typer(cli_pack.rights_app, name="rights")
app.add_typer(cli_rights.complaint_app, name="complaint")
app.add_typer(cli_release.disclosure_app)
app.add_typer(cli_backups.backup_app)
app.add_typer(cli_release.publish_app)
app.add_typer(cli_assurance.promises_app)
app.add_typer(cli_serve.serve_app)
app.add_typer(cli_serve.desk_app)
app.add_typer(cli_schedule.schedule_app, name="schedule")
app.add_typer(cli_assurance.assurance_app)
app.add_typer(cli_worklist.worklist_app, name="worklist")
app.add_typer(cli_family.family_app, name="family")
app.add_typer(cli_release.release_app, name="release")


SEVERAL = ("--about", "--category", "--param", "--dispose", "--keep", "--clarification-asked",
           "--clarification-received", "--item", "--factor")  # fmt: skip
WITH_VALUE = {"--home", "--url", "--as-at", "--actor", "--reason"}


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
