"""Whether the database still has the guards that the migrations gave it, as they were, and none besides; it makes none.

`guards.csv` lists them for both databases, each with a digest of its text; a test writes it from fresh databases. Those
that only a team's database has are compared by team/; here one of them is named when it is switched off.
"""

import csv
from functools import cache
from hashlib import sha256

from sqlalchemy import Connection, text

from hubdata import places

LIST = places.PACKAGE / "records" / "coverage" / "guards.csv"
SQLITE = "SELECT tbl_name, name, sql, '' FROM sqlite_master WHERE type = 'trigger'"
POSTGRESQL = """SELECT c.relname, t.tgname,
  replace(pg_get_triggerdef(t.oid), quote_ident(current_schema()) || '.', '') || p.prosrc
    || coalesce(p.proconfig::text, ''),
  CASE WHEN t.tgenabled IN ('O', 'A') THEN '' ELSE 'off' END
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal
  AND (p.pronamespace <> coalesce(to_regnamespace('team')::oid, 0) OR t.tgenabled NOT IN ('O', 'A'))"""
OFF = """SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = current_schema()::regnamespace AND t.tgisinternal AND t.tgenabled NOT IN ('O', 'A') ORDER BY 1"""
RULES = "SELECT tablename, rulename FROM pg_rules WHERE schemaname = current_schema() ORDER BY 1, 2"


def found(connection: Connection) -> dict[tuple[str, str], str]:
    """The guards that a database has: table and name, with a digest of the text, or `off`."""
    asked = SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL
    rows = connection.execute(text(asked)).all()
    return {
        (table, name): off or sha256(" ".join(said.split()).encode()).hexdigest()[:16]
        for table, name, said, off in rows
    }


@cache
def wanted(dialect: str) -> dict[tuple[str, str], str]:
    """The guards that a fresh database has."""
    with LIST.open(newline="", encoding="utf-8") as file:
        return {(r["table"], r["guard"]): r["digest"] for r in csv.DictReader(file) if r["database"] == dialect}


def faults(connection: Connection) -> list[str]:
    """Each guard that is missing, switched off, altered or not the product's, in words."""
    here, ours = found(connection), wanted(connection.dialect.name)
    said = [f"{table}: the guard {name} is missing" for table, name in sorted(ours.keys() - here.keys())]
    for table, name in sorted(here):
        digest = ours.get((table, name))
        if here[table, name] == "off":
            said.append(f"{table}: the guard {name} is switched off")
        elif digest is None:
            said.append(f"{table}: the guard {name} is none of the product's")
        elif here[table, name] != digest:
            said.append(f"{table}: the guard {name} is not as the product made it")
    if connection.dialect.name == "postgresql":
        said += [f"{table}: its references are not checked any more" for (table,) in connection.execute(text(OFF))]
        said += [
            f"{table}: the rule {name} is none of the product's" for table, name in connection.execute(text(RULES))
        ]
    return said
