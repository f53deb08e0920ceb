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
WITH superseded AS (
  SELECT DISTINCT b.supersedes AS agreement
  FROM agreements b JOIN agreements a ON a.agreement = b.supersedes
  WHERE NOT (b.decision <> a.decision AND b.decided_on > a.decided_on)
),
live AS (
  SELECT agreement, family, covers, decision, purpose, recipients, categories, coalesce(exclusions, []) AS exclusions,
    decided_on, expires_on, CAST(recorded_at AS DATE) AS recorded_on,
    decision IN ('agreed', 'refused', 'withdrawn') AS is_decision,
    row_number() OVER (ORDER BY decided_on, recorded_at, agreement) AS place
  FROM agreements ANTI JOIN superseded USING (agreement)
),
covered AS (
  SELECT unnest(covers) AS person, purpose, decision, is_decision, recipients, exclusions, decided_on, place FROM live
),
family_first AS (
  SELECT family, min(decided_on) AS family_from FROM live WHERE is_decision GROUP BY family
),
person_first AS (
  SELECT person, min(decided_on) AS person_from,
    min(decided_on) FILTER (purpose = 'hub_working') AS hub_working_from,
    min(decided_on) FILTER (purpose = 'additional_support') AS additional_support_from,
    min(decided_on) FILTER (purpose = 'evaluation') AS evaluation_from
  FROM covered WHERE is_decision GROUP BY person
),
mentioned AS (
  SELECT person, purpose, unnest(recipients) AS organisation, decided_on, place, false AS excluded
  FROM covered WHERE recipients IS NOT NULL
  UNION ALL
  SELECT person, purpose, unnest(exclusions), decided_on, place, true FROM covered WHERE len(exclusions) > 0
),
named AS (
  SELECT person, purpose, organisation, decided_on, max(place) AS place, arg_max(excluded, (place, excluded)) AS excluded
  FROM mentioned GROUP BY person, purpose, organisation, decided_on
),
everyone AS (
  SELECT person, purpose, decided_on, max(place) AS place
  FROM covered WHERE decision IN ('refused', 'withdrawn') AND recipients IS NULL GROUP BY person, purpose, decided_on
),
made AS (
  SELECT s.share, s.family, unnest(s.about) AS person, s.from_organisation, s.to_organisation, s.route, s.purpose,
    CASE WHEN s.purpose IN ('hub_working', 'additional_support', 'evaluation') THEN s.purpose ELSE 'hub_working' END AS asked_for,
    s.categories, s.shared_on, s.discussed_on, s.told_family, s.has_reason, s.has_risk_to, s.has_not_told_reason,
    CAST(s.recorded_at AS DATE) AS recorded_on
  FROM shares s ANTI JOIN (SELECT supersedes AS share FROM shares WHERE supersedes IS NOT NULL) USING (share)
  WHERE s.shared_on <= $as_at
),
faced AS (
  SELECT m.*, n.place AS named_place, coalesce(n.excluded, false) AS excluded, e.place AS everyone_place
  FROM made m
  ASOF LEFT JOIN named n ON m.person = n.person AND m.asked_for = n.purpose AND m.to_organisation = n.organisation
    AND m.shared_on >= n.decided_on
  ASOF LEFT JOIN everyone e ON m.person = e.person AND m.asked_for = e.purpose AND m.shared_on >= e.decided_on
),
stated AS (
  SELECT f.*, l.agreement, l.decision, l.decided_on, l.expires_on, l.recorded_on AS agreement_recorded_on,
    coalesce(l.categories, []) AS agreed_categories, coalesce(l.exclusions, []) AS exclusions,
    coalesce(p.person_from <= f.shared_on, false) AS person_decided,
    coalesce(w.family_from <= f.shared_on, false) AS family_decided,
    coalesce(CASE f.asked_for WHEN 'hub_working' THEN p.hub_working_from
      WHEN 'additional_support' THEN p.additional_support_from ELSE p.evaluation_from END <= f.shared_on, false)
      AND f.purpose = f.asked_for AS purpose_decided,
    o.sharing_agreement_from <= f.shared_on AND coalesce(o.sharing_agreement_to >= f.shared_on, true) AS terms_in_force
  FROM faced f
  LEFT JOIN live l ON l.place = CASE WHEN f.excluded AND f.route IN ('within_hub', 'additional_support') THEN f.named_place
    ELSE greatest(f.named_place, f.everyone_place) END
  LEFT JOIN person_first p ON p.person = f.person
  LEFT JOIN family_first w ON w.family = f.family
  LEFT JOIN organisations o ON o.organisation = f.to_organisation
),
coded AS (
  SELECT *, CASE
    WHEN route IN ('within_hub', 'additional_support') THEN CASE
      WHEN NOT person_decided AND family_decided THEN 'SH07'
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
  'shared on ' || strftime(c.shared_on, '%-d %B %Y') || ' about ' || c.person || ' with ' || c.to_organisation || CASE
    WHEN c.code IS NULL OR c.code IN ('SH02', 'SH03', 'SH05', 'SH09', 'SH10', 'SH14', 'SH15') AND c.agreement IS NOT NULL
      THEN '; decision ' || c.agreement || ' (' || c.decision || ') of ' || strftime(c.decided_on, '%-d %B %Y')
    WHEN c.code = 'SH04' THEN '; agreement ' || c.agreement || ' held until ' || strftime(c.expires_on, '%-d %B %Y')
    WHEN c.code = 'SH06' THEN '; not agreed in ' || c.agreement || ': ' || array_to_string(
      list_filter(c.categories, lambda x: NOT list_contains(c.agreed_categories, x) OR list_contains(c.exclusions, x)), ', ')
    ELSE '' END AS evidence,
  c.person, c.route, c.from_organisation, c.to_organisation, c.shared_on, c.recorded_on, c.purpose,
  c.agreement, c.told_family
FROM coded c JOIN families f USING (family)
