-- P9, P10: what is said to be done by or for a person after their death, or decided alone by a child too young to (DQ05).
-- Reading chosen: an entry of an agreement given by, or covering, somebody who had died; a share about, or a request by or
-- for, such a person; a decision given by a child who was younger than the policy allows, unless a worker had judged them
-- able to decide. Whom that concerns is known here, never when they were born or died. A corrected entry is none.
WITH received AS (FROM standing_steps() WHERE what = 'received'),
entries AS (
  SELECT 'agreements' AS of_table, agreement AS reference, family, decided_on AS day
  FROM standing_agreements()
  UNION ALL SELECT 'shares', share, family, shared_on FROM standing_shares()
  UNION ALL SELECT 'requests', r.request, r.family, max(e.happened_on) FROM requests r JOIN received e USING (request) GROUP BY r.request, r.family
),
noted AS (
  SELECT of_table, reference, string_agg(DISTINCT said, ', ' ORDER BY said) AS said FROM (
    SELECT coalesce(r.of_table, l.of_table) AS of_table, coalesce(r.request, l.reference) AS reference,
      CASE l.what WHEN 'died' THEN 'after the death of ' || l.person
        ELSE 'by ' || l.person || ' alone, younger than ' || $agreements_alone_from_years END AS said
    FROM against_a_life($agreements_alone_from_years) l
    LEFT JOIN (SELECT 'request_events' AS steps, event, 'requests' AS of_table, request FROM received) r
      ON r.steps = l.of_table AND r.event = l.reference
  ) GROUP BY of_table, reference
)
SELECT
  e.reference AS subject, e.of_table AS "table", CASE WHEN n.reference IS NOT NULL THEN 'DQ05' END AS code, e.day AS since,
  e.family, f.hub, CASE e.of_table WHEN 'agreements' THEN 'decided' WHEN 'shares' THEN 'shared' ELSE 'received' END
    || ' on ' || strftime(e.day, '%-d %B %Y') || coalesce(', ' || n.said, '') AS evidence
FROM entries e LEFT JOIN noted n USING (of_table, reference) LEFT JOIN families f USING (family)
WHERE e.day <= $as_at
