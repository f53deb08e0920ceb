-- Data rights (P9): requests and complaints, whether they were answered in time, and what is due next. The clock said how each
-- stands and the rule judged it; nothing is judged again here. Answered in time is said of the days as the clock has them.

CREATE TEMP TABLE rights AS
    SELECT r.*, kind = 'complaint' AS is_complaint, outcome = 'open' AS is_open,
           received_on BETWEEN coalesce(period_from, received_on) AND as_at AS came,
           coalesce(ended_on BETWEEN coalesce(period_from, ended_on) AND as_at, false) AS ended,
           coalesce(answered_on, acknowledged_on) AS said_on
    FROM judged_rights AS r, asked WHERE asked.of_hub IN ('all', r.hub);
-- Every answer of the period to a request, and every acknowledgement of a complaint, each beside its day; the day is
-- unknown where the clock never ran to an end: nobody can say then that it was in time, or late.
CREATE TEMP TABLE answers AS
    SELECT *, CASE WHEN due IS NULL THEN 'cannot_tell' WHEN said_on <= due THEN 'in_time' ELSE 'late' END AS timely,
           date_diff('day', received_on, said_on) AS took
    FROM rights, asked WHERE said_on BETWEEN coalesce(period_from, said_on) AND as_at;
-- Steps that stand, taken by the day; a corrected one does not.
CREATE TEMP TABLE steps AS
    SELECT e.*, r.kind, r.hub, r.is_open, happened_on >= coalesce(period_from, happened_on) AS in_period
    FROM standing_steps('request_events') AS e JOIN rights AS r USING (request), asked WHERE happened_on <= as_at;
-- Steps that take time: what they are called, and of which request.
CREATE TEMP TABLE delaying AS
    SELECT DISTINCT request, why FROM steps JOIN (VALUES
        ('id_requested', 'Proof of who asks was asked for'), ('authority_requested', 'Proof of authority was asked for'),
        ('fee_requested', 'A fee was asked for'), ('clarification_asked', 'The person was asked what they mean'), ('extended', 'It was extended'),
        ('partner_error', 'A partner''s part failed'), ('partner_suspended', 'A partner''s part stood still')) AS words(what, why) USING (what);
-- What an open request waits for from the person, and since when.
CREATE TEMP TABLE waits AS
    SELECT request, waits_for, max(happened_on) FILTER (what = asked_for) AS since
    FROM steps JOIN (VALUES ('id_requested', 'id_received', 'Proof of who asks'), ('fee_requested', 'fee_received', 'A fee'),
                            ('authority_requested', 'authority_received', 'Proof that they may act for the person'),
                            ('clarification_asked', 'clarification_received', 'What the person means'))
                    AS pairs(asked_for, given, waits_for) ON what IN (asked_for, given)
    WHERE is_open GROUP BY ALL
    HAVING count(*) FILTER (what = asked_for) > count(*) FILTER (what = given);
-- Each organisation's part of a request: it supports the family, or received details of which it must be told (Article 19),
-- or the register names it.
CREATE TEMP TABLE parts AS
    WITH concerned AS (
        SELECT DISTINCT request, organisation FROM rights JOIN involvements USING (family) JOIN organisations AS o USING (organisation), asked
        WHERE NOT is_complaint AND started_on <= as_at AND o.kind <> 'lead_partner'
        UNION SELECT request, to_organisation FROM rights JOIN shares USING (family)
        JOIN organisations AS o ON o.organisation = to_organisation, asked
        WHERE rights.kind IN ('rectification', 'erasure', 'restriction') AND shared_on <= as_at AND o.kind <> 'lead_partner'
        UNION SELECT request, organisation FROM steps WHERE what LIKE 'partner%'
    ), latest AS (
        SELECT request, organisation, arg_max(what, (happened_on, recorded_at, event)) AS what, max(happened_on) AS since
        FROM steps WHERE what LIKE 'partner%' GROUP BY ALL
    )
    SELECT request, organisation, is_open, kind, hub, latest.since, coalesce(what[9:], 'not_asked') AS state
    FROM concerned JOIN rights USING (request) LEFT JOIN latest USING (request, organisation);
CREATE TEMP TABLE copies AS
    SELECT p.*, CASE WHEN england_day(deleted_at) <= as_at THEN england_day(deleted_at) END AS deleted_on
    FROM packs AS p JOIN rights USING (request), asked WHERE made_on <= as_at;
CREATE TEMP TABLE ran AS
    SELECT code, CASE code WHEN 'RR01' THEN (SELECT count(*) FROM rights WHERE NOT is_complaint)
                           WHEN 'RR03' THEN (SELECT count(*) FROM rights WHERE is_complaint) ELSE (SELECT count(*) FROM rights) END AS judged,
           CASE code WHEN 'RR01' THEN 'No request is recorded.' WHEN 'RR03' THEN 'No complaint is recorded.' ELSE nothing_to_judge() END AS why
    FROM checks WHERE family = 'rights';
CREATE TEMP TABLE found AS SELECT code, subject FROM rights WHERE code IS NOT NULL;

CREATE TEMP MACRO kind_words(kind) AS said('request_kinds', kind);
CREATE TEMP MACRO stands(kind, outcome, status) AS CASE
    WHEN outcome = 'withdrawn' THEN 'Taken back' WHEN outcome = 'closed' THEN 'Closed'
    WHEN kind = 'complaint' AND status = 'answered' THEN 'Acknowledged, open' WHEN kind = 'complaint' AND status = 'answered_late' THEN 'Acknowledged late, open'
    WHEN outcome = 'refused' THEN 'Refused' || CASE status WHEN 'answered_late' THEN ', late' ELSE '' END
    WHEN status = 'answered' THEN 'Answered' WHEN status = 'answered_late' THEN 'Answered late'
    WHEN status = 'overdue' THEN 'Past its date' WHEN status = 'due_soon' THEN 'Due soon'
    WHEN status = 'paused' THEN 'Clock paused' WHEN status = 'not_started' THEN 'Clock not started' WHEN status = 'running' THEN 'Running'
    ELSE 'Cannot tell' END;
CREATE TEMP MACRO part_words(state) AS CASE state WHEN 'complete' THEN 'Complete' WHEN 'pending' THEN 'Pending' WHEN 'error' THEN 'Failed'
    WHEN 'suspended' THEN 'Stands still' ELSE 'Not asked, by the register' END;
CREATE TEMP MACRO done_or_late(in_time, late, unknown, what) AS
    CASE WHEN coalesce(in_time + late, 0) = 0 THEN 'Of no ' || what || ' of this period it can be said whether it was in time'
    ELSE format('{:,} of {:,} {}s of this period were in time ({} per cent)', in_time::BIGINT, (in_time + late)::BIGINT, what, percent(in_time, in_time + late)) END
    || CASE WHEN unknown > 0 THEN '; for ' || format('{:,}', unknown::BIGINT) || ' it cannot be said' ELSE '' END;

-- figure: answer
-- finding: (SELECT CASE WHEN count(*) = 0 THEN 'No request or complaint is open' WHEN count(*) FILTER (status = 'overdue') = 0 THEN 'None of ' || counted(count(*), 'open request and complaint', 'open requests and complaints') || ' is past its date' ELSE format('{:,}', count(*) FILTER (status = 'overdue')) || ' of ' || counted(count(*), 'open request and complaint', 'open requests and complaints') || CASE WHEN count(*) FILTER (status = 'overdue') = 1 THEN ' is past its date' ELSE ' are past their date' END END FROM rights WHERE is_open)
-- scope: {hub}, {period}
-- column: point | Point
SELECT point FROM (
    SELECT 1 AS place, done_or_late(count(*) FILTER (timely = 'in_time'), count(*) FILTER (timely = 'late'), count(*) FILTER (timely = 'cannot_tell'), 'answer') AS point
    FROM answers WHERE NOT is_complaint
    UNION ALL
    SELECT 2, counted(count(*) FILTER (status = 'due_soon'), 'more is', 'more are') || ' due within ' || counted(decided('rights.due_soon_days'), 'day', 'days') FROM rights
    UNION ALL
    SELECT 3, counted(count(*) FILTER (status IN ('paused', 'not_started')), 'clock stands', 'clocks stand') || ' still, waiting for the person' FROM rights
    UNION ALL
    SELECT 4, counted(count(*), 'part of a partner is', 'parts of partners are') || ' not complete' FROM parts WHERE is_open AND state <> 'complete'
    UNION ALL
    SELECT 5, counted(count(*) FILTER (came), 'complaint', 'complaints') || ' came in the period, and ' || format('{:,}', count(*) FILTER (is_open)) || CASE WHEN count(*) FILTER (is_open) = 1 THEN ' is open' ELSE ' are open' END
    FROM rights WHERE is_complaint
) ORDER BY place;

-- figure: by_kind
-- finding: counted(sum(came), 'request and complaint', 'requests and complaints') || ' came in the period; ' || format('{:,}', coalesce(sum(is_open), 0)::BIGINT) || CASE WHEN sum(is_open) = 1 THEN ' is open' ELSE ' are open' END
-- scope: Requests and complaints by kind, {hub}, {period}
-- column: kind | Kind
-- column: came | Came in the period | number
-- column: ended | Ended in the period | number
-- column: is_open | Open now | number
-- column: overdue | Of which past the date | number
-- column: still | Of which waiting for the person | number
-- chart: kind: came, is_open
-- source: Hub records
-- empty: No request and no complaint came, ended or is open in {hub}, {period}.
SELECT kind_words(kind) AS kind, count(*) FILTER (came) AS came, count(*) FILTER (ended) AS ended, count(*) FILTER (is_open) AS is_open,
       count(*) FILTER (status = 'overdue') AS overdue, count(*) FILTER (status IN ('paused', 'not_started')) AS still
FROM rights WHERE came OR ended OR is_open GROUP BY rights.kind ORDER BY came DESC, is_open DESC, kind;

-- figure: by_state
-- finding: CASE WHEN count(*) = 0 THEN 'Nothing is open' ELSE counted(sum(requests), 'request', 'requests') || ' and ' || counted(sum(complaints), 'complaint', 'complaints') || ' are open' END
-- scope: Open requests and complaints by state, {hub}, at {as_at}
-- column: state | State
-- column: requests | Requests | number
-- column: complaints | Complaints | number
-- source: Hub records
-- note: The date of a complaint is that for acknowledging it. No day is set for its outcome, which is to be told without undue delay.
-- empty: No request and no complaint is open in {hub}.
SELECT stands(kind, outcome, status) AS state, count(*) FILTER (NOT is_complaint) AS requests, count(*) FILTER (is_complaint) AS complaints
FROM rights WHERE is_open GROUP BY ALL
ORDER BY min(list_position(['overdue', 'due_soon', 'running', 'paused', 'not_started', 'cannot_tell'], status)) NULLS LAST, state;

-- figure: in_time
-- finding: done_or_late(sum(in_time), sum(late), sum(cannot_tell), 'answer') || CASE WHEN sum(overdue) > 0 THEN '; ' || counted(sum(overdue), 'request is', 'requests are') || ' past the date without one' ELSE '' END
-- scope: Requests answered or refused in the period, and those past their date now, by kind, {hub}, {period}
-- column: kind | Kind
-- column: answered | Answered or refused | number
-- column: in_time | In time | number
-- column: late | Late | number
-- column: cannot_tell | Cannot be said | number
-- column: share | In time, of answers that can be said | number | per cent | [z]
-- column: overdue | Past the date, no answer | number
-- source: Hub records
-- note: Counted by the day of the answer. It cannot be said where the clock had not started or stood still when the answer was given, or where no law covers the day of receipt.
-- empty: No request was answered, refused or is past its date in {hub}, {period}.
WITH judged AS (
    SELECT kind, timely FROM answers WHERE NOT is_complaint
    UNION ALL SELECT kind, 'overdue' FROM rights WHERE NOT is_complaint AND status = 'overdue'
)
SELECT kind_words(kind) AS kind, count(*) FILTER (timely <> 'overdue') AS answered, count(*) FILTER (timely = 'in_time') AS in_time,
       count(*) FILTER (timely = 'late') AS late, count(*) FILTER (timely = 'cannot_tell') AS cannot_tell,
       percent(in_time, in_time + late) AS share, count(*) FILTER (timely = 'overdue') AS overdue
FROM judged GROUP BY judged.kind ORDER BY answered DESC, kind;

-- figure: by_month
-- finding: counted(sum(late), 'answer was', 'answers were') || ' late'
-- scope: Requests answered or refused, by the month of the answer, {hub}, {period}
-- column: month | Month | month
-- column: in_time | In time | number
-- column: late | Late | number
-- column: cannot_tell | Cannot be said | number
-- chart: month: in_time, late
-- source: Hub records
-- empty: No request was answered or refused in {hub}, {period}.
WITH given AS (SELECT date_trunc('month', said_on) AS month, timely FROM answers WHERE NOT is_complaint)
SELECT months.month::DATE AS month, count(*) FILTER (timely = 'in_time') AS in_time, count(*) FILTER (timely = 'late') AS late,
       count(*) FILTER (timely = 'cannot_tell') AS cannot_tell
FROM asked, generate_series(date_trunc('month', coalesce(period_from, (SELECT min(month) FROM given))), as_at, INTERVAL 1 MONTH) AS months(month)
LEFT JOIN given USING (month)
WHERE EXISTS (FROM given) GROUP BY months.month ORDER BY months.month;

-- figure: due_next
-- finding: CASE WHEN count(*) = 0 THEN 'Nothing is due' ELSE counted(count(days_past), 'date is past', 'dates are past') || ', ' || format('{:,}', count(*) FILTER (days_left <= decided('rights.due_soon_days'))) || ' within ' || counted(decided('rights.due_soon_days'), 'day', 'days') END
-- scope: Open requests by the day of the answer, open complaints by the day to acknowledge them, {hub}, at {as_at}
-- column: subject | Reference
-- column: kind | Kind
-- column: hub | Hub
-- column: due | To be done by | date
-- column: days_left | Days left | number | | [z]
-- column: days_past | Days past | number | | [z]
-- column: alert_on | Read strictly, by | date
-- column: state | State
-- source: Hub records
-- note: A complaint is to be acknowledged within 30 days. Guidance counts them from the day after it came, and to the next working day; strictly they are counted from the day it came. For a request both are the regulator's reading.
-- empty: Nothing in {hub} waits for the council.
SELECT subject, kind_words(kind) AS kind, said('hubs', hub) AS hub, due, CASE WHEN r.days_left >= 0 THEN r.days_left END AS days_left,
       CASE WHEN r.days_left < 0 THEN -r.days_left END AS days_past, alert_on, stands(kind, outcome, status) AS state
FROM rights AS r WHERE is_open AND r.days_left IS NOT NULL ORDER BY due, subject;

-- figure: standing_still
-- finding: CASE WHEN count(*) = 0 THEN 'No clock stands still' ELSE counted(count(DISTINCT subject), 'clock stands', 'clocks stand') || ' still, the longest for ' || counted(max(days), 'day', 'days') END
-- scope: Open requests whose clock waits for the person, longest first, {hub}, at {as_at}
-- column: subject | Reference
-- column: kind | Kind
-- column: waits_for | Waits for
-- column: since | Asked for on | date
-- column: days | Days since | number
-- column: elapsed | Days that count so far | number
-- column: state | State
-- source: Hub records
-- note: Proof of who asks, of authority, and a fee start the clock; asking what is meant stops it, for a copy only. Ask again before it is forgotten.
-- empty: No clock in {hub} stands still.
SELECT subject, kind_words(kind) AS kind, waits_for, waits.since, date_diff('day', waits.since, as_at) AS days, elapsed_days AS elapsed, stands(kind, outcome, status) AS state
FROM rights LEFT JOIN waits USING (request), asked WHERE is_open AND status IN ('paused', 'not_started') ORDER BY waits.since, subject, waits_for;

-- figure: extensions
-- finding: CASE WHEN count(*) = 0 THEN 'Nothing was extended' ELSE counted(count(*), 'request was', 'requests were') || ' extended, ' || format('{:,}', count(*) FILTER (result LIKE 'Too late%')) || ' of them too late, ' || format('{:,}', count(*) FILTER (reason = 'Not recorded')) || ' without a reason' END
-- scope: Extensions of the period, and of requests that are open, latest first, {hub}, {period}
-- column: subject | Reference
-- column: kind | Kind
-- column: extended_on | Person told on | date
-- column: notice_by | Last day to tell | date
-- column: result | Extension
-- column: reason | Reason given
-- column: due | Now due | date
-- source: Hub records
-- note: The person is told within the first month, and told why. The last day to tell does not move to the next working day.
-- empty: No request in {hub} was extended, {period}.
SELECT r.subject, kind_words(r.kind) AS kind, happened_on AS extended_on, notice_by,
       CASE extension WHEN 'valid' THEN 'In time: two further months' WHEN 'too_late' THEN 'Too late: it has no effect' ELSE 'Cannot tell: no clock runs' END AS result,
       CASE WHEN has_reason THEN 'Recorded' ELSE 'Not recorded' END AS reason, r.due
FROM steps AS s JOIN rights AS r USING (request) WHERE what = 'extended' AND (s.in_period OR r.is_open) ORDER BY extended_on DESC, subject;

-- figure: speed
-- finding: CASE WHEN count(*) = 0 THEN 'Nothing was answered' ELSE 'The longest answer took ' || counted(max(longest), 'day', 'days') END
-- scope: Days from receipt to the answer or refusal, by kind, {hub}, {period}
-- column: kind | Kind
-- column: answered | Answered or refused | number
-- column: middle | Median | decimal | days
-- column: longest | Longest | number | days
-- column: counted_days | Longest, without days that stood still | number | days
-- source: Hub records
-- empty: No request was answered or refused in {hub}, {period}.
SELECT kind_words(kind) AS kind, count(*) AS answered, median(took) AS middle, max(took) AS longest,
       max(greatest(date_diff('day', coalesce(relevant_time, received_on), said_on) - coalesce(paused_days, 0), 0)) AS counted_days
FROM answers WHERE NOT is_complaint GROUP BY answers.kind ORDER BY answered DESC, kind;

-- figure: late
-- finding: counted(count(*), 'request was answered late or is', 'requests were answered late or are') || ' past the date'
-- scope: Requests answered late in the period, or past their date now, most days late first, {hub}, {period}
-- column: subject | Reference
-- column: kind | Kind
-- column: due | Was due | date
-- column: said_on | Answered | date | | Not yet
-- column: days | Days late | number
-- column: why | What the register shows
-- source: Hub records
-- empty: No request in {hub} was answered late or is past its date, {period}.
WITH shown AS (SELECT request, string_agg(why, '; ' ORDER BY why) AS why FROM delaying GROUP BY ALL)
SELECT subject, kind_words(kind) AS kind, due, said_on, date_diff('day', due, coalesce(said_on, as_at)) AS days,
       coalesce(why, 'Nothing on record') AS why
FROM rights LEFT JOIN shown USING (request), asked
WHERE NOT is_complaint AND (status = 'overdue' OR (status = 'answered_late' AND said_on BETWEEN coalesce(period_from, said_on) AND as_at))
ORDER BY days DESC, subject;

-- figure: delays
-- finding: CASE WHEN count(*) = 0 THEN 'No answer was delayed' ELSE 'For ' || counted(sum(late) FILTER (why = 'Nothing on record'), 'late request', 'late requests') || ' nothing on record explains the delay' END
-- scope: What delayed requests that were open in the period: a request counts once for each step, {hub}, {period}
-- column: why | What the register shows
-- column: requests | Requests | number
-- column: late | Of which late | number
-- source: Hub records
-- empty: No request in {hub} was delayed by a step of the register, {period}.
SELECT coalesce(why, 'Nothing on record') AS why, count(*) AS requests, count(*) FILTER (status IN ('overdue', 'answered_late')) AS late
FROM rights LEFT JOIN delaying USING (request)
WHERE NOT is_complaint AND (is_open OR ended) AND (why IS NOT NULL OR status IN ('overdue', 'answered_late'))
GROUP BY ALL ORDER BY requests DESC, why;

-- figure: refusals
-- finding: counted(sum(number) FILTER (what = 'The whole request'), 'request was', 'requests were') || ' refused, and ' || counted(sum(number) FILTER (what <> 'The whole request'), 'part was', 'parts were') || ' not given'
-- scope: Exemptions used, by what was not given, {hub}, {period}
-- column: exemption | Reason in law
-- column: what | What was not given
-- column: kind | Kind of request
-- column: number | Times | number
-- source: Hub records
-- note: Whoever is refused is told why, and where to complain.
-- empty: Nothing was refused in {hub}, {period}.
SELECT coalesce(said('rights.exemptions', exemption), 'None recorded') AS exemption, what, kind_words(kind) AS kind, count(*) AS number FROM (
    SELECT exemption, CASE what WHEN 'refused' THEN 'The whole request' ELSE 'A part of it' END AS what, kind FROM steps
    WHERE in_period AND (what = 'refused' OR exemption IS NOT NULL)
    UNION ALL
    SELECT d.exemption, 'An item of a person''s copy', r.kind FROM item_decisions AS d JOIN rights AS r USING (request), asked
    WHERE d.exemption IS NOT NULL AND decided_on BETWEEN coalesce(period_from, decided_on) AND as_at
      AND item_decision NOT IN (SELECT supersedes FROM superseding('item_decisions', of_owner := '^request$'))
) GROUP BY ALL ORDER BY number DESC, exemption, what, kind;

-- figure: care
-- finding: counted(sum(number), 'answer or request needs', 'answers or requests need') || ' a second look'
-- scope: What the clock does not judge, {hub}, {period}
-- column: what | What
-- column: number | Number | number
-- source: Hub records
SELECT what, number FROM (
    SELECT 1 AS place, 'Answers without a step that says how it was known who asks' AS what, count(*) AS number
    FROM answers WHERE NOT is_complaint AND outcome = 'responded' AND NOT has_identity
    UNION ALL SELECT 2, 'Open requests of a person who has another of the same kind open', count(*) FROM rights WHERE is_open AND same_as IS NOT NULL
    UNION ALL SELECT 3, 'Extensions without a recorded reason', count(*) FROM steps WHERE what = 'extended' AND in_period AND NOT has_reason
    UNION ALL SELECT 4, 'Open requests and complaints whose clock cannot be told', count(*) FROM rights WHERE is_open AND status = 'cannot_tell'
) ORDER BY place;

-- figure: complaints
-- finding: done_or_late(any_value(number) FILTER (place = 2), any_value(number) FILTER (place IN (4)), any_value(number) FILTER (place = 5), 'acknowledgement')
-- scope: Complaints about data protection, {hub}, {period}
-- column: what | What
-- column: number | Number | number
-- source: Hub records
-- note: The strict reading of the 30 days decides. A day between the two readings is late by the strict one alone.
SELECT place, what, number FROM (
    SELECT 1 AS place, 'Came in the period' AS what, count(*) FILTER (came) AS number FROM rights WHERE is_complaint
    UNION ALL SELECT 2, 'Acknowledged in time', count(*) FILTER (timely = 'in_time') FROM answers WHERE is_complaint
    UNION ALL SELECT 3, 'Of those, after the day of the strict reading', count(*) FILTER (timely = 'in_time' AND said_on > alert_on) FROM answers WHERE is_complaint
    UNION ALL SELECT 4, 'Acknowledged late', count(*) FILTER (timely = 'late') FROM answers WHERE is_complaint
    UNION ALL SELECT 5, 'Acknowledged where no law set a time', count(*) FILTER (timely = 'cannot_tell') FROM answers WHERE is_complaint
    UNION ALL SELECT 6, 'Not acknowledged yet, and past the day', count(*) FILTER (status = 'overdue') FROM rights WHERE is_complaint
    UNION ALL SELECT 7, 'Not acknowledged yet, within the time', count(*) FILTER (is_open AND acknowledged_on IS NULL AND status <> 'overdue') FROM rights WHERE is_complaint
    UNION ALL SELECT 8, 'Open now', count(*) FILTER (is_open) FROM rights WHERE is_complaint
    UNION ALL SELECT 9, 'Closed in the period', count(*) FILTER (ended AND outcome = 'closed') FROM rights WHERE is_complaint
    UNION ALL SELECT 10, 'Taken back in the period', count(*) FILTER (ended AND outcome = 'withdrawn') FROM rights WHERE is_complaint
) ORDER BY place;

-- figure: complaint_list
-- finding: counted(count(*), 'complaint is', 'complaints are') || ' open' || CASE WHEN count(*) > 0 THEN ', the oldest for ' || counted(max(days), 'day', 'days') ELSE '' END
-- scope: Open complaints, the oldest first, {hub}, at {as_at}
-- column: subject | Reference
-- column: hub | Hub
-- column: received_on | Came | date
-- column: days | Days open | number
-- column: due | To be acknowledged by | date
-- column: acknowledged_on | Acknowledged | date | | Not yet
-- column: progress_on | Last told how it goes | date | | Not yet
-- column: state | State
-- source: Hub records
-- empty: No complaint is open in {hub}.
SELECT subject, said('hubs', hub) AS hub, received_on, date_diff('day', received_on, as_at) AS days, due, acknowledged_on, progress_on, stands(kind, outcome, status) AS state
FROM rights, asked WHERE is_complaint AND is_open ORDER BY received_on, subject;

-- figure: parts
-- finding: CASE WHEN count(*) = 0 THEN 'No partner has a part in an open request' ELSE counted(count(*) FILTER (open_parts > 0), 'organisation has', 'organisations have') || ' a part that is not complete' END
-- scope: Partners' parts of open requests, most of them open first, {hub}, at {as_at}
-- column: name | Organisation
-- column: complete | Complete | number
-- column: pending | Pending | number
-- column: failed | Failed | number
-- column: suspended | Stands still | number
-- column: not_asked | Not asked | number
-- column: contact | Whom to ask | text | | Not on record
-- source: Hub records
-- note: The council answers for the Hub's own record. A partner that supports the family holds records of its own (P1); one that received details is told of a correction, an erasure or a restriction (UK GDPR, Article 19).
-- empty: No partner has a part in an open request in {hub}.
SELECT name, count(*) FILTER (state = 'complete') AS complete, count(*) FILTER (state = 'pending') AS pending, count(*) FILTER (state = 'error') AS failed,
       count(*) FILTER (state = 'suspended') AS suspended, count(*) FILTER (state = 'not_asked') AS not_asked, any_value(rights_contact) AS contact,
       count(*) - complete AS open_parts
FROM parts JOIN organisations USING (organisation) WHERE is_open GROUP BY organisation, name ORDER BY open_parts DESC, name;

-- figure: part_list
-- finding: counted(count(*), 'part is', 'parts are') || ' not complete'
-- scope: Parts of open requests that are not complete, by request, {hub}, at {as_at}
-- shown_as: register
-- column: subject | Reference
-- column: kind | Kind
-- column: name | Organisation
-- column: state | State
-- column: since | Since | date | | [z]
-- source: Hub records
-- empty: Every partner's part of an open request in {hub} is complete.
SELECT request AS subject, kind_words(parts.kind) AS kind, partner(organisation) AS name, part_words(state) AS state, since
FROM parts WHERE is_open AND state <> 'complete' ORDER BY subject, name;

-- figure: copies
-- finding: CASE WHEN count(*) = 0 THEN 'No copy was made' ELSE counted(count(*), 'copy was', 'copies were') || ' made, ' || format('{:,}', count(deleted_on)) || ' deleted' || CASE WHEN count(*) FILTER (left_over) > 0 THEN ', and ' || counted(count(*) FILTER (left_over), 'copy is', 'copies are') || ' past the day of deletion' ELSE '' END END
-- scope: Copies made in the period, or not deleted yet, latest first, {hub}, {period}
-- column: subject | Request
-- column: pack | Copy
-- column: what | What it is
-- column: made_on | Made | date
-- column: delete_on | Deletes itself on | date
-- column: deleted_on | Deleted | date | | Not yet
-- source: Hub records
-- note: Of a deleted copy the register keeps the hash.
-- empty: No copy was made for anybody in {hub}, {period}.
SELECT request AS subject, pack, CASE WHEN data_sha256 IS NULL THEN 'Pages for a decision' ELSE 'A person''s copy' END AS what, made_on, delete_on, deleted_on, deleted_on IS NULL AND delete_on < as_at AS left_over
FROM copies, asked WHERE made_on >= coalesce(period_from, made_on) OR deleted_on IS NULL ORDER BY made_on DESC, pack;

-- figure: register
-- finding: counted(count(*), 'request or complaint', 'requests and complaints') || ' behind these figures'
-- scope: All that came, were answered or ended in the period, or are open, the oldest first, {hub}, {period}
-- shown_as: register
-- column: subject | Reference
-- column: kind | Kind
-- column: family | Family
-- column: hub | Hub
-- column: received_on | Came | date
-- column: state | State
-- column: due | To be done by | date | | [z]
-- column: said_on | Answered or acknowledged | date | | [z]
-- column: ended_on | Ended | date | | [z]
-- column: code | Code | text | | [z]
-- source: Hub records
-- empty: No request and no complaint in {hub}, {period}.
SELECT subject, kind_words(kind) AS kind, family, said('hubs', hub) AS hub, received_on, stands(kind, outcome, status) AS state, due, said_on, ended_on, code
FROM rights WHERE came OR ended OR is_open OR subject IN (SELECT subject FROM answers) ORDER BY received_on, subject;
