"""What a database holds outside the limited record, for a snapshot: where it is and of what kind, never what it says.

    outside   table    column  row  kind            rows
              notes            -    table           12
              shares   reason  S1   e-mail address  1

Three things count: tables and columns that have no passport, free text that is longer than its passport allows or that
says how to reach or to number a person, and words outside their closed list.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from hubdata import terms
from hubdata.records.snapshot.frozen import texts
from hubdata.records.tables.column import longest
from hubdata.records.tables.contract import FREE_TEXT, IDENTIFYING, TABLES, passport

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
OF_HUB = "hub"  # on a server each row says of which hub it is, as the database itself fills in from the family's row
# In upper case, without round brackets, with plain spaces and dashes, a space at either end; SQLite's GLOB, made
# regular for PostgreSQL.
DIGIT, GAP = "[0-9]", "[ .-]"
OUTWARD = (
    "[A-Z][A-Z][0-9]",
    "[A-Z][A-Z][0-9][0-9]",
    "[A-Z][A-Z][0-9][A-Z]",
    "[A-Z][0-9]",
    "[A-Z][0-9][0-9]",
    "[A-Z][0-9][A-Z]",
)
INWARD = "[0-9][ABD-HJLNP-UW-Z][ABD-HJLNP-UW-Z][^A-Z0-9]"
NUMBERED = "[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
LEADING = "[^0-9]0[1237]"
# How people part the digits after those: 01604 123456, 01632 960 001, 020 7946 0123, (01604) 12 34 56 and the like.
PARTED = (
    (9,),
    (3, 6),
    (3, 3, 3),
    (3, 2, 2, 2),
    (3, 2, 4),
    (2, 7),
    (2, 3, 4),
    (2, 3, 2, 2),
    (1, 8),
    (1, 4, 4),
    (1, 2, 2, 2, 2),
    (8,),
    (3, 5),
    (3, 3, 2),
)
FREE = "[^A-Z0-9]08[0-9][0-9]"  # 0800 1600 alone is a time of day: so few digits count for one well-known number only
FREED = (("", 7), ("", 1, 6), (GAP, 7), (GAP, 3, 4), (GAP, 6), (GAP, 3, 3), (GAP, 2, 2, 2))
PUPIL = "[^A-Z0-9][A-HJ-NP-RT-Z]"
PATTERNS = {
    "e-mail address": ["[A-Z0-9]@[A-Z0-9]*.[A-Z]"],
    "telephone number": [
        "+44[0-9 ]",
        "[^0-9]0044[0-9 ]",
        *(LEADING + GAP.join(DIGIT * n for n in parts) + "[^0-9]" for parts in PARTED),
        *(FREE + first + GAP.join(DIGIT * n for n in parts) + "[^0-9]" for first, *parts in FREED),
        *(f"[^A-Z0-9]0800{gap}11{within}11[^0-9]" for gap, within in (("", ""), (GAP, ""), (GAP, GAP))),
    ],
    "postcode": [
        "[^A-Z0-9]" + out + gap + INWARD for out in OUTWARD for gap in (" ", "") if gap or out.startswith("[A-Z][A-Z]")
    ],
    "unique pupil number": [
        PUPIL + gap + DIGIT * 11 + last + "[^A-Z0-9]" for gap in ("", " ") for last in (DIGIT, "[A-HJ-NP-RT-Z]")
    ],
    "number of ten digits": ["[^0-9]" + GAP.join(DIGIT * n for n in parts) + "[^0-9]" for parts in ((10,), (3, 3, 4))],
    "National Insurance number": [
        "[^A-Z]" + NUMBERED + gap + gap.join([DIGIT * 2] * 3) + gap + "[A-D][^A-Z0-9]" for gap in ("", " ")
    ],
}
SIGNS = ("@", "[0-9][A-Za-z][A-Za-z]", "*".join([DIGIT] * 6))  # text without any of these says none of them


def read(ask: Callable[[str], Sequence], dialect: str) -> list[tuple]:
    """Unregistered tables and columns, and free text that says too much, in the order of COLUMNS."""
    return [*_structures(ask, dialect), *said(ask, _queries(dialect))]


def said(ask: Callable[[str], Sequence], queries: Iterable[tuple[str, str]]) -> Iterator[tuple]:
    """Free text that says too much, by the pairs of statements that `written` gives."""
    return (row for has_any, query in queries if ask(has_any) for row in ask(query))


def _structures(ask: Callable[[str], Sequence], dialect: str) -> Iterator[tuple]:
    found = [tuple(row) for row in ask(HELD[dialect])]
    for table in sorted({table for table, _ in found} - TABLES.keys() - {MIGRATIONS}):
        yield table, None, None, "table", ask(f"SELECT COUNT(*) FROM {_quoted(table)}")[0][0]
    for table, column in sorted(found):
        if table in TABLES and column not in TABLES[table].c and (dialect, column) != ("postgresql", OF_HUB):
            yield table, column, None, "column", ask(f"SELECT COUNT({_quoted(column)}) FROM {table}")[0][0]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@cache
def _queries(dialect: str) -> list[tuple[str, str]]:
    """Two for each table with such text: whether any may say too much, and what of it does, planned only for that.

    What may say too much is picked in one pass, and only that is looked at.
    """
    return list(written(dialect))


def written(dialect: str, only: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
    for name, sizes in _texts():
        if only is not None and name not in only:
            continue
        free = {column for column in sizes if passport(name, column).sensitivity == FREE_TEXT}
        odd = {
            c: " OR ".join([f"LENGTH({c}) > {size}", *(_like(c, sign, dialect) for sign in SIGNS if c in free)])
            for c, size in sizes.items()
        }
        said = " UNION ALL ".join(
            f"SELECT named, '{c}' AS place, LENGTH({c}) AS long, {size} AS size, {_plain(c)} AS said, "
            f"{int(c in free)} AS free FROM picked WHERE {odd[c]}"
            for c, size in sizes.items()
        )
        kind = (
            f"CASE WHEN long > size THEN 'longer than ' || size || ' characters' "
            f"WHEN free = 1 THEN {_kinds('said', dialect)} END"
        )
        picked = f"FROM {name} WHERE {' OR '.join(odd.values())}"
        yield (
            f"SELECT 1 {picked} LIMIT 1",
            f"WITH picked AS MATERIALIZED (SELECT {_key(name)} AS named, {', '.join(sizes)} {picked}), "
            f"said AS MATERIALIZED ({said}) "
            f"SELECT '{name}', place, named, kind, 1 "
            f"FROM (SELECT place, named, {kind} AS kind FROM said) AS told WHERE kind IS NOT NULL",
        )


def _texts() -> Iterator[tuple[str, dict[str, int]]]:
    """Each table with free text, names and the like, and how long each may be."""
    for name, table in TABLES.items():
        sizes = {
            c.name: longest(c)
            for c in table.c
            if getattr(c.type, "length", None) and passport(name, c.name).sensitivity in (FREE_TEXT, IDENTIFYING)
        }
        if sizes:
            yield name, sizes


def _key(table: str) -> str:
    return next(iter(TABLES[table].primary_key)).name


def _plain(column: str) -> str:
    said = f"UPPER({column})"
    for odd, plain in (("(", ""), (")", ""), ("\u00a0", " "), ("\u2013", "-"), ("/", "-"), ("  ", " ")):
        said = f"REPLACE({said}, '{odd}', '{plain}')"
    return f"' ' || {said} || ' '"


def _kinds(said: str, dialect: str) -> str:
    kinds = [
        f"WHEN {' OR '.join(_like(said, one, dialect) for one in found)} THEN '{kind}'"
        for kind, found in PATTERNS.items()
    ]
    return f"CASE {' '.join(kinds)} END"


def _like(said: str, pattern: str, dialect: str) -> str:
    if dialect == "sqlite":
        return f"{said} GLOB '*{pattern}*'"
    apart = re.split(r"(\[[^]]+\])", pattern)  # brackets mean the same to both
    return f"{said} ~ '{''.join(one if one.startswith('[') else _literally(one) for one in apart)}'"


def _literally(part: str) -> str:
    return re.escape(part).replace(r"\*", ".*")


@cache
def _lists() -> dict[str, pa.ChunkedArray]:
    return {term.__name__: texts(map(str, term)) for term in terms.terms()}


def unlisted(tables: dict[str, pa.Table]) -> Iterator[tuple]:
    """Words that their closed list does not have: only another program than this one can have written them."""
    for name, rows in tables.items():
        for column in TABLES[name].c if name in TABLES and rows.num_rows else ():
            words = _lists().get(passport(name, column.name).allowed)
            if words is None or column.name not in rows.column_names:
                continue
            odd = rows.filter(pc.and_(pc.is_valid(rows[column.name]), pc.invert(pc.is_in(rows[column.name], words))))
            yield from (
                (name, column.name, key, "word outside its closed list", 1) for key in odd[_key(name)].to_pylist()
            )
