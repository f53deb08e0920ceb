-- P8 "The records kept at the Hub level are kept for five years."
-- Reading chosen: the rule in force at $as_at (params/policy/retention.yaml) says what a closed family's date is counted
-- from and for how long, in calendar years (29 February becomes 28 February); kept.py makes its macros: signs,
-- kept_until, decided_by, missing. A record may be kept through due_on and is past its date the day after. An open
-- family's clock does not run, whatever the rule. A closing date before the opening date, a closure reason without a
-- date, or a date that the rule needs and nobody recorded, is no trigger: cannot tell (RT04).
WITH last_days AS (
  SELECT family, opened_on AS day FROM families
  UNION ALL SELECT family, started_on FROM involvements
  UNION ALL SELECT family, last_contact_on FROM involvements
  UNION ALL SELECT family, reviewed_on FROM reviews JOIN goals USING (goal)
),
last_seen AS (
  SELECT family, max(day) AS last_seen_on FROM last_days WHERE day <= $as_at GROUP BY family
),
held AS (
  SELECT family, bool_or(placed_on <= $as_at) AS held,
    bool_and(has_reason AND review_on IS NOT NULL) FILTER (placed_on <= $as_at) AS justified
  FROM holds
  WHERE released_on IS NULL OR released_on > $as_at
  GROUP BY family
),
signed AS (
  SELECT *,
    closed_on IS NOT NULL AND closed_on <= $as_at AS is_closed,
    (closed_on IS NULL AND has_closure_reason) OR closed_on < opened_on AS unclear,
    missing(closed_on, opened_on, contact_on, changed_on, born_on, died_on, birth_unknown, hub, shared, unmet) AS gap
  FROM families LEFT JOIN signs($as_at) USING (family)
  WHERE opened_on <= $as_at
),
dated AS (
  SELECT *,
    CASE WHEN is_closed AND closed_on >= opened_on AND gap = 0 THEN kept_until(
      closed_on, opened_on, contact_on, changed_on, born_on, died_on, birth_unknown, hub, shared, unmet) END AS due_on,
    CASE WHEN due_on IS NULL THEN rule_code(1) ELSE rule_code(decided_by(
      closed_on, opened_on, contact_on, changed_on, born_on, died_on, birth_unknown, hub, shared, unmet)) END AS rule
  FROM signed
),
coded AS (
  SELECT d.*, s.last_seen_on, coalesce(h.held, false) AS held, h.family IS NOT NULL AS unreleased,
    CAST(s.last_seen_on + to_days(CAST($retention_stale_after_days AS INTEGER)) AS DATE) AS stale_on,
    CASE
      WHEN d.unclear OR (d.is_closed AND d.gap > 0) THEN 'RT04'
      WHEN $as_at > d.due_on AND NOT coalesce(h.held, false) THEN 'RT01'
      WHEN $as_at > d.due_on AND NOT h.justified THEN 'RT02'
      WHEN NOT d.is_closed AND $as_at > stale_on THEN 'RT03'
    END AS code
  FROM dated d LEFT JOIN last_seen s USING (family) LEFT JOIN held h USING (family)
)
SELECT
  family AS subject, 'families' AS "table", code,
  CASE code
    WHEN 'RT04' THEN england_day(recorded_at)
    WHEN 'RT03' THEN stale_on + 1
    ELSE due_on + 1
  END AS since,
  family, hub,
  CASE
    WHEN unclear AND closed_on IS NULL THEN 'a closure reason is recorded but no closing date'
    WHEN unclear THEN 'the closing date lies before the opening date'
    WHEN code = 'RT04' THEN [
      'a date of birth that the rule counts from is not recorded', 'no contact or review is recorded to count from',
      'it is not recorded when the record was last changed'][gap]
    WHEN code = 'RT03' THEN 'last contact or review on ' || strftime(last_seen_on, '%-d %B %Y')
    WHEN due_on IS NOT NULL
      THEN 'closed on ' || strftime(closed_on, '%-d %B %Y') || ', kept until ' || strftime(due_on, '%-d %B %Y')
    WHEN is_closed THEN 'closed on ' || strftime(closed_on, '%-d %B %Y') || '; what its rule counts from has not happened'
    ELSE 'open since ' || strftime(opened_on, '%-d %B %Y')
  END AS evidence,
  opened_on, closed_on, due_on, last_seen_on,
  CASE
    WHEN code = 'RT04' THEN 'cannot_tell'
    WHEN code = 'RT03' THEN 'stale'
    WHEN NOT is_closed THEN 'open'
    WHEN due_on IS NULL OR $as_at <= due_on THEN 'kept'
    WHEN held THEN 'held'
    ELSE 'due'
  END AS state,
  -- nothing is destroyed under a hold that is not released, even one that begins later
  CASE WHEN state = 'due' AND unreleased THEN 'held' ELSE state END AS for_disposal,
  held, unreleased, rule
FROM coded
