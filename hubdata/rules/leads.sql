-- P3 "who is taking the lead in supporting you and your family"
-- Reading chosen: a lead's last day is part of the lead, so a handover on one day shows two leads on that day (LD02).
-- LD01, LD03 and LD04 look at families open on the day; LD02 at every day up to it. A lead that ended before it began
-- led on no day (DQ01). Where no contact of the lead's organisation was ever recorded, LD03 counts from the lead's first
-- day and says so; where the last one is later than the day, nobody can tell how old the one before was.
WITH open_families AS (
  SELECT family, hub, opened_on FROM families
  WHERE opened_on <= $as_at AND (closed_on IS NULL OR closed_on > $as_at)
),
spans AS MATERIALIZED (
  SELECT l.family, l.practitioner, l.started_on, p.organisation, p.active_to,
    least(coalesce(l.ended_on, DATE '9999-12-31'), $as_at) AS last_on,
    coalesce(l.ended_on, DATE '9999-12-31') >= $as_at AS is_current
  FROM leads l JOIN practitioners p USING (practitioner)
  WHERE l.started_on <= $as_at AND coalesce(l.ended_on >= l.started_on, true)
),
current_lead AS MATERIALIZED (
  SELECT s.family, s.practitioner, s.organisation, s.active_to, min(s.started_on) AS started_on,
    max(i.last_contact_on) FILTER (i.last_contact_on <= $as_at) AS contact_on,
    CASE WHEN count(i.last_contact_on) = 0 THEN min(s.started_on) ELSE contact_on END AS counted_on
  FROM spans s LEFT JOIN involvements i ON i.family = s.family AND i.organisation = s.organisation
  WHERE s.is_current GROUP BY s.family, s.practitioner, s.organisation, s.active_to
),
doubled AS (
  SELECT a.family, min(greatest(a.started_on, b.started_on)) AS since
  FROM spans a JOIN spans b ON a.family = b.family AND a.practitioner < b.practitioner
    AND a.started_on <= b.last_on AND b.started_on <= a.last_on
  GROUP BY a.family
),
leaderless AS (
  FROM open_families ANTI JOIN current_lead USING (family)
),
found AS (
  SELECT o.family, 'LD01' AS code, coalesce(max(s.last_on) + 1, o.opened_on) AS since,
    coalesce('the last lead ended on ' || strftime(max(s.last_on), '%-d %B %Y'), 'no lead has been recorded') AS evidence
  FROM leaderless o LEFT JOIN spans s USING (family) GROUP BY o.family, o.opened_on
  UNION ALL
  SELECT family, 'LD02' AS code, since AS since, 'two practitioners led on ' || strftime(since, '%-d %B %Y') FROM doubled
  UNION ALL
  SELECT family, 'LD03' AS code, min(greatest(counted_on + CAST($leads_contact_within_days AS INTEGER) + 1, started_on)) AS since,
    coalesce('the lead''s organisation was last in contact on ' || strftime(min(contact_on), '%-d %B %Y'),
      'contact of the lead''s organisation was never recorded; in the lead since ' || strftime(min(started_on), '%-d %B %Y'))
  FROM current_lead SEMI JOIN open_families USING (family)
  WHERE counted_on + CAST($leads_contact_within_days AS INTEGER) < $as_at GROUP BY family
  UNION ALL
  SELECT family, 'LD04' AS code, min(greatest(active_to + 1, started_on)) AS since, 'the lead left on ' || strftime(min(active_to), '%-d %B %Y')
  FROM current_lead SEMI JOIN open_families USING (family) WHERE active_to < $as_at GROUP BY family
),
lead_counts AS (
  SELECT family, count(DISTINCT practitioner) AS leads, min(practitioner) AS practitioner, min(organisation) AS organisation,
    bool_or(contact_on IS NULL) AS contact_unknown
  FROM current_lead GROUP BY family
)
SELECT
  f.family AS subject, 'families' AS "table", found.code, found.since, f.family, f.hub, found.evidence,
  CASE WHEN l.leads IS NULL THEN 'none' WHEN l.leads = 1 THEN 'one' ELSE 'two' END AS state,
  l.practitioner, l.organisation, coalesce(l.contact_unknown, false) AS contact_unknown
FROM families f
LEFT JOIN found USING (family)
LEFT JOIN lead_counts l USING (family)
WHERE f.opened_on <= $as_at AND (found.code IS NOT NULL OR f.closed_on IS NULL OR f.closed_on > $as_at)
