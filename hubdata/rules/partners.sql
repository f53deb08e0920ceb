-- P11 "how they manage your data and how long they keep it"
-- Reading chosen: the Hub must know the retention policy and the rights contact of every organisation working within it.
SELECT
  organisation AS subject, 'organisations' AS "table",
  CASE WHEN retention_policy IS NULL OR rights_contact IS NULL THEN 'PP01' END AS code,
  england_day(recorded_at) AS since, CAST(NULL AS VARCHAR) AS family, CAST(NULL AS VARCHAR) AS hub,
  CASE
    WHEN retention_policy IS NULL AND rights_contact IS NULL THEN 'neither its retention policy nor its rights contact is known'
    WHEN retention_policy IS NULL THEN 'its retention policy is not known'
    WHEN rights_contact IS NULL THEN 'its rights contact is not known'
    ELSE 'both are known'
  END AS evidence
FROM organisations WHERE kind <> 'outside'
