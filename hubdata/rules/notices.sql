-- P12: families must be told which privacy notice applied to them.
-- Reading chosen: what an open family still agrees to under a notice that has since been superseded is asked again: each
-- agreement that is in force for some person that it covers, for its purpose and for some recipient (standing.sql).
WITH in_force AS (
  SELECT DISTINCT agreement FROM words_on($as_at, ['hub_working', 'additional_support', 'evaluation'])
  WHERE decision = 'agreed' AND coalesce(expires_on >= $as_at, true)
),
superseded AS (
  SELECT code, lead(from_on) OVER (ORDER BY from_on) AS superseded_on FROM registered_notice_versions
)
SELECT
  a.agreement AS subject, 'agreements' AS "table", CASE WHEN s.superseded_on <= $as_at THEN 'NV01' END AS code,
  greatest(s.superseded_on, a.decided_on) AS since, a.family, f.hub,
  'given under notice ' || a.notice_version AS evidence, a.notice_version
FROM in_force JOIN agreements a USING (agreement) JOIN families f ON f.family = a.family
LEFT JOIN superseded s ON s.code = a.notice_version
WHERE f.closed_on IS NULL OR f.closed_on > $as_at
