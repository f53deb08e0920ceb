"""`hubdata share …`, `agreement …` and `recall`: what families decided and what was shared; no logic lives here."""

from pathlib import Path
from typing import Annotated

import typer

from hubdata.desk.commands.choice import one_of
from hubdata.desk.commands.command import Answer, Options, command
from hubdata.errors import BadParameter
from hubdata.terms import Decision, Method, Purpose, RecallCause, ShareRoute, Told

agreement_app = typer.Typer(help="What families decided about sharing, and their copy of it.", no_args_is_help=True)
share_app = typer.Typer(help="May we share this? Record a share, or a decision not to.", no_args_is_help=True)
recall_app = typer.Typer()

FAMILY = Annotated[str, typer.Option(help="The family's reference.")]
ABOUT = Annotated[list[str], typer.Option(help="A person whom it is about; repeat it, or separate them by ';'.")]
CATEGORY = Annotated[list[str], typer.Option(help="A category of details; repeat it, or separate them by ';'.")]
TO = Annotated[str, typer.Option(help="The organisation that would receive it.")]
FROM = Annotated[str, typer.Option("--from", help="The organisation that shares.")]
PURPOSES = one_of(str(purpose) for purpose in (*Purpose, "safeguarding", "welfare", "legal_duty"))
PURPOSE = Annotated[str, PURPOSES, typer.Option(help=f"{PURPOSES}.")]
AGREED_PURPOSES = one_of(Purpose)
DECISIONS = one_of(Decision)
METHODS = one_of(Method)
CAUSES = one_of(RecallCause)
TOLD = one_of(Told)
DECIDED_BY = Annotated[str, typer.Option(help="The practitioner who decided.")]
ROUTES = one_of(ShareRoute)
ROUTE = Annotated[str, ROUTES, typer.Option(help=f"{ROUTES}.")]
DISCUSSED = Annotated[str | None, typer.Option(help="The day on which it was discussed with the family.")]
ON = Annotated[str | None, typer.Option(help="The day (default: --as-at).")]


def _listed(texts: list[str]) -> list[str]:
    return [part.strip() for text in texts for part in text.replace(",", ";").split(";") if part.strip()]


@command(share_app, "check")
def check_share(
    options: Options,
    family: FAMILY,
    about: ABOUT,
    to: TO,
    category: CATEGORY,
    purpose: PURPOSE,
    on: ON = None,
    route: ROUTE = "within_hub",
    discussed_on: DISCUSSED = None,
) -> Answer:
    """Ask before sharing: yes or no, because of which decision, and what may be left out for a yes."""
    from hubdata import dates
    from hubdata.sharing import shares

    day = dates.parse(on, "--on") if on else options.as_at
    discussed = dates.parse(discussed_on, "--discussed-on") if discussed_on else None
    asked = shares.Question(family, _listed(about), to, _listed(category), purpose, day, route, discussed)
    hub = options.hub()
    advice = shares.check(hub, asked)
    hub.look(options.by, "share.check", family)
    word = {True: "Yes.", False: "No.", None: "The agreement does not decide this."}[advice.allowed]
    return Answer(advice, [word, *advice.reasons])


@command(share_app, "record")
def record_share(
    options: Options,
    family: FAMILY,
    about: ABOUT,
    from_organisation: FROM,
    to: TO,
    category: CATEGORY,
    purpose: PURPOSE,
    decided_by: DECIDED_BY,
    on: ON = None,
    route: ROUTE = "within_hub",
    discussed_on: DISCUSSED = None,
    agreement: Annotated[str | None, typer.Option(help="The agreement that it relies on.")] = None,
    because: Annotated[str | None, typer.Option(help="Without agreement: why.")] = None,
    risk_to: Annotated[str | None, typer.Option(help="Without agreement: who is at risk.")] = None,
    told_family: Annotated[str | None, TOLD, typer.Option(help=f"{TOLD}.")] = None,
    told_on: Annotated[str | None, typer.Option(help="The day on which the family was told.")] = None,
    not_told_reason: Annotated[str | None, typer.Option(help="Why the family was not told.")] = None,
    look_again_on: Annotated[str | None, typer.Option(help="When the decision is looked at again.")] = None,
    supersedes: Annotated[str | None, typer.Option(help="The recorded share that this one corrects.")] = None,
) -> Answer:
    """Record a share that was made; it is never blocked, and what it lacks is said at once."""
    from hubdata import dates
    from hubdata.sharing import shares

    day = dates.parse(on, "--on") if on else options.as_at
    given = {
        "family": family, "about": ";".join(_listed(about)), "from_organisation": from_organisation,
        "to_organisation": to, "route": route, "purpose": purpose, "categories": ";".join(_listed(category)),
        "shared_on": day.isoformat(), "discussed_on": discussed_on, "agreement": agreement, "decided_by": decided_by,
        "reason": because, "risk_to": risk_to, "told_family": told_family, "told_on": told_on,
        "not_told_reason": not_told_reason, "supersedes": supersedes,
    }  # fmt: skip
    again = dates.parse(look_again_on, "--look-again-on") if look_again_on else None
    hub = options.hub()
    share = shares.record(hub, given, options.by, again)
    judged = shares.judged(hub, family, share, options.as_at)
    lines = [f"Share {share} is recorded.", *[f"{found.code}: {found.message}. {found.evidence}" for found in judged]]
    return Answer({"share": share, "findings": judged}, lines, 3 if judged else 0)


@command(share_app, "withhold")
def withhold_share(
    options: Options,
    family: FAMILY,
    about: ABOUT,
    from_organisation: FROM,
    to: TO,
    category: CATEGORY,
    purpose: PURPOSE,
    decided_by: DECIDED_BY,
    because: Annotated[str, typer.Option(help="Why it was not shared.")],
    on: ON = None,
) -> Answer:
    """Record a decision not to share."""
    from hubdata import dates
    from hubdata.sharing import shares

    day = dates.parse(on, "--on") if on else options.as_at
    given: dict[str, str | None] = {
        "family": family,
        "about": ";".join(_listed(about)),
        "from_organisation": from_organisation,
        "to_organisation": to,
        "purpose": purpose,
        "categories": ";".join(_listed(category)),
        "decided_on": day.isoformat(),
        "decided_by": decided_by,
        "reason": because,
    }
    withheld = shares.withhold(options.hub(), given, options.by)
    return Answer({"withheld": withheld}, [f"The decision not to share is recorded as {withheld}."])


@command(agreement_app, "record")
def record_agreement(
    options: Options,
    family: Annotated[str, typer.Option(help="The family's reference.")],
    given_by: Annotated[str, typer.Option(help="The person who decided.")],
    covers: Annotated[str, typer.Option(help="The people it covers, `;` between: themselves, and children.")],
    decision: Annotated[str, DECISIONS, typer.Option(help=f"{DECISIONS}.")],
    purpose: Annotated[str, AGREED_PURPOSES, typer.Option(help=f"{AGREED_PURPOSES}.")],
    taken_by: Annotated[str, typer.Option(help="The practitioner who took it down.")],
    notice_version: Annotated[str, typer.Option(help="The privacy notice that the family was given.")],
    recipients: Annotated[str | None, typer.Option(help="Organisations, `;` between.")] = None,
    categories: Annotated[str | None, typer.Option(help="Kinds of details, `;` between.")] = None,
    exclusions: Annotated[str | None, typer.Option(help="Organisations, people or details left out.")] = None,
    discussed_on: Annotated[str | None, typer.Option(help="The day on which it was talked about.")] = None,
    decided_on: Annotated[str | None, typer.Option(help="The day of the decision (default: --as-at).")] = None,
    expires_on: Annotated[str | None, typer.Option(help="The last day on which it holds.")] = None,
    method: Annotated[str | None, METHODS, typer.Option(help=f"{METHODS}.")] = None,
    supersedes: Annotated[str | None, typer.Option(help="The decision whose place it takes.")] = None,
    supersedes_as: Annotated[
        str | None,
        typer.Option(help="correction (it was never so) or renewal (it held until now; usual on a later day)."),
    ] = None,
    agreement: Annotated[str | None, typer.Option(help="Its reference (default: a new one).")] = None,
) -> Answer:
    """Record a family's decision as a new row, or say why it cannot be."""
    from hubdata.sharing import agreements

    given = {name: text for name, text in locals().items() if name not in ("options", "agreements")}
    done = agreements.record(options.hub(), given, options.by)
    return Answer(done, agreements.lines(done))


@command(agreement_app)
def competence(
    options: Options,
    family: Annotated[str, typer.Option(help="The family's reference.")],
    person: Annotated[str, typer.Option(help="The child's reference.")],
    judged_by: Annotated[str, typer.Option(help="The practitioner who judged it.")],
    on: ON = None,
) -> Answer:
    """Record that a worker judged a child able to decide alone; --reason says what showed it."""
    from hubdata import dates
    from hubdata.sharing import competence as competences

    day = dates.parse(on, "--on") if on else options.as_at
    made = competences.record(options.hub(), family, person, judged_by, day, options.by)
    return Answer(made, competences.lines(made))


@command(agreement_app)
def receipt(
    options: Options,
    agreement: Annotated[str, typer.Option(help="The decision's reference.")],
    person: Annotated[str, typer.Option(help="The person whose copy it is.")],
    out: Annotated[Path | None, typer.Option(help="The folder (default: work/receipts in the hub).")] = None,
) -> Answer:
    """Write one person's copy of a decision, as a page and as JSON; it bears their name."""
    from hubdata.sharing import receipt as receipts

    made = receipts.make(options.hub(), agreement, person, options.by, out)
    private = "Both files are private: hand them to the person, then delete them."
    return Answer(made, [f"Wrote {made.page} and {made.receipt}.", private])


@command(agreement_app, "list")
def list_agreements(options: Options, family: Annotated[str, typer.Option(help="The family's reference.")]) -> Answer:
    """List a family's decisions, and what holds on a day."""
    from hubdata.sharing import agreements

    hub = options.hub()
    found = agreements.listed(hub, family, options.as_at)
    hub.look(options.by, "agreement.list", family)
    return Answer(found, agreements.list_lines(found))


@command(recall_app)
def recall(
    options: Options,
    family: Annotated[str, typer.Option(help="The family's reference.")],
    ask: Annotated[str | None, typer.Option(help="Record that this organisation was asked to give it up.")] = None,
    because: Annotated[str | None, CAUSES, typer.Option(help=f"{CAUSES}; goes with --ask.")] = None,
    acknowledge: Annotated[str | None, typer.Option(help="Record that this organisation says it has.")] = None,
) -> Answer:
    """List who holds what about a family and why it should be recalled; track who was asked and has answered."""
    from hubdata.sharing import recall as recalls

    hub = options.hub()
    if bool(ask) != bool(because) or (ask and acknowledge):
        raise BadParameter("write --ask ORGANISATION --because CAUSE, or --acknowledge ORGANISATION, or neither")
    if ask:
        recalls.ask(hub, family, ask, because, options.by)
    if acknowledge:
        recalls.acknowledge(hub, family, acknowledge, options.by)
    found = recalls.holders(hub, family, options.as_at)
    if not ask and not acknowledge:
        hub.look(options.by, "recall.list", family)
    return Answer(found, recalls.lines(found, family, options.as_at))
