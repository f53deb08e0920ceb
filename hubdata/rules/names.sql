-- P2: hubs, instruments and notice versions are names registered in params/; an unregistered one is accepted and checked.
WITH used AS (
  SELECT 'families' AS "table", 'hub' AS kind, hub AS name, min(recorded_at) AS first_at FROM families GROUP BY hub
  UNION ALL SELECT 'goals', 'instrument', instrument, min(recorded_at) FROM goals GROUP BY instrument
  UNION ALL SELECT 'agreements', 'notice version', notice_version, min(recorded_at) FROM agreements GROUP BY notice_version
),
registered AS (
  SELECT 'hub' AS kind, code AS name FROM registered_hubs
  UNION ALL SELECT 'instrument', code FROM registered_instruments
  UNION ALL SELECT 'notice version', code FROM registered_notice_versions
)
SELECT
  u.name AS subject, u."table", CASE WHEN r.name IS NULL THEN 'NM01' END AS code, england_day(u.first_at) AS since,
  CAST(NULL AS VARCHAR) AS family, CAST(NULL AS VARCHAR) AS hub,
  'the ' || u.kind || ' ' || u.name || CASE WHEN r.name IS NULL THEN ' is not registered' ELSE ' is registered' END AS evidence
FROM used u LEFT JOIN registered r USING (kind, name)
