-- Retention (P8): what is kept, until when, and what stays longer. The rule judged; nothing is judged again here.

CREATE TEMP VIEW retention AS
    SELECT r.* FROM judged_retention AS r, asked WHERE asked.of_hub IN ('all', r.hub);
CREATE TEMP VIEW ran AS
    SELECT code, (SELECT count(*) FROM retention) AS judged, nothing_to_judge() AS why FROM checks WHERE family = 'retention';
CREATE TEMP VIEW found AS SELECT code, subject, evidence FROM retention WHERE code IS NOT NULL;
-- The name of the date: its number of years, where the rule is nothing but so many years.
CREATE TEMP MACRO kept_for() AS coalesce(number_word(getvariable('rule_years')) || '-year date', 'date');

-- figure: answer
-- finding: (SELECT CASE WHEN count(*) = 0 THEN 'No records are past their ' || kept_for() ELSE counted(count(*), 'record is past its ', 'records are past their ') || kept_for() || CASE WHEN count(*) FILTER (held) = 0 THEN ', not held' WHEN count(*) FILTER (NOT held) = 0 THEN ', held' ELSE ', ' || count(*) FILTER (held) || ' of them held' END END FROM retention WHERE state IN ('due', 'held'))
-- scope: {hub}, at {as_at}
-- column: point | Point
SELECT point FROM (
    SELECT 1 AS place, counted(count(*) FILTER (state = 'due'), 'record has', 'records have') || ' no hold and must be reviewed for disposal' AS point FROM retention
    UNION ALL
    SELECT 2, counted(count(*), 'more record reaches', 'more records reach') || ' the date in the next three months'
    FROM retention, asked WHERE state = 'kept' AND due_on >= as_at AND due_on < as_at + INTERVAL 3 MONTH
    UNION ALL
    SELECT 3, 'For ' || counted(count(*), 'record', 'records') || ' the date cannot be told' FROM retention WHERE state = 'cannot_tell'
) ORDER BY place;

-- figure: states_by_hub
-- finding: counted(sum(open) + sum(stale), 'record is', 'records are') || ' open and ' || counted(sum(kept) + sum(due) + sum(held), 'is', 'are') || ' closed' || CASE WHEN sum(cannot_tell) > 0 THEN '; for ' || sum(cannot_tell)::BIGINT || ' it cannot be told' ELSE '' END
-- scope: Family records by hub and state, {hub}, at {as_at}
-- column: hub | Hub
-- column: open | Open | number
-- column: stale | Open, quiet for too long | number
-- column: kept | Closed, within the period | number
-- column: held | Past the date, held | number
-- column: due | Past the date, not held | number
-- column: cannot_tell | Cannot tell | number
-- column: total | All | number
-- source: Hub records
-- empty: There are no family records in {hub}.
SELECT said('hubs', hub) AS hub, count(*) FILTER (state = 'open') AS open, count(*) FILTER (state = 'stale') AS stale,
       count(*) FILTER (state = 'kept') AS kept, count(*) FILTER (state = 'held') AS held,
       count(*) FILTER (state = 'due') AS due, count(*) FILTER (state = 'cannot_tell') AS cannot_tell, count(*) AS total
FROM retention GROUP BY retention.hub ORDER BY total DESC, hub;

-- figure: due_by_month
-- finding: counted(sum(records), 'record reaches its ', 'records reach their ') || kept_for() || ' in the next 24 months'
-- scope: Family records by the month in which their period ends, {hub}, 24 months from {as_at}
-- column: month | Month | month
-- column: records | Records | number
-- column: held | Of which held now | number
-- chart: month: records
-- source: Hub records
SELECT month::DATE AS month, count(subject) AS records, count(subject) FILTER (held) AS held
FROM asked, generate_series(date_trunc('month', as_at), date_trunc('month', as_at) + INTERVAL 23 MONTH, INTERVAL 1 MONTH) AS months(month)
LEFT JOIN retention ON date_trunc('month', due_on) = month AND state = 'kept'
GROUP BY month ORDER BY month;

-- figure: overdue
-- finding: counted(count(*), 'record is', 'records are') || ' past the date with no hold'
-- scope: Records to review for disposal, oldest first, {hub}, at {as_at}
-- column: subject | Family
-- column: hub | Hub
-- column: closed_on | Support ended | date
-- column: due_on | Kept until | date
-- column: days | Days past | number
-- source: Hub records
-- empty: No record in {hub} is past the date without a hold.
SELECT subject, said('hubs', hub) AS hub, closed_on, due_on, date_diff('day', due_on, as_at) AS days
FROM retention, asked WHERE state = 'due' ORDER BY due_on, subject;

-- figure: held
-- finding: counted(count(*), 'record is', 'records are') || ' held past the date'
-- scope: Records kept longer for a reason, oldest first, {hub}, at {as_at}
-- column: subject | Family
-- column: hub | Hub
-- column: due_on | Kept until | date
-- column: reason | Why it is held
-- column: review_on | Hold to be reviewed | date
-- column: look | Needs a look
-- source: Hub records
-- empty: No record in {hub} is held past the date.
WITH standing AS (
    SELECT family, array_to_string(list_sort(list(DISTINCT said('hold_codes', code))), '; ') AS reason,
           min(review_on) AS review_on
    FROM holds, asked WHERE placed_on <= as_at AND coalesce(released_on > as_at, true) GROUP BY family
)
SELECT subject, said('hubs', hub) AS hub, due_on, reason, review_on, CASE WHEN code IS NULL THEN 'No' ELSE 'Yes' END AS look
FROM retention LEFT JOIN standing USING (family) WHERE state = 'held' ORDER BY code IS NULL, due_on, subject;

-- figure: cannot_tell
-- finding: 'The date cannot be told for ' || counted(count(*), 'record', 'records')
-- scope: Records without a date to count from, {hub}, at {as_at}
-- column: subject | Family
-- column: hub | Hub
-- column: evidence | What is missing
-- source: Hub records
-- empty: Every record in {hub} has a date to count from.
SELECT subject, said('hubs', hub) AS hub, evidence FROM retention WHERE state = 'cannot_tell' ORDER BY subject;

-- figure: stale
-- finding: counted(count(*), 'open record has', 'open records have') || ' been quiet for too long'
-- scope: Open records without contact or review, quietest first, {hub}, at {as_at}
-- column: subject | Family
-- column: hub | Hub
-- column: opened_on | Opened | date
-- column: last_seen_on | Last contact or review | date
-- source: Hub records
-- empty: Every open record in {hub} has had contact or a review in time.
SELECT subject, said('hubs', hub) AS hub, opened_on, last_seen_on
FROM retention WHERE state = 'stale' ORDER BY last_seen_on NULLS FIRST, subject;
