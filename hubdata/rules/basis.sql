-- P5 "with your agreement, we will speak to each other": agreement is what the family says; the lawful basis under UK GDPR
-- and the legal power are what the law gives a partner. The three are kept apart (policy: lawful_basis.*, legal_power.*).
-- Reading chosen: a share whose reason, or reason for not telling, says consent is looked at, unless consent is the lawful
-- basis that policy gives for its purpose. Only that the word stands there is known here, never the words.
WITH made AS (
  SELECT s.share, s.family, s.says_consent, s.shared_on, s.purpose, CASE s.purpose
    WHEN 'hub_working' THEN $lawful_basis_hub_working
    WHEN 'additional_support' THEN $lawful_basis_additional_support
    WHEN 'evaluation' THEN $lawful_basis_evaluation
    WHEN 'safeguarding' THEN $lawful_basis_safeguarding
    WHEN 'welfare' THEN $lawful_basis_welfare
    WHEN 'legal_duty' THEN $lawful_basis_legal_duty END AS basis
  FROM standing_shares() s
  WHERE s.shared_on <= $as_at
)
SELECT
  m.share AS subject, 'shares' AS "table",
  CASE WHEN m.says_consent AND NOT coalesce(contains(lower(m.basis), 'consent'), false) THEN 'LB01' END AS code,
  m.shared_on AS since, m.family, f.hub,
  'shared on ' || strftime(m.shared_on, '%-d %B %Y') || CASE WHEN m.says_consent THEN '; its reason says consent' ELSE '' END
    || CASE WHEN m.basis IS NULL THEN '; no lawful basis is decided for ' ELSE '; the lawful basis is ' || m.basis || ' for ' END
    || m.purpose AS evidence,
  m.shared_on, m.purpose, m.basis
FROM made m JOIN families f USING (family)
