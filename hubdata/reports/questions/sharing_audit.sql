-- Sharing audit (P5, P6, P7): was every share agreed, or for a recorded risk and explained? One row for each person of
-- each share, as the rule judged it; a family that refuses has used its right, so refusals are figures, not faults.

-- Every judgement twice: as now known, and as it was known at the end of the share's own day.
CREATE TEMP TABLE judged_here AS
    SELECT s.subject, s.family, s.person, s.route, s.purpose, s.from_organisation, s.to_organisation, s.shared_on,
           s.recorded_on, s.told_family, s.code, coalesce(now.severity, 'covered') AS verdict, now.sentence, s.known_code,
           coalesce(before.severity, 'covered') AS known_verdict, before.sentence AS known_sentence, s.evidence
    FROM judged_sharing AS s LEFT JOIN checks AS now ON now.code = s.code
    LEFT JOIN checks AS before ON before.code = s.known_code, asked
    WHERE asked.of_hub IN ('all', s.hub);
CREATE TEMP TABLE sharing AS
    SELECT j.* FROM judged_here AS j, asked WHERE shared_on BETWEEN coalesce(period_from, shared_on) AND as_at;
CREATE TEMP TABLE basis AS
    SELECT b.* FROM judged_basis AS b, asked
    WHERE asked.of_hub IN ('all', b.hub) AND shared_on BETWEEN coalesce(period_from, shared_on) AND as_at;
CREATE TEMP TABLE found AS
    SELECT code, subject, evidence FROM sharing WHERE code IS NOT NULL
    UNION ALL SELECT code, subject, evidence FROM basis WHERE code IS NOT NULL;
-- What each check could judge: a check of referrals says nothing where there were none.
CREATE TEMP TABLE ran AS
    SELECT code, CASE
        WHEN family = 'basis' THEN (SELECT count(*) FROM basis)
        WHEN code = 'SH10' THEN (SELECT count(*) FROM sharing WHERE route = 'additional_support')
        WHEN code IN ('SH11', 'SH12', 'SH13', 'SH15') THEN (SELECT count(*) FROM sharing WHERE route IN ('without_agreement', 'legal_duty'))
        ELSE (SELECT count(*) FROM sharing WHERE route IN ('within_hub', 'additional_support')) END AS judged,
        CASE WHEN family = 'basis' THEN 'Nothing was shared.' WHEN code = 'SH10' THEN 'Nothing was shared for additional support.'
        WHEN code IN ('SH11', 'SH12', 'SH13', 'SH15') THEN 'Nothing was shared without agreement or by law.'
        ELSE 'Nothing was shared with agreement.' END AS why
    FROM checks WHERE family IN ('sharing', 'basis');
CREATE TEMP TABLE hub_shares AS SELECT s.* FROM shares AS s SEMI JOIN hub_families USING (family);
CREATE TEMP TABLE corrected_shares AS SELECT DISTINCT supersedes AS share FROM superseding('shares');
-- Decisions, without those that a correction replaced; a family that changes its mind later corrects nothing.
CREATE TEMP TABLE all_decisions AS
    SELECT d.* FROM decisions() AS d SEMI JOIN hub_families USING (family) WHERE corrected_on IS NULL;
CREATE TEMP TABLE decided_in_period AS
    SELECT a.* FROM all_decisions AS a, asked WHERE decided_on BETWEEN coalesce(period_from, decided_on) AND as_at;
CREATE TEMP TABLE withheld_here AS
    SELECT w.* FROM withheld AS w SEMI JOIN hub_families USING (family), asked
    WHERE decided_on BETWEEN coalesce(period_from, decided_on) AND as_at;
-- Every share without agreement or by law, once.
CREATE TEMP TABLE register AS
    SELECT s.share AS subject, s.shared_on, s.route, p.organisation AS decided_at, s.to_organisation, s.has_reason, s.has_risk_to,
           s.told_family, s.told_on, s.has_not_told_reason, l.look_again_on, j.codes
    FROM (SELECT subject, string_agg(DISTINCT code, ', ' ORDER BY code) AS codes FROM sharing
          WHERE route IN ('without_agreement', 'legal_duty') GROUP BY subject) AS j
    JOIN shares AS s ON s.share = j.subject LEFT JOIN practitioners AS p ON p.practitioner = s.decided_by
    LEFT JOIN (SELECT share, max(look_again_on) AS look_again_on FROM look_again GROUP BY share) AS l ON l.share = j.subject;
CREATE TEMP MACRO route_words(route) AS CASE route
    WHEN 'within_hub' THEN 'Within the Hub, with agreement' WHEN 'additional_support' THEN 'Additional support, with agreement'
    WHEN 'without_agreement' THEN 'Without agreement, for a risk' WHEN 'legal_duty' THEN 'Because a law requires it' ELSE route END;
CREATE TEMP MACRO verdict_words(verdict) AS CASE verdict
    WHEN 'covered' THEN 'Covered' WHEN 'check' THEN 'To be checked' WHEN 'breach' THEN 'Broken promise' ELSE verdict END;
CREATE TEMP MACRO judged_words(verdict, sentence, code) AS
    verdict_words(verdict) || coalesce(': ' || lower(sentence[1]) || sentence[2:] || ' (' || code || ')', '');
CREATE TEMP MACRO gravity(verdict) AS CASE verdict WHEN 'breach' THEN 2 WHEN 'check' THEN 1 ELSE 0 END;
CREATE TEMP MACRO yes_no(said) AS CASE said WHEN 'yes' THEN 'Yes' WHEN 'no' THEN 'No' WHEN 'not_yet' THEN 'Not yet' END;
CREATE TEMP MACRO recorded_or_not(is_recorded) AS CASE WHEN is_recorded THEN 'Recorded' ELSE 'Not recorded' END;
CREATE TEMP MACRO ends(of_from, of_to) AS partner(of_from) || ' to ' || partner(of_to);

-- figure: answer
-- finding: (SELECT CASE WHEN count(*) = 0 THEN 'No shares are recorded in this period' WHEN count(*) FILTER (verdict = 'breach') = 0 THEN 'No share broke a promise' ELSE counted(count(DISTINCT subject) FILTER (verdict = 'breach'), 'share of ', 'shares of ') || format('{:,}', count(DISTINCT subject)) || ' broke a promise' END FROM sharing)
-- scope: {hub}, {period}
-- column: point | Point
SELECT point FROM (
    SELECT 1 AS place, counted(count(*), 'share needs', 'shares need') || ' a person to look'
        || CASE WHEN count(*) FILTER (NOT judged) > 0 THEN ', ' || count(*) FILTER (NOT judged) || ' of them only for the word ''consent''' ELSE '' END AS point
    FROM (SELECT subject, bool_or(judged) AS judged FROM (
        SELECT subject, true AS judged FROM sharing WHERE verdict = 'check' UNION ALL SELECT subject, false FROM basis WHERE code IS NOT NULL) GROUP BY subject)
    UNION ALL
    SELECT 2, counted(count(DISTINCT subject), 'share was', 'shares were') || ' made without agreement; the family was told of ' || count(DISTINCT subject) FILTER (told_family = 'yes')
    FROM sharing WHERE route = 'without_agreement'
    UNION ALL
    SELECT 3, counted(count(*), 'decision was a refusal or a withdrawal', 'decisions were refusals or withdrawals') || ', as every family may decide'
    FROM decided_in_period WHERE decision IN ('refused', 'withdrawn')
    UNION ALL
    SELECT 4, counted(count(*), 'judgement is', 'judgements are') || ' worse than was known on the day of the share'
    FROM sharing WHERE gravity(verdict) > gravity(known_verdict)
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

-- figure: unchecked
-- finding: CASE WHEN sum(number) = 0 THEN 'Every entry of a share was judged in full' ELSE counted(sum(number), 'entry was', 'entries were') || ' not judged, or not in full' END
-- scope: What could not be checked, {hub}, {period}
-- column: what | Shares
-- column: number | Number | number
-- column: why | What that means
-- source: Hub records
SELECT what, number, why FROM (
    SELECT 1 AS place, 'Replaced by a correction' AS what, count(*) AS number, 'Not judged: the correction is judged in its place.' AS why
    FROM hub_shares SEMI JOIN corrected_shares USING (share), asked WHERE shared_on BETWEEN coalesce(period_from, shared_on) AND as_at
    UNION ALL
    SELECT 2, 'Dated after the last day covered', count(*), 'Not judged: the next report has them.' FROM hub_shares, asked WHERE shared_on > as_at
    UNION ALL
    SELECT 3, 'About a person who is not in the family''s record', count(DISTINCT subject),
           'Judged, but the family''s decisions may not be about this person.'
    FROM sharing ANTI JOIN people ON people.person = sharing.person AND people.family = sharing.family
    UNION ALL
    SELECT 4, 'About nobody', count(*), 'Not judged: nobody''s decision can be looked up.' FROM hub_shares, asked
    WHERE len(coalesce(about, [])) = 0 AND shared_on BETWEEN coalesce(period_from, shared_on) AND as_at
    UNION ALL
    SELECT 5, 'Without any category', count(*), 'Judged, but not on whether only agreed details were shared (SH06).'
    FROM hub_shares ANTI JOIN corrected_shares USING (share), asked
    WHERE len(coalesce(categories, [])) = 0 AND shared_on BETWEEN coalesce(period_from, shared_on) AND as_at
) ORDER BY place;

-- figure: by_route
-- finding: counted(sum(covered), 'judgement is', 'judgements are') || ' covered, ' || format('{:,}', coalesce(sum(broken), 0)::BIGINT) || ' broke a promise'
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
-- column: current_on | Current as of | date
-- column: covers | Its records cover | text | | [x]
-- source: Hub records
-- empty: There are no shares recorded in {hub}, {period}.
SELECT partner(from_organisation) AS organisation, count(*) FILTER (verdict = 'covered') AS covered,
       count(*) FILTER (verdict = 'check') AS look, count(*) FILTER (verdict = 'breach') AS broken, count(*) AS total,
       percent(covered, total) AS share, current_as_of(from_organisation) AS current_on, covers(from_organisation) AS covers
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
-- finding: counted(count(*), 'broken promise', 'broken promises') || CASE WHEN count(*) = 0 THEN '' ELSE ' in ' || counted(count(DISTINCT subject), 'share', 'shares') END
-- scope: Broken promises, one for each person of a share, latest first, {hub}, {period}
-- column: subject | Share
-- column: person | Person
-- column: shared_on | Shared | date
-- column: ends | From and to
-- column: code | Code
-- column: sentence | What was found
-- source: Hub records
-- empty: No share in {hub} broke a promise, {period}.
SELECT subject, person, shared_on, ends(from_organisation, to_organisation) AS ends, code, sentence
FROM sharing WHERE verdict = 'breach' ORDER BY shared_on DESC, subject, person;

-- figure: to_check
-- finding: counted(count(*), 'judgement', 'judgements') || CASE WHEN count(*) = 0 THEN '' ELSE ' of ' || counted(count(DISTINCT subject), 'share', 'shares') END || CASE count(*) WHEN 1 THEN ' needs' ELSE ' need' END || ' a person to look'
-- scope: Shares that a person must judge, latest first, {hub}, {period}
-- column: subject | Share
-- column: person | Person
-- column: shared_on | Shared | date
-- column: ends | From and to
-- column: code | Code
-- column: sentence | What was found
-- source: Hub records
-- note: One judgement for each person of a share. Shares that say 'consent' have a list of their own.
-- empty: No share in {hub} needs a person to look, {period}.
SELECT subject, person, shared_on, ends(from_organisation, to_organisation) AS ends, code, sentence
FROM sharing WHERE verdict = 'check' ORDER BY shared_on DESC, subject, person;

-- figure: known
-- finding: CASE WHEN count(*) = 0 THEN 'Every judgement is what it was on the day' ELSE counted(sum(number), 'judgement has', 'judgements have') || ' changed since the day of the share' END
-- scope: Judgements that later records changed, {hub}, {period}
-- column: before | As known on the day
-- column: now | As now known
-- column: number | Judgements | number
-- source: Hub records
-- note: What was recorded after the share counts now, but nobody knew it on the day. Both judgements stand.
-- empty: No later record changed a judgement in {hub}, {period}.
SELECT judged_words(known_verdict, known_sentence, known_code) AS before, judged_words(verdict, sentence, code) AS now, count(*) AS number
FROM sharing WHERE known_code IS DISTINCT FROM code GROUP BY ALL ORDER BY number DESC, before, now;

-- figure: worse
-- finding: counted(count(*), 'judgement is', 'judgements are') || ' worse than was known on the day'
-- scope: Shares that look worse now than on their day, latest first, {hub}, {period}
-- column: subject | Share
-- column: person | Person
-- column: shared_on | Shared | date
-- column: before | As known on the day
-- column: now | As now known
-- source: Hub records
-- empty: No share in {hub} looks worse now than on its day, {period}.
SELECT subject, person, shared_on, judged_words(known_verdict, known_sentence, known_code) AS before, judged_words(verdict, sentence, code) AS now
FROM sharing WHERE gravity(verdict) > gravity(known_verdict) ORDER BY shared_on DESC, subject, person;

-- figure: recording
-- finding: counted(sum(late), 'share was', 'shares were') || ' recorded later than ' || counted(decided('sharing.record_within_days'), 'day', 'days') || ' after the day of the share'
-- scope: How soon shares, and the decisions that cover them, were recorded, by the organisation that shared, {hub}, {period}
-- column: organisation | Organisation
-- column: shares | Shares | number
-- column: middle | From share to record, median | decimal | days
-- column: late | Recorded late | number
-- column: decided_late | Decision recorded after the share | number
-- source: Hub records
-- note: A share that was corrected counts from its first entry. A decision recorded after the share is SH09.
-- note: How current each organisation's entries are, and which days they cover, stands under By organisation.
-- empty: There are no shares recorded in {hub}, {period}.
WITH RECURSIVE entered AS (
    SELECT share, england_day(recorded_at) AS entered_on FROM shares ANTI JOIN superseding('shares') AS s ON s.id = shares.share
    UNION ALL SELECT s.id, e.entered_on FROM superseding('shares') AS s JOIN entered AS e ON e.share = s.supersedes
),
made AS (
    SELECT subject, from_organisation, coalesce(any_value(entered_on), any_value(recorded_on)) - any_value(shared_on) AS days,
           bool_or(code IS NOT DISTINCT FROM 'SH09') AS decided_late
    FROM sharing LEFT JOIN entered ON entered.share = sharing.subject GROUP BY subject, from_organisation
)
SELECT partner(from_organisation) AS organisation, count(*) AS shares, round(median(days), 1)::DOUBLE AS middle,
       count(*) FILTER (days > decided('sharing.record_within_days')) AS late, count(*) FILTER (decided_late) AS decided_late
FROM made GROUP BY from_organisation ORDER BY late DESC, middle DESC, organisation;

-- figure: choices
-- finding: counted(sum(refused), 'refusal', 'refusals') || ' and ' || counted(sum(withdrawn), 'withdrawal', 'withdrawals') || ' beside ' || counted(sum(agreed), 'agreement', 'agreements')
-- scope: Families' decisions by month and purpose, {hub}, {period}
-- column: month | Month | month
-- column: purpose | Purpose
-- column: agreed | Agreed | number
-- column: refused | Refused | number
-- column: withdrawn | Withdrawn | number
-- source: Hub records
-- note: Families do not have to agree. A refusal is a right that was used, not a failure of a partner.
-- empty: No decisions are recorded in {hub}, {period}.
SELECT date_trunc('month', decided_on)::DATE AS month, said('share_purposes', purpose) AS purpose, count(*) FILTER (decision = 'agreed') AS agreed,
       count(*) FILTER (decision = 'refused') AS refused, count(*) FILTER (decision = 'withdrawn') AS withdrawn
FROM decided_in_period WHERE decision IN ('agreed', 'refused', 'withdrawn') GROUP BY month, decided_in_period.purpose ORDER BY month, purpose;

-- figure: honoured
-- finding: CASE max(number) FILTER (place = 1) WHEN 0 THEN 'No family had a refusal or withdrawal in force' ELSE 'Nothing was shared against the refusal or withdrawal of ' || format('{:,}', max(number) FILTER (place = 2)) || ' of ' || counted(max(number) FILTER (place = 1), 'family', 'families') END
-- scope: Refusals and withdrawals in force at some time, and what followed, {hub}, {period}
-- column: what | What
-- column: number | Number | number
-- source: Hub records
-- note: A refusal without recipients holds for everybody whom no later decision names. A share for a recorded risk may go against a refusal: it is never blocked, and always shown (SH15).
WITH spoken AS (
    SELECT family, unnest(covers) AS person, purpose, coalesce(recipients, ['everyone']) AS recipients, decision, decided_on,
           place
    FROM all_decisions, asked WHERE decided_on <= as_at
),
addressed AS (SELECT * EXCLUDE (recipients), unnest(recipients) AS recipient FROM spoken),
-- over before the period starts only where a later decision says otherwise to the same recipient
refused AS (
    SELECT DISTINCT r.family FROM addressed AS r, asked
    WHERE r.decision IN ('refused', 'withdrawn') AND NOT EXISTS (
        FROM addressed AS l WHERE l.person = r.person AND l.purpose = r.purpose AND l.recipient = r.recipient AND l.place > r.place
        AND l.decision NOT IN ('refused', 'withdrawn') AND l.decided_on <= coalesce(asked.period_from, DATE '0001-01-01'))
),
against AS (SELECT subject, family, code FROM sharing WHERE code IN ('SH02', 'SH03', 'SH15')),
concerned AS (
    SELECT family FROM refused JOIN families USING (family), asked
    WHERE opened_on <= as_at AND coalesce(closed_on >= period_from, true)
    UNION SELECT family FROM against
)
SELECT what, number, place FROM (
    SELECT 1 AS place, 'Families with a refusal or withdrawal in force' AS what, count(*) AS number FROM concerned
    UNION ALL SELECT 2, 'Of these, families with no share against it', count(*) FROM (FROM concerned ANTI JOIN against USING (family))
    UNION ALL SELECT 3, 'Shares with agreement claimed, after a refusal (SH02)', count(DISTINCT subject) FROM against WHERE code = 'SH02'
    UNION ALL SELECT 4, 'Shares with agreement claimed, after a withdrawal (SH03)', count(DISTINCT subject) FROM against WHERE code = 'SH03'
    UNION ALL SELECT 5, 'Shares for a recorded risk or by law, after a refusal (SH15)', count(DISTINCT subject) FROM against WHERE code = 'SH15'
) ORDER BY place;

-- figure: told
-- finding: CASE WHEN sum(made) IS NULL THEN 'Nothing was shared without agreement' ELSE 'The family was told of ' || format('{:,}', sum(told)::BIGINT) || ' of ' || counted(sum(made), 'share', 'shares') || ' made without agreement or by law' END
-- scope: Whether families were told, by route, {hub}, {period}
-- column: route | Route
-- column: made | Shares | number
-- column: told | Told | number
-- column: not_yet | Not yet | number
-- column: explained | Not told, reason recorded | number
-- column: unexplained | Not told, no reason | number
-- column: rate | Told | number | per cent of shares
-- source: Hub records
-- empty: Nothing was shared without agreement or by law in {hub}, {period}.
SELECT route_words(route) AS route, count(*) AS made, count(*) FILTER (told_family = 'yes') AS told,
       count(*) FILTER (told_family = 'not_yet') AS not_yet,
       count(*) FILTER (coalesce(told_family, 'no') = 'no' AND has_not_told_reason) AS explained,
       count(*) FILTER (coalesce(told_family, 'no') = 'no' AND NOT has_not_told_reason) AS unexplained, percent(told, made) AS rate
FROM register GROUP BY register.route ORDER BY made DESC, route;

-- figure: without_agreement
-- finding: counted(count(*), 'share is', 'shares are') || ' in the register'
-- scope: Register of shares without agreement or by law, latest first, {hub}, {period}
-- column: subject | Share
-- column: shared_on | Shared | date
-- column: route | Route
-- column: decider | Decided at
-- column: receiver | Shared with
-- column: reason | Reason
-- column: risk | Who is at risk
-- column: code | Code | text | | [z]
-- source: Hub records
-- empty: Nothing was shared without agreement or by law in {hub}, {period}.
SELECT subject, shared_on, route_words(route) AS route, partner(decided_at) AS decider, partner(to_organisation) AS receiver,
       recorded_or_not(has_reason) AS reason, recorded_or_not(has_risk_to) AS risk, codes AS code
FROM register ORDER BY shared_on DESC, subject;

-- figure: telling
-- finding: counted(count(*) FILTER (told <> 'Yes' AND look_again_on IS NULL), 'share of which the family was not told has', 'shares of which the family was not told have') || ' no day to look again'
-- scope: The same register: whether the family was told, and when the decision is looked at again, latest first, {hub}, {period}
-- column: subject | Share
-- column: shared_on | Shared | date
-- column: told | Family told
-- column: told_on | Told on | date | | [z]
-- column: why_not | Why not told | text | | [z]
-- column: look_again_on | Look again on | date
-- source: Hub records
-- note: A day to look again is set by whoever decides, with `hubdata share record --look-again-on`; where the family was told none is asked for.
-- empty: Nothing was shared without agreement or by law in {hub}, {period}.
SELECT subject, shared_on, coalesce(yes_no(told_family), 'Not recorded') AS told, told_on,
       CASE WHEN has_not_told_reason OR coalesce(told_family, 'no') = 'no' THEN recorded_or_not(has_not_told_reason) END AS why_not,
       look_again_on
FROM register ORDER BY shared_on DESC, subject;

-- figure: withheld
-- finding: counted(count(*), 'decision', 'decisions') || ' not to share'
-- scope: Decisions not to share, latest first, {hub}, {period}
-- column: withheld | Decision
-- column: decided_on | Decided | date
-- column: ends | From and to
-- column: purpose | Purpose
-- column: reason | Reason
-- source: Hub records
-- empty: No decision not to share is recorded in {hub}, {period}.
SELECT withheld, decided_on, ends(from_organisation, to_organisation) AS ends, said('share_purposes', purpose) AS purpose,
       recorded_or_not(has_reason) AS reason
FROM withheld_here ORDER BY decided_on DESC, withheld;

-- figure: rates
-- finding: CASE WHEN count(*) FILTER (reading LIKE 'Higher%') = 0 THEN 'No partner shares without agreement more often than chance explains' ELSE counted(count(*) FILTER (reading LIKE 'Higher%'), 'partner shares', 'partners share') || ' without agreement more often than chance explains' END
-- scope: Shares without agreement for every 100 families that a partner supported, and the rates that chance explains, {hub}, {period}
-- column: organisation | Partner
-- column: families | Families | number
-- column: shares | Shares | number
-- column: rate | Rate | decimal | | [z]
-- column: lower | 95% from | decimal | | [z]
-- column: upper | 95% to | decimal | | [z]
-- column: lowest | 99.8% from | decimal | | [z]
-- column: highest | 99.8% to | decimal | | [z]
-- column: reading | Reading
-- source: Hub records
-- note: The bounds are those of a funnel plot, exact for counts (Poisson), around the rate of all partners together. Of twenty partners that are alike, about one lies outside the 95% bounds by chance, and hardly ever one outside the 99.8% bounds.
-- note: It is too few to say where a partner supported fewer than ten families, or less than one share would be expected of it, unless more were made than the 99.8% bound. A high rate is a question, not a fault: some partners meet more risk than others.
-- note: How current each organisation's entries are, and which days they cover, stands under By organisation.
-- empty: No partner supported a family, or shared without agreement, in {hub}, {period}.
WITH supported AS (
    SELECT organisation, count(DISTINCT family) AS families FROM involvements SEMI JOIN hub_families USING (family), asked
    WHERE started_on <= as_at AND coalesce(ended_on >= period_from, true) GROUP BY organisation
),
overridden AS (
    SELECT from_organisation AS organisation, count(DISTINCT subject) AS shares FROM sharing WHERE route = 'without_agreement' GROUP BY ALL
),
partners AS (
    SELECT organisation, coalesce(families, 0) AS families, coalesce(shares, 0) AS shares
    FROM supported FULL JOIN overridden USING (organisation)
),
together AS (SELECT sum(shares) / sum(families) AS rate FROM partners WHERE families > 0),
expected AS (
    SELECT partners.*, CASE WHEN families * rate > 0 THEN (families * rate)::DOUBLE END AS expected FROM partners, together
),
bounds AS (
    SELECT *, by_chance(expected, 0.025) AS lower, by_chance(expected, 0.975) AS upper,
           by_chance(expected, 0.001) AS lowest, by_chance(expected, 0.999) AS highest
    FROM expected WHERE expected IS NOT NULL
    UNION ALL SELECT *, NULL, NULL, NULL, NULL FROM expected WHERE expected IS NULL
),
per AS (SELECT *, CASE WHEN families > 0 THEN 100.0 / families END AS each FROM bounds)
SELECT partner(organisation) AS organisation, families, shares, round(shares * each, 1)::DOUBLE AS rate,
       round(lower * each, 1)::DOUBLE AS lower, round(upper * each, 1)::DOUBLE AS upper,
       round(lowest * each, 1)::DOUBLE AS lowest, round(highest * each, 1)::DOUBLE AS highest,
       CASE WHEN expected IS NULL OR ((families < 10 OR expected < 1) AND shares <= highest) THEN 'Too few to say'
            WHEN shares > highest THEN 'Higher than chance explains'
            WHEN shares > upper THEN 'Outside the 95% bounds, within what chance explains'
            WHEN shares < lowest THEN 'Lower than chance explains'
            WHEN shares < lower THEN 'Outside the 95% bounds, within what chance explains'
            ELSE 'Within what chance explains' END AS reading
FROM per ORDER BY reading LIKE 'Higher%' DESC, rate DESC NULLS LAST, organisation;

-- figure: agreement
-- finding: counted(sum(covered), 'judgement is', 'judgements are') || ' covered by what the family decided, or need no agreement'
-- scope: Agreement: judgements by purpose, {hub}, {period}
-- column: purpose | Purpose
-- column: covered | Covered | number
-- column: look | To be checked | number
-- column: broken | Broken promise | number
-- source: Hub records
-- empty: There are no shares recorded in {hub}, {period}.
SELECT said('share_purposes', purpose) AS purpose, count(*) FILTER (verdict = 'covered') AS covered,
       count(*) FILTER (verdict = 'check') AS look, count(*) FILTER (verdict = 'breach') AS broken
FROM sharing GROUP BY sharing.purpose ORDER BY count(*) DESC, purpose;

-- figure: lawful_basis
-- finding: CASE WHEN count(*) FILTER (value IS NULL) = 0 THEN 'Every purpose has a lawful basis in force' ELSE counted(count(*) FILTER (value IS NULL), 'purpose has', 'purposes have') || ' no lawful basis in force' END
-- scope: Lawful basis under UK GDPR: the basis in force for each purpose at {as_at}, and shares, {hub}, {period}
-- column: purpose | Purpose
-- column: value | Lawful basis in force
-- column: shares | Shares | number
-- source: Policy, and Hub records
SELECT w.label AS purpose, p.value, count(DISTINCT s.subject) AS shares
FROM words AS w LEFT JOIN policy AS p ON p.name = 'lawful_basis.' || w.code LEFT JOIN sharing AS s ON s.purpose = w.code
WHERE w.list = 'share_purposes' GROUP BY w.code, w.label, p.value ORDER BY shares DESC, purpose;

-- figure: legal_power
-- finding: counted(sum(shares) FILTER (power IS NOT NULL), 'share went', 'shares went') || ' to organisations under the duty to share for a child''s welfare'
-- scope: Legal power: recipients by their place in the duty at {as_at}, {hub}, {period}
-- column: class | Recipients
-- column: organisations | Organisations | number
-- column: shares | Shares | number
-- column: power | The duty for such bodies | text | | [z]
-- source: Policy, and Hub records
-- note: Whether the duty applied to one share is for a person to judge: it rests on the child's welfare, not on the recipient alone.
-- empty: There are no shares recorded in {hub}, {period}.
SELECT coalesce(said('duty_classes', o.duty_class), 'Not recorded') AS class, count(DISTINCT s.to_organisation) AS organisations,
       count(DISTINCT s.subject) AS shares,
       (SELECT any_value(value) FROM policy WHERE name = 'legal_power.welfare' AND o.duty_class IN ('section_11', 'education_childcare', 'commissioned')) AS power
FROM sharing AS s LEFT JOIN organisations AS o ON o.organisation = s.to_organisation
GROUP BY o.duty_class ORDER BY shares DESC, class;

-- figure: called_consent
-- finding: counted(count(*), 'share says', 'shares say') || ' ''consent'' where agreement or another basis is meant'
-- scope: Shares whose reason says consent, latest first, {hub}, {period}
-- column: subject | Share
-- column: shared_on | Shared | date
-- column: ends | From and to
-- column: purpose | Purpose
-- column: basis | Lawful basis in force
-- column: code | Code
-- source: Hub records
-- note: Only that the word is there is known here. Read the reason at the officer's desk, and correct it.
-- empty: No share in {hub} says consent where another basis is in force, {period}.
SELECT b.subject, b.shared_on, ends(s.from_organisation, s.to_organisation) AS ends, said('share_purposes', b.purpose) AS purpose, b.basis, b.code
FROM basis AS b JOIN shares AS s ON s.share = b.subject WHERE b.code IS NOT NULL ORDER BY b.shared_on DESC, b.subject;

-- figure: elsewhere
-- finding: counted(count(*), 'group of checks is', 'groups of checks are') || ' not part of this report'
-- scope: Checks that this report does not run, and where they are
-- column: family | Checks about
-- column: codes | Codes
-- column: place | Where
SELECT upper(family[1]) || family[2:] AS family, min(code) || CASE WHEN count(*) > 1 THEN ' to ' || max(code) ELSE '' END AS codes,
       CASE WHEN family = 'retention' THEN 'The retention report' WHEN family IN ('outcomes', 'leads') THEN 'The outcomes report'
            WHEN family IN ('freshness', 'quality') THEN 'The quality report'
       ELSE 'The findings command, which runs every check' END AS place
FROM checks WHERE family NOT IN ('sharing', 'basis') GROUP BY checks.family ORDER BY codes;
