"""From people who may be one to families that may be: what speaks for a pair, and its kind; it decides nothing.

Nobody counts twice: each person has one counterpart, the likeliest. What the family name says counts once for each
name, because those who share a household share it. People with other given names (twins) or other days of birth (a
parent and child of one name) are never one person.
"""

from math import log2

import duckdb

from hubdata.families.twice.weights import CONDITIONS, Weights

# Whole thousandths of a bit, so that the sum does not depend on the order of rows.
PAIRS = f"""WITH oriented AS (
  SELECT least(family_l, family_r) AS family, greatest(family_l, family_r) AS other,
    CASE WHEN family_l < family_r THEN person_l ELSE person_r END AS person,
    CASE WHEN family_l < family_r THEN person_r ELSE person_l END AS counterpart,
    CAST(round(1000 * (mw_family_name + mw_tf_adj_family_name)) AS BIGINT) AS name_bits,
    CAST(round(1000 * match_weight) AS BIGINT) AS all_bits,
    least(family_name_l, family_name_r) || '|' || greatest(family_name_l, family_name_r) AS names,
    CAST(role_l = 'adult' OR role_r = 'adult' AS INTEGER) AS adult,
    {", ".join(f"gamma_{name}" for name in CONDITIONS)}
  FROM alike WHERE gamma_given_name > 0 AND gamma_date_of_birth <> 0),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY family, other, person ORDER BY all_bits DESC, counterpart) AS for_person,
    row_number() OVER (PARTITION BY family, other, counterpart ORDER BY all_bits DESC, person) AS for_counterpart
  FROM oriented),
matched AS (SELECT * FROM ranked WHERE for_person = 1 AND for_counterpart = 1),
by_name AS (
  SELECT family, other, max(name_bits) + sum(all_bits - name_bits) AS bits, count(*) AS people, sum(adult) AS adults
  FROM matched GROUP BY family, other, names),
paired AS (
  SELECT family, other, sum(bits) AS bits, sum(people) AS people, sum(adults) AS adults
  FROM by_name GROUP BY family, other),
sizes AS (SELECT family, count(*) AS people, sum(CAST(role = 'adult' AS INTEGER)) AS adults FROM plain GROUP BY family),
named AS (
  SELECT DISTINCT family, organisation, partner_reference FROM involvements WHERE partner_reference IS NOT NULL
  QUALIFY count(DISTINCT family) OVER (PARTITION BY organisation, partner_reference) <= 3),
same_reference AS (
  SELECT p.family, p.other, list_sort(list(DISTINCT a.organisation)) AS organisations
  FROM paired p JOIN named a ON a.family = p.family
    JOIN named b ON b.family = p.other AND b.organisation = a.organisation AND b.partner_reference = a.partner_reference
  GROUP BY p.family, p.other),
weighed AS (
  SELECT p.*, s.people AS people_of_family, o.people AS people_of_other, r.organisations AS same_reference_at,
    $prior + p.bits / 1000 + least(s.people - p.people, o.people - p.people) * $unmatched
      + coalesce(len(r.organisations), 0) * $partner_reference AS weight,
    p.adults = 0 AND least(s.adults, o.adults) > 0 AS shared
  FROM paired p JOIN sizes s ON s.family = p.family JOIN sizes o ON o.family = p.other
    LEFT JOIN same_reference r ON r.family = p.family AND r.other = p.other),
partners AS (SELECT family, list_sort(list(DISTINCT organisation)) AS partners FROM involvements GROUP BY family),
people_of AS (
  SELECT family, other, list({{'person': person, 'counterpart': counterpart,
      {", ".join(f"'{name}': gamma_{name}" for name in CONDITIONS)}}} ORDER BY person) AS matches
  FROM matched GROUP BY family, other)
SELECT w.family, w.other, 1 / (1 + pow(2, -w.weight)) AS probability, w.shared,
  [a.hub, b.hub] AS hubs, [a.opened_on, b.opened_on] AS opened_on, [a.closed_on, b.closed_on] AS closed_on,
  CAST([w.people_of_family, w.people_of_other] AS INTEGER[]) AS people,
  [coalesce(x.partners, []), coalesce(y.partners, [])] AS partners,
  coalesce(w.same_reference_at, []) AS same_reference_at, m.matches,
  a.closed_on IS NULL AND b.closed_on IS NULL AS both_open,
  date_diff('day', greatest(a.opened_on, b.opened_on),
    least(coalesce(a.closed_on, DATE '9999-12-31'), coalesce(b.closed_on, DATE '9999-12-31'))) AS days_together,
  a.hub <> b.hub OR (len(x.partners) > 0 AND len(y.partners) > 0 AND NOT list_has_any(x.partners, y.partners)) AS moved
FROM weighed w JOIN families a ON a.family = w.family JOIN families b ON b.family = w.other
  JOIN people_of m ON m.family = w.family AND m.other = w.other
  LEFT JOIN partners x ON x.family = w.family LEFT JOIN partners y ON y.family = w.other
WHERE probability >= $threshold ORDER BY round(w.weight, 3) DESC, w.family, w.other"""


def pairs(database: duckdb.DuckDBPyConnection, weights: Weights, threshold: float) -> list[dict]:
    """Pairs of families from `alike`, each a dict; levels by name, `unknown` where either record says nothing."""
    families = database.execute("SELECT count(*) FROM families").fetchall()[0][0]
    found = database.execute(
        PAIRS,
        {
            "prior": weights.prior(families),
            "unmatched": log2(weights.unmatched),
            "threshold": threshold,
            "partner_reference": log2(weights.partner_reference),
        },
    )
    names = [column[0] for column in found.description]
    return [_said(dict(zip(names, row, strict=True)), weights) for row in found.fetchall()]


def _said(row: dict, weights: Weights) -> dict:
    row["matches"] = [
        {
            "person": one["person"],
            "counterpart": one["counterpart"],
            "levels": {name: _level(name, one[name]) for name in CONDITIONS},
        }
        for one in row["matches"]
    ]
    return row | {"kind": _kind(row, weights), "probability": min(round(row["probability"], 4), 0.9999)}


def _level(name: str, number: int) -> str:
    """splink counts levels from the last, which is 0; unknown is -1."""
    return "unknown" if number < 0 else [*CONDITIONS[name]][-1 - number]


def _kind(row: dict, weights: Weights) -> str:
    if row.pop("shared"):
        return "shared"
    together, moved = row.pop("both_open") or row["days_together"] > weights.handover_days, row.pop("moved")
    return "duplicate" if together else "move" if moved else "return"
