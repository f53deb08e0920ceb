-- P12: families must be told which privacy notice applied to them, and from 19 June 2026 the notice itself must say that one
-- may complain to the controller (UK GDPR, Articles 13(2)(ca) and 14(2)(da)).
-- Reading chosen: a version is in use on a day while an agreement of an open family was given under it that nobody corrected
-- and that has not run out. Which versions say so is decided in params; of one that is not registered nobody can tell (NM01).
WITH in_use AS (
  SELECT a.notice_version AS version, min(a.decided_on) AS first_on, count(DISTINCT a.family) AS families
  FROM standing_agreements() a JOIN families f USING (family) JOIN registered_notice_versions r ON r.code = a.notice_version
  WHERE a.decision = 'agreed' AND a.decided_on <= $as_at AND coalesce(a.expires_on >= $as_at, true)
    AND coalesce(f.closed_on > $as_at, true)
  GROUP BY a.notice_version
)
SELECT
  version AS subject, 'notice_versions' AS "table",
  CASE WHEN $as_at >= CAST($notices_must_say_complaint_from AS DATE)
    AND NOT list_contains(CAST($notices_say_complaint AS VARCHAR[]), version) THEN 'NV02' END AS code,
  greatest(first_on, CAST($notices_must_say_complaint_from AS DATE)) AS since,
  CAST(NULL AS VARCHAR) AS family, CAST(NULL AS VARCHAR) AS hub,
  'notice ' || version || ', under which ' || families || CASE families WHEN 1 THEN ' open family agreed' ELSE ' open families agreed' END
    AS evidence
FROM in_use
