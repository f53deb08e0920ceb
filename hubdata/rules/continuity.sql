-- P3 "who is taking the lead in supporting you and your family": from when to when, without gaps, and handed over well.
-- It finds nothing (leads.sql does); it says how the lead went on. For each family opened by $as_at a row of kind record,
-- and one for each lead, gap (nobody led), overlap (more than one did) and handover. Readings chosen:
--   * a lead's last day is part of the lead, also of one that went on, or began, when the family's support had ended;
--   * gaps and overlaps are told of the days from the day on which a family was opened to the day before it was closed;
--   * spans of one practitioner that touch are one; a handover's days are those on which both led, less than 0 where
--     nobody did, and 0 where one followed the other on the next day; is_now: it still is so on $as_at;
--   * everything as the hub knew it at the end of $known_at: what the record of a lead said before it was changed is in
--     lead_versions, until the moment at which it was replaced. When a family was opened and closed is as known now.
WITH said AS (
  SELECT family, practitioner, started_on, ended_on, recorded_at, NULL AS replaced_at FROM leads
  UNION ALL SELECT family, practitioner, started_on, ended_on, recorded_at, replaced_at FROM lead_versions
),
known AS (
  FROM said WHERE england_day(recorded_at) <= $known_at AND coalesce(england_day(replaced_at) > $known_at, true)
  QUALIFY row_number() OVER (PARTITION BY family, practitioner, started_on ORDER BY replaced_at NULLS LAST) = 1
),
counted AS (
  SELECT family, hub, opened_on, coalesce(closed_on > $as_at, true) AS is_open,
    CASE WHEN closed_on <= $as_at THEN closed_on END AS closed_on, least($as_at, coalesce(closed_on - 1, $as_at)) AS until
  FROM families WHERE opened_on <= $as_at
),
spans AS (
  SELECT k.family, k.practitioner, k.started_on, k.ended_on, least(coalesce(k.ended_on, $as_at), $as_at) AS last_on
  FROM known k SEMI JOIN counted c USING (family)
  WHERE k.started_on <= $as_at AND coalesce(k.ended_on >= k.started_on, true)
),
begun AS (
  SELECT *, coalesce(started_on > max(last_on) OVER before + 1, true) AS begins FROM spans
  WINDOW before AS (PARTITION BY family, practitioner ORDER BY started_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
runs AS MATERIALIZED (
  SELECT family, practitioner, min(started_on) AS started_on, max(last_on) AS last_on,
    CASE WHEN bool_and(ended_on IS NOT NULL) THEN max(ended_on) END AS ended_on
  FROM (SELECT *, sum(CAST(begins AS INTEGER)) OVER (PARTITION BY family, practitioner ORDER BY started_on) AS run FROM begun)
  GROUP BY family, practitioner, run
),
during AS (
  SELECT r.family, greatest(r.started_on, c.opened_on) AS first_on, least(r.last_on, c.until) AS last_on
  FROM runs r JOIN counted c USING (family) WHERE r.last_on >= c.opened_on AND r.started_on <= c.until
),
edges AS (
  SELECT family, first_on AS day, 1 AS more FROM during
  UNION ALL SELECT family, last_on + 1, -1 FROM during
  UNION ALL SELECT family, opened_on, 0 FROM counted
  UNION ALL SELECT family, until + 1, 0 FROM counted
),
levels AS (
  SELECT family, day, sum(sum(more)) OVER (PARTITION BY family ORDER BY day) AS leads,
    lead(day) OVER (PARTITION BY family ORDER BY day) - 1 AS last_on
  FROM edges GROUP BY family, day
),
followed AS (
  SELECT *, lag(practitioner) OVER earlier AS predecessor, lag(started_on) OVER earlier AS before_on,
    least(max(last_on) OVER (earlier ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), last_on) - started_on + 1 AS both_days
  FROM runs WINDOW earlier AS (PARTITION BY family ORDER BY started_on, last_on, practitioner)
),
told AS (
  SELECT family, 'record' AS kind, opened_on AS from_on, until AS to_on, NULL AS days, NULL AS practitioner,
    NULL AS predecessor, is_open AS is_now FROM counted
  UNION ALL
  SELECT family, 'lead', started_on, ended_on, last_on - started_on + 1, practitioner, NULL, last_on = $as_at FROM followed
  UNION ALL
  SELECT family, 'handover', started_on, NULL, both_days, practitioner, predecessor, false
  FROM followed JOIN counted USING (family) WHERE predecessor <> practitioner AND before_on < started_on AND started_on <= until
  UNION ALL
  SELECT family, CASE leads WHEN 0 THEN 'gap' ELSE 'overlap' END, day, last_on, last_on - day + 1, NULL, NULL,
    last_on = $as_at FROM levels WHERE last_on >= day AND leads <> 1
)
SELECT
  t.family AS subject, 'families' AS "table", CAST(NULL AS VARCHAR) AS code, CAST(NULL AS DATE) AS since, t.family, c.hub,
  t.kind AS evidence, t.kind, t.from_on, t.to_on, t.days, t.practitioner, p.organisation, t.predecessor, t.is_now, c.is_open, c.closed_on
FROM told t JOIN counted c USING (family) LEFT JOIN practitioners p USING (practitioner)
