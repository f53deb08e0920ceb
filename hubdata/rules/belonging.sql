-- P10 "all partners will ensure that this is updated": a row that names a person of another family (DQ04).
-- Readings chosen, for what is filed under a family and names people: who gave a decision, whom it covers or leaves out,
-- whom a share or a detail held back is about, whose request it is and who asked, for whom a hold is, who was judged able:
--   * a person is of the family whose record has them now: whoever moved is found where they were named before;
--   * records that a person decided to be one family are one; a corrected entry names nobody;
--   * an exclusion that is an organisation's code names that organisation;
--   * each row is judged from its own day on, a request from the day on which it came, or was recorded if none says so.
WITH entries AS MATERIALIZED (
  SELECT 'agreements' AS "table", agreement AS subject, family, decided_on AS day,
    list_concat([given_by], covers) AS people, coalesce(exclusions, []) AS exclusions FROM standing_agreements()
  UNION ALL SELECT 'shares', share, family, shared_on, about, [] FROM standing_shares()
  UNION ALL SELECT 'withheld', withheld, family, decided_on, about, [] FROM withheld
  UNION ALL SELECT 'requests', r.request, r.family, coalesce(min(e.happened_on), england_day(r.recorded_at)),
    [r.person, r.asked_by], []
  FROM requests r LEFT JOIN (FROM standing_steps('request_events') WHERE what = 'received') e USING (request)
  GROUP BY r.request, r.family, r.person, r.asked_by, r.recorded_at
  UNION ALL SELECT 'holds', hold, family, placed_on, scope, [] FROM holds
  UNION ALL SELECT 'competences', competence, family, judged_on, [person], [] FROM competences
),
named AS (
  SELECT "table", subject, family, unnest(people) AS person FROM entries
  UNION FROM (SELECT "table", subject, family, unnest(exclusions) AS person FROM entries)
    ANTI JOIN (SELECT organisation AS person FROM organisations) USING (person)
),
strays AS (
  SELECT n."table", n.subject, string_agg(n.person || ' of ' || p.family, ', ' ORDER BY n.person) AS said
  FROM named n JOIN people p ON p.person = n.person AND p.family <> n.family
  ANTI JOIN of_one_family($as_at) o ON o.family = n.family AND o.other = p.family
  GROUP BY n."table", n.subject
)
SELECT
  e.subject, e."table", CASE WHEN s.subject IS NOT NULL THEN 'DQ04' END AS code, e.day AS since, e.family, f.hub,
  CASE e."table" WHEN 'shares' THEN 'shared' WHEN 'requests' THEN 'received' WHEN 'holds' THEN 'placed'
    WHEN 'competences' THEN 'judged' ELSE 'decided' END
    || ' on ' || strftime(e.day, '%-d %B %Y') || coalesce(', names ' || s.said, '') AS evidence
FROM entries e LEFT JOIN strays s USING ("table", subject) LEFT JOIN families f ON f.family = e.family
WHERE e.day <= $as_at
