"""What of a hub's records would say who somebody is, and which row says it; it may say the row, never what it says.

The columns are read from their passports, so that one which is added later is sought too: names, references, dates of
birth and death, and names in full as a person would write them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, String, Table, cast, select

from hubdata import dates
from hubdata.records.tables.contract import IDENTIFYING, REFERENCE, TABLES, passport
from hubdata.retention.traces.found import LEAST

AT_ONCE = 200_000  # marks looked for at a time, so that memory stays bounded
LISTED = 3  # rows that a refusal names
NUMBER = re.compile(r"[\d.,]+%?")
PEOPLE, ORGANISATIONS = TABLES["people"].c, TABLES["organisations"].c
PART, CODE, WHOLE = "part", "code", "whole"


@dataclass(frozen=True)
class Source:
    """A column that says who somebody is, what people call it, and how much of somebody it says.

    A `part` (a first name, a birthday) belongs to many, a `code` to one, but is short; a `whole` is one person's own.
    """

    table: Table
    said: ColumnElement
    called: str
    of: str
    of_days: bool = False

    def by_chance(self, mark: str) -> bool:
        """Whether people who mean nobody may write a mark: "1825", "P1" and "Rose" they may, "FAM00812" not."""
        common = mark.isalpha() or len(mark) < LEAST or NUMBER.fullmatch(mark)
        return self.of == PART or (self.of == CODE and bool(common))


def sources() -> Iterator[Source]:
    """The columns that identify somebody, each table's own references, and full names; lists only repeat them."""
    for name, table in TABLES.items():
        for column in table.c:
            card, called = passport(name, column.name), column.name.replace("_", " ")
            if card.sensitivity == IDENTIFYING:
                of = PART if name == "people" else CODE if "reference" in called else WHOLE
                yield Source(table, column, called, of, card.kind == "date")
            elif card.sensitivity == REFERENCE and column.primary_key and not column.foreign_keys:
                yield Source(table, column, "reference", CODE)
    yield Source(TABLES["people"], cast(PEOPLE.given_name, String) + " " + PEOPLE.family_name, "full name", WHOLE)


def read(connection: Connection, source: Source) -> Iterator[dict[str, object]]:
    """What a column says, some values at a time: each as it may be written, with the value itself."""
    every = select(source.said).where(source.said.is_not(None)).distinct()
    found = connection.execution_options(stream_results=True, yield_per=10_000).execute(every)
    for some in found.scalars().partitions(AT_ONCE):
        said = ((text, value) for value in some for text in (_spelt(value) if source.of_days else [str(value).strip()]))
        yield {text: value for text, value in said if text}


def _spelt(day: date) -> list[str]:
    return [day.isoformat(), dates.words(day), f"{day:%d/%m/%Y}"]


def rows(connection: Connection, source: Source, values: list[object]) -> str:
    """The rows that say these values, by what the officer's own lists call them: "people X772, X801 and 4 more"."""
    key = next(iter(source.table.primary_key))
    found = connection.execute(select(key).where(source.said.in_(values)).distinct().order_by(key)).scalars().all()
    more = f" and {len(found) - LISTED:,} more" if len(found) > LISTED else ""
    return f"{source.table.name} {', '.join(map(str, found[:LISTED]))}{more}"


def named_so(connection: Connection, values: list[object]) -> list[str]:
    """The organisations whose published name says one of these values."""
    every = connection.execute(select(ORGANISATIONS.organisation, ORGANISATIONS.name)).all()
    return sorted(code for code, name in every if any(str(value) in name for value in values))
