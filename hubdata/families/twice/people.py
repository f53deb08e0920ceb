"""People as they are compared: plain names, days of birth, and what pairs are first chosen by; in memory only, no file.

A name is compared as plain words: without case, accents, apostrophes and invisible signs; a hyphen parts two words.
Pairs are chosen by five keys. A key that too many people share is left out, so that the work grows with the number of
people and not with its square; who has none left is counted.

Source: notice P2; Fellegi and Sunter, A theory for record linkage (1969).
"""

import re
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from hubdata import spelling
from hubdata.families.twice.weights import Weights

LONGEST = 60  # letters of a name that are compared
KEYS = {
    "family_day": "family_name || '|' || day",  # the day with its two numbers in order: a swap is found as well
    "initial_day": "left(given_name, 1) || '|' || day",
    "both_names": "least(given_name, family_name) || '|' || greatest(given_name, family_name)",
    "family_start": "family_name || '|' || left(given_name, 2)",
    "given_start": "given_name || '|' || left(family_name, 4)",
}
# Two days of birth that are further apart than one slip are of two people, so such a pair is not even compared.
PARTS = ("year", "month", "day_of_month")
NEAR = f"""(l.day IS NULL OR r.day IS NULL OR l.day = r.day
  OR {" + ".join(f"CAST(l.{part} = r.{part} AS INTEGER)" for part in PARTS)} >= 2)"""
RULES: list[Any] = [
    f"l.{key} = r.{key} AND l.family <> r.family" + (f" AND {NEAR}" if "day" not in key else "") for key in KEYS
]  # SQL, which Splink takes beside rules of its own
PREPARE = f"""CREATE TABLE plain AS
WITH written AS (
  SELECT person, family, given_name, family_name, date_of_birth,
    CASE WHEN role = 'child' THEN 'child' ELSE 'adult' END AS role,
    year(date_of_birth) AS year, month(date_of_birth) AS month, day(date_of_birth) AS day_of_month
  FROM people JOIN families USING (family)),
dated AS (SELECT *, year * 10000 + least(month, day_of_month) * 100 + greatest(month, day_of_month) AS day FROM written)
SELECT *, {", ".join(f"CASE WHEN {key} IS NOT NULL THEN hash({key}) END AS {name}" for name, key in KEYS.items())}
FROM dated"""
LIMIT = f"""CREATE TABLE compared AS
SELECT * REPLACE ({
    ", ".join(f"CASE WHEN count(*) OVER (PARTITION BY {key}) <= $most THEN {key} END AS {key}" for key in KEYS)
}) FROM plain"""
# The two records at hand are left out of the count: how common is it among all others?
FREQUENCY = """CREATE TABLE tf_{name} AS
SELECT {name}, (greatest({counted} - 2, 0) + $usual * $weight) / ({of} + $weight) AS tf_{name}
FROM plain WHERE {name} IS NOT NULL GROUP BY {name}"""
COUNTED = {
    "given_name": ("count(*)", "(SELECT count(*) FROM plain)"),
    "family_name": ("count(DISTINCT family)", "(SELECT count(*) FROM families)"),
    "date_of_birth": ("count(*)", "(SELECT count(*) FROM plain)"),
}
LEFT_OUT = f"SELECT count(*) FROM compared WHERE coalesce({', '.join(KEYS)}) IS NULL"


def plain(name: str) -> str | None:
    """A name as it is compared, or None if it has no letter or digit."""
    return " ".join(re.findall(r"[^\W_]+", re.sub("['’`]", "", spelling.plain(name))))[:LONGEST].strip() or None


def plain_names(column: pa.ChunkedArray) -> pa.Array:
    """A column of names as they are compared; each is read once."""
    encoded = pc.dictionary_encode(column.combine_chunks())
    return pa.array([plain(name) for name in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)


def prepare(database: duckdb.DuckDBPyConnection, weights: Weights) -> int:
    """Make `compared` and the frequencies from `people` and `families`; how many people cannot be compared at all."""
    database.execute(PREPARE)
    database.execute(LIMIT, {"most": weights.block_limit})
    for name, (counted, of) in COUNTED.items():
        values = {"usual": weights.usual[name], "weight": weights.usual_weight}
        database.execute(FREQUENCY.format(name=name, counted=counted, of=of), values)
    return database.execute(LEFT_OUT).fetchall()[0][0]
