-- Retention (P8): what is kept, until when, what stays longer and why, and what is gone. The rule judged; nothing is
-- judged again here. Whoever reviewed, approved or destroyed is named by the certificates only, never here.

CREATE TEMP TABLE retention AS
    SELECT r.* FROM judged_retention AS r, asked WHERE asked.of_hub IN ('all', r.hub);
-- The partners' rule about those that work with the families of the hub asked for.
CREATE TEMP TABLE partner_rule AS
    SELECT p.* FROM judged_partners AS p, asked
    WHERE asked.of_hub = 'all' OR subject IN (SELECT organisation FROM involvements JOIN hub_families USING (family));
CREATE TEMP TABLE ran AS
    SELECT code, CASE family WHEN 'retention' THEN (SELECT count(*) FROM retention) ELSE (SELECT count(*) FROM partner_rule) END AS judged,
           nothing_to_judge() AS why
    FROM checks WHERE family IN ('retention', 'partners');
CREATE TEMP TABLE found AS
    SELECT code, subject, evidence FROM retention WHERE code IS NOT NULL
    UNION ALL SELECT code, subject, evidence FROM partner_rule WHERE code IS NOT NULL;
-- The name of the date: its number of years, where the rule is nothing but so many years.
CREATE TEMP MACRO kept_for() AS coalesce(number_word(getvariable('rule_years')) || '-year date', 'date');
CREATE TEMP MACRO stands(state) AS
    CASE state WHEN 'due' THEN 'Past the date, not held' WHEN 'held' THEN 'Past the date, held' WHEN 'cannot_tell' THEN 'Cannot tell'
    WHEN 'stale' THEN 'Open, quiet for too long' WHEN 'kept' THEN 'Closed, within the period' ELSE 'Open' END;

CREATE TEMP MACRO capital(said) AS upper(said[1]) || said[2:];

-- Every hold in force on the day: 1 its review is due, 2 it has no review date, 3 no reason is recorded, 4 in order.
CREATE TEMP TABLE standing AS
    SELECT h.hold, h.family, h.code, h.authority, h.placed_on, h.review_on, h.has_reason, r.hub, r.state, r.due_on,
           count(*) OVER (PARTITION BY h.family) AS on_family,
           CASE WHEN review_on <= as_at THEN 1 WHEN review_on IS NULL THEN 2 WHEN NOT has_reason THEN 3 ELSE 4 END AS urgency
    FROM holds AS h JOIN retention AS r USING (family), asked
    WHERE placed_on <= as_at AND coalesce(released_on > as_at, true);
-- Everything that keeps a record on the day: its holds, its open requests, and those of records decided to be one family.
CREATE TEMP TABLE kept_by AS
    WITH ours AS (SELECT family, linked, unnest(list_append(linked, family)) AS one FROM retention)
    SELECT o.family, said('hold_codes', h.code) || CASE WHEN o.one = o.family THEN '' ELSE ' (on ' || o.one || ', the same family)' END AS why,
           h.has_reason, h.review_on, CASE WHEN review_on <= as_at THEN 1 WHEN review_on IS NULL THEN 2 WHEN NOT has_reason THEN 3 ELSE 4 END AS urgency
    FROM ours AS o JOIN holds AS h ON h.family = o.one, asked WHERE placed_on <= as_at AND coalesce(released_on > as_at, true)
    UNION ALL SELECT family, 'Request ' || unnest(requests) || ' is open', true, NULL, 4 FROM retention;
CREATE TEMP MACRO look(urgency) AS ['Review due', 'No review date', 'No reason recorded', 'No'][urgency];

-- What came of each disposal known on the day. One that a restored copy has forgotten still counts what it destroyed.
CREATE TEMP TABLE counted_decisions AS
    SELECT disposal, count(*) FILTER (decision = 'dispose' AND kept_because IS NULL) AS to_destroy,
           count(*) FILTER (decision = 'keep') AS kept, count(*) FILTER (kept_because IS NOT NULL) AS kept_back
    FROM decisions GROUP BY disposal;
CREATE TEMP TABLE gone AS
    SELECT disposal, sum(families) AS families, max(destroyed_on) AS destroyed_on
    FROM destroyed, asked WHERE destroyed_on <= as_at GROUP BY disposal;
CREATE TEMP TABLE issued AS SELECT c.* FROM certificates AS c, asked WHERE issued_on <= asked.as_at;
CREATE TEMP TABLE unfinished_disposals AS
    SELECT disposal, coalesce(status, 'proving') AS status, to_destroy, kept, kept_back, gone.families AS destroyed,
           CASE coalesce(status, 'proving') WHEN 'reviewed' THEN england_day(reviewed_at) WHEN 'approved' THEN england_day(approved_at)
           ELSE coalesce(destroyed_on, england_day(approved_at)) END AS since
    FROM (SELECT d.* FROM disposals AS d, asked WHERE d.as_at <= asked.as_at) FULL JOIN gone USING (disposal)
    LEFT JOIN counted_decisions USING (disposal)
    WHERE coalesce(status, '') NOT IN ('refused', 'ended') AND disposal NOT IN (SELECT disposal FROM issued);
-- Families that an unfinished disposal is still to destroy.
CREATE TEMP TABLE in_disposal AS
    SELECT family, disposal, status FROM decisions JOIN unfinished_disposals USING (disposal)
    WHERE decision = 'dispose' AND kept_because IS NULL;

-- The verdict of the rule in force beside that of each other reading and of the next rule.
CREATE TEMP TABLE compared AS
    SELECT v.number, counted_from, from_on, r.family, r.hub, r.state, r.due_on AS was, v.state AS becomes_state, v.due_on AS becomes,
           way(r.state, r.due_on, v.state, v.due_on) AS way
    FROM retention AS r JOIN variant_verdicts AS v USING (family) JOIN variants USING (number);

-- figure: answer
-- finding: (SELECT CASE WHEN count(*) = 0 THEN 'No records are past their ' || kept_for() ELSE counted(count(*), 'record is past its ', 'records are past their ') || kept_for() || CASE WHEN count(*) FILTER (state = 'held') = 0 THEN ', not held' WHEN count(*) FILTER (state = 'due') = 0 THEN ', held' ELSE ', ' || count(*) FILTER (state = 'held') || ' of them held' END END FROM retention WHERE state IN ('due', 'held'))
-- scope: {hub}, at {as_at}
-- column: point | Point
SELECT point FROM (
    SELECT 1 AS place, counted(count(*) FILTER (state = 'due'), 'record has', 'records have') || ' no hold and must be reviewed for disposal' AS point FROM retention
    UNION ALL
    SELECT 2, counted(count(*), 'more record reaches', 'more records reach') || ' the date in the next three months'
    FROM retention, asked WHERE state = 'kept' AND due_on >= as_at AND due_on < as_at + INTERVAL 3 MONTH
    UNION ALL
    SELECT 3, 'For ' || counted(count(*), 'record', 'records') || ' the date cannot be told' FROM retention WHERE state = 'cannot_tell'
    UNION ALL
    SELECT 4, counted(count(*), 'hold is', 'holds are') || ' due for review' FROM standing WHERE urgency = 1 HAVING count(*) > 0
    UNION ALL
    SELECT 5, counted(count(*), 'disposal is', 'disposals are') || ' not finished' FROM unfinished_disposals HAVING count(*) > 0
    UNION ALL
    SELECT 6, counted(sum(families), 'record has', 'records have') || ' been destroyed in all hubs so far, under ' || counted(count(*), 'certificate', 'certificates')
    FROM issued HAVING count(*) > 0
) ORDER BY place;

-- figure: states_by_hub
-- finding: counted(sum(open) + sum(stale), 'record is', 'records are') || ' open and ' || counted(sum(kept) + sum(due) + sum(held), 'is', 'are') || ' closed' || CASE WHEN sum(cannot_tell) > 0 THEN '; for ' || sum(cannot_tell)::BIGINT || ' the date cannot be told, of which ' || sum(untold_open)::BIGINT || CASE sum(untold_open) WHEN 1 THEN ' has' ELSE ' have' END || ' no closing date' ELSE '' END
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
-- note: Open is open for certain. Where a record has no closing day but says that support may have ended, it cannot be told; what counts open families by their days alone (outcomes, the promise board, releases) has it among them.
-- empty: There are no family records in {hub}.
SELECT said('hubs', hub) AS hub, count(*) FILTER (state = 'open') AS open, count(*) FILTER (state = 'stale') AS stale,
       count(*) FILTER (state = 'kept') AS kept, count(*) FILTER (state = 'held') AS held,
       count(*) FILTER (state = 'due') AS due, count(*) FILTER (state = 'cannot_tell') AS cannot_tell, count(*) AS total,
       count(*) FILTER (state = 'cannot_tell' AND coalesce(closed_on > as_at, true)) AS untold_open
FROM retention, asked GROUP BY retention.hub ORDER BY total DESC, hub;

-- figure: overdue
-- finding: counted(count(*), 'record is', 'records are') || ' due for disposal review now'
-- scope: Records past the date with no hold, oldest first, {hub}, at {as_at}
-- column: subject | Family
-- column: hub | Hub
-- column: closed_on | Support ended | date
-- column: due_on | Kept until | date
-- column: days | Days past | number
-- column: rule | Rule
-- column: stage | How far it is
-- source: Hub records
-- empty: No record in {hub} is past the date without a hold.
WITH held_later AS (
    SELECT o.family, min(placed_on) AS placed_on FROM (SELECT family, unnest(list_append(linked, family)) AS one FROM retention) AS o
    JOIN holds AS h ON h.family = o.one, asked WHERE placed_on > as_at AND coalesce(released_on > as_at, true) GROUP BY o.family
)
SELECT subject, said('hubs', hub) AS hub, closed_on, due_on, date_diff('day', due_on, as_at) AS days, rule,
       CASE WHEN h.family IS NOT NULL THEN 'Kept by a hold from ' || in_words(h.placed_on)
            WHEN d.family IS NOT NULL THEN CASE status WHEN 'reviewed' THEN 'Reviewed' WHEN 'approved' THEN 'Approved' ELSE 'Being destroyed' END || ' in ' || disposal
            ELSE 'Not reviewed' END AS stage
FROM retention AS r LEFT JOIN held_later AS h USING (family) LEFT JOIN in_disposal AS d USING (family), asked
WHERE state = 'due' ORDER BY due_on, subject;

-- figure: due_by_month
-- finding: counted(sum(records), 'record reaches its ', 'records reach their ') || kept_for() || ' in the next 24 months'
-- scope: Family records by the month in which their period ends, {hub}, 24 months from {as_at}
-- column: month | Month | month
-- column: records | Fall due | number
-- column: held | Of which held now | number
-- column: waiting | Waiting if nothing is done | number
-- chart: month: records
-- note: Waiting if nothing is done: the records past their date on the last day of the month, without those that are held now. A record that falls due on that very day may still be kept on it. A held record comes on top when its holds end.
-- source: Hub records
WITH months AS (
    SELECT month, count(subject) AS records, count(subject) FILTER (held) AS held,
           count(subject) FILTER (NOT held AND due_on = (month + INTERVAL 1 MONTH)::DATE - 1) AS on_last_day
    FROM asked, generate_series(date_trunc('month', as_at), date_trunc('month', as_at) + INTERVAL 23 MONTH, INTERVAL 1 MONTH) AS months(month)
    LEFT JOIN retention ON date_trunc('month', due_on) = month AND state = 'kept'
    GROUP BY month
)
SELECT month::DATE AS month, records, held,
       (SELECT count(*) FROM retention WHERE state = 'due') + sum(records - held) OVER (ORDER BY month) - on_last_day AS waiting
FROM months ORDER BY month;

-- figure: load
-- finding: counted(max(waiting), 'record', 'records') || ' would wait for disposal after 24 months if nothing were done' || CASE WHEN min(now) > 0 THEN ', ' || format('{:,}', min(now)) || ' of them from today' ELSE '' END
-- scope: Family records past the date and not held, at the end of every third month, {hub}, from {as_at}
-- column: month | End of | month
-- column: waiting | Waiting if nothing is done | number
-- chart: month: waiting
-- source: Hub records
WITH due_now AS (SELECT count(*) AS now FROM retention WHERE state = 'due'), ends AS (
    SELECT month, now + (SELECT count(*) FROM retention WHERE state = 'kept' AND NOT held AND due_on < (month + INTERVAL 1 MONTH)::DATE - 1) AS waiting, now
    FROM asked, due_now, generate_series(date_trunc('month', as_at) + INTERVAL 2 MONTH, date_trunc('month', as_at) + INTERVAL 23 MONTH, INTERVAL 3 MONTH) AS months(month)
)
SELECT month::DATE AS month, waiting, now FROM ends ORDER BY month;

-- figure: holds
-- finding: counted(count(*), 'hold is', 'holds are') || ' in force on ' || counted(count(DISTINCT subject), 'family', 'families') || CASE WHEN count(*) FILTER (urgency = 1) > 0 THEN '; ' || counted(count(*) FILTER (urgency = 1), 'is', 'are') || ' due for review' ELSE '' END
-- scope: Every hold in force, those due for review first, {hub}, at {as_at}
-- column: subject | Family
-- column: hold | Hold
-- column: why | Why
-- column: authority | Authority | text | | Not recorded
-- column: placed_on | Placed | date
-- column: review_on | To be reviewed | date | | Not set
-- column: look | Needs a look
-- column: on_family | Holds on the family | number
-- column: due_on | Kept until | date | | [z]
-- note: A hold beats every rule: while one is in force, neither an approval nor raw SQL can destroy the record. Where support has not ended, no date runs yet.
-- source: Hub records
-- empty: No hold is in force in {hub}.
SELECT family AS subject, hold, said('hold_codes', code) AS why, authority, placed_on, review_on, look(urgency) AS look, urgency, on_family, due_on
FROM standing ORDER BY urgency, review_on NULLS FIRST, placed_on, subject, hold;

-- figure: held
-- finding: counted(count(*), 'record is', 'records are') || ' kept beyond the date' || CASE WHEN count(*) FILTER (urgency < 4) > 0 THEN '; ' || counted(count(*) FILTER (urgency < 4), 'needs', 'need') || ' a look' ELSE '' END
-- scope: Records past the date that a hold or an open request keeps, those that need a look first, {hub}, at {as_at}
-- column: subject | Family
-- column: hub | Hub
-- column: due_on | Kept until | date
-- column: days | Days past | number
-- column: why | Why it is kept
-- column: reasoned | Reason recorded
-- column: review_on | Next date | date | | Not set
-- column: look | Needs a look
-- note: The next date is the earliest review date of the record's holds. Reasons are free text and stay in the records: hubdata retention due --explain FAMILY shows what holds a record.
-- source: Hub records
-- empty: No record in {hub} is held past the date.
SELECT family AS subject, said('hubs', hub) AS hub, due_on, date_diff('day', due_on, as_at) AS days,
       array_to_string(list_sort(list(DISTINCT why)), '; ') AS why,
       CASE WHEN bool_and(has_reason) THEN 'Yes' ELSE 'No' END AS reasoned, min(review_on) AS review_on,
       min(urgency) AS urgency, look(min(urgency)) AS look
FROM kept_by JOIN retention USING (family), asked WHERE state = 'held' GROUP BY family, hub, due_on, as_at
ORDER BY urgency, min(review_on) NULLS FIRST, due_on, subject;

-- figure: destroyed
-- finding: CASE WHEN count(*) = 0 THEN 'No record has been destroyed' ELSE counted(sum(families), 'record has', 'records have') || ' been destroyed, under ' || counted(count(*), 'certificate', 'certificates') END
-- scope: Certificates of destruction, newest first, all hubs, issued by {as_at}
-- column: certificate | Certificate
-- column: issued_on | Issued | date
-- column: families | Families | number
-- column: rows | Rows | number
-- column: rule | Rule
-- column: due_from | Due from | date
-- column: due_to | Due to | date
-- column: destroyed_to | Destroyed | date
-- note: Which hub a destroyed record belonged to is not kept, so certificates are those of all hubs. hubdata retention certificates shows each in full, with the people who acted and the partners to ask.
-- source: Certificates of destruction
-- empty: No certificate of destruction had been issued by {as_at}.
SELECT certificate, issued_on, families, rows, rule, due_from, due_to, destroyed_to FROM issued ORDER BY issued_on DESC, certificate;

-- figure: proof
-- finding: CASE WHEN count(*) = 0 THEN 'There is no certificate to prove' WHEN bool_and(adds_up = 'Yes') THEN 'Every certificate adds up' ELSE counted(count(*) FILTER (adds_up <> 'Yes'), 'certificate does', 'certificates do') || ' not add up' END || CASE WHEN count(*) FILTER (unsearched > 0) > 0 THEN '; ' || format('{:,}', count(*) FILTER (unsearched > 0)) || ' could not search every place' ELSE '' END
-- scope: What each certificate proves, newest first, all hubs, issued by {as_at}
-- column: certificate | Certificate
-- column: reviewed_on | Reviewed | date
-- column: approved_on | Approved | date
-- column: sums | Opening + created − destroyed = closing
-- column: adds_up | Adds up
-- column: searched | Searched, byte by byte
-- column: unsearched | Places not searched | number
-- note: Whoever approved is another person than the reviewer; the certificate names both. It is issued only when nothing of the families was found in the database or in any file that could be searched.
-- source: Certificates of destruction
-- empty: There is nothing to prove until a certificate is issued.
SELECT certificate, c.reviewed_at AS reviewed_on, c.approved_at AS approved_on,
       format('{:,} + {:,} − {:,} = {:,}', opening, created, destroyed, closing) AS sums,
       CASE WHEN adds_up AND g.families = sum(c.families) OVER (PARTITION BY disposal) THEN 'Yes' ELSE 'No' END AS adds_up,
       counted(bytes_scanned, 'byte', 'bytes') || ' in ' || counted(files_scanned, 'file', 'files') AS searched, not_scanned AS unsearched
FROM issued AS c LEFT JOIN gone AS g USING (disposal) ORDER BY issued_on DESC, certificate;

-- figure: unfinished
-- finding: CASE WHEN count(*) = 0 THEN 'No disposal is unfinished' ELSE counted(count(*), 'disposal is', 'disposals are') || ' not finished' END
-- scope: Families in disposals between review and certificate, longest waiting first, all hubs, at {as_at}
-- column: disposal | Disposal
-- column: stage | How far it is
-- column: to_destroy | Still to destroy | number
-- column: destroyed | Destroyed | number
-- column: kept | Kept by the review | number
-- column: kept_back | Kept back since | number
-- column: since | Since | date
-- column: next | What next
-- note: hubdata retention approve and hubdata retention dispose do what is next.
-- source: Hub records
-- empty: No disposal is between review and certificate.
SELECT disposal, said('disposal_statuses', status) AS stage, coalesce(to_destroy, 0) AS to_destroy, coalesce(destroyed, 0) AS destroyed,
       coalesce(kept, 0) AS kept, coalesce(kept_back, 0) AS kept_back, since,
       CASE status WHEN 'reviewed' THEN 'Another person than the reviewer approves it, or refuses'
                   WHEN 'certified' THEN 'Nothing: it was certified after this day'
                   WHEN 'approved' THEN 'Carry it out'
                   ELSE 'Carry it on until a certificate is issued' END AS next
FROM unfinished_disposals ORDER BY since, disposal;

-- figure: cannot_tell
-- finding: 'The date cannot be told for ' || counted(count(*), 'record', 'records')
-- scope: Records without a date to count from, {hub}, at {as_at}
-- column: subject | Family
-- column: hub | Hub
-- column: opened_on | Opened | date
-- column: evidence | What is missing
-- source: Hub records
-- empty: Every record in {hub} has a date to count from.
SELECT subject, said('hubs', hub) AS hub, opened_on, evidence FROM retention WHERE state = 'cannot_tell' ORDER BY opened_on, subject;

-- figure: stale
-- finding: counted(count(*), 'open record has', 'open records have') || ' been quiet for too long'
-- scope: Open records without contact or review, quietest first, {hub}, at {as_at}
-- column: subject | Family
-- column: hub | Hub
-- column: opened_on | Opened | date
-- column: last_seen_on | Last contact or review | date
-- column: days | Days quiet | number
-- source: Hub records
-- empty: Every open record in {hub} has had contact or a review in time.
SELECT subject, said('hubs', hub) AS hub, opened_on, last_seen_on, date_diff('day', last_seen_on, as_at) AS days
FROM retention, asked WHERE state = 'stale' ORDER BY last_seen_on NULLS FIRST, subject;

-- figure: readings
-- finding: CASE WHEN count(*) = 1 THEN 'No other reading of the notice waits to be settled' ELSE 'Read otherwise, the notice would make ' || CASE WHEN min(due) FILTER (number > 0) = max(due) FILTER (number > 0) THEN format('{:,}', max(due) FILTER (number > 0)) ELSE format('{:,} to {:,}', min(due) FILTER (number > 0), max(due) FILTER (number > 0)) END || ' records due today, not ' || format('{:,}', any_value(due) FILTER (number = 0)) END
-- scope: Family records by what their period is counted from, {hub}, at {as_at}
-- column: counted_from | Counted from
-- column: reading | Reading
-- column: due | Past the date, not held | number
-- column: held | Past the date, held | number
-- column: kept | Closed, within the period | number
-- column: cannot_tell | Cannot tell | number
-- column: more | Due that are not due now | number
-- column: fewer | Due now that would not be | number
-- note: The notice does not say what the period is counted from. Until an officer confirms a reading, the others are shown beside it.
-- source: Hub records
SELECT 0 AS number, capital(getvariable('counted_from')) AS counted_from, 'In force' AS reading, count(*) FILTER (state = 'due') AS due, count(*) FILTER (state = 'held') AS held,
       count(*) FILTER (state = 'kept') AS kept, count(*) FILTER (state = 'cannot_tell') AS cannot_tell, 0 AS more, 0 AS fewer
FROM retention
UNION ALL
SELECT number, capital(counted_from), 'Possible', count(*) FILTER (becomes_state = 'due'), count(*) FILTER (becomes_state = 'held'),
       count(*) FILTER (becomes_state = 'kept'), count(*) FILTER (becomes_state = 'cannot_tell'),
       count(*) FILTER (becomes_state = 'due' AND state <> 'due'), count(*) FILTER (becomes_state <> 'due' AND state = 'due')
FROM compared WHERE from_on IS NULL GROUP BY number, counted_from
ORDER BY number;

-- figure: reading_list
-- finding: counted(count(DISTINCT subject), 'record', 'records') || ' would change sides under another reading'
-- scope: Records due under one reading and not under another, {hub}, at {as_at}
-- shown_as: register
-- column: subject | Family
-- column: hub | Hub
-- column: counted_from | If counted from
-- column: change | It would
-- column: was | Kept until now | date | | [z]
-- column: becomes | Kept until then | date | | [z]
-- source: Hub records
-- empty: No record in {hub} would become due, or cease to be, under another reading.
SELECT family AS subject, said('hubs', hub) AS hub, capital(counted_from) AS counted_from, CASE becomes_state WHEN 'due' THEN 'be due' ELSE 'not be due' END AS change, was, becomes
FROM compared WHERE from_on IS NULL AND (state = 'due') <> (becomes_state = 'due') ORDER BY number, change, becomes, subject;

-- figure: next_rule
-- finding: CASE WHEN count(*) = 0 THEN 'No change of the rule is recorded' ELSE 'The rule changes on ' || in_words(any_value(from_on)) || ': ' || format('{:,}', coalesce(sum(records) FILTER (way = 'sooner'), 0)) || ' sooner, ' || format('{:,}', coalesce(sum(records) FILTER (way = 'later'), 0)) || ' later' END
-- scope: Family records by what the next rule would change, as they stand at {as_at}, {hub}
-- column: change | Change
-- column: records | Records | number
-- column: at_once | Past their date on its first day, and not under this rule | number
-- note: hubdata retention due --impact compares any draft before it is recorded.
-- source: Hub records
-- empty: No later version of the rule is recorded, so no date will move.
SELECT way, from_on, CASE way WHEN 'sooner' THEN 'Reach their date sooner' WHEN 'later' THEN 'Reach their date later'
       WHEN 'cannot_tell' THEN 'Can no longer be told' WHEN 'tellable' THEN 'Can be told at last' ELSE 'Keep their date' END AS change,
       count(*) AS records, count(*) FILTER (becomes < greatest(as_at, from_on) AND coalesce(was >= greatest(as_at, from_on), true)) AS at_once
FROM compared, asked WHERE from_on IS NOT NULL GROUP BY way, from_on ORDER BY way = 'unchanged', records DESC, way;

-- figure: next_rule_list
-- finding: counted(count(*), 'record', 'records') || ' would move under the next rule'
-- scope: Records whose date the next rule moves, soonest first, {hub}, as they stand at {as_at}
-- shown_as: register
-- column: subject | Family
-- column: hub | Hub
-- column: change | Change
-- column: was | Kept until now | date | | [z]
-- column: becomes | Kept until then | date | | [z]
-- source: Hub records
-- empty: There is no record to list.
SELECT family AS subject, said('hubs', hub) AS hub, CASE way WHEN 'sooner' THEN 'Sooner' WHEN 'later' THEN 'Later' WHEN 'cannot_tell' THEN 'Can no longer be told' ELSE 'Can be told' END AS change, was, becomes
FROM compared WHERE from_on IS NOT NULL AND way <> 'unchanged' ORDER BY becomes NULLS LAST, subject;

-- figure: partners
-- finding: CASE WHEN count(*) FILTER (policy IS NULL OR contact IS NULL) = 0 THEN 'Every partner''s own policy and contact are on record' ELSE 'For ' || counted(count(*) FILTER (policy IS NULL OR contact IS NULL), 'organisation', 'organisations') || ' the policy or the contact is not on record' END
-- scope: Organisations that keep records of their own, those not on record first, {hub}, at {as_at}
-- column: name | Organisation
-- column: worked | Families it has worked with | number
-- column: given | Families whose details it was given | number
-- column: current_on | Current as of | date | | Never updated
-- column: covers | Covers | text | | [x]
-- column: policy | Its own retention policy | text | | Not on record
-- column: contact | Whom to ask | text | | Not on record
-- note: The Hub neither computes nor destroys a partner's records: each keeps its own, in its own system, under its own policy. A family that asks is sent to the contact shown, or to the person who supports it where none is on record.
-- source: Hub records
-- empty: No organisation in {hub} keeps records of its own.
WITH worked AS (
    SELECT organisation, count(DISTINCT family) AS worked FROM involvements JOIN hub_families USING (family), asked WHERE started_on <= as_at GROUP BY ALL
), given AS (
    SELECT to_organisation AS organisation, count(DISTINCT family) AS given FROM shares JOIN hub_families USING (family), asked WHERE shared_on <= as_at GROUP BY ALL
)
SELECT name, coalesce(worked, 0) AS worked, coalesce(given, 0) AS given, current_as_of(organisation) AS current_on, covers(organisation) AS covers,
       retention_policy AS policy, rights_contact AS contact
FROM organisations LEFT JOIN worked USING (organisation) LEFT JOIN given USING (organisation), asked
WHERE kind <> 'lead_partner' AND (worked > 0 OR given > 0 OR (kind <> 'outside' AND of_hub = 'all'))
ORDER BY policy IS NOT NULL AND contact IS NOT NULL, worked DESC, given DESC, name;

-- figure: register
-- finding: counted(count(*), 'family record', 'family records') || ' behind these figures'
-- scope: Every record that is closed, held, quiet or cannot be told, most pressing first, {hub}, at {as_at}
-- shown_as: register
-- column: subject | Family
-- column: hub | Hub
-- column: stands | State
-- column: rule | Rule
-- column: closed_on | Support ended | date | | [z]
-- column: due_on | Kept until | date | | [z]
-- column: holds | Held for | text | | [z]
-- column: disposal | In disposal | text | | [z]
-- source: Hub records
-- empty: No record in {hub} is closed, held, quiet or without a date.
WITH together AS (SELECT family, string_agg(DISTINCT why, '; ' ORDER BY why) AS holds FROM kept_by GROUP BY family)
SELECT subject, said('hubs', hub) AS hub, stands(state) AS stands, rule, CASE WHEN closed_on <= as_at THEN closed_on END AS closed_on, due_on, holds, disposal
FROM retention LEFT JOIN together USING (family) LEFT JOIN in_disposal USING (family), asked
WHERE state <> 'open' OR holds IS NOT NULL
ORDER BY list_position(['due', 'held', 'cannot_tell', 'stale', 'kept', 'open'], state), due_on, subject;
