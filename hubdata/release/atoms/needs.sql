-- about: Unmet needs identified in the quarter, of families who agreed to evaluation
-- table: unmet_reasons
-- plain: What other services may be required, by headline area and reason
-- finding: {total} needs were recorded as unmet; for {no_service} there is no such service
-- scope: Unmet needs identified in {quarter} by headline area and reason, families who agreed to evaluation
-- year-scope: Unmet needs identified in {year} by group of headline areas and reason, families who agreed to evaluation
-- rows: area | Headline area | areas
-- columns: reason | Reason | need_reasons
-- chart: total
-- coarse-rows: area | Group of headline areas
-- coarse-row: learning | Learning and early years | education, early_years
-- coarse-row: health | Health and substance use | health, substance_use
-- coarse-row: home | Relationships, housing and money | family_relationships, housing, financial_stability
-- coarse-row: safe | Safety, crime and domestic abuse, or another | *
-- coarse-columns: reason | Reason
-- coarse-column: no_service | There is no such service
-- coarse-column: rest | Another reason, or none recorded | *
-- table: unmet_hubs
-- plain: What other services may be required, by hub and headline area
-- finding: {total} needs were recorded as unmet
-- scope: Unmet needs identified in {quarter} by hub and headline area, families who agreed to evaluation
-- rows: hub | Hub | hubs
-- columns: area | Headline area | areas
-- chart: total
-- coarse-rows: hub | Hub
-- coarse-row: all | All hubs | *
-- coarse-columns: area | Group of headline areas
-- coarse-column: learning | Learning and early years | education, early_years
-- coarse-column: health | Health and substance use | health, substance_use
-- coarse-column: home | Relationships, housing and money | family_relationships, housing, financial_stability
-- coarse-column: safe | Safety, crime and domestic abuse, or another | *
WITH unmet AS (
    SELECT n.need, listed('hubs', f.hub) AS hub, listed('areas', n.area) AS area,
           CASE WHEN n.reason IS NULL THEN 'none' ELSE listed('need_reasons', n.reason) END AS reason
    FROM needs AS n JOIN families AS f USING (family) SEMI JOIN evaluating USING (family)
    WHERE n.status = 'unmet' AND in_quarter(n.identified_on)
),
frame AS (
    SELECT h.code AS hub, a.code AS area, r.code AS reason
    FROM bins('hubs') AS h, bins('areas') AS a, bins('need_reasons') AS r
)
SELECT hub, area, reason, count(need) AS n, records_of('need', need) AS records
FROM frame LEFT JOIN unmet USING (hub, area, reason) GROUP BY ALL
