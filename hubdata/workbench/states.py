"""One family out of a view, and what its decisions say: handed to the rules as they are asked elsewhere."""

from dataclasses import replace
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from hubdata import dates
from hubdata.errors import BadParameter
from hubdata.records.snapshot.frozen import Snapshot, texts
from hubdata.rules import standing
from hubdata.rules.standing import State
from hubdata.terms import Purpose

OF_ALL = ("organisations", "practitioners")


def day(said: object, name: str) -> date:
    """A day as an analyst gives it: text, a date, or a moment at midnight, as pandas has them.

    Raises BadParameter for any other.
    """
    if isinstance(said, datetime) and said == datetime(said.year, said.month, said.day, tzinfo=said.tzinfo):
        return said.date()
    return dates.parse(said, name)


def family_of(records: Snapshot, person: str) -> str:
    """The family of a person, by reference. Raises BadParameter if there is no such person."""
    people = records.tables["people"]
    found = _of(people, "person", person)["family"].to_pylist()
    if not found:
        raise BadParameter(f"the view has no person {person!r}; check the reference")
    return found[0]


def of_family(records: Snapshot, family: str) -> Snapshot:
    """What the view has of one family, with all organisations and practitioners; it carries no hash.

    Raises BadParameter if there is no such family.
    """
    if not _of(records.tables["families"], "family", family).num_rows:
        raise BadParameter(f"the view has no family {family!r}; check the reference")
    tables = {
        name: _of(table, "family", family) if "family" in table.column_names and name not in OF_ALL else table
        for name, table in records.tables.items()
    }
    return records.having(**tables)


def read(records: Snapshot, family: str, asked: tuple[str, str, str | None], on: date) -> State:
    """What a person's decisions say of a purpose and a recipient on a day, under whichever family they are filed.

    Raises BadParameter for a purpose or an organisation that there is not.
    """
    person, purpose, recipient = asked
    if purpose not in [*Purpose]:
        raise BadParameter(f"there is no purpose {purpose!r}; allowed are {', '.join(Purpose)}")
    organisations = records.tables["organisations"]
    if recipient is not None and not _of(organisations, "organisation", recipient).num_rows:
        listed = ", ".join(sorted(organisations["organisation"].to_pylist()))
        raise BadParameter(f"there is no organisation {recipient!r}; allowed are {listed}")
    agreements = records.tables["agreements"]
    covers = pc.is_in(pc.list_flatten(agreements["covers"]), value_set=texts([person]))
    rows = pc.list_parent_indices(agreements["covers"]).filter(covers)
    filed = {family, *agreements["family"].take(rows).to_pylist()}
    tables = {
        "families": _of(records.tables["families"], "family", family),
        "agreements": agreements.filter(pc.is_in(agreements["family"], value_set=texts(sorted(filed)))),
        "shares": records.tables["shares"].slice(0, 0),
        "organisations": organisations,
    }
    return standing.ask(replace(records, tables=tables, sha256=""), [asked], on)[0]


def _of(table: pa.Table, column: str, value: str) -> pa.Table:
    return table.filter(pc.is_in(table[column], value_set=texts([value])))
