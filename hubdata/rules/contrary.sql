-- P5 "with your agreement": contrary decisions of one day and one moment (DQ03): nobody can say which came last.
-- Reading chosen: an agreement, and a refusal or withdrawal, of one person for one purpose, about a recipient that both
-- name or that everyone includes; both are looked at, and until somebody says which it was the more protective holds
-- (standing.sql). Where one of them supersedes the other, that says it.
WITH held AS (
  FROM decisions() WHERE decided_on <= $as_at AND corrected_on IS NULL AND coalesce(ended_on > decided_on, true)
),
spoken AS (SELECT agreement, unnest(covers) AS person, purpose, recipients, decision, names_everyone, decided_on, recorded_at FROM held),
pairs AS (
  SELECT DISTINCT y.agreement, n.agreement AS other, y.decision, n.decision AS other_decision
  FROM spoken y JOIN spoken n USING (person, purpose, decided_on, recorded_at)
  WHERE y.decision = 'agreed' AND n.decision <> 'agreed'
    AND (n.names_everyone AND len(y.recipients) > 0 OR list_has_any(y.recipients, n.recipients))
),
contrary AS (
  SELECT agreement, string_agg(other || ' (' || other_decision || ')', ', ' ORDER BY other) AS others FROM (
    SELECT agreement, other, other_decision FROM pairs UNION SELECT other, agreement, decision FROM pairs
  ) GROUP BY agreement
)
SELECT
  h.agreement AS subject, 'agreements' AS "table", CASE WHEN c.agreement IS NOT NULL THEN 'DQ03' END AS code,
  greatest(h.decided_on, h.recorded_on) AS since, h.family, f.hub,
  h.decision || ' on ' || strftime(h.decided_on, '%-d %B %Y') || coalesce(', as was ' || c.others || ', recorded at the same moment', '')
    AS evidence
FROM held h JOIN families f USING (family) LEFT JOIN contrary c USING (agreement)
