"""`hubdata decisions …`: what this council decided over what ships; no logic lives here."""

from pathlib import Path
from typing import Annotated

import typer

from hubdata import dates
from hubdata.desk.commands.command import Answer, Options, command

decisions_app = typer.Typer(
    help="What this council decided over the shipped values, with source, day and name.", no_args_is_help=True
)
NAME = Annotated[str, typer.Argument(metavar="NAME", help="A value's name, as `hubdata decisions list` has it.")]
IMPACT = Annotated[bool, typer.Option("--impact", help="Only say whom it would move; write nothing.")]


@command(decisions_app, "list")
def list_(
    options: Options,
    name: Annotated[str | None, typer.Option(help="Only this value, or all that begin so: retention.")] = None,
    unconfirmed: Annotated[bool, typer.Option("--open", help="Only what nobody has confirmed yet.")] = False,
) -> Answer:
    """List every value in force: since when, from which source, and who of this council decided or confirmed it."""
    from hubdata.records.decisions import said

    found = said.listed(options.hub(), options.as_at, name or "", unconfirmed)
    return Answer(found, said.lines(found, options.as_at))


@command(decisions_app, "open")
def open_(options: Options) -> Answer:
    """List what nobody of this council has said or confirmed yet, of most weight first."""
    from hubdata.desk.setup import open as setup_open

    found = setup_open.found(options.hub(), options.as_at)
    return Answer(found, setup_open.lines(found, every=True))


@command(decisions_app, "set")
def set_(
    options: Options,
    name: NAME,
    start: Annotated[str, typer.Option("--from", help="The first day on which it holds.")],
    source: Annotated[
        str, typer.Option(help="Who decided it where, and when; without one the promise board lists it.")
    ] = "",
    value: Annotated[str | None, typer.Option(help="The value, as YAML: a number, a day, a text, a list.")] = None,
    file: Annotated[Path | None, typer.Option(help="Instead of --value: a file that holds it, as YAML.")] = None,
    impact: IMPACT = False,
) -> Answer:
    """Decide a value from a day on; it is added to those before it, and says whom it moves."""
    from hubdata.policy import Entry
    from hubdata.records.decisions import entries, make, stands
    from hubdata.rules import moved

    given, day = entries.parsed(value, file), dates.parse(start, "--from")
    hub = options.hub()
    new, history = make.value(hub, Entry(name, given, "", source, day, day), options.by)
    done = moved.decide(hub, stands.SET, new, history, options.by, impact)
    return Answer(done, moved.lines(done))


@command(decisions_app)
def confirm(options: Options, name: NAME, impact: IMPACT = False) -> Answer:
    """Confirm the value in force: from then on it is this council's, and no upgrade changes it."""
    from hubdata.records.decisions import make, stands
    from hubdata.rules import moved

    hub = options.hub()
    entry, history = make.confirmation(hub, name, options.by)
    done = moved.decide(hub, stands.CONFIRM, entry, history, options.by, impact)
    return Answer(done, moved.lines(done))


@command(decisions_app)
def changes(options: Options) -> Answer:
    """Say what ships otherwise than was decided, and which decision was edited behind the product's back."""
    from hubdata.records.decisions import said

    found = said.changes(options.hub())
    return Answer(found, said.changes_lines(found), 3 if found["shipped"] or found["strange"] else 0)
