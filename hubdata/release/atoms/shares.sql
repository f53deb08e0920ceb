-- about: Times that details were shared in the quarter
-- table: shares
-- plain: How details were shared, by hub
-- finding: Details were shared {total} times, {without_agreement} of them without agreement because of a risk
-- scope: Times that details were shared in {quarter} by hub and route; a corrected entry counts once
-- year-scope: Times that details were shared in {year} by route; a corrected entry counts once
-- rows: hub | Hub | hubs
-- columns: route | Route
-- column: within_hub | Within the Hub
-- column: additional_support | To another service
-- column: without_agreement | Without agreement, because of a risk
-- column: legal_duty | Because a law requires it
-- chart: within_hub, additional_support
-- coarse-rows: hub | Hub
-- coarse-row: all | All hubs | *
-- table: shares_judged
-- plain: Whether shares were agreed or explained, by hub
-- finding: {covered} of {total} shares were agreed, or for a recorded risk and explained
-- scope: Times that details were shared in {quarter} by hub and what the sharing rules found; a share counts once, as its gravest finding
-- year-scope: Times that details were shared in {year} by what the sharing rules found; a share counts once, as its gravest finding
-- rows: hub | Hub | hubs
-- columns: verdict | Finding
-- column: covered | Agreed, or explained
-- column: check | To be checked
-- column: breach | Not covered
-- chart: covered, check, breach
-- coarse-rows: hub | Hub
-- coarse-row: all | All hubs | *
-- percent: row
-- note: A share without agreement is covered if a reason and a person at risk are recorded, and the family was told or the reason for not telling it is.
-- table: shares_partners
-- plain: How details were shared, by partner
-- finding: Partners shared details {total} times, {without_agreement} of them without agreement because of a risk
-- scope: Times that details were shared in {quarter} by the partner that shared and route; a corrected entry counts once
-- rows: partner | Partner | partners
-- columns: route | Route
-- column: within_hub | Within the Hub
-- column: additional_support | To another service
-- column: without_agreement | Without agreement, because of a risk
-- column: legal_duty | Because a law requires it
-- chart: within_hub, additional_support
-- coarse-columns: route | Route
-- coarse-column: shared | By any route | *
-- coarse-finding: Partners shared details {total} times
-- coarse-chart: total
WITH verdicts AS (
    SELECT s.subject AS share, CASE WHEN bool_or(c.severity = 'breach') THEN 'breach'
        WHEN bool_or(c.severity = 'check') THEN 'check' ELSE 'covered' END AS verdict
    FROM judged_sharing AS s LEFT JOIN checks AS c USING (code) GROUP BY s.subject
),
sent AS (
    SELECT s.share, listed('hubs', f.hub) AS hub, s.route, listed('partners', s.from_organisation) AS partner,
           coalesce(v.verdict, 'check') AS verdict
    FROM standing_shares() AS s JOIN families AS f USING (family) LEFT JOIN verdicts AS v USING (share)
    WHERE in_quarter(s.shared_on)
),
frame AS (
    SELECT h.code AS hub, route, p.code AS partner, verdict
    FROM bins('hubs') AS h, bins('partners') AS p, (SELECT unnest(['covered', 'check', 'breach']) AS verdict),
         (SELECT unnest(['within_hub', 'additional_support', 'without_agreement', 'legal_duty']) AS route)
)
SELECT hub, route, partner, verdict, count(share) AS n, records_of('share', share) AS records
FROM frame LEFT JOIN sent USING (hub, route, partner, verdict) GROUP BY ALL
