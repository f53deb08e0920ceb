-- P5 "with your agreement, we will speak to each other … limited relevant details … You don't have to agree to this"
-- P6 "will always be discussed between you and your support worker and be done with your agreement"
-- P7 "only where they are concerned that there is a risk to someone … the partner will normally explain this to you"
-- Readings chosen, one row per share and person, over the decisions as standing.sql reads them:
--   * the state on a day is the latest decision on or before it that covers the person, under whichever family it is
--     filed, for that purpose, naming that recipient; refused or withdrawn without recipients names everyone;
--   * an exclusion wins over a recipient named in the same or an earlier decision; a later one that names it ends it;
--   * categories or recipients left empty on an agreement agree to none;
--   * what an entry already covered, that was put right later, was known since that entry was recorded (SH09);
--   * of two agreements of one moment nobody can say which came last: what either leaves out is left out;
--   * a share without agreement goes against this person if, for any purpose, the latest decision that names its recipient
--     or everyone is a refusal or withdrawal (SH15): an agreement that only excludes the recipient takes no no back.
-- Each share is judged by what is known now and, where that differs, by what was known at the end of its own day
-- (known_code): `as_then` marks the second asking. A join on the person with a grouped latest row is used rather than
-- ASOF joins, which took twice the time and six times the memory over text keys (benchmarks).
WITH decided AS MATERIALIZED (FROM decisions()),
covered AS MATERIALIZED (
  SELECT unnest(covers) AS person, decision <> 'agreed' AS is_no, purpose, recipients, exclusions, decided_on, recorded_on,
    corrected_on, ended_on, end_known_on, names_everyone, place
  FROM decided
),
learned_late AS (
  SELECT unnest(list_append(covers, family)) AS who, max(greatest(recorded_on, corrected_on, end_known_on)) AS late_until
  FROM decided WHERE recorded_on > decided_on OR corrected_on IS NOT NULL OR end_known_on IS NOT NULL GROUP BY who
),
made AS MATERIALIZED (
  SELECT *, row_number() OVER () AS id FROM (
    SELECT s.share, s.family, unnest(s.about) AS person, s.from_organisation, s.to_organisation, s.route, s.purpose,
      CASE WHEN s.purpose IN ('hub_working', 'additional_support', 'evaluation') THEN s.purpose ELSE 'hub_working' END AS asked_for,
      s.route IN ('within_hub', 'additional_support') AS by_agreement,
      s.categories, s.shared_on, s.discussed_on, s.told_family, s.has_reason, s.has_risk_to, s.has_not_told_reason,
      england_day(s.recorded_at) AS recorded_on
    FROM standing_shares() s WHERE s.shared_on <= $as_at
  )
),
asked AS MATERIALIZED (
  SELECT id, person, family, asked_for, purpose = asked_for AS is_asked_for, to_organisation, shared_on, by_agreement,
    false AS as_then FROM made
  UNION ALL
  SELECT id, person, family, asked_for, purpose = asked_for, to_organisation, shared_on, by_agreement, true
  FROM made SEMI JOIN (
    SELECT m.id FROM made m JOIN learned_late l ON l.who = m.person AND m.shared_on < l.late_until
    UNION SELECT m.id FROM made m JOIN learned_late l ON l.who = m.family AND m.shared_on < l.late_until
  ) USING (id)
),
faced AS MATERIALIZED (
  SELECT q.id, q.as_then,
    max(c.place) FILTER (list_contains(c.recipients, q.to_organisation)) AS named_place,
    max(c.place) FILTER (list_contains(c.exclusions, q.to_organisation)) AS excluded_place,
    max(c.place) FILTER (c.names_everyone) AS everyone_place
  FROM asked q JOIN covered c ON c.person = q.person AND c.purpose = q.asked_for AND c.decided_on <= q.shared_on
  WHERE q.by_agreement AND CASE WHEN q.as_then
    THEN c.recorded_on <= q.shared_on AND coalesce(c.corrected_on > q.shared_on, true) AND coalesce(c.end_known_on > q.shared_on, true)
    ELSE c.corrected_on IS NULL AND coalesce(c.ended_on > q.shared_on, true) END
    AND (c.names_everyone OR list_contains(c.recipients, q.to_organisation) OR list_contains(c.exclusions, q.to_organisation))
  GROUP BY q.id, q.as_then
),
unnamed AS MATERIALIZED (FROM asked ANTI JOIN faced USING (id, as_then) WHERE by_agreement),
silent AS MATERIALIZED (  -- the few of which no decision speaks: whether the person decided anything, and for the purpose
  SELECT q.id, q.as_then, bool_or(c.purpose = q.asked_for) AS purpose_decided
  FROM unnamed q JOIN covered c ON c.person = q.person AND c.decided_on <= q.shared_on
  WHERE CASE WHEN q.as_then
    THEN c.recorded_on <= q.shared_on AND coalesce(c.corrected_on > q.shared_on, true) AND coalesce(c.end_known_on > q.shared_on, true)
    ELSE c.corrected_on IS NULL AND coalesce(c.ended_on > q.shared_on, true) END
  GROUP BY q.id, q.as_then
),
against AS (
  SELECT id, as_then, max(place) FILTER (is_no) AS place FROM (
    SELECT q.id, q.as_then, max(c.place) AS place, arg_max(c.is_no, c.place) AS is_no
    FROM asked q JOIN covered c ON c.person = q.person AND c.decided_on <= q.shared_on
    WHERE NOT q.by_agreement AND CASE WHEN q.as_then
      THEN c.recorded_on <= q.shared_on AND coalesce(c.corrected_on > q.shared_on, true) AND coalesce(c.end_known_on > q.shared_on, true)
      ELSE c.corrected_on IS NULL AND coalesce(c.ended_on > q.shared_on, true) END
      AND (c.names_everyone OR list_contains(c.recipients, q.to_organisation))
    GROUP BY q.id, q.as_then, c.purpose
  ) GROUP BY id, as_then
),
undecided AS MATERIALIZED (FROM unnamed ANTI JOIN silent USING (id, as_then)),
others_decided AS (
  SELECT DISTINCT q.id, q.as_then
  FROM undecided q JOIN decided d ON d.family = q.family AND d.decided_on <= q.shared_on
  WHERE CASE WHEN q.as_then
    THEN d.recorded_on <= q.shared_on AND coalesce(d.corrected_on > q.shared_on, true) AND coalesce(d.end_known_on > q.shared_on, true)
    ELSE d.corrected_on IS NULL AND coalesce(d.ended_on > q.shared_on, true) END
),
placed AS MATERIALIZED (
  SELECT q.id, q.as_then, f.id IS NOT NULL OR s.id IS NOT NULL AS person_decided,
    (f.id IS NOT NULL OR coalesce(s.purpose_decided, false)) AND q.is_asked_for AS purpose_decided,
    o.id IS NOT NULL AS others_decided,
    coalesce(f.excluded_place >= coalesce(f.named_place, 0), false) AS excluded,
    CASE WHEN NOT q.by_agreement THEN g.place WHEN excluded THEN f.excluded_place
      ELSE greatest(f.named_place, f.everyone_place) END AS place
  FROM asked q
  LEFT JOIN faced f ON f.id = q.id AND f.as_then = q.as_then
  LEFT JOIN silent s ON s.id = q.id AND s.as_then = q.as_then
  LEFT JOIN against g ON g.id = q.id AND g.as_then = q.as_then
  LEFT JOIN others_decided o ON o.id = q.id AND o.as_then = q.as_then
),
twins AS (
  SELECT family, purpose, decided_on, recorded_at FROM decided WHERE decision = 'agreed' GROUP BY ALL HAVING count(*) > 1
),
twinned AS MATERIALIZED (FROM decided SEMI JOIN twins USING (family, purpose, decided_on, recorded_at) WHERE decision = 'agreed'),
tied AS (
  SELECT a.place, b.* EXCLUDE (place) FROM twinned a JOIN twinned b USING (family, purpose, decided_on, recorded_at)
  WHERE a.place > b.place AND list_has_any(a.covers, b.covers)
    AND (a.categories, a.exclusions, a.expires_on, a.discussed_on) IS DISTINCT FROM (b.categories, b.exclusions, b.expires_on, b.discussed_on)
),
narrowed AS (
  SELECT p.id, p.as_then, min(t.expires_on) AS expires_on, flatten(list(t.exclusions)) AS exclusions,
    list_reduce(list(t.categories), lambda x, y: list_intersect(x, y)) AS categories,
    bool_and(coalesce(t.discussed_on <= m.shared_on, false)) AS discussed
  FROM tied t JOIN placed p ON p.place = t.place JOIN made m ON m.id = p.id
  WHERE m.by_agreement AND list_contains(t.covers, m.person)
    AND (list_contains(t.recipients, m.to_organisation) OR list_contains(t.exclusions, m.to_organisation))
    AND CASE WHEN p.as_then THEN coalesce(t.corrected_on > m.shared_on, true) AND coalesce(t.end_known_on > m.shared_on, true)
      ELSE t.corrected_on IS NULL AND coalesce(t.ended_on > m.shared_on, true) END
  GROUP BY p.id, p.as_then
),
wrong AS MATERIALIZED (SELECT place, unnest(corrects) AS earlier FROM decided WHERE corrects IS NOT NULL),
put_right AS MATERIALIZED (  -- by itself: joined with the shares' days at once, entries met shares by day, for hours
  SELECT p.id, p.as_then, w.earlier FROM placed p JOIN wrong w USING (place)
),
covering AS MATERIALIZED (
  SELECT r.id, r.as_then, e.* FROM put_right r JOIN decided e ON e.agreement = r.earlier WHERE e.decision = 'agreed'
),
righted AS MATERIALIZED (FROM made SEMI JOIN put_right USING (id) WHERE by_agreement),
known_before AS (  -- shares that an entry covered already, recorded by their day, whose slip was put right after it
  SELECT DISTINCT m.id, e.as_then FROM righted m JOIN covering e ON e.id = m.id
  WHERE e.recorded_on <= m.shared_on AND e.decided_on <= m.shared_on
    AND coalesce(e.expires_on >= m.shared_on, true) AND e.purpose = m.asked_for AND list_contains(e.covers, m.person)
    AND list_contains(e.recipients, m.to_organisation) AND list_has_all(e.categories, m.categories)
    AND NOT list_has_any(e.exclusions, list_concat([m.person, m.to_organisation], m.categories))
),
worded AS MATERIALIZED (
  SELECT p.* EXCLUDE (place), d.agreement, d.decision, d.decided_on, d.expires_on, d.recorded_on, d.discussed_on AS agreed_on,
    d.categories AS agreed_categories, d.exclusions
  FROM placed p LEFT JOIN decided d ON d.place = p.place
),
stated AS (
  SELECT m.*, d.* EXCLUDE (id, expires_on, recorded_on, agreed_on, agreed_categories, exclusions),
    least(d.expires_on, n.expires_on) AS expires_on,
    d.recorded_on > m.shared_on AND k.id IS NULL AS is_late, d.agreed_on <= m.shared_on AND coalesce(n.discussed, true) AS discussed,
    d.agreed_categories, d.exclusions, n.categories AS tied_categories, n.exclusions AS tied_exclusions,
    o.sharing_agreement_from <= m.shared_on AND coalesce(o.sharing_agreement_to >= m.shared_on, true) AS terms_in_force
  FROM worded d
  JOIN made m ON m.id = d.id
  LEFT JOIN narrowed n ON n.id = d.id AND n.as_then = d.as_then
  LEFT JOIN known_before k ON k.id = d.id AND k.as_then = d.as_then
  LEFT JOIN organisations o ON o.organisation = m.to_organisation
),
coded AS MATERIALIZED (
  SELECT *, CASE
    WHEN by_agreement THEN CASE
      WHEN NOT person_decided AND others_decided THEN 'SH07'
      WHEN NOT person_decided THEN 'SH01'
      WHEN NOT purpose_decided THEN 'SH08'
      WHEN excluded OR agreement IS NULL OR len(exclusions) > 0 AND list_has_any(exclusions, [person, to_organisation])
        OR tied_exclusions IS NOT NULL AND list_has_any(tied_exclusions, [person, to_organisation]) THEN 'SH05'
      WHEN decision = 'refused' THEN 'SH02'
      WHEN decision = 'withdrawn' THEN 'SH03'
      WHEN shared_on > expires_on THEN 'SH04'
      WHEN NOT list_has_all(agreed_categories, categories) OR len(exclusions) > 0 AND list_has_any(exclusions, categories)
        OR tied_categories IS NOT NULL AND NOT list_has_all(tied_categories, categories)
        OR tied_exclusions IS NOT NULL AND list_has_any(tied_exclusions, categories) THEN 'SH06'
      WHEN route = 'additional_support'
        AND NOT coalesce(discussed_on <= shared_on OR discussed, false) THEN 'SH10'
      WHEN is_late THEN 'SH09'
      WHEN terms_in_force IS NOT TRUE THEN 'SH14'
    END
    ELSE CASE
      WHEN NOT (has_reason AND has_risk_to) THEN 'SH11'
      WHEN coalesce(told_family, 'no') = 'no' AND NOT has_not_told_reason THEN 'SH12'
      WHEN told_family = 'not_yet' AND shared_on + CAST($sharing_not_yet_told_days AS INTEGER) < $as_at THEN 'SH13'
      WHEN agreement IS NOT NULL THEN 'SH15'
    END
  END AS code
  FROM stated
)
SELECT
  c.share AS subject, 'shares' AS "table", c.code,
  CASE c.code WHEN 'SH13' THEN c.shared_on + CAST($sharing_not_yet_told_days AS INTEGER) + 1 ELSE c.shared_on END AS since,
  c.family, f.hub,
  CASE WHEN c.code IS NOT NULL THEN
    'shared on ' || strftime(c.shared_on, '%-d %B %Y') || ' about ' || c.person || ' with ' || c.to_organisation || CASE
      WHEN c.code IN ('SH02', 'SH03', 'SH05', 'SH09', 'SH10', 'SH14', 'SH15') AND c.agreement IS NOT NULL
        THEN '; decision ' || c.agreement || ' (' || c.decision || ') of ' || strftime(c.decided_on, '%-d %B %Y')
      WHEN c.code = 'SH04' THEN '; agreement ' || c.agreement || ' held until ' || strftime(c.expires_on, '%-d %B %Y')
      WHEN c.code = 'SH06' THEN '; not agreed in ' || c.agreement || ': ' || array_to_string(
        list_filter(c.categories, lambda x: NOT list_contains(c.agreed_categories, x) OR list_contains(c.exclusions, x)
          OR NOT coalesce(list_contains(c.tied_categories, x), true) OR coalesce(list_contains(c.tied_exclusions, x), false)), ', ')
      ELSE '' END
  END AS evidence,
  c.person, c.route, c.from_organisation, c.to_organisation, c.shared_on, c.recorded_on, c.purpose,
  c.agreement, CASE WHEN t.id IS NULL THEN c.code ELSE t.code END AS known_code, c.told_family
FROM coded c
LEFT JOIN coded t ON t.id = c.id AND t.as_then
JOIN families f ON f.family = c.family
WHERE NOT c.as_then
