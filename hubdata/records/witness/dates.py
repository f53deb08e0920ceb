"""Compares the ledger's days with those that its witnesses name: a clock that was moved bit by bit matches them not."""

from sqlalchemy import Connection, text

from hubdata.dates import words
from hubdata.moments import day_of
from hubdata.records.ledger import raw
from hubdata.records.time.entry import LEAST, read
from hubdata.records.witness import known
from hubdata.records.witness.known import COSIGNED, TIMESTAMP, WORDS


def faults(connection: Connection) -> list[str]:
    """Every entry whose day a witness contradicts by more than a day, in words."""
    found = []
    for one in known.witnesses(connection):
        if one.kind not in (COSIGNED, TIMESTAMP):
            continue  # only these name a moment of their own
        meta = connection.execute(text("SELECT meta FROM chain WHERE seq = :seq"), {"seq": one.entry}).scalar()
        at = read(one.entry, raw(meta)).at if meta is not None else one.at
        if at > one.at + LEAST:
            found.append(
                f"entry {one.entry} says {words(day_of(at))}, and {WORDS[one.kind]} it was witnessed on "
                f"{words(one.on)} already: this machine's clock ran ahead by {(at - one.at).days:,} days or more"
            )
        if one.entered and one.entered.at < one.at - LEAST:
            found.append(
                f"entry {one.entered.seq} says {words(day_of(one.entered.at))}, and takes in what is of "
                f"{words(one.on)}: this machine's clock was behind by {(one.at - one.entered.at).days:,} days or more"
            )
    return found
