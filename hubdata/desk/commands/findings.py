"""`hubdata worklist …`: today's findings, and what officers said of each; no logic lives here."""

from typing import Annotated

import typer

from hubdata.desk.commands.choice import one_of
from hubdata.desk.commands.command import Answer, Options, command
from hubdata.terms import FindingStatus

findings_app = typer.Typer()
rule_app = typer.Typer(help="Rules of your own: SQL files in the hub's `rules/`.", no_args_is_help=True)
worklist_app = typer.Typer(help="Today's findings: open, in hand, or waived until a day.", no_args_is_help=True)

CODE = Annotated[str | None, typer.Option(help="Only this rule, for example SH01.")]
STATUSES = one_of(FindingStatus)
STATUS = Annotated[str | None, STATUSES, typer.Option(help=f"Only {STATUSES}.")]
RULES = Annotated[str | None, typer.Option(help="Rule families, separated by commas (default: all).")]
FAMILY = Annotated[str | None, typer.Option(help="Only what is about this family.")]


@command(worklist_app, "list")
def list_findings(
    options: Options,
    status: STATUS = None,
    code: CODE = None,
    rules: RULES = None,
    family: FAMILY = None,
    history: Annotated[bool, typer.Option("--history", help="Every mark, also of what is no longer found.")] = False,
) -> Answer:
    """List today's findings with what was last said of each; one that is waived is listed and counted like the rest."""
    from hubdata.rules import judge as families
    from hubdata.rules import worklist

    wanted, hub = worklist.Wanted(families.choose(rules), status, code, family), options.hub()
    hub.look(options.by, "worklist.list", family)
    if history:
        said = worklist.history(hub, options.as_at, wanted)
        return Answer(said, worklist.history_lines(said))
    found, unjudged = worklist.answered(hub, options.as_at, wanted)
    return Answer(found, worklist.lines(found, options.as_at) + unjudged)


@command(worklist_app)
def mark(
    options: Options,
    code: Annotated[str, typer.Option(help="The rule, for example SH01.")],
    subject: Annotated[str, typer.Option(help="What the finding is about: the row's own reference.")],
    status: Annotated[str, STATUSES, typer.Option(help=f"{STATUSES}.")],
    note: Annotated[str | None, typer.Option(help="What is done about it; of a waiver: why it is accepted.")] = None,
    until: Annotated[str | None, typer.Option(help="The last day of a waiver.")] = None,
    table: Annotated[str | None, typer.Option(help="The finding's table, where two have that reference.")] = None,
) -> Answer:
    """Say of a finding that it is in hand, waived until a day, or open again; it stays a finding all the same."""
    from hubdata import dates
    from hubdata.rules import worklist

    last = dates.parse(until, "--until") if until is not None else None
    given = worklist.Mark(code, subject, status, note, last, table)
    made = worklist.mark(options.hub(), given, options.by)
    return Answer(made, worklist.marked(made))


@command(findings_app)
def findings(
    options: Options,
    rules: Annotated[str | None, typer.Option(help="Rule families, separated by commas (default: all).")] = None,
    known_at: Annotated[
        str | None, typer.Option(help="As the hub knew agreements, shares and requests at the end of this day.")
    ] = None,
) -> Answer:
    """List every finding as at a day: the rule, the promise, the row's reference and the evidence."""
    from hubdata import dates
    from hubdata.records.snapshot import take as snapshots
    from hubdata.retention import certificates
    from hubdata.rules import findings as found
    from hubdata.rules import judge as families

    chosen = families.choose(rules)
    known = dates.parse(known_at, "--known-at") if known_at is not None else None
    hub = options.hub()
    listed, unjudged = found.answered(snapshots.take(hub), options.as_at, chosen, known)
    said = [*unjudged, *certificates.since(hub, options.as_at)]
    return Answer(listed, found.lines(listed, options.as_at) + said)


@command(rule_app)
def new(
    options: Options, name: Annotated[str, typer.Argument(help="What its file is called, without .sql.")]
) -> Answer:
    """Start a rule of your own: a SQL file with its sentence, its promise and a spec that it is held to."""
    from hubdata.reports.own import rules

    path = rules.start(name, options.hub().home)
    said = (
        f"{path} is a rule that runs: write your own sentence, spec and SQL into it, then `hubdata rule check {name}`."
    )
    return Answer({"rule": name, "file": path}, [said])


@command(rule_app)
def check(
    options: Options, name: Annotated[str | None, typer.Argument(help="One of them (default: all).")] = None
) -> Answer:
    """Say what your own rules lack, line by line, whether each holds to its spec, and how much it finds."""
    from hubdata.reports.own import rules

    checked = rules.check(options.hub(), name, options.as_at)
    lacking = any(one.lacks for one in checked)
    return Answer(checked, rules.lines(checked, options.as_at), 3 if lacking else 0)
