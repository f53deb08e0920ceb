-- about: Decisions that families took in the quarter
-- table: agreements
-- plain: What families decided about sharing, by purpose
-- finding: {agreed} of {total} decisions were to agree
-- scope: Decisions taken in {quarter} by purpose and decision; a corrected decision counts once
-- year-scope: Decisions taken in {year} by purpose and decision; a corrected decision counts once
-- rows: purpose | Purpose
-- row: hub_working | Partners of the Hub work together
-- row: additional_support | Referral to other services
-- row: evaluation | To understand how well the model works
-- columns: decision | Decision
-- column: agreed | Agreed
-- column: refused | Refused
-- column: withdrawn | Withdrawn
-- column: no_response | No answer
-- column: not_sought | Not asked
-- chart: agreed, refused, withdrawn
-- coarse-column: agreed | Agreed
-- coarse-column: refused | Refused or withdrawn | refused, withdrawn
-- coarse-column: no_response | Not asked, or no answer | no_response, not_sought
-- coarse-chart: agreed, refused
-- note: A family does not have to agree, and no target is right for how many do.
-- note: What was decided in the quarter counts also where the family changed its mind later, as in the sharing audit.
WITH decided AS (
    SELECT agreement, purpose, decision FROM standing_agreements() WHERE in_quarter(decided_on)
),
frame AS (
    SELECT purpose, decision FROM (SELECT unnest(['hub_working', 'additional_support', 'evaluation']) AS purpose),
         (SELECT unnest(['agreed', 'refused', 'withdrawn', 'no_response', 'not_sought']) AS decision)
)
SELECT purpose, decision, count(agreement) AS n, records_of('agreement', agreement) AS records
FROM frame LEFT JOIN decided USING (purpose, decision) GROUP BY ALL
