"""What a reporter reads of a team's database: the columns that a snapshot carries and no other; no name, no free text.

Of a free text it is told whether it says anything; of births and deaths what the rules ask. The reports' process is
given nothing that it would have to keep to itself.
"""

from datetime import date

from hubdata.policy import Policy
from hubdata.records.snapshot import lives, outside, take
from hubdata.records.tables.contract import FREE_TEXT, TABLES, passport
from hubdata.records.team.policies import WRITTEN
from hubdata.records.team.rights import BY_HUB
from hubdata.spelling import squeezed

SEEN = {
    "lives": f"family IN (SELECT f.family FROM families f WHERE {WRITTEN})",
    "untimely": f"person IN (SELECT p.person FROM people p WHERE {WRITTEN})",
}
# Who had died by the day of a decision or a share that names them, in whatever family's record it is.
NAMED = " UNION ".join(
    f"SELECT '{table}', t.{key}, p.person, 'died', '' FROM {table} t, unnest(string_to_array(t.{column}, ';')) n(name) "
    f"JOIN people p ON p.person = n.name AND p.died_on IS NOT NULL WHERE p.died_on < t.{day}"
    for table, key, column, day in lives.LISTS
)
SOURCES = {**take.SOURCES, "untimely": f"({lives.UNTIMELY} UNION {NAMED}) AS untimely"}


def views() -> dict[str, str]:
    """Each view's query, by the table of a snapshot that is read from it."""
    made = {name: _view(name) for name in take.SNAPSHOT_TABLES if name != take.OUTSIDE}
    return made | {take.OUTSIDE: _outside()}


def _view(table: str) -> str:
    columns = ", ".join(f"{_read(table, field)} AS {field.name}" for field in take.stored(table))
    seen = SEEN.get(table) or (WRITTEN if table in BY_HUB else "")
    return f"SELECT {columns} FROM {SOURCES.get(table, table)}{f' WHERE {seen}' if seen else ''}"


def _read(table: str, field: take.Field) -> str:
    if table not in TABLES:
        return field.sql
    if field.name.startswith("has_"):
        text = field.name.removeprefix("has_")
        return f"CASE WHEN {text} IS NULL THEN 'false' ELSE '=' || team.masked({text}) END"
    if field.name in TABLES[table].c and passport(table, field.name).sensitivity == FREE_TEXT:
        return f"team.masked({field.name})"
    return field.sql


def _outside() -> str:
    """Where free text says too much: where, and of what kind."""
    names = ", ".join(f'said."{name}"' for name in outside.COLUMNS)
    columns = ", ".join(f'"{name}"' for name in outside.COLUMNS)
    asked = " UNION ALL ".join(f"SELECT * FROM ({query}) AS q" for _, query in outside.written("postgresql"))
    return f"SELECT {names} FROM ({asked}) AS said({columns}) WHERE (SELECT team.all_hubs())"


def words(decided: Policy) -> list[str]:
    """The words of a free text that give nobody away: placeholders, and the codes of its register."""
    registers = {passport(table, column.name).named_in for table in TABLES for column in TABLES[table].c}
    entries = [decided.codes(name, date.max) for name in registers if name]
    codes = {squeezed(code) for codes in entries for pair in codes.items() for code in pair}
    return sorted({*decided.placeholders(), *codes} - {""})
