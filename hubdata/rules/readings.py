"""What the families' rule would say if its source were read otherwise, and what its next version will; it decides none.

Source: notice P8, domain 1.4 (both readings are reported until an officer confirms one).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb

from hubdata import periods
from hubdata.periods import Rule
from hubdata.policy import Policy
from hubdata.rules import judge, kept

# Which way a record's date moves from one verdict to another.
WAY = """CREATE OR REPLACE TEMP MACRO way(was_state, was, becomes_state, becomes) AS CASE
  WHEN becomes_state = 'cannot_tell' AND was_state <> 'cannot_tell' THEN 'cannot_tell'
  WHEN becomes_state <> 'cannot_tell' AND was_state = 'cannot_tell' THEN 'tellable'
  WHEN coalesce(becomes, 'infinity'::DATE) < coalesce(was, 'infinity'::DATE) THEN 'sooner'
  WHEN coalesce(becomes, 'infinity'::DATE) > coalesce(was, 'infinity'::DATE) THEN 'later'
  ELSE 'unchanged' END"""
VERDICTS = """CREATE TEMP TABLE variant_verdicts
  (number INTEGER, family VARCHAR, hub VARCHAR, state VARCHAR, due_on DATE, rule VARCHAR)"""
VERDICT = "INSERT INTO variant_verdicts SELECT {0}, family, hub, state, due_on, rule FROM ({{text}})"


@dataclass(frozen=True)
class Variant:
    """Another version of the rule in force: a possible reading of it, or (with a day) the one that follows it."""

    counted_from: str
    rule: Rule
    from_on: date | None = None


def variants(policy: Policy, as_at: date) -> Iterator[Variant]:
    """Every reading that no officer has settled yet, then the next rule if one is recorded already."""
    entry = policy.entry(periods.NAME, as_at)
    if not entry.confirmed_by:
        for rule in periods.rule(entry.value["family"]).readings():
            yield Variant(periods.TRIGGERS[rule.terms.terms[0].trigger], rule)
    later = [each for each in policy.history(periods.NAME) if each.valid_from > entry.valid_from]
    for each in later[:1]:
        rule = periods.rule(each.value["family"])
        yield Variant(f"{rule.code}: {rule}", rule, each.valid_from)


def compare(database: duckdb.DuckDBPyConnection, policy: Policy, as_at: date) -> None:
    """Put the variants and their verdicts on a day into a report's database, and the macro `way` that compares them.

    variants   number  counted_from                  from_on        variant_verdicts  number  family  state  due_on
               1       the last contact or review                                     1       F1      due    2025-01-31
    """
    found = list(variants(policy, as_at))
    database.execute(VERDICTS)
    for number, each in enumerate(found, 1):
        kept.prepare(database, each.rule)  # the same tables: a connection for each would double a report's time
        judge.put("retention", database, policy, as_at, VERDICT.format(number))
    kept.prepare(database, periods.in_force(policy, as_at))
    terms = periods.in_force(policy, as_at).terms
    in_force = str(terms) if terms.combined else periods.TRIGGERS[terms.terms[0].trigger]
    database.execute("SET VARIABLE counted_from = $said", {"said": in_force})
    database.execute(WAY)
    database.execute(
        "CREATE TEMP TABLE variants AS SELECT unnest(range(1, 1 + len($said::VARCHAR[]))) AS number, "
        "unnest($said::VARCHAR[]) AS counted_from, unnest($days::DATE[]) AS from_on",
        {"said": [each.counted_from for each in found], "days": [each.from_on for each in found]},
    )
