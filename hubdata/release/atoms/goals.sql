-- about: Goals closed in the quarter, of families who agreed to evaluation
-- comes-from: reviews | closed
-- table: goals_results
-- plain: How well support worked, by headline area
-- finding: {met} of {total} goals were met, {partly_met} partly
-- scope: Goals closed in {quarter} by headline area and result, families who agreed to evaluation
-- year-scope: Goals closed in {year} by group of headline areas and result, families who agreed to evaluation
-- rows: area | Headline area | areas
-- columns: result | Result
-- column: met | Met
-- column: partly_met | Partly met
-- column: not_met | Not met
-- column: withdrawn | Withdrawn
-- column: none | Not recorded
-- chart: met, partly_met, not_met, withdrawn
-- coarse-rows: area | Group of headline areas
-- coarse-row: learning | Learning and early years | education, early_years
-- coarse-row: health | Health and substance use | health, substance_use
-- coarse-row: home | Relationships, housing and money | family_relationships, housing, financial_stability
-- coarse-row: safe | Safety, crime and domestic abuse, or another | *
-- coarse-column: met | Met or partly met | met, partly_met
-- coarse-column: not_met | Not met, withdrawn or not recorded | not_met, withdrawn, none
-- coarse-finding: {met} of {total} goals were met or partly met
-- coarse-chart: met, not_met
-- percent: row
-- note: A goal that was met does not show that support caused it.
-- table: goals_change
-- plain: Change from first to last review, by headline area
-- finding: {higher} of {total} goals went up by enough to count
-- scope: Goals closed in {quarter} by headline area and change, families who agreed to evaluation
-- year-scope: Goals closed in {year} by group of headline areas and change, families who agreed to evaluation
-- rows: area | Headline area | areas
-- columns: change | Change
-- column: higher | Higher
-- column: same | About the same
-- column: lower | Lower
-- column: untold | No two scores to compare
-- chart: higher, same, lower
-- coarse-rows: area | Group of headline areas
-- coarse-row: learning | Learning and early years | education, early_years
-- coarse-row: health | Health and substance use | health, substance_use
-- coarse-row: home | Relationships, housing and money | family_relationships, housing, financial_stability
-- coarse-row: safe | Safety, crime and domestic abuse, or another | *
-- coarse-column: higher | Higher
-- coarse-column: same | Not higher, or not to be compared | same, lower, untold
-- coarse-chart: higher, same
-- percent: row
-- note: A change counts if it reaches what the instrument's own guide calls meaningful; scores of different instruments are never put together.
-- note: First and last score are by the same person: the family, else the child, else the worker.
-- note: A change from first to last review does not show that support caused it: some things would have changed anyway, and families often come when things are at their worst.
WITH scored AS (
    SELECT goal, perspective, arg_max(score, reviewed_on) - arg_min(score, reviewed_on) AS change,
           count(DISTINCT reviewed_on) AS days
    FROM reviews, asked WHERE reviewed_on <= last GROUP BY goal, perspective
),
compared AS (
    SELECT goal, arg_min(change, CASE perspective WHEN 'family' THEN 1 WHEN 'child' THEN 2 ELSE 3 END) AS change
    FROM scored WHERE days > 1 GROUP BY goal
),
closed AS (
    SELECT g.goal, listed('areas', g.area) AS area, coalesce(g.result, 'none') AS result,
           CASE WHEN c.change IS NULL OR t.meaningful_change IS NULL THEN 'untold'
                WHEN c.change >= t.meaningful_change THEN 'higher'
                WHEN c.change <= -t.meaningful_change THEN 'lower'
                ELSE 'same' END AS change
    FROM goals AS g SEMI JOIN evaluating USING (family)
    LEFT JOIN compared AS c USING (goal) LEFT JOIN thresholds AS t USING (instrument)
    WHERE in_quarter(g.closed_on)
),
frame AS (
    SELECT a.code AS area, result, change
    FROM bins('areas') AS a, (SELECT unnest(['met', 'partly_met', 'not_met', 'withdrawn', 'none']) AS result),
         (SELECT unnest(['higher', 'same', 'lower', 'untold']) AS change)
)
SELECT area, result, change, count(goal) AS n, records_of('goal', goal) AS records
FROM frame LEFT JOIN closed USING (area, result, change) GROUP BY ALL
