"""What a snapshot tells of births and deaths: read there or here, so that no day of either leaves the records."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from hubdata.records.snapshot.frozen import tabled

# When a family's youngest member was born and the last of them died, and whether a birth that
# counts is not recorded: a child's, or anyone's where no child is. Empty unless a retention rule asks for it.
LIVES = """SELECT family, MAX(date_of_birth) AS youngest_born_on, MAX(died_on) AS last_died_on,
  CASE WHEN COUNT(CASE WHEN role = 'child' THEN 1 END) > 0
    THEN CASE WHEN COUNT(CASE WHEN role = 'child' AND date_of_birth IS NULL THEN 1 END) > 0 THEN 'true' ELSE 'false' END
    ELSE CASE WHEN COUNT(*) > COUNT(date_of_birth) THEN 'true' ELSE 'false' END END AS has_unknown_birth
  FROM people GROUP BY family"""
NAMES = "REPLACE(';' || {0} || ';', ';' || p.person || ';', '') <> ';' || {0} || ';'"
# An age in whole years; who was born on 29 February is a year older on 1 March, in a year without that day (dates.age).
YEARS = """CAST(SUBSTR(CAST(a.decided_on AS VARCHAR(10)), 1, 4) AS INTEGER)
  - CAST(SUBSTR(CAST(p.date_of_birth AS VARCHAR(10)), 1, 4) AS INTEGER)
  - CASE WHEN SUBSTR(CAST(a.decided_on AS VARCHAR(10)), 6, 5) < SUBSTR(CAST(p.date_of_birth AS VARCHAR(10)), 6, 5)
    THEN 1 ELSE 0 END"""
# Rows that name somebody who had died by their day, corrected ones too, which the rules leave out, and decisions of
# somebody under 18 with their age in whole years; no day of birth or death leaves the records for it. The same SQL
# reads a return's own rows (rules/asked/lifetimes.py).
OF_ENTRIES = f"""SELECT 'agreements' AS of_table, a.agreement AS reference, p.person, 'died' AS what, '' AS years
  FROM people p JOIN agreements a ON a.given_by = p.person WHERE a.decided_on > p.died_on
UNION SELECT 'agreements', a.agreement, p.person, 'died', ''
  FROM people p JOIN agreements a ON a.family = p.family WHERE a.decided_on > p.died_on AND {NAMES.format("a.covers")}
UNION SELECT 'shares', s.share, p.person, 'died', ''
  FROM people p JOIN shares s ON s.family = p.family WHERE s.shared_on > p.died_on AND {NAMES.format("s.about")}
UNION SELECT 'agreements', a.agreement, p.person, 'young', CAST({YEARS} AS VARCHAR(10))
  FROM agreements a JOIN people p ON p.person = a.given_by WHERE p.date_of_birth IS NOT NULL AND {YEARS} < 18"""
UNTIMELY = f"""{OF_ENTRIES}
UNION SELECT 'request_events', e.event, p.person, 'died', ''
  FROM people p JOIN requests r ON p.person IN (r.person, r.asked_by) JOIN request_events e ON e.request = r.request
  WHERE p.died_on IS NOT NULL AND e.what = 'received' AND e.happened_on > p.died_on"""
# Decisions of somebody for a child who was 18 or older by their day, with that age; a snapshot does not carry it.
GROWN = f"""SELECT 'agreements' AS of_table, a.agreement AS reference, p.person, 'grown' AS what,
  CAST({YEARS} AS VARCHAR(10)) AS years FROM people p JOIN agreements a ON a.family = p.family
  WHERE p.role = 'child' AND p.person <> a.given_by AND p.date_of_birth IS NOT NULL
    AND {YEARS} >= 18 AND {NAMES.format("a.covers")}"""

DEAD = "SELECT person, CAST(died_on AS VARCHAR(10)) FROM people WHERE died_on IS NOT NULL"
LISTS = (("agreements", "agreement", "covers", "decided_on"), ("shares", "share", "about", "shared_on"))


def dead(ask: Callable[[str], Sequence]) -> dict[str, str]:
    """Who has died, and on which day: for `named`, and for nothing else."""
    return {row[0]: row[1] for row in ask(DEAD)}


def named(died: Mapping[str, str], tables: Mapping[str, pa.Table]) -> Iterator[tuple[str, str, str, str, None]]:
    """Each decision that covers, and each share about, somebody who had died by its day, whoever's family it is under.

    In SQL every row of any family would meet every dead person: Arrow looks only at lists that name one of them.
    """
    if not died:
        return
    people = tabled({"person": pa.string()}, ([person] for person in died))["person"]
    for table, key, column, day in LISTS:
        for rows in tables[table].select([key, column, day]).to_batches():
            names = pc.list_flatten(rows[column])
            hits = pc.indices_nonzero(pc.is_in(names, people))
            of_row = pc.list_parent_indices(rows[column]).take(hits)
            for name, row in zip(names.take(hits).to_pylist(), rows.take(of_row).to_pylist(), strict=True):
                if died[name] < row[day].isoformat():
                    yield table, row[key], name, "died", None
