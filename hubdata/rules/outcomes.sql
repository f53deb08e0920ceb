-- P3 "how well the support is working for you to meet your goals"
-- Reading chosen: an open goal of an open family must have been reviewed, or set, within the policy's days (OC01).
WITH scored AS (
  SELECT goal, count(*) AS reviews, min(reviewed_on) AS first_reviewed_on, max(reviewed_on) AS last_reviewed_on,
    arg_min(score, (reviewed_on, perspective)) AS first_score, arg_max(score, (reviewed_on, perspective)) AS last_score
  FROM reviews WHERE reviewed_on <= $as_at GROUP BY goal
),
evaluated AS (
  SELECT family, arg_max(decision, (decided_on, recorded_at, agreement)) = 'agreed' AS evaluation_agreed
  FROM agreements WHERE purpose = 'evaluation' AND decided_on <= $as_at GROUP BY family
),
goals_open AS (
  SELECT g.*, f.hub, s.reviews, s.first_reviewed_on, s.first_score, s.last_score, s.last_reviewed_on,
    coalesce(e.evaluation_agreed, false) AS evaluation_agreed,
    (g.closed_on IS NULL OR g.closed_on > $as_at) AND (f.closed_on IS NULL OR f.closed_on > $as_at) AS is_open,
    greatest(g.set_on, s.last_reviewed_on) + CAST($outcomes_review_within_days AS INTEGER) AS review_by
  FROM goals g JOIN families f USING (family) LEFT JOIN scored s USING (goal) LEFT JOIN evaluated e USING (family)
  WHERE g.set_on <= $as_at
)
SELECT
  goal AS subject, 'goals' AS "table", CASE WHEN is_open AND review_by < $as_at THEN 'OC01' END AS code,
  review_by + 1 AS since, family, hub,
  CASE WHEN last_reviewed_on IS NULL THEN 'set on ' || strftime(set_on, '%-d %B %Y') || ' and never reviewed'
    ELSE 'last reviewed on ' || strftime(last_reviewed_on, '%-d %B %Y') END AS evidence,
  area, instrument, set_on, closed_on, result, coalesce(reviews, 0) AS reviews, first_score, last_score,
  first_reviewed_on, last_reviewed_on, evaluation_agreed, CASE WHEN is_open THEN 'open' ELSE 'closed' END AS state
FROM goals_open
