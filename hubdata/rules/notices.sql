-- P12: families must be told which privacy notice applied to them.
-- Reading chosen: an open family whose latest agreement was given under a notice that has since been superseded is asked
-- again, unless that agreement has expired or the same people later took it back for everyone. A corrected row is none.
WITH latest AS (
  SELECT a.family, f.hub, arg_max(a, (a.decided_on, a.recorded_at, a.agreement)) AS a
  FROM agreements a JOIN families f ON f.family = a.family
  WHERE a.decision = 'agreed' AND a.decided_on <= $as_at AND (f.closed_on IS NULL OR f.closed_on > $as_at)
    AND a.agreement NOT IN (
      SELECT c.supersedes FROM agreements c JOIN agreements b ON b.agreement = c.supersedes
      WHERE NOT (c.decision <> b.decision AND c.decided_on > b.decided_on))
  GROUP BY a.family, f.hub
),
taken_back AS (
  SELECT DISTINCT l.family FROM latest l JOIN agreements b USING (family)
  WHERE b.decision IN ('refused', 'withdrawn') AND b.recipients IS NULL AND b.purpose = l.a.purpose
    AND b.decided_on <= $as_at
    AND (b.decided_on, b.recorded_at, b.agreement) > (l.a.decided_on, l.a.recorded_at, l.a.agreement)
    AND list_has_all(b.covers, l.a.covers)
),
superseded AS (
  SELECT code, lead(from_on) OVER (ORDER BY from_on) AS superseded_on FROM registered_notice_versions
)
SELECT
  a.agreement AS subject, 'agreements' AS "table",
  CASE WHEN s.superseded_on <= $as_at AND t.family IS NULL AND coalesce(a.expires_on >= $as_at, true) THEN 'NV01' END AS code,
  greatest(s.superseded_on, a.decided_on) AS since, l.family, l.hub,
  'given under notice ' || a.notice_version AS evidence, a.notice_version
FROM latest l LEFT JOIN superseded s ON s.code = a.notice_version LEFT JOIN taken_back t ON t.family = l.family
