-- P10 "all partners will ensure that this is updated"
-- How current each organisation's part of the record is, and which days it covers: the one place that says so.
-- Reading chosen: a partner that supports an open family has updated when the hub last recorded anything of its own (its
-- involvements, its practitioners, needs that name it, shares it sent) or received a return from it, by the day; a
-- return of a period that had ended longer ago than a partner may wait updates no further than to that period's end.
-- Where the hub had recorded nothing from anybody by that day, it cannot tell, and nobody is accused. What it covers is
-- what its returns declare, up to the latest day and back to the last gap between them; where they do not say, from the
-- first to the last day of what is recorded of it. As known at the end of $known_at: over the rows recorded by then.
WITH said AS (
  SELECT organisation, recorded_at, unnest([started_on, last_contact_on, ended_on]) AS day FROM involvements
  UNION ALL SELECT organisation, recorded_at, NULL FROM practitioners
  UNION ALL SELECT organisation, recorded_at, identified_on FROM needs WHERE organisation IS NOT NULL
  UNION ALL SELECT from_organisation, recorded_at, shared_on FROM shares
  UNION ALL SELECT organisation, CASE WHEN covers_to + CAST($freshness_update_within_days AS INTEGER) < england_day(recorded_at)
      THEN CAST(covers_to AS TIMESTAMP) ELSE recorded_at END, NULL
    FROM returns WHERE england_day(recorded_at) <= least($as_at, $known_at)
),
heard AS (
  SELECT organisation, england_day(max(recorded_at)) AS last_update_on,
    min(day) FILTER (day <= $as_at) AS first_day, max(day) FILTER (day <= $as_at) AS last_day
  FROM said WHERE england_day(recorded_at) <= least($as_at, $known_at) GROUP BY organisation
),
periods AS (
  SELECT organisation, covers_from, least(covers_to, england_day(recorded_at)) AS to_on
  FROM returns WHERE england_day(recorded_at) <= least($as_at, $known_at) AND covers_to IS NOT NULL
),
joined AS (
  SELECT *, covers_from > 1 + max(to_on) OVER (
    PARTITION BY organisation ORDER BY covers_from NULLS FIRST ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS after_gap
  FROM periods
),
declared AS (
  SELECT organisation, coalesce(max(covers_from) FILTER (after_gap), min(covers_from)) AS from_on, max(to_on) AS to_on
  FROM joined GROUP BY organisation
),
supporting AS (
  SELECT i.organisation, min(i.started_on) AS started_on
  FROM involvements i JOIN families f USING (family)
  WHERE i.started_on <= $as_at AND (i.ended_on IS NULL OR i.ended_on >= $as_at)
    AND (f.closed_on IS NULL OR f.closed_on > $as_at)
    AND england_day(greatest(i.recorded_at, f.recorded_at)) <= $known_at
  GROUP BY i.organisation
),
dated AS (
  SELECT organisation, last_update_on, started_on IS NOT NULL AS supports,
    coalesce(last_update_on, started_on) AS counted_from, $as_at - counted_from AS days,
    coalesce(from_on, first_day) AS covers_from, coalesce(to_on, last_day) AS covers_to,
    CASE WHEN to_on IS NOT NULL THEN 'declared' WHEN last_day IS NOT NULL THEN 'recorded' ELSE 'never' END AS known_by
  FROM supporting FULL JOIN heard USING (organisation) LEFT JOIN declared USING (organisation)
  WHERE EXISTS (FROM heard)
)
SELECT
  organisation AS subject, 'organisations' AS "table",
  CASE WHEN supports AND days > CAST($freshness_update_within_days AS INTEGER) THEN 'FR01' END AS code,
  counted_from + CAST($freshness_update_within_days AS INTEGER) + 1 AS since,
  CAST(NULL AS VARCHAR) AS family, CAST(NULL AS VARCHAR) AS hub,
  CASE WHEN last_update_on IS NULL THEN 'has never updated; supports families since ' || strftime(counted_from, '%-d %B %Y')
    ELSE 'last updated on ' || strftime(last_update_on, '%-d %B %Y') END AS evidence,
  last_update_on, days, supports, covers_from, covers_to, known_by
FROM dated
