"""`hubdata rights …` and `hubdata complaint …`: the clock and the register of data rights; no logic lives here."""

from typing import Annotated

import typer

from hubdata import moments
from hubdata.desk.commands.choice import one_of
from hubdata.desk.commands.command import Answer, Options, command
from hubdata.moments import By
from hubdata.terms import Method, RequestKind, RequestStep

rights_app = typer.Typer(help="Data rights: the clock, and the register of requests.", no_args_is_help=True)
complaint_app = typer.Typer(help="Complaints about data protection.", no_args_is_help=True)

DAY = str | None
FAMILY = Annotated[str, typer.Option(help="The family's reference.")]
OF_FAMILY = Annotated[str | None, typer.Option(help="Only this family's.")]
RECEIVED = Annotated[str | None, typer.Option(help="The day on which it came (default: --as-at).")]
ASKED_BY = Annotated[str | None, typer.Option(help="Who asks, if it is another member of the family.")]
METHODS = one_of(Method)
KINDS = one_of(RequestKind)
RIGHTS = one_of(kind for kind in RequestKind if kind != RequestKind.COMPLAINT)
STEPS = one_of(step for step in RequestStep if step != RequestStep.RECEIVED)
METHOD = Annotated[str | None, METHODS, typer.Option(help=f"{METHODS}.")]
ON = Annotated[str | None, typer.Option(help="The day on which it happened (default: --as-at).")]
OPEN = Annotated[bool, typer.Option("--open", help="Only those that are open.")]
COMPLAINT = Annotated[str, typer.Option(help="The complaint's reference.")]
REQUEST = Annotated[str, typer.Option(help="The request's reference.")]
CORRECTS = Annotated[str | None, typer.Option(help="The recorded step that this one corrects.")]


def opened(options: Options):
    """The hub, with every person's copy deleted whose time is over."""

    from hubdata.rights import sweep

    hub = options.hub()
    for line in sweep.lines(sweep.sweep(hub, By(options.by.actor, None, moments.today()))):
        options.say(line)
    return hub


@command(rights_app)
def clock(
    options: Options,
    received: Annotated[str, typer.Option(help="The day on which the request came, a working day or not.")],
    kind: Annotated[str, KINDS, typer.Option(help="The kind of request, or complaint.")] = "access",
    id_requested: Annotated[DAY, typer.Option(help="The day on which proof of identity was asked for.")] = None,
    id_received: Annotated[DAY, typer.Option(help="The day on which it came.")] = None,
    authority_requested: Annotated[DAY, typer.Option(help="The day on which proof of authority was asked for.")] = None,
    authority_received: Annotated[DAY, typer.Option(help="The day on which it came.")] = None,
    fee_requested: Annotated[DAY, typer.Option(help="The day on which a fee was asked for.")] = None,
    fee_received: Annotated[DAY, typer.Option(help="The day on which it was paid.")] = None,
    clarification_asked: Annotated[
        list[str] | None, typer.Option(help="The day on which the person was asked what they mean; may be repeated.")
    ] = None,
    clarification_received: Annotated[
        list[str] | None, typer.Option(help="The day of their answer; may be repeated, in the same order.")
    ] = None,
    extended_on: Annotated[DAY, typer.Option(help="The day on which the person was told that it takes longer.")] = None,
    answered_on: Annotated[DAY, typer.Option(help="The day of the answer; of a complaint: acknowledged.")] = None,
) -> Answer:
    """When a request must be answered: a calculation from the days given, which records nothing."""
    days = {name: text for name, text in locals().items() if name not in ("options", "kind")}
    from hubdata.rights import question
    from hubdata.rules.clock import uncertain

    told = question.tell(kind, days, options.as_at, options.policy)
    return Answer(told._asdict(), question.lines(told, kind, options.as_at), 3 if uncertain(told) else 0)


@command(rights_app)
def log(
    options: Options,
    family: FAMILY,
    person: Annotated[str, typer.Option(help="Whose right it is; one request for each person.")],
    kind: Annotated[str, RIGHTS, typer.Option(help=f"{RIGHTS}.")],
    received: RECEIVED = None,
    asked_by: ASKED_BY = None,
    method: METHOD = None,
) -> Answer:
    """Record a request; one for a copy also puts the family's record on hold."""
    from hubdata.rights import register, words

    day = words.day(received, options.as_at, "--received")
    asked = register.NewRequest(family, register.right(kind), day, person, asked_by, method)
    made = register.log(opened(options), asked, options.by)
    return Answer(made, words.logged(made, options.policy))


@command(rights_app)
def event(
    options: Options,
    request: REQUEST,
    what: Annotated[
        str, STEPS, typer.Option(help="The step, for example id_requested, id_received, responded or refused.")
    ],
    on: ON = None,
    exemption: Annotated[str | None, typer.Option(help="The reason in law why something is not given.")] = None,
    organisation: Annotated[str | None, typer.Option(help="The partner, for its part of the request.")] = None,
    supersedes: CORRECTS = None,
) -> Answer:
    """Record a step of a request; the last one also releases the hold that the request placed."""
    from hubdata.rights import register, words

    day = words.day(on, options.as_at)
    given = register.Event("", what, day, options.by.reason, exemption, organisation, supersedes)
    made = register.event(opened(options), request, given, options.by)
    return Answer(made, words.stepped(made, what))


@command(rights_app, "list")
def list_requests(options: Options, family: OF_FAMILY = None, only_open: OPEN = False) -> Answer:
    """List the requests received by a day, each with its clock, its partners' parts and its steps."""
    from hubdata.rights import register, words

    hub = opened(options)
    found = register.listed(hub, options.as_at, False, family, only_open)
    hub.look(options.by, "rights.list", family)
    return Answer(found, words.lines(found, options.as_at))


@command(complaint_app, "log")
def log_complaint(
    options: Options,
    family: FAMILY,
    person: Annotated[str | None, typer.Option(help="Who complains, if it is a member of the family.")] = None,
    received: RECEIVED = None,
    method: METHOD = None,
) -> Answer:
    """Record a complaint and put the family's record on hold until its outcome is told."""
    from hubdata.rights import register, words

    asked = register.NewRequest(
        family, "complaint", words.day(received, options.as_at, "--received"), person, None, method
    )
    made = register.log(opened(options), asked, options.by)
    return Answer(words.complaint(made), words.logged(made, options.policy))


@command(complaint_app)
def acknowledge(options: Options, complaint: COMPLAINT, on: ON = None, supersedes: CORRECTS = None) -> Answer:
    """Record that a complaint was acknowledged."""
    return _complaint_step(options, complaint, "acknowledged", on, supersedes)


@command(complaint_app)
def close(
    options: Options,
    complaint: COMPLAINT,
    on: ON = None,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="The person took it back.")] = False,
    supersedes: CORRECTS = None,
) -> Answer:
    """Record that the outcome of a complaint was told (--reason says which), and release its hold."""
    return _complaint_step(options, complaint, "withdrawn" if withdrawn else "closed", on, supersedes)


def _complaint_step(options: Options, complaint: str, what: str, on: str | None, supersedes: str | None) -> Answer:
    from hubdata.rights import register, words

    given = register.Event("", what, words.day(on, options.as_at), options.by.reason, supersedes=supersedes)
    made = register.event(opened(options), complaint, given, options.by, "complaint")
    return Answer(words.complaint(made), words.stepped(made, what))


@command(complaint_app)
def progress(options: Options, complaint: COMPLAINT, on: ON = None, supersedes: CORRECTS = None) -> Answer:
    """Record that the person was told how their complaint is going (--reason says what they were told)."""
    return _complaint_step(options, complaint, "progress_told", on, supersedes)


@command(complaint_app, "list")
def list_complaints(options: Options, family: OF_FAMILY = None, only_open: OPEN = False) -> Answer:
    """List the complaints received by a day, and how long there is to acknowledge them."""
    from hubdata.rights import register, words

    hub = opened(options)
    found = register.listed(hub, options.as_at, True, family, only_open)
    hub.look(options.by, "complaint.list", family)
    return Answer([words.complaint(one) for one in found], words.lines(found, options.as_at))
