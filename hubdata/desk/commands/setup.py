"""`hubdata setup …`: the questions of a hub's set-up, one at a time, as the desk asks them; no logic lives here."""

from dataclasses import replace
from typing import Annotated

import typer

from hubdata.desk.commands.command import Answer, Options, command
from hubdata.errors import BadParameter

setup_app = typer.Typer(
    help="The questions of a hub's set-up, one at a time: which is next, and what is said to it.", no_args_is_help=True
)
REASON = "set-up of the hub"
KEY = Annotated[str, typer.Argument(metavar="QUESTION", help="The question, as `hubdata setup next` names it.")]
SAY = Annotated[list[str] | None, typer.Option(help="What is said to a part of it, PART=TEXT; may be repeated.")]
SOURCE = Annotated[str, typer.Option(help="Who decided it where, and when; without one the promise board lists it.")]


@command(setup_app, "next")
def next_(options: Options) -> Answer:
    """Say which question comes next, what its parts are, and how many things are still open."""
    from hubdata.desk.setup import open as setup_open
    from hubdata.desk.setup import questions

    hub = options.hub()
    asked = next((each for each in questions.every(hub, options.as_at) if each.open), None)
    left = len(setup_open.found(hub, options.as_at))
    lines = [f"{asked.key}: {asked.asks}", *asked.says] if asked else ["Nothing more is asked."]
    lines += [f"  --say {part.name}=…  {part.label}" for part in asked.parts] if asked else []
    return Answer({"question": asked, "open": left}, [*lines, f"{left:,} things are still open."])


@command(setup_app)
def answer(
    options: Options,
    question: KEY,
    say: SAY = None,
    source: SOURCE = "",
    impact: Annotated[bool, typer.Option("--impact", help="Of a value: only say whom it would move.")] = False,
) -> Answer:
    """Answer one question of the set-up; a value is confirmed, or put in force with choice=change and value=…"""
    from hubdata.desk.setup import answers, questions
    from hubdata.desk.setup import open as setup_open

    pairs = [each.partition("=") for each in say or []]
    if odd := [name for name, sign, _ in pairs if not sign]:
        raise BadParameter(f"--say {odd[0]!r} says nothing; write it as PART=TEXT")
    if question == questions.FIRST:
        raise BadParameter("a passphrase stands on no command line: `hubdata init --first-person NAME` asks for it")
    hub = options.hub()
    by = replace(options.by, reason=options.by.reason or REASON)
    taker, given = answers.Taker(hub, by, source), {name: text for name, _, text in pairs}
    said = answers.impact(taker, question, given) if impact else answers.said(taker, question, given)
    left = len(setup_open.found(hub, options.as_at))
    return Answer({"said": said, "open": left}, [*said, f"{left:,} things are still open."])
