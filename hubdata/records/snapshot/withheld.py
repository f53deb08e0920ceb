"""Which columns no snapshot carries, and where each may be looked up instead; it looks nothing up."""

import re

from hubdata.records.snapshot import take as snapshots
from hubdata.records.tables.column import FREE_TEXT, IDENTIFYING
from hubdata.records.tables.contract import TABLES, passport

NAMES = (
    "{column} of {table} is about a known person, and names never travel: look it up at the desk or with "
    "`hubdata family show`, with a reason, which the ledger keeps"
)
TEXTS = (
    "{column} of {table} is free text, which may speak of people: has_{column} says whether there is one; read it "
    "at the desk or with `hubdata family show`, with a reason, which the ledger keeps"
)


def withheld(table: str) -> dict[str, str]:
    """The columns of a table that no snapshot carries, each with where it may be looked up."""
    if table not in TABLES or table in snapshots.OWN:
        return {}
    cards = {c.name: passport(table, c.name) for c in TABLES[table].c}
    kinds = {IDENTIFYING: NAMES, FREE_TEXT: TEXTS}
    carried = {f.name for f in snapshots.fields(table)}
    return {
        name: kinds[card.sensitivity].format(column=name, table=table)
        for name, card in cards.items()
        if name not in carried and card.sensitivity in kinds
    }


def named(text: str) -> dict[str, str]:
    """The withheld columns of every table, each with where it may be looked up; of the tables that a text names first.

    `reason` is of shares where shares are spoken of, and of whatever table has one where none is.
    """
    words = set(re.findall(r"\w+", text))
    order = sorted(snapshots.SNAPSHOT_TABLES, key=lambda table: table in words)
    return {name: why for table in order for name, why in withheld(table).items()}
