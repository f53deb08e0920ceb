-- about: Times that details were shared in the quarter
-- table: shares
-- plain: How details were shared, by hub
-- finding: Details were shared {total} times, {without_agreement} of them without agreement because of a risk
-- scope: Times that details were shared in {quarter} by hub and route; a corrected entry counts once
-- rows: hub | Hub | hubs
-- columns: route | Route
-- column: within_hub | Within the Hub
-- column: additional_support | To another service
-- column: without_agreement | Without agreement, because of a risk
-- column: legal_duty | Because a law requires it
-- chart: within_hub, additional_support
WITH sent AS (
    SELECT s.share, listed('hubs', f.hub) AS hub, s.route FROM shares AS s JOIN families AS f USING (family)
    WHERE in_quarter(s.shared_on) AND NOT EXISTS (FROM shares AS c WHERE c.supersedes = s.share)
),
frame AS (
    SELECT h.code AS hub, unnest(['within_hub', 'additional_support', 'without_agreement', 'legal_duty']) AS route
    FROM bins('hubs') AS h
)
SELECT hub, route, count(share) AS n FROM frame LEFT JOIN sent USING (hub, route) GROUP BY ALL
