-- P5 "You don't have to agree to this"; UK GDPR Art 19: whoever received details is told of their correction or erasure.
-- Readings chosen, one row per organisation that details of the family went to, or that was asked to give them up:
--   * a share that was corrected had still gone out: what it said was sent counts as held;
--   * `agreements` are those that the shares name, and those that covered them on their days;
--   * the state now is the worst of its people's, asked as for a new share of the same details; a share without
--     agreement rests on none, so no withdrawal recalls it;
--   * a refusal takes back as a withdrawal does; a correction is a newer row that supersedes the share;
--   * an ask covers what had happened by its day: a later withdrawal, correction or share has to be asked for again.
-- judged_then and judged_now are the sharing rule's own verdicts, on each share on its day and as if made on $as_at.
WITH corrections AS (
  SELECT c.supersedes AS share, max(england_day(s.recorded_at)) AS corrected_on
  FROM superseding('shares') c JOIN shares s ON s.share = c.id WHERE england_day(s.recorded_at) <= $as_at GROUP BY c.supersedes
),
sent AS (
  SELECT s.share, s.about, s.to_organisation AS organisation, s.categories, s.shared_on, s.agreement, c.corrected_on
  FROM shares s LEFT JOIN corrections c USING (share) WHERE s.shared_on <= $as_at
),
relied AS (
  SELECT share, agreement FROM sent WHERE agreement IS NOT NULL
  UNION
  SELECT j.subject, j.agreement FROM judged_then j JOIN agreements a USING (agreement)
  WHERE a.decision = 'agreed' AND (j.code IS NULL OR j.code IN ('SH09', 'SH10', 'SH14'))
),
stands AS (
  SELECT s.organisation,
    bool_or(j.code = 'SH03') AS withdrawn, bool_or(j.code = 'SH02') AS refused, bool_or(j.code = 'SH04') AS expired,
    bool_and(j.code IS NULL OR j.code IN ('SH09', 'SH10', 'SH14')) AS agreed,
    max(greatest(a.decided_on, s.shared_on)) FILTER (j.code IN ('SH02', 'SH03')) AS withdrawn_on
  FROM sent s JOIN judged_now j ON j.subject = s.share LEFT JOIN agreements a ON a.agreement = j.agreement
  GROUP BY s.organisation
),
holding AS (
  SELECT organisation,
    list_sort(list_distinct(flatten(list(categories)))) AS categories,
    list_sort(list_distinct(flatten(list(about)))) AS people,
    min(shared_on) AS first_shared_on, max(shared_on) AS last_shared_on,
    list_sort(list(share)) AS shares, max(corrected_on) AS corrected_on
  FROM sent GROUP BY organisation
),
under AS (
  SELECT s.organisation, list_sort(list_distinct(list(r.agreement))) AS agreements
  FROM sent s JOIN relied r USING (share) GROUP BY s.organisation
),
asks AS (
  SELECT organisation, because, asked_on, CASE WHEN acknowledged_on <= $as_at THEN acknowledged_on END AS acknowledged_on
  FROM recalls WHERE asked_on <= $as_at
),
followed AS (
  SELECT organisation, list(DISTINCT because ORDER BY because) AS asked_because,
    min(asked_on) FILTER (acknowledged_on IS NULL) AS waiting_since,
    max(asked_on) AS asked_on, max(acknowledged_on) AS acknowledged_on,
    max(asked_on) FILTER (because = 'withdrawal') AS withdrawal_on,
    max(asked_on) FILTER (because = 'correction') AS correction_on,
    bool_or(because = 'disposal') AS disposed
  FROM asks GROUP BY organisation
)
SELECT organisation,
  coalesce(h.categories, []) AS categories, coalesce(h.people, []) AS people, h.first_shared_on, h.last_shared_on,
  coalesce(u.agreements, []) AS agreements, coalesce(h.shares, []) AS shares,
  CASE WHEN h.organisation IS NULL THEN 'cannot_tell' WHEN s.withdrawn THEN 'withdrawn' WHEN s.refused THEN 'refused'
    WHEN s.expired THEN 'expired' WHEN s.agreed THEN 'agreed' ELSE 'without_agreement' END AS state,
  list_filter([
    CASE WHEN s.withdrawn_on IS NOT NULL THEN 'withdrawal' END,
    CASE WHEN h.corrected_on IS NOT NULL THEN 'correction' END,
    CASE WHEN f.disposed THEN 'disposal' END
  ], lambda x: x IS NOT NULL) AS recall_because,
  list_filter([
    CASE WHEN s.withdrawn_on > coalesce(f.withdrawal_on, DATE '0001-01-01') THEN 'withdrawal' END,
    CASE WHEN h.corrected_on > coalesce(f.correction_on, DATE '0001-01-01') THEN 'correction' END
  ], lambda x: x IS NOT NULL) AS to_ask,
  coalesce(f.asked_because, []) AS asked_because, coalesce(f.waiting_since, f.asked_on) AS asked_on,
  CASE WHEN f.waiting_since IS NULL THEN f.acknowledged_on END AS acknowledged_on,
  date_diff('day', f.waiting_since, $as_at) AS days_waiting,
  o.retention_policy, o.rights_contact
FROM holding h FULL JOIN followed f USING (organisation)
LEFT JOIN under u USING (organisation)
LEFT JOIN stands s USING (organisation)
LEFT JOIN organisations o USING (organisation)
ORDER BY organisation
