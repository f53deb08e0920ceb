-- Outcomes (P3, P4): who leads, how well support works for families' goals, and what else is needed. Coverage comes
-- first, scores of different instruments are never put together, and a change is not an effect.

CREATE TEMP VIEW goals_judged AS SELECT o.* FROM judged_outcomes AS o, asked WHERE asked.of_hub IN ('all', o.hub);
-- The goals that a family worked on in the period.
CREATE TEMP VIEW worked_on AS
    SELECT g.* FROM goals_judged AS g, asked
    WHERE set_on <= as_at AND coalesce(closed_on, as_at) >= coalesce(period_from, DATE '0001-01-01');
CREATE TEMP VIEW leads_judged AS SELECT l.* FROM judged_leads AS l, asked WHERE asked.of_hub IN ('all', l.hub);
CREATE TEMP VIEW partners AS SELECT * FROM judged_freshness;
CREATE TEMP VIEW hub_needs AS
    SELECT n.* FROM needs AS n SEMI JOIN hub_families USING (family), asked
    WHERE identified_on BETWEEN coalesce(period_from, identified_on) AND as_at;
CREATE TEMP VIEW ran AS
    SELECT code, judged, nothing_to_judge() AS why FROM checks JOIN (
        SELECT 'outcomes' AS family, count(*) AS judged FROM goals_judged
        UNION ALL SELECT 'leads', count(*) FROM leads_judged
        UNION ALL SELECT 'freshness', count(*) FROM partners
    ) USING (family);
CREATE TEMP VIEW found AS
    SELECT code, subject, evidence FROM goals_judged WHERE code IS NOT NULL
    UNION ALL SELECT code, subject, evidence FROM leads_judged WHERE code IS NOT NULL
    UNION ALL SELECT code, subject, evidence FROM partners WHERE code IS NOT NULL;
CREATE TEMP VIEW closed_goals AS
    SELECT g.* FROM worked_on AS g, asked WHERE closed_on <= as_at AND result IS NOT NULL;
-- The largest change between first and last score that an instrument's makers treat as noise ends below its threshold.
CREATE TEMP VIEW changes AS
    SELECT g.instrument, last_score - first_score AS change, coalesce(meaningful_change, 1) AS threshold
    FROM worked_on AS g LEFT JOIN thresholds USING (instrument) WHERE first_reviewed_on < last_reviewed_on;

-- figure: answer
-- finding: (SELECT CASE WHEN count(*) = 0 THEN 'No goals were closed in this period' ELSE counted(count(*) FILTER (result IN ('met', 'partly_met')), 'goal', 'goals') || ' of ' || format('{:,}', count(*)) || ' closed ' || CASE count(*) FILTER (result IN ('met', 'partly_met')) WHEN 1 THEN 'was' ELSE 'were' END || ' met or partly met' END FROM closed_goals)
-- scope: {hub}, {period}
-- column: point | Point
SELECT point FROM (
    SELECT 1 AS place, counted(count(*) FILTER (reviews > 0), 'goal', 'goals') || ' of ' || format('{:,}', count(*)) || ' worked on had a review' AS point FROM worked_on
    UNION ALL
    SELECT 2, counted(count(*) FILTER (code = 'LD01'), 'open family has', 'open families have') || ' nobody recorded as taking the lead' FROM leads_judged
    UNION ALL
    SELECT 3, counted(count(*), 'need is', 'needs are') || ' recorded as unmet' FROM hub_needs WHERE status = 'unmet'
) ORDER BY place;

-- figure: coverage
-- finding: CASE WHEN max(number) FILTER (place = 1) = 0 THEN 'No goals were worked on' ELSE percent(max(number) FILTER (place = 2), max(number) FILTER (place = 1)) || '% of goals had a review' END
-- scope: What the figures of this report rest on, {hub}, {period}
-- column: what | What
-- column: number | Number | number
-- source: Hub records
SELECT what, number, place FROM (
    SELECT 1 AS place, 'Goals worked on' AS what, count(*) AS number FROM worked_on
    UNION ALL SELECT 2, 'Goals with at least one review', count(*) FILTER (reviews > 0) FROM worked_on
    UNION ALL SELECT 3, 'Goals with two or more reviews, so that a change can be seen', count(*) FILTER (first_reviewed_on < last_reviewed_on) FROM worked_on
    UNION ALL SELECT 4, 'Families with goals', count(DISTINCT family) FROM worked_on
    UNION ALL SELECT 5, 'Families with a goal reviewed', count(DISTINCT family) FILTER (reviews > 0) FROM worked_on
    UNION ALL SELECT 6, 'Families that agreed to take part in evaluation', count(DISTINCT family) FILTER (evaluation_agreed) FROM worked_on
) ORDER BY place;

-- figure: results
-- finding: CASE WHEN count(*) = 0 THEN 'No goals were closed' ELSE counted(sum(met), 'goal was', 'goals were') || ' met, ' || sum(partly_met)::BIGINT || ' partly and ' || sum(not_met)::BIGINT || ' not' END
-- scope: Goals closed by headline area and result, {hub}, {period}
-- column: area | Headline area
-- column: met | Met | number
-- column: partly_met | Partly met | number
-- column: not_met | Not met | number
-- column: withdrawn | Withdrawn | number
-- chart: area: met, partly_met, not_met, withdrawn
-- source: Hub records
-- empty: No goals were closed in {hub}, {period}.
SELECT w.label AS area, count(goal) FILTER (result = 'met') AS met, count(goal) FILTER (result = 'partly_met') AS partly_met,
       count(goal) FILTER (result = 'not_met') AS not_met, count(goal) FILTER (result = 'withdrawn') AS withdrawn
FROM words AS w LEFT JOIN (SELECT subject AS goal, area, result FROM closed_goals) AS g ON g.area = w.code
WHERE w.list = 'areas' AND EXISTS (FROM closed_goals)
GROUP BY w.label ORDER BY count(goal) DESC, area;

-- figure: change
-- finding: CASE WHEN count(*) = 0 THEN 'No goal has two scores to compare' ELSE counted(sum(improved), 'goal', 'goals') || ' of ' || format('{:,}', sum(goals)::BIGINT) || ' went up by enough to count' END
-- scope: First to last score of each goal with two or more reviews, by instrument, {hub}, {period}
-- column: instrument | Instrument
-- column: goals | Goals | number
-- column: threshold | Change that counts | number | points
-- column: improved | Higher | number
-- column: same | About the same | number
-- column: declined | Lower | number
-- column: median | Median change | decimal | points
-- source: Hub records
-- note: Each instrument has its own scale: scores of different instruments are never added or averaged together.
-- note: A change from first to last review does not show that support caused it: some things would have changed anyway, and families often come when things are at their worst.
-- empty: No goal in {hub} has two reviews to compare, {period}.
SELECT said('instruments', instrument) AS instrument, count(*) AS goals, threshold,
       count(*) FILTER (change >= threshold) AS improved, count(*) FILTER (abs(change) < threshold) AS same,
       count(*) FILTER (change <= -threshold) AS declined, round(median(change), 1)::DOUBLE AS median
FROM changes GROUP BY changes.instrument, threshold ORDER BY goals DESC, instrument;

-- figure: no_lead
-- finding: counted(count(*), 'open family has', 'open families have') || ' nobody, or two people, recorded as taking the lead'
-- scope: Open families without exactly one lead, {hub}, at {as_at}
-- column: subject | Family
-- column: hub | Hub
-- column: code | Code
-- column: sentence | What was found
-- column: since | Since | date
-- source: Hub records
-- empty: Every open family in {hub} has one lead.
SELECT subject, said('hubs', hub) AS hub, code, sentence, since
FROM leads_judged JOIN checks USING (code) WHERE code IN ('LD01', 'LD02') ORDER BY code, since, subject;

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
-- finding: CASE WHEN count(*) = 0 THEN 'No unmet need is recorded' ELSE arg_max(area, unmet) || ' is the largest unmet need' END
-- scope: Needs identified, by headline area, {hub}, {period}
-- column: area | Headline area
-- column: unmet | Unmet | number
-- column: declined | Declined | number
-- column: met | Met | number
-- chart: area: unmet, declined, met
-- source: Hub records
-- empty: No needs were identified in {hub}, {period}.
SELECT said('areas', area) AS area, count(*) FILTER (status = 'unmet') AS unmet,
       count(*) FILTER (status = 'declined') AS declined, count(*) FILTER (status = 'met') AS met
FROM hub_needs GROUP BY hub_needs.area ORDER BY unmet DESC, area;

-- figure: unmet_reasons
-- finding: CASE WHEN count(*) = 0 THEN 'No unmet need is recorded' ELSE 'The commonest reason is: ' || lower(arg_max(reason, number)[1]) || arg_max(reason, number)[2:] END
-- scope: Unmet needs by reason and headline area, commonest first, {hub}, {period}
-- column: reason | Reason
-- column: area | Headline area
-- column: number | Needs | number
-- source: Hub records
-- empty: No need in {hub} is recorded as unmet, {period}.
SELECT coalesce(said('need_reasons', reason), 'No reason recorded') AS reason, said('areas', area) AS area, count(*) AS number
FROM hub_needs WHERE status = 'unmet' GROUP BY hub_needs.reason, hub_needs.area ORDER BY number DESC, reason, area;

-- figure: partners
-- finding: counted(count(*) FILTER (late = 'Yes'), 'partner', 'partners') || ' of ' || count(*) || CASE count(*) FILTER (late = 'Yes') WHEN 1 THEN ' has' ELSE ' have' END || ' not updated in time'
-- scope: Partners by how long ago they last updated the Hub, at {as_at}
-- column: organisation | Partner
-- column: last_update_on | Last update | date
-- column: days | Days ago | number
-- column: late | Too long ago
-- source: Hub records
-- empty: No partner is recorded.
SELECT partner(subject) AS organisation, last_update_on, days, CASE WHEN code IS NULL THEN 'No' ELSE 'Yes' END AS late
FROM partners ORDER BY days DESC NULLS FIRST, organisation;
