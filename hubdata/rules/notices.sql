-- P12: families must be told which privacy notice applied to them.
-- Reading chosen: an open family whose latest agreement was given under a notice that has since been superseded is asked again.
WITH latest AS (
  SELECT a.family, f.hub, arg_max(a, (a.decided_on, a.recorded_at, a.agreement)) AS a
  FROM agreements a JOIN families f USING (family)
  WHERE a.decision = 'agreed' AND a.decided_on <= $as_at AND (f.closed_on IS NULL OR f.closed_on > $as_at)
  GROUP BY a.family, f.hub
),
superseded AS (
  SELECT code, lead(from_on) OVER (ORDER BY from_on) AS superseded_on FROM registered_notice_versions
)
SELECT
  a.agreement AS subject, 'agreements' AS "table",
  CASE WHEN s.superseded_on <= $as_at THEN 'NV01' END AS code, s.superseded_on AS since, l.family, l.hub,
  'given under notice ' || a.notice_version AS evidence, a.notice_version
FROM latest l LEFT JOIN superseded s ON s.code = a.notice_version
