"""`hubdata family …`: find a family in the records and see what is held about it; no logic lives here."""

# ruff: noqa: B008, D103
from typing import Annotated

import typer

from hubdata.desk import Answer, Desk, command

family_app = typer.Typer(help="Find a family, and see its record; the look is in the ledger.", no_args_is_help=True)


@command(family_app)
def find(
    desk: Desk,
    name: Annotated[str | None, typer.Option(help="Any part of a name of two letters or more, in any order.")] = None,
    born: Annotated[str | None, typer.Option(help="A date of birth.")] = None,
    reference: Annotated[
        str | None, typer.Option(help="A reference of the family, a person, a share …, or a partner's own.")
    ] = None,
    hub: Annotated[str | None, typer.Option(help="Only families of this hub.")] = None,
) -> Answer:
    """Find a family for a reason that is stated; what was searched and shown is in the ledger before it is shown."""
    from hubdata import lookup

    sought = lookup.Sought(name, lookup.birthday(born), reference, hub)
    found = lookup.find(desk.hub(), sought, desk.actor, desk.reason)
    return Answer(found, lookup.lines(found))


@command(family_app)
def show(desk: Desk, family: Annotated[str, typer.Option(help="The family's reference.")]) -> Answer:
    """Show one family's record for a reason that is stated; the look is in the ledger before anything is shown."""
    from hubdata import lookup_record, lookup_words

    record = lookup_record.show(desk.hub(), family, desk.as_at, desk.actor, desk.reason)
    return Answer(record, lookup_words.lines(record))
