-- P8 "The records kept at the Hub level are kept for five years."
-- Reading chosen: the rule in force at $as_at (params/policy/retention.yaml) says what a closed family's date is counted
-- from and for how long, in calendar years (29 February becomes 28 February); kept.py makes its macros: signs,
-- kept_until, decided_by, missing. A record may be kept through due_on and is past its date the day after. An open
-- family's clock does not run, whatever the rule. Further:
--   * a closing date before the opening date, a closure reason without a date, or a date that the rule needs and nobody
--     recorded, is no trigger: cannot tell (RT04); so is a closing after which something went on: support, a lead, a
--     goal, a review, a need, an agreement or a share. Support and a lead that nobody ended go on; an agreement here is
--     whatever is written down about one, also that nobody answered; what was corrected is none. A lead that ended before
--     it began was none, but whoever wrote it meant something: it counts from its first day;
--   * what keeps a record is a hold, or a request or complaint that is open; of records that a person decided to be one
--     family, each is kept by what keeps another (linked, in steps);
--   * nothing is destroyed for as long as anything recorded speaks against it, even if it begins later.
WITH last_days AS (
  SELECT family, opened_on AS day FROM families
  UNION ALL SELECT family, started_on FROM involvements
  UNION ALL SELECT family, last_contact_on FROM involvements
  UNION ALL SELECT family, reviewed_on FROM reviews JOIN goals USING (goal)
),
last_seen AS (
  SELECT family, max(day) AS last_seen_on FROM last_days WHERE day <= $as_at GROUP BY family
),
closed AS MATERIALIZED (SELECT family, closed_on AS over_on FROM families WHERE closed_on IS NOT NULL),
went_on AS (
  SELECT family, 'support' AS what, greatest(started_on, over_on + 1) AS day FROM involvements JOIN closed USING (family)
  WHERE started_on > over_on OR ended_on IS NULL OR ended_on > over_on
  UNION ALL SELECT family, 'contact', last_contact_on FROM involvements JOIN closed USING (family) WHERE last_contact_on > over_on
  UNION ALL SELECT family, 'a lead', greatest(started_on, over_on + 1) FROM leads JOIN closed USING (family)
  WHERE started_on > over_on OR ended_on IS NULL OR ended_on > over_on
  UNION ALL SELECT family, 'a goal', set_on FROM goals JOIN closed USING (family) WHERE set_on > over_on
  UNION ALL SELECT family, 'a review', reviewed_on FROM reviews JOIN goals USING (goal) JOIN closed USING (family)
  WHERE reviewed_on > over_on
  UNION ALL SELECT family, 'a need', identified_on FROM needs JOIN closed USING (family) WHERE identified_on > over_on
  UNION ALL SELECT a.family, 'an agreement', decided_on FROM agreements a JOIN closed USING (family)
  ANTI JOIN (SELECT earlier AS agreement FROM replacing_decisions('agreements') WHERE corrects) USING (agreement)
  WHERE decided_on > over_on
  UNION ALL SELECT s.family, 'a share', shared_on FROM shares s JOIN closed USING (family)
  ANTI JOIN (SELECT supersedes AS share FROM superseding('shares')) USING (share) WHERE shared_on > over_on
),
active AS (SELECT family, arg_min(what, (day, what)) AS what, min(day) AS active_on FROM went_on GROUP BY family),
together AS MATERIALIZED (FROM of_one_family($as_at)),
linked AS (SELECT family, list(other ORDER BY other) AS linked FROM together GROUP BY family),
placed AS (
  SELECT family, placed_on, has_reason AND review_on IS NOT NULL AS justified, coalesce(released_on > $as_at, true) AS stands
  FROM holds
),
asked AS (
  SELECT family, request, min(happened_on) FILTER (what = 'received') AS placed_on, coalesce(
    min(happened_on) FILTER (what IN ('responded', 'refused', 'withdrawn', 'closed')) > $as_at, true) AS stands
  FROM requests JOIN standing_steps('request_events') USING (request) GROUP BY ALL HAVING placed_on IS NOT NULL
),
keeping AS (
  SELECT family, CAST(NULL AS VARCHAR) AS request, placed_on, justified FROM placed WHERE stands
  UNION ALL SELECT family, request, placed_on, CAST(NULL AS BOOLEAN) FROM asked WHERE stands
),
held AS (
  SELECT family, bool_or(placed_on <= $as_at) AS held,
    coalesce(bool_and(justified) FILTER (placed_on <= $as_at), true) AS justified,
    list(DISTINCT request ORDER BY request) FILTER (request IS NOT NULL AND placed_on <= $as_at) AS requests
  FROM (FROM keeping UNION ALL SELECT t.family, k.request, k.placed_on, k.justified
    FROM together t JOIN keeping k ON k.family = t.other)
  GROUP BY family
),
signed AS (
  SELECT *,
    closed_on IS NOT NULL AND closed_on <= $as_at AS is_closed,
    (closed_on IS NULL AND has_closure_reason) OR closed_on < opened_on AS unclear,
    closed_on <= $as_at AND active_on <= $as_at AS went_on,
    missing(closed_on, opened_on, contact_on, changed_on, born_on, died_on, birth_unknown, hub, shared, unmet) AS gap
  FROM families LEFT JOIN signs($as_at) USING (family) LEFT JOIN active USING (family)
  WHERE opened_on <= $as_at
),
dated AS (
  SELECT *,
    CASE WHEN is_closed AND closed_on >= opened_on AND gap = 0 AND went_on IS NOT TRUE THEN kept_until(
      closed_on, opened_on, contact_on, changed_on, born_on, died_on, birth_unknown, hub, shared, unmet) END AS due_on,
    CASE WHEN due_on IS NULL THEN rule_code(1) ELSE rule_code(decided_by(
      closed_on, opened_on, contact_on, changed_on, born_on, died_on, birth_unknown, hub, shared, unmet)) END AS rule
  FROM signed
),
coded AS (
  SELECT d.*, s.last_seen_on, coalesce(h.held, false) AS held, h.family IS NOT NULL AS unreleased,
    coalesce(h.requests, []) AS requests, coalesce(l.linked, []) AS linked,
    CAST(s.last_seen_on + to_days(CAST($retention_stale_after_days AS INTEGER)) AS DATE) AS stale_on,
    CASE
      WHEN d.unclear OR d.went_on OR (d.is_closed AND d.gap > 0) THEN 'RT04'
      WHEN $as_at > d.due_on AND NOT coalesce(h.held, false) THEN 'RT01'
      WHEN $as_at > d.due_on AND NOT h.justified THEN 'RT02'
      WHEN NOT d.is_closed AND $as_at > stale_on THEN 'RT03'
    END AS code
  FROM dated d LEFT JOIN last_seen s USING (family) LEFT JOIN held h USING (family) LEFT JOIN linked l USING (family)
)
SELECT
  family AS subject, 'families' AS "table", code,
  CASE code
    WHEN 'RT04' THEN CASE WHEN went_on AND NOT unclear THEN active_on ELSE england_day(recorded_at) END
    WHEN 'RT03' THEN stale_on + 1
    ELSE due_on + 1
  END AS since,
  family, hub,
  CASE
    WHEN unclear AND closed_on IS NULL THEN 'a closure reason is recorded but no closing date'
    WHEN unclear THEN 'the closing date lies before the opening date'
    WHEN went_on THEN 'closed on ' || strftime(closed_on, '%-d %B %Y') || ', and ' || what || ' after that: on '
      || strftime(active_on, '%-d %B %Y')
    WHEN code = 'RT04' THEN [
      'a date of birth that the rule counts from is not recorded', 'no contact or review is recorded to count from',
      'it is not recorded when the record was last changed'][gap]
    WHEN code = 'RT03' THEN 'last contact or review on ' || strftime(last_seen_on, '%-d %B %Y')
    WHEN due_on IS NOT NULL
      THEN 'closed on ' || strftime(closed_on, '%-d %B %Y') || ', kept until ' || strftime(due_on, '%-d %B %Y')
        || coalesce(', and ' || what || ' is recorded for ' || strftime(active_on, '%-d %B %Y'), '')
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
  -- nothing is destroyed under a hold that is not released, nor a record that went on, even from a later day
  CASE WHEN state = 'due' AND active_on IS NOT NULL THEN 'cannot_tell' WHEN state = 'due' AND unreleased THEN 'held'
    ELSE state END AS for_disposal,
  held, unreleased, rule, requests, linked
FROM coded
