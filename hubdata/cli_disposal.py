"""`hubdata retention review` to `replay`: from due to destroyed and certified; no logic lives here."""

# ruff: noqa: B008, D103
from pathlib import Path
from typing import Annotated

import typer

from hubdata.cli_retention import retention_app
from hubdata.desk import Answer, Desk, as_plain, command
from hubdata.errors import BadParameter

DISPOSAL = Annotated[str, typer.Option(help="The disposal's reference, as `retention review` gave it.")]


@command(retention_app)
def review(
    desk: Desk,
    token: Annotated[str, typer.Option(help="The token that `retention due` gave, of exactly what was looked at.")],
    dispose: Annotated[list[str] | None, typer.Option(help="A family to be destroyed; may be repeated.")] = None,
    dispose_all: Annotated[bool, typer.Option("--dispose-all", help="Every due family not named otherwise.")] = False,
    keep: Annotated[list[str] | None, typer.Option(help="A family to be kept longer; may be repeated.")] = None,
    because: Annotated[str | None, typer.Option(help="Why those are kept.")] = None,
    until: Annotated[str | None, typer.Option(help="The day on which those are looked at again.")] = None,
    decisions: Annotated[
        Path | None, typer.Option(help="A CSV of decisions: family, decision (dispose or keep), reason, next_on.")
    ] = None,
) -> Answer:
    """Decide about records that are due; another person must approve it, and nothing is destroyed yet."""
    from hubdata import review as reviews

    hub = desk.hub()
    asked = reviews.Asked(dispose or [], dispose_all, keep or [], because, until, decisions)
    disposal = reviews.review(hub, token, reviews.decided(hub, asked, desk.as_at), desk.as_at, desk.actor, desk.reason)
    (made,) = [one for one in reviews.listed(hub) if one.disposal == disposal]
    next_ = f"Another person now approves it: hubdata retention approve --disposal {disposal}"
    return Answer(made, [*reviews.lines([made]), next_])


@command(retention_app)
def approve(
    desk: Desk, disposal: DISPOSAL,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse it; the records can be reviewed anew.")] = False,
) -> Answer:  # fmt: skip
    """Approve a review as another person than the reviewer, or refuse it; nothing is destroyed yet."""
    from hubdata import review as reviews

    hub = desk.hub()
    reviews.approve(hub, disposal, desk.as_at, desk.actor, desk.reason, refuse)
    (made,) = [one for one in reviews.listed(hub) if one.disposal == disposal]
    next_ = [] if refuse else [f"Carry it out: hubdata retention dispose --disposal {disposal}"]
    return Answer(made, [*reviews.lines([made]), *next_])


@command(retention_app)
def dispose(
    desk: Desk,
    disposal: Annotated[str | None, typer.Option(help="The approved disposal to carry out.")] = None,
) -> Answer:
    """Carry out an approved disposal, or go on with one that stopped; without one named, only show what would go."""
    from hubdata import backups
    from hubdata import disposal as disposals
    from hubdata import review as reviews

    hub = desk.hub()
    if disposal is None:
        waiting = [one for one in reviews.listed(hub) if one.status in reviews.OPEN]
        said = "Nothing was destroyed. Name one with --disposal to carry it out."
        return Answer({"disposals": waiting}, [*reviews.lines(waiting), said])
    copies = as_plain(backups.kept(hub))
    done = disposals.run(hub, disposal, desk.as_at, desk.actor, desk.reason, desk.count, copies)
    return Answer(done, disposals.lines(done), 3 if done.problems or done.kept_back else 0)


@command(retention_app)
def certificates(
    desk: Desk,
    family: Annotated[
        str | None, typer.Option(help="A reference that somebody quotes: was its record destroyed?")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Hold certificates, records, list and ledger together.")
    ] = False,
) -> Answer:
    """List the certificates of destruction, or tell whether the record of a quoted reference was destroyed."""
    from hubdata import certificates as issued
    from hubdata import review as reviews

    hub = desk.hub()
    if family is not None:
        told = issued.told(hub, family)
        return Answer(told, issued.told_lines(told))
    if check:
        faults = issued.check(hub)
        return Answer(
            {"faults": faults}, faults or ["Certificates, records, list and ledger agree."], 3 if faults else 0
        )
    found, all_ = issued.listed(hub), reviews.listed(hub)
    said = [line for content in found for line in issued.lines(content)] or ["No certificate has been issued."]
    return Answer({"certificates": found, "disposals": all_}, [*said, *reviews.lines(all_)])


@command(retention_app)
def replay(desk: Desk) -> Answer:
    """Destroy again, in a database restored from a copy, what its erasure list says was destroyed."""
    from hubdata import replay as replays

    if desk.as_at_given:
        raise BadParameter("a replay is as at today: leave --as-at out")
    done = replays.run(desk.home, desk.url, desk.as_at, desk.actor, desk.reason)
    return Answer(done, replays.lines(done), 3 if done.problems else 0)
