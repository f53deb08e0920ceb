"""`hubdata retention …`: due, held, reviewed, approved, destroyed, certified; no logic lives here."""

from pathlib import Path
from typing import Annotated

import typer

from hubdata import dates
from hubdata.desk.commands.choice import one_of
from hubdata.desk.commands.command import Answer, Options, as_plain, command
from hubdata.errors import BadParameter
from hubdata.terms import HoldCode

retention_app = typer.Typer(help="Five years, holds and disposal.", no_args_is_help=True)
CODES = one_of(code for code in HoldCode if code != HoldCode.KEPT_ON_REVIEW)


@command(retention_app)
def due(
    options: Options,
    hub: Annotated[str | None, typer.Option(help="Only this hub; the token stays that of all hubs.")] = None,
    explain: Annotated[str | None, typer.Option(help="A family: why its record is kept until when.")] = None,
    impact: Annotated[bool, typer.Option("--impact", help="Who moves sooner or later under the next rule.")] = False,
    on: Annotated[str | None, typer.Option(help="With --impact: under the rule in force on this day instead.")] = None,
    draft: Annotated[
        Path | None, typer.Option(help="With --impact: under the rule of this params folder instead.")
    ] = None,
) -> Answer:
    """Show what is past its date, held, or cannot be told, with a token of exactly that; nothing is written."""
    from hubdata.retention import certificates
    from hubdata.retention import due as found
    from hubdata.retention import explain as retention_explain
    from hubdata.retention import impact as retention_impact
    from hubdata.retention import said as retention_said

    if sum((hub is not None, explain is not None, impact)) > 1:
        raise BadParameter("--hub, --explain and --impact ask different things; give one of them")
    if not impact and (on is not None or draft is not None):
        raise BadParameter("--on and --draft say which rule --impact compares with; give --impact too")
    if explain is not None:
        opened = options.hub()
        told = retention_explain.explain(opened, explain, options.as_at)
        opened.look(options.by, "retention.explain", explain)
        return Answer(told, [told.text])
    if impact:
        moved = retention_impact.impact(
            options.hub(), options.as_at, dates.parse(on, "--on") if on is not None else None, draft
        )
        return Answer(moved, retention_said.impact(moved))
    opened = options.hub()
    shown = found.preview(opened, options.as_at, of_hub=hub)
    return Answer(shown, [*retention_said.preview(shown), *certificates.since(opened, options.as_at)])


@command(retention_app)
def hold(
    options: Options,
    family: Annotated[str, typer.Option(help="The family's reference.")],
    code: Annotated[str, CODES, typer.Option(help=f"{CODES}.")],
    review_on: Annotated[str | None, typer.Option(help="The day on which the hold is looked at again.")] = None,
    authority: Annotated[str | None, typer.Option(help="Who or what requires it.")] = None,
    about: Annotated[
        list[str] | None, typer.Option(help="Only these people's part, may be repeated (default: the whole record).")
    ] = None,
) -> Answer:
    """Keep a family's records past their date, for a stated reason."""
    from hubdata.retention import holds as retention_holds

    hub, scope = options.hub(), tuple(part for one in about or [] for part in one.split(";") if part)
    placed = retention_holds.place_hold(hub, family, code, options.by, review_on, authority, scope)
    lacks = retention_holds.missing(options.by.reason, authority, review_on)
    return Answer({"hold": placed, "missing": lacks}, retention_holds.placed_lines(placed, family, lacks))


@command(retention_app)
def unhold(options: Options, hold: Annotated[str, typer.Option(help="The hold's reference.")]) -> Answer:
    """Release one hold; others on the same family stay."""
    from hubdata.retention import holds as retention_holds

    retention_holds.release_hold(options.hub(), hold, options.by)
    next_ = "Nothing is destroyed by this; `hubdata retention due` shows what is due now."
    return Answer({"hold": hold}, [f"Hold {hold} is released. {next_}"])


@command(retention_app)
def holds(
    options: Options,
    family: Annotated[str | None, typer.Option(help="Only this family's.")] = None,
    released: Annotated[bool, typer.Option("--released", help="Also those that were released.")] = False,
) -> Answer:
    """List the holds in force, with what each lacks and whether its review is due."""
    from hubdata.retention import holds as retention_holds

    hub = options.hub()
    found = retention_holds.held(hub, options.as_at, family, released)
    hub.look(options.by, "retention.holds", family)
    return Answer(found, retention_holds.lines(found, options.as_at))


DISPOSAL = Annotated[str, typer.Option(help="The disposal's reference, as `retention review` gave it.")]


@command(retention_app)
def review(
    options: Options,
    token: Annotated[str, typer.Option(help="The token that `retention due` gave, of exactly what was looked at.")],
    dispose: Annotated[list[str] | None, typer.Option(help="A family to be destroyed; may be repeated.")] = None,
    dispose_all: Annotated[
        bool, typer.Option("--dispose-all", help="Every family of that list not named otherwise.")
    ] = False,
    keep: Annotated[list[str] | None, typer.Option(help="A family to be kept longer; may be repeated.")] = None,
    because: Annotated[str | None, typer.Option(help="Why those are kept.")] = None,
    until: Annotated[str | None, typer.Option(help="The day on which those are looked at again.")] = None,
    decisions: Annotated[
        Path | None, typer.Option(help="A CSV of decisions: family, decision (dispose or keep), reason, next_on.")
    ] = None,
) -> Answer:
    """Decide about records that are due; another person must approve it, and nothing is destroyed yet."""
    from hubdata.retention import review as reviews

    hub = options.hub()
    asked = reviews.Choices(dispose or [], dispose_all, keep or [], because, until, decisions)
    disposal = reviews.review(hub, token, reviews.decided(hub, asked, token, options.as_at), options.by)
    (made,) = [one for one in reviews.listed(hub) if one.disposal == disposal]
    next_ = f"Another person now approves it: hubdata retention approve --disposal {disposal}"
    return Answer(made, [*reviews.lines([made]), next_])


@command(retention_app)
def approve(
    options: Options,
    disposal: DISPOSAL,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse it; the records can be reviewed anew.")] = False,
) -> Answer:
    """Approve a review as another person than the reviewer, or refuse it; nothing is destroyed yet."""
    from hubdata.retention import review as reviews

    hub = options.hub()
    reviews.approve(hub, disposal, options.by, refuse)
    (made,) = [one for one in reviews.listed(hub) if one.disposal == disposal]
    next_ = [] if refuse else [f"Carry it out: hubdata retention dispose --disposal {disposal}"]
    return Answer(made, [*reviews.lines([made]), *next_])


@command(retention_app)
def dispose(
    options: Options,
    disposal: Annotated[str | None, typer.Option(help="The approved disposal to carry out.")] = None,
) -> Answer:
    """Carry out an approved disposal, or go on with one that stopped; without one named, only show what would go."""
    from hubdata.records.backups import make
    from hubdata.retention import disposal as disposals
    from hubdata.retention import review as reviews

    hub = options.hub()
    if disposal is None:
        waiting = [one for one in reviews.listed(hub) if one.status in reviews.OPEN]
        said = "Nothing was destroyed. Name one with --disposal to carry it out."
        return Answer({"disposals": waiting}, [*reviews.lines(waiting), said])
    copies = as_plain(make.kept(hub))
    done = disposals.run(hub, disposal, options.by, options.count, copies)
    return Answer(done, disposals.lines(done), 3 if done.problems or done.kept_back else 0)


@command(retention_app)
def certificates(
    options: Options,
    family: Annotated[
        str | None, typer.Option(help="A reference that somebody quotes: was its record destroyed?")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Hold certificates, records, list and ledger together.")
    ] = False,
) -> Answer:
    """List the certificates of destruction, or tell whether the record of a quoted reference was destroyed."""
    from hubdata.retention import certificates as issued
    from hubdata.retention import review as reviews
    from hubdata.retention import said as retention_said

    hub = options.hub()
    if family is not None:
        told = issued.told(hub, family)
        return Answer(told, issued.told_lines(told))
    if check:
        faults = issued.check(hub)
        return Answer(
            {"faults": faults}, faults or ["Certificates, records, list and ledger agree."], 3 if faults else 0
        )
    found, all_ = issued.listed(hub), reviews.listed(hub)
    said = [line for content in found for line in retention_said.certificate(content)] or [
        "No certificate has been issued."
    ]
    return Answer({"certificates": found, "disposals": all_}, [*said, *reviews.lines(all_)])


@command(retention_app)
def replay(options: Options) -> Answer:
    """Destroy again, in a database restored from a copy, what its erasure list says was destroyed."""
    from hubdata.retention import replay as replays

    if options.as_at_given:
        raise BadParameter("a replay is as at today: leave --as-at out")
    done = replays.run(options.home, options.url, options.by, options.acting)
    return Answer(done, replays.lines(done), 3 if done.problems else 0)
