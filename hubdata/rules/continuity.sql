-- P3 "who is taking the lead in supporting you and your family": from when to when, without gaps, and handed over well.
-- Readings chosen, one row per family opened by $as_at; it finds nothing (leads.sql does) and says how the lead went on:
--   * a lead's last day is part of the lead; a family has days from the day it was opened to the day before it was closed;
--   * spans of one practitioner that touch are one; a handover's days are those on which both led, less than 0 where
--     nobody did, and 0 where one followed the other on the next day;
--   * everything as the hub knew it at the end of $known_at: what the record of a lead said before it was changed is in
--     lead_versions, until the moment at which it was replaced. When a family was opened and closed is as known now.
WITH said AS (
  SELECT family, practitioner, started_on, ended_on, recorded_at, NULL AS replaced_at FROM leads
  UNION ALL SELECT family, practitioner, started_on, ended_on, recorded_at, replaced_at FROM lead_versions
),
known AS (
  FROM said WHERE CAST(recorded_at AS DATE) <= $known_at AND coalesce(CAST(replaced_at AS DATE) > $known_at, true)
  QUALIFY row_number() OVER (PARTITION BY family, practitioner, started_on ORDER BY replaced_at NULLS LAST) = 1
),
counted AS (
  SELECT family, hub, opened_on, coalesce(closed_on > $as_at, true) AS is_open,
    least($as_at, coalesce(closed_on - 1, $as_at)) AS until
  FROM families WHERE opened_on <= $as_at
),
spans AS (
  SELECT k.family, k.practitioner, k.started_on, k.ended_on, least(coalesce(k.ended_on, c.until), c.until) AS last_on
  FROM known k JOIN counted c USING (family)
  WHERE k.started_on <= c.until AND coalesce(k.ended_on >= k.started_on, true)
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
edges AS (
  SELECT r.family, greatest(r.started_on, c.opened_on) AS day, 1 AS more FROM runs r JOIN counted c USING (family)
  WHERE r.last_on >= c.opened_on
  UNION ALL SELECT r.family, r.last_on + 1, -1 FROM runs r JOIN counted c USING (family) WHERE r.last_on >= c.opened_on
  UNION ALL SELECT family, opened_on, 0 FROM counted
  UNION ALL SELECT family, until + 1, 0 FROM counted
),
levels AS (
  SELECT family, day, sum(sum(more)) OVER (PARTITION BY family ORDER BY day) AS leads,
    lead(day) OVER (PARTITION BY family ORDER BY day) - 1 AS last_on
  FROM edges GROUP BY family, day
),
stretches AS (
  SELECT l.family,
    list({'from': day, 'to': last_on, 'days': last_on - day + 1} ORDER BY day) FILTER (leads = 0) AS gaps,
    list({'from': day, 'to': last_on, 'days': last_on - day + 1} ORDER BY day) FILTER (leads > 1) AS "overlaps"
  FROM levels l WHERE last_on >= day AND leads <> 1 GROUP BY l.family
),
followed AS (
  SELECT *, lag(practitioner) OVER earlier AS predecessor, lag(started_on) OVER earlier AS before_on,
    least(max(last_on) OVER (earlier ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), last_on) - started_on + 1 AS days
  FROM runs WINDOW earlier AS (PARTITION BY family ORDER BY started_on, last_on, practitioner)
),
led AS (
  SELECT family,
    list({'practitioner': practitioner, 'organisation': organisation, 'started_on': started_on, 'ended_on': ended_on}
      ORDER BY started_on, last_on, practitioner) AS spans,
    list({'practitioner': practitioner, 'organisation': organisation} ORDER BY practitioner)
      FILTER (last_on = $as_at) AS leads,
    list({'on': started_on, 'from': predecessor, 'to': practitioner, 'days': days} ORDER BY started_on)
      FILTER (predecessor <> practitioner AND before_on < started_on) AS handovers
  FROM followed LEFT JOIN practitioners USING (practitioner) GROUP BY family
)
SELECT
  c.family AS subject, 'families' AS "table", CAST(NULL AS VARCHAR) AS code, CAST(NULL AS DATE) AS since, c.family, c.hub,
  len(coalesce(led.leads, [])) || ' leading on ' || strftime($as_at, '%-d %B %Y') AS evidence,
  c.is_open, c.opened_on, coalesce(led.leads, []) AS leads, coalesce(spans, []) AS spans, coalesce(gaps, []) AS gaps,
  coalesce("overlaps", []) AS "overlaps", coalesce(handovers, []) AS handovers,
  CAST(coalesce(list_sum([g.days FOR g IN gaps]), 0) AS BIGINT) AS gap_days,
  CAST(coalesce(list_sum([o.days FOR o IN "overlaps"]), 0) AS BIGINT) AS overlap_days
FROM counted c LEFT JOIN led USING (family) LEFT JOIN stretches USING (family)
