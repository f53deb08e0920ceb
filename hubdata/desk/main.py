"""`hubdata …`: the commands, each a few lines that call the module which does the work; no logic lives here.

Heavy packages are imported inside the command that needs them: `hubdata --help` takes 0.3 s instead of 2 s.
"""

import json
import re
import sys
from functools import cache
from io import TextIOWrapper
from types import ModuleType
from typing import Any, cast

import typer

from hubdata.desk.commands import (
    case,
    decisions,
    deploy,
    families,
    findings,
    hub,
    intake,
    ledger,
    letters,
    people,
    release,
    reports,
    retention,
    schedule,
    serve,
    setup,
    sharing,
    today,
)
from hubdata.desk.commands import copy as commands_copy

app = typer.Typer(
    name="hubdata",
    help="The Family Hub's workbench: prove on any day that the privacy notice is being kept.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(hub.init_app)
app.add_typer(hub.doctor_app)
app.add_typer(decisions.decisions_app, name="decisions")
app.add_typer(setup.setup_app, name="setup")
app.add_typer(today.today_app)
app.add_typer(deploy.deploy_app, name="deploy")
app.add_typer(case.case_app)
app.add_typer(findings.findings_app)
app.add_typer(families.leads_app)
app.add_typer(reports.report_app)
app.add_typer(intake.intake_app, name="intake")
app.add_typer(ledger.ledger_app, name="ledger")
app.add_typer(people.people_app, name="people")
app.add_typer(families.duplicates_app, name="duplicates")
app.add_typer(sharing.share_app, name="share")
app.add_typer(retention.retention_app, name="retention")
app.add_typer(sharing.agreement_app, name="agreement")
app.add_typer(sharing.recall_app)
app.add_typer(commands_copy.rights_app, name="rights")
app.add_typer(letters.complaint_app, name="complaint")
app.add_typer(release.disclosure_app)
app.add_typer(hub.backup_app, name="backup")
app.add_typer(hub.restore_app)
app.add_typer(release.publish_app)
app.add_typer(reports.promises_app)
app.add_typer(serve.serve_app)
app.add_typer(serve.desk_app)
app.add_typer(schedule.schedule_app, name="schedule")
app.add_typer(reports.assurance_app)
app.add_typer(findings.worklist_app, name="worklist")
app.add_typer(findings.rule_app, name="rule")
app.add_typer(families.family_app, name="family")
app.add_typer(families.looked_app)
app.add_typer(release.release_app, name="release")


SEVERAL = (
    "--about",
    "--subject",
    "--category",
    "--param",
    "--dispose",
    "--keep",
    "--clarification-asked",
    "--clarification-received",
    "--item",
    "--factor",
    "--recipient",
    "--role",
    "--give",
    "--take",
    "--say",
    "--column",
    "--word",
    "--every",
    "--drop",
    "--leave",
)
WITH_VALUE = {"--home", "--url", "--as-at", "--actor", "--reason", "--proof"}
PASSWORD = re.compile(r"://[^/@:]*:[^@]*@|[?&](ssl)?password=", re.IGNORECASE)
NAMES, LIVES = "names somebody", "says where somebody lives"
PRIVATE = {
    "family find": {"--name": NAMES, "--born": NAMES},
    "rights letter": {"--address": LIVES},
    "complaint letter": {"--address": LIVES},
}
SEEN = "every user of this machine can read a command line"
AWAY = "leave it out: it is asked for, or read from standard input, a line each"


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


def given_away(words: list[str]) -> str:
    """What of a command line no other user may read, in a sentence that does not repeat it; empty if nothing."""
    pairs = [word.partition("=")[::2] for word in words]
    pairs += zip(words, words[1:], strict=False)
    if any(option == "--url" and PASSWORD.search(value) for option, value in pairs):
        return (
            f"--url holds a password, and {SEEN}: change it, and put the new one into ~/.pgpass, a service file "
            "(postgresql://?service=hub) or HUBDATA_URL, or leave it out and be asked"
        )
    if any("AGE-SECRET-KEY-" in word.upper() for word in words):
        return f"a key that opens backups stands there, and {SEEN}: make another, and put it into a file (--identity)"
    called = " ".join([word for word in behind(words) if not word.startswith("-")][:2])
    private = next((option for option, _ in pairs if option in PRIVATE.get(called, {})), "")
    if private:
        return f"{private} {PRIVATE[called][private]}, and {SEEN}: {AWAY}"
    return ""


@cache
def commands() -> dict[str, Any]:
    """Every command by its words, as the parser has it."""
    found = {}
    for name, each in cast(Any, typer.main.get_command(app)).commands.items():
        inner = getattr(each, "commands", None)
        found |= {_words(each, name, word): one for word, one in inner.items()} if inner else {name: each}
    return found


def _words(group: object, name: str, word: str) -> str:
    """How a group's command is called; its default by the group's name alone."""
    return name if word == getattr(group, "default", None) else f"{name} {word}"


def _refused(said: str) -> int:
    """Say that a command line was wrong, in JSON too where that was asked for; the exit code."""
    if "--json" in sys.argv:
        print(json.dumps({"error": said}))
    print(said, file=sys.stderr)
    return 2


def main() -> None:
    """The console script."""
    if said := given_away(sys.argv[1:]):
        sys.exit(_refused(said))
    # jsonschema makes a grammar of addresses of it, 2.5 s of processor, to check what no schema of Jupyter's asks
    sys.modules.setdefault("rfc3987_syntax", ModuleType("rfc3987_syntax"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a screen that lacks a letter is no reason to stop
    app(spread(behind(sys.argv[1:])))
