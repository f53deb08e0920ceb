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

SUBJECTS = Annotated[
    list[str],
    typer.Option(help="What the finding is about: the row's own reference; repeat it, or separate them by ';'."),
]
TABLE = Annotated[str | None, typer.Option(help="The finding's table, where two have that reference.")]


@command(worklist_app, "list")
def list_findings(
    options: Options,
    status: STATUS = None,
    code: CODE = None,
    rules: RULES = None,
    family: FAMILY = None,
    whose: Annotated[str | None, typer.Option(help="Only what this person has in hand.")] = None,
    history: Annotated[bool, typer.Option("--history", help="Every mark, also of what is no longer found.")] = False,
) -> Answer:
    """List today's findings, the gravest first, with whose each is and what was last said of it, waived ones too."""
    from hubdata.rules import judge as families
    from hubdata.rules import worklist

    wanted, hub = worklist.Wanted(families.choose(rules), status, code, family, whose), options.hub()
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
    subject: SUBJECTS,
    status: Annotated[str, STATUSES, typer.Option(help=f"{STATUSES}.")],
    note: Annotated[str | None, typer.Option(help="What is done about it; of a waiver: why it is accepted.")] = None,
    until: Annotated[str | None, typer.Option(help="The last day of a waiver.")] = None,
    table: TABLE = None,
) -> Answer:
    """Say of findings that they are in hand, waived until a day, or open again; they stay findings all the same."""
    from hubdata import dates
    from hubdata.rules import worklist

    last = dates.parse(until, "--until") if until is not None else None
    given = worklist.Mark(code, tuple(subject), status, note, last, table)
    made = worklist.mark(options.hub(), given, options.by)
    return Answer(made[0] if len(made) == 1 else made, worklist.marked(made))


@command(worklist_app)
def assign(
    options: Options,
    code: Annotated[str, typer.Option(help="The rule, for example SH01.")],
    subject: SUBJECTS,
    assignee: Annotated[
        str | None, typer.Option("--to", help="Who puts it right; left out, nobody has it any more.")
    ] = None,
    table: TABLE = None,
) -> Answer:
    """Say whose findings are to put right: somebody who may act here; they stay findings until the record is right."""
    from hubdata.rules.follow import assign as assigning

    done = assigning.assign(options.hub(), assigning.Assigned(code, tuple(subject), assignee, table), options.by)
    return Answer(done, assigning.lines(done))


@command(worklist_app)
def changes(
    options: Options,
    since: Annotated[str | None, typer.Option(help="The day to compare with (default: a month before).")] = None,
    rules: RULES = None,
) -> Answer:
    """Say what changed since a day, rule by rule: what is new, what is gone, and what is still found."""
    from hubdata import dates
    from hubdata.records.snapshot import take as snapshots
    from hubdata.rules import judge as families
    from hubdata.rules.follow import changes as changed

    hub, day = options.hub(), dates.parse(since, "--since") if since else None
    hub.look(options.by, "worklist.list", None)
    found = changed.changes(snapshots.take(hub), options.as_at, day, families.choose(rules))
    return Answer(found, changed.lines(found))


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
