-- Record of processing activities (UK GDPR, Article 30(1)): what the records themselves say of it. Whom details went to is
-- read from the shares that were made and from what families agreed to; that a share was right is the sharing audit's.

-- What was shared with whom, and whom families agreed to, without what a correction replaced.
CREATE TEMP TABLE shared AS
    SELECT share AS reference, to_organisation AS organisation, route, categories
    FROM standing_shares(), asked WHERE shared_on <= as_at;
CREATE TEMP TABLE agreed AS
    SELECT DISTINCT agreement AS reference, unnest(coalesce(recipients, [])) AS organisation, categories
    FROM standing_agreements(), asked WHERE decision = 'agreed' AND decided_on <= as_at;
CREATE TEMP TABLE details AS
    SELECT organisation, said('categories', category) AS category, way FROM (
        SELECT DISTINCT organisation, unnest(categories) AS category, 'shared' AS way FROM shared
        UNION ALL SELECT DISTINCT organisation, unnest(categories), 'agreed' FROM agreed);
CREATE TEMP TABLE received AS
    SELECT o.organisation, o.name, o.kind, coalesce(shares, 0) AS shares, coalesce(agreements, 0) AS agreements
    FROM organisations AS o
    LEFT JOIN (SELECT organisation, count(*) AS shares FROM shared GROUP BY ALL) USING (organisation)
    LEFT JOIN (SELECT organisation, count(*) AS agreements FROM agreed GROUP BY ALL) USING (organisation);

-- figure: answer
-- finding: (SELECT CASE WHEN count(*) = 0 THEN 'Every entry of this record is filled in' ELSE counted(count(*), 'entry of this record', 'entries of this record') || ' must be filled in by the council' END FROM policy WHERE value = 'Not decided yet')
-- scope: {hub}, at {as_at}
-- column: point | Point
SELECT point FROM (
    SELECT 1 AS place, CASE WHEN count(*) = 0 THEN 'Every entry has been confirmed by an officer' ELSE counted(count(*), 'entry rests', 'entries rest') || ' on an assumption that an officer must confirm' END AS point
    FROM policy WHERE assumption <> ''
    UNION ALL
    SELECT 2, counted(count(*) FILTER (shares > 0), 'organisation has', 'organisations have') || ' received details of families, ' || count(*) FILTER (agreements > 0) || ' are named in agreements' FROM received
    UNION ALL
    SELECT 3, CASE WHEN count(*) FILTER (state = 'due') = 0 THEN 'No family record is kept past its date without a hold' ELSE counted(count(*) FILTER (state = 'due'), 'family record is', 'family records are') || ' kept past the date without a hold' END
    FROM judged_retention
) ORDER BY place;

-- figure: partners
-- finding: counted(count(*), 'organisation works', 'organisations work') || ' within the Hub, each with records of its own'
-- scope: Controllers of the records on their own systems, {hub}, at {as_at}
-- column: name | Organisation
-- column: kind | Kind
-- column: contact | Whom to ask | text | | Not on record
-- source: Hub records
-- empty: No partner is on record.
SELECT name, said('organisation_kinds', kind) AS kind, rights_contact AS contact
FROM organisations WHERE kind IN ('partner', 'council_service') ORDER BY name;

-- figure: recipients
-- finding: counted(sum(receiving), 'organisation has', 'organisations have') || ' received details, by ' || counted(sum(shares), 'share', 'shares')
-- scope: Recipients of details by kind of organisation, {hub}, up to {as_at}
-- column: kind | Kind of recipient
-- column: organisations | On record | number
-- column: receiving | Have received details | number
-- column: shares | Shares | number
-- column: shared | Details that were shared | text | | None
-- column: agreed | Details that agreements name | text | | None
-- source: Hub records
-- note: A share is recorded by the kind of details, never by the details themselves. A correction takes the place of what it corrects.
-- empty: No organisation is on record, so there is no recipient.
WITH kinds AS (
    SELECT kind, string_agg(DISTINCT category, '; ' ORDER BY category) FILTER (way = 'shared') AS shared,
           string_agg(DISTINCT category, '; ' ORDER BY category) FILTER (way = 'agreed') AS agreed
    FROM details JOIN organisations USING (organisation) GROUP BY kind
)
SELECT said('organisation_kinds', kind) AS kind, count(*) AS organisations, count(*) FILTER (shares > 0) AS receiving,
       sum(shares)::BIGINT AS shares, any_value(shared) AS shared, any_value(agreed) AS agreed
FROM received LEFT JOIN kinds USING (kind) GROUP BY received.kind ORDER BY shares DESC, kind;

-- figure: recipients_by_name
-- finding: counted(count(*), 'organisation has received details or is', 'organisations have received details or are') || ' named in an agreement'
-- scope: Organisations that received details, or that agreements name, most shares first, {hub}, up to {as_at}
-- column: name | Organisation
-- column: kind | Kind
-- column: shares | Shares | number
-- column: agreements | Agreements that name it | number
-- column: shared | Details that were shared | text | | None
-- source: Hub records
-- empty: Nothing has been shared, and no agreement names an organisation.
WITH said_of AS (
    SELECT organisation, string_agg(category, '; ' ORDER BY category) AS shared FROM details WHERE way = 'shared' GROUP BY ALL
)
SELECT name, said('organisation_kinds', kind) AS kind, shares, agreements, shared
FROM received LEFT JOIN said_of USING (organisation) WHERE shares + agreements > 0 ORDER BY shares DESC, agreements DESC, name;

-- figure: evidence
-- finding: 'What the Hub''s own records show'
-- scope: {hub}, at {as_at}
-- column: what | What
-- column: number | Number | number
-- column: where_to | Where to read it
-- source: Hub records
SELECT what, number, where_to FROM (
    SELECT 1 AS place, 'Decisions of families about sharing, each with the notice that applied' AS what, count(*) AS number, 'Table agreements; a person''s own copy: hubdata agreement receipt' AS where_to
    FROM agreements, asked WHERE decided_on <= as_at
    UNION ALL SELECT 2, 'Shares without agreement or by law', count(*), 'hubdata report sharing_audit'
    FROM shared WHERE route IN ('without_agreement', 'legal_duty')
    UNION ALL SELECT 4, 'Family records kept as the retention policy says', count(*) FILTER (state IN ('open', 'stale', 'kept', 'held')), 'hubdata report retention' FROM judged_retention
    UNION ALL SELECT 5, 'Family records kept past the date without a hold', count(*) FILTER (state = 'due'), 'hubdata report retention' FROM judged_retention
    UNION ALL SELECT 6, 'Family records whose date cannot be told', count(*) FILTER (state = 'cannot_tell'), 'hubdata report retention' FROM judged_retention
    UNION ALL SELECT 7, 'Certificates of destruction', count(*), 'hubdata retention certificates' FROM certificates, asked WHERE issued_on <= asked.as_at
) ORDER BY place;
