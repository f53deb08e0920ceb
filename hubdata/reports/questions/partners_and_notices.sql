-- What partners still owe (P5, P11), and families that agreed under an earlier notice (P12). The rules judged who lacks a
-- policy or a contact (PP01), whose agreement is under a superseded notice (NV01), and which notice does not say that one may
-- complain to the council (NV02); nothing is judged again here.

CREATE TEMP TABLE ran AS
    SELECT code, CASE family WHEN 'partners' THEN (SELECT count(*) FROM judged_partners)
                             WHEN 'notices' THEN (SELECT count(*) FROM judged_notices) ELSE (SELECT count(*) FROM judged_wording) END AS judged,
           nothing_to_judge() AS why
    FROM checks WHERE family IN ('partners', 'notices', 'wording');
CREATE TEMP TABLE found AS
    SELECT code, subject FROM judged_partners WHERE code IS NOT NULL
    UNION ALL SELECT code, subject FROM judged_notices WHERE code IS NOT NULL
    UNION ALL SELECT code, subject FROM judged_wording WHERE code IS NOT NULL;
-- Each organisation, what is on record of it, and whether its sharing agreement covers the day; the council needs none
-- with itself, and an organisation outside the Hub is asked for no policy (PP01).
CREATE TEMP TABLE standing AS
    SELECT o.*, kind <> 'lead_partner' AS needs_terms,
           coalesce(sharing_agreement_from <= as_at, false) AND coalesce(sharing_agreement_to >= as_at, true) AS has_terms,
           p.code IS NOT NULL AS lacks_policy_or_contact,
           CASE WHEN sharing_agreement_from IS NULL THEN 'None on record'
                WHEN sharing_agreement_from > as_at THEN 'Starts on ' || in_words(sharing_agreement_from)
                WHEN sharing_agreement_to < as_at THEN 'Ended on ' || in_words(sharing_agreement_to)
                ELSE 'In force' || coalesce(' until ' || in_words(sharing_agreement_to), ', without an end') END AS terms
    FROM organisations AS o LEFT JOIN judged_partners AS p ON p.subject = o.organisation, asked;
CREATE TEMP TABLE lacking AS
    SELECT *, concat_ws('; ',
        CASE WHEN lacks_policy_or_contact AND retention_policy IS NULL THEN 'retention policy' END,
        CASE WHEN lacks_policy_or_contact AND rights_contact IS NULL THEN 'rights contact' END,
        CASE WHEN needs_terms AND NOT has_terms THEN 'sharing agreement in force' END,
        CASE WHEN duty_class IS NULL THEN 'class under the welfare duty' END) AS lacks
    FROM standing;
-- Every open family, with the agreement that the rule found longest under an old notice, or else with its latest one.
CREATE TEMP TABLE open_families AS
    WITH old AS (
        SELECT family, arg_min(subject, (since, subject)) AS agreement, any_value(code) AS code, min(since) AS since,
               arg_min(notice_version, (since, subject)) AS notice_version
        FROM judged_notices WHERE code IS NOT NULL GROUP BY family
    ),
    latest AS (
        SELECT family, arg_max(a, (decided_on, recorded_at, agreement)) AS a
        FROM standing_agreements() AS a, asked WHERE decision = 'agreed' AND decided_on <= as_at GROUP BY family
    )
    SELECT f.family, f.hub, f.opened_on, coalesce(o.agreement, l.a.agreement) AS agreement,
           coalesce(o.notice_version, l.a.notice_version) AS notice_version, o.code, o.since
    FROM families AS f LEFT JOIN old AS o USING (family) LEFT JOIN latest AS l USING (family), asked
    WHERE (closed_on IS NULL OR closed_on > as_at) AND (opened_on <= as_at OR l.family IS NOT NULL);
CREATE TEMP TABLE versions AS
    SELECT code AS notice_version, from_on, lead(from_on) OVER (ORDER BY from_on) AS superseded_on FROM registered_notice_versions;

-- figure: answer
-- finding: (SELECT CASE WHEN count(*) = 0 THEN 'Nothing is missing of any organisation' ELSE 'Of ' || counted(count(*), 'organisation', 'organisations') || ' something is missing' END FROM lacking WHERE lacks <> '') || (SELECT CASE WHEN count(*) = 0 THEN ', and no open family is under an old notice' ELSE ', and ' || counted(count(*), 'open family is', 'open families are') || ' still under an old notice' END FROM open_families WHERE code IS NOT NULL)
-- scope: {hub}, at {as_at}
-- column: point | Point
SELECT point FROM (
    SELECT 1 AS place, counted(count(*) FILTER (needs_terms AND NOT has_terms), 'organisation has', 'organisations have') || ' no sharing agreement in force, ' || count(*) FILTER (lacks_policy_or_contact) || ' have no retention policy or no rights contact on record' AS point FROM standing
    UNION ALL
    SELECT 2, 'For ' || counted(count(*) FILTER (duty_class IS NULL), 'organisation', 'organisations') || ' it is not known whether the duty to share for a child''s welfare binds it' FROM standing
    UNION ALL
    SELECT 3, counted(count(*), 'open family has', 'open families have') || ' no agreement under any notice' FROM open_families WHERE agreement IS NULL
) ORDER BY place;

-- figure: organisations
-- finding: CASE WHEN count(*) FILTER (lacks IS NOT NULL) = 0 THEN 'Nothing is missing of any organisation' ELSE 'Of ' || count(*) FILTER (lacks IS NOT NULL) || ' of ' || counted(count(*), 'organisation', 'organisations') || ' something is missing' END
-- scope: Organisations by what is missing, {hub}, at {as_at}
-- column: name | Organisation
-- column: kind | Kind
-- column: lacks | What is missing | text | | Nothing
-- column: terms | Sharing agreement | text | | [z]
-- column: duty | Welfare duty | text | | Not known
-- source: Hub records
-- note: The notice promises that families can ask for each partner's own policy (P11); of an organisation outside the Hub none is asked. The council needs no sharing agreement with itself.
-- note: The welfare duty is that of section 16LA of the Children Act 2004. It binds bodies under section 11, designated education and childcare agencies, and those who provide services that one of them arranged; the notice speaks only of a risk to someone, which is narrower.
-- empty: No organisation is on record.
SELECT name, said('organisation_kinds', kind) AS kind, nullif(lacks, '') AS lacks, CASE WHEN needs_terms THEN terms END AS terms,
       said('duty_classes', duty_class) AS duty
FROM lacking ORDER BY len(str_split(lacks, ';')) * (lacks <> '')::INTEGER DESC, name;

-- figure: on_record
-- finding: counted(count(policy), 'policy', 'policies') || ' and ' || counted(count(contact), 'contact', 'contacts') || ' of ' || counted(count(*), 'organisation', 'organisations') || ' are on record'
-- scope: What each organisation has given, {hub}, at {as_at}
-- column: name | Organisation
-- column: policy | Its own retention policy | text | | Not on record
-- column: contact | Whom to ask | text | | Not on record
-- source: Hub records
-- empty: No organisation is on record.
SELECT name, retention_policy AS policy, rights_contact AS contact FROM organisations ORDER BY name;

-- figure: notices
-- finding: counted(sum(old), 'open family is', 'open families are') || ' under an old notice, of ' || format('{:,}', coalesce(sum(families), 0)::BIGINT)
-- scope: Open families by the notice of their latest agreement, {hub}, at {as_at}
-- column: notice | Notice version
-- column: state | Notice
-- column: hub | Hub
-- column: families | Open families | number
-- column: old | Of which to be asked again | number
-- source: Hub records
-- note: A family whose agreement under an old notice has expired, or that took it back for everyone, is asked for a new one and not counted as asked again.
-- empty: No family is open in {hub}.
SELECT coalesce(notice_version, 'None') AS notice,
       CASE WHEN f.agreement IS NULL THEN 'No agreement' WHEN any_value(from_on) IS NULL THEN 'Not registered'
            WHEN any_value(superseded_on) <= any_value(as_at) THEN 'Superseded on ' || in_words(any_value(superseded_on))
            WHEN any_value(from_on) > any_value(as_at) THEN 'Starts on ' || in_words(any_value(from_on)) ELSE 'In force' END AS state,
       said('hubs', hub) AS hub, count(*) AS families, count(code) AS old
FROM open_families AS f LEFT JOIN versions USING (notice_version), asked
GROUP BY notice_version, f.agreement IS NULL, f.hub ORDER BY notice_version NULLS LAST, hub;

-- figure: old_notice
-- finding: counted(count(*), 'open family is', 'open families are') || ' still under an old notice'
-- scope: Open families to be given the present notice and asked again, longest first, {hub}, at {as_at}
-- shown_as: register
-- column: subject | Family
-- column: hub | Hub
-- column: agreement | Agreement
-- column: notice | Notice version
-- column: since | To be asked since | date
-- source: Hub records
-- empty: No open family in {hub} is under an old notice.
SELECT family AS subject, said('hubs', hub) AS hub, agreement, notice_version AS notice, since
FROM open_families WHERE code IS NOT NULL ORDER BY since, subject;

-- figure: without_agreement
-- finding: counted(count(*), 'open family has', 'open families have') || ' no agreement under any notice'
-- scope: Open families that never agreed, and what they last decided, longest open first, {hub}, at {as_at}
-- shown_as: register
-- column: subject | Family
-- column: hub | Hub
-- column: opened_on | Open since | date
-- column: decision | Latest decision | text | | None recorded
-- column: notice | Notice that they were given | text | | [x]
-- source: Hub records
-- note: Families do not have to agree. One that was never asked may not know the notice.
-- empty: Every open family in {hub} has agreed at least once.
WITH latest AS (
    SELECT family, arg_max(a, (decided_on, recorded_at, agreement)) AS a FROM agreements AS a, asked WHERE decided_on <= as_at GROUP BY family
)
SELECT f.family AS subject, said('hubs', f.hub) AS hub, opened_on, said('decisions', a.decision) AS decision, a.notice_version AS notice
FROM open_families AS f LEFT JOIN latest USING (family) WHERE f.agreement IS NULL ORDER BY opened_on, subject;
