-- What stands: the macros that every rule, report and release reads days, corrections and decisions through.
-- Source: contract.md, "The state of an agreement". Readings chosen:
--   * "recorded on" is England's day, which differs from UTC's in the last hour of a summer's day only;
--   * a row supersedes an earlier one of its own table and family (a step: of its request), recorded no later than it; what names itself, a row in
--     a ring with it, a later one or another family's says nothing of it, and never did, whenever the ring was closed;
--   * a share that supersedes another corrects it. A decision corrects an earlier one or renews it: as it says, or else
--     renews it where its day is later. What was corrected counts as never written, also where its correction was
--     corrected again; what was renewed or changed stands until the day of the new decision, wholly;
--   * no_response and not_sought are no decisions: they begin nothing and end nothing, but may correct an entry;
--   * contrary decisions of one day and one moment: the more protective comes last.
-- A macro is bound when it is made, unless its tables are parameters: so it can be made where they are not there.
CREATE OR REPLACE MACRO england_day(moment) AS CASE WHEN hour(moment) = 23
  THEN CAST(timezone('Europe/London', timezone('UTC', moment)) AS DATE) ELSE CAST(moment AS DATE) END;

-- Each row of agreements, shares or a request's steps that names one whose place it takes, and why it takes it not: it
-- names itself, is in a ring, names one of another family or request, or one that was recorded later; NULL where it does.
CREATE OR REPLACE MACRO successors(of_table, of_owner := '^family$') AS TABLE
WITH RECURSIVE each AS (SELECT id, supersedes, recorded_at, COLUMNS(of_owner) AS owner FROM query_table(of_table) AS each(id)),
named AS (
  SELECT new.id, new.supersedes,
    CASE WHEN old.id = new.id THEN 'itself' WHEN old.owner <> new.owner THEN 'another' WHEN old.recorded_at > new.recorded_at THEN 'later' END AS fault
  FROM each AS new JOIN each AS old ON old.id = new.supersedes
),
both_ways AS (FROM named SEMI JOIN (SELECT supersedes AS id FROM named) USING (id)),
walked(id, reached) AS (
  SELECT id, supersedes FROM both_ways
  UNION SELECT w.id, b.supersedes FROM walked w JOIN both_ways b ON b.id = w.reached WHERE w.reached <> w.id
)
SELECT n.id, n.supersedes, CASE WHEN r.id IS NULL OR n.fault = 'itself' THEN n.fault ELSE 'ring' END AS fault
FROM named n LEFT JOIN (SELECT id FROM walked WHERE reached = id) r USING (id);

-- Each row that takes another's place, and the one whose place it takes.
CREATE OR REPLACE MACRO superseding(of_table, of_owner := '^family$') AS TABLE
SELECT id, supersedes FROM successors(of_table, of_owner := of_owner) WHERE fault IS NULL;

-- The shares that nobody corrected.
CREATE OR REPLACE MACRO standing_shares(of_table := 'shares') AS TABLE
FROM query_table(of_table) ANTI JOIN (SELECT supersedes AS share FROM superseding(of_table)) USING (share);

-- The steps of requests that nobody corrected.
CREATE OR REPLACE MACRO standing_steps(of_table := 'request_events') AS TABLE
FROM query_table(of_table) ANTI JOIN (SELECT supersedes AS event FROM superseding(of_table, of_owner := '^request$')) USING (event);

-- Each entry of a decision that takes another's place, and whether it corrects that one.
CREATE OR REPLACE MACRO replacing_decisions(of_table) AS TABLE
SELECT b.agreement, a.agreement AS earlier, b.decided_on, greatest(b.decided_on, england_day(b.recorded_at)) AS known_on,
  england_day(b.recorded_at) AS recorded_on, b.decision IN ('agreed', 'refused', 'withdrawn') AS is_decision,
  coalesce(b.supersedes_as = 'correction', b.decided_on <= a.decided_on) AS corrects
FROM superseding(of_table) s JOIN query_table(of_table) b ON b.agreement = s.id
JOIN query_table(of_table) a ON a.agreement = s.supersedes;

-- The entries of agreements that nobody corrected, what was renewed or changed among them, and silence too: what an audit
-- and a release count.
CREATE OR REPLACE MACRO standing_agreements(of_table := 'agreements') AS TABLE
FROM query_table(of_table) ANTI JOIN (SELECT earlier AS agreement FROM replacing_decisions(of_table) WHERE corrects) USING (agreement);

-- Every decision, in the order in which each was the latest word (place). It is known since corrected_on that the entry was
-- wrong; it ended on ended_on because of another decision, known since end_known_on; corrects lists the entries that it,
-- directly or in steps, corrected.
CREATE OR REPLACE MACRO decisions(of_table := 'agreements') AS TABLE
WITH RECURSIVE replacing AS MATERIALIZED (FROM replacing_decisions(of_table)),
corrections AS (SELECT agreement, earlier, decided_on, known_on, is_decision FROM replacing WHERE corrects),
steps AS (  -- UNION: an entry that two entries correct is reached twice
  FROM corrections UNION
  SELECT s.agreement, c.earlier, s.decided_on, s.known_on, s.is_decision FROM steps s JOIN corrections c ON c.agreement = s.earlier
),
corrected AS (SELECT earlier AS agreement, min(recorded_on) AS corrected_on FROM replacing WHERE corrects GROUP BY earlier),
renewals AS (
  SELECT earlier, agreement, decided_on, known_on, is_decision FROM replacing WHERE NOT corrects
  UNION ALL  -- what a renewal was corrected to renews in its place
  SELECT r.earlier, s.agreement, s.decided_on, s.known_on, s.is_decision
  FROM replacing r JOIN steps s ON s.earlier = r.agreement WHERE NOT r.corrects
),
ended AS (
  SELECT r.earlier AS agreement, min(r.decided_on) FILTER (c.agreement IS NULL) AS ended_on, min(r.known_on) AS end_known_on
  FROM renewals r LEFT JOIN corrected c ON c.agreement = r.agreement WHERE r.is_decision GROUP BY r.earlier
),
written AS (SELECT agreement, list(earlier) AS corrects FROM steps GROUP BY agreement),
-- few, and joined at once; and the places of narrow rows: each by itself carried every column along
changed AS (
  SELECT agreement, min(corrected_on) AS corrected_on, min(ended_on) AS ended_on, min(end_known_on) AS end_known_on,
    any_value(corrects) AS corrects
  FROM (FROM corrected UNION ALL BY NAME FROM ended UNION ALL BY NAME FROM written) GROUP BY agreement
),
ranked AS (
  SELECT agreement, row_number() OVER (ORDER BY decided_on, recorded_at,
    list_position(['agreed', 'refused', 'withdrawn'], decision), agreement) AS place
  FROM query_table(of_table) WHERE decision IN ('agreed', 'refused', 'withdrawn')
),
placed AS MATERIALIZED (FROM ranked LEFT JOIN changed USING (agreement))
SELECT a.agreement, a.family, a.given_by, a.covers, a.decision, a.purpose, a.recipients,
  coalesce(a.categories, []) AS categories, coalesce(a.exclusions, []) AS exclusions, a.discussed_on, a.decided_on, a.expires_on,
  a.notice_version, a.recorded_at, england_day(a.recorded_at) AS recorded_on, p.corrected_on, p.ended_on, p.end_known_on,
  p.corrects, a.decision <> 'agreed' AND a.recipients IS NULL AS names_everyone, p.place
FROM query_table(of_table) a JOIN placed p USING (agreement);

-- Decisions that a child took alone although younger than the age given, and not judged able to, for a reason, by then.
CREATE OR REPLACE MACRO too_young(alone_from, of_table := 'agreements', of_ages := 'untimely', of_judged := 'competences') AS TABLE
SELECT a.agreement, u.person FROM query_table(of_ages) u JOIN query_table(of_table) a ON a.agreement = u.reference
WHERE u.of_table = 'agreements' AND u.what = 'young' AND u.years < alone_from
  AND a.decision IN ('agreed', 'refused', 'withdrawn')
  AND NOT EXISTS (FROM query_table(of_judged) c WHERE c.person = u.person AND c.judged_on <= a.decided_on AND c.has_reason);

-- Entries that cannot be true of a life: of or for somebody who had died, or decided alone by a child too young to.
CREATE OR REPLACE MACRO against_a_life(alone_from, of_agreements := 'agreements', of_lives := 'untimely', of_judged := 'competences') AS TABLE
SELECT of_table, reference, person, 'died' AS what FROM query_table(of_lives) WHERE what = 'died'
UNION ALL SELECT 'agreements', agreement, person, 'young'
FROM too_young(alone_from, of_table := of_agreements, of_ages := of_lives, of_judged := of_judged);

-- The latest words on a day about some purposes: each decision once for every person that it covers and every recipient of
-- whom it is this person's latest word for its purpose, each of several of one moment alike; an agreement's last day is
-- still to be asked. A refusal of everyone speaks of each that the family's decisions for the purpose name, or of nobody in
-- particular (NULL). Exclusions always win.
CREATE OR REPLACE MACRO words_on(day, of_purposes, of_table := 'agreements') AS TABLE
WITH held AS MATERIALIZED (
  FROM decisions(of_table) WHERE list_contains(of_purposes, purpose) AND decided_on <= day
    AND corrected_on IS NULL AND coalesce(ended_on > day, true)
),
named AS (
  SELECT family, purpose, list(DISTINCT recipient) AS recipients
  FROM (SELECT family, purpose, unnest(recipients) AS recipient FROM held) GROUP BY family, purpose
),
spoken AS MATERIALIZED (SELECT *, unnest(covers) AS person FROM held),
addressed AS (
  SELECT s.*, unnest(CASE WHEN s.names_everyone THEN coalesce(n.recipients, [NULL]) ELSE s.recipients END) AS recipient
  FROM spoken s LEFT JOIN named n USING (family, purpose)
)
SELECT agreement, family, given_by, person, purpose, recipient, decision, decided_on, expires_on, notice_version
FROM addressed a ANTI JOIN spoken l ON l.person = a.person AND l.purpose = a.purpose AND l.place > a.place
  AND ((l.names_everyone OR list_contains(l.recipients, a.recipient))
      AND NOT (l.decision = a.decision AND l.decided_on = a.decided_on AND l.recorded_at = a.recorded_at)
    OR a.decision = 'agreed' AND list_contains(l.exclusions, a.recipient))
WHERE NOT (decision = 'agreed' AND (list_contains(exclusions, person) OR coalesce(list_contains(exclusions, recipient), false)));

-- What stands decided about each two records on a day: the last decision, unless it was taken back.
CREATE OR REPLACE MACRO standing_pairs(day, of_table := 'pair_decisions') AS TABLE
SELECT * FROM (
  FROM query_table(of_table) WHERE decided_on <= day
  QUALIFY row_number() OVER (PARTITION BY family, other ORDER BY decided_on DESC, recorded_at DESC, pair_decision DESC) = 1
) WHERE decision <> 'undone';

-- The records that stand decided to be of one family, each with every other of it, directly or in steps.
CREATE OR REPLACE MACRO of_one_family(day, of_table := 'pair_decisions') AS TABLE
WITH RECURSIVE same AS (
  SELECT family, other FROM standing_pairs(day, of_table := of_table) WHERE decision = 'same'
  UNION SELECT other, family FROM standing_pairs(day, of_table := of_table) WHERE decision = 'same'
),
together(family, other) AS (
  FROM same UNION SELECT t.family, s.other FROM together t JOIN same s ON s.family = t.other WHERE s.other <> t.family
)
FROM together;
