"""`hubdata family …`: find a family in the records and see what is held about it; no logic lives here."""

from typing import Annotated

import typer

from hubdata.desk.commands.choice import one_of
from hubdata.desk.commands.command import Answer, Options, command
from hubdata.terms import PairOutcome

leads_app = typer.Typer()
looked_app = typer.Typer()
family_app = typer.Typer(
    help="Find a family, and see its record; the look is in the ledger. A name and a date of birth stand on no command "
    "line, which all users can read: they are asked for, or read from standard input, a line each.",
    no_args_is_help=True,
)
OUTCOMES = one_of(each for each in PairOutcome if each != PairOutcome.UNDONE)


@command(family_app)
def find(
    options: Options,
    name: Annotated[str | None, typer.Option(help="Any part of a name of two letters or more, in any order.")] = None,
    born: Annotated[str | None, typer.Option(help="A date of birth.")] = None,
    reference: Annotated[
        str | None, typer.Option(help="A reference of the family, a person, a share …, or a partner's own.")
    ] = None,
    hub: Annotated[str | None, typer.Option(help="Only families of this hub.")] = None,
) -> Answer:
    """Find a family for a reason that is stated; what was searched and shown is in the ledger before it is shown."""
    from hubdata.families import find as families_find

    if name is born is reference is None:
        name, born = options.ask("Any part of a name:"), options.ask("A date of birth, or nothing:")
    sought = families_find.Sought(name, families_find.birthday(born), reference, hub)
    found = families_find.find(options.hub(), sought, options.by)
    return Answer(found, families_find.lines(found))


@command(family_app)
def show(options: Options, family: Annotated[str, typer.Option(help="The family's reference.")]) -> Answer:
    """Show one family's record for a reason that is stated; the look is in the ledger before anything is shown."""
    from hubdata.families import record as families_record

    record = families_record.show(options.hub(), family, options.by)
    return Answer(record, families_record.lines(record))


@command(family_app)
def identifier(
    options: Options,
    family: Annotated[str, typer.Option(help="The family's reference.")],
    person: Annotated[str, typer.Option(help="The child's reference.")],
    from_organisation: Annotated[str, typer.Option("--from", help="The organisation that gave it.")],
    on: Annotated[str | None, typer.Option(help="The day on which it was given (default: --as-at).")] = None,
) -> Answer:
    """Keep a child's consistent identifier, asked for apart; refused while no regulations specify one."""
    from hubdata import dates
    from hubdata.families import identifier as sealed

    given = sealed.Given(family, person, from_organisation, dates.parse(on, "--on") if on else options.as_at)
    sealed.regulations(options.policy, given.on)
    typed = typer.prompt("The identifier", hide_input=True, err=True)
    kept = sealed.keep(options.hub(), given, typed, options.by)
    return Answer(kept, sealed.lines(kept))


duplicates_app = typer.Typer(
    help="The same family twice: likely duplicates and moves, for a person to decide.", no_args_is_help=True
)

FAMILY = Annotated[str, typer.Option(help="One record's family reference.")]
OTHER = Annotated[str, typer.Option(help="The other record's family reference.")]


@command(duplicates_app, "list")
def list_(
    options: Options,
    hub: Annotated[str | None, typer.Option(help="Only pairs with a record at this hub.")] = None,
    family: Annotated[str | None, typer.Option(help="Only pairs with this family.")] = None,
    threshold: Annotated[
        float | None, typer.Option(help="Least probability, 0.5 to below 1 (default: the policy's).")
    ] = None,
    limit: Annotated[int, typer.Option(help="How many pairs are shown.")] = 100,
) -> Answer:
    """List records that may be of one family, with the evidence; names are shown only to who says why."""
    from hubdata.families.twice import pairs
    from hubdata.families.twice import said as twice_said

    opened = options.hub()
    found = pairs.find(opened, pairs.Search(hub, family, threshold, limit), options.as_at)
    if options.by.reason is not None:
        found = pairs.named(opened, found, options.by)
    else:
        opened.look(options.by, "pair.list", family)
    return Answer(twice_said.as_json(found), twice_said.lines(found))


@command(duplicates_app)
def decide(
    options: Options,
    family: FAMILY,
    other: OTHER,
    decision: Annotated[str, OUTCOMES, typer.Option(help=f"{OUTCOMES}.")],
) -> Answer:
    """Remember whether two records are of one family; nothing is merged, moved or deleted."""
    from hubdata.families.twice import decided
    from hubdata.families.twice import said as twice_said

    done = decided.decide(options.hub(), (family, other), decision, options.by)
    return Answer(done, twice_said.decided_lines(done))


@command(duplicates_app)
def undo(options: Options, family: FAMILY, other: OTHER) -> Answer:
    """Take back what was decided about two records; the old decision stays in the register."""
    from hubdata.families.twice import decided
    from hubdata.families.twice import said as twice_said

    done = decided.undo(options.hub(), (family, other), options.by)
    return Answer(done, twice_said.decided_lines(done))


@command(leads_app)
def leads(
    options: Options,
    family: Annotated[str, typer.Option(help="The family's reference.")],
    on: Annotated[str | None, typer.Option(help="The day asked about (default: --as-at).")] = None,
    known_at: Annotated[str | None, typer.Option(help="As the hub knew it at the end of this day.")] = None,
) -> Answer:
    """Who took the lead for a family on a day, by name if --reason says why, and every span and handover up to it."""
    from hubdata import dates
    from hubdata.families import leads as took

    opened, day = options.hub(), dates.parse(on, "--on") if on else options.as_at
    said = took.read(opened, family, day, dates.parse(known_at, "--known-at") if known_at else None)
    if options.by.reason is not None:
        said = took.named(opened, said, options.by)
    else:
        opened.look(options.by, "family.leads", family)
    return Answer(said, took.lines(said))


@command(looked_app)
def looked(
    options: Options,
    family: Annotated[str | None, typer.Option(help="Who looked at this family's record.")] = None,
    person: Annotated[str | None, typer.Option(help="Who looked at what is held about this person.")] = None,
    who: Annotated[str | None, typer.Option("--by", help="Only what this person looked at.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="From this day on.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Up to this day.")] = None,
) -> Answer:
    """Who looked at a record, a person's part or (--actor) by a name, when, why; searches are shown to who says why."""
    from hubdata import dates
    from hubdata.families import looked as looks

    if family is person is who is None:
        who = options.by.actor

    days = [dates.parse(day, option) if day else None for day, option in ((first, "--from"), (last, "--to"))]
    found = looks.looked(options.hub(), looks.Wanted(family, person, who, *days), options.by)
    return Answer(found, looks.lines(found))
