"""What a database holds outside the limited record, for a snapshot: where it is and of what kind, never what it says.

    outside   table    column  row  kind            rows
              notes            -    table           12
              shares   reason  S1   e-mail address  1

Three things count: tables and columns that have no passport, free text that is longer than its passport allows or that
says how to reach or to number a person, and words outside their closed list.
"""

import re
from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from hubdata import terms
from hubdata.records import FREE_TEXT, IDENTIFYING, TABLES, passport

COLUMNS = {"table": pa.string(), "column": pa.string(), "row": pa.string(), "kind": pa.string(), "rows": pa.int64()}
# What each database says of itself: every table of the hub's own schema that holds rows, and its columns.
HELD = {
    "sqlite": """SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'""",
    "postgresql": """SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'm', 'f')
        AND a.attnum > 0 AND NOT a.attisdropped AND NOT EXISTS (SELECT 1 FROM pg_depend d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')""",
}
MIGRATIONS = "alembic_version"
# Upper case without brackets and with a space at either end, as SQLite's GLOB; PostgreSQL gets the same as a regular expression.
DIGIT, GAP = "[0-9]", "[ .-]"
OUTWARD = ("[A-Z][A-Z][0-9]", "[A-Z][A-Z][0-9][0-9]", "[A-Z][A-Z][0-9][A-Z]", "[A-Z][0-9]", "[A-Z][0-9][0-9]",
           "[A-Z][0-9][A-Z]")  # fmt: skip
INWARD = "[0-9][ABD-HJLNP-UW-Z][ABD-HJLNP-UW-Z][^A-Z0-9]"
NUMBERED = "[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
LEADING = "[^0-9]0[1237]"
PATTERNS = {
    "e-mail address": ["[A-Z0-9]@[A-Z0-9]*.[A-Z]"],
    "telephone number": ["+44[0-9 ]", *(LEADING + GAP.join(DIGIT * n for n in parts) + "[^0-9]" for parts in (
        (9,), (3, 6), (3, 3, 3), (2, 3, 4), (1, 4, 4), (8,), (3, 5)))],
    "postcode": ["[^A-Z0-9]" + out + gap + INWARD for out in OUTWARD for gap in (" ", "")
                 if gap or out.startswith("[A-Z][A-Z]")],
    "number of ten digits": ["[^0-9]" + GAP.join(DIGIT * n for n in parts) + "[^0-9]" for parts in ((10,), (3, 3, 4))],
    "National Insurance number": ["[^A-Z]" + NUMBERED + gap + gap.join([DIGIT * 2] * 3) + gap + "[A-D][^A-Z0-9]"
                                  for gap in ("", " ")],
}  # fmt: skip


def read(ask: Callable[[str], list], dialect: str) -> list[tuple]:
    """Unregistered tables and columns, and free text that says too much, in the order of COLUMNS."""
    return [*_structures(ask, dialect), *(row for query in _queries(dialect) for row in ask(query))]


def _structures(ask: Callable[[str], list], dialect: str) -> Iterator[tuple]:
    found = [tuple(row) for row in ask(HELD[dialect])]
    for table in sorted({table for table, _ in found} - TABLES.keys() - {MIGRATIONS}):
        yield table, None, None, "table", ask(f"SELECT COUNT(*) FROM {_quoted(table)}")[0][0]
    for table, column in sorted(found):
        if table in TABLES and column not in TABLES[table].c:
            yield table, column, None, "column", ask(f"SELECT COUNT({_quoted(column)}) FROM {table}")[0][0]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _queries(dialect: str) -> Iterator[str]:
    for name, table in TABLES.items():
        for column in table.c:
            sensitivity, size = passport(name, column.name).sensitivity, getattr(column.type, "length", None)
            if sensitivity in (FREE_TEXT, IDENTIFYING) and size:
                kinds = _kinds(column.name, dialect) if sensitivity == FREE_TEXT else "NULL"
                kind = f"CASE WHEN LENGTH({column.name}) > {size} THEN 'longer than {size} characters' ELSE {kinds} END"
                yield (f"SELECT '{name}', '{column.name}', named, kind, 1 FROM (SELECT {_key(name)} AS named, "
                       f"{kind} AS kind FROM {name} WHERE {column.name} IS NOT NULL) AS said "
                       "WHERE kind IS NOT NULL")  # fmt: skip


def _key(table: str) -> str:
    return next(iter(TABLES[table].primary_key)).name


def _kinds(column: str, dialect: str) -> str:
    said = f"(' ' || REPLACE(REPLACE(UPPER({column}), '(', ''), ')', '') || ' ')"
    kinds = [f"WHEN {' OR '.join(_like(said, one, dialect) for one in found)} THEN '{kind}'" for kind, found in
             PATTERNS.items()]  # fmt: skip
    return f"CASE WHEN NOT {_like(column, '[0-9@]', dialect)} THEN NULL {' '.join(kinds)} END"


def _like(said: str, pattern: str, dialect: str) -> str:
    if dialect == "sqlite":
        return f"{said} GLOB '*{pattern}*'"
    apart = re.split(r"(\[[^]]+\])", pattern)  # brackets mean the same to both
    return f"{said} ~ '{''.join(one if one.startswith('[') else _literally(one) for one in apart)}'"


def _literally(part: str) -> str:
    return re.escape(part).replace(r"\*", ".*")


def unlisted(tables: dict[str, pa.Table]) -> Iterator[tuple]:
    """Words that their closed list does not have: only another program than this one can have written them."""
    lists = {term.__name__: pa.array(map(str, term), pa.string()) for term in terms.terms()}
    for name, rows in tables.items():
        for column in TABLES[name].c if name in TABLES else ():
            words = lists.get(passport(name, column.name).allowed)
            if words is None or column.name not in rows.column_names:
                continue
            odd = rows.filter(pc.and_(pc.is_valid(rows[column.name]), pc.invert(pc.is_in(rows[column.name], words))))
            yield from (
                (name, column.name, key, "word outside its closed list", 1) for key in odd[_key(name)].to_pylist()
            )
