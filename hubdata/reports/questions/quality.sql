-- Quality (P10): who has kept the Hub up to date, which days each partner's part covers, and what in it cannot be right.
-- The rules judged what is late (FR01), at odds with itself (DQ01) or untouched (DQ02); here gaps are only counted.
-- Readings chosen:
--   * a partner here is an organisation of whom anything is recorded, or that supports an open family;
--   * a gap is something that nobody can be told: support that goes on without a last contact, support without an end in
--     a family whose support has ended, and a lead of an organisation that is not recorded as supporting the family.

CREATE TEMP TABLE here AS SELECT q.* FROM judged_quality AS q, asked WHERE asked.of_hub IN ('all', q.hub);
CREATE TEMP TABLE open_support AS
    SELECT i.*, coalesce(f.closed_on > as_at, true) AS family_open FROM involvements AS i JOIN hub_families AS f USING (family), asked
    WHERE started_on <= as_at AND coalesce(ended_on >= as_at, true);
CREATE TEMP TABLE lone_leads AS
    SELECT l.family, w.organisation FROM leads AS l JOIN practitioners AS w USING (practitioner) SEMI JOIN hub_families USING (family), asked
    WHERE l.started_on <= as_at AND coalesce(l.ended_on >= as_at, true)
      AND NOT EXISTS (FROM involvements AS i WHERE i.family = l.family AND i.organisation = w.organisation);
CREATE TEMP TABLE standing AS
    SELECT f.subject AS organisation, f.code, f.last_update_on, f.days, f.supports, f.covers_from, f.covers_to, f.known_by,
           last_update_on + decided('freshness.update_within_days') AS due_on
    FROM judged_freshness AS f, asked
    WHERE asked.of_hub = 'all' OR f.subject IN (SELECT organisation FROM involvements SEMI JOIN hub_families USING (family));
CREATE TEMP TABLE gaps AS
    SELECT organisation, count(*) FILTER (what = 'support') AS supports, count(*) FILTER (what = 'no contact') AS no_contact,
           count(*) FILTER (what = 'not ended') AS not_ended, count(*) FILTER (what = 'lone lead') AS lone_leads,
           count(*) FILTER (what = 'DQ01') AS at_odds, count(*) FILTER (what = 'DQ02') AS untouched
    FROM (
        SELECT organisation, 'support' AS what FROM open_support WHERE family_open
        UNION ALL SELECT organisation, 'no contact' FROM open_support WHERE family_open AND last_contact_on IS NULL
        UNION ALL SELECT organisation, 'not ended' FROM open_support WHERE NOT family_open AND ended_on IS NULL
        UNION ALL SELECT organisation, 'lone lead' FROM lone_leads
        UNION ALL SELECT organisation, code FROM here WHERE code IS NOT NULL AND organisation IS NOT NULL
    ) GROUP BY organisation;
CREATE TEMP TABLE ran AS
    SELECT code, judged, nothing_to_judge() AS why FROM checks JOIN (
        SELECT 'freshness' AS family, count(*) FILTER (supports) AS judged FROM standing
        UNION ALL SELECT 'quality', count(*) FROM here
    ) USING (family);
CREATE TEMP TABLE found AS
    SELECT code, organisation AS subject FROM standing WHERE code IS NOT NULL
    UNION ALL SELECT code, subject FROM here WHERE code IS NOT NULL;
CREATE TEMP MACRO known_words(of_code) AS
    CASE of_code WHEN 'declared' THEN 'Returns' WHEN 'recorded' THEN 'Entries' ELSE 'Not known' END;

-- figure: answer
-- finding: (SELECT CASE WHEN count(*) = 0 THEN 'No partner supports an open family' ELSE count(*) FILTER (code IS NULL) || ' of ' || counted(count(*), 'partner', 'partners') || CASE count(*) FILTER (code IS NULL) WHEN 1 THEN ' is' ELSE ' are' END || ' up to date' END FROM standing WHERE supports) || (SELECT CASE count(*) FILTER (at_odds > 0) WHEN 0 THEN '; none has entries that contradict themselves' WHEN 1 THEN '; 1 has entries that contradict themselves' ELSE '; ' || count(*) FILTER (at_odds > 0) || ' have entries that contradict themselves' END FROM gaps)
-- scope: {hub}, {period}
-- column: point | Point
SELECT point FROM (
    SELECT 0 AS place, 'Late: ' || string_agg(partner(organisation), ', ' ORDER BY days DESC, organisation) AS point FROM standing WHERE code IS NOT NULL HAVING count(*) > 0
    UNION ALL
    SELECT 1, 'Next to update: ' || arg_min(partner(organisation), (due_on, organisation)) || ', by ' || in_words(min(due_on))
    FROM standing WHERE supports AND code IS NULL AND last_update_on IS NOT NULL HAVING count(*) > 0
    UNION ALL
    SELECT 2, 'Of ' || counted(sum(supports), 'entry on support that goes on', 'entries on support that goes on') || ', ' || format('{:,}', coalesce(sum(no_contact), 0)::BIGINT) || ' without a last contact and '
        || format('{:,}', coalesce(sum(untouched), 0)::BIGINT) || ' without any for more than ' || decided('freshness.untouched_after_days') || ' days' FROM gaps
    UNION ALL
    SELECT 3, CASE WHEN count(*) FILTER (known_by = 'declared') = 0 THEN 'No partner says which days its returns cover: it is taken from what is recorded'
        ELSE counted(count(*) FILTER (known_by = 'declared'), 'partner says', 'partners say') || ' which days the returns cover; of others it is taken from what is recorded' END FROM standing
) ORDER BY place;

-- figure: partners
-- finding: CASE WHEN count(*) FILTER (supports) = 0 THEN 'No partner supports an open family' ELSE count(*) FILTER (state = 'Late') || ' of ' || counted(count(*) FILTER (supports), 'partner that supports', 'partners that support') || ' open families ' || CASE count(*) FILTER (state = 'Late') WHEN 1 THEN 'is' ELSE 'are' END || ' late' END
-- scope: Partners by how current their part of the record is, late ones first, {hub}, at {as_at}
-- column: name | Partner
-- column: state | State
-- column: last_update_on | Current as of | date | | Never updated
-- column: due_on | To be updated by | date | | [z]
-- column: covers_from | Covers from | date | | [x]
-- column: covers_to | Covers to | date | | [x]
-- column: known | Known from
-- source: Hub records
-- note: Current as of is the last day on which anything of the partner was recorded, or a return from it arrived (one of an old period: the end of that period). Only a partner that supports an open family has to update. What is covered is what its returns say, up to the latest and back to the last gap between them, or else from the first to the last day of its entries.
-- empty: Nothing is recorded of any partner in {hub}.
SELECT partner(organisation) AS name, CASE WHEN code IS NOT NULL THEN 'Late' WHEN supports THEN 'Up to date' ELSE 'Not due' END AS state,
       last_update_on, CASE WHEN supports THEN due_on END AS due_on, covers_from, covers_to, known_words(known_by) AS known, supports
FROM standing ORDER BY list_position(['Late', 'Up to date', 'Not due'], state), last_update_on NULLS FIRST, name;

-- figure: returns
-- finding: CASE WHEN count(*) = 0 THEN 'No return has been taken in' ELSE counted(sum(arrived), 'return', 'returns') || ' arrived in the period, from ' || counted(count(*) FILTER (arrived > 0), 'partner', 'partners') END
-- scope: Returns that were taken in, by partner, latest first, all hubs, {period}
-- column: name | Partner
-- column: arrived | In the period | number
-- column: in_all | In all | number
-- column: last_on | Last return | date
-- column: says | It covers, by its own word | text | | Not said
-- source: Hub records
-- note: A return that was refused left nothing in the Hub. One that waits for a person is not counted: hubdata intake waiting shows it.
-- empty: No return has been taken in.
SELECT partner(organisation) AS name, count(*) FILTER (england_day(recorded_at) >= coalesce(period_from, DATE '0001-01-01')) AS arrived, count(*) AS in_all,
       england_day(max(recorded_at)) AS last_on,
       arg_max(concat_ws(' to ', in_words(covers_from), in_words(covers_to)), (covers_to, received)) FILTER (covers_to IS NOT NULL) AS says
FROM returns, asked WHERE england_day(recorded_at) <= as_at GROUP BY organisation ORDER BY last_on DESC, name;

-- figure: gaps
-- finding: CASE WHEN coalesce(sum(no_contact + not_ended + lone_leads + at_odds + untouched), 0) = 0 THEN 'Nothing is missing and nothing is at odds' ELSE counted(sum(no_contact + not_ended + lone_leads), 'gap', 'gaps') || ' and ' || counted(sum(at_odds + untouched), 'entry', 'entries') || ' to correct, at ' || counted(count(*) FILTER (no_contact + not_ended + lone_leads + at_odds + untouched > 0), 'partner', 'partners') END
-- scope: What is missing or cannot be right, by partner, most to correct first, {hub}, at {as_at}
-- column: name | Partner
-- column: supports | Support that goes on | number
-- column: at_odds | At odds with itself | number
-- column: untouched | Untouched | number
-- column: no_contact | Without a last contact | number
-- column: not_ended | Not ended with the family's support | number
-- column: lone_leads | Leads without support | number
-- column: share | Support with a last contact | number | per cent | [z]
-- column: current_on | Current as of | date | | Never updated
-- source: Hub records
-- note: At odds and untouched are findings (DQ01, DQ02). The rest are gaps: nobody can be told about them, and the partner can fill them.
-- empty: No partner supports a family in {hub}.
SELECT partner(organisation) AS name, supports, at_odds, untouched, no_contact, not_ended, lone_leads,
       percent(supports - no_contact, supports) AS share, current_as_of(organisation) AS current_on
FROM gaps ORDER BY at_odds + untouched DESC, no_contact + not_ended + lone_leads DESC, name;

-- figure: kinds
-- finding: CASE WHEN sum(entries) = 0 THEN 'No entry contradicts itself' ELSE 'Most often at odds: ' || lower(arg_min(kind, (-entries, place))) END
-- scope: Entries on support, leads and goals by what is at odds, {hub}, at {as_at}
-- column: kind | What is at odds
-- column: entries | Entries | number
-- chart: kind: entries
-- source: Hub records
SELECT upper(kind[1]) || kind[2:] AS kind, count(subject) AS entries, place
FROM (SELECT unnest(['ended before it started', 'contact before it started', 'contact after it ended', 'contact still to come',
    'reviewed before it was set', 'started after the support had ended']) AS kind, unnest(range(1, 7)) AS place)
LEFT JOIN here ON contradiction = kind GROUP BY kind, place ORDER BY place;

-- figure: contradictions
-- finding: counted(count(*), 'entry contradicts itself', 'entries contradict themselves')
-- scope: Entries whose dates cannot both be true, by partner, {hub}, at {as_at}
-- column: name | Partner | text | | Nobody in particular
-- column: subject | Reference
-- column: what | Entry
-- column: evidence | What was found
-- source: Hub records
-- note: The entries are in the record as they came. Ask the partner which date is right, and take in the corrected row.
-- empty: No entry in {hub} contradicts itself.
SELECT partner(organisation) AS name, subject, CASE "table" WHEN 'involvements' THEN 'Support' WHEN 'leads' THEN 'Lead' ELSE 'Goal' END AS what, evidence
FROM here WHERE code = 'DQ01' ORDER BY name NULLS LAST, subject, evidence;

-- figure: untouched
-- finding: counted(count(*), 'entry on support is', 'entries on support are') || ' said to go on without contact'
-- scope: Support that was never ended, longest without contact first, {hub}, at {as_at}
-- column: name | Partner
-- column: subject | Family
-- column: contact_on | Last contact | date | | Never recorded
-- column: days | Days without | number
-- source: Hub records
-- note: Where no contact was ever recorded, the days are counted from the first day of the support. Somebody else still sees these families. A family that nobody sees is in the retention report (RT03), a lead who is out of touch in the outcomes report (LD03).
-- empty: Nothing in {hub} is said to go on without contact.
SELECT partner(organisation) AS name, subject, contact_on, as_at - coalesce(contact_on, started_on) AS days
FROM here, asked WHERE code = 'DQ02' ORDER BY days DESC, subject;
