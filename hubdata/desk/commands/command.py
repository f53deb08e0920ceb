"""What every command shares: its common options, opening the hub, saying the answer, and ending with the right code.

It must never show a traceback or a value that could be personal.
"""

import functools
import inspect
import json
import sys
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field, is_dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from hubdata import dates, moments
from hubdata.desk.commands.options import Options
from hubdata.desk.commands.roles import NONE, OWN, rule
from hubdata.errors import BadParameter, HubError, Refused
from hubdata.moments import By
from hubdata.records.people.acting import login


@dataclass
class Answer:
    """What a command found: `said` is its JSON, `lines` the same for a reader, `exit_code` as in the contract."""

    said: Any
    lines: list[str] = field(default_factory=list)
    exit_code: int = 0


HOME = Annotated[Path | None, typer.Option("--home", help="The hub's folder (default: HUBDATA_HOME or ./hub).")]
URL = Annotated[
    str | None, typer.Option("--url", help="The database, any SQLAlchemy URL (default: HUBDATA_URL or SQLite).")
]
JSON = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, messages on stderr.")]
AS_AT = Annotated[
    str | None, typer.Option("--as-at", help="The day to judge, 2026-11-22 or 22/11/2026 (default: today).")
]
ACTOR = Annotated[str | None, typer.Option("--actor", help="Who does this (default: the login name).")]
PROOF = Annotated[
    Path | None,
    typer.Option(
        "--proof",
        help="Once people are registered: a private file with your passphrase or SSH key; - reads standard input.",
    ),
]
REASON = Annotated[str | None, typer.Option("--reason", help="Why, for the audit entry.")]
CONTEXT = "context"  # where typer says which command was called
COMMON = {"home": HOME, "url": URL, "json": JSON, "as_at": AS_AT, "actor": ACTOR, "proof": PROOF, "reason": REASON}


def command(group: typer.Typer, name: str | None = None) -> Callable:
    """Make a function of (options, its own ones) → Answer a command that also takes the common options."""

    def register(work: Callable[..., Answer]) -> Callable:
        own = [p for p in inspect.signature(work).parameters.values() if p.name != "options"]
        common = [
            inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY, default=False if n == "json" else None, annotation=a)
            for n, a in COMMON.items()
        ]

        @functools.wraps(work)
        def run(**typed):
            words, given = _words(typed.pop(CONTEXT)), {n: typed.pop(n) for n in COMMON}
            return finish(functools.partial(work, **typed), given, words)

        asked = inspect.Parameter(CONTEXT, inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
        order = sorted([*own, *common, asked], key=lambda p: p.kind == inspect.Parameter.KEYWORD_ONLY)
        signature = inspect.Signature([p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in order])
        vars(run)["__signature__"] = signature  # what typer reads
        run.__annotations__ = {p.name: p.annotation for p in order}
        del run.__wrapped__
        group.command(name)(run)
        return work

    return register


def who(given: str | None) -> str:
    """Who acts: as given, an initial too, or the login name. Raises BadParameter for a word that names nobody."""
    initial = (given or "").strip()
    if len(initial) < 2 and (not initial or initial.isalpha()):
        return initial or login()
    # policy and its YAML cost 0.1 s, as below
    from hubdata import policy

    if (said := policy.meant(given, numbers=True)) is None:
        raise BadParameter(f"--actor {given!r} names nobody; write who does this, or leave it out for the login name")
    return said


def why(given: str | None) -> str | None:
    """The reason that was given; none if it is blank or a placeholder."""
    if given is None:
        return None
    # policy and its YAML cost 0.1 s, which `--help` and a wrong option should not wait for
    from hubdata import policy

    return policy.meant(given)


def finish(work: Callable[..., Answer], given: dict, words: str) -> None:
    """Run the work, print what it answers, and leave with its exit code."""
    as_json = given["json"]
    try:
        as_at = dates.parse(given["as_at"], "--as-at") if given["as_at"] is not None else moments.today()
        by = By(who(given["actor"]), why(given["reason"]), as_at)
        options = Options(
            given["home"],
            given["url"],
            as_json,
            by,
            given["as_at"] is not None,
            words=words,
            named=by.actor if (given["actor"] or "").strip() else None,
            proof=given["proof"],
        )
        answer = answered(work, options)
    except HubError as error:
        answer = _refusal(error)
    _print(answer, as_json)
    raise typer.Exit(answer.exit_code)


def _words(context: typer.Context) -> str:
    """The command's words: `retention approve`; a group's own command has the group's alone, as `hubdata intake`."""
    at: Any = context
    words: list[str] = []
    while at.parent is not None:
        if getattr(at.parent.command, "default", None) != at.info_name:
            words.insert(0, str(at.info_name))
        at = at.parent
    return " ".join(words)


def _proved(options: Options) -> Options:
    """The options with who acts, where the command asks for a proof."""
    if rule(options.words).proof in (NONE, OWN):
        return options
    # SQLAlchemy costs 0.4 s, which the hub is opened with in any case
    from hubdata.desk.commands import proved

    return proved.proved(options)


def answered(work: Callable[[Options], Answer], options: Options) -> Answer:
    """What the work answers; where it could not be done, `said` is {"error": …} and perhaps its problems."""
    try:
        with closing(options):
            return work(_proved(options))
    except HubError as error:
        return _refusal(error)
    except KeyboardInterrupt:
        return Answer({"error": "stopped"}, ["Stopped. Nothing was left half-done."], 1)
    except OSError as error:
        why = f"{error.strerror or type(error).__name__}: {error.filename or 'the disk'}; nothing was left half-done"
        return Answer({"error": why}, [why], 1)
    except Exception as error:  # noqa: BLE001 (a fault of ours: say where, never what was in hand)
        return _fault(error)


def _refusal(error: HubError) -> Answer:
    said: dict[str, object] = {"error": str(error)}
    if isinstance(error, Refused):
        said["problems"] = [as_plain(p) for p in error.problems]
    return Answer(said, [str(error)], error.exit_code)


def _fault(error: Exception) -> Answer:
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {Path(where.filename).name}, line {where.lineno}"
    why = f"a fault in hubdata ({place}); please report it"
    return Answer({"error": why}, [why], 1)


def as_plain(value: object) -> object:
    """A value as JSON knows it: dataclasses as objects, dates as text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {k: as_plain(v) for k, v in asdict(value).items()}
    if isinstance(value, dict):
        return {str(k): as_plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(v) for v in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _print(answer: Answer, as_json: bool) -> None:
    if as_json:
        print(json.dumps(as_plain(answer.said), ensure_ascii=False, indent=1))
    to = sys.stderr if as_json or answer.exit_code in (1, 2) else sys.stdout
    for line in answer.lines:
        print(line, file=to)
