"""What is compared, read from the hub as Arrow tables in memory: people with their names, families, who helps them.

It must write no file; the names leave this process only at the desk of an officer who says why.
"""

import hmac
from collections.abc import Collection
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, text

from hubdata.families.twice.people import plain, plain_names
from hubdata.records.bulk import driven
from hubdata.records.ledger import canonical
from hubdata.records.store import Hub

DAY = pa.date32()
PEOPLE = {
    "person": pa.string(),
    "family": pa.string(),
    "role": pa.string(),
    "given_name": pa.string(),
    "family_name": pa.string(),
    "date_of_birth": DAY,
}
FAMILIES = {"family": pa.string(), "hub": pa.string(), "opened_on": DAY, "closed_on": DAY}
INVOLVEMENTS = {"family": pa.string(), "organisation": pa.string(), "partner_reference": pa.string()}
COLUMNS = {"people": PEOPLE, "families": FAMILIES, "involvements": INVOLVEMENTS}


def tables(connection: Connection, as_at: date) -> dict[str, pa.Table]:
    """The tables that are compared, as at a day: a family opened later is left out, one closed later is still open."""
    read = {name: _table(connection, name) for name in COLUMNS}
    people, families = read["people"], read["families"].filter(pc.field("opened_on") <= as_at)
    closed = pc.if_else(pc.less_equal(families["closed_on"], as_at), families["closed_on"], pa.scalar(None, DAY))
    read["families"] = families.set_column(families.schema.get_field_index("closed_on"), "closed_on", closed)
    for name in ("given_name", "family_name"):
        people = people.set_column(people.schema.get_field_index(name), name, plain_names(people[name]))
    return read | {"people": people}


def _table(connection: Connection, name: str) -> pa.Table:
    columns = COLUMNS[name]
    said = ", ".join(f"CAST({c} AS VARCHAR)" if kind == DAY else c for c, kind in columns.items())
    rows = driven(connection.execute(text(f"SELECT {said} FROM {name}"))).fetchall()
    texts = list(zip(*rows, strict=True)) or [[] for _ in columns]
    return pa.table(
        {c: pa.array(values, pa.string()).cast(kind) for (c, kind), values in zip(columns.items(), texts, strict=True)}
    )


def digests(hub: Hub, connection: Connection, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """A keyed digest of what is compared in each of these pairs: everybody's names, day of birth and part.

    When a partner corrects one of them it changes; a goal or a closing does not matter to it.
    """
    wanted = {family for pair in pairs for family in pair}
    people: dict[str, list] = {family: [] for family in wanted}
    for family in sorted(wanted):
        rows = driven(connection.execute(_MEMBERS, {"family": family})).fetchall()
        people[family] = sorted(
            [plain(given) or "", plain(last) or "", str(born or ""), role] for given, last, born, role in rows
        )
    key = hub.key("duplicates")
    return {pair: hmac.digest(key, canonical([people[family] for family in pair]), "sha256").hex() for pair in pairs}


_MEMBERS = text(
    "SELECT given_name, family_name, CAST(date_of_birth AS VARCHAR), role FROM people WHERE family = :family"
)
