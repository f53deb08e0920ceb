-- about: Goals open on the quarter's last day, of families who agreed to evaluation
-- atoms: hub | reviewed
-- stage: new | | in_quarter, never
-- stage: in_quarter | in_quarter | in_quarter, earlier, closed
-- stage: earlier | earlier | in_quarter, earlier, closed
-- stage: never | never | in_quarter, never, closed
-- table: reviews
-- plain: Which open goals have been reviewed, by hub
-- finding: {in_quarter} of {total} open goals were reviewed in the quarter
-- scope: Goals open on {last_day} by hub and last review, families who agreed to evaluation
-- rows: hub | Hub | hubs
-- columns: reviewed | Last review
-- column: in_quarter | In the quarter
-- column: earlier | Earlier
-- column: never | Never
-- chart: in_quarter, earlier, never
-- coarse-column: in_quarter | In the quarter
-- coarse-column: earlier | Earlier, or never | earlier, never
-- coarse-chart: in_quarter, earlier
-- percent: row
WITH seen AS (SELECT goal, max(reviewed_on) AS reviewed_on FROM reviews, asked WHERE reviewed_on <= last GROUP BY goal),
working AS (
    SELECT g.goal, listed('hubs', f.hub) AS hub,
           CASE WHEN s.reviewed_on IS NULL THEN 'never' WHEN in_quarter(s.reviewed_on) THEN 'in_quarter' ELSE 'earlier' END AS reviewed
    FROM goals AS g JOIN families AS f USING (family) SEMI JOIN evaluating USING (family) LEFT JOIN seen AS s USING (goal), asked
    WHERE g.set_on <= last AND coalesce(g.closed_on > last, true)
      AND f.opened_on <= last AND coalesce(f.closed_on > last, true)
),
frame AS (SELECT h.code AS hub, unnest(['in_quarter', 'earlier', 'never']) AS reviewed FROM bins('hubs') AS h)
SELECT hub, reviewed, count(goal) AS n, records_of('goal', goal) AS records
FROM frame LEFT JOIN working USING (hub, reviewed) GROUP BY ALL
