-- P5 "with your agreement, we will speak to each other … limited relevant details … You don't have to agree to this"
-- P6 "will always be discussed between you and your support worker and be done with your agreement"
-- P7 "only where they are concerned that there is a risk to someone … the partner will normally explain this to you"
-- Readings chosen, one row per share and person:
--   * the state on a day is the latest decision on or before it (decided_on, recorded_at, id) that covers the person, for
--     that purpose, naming that recipient; refused or withdrawn without recipients names everyone;
--   * a correction removes the row that it supersedes; a family that changes its mind on a later day does not correct
--     the earlier decision, which stood until then;
--   * no_response and not_sought are not decisions: a person who has nothing else has no decision at all;
--   * an exclusion wins over a recipient named in the same or an earlier decision; a later one that names it ends it;
--   * categories or recipients left empty on an agreement agree to none;
--   * an exclusion does not hide a refusal: a share without agreement is SH15 if the latest row that speaks of the
--     recipient, by name, by exclusion or as one of everyone, is a refusal.
-- Each share is judged by what is known now and, where that differs, by what was known at the end of its own day
-- (known_code): `as_then` marks the second asking. A join on the person with a grouped latest row is used rather than
-- ASOF joins, which took twice the time and six times the memory over text keys (benchmarks).
WITH replaced AS (
  SELECT a.agreement, min(CAST(b.recorded_at AS DATE)) AS replaced_on
  FROM agreements b JOIN agreements a ON a.agreement = b.supersedes
  WHERE NOT (b.decision <> a.decision AND b.decided_on > a.decided_on)
  GROUP BY a.agreement
),
decisions AS MATERIALIZED (
  SELECT a.agreement, a.family, a.covers, a.decision, a.purpose, a.recipients, coalesce(a.categories, []) AS agreed_categories,
    coalesce(a.exclusions, []) AS exclusions, a.decided_on, a.expires_on, CAST(a.recorded_at AS DATE) AS recorded_on,
    r.replaced_on, a.decision IN ('agreed', 'refused', 'withdrawn') AS is_decision,
    a.decision IN ('refused', 'withdrawn') AND a.recipients IS NULL AS names_everyone,
    row_number() OVER (ORDER BY a.decided_on, a.recorded_at, a.agreement) AS place
  FROM agreements a LEFT JOIN replaced r USING (agreement)
),
covered AS MATERIALIZED (
  SELECT unnest(covers) AS person, purpose, recipients, exclusions, decided_on, recorded_on, replaced_on, is_decision,
    names_everyone, place
  FROM decisions
),
learned_late AS (
  SELECT family, max(greatest(recorded_on, replaced_on)) AS late_until
  FROM decisions WHERE recorded_on > decided_on OR replaced_on IS NOT NULL GROUP BY family
),
made AS MATERIALIZED (
  SELECT *, row_number() OVER () AS id FROM (
    SELECT s.share, s.family, unnest(s.about) AS person, s.from_organisation, s.to_organisation, s.route, s.purpose,
      CASE WHEN s.purpose IN ('hub_working', 'additional_support', 'evaluation') THEN s.purpose ELSE 'hub_working' END AS asked_for,
      s.categories, s.shared_on, s.discussed_on, s.told_family, s.has_reason, s.has_risk_to, s.has_not_told_reason,
      CAST(s.recorded_at AS DATE) AS recorded_on
    FROM shares s ANTI JOIN (SELECT supersedes AS share FROM shares WHERE supersedes IS NOT NULL) USING (share)
    WHERE s.shared_on <= $as_at
  )
),
asked AS MATERIALIZED (
  SELECT id, person, family, asked_for, to_organisation, shared_on, false AS as_then FROM made
  UNION ALL
  SELECT m.id, m.person, m.family, m.asked_for, m.to_organisation, m.shared_on, true
  FROM made m JOIN learned_late l ON l.family = m.family AND m.shared_on < l.late_until
),
faced AS (
  SELECT q.id, q.as_then,
    bool_or(c.is_decision) AS person_decided,
    bool_or(c.is_decision AND c.purpose = q.asked_for) AS purpose_decided,
    max(c.place) FILTER (c.purpose = q.asked_for AND list_contains(c.recipients, q.to_organisation)) AS named_place,
    max(c.place) FILTER (c.purpose = q.asked_for AND list_contains(c.exclusions, q.to_organisation)) AS excluded_place,
    max(c.place) FILTER (c.purpose = q.asked_for AND c.names_everyone) AS everyone_place
  FROM asked q JOIN covered c ON c.person = q.person AND c.decided_on <= q.shared_on
  WHERE CASE WHEN q.as_then THEN c.recorded_on <= q.shared_on AND coalesce(c.replaced_on > q.shared_on, true)
    ELSE c.replaced_on IS NULL END
  GROUP BY q.id, q.as_then
),
others_decided AS (
  SELECT DISTINCT q.id, q.as_then
  FROM (FROM asked ANTI JOIN (FROM faced WHERE person_decided) USING (id, as_then)) q
  JOIN decisions d ON d.family = q.family AND d.is_decision AND d.decided_on <= q.shared_on
  WHERE CASE WHEN q.as_then THEN d.recorded_on <= q.shared_on AND coalesce(d.replaced_on > q.shared_on, true)
    ELSE d.replaced_on IS NULL END
),
placed AS (
  SELECT m.*, q.as_then, coalesce(f.person_decided, false) AS person_decided,
    coalesce(f.purpose_decided, false) AND m.purpose = m.asked_for AS purpose_decided,
    o.id IS NOT NULL AS others_decided,
    coalesce(f.excluded_place >= coalesce(f.named_place, 0), false) AS excluded,
    CASE WHEN f.excluded_place >= coalesce(f.named_place, 0) AND m.route IN ('within_hub', 'additional_support')
      THEN f.excluded_place ELSE greatest(f.named_place, f.excluded_place, f.everyone_place) END AS place
  FROM made m
  JOIN (SELECT id, as_then FROM asked) q ON q.id = m.id
  LEFT JOIN faced f ON f.id = q.id AND f.as_then = q.as_then
  LEFT JOIN others_decided o ON o.id = q.id AND o.as_then = q.as_then
),
stated AS (
  SELECT p.*, d.agreement, d.decision, d.decided_on, d.expires_on, d.recorded_on AS agreement_recorded_on,
    d.agreed_categories, d.exclusions,
    o.sharing_agreement_from <= p.shared_on AND coalesce(o.sharing_agreement_to >= p.shared_on, true) AS terms_in_force
  FROM placed p
  LEFT JOIN decisions d ON d.place = p.place
  LEFT JOIN organisations o ON o.organisation = p.to_organisation
),
coded AS MATERIALIZED (
  SELECT *, CASE
    WHEN route IN ('within_hub', 'additional_support') THEN CASE
      WHEN NOT person_decided AND others_decided THEN 'SH07'
      WHEN NOT person_decided THEN 'SH01'
      WHEN NOT purpose_decided THEN 'SH08'
      WHEN excluded OR agreement IS NULL OR list_contains(exclusions, person) THEN 'SH05'
      WHEN decision = 'refused' THEN 'SH02'
      WHEN decision = 'withdrawn' THEN 'SH03'
      WHEN decision <> 'agreed' THEN 'SH01'
      WHEN shared_on > expires_on THEN 'SH04'
      WHEN NOT list_has_all(agreed_categories, categories) OR list_has_any(exclusions, categories) THEN 'SH06'
      WHEN route = 'additional_support' AND NOT coalesce(discussed_on <= shared_on, false) THEN 'SH10'
      WHEN agreement_recorded_on > shared_on THEN 'SH09'
      WHEN terms_in_force IS NOT TRUE THEN 'SH14'
    END
    ELSE CASE
      WHEN NOT (has_reason AND has_risk_to) THEN 'SH11'
      WHEN coalesce(told_family, 'no') = 'no' AND NOT has_not_told_reason THEN 'SH12'
      WHEN told_family = 'not_yet' AND shared_on + CAST($sharing_not_yet_told_days AS INTEGER) < $as_at THEN 'SH13'
      WHEN decision = 'refused' THEN 'SH15'
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
        list_filter(c.categories, lambda x: NOT list_contains(c.agreed_categories, x) OR list_contains(c.exclusions, x)), ', ')
      ELSE '' END
  END AS evidence,
  c.person, c.route, c.from_organisation, c.to_organisation, c.shared_on, c.recorded_on, c.purpose,
  c.agreement, CASE WHEN t.id IS NULL THEN c.code ELSE t.code END AS known_code, c.told_family
FROM coded c
LEFT JOIN coded t ON t.id = c.id AND t.as_then
JOIN families f ON f.family = c.family
WHERE NOT c.as_then
