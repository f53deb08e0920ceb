-- P4 "to understand how well this model is working": who takes part in statistics that leave the Hub, on the day $as_at.
-- It finds nothing; a row per family says what it decided about evaluation, and whether it takes part. Readings chosen:
--   * a family takes part if a member who may decide has an agreement to evaluation in force, whoever receives it, and
--     nobody's refusal or withdrawal is: a member's, or one filed under the family. Silence and expiry change nothing;
--   * an adult of the family may decide, and a child who decided for themselves and was not too young to (DQ05);
--   * decisions are read as standing.sql reads them for every other purpose.
WITH latest AS MATERIALIZED (FROM words_on($as_at, ['evaluation'])),
said AS (
  SELECT p.family, l.decision, l.expires_on, p.role <> 'child' OR l.given_by = l.person AND y.agreement IS NULL AS may_decide
  FROM latest l JOIN people p USING (person)
  LEFT JOIN too_young($agreements_alone_from_years) y ON y.agreement = l.agreement AND y.person = l.person
  UNION ALL SELECT family, decision, expires_on, false FROM latest
),
decided AS (
  SELECT family, bool_or(decision = 'refused') AS refused, bool_or(decision = 'withdrawn') AS withdrawn,
    bool_or(decision = 'agreed' AND may_decide AND coalesce(expires_on >= $as_at, true)) AS agreed,
    bool_or(decision = 'agreed' AND expires_on < $as_at) AS expired
  FROM said GROUP BY family
)
SELECT
  f.family AS subject, 'families' AS "table", CAST(NULL AS VARCHAR) AS code, CAST(NULL AS DATE) AS since, f.family, f.hub,
  CASE WHEN d.refused THEN 'refused' WHEN d.withdrawn THEN 'withdrawn' WHEN d.agreed THEN 'agreed'
    WHEN d.expired THEN 'expired' ELSE 'not_asked' END AS state,
  state = 'agreed' AS takes_part, state AS evidence
FROM families f LEFT JOIN decided d USING (family)
