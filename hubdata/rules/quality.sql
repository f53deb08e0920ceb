-- P10 "all partners will ensure that this is updated": what contradicts itself, or stands still, is found and not lost.
-- Readings chosen, for what partners record about their support (involvements), about leads and about goals:
--   * DQ01, dates that cannot both be true: an end before its start, a contact before the support started or after it
--     ended, a contact ahead of both the day on which it was recorded and $as_at, a goal reviewed before it was set,
--     any of them started after the family's support had ended. A family closed before it was opened is RT04's. Each
--     shows from the earlier of its two days on, also where that is the day on which a contact to come was recorded;
--   * DQ02, said to be current: support without an end, of an open family, whose last contact is older than the policy
--     allows, while somebody else still sees the family. A quiet family is RT03's, a quiet lead LD03's. Where no contact
--     was ever recorded it is counted from the first day of the support, and said so.
WITH entries AS (
  SELECT family AS subject, 'involvements' AS "table", family, organisation, organisation AS who,
    started_on, ended_on, last_contact_on AS contact_on, england_day(recorded_at) AS recorded_on, NULL AS reviewed_on
  FROM involvements
  UNION ALL
  SELECT family, 'leads', family, p.organisation, practitioner, l.started_on, l.ended_on, NULL, england_day(l.recorded_at), NULL
  FROM leads l LEFT JOIN practitioners p USING (practitioner)
  UNION ALL
  SELECT goal, 'goals', family, NULL, goal, set_on, closed_on, NULL, england_day(recorded_at), reviewed_on
  FROM goals LEFT JOIN (SELECT goal, min(reviewed_on) AS reviewed_on FROM reviews GROUP BY goal) USING (goal)
),
told AS (
  SELECT e.*, f.hub, f.closed_on AS family_ended_on, CASE
      WHEN ended_on < started_on THEN 'ended before it started'
      WHEN contact_on < started_on THEN 'contact before it started'
      WHEN contact_on > ended_on THEN 'contact after it ended'
      WHEN contact_on > greatest(recorded_on, $as_at) AND recorded_on <= $as_at THEN 'contact still to come'
      WHEN reviewed_on < started_on THEN 'reviewed before it was set'
      WHEN started_on > f.closed_on AND started_on <= $as_at THEN 'started after the support had ended'
    END AS contradiction
  FROM entries e JOIN families f USING (family) WHERE least(started_on, ended_on, contact_on, reviewed_on) <= $as_at
    OR contact_on > $as_at AND recorded_on <= $as_at
),
last_days AS (
  SELECT family, opened_on AS day FROM families
  UNION ALL SELECT family, unnest([started_on, last_contact_on]) FROM involvements
  UNION ALL SELECT family, reviewed_on FROM reviews JOIN goals USING (goal)
),
seen AS (
  SELECT family FROM last_days WHERE day <= $as_at GROUP BY family
  HAVING max(day) + CAST($retention_stale_after_days AS INTEGER) >= $as_at
),
in_lead AS (
  SELECT family, p.organisation FROM leads l JOIN practitioners p USING (practitioner)
  WHERE l.started_on <= $as_at AND coalesce(l.ended_on >= $as_at, true)
),
untouched AS (
  FROM told SEMI JOIN seen USING (family) ANTI JOIN in_lead USING (family, organisation)
  WHERE "table" = 'involvements' AND contradiction IS NULL AND coalesce(ended_on >= $as_at, true)
    AND coalesce(contact_on, started_on) + CAST($freshness_untouched_after_days AS INTEGER) < $as_at
)
SELECT
  t.subject, t."table",
  CASE
    WHEN t.contradiction IS NOT NULL THEN 'DQ01'
    WHEN q.family IS NOT NULL AND coalesce(t.family_ended_on > $as_at, true) THEN 'DQ02'
  END AS code,
  CASE code
    WHEN 'DQ01' THEN least(t.recorded_on, $as_at)
    WHEN 'DQ02' THEN coalesce(t.contact_on, t.started_on) + CAST($freshness_untouched_after_days AS INTEGER) + 1
  END AS since,
  t.family, t.hub,
  CASE
    WHEN t.contradiction = 'ended before it started'
      THEN t.who || ': ended on ' || strftime(t.ended_on, '%-d %B %Y') || ', before it started on ' || strftime(t.started_on, '%-d %B %Y')
    WHEN t.contradiction = 'contact before it started'
      THEN t.who || ': last contact on ' || strftime(t.contact_on, '%-d %B %Y') || ', before it started on ' || strftime(t.started_on, '%-d %B %Y')
    WHEN t.contradiction = 'contact after it ended'
      THEN t.who || ': last contact on ' || strftime(t.contact_on, '%-d %B %Y') || ', after it ended on ' || strftime(t.ended_on, '%-d %B %Y')
    WHEN t.contradiction = 'contact still to come'
      THEN t.who || ': last contact on ' || strftime(t.contact_on, '%-d %B %Y') || ', which was still to come when it was recorded'
    WHEN t.contradiction = 'reviewed before it was set'
      THEN t.who || ': reviewed on ' || strftime(t.reviewed_on, '%-d %B %Y') || ', before it was set on ' || strftime(t.started_on, '%-d %B %Y')
    WHEN t.contradiction = 'started after the support had ended'
      THEN t.who || ': started on ' || strftime(t.started_on, '%-d %B %Y') || ', after the family''s support had ended on ' || strftime(t.family_ended_on, '%-d %B %Y')
    WHEN code = 'DQ02' THEN t.who || coalesce(
      ': said to support the family, last contact on ' || strftime(t.contact_on, '%-d %B %Y'),
      ': said to support the family since ' || strftime(t.started_on, '%-d %B %Y') || ', contact was never recorded')
  END AS evidence,
  t.organisation, t.contradiction, t.started_on, t.contact_on
FROM told t
LEFT JOIN untouched q ON q.family = t.family AND q.organisation = t.organisation AND q.started_on = t.started_on AND t."table" = q."table"
