-- The promise board (P1 to P12): each promise's status, from everything that the rules judged and from controls that are no
-- rule. What params say of the promises is in promises, needed, stands_on and differences; the board before in earlier.
-- Readings chosen:
--   * not promised: the council's own notice is decided and has no sentence for it; what the rules found is shown all the same;
--   * broken: a check of kind breach found something; a code with two promises counts for both;
--   * at risk: another check found something, or a control is overdue;
--   * cannot tell: a check without which nobody may say "kept" (needed) had nothing to judge or did not run, nothing at all
--     could be judged, or only others know. Unknown is never kept;
--   * an assumption that nobody has confirmed is shown and changes no status.

CREATE TEMP TABLE found AS SELECT code, subject FROM judged WHERE code IS NOT NULL;
CREATE TEMP TABLE found_by_code AS
    SELECT code, count(*) AS findings, count(DISTINCT subject) AS subjects FROM found GROUP BY code;
CREATE TEMP TABLE open_families AS
    SELECT f.family FROM families AS f, asked WHERE opened_on <= as_at AND coalesce(closed_on > as_at, true);
CREATE TEMP TABLE open_involvements AS
    SELECT i.* FROM involvements AS i SEMI JOIN open_families USING (family), asked
    WHERE started_on <= as_at AND coalesce(ended_on >= as_at, true);

-- How many of what each check had to judge, and in which table they are.
CREATE TEMP TABLE scope AS
    SELECT unnest(['RT01', 'RT02', 'RT03', 'RT04']) AS code, unnest([
               count(*) FILTER (state IN ('kept', 'held', 'due')), count(*) FILTER (state = 'held'),
               count(*) FILTER (state IN ('open', 'stale')), count(*)]) AS judged,
           unnest(['closed records', 'records held past their date', 'open records', 'family records']) AS of_what, 'families' AS source
    FROM judged_retention
    UNION ALL
    SELECT unnest(['SH10', 'SH11', 'SH12', 'SH13', 'SH15', 'SH01', 'SH02', 'SH03', 'SH04', 'SH05', 'SH06', 'SH07', 'SH08', 'SH09', 'SH14']),
           unnest([supported] || list_resize([]::BIGINT[], 4, unagreed) || list_resize([]::BIGINT[], 10, agreed)),
           unnest(['shares for additional support'] || list_resize([]::VARCHAR[], 4, 'shares without agreement or by law')
               || list_resize([]::VARCHAR[], 10, 'shares that need agreement')), 'shares'
    FROM (SELECT count(DISTINCT subject) FILTER (route = 'additional_support') AS supported,
                 count(DISTINCT subject) FILTER (route IN ('without_agreement', 'legal_duty')) AS unagreed,
                 count(DISTINCT subject) FILTER (route IN ('within_hub', 'additional_support')) AS agreed FROM judged_sharing)
    UNION ALL
    SELECT unnest(['LD01', 'LD03', 'LD04']),
           unnest([count(DISTINCT l.subject), count(DISTINCT l.subject) FILTER (state <> 'none'), count(DISTINCT l.subject) FILTER (state <> 'none')]),
           unnest(['open families', 'open families with a lead', 'open families with a lead']), 'families'
    FROM judged_leads AS l SEMI JOIN open_families ON open_families.family = l.subject
    UNION ALL
    SELECT 'LD02', count(DISTINCT family), 'families that have had a lead', 'leads' FROM leads, asked WHERE started_on <= as_at
    UNION ALL
    SELECT 'OC01', count(*) FILTER (state = 'open'), 'open goals', 'goals' FROM judged_outcomes
    UNION ALL
    SELECT 'FR01', count(*) FILTER (supports), 'organisations that support open families', 'involvements' FROM judged_freshness
    UNION ALL
    SELECT unnest(['DQ01', 'DQ02']), unnest([count(*), count(*) FILTER ("table" = 'involvements')]),
           unnest(['entries on support, leads and goals', 'entries on support']), 'involvements' FROM judged_quality
    UNION ALL
    SELECT 'PP01', count(*), 'organisations within the Hub', 'organisations' FROM judged_partners
    UNION ALL
    SELECT 'NV01', count(*), 'agreements in force with open families', 'agreements' FROM judged_notices
    UNION ALL
    SELECT 'NV02', count(*), 'notices in use', 'agreements' FROM judged_wording
    UNION ALL
    SELECT 'DQ03', count(*), 'decisions', 'agreements' FROM judged_contrary
    UNION ALL
    SELECT 'DQ04', count(*), 'rows that name people', 'agreements' FROM judged_belonging
    UNION ALL
    SELECT 'DQ05', count(*), 'decisions, shares and requests', 'agreements' FROM judged_lifetimes
    UNION ALL
    SELECT 'NM01', count(*), 'names of hubs, instruments and notices in use', 'families' FROM judged_names
    UNION ALL
    SELECT unnest(['RR01', 'RR02', 'RR03']), unnest([requests, both_kinds, complaints]),
           unnest(['requests', 'requests and complaints', 'complaints']), 'requests'
    FROM (SELECT count(*) FILTER (kind <> 'complaint') AS requests, count(*) FILTER (kind = 'complaint') AS complaints, count(*) AS both_kinds FROM judged_rights)
    UNION ALL
    SELECT 'LM01', sum(held), 'records held', 'families' FROM (
        SELECT count(*) AS held FROM families UNION ALL SELECT count(*) FROM people UNION ALL SELECT count(*) FROM involvements
        UNION ALL SELECT count(*) FROM goals UNION ALL SELECT count(*) FROM reviews UNION ALL SELECT count(*) FROM needs
        UNION ALL SELECT count(*) FROM agreements UNION ALL SELECT count(*) FROM shares UNION ALL SELECT count(*) FROM withheld);
-- A check that has no line above could judge whatever its family of rules did.
CREATE TEMP TABLE every AS SELECT rules, count(*) AS judged, replace(any_value("table"), '_', ' ') AS of_what FROM judged GROUP BY rules;
CREATE TEMP TABLE loaded AS
    SELECT * FROM (VALUES ('families', EXISTS (FROM families)), ('leads', EXISTS (FROM leads)), ('goals', EXISTS (FROM goals)),
        ('shares', EXISTS (FROM shares)), ('involvements', EXISTS (FROM involvements)), ('agreements', EXISTS (FROM agreements)),
        ('organisations', EXISTS (FROM organisations)), ('requests', EXISTS (FROM requests))) AS known (source, is_loaded);
CREATE TEMP TABLE ran AS
    SELECT c.code, CASE WHEN u.why IS NULL THEN coalesce(s.judged, e.judged, 0) ELSE 0 END AS judged,
           coalesce(s.of_what, e.of_what, 'records of that kind') AS of_what,
           CASE WHEN u.why IS NOT NULL THEN 'A value is not decided: ' || u.why || '.'
                WHEN is_loaded = false THEN 'Nothing has been loaded into ' || l.source || '.'
                ELSE 'There are no ' || coalesce(s.of_what, e.of_what, 'records of that kind') || '.' END AS why
    FROM checks AS c LEFT JOIN scope AS s USING (code) LEFT JOIN every AS e ON e.rules = c.family
    LEFT JOIN unjudged AS u ON u.rules = c.family LEFT JOIN loaded AS l USING (source);

-- Every check of every promise: what it judged, what it found, and both in words.
CREATE TEMP TABLE results AS
    SELECT p.promise, p.number, c.code, c.severity, c.sentence, r.judged, r.of_what, r.why, coalesce(f.findings, 0) AS findings,
           coalesce(f.subjects, 0) AS subjects, c.sentence || ': ' || format('{:,} of {:,} ', subjects, judged) || of_what AS said
    FROM (SELECT *, unnest(string_split(promise, ',')) AS of_promise FROM checks) AS c JOIN promises AS p ON p.promise = c.of_promise
    JOIN ran AS r USING (code) LEFT JOIN found_by_code AS f USING (code);

CREATE TEMP TABLE not_run AS SELECT promise, code, why FROM results WHERE judged = 0;

-- Controls that are no rule. kept: it decides and is in order; shown: it is only told.
CREATE TEMP TABLE controls AS
    SELECT 'P1' AS promise, 'cannot_tell' AS state,
           format('Only partners can see their own systems; {} support {:,} of {}', counted(count(DISTINCT organisation), 'organisation', 'organisations'),
               count(DISTINCT family), counted((SELECT count(*) FROM open_families), 'open family', 'open families')) AS said
    FROM open_involvements
    UNION ALL
    SELECT 'P4', CASE WHEN p.said = 'altered' THEN 'overdue' WHEN quarter_ended_on >= due_quarter THEN 'kept'
                      WHEN p.said = '' OR NOT was_due THEN 'cannot_tell' ELSE 'overdue' END,
           CASE p.said WHEN 'altered' THEN 'The list of published quarters is not as it was written'
                WHEN 'published' THEN 'Figures to ' || in_words(quarter_ended_on) || ' were published on ' || in_words(p.day)
                WHEN 'none' THEN 'No quarter has been published' ELSE 'It was not said which quarter has been published' END
           || CASE WHEN p.said = '' THEN '' WHEN was_due THEN '; figures to ' || in_words(due_quarter) || ' were due by ' || in_words(due_quarter + limit_days)
                ELSE '; none was due yet' END
    FROM published AS p, (SELECT decided('promises.publish_within_days') AS limit_days),
        LATERAL (SELECT (date_trunc('quarter', as_at - limit_days) - INTERVAL 1 DAY)::DATE AS due_quarter FROM asked),
        (SELECT coalesce(min(opened_on), 'infinity'::DATE) AS first_on FROM families), LATERAL (SELECT first_on <= due_quarter AS was_due)
    UNION ALL
    SELECT 'P4', 'shown', counted(count(*), 'need is', 'needs are') || ' recorded, ' || format('{:,}', count(*) FILTER (status = 'unmet')) || ' of them unmet'
    FROM needs, asked WHERE identified_on <= as_at
    UNION ALL
    SELECT 'P5', 'shown', counted(count(*), 'refusal or withdrawal is', 'refusals or withdrawals are') || ' recorded, as every family may decide'
    FROM standing_agreements(), asked WHERE decision IN ('refused', 'withdrawn') AND decided_on <= as_at
    UNION ALL
    SELECT 'P7', 'shown', format('Of {}, the family was told of {:,}', counted(count(*), 'share without agreement', 'shares without agreement'), count(*) FILTER (told_family = 'yes'))
    FROM standing_shares(), asked
    WHERE route = 'without_agreement' AND shared_on <= as_at HAVING count(*) > 0
    UNION ALL
    SELECT 'P8', 'overdue', counted(count(*), 'hold has', 'holds have') || ' passed the day of review'
    FROM holds, asked WHERE placed_on <= as_at AND coalesce(released_on > as_at, true) AND review_on < as_at HAVING count(*) > 0
    UNION ALL
    SELECT 'P8', CASE WHEN bool_and(adds_up) THEN 'shown' ELSE 'overdue' END,
           counted(sum(families), 'record has', 'records have') || ' been destroyed under ' || counted(count(*), 'certificate', 'certificates')
           || CASE WHEN bool_and(adds_up) THEN '' ELSE ', of which ' || count(*) FILTER (NOT adds_up) || ' do not add up' END
    FROM certificates, asked WHERE issued_on <= asked.as_at HAVING count(*) > 0
    UNION ALL
    SELECT 'P8', CASE WHEN bool_and(confirmed) THEN 'shown' ELSE 'overdue' END,
           'This machine''s clock has jumped: ' || string_agg(format('from {} to {}{}', in_words(since), in_words(until),
               CASE WHEN confirmed THEN '' ELSE ', and nobody has confirmed the day' END), '; ' ORDER BY since, until)
    FROM jumps HAVING count(*) > 0
    UNION ALL
    SELECT 'P8', CASE WHEN faults > 0 OR witnessed_on IS NULL OR is_late THEN 'overdue' ELSE 'shown' END,
           CASE WHEN faults > 0 THEN 'The ledger has ' || counted(faults, 'fault', 'faults') || ', which `hubdata ledger verify` names'
                ELSE 'Every entry of the ledger holds' END
           || CASE WHEN witnessed_on IS NULL THEN '; nobody elsewhere has ever witnessed it, so that one written anew could not be told'
                   ELSE '; it was last witnessed on ' || in_words(witnessed_on) || ' ' || how
                       || CASE WHEN is_late THEN ', longer ago than the ' || counted(within, 'day', 'days') || ' that the policy allows'
                               WHEN within IS NULL THEN '' ELSE ', within the ' || counted(within, 'day', 'days') || ' that the policy allows' END END
    FROM chain_stands, (SELECT decided('ledger.witness_days') AS within),
        LATERAL (SELECT coalesce(as_at - witnessed_on > within, false) AS is_late FROM asked)
    UNION ALL
    SELECT rests.promise, CASE WHEN sum(since) > 0 THEN 'overdue' ELSE 'shown' END,
           'Who acted: ' || string_agg(act || ' ' || concat_ws(' and ',
               CASE WHEN claimed > 0 THEN format('{:,}', claimed) || ' under a typed name, a claim'
                   || CASE WHEN since > 0 THEN format(', {:,} of them', since) || ' since people are registered' ELSE '' END END,
               CASE WHEN proved > 0 THEN format('{:,}', proved) || ' proved' END), '; ' ORDER BY act)
           || '; ' || (SELECT CASE WHEN since IS NULL THEN 'nobody is registered, so that every name is a claim'
                                   ELSE 'people are registered since ' || in_words(since) END FROM people_in_force)
    FROM (SELECT *, passphrase + key + sign_in AS proved, CASE act WHEN 'releases' THEN 'P4' ELSE 'P8' END AS promise FROM acts) AS rests
    GROUP BY rests.promise
    UNION ALL
    SELECT coalesce(s.promise, 'P8'), CASE kind WHEN 'strange' THEN 'overdue' ELSE 'shown' END,
           CASE kind WHEN 'strange' THEN 'Changed behind the product''s back, not as the ledger has it: ' WHEN 'back' THEN 'Decided for days that had been reported: '
                WHEN 'more' THEN 'More of such decisions, which `hubdata decisions changes` lists: '
                ELSE 'Decided without a source: ' END
           || string_agg(value_name(name) || coalesce(' from ' || in_words(from_on), ''), ', ' ORDER BY name, from_on)
    FROM decided_so LEFT JOIN (SELECT DISTINCT d.name, promise FROM decided_so AS d JOIN stands_on ON d.name GLOB pattern) AS s USING (name)
    GROUP BY s.promise, kind
    UNION ALL
    SELECT 'P8', 'shown', getvariable('destroyed_since') WHERE getvariable('destroyed_since') <> ''
    UNION ALL
    SELECT 'P9', 'shown', format('Of {} on record, {:,} {} in time', counted(count(*), 'answer to a request', 'answers to requests'),
               count(*) FILTER (answered_on <= due), CASE count(*) FILTER (answered_on <= due) WHEN 1 THEN 'was' ELSE 'were' END)
           || CASE WHEN count(*) FILTER (due IS NULL) > 0 THEN format('; for {:,} it cannot be said', count(*) FILTER (due IS NULL)) ELSE '' END
    FROM judged_rights WHERE kind <> 'complaint' AND answered_on IS NOT NULL HAVING count(*) > 0
    UNION ALL
    SELECT 'P10', 'shown', 'The last return arrived on ' || in_words(england_day(max(recorded_at)))
    FROM returns, asked WHERE england_day(recorded_at) <= as_at HAVING count(*) > 0;

CREATE TEMP TABLE standings AS
WITH by_checks AS (
    SELECT promise, count(*) FILTER (severity = 'breach' AND findings > 0) AS breaches, count(*) FILTER (severity = 'check' AND findings > 0) AS looks,
           sum(judged) AS judged, count(*) FILTER (judged = 0) AS not_run
    FROM results GROUP BY promise
), by_needed AS (
    SELECT n.promise, count(*) AS missing FROM needed AS n LEFT JOIN ran AS r USING (code) WHERE coalesce(r.judged, 0) = 0 GROUP BY n.promise
), by_controls AS (
    SELECT promise, bool_or(state = 'overdue') AS overdue, bool_or(state = 'cannot_tell') AS unsaid, bool_or(state = 'kept') AS shown
    FROM controls GROUP BY promise
)
SELECT p.promise, p.number, CASE
        WHEN NOT promised THEN 'not_promised'
        WHEN breaches > 0 THEN 'broken'
        WHEN looks > 0 OR overdue THEN 'at_risk'
        WHEN missing > 0 OR unsaid OR (coalesce(judged, 0) = 0 AND NOT coalesce(shown, false)) THEN 'cannot_tell'
        ELSE 'kept' END AS status,
    e.status AS was, e.day AS was_on
FROM promises AS p LEFT JOIN by_checks USING (promise) LEFT JOIN by_needed USING (promise) LEFT JOIN by_controls USING (promise)
LEFT JOIN earlier AS e USING (promise);

CREATE TEMP MACRO status_words(status) AS
    CASE status WHEN 'kept' THEN 'Kept' WHEN 'at_risk' THEN 'At risk' WHEN 'broken' THEN 'Broken' WHEN 'cannot_tell' THEN 'Cannot tell'
        WHEN 'not_promised' THEN 'Not promised' END;
CREATE TEMP MACRO badness(status) AS list_position(['kept', 'at_risk', 'broken'], status);
CREATE TEMP MACRO trend(status, was) AS CASE
    WHEN was IS NULL THEN CASE WHEN EXISTS (FROM earlier) THEN 'Not on the board before' ELSE 'No earlier board' END
    WHEN status = was THEN 'Unchanged'
    WHEN status = 'not_promised' THEN 'Promised no longer' WHEN was = 'not_promised' THEN 'Promised now'
    ELSE CASE WHEN status = 'cannot_tell' THEN 'Can no longer be told' WHEN was = 'cannot_tell' THEN 'Can be told now'
              WHEN badness(status) > badness(was) THEN 'Worse' ELSE 'Better' END
         || CASE WHEN 'cannot_tell' IN (status, was) AND status <> 'cannot_tell' THEN '' ELSE ', was ' || lower(status_words(was)) END END;
-- So that nobody ever reads "1 open families".
CREATE TEMP MACRO counted_of(number, of_what) AS format('{}: {:,}', of_what, number);
CREATE TEMP MACRO kind_words(severity) AS CASE severity WHEN 'breach' THEN 'Broken promise' ELSE 'Needs a look' END;

-- The evidence in one line: the gravest finding in words and how many others; else what could not be told, or what was judged.
CREATE TEMP TABLE graded AS
    SELECT *, row_number() OVER (PARTITION BY promise ORDER BY severity, subjects DESC, code) AS place FROM results WHERE findings > 0;
CREATE TEMP TABLE evidence AS
    SELECT s.promise, concat_ws('. ',
        CASE WHEN status = 'not_promised' THEN 'The council''s own notice has no sentence for it' END,
        (SELECT any_value(said) FROM graded AS g WHERE g.promise = s.promise AND place = 1),
        (SELECT counted(count(*), 'other check', 'other checks') || ' found something too' FROM graded AS g WHERE g.promise = s.promise AND place > 1 HAVING count(*) > 0),
        (SELECT string_agg(c.said, '. ' ORDER BY c.said) FROM controls AS c WHERE c.promise = s.promise AND (state IN ('overdue', 'kept') OR (state = 'cannot_tell' AND status = 'cannot_tell'))),
        CASE WHEN status = 'cannot_tell' THEN (SELECT string_agg(why, '. ' ORDER BY why) FROM (
            SELECT DISTINCT rtrim(coalesce(r.why, 'No rule is called ' || n.code), '.') AS why
            FROM needed AS n LEFT JOIN ran AS r USING (code) WHERE n.promise = s.promise AND coalesce(r.judged, 0) = 0)) END,
        CASE WHEN status = 'kept' THEN (SELECT 'Nothing found in what was judged (' || string_agg(judged, '; ' ORDER BY judged) || ')' FROM (
            SELECT DISTINCT counted_of(judged, of_what) AS judged FROM results AS r WHERE r.promise = s.promise AND judged > 0)) END
        ) AS evidence
    FROM standings AS s;
-- What an officer must still confirm, for each promise that stands on it; what no promise claims concerns all of them.
CREATE TEMP TABLE unconfirmed AS
    SELECT p.name, p.value, p.unit, p.assumption, s.promise
    FROM policy AS p LEFT JOIN (SELECT DISTINCT name, promise FROM policy JOIN stands_on ON name GLOB pattern) AS s USING (name)
    WHERE assumption <> '';

-- Values whose source nobody has read again for longer than the policy allows, by the promises that stand on them.
CREATE TEMP TABLE unchecked AS
    SELECT p.name, p.source, p.last_checked, s.promise
    FROM policy AS p LEFT JOIN (SELECT DISTINCT name, promise FROM policy JOIN stands_on ON name GLOB pattern) AS s USING (name), asked
    WHERE (p.last_checked + to_months(decided('law.check_within_months')::INTEGER))::DATE <= as_at;

CREATE TEMP TABLE board AS
    SELECT p.promise, p.sentence, p.own_words, s.status, e.evidence, p.number, p.title, p.heading, p.control, p.owner, p.who_could_tell,
           trend(s.status, s.was) || CASE WHEN s.status <> s.was AND destroyed_after(s.was_on) > 0
               THEN '; ' || counted(destroyed_after(s.was_on), 'family record was', 'family records were') || ' destroyed since' ELSE '' END AS trend,
           s.was AS before, s.was_on AS before_on
    FROM promises AS p JOIN standings AS s USING (promise) JOIN evidence AS e USING (promise) ORDER BY p.number;

-- figure: answer
-- finding: (SELECT counted(count(*) FILTER (status = 'broken'), 'promise is', 'promises are') || ' broken, ' || count(*) FILTER (status = 'at_risk') || ' at risk and ' || count(*) FILTER (status = 'kept') || ' kept; ' || count(*) FILTER (status = 'cannot_tell') || ' cannot be told from these records' || CASE count(*) FILTER (status = 'not_promised') WHEN 0 THEN '' ELSE '; ' || count(*) FILTER (status = 'not_promised') || ' not promised' END FROM standings)
-- scope: {hub}, at {as_at}
-- column: point | Point
SELECT point FROM (
    SELECT 1 AS place, counted(sum(findings) FILTER (severity = 'breach'), 'breach', 'breaches') || ' and ' || counted(sum(findings) FILTER (severity = 'check'), 'thing', 'things') || ' to look at in the records' AS point
    FROM checks LEFT JOIN found_by_code USING (code)
    UNION ALL
    SELECT 2, CASE WHEN count(was) = 0 THEN 'No earlier board to compare with' ELSE 'Since ' || in_words(any_value(was_on)) || ' '
        || counted(count(*) FILTER (badness(status) > badness(was)), 'promise is', 'promises are') || ' worse and ' || count(*) FILTER (badness(status) < badness(was)) || ' better'
        || CASE WHEN destroyed_after(any_value(was_on)) > 0 THEN '; ' || counted(destroyed_after(any_value(was_on)), 'family record was', 'family records were') || ' destroyed since then' ELSE '' END END FROM standings
    UNION ALL
    SELECT 3, (SELECT CASE WHEN count(*) = 0 THEN 'Every check ran, ' ELSE counted(count(*), 'check', 'checks') || ' did not run, ' END FROM ran WHERE judged = 0)
        || counted((SELECT count(DISTINCT name) FROM unconfirmed), 'assumption waits', 'assumptions wait') || ' for an officer to confirm, and in '
        || counted((SELECT count(DISTINCT notice) FROM differences), 'place', 'places') || ' the notice and the law differ'
    UNION ALL
    SELECT 4, 'The council''s own notice is not decided yet, so what is judged is what the workbench was made for' WHERE (SELECT NOT bool_or(own_words) FROM promises)
) ORDER BY place;

-- figure: board
-- finding: 'Kept: ' || count(*) FILTER (status = 'Kept') || ' of ' || count(*) || (SELECT coalesce('; on ' || in_words(any_value(was_on)) || ' it was ' || count(*) FILTER (was = 'kept') || ' of ' || count(was), '') FROM standings)
-- scope: The notice's promises, {hub}, at {as_at}
-- column: promise | Promise
-- column: status | Status | tag
-- column: evidence | Evidence
-- column: trend | Trend
-- source: Hub records
-- note: The board counts all that is on record up to its day. A report of a period counts what falls in that period, so the same thing may have a smaller number there.
SELECT promise || ' ' || title AS promise, status_words(status) AS status, evidence, trend, number FROM board ORDER BY number;

-- figure: by_status
-- finding: CASE WHEN max(before) IS NULL THEN 'This is the first board' ELSE counted(max(now) FILTER (status = 'Kept'), 'promise is kept', 'promises are kept') || '; on the board before ' || counted(max(before) FILTER (status = 'Kept'), 'was', 'were') END
-- scope: Promises by status, {hub}, at {as_at}
-- column: status | Status
-- column: now | Now | number
-- column: before | On the board before | number | | No earlier board
-- chart: status: now
-- source: Hub records
SELECT status_words(name) AS status, count(*) FILTER (status = name) AS now, CASE WHEN count(was) > 0 THEN count(*) FILTER (was = name) END AS before, place
FROM standings, (SELECT unnest(['broken', 'at_risk', 'cannot_tell', 'kept', 'not_promised']) AS name, unnest([1, 2, 3, 4, 5]) AS place)
GROUP BY name, place ORDER BY place;

-- figure: promise
-- finding: (SELECT promise || ' ' || title FROM board WHERE promise = getvariable('of'))
-- scope: {hub}, at {as_at}
-- shown_as: facts
-- column: fact | Fact
-- column: value | Value
SELECT fact, value FROM (
    SELECT 5 AS place, '' AS code, CASE WHEN own_words THEN 'The notice says' ELSE 'What is judged' END AS fact,
           sentence || CASE WHEN own_words THEN '' ELSE ' What your own notice says of it is not decided yet.' END AS value FROM board WHERE promise = getvariable('of')
    UNION ALL
    SELECT 10, '', 'Status', status_words(status) || '. ' || trend || coalesce(' (board of ' || in_words(before_on) || ')', '') FROM board WHERE promise = getvariable('of')
    UNION ALL
    SELECT 20, severity || code, kind_words(severity) || ' (' || code || ')', said FROM results WHERE promise = getvariable('of') AND findings > 0
    UNION ALL
    SELECT 30, '', 'Judged, nothing found', string_agg(format('{} ({})', code, counted_of(judged, of_what)), '; ' ORDER BY code) FROM results
    WHERE promise = getvariable('of') AND findings = 0 AND judged > 0 HAVING count(*) > 0
    UNION ALL
    SELECT 40, '', 'Did not run', string_agg(code || ': ' || why, ' ' ORDER BY code) FROM results WHERE promise = getvariable('of') AND judged = 0 HAVING count(*) > 0
    UNION ALL
    SELECT 50, (state = 'shown')::VARCHAR || said, CASE state WHEN 'overdue' THEN 'Overdue' WHEN 'cannot_tell' THEN 'Cannot tell' ELSE 'Other evidence' END, said FROM controls WHERE promise = getvariable('of')
    UNION ALL
    SELECT 60, '', 'Who could tell', who_could_tell FROM board WHERE promise = getvariable('of') AND who_could_tell <> ''
    UNION ALL
    SELECT 70, '', 'Control', control FROM board WHERE promise = getvariable('of')
    UNION ALL
    SELECT 80, '', 'Owner', coalesce(owner, 'Nobody is named') FROM board WHERE promise = getvariable('of')
    UNION ALL
    SELECT 90, '', 'To be confirmed', string_agg(value_name(name), '; ' ORDER BY name) FROM unconfirmed WHERE promise = getvariable('of') HAVING count(*) > 0
    UNION ALL
    SELECT 95, notice, 'Notice and law', 'The notice says: ' || notice || ' The law, or the council''s page: ' || law FROM differences WHERE promise = getvariable('of')
) ORDER BY place, code;

-- figure: findings
-- finding: counted(sum(found) FILTER (severity = 'Broken promise'), 'breach', 'breaches') || ' and ' || counted(sum(found) FILTER (severity = 'Needs a look'), 'thing', 'things') || ' to look at'
-- scope: Checks that ran, {hub}, {period}
-- column: code | Code
-- column: sentence | Check
-- column: found | Findings | number
-- column: judged | Judged
-- column: severity | Kind
-- column: promise | Promise
-- column: what_to_do | What to do
-- note: hubdata findings lists every finding by reference. A share has a finding for each person that it is about.
-- source: Hub records
-- empty: No check ran.
SELECT code, sentence, coalesce(findings, 0) AS found, counted_of(judged, of_what) AS judged, kind_words(severity) AS severity,
       replace(promise, ',', ', ') AS promise, what_to_do
FROM checks JOIN ran USING (code) LEFT JOIN found_by_code USING (code) WHERE ran.judged > 0 ORDER BY checks.severity, code;

-- figure: own_rules
-- finding: CASE WHEN count(*) = 0 THEN NULL WHEN sum(found) > 0 THEN 'They found ' || counted(sum(found), 'thing', 'things') ELSE 'They found nothing' END || CASE WHEN count(*) FILTER (how <> '') > 0 THEN '; ' || counted(count(*) FILTER (how <> ''), 'rule', 'rules') || ' did not run' ELSE '' END
-- scope: Rules of the council's own, {hub}, at {as_at}
-- column: code | Code
-- column: sentence | Rule
-- column: found | Findings | number | | [x]
-- column: severity | Kind
-- column: promise | Promise
-- column: what_to_do | What to do
-- note: No promise is kept or broken by these rules: a status counts the notice's own checks.
-- source: Hub records
-- empty: This hub has no rules of its own.
SELECT code, coalesce(sentence, 'Did not run: ' || why) AS sentence, found, CASE WHEN severity IS NULL THEN '' ELSE kind_words(severity) END AS severity,
       coalesce(replace(promise, ',', ', '), '') AS promise, coalesce(to_do, '`hubdata rule check` says what to put right.') AS what_to_do, coalesce(why, '') AS how
FROM own_rules ORDER BY code;

-- figure: differences
-- finding: 'In ' || counted(count(*), 'place', 'places') || ' what families were told and what the law says are not the same'
-- scope: Where the notice and the law, or the council's own page, differ, at {as_at}
-- shown_as: register
-- column: promise | Promise
-- column: notice | The notice says
-- column: law | The law, or the council's page
-- column: so | What to do
-- column: from_on | Since | date | | Not known
-- column: source | Source
-- note: This is research for an officer to check, and no legal advice.
-- empty: No difference is recorded.
SELECT string_agg(promise, ', ' ORDER BY number) AS promise, notice, law, so, CASE WHEN differences.from_on > DATE '2000-01-01' THEN differences.from_on END AS from_on, source || '; last checked on ' || in_words(last_checked) AS source
FROM differences JOIN promises USING (promise) GROUP BY notice, law, so, differences.from_on, differences.source, last_checked ORDER BY min(number), differences.from_on, notice;

-- figure: assumptions
-- finding: counted(count(DISTINCT name), 'assumption waits', 'assumptions wait') || ' for an officer to confirm'
-- scope: Values that the notice does not settle, by the promises that stand on them
-- shown_as: register
-- column: promise | Promise
-- column: name | Value
-- column: in_force | In force
-- column: assumption | To be confirmed
-- empty: No value rests on an assumption.
SELECT coalesce(string_agg(u.promise, ', ' ORDER BY number), 'All') AS promise, value_name(name) AS name,
       value || CASE WHEN regexp_full_match(value, '\d+') THEN ' ' || unit ELSE '' END AS in_force, assumption
FROM unconfirmed AS u LEFT JOIN promises AS p USING (promise) GROUP BY name, value, unit, assumption ORDER BY min(number) NULLS LAST, name;

-- figure: unchecked
-- finding: CASE WHEN count(*) = 0 THEN 'Every value was checked' ELSE counted(count(*), 'value was', 'values were') || ' not checked' END || ' within ' || counted(decided('law.check_within_months'), 'month', 'months')
-- scope: Values in force at {as_at} whose source nobody has read again for so long, the oldest first
-- column: promise | Promise
-- column: name | Value
-- column: last_checked | Last checked | date
-- column: source | Source
-- empty: Every value in force was checked in time.
SELECT coalesce(string_agg(u.promise, ', ' ORDER BY number), 'All') AS promise, value_name(name) AS name, last_checked, source
FROM unchecked AS u LEFT JOIN promises AS p USING (promise) GROUP BY name, last_checked, source ORDER BY last_checked, name;

-- figure: policy
-- finding: counted(count(*), 'decided value', 'decided values') || ' in force'
-- scope: Values in force at {as_at}
-- shown_as: register
-- column: name | Value
-- column: value | In force
-- column: unit | Unit
-- column: source | Source
-- column: last_checked | Last checked | date
SELECT value_name(name) AS name, value, unit, source, last_checked FROM policy ORDER BY policy.name;
