-- P3 "how well the support is working for you to meet your goals"
-- Reading chosen: an open goal of an open family must have been reviewed, or set, within the policy's days (OC01).
-- Scores, agreements to evaluation and needs judge nobody: the report asks for them itself (reports/questions/outcomes.sql).
WITH reviewed AS (
  SELECT goal, count(*) AS reviews, max(reviewed_on) AS last_reviewed_on
  FROM reviews WHERE reviewed_on <= $as_at GROUP BY goal
),
goals_open AS (
  SELECT g.*, f.hub, r.reviews, r.last_reviewed_on,
    (g.closed_on IS NULL OR g.closed_on > $as_at) AND (f.closed_on IS NULL OR f.closed_on > $as_at) AS is_open,
    greatest(g.set_on, r.last_reviewed_on) + CAST($outcomes_review_within_days AS INTEGER) AS review_by
  FROM goals g JOIN families f USING (family) LEFT JOIN reviewed r USING (goal)
  WHERE g.set_on <= $as_at
)
SELECT
  goal AS subject, 'goals' AS "table", CASE WHEN is_open AND review_by < $as_at THEN 'OC01' END AS code,
  review_by + 1 AS since, family, hub,
  CASE WHEN last_reviewed_on IS NULL THEN 'set on ' || strftime(set_on, '%-d %B %Y') || ' and never reviewed'
    ELSE 'last reviewed on ' || strftime(last_reviewed_on, '%-d %B %Y') END AS evidence,
  area, instrument, set_on, closed_on, result, coalesce(reviews, 0) AS reviews, last_reviewed_on,
  CASE WHEN is_open THEN 'open' ELSE 'closed' END AS state
FROM goals_open
