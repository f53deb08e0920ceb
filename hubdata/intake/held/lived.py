"""Decisions and shares that cannot be true of a life, told of a return before anything comes of it (DQ05).

A return's own rows are asked, and the rows held of people whose day of birth or death the return changes. They are
taken in all the same: what somebody wrote down is kept, and a person looks at it. No such day is ever told.
"""

from collections.abc import Iterator
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select

from hubdata import policy, spelling
from hubdata.intake.files.csv import Problem, Sheet
from hubdata.intake.held.weigh import Difference, rows_of
from hubdata.intake.read import keys_of
from hubdata.policy import Policy
from hubdata.records.bulk import existing_rows
from hubdata.records.decisions import read as decisions
from hubdata.records.tables.contract import TABLES
from hubdata.rules.asked import lifetimes
from hubdata.rules.asked.lifetimes import COLUMNS, Ages, Untrue

NAMED = {"agreements": ("given_by", "covers"), "shares": ("about",)}
LIVES = ("date_of_birth", "died_on")
AT_ONCE, MOST_TOLD = 500, 1_000  # keys looked up in one statement; rows told
SAID = {
    "died": ("after-death", "{person} had died by that day; check the reference, and both days"),
    "young": (
        "too-young",
        "{person} was younger than {ages.alone_from} and decided alone; check the days, or record who judged that they "
        "can decide with `hubdata agreement competence`",
    ),
    "grown": ("of-age", "{person} was {ages.of_age} or older by that day, and decides alone; ask them too"),
}
Rows = dict[str, pa.Table]


def told(
    connection: Connection, found: dict[str, Sheet], differences: dict[str, Difference], decided: Policy, today: date
) -> list[Problem]:
    """What is told of new decisions and shares, and of people whom the return changes and held ones name."""
    new = {t: rows_of(found[t].table, differences[t].added) for t in NAMED if t in found and differences[t].added}
    people, changed = _people(connection, found, differences, new)
    held = _held(connection, {people[person]["family"] for person in changed})
    if not (new or held) or not any(person[day] for person in people.values() for day in LIVES):
        return []
    ages, asked = Ages.of(decided, today), {"people": _text(list(people.values()), COLUMNS["people"])}
    for table in new | held:
        asked[table] = pa.concat_tables(
            [rows[table] for rows in (held, new) if table in rows], promote_options="default"
        )
    untrue = lifetimes.ask(asked | {"competences": _judged(connection, people)}, ages)
    told_ = [*_of_rows(found, differences, new, untrue, ages), *_of_people(found, new, changed, untrue, ages)]
    left = len(told_) - MOST_TOLD
    return told_[:MOST_TOLD] + [Problem("", 0, "", "lives", f"{left:,} more that cannot be true")] * (left > 0)


def _people(
    connection: Connection, found: dict, differences: dict, new: Rows
) -> tuple[dict[str, dict], dict[str, int]]:
    """Those whom new rows name or the return brings, as it leaves them; and the row of each whose life it changes."""
    given, rows = {}, {}
    if "people" in found:
        numbers = differences["people"].added + differences["people"].changed
        names = [name for name in COLUMNS["people"] if name in found["people"].table.column_names]
        for number, row in zip(numbers, rows_of(found["people"].table.select(names), numbers).to_pylist(), strict=True):
            given[row["person"]], rows[row["person"]] = row, number
    wanted = sorted(given.keys() | {one for table in new for one in _named(new[table], table)})
    held = existing_rows(connection, "people", pa.table({"person": pa.array(wanted, pa.string())}))
    known = {
        person: {name: held.get(person, {}).get(name) for name in COLUMNS["people"]} | given.get(person, {})
        for person in wanted
    }
    changed = (one for one in held.keys() & given.keys() if any(held[one][c] != known[one][c] for c in LIVES))
    return known, {person: rows[person] for person in changed}


def _named(rows: pa.Table, table: str) -> set[str]:
    columns = (rows[name].combine_chunks() for name in NAMED[table] if name in rows.column_names)
    return {one for column in columns for text in pc.unique(column).to_pylist() if text for one in text.split(";")}


def _held(connection: Connection, families: set[str]) -> Rows:
    """The decisions and shares held of some families."""
    found = {}
    for table in NAMED:
        columns = [TABLES[table].c[name] for name in COLUMNS[table]]
        rows = _in_parts(connection, select(*columns), TABLES[table].c.family, sorted(families))
        if rows:
            found[table] = _text(rows, COLUMNS[table])
    return found


def _judged(connection: Connection, people: dict[str, dict]) -> pa.Table:
    """Who was judged able to decide, for a reason that says something."""
    judged = TABLES["competences"].c
    rows = _in_parts(connection, select(judged.person, judged.judged_on, judged.reason), judged.person, sorted(people))
    decided = decisions.of(connection)
    said = [row | {"has_reason": str(policy.meant(row["reason"], decided=decided) is not None).lower()} for row in rows]
    return _text(said, COLUMNS["competences"])


def _in_parts(connection: Connection, query, column, values: list[str]) -> list[dict]:
    parts = (values[at : at + AT_ONCE] for at in range(0, len(values), AT_ONCE))
    return [dict(row) for part in parts for row in connection.execute(query.where(column.in_(part))).mappings()]


def _text(rows: list[dict], columns: dict) -> pa.Table:
    return pa.table({n: pa.array([r[n] and str(r[n]) for r in rows], pa.string()) for n in columns})


def _of_rows(found: dict, differences: dict, new: Rows, untrue: list[Untrue], ages: Ages) -> Iterator[Problem]:
    numbers = {
        table: dict(zip(rows[keys_of(table)[0]].to_pylist(), differences[table].added, strict=True))
        for table, rows in new.items()
    }
    for one in untrue:
        if (number := numbers.get(one.of_table, {}).get(one.reference)) is not None:
            columns = NAMED[one.of_table]
            giver = found[one.of_table].table[columns[0]][number].as_py()
            code, why = _said(one, ages)
            yield found[one.of_table].at(number, columns[0 if giver == one.person else -1], code, why)


def _of_people(found: dict, new: Rows, changed: dict[str, int], untrue: list[Untrue], ages: Ages) -> Iterator[Problem]:
    sent = {(table, one) for table, rows in new.items() for one in rows[keys_of(table)[0]].to_pylist()}
    for one in untrue:
        if one.person in changed and (one.of_table, one.reference) not in sent:
            code, why = _said(one, ages)
            column, held = LIVES[one.what == "died"], spelling.masked(one.reference)
            yield found["people"].at(changed[one.person], column, code, f"{held} of {one.of_table} is held: {why}")


def _said(one: Untrue, ages: Ages) -> tuple[str, str]:
    code, why = SAID[one.what]
    return code, why.format(person=spelling.masked(one.person), ages=ages)
