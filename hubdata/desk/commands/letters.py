"""`hubdata rights letter` and `sent`, `hubdata complaint letter` and `sent`: letters and that they went; no logic here.

An address stands on no command line, which every user of a machine can read: it is asked for.
"""

from pathlib import Path
from typing import Annotated

import typer

from hubdata.desk.commands.choice import one_of
from hubdata.desk.commands.command import Answer, Options, command
from hubdata.desk.commands.copy import rights_app  # whose commands are listed first, whatever is imported first
from hubdata.desk.commands.rights import COMPLAINT, REQUEST, complaint_app, opened
from hubdata.terms import LetterKind, SendingWay

OUT = Annotated[Path | None, typer.Option(help="The folder to write to (default: one of the hub's own).")]
OF_COMPLAINTS = one_of((LetterKind.ACKNOWLEDGE, LetterKind.PROGRESS, LetterKind.OUTCOME))
OF_RIGHTS = one_of(kind for kind in LetterKind if kind not in (LetterKind.PROGRESS, LetterKind.OUTCOME))
WAYS = one_of(SendingWay)
SAYS = Annotated[
    str | None,
    typer.Option(help="What only you can say: the question, why it takes longer, why it is refused, what was done."),
]
ADDRESS = Annotated[
    str | None,
    typer.Option(help="The lines of the envelope, with ; between. Asked for; never on a command line."),
]
EXEMPTION = Annotated[str | None, typer.Option(help="Of a refusal: the reason in law.")]
TO = Annotated[
    str | None, typer.Option("--to", help="Who gets it: whoever asked (the default), or the person whose right it is.")
]
LETTER = Annotated[str, typer.Option(help="The letter's reference.")]
ON = Annotated[str | None, typer.Option(help="The day on which it was sent (default: --as-at).")]
WAY = Annotated[str, WAYS, typer.Option(help=f"{WAYS}.")]
CHECKED = Annotated[
    str | None, typer.Option(help="What the last look gave, once its name, address and list were found right.")
]
AGAIN = Annotated[bool, typer.Option("--again", help="It, or a copy like it, went before; --reason says why again.")]


def _written(options: Options, noun: str, request: str, kind: str, address: str | None, **more) -> Answer:
    from hubdata.rights.letters import write

    typed = address or options.ask("The address, its lines with ; between:") or ""
    out = more.pop("out")
    made = write.write(opened(options), write.Wanted(request, kind, typed, **more), options.by, noun, out)
    return Answer(made, write.lines(made, noun))


@command(rights_app)
def letter(
    options: Options,
    request: REQUEST,
    kind: Annotated[str, OF_RIGHTS, typer.Option(help=f"{OF_RIGHTS}.")],
    says: SAYS = None,
    exemption: EXEMPTION = None,
    to_person: TO = None,
    address: ADDRESS = None,
    out: OUT = None,
) -> Answer:
    """Write a letter about a request: a document and a page to print; every day in it is the clock's."""
    return _written(options, "rights", request, kind, address, says=says, exemption=exemption, to=to_person, out=out)


@command(complaint_app, "letter")
def complaint_letter(
    options: Options,
    complaint: COMPLAINT,
    kind: Annotated[str, OF_COMPLAINTS, typer.Option(help=f"{OF_COMPLAINTS}.")],
    says: SAYS = None,
    address: ADDRESS = None,
    out: OUT = None,
) -> Answer:
    """Write a letter about a complaint: that it came, how it is going, or its outcome."""
    return _written(options, "complaint", complaint, kind, address, says=says, out=out)


def _sent(options: Options, noun: str, letter: str, on: str | None, way: str, checked: str | None, again: bool):
    from hubdata.rights import words
    from hubdata.rights.letters import send

    if checked is None:
        looked = send.check(opened(options), letter, options.by, noun)
        return Answer(looked, send.check_lines(looked, noun), 3)
    given = send.Sent(words.day(on, options.as_at), way, checked, again)
    done = send.sent(opened(options), letter, given, options.by, noun)
    return Answer(done, send.lines(done))


@command(rights_app)
def sent(
    options: Options,
    letter: LETTER,
    on: ON = None,
    way: WAY = "post",
    checked: CHECKED = None,
    again: AGAIN = False,
) -> Answer:
    """Look for the last time at who gets a letter and its copy, then record that it was sent and the step it takes."""
    return _sent(options, "rights", letter, on, way, checked, again)


@command(complaint_app, "sent")
def complaint_sent(
    options: Options,
    letter: LETTER,
    on: ON = None,
    way: WAY = "post",
    checked: CHECKED = None,
    again: AGAIN = False,
) -> Answer:
    """Look for the last time at who gets a letter, then record that it was sent and the step it takes."""
    return _sent(options, "complaint", letter, on, way, checked, again)


FILE = Annotated[Path, typer.Option(help="The letter's own file: a scan, a picture, an e-mail, a document or a text.")]
CAME = Annotated[str | None, typer.Option(help="The day on which it came (default: --as-at).")]
OPEN = Annotated[
    str | None,
    typer.Option("--open", help="Open this one into a private file; --reason says why, and is in the ledger."),
]


def _enclosed(options: Options, noun: str, request: str, enclosure: str | None, out: Path | None) -> Answer:
    from hubdata.rights.letters import enclose

    hub = opened(options)
    if enclosure is None:
        found = enclose.enclosed(hub, request, noun)
        return Answer(found, enclose.lines(found))
    shown = enclose.show(hub, enclosure, options.by, noun, out)
    return Answer(shown, enclose.opened_lines(shown))


def _enclose(options: Options, noun: str, request: str, file: Path, came: str | None) -> Answer:
    from hubdata.rights import words
    from hubdata.rights.letters import enclose

    day = words.day(came, options.as_at, "--came")
    kept = enclose.enclose(opened(options), request, file, options.by, noun, day)
    return Answer(kept, enclose.kept_lines(kept))


@command(rights_app)
def enclose(options: Options, request: REQUEST, file: FILE, came: CAME = None) -> Answer:
    """Keep the letter that came with a request, or what came with it: encrypted, and erased with the request."""
    return _enclose(options, "rights", request, file, came)


@command(rights_app)
def enclosed(options: Options, request: REQUEST, enclosure: OPEN = None, out: OUT = None) -> Answer:
    """List what came with a request, or open one of it into a private file that deletes itself the day after."""
    return _enclosed(options, "rights", request, enclosure, out)


@command(complaint_app, "enclose")
def complaint_enclose(options: Options, complaint: COMPLAINT, file: FILE, came: CAME = None) -> Answer:
    """Keep the letter of a complaint, or what came with it: encrypted, and erased with the complaint."""
    return _enclose(options, "complaint", complaint, file, came)


@command(complaint_app, "enclosed")
def complaint_enclosed(options: Options, complaint: COMPLAINT, enclosure: OPEN = None, out: OUT = None) -> Answer:
    """List what came with a complaint, or open one of it into a private file that deletes itself the day after."""
    return _enclosed(options, "complaint", complaint, enclosure, out)
