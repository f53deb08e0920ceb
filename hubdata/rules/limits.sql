-- P2 "limited records": nothing is held but what has a passport, and limited relevant details are a closed list.
-- Reading chosen: a table or column without a passport, free text longer than its passport allows or saying how to reach or
-- to number a person (an e-mail address, a telephone or identity number, a postcode), and a word outside its closed list
-- each break the promise. Where and of what kind is known here, never what it says. Names of hubs, instruments and notices
-- are NM01's. Lists that policy dates are judged by the values in force on $as_at.
WITH words AS (
  SELECT 'goals' AS "table", 'area' AS "column", goal AS named, family, recorded_at, area AS word FROM goals
  UNION ALL SELECT 'needs', 'area', need, family, recorded_at, area FROM needs
  UNION ALL SELECT 'shares', 'purpose', share, family, recorded_at, purpose FROM shares
  UNION ALL SELECT 'withheld', 'purpose', withheld, family, recorded_at, purpose FROM withheld
),
listed AS (
  SELECT 'area' AS "column", code AS word FROM registered_areas
  UNION ALL SELECT 'purpose', code FROM registered_share_purposes
),
lists AS (
  SELECT 'agreements' AS "table", agreement AS named, family, recorded_at, categories FROM agreements
  UNION ALL SELECT 'shares', share, family, recorded_at, categories FROM shares
  UNION ALL SELECT 'withheld', withheld, family, recorded_at, categories FROM withheld
),
found AS (
  SELECT "table", "column", named, family, england_day(recorded_at) AS since, 'word outside its closed list' AS kind, 1 AS rows
  FROM words ANTI JOIN listed USING ("column", word)
  UNION ALL
  SELECT "table", 'categories', named, family, england_day(recorded_at), 'category outside the closed list', 1
  FROM lists WHERE NOT list_has_all((SELECT list(code) FROM registered_categories), categories)
  UNION ALL
  SELECT o."table", o."column", o."row", s.family, NULL, o.kind, o.rows
  FROM outside o LEFT JOIN shares s ON o."table" = 'shares' AND s.share = o."row"
)
SELECT
  coalesce(o.named, o."table" || coalesce('.' || o."column", '')) AS subject, o."table", 'LM01' AS code, o.since,
  f.family, f.hub,
  CASE o.kind
    WHEN 'table' THEN 'a table that has no passport, with ' || o.rows || CASE o.rows WHEN 1 THEN ' row' ELSE ' rows' END
    WHEN 'column' THEN 'a column that has no passport, filled in ' || o.rows || CASE o.rows WHEN 1 THEN ' row' ELSE ' rows' END
    ELSE o."column" || ': ' || o.kind
  END AS evidence,
  o.kind
FROM found o LEFT JOIN families f ON f.family = coalesce(o.family, CASE WHEN o."table" = 'families' THEN o.named END)
