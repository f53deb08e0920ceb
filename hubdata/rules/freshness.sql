-- P10 "all partners will ensure that this is updated"
-- Reading chosen: a partner that supports an open family has updated when the hub last recorded anything of its own (its
-- involvements, its practitioners, needs that name it, shares it sent) or received a return from it, by the day.
-- Where the hub had recorded nothing from anybody by that day, it cannot tell, and nobody is accused.
WITH said AS (
  SELECT organisation, recorded_at FROM involvements
  UNION ALL SELECT organisation, recorded_at FROM practitioners
  UNION ALL SELECT organisation, recorded_at FROM needs WHERE organisation IS NOT NULL
  UNION ALL SELECT from_organisation, recorded_at FROM shares
  UNION ALL SELECT organisation, recorded_at FROM returns
),
heard AS (
  SELECT organisation, CAST(max(recorded_at) AS DATE) AS last_update_on
  FROM said WHERE CAST(recorded_at AS DATE) <= $as_at GROUP BY organisation
),
supporting AS (
  SELECT i.organisation, min(i.started_on) AS started_on
  FROM involvements i JOIN families f USING (family)
  WHERE i.started_on <= $as_at AND (i.ended_on IS NULL OR i.ended_on >= $as_at)
    AND (f.closed_on IS NULL OR f.closed_on > $as_at)
  GROUP BY i.organisation
),
dated AS (
  SELECT organisation, last_update_on, coalesce(last_update_on, started_on) AS counted_from,
    $as_at - coalesce(last_update_on, started_on) AS days
  FROM supporting LEFT JOIN heard USING (organisation)
  WHERE EXISTS (FROM heard)
)
SELECT
  organisation AS subject, 'organisations' AS "table",
  CASE WHEN days > CAST($freshness_update_within_days AS INTEGER) THEN 'FR01' END AS code,
  counted_from + CAST($freshness_update_within_days AS INTEGER) + 1 AS since,
  CAST(NULL AS VARCHAR) AS family, CAST(NULL AS VARCHAR) AS hub,
  CASE WHEN last_update_on IS NULL THEN 'has never updated; supports families since ' || strftime(counted_from, '%-d %B %Y')
    ELSE 'last updated on ' || strftime(last_update_on, '%-d %B %Y') END AS evidence,
  last_update_on, days
FROM dated
