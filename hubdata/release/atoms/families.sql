-- about: Family records on the quarter's last day
-- atoms: hub | state
-- stage: new | | open, later, untold
-- stage: open | open, stale, unclear_open | open, later, untold
-- stage: later | kept_later | later, fourth_quarter
-- stage: fourth_quarter | kept_year | third_quarter
-- stage: third_quarter | kept_year | second_quarter
-- stage: second_quarter | kept_year | soon
-- stage: soon | kept_soon | over
-- stage: over | held, due | over, gone
-- stage: untold | cannot_tell | untold
-- table: families
-- plain: Families supported by hub
-- finding: {total} families were open
-- scope: Families open on {last_day}, by hub and whether anybody has been in touch lately
-- rows: hub | Hub | hubs
-- columns: state | Contact
-- column: open | In touch | open, unclear_open
-- column: stale | No recent contact
-- chart: total
-- note: No recent contact means no contact or review for longer than the retention policy allows.
-- table: leads
-- plain: Who takes the lead with open families, by hub
-- finding: {one} of {total} open families had one person taking the lead
-- scope: Families open on {last_day}, by hub and how many people were recorded as taking the lead
-- rows: hub | Hub | hubs
-- columns: lead | Lead
-- column: one | One person
-- column: none | Nobody
-- column: two | Several people
-- chart: one, none, two
-- coarse-rows: hub | Hub
-- coarse-row: all | All hubs | *
-- percent: row
-- table: retention
-- plain: Family records by hub and how long they may be kept
-- finding: {due} of {total} family records were past their date
-- scope: Family records held on {last_day}, by hub and state under the retention rule
-- rows: hub | Hub | hubs
-- columns: state | State
-- column: open | Open | open, stale, unclear_open
-- column: kept | Kept until its date | kept_soon, kept_year, kept_later
-- column: held | Past its date, on hold
-- column: due | Past its date
-- column: cannot_tell | Cannot tell
-- chart: kept, held, due
-- coarse-rows: hub | Hub
-- coarse-row: all | All hubs | *
-- table: retention_next
-- plain: When records that are kept reach their date, by hub
-- finding: {soon} of {total} records come past their date in the next quarter
-- scope: Family records of closed families that are not past their date on {last_day}, by hub and time left
-- rows: hub | Hub | hubs
-- columns: state | Time left
-- column: soon | In the next quarter | kept_soon
-- column: year | In the three quarters after it | kept_year
-- column: later | Longer | kept_later
-- chart: soon, year, later
-- note: A record counts in the quarter on whose last day it is past its date for the first time.
-- coarse-rows: hub | Hub
-- coarse-row: all | All hubs | *
WITH led AS (SELECT family, any_value(state) AS lead FROM judged_leads GROUP BY family),
records AS (
    SELECT r.family, listed('hubs', r.hub) AS hub,
           CASE WHEN closed_on <= last AND state = 'cannot_tell' THEN 'cannot_tell'
                WHEN closed_on <= last AND state = 'kept' THEN 'kept_' || CASE
                    WHEN due_on < last_day(last + INTERVAL 3 MONTH) THEN 'soon' WHEN due_on < last_day(last + INTERVAL 12 MONTH) THEN 'year'
                    ELSE 'later' END
                WHEN closed_on <= last THEN state
                WHEN state = 'cannot_tell' THEN 'unclear_open'
                ELSE state END AS state,
           CASE WHEN closed_on <= last THEN 'closed' ELSE coalesce(lead, 'none') END AS lead
    FROM judged_retention AS r LEFT JOIN led USING (family), asked
),
frame AS (
    SELECT h.code AS hub, unnest(['open', 'stale', 'unclear_open']) AS state, lead
    FROM bins('hubs') AS h, (SELECT unnest(['one', 'none', 'two']) AS lead)
    UNION ALL
    SELECT h.code, unnest(['kept_soon', 'kept_year', 'kept_later', 'held', 'due', 'cannot_tell']), 'closed' FROM bins('hubs') AS h
)
SELECT hub, state, lead, count(family) AS n, records_of('family', family) AS records
FROM frame LEFT JOIN records USING (hub, state, lead) GROUP BY ALL
