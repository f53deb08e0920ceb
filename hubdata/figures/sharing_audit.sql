-- Sharing audit (P5, P6, P7): was every share agreed, or for a recorded risk and explained? One row for each person of
-- each share, as the rule judged it; a family that refuses has used its right, so refusals are figures, not faults.

CREATE TEMP VIEW judged_here AS
    SELECT s.subject, s.person, s.route, s.from_organisation, s.to_organisation, s.shared_on, s.told_family, s.code,
           s.evidence, coalesce(checks.severity, 'covered') AS verdict
    FROM judged_sharing AS s LEFT JOIN checks USING (code), asked WHERE asked.of_hub IN ('all', s.hub);
CREATE TEMP VIEW sharing AS
    SELECT j.* FROM judged_here AS j, asked WHERE shared_on BETWEEN coalesce(period_from, shared_on) AND as_at;
-- The same shares, as the hub knew agreements and shares at the end of the last day covered.
CREATE TEMP VIEW sharing_then AS
    SELECT t.subject, t.person, coalesce(checks.severity, 'covered') AS verdict
    FROM judged_sharing_then AS t LEFT JOIN checks USING (code);
CREATE TEMP VIEW ran AS SELECT 'sharing' AS family, count(*) AS judged FROM sharing;
CREATE TEMP VIEW found AS SELECT code, subject, evidence FROM sharing WHERE code IS NOT NULL;
CREATE TEMP VIEW decisions AS
    SELECT a.* FROM agreements AS a SEMI JOIN hub_families USING (family), asked
    WHERE decided_on BETWEEN coalesce(period_from, decided_on) AND as_at;
CREATE TEMP MACRO route_words(route) AS CASE route
    WHEN 'within_hub' THEN 'Within the Hub, with agreement' WHEN 'additional_support' THEN 'Additional support, with agreement'
    WHEN 'without_agreement' THEN 'Without agreement, for a risk' WHEN 'legal_duty' THEN 'Because a law requires it' ELSE route END;
CREATE TEMP MACRO verdict_words(verdict) AS CASE verdict
    WHEN 'covered' THEN 'Covered' WHEN 'check' THEN 'To be checked' WHEN 'breach' THEN 'Broken promise' ELSE verdict END;
CREATE TEMP MACRO yes_no(said) AS CASE said WHEN 'yes' THEN 'Yes' WHEN 'no' THEN 'No' WHEN 'not_yet' THEN 'Not yet' END;

-- figure: answer
-- finding: (SELECT CASE WHEN count(*) = 0 THEN 'No shares are recorded in this period' WHEN count(*) FILTER (verdict = 'breach') = 0 THEN 'No share broke a promise' ELSE counted(count(DISTINCT subject) FILTER (verdict = 'breach'), 'share of ', 'shares of ') || format('{:,}', count(DISTINCT subject)) || ' broke a promise' END FROM sharing)
-- scope: {hub}, {period}
-- column: point | Point
SELECT point FROM (
    SELECT 1 AS place, counted(count(DISTINCT subject) FILTER (verdict = 'check'), 'share needs', 'shares need') || ' a person to look' AS point FROM sharing
    UNION ALL
    SELECT 2, counted(count(DISTINCT subject), 'share was', 'shares were') || ' made without agreement; the family was told of ' || count(DISTINCT subject) FILTER (told_family = 'yes')
    FROM sharing WHERE route = 'without_agreement'
    UNION ALL
    SELECT 3, counted(count(*), 'decision was a refusal or a withdrawal', 'decisions were refusals or withdrawals') || ', as every family may decide'
    FROM decisions WHERE decision IN ('refused', 'withdrawn')
) ORDER BY place;

-- figure: checked
-- finding: counted(max(number) FILTER (what = 'Shares'), 'share was', 'shares were') || ' judged'
-- scope: What was checked, {hub}, {period}
-- column: what | What
-- column: number | Number | number
-- source: Hub records
SELECT what, number FROM (
    SELECT 1 AS place, 'Shares' AS what, count(DISTINCT subject) AS number FROM sharing
    UNION ALL SELECT 2, 'People that they were about', count(DISTINCT person) FROM sharing
    UNION ALL SELECT 3, 'Judgements, one for each person of each share', count(*) FROM sharing
    UNION ALL SELECT 4, 'Partners and services that shared', count(DISTINCT from_organisation) FROM sharing
    UNION ALL SELECT 5, 'Earlier shares, not in this report', count(DISTINCT subject) FROM judged_here, asked WHERE shared_on < period_from
    UNION ALL SELECT 6, 'Earlier shares that broke a promise, not in this report', count(DISTINCT subject)
    FROM judged_here, asked WHERE shared_on < period_from AND verdict = 'breach'
) ORDER BY place;

-- figure: by_route
-- finding: counted(sum(covered), 'judgement is', 'judgements are') || ' covered, ' || format('{:,}', sum(broken)::BIGINT) || ' broke a promise'
-- scope: Judgements (one for each person of each share) by route, {hub}, {period}
-- column: route | Route
-- column: covered | Covered | number
-- column: look | To be checked | number
-- column: broken | Broken promise | number
-- chart: route: covered, look, broken
-- source: Hub records
-- empty: There are no shares recorded in {hub}, {period}.
SELECT route_words(route) AS route, count(*) FILTER (verdict = 'covered') AS covered,
       count(*) FILTER (verdict = 'check') AS look, count(*) FILTER (verdict = 'breach') AS broken
FROM sharing GROUP BY sharing.route ORDER BY count(*) DESC, route;

-- figure: by_partner
-- finding: counted(count(*) FILTER (broken > 0), 'organisation', 'organisations') || ' of ' || count(*) || ' broke a promise'
-- scope: Judgements by the organisation that shared, most broken promises first, {hub}, {period}
-- column: organisation | Organisation
-- column: covered | Covered | number
-- column: look | To be checked | number
-- column: broken | Broken promise | number
-- column: total | All | number
-- column: share | Covered | number | per cent
-- source: Hub records
-- empty: There are no shares recorded in {hub}, {period}.
SELECT partner(from_organisation) AS organisation, count(*) FILTER (verdict = 'covered') AS covered,
       count(*) FILTER (verdict = 'check') AS look, count(*) FILTER (verdict = 'breach') AS broken, count(*) AS total,
       percent(covered, total) AS share
FROM sharing GROUP BY from_organisation ORDER BY broken DESC, total DESC, organisation;

-- figure: by_month
-- finding: counted(count(*) FILTER (broken > 0), 'month', 'months') || ' of ' || count(*) || ' had a broken promise'
-- scope: Judgements by month of the share, {hub}, {period}
-- column: month | Month | month
-- column: covered | Covered | number
-- column: look | To be checked | number
-- column: broken | Broken promise | number
-- chart: month: covered, look, broken
-- source: Hub records
-- empty: There are no shares recorded in {hub}, {period}.
SELECT date_trunc('month', shared_on)::DATE AS month, count(*) FILTER (verdict = 'covered') AS covered,
       count(*) FILTER (verdict = 'check') AS look, count(*) FILTER (verdict = 'breach') AS broken
FROM sharing GROUP BY ALL ORDER BY month;

-- figure: breaches
-- finding: counted(count(*), 'broken promise', 'broken promises')
-- scope: Broken promises, one for each person of a share, latest first, {hub}, {period}
-- column: subject | Share
-- column: person | Person
-- column: shared_on | Shared | date
-- column: ends | From and to
-- column: code | Code
-- column: sentence | What was found
-- source: Hub records
-- empty: No share in {hub} broke a promise, {period}.
SELECT subject, person, shared_on, partner(from_organisation) || ' to ' || partner(to_organisation) AS ends, code, sentence
FROM sharing JOIN checks USING (code) WHERE verdict = 'breach' ORDER BY shared_on DESC, subject, person;

-- figure: to_check
-- finding: counted(count(*), 'judgement needs', 'judgements need') || ' a person to look'
-- scope: Shares that a person must judge, latest first, {hub}, {period}
-- column: subject | Share
-- column: person | Person
-- column: shared_on | Shared | date
-- column: ends | From and to
-- column: code | Code
-- column: sentence | What was found
-- source: Hub records
-- empty: No share in {hub} needs a person to look, {period}.
SELECT subject, person, shared_on, partner(from_organisation) || ' to ' || partner(to_organisation) AS ends, code, sentence
FROM sharing JOIN checks USING (code) WHERE verdict = 'check' ORDER BY shared_on DESC, subject, person;

-- figure: choices
-- finding: counted(sum(refused) + sum(withdrawn), 'refusal or withdrawal', 'refusals and withdrawals') || '; ' || CASE sum(after) WHEN 0 THEN 'none was followed by a share against it' ELSE counted(sum(after), 'share went', 'shares went') || ' against one' END
-- scope: Families' decisions by month, and shares made against one, {hub}, {period}
-- column: month | Month | month
-- column: agreed | Agreed | number
-- column: refused | Refused | number
-- column: withdrawn | Withdrawn | number
-- column: after | Shares against a refusal or withdrawal | number
-- source: Hub records
-- note: Families do not have to agree. A refusal is a right that was used, not a failure of a partner.
-- empty: No decisions are recorded in {hub}, {period}.
SELECT month, sum(agreed)::BIGINT AS agreed, sum(refused)::BIGINT AS refused, sum(withdrawn)::BIGINT AS withdrawn, sum(after)::BIGINT AS after
FROM (
    SELECT date_trunc('month', decided_on)::DATE AS month, (decision = 'agreed')::INTEGER AS agreed,
           (decision = 'refused')::INTEGER AS refused, (decision = 'withdrawn')::INTEGER AS withdrawn, 0 AS after FROM decisions
    UNION ALL
    SELECT date_trunc('month', shared_on)::DATE, 0, 0, 0, 1 FROM sharing WHERE code IN ('SH02', 'SH03')
)
GROUP BY month ORDER BY month;

-- figure: without_agreement
-- finding: 'The family was told of ' || count(*) FILTER (told = 'Yes') || ' of ' || counted(count(*), 'share', 'shares') || ' without agreement'
-- scope: Register of shares without agreement, latest first, {hub}, {period}
-- column: subject | Share
-- column: shared_on | Shared | date
-- column: ends | From and to
-- column: reason | Reason recorded
-- column: told | Family told
-- column: told_on | Told on | date | | [z]
-- column: code | Code | text | | [z]
-- source: Hub records
-- empty: Nothing was shared without agreement in {hub}, {period}.
SELECT subject, any_value(j.shared_on) AS shared_on, any_value(partner(j.from_organisation) || ' to ' || partner(j.to_organisation)) AS ends,
       CASE WHEN any_value(s.has_reason) THEN 'Yes' ELSE 'No' END AS reason, any_value(yes_no(j.told_family)) AS told,
       any_value(s.told_on) AS told_on, string_agg(DISTINCT code, ', ' ORDER BY code) AS code
FROM sharing AS j JOIN shares AS s ON s.share = j.subject
WHERE j.route = 'without_agreement' GROUP BY subject ORDER BY shared_on DESC, subject;

-- figure: known
-- finding: CASE WHEN coalesce(sum(number) FILTER (now <> before), 0) = 0 THEN 'Every judgement is the same as it was then' ELSE counted(sum(number) FILTER (now <> before), 'judgement has', 'judgements have') || ' changed since' END
-- scope: Judgements as the records now stand, and as they stood at the end of {as_at}, {hub}, {period}
-- column: now | As now known
-- column: before | As known then
-- column: number | Judgements | number
-- source: Hub records
-- note: A decision or a correction that was recorded later counts now, but nobody knew it then.
-- empty: There are no shares recorded in {hub}, {period}.
SELECT verdict_words(s.verdict) AS now, coalesce(verdict_words(t.verdict), 'Not recorded yet') AS before, count(*) AS number
FROM sharing AS s LEFT JOIN sharing_then AS t USING (subject, person)
GROUP BY ALL ORDER BY now, before;
