-- Outcomes (P3, P4): who leads, how well support works for families' goals, and what else is needed. Coverage comes
-- first, scores of different instruments or editions are never put together, and a change is not an effect.
-- Readings chosen:
--   * a change is the first to the last score of one goal by the same person (family, worker or child), on two days;
--   * better and worse mean by the instrument's own threshold or more; without a threshold nobody can say;
--   * scores from the day on which a closed family's outcome is looked at again are no part of the change;
--   * below the policy's fewest records there are counts, and no rate, median or interval;
--   * an interval is Wilson's, at 95%: what a rate would be among many families like these.

CREATE TEMP TABLE goals_judged AS SELECT o.* FROM judged_outcomes AS o, asked WHERE asked.of_hub IN ('all', o.hub);
-- The goals that a family worked on in the period.
CREATE TEMP TABLE worked_on AS
    SELECT g.* FROM goals_judged AS g, asked
    WHERE set_on <= as_at AND coalesce(closed_on, as_at) >= coalesce(period_from, DATE '0001-01-01');
CREATE TEMP TABLE leads_judged AS SELECT l.* FROM judged_leads AS l, asked WHERE asked.of_hub IN ('all', l.hub);
CREATE TEMP TABLE partners AS SELECT * FROM judged_freshness WHERE supports;
CREATE TEMP TABLE ran AS
    SELECT code, judged, nothing_to_judge() AS why FROM checks JOIN (
        SELECT 'outcomes' AS family, count(*) AS judged FROM goals_judged
        UNION ALL SELECT 'leads', count(*) FROM leads_judged
        UNION ALL SELECT 'freshness', count(*) FROM partners
    ) USING (family);
CREATE TEMP TABLE found AS
    SELECT code, subject, evidence FROM goals_judged WHERE code IS NOT NULL
    UNION ALL SELECT code, subject, evidence FROM leads_judged WHERE code IS NOT NULL
    UNION ALL SELECT code, subject, evidence FROM partners WHERE code IS NOT NULL;

-- Rates: null, and so "too few to say", where they would rest on too few.
CREATE TEMP MACRO enough(n) AS n >= decided('outcomes.fewest_for_a_rate');
CREATE TEMP MACRO rate(part, whole) AS CASE WHEN enough(whole) THEN percent(part, whole) END;
-- One end of Wilson's interval at 95% (1.96 standard errors, squared 3.8415), in whole per cent; way is -1 or 1.
CREATE TEMP MACRO wilson(part, whole, way) AS CASE WHEN enough(whole) THEN round(100 * greatest(0, least(1,
    (part + 3.8415 / 2 + way * 1.96 * sqrt(part * (whole - part) / whole::DOUBLE + 3.8415 / 4)) / (whole + 3.8415))))::INTEGER END;
CREATE TEMP MACRO range_low(part, whole) AS wilson(part, whole, -1);
CREATE TEMP MACRO range_high(part, whole) AS wilson(part, whole, 1);
CREATE TEMP MACRO middle(list_of, part) AS
    CASE WHEN enough(len(list_of)) THEN round(list_aggregate(list_of, 'quantile_cont', part), 1)::DOUBLE END;
CREATE TEMP MACRO scale_name(of_instrument, by_whom) AS
    said('instruments', of_instrument) || ', scored by the ' || by_whom;

-- Who takes part in statistics that leave the Hub: rules/evaluation.sql, as releases read it too.
CREATE TEMP TABLE families_counted AS
    SELECT e.family, e.state, e.takes_part FROM judged_evaluation AS e SEMI JOIN worked_on USING (family);

CREATE TEMP TABLE closed_goals AS SELECT g.* FROM worked_on AS g, asked WHERE closed_on <= as_at;
CREATE TEMP TABLE looked_again AS
    SELECT family, closed_on AS ended_on,
        (closed_on + to_months(decided('outcomes.sustained_after_months')))::DATE AS again_on
    FROM hub_families, asked WHERE closed_on <= as_at;
CREATE TEMP TABLE scores AS
    SELECT g.subject AS goal, g.family, g.area, g.instrument, g.result, r.perspective, r.reviewed_on, r.score, again_on,
        s.lowest, s.highest, s.meaningful_change AS threshold, CASE s.better WHEN 'lower' THEN -1 ELSE 1 END AS upward,
        coalesce(r.score BETWEEN s.lowest AND s.highest, true) AS on_scale
    FROM reviews AS r JOIN goals_judged AS g ON g.subject = r.goal
    LEFT JOIN scales AS s USING (instrument) LEFT JOIN looked_again USING (family), asked WHERE r.reviewed_on <= as_at;
CREATE TEMP TABLE firsts AS
    SELECT goal, area, instrument, perspective, lowest, highest, threshold, upward, min(reviewed_on) AS first_on,
        max(reviewed_on) AS last_on, arg_min(score, reviewed_on) AS first_score, arg_max(score, reviewed_on) AS last_score
    FROM scores SEMI JOIN (SELECT subject AS goal FROM worked_on) USING (goal)
    WHERE on_scale AND coalesce(reviewed_on < again_on, true) GROUP BY ALL;
CREATE TEMP TABLE changes AS
    SELECT *, last_score - first_score AS moved, upward * moved AS gained,
        CASE WHEN threshold IS NULL THEN NULL WHEN gained >= threshold THEN 'better'
             WHEN gained <= -threshold THEN 'worse' ELSE 'same' END AS change
    FROM firsts WHERE first_on < last_on;

-- What a need that nobody met would have taken; a reason that the register has not is among the others.
CREATE TEMP TABLE hub_needs AS
    SELECT n.*, f.hub, CASE WHEN status = 'met' THEN NULL
        WHEN reason IN ('no_service', 'full', 'too_far', 'not_eligible', 'declined_by_service', 'lost_in_referral',
                        'refused_by_family') THEN reason ELSE 'other' END AS because,
        coalesce(because IN ('no_service', 'full', 'too_far', 'not_eligible', 'declined_by_service'), false) AS wanting
    FROM needs AS n JOIN hub_families AS f USING (family), asked WHERE identified_on <= as_at;
CREATE TEMP TABLE period_needs AS
    SELECT n.* FROM hub_needs AS n, asked WHERE identified_on >= coalesce(period_from, identified_on);
CREATE TEMP TABLE quarters AS
    SELECT start::DATE AS first_on, least((start + INTERVAL 3 MONTHS)::DATE - 1, as_at) AS last_on,
        strftime(start, '%B') || ' to ' || strftime(start + INTERVAL 2 MONTHS, '%B %Y')
        || CASE WHEN (start + INTERVAL 3 MONTHS)::DATE - 1 > as_at THEN ', so far' ELSE '' END AS quarter
    FROM (SELECT as_at, unnest(generate_series(date_trunc('quarter', as_at) - INTERVAL 21 MONTHS,
                                               date_trunc('quarter', as_at), INTERVAL 3 MONTHS)) AS start FROM asked)
    WHERE start + INTERVAL 3 MONTHS > (SELECT min(identified_on) FROM hub_needs);

-- figure: answer
-- finding: (SELECT CASE WHEN count(result) = 0 THEN 'No goals were closed with a result in this period' ELSE counted(count(*) FILTER (result IN ('met', 'partly_met')), 'goal', 'goals') || ' of ' || format('{:,}', count(result)) || ' closed ' || CASE count(*) FILTER (result IN ('met', 'partly_met')) WHEN 1 THEN 'was' ELSE 'were' END || ' met or partly met' END FROM closed_goals)
-- scope: {hub}, {period}
-- column: point | Point
SELECT point FROM (
    SELECT 1 AS place, counted(count(*) FILTER (reviews > 0), 'goal', 'goals') || ' of ' || format('{:,}', count(*)) || ' worked on had a review' AS point FROM worked_on
    UNION ALL
    SELECT 1.5, 'Met or partly met: ' || rate(good, closed) || '%, in a range from ' || range_low(good, closed) || '% to ' || range_high(good, closed) || '%'
    FROM (SELECT count(*) FILTER (result IN ('met', 'partly_met')) AS good, count(result) AS closed FROM closed_goals) WHERE enough(closed)
    UNION ALL
    SELECT 2, counted(count(*) FILTER (code = 'LD01'), 'open family has', 'open families have') || ' nobody recorded as taking the lead' FROM leads_judged
    UNION ALL
    SELECT 3, counted(count(*), 'need', 'needs') || ' had no service that could meet ' || CASE count(*) WHEN 1 THEN 'it' ELSE 'them' END FROM period_needs WHERE wanting
    UNION ALL
    SELECT 4, counted(count(*) FILTER (NOT takes_part), 'family', 'families') || ' of ' || format('{:,}', count(*)) || ' with goals did not agree to evaluation and would be left out of statistics that leave the Hub' FROM families_counted
    UNION ALL
    SELECT 5, 'A difference between before and after is not proof of impact'
) ORDER BY place;

-- figure: coverage
-- finding: CASE WHEN max("of") FILTER (place = 1) = 0 THEN 'No goals were worked on' ELSE max(number) FILTER (place = 1) || ' of ' || counted(max("of") FILTER (place = 1), 'goal', 'goals') || ' had a review; ' || (max("of") FILTER (place = 1) - max(number) FILTER (place = 1)) || ' had none' END
-- scope: What the figures of this report rest on, {hub}, {period}
-- column: what | What
-- column: share | Share | number | % | too few to say
-- column: number | Number | number
-- column: of | Of | number
-- column: missing | Missing | number
-- column: low | Range from | number | % | [z]
-- column: high | Range to | number | % | [z]
-- chart: what: share
-- source: Hub records
-- note: The range is where the rate would lie among many families like these, 95 times in 100 (Wilson's interval).
SELECT what, rate(number, "of") AS share, number, "of", "of" - number AS missing,
       range_low(number, "of") AS low, range_high(number, "of") AS high, place
FROM (
    SELECT 1 AS place, 'Goals worked on that had a review' AS what, count(*) FILTER (reviews > 0) AS number, count(*) AS "of" FROM worked_on
    UNION ALL SELECT 2, 'Goals scored twice by the same person', count(DISTINCT goal), (SELECT count(*) FROM worked_on) FROM changes
    UNION ALL SELECT 3, 'Families with a goal reviewed', count(DISTINCT family) FILTER (reviews > 0), count(DISTINCT family) FROM worked_on
    UNION ALL SELECT 4, 'Open families that have a goal', count(*) FILTER (family IN (SELECT family FROM goals_judged)), count(*) FROM hub_families, asked WHERE opened_on <= as_at AND coalesce(closed_on > as_at, true)
    UNION ALL SELECT 5, 'Closed goals with a result', count(result), count(*) FROM closed_goals
    UNION ALL SELECT 6, 'Scores on their instrument''s scale; others are left out', count(*) FILTER (on_scale), count(*) FROM scores
    UNION ALL SELECT 7, 'Families with goals that agreed to evaluation', count(*) FILTER (takes_part), count(*) FROM families_counted
) ORDER BY place;

-- figure: evaluation
-- finding: CASE WHEN coalesce(sum(families), 0) = 0 THEN 'No family had a goal' ELSE counted(coalesce(sum(families) FILTER (leaves = 'No'), 0), 'family', 'families') || ' of ' || format('{:,}', sum(families)::BIGINT) || ' would be left out of statistics that leave the Hub' END
-- scope: Families with goals by what they decided about evaluation, {hub}, {period}, decisions up to {as_at}
-- column: decision | Decision about evaluation
-- column: families | Families | number
-- column: leaves | Counted in statistics that leave the Hub
-- source: Hub records
-- note: This report is for officers and counts every family. A family takes part in statistics that leave the Hub if a member who may decide has an agreement to evaluation in force on the last day, and nobody's refusal or withdrawal is; another's silence, or an agreement of theirs that has ended, changes nothing.
SELECT decision, count(state) AS families, CASE code WHEN 'agreed' THEN 'Yes' ELSE 'No' END AS leaves
FROM (VALUES (1, 'agreed', 'Agreed'), (2, 'refused', 'Did not agree'), (3, 'withdrawn', 'Took the agreement back'),
             (4, 'expired', 'The agreement has ended'), (5, 'not_asked', 'Nobody asked, or no answer')) AS d(place, code, decision)
LEFT JOIN families_counted ON state = code GROUP BY place, code, decision ORDER BY place;

-- figure: results
-- finding: CASE WHEN count(*) = 0 THEN 'No goals were closed' ELSE counted(sum(met), 'goal was', 'goals were') || ' met, ' || sum(partly_met)::BIGINT || ' partly and ' || sum(not_met)::BIGINT || ' not' END
-- scope: Goals closed by headline area and result, {hub}, {period}
-- column: area | Headline area
-- column: met | Met | number
-- column: partly_met | Partly met | number
-- column: not_met | Not met | number
-- column: withdrawn | Withdrawn | number
-- column: unknown | No result recorded | number
-- column: share | Met or partly met | number | % | too few to say
-- column: low | Range from | number | % | [z]
-- column: high | Range to | number | % | [z]
-- chart: area: met, partly_met, not_met, withdrawn
-- source: Hub records
-- note: The percentage is of all goals closed with a result, withdrawn ones too; areas have the names in force on the last day covered.
-- empty: No goals were closed in {hub}, {period}.
SELECT w.label AS area, count(*) FILTER (result = 'met') AS met, count(*) FILTER (result = 'partly_met') AS partly_met,
       count(*) FILTER (result = 'not_met') AS not_met, count(*) FILTER (result = 'withdrawn') AS withdrawn,
       count(goal) FILTER (result IS NULL) AS unknown, rate(met + partly_met, count(result)) AS share,
       range_low(met + partly_met, count(result)) AS low, range_high(met + partly_met, count(result)) AS high
FROM words AS w LEFT JOIN (SELECT subject AS goal, area, result FROM closed_goals) AS g ON g.area = w.code
WHERE w.list = 'areas' AND EXISTS (FROM closed_goals)
GROUP BY w.label ORDER BY count(goal) DESC, area;

-- figure: change
-- finding: CASE WHEN count(*) = 0 THEN 'No goal has two scores to compare' WHEN count(better) = 0 THEN 'No instrument has a change that counts' WHEN count(better) = 1 THEN counted(sum(better), 'goal', 'goals') || ' of ' || format('{:,}', sum(goals) FILTER (better IS NOT NULL)::BIGINT) || ' changed for the better by enough to count' ELSE arg_max(scale, (goals, scale)) FILTER (better IS NOT NULL) || ': ' || arg_max(format('{:,} of {:,}', better, goals), (goals, scale)) FILTER (better IS NOT NULL) || ' better' END
-- scope: First to last score of each goal, by instrument and by who scored it, {hub}, {period}
-- column: scale | Instrument and who scored
-- column: goals | Goals | number
-- column: threshold | Change that counts | decimal | points
-- column: better | Better | number
-- column: same | About the same | number
-- column: worse | Worse | number
-- column: median | Median change | decimal | points | too few to say
-- column: days | Median days between | decimal | | too few to say
-- column: share | Better | number | % | too few to say
-- column: low | Range from | number | % | [z]
-- column: high | Range to | number | % | [z]
-- source: Hub records
-- note: Each instrument has its own scale: scores of different instruments or editions, or of different people, are never added or averaged together.
-- note: A change from first to last review does not show that support caused it: some things would have changed anyway, and families often come when things are at their worst.
-- note: Only goals that the same person scored on two days are counted; the coverage above says how many are missing.
-- empty: No goal in {hub} has two scores to compare, {period}.
SELECT scale_name(instrument, perspective) AS scale, count(*) AS goals, threshold,
       CASE WHEN threshold IS NOT NULL THEN count(*) FILTER (change = 'better') END AS better,
       CASE WHEN threshold IS NOT NULL THEN count(*) FILTER (change = 'same') END AS same,
       CASE WHEN threshold IS NOT NULL THEN count(*) FILTER (change = 'worse') END AS worse,
       middle(list(moved), 0.5) AS median, middle(list(last_on - first_on), 0.5) AS days,
       rate(better, count(*)) AS share, range_low(better, count(*)) AS low, range_high(better, count(*)) AS high
FROM changes GROUP BY changes.instrument, changes.perspective, threshold ORDER BY goals DESC, scale;

-- figure: change_by_area
-- finding: CASE WHEN count(*) = 0 THEN 'No goal has two scores to compare' WHEN count(first) = 0 THEN 'No area has enough goals to say where they began and ended' ELSE counted(count(*) FILTER (last > first), 'middle score', 'middle scores') || ' of ' || count(first) || ' went up from first to last' END
-- scope: Middle first and last score of the same goals, by headline area, each instrument and scorer on a scale of its own, {hub}, {period}
-- column: area | Headline area
-- column: scale | Instrument and who scored
-- column: goals | Goals | number
-- column: first | Middle first score | decimal | | too few to say
-- column: last | Middle last score | decimal | | too few to say
-- column: lowest | Scale from | decimal
-- column: highest | Scale to | decimal
-- column: better | Better by enough to count | number
-- column: share | Better | number | % | too few to say
-- column: low | Range from | number | % | [z]
-- column: high | Range to | number | % | [z]
-- dots: area, scale, first, last, lowest, highest
-- source: Hub records
-- note: A difference between before and after is not proof of impact. The middle score is the median; scores of different instruments are never put together.
-- empty: No goal in {hub} has two scores to compare, {period}.
SELECT said('areas', area) AS area, scale_name(instrument, perspective) AS scale, count(*) AS goals,
       middle(list(first_score), 0.5) AS first, middle(list(last_score), 0.5) AS last, lowest, highest,
       CASE WHEN threshold IS NOT NULL THEN count(*) FILTER (change = 'better') END AS better,
       rate(better, count(*)) AS share, range_low(better, count(*)) AS low, range_high(better, count(*)) AS high
FROM changes GROUP BY changes.area, changes.instrument, changes.perspective, threshold, changes.lowest, changes.highest
ORDER BY sum(count(*)) OVER (PARTITION BY scale_name(instrument, perspective)) DESC, scale, goals DESC, area;

-- figure: floor_and_ceiling
-- finding: CASE WHEN count(*) = 0 THEN 'No first score is on a registered scale' ELSE counted(sum(best), 'goal', 'goals') || ' of ' || format('{:,}', sum(goals)::BIGINT) || ' began at the best score and could not get better' END
-- scope: Goals whose first score was already the best or the worst of its scale, {hub}, {period}
-- column: scale | Instrument and who scored
-- column: goals | Goals with a first score | number
-- column: best | Began at the best | number
-- column: best_share | At the best | number | % | too few to say
-- column: best_low | Range from | number | % | [z]
-- column: best_high | Range to | number | % | [z]
-- column: worst | Began at the worst | number
-- column: worst_share | At the worst | number | % | too few to say
-- column: worst_low | Range of worst from | number | % | [z]
-- column: worst_high | Range of worst to | number | % | [z]
-- source: Hub records
-- note: A goal that begins at the best score cannot show a change for the better, and one at the worst none for the worse.
-- empty: No goal in {hub} has a score on a registered scale, {period}.
SELECT scale_name(instrument, perspective) AS scale, count(*) AS goals,
       count(*) FILTER (first_score = CASE upward WHEN 1 THEN highest ELSE lowest END) AS best,
       rate(best, count(*)) AS best_share, range_low(best, count(*)) AS best_low, range_high(best, count(*)) AS best_high,
       count(*) FILTER (first_score = CASE upward WHEN 1 THEN lowest ELSE highest END) AS worst,
       rate(worst, count(*)) AS worst_share, range_low(worst, count(*)) AS worst_low, range_high(worst, count(*)) AS worst_high
FROM firsts WHERE lowest IS NOT NULL AND highest IS NOT NULL GROUP BY firsts.instrument, firsts.perspective ORDER BY goals DESC, scale;

-- figure: instruments
-- finding: counted(count(*), 'instrument is', 'instruments are') || ' in use'
-- scope: Instruments of goals worked on, with the change that counts, {hub}, at {as_at}
-- column: instrument | Instrument
-- column: goals | Goals | number
-- column: lowest | Scale from | decimal
-- column: highest | Scale to | decimal
-- column: better | Better is
-- column: threshold | Change that counts | decimal | points
-- column: source | Why that much
-- source: Register of instruments
-- empty: No goal was worked on in {hub}, {period}.
SELECT said('instruments', w.instrument) AS instrument, count(*) AS goals, lowest, highest, better, meaningful_change AS threshold, source
FROM worked_on AS w LEFT JOIN scales USING (instrument)
GROUP BY w.instrument, lowest, highest, better, meaningful_change, source ORDER BY goals DESC, instrument;

-- figure: sustained
-- finding: CASE WHEN coalesce(sum(goals), 0) = 0 THEN 'No family''s closing was due to be looked at again' WHEN sum(looked) = 0 THEN 'Nobody looked again at any of ' || counted(sum(goals), 'goal', 'goals') || ' reached' ELSE counted(sum(held), 'goal', 'goals') || ' of ' || format('{:,}', sum(looked)::BIGINT) || ' looked at again still held' END
-- scope: Goals met or partly met of families whose closing was due to be looked at again in the period, {hub}, {period}
-- column: result | Result at the end
-- column: goals | Goals due | number
-- column: looked | Looked at again | number
-- column: held | Still as good | number
-- column: lost | Worse again | number
-- column: unclear | Scored, but not comparable | number
-- column: missing | Nobody looked | number
-- column: share | Still as good, of those that can be compared | number | % | too few to say
-- column: low | Range from | number | % | [z]
-- column: high | Range to | number | % | [z]
-- source: Hub records
-- note: Looked at again means a score on or after the day that policy names, counted from the family's closing. Worse means by the instrument's threshold, by anybody who scored before and after.
-- empty: No family's closing in {hub} was due to be looked at again, {period}.
WITH ended AS (
    SELECT goal, instrument, perspective, threshold, upward, arg_max(score, reviewed_on) FILTER (reviewed_on < again_on) AS before,
           arg_min(score, reviewed_on) FILTER (reviewed_on >= again_on) AS later
    FROM scores WHERE on_scale AND again_on IS NOT NULL GROUP BY ALL
), again AS (
    SELECT goal, bool_or(upward * (later - before) <= -threshold) AS worse FROM ended WHERE later IS NOT NULL GROUP BY goal
)
SELECT CASE g.result WHEN 'met' THEN 'Met' ELSE 'Partly met' END AS result, count(*) AS goals, count(a.goal) AS looked,
       count(*) FILTER (NOT worse) AS held, count(*) FILTER (worse) AS lost, count(a.goal) - count(worse) AS unclear,
       count(*) - count(a.goal) AS missing, rate(held, count(worse)) AS share, range_low(held, count(worse)) AS low,
       range_high(held, count(worse)) AS high
FROM goals_judged AS g JOIN looked_again USING (family) LEFT JOIN again AS a ON a.goal = g.subject, asked
WHERE g.result IN ('met', 'partly_met') AND again_on BETWEEN coalesce(period_from, again_on) AND as_at
GROUP BY g.result ORDER BY result;

-- figure: reopened
-- finding: CASE WHEN max(families) IS NULL THEN 'No family''s support ended long enough ago to tell' ELSE counted(max(again), 'family', 'families') || ' of ' || format('{:,}', max(families)) || ' came back within ' || counted(decided('outcomes.reopened_within_months'), 'month', 'months') END
-- scope: Families whose support ended in the year before the last that could be followed, {hub}, at {as_at}
-- column: families | Families whose support ended | number
-- column: again | Supported again in time | number
-- column: share | Supported again | number | % | too few to say
-- column: low | Range from | number | % | [z]
-- column: high | Range to | number | % | [z]
-- column: first_on | Support ended from | date
-- column: last_on | Support ended to | date
-- source: Hub records
-- note: Support has ended when nobody leads and no organisation is involved any more, or the family was closed; it began again when a new lead or involvement started after that. Only endings that could be followed for the whole time are counted.
-- empty: No family's support in {hub} ended long enough ago to tell.
WITH spells AS (
    SELECT l.family, l.started_on, least(coalesce(l.ended_on, DATE '9999-12-31'),
               CASE WHEN f.closed_on >= l.started_on THEN f.closed_on ELSE DATE '9999-12-31' END) AS ended_on
    FROM (SELECT family, started_on, ended_on FROM involvements UNION ALL SELECT family, started_on, ended_on FROM leads) AS l
    JOIN hub_families AS f USING (family), asked WHERE l.started_on <= as_at
), until AS (
    SELECT family, started_on, max(ended_on) OVER (PARTITION BY family ORDER BY started_on, ended_on) AS covered_to,
           lead(started_on) OVER (PARTITION BY family ORDER BY started_on, ended_on) AS next_on
    FROM spells
), allowed AS (SELECT decided('outcomes.reopened_within_months') AS months
), window_of AS (
    SELECT months, (as_at - to_months(months + 12))::DATE + 1 AS from_on, (as_at - to_months(months))::DATE AS to_on FROM allowed, asked
), endings AS (
    SELECT family, covered_to AS ended_on, next_on FROM until WHERE next_on IS NULL OR next_on > covered_to + 1
), followed AS (
    SELECT family, bool_or(coalesce(next_on <= (ended_on + to_months(months))::DATE, false)) AS again, from_on, to_on
    FROM endings, window_of WHERE ended_on BETWEEN from_on AND to_on GROUP BY family, from_on, to_on
)
SELECT count(*) AS families, count(*) FILTER (again) AS again, rate(count(*) FILTER (again), count(*)) AS share,
       range_low(count(*) FILTER (again), count(*)) AS low, range_high(count(*) FILTER (again), count(*)) AS high,
       from_on AS first_on, to_on AS last_on
FROM followed GROUP BY from_on, to_on;

-- figure: waits
-- finding: CASE WHEN max(families) = 0 THEN 'No family was opened' WHEN max(median) FILTER (place = 1) IS NULL THEN 'Too few families to say how long a first lead takes' ELSE 'Half of the families had a lead within ' || counted(ceil(max(median) FILTER (place = 1)), 'day', 'days') END
-- scope: Days from a family's opening, families opened in the period, {hub}, {period}
-- column: what | From opening
-- column: families | Families opened | number
-- column: reached | Have had it | number
-- column: waiting | Have not | number
-- column: lower | A quarter within | decimal | days | too few to say
-- column: median | Half within | decimal | days | too few to say
-- column: upper | Three quarters within | decimal | days | too few to say
-- source: Hub records
-- note: The days are of those that have had it; whoever still waits is counted beside them.
WITH opened AS (
    SELECT family, opened_on FROM hub_families, asked WHERE opened_on BETWEEN coalesce(period_from, opened_on) AND as_at
), events AS (
    SELECT 1 AS place, family, min(started_on) AS first_on FROM leads GROUP BY family
    UNION ALL
    SELECT 2, g.family, min(r.reviewed_on) FROM reviews AS r JOIN goals AS g USING (goal) GROUP BY g.family
), waited AS (
    SELECT w.place, what, o.family, CASE WHEN first_on <= as_at THEN greatest(0, first_on - opened_on) END AS days
    FROM (VALUES (1, 'To a first lead'), (2, 'To a first review')) AS w(place, what)
    LEFT JOIN opened AS o ON true LEFT JOIN events AS e ON e.place = w.place AND e.family = o.family, asked
)
SELECT what, count(family) AS families, count(days) AS reached, count(family) - count(days) AS waiting,
       middle(list(days) FILTER (days IS NOT NULL), 0.25) AS lower, middle(list(days) FILTER (days IS NOT NULL), 0.5) AS median,
       middle(list(days) FILTER (days IS NOT NULL), 0.75) AS upper, place
FROM waited GROUP BY place, what ORDER BY place;

-- figure: partners_per_family
-- finding: CASE WHEN coalesce(sum(families), 0) = 0 THEN 'No family is open' ELSE counted(coalesce(sum(families) FILTER (place = 0), 0), 'open family has', 'open families have') || ' no organisation involved' END
-- scope: Open families by how many organisations are involved, {hub}, at {as_at}
-- column: partners | Organisations involved
-- column: families | Open families | number
-- column: share | Share | number | % | too few to say
-- column: low | Range from | number | % | [z]
-- column: high | Range to | number | % | [z]
-- source: Hub records
WITH involved AS (
    SELECT f.family, count(DISTINCT i.organisation) AS partners FROM hub_families AS f CROSS JOIN asked
    LEFT JOIN involvements AS i ON i.family = f.family AND i.started_on <= as_at AND coalesce(i.ended_on >= as_at, true)
    WHERE f.opened_on <= as_at AND coalesce(f.closed_on > as_at, true) GROUP BY f.family
), places AS (SELECT unnest([0, 1, 2, 3, 4]) AS place, unnest(['None', 'One', 'Two', 'Three', 'Four or more']) AS partners)
SELECT p.partners, count(family) AS families, rate(count(family), (SELECT count(*) FROM involved)) AS share,
       range_low(count(family), (SELECT count(*) FROM involved)) AS low,
       range_high(count(family), (SELECT count(*) FROM involved)) AS high, place
FROM places AS p LEFT JOIN involved AS i ON least(i.partners, 4) = place GROUP BY p.partners, place ORDER BY place;

-- figure: leads
-- finding: CASE WHEN coalesce(sum(families), 0) = 0 THEN 'No family is open' ELSE format('{:,}', sum(led)::BIGINT) || ' of ' || counted(sum(families), 'open family has', 'open families have') || ' somebody recorded as taking the lead' END
-- scope: Open families by hub, and how the lead went on since they were opened, {hub}, at {as_at}
-- column: hub | Hub
-- column: families | Open families | number
-- column: led | With a lead | number
-- column: without | Without | number
-- column: unknown | Lead's last contact not recorded | number
-- column: changes | Changes of lead | number
-- column: each | Changes per family | decimal | | too few to say
-- column: handover | Half of the handovers at or below | decimal | days | too few to say
-- column: gaps | With a gap at some time | number
-- column: doubled | With two leads at some time | number
-- source: Hub records
-- note: A family is open from the day on which it was opened until the day on which it was closed. Some of these are, in the retention report, among those of which it cannot be told.
-- note: A handover's days are those on which both led: 0 where one followed the other on the next day, less than 0 where nobody led in between.
-- note: Where no contact is recorded, nobody can tell whether the lead is still in touch. Leads of families whose support has ended are not counted.
-- empty: No family is open in {hub}.
WITH course AS (SELECT c.* FROM judged_continuity AS c, asked WHERE asked.of_hub IN ('all', c.hub) AND is_open),
known AS (
    SELECT hub, count(DISTINCT family) FILTER (contact_unknown) AS unknown
    FROM leads_judged SEMI JOIN course USING (family) GROUP BY hub
)
SELECT said('hubs', hub) AS hub, count(*) FILTER (kind = 'record') AS families,
       count(DISTINCT family) FILTER (kind = 'lead' AND is_now) AS led, families - led AS without,
       coalesce(any_value(unknown), 0) AS unknown, count(*) FILTER (kind = 'handover') AS changes,
       CASE WHEN enough(families) THEN round(changes / families, 2)::DOUBLE END AS each,
       middle(list(days) FILTER (kind = 'handover'), 0.5) AS handover,
       count(DISTINCT family) FILTER (kind = 'gap') AS gaps, count(DISTINCT family) FILTER (kind = 'overlap') AS doubled
FROM course LEFT JOIN known USING (hub) GROUP BY hub ORDER BY hub;

-- figure: no_lead
-- finding: counted(count(DISTINCT subject), 'open family has', 'open families have') || ' nobody recorded as taking the lead, or had two people on one day'
-- scope: Open families without a lead now, or with two leads on some day, {hub}, at {as_at}
-- column: subject | Family
-- column: hub | Hub
-- column: code | Code
-- column: sentence | What was found
-- column: since | Since | date
-- source: Hub records
-- empty: Every open family in {hub} has one lead, and never had two on one day.
SELECT subject, said('hubs', hub) AS hub, code, sentence, since
FROM leads_judged SEMI JOIN (FROM judged_continuity WHERE is_open) USING (family) JOIN checks USING (code)
WHERE code IN ('LD01', 'LD02') ORDER BY code, since, subject;

-- figure: late_reviews
-- finding: counted(count(*), 'open goal has', 'open goals have') || ' had no review in time'
-- scope: Open goals without a review within the time that policy allows, longest first, {hub}, at {as_at}
-- column: subject | Goal
-- column: family | Family
-- column: area | Headline area
-- column: set_on | Set | date
-- column: last_reviewed_on | Last review | date | | [z]
-- source: Hub records
-- empty: Every open goal in {hub} was reviewed in time.
SELECT subject, family, said('areas', area) AS area, set_on, last_reviewed_on
FROM goals_judged WHERE code = 'OC01' ORDER BY coalesce(last_reviewed_on, set_on), subject;

-- figure: unmet
-- finding: CASE WHEN count(*) = 0 THEN 'No needs were identified' WHEN sum(wanting) = 0 THEN 'No need is recorded for which a service was wanting' WHEN count(*) FILTER (wanting = (SELECT max(wanting) FROM figure)) > 1 THEN count(*) FILTER (wanting = (SELECT max(wanting) FROM figure)) || ' areas have the most needs without a service: ' || max(wanting) || ' each' ELSE max(area) FILTER (wanting = (SELECT max(wanting) FROM figure)) || ': ' || counted(max(wanting), 'need', 'needs') || ' without a service' END
-- scope: Needs not met by headline area, most without a service first, {hub}, {period}
-- column: area | Headline area
-- column: wanting | No service could meet it | number
-- column: lost_in_referral | Lost in referral | number
-- column: refused_by_family | Family did not want it | number
-- column: other | Other or no reason | number
-- column: identified | Needs identified | number
-- column: share | No service could meet it | number | % | too few to say
-- column: low | Range from | number | % | [z]
-- column: high | Range to | number | % | [z]
-- chart: area: wanting, lost_in_referral, refused_by_family
-- source: Hub records
-- note: No service could meet it: there was none, or it was full, too far away, not open to the family, or declined. The notice asks what other services or supports may be required.
-- empty: No needs were identified in {hub}, {period}.
SELECT said('areas', area) AS area, count(*) FILTER (wanting) AS wanting,
       count(*) FILTER (because = 'lost_in_referral') AS lost_in_referral,
       count(*) FILTER (because = 'refused_by_family') AS refused_by_family, count(*) FILTER (because = 'other') AS other,
       count(*) AS identified, rate(count(*) FILTER (wanting), count(*)) AS share,
       range_low(count(*) FILTER (wanting), count(*)) AS low, range_high(count(*) FILTER (wanting), count(*)) AS high
FROM period_needs GROUP BY period_needs.area ORDER BY count(*) FILTER (wanting) DESC, identified DESC, area;

-- figure: unmet_reasons
-- finding: CASE WHEN count(*) = 0 THEN 'No unmet need is recorded' ELSE 'The commonest reason is: ' || (SELECT lower(reason[1]) || reason[2:] FROM (SELECT coalesce(said('need_reasons', n.reason), 'No reason recorded') AS reason, count(*) AS number FROM period_needs AS n WHERE status <> 'met' GROUP BY n.reason) ORDER BY number DESC, reason LIMIT 1) END
-- scope: Needs not met by headline area and reason, {hub}, {period}
-- column: area | Headline area
-- column: no_service | No such service | number
-- column: service_full | Service full | number
-- column: too_far | Too far away | number
-- column: not_eligible | Not eligible | number
-- column: declined_by_service | Service declined | number
-- column: lost_in_referral | Lost in referral | number
-- column: refused_by_family | Family did not want it | number
-- column: other | Other or no reason | number
-- source: Hub records
-- empty: No need in {hub} is recorded as not met, {period}.
SELECT said('areas', area) AS area, count(*) FILTER (because = 'no_service') AS no_service,
       count(*) FILTER (because = 'full') AS service_full, count(*) FILTER (because = 'too_far') AS too_far,
       count(*) FILTER (because = 'not_eligible') AS not_eligible,
       count(*) FILTER (because = 'declined_by_service') AS declined_by_service,
       count(*) FILTER (because = 'lost_in_referral') AS lost_in_referral,
       count(*) FILTER (because = 'refused_by_family') AS refused_by_family, count(*) FILTER (because = 'other') AS other
FROM period_needs WHERE status <> 'met' GROUP BY period_needs.area ORDER BY count(*) FILTER (wanting) DESC, count(*) DESC, area;

-- figure: unmet_directory
-- finding: CASE WHEN count(*) = 0 THEN 'Nobody can say whether a service existed' ELSE 'For ' || counted(sum(existed), 'need', 'needs') || ' of ' || format('{:,}', sum(needs)::BIGINT) || ' a service was listed that day' END
-- scope: Needs that no service could meet, by whether the service directory listed one for the headline area and hub that day, {hub}, {period}
-- column: area | Headline area
-- column: needs | Needs without a service | number
-- column: existed | A service was listed | number
-- column: none | None was listed | number
-- column: unclear | Cannot tell | number
-- column: doubtful | Recorded as no such service, though one was listed | number
-- source: Hub records and the service directory
-- note: Cannot tell: a service is listed, and the directory does not say since when. That a service was listed does not say that it had room or would have taken the family.
-- empty: No service directory has been read, or no need lacked a service. `hubdata intake --directory FILE.json` reads one.
WITH services_by_area AS (
    SELECT unnest(areas) AS area, hubs, valid_from, valid_to, england_day(recorded_at) AS known_on FROM services
), asked_of AS (
    SELECT DISTINCT area, hub, identified_on FROM period_needs WHERE wanting
), answered AS (
    SELECT n.area, n.hub, n.identified_on, count(s.area) > 0 AS maybe,
           coalesce(bool_or(coalesce(valid_from, known_on) <= n.identified_on), false) AS existed
    FROM asked_of AS n LEFT JOIN services_by_area AS s
        ON s.area = n.area AND (s.hubs IS NULL OR list_contains(s.hubs, n.hub))
        AND coalesce(s.valid_from <= n.identified_on, true) AND coalesce(s.valid_to >= n.identified_on, true)
    GROUP BY n.area, n.hub, n.identified_on
)
SELECT said('areas', area) AS area, count(*) AS needs, count(*) FILTER (existed) AS existed, count(*) FILTER (NOT maybe) AS none,
       count(*) FILTER (maybe AND NOT existed) AS unclear, count(*) FILTER (existed AND because = 'no_service') AS doubtful
FROM period_needs JOIN answered USING (area, hub, identified_on)
WHERE wanting AND EXISTS (FROM services) GROUP BY area ORDER BY needs DESC, area;

-- figure: unmet_quarters
-- finding: CASE WHEN count(share) < 2 THEN 'Too few needs to see a trend' ELSE 'No service could meet ' || arg_max(share, first_on) || '% of needs in ' || arg_max(quarter, first_on) FILTER (share IS NOT NULL) || ', ' || arg_min(share, first_on) || '% in ' || arg_min(quarter, first_on) FILTER (share IS NOT NULL) END
-- scope: Needs identified by quarter, up to eight quarters, {hub}, to {as_at}
-- column: quarter | Quarter
-- column: share | No service could meet it | number | % | too few to say
-- column: wanting | Needs without a service | number
-- column: identified | Needs identified | number
-- column: low | Range from | number | % | [z]
-- column: high | Range to | number | % | [z]
-- chart: quarter: share
-- source: Hub records
-- note: Whether a need was met is as recorded now; needs of the latest quarter have had less time to be met.
-- empty: No needs were identified in {hub}.
SELECT quarter, rate(count(*) FILTER (wanting), count(need)) AS share, count(*) FILTER (wanting) AS wanting, count(need) AS identified,
       range_low(count(*) FILTER (wanting), count(need)) AS low, range_high(count(*) FILTER (wanting), count(need)) AS high, first_on
FROM quarters LEFT JOIN hub_needs ON identified_on BETWEEN first_on AND last_on GROUP BY quarter, first_on ORDER BY first_on;

-- figure: unmet_hubs
-- finding: CASE WHEN count(*) = 0 THEN 'No needs were identified' ELSE counted(count(DISTINCT hub), 'hub', 'hubs') || ' over ' || counted(count(DISTINCT quarter), 'quarter', 'quarters') END
-- scope: Needs identified by hub and quarter, up to four quarters, {hub}, to {as_at}
-- column: hub | Hub
-- column: quarter | Quarter
-- column: wanting | Needs without a service | number
-- column: identified | Needs identified | number
-- column: share | No service could meet it | number | % | too few to say
-- column: low | Range from | number | % | [z]
-- column: high | Range to | number | % | [z]
-- source: Hub records
-- empty: No needs were identified in {hub}.
WITH latest AS (FROM quarters ORDER BY first_on DESC LIMIT 4), hubs AS (
    SELECT hub, min(opened_on) AS began_on FROM hub_families WHERE hub IN (SELECT hub FROM hub_needs) GROUP BY hub
)
SELECT said('hubs', h.hub) AS hub, quarter, count(*) FILTER (wanting) AS wanting, count(need) AS identified,
       rate(count(*) FILTER (wanting), count(need)) AS share, range_low(count(*) FILTER (wanting), count(need)) AS low,
       range_high(count(*) FILTER (wanting), count(need)) AS high, first_on
FROM latest CROSS JOIN hubs AS h LEFT JOIN hub_needs AS n ON n.hub = h.hub AND identified_on BETWEEN first_on AND last_on
WHERE began_on <= last_on GROUP BY h.hub, quarter, first_on ORDER BY hub, first_on;

-- figure: partners
-- finding: counted(count(*) FILTER (late = 'Yes'), 'partner', 'partners') || ' of ' || count(*) || CASE count(*) FILTER (late = 'Yes') WHEN 1 THEN ' has' ELSE ' have' END || ' not updated in time'
-- scope: Partners by how long ago they last updated the Hub, at {as_at}
-- column: organisation | Partner
-- column: last_update_on | Current as of | date | | Never updated
-- column: covers | Covers | text | | [x]
-- column: days | Days ago | number
-- column: late | Too long ago
-- source: Hub records
-- empty: No partner is recorded.
SELECT partner(subject) AS organisation, last_update_on, covers(subject) AS covers, days, CASE WHEN code IS NULL THEN 'No' ELSE 'Yes' END AS late
FROM partners ORDER BY days DESC NULLS FIRST, organisation;
