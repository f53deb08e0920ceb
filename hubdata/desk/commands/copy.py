"""`hubdata rights pack`, `items`, `decide` and `sweep`: a person's own copy of what is held; no logic lives here."""

from pathlib import Path
from typing import Annotated

import typer

from hubdata.desk.commands.choice import one_of
from hubdata.desk.commands.command import Answer, Options, command
from hubdata.desk.commands.rights import REQUEST, opened, rights_app
from hubdata.terms import ItemOutcome

DAY = str | None
OUT = Annotated[Path | None, typer.Option(help="The folder to write to (default: work/packs in the hub).")]
OUTCOMES = one_of(ItemOutcome)
GROUNDS = one_of(("own", "they_agreed", "reasonable"), register="rights.disclosing")


@command(rights_app)
def pack(
    options: Options,
    request: Annotated[str | None, typer.Option(help="The access request that the copy answers.")] = None,
    family: Annotated[str | None, typer.Option(help="Instead, with --person: whose open request it is.")] = None,
    person: Annotated[str | None, typer.Option(help="Whose copy; the right belongs to one person.")] = None,
    named: Annotated[
        list[str] | None, typer.Option(help="Each other person whom the last look lists and who may be named.")
    ] = None,
    out: OUT = None,
) -> Answer:
    """Make a person's copy, a draft until all is decided and everybody named was looked at: a page, and data."""
    from hubdata.rights.copy import make

    whose, seen = make.Whose(request, family, person), tuple(named or ())
    made = make.make(opened(options), whose, options.by, out, seen)
    return Answer(made, make.lines(made), 3 if made.is_draft else 0)


@command(rights_app)
def items(options: Options, request: REQUEST, out: OUT = None) -> Answer:
    """List what of a copy must be decided before it is given; what it says is written to a page for the officer."""
    from hubdata.rights.copy import decide as copy_decide

    found, page = copy_decide.listed(opened(options), request, options.by, out)
    return Answer({"request": request, "items": found, "page": page}, copy_decide.lines(found, page))


@command(rights_app)
def decide(
    options: Options,
    request: REQUEST,
    item: Annotated[list[str], typer.Option(help="The item, or several alike by *, for example 'shares.about/*'.")],
    decision: Annotated[str, OUTCOMES, typer.Option(help=f"{OUTCOMES}.")],
    exemption: Annotated[
        str | None, typer.Option(help="To withhold it, or words of it: the reason in law (default: the item's).")
    ] = None,
    because: Annotated[str | None, GROUNDS, typer.Option(help=f"To disclose: {GROUNDS}.")] = None,
    factor: Annotated[
        list[str] | None, typer.Option(help="What was considered, NAME=TEXT: kind, confidence, asked, able, refused.")
    ] = None,
    opinion_on: Annotated[DAY, typer.Option(help="The day of a health professional's opinion.")] = None,
    opinion_by: Annotated[str | None, typer.Option(help="Whose opinion: a role, not a name.")] = None,
    known_since: Annotated[DAY, typer.Option(help="A day on which the person knew it already.")] = None,
    words_out: Annotated[
        str | None,
        typer.Option(help="To disclose one text without some words: their numbers in the officer's list, as 2;5-7."),
    ] = None,
) -> Answer:
    """Record whether items that may concern others, or are about health, are given; --reason says why."""
    from hubdata.rights import words
    from hubdata.rights.copy import decide as copy_decide

    pairs = tuple((name.strip(), text.strip()) for name, _, text in (each.partition("=") for each in factor or []))
    opinion, known = (
        None if day is None else words.day(day, options.as_at, name)
        for day, name in ((opinion_on, "--opinion-on"), (known_since, "--known-since"))
    )
    given = copy_decide.ItemDecision(decision, exemption, because, pairs, opinion, opinion_by, known, words_out)
    found = copy_decide.decide(opened(options), request, item, given, options.by)
    return Answer(found, copy_decide.decided_lines(found))


@command(rights_app)
def sweep(options: Options) -> Answer:
    """Delete every copy and letter whose time is over, as the schedule does, and list those that there still are."""
    from hubdata.rights import sweep as rights_sweep

    swept = rights_sweep.sweep(options.hub(), options.by)
    return Answer(swept, rights_sweep.lines(swept) + rights_sweep.kept_lines(swept), 3 if swept.unreachable else 0)
